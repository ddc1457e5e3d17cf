"""Quality of the areas of line drawings whose lines have gaps.

    counts = try_gaps(drawings, size=4)
    print(report_gaps(try_all({"drawn": drawings})))

Gaps are cut across the lines at random places. An area that was found without the gaps has come back if one of the
areas found with them overlaps it. A drawing is (H, W) uint8, dark lines on white.
"""

import cv2
import numpy as np

from illustration_parts.benchmarks import inputs
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.drawing.wear.rough import find_span
from illustration_parts.imaging import line_art, line_maps, region_scores, scans, tracing
from illustration_parts.system import workers

SIZES = (2, 4, 8)  # pixels along the line
EVERY = 200  # pixels of line for each gap, on average
APART = 24  # pixels between two gaps, at least
FILLED = 1.4  # pixels by which OpenCV fills a smooth polygon wider than it is
OVERLAP = 0.9  # intersection over union from which an area has come back


def draw_all(count, jobs):
    """The lines of drawn validation pictures: a list of drawings."""
    with workers.open_pool(jobs) as pool:
        return list(pool.map(_draw, range(count), chunksize=4))


def _draw(number):
    return inputs.draw(number).lines


def read_drawing(path, notes=None):
    """Read a line drawing and level it as `predict.py` does: a drawing.

    Args:
        path: any picture that `images.read` reads. notes: list that gets what was changed.

    Raises:
        ValueError: if it cannot be read or is no line drawing. The message names the file.
    """
    lines = line_maps.read_line_map(path, notes)
    try:
        return 255 - scans.level(np.dstack([lines] * 3))[0]
    except scans.IllustrationError as error:
        raise ValueError(f"{path}: {error}") from None


def cut_lines(drawing, size, rng):
    """Cut gaps straight across the lines of a drawing, at random places away from where lines end or meet.

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
            corners = np.round(find_span(path, place, max(0.0, size - FILLED), half) * 16).astype(np.int32)
            cv2.fillPoly(cut, [corners], 255, cv2.LINE_AA, 4)
            middles.append(path[place])
    return cut, len(middles)


def try_gaps(drawings, size, seed=0):
    """Find the areas of drawings without gaps, as by default, and with gaps of a size and that size as `gap`.

    Args:
        drawings: iterable of drawings. size: of the gaps, pixels. seed: of their places.

    Returns:
        dict, all summed over the drawings: `gaps`; `areas` found without them; `back`, areas that come back; `open`,
        areas that come back though nothing is bridged.
    """
    total = {"gaps": 0, "areas": 0, "back": 0, "open": 0}
    for number, drawing in enumerate(drawings):
        cut, gaps = cut_lines(drawing, size, np.random.default_rng((seed, number)))
        true = line_art.divide(255 - drawing)
        total["gaps"] += gaps
        total["areas"] += int(true.max()) + 1
        for key, gap in (("back", size), ("open", 0)):
            found = line_art.divide(255 - cut, gap=gap)
            total[key] += int(region_scores.find_recovered(true, found, OVERLAP).sum())
    return total


def try_all(sets, sizes=SIZES, seed=0):
    """Return {name: {"drawings": their number, "gaps": {size: `try_gaps`}}} for {name: drawings}."""
    return {
        name: {"drawings": len(drawings), "gaps": {size: try_gaps(drawings, size, seed) for size in sizes}}
        for name, drawings in sets.items()
    }


def report_gaps(tried):
    """Return the table of `try_all`."""
    rows = []
    for name, found in tried.items():
        for size, counts in found["gaps"].items():
            shares = (f"{counts[key] / max(1, counts['areas']):.3f}" for key in ("back", "open"))
            rows.append((f"{name}, {size} px", found["drawings"], counts["gaps"], counts["areas"], *shares))
    return format_table(("gaps cut into lines", "drawings", "gaps", "areas", "come back", "with --gap 0"), rows)
