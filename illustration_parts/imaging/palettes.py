"""Colours that go together, for the parts of a picture: skin, hair, eyes, garments, what is behind.

    chosen = choose_colours(["skin", "hair", "garment 1", "sky"], seed=3)   # (4, 3) uint8 RGB
    palette = parse("hair=#f2c14e,skin=#ffe0d0")                            # or a file, or colours with commas between
    chosen = choose_colours(parts, seed=3, palette=palette)

Colours are chosen in Oklch (Ottosson, "A perceptual color space for image processing", 2020): its hues keep their look
when they get lighter or paler. Garments take their hues from one harmony, skin from real skin, and what is behind keeps
pale.
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import images

# Skin from light to dark, and how often it is chosen.
SKINS = ((255, 229, 214), (252, 218, 197), (247, 205, 178), (238, 188, 154), (214, 155, 118), (166, 108, 74))
SKIN_SHARES = (0.26, 0.3, 0.2, 0.12, 0.07, 0.05)
# Hair in Oklch (lightness, chroma, hue in degrees): as people have it, and as drawn people have it, too.
HAIR = (
    (0.27, 0.02, 290), (0.32, 0.035, 45), (0.40, 0.06, 50), (0.50, 0.08, 55), (0.60, 0.10, 65), (0.78, 0.11, 82),
    (0.86, 0.09, 92), (0.58, 0.14, 48), (0.47, 0.12, 32), (0.86, 0.015, 270), (0.66, 0.02, 260),
)  # fmt: skip
FANCY_HAIR = (
    (0.80, 0.09, 5), (0.75, 0.10, 350), (0.60, 0.09, 262), (0.73, 0.075, 235), (0.80, 0.06, 205), (0.78, 0.075, 165),
    (0.70, 0.08, 300), (0.83, 0.06, 305), (0.52, 0.12, 20), (0.45, 0.08, 275),
)  # fmt: skip
FANCY = 0.35  # chance of such hair
EYES = ((0.50, 0.09, 50), (0.60, 0.12, 75), (0.58, 0.12, 145), (0.60, 0.12, 240), (0.55, 0.13, 265), (0.62, 0.10, 190),
        (0.52, 0.14, 300), (0.52, 0.15, 22))  # fmt: skip
HARMONIES = ((0, 25, -25), (0, 180, 30), (0, 150, 210), (0, 120, 240), (0, 90, 180), (0, 30, 200))  # degrees
# Lightness and chroma of garments: dark, deep, plain, bright, pale and nearly white cloth.
CLOTHS = ((0.33, 0.03), (0.45, 0.08), (0.57, 0.095), (0.71, 0.095), (0.84, 0.055), (0.95, 0.012))
CLOTH_SHARES = (0.17, 0.18, 0.2, 0.15, 0.15, 0.15)
LEAST_CONTRAST = 0.16  # of the lightness of garments that follow each other
METALS = ((0.78, 0.09, 88), (0.76, 0.012, 250), (0.62, 0.015, 250), (0.70, 0.07, 70))
SKIES = (
    (0.90, 0.042, 235),
    (0.87, 0.05, 245),
    (0.92, 0.035, 220),
    (0.92, 0.04, 65),
    (0.90, 0.035, 330),
    (0.86, 0.04, 275),
)
LEAVES = ((0.76, 0.075, 135), (0.71, 0.075, 145), (0.79, 0.07, 122), (0.68, 0.06, 155))
GROUNDS = ((0.86, 0.03, 80), (0.83, 0.035, 110), (0.85, 0.02, 60), (0.82, 0.015, 250))
CREATURES = ((0.75, 0.08, 70), (0.60, 0.06, 50), (0.88, 0.03, 85), (0.60, 0.015, 260), (0.72, 0.08, 40))
NAMES = {  # other names of parts
    "garment": ("garment 1", "garment 2", "garment 3"), "clothes": ("garment 1", "garment 2", "garment 3"),
    "eyes": ("iris",), "brows": ("brows and lashes",), "lashes": ("brows and lashes",), "lips": ("mouth",),
    "wall": ("wall or floor",), "floor": ("wall or floor",),
    "background": ("sky", "foliage", "wall or floor", "ground"),
}  # fmt: skip
COLOURS_LISTED = re.compile(r"\s*#?[0-9a-fA-F]{6}(\s*,\s*#?[0-9a-fA-F]{6})*\s*")
WARM_SHADE, COOL_SHADE = 18, 285  # degrees; hues that shadows turn to
DARKER = 0.84  # what shadows multiply lightness by
SALT = 7  # makes other random numbers of the same seeds
COLOURS = 12  # that are taken from a picture
USED = 18.0  # CIE Lab distance that a colour of a list loses each time it is used
SKIN_LIKE = 13.0  # CIE Lab distance from real skin, half of the lightness', up to which a listed colour may be skin's
PICTURE_SIDE = 160  # pixels; pictures are shrunk to this longer side
MOST_LISTED = 256


class Palette(NamedTuple):
    """Colours that a user wants.

    Attributes:
        colours: a tuple of (r, g, b), of which every colour is to be, but skin that none of them suits; or ().
        parts: {name of a part: (r, g, b)}.
    """

    colours: tuple = ()
    parts: dict = {}


def oklch(lightness, chroma, hue):
    """Convert Oklch (lightness 0..1, chroma 0..0.4, hue in degrees) to RGB, (3,) uint8; too pure colours get paler."""
    return to_rgb(np.array([[lightness, chroma, hue]], float))[0]


def to_rgb(colours):
    """Convert (n, 3) Oklch, see `oklch`, to (n, 3) uint8 RGB; colours that are too pure for sRGB get paler."""
    colours = np.array(colours, float)
    for _ in range(40):
        angle = np.radians(colours[:, 2])
        lab = np.stack([colours[:, 0], colours[:, 1] * np.cos(angle), colours[:, 1] * np.sin(angle)], 1)
        linear = (lab @ _TO_LMS.T) ** 3 @ _FROM_LMS.T
        beyond = (linear.min(1) < -0.002) | (linear.max(1) > 1.002)
        if not beyond.any():
            break
        colours[beyond, 1] *= 0.93
    linear = np.clip(linear, 0, 1)
    shown = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return np.round(255 * np.clip(shown, 0, 1)).astype(np.uint8)


def to_oklch(colours):
    """Convert (n, 3) uint8 RGB to (n, 3) float64 Oklch, see `oklch`."""
    shown = np.asarray(colours, float) / 255
    linear = np.where(shown > 0.04045, ((shown + 0.055) / 1.055) ** 2.4, shown / 12.92)
    lab = np.cbrt(linear @ np.linalg.inv(_FROM_LMS).T) @ np.linalg.inv(_TO_LMS).T
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    return np.stack([lab[:, 0], np.hypot(lab[:, 1], lab[:, 2]), hue], 1)


_TO_LMS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def shade(colours):
    """The colours of shadows on flat colours, as painters of cels mix them: (n, 3) uint8 RGB to the same.

    They are darker and a little purer. Warm ones turn towards red, all others towards blue; white gets a cool grey.
    """
    lightness, chroma, hue = to_oklch(colours).T
    warm = (hue > 10) & (hue < 115) & (chroma > 0.025)
    turn = np.where(warm, (WARM_SHADE - hue) * 0.3, ((COOL_SHADE - hue + 180) % 360 - 180) * 0.1)
    grey = np.clip(1 - chroma / 0.02, 0, 1)
    hue = np.where(grey > 0, COOL_SHADE, hue + turn)
    chroma = chroma * 1.08 + 0.012 + 0.006 * grey
    return to_rgb(np.stack([lightness * DARKER, chroma, hue], 1))


def to_lab(colours):
    """(n, 3) uint8 RGB to (n, 3) float32 CIE Lab, lightness 0..100."""
    return cv2.cvtColor(np.float32(colours).reshape(1, -1, 3) / 255, cv2.COLOR_RGB2LAB)[0]


def choose_colours(parts, seed=0, palette=None):
    """Choose a colour for each of some things, in the order of their size.

    Args:
        parts: list of names of parts, largest first; a part may come several times, as the hair of two people does.
        seed: of the choice.
        palette: a `Palette`, or None.

    Returns:
        (n, 3) uint8 RGB.
    """
    palette = palette or Palette()
    chooser = _Chooser(np.random.default_rng((SALT, seed)))
    wanted = np.array([chooser.choose(part) for part in parts], np.uint8).reshape(-1, 3)
    if palette.colours:
        wanted = match_colours(parts, wanted, palette.colours)
    for k, part in enumerate(parts):
        if part in palette.parts:
            wanted[k] = palette.parts[part]
    return wanted


class _Chooser:
    """Chooses the colours of one picture; everything that several things share is decided first."""

    def __init__(self, rng):
        self.rng = rng
        self.hue = rng.uniform(0, 360)
        self.harmony = HARMONIES[rng.integers(len(HARMONIES))]
        self.skin = SKINS[rng.choice(len(SKINS), p=SKIN_SHARES)]
        self.hairs = [*self._shuffle(HAIR, FANCY_HAIR)]
        self.eyes = EYES[rng.integers(len(EYES))]
        self.behind = self._vary(0.9, 0.02, self.hue + self.harmony[1])
        self.sky, self.leaf, self.ground = (each[rng.integers(len(each))] for each in (SKIES, LEAVES, GROUNDS))
        self.metal, self.light = METALS[rng.integers(len(METALS))], None
        self.cloths = [int(rng.choice(len(CLOTHS), p=CLOTH_SHARES)) for _ in range(64)]
        self.seeds = rng.integers(2**32, size=256)
        self.counts: dict[str, int] = {}
        self.before: float | None = None  # lightness of the garment before

    def _shuffle(self, plain, fancy):
        for _ in range(16):
            kind = fancy if self.rng.random() < FANCY else plain
            yield kind[self.rng.integers(len(kind))]

    def _vary(self, lightness, chroma, hue, amount=1.0):
        change = self.rng.normal(0, amount, 3)
        return oklch(
            np.clip(lightness + 0.02 * change[0], 0.05, 0.99), max(0, chroma + 0.01 * change[1]), hue + 6 * change[2]
        )

    def choose(self, part):
        """Choose a colour for one more thing of a part, (3,) uint8 RGB."""
        count = self.counts.get(part, 0)
        self.counts[part] = count + 1
        # A thing's colour depends on its part and on how many of this part came before, but on no other part.
        self.rng = np.random.default_rng((int(self.seeds[0]), sum(map(ord, part)), count))
        if part == "paper":
            return np.full(3, 255, np.uint8)
        if part == "skin":
            return np.array(self.skin, np.uint8)
        if part == "hair":
            lightness, chroma, hue = self.hairs[count % len(self.hairs)]
            return self._vary(lightness, chroma, hue, 0.5)
        if part == "eye white":
            return np.array((251, 250, 252), np.uint8)
        if part == "iris":
            return self._vary(*self.eyes, amount=0.5)
        if part == "mouth":
            return self._vary(0.62, 0.12, 22, 0.7)
        if part == "brows and lashes":
            lightness, chroma, hue = self.hairs[0]
            return oklch(min(0.35, 0.6 * lightness), min(chroma, 0.05), hue)
        if part.startswith("garment"):
            return self._choose_cloth(int(part[-1]) - 1, count)
        if part == "trim":
            return self._choose_trim(count)
        if part == "prop":
            return self._vary(
                self.rng.uniform(0.5, 0.8), self.rng.uniform(0.04, 0.1), self.hue + self.rng.choice(self.harmony)
            )
        fixed: dict[str, tuple[float, float, float]] = {
            "metal": self.metal, "sky": self.sky, "foliage": self.leaf, "ground": self.ground,
            "light": (0.97, 0.05, 95),
        }  # fmt: skip
        if part in fixed:
            return self._vary(*fixed[part], amount=0.3 if count == 0 else 1.0)
        if part == "creature":
            return self._vary(*CREATURES[self.rng.integers(len(CREATURES))])
        lightness = 0.9 - 0.05 * (count % 3)
        return self._vary(lightness, 0.025, self.hue + self.harmony[1 + count % 2])

    def _choose_cloth(self, layer, count):
        lightness, chroma = CLOTHS[self.cloths[(7 * count + layer) % len(self.cloths)]]
        if self.before is not None and abs(lightness - self.before) < LEAST_CONTRAST:
            others = [cloth for cloth in CLOTHS if abs(cloth[0] - self.before) >= LEAST_CONTRAST]
            lightness, chroma = others[self.rng.integers(len(others))]
        self.before = lightness
        return self._vary(lightness, chroma, self.hue + self.harmony[(layer + count) % len(self.harmony)], 0.6)

    def _choose_trim(self, count):
        if self.rng.random() < 0.35:
            return oklch(0.96, 0.01, self.hue)
        lightness = 0.75 if self.before is not None and self.before < 0.6 else 0.42
        return self._vary(lightness, 0.11, self.hue + self.harmony[(1 + count) % len(self.harmony)])


def match_colours(parts, wanted, colours):
    """Take the colours of things from a list: to each the one nearest to its own; used ones get less likely.

    Args:
        parts: names of their parts, largest first. wanted: (n, 3) uint8 RGB, their own colours.
        colours: sequence of (r, g, b).

    Returns:
        (n, 3) uint8 RGB. Skin keeps its colour if none of the list is like real skin, and so do paper and eye whites.
    """
    listed = np.array(colours, np.uint8).reshape(-1, 3)
    lab, used = to_lab(listed), np.zeros(len(listed))
    like_skin = np.linalg.norm((lab[:, None] - to_lab(np.array(SKINS))[None]) * (0.5, 1, 1), axis=-1).min(1)
    result, skin = wanted.copy(), None
    for k, (part, own) in enumerate(zip(parts, to_lab(wanted))):
        if part in ("paper", "eye white", "brows and lashes", "mouth"):
            continue
        if part == "skin":
            skin = int(like_skin.argmin()) if skin is None else skin
            if like_skin[skin] < SKIN_LIKE:
                result[k] = listed[skin]
                used[skin] += 2
            continue
        cost = np.linalg.norm((lab - own) * (0.6, 1, 1), axis=1) + USED * used
        best = int(cost.argmin())
        used[best] += 1
        result[k] = listed[best]
    return result


def parse(text):
    """Make a `Palette` of what a user gives.

    Args:
        text: colours of parts, such as `hair=#f2c14e,skin=#ffe0d0`; colours, such as `#f2c14e,#3a506b`; or a file, of
            lines with a colour each, or a picture.

    Raises:
        ValueError: if it is none of these; the message names the text or the file.
    """
    text = str(text)
    of_parts = "=" in text and not os.path.exists(text)  # a text that is too long for a name is no file
    if of_parts or COLOURS_LISTED.fullmatch(text):
        return parse_text(text)
    return Palette(read_colours(text))


def parse_text(text):
    """Make a `Palette` as `parse` does, but of colours alone: no text is taken for a file's name."""
    if COLOURS_LISTED.fullmatch(text):
        return Palette(tuple(_parse_colour(item) for item in text.split(",")))
    if "=" not in text:
        raise ValueError(f"expected colours such as hair=#f2c14e,skin=#ffe0d0 or #f2c14e,#3a506b, not {text!r}")
    parts = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        name, _, value = item.partition("=")
        for part in _find_parts(name):
            parts[part] = _parse_colour(value)
    return Palette((), parts)


