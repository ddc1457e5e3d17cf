"""Make the README's pictures from bundled pictures and the shipped networks.

python overview.py    # writes weights/overview.png and data/{refined,regions,sketch,grey,colours,restyled}.png
python overview.py --style data/brush FILE.keras    # writes data/style.png: what that network learned of a style
"""

import argparse
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

import engine
import images
import ink
import paper
import parts
import predict
import processes
import refine_data
import regions
import sketch
import tiling
import visualize

ROOT = Path(__file__).resolve().parent
LINES = (("film_frame.png",), ("cutout.png", "manga_page.png"))  # rows of bundled pictures
WIDTH = 1280
REFINED = ("broken.png", "shaky.png", "scan.png")
REGIONS = ("film_frame.png", "street.png")
SKETCHED = ("film_frame.png", "street.png")
BINARY = ("manga_page.png", "street.png")
COLOURED = "film_frame.png"  # has dabs of colour in data/hints
RESTYLED = ("film_frame.png", "street.png")


def show_lines(network, rows=LINES, width=WIDTH):
    """Bundled pictures, each beside its lines and its lines by class: (H, width, 3) uint8 RGB."""
    shown_rows = []
    for names in rows:
        shown = [show_one(network, images.read(predict.DATA / "predict" / name)) for name in names]
        height = round(width / sum(sheet.shape[1] / sheet.shape[0] for sheet in shown))
        scaled = [resize(sheet, height, round(sheet.shape[1] * height / sheet.shape[0])) for sheet in shown]
        shown_rows.append(resize(np.hstack(scaled), height, width))
    return np.vstack(shown_rows)


def show_one(network, picture):
    """A picture, its lines, and its lines by class, side by side."""
    found, share, edge = np.moveaxis(parts.find_maps(network, picture), 2, 0)
    boundary, inner = ink.split_classes(found, share)
    return np.hstack([picture, cv2.merge([255 - found] * 3), ink.code_classes(boundary, inner, edge)])


def show_refined(network, names=REFINED, width=WIDTH):
    """Bundled rough drawings in a row, and below each the refined one: (H, width, 3) uint8 RGB."""
    columns = []
    for name in names:
        picture = images.read(predict.DATA / "rough" / name)
        refined = 255 - tiling.run(network, paper.level(picture)[0][..., None])
        columns.append(np.vstack([picture, cv2.merge([refined] * 3)]))
    height = round(width / sum(column.shape[1] / column.shape[0] for column in columns))
    scaled = [resize(column, height, round(column.shape[1] * height / column.shape[0])) for column in columns]
    return resize(np.hstack(scaled), height, width)


def show_style(folder, networks, count=3, width=960):
    """Validation drawings of a style in a row, those with most ink: thin, as each network refines them, as they are.

    Args:
        folder: holds `v_norm` and `v_line`. networks: of `engine.load`. count: how many drawings. width: in pixels.

    Returns:
        (H, width, 3) uint8 RGB.

    Raises:
        ValueError: if there are fewer pairs, or one cannot be read.
    """
    pairs = [pair for pair in refine_data.find_refine_pairs(folder, "v_")[0] if pair.norm]
    if len(pairs) < count:
        raise ValueError(f"expected {count} pairs in {folder}/v_line and v_norm. Found: {len(pairs)}")
    loaded = sorted(map(refine_data.load_refine_pair, pairs), key=lambda both: both[1].mean())
    columns = []
    for norm, line in loaded[:count]:
        refined = [255 - tiling.run(network, 255 - norm[..., None])[..., 0] for network in networks]
        columns.append(np.vstack([norm, *refined, line]))
    sheet = np.hstack(columns)
    return cv2.merge([resize(sheet, round(sheet.shape[0] * width / sheet.shape[1]), width)] * 3)


