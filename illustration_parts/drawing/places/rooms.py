"""Rooms and streets in perspective: with lines, in flat colours, or painted without a line.

draw_room(artist), draw_street(artist): each fills the whole canvas.
"""

from functools import partial

import cv2
import numpy as np

from illustration_parts.drawing.places import furnishing, halls, hangings, streets
from illustration_parts.drawing.places.brush import Painting
from illustration_parts.drawing.places.cameras import choose_camera
from illustration_parts.drawing.places.perspective import Builder, Spot
from illustration_parts.drawing.places.stages import Stage

# How often a place is drawn with lines, in flat colours, and painted.
WAYS = {
    "tv": (0.2, 0.1, 0.7),
    "film": (0.17, 0.08, 0.75),
    "cel90": (0.2, 0.1, 0.7),
    "webtoon": (0.66, 0.16, 0.18),
    "painted": (0.25, 0.1, 0.65),
    "vector": (0.5, 0.5, 0.0),
    "chibi": (0.6, 0.3, 0.1),
    "manga": (1.0, 0.0, 0.0),
    "pencil": (1.0, 0.0, 0.0),
    "ink": (1.0, 0.0, 0.0),
}
KINDS = ("bedroom", "living room", "kitchen", "class room", "shop", "library", "corridor", "hall", "ship")
KIND_SHARES = (0.19, 0.19, 0.1, 0.14, 0.08, 0.07, 0.07, 0.09, 0.07)


def choose_way(artist):
    """How a place is drawn: `"lined"`, `"flat"` or `"painted"`."""
    return artist.pick(("lined", "flat", "painted"), WAYS.get(artist.style.preset, (0.5, 0.2, 0.3)))


def finish(artist, builder):
    """Light over the whole place, brush strokes and blur where it is painted; the artist gets its style back."""
    canvas, air = artist.canvas, builder.air
    if artist.style.keeps_colours:
        whole = canvas.everything()
        x, y = whole.grid()
        height, width = canvas.shape
        angle = artist.between(0, 2 * np.pi)
        slope = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
        canvas.tint(
            whole.times(np.clip(slope, 0, 0.5) * artist.between(0.2, 0.7)), np.array([40, 36, 62.0]), edge=False
        )
        if air.name in ("day", "evening"):
            canvas.tint(whole.times(np.clip(-slope, 0, 0.5) * artist.between(0.1, 0.5)), air.sun, edge=False)
    if builder.way == "painted":
        _repaint(artist)
        if artist.chance(0.22):
            canvas.defocus(artist.px(artist.between(1.2, 5.0)))
            artist.cases.add("blurred grounds")
    builder.finish()
    artist.cases.add(f"{builder.way} places")


