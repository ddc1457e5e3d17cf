"""Fill each region of a region map with the median colour of its pixels in the picture: flat colours, no lines.

    python synthesize.py --count 1 -o my_drawings     # a picture and its region map, if you have none
    python visualize.py my_drawings/raw/drawn_000000.png my_drawings/regions/drawn_000000.png --sheet

Takes about a second, most of it to start. With DanbooRegion's names, `visualize.py X.image.png X.region.png` writes
X.flatten.png; with `--sheet` it writes X.sheet.png.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from illustration_parts.imaging import folders, images, region_maps
from illustration_parts.system import cli, files


def make_sheet(picture, ids, flattened):
    """Put picture, regions and flattened picture side by side.

    Every region gets a colour of its own: in the map separate areas may share a colour.

    Args:
        picture, flattened: (H, W, 3) uint8 RGB.
        ids: (H, W) integers.

    Returns:
        (H, 3 * W, 3) uint8 RGB.

    Raises:
        ValueError: for other shapes or types.
    """
    picture, ids = region_maps._check(picture, ids)
    flattened, _ = region_maps._check(flattened, ids)
    return np.hstack([picture, region_maps.colour_regions(ids), flattened])


def look_swapped(colours, ids):
    """Whether the region map looks like a picture, and the picture like a region map.

    In a picture, areas of one colour have a few pixels; in a region map they are large. Both files must look like the
    other kind, because a region map may have many small regions.

    Args:
        colours: (h, w, 3) uint8 RGB, read as the picture.
        ids: (H, W) int32, read as the region map.
    """
    count = int(ids.max()) + 1
    return count > ids.size / 64 and count > 10 * (int(region_maps.label_areas(colours).max()) + 1)


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if ".region" in options.picture.suffixes and ".image" in options.regions.suffixes:
        parser.error(f"the picture comes first, the region map second. Received: {options.picture} {options.regions}")
    path = options.regions  # the file that a failure is of
    try:
        ids = region_maps.label_areas(region_maps.read_region_map(path, options.max_megapixels))
        output = getattr(options, "output", None) or folders.name_result(
            options.regions, "sheet" if options.sheet else "flatten"
        )
        if any(files.is_same(source, output) for source in (options.picture, options.regions)):
            parser.error(f"{output} is an input and would be overwritten; choose another --output")
        path = options.picture
        picture, _, resolution = images.load(path, options.max_megapixels)
        if look_swapped(picture, ids):
            raise ValueError(f"looks like a region map, and {options.regions} like a picture: the picture comes first")
        fitted = images.fit(picture, ids.shape)
        path = output
        resolution = resolution if fitted is picture else None
        images.write(path, draw(fitted, ids, options.boundaries, options.sheet), resolution=resolution)
        what = f"{ids.max() + 1} regions"
        what = f"picture, {what} and flat colours side by side" if options.sheet else what
        print(f"{output}: {what}{_report_size(picture, fitted)}")
        if options.show:
            files.show(path)
    except cli.FAILURES as error:
        # Many a swapped picture ends here, since DanbooRegion's pictures are JPEGs under the name of a PNG.
        hint = "; the picture comes first, then its region map"
        hint = hint if path is options.regions and isinstance(error, ValueError) else ""
        print(f"visualize.py: {path}: {cli.describe(error, path)}{hint}", file=sys.stderr)
        return 1
    return 0


def draw(picture, ids, boundaries=False, sheet=False):
    """What is written: the flattened picture (H, W, 3), or the sheet (H, 3 * W, 3), uint8 RGB."""
    flattened = region_maps.flatten(picture, ids)
    if boundaries:
        flattened = region_maps.draw_boundaries(flattened, ids)
    return make_sheet(picture, ids, flattened) if sheet else flattened


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter)
    add = parser.add_argument
    add("picture", type=Path, metavar="X.image.png", help="the picture, of any format")
    add("regions", type=Path, metavar="X.region.png", help="its region map: each 4-connected area of one colour")
    add(
        "-o", "--output", type=Path, metavar="FILE", default=argparse.SUPPRESS,
        help="PNG to write (default: beside the region map, X.flatten.png or with --sheet X.sheet.png)",
    )  # fmt: skip
    add("--boundaries", action="store_true", help="draw the regions' boundaries over the flat colours")
    add("--sheet", action="store_true", help="write picture, regions and flat colours side by side instead")
    add("--show", action="store_true", help="open what was written in the system's viewer")
    add(
        "--max-megapixels", type=cli.number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse larger pictures before decoding them",
    )  # fmt: skip
    return parser


def _report_size(picture, fitted):
    """A remark if the picture was resized."""
    if picture.shape == fitted.shape:
        return ""
    (height, width), (new_height, new_width) = picture.shape[:2], fitted.shape[:2]
    return f"; picture resized from {width} x {height} to {new_width} x {new_height}, the region map's size"


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
