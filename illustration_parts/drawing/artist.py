"""What everything is drawn with: fills, lines, shadows and lights, each in the picture's own style.

An `Artist` holds a canvas, a random generator and a `Style`. Everything is drawn through `fill`, `shape`, `line`,
`shade` and `shine`, so that each thing appears in each style. What counts as ink is decided here, once:

- ink: every visible drawn stroke up to `BROADEST`; lashes, thin brows, hatching by hand, speed lines, dark lettering,
  white strokes on black; of broad brows the rim;
- boundary ink: an object's outline or an occlusion; inner ink: folds, hair, features, lettering, hatching;
- fill with an edge, no ink: shapes without a line, pupils, solid black areas, cel shadows, highlights, screentones as a
  whole, light lettering;
- neither: soft shades, gradients, glow, textures, the single dots of a tone, painted strokes, whatever is out of focus.
"""

import cv2
import numpy as np

from illustration_parts.drawing import forms, tones
from illustration_parts.drawing.canvas import PARTS, Mask
from illustration_parts.drawing.curves import bow, find_runs, noise, outward, resample, wobble
from illustration_parts.drawing.styles import hsv, to_hsv

SKIN_HUES = (0.03, 0.085)  # between which skins' hues are
SKINS = ((0.1, 1), (0.16, 1), (0.22, 0.99), (0.3, 0.97), (0.48, 0.85), (0.62, 0.62), (0.65, 0.42))  # saturation, value
SKIN_SHARES = (0.2, 0.26, 0.2, 0.14, 0.1, 0.06, 0.04)
BLACK, MIDDLE = 0.28, 0.68  # values: a manga page's fills are black below the first, toned below the second
DARK_SKIN = 0.5  # value below which skin is toned on a page
SKIN, HAIR = PARTS.index("skin"), PARTS.index("hair")
WARM_SHADOW = np.array([1.0, 0.85, 0.82])
SHADOW_HUES = (-0.17, 0.03)  # turns from red, between which the hue of a shadow on skin lies
BROADEST = 24  # pixels at a short side of 1,000: what is broader is an area, not a stroke
LEAST_DIFFERENCE = 12  # levels; a line that differs less from its fill is not drawn


def choose_skin_shadow(shadow):
    """What skin is multiplied by in shadow. Light passes through skin, so that its shadow is warm and never deep.

    Args:
        shadow: (3,) RGB 0..1, what other fills are multiplied by in shadow.

    Returns:
        (3,) float64, RGB 0..1. Its hue lies between violet and orange, whatever the other shadows have.
    """
    hue, _, value = to_hsv(255 * np.asarray(shadow, float))
    near = np.clip((hue + 0.5) % 1 - 0.5, *SHADOW_HUES)
    return (0.7 + 0.28 * value) * (0.65 * WARM_SHADOW + 0.35 * hsv(near, 0.25, 1) / 255)


