"""Painted walls and floors: wood, bricks, stones, plaster, cloth, and how light falls on them. No ink.

All functions paint on a `brush.Painting` in the light of a `skies.Mood`.
"""

import cv2
import numpy as np

from illustration_parts.drawing.curves import noise
from illustration_parts.drawing.places.brush import mix, smooth_step
from illustration_parts.drawing.styles import hsv


def paint_wood(painting, colour=None, upright=None):
    """Cover the painting with planks: grain, knots, dark gaps with a lit edge."""
    rng = painting.rng
    height, width = painting.size
    upright = rng.random() < 0.5 if upright is None else upright
    colour = hsv(rng.uniform(0.03, 0.11), rng.uniform(0.25, 0.65), rng.uniform(0.3, 0.85)) if colour is None else colour
    tall, wide = (width, height) if upright else (height, width)
    broad = painting.px(rng.uniform(45, 170))
    rows = np.arange(tall, dtype=np.float32)[:, None] + 0.02 * broad * noise(rng, tall, wide, max(4.0, wide / 3), 1)
    plank = np.floor(rows / broad).astype(int)
    within = rows / broad - plank
    stretch = rng.uniform(8, 26)
    # Year rings run along a plank, pushed aside by noise; half of them are thin dark lines.
    grain = 0.4 * cv2.resize(noise(rng, tall, max(4, int(wide / stretch)), broad * 0.6, 2), (wide, tall))
    grain += within * rng.uniform(0.3, 1.2) + 0.74 * (plank % 7)
    rings = np.sin(grain * rng.uniform(12, 34))
    rings = 1 - 2 * smooth_step(rings, 0.3, 0.95) if rng.random() < 0.5 else rings
    fine = cv2.resize(noise(rng, tall, max(4, int(wide / 40)), painting.px(3), 2), (wide, tall))
    own = rng.normal(0, 1, int(plank.max()) + 2)[plank - plank.min()]
    value = 1 + rng.uniform(0.05, 0.14) * rings + rng.uniform(0.02, 0.07) * fine + rng.uniform(0.03, 0.12) * own
    gap = np.minimum(within, 1 - within) * broad
    value *= 1 - rng.uniform(0.15, 0.45) * smooth_step(gap, painting.px(2.2), painting.px(0.8))
    value += 0.18 * (smooth_step(within * broad, painting.px(5), painting.px(2.5)) * (gap > painting.px(2)))
    field = np.clip(np.asarray(colour, np.float32) * value[..., None], 0, 255)
    field[..., 2] *= 1 + 0.04 * rings
    field = field.transpose(1, 0, 2) if upright else field
    painting.wash(np.ones(painting.size, np.float32), np.ascontiguousarray(field), "wall or floor")


def paint_bricks(painting, colour=None):
    """Cover the painting with a wall of bricks: each its own tone, joints lighter or darker, worn corners."""
    rng = painting.rng
    height, width = painting.size
    colour = (
        hsv(rng.choice((0.03, 0.06, 0.1, 0.6)), rng.uniform(0.05, 0.55), rng.uniform(0.3, 0.85))
        if colour is None
        else colour
    )
    tall = painting.px(rng.uniform(22, 70))
    long = tall * rng.uniform(1.8, 3.2)
    push = painting.px(2.5)
    y = np.arange(height, dtype=np.float32)[:, None] + push * noise(rng, height, width, painting.px(40), 3)
    x = np.arange(width, dtype=np.float32)[None] + push * noise(rng, height, width, painting.px(40), 3)
    row = np.floor(y / tall).astype(int)
    x = x + (row % 2) * long * 0.5
    column = np.floor(x / long).astype(int)
    away_y, away_x = y - row * tall, x - column * long
    joint = np.minimum(np.minimum(away_y, tall - away_y), np.minimum(away_x, long - away_x))
    tones = rng.normal(0, 1, (int(row.max() - row.min()) + 1, int(column.max() - column.min()) + 1))
    own = tones[row - row.min(), column - column.min()]
    rough = noise(rng, height, width, painting.px(14), 4)
    value = 1 + 0.11 * own + 0.1 * rough
    value += 0.14 * (
        smooth_step(away_y, tall * 0.22, tall * 0.1) - smooth_step(tall - away_y, tall * 0.25, tall * 0.08)
    )
    mortar = np.asarray(colour) * rng.choice((0.45, 0.6, 1.25))
    cover = smooth_step(joint + painting.px(1.2) * rough, painting.px(1.6), painting.px(3.2))
    field = mix(
        np.broadcast_to(mortar, (height, width, 3)) * (1 + 0.06 * rough[..., None]), colour * value[..., None], cover
    )
    painting.wash(np.ones(painting.size, np.float32), np.clip(field, 0, 255), "wall or floor")


