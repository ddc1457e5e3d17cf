"""Mouths: lines and open ones with teeth and tongue, and lips."""

import numpy as np

from illustration_parts.drawing.curves import cut, ellipse, spline
from illustration_parts.drawing.heads.features import draw_stroke, fill_dark, fill_plain
from illustration_parts.drawing.styles import hsv, to_hsv

# Shut mouths: a line's points in half widths, from the viewer's left to the right, y down.
LINES = {
    "closed": [[-1.0, 0.02], [-0.5, -0.02], [0.0, 0.05], [0.5, -0.01], [1.0, 0.0]],
    "flat": [[-0.8, 0.02], [0.0, 0.0], [0.8, 0.03]],
    "smile": [[-1.05, -0.2], [-0.6, 0.02], [0.0, 0.14], [0.6, 0.03], [1.05, -0.22]],
    "smirk": [[-0.9, 0.08], [-0.3, 0.1], [0.35, 0.04], [1.1, -0.32]],
    "frown": [[-0.95, 0.18], [-0.5, 0.0], [0.0, -0.06], [0.5, 0.0], [0.95, 0.2]],
    "wavy": [[-0.95, 0.06], [-0.6, -0.1], [-0.2, 0.06], [0.2, -0.08], [0.6, 0.08], [0.95, -0.04]],
    "cat": [[-1.0, -0.14], [-0.6, 0.16], [-0.15, 0.1], [0.0, -0.1], [0.15, 0.1], [0.6, 0.16], [1.0, -0.14]],
    "pout": [[-0.45, 0.16], [-0.2, -0.04], [0.0, -0.1], [0.22, -0.03], [0.45, 0.17]],
}
# Open mouths: upper edge from left to right and lower edge back, then heights of teeth and tongue.
OPEN = {
    "open": (
        [[-1, -0.1], [-0.45, 0.03], [0, 0.06], [0.45, 0.02], [1, -0.12]],
        [[0.75, 0.5], [0.3, 0.92], [-0.25, 0.95], [-0.72, 0.55]],
        0.2,
        0.5,
    ),
    "laugh": (
        [[-1.2, -0.22], [-0.5, -0.02], [0, 0.02], [0.5, -0.03], [1.2, -0.25]],
        [[0.95, 0.6], [0.4, 1.12], [-0.35, 1.14], [-0.92, 0.62]],
        0.24,
        0.55,
    ),
    "shout": (
        [[-0.85, 0.0], [-0.4, -0.22], [0, -0.25], [0.4, -0.22], [0.85, 0.0]],
        [[0.95, 0.75], [0.55, 1.35], [-0.5, 1.37], [-0.93, 0.8]],
        0.22,
        0.45,
    ),
    "talk": (
        [[-0.8, 0.02], [-0.3, -0.05], [0, -0.02], [0.3, -0.06], [0.8, 0.0]],
        [[0.5, 0.28], [0.1, 0.42], [-0.2, 0.42], [-0.55, 0.27]],
        0.14,
        0.3,
    ),
    "small": (
        [[-0.42, 0.05], [-0.25, -0.2], [0, -0.27], [0.25, -0.2], [0.42, 0.05]],
        [[0.36, 0.32], [0.12, 0.5], [-0.12, 0.5], [-0.36, 0.32]],
        0.0,
        0.3,
    ),
    "grin": (
        [[-1.15, -0.28], [-0.5, -0.05], [0, 0.0], [0.5, -0.05], [1.15, -0.3]],
        [[0.9, 0.08], [0.4, 0.38], [-0.35, 0.4], [-0.88, 0.1]],
        9.0,
        0.0,
    ),
}


class MouthPlace:
    """Where a mouth lies: maps half widths of the mouth to the picture."""

    def __init__(self, face, looks, lift=0.0):
        self.face, self.looks, self.lift = face, looks, lift
        self.width = looks.mouth_w

    def at(self, points):
        """(..., 2) points x, y in half widths, in the picture."""
        points = np.asarray(points, float)
        x, y = points[..., 0] * self.width, self.looks.mouth_y + (points[..., 1] - self.lift) * self.width
        if self.face.is_profile:
            # The nearer half is seen; its middle lies on the profile's edge.
            return self.face.beside_edge(-x * self.face.facing * 0.75 - 0.02, y)
        return self.face.at(x, y, -0.05)

    def length(self, share):
        """A length in half widths of the mouth, in pixels."""
        return share * self.width * self.face.head.radius


