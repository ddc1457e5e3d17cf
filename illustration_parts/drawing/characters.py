"""Drawn characters: a face with its features, hair in front and behind, neck, clothes with folds, arms and hands.

    draw_character(artist, centre=(192, 150), radius=80)

A head is built in units of its own radius (x to the right, y down, face centre at 0, 0) and placed by `Pose`.
"""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.artist import bow
from illustration_parts.drawing.canvas import ellipse, spline, straight, strand


@dataclass
class Pose:
    """Places head units on the canvas: radius in pixels, tilt in radians, turn (-1..1) looks aside."""

    centre: np.ndarray
    radius: float
    tilt: float
    turn: float
    mirror: bool

    def __call__(self, points):
        """(n, 2) head units to pixels."""
        points = np.array(points, float).reshape(-1, 2)
        if self.mirror:
            points[:, 0] *= -1
        cos, sin = np.cos(self.tilt), np.sin(self.tilt)
        return self.centre + self.radius * points @ np.array([[cos, sin], [-sin, cos]])


@dataclass
class Brow:
    """A character's brows: `lift` above the eye in head units, `form` stroke, mark, hairs or hair, and their line."""

    lift: float
    form: str
    slant: float
    bend: float
    weight: float


def draw_character(artist, centre, radius):
    """Draw one character, in a random of two manners: large-eyed or cartoon."""
    rng = artist.rng
    tilt = artist.between(-0.3, 0.3) * rng.choice((1, 1, 2))
    pose = Pose(np.asarray(centre, float), radius, tilt, artist.between(-0.35, 0.35), artist.chance(0.5))
    cartoon = artist.chance(0.5)
    skin, hair = artist.skin(), artist.colour()
    if artist.style.tones and artist.chance(0.3):
        hair = np.full(3, artist.between(0, 25))
    manner = {
        "cartoon": cartoon,
        "skin": skin,
        "hair": hair,
        "length": artist.between(0.2, 2.6),
        "curl": artist.between(-0.25, 0.25),
        "eye_shape": artist.between(0.8, 1.1) if cartoon else artist.between(0.7, 1.5),
        "lash": artist.between(0.03, 0.12),
        "look": rng.uniform(-0.35, 0.35, 2),
        "iris": artist.colour(saturation=artist.between(0.3, 1), value=artist.between(0.4, 0.9)),
        "brow": Brow(
            lift=artist.between(0.08, 0.2),
            form=str(rng.choice(("stroke", "mark", "block", "hairs", "hair"), p=(0.3, 0.34, 0.08, 0.12, 0.16))),
            slant=artist.between(-0.35, 0.35),
            bend=artist.between(-0.25, 0.1),
            weight=artist.between(0.5, 2.6),
        ),
    }
    if artist.chance(0.75):
        draw_back_hair(artist, pose, manner)
    draw_body(artist, pose, manner)
    draw_head(artist, pose, manner)
    if artist.chance(0.92):
        draw_front_hair(artist, pose, manner)
    if artist.chance(0.45):
        draw_arm(artist, pose, manner)
    if artist.chance(0.25):
        draw_ribbon(
            artist,
            pose(np.array([[artist.between(-1, 1), artist.between(-1.1, -0.4)]]))[0],
            radius * artist.between(0.25, 0.6),
        )
    artist.cases.add("characters")


