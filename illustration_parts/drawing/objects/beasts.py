"""Fish, insects, dragons and monsters. Each is drawn in a box of about -1 .. 1."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, offset, point_at
from illustration_parts.drawing.objects.creatures import draw_eye
from illustration_parts.drawing.objects.placing import DARK, LIGHT, ellipse


def draw_fish(it):
    """A fish with fins and scales."""
    artist = it.artist
    colour = artist.colour()
    belly = colour + (255 - colour) * 0.6
    for outline in (
        [(0.55, 0), (1, -0.45), (0.85, 0), (1, 0.45)],
        [(-0.2, -0.28), (0.1, -0.7), (0.42, -0.15)],
        [(-0.1, 0.25), (0.1, 0.6), (0.25, 0.2)],
    ):
        mask = it.smooth(outline, colour * 0.85, "creature", form=None)
        root, far = np.mean([outline[0], outline[-1]], 0), np.mean(outline, 0)
        it.lines([[root, far + (0.1 * d, 0.2 * d)] for d in (-1.5, -0.8, 0, 0.8, 1.5)], colour, 0.5, mask)
    body = it.smooth(
        [
            (-0.95, 0),
            (-0.75, -0.22),
            (-0.35, -0.38),
            (0.2, -0.28),
            (0.62, -0.06),
            (0.62, 0.06),
            (0.2, 0.27),
            (-0.35, 0.38),
            (-0.75, 0.2),
        ],
        colour,
        "creature",
        gloss=True,
    )
    it.patch(it.curve([(-0.9, 0.12), (0, 0.15), (0.6, 0.04), (0.2, 0.45), (-0.5, 0.5)], True), belly, body, "creature")
    it.scales(colour, body, (-0.4, -0.32, 0.5, 0.32), 0.1)
    it.line(bow((-0.52, -0.32), (-0.52, 0.3), -0.25), colour, 1.0, body)
    fin = it.smooth([(-0.35, 0.05), (-0.05, 0.02), (0.0, 0.22), (-0.2, 0.18)], colour * 0.85, "creature", form=None)
    it.lines([[(-0.32, 0.07), (x, y)] for x, y in ((-0.08, 0.06), (-0.04, 0.12), (-0.06, 0.18))], colour, 0.5, fin)
    draw_eye(it, -0.7, -0.07, 0.085, LIGHT)
    it.line(bow((-0.95, 0.03), (-0.78, 0.1), 0.2), colour, 0.8)


def draw_butterfly(it):
    """A butterfly or moth with patterned wings."""
    artist = it.artist
    colour, second = artist.colour(), artist.colour()
    squeeze = artist.between(0.55, 1.0)
    for side in (-1, 1):
        wide = side * (squeeze if side < 0 else 1.0)
        upper = [(0.04, -0.1), (0.35, -0.7), (0.85, -0.85), (0.95, -0.5), (0.75, -0.1), (0.3, 0.05)]
        lower = [(0.04, 0.05), (0.4, 0.02), (0.75, 0.2), (0.7, 0.6), (0.45, 0.85), (0.25, 0.6)]
        for corners in (lower, upper):
            points = np.array(corners) * (wide, 1)
            mask = it.smooth(points, colour, "creature", form=None)
            inner = points.mean(0) + (points - points.mean(0)) * 0.72
            field = it.smooth(inner, second, "creature", form=None, kind="inner", scale=0.7)
            it.lines([bow(points[0], p, 0.08 * side) for p in points[1:]], second, 0.6, field)
            if artist.style.detail > 0.3:
                for place in point_at(np.concatenate([points, points[:1]]), np.linspace(0.3, 0.8, 6)):
                    spot = points.mean(0) + (place - points.mean(0)) * 0.86
                    it.patch(ellipse(spot, (0.04, 0.04)), LIGHT, mask, "creature")
    it.oval(0, 0.0, 0.06, 0.32, colour * 0.4, "creature", form="inflate")
    it.lines([bow((-0.1, y), (0.1, y), 0.1) for y in (0.05, 0.13, 0.2)], colour * 0.4, 0.5)
    it.oval(0, -0.36, 0.07, 0.07, colour * 0.4, "creature")
    for side in (-1, 1):
        it.line(bow((side * 0.03, -0.4), (side * 0.28, -0.75), side * 0.25), colour, 1.0)


def _membrane(it, root, wrist, colour, side):
    """A bat's wing: fingers from the wrist with skin between them."""
    root, wrist = np.asarray(root, float), np.asarray(wrist, float)
    angles = np.linspace(-0.15, 1.75, 5)
    tips = [wrist + 0.78 * (1 - 0.1 * k) * np.array([side * np.cos(a), np.sin(a)]) for k, a in enumerate(angles)]
    edge = [bow(a, b, -side * 0.18, 8) for a, b in zip(tips[:-1], tips[1:])]
    outline = np.concatenate([[root], [wrist], *edge, bow(tips[-1], root + (0, 0.25), -side * 0.15, 8)])
    mask = it.poly(outline, colour, "creature", form=None)
    for k, tip in enumerate(tips):
        finger = bow(wrist, tip, side * 0.06, 10)
        it.band(finger, np.linspace(0.055, 0.015, 10), colour * 0.8, "creature", kind="inner", form=None)
        if k < 4 and it.rich:
            it.lines(
                [bow(point_at(finger, s), point_at(finger, s) + (0.03, 0.22), 0.1) for s in (0.35, 0.6)],
                colour,
                0.45,
                mask,
            )
    it.band(bow(root, wrist, -side * 0.1, 10), np.linspace(0.14, 0.07, 10), colour * 0.8, "creature", form=None)
    it.poly([wrist + (-0.03, 0), wrist + (0.03, 0), wrist + (side * 0.02, -0.14)], LIGHT * 0.9, "creature")
    return mask