def draw_mouth(artist, face, looks, person, mask, expression, group=0):
    """Draw the mouth of an expression, and the lips if the face has any."""
    # A mouth that opens wide begins higher up, or it would reach the chin.
    place = MouthPlace(face, looks, {"open": 0.18, "laugh": 0.4, "shout": 0.28}.get(expression.mouth, 0.0))
    flip = 1 if artist.chance(0.5) else -1
    if place.length(1) < 2.5:
        line = place.at(np.array([[-0.7, 0.0], [0.0, 0.1], [0.7, 0.0]]))
        artist.line(line, "inner", 0.8, person.skin, clip=mask)
        return
    if expression.mouth in OPEN and place.length(1) >= 4:
        _draw_open(artist, place, person, mask, expression.mouth, group)
    else:
        points = np.array(LINES.get(expression.mouth, LINES["smile"])) * (flip, 1)
        _draw_line(artist, place, person, mask, points[::flip], expression, group)


def _lip_colour(artist, person, looks):
    hue, saturation, value = to_hsv(person.skin)
    if "make-up" in looks.extras:
        return hsv(0.98, min(0.75, saturation + 0.4), value * 0.85)
    return hsv(0.99 + 0.3 * (hue - 0.05), min(0.8, saturation + 0.2), value * 0.92)


def _draw_line(artist, place, person, mask, points, expression, group):
    curve = spline(points, samples=8)
    looks = place.looks
    if (
        looks.lips
        and not person.man
        and expression.mouth not in ("cat", "wavy")
        and not artist.style.manga
        and place.length(1) > 12
    ):
        _draw_lips(artist, place, person, mask, curve, group)
        fill = _lip_colour(artist, person, looks) * 0.8
    else:
        fill = person.skin
    line = place.at(curve)
    heavy = artist.style.width > 0.06 * place.length(1)
    broken = expression.mouth in ("closed", "flat") and not heavy and artist.chance(0.3)
    if broken:  # corners alone and a hint of the middle
        for start, stop in ((0.0, 0.3), (0.42, 1.0)):
            draw_stroke(artist, cut(line, start, stop, 20), 1.0, fill, mask, 0.9, "mouth", group)
    else:
        draw_stroke(artist, line, 1.15, fill, mask, 0.75, "mouth", group)
    under = 0.5 + 0.25 * looks.lips
    if artist.style.detail > 0.3 and place.length(1) > 10 and expression.mouth != "cat" and artist.chance(0.75):
        _draw_under(artist, place, person, mask, under)


def _draw_under(artist, place, person, mask, depth):
    """The hollow below the lower lip: a short line or a small shade."""
    curve = spline(np.array([[-0.32, depth - 0.03], [0.0, depth + 0.03], [0.32, depth - 0.04]]), samples=6)
    if artist.style.real > 0.5 and artist.style.coloured and artist.chance(0.5):
        shape = np.concatenate([curve, curve[::-1] + np.array([[0.0, 0.09]])])
        artist.shade(artist.canvas.polygon(place.at(spline(shape[::2], True, 3))).clip(mask), depth=0.8)
    else:
        artist.line(place.at(curve), "inner", 0.7, person.skin, clip=mask, taper=1.0)