def draw_head(artist, pose, manner):
    """Ears, the face's outline and its features."""
    skin, turn = manner["skin"], pose.turn
    for side in (-1, 1):
        if side * turn > 0.25 or artist.chance(0.2):
            continue
        x = side * 0.86 + turn * 0.1
        ear = pose(spline([(x, -0.1), (x + side * 0.2, -0.2), (x + side * 0.23, 0.08), (x + side * 0.05, 0.32)], True))
        mask = artist.shape(ear, skin)
        artist.line(
            pose(bow((x + side * 0.06, -0.05), (x + side * 0.1, 0.18), 0.3 * side)),
            "inner",
            0.8,
            skin,
            clip=mask,
            taper=1.0,
        )
    if manner["cartoon"]:
        face = ellipse((0, 0), (artist.between(0.85, 1), artist.between(0.85, 1.05)), samples=60)
    else:
        jaw, chin = artist.between(0.5, 0.72), artist.between(0.92, 1.12)
        face = spline(
            [
                (0, -1.0),
                (0.7, -0.75),
                (0.86, -0.1),
                (0.8, 0.3),
                (jaw, 0.65),
                (0.1 + turn * 0.3, chin),
                (-0.1 + turn * 0.3, chin),
                (-jaw, 0.65),
                (-0.8, 0.3),
                (-0.86, -0.1),
                (-0.7, -0.75),
            ],
            True,
        )
    face = pose(face)
    mask = artist.shape(face, skin)
    artist.cases.add("faces")
    if artist.chance(0.3):  # the shadow of the fringe
        shadow = pose(
            np.concatenate(
                [straight([(-0.95, -0.9), (0.95, -0.9)]), fringe_line(artist, artist.between(-0.5, -0.1))[::-1]]
            )
        )
        artist.canvas.tint(artist.canvas.polygon(shadow).clip(mask), artist.style.shadow, multiply=True)
    if artist.chance(0.3):
        for side in (-1, 1):
            cheek = artist.canvas.polygon(pose(ellipse((side * 0.48 + turn * 0.3, 0.38), (0.2, 0.12))))
            if cheek.alpha.size and not artist.style.tones:
                if artist.chance(0.4):
                    artist.canvas.tint(cheek.times(0.6).clip(mask), (235, 110, 110))
                    continue
                blush = artist.canvas.soften(cheek, max(1.0, pose.radius * 0.06)).times(0.5).clip(mask)
                artist.canvas.tint(blush, (240, 120, 110), edge=False)
            if artist.chance(0.4):
                for k in range(3):
                    x = side * 0.48 + turn * 0.3 + (k - 1) * 0.09
                    colour = None if artist.style.tones else skin * (0.85, 0.5, 0.5)
                    artist.line(pose(bow((x + 0.03, 0.32), (x - 0.03, 0.44), 0)), "inner", 0.5, skin, colour)
    gap, height = artist.between(0.32, 0.46), artist.between(-0.12, 0.2)
    mood = artist.rng.choice(("open", "open", "open", "half", "closed", "wink"))
    size = artist.between(0.16, 0.32)
    for side in (-1, 1):
        at = np.array([side * gap + turn * 0.35, height])
        narrow = 1 - 0.35 * max(0, side * turn)
        state = "closed" if mood == "closed" or mood == "wink" and side < 0 else mood
        draw_eye(artist, pose, at, size * narrow, size * manner["eye_shape"], side, state, manner, mask)
        draw_brow(artist, pose, at - (0, size * manner["eye_shape"] + manner["brow"].lift), size, side, manner, mask)
    if artist.chance(0.16):
        draw_glasses(artist, pose, gap, height, size, turn)
    draw_nose(artist, pose, (turn * 0.5, artist.between(0.28, 0.45)), skin, mask)
    draw_mouth(artist, pose, np.array([turn * 0.42, artist.between(0.56, 0.72)]), skin, mask)


