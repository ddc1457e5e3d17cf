"""What is worn at the neck and down the front: buttons, zips, laces, ties, ribbons, scarfs, sashes, capes."""

import numpy as np

from illustration_parts.drawing.bodies import bodies, cloth, sewing
from illustration_parts.drawing.bodies.garments import front_of, neckline
from illustration_parts.drawing.curves import bow, cut, ellipse, offset, point_at, spline, strand, wobble
from illustration_parts.drawing.styles import hsv


def draw_closure(fitting):
    """What holds the front together: buttons on a placket, two rows of them, a zip, laces."""
    outfit = fitting.outfit
    mask = fitting.masks.get("top")
    if outfit.closure == "none" or mask is None or not mask.alpha.size or not fitting.trunk.is_seen(0.0):
        return
    start = outfit.depth + (0.02 if outfit.collar != "lapels" else 0.0)
    stop = min(outfit.hem, 1.5)
    close = {"buttons": _button_up, "double": _button_twice, "zip": _zip_up, "lacing": _lace_up}[outfit.closure]
    close(fitting, mask, start, stop)


def _button_up(fitting, mask, start, stop):
    artist, trunk, lapels = fitting.artist, fitting.trunk, fitting.outfit.collar == "lapels"
    levels = np.linspace(start, stop, 24)
    accent, part = _accent(fitting)
    cloth.crease(artist, trunk.flat(0.09, levels), fitting.top, 0.8, mask, taper=0.1)
    if not lapels and not fitting.small:
        cloth.crease(artist, trunk.flat(-0.09, levels), fitting.top, 0.55, mask, taper=0.1)
    for level in np.arange(start + 0.07, stop, 0.2 if lapels else 0.15):
        sewing.button(artist, trunk.flat(0.0, level), 0.075 * fitting.unit, accent, part, fitting.group("top"))
        if not lapels and fitting.unit > 60:  # its buttonhole
            hole = trunk.flat(np.array([-0.05, 0.05]), level + 0.012)
            cloth.crease(artist, hole, fitting.top, 0.5, mask)


def _button_twice(fitting, mask, start, stop):
    artist, trunk, unit = fitting.artist, fitting.trunk, fitting.unit
    accent, part = _accent(fitting)
    group = fitting.group("top")
    cloth.crease(artist, trunk.flat(0.42, np.linspace(start, stop, 24)), fitting.top, 0.9, mask, taper=0.1)
    braided = fitting.outfit.kind == "uniform" and artist.chance(0.5) and not fitting.small
    for row, level in enumerate(np.arange(start + 0.1, stop, 0.16)):
        spread = 0.36 - 0.03 * row
        for angle in (-spread, spread):
            sewing.button(artist, trunk.flat(angle, level), 0.086 * unit, accent, part, group)
        if braided:
            curve = trunk.flat(np.linspace(-spread, spread, 9), level + 0.02 * np.cos(np.linspace(-1.5, 1.5, 9)))
            artist.shape(strand(curve, 0.06 * unit), accent, "trim", group, "inner", form=None, scale=0.6)


def _zip_up(fitting, mask, start, stop):
    artist, unit, group = fitting.artist, fitting.unit, fitting.group("top")
    curve = fitting.trunk.flat(0.0, np.linspace(start, stop, 24))
    artist.shape(strand(curve, 0.1 * unit), fitting.trim, "trim", group, "inner", form=None, scale=0.8, clip=mask)
    if fitting.small:
        return
    artist.line(curve, "inner", 0.5, fitting.trim)
    pull = ellipse(curve[2] + (0, 0.1 * unit), (0.05 * unit, 0.11 * unit))
    artist.shape(pull, fitting.metal, "metal", group, form=None, scale=0.7)


def _lace_up(fitting, mask, start, stop):
    artist, trunk, colour = fitting.artist, fitting.trunk, fitting.top
    steps = np.linspace(max(start, 0.25) + 0.05, min(stop, 0.9) - 0.03, 5)
    for a, b in zip(steps[:-1], steps[1:]):
        for side in (-1, 1):
            lace = trunk.flat(np.linspace(-0.16, 0.16, 5) * side, np.linspace(a, b, 5))
            cloth.crease(artist, lace, colour, 0.9, mask, taper=0.1)
    for side in (-0.18, 0.18):
        cloth.crease(artist, trunk.flat(side, np.linspace(steps[0], steps[-1], 10)), colour, 0.8, mask, taper=0.1)


