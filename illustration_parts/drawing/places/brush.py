"""A painter: strokes, dabs and heaps on a picture without ink.

    painting = Painting(rng, 400, 600, scale=0.4)
    painting.wash(np.ones((400, 600), np.float32), (120, 170, 230), "sky")
    painting.repaint([12, 5])
    painting.put(artist)

Pictures are (H, W, 3) float32 RGB 0..255, coverages (h, w) float32 0..1.
"""

import cv2
import numpy as np

from illustration_parts.drawing.canvas import PARTS, Mask
from illustration_parts.drawing.curves import noise
from illustration_parts.system.compiled import njit

BRISTLES = 64  # marks of a brush across one stroke
FLOW_STEP = 2  # pixels between two directions of strokes
SHRINK_FROM = 9  # pixels of radius; strokes of broader brushes are painted on a smaller picture


@njit(cache=True, nogil=True)
def _sweep(picture, x0, y0, x1, y1, radius, red, green, blue, opacity, bristles, first, strength):
    """Paint one straight piece of a stroke; the colour changes across it as under the hairs of a brush."""
    height, width = picture.shape[:2]
    left, right = max(0, int(min(x0, x1) - radius)), min(width - 1, int(max(x0, x1) + radius) + 1)
    top, bottom = max(0, int(min(y0, y1) - radius)), min(height - 1, int(max(y0, y1) + radius) + 1)
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy + 1e-6
    length = np.sqrt(square)
    for y in range(top, bottom + 1):
        for x in range(left, right + 1):
            t = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / square))
            u, v = x - x0 - t * dx, y - y0 - t * dy
            distance = np.sqrt(u * u + v * v)
            if distance >= radius + 0.5:
                continue
            across = ((x - x0) * dy - (y - y0) * dx) / (length * radius)
            hair = bristles[int(first + (across + 1) * 15) % bristles.shape[0]]
            alpha = opacity * min(1.0, radius + 0.5 - distance)
            alpha *= min(1.0, 1.15 + 0.5 * hair)
            change = strength * hair
            picture[y, x, 0] += alpha * (red + change - picture[y, x, 0])
            picture[y, x, 1] += alpha * (green + change - picture[y, x, 1])
            picture[y, x, 2] += alpha * (blue + change - picture[y, x, 2])


