"""What is sewn on cloth: frills, lace, seams, buttons, ribbons tied to bows."""

import numpy as np

from illustration_parts.drawing.bodies import cloth
from illustration_parts.drawing.curves import bow, cut, ellipse, lengths_along, offset, point_at, spline, turn, wobble


def gathers(artist, band, drop, fill, clip, gap=None, spread=0.25):
    """Short lines that leave a band where cloth is gathered: `drop` (2,) is their direction and length."""
    drop = np.asarray(drop, float)
    total = lengths_along(band)[-1]
    gap = max(artist.px(9), 0.045 * total) if gap is None else gap
    for share in np.arange(0.5 * gap, total, gap) / total:
        if not artist.chance(0.45 + 0.5 * artist.style.detail):
            continue
        start = point_at(band, min(1.0, share + artist.between(-0.2, 0.2) * gap / total))
        lean = (share - 0.5) * 2 * spread
        along = drop * artist.between(0.35, 1.0) + lean * np.array([-drop[1], drop[0]]) * -1
        cloth.crease(
            artist,
            bow(start, start + along, artist.between(-0.15, 0.15), 8),
            fill,
            artist.between(0.5, 0.8),
            clip,
            (False, True),
        )


def frill(artist, edge, depth, colour, part="trim", group=0, waves=None):
    """A gathered strip below an edge: its hem winds in loops, which show their inside by turns.

    Args:
        artist: an `Artist`. edge: (n, 2) curve that it is sewn to; it hangs on the right of its direction.
        depth: pixels. colour: RGB. part, group: see `Canvas.fill`.
        waves: how many loops, or None for as many as suit.

    Returns:
        Its `Mask`.
    """
    edge = np.asarray(edge, float)
    total = lengths_along(edge)[-1]
    waves = max(3, int(round(total / (depth * artist.between(0.75, 1.15))))) if waves is None else waves
    count = waves * 10 + 1
    t = np.linspace(0, 1, count)
    phase = 2 * np.pi * waves * t
    shares = np.clip(t + 0.2 / waves * np.sin(phase), 0, 1)  # loops fold over at the turns
    base = point_at(edge, t)
    swing = depth * (1 + 0.13 * np.cos(phase) + 0.07 * wobble(artist.rng, count, 10))
    across = np.stack([-np.gradient(base[:, 1]), np.gradient(base[:, 0])], 1)
    across /= np.maximum(np.hypot(*across.T), 1e-6)[:, None]
    hem = point_at(edge, shares) + across * swing[:, None]
    points = np.concatenate([base, hem[::-1]])
    mask = artist.shape(points, colour, part, group, line=False, form=None)
    if not mask.alpha.size:
        return mask
    inner = artist.style.detail > 0.2 and depth > 5
    folds = cloth.Folds(artist, mask, colour)
    for k in range(waves):
        place = (k + 0.5) / waves
        top, low = point_at(edge, place), hem[min(count - 1, int(round((k + 0.62) * 10)))]
        curve = bow(low, top + (low - top) * artist.between(0.05, 0.4), artist.between(-0.12, 0.12), 8)
        if inner:
            folds.wedge(curve, depth * artist.between(0.14, 0.3), side=1, peak=0.12)
            folds.line(curve, 0.7, 0, artist.between(0.5, 1), (False, True))
    folds.lay()
    artist.line(hem, "boundary", 0.9, colour, taper=0.2)
    if inner:
        for end in (hem[0], hem[-1]):
            artist.line(bow(end, base[0] if end is hem[0] else base[-1], 0.05), "boundary", 0.8, colour)
        artist.line(edge, "inner", 0.7, colour, taper=0.2)
    artist.cases.add("frills")
    return mask


def seam(artist, curve, fill, clip, stitched=False, scale=0.55):
    """A seam's line, or the row of its stitches."""
    if not stitched:
        cloth.crease(artist, curve, fill, scale, clip, taper=0.4)
        return
    step = max(4.0, artist.px(7)) / max(1.0, lengths_along(curve)[-1])
    for share in np.arange(0, 1 - step, 1.8 * step):
        cloth.crease(artist, cut(curve, share, share + step, 3), fill, scale * 0.9, clip, taper=0.0)


def button(artist, centre, radius, colour, part="trim", group=0):
    """A button: a disc with a rim and holes or a shine when large enough."""
    if radius < 1.2:
        return
    artist.shape(ellipse(centre, (radius, radius)), colour, part, group, form=None, scale=0.8)
    if radius > 4:
        artist.line(ellipse(centre, (0.62 * radius, 0.62 * radius), 0, 0.4, 5.2), "inner", 0.5, colour)
        spot = artist.canvas.polygon(
            ellipse(np.asarray(centre) + artist.style.light * 0.45 * radius, (0.25 * radius, 0.18 * radius))
        )
        artist.shine(spot, colour)


