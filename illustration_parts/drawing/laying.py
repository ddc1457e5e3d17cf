"""Lays paint, shadows, tints and ink on the arrays of a canvas, pixel by pixel; compiled, and called by `Canvas` alone.

`layers`, `boundary`, `paint` and so on are the canvas's arrays, which are changed. `alpha` (h, w) is the coverage, with
its top left corner at (top, left).
"""

from illustration_parts.system.compiled import njit


@njit(cache=True, nogil=True)
def fill(
    layers,
    boundary,
    inner,
    paint,
    region,
    light,
    shadow,
    alpha,
    top,
    left,
    colours,
    slope,
    new_paint,
    new_region,
    alpha_only,
):
    """Paint over what is there; with `alpha_only` the layers are left alone."""
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            if alpha[y, x] == 0:
                continue
            a = alpha[y, x] / 255.0
            v, u = y + top, x + left
            if not alpha_only:
                for c in range(3):
                    colour = min(255.0, max(0.0, colours[c] + slope[0, c] * u + slope[1, c] * v))
                    for layer in range(2):
                        layers[layer, v, u, c] += a * (colour - layers[layer, v, u, c])
            boundary[v, u] *= 1 - a
            inner[v, u] *= 1 - a
            shadow[v, u] *= 1 - a
            light[v, u] += a * (1 - light[v, u])
            if alpha[y, x] > 127:
                paint[v, u] = new_paint
                if new_region >= 0:
                    region[v, u] = new_region


@njit(cache=True, nogil=True)
def shade(layers, paint, light, shadow, alpha, top, left, factor, new_paint):
    """Multiply by a shadow, where it is deeper than the shadow that lies there."""
    mean = (factor[0] + factor[1] + factor[2]) / 3
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            a = alpha[y, x] / 255.0
            v, u = y + top, x + left
            old = shadow[v, u]
            if a <= old:
                continue
            shadow[v, u] = a
            light[v, u] *= (1 + a * (mean - 1)) / (1 + old * (mean - 1))
            for c in range(3):
                change = (1 + a * (factor[c] - 1)) / (1 + old * (factor[c] - 1))
                for layer in range(2):
                    layers[layer, v, u, c] *= change
            if new_paint >= 0 and a > 0.5 and old <= 0.5:
                paint[v, u] = paint[v, u] * 31 + new_paint


@njit(cache=True, nogil=True)
def tint(layers, paint, alpha, top, left, colour, multiply, new_paint):
    """Colour or darken the layers; a `new_paint` below 0 makes no fill edge."""
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            if alpha[y, x] == 0:
                continue
            a = alpha[y, x] / 255.0
            v, u = y + top, x + left
            for layer in range(2):
                for c in range(3):
                    goal = layers[layer, v, u, c] * colour[c] / 255.0 if multiply else colour[c]
                    layers[layer, v, u, c] += a * (goal - layers[layer, v, u, c])
            if new_paint >= 0 and alpha[y, x] > 127:
                # A hard shade keeps the shapes below it apart: its number is mixed in, not written over.
                paint[v, u] = paint[v, u] * 31 + new_paint


@njit(cache=True, nogil=True)
def ink_over(picture, ink, shape, alpha, top, left, colour):
    """Lay ink on a picture, and note how much of each pixel it covers."""
    for y in range(shape.shape[0]):
        for x in range(shape.shape[1]):
            if shape[y, x] <= 0:
                continue
            v, u = y + top, x + left
            for c in range(3):
                picture[v, u, c] += alpha[y, x] * (colour[c] - picture[v, u, c])
            ink[v, u] = max(ink[v, u], shape[y, x])
