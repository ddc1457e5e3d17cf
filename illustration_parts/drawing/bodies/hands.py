"""Hands with five tapered fingers, in some attitudes, down to mittens where they are small.

A hand's own coordinates have its length as unit, from the wrist to the tip of the middle finger. The x axis runs from
the wrist to the fingers, y towards the thumb. `mirror` says on which side of the picture the thumb is.
"""

import numpy as np

from illustration_parts.drawing.bodies import cloth
from illustration_parts.drawing.curves import bow, offset, spline

ATTITUDES = ("open", "relaxed", "gentle", "side", "fist", "pointing", "holding")
# Base, length and width of the fingers from the index to the little one.
BASES = np.array([(0.46, 0.17), (0.49, 0.055), (0.46, -0.065), (0.4, -0.175)])
LENGTHS = np.array([0.44, 0.51, 0.46, 0.36])
WIDTHS = np.array([0.112, 0.116, 0.108, 0.094])
SMALL = 13  # pixels; shorter hands are mittens
PLAIN = 26  # pixels; shorter hands have no creases


def draw_hand(artist, wrist, direction, length, attitude, mirror, skin, group, palm=False, part="skin"):
    """Draw one hand.

    Args:
        artist: an `Artist`.
        wrist: (x, y) of its middle. direction: radians that the hand points in.
        length: from the wrist to the middle finger's tip, pixels.
        attitude: of `ATTITUDES`.
        mirror: 1 if the thumb lies on the right of the direction on screen, else -1.
        skin: RGB. group, part: see `Canvas.fill`.
        palm: whether the palm is seen, not the back.

    Returns:
        The hand's `Mask`.

    Raises:
        ValueError: for an unknown attitude.
    """
    if attitude not in ATTITUDES:
        raise ValueError(f"attitude must be one of {', '.join(ATTITUDES)}. Received: {attitude!r}")
    cos, sin = np.cos(direction), np.sin(direction)

    def place(points):
        points = np.asarray(points, float) * length
        x, y = points[..., 0], points[..., 1] * mirror
        return np.stack([x * cos - y * sin, x * sin + y * cos], -1) + wrist

    hand = _Hand(artist, place, length, np.asarray(skin, float), group, part, palm)
    if length < SMALL:
        hand.mitten()
    else:
        getattr(hand, attitude)()
    mask = cloth.unite(hand.masks)
    if hand.shadows and mask.alpha.size:
        artist.shade(cloth.unite([artist.canvas.polygon(points) for points in hand.shadows]).clip(mask))
    artist.cases.add("hands")
    return mask


