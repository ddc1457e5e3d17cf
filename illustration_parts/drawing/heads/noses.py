"""Noses: a dot, a hook, a wedge of shadow, a modelled one, and their lights."""

import numpy as np

from illustration_parts.drawing.curves import ellipse, spline
from illustration_parts.drawing.heads.features import draw_stroke
from illustration_parts.drawing.styles import hsv, to_hsv


def draw_nose(artist, face, looks, person, mask):
    """The nose as the person has it: a dot, a hook, a wedge of shadow, or modelled."""
    kind, radius = looks.nose, face.head.radius
    _light_nose(artist, face, person, mask)
    if face.is_profile:
        _draw_wing(artist, face, looks, person, mask)
        return
    if kind == "none" or radius < 16:
        return
    turned = abs(np.sin(face.head.yaw))
    # The line lies on the far side of a turned face, else on the side away from the light.
    side = face.facing if turned > 0.25 else (-1 if artist.style.light[0] > 0 else 1)
    level = face.level
    tip, base = float(level(0.71)), float(level(0.79))
    wide = np.interp(face.head.real, (0, 0.45, 1), (0.03, 0.06, 0.105)) * (1.2 if person.man else 1.0)
    if turned > 0.5 and kind in ("dot", "short") and face.head.real > 0.2:
        kind = "hook"
    scale = 0.9 if radius > 40 else 0.7
    if kind == "dot":
        curve = face.ridge(np.linspace(tip, tip + 0.03, 4), 0.9)
        artist.line(curve, "inner", scale, person.skin, clip=mask, taper=0.4)
        return
    if kind in ("wedge", "bridge") and artist.style.coloured:
        _shade_nose(artist, face, tip, base, wide, mask)
    if kind == "short":
        under = _under_nose(face, base, -0.8 * wide, 0.8 * wide, 0.3)
        draw_stroke(artist, under, scale, person.skin, mask, 0.9, "skin")
        return
    starts = {"hook": 0.6, "wedge": 0.68, "bridge": 0.42 if turned > 0.2 else 0.5}
    if kind != "wedge" or turned > 0.35:
        heights = level(np.linspace(starts[kind], 0.75, 12))
        ridge = face.ridge(heights) if turned > 0.2 else _beside_ridge(face, heights, side * 0.35 * wide)
        end = _under_nose(face, base, side * 0.2 * wide, -side * 0.6 * wide, 0.55)
        artist.line(np.concatenate([ridge, end]), "inner", scale, person.skin, clip=mask, taper=0.95)
    else:
        under = _under_nose(face, base, -0.9 * wide, 0.9 * wide, 0.4)
        artist.line(under, "inner", scale, person.skin, clip=mask, taper=0.95)
    if face.head.real > 0.55 and radius > 50:
        _draw_nostrils(artist, face, person, base, wide, mask, side, turned)


def _light_nose(artist, face, person, mask):
    """Light on the nose's tip, and soft red about it, as painters add."""
    style, radius = artist.style, face.head.radius
    if not style.keeps_colours or radius < 45 or face.is_profile:
        return
    middle = face.ridge(face.level(0.7), 0.8)
    if style.soft > 0.3 and artist.chance(0.5):
        area = artist.canvas.polygon(ellipse(middle, (0.13 * radius, 0.09 * radius)))
        area = artist.canvas.soften(area, 0.05 * radius).clip(mask)
        _, saturation, value = to_hsv(person.skin)
        artist.canvas.tint(area.times(0.4), hsv(0.99, saturation + 0.25 * (1 - saturation), value), edge=False)
    if artist.chance(0.5 * style.gloss):
        side = 0.02 if style.light[0] > 0 else -0.02
        form = ellipse((side, float(face.level(0.685))), (0.014, 0.024), samples=14)
        spot = artist.canvas.polygon(face.at(*form.T, 0.8 * float(face.read("nose", face.level(0.7))))).clip(mask)
        artist.shine(spot, person.skin, 0.8)


def _beside_ridge(face, y, x):
    lift = face.read("nose", y) * 0.8
    return face.at(np.full(len(y), x), y, lift)


def _under_nose(face, base, start, stop, out):
    """A curve under the nose, from x = start to stop."""
    x = np.linspace(start, stop, 10)
    sag = 0.018 * (1 - np.linspace(-1, 1, 10) ** 2)
    return face.at(x, base - 0.02 + sag, float(face.read("nose", face.level(0.74))) * out)


def _shade_nose(artist, face, tip, base, wide, mask):
    dark = -1 if artist.style.light[0] > 0 else 1
    top = float(face.level(0.44 + (0.2 - 0.1 * face.head.real) * artist.rng.random()))
    heights = np.linspace(top, tip, 8)
    ridge = face.ridge(heights)
    lift = float(face.read("nose", tip))
    wing = face.at(np.array([dark * wide * 0.95, dark * wide * 0.65]), np.array([tip + 0.03, base]), 0.25 * lift)
    under = face.at(np.array([0.0]), np.array([base]), 0.6 * lift)
    shape = np.concatenate([ridge, under, wing[::-1]])
    artist.shade(artist.canvas.polygon(shape).clip(mask))


def _draw_nostrils(artist, face, person, base, wide, mask, side, turned):
    lift = 0.35 * float(face.read("nose", face.level(0.74)))
    for each in (-1, 1):
        if turned > 0.35 and each == side:
            continue
        x = each * wide * np.array([0.3, 0.5, 0.68])
        y = base + np.array([0.0, -0.014, -0.006])
        artist.line(face.at(x, y, lift), "inner", 0.75, person.skin, clip=mask, taper=0.6)
        if artist.style.detail > 0.5 and each != side:
            x = each * wide * np.array([1.02, 1.2, 1.16])
            y = base + np.array([-0.085, -0.055, -0.012])
            artist.line(spline(face.at(x, y, lift * 0.6)), "inner", 0.6, person.skin, clip=mask, taper=0.95)


def _draw_wing(artist, face, looks, person, mask):
    """A nose's wing, seen in profile."""
    if face.head.radius < 30 or looks.nose == "none":
        return
    y = face.level(np.array([0.69, 0.70, 0.745, 0.785, 0.79]))
    back = np.array([0.02, 0.055, 0.075, 0.05, 0.0]) - 0.02
    curve = face.beside_edge(back, y)
    keep = slice(2, 5) if artist.style.real < 0.5 else slice(0, 5)
    artist.line(spline(curve[keep]), "inner", 0.65, person.skin, clip=mask, taper=0.9)
