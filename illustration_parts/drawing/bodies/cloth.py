"""Cloth: folds that are designed as painters draw them, hems, frills, pleats, gathers and patterns.

A fold is a wedge of shadow along a curve, its other side an offset that swells and tapers, and a line that fades out
along part of the curve. All wedges of one garment make one shadow.
"""

import cv2
import numpy as np

from illustration_parts.drawing.canvas import SUBPIXEL_BITS, Mask
from illustration_parts.drawing.curves import bow, cut, find_runs, lengths_along, offset, spline, strand, wobble
from illustration_parts.drawing.styles import to_hsv

DARK_STEP = 14  # levels; fold lines differ by as much from their cloth, or they are light
SMALL_RADIUS = 40  # pixels; smaller heads have simpler clothes


def unite(masks):
    """The union of masks, on the rectangle around them all."""
    masks = [mask for mask in masks if mask.alpha.size]
    if not masks:
        return Mask(0, 0, np.zeros((0, 0), np.uint8))
    top, left = min(mask.top for mask in masks), min(mask.left for mask in masks)
    bottom = max(mask.top + mask.alpha.shape[0] for mask in masks)
    right = max(mask.left + mask.alpha.shape[1] for mask in masks)
    alpha = np.zeros((bottom - top, right - left), np.uint8)
    for mask in masks:
        height, width = mask.alpha.shape
        window = alpha[mask.top - top : mask.top - top + height, mask.left - left : mask.left - left + width]
        np.maximum(window, mask.alpha, out=window)
    return Mask(top, left, alpha)


def is_inside(mask, points):
    """Whether points (n, 2) lie on a mask, (n,) bool."""
    x, y = np.round(np.asarray(points)).astype(int).T
    height, width = mask.alpha.shape
    x, y = x - mask.left, y - mask.top
    valid = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    inside = np.zeros(len(x), bool)
    inside[valid] = mask.alpha[y[valid], x[valid]] > 127
    return inside


def contours(canvas, mask, smooth=1.6):
    """The outlines of a mask without what runs along the canvas's rim, as a list of (n, 2) curves."""
    if not mask.alpha.size:
        return []
    solid = cv2.copyMakeBorder((mask.alpha > 127).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    found, _ = cv2.findContours(solid, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    curves = []
    for contour in found:
        points = contour[:, 0].astype(np.float64) + (mask.left - 1, mask.top - 1)
        if len(points) < 12:
            continue
        rim = (points < 1.5).any(1) | (points[:, 0] > canvas.shape[1] - 2.5) | (points[:, 1] > canvas.shape[0] - 2.5)
        reach = int(3 * smooth) + 1
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / smooth) ** 2)
        wide = np.concatenate([points[-reach:], points, points[:reach]])
        points = np.stack([np.convolve(wide[:, axis], kernel / kernel.sum(), "valid") for axis in (0, 1)], 1)
        curves += keep_runs(np.concatenate([points, points[:1]]), np.concatenate([~rim, ~rim[:1]]))
    return curves


def keep_runs(points, keep, closed=True):
    """The stretches of a curve whose points are kept, as a list; of a closed one the first and last are joined."""
    if keep.all():
        return [points]
    if not keep.any():
        return []
    if closed:
        start = int(np.flatnonzero(~keep)[0])
        points, keep = np.roll(points[:-1], -start, 0), np.roll(keep[:-1], -start)
    return [points[a:b] for a, b in find_runs(keep) if b - a > 3]


def outline(artist, mask, fill, skip=None, scale=1.0, kind="boundary"):
    """Draw a mask's outline.

    Args:
        artist: an `Artist`. mask: a `Mask`. fill: RGB of its fill.
        skip: a function of (n, 2) points that tells which have no line, (n,) bool, or None.
        scale: of the line's width. kind: class of the line.
    """
    if artist.chance(artist.style.bare):
        artist.cases.add("shapes without a line")
        return
    for curve in contours(artist.canvas, mask):
        runs = [curve] if skip is None else keep_runs(curve, ~skip(curve), np.allclose(curve[0], curve[-1]))
        for run in runs:
            whole = np.allclose(run[0], run[-1])
            artist.line(run, kind, scale, fill, taper=0.0 if whole else min(0.6, artist.style.taper))


