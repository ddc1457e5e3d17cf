"""Skirts: pleated, flared, tiered, tight, long; a hakama; aprons."""

import numpy as np

from illustration_parts.drawing.bodies import bodies, cloth, patterns, sewing
from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.curves import bow, offset, point_at, spline
from illustration_parts.drawing.styles import hsv

FLARES = {"pleats": 1.5, "flared": 1.75, "frills": 1.7, "long skirt": 1.9, "tight skirt": 1.04, "hakama": 1.6}


def lower_colour(fitting):
    """Colour and part of the lower garment; a dress is one garment with its top."""
    whole = fitting.outfit.kind in ("dress", "bare shoulders", "maid")
    return fitting.lower, "garment 1" if whole else "garment 2"


class _Cone:
    """A skirt's surface: from a ring at the waist to one at the hem. u is -1..1 across its front, v 0..1 downward."""

    def __init__(self, fitting, flare, length):
        skeleton, trunk = fitting.skeleton, fitting.body
        self.top = trunk.waist - 0.01
        left, right = trunk.sides(np.linspace(self.top, 1.0, 8))
        grow = 1.05
        middle = 0.5 * (left + right)
        self.left0, self.right0 = middle + grow * (left - middle), middle + grow * (right - middle)
        limbs = [bodies.build_limb(skeleton, fitting.person, k, leg=True) for k in (0, 1)]
        places = [limb.at(length, 0.0) for limb in limbs]
        radius = max(limb.radius(length) for limb in limbs)
        places = sorted(places, key=lambda point: point[0])
        centre = 0.5 * (places[0] + places[1])
        axis = centre - middle[-1]
        size = max(1e-6, np.hypot(*axis))
        self.axis = axis / size if size > 0.2 * fitting.unit else np.array([0.0, 1.0])
        across = np.array([self.axis[1], -self.axis[0]])
        across = across if across[0] >= 0 else -across
        spread = abs(np.dot(places[1] - places[0], across))
        half = max(0.5 * spread + 1.25 * radius, 0.5 * np.hypot(*(right[-1] - left[-1])) * flare)
        depth = abs(np.mean([limb.depth[1] - limb.depth[0] for limb in limbs])) / max(1.0, skeleton.length["thigh"])
        self.minor = half * np.clip(0.16 + 0.5 * depth * (length < 1.3), 0.1, 0.6)
        floor = max(skeleton.flat(f"ankle{k}")[1] for k in (0, 1))
        self.minor = float(min(self.minor, max(0.1 * half, floor - centre[1])))
        self.centre, self.across, self.half = centre, across, half
        # The sides leave the hips smoothly and fall to the hem.
        self.left = spline(
            [
                *self.left0[[0, 4, 7]],
                0.45 * self.left0[-1] + 0.55 * (centre - across * half) - across * 0.03 * half,
                centre - across * half,
            ],
            samples=9,
        )
        self.right = spline(
            [
                *self.right0[[0, 4, 7]],
                0.45 * self.right0[-1] + 0.55 * (centre + across * half) + across * 0.03 * half,
                centre + across * half,
            ],
            samples=9,
        )

    def at(self, u, v):
        """Points of the front, (..., 2)."""
        u, v = np.broadcast_arrays(np.asarray(u, float), np.asarray(v, float))
        angle = np.clip(u, -1, 1) * np.pi / 2
        left, right = point_at(self.left, v), point_at(self.right, v)
        middle, half = 0.5 * (left + right), 0.5 * (right - left)
        drop = self.axis * self.minor
        share = 0.35 + 0.65 * v
        return middle + half * np.sin(angle)[..., None] + drop * (share * np.cos(angle))[..., None]

    def normals(self, mask):
        """Its normals over a mask, as those of a tube that widens, (h, w, 3) float32."""
        middle = 0.5 * (self.left + self.right)
        rows = [8, len(middle) // 2, -1]
        return bodies.Limb(
            middle[[0, rows[1], -1]], [0, 1, 2], np.hypot(*(self.right - self.left)[rows].T) / 2
        ).normals(mask)


def skirt_length(fitting):
    """How far down a skirt reaches, 1 the knees, 2 the ankles."""
    outfit = fitting.outfit
    length = {"long skirt": 1.75, "hakama": 1.85, "tight skirt": 0.85}.get(outfit.lower, outfit.length)
    return min(length, 0.9) if fitting.skeleton.pose.legs in ("sit", "kneel", "jump", "run") else length


def draw_skirt(fitting):
    """Draw a skirt and its shadow on the legs."""
    artist, outfit, unit = fitting.artist, fitting.outfit, fitting.unit
    form = outfit.lower
    cone = _Cone(fitting, FLARES[form] * artist.between(0.92, 1.1), skirt_length(fitting))
    colour, part = lower_colour(fitting)
    group = fitting.group("top" if part == "garment 1" else "lower")
    u = np.linspace(-1, 1, 97)
    ripple, waves = _ripple(artist, form, u)
    hem = cone.at(u, 1.0) + np.outer(ripple * cone.half * 0.7, cone.axis)
    left, right = cone.left.copy(), cone.right.copy()
    left[-1], right[-1] = hem[0], hem[-1]
    mask = artist.canvas.polygon(np.concatenate([left, hem, right[::-1]]))
    if not mask.alpha.size:
        return
    if form == "frills":
        _tiers(fitting, cone, hem, colour, group)
    artist.cast(mask, 0.3 * unit, fitting.masks["legs"])
    artist.fill(mask, colour, part, group)
    if outfit.pattern and part == "garment 1" or form == "pleats" and artist.chance(0.2):
        cells = int(artist.between(6, 14)), int(artist.between(3, 8))
        name = outfit.pattern or "plaid"
        patterns.lay_pattern(artist, name, cone.at, mask, fitting.trim, part, group, cells)
    fitting.light(mask, cone.normals(mask), colour, crumpled=0.2)
    folds = cloth.Folds(artist, mask, colour)
    if form in ("pleats", "hakama"):
        _pleat(artist, cone, hem, u, ripple, folds, waves)
    elif form == "tight skirt":
        _stretch(artist, cone, folds)
    else:
        _flow(artist, cone, hem, u, ripple, folds)
    if form not in ("pleats", "hakama"):
        folds.scatter(cone.at, 6, 0.35)
    folds.lay()
    _trim_hem(fitting, cone, hem, mask, group)
    for line in (left, right):
        artist.line(line, "boundary", 1.0, colour, ends=(True, False))
    artist.line(hem, "boundary", 1.0, colour, taper=0.1)
    if part == "garment 2" and outfit.hem < 0.9:
        cloth.crease(artist, cone.at(np.linspace(-1, 1, 9), 0.09), colour, 0.8, mask, taper=0.1)
    fitting.masks["lower"] = mask
    artist.cases.add("skirts")


def _ripple(artist, form, u):
    """How far a hem hangs below or above its ring, in shares of its half width, and the number of its waves."""
    if form in ("pleats", "hakama"):
        waves = int(artist.between(9, 15)) if form == "pleats" else 6
        ripple = -0.12 * ((u * waves / 2 + 50) % 1) + 0.03 * np.sin(u * 9)
    elif form == "tight skirt":
        waves, ripple = 2, 0.0 * u
    else:
        waves, phase = int(artist.between(4, 8)), artist.between(0, 6)
        ripple = 0.09 * np.sin(u * np.pi * waves / 2 + phase) + 0.04 * np.sin(u * np.pi * waves * 0.8 + 2 * phase)
    return ripple, waves


def _stretch(artist, cone, folds):
    """A tight skirt is drawn across from hip to hip."""
    for out in (-1, 1, -1, 1, -1, 1):
        start = cone.at(out * 0.85, artist.between(0.3, 0.9))
        goal = cone.at(-out * artist.between(-0.3, 0.4), artist.between(0.35, 0.8))
        folds.fold(bow(start, goal, artist.between(-0.1, 0.2), 10), 0.14 * cone.half)


def _pleat(artist, cone, hem, u, ripple, folds, waves):
    """Knife pleats: each edge a line from the band to the hem, with a strip of shadow beside it."""
    jumps = np.flatnonzero(np.diff(ripple) > 0.05)
    for index in jumps:
        place = u[index]
        start = cone.at(place * 0.96, 0.1)
        goal = hem[index]
        curve = spline([start, cone.at(place * 0.98, 0.5) + artist.rng.normal(0, 0.01, 2) * cone.half, goal], samples=8)
        folds.wedge(
            curve[::-1],
            cone.half * (1.0 / waves) * artist.between(0.5, 0.9) * max(0.25, np.cos(place * 1.5)),
            side=artist.pick((1,)),
            peak=0.06,
        )
        folds.line(curve, 0.8, 0, 1, (True, False))


def _flow(artist, cone, hem, u, ripple, folds):
    """Flared cloth: folds that rise from the turns of the hem and fade, and short ones that leave the waist."""
    turns = np.flatnonzero(np.diff(np.sign(np.diff(ripple))) != 0) + 1
    for index in turns:
        goal = hem[index]
        start = cone.at(u[index] * 0.8, artist.between(0.1, 0.5))
        curve = spline([goal, 0.5 * (goal + start) + artist.rng.normal(0, 0.04, 2) * cone.half, start], samples=9)
        folds.wedge(curve, cone.half * artist.between(0.1, 0.2), peak=0.12)
        if artist.chance(0.85):
            folds.line(curve, 0.85, 0, artist.between(0.5, 1), (False, True))
    for place in artist.rng.uniform(-0.95, 0.95, 7):
        start = cone.at(place, 0.04)
        goal = cone.at(place * 1.08, artist.between(0.2, 0.5))
        folds.fold(bow(start, goal, artist.between(-0.1, 0.1), 9), cone.half * 0.07, peak=0.2, scale=0.65)


def _trim_hem(fitting, cone, hem, mask, group):
    """A stripe or two, lace, or nothing along a skirt's hem."""
    artist, unit, outfit = fitting.artist, fitting.unit, fitting.outfit
    if fitting.small or outfit.lower in ("tight skirt", "hakama") or artist.chance(0.35):
        return
    if artist.chance(0.25):
        edge = hem[::3] if np.dot(offset(hem, 1)[48] - hem[48], cone.axis) > 0 else hem[::-3]
        sewing.lace(artist, edge, 0.13 * unit, hsv(0.6, 0.02, 0.98), group)
    for k in range(int(artist.rng.integers(1, 3))):
        low = hem - np.outer(np.full(len(hem), (0.14 + 0.18 * k) * unit), cone.axis)
        high = low - np.outer(np.full(len(hem), 0.08 * unit), cone.axis)
        strip = artist.canvas.polygon(np.concatenate([low, high[::-1]])).clip(mask)
        if strip.alpha.size:
            shaded = artist.canvas.shadow[strip.window].copy()
            artist.fill(strip, fitting.trim, "trim", group)
            artist.shade(Mask(strip.top, strip.left, (shaded * 255).astype(np.uint8)).clip(strip))
        if unit > 80:
            cloth.crease(artist, low, fitting.trim, 0.4, mask, taper=0.1)


def _tiers(fitting, cone, hem, colour, group):
    """One or two frills that hang below the hem, drawn before the skirt."""
    artist, unit = fitting.artist, fitting.unit
    white = hsv(0.6, 0.02, 0.97) if fitting.outfit.kind == "maid" or artist.chance(0.5) else fitting.trim
    for k in (1, 0) if artist.chance(0.6) else (0,):
        edge = hem + np.outer(np.full(len(hem), (0.25 * k - 0.08) * unit), cone.axis)
        edge = edge[::4] if len(edge) > 40 else edge
        edge = edge if np.dot(offset(edge, 1)[6] - edge[6], cone.axis) > 0 else edge[::-1]
        sewing.frill(
            artist, edge, 0.45 * unit, white if k else (colour if artist.chance(0.4) else white), "trim", group
        )


def draw_apron(fitting):
    """A white apron with a frilled hem over a skirt."""
    artist, unit, trunk = fitting.artist, fitting.unit, fitting.trunk
    if not trunk.is_seen(0.0, 0.9) or "lower" not in fitting.masks:
        return
    white, group = hsv(0.6, 0.015, 0.98), fitting.group("apron")
    cone = _Cone(fitting, 1.5, min(0.9, fitting.outfit.length) * 0.8)
    shift = float(np.clip(np.sin(fitting.skeleton.pose.yaw), -0.8, 0.8))
    u = np.clip(np.linspace(-0.55, 0.55, 25) + 0.5 * shift, -1, 1)
    left, right = cone.at(u[0], np.linspace(0.02, 0.75, 9)), cone.at(u[-1], np.linspace(0.02, 0.75, 9))
    low = cone.at(u, 0.75 + 0.12 * np.cos(np.linspace(-1.5, 1.5, 25)))
    edge = np.concatenate([left[3:-1], low, right[3:-1][::-1]])
    edge = edge if np.dot(offset(edge, 1)[len(edge) // 2] - edge[len(edge) // 2], cone.axis) > 0 else edge[::-1]
    sewing.frill(artist, edge, 0.3 * unit, white, "garment 3", group)
    points = np.concatenate([left, low, right[::-1]])
    mask = artist.shape(points, white, "garment 3", group, form=None)
    if mask.alpha.size and not fitting.small:
        sewing.gathers(artist, cone.at(u, 0.03), cone.axis * 1.1 * unit, white, mask)