def _accent(fitting):
    """The colour of buttons, and their part."""
    return (fitting.trim, "trim") if fitting.artist.chance(0.6) else (fitting.metal, "metal")


def draw_honours(fitting):
    """A uniform's sash over one shoulder, a braided cord from the other, an order on the chest."""
    artist, unit, trunk = fitting.artist, fitting.unit, fitting.trunk
    mask = fitting.masks.get("top")
    if not fitting.outfit.sash or mask is None or not mask.alpha.size or not trunk.is_seen(0.0):
        return
    group, side = fitting.group("honours"), artist.pick((-1, 1))
    t = np.linspace(0, 1, 20)
    middle = trunk.cloth(side * (1.15 - 1.9 * t), -0.04 + (trunk.waist + 0.16) * t)
    half = 0.24 * unit
    points = strand(middle, 2 * half)
    band = artist.canvas.polygon(points).clip(mask)
    if band.alpha.size:
        artist.cast(band, 0.08 * unit, mask)
        artist.fill(band, fitting.under, "garment 3", group)
        folds = cloth.Folds(artist, band, fitting.under)
        for share in artist.rng.uniform(-0.8, 0.8, 4):
            begin = artist.between(0, 0.6)
            folds.fold(cut(offset(middle, share * half), begin, begin + artist.between(0.2, 0.4)), 0.1 * unit)
        folds.lay()
        for edge in (half, -half):
            artist.line(offset(middle, edge), "boundary", 0.9, fitting.under, clip=mask)
            cloth.crease(artist, offset(middle, 0.72 * edge), fitting.under, 0.5, mask, taper=0.1)
    other = -side
    for drop in (0.34, 0.46):  # the cord hangs from the shoulder to a button
        start, end = trunk.cloth(other * 1.1, 0.04), trunk.cloth(other * 0.2, 0.14)
        low = 0.5 * (start + end) + (0, drop * 2 * unit)
        curve = spline([start, 0.5 * (start + low) + (0, 0.2 * unit), low, 0.5 * (low + end), end], samples=10)
        _cord(fitting, curve, 0.09 * unit, group)
    for angle in (0.5, 0.68) if trunk.is_seen(other * 0.6) else ():
        centre = trunk.flat(other * angle, 0.4)
        ribbon = centre + np.array([(-0.08, -0.3), (0.08, -0.3), (0.08, 0), (-0.08, 0), (-0.08, -0.3)]) * unit
        artist.shape(ribbon, fitting.under, "trim", group, "inner", form=None, scale=0.7)
        star = np.array([(np.cos(k * np.pi / 5), np.sin(k * np.pi / 5)) for k in range(11)])
        star *= np.where(np.arange(11) % 2, 0.06, 0.13)[:, None] * unit
        artist.shape(centre + star, fitting.metal, "metal", group, form=None, scale=0.7)


def _cord(fitting, curve, wide, group):
    """A twisted cord: a band with slanting strokes."""
    artist = fitting.artist
    points = strand(curve, wide)
    artist.shape(points, fitting.trim, "trim", group, form=None, scale=0.7)
    if wide < 3:
        return
    upper, lower = offset(curve, wide / 2), offset(curve, -wide / 2)
    for k in range(0, len(curve) - 3, 2):
        cloth.crease(artist, np.stack([upper[k], lower[k + 2]]), fitting.trim, 0.5, taper=0.2)


