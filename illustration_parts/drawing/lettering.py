"""Lettering, speech balloons and drawn sounds.

The characters are invented: a few strokes in a square, as dense as real ones. Dark letters are ink, light ones a fill.
"""

import cv2
import numpy as np

from illustration_parts.drawing.artist import BROADEST
from illustration_parts.drawing.canvas import SUBPIXEL_BITS, Mask
from illustration_parts.drawing.curves import blob, bow, ellipse, resample, spline, straight, strand, turn

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX_SMALL,
)
LETTERS = "abcdefghiklmnorstuwyABCDEGHKMNORSTW!?.. "
LEAST_LETTER = 1.0  # pixels; smaller letters are not drawn
HERSHEY = 26  # pixels, about the height of OpenCV's letters at scale 1


def _print_strokes(alpha, strokes, thick):
    """Print strokes, (n, 2) pixels each, into (h, w) uint8; OpenCV takes it only contiguous and not empty."""
    scale = 1 << SUBPIXEL_BITS
    for stroke in strokes:
        fixed = np.round(np.asarray(stroke) * scale).astype(np.int32)
        cv2.polylines(alpha, [fixed], False, 255, thick, cv2.LINE_AA, SUBPIXEL_BITS)


def character(rng, dense):
    """The strokes of an invented character in the unit square: a list of (n, 2) points.

    Args:
        rng: `numpy.random.Generator`. dense: True for one of many straight strokes, False for a few round ones.
    """
    strokes = []
    if dense:
        rows = np.sort(rng.uniform(0.05, 0.95, rng.integers(2, 6)))
        strokes += [straight([(rng.uniform(0.02, 0.3), y), (rng.uniform(0.7, 0.98), y - 0.02)]) for y in rows]
        for x in rng.uniform(0.12, 0.88, rng.integers(1, 4)):
            low, high = np.sort(rng.uniform(0.02, 0.98, 2))
            strokes.append(straight([(x, min(low, 0.6)), (x, max(high, 0.4))]))
        if rng.random() < 0.6:
            x, y = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.6)
            strokes += [bow((x, y), (0.05, 0.97), 0.15), bow((x, y), (0.97, 0.95), -0.15)]
        return strokes
    for _ in range(rng.integers(1, 4)):
        points = rng.uniform(0.08, 0.92, (int(rng.integers(2, 5)), 2))
        strokes.append(np.clip(spline(points), 0, 1))
    return strokes


def lay_out(artist, left, top, size, rows, vertical):
    """Coverage of a block of letters as a `Mask`; an empty one for letters too small to be seen, or without letters.

    Args:
        left, top: of the block, pixels. size: of a letter, pixels.
        rows: number of letters in each row, or column if `vertical`.
    """
    rng, canvas = artist.rng, artist.canvas
    longest = max(rows, default=0)
    if size < LEAST_LETTER or not longest:
        return Mask(int(top), int(left), np.zeros((0, 0), np.uint8))
    width, height = (len(rows) * 1.25, longest * 1.1) if vertical else (longest * 1.1, len(rows) * 1.3)
    alpha = np.zeros((int(height * size + size), int(width * size + size)), np.uint8)
    thick = max(1, int(round(size * artist.between(0.05, 0.13))))
    latin = not vertical and rng.random() < 0.45
    font = FONTS[rng.integers(len(FONTS))]
    upright = rng.random() < 0.5
    for number, count in enumerate(rows):
        if latin:
            text = "".join(rng.choice(list(LETTERS), count * 2))
            text = text.upper() if upright else text
            place = (int(size * 0.2), int((number * 1.3 + 1) * size))
            cv2.putText(alpha, text, place, font, size / HERSHEY * 0.9, 255, thick, cv2.LINE_AA)
            continue
        for k in range(count):
            x, y = (width - 1.25 * (number + 1), k * 1.1) if vertical else (k * 1.1, number * 1.3)
            strokes = character(rng, rng.random() < 0.45)
            _print_strokes(alpha, [(stroke + (x, y)) * size + size * 0.1 for stroke in strokes], thick)
    return canvas.inside(Mask(int(top), int(left), alpha))


