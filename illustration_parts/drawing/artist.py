"""What the suite draws: shapes, shades, tones, lettering and balloons, in a picture's own style.

An `Artist` holds a canvas, a random generator and a `Style`; everything it draws goes through `line`, `shape` and
`shade`, so that each thing appears in each style. What counts as ink is decided here, once:

- ink: every visible drawn line; brows, lashes, hatching by hand, speed lines drawn dark, dark lettering;
- boundary ink: an object's outline or an occlusion; inner ink: folds, hair, features, lettering, hatching;
- fill with an edge, no ink: shapes without a line, pupils, solid black areas, cel and wedge shadows, highlights,
  screentones and ruled or dotted patterns as a whole, light lettering;
- neither: soft shades, gradients, glow, textures, the single dots and rules of a tone, whatever is out of focus.
"""

import colorsys
from dataclasses import dataclass, field

import cv2
import numpy as np

from illustration_parts.drawing.canvas import SUBPIXEL_BITS, Mask, blob, ellipse, resample, spline, straight, strand
from illustration_parts.imaging.tracing import normals

FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_COMPLEX_SMALL,
)
SKIN_HUES = (0.04, 0.09)  # between which skins' hues are
SKINS = ((0.12, 1), (0.2, 0.99), (0.3, 0.97), (0.5, 0.85), (0.7, 0.6), (0.9, 0.4))  # their saturations and values
LINE_MODES = ("black", "dark", "coloured", "trace", "faint", "light", "none")


def hsv(hue, saturation, value):
    """RGB 0..255 as a float array, from hue, saturation and value 0..1."""
    return 255 * np.array(colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1)))


