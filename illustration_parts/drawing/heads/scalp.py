"""The hair on a skull: where it grows, where its outline lies, and the paths that locks follow from whorl to tip.

Points are in the head's coordinates (see `heads.py`): x to the viewer's right, y down, z towards the viewer. An
azimuth is an angle around the neck's axis, 0 at the face, pi / 2 at the ear on the viewer's right, pi behind.
"""

from dataclasses import replace

import cv2
import numpy as np

from illustration_parts.drawing.canvas import Mask

RADII = np.array([0.96, 1.08, 1.03])  # of the skull, before hair lies on it
# The hairline's height y over the azimuth in degrees, with hair over the ears and with bare ears.
AZIMUTHS = np.array([0, 25, 45, 58, 68, 78, 92, 105, 120, 145, 180])
COVERED = np.array([-0.6, -0.58, -0.45, -0.12, 0.3, 0.5, 0.5, 0.55, 0.6, 0.72, 0.8])
BARE = np.array([-0.6, -0.58, -0.47, -0.2, 0.02, 0.28, 0.06, 0.42, 0.55, 0.62, 0.66])
FALL_FROM = 0.12  # height y where hair at the sides leaves the skull


def sphere(azimuth, y):
    """Unit vectors at azimuths and heights -1..1, (..., 3)."""
    azimuth, y = np.broadcast_arrays(np.asarray(azimuth, float), np.clip(np.asarray(y, float), -1, 1))
    out = np.sqrt(1 - y * y)
    return np.stack([np.sin(azimuth) * out, y, np.cos(azimuth) * out], -1)


