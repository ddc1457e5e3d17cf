"""What lies on a face beside eyes, nose and mouth: cheeks, marks, moods, make-up, tears, glasses."""

import numpy as np

from illustration_parts.drawing.curves import ellipse, spline
from illustration_parts.drawing.styles import hsv, to_hsv

SUNK = -0.03  # how deep shaded places lie


def draw_cheeks(artist, face, looks, person, mask, strength):
    """Blush: soft colour, and strokes on some faces; strokes alone on a page."""
    style, head = artist.style, face.head
    if head.radius < 14 or face.is_profile and abs(head.yaw) > 1.7:
        return
    y = looks.eye_y + looks.eye_h * 0.9 + 0.13
    strokes = not style.keeps_colours or artist.chance(0.3)
    for side in (-1, 1):
        if face.is_profile and side == face.facing:
            continue
        around = ellipse((side * (looks.eye_x + 0.06), y), (0.19, 0.085), samples=28)
        points = _on_cheek(face, looks, side, around[:, 0] - side * (looks.eye_x + 0.06), around[:, 1])
        if style.keeps_colours:
            area = artist.canvas.polygon(points)
            soft = artist.canvas.soften(area, max(0.7, head.radius * 0.05)).clip(mask)
            _, saturation, value = to_hsv(person.skin)
            red = hsv(0.985, saturation + 0.32 * (1 - saturation), value)
            red = np.full(3, red.mean() * 0.93) if style.monochrome else red
            artist.canvas.tint(soft.times((0.3 + 0.4 * strength) * (1 - 0.4 * saturation)), red, edge=False)
            artist.cases.add("blush")
        if strokes and head.radius > 30:
            _hatch_cheek(artist, face, side, looks, y, person, mask)
    if strength > 0.9 and strokes and head.radius > 60 and not face.is_profile:
        for x in np.linspace(-0.16, 0.16, 5):
            line = face.at(np.array([x + 0.02, x - 0.02]), looks.nose_y - 0.16 + np.array([-0.05, 0.05]), 0.05)
            artist.line(line, "inner", 0.6, person.skin, clip=mask, taper=0.8)


def _on_cheek(face, looks, side, x, y):
    """Points about the middle of a cheek, in the picture; flat, so that nothing stretches on a turned face."""
    if face.is_profile:
        return face.beside_edge(0.42 + x, y)
    middle = face.surface(side * (looks.eye_x + 0.03), float(np.mean(y)))
    return face.head.place(np.stack([middle[0] + x, y, middle[2] - 0.35 * side * x], -1))


def _hatch_cheek(artist, face, side, looks, y, person, mask):
    count = int(artist.rng.integers(3, 7))
    colour = None
    if artist.style.keeps_colours and artist.chance(0.6):
        _, saturation, value = to_hsv(person.skin)
        colour = hsv(0.985, min(1.0, saturation + 0.45), value * 0.85)
    for k in range(count):
        x = (k - (count - 1) / 2) * 0.065
        long = artist.between(0.05, 0.08)
        ends = np.array([[x + 0.35 * long, -long], [x - 0.35 * long, long]])
        curve = _on_cheek(face, looks, side, ends[:, 0], y + ends[:, 1])
        artist.line(curve, "inner", 0.65, person.skin if colour is None else None, colour, mask, 0.8)
    artist.cases.add("hatched cheeks")


def draw_marks(artist, face, looks, person, mask):
    """Freckles, a mole, a scar, lines of age."""
    if face.head.radius < 40 or face.is_profile:
        return
    canvas, skin = artist.canvas, person.skin
    if "freckles" in looks.extras:
        for _ in range(14):
            x, y = artist.rng.normal(0, 0.3), looks.nose_y - 0.08 + artist.rng.normal(0, 0.05)
            spot = canvas.polygon(face.at(*ellipse((x, y), (0.012, 0.01), samples=8).T)).clip(mask)
            if artist.style.coloured and not artist.style.monochrome:
                canvas.tint(spot, skin * (0.78, 0.66, 0.58), edge=False)
            elif artist.line_colour(skin) is not None:
                canvas.stamp(spot, artist.line_colour(skin))
    if "mole" in looks.extras:
        side = 1 if person.age * 1000 % 2 < 1 else -1
        x, y = (
            (side * (looks.eye_x + 0.08), looks.eye_y + looks.eye_h + 0.1)
            if person.build > 0.95
            else (side * 0.16, looks.mouth_y + 0.1)
        )
        artist.mark(face.at(*ellipse((x, y), (0.015, 0.015), samples=12).T), skin, clip=mask)
    if "scar" in looks.extras:
        side = 1 if person.build > 1 else -1
        x = side * (looks.eye_x + np.array([-0.05, -0.01, 0.02, 0.05]))
        y = np.linspace(looks.eye_y + looks.eye_h + 0.04, looks.mouth_y - 0.02, 4)
        artist.line(spline(face.at(x, y)), "inner", 1.0, skin, clip=mask, taper=1.0)
        for share in (0.3, 0.6) if artist.style.detail > 0.5 else ():
            k = share * 3
            middle = np.array([np.interp(k, range(4), x), np.interp(k, range(4), y)])
            artist.line(
                face.at(middle[0] + np.array([-0.035, 0.035]), middle[1] + np.array([0.01, -0.01])),
                "inner",
                0.6,
                skin,
                clip=mask,
            )
    if "lines" in looks.extras:
        _draw_age(artist, face, looks, person, mask)


