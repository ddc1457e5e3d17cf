"""Chooses the size at which lines are looked for in a picture: as it is, enlarged, or also shrunk.

    maps = scales.look(find, picture)          # the size that suits the picture
    maps = scales.look(find, picture, 1.5)     # enlarged by half

A network finds lines best at the widths that it has learned from. `find` is a function of a picture, (H, W, 3) uint8
RGB. It returns (H, W, K) uint8 maps: ink, and if K is 3 boundary share and fill edge.
"""

import threading

import cv2
import numpy as np

from illustration_parts.imaging import decoders, images
from illustration_parts.system import cli

LIMITS = (0.1, 4.0)  # of a given scale
CELL = 32  # pixels; side of the squares in which line widths are measured
BAND = 64  # rows that are measured at a time, to bound the memory
ENOUGH = 0.005  # pixels of outline for each pixel; squares with less are left out
BEST_WIDTH = 3.0  # pixels, to which thinner lines are enlarged
# Largest short side of an enlarged picture; largest factor; smallest factor that is worth a second look.
LARGEST, MOST, LEAST = 1080, 2.0, 1.1
# A picture of one broad pen is looked at again from afar, at these scales: broad strokes may have been found as rims.
# Half of its lines are at least so wide, and the upper quartile of widths is at most so many times the lower one.
AFAR, SUSPECT_WIDTH, ONE_PEN = (0.5, 0.3), 3.2, 1.35
# So it is if nearly all dark strokes are broad. Strokes of 12 to 52 pixels are looked for at a quarter of the size, as
# places this much darker than their surroundings. They must be this share of all dark strokes, and of the picture.
QUARTER, DARKER, BROAD_SHARE, BROAD_AREA = 4, 60, 0.9, 0.02
BROAD_SIDE = 3  # pixels of the shrunk picture; only lines at least so wide there are taken from it
UNSURE, SURE = 96, 160  # levels of ink seen from afar that become none and full ink
GUIDE_RADIUS = 2  # pixels of the shrunk picture
GUIDE_NOISE = 4.0  # squared levels; smaller differences in the picture are no edges
MARGIN = 8  # pixels of the shrunk picture around a block; filters reach 4
BLOCK = 1024  # rows and columns that are joined at a time, to bound the memory


class Held:
    """A scale that is chosen for one picture and holds for those after it, such as the frames of a shot."""

    def __init__(self):
        self.lock, self.scale = threading.Lock(), None


def look(find, picture, scale="auto"):
    """Find a picture's lines at a scale that suits them.

    Args:
        find: see above.
        picture: (H, W, 3) uint8 RGB.
        scale: a factor above 0 by which the picture is resized before `find` gets it; or `"auto"`. Then pictures whose
            short side is 1,080 pixels or more are never enlarged, and smaller ones at most twofold. A picture of broad
            lines is looked at again, shrunk, see `look_from_afar`. A `Held` is `"auto"` for the first picture, and for
            others what was chosen then.

    Returns:
        (H, W, K) uint8, at the picture's size.
    """
    if isinstance(scale, Held):
        with scale.lock:  # the other pictures wait for the first
            if scale.scale is None:
                maps, scale.scale = _choose(find, picture)
                return maps
        if scale.scale == "afar":
            return look_from_afar(find, picture, find(picture))
        return look_at(find, picture, scale.scale)
    return _choose(find, picture)[0] if scale == "auto" else look_at(find, picture, scale)


def _choose(find, picture):
    """Find a picture's lines at the scale that suits them; returns (maps, factor, or "afar")."""
    maps = find(picture)
    widths = measure_widths(maps[..., 0], (0.25, 0.5, 0.75))
    if has_one_broad_pen(widths) or has_broad_strokes(picture):
        return look_from_afar(find, picture, maps), "afar"
    if widths is None:
        return maps, 1.0
    scale = min(BEST_WIDTH / widths[1], MOST, LARGEST / min(picture.shape[:2]))
    return (look_at(find, picture, scale), scale) if scale >= LEAST else (maps, 1.0)