def bow(start, end, amount, samples=9):
    """A quadratic Bezier from start to end that bends sideways by half of `amount` times its length. Returns (n, 2)."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    along = end - start
    middle = (start + end) / 2 + 2 * amount * np.array([-along[1], along[0]]) / 2
    t = np.linspace(0, 1, samples)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end


def noise(rng, height, width, cell, octaves=3):
    """Smooth random noise about -1..1, (height, width) float32; `cell` is the size of its largest features."""
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = max(2, int(height / cell * 2**octave) + 2), max(2, int(width / cell * 2**octave) + 2)
        grid = rng.standard_normal(size).astype(np.float32) / 2**octave
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return total / 1.7


@dataclass
class Style:
    """How one picture is drawn. Widths in pixels, shares 0..1, colours RGB 0..255."""

    width: float
    outline: float  # outline's width relative to inner lines
    mode: str  # one of LINE_MODES
    ink: np.ndarray  # line colour of the modes that have one
    opacity: float
    taper: float
    pressure: float
    wobble: float  # pixels
    broken: float  # share of lines with gaps
    doubled: float  # share of lines drawn twice
    grey: bool
    tones: bool  # screentones in place of colours
    light: np.ndarray  # direction the light comes from, unit x, y
    shades: dict = field(default_factory=dict)  # probability of each kind of shade, per shape
    shadow: np.ndarray = None  # multiplied onto a fill in shadow
    dark: bool = False  # fills are dark, for light lines
    vivid: float = 0.8  # highest saturation of a fill
    pale: float = 0.35  # lowest value of a fill
    bare: float = 0.0  # share of shapes without an outline


def random_style(rng, tones=False):
    """Draw a style; `tones=True` gives a manga page's."""
    mode = rng.choice(LINE_MODES, p=(0.35, 0.18, 0.09, 0.19, 0.07, 0.05, 0.07))
    width = float(np.exp(rng.uniform(np.log(0.7), np.log(5.5))))
    if rng.random() < 0.5:
        width = float(np.exp(rng.uniform(np.log(0.8), np.log(2.6))))
    hue = rng.random()
    if tones:
        mode, width = "black", min(width, 3.5)
    ink = {
        "dark": hsv(hue, rng.uniform(0.3, 1), rng.uniform(0.15, 0.42)),
        "coloured": hsv(hue, rng.uniform(0.4, 1), rng.uniform(0.3, 0.65)),
        "light": hsv(hue, rng.uniform(0, 0.35), rng.uniform(0.75, 1)),
    }.get(mode, np.full(3, float(rng.choice((0, rng.uniform(0, 50))))))
    angle = rng.uniform(0, 2 * np.pi)
    strength = rng.uniform(0.45, 0.92)
    tint = hsv(rng.choice((0.65, 0.75, 0.0, rng.random())), rng.uniform(0, 0.35), 1) / 255
    amount = {  # how often a kind of shade appears on a shape of this picture
        "cel": rng.choice((0, 0.4, 0.8)),
        "wedge": rng.choice((0, 0.25, 0.5)),
        "soft": rng.choice((0, 0.15, 0.5)),
        "highlight": rng.choice((0, 0.2, 0.5)),
        "rim": rng.choice((0, 0, 0.3)),
        "gradient": rng.choice((0, 0.15, 0.6)),
        "texture": rng.choice((0, 0, 0, 0.3)),
        "pattern": rng.choice((0, 0.03, 0.1)),
        "tone": 0.0,
        "hatching": rng.choice((0, 0, 0, 0.12)),
    }
    if rng.random() < 0.22:
        amount = dict.fromkeys(amount, 0.0)  # flat colours
    if mode == "light":
        amount.update(highlight=0.0, rim=0.0)  # streaks of light cannot be told from lines of light
    if tones:
        amount.update(cel=0.0, soft=0.0, gradient=0.0, highlight=0.1, wedge=0.1, tone=0.5, hatching=0.15, pattern=0.05)
    return Style(
        width=width,
        outline=rng.choice((1.0, 1.0, rng.uniform(1, 1.8))),
        mode=str(mode),
        ink=ink,
        opacity=rng.choice((1.0, 1.0, rng.uniform(0.65, 1))),
        taper=rng.choice((0, 0.5, 1)),
        pressure=rng.choice((0, 0.15, 0.4)),
        wobble=rng.choice((0, 0, 0, rng.uniform(0.3, 1))),
        broken=rng.choice((0, 0, 0, 0.15)),
        doubled=rng.choice((0, 0, 0, 0, 0.3)),
        grey=tones or rng.random() < 0.06,
        tones=tones,
        light=np.array([np.cos(angle), np.sin(angle)]),
        shades=amount,
        shadow=255 * strength * (tint if not tones else np.ones(3)),
        dark=mode == "light",
        vivid=rng.choice((0.3, 0.5, 0.8)),
        pale=rng.choice((0.3, 0.6, 0.85)),
        bare=rng.choice((0.0, 0.04, 0.15)),
    )