def draw_eye(artist, pose, at, width, height, side, state, manner, face):
    """One eye at `at` (head units); `state` is open, half or closed."""
    skin, rng = manner["skin"], artist.rng
    lash = artist.line_colour(skin)
    lash = np.full(3, artist.between(0, 60)) if lash is None or artist.chance(0.3) else lash
    thick = pose.radius * manner["lash"]
    if state == "closed":
        curve = pose(bow(at + (-width, 0.02), at + (width, 0.02), artist.between(-0.45, 0.45), 16))
        profile = np.maximum(artist.style.width, thick * 1.4) * np.sin(np.linspace(0.15, np.pi - 0.15, 16))
        artist.canvas.stroke(curve, np.maximum(profile, 0.7), lash, "inner", clip=face)
        return
    if manner["cartoon"]:
        outline = ellipse(at, (width, height), samples=40)
        if state == "half":
            outline = np.concatenate([outline[outline[:, 1] > at[1] - height * 0.2], outline[:1]])
            outline = outline[np.argsort(np.arctan2(outline[:, 1] - at[1] - 0.2 * height, outline[:, 0] - at[0]))]
            outline = np.concatenate([outline, outline[:1]])
    else:
        top = spline(
            [
                at + (-width, 0.1 * height),
                at + (-0.5 * width, -0.8 * height),
                at + (0.35 * width, -0.95 * height),
                at + (width, -0.1 * height),
            ]
        )
        low = spline(
            [
                at + (width, -0.1 * height),
                at + (0.6 * width, 0.85 * height),
                at + (-0.5 * width, 0.85 * height),
                at + (-width, 0.1 * height),
            ]
        )
        outline = np.concatenate([top, low[1:]])
        if side < 0:
            outline[:, 0] = 2 * at[0] - outline[:, 0]
        if state == "half":
            outline[:, 1] = np.maximum(outline[:, 1], at[1] - 0.3 * height)
    white = np.full(3, artist.between(225, 255)) if not artist.style.dark else np.full(3, 90.0)
    sclera = artist.canvas.polygon(pose(outline)).clip(face)
    artist.canvas.fill(sclera, white)
    if artist.chance(0.3):
        shade = artist.canvas.polygon(pose(outline + (0, 0.35 * height)))
        artist.canvas.tint(sclera.without(shade), artist.style.shadow, multiply=True)
    look = at + manner["look"] * (width, height)
    iris_height = height * artist.between(0.55, 0.95)
    if manner["cartoon"]:
        pupil = artist.between(0.25, 0.7) * min(width, height)
        if artist.chance(0.3):
            artist.shape(
                pose(ellipse(look, (pupil * 1.6, pupil * 1.6), samples=30)),
                artist.colour(),
                "inner",
                clip=sclera,
                shade=False,
                scale=0.8,
            )
        artist.canvas.fill(
            artist.canvas.polygon(pose(ellipse(look, (pupil, pupil), samples=28))).clip(sclera),
            np.full(3, artist.between(0, 30)),
        )
    else:
        colour = manner["iris"]
        iris_width = min(width * 0.75, iris_height * artist.between(0.75, 1))
        ring = pose(ellipse(look, (iris_width, iris_height), samples=36))
        iris = artist.canvas.polygon(ring).clip(sclera)
        down = pose([[0, 1.0]])[0] - pose([[0, 0]])[0]
        slope = np.outer(down / max(1e-6, (down**2).sum()), (255 - colour) * 0.8) if artist.chance(0.6) else None
        start = (
            colour if slope is None else colour * 0.7 - slope[0] * pose([look])[0][0] - slope[1] * pose([look])[0][1]
        )
        artist.canvas.fill(iris, start, slope)
        if artist.chance(0.5):
            artist.canvas.tint(
                iris.without(
                    artist.canvas.polygon(
                        pose(ellipse(look + (0, iris_height * 0.8), (iris_width * 1.3, iris_height), samples=30))
                    )
                ),
                np.full(3, 120.0),
                multiply=True,
            )
        if artist.chance(0.75):
            artist.canvas.fill(
                artist.canvas.polygon(pose(ellipse(look, (iris_width * 0.45, iris_height * 0.45), samples=24))).clip(
                    iris
                ),
                colour * 0.2,
                part=False,
            )
        if artist.chance(0.75):
            ink = colour * 0.3 if not artist.style.tones else np.zeros(3)
            artist.canvas.stroke(ring, max(0.7, min(thick * 0.5, artist.style.width)), ink, "inner", clip=sclera)
    for _ in range(rng.integers(0, 4)):
        spot = look + rng.normal(0, 0.35, 2) * (width, height)
        radius = height * artist.between(0.08, 0.3)
        artist.canvas.fill(
            artist.canvas.polygon(pose(ellipse(spot, (radius * 0.8, radius), samples=18))).clip(sclera),
            (255, 255, 255),
            part=False,
        )
    if manner["cartoon"]:
        artist.line(pose(outline), "inner", 1.0, skin, taper=0.0)
        return
    # The upper lash is a crescent of ink; the lower one a thin line.
    count = 18
    lid = pose(outline[: len(top)])
    profile = thick * np.sin(np.linspace(0.25, np.pi - 0.1, len(lid))) ** 0.7
    artist.canvas.stroke(lid, np.maximum(profile, 0.8), lash, "inner")
    if artist.chance(0.6):
        low = pose(outline[len(top) : len(top) + count])
        artist.line(low, "inner", 0.7, skin, lash if artist.chance(0.5) else None, taper=1.0)
    if artist.chance(0.5):
        crease = pose(outline[2 : len(top) - 2] - (0, height * 0.28))
        artist.line(crease, "inner", 0.6, skin, taper=1.0)
    for _ in range(rng.integers(0, 4)):
        root = outline[rng.integers(0, len(top))]
        artist.line(pose(bow(root, root + ((root - at) * 0.35), 0.1)), "inner", 0.7, skin, lash, taper=1.0)