def draw_text(artist, left, top, size, rows, colour, vertical=False, light=False):
    """Print letters: dark ones as ink, light ones as a fill, some with a dark rim, which is ink.

    Args:
        left, top, size, rows, vertical: see `lay_out`. colour: RGB.
        light: whether the letters are lighter than what they lie on.
    """
    canvas = artist.canvas
    mask = lay_out(artist, left, top, size, rows, vertical)
    if not mask.alpha.size:
        return
    if light:
        if artist.chance(0.5):
            reach = max(3, int(size * 0.12) | 1)
            rim = cv2.dilate(mask.alpha, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
            canvas.stamp(Mask(mask.top, mask.left, rim), np.asarray(colour) * 0.12)
        canvas.fill(mask, colour, part=None, apart=False)
    else:
        canvas.stamp(mask, colour)
    artist.cases.add("lettering")


def balloon_outline(rng, centre, radius, form):
    """A balloon's closed outline, (n, 2): `"oval"`, `"cry"`, `"cloud"` or `"box"`."""
    squash = rng.uniform(0.8, 1.35)
    if form == "oval":
        return ellipse(centre, (radius * rng.uniform(0.75, 1.1), radius * squash), samples=80)
    if form == "cry":
        count = 2 * int(rng.integers(9, 22))
        angles = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.normal(0, 0.04, count)
        lengths = radius * np.where(np.arange(count) % 2, 1.2, 0.88) * rng.uniform(0.9, 1.12, count)
        return straight(centre + np.stack([np.cos(angles), squash * np.sin(angles)], 1) * lengths[:, None], True)
    if form == "cloud":
        count = int(rng.integers(8, 14))
        corners = ellipse(centre, (radius * 0.9, radius * squash * 0.9), samples=count + 1)
        return np.concatenate([bow(a, b, -0.3, 9) for a, b in zip(corners[:-1], corners[1:])])
    if form == "box":
        x, y = radius, radius * squash * 0.6
        return straight(np.array([(-x, -y), (x, -y), (x, y), (-x, y)]) + centre, True)
    return blob(rng, centre, radius, 9, 0.07, squash)


def find_clear(artist, low, high, radius, tries=10):
    """A place for a balloon that hides no face, as far as there is one.

    Args:
        artist: an `Artist`, whose `faces` are looked at. low, high: (x, y) between which the place lies.
        radius: of the balloon, pixels. tries: places that are compared.

    Returns:
        (2,) x, y.
    """
    places = artist.rng.uniform(low, high, (tries, 2))
    return places[int(np.argmin(_hides(artist, places, radius)))]


def is_clear(artist, place, radius):
    """Whether a balloon at a place, (2,) x, y, hides no face."""
    return _hides(artist, np.asarray(place, float)[None], radius)[0] == 0


def _hides(artist, places, radius):
    """How far a balloon at each of (n, 2) places reaches into faces, (n,) pixels."""
    if not artist.faces:
        return np.zeros(len(places))
    faces = np.array(artist.faces)  # (m, 3)
    away = np.hypot(*np.moveaxis(places[:, None] - faces[:, :2] - (0, 0.35) * faces[:, 2:], -1, 0))  # (n, m)
    return np.maximum(0, 1.15 * radius + 0.9 * faces[:, 2] - away).sum(1)


def draw_balloon(artist, centre, radius):
    """A speech balloon with its tail and lettering."""
    canvas, rng, style = artist.canvas, artist.rng, artist.style
    centre = np.asarray(centre, float)
    form = artist.pick(("oval", "oval", "blob", "cry", "cloud", "box"))
    dark = style.manga and artist.chance(0.08)
    paper = np.full(3, 12.0 if dark else 255.0)
    ink = np.full(3, 250.0 if dark else artist.between(0, 50))
    outline = balloon_outline(rng, centre, radius, form)
    mask = canvas.polygon(outline)
    if not mask.alpha.size:
        return
    width = float(np.clip(style.width * artist.between(0.8, 1.5), 0.8, 5 * style.scale + 1))
    rimless = artist.chance(0.12)
    opaque = artist.chance(0.9) or dark
    if opaque:
        canvas.fill(mask, paper, None, "paper")
    else:
        canvas.tint(mask.times(0.7), paper)
    if not rimless and not dark:
        canvas.stroke(outline, width, ink, "boundary")
    if form in ("oval", "blob") and artist.chance(0.6):
        angle = artist.between(0.2, np.pi - 0.2)
        root = centre + turn(np.array([(radius * 0.7, 0.0)]), angle)[0]
        tip = centre + turn(np.array([(radius * artist.between(1.25, 1.7), 0.0)]), angle + artist.between(-0.3, 0.3))[0]
        across = turn(np.array([(0.0, radius * 0.16)]), angle)[0]
        sides = np.concatenate([bow(root - across, tip, 0.12), bow(tip, root + across, 0.05)])
        tail = canvas.polygon(sides)
        if tail.alpha.size:
            canvas.fill(tail, paper, None, "paper", apart=False)
            if not rimless and not dark:
                canvas.stroke(sides, width, ink, "boundary", clip=canvas.everything().without(mask))
    size = radius * artist.between(0.16, 0.36)
    count = int(np.clip(radius * 1.1 / (size * 1.25), 1, 6))
    vertical = artist.chance(0.55)
    rows = [int(np.clip(radius * 1.25 / (size * 1.1) * artist.between(0.5, 1), 1, 9)) for _ in range(count)]
    block = np.array([len(rows) * 1.25, max(rows) * 1.1]) if vertical else np.array([max(rows) * 1.1, len(rows) * 1.3])
    left, top = centre - block * size / 2
    draw_text(artist, left, top, size, rows, ink, vertical, light=dark)
    artist.cases.add("speech balloons")


def draw_sound(artist, centre, size):
    """A drawn sound: a few large letters in a bow, by a broad pen, or hollow with a rim.

    Strokes up to `BROADEST` are ink; broader ones are areas, whose rim is ink.
    """
    canvas, rng = artist.canvas, artist.rng
    count = int(rng.integers(2, 5))
    thick = size * artist.between(0.1, 0.24)
    hollow, dark = artist.chance(0.6), artist.chance(0.7)
    ink = np.full(3, artist.between(0, 25))
    inside = np.full(3, 250.0) if dark or artist.style.manga else artist.colour(value=1.0)
    rim = max(1.5, artist.style.width * artist.between(1, 2.2))
    heading = artist.between(-0.6, 0.6)
    for k in range(count):
        place = np.asarray(centre) + turn(np.array([((k - count / 2) * size * 1.1, 0.0)]), heading)[0]
        for stroke in character(rng, artist.chance(0.3)):
            curve = resample(turn((stroke - 0.5) * size, heading + rng.normal(0, 0.1)) + place, 3.0)
            if not hollow and thick <= artist.px(BROADEST):
                canvas.stroke(curve, thick, ink, "boundary")
                continue
            canvas.stroke(curve, thick + 2 * rim, ink, "boundary")
            canvas.fill(canvas.polygon(strand(curve, thick)), inside if hollow else ink, None, "paper", apart=False)
    artist.cases.add("drawn sounds")
