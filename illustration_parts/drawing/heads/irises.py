"""Irises in many designs, their pupils and lights."""

import numpy as np

from illustration_parts.drawing.curves import ellipse
from illustration_parts.drawing.heads.features import fill_dark, fill_plain
from illustration_parts.drawing.styles import hsv, to_hsv


def iris_centre(place, expression):
    """The iris' centre in the eye's units."""
    gaze = np.array(expression.gaze)
    looks = place.looks
    x = gaze[0] * place.side * 0.3 * (1 - looks.iris_w / looks.eye_w) * 2 - 0.05
    if place.profile:
        return np.array([-0.55, 0.02])
    return np.array([x, 0.04 + 0.14 * gaze[1] + max(0.0, looks.iris_h / looks.eye_h - 1) * 0.1])


def _iris_curve(place, expression, share=(1.0, 1.0), moved=(0.0, 0.0), start=0.0, stop=2 * np.pi):
    """An ellipse about the iris' centre, as (n, 2) pixels; `share` of its size, moved by shares of it."""
    looks = place.looks
    radii = np.array([looks.iris_w / looks.eye_w, looks.iris_h / looks.eye_h]) * expression.iris
    if place.profile:
        radii[0] *= 0.55
    centre = iris_centre(place, expression) + np.asarray(moved) * radii
    return place.at(ellipse(centre, radii * share, 0.0, start, stop, 40))


def draw_iris(artist, place, person, white, expression, group, whole):
    """The iris: base, darker above, reflected light below, rim and pupil."""
    looks, canvas, colour = place.looks, artist.canvas, person.iris
    rim = _iris_curve(place, expression)
    iris = canvas.polygon(rim).clip(white)
    if not iris.alpha.size:
        return
    hue, saturation, value = to_hsv(colour)
    dark = hsv(hue - 0.02, min(1, saturation + 0.15), value * 0.38)
    page = not artist.style.keeps_colours
    design = looks.iris
    if page and design == "solid" or page and design == "standard" and max(colour) < 130:
        fill_dark(artist, iris, np.full(3, 15.0), "iris", group)
        glow = canvas.polygon(_iris_curve(place, expression, (0.62, 0.4), (0, 0.42))).clip(iris)
        fill_plain(artist, glow, np.full(3, 250.0), "iris", group)
        return
    fill_plain(artist, iris, np.full(3, 250.0) if page and design == "hatched" else colour, "iris", group)
    if page:
        _shade_page_iris(artist, place, iris, expression, design, whole)
    elif whole:
        _shade_iris(artist, place, iris, expression, colour, dark)
    if design == "flower":
        _draw_flower(artist, place, expression, iris, dark * 0.45 if not page else np.full(3, 10.0), group)
    elif looks.pupil and design != "empty":
        size = looks.pupil * (0.28 if design == "slit" else 0.84), looks.pupil * (1.9 if design == "slit" else 1.12)
        pupil = canvas.polygon(_iris_curve(place, expression, size, (0, -0.03))).clip(iris)
        if design == "bright":
            fill_plain(artist, pupil, colour + (255 - colour) * 0.75, "iris", group)
        else:
            fill_dark(artist, pupil, dark * 0.45 if not page else np.full(3, 10.0), "iris", group)
    if whole and design == "standard" and artist.style.detail > 0.55 and place.is_tall(22):
        _draw_rays(artist, place, expression, iris, colour)
    if whole and design == "rings":
        artist.line(_iris_curve(place, expression, (0.7, 0.7)), "inner", 0.6, colour, clip=iris, taper=0.0)
    artist.line(rim, "inner", 1.0 if whole else 0.7, colour, None if not page else artist.style.ink, iris, taper=0.0)


