"""The pictures that benchmarks work on: drawn ones, which no training sees, and those that a user has."""

import numpy as np

from illustration_parts.drawing import degrade, illustrations
from illustration_parts.imaging import folders, images

DRAWING_SIZE = 384
SPEED_SIZE = (1080, 1920)


def draw(number, size=None):
    """Draw a validation picture, an `illustrations.Drawing`, of `DRAWING_SIZE` or another size."""
    return illustrations.draw(illustrations.VALIDATION_SEED + number, size=size or DRAWING_SIZE)


def draw_worn(number):
    """Draw and wear a validation picture; returns (drawing, picture worn, its classes, its cases sorted)."""
    drawing = draw(number)
    cases = set(drawing.cases)
    rng = np.random.default_rng(illustrations.VALIDATION_SEED + number)
    picture, classes = degrade.degrade(drawing.picture, drawing.classes, rng, cases)
    return drawing, picture, classes, tuple(sorted(cases))


def read_all(folder, read=images.read):
    """Read all pictures of a folder, as a list; an empty one without a folder.

    Raises:
        ValueError: if a file is no picture, or there is none.
    """
    found = [folders.read_picture(path, read) for path in folders.list_pictures(folder).values()] if folder else []
    if folder and not found:
        raise ValueError(f"{folder} holds no pictures")
    return found


def tile(pictures, height, width):
    """Put square pictures of one size side by side, again and again, until they fill (height, width)."""
    side = len(pictures[0])
    rows, columns = -(-height // side), -(-width // side)
    sheet = [np.hstack([pictures[(row * columns + k) % len(pictures)] for k in range(columns)]) for row in range(rows)]
    return np.ascontiguousarray(np.vstack(sheet)[:height, :width])


def make_speed_picture(height, width, seed=0):
    """Return a (height, width, 3) uint8 RGB picture put together from drawings."""
    count = -(-height // DRAWING_SIZE) * -(-width // DRAWING_SIZE)
    return tile([draw(seed + k).picture for k in range(min(count, 15))], height, width)


def write_speed_pictures(folder, count, size, step=15):
    """Write pictures of a size, (height, width), into a new folder, each `step` drawings on; returns their paths."""
    height, width = size
    folder.mkdir()
    paths = [folder / f"{number:02}.png" for number in range(count)]
    for number, path in enumerate(paths):
        images.write(path, make_speed_picture(height, width, step * number))
    return paths
