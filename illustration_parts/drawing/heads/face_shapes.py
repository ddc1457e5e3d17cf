"""The form of a head: level slices from crown to chin, their outline from any side, and points on the face.

A slice is half a superellipse in front, which the nose and the lips are added to, and half an ellipse behind. What the
viewer sees of its outermost points is the face's outline in every view, from the front to the profile and behind.
"""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.curves import spline

PROFILE = 0.98  # radians of yaw beyond which a face is drawn as a profile
BEHIND = 2.0  # radians of yaw beyond which no feature is seen
FIXED = 0.1  # above this height all heads have the same proportions
# Along y for a grown person: half the face's width, of a woman, a man, a child or chibi.
LEVELS = np.array([-0.3, 0.0, 0.35, 0.55, 0.75, 0.95, 1.08, 1.18, 1.235, 1.25])
SLENDER = np.array([0.835, 0.845, 0.80, 0.77, 0.69, 0.52, 0.355, 0.205, 0.1, 0.0])
BROAD = np.array([0.835, 0.845, 0.80, 0.775, 0.735, 0.62, 0.475, 0.315, 0.19, 0.0])
ROUND = np.array([0.845, 0.865, 0.86, 0.85, 0.775, 0.575, 0.37, 0.18, 0.08, 0.0])
MIDDLE = np.array([0.0, 0.0, 0.02, 0.03, 0.06, 0.22, 0.38, 0.52, 0.6, 0.64])  # depth of the slice's widest place
# Along y: depth of the face's middle line without its nose, and how far the nose stands out.
FRONT_LEVELS = np.array([-0.3, -0.1, 0.1, 0.22, 0.38, 0.6, 0.8, 1.09, 1.17, 1.225, 1.25])
FRONT = np.array([0.85, 0.88, 0.885, 0.87, 0.80, 0.82, 0.84, 0.80, 0.80, 0.745, 0.67])
LIP_LEVELS = np.array([0.82, 0.87, 0.91, 0.955, 1.0, 1.04, 1.085, 1.12])
LIPS = np.array([0.0, 0.014, 0.042, 0.004, 0.034, 0.03, -0.012, 0.0])
LIP_WIDTH = 0.24
NOSE_LEVELS = np.array([0.26, 0.38, 0.55, 0.66, 0.72, 0.76, 0.80, 0.82])
NOSE = np.array([0.0, 0.04, 0.45, 0.82, 1.0, 0.75, 0.12, 0.0])
NOSE_WIDTH = np.array([0.07, 0.06, 0.08, 0.12, 0.14, 0.14, 0.12, 0.1])
# Along y: how far brow and cheekbone stand out, and how deep the eye's hollow lies, halfway to the side.
RELIEF_LEVELS = np.array([-0.1, 0.1, 0.24, 0.37, 0.5, 0.62, 0.78, 0.95, 1.1])
RELIEF = np.array([0.0, 0.015, 0.0, -0.065, 0.005, 0.05, 0.02, -0.045, -0.02])
EXPONENT = 2.3  # of the slices in front: 2 is an ellipse; more is flatter


@dataclass(frozen=True)
class Slices:
    """Level slices at heights `y`, (n,) arrays in the head's units: half width, depths of front, middle and back."""

    y: np.ndarray
    width: np.ndarray
    front: np.ndarray
    middle: np.ndarray
    back: np.ndarray
    nose: np.ndarray
    nose_width: np.ndarray
    relief: np.ndarray
    lips: np.ndarray


def _along(levels, values, y):
    """A smooth curve through (level, value), read at heights y."""
    curve = spline(np.stack([levels, values], 1), samples=6)
    order = np.maximum.accumulate(curve[:, 0])
    return np.interp(y, order, curve[:, 1])


def _bulge(share):
    """Where between a slice's middle (0) and side (1) brow and cheekbone stand out."""
    return np.sin(np.pi * np.clip(share, 0, 1) ** 1.3) ** 1.5 + 0.6 * np.clip(share, 0, 1) ** 6


