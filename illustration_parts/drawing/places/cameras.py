"""Where the viewer of a place stands, and its time of day.

World coordinates are metres: x to the right, y up from the floor, z away from the viewer.
"""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.styles import hsv

NEAR = 0.3  # metres; nothing nearer is drawn


@dataclass(frozen=True)
class Camera:
    """Where the viewer stands.

    Attributes:
        width, height: of the picture, pixels.
        focal: focal length in pixels.
        eye: height of the eye, metres.
        yaw: radians that the view turns to the right. pitch: radians that it looks down.
        middle: row of the picture that the view is aimed at; the horizon lies there without pitch.
    """

    width: int
    height: int
    focal: float
    eye: float = 1.5
    yaw: float = 0.0
    pitch: float = 0.0
    middle: float = 0.0

    @property
    def horizon(self):
        """Row of the picture where a level floor ends far away; it may lie outside the picture."""
        return self.middle - self.focal * np.tan(self.pitch)

    def see(self, points):
        """Points (..., 3) in the viewer's own coordinates: x right, y down, z away."""
        x, y, z = np.moveaxis(np.asarray(points, float), -1, 0)
        y = self.eye - y
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        x, z = x * cos - z * sin, z * cos + x * sin
        cos, sin = np.cos(self.pitch), np.sin(self.pitch)
        y, z = y * cos - z * sin, z * cos + y * sin
        return np.stack([x, y, z], -1)

    def place(self, points):
        """Points (..., 3) in the picture, (..., 2) pixels; those behind the viewer lie far off."""
        x, y, z = np.moveaxis(self.see(points), -1, 0)
        z = np.maximum(z, NEAR / 10)
        return np.stack([x / z * self.focal + self.width / 2, y / z * self.focal + self.middle], -1)

    def clip(self, corners):
        """The part of a flat polygon, (n, 3), that lies before the viewer, as (m, 2) pixels; m may be 0."""
        seen = self.see(corners)
        kept = []
        for start, end in zip(seen, np.roll(seen, -1, 0)):
            if start[2] >= NEAR:
                kept.append(start)
            if (start[2] >= NEAR) != (end[2] >= NEAR):
                share = (NEAR - start[2]) / (end[2] - start[2])
                kept.append(start + share * (end - start))
        if len(kept) < 3:
            return np.zeros((0, 2))
        x, y, z = np.array(kept).T
        return np.stack([x / z * self.focal + self.width / 2, y / z * self.focal + self.middle], -1)

    def distance(self, points):
        """How far away points lie on average, metres."""
        return float(np.linalg.norm(self.see(points), axis=-1).mean())


def choose_camera(artist, eye=None, wide=(0.45, 0.75)):
    """A camera for the artist's canvas: one-point, two-point, or seen from above or below.

    Args:
        artist: an `Artist`. eye: height of the eye in metres, drawn if None.
        wide: between which the focal length lies, as a share of the longer side.
    """
    height, width = artist.canvas.shape
    long = max(height, width)
    yaw = 0.0 if artist.chance(0.3) else artist.between(-0.5, 0.5)
    pitch = 0.0 if artist.chance(0.6) else artist.between(-0.12, 0.3)
    eye = artist.between(0.7, 2.0) if eye is None else eye
    return Camera(width, height, long * artist.between(*wide), eye, yaw, pitch, height * artist.between(0.38, 0.55))


@dataclass(frozen=True)
class Air:
    """The time of day in a place.

    Attributes:
        name: `"day"`, `"evening"`, `"overcast"` or `"night"`.
        hue: that everything in the place has something of.
        ambient: RGB 0..1 that colours are multiplied by.
        sun: RGB of light that falls in. haze: RGB of what is far away.
        strength: of the sunlight, 0..1.
        muted: how far colours go towards the place's own hue, 0..1.
    """

    name: str
    hue: float
    ambient: np.ndarray
    sun: np.ndarray
    haze: np.ndarray
    strength: float
    muted: float


def choose_air(artist, indoors=False):
    """An `Air` for a picture; pages and drawings on paper have plain day. At night most rooms are lit by lamps."""
    style, rng = artist.style, artist.rng
    plain = not style.keeps_colours
    name = "day" if plain else artist.pick(("day", "evening", "overcast", "night"), (0.56, 0.18, 0.12, 0.14))
    hue = rng.random() if artist.chance(0.35) else artist.pick((0.08, 0.1, 0.55, 0.6))
    tables = {
        "day": ((1, 1, 1), hsv(0.12, 0.1, 1), hsv(0.57, 0.14, 0.97), artist.between(0.3, 0.65)),
        "evening": ((1, 0.84, 0.7), hsv(0.08, 0.5, 1), hsv(0.06, 0.35, 0.95), artist.between(0.4, 0.7)),
        "overcast": ((0.84, 0.87, 0.92), hsv(0.6, 0.05, 1), hsv(0.6, 0.06, 0.85), 0.15),
        "night": ((0.47, 0.52, 0.74), hsv(0.6, 0.3, 0.9), hsv(0.63, 0.55, 0.3), 0.22),
    }
    if indoors and artist.chance(0.65):
        tables["night"] = ((1.0, 0.87, 0.7), hsv(0.1, 0.3, 1.0), hsv(0.63, 0.55, 0.3), 0.0)
    ambient, sun, haze, strength = tables[name]
    return Air(name, hue, np.array(ambient, float), sun, haze, strength, 0.0 if plain else artist.between(0.1, 0.35))
