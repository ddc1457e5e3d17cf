"""Sleeves with their cuffs, epaulettes and arm plates; bare arms and gloves."""

import numpy as np

from illustration_parts.drawing.bodies import bodies, cloth, patterns, sewing
from illustration_parts.drawing.curves import bow, ellipse, offset, point_at, spline, strand, wobble
from illustration_parts.drawing.forms import ellipsoid
from illustration_parts.drawing.styles import hsv


def put_on_sleeve(fitting, k):
    """Draw the arm of side k with its sleeve, from the back to the front; the hand comes after. Returns the limb."""
    artist, outfit, skeleton, person, unit = (
        fitting.artist, fitting.outfit, fitting.skeleton, fitting.person, fitting.unit,
    )  # fmt: skip
    canvas = artist.canvas
    bare = bodies.build_limb(skeleton, person, k)
    trunk_mask = fitting.masks.get("top", bodies.empty_mask())
    joint = skeleton.flat(f"shoulder{k}")
    ball = bodies.limb_radius(skeleton, person, bodies.ARM, 0.1)

    def at_shoulder(reach):
        return lambda points: (np.hypot(*(points - joint).T) < reach) & cloth.is_inside(trunk_mask, points)

    stop = {"long": 1.93, "wide": 1.7, "short": 0.62, "puff": 0.6, "none": -1.0}[outfit.sleeves]
    if outfit.sleeves == "short":
        stop = 0.45 + 0.3 * (fitting.group("top") % 3) / 2
    if stop < 1.9:
        mask = bare.mask(canvas, 0.0, 2.03)
        if mask.alpha.size:
            artist.cast(mask, 0.1 * unit, trunk_mask)
            colour, part, group = fitting.skin, "skin", fitting.group("skin")
            long_glove = outfit.gloves and outfit.sleeves != "wide"
            artist.fill(mask, colour, part, group)
            fitting.light(mask, bare.normals(mask), colour)
            cloth.outline(artist, mask, colour, at_shoulder(1.5 * ball))
            if abs(bare.turn) > 0.35 and not fitting.small:
                inner = np.sign(bare.turn)
                cloth.crease(
                    artist,
                    bow(bare.at(1.0, inner), bare.at(1.02, 0.25 * inner), 0.2, 6),
                    colour,
                    0.8,
                    mask,
                    (False, True),
                )
            if long_glove:
                _glove(fitting, bare, 1.35)
    if stop > 0:
        _draw_sleeve(fitting, k, stop, at_shoulder, ball, trunk_mask)
    return bare


def _sleeve_shape(fitting, k):
    outfit, skeleton = fitting.outfit, fitting.skeleton
    slack = 0.12 + 0.95 * (outfit.grow - 1)
    places = np.array([-0.05, 0.1, 0.3, 0.6, 0.9, 1.0, 1.3, 1.7, 1.9, 2.2])
    if outfit.sleeves == "puff":
        shape = np.interp(places, (0, 0.15, 0.4, 0.55, 0.62), (0.3, 0.75, 0.9, 0.55, 0.1))
    elif outfit.sleeves == "short":
        shape = np.interp(places, (0, 0.3, 1), (0.1, slack, 1.5 * slack + 0.15))
    elif outfit.sleeves == "wide":
        shape = np.interp(places, (0, 0.3, 1.0, 1.7), (0.1, 0.25, 0.6, 1.5))
    else:
        bag = 0.25 if outfit.kind in ("hoodie", "sweater", "shirt") else 0.0
        shape = np.interp(
            places,
            (0, 0.25, 1.0, 1.6, 1.82, 1.93),
            (0.1, slack, slack, slack + 0.2 + bag, slack + bag, 0.9 * slack + 0.1),
        )
    rough = 0.0 if fitting.small else 0.035
    limb = bodies.build_limb(skeleton, fitting.person, k, slack=shape, places=places)
    if outfit.sleeves != "wide":
        limb.left = limb.left * (1 + rough * wobble(fitting.artist.rng, len(limb.places), 4))
        limb.right = limb.right * (1 + rough * wobble(fitting.artist.rng, len(limb.places), 4))
    return limb