class FaceShape:
    """The form of one person's head, seen as a `Head` is turned.

    Attributes:
        head: the `Head`.
        chin: height of the chin, in the head's units.
        slices: `Slices` from the crown to the chin.
    """

    def __init__(self, head, person):
        self.head = head
        real, child = head.real, max(0.0, 0.3 - person.age) / 0.3
        self.stretch = float(np.interp(real, (0, 0.4, 1), (0.84, 0.98, 1.08)) + 0.06 * person.man - 0.08 * child)
        self.chin = self.level(1.25)
        self.slices = self._slice(person, real, child)

    def level(self, y):
        """Heights of a grown person's face as they are in this one."""
        y = np.asarray(y, float)
        return np.where(y > FIXED, FIXED + (y - FIXED) * self.stretch, y)

    def _slice(self, person, real, child):
        young = np.clip(1 - real / 0.4, 0, 1) * 0.9 + 0.4 * child
        broad = (0.6 + 0.4 * real) * np.clip((person.build - 0.7) / 0.4, 0.5, 1) if person.man else 0.12 * real
        widths = SLENDER + broad * (BROAD - SLENDER)
        widths = widths + min(1.0, young) * (ROUND - widths)
        nose = float(
            np.interp(real, (0, 0.4, 1), (0.06, 0.125, 0.175)) * (1.1 if person.man else 1) * (1 - 0.3 * child)
        )
        dome = -np.cos(np.linspace(0, np.arccos(0.3), 26))
        ends = np.sin(np.linspace(0, np.pi / 2, 26))
        y = np.concatenate([dome[:-1], np.linspace(-0.3, 1.0, 44)[:-1], 1.0 + 0.25 * ends])
        under = np.maximum(y, -0.3)
        around = np.sqrt(np.maximum(1 - np.minimum(y, 0) ** 2, 0)) / np.sqrt(1 - 0.09)
        around = np.where(y < -0.3, around, 1.0)
        width = np.maximum(_along(LEVELS, widths, under), 0) * around
        front = _along(FRONT_LEVELS, FRONT, under) * around
        middle = _along(LEVELS, MIDDLE, under)
        # The skull's back ends in the nape; below it a slice ends where it is widest.
        back = -np.sqrt(np.maximum(1 - (y / 1.0) ** 2, 0))
        blend = np.clip((y - 0.5) / 0.35, 0, 1)
        back = back + blend * blend * (3 - 2 * blend) * (middle - back)
        nose = nose * np.interp(y, NOSE_LEVELS, NOSE, 0, 0)
        # A turned nose is drawn longer than it is, or it would hide in the far cheek.
        turn = abs(self.head.yaw)
        nose = nose * np.interp(turn, (0.6, 0.98, 1.57), (1.0, 1.45, 1.08))
        relief = _along(RELIEF_LEVELS, RELIEF, np.clip(y, -0.1, 1.1)) * (0.75 + 0.4 * real)
        relief = relief * np.interp(turn, (0.6, 1.0, 1.57), (1.0, 0.45, 1.0))
        lips = np.interp(y, LIP_LEVELS, LIPS, 0, 0) * (0.5 + 0.8 * real)
        wings = np.interp(y, NOSE_LEVELS, NOSE_WIDTH)
        return Slices(self.level(y), width, front, middle, back, nose, wings, relief, lips)

    def read(self, name, y):
        """A value of the slices at heights y."""
        return np.interp(y, self.slices.y, getattr(self.slices, name))

    def surface(self, x, y, lift=0.0):
        """Points on the face, without its nose: (..., 3) in the head's units, `lift` before it."""
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        width, front, middle = (self.read(name, y) for name in ("width", "front", "middle"))
        share = np.clip(np.abs(x) / np.maximum(width, 1e-3), 0, 1)
        z = middle + (front - middle) * (1 - share**EXPONENT) ** (1 / EXPONENT)
        z = z + self.read("relief", y) * _bulge(share)
        return np.stack([x, y, z + lift], -1)

    def at(self, x, y, lift=0.0):
        """Points on the face in the picture, (..., 2) pixels."""
        return self.head.place(self.surface(x, y, lift))

    def ridge(self, y, out=1.0):
        """Points on the nose's ridge in the picture, (..., 2) pixels; `out` is how far out on it they lie."""
        y = np.asarray(y, float)
        return self.head.place(self.surface(np.zeros_like(y), y, self.read("nose", y) * out))

    def outline(self):
        """Both sides of the head from crown to chin as the viewer sees them, left and right: (n, 2) pixels each."""
        slices, head = self.slices, self.head
        s = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 61))[None]
        w, rise = slices.width[:, None], 1 - np.abs(s) ** EXPONENT
        front = slices.middle[:, None] + (slices.front - slices.middle)[:, None] * rise ** (1 / EXPONENT)
        front = front + slices.relief[:, None] * _bulge(np.abs(s))
        back = slices.middle[:, None] + (slices.back - slices.middle)[:, None] * np.sqrt(1 - s * s)
        bump = np.clip(np.linspace(-0.12, 0.12, 9)[None], -w, w)
        ridge = self.surface(bump, np.broadcast_to(slices.y[:, None], bump.shape))[..., 2]
        ridge = ridge + slices.nose[:, None] * np.maximum(0, 1 - np.abs(bump) / slices.nose_width[:, None])
        ridge = ridge + slices.lips[:, None] * np.maximum(0, 1 - (bump / LIP_WIDTH) ** 2)
        x = np.concatenate([w * s, w * s, bump], 1)
        z = np.concatenate([front, back, ridge], 1)
        cos, sin = np.cos(head.yaw), np.sin(head.yaw)
        across, deep = x * cos + z * sin, z * cos - x * sin
        rows = np.arange(len(x))
        if abs(head.yaw) > 2.4:  # the neck hides a jaw seen from behind
            kept = slices.y < self.level(0.8)
            low = np.clip((slices.y[kept] - self.level(0.55)) / (self.level(0.82) - self.level(0.55)), 0, 1)
            round_off = np.sqrt(1 - low * low)
            across, deep, rows = across[kept] * round_off[:, None], deep[kept], rows[: kept.sum()]
        return [
            self._nod(across[rows, column], slices.y[rows], deep[rows, column])
            for column in (across.argmin(1), across.argmax(1))
        ]

    def _nod(self, x, y, z):
        # A ball's outline stays where it is when the ball nods; a chin's does not.
        angle = self.head.pitch * np.clip((y + 0.3) / 0.8, 0, 1)
        down = y * np.cos(angle) + z * np.sin(angle)
        # Seen from below, the jaw's rim hides the chin's point.
        return self.head.in_plane(x, np.maximum.accumulate(down) if self.head.pitch < 0 else down)

    def jaw(self, side, start=0.62):
        """The edge of the jaw on one side (-1 left, 1 right), from the chin up to a height: (n, 2) pixels."""
        slices, head = self.slices, self.head
        keep = slices.y >= self.level(start)
        x, y, z = side * slices.width[keep], slices.y[keep], slices.middle[keep]
        cos, sin = np.cos(head.yaw), np.sin(head.yaw)
        return self._nod(x * cos + z * sin, y, z * cos - x * sin)[::-1]  # from the chin up

    @property
    def facing(self):
        """1 if the head looks to the viewer's right, else -1."""
        return 1 if np.sin(self.head.yaw) >= 0 else -1

    @property
    def is_profile(self):
        """Whether the face is drawn as a profile."""
        return PROFILE < abs(self.head.yaw) <= BEHIND

    def beside_edge(self, back, y):
        """Points `back` behind the profile's edge at heights y, in the picture: (..., 2) pixels."""
        back, y = np.broadcast_arrays(np.asarray(back, float), np.asarray(y, float))
        depth = self.surface(np.zeros_like(y), y)[..., 2]
        x = self.facing * (depth - back) * abs(np.sin(self.head.yaw))
        angle = self.head.pitch
        return self.head.in_plane(x, y * np.cos(angle) + 0.25 * np.sin(angle))
