"""What things and creatures are drawn with: an artist whose coordinates are those of a box of about -1 .. 1.

Points are (n, 2) x, y with y down; sizes are shares of the thing's radius.
"""

import cv2
import numpy as np

from illustration_parts.drawing import curves
from illustration_parts.drawing.curves import noise, offset, point_at, straight, strand, turn

DARK, LIGHT = np.full(3, 25.0), np.full(3, 250.0)


def ellipse(centre, radii, heading=0.0, start=0.0, stop=2 * np.pi, samples=48):
    """As `curves.ellipse`, with enough points for a box of -1 .. 1."""
    return curves.ellipse(centre, radii, heading, start, stop, samples)


def mirrored(right):
    """A closed outline from its right half, (n, 2) from top to bottom."""
    right = np.asarray(right, float)
    return np.concatenate([right, (right * (-1, 1))[::-1], right[:1]])


def rounded(left, top, right, bottom, corner):
    """A closed rectangle with round corners of radius `corner`."""
    corner = min(corner, (right - left) / 2, (bottom - top) / 2)
    places = (
        (right - corner, top + corner, -np.pi / 2),
        (right - corner, bottom - corner, 0.0),
        (left + corner, bottom - corner, np.pi / 2),
        (left + corner, top + corner, np.pi),
    )
    arcs = [ellipse((x, y), (corner, corner), 0, start, start + np.pi / 2, 8) for x, y, start in places]
    return straight(np.concatenate(arcs), True)


