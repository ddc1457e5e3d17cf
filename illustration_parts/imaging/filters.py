"""Pictures to sketches without a network: extended difference of Gaussians, colour dodge, adaptive threshold."""

import math
from typing import NamedTuple

import cv2
import numpy as np

SIGMAS = (0.3, 0.4, 0.5)  # a training picture gets one of these at random
K, SHARPNESS, EPSILON, PHI = 4.5, 19.0, 0.01, 3.0
POWER = 1.7  # of intensities, for training data: darkens the greys
TABLE_REACH = 6.0  # beyond it a hyperbolic tangent is 1
DODGE_KERNEL = 21  # pixels
BLOCK, LESS, MEDIAN = 9, 2, 3  # of the adaptive threshold
# What --auto tries, and where.
AUTO_SIGMAS = (0.7, 0.5, 1.0, 0.4, 0.3)  # the usual one first
AUTO_EPSILONS = (0.01, -0.03, -0.1)
AUTO_LIGHT = 0.7  # lightening makes a fifth of the picture brighter than this
AUTO_GAIN = 4.0  # the most that it multiplies levels by
AUTO_WINDOW = 384  # pixels; side of the four windows that are tried
STRIP = 4_000_000  # pixels that are sketched at a time
NEARLY = 0.7  # share of the best score with which an earlier choice is kept
# How clear a sketch is.
SPECK = 12  # pixels; smaller parts are specks
LINE = 40  # pixels; parts of this size or more are lines
ENOUGH, MUCH, TOO_MUCH = 0.01, 0.2, 0.45  # shares of ink
SPECKLED = 8.0  # specks in 10,000 pixels that halve a score
CLEAR = 0.25  # score that --select asks for


