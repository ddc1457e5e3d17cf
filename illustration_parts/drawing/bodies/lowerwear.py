"""What is worn below the waist: skirts, trousers, hakama, belts, aprons, socks, shoes and boots; and bare legs."""

import cv2
import numpy as np

from illustration_parts.drawing import forms
from illustration_parts.drawing.bodies import bodies, cloth, sewing, skirts
from illustration_parts.drawing.curves import bow, ellipse, point_at, spline, strand, wobble
from illustration_parts.drawing.styles import hsv

SKIRTS = ("pleats", "flared", "frills", "long skirt", "tight skirt", "hakama")


def draw_lower(fitting):
    """Draw hips, legs, shoes and the garment below the waist, in the order in which they hide each other."""
    skeleton, outfit = fitting.skeleton, fitting.outfit
    order = sorted((0, 1), key=lambda k: skeleton.joints[f"knee{k}"][2] + skeleton.joints[f"ankle{k}"][2])
    fitting.masks["legs"] = bodies.empty_mask()
    for k in order:
        _draw_leg(fitting, k)
    if outfit.lower in SKIRTS:
        skirts.draw_skirt(fitting)
    else:
        _draw_hips(fitting)


def _draw_leg(fitting, k):
    artist, outfit, skeleton = fitting.artist, fitting.outfit, fitting.skeleton
    bare = bodies.build_limb(skeleton, fitting.person, k, leg=True)
    canvas = artist.canvas
    trousers = outfit.lower in ("trousers", "shorts")
    stop = 2.0 if outfit.lower == "trousers" else artist.between(0.45, 0.95)
    if outfit.lower != "trousers":
        hidden = 0.0
        if outfit.lower in SKIRTS:  # what a skirt hides is not drawn, or it might stick out at the hips
            hidden = max(0.1, skirts.skirt_length(fitting) - 0.2)
        mask = bare.mask(canvas, hidden, 2.0)
        if mask.alpha.size:
            _cast_on_legs(fitting, mask)
            stockings = outfit.legs == "stockings"
            colour = fitting.under * 0.9 if stockings else fitting.skin
            artist.fill(
                mask, colour, "garment 3" if stockings else "skin", fitting.group("socks" if stockings else "skin")
            )
            fitting.light(mask, bare.normals(mask), colour)
            _knee(fitting, bare, mask, colour)
            cloth.outline(artist, mask, colour)
            if outfit.legs in ("socks", "boots"):
                _sock(fitting, bare)
    if not trousers or stop > 1.5 and not _has_boots(outfit):
        _shoe(fitting, k, bare)
    if trousers:
        _trouser_leg(fitting, k, stop)
        mask = fitting.masks["trouser"]
        if stop < 1.5 or _has_boots(outfit):
            _shoe(fitting, k, bare)
    if mask.alpha.size:
        fitting.masks["legs"] = cloth.unite([fitting.masks["legs"], mask])


def _has_boots(outfit):
    return outfit.legs == "boots" and outfit.lower != "trousers" or outfit.kind in ("armour", "uniform")


def _cast_on_legs(fitting, mask):
    if fitting.masks["legs"].alpha.size:
        fitting.artist.cast(mask, 0.12 * fitting.unit, fitting.masks["legs"])


def _knee(fitting, limb, mask, colour):
    artist = fitting.artist
    if fitting.small or abs(limb.turn) > 0.7:
        return
    radius = limb.radius(1.0)
    middle = limb.at(1.0, 0.0)
    for side in (-1, 1):
        curve = bow(
            middle + (side * 0.55 * radius, -0.45 * radius),
            middle + (side * 0.3 * radius, 0.6 * radius),
            -0.25 * side,
            8,
        )
        if artist.chance(0.7):
            cloth.crease(artist, curve, colour, 0.6, mask)


def _sock(fitting, limb):
    artist = fitting.artist
    top = (1.55, 1.15, 0.7)[fitting.group("socks") % 3]
    mask = limb.mask(artist.canvas, top, 2.02)
    if not mask.alpha.size:
        return
    colour = fitting.under
    artist.fill(mask, colour, "garment 3", fitting.group("socks"))
    fitting.light(mask, limb.normals(mask), colour)
    cloth.outline(artist, mask, colour)
    u = np.linspace(-1, 1, 11)
    sag = 0.03 * np.cos(u * np.pi / 2)
    if fitting.small:
        return
    cloth.crease(artist, limb.at(top + 0.07 + sag, u), colour, 0.7, mask, taper=0.1)
    folds = cloth.Folds(artist, mask, colour)
    folds.bunch(limb, 1.88, 3, limb.radius(1.8) * 0.4, 0.09)
    if top < 1:
        folds.bunch(limb, 1.0, 2, limb.radius(1.0) * 0.4, 0.1)
    folds.lay()


