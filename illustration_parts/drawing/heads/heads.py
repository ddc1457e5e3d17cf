"""Heads in space: where a point of a face or skull lies in the picture.

A head's own coordinates have the skull's radius as unit: x to the viewer's right, y down, z towards the viewer, the
skull's centre as origin. The eyes lie at y = 0.4, the chin at about y = 1.25, for a grown person.
"""

from dataclasses import dataclass

import numpy as np

FACE_RADII = np.array([0.86, 1.2, 0.93])  # of the ellipsoid that features lie on
FACE_CENTRE = np.array([0.0, 0.22, 0.0])


@dataclass(frozen=True)
class Head:
    """A head's place and attitude.

    Attributes:
        centre: (x, y) of the skull's centre in the picture.
        radius: of the skull, pixels.
        yaw: radians that it looks to the viewer's right; 0 front, pi / 2 profile.
        pitch: radians that it looks down. roll: radians that it leans to the viewer's right.
        real: proportions, 0 chibi .. 1 realistic.
    """

    centre: tuple
    radius: float
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    real: float = 0.5

    def turned(self, points):
        """Points in the head's coordinates, (..., 3), as the viewer sees them: x, y, z in units of the radius."""
        x, y, z = np.moveaxis(np.asarray(points, float), -1, 0)
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        x, z = x * cos + z * sin, z * cos - x * sin
        cos, sin = np.cos(self.pitch), np.sin(self.pitch)
        y, z = y * cos + z * sin, z * cos - y * sin
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        return np.stack([x * cos - y * sin, x * sin + y * cos, z], -1)

    def place(self, points):
        """Points in the head's coordinates, (..., 3), in the picture: (..., 2) pixels."""
        return self.turned(points)[..., :2] * self.radius + self.centre

    def is_in_front(self, points):
        """Whether points lie on the viewer's side of the head, (...,) bool."""
        return self.turned(points)[..., 2] > 0

    def on_face(self, x, y):
        """Points on the face's ellipsoid over (x, y), as (..., 3) in the head's coordinates."""
        x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
        u, v = (x - FACE_CENTRE[0]) / FACE_RADII[0], (y - FACE_CENTRE[1]) / FACE_RADII[1]
        z = FACE_RADII[2] * np.sqrt(np.maximum(1 - u * u - v * v, 0.0))
        return np.stack([x, y, z + FACE_CENTRE[2]], -1)

    def in_plane(self, x, y):
        """Points given in the picture's plane, turned by the roll alone: (..., 2) pixels. For outlines seen flat."""
        cos, sin = np.cos(self.roll), np.sin(self.roll)
        x, y = np.asarray(x, float), np.asarray(y, float)
        return np.stack([x * cos - y * sin, x * sin + y * cos], -1) * self.radius + self.centre
