"""Measure how well layers give their pictures back, and what their files cost.

    python tests/imaging/measure_layers.py my_folder [more_folders] [--layers regions] [--psd-tools]

Layers are found as by predict.py --task layers, and composed as this suite does it; with --psd-tools also by psd-tools,
which takes long. The PSD file needs pip install psd-tools. Times are those of the processor, without the networks.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import illustration_parts
from illustration_parts.imaging import folders, images, layer_files, layers


def measure(picture, parts, psd_tools=False):
    """Write a picture's layers and compare.

    Args:
        picture: (H, W, 3) uint8 RGB. parts: `layers.Parts` of it. psd_tools: whether psd-tools composes them, too.

    Returns:
        dict: `error`, the mean absolute error in levels; `layers`, their number; for each format `ora` and `psd` the
        file's MB, and `ora_seconds` and `psd_seconds`; where asked for `psd_tools`, its mean absolute error.
    """
    stack = list(layers.list_layers(picture, parts))
    composed = layers.compose(picture.shape, stack)
    found = {"error": float(np.abs(composed.astype(int) - picture).mean()), "layers": len(stack)}
    with tempfile.TemporaryDirectory() as folder:
        for kind in layer_files.FORMATS:
            path, start = Path(folder) / f"a.{kind}", time.process_time()
            layer_files.write(path, picture, parts, kind)
            found |= {f"{kind}_seconds": time.process_time() - start, kind: path.stat().st_size / 1e6}
        if psd_tools:
            from psd_tools import PSDImage

            shown = np.array(PSDImage.open(path).composite(force=True).convert("RGB"))
            found["psd_tools"] = float(np.abs(shown.astype(int) - picture).mean())
    return found


def main():
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--layers", choices=layers.MERGES, default="colours")
    parser.add_argument("--psd-tools", action="store_true")
    options = parser.parse_args()
    for folder in options.folders:
        table = []
        with illustration_parts.open("layers") as opened:
            for path in folders.list_pictures(folder).values():
                picture = images.read(path)
                start = time.process_time()
                parts = layers.Parts(**opened.predict(picture, layers=options.layers).arrays)
                seconds = time.process_time() - start
                table.append(measure(picture, parts, options.psd_tools) | {"predict_seconds": seconds})
                told = ", ".join(f"{name} {value:.2f}" for name, value in table[-1].items())
                print(f"  {path.name} {picture.shape[1]}x{picture.shape[0]}: {told}", flush=True)
        if table:
            told = (f"{name} {np.mean([row[name] for row in table]):.2f}" for name in table[0])
            print(f"{folder}, {len(table)} pictures: {', '.join(told)}, worst {max(row['error'] for row in table):.2f}")


if __name__ == "__main__":
    main()
