"""Scores of found lines against true ones, as pure NumPy functions.

    scores = [metrics.line_scores(true_ink, found_ink) for ...]
    print(metrics.summarise_lines(scores))

A line is judged by its place, not by its width: found ink is cut at a threshold and thinned, and a thinned pixel is
right if it lies within 1 pixel of true ink; a pixel of the thinned true ink is recalled if a thinned found pixel lies
within 1.5 pixels. Width and blackness show in the mean absolute error.
"""

import cv2
import numpy as np
from skimage.morphology import skeletonize

THRESHOLDS = tuple(round(0.1 * step, 1) for step in range(1, 10))
TRUE_NEAR = 0.15  # true ink above this makes a found pixel beside it right ...
TRUE_CLEAR = 0.3  # ... and true ink above this has to be found

_WITHIN_1 = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)  # pixels at distance <= 1
_WITHIN_1_5 = np.ones((3, 3), np.uint8)  # distance <= 1.5: the diagonal's 1.41 is in, 2 is out


def line_scores(true_ink, found_ink, thresholds=THRESHOLDS):
    """Count right and recalled line pixels of one picture, at each threshold.

    Args:
        true_ink: (H, W) float 0..1, 1 = ink.
        found_ink: (H, W) float 0..1, 1 = ink.
        thresholds: where `found_ink` is cut; a pixel above the threshold is found.

    Returns:
        dict: `thresholds`, (T,) float; `found`, `right`, `recalled`, (T,) int counts of thinned pixels; `true`, the
        int count of thinned true pixels; `mae`, the mean absolute error 0..1.

    Raises:
        ValueError: if the arrays are not two-dimensional or their shapes differ.
    """
    true_ink, found_ink = np.asarray(true_ink), np.asarray(found_ink)
    if true_ink.ndim != 2 or true_ink.shape != found_ink.shape:
        raise ValueError(
            f"true_ink and found_ink must be (H, W) arrays of one shape. Received: {true_ink.shape}, {found_ink.shape}"
        )
    near = cv2.dilate((true_ink > TRUE_NEAR).astype(np.uint8), _WITHIN_1) > 0
    true = skeletonize(true_ink > TRUE_CLEAR)
    counts = []
    for threshold in thresholds:
        found = skeletonize(found_ink > threshold)
        reached = cv2.dilate(found.astype(np.uint8), _WITHIN_1_5) > 0
        counts.append((found.sum(), (found & near).sum(), (true & reached).sum()))
    found, right, recalled = np.array(counts, np.int64).T
    return {
        "thresholds": np.asarray(thresholds, float),
        "found": found,
        "right": right,
        "recalled": recalled,
        "true": int(true.sum()),
        "mae": float(np.abs(true_ink.astype(np.float32) - found_ink.astype(np.float32)).mean()),
    }


def precision_recall(found, right, recalled, true):
    """Return precision, recall and F of pixel counts (numbers or arrays).

    Nothing found is precise, and where there is nothing to find all is recalled: an empty result on an empty picture
    scores 1.
    """
    precision = np.where(found > 0, right / np.maximum(found, 1), 1.0)
    recall = np.where(true > 0, recalled / np.maximum(true, 1), 1.0)
    f = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return precision, recall, f


def best_f(scores):
    """Return the F of one picture's `line_scores` at its own best threshold."""
    return float(precision_recall(scores["found"], scores["right"], scores["recalled"], scores["true"])[2].max())


def summarise_lines(table, threshold=None):
    """Summarise the `line_scores` of a set of pictures, made with the same thresholds.

    Args:
        table: list of `line_scores`.
        threshold: take this one of their thresholds instead of the set's best.

    Returns:
        dict: `count` of pictures; `f`, `precision`, `recall`, `threshold` at the threshold that is best for the set's
        pixels taken together (or at the given one); `f_own`, the mean over pictures of F at each one's own best
        threshold; `mae`, the mean over pictures.

    Raises:
        ValueError: if the table is empty, or the threshold none of its.
    """
    if not table:
        raise ValueError("there are no scores to summarise")
    sums = [sum(scores[key] for scores in table) for key in ("found", "right", "recalled", "true")]
    precision, recall, f = precision_recall(*sums)
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
    }
