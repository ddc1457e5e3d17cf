"""Lines of a map that are fainter than half ink, told from haze.

lifted = lift(ink)   # a map of these lines alone, as dark as others
"""

import cv2
import numpy as np

from illustration_parts.imaging.thinning import thin_mask

INK = 128  # levels; darker lines are clear ones
CONTRAST = 44  # levels by which a faint line is darker than what lies on both its sides
WIDEST = 7  # pixels; what is broader is haze
SHORTEST = 20.0  # pixels, the diagonal of a faint line's box,
SHORTEST_BESIDE = 10.0  # and of one that goes on from a clear line
ALONG = 4.0  # pixels along a line, the sigma over which its ink is averaged


def lift(ink):
    """Darken a map's faint lines.

    Args:
        ink: (H, W) uint8, 255 = ink.

    Returns:
        (H, W) uint8: the map, but the middles of faint lines are as dark as 255 on average.
    """
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (WIDEST + 2, WIDEST + 2))
    contrast = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))
    clear, narrow = ink >= INK, contrast >= CONTRAST
    if not (narrow & ~clear).any():
        return ink.copy()
    thinned = thin_mask(narrow | clear)
    faint = _choose(thinned, narrow, clear)
    middles = faint | thinned & clear
    sums = cv2.GaussianBlur(np.where(middles, np.where(clear, ink, contrast), 0).astype(np.float32), (0, 0), ALONG)
    means = sums / np.maximum(cv2.GaussianBlur(middles.astype(np.float32), (0, 0), ALONG), 1e-6)
    beside = cv2.dilate(faint.view(np.uint8), np.ones((WIDEST + 2, WIDEST + 2), np.uint8)) > 0
    lifted = np.where(beside, contrast * (255 / np.maximum(means, 1)), 0)
    return np.maximum(ink, np.clip(np.round(lifted), 0, 255).astype(np.uint8))


def _choose(thinned, narrow, clear):
    """The middles of faint lines among thinned ones, (H, W) bool: narrow and long, or going on from a clear line."""
    depths = cv2.distanceTransform(np.pad(narrow, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    found = thinned & narrow & ~clear & (depths <= WIDEST / 2)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(found.view(np.uint8))
    lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    touching = np.zeros(len(stats), bool)
    touching[parts[cv2.dilate((thinned & clear).view(np.uint8), np.ones((3, 3), np.uint8)) > 0]] = True
    kept = lengths >= np.where(touching, SHORTEST_BESIDE, SHORTEST)
    kept[0] = False
    return kept[parts]
