"""Light in the air, over a finished picture: night, back light, glow, beams, sparks, snow, fog, lens and film.

All of it changes the picture and its copy without ink alike, so that ink that drowns in light no longer counts. Nothing
here is ink itself.
"""

import cv2
import numpy as np

from illustration_parts.drawing.curves import noise
from illustration_parts.drawing.places.brush import Painting, smooth_step
from illustration_parts.drawing.styles import hsv

# The share of pictures with any air, by preset; manga, pencil, ink and vector have none.
SHARE = {"tv": 0.5, "film": 0.62, "cel90": 0.4, "webtoon": 0.45, "painted": 0.6, "chibi": 0.3}


def add_air(artist, kinds=None):
    """Lay light and weather over everything that is drawn.

    Args:
        artist: an `Artist`. kinds: names of `EFFECTS`; drawn by chance, often none, if None.

    Raises:
        ValueError: for an unknown kind.
    """
    if kinds is None:
        if artist.style.monochrome or not artist.style.coloured or not artist.chance(SHARE.get(artist.style.preset, 0)):
            return
        count = int(artist.rng.choice((1, 2, 3), p=(0.5, 0.35, 0.15)))
        shares = np.array([share for _, share in EFFECTS.values()])
        kinds = artist.rng.choice(list(EFFECTS), count, replace=False, p=shares / shares.sum())
    for kind in EFFECTS:  # in this order, whatever was drawn: weather lies over light, and the lens over both
        if kind in kinds:
            EFFECTS[kind][0](artist)
            artist.cases.add(kind)
    if unknown := set(kinds) - set(EFFECTS):
        raise ValueError(f"kinds must be of {', '.join(EFFECTS)}. Received: {sorted(unknown)}")


# ------------------------------------------------------------------------------------------------------ how it is laid
def _darken(artist, factor):
    """Multiply both layers by RGB 0..1 or an (H, W, 3) or (H, W, 1) field."""
    for layer in artist.canvas.layers:
        layer *= np.asarray(factor, np.float32)
    artist.canvas.light *= (
        np.float32(np.mean(factor)) if np.ndim(factor) == 1 else np.asarray(factor, np.float32).mean(-1)
    )


def _screen(artist, light):
    """Add light, (H, W, 3) float32 0..255, as a second projector would."""
    for layer in artist.canvas.layers:
        np.clip(layer, 0, 255, out=layer)
        layer += light * (1 - layer * np.float32(1 / 255))


def _veil(artist, alpha, colour):
    """Mix both layers with a colour where alpha, (H, W) float32, lies."""
    for layer in artist.canvas.layers:
        layer += alpha[..., None] * (np.asarray(colour, np.float32) - layer)


def _small(artist, side=260):
    """The picture at about `side` pixels on its short side, and how to bring such a picture back to full size."""
    height, width = artist.canvas.shape
    shrink = max(1.0, min(height, width) / side)
    size = max(2, round(width / shrink)), max(2, round(height / shrink))
    small = np.clip(cv2.resize(artist.canvas.rgb, size, interpolation=cv2.INTER_AREA), 0, 255)
    return small, lambda plane: cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)


def _dabs(artist, *arguments, **options):
    """Press marks on both layers, see `Painting.dabs`."""
    for layer in artist.canvas.layers:
        painting = Painting(artist.rng, 1, 1, artist.style.scale)
        painting.picture, painting.parts = layer, artist.canvas.part
        painting.dabs(*arguments, **options)


def _scatter(artist, count):
    height, width = artist.canvas.shape
    return artist.rng.uniform(0, 1, (count, 2)) * (width, height)


# --------------------------------------------------------------------------------------------------------------- light
def _away_from_green(hue):
    """A hue of light, in turns: green light makes faces look ill, so it becomes yellow or turquoise."""
    hue = hue % 1
    return hue if not 0.18 < hue < 0.48 else 0.16 if hue < 0.33 else 0.5


