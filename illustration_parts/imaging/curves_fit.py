"""Fits cubic Bézier curves to sampled lines: Schneider's method, with spans on a stack instead of recursion.

curves, counts = fit_curves(points, first, last, ring, 0.5)
"""

import numpy as np

from illustration_parts.system.compiled import njit

DOT = 0.02  # pixels
TANGENT = 4  # points from which a tangent is taken
ROUNDS = 6  # of moving the points along the curve (Newton and Raphson)
WORTH = 16.0  # a squared error of so many times the squared tolerance is not worth these rounds


def fit_curves(points, first, last, ring, tolerance):
    """Fit curves to sections of sampled lines.

    Args:
        points: (N, 2) float64 points (x, y), about a pixel apart.
        first, last: (S,) int64, the points that a section begins and ends with, both included; sections may share them.
        ring: (S,) bool, whether a section is a closed line without a corner. Its last point is its first once more, and
            the curves meet there in one direction.
        tolerance: distance in pixels that a point may have from its place on the curve.

    Returns:
        (curves, counts): (M, 4, 2) float64 control points, section after section; and (S,) int64 curves of each. A
        section of one point gets one curve, `DOT` long.

    Raises:
        ValueError: for a tolerance of 0 or less.

    Reference:
        Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems, 1990.
    """
    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0. Received: {tolerance}")
    points = np.ascontiguousarray(points, np.float64)
    first, last = np.asarray(first, np.int64), np.asarray(last, np.int64)
    curves, counts = _fit(points, first, last, np.asarray(ring, np.bool_), float(tolerance) ** 2)
    return curves.reshape(-1, 4, 2), counts


