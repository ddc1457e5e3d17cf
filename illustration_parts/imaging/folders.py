"""Folders of pictures: which files are listed, in which order, and how the files of a pair are named."""

import os
import re
from pathlib import Path

from illustration_parts.imaging import decoders, images
from illustration_parts.system.files import walk

ENDINGS = frozenset(
    ".png .apng .jpg .jpeg .jpe .jfif .mpo .webp .avif .tif .tiff .bmp .dib .gif .psd .ora .kra .jp2 .j2k .jpx "
    ".ppm .pgm .pbm .pnm .qoi .pcx .sgi".split()
)
# First bytes of these formats, if they are distinctive; dots stand for any byte.
MARKS = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|RIFF....WEBP|....ftypavi[fs]|II[*+]\0|MM\0[*+]|BM....\0\0\0\0|GIF8[79]a|"
    rb"8BPS\x00\x01|\x00\x00\x00\x0cjP  |qoif",
    re.DOTALL,
)
# Kinds of a data set's files: X.image.png, X.region.png and so on.
KINDS = ("image", "region", "skeleton", "flatten")


# Endings of a data set's files. Region and skeleton maps must be lossless; their contents are checked.
KIND_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp")


def split_kind(name):
    """Split a data set's file name, `X.KIND.png` in any case: (X, kind), or (X, None) where no kind is named."""
    stem, kind = Path(name).stem, Path(Path(name).stem).suffix[1:].lower()
    return (stem[: -len(kind) - 1], kind) if kind in KINDS else (stem, None)


def name_result(path, kind):
    """Name a result after the file it is made of: `X.region.png`, or `X.png`, becomes `X.KIND.png`, in its folder."""
    path, named = Path(path), True
    stem = path.stem
    while named:
        stem, named = split_kind(f"{stem}.png")
    return path.with_name(f"{stem}.{kind}.png")


def looks_like_picture(path):
    """Whether a file has a picture's ending or its first bytes. False for a file that cannot be opened."""
    ending = Path(path).suffix.lower()
    # Raw files begin as TIFF files do, and hold a thumbnail that would be taken for the picture.
    if ending in decoders.RAW_ENDINGS:
        return False
    if ending in ENDINGS or ending in decoders.HEIF_ENDINGS and decoders.can_read_heif():
        return True
    if not os.path.isfile(path):  # opening a pipe would wait for ever
        return False
    try:
        with open(path, "rb") as file:
            start = file.read(12)
    except OSError:
        return False
    return MARKS.match(start) is not None


def describe_others(others):
    """Return messages about a list of paths that are not read: one for each kind of artwork, one for the rest."""
    kinds: dict = {}
    for path in others:
        kinds.setdefault(path.suffix.lower() if decoders.explain_ending(path) else "", []).append(path)
    notes = []
    for ending, paths in sorted(kinds.items(), reverse=True):  # the rest last
        what = f"{ending or 'other'} file" + "s" * (len(paths) > 1)
        reason = f": {decoders.explain_ending(paths[0])}" if ending else ""
        notes.append(f"not read: {len(paths)} {what}, such as {paths[0]}{reason}")
    return notes


def list_pictures(folder):
    """Return {relative name without ending: path} of the pictures below `folder`, sorted by name.

    Raises:
        OSError: if a folder cannot be read; there may be none at all.
        ValueError: if two files differ only in their endings, because then one line map would have two pictures.
    """
    found, unread = {}, []
    files = sorted(walk(folder, unread)) if Path(folder).is_dir() else []
    if unread:
        raise unread[0][1]
    for path in files:
        if not path.is_file() or not looks_like_picture(path):
            continue
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in found:
            raise ValueError(f"{found[name]} and {path} have the same name but for the ending: remove one of them")
        found[name] = path
    return found


def list_kind(folder, kind, unread=None):
    """List a data set's files of one kind, named as DanbooRegion 2020 names them: `STEM.KIND.png`, in any case.

    If an image exists as `.png` and as `.jpg`, the ending that comes first in `KIND_ENDINGS` counts.

    Args:
        folder: the data set's folder, with any sub-folders.
        kind: `"image"`, `"region"` or `"skeleton"`.
        unread: list that gets (folder, OSError) for each folder below that cannot be read; None to raise that.

    Returns:
        {stem: path}, in numeric order where stems are numbers; "/" stands between folders.

    Raises:
        OSError: if a folder cannot be read, see `unread`.
        ValueError: if there is no such folder.
    """
    folder, problems = Path(folder), []
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    found: dict = {}
    for path in walk(folder, problems):
        stem, named = split_kind(path.name)
        ending = path.suffix.lower()
        if named != kind or ending not in KIND_ENDINGS or not path.is_file():
            continue
        stem = (path.relative_to(folder).parent / stem).as_posix()
        rival = found.get(stem)
        if rival is None or KIND_ENDINGS.index(ending) < KIND_ENDINGS.index(rival.suffix.lower()):
            found[stem] = path
    if problems and unread is None:
        raise problems[0][1]
    if unread is not None:
        unread += problems
    return {stem: found[stem] for stem in sorted(found, key=sort_naturally)}


def sort_naturally(name):
    """A key that sorts 2 before 10, also inside longer names."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.findall(r"\d+|\D+", name)]


def read_picture(path, read=images.read):
    """Read a picture as `read` does, (H, W, 3) uint8 RGB by default; ValueError names a file that cannot be read."""
    try:
        return read(path)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path} {error}") from error