class _Hand:
    """One hand being drawn: its pieces from the back to the front, and the shadows on them."""

    def __init__(self, artist, place, length, skin, group, part, palm):
        self.artist, self.place, self.length, self.skin = artist, place, length, skin
        self.group, self.part, self.palm = group, part, palm
        self.masks, self.shadows = [], []
        self.taper = min(0.5, artist.style.taper)
        self.nails = length > 60 and artist.chance(0.25 + 0.5 * artist.style.real)

    def piece(self, points, lines=None):
        """A part of the hand, and the `lines` of its outline: all of it but its closing side if None."""
        points = self.place(points)
        mask = self.artist.canvas.polygon(points)
        if not mask.alpha.size:
            return
        self.artist.fill(mask, self.skin, self.part, self.group, gradient=0.0)
        self.masks.append(mask)
        for line in [points] if lines is None else [self.place(line) for line in lines]:
            self.artist.line(line, "boundary", 0.9, self.skin, taper=self.taper)

    def shadow(self, middle, half):
        """A strip of shadow along a tapered piece, on the side away from the light."""
        points = self.place(middle)
        along = points[-1] - points[0]
        side = 1.0 if np.dot((-along[1], along[0]), -self.artist.style.light) > 0 else -1.0
        reach = half * self.length
        if reach.max() > 1.5:
            t = np.linspace(0, 1, len(points))
            depth = np.clip(np.minimum(t / 0.3, (1 - t) / 0.25), 0, 1) ** 0.7
            rim, edge = offset(points, side * reach * 1.1), offset(points, side * reach * (1.1 - 0.75 * depth))
            self.shadows.append(np.concatenate([rim, edge[::-1]]))

    def crease(self, points, scale=0.55):
        """A line in the skin."""
        if self.length > PLAIN:
            cloth.crease(self.artist, self.place(points), self.skin, scale)

    def finger(self, base, angle, length, width, curl=(0.0, 0.0), nail=False, root=1.0):
        """A finger of three bones; `curl` turns the second and third from the one before, `root` widens its base."""
        bones = length * np.array([0.42, 0.33, 0.25])
        angles = angle + np.cumsum([0.0, curl[0], curl[1]])
        joints = [np.asarray(base, float)]
        for bone, turn in zip(bones, angles):
            joints.append(joints[-1] + bone * np.array([np.cos(turn), np.sin(turn)]))
        middle = spline([joints[0] - 0.15 * (joints[1] - joints[0]), *joints[1:]], samples=6)
        t = np.linspace(0, 1, len(middle))
        knuckles = 0.06 * np.exp(-(((t - 0.44) / 0.09) ** 2)) + 0.03 * np.exp(-(((t - 0.76) / 0.07) ** 2))
        half = 0.5 * width * (1.02 - 0.3 * t + knuckles) * (1 + (root - 1) * (1 - t) ** 2)
        half = half * np.sqrt(np.clip(1 - np.maximum(0, (t - 0.86) / 0.145) ** 2, 0.03, 1))
        self.piece(np.concatenate([offset(middle, half), offset(middle, -half)[::-1]]))
        self.shadow(middle, half)
        for k in (1, 2):
            across = np.array([-np.sin(angles[k]), np.cos(angles[k])]) * width * 0.3
            if self.artist.chance(0.35 + 0.4 * self.artist.style.detail):
                self.crease(bow(joints[k] + across, joints[k] - 0.4 * across, 0.15, 5), 0.45)
        if nail and self.nails and not self.palm:
            tip = joints[3] - 0.02 * (joints[3] - joints[2])
            across = np.array([-np.sin(angles[2]), np.cos(angles[2])]) * width * 0.19
            back = -np.array([np.cos(angles[2]), np.sin(angles[2])]) * length * 0.13
            self.crease(spline([tip + across, tip + across + back, tip - across + back, tip - across], samples=5), 0.4)

    def body(self, width=1.0, webs=0.0):
        """The palm or the back of the hand; `webs` draws the skin between spread fingers, 0..1."""
        low = np.array([(-0.06, 0.12), (0.02, 0.125), (0.12, 0.17), (0.3, 0.215 * width), (0.47, 0.225 * width)])
        far = np.array([(0.51, 0.06), (0.5, -0.06), (0.42, -0.225 * width)])
        back = np.array([(0.26, -0.21 * width), (0.12, -0.155), (0.02, -0.12), (-0.06, -0.12)])
        lines = [spline(low, samples=5), spline(np.concatenate([far[-1:], back]), samples=5)]
        for k in range(1, 4) if webs > 0 else ():
            middle = 0.5 * (BASES[k] + BASES[k - 1]) * (1, width) + (0.04, 0)
            wide = 0.02 + 0.02 * webs
            lines.append(spline([middle + (0.03, wide), middle + (-0.008, 0), middle + (0.03, -wide)], samples=4))
        self.piece(spline(np.concatenate([low, far, back]), samples=5), lines)
        middle = np.stack([np.linspace(-0.05, 0.46, 8), np.zeros(8)], 1)
        self.shadow(middle, np.interp(np.linspace(0, 1, 8), (0, 0.4, 1), (0.12, 0.2, 0.21)))

    def thumb(self, angle=0.75, length=0.46, curl=-0.25, base=(0.05, 0.05)):
        """The thumb, over or beside the palm, and the line of its ball."""
        self.finger(base, angle, length, 0.128, (curl, curl), root=1.25)

    def mitten(self):
        """A hand too small for fingers."""
        outline = [(-0.05, 0.12), (0.2, 0.24), (0.6, 0.26), (0.92, 0.12), (0.97, -0.05), (0.8, -0.22), (0.3, -0.2)]
        self.piece(spline([*outline, (-0.05, -0.12)], samples=5))
        self.piece(spline([(0.16, 0.12), (0.35, 0.36), (0.5, 0.4), (0.52, 0.28), (0.4, 0.14)], samples=5))

    def open(self):
        """Spread fingers."""
        between = self.artist.between
        spread, rng = between(0.35, 1.2), self.artist.rng
        angles = spread * np.array((0.26, 0.06, -0.12, -0.33)) + rng.uniform(-0.05, 0.05, 4)
        if self.artist.chance(0.45):  # the two in the middle keep together
            angles[1], angles[2] = np.mean(angles[1:3]) + (0.05, -0.05)
        bend = between(0.0, 0.22)  # as a hand that nobody stretches
        for k in (3, 0, 2, 1):
            curl = -bend * (0.7 + 0.35 * k) * rng.uniform(0.6, 1.3)
            self.finger(BASES[k], angles[k] - 0.3 * curl, LENGTHS[k] * (1 - 0.3 * bend), WIDTHS[k], (curl, curl), True)
        self.thumb(between(0.62, 0.9), 0.52)
        self.body(webs=spread)
        if self.palm:
            self.crease(spline([(0.42, 0.2), (0.34, 0.06), (0.18, 0.0), (0.06, 0.02)], samples=6), 0.7)
            self.crease(bow((0.4, -0.19), (0.43, 0.08), 0.2, 8), 0.6)
            self.crease(bow((0.34, -0.18), (0.33, 0.1), 0.15, 8), 0.5)
        else:
            for k in range(4):
                self.crease(bow(BASES[k] + (0.0, 0.03), BASES[k] + (0.01, -0.03), -0.5, 5), 0.5)
        self.crease(bow((0.1, 0.12), (0.28, 0.17), 0.2, 6), 0.7)

    def relaxed(self):
        """Fingers side by side, a little bent, the thumb along them."""
        between = self.artist.between
        bend = between(0.15, 0.5)
        angles = np.array((0.1, 0.0, -0.08, -0.16)) + self.artist.rng.uniform(-0.04, 0.04, 4)
        if self.artist.chance(0.5):
            angles[2] = angles[1] - 0.03
        for k in (3, 2, 1, 0):  # the little finger bends most
            own = bend * (0.55 + 0.28 * k) * between(0.85, 1.15)
            curl = (-own * between(0.7, 1.1), -0.7 * own)
            self.finger(
                BASES[k] * (1, 0.86), angles[k] - 0.35 * own, LENGTHS[k] * (1 - 0.16 * own), WIDTHS[k], curl, True
            )
        self.body(0.92, webs=0.2)
        self.thumb(between(0.35, 0.52), 0.47, -0.14)
        for k in range(1, 4):
            middle = 0.5 * (BASES[k] + BASES[k - 1]) * (1, 0.86)
            self.crease(bow(middle + (0.03, 0), middle - (0.09, 0.0), 0.1, 5), 0.55)

    def gentle(self):
        """The index finger nearly stretched, the others bent more and more, the thumb towards them."""
        between = self.artist.between
        bend, raised = between(0.35, 0.6), self.artist.chance(0.3)
        for k in (3, 2, 1, 0):
            own = (0.25, 0.75, 1.15, 0.7 if raised else 1.35)[k] * bend * between(0.9, 1.1)
            angle = (0.06, -0.02, -0.06, -0.02 if raised else -0.12)[k] - 0.3 * own
            curl = (-own * between(0.8, 1.1), -0.8 * own)
            self.finger(BASES[k] * (1, 0.85), angle, LENGTHS[k] * (1 - 0.2 * own), WIDTHS[k], curl, k == 0)
        self.body(0.9, webs=0.15)
        self.thumb(between(0.3, 0.5), 0.46, between(-0.3, -0.1))

    def side(self):
        """The hand from the side of the thumb: the fingers hide each other, but for their tips."""
        between = self.artist.between
        bend = between(0.2, 0.55)
        for k in (3, 2, 1, 0):
            own = bend * (0.75 + 0.22 * k) * between(0.9, 1.1)
            base = BASES[k] * (1, 0) + (0.0, 0.09 - 0.065 * k)
            curl = (-own, -0.75 * own)
            self.finger(base, 0.05 - 0.04 * k - 0.3 * own, LENGTHS[k] * (1.02 - 0.12 * own), WIDTHS[k], curl, k == 0)
        self.body(0.72)
        self.thumb(between(0.12, 0.3), 0.5, between(-0.12, 0.05), (0.06, 0.02))

    def fist(self, index=False):
        """Fingers bent into the palm, the thumb across them; with `index`, that finger is left to be drawn."""
        self.body(1.0)
        for k in (3, 2, 1) if index else (3, 2, 1, 0):
            x, y = BASES[k] * (1, 1.02)
            reach, half = 0.2 - 0.012 * k, 0.062
            side = [(x - 0.02, y + half), (x + 0.08, y + half * 1.02), (x + reach, y + 0.6 * half)]
            other = [(x + reach + 0.01, y - 0.4 * half), (x + 0.1, y - half), (x - 0.02, y - half)]
            self.piece(spline(side + other, samples=5))
            self.crease(bow((x + reach - 0.08, y + 0.7 * half), (x + reach - 0.09, y - 0.7 * half), 0.25, 5), 0.5)
        if not index:
            self.finger((0.08, 0.08), 0.3, 0.5, 0.125, (-0.75, -0.6), root=1.2)

    def pointing(self):
        """The index finger stretched, the others bent."""
        self.finger(BASES[0], 0.06, LENGTHS[0] * 1.05, WIDTHS[0], (-0.03, 0.03), True)
        self.fist(index=True)
        self.finger((0.08, 0.08), 0.28, 0.48, 0.125, (-0.6, -0.5), root=1.2)

    def holding(self):
        """Fingers that close over what is held or over cloth."""
        for k in (3, 2, 1, 0):
            self.finger(BASES[k] * (0.95, 0.95), -0.1, LENGTHS[k] * 0.75, WIDTHS[k] * 1.05, (-0.75, -0.7))
        self.body(0.95, webs=0.1)
        self.thumb(0.42, 0.48, -0.35)
