"""Collars: flaps, lapels, bands, hoods, sailor collars, a kimono's crossed bands, fur."""

import numpy as np

from illustration_parts.drawing.bodies import bodies, cloth, neckwear, sewing
from illustration_parts.drawing.bodies.garments import front_of, neckline
from illustration_parts.drawing.curves import bow, cut, lengths_along, offset, point_at, spline, strand
from illustration_parts.drawing.styles import hsv


def draw_behind(fitting):
    """What lies behind neck and body: a cape's back, the back of a collar, a hood."""
    artist, outfit, unit, trunk = fitting.artist, fitting.outfit, fitting.unit, fitting.trunk
    if outfit.cape:
        neckwear.draw_cape(fitting)
    right, left = trunk.neck_side(True), trunk.neck_side(False)
    group = fitting.group("top")
    colour = fitting.under if outfit.collar in ("lapels", "fur") or outfit.kind == "vest" else fitting.top
    if outfit.collar in ("shirt", "round", "lapels", "sailor", "fur") or outfit.kind == "vest":
        height = 0.2 * unit
        top = bow(left - (0.02 * unit, height), right + (0.02 * unit, -height), 0.12, 9)
        artist.shape(
            np.concatenate([top, bow(right, left, 0.3, 9)]), colour * 0.82, "garment 1", group, form=None, scale=0.8
        )
    elif outfit.collar == "hood":
        middle = 0.5 * (left + right)
        half = 0.5 * np.hypot(*(right - left))
        for size, tone in ((1.0, 1.0), (0.72, 0.75)):
            points = spline(
                [
                    left - (0.55 * half, -0.25 * unit),
                    left + (-0.45 * half, -0.45 * unit * size),
                    middle - (0, 0.75 * unit * size),
                    right + (0.45 * half, -0.45 * unit * size),
                    right + (0.55 * half, 0.25 * unit),
                ],
                samples=8,
            )
            points = middle + (points - middle) * (size, 1)
            artist.shape(
                np.concatenate([points, bow(points[-1], points[0], 0.2, 6)]),
                fitting.top * tone,
                "garment 1",
                group,
                scale=0.9,
            )
    elif outfit.collar == "fur":
        _fur(
            fitting,
            spline(
                [
                    left - (0.5 * unit, -0.2 * unit),
                    left - (0.1 * unit, 0.3 * unit),
                    right + (0.1 * unit, -0.3 * unit),
                    right + (0.5 * unit, 0.2 * unit),
                ],
                samples=8,
            ),
            0.5 * unit,
        )


def draw_collar(fitting):
    """Draw the collar, on the garment and round the neck."""
    outfit, trunk = fitting.outfit, fitting.trunk
    if outfit.kind == "vest":
        _flaps(fitting, fitting.body, 0.08, fitting.under, "shirt", pointed=True)
        return
    if outfit.collar == "lapels":
        _flaps(fitting, fitting.body, 0.08, fitting.under, "shirt", pointed=True)
        neckwear.draw_neckwear(fitting)
        _lapels(fitting)
    elif outfit.collar in ("shirt", "round"):
        white = outfit.kind in ("dress", "maid", "sweater") or fitting.artist.chance(0.3)
        colour = hsv(0.6, 0.02, 0.96) if white else fitting.top
        _flaps(fitting, trunk, outfit.depth, colour, "top", pointed=outfit.collar == "shirt")
    elif outfit.collar in ("rib", "none"):
        _rib(fitting, outfit.collar == "rib")
    elif outfit.collar == "sailor":
        _sailor(fitting)
    elif outfit.collar in ("turtle", "stand"):
        _tube(fitting)
    elif outfit.collar == "hood":
        _hood_front(fitting)
    elif outfit.collar == "crossed":
        _crossed(fitting)
    elif outfit.collar == "frill":
        edge = neckline(fitting, trunk, outfit.neckline, outfit.depth)[::-1]
        edge = edge if np.dot(offset(edge, 1)[12] - edge[12], (0, 1)) > 0 else edge[::-1]
        sewing.frill(fitting.artist, edge, 0.28 * fitting.unit, hsv(0, 0, 0.97), "trim", fitting.group("top"))
    elif outfit.collar == "fur":
        _lapels(fitting)
        for right in (True, False):
            line = neckline(fitting, trunk, "v", outfit.depth)
            half = line[:13] if right else line[12:][::-1]
            _fur(fitting, half, 0.38 * fitting.unit)