def draw_neckwear(fitting):
    """A tie, a bow, a cravat, a pendant or a scarf; once only."""
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    if fitting.groups.get("neckwear") or outfit.neckwear == "none":
        return
    group = fitting.group("neckwear")
    trunk = fitting.body if outfit.collar == "lapels" or outfit.kind == "vest" else fitting.trunk
    depth = 0.08 if trunk is fitting.body else outfit.depth
    meet = front_of(trunk, depth)
    if outfit.neckwear == "scarf":
        _scarf(fitting)
    elif meet is None:
        return
    elif outfit.neckwear == "tie":
        _tie(fitting, trunk, depth, meet, group)
    elif outfit.neckwear == "bow":
        roll = fitting.skeleton.pose.chest_roll
        sewing.bow_knot(
            artist,
            meet + (0, 0.12 * unit),
            artist.between(0.5, 0.85) * unit * (0.8 if fitting.chibi else 1),
            fitting.trim,
            "trim",
            group,
            artist.chance(0.75),
            roll,
        )
    elif outfit.neckwear == "cravat":
        for k in range(3, 0, -1):
            level = depth + 0.07 * k
            edge = trunk.flat(np.linspace(-0.2 - 0.04 * k, 0.2 + 0.04 * k, 9), level - 0.07)
            edge = edge if edge[-1, 0] > edge[0, 0] else edge[::-1]
            sewing.frill(artist, edge, 0.36 * unit, hsv(0.6, 0.02, 0.97), "garment 3", group, waves=3)
        artist.shape(
            ellipse(meet + (0, 0.05 * unit), (0.13 * unit, 0.11 * unit)), fitting.trim, "metal", group, gloss=True
        )
    elif not fitting.small:
        chain = neckline(fitting, fitting.body, "v", max(0.16, outfit.depth * 0.9))
        for side in (-0.0, 0.035 * unit):
            artist.line(chain + (0, side), "inner", 0.45, fitting.skin)
        artist.shape(
            spline(
                [chain[12] + np.array(point) * unit * 0.13 for point in ((0, -0.6), (0.7, 0.3), (0, 1.4), (-0.7, 0.3))],
                True,
                5,
            ),
            fitting.trim,
            "metal",
            group,
            gloss=True,
            scale=0.8,
        )


def _tie(fitting, trunk, depth, meet, group):
    artist, unit = fitting.artist, fitting.unit
    mask = fitting.masks.get("top")
    levels = np.linspace(depth + 0.03, 0.72, 14)
    middle = trunk.flat(0.0, levels) + np.outer(wobble(artist.rng, 14, 6) * 0.02 * unit, (1, 0))
    half = unit * np.interp(levels, (depth, depth + 0.1, 0.62, 0.66, 0.73), (0.08, 0.12, 0.23, 0.22, 0.01))
    blade = strand(middle, 2 * half)
    one = artist.canvas.polygon(blade)
    if one.alpha.size and mask is not None:
        artist.cast(one, 0.07 * unit, mask)
    one = artist.shape(blade, fitting.trim, "trim", group, form=None)
    if one.alpha.size and artist.chance(0.5) and not fitting.small:
        other = hsv(artist.rng.random(), 0.2, 0.95)
        for k in range(1, 7):
            a = point_at(middle, k / 7) + (-0.3 * unit, 0.12 * unit)
            strip = np.array([a, a + (0.6 * unit, -0.3 * unit), a + (0.6 * unit, -0.22 * unit), a + (0, 0.08 * unit)])
            artist.fill(artist.canvas.polygon(strip).clip(one), other, "trim", group, gradient=0.0)
    if one.alpha.size:
        folds = cloth.Folds(artist, one, fitting.trim)
        folds.wedge(offset(middle, half * 0.9), 0.12 * unit, peak=0.5)
        folds.fold(bow(middle[1], middle[4] + (0.05 * unit, 0), 0.1, 8), 0.06 * unit)
        folds.lay()
    knot = np.array([(-0.17, -0.14), (0.17, -0.14), (0.11, 0.16), (-0.11, 0.16)]) * unit + meet + (0, 0.08 * unit)
    artist.shape(np.concatenate([knot, knot[:1]]), fitting.trim, "trim", group, form=None, scale=0.9)
    if not fitting.small:
        cloth.crease(
            artist, bow(knot[0] + (0.06 * unit, 0), knot[2] - (0.05 * unit, 0.02 * unit), 0.15, 6), fitting.trim, 0.6
        )


