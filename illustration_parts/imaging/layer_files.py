"""Writes layers as files of painting programs: OpenRaster (Krita, GIMP, MyPaint) or PSD (Photoshop and most others).

    layer_files.write("result/a.psd", picture, layers.separate(picture, ids, ink), "psd", title="a")

A file is written whole or not at all. It holds the merged picture, too, as its layers compose to it.
"""

import unicodedata
import zipfile
from xml.etree import ElementTree

import cv2
import numpy as np

from illustration_parts.imaging import images, layers
from illustration_parts.imaging.svg import replace_unknown
from illustration_parts.system import cli, files

FORMATS = ("ora", "psd")
THUMBNAIL = 256  # pixels; the longest side that OpenRaster allows
VERSION = "0.0.3"  # of OpenRaster: nothing later is used
OPERATORS = {"normal": "svg:src-over", "multiply": "svg:multiply", "screen": "svg:screen"}
MOST_PIXELS = 30000  # a side of a PSD file
MOST_BYTES = 2**31 - 1  # of a PSD file
MOST_LETTERS = 200  # of a name


def check_size(shape, kind):
    """Raise ValueError if a picture of this shape, (H, W, ...), is too large for a format."""
    height, width = shape[:2]
    if kind == "psd" and max(height, width) > MOST_PIXELS:
        raise ValueError(
            f"is {width}x{height}, but a PSD file has at most {MOST_PIXELS:,} pixels a side: take --layer-format ora"
        )


def write(path, picture, parts, kind="ora", title="", resolution=None):
    """Write a file of layers, see `layers.list_layers`.

    Args:
        path: where to.
        picture: (H, W, 3) uint8 RGB.
        parts: `layers.Parts` of it.
        kind: "ora" or "psd", which needs psd-tools.
        title: the picture's name: any text.
        resolution: pixels an inch, (across, down), or None.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.
        ValueError: for another format, or if psd-tools is missing, or the picture is too large for the format.
    """
    if kind not in FORMATS:
        raise ValueError(f"expected one of {', '.join(FORMATS)}. Received: {kind!r}")
    check_size(picture.shape, kind)
    found = layers.list_layers(picture, parts, title)
    {"ora": write_ora, "psd": write_psd}[kind](path, picture.shape[:2], found, resolution)


def write_ora(path, shape, stack, resolution=None):
    """Write `Layer`s, the lowest first, as an OpenRaster file.

    Args:
        path: where to. shape: (height, width).
        stack: iterable of `layers.Layer`; each is taken when it is written.
        resolution: pixels an inch, (across, down), or None.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.

    Reference:
        OpenRaster, baseline specification: file layout, layer stack; openraster.org.
    """
    canvas = layers.compose(shape, ())
    size = {"w": str(shape[1]), "h": str(shape[0])}
    if resolution:
        size |= {"xres": str(round(resolution[0])), "yres": str(round(resolution[1]))}
    image = ElementTree.Element("image", {"version": VERSION, **size})
    opened = [((), ElementTree.SubElement(image, "stack"))]  # groups from the outermost: (path, element)
    with files.write_aside(path) as temporary, zipfile.ZipFile(temporary, "w") as file:
        _add(file, "mimetype", b"image/openraster", zipfile.ZIP_STORED)
        for number, layer in enumerate(stack, 1):
            source = f"data/layer{number:04d}.png"
            _add_picture(file, source, layer.pixels)
            while layer.path[: len(opened[-1][0])] != opened[-1][0]:
                opened.pop()
            while opened[-1][0] != layer.path:
                inner = layer.path[: len(opened[-1][0]) + 1]
                group = ElementTree.Element("stack", _describe(inner[-1], OPERATORS["normal"]))
                opened[-1][1].insert(0, group)  # the uppermost comes first
                opened.append((inner, group))
            told = _describe(layer.name, OPERATORS[layer.blend], layer.visible)
            told |= {"src": source, "x": str(layer.left), "y": str(layer.top)}
            opened[-1][1].insert(0, ElementTree.Element("layer", told))
            if layer.visible:
                layers.lay(canvas, layer)
        _add(file, "stack.xml", ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True))
        _add_picture(file, "mergedimage.png", canvas, resolution)
        _add_picture(file, "Thumbnails/thumbnail.png", shrink(canvas, THUMBNAIL))


def _describe(name, operator, visible=True):
    """The attributes that layers and groups have in common."""
    shown = "visible" if visible else "hidden"
    return {"name": shorten(name), "opacity": "1.0", "visibility": shown, "composite-op": operator}


def shorten(name):
    """Make a name that every file can hold: of at most `MOST_LETTERS`, on one line, without what XML does not know."""
    return " ".join(replace_unknown(name).split())[:MOST_LETTERS]


def shrink(picture, longest):
    """Bring a picture's longest side down to `longest` pixels; a smaller one stays as it is."""
    height, width = picture.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return picture
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _add_picture(file, name, picture, resolution=None):
    """Add a PNG of (H, W, 3) RGB or (H, W, 4) RGBA. It is compressed already."""
    _add(file, name, images.encode(picture, resolution=resolution).tobytes(), zipfile.ZIP_STORED)


def _add(file, name, data, how=zipfile.ZIP_DEFLATED):
    """Add a file to the archive, always with the same date, so that equal pictures make equal files."""
    file.writestr(zipfile.ZipInfo(name), data, how, 1)