def _draw_sleeve(fitting, k, stop, at_shoulder, ball, trunk_mask):
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    canvas, skeleton = artist.canvas, fitting.skeleton
    limb = _sleeve_shape(fitting, k)
    towards = limb.depth[2] - limb.depth[1] if stop > 1 else limb.depth[1] - limb.depth[0]
    cap = 0.3 if towards > 0 else -0.25 if stop > 1 else 0.25
    cap = 0.28 if outfit.sleeves in ("short", "wide") else cap
    mask = limb.mask(canvas, -0.02, stop, cap)
    if outfit.sleeves == "wide":
        mask = cloth.unite([mask, _hanging_sleeve(fitting, limb, stop)])
    if not mask.alpha.size:
        return
    in_armour = outfit.kind == "armour"
    colour = fitting.under if in_armour or outfit.kind == "vest" else fitting.top
    part = "garment 3" if in_armour or outfit.kind == "vest" else "garment 1"
    group = fitting.group("sleeves" if in_armour or outfit.kind == "vest" else "top")
    artist.cast(mask, 0.1 * unit, trunk_mask)
    if fitting.masks.get("lower") is not None:
        artist.cast(mask, 0.1 * unit, fitting.masks["lower"])
    artist.fill(mask, colour, part, group)
    if outfit.pattern and not fitting.small:
        cells = int(artist.between(3, 6)), int(8 + 8 * stop / 2)
        patterns.lay_pattern(
            artist,
            outfit.pattern,
            lambda u, v: limb.at(v, u),
            mask,
            fitting.trim,
            part,
            group,
            cells,
            ((-1.1, 1.1), (-0.3, stop)),
        )
    fitting.light(mask, limb.normals(mask), colour, crumpled=0.25)
    if not fitting.small or artist.chance(0.4):
        _fold_sleeve(fitting, limb, mask, colour, stop)
    cloth.outline(artist, mask, colour, at_shoulder(1.75 * ball * outfit.grow))
    if not fitting.small:
        out = 1 if skeleton.flat(f"shoulder{k}")[0] > skeleton.flat("pit")[0] else -1
        if outfit.sleeves != "wide":
            sewing.seam(
                artist,
                bow(limb.at(-0.05, -out * 0.9), limb.at(0.22, out * 0.95), 0.25 * out, 10),
                colour,
                mask,
                scale=0.7,
            )
    _cuff(fitting, limb, stop, colour, part, group)
    if outfit.epaulettes and not fitting.small:
        _epaulette(fitting, limb)
    if in_armour:
        _pauldron(fitting, limb)
        _vambrace(fitting, limb)


def _hanging_sleeve(fitting, limb, stop):
    """The bag of a wide sleeve that hangs from the forearm."""
    artist = fitting.artist
    elbow, end = limb.at(1.05, 0.0), limb.at(stop, 0.0)
    depth = (1.1 + 0.5 * artist.rng.random()) * fitting.skeleton.length["forearm"]
    start = limb.at(0.55, 0.0)
    along = end - start
    sideways = 0.12 * depth * np.sign(along[0] + 1e-6)
    low = end + (sideways, depth * 0.8)
    inner = start + (0.3 * along[0], depth * 0.75)
    radius = limb.radius(stop) * 0.9
    points = spline(
        [
            start,
            elbow + (0, -0.2 * radius),
            end + (0, -radius),
            end + (sideways * 0.6, 0.35 * depth),
            low,
            0.5 * (low + inner) + (0, 0.05 * depth),
            inner,
        ],
        True,
        7,
    )
    return artist.canvas.polygon(points)


