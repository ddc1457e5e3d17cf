"""Lines of a map that are fainter than half ink, told from haze.

lifted = lift(ink)   # a map of these lines alone, as dark as others
"""

import cv2
import numpy as np

from illustration_parts.imaging.thinning import thin_mask

INK = 128  # levels; darker lines are clear ones, which are no matter of this file
CONTRAST = 64  # levels by which a faint line is darker than what lies on both its sides
WIDEST = 7  # pixels; what is broader is haze
AWAY = 3  # pixels; what is nearer to a clear line is its rim
SHORTEST = 20.0  # pixels, the diagonal of a faint line's box,
SHORTEST_BESIDE = 8.0  # and of one that goes on from a clear line
ALONG = 4.0  # pixels along a line, the sigma over which its ink is averaged


def lift(ink):
    """Make a map of a map's faint lines.

    Args:
        ink: (H, W) uint8, 255 = ink.

    Returns:
        (H, W) uint8: faint lines, their middles as dark as 255 on average; 0 everywhere else.
    """
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (WIDEST + 2, WIDEST + 2))
    contrast = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))
    clear, narrow = ink >= INK, contrast >= CONTRAST
    near = cv2.dilate(clear.view(np.uint8), np.ones((2 * AWAY + 1, 2 * AWAY + 1), np.uint8)) > 0
    if not (narrow & ~near).any():
        return np.zeros_like(ink)
    middles = _choose(thin_mask(narrow | clear), narrow, near)
    weights = middles.astype(np.float32)
    sums = cv2.GaussianBlur(np.where(middles, contrast, 0).astype(np.float32), (0, 0), ALONG)
    means = sums / np.maximum(cv2.GaussianBlur(weights, (0, 0), ALONG), 1e-6)
    size = WIDEST + 2
    beside = (cv2.dilate(middles.view(np.uint8), np.ones((size, size), np.uint8)) > 0) & ~near
    lifted = np.where(beside & (means > 0), contrast * (255 / np.maximum(means, 1)), 0)
    return np.clip(np.round(lifted), 0, 255).astype(np.uint8)


def _choose(thinned, narrow, near):
    """The middles of faint lines among thinned ones, (H, W) bool: narrow, long, away from clear lines."""
    depths = cv2.distanceTransform(np.pad(narrow, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    found = thinned & narrow & ~near & (depths <= WIDEST / 2)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(found.view(np.uint8))
    lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    touching = np.zeros(len(stats), bool)
    touching[parts[cv2.dilate(near.view(np.uint8), np.ones((3, 3), np.uint8)) > 0]] = True
    kept = lengths >= np.where(touching, SHORTEST_BESIDE, SHORTEST)
    kept[0] = False
    return kept[parts]