def _draw_age(artist, face, looks, person, mask):
    skin = person.skin
    for side in (-1, 1):
        x = side * np.array([0.15, 0.235, 0.285]) * (1 + 0.2 * face.head.real)
        y = np.array([looks.nose_y - 0.02, looks.nose_y + 0.1, looks.mouth_y + 0.04])
        artist.line(spline(face.at(x, y)), "inner", 0.7, skin, clip=mask, taper=1.0)
        corner = looks.eye_x + looks.eye_w * 1.12
        for rise in (-0.035, 0.01, 0.05):
            line = face.at(side * np.array([corner, corner + 0.07]), looks.eye_y + rise * np.array([0.6, 1.6]))
            artist.line(line, "inner", 0.5, skin, clip=mask, taper=1.0)
    for k in range(2 if person.age > 0.8 else 1):
        y = looks.eye_y - looks.eye_h - 0.34 - 0.09 * k
        artist.line(
            spline(face.at([-0.3, -0.1, 0.12, 0.3], y + np.array([0.01, -0.01, 0.01, 0.0]))),
            "inner",
            0.5,
            skin,
            clip=mask,
            taper=1.0,
        )


def paint_hollows(artist, face, looks, person, mask):
    """Soft darker places, as painters lay them: beside the nose's root, under brows, nose and lower lip."""
    style, radius = artist.style, face.head.radius
    if style.soft < 0.3 or not style.keeps_colours or radius < 40 or face.is_profile:
        return
    hue, saturation, value = to_hsv(person.skin)
    dark = hsv(hue - 0.025, saturation + 0.3 * (1 - saturation), value * 0.8)
    dark = np.full(3, dark.mean()) if style.monochrome else dark
    amount = 0.12 + 0.26 * face.head.real
    brow = looks.eye_y - looks.eye_h - 0.05
    spots = [(side * (looks.eye_x - looks.eye_w * 0.75), brow + 0.06, 0.1, 0.13, 1.0) for side in (-1, 1)]
    spots += [(side * looks.eye_x, brow, looks.eye_w, 0.06, 0.7) for side in (-1, 1)]
    spots += [(0.0, looks.mouth_y + 0.13, 0.13, 0.04, 0.8), (0.0, float(face.level(0.815)), 0.09, 0.03, 0.8)]
    for x, y, wide, tall, share in spots:
        area = artist.canvas.polygon(face.at(*ellipse((x, y), (wide, tall), samples=20).T, SUNK))
        area = artist.canvas.soften(area, max(0.6, 0.045 * radius)).clip(mask)
        artist.canvas.tint(area.times(amount * share), dark, edge=False)


def draw_mood(artist, face, looks, person, mask, expression):
    """Lines that a mood draws: creases of anger between the brows and beside the mouth, strokes of gloom."""
    if face.is_profile or face.head.radius < 45:
        return
    skin, y = person.skin, looks.eye_y - looks.eye_h * 0.9
    if expression.tilt < -0.4 and artist.style.detail > 0.3:
        for side, high in ((-1, 0.05), (1, 0.0)):
            x = side * np.array([0.045, 0.06, 0.05])
            artist.line(
                spline(face.at(x, y - 0.02 + np.array([-0.1 - high, -0.05, 0.02]))),
                "inner",
                0.7,
                skin,
                clip=mask,
                taper=1.0,
            )
    if expression.mouth in ("shout", "laugh", "grin") and face.head.real > 0.5:
        for side in (-1, 1):
            x = side * np.array([0.14, 0.235, 0.275])
            heights = np.array([looks.nose_y, looks.nose_y + 0.08, looks.mouth_y - 0.02])
            artist.line(spline(face.at(x, heights)), "inner", 0.65, skin, clip=mask, taper=1.0)
    if expression.name in ("shocked", "sad", "bored") and artist.chance(0.35):
        side = -1 if artist.style.light[0] > 0 else 1
        count = int(artist.rng.integers(5, 12))
        for x in np.linspace(0.12, 0.72, count):
            low = looks.eye_y + artist.between(-0.25, 0.35) - 0.35 * (0.7 - x)
            artist.line(
                face.at(np.full(6, side * x), np.linspace(-0.6, low, 6)),
                "inner",
                0.6,
                skin,
                clip=mask,
                taper=0.9,
                ends=(False, True),
            )
        artist.cases.add("strokes of gloom")


