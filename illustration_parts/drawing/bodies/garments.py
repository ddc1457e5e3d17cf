"""The trunk of upper garments: shirts, jackets, dresses, coats, breastplates, with folds, seams and pockets."""

import numpy as np

from illustration_parts.drawing.bodies import cloth, patterns, sewing
from illustration_parts.drawing.curves import bow, lengths_along, offset, point_at, spline, wobble

STRAP = 0.72  # share of the shoulder that a top without sleeves covers


def neckline(fitting, trunk, form, depth):
    """The edge of a neck opening from the picture's right to its left, (n, 2)."""
    right, left = trunk.neck_side(True), trunk.neck_side(False)
    middle = 0.5 * (right + left)
    front = trunk.is_seen(0.0, 0.2)
    low = trunk.flat(0.0, depth) if front else middle + (0, 0.22 * fitting.unit)
    if front and low[1] < middle[1] + 0.15 * fitting.unit:
        low = np.array([low[0], middle[1] + 0.15 * fitting.unit])
    if fitting.outfit.collar in ("turtle", "stand") and trunk is fitting.trunk:
        low = middle + (0, 0.04 * fitting.unit)
    if form == "boat":
        right, left = trunk.side_line(True, 0.4)[9], trunk.side_line(False, 0.4)[9]
        middle = 0.5 * (right + left)
    elif fitting.outfit.sleeves == "none" and trunk is fitting.trunk:
        right, left = trunk.side_line(True, 0.4, strap=STRAP)[4], trunk.side_line(False, 0.4, strap=STRAP)[4]
    s = np.linspace(-1, 1, 25)
    power = {"round": 2.2, "v": 1.05, "square": 6.0, "boat": 2.5}[form if front else "round"]
    base = 0.5 * (right + left) + np.outer(s, 0.5 * (left - right))
    return base + np.outer(1 - np.abs(s) ** power, low - middle)


def front_of(trunk, depth):
    """Where the two sides of a collar meet: a point of the front, or None if that is not seen."""
    return trunk.flat(0.0, depth) if trunk.is_seen(0.0, 0.2) else None


def put_on_top(fitting):
    """Draw the trunk of the upper garment with what is under it: shirt, folds, seams, hem. Returns its `Mask`."""
    outfit = fitting.outfit
    if outfit.collar in ("lapels", "fur") or outfit.kind == "vest":
        _draw_panel(
            fitting, fitting.body, fitting.under, "garment 3", "shirt", "v", 0.08, min(0.9, outfit.hem), plain=True
        )
    colour, part = (fitting.metal, "metal") if outfit.kind == "armour" else (fitting.top, "garment 1")
    form = outfit.neckline
    bottom = outfit.hem
    mask = _draw_panel(fitting, fitting.trunk, colour, part, "top", form, outfit.depth, bottom)
    fitting.masks["top"] = mask
    return mask


def _draw_panel(fitting, trunk, colour, part, name, form, depth, bottom, plain=False):
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    collar = neckline(fitting, trunk, form, depth)
    strap = STRAP if outfit.sleeves == "none" else 0.78 if outfit.kind == "vest" and not plain else 0.0
    left, right = trunk.side_line(False, bottom, strap=strap), trunk.side_line(True, bottom, strap=strap)
    if form == "boat":  # bare shoulders
        left, right = left[9:], right[9:]
    elif strap == STRAP:
        left, right = left[4:], right[4:]
    if bottom < 0.85:  # what is tucked in narrows to the waist
        share = np.linspace(0, 1, 6)[1:, None] ** 1.5
        for side, waist in zip((left, right), fitting.body.sides(np.linspace(0.28, bottom, 16)[-5:])):
            side[-5:] += share * (waist - side[-5:])
    hem = bow(left[-1], right[-1], 0.16, 13)
    if not plain and not fitting.small:
        for side in (left, right):  # cloth does not lie as smooth as skin
            ripple = wobble(artist.rng, len(side), 5) * 0.025 * unit * np.linspace(0, 1, len(side)) ** 1.5
            side += np.outer(ripple, (1, 0))
    points = np.concatenate([left, hem, right[::-1], collar])
    mask = artist.canvas.polygon(points)
    if not mask.alpha.size:
        return mask
    if not plain and "neck" in fitting.masks:
        artist.cast(mask, 0.06 * unit, fitting.masks["neck"])
    artist.fill(mask, colour, part, fitting.group(name))
    if outfit.pattern and not plain and not fitting.small:
        cells = int(artist.between(6, 14)), int(artist.between(6, 16))
        cells = int(1.7 * cells[0]), int(1.2 * cells[1])
        patterns.lay_pattern(
            artist,
            outfit.pattern,
            trunk.cloth,
            mask,
            fitting.trim,
            part,
            fitting.group(name),
            cells,
            ((-1.7, 1.7), (-0.2, bottom)),
        )
    fitting.light(mask, trunk.normals(mask), colour, crumpled=0.0 if part == "metal" else 0.2)
    if not plain:
        if part == "metal":
            _plates(fitting, trunk, mask, colour, bottom)
        elif not fitting.small or artist.chance(0.5):
            _fold_trunk(fitting, trunk, mask, colour, bottom)
            _sew_trunk(fitting, trunk, mask, colour, bottom)
    artist.line(collar, "boundary", 0.9, colour, taper=0.2)
    bare = artist.chance(artist.style.bare)
    if not bare:
        artist.line(left, "boundary", 1.0, colour, ends=(True, False))
        artist.line(right, "boundary", 1.0, colour, ends=(True, False))
        if bottom < 2.15:
            artist.line(hem, "boundary", 0.95, colour, taper=0.1)
    return mask


