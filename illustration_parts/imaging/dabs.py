"""Dabs of colour that a user puts on a sketch: sheets of them, spread up to the lines, made for training.

hints = place_dabs(picture, regions, 30)   # (H, W, 4) uint8: RGB, and 255 where there is a dab
spread = spread_hints(sketch, hints)       # (H, W, 4) uint8: RGB everywhere, and how sure it is
"""

import math

import cv2
import numpy as np

from illustration_parts.imaging import images
from illustration_parts.system.cli import describe

PAPER = 190  # levels; lighter pixels are not part of a line
GAP = 8.0  # pixels; nearer to lines than this, colours spread last
BEYOND = 64  # of 255; how sure a spread colour is behind a line
DAB = (1.5, 7.0)  # pixels, smallest and largest radius of a dab in training
DAB_SIDE = 5.0  # pixels; radius of the largest dab of `place_dabs`


def prepare(sketch, hints):
    """Make a colouring network's input, (H, W, 5) uint8, of a (H, W) sketch and its (H, W, 4) hints, spread."""
    return np.dstack([sketch, spread_hints(sketch, hints)])


def spread_hints(sketch, hints):
    """Spread each dab of colour over the part of a sketch that is nearer to it than to others; lines slow it down.

    This is OpenCV's watershed from the dabs (Meyer 1992), over the sketch and the distance from its lines.

    Args:
        sketch: (H, W) uint8, dark lines on white.
        hints: (H, W, 4) uint8: RGB, and 255 where there is a dab.

    Returns:
        (H, W, 4) uint8: RGB everywhere, and how sure it is. That is 255 on dabs and on paper that no line cuts off from
        them, and 64 elsewhere. All 0 without dabs.
    """
    dabs = hints[..., 3] > 127
    count, labels = cv2.connectedComponents(dabs.view(np.uint8))
    if count == 1:
        return np.zeros_like(hints)
    # The watershed goes by differences. Open paper has none, so it is flooded first. Then come places near lines and in
    # gaps, where the distance changes, and then lines. Its frame lies outside; its ridges are filled from beside.
    open_paper = cv2.distanceTransform((sketch > PAPER).view(np.uint8), cv2.DIST_L2, 3)
    far = (np.minimum(open_paper, GAP) * (255 / GAP)).astype(np.uint8)
    heights = cv2.copyMakeBorder(cv2.merge([sketch, far, far]), 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    markers = cv2.copyMakeBorder(labels, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    flooded = cv2.watershed(heights, markers).astype(np.float32)
    owners = np.where(flooded > 0, flooded, cv2.dilate(flooded, np.ones((3, 3), np.uint8)))[2:-2, 2:-2].astype(np.int32)
    owners = np.where(dabs, labels, np.maximum(owners, 0))
    sums = np.stack([np.bincount(labels[dabs], hints[..., k][dabs], count) for k in range(3)], axis=1)
    shades = np.round(sums / np.maximum(np.bincount(labels[dabs], minlength=count), 1)[:, None])
    spread = np.empty_like(hints)
    spread[..., :3] = shades.astype(np.uint8)[owners]
    parts, paper = cv2.connectedComponents((sketch > PAPER).view(np.uint8))
    touched = np.zeros((count, parts), bool)
    touched[labels[dabs], paper[dabs]] = True
    touched[:, 0] = False  # lines
    spread[..., 3] = np.where(touched[owners, paper], 255, BEYOND)
    spread[..., 3][owners == 0] = 0
    spread[dabs] = hints[dabs]
    return spread


def fit_hints(hints, shape):
    """Resize hints so that no dab is lost: (h, w, 4) uint8."""
    if hints.shape[:2] == tuple(shape):
        return hints
    if hints.shape[0] < shape[0]:
        return cv2.resize(hints, shape[::-1], interpolation=cv2.INTER_NEAREST)
    mask = cv2.resize(hints[..., 3].astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    sums = cv2.resize(hints[..., :3].astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    there = mask > 12  # a twentieth of a pixel
    small = np.zeros((*shape, 4), np.uint8)
    small[there, :3] = np.clip(sums[there] * (255 / mask[there])[:, None] + 0.5, 0, 255)
    small[there, 3] = 255
    return small


def make_hints(picture, count, rng):
    """Put dabs of a picture's own colours on an empty sheet.

    Args:
        picture: (H, W, 3) uint8 RGB. count: how many. rng: `numpy.random.Generator`.

    Returns:
        (H, W, 4) uint8: RGB and where it counts, 255 on dabs, 0 elsewhere (RGB too).
    """
    hints = np.zeros((*picture.shape[:2], 4), np.uint8)
    for y, x in rng.integers(0, picture.shape[:2], (count, 2)):
        add_dab(hints, picture, int(x), int(y), float(np.exp(rng.uniform(*np.log(DAB)))))
    return hints


def choose_count(most, rng):
    """A number from 1 to `most`, small ones as likely as large ones."""
    return round(math.exp(rng.uniform(0, math.log(most))))


def add_dab(hints, picture, x, y, radius):
    """Add a round dab of the median colour there is under it."""
    reach = max(1, round(radius))
    part = picture[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    colour = np.median(part.reshape(-1, 3), axis=0)
    cv2.circle(hints, (x, y), round(radius), (*colour.tolist(), 255), -1)


def place_dabs(picture, regions, count):
    """Place dabs as a person does: one in the middle of each of the largest areas, in its colour.

    Args:
        picture: (H, W, 3) uint8 RGB. regions: (H, W) int32 ids 0..n-1. count: of dabs.

    Returns:
        (H, W, 4) uint8, see `colour`.
    """
    hints = np.zeros((*regions.shape, 4), np.uint8)
    for region in np.argsort(-np.bincount(regions.ravel()), kind="stable")[:count]:
        mask = regions == region
        put_dab(hints, mask, np.median(picture[mask], axis=0).tolist())
    return hints


def put_dab(hints, mask, colour):
    """Put a dab on (H, W, 4) uint8 hints in the middle of a (H, W) bool mask: where its border is farthest."""
    distance = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = divmod(int(distance.argmax()), mask.shape[1])
    cv2.circle(hints, (x, y), max(1, round(min(DAB_SIDE, 0.7 * float(distance[y, x])))), (*colour, 255), -1)


def read_hints(hints, picture, max_megapixels=images.MAX_MEGAPIXELS):
    """Read dabs of colour for a picture.

    Args:
        hints: a file, or (H, W, 4) uint8 RGBA.
        picture: (H, W, 3) uint8 RGB that they are for.
        max_megapixels: limit of the file.

    Returns:
        (H, W, 4) uint8.

    Raises:
        ValueError: if they are no such sheet, or of another size; the message names the file.
    """
    what = "its hints" if isinstance(hints, np.ndarray) else f"its hints, {hints}"
    if not isinstance(hints, np.ndarray):
        try:
            hints = images.read_hints(hints, max_megapixels)
        except (OSError, ValueError) as error:
            raise ValueError(f"{what}: {describe(error)}") from error
    if hints.shape[:2] != picture.shape[:2]:
        sizes = [f"{array.shape[1]}x{array.shape[0]}" for array in (picture, hints)]
        raise ValueError(f"is {sizes[0]}, but {what}, are {sizes[1]}")
    return hints
