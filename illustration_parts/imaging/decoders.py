"""Opens and decodes picture files of every supported format, by Pillow and OpenCV.

OpenCV decodes most pictures with half the memory and faster; Pillow all that OpenCV gets wrong or cannot decode. Either
way the file's colours become sRGB (`colour.py`), and its EXIF orientation is applied, by one rule for every format.
"""

import contextlib
import functools
import io
import struct
import warnings
import zipfile
import zlib
from typing import Any, NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import colour

# Pictures above this many million pixels are refused before they are decoded: a small file can claim any size. Of the
# greedy formats, and of transparent WebP files, those above a third of it: decoding takes as much more memory.
MAX_MEGAPIXELS = 256.0
GREEDY = frozenset(("AVIF", "HEIF", "JPEG2000"))
FORMATS = (
    "PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "GIF", "PSD", "JPEG2000", "PPM", "QOI", "PCX", "SGI",
)  # fmt: skip
# Pixels that are converted at a time where the whole would take too much memory.
STRIP = 2**22
OPENCV_FORMATS = frozenset(("PNG", "JPEG", "MPO", "WEBP", "TIFF", "BMP", "DIB"))
OPENCV_MODES = frozenset(("1", "L", "P", "RGB", "YCbCr", "I", "I;16", "I;16B"))
# Files of paint programs that are zip archives, by the type that they name, and the picture in them that shows all.
ARCHIVES = {b"image/openraster": "mergedimage.png", b"application/x-krita": "mergedimage.png"}
TOLD = (b"sRGB", b"gAMA", b"cHRM", b"cICP", b"eXIf")  # chunks of a PNG that say how it is to be shown
FAILURES = (OSError, ValueError, SyntaxError, EOFError, KeyError, struct.error, zlib.error)


class Opened(NamedTuple):
    """A picture whose header was read.

    Attributes:
        header: the Pillow picture. marks: `colour.Marks`. source: its path, or for what lies in an archive its bytes.
    """

    header: Any
    marks: colour.Marks
    source: Any


@contextlib.contextmanager
def open_picture(path, max_megapixels=MAX_MEGAPIXELS):
    """Read a picture's header; yields `Opened`. ValueError if it is no picture, damaged or too large."""
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise ValueError("is not a regular file")
    if path.stat().st_size == 0:
        raise ValueError("is empty (0 bytes)")
    source = _find_merged(path, max_megapixels) or path
    with _open_header(source) as header:
        greedy = header.format in GREEDY or header.format == "WEBP" and header.mode == "RGBA"
        check_size(header.width, header.height, max_megapixels, 3 if greedy else 1)
        yield Opened(header, _read_marks(source) if header.format == "PNG" else colour.Marks(), source)