def draw_dragon(it):
    """A dragon: a winding body with plates below, spines, wings and horns."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0.2, 0.8), value=artist.between(0.3, 0.85))
    belly, horn = colour + (255 - colour) * 0.55, artist.colour(0.1, 0.2, 0.9)
    _membrane(it, (0.1, -0.05), (0.25, -0.65), colour * 0.75, 1)
    spine = it.curve(
        [(-0.42, -0.62), (-0.3, -0.32), (-0.05, 0.05), (0.3, 0.3), (0.72, 0.35), (0.9, 0.68), (0.55, 0.9), (0.1, 0.86)]
    )
    t = np.linspace(0, 1, len(spine))
    widths = np.interp(t, (0, 0.12, 0.35, 0.55, 1), (0.2, 0.22, 0.46, 0.36, 0.02))
    for share in np.linspace(0.08, 0.9, 16):
        at = int(share * (len(spine) - 1))
        out = offset(spine, -widths / 2)[at]
        ahead, size = spine[min(at + 1, len(spine) - 1)] - spine[at], 0.05 + 0.12 * widths[at]
        ahead = ahead / max(1e-6, np.hypot(*ahead)) * size
        away = (out - spine[at]) / max(1e-6, np.hypot(*(out - spine[at]))) * size
        it.poly([out - ahead, out + away * 1.2 + ahead, out + ahead], horn, "creature")
    for hip, knee, foot in (((0.0, 0.2), (-0.15, 0.55), (-0.28, 0.85)), ((0.42, 0.35), (0.3, 0.62), (0.36, 0.9))):
        leg = it.curve([hip, knee, foot])
        it.band(leg, np.linspace(0.3, 0.12, len(leg)), colour * 0.85, "creature", root=0.2)
        foot = np.array(foot)
        for d in (-0.1, -0.02, 0.06):
            it.poly([foot + (d - 0.03, -0.02), foot + (d + 0.05, -0.02), foot + (d - 0.06, 0.1)], horn, "creature")
    body = it.band(spine, widths, colour, "creature")
    under = np.concatenate([offset(spine, widths * 0.14), offset(spine, widths / 2)[::-1]])
    plates = it.shape(under, belly, "creature", form=None, kind="inner", scale=0.7, clip=body)
    inner, outer = offset(spine, widths * 0.14), offset(spine, widths / 2)
    it.lines([[inner[k], outer[k]] for k in range(2, len(spine) - 2, max(1, len(spine) // 40))], belly, 0.6, plates)
    it.scales(colour, body.without(plates), (-0.6, -0.6, 0.95, 0.9), 0.075, 0.75)
    _membrane(it, (0.0, 0.0), (-0.12, -0.75), colour * 0.92, 1)
    _dragon_head(it, colour, belly, horn)


def _dragon_head(it, colour, belly, horn):
    for start, end in (((-0.38, -0.78), (-0.02, -1.05)), ((-0.46, -0.8), (-0.16, -1.12))):
        curve = bow(start, end, -0.25, 12)
        mask = it.band(curve, np.linspace(0.1, 0.01, 12), horn, "creature")
        it.lines([[p + (0, -0.06), p + (0.02, 0.06)] for p in point_at(curve, (0.2, 0.35, 0.5, 0.65))], horn, 0.5, mask)
    it.smooth([(-0.4, -0.5), (-0.7, -0.45), (-0.85, -0.36), (-0.6, -0.32), (-0.36, -0.4)], belly, "creature", form=None)
    teeth = [(x, -0.47) for x in np.linspace(-0.82, -0.55, 6)]
    for x, y in teeth:
        it.poly(
            [(x - 0.025, y - 0.01), (x + 0.025, y - 0.01), (x, y + 0.07)], LIGHT, "creature", kind="inner", scale=0.6
        )
    profile = [
        (-0.3, -0.6),
        (-0.38, -0.82),
        (-0.55, -0.82),
        (-0.7, -0.66),
        (-0.9, -0.62),
        (-0.98, -0.52),
        (-0.85, -0.46),
        (-0.6, -0.48),
        (-0.36, -0.42),
    ]
    it.smooth(profile, colour, "creature")
    draw_eye(it, -0.56, -0.67, 0.05, it.artist.colour(0.12, 0.8, 0.95), True)
    it.line(bow((-0.66, -0.7), (-0.46, -0.78), 0.1), colour, 1.4)
    it.solid(ellipse((-0.9, -0.57), (0.025, 0.018)), None, "creature")
    it.lines([bow((-0.42 - 0.05 * k, -0.52), (-0.38 - 0.05 * k, -0.62), 0.2) for k in range(4)], colour, 0.5)
    it.lines([bow((-0.75, -0.52), (-0.55, -0.5), 0.1), bow((-0.36, -0.6), (-0.32, -0.45), 0.2)], colour, 0.7)


def draw_beast(it):
    """A monster all of fur, with horns, claws and teeth."""
    artist = it.artist
    colour = artist.colour(value=artist.between(0.2, 0.85))
    rng, horn = artist.rng, artist.colour(0.1, 0.15, 0.9)
    for side in (-1, 1):
        curve = it.curve([(side * 0.35, -0.55), (side * 0.75, -0.75), (side * 0.8, -1.05)])
        mask = it.band(curve, np.linspace(0.2, 0.02, len(curve)), horn, "creature")
        it.lines(
            [
                bow(point_at(curve, s) + (-0.08, 0.03), point_at(curve, s) + (0.08, -0.03), 0.1)
                for s in (0.2, 0.35, 0.5, 0.65)
            ],
            horn,
            0.6,
            mask,
        )
    corners = 26 if it.fine else 12
    angles = np.arange(corners * 2) * np.pi / corners - np.pi / 2
    lengths = np.where(np.arange(corners * 2) % 2, 1.08, 0.9) + rng.normal(0, 0.03, corners * 2)
    outline = (
        np.stack([0.72 * np.cos(angles + 0.06 * (np.arange(corners * 2) % 2)), 0.85 * np.sin(angles)], 1)
        * lengths[:, None]
    )
    body = it.poly(outline + (0, 0.08), colour, "creature", form="inflate")
    for y in np.arange(-0.6, 0.85, 0.17):
        half = 0.6 * np.sqrt(max(0.05, 1 - (y / 0.95) ** 2))
        it.fur(bow((-half, y), (half, y), 0.15, 20), colour, 0.16, 9, 0.1, body)
    count = int(rng.choice((1, 2, 3)))
    for x in np.linspace(-0.26, 0.26, count) if count > 1 else (0.0,):
        draw_eye(
            it, x, -0.3, 0.3 / count**0.7, artist.colour(artist.pick((0.0, 0.12, 0.3)), 0.7, 0.95), artist.chance(0.5)
        )
    mouth = it.smooth(
        [(-0.42, 0.1), (0, 0.18), (0.42, 0.1), (0.25, 0.42), (0, 0.48), (-0.25, 0.42)],
        artist.colour(0.98, 0.7, 0.3),
        "mouth",
        form=None,
    )
    for x in np.linspace(-0.34, 0.34, 8):
        it.poly([(x - 0.05, 0.1), (x + 0.05, 0.1), (x, 0.27)], LIGHT, "creature", clip=mouth, kind="inner", scale=0.7)
    it.patch(ellipse((0, 0.46), (0.18, 0.12)), artist.colour(0.98, 0.5, 0.85), mouth, "mouth")
    for side in (-1, 1):
        arm = it.curve([(side * 0.55, 0.1), (side * 0.9, 0.35), (side * 0.85, 0.7)])
        it.band(arm, np.linspace(0.3, 0.22, len(arm)), colour, "creature", root=0.15)
        it.fur(cut(arm, 0.1, 0.9), colour, 0.12, 7, 0.9)
        for d in (-0.1, 0.0, 0.1):
            it.poly(
                [(side * 0.85 + d - 0.04, 0.7), (side * 0.85 + d + 0.04, 0.7), (side * 0.85 + d, 0.86)],
                horn,
                "creature",
            )


def draw_plush(it):
    """A stuffed bear, rabbit or cat with seams."""
    artist = it.artist
    colour = artist.colour(artist.between(0.02, 0.12), artist.between(0.15, 0.6), artist.between(0.55, 1))
    pale, ears = colour + (255 - colour) * 0.5, artist.rng.integers(3)
    for side in (-1, 1):
        if ears == 0:
            it.oval(side * 0.36, -0.8, 0.17, 0.17, colour, "prop", form="inflate")
            it.oval(side * 0.36, -0.8, 0.09, 0.09, pale, "prop", kind="inner")
        elif ears == 1:
            it.oval(side * 0.22, -1.0, 0.13, 0.36, colour, "prop", side * 0.25, form="inflate")
            it.oval(side * 0.22, -1.0, 0.06, 0.24, pale, "prop", side * 0.25, kind="inner")
        else:
            it.shape(it.curve([(side * 0.42, -0.55), (side * 0.42, -0.98), (side * 0.1, -0.75)]), colour, form=None)
        it.oval(side * 0.5, 0.25, 0.17, 0.3, colour, "prop", -side * 0.5, form="inflate")
        it.oval(side * 0.42, 0.8, 0.24, 0.2, colour, "prop", form="inflate")
        it.oval(side * 0.44, 0.82, 0.13, 0.12, pale, "prop", kind="inner")
    body = it.oval(0, 0.42, 0.45, 0.46, colour, "prop", form="inflate")
    it.oval(0, 0.47, 0.27, 0.28, pale, "prop", kind="inner", clip=body)
    if it.rich:
        for y in np.linspace(0.0, 0.85, 9):
            it.line([(-0.02, y), (0.02, y + 0.01)], pale, 0.6, body)
    it.line(bow((0.0, -0.02), (0.0, 0.88), 0.02), pale, 0.6, body)
    it.oval(0, -0.4, 0.52, 0.44, colour, "prop", form="inflate")
    it.oval(0, -0.28, 0.22, 0.17, pale, "prop", kind="inner")
    for side in (-1, 1):
        eye = it.solid(ellipse((side * 0.22, -0.47), (0.06, 0.065)))
        it.patch(ellipse((side * 0.22 - 0.02, -0.5), (0.02, 0.02)), LIGHT, eye)
        it.line(bow((0, -0.26), (side * 0.1, -0.22), side * 0.4), pale, 0.8)
        bow_tie = [(0, 0.02), (side * 0.24, -0.1), (side * 0.24, 0.14)]
        it.smooth(bow_tie, artist.colour(0.97, 0.6, 0.8), "trim")
    it.solid(ellipse((0, -0.33), (0.07, 0.05)))
    it.oval(0, 0.02, 0.06, 0.06, artist.colour(0.97, 0.6, 0.8), "trim")


def draw_snake(it):
    """A winding snake with a pattern of scales."""
    artist = it.artist
    colour = artist.colour()
    spine = it.curve(
        [
            (-0.75, -0.6),
            (-0.3, -0.75),
            (0.1, -0.4),
            (-0.3, -0.05),
            (-0.7, 0.25),
            (-0.4, 0.65),
            (0.2, 0.6),
            (0.6, 0.25),
            (0.95, 0.45),
        ]
    )
    t = np.linspace(0, 1, len(spine))
    widths = np.interp(t, (0, 0.06, 0.5, 1), (0.16, 0.15, 0.24, 0.01))
    body = it.band(spine, widths, colour, "creature", gloss=True)
    second = artist.colour(saturation=0.4)
    for share in np.linspace(0.1, 0.92, 18):
        place, breadth = point_at(spine, share), np.interp(share, t, widths) * 0.3
        it.shape(
            ellipse(place, (breadth, breadth * 0.8), samples=5),
            second,
            "creature",
            form=None,
            clip=body,
            kind="inner",
            scale=0.5,
        )
    it.scales(colour, body, (-0.85, -0.8, 0.95, 0.8), 0.06, 0.4)
    it.smooth([(-0.6, -0.72), (-0.66, -0.5), (-0.9, -0.5), (-1.0, -0.58), (-0.88, -0.7)], colour, "creature")
    draw_eye(it, -0.8, -0.62, 0.045, artist.colour(0.15, 0.8, 0.95), True)
    for d in (-0.05, 0.05):
        it.line([(-0.98, -0.57), (-1.1, -0.54), (-1.18, -0.54 + d)], artist.colour(0.98, 0.7, 0.8), 0.9)


def draw_slime(it):
    """A jelly with a face, clear and wet."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0.3, 0.7), value=artist.between(0.6, 1))
    body = it.smooth(
        [
            (0, -0.75),
            (0.25, -0.4),
            (0.75, 0.05),
            (0.95, 0.55),
            (0.6, 0.75),
            (0, 0.78),
            (-0.6, 0.75),
            (-0.95, 0.55),
            (-0.75, 0.05),
            (-0.25, -0.4),
        ],
        colour,
        "creature",
        gloss=True,
    )
    it.shine(ellipse((-0.4, 0.05), (0.1, 0.2), 0.5), body, colour, 0.8)
    it.shine(it.curve([(-0.7, 0.55), (0, 0.68), (0.7, 0.55), (0, 0.75)], True), body, colour, 0.4)
    for side in (-1, 1):
        draw_eye(it, side * 0.28, 0.15, 0.11, DARK)
    it.line(bow((-0.14, 0.36), (0.14, 0.36), 0.3), colour, 1.0)
    for x, y, r in ((0.4, 0.5, 0.06), (0.55, 0.35, 0.04), (-0.2, -0.15, 0.05)):
        it.line(ellipse((x, y), (r, r)), colour, 0.6)