def _shoe(fitting, k, limb):
    """A shoe: the hull of heel, ankle and toes, with its sole, edge and laces; a boot has a shaft."""
    artist, skeleton, outfit = fitting.artist, fitting.skeleton, fitting.outfit
    ankle, toe = skeleton.joints[f"ankle{k}"], skeleton.joints[f"toe{k}"]
    radius = bodies.limb_radius(skeleton, fitting.person, bodies.LEG, 2.0)
    along = toe - ankle
    shin = limb.bones[1]
    heel = ankle[:2] + shin * 0.85 * radius - 0.24 * along[:2]
    ball = ankle[:2] + 0.72 * along[:2] + shin * 0.15 * radius
    circles = [
        (ankle[:2] - shin * 0.5 * radius, 1.12 * radius),
        (heel, 1.0 * radius),
        (ball, 0.98 * radius),
        (toe[:2], 0.62 * radius),
    ]
    cloud = np.concatenate([ellipse(centre, (size, size), samples=24) for centre, size in circles])
    hull = cv2.convexHull(cloud.astype(np.float32))[:, 0].astype(float)
    hull = spline(hull[:: max(1, len(hull) // 28)], True, 4)
    mask = artist.canvas.polygon(hull)
    if not mask.alpha.size:
        return
    boots = _has_boots(outfit)
    colour = fitting.metal if outfit.kind == "armour" else fitting.under * 0.55 if boots else fitting.trim * 0.75
    part, group = "metal" if outfit.kind == "armour" else "garment 3", fitting.group("shoes")
    if boots:
        _shaft(fitting, k, colour, part, group)
    artist.fill(mask, colour, part, group)
    fitting.light(mask, forms.inflate(mask.alpha), colour)
    thick = max(1.0, 0.4 * radius)
    down = shin if shin[1] > 0.3 else np.array([0.0, 1.0])
    sole = mask.without(artist.canvas.inside(mask.moved(*(-down * thick))))
    artist.fill(sole, hsv(0.08, 0.1, 0.9) if not boots else colour * 0.6, part, group)
    if not fitting.small:
        side = np.array([-along[1], along[0]])
        side = side / max(1e-6, np.hypot(*side)) * radius
        for share in (0.3, 0.45, 0.6):
            middle = ankle[:2] + share * along[:2] - shin * radius * (0.45 - 0.5 * share)
            cloth.crease(artist, bow(middle - 0.55 * side, middle + 0.55 * side, 0.2, 6), colour, 0.6, mask)
        cloth.crease(artist, bow(ball - 0.9 * side, ball + 0.9 * side, 0.3, 8), colour, 0.6, mask)
    cloth.outline(artist, mask, colour)


def _shaft(fitting, k, colour, part, group):
    artist = fitting.artist
    places = np.array([1.0, 1.3, 1.7, 1.95, 2.2])
    limb = bodies.build_limb(
        fitting.skeleton, fitting.person, k, leg=True, slack=np.array([0.2, 0.22, 0.22, 0.2, 0.2]), places=places
    )
    top = 1.12
    mask = limb.mask(artist.canvas, top, 2.05, -0.1)
    if not mask.alpha.size:
        return
    artist.fill(mask, colour, part, group)
    fitting.light(mask, limb.normals(mask), colour)
    folds = cloth.Folds(artist, mask, colour)
    folds.bunch(limb, 1.85, 4, limb.radius(1.8) * 0.5, 0.08)
    folds.lay()
    cloth.outline(artist, mask, colour)
    u = np.linspace(-1, 1, 11)
    cloth.crease(artist, limb.at(top + 0.08 + 0.03 * np.cos(u * 1.5), u), colour, 0.8, mask, taper=0.1)


def _trouser_leg(fitting, k, stop):
    artist, outfit, skeleton = fitting.artist, fitting.outfit, fitting.skeleton
    tight = outfit.kind in ("armour", "uniform")
    places = np.array([-0.1, 0.3, 0.7, 1.0, 1.4, 1.8, 2.0, 2.2])
    wide = 0.06 if tight else (0.12, 0.28, 0.45)[fitting.group("lower") % 3]
    slack = np.interp(places, (0, 0.6, 1, 1.6, 2), (0.08, 0.8 * wide, wide, 1.6 * wide + 0.1, 2.4 * wide + 0.25))
    limb = bodies.build_limb(skeleton, fitting.person, k, leg=True, slack=slack, places=places)
    if not fitting.small:
        limb.left = limb.left * (1 + 0.03 * wobble(artist.rng, len(limb.places), 3))
        limb.right = limb.right * (1 + 0.03 * wobble(artist.rng, len(limb.places), 3))
    mask = limb.mask(artist.canvas, -0.05, min(stop, 2.02), 0.2)
    fitting.masks["trouser"] = mask
    if not mask.alpha.size:
        return
    colour, part = skirts.lower_colour(fitting)
    _cast_on_legs(fitting, mask)
    artist.fill(mask, colour, part, fitting.group("lower"))
    fitting.light(mask, limb.normals(mask), colour, crumpled=0.25)
    folds = cloth.Folds(artist, mask, colour)
    width = limb.radius(0.5) * (0.22 + wide)
    inner = np.sign(limb.turn) if abs(limb.turn) > 0.1 else artist.pick((-1, 1))
    body_side = 1 if skeleton.joints[f"hip{k}"][0] < skeleton.joints["pelvis"][0] else -1
    across = 1 if np.dot(limb.across(0.3), (body_side, 0)) > 0 else -1
    for _ in range(artist.rng.integers(2, 5)):  # from the crotch outward and down
        start = limb.at(artist.between(0.02, 0.15), across * 0.95)
        goal = limb.at(artist.between(0.1, 0.6), -across * artist.between(-0.2, 0.9))
        folds.fold(bow(start, goal, artist.between(-0.2, 0.2), 12), width * 0.8)
    if stop > 1.2:
        for _ in range(2 + int(3 * min(1, abs(limb.turn) + 0.3))):
            start = limb.at(1.0 + artist.between(-0.08, 0.1), inner * 0.93)
            goal = limb.at(1.0 + artist.between(-0.3, 0.4), -inner * artist.between(-0.1, 0.8))
            folds.fold(bow(start, goal, artist.between(-0.25, 0.25), 12), width)
        folds.bunch(limb, 1.8, int(artist.rng.integers(2, 5)), width * 0.9, 0.1)
        folds.bunch(limb, 1.4, int(artist.rng.integers(1, 3)), width * 0.7, 0.2)
        if artist.chance(0.4):
            folds.line(limb.at(np.linspace(0.2, 1.9, 20), 0.1), 0.6)
    else:
        folds.bunch(limb, stop - 0.12, 2, width * 0.8, 0.12)
    folds.scatter(lambda u, v: limb.at(v, u), 5, 0.35, v=(0.1, min(stop, 1.95)))
    folds.lay()
    u = np.linspace(-1, 1, 11)
    if not fitting.small:
        sewing.seam(
            artist, limb.at(min(stop, 2.0) - 0.07 + 0.04 * np.cos(u * 1.5), u), colour, mask, artist.chance(0.3)
        )
    hips = np.array([skeleton.flat("hip0"), skeleton.flat("hip1")]).mean(0)
    reach = 1.4 * limb.radius(0.1)
    cloth.outline(artist, mask, colour, lambda points: np.hypot(*(points - hips).T) < reach)


def _draw_hips(fitting):
    """The upper part of trousers, from the waist to the crotch."""
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    trunk = bodies.Trunk(fitting.skeleton, fitting.person, 1.08, 0.1)
    top = fitting.body.waist + 0.02
    left, right = trunk.sides(np.linspace(top, 1.12, 12))
    crotch = 0.5 * (left[-1] + right[-1]) + (0, 0.1 * unit)
    points = np.concatenate([left, spline([left[-1], crotch, right[-1]], samples=6), right[::-1]])
    mask = artist.canvas.polygon(points)
    if not mask.alpha.size:
        return
    colour, part = skirts.lower_colour(fitting)
    artist.fill(mask, colour, part, fitting.group("lower"))
    fitting.light(mask, trunk.normals(mask), colour)
    folds = cloth.Folds(artist, mask, colour)
    width = 0.16 * unit
    for out in (-1, 1):
        side = left if out < 0 else right
        for _ in range(2):
            goal = point_at(side, artist.between(0.55, 1.0))
            folds.fold(bow(crotch + (out * 0.1 * unit, -0.15 * unit), goal, artist.between(-0.2, 0.2), 10), width)
    if trunk.is_seen(0.0, 0.9):
        folds.line(trunk.flat(0.04, np.linspace(top, 1.1, 8)), 0.8)
    folds.lay()
    artist.line(left, "boundary", 1.0, colour)
    artist.line(right, "boundary", 1.0, colour)
    if outfit.hem < 0.9 or outfit.belt:
        draw_belt(fitting, trunk, top)
    fitting.masks["lower"] = cloth.unite([mask, fitting.masks["legs"]])


def draw_belt(fitting, trunk, level, height=0.09):
    """A belt, a waistband or a sash round the trunk."""
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    sash = outfit.collar == "crossed"
    height = 0.22 if sash else height
    left, right = trunk.sides(np.array([level, level + height]))
    upper, lower = bow(left[0], right[0], 0.14, 13), bow(left[1], right[1], 0.14, 13)
    colour = fitting.trim if not sash else fitting.under
    group = fitting.group("belt")
    points = np.concatenate([upper, lower[::-1]])
    mask = artist.shape(points, colour, "trim", group, form=None, scale=0.9)
    if not mask.alpha.size:
        return
    fitting.light(mask, trunk.normals(mask), colour)
    if fitting.small:
        return
    if sash:
        middle = 0.5 * (upper + lower)
        artist.shape(
            strand(middle, 0.12 * unit),
            fitting.trim,
            "trim",
            group,
            "inner",
            form=None,
            scale=0.7,
        )
        return
    for share in (0.2, 0.8):
        cloth.crease(artist, upper + (lower - upper) * share, colour, 0.45, mask, taper=0.2)
    if trunk.is_seen(0.0, 0.6):
        if outfit.kind in ("dress", "maid") and artist.chance(0.6):
            side = trunk.flat(artist.pick((-0.7, 0.7)), level + height / 2)
            sewing.bow_knot(artist, side, 0.5 * unit, fitting.trim, "trim", group)
        else:
            centre = trunk.flat(0.0, level + height / 2) + (0, 0.02 * unit)
            tall = 0.5 * np.hypot(*(lower[6] - upper[6])) * 1.15
            box = np.array([(-1.2, -1), (1.2, -1), (1.2, 1), (-1.2, 1), (-1.2, -1)]) * tall + centre
            artist.shape(box, fitting.metal, "metal", group, form=None, scale=0.8)
            artist.line(
                np.array([(-0.7, -0.55), (0.7, -0.55), (0.7, 0.55), (-0.7, 0.55), (-0.7, -0.55)]) * tall + centre,
                "inner",
                0.7,
                fitting.metal,
            )


def is_on_canvas(fitting):
    """Whether anything below the waist can be seen."""
    return fitting.skeleton.flat("waist")[1] < fitting.artist.canvas.shape[0] + fitting.unit


def draw_seat(fitting):
    """What a sitting person sits on: a round stool with a cushion, or a crate."""
    artist, skeleton, unit = fitting.artist, fitting.skeleton, fitting.unit
    hips = 0.5 * (skeleton.flat("hip0") + skeleton.flat("hip1"))
    floor = max(skeleton.flat(f"ankle{k}")[1] for k in (0, 1)) + 0.1 * unit
    half = 1.5 * skeleton.length["hip width"] + 0.75 * unit * (0.4 if fitting.chibi else 1.0)
    top = hips[1] + bodies.limb_radius(skeleton, fitting.person, bodies.LEG, 0.2)
    middle, tall, flat = hips[0], floor - top, 0.22 * half
    if tall < 2:
        return
    colour, group = artist.colour(0.08, artist.between(0.2, 0.5), artist.between(0.4, 0.85)), artist.canvas.new_group()
    if artist.chance(0.5):
        side = np.array([(-0.9, 0.1), (-0.9, 0.95), (0.9, 0.95), (0.9, 0.1), (-0.9, 0.1)]) * (half, tall) + (
            middle,
            top,
        )
        artist.shape(side, colour, "prop", group, form=None)
        for share in (0.35, 0.62):
            row = np.array([(-0.9, share), (0.9, share)]) * (half, tall) + (middle, top)
            cloth.crease(artist, row, colour, 0.8, taper=0.1)
        lid = np.array([(-0.98, 0.12), (0.98, 0.12), (0.8, -0.1), (-0.8, -0.1), (-0.98, 0.12)]) * (half, tall)
        artist.shape(lid + (middle, top), colour * 1.1, "prop", group, form=None)
        return
    for side in (-1, 1):
        leg = np.array(
            [(0.62 * side, 0.1), (0.78 * side, 1.0), (0.66 * side, 1.0), (0.5 * side, 0.1), (0.62 * side, 0.1)]
        )
        artist.shape(leg * (half, tall) + (middle, top), colour, "prop", group, form=None)
    rim = ellipse((middle, top + flat), (half, flat), 0, 0, np.pi, 24)
    points = np.concatenate([rim, ellipse((middle, top), (half, flat), 0, np.pi, 2 * np.pi, 24)])
    artist.shape(np.concatenate([points, points[:1]]), fitting.trim, "prop", group)
    cloth.crease(artist, rim - (0, 0.5 * flat), fitting.trim, 0.8, taper=0.3)
