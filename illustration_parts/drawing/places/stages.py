"""The ground that people and things of a picture stand on, so that sizes and places agree with its perspective.

artist.stage = on_horizon(artist, row=400.0)     # by the ground that is drawn
artist.stage.metre(row=900.0)                    # pixels that a metre has there
"""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.curves import ellipse
from illustration_parts.drawing.places.cameras import NEAR, Camera

FOCAL = 0.8  # focal length of a ground without a camera, as a share of the longer side


@dataclass(frozen=True)
class Stage:
    """A level floor seen by a camera.

    Attributes:
        camera: a `Camera`.
        left, right: metres from the middle to its walls.
        seen: False for a ground that shows no floor, such as a sky: feet may not be seen there.
    """

    camera: Camera
    left: float = -np.inf
    right: float = np.inf
    seen: bool = True

    def _depth(self, row):
        """How far from the viewer the floor lies at a row of the picture, metres along the view."""
        camera = self.camera
        slope = (row - camera.horizon) / camera.focal
        cos, sin = np.cos(camera.pitch), np.sin(camera.pitch)
        fall = sin + slope * cos
        if fall < 1e-3:
            return 1e3
        away = camera.eye * (cos - slope * sin) / fall
        return max(NEAR, away * cos + camera.eye * sin)

    def metre(self, row):
        """Pixels of one metre of what stands on the floor at a row."""
        return self.camera.focal / self._depth(row)

    def row(self, metre):
        """The row of the floor where a metre has so many pixels."""
        camera = self.camera
        depth = camera.focal / max(metre, 1e-6)
        cos, sin = np.cos(camera.pitch), np.sin(camera.pitch)
        down = camera.eye * cos - (depth - camera.eye * sin) / cos * sin
        return down / depth * camera.focal + camera.horizon

    def span(self, row):
        """The first and last column of the floor between the walls at a row; infinite without walls."""
        camera, depth = self.camera, self._depth(row)
        ends = []
        for x in (self.left, self.right):
            if not np.isfinite(x):
                ends.append(x)
                continue
            away = (depth - x * np.sin(camera.yaw)) / np.cos(camera.yaw)
            aside = x * np.cos(camera.yaw) - away * np.sin(camera.yaw)
            ends.append(camera.width / 2 + aside / depth * camera.focal)
        return tuple(ends)

    def flatness(self, row):
        """Height of a circle on the floor at a row, as a share of its width."""
        return float(np.clip((row - self.camera.horizon) / self.camera.focal + np.tan(self.camera.pitch), 0.05, 0.45))


def on_horizon(artist, row, eye=None, seen=True):
    """A `Stage` without walls whose horizon lies at a row of the picture.

    Args:
        artist: an `Artist`. row: pixels. eye: metres from the floor to the viewer's eye, drawn if None.
        seen: see `Stage`.
    """
    height, width = artist.canvas.shape
    eye = artist.between(0.9, 1.7) if eye is None else eye
    return Stage(Camera(width, height, FOCAL * max(height, width), eye, horizon=float(row)), seen=seen)


def lay_shadow(artist, stage, centre, breadth):
    """Lay the shadow that something standing throws on the floor around its foot.

    Args:
        artist: an `Artist`. stage: a `Stage`. centre: (x, y) of the foot. breadth: of what stands there, pixels.
    """
    canvas, style = artist.canvas, artist.style
    flat = stage.flatness(centre[1])
    if breadth < 4:
        return
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
