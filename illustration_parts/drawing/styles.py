"""How a picture is drawn: presets that each are a small table of chances.

style = choose_style(rng, "tv", size=1080)
"""

import colorsys
from dataclasses import dataclass, replace

import numpy as np

# What colour lines have. Dark: one dark colour for all. Trace: a darker tone of the fill beside the line.
# Faint: hardly darker than that fill. Light: lighter than everything. None: no lines at all.
LINE_MODES = ("black", "dark", "trace", "faint", "light", "none")


def hsv(hue, saturation, value):
    """RGB 0..255 as a float array, from hue (in turns), saturation and value 0..1."""
    return 255 * np.array(colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1)))


def to_hsv(colour):
    """Hue, saturation and value 0..1 of an RGB colour 0..255."""
    return np.array(colorsys.rgb_to_hsv(*(np.clip(np.asarray(colour, float), 0, 255) / 255)))


@dataclass
class Style:
    """How one picture is drawn. Widths in pixels, shares 0..1, colours RGB 0..255.

    Attributes:
        preset: its name in `PRESETS`.
        width: of an ordinary inner line.
        outline: width of outlines, relative to inner lines.
        mode: one of `LINE_MODES`.
        ink: line colour of the modes black, dark and light.
        trace: what the value of a fill is multiplied by for lines of the modes trace and faint.
        opacity: of lines.
        taper: how thin lines get towards their ends, 0 not at all, 1 to a point.
        pressure: how much a line's width varies along it, as a share.
        wobble: how far the hand trembles, in pixels.
        broken: share of lines with gaps.
        lost: share of an outline that is left out where light falls on it.
        bare: share of shapes without an outline.
        tones: number of hard-edged tones of shadow, 0 to 2.
        soft: how soft the edges of shadows are, 0 cut, 1 painted.
        shadow: RGB 0..1 that a fill is multiplied by in shadow.
        light: unit direction (x, y) that light comes from.
        rim: chance that a form has a rim of light.
        gloss: chance that a form that can shine has highlights.
        gradient: chance that a fill has a gradient.
        texture: chance that a fill has a grain.
        hatching: chance that shadow is hatched by hand.
        monochrome: black, white and greys alone.
        manga: shadows are screentones, dark fills solid black.
        coloured: False for pencil and pen drawings: fills are paper.
        real: proportions, 0 chibi .. 1 realistic.
        detail: how much is drawn, 0..1.
        vivid: highest saturation of a fill. pale: lowest value of a fill.
        scale: pixels per unit of the picture's short side of 1,000.
    """

    preset: str
    width: float
    outline: float
    mode: str
    ink: np.ndarray
    trace: float
    opacity: float
    taper: float
    pressure: float
    wobble: float
    broken: float
    lost: float
    bare: float
    tones: int
    soft: float
    shadow: np.ndarray
    light: np.ndarray
    rim: float
    gloss: float
    gradient: float
    texture: float
    hatching: float
    monochrome: bool
    manga: bool
    coloured: bool
    real: float
    detail: float
    vivid: float
    pale: float
    scale: float

    @property
    def keeps_colours(self):
        """Whether fills keep their own colours: not on manga pages (tones), nor in drawings on paper (bare paper)."""
        return self.coloured and not self.manga

    @property
    def outlines_brows(self):
        """Whether broad brows are areas with a rim. They are strokes on pages and paper, and in flat drawings."""
        return self.keeps_colours and self.preset not in ("vector", "chibi")

    def resized(self, size):
        """The style for a picture whose short side has `size` pixels."""
        scale = size / 1000
        return replace(self, width=max(0.6, self.width * scale / self.scale), scale=scale)