class Artist:
    """Draws in one style on a canvas, and notes in `cases` what it has drawn.

    Attributes:
        canvas: a `Canvas`. rng: `numpy.random.Generator`. style: a `Style`. cases: a set of names.
        skin_shadow: RGB 0..1 that skin is multiplied by in shadow.
        screen: the `Screen` that shadows of a manga page are toned with.
        stage: the `Stage` that people and things of the picture stand on, or None where the ground shows no floor.
        faces: (x, y, radius) of the faces drawn so far, pixels.
    """

    def __init__(self, canvas, rng, style):
        self.canvas, self.rng, self.style, self.cases = canvas, rng, style, set()
        self.stage, self.faces = None, []
        self.skin_shadow = choose_skin_shadow(style.shadow)
        self.screen = tones.choose_screen(rng, style.scale)
        self.fill_screens = [tones.choose_screen(rng, style.scale) for _ in range(2)]
        self.density = float(rng.uniform(0.15, 0.42))
        self.paper = np.full(3, 255.0) if rng.random() < 0.6 else hsv(0.12, rng.uniform(0, 0.12), rng.uniform(0.9, 1))
        self.solid_black = style.manga and rng.random() < 0.8

    def chance(self, share):
        """True with this probability."""
        return self.rng.random() < share

    def between(self, low, high):
        """A uniform random number."""
        return low + (high - low) * self.rng.random()

    def pick(self, choices, shares=None):
        """One of a sequence."""
        return choices[int(self.rng.choice(len(choices), p=shares))]

    def px(self, length):
        """A length given for a picture whose short side is 1,000 pixels, in this picture's pixels."""
        return length * self.style.scale

    # ------------------------------------------------------------------------------------------------------- colour
    def colour(self, hue=None, saturation=None, value=None):
        """A fill colour, RGB 0..255, that suits the style; what is not given is drawn."""
        style = self.style
        hue = self.rng.random() if hue is None else hue
        saturation = self.between(0, style.vivid) if saturation is None else saturation
        value = self.between(style.pale, 1) if value is None else value
        if style.mode == "light":
            value *= 0.4
        return hsv(hue, saturation, value)

    def skin(self):
        """A skin colour."""
        saturation, value = SKINS[int(self.rng.choice(len(SKINS), p=SKIN_SHARES))]
        return self.colour(self.between(*SKIN_HUES), saturation, value)

    def line_colour(self, fill=None):
        """The colour of a line on a fill of this colour; None where the style draws no line.

        Args:
            fill: RGB, or None where it is not known.
        """
        style = self.style
        if style.mode == "none":
            return None
        if not style.keeps_colours:
            on_black = fill is not None and self.becomes_black(fill)
            return np.full(3, 250.0) if on_black else style.ink
        if fill is None or style.mode in ("black", "dark", "light"):
            return style.ink
        hue, saturation, value = to_hsv(fill)
        colour = hsv(hue - 0.01, saturation + (0.15 if saturation > 0.03 else 0), value * style.trace)
        return np.full(3, colour.mean()) if style.monochrome else colour

    def becomes_black(self, fill):
        """Whether a fill of this colour becomes solid black on a manga page."""
        return self.solid_black and np.max(fill) < 255 * BLACK

    # -------------------------------------------------------------------------------------------------------- lines
    def line(self, curve, kind="inner", scale=1.0, fill=None, colour=None, clip=None, taper=None, ends=(True, True)):
        """Draw a line in the picture's hand.

        Args:
            curve: (n, 2) points.
            kind: `"boundary"` or `"inner"`.
            scale: multiplies the style's width.
            fill: RGB of what lies under the line, from which coloured lines take their colour.
            colour: RGB, instead of the style's.
            clip: a `Mask` to stay in, or None.
            taper: 0..1 instead of the style's.
            ends: whether its first and last ends taper.
        """
        style, rng = self.style, self.rng
        if colour is None:
            colour = self.line_colour(fill)
            if colour is None or fill is not None and self._hides(colour, fill):
                return
        if len(curve) < 2:
            return
        curve = resample(np.asarray(curve, float), 2.5)
        count = len(curve)
        t = np.linspace(0, 1, count)
        widths = np.full(count, style.width * scale * (style.outline if kind == "boundary" else 1.0))
        taper = style.taper if taper is None else taper
        if taper:
            reach = 0.12 + 0.35 * taper
            for end, rising in ((ends[0], t), (ends[1], 1 - t)):
                if end:
                    widths *= 1 - taper + taper * np.minimum(1, rising / reach) ** 0.7
        if style.pressure:
            widths *= 1 + style.pressure * np.clip(wobble(rng, count, 14), -1, 1)
        if style.wobble:
            shake = np.stack([wobble(rng, count, 5), wobble(rng, count, 5)], 1) * style.wobble
            curve = curve + shake * style.scale
        if style.broken and count > 12 and self.chance(style.broken):
            for _ in range(rng.integers(1, 3)):
                widths = np.where(np.abs(t - rng.uniform(0, 1)) < rng.uniform(0.01, 0.05), 0.0, widths)
            self.cases.add("broken lines")
        self.canvas.stroke(curve, widths, colour, kind, style.opacity, clip)
        widest = widths.max()
        self.cases.add(f"lines {'up to 1.2' if widest < 1.2 else 'over 4' if widest > 4 else '1.2 to 4'} px")

    def _hides(self, colour, fill):
        """Whether a line cannot be told from its fill. Without colours lines are black or white as the fill needs."""
        if not self.style.keeps_colours:
            return False
        return np.abs(np.asarray(colour) - fill).max() < LEAST_DIFFERENCE

    def mark(self, points, fill=None, colour=None, clip=None, kind="inner", broadest=None):
        """A stroke of changing width given by its outline, (n, 2) closed points, such as a lash: ink.

        Where it is broader than `broadest` pixels (default: `BROADEST`) it is an area: its rim is ink, its inside is
        not.
        """
        colour = self.line_colour(fill) if colour is None else colour
        if colour is None:
            return
        points = np.asarray(points, float)
        mask = self.canvas.polygon(points)
        mask = mask if clip is None else mask.clip(clip)
        if not mask.alpha.size:
            return
        inside = cv2.copyMakeBorder((mask.alpha > 127).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        if 2 * cv2.distanceTransform(inside, cv2.DIST_L2, 3).max() <= (broadest or self.px(BROADEST)):
            self.canvas.stamp(mask, colour, kind)
            return
        self.canvas.fill(mask, colour, None, None)
        self.canvas.stroke(np.concatenate([points, points[:1]]), self.style.width, colour, kind, clip=clip)

    def hatch(self, mask, fill=None, angle=None, gap=None, share=1.0):
        """Shade by hand: short parallel strokes inside a mask. They are inner ink.

        Args:
            mask: a `Mask`.
            fill: RGB under the strokes.
            angle: of the strokes, radians. gap: pixels between them.
            share: of the strokes that are drawn.
        """
        height, width = mask.alpha.shape
        if min(height, width) < 6 or self.line_colour(fill) is None:
            return
        angle = self.between(0.5, 1.1) if angle is None else angle
        gap = self.px(self.between(5, 11)) + self.style.width if gap is None else gap
        along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        centre = np.array([mask.left + width / 2, mask.top + height / 2])
        reach = np.hypot(height, width) / 2
        for step in np.arange(-reach, reach, gap):
            if not self.chance(share):
                continue
            middle = centre + across * (step + self.rng.normal(0, 0.12) * gap)
            curve = bow(middle - along * reach, middle + along * reach, self.between(-0.02, 0.02), 40)
            inside = self._inside(curve, mask)
            for first, last in find_runs(inside):
                if last - first >= 2:
                    self.line(curve[first:last], "inner", self.between(0.5, 0.8), fill, clip=mask, taper=0.9)
        self.cases.add("hatched strokes")

    @staticmethod
    def _inside(curve, mask):
        x, y = np.round(curve).astype(int).T - np.array([[mask.left], [mask.top]])
        height, width = mask.alpha.shape
        valid = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        inside = np.zeros(len(curve), bool)
        inside[valid] = mask.alpha[y[valid], x[valid]] > 100
        return inside

    # ------------------------------------------------------------------------------------------------------- fills
    def fill(self, mask, colour, part="prop", group=0, apart=True, gradient=None):
        """Fill a mask as the style does: in colour, as a tone or solid black on a manga page, as paper in a drawing.

        Args:
            mask: a `Mask`.
            colour: RGB.
            part, group, apart: see `Canvas.fill`.
            gradient: chance of a gradient instead of the style's.

        Returns:
            The mask.
        """
        style, canvas = self.style, self.canvas
        mask = canvas.inside(mask)
        if not mask.alpha.size:
            return mask
        if not style.coloured:
            return canvas.fill(mask, self.paper, None, part, group, apart)
        if style.manga:
            return self._fill_page(mask, np.asarray(colour, float), part, group, apart)
        colour = np.full(3, np.mean(colour)) if style.monochrome else np.asarray(colour, float)
        slope = None
        if self.chance(style.gradient if gradient is None else gradient):
            slope, colour = self._gradient(mask, colour)
        canvas.fill(mask, colour, slope, part, group, apart)
        if style.texture and self.chance(style.texture):
            height, width = mask.alpha.shape
            grain = noise(self.rng, height, width, self.px(self.between(4, 60)), 4)
            amount = np.clip(np.abs(grain) * self.between(0.04, 0.25), 0, 0.4)
            canvas.tint(mask.times(amount), np.asarray(colour) * self.between(0.6, 1.25), edge=False)
            self.cases.add("textures")
        return mask

    def _gradient(self, mask, colour):
        """A gradient's slope, and the colour that has it at the mask's centre."""
        hue, saturation, value = to_hsv(colour)
        goal = hsv(
            hue + self.between(-0.06, 0.06),
            saturation * self.between(0.7, 1.5),
            min(1.0, value * self.between(0.6, 1.25)),
        )
        goal = np.full(3, goal.mean()) if self.style.monochrome else goal
        angle = np.pi / 2 + self.rng.normal(0, 0.5)
        size = max(16, *mask.alpha.shape)
        slope = np.outer((np.cos(angle), np.sin(angle)), (goal - colour) / size)
        centre = np.array([mask.left + mask.alpha.shape[1] / 2, mask.top + mask.alpha.shape[0] / 2])
        self.cases.add("gradients")
        return slope, colour - centre @ slope

    def _fill_page(self, mask, colour, part, group, apart):
        value = colour.max() / 255
        canvas = self.canvas
        if self.becomes_black(colour):
            canvas.fill(mask, np.full(3, self.style.ink.mean()), None, part, group, apart)
            self.cases.add("solid black")
            return mask
        canvas.fill(mask, np.full(3, 255.0), None, part, group, apart)
        if value < (DARK_SKIN if part == "skin" else MIDDLE):
            screen = self.fill_screens[int(colour.sum()) % len(self.fill_screens)]
            if part in ("skin", "hair"):
                screen = tones.even(screen, self._person_period())
            dark = tones.lay(self.rng, screen, mask, float(np.clip(0.75 - value, 0.08, 0.6)))
            canvas.tint(dark, self.style.ink, edge=False)
            self.cases.add("screentones")
        return mask

    def shape(
        self,
        points,
        colour,
        part="prop",
        group=0,
        kind="boundary",
        line=True,
        form="inflate",
        clip=None,
        apart=True,
        scale=1.0,
        ends=None,
        gloss=False,
    ):
        """Fill a closed curve, light its form and draw its outline.

        Args:
            points: (n, 2) closed curve.
            colour: RGB.
            part, group, apart: see `Canvas.fill`.
            kind: class of the outline.
            line: False leaves the outline out.
            form: `"inflate"`, None for no shading, or (h, w, 3) normals of the mask's rectangle.
            clip: a `Mask` the shape stays in, or None.
            scale: of the outline's width.
            ends: slice of the curve that the outline follows, or None for all of it.
            gloss: whether it can shine.

        Returns:
            The shape's `Mask`.
        """
        points = np.asarray(points, float)
        mask = self.canvas.polygon(points)
        if clip is not None:
            mask = mask.clip(clip)
        if not mask.alpha.size:
            return mask
        self.fill(mask, colour, part, group, apart)
        if form is not None:
            normals = forms.inflate(mask.alpha) if isinstance(form, str) else form
            self.light_form(mask, normals, colour, gloss)
        if line:
            self.outline(points if ends is None else points[ends], colour, kind, scale, clip, closed=ends is None)
        return mask

    def outline(self, points, colour, kind="boundary", scale=1.0, clip=None, closed=True):
        """Draw a shape's outline in the style: whole, left out, or lost where light falls on it."""
        style = self.style
        if self.chance(style.bare) or self.line_colour(colour) is None:
            self.cases.add("shapes without a line")
            return
        if closed and style.lost and len(points) > 12:
            towards = outward(points) @ style.light
            keep = towards < np.quantile(towards, 1 - style.lost)
            for first, last in find_runs(keep):
                if last - first >= 3:
                    self.line(points[first:last], kind, scale, colour, None, clip, max(style.taper, 0.6))
            self.cases.add("lost outlines")
            return
        self.line(points, kind, scale, colour, None, clip, 0.0 if closed else None)

    # ------------------------------------------------------------------------------------------------ light, shadow
    def light_form(self, mask, normals, colour, gloss=False, threshold=None):
        """Light a form: tones of shadow, a rim of light, highlights.

        Args:
            mask: a `Mask` that was filled. normals: its (h, w, 3) normals. colour: RGB of the fill.
            gloss: whether it can shine.
            threshold: of light, -1..1, below which a form lies in shadow; drawn if None.
        """
        style = self.style
        if mask.alpha.size < 60:
            return
        towards = forms.lit(normals, forms.light_from(style.light))
        if style.tones or style.soft:
            threshold = self.between(0.05, 0.45) if threshold is None else threshold
            softness = style.soft * self.between(0.2, 0.9)
            self.shade(mask.clip(Mask(mask.top, mask.left, forms.below(towards, threshold, softness))))
            if style.tones > 1 and not style.manga:
                deeper = mask.clip(
                    Mask(mask.top, mask.left, forms.below(towards, threshold - self.between(0.3, 0.6), softness))
                )
                self.deepen(deeper)
        if gloss and self.chance(style.gloss):
            half = forms.light_from(style.light) + (0, 0, 1)
            near = -forms.lit(normals, half / np.linalg.norm(half))
            spot = forms.below(near, -self.between(0.93, 0.985), 0.02 * style.soft)
            self.shine(mask.clip(Mask(mask.top, mask.left, spot)), colour)
        if style.rim and self.chance(style.rim):
            side = -style.light if self.chance(0.6) else np.array([style.light[0], 0.0])
            edge = normals[..., 0] * side[0] + normals[..., 1] * side[1]
            rim = forms.below(-edge, -self.between(0.8, 0.93))
            self.shine(mask.clip(Mask(mask.top, mask.left, rim)), colour, 0.8)
            self.cases.add("rim light")

    def shade(self, mask, edge=True, depth=1.0):
        """Lay the style's shadow over a mask: a darker tone, a screentone, or hatching by hand.

        Args:
            mask: a `Mask`. edge: whether its rim is a fill edge. depth: how deep, 0..1.
        """
        style, canvas = self.style, self.canvas
        mask = canvas.inside(mask)
        if mask.alpha.size < 4 or not mask.alpha.any():
            return
        if style.manga:
            self._shade_page(mask, depth)
        elif not style.coloured:
            if self.chance(style.hatching):
                self.hatch(mask)
            elif style.tones or self.chance(0.3):
                canvas.shade(mask.times(depth), np.full(3, self.between(0.72, 0.9)), edge=False)
        elif style.hatching and self.chance(style.hatching):
            self.hatch(mask)
        else:
            mask = mask.times(depth) if depth < 1 else mask
            edge = edge and style.soft < 0.3
            skin = canvas.part[mask.window] == SKIN
            if skin.any() and not style.monochrome:
                canvas.shade(mask.times(skin.astype(np.float32)), self.skin_shadow, edge)
                mask = mask.times((~skin).astype(np.float32))
            canvas.shade(mask, style.shadow, edge)
            self.cases.add("cel shades" if style.soft < 0.3 else "soft shades")

    def _shade_page(self, mask, depth):
        canvas = self.canvas
        if self.chance(self.style.hatching):
            self.hatch(mask)
            return
        # A shadow on a page has an edge: its tone is cut out with a knife.
        cutout = Mask(mask.top, mask.left, np.where(mask.alpha > 127, np.uint8(255), np.uint8(0)))
        fresh = cutout.times((canvas.shadow[cutout.window] < 0.5).astype(np.float32))
        screen = tones.even(self.screen, self._person_period()) if self._shows_a_person(mask) else self.screen
        dark = tones.lay(self.rng, screen, fresh, self.density * depth)
        canvas.tint(dark, self.style.ink, edge=False)
        canvas.shade(cutout, np.ones(3))
        canvas.light[cutout.window][cutout.alpha > 127] = 1 - self.density
        self.cases.add("screentones")

    def _person_period(self):
        """How far apart the marks of tones on faces and hair are at most, pixels."""
        return max(2.6, self.px(5.5))

    def _shows_a_person(self, mask):
        """Whether most of a mask lies on skin or hair."""
        part = self.canvas.part[mask.window][mask.alpha > 127]
        return part.size > 0 and ((part == SKIN) | (part == HAIR)).mean() > 0.5

    def deepen(self, mask, amount=0.75):
        """A second, deeper tone within a shadow."""
        style, canvas = self.style, self.canvas
        mask = canvas.inside(mask)
        if not mask.alpha.size or not mask.alpha.any() or not style.keeps_colours:
            return
        edge = style.soft < 0.3
        canvas.light[mask.window] *= 1 - mask.alpha / np.float32(255) * 0.3
        skin = canvas.part[mask.window] == SKIN
        if skin.any() and not style.monochrome:
            warm = 255 * self.skin_shadow**0.6 * (0.5 + 0.5 * amount)
            canvas.tint(mask.times(skin.astype(np.float32)), warm, multiply=True, edge=edge)
            mask = mask.times((~skin).astype(np.float32))
        canvas.tint(mask, 255 * style.shadow**0.5 * amount, multiply=True, edge=edge)
        self.cases.add("two tones of shadow")

    def cast(self, mask, shift, onto, depth=1.0):
        """Let a shape cast its shadow on what lies below: call it before the shape itself is painted.

        Args:
            mask: the shape's `Mask`.
            shift: how far the shadow falls, pixels along the light.
            onto: a `Mask` that the shadow stays on.
            depth: see `shade`.
        """
        fall = -self.style.light * shift
        shadow = self.canvas.inside(mask.moved(*fall)).clip(onto)
        if shadow.alpha.size:
            if self.style.soft > 0.3:
                shadow = self.canvas.soften(shadow, max(1.0, shift * self.style.soft * 0.4)).clip(onto)
            self.shade(shadow, depth=depth)
            self.cases.add("cast shadows")

    def shine(self, mask, colour, amount=None, edge=True):
        """A highlight: a lighter tone with an edge, white on a manga page, nothing in a drawing on paper."""
        style = self.style
        mask = self.canvas.inside(mask)
        if not mask.alpha.size or not mask.alpha.any() or not style.coloured:
            return
        amount = self.between(0.35, 1.0) if amount is None else amount
        light = np.full(3, 255.0) if style.manga else colour + (255 - np.asarray(colour, float)) * amount
        if style.monochrome:
            light = np.full(3, np.mean(light))
        self.canvas.tint(mask, light, edge=edge and style.soft < 0.5)
        self.cases.add("highlights")