def crease_colour(artist, fill):
    """The colour of a line inside cloth of this colour, or None for the style's own: dark cloth has light lines."""
    style = artist.style
    if not style.keeps_colours or style.mode == "none":
        return None
    colour = artist.line_colour(fill)
    least = 2 * DARK_STEP if is_dark(fill) else DARK_STEP  # in the dark a line needs more to be seen
    if colour is not None and np.abs(np.asarray(colour) - fill).max() >= least:
        return None
    return np.clip(np.asarray(fill, float) * 1.3 + 32, 0, 255)


def crease(artist, curve, fill, scale=0.7, clip=None, ends=(True, True), taper=0.9):
    """An inner line of cloth, tapering, in a colour that can be told from the cloth."""
    artist.line(curve, "inner", scale, fill, crease_colour(artist, fill), clip, taper, ends)


def faint_colour(artist, fill):
    """The colour of a line that is hardly darker than its cloth, or None where the style has one colour for all."""
    style = artist.style
    if not style.keeps_colours or style.mode in ("none", "light"):
        return None
    fill = np.asarray(fill, float)
    share = artist.between(0.62, 0.8)
    return fill * share if fill.max() * (1 - share) > DARK_STEP + 10 else np.clip(fill * 1.2 + 24, 0, 255)


def is_dark(fill):
    """Whether cloth of this colour is so dark that shadows hardly show."""
    return to_hsv(fill)[2] < 0.3