def paint_stones(painting, colour=None):
    """Cover the painting with natural stones: cells about scattered points, dark joints, each stone rounded."""
    rng = painting.rng
    height, width = painting.size
    colour = hsv(rng.uniform(0, 1), rng.uniform(0.03, 0.25), rng.uniform(0.35, 0.8)) if colour is None else colour
    cell = painting.px(rng.uniform(35, 120))
    small = 2
    tall, wide = max(4, height // small), max(4, width // small)
    seeds = np.full((tall, wide), 255, np.uint8)
    ys, xs = np.mgrid[0 : tall : cell / small, 0 : wide : cell / small]
    seeds[
        np.clip(ys + rng.uniform(-0.4, 0.4, ys.shape) * cell / small, 0, tall - 1).astype(int),
        np.clip(xs + rng.uniform(-0.4, 0.4, xs.shape) * cell / small, 0, wide - 1).astype(int),
    ] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    border = (labels != np.roll(labels, 1, 0)) | (labels != np.roll(labels, 1, 1))
    away = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, 5)
    size = (width, height)
    away = cv2.resize(cv2.GaussianBlur(away, (0, 0), 1.0), size) * small
    own = cv2.resize(
        rng.normal(0, 1, labels.max() + 1)[labels].astype(np.float32), size, interpolation=cv2.INTER_NEAREST
    )
    rough = painting.noise(painting.px(18), 4)
    dome = smooth_step(away, 0, cell * 0.3)
    slope = cv2.Sobel(cv2.GaussianBlur(dome, (0, 0), max(0.8, painting.px(3))), cv2.CV_32F, 0, 1) * -cell * 0.1
    value = 0.75 + 0.25 * dome + 0.1 * own + 0.09 * rough + np.clip(-slope, -0.2, 0.2)
    value *= 0.35 + 0.65 * smooth_step(away + painting.px(1.5) * rough, painting.px(1.5), painting.px(5))
    field = np.clip(np.asarray(colour, np.float32) * value[..., None], 0, 255)
    painting.wash(np.ones(painting.size, np.float32), field, "wall or floor")


def paint_plaster(painting, colour=None, rough=1.0):
    """Cover the painting with a plain wall: stains, brush marks, a gradient; `rough` scales how strong they are."""
    rng = painting.rng
    colour = hsv(rng.random(), rng.uniform(0, 0.3), rng.uniform(0.3, 0.95)) if colour is None else colour
    height, _ = painting.size
    stains = painting.noise(painting.px(rng.uniform(60, 260)), 5)
    down = np.linspace(0.5, -0.5, height, dtype=np.float32)[:, None] * rng.uniform(-0.3, 0.3)
    field = np.asarray(colour, np.float32) * (1 + 0.1 * rough * stains + down)[..., None]
    painting.wash(np.ones(painting.size, np.float32), np.clip(field, 0, 255), "wall or floor")
    painting.repaint(
        [rng.uniform(14, 30), rng.uniform(5, 9)],
        rough * rng.uniform(2, 7),
        rough * rng.uniform(2, 8),
        0.7,
        threshold=12,
    )


def paint_curtain(painting, colour=None):
    """Cover the painting with hanging cloth: long folds, sometimes printed."""
    rng = painting.rng
    height, width = painting.size
    colour = hsv(rng.random(), rng.uniform(0.05, 0.6), rng.uniform(0.4, 1)) if colour is None else colour
    bend = cv2.resize(noise(rng, max(4, int(height / 30)), width, painting.px(60), 2), (width, height))
    folds = np.sin(
        bend * rng.uniform(2.5, 5.0) + np.arange(width, dtype=np.float32)[None] / painting.px(rng.uniform(14, 40))
    )
    hard = rng.uniform(0.1, 0.8)
    tone = smooth_step(folds, -hard, hard)
    base = np.broadcast_to(np.asarray(colour, np.float32), (height, width, 3))
    if rng.random() < 0.5:
        base = _print(painting, base.copy())
    painting.wash(
        np.ones(painting.size, np.float32), np.clip(base * (0.72 + 0.3 * tone[..., None]), 0, 255), "wall or floor"
    )