# Each preset: ranges (low, high) or lists of choices; what a preset leaves out comes from BASE.
# `width` is for a picture whose short side is 1,000 px; `modes` are chances in the order of LINE_MODES.
BASE = {
    "width": (1.0, 2.2),
    "outline": (1.0, 1.5),
    "modes": (0.35, 0.25, 0.25, 0.1, 0.02, 0.03),
    "trace": (0.25, 0.6),
    "opacity": (0.75, 1.0),
    "taper": (0.3, 1.0),
    "pressure": (0.0, 0.35),
    "wobble": [0.0, 0.0, 0.4],
    "broken": [0.0, 0.0, 0.1],
    "lost": [0.0, 0.0, 0.2],
    "bare": [0.0, 0.0, 0.05],
    "tones": [1, 1, 2],
    "soft": [0.0, 0.0, 0.15],
    "strength": (0.55, 0.85),  # value of a fill in shadow
    "tint": (0.0, 0.3),  # saturation of the shadow's own colour
    "rim": [0.0, 0.0, 0.3],
    "gloss": (0.2, 0.8),
    "gradient": (0.0, 0.3),
    "texture": [0.0, 0.0, 0.1],
    "hatching": [0.0],
    "monochrome": [False],
    "manga": [False],
    "coloured": [True],
    "real": (0.35, 0.75),
    "detail": (0.3, 1.0),
    "vivid": (0.35, 0.85),
    "pale": (0.25, 0.8),
}
PRESETS = {
    "tv": BASE
    | {
        "width": (0.8, 1.9),
        "outline": (1.0, 1.2),
        "modes": (0.2, 0.4, 0.28, 0.1, 0.0, 0.02),
        "taper": (0.2, 0.7),
        "wobble": [0.0],
        "broken": [0.0],
        "lost": [0.0],
        "tones": [1, 1, 1, 2],
    },
    "film": BASE
    | {
        "width": (0.7, 1.4),
        "outline": (1.0, 1.15),
        "modes": (0.1, 0.35, 0.36, 0.15, 0.02, 0.02),
        "opacity": (0.6, 1.0),
        "wobble": [0.0],
        "broken": [0.0],
        "lost": [0.0, 0.0, 0.0, 0.15],
        "tones": [1, 2, 2],
        "strength": (0.45, 0.8),
        "rim": [0.0, 0.4, 0.7],
        "pale": (0.15, 0.6),
    },
    "cel90": BASE
    | {
        "width": (1.4, 2.6),
        "modes": (0.55, 0.3, 0.15, 0.0, 0.0, 0.0),
        "broken": [0.0],
        "lost": [0.0],
        "tones": [1, 1, 2],
        "soft": [0.0],
        "vivid": (0.35, 0.7),
        "gloss": (0.5, 1.0),
    },
    "webtoon": BASE
    | {
        "width": (0.8, 2.0),
        "modes": (0.3, 0.25, 0.31, 0.12, 0.02, 0.0),
        "taper": (0.4, 1.0),
        "strength": (0.5, 0.8),
        "soft": [0.0, 0.1, 0.5],
        "gradient": (0.1, 0.6),
        "rim": [0.0, 0.3],
        "real": (0.5, 1.0),
        "detail": (0.5, 1.0),
        "pale": (0.15, 0.8),
    },
    "painted": BASE
    | {
        "width": (0.8, 2.2),
        "modes": (0.08, 0.2, 0.34, 0.26, 0.02, 0.1),
        "opacity": (0.5, 0.95),
        "lost": [0.0, 0.25, 0.5],
        "bare": [0.0, 0.1, 0.3],
        "tones": [1, 2],
        "soft": [0.4, 0.8, 1.0],
        "rim": [0.0, 0.5, 0.8],
        "gradient": (0.3, 0.9),
        "texture": [0.0, 0.3, 0.6],
        "real": (0.5, 1.0),
        "detail": (0.5, 1.0),
    },
    "manga": BASE
    | {
        "width": (1.0, 2.6),
        "outline": (1.0, 1.8),
        "modes": (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        "opacity": [1.0],
        "taper": (0.5, 1.0),
        "pressure": (0.1, 0.5),
        "gradient": [0.0],
        "rim": [0.0],
        "texture": [0.0],
        "hatching": [0.0, 0.15, 0.4],
        "monochrome": [True],
        "manga": [True],
        "real": (0.3, 1.0),
    },
    "pencil": BASE
    | {
        "width": (1.0, 2.4),
        "modes": (0.6, 0.4, 0.0, 0.0, 0.0, 0.0),
        "opacity": (0.45, 0.9),
        "taper": (0.6, 1.0),
        "pressure": (0.2, 0.5),
        "wobble": [0.3, 0.8],
        "broken": [0.0, 0.2],
        "tones": [0, 0, 1],
        "soft": [0.5, 1.0],
        "gloss": [0.0],
        "gradient": [0.0],
        "hatching": [0.0, 0.3, 0.6],
        "monochrome": [True, True, False],
        "coloured": [False],
    },
    "ink": BASE
    | {
        "width": (0.9, 3.2),
        "outline": (1.0, 2.0),
        "modes": (0.85, 0.15, 0.0, 0.0, 0.0, 0.0),
        "opacity": [1.0],
        "taper": (0.5, 1.0),
        "pressure": (0.2, 0.7),
        "tones": [0],
        "gloss": [0.0],
        "gradient": [0.0],
        "hatching": [0.0, 0.3, 0.6],
        "monochrome": [True, True, False],
        "coloured": [False],
    },
    "vector": BASE
    | {
        "width": (2.5, 12.0),
        "outline": (1.0, 1.3),
        "modes": (0.45, 0.3, 0.15, 0.0, 0.03, 0.07),
        "opacity": [1.0],
        "taper": [0.0],
        "pressure": [0.0],
        "wobble": [0.0],
        "tones": [0, 0, 1],
        "soft": [0.0],
        "gloss": (0.0, 0.4),
        "real": (0.0, 0.7),
        "detail": (0.0, 0.5),
        "pale": (0.4, 0.9),
    },
    "chibi": BASE
    | {
        "width": (1.4, 4.0),
        "outline": (1.0, 1.8),
        "modes": (0.3, 0.3, 0.32, 0.03, 0.0, 0.05),
        "taper": (0.0, 0.8),
        "soft": [0.0, 0.2, 0.6],
        "real": (0.0, 0.15),
        "detail": (0.1, 0.7),
        "pale": (0.5, 0.9),
    },
}
PRESET_SHARES = {
    "tv": 0.2,
    "film": 0.15,
    "cel90": 0.08,
    "webtoon": 0.16,
    "painted": 0.1,
    "manga": 0.12,
    "pencil": 0.04,
    "ink": 0.04,
    "vector": 0.06,
    "chibi": 0.05,
}


def choose_style(rng, preset=None, size=1000):
    """Draw a style.

    Args:
        rng: `numpy.random.Generator`.
        preset: of `PRESETS`, or None for one by chance.
        size: the picture's short side in pixels.

    Raises:
        ValueError: for an unknown preset.
    """
    if preset is None:
        preset = str(rng.choice(list(PRESET_SHARES), p=list(PRESET_SHARES.values())))
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}. Received: {preset!r}")
    table = PRESETS[preset]

    def pick(name):
        choice = table[name]
        if isinstance(choice, tuple):
            return float(rng.uniform(*choice))
        return choice[int(rng.integers(len(choice)))]

    mode = str(rng.choice(LINE_MODES, p=table["modes"]))
    hue = rng.random()
    ink = np.full(3, float(rng.uniform(0, 45)))
    if mode == "dark":
        hue = rng.uniform(0.0, 0.09) if rng.random() < 0.6 else hue
        ink = hsv(hue, rng.uniform(0.3, 0.9), rng.uniform(0.12, 0.42))
    elif mode == "light":
        ink = hsv(hue, rng.uniform(0, 0.3), rng.uniform(0.8, 1))
    width = float(np.exp(rng.uniform(*np.log(table["width"])))) * size / 1000
    trace = pick("trace") if mode != "faint" else float(rng.uniform(0.62, 0.85))
    strength, tint = pick("strength"), pick("tint")
    shadow_hue = rng.choice((0.65, 0.75, 0.97, rng.random()))
    monochrome = pick("monochrome")
    angle = -np.pi / 2 + rng.normal(0, 0.8)
    plain = ("outline", "opacity", "taper", "pressure", "wobble", "broken", "lost", "bare", "tones", "soft", "rim")
    plain += ("gloss", "gradient", "texture", "hatching", "manga", "coloured", "real", "detail", "vivid", "pale")
    values = {name: pick(name) for name in plain}
    if mode == "none":
        values["bare"] = 1.0
    return Style(
        preset=preset,
        width=max(0.6, width),
        mode=mode,
        ink=np.full(3, ink.mean()) if monochrome else ink,
        trace=trace,
        shadow=strength * (hsv(shadow_hue, 0 if monochrome else tint, 1) / 255),
        light=np.array([np.cos(angle), np.sin(angle)]),
        monochrome=monochrome,
        scale=size / 1000,
        **values,
    )