PARTS_OF_PALETTES = (
    "paper", "skin", "hair", "eye white", "iris", "mouth", "brows and lashes", "garment 1", "garment 2", "garment 3",
    "trim", "prop", "metal", "sky", "foliage", "wall or floor", "ground", "creature", "light",
)  # fmt: skip


def _find_parts(name):
    name = re.sub(r"[-_\s]+", " ", name.strip().lower())
    if name in NAMES:
        return NAMES[name]
    if name in PARTS_OF_PALETTES:
        return (name,)
    raise ValueError(f"expected parts such as {', '.join(PARTS_OF_PALETTES)}, not {name!r}")


def _parse_colour(text):
    found = re.fullmatch(r"\s*#?([0-9a-fA-F]{6})\s*", text)
    if not found:
        raise ValueError(f"expected a colour such as #f2c14e, not {text.strip()!r}")
    return tuple(bytes.fromhex(found[1]))


def read_colours(path):
    """Read the colours of a file, a tuple of (r, g, b): of a text one each line, of a picture its `COLOURS` main ones.

    Raises:
        ValueError: if the file cannot be read or holds no colours; the message names it.
    """
    path = Path(path)
    try:
        with open(path, "rb") as file:
            start = file.read(65536)
        if b"\0" not in start:
            listed = re.findall(rb"#([0-9a-fA-F]{6})\b", start)
            listed = listed or re.findall(rb"(?m)^\s*([0-9a-fA-F]{6})\s*$", start)
            if listed:
                return tuple(tuple(bytes.fromhex(item.decode())) for item in listed[:MOST_LISTED])
            numbers = re.findall(rb"(?m)^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\b", start)  # GIMP's palettes
            listed = [tuple(min(255, int(number)) for number in line) for line in numbers[:MOST_LISTED]]
            if listed:
                return tuple(listed)
        return find_colours(images.read(path))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(
            f"{path} {error}: expected a picture, or a text with a colour such as #f2c14e a line"
        ) from error


def find_colours(picture, count=COLOURS):
    """Find the main colours of a (H, W, 3) uint8 RGB picture by k-means in CIE Lab: a tuple of (r, g, b)."""
    scale = min(1.0, PICTURE_SIDE / max(picture.shape[:2]))
    size = [max(1, round(length * scale)) for length in picture.shape[1::-1]]
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    lab = to_lab(small if len(small) > 1 else np.repeat(small, 2, axis=0))  # OpenCV takes a single row for a column
    count = min(count, len(np.unique(small, axis=0)))
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 30, 0.5)
    _, labels, centres = cv2.kmeans(lab, count, None, stop, 3, cv2.KMEANS_PP_CENTERS)
    order = np.argsort(-np.bincount(labels[:, 0], minlength=count), kind="stable")
    shown = cv2.cvtColor(centres[order][None], cv2.COLOR_LAB2RGB)[0]
    return tuple(map(tuple, np.round(255 * shown.clip(0, 1)).astype(int).tolist()))
