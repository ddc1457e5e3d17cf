"""One lock of hair: a tapering ribbon with its form, its light, its shadow, and the lines along and inside it.

    locks = Locks(artist, head, group, person.hair, hairdo)
    locks.paint(curve, width=40.0)

Widths and lengths are in pixels, curves are (n, 2) points from root to tip.
"""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from illustration_parts.drawing import forms
from illustration_parts.drawing.artist import MIDDLE
from illustration_parts.drawing.canvas import PARTS, Mask
from illustration_parts.drawing.curves import cut, find_runs, lengths_along, offset, point_at, strand
from illustration_parts.drawing.heads.ribbons import light_pixels, place_pixels, taper_widths
from illustration_parts.drawing.styles import hsv, to_hsv
from illustration_parts.imaging.tracing import normals

LEAST_LINE = 20.0  # levels by which a line differs from the hair it lies on, where it can
LEAST_WIDTH = 0.85  # pixels; thinner lines are too pale to be seen on hair
DARK = 110  # levels; darker hair has faint shadows, or its lines would drown in them
HAIR = PARTS.index("hair")
BODY = np.array([name == "skin" or name.startswith("garment") for name in PARTS])
SMALL = 40  # pixels of a head's radius below which strands are left out


class Locks:
    """Paints the locks of one head, all in the same hair.

    Attributes:
        depth: of its shadows, 0..1; dim: RGB 0..1 that they multiply it by.
        black: whether the hair is solid black on a manga page.
        line: RGB of its lines, or None where no line can be seen. strand: RGB of the lines inside locks, or None.
        border: RGB of its outline.
        threshold: of light, below which a lock lies in shadow.
        shaded: whether there are shadows within it.
        on_body: whether locks cast on skin and garments, too.
        clip: a `Mask` that all is painted in, or None; see `within`.
    """

    def __init__(self, artist, head, group, colour, hairdo):
        self.artist, self.head, self.group, self.hairdo = artist, head, group, hairdo
        style = artist.style
        self.colour = np.full(3, np.mean(colour)) if style.monochrome else np.asarray(colour, float)
        self.black = artist.becomes_black(self.colour)
        self.size = head.radius
        self.depth = float(np.clip((self.colour.max() - 15) / (DARK - 15), 0.3, 1.0))
        self.dim = 1 - self.depth * (1 - style.shadow) if hairdo.shaded else np.ones(3)
        self.line, self.strand = self._choose_lines()
        self.border = self.line
        if self.line is not None and self.line.mean() > self.colour.mean() and style.mode != "light":
            self.border = np.minimum(style.ink, self.colour * 0.4)  # lighter lines are for inside the hair
        self.threshold = hairdo.threshold
        self.light = forms.light_from(style.light, 0.6)
        self.flat = not style.keeps_colours or style.monochrome
        self.first = True
        self.clip = None
        self.on_body = False
        toned = style.manga and not self.black and self.colour.max() < 255 * MIDDLE
        self.shaded = hairdo.shaded and not self.black and not toned
        self.scale = float(np.clip(0.075 * self.size / max(style.width, 1e-6), 0.25, 1.0))
        self.rim = style.rim and not style.manga and artist.chance(style.rim)

    def _choose_lines(self):
        """Colours of the lines at locks and inside them."""
        artist, style = self.artist, self.artist.style
        line = artist.line_colour(self.colour)
        if line is None or not style.keeps_colours:
            return line, line
        least = LEAST_LINE / max(0.5, style.opacity)
        line = self._make_visible(line, least)
        strand = self.colour + (line - self.colour) * (0.45 + 0.55 * self.hairdo.contrast)
        if np.abs(strand - self.colour).max() < least:
            strand = line
        return line, strand

    def _make_visible(self, line, least):
        """The line's colour, changed where it could not be told from the hair, or from the hair in shadow."""
        hue, saturation, value = to_hsv(self.colour)
        lighter = hsv(hue, saturation * 0.85, value + (least + 25 * self.hairdo.contrast) / 255)
        if self.artist.style.mode == "light":
            return lighter if np.abs(line - self.colour).max() < least else line
        darkest = self.colour if self._lines_lie_in_shadow() else self.colour * self.dim
        room = float(darkest.max()) - least
        if room < 4:  # hair as dark as its lines
            return lighter if self.hairdo.contrast < 0.8 else self.colour * 0.05
        return line * min(1.0, room / max(1e-6, float(line.max())))

    def _lines_lie_in_shadow(self):
        """Whether shadow darkens lines, too, as a layer of shadow over tinted lines does."""
        return self.artist.style.mode in ("trace", "faint")

    @contextmanager
    def within(self, mask):
        """All that is painted meanwhile stays in a mask (None for no bounds)."""
        before, self.clip = self.clip, mask
        try:
            yield
        finally:
            self.clip = before

    @contextmanager
    def unhatched(self):
        """Hair is neither hatched nor grained lock by lock: its lines are its strands."""
        style = self.artist.style
        self.artist.style = replace(style, hatching=0.0, texture=0.0)
        try:
            yield
        finally:
            self.artist.style = style

    # ------------------------------------------------------------------------------------------------------- parts
    def fill(self, mask, colour=None, apart=None):
        """Fill a mask with hair, without form."""
        apart = self.first if apart is None else apart
        mask = mask if self.clip is None else mask.clip(self.clip)
        colour = self.colour if colour is None else colour
        self.artist.fill(mask, colour, "hair", self.group, apart, gradient=0.0)
        self.first = False
        return mask

    def is_hair(self, points):
        """Which points (n, 2) lie on this head's hair, (n,) bool."""
        height, width = self.artist.canvas.shape
        x, y = np.round(points).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        found = np.zeros(len(points), bool)
        canvas, at = self.artist.canvas, (y[inside], x[inside])
        found[inside] = (canvas.group[at] == self.group) & (canvas.part[at] == HAIR)
        return found

    def hair_in(self, window):
        """Which pixels of a window of the canvas are this hair, (h, w) bool; the face may have the same group."""
        canvas = self.artist.canvas
        return (canvas.group[window] == self.group) & (canvas.part[window] == HAIR)

    def over(self, mask, on=None, body=True):
        """The part of a mask that lies on hair of this head and, `on_body`, on people; or on the mask `on`."""
        if on is not None:
            return mask.clip(on)
        mask = self.artist.canvas.inside(mask)
        hair = self.hair_in(mask.window)
        if body and self.on_body:
            hair |= BODY[self.artist.canvas.part[mask.window]]
        return Mask(mask.top, mask.left, np.where(hair, mask.alpha, np.uint8(0)))

    def cast(self, curve, widths, shift, on=None):
        """Let a lock cast its shadow on the hair below, or on the mask `on`; the shadow grows from the root."""
        artist = self.artist
        if self.size < 16 or shift < 0.5 or (on is None and not self.shaded):
            return
        grown = widths * np.clip((np.linspace(0, 1, len(widths)) - 0.22) * 4, 0, 1)
        fall = -artist.style.light * shift
        if on is not None:  # a fringe lies before the brow: its shadow falls below it wherever light comes from
            fall = np.array([0.7 * fall[0], max(fall[1], 0.6 * shift)])
        first = int(0.2 * len(curve))
        mask = artist.canvas.polygon(strand(curve + fall, grown)[first : 2 * len(curve) - first])
        mask = self.over(mask, on)
        if artist.style.soft > 0.3 and mask.alpha.size:
            mask = self.over(artist.canvas.soften(mask, max(1.0, shift * artist.style.soft * 0.4)), on)
        if mask.alpha.size:
            artist.shade(mask, depth=1.0 if on is not None else self.depth)

    # ------------------------------------------------------------------------------------------------------- locks
    def paint(
        self,
        curve,
        width,
        root=0.3,
        peak=0.45,
        tip=0.9,
        start=0.3,
        strands=1.0,
        band=None,
        cast=0.028,
        on=None,
        split=0.5,
        level=1.0,
        profile=None,
        lined=None,
    ):
        """Paint one lock.

        Args:
            curve: (n, 2) from root to tip. width: the most, pixels.
            root, peak, tip: see `taper_widths`. profile: (m,) shares of the width along it, instead of these.
            start: share of the length where its borders begin to have a line.
            strands: how many lines inside, 1 for as many as usual.
            band: share of the length where a band of light crosses it, or None.
            cast: how far its shadow falls, in head radii; on: a `Mask` that it falls on besides hair, or None.
            split: chance that the tip is split.
            level: what its colour's value is multiplied by.
            lined: share of locks whose border has a line, instead of the hairdo's.
        """
        artist = self.artist
        reach = float(np.hypot(*(np.max(curve, 0) - np.min(curve, 0))))
        places = np.linspace(0, 1, int(np.clip(reach / 6, 8, 40)))
        curve = point_at(np.asarray(curve, float), places)
        if width < 1.6 or reach < 3:
            if reach >= 3:
                self.stroke(curve, "inner" if self.is_hair(curve).mean() > 0.5 else "boundary", 0.6)
            return
        if profile is None:
            widths = width * taper_widths(len(places), root, peak, tip)
        else:
            widths = width * np.interp(places, np.linspace(0, 1, len(profile)), profile)
        mask = artist.canvas.polygon(strand(curve, widths))
        mask = mask if self.clip is None else mask.clip(self.clip)
        if not mask.alpha.size:
            return
        edges = offset(curve, widths / 2), offset(curve, -widths / 2)
        below = [self.is_hair(edge) for edge in edges]
        with self.unhatched():
            if on is not None:
                self.cast(curve, widths, self.hairdo.fringe_shadow * self.size, on)
            self.cast(curve, widths, cast * self.size)
            along, side, across = self._coordinates(mask, curve, widths)
            self._colour(mask, along, level)
            lit = self._light(mask, along, side, across, width / 2)
            if band is not None and width > 5:
                self._band(mask, along, side, lit, band, curve, width)
            self._strokes(curve, widths)
            self._tufts(curve, widths)
        self._lines(edges, below, start, lined)
        self._strands(curve, widths, strands, start)
        if split and width > 0.17 * self.size and self.size > SMALL and artist.chance(split):
            self._split(curve, widths, width, level)

    def _coordinates(self, mask, curve, widths):
        """Per pixel: share of the length, place across -1..1; and the curve's normals at points along it."""
        across = normals(curve)
        at = lengths_along(curve)
        at = at / max(at[-1], 1e-6)
        along, side = np.zeros(mask.alpha.shape, np.float32), np.zeros(mask.alpha.shape, np.float32)
        xs, ys = np.ascontiguousarray(curve.T)
        nx, ny = np.ascontiguousarray(across.T)
        place_pixels(mask.alpha, mask.top, mask.left, xs, ys, nx, ny, at, widths / 2, along, side)
        return along, side, across

    def _colour(self, mask, along, level):
        """Fill the lock: darker at the root, another colour at the tip, and not quite the colour of its neighbours."""
        artist, hairdo = self.artist, self.hairdo
        jitter = level * (1 + hairdo.unequal * artist.between(-1, 1))
        colour = np.clip(self.colour * jitter, 0, 255)
        self.fill(mask, self.colour if artist.style.manga else colour)
        if self.flat:
            return
        if hairdo.roots:
            dark = np.clip(1 - along / 0.55, 0, 1) ** 1.5
            artist.canvas.tint(mask.times(dark), np.full(3, 255 * (1 - hairdo.roots)), multiply=True, edge=False)
        if hairdo.tips is not None:
            ease = np.clip((along - hairdo.tips_from) / (1 - hairdo.tips_from), 0, 1)
            artist.canvas.tint(mask.times(ease * ease * (3 - 2 * ease)), hairdo.tips * jitter, edge=False)

    def _light(self, mask, along, side, across, half):
        """Lay shadow where the lock turns from the light; returns how much light falls, less the threshold."""
        artist, style = self.artist, self.artist.style
        lit = np.zeros(mask.alpha.shape, np.float32)
        tones = np.zeros((3, *mask.alpha.shape), np.uint8)
        dome = np.array([self.head.centre[0], self.head.centre[1] - 0.1 * self.size, 1.08 * self.size])
        light_pixels(
            mask.alpha,
            mask.top,
            mask.left,
            along,
            side,
            *np.ascontiguousarray(across.T),
            dome,
            self.light,
            self.threshold + artist.between(-0.05, 0.05),
            0.5 * style.soft,
            half,
            artist.between(0, 6),
            lit,
            tones,
        )
        if not self.shaded or self.size < 16:
            return lit
        masks = [mask.clip(Mask(mask.top, mask.left, tone)) for tone in tones]
        artist.shade(self._join_shadow(masks[0], mask), depth=self.depth)
        if style.tones > 1 and self.colour.max() > DARK:
            artist.deepen(masks[1])
        if self.rim and artist.chance(0.5) and masks[2].alpha.any():
            artist.shine(masks[2], self.colour, 0.6)
        return lit

    def _join_shadow(self, shadow, lock):
        """The shadow on a lock, grown at the lock's rim by what is left there of the shadow below.

        A pixel of the rim is covered in part, and shows both. Without this, light seams of single dots would lie
        between locks in shadow.
        """
        rim = (lock.alpha > 0) & (lock.alpha < 255)
        below = 255 / self.depth * self.artist.canvas.shadow[shadow.window]
        joined = np.minimum(255, shadow.alpha + below).astype(np.uint8)
        return Mask(shadow.top, shadow.left, np.where(rim, joined, shadow.alpha))

    def _band(self, mask, along, side, lit, band, curve, width):
        """A band of light with zigzag rims that crosses the lock."""
        artist, style, hairdo = self.artist, self.artist.style, self.hairdo
        if not 0.1 < band < 0.85 or artist.chance(0.12 if style.detail > 0.5 else 0.3):
            return
        rng = artist.rng
        length = max(1.0, float(lengths_along(curve)[-1]))
        count = int(np.clip(width / self.size * artist.between(22, 36), 4, 40))
        knots = np.linspace(-1, 1, count) + rng.uniform(-0.3, 0.3, count) / count
        reach = hairdo.band * np.clip(1.25 - np.abs(knots) ** 3, 0, 1)
        odd = np.arange(count) % 2
        upper = reach * np.where(odd, rng.uniform(0.35, 1, count), rng.uniform(0, 0.22, count))
        lower = reach * np.where(odd, rng.uniform(0, 0.25, count), rng.uniform(0.4, 1, count))
        middle = np.interp(side, knots + rng.uniform(-0.5, 0.5) / count, lower)
        above = np.interp(side, knots, upper)
        away = (along - band) * (length / self.size)
        inside = np.minimum(away + above, middle - away) * self.size + 0.5
        alpha = (
            np.clip(inside, 0, 1) * (np.abs(side) < 0.93) * np.clip((lit + (0.25 if style.manga else 0.02)) * 12, 0, 1)
        )
        alpha = np.where(above + middle > 0.015, alpha, 0)
        if style.soft > 0.3:
            alpha = alpha * 0.75
        artist.shine(mask.times(alpha), self.colour, hairdo.shine)

    def _strokes(self, curve, widths):
        """Painted strokes inside a lock, lighter and darker than it: no ink."""
        artist = self.artist
        if not self.hairdo.painted or self.flat or self.size < SMALL:
            return
        for _ in range(int(artist.rng.integers(1, 4 + int(3 * self.hairdo.painted)))):
            start = artist.between(0.05, 0.6)
            stop = min(0.97, start + artist.between(0.2, 0.5))
            path = cut(offset(curve, widths / 2 * artist.between(-0.8, 0.8)), start, stop, 12)
            thick = artist.between(0.08, 0.28) * widths.max() * np.sin(np.linspace(0, np.pi, 12)) ** 0.8
            mask = artist.canvas.polygon(strand(path, thick))
            if not mask.alpha.size:
                continue
            lighter = artist.chance(0.5)
            share = artist.between(0.25, 0.75) * self.hairdo.painted
            if lighter:
                goal = self.colour + (255 - self.colour) * artist.between(0.12, 0.3)
                artist.canvas.tint(self.over(mask.times(share), body=False), goal, edge=False)
            else:
                factor = 255 * (1 - artist.between(0.12, 0.35)) * np.array([1.0, 0.97, 1.03])
                artist.canvas.tint(self.over(mask.times(share), body=False), factor, multiply=True, edge=False)

    def _tufts(self, curve, widths):
        """Shadow and light that end in spikes along the lock, with cut edges: areas, no ink.

        They look like tapering strokes, and often are darker than their surroundings, but nobody would draw them when
        the lines are drawn. Lines over them are darker still.
        """
        artist, tufts = self.artist, self.hairdo.tufts
        if not tufts or not self.shaded or self.flat or self.size < SMALL:
            return
        for _ in range(min(4, artist.rng.poisson(tufts * min(2.0, 6 * widths.max() / self.size)))):
            lighter = artist.chance(0.25)
            base, length = artist.between(0.05, 0.75), artist.between(0.15, 0.5)
            onward = artist.chance(0.6)  # whether its spikes point to the lock's tip
            count = int(artist.rng.integers(1, 8))
            breadth = min(1.4, count * artist.between(0.1, 0.4))
            middle = artist.between(-0.9, 0.9)
            sharp = artist.pick((3.0, 12.0))  # how suddenly spikes begin
            depth = self.depth * artist.between(0.4, 1.0)
            for place in np.linspace(-0.5, 0.5, count) if count > 1 else (0.0,):
                side = middle + breadth * (place + artist.between(-0.5, 0.5) / count)
                reach = length * artist.between(0.3, 1.0)
                ends = (base, base + reach) if onward else (base - reach, base)
                if abs(side) > 0.92 or ends[1] - ends[0] < 0.03 or ends[1] < 0.1 or ends[0] > 0.9:
                    continue
                path = cut(offset(curve, widths / 2 * side), max(0.02, ends[0]), min(0.97, ends[1]), 12)
                thick = widths.max() * breadth / count * artist.between(0.4, 0.75)
                thin = np.linspace(1, 0, 12) ** artist.between(0.6, 1.3)
                thin *= np.minimum(1, np.linspace(0.1, sharp, 12))
                mask = artist.canvas.polygon(strand(path, thick * (thin if onward else thin[::-1])))
                mask = self.over(mask, body=False) if mask.alpha.size else mask
                if not mask.alpha.size:
                    continue
                if lighter:
                    artist.shine(mask, self.colour, self.hairdo.shine * 0.6)
                else:
                    artist.shade(mask, depth=depth)

    # ------------------------------------------------------------------------------------------------------- lines
    def stroke(self, curve, kind="inner", scale=1.0, colour=None, ends=(True, True), taper=None):
        """A line of hair in the hair's line colour."""
        colour = self.line if colour is None else colour
        if colour is not None:
            if kind == "inner" and self._lines_lie_in_shadow() and colour.max() < self.colour.max():
                colour = colour * np.where(self._shadow_on(curve) > 0.5 * self.depth, self.dim**1.4, 1.0)
            taper = max(self.artist.style.taper, 0.6) if taper is None else taper
            self.artist.line(
                curve,
                kind,
                max(scale * self.scale, min(1.3, LEAST_WIDTH / self.artist.style.width)),
                colour=colour,
                clip=self.clip,
                ends=ends,
                taper=taper,
            )

    def _shadow_on(self, curve):
        """How much shadow lies along a curve, on average, 0..1."""
        height, width = self.artist.canvas.shape
        x, y = np.round(curve).astype(int).T
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        return float(self.artist.canvas.shadow[y[inside], x[inside]].mean()) if inside.any() else 0.0

    def _lines(self, edges, below, start, lined):
        """Lines along both borders: whole where the lock ends on something else, in part where it lies on hair."""
        artist, hairdo = self.artist, self.hairdo
        if self.line is None:
            return
        lined = hairdo.lined if lined is None else lined
        for edge, hair in zip(edges, below):
            count = len(edge)
            first = int(start * count)
            outside = ~hair
            outside[:first] = False
            for begin, end in find_runs(outside):
                if end - begin >= 3 and not self.black:
                    self.stroke(edge[max(0, begin - 1) : end + 1], "boundary", 1.0, self.border, (True, False))
            if self.size < SMALL * 0.6 or not artist.chance(lined):
                continue
            inside = hair.copy()
            inside[:first] = False
            for begin, end in find_runs(inside):
                if end - begin < 4:
                    continue
                # A line on hair covers a part of the border, mostly towards the tip, and fades at both ends.
                share = artist.between(*hairdo.line_share)
                from_ = artist.between(0, 1 - share) * 0.8 if artist.chance(0.5) else 1 - share
                piece = cut(edge[begin:end], from_, min(1.0, from_ + share), max(6, end - begin))
                colour = self.line if artist.chance(0.65) else self.strand
                if self.black:
                    if not artist.chance(0.45):
                        continue
                    self.stroke(piece, "inner", artist.between(0.5, 0.9), taper=1.0)
                    continue
                self.stroke(piece, "inner", artist.between(0.65, 1.05), colour, (True, from_ + share < 0.97))

    def _strands(self, curve, widths, amount, start):
        """Lines inside the lock, each over a part of its length."""
        artist, style, hairdo = self.artist, self.artist.style, self.hairdo
        wide = widths.max() / self.size
        if self.strand is None or self.size < SMALL or wide < 0.07:
            return
        count = artist.rng.poisson(amount * hairdo.strands * min(1.6, wide / 0.2) * (0.4 + style.detail))
        places = np.linspace(0, 1, len(curve))
        for _ in range(int(min(count, 7))):
            if artist.chance(0.4):  # along a border, as if it were drawn twice
                side = artist.between(0.6, 0.88) * artist.pick((-1, 1))
                begin = artist.between(0.1, 0.4)
                end = min(0.95, begin + artist.between(0.3, 0.6))
                drift = side
            else:
                side = artist.between(-0.8, 0.8)
                begin = artist.between(0.1, 0.55) if artist.chance(0.5) else artist.between(0.35, 0.8)
                end = min(0.97, begin + artist.between(0.12, 0.45))
                drift = side + artist.between(-0.2, 0.2) * places
            path = cut(offset(curve, widths / 2 * drift), begin, end, 16)
            colour = self.line if artist.chance(0.3) else self.strand
            self.stroke(path, "inner", artist.between(0.45, 0.9), colour, taper=1.0)

    def _split(self, curve, widths, width, level):
        """Grow one or two smaller locks out of this one's lower half."""
        artist = self.artist
        for _ in range(int(artist.rng.integers(1, 3))):
            side = artist.between(0.25, 0.8) * artist.pick((-1, 1))
            begin = artist.between(0.33, 0.55)
            first = int(begin * len(curve))
            path = offset(curve, widths / 2 * side * 0.6)[first:]
            ease = np.linspace(0, 1, len(path))
            away = normals(path) * (np.sign(side) * artist.between(0.01, 0.07) * self.size * ease**2)[:, None]
            path = path[0] + (path + away - path[0]) * (1 + artist.between(-0.05, 0.12))
            self.paint(path, width * artist.between(0.22, 0.45), 0.25, 0.4, 0.9, 0.2, 0.5, None, 0.02, None, 0.0, level)