@njit(cache=True, nogil=True)
def _fit(points, first, last, ring, square):
    sections = len(first)
    longest, room = 2, 0
    for s in range(sections):
        longest = max(longest, last[s] - first[s] + 1)
        room += max(1, last[s] - first[s])
    curves, counts = np.empty((room, 8)), np.zeros(sections, np.int64)
    ends, tangents = np.empty((longest, 2), np.int64), np.empty((longest, 4))  # the stack
    at = np.empty(longest)
    curve, found = np.empty(8), 0
    for s in range(sections):
        begin, end = first[s], last[s]
        if begin == end:
            for c in range(8):
                curves[found, c] = points[begin, c & 1]
            curves[found, 0] -= DOT / 2  # some programs draw nothing of no length
            curves[found, 6] += DOT / 2
            found, counts[s] = found + 1, 1
            continue
        before = found
        if ring[s]:
            reach = min(TANGENT, (end - begin) // 3)
            x, y = _unit(points[begin + reach] - points[end - reach])
            tangents[0, 0], tangents[0, 1], tangents[0, 2], tangents[0, 3] = x, y, -x, -y
        else:
            tangents[0, 0], tangents[0, 1] = _end_tangent(points, begin, end, 1)
            tangents[0, 2], tangents[0, 3] = _end_tangent(points, end, begin, -1)
        ends[0, 0], ends[0, 1] = begin, end
        depth = 1
        while depth:
            depth -= 1
            begin, end = ends[depth, 0], ends[depth, 1]
            split = _fit_span(points, begin, end, tangents[depth], square, at, curve)
            if split < 0:
                curves[found] = curve
                found += 1
                continue
            reach = min(TANGENT, split - begin, end - split)
            x, y = _unit(points[split - reach] - points[split + reach])
            last_x, last_y = tangents[depth, 2], tangents[depth, 3]
            ends[depth + 1, 0], ends[depth + 1, 1] = begin, split
            tangents[depth + 1, 0], tangents[depth + 1, 1] = tangents[depth, 0], tangents[depth, 1]
            tangents[depth + 1, 2], tangents[depth + 1, 3] = x, y
            ends[depth, 0], ends[depth, 1] = split, end
            tangents[depth, 0], tangents[depth, 1], tangents[depth, 2], tangents[depth, 3] = -x, -y, last_x, last_y
            depth += 2
        counts[s] = found - before
    return curves[:found].copy(), counts


@njit(cache=True, nogil=True)
def _unit(vector):
    length = np.hypot(vector[0], vector[1])
    if length < 1e-9:
        return 0.0, 0.0
    return vector[0] / length, vector[1] / length


@njit(cache=True, nogil=True)
def _end_tangent(points, end, other, step):
    """Direction of a line at its end, into it: that of the parabola through three points."""
    count = abs(other - end)
    half = min(max(TANGENT, count // 12), 3 * TANGENT, count // 2)  # long lines allow a steadier one
    if half == 0:
        return _unit(points[other] - points[end])
    one, two = points[end + step * half], points[end + 2 * step * half]
    x, y = _unit(4 * one - two - 3 * points[end])
    if x == 0 and y == 0:
        return _unit(points[other] - points[end])
    return x, y


@njit(cache=True, nogil=True)
def _fit_span(points, begin, end, tangents, square, at, curve):
    """Fit one curve; returns -1 where it is near enough, else the point to split at. `at` is room for parameters."""
    count = end - begin + 1
    x0, y0, x3, y3 = points[begin, 0], points[begin, 1], points[end, 0], points[end, 1]
    if count == 2:
        third = np.hypot(x3 - x0, y3 - y0) / 3
        _set(curve, x0, y0, x3, y3, tangents, third, third)
        return -1
    at[0] = 0.0
    for k in range(1, count):
        step = points[begin + k] - points[begin + k - 1]
        at[k] = at[k - 1] + np.hypot(step[0], step[1])
    total = max(at[count - 1], 1e-9)
    for k in range(count):
        at[k] /= total
    for turn in range(ROUNDS + 1):
        # The lengths of both handles, by least squares.
        c00 = c01 = c11 = r0 = r1 = 0.0
        dot = tangents[0] * tangents[2] + tangents[1] * tangents[3]
        for k in range(count):
            u = at[k]
            v = 1 - u
            b1, b2 = 3 * u * v * v, 3 * u * u * v
            b01, b23 = v * v * v + b1, u * u * u + b2
            x, y = points[begin + k, 0] - x0 * b01 - x3 * b23, points[begin + k, 1] - y0 * b01 - y3 * b23
            c00 += b1 * b1
            c01 += b1 * b2
            c11 += b2 * b2
            r0 += b1 * (tangents[0] * x + tangents[1] * y)
            r1 += b2 * (tangents[2] * x + tangents[3] * y)
        c01 *= dot
        chord = np.hypot(x3 - x0, y3 - y0)
        determinant = c00 * c11 - c01 * c01
        one = other = 0.0
        if determinant > 1e-12 * max(c00 * c11, 1e-12):
            one, other = (r0 * c11 - r1 * c01) / determinant, (c00 * r1 - c01 * r0) / determinant
        if one < 0.01 * total or other < 0.01 * total or one > 2 * total or other > 2 * total:
            one = other = max(chord, 0.3 * total) / 3  # of Wu and Barsky, as Schneider has it
        _set(curve, x0, y0, x3, y3, tangents, one, other)
        worst, place = -1.0, 0
        for k in range(1, count - 1):
            u = at[k]
            v = 1 - u
            w0, w1, w2, w3 = v * v * v, 3 * u * v * v, 3 * u * u * v, u * u * u
            x = w0 * curve[0] + w1 * curve[2] + w2 * curve[4] + w3 * curve[6] - points[begin + k, 0]
            y = w0 * curve[1] + w1 * curve[3] + w2 * curve[5] + w3 * curve[7] - points[begin + k, 1]
            away = x * x + y * y
            if away > worst:
                worst, place = away, k
        if worst <= square:
            return -1
        if worst > WORTH * square or turn == ROUNDS:
            break
        _move(points, begin, count, curve, at)
    least = min(3, (count - 1) // 2)
    return begin + min(max(place, least), count - 1 - least)


@njit(cache=True, nogil=True)
def _set(curve, x0, y0, x3, y3, tangents, one, other):
    curve[0], curve[1], curve[6], curve[7] = x0, y0, x3, y3
    curve[2], curve[3] = x0 + tangents[0] * one, y0 + tangents[1] * one
    curve[4], curve[5] = x3 + tangents[2] * other, y3 + tangents[3] * other


@njit(cache=True, nogil=True)
def _move(points, begin, count, curve, at):
    """Bring each point's parameter nearer to the curve's nearest place, by one step of Newton and Raphson."""
    for k in range(1, count - 1):
        u = at[k]
        v = 1 - u
        above = below = 0.0
        for c in range(2):
            p0, p1, p2, p3 = curve[c], curve[2 + c], curve[4 + c], curve[6 + c]
            away = v * v * v * p0 + 3 * u * v * v * p1 + 3 * u * u * v * p2 + u * u * u * p3 - points[begin + k, c]
            slope = 3 * (v * v * (p1 - p0) + 2 * u * v * (p2 - p1) + u * u * (p3 - p2))
            bend = 6 * (v * (p2 - 2 * p1 + p0) + u * (p3 - 2 * p2 + p1))
            above += away * slope
            below += slope * slope + away * bend
        if abs(below) > 1e-9:
            at[k] = min(1.0, max(0.0, u - above / below))
