"""Crops of pictures, turned and scaled at random, interpolated once."""

import math

import cv2
import numpy as np

# A crop's enlargement, drawn log-uniformly between the two. Smaller than this, the fine lines of drawings vanish.
SCALES = (0.45, 1.5)
TURNED_FREELY = 0.35  # chance that a crop is turned by any angle
LONGEST = 32766  # pixels; OpenCV samples no longer side by Lanczos' kernel
MARGIN = 8  # pixels; more than that kernel reaches
AT_OWN_SCALE = 0.1  # chance that its size stays: then, unless it is turned freely, it is exact to the pixel


def choose_crop(rng, height, width, crop):
    """Choose which part of a picture becomes a crop: scale, rotation, reflection, place.

    Args:
        rng: `numpy.random.Generator`.
        height, width: the picture's size.
        crop: height and width of the crop.

    Returns:
        (matrix, scale): a (2, 3) float64 array that takes a crop's (x, y) to the picture's, and the enlargement.
    """
    scale = 1.0
    if rng.random() >= AT_OWN_SCALE:
        scale = math.exp(rng.uniform(math.log(SCALES[0]), math.log(SCALES[1])))
    angle = rng.integers(4) * math.pi / 2
    free = rng.random() < TURNED_FREELY
    if free:
        angle += rng.uniform(-math.pi / 4, math.pi / 4)
    cosine, sine = math.cos(angle), math.sin(angle)
    # A picture is not shrunk below the crop's extent; a smaller one is enlarged, up to the limit.
    scale = max(scale, min((abs(cosine) + abs(sine)) * crop / min(height, width), SCALES[1]))
    mirror = rng.choice((-1.0, 1.0))
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]]) / scale
    if scale == 1.0 and not free:
        linear = np.round(linear)
    # Half of the extent that the crop covers: the centre stays this far from the border, if possible.
    reach = np.abs(linear).sum(axis=1) * crop / 2
    size = np.array([width, height])
    low, high = np.minimum(reach, size / 2), np.maximum(size - reach, size / 2)
    centre = rng.uniform(low, high) - 0.5
    shift = centre - linear @ np.full(2, (crop - 1) / 2)
    if scale == 1.0 and not free:
        shift = np.round(shift)  # whole pixels: nothing is interpolated
    return np.column_stack([linear, shift]), scale