def _flaps(fitting, trunk, depth, colour, name, pointed):
    artist, unit = fitting.artist, fitting.unit
    meet = front_of(trunk, depth)
    group = fitting.group(name)
    if meet is None:
        right, left = trunk.neck_side(True), trunk.neck_side(False)
        strip = np.concatenate(
            [
                bow(left - (0.08 * unit, 0.15 * unit), right + (0.08 * unit, -0.15 * unit), 0.25, 12),
                bow(right + (0.3 * unit, 0.25 * unit), left + (-0.3 * unit, 0.25 * unit), -0.2, 12),
            ]
        )
        artist.shape(strip, colour, "garment 3", group, form=None)
        return
    reach = artist.between(0.5, 0.8)
    order = (False, True) if artist.chance(0.5) else (True, False)
    line = neckline(fitting, trunk, "v" if pointed else "round", depth)
    for right in order:
        out = 1 if right else -1
        inner = line[:13] if right else line[12:][::-1]  # from the neck's side to the front
        start = trunk.neck_side(right)
        shoulder = trunk.side_line(right, 0.4)[8]
        back = start + 0.3 * (shoulder - start) + (0, 0.05 * unit)
        if pointed:
            tip = inner[-1] + (out * reach * 0.62 * unit, reach * 0.72 * unit)
            outer = np.concatenate([bow(inner[-1], tip, -0.05 * out, 5), bow(tip, back, 0.1 * out, 8)])
        else:
            low = inner[-1] + (out * 0.42 * unit, reach * 0.62 * unit)
            far = 0.5 * (low + back) + (out * 0.25 * unit, 0.2 * unit)
            outer = spline([inner[-1], inner[-1] + (out * 0.1 * unit, 0.45 * reach * unit), low, far, back], samples=6)
        stand = start - (0, 0.16 * unit)
        points = np.concatenate([[stand], inner, outer, [back - (0, 0.1 * unit)]])
        mask = artist.canvas.polygon(points)
        if not mask.alpha.size:
            continue
        artist.cast(mask, 0.09 * unit, fitting.masks.get("top", mask))
        artist.shape(points, colour, "garment 3" if name == "shirt" else "trim", group, form=None, scale=0.95)
        if fitting.small:
            continue
        folds = cloth.Folds(artist, mask, colour)
        folds.wedge(bow(stand + (out * 0.05 * unit, 0.05 * unit), inner[8], -0.05 * out, 10), 0.13 * unit, side=-out)
        if artist.chance(0.4):
            sewing.seam(artist, offset(outer, 0.07 * unit * -out)[1:-1], colour, mask)
        folds.lay()


def _rib(fitting, ribbed):
    """A band round the neck opening, with ribs."""
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    if outfit.neckline == "boat" or outfit.kind == "armour":
        edge = neckline(fitting, fitting.trunk, outfit.neckline, outfit.depth)[::-1]
        if outfit.kind == "bare shoulders" and artist.chance(0.5):
            sewing.frill(artist, edge, 0.3 * unit, fitting.trim, "trim", fitting.group("top"))
        return
    inner = neckline(fitting, fitting.trunk, outfit.neckline, outfit.depth)
    wide = (0.17 if ribbed else 0.07) * unit
    side = 1.0 if np.dot(offset(inner, 1)[12] - inner[12], (0, 1)) > 0 else -1.0
    outer = offset(inner, side * wide)
    colour = fitting.trim if artist.chance(0.5) else fitting.top
    artist.shape(
        np.concatenate([inner, outer[::-1]]), colour, "trim", fitting.group("top"), "inner", form=None, scale=0.8
    )
    if ribbed and not fitting.small:
        for share in np.linspace(0.03, 0.97, int(14 + 16 * artist.style.detail)):
            a, b = point_at(inner, share), point_at(outer, share)
            cloth.crease(artist, np.stack([a + 0.15 * (b - a), b - 0.1 * (b - a)]), colour, 0.4)


