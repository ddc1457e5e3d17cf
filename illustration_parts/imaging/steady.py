"""Steadies the maps of a clip's frames: what stands still in the picture stands still in the maps.

    steady = Steady()
    for picture in pictures:
        share, cut = steady.look(picture)          # which pixels changed; whether a new shot begins
        maps = steady.blend(find(picture), share)

Noise and compression change every frame a little, even where a drawing is held, and a network's map with them. So each
pixel of a map becomes the mean of the last frames in which the picture did not change there. Where it changed, the new
map counts alone, so that nothing moving leaves a trail.
"""

import functools
from typing import Any

import cv2
import numpy as np

FRAMES = 8  # over which a map is averaged; the newest never counts less than one in so many
WINDOW = 5  # pixels; side of the squares in which changes are looked for
REACH = 5  # pixels; side of the square around a change in which maps are not blended
# Limits of the noise that is expected, in levels, and how much larger a change must be. It shows in the mean square of
# the differences, where lines move, or in their mean, where an area fades.
NOISE, LARGER, MEAN_LARGER = (1.5, 8.0), 3.0, 2.0
THUMBNAIL = 24  # rows, to which pictures are shrunk to look for cuts
# A cut is a difference of thumbnails of this share of their contrasts. Two unrelated pictures differ by about 0.7.
CUT, CONTRAST = 0.5, 8.0  # levels are added to the contrasts, so that flat pictures need a difference, too
_LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)


class Steady:
    """Follows one clip, frame by frame; see above. Frames have one size."""

    def __init__(self):
        self._mean: Any = None  # (H, W, 3) float32, of the frames since each pixel last changed
        self._age: Any = None  # (H, W) float32, their number less one
        self._thumbnail: Any = None
        self._maps: dict = {}

    def look(self, picture):
        """Compare a frame with those before it.

        Args:
            picture: (H, W, 3) uint8 RGB.

        Returns:
            (share, cut): (H, W) float32, how much the frame's map counts in the blend, 1 where the picture changed. And
            whether a new shot begins with it, as with the first frame.
        """
        thumbnail = make_thumbnail(picture)
        cut = self._thumbnail is None or is_cut(self._thumbnail, thumbnail)
        self._thumbnail = thumbnail
        if cut:
            self._mean, self._age = picture.astype(np.float32), np.zeros(picture.shape[:2], np.float32)
            return np.ones(picture.shape[:2], np.float32), True
        difference = picture - self._mean
        changed = find_changes(difference, measure_noise(picture))
        self._age = np.where(changed, np.float32(0), np.minimum(self._age + 1, np.float32(FRAMES - 1)))
        share = 1 / (self._age + 1)
        difference *= share[..., None]
        self._mean += difference
        return share, False

    def blend(self, arrays, share, binary=False):
        """Blend the maps of a frame with those of the frames before.

        Args:
            arrays: {name: array}. Those of uint8, (H, W) or (H, W, C), are blended; of a sheet, which is wider, the
                right part. Others stay as they are.
            share: of `look`.
            binary: whether the maps are black and white and must stay so.

        Returns:
            {name: array}, new.
        """
        return {name: self._blend_one(name, array, share, binary) for name, array in arrays.items()}

    def _blend_one(self, name, array, share, binary):
        if array is None or array.dtype != np.uint8:
            return array
        part = array[:, -share.shape[1] :].astype(np.float32)
        before = self._maps.get(name)
        if before is not None and before.shape == part.shape:
            part = before + (share if part.ndim == 2 else share[..., None]) * (part - before)
        self._maps[name] = part
        steady = array.copy()
        steady[:, -share.shape[1] :] = np.where(part >= 127.5, 255, 0) if binary else part + 0.5
        return steady


def make_thumbnail(picture):
    """Shrink a picture, (H, W, 3) uint8, to a few rows of grey, float32."""
    height, width = picture.shape[:2]
    columns = min(width, max(1, round(THUMBNAIL * width / height)), 4 * THUMBNAIL)
    small = cv2.resize(picture, (columns, min(height, THUMBNAIL)), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)


def is_cut(before, after):
    """Whether two successive thumbnails belong to different shots."""
    difference = np.sqrt(np.square(after - before).mean())
    return bool(difference > CUT * (before.std() + after.std() + CONTRAST))


def measure_noise(picture):
    """Estimate the standard deviation of a picture's noise, in levels, from the median of its second differences.

    The filter is that of Immerkær, "Fast noise variance estimation", 1996. The median leaves lines out.
    """
    found = cv2.filter2D(picture[..., 1].astype(np.float32), cv2.CV_32F, _LAPLACIAN)[::2, ::2]
    return float(np.median(np.abs(found)) / (6 * 0.6745))


def find_changes(difference, noise):
    """Find where a picture changed.

    Args:
        difference: (H, W, 3) float32, picture minus the mean of the ones before, in levels.
        noise: standard deviation of the picture's noise, in levels.

    Returns:
        (H, W) bool, with `REACH` around each change.
    """
    noise = float(np.clip(np.sqrt(2) * noise, *NOISE))  # of a difference of two
    window = WINDOW, WINDOW
    planes = cv2.split(difference)
    square = cv2.blur(functools.reduce(cv2.max, [cv2.multiply(plane, plane) for plane in planes]), window)
    mean = functools.reduce(cv2.max, [np.abs(cv2.blur(plane, window)) for plane in planes])
    changed = (square > (LARGER * noise) ** 2) | (mean > MEAN_LARGER * noise)
    return cv2.dilate(changed.view(np.uint8), np.ones((REACH, REACH), np.uint8)) > 0