def xdog(grey, sigma=0.4, k=K, p=SHARPNESS, epsilon=EPSILON, phi=PHI, power=1.0):
    """Draw a sketch by extended difference of Gaussians (Winnemöller, Kyprianidis and Olsen 2012).

    Args:
        grey: (H, W) uint8.
        sigma: of the narrower Gaussian, in pixels. k: how many times wider the other is.
        p: how much their difference sharpens the picture.
        epsilon: the picture is multiplied by its sharpened self, both 0..1. The sketch is white where this product is
            epsilon or more. Elsewhere it is 1 + tanh(phi (product - epsilon)).
        phi: how steeply it darkens.
        power: of the sketch's intensities 0..1; above 1 darkens its greys.

    Returns:
        (H, W) uint8, dark on white.

    Raises:
        ValueError: for other arrays, or values out of range.
    """
    check_grey(grey)
    if not (0 < sigma <= 50 and k > 1 and p >= 0 and 0 < phi < np.inf and 0 < power < np.inf and abs(epsilon) < np.inf):
        raise ValueError(
            "sigma must be above 0, at most 50, k above 1, p not below 0, phi and power above 0. "
            f"Received: sigma {sigma}, k {k}, p {p}, epsilon {epsilon}, phi {phi}, power {power}"
        )
    # By strips, to bound the memory. Beyond the margin a Gaussian of 32-bit floats has no weight in OpenCV.
    margin = math.ceil(4 * k * sigma) + 2
    height, width = grey.shape
    rows = max(margin, STRIP // max(width, 1))
    sketch = np.empty_like(grey)
    for top in range(0, height, rows):
        first, last = max(0, top - margin), min(height, top + rows + margin)
        found = _shade(_sharpen(grey[first:last], sigma, k, p), epsilon, phi, power)
        sketch[top : top + rows] = found[top - first : top - first + rows]
    return sketch


def _sharpen(grey, sigma, k=K, p=SHARPNESS):
    """A grey picture times its sharpened self, (H, W) float32."""
    picture = grey * np.float32(1 / 255)
    narrow, wide = (cv2.GaussianBlur(picture, (0, 0), each) for each in (sigma, k * sigma))
    sharp = cv2.addWeighted(narrow, 1 + p, wide, -p, 0, wide)
    return cv2.multiply(picture, sharp, sharp)


def _shade(product, epsilon, phi, power=1.0):
    """Apply the hyperbolic tangent, (H, W) uint8. A table of 65,536 entries makes it many times faster."""
    steps = np.linspace(0, TABLE_REACH, 65536)
    table = np.round(255 * (1 - np.tanh(steps)) ** power).astype(np.uint8)
    scale = phi * 65535 / TABLE_REACH
    below = cv2.addWeighted(product, -scale, product, 0, epsilon * scale, dtype=cv2.CV_16U)  # clipped at both ends
    return np.take(table, below)


def choose_xdog(grey):
    """Choose the options of `xdog` that draw a picture most clearly, see `measure_clarity`.

    Fixed values fail on dark pictures, where lines are faint, and on noisy ones, where every grain becomes a speck. So
    a dark picture is lightened, see `find_gain`; scaling epsilon and phi does the same. Then some sigmas and epsilons
    are tried on four windows. Wider sigmas bridge grain and draw broader lines; lower epsilons drop what is faint. The
    first choice whose score comes near the best is taken, so that the sketches of a folder look alike.

    Args:
        grey: (H, W) uint8.

    Returns:
        dict: `sigma`, `epsilon` and `phi`, for `xdog`.
    """
    check_grey(grey)
    gain = find_gain(grey) ** 2
    windows = list(_cut_windows(grey))
    tried = []
    for sigma in AUTO_SIGMAS:
        products = [_sharpen(window, sigma) for window in windows]
        for epsilon in AUTO_EPSILONS:
            options = {"epsilon": epsilon / gain, "phi": PHI * gain}
            clarity = measure_clarity(*(_shade(product, **options) for product in products))
            tried.append((clarity.score, {"sigma": sigma, **options}))
    best = max(score for score, _ in tried)
    return next(options for score, options in tried if score >= NEARLY * best)


def find_gain(grey):
    """Return how many times lighter a (H, W) uint8 picture must be for a fifth of it to exceed 0.7; 1 to 4."""
    light = float(np.quantile(grey[::4, ::4], 0.8)) / 255
    return min(AUTO_GAIN, max(1.0, AUTO_LIGHT / max(light, 1e-3)))


def lighten(picture):
    """Lighten a dark picture, (H, W, 3) uint8 RGB, by `find_gain`; a light one is returned as it is.

    Sketch networks get lightened pictures, because a tile does not show how dark the whole picture is.
    """
    gain = find_gain(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    return cv2.convertScaleAbs(picture, alpha=gain) if gain > 1 else picture


def _cut_windows(grey):
    """Yield the middle of each quarter of a picture, at most `AUTO_WINDOW` pixels each way; a small picture whole."""
    height, width = grey.shape
    if min(height, width) < 2 * LINE:
        yield grey
        return
    for top, bottom in ((0, height // 2), (height // 2, height)):
        for left, right in ((0, width // 2), (width // 2, width)):
            y, x = (max(0, end - start - AUTO_WINDOW) // 2 for start, end in ((top, bottom), (left, right)))
            yield grey[top + y : bottom - y, left + x : right - x]


def dodge(grey, kernel=DODGE_KERNEL):
    """Draw a sketch by colour dodge: a picture over its Gaussian blur, times 256. Flat areas become white.

    Args:
        grey: (H, W) uint8. kernel: of the blur, in pixels, odd.

    Returns:
        (H, W) uint8, dark on white.

    Raises:
        ValueError: for other arrays or kernels.
    """
    check_grey(grey)
    if kernel < 3 or kernel % 2 == 0:
        raise ValueError(f"kernel must be odd, 3 or more. Received: {kernel}")
    blurred = cv2.GaussianBlur(grey, (kernel, kernel), 0)
    return np.where(blurred > 0, cv2.divide(grey, blurred, scale=256), np.uint8(255))  # black on black is flat


def threshold(grey, block=BLOCK, less=LESS, median=MEDIAN):
    """Binarise as manga are: black where a pixel is darker than the mean around it, by `less` levels; then a median.

    Args:
        grey: (H, W) uint8.
        block: side of the Gaussian window of the mean, in pixels, odd.
        less: in levels.
        median: side of the median's window, in pixels, odd; 1 for none.

    Returns:
        (H, W) uint8, 0 and 255.

    Raises:
        ValueError: for other arrays or sides.
    """
    check_grey(grey)
    if block < 3 or block % 2 == 0 or median < 1 or median % 2 == 0:
        raise ValueError(f"block and median must be odd, block 3 or more. Received: {block}, {median}")
    binary = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, block, less)
    return cv2.medianBlur(binary, median) if median > 1 else binary


def is_binary(grey):
    """Whether nearly all of a (H, W) uint8 picture is black or white."""
    return float(((grey < 32) | (grey > 223)).mean()) > 0.95


def check_grey(grey):
    """ValueError unless an array is (H, W) uint8 and not empty."""
    if grey.ndim != 2 or grey.dtype != np.uint8 or not grey.size:
        raise ValueError(f"a grey picture must be (H, W) uint8, not empty. Received: {grey.shape} {grey.dtype}")


class Clarity(NamedTuple):
    """How clear a sketch is; see `measure_clarity`."""

    ink: float
    connected: float
    specks: float
    score: float

    def explain(self):
        """Say what is wrong with an unclear sketch."""
        if self.ink < ENOUGH:
            return f"hardly any ink ({self.ink:.1%})"
        if self.ink > MUCH:
            return f"too much ink ({self.ink:.0%})"
        if self.connected < 0.7:
            return f"in pieces ({self.connected:.0%} of the ink is in lines)"
        return f"speckled ({self.specks:.0f} specks in 10,000 pixels)"


def measure_clarity(*windows, level=128):
    """Measure how clear a sketch is: enough ink and not too much, in long lines, without specks.

    Args:
        windows: a sketch, (H, W) uint8, dark on white, or several parts of one.
        level: what is darker is ink.

    Returns:
        `Clarity`:

        - `ink`: its share of the picture.
        - `connected`: share of the ink in connected parts of 40 pixels or more.
        - `specks`: parts of less than 12 pixels, in 10,000 pixels.
        - `score`: 0..1, a product of three. The first is 1 for 1 % to 20 % of ink, and falls to 0 at none and at 45 %.
          The second is the connected share, squared. The third is 1 / (1 + specks / 8).
    """
    pixels = total = in_lines = specks = 0
    for window in windows:
        check_grey(window)
        count, _, stats, _ = cv2.connectedComponentsWithStats((window < level).view(np.uint8))
        areas = stats[1:count, cv2.CC_STAT_AREA]
        pixels, total = pixels + window.size, total + int(areas.sum())
        in_lines, specks = in_lines + int(areas[areas >= LINE].sum()), specks + int((areas < SPECK).sum())
    share, connected, specks = total / pixels, in_lines / max(1, total), specks * 1e4 / pixels
    amount = min(1.0, share / ENOUGH) * min(1.0, max(0.0, (TOO_MUCH - share) / (TOO_MUCH - MUCH)))
    return Clarity(share, connected, specks, amount * connected**2 / (1 + specks / SPECKLED))