def has_one_broad_pen(widths):
    """Whether lines are broad, and nearly all of one width, as in flat vector drawings.

    Args:
        widths: their lower quartile, median and upper quartile in pixels; None if there are no lines.
    """
    return widths is not None and widths[1] >= SUSPECT_WIDTH and widths[2] <= ONE_PEN * widths[0]


def has_broad_strokes(picture):
    """Whether nearly all dark strokes of a picture are broader than a network takes for lines.

    Args:
        picture: (H, W, 3) uint8 RGB.
    """
    shape = scale_shape(picture.shape[:2], 1 / QUARTER)
    grey = cv2.cvtColor(images.resize(picture, shape), cv2.COLOR_RGB2GRAY)
    darker = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    broad = cv2.countNonZero(cv2.morphologyEx(darker, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) // DARKER)
    return broad > BROAD_AREA * grey.size and broad > BROAD_SHARE * cv2.countNonZero(darker // DARKER)


def parse(text):
    """An argparse type: `auto`, or a factor from 0.1 to 4."""
    return text if text == "auto" else cli.number(*LIMITS)(text)


def look_at(find, picture, scale):
    """Look at a picture enlarged or shrunk by a factor; the maps are brought back to its size."""
    height, width = picture.shape[:2]
    maps = find(images.resize(picture, scale_shape((height, width), scale)))
    return images.resize(maps, (height, width)).reshape(height, width, -1)


def check(width, height, options):
    """Refuse a picture that would get too large at a given scale.

    Args:
        width, height: of the picture. options: a namespace with `max_megapixels`, and maybe `scale`.

    Returns:
        (width, height) at which lines are looked for; of `"auto"`, the picture's own.

    Raises:
        ValueError: if it is too large.
    """
    scale = getattr(options, "scale", 1)
    if isinstance(scale, (str, Held)) or scale == 1:
        return width, height
    try:
        decoders.check_size(round(width * scale), round(height * scale), options.max_megapixels)
    except ValueError as error:
        raise ValueError(f"at --scale {scale:g} {error}") from error
    return width * max(1, scale), height * max(1, scale)


def scale_shape(shape, scale):
    """Return (height, width) times a factor, in whole pixels, at least one."""
    return tuple(max(1, round(length * scale)) for length in shape)


def measure_widths(ink, shares):
    """Measure how wide a drawing's lines are.

    A line's width is its area over half of its outline's length. The outline's length is the sum of the ink's slopes
    (the co-area formula). Blur does not change that sum, so fractions of a pixel can be measured.

    Args:
        ink: (H, W) uint8, 255 = ink.
        shares: of the line's length, each 0..1.

    Returns:
        List of widths in pixels: these shares of the length are thinner. None if there is no line.
    """
    bands = [_measure_band(ink[top : top + BAND + 1], min(BAND, len(ink) - top)) for top in range(0, len(ink), BAND)]
    area, outline = (np.concatenate(values) for values in zip(*bands))
    area, outline = (values[outline > 255 * ENOUGH] for values in (area, outline))
    if not len(area):
        return None
    widths = 2 * area / outline
    order = widths.argsort()
    shorter = outline[order].cumsum() / outline.sum(dtype=np.float64)
    places = np.minimum(np.searchsorted(shorter, shares), len(order) - 1)
    return widths[order][places].tolist()


def _measure_band(ink, height):
    """Areas and outlines, each a flat float32 array, of the cells of the first rows of some ink, `height` of them."""
    width = ink.shape[1]
    padded = cv2.copyMakeBorder(ink, 0, height + 1 - len(ink), 0, 1, cv2.BORDER_REPLICATE).astype(np.float32)
    here = padded[:height, :width]
    slopes = cv2.magnitude(padded[:height, 1:] - here, padded[1:, :width] - here)
    cells = max(1, width // CELL), max(1, height // CELL)
    return [cv2.resize(plane, cells, interpolation=cv2.INTER_AREA).ravel() for plane in (here, slopes)]


def look_from_afar(find, picture, maps):
    """Look at a picture shrunk, at the scales of `AFAR`, and fill in the broad lines that show there.

    Up close a network may see a broad line as an area with two rims. Ink is added to what was found up close, never
    taken away, so that thin lines stay. What the shrunk picture shows has soft rims; they are made as sharp as the
    picture's own by a guided filter.

    Args:
        find: see above.
        picture: (H, W, 3) uint8 RGB.
        maps: (H, W, K) uint8, what was found at the picture's own size; changed in place.

    Returns:
        `maps`.
    """
    height, width = maps.shape[:2]
    for scale in AFAR:
        small = images.resize(picture, scale_shape((height, width), scale))
        coarse = find(small)
        for top in range(0, height, BLOCK):
            for left in range(0, width, BLOCK):
                place = np.s_[top : min(top + BLOCK, height), left : min(left + BLOCK, width)]
                window, points = find_window(coarse.shape, (height, width), place)
                maps[place] = _fill(picture[place], small[window], maps[place], coarse[window], points)
    return maps


def _fill(picture, small, maps, coarse, points):
    """Fill broad lines of a window of the shrunk picture into a block of maps, (h, w, K) uint8; returns the block."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (BROAD_SIDE, BROAD_SIDE))
    planes = [*fit_guide(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), coarse[..., 0])]
    planes += [cv2.morphologyEx(coarse[..., 0], cv2.MORPH_OPEN, disc), *np.moveaxis(coarse[..., 1:], 2, 0)]
    x, y = np.meshgrid(*points)
    slope, offset, broad, *others = (
        cv2.remap(plane.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for plane in planes
    )
    ink = np.minimum(slope * cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) + offset, broad)
    share = np.clip((ink - UNSURE) / (SURE - UNSURE), 0, 1)
    added = [np.maximum(maps[..., 0], 255 * share)]
    added += [plane + share * (other - plane) for plane, other in zip(np.moveaxis(maps[..., 1:], 2, 0), others)]
    return (np.dstack(added) + 0.5).astype(np.uint8)


def find_window(shape, goal, place):
    """Find which part of a shrunk array is needed to enlarge it, bilinearly, to a part of its whole.

    Args:
        shape: (height, width) of the shrunk array.
        goal: (height, width) that the whole is enlarged to.
        place: the part, a pair of slices.

    Returns:
        (window, points): a pair of slices of the shrunk array, with a margin for filters. The points are two float32
        arrays, the places in the window of the part's columns and of its rows.
    """
    window, points = [], []
    for length, whole, part in zip(shape, goal, place):
        seen = (np.arange(part.start, part.stop) + 0.5) * (length / whole) - 0.5
        low, high = max(0, int(seen[0]) - MARGIN), min(length, int(seen[-1]) + 2 + MARGIN)
        window.append(slice(low, high))
        points.append((seen - low).astype(np.float32))
    return tuple(window), points[::-1]


def fit_guide(guide, values):
    """Fit values to a picture, about each pixel: values = slope * guide + offset.

    Slopes and offsets are smooth; enlarged, and applied to the guide at its full size, they give values with its edges.

    Args:
        guide, values: (H, W) uint8.

    Returns:
        (slope, offset): (H, W) float32 each.

    References:
        He, Sun and Tang, "Guided Image Filtering", 2010. He and Sun, "Fast Guided Filter", 2015.
    """
    side = 2 * GUIDE_RADIUS + 1

    def mean(plane):
        return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REPLICATE)

    guide, values = guide.astype(np.float32), values.astype(np.float32)
    guide_mean, values_mean = mean(guide), mean(values)
    slope = (mean(guide * values) - guide_mean * values_mean) / (mean(guide * guide) - guide_mean**2 + GUIDE_NOISE)
    return mean(slope), mean(values_mean - slope * guide_mean)
