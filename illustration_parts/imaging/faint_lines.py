"""Lines of a map, or parts of them, that are fainter than half ink, told from haze.

lifted = lift(ink)   # the map, with these as dark as other lines
"""

import cv2
import numpy as np

from illustration_parts.imaging.strokes import INK
from illustration_parts.imaging.thinning import thin_mask

CONTRAST = 44  # levels by which a faint line is darker than what lies on both its sides
WIDEST = 8  # pixels; what is broader is haze
SHORTEST = 20.0  # pixels, the diagonal of a faint line's box,
SHORTEST_BESIDE = 10.0  # and of one that goes on from a clear line
ALONG = 4.0  # pixels along a line, the sigma over which its ink is averaged
REACH = 20  # pixels; more than that average, or a line's width, reaches
STRIP = 512  # rows that are lifted at a time, which bounds the memory


def lift(ink):
    """Darken a map's faint lines.

    Args:
        ink: (H, W) uint8, 255 = ink.

    Returns:
        (H, W) uint8: the map, but the middles of faint lines are as dark as 255 on average.
    """
    lifted = ink.copy()
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (WIDEST + 1, WIDEST + 1))
    contrast = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel))
    clear, narrow = ink >= INK, contrast >= CONTRAST
    if not (narrow & ~clear).any():
        return lifted
    thinned = thin_mask(narrow | clear)
    faint = _choose(thinned & ~clear, thinned & clear)
    middles = faint | thinned & clear
    for top in range(0, len(ink), STRIP):
        seen = slice(max(0, top - REACH), top + STRIP + REACH)
        if faint[seen].any():
            own = slice(top - seen.start, top - seen.start + STRIP)
            strip = _lift_strip(ink[seen], contrast[seen], faint[seen], middles[seen])
            lifted[top : top + STRIP] = strip[own]
    return lifted


def _lift_strip(ink, contrast, faint, middles):
    """Darken what lies beside the middles of faint lines, as much as makes these 255 on average."""
    dark = np.where(middles, np.where(ink >= INK, ink, contrast), 0).astype(np.float32)
    weights = cv2.GaussianBlur(middles.astype(np.float32), (0, 0), ALONG)
    means = cv2.GaussianBlur(dark, (0, 0), ALONG) / np.maximum(weights, 1e-6)
    beside = cv2.dilate(faint.view(np.uint8), np.ones((WIDEST + 1, WIDEST + 1), np.uint8)) > 0
    lifted = np.where(beside, contrast * (255 / np.maximum(means, 1)), 0)
    return np.maximum(ink, np.clip(np.round(lifted), 0, 255).astype(np.uint8))


def _choose(faint, clear):
    """The middles of faint lines, (H, W) bool, that are long, or go on from those of clear ones."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(faint.view(np.uint8))
    lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    touching = np.zeros(len(stats), bool)
    touching[parts[cv2.dilate(clear.view(np.uint8), np.ones((3, 3), np.uint8)) > 0]] = True
    kept = lengths >= np.where(touching, SHORTEST_BESIDE, SHORTEST)
    kept[0] = False
    return kept[parts]