def _repaint(artist):
    """Go over the picture with a broad brush: edges become uneven, areas get strokes. What is where stays the same."""
    canvas = artist.canvas
    height, width = canvas.shape
    shrink = 2 if min(height, width) > 500 else 1
    painting = Painting(artist.rng, height // shrink, width // shrink, artist.style.scale / shrink)
    goal = canvas.layers[1]
    painting.picture = np.ascontiguousarray(goal[::shrink, ::shrink][: height // shrink, : width // shrink])
    before = painting.picture.copy()
    painting.repaint([artist.between(4.5, 8)], artist.between(2, 5), 2.0, artist.between(0.3, 0.6), 4, threshold=0)
    # Strokes stay off the edges of things, which would look out of focus.
    grey = cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)
    steep = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    share = np.exp(-((cv2.blur(steep, (5, 5)) / 9) ** 2)) * 0.9 + 0.1
    painting.picture = (painting.picture - before) * share[..., None]
    painting.enlarge(height, width)
    maps = {name: getattr(canvas, name).copy() for name in ("paint", "region", "light", "shadow", "boundary", "inner")}
    canvas.fill(canvas.everything(), np.clip(goal + painting.picture, 0, 255), None, None, 0, False)
    for name, values in maps.items():
        getattr(canvas, name)[:] = values
    artist.cases.add("textures")


def draw_room(artist, kind=None, way=None):
    """Draw a room that fills the canvas: walls, floor, windows, furniture and what lies about.

    Args:
        artist: an `Artist`.
        kind: of `KINDS`, or None for one by chance.
        way: `"lined"`, `"flat"` or `"painted"`, or None as suits the style.

    Raises:
        ValueError: for an unknown kind.
    """
    kind = artist.pick(KINDS, KIND_SHARES) if kind is None else kind
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}. Received: {kind!r}")
    eye = artist.pick((0.45, 1.1, 1.5, 1.7, 2.3), (0.12, 0.25, 0.33, 0.15, 0.15))
    builder = Builder(artist, choose_camera(artist, eye), choose_way(artist) if way is None else way, indoors=True)
    try:
        if kind in ("hall", "ship"):
            half = (halls.draw_hall if kind == "hall" else halls.draw_ship)(builder)
            walls = -half, half
        else:
            room = Room(builder, kind)
            room.draw()
            walls = room.left, room.right
        finish(artist, builder)
    finally:
        builder.finish()
    artist.stage = Stage(builder.camera, *walls)
    artist.cases.add("rooms")


def draw_street(artist, kind=None, way=None):
    """Draw a street that fills the canvas: houses, road, poles, trees, cars, a sky.

    Args:
        artist: an `Artist`.
        kind: of `streets.KINDS`, or None for one by chance.
        way: `"lined"`, `"flat"` or `"painted"`, or None as suits the style.

    Raises:
        ValueError: for an unknown kind.
    """
    kind = artist.pick(list(streets.KINDS)) if kind is None else kind
    if kind not in streets.KINDS:
        raise ValueError(f"kind must be one of {', '.join(streets.KINDS)}. Received: {kind!r}")
    eye = artist.pick((0.6, 1.5, 2.6, 5.0), (0.2, 0.5, 0.2, 0.1))
    builder = Builder(artist, choose_camera(artist, eye, (0.5, 0.95)), choose_way(artist) if way is None else way)
    builder.haze = 1.0
    try:
        half = streets.draw_place(builder, kind)
        finish(artist, builder)
    finally:
        builder.finish()
    artist.stage = Stage(builder.camera, -half, half)
    artist.cases.add("streets")


class Room:
    """A room of four walls, of which three are seen.

    Attributes:
        builder: a `Builder`. kind: of `furnishing.ALONG`.
        left, right, deep, tall: where its walls and ceiling are, metres.
    """

    def __init__(self, builder, kind):
        artist = builder.artist
        self.builder, self.artist, self.kind = builder, artist, kind
        broad = {"corridor": (1.1, 1.6), "class room": (3.2, 4.2), "kitchen": (1.7, 2.6)}.get(kind, (1.9, 3.2))
        shift = artist.between(-0.6, 0.6)
        half = artist.between(*broad)
        self.left, self.right = -half + shift * half * 0.6, half + shift * half * 0.6
        long = {"corridor": (9, 16), "class room": (6.5, 9)}.get(kind, (4.0, 6.5))
        self.deep, self.tall = artist.between(*long), artist.between(2.4, 3.1)
        self.floor = None
        self.wood = builder.wood()

    def draw(self):
        """Walls, then what hangs on them, light, and furniture from back to front."""
        self._shell()
        standing = []
        for side in ("back", "left", "right"):
            standing += self._furnish_wall(side)
        self._let_light_in()
        standing += self._furnish_middle()
        for _, draw in sorted(standing, key=lambda item: -item[0]):
            draw()
        self._hang_lamps()

    def _shell(self):
        builder, artist = self.builder, self.artist
        wall, ceiling = builder.tone(None, artist.between(0.03, 0.22), 0.68, 0.97), builder.tone(None, 0.06, 0.8, 0.98)
        floor = builder.wood() if artist.chance(0.65) else builder.tone(None, 0.12, 0.4, 0.85)
        self.wall = wall
        left, right, deep, tall, near = self.left, self.right, self.deep, self.tall, -1.0
        artist.fill(artist.canvas.everything(), builder.see_colour(wall), "wall or floor")
        up = builder.face(
            [(left, tall, near), (right, tall, near), (right, tall, deep), (left, tall, deep)], ceiling, (0, -1, 0)
        )
        builder.occlude(up)
        self.floor = builder.face(
            [(left, 0, near), (right, 0, near), (right, 0, deep), (left, 0, deep)], floor, (0, 1, 0)
        )
        self._pave(floor)
        builder.occlude(self.floor)
        for corners in (
            [(left, 0, near), (left, tall, near), (left, tall, deep), (left, 0, deep)],
            [(right, 0, near), (right, tall, near), (right, tall, deep), (right, 0, deep)],
            [(left, 0, deep), (right, 0, deep), (right, tall, deep), (left, tall, deep)],
        ):
            normal = {0: (1, 0, 0), 1: (-1, 0, 0)}.get(
                0 if corners[1][0] == left and corners[0][0] == left else 1 if corners[0][0] == right else 2, (0, 0, -1)
            )
            mask = builder.face(corners, wall * (0.94 if normal[2] else 1.0), normal)
            self._paper(corners, wall, normal)
            builder.occlude(mask)
        for y, high in ((0.0, 0.1), (tall - 0.08, 0.08)):
            for spot, wide in self._walls():
                spot.panel(
                    0, y, wide, y + high, 0.02, self.wood if y == 0 else ceiling, part="wall or floor", scale=0.6
                )

    def _walls(self):
        builder = self.builder
        return (
            (Spot(builder, self.left, self.deep, "back"), self.right - self.left),
            (Spot(builder, self.left, 0.4, "left"), self.deep - 0.4),
            (Spot(builder, self.right, 0.4, "right"), self.deep - 0.4),
        )

    def _pave(self, floor):
        """Boards, tiles or mats."""
        builder, artist = self.builder, self.artist
        left, right, deep = self.left, self.right, self.deep
        kind = artist.pick(("boards", "tiles", "mats", "plain"), (0.5, 0.25, 0.13, 0.12))
        if kind == "boards":
            step = artist.between(0.12, 0.3)
            for x in np.arange(left, right, step):
                if not builder.page and artist.chance(0.6):
                    corners = [(x, 0, 0.3), (x + step, 0, 0.3), (x + step, 0, deep), (x, 0, deep)]
                    builder.face(corners, floor * artist.between(0.92, 1.06), None, False, apart=False)
                builder.line([(x, 0, 0.5), (x, 0, deep)], floor, 0.5)
                for z in np.arange(0.8 + artist.between(0, 1.5), deep, artist.between(0.9, 2.2)):
                    builder.line([(x, 0, z), (x + step, 0, z)], floor, 0.5)
        elif kind == "tiles":
            step, dark = artist.between(0.35, 0.7), floor * artist.between(0.72, 0.95)
            for row, x in enumerate(np.arange(left, right - 0.05, step)):
                for column, z in enumerate(np.arange(0.5, deep - 0.05, step)):
                    if (row + column) % 2:
                        x1, z1 = min(right, x + step), min(deep, z + step)
                        builder.face(
                            [(x, 0, z), (x1, 0, z), (x1, 0, z1), (x, 0, z1)],
                            dark,
                            (0, 1, 0),
                            scale=0.5,
                            kind="inner",
                            apart=builder.lined,
                        )
        elif kind == "mats":
            mat, rim = builder.tone(0.17, 0.25, 0.75, 0.9), builder.tone(0.35, 0.3, 0.25, 0.4)
            for row, z in enumerate(np.arange(0.3, deep, 0.9)):
                for x in np.arange(left - 0.9 * (row % 2), right, 1.8):
                    a, b, c = max(left, x), min(right, x + 1.8), min(deep, z + 0.9)
                    if b - a < 0.1 or c - z < 0.05:
                        continue
                    builder.face([(a, 0, z), (b, 0, z), (b, 0, c), (a, 0, c)], mat, (0, 1, 0), scale=0.5, kind="inner")
                    for edge in (z, c - 0.04):
                        builder.face(
                            [(a, 0, edge), (b, 0, edge), (b, 0, edge + 0.04), (a, 0, edge + 0.04)],
                            rim,
                            None,
                            scale=0.4,
                            kind="inner",
                        )

    def _paper(self, corners, wall, normal):
        """A pattern or panelling on a wall."""
        artist = self.artist
        side = "back" if normal[2] else "left" if normal[0] > 0 else "right"
        spot = next(spot for spot, _ in self._walls() if spot.side == side)
        wide = self.right - self.left if side == "back" else self.deep - 0.4
        if not hasattr(self, "paper"):
            self.paper = artist.pick(("none", "panels", "stripes", "bricks"), (0.55, 0.22, 0.15, 0.08))
        if self.paper == "panels":
            spot.panel(0, 0.1, wide, 0.9, 0.01, self.wood, part="wall or floor")
            for u in np.arange(0.2, wide, 0.25):
                spot.line([(u, 0.1, 0.012), (u, 0.88, 0.012)], self.wood, 0.45)
            spot.panel(0, 0.88, wide, 0.94, 0.02, self.wood * 1.1, part="wall or floor", scale=0.6)
        elif self.paper == "stripes":
            for u in np.arange(0.1, wide, 0.3):
                spot.panel(
                    u,
                    0.1,
                    min(wide, u + 0.13),
                    self.tall - 0.08,
                    0.005,
                    wall * 0.94,
                    part="wall or floor",
                    line=False,
                    apart=False,
                )
        elif self.paper == "bricks":
            for row, y in enumerate(np.arange(0.1, self.tall, 0.12)):
                if artist.chance(0.75):
                    spot.line([(0, y, 0.01), (wide, y, 0.01)], wall, 0.4)
                for u in np.arange(0.15 * (row % 2), wide, 0.3):
                    if artist.chance(0.45):
                        spot.line([(u, y, 0.01), (u, y + 0.12, 0.01)], wall, 0.4)

    def _furnish_wall(self, side):
        """Hang what hangs on a wall; returns (distance, drawing) of what stands before it."""
        builder, artist = self.builder, self.artist
        base, wide = next(wall for wall in self._walls() if wall[0].side == side)
        standing, at = [], artist.between(0.05, 0.4) if side == "back" else artist.between(0.4, 1.2)
        windowed = artist.chance(0.85 if side == "back" else 0.55)
        if self.kind == "class room" and side == "left":
            for u in np.arange(0.6, wide - 1.4, 1.7):
                hangings.draw_window(base, u, 0.85, u + 1.4, self.tall - 0.5, artist.chance(0.4))
            return standing
        while at < wide - 0.5:
            free = wide - at - 0.1
            spot = Spot(builder, base.x + (at if side == "back" else 0), base.z + (0 if side == "back" else at), side)
            choice = artist.rng.random()
            if self.kind == "class room" and side == "back" and free > 2.2 and at < 1.0:
                spot.width = min(free, artist.between(3.2, 5.5))
                standing.append((spot.distance(), partial(furnishing.draw_blackboard, spot)))
                at += spot.width + 0.3
            elif windowed and choice < 0.4 and free > 0.8:
                spot.width = min(free - 0.2, artist.between(0.8, 1.7))
                low = artist.pick((0.75, 0.9, 1.0, 0.1), (0.3, 0.3, 0.3, 0.1))
                hangings.draw_window(
                    spot, 0.15, low, 0.15 + spot.width, min(self.tall - 0.35, low + artist.between(1.0, 1.4))
                )
                if low > 0.7 and artist.chance(0.45):
                    standing.append(
                        self._stand(
                            spot, (furnishing.draw_drawers, furnishing.draw_desk, furnishing.draw_sofa), spot.width
                        )
                    )
                at += spot.width + 0.45
            elif choice < 0.5 and free > 1.0:
                hangings.draw_door(spot, 0.1)
                at += 1.1
            elif choice < 0.62:
                spot.width = min(free, artist.between(0.7, 1.5))
                hangings.draw_pictures(spot)
                if artist.chance(0.5) and free > 1.2:
                    standing.append(self._stand(spot, (furnishing.draw_drawers, furnishing.draw_sofa), min(free, 1.5)))
                    at += 0.6
                at += spot.width + 0.15
            elif choice < 0.7 and free > 0.7:
                spot.width = min(free, artist.between(0.6, 1.2))
                standing.append((spot.distance() + 0.5, partial(hangings.draw_wall_shelf, spot)))
                at += spot.width + 0.2
            elif choice < 0.94:
                draw, least, most = artist.pick(furnishing.ALONG[self.kind])
                if free > least:
                    spot.width = min(free, artist.between(least, most))
                    standing.append((spot.distance(), partial(draw, spot)))
                    at += spot.width + artist.between(0.05, 0.3)
                else:
                    at += 0.4
            else:
                at += artist.between(0.3, 0.8)
        return standing

    def _stand(self, spot, choices, width):
        """(distance, drawing) of one of several pieces at a spot."""
        here = Spot(self.builder, spot.x, spot.z, spot.side, width)
        draw = self.artist.pick(choices)
        return here.distance(), lambda: draw(here)

    def _let_light_in(self):
        """Patches of sun on the floor, from each pane."""
        builder, artist, air = self.builder, self.artist, self.builder.air
        if not artist.style.keeps_colours or self.floor is None or not builder.windows or air.strength < 0.2:
            return
        slant, fall = artist.between(-0.6, 0.6), artist.between(0.6, 1.4)
        canvas = artist.canvas
        for corners, normal in builder.windows[:24]:
            way = normal + np.array([-normal[2], 0, normal[0]]) * slant
            reach = corners[:, 1:2] * fall
            spots = corners * (1, 0, 1) + way * (1, 0, 1) * reach
            mask = builder.mask(spots).clip(self.floor)
            if not mask.alpha.size:
                continue
            if builder.way == "painted":
                mask = canvas.soften(mask, max(0.8, artist.px(3))).clip(self.floor)
            if mask.alpha.size:
                canvas.light_up(mask.times(air.strength * 0.8), air.sun, edge=builder.way != "painted")
        artist.cases.add("light from a window")

    def _furnish_middle(self):
        """(distance, drawing) of rugs, tables, school desks and what lies about."""
        builder, artist = self.builder, self.artist
        left, right, deep = self.left, self.right, self.deep
        standing = []

        def stand(x, z, draw, width=1.0):
            spot = Spot(builder, x, z, "back", width)
            standing.append((builder.camera.distance(np.array([(x + 0.4, 0.4, z - 0.3)])), lambda: draw(spot)))

        if self.kind == "class room":
            for z in np.arange(2.0, deep - 1.6, 1.15):
                for x in np.arange(left + 0.7, right - 0.7, 1.15):
                    stand(x + artist.between(-0.06, 0.06), z + artist.between(-0.06, 0.06), furnishing.draw_school_desk)
            return standing
        if self.kind != "corridor":
            if artist.chance(0.55):
                self._lay_rug()
            if artist.chance(0.75):
                stand(artist.between(left + 0.5, right - 1.6), artist.between(2.4, deep - 1.2), furnishing.draw_table)
            if artist.chance(0.3):
                stand(artist.between(left + 0.3, right - 1.8), artist.between(1.8, 2.8), furnishing.draw_sofa, 1.6)
        for _ in range(int(artist.between(1, 6))):
            thing, size = artist.pick(furnishing.FLOOR), artist.between(0.25, 0.6)
            x = artist.between(left + 0.2, right - 0.2)
            stand(x, artist.between(1.6, deep - 0.4), lambda spot, thing=thing, size=size: self._lay(spot, thing, size))
        return standing

    @staticmethod
    def _lay(spot, thing, size):
        spot.shadow(-size / 3, -size / 4, size / 3, size / 4, size * 0.4)
        spot.put(thing, (0, 0, 0), size)

    def _lay_rug(self):
        builder, artist = self.builder, self.artist
        x, z = artist.between(self.left + 0.2, self.right - 2.0), artist.between(1.6, self.deep - 2.0)
        wide, deep = artist.between(1.4, 2.2), artist.between(1.0, 1.8)
        for k, share in enumerate((0.0, 0.1, 0.16) if artist.chance(0.7) else (0.0,)):
            a, b = share * wide, share * deep * 1.2
            corners = [
                (x + a, 0.005, z + b),
                (x + wide - a, 0.005, z + b),
                (x + wide - a, 0.005, z + deep - b),
                (x + a, 0.005, z + deep - b),
            ]
            builder.face(
                corners, builder.accent(), (0, 1, 0), scale=0.6, kind="inner" if k else "boundary", part="prop"
            )
        cloth = builder.accent()
        for u in np.linspace(0.25, 0.75, 4):
            for w in np.linspace(0.3, 0.7, 3):
                at = np.array([x + u * wide, 0.006, z + w * deep])
                diamond = [at + (0.09, 0, 0), at + (0, 0, 0.09), at - (0.09, 0, 0), at - (0, 0, 0.09)]
                builder.face(diamond, cloth, None, scale=0.5, kind="inner", part="prop")
        for u in np.linspace(0, wide, 26):
            builder.line([(x + u, 0.005, z), (x + u, 0.005, z - 0.06)], cloth, 0.5)

    def _hang_lamps(self):
        """A lamp from the ceiling, with its glow where the place is dark."""
        builder, artist = self.builder, self.artist
        places = (
            [(0.0, z) for z in np.arange(2.5, self.deep, 2.4)]
            if self.kind in ("corridor", "class room")
            else [(artist.between(-0.5, 0.5), artist.between(2.2, self.deep - 1))]
        )
        if self.kind not in ("corridor", "class room") and artist.chance(0.4):
            return
        for x, z in places[::-1]:
            glow = builder.tone(0.12, 0.15, 0.95, 1.0)
            if self.kind in ("corridor", "class room"):
                builder.box(
                    (x - 0.08, self.tall - 0.1, z - 0.6), (x + 0.08, self.tall - 0.03, z + 0.6), glow, "light", 0.5
                )
                continue
            drop = artist.between(0.4, 0.8)
            builder.line([(x, self.tall, z), (x, self.tall - drop, z)], builder.tone(low=0.2, high=0.4), 0.8)
            angles = np.arange(14) * 2 * np.pi / 14
            low = [(x + 0.26 * np.cos(a), self.tall - drop - 0.22, z + 0.26 * np.sin(a)) for a in angles]
            builder.face(low, glow, None, scale=0.6, part="light", lit=True)
            shade = [
                (x - 0.1, self.tall - drop, z),
                (x + 0.1, self.tall - drop, z),
                (x + 0.26, self.tall - drop - 0.22, z),
                (x - 0.26, self.tall - drop - 0.22, z),
            ]
            builder.face(shade, builder.accent(), None, scale=0.7, part="light")
            builder.glow((x, self.tall - drop - 0.2, z), 0.5)
