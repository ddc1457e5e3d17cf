"""Build the page: its files, ONNX Runtime Web, and the networks of `weights/`, in one folder that any server can show.

    make web                   # the packages, then the page, to web/dist
    python -m web.build        # the page alone

The networks are checked against Keras; if one differs, nothing is written.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from illustration_parts import tasks
from illustration_parts.networks import engine
from illustration_parts.system import cli, files

HERE = Path(__file__).resolve().parent
RUNTIME = HERE / "node_modules/onnxruntime-web/dist"
RUNTIME_FILES = (
    "ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm",
    "ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm",
)  # fmt: skip
NETWORKS = ("lines", "sketch", "refine")
SIZE = (256, 320)  # of the picture that networks are compared on: multiples of all strides
LIMIT = 2_000_000  # bytes of a network's file
TOLERANCE, ENOUGH = 2 / 255, 0.999  # at least this share of what a network finds is within two grey levels of Keras


class BuildError(Exception):
    """Something that the page needs is missing."""


def build(output, weights=engine.WEIGHTS):
    """Build the page.

    Args:
        output: folder to write, whole or not at all. What the page had there before is replaced.
        weights: folder of the networks, `lines.keras` and so on.

    Returns:
        {name of a network: what `write_network` returns}.

    Raises:
        BuildError: if a package is missing, the folder holds something else, or a network cannot be written.
        engine.WeightsError: if weights cannot be read.
        OSError: if the folder cannot be written.
    """
    output = Path(output)
    missing = [name for name in RUNTIME_FILES if not (RUNTIME / name).exists()]
    if missing:
        raise BuildError(f"{RUNTIME / missing[0]} is missing: npm --prefix {cli.shorten(HERE)} ci --ignore-scripts")
    if output.is_dir() and any(output.iterdir()) and not (output / "models/networks.json").exists():
        raise BuildError(f"{output} holds other files: expected an empty folder, or a page that was built")
    files.make_folder(output.parent)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".part-") as folder:
        made = Path(folder) / "dist"
        shutil.copytree(HERE / "page", made)
        (made / "ort").mkdir()
        for name in RUNTIME_FILES:
            shutil.copyfile(RUNTIME / name, made / "ort" / name)
        (made / "models").mkdir()
        networks = {name: write_network(name, Path(weights), made / "models") for name in NETWORKS}
        (made / "models/networks.json").write_text(json.dumps(networks, indent=1), "utf-8")
        if output.exists():
            output.rename(Path(folder) / "before")
        made.rename(output)
    return networks


def write_network(name, weights, folder):
    """Write a task's network as ONNX, checked against Keras.

    Args:
        name: of the task.
        weights: folder of the `.keras` file. folder: where `NAME.onnx.gz` goes.

    Returns:
        {"margin", "stride", "bytes"}: how tiles are cut, see `engine.Kind`, and the size of the file.

    Raises:
        BuildError: if the network cannot be written, or its result differs.
        engine.WeightsError: if a package is missing, or the weights cannot be read.
    """
    for package in ("onnx", "openvino", "keras"):
        engine.require(package, "web.build", "requirements-dev.txt")
    from web import onnx_files

    path, kinds = weights / f"{name}.keras", tasks.load(name).networks
    network = engine.read_keras(path, kinds)
    kind = kinds[network.name]
    try:
        file = onnx_files.pack(network, LIMIT)
    except (onnx_files.UnknownLayerError, onnx_files.TooLargeError) as error:
        raise BuildError(f"{path}: {error}") from None
    near = onnx_files.compare(network, file, SIZE, TOLERANCE)
    if near < ENOUGH:
        raise BuildError(f"{path}: in {LIMIT:,} bytes only {100 * near:.2f} % is near what Keras finds")
    files.write_bytes(folder / f"{name}.onnx.gz", file)
    return {"margin": kind.margin, "stride": kind.stride, "bytes": len(file)}


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m web.build", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--output", type=Path, default=HERE / "dist", metavar="FOLDER", help="folder to write (default: web/dist)"
    )
    parser.add_argument(
        "--weights", type=Path, default=engine.WEIGHTS, metavar="FOLDER", help="networks to use (default: weights)"
    )
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        networks = build(options.output, options.weights)
    except (BuildError, engine.WeightsError, OSError) as error:
        print(f"web.build: {error}", file=sys.stderr)
        return 1
    sizes = ", ".join(f"{name} {network['bytes'] / 1e6:.1f} MB" for name, network in networks.items())
    print(f"{options.output}: {sizes}. Show it: make serve")
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
