"""Adds lines that lie close to each other on purpose, so that a refiner does not take them for one searched line.

    lines = add_some(lines, shape, rng)        # hatchings and second lines

Strokes of a hatching keep an even distance, and second lines follow the first at one. Strokes that search for a line
do neither.
"""

import numpy as np

from illustration_parts.imaging import tracing

HATCHED, DOUBLED = 0.3, 0.3  # shares of drawings
CROSSED = 0.3  # share of hatchings that a second one crosses
APART = (4.5, 11.0)  # pixels between the strokes of a hatching
BESIDE = (5.0, 10.0)  # pixels between a line and a second one
LONG = 50  # points; shorter lines get no second one


def add_some(lines, shape, rng):
    """Add hatchings and second lines to some drawings.

    Args:
        lines: `tracing.Lines`. shape: (H, W) of the drawing. rng: `numpy.random.Generator`.

    Returns:
        `tracing.Lines`, the given ones or new ones.
    """
    added: list = []
    if rng.random() < HATCHED:
        for _ in range(int(rng.integers(1, 5))):
            added += hatch(rng.uniform((0, 0), shape[::-1]), rng)
    if rng.random() < DOUBLED:
        long = [path for path in lines.paths if len(path) >= LONG]
        for number in rng.permutation(len(long))[: int(rng.integers(1, 6))]:
            added.append(follow(long[number], rng.uniform(*BESIDE) * rng.choice((-1, 1)), rng))
    kept = [path for path in added if (path.max(0) >= 0).all() and (path.min(0) < shape[::-1]).all()]
    return tracing.Lines([*lines.paths, *kept], [*lines.free, *([(True, True)] * len(kept))])


def hatch(centre, rng):
    """Draw a patch of hatching about a point (x, y): a list of (n, 2) points, a pixel apart."""
    angle, strokes = rng.uniform(0, np.pi), []
    for turn in (0.0, rng.uniform(0.4, 1.6))[: 1 + (rng.random() < CROSSED)]:
        along = np.array([np.cos(angle + turn), np.sin(angle + turn)])
        across = np.array([-along[1], along[0]])
        apart, length, count = rng.uniform(*APART), rng.uniform(14, 70), int(rng.integers(4, 17))
        lean, bend = rng.uniform(-0.5, 0.5) * apart, rng.normal(0, 0.06) * length
        for number in range(count):
            place = (number - count / 2 + rng.normal(0, 0.08)) * apart
            reach = length * rng.uniform(0.75, 1.0, 2) / 2
            way = np.linspace(-reach[0], reach[1], max(2, int(reach.sum())))[:, None]
            middle = centre + across * place + along * lean * (number - count / 2)
            strokes.append(middle + along * way + across * bend * (1 - (2 * way / length) ** 2))
    return strokes


def follow(path, beside, rng):
    """A second line beside a part of a path, (n, 2) points, at a distance in pixels; negative: on the other side."""
    begin = int(rng.integers(0, len(path) // 3))
    end = len(path) - int(rng.integers(0, len(path) // 3))
    part = tracing.smooth_path(path[begin:end], 4.0)
    return tracing.resample(part + beside * tracing.normals(part))