def bow_knot(artist, centre, size, colour, part="trim", group=0, tails=True, roll=0.0):
    """A ribbon tied to a bow: two loops, a knot and two tails; `size` is half its width in pixels."""
    centre = np.asarray(centre, float)
    place = lambda points: turn(np.asarray(points, float) * size, roll) + centre  # noqa: E731
    rng = artist.rng
    for side in (-1, 1) if tails else ():
        end = np.array([side * rng.uniform(0.35, 0.75), rng.uniform(0.95, 1.5)])
        edge = spline([(0, 0.02), (side * 0.2, 0.45), end], samples=8)
        wide = 0.1 + 0.2 * np.linspace(0, 1, len(edge))
        left, right = offset(edge, wide / 2), offset(edge, -wide / 2)
        notch = edge[-1] + 0.16 * (edge[-4] - edge[-1]) / np.hypot(*(edge[-4] - edge[-1]))
        points = place(np.concatenate([left, [notch], right[::-1]]))
        mask = artist.shape(points, colour, part, group, form=None)
        folds = cloth.Folds(artist, mask, colour)
        folds.wedge(place(edge[2:-3]), 0.1 * size)
        folds.line(place(edge), 0.6, 0.05, 0.7)
        folds.lay()
    for side in (-1, 1):
        high, low, out = rng.uniform(0.36, 0.5), rng.uniform(0.3, 0.45), rng.uniform(0.9, 1.05)
        loop = spline(
            [
                (0, -0.08),
                (side * 0.5 * out, -high),
                (side * out, -0.8 * high),
                (side * 0.97 * out, low * 0.7),
                (side * 0.5, low),
                (0, 0.1),
            ],
            samples=7,
        )
        mask = artist.shape(place(loop), colour, part, group, form=None)
        if not mask.alpha.size:
            continue
        folds = cloth.Folds(artist, mask, colour)
        for height in (-0.12, 0.08, 0.2)[: 2 + int(size > 18)]:
            curve = bow((side * 0.12, 0.35 * height), (side * rng.uniform(0.55, 0.8), height * 1.5), -0.12 * side, 10)
            folds.fold(place(curve), 0.12 * size)
        inside = spline(
            [(side * 0.97 * out, -0.6 * high), (side * 0.72 * out, -0.1), (side * 0.95 * out, low * 0.55)], samples=8
        )
        folds.wedge(place(inside), 0.12 * size, side=float(side))
        folds.line(place(inside), 0.7)
        folds.lay()
    knot = place(spline([(-0.15, -0.16), (0.14, -0.15), (0.17, 0.14), (-0.15, 0.17)], True))
    mask = artist.shape(knot, colour, part, group, form=None)
    if size > 14 and mask.alpha.size:
        folds = cloth.Folds(artist, mask, colour)
        folds.line(place(bow((-0.05, -0.14), (-0.04, 0.1), 0.2)), 0.6)
        folds.line(place(bow((0.06, -0.12), (0.07, 0.13), -0.2)), 0.6)
        folds.lay()
    artist.cases.add("ribbons")


def lace(artist, edge, depth, colour, group=0):
    """A strip of lace on the right of an edge: scallops with holes."""
    total = lengths_along(edge)[-1]
    count = int(total / max(1.0, 1.5 * depth))
    if depth < 2.5 or count < 2:
        return
    for share in (np.arange(count) + 0.5) / count:
        middle = point_at(edge, share)
        along = point_at(edge, min(1, share + 0.01)) - point_at(edge, max(0, share - 0.01))
        angle = float(np.arctan2(along[1], along[0]))
        scallop = ellipse(middle, (0.56 * total / count, depth), angle, 0, np.pi, 12)
        artist.shape(scallop, colour, "trim", group, "inner", form=None, scale=0.7)
        if depth > 7:
            down = np.array([-np.sin(angle), np.cos(angle)]) * depth
            hole = ellipse(middle + 0.5 * down, (0.2 * depth, 0.2 * depth), samples=12)
            artist.line(hole, "inner", 0.5, colour, taper=0.0)
            artist.line(
                ellipse(middle, (0.4 * total / count, 0.78 * depth), angle, 0.2, 2.94, 12), "inner", 0.4, colour
            )
    artist.cases.add("lace")
