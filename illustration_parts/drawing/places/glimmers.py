"""Painted lights and colours without things: bokeh, sparks in the dark, abstract grounds. No ink."""

import numpy as np

from illustration_parts.drawing.places.brush import mix, smooth_step
from illustration_parts.drawing.styles import hsv


def paint_bokeh(painting, count=None, dark=True):
    """Lights out of focus: discs with a brighter rim, over a dark or pale ground."""
    rng = painting.rng
    height, width = painting.size
    hue = rng.random()
    low, high = (0.03, 0.35) if dark else (0.7, 1.0)
    one, two = (hsv(hue + rng.normal(0, 0.1), rng.uniform(0.1, 0.7), rng.uniform(low, high)) for _ in range(2))
    share = smooth_step(
        painting.noise(painting.px(500), 2) + np.linspace(-1, 1, height, dtype=np.float32)[:, None], -1, 1
    )
    painting.wash(np.ones(painting.size, np.float32), mix(one, two, share), "wall or floor")
    count = int(rng.integers(15, 160)) if count is None else count
    hues = hue + rng.choice((0.0, 0.08, 0.45, 0.55), 4)
    radii = painting.px(np.exp(rng.uniform(1.5, 4.6, count))) * rng.uniform(0.4, 1.0)
    places = np.stack([rng.uniform(0, width, count), np.clip(rng.normal(0.45, 0.28, count), 0, 1) * height], 1)
    edge = rng.uniform(0.3, 1.0)
    for k in np.argsort(-radii):
        colour = hsv(hues[rng.integers(4)] + rng.normal(0, 0.03), rng.uniform(0.0, 0.7), 1.0)
        opacity = rng.uniform(0.08, 0.55)
        spot = places[k : k + 1]
        painting.dabs(spot, (radii[k], radii[k]), 0.0, colour, None, opacity, 0.0, edge)
        if rng.random() < 0.6:
            inner = radii[k] * rng.uniform(0.82, 0.94)
            under = painting.picture[int(np.clip(spot[0, 1], 0, height - 1)), int(np.clip(spot[0, 0], 0, width - 1))]
            painting.dabs(spot, (inner, inner), 0.0, under * 0.85, None, 0.5, 0.0, edge)


def scatter_sparks(painting, hue=0.05, count=None):
    """Embers in the dark: short streaks in one wind, round blobs out of focus, a few with a glow."""
    rng = painting.rng
    height, width = painting.size
    count = int(rng.integers(150, 900)) if count is None else count
    wind = rng.uniform(0, np.pi)
    places = rng.uniform(0, 1, (count, 2)) * (width, height)
    lengths = painting.px(np.minimum(14, rng.lognormal(1.1, 0.7, count)))
    sizes = np.stack([lengths, np.maximum(0.5, painting.px(rng.lognormal(0.1, 0.4, count)))], 1)
    colours = np.array([hsv(hue + rng.normal(0, 0.03), rng.uniform(0.4, 1), rng.uniform(0.4, 1)) for _ in range(30)])
    which = rng.integers(0, 30, count)
    opacity = rng.uniform(0.25, 1, count)
    painting.dabs(places, np.maximum(sizes * 4, painting.px(5)), wind, colours[which] * 0.8, None, 0.12, 0.2, 0.05)
    painting.dabs(places, sizes, wind + rng.normal(0, 0.4, count), colours[which], "sky", opacity, 0.6)
    few = int(count * 0.08)
    radii = painting.px(rng.uniform(4, 15, few))[:, None] * rng.uniform(0.75, 1.1, (few, 2))
    spots = rng.uniform(0, 1, (few, 2)) * (width, height)
    painting.dabs(spots, radii, wind, colours[rng.integers(0, 30, few)], None, 0.9, 0.0, 0.4)
    painting.dabs(
        spots, radii * 0.8, wind, np.minimum(255, colours[rng.integers(0, 30, few)] * 1.1), None, 0.5, 0.0, 0.3
    )


def paint_abstract(painting, hue=None):
    """A ground of colour alone: two or three hues that flow into each other, in broad visible strokes."""
    rng = painting.rng
    hue = rng.random() if hue is None else hue
    level = rng.uniform(0.12, 1.0)
    colours = [
        hsv(hue + rng.normal(0, 0.08), rng.uniform(0.05, 0.7), np.clip(level * rng.uniform(0.6, 1.3), 0.04, 1))
        for _ in range(3)
    ]
    one = smooth_step(painting.noise(painting.px(rng.uniform(250, 700)), 3, rng.uniform(0.6, 2.5)), -0.8, 0.8)
    two = smooth_step(painting.noise(painting.px(rng.uniform(100, 400)), 4), -0.2, 1.2)
    field = mix(mix(colours[0], colours[1], one), colours[2], two)
    painting.wash(np.ones(painting.size, np.float32), field, "wall or floor")
    broad = rng.uniform(20, 60)
    radii = [broad, broad * 0.45, broad * 0.2][: int(rng.integers(1, 4))]
    jitter, strength = rng.uniform(3, 22), rng.uniform(4, 16)
    painting.repaint(radii, jitter, strength, rng.uniform(0.5, 0.95), int(rng.integers(4, 12)), rng.uniform(8, 25))
    if rng.random() < 0.4:
        _spatter(painting, colours)


def _spatter(painting, colours):
    rng = painting.rng
    height, width = painting.size
    count = int(rng.integers(40, 500))
    places = rng.uniform(0, 1, (count, 2)) * (width, height)
    radii = painting.px(np.minimum(rng.lognormal(0.5, 0.7, count), 12))[:, None] * rng.uniform(0.7, 1.2, (count, 2))
    tint = mix(
        colours[int(rng.integers(3))], (255, 255, 255) if rng.random() < 0.7 else (0, 0, 0), rng.uniform(0.2, 0.9)
    )
    painting.dabs(places, radii, rng.uniform(0, 3, count), tint, None, rng.uniform(0.2, 0.9, count), 0.0)
