"""A canvas that keeps exact maps of ink, fill edges, regions, parts and light while it is painted.

    canvas = Canvas(384, 384, colour=(240, 240, 240))
    shape = spline([(80, 80), (300, 90), (280, 300), (90, 280)], closed=True)
    canvas.fill(canvas.polygon(shape), colour=(250, 200, 180), part="skin")
    canvas.stroke(shape, width=3, colour=(40, 20, 30), kind="boundary")

Points are (n, 2) float arrays of x, y in pixels; a pixel's centre has whole coordinates. Colours are RGB 0..255.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from illustration_parts.drawing import laying
from illustration_parts.imaging import tracing

SUBPIXEL_BITS = 4
FINE, FINE_AREA = 4, 250_000  # polygons up to so many pixels are drawn so many times as large
# Ink that changes the finished picture by less than LEAST_CONTRAST levels cannot be seen and does not count;
# by more than SURE_CONTRAST it counts fully.
LEAST_CONTRAST, SURE_CONTRAST = 10.0, 24.0
LEAST_STEP = 9.0  # levels by which colours differ at a fill edge
# What an area shows; a pixel of the map of parts holds the place in this list.
PARTS = (
    "paper",
    "skin",
    "hair",
    "eye white",
    "iris",
    "mouth",
    "brows and lashes",
    "garment 1",
    "garment 2",
    "garment 3",
    "trim",
    "prop",
    "metal",
    "sky",
    "foliage",
    "wall or floor",
    "ground",
    "creature",
    "light",
)


@dataclass
class Mask:
    """Coverage of a part of the canvas: `alpha` (h, w) uint8 0..255 with its top left corner at (top, left)."""

    top: int
    left: int
    alpha: np.ndarray

    @property
    def window(self):
        """The slices of the canvas that the mask lies on."""
        height, width = self.alpha.shape
        return np.s_[self.top : self.top + height, self.left : self.left + width]

    def clip(self, other):
        """The product of two masks, on their common rectangle."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom = min(self.top + self.alpha.shape[0], other.top + other.alpha.shape[0])
        right = min(self.left + self.alpha.shape[1], other.left + other.alpha.shape[1])
        if bottom <= top or right <= left:
            return Mask(0, 0, np.zeros((0, 0), np.uint8))
        mine = self.alpha[top - self.top : bottom - self.top, left - self.left : right - self.left]
        its = other.alpha[top - other.top : bottom - other.top, left - other.left : right - other.left]
        return Mask(top, left, cv2.multiply(mine, its, scale=1 / 255))

    def without(self, other):
        """This mask less another, on this mask's rectangle."""
        alpha = self.alpha.copy()
        common = self.clip(other)
        height, width = common.alpha.shape
        if height and width:
            y, x = common.top - self.top, common.left - self.left
            alpha[y : y + height, x : x + width] -= common.alpha
        return Mask(self.top, self.left, alpha)

    def moved(self, x, y):
        """The mask shifted by whole pixels (it may then lie off the canvas; clip it with one that does not)."""
        return Mask(self.top + int(round(y)), self.left + int(round(x)), self.alpha)

    def times(self, share):
        """The mask with its coverage multiplied by `share`, a number or an (h, w) array 0..1."""
        return Mask(self.top, self.left, (self.alpha * share).astype(np.uint8))

    def grid(self):
        """Canvas coordinates (x, y) of the mask's pixels, as float32 arrays that broadcast to (h, w)."""
        height, width = self.alpha.shape
        return (
            np.arange(self.left, self.left + width, dtype=np.float32)[None],
            np.arange(self.top, self.top + height, dtype=np.float32)[:, None],
        )


FAR_AWAY = np.int64(1) << 32  # beyond all numbers of paints


