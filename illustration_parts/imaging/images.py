"""Reads and writes pictures, and converts their ranges.

    picture = images.read("a.jpg")          # (H, W, 3) uint8 RGB, whatever the file holds
    images.write("a.png", 255 - ink)        # PNG, complete or not there at all

A picture in memory is HWC, RGB, uint8, 0..255. OpenCV's BGR exists only inside this file.
"""

import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import colour, decoders
from illustration_parts.imaging.decoders import MAX_MEGAPIXELS
from illustration_parts.system import files

# Line maps are runs of equal pixels, for which the fastest setting also gives the smallest file.
PNG_OPTIONS = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE)
HEADER_END = 33  # bytes of a PNG's signature and first chunk, after which others may come


class Picture(NamedTuple):
    """A picture that was read.

    Attributes:
        pixels: (H, W, 3) uint8 RGB.
        remarks: sentences on what was done to it, or ignored.
        resolution: pixels an inch, (across, down), or None.
    """

    pixels: np.ndarray
    remarks: list
    resolution: tuple | None


def load(path, max_megapixels=MAX_MEGAPIXELS):
    """Read a picture of any supported format; the file's contents decide which, not its ending.

    Colours become sRGB, by the file's profile. Grey becomes RGB, and 16 bits become 8. Transparency is laid over white,
    and EXIF rotation is applied. Of several frames or pages the first counts; of layers, what they show together.

    Args:
        path: a PNG, JPEG, WebP, AVIF, TIFF, BMP, GIF, PSD, OpenRaster, Krita, JPEG 2000, PPM, QOI, PCX or SGI file.
        max_megapixels: refuse larger pictures, before decoding them.

    Returns:
        `Picture`.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no picture, damaged, truncated or too large.
    """
    with decoders.open_picture(Path(path), max_megapixels) as opened:
        resolution = decoders.find_resolution(opened)  # before decoding, which drops a TIFF's orientation
        pixels, remarks = decoders.decode(opened)
        return Picture(pixels, remarks, resolution)


def read(path, max_megapixels=MAX_MEGAPIXELS):
    """Read a picture as `load` does: (H, W, 3) uint8 RGB alone."""
    return load(path, max_megapixels).pixels


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
    with decoders.open_picture(Path(path), max_megapixels) as opened:
        convert, _ = colour.find_conversion(opened.header, opened.marks)
        sheet = decoders.decode_with_pillow(opened.header, True, convert, _keep_dabs)
        if sheet[..., 3].all():
            raise ValueError("has no transparency: expected dabs of colour on a transparent sheet")
        return decoders.turn(sheet, decoders.find_orientation(opened))


def _keep_dabs(strip):
    """Make pixels of (h, W, 4) uint8 RGBA opaque if they are at least half opaque; the others become 0, RGB too."""
    dabs = strip[..., 3:] >= 128
    return np.where(dabs, np.dstack([strip[..., :3], np.full(strip.shape[:2], 255, np.uint8)]), np.uint8(0))


def size(path):
    """Width and height of a picture as its header claims them, before any EXIF rotation. Raises like `read`."""
    with decoders.open_picture(Path(path), float("inf")) as opened:
        return opened.header.size


def write(path, array, small=False, resolution=None):
    """Write a PNG under a temporary name in the same folder, then rename it, so that no partial PNG is ever seen.

    Args:
        path: where to; the folder must exist.
        array: uint8: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA; or (H, W) uint16 numbers.
        small: take longer for a smaller file.
        resolution: pixels an inch, (across, down), which the file then carries.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.
    """
    files.write_bytes(path, encode(array, small, resolution))


def encode(array, small=False, resolution=None):
    """Encode a picture as PNG, marked as sRGB: a (n,) uint8 array of the file's bytes. Arguments as `write`."""
    if array.ndim == 3:
        array = cv2.cvtColor(array, cv2.COLOR_RGB2BGR if array.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    done, encoded = cv2.imencode(".png", array, (cv2.IMWRITE_PNG_COMPRESSION, 9) if small else PNG_OPTIONS)
    if not done:
        raise ValueError(f"cannot be encoded as PNG: {array.shape} {array.dtype}")
    chunks = _make_chunk(b"sRGB", b"\0")
    if resolution:
        chunks += _make_chunk(b"pHYs", struct.pack(">IIB", *(round(inch / 0.0254) for inch in resolution), 1))
    return np.concatenate([encoded[:HEADER_END], np.frombuffer(chunks, np.uint8), encoded[HEADER_END:]])


def _make_chunk(kind, body):
    """A PNG's chunk: its length, kind, body and check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def fit(picture, shape):
    """Resize a picture to the size of its map, if it is a little off.

    Args:
        picture: (H, W) or (H, W, C) uint8.
        shape: (height, width) to bring it to.

    Returns:
        The resized picture; the picture itself if it fits already.

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


def read_numbers(path):
    """Read a one-channel map of numbers, such as parts or groups, 8 or 16 bits: (H, W) int32.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no such picture.
    """
    found = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED) if Path(path).stat().st_size else None
    if found is None or found.ndim != 2:
        raise ValueError("is no map of numbers: expected a grey picture of 8 or 16 bits")
    return found.astype(np.int32)