def _scarf(fitting):
    """A scarf wound round the neck, one end hanging."""
    artist, unit, trunk = fitting.artist, fitting.unit, fitting.trunk
    group, colour = fitting.group("neckwear"), fitting.trim
    left, right = (
        trunk.neck_side(False) - (0.25 * unit, -0.12 * unit),
        trunk.neck_side(True) + (0.25 * unit, 0.12 * unit),
    )
    front = trunk.is_seen(0.0, 0.2)
    side = artist.pick((-1, 1))
    if front:
        start = 0.5 * (left + right) + (side * 0.3 * unit, 0.3 * unit)
        end = trunk.flat(side * 0.45, artist.between(0.6, 0.95))
        middle = spline([start, start + 0.5 * (end - start) + (side * 0.1 * unit, 0), end], samples=8)
        half = np.linspace(0.26, 0.36, len(middle)) * unit
        tail = strand(middle, 2 * half)
        mask = artist.canvas.polygon(tail)
        if mask.alpha.size:
            artist.cast(mask, 0.12 * unit, fitting.masks.get("top", mask))
            artist.shape(tail, colour, "trim", group, form=None)
            folds = cloth.Folds(artist, mask, colour)
            for share in (-0.5, 0.1, 0.55):
                folds.fold(
                    cut(offset(middle, half * share), artist.between(0, 0.2), artist.between(0.5, 1)), 0.12 * unit
                )
            folds.lay()
            for share in np.linspace(-0.95, 0.95, 9):  # its fringe
                point = middle[-1] + (offset(middle, half * share)[-1] - middle[-1])
                artist.line(
                    bow(point, point + (middle[-1] - middle[-4]) * 0.5 + artist.rng.normal(0, 0.03, 2) * unit, 0.1, 5),
                    "inner",
                    0.8,
                    colour,
                )
    for low, high, sag in ((0.32, -0.35, 0.5), (0.05, -0.5, 0.62)):
        a, b = left + (0, low * unit * 0.4), right + (0, low * unit * 0.4)
        points = np.concatenate(
            [bow(a + (0.12 * unit, high * unit), b + (-0.12 * unit, high * unit), sag * 0.9, 12), bow(b, a, -sag, 12)]
        )
        mask = artist.canvas.polygon(points)
        if not mask.alpha.size:
            continue
        artist.cast(mask, 0.12 * unit, fitting.masks.get("top", mask))
        artist.shape(points, colour, "trim", group, form=None)
        folds = cloth.Folds(artist, mask, colour)
        for share in (0.3, 0.55, 0.75):
            upper, lower = points[:12], points[12:][::-1]
            curve = upper + (lower - upper) * share
            begin = artist.between(0, 0.4)
            folds.fold(cut(curve, begin, begin + artist.between(0.3, 0.6)), 0.12 * unit, ends=(True, True), peak=0.5)
        folds.lay()
    artist.cast(bodies.head_shadow(artist.canvas, fitting.skeleton.head), 0.3 * unit, mask) if mask.alpha.size else None


def draw_cape(fitting):
    """A cape's back, seen on both sides of the body."""
    artist, unit, skeleton = fitting.artist, fitting.unit, fitting.skeleton
    group, colour = fitting.group("cape"), fitting.under
    left, right = fitting.trunk.shoulder(False)[0], fitting.trunk.shoulder(True)[0]
    back = -np.sin(skeleton.pose.yaw) * np.array([skeleton.length["shoulders"], 0.0])
    top = skeleton.flat("pit") + 0.3 * back
    left, right = left + 0.5 * back, right + 0.5 * back
    long = skeleton.body * artist.between(0.55, 0.9)
    wind = artist.between(-0.3, 0.3) * long
    wide = skeleton.length["shoulders"]
    low_left = left + 0.9 * back + (-0.9 * wide + wind * 0.8, long)
    low_right = right + 0.9 * back + (0.9 * wide + wind, long * artist.between(0.92, 1.05))
    edge_left = spline(
        [
            top - (0.3 * wide, 0),
            left + (-0.25 * wide, 0.1 * unit),
            0.5 * (left + low_left) + (-0.1 * wide, 0),
            low_left,
        ],
        samples=10,
    )
    edge_right = spline(
        [
            top + (0.3 * wide, 0),
            right + (0.25 * wide, 0.1 * unit),
            0.5 * (right + low_right) + (0.1 * wide, 0),
            low_right,
        ],
        samples=10,
    )
    t = np.linspace(0, 1, 61)
    hem = (
        low_left
        + np.outer(t, low_right - low_left)
        + np.outer(np.sin(t * np.pi), (0, 0.12 * long))
        + np.outer(np.sin(t * 2 * np.pi * 4.5), (0, 0.035 * long))
    )
    points = np.concatenate([edge_left, hem, edge_right[::-1]])
    mask = artist.shape(points, colour, "garment 3", group, form=None)
    if not mask.alpha.size:
        return
    folds = cloth.Folds(artist, mask, colour)
    for k in range(9):
        share = (k + artist.between(0.2, 0.8)) / 9
        start = edge_left[12] + share * (edge_right[12] - edge_left[12])
        goal = point_at(hem, share)
        folds.fold(
            cut(bow(goal, start, artist.between(-0.06, 0.06), 20), 0, artist.between(0.5, 0.95)),
            0.3 * unit,
            peak=0.2,
            scale=0.9,
        )
    folds.lay()
    artist.cases.add("capes")