def cut_crop(picture, matrix, scale, crop, cubic=False):
    """Cut a crop out of a picture.

    Shrunk crops are sampled at twice the size and averaged, so that thin lines fade instead of breaking up.

    Args:
        picture: (H, W, C) uint8, C at most 4. Beyond the border it is continued by reflection.
        matrix, scale: of `choose_crop`.
        crop: height and width of the crop.
        cubic: sharper interpolation when enlarging.

    Returns:
        (crop, crop, C) uint8.
    """
    if scale >= 1.0:
        way = (cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(picture, matrix, (crop, crop), flags=way, borderMode=cv2.BORDER_REFLECT)
    fine = matrix.copy()
    fine[:, :2] /= 2
    fine[:, 2] -= fine[:, :2].sum(axis=1) / 2  # pixel centres: fine pixel 0 lies a quarter pixel before coarse pixel 0
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    twice = cv2.warpAffine(picture, fine, (2 * crop, 2 * crop), flags=way, borderMode=cv2.BORDER_REFLECT)
    return cv2.resize(twice, (crop, crop), interpolation=cv2.INTER_AREA)


def mark_inside(matrix, height, width, crop):
    """Return (crop, crop) uint8: 255 where the crop shows the picture, 0 where its continuation."""
    corners = matrix[:, :2] @ np.array([[0, crop - 1, 0, crop - 1], [0, 0, crop - 1, crop - 1]]) + matrix[:, 2:]
    if corners.min() >= 0 and corners[0].max() <= width - 1 and corners[1].max() <= height - 1:
        return np.full((crop, crop), 255, np.uint8)
    inside = np.full((height, width), 255, np.uint8)
    way = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(inside, matrix, (crop, crop), flags=way, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def recompress(picture, rng):
    """Return (H, W, 3) uint8 as it comes back from a JPEG file of random quality (channels in the order given)."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))]
    return cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)


def find_inner_size(width, height, angle):
    """Find the largest axis-aligned rectangle inside a turned one.

    Let c = |cos angle| and s = |sin angle|. A rectangle of w x h about the same centre lies inside if w c + h s <=
    width and w s + h c <= height. Under one condition alone, w h is largest where its two terms are equal. If that
    point violates the other condition, the largest rectangle touches all four sides, and both hold with equality.

    Args:
        width, height: of the turned rectangle, above 0.
        angle: in radians.

    Returns:
        (w, h), floats.
    """
    cosine, sine = abs(math.cos(angle)), abs(math.sin(angle))
    long, short = max(width, height), min(width, height)
    # For a square turned by 45 degrees both cases meet, and the second would divide zero by zero.
    if short <= 2 * sine * cosine * long * (1 + 1e-9):
        along, across = short / (2 * sine), short / (2 * cosine)
        return (along, across) if width >= height else (across, along)
    turn = cosine**2 - sine**2
    return (width * cosine - height * sine) / turn, (height * cosine - width * sine) / turn


def cut_region_crop(array, matrix, crop):
    """Cut a crop out of a picture or a skeleton map, interpolated once: by Lanczos if enlarged, else linearly.

    A pixel of a shrunk crop is the mean of four linear samples. For a factor of two or more, the part of the picture
    that the crop needs is first shrunk by a whole number. Touching only that part costs a fraction of turning and
    scaling the whole picture.

    Args:
        array: (H, W) or (H, W, 3) uint8.
        matrix: of `choose_region_crop`.
        crop: height and width of the crop.

    Returns:
        (crop, crop) or (crop, crop, 3) uint8. Lanczos overshoots at edges; OpenCV clips that to 0..255.
    """
    shrinking = math.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if shrinking < 1.0:
        # The outer half of a border pixel lies beyond the pixel centres, where samples need a neighbour.
        if max(array.shape[:2]) > LONGEST:
            array, matrix = cut_part(array, matrix, crop)
        way, border = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP, cv2.BORDER_REFLECT
        return cv2.warpAffine(array, matrix, (crop, crop), flags=way, borderMode=border)
    if shrinking >= 2.0:
        array, matrix = shrink_part(array, matrix, crop, int(shrinking))
    return cut_crop(array, matrix, 0.5, crop)  # any scale below 1 averages


def cut_part(array, matrix, crop):
    """Cut out the part of an array that a crop needs, with all that it may show of the array's reflection.

    Args and results as `shrink_part`, but for the factor.
    """
    corners = matrix @ np.array([[0, crop, 0, crop], [0, 0, crop, crop], [1, 1, 1, 1]])
    first, last = corners.min(axis=1), corners.max(axis=1)
    reach, size = last - first + MARGIN, np.array([array.shape[1], array.shape[0]])
    low = np.clip(np.floor(first - reach).astype(int), 0, size - 1)
    high = np.clip(np.ceil(last + reach).astype(int), low + 1, size)
    return array[low[1] : high[1], low[0] : high[0]], np.column_stack([matrix[:, :2], matrix[:, 2] - low])


def shrink_part(array, matrix, crop, factor):
    """Shrink the part of an array that a crop needs, by area.

    Args:
        array: (H, W) or (H, W, 3). matrix: takes a crop's (x, y) to the array's. crop: its size. factor: whole number.

    Returns:
        (part, matrix): the shrunk part, and the matrix that takes the crop's (x, y) to the part's.
    """
    corners = matrix @ np.array([[0, crop, 0, crop], [0, 0, crop, crop], [1, 1, 1, 1]])
    size = np.array([array.shape[1], array.shape[0]])
    low = np.clip(np.floor(corners.min(axis=1)).astype(int) - 2 * factor, 0, size - 1)
    high = np.clip(np.ceil(corners.max(axis=1)).astype(int) + 2 * factor, low + 1, size)
    high = np.minimum(high + (low - high) % factor, size)  # whole multiples shrink faster
    small = -(-(high - low) // factor)
    part = array[low[1] : high[1], low[0] : high[0]]
    part = cv2.resize(part, tuple(map(int, small)), interpolation=cv2.INTER_AREA)
    ratio = small / (high - low)  # 1 / factor but at the array's far border
    matrix = matrix * ratio[:, None]
    matrix[:, 2] += (0.5 - low) * ratio - 0.5  # pixel centres
    return part, matrix
