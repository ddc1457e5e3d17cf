"""The pictures of benchmarks: held-out drawn ones, and those of a user."""

import numpy as np

from illustration_parts.drawing import illustrations
from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import folders, images

DRAWING_SIZE = 768
SPEED_SIZE = (1080, 1920)


def draw(number, size=None):
    """Draw a validation picture, an `illustrations.Drawing`, of `DRAWING_SIZE` or another size."""
    return illustrations.draw(illustrations.VALIDATION_SEED + number, size=size or DRAWING_SIZE)


def draw_degraded(number):
    """Draw and degrade a validation picture; returns (drawing, degraded picture, its classes, its sorted cases)."""
    drawing = draw(number)
    cases = set(drawing.cases)
    rng = np.random.default_rng(illustrations.VALIDATION_SEED + number)
    picture, classes = degrade.degrade(drawing.picture, drawing.classes, rng, cases)
    return drawing, picture, classes, tuple(sorted(cases))


def read_all(folder, read=folders.read_picture):
    """Read all pictures of a folder.

    Args:
        folder: a path; None for no pictures.
        read: function of a path that returns a picture; ValueError names the file that is none.

    Returns:
        (pictures, failures): a list of what was read, and one of reasons for each file left out.

    Raises:
        ValueError: if there is no picture that can be read.
    """
    found, failures = [], []
    for path in folders.list_pictures(folder).values() if folder else ():
        try:
            found.append(read(path))
        except ValueError as error:
            failures.append(str(error))
    if folder and not found:
        raise ValueError("\n".join([f"{folder} holds no picture that can be read", *failures]))
    return found, failures


def tile(pictures, height, width):
    """Tile (height, width) with square pictures of one size, repeated as needed."""
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
