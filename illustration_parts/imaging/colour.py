"""Colour management: converts a picture to sRGB, by what its file says about its colours.

    convert, remark = find_conversion(header, marks)     # of an opened Pillow picture
    if convert: rgb = convert(strip)                     # Pillow strip in, (h, w, 3) uint8 sRGB out

Embedded profiles go through LittleCMS (relative colorimetric, with black point compensation). Without one, a PNG's
`gAMA` and `cHRM` count. Pictures that are sRGB already stay as they are.
"""

import functools
import io
from typing import NamedTuple

import numpy as np

GREY_MODES = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L")
SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "LAB": "LAB"}  # a profile's colour model: Pillow's mode
SAME = 2  # levels by which a profile may differ from sRGB and still be it
SRGB_GAMMA = 0.45455  # what programs write for sRGB, whose curve is not quite this one
SRGB_PRIMARIES = ((0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06))  # white, red, green, blue
HDR = {16: "PQ", 18: "HLG"}  # transfer curves of ITU-T H.273


class Marks(NamedTuple):
    """What a file says of its colours and its place, besides a profile: a PNG, for `cicp` also an AVIF or HEIC.

    Attributes:
        srgb: whether it is marked as sRGB.
        gamma: its `gAMA`, or None.
        primaries: its `cHRM`, ((x, y) of white, red, green, blue), or None.
        cicp: its `cICP`, which begins with (primaries, transfer), or None; of an AVIF or HEIC, its `nclx`.
        orientation: 1 to 8, of its EXIF data, or None.
    """

    srgb: bool = False
    gamma: float | None = None
    primaries: tuple | None = None
    cicp: tuple | None = None
    orientation: int | None = None


def find_conversion(header, marks):
    """Find how an opened picture becomes sRGB.

    Args:
        header: a Pillow picture.
        marks: `Marks`.

    Returns:
        (convert, remark): a function of a Pillow picture of `find_mode` that returns (h, w, 3) uint8, or None if no
        conversion is needed. The remark is a sentence for the user, or None.
    """
    if marks.cicp and marks.cicp[:2] != (1, 13):
        curve = HDR.get(marks.cicp[1])
        told = f"HDR ({curve}), read without tone mapping" if curve else "its colours (cICP) were read as sRGB"
        return None, told
    mode = find_mode(header)
    profile = header.info.get("icc_profile")
    if profile:
        try:
            convert = _load_profile(profile, mode)
        except _ProfileError as error:
            return None, f"its colour profile {error} and was ignored"
        return convert, None
    if mode == "LAB":
        return _load_profile(None, mode), None
    if marks.srgb or mode not in ("RGB", "L") or marks.gamma is None and marks.primaries is None:
        return None, None
    gamma, primaries = marks.gamma or SRGB_GAMMA, marks.primaries or SRGB_PRIMARIES
    plain = abs(gamma - SRGB_GAMMA) < 0.005
    usual = np.abs(np.subtract(primaries, SRGB_PRIMARIES)).max() < 0.005
    if plain and usual or not 0.05 < gamma < 20:
        return None, None
    try:
        matrix = None if usual else _find_conversion_matrix(primaries)
    except np.linalg.LinAlgError:
        return None, "its primaries (cHRM) make no sense and were ignored"
    return functools.partial(_convert_by_gamma, None if plain else gamma, matrix), None


def find_mode(header):
    """Return the mode that a picture's strips must have for conversion: RGB, L, CMYK or LAB."""
    if header.mode in GREY_MODES:
        return "L"
    return header.mode if header.mode in ("CMYK", "LAB") else "RGB"


class _ProfileError(ValueError):
    """Why a profile is ignored."""


@functools.lru_cache(16)
def _load_profile(profile, mode):
    """A function that converts strips of a mode by a profile's bytes (None: of Lab); None where it is sRGB's."""
    from PIL import Image, ImageCms

    goal = ImageCms.createProfile("sRGB")
    try:
        source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB") if profile is None else io.BytesIO(profile))
        model = source.profile.xcolor_space.strip()
        space = SPACES.get(model)
        if mode == "L" and space == "RGB" and _is_srgb(_build(source, goal, "RGB")):
            return None
        if space != mode:
            raise _ProfileError(f"is for {model}, not {'grey' if mode == 'L' else mode}")
        transform = _build(source, goal, mode)
    except (ImageCms.PyCMSError, OSError, TypeError) as error:
        raise _ProfileError("is broken") from error
    if mode == "RGB" and _is_srgb(transform):
        return None
    if mode == "L":
        # Grey has only 256 values: convert each once.
        ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
        table = np.asarray(ImageCms.applyTransform(ramp, transform))[0]
        if np.abs(table.astype(int) - np.arange(256)[:, None]).max() <= SAME:
            return None
        return lambda strip: table[np.asarray(strip)]
    return lambda strip: np.asarray(ImageCms.applyTransform(strip, transform))


def _build(source, goal, mode):
    from PIL import ImageCms

    # Without its cache a transform may be used by several threads.
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOCACHE
    return ImageCms.buildTransform(source, goal, mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC, flags)


def _is_srgb(transform):
    """Whether a transform from RGB leaves a grid of colours as they are."""
    from PIL import Image, ImageCms

    steps = np.linspace(0, 255, 9).astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(1, -1, 3)
    found = np.asarray(ImageCms.applyTransform(Image.fromarray(grid), transform))
    return int(np.abs(found.astype(int) - grid).max()) <= SAME


def _convert_by_gamma(gamma, matrix, strip):
    """Convert a strip of RGB or L by a PNG's `gAMA` and the matrix of its `cHRM`; None for those of sRGB."""
    values = np.asarray(strip.convert("RGB"))
    steps = np.arange(256) / 255
    if gamma is None:
        linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    else:
        linear = steps ** (1 / gamma)
    encode = lambda light: np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)  # noqa: E731
    if matrix is None:
        return (255 * encode(linear) + 0.5).astype(np.uint8)[values]
    light = np.clip(linear.astype(np.float32)[values] @ matrix.T.astype(np.float32), 0, 1)
    table = (255 * encode(np.arange(4096) / 4095) + 0.5).astype(np.uint8)
    return table[(light * 4095 + 0.5).astype(np.uint16)]


def _find_conversion_matrix(primaries):
    """(3, 3): linear RGB of these (x, y) of white, red, green and blue to that of sRGB. Raises LinAlgError."""
    return np.linalg.solve(_find_matrix(SRGB_PRIMARIES), _adapt(primaries[0]) @ _find_matrix(primaries))


def _find_matrix(primaries):
    """(3, 3): linear RGB of these (x, y) of white, red, green and blue to CIE XYZ."""
    white, *colours = ((x / y, 1.0, (1 - x - y) / y) for x, y in primaries)
    matrix = np.array(colours).T
    return matrix * np.linalg.solve(matrix, np.array(white))


def _adapt(white):
    """(3, 3): CIE XYZ under a white point (x, y) to that under sRGB's, by Bradford's cones (Lam 1985)."""
    cones = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    one, other = (cones @ (x / y, 1.0, (1 - x - y) / y) for x, y in (white, SRGB_PRIMARIES[0]))
    return np.linalg.solve(cones, np.diag(other / one) @ cones)
