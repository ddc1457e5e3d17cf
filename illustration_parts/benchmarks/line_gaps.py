"""Quality of the areas of line drawings whose lines have gaps.

    counts = try_gaps(drawings, size=4)
    print(report_gaps({"drawn": drawings}, sizes=(2, 4, 8)))

Gaps are cut across the lines at random places. An area that was found without the gaps comes back if one of the areas
found with them overlaps it. A drawing is (H, W) uint8, dark lines on white.
"""

import cv2
import numpy as np

from illustration_parts.benchmarks.tables import format_table
from illustration_parts.drawing.wear.rough import find_span
from illustration_parts.imaging import line_art, region_scores, tracing

SIZES = (2, 4, 8)  # pixels along the line
EVERY = 200  # pixels of line for each gap, on average
APART = 24  # pixels between two gaps, at least
OVERLAP = 0.9  # intersection over union from which an area has come back


def cut_lines(drawing, size, rng):
    """Cut gaps straight across the lines of a drawing, at random places away from the lines' ends.

    Args:
        drawing: see above. size: pixels along the line. rng: `numpy.random.Generator`.

    Returns:
        (cut drawing, number of gaps).
    """
    half = cv2.distanceTransform((drawing < 128).view(np.uint8), cv2.DIST_L2, 5)
    cut, middles = drawing.copy(), []
    for path in tracing.trace(drawing).paths:
        places = np.arange(size, len(path) - size)
        for place in places[rng.random(len(places)) < 1 / EVERY]:
            if any(np.abs(path[place] - middle).max() < APART + size for middle in middles):
                continue
            corners = np.round(find_span(path, place, size, half) * 16).astype(np.int32)
            cv2.fillPoly(cut, [corners], 255, cv2.LINE_AA, 4)
            middles.append(path[place])
    return cut, len(middles)


def try_gaps(drawings, size, seed=0, detail=0.5):
    """Find the areas of drawings with `--gap SIZE`, without and with gaps of that size.

    Args:
        drawings: iterable of drawings. size: of the gaps, pixels. seed: of their places. detail: as of `predict.py`.

    Returns:
        dict, all summed over the drawings: `gaps`; `areas` found without them; `open`, areas that come back if nothing
        is bridged; `back`, those that come back if gaps are bridged.
    """
    total = {"gaps": 0, "areas": 0, "open": 0, "back": 0}
    for number, drawing in enumerate(drawings):
        cut, gaps = cut_lines(drawing, size, np.random.default_rng((seed, number)))
        true = line_art.divide(255 - drawing, detail, size)
        opened, found = (line_art.divide(255 - cut, detail, gap) for gap in (0, size))
        total["gaps"] += gaps
        total["areas"] += int(true.max()) + 1
        total["open"] += int(region_scores.find_recovered(true, opened, OVERLAP).sum())
        total["back"] += int(region_scores.find_recovered(true, found, OVERLAP).sum())
    return total


def report_gaps(sets, sizes=SIZES, seed=0):
    """Return the table of `try_gaps`, by {name: drawings} and size."""
    rows = []
    for name, drawings in sets.items():
        for size in sizes:
            tried = try_gaps(drawings, size, seed)
            shares = (f"{tried[key] / max(1, tried['areas']):.3f}" for key in ("back", "open"))
            rows.append((f"{name}, {size:g} px", len(drawings), tried["gaps"], tried["areas"], *shares))
    return format_table(("gaps cut into lines", "drawings", "gaps", "areas", "come back", "with --gap 0"), rows)