def _sailor(fitting):
    artist, outfit, unit, trunk = fitting.artist, fitting.outfit, fitting.unit, fitting.trunk
    colour, group = fitting.lower, fitting.group("top")
    white = hsv(0, 0, 0.97) if cloth.is_dark(colour) or artist.chance(0.6) else fitting.trim
    line = neckline(fitting, trunk, "v", outfit.depth)
    meet = line[12]
    if trunk.is_seen(0.0, 0.2) and artist.chance(0.7) and outfit.depth > 0.2:  # what fills the opening
        high = trunk.flat(0.0, 0.12)
        part = [point for point in line if point[1] > high[1]]
        if len(part) > 3:
            artist.shape(np.array([*part, part[0]]), fitting.top, "garment 1", group, "inner", form=None)
    for right in (False, True):
        out = 1 if right else -1
        inner = line[:13] if right else line[12:][::-1]
        start = trunk.neck_side(right)
        shoulder = trunk.side_line(right, 0.4)[12]
        back = start + 0.72 * (shoulder - start)
        outer = spline(
            [meet + (out * 0.05 * unit, 0.12 * unit), 0.5 * (meet + back) + (out * 0.18 * unit, 0.12 * unit), back],
            samples=10,
        )
        points = np.concatenate([[start - (0, 0.2 * unit)], inner, outer, [back - (0.12 * out * unit, 0.18 * unit)]])
        mask = artist.canvas.polygon(points)
        if not mask.alpha.size:
            continue
        artist.cast(mask, 0.1 * unit, fitting.masks.get("top", mask))
        artist.shape(points, colour, "garment 2", group, form=None)
        for k in range(1 if unit < 60 else 2):
            edge = offset(outer, -out * (0.13 + 0.1 * k) * unit)[1:]
            strip = np.concatenate([edge, offset(edge, -out * 0.045 * unit)[::-1]])
            artist.fill(artist.canvas.polygon(strip).clip(mask), white, "trim", group)
            if unit > 90:
                cloth.crease(artist, edge, white, 0.4, mask)
        folds = cloth.Folds(artist, mask, colour)
        folds.wedge(bow(start - (0, 0.1 * unit), inner[9], -0.05 * out, 10), 0.15 * unit, side=-out)
        folds.lay()


def _tube(fitting):
    """A collar that stands: a turtleneck's roll, or a uniform's band with its hook and trim."""
    artist, outfit, unit, trunk = fitting.artist, fitting.outfit, fitting.unit, fitting.trunk
    turtle = outfit.collar == "turtle"
    right, left = trunk.neck_side(True, 0.2), trunk.neck_side(False, 0.2)
    height = (0.45 if turtle else 0.34) * unit * (1 if not fitting.chibi else 0.6)
    radius = 1.12 * bodies.neck_radius(fitting.skeleton, fitting.person)
    middle = 0.5 * (left + right)
    towards = np.array([0.25 * unit * np.sin(fitting.skeleton.pose.yaw), 0.0])
    top_left, top_right = (
        middle + towards * 0.5 + (-radius * 1.05, -height),
        middle + towards * 0.5 + (radius * 1.05, -height),
    )
    low_left, low_right = left + (0.1 * radius, 0.1 * unit), right + (-0.1 * radius, 0.1 * unit)
    front = front_of(trunk, 0.04)
    sag = 0.5 * unit / max(1.0, np.hypot(*(low_right - low_left)))
    base = bow(low_right, low_left, -1.6 * sag, 13)
    rim = bow(top_left, top_right, 0.75 * sag, 13)
    points = np.concatenate([rim, base])
    colour = fitting.metal if outfit.kind == "armour" else fitting.top
    part = "metal" if outfit.kind == "armour" else "garment 1"
    group = fitting.group("top")
    mask = artist.canvas.polygon(points)
    if not mask.alpha.size:
        return
    artist.cast(mask, 0.1 * unit, fitting.masks.get("top", mask))
    artist.shape(points, colour, part, group, form="inflate", gloss=part == "metal")
    if fitting.small:
        return
    if turtle:
        fold = bow(low_left + 0.45 * (top_left - low_left), low_right + 0.45 * (top_right - low_right), 1.0 * sag, 13)
        folds = cloth.Folds(artist, mask, colour)
        folds.wedge(fold, 0.12 * unit, side=1, peak=0.5)
        folds.line(fold, 0.8)
        for share in artist.rng.uniform(0.15, 0.85, 4):
            folds.fold(
                bow(point_at(rim, share), point_at(base[::-1], share + artist.between(-0.1, 0.1)), 0.1, 8),
                0.08 * unit,
                scale=0.6,
            )
        folds.lay()
    else:
        strip = np.concatenate([rim, offset(rim, 0.09 * unit)[::-1]])
        artist.fill(artist.canvas.polygon(strip).clip(mask), fitting.trim, "trim", group)
        artist.line(offset(rim, 0.09 * unit), "inner", 0.6, fitting.trim, clip=mask)
        if front is not None:
            share = np.clip((front[0] - low_left[0]) / max(1.0, low_right[0] - low_left[0]), 0.1, 0.9)
            cloth.crease(artist, np.stack([point_at(rim, share), point_at(base[::-1], share)]), colour, 0.9, mask)
            if outfit.kind == "uniform" and artist.chance(0.6):
                for side in (-0.16, 0.16):
                    sewing.button(
                        artist,
                        0.5 * (point_at(rim, share + side) + point_at(base[::-1], share + side)),
                        0.07 * unit,
                        fitting.trim,
                        "metal",
                        group,
                    )
    head = bodies.head_shadow(artist.canvas, fitting.skeleton.head)
    artist.cast(head, 0.3 * unit, mask)


