"""The ground that people and things of a picture stand on, so that sizes and places agree with its perspective.

artist.stage = on_horizon(artist, row=400.0)     # by the ground that is drawn
artist.stage.metre(row=900.0)                    # pixels that a metre has there
"""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.curves import ellipse
from illustration_parts.drawing.places.cameras import NEAR, Camera

FOCAL = 0.8  # focal length of a ground without a camera, as a share of the longer side
FARTHEST = 1e3  # metres; at and above the horizon the floor counts as being so far away


@dataclass(frozen=True)
class Stage:
    """A level floor seen by a camera.

    Attributes:
        camera: a `Camera`.
        left, right: x of its walls, metres; infinite without walls.
    """

    camera: Camera
    left: float = -np.inf
    right: float = np.inf

    def _fall(self, row):
        """The eye's height as a share of the floor's depth at a row: 0 at the horizon, negative above it."""
        camera = self.camera
        slope = (row - camera.middle) / camera.focal
        return np.sin(camera.pitch) + slope * np.cos(camera.pitch)

    def _depth(self, row):
        """How far the floor lies from the viewer at a row, metres along the view; `FARTHEST` from the horizon up."""
        return float(np.clip(self.camera.eye / max(self._fall(row), 1e-9), NEAR, FARTHEST))

    def metre(self, row):
        """Pixels of one metre of what stands on the floor at a row."""
        return self.camera.focal / self._depth(row)

    def row(self, metre):
        """The row of the floor where a metre has so many pixels."""
        camera = self.camera
        fall = camera.eye * metre / camera.focal
        return camera.middle + camera.focal * (fall - np.sin(camera.pitch)) / np.cos(camera.pitch)

    def span(self, row):
        """The first and last column of the floor between the walls at a row; infinite without walls."""
        camera, depth = self.camera, self._depth(row)
        # How far away that is along the floor: depth is measured along the view, which may look down.
        away = (depth - camera.eye * np.sin(camera.pitch)) / np.cos(camera.pitch)
        cos, sin = np.cos(camera.yaw), np.sin(camera.yaw)
        # A wall's point (x, 0, z) lies at away = z cos + x sin and aside = x cos - z sin.
        aside = [(x - away * sin) / cos if np.isfinite(x) else x for x in (self.left, self.right)]
        return tuple(camera.width / 2 + x / depth * camera.focal for x in aside)

    def flatness(self, row):
        """Height of a small circle on the floor at a row, as a share of its width, 0.05 to 0.45.

        Within these bounds a shadow is neither a hair's breadth nor as round as from above: figures are drawn as seen
        from the front, whatever the view's pitch.
        """
        # A metre away on the floor is focal * eye / depth² rows, a metre aside focal / depth columns.
        return float(np.clip(self._fall(row), 0.05, 0.45))


def on_horizon(artist, row, eye=None):
    """A `Stage` without walls whose horizon lies at a row of the picture.

    Args:
        artist: an `Artist`. row: pixels. eye: metres from the floor to the viewer's eye, drawn if None.
    """
    height, width = artist.canvas.shape
    eye = artist.between(0.9, 1.7) if eye is None else eye
    return Stage(Camera(width, height, FOCAL * max(height, width), eye, middle=float(row)))


def lay_shadow(artist, stage, centre, breadth):
    """Lay the shadow that something standing throws on the floor around its foot.

    Args:
        artist: an `Artist`. stage: a `Stage`. centre: (x, y) of the foot. breadth: of what stands there, pixels.
    """
    if breadth < 4:
        return
    canvas, style = artist.canvas, artist.style
    flat = stage.flatness(centre[1])
    half = 0.62 * breadth
    # What stands covers the floor behind its foot's lowest row, too.
    middle = np.asarray(centre, float) - style.light * (0.1, 0.0) * breadth - (0.0, 0.5 * half * flat)
    mask = canvas.polygon(ellipse(middle, (half, max(1.0, half * flat)), samples=40))
    if not mask.alpha.size:
        return
    if style.soft > 0.15 or not style.manga and artist.chance(0.35):
        mask = canvas.soften(mask, max(1.0, 0.25 * half * flat))
        artist.shade(mask, edge=False, depth=0.8)
    else:
        artist.shade(mask, depth=0.8)
    artist.cases.add("cast shadows")