def draw_make_up(artist, face, looks, person, mask):
    """Colour on the lids."""
    if "make-up" not in looks.extras or not artist.style.keeps_colours or face.is_profile:
        return
    hue = to_hsv(person.iris)[0] if person.build > 0.95 else 0.95
    for side in (-1, 1):
        lid = ellipse((side * (looks.eye_x + 0.04), looks.eye_y - looks.eye_h * 0.9), (looks.eye_w * 0.95, 0.085))
        area = artist.canvas.soften(artist.canvas.polygon(face.at(*lid.T)), max(0.6, 0.03 * face.head.radius)).clip(
            mask
        )
        artist.canvas.tint(area.times(0.4), hsv(hue, 0.5, to_hsv(person.skin)[2] * 0.8), edge=False)


def draw_drops(artist, face, looks, person, mask, kind):
    """Tears that run or stand in the eyes, or drops of sweat."""
    if kind is None or face.is_profile or face.head.radius < 30:
        return
    water = np.array([222.0, 240, 252])
    if kind == "sweat":
        spots = [(0.58, looks.eye_y - 0.35, 0.05), (0.64, looks.mouth_y - 0.1, 0.035)]
    elif kind == "tear":
        spots = [(looks.eye_x + 0.02, looks.eye_y + looks.eye_h + 0.12, 0.05)]
    else:
        spots = [(side * (looks.eye_x + 0.03), looks.eye_y + looks.eye_h + 0.1, 0.05) for side in (-1, 1)]
    for x, y, size in spots:
        if kind == "tears":
            length = 0.34
            shape = np.array(
                [
                    [-0.6, -0.8],
                    [0.6, -0.8],
                    [0.75, length / size * 0.7],
                    [0.0, length / size],
                    [-0.75, length / size * 0.75],
                ]
            )
        else:
            shape = np.array([[0.0, -1.7], [0.35, -0.6], [0.75, 0.2], [0.0, 1.0], [-0.75, 0.2], [-0.35, -0.6]])
        curve = spline(np.array([x, y]) + shape * size, True, 5)
        artist.shape(face.at(*curve.T), water, "light", 0, "inner", form=None, scale=0.7, clip=mask)
        spot = artist.canvas.polygon(
            face.at(*ellipse((x - 0.3 * size, y + 0.1 * size), (0.2 * size, 0.35 * size), samples=10).T)
        )
        artist.shine(spot.clip(mask), water, 1.0)
    artist.cases.add("tears or sweat")


def draw_glasses(artist, face, looks, person, mask):
    """Glasses: two lenses, the bridge between and an arm to each ear seen; sometimes a gleam."""
    if face.is_profile or face.head.radius < 24 or "glasses" not in looks.extras:
        return
    rim = person.trim * 0.5 if max(person.trim) > 120 else person.trim
    lift, half, tall = 0.09, looks.eye_w * 1.18, max(looks.eye_h * 1.2, 0.15)
    power = {"round": 2.0, "square": 4.5, "half": 3.0}[looks.lens]
    angles = np.linspace(0, 2 * np.pi, 41)
    form = (
        np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** (2 / power),
        np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** (2 / power),
    )
    y0 = looks.eye_y + 0.03
    for side in (-1, 1):
        lens = face.at(side * looks.eye_x + half * form[0], y0 + tall * form[1], lift)
        kept = lens if looks.lens != "half" else lens[:21]
        if artist.style.detail > 0.4 and artist.style.coloured and artist.chance(0.5):
            gleam = face.at(
                side * looks.eye_x + half * np.array([-0.6, -0.3, -0.6, -0.9]),
                y0 + tall * np.array([-0.8, -0.8, 0.8, 0.8]),
                lift,
            )
            shape = artist.canvas.polygon(gleam).clip(artist.canvas.polygon(lens))
            artist.shine(shape.times(0.5), person.skin, 0.8)
        artist.line(kept, "inner", 1.2, rim, taper=0.0)
        edge = side * (looks.eye_x + half)
        if side == -face.facing or abs(face.head.yaw) < 0.35:
            arm = np.stack([face.surface(edge, y0 - 0.3 * tall, lift), [side * 0.88, y0 - 0.06, 0.0]])
            artist.line(face.head.place(arm), "inner", 1.1, rim, clip=mask, taper=0.0)
    x = looks.eye_x - half
    bridge = spline(face.at([-x, 0.0, x], y0 + np.array([-0.2, -0.38, -0.2]) * tall, lift + 0.05))
    artist.line(bridge, "inner", 1.2, rim, taper=0.0)
    artist.cases.add("glasses")