def _hood_front(fitting):
    artist, unit, trunk = fitting.artist, fitting.unit, fitting.trunk
    group, colour = fitting.group("top"), fitting.top
    meet = front_of(trunk, fitting.outfit.depth + 0.06)
    if meet is None:
        return
    for right in (False, True):
        out = 1 if right else -1
        start = trunk.neck_side(right) + (out * 0.1 * unit, -0.3 * unit)
        far = trunk.neck_side(right) + (out * 0.62 * unit, 0.1 * unit)
        inner = spline([start, trunk.neck_side(right) + (-0.02 * out * unit, 0.2 * unit), meet], samples=8)
        outer = spline([meet, 0.5 * (meet + far) + (out * 0.22 * unit, 0.3 * unit), far, start], samples=8)
        points = np.concatenate([inner, outer])
        mask = artist.canvas.polygon(points)
        if not mask.alpha.size:
            continue
        artist.cast(mask, 0.1 * unit, fitting.masks.get("top", mask))
        artist.shape(points, colour, "garment 1", group, form=None)
        folds = cloth.Folds(artist, mask, colour)
        for share in artist.rng.uniform(0.2, 0.75, 3):
            folds.fold(
                bow(point_at(outer, share), point_at(inner, 1 - share * artist.between(0.8, 1.1)), 0.2 * out, 10),
                0.14 * unit,
            )
        folds.wedge(inner, 0.12 * unit, side=out * -1.0)
        folds.lay()
    for side in (-1, 1):
        start = meet + (side * 0.28 * unit, 0.02 * unit)
        string = spline(
            [
                start,
                start + (side * 0.05 * unit, 0.45 * unit),
                start + (side * artist.between(-0.1, 0.2) * unit, artist.between(0.8, 1.3) * unit),
            ],
            samples=7,
        )
        artist.shape(
            strand(string, 0.08 * unit),
            fitting.trim,
            "trim",
            group,
            "inner",
            form=None,
            scale=0.8,
        )
        sewing.button(artist, start, 0.05 * unit, fitting.metal, "metal", group)


def _crossed(fitting):
    """A kimono's collar: one band over the other, and a thin one of the garment below."""
    artist, outfit, unit, trunk = fitting.artist, fitting.outfit, fitting.unit, fitting.trunk
    group = fitting.group("top")
    if not trunk.is_seen(0.0, 0.2):
        return
    front = fitting.skeleton.chest[0, 0] >= 0
    for right, inner in ((not front, True), (front, True), (not front, False), (front, False)):
        out = 1 if right else -1
        sign = out if front else -out
        start = trunk.neck_side(right) - (0, 0.12 * unit)
        goal = trunk.flat(-sign * 0.5, outfit.hem - 0.04)
        meet = trunk.flat(0.0, outfit.depth)
        curve = spline([start, start + 0.45 * (meet - start) + (out * 0.08 * unit, 0.05 * unit), meet, goal], samples=9)
        if inner:
            curve = offset(cut(curve, 0, 0.62), 0.0) - (out * 0.1 * unit, 0.0)
        wide = (0.17 if inner else 0.3) * unit
        side = 1.0 if np.dot(offset(curve, 1)[8] - curve[8], (out, 0.3)) > 0 else -1.0
        outer = offset(curve, side * wide)
        points = np.concatenate([curve, outer[::-1]])
        mask = artist.canvas.polygon(points)
        if not mask.alpha.size:
            continue
        colour = hsv(0.1, 0.03, 0.97) if inner else fitting.trim
        artist.cast(mask, 0.07 * unit, fitting.masks.get("top", mask))
        artist.shape(points, colour, "garment 3" if inner else "trim", group, form=None, scale=0.9)
        if not inner and not fitting.small:
            folds = cloth.Folds(artist, mask, colour)
            folds.wedge(cut(outer, 0.1, 0.9), 0.1 * unit, side=-side)
            folds.lay()
            sewing.seam(artist, offset(curve, side * 0.5 * wide), colour, mask, scale=0.4)