def _draw_lips(artist, place, person, mask, curve, group):
    colour = _lip_colour(artist, person, place.looks)
    bow_of_lip = np.array(
        [[0.85, -0.04], [0.4, -0.14], [0.14, -0.21], [0.0, -0.17], [-0.14, -0.21], [-0.4, -0.14], [-0.85, -0.04]]
    )
    upper = np.concatenate([curve, spline(bow_of_lip, samples=5) + [0, curve[:, 1].mean()]])
    lower = np.concatenate(
        [
            curve,
            spline([[0.75, 0.1], [0.38, 0.29], [0.0, 0.34], [-0.38, 0.29], [-0.75, 0.1]], samples=5)
            + [0, 0.5 * curve[:, 1].mean()],
        ]
    )
    if not artist.style.coloured:
        return
    for points, tone in ((upper, 0.93), (lower, 1.0)):
        shape = artist.canvas.polygon(place.at(points)).clip(mask)
        if "make-up" in place.looks.extras:
            fill_plain(artist, shape, colour * tone, "mouth", group)
        else:
            artist.canvas.tint(shape, colour * tone, edge=artist.style.soft < 0.3)
    shine = artist.canvas.polygon(place.at(ellipse((0.18, 0.26), (0.2, 0.06), samples=16))).clip(mask)
    if artist.chance(artist.style.gloss) and not artist.style.manga:
        artist.shine(shine, colour, 0.5)


def _draw_open(artist, place, person, mask, kind, group):
    upper, lower, teeth, tongue = OPEN[kind]
    scale = np.array([1.0, artist.between(0.8, 1.1)])
    upper = spline(np.array(upper) * scale, samples=6)
    lower = spline(np.concatenate([upper[-1:], np.array(lower) * scale, upper[:1]]), samples=6)
    inside = artist.canvas.polygon(place.at(np.concatenate([upper, lower]))).clip(mask)
    if not inside.alpha.size:
        return
    page = not artist.style.keeps_colours
    dark = hsv(0.985, artist.between(0.45, 0.7), artist.between(0.28, 0.6)) if not page else np.full(3, 20.0)
    if kind == "grin":
        _draw_grin(artist, place, person, inside, upper, lower, group)
    else:
        if page and artist.chance(0.5):
            fill_plain(artist, inside, np.full(3, 250.0), "mouth", group)
        else:
            fill_dark(artist, inside, dark, "mouth", group)
        low = lower[:, 1].max()
        if tongue and place.length(low) > 6:
            _draw_tongue(artist, place, person, inside, low, tongue, dark, page, group)
        if teeth and place.length(teeth) > 2 and artist.chance(0.7):
            band = np.concatenate([cut(upper, 0.1, 0.9, 20), cut(upper, 0.16, 0.84, 20)[::-1] + [0, teeth]])
            shape = artist.canvas.polygon(place.at(band)).clip(inside)
            fill_plain(artist, shape, np.array([253.0, 252, 250]), "mouth", group)
            if artist.chance(0.3):
                artist.line(place.at(band[20:]), "inner", 0.6, dark, clip=inside)
    skin = person.skin
    artist.line(place.at(upper), "inner", 1.2, skin, clip=mask, taper=0.5)
    below = place.at(lower)
    artist.line(below, "inner", 0.95, skin, clip=mask, taper=0.4)
    if place.length(1) > 10 and artist.style.detail > 0.3 and kind != "laugh":
        _draw_under(artist, place, person, mask, lower[:, 1].max() + 0.3)
    artist.cases.add("open mouths")


