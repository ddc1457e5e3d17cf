"""What a ribbon is at each of its pixels: how far along, where across, and how it is lit."""

import numpy as np

from illustration_parts.system.compiled import njit

DOME, CYLINDER = 0.75, 0.62  # shares of the head's and of the lock's own roundness in a lock's form


@njit(cache=True, nogil=True)
def place_pixels(alpha, top, left, xs, ys, across_x, across_y, at, halves, along, side):
    """For each pixel under `alpha`: how far along a band it lies, and where across it, -1 .. 1."""
    count = len(xs)
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            if alpha[y, x] == 0:
                continue
            px, py = x + left, y + top
            best, nearest = 1e18, 0
            for i in range(count):
                dx, dy = px - xs[i], py - ys[i]
                away = dx * dx + dy * dy
                if away < best:
                    best, nearest = away, i
            first = max(0, nearest - 1)
            best = 1e18
            for i in range(first, min(count - 1, nearest + 1)):
                dx, dy = xs[i + 1] - xs[i], ys[i + 1] - ys[i]
                t = ((px - xs[i]) * dx + (py - ys[i]) * dy) / max(1e-9, dx * dx + dy * dy)
                t = min(1.0, max(0.0, t))
                ax, ay = px - xs[i] - t * dx, py - ys[i] - t * dy
                away = ax * ax + ay * ay
                if away < best:
                    best = away
                    nx = across_x[i] + t * (across_x[i + 1] - across_x[i])
                    ny = across_y[i] + t * (across_y[i + 1] - across_y[i])
                    half = halves[i] + t * (halves[i + 1] - halves[i])
                    along[y, x] = at[i] + t * (at[i + 1] - at[i])
                    side[y, x] = min(1.0, max(-1.0, (ax * nx + ay * ny) / max(0.5, half)))


@njit(cache=True, nogil=True)
def light_pixels(
    alpha, top, left, along, side, across_x, across_y, dome, light, threshold, softness, half, wave, lit, tones
):
    """How a lock is lit: `lit` gets light less the threshold; `tones` (3, h, w) uint8 shadow, deep shadow and rim.

    `dome` is the centre (x, y) and radius of the head's round; `wave` shifts a slight ripple.
    """
    last = len(across_x) - 1
    # How fast light changes from pixel to pixel, which makes edges a pixel wide.
    span = CYLINDER / max(1.0, half) + DOME / dome[2] + softness
    flat = np.sqrt(light[0] ** 2 + light[1] ** 2) + 1e-6
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            if alpha[y, x] == 0:
                continue
            s, u = along[y, x], side[y, x]
            at = s * last
            k = min(last - 1, int(at))
            t = at - k
            nx = across_x[k] + t * (across_x[k + 1] - across_x[k])
            ny = across_y[k] + t * (across_y[k + 1] - across_y[k])
            dx, dy = (x + left - dome[0]) / dome[2], min((y + top - dome[1]) / dome[2], 0.25)
            shrink = min(1.0, 0.97 / max(np.sqrt(dx * dx + dy * dy), 1e-3)) * DOME
            # The lock's own round grows in from the root, so that roots merge.
            bulge = CYLINDER * min(1.0, max(0.0, (s - 0.12) / 0.38)) * u
            rim = -(nx * light[0] + ny * light[1]) / flat * u
            nx, ny = dx * shrink + nx * bulge, dy * shrink + ny * bulge
            nz = np.sqrt(max(0.08, 1 - min(0.92, nx * nx + ny * ny)))
            value = (nx * light[0] + ny * light[1] + nz * light[2]) / np.sqrt(nx * nx + ny * ny + nz * nz)
            value += 0.05 * np.sin(5 * u + wave) - 0.1 * max(0.0, s - 0.75) - threshold
            lit[y, x] = value
            tones[0, y, x] = min(255.0, max(0.0, 127.5 - value / span * 255))
            tones[1, y, x] = min(255.0, max(0.0, 127.5 - (value + 0.4) / span * 255))
            rim = min(rim, -1.3 * (nx * light[0] + ny * light[1]) / flat)
            tones[2, y, x] = min(255.0, max(0.0, (rim - 0.8) / span * 255))


def taper_widths(count, root=0.3, peak=0.45, tip=0.9):
    """Widths of a lock along its length, (count,) shares of the most.

    Args:
        root: share at the root. peak: where it is widest. tip: how blunt it ends, 0.3 cut .. 1 pointed.
    """
    t = np.linspace(0, 1, count)
    rising = root + (1 - root) * np.sin(np.pi / 2 * np.minimum(1, t / peak)) ** 1.2
    falling = np.maximum(0, 1 - (np.maximum(0, t - peak) / (1 - peak)) ** 1.7) ** tip
    return rising * falling
