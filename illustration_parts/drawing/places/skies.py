"""Painted skies: times of day, clouds, stars, moon and sun. No ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from illustration_parts.drawing import forms
from illustration_parts.drawing.curves import noise
from illustration_parts.drawing.places.brush import heap, mix, smooth_step
from illustration_parts.drawing.styles import hsv

# Hue, saturation and value of: zenith, horizon, light, shade, cloud in the light, cloud in the shade.
MOODS = {
    "day": (
        (0.58, 0.75, 0.82), (0.53, 0.28, 0.97), (0.13, 0.06, 1.0),
        (0.62, 0.45, 0.6), (0.1, 0.02, 1), (0.6, 0.25, 0.82),
    ),
    "morning": (
        (0.55, 0.45, 0.92), (0.1, 0.2, 1.0), (0.11, 0.14, 1.0),
        (0.6, 0.3, 0.68), (0.1, 0.1, 1), (0.65, 0.15, 0.85),
    ),
    "sunset": (
        (0.63, 0.5, 0.62), (0.06, 0.62, 1.0), (0.08, 0.4, 1.0),
        (0.76, 0.45, 0.45), (0.09, 0.4, 1), (0.8, 0.35, 0.62),
    ),
    "dusk": (
        (0.67, 0.6, 0.35), (0.9, 0.35, 0.72), (0.85, 0.25, 0.65),
        (0.68, 0.5, 0.36), (0.93, 0.3, 0.75), (0.7, 0.4, 0.42),
    ),
    "night": (
        (0.64, 0.78, 0.16), (0.6, 0.6, 0.42), (0.6, 0.45, 0.42),
        (0.64, 0.6, 0.2), (0.6, 0.3, 0.5), (0.64, 0.55, 0.22),
    ),
    "overcast": (
        (0.6, 0.12, 0.72), (0.58, 0.06, 0.9), (0.58, 0.05, 0.88),
        (0.62, 0.2, 0.6), (0.6, 0.03, 0.95), (0.62, 0.12, 0.62),
    ),
    "storm": (
        (0.62, 0.3, 0.3), (0.55, 0.18, 0.55), (0.55, 0.12, 0.6),
        (0.62, 0.3, 0.35), (0.58, 0.1, 0.66), (0.64, 0.28, 0.24),
    ),
    "fever": (
        (0.0, 0.75, 0.3), (0.06, 0.7, 0.8), (0.04, 0.5, 0.8),
        (0.95, 0.6, 0.25), (0.05, 0.5, 0.9), (0.97, 0.6, 0.3),
    ),
}  # fmt: skip
MOOD_SHARES = (0.36, 0.12, 0.14, 0.09, 0.11, 0.1, 0.05, 0.03)


@dataclass(frozen=True)
class Mood:
    """The light of a painted ground. Colours are RGB 0..255; light and shade RGB 0..1, which colours are multiplied by.

    Attributes:
        name: of `MOODS`.
        zenith, horizon: colours of the sky; the horizon's is that of haze, too.
        light, shade: of what stands in the sun, and out of it.
        cloud, cloud_shade: colours of clouds.
        side: unit direction (x, y) that light comes from.
        leaf: colour of most leaves in plain light.
    """

    name: str
    zenith: np.ndarray
    horizon: np.ndarray
    light: np.ndarray
    shade: np.ndarray
    cloud: np.ndarray
    cloud_shade: np.ndarray
    side: np.ndarray
    leaf: np.ndarray

    def far(self, colour, depth):
        """A colour seen through haze: depth 0 near, 1 nothing but haze."""
        return mix(colour, self.horizon, depth)

    def tones(self, colour, count=4, depth=0.0, contrast=1.0):
        """The colour from deep shade to full light, (count, 3), through haze."""
        dark = np.asarray(colour, float) * self.shade
        deepest, brightest = dark * (1 - 0.55 * contrast), np.asarray(colour, float) * self.light
        brightest = np.clip(brightest * (1 + 0.25 * contrast) + 14 * contrast * self.light, 0, 255)
        share = np.linspace(0, 1, count)
        return self.far(mix(deepest, brightest, share), depth)


def choose_leaf(rng):
    """A colour of leaves, RGB: greens above all, now and then autumn, blossom or blue."""
    kind = rng.random()
    if kind < 0.76:
        return hsv(rng.uniform(0.2, 0.43), rng.uniform(0.3, 0.7), rng.uniform(0.4, 0.8))
    if kind < 0.87:
        return hsv(rng.uniform(0.0, 0.14), rng.uniform(0.45, 0.8), rng.uniform(0.6, 0.9))
    if kind < 0.93:
        return hsv(rng.uniform(0.88, 0.98), rng.uniform(0.15, 0.45), rng.uniform(0.8, 1.0))
    return hsv(rng.uniform(0.4, 0.7), rng.uniform(0.2, 0.5), rng.uniform(0.4, 0.8))


def choose_mood(artist, name=None):
    """Draw a `Mood`; every colour strays a little from the table's.

    Args:
        artist: an `Artist`. name: of `MOODS`, or None for one by chance.
    """
    rng = artist.rng
    name = name or str(rng.choice(list(MOODS), p=MOOD_SHARES))
    shift, softer, brighter = rng.normal(0, 0.015), rng.uniform(0.7, 1.15), rng.uniform(0.9, 1.06)
    colours = [
        hsv(hue + shift + rng.normal(0, 0.01), saturation * softer, value * brighter)
        for hue, saturation, value in MOODS[name]
    ]
    side = np.asarray(artist.style.light, float)
    return Mood(
        name, colours[0], colours[1], colours[2] / 255, colours[3] / 255, colours[4], colours[5], side, choose_leaf(rng)
    )


def paint_sky(painting, mood, horizon=None):
    """Paint the air from zenith to horizon: a gradient in broad strokes.

    Args:
        painting: a `Painting`. mood: a `Mood`. horizon: its row; the last row if None.
    """
    height, width = painting.size
    horizon = height if horizon is None else horizon
    down = np.clip(np.arange(height, dtype=np.float32) / max(1, horizon), 0, 1)[:, None]
    sideways = (np.arange(width, dtype=np.float32)[None] / width - 0.5) * painting.between(-0.3, 0.3)
    share = np.clip(down ** painting.between(0.7, 1.4) + sideways, 0, 1)
    share = np.clip(share + 0.06 * painting.noise(painting.px(300), 3, 3.0), 0, 1)
    painting.wash(np.ones(painting.size, np.float32), mix(mood.zenith, mood.horizon, share), "sky")
    if painting.rng.random() < 0.6:
        painting.repaint([painting.between(18, 50)], 2.5, 2.0, 0.6, angle=painting.rng.normal(0, 0.3))


def paint_clouds(painting, mood, horizon=None, kind=None):
    """Paint clouds: heaped, in layers, or as veils.

    Args:
        painting: a `Painting`. mood: a `Mood`.
        horizon: row down to which there is sky; the last if None.
        kind: `"heaped"`, `"layers"` or `"veils"`; drawn if None.
    """
    rng = painting.rng
    height, width = painting.size
    horizon = height if horizon is None else horizon
    kind = kind or str(rng.choice(("heaped", "layers", "veils"), p=(0.6, 0.22, 0.18)))
    if kind == "veils" or rng.random() < 0.4:
        _paint_veils(painting, mood, horizon)
    if kind == "layers":
        _paint_layers(painting, mood, horizon)
    if kind != "heaped":
        return
    short = min(height, width)
    for place in range(int(rng.integers(2, 7))):
        depth = max(0.0, 0.7 - 0.14 * place)
        breadth = short * rng.uniform(0.25, 1.1) * (1 - 0.6 * depth)
        centre = np.array([rng.uniform(-0.1, 1.1) * width, horizon * rng.uniform(0.25, 1.0)])
        paint_cloud(painting, mood, centre, breadth, depth * 0.6)


def cloud_puffs(rng, centre, breadth):
    """Balls of a heaped cloud on a flat base, each with smaller ones on its upper rim, (n, 4) for `brush.heap`."""
    puffs = []
    count = int(rng.integers(4, 8))
    peak = rng.uniform(0.2, 0.8)
    for k in range(count):
        t = (k + 0.5) / count
        tall = np.exp(-(((t - peak) / 0.3) ** 2))
        radius = breadth * rng.uniform(0.09, 0.14) * (0.6 + 0.8 * tall)
        for level in range(1 + int(tall * rng.uniform(1, 3))):
            x = centre[0] + (t - 0.5 + rng.normal(0, 0.03)) * breadth
            y = centre[1] - level * 1.1 * radius
            puffs.append((x, y, radius * (1 - 0.12 * level), 0.0))
    for share, each in ((0.5, 5), (0.48, 4)):
        children = []
        for x, y, radius, lift in puffs[-400:]:
            for angle in rng.uniform(-np.pi * 1.05, 0.05, each):
                own = radius * share * rng.uniform(0.6, 1.2)
                reach = radius * rng.uniform(0.6, 0.95)
                children.append((x + reach * np.cos(angle), y + reach * np.sin(angle), own, lift + 0.35 * radius))
        puffs += children
    return np.array(puffs)


def paint_cloud(painting, mood, centre, breadth, depth=0.0):
    """Paint one heaped cloud: hard rims towards the light, a base that fades, shade in two tones.

    Args:
        painting: a `Painting`. mood: a `Mood`.
        centre: (x, y) of the middle of its base. breadth: pixels. depth: how much haze lies before it, 0..1.
    """
    rng = painting.rng
    puffs = cloud_puffs(rng, centre, breadth)
    reach = puffs[:, 2].max() * 1.2 + 4
    top, left = np.floor(puffs[:, 1::-1].min(0) - reach).astype(int)
    bottom, right = np.ceil(puffs[:, 1::-1].max(0) + reach).astype(int)
    top, left = max(0, top), max(0, left)
    bottom, right = min(painting.size[0], bottom), min(painting.size[1], right)
    if bottom - top < 4 or right - left < 4:
        return
    shrink = 2 if bottom - top > 200 else 1
    height, width = (bottom - top) // shrink, (right - left) // shrink
    heights = heap(height, width, (puffs - (left, top, 0, 0)) / shrink) * shrink
    heights = _warp(rng, heights, breadth * 0.012 / shrink, breadth * 0.05 / shrink)
    light = _cloud_light(rng, heights / shrink, mood, breadth / shrink)
    size = right - left, bottom - top
    heights, light = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in (heights, light))
    ragged = cv2.resize(
        np.abs(_field(rng, height, width, breadth * 0.12 / shrink)), size, interpolation=cv2.INTER_LINEAR
    )
    soft = breadth * 0.02 * (0.2 + ragged)
    alpha = smooth_step(heights, 0.3 * soft, 1.3 * soft)
    base = (np.arange(top, bottom)[:, None] - centre[1]) / (0.12 * breadth)
    alpha *= 1 - smooth_step(base + 0.6 * ragged, -0.6, 1.0)
    cut, span = rng.uniform(0.3, 0.55), rng.uniform(0.04, 0.2)
    tone = 0.7 * smooth_step(light, cut - span, cut + span) + 0.3 * smooth_step(light, cut - 0.35, cut - 0.1)
    colour = mood.far(mix(mood.cloud_shade, mood.cloud, tone), depth)
    painting.wash(alpha * (1 - 0.5 * depth), colour, "sky", top, left)


def _field(rng, height, width, cell):
    return noise(rng, height, width, max(2.0, cell), 4)


def _warp(rng, plane, amount, cell):
    """The plane pushed about by noise, so that rims fray."""
    height, width = plane.shape
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x += amount * _field(rng, height, width, cell)
    y += amount * _field(rng, height, width, cell)
    return cv2.remap(plane, x, y, cv2.INTER_LINEAR)


def _cloud_light(rng, heights, mood, breadth):
    """How much light falls on a heap, (h, w) float32 about 0..1."""
    height, width = heights.shape
    rough = heights + 0.012 * breadth * _field(rng, height, width, breadth * 0.05)
    near = forms.lit(forms.normals_of(cv2.GaussianBlur(rough, (0, 0), max(0.6, breadth * 0.004))), _towards(mood))
    far = forms.lit(forms.normals_of(cv2.GaussianBlur(heights, (0, 0), max(1.0, breadth * 0.04))), _towards(mood))
    return 0.5 * near + 0.35 * far + 0.25


def _towards(mood):
    return forms.light_from(mood.side, 0.35)


def _paint_layers(painting, mood, horizon):
    """Long flat clouds, smaller and closer towards the horizon."""
    height, _ = painting.size
    rows = (np.arange(height, dtype=np.float32) / max(1, horizon))[:, None]
    for k in range(2):
        field = painting.noise(painting.px(painting.between(90, 200)), 5, painting.between(3, 6))
        cover = smooth_step(field + 0.5 * rows - 0.35 * k, 0.25, painting.between(0.35, 0.8))
        cover *= smooth_step(rows, 1.02, 0.95)
        shade = smooth_step(field - np.roll(field, -max(1, int(painting.px(12))), 0), -0.25, 0.25)
        painting.wash(cover * painting.between(0.6, 0.95), mix(mood.cloud_shade, mood.cloud, shade), "sky")
    painting.repaint([painting.between(6, 14)], 3, 3, 0.7, angle=0.0, rows=slice(0, int(horizon)))


def _paint_veils(painting, mood, horizon):
    """Thin clouds drawn out by the wind."""
    height, _ = painting.size
    field = painting.noise(painting.px(painting.between(60, 160)), 5, painting.between(4, 9))
    rows = (np.arange(height, dtype=np.float32) / max(1, horizon))[:, None]
    cover = smooth_step(field, 0.0, 1.2) * painting.between(0.3, 0.8) * smooth_step(rows, 1.02, 0.9)
    painting.wash(cover, mood.cloud, "sky")


def paint_stars(painting, count=None, horizon=None, hue=0.6):
    """Scatter stars: many faint dots, few bright ones, some with a glow or rays, and sometimes a milky way.

    Args:
        painting: a `Painting`. count: of stars per million pixels; drawn if None.
        horizon: row down to which there is sky. hue: of a part of them, in turns.
    """
    rng = painting.rng
    height, width = painting.size
    horizon = height if horizon is None else horizon
    dust = painting.noise(painting.px(400), 4, 1.5)
    if rng.random() < 0.6:
        tilt = rng.normal(0, 0.7)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        away = ((x - width / 2) * np.sin(tilt) + (y - horizon * rng.uniform(0.2, 0.8)) * np.cos(tilt)) / min(
            height, width
        )
        band = np.exp(-((away / 0.14) ** 2)) * np.clip(0.6 + 0.5 * dust, 0, 1)
        painting.wash(band * rng.uniform(0.2, 0.5), hsv(hue + rng.normal(0, 0.08), 0.45, 0.85), "sky")
    count = int((rng.uniform(300, 2500) if count is None else count) * height * width / 1e6 / max(0.3, painting.scale))
    places = rng.uniform(0, 1, (count, 2)) * (width, horizon)
    sizes = np.maximum(0.45, painting.px(0.45) * rng.pareto(2.2, count) + painting.px(0.35))
    sizes = np.minimum(sizes, painting.px(7))
    colours = np.array([hsv(hue + rng.normal(0, 0.06), rng.uniform(0, 0.55), rng.uniform(0.65, 1)) for _ in range(40)])
    opacity = np.clip(rng.uniform(0.15, 1, count) + sizes / painting.px(8), 0, 1)
    hue_of = rng.integers(0, 40, count)
    bright = sizes > painting.px(2.2)
    glow = sizes[bright]
    painting.dabs(
        places[bright], np.stack([glow * 4, glow * 4], 1), 0.0, colours[hue_of[bright]], None, 0.25, 0.5, 0.06
    )
    painting.dabs(places, np.stack([sizes, sizes], 1), 0.0, colours[hue_of], None, opacity, 0.0)
    if rng.random() < 0.4:
        for turn in (0.0, np.pi / 2):
            rays = np.stack([glow * 4, np.maximum(0.5, 0.3 * glow)], 1)
            painting.dabs(places[bright], rays, turn, (255, 255, 255), None, 0.8)


def paint_moon(painting, mood, centre, radius, sun=False):
    """Paint a moon, full or a sickle, or a sun, with its glow.

    Args:
        painting: a `Painting`. mood: a `Mood`. centre: (x, y). radius: pixels. sun: whether it is the sun.
    """
    rng = painting.rng
    height, width = painting.size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot(x - centre[0], y - centre[1])
    colour = hsv(0.13 if sun else rng.uniform(0.1, 0.6), 0.12 if sun else rng.uniform(0.0, 0.25), 1.0)
    glow = np.exp(-away / (radius * rng.uniform(1.5, 4))) * rng.uniform(0.4, 0.9)
    painting.wash(glow, mix(colour, mood.horizon, 0.3), None)
    disc = np.clip(radius - away + 0.5, 0, 1)
    if not sun and rng.random() < 0.5:
        shift = radius * rng.uniform(0.3, 0.7)
        disc *= 1 - np.clip(radius - np.hypot(x - centre[0] - shift, y - centre[1] + 0.3 * shift) + 0.5, 0, 1)
    surface = colour if sun else mix(colour * 0.9, colour, np.clip(0.6 + painting.noise(radius * 0.6, 3), 0, 1))
    painting.wash(disc, surface, "light")