def draw_jellyfish(it):
    """A jellyfish or ghost with trailing arms."""
    artist = it.artist
    colour = artist.colour(saturation=artist.between(0.05, 0.5), value=artist.between(0.7, 1))
    for x in np.linspace(-0.5, 0.5, 7):
        arm = it.curve(
            [
                (x * 0.8, -0.2),
                (x + artist.between(-0.1, 0.1), 0.3),
                (x + artist.between(-0.15, 0.15), 0.65),
                (x + artist.between(-0.2, 0.2), 1.0),
            ]
        )
        it.band(arm, np.linspace(0.09, 0.01, len(arm)), colour * 0.92, "creature", form=None, scale=0.8)
    rim = np.concatenate(
        [bow((-0.68 + k * 0.1943, -0.08), (-0.68 + (k + 1) * 0.1943, -0.08), 0.2, 7) for k in range(7)]
    )
    dome = ellipse((0, -0.1), (0.7, 0.78), 0, 2 * np.pi, np.pi, 34)
    bell = it.shape(np.concatenate([rim, dome]), colour, "creature", gloss=True)
    it.lines([bow((x, -0.1), (x * 0.45, -0.75), 0.25 * x) for x in (-0.45, -0.22, 0, 0.22, 0.45)], colour, 0.5, bell)
    it.line(bow((-0.62, -0.25), (0.62, -0.25), 0.12, 24), colour, 0.7, bell)
    it.shine(ellipse((-0.3, -0.6), (0.1, 0.17), 0.6), bell, colour, 0.7)