class Placed:
    """An artist whose coordinates are moved, turned and enlarged.

    Attributes:
        artist: an `Artist`. centre: (x, y) in pixels. radius: pixels. heading: radians that the thing is turned by.
        fine: whether it is large enough for inner lines. rich: large enough for seams, rivets, scratches, grain.
    """

    def __init__(self, artist, centre, radius, heading=0.0):
        self.artist, self.centre, self.radius, self.heading = artist, np.asarray(centre, float), radius, heading
        self.group = artist.canvas.new_group()
        self.fine = radius > artist.px(28)
        self.rich = radius > artist.px(75) and artist.style.detail > 0.15
        # On a page half of the things are left white, so that the rest can be toned.
        self.white = artist.style.manga and artist.chance(0.55)

    def to_canvas(self, points):
        """(n, 2) points of the box in the picture."""
        return turn(np.asarray(points, float) * self.radius, self.heading) + self.centre

    def curve(self, points, closed=False):
        """A spline with as many points as the thing's size needs."""
        return curves.spline(points, closed, int(np.clip(self.radius / 14, 5, 20)))

    def mask(self, points):
        """The `Mask` of a closed outline."""
        return self.artist.canvas.polygon(self.to_canvas(points))

    # -------------------------------------------------------------------------------------------------------- fills
    def shape(self, points, colour, part="prop", **options):
        """As `Artist.shape`."""
        colour = np.asarray(colour, float)
        if self.white and 71 < colour.max() < 174:
            colour = colour * 205 / colour.max()
        return self.artist.shape(self.to_canvas(points), colour, part, self.group, **options)

    def smooth(self, points, colour, part="prop", **options):
        """A shape through corner points, with round corners."""
        return self.shape(self.curve(points, True), colour, part, **options)

    def poly(self, points, colour, part="prop", form=None, **options):
        """A shape with straight sides, and without shading by its form."""
        return self.shape(straight(points, True), colour, part, form=form, **options)

    def box(self, left, top, right, bottom, colour, corner=0.0, part="prop", form=None, **options):
        """A rectangle; `corner` rounds it."""
        if corner:
            return self.shape(rounded(left, top, right, bottom, corner), colour, part, form=form, **options)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return self.poly(corners, colour, part, form, **options)

    def oval(self, x, y, wide, tall, colour, part="prop", heading=0.0, form=None, **options):
        """An ellipse with half axes `wide` and `tall`."""
        return self.shape(ellipse((x, y), (wide, tall), heading), colour, part, form=form, **options)

    def band(self, curve, widths, colour, part="prop", root=None, **options):
        """A strip along a curve; `root` is the share of its length at its start that has no outline."""
        curve = np.asarray(curve, float)
        count = len(curve)
        if root is not None:
            first = int(root * count)
            options["ends"] = slice(first, 2 * count - first)
        return self.shape(strand(curve, widths), colour, part, **options)

    def patch(self, points, colour, clip=None, part="prop"):
        """A spot of colour without shading or outline."""
        return self.shape(points, colour, part, form=None, line=False, clip=clip)

    def solid(self, points, clip=None, part="prop"):
        """A dark spot, such as a pupil: a fill, dark even where all else is paper."""
        artist = self.artist
        if artist.style.coloured:
            return self.patch(points, DARK, clip, part)
        mask = self.mask(points) if clip is None else self.mask(points).clip(clip)
        if mask.alpha.size:
            artist.canvas.fill(mask, artist.style.ink, None, part, self.group)
        return mask

    # -------------------------------------------------------------------------------------------------------- lines
    def line(self, points, fill, scale=0.8, clip=None, **options):
        """As `Artist.line`, on a fill of this colour; small things go without. Where no line is drawn, tone on tone."""
        if not self.fine:
            return
        if self.artist.line_colour(fill) is None and "colour" not in options:
            self._stroke(self.to_canvas(points), np.asarray(fill, float) * 0.72, scale, clip)
        else:
            self.artist.line(self.to_canvas(points), "inner", scale, fill, clip=clip, **options)

    def _stroke(self, path, colour, scale, clip):
        """A painted stroke that tapers: neither ink nor a fill edge."""
        artist = self.artist
        if len(path) < 2 or not artist.style.coloured:
            return
        if len(path) < 8:
            path = point_at(path, np.linspace(0, 1, 8))
        t = np.linspace(0, 1, len(path))
        breadth = (artist.px(1.2) + 0.008 * self.radius) * scale * np.minimum(1, 0.35 + 4 * np.minimum(t, 1 - t))
        mask = artist.canvas.polygon(strand(path, breadth))
        if clip is not None and mask.alpha.size:
            mask = mask.clip(clip)
        if mask.alpha.size:
            artist.canvas.tint(mask.times(0.7), colour, edge=False)

    def lines(self, many, colour, scale=0.6, clip=None, share=1.0):
        """Several lines, of which a share is drawn."""
        for points in many if self.fine else ():
            if share >= 1 or self.artist.chance(share):
                self.line(points, colour, scale, clip)

    def rivets(self, curve, count, size, colour, part="metal"):
        """Round heads along a curve."""
        if self.rich:
            for x, y in point_at(np.asarray(curve, float), np.linspace(0.03, 0.97, count)):
                self.oval(x, y, size, size, colour, part, gloss=True, kind="inner", scale=0.6)

    def fur(self, curve, colour, length, count, lean=0.6, clip=None, scale=0.55):
        """Short tapering strokes along a curve, to its right side, leaning along it by `lean` radians."""
        if not self.fine:
            return
        curve, rng = np.asarray(curve, float), self.artist.rng
        edge = offset(curve, 1e-3) - curve
        for share in (np.arange(count) + rng.uniform(0, 0.8, count)) / count:
            start = point_at(curve, share)
            away = edge[min(len(edge) - 1, int(share * len(edge)))]
            angle = np.arctan2(away[1], away[0]) - lean + rng.normal(0, 0.2)
            reach = length * rng.uniform(0.5, 1.2)
            end = start + reach * np.array([np.cos(angle), np.sin(angle)])
            self.line(curves.bow(start, end, rng.normal(0, 0.15), 6), colour, scale, clip, ends=(False, True))

    def scales(self, colour, clip, box, size, share=0.8, heading=0.0):
        """Rows of arcs inside a mask; `box` is (left, top, right, bottom)."""
        if not self.fine or not clip.alpha.size:
            return
        left, top, right, bottom = box
        for row, y in enumerate(np.arange(top, bottom, size)):
            for x in np.arange(left, right, size * 1.3) + 0.65 * size * (row % 2):
                if self.artist.chance(share):
                    self.line(
                        ellipse((x, y), (size * 0.6, size * 0.5), heading, 0.2, np.pi - 0.2, 7), colour, 0.45, clip
                    )

    # ------------------------------------------------------------------------------------------------------ shading
    def shadow(self, points, clip, depth=1.0):
        """A shadow of this outline on what `clip` covers."""
        mask = self.mask(points).clip(clip)
        if mask.alpha.size:
            self.artist.shade(mask, depth=depth)

    def shine(self, points, clip, colour, amount=None):
        """A highlight of this outline within a mask."""
        mask = self.mask(points).clip(clip)
        if mask.alpha.size:
            self.artist.shine(mask, colour, amount)

    def streaks(self, mask, colour, heading=0.0, strength=0.35):
        """Painted grain along x, or along y for a heading of 1: tone on tone, no ink."""
        artist = self.artist
        style = artist.style
        if not (self.rich and style.keeps_colours) or mask.alpha.size < 400:
            return
        height, width = mask.alpha.shape
        size = (max(3, height // 10), width) if heading else (height, max(3, width // 10))
        long = noise(artist.rng, *size, self.radius * 0.06, 2)
        grain = cv2.resize(long, (width, height))
        amount = np.clip(grain, 0, 1) * strength
        artist.canvas.tint(mask.times(amount), np.asarray(colour) * 0.6, edge=False)

    def scratches(self, mask, colour, count=6):
        """A few short light or dark strokes, as on worn metal or leather."""
        if not self.rich or not mask.alpha.size:
            return
        rng = self.artist.rng
        height, width = mask.alpha.shape
        for _ in range(count):
            start = np.array([mask.left + width * rng.random(), mask.top + height * rng.random()])
            angle, reach = rng.uniform(0, np.pi), self.radius * rng.uniform(0.04, 0.14)
            end = start + reach * np.array([np.cos(angle), np.sin(angle)])
            self.artist.line(curves.bow(start, end, rng.normal(0, 0.1), 5), "inner", 0.45, colour, clip=mask)

    def wood(self, mask, colour, left, top, right, bottom, upright=True, count=5):
        """Grain of wood in a box: lines and painted streaks."""
        self.streaks(mask, colour, 1.0 if upright else 0.0)
        if not self.rich:
            return
        rng = self.artist.rng
        for _ in range(count):
            share, first = rng.uniform(0.05, 0.95), rng.uniform(0, 0.5)
            last = first + rng.uniform(0.2, 0.5)
            wave = np.array([0, 1, -0.6, 0.4, 0]) * rng.uniform(0.01, 0.03)
            t = np.linspace(first, last, 5)
            if upright:
                points = np.stack([left + share * (right - left) + wave, top + t * (bottom - top)], 1)
            else:
                points = np.stack([left + t * (right - left), top + share * (bottom - top) + wave], 1)
            self.line(self.curve(points), colour, 0.45, mask)
