"""Reads and writes pictures, and converts their ranges.

    picture = images.read("a.jpg")          # (H, W, 3) uint8 RGB, whatever the file holds
    images.write("a.png", 255 - ink)        # PNG, complete or not there at all

A picture in memory is HWC, RGB, uint8, 0..255. OpenCV's BGR exists only inside this file.
"""

import struct
import warnings
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.system import files

# Pictures above this many million pixels are refused before they are decoded: a small file can claim any size. Of AVIF
# and transparent WebP files those above a third of it, since decoding them takes as much more memory.
MAX_MEGAPIXELS = 256.0
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "GIF")
# Pixels that are converted at a time where the whole would take too much memory.
STRIP = 2**22
# What OpenCV decodes as well as Pillow does, with half the memory. The rest: see `_decode_with_pillow`.
OPENCV_FORMATS = frozenset(("PNG", "JPEG", "MPO", "WEBP", "TIFF", "BMP", "DIB"))
OPENCV_MODES = frozenset(("1", "L", "P", "RGB", "CMYK", "YCbCr", "I", "I;16", "I;16B"))
# The fastest setting of all is here also the smallest file: line maps are runs of equal pixels.
PNG_OPTIONS = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE)


def read(path, max_megapixels=MAX_MEGAPIXELS):
    """Read a picture of any supported format; the file's contents decide which, not its ending.

    Grey becomes RGB, 16 bit 8 bit, transparency is laid over white, EXIF rotation is applied; of several frames or
    pages the first is taken.

    Args:
        path: a PNG, JPEG, WebP, AVIF, TIFF, BMP or GIF file.
        max_megapixels: refuse larger pictures, before decoding them.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no picture, damaged, truncated or too large.
    """
    path = Path(path)
    with _open_header(path) as header:
        _check_header(header, max_megapixels)
        if header.mode == "F":
            raise ValueError("holds floating-point values, whose range is unknown")
        colour_key = "transparency" in header.info and not header.mode.startswith("I")
        if header.format not in OPENCV_FORMATS or header.mode not in OPENCV_MODES or colour_key:
            picture = np.empty((header.height, header.width, 3), np.uint8)
            transparent = header.has_transparency_data
            for rows, strip in _decode_with_pillow(header, "RGBA" if transparent else "RGB"):
                picture[rows] = _lay_on_white(strip) if transparent else strip
            return _turn(picture, header)
        name = header.format
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # the reason is in our own error
    try:
        picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise ValueError(f"cannot be decoded: {error.err}") from None
    if picture is None:
        raise ValueError(f"is a damaged or truncated {name}")
    return picture


def read_map(path):
    """Read a one-channel map, such as a line map: (H, W) uint8, from any picture `read` takes."""
    return cv2.cvtColor(read(path), cv2.COLOR_RGB2GRAY)


def read_hints(path, max_megapixels=MAX_MEGAPIXELS):
    """Read dabs of colour on a transparent sheet; EXIF rotation is applied, as by `read`.

    Args:
        path: a PNG, WebP, GIF or other picture with transparency.
        max_megapixels: refuse larger ones, before decoding them.

    Returns:
        (H, W, 4) uint8: RGB, and 255 where there is a dab, half opaque or more; 0 elsewhere, RGB too.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no picture, damaged, too large, or nowhere transparent.
    """
    with _open_header(Path(path)) as header:
        _check_header(header, max_megapixels)
        sheet = np.empty((header.height, header.width, 4), np.uint8)
        for rows, strip in _decode_with_pillow(header, "RGBA"):
            dabs = strip[..., 3:] >= 128
            sheet[rows] = np.where(dabs, strip, 0)
            sheet[rows, :, 3:] = dabs * np.uint8(255)
        if sheet[..., 3].all():
            raise ValueError("has no transparency: expected dabs of colour on a transparent sheet")
        return _turn(sheet, header)


def size(path):
    """Width and height of a picture as its header claims them, before any EXIF rotation. Raises like `read`."""
    with _open_header(Path(path)) as header:
        return header.size


def check_size(width, height, max_megapixels=MAX_MEGAPIXELS, part=1):
    """Raise ValueError for a picture of more than `max_megapixels` million pixels, or of its `part`-th part."""
    if width * height * part > max_megapixels * 1e6:
        share = f", for such a file {max_megapixels / part:g}" if part > 1 else ""
        raise ValueError(
            f"claims {width} x {height} pixels, {width * height / 1e6:.0f} megapixels; the limit is "
            f"{max_megapixels:g}{share} (--max-megapixels, where a script has it)"
        )


def write(path, array, small=False):
    """Write a PNG under a temporary name in the same folder, then rename it, so that no partial PNG is ever seen.

    Args:
        path: where to; the folder must exist.
        array: uint8: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA.
        small: take longer for a smaller file.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.
    """
    files.write_bytes(path, encode(array, small))