def _print(painting, base):
    """Print soft motifs on cloth or wallpaper: (H, W, 3) in and out."""
    rng = painting.rng
    height, width = painting.size
    other = type(painting)(rng, height, width, painting.scale)
    other.picture[:] = base
    gap, radius = painting.px(rng.uniform(50, 170)), painting.px(rng.uniform(8, 40))
    ys, xs = np.mgrid[0 : height + gap : gap, 0 : width + gap : gap]
    xs = xs + (np.arange(len(xs))[:, None] % 2) * gap / 2
    places = np.stack([xs.ravel(), ys.ravel()], 1) + rng.normal(0, 0.06 * gap, (xs.size, 2))
    hue = rng.random()
    for k in range(int(rng.integers(1, 6))):
        shift = radius * rng.normal(0, 0.6, 2) if k else np.zeros(2)
        sizes = radius * (0.4 + 0.6 * rng.random(2)) * (0.6 if k else 1.0)
        tint = mix(base[0, 0], hsv(hue + 0.12 * k, rng.uniform(0.3, 0.8), rng.uniform(0.5, 1)), rng.uniform(0.3, 0.9))
        other.dabs(places + shift, sizes, rng.uniform(0, 3.1), tint, None, 0.9, float(rng.integers(0, 2)), 0.4)
    return other.picture


def paint_window_light(painting, colour=(255, 236, 190), amount=None):
    """Let the sun fall through a window onto what is painted: slanted panes of light, the rest in shade."""
    rng = painting.rng
    height, width = painting.size
    short = min(height, width)
    lights = np.zeros((height, width), np.float32)
    across, down = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    pane = short * rng.uniform(0.12, 0.4, 2)
    slant = rng.normal(0, 0.6, 2)
    corner = rng.uniform(-0.1, 0.6, 2) * (width, height)
    for row in range(down):
        for column in range(across):
            x, y = column * pane[0] * 1.12, row * pane[1] * 1.12
            box = np.array([(x, y), (x + pane[0], y), (x + pane[0], y + pane[1]), (x, y + pane[1])])
            box = corner + box + box[:, ::-1] * slant
            cv2.fillPoly(lights, [np.round(box * 16).astype(np.int32)], 1.0, cv2.LINE_8, 4)
    soft = max(0.8, painting.px(np.exp(rng.uniform(0, 3))))
    lights = _blur(lights, soft)
    amount = rng.uniform(0.3, 0.8) if amount is None else amount
    tone = mix(np.array((0.62, 0.6, 0.75)) ** amount, 1 + 0.3 * amount * np.asarray(colour) / 255, lights)
    painting.picture *= tone
    np.minimum(painting.picture, 255, out=painting.picture)


def _blur(plane, sigma):
    """A Gaussian blur, on a smaller picture where it is wide."""
    shrink = max(1, int(sigma / 3))
    if shrink == 1:
        return cv2.GaussianBlur(plane, (0, 0), sigma)
    height, width = plane.shape[:2]
    small = cv2.resize(plane, (max(2, width // shrink), max(2, height // shrink)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def blur(painting, sigma):
    """Put the painting out of focus; sigma in pixels."""
    painting.picture = _blur(painting.picture, sigma)


SURFACES = (paint_wood, paint_bricks, paint_stones, paint_plaster, paint_curtain)


def paint_wall(painting, mood):
    """A wall or floor seen from the front, lit."""
    rng = painting.rng
    SURFACES[int(rng.choice(len(SURFACES), p=(0.25, 0.2, 0.2, 0.2, 0.15)))](painting)
    painting.picture *= (0.5 + 0.5 * mood.light).astype(np.float32)
    if rng.random() < 0.45:
        painting.repaint([rng.uniform(3, 8)], 5, 6, 0.55, threshold=0)
    if rng.random() < 0.5:
        paint_window_light(painting, 255 * mood.light)
    glow(painting, mood)


def glow(painting, mood, amount=None):
    """A broad pool of light, the corners darker."""
    rng = painting.rng
    height, width = painting.size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    centre = rng.uniform(0.1, 0.9, 2) * (width, height)
    away = np.hypot((x - centre[0]) / width, (y - centre[1]) / height) * 1.3
    amount = rng.uniform(0.1, 0.6) if amount is None else amount
    painting.picture *= (1.12 - amount * np.clip(away, 0, 1))[..., None]
    np.minimum(painting.picture, 255, out=painting.picture)