class Artist:
    """Draws shapes and lines of one style on a canvas and notes in `cases` what it has drawn."""

    def __init__(self, canvas, rng, style):
        self.canvas, self.rng, self.style, self.cases = canvas, rng, style, set()
        self.skins, self.skin_paints = [], []  # skin colours, and the numbers of fills in them

    def chance(self, share):
        """True with this probability."""
        return self.rng.random() < share

    def between(self, low, high):
        """A uniform random number."""
        return low + (high - low) * self.rng.random()

    # ------------------------------------------------------------------------------------------------------- colour
    def colour(self, hue=None, saturation=None, value=None):
        """A fill colour that suits the style."""
        style = self.style
        if style.tones:
            return np.full(3, 255.0 if self.chance(0.75) else self.between(150, 255))
        hue = self.rng.random() if hue is None else hue + self.between(-0.03, 0.03)
        saturation = self.between(0, style.vivid) if saturation is None else saturation
        value = self.between(style.pale, 1) if value is None else value
        if style.dark:
            value *= 0.35
        elif style.mode == "coloured":
            value = max(value, 0.7)  # coloured lines are drawn where fills are brighter
        elif self.chance(0.03):
            value = self.between(0, 0.12)
        colour = hsv(hue, saturation, value)
        return np.full(3, colour.mean()) if style.grey else colour

    def skin(self):
        """A skin colour."""
        skin = self.colour(
            self.between(*SKIN_HUES),
            *self.rng.choice(SKINS),
        )
        self.skins.append(skin)
        return skin

    def line_colour(self, fill):
        """The colour of a line on this fill, or None if the style has no lines there."""
        style = self.style
        if style.mode == "none" or fill is None and style.mode in ("trace", "faint"):
            return None if style.mode == "none" else np.full(3, 40.0)
        if style.mode in ("trace", "faint"):
            low, high = (0.25, 0.62) if style.mode == "trace" else (0.68, 0.88)
            factor = low + (high - low) * (0.5 + 0.5 * np.sin(fill.sum()))
            grey = fill.mean()
            colour = np.clip(grey + 1.25 * (fill - grey), 0, 255) * factor
            return np.full(3, colour.mean()) if style.grey else colour
        return style.ink

    # -------------------------------------------------------------------------------------------------------- lines
    def line(self, curve, kind="inner", scale=1.0, fill=None, colour=None, clip=None, taper=None, ends=(True, True)):
        """Draw a line in the picture's hand. `fill` is the colour under it, `scale` multiplies the style's width."""
        style, rng = self.style, self.rng
        colour = self.line_colour(fill) if colour is None else colour
        if colour is None or len(curve) < 2:
            return
        curve = resample(curve, 3.0) if len(curve) < 4 else curve
        count = len(curve)
        t = np.linspace(0, 1, count)
        widths = np.full(count, max(0.6, style.width * scale * (style.outline if kind == "boundary" else 1)))
        taper = style.taper if taper is None else taper
        if taper:
            reach = 0.15 + 0.35 * taper
            for end, rising in ((ends[0], t), (ends[1], 1 - t)):
                if end:
                    widths = widths * (1 - taper + taper * np.minimum(1, rising / reach) ** 0.7)
            self.cases.add("tapered lines")
        if style.pressure:
            widths = widths * (1 + style.pressure * np.sin(t * rng.uniform(3, 14) + rng.uniform(0, 6.3)))
            self.cases.add("pressure-varied lines")
        if style.wobble:
            curve = curve + style.wobble * noise(rng, count, 2, max(6, count / 4), 2)
        if style.broken and self.chance(style.broken):
            for _ in range(rng.integers(1, 4)):
                at = rng.uniform(0, 1)
                widths = np.where(np.abs(t - at) < rng.uniform(0.01, 0.06), 0.0, widths)
            self.cases.add("broken lines")
        self.canvas.stroke(curve, widths, colour, kind, style.opacity, clip)
        if style.doubled and self.chance(style.doubled):
            shifted = (
                curve + rng.normal(0, 1.2 + style.width / 2, (1, 2)) + 0.7 * noise(rng, count, 2, max(8, count / 2), 1)
            )
            self.canvas.stroke(shifted, widths * 0.7, colour, kind, style.opacity * 0.9, clip)
            self.cases.add("doubled lines")
        self.cases.add(
            "lines up to 1.2 px"
            if widths.max() < 1.2
            else "lines over 4 px"
            if widths.max() > 4
            else "lines 1.2 to 4 px"
        )

    def mark(self, points, fill, colour=None, clip=None):
        """A brush mark filled with ink: a brow, a lash."""
        colour = self.line_colour(fill) if colour is None else colour
        if colour is None:
            return
        mask = self.canvas.polygon(points)
        self.canvas.stamp(mask if clip is None else mask.clip(clip), colour, "inner")

    def hatch(self, mask, fill, kind="inner"):
        """Shade by hand with short parallel strokes inside a mask: ink."""
        height, width = mask.alpha.shape
        if min(height, width) < 8 or self.line_colour(fill) is None:
            return
        angle, gap = self.between(0, np.pi), self.between(3, 9) + self.style.width
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        centre = np.array([mask.left + width / 2, mask.top + height / 2])
        reach = self.between(0.2, 0.5) * min(height, width)
        start = centre + self.rng.uniform(-0.3, 0.3, 2) * (width, height)
        for number in range(int(self.rng.integers(4, 14))):
            middle = start + across * gap * number + self.rng.normal(0, 1, 2)
            half = along * reach * self.between(0.5, 1)
            self.line(
                bow(middle - half, middle + half, self.between(-0.05, 0.05)), kind, 0.7, fill, clip=mask, taper=1.0
            )
        self.cases.add("hatched strokes")

    # ------------------------------------------------------------------------------------------------------- shapes
    def shape(self, points, colour, kind="boundary", line=True, shade=True, clip=None, part=True, scale=1.0, ends=None):
        """Fill a closed curve, shade it and draw its outline.

        Args:
            points: (n, 2) closed curve.
            colour: fill, RGB.
            kind: class of the outline.
            line: False leaves the outline out.
            shade: False keeps the fill flat.
            clip: a `Mask` the shape stays in, or None.
            part: whether it is a region of its own.
            scale: of the outline's width.
            ends: slice of the curve that the outline follows, or None for all of it.

        Returns:
            The shape's `Mask`.
        """
        canvas, style = self.canvas, self.style
        mask = canvas.polygon(points)
        if clip is not None:
            mask = mask.clip(clip)
        slope = None
        if shade and self.chance(style.shades["gradient"]):
            size = max(16, *mask.alpha.shape)
            slope = np.outer(
                self.rng.normal(0, 1, 2),
                self.rng.normal(0, 40, 3) if not style.grey else np.full(3, self.between(-60, 60)),
            )
            slope /= size
            self.cases.add("gradients")
            colour_at = (
                colour
                - slope[0] * (mask.left + mask.alpha.shape[-1] / 2)
                - slope[1] * (mask.top + mask.alpha.shape[0] / 2)
            )
        else:
            colour_at = colour
        if mask.alpha.size and canvas.boundary[mask.window][mask.alpha > 127].max(initial=0) > 0.5:
            self.cases.add("occlusions")
        canvas.fill(mask, colour_at, slope, part)
        first = canvas.paints
        if shade:
            self.shade(mask, points, colour)
        if any(colour is skin for skin in self.skins):
            self.skin_paints += range(first, canvas.paints + 1)
        outline = self.line_colour(colour)
        if not line or outline is None or self.chance(self.style.bare):
            self.cases.add("shapes without a line")
        elif np.abs(outline - colour).max() > 24:  # else it cannot be told from its fill
            curve = points if ends is None else points[ends]
            self.line(curve, kind, scale, colour, outline, clip, taper=style.taper * (0.0 if ends is None else 0.8))
            self.cases.add("closed shapes")
        return mask

    def lock(self, root, tip, width, bend, colour, clip=None, inner=True):
        """A strand of hair or a leaf: two bowed sides that meet in a tip."""
        root, tip = np.asarray(root, float), np.asarray(tip, float)
        along = tip - root
        across = np.array([-along[1], along[0]]) / max(1e-6, np.hypot(*along))
        left = bow(root + across * width / 2, tip, bend + 0.12)
        right = bow(tip, root - across * width / 2, -bend + 0.12)
        points = np.concatenate([left, right[1:]])
        # The root melts into what it grows from: no line there.
        mask = self.shape(points, colour, clip=clip, part=False, ends=slice(None))
        if inner and width > 8:
            for _ in range(self.rng.integers(0, 3)):
                share = self.between(-0.3, 0.3)
                end = root + along * self.between(0.4, 0.9)
                self.line(bow(root + across * width * share, end, bend), "inner", 0.7, colour, clip=mask, taper=1.0)
        self.cases.add("strands")
        return mask

    # ------------------------------------------------------------------------------------------------------- shades
    def shade(self, mask, points, colour):
        """Shade a filled shape in the ways of the style."""
        if mask.alpha.size < 80:
            return
        shades = self.style.shades
        for kind in ("texture", "pattern", "tone", "soft", "cel", "wedge", "highlight", "rim", "hatching"):
            if shades[kind] and self.chance(shades[kind]):
                getattr(self, f"shade_{kind}")(mask, points, colour)

    def _toward_light(self, points, shrink, move):
        centre, size = points.mean(0), np.ptp(points, axis=0).max()
        return centre + (points - centre) * shrink + self.style.light * move * size

    def shade_cel(self, mask, points, colour):
        lit = self._toward_light(points, self.between(0.85, 1.05), self.between(0.05, 0.25))
        if self.chance(0.4):
            lit = lit + 0.05 * np.ptp(points, axis=0).max() * noise(self.rng, len(lit), 2, max(4, len(lit) / 4), 2)
        if self.chance(0.25):  # shadow of something that is not in the picture
            corners = points.mean(0) + self.rng.normal(0, 0.6, (4, 2)) * np.ptp(points, axis=0)
            dark = self.canvas.polygon(corners if self.chance(0.5) else spline(corners, True)).clip(mask)
        else:
            dark = mask.without(self.canvas.polygon(lit))
        if self.chance(0.25):  # painted, not cut: the shade's edge is a little soft
            dark = self.canvas.soften(dark, self.between(0.5, 1.6)).clip(mask)
        self.canvas.tint(dark, self.style.shadow, multiply=True)
        if self.chance(0.2):  # a second, deeper shade
            deeper = self.canvas.polygon(self._toward_light(points, 1.0, self.between(0.2, 0.4)))
            self.canvas.tint(mask.without(deeper), self.style.shadow, multiply=True)
        self.cases.add("cel shades")

    def shade_wedge(self, mask, points, colour):
        """Slivers and broad leaves of shadow, from the rim inward or free, some with a fold's line beside them."""
        size = np.ptp(points, axis=0).max()
        for _ in range(self.rng.integers(1, 5)):
            start = points[self.rng.integers(len(points))]
            goal = points.mean(0) + self.rng.normal(0, 0.25, 2) * np.ptp(points, axis=0)
            end = start + (goal - start) * self.between(0.3, 1.3)
            if self.chance(0.3):
                start = start + (goal - start) * self.between(0.1, 0.4)
            curve = bow(start, end, self.between(-0.25, 0.25), 12)
            widest = float(np.exp(self.between(np.log(3), np.log(max(6, 0.25 * size)))))
            form = self.rng.integers(3)
            if form == 0:
                profile = widest * np.linspace(1, 0, 12)
            else:
                profile = widest * np.sin(np.linspace(0.1, np.pi - 0.02, 12)) ** (1 if form == 1 else 2)
            wedge = self.canvas.polygon(strand(curve, profile))
            if self.chance(0.3):
                wedge = self.canvas.soften(wedge, self.between(0.5, 1.5))
            self.canvas.tint(wedge.clip(mask), self.style.shadow * self.between(0.75, 1), multiply=True)
            if self.chance(0.3):
                self.line(curve + normals(curve) * profile[:, None] / 2, "inner", 0.8, colour, clip=mask, taper=1.0)
        self.cases.add("wedge shadows")

    def shade_soft(self, mask, points, colour):
        centre = points.mean(0) - self.style.light * np.ptp(points, axis=0).max() * self.between(0.1, 0.6)
        size = max(4.0, np.ptp(points, axis=0).max() * self.between(0.2, 0.6))
        soft = self.canvas.polygon(blob(self.rng, centre, size))
        if soft.alpha.size:
            soft = self.canvas.soften(soft, size * self.between(0.15, 0.4)).clip(mask)
            if self.chance(0.7):
                self.canvas.tint(soft, self.style.shadow, multiply=True, edge=False)
            else:
                self.canvas.tint(soft.times(self.between(0.2, 0.7)), self.colour(), edge=False)
            self.cases.add("soft shading")

    def shade_highlight(self, mask, points, colour):
        light = colour + (255 - colour) * self.between(0.3, 1)
        for _ in range(self.rng.integers(1, 4)):
            size = np.ptp(points, axis=0).max()
            centre = (
                points.mean(0) + self.style.light * size * self.between(0, 0.3) + self.rng.normal(0, 0.12, 2) * size
            )
            form = self.rng.integers(3)
            if form == 0:
                spot = blob(self.rng, centre, max(1.5, size * self.between(0.02, 0.12)), squash=self.between(0.3, 1))
            elif form == 1:
                curve = bow(centre, centre + self.rng.normal(0, 0.3, 2) * size, self.between(-0.2, 0.2), 10)
                spot = strand(curve, self.between(1, 7) * np.sin(np.linspace(0, np.pi, 10)))
            else:
                spot = zigzag(self.rng, centre, size * self.between(0.1, 0.35), self.between(0, 6.3))
            spot = self.canvas.polygon(spot).clip(mask)
            if self.chance(0.3) and spot.alpha.size:
                self.canvas.tint(self.canvas.soften(spot, 1.5).clip(mask), light, edge=False)
            else:
                self.canvas.tint(spot, light)
        self.cases.add("highlights")

    def shade_rim(self, mask, points, colour):
        away = self.style.light * self.between(1.5, 6)
        rim = mask.without(mask.moved(-away[0], -away[1]))
        self.canvas.tint(rim, np.array([255, 250, 235]) * self.between(0.8, 1))
        self.cases.add("rim light")

    def shade_texture(self, mask, points, colour):
        height, width = mask.alpha.shape
        grain = np.abs(noise(self.rng, height, width, self.between(3, 40), 4))
        self.canvas.tint(mask.times(np.clip(grain * self.between(0.1, 0.6), 0, 1)), self.colour(), edge=False)
        self.cases.add("textures")

    def shade_pattern(self, mask, points=None, colour=None):
        """Stripes, checks or dots printed on a cloth: fills with edges where they are large."""
        x, y = mask.grid()
        angle, period = self.between(0, np.pi), self.between(6, 40)
        u, v = (x * np.cos(angle) + y * np.sin(angle)) / period, (y * np.cos(angle) - x * np.sin(angle)) / period
        form = self.rng.integers(3)
        if form == 0:
            wave = np.abs(u % 1 - 0.5) * 4 - 1 + 0 * v
        elif form == 1:
            wave = np.sign(np.sin(2 * np.pi * u)) * np.sin(2 * np.pi * v) * 2
        else:
            wave = (0.32 - np.hypot(u % 1 - 0.5, v % 1 - 0.5)) * 4
        alpha = np.clip(wave * period / 4 + 0.5, 0, 1)
        self.canvas.tint(mask.times(alpha), self.colour())
        self.cases.add("patterns")

    def shade_tone(self, mask, points, colour):
        form, tone = screentone(self.rng, mask)
        self.canvas.tint(tone, np.full(3, self.between(0, 60)), edge=False)
        # The tone as a whole is a fill: give its area a number of its own without changing its look.
        self.canvas.tint(mask, np.full(3, 255.0), multiply=True)
        self.cases.add("hatch patterns" if form in ("rules", "cross") else "screentones")

    def shade_hatching(self, mask, points, colour):
        self.hatch(mask, colour)

    # --------------------------------------------------------------------------------------------------- lettering
    def lettering(self, left, top, size, words, colour, light=False, vertical=False):
        """Print a few words or picture-like signs: ink if dark, a fill with an edge if light."""
        canvas, rng = self.canvas, self.rng
        height, width = canvas.shape
        alpha = np.zeros((height, width), np.uint8)
        if vertical or self.chance(0.35):
            for number in range(words):
                x, y = (left, top + number * size * 1.15) if vertical else (left + number * size * 1.15, top)
                sign(rng, alpha, x, y, size, max(1, int(round(size * self.between(0.06, 0.13)))))
        else:
            text = "".join(rng.choice(list("abcdefghiklmnorstuwyABCDEGHKMNORSTW!?.. "), words * 2))
            font, thick = FONTS[rng.integers(len(FONTS))], max(1, int(round(size * self.between(0.04, 0.16))))
            cv2.putText(alpha, text, (int(left), int(top + size)), font, size / 26, 255, thick, cv2.LINE_AA)
        mask = Mask(0, 0, alpha)
        if light:
            if self.chance(0.5):  # light letters with a dark rim: the rim is ink
                rim = cv2.dilate(alpha, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
                canvas.stamp(Mask(0, 0, rim), colour * 0.15, "inner")
            canvas.fill(mask, colour, part=False)
        else:
            canvas.stamp(mask, colour, "inner")
        self.cases.add("lettering")

    def balloon(self, centre, radius):
        """A speech balloon with lettering."""
        rng, form = self.rng, self.rng.integers(3)
        if form == 0:
            points = ellipse(centre, (radius * self.between(0.8, 1.3), radius), samples=60)
        elif form == 1:  # a cry
            angles = np.linspace(0, 2 * np.pi, 2 * int(rng.integers(9, 18)), endpoint=False)
            lengths = radius * np.where(np.arange(len(angles)) % 2, 1.15, 0.85) * rng.uniform(0.9, 1.1, len(angles))
            points = straight(centre + np.stack([np.cos(angles), np.sin(angles)], 1) * lengths[:, None], True)
        else:
            points = blob(rng, centre, radius, 9, 0.08, self.between(0.7, 1.2))
        paper = np.full(3, 255.0)
        ink = np.full(3, self.between(0, 60))
        mask = self.canvas.fill(self.canvas.polygon(points), paper)
        if self.chance(0.85):
            self.canvas.stroke(points, max(0.8, min(3.5, self.style.width)), ink, "boundary")
        if self.chance(0.5):
            tail = centre + np.array([self.between(-0.5, 0.5), 1.0]) * radius
            tip = tail + np.array([self.between(-0.5, 0.5), self.between(0.3, 0.6)]) * radius
            side = np.array([radius * 0.14, -radius * 0.15])
            inside = np.array([-radius * 0.14, -radius * 0.15])
            sides = np.concatenate([bow(tail + inside, tip, 0.1), bow(tip, tail + side, 0.1)])
            self.canvas.fill(self.canvas.polygon(sides).without(mask), paper)
            self.canvas.stroke(
                sides, max(0.8, min(3, self.style.width)), ink, "boundary", clip=self.canvas.everything().without(mask)
            )
        size = radius * self.between(0.2, 0.42)
        rows, vertical = int(rng.integers(1, 4)), self.chance(0.5)
        for row in range(rows):
            length = int(rng.integers(2, 5))
            if vertical:
                self.lettering(
                    centre[0] + (row - rows / 2) * size * 1.25,
                    centre[1] - length * size * 0.55,
                    size,
                    length,
                    ink,
                    vertical=True,
                )
            else:
                self.lettering(
                    centre[0] - length * size * 0.5, centre[1] + (row - rows / 2) * size * 1.3, size, length, ink
                )
        self.cases.add("speech balloons")

    def sparkle(self, centre, radius):
        """A four-pointed star of light, without ink."""
        angles = np.arange(8) * np.pi / 4
        lengths = radius * np.where(np.arange(8) % 2, 0.18, 1)
        points = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * lengths[:, None]
        mask = self.canvas.polygon(points)
        if mask.alpha.size:
            colour = self.rng.choice((np.full(3, 255.0), np.array([255, 250, 190.0])))
            self.canvas.fill(mask, colour, part=False)
        self.cases.add("sparkles")


def zigzag(rng, centre, size, angle):
    """A band of light with teeth, as on glossy hair. Returns (n, 2)."""
    teeth = int(rng.integers(3, 7))
    x = np.linspace(-1, 1, 2 * teeth + 1)
    upper = np.where(np.arange(len(x)) % 2, -0.35, 0.05) * rng.uniform(0.5, 1.3, len(x))
    lower = upper + rng.uniform(0.08, 0.3) + np.where(np.arange(len(x)) % 2, 0.25, 0) * rng.random()
    points = np.concatenate([np.stack([x, upper], 1), np.stack([x, lower], 1)[::-1]]) * size
    cos, sin = np.cos(angle), np.sin(angle)
    return centre + points @ np.array([[cos, sin], [-sin, cos]])


def screentone(rng, mask):
    """Dots, rules or stipple over a mask, perhaps fading: its form's name, and the dark marks as a `Mask`."""
    x, y = mask.grid()
    height, width = mask.alpha.shape
    angle, period = rng.choice((np.pi / 4, np.pi / 2, 0, rng.uniform(0, np.pi))), rng.uniform(2.6, 9)
    u, v = (x * np.cos(angle) + y * np.sin(angle)) / period, (y * np.cos(angle) - x * np.sin(angle)) / period
    density = np.full((1, 1), rng.uniform(0.12, 0.45), np.float32)
    if rng.random() < 0.4:
        fade = (x - mask.left) / max(1, width) if rng.random() < 0.5 else (y - mask.top) / max(1, height)
        density = np.clip(0.6 * (fade if rng.random() < 0.5 else 1 - fade), 0, 1)
    form = rng.choice(4, p=(0.42, 0.25, 0.24, 0.09))
    if form == 0:
        distance = np.hypot(u % 1 - 0.5, v % 1 - 0.5)
        alpha = np.clip((np.sqrt(density / np.pi) - distance) * period + 0.5, 0, 1)
    elif form == 1:
        alpha = np.clip((density / 2 - np.abs(u % 1 - 0.5)) * period + 0.5, 0, 1)
    elif form == 2:
        speck = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), rng.uniform(0.5, 1.6))
        alpha = np.clip((density * 0.5 + 0.25 - speck) * 12, 0, 1)
    else:
        cross = np.minimum(np.abs(u % 1 - 0.5), np.abs(v % 1 - 0.5))
        alpha = np.clip((density / 4 - cross) * period + 0.5, 0, 1)
    return ("dots", "rules", "stipple", "cross")[form], mask.times(np.broadcast_to(alpha, mask.alpha.shape))


def sign(rng, alpha, left, top, size, thick):
    """Draw an invented character of a few strokes in a square into an (H, W) uint8 array."""
    scale = 1 << SUBPIXEL_BITS
    for _ in range(rng.integers(3, 9)):
        form = rng.integers(4)
        a, b, c = rng.uniform(0.05, 0.95, 3)
        if form == 0:
            points = [(a * 0.4, b), (0.6 + c * 0.4, b - 0.05)]
        elif form == 1:
            points = [(a, b * 0.3), (a, 0.55 + c * 0.45)]
        elif form == 2:
            points = spline([(a, 0.1), (a - 0.1, 0.5), (a - 0.35, 0.9)])
        else:
            points = spline([(b, c), (b + 0.3, c), (b + 0.25, c + 0.3), (b, c + 0.35)])
        points = np.clip(np.asarray(points), 0, 1) * size + (left, top)
        cv2.polylines(alpha, [np.round(points * scale).astype(np.int32)], False, 255, thick, cv2.LINE_AA, SUBPIXEL_BITS)