def _fold_sleeve(fitting, limb, mask, colour, stop):
    """Folds of a sleeve: from the armhole, at the elbow towards its inner side, and pushed together over the cuff."""
    artist, outfit = fitting.artist, fitting.outfit
    folds = cloth.Folds(artist, mask, colour)
    radius = limb.radius(0.5)
    width = radius * (0.35 + 0.8 * (outfit.grow - 1))
    out = 1 if limb.points[1][0] > limb.points[0][0] else -1
    pit = fitting.skeleton.flat("pit")
    inward = min((-1, 1), key=lambda side: np.hypot(*(limb.at(0.2, side) - pit)))
    for k in range(int(artist.rng.integers(2, 4) + 2 * artist.style.detail)):  # from the armpit, and from the shoulder
        low = k % 2 == 0
        u0 = inward * artist.between(0.6, 0.9) if low else -inward * artist.between(0.0, 0.7)
        u1 = u0 - inward * artist.between(0.3, 1.3) if low else u0 + artist.between(-0.4, 0.4)
        first = artist.between(0.1, 0.24) if low else artist.between(0.04, 0.1)
        place = np.linspace(first, artist.between(0.25, min(0.85, 0.9 * stop)), 12)
        sweep = np.linspace(0, 1, 12) ** artist.between(0.7, 1.5)
        folds.fold(limb.at(place, np.clip(u0 + (u1 - u0) * sweep, -0.95, 0.95)), width * artist.between(0.5, 1.0))
    if outfit.sleeves == "puff":
        edge = limb.at(stop, np.linspace(-0.9, 0.9, 12))
        for share in np.linspace(0.08, 0.92, 6):
            start = point_at(edge, share)
            goal = limb.at(stop - artist.between(0.15, 0.4), (share - 0.5) * 2.2)
            folds.fold(bow(start, goal, artist.between(-0.15, 0.15), 8), width * 0.5)
    if stop > 1.1:
        inner = np.sign(limb.turn) if abs(limb.turn) > 0.12 else out * artist.pick((-1, 1))
        strong = min(1.0, abs(limb.turn) + 0.25)
        for k in range(2 + int(3 * strong * (0.4 + 0.6 * artist.style.detail))):
            start = limb.at(1.0 + artist.between(-0.06, 0.06), inner * 0.92)
            place = 1.0 + artist.between(0.06, 0.42) * (1 if k % 2 else -1) * (0.5 + strong)
            goal = limb.at(place, -inner * artist.between(-0.2, 0.75))
            folds.fold(bow(start, goal, artist.between(-0.25, 0.25), 12), width * (0.7 + 0.6 * strong))
        if artist.chance(0.6):
            folds.fold(limb.at(np.linspace(0.92, 1.15, 8), -inner * np.linspace(0.95, 0.5, 8)), width * 0.6)
        if outfit.sleeves == "long":
            folds.bunch(limb, stop - 0.2, int(artist.rng.integers(2, 5)), width * 0.8, 0.12)
            folds.bunch(limb, 1.35, int(artist.rng.integers(1, 3)), width * 0.7, 0.2)
        folds.bunch(limb, 0.7, int(artist.rng.integers(1, 3)), width * 0.8, 0.22)
        if outfit.kind in ("blazer", "uniform", "coat") and artist.chance(0.6):
            place = np.linspace(0.25, stop - 0.05, 24)
            folds.line(limb.at(place, 0.45 * artist.pick((-1, 1))), 0.5, faint=artist.chance(0.5))
    elif outfit.sleeves == "short":
        for u in artist.rng.uniform(-0.8, 0.8, 2):
            folds.fold(limb.at(np.linspace(stop, stop - artist.between(0.15, 0.35), 8), u), width * 0.7)
    if outfit.sleeves == "wide":
        low = limb.at(stop, 0.0)
        for share in artist.rng.uniform(0.1, 0.8, 4):
            start = limb.at(0.7 + share, 0.1)
            goal = start + (0.25 * (low - start)[0], artist.between(0.5, 1.2) * fitting.skeleton.length["forearm"])
            folds.fold(bow(start, goal, artist.between(-0.15, 0.15), 14), width, peak=0.5)
    folds.scatter(lambda u, v: limb.at(v, u), 4, 0.3, v=(0.1, stop))
    folds.lay()


