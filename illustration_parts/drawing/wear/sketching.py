"""Makes the sketches and line drawings that people colour, of a drawn picture and its lines.

    sketch = draw_sketch(picture, lines, rng)   # (H, W) uint8, dark on white

Lines are drawn thinner or wider, fade, break off or are missing, and lie on paper. Or the picture itself is sketched by
a filter.
"""

import cv2
import numpy as np

from illustration_parts.drawing.wear import paper
from illustration_parts.imaging import filters, tracing

KINDS = {"lines": 0.5, "xdog": 0.14, "clear xdog": 0.22, "dodge": 0.14}
FEW_LINES = 0.006  # share of ink; with less, the lines alone are no sketch
THINNED, WIDENED, BROKEN, FILLED, FADED = 0.2, 0.25, 0.3, 0.25, 0.4  # chances of what happens to lines
BLACK = (20, 75)  # levels; darker fills are drawn solid black, as on a manga page
LARGEST_GAP = 9.0  # pixels
KNOWN = 128  # darker is ink


def draw_sketch(picture, lines, rng):
    """Make a sketch of a random kind of `KINDS`.

    Args:
        picture: (H, W, 3) uint8 RGB. lines: (H, W) uint8, its lines, dark on white. rng: `numpy.random.Generator`.

    Returns:
        (H, W) uint8, dark on white.
    """
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    if kind == "lines" and (lines < KNOWN).mean() >= FEW_LINES:
        sketch = style_lines(picture, lines, rng)
    else:
        sketch = filter_picture(kind, picture, rng)
    if rng.random() < 0.25:
        sketch = paper.put_on_paper(sketch, rng)
    return sketch


def filter_picture(kind, picture, rng):
    """Sketch a (H, W, 3) uint8 RGB picture by a filter: `"xdog"`, `"clear xdog"`, or else colour dodge."""
    grey = cv2.cvtColor(filters.lighten(picture), cv2.COLOR_RGB2GRAY)
    if kind == "xdog":
        return filters.xdog(grey, float(rng.choice(filters.SIGMAS)), power=rng.uniform(1, filters.POWER))
    if kind == "clear xdog":
        return filters.xdog(grey, power=filters.POWER, **filters.choose_xdog(grey))
    return filters.dodge(grey, int(rng.choice((9, 15, filters.DODGE_KERNEL))))


def style_lines(picture, lines, rng):
    """Draw lines in another way: thin, wide, broken, with solid blacks, faded.

    Args: as of `draw_sketch`.

    Returns:
        (H, W) uint8, dark on white.
    """
    sketch = lines
    kind = rng.random()
    if kind < THINNED:
        sketch = tracing.thin(
            lines, 1, bool(rng.random() < 0.3), rng.uniform(0, 1.5), rng.uniform(0, 0.6), int(rng.integers(2**31))
        )
    elif kind < THINNED + WIDENED:
        wide = cv2.erode(lines, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
        sketch = cv2.addWeighted(lines, 1 - (share := rng.uniform(0.2, 1)), wide, share, 0)
    if rng.random() < BROKEN:
        sketch = break_lines(sketch, rng)
    if rng.random() < FILLED:
        dark = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) < rng.uniform(*BLACK)
        if dark.mean() < 0.4:
            sketch = np.where(dark, np.minimum(sketch, np.uint8(rng.integers(0, 40))), sketch)
    if rng.random() < FADED:
        power, least = rng.uniform(0.5, 1.6), rng.uniform(0, 150)
        table = least + (255 - least) * (np.arange(256) / 255) ** power
        sketch = np.round(table).astype(np.uint8)[sketch]
    return sketch


def break_lines(lines, rng):
    """Leave out bits of (H, W) uint8 lines, dark on white: many small gaps, and a few longer ones."""
    width = lines.shape[1]
    inked = np.flatnonzero(lines < KNOWN)
    sketch = lines.copy()
    for _ in range(round(rng.exponential(len(inked) / 800)) if len(inked) else 0):
        y, x = divmod(int(inked[rng.integers(len(inked))]), width)
        reach = rng.uniform(1.0, LARGEST_GAP if rng.random() < 0.3 else 3.0)
        cv2.circle(sketch, (x, y), round(reach), 255, -1)
    return sketch