def _fold_trunk(fitting, trunk, mask, colour, bottom):
    """Folds of a trunk: from the armpits, from the bust or chest downward, across the waist, from the neck."""
    artist, unit = fitting.artist, fitting.unit
    wide = fitting.skeleton.length["shoulders"]
    folds = cloth.Folds(artist, mask, colour)
    slack = fitting.outfit.grow - 1 + 0.12
    width = wide * (0.1 + 0.25 * slack)
    left, right = trunk.sides(np.array([0.22, 0.3, trunk.waist, 0.9]))
    for out, side in ((-1, left), (1, right)):
        pit = side[1] - (out * 0.05 * wide, 0)
        count = int(artist.rng.integers(2, 5) + 2 * artist.style.detail)
        middle = np.pi / 2 + out * artist.between(0.35, 0.9)
        folds.radiate(
            pit - (out * 0.02 * wide, 0.1 * wide),
            middle,
            artist.between(0.35, 0.6),
            count,
            wide * artist.between(0.55, 1.0),
            0.8 * width,
        )
        if artist.chance(0.6):  # a long one from the shoulder
            shoulder = trunk.shoulder(out > 0)[0] - (out * 0.25 * wide, -0.1 * wide)
            goal = trunk.flat(
                out * artist.between(-0.3, 0.3) * np.sign(fitting.skeleton.chest[0, 0] + 1e-9), artist.between(0.3, 0.5)
            )
            folds.fold(
                spline([shoulder, 0.5 * (shoulder + goal) + (out * 0.1 * wide, 0), goal], samples=8), 0.6 * width
            )
    if bottom > trunk.waist:
        _fold_waist(fitting, trunk, folds, width, bottom)
    if fitting.body.bust:
        for angle in (-0.5, 0.5):
            if trunk.is_seen(angle, 0.4):
                low = trunk.flat(angle, 0.47)
                goal = trunk.flat(angle * artist.between(0.5, 1.2), min(bottom, trunk.waist + 0.1))
                folds.fold(bow(low, goal, artist.between(-0.15, 0.15), 12), 0.7 * width, peak=0.15)
                under = np.linspace(angle - 0.35, angle + 0.3, 12)
                folds.wedge(
                    trunk.flat(under, 0.45 + 0.03 * np.cos((under - angle) * 4)),
                    0.7 * width,
                    side=1 if np.sign(fitting.skeleton.chest[0, 0]) >= 0 else -1,
                    peak=0.5,
                )
    elif trunk.is_seen(0.0) and artist.chance(0.6):
        first, second = trunk.flat(-0.7, 0.3), trunk.flat(0.7, 0.3)
        folds.hang(first, second, 0.35 * wide, 2, 0.6 * width)
    if trunk.is_seen(0.0) and fitting.outfit.collar in ("none", "rib", "hood", "turtle"):
        neck = neckline(fitting, trunk, "round", fitting.outfit.depth + 0.02)
        for share in artist.rng.uniform(0.1, 0.9, 2):
            start = point_at(neck, share)
            along = (start - fitting.skeleton.flat("pit")) * 0.4 + (0, 0.25 * unit)
            folds.fold(bow(start, start + along * artist.between(0.6, 1.3), 0.1, 8), 0.4 * width, scale=0.6)
    folds.scatter(trunk.cloth, 7, 0.3, (-0.85, 0.85), (0.15, min(bottom, 1.6)))
    if fitting.outfit.closure in ("buttons", "double") and trunk.is_seen(0.0):  # what is buttoned pulls
        for level in artist.rng.uniform(fitting.outfit.depth, min(bottom, 0.95), 2 + int(3 * artist.style.detail)):
            start, side = trunk.flat(0.0, level), artist.pick((-1, 1))
            goal = trunk.flat(side * artist.between(0.35, 0.9), level + artist.between(-0.08, 0.08))
            folds.line(
                bow(start, goal, artist.between(-0.15, 0.15), 9), 0.65, 0.1, artist.between(0.5, 1), (True, True)
            )
    folds.lay()