def encode(array, small=False):
    """Encode a picture as PNG: a (n,) uint8 array of the file's bytes. Arguments as `write`."""
    if array.ndim == 3:
        array = cv2.cvtColor(array, cv2.COLOR_RGB2BGR if array.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    done, encoded = cv2.imencode(".png", array, (cv2.IMWRITE_PNG_COMPRESSION, 9) if small else PNG_OPTIONS)
    if not done:
        raise ValueError(f"cannot be encoded as PNG: {array.shape} {array.dtype}")
    return encoded


def fit(picture, shape):
    """Bring a picture to the size of the map that belongs to it, where it is a little off.

    Args:
        picture: (H, W) or (H, W, C) uint8.
        shape: (height, width) to bring it to.

    Returns:
        The picture as `resize` brings it to that size; itself if it fits already.

    Raises:
        ValueError: if the proportions differ by more than 2 percent and by more than two pixels.
    """
    (height, width), (goal_height, goal_width) = picture.shape[:2], shape[:2]
    away = max(abs(height - goal_height), abs(width - goal_width))
    one, other = height * goal_width, width * goal_height
    if away > 2 and max(one, other) > 1.02 * min(one, other):
        raise ValueError(f"is {width}x{height}, which has other proportions than its map of {goal_width}x{goal_height}")
    return resize(picture, shape)


def resize(picture, shape):
    """Resize (H, W) or (H, W, C) uint8: smaller by area, larger by Lanczos, by a few pixels linearly (quick).

    Returns:
        The picture at `shape` (height, width); itself if it has that size already.
    """
    height, width = shape[:2]
    if picture.shape[:2] == (height, width):
        return picture
    growth = (height * width / (picture.shape[0] * picture.shape[1])) ** 0.5
    way = cv2.INTER_AREA if growth < 0.99 else cv2.INTER_LINEAR if growth < 1.01 else cv2.INTER_LANCZOS4
    return cv2.resize(picture, (width, height), interpolation=way)


def to_network(picture):
    """uint8 0..255 to float32 0..1, any shape."""
    return np.multiply(picture, np.float32(1 / 255), dtype=np.float32)


def to_uint8(values):
    """float 0..1, clipped, to uint8 0..255, rounded, any shape."""
    return (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)


def _open_header(path):
    """Open a picture with Pillow, which reads its header only."""
    from PIL import Image

    if path.is_dir() or (path.exists() and not path.is_file()):
        raise ValueError("is not a regular file")
    if path.stat().st_size == 0:
        raise ValueError("is empty (0 bytes)")
    # Ours is the limit, not Pillow's; and only our formats, since others run programs (EPS) or are obscure.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            header = Image.open(path, formats=FORMATS)
        except Image.UnidentifiedImageError:
            raise ValueError("is not a picture, or damaged") from None
        except (OSError, ValueError, SyntaxError, EOFError, struct.error) as error:
            if getattr(error, "errno", None):  # the file cannot be read; Pillow's own complaints have no number
                raise
            raise ValueError(f"is a damaged or truncated picture: {error}") from None
    if 0 in header.size:
        raise ValueError(f"claims {header.width} x {header.height} pixels")
    return header


def _check_header(header, max_megapixels):
    """`check_size` of an opened picture."""
    greedy = header.format == "AVIF" or header.format == "WEBP" and header.mode == "RGBA"
    width, height = header.size
    check_size(width, height, max_megapixels, 3 if greedy else 1)


def _decode_with_pillow(header, mode):
    """Decode what OpenCV gets wrong: transparency (dropped), GIF palettes, AVIF rotation, Lab colours.

    Yields (rows, (h, W, C) uint8) from the top: Pillow's own way by way of whole pictures takes three times the memory.
    """
    from PIL import Image

    width, height = header.size
    try:
        header.load()
        if header.size != (width, height):
            raise ValueError(f"claims {width} x {height} pixels, but has {header.width} x {header.height}")
        step = max(1, STRIP // width)
        for top in range(0, height, step):
            strip = header.crop((0, top, width, min(top + step, height)))
            yield slice(top, top + step), np.asarray(strip.convert(mode))
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise ValueError(f"is a damaged or truncated {header.format}: {error}") from None


def _lay_on_white(strip):
    """(H, W, 4) uint8 RGBA over white: (H, W, 3) uint8."""
    alpha = strip[..., 3:].astype(np.uint16)
    return ((strip[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _turn(picture, header):
    """Apply a file's EXIF rotation to (H, W, C), once it is decoded: some formats hold it behind their pixels."""
    try:
        orientation = header.getexif().get(0x112, 1)
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, struct.error):
        return picture  # no rotation that anyone could read
    if orientation in (5, 6, 7, 8):
        picture = picture.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    return np.ascontiguousarray(picture)
