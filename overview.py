"""Make the README's two pictures from drawn illustrations and the shipped network.

python overview.py    # writes weights/overview.png and data/regions.png
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

import engine
import images
import ink
import predict
import processes
import regions
import skeletonize
import synthesize
import visualize

ROOT = Path(__file__).resolve().parent
LINES = (("film_frame.png",), ("cutout.png", "manga_page.png"))  # rows of bundled pictures
WIDTH = 1280
REGIONS = 2007  # seed of the character whose regions are shown


def show_lines(network, rows=LINES, width=WIDTH):
    """Bundled pictures, each beside its lines and its lines by class: (H, width, 3) uint8 RGB."""
    parts = []
    for names in rows:
        shown = [show_one(network, images.read(predict.DATA / "predict" / name)) for name in names]
        height = round(width / sum(sheet.shape[1] / sheet.shape[0] for sheet in shown))
        scaled = [resize(sheet, height, round(sheet.shape[1] * height / sheet.shape[0])) for sheet in shown]
        parts.append(resize(np.hstack(scaled), height, width))
    return np.vstack(parts)


def show_one(network, picture):
    """A picture, its lines, and its lines by class, side by side."""
    found, share, edge = np.moveaxis(predict.find_maps(network, picture), 2, 0)
    boundary, inner = ink.split_classes(found, share)
    return np.hstack([picture, cv2.merge([255 - found] * 3), ink.code_classes(boundary, inner, edge)])


def show_regions(seed=REGIONS, size=420):
    """A drawn character, its skeleton map, the regions found in that, and the picture flattened, side by side."""
    drawing = synthesize.draw(seed, size, "character")
    heights = skeletonize.skeletonize_regions(drawing.regions)
    ids = regions.find_regions(heights)
    flat = visualize.flatten(drawing.picture, ids)
    return np.hstack([drawing.picture, cv2.merge([heights] * 3), images.colour_regions(ids), flat])


def resize(picture, height, width):
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def main(arguments=None):
    """Run the command line; returns the exit code."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args(arguments)
    for path, picture in (
        (ROOT / "data" / "regions.png", show_regions()),
        (ROOT / "weights" / "overview.png", show_lines(engine.load())),
    ):
        images.write(path, picture, small=True)
        print(f"Wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
