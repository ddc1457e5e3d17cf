"""Region maps: colours and numbers of areas, each region's colour, boundaries drawn."""

from pathlib import Path

import numpy as np

from illustration_parts.imaging import decoders, images
from illustration_parts.system.compiled import njit

MOST_LONELY = 0.01  # share of pixels unlike all their neighbours; an annotation has hardly any


def read_region_map(path, max_megapixels=images.MAX_MEGAPIXELS):
    """Read a region map's colours. Grey and palette files are read as the colours they show; opaque alpha is dropped.

    Args:
        path: a lossless picture, as a rule a PNG.
        max_megapixels: refuse larger maps, before decoding them.

    Returns:
        (H, W, 3) uint8 RGB. `label_areas` makes regions of it.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no picture, has transparent pixels or 16 bits of grey, or was compressed as a JPEG.
    """
    path = Path(path)
    with decoders.open_picture(path, max_megapixels) as opened:
        header = opened.header
        if header.format in ("JPEG", "MPO"):
            raise ValueError(
                "is a JPEG, which turns a region map's colours into thousands of false ones: expected a PNG"
            )
        if header.mode.startswith("I"):  # its lower bits would be lost, which may be all that tells regions apart
            raise ValueError("has 16 bits of grey: expected a region map of 8 bits a channel")
        # Its colours are numbers: no profile changes them.
        colours = decoders.decode_with_pillow(header, header.has_transparency_data)
        clear = int((colours[..., 3:] < 255).sum())
        if clear:
            raise ValueError(f"has {clear} transparent pixels: expected an opaque region map")
        return np.ascontiguousarray(colours[..., :3])


def read_annotation(path):
    """Read a region map that is ground truth: as `read_region_map`, and raises as `check_annotation`, too."""
    colours = read_region_map(path)
    check_annotation(colours)
    return colours


def check_annotation(colours):
    """Raise ValueError for a region map that is no annotation: smoothed, or of one colour.

    Args:
        colours: (H, W, 3) uint8 RGB, of `read_region_map`.
    """
    values = colours.astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    if (values == values[0, 0]).all():
        raise ValueError("shows one colour only: expected a region map, each region in a colour of its own")
    inner = values[1:-1, 1:-1]
    lonely = np.ones(inner.shape, bool)  # unlike all four neighbours
    for other in (values[1:-1, :-2], values[1:-1, 2:], values[:-2, 1:-1], values[2:, 1:-1]):
        lonely &= inner != other
    if lonely.sum() > MOST_LONELY * max(10000, lonely.size):
        raise ValueError(
            f"was smoothed, {int(lonely.sum())} of its pixels have a colour of their own: expected a region map saved "
            "without anti-aliasing or resampling"
        )


def label_areas(array):
    """Number the 4-connected areas of equal value.

    Args:
        array: (H, W, 3) uint8, the colours of a region map, of which all 24 bits count; or (H, W) integers, where -1
            is no area.

    Returns:
        (H, W) int32 ids 0..n-1, in the order of each area's first pixel, row by row; -1 where there is none.

    Reference:
        Rosenfeld and Pfaltz, "Sequential operations in digital picture processing", 1966.
    """
    array = np.asarray(array)
    if array.ndim == 3:
        array = array.astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    return _label(np.ascontiguousarray(array, np.int32 if array.dtype == np.int32 else np.int64))


def colour_regions(ids):
    """Give each region a colour of its own, fixed by its number and unlike those of the numbers beside it.

    Args:
        ids: (H, W) integers 0..2^24 - 1.

    Returns:
        (H, W, 3) uint8 RGB, one-to-one.
    """
    # An odd factor makes the product modulo 2^24 one-to-one. Its bits go to the channels in turn, so that the high bits
    # of all three change from each number to the next.
    mixed = (np.asarray(ids).astype(np.int64) * 10368889 + 8000000) % 2**24  # 2^24 / golden ratio
    colours = np.zeros((*mixed.shape, 3), np.uint8)
    for bit in range(24):
        colours[..., bit % 3] |= ((mixed >> (23 - bit) & 1) << (7 - bit // 3)).astype(np.uint8)
    return colours


BOUNDARY = (24, 24, 24)  # RGB
FEW = 32  # values; more are counted in a histogram, which has 256 bins to clear and read, instead of sorted


def region_medians(picture, ids):
    """Return the median colour of each region, by channel; for an even count the mean of the middle two, rounded down.

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


def draw_boundaries(picture, ids):
    """Draw lines one pixel wide where regions meet: on the pixels whose right or lower neighbour is of another region.

    Args:
        picture: (H, W, 3) uint8 RGB; it is not changed.
        ids: (H, W) integers.

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
    drawn[boundary] = BOUNDARY
    return drawn


def _check(picture, ids):
    """Raise ValueError unless the arrays are a picture and its ids; returns both as arrays."""
    picture, ids = np.asarray(picture), np.asarray(ids)
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError(f"picture must be (H, W, 3) uint8. Received: {picture.shape} {picture.dtype}")
    if ids.shape != picture.shape[:2] or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be {picture.shape[:2]} integers. Received: {ids.shape} {ids.dtype}")
    return picture, ids


@njit(cache=True, nogil=True)
def _label(values):
    """Number 4-connected areas, see `label_areas`: (H, W) int32. Places in the flattened array stand for areas first.

    Each pixel points to one before it in its area; the first of all points to itself.
    """
    height, width = values.shape
    flat, before = values.reshape(-1), np.empty(height * width, np.int32)
    for y in range(height):
        for x in range(width):
            place = y * width + x
            value, first = flat[place], np.int32(place)
            if value == -1:
                before[place] = -1
                continue
            if x and flat[place - 1] == value:
                first = before[place - 1]
                while before[first] != first:
                    first = before[first]
            if y and flat[place - width] == value:
                other = before[place - width]
                while before[other] != other:
                    other = before[other]
                one, other = min(first, other), max(first, other)
                before[other] = first = one
            before[place] = first
    count = np.int32(0)
    for place in range(height * width):  # whatever a pixel points to has its number already
        first = before[place]
        if first == place:
            before[place], count = count, count + np.int32(1)
        elif first >= 0:
            before[place] = before[first]
    return before.reshape(height, width)


@njit(cache=True, nogil=True)
def measure_regions(ids, count):
    """Boxes (count, 4) int32 [left, top, width, height] and areas (count,) int64 of (H, W) int32 ids."""
    height, width = ids.shape
    boxes, areas = np.zeros((count, 4), np.int32), np.zeros(count, np.int64)
    for region in range(count):
        boxes[region, 0], boxes[region, 1] = width, height
    for y in range(height):
        for x in range(width):
            region = ids[y, x]
            areas[region] += 1
            box = boxes[region]  # left, top, right, bottom until the end
            box[0], box[1] = min(box[0], x), min(box[1], y)
            box[2], box[3] = max(box[2], x + 1), max(box[3], y + 1)
    for region in range(count):
        boxes[region, 2] -= boxes[region, 0]
        boxes[region, 3] -= boxes[region, 1]
    return boxes, areas


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