def _add_night(artist):
    """Darkness in a deep colour; here and there a lamp keeps the colours. Lines stay darker than what is dark."""
    rng = artist.rng
    height, width = artist.canvas.shape
    tint = hsv(_away_from_green(rng.choice((0.6, 0.65, 0.7, rng.random()))), rng.uniform(0.1, 0.65), 1) / 255
    bright = float(np.clip(artist.canvas.rgb[::8, ::8].mean() / 255, 0.05, 1))
    # What is dark already is not made black.
    tint = tint / tint.mean() * np.exp(rng.uniform(np.log(min(0.7, max(0.25, 0.09 / bright))), np.log(0.75)))
    factor = np.broadcast_to(np.minimum(tint, 1.0).astype(np.float32), (height, width, 3))
    if artist.chance(0.6):
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        pool = np.zeros((height, width), np.float32)
        for _ in range(int(rng.integers(1, 3))):
            centre, reach = rng.uniform(0, 1, 2) * (width, height), min(height, width) * rng.uniform(0.25, 0.8)
            pool = np.maximum(pool, np.exp(-((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / (2 * reach**2)))
        lamp = hsv(_away_from_green(rng.choice((0.08, 0.12, rng.random()))), rng.uniform(0.1, 0.6), 1) / 255
        factor = factor + pool[..., None] * (rng.uniform(0.3, 0.9) * lamp - 0.4 * tint).astype(np.float32)
    _darken(artist, np.clip(factor, 0.05, 1.1))


def _add_colour(artist):
    """Coloured light: sunset, neon from one side or two, dusk."""
    rng = artist.rng
    height, width = artist.canvas.shape
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    side = smooth_step(x * np.cos(angle) + y * np.sin(angle), -1.0, 1.0)[..., None]
    hue = _away_from_green(rng.choice((0.05, 0.08, 0.6, 0.8, rng.random())))
    other = _away_from_green(hue + rng.choice((0.1, 0.3, 0.5)))
    one, two = (
        hsv(hue, rng.uniform(0.1, 0.55), 1) / 255,
        hsv(other, rng.uniform(0.1, 0.5), rng.uniform(0.6, 1)) / 255,
    )
    _darken(artist, (side * one + (1 - side) * two).astype(np.float32))
    if artist.chance(0.5):
        light = np.float32(rng.uniform(10, 70)) * side * hsv(hue, 0.6, 1).astype(np.float32) / 255
        _screen(artist, light.astype(np.float32))


def _add_back_light(artist):
    """Light from behind: bright ground bleeds over the rims of what stands before it, haze over all."""
    small, enlarge = _small(artist)
    rng = artist.rng
    behind = np.isin(
        cv2.resize(artist.canvas.part, small.shape[1::-1], interpolation=cv2.INTER_NEAREST), (0, 13, 14, 15, 16)
    )
    colour = hsv(rng.uniform(0.05, 0.16), rng.uniform(0, 0.4), 1).astype(np.float32)
    glow = cv2.GaussianBlur(behind.astype(np.float32), (0, 0), rng.uniform(2, 12))
    glow = enlarge(glow)[..., None] * (0.4 + 0.6 * artist.between(0, 1))
    figure = 1 - enlarge(cv2.GaussianBlur(behind.astype(np.float32), (0, 0), 0.7))[..., None]
    _darken(artist, 1 - artist.between(0.0, 0.45) * figure)
    _screen(artist, glow * colour * artist.between(0.15, 0.6))


def _add_glow(artist):
    """Diffusion: what is bright is blurred and screened over all, so that it bleeds over lines."""
    small, enlarge = _small(artist)
    rng = artist.rng
    start = rng.uniform(90, 190)
    bright = small * smooth_step(small.max(-1), start, 255)[..., None]
    spread = np.zeros_like(bright)
    for sigma in (rng.uniform(1.5, 4), rng.uniform(6, 25)):
        spread += 0.5 * cv2.GaussianBlur(bright, (0, 0), sigma)
    if artist.chance(0.3):
        spread *= (hsv(rng.random(), rng.uniform(0, 0.4), 1) / 255).astype(np.float32)
    _screen(artist, enlarge(spread.astype(np.float32)) * np.float32(rng.uniform(0.2, 0.75)))


def _add_beams(artist):
    """Shafts of light that fan out from beyond the frame."""
    rng = artist.rng
    height, width = artist.canvas.shape
    shrink = 3
    y, x = np.mgrid[0 : height // shrink + 1, 0 : width // shrink + 1].astype(np.float32) * shrink
    source = np.array([width / 2, height / 2]) + artist.style.light * np.hypot(height, width) * rng.uniform(0.5, 0.9)
    turn = np.arctan2(y - source[1], x - source[0])
    profile = cv2.GaussianBlur(
        np.maximum(rng.standard_normal((1, 720)), 0).astype(np.float32), (0, 0), rng.uniform(2, 9)
    )[0]
    profile /= profile.max() + 1e-6
    beam = profile[((turn + np.pi) / (2 * np.pi) * 719 * 1.0).astype(int) % 720]
    beam = cv2.GaussianBlur(beam, (0, 0), 2.0) * np.exp(
        -np.hypot(x - source[0], y - source[1]) / np.hypot(height, width) / rng.uniform(0.5, 1.2)
    )
    beam = cv2.resize(beam, (width, height), interpolation=cv2.INTER_LINEAR)
    colour = hsv(rng.uniform(0.08, 0.18), rng.uniform(0, 0.35), 1)
    _screen(artist, beam[..., None] * colour.astype(np.float32) * np.float32(rng.uniform(0.35, 1.0)))


def _add_fog(artist):
    """Mist in swathes, thicker towards one side."""
    rng = artist.rng
    height, width = artist.canvas.shape
    field = noise(rng, height // 4 + 2, width // 4 + 2, artist.px(300) / 4, 4)
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * rng.choice((-1.0, 1.0))
    alpha = np.clip(0.25 * field + 0.3 * down, 0, 0.8) * np.float32(rng.uniform(0.4, 1.0))
    _veil(artist, alpha.astype(np.float32), hsv(rng.random(), rng.uniform(0, 0.2), rng.uniform(0.6, 1)))


# ------------------------------------------------------------------------------------------------------------- weather
def _add_sparks(artist):
    """Embers or magic: streaks, dots and glowing specks in one or two hues, over everything."""
    rng = artist.rng
    hue = rng.choice((0.05, 0.1, 0.5, 0.75, rng.random()))
    count = int(np.exp(rng.uniform(np.log(40), np.log(900))))
    places, wind = _scatter(artist, count), rng.uniform(0, np.pi)
    lengths = artist.px(np.minimum(22, rng.lognormal(rng.uniform(0.7, 1.7), 0.7, count)))
    sizes = np.stack([lengths, np.minimum(lengths, np.maximum(0.5, artist.px(rng.lognormal(0.4, 0.5, count))))], 1)
    tints = np.array([hsv(hue + rng.normal(0, 0.03), rng.uniform(0.1, 0.9), 1) for _ in range(20)])[
        rng.integers(0, 20, count)
    ]
    halo = np.maximum(sizes[:, :1] * 3, artist.px(6)) * np.ones((1, 2))
    few = rng.random(count) < 0.4
    _dabs(artist, places[few], halo[few], 0.0, tints[few], None, 0.25, 0.2, 0.05)
    _dabs(artist, places, sizes, wind + rng.normal(0, 0.4, count), tints, None, rng.uniform(0.4, 1, count), 0.7)


def _add_snow(artist):
    """Snow: many small flakes, few large ones out of focus."""
    rng = artist.rng
    count = int(np.exp(rng.uniform(np.log(80), np.log(1500))))
    radii = artist.px(np.minimum(rng.lognormal(rng.uniform(0.3, 1.3), 0.7, count), 24))
    hard = rng.uniform(0.15, 1.0)
    sizes = radii[:, None] * rng.uniform(0.75, 1.1, (count, 2))
    _dabs(
        artist,
        _scatter(artist, count),
        sizes,
        rng.uniform(0, 3.1, count),
        (250, 252, 255),
        None,
        rng.uniform(0.4, 0.95, count),
        0.0,
        hard,
    )


def _add_rain(artist):
    """Rain: long thin streaks of light in one direction, splashes near the ground."""
    rng = artist.rng
    count = int(np.exp(rng.uniform(np.log(60), np.log(900))))
    lengths = artist.px(rng.uniform(10, 60)) * rng.lognormal(0, 0.4, count)
    sizes = np.stack([lengths, np.full(count, max(0.4, artist.px(rng.uniform(0.4, 1.1))))], 1)
    angle = np.pi / 2 + rng.normal(0, 0.15)
    tint = hsv(0.6, rng.uniform(0, 0.2), rng.uniform(0.75, 1))
    _dabs(
        artist,
        _scatter(artist, count),
        sizes,
        angle + rng.normal(0, 0.01, count),
        tint,
        None,
        rng.uniform(0.15, 0.7, count),
        1.0,
    )


def _add_petals(artist):
    """Petals, leaves or feathers in the wind, some near and blurred."""
    rng = artist.rng
    count = int(rng.integers(8, 120))
    hue = rng.choice((0.95, 0.97, 0.12, 0.3, 0.6))
    sizes = artist.px(np.minimum(rng.lognormal(1.9, 0.5, count), 34))
    sizes = np.stack([sizes, sizes * rng.uniform(0.25, 0.65, count)], 1)
    tints = np.array(
        [hsv(hue + rng.normal(0, 0.015), rng.uniform(0.05, 0.55), rng.uniform(0.75, 1)) for _ in range(12)]
    )
    places, angles = _scatter(artist, count), rng.uniform(0, np.pi, count)
    near = sizes[:, 0] > artist.px(13)
    tints = tints[rng.integers(0, 12, count)]
    bends = rng.normal(0, 0.4, count)
    for chosen, hard in ((~near, 1.0), (near, 0.2)):
        _dabs(
            artist,
            places[chosen],
            sizes[chosen],
            angles[chosen],
            tints[chosen],
            None,
            0.95,
            0.6,
            hard,
            bends[chosen],
            0.1,
        )


def _add_dust(artist):
    """Specks of dust that float in the light."""
    rng = artist.rng
    count = int(rng.integers(40, 400))
    radii = artist.px(np.minimum(rng.lognormal(rng.uniform(0.3, 1.2), 0.6, count), 12))
    hard = rng.uniform(0.1, 0.6)
    _dabs(
        artist,
        _scatter(artist, count),
        np.stack([radii, radii], 1),
        0.0,
        (255, 250, 235),
        None,
        rng.uniform(0.1, 0.6, count),
        0.0,
        hard,
    )


def _add_bokeh(artist):
    """Lights out of focus before everything: discs, each with a brighter rim."""
    rng = artist.rng
    count, hue = int(rng.integers(4, 45)), rng.random()
    hard = rng.uniform(0.1, 1.0)
    for _ in range(count):
        place, radius = _scatter(artist, 1), artist.px(np.exp(rng.uniform(2.0, 4.6)))
        tint, opacity = hsv(hue + rng.normal(0, 0.06), rng.uniform(0, 0.5), 1), rng.uniform(0.05, 0.35)
        _dabs(artist, place, (radius, radius), 0.0, tint, None, opacity, 0.0, hard)
        _dabs(artist, place, (radius * 0.9, radius * 0.9), 0.0, tint * 0.85, None, 0.4 * opacity, 0.0, hard)


def _add_near_leaves(artist):
    """Leaves, blades or blossoms close to the lens, out of focus, in the corners."""
    rng = artist.rng
    height, width = artist.canvas.shape
    hue, tall = rng.choice((rng.uniform(0.2, 0.42), 0.95, 0.08)), min(height, width)
    value, hard = rng.uniform(0.15, 0.9), rng.uniform(0.03, 0.2) / max(0.2, artist.style.scale)
    for _ in range(int(rng.integers(1, 4))):
        corner = np.array([rng.choice((0, width)), rng.choice((0, height), p=(0.35, 0.65))])
        count = int(rng.integers(6, 30))
        inward = np.where(corner > 0, -1.0, 1.0)
        places = corner + inward * np.abs(rng.normal(0, 0.16, (count, 2))) * tall
        lengths = tall * rng.uniform(0.06, 0.2, count)
        sizes = np.stack([lengths, lengths * rng.uniform(0.2, 0.6, count)], 1)
        angles = np.arctan2(*(np.array([width, height]) / 2 - corner)[::-1]) + rng.normal(0, 0.7, count)
        tints = [
            hsv(hue + rng.normal(0, 0.02), rng.uniform(0.3, 0.7), value * rng.uniform(0.6, 1.1)) for _ in range(count)
        ]
        _dabs(artist, places, sizes, angles, np.array(tints), "foliage", 0.95, 0.5, hard, rng.normal(0, 0.5, count))


# ---------------------------------------------------------------------------------------------------------------- lens
def _add_flare(artist):
    """A light that shines into the lens: a star of rays, and ghosts along a line through the middle."""
    rng = artist.rng
    height, width = artist.canvas.shape
    source = np.array([rng.uniform(0.05, 0.95) * width, rng.uniform(0.02, 0.5) * height])
    short, hue = min(height, width), rng.uniform(0.05, 0.6)
    _dabs(artist, source[None], (short * 0.3, short * 0.3), 0.0, hsv(hue, 0.3, 1), None, 0.6, 0.2, 2.5 / short)
    _dabs(artist, source[None], (short * 0.05, short * 0.05), 0.0, (255, 255, 255), None, 1.0, 0.2, 10 / short)
    for turn in rng.uniform(0, np.pi) + np.arange(int(rng.integers(2, 5))) * np.pi / 4:
        _dabs(
            artist,
            source[None],
            (short * rng.uniform(0.1, 0.5), short * 0.006),
            turn,
            (255, 252, 240),
            None,
            0.7,
            1.0,
            0.3,
        )
    across = np.array([width, height]) / 2 - source
    for share in rng.uniform(0.3, 2.2, int(rng.integers(2, 7))):
        radius = short * rng.uniform(0.01, 0.07)
        _dabs(
            artist,
            (source + share * across)[None],
            (radius, radius),
            0.0,
            hsv(rng.random(), 0.4, 1),
            None,
            rng.uniform(0.05, 0.25),
            0.0,
            rng.uniform(0.2, 1),
        )


def _add_vignette(artist):
    """Darker corners."""
    height, width = artist.canvas.shape
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    _darken(artist, (1 - artist.between(0.15, 0.6) * smooth_step(x * x + y * y, 0.5, 2.0))[..., None])


EFFECTS = {
    "night": (_add_night, 0.13),
    "coloured light": (_add_colour, 0.14),
    "back light": (_add_back_light, 0.12),
    "fog": (_add_fog, 0.04),
    "beams": (_add_beams, 0.06),
    "glow": (_add_glow, 0.2),
    "snow": (_add_snow, 0.03),
    "rain": (_add_rain, 0.03),
    "petals": (_add_petals, 0.05),
    "sparks": (_add_sparks, 0.07),
    "dust in the light": (_add_dust, 0.05),
    "bokeh": (_add_bokeh, 0.05),
    "near leaves": (_add_near_leaves, 0.04),
    "lens flare": (_add_flare, 0.04),
    "vignette": (_add_vignette, 0.08),
}
