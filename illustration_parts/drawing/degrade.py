"""Degrades pictures and line drawings as scans, videos and the web do."""

import cv2
import numpy as np


def add_specks(drawing, count, rng, darkness=(0, 150)):
    """Put specks of 1 to 4 pixels on a drawing; returns a new (H, W) uint8.

    Args:
        drawing: (H, W) uint8, dark on white. count: how many. rng: `numpy.random.Generator`.
        darkness: levels between which they are.
    """
    specked = drawing.copy()
    last = np.array(drawing.shape) - 1
    places = rng.integers(0, last + 1, (count, 2))
    steps = np.array([(0, 1), (0, -1), (1, 0), (-1, 0)])[rng.integers(4, size=(count, 3))]
    levels = rng.integers(*darkness, count, endpoint=True)
    for place, walk, size, level in zip(places, steps, rng.integers(1, 5, count), levels):
        for step in (0, *walk[: size - 1]):
            place = np.clip(place + step, 0, last)
            specked[tuple(place)] = min(specked[tuple(place)], level)
    return specked


def wear(drawing, rng):
    """Make a drawing look scanned: specks, lint, a soft lens, paper and its grain, pale ink, JPEG, each at random.

    Args:
        drawing: (H, W) uint8, dark on white. rng: `numpy.random.Generator`.

    Returns:
        (H, W) uint8.
    """
    height, width = drawing.shape
    worn = drawing
    if rng.random() < 0.4:
        worn = add_specks(worn, int(rng.exponential(1 / 800) * height * width), rng)
    if rng.random() < 0.1:  # lint
        lint = worn.copy()
        for _ in range(rng.integers(1, 6)):
            start = rng.uniform((0, 0), (width, height))
            curve = start + np.cumsum(np.cumsum(rng.normal(0, 0.4, (10, 2)), 0) * 0.5, 0)
            level, fixed = int(rng.integers(120, 225)), np.round(curve * 16).astype(np.int32)
            cv2.polylines(lint, [fixed], False, level, 1, cv2.LINE_AA, 4)
        worn = np.minimum(worn, lint)
    if rng.random() < 0.3:
        worn = cv2.GaussianBlur(worn, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.45:
        light = worn.astype(np.float32)
        black, white = rng.uniform(0, 90), rng.uniform(225, 255)
        light = black + light * (white - black) / 255
        if rng.random() < 0.5:  # shade
            shade = rng.uniform(-14, 6, (3, 3)).astype(np.float32)
            light += cv2.resize(shade, (width, height), interpolation=cv2.INTER_CUBIC)
        if rng.random() < 0.7:  # grain
            grain = rng.standard_normal((height, width), np.float32)
            if rng.random() < 0.5:
                grain = 2 * cv2.GaussianBlur(grain, (0, 0), 0.8)
            light += grain * np.float32(rng.uniform(1, 10))
        worn = np.clip(light + 0.5, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        _, data = cv2.imencode(".jpg", worn, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 95))])
        worn = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return worn


def degrade(picture, classes, rng, cases=None):
    """Wear a picture as scans, videos and the web do, in random measure.

    Args:
        picture: (H, W, 3) uint8 RGB.
        classes: (H, W, 3) uint8 maps of the same size: boundary ink, inner ink, fill edge.
        rng: `numpy.random.Generator`.
        cases: a set that the names of the steps taken are added to, or None.

    Returns:
        (picture, classes) of the same sizes and types; neither input is changed.
    """
    cases = set() if cases is None else cases
    height, width = picture.shape[:2]
    if rng.random() < 0.25:  # made smaller and enlarged again: the truth stays sharp
        scale = rng.uniform(0.55, 0.95)
        small = max(1, round(width * scale)), max(1, round(height * scale))
        picture = cv2.resize(
            cv2.resize(picture, small, interpolation=cv2.INTER_AREA),
            (width, height),
            interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)),
        )
        cases.add("resizing")
    if rng.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.1))
        cases.add("blur")
    if rng.random() < 0.22:  # sharpened, as video players do
        picture = cv2.addWeighted(
            picture,
            1 + (amount := rng.uniform(0.3, 1.2)),
            cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 2)),
            -amount,
            0,
        )
        cases.add("sharpening")
    if rng.random() < 0.1:
        shift = np.array([[1, 0, rng.uniform(-1, 1)], [0, 1, rng.uniform(-1, 1)]], np.float32)
        picture = picture.copy()
        channel = int(rng.integers(3))
        picture[..., channel] = cv2.warpAffine(
            np.ascontiguousarray(picture[..., channel]), shift, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        cases.add("channel shifts")
    if rng.random() < 0.35:
        gamma = np.exp(rng.uniform(-0.4, 0.4))
        low, high = rng.uniform(0, 30), rng.uniform(225, 255)
        curve = low + (high - low) * (np.arange(256) / 255) ** gamma
        picture = cv2.LUT(picture, np.clip(curve, 0, 255).astype(np.uint8))
        cases.add("gamma")
    if rng.random() < 0.3:
        strength = rng.uniform(1, 9)
        grain = rng.standard_normal((height, width, 3 if rng.random() < 0.6 else 1), dtype=np.float32) * strength
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
        cases.add("noise")
    if rng.random() < 0.5:
        quality = int(rng.uniform(35, 96))
        _, data = cv2.imencode(".jpg", picture[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1]
        cases.add("JPEG")
    return np.ascontiguousarray(picture), classes
