"""Scores of found lines against ground truth, as pure NumPy functions.

    scores = [line_scores(true_ink, found_ink) for ...]
    print(summarise_lines(scores))

A line is judged by its place, not by its width. Found ink is cut at a threshold and thinned. A thinned pixel is right
if it lies within 1 pixel of true ink. A pixel of the thinned true ink is recalled if a thinned found pixel lies within
1.5 pixels. Width and blackness show in the mean absolute error.
"""

import cv2
import numpy as np

from illustration_parts.imaging.thinning import thin_mask

THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))
TRUE_NEAR = 0.15  # true ink above this makes a found pixel near it right
TRUE_CLEAR = 0.3  # true ink above this must be found
WIDTHS = (2, 4, 8, 16)  # pixels; limits of the classes of line widths
GREYS = (40 / 255, 215 / 255)  # ink between is undecided; ink below is paper
_WITHIN_1 = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)  # pixels at distance <= 1
_WITHIN_1_5 = np.ones((3, 3), np.uint8)  # distance <= 1.5: the diagonal's 1.41 is in, 2 is out


def line_scores(true_ink, found_ink, thresholds=THRESHOLDS):
    """Count right and recalled line pixels of one picture, at each threshold.

    Args:
        true_ink: (H, W) float 0..1, 1 = ink.
        found_ink: (H, W) float 0..1, 1 = ink.
        thresholds: where `found_ink` is cut; a pixel above the threshold is found.

    Returns:
        dict:

        - `thresholds`: (T,) float.
        - `found`, `right`, `recalled`: (T, W) int, thinned pixels by the class of their line's width, see `WIDTHS`.
        - `true`: (W,) int, the same of the ground truth.
        - `grey`, `true_grey`: (2,) int, of the result and of the ground truth, see `count_grey`.
        - `mae`: the mean absolute error, 0..1.

    Raises:
        ValueError: if the arrays are not two-dimensional or their shapes differ.
    """
    true_ink, found_ink = np.asarray(true_ink), np.asarray(found_ink)
    if true_ink.ndim != 2 or true_ink.shape != found_ink.shape:
        raise ValueError(
            f"true_ink and found_ink must be (H, W) arrays of one shape. Received: {true_ink.shape}, {found_ink.shape}"
        )
    near = cv2.dilate((true_ink > TRUE_NEAR).astype(np.uint8), _WITHIN_1) > 0
    true, true_widths = _thin_by_width(true_ink > TRUE_CLEAR)
    counts = []
    for threshold in thresholds:
        found, widths = _thin_by_width(found_ink > threshold)
        reached = cv2.dilate(found.astype(np.uint8), _WITHIN_1_5) > 0
        counts.append((_count(widths[found]), _count(widths[found & near]), _count(true_widths[true & reached])))
    found, right, recalled = np.array(counts, np.int64).transpose(1, 0, 2)
    return {
        "thresholds": np.asarray(thresholds, float),
        "found": found,
        "right": right,
        "recalled": recalled,
        "true": _count(true_widths[true]),
        "grey": count_grey(found_ink),
        "true_grey": count_grey(true_ink),
        "mae": float(np.abs(true_ink.astype(np.float32) - found_ink.astype(np.float32)).mean()),
    }


def _thin_by_width(mask):
    """Thin a mask; returns a bool array, and for each pixel the class of its width, 0 to len(WIDTHS), if thinned."""
    distance = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    return thin_mask(mask), np.digitize(2 * distance - 1, WIDTHS)


def _count(classes):
    return np.bincount(classes, minlength=len(WIDTHS) + 1)


def count_grey(ink):
    """Count undecided ink.

    Args:
        ink: (H, W) float 0..1, 1 = ink.

    Returns:
        (2,) int: pixels whose ink lies between `GREYS`, and pixels with more ink than the lower of these.
    """
    dark = ink > GREYS[0]
    return np.array([np.count_nonzero(dark & (ink < GREYS[1])), np.count_nonzero(dark)])


def precision_recall(found, right, recalled, true):
    """Return precision, recall and F of pixel counts (numbers or arrays).

    Without found pixels the precision is 1, and without true ones the recall: an empty result on an empty picture
    scores 1.
    """
    precision = np.where(found > 0, right / np.maximum(found, 1), 1.0)
    recall = np.where(true > 0, recalled / np.maximum(true, 1), 1.0)
    f = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return precision, recall, f


def best_f(scores):
    """Return the F of one picture's `line_scores` at its own best threshold."""
    sums = (scores[key].sum(axis=-1) for key in ("found", "right", "recalled", "true"))
    return float(precision_recall(*sums)[2].max())


def summarise_lines(table, threshold=None):
    """Summarise the `line_scores` of a set of pictures, made with the same thresholds.

    Args:
        table: list of `line_scores`.
        threshold: one of their thresholds; None for the set's best.

    Returns:
        dict:

        - `count`: of pictures.
        - `f`, `precision`, `recall`, `threshold`: of the pixels of all pictures together, at the set's best threshold
          or the given one.
        - `f_by_width`: at that threshold, a list of F for each class of `WIDTHS`; None for a class without lines.
        - `f_own`: the mean over pictures of F at each one's own best threshold.
        - `mae`: the mean over pictures.
        - `grey`, `true_grey`: how much of the ink is grey, as a share.

    Raises:
        ValueError: if the table is empty, or does not have the threshold.
    """
    if not table:
        raise ValueError("there are no scores to summarise")
    sums = [sum(scores[key] for scores in table) for key in ("found", "right", "recalled", "true")]
    found, right, recalled, true = sums
    precision, recall, f = precision_recall(*(counts.sum(axis=-1) for counts in sums))
    best = int(f.argmax())
    if threshold is not None:
        matching = np.flatnonzero(np.isclose(table[0]["thresholds"], threshold))
        if not matching.size:
            raise ValueError(f"threshold must be one of {table[0]['thresholds']}. Received: {threshold}")
        best = int(matching[0])
    return {
        "count": len(table),
        "f": float(f[best]),
        "precision": float(precision[best]),
        "recall": float(recall[best]),
        "threshold": float(table[0]["thresholds"][best]),
        "f_own": float(np.mean([best_f(scores) for scores in table])),
        "mae": float(np.mean([scores["mae"] for scores in table])),
        "f_by_width": _find_f_by_width(found[best], right[best], recalled[best], true),
        **{key: _find_share(sum(scores[key] for scores in table)) for key in ("grey", "true_grey")},
    }


def _find_f_by_width(found, right, recalled, true):
    """F of each class of widths: recall of the true lines that wide, precision of the found lines that wide."""
    scores = precision_recall(found, right, recalled, true)[2]
    return [float(f) if count else None for f, count in zip(scores, true)]


def _find_share(counts):
    return float(counts[0] / max(counts[1], 1))