class Folds:
    """The folds of one garment, gathered and laid at once.

    Args:
        artist: an `Artist`. mask: the garment's `Mask`. fill: its colour.
    """

    def __init__(self, artist, mask, fill):
        self.artist, self.mask, self.fill = artist, mask, fill
        self.wedges, self.lines = [], []
        detail = artist.style.detail
        self.line_share = 0.7 + 0.28 * detail
        self.wedge_share = 0.5 + 0.4 * detail

    def wedge(self, curve, width, side=None, peak=0.15):
        """A wedge of shadow, `width` pixels at the widest, which lies at `peak` of the length.

        It lies on one side of the curve, 1 or -1, by default the one away from the light.
        """
        curve = np.asarray(curve, float)
        if len(curve) < 3 or lengths_along(curve)[-1] < 4:
            return
        t = lengths_along(curve) / lengths_along(curve)[-1]
        rise = np.where(t < peak, t / peak, (1 - t) / (1 - peak))
        swell = np.clip(rise, 0, 1) ** np.where(t < peak, 0.7, 1.25)
        if side is None:
            along = curve[-1] - curve[0]
            side = 1.0 if np.dot((-along[1], along[0]), -self.artist.style.light) > 0 else -1.0
        swell = swell * (1 + 0.18 * np.clip(wobble(self.artist.rng, len(t), 8), -1.5, 1.5))
        other = offset(curve, side * width * swell)
        self.wedges.append(np.concatenate([curve, other[::-1]]))

    def line(self, curve, scale=0.7, start=0.0, stop=1.0, ends=(True, True), faint=False):
        """A line along a share of a curve; a faint one is hardly darker than the cloth."""
        curve = np.asarray(curve, float)
        self.lines.append((cut(curve, start, min(1.0, stop), max(6, len(curve))), scale, ends, faint))

    def fold(self, curve, width, side=None, scale=0.75, ends=(False, True), peak=0.12):
        """A wedge and a line on a curve, each of them by chance; at least one."""
        artist = self.artist
        wedged = artist.chance(self.wedge_share)
        lined = not artist.style.keeps_colours  # drawings are made of lines
        if wedged:
            self.wedge(curve, 0.62 * width, side, peak)
        if lined or not wedged or artist.chance(self.line_share):
            begin, stop = artist.between(0, 0.06), artist.between(0.6, 1.0)
            self.line(curve, scale * artist.between(0.7, 1.1), begin, stop, ends)
            if artist.chance(
                (0.75 if lined else 0.55) * artist.style.detail
            ):  # a short line beside it, on the lit side
                beside = offset(curve, artist.between(0.35, 0.9) * width * artist.pick((-1, 1)))
                begin = artist.between(0.0, 0.5)
                self.line(
                    beside, 0.75 * scale, begin, begin + artist.between(0.2, 0.5), (True, True), artist.chance(0.5)
                )

    def radiate(self, origin, angle, spread, count, length, width, bend=0.25):
        """Folds that leave a pull point as a fan: `angle` is the fan's middle, radians; lengths in pixels."""
        artist = self.artist
        angles = angle + spread * (np.linspace(-1, 1, count) if count > 1 else np.zeros(1))
        for k, direction in enumerate(angles):
            direction = direction + artist.between(-0.12, 0.12)
            reach = length * artist.between(0.5, 1.0)
            along = np.array([np.cos(direction), np.sin(direction)])
            start = np.asarray(origin, float) + along * reach * artist.between(0.02, 0.16)
            curve = bow(start, start + along * reach, artist.between(-1, 1) * bend, 14)
            self.fold(curve, width * artist.between(0.6, 1.2), scale=0.8 - 0.05 * (k % 2))

    def hang(self, first, second, depth, count, width):
        """Folds that hang between two points: catenaries, each deeper than the one before and only partly drawn."""
        artist = self.artist
        first, second = np.asarray(first, float), np.asarray(second, float)
        for k in range(count):
            sag = depth * (0.35 + 0.75 * k / max(1, count - 1)) * artist.between(0.85, 1.15)
            low = first + (second - first) * artist.between(0.35, 0.65) + (0, sag)
            curve = spline(
                [first, 0.5 * (first + low) + (0, 0.22 * sag), low, 0.5 * (second + low) + (0, 0.22 * sag), second]
            )
            start = artist.between(0.04, 0.4)
            part = cut(curve, start, min(0.98, start + artist.between(0.3, 0.6)), 20)
            self.fold(part, width * artist.between(0.6, 1.1), ends=(True, True), peak=0.5)

    def bunch(self, limb, place, count, width, reach=0.16):
        """Folds across a limb where cloth is pushed together, at a place along it: arcs from either side by turns."""
        artist = self.artist
        for k in range(count):
            side = 1 if (k + artist.rng.integers(2)) % 2 else -1
            at = place + reach * (k - (count - 1) / 2) + artist.between(-0.03, 0.03)
            end = at + artist.between(-0.5, 0.9) * reach
            u = np.linspace(1.0, artist.between(-0.75, 0.15), 10) * side
            t = np.linspace(0, 1, 10)
            curve = limb.at(at + (end - at) * t + 0.35 * reach * np.sin(np.pi * t), u)
            self.fold(curve, width * artist.between(0.6, 1.3), peak=0.25)

    def scatter(self, at, count, length, u=(-0.9, 0.9), v=(0.1, 0.95)):
        """Faint lines here and there along a surface: `at` is a function of arrays (u, v), `length` a share of v."""
        artist = self.artist
        for _ in range(int(count * (0.4 + artist.style.detail))):
            u0, v0 = artist.between(*u), artist.between(*v)
            t = np.linspace(0, 1, 10)
            bend = artist.between(-0.25, 0.25) * np.sin(np.pi * t) + artist.between(-0.3, 0.3) * t
            v1 = v0 + artist.pick((-1, 1)) * length * artist.between(0.4, 1.0)
            curve = at(np.clip(u0 + bend, -0.98, 0.98), np.clip(v0 + (v1 - v0) * t, *v))
            self.line(curve, artist.between(0.45, 0.7), faint=artist.chance(0.65))

    def lay(self):
        """Draw all that was gathered: first one shadow, then the lines."""
        artist, mask = self.artist, self.mask
        if self.wedges and mask.alpha.size and artist.style.mode is not None:
            alpha = np.zeros_like(mask.alpha)
            for points in self.wedges:
                fixed = np.round((points - (mask.left, mask.top)) * (1 << SUBPIXEL_BITS)).astype(np.int32)
                cv2.fillPoly(alpha, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
            shadow = Mask(mask.top, mask.left, alpha).clip(mask)
            artist.shade(shadow)
        for curve, scale, ends, faint in self.lines:
            colour = faint_colour(artist, self.fill) if faint else None
            if colour is None:
                crease(artist, curve, self.fill, scale, mask, ends)
            else:
                artist.line(curve, "inner", scale, self.fill, colour, mask, 0.9, ends)
        artist.cases.add("folds")


def strip(artist, curve, widths):
    """The `Mask` of a band along a curve, `widths` (n,) pixels wide."""
    return artist.canvas.polygon(strand(curve, widths))