def draw_brow(artist, pose, at, width, side, manner, face):
    """One brow: a tapered stroke, a solid mark, a row of short hairs, or hair-coloured with its own outline."""
    skin, form = manner["skin"], manner["brow"].form
    slant = manner["brow"].slant * side
    curve = bow(at + (-width * 1.1, slant * width), at + (width * 1.1, -slant * width), manner["brow"].bend, 16)
    thick = manner["brow"].weight
    if form == "stroke":
        colour = None if artist.chance(0.6) else manner["hair"] * 0.45
        curve, t = pose(curve), np.linspace(0, 1, 16)
        colour = artist.line_colour(skin) if colour is None else colour
        if colour is not None and np.abs(colour - skin).max() > 24:
            artist.canvas.stroke(
                curve, np.maximum(0.8, pose.radius * 0.05 * thick * np.sin(0.2 + 2.7 * t)), colour, "inner", clip=face
            )
    elif form == "mark":
        band = strand(curve, 0.14 * thick * np.sin(np.linspace(0.5, 2.9, 16)) + 0.03)
        artist.mark(pose(band), skin, np.full(3, artist.between(0, 40)) if artist.chance(0.7) else None, face)
    elif form == "block":
        band = strand(straight(curve[[0, -1]]), 0.13 * thick * np.array([artist.between(0.6, 1.4), 1]))
        artist.mark(pose(band), skin, np.full(3, artist.between(0, 40)) if artist.chance(0.7) else None, face)
    elif form == "hairs":
        for t in np.linspace(0, 15, 7).astype(int):
            artist.line(
                pose(bow(curve[t] + (0, 0.05), curve[t] + (0.1 * side, -0.06), 0)), "inner", 0.9, skin, clip=face
            )
    else:
        band = strand(curve, 0.11 * thick * np.sin(np.linspace(0.3, 2.9, 16)) + 0.02)
        artist.shape(pose(np.concatenate([band, band[:1]])), manner["hair"], "inner", shade=False, clip=face, scale=0.7)


def draw_glasses(artist, pose, gap, height, size, turn):
    """Round glasses over the eyes."""
    radius = size * artist.between(1.0, 1.5)
    colour = artist.line_colour(np.full(3, 200.0))
    for side in (-1, 1):
        rim = pose(
            ellipse((side * gap + turn * 0.35, height + 0.05), (radius, radius * artist.between(0.75, 1)), samples=40)
        )
        if artist.chance(0.3):
            artist.canvas.tint(artist.canvas.polygon(rim).times(0.35), (235, 245, 255), edge=False)
        artist.line(rim, "inner", 1.0, colour=colour, taper=0.0)
    artist.line(
        pose(bow((-gap + radius + turn * 0.35, height), (gap - radius + turn * 0.35, height), -0.15)),
        "inner",
        1.0,
        colour=colour,
    )


def draw_nose(artist, pose, at, skin, face):
    """A nose: a short stroke, a hook, a dot, a curve, or a shadow without a line."""
    at, form = np.array(at), artist.rng.integers(5)
    if form == 0:
        artist.line(pose(bow(at - (0, 0.12), at, 0.1)), "inner", 0.9, skin, clip=face)
    elif form == 1:
        artist.line(
            pose(straight([at - (0.02, 0.2), at + (-0.09, 0), at + (0.02, 0.02)])), "inner", 0.9, skin, clip=face
        )
    elif form == 2:
        artist.line(pose(bow(at, at + (0.05, 0.01), 0.2)), "inner", 1.0, skin, clip=face)
    elif form == 3:
        artist.line(pose(bow(at - (0.1, 0), at + (0.1, 0), 0.4)), "inner", 0.9, skin, clip=face)
    else:
        shadow = pose(straight([at - (0.0, 0.18), at + (0.09, 0.03), at - (0.06, -0.03)], True))
        artist.canvas.tint(artist.canvas.polygon(shadow).clip(face), artist.style.shadow, multiply=True)