def _cuff(fitting, limb, stop, colour, part, group):
    """The end of a sleeve: a hem, a cuff of another colour, ribs, or a frill."""
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    if outfit.sleeves == "wide":
        return
    u = np.linspace(-1, 1, 13)
    kind = {
        "tee": "hem",
        "sweater": "ribs",
        "hoodie": "ribs",
        "uniform": "turned",
        "blazer": "buttons",
        "coat": "turned",
        "shirt": "cuff",
    }.get(outfit.kind, "hem")
    if outfit.sleeves == "puff" or outfit.kind in ("dress", "maid") and artist.chance(0.6):
        kind = "band"
    sag = 0.06 * np.cos(u * np.pi / 2)
    depth = {"hem": 0.07, "ribs": 0.16, "turned": 0.25, "buttons": 0.02, "cuff": 0.15, "band": 0.1}[kind]
    upper = limb.at(stop - depth + sag * 0.5, u * 1.02)
    grown = 1.06 if kind in ("turned", "cuff", "band") else 1.0
    lower = limb.at(stop + sag * 0.5, u * grown)
    if fitting.small:
        return
    if kind in ("hem", "buttons"):
        sewing.seam(artist, upper, colour, None, artist.chance(0.2))
        if kind == "buttons":
            for step in range(3):
                sewing.button(artist, limb.at(stop - 0.08 - 0.07 * step, 0.6), 0.04 * unit, fitting.trim, "trim", group)
        return
    fill = {"ribs": colour, "turned": fitting.trim, "cuff": colour, "band": fitting.trim}[kind]
    owner = part if kind in ("ribs", "cuff") else "trim"
    artist.shape(np.concatenate([upper, lower[::-1]]), fill, owner, group, "boundary", form=None, scale=0.9)
    mask = artist.canvas.polygon(np.concatenate([upper, lower[::-1]]))
    if mask.alpha.size:
        fitting.light(mask, limb.normals(mask), fill)
    if kind == "ribs":
        for share in np.linspace(-0.85, 0.85, int(5 + 6 * artist.style.detail)):
            cloth.crease(
                artist, np.stack([limb.at(stop - depth * 0.9, share), limb.at(stop - 0.02, share)]), fill, 0.45
            )
    elif kind == "turned" and artist.chance(0.6):
        cloth.crease(artist, limb.at(stop - depth + 0.05 + sag * 0.5, u), fill, 0.6, mask, taper=0.2)
    elif kind == "band":
        frill_edge = limb.at(stop + sag * 0.5, u)
        frill_edge = (
            frill_edge
            if np.dot(limb.bones[0 if stop < 1 else 1], offset(frill_edge, 1)[6] - frill_edge[6]) > 0
            else frill_edge[::-1]
        )
        sewing.frill(
            artist, frill_edge, 0.2 * unit, hsv(0, 0, 0.96) if outfit.kind == "maid" else fitting.trim, "trim", group
        )