def show_regions(network, names=REGIONS, width=WIDTH):
    """Bundled pictures, each with its skeleton map, its regions and flattened: (H, width, 3) uint8 RGB."""
    rows = []
    for name in names:
        picture = images.read(predict.DATA / "predict" / name)
        maps = parts.find_skeleton(network, picture)
        heights = regions.fit_heights(maps[..., 0], picture.shape[:2])[0]
        ids = regions.segment(picture, maps[..., 0], boundaries=maps[..., 1])
        shown = [picture, cv2.merge([heights] * 3), images.colour_regions(ids), visualize.flatten(picture, ids)]
        row = np.hstack(shown)
        rows.append(resize(row, round(row.shape[0] * width / row.shape[1]), width))
    return np.vstack(rows)


def show_predicted(pictures, *options, width=640):
    """What `predict.py --sheet` makes of pictures with some options, one below the other: (H, width, 3) uint8 RGB.

    Raises:
        ValueError: if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        if predict.main([*map(str, pictures), "--output", folder, "--sheet", *options]):
            raise ValueError("predict.py failed")
        sheets = [images.read(Path(folder) / f"{Path(picture).stem}.sheet.png") for picture in pictures]
    return np.vstack([resize(sheet, round(sheet.shape[0] * width / sheet.shape[1]), width) for sheet in sheets])


def find_bundled(names):
    """Return the paths of pictures that come with the suite."""
    return [predict.DATA / "predict" / name for name in names]


def show_grey(names=BINARY, width=640):
    """Bundled pictures in black and white, each beside its grey sketch: (H, width, 3) uint8 RGB."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = [Path(folder) / name for name in names]
        for picture in pictures:
            images.write(picture, sketch.threshold(images.read_map(predict.DATA / "predict" / picture.name)))
        return show_predicted(pictures, "--task", "binary2sketch", width=width)


def show_colours(name=COLOURED, width=1280):
    """A bundled picture's sketch, coloured twice, dabs of colour on it, and what they make: (H, width, 3) uint8 RGB."""
    picture, hints = (predict.DATA / folder / name for folder in ("predict", "hints"))
    with tempfile.TemporaryDirectory() as folder:
        if predict.main([str(picture), "--output", folder, "--task", "sketch"]):
            raise ValueError("predict.py failed")
        lines = Path(folder) / f"{picture.stem}.sketch.png"
        ways = [("--seed", "0"), ("--seed", "1"), ("--hints", str(hints))]
        rows = [show_predicted([lines], "--task", "colorize", *way, width=width) for way in ways]
    half = width // 2
    dabs = images.read_hints(hints)
    dabs = cv2.resize(dabs, (half, rows[0].shape[0]), interpolation=cv2.INTER_NEAREST)
    dabbed = np.where(dabs[..., 3:] > 0, dabs[..., :3], rows[0][:, :half])
    shown = np.vstack([np.hstack([rows[0][:, half:], rows[1][:, half:]]), np.hstack([dabbed, rows[2][:, half:]])])
    return np.ascontiguousarray(shown)


def resize(picture, height, width):
    """Return a picture, (H, W, 3) uint8, in another size, each pixel the mean of those it takes in."""
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--style", nargs=2, metavar=("DIR", "FILE"), help="a folder with v_line and v_norm, and the network it taught"
    )
    style = parser.parse_args(arguments).style
    try:
        if style:
            networks = [engine.load(weights, task="refine") for weights in (None, style[1])]
            pictures = {"data/style.png": show_style(style[0], networks)}
        else:
            pictures = {
                "data/refined.png": show_refined(engine.load(task="refine")),
                "data/regions.png": show_regions(engine.load(task="regions")),
                "data/sketch.png": show_predicted(find_bundled(SKETCHED), "--task", "sketch"),
                "data/grey.png": show_grey(),
                "data/colours.png": show_colours(),
                "data/restyled.png": show_predicted(find_bundled(RESTYLED), "--task", "style"),
                "weights/overview.png": show_lines(engine.load()),
            }
    except (engine.WeightsError, ValueError) as error:
        print(f"overview.py: {error}", file=sys.stderr)
        return 1
    for name, picture in pictures.items():
        images.write(ROOT / name, picture, small=True)
        print(f"Wrote {ROOT / name}")
    return 0


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