def draw_mouth(artist, pose, at, skin, face):
    """A mouth: a line, or open with teeth and tongue."""
    width, rng = artist.between(0.08, 0.32), artist.rng
    if artist.chance(0.45):
        artist.line(
            pose(bow(at - (width, 0), at + (width, artist.between(-0.05, 0.05)), artist.between(-0.35, 0.35), 14)),
            "inner",
            0.9,
            skin,
            clip=face,
        )
        if artist.chance(0.3):
            artist.line(pose(bow(at + (-0.04, 0.13), at + (0.04, 0.13), -0.1)), "inner", 0.6, skin, clip=face)
        return
    drop = width * artist.between(0.4, 1.3)
    if artist.chance(0.12):  # a small dark mouth, inked solid
        small = min(width, 0.14)
        artist.mark(pose(ellipse(at, (small * 0.6, small * artist.between(0.5, 1.2)), samples=20)), skin, clip=face)
        return
    top = bow(at - (width, 0), at + (width, 0), artist.between(-0.2, 0.15), 12)
    low = spline([at + (width, 0), at + (width * 0.5, drop), at + (-width * 0.5, drop), at - (width, 0)])
    points = np.concatenate([top, low[1:]])
    if artist.chance(0.25):  # lips without a line around the mouth
        lips = at + (points - at) * (1.25, 1.4)
        artist.canvas.fill(artist.canvas.polygon(pose(lips)).clip(face), artist.colour(0.98, 0.7, 0.7))
    inside = (
        artist.colour(0.97, artist.between(0.4, 0.8), artist.between(0.3, 0.75))
        if not artist.style.tones
        else np.full(3, rng.choice((255.0, 20.0)))
    )
    mask = artist.shape(pose(points), inside, "inner", shade=False, clip=face, scale=0.9)
    if artist.chance(0.5):
        teeth = artist.canvas.polygon(pose(np.concatenate([top, (top + (0, drop * 0.3))[::-1]]))).clip(mask)
        artist.canvas.fill(teeth, (250, 250, 250), part=False)
        if artist.chance(0.5):
            artist.line(pose(top + (0, drop * 0.3)), "inner", 0.8, inside, clip=mask, taper=0)
    if artist.chance(0.5):
        tongue = ellipse(at + (0, drop), (width * 0.6, drop * 0.5), samples=20)
        artist.shape(
            pose(tongue),
            artist.colour(0.97, 0.45, 0.9),
            "inner",
            line=artist.chance(0.5),
            shade=False,
            clip=mask,
            scale=0.7,
            part=False,
        )
    if artist.line_colour(inside) is not None:
        artist.line(pose(points), "inner", 0.9, inside, taper=0.0)


def fringe_line(artist, height):
    """The lower edge of a fringe, right to left, as (n, 2) head units: bowed locks that end in tips."""
    count = int(artist.rng.integers(3, 9))
    xs = np.linspace(0.98, -0.98, count + 1) + np.concatenate([[0], artist.rng.uniform(-0.08, 0.08, count - 1), [0]])
    parts, lean = [], artist.between(-0.5, 0.5)
    for left, right in zip(xs[:-1], xs[1:]):
        tip = np.array([left + (right - left) * (0.5 + lean), height + artist.between(-0.1, 0.25)])
        valley = height - artist.between(0.15, 0.5)
        first = (left, 0.1 if left == xs[0] else valley)
        parts += [
            bow(first, tip, artist.between(-0.2, 0.05), 7),
            bow(tip, (right, valley), artist.between(-0.05, 0.2), 7)[1:],
        ]
        xs_valley = valley
    parts.append(np.array([[xs[-1], max(xs_valley, 0.1)]]))
    return np.concatenate(parts)


def draw_front_hair(artist, pose, manner):
    """A cap of hair with a fringe, side locks, loose strands and inner lines."""
    hair, rng = manner["hair"], artist.rng
    skull = ellipse(
        (0, -0.05), (artist.between(0.98, 1.12), artist.between(1.08, 1.25)), start=np.pi, stop=2 * np.pi, samples=24
    )
    if artist.chance(0.3):  # curls along the crown
        skull = skull * (1 + 0.07 * np.abs(np.sin(np.linspace(0, artist.between(8, 30), 24))))[:, None]
    fringe = fringe_line(artist, artist.between(-0.45, 0.05))
    for side in (-1, 1):
        for _ in range(rng.integers(0, 3)):
            length = artist.between(0.3, manner["length"] + 0.4)
            root = (side * artist.between(0.8, 1.0), artist.between(-0.4, 0.1))
            tip = np.array(root) + (side * artist.between(-0.3, 0.35), length)
            artist.lock(*pose([root, tip]), pose.radius * artist.between(0.15, 0.4), manner["curl"], hair)
    cap = np.concatenate([skull, fringe])
    mask = artist.shape(pose(np.concatenate([cap, cap[:1]])), hair)
    for _ in range(rng.integers(0, 9) if not artist.style.tones else rng.integers(0, 24)):
        end = fringe[rng.integers(len(fringe))]
        start = end + (np.array([artist.between(-0.2, 0.2), -1.1]) - end) * artist.between(0.3, 0.8)
        curve = pose(bow(start, end, artist.between(-0.15, 0.15), 12))
        artist.line(curve, "inner", artist.between(0.5, 0.9), hair, clip=mask, taper=max(0.5, artist.style.taper))
    if artist.chance(0.35) and not artist.style.tones:  # a ring of light
        band = ellipse(
            (0, -0.1), (0.95, 0.85), start=np.pi * 1.15, stop=np.pi * 1.85, samples=2 * int(rng.integers(8, 20))
        )
        jag = np.where(np.arange(len(band)) % 2, artist.between(0.03, 0.2), 0.0)[:, None]
        ring = np.concatenate([band * (1 + jag), (band * (0.9 - jag[::-1] * 0.7))[::-1]])
        glow = hair + (255 - hair) * artist.between(0.3, 0.9)
        artist.canvas.tint(artist.canvas.polygon(pose(ring)).clip(mask), glow)
        artist.cases.add("highlights")
    for _ in range(rng.integers(0, 6)):
        root = np.array([artist.between(-0.9, 0.9), -artist.between(0.6, 1.15)])
        tip = root + rng.normal(0, 0.35, 2) + (0, -0.1)
        artist.lock(
            *pose([root, tip]), pose.radius * artist.between(0.06, 0.25), artist.between(-0.3, 0.3), hair, inner=False
        )
    artist.cases.add("hair")