def _fold_waist(fitting, trunk, folds, width, bottom):
    artist = fitting.artist
    wide = fitting.skeleton.length["shoulders"]
    left, right = trunk.sides(np.array([trunk.waist]))
    for out, side in ((-1, left[0]), (1, right[0])):
        for _ in range(artist.rng.integers(1, 4)):
            start = side + (0, artist.between(-0.25, 0.25) * wide)
            reach = wide * artist.between(0.3, 0.8)
            end = start + (-out * reach, artist.between(-0.15, 0.5) * reach)
            folds.fold(bow(start, end, out * artist.between(-0.3, 0.1), 10), 0.7 * width)
    if bottom > 1.3:  # a coat falls in long folds and opens in front
        for angle in np.linspace(-1.3, 1.3, 7) + artist.rng.uniform(-0.15, 0.15, 7):
            if trunk.is_seen(angle, 0.8):
                curve = trunk.flat(
                    angle * np.linspace(1.05, 0.8, 14), np.linspace(bottom, artist.between(0.75, 1.2), 14)
                )
                folds.fold(curve, 1.1 * width)
        if trunk.is_seen(0.1):
            curve = trunk.flat(np.linspace(0.12, 0.22, 14), np.linspace(1.0, bottom + 0.05, 14))
            folds.wedge(curve, 1.2 * width, peak=0.9)
            folds.line(curve, 1.0, 0, 1, (True, False))
    level = min(bottom, 1.6)
    for angle in artist.rng.uniform(-1.2, 1.2, artist.rng.integers(2, 5)):
        if not trunk.is_seen(angle, 0.8):
            continue
        start, end = (
            trunk.flat(angle, level - 0.02),
            trunk.flat(angle * 0.8, level - artist.between(0.15, 0.45) * (level - 0.3)),
        )
        folds.fold(bow(start, end, artist.between(-0.12, 0.12), 10), 0.6 * width)


def _sew_trunk(fitting, trunk, mask, colour, bottom):
    """Seams: armholes belong to the sleeves; here the hem, sides, yoke or bust seams, pockets."""
    artist, outfit = fitting.artist, fitting.outfit
    if fitting.small:
        return
    if outfit.kind in ("hoodie", "sweater"):
        left, right = trunk.sides(np.array([bottom - 0.1]))
        edge = bow(left[0], right[0], 0.16, 13)
        cloth.crease(artist, edge, colour, 0.8, mask, taper=0.1)
        low = trunk.sides(np.array([bottom]))
        hem = bow(low[0][0], low[1][0], 0.16, 13)
        for share in np.arange(0.02, 1, max(0.02, artist.px(10) / max(1, lengths_along(edge)[-1]))):
            if artist.chance(0.3 + 0.6 * artist.style.detail):
                cloth.crease(artist, bow(point_at(edge, share), point_at(hem, share), 0, 4), colour, 0.45, mask)
    elif artist.chance(0.6):
        left, right = trunk.sides(np.array([bottom - 0.045]))
        sewing.seam(artist, bow(left[0], right[0], 0.16, 13), colour, mask, artist.chance(0.3))
    if outfit.kind in ("dress", "bare shoulders", "blazer", "uniform", "maid") and artist.chance(0.6):
        for angle in (-0.62, 0.62):
            if trunk.is_seen(angle):
                levels = np.linspace(0.3, bottom, 14)
                sewing.seam(
                    artist, trunk.flat(angle * np.interp(levels, (0.3, 0.6, 1), (1.2, 0.85, 1)), levels), colour, mask
                )
    if outfit.kind in ("shirt", "coat", "uniform", "vest") and artist.chance(0.5):  # a yoke
        u = np.linspace(-1.4, 1.4, 25)
        sewing.seam(artist, trunk.cloth(u, 0.13 + 0.03 * np.cos(u * 1.1)), colour, mask, artist.chance(0.4))
    if outfit.pocket and trunk.is_seen(0.55):
        _pocket(fitting, trunk, 0.28, 0.72, 0.36, 0.44, colour, mask, outfit.kind == "shirt")
    if outfit.kind in ("blazer", "coat") and bottom > 0.95:
        for angle in (-0.75, 0.75):
            if trunk.is_seen(angle, 0.9):
                _pocket(fitting, trunk, angle - 0.28, angle + 0.28, 0.82, 0.87, colour, mask, False)
    if outfit.kind == "hoodie" and outfit.closure == "none" and trunk.is_seen(0):
        top = trunk.flat(np.linspace(-0.42, 0.42, 9), 0.66)
        for side in (-1, 1):
            edge = trunk.flat(np.linspace(0.42, 0.85, 8) * side, np.linspace(0.66, 0.88, 8))
            cloth.crease(artist, edge, colour, 0.9, mask, taper=0.1)
        cloth.crease(artist, top, colour, 0.8, mask, taper=0.1)