def _shade_iris(artist, place, iris, expression, colour, dark):
    canvas, style = artist.canvas, artist.style
    x, y = iris.grid()
    middle = place.at(iris_centre(place, expression))
    down = place.at(iris_centre(place, expression) + [0, place.looks.iris_h / place.looks.eye_h]) - middle
    reach = max(1.0, np.hypot(*down))
    height = ((x - middle[0]) * down[0] + (y - middle[1]) * down[1]) / reach**2
    flat = place.looks.iris == "flat"
    if not flat:
        ramp = np.clip(0.35 - 0.75 * height, 0, 0.85)
        canvas.tint(iris.times(ramp), dark, edge=False)
    top = canvas.polygon(_iris_curve(place, expression, (1.05, 0.75), (0, -0.55))).clip(iris)
    canvas.tint(top, dark + 0.25 * (colour - dark), edge=style.soft < 0.5)
    if not flat:
        hue, saturation, value = to_hsv(colour)
        light = hsv(hue + place.looks.glow, saturation * 0.75, min(1, value * 1.25 + 0.12))
        light = np.full(3, light.mean()) if style.monochrome else light
        glow = canvas.polygon(_iris_curve(place, expression, (0.68, 0.42), (0, 0.48))).clip(iris)
        glow = glow if style.soft < 0.5 else canvas.soften(glow, 0.1 * reach).clip(iris)
        artist.canvas.tint(glow, light, edge=style.soft < 0.5)


def _draw_flower(artist, place, expression, iris, colour, group):
    """A pupil with the form of a flower or a cross."""
    angles = np.linspace(0, 2 * np.pi, 61)
    share = 0.5 * (0.62 + 0.38 * np.cos(4 * angles))
    radii = np.array([place.looks.iris_w / place.looks.eye_w, place.looks.iris_h / place.looks.eye_h]) * expression.iris
    radii[0] *= 0.55 if place.profile else 1.0
    points = iris_centre(place, expression) + np.stack([np.cos(angles), np.sin(angles)], 1) * share[:, None] * radii
    fill_dark(artist, artist.canvas.polygon(place.at(points)).clip(iris), colour, "iris", group)


def _draw_rays(artist, place, expression, iris, colour):
    """Fine strokes from the pupil outward."""
    for angle in np.linspace(0, np.pi, 9) + artist.rng.normal(0, 0.1, 9):
        inner, outer = artist.between(0.5, 0.62), artist.between(0.75, 0.95)
        ends = [
            _iris_curve(place, expression, (share, share), (0, 0), angle, angle + 0.01)[0] for share in (inner, outer)
        ]
        artist.line(np.stack(ends), "inner", 0.5, colour * 0.75, clip=iris, taper=0.9)


def _shade_page_iris(artist, place, iris, expression, design, whole):
    top = artist.canvas.polygon(_iris_curve(place, expression, (1.05, 0.7), (0, -0.6))).clip(iris)
    if design == "hatched" and whole:
        count = 9
        for x in np.linspace(-0.8, 0.8, count):
            low = artist.between(-0.25, 0.45)
            ends = np.stack([np.full(2, x), np.array([-1.0, low])], 1)
            radii = np.array([place.looks.iris_w / place.looks.eye_w, place.looks.iris_h / place.looks.eye_h])
            curve = place.at(iris_centre(place, expression) + ends * radii * expression.iris)
            artist.line(curve, "inner", 0.7, None, artist.style.ink, iris, 0.9, (False, True))
    elif design != "empty":
        fill_dark(artist, top, np.full(3, 12.0), "iris")


def draw_lights(artist, place, white, expression, group):
    """Highlights, on the side where light comes from; fills that hide the lash's ink."""
    looks = place.looks
    if not looks.lights or looks.iris == "empty":
        return
    side = 1 if artist.style.light[0] > 0 else -1
    spots = [((0.3, 0.3), (0.42 * side, -0.45)), ((0.15, 0.15), (-0.38 * side, 0.4)), ((0.1, 0.1), (0.5 * side, 0.2))]
    if looks.light_form == "tall":
        spots[0] = ((0.24, 0.36), (0.4 * side, -0.42))
    elif looks.light_form == "window":
        spots[0] = ((0.33, 0.27), (0.36 * side, -0.46))
    for size, place_of in spots[: looks.lights]:
        # An eye's own x grows outward; light comes from one side for both.
        moved = (place_of[0] * place.side if not place.profile else place_of[0] * 0.4, place_of[1])
        curve = _iris_curve(place, expression, size, moved)
        if looks.light_form == "window" and size[0] > 0.3:
            curve = curve[[4, 14, 24, 34]]  # a four-sided light, as of a window
        spot = artist.canvas.polygon(curve).clip(white)
        if spot.alpha.size and spot.alpha.max() > 127:
            fill_plain(artist, spot, np.full(3, 255.0), "iris", group)
            artist.cases.add("lights in eyes")