@functools.cache
def can_read_heif():
    """Whether pillow-heif is installed, with which HEIC and HEIF files are read."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _open_header(source):
    from PIL import Image

    # Ours is the limit, not Pillow's; and only our formats, since others run programs (EPS) or are obscure.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            formats = (*FORMATS, "HEIF") if can_read_heif() else FORMATS
            header = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=formats)
        except Image.UnidentifiedImageError:
            raise ValueError("is not a picture, or damaged") from None
        except FAILURES as error:
            if getattr(error, "errno", None):  # the file cannot be read; Pillow's own complaints have no number
                raise
            raise ValueError(f"is a damaged or truncated picture: {error}") from None
    if 0 in header.size:
        raise ValueError(f"claims {header.width} x {header.height} pixels")
    return header


def _find_merged(path, max_megapixels):
    """The bytes of the picture that shows all of an OpenRaster or Krita file; None for other files."""
    with open(path, "rb") as file:
        if not file.read(4).startswith(b"PK\3\4"):
            return None
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {each.filename: each.file_size for each in archive.infolist()}
            if not 0 < sizes.get("mimetype", 0) < 100:
                return None
            merged = ARCHIVES.get(archive.read("mimetype").strip())
            if merged is None:
                return None
            if merged not in sizes:
                raise ValueError(f"has no {merged}: save it again with its merged picture")
            if sizes[merged] > 4e6 * max_megapixels:
                raise ValueError(f"holds a {merged} of {sizes[merged] / 1e6:.0f} MB, which is too large")
            return archive.read(merged)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, struct.error, zlib.error) as error:
        raise ValueError(f"is a damaged or truncated archive: {error}") from None


def check_size(width, height, max_megapixels=MAX_MEGAPIXELS, part=1):
    """Raise ValueError for a picture of more than `max_megapixels` million pixels, or of its `part`-th part."""
    if width * height * part > max_megapixels * 1e6:
        share = f", for such a file {max_megapixels / part:g}" if part > 1 else ""
        raise ValueError(
            f"claims {width} x {height} pixels, {width * height / 1e6:.0f} megapixels; the limit is "
            f"{max_megapixels:g}{share} (--max-megapixels, where a script has it)"
        )


def decode(opened):
    """Decode a picture: (H, W, 3) uint8 sRGB, transparency laid over white, upright.

    Args:
        opened: `Opened`.

    Returns:
        (picture, remarks): the array, and sentences for the user.

    Raises:
        ValueError: if it is damaged, or holds what nobody can show.
    """
    header, marks, source = opened
    if header.mode == "F":
        raise ValueError("holds floating-point values, whose range is unknown")
    convert, remark = colour.find_conversion(header, marks)
    remarks = [remark] if remark else []
    if getattr(header, "is_animated", False):
        remarks.append("of several pages or frames the first")
    orientation = find_orientation(opened)
    clear = header.has_transparency_data and not header.mode.startswith("I")
    fit = header.format in OPENCV_FORMATS and header.mode in OPENCV_MODES
    # OpenCV turns TIFF files by a rule of its own.
    if fit and not clear and not (header.format == "TIFF" and orientation != 1):
        picture = _decode_with_opencv(source)
        if picture is not None:
            if convert:
                mode = colour.find_mode(header)
                for rows in _split(picture.shape[0], picture.shape[1]):
                    picture[rows] = convert(_to_pillow(picture[rows], mode))
            return turn(picture, orientation), remarks
    picture = decode_with_pillow(header, clear, convert, lay_on_white if clear else None)
    return turn(picture, find_orientation(opened)), remarks


def _decode_with_opencv(source):
    """(H, W, 3) uint8 RGB as the file has it, or None where OpenCV cannot decode it."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # the reason is in our own error
    data = np.frombuffer(source, np.uint8) if isinstance(source, bytes) else np.fromfile(source, np.uint8)
    try:
        return cv2.imdecode(data, cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None


def _to_pillow(rows, mode):
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(rows[..., 0])) if mode == "L" else Image.fromarray(rows)