class Canvas:
    """A picture being painted, with its exact maps.

    Attributes:
        layers: (2, H, W, 3) float32 0..255: the picture, and the same without its ink. What is done to all of the
            picture (light, noise, blur) is done to both, so that their difference is what ink can be seen.
        rgb: (H, W, 3) view of the first.
        boundary, inner: (H, W) float32 0..1, how much of a pixel the ink of outlines and occlusions, and of lines
            inside an object, covers; `seen_ink` has what can be seen of it.
        paint: (H, W) int32, a number for each fill and hard shade: where it changes, there may be a fill edge.
        region: (H, W) int32, a number for each area that was filled as one.
        part: (H, W) uint8, what it shows, as a place in `PARTS`.
        group: (H, W) int32, a number for what belongs together: one head's hair, a pair of sleeves; 0: nothing.
        light: (H, W) float32, how much light falls there, 0..1.
        shadow: (H, W) float32, how much of the shadow that `shade` lays lies there, 0..1.
    """

    def __init__(self, height, width, colour=(255, 255, 255)):
        self.layers = np.empty((2, height, width, 3), np.float32)
        self.layers[:] = colour
        self.rgb = self.layers[0]
        self.boundary = np.zeros((height, width), np.float32)
        self.inner = np.zeros((height, width), np.float32)
        self.paint = np.zeros((height, width), np.int32)
        self.region = np.zeros((height, width), np.int32)
        self.part = np.zeros((height, width), np.uint8)
        self.group = np.zeros((height, width), np.int32)
        self.light = np.ones((height, width), np.float32)
        self.shadow = np.zeros((height, width), np.float32)
        self.paints = 0
        self.regions = 0
        self.groups = 0
        self.blurred, self.blurred_paint = None, -1  # what `paint` was before `defocus`, and what it is since

    @property
    def shape(self):
        """(height, width)."""
        return self.paint.shape

    def everything(self):
        """A mask of the whole canvas."""
        return Mask(0, 0, np.full(self.shape, 255, np.uint8))

    def polygon(self, points):
        """The mask of a closed polygon, anti-aliased."""
        height, width = self.shape
        left, top = np.maximum(np.floor(points.min(0)).astype(int) - 1, 0)
        right, bottom = np.minimum(np.ceil(points.max(0)).astype(int) + 2, (width, height))
        if right <= left or bottom <= top:
            return Mask(0, 0, np.zeros((0, 0), np.uint8))
        size = int(bottom - top), int(right - left)
        if size[0] * size[1] > FINE_AREA:
            alpha = np.zeros(size, np.uint8)
            fixed = np.round((points - (left, top)) * (1 << SUBPIXEL_BITS)).astype(np.int32)
            cv2.fillPoly(alpha, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
            return Mask(int(top), int(left), alpha)
        # OpenCV's anti-aliasing widens a polygon and frays edges that are shorter than a pixel.
        fine = np.zeros((size[0] * FINE, size[1] * FINE), np.uint8)
        fixed = np.round(((points - (left, top) + 0.5) * FINE - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
        cv2.fillPoly(fine, [fixed], 255, cv2.LINE_8, SUBPIXEL_BITS)
        return Mask(int(top), int(left), cv2.resize(fine, size[::-1], interpolation=cv2.INTER_AREA))

    def inside(self, mask):
        """The part of a mask that lies on the canvas."""
        height, width = mask.alpha.shape
        if (
            mask.top >= 0
            and mask.left >= 0
            and mask.top + height <= self.shape[0]
            and mask.left + width <= self.shape[1]
        ):
            return mask
        top, left = max(0, mask.top), max(0, mask.left)
        bottom, right = min(self.shape[0], mask.top + height), min(self.shape[1], mask.left + width)
        if bottom <= top or right <= left:
            return Mask(0, 0, np.zeros((0, 0), np.uint8))
        return Mask(top, left, mask.alpha[top - mask.top : bottom - mask.top, left - mask.left : right - mask.left])

    def soften(self, mask, sigma):
        """The mask with a rim that fades over about `sigma` pixels on both sides."""
        if not mask.alpha.size:
            return mask
        reach = int(np.ceil(2.5 * sigma))
        height, width = mask.alpha.shape
        top, left = max(0, mask.top - reach), max(0, mask.left - reach)
        bottom, right = min(self.shape[0], mask.top + height + reach), min(self.shape[1], mask.left + width + reach)
        alpha = np.zeros((bottom - top, right - left), np.uint8)
        alpha[mask.top - top : mask.top - top + height, mask.left - left : mask.left - left + width] = mask.alpha
        if sigma > 6:  # a wide blur needs no more pixels than it can show
            small = cv2.resize(
                alpha, (max(1, alpha.shape[1] // 4), max(1, alpha.shape[0] // 4)), interpolation=cv2.INTER_AREA
            )
            small = cv2.GaussianBlur(small, (0, 0), sigma / 4, borderType=cv2.BORDER_REPLICATE)
            return Mask(top, left, cv2.resize(small, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR))
        return Mask(top, left, cv2.GaussianBlur(alpha, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE))

    def new_group(self):
        """A number for things that belong together, such as the locks of one head."""
        self.groups += 1
        return self.groups

    def fill(self, mask, colour, slope=None, part="paper", group=0, apart=True):
        """Paint over what is there, ink and shadow too.

        Args:
            mask: a `Mask` on the canvas.
            colour: RGB, or an (h, w, 3) array of the mask's size.
            slope: (2, 3), the colour's change per pixel along x and y, or None.
            part: one of `PARTS`, or None to leave the numbers of parts and groups alone.
            group: of `new_group`.
            apart: whether the area is a region of its own.

        Returns:
            The mask.
        """
        self.paints += 1
        if apart:
            self.regions += 1
        colour = np.asarray(colour, np.float64)
        if colour.ndim == 3:
            share = (mask.alpha * np.float32(1 / 255))[..., None]
            for layer in self.layers[(slice(None), *mask.window)]:
                layer += share * (colour.astype(np.float32) - layer)
            colour, alpha_only = np.zeros(3), True
        else:
            alpha_only = False
        laying.fill(
            self.layers,
            self.boundary,
            self.inner,
            self.paint,
            self.region,
            self.light,
            self.shadow,
            mask.alpha,
            mask.top,
            mask.left,
            colour,
            np.zeros((2, 3)) if slope is None else np.asarray(slope, np.float64),
            self.paints,
            self.regions if apart else -1,
            alpha_only,
        )
        if part is not None:
            solid = mask.alpha > 127
            self.part[mask.window][solid] = PARTS.index(part)
            self.group[mask.window][solid] = group
        return mask

    def tint(self, mask, colour, multiply=False, edge=True):
        """Colour or darken (`multiply`) what is there without touching its ink; `edge` makes the rim a fill edge."""
        self.paints += 1
        mask = self.inside(mask)
        colour = np.asarray(colour, np.float64)
        laying.tint(
            self.layers, self.paint, mask.alpha, mask.top, mask.left, colour, multiply, self.paints if edge else -1
        )

    def shade(self, mask, factor, edge=True):
        """Lay a shadow. Where shadows overlap, none is darker than one: they are one shadow, as painters lay them.

        Args:
            mask: a `Mask`; its coverage is how deep the shadow is.
            factor: RGB 0..1 that the fill is multiplied by where the shadow is full.
            edge: whether its rim is a fill edge.
        """
        self.paints += 1
        mask = self.inside(mask)
        factor = np.asarray(factor, np.float64)
        laying.shade(
            self.layers,
            self.paint,
            self.light,
            self.shadow,
            mask.alpha,
            mask.top,
            mask.left,
            factor,
            self.paints if edge else -1,
        )

    def light_up(self, mask, colour, edge=False):
        """Add light (screen, as two projectors add theirs) without touching ink's coverage; for highlights and glow.

        Ink under it is lit, too, so that it can drown.
        """
        self.paints += 1
        mask = self.inside(mask)
        share = (mask.alpha * np.float32(1 / 255))[..., None]
        colour = np.asarray(colour, np.float32)
        for layer in self.layers[(slice(None), *mask.window)]:
            layer += share * colour * (1 - np.clip(layer, 0, 255) / 255)
        if edge:
            solid = mask.alpha > 127
            self.paint[mask.window][solid] = self.paint[mask.window][solid] * 31 + self.paints

    def stroke(self, curve, width, colour, kind="inner", opacity=1.0, clip=None):
        """Draw a line of ink.

        Args:
            curve: (n, 2) points.
            width: one width in pixels, or one for each point.
            colour: RGB.
            kind: `"boundary"` or `"inner"`.
            opacity: 0..1.
            clip: a `Mask` to stay in, or None.
        """
        widths = np.broadcast_to(np.asarray(width, np.float64), len(curve))
        reach = max(1.0, widths.max()) / 2 + 2
        height, full = self.shape
        left, top = np.maximum(np.floor(curve.min(0) - reach).astype(int), 0)
        right, bottom = np.minimum(np.ceil(curve.max(0) + reach).astype(int), (full, height))
        if clip is not None:
            left, top = max(left, clip.left), max(top, clip.top)
            right, bottom = min(right, clip.left + clip.alpha.shape[1]), min(bottom, clip.top + clip.alpha.shape[0])
        if right <= left or bottom <= top:
            return
        shape = np.zeros((bottom - top, right - left), np.float32)
        alpha = np.zeros_like(shape)
        curve = np.asarray(curve, np.float64)
        tracing.cover(shape, alpha, top, left, curve[:, 0], curve[:, 1], widths.astype(np.float64))
        if clip is not None:
            part = clip.alpha[top - clip.top : bottom - clip.top, left - clip.left : right - clip.left] * np.float32(
                1 / 255
            )
            shape *= part
            alpha *= part
        if opacity < 1:
            alpha *= np.float32(opacity)
        self._lay_ink(shape, alpha, top, left, colour, kind)

    def stamp(self, mask, colour, kind="inner"):
        """Print a mask (lettering, a brush mark) as ink."""
        shape = mask.alpha * np.float32(1 / 255)
        self._lay_ink(shape, shape, mask.top, mask.left, colour, kind)

    def _lay_ink(self, shape, alpha, top, left, colour, kind):
        target = self.boundary if kind == "boundary" else self.inner
        laying.ink_over(self.rgb, target, shape, alpha, top, left, np.asarray(colour, np.float64))

    def seen_ink(self):
        """What can be seen of the ink: (boundary, inner), (H, W) float32 0..1 each.

        Seen is what makes the picture differ from the one without ink: not a line of its ground's own colour, under
        a highlight, or lost in the dark.
        """
        picture, bare = np.clip(self.layers, 0, 255)
        ink = np.maximum(self.boundary, self.inner)
        contrast = np.abs(picture - bare).max(-1) / np.maximum(ink, 0.05)
        share = np.clip((contrast - LEAST_CONTRAST) / (SURE_CONTRAST - LEAST_CONTRAST), 0, 1)
        # A line is seen as wide as it is drawn where part of its width shows.
        share = cv2.dilate(np.where(ink > 0.05, share, 0), np.ones((5, 5), np.uint8))
        return self.boundary * share, self.inner * share

    def paste(self, other, mask):
        """Lay another canvas over a part of this one, with all its maps.

        Args:
            other: a `Canvas` of the size of the mask's rectangle.
            mask: a `Mask` on this canvas, where it is seen.
        """
        window, share = mask.window, mask.alpha * np.float32(1 / 255)
        for layer, drawn in zip(self.layers, other.layers):
            layer[window] += share[..., None] * (drawn - layer[window])
        for mine, its in ((self.boundary, other.boundary), (self.inner, other.inner)):
            mine[window] += share * (its - mine[window])
        solid = mask.alpha > 127
        for mine, its in ((self.part, other.part), (self.light, other.light), (self.shadow, other.shadow)):
            mine[window][solid] = its[solid]
        for mine, its, add in (
            (self.paint, other.paint, self.paints + 1),
            (self.region, other.region, self.regions + 1),
            (self.group, other.group, 0),
        ):
            mine[window][solid] = its[solid] + add
        self.group[window][solid & (other.group > 0)] += self.groups
        self.paints += other.paints + 1
        self.regions += other.regions + 1
        self.groups += other.groups

    def defocus(self, sigma):
        """Blur everything painted so far; beyond a sigma of one pixel its lines and edges are out of focus and gone."""
        for layer in self.layers:
            layer[:] = cv2.GaussianBlur(layer, (0, 0), sigma)
        if sigma > 1:
            self.layers[1] = self.layers[0]
            self.boundary[:] = 0
            self.inner[:] = 0
            self.paints += 1
            self.blurred, self.blurred_paint = self.fills(), self.paints
            self.paint[:] = self.paints

    def fills(self):
        """(H, W) int64, a number for each fill and hard shade, those out of focus too."""
        if self.blurred is None:
            return self.paint.astype(np.int64)
        return np.where(self.paint == self.blurred_paint, self.blurred + FAR_AWAY, self.paint)

    def fill_edges(self):
        """Where colour changes by `LEAST_STEP` levels or more between two paints, no ink seen: (H, W) uint8 0, 255."""
        height, width = self.shape
        edge = np.zeros((height, width), bool)
        soft = cv2.blur(self.rgb, (3, 3))
        for axis in (0, 1):
            one = (slice(None, -1), slice(None)) if axis == 0 else (slice(None), slice(None, -1))
            other = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
            ys, xs = np.nonzero(self.paint[one] != self.paint[other])
            if not len(ys):
                continue
            step = (2, 0) if axis == 0 else (0, 2)
            before = soft[np.maximum(ys - step[0] // 2, 0), np.maximum(xs - step[1] // 2, 0)]
            after = soft[np.minimum(ys + step[0], height - 1), np.minimum(xs + step[1], width - 1)]
            strong = np.abs(before - after).max(1) > LEAST_STEP
            ys, xs = ys[strong], xs[strong]
            edge[ys, xs] = True
            edge[ys + (axis == 0), xs + (axis == 1)] = True
        near_ink = cv2.dilate(np.maximum(*self.seen_ink()), np.ones((3, 3), np.uint8)) > 0.2
        return np.where(edge & ~near_ink, np.uint8(255), np.uint8(0))