def arc(start, end, share, swirl=0.0):
    """Points on the unit sphere from one unit vector to another, (n, 3); `swirl` bends the way sideways."""
    share = np.asarray(share, float)[:, None]
    angle = np.arccos(np.clip(np.dot(start, end), -0.999, 0.999))
    points = (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / max(1e-6, np.sin(angle))
    points = points + swirl * np.sin(np.pi * share) * np.cross(start, end)
    return points / np.linalg.norm(points, axis=-1, keepdims=True)


class Scalp:
    """A head's hair as a shell around the skull.

    Attributes:
        head: a `Head`. radii: of the shell, (3,). whorl: unit vector. loose: the head as hanging hair follows it.
    """

    def __init__(self, head, volume, whorl, bare_ears=False, receding=0.0):
        self.head = head
        self.radii = RADII * (1 + volume) * np.array([1.0, 1 + 0.4 * volume, 1.0])
        self.whorl = np.asarray(whorl, float) / np.linalg.norm(whorl)
        self.loose = replace(head, pitch=0.25 * head.pitch, roll=0.3 * head.roll)
        self._masks = {}
        self.heights = np.where(AZIMUTHS < 70, 1, 0) * -0.42 * receding + (BARE if bare_ears else COVERED)

    def hairline(self, azimuth):
        """Height y above which hair grows."""
        turned = np.degrees(np.abs((np.asarray(azimuth) + np.pi) % (2 * np.pi) - np.pi))
        return np.interp(turned, AZIMUTHS, self.heights)

    def seen(self, points):
        """How far points (..., 3) lie before the skull's centre as the viewer sees it, -1..1."""
        return self.head.turned(points)[..., 2]

    def mask(self, canvas, whole=False):
        """Where the picture shows the scalp, or the `whole` shell: `Mask`, its edge anti-aliased."""
        if canvas.shape not in self._masks:
            self._masks[canvas.shape] = self._find_masks(canvas)
        return self._masks[canvas.shape][whole]

    def _find_masks(self, canvas):
        reach = 1.25 * float(self.radii.max()) * self.head.radius
        height, width = canvas.shape
        left, top = (max(0, int(c - reach)) for c in self.head.centre)
        right, bottom = (min(s, int(c + reach) + 2) for c, s in zip(self.head.centre, (width, height)))
        if right <= left or bottom <= top:
            return (Mask(0, 0, np.zeros((0, 0), np.uint8)),) * 2
        x = (np.arange(left, right, dtype=np.float32) - self.head.centre[0])[None] / self.head.radius
        y = (np.arange(top, bottom, dtype=np.float32) - self.head.centre[1])[:, None] / self.head.radius
        turn = self.head.turned(np.eye(3))  # row k: how the viewer sees axis k
        rows = (turn / self.radii[:, None]).astype(np.float32)  # a viewed point in units of the shell
        a = float((rows[:, 2] ** 2).sum())
        base = [x * row[0] + y * row[1] for row in rows]
        b = sum(value * row[2] for value, row in zip(base, rows))
        root = b * b - a * (sum(value * value for value in base) - 1)
        z = (np.sqrt(np.maximum(root, 0)) - b) / a
        shell = [(value + z * row[2]) * radius for value, row, radius in zip(base, rows, self.radii)]
        line = self.hairline(np.arctan2(shell[0], shell[2]))
        whole = 0.5 * root
        # Hair gets thinner towards its line, or it would overhang the brow like a helmet.
        thin = 0.1 * np.clip(1 - (line - shell[1]) / 0.4, 0, 1) ** 2
        inside = np.minimum(line - shell[1], whole - thin)
        as_mask = lambda away: Mask(top, left, (np.clip(away * self.head.radius + 0.5, 0, 1) * 255).astype(np.uint8))  # noqa: E731
        return _largest(as_mask(inside), 0.05 * self.head.radius), as_mask(whole)

    def room(self, canvas, grow=0.8):
        """Where locks may lie: close to the skull above, ever farther from it towards the ears, and all below.

        Args:
            canvas: a `Canvas`. grow: how soon locks may lie off the skull.
        """
        room = canvas.everything()
        mask = self.mask(canvas, whole=True)
        if not mask.alpha.any():
            return room
        radius = self.head.radius
        reach = int((1.25 * float(self.radii.max()) + 0.3) * radius) + 3
        height, width = canvas.shape
        left, top = (max(0, int(c) - reach) for c in self.head.centre)
        right, bottom = (min(s, int(c) + reach) for c, s in zip(self.head.centre, (width, height)))
        shell = np.zeros((bottom - top, right - left), np.uint8)
        y, x = mask.top - top, mask.left - left
        shell[y : y + mask.alpha.shape[0], x : x + mask.alpha.shape[1]] = mask.alpha
        away = cv2.distanceTransform(255 - np.where(shell > 127, np.uint8(255), np.uint8(0)), cv2.DIST_L2, 5)
        away = cv2.GaussianBlur(away, (0, 0), 1.0)
        down = self.head.turned(np.eye(3))[1, :2]
        x = np.arange(left, right, dtype=np.float32)[None] - self.head.centre[0]
        y = np.arange(top, bottom, dtype=np.float32)[:, None] - self.head.centre[1]
        low = (x * down[0] + y * down[1]) / radius + 0.55
        allowed = radius * (0.006 + grow * np.maximum(low, 0) ** 2)
        room.alpha[: max(0, int(self.head.centre[1] - reach))] = 0
        room.alpha[top:bottom, left:right] = np.clip(allowed - away + 0.5, 0, 1) * 255
        return room

    def before(self, x, y):
        """Points of the shell's front over (x, y), (..., 3); below the brow they hang straight down."""
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        flat = np.clip(y, -0.97 * self.radii[1], 0.1)
        inside = 1 - (x / self.radii[0]) ** 2 - (flat / self.radii[1]) ** 2
        closer = (
            1 - 0.06 * np.clip((y + 0.85) / 0.3, 0, 1) - 0.08 * np.clip((y + 0.5) / 0.6, 0, 1)
        )  # a fringe lies on the brow, not on the shell
        return np.stack([x * closer, y, closer * self.radii[2] * np.sqrt(np.maximum(inside, 0.02))], -1)

    def project(self, points, hang_from=0.15):
        """Points (n, 3) in the picture, (n, 2) pixels; what hangs below a height follows gravity, not the head."""
        placed = self.head.place(points)
        below = points[:, 1] - hang_from
        if below.max() <= 0:
            return placed
        first = int(np.argmax(below > 0))
        pivot = points[max(0, first - 1)]
        hanging = self.head.place(pivot) + self.loose.turned(points - pivot)[:, :2] * self.head.radius
        share = np.clip(below / 0.5, 0, 1)[:, None]
        share = share * share * (3 - 2 * share)
        return placed + (hanging - placed) * share


def _largest(mask, least):
    """A mask's largest connected part, without what is thinner than `least` pixels."""
    size = max(1, int(least))
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    solid = cv2.morphologyEx((mask.alpha > 127).astype(np.uint8), cv2.MORPH_OPEN, brush)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    if count < 2:
        return mask
    kept = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    near = cv2.dilate((labels == kept).astype(np.uint8), np.ones((3, 3), np.uint8))
    return Mask(mask.top, mask.left, mask.alpha * near)