def _split(height, width):
    """Slices of rows, of about `STRIP` pixels each."""
    step = max(1, STRIP // width)
    return [slice(top, min(top + step, height)) for top in range(0, height, step)]


def decode_with_pillow(header, alpha, convert=None, change=None):
    """Decode a picture by Pillow, in strips: by way of whole pictures it takes three times the memory.

    Args:
        header: a Pillow picture. alpha: whether its transparency is wanted, too.
        convert: of `colour.find_conversion`.
        change: function of a strip, (h, W, 3) or with `alpha` (h, W, 4) uint8, that returns what is kept of it, a uint8
            array of as many rows; None to keep it as it is.

    Returns:
        (H, W, C) uint8. A TIFF may have been turned upright by Pillow, which then drops its orientation.

    Raises:
        ValueError: if it is damaged.
    """
    from PIL import Image

    width, height = header.size
    picture: Any = None
    try:
        header.load()
        if header.format == "TIFF":
            width, height = header.size
        if header.size != (width, height):
            raise ValueError(f"claims {width} x {height} pixels, but has {header.width} x {header.height}")
        for rows in _split(height, width):
            strip = _convert_strip(header.crop((0, rows.start, width, rows.stop)), alpha, convert)
            strip = strip if change is None else change(strip)
            if picture is None:
                picture = np.empty((height, *strip.shape[1:]), np.uint8)
            picture[rows] = strip
    except (*FAILURES, Image.DecompressionBombError) as error:
        raise ValueError(f"is a damaged or truncated {header.format}: {error}") from None
    return picture


def _convert_strip(strip, alpha, convert):
    """(h, W, 3) or with `alpha` (h, W, 4) uint8 sRGB of a Pillow picture."""
    from PIL import Image

    mode = colour.find_mode(strip)
    if strip.mode.startswith("I"):  # 16 bits of grey, of which Pillow would clip what is above 255
        strip = Image.fromarray((np.asarray(strip).astype(np.uint32) >> 8).astype(np.uint8))
    if not alpha:
        return convert(strip.convert(mode)) if convert else np.asarray(strip.convert("RGB"))
    whole = strip.convert("RGBA")
    if not convert:
        return np.asarray(whole)
    colours = convert(whole.convert("RGB").convert(mode) if mode == "L" else whole.convert(mode))
    return np.dstack([colours, np.asarray(whole)[..., 3]])


def lay_on_white(strip):
    """(H, W, 4) uint8 RGBA over white: (H, W, 3) uint8."""
    alpha = strip[..., 3:].astype(np.uint16)
    return ((strip[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def find_orientation(opened):
    """How a picture is to be turned, 1 to 8, by its EXIF data; 1 where these are missing or broken."""
    if opened.header.format == "PNG":
        return opened.marks.orientation or 1
    try:
        tags = opened.header.tag_v2 if opened.header.format == "TIFF" else opened.header.getexif()
        found = tags.get(0x112, 1)
    except FAILURES:
        return 1  # no rotation that anyone could read
    return found if found in range(1, 9) else 1


def turn(picture, orientation):
    """Turn an (H, W, C) array upright by an EXIF orientation, 1 to 8."""
    if orientation == 1:
        return picture
    if orientation in (5, 6, 7, 8):
        picture = picture.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    return np.ascontiguousarray(picture)


def find_resolution(opened):
    """How many pixels a picture has in an inch, (across, down), upright; None where the file says nothing sensible."""
    try:
        across, down = map(float, opened.header.info["dpi"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (10 <= across <= 20000 and 10 <= down <= 20000):
        return None
    return (down, across) if find_orientation(opened) >= 5 else (across, down)


def _read_marks(source):
    """`colour.Marks` of a PNG, from its chunks; of a broken one, what comes before it breaks."""
    srgb, gamma, primaries, cicp, orientation = False, None, None, None, None
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        file.seek(8)
        for _ in range(100_000):
            start = file.read(8)
            if len(start) < 8:
                break
            (length,), kind = struct.unpack(">I", start[:4]), start[4:]
            if kind == b"IEND":
                break
            body = (
                file.read(length) if kind in (b"sRGB", b"gAMA", b"cHRM", b"cICP", b"eXIf") and length < 2**20 else None
            )
            file.seek(4 if body is not None else length + 4, io.SEEK_CUR)
            if kind == b"sRGB":
                srgb = True
            elif kind == b"gAMA" and body is not None and len(body) == 4:
                gamma = struct.unpack(">I", body)[0] / 1e5
            elif kind == b"cHRM" and body is not None and len(body) == 32:
                numbers = [number / 1e5 for number in struct.unpack(">8I", body)]
                primaries = tuple(zip(numbers[::2], numbers[1::2])) if all(numbers[1::2]) else None
            elif kind == b"cICP" and body is not None and len(body) == 4:
                cicp = tuple(body)
            elif kind == b"eXIf" and body:
                orientation = _read_orientation(body)
    return colour.Marks(srgb, gamma, primaries, cicp, orientation)


def _read_orientation(data):
    from PIL import Image

    exif = Image.Exif()
    try:
        exif.load(data)
        found = exif.get(0x112, 1)
    except FAILURES:
        return None
    return found if found in range(1, 9) else None
