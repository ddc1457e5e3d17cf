"""Boxes and planes in perspective.

World coordinates are metres: x to the right, y up from the floor, z away from the viewer.
"""

from dataclasses import replace

import cv2
import numpy as np

from illustration_parts.drawing import tones
from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.curves import noise, resample, straight, strand
from illustration_parts.drawing.objects.placing import Placed
from illustration_parts.drawing.places.cameras import NEAR, choose_air
from illustration_parts.drawing.styles import hsv


class Builder:
    """Draws flat faces, boxes and things of one place in one way.

    Attributes:
        artist, camera, air: what it draws with.
        way: `"lined"`: edges are ink; `"flat"`: colours alone; `"painted"`: colours with brush texture.
        light: unit (x, y, z) towards the light, in the world.
        part: of `canvas.PARTS` that faces belong to.
        haze: how fast far things fade, 1 for a street.
        toned: whether faces out of the light are shaded.
    """

    def __init__(self, artist, camera, way="lined", part="wall or floor", indoors=False):
        self.artist, self.camera, self.way, self.part = artist, camera, way, part
        self.air = choose_air(artist, indoors)
        angle = artist.between(0, 2 * np.pi)
        self.light = np.array([np.cos(angle) * 0.6, 0.7, np.sin(angle) * 0.4])
        self.limit = 4.0 * max(artist.canvas.shape)
        self.haze = 0.0
        self.style = artist.style
        self.page = artist.style.manga
        self.toned = not self.page or artist.chance(0.45)
        # On a page all panes of a place are alike: white, toned or black.
        self.pane = artist.pick((245.0, 120.0, 40.0), (0.5, 0.3, 0.2)) if self.page else None
        self.windows = []
        self.screens = artist.screen, artist.fill_screens
        if self.page:  # broad areas want even tones
            artist.screen, *artist.fill_screens = map(tones.even, (artist.screen, *artist.fill_screens))
        if way != "lined":  # what is drawn for a place by others has no lines here, either
            artist.style = replace(artist.style, mode="none", bare=1.0)
        self.grain = self._make_grain() if way == "painted" else []

    @property
    def lined(self):
        """Whether edges are ink."""
        return self.way == "lined"

    def finish(self):
        """Give the artist its own style and screens back."""
        self.artist.style = self.style
        self.artist.screen, self.artist.fill_screens = self.screens

    def _make_grain(self):
        """Fields -1..1 of the canvas's size: blotches, strokes along, strokes across."""
        artist = self.artist
        height, width = artist.canvas.shape
        fields = []
        for cell, along in ((90, (4, 4)), (14, (2, 14)), (14, (14, 2))):
            size = max(4, height // along[0]), max(4, width // along[1])
            small = noise(artist.rng, *size, max(2.0, artist.px(cell) / min(along) / 1.5), 2)
            fields.append(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))
        return fields

    # ------------------------------------------------------------------------------------------------------- colour
    def tone(self, hue=None, saturation=None, low=0.45, high=0.95):
        """A muted colour that suits the place."""
        artist = self.artist
        hue = self.air.hue + artist.between(-0.08, 0.08) if hue is None else hue
        saturation = artist.between(0.03, 0.28) if saturation is None else saturation
        value = artist.between(low, high)
        colour = hsv(hue, saturation * min(1.0, 0.5 + artist.style.vivid * 0.6), value)
        return colour * 0.4 if artist.style.mode == "light" else colour

    def accent(self):
        """A livelier colour for small things."""
        return self.tone(self.artist.rng.random(), self.artist.between(0.2, 0.55), 0.45, 0.95)

    def wood(self):
        """A colour of wood."""
        return self.tone(self.artist.between(0.05, 0.1), self.artist.between(0.25, 0.55), 0.35, 0.8)

    def see_colour(self, colour, distance=0.0, lit=False):
        """A colour in this air, through haze."""
        colour, air = np.asarray(colour, float), self.air
        if self.page:
            value = colour.max()
            if 71 < value < 200 and not (self.toned and value < 130):
                colour = colour * 215 / value
            return colour
        if not self.artist.style.coloured:
            return colour
        if not lit:
            own = hsv(air.hue, 0.25, colour.max() / 255)
            colour = (colour * (1 - air.muted) + own * air.muted) * air.ambient
        far = self.haze * float(np.clip((distance - 10) / 95, 0, 0.55))
        return colour * (1 - far) + air.haze * far

    # -------------------------------------------------------------------------------------------------------- faces
    def place(self, corners):
        """A flat polygon, (n, 3) metres, in the picture: (m, 2) points, m may be 0."""
        points = self.camera.clip(np.asarray(corners, float))
        return np.clip(points, -self.limit, self.limit) if len(points) else points

    def mask(self, corners):
        """The `Mask` of a flat polygon, (n, 3) metres."""
        points = self.place(corners)
        return self.artist.canvas.polygon(points) if len(points) else Mask(0, 0, np.zeros((0, 0), np.uint8))

    def face(
        self, corners, colour, normal=None, line=True, scale=0.8, apart=True, part=None, kind="boundary", lit=False
    ):
        """Draw a flat polygon, (n, 3) metres, in shadow if it turns from the light; returns its mask or None.

        Args:
            corners: of the polygon. colour: RGB in plain light.
            normal: (x, y, z), or None for a face that is always in the light.
            line, scale, kind: of its edges. apart, part: see `Canvas.fill`.
            lit: whether it shines by itself, as a window at night does.
        """
        artist = self.artist
        points = self.place(corners)
        if not len(points) or np.ptp(points, 0).max() < 1.2:
            return None
        mask = artist.canvas.polygon(points)
        if not mask.alpha.size:
            return None
        distance = self.camera.distance(corners)
        colour = self.see_colour(colour, distance, lit)
        if self.page and part == "sky":
            colour = np.full(3, self.pane)
        artist.fill(mask, colour, part or self.part, 0, apart, gradient=0.6 if self.way == "painted" else None)
        if self.grain and not lit and mask.alpha.size > 500:
            self._texture(mask, colour, normal)
        if normal is not None and self.toned and np.dot(normal, self.light) < 0.15:
            if not self.page or normal[1] > -0.5:  # ceilings of a page stay white
                self.shade(mask, depth=0.6)
        if line and self.lined:
            for start, end in zip(points, np.roll(points, -1, 0)):
                self._edge(start, end, colour, scale * self._fade(distance), kind)
        return mask

    def shade(self, mask, edge=True, depth=0.8):
        """As `Artist.shade`; but large areas are not hatched, and shadows on pages are full."""
        artist = self.artist
        style = artist.style
        large = mask.alpha.size > 0.03 * artist.canvas.paint.size
        if large and (not style.coloured or self.page and artist.chance(0.65)):
            return
        if large and style.hatching:
            artist.style = replace(style, hatching=0.0)
        artist.shade(mask, edge, 1.0 if self.page else depth)
        artist.style = style

    @staticmethod
    def _fade(distance):
        """Lines far away are thinner."""
        return float(np.clip(1.6 * (3.0 / max(distance, 0.5)) ** 0.45, 0.5, 1.3))

    def _texture(self, mask, colour, normal):
        """Painted grain: blotches and strokes, lighter and darker than the colour."""
        flat = normal is not None and abs(normal[1]) > 0.5
        field = self.grain[0][mask.window] * 0.6 + self.grain[1 if flat else 2][mask.window] * 0.4
        strength = self.artist.between(0.08, 0.2)
        canvas = self.artist.canvas
        canvas.tint(mask.times(np.clip(field, 0, 1) * strength), colour * 0.55, edge=False)
        canvas.tint(mask.times(np.clip(-field, 0, 1) * strength), colour + (255 - colour) * 0.25, edge=False)

    def _edge(self, start, end, colour, scale, kind):
        """A straight line between two points, (x, y) pixels, as far as it lies on the canvas."""
        height, width = self.artist.canvas.shape
        (x0, y0), (x1, y1) = start, end
        if max(x0, x1) < -9 or max(y0, y1) < -9 or min(x0, x1) > width + 9 or min(y0, y1) > height + 9:
            return
        if abs(x1 - x0) + abs(y1 - y0) < 2.0:
            return
        first, last = 0.0, 1.0
        for a, b, size in ((x0, x1, width), (y0, y1, height)):
            if abs(b - a) < 1e-6:
                continue
            enter, leave = sorted(((-40 - a) / (b - a), (size + 40 - a) / (b - a)))
            first, last = max(first, enter), min(last, leave)
        if last > first:
            ends = np.array([(x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in (first, last)])
            self.artist.line(ends, kind, scale, colour, taper=0.0)

    def line(self, points, colour, scale=0.6, kind="inner"):
        """Draw a line through (n, 3) metres on a face of this colour: ink, or a darker stroke in other ways."""
        points = np.asarray(points, float)
        if not (self.camera.see(points)[:, 2] > NEAR).all():
            return
        path = np.clip(self.camera.place(points), -self.limit, self.limit)
        if np.ptp(path, 0).max() < 2.5 or not self._on_canvas(path):
            return
        distance = self.camera.distance(points)
        colour = self.see_colour(colour, distance)
        if self.lined:
            for start, end in zip(path[:-1], path[1:]):
                self._edge(start, end, colour, scale * self._fade(distance), kind)
            return
        breadth = max(0.8, self.artist.px(2.6) * scale * self._fade(distance))
        self.stroke(path, colour * 0.68, breadth, 0.75)

    def _on_canvas(self, path):
        """Whether the rectangle around points touches the canvas."""
        height, width = self.artist.canvas.shape
        low, high = path.min(0), path.max(0)
        return high[0] >= 0 and high[1] >= 0 and low[0] <= width and low[1] <= height

    def stroke(self, path, colour, breadth, opacity=1.0):
        """A painted stroke along (n, 2) pixels: no ink, no edge."""
        height, width = self.artist.canvas.shape
        inside = (path > -60).all(1) & (path[:, 0] < width + 60) & (path[:, 1] < height + 60)
        if len(path) == 2 and not inside.all():
            path = straight(resample(path, 20.0))
            inside = (path > -60).all(1) & (path[:, 0] < width + 60) & (path[:, 1] < height + 60)
        if inside.sum() < 2:
            return
        first, last = np.flatnonzero(inside)[[0, -1]]
        mask = self.artist.canvas.polygon(strand(path[first : last + 1], breadth))
        if mask.alpha.size:
            self.artist.canvas.tint(mask.times(opacity), colour, edge=False)

    def box(self, low, high, colour, part=None, scale=0.8, top=None, line=True):
        """Draw the visible faces of a box from corner `low` to corner `high`, farthest first; `top` colours its top."""
        (x0, y0, z0), (x1, y1, z1) = low, high
        eye = np.array([0.0, self.camera.eye, 0.0])
        faces = (
            ([(x0, y1, z0), (x1, y1, z0), (x1, y1, z1), (x0, y1, z1)], (0, 1, 0), eye[1] > y1),
            ([(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)], (0, -1, 0), eye[1] < y0),
            ([(x0, y0, z0), (x0, y1, z0), (x0, y1, z1), (x0, y0, z1)], (-1, 0, 0), eye[0] < x0),
            ([(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)], (1, 0, 0), eye[0] > x1),
            ([(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)], (0, 0, -1), True),
        )
        for corners, normal, seen in faces:
            if seen:
                fill = top if top is not None and normal == (0, 1, 0) else colour
                self.face(np.array(corners, float), fill, np.array(normal), line, scale, part=part)

    # ------------------------------------------------------------------------------------------------ light, things
    def occlude(self, mask, amount=0.3):
        """Darken a wall or floor softly towards its corners. Pages and papers stay as they are."""
        artist = self.artist
        if not artist.style.keeps_colours or mask is None or not mask.alpha.size:
            return
        soft = artist.canvas.soften(mask, max(4.0, artist.px(70)))
        inner = soft.clip(Mask(mask.top, mask.left, np.full(mask.alpha.shape, 255, np.uint8)))
        if inner.alpha.shape != mask.alpha.shape:
            return
        depth = mask.alpha * ((255 - inner.alpha.astype(np.float32)) / 127 * amount).clip(0, 0.6)
        artist.canvas.tint(
            Mask(mask.top, mask.left, depth.astype(np.uint8)), np.array([70, 62, 90.0]), True, edge=False
        )

    def shadow(self, footprint, rise=0.5, onto=None):
        """Lay the shadow of what stands on a footprint, (n, 3) metres, on the floor."""
        if not self.toned:
            return
        footprint = np.asarray(footprint, float)
        away = -self.light * (1, 0, 1) * rise
        points = np.concatenate([footprint, footprint + away])
        hull = cv2.convexHull(points[:, [0, 2]].astype(np.float32))[:, 0]
        mask = self.mask(np.stack([hull[:, 0], np.full(len(hull), footprint[0, 1]), hull[:, 1]], 1))
        if onto is not None and mask.alpha.size:
            mask = mask.clip(onto)
        if not mask.alpha.size:
            return
        if self.way == "painted":
            mask = self.artist.canvas.soften(mask, max(1.0, self.artist.px(7)))
        self.shade(mask, edge=self.way != "painted")

    def put(self, thing, at, tall, wide=1.0):
        """Stand a thing of `things.THINGS` on a point (x, y, z); `tall` metres are two of its radii."""
        point = np.asarray(at, float)
        depth = float(self.camera.see(point)[2])
        if depth < 0.5:
            return
        radius = tall / 2 * self.camera.focal / depth
        foot = self.camera.place(point)
        height, width = self.artist.canvas.shape
        if radius < 4 or not (-radius < foot[0] < width + radius and -radius < foot[1] < height + 3 * radius):
            return
        if radius < max(height, width):
            centre = foot - (0, radius * 0.95 * wide)
            self.in_this_light(lambda: thing(Placed(self.artist, centre, radius)), centre, radius)

    def glow(self, at, radius):
        """Light around a lamp at (x, y, z) at night, `radius` metres wide."""
        artist, canvas = self.artist, self.artist.canvas
        depth = float(self.camera.see(np.asarray(at, float))[2])
        if not artist.style.keeps_colours or self.air.name != "night" or depth < 0.8:
            return
        centre, radius = self.camera.place(np.asarray(at, float)), radius * self.camera.focal / depth
        if radius < 2 or np.abs(centre).max() > self.limit or radius > self.limit:
            return
        for size, share in ((2.6, 0.22), (1.2, 0.3)):
            reach = int(radius * size)
            box = Mask(int(centre[1]) - reach, int(centre[0]) - reach, np.full((2 * reach, 2 * reach), 255, np.uint8))
            mask = canvas.inside(box)
            if mask.alpha.size:
                x, y = mask.grid()
                away = np.hypot(x - centre[0], y - centre[1]) / max(reach, 1)
                canvas.light_up(mask.times(np.clip(1 - away, 0, 1) ** 1.6 * share), np.array([255, 214, 150.0]))

    def in_this_light(self, draw, centre, radius):
        """Draw something that knows nothing of this place, then lay the place's light over it.

        Args:
            draw: draws it. centre, radius: of a circle that it fills, pixels.
        """
        artist, canvas = self.artist, self.artist.canvas
        reach = int(1.3 * radius) + 2
        top, left = int(centre[1]) - reach, int(centre[0]) - reach
        box = canvas.inside(Mask(top, left, np.full((2 * reach, 2 * reach), 255, np.uint8)))
        if not artist.style.keeps_colours or not box.alpha.size:
            draw()
            return
        before = canvas.paint[box.window].copy()
        draw()
        fresh = Mask(box.top, box.left, np.where(canvas.paint[box.window] != before, np.uint8(255), np.uint8(0)))
        own = hsv(self.air.hue, 0.25, 0.62)
        canvas.tint(fresh.times(self.air.muted * 0.8), own, edge=False)
        if self.air.ambient.min() < 0.99:
            canvas.tint(fresh, 255 * self.air.ambient, True, edge=False)


class Spot:
    """A place before a wall: u runs along the wall, y up, w out from it, in metres.

    Attributes:
        builder: a `Builder`. x, z: where u and w are 0. side: `"back"`, `"left"` or `"right"`, the wall's.
        width: how much of the wall is free.
    """

    def __init__(self, builder, x, z, side="back", width=1.0):
        self.builder, self.artist = builder, builder.artist
        self.x, self.z, self.side, self.width = x, z, side, width

    def world(self, points):
        """(n, 3) points u, y, w in the world."""
        u, y, w = np.asarray(points, float).T
        if self.side == "back":
            return np.stack([self.x + u, y, self.z - w], 1)
        way = 1 if self.side == "left" else -1
        return np.stack([self.x + way * w, y, self.z + u], 1)

    @property
    def normal(self):
        """Unit vector out from the wall."""
        return {"back": np.array([0, 0, -1]), "left": np.array([1, 0, 0]), "right": np.array([-1, 0, 0])}[self.side]

    def distance(self):
        """How far away its middle lies, metres."""
        return self.builder.camera.distance(self.world([(self.width / 2, 1.0, 0.3)]))

    def box(self, low, high, colour, part="prop", scale=0.7, top=None, line=True):
        """As `Builder.box`, from (u, y, w) to (u, y, w)."""
        ends = self.world([low, high])
        self.builder.box(ends.min(0), ends.max(0), colour, part, scale, top, line)

    def face(self, points, colour, **options):
        """As `Builder.face`."""
        options.setdefault("part", "prop")
        return self.builder.face(self.world(points), colour, **options)

    def panel(self, left, low, right, high, w, colour, **options):
        """A rectangle that faces the room, `w` metres before the wall."""
        options.setdefault("scale", 0.6)
        corners = [(left, low, w), (right, low, w), (right, high, w), (left, high, w)]
        return self.face(corners, colour, **options)

    def line(self, points, colour, scale=0.5):
        """As `Builder.line`."""
        self.builder.line(self.world(points), colour, scale)

    def frame(self, left, low, right, high, w, colour, scale=0.5):
        """A rectangle of lines that faces the room."""
        corners = [(left, low, w), (right, low, w), (right, high, w), (left, high, w), (left, low, w)]
        self.line(corners, colour, scale)

    def put(self, thing, at, tall, wide=1.0):
        """As `Builder.put`, at (u, y, w)."""
        self.builder.put(thing, self.world([at])[0], tall, wide)

    def shadow(self, left, back, right, front, rise=0.5, y=0.003):
        """The shadow on the floor of what stands there."""
        self.builder.shadow(self.world([(left, y, back), (right, y, back), (right, y, front), (left, y, front)]), rise)
