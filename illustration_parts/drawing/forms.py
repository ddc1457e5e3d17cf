"""The form of an area as normals, and how light falls on it.

Normals are (h, w, 3) float32 unit vectors x, y, z of a mask's rectangle; z points at the viewer, y down.
"""

import cv2
import numpy as np

WORK = 220  # pixels; larger areas are inflated at a smaller size


def inflate(alpha, roundness=1.0, smooth=0.06):
    """Blow a flat area up like a cushion.

    The height over a pixel is that of a circle over its distance to the rim, which approximates what Igarashi et al.
    do ("Teddy", 1999).

    Args:
        alpha: (h, w) uint8 coverage 0..255.
        roundness: how steep the form is, 1 for a half circle.
        smooth: how far heights are averaged, as a share of the largest distance to the rim.

    Returns:
        (h, w, 3) float32 normals.
    """
    height, width = alpha.shape
    shrink = max(1.0, max(height, width) / WORK)
    size = max(2, round(width / shrink)), max(2, round(height / shrink))
    small = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    solid = cv2.copyMakeBorder((small > 127).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    distance = cv2.distanceTransform(solid, cv2.DIST_L2, 5)[1:-1, 1:-1]
    largest = float(distance.max())
    if largest <= 0:
        return np.dstack([np.zeros((height, width, 2), np.float32), np.ones((height, width), np.float32)])
    # The local half width: the largest distance nearby, spread smoothly.
    reach = int(largest) * 2 + 1
    half = cv2.dilate(distance, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    half = np.maximum(cv2.GaussianBlur(half, (0, 0), max(0.8, 0.5 * largest)), distance)
    bulge = np.sqrt(np.maximum(distance * (2 * half - distance), 0))
    bulge = cv2.GaussianBlur(bulge, (0, 0), max(0.7, smooth * largest + 0.15 * largest))
    bulge = cv2.resize(bulge, (width, height), interpolation=cv2.INTER_CUBIC) * shrink * roundness
    return normals_of(cv2.GaussianBlur(bulge, (0, 0), 0.5 + 0.9 * shrink) if shrink > 1 else bulge)


def normals_of(bulge):
    """Normals of an (h, w) float32 height field in pixels."""
    bulge = np.asarray(bulge, np.float32)
    x = cv2.Sobel(bulge, cv2.CV_32F, 1, 0, scale=1 / 8)
    y = cv2.Sobel(bulge, cv2.CV_32F, 0, 1, scale=1 / 8)
    return normalise(np.dstack([-x, -y, np.ones_like(bulge)]))


def normalise(vectors):
    """(..., 3) vectors at unit length, float32."""
    length = np.sqrt((vectors * vectors).sum(-1, keepdims=True))
    return (vectors / np.maximum(length, 1e-6)).astype(np.float32)


def ellipsoid(mask, centre, radii, turn=0.0):
    """Normals of an ellipsoid with this outline, (h, w, 3); beyond the outline they lie flat."""
    x, y = mask.grid()
    cos, sin = np.cos(turn), np.sin(turn)
    u = ((x - centre[0]) * cos + (y - centre[1]) * sin) / radii[0]
    v = ((y - centre[1]) * cos - (x - centre[0]) * sin) / radii[1]
    z = np.sqrt(np.maximum(1 - u * u - v * v, 0.0004))
    return normalise(np.dstack([u * cos - v * sin, u * sin + v * cos, z]))


def light_from(direction, height=0.45):
    """A unit vector (3,) towards a light that shines from a direction (x, y) on the picture's plane.

    Args:
        direction: unit (x, y). height: how far in front of the picture it stands, as z of the unit vector.
    """
    share = np.sqrt(1 - height * height)
    return np.array([direction[0] * share, direction[1] * share, height], np.float32)


def lit(normals, light):
    """How much light falls on a form, (h, w) float32 -1..1."""
    return normals @ np.asarray(light, np.float32)


def below(values, threshold, softness=0.0):
    """Where values lie below a threshold, (h, w) uint8 0..255, its edge a pixel wide, or soft.

    Args:
        values: (h, w) float32. threshold: a number. softness: how far values the edge spans, beyond a pixel.
    """
    values = np.asarray(values, np.float32)
    x = cv2.Sobel(values, cv2.CV_32F, 1, 0, scale=1 / 8)
    y = cv2.Sobel(values, cv2.CV_32F, 0, 1, scale=1 / 8)
    span = np.sqrt(x * x + y * y) + softness + 1e-4
    return np.clip((threshold - values) / span * 255 + 127.5, 0, 255).astype(np.uint8)