def write_psd(path, shape, stack, resolution=None):
    """Write `Layer`s, the lowest first, as a PSD file: 8 bits, RGB, packed by runs, which every program reads.

    psd-tools' own structures of a file are filled. Its `PSDImage.save` would compose the layers once more.

    Args:
        path: where to. shape: (height, width), at most `MOST_PIXELS`.
        stack: iterable of `layers.Layer`; each is packed before the next one is taken.
        resolution: pixels an inch, (across, down), or None.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.
        ValueError: if psd-tools is missing, or the file would be larger than PSD allows.

    Reference:
        Adobe Photoshop File Formats Specification, 2019: layer records, section dividers, Unicode layer names.
    """
    try:
        from psd_tools import constants, psd
        from psd_tools.psd.header import FileHeader
        from psd_tools.psd.image_data import ImageData
        from psd_tools.psd.image_resources import ImageResource, ImageResources, ResoulutionInfo
        from psd_tools.psd.layer_and_mask import LayerAndMaskInformation
    except ImportError:
        raise ValueError(f"--layer-format psd needs psd-tools: {cli.name_install('psd-tools')}") from None
    check_size(shape, "psd")
    canvas, records, channels, opened, size = layers.compose(shape, ()), [], [], (), 0

    def add(record, planes):
        records.append(record)
        channels.append(planes)
        return sum(len(plane.data) for plane in planes)

    for layer in stack:
        for group in _leave(opened, layer.path):
            add(*_make_folder(group))
        for _ in _leave(layer.path, opened):
            add(*_make_folder(None))
        opened = layer.path
        size += add(*_make_layer(layer))
        if layer.visible:
            layers.lay(canvas, layer)
    for group in _leave(opened, ()):
        add(*_make_folder(group))
    header = FileHeader(channels=3, height=shape[0], width=shape[1], depth=8, color_mode=constants.ColorMode.RGB)
    merged = ImageData(constants.Compression.RLE)
    size += merged.set_data([np.ascontiguousarray(canvas[..., k]).tobytes() for k in range(3)], header)
    if size > 0.99 * MOST_BYTES:
        raise ValueError("needs more than the 2 GB that a PSD file can hold: take --layer-format ora")
    resources = ImageResources.new()
    if resolution:
        across, down = (round(value * 65536) for value in resolution)  # fixed point; the unit is an inch
        key = constants.Resource.RESOLUTION_INFO
        resources[key] = ImageResource(key=key, data=ResoulutionInfo(across, 1, 1, down, 1, 1))  # type: ignore[arg-type]
    info = psd.LayerInfo(len(records), psd.LayerRecords(records), psd.ChannelImageData(channels))
    document = psd.PSD(
        header=header,
        image_resources=resources,
        layer_and_mask_information=LayerAndMaskInformation(info, psd.GlobalLayerMaskInfo(), psd.TaggedBlocks()),
        image_data=merged,
    )
    with files.write_aside(path) as temporary, open(temporary, "wb") as file:
        document.write(file)


def _leave(path, other):
    """Names of the groups of a path that are left on the way to another path, the innermost first."""
    same = 0
    while same < min(len(path), len(other)) and path[same] == other[same]:
        same += 1
    return path[same:][::-1]


def _make_layer(layer):
    """A layer's record and its packed channels."""
    from psd_tools.constants import BlendMode, ChannelID, Compression
    from psd_tools.psd.layer_and_mask import ChannelData, ChannelDataList

    height, width = layer.pixels.shape[:2]
    planes = ChannelDataList()
    for channel in (3, 0, 1, 2):
        plane = ChannelData(Compression.RLE)
        plane.set_data(np.ascontiguousarray(layer.pixels[..., channel]).tobytes(), width, height, 8)
        planes.append(plane)
    numbers = (ChannelID.TRANSPARENCY_MASK, ChannelID.CHANNEL_0, ChannelID.CHANNEL_1, ChannelID.CHANNEL_2)
    record = _make_record(layer.name, numbers, [len(plane.data) + 2 for plane in planes])
    record.top, record.left = layer.top, layer.left
    record.bottom, record.right = layer.top + height, layer.left + width
    record.blend_mode = BlendMode[layer.blend.upper()]
    record.flags.visible = layer.visible
    return record, planes


def _make_folder(name):
    """The record that ends a group and names it, or for None the one below it that begins it; and empty channels."""
    from psd_tools.constants import BlendMode, ChannelID, SectionDivider, Tag
    from psd_tools.psd.layer_and_mask import ChannelData, ChannelDataList

    # Krita expects the channels of a group, although they are empty.
    numbers = (ChannelID.TRANSPARENCY_MASK, ChannelID.CHANNEL_0, ChannelID.CHANNEL_1, ChannelID.CHANNEL_2)
    record = _make_record("</Layer group>" if name is None else name, numbers, [2] * 4)
    kind = SectionDivider.BOUNDING_SECTION_DIVIDER if name is None else SectionDivider.OPEN_FOLDER
    mode = {} if name is None else {"signature": b"8BIM", "blend_mode": BlendMode.PASS_THROUGH}
    record.tagged_blocks.set_data(Tag.SECTION_DIVIDER_SETTING, kind, **mode)
    planes = ChannelDataList()
    planes.extend(ChannelData() for _ in numbers)
    return record, planes


def _make_record(name, numbers, lengths):
    """A layer's record, with its name in Unicode, and in ASCII for old programs."""
    from psd_tools.constants import Tag
    from psd_tools.psd.layer_and_mask import ChannelInfo, LayerRecord

    record = LayerRecord(name=to_ascii(name))
    record.channel_info = [ChannelInfo(*pair) for pair in zip(numbers, lengths)]
    record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, shorten(name))
    return record


def to_ascii(name):
    """Spell a name in plain ASCII: accents go, and "_" stands for what has no such letter."""
    spelt = unicodedata.normalize("NFKD", shorten(name))
    spelt = "".join(letter for letter in spelt if not unicodedata.combining(letter))
    return "".join(letter if " " <= letter <= "~" else "_" for letter in spelt)[:MOST_LETTERS]