def draw_back_hair(artist, pose, manner):
    """Hair behind the head: a mass with locks at its end, or a ponytail."""
    hair, rng, length = manner["hair"] * 0.93, artist.rng, manner["length"]
    if artist.chance(0.2):
        root = np.array([artist.between(-0.9, 0.9), -0.7])
        for _ in range(rng.integers(2, 6)):
            tip = root + (np.sign(root[0]) * artist.between(0.4, 1.5), artist.between(0.2, 1 + length))
            artist.lock(*pose([root, tip]), pose.radius * artist.between(0.2, 0.5), artist.between(-0.3, 0.3), hair)
        return
    width = artist.between(1.0, 1.5)
    end = artist.between(0.1, 0.3) + length
    count = int(rng.integers(2, 8))
    xs = np.linspace(width, -width, count + 1)
    crown = ellipse((0, -0.1), (width, 1.15), start=np.pi, stop=2 * np.pi, samples=24)
    parts = [crown, bow(crown[-1], (xs[0], end - 0.3), manner["curl"], 9)[1:]]
    for left, right in zip(xs[:-1], xs[1:]):
        tip = (left + (right - left) * artist.between(0.1, 0.9), end + artist.between(-0.1, 0.4))
        parts += [bow((left, end - 0.3), tip, -0.1, 6)[1:], bow(tip, (right, end - 0.3), 0.1, 6)[1:]]
    parts.append(bow((xs[-1], end - 0.3), crown[0], manner["curl"], 9)[1:])
    mask = artist.shape(pose(np.concatenate(parts)), hair)
    for _ in range(rng.integers(2, 12)):
        x = artist.between(-width, width)
        curve = pose(
            bow(
                (x * 0.8, artist.between(0, 0.4 * end)),
                (x, end + artist.between(-0.3, 0.2)),
                artist.between(-0.1, 0.1),
                12,
            )
        )
        artist.line(curve, "inner", artist.between(0.5, 0.9), hair, clip=mask, taper=max(0.5, artist.style.taper))