def _lapels(fitting):
    artist, outfit, unit, trunk = fitting.artist, fitting.outfit, fitting.unit, fitting.trunk
    group, colour = fitting.group("top"), fitting.top
    line = neckline(fitting, trunk, "v", outfit.depth)
    if not trunk.is_seen(0.0, 0.2):
        _flaps(fitting, trunk, 0.1, colour, "top", True)
        return
    wide = artist.between(0.34, 0.58) * unit * (1 if not fitting.chibi else 0.5)
    edge = fitting.trim if artist.chance(0.25) else None
    for right in (False, True):
        out = 1 if right else -1
        inner = line[:13] if right else line[12:][::-1]
        foot = inner[-1]
        break_at = point_at(inner, 0.42)
        tip = break_at + (out * wide * 1.15, -0.25 * wide)
        notch = break_at + (out * wide * 0.62, -0.45 * wide)
        lapel = np.concatenate([cut(inner, 0.3, 1.0, 9), bow(foot, tip, -0.12 * out, 9), np.stack([tip, notch])])
        start = trunk.neck_side(right) - (0, 0.2 * unit)
        shoulder = trunk.side_line(right, 0.4)[8]
        back = start + 0.32 * (shoulder - start)
        collar = np.concatenate(
            [
                [start],
                cut(inner, 0.0, 0.34, 6),
                [notch, notch + (out * 0.55 * wide, -0.32 * wide)],
                bow(notch + (out * 0.5 * wide, -0.42 * wide), back, 0.12 * out, 6),
            ]
        )
        for points in (lapel, collar):
            mask = artist.canvas.polygon(points)
            if not mask.alpha.size:
                continue
            artist.cast(mask, 0.09 * unit, fitting.masks.get("top", mask))
            artist.shape(points, colour, "garment 1", group, form=None, scale=0.95)
            if edge is not None and not fitting.small:
                cloth.crease(artist, offset(points[8:], -out * 0.05 * unit), colour, 0.6, mask, taper=0.2)
        mask = artist.canvas.polygon(lapel)
        folds = cloth.Folds(artist, mask, colour)
        folds.wedge(cut(inner, 0.35, 1.0), 0.12 * unit, side=-out * 1.0)
        folds.lay()


def _beside(curve, shares, distances):
    """Points beside a curve at shares of its length, (n, 2)."""
    dense = point_at(curve, np.linspace(0, 1, 101))
    return point_at(curve, shares) + point_at_normals(dense, shares) * np.asarray(distances)[:, None]


def point_at_normals(dense, shares):
    """Unit normals of an evenly sampled curve at shares of its length, (n, 2)."""
    normal = offset(dense, 1.0) - dense
    places = np.linspace(0, 1, len(dense))
    return np.stack([np.interp(shares, places, normal[:, axis]) for axis in (0, 1)], -1)


def _fur(fitting, curve, wide):
    """Fur along a curve: a band whose rim ends in tufts, with short hairs inside."""
    artist = fitting.artist
    colour, group = fitting.trim, fitting.group("fur")
    total = lengths_along(curve)[-1]
    tuft = max(4.0, 0.34 * wide)
    outlines = []
    for side in (1, -1):  # each tuft leans along the curve and ends in a point
        t = np.linspace(0, 1, max(5, int(total / tuft) + 1))
        t[1:-1] += artist.rng.uniform(-0.3, 0.3, len(t) - 2) / len(t)
        valleys = _beside(curve, t, side * 0.5 * wide * artist.rng.uniform(0.78, 0.95, len(t)))
        tips = _beside(
            curve, np.minimum(1, t[1:] + 0.25 / len(t)), side * 0.5 * wide * artist.rng.uniform(1.05, 1.35, len(t) - 1)
        )
        rim = [
            np.concatenate([bow(a, tip, -0.28 * side, 6), bow(tip, b, 0.2 * side, 4)[1:]])
            for a, tip, b in zip(valleys[:-1], tips, valleys[1:])
        ]
        outlines.append(np.concatenate(rim))
    points = np.concatenate([outlines[0], outlines[1][::-1]])
    count = len(outlines[0]) // 3
    mask = artist.shape(points, colour, "trim", group, form="inflate")
    for _ in range(int(count * (0.6 + 1.6 * artist.style.detail))):
        share = artist.rng.random()
        start = point_at(curve, share) + artist.rng.normal(0, 0.22, 2) * wide
        along = (point_at(curve, min(1, share + 0.02)) - point_at(curve, max(0, share - 0.02))) + artist.rng.normal(
            0, 0.05, 2
        ) * wide
        size = np.hypot(*along)
        if size > 1e-6:
            cloth.crease(
                artist, bow(start, start + along / size * artist.between(0.12, 0.3) * wide, 0.3, 6), colour, 0.6, mask
            )
    artist.cases.add("fur")
