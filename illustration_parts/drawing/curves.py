"""Curves in the plane: splines, arcs, ribbons and smooth noise.

Points are (n, 2) float arrays of x, y in pixels; a pixel's centre has whole coordinates; y points down.
"""

import cv2
import numpy as np

from illustration_parts.imaging.tracing import normals


def spline(points, closed=False, samples=8):
    """Sample a Catmull-Rom spline (Catmull and Rom 1974) through points.

    Args:
        points: (n, 2) corner points, n >= 2.
        closed: whether the last point joins the first.
        samples: points per span.

    Returns:
        (m, 2) float64 points; a closed curve repeats its first point at the end.
    """
    points = np.asarray(points, np.float64)
    if closed:
        padded = np.concatenate([points[-1:], points, points[:2]])
    else:
        padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, start, end, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = (np.arange(samples) / samples)[None, :, None]
    curve = start + 0.5 * t * (
        end - before + t * (2 * before - 5 * start + 4 * end - after + t * (3 * (start - end) + after - before))
    )
    return np.concatenate([curve.reshape(-1, 2), padded[-2][None]])


def ellipse(centre, radii, turn=0.0, start=0.0, stop=2 * np.pi, samples=None):
    """Points on an elliptic arc; angles in radians, `turn` rotates the whole ellipse. Returns (n, 2)."""
    if samples is None:
        samples = int(np.clip(max(radii) * abs(stop - start) / 2.5, 8, 96))
    angles = np.linspace(start, stop, samples)
    x, y = radii[0] * np.cos(angles), radii[1] * np.sin(angles)
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos], 1)


def blob(rng, centre, radius, corners=7, roughness=0.25, squash=1.0):
    """A closed, smooth random shape around a centre. Returns (n, 2)."""
    angles = (np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) * 2 * np.pi / corners + rng.uniform(0, 6.3)
    lengths = radius * rng.uniform(1 - roughness, 1 + roughness, corners)
    return spline(
        np.stack([centre[0] + lengths * np.cos(angles), centre[1] + squash * lengths * np.sin(angles)], 1), True
    )


def straight(points, closed=False):
    """A polygon line through points, as (m, 2), with the first point repeated if closed."""
    points = np.asarray(points, np.float64)
    return np.concatenate([points, points[:1]]) if closed else points


def bow(start, end, amount, samples=9):
    """A quadratic Bezier from start to end that bends sideways by half of `amount` times its length. Returns (n, 2)."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = end - start
    middle = (start + end) / 2 + amount * np.array([-along[1], along[0]])
    t = np.linspace(0, 1, samples)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end


def lengths_along(curve):
    """How far along the curve each of its points lies, (n,) pixels."""
    return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])


def point_at(curve, share):
    """The points at shares 0..1 of a curve's length: (2,) for a number, (m, 2) for an array."""
    lengths = lengths_along(curve)
    at = np.asarray(share) * lengths[-1]
    return np.stack([np.interp(at, lengths, curve[:, 0]), np.interp(at, lengths, curve[:, 1])], -1)


def resample(curve, step):
    """The curve at about equal steps of `step` pixels, as (m, 2), m >= 2."""
    count = max(2, int(lengths_along(curve)[-1] / step) + 1)
    return point_at(curve, np.linspace(0, 1, count))


def cut(curve, start, stop, samples=None):
    """The part of a curve between two shares 0..1 of its length, (m, 2)."""
    samples = samples or max(4, int(len(curve) * abs(stop - start)))
    return point_at(curve, np.linspace(start, stop, samples))


def offset(curve, distance):
    """The curve moved sideways, to the right of its direction on screen, by one distance or one for each point."""
    return curve + normals(curve) * np.broadcast_to(np.asarray(distance, float), len(curve))[:, None]


def strand(curve, widths):
    """The outline of a band along a curve: (2n, 2) points, one side there and the other side back."""
    reach = np.broadcast_to(np.asarray(widths, float), len(curve)) / 2
    return np.concatenate([offset(curve, reach), offset(curve, -reach)[::-1]])


def turn(points, angle, centre=(0.0, 0.0)):
    """Points rotated by an angle in radians (clockwise on screen) about a centre."""
    cos, sin = np.cos(angle), np.sin(angle)
    return (np.asarray(points, float) - centre) @ np.array([[cos, sin], [-sin, cos]]) + centre


def noise(rng, height, width, cell, octaves=3):
    """Smooth random noise about -1..1, (height, width) float32; `cell` is the size of its largest features."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = max(2, int(height / cell * 2**octave) + 2), max(2, int(width / cell * 2**octave) + 2)
        grid = rng.standard_normal(size).astype(np.float32) / 2**octave
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return total / 1.7


def wobble(rng, count, cell):
    """Smooth random numbers about -1..1 along a curve, (count,); `cell` is the number of points between two turns."""
    knots = rng.standard_normal(max(4, int(count / cell) + 3))
    return np.interp(np.linspace(1, len(knots) - 2, count), np.arange(len(knots)), knots)


def find_runs(keep):
    """The (first, last + 1) of each run of True in a (n,) array."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8)))
    return list(zip(steps[::2], steps[1::2]))


def outward(points):
    """Unit vectors from a closed curve outward, (n, 2)."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    found = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
    x, y = points.T
    area = np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])
    return found if area > 0 else -found
