"""Inks traced lines with a pen that swells and tapers, as what a line refiner is to find.

    lines = trace(drawing)                        # of any line drawing
    clean = draw_inked(lines, drawing.shape)      # as the pen draws them

Lines are lists of (n, 2) float64 points (x, y), about a pixel apart. A network can only learn a pen's width
from what a thin drawing of the same lines shows, too. So it follows from how far a free end is, how much room is beside
the line, how sharply it bends, and where it meets another.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from illustration_parts.imaging import tracing
from illustration_parts.imaging.tracing import cover

STEP = 3  # points between which a direction is taken
CORNER = 4  # points over which a bend is measured
SPREAD = 7  # points over which a width is averaged
JOINT = 5.0  # pixels around a joint in which a line swells


@dataclass(frozen=True)
class Pen:
    """How wide a pen draws, in pixels.

    Attributes:
        thin, thick: width of lines with no room beside them, and with `room` pixels or more.
        room: see above.
        taper: pixels over which a free end comes to a point.
        point: width at a free end, as a share of the line's.
        bend: how much wider a sharp bend is, as a share.
        joint: how much wider lines are where they meet, in pixels.
    """

    thin: float = 1.2
    thick: float = 3.4
    room: int = 20
    taper: float = 16.0
    point: float = 0.25
    bend: float = 0.4
    joint: float = 0.7


PENS = {
    "default": Pen(),
    "brush": Pen(thin=2.2, thick=8.0, room=28, taper=40.0, point=0.1, bend=0.8, joint=1.0),
    "technical": Pen(thin=2.0, thick=2.0, taper=1.0, point=1.0, bend=0.0, joint=0.0),
}


def find_widths(lines, shape, pen):
    """How wide a pen draws lines: a list of (n,) float64 widths in pixels, one for each point of each path.

    Args:
        lines: `Lines`. shape: (H, W) of the drawing. pen: a `Pen`.
    """
    if not lines.paths:
        return []
    thin = tracing.draw_paths(lines.paths, shape, 1, aliased=True)
    distance = np.minimum(cv2.distanceTransform(thin, cv2.DIST_L2, 5), pen.room)
    reach = 2 * pen.room + 1
    # The wider side, and what is around: an outline is heavier than a detail, a lonely line heavier still.
    wider = cv2.dilate(distance, np.ones((reach, reach), np.uint8))
    room = cv2.blur(wider, (9, 9)) / 2 + cv2.blur(distance, (reach, reach))

    points = np.concatenate(lines.paths).astype(np.float32)
    full = pen.thin + (pen.thick - pen.thin) * np.minimum(1, _look(room, points) / pen.room)
    full *= 1 + pen.bend * np.concatenate([_find_bends(path) for path in lines.paths])
    if pen.joint:
        full += pen.joint * np.maximum(0, 1 - _look(_measure_to_joints(lines, shape), points) / JOINT)
    widths = []
    for path, width, ends in zip(
        lines.paths, np.split(full, np.cumsum([len(path) for path in lines.paths])[:-1]), lines.free
    ):
        width = _average(width, closed=len(path) > SPREAD and (path[0] == path[-1]).all())
        along = np.arange(len(width), dtype=np.float64)
        for free, away in zip(ends, (along, along[::-1])):
            if free:
                near = np.minimum(1, away / pen.taper)
                width *= pen.point + (1 - pen.point) * near * (2 - near)
        widths.append(width)
    return widths


def _average(width, closed):
    """A path's widths, (n,), averaged over `SPREAD` points, so that none jumps."""
    if not closed:
        return cv2.blur(width[None], (SPREAD, 1), borderType=cv2.BORDER_REPLICATE)[0]
    reach = SPREAD // 2
    around = np.concatenate([width[-1 - reach : -1], width, width[1 : 1 + reach]])
    return cv2.blur(around[None], (SPREAD, 1))[0][reach:-reach]


def _look(plane, points):
    """The values of a (H, W) float32 array at (n, 2) float32 points, (n,) float64."""
    found = [
        cv2.remap(plane, points[k : k + 30000, None], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for k in range(0, len(points), 30000)  # OpenCV takes no longer arrays
    ]
    return np.concatenate(found)[:, 0].astype(np.float64)


def _find_bends(path):
    """How sharply a path bends at each of its points, 0..1, 1 for a radian or more in `CORNER` points."""
    bends = np.zeros(len(path))
    if len(path) > 2 * CORNER:
        (x0, y0), (x1, y1) = (path[CORNER:] - path[:-CORNER])[:-CORNER].T, (path[CORNER:] - path[:-CORNER])[CORNER:].T
        bends[CORNER:-CORNER] = np.minimum(1, np.abs(np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1)))
    return bends


def _measure_to_joints(lines, shape):
    """How far each pixel is from the next point where paths meet, (H, W) float32."""
    joints = np.full(shape, 255, np.uint8)
    for path, ends in zip(*lines):
        if (path[0] == path[-1]).all():
            continue
        for (x, y), free in zip((path[0], path[-1]), ends):
            if free is False and -0.5 < x < shape[1] - 0.5 and -0.5 < y < shape[0] - 0.5:
                joints[round(y), round(x)] = 0
    if joints.all():
        return np.full(shape, 2 * JOINT, np.float32)
    return cv2.distanceTransform(joints, cv2.DIST_L2, 5)


def draw_inked(lines, shape, pen=PENS["default"]):
    """Draw lines with a pen: (H, W) uint8, dark on white, anti-aliased."""
    return to_drawing(_cover_all(lines.paths, find_widths(lines, shape, pen), shape))


def to_drawing(alpha):
    """(H, W) float32 ink 0..1 as (H, W) uint8, dark on white."""
    return (255.5 - 255 * alpha).astype(np.uint8)


def _cover_all(paths, widths, shape):
    """Ink of lines, (H, W) float32 0..1."""
    covered, alpha = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for path, width in zip(paths, widths):
        if len(path) == 1:
            path, width = np.concatenate([path, path + 0.01]), np.concatenate([width, width])
        cover(covered, alpha, 0, 0, np.ascontiguousarray(path[:, 0]), np.ascontiguousarray(path[:, 1]), width)
    return alpha