def _epaulette(fitting, limb):
    artist, unit = fitting.artist, fitting.unit
    joint = limb.points[0]
    out = 1 if joint[0] > fitting.skeleton.flat("pit")[0] else -1
    neck = fitting.trunk.neck_side(out > 0, 0.1)
    ball = limb.radius(0.1)
    tip = joint + (out * 0.45 * ball, -0.78 * ball)
    start = neck + 0.38 * (tip - neck)
    along = (tip - start) / max(1e-6, np.hypot(*(tip - start)))
    down = np.array([-along[1], along[0]]) * out
    wide = 0.16 * unit
    end = ellipse(tip, (0.25 * unit, 0.15 * unit), float(np.arctan2(along[1], along[0])))
    group = fitting.group("top")
    if artist.chance(0.6):
        for share in np.linspace(-1, 1, int(9 + 6 * artist.style.detail)):
            place = tip + along * 0.21 * unit * share * out + (0, 0.07 * unit)
            thread = bow(place, place + (out * 0.06 * unit + 0.04 * unit * share, 0.42 * unit), 0.1 * share, 6)
            artist.shape(
                strand(thread, 0.068 * unit),
                fitting.trim,
                "trim",
                group,
                "inner",
                form=None,
                scale=0.6,
            )
    strap = np.concatenate(
        [
            bow(start - down * wide * 0.4, tip - down * wide * 0.4, -0.06 * out, 8),
            bow(tip + down * wide, start + down * wide, 0.06 * out, 8),
        ]
    )
    artist.shape(strap, fitting.trim, "trim", group, form=None, scale=0.8)
    artist.shape(end, fitting.trim, "trim", group, form="inflate", scale=0.8, gloss=True)
    artist.line(
        ellipse(tip, (0.17 * unit, 0.09 * unit), float(np.arctan2(along[1], along[0]))), "inner", 0.6, fitting.trim
    )
    artist.cases.add("epaulettes")


def _pauldron(fitting, limb):
    """Shoulder plates over each other, the uppermost last."""
    artist, group = fitting.artist, fitting.group("top")
    joint, along = limb.points[0], limb.bones[0]
    angle = float(np.arctan2(along[1], along[0]))
    ball = limb.radius(0.15) * 1.12
    for step in (2, 1, 0):
        centre = joint + along * ball * (0.15 + 0.55 * step)
        size = ball * (1.25 - 0.13 * step)
        plate = ellipse(centre, (0.75 * size, 1.08 * size), angle)
        mask = artist.shape(plate, fitting.metal, "metal", group, form=None)
        if mask.alpha.size:
            fitting.light(
                mask, ellipsoid(mask, centre - along * 0.3 * size, (1.1 * size, 1.2 * size), angle), fitting.metal
            )
            spot = ellipse(centre + artist.style.light * 0.5 * size, (0.22 * size, 0.09 * size), angle + 1.2)
            artist.shine(artist.canvas.polygon(spot).clip(mask), fitting.metal, 0.8)
        artist.line(ellipse(centre, (0.62 * size, 0.95 * size), angle, -1.3, 1.3), "inner", 0.7, fitting.metal)


def _vambrace(fitting, limb):
    """A plate round the forearm."""
    artist, group = fitting.artist, fitting.group("top")
    u = np.linspace(-1, 1, 11)
    sag = 0.05 * np.cos(u * np.pi / 2)
    upper, lower = limb.at(1.2 + sag, u * 1.1), limb.at(1.9 + sag, u * 1.08)
    mask = artist.shape(np.concatenate([upper, lower[::-1]]), fitting.metal, "metal", group, form=None)
    if mask.alpha.size:
        fitting.light(mask, limb.normals(mask), fitting.metal, gloss=True)
    for place in (1.3, 1.8):
        artist.line(limb.at(place + sag, u * 1.08), "inner", 0.7, fitting.metal)
    artist.line(limb.at(np.linspace(1.32, 1.8, 8), 0.3), "inner", 0.6, fitting.metal)


def _glove(fitting, limb, start):
    artist = fitting.artist
    mask = limb.mask(artist.canvas, start, 2.03)
    if not mask.alpha.size:
        return
    artist.fill(mask, fitting.trim, "garment 3", fitting.group("gloves"))
    fitting.light(mask, limb.normals(mask), fitting.trim)
    folds = cloth.Folds(artist, mask, fitting.trim)
    folds.bunch(limb, 1.75, 3, limb.radius(1.7) * 0.3, 0.12)
    folds.lay()
    cloth.outline(artist, mask, fitting.trim)