def _pocket(fitting, trunk, a0, a1, v0, v1, colour, mask, patch):
    artist = fitting.artist
    angle = np.linspace(a0, a1, 6)
    points = np.concatenate([trunk.flat(angle, v0), trunk.flat(angle[::-1], v1 if not patch else v1 + 0.05)])
    inner = artist.canvas.polygon(points).clip(mask)
    if inner.alpha.size and not fitting.outfit.pattern:
        artist.fill(inner, colour, "garment 1", fitting.group("top"))
        fitting.light(inner, trunk.normals(inner), colour)
    cloth.crease(artist, np.concatenate([points, points[:1]]), colour, 0.7, mask, taper=0.1)
    if patch:
        cloth.crease(artist, trunk.flat(angle, v0 + 0.025), colour, 0.5, mask)


def _plates(fitting, trunk, mask, colour, bottom):
    """A breastplate: a ridge in the middle, bands, rivets, engraved rims."""
    artist, unit = fitting.artist, fitting.unit
    levels = np.linspace(0.06, bottom, 16)
    if trunk.is_seen(0.0):
        cloth.crease(artist, trunk.flat(0.0, levels), colour, 0.8, mask)
        folds = cloth.Folds(artist, mask, colour)
        folds.wedge(trunk.flat(0.0, levels), 0.14 * unit)
        folds.lay()
    for angle in (-0.75, 0.55):
        if trunk.is_seen(angle):
            levels = np.linspace(0.2, 0.44, 10)
            streak = trunk.flat(angle + 0.1 * np.cos(levels * 9), levels)
            shine = cloth.strip(artist, streak, 0.09 * unit * np.sin(np.linspace(0, np.pi, 10)))
            artist.shine(shine.clip(mask), colour, 0.8)
    for level in (0.5, 0.56 + 0.0 * unit, 0.64):
        angle = np.linspace(-1.5, 1.5, 21)
        curve = trunk.flat(angle, level + 0.05 * np.cos(angle))
        cloth.crease(artist, curve, colour, 0.8, mask, taper=0.1)
    rim = neckline(fitting, trunk, "round", 0.1)
    strip = artist.canvas.polygon(np.concatenate([rim, offset(rim, -0.16 * unit)[::-1]])).clip(mask)
    artist.fill(strip, fitting.trim, "trim", fitting.group("top"))
    artist.line(offset(rim, -0.16 * unit), "inner", 0.7, fitting.trim, clip=mask)
    for side in (-1, 1):
        curve = trunk.flat(side * np.linspace(0.15, 1.2, 12), 0.3 + 0.14 * np.linspace(0, 1, 12) ** 2)
        cloth.crease(artist, curve, colour, 0.7, mask)
        for share in (0.3, 0.6, 0.9):
            if trunk.is_seen(side * share):
                sewing.button(
                    artist, trunk.flat(side * share, 0.62), 0.045 * unit, fitting.trim, "metal", fitting.group("top")
                )
    artist.cases.add("armour")
