"""Opens and decodes picture files of every supported format, by Pillow and OpenCV.

OpenCV decodes most pictures, faster and with half the memory. Pillow decodes what OpenCV gets wrong or cannot decode.
In either case the file's colours become sRGB (`colour.py`), and its EXIF orientation is applied, by one rule for all
formats.
"""

import contextlib
import functools
import io
import re
import struct
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import colour
from illustration_parts.system import cli

# Pictures above this many million pixels are refused before decoding: a small file can claim any size. Decoding the
# greedy formats and transparent WebP files takes three times the memory, so their limit is a third.
MAX_MEGAPIXELS = 256.0
GREEDY = frozenset(("AVIF", "HEIF", "JPEG2000"))
FORMATS = (
    "PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "GIF", "PSD", "JPEG2000", "PPM", "QOI", "PCX", "SGI",
)  # fmt: skip
# Pixels that are converted at a time, to bound the memory.
STRIP = 2**22
OPENCV_FORMATS = frozenset(("PNG", "JPEG", "MPO", "WEBP", "TIFF", "BMP", "DIB"))
OPENCV_MODES = frozenset(("1", "L", "P", "RGB", "YCbCr", "I", "I;16", "I;16B"))
# Zip archives of paint programs: {type that they name: the file in them that shows all layers together}.
ARCHIVES = {b"image/openraster": "mergedimage.png", b"application/x-krita": "mergedimage.png"}
# Formats of which Pillow decodes the usual kinds only, by their first bytes, and what helps.
UNREAD = {
    (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"): "TIFF, or a kind of TIFF that is not read: save it as a PNG first",
    (b"8BPS",): "PSD, or a kind of PSD that is not read, such as one of 16 bits: export a PNG first",
}
HEIF_ENDINGS = frozenset(".heic .heif .hif".split())
RAW_ENDINGS = frozenset(".cr2 .cr3 .nef .arw .dng .raf .rw2 .orf .pef .srw".split())
_EXPORT, _SAVE = "export a PNG or a PSD first", "save it as a PNG first"
# Other artwork, by ending: which kind it is, and what the user can do.
OTHER_ART = {
    ending: f"is {kind}, which cannot be read: {remedy}"
    for endings, kind, remedy in (
        (".clip .lip", "a Clip Studio file", _EXPORT),
        (".sai .sai2", "a PaintTool SAI file", _EXPORT),
        (".mdp", "a MediBang or FireAlpaca file", _EXPORT),
        (".procreate", "a Procreate file", _EXPORT),
        (".afphoto .afdesign", "an Affinity file", _EXPORT),
        (".xcf", "a GIMP file", _EXPORT),
        (".pdn", "a Paint.NET file", "export a PNG first"),
        (".aseprite .ase", "an Aseprite file", "export a PNG first"),
        (".psb", "a large Photoshop file (PSB)", "export a PNG first"),
        (".svg .svgz .ai .eps .pdf .cdr", "a vector drawing", "render it to a PNG first"),
        (".tga", "a TGA file", _SAVE),
        (".jxl", "a JPEG XL file", _SAVE),
        (".exr .hdr", "a picture of floating-point values", _SAVE),
        (".dds", "a DDS texture", _SAVE),
        (".ico .icns", "an icon", _SAVE),
        (".xpm", "an XPM file", _SAVE),
        (" ".join(sorted(RAW_ENDINGS)), "a camera's raw file", "export a PNG first"),
        (".cbz .cbr .zip .rar .7z .epub", "an archive", "unpack it first"),
    )
    for ending in endings.split()
}
HEAD = 2**16  # bytes of a PNG within which its colour profile begins
BITS = 258  # a TIFF's tag of bits for each channel
VERSION_INFO = 1057  # a PSD's resource that says, in its fifth byte, whether the merged picture was saved, too
# Of ITU-T H.273: what programs write for sRGB, the unspecified and those of older video among them.
USUAL_PRIMARIES, USUAL_CURVES = (1, 2, 5, 6), (1, 2, 6, 13, 14, 15)
TOLD = (b"sRGB", b"gAMA", b"cHRM", b"cICP", b"eXIf")  # chunks of a PNG that say how it is to be shown
FAILURES = (
    OSError, ValueError, SyntaxError, EOFError, KeyError, ArithmeticError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip


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
        raise ValueError("is not a regular file: expected a picture")
    if path.stat().st_size == 0:
        raise ValueError("is empty (0 bytes)")
    source = _find_merged(path, max_megapixels) or path
    with _open_header(source) as header:
        greedy = header.format in GREEDY or header.format == "WEBP" and header.mode == "RGBA"
        check_size(header.width, header.height, max_megapixels, 3 if greedy else 1)
        if header.format == "PSD" and _lacks_merged(header):
            raise ValueError("is a PSD that was saved without its merged picture: export a PNG first")
        _check_range(header)
        yield Opened(header, _find_marks(header.format, source), source)


def _check_range(header):
    """Raise ValueError for values of which nobody knows which one is white."""
    if header.mode == "F" or header.mode == "I" and header.format == "TIFF":
        what = "floating-point values" if header.mode == "F" else "numbers with a sign, or of 32 bits"
        raise ValueError(f"holds {what}, whose range is unknown: save it with 8 or 16 bits a channel")


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

    # Our limit counts, not Pillow's. Only our formats are read: others run programs (EPS) or are obscure.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            formats = (*FORMATS, "HEIF") if can_read_heif() else FORMATS
            header = Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=formats)
        except Image.UnidentifiedImageError:
            raise ValueError(_explain_unknown(source)) from None
        except FAILURES as error:
            if getattr(error, "errno", None):  # the file cannot be read; Pillow's own complaints have no number
                raise
            raise ValueError(f"is a damaged or truncated picture: {error}") from None
    if 0 in header.size:
        raise ValueError(f"is damaged: it claims {header.width} x {header.height} pixels")
    return header


def _explain_unknown(source):
    """Why Pillow knows nothing of a file: it is damaged, or holds what Pillow does not decode."""
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        start = file.read(4)
    for beginnings, what in UNREAD.items():
        if start in beginnings:
            return f"is a damaged {what}"
    named = None if isinstance(source, bytes) else explain_ending(source)
    return named or "is not a picture, or damaged"


def explain_ending(path):
    """Say which format artwork has that is not read, by its ending, and what helps; None for other files."""
    ending = Path(path).suffix.lower()
    if ending in HEIF_ENDINGS:
        return None if can_read_heif() else f"needs pillow-heif: {cli.name_install('pillow-heif')}"
    return OTHER_ART.get(ending)


def _find_merged(path, max_megapixels):
    """Return the bytes of the merged picture in an OpenRaster or Krita file; None for other files."""
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


def _lacks_merged(header):
    """Whether a PSD says that its layers' merged picture was not saved; a white one then stands in for it."""
    return any(number == VERSION_INFO and data[4:5] == b"\0" for number, _, data in header.resources)


def check_size(width, height, max_megapixels=MAX_MEGAPIXELS, part=1):
    """Raise ValueError for a picture of more than `max_megapixels` / `part` million pixels."""
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
    convert, remark = colour.find_conversion(header, marks)
    remarks = [remark] if remark else []
    if getattr(header, "is_animated", False):
        remarks.append("of several pages or frames, the first was read")
    orientation = find_orientation(opened)
    clear = header.has_transparency_data and not header.mode.startswith("I")
    fit = header.format in OPENCV_FORMATS and header.mode in OPENCV_MODES
    # OpenCV turns TIFF files by a rule of its own.
    if fit and not clear and not (header.format == "TIFF" and orientation != 1):
        picture = _decode_with_opencv(source, header.format == "PNG" and "icc_profile" in header.info)
        if picture is not None:
            if convert:
                mode = colour.find_mode(header)
                for rows in _split(picture.shape[0], picture.shape[1]):
                    picture[rows] = convert(_to_pillow(picture[rows], mode))
            return turn(picture, orientation), remarks
    picture = decode_with_pillow(header, clear, convert, lay_on_white if clear else None)
    return turn(picture, find_orientation(opened)), remarks


def _decode_with_opencv(source, profiled):
    """(H, W, 3) uint8 RGB as the file has it, or None where OpenCV cannot decode it; whether a PNG has a profile."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # the reason is in our own error
    data = np.frombuffer(source, np.uint8) if isinstance(source, bytes) else np.fromfile(source, np.uint8)
    place = data[:HEAD].tobytes().find(b"iCCP") - 4 if profiled else -1
    if place > 0:  # libpng would print what it thinks of the profile, which is not needed here
        length = struct.unpack(">I", data[place : place + 4].tobytes())[0] + 12
        data = np.concatenate([data[:place], data[place + length :]])
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
    """Decode a picture by Pillow, in strips: whole pictures would take three times the memory.

    Args:
        header: a Pillow picture. alpha: whether its transparency is wanted, too.
        convert: of `colour.find_conversion`.
        change: function of a strip, (h, W, 3) or with `alpha` (h, W, 4) uint8. It returns a uint8 array of as many
            rows. None keeps strips as they are.

    Returns:
        (H, W, C) uint8. A TIFF may have been turned upright by Pillow, which then drops its orientation.

    Raises:
        ValueError: if it is damaged.
    """
    from PIL import Image

    width, height = header.size
    picture: Any = None
    try:
        if header.format == "TIFF":
            # Pillow maps files that have a name, and then mixes up width and height of turned ones.
            header.filename = ""
        header.load()
        if header.format == "TIFF":
            width, height = header.size
        if header.size != (width, height):
            raise ValueError(f"claims {width} x {height} pixels, but has {header.width} x {header.height}")
        depth = 12 if header.format == "TIFF" and header.tag_v2.get(BITS) == (12,) else 16
        for rows in _split(height, width):
            strip = _convert_strip(header.crop((0, rows.start, width, rows.stop)), alpha, convert, depth)
            strip = strip if change is None else change(strip)
            if picture is None:
                picture = np.empty((height, *strip.shape[1:]), np.uint8)
            picture[rows] = strip
    except (*FAILURES, Image.DecompressionBombError) as error:
        raise ValueError(f"is a damaged or truncated {header.format}: {error}") from None
    return picture


def _convert_strip(strip, alpha, convert, depth):
    """(h, W, 3) or with `alpha` (h, W, 4) uint8 sRGB of a Pillow picture; `depth` is the bits of its deep greys."""
    from PIL import Image

    mode = colour.find_mode(strip)
    if strip.mode.startswith("I"):  # Pillow would clip deep greys at 255
        strip = Image.fromarray((np.asarray(strip).astype(np.uint32) >> (depth - 8)).astype(np.uint8))
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
    """Return a picture's EXIF orientation, 1 to 8; 1 if it is missing or broken."""
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
    """Return a picture's pixels per inch, (across, down), upright; None if the file says nothing sensible."""
    try:
        across, down = map(float, opened.header.info["dpi"])
    except (KeyError, TypeError, ValueError):
        return None
    if not (10 <= across <= 20000 and 10 <= down <= 20000):
        return None
    return (down, across) if find_orientation(opened) >= 5 else (across, down)


def _find_marks(kind, source):
    """`colour.Marks` of an opened file of a Pillow format."""
    if kind == "PNG":
        return _read_marks(source)
    if kind in ("AVIF", "HEIF"):
        return colour.Marks(cicp=_read_nclx(source))
    return colour.Marks()


def _read_nclx(source):
    """The `cICP` of an AVIF or HEIC, of which its primaries or its transfer curve are not sRGB's; None for others."""
    with io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb") as file:
        found = re.search(rb"colrnclx(....)", file.read(2**16), re.DOTALL)
    if found is None:
        return None
    primaries, transfer = struct.unpack(">HH", found[1])
    usual = primaries in USUAL_PRIMARIES and transfer in USUAL_CURVES
    return None if usual else (primaries, transfer)


def _read_marks(source):
    """Read `colour.Marks` from a PNG's chunks, as far as the file is whole."""
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
            body = file.read(length) if kind in TOLD and length < 2**20 else None
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