@njit(cache=True, nogil=True)
def _stroke_all(picture, goal, flow, starts, radius, steps, opacity, jitter, bristles, firsts, strength, threshold):
    height, width = picture.shape[:2]
    for k in range(starts.shape[0]):
        x, y = starts[k, 0], starts[k, 1]
        u, v = int(x), int(y)
        red, green, blue = goal[v, u, 0], goal[v, u, 1], goal[v, u, 2]
        off = abs(picture[v, u, 0] - red) + abs(picture[v, u, 1] - green) + abs(picture[v, u, 2] - blue)
        if off < threshold:
            continue
        old_x, old_y = 0.0, 0.0
        for step in range(steps):
            dx, dy = flow[v // FLOW_STEP, u // FLOW_STEP, 0], flow[v // FLOW_STEP, u // FLOW_STEP, 1]
            if dx * old_x + dy * old_y < 0:
                dx, dy = -dx, -dy
            if step:
                dx, dy = 0.5 * dx + 0.5 * old_x, 0.5 * dy + 0.5 * old_y
            length = np.sqrt(dx * dx + dy * dy) + 1e-6
            old_x, old_y = dx / length, dy / length
            next_x, next_y = x + 1.5 * radius * old_x, y + 1.5 * radius * old_y
            _sweep(
                picture,
                x,
                y,
                next_x,
                next_y,
                radius,
                red + jitter[k, 0],
                green + jitter[k, 1],
                blue + jitter[k, 2],
                opacity,
                bristles,
                firsts[k],
                strength,
            )
            x, y = next_x, next_y
            if x < 0 or y < 0 or x >= width or y >= height:
                break
            u, v = int(x), int(y)
            # A stroke ends where the picture as it is comes nearer to its goal than the stroke would (Hertzmann 1998).
            now = abs(picture[v, u, 0] - goal[v, u, 0]) + abs(picture[v, u, 1] - goal[v, u, 1])
            with_it = abs(red - goal[v, u, 0]) + abs(green - goal[v, u, 1])
            if step and now < with_it:
                break


@njit(cache=True, nogil=True)
def _dab_all(picture, parts, part, places, sizes, angles, bends, colours, opacity, pointed, hardness, half_shade):
    height, width = picture.shape[:2]
    for k in range(places.shape[0]):
        cos, sin = np.cos(angles[k]), np.sin(angles[k])
        length, breadth = max(0.5, sizes[k, 0]), max(0.35, sizes[k, 1])
        broad = breadth * (1 + abs(bends[k]))
        reach_x, reach_y = abs(cos) * length + abs(sin) * broad + 1.0, abs(sin) * length + abs(cos) * broad + 1.0
        x0, y0 = places[k, 0], places[k, 1]
        left, right = max(0, int(x0 - reach_x)), min(width - 1, int(x0 + reach_x) + 1)
        top, bottom = max(0, int(y0 - reach_y)), min(height - 1, int(y0 + reach_y) + 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                u = ((x - x0) * cos + (y - y0) * sin) / length
                if u * u >= 1:
                    continue
                v = ((y - y0) * cos - (x - x0) * sin) / breadth - bends[k] * (1 - u * u)
                # Pixels to the rim of a leaf, and to first order to that of an ellipse.
                reach = (1 - u * u - abs(v)) * breadth
                if pointed < 1:
                    away = np.sqrt(u * u + v * v)
                    steep = np.sqrt((u / length) ** 2 + (v / breadth) ** 2)
                    round_reach = (1 - away) * away / steep if steep > 1e-9 else breadth
                    reach = pointed * reach + (1 - pointed) * round_reach
                alpha = min(1.0, max(0.0, reach * hardness + 0.5 * min(1.0, hardness)))
                if alpha <= 0:
                    continue
                if hardness < 0.5:  # a soft mark has no kink at its heart or rim
                    alpha *= alpha * (3 - 2 * alpha)
                alpha *= opacity[k]
                factor = 1 - half_shade if v > 0 else 1.0
                for c in range(3):
                    picture[y, x, c] += alpha * (colours[k, c] * factor - picture[y, x, c])
                if part >= 0 and alpha > 0.5:
                    parts[y, x] = part


@njit(cache=True, nogil=True)
def _heap_all(heights, puffs):
    for k in range(puffs.shape[0]):
        x0, y0, radius, lift = puffs[k, 0], puffs[k, 1], puffs[k, 2], puffs[k, 3]
        left, right = max(0, int(x0 - radius)), min(heights.shape[1] - 1, int(x0 + radius) + 1)
        top, bottom = max(0, int(y0 - radius)), min(heights.shape[0] - 1, int(y0 + radius) + 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                square = radius * radius - (x - x0) ** 2 - (y - y0) ** 2
                if square > 0:
                    heights[y, x] = max(heights[y, x], lift + np.sqrt(square))


@njit(cache=True, nogil=True)
def _wash(picture, parts, part, alpha, top, left, colour, field):
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            a = alpha[y, x]
            if a <= 0:
                continue
            v, u = y + top, x + left
            for c in range(3):
                goal = field[y, x, c] if field.shape[0] > 0 else colour[c]
                picture[v, u, c] += a * (goal - picture[v, u, c])
            if part >= 0 and a > 0.5:
                parts[v, u] = part


def heap(height, width, puffs):
    """The surface of balls heaped up before the viewer.

    Args:
        height, width: of the result.
        puffs: (n, 4) x, y, radius and how far the ball's centre stands before the picture's plane, pixels.

    Returns:
        (height, width) float32, how far the surface stands out; 0 where there is none.
    """
    heights = np.zeros((height, width), np.float32)
    _heap_all(heights, np.ascontiguousarray(puffs, np.float32))
    return heights


def _spread(values, *shape):
    """Values as a new float32 array of this shape: Numba compiles anew for one that cannot be written."""
    return np.array(np.broadcast_to(np.asarray(values, np.float32), shape), order="C")


def smooth_step(values, low, high):
    """0 below low, 1 above high, a smooth ramp between, for float arrays; `high` may lie below `low`."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(one, other, share):
    """Colours between two: (..., 3), `share` 0..1 a number or an array of shape (...)."""
    share = np.asarray(share, np.float32)[..., None]
    return np.asarray(one, np.float32) * (1 - share) + np.asarray(other, np.float32) * share


class Painting:
    """A ground being painted, with a map of what it shows.

    Attributes:
        rng: `numpy.random.Generator`.
        picture: (H, W, 3) float32 RGB 0..255.
        parts: (H, W) uint8, places in `canvas.PARTS`.
        scale: pixels per unit of a picture whose short side is 1,000.
        horizon: row of the horizon of the floor that is seen, or None where none is.
    """

    def __init__(self, rng, height, width, scale=1.0, colour=(128, 128, 128), part="sky"):
        self.rng, self.scale, self.horizon = rng, scale, None
        self.picture = np.empty((height, width, 3), np.float32)
        self.picture[:] = colour
        self.parts = np.full((height, width), PARTS.index(part), np.uint8)

    @property
    def size(self):
        """(height, width)."""
        return self.parts.shape

    def px(self, length):
        """A length for a short side of 1,000 pixels in this picture's pixels."""
        return length * self.scale

    def between(self, low, high):
        """A uniform random number."""
        return low + (high - low) * self.rng.random()

    def noise(self, cell, octaves=3, stretch=1.0):
        """Smooth noise over the painting, (H, W) float32 about -1..1, its features `stretch` times as wide as high."""
        height, width = self.size
        small = noise(self.rng, height, max(2, int(width / stretch)), max(2.0, cell), octaves)
        return small if stretch == 1 else cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)

    def wash(self, alpha, colour, part=None, top=0, left=0):
        """Lay a colour over an area.

        Args:
            alpha: (h, w) float32 coverage.
            colour: RGB, or an (h, w, 3) array.
            part: of `PARTS`, or None to leave the map alone.
            top, left: where the area's first pixel lies; all of it must lie on the painting.
        """
        colour = np.asarray(colour, np.float32)
        field = colour if colour.ndim == 3 else np.zeros((0, 0, 3), np.float32)
        single = colour if colour.ndim == 1 else np.zeros(3, np.float32)
        number = -1 if part is None else PARTS.index(part)
        _wash(self.picture, self.parts, number, np.asarray(alpha, np.float32), top, left, single, field)

    def polygon(self, points, colour, part=None, opacity=1.0):
        """Fill a closed polygon, (n, 2) points."""
        points = np.asarray(points, float)
        height, width = self.size
        left, top = np.maximum(np.floor(points.min(0)).astype(int) - 1, 0)
        right, bottom = np.minimum(np.ceil(points.max(0)).astype(int) + 2, (width, height))
        if right <= left or bottom <= top:
            return
        alpha = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.round((points - (left, top)) * 16).astype(np.int32)
        cv2.fillPoly(alpha, [fixed], 255, cv2.LINE_AA, 4)
        self.wash(alpha * np.float32(opacity / 255), colour, part, int(top), int(left))

    def dabs(
        self, places, sizes, angles, colours, part=None, opacity=1.0, pointed=1.0, hardness=1.0, bends=0.0, halves=0.0
    ):
        """Press many marks of a brush onto the picture, in their order.

        Args:
            places: (n, 2) their centres.
            sizes: (n, 2) half lengths and half widths in pixels.
            angles: (n,) radians of their length, or one for all.
            colours: (n, 3) RGB, or one for all.
            part: of `PARTS`, or None to leave the map alone.
            opacity: 0..1, one or (n,).
            pointed: 0 an ellipse, 1 a leaf with two tips.
            hardness: of the rim, 1 a pixel wide, 0.1 ten.
            bends: how far they bend, in half widths, one or (n,).
            halves: how much darker one half of a mark is than the other, 0..1.
        """
        count = len(places)
        if not count:
            return
        _dab_all(
            self.picture,
            self.parts,
            -1 if part is None else PARTS.index(part),
            _spread(places, count, 2),
            _spread(sizes, count, 2),
            _spread(angles, count),
            _spread(bends, count),
            _spread(colours, count, 3),
            _spread(opacity, count),
            float(pointed),
            float(hardness),
            float(halves),
        )

    def repaint(
        self, radii, jitter=6.0, strength=5.0, opacity=0.9, steps=6, threshold=18.0, angle=None, rows=None, columns=None
    ):
        """Paint the picture over in strokes along its gradient's normal, from broad brushes to fine ones.

        Broad strokes are laid everywhere, fine ones where the picture is off by more than a threshold (Hertzmann,
        "Painterly rendering with curved brush strokes of multiple sizes", 1998).

        Args:
            radii: of the brushes for a short side of 1,000 pixels, broad first.
            jitter: how far a stroke's colour strays, levels.
            strength: how deep the marks of the hairs are, levels.
            opacity: 0..1.
            steps: largest number of pieces of a stroke, each one and a half radii long.
            threshold: sum of differences in levels from which fine strokes are laid.
            angle: radians along which strokes run where the picture has no gradient; drawn if None.
            rows, columns: slices of what is painted, or None for all.
        """
        window = rows or slice(None), columns or slice(None)
        goal = self.picture[window].copy()
        if min(goal.shape[:2]) < 8:
            return
        angle = self.rng.uniform(0, np.pi) if angle is None else angle
        for place, radius in enumerate(radii):
            radius = max(1.0, self.px(radius))
            shrink = max(1, int(radius / SHRINK_FROM))
            fewest = 0.0 if place == 0 else threshold
            self._paint_layer(window, goal, radius, shrink, jitter, strength, opacity, steps, fewest, angle)

    def _paint_layer(self, window, goal, radius, shrink, jitter, strength, opacity, steps, threshold, angle):
        rng = self.rng
        picture = self.picture[window]
        height, width = max(4, goal.shape[0] // shrink), max(4, goal.shape[1] // shrink)
        radius /= shrink
        small = cv2.resize(goal, (width, height), interpolation=cv2.INTER_AREA) if shrink > 1 else goal
        small = cv2.GaussianBlur(small, (0, 0), max(0.5, 0.4 * radius))
        now = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA) if shrink > 1 else picture.copy()
        flow = _flow(small, radius, angle, rng)
        gap = max(1.0, 1.1 * radius)
        ys, xs = np.mgrid[0:height:gap, 0:width:gap]
        starts = np.stack([xs.ravel(), ys.ravel()], 1) + rng.uniform(0, gap, (xs.size, 2))
        starts = np.minimum(starts, (width - 1.01, height - 1.01))[rng.permutation(xs.size)].astype(np.float32)
        count = len(starts)
        stray = jitter * (0.8 * rng.standard_normal((count, 1)) + 0.5 * rng.standard_normal((count, 3)))
        before = now.copy()
        bristles = cv2.GaussianBlur(rng.standard_normal((1, BRISTLES)).astype(np.float32), (0, 0), 1.0)[0] * 1.8
        firsts = rng.integers(0, BRISTLES, count)
        arguments = stray.astype(np.float32), bristles, firsts, float(strength), float(threshold)
        _stroke_all(now, small, flow, starts, float(radius), int(steps), float(opacity), *arguments)
        if shrink > 1:
            change = cv2.resize(now - before, goal.shape[1::-1], interpolation=cv2.INTER_LINEAR)
            picture += change
        else:
            picture[:] = now

    def enlarge(self, height, width):
        """Resize the painting to (height, width)."""
        if self.size != (height, width):
            self.scale *= height / self.size[0]
            self.picture = cv2.resize(self.picture, (width, height), interpolation=cv2.INTER_LINEAR)
            self.parts = cv2.resize(self.parts, (width, height), interpolation=cv2.INTER_NEAREST)

    def put(self, artist, together=9):
        """Lay the painting on an artist's canvas as its ground; each part is a fill and a region of its own.

        Args:
            artist: an `Artist` whose canvas has the painting's size.
            together: window for a short side of 1,000 pixels in which the most frequent part wins, so that single
                leaves are no regions.
        """
        picture = np.clip(self.picture, 0, 255)
        if artist.style.mode == "light":
            picture *= 0.4
        if artist.style.monochrome:
            picture = np.repeat(picture.mean(-1, keepdims=True), 3, -1)
        numbers, counts = np.unique(self.parts, return_counts=True)
        canvas = artist.canvas
        canvas.fill(canvas.everything(), picture, None, PARTS[numbers[counts.argmax()]])
        if len(numbers) == 1:
            return
        window = int(self.px(together)) // 2 * 2 + 1
        shares = [cv2.blur((self.parts == number).astype(np.float32), (window, window)) for number in numbers]
        winner = np.argmax(shares, 0)
        for place, number in enumerate(numbers):
            if place == counts.argmax():
                continue
            solid = winner == place
            if solid.any():
                ys, xs = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
                window = np.s_[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
                alpha = solid[window].astype(np.uint8) * 255
                canvas.fill(Mask(int(ys[0]), int(xs[0]), alpha), picture[window], None, PARTS[number])


def _flow(picture, radius, angle, rng):
    """Unit directions along which strokes run, one for `FLOW_STEP` pixels: the gradient's normal, or about `angle`."""
    height, width = -(-picture.shape[0] // FLOW_STEP), -(-picture.shape[1] // FLOW_STEP)
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (width, height), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.8, 0.7 * radius / FLOW_STEP))
    x, y = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 16), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 16)
    turned = angle + 0.5 * noise(rng, height, width, max(8.0, 12 * radius / FLOW_STEP), 2)
    default_x, default_y = np.cos(turned), np.sin(turned)
    # Directions are axes: a gradient's normal is turned to the side on which the default lies before both are added.
    side = np.sign(default_y * x - default_x * y)
    flow = np.dstack([0.6 * default_x - side * y, 0.6 * default_y + side * x])
    length = np.sqrt(flow[..., 0] ** 2 + flow[..., 1] ** 2)
    return (flow / np.maximum(length, 1e-6)[..., None]).astype(np.float32)