def draw_body(artist, pose, manner):
    """Neck, shoulders, a garment with collar, folds, perhaps a skirt and legs."""
    skin, rng = manner["skin"], artist.rng
    cloth = artist.colour()
    lean, wide = artist.between(-0.2, 0.2), artist.between(1.2, 2.0)
    neck = pose([(-0.3, 0.5), (0.3, 0.5), (0.34 + lean, 1.6), (-0.34 + lean, 1.6), (-0.3, 0.5)])
    neck_mask = artist.shape(neck, skin)
    if artist.chance(0.5):
        chin = artist.canvas.polygon(pose(ellipse((artist.between(-0.2, 0.2), 0.75), (0.7, 0.5), samples=24))).clip(
            neck_mask
        )
        artist.canvas.tint(chin, artist.style.shadow, multiply=True)
    waist = artist.between(0.8, 1.1) * wide
    torso = spline(
        [
            (lean - 0.4, 1.25),
            (lean - wide * 0.85, 1.5),
            (lean - wide, 2.1),
            (lean - waist, 3.6),
            (lean + waist, 3.6),
            (lean + wide, 2.1),
            (lean + wide * 0.85, 1.5),
            (lean + 0.4, 1.25),
        ]
    )
    torso = pose(np.concatenate([torso, bow((lean + 0.4, 1.25), (lean - 0.4, 1.25), artist.between(0.1, 0.5))[1:]]))
    if artist.chance(0.4):
        skirt = cloth if artist.chance(0.5) else artist.colour()
        draw_skirt(artist, pose, lean, waist, skirt, skin)
    mask = artist.shape(torso, cloth)
    draw_trim(artist, torso, mask, cloth)
    for side in (-1, 1):
        if artist.chance(0.8):
            shoulder = np.array([lean + side * wide * 0.85, 1.65])
            elbow = shoulder + (side * artist.between(0.1, 0.7), artist.between(0.9, 1.4))
            wrist = elbow + (side * artist.between(-1.0, 0.4), artist.between(0.3, 1.3))
            curve = spline([shoulder, elbow, wrist])
            sleeve = strand(curve, np.linspace(artist.between(0.6, 0.8), artist.between(0.4, 0.7), len(curve)))
            arm = artist.shape(pose(np.concatenate([sleeve, sleeve[:1]])), cloth)
            draw_folds(artist, pose(curve), pose.radius * 0.6, cloth, arm, int(rng.integers(0, 6)))
    for _ in range(rng.integers(1, 9)):
        start = np.array([lean + artist.between(-wide, wide), artist.between(1.5, 3.2)])
        artist.line(
            pose(bow(start, start + rng.normal(0, 0.4, 2) + (0, 0.3), artist.between(-0.3, 0.3), 12)),
            "inner",
            0.8,
            cloth,
            clip=mask,
            taper=1.0,
        )
    collar = artist.colour()
    for side in (-1, 1):
        flap = straight(
            [
                (lean + side * 0.38, 1.2),
                (lean + side * 0.75, 1.65),
                (lean + side * 0.3, 2.1),
                (lean + side * 0.02, 1.75),
            ],
            True,
        )
        if artist.chance(0.5):
            artist.shape(pose(flap), collar)
    if artist.chance(0.4):
        tie = straight(
            [(lean - 0.12, 1.7), (lean + 0.12, 1.7), (lean + 0.2, 2.7), (lean, 3.0), (lean - 0.2, 2.7)], True
        )
        artist.shape(pose(tie), artist.colour())
    else:
        for k in range(rng.integers(0, 4)):
            artist.shape(
                pose(ellipse((lean, 1.9 + 0.4 * k), (0.08, 0.08), samples=16)), artist.colour(), "inner", scale=0.8
            )
    artist.cases.add("clothes")


def draw_trim(artist, curve, mask, cloth):
    """A coloured band along a garment's edge, wider than any line and no darker than the cloth: a fill."""
    if not artist.chance(0.4):
        return
    width = artist.style.width * artist.style.outline * artist.between(3, 6) + 4
    band = artist.canvas.polygon(strand(curve, np.full(len(curve), width))).clip(mask)
    colour = artist.colour()
    colour = colour + max(0.0, 0.8 * cloth.mean() - colour.mean())
    artist.canvas.fill(band, np.minimum(colour, 255), part=True)
    if artist.line_colour(cloth) is not None:
        artist.line(curve, "boundary", 1.0, cloth, taper=0.0)
    if artist.chance(0.6):
        centre = curve.mean(0)
        artist.line(
            curve + (centre - curve) * min(0.3, width / 2 / np.abs(curve - centre).max()), "inner", 0.8, clip=mask
        )


def draw_folds(artist, curve, width, cloth, mask, count):
    """Short tapered fold lines across a limb, some with a shadow beside them."""
    for _ in range(count):
        at = curve[artist.rng.integers(len(curve))]
        end = at + artist.rng.normal(0, 0.5, 2) * width
        fold = bow(at, end, artist.between(-0.3, 0.3), 10)
        if artist.chance(0.4):
            shadow = artist.canvas.polygon(strand(fold, width * 0.15 * np.sin(np.linspace(0, np.pi, 10)))).clip(mask)
            artist.canvas.tint(shadow, artist.style.shadow, multiply=True)
        artist.line(fold, "inner", 0.8, cloth, clip=mask, taper=1.0)