def _draw_tongue(artist, place, person, inside, low, share, dark, page, group):
    top = low * (1 - share)
    form = spline(
        [
            [-0.75, low + 0.1],
            [-0.5, top + 0.15 * low],
            [0.0, top],
            [0.5, top + 0.15 * low],
            [0.75, low + 0.1],
            [0.0, low + 0.4],
        ],
        True,
        6,
    )
    shape = artist.canvas.polygon(place.at(form)).clip(inside)
    colour = hsv(0.985, 0.42, 0.92) if not page else np.full(3, 240.0)
    fill_plain(artist, shape, colour, "mouth", group)
    if artist.chance(0.6) or page:
        edge = place.at(form[2 : len(form) // 2 + 6])
        artist.line(edge, "inner", 0.7, colour, clip=inside)
    if place.length(low) > 16 and artist.chance(0.4):
        artist.line(
            place.at([[0.0, top + 0.1 * low], [0.02, low * 0.95]]), "inner", 0.5, colour, clip=inside, taper=1.0
        )


def _draw_grin(artist, place, person, inside, upper, lower, group):
    fill_plain(artist, inside, np.array([253.0, 252, 250]), "mouth", group)
    middle = (cut(upper, 0.04, 0.96, 24) + cut(lower, 0.04, 0.96, 24)[::-1]) / 2
    if place.length(1) > 9:
        artist.line(place.at(middle), "inner", 0.7, np.full(3, 250.0), clip=inside, taper=0.3)
        if artist.style.real > 0.5 and artist.chance(0.4):
            for share in np.linspace(0.2, 0.8, 5):
                x = upper[int(share * (len(upper) - 1)), 0]
                line = place.at([[x, -0.4], [x * 0.97, 0.5]])
                artist.line(line, "inner", 0.4, np.full(3, 250.0), clip=inside, taper=0.2)


def draw_beard(artist, face, looks, person, mask, group=0):
    """A moustache, a beard on the chin or along the jaw, or strokes of stubble, in the hair's colour."""
    place = MouthPlace(face, looks)
    if face.is_profile or place.length(1) < 6:
        return
    kind = artist.pick(("moustache", "goatee", "full", "stubble"))
    if kind == "stubble":
        draw_stubble(artist, place, person, mask)
        return
    shapes = []
    if kind != "moustache":
        shapes.append(_beard_curve(face, looks, kind))
    if kind != "goatee":
        half = np.array([[0.0, -0.38], [0.35, -0.46], [0.95, -0.16], [1.3, 0.22], [0.75, -0.04], [0.0, -0.14]])
        shapes.append(place.at(spline(np.concatenate([half, half[-2:0:-1] * (-1, 1)]), True, 6)))
    hue, saturation, value = to_hsv(person.hair)
    colour = hsv(hue, saturation, value * 0.92)
    for curve in shapes:
        area = fill_plain(artist, artist.canvas.polygon(curve).clip(mask), colour, "hair", group)
        if not area.alpha.size:
            continue
        artist.outline(curve, colour, "inner", 0.8, area)
        _draw_beard_strokes(artist, face, curve, colour, area)
    artist.cases.add("beards")


def _beard_curve(face, looks, kind):
    """The outline of a beard, (n, 2) pixels; it reaches beyond the face, which it is clipped to."""
    y, w, low = looks.mouth_y, looks.mouth_w, face.chin - looks.mouth_y
    below = y + 0.4 * low
    if kind == "goatee":
        half = [
            [0.0, below - 0.02],
            [0.35 * w, below],
            [0.75 * w, y + 0.6 * low],
            [0.95 * w, y + 0.95 * low],
            [0.5 * w, face.chin + 0.1],
        ]
    else:
        wide = lambda level: float(face.read("width", level))  # noqa: E731
        top, middle = float(face.level(0.5)), float(face.level(0.75))
        half = [[0.0, below - 0.02], [0.4 * w, below - 0.01], [1.2 * w, y + 0.2 * low], [1.35 * w, y - 0.1]]
        half += [
            [0.8 * wide(middle), middle],
            [0.92 * wide(top), top],
            [1.2 * wide(top), top],
            [1.2 * wide(y), y],
            [0.5, face.chin + 0.15],
        ]
    edge = np.array([*half, [0.0, face.chin + 0.15]])
    points = spline(np.concatenate([edge, edge[-2:0:-1] * (-1, 1)]), True, 5)
    return face.at(*points.T)


def _draw_beard_strokes(artist, face, curve, colour, area):
    down = face.head.in_plane(0.0, 1.0) - face.head.centre
    inside = curve[artist.rng.integers(len(curve), size=int(6 + 14 * artist.style.detail))]
    middle = curve.mean(0)
    for root in inside:
        root = root + (middle - root) * artist.between(0.05, 0.6)
        tip = root + down * artist.between(0.04, 0.1) + (root - middle) * 0.05
        artist.line(np.stack([root, (root + tip) / 2, tip]), "inner", 0.55, colour, clip=area, taper=1.0)


def draw_stubble(artist, place, person, mask):
    """Short strokes about the mouth and on the chin."""
    for _ in range(int(14 + 20 * artist.style.detail)):
        x, y = artist.between(-1.6, 1.6), artist.between(0.35, 1.5)
        if abs(x) < 0.8 and y < 0.5:
            continue
        artist.line(place.at([[x, y], [x * 1.02, y + 0.09]]), "inner", 0.5, person.skin, clip=mask, taper=0.6)
