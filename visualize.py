"""Fills each region of a region map with the median colour of its pixels in the picture: flat colours, no lines.

    python synthesize.py --count 1 -o my_drawings     # a picture and its region map, if you have none
    python visualize.py my_drawings/raw/drawn_000000.png my_drawings/regions/drawn_000000.png --sheet

Takes about a second, most of it to start. With DanbooRegion's names, `visualize.py X.image.png X.region.png` writes
X.flatten.png.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from numba import njit

import images
import processes

BOUNDARY = (24, 24, 24)  # RGB
FEW = 32  # up to so many values are sorted; more are counted in a histogram, which costs 256 bins to clear and read


# Colours of regions -------------------------------------------------------------------------------------------------


def region_medians(picture, ids):
    """Median colour of each region, by channel; of an even count the mean of the middle two, rounded down.

    Args:
        picture: (H, W, 3) uint8 RGB.
        ids: (H, W) integers 0..n-1, below H * W.

    Returns:
        (n, 3) uint8 RGB, as `np.median(...).astype(np.uint8)`; 0 for a number that no pixel has.

    Raises:
        ValueError: for other shapes, types or numbers.
    """
    picture, ids = _check(picture, ids)
    lowest, highest = int(ids.min(initial=0)), int(ids.max(initial=-1))
    if lowest < 0 or highest >= max(ids.size, 1):
        raise ValueError(f"ids must be 0..n-1, of at most H * W regions. Received: {lowest}..{highest}, {ids.shape}")
    numbers = np.ascontiguousarray(ids, np.int32).reshape(-1)
    return _medians(np.ascontiguousarray(picture).reshape(-1, 3), numbers, highest + 1)


def region_means(picture, ids):
    """Mean colour of each region, rounded: (n, 3) uint8 RGB. Arguments and errors as `region_medians`."""
    picture, ids = _check(picture, ids)
    numbers = np.ascontiguousarray(ids).reshape(-1)
    if numbers.min(initial=0) < 0:
        raise ValueError(f"ids must be 0 or above. Received: {numbers.min()}")
    areas = np.maximum(np.bincount(numbers), 1)
    sums = [np.bincount(numbers, picture[..., channel].reshape(-1)) for channel in range(3)]
    return (np.stack(sums, 1) / areas[:, None] + 0.5).astype(np.uint8)


COLOURS = {"median": region_medians, "mean": region_means}


def flatten(picture, ids, how="median"):
    """Fill each region with its `"median"` or `"mean"` colour: (H, W, 3) uint8. The rest as `region_medians`."""
    return np.take(COLOURS[how](picture, ids), ids, axis=0)


def draw_boundaries(picture, ids, colour=BOUNDARY):
    """Draw lines one pixel wide where regions meet: on the pixels whose right or lower neighbour is of another region.

    Args:
        picture: (H, W, 3) uint8 RGB; it is not changed.
        ids: (H, W) integers.
        colour: RGB of the lines.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        ValueError: for other shapes or types.
    """
    picture, ids = _check(picture, ids)
    boundary = np.zeros(ids.shape, bool)
    boundary[:, :-1] = ids[:, :-1] != ids[:, 1:]
    boundary[:-1] |= ids[:-1] != ids[1:]
    drawn = picture.copy()
    drawn[boundary] = colour
    return drawn


def make_sheet(picture, ids, flattened):
    """Put picture, regions and flattened picture side by side.

    The regions' colours are made of their numbers, not taken from the map: separate areas may share a colour there.

    Args:
        picture, flattened: (H, W, 3) uint8 RGB.
        ids: (H, W) integers.

    Returns:
        (H, 3 * W, 3) uint8 RGB.

    Raises:
        ValueError: for other shapes or types.
    """
    picture, ids = _check(picture, ids)
    flattened, _ = _check(flattened, ids)
    return np.hstack([picture, images.colour_regions(ids), flattened])


def _check(picture, ids):
    """Raise ValueError unless the arrays are a picture and its ids; returns both as arrays."""
    picture, ids = np.asarray(picture), np.asarray(ids)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError(f"picture must be (H, W, 3) uint8. Received: {picture.shape} {picture.dtype}")
    if ids.shape != picture.shape[:2] or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be {picture.shape[:2]} integers. Received: {ids.shape} {ids.dtype}")
    return picture, ids


# Kernels ------------------------------------------------------------------------------------------------------------


@njit(cache=True, nogil=True)
def _medians(pixels, ids, count):
    """Medians (count, 3) uint8 of pixels (N, 3) uint8 by ids (N,) int32: sort the pixels by id, then region by region.

    Sorting by counting visits each pixel twice, however many regions there are.
    """
    starts = np.zeros(count + 1, np.int64)
    for i in range(ids.size):
        starts[ids[i] + 1] += 1
    for region in range(count):
        starts[region + 1] += starts[region]
    places = starts[:-1].copy()
    ordered = np.empty((3, ids.size), np.uint8)
    for i in range(ids.size):
        place = places[ids[i]]
        places[ids[i]] = place + 1
        for channel in range(3):
            ordered[channel, place] = pixels[i, channel]
    medians = np.zeros((count, 3), np.uint8)
    histogram = np.empty(256, np.int32)
    for region in range(count):
        for channel in range(3):
            values = ordered[channel, starts[region] : starts[region + 1]]
            if values.size > FEW:
                medians[region, channel] = _median_of_many(values, histogram)
            elif values.size:
                medians[region, channel] = _median_of_few(values)
    return medians


@njit(cache=True, nogil=True)
def _median_of_few(values):
    """Median of (n,) uint8, which are sorted in place by insertion."""
    for i in range(1, values.size):
        value, k = values[i], i
        while k > 0 and values[k - 1] > value:
            values[k] = values[k - 1]
            k -= 1
        values[k] = value
    return (np.int64(values[(values.size - 1) // 2]) + np.int64(values[values.size // 2])) // 2


@njit(cache=True, nogil=True)
def _median_of_many(values, histogram):
    """Median of (n,) uint8; `histogram`, (256,) int32, is overwritten."""
    histogram[:] = 0
    for value in values:
        histogram[value] += 1
    passed, level = histogram[0], 0  # pixels up to this level
    while passed <= (values.size - 1) // 2:
        level += 1
        passed += histogram[level]
    lower = level
    while passed <= values.size // 2:
        level += 1
        passed += histogram[level]
    return (lower + level) // 2


# Files --------------------------------------------------------------------------------------------------------------


def look_swapped(colours, ids):
    """Whether what was read as a region map is a picture, and the picture a region map.

    A picture's areas of one colour are a few pixels each, a region map's are large. Only if both look like the other is
    this true, since a region map of many small regions is allowed.

    Args:
        colours: (h, w, 3) uint8 RGB, read as the picture.
        ids: (H, W) int32, of what was read as the region map.
    """
    count = int(ids.max()) + 1
    return count > ids.size / 64 and count > 10 * (int(images.label_areas(colours).max()) + 1)


# Command ------------------------------------------------------------------------------------------------------------


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if ".region" in options.picture.suffixes and ".image" in options.regions.suffixes:
        parser.error(f"the picture comes first, the region map second. Received: {options.picture} {options.regions}")
    path = options.regions  # the file that a failure is of
    try:
        ids = images.label_areas(images.read_region_map(path, options.max_megapixels))
        output = getattr(options, "output", None) or images.name_result(options.regions, "flatten")
        if any(images.is_same(source, output) for source in (options.picture, options.regions)):
            parser.error(f"{output} is an input and would be overwritten; choose another --output")
        path = options.picture
        picture = images.read(path, options.max_megapixels)
        if look_swapped(picture, ids):
            raise ValueError(f"looks like a region map, and {options.regions} like a picture: the picture comes first")
        fitted = images.fit(picture, ids.shape)
        path = output
        images.write(path, draw(fitted, ids, options.boundaries, options.sheet))
        print(f"{output}: {ids.max() + 1} regions{_report_size(picture, fitted)}")
        if options.show:
            images.show(path)
    except processes.FAILURES as error:
        # Many a swapped picture ends here, since DanbooRegion's pictures are JPEGs under the name of a PNG.
        hint = "; the picture comes first, then its region map"
        hint = hint if path is options.regions and isinstance(error, ValueError) else ""
        print(f"visualize.py: {path}: {processes.describe(error, path)}{hint}", file=sys.stderr)
        return 1
    return 0


def draw(picture, ids, boundaries=False, sheet=False):
    """What is written: the flattened picture (H, W, 3), or the sheet (H, 3 * W, 3), uint8 RGB."""
    flattened = flatten(picture, ids)
    if boundaries:
        flattened = draw_boundaries(flattened, ids)
    return make_sheet(picture, ids, flattened) if sheet else flattened


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=processes.HelpFormatter)
    add = parser.add_argument
    add("picture", type=Path, metavar="X.image.png", help="the picture, of any format")
    add("regions", type=Path, metavar="X.region.png", help="its region map: each 4-connected area of one colour")
    add(
        "-o", "--output", type=Path, metavar="FILE", default=argparse.SUPPRESS,
        help="PNG to write (default: beside the region map, X.flatten.png for X.region.png)",
    )  # fmt: skip
    add("--boundaries", action="store_true", help="draw the regions' boundaries over the flat colours")
    add("--sheet", action="store_true", help="write picture, regions and flat colours side by side instead")
    add("--show", action="store_true", help="open what was written in the system's viewer")
    add(
        "--max-megapixels", type=processes.number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse pictures that claim to be larger, before decoding them",
    )  # fmt: skip
    return parser


def _report_size(picture, fitted):
    """A remark if the picture was resized."""
    if picture.shape == fitted.shape:
        return ""
    (height, width), (new_height, new_width) = picture.shape[:2], fitted.shape[:2]
    return f"; picture resized from {width} x {height} to {new_width} x {new_height}, the region map's size"


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
