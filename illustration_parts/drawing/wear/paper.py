"""The paper that a sketch lies on: its tooth, smudges, eraser marks, ruled lines, and the light of a photograph.

page = put_on_paper(drawing, rng)

Lines stay where they are, so that the truth of a drawing is that of its page.
"""

import cv2
import numpy as np

DARKEST = 140  # level of paper in a shadow
PLAIN = 0.5  # share of drawings that stay on white


def put_on_paper(drawing, rng):
    """Put a drawing on paper: smudged, erased, ruled, photographed, each at random.

    Args:
        drawing: (H, W) uint8, dark on white. rng: `numpy.random.Generator`.

    Returns:
        (H, W) uint8; the drawing itself for `PLAIN` of them.
    """
    if rng.random() < PLAIN:
        return drawing
    page = drawing.astype(np.float32)
    if rng.random() < 0.35:
        page = smudge(page, rng)
    if rng.random() < 0.3:
        page = erase(page, rng)
    if rng.random() < 0.2:
        page = np.minimum(page, rule(drawing.shape, rng))
    if rng.random() < 0.6:
        page = photograph(page, rng)
    return np.clip(page + 0.5, 0, 255).astype(np.uint8)


def show_tooth(ink, amount, rng):
    """Let the grain of the paper show in pencil strokes, pale ones most; returns (H, W) float32.

    Args:
        ink: (H, W) float32 0..1. amount: 0..1. rng: `numpy.random.Generator`.
    """
    grain = make_grain(ink.shape, rng, 0.7)
    return ink * (1 - amount * np.clip(0.5 + 0.45 * grain, 0, 1) * (1.25 - ink))


def make_grain(shape, rng, sigma):
    """Gaussian-filtered noise of a standard deviation of about 1, (H, W) float32; sigma in pixels, 0.6 at least."""
    noise = np.frombuffer(rng.bytes(shape[0] * shape[1]), np.uint8).reshape(shape).astype(np.float32)
    noise = cv2.GaussianBlur((noise - 127.5) / 73.9, (0, 0), sigma)  # of a standard deviation of 1, and then
    return noise * np.float32(2 * np.sqrt(np.pi) * sigma)  # of what the filter leaves


def make_cloud(shape, rng, cells):
    """Slow noise 0..1, (H, W) float32, `cells` of it across."""
    coarse = rng.random((cells + 1, cells + 1), np.float32)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC).clip(0, 1)


def smudge(page, rng):
    """Smear graphite where a hand lay: the page, (H, W) float32 0..255, darker beside its ink here and there."""
    reach = int(rng.integers(3, 13))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    away = np.array([np.cos(angle), np.sin(angle)]) * reach
    one, other = (tuple(int(round(value)) for value in reach + side * away) for side in (-1, 1))
    cv2.line(kernel, one, other, 1.0, 2)
    smeared = cv2.filter2D(page, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    where = np.clip(4 * make_cloud(page.shape, rng, int(rng.integers(2, 6))) - 2.2, 0, 1) * rng.uniform(0.15, 0.5)
    return page - where * np.maximum(0, page - smeared)


def erase(page, rng):
    """Rub out strokes that are no longer part of the drawing: pale ghosts in swept patches; a new page."""
    height, width = page.shape
    ghost = np.full(page.shape, 255, np.uint8)
    for _ in range(int(rng.integers(1, 6))):
        centre, size = rng.uniform((0, 0), (width, height)), rng.uniform(20, 120)
        way = np.linspace(0, 1, 16)[:, None]
        start, push, bend = (rng.normal(0, size, 2) for _ in range(3))
        curve = centre + start * way + push * way * (1 - way) + bend * way**2
        for _ in range(int(rng.integers(1, 4))):
            fixed = np.round((curve + rng.normal(0, 2, 2)) * 16).astype(np.int32)
            cv2.polylines(ghost, [fixed], False, 90, int(rng.integers(1, 4)), cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(ghost, (0, 0), rng.uniform(0.6, 2.0)).astype(np.float32)
    left = rng.uniform(0.08, 0.28) * (0.4 + 0.6 * make_cloud(page.shape, rng, 12))
    return page * (1 - left * (255 - soft) / 255)


def rule(shape, rng):
    """Ruled or squared paper, tilted a little: (H, W) float32, pale lines on white."""
    height, width = shape
    period, angle = rng.uniform(14, 60), rng.normal(0, 0.04)
    squared = rng.random() < 0.6
    dark, thick = rng.uniform(12, 50), rng.uniform(0.8, 1.6)
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    page = np.zeros(shape, np.float32)
    for across, along in ((y, x), (x, y))[: 1 + squared]:
        place = across * np.float32(np.cos(angle)) + along * np.float32(np.sin(angle) * (1 if across is y else -1))
        place = np.mod(place + np.float32(rng.uniform(0, period)), np.float32(period))
        away = np.minimum(place, np.float32(period) - place)
        page = np.maximum(page, np.clip(np.float32(thick / 2 + 0.5) - away, 0, 1))
    return 255 - np.float32(dark) * page


def photograph(page, rng):
    """Light, tint and texture of paper before a camera, and its contrast: (H, W) float32."""
    height, width = page.shape
    black, white = rng.uniform(0, 60), rng.uniform(175, 250)
    light = white + rng.uniform(-40, 12, (3, 3)).astype(np.float32)
    light = cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.25:  # the shadow of a hand or an edge
        angle, soft = rng.uniform(0, 2 * np.pi), rng.uniform(8, 60)
        x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
        side = (x - rng.uniform(0, width)) * np.float32(np.cos(angle)) + (y - rng.uniform(0, height)) * np.float32(
            np.sin(angle)
        )
        light *= 1 - np.float32(rng.uniform(0.08, 0.3)) * np.clip(side / np.float32(soft), 0, 1)
    light = np.maximum(light, DARKEST)
    fine = make_grain(page.shape, rng, rng.uniform(0.6, 1.6)) * np.float32(rng.uniform(1, 6))
    return np.clip(black + page * (light - black) / 255 + fine, 0, 255)
