"""The steps that degrade a picture: film, scanners, upscaling, colour and compression.

A step is a function of a picture, (H, W, 3) uint8 RGB, a strength, 0 (hardly seen) to 1 (bad), and a
`numpy.random.Generator`. It returns a new picture of the same size. No step moves a line by a pixel or more, since its
truth is not moved. No step of tone takes more than about 40 % of the contrast of a faint line.
"""

import math

import cv2
import numpy as np

from illustration_parts.drawing.wear import codecs

LEAST_SLOPE = 0.75  # of a tone curve, before it is fitted into 0..255
LUMA_709 = np.array([[0.2126, 0.7152, 0.0722], [-0.1146, -0.3854, 0.5], [0.5, -0.4542, -0.0458]])
LUMA_601 = np.array([[0.299, 0.587, 0.114], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
MIDDLE_TONES = (0.3 + 2.8 * np.linspace(0, 1, 256) * np.linspace(1, 0, 256)).astype(np.float32)  # 1 for middle grey


# What several steps use


def to_grey(picture):
    """The luma of a picture, (H, W) uint8; a grey one is returned as it is."""
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def spread(field, picture):
    """Repeat an (H, W) field for each channel of a picture, (H, W) or (H, W, 3)."""
    return field if picture.ndim == 2 else cv2.merge([field] * 3)


def make_field(shape, cells, rng):
    """Draw a smooth (H, W) float32 field, about -1 to 1, of (rows, columns) random cells."""
    low = rng.uniform(-1, 1, cells).astype(np.float32)
    return cv2.resize(low, shape[1::-1], interpolation=cv2.INTER_CUBIC)


def make_grain(shape, size, rng):
    """Draw an (H, W) float32 field of normal noise, deviation about 1, whose grains are `size` (1 to 3) pixels wide."""
    grain = rng.standard_normal(shape[:2], np.float32)
    if size <= 1:
        return grain
    sigma = size / 2.4
    return cv2.GaussianBlur(grain, (0, 0), sigma) * np.float32(2 * math.sqrt(math.pi) * sigma)


def add_light(picture, field, middle=True):
    """Add a float32 field of levels to a picture; if `middle`, most to middle tones and little to black and white."""
    if middle:
        field = field * cv2.LUT(to_grey(picture), MIDDLE_TONES)
    return cv2.add(picture, spread(field, picture), dtype=cv2.CV_8U)


def multiply(picture, field):
    """Multiply a picture with an (H, W) float32 field."""
    return cv2.multiply(picture, spread(field, picture), dtype=cv2.CV_8U)


def shrink(picture, scale, interpolation=cv2.INTER_AREA):
    """Resize a picture by a scale; no side becomes less than a pixel."""
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(picture, size, interpolation=interpolation)


def enlarge(picture, shape, interpolation=cv2.INTER_LINEAR):
    """Resize a picture to a shape (H, W, ...)."""
    return cv2.resize(picture, shape[1::-1], interpolation=interpolation)


def blur_widely(picture, sigma):
    """Blur a picture by many pixels, worked out at a quarter of its size."""
    return enlarge(cv2.GaussianBlur(shrink(picture, 0.25), (0, 0), max(0.3, sigma / 4)), picture.shape)


def move(picture, right, down):
    """Move a picture by whole pixels; its border is repeated."""
    height, width = picture.shape[:2]
    padded = cv2.copyMakeBorder(
        picture, max(down, 0), max(-down, 0), max(right, 0), max(-right, 0), cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(padded[max(-down, 0) :, max(-right, 0) :][:height, :width])


def mix(picture, other, share):
    """Blend `share` of another picture into a picture."""
    return cv2.addWeighted(picture, 1 - share, other, share, 0)


def apply_curve(picture, curve):
    """Send levels through a curve, (256,) or (256, 3) float levels that rise.

    Where it is flatter than `LEAST_SLOPE`, it is made steeper, so that faint lines stay. If it then ends above 255, all
    of it is lowered, and at last compressed.
    """
    rises = np.maximum(np.diff(curve, axis=0), LEAST_SLOPE)
    steep = curve[:1] + np.concatenate([np.zeros_like(curve[:1]), np.cumsum(rises, 0)])
    steep -= np.minimum(np.maximum(steep[-1:] - 255, 0), steep[:1])
    steep *= 255 / np.maximum(steep[-1:], 255)
    table = np.clip(steep + 0.5, 0, 255).astype(np.uint8)
    return cv2.LUT(picture, table if table.ndim == 1 else table[None])


def sharpen_luma(picture, amount, sigma):
    """Unsharp masking of luma alone, as video players do."""
    ycc = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
    luma = ycc[..., 0].copy()
    ycc[..., 0] = cv2.addWeighted(luma, 1 + amount, cv2.GaussianBlur(luma, (0, 0), sigma), -amount, 0)
    return cv2.cvtColor(ycc, cv2.COLOR_YCrCb2RGB)


# Production: animation stand, film, telecine


def bloom(picture, strength, rng):
    """Light glows over its surroundings, as behind a diffusion filter: a blurred bright pass, screened."""
    threshold = rng.uniform(60, 150)
    bright = np.clip((np.arange(256) - threshold) * 255 / (255 - threshold), 0, 255).astype(np.uint8)
    glow = blur_widely(cv2.LUT(picture, bright), rng.uniform(3, 12) * (1 + strength))
    kept = cv2.convertScaleAbs(glow, alpha=-(0.06 + 0.26 * strength), beta=255)
    return 255 - cv2.multiply(255 - picture, kept, scale=1 / 255)


def fade(picture, strength, rng):
    """Blacks are lifted and whites dulled, each channel a little differently."""
    black = (4 + 40 * strength * rng.uniform(0.4, 1)) * rng.uniform(0.7, 1, 3)
    white = 255 - 22 * strength * rng.uniform(0, 1) * rng.uniform(0.5, 1, 3)
    return apply_curve(picture, black + (white - black) * np.linspace(0, 1, 256)[:, None])


def cast_colour(picture, strength, rng):
    """All colours lean to one side, as old film, lamps and screens make them."""
    gains = 1 - (0.03 + 0.2 * strength) * rng.dirichlet(np.ones(3))
    gammas = np.exp(rng.uniform(-0.15, 0.15, 3) * strength)
    return apply_curve(picture, 255 * np.clip(gains, 0.75, 1) * np.linspace(0, 1, 256)[:, None] ** gammas)


def add_film_grain(picture, strength, rng):
    """Grain of 1 to 2.5 pixels, strongest in middle tones; sometimes in colour."""
    size = rng.choice((1, 1.5, 2.5))
    level = np.float32(1 + 7 * strength)
    grain = make_grain(picture.shape, size, rng) * level
    if rng.random() < 0.3:  # the dyes' layers have grain of their own: one field, moved for each channel
        layers = [grain, np.roll(grain, (7, 11), (0, 1)), np.roll(grain, (13, 5), (0, 1))]
        return cv2.add(picture, cv2.merge(layers) * np.float32(0.8), dtype=cv2.CV_8U)
    return add_light(picture, grain)


def add_dust(picture, strength, rng):
    """Dots, short hairs and upright scratches, dark or light, half transparent."""
    height, width = picture.shape[:2]
    dusty = picture.copy()  # drawn on in sixteenths of a pixel
    count = 1 + min(60, rng.poisson((0.5 + 4 * strength) * height * width / 192**2))
    for _ in range(count):
        level = (int(rng.uniform(225, 255)),) * 3 if rng.random() < 0.6 else (int(rng.uniform(0, 70)),) * 3
        at = rng.uniform(0, (width, height))
        if rng.random() < 0.75:
            radius = int(16 * rng.uniform(0.4, 0.8 + strength))
            cv2.circle(dusty, (at * 16).astype(int).tolist(), radius, level, -1, cv2.LINE_AA, 4)
        elif rng.random() < 0.7:
            turns = rng.uniform(0, 2 * math.pi) + np.cumsum(rng.normal(0, 0.4, 6))
            hair = at + np.cumsum(np.stack([np.cos(turns), np.sin(turns)], 1), 0) * rng.uniform(0.6, 2)
            cv2.polylines(dusty, [np.round(hair * 16).astype(np.int32)], False, level, 1, cv2.LINE_AA, 4)
        else:
            rows = np.linspace(0, height, 6)
            scratch = np.stack([at[0] + np.cumsum(rng.normal(0, 0.3, 6)), rows], 1)
            lines = picture.copy()
            cv2.polylines(lines, [np.round(scratch * 16).astype(np.int32)], False, level, 1, cv2.LINE_AA, 4)
            dusty = mix(dusty, lines, 0.3)
    return mix(picture, dusty, rng.uniform(0.4, 0.9))


def soften(picture, strength, rng):
    """A soft lens, or a film that moves in its gate: blur of 0.3 to 1.2 pixels, sometimes along one axis."""
    sigmas = (0.3 + 0.9 * strength) * np.ones(2)
    if rng.random() < 0.3:
        sigmas[rng.integers(2)] *= 0.5
    return cv2.GaussianBlur(picture, (0, 0), sigmas[0], sigmaY=sigmas[1])


# Scanners and telephones


def show_back(picture, strength, rng):
    """The paper's back shows through: the picture itself, mirrored and blurred, stands for it."""
    back = cv2.GaussianBlur(cv2.flip(to_grey(picture), 1), (0, 0), rng.uniform(0.8, 2))
    share = 0.03 + 0.1 * strength
    return multiply(picture, back.astype(np.float32) * np.float32(share / 255) + np.float32(1 - share))


def add_paper(picture, strength, rng):
    """The texture of paper: fibres, and clouds of some ten pixels; its colour may be warm."""
    height, width = picture.shape[:2]
    depth = 0.006 + 0.022 * strength
    clouds = make_field((height, width), (max(1, height // 12), max(1, width // 12)), rng)
    fibres = make_grain((height, width), rng.choice((1, 1.5, 2)), rng)
    field = 1 - 2 * depth + np.float32(depth) * (fibres * np.float32(0.7) + clouds * np.float32(0.6))
    if picture.ndim == 2 or rng.random() < 0.5:
        return multiply(picture, field)
    warm = 1 - strength * rng.uniform(0, 0.12) * np.array([0, 0.35, 1])
    return cv2.multiply(picture, cv2.merge([field * np.float32(each) for each in warm]), dtype=cv2.CV_8U)


def light_unevenly(picture, strength, rng):
    """Light falls off to one side or in spots, by up to 15 %."""
    field = make_field(picture.shape, (3, 3) if rng.random() < 0.5 else (2, 2), rng)
    return multiply(picture, 1 - np.float32(0.025 + 0.05 * strength) * (np.clip(field, -1, 1) + 1))


def shift_channels(picture, strength, rng):
    """Red and blue lie beside green by up to 0.8 pixel, and may be a little larger or smaller."""
    height, width = picture.shape[:2]
    shifted = picture.copy()
    reach = 0.15 + 0.4 * strength
    for channel in (0, 2):
        if channel and rng.random() < 0.3:
            continue
        grown = rng.uniform(-0.25, 0.25) / max(height, width)  # at most an eighth of a pixel at the border
        right, down = rng.uniform(-reach, reach, 2)
        matrix = np.array([[1 + grown, 0, right - grown * width / 2], [0, 1 + grown, down - grown * height / 2]])
        plane = np.ascontiguousarray(picture[..., channel])
        shifted[..., channel] = cv2.warpAffine(plane, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return shifted


def print_screen(picture, strength, rng):
    """The dots of a printing screen, or the moiré that a scanner makes of them: two near waves that beat."""
    height, width = picture.shape[:2]
    angle, period = rng.uniform(0, math.pi), rng.uniform(2.2, 7)
    columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    waves = []
    for turn in (angle, angle + (math.pi / 2 if rng.random() < 0.5 else rng.uniform(0.03, 0.12))):
        across, down = (np.float32(2 * math.pi / period * part) for part in (math.cos(turn), math.sin(turn)))
        waves.append(np.sin(columns * across + rows * down + np.float32(rng.uniform(0, 2 * math.pi))))
    return add_light(picture, (waves[0] + waves[1]) * np.float32(1.5 + 5 * strength))


def add_sensor_noise(picture, strength, rng):
    """Noise of a sensor, in each channel or in all alike."""
    noise = make_grain(picture.shape, rng.choice((1, 1, 1.6)), rng) * np.float32(1 + 6 * strength)
    if rng.random() < 0.4:
        return add_light(picture, noise, middle=False)
    channels = [noise, np.roll(noise, (7, 11), (0, 1)), np.roll(noise, (13, 5), (0, 1))]
    return cv2.add(picture, cv2.merge(channels), dtype=cv2.CV_8U)


def alias(picture, strength, rng):
    """Made smaller without a filter and enlarged again: stairs, and moiré where there are screentones."""
    small = shrink(picture, 0.96 - 0.26 * strength * rng.uniform(0.6, 1), cv2.INTER_LINEAR)
    return enlarge(small, picture.shape, cv2.INTER_LINEAR if rng.random() < 0.6 else cv2.INTER_CUBIC)


# Upscaling and sharpening

ENLARGEMENTS = (900 / 1080, 810 / 1080, 720 / 1080, 576 / 1080, 540 / 1080)  # lines drawn, of lines shown


def upscale(picture, strength, rng):
    """Made at fewer lines and enlarged."""
    place = np.clip(strength * len(ENLARGEMENTS) + rng.uniform(-0.5, 1), 0, len(ENLARGEMENTS) - 1)
    small = shrink(picture, ENLARGEMENTS[int(place)], cv2.INTER_AREA if rng.random() < 0.7 else cv2.INTER_LINEAR)
    way = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)[rng.choice(3, p=(0.35, 0.45, 0.2))]
    return enlarge(small, picture.shape, way)


def sharpen(picture, strength, rng):
    """Unsharp masking that overshoots: light and dark rims along lines."""
    amount, sigma = 0.2 + 1.2 * strength * rng.uniform(0.6, 1), rng.uniform(0.7, 1.2 + strength)
    if rng.random() < 0.6:
        return sharpen_luma(picture, amount, sigma)
    return cv2.addWeighted(picture, 1 + amount, cv2.GaussianBlur(picture, (0, 0), sigma), -amount, 0)


def darken_lines(picture, strength, rng):
    """Thin dark lines are darkened, as upscalers for anime do: what a closing fills up is taken off once more."""
    hat = cv2.morphologyEx(to_grey(picture), cv2.MORPH_BLACKHAT, np.ones((5, 5), np.uint8))
    hat = cv2.convertScaleAbs(hat, alpha=(0.15 + 0.5 * strength) * rng.uniform(0.7, 1))
    return cv2.subtract(picture, cv2.merge([hat] * 3))


def warp_edges(picture, strength, rng):
    """Edges are drawn together by less than a pixel, which thins lines, as warp sharpening does."""
    height, width = picture.shape[:2]
    edges = cv2.morphologyEx(to_grey(picture), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    edges = cv2.GaussianBlur(np.minimum(edges, 96), (0, 0), rng.uniform(0.9, 1.6))
    depth = (0.3 + 0.6 * strength) / 60
    reach = 0.15 + 0.3 * strength
    across = cv2.Sobel(edges, cv2.CV_32F, 1, 0, scale=-depth)
    down = cv2.Sobel(edges, cv2.CV_32F, 0, 1, scale=-depth)
    columns = np.arange(width, dtype=np.float32) + np.clip(across, -reach, reach)
    rows = np.arange(height, dtype=np.float32)[:, None] + np.clip(down, -reach, reach)
    return cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def ring(picture, strength, rng):
    """Edges have echoes, as after a sharp low-pass filter (analogue video, or what deringing left)."""
    steps = np.arange(-6, 7)
    cut = rng.uniform(0.5, 0.8)
    kernel = np.sinc(cut * steps)
    share = 0.25 + 0.5 * strength
    kernel = (1 - share) * (steps == 0) + share * kernel / kernel.sum()
    return cv2.sepFilter2D(picture, -1, kernel, kernel if rng.random() < 0.4 else np.ones(1))


def mix_fields(picture, strength, rng):
    """What was left of interlacing: a pale ghost of the next frame, or every other row of it."""
    if rng.random() < 0.6:
        ghost = move(picture, *(int(part) for part in rng.choice((-1, 1), 2) * rng.integers((1, 0), (5, 2))))
        return mix(picture, ghost, 0.06 + 0.16 * strength)
    worn = picture.copy()
    worn[1::2] = mix(picture, move(picture, int(rng.choice((-1, 1))), 0), 0.2 + 0.35 * strength)[1::2]
    return worn


# Colour


def subsample_chroma(picture, strength, rng):
    """Chroma at half the size or less, enlarged smoothly or not, and sometimes beside its luma."""
    ycc = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb)
    height, width = picture.shape[:2]
    factors = (4, 2) if strength > 0.6 and rng.random() < 0.5 else (2, 2)
    size = math.ceil(width / factors[0]), math.ceil(height / factors[1])
    chroma = cv2.resize(ycc[..., 1:], size, interpolation=cv2.INTER_AREA if rng.random() < 0.7 else cv2.INTER_NEAREST)
    chroma = enlarge(chroma, picture.shape, cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_NEAREST)
    if rng.random() < 0.3 + 0.3 * strength:
        matrix = np.array([[1.0, 0, rng.choice((-1, 1)) * rng.uniform(0.3, 0.5 + strength)], [0, 1, 0]])
        chroma = cv2.warpAffine(chroma, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    ycc[..., 1:] = chroma.reshape(height, width, 2)
    return cv2.cvtColor(ycc, cv2.COLOR_YCrCb2RGB)


def confuse_matrix(picture, strength, rng):
    """Coded with one television standard's colours and shown with the other's, in part."""
    coded, shown = (LUMA_601, LUMA_709) if rng.random() < 0.5 else (LUMA_709, LUMA_601)
    wrong = np.linalg.inv(shown) @ coded
    share = 0.35 + 0.65 * strength
    return cv2.transform(picture, share * wrong + (1 - share) * np.eye(3))


def confuse_range(picture, strength, rng):
    """Levels of 16 to 235 shown as if they were 0 to 255, or the other way round, in part."""
    share, levels = 0.3 + 0.7 * strength, np.arange(256.0)
    wrong = 16 + levels * 219 / 255 if rng.random() < 0.6 else (levels - 16) * 255 / 219
    return apply_curve(picture, np.clip(share * wrong + (1 - share) * levels, 0, 255))


def change_gamma(picture, strength, rng):
    """Brighter or darker middle tones."""
    exponent = math.exp(rng.choice((-1, 1)) * (0.08 + 0.4 * strength))
    return apply_curve(picture, 255 * np.linspace(0, 1, 256) ** exponent)


def band(picture, strength, rng):
    """Levels of 6 bits, or 5, without dither: gradients fall into bands."""
    step = 8 if strength > 0.5 and rng.random() < 0.6 else 4
    levels = np.arange(256) // step * step + step // 2
    return cv2.LUT(picture, levels.astype(np.uint8))


def reduce_colours(picture, strength, rng):
    """A palette of 256 to 16 colours with dither or none, as in a GIF."""
    colours = int(256 * 2 ** (-4 * strength * rng.uniform(0.6, 1)))
    return codecs.pass_palette(picture, colours, ("diffusion", "ordered", "none")[rng.choice(3, p=(0.5, 0.2, 0.3))])


# Compression


def compress_jpeg(picture, strength, rng):
    """JPEG of quality 96 to 30."""
    return codecs.pass_jpeg(picture, 96 - 66 * strength**0.8, rng.random() < 0.35)


def recompress_jpeg(picture, strength, rng):
    """JPEG two or three times, its blocks each time elsewhere, the picture resized between."""
    shape = picture.shape
    small = shrink(picture, rng.uniform(0.72, 0.97)) if rng.random() < 0.5 else picture
    for _ in range(2 if rng.random() < 0.7 else 3):
        right, down = rng.integers(8, size=2)
        padded = cv2.copyMakeBorder(small, down, 0, right, 0, cv2.BORDER_REPLICATE)
        quality = 93 - 53 * strength * rng.uniform(0.6, 1)
        small = codecs.pass_jpeg(padded, quality, rng.random() < 0.2)[down:, right:]
    if small.shape == shape:
        return np.ascontiguousarray(small)
    return enlarge(small, shape, cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR)


def compress_webp(picture, strength, rng):
    """WebP of quality 92 to 25."""
    return codecs.pass_webp(picture, 92 - 67 * strength * rng.uniform(0.7, 1))


def compress_video(picture, strength, rng):
    """H.264 of rate factor 16 to 38: a key frame, or one that was predicted from its neighbour."""
    moved = int(rng.integers(1, 4)) if rng.random() < 0.35 else 0
    return codecs.pass_h264(picture, round(16 + 22 * strength * rng.uniform(0.7, 1)), moved)


def add_mosquitoes(picture, strength, rng):
    """Mosquito noise: what strong compression does near edges, and flat areas left clean."""
    coded = codecs.pass_jpeg(picture, 60 - 40 * strength * rng.uniform(0.6, 1))
    edges = cv2.morphologyEx(to_grey(picture), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    near = cv2.dilate(cv2.inRange(edges, 24, 255), np.ones((9, 9), np.uint8))
    return cv2.copyTo(mix(picture, coded, rng.uniform(0.6, 0.95)), near, picture.copy())