def draw_skirt(artist, pose, lean, waist, cloth, skin):
    """Legs and a pleated skirt over them."""
    for side in (-1, 1):
        leg = spline(
            [(lean + side * 0.4, 3.8), (lean + side * artist.between(0.3, 0.6), 5.5), (lean + side * 0.45, 7.5)]
        )
        band = strand(leg, np.linspace(0.75, 0.4, len(leg)))
        artist.shape(pose(np.concatenate([band, band[:1]])), skin if artist.chance(0.6) else artist.colour())
    count, hem, flare = int(artist.rng.integers(3, 9)), artist.between(4.4, 5.4), artist.between(1.2, 2.0)
    xs = np.linspace(-flare * waist, flare * waist, count + 1)
    parts = [np.array([[lean + waist, 3.3], [lean - waist, 3.3]])]
    for left, right in zip(xs[:-1], xs[1:]):
        parts.append(
            bow((lean + left, hem), (lean + right, hem + artist.between(-0.15, 0.15)), artist.between(0.05, 0.35), 8)
        )
    mask = artist.shape(pose(np.concatenate([*parts, parts[0][:1]])), cloth)
    draw_trim(artist, pose(np.concatenate(parts[1:])), mask, cloth)
    for x in xs[1:-1]:
        top = lean + x / flare + artist.between(-0.1, 0.1)
        artist.line(
            pose(bow((lean + x, hem), (top, artist.between(3.4, 4.2)), artist.between(-0.1, 0.1), 10)),
            "inner",
            0.8,
            cloth,
            clip=mask,
            taper=0.8,
        )


def draw_arm(artist, pose, manner):
    """A raised forearm with a sleeve and a hand of four fingers and a thumb, in front of everything."""
    skin, rng = manner["skin"], artist.rng
    side = rng.choice((-1, 1))
    elbow = np.array([side * artist.between(0.6, 1.6), artist.between(2.2, 3.2)])
    wrist = np.array([side * artist.between(0.2, 1.4), artist.between(0.6, 1.6)])
    curve = bow(elbow, wrist, artist.between(-0.15, 0.15), 12)
    artist.shape(pose(strand(curve, np.linspace(0.55, 0.38, 12))), skin)
    up = (wrist - curve[-3]) / max(1e-6, np.hypot(*(wrist - curve[-3])))
    across = np.array([-up[1], up[0]]) * rng.choice((-1, 1))
    palm = wrist + up * 0.28
    thumb = bow(palm - across * 0.2, palm - across * 0.5 + up * 0.3, 0.2, 8)
    artist.shape(pose(strand(thumb, 0.17 * np.sin(np.linspace(1.2, 2.9, 8)))), skin)
    artist.shape(pose(ellipse(palm, (0.34, 0.36), samples=30)), skin)
    curl = artist.between(-0.35, 0.35)
    for k in range(4):
        root = palm + across * (0.24 - 0.16 * k) + up * 0.2
        tip = root + up * artist.between(0.35, 0.6) + across * (0.06 - 0.05 * k)
        finger = bow(root, tip, curl, 10)
        band = strand(finger, 0.155 * np.sqrt(np.sin(np.linspace(1.2, 3.0, 10))))
        artist.shape(pose(band), skin, scale=0.9)
    cuff = straight(
        [curve[4] + across * 0.36, curve[4] - across * 0.36, elbow - across * 0.42, elbow + across * 0.42], True
    )
    if artist.chance(0.6):
        cloth = artist.colour()
        mask = artist.shape(pose(cuff), cloth)
        draw_folds(artist, pose(curve[:6]), pose.radius * 0.5, cloth, mask, int(rng.integers(0, 5)))
    if artist.chance(0.3):  # something held
        staff = np.array([palm + across * 1.2 + up * 0.3, palm - across * 1.2 - up * 0.3]) + rng.normal(0, 0.1, 2)
        artist.shape(pose(strand(straight(staff), [0.12, 0.12])), artist.colour())
    artist.cases.add("hands")


def draw_ribbon(artist, at, size):
    """A bow of two loops and a knot."""
    colour, turn = artist.colour(), artist.between(-0.6, 0.6)
    cos, sin = np.cos(turn), np.sin(turn)
    place = np.array([[cos, sin], [-sin, cos]]) * size
    for side in (-1, 1):
        tail = straight([(0, 0), (side * 0.5, 0.9), (side * 0.2, 1.0), (side * 0.05, 0.3)], True)
        artist.shape(at + tail @ place, colour)
        loop = spline([(0, 0), (side * 0.7, -0.45), (side * 1.0, 0), (side * 0.7, 0.4)], True)
        mask = artist.shape(at + loop @ place, colour)
        for k in (-0.15, 0.1):
            artist.line(
                at + bow((side * 0.1, k * 0.3), (side * 0.55, k), 0.1) @ place,
                "inner",
                0.8,
                colour,
                clip=mask,
                taper=1.0,
            )
    artist.shape(at + ellipse((0, 0), (0.18, 0.2), samples=20) @ place, colour)
