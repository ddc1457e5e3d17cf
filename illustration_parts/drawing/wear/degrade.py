"""Degrades pictures and line drawings as film, video, scanners and the web do.

    picture, classes = degrade(picture, classes, rng)   # what a network sees; its truth stays sharp
    rough = wear(rough, rng)                            # a line drawing, scanned or photographed

`STEPS` lists every degradation once, in the order in which a picture meets them; `degrade_steps` has their functions.
A picture gets one step of tone at most.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from illustration_parts.drawing.wear import degrade_steps as steps


@dataclass(frozen=True)
class Step:
    """One way in which pictures are degraded.

    Attributes:
        name: of the step.
        kind: what it is reported as in `cases`, coarser than the name.
        chances: relative chances in a frame of animation, a picture of the web, and a scan.
        run: function (picture, strength, rng) -> picture.
        group: a picture gets one step of a group at most; "" is none.
    """

    name: str
    kind: str
    chances: tuple[float, float, float]
    run: Callable
    group: str = ""


STEPS = (
    # Production
    Step("diffusion", "blur", (2.5, 0.5, 0), steps.bloom, "tone"),
    Step("fade", "gamma", (1.2, 0.7, 1.5), steps.fade, "tone"),
    Step("colour cast", "gamma", (1.2, 0.5, 1.5), steps.cast_colour, "tone"),
    Step("film grain", "noise", (1.5, 0.4, 0), steps.add_film_grain),
    Step("dust and scratches", "noise", (0.5, 0, 1), steps.add_dust),
    Step("soft lens", "blur", (1.5, 1, 1.5), steps.soften),
    # Scanners and telephones
    Step("show-through", "noise", (0, 0, 1), steps.show_back),
    Step("paper", "noise", (0, 0.2, 2), steps.add_paper),
    Step("printing screen", "noise", (0, 0.1, 0.8), steps.print_screen),
    Step("uneven light", "gamma", (0, 0, 2), steps.light_unevenly),
    Step("channel shifts", "channel shifts", (0.5, 0.4, 1.5), steps.shift_channels),
    Step("sensor noise", "noise", (0.4, 0.6, 1.5), steps.add_sensor_noise),
    Step("aliasing", "resizing", (0.2, 0.8, 1.5), steps.alias),
    # Upscaling and sharpening
    Step("upscaling", "resizing", (4, 2, 0.8), steps.upscale),
    Step("halos", "sharpening", (2, 1.8, 1), steps.sharpen),
    Step("darkened lines", "sharpening", (0.8, 0.4, 0.1), steps.darken_lines),
    Step("warped edges", "sharpening", (0.6, 0.3, 0), steps.warp_edges),
    Step("ringing", "sharpening", (0.8, 0.3, 0), steps.ring),
    Step("mixed fields", "resizing", (0.4, 0, 0), steps.mix_fields),
    # Colour
    Step("chroma subsampling", "channel shifts", (2, 1, 0.3), steps.subsample_chroma),
    Step("wrong matrix", "gamma", (0.6, 0.2, 0.1), steps.confuse_matrix),
    Step("wrong range", "gamma", (0.6, 0.3, 0.1), steps.confuse_range, "tone"),
    Step("gamma", "gamma", (1, 1, 1), steps.change_gamma, "tone"),
    Step("banding", "gamma", (0.8, 0.5, 0.1), steps.band),
    Step("palette", "noise", (0.1, 0.6, 0.1), steps.reduce_colours),
    # Compression
    Step("JPEG", "JPEG", (1.5, 4, 4), steps.compress_jpeg, "file"),
    Step("repeated JPEG", "JPEG", (0.4, 1.5, 0.6), steps.recompress_jpeg, "file"),
    Step("WebP", "JPEG", (0.2, 0.8, 0.1), steps.compress_webp, "file"),
    Step("H.264", "JPEG", (2.5, 0.1, 0), steps.compress_video, "file"),
    Step("mosquito noise", "JPEG", (0.8, 0.5, 0.1), steps.add_mosquitoes),
)
SOURCES = (0.45, 0.8)  # frames up to the first share, the web up to the second, then scans
GREY_SOURCES = (0.05, 0.5)  # the same for pictures without colour
UNTOUCHED, LIGHT = 1 / 6, 1 / 2  # shares of pictures


def choose_steps(rng, grey=False):
    """Choose how a picture is degraded.

    A sixth of pictures gets no step, half of them one to three mild ones, the rest four to seven. Which steps go
    together depends on where the picture comes from: an animation, the web or a scanner.

    Args:
        rng: `numpy.random.Generator`. grey: whether the picture has no colour, as most manga.

    Returns:
        A list of (step, strength) in the order of `STEPS`.
    """
    much = rng.random()
    if much < UNTOUCHED:
        return []
    light = much < UNTOUCHED + LIGHT
    count = int(rng.integers(1, 4) if light else rng.integers(4, 8))
    severity = rng.beta(1.3, 4.5) if light else rng.beta(1.8, 4.5)
    source = int(np.searchsorted(GREY_SOURCES if grey else SOURCES, rng.random()))
    # Drawing without replacement: the smallest exponential variates of these rates (Efraimidis and Spirakis, 2006).
    waits = [(wait / step.chances[source], place) for place, (step, wait) in
             enumerate(zip(STEPS, rng.exponential(size=len(STEPS)).tolist())) if step.chances[source]]  # fmt: skip
    taken = []
    for _, place in sorted(waits):
        group = STEPS[place].group
        if not group or all(STEPS[other].group != group for other in taken):
            taken.append(place)
        if len(taken) == count:
            break
    return [(STEPS[place], min(1.0, severity * rng.uniform(0.6, 1.6))) for place in sorted(taken)]


def degrade(picture, classes, rng, cases=None):
    """Degrade a picture as film, video, scanners and the web do, in random measure.

    Args:
        picture: (H, W, 3) uint8 RGB.
        classes: (H, W, 3) uint8 maps of the same size: boundary ink, inner ink, fill edge.
        rng: `numpy.random.Generator`.
        cases: a set that the kinds of the steps taken are added to (see `STEPS`), or None.

    Returns:
        (picture, classes) of the same sizes and types; neither input is changed, and the classes are as given.
    """
    sample = picture[::16, ::16]
    grey = np.array_equal(sample[..., 0], sample[..., 1]) and np.array_equal(sample[..., 1], sample[..., 2])
    picture = np.ascontiguousarray(picture)
    for step, strength in choose_steps(rng, grey):
        picture = step.run(picture, strength, rng)
        if cases is not None:
            cases.add(step.kind)
    return picture, classes


# Line drawings


def add_specks(drawing, count, rng, darkness=(0, 150)):
    """Put specks of 1 to 4 pixels on a drawing; returns a new (H, W) uint8.

    Args:
        drawing: (H, W) uint8, dark on white. count: how many. rng: `numpy.random.Generator`.
        darkness: levels between which they are.
    """
    specked = drawing.copy()
    last = np.array(drawing.shape) - 1
    places = rng.integers(0, last + 1, (count, 2))
    walks = np.array([(0, 1), (0, -1), (1, 0), (-1, 0)])[rng.integers(4, size=(count, 3))]
    levels = rng.integers(*darkness, count, endpoint=True)
    for place, walk, size, level in zip(places, walks, rng.integers(1, 5, count), levels):
        for step in (0, *walk[: size - 1]):
            place = np.clip(place + step, 0, last)
            specked[tuple(place)] = min(specked[tuple(place)], level)
    return specked


def add_lint(drawing, rng):
    """Put one to five curled hairs on a drawing, (H, W) uint8; they only darken it."""
    height, width = drawing.shape
    lint = drawing.copy()
    for _ in range(rng.integers(1, 6)):
        start = rng.uniform((0, 0), (width, height))
        curve = start + np.cumsum(np.cumsum(rng.normal(0, 0.4, (10, 2)), 0) * 0.5, 0)
        level, fixed = int(rng.integers(120, 225)), np.round(curve * 16).astype(np.int32)
        cv2.polylines(lint, [fixed], False, level, 1, cv2.LINE_AA, 4)
    return np.minimum(drawing, lint)


def wear(drawing, rng):
    """Make a drawing look scanned or photographed.

    Specks, lint, the back of the paper, its texture, a soft lens, pale ink with shade and grain, uneven light, JPEG:
    each at random.

    Args:
        drawing: (H, W) uint8, dark on white. rng: `numpy.random.Generator`.

    Returns:
        (H, W) uint8.
    """
    height, width = drawing.shape
    worn = drawing
    if rng.random() < 0.4:
        worn = add_specks(worn, int(rng.exponential(1 / 800) * height * width), rng)
    if rng.random() < 0.1:
        worn = add_lint(worn, rng)
    if rng.random() < 0.06:
        worn = steps.show_back(worn, rng.uniform(0, 0.8), rng)
    if rng.random() < 0.15:
        worn = steps.add_paper(worn, rng.beta(1.5, 3), rng)
    if rng.random() < 0.3:
        worn = cv2.GaussianBlur(worn, (0, 0), rng.uniform(0.3, 0.9))
    if rng.random() < 0.45:
        light = worn.astype(np.float32)
        black, white = rng.uniform(0, 90), rng.uniform(225, 255)
        light = black + light * (white - black) / 255
        if rng.random() < 0.5:  # shade
            light += 10 * steps.make_field(worn.shape, (3, 3), rng) - 4
        if rng.random() < 0.7:
            grain = steps.make_grain(worn.shape, 1 if rng.random() < 0.5 else 1.9, rng)
            light += grain * np.float32(rng.uniform(1, 10))
        worn = np.clip(light + 0.5, 0, 255).astype(np.uint8)
    if rng.random() < 0.12:
        worn = steps.light_unevenly(worn, rng.random(), rng)
    if rng.random() < 0.2:
        _, data = cv2.imencode(".jpg", worn, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 95))])
        worn = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return worn
