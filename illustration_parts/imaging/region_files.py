"""Writes regions in forms that other programs read: a label map with a table of regions, and a file of layers.

    write_labels("result/a", ids, picture)              # a.labels.png and a.labels.json
    write_layers("result/a.ora", picture, ids, ink)     # opens in Krita, GIMP and MyPaint

A file is written whole or not at all.
"""

import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np

from illustration_parts.imaging import images, region_graph, region_maps
from illustration_parts.imaging.linework import on_glass
from illustration_parts.system import files
from illustration_parts.system.compiled import njit

MOST_IN_PNG = 65536  # regions; what 16 bits can number
MOST_LAYERS = 500  # in a file of layers; with thousands, painting programs take minutes to open it
SAME_COLOUR = 6.0  # distance in CIELAB, lightness 0..100, of colours that share a layer
THUMBNAIL = 256  # pixels; the longest side that OpenRaster allows
VERSION = "0.0.3"  # of OpenRaster: nothing later is used


def write_labels(path_stem, ids, picture, resolution=None):
    """Write a region map as numbers, and a table of its regions.

    `STEM.labels.png` is a 16-bit grey PNG whose values are the ids. For more than 65,536 regions `STEM.labels.npy`, (H,
    W) int32, is written instead. `STEM.labels.json` is written last. It holds the picture's `width` and `height`, the
    name of the file of `labels`, and a list of `regions`. Each region has its `id`, `area` in pixels, `box` [left, top,
    width, height], `colour` (median, "#rrggbb") and `neighbours` (ids, ascending).

    Args:
        path_stem: path without ending; the folder must exist.
        ids: (H, W) integers 0..n-1. A number that no pixel has is left out of the table.
        picture: (H, W, 3) uint8 RGB.
        resolution: see `images.write`.

    Returns:
        list of the two paths, labels first.

    Raises:
        OSError: if a file cannot be written.
        ValueError: for arrays of other form.
    """
    table = describe_regions(ids, picture)
    stem = str(path_stem)
    count = int(ids.max()) + 1
    labels, other = Path(f"{stem}.labels.png"), Path(f"{stem}.labels.npy")
    if count <= MOST_IN_PNG:
        images.write(labels, ids.astype(np.uint16), resolution=resolution)
    else:
        labels, other = other, labels
        buffer = io.BytesIO()
        np.save(buffer, ids.astype(np.int32))
        files.write_bytes(labels, buffer.getbuffer())
    other.unlink(missing_ok=True)  # an earlier run may have had more regions, or fewer
    height, width = ids.shape
    head = json.dumps({"width": width, "height": height, "labels": labels.name}, ensure_ascii=False)
    lines = ",\n".join(json.dumps(region, separators=(",", ":")) for region in table)
    text = f'{head[:-1]}, "regions": [\n{lines}\n]}}\n'
    described = Path(f"{stem}.labels.json")
    files.write_bytes(described, text.encode())
    return [labels, described]


def describe_regions(ids, picture):
    """Describe each region, as `write_labels` writes it.

    Args:
        ids: (H, W) integers 0..n-1.
        picture: (H, W, 3) uint8 RGB.

    Returns:
        list of dict, by id.

    Raises:
        ValueError: for arrays of other form.
    """
    _check(picture, ids)
    colours = region_maps.region_medians(picture, ids)
    ids = np.ascontiguousarray(ids, np.int32)
    boxes, areas = _measure(ids, len(colours))
    pairs, _ = region_graph.find_boundaries(ids)
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    neighbours = np.split(pairs[:, 1], np.searchsorted(pairs[:, 0], np.arange(1, len(colours))))
    return [
        {
            "id": region,
            "area": int(areas[region]),
            "box": boxes[region].tolist(),
            "colour": name_colour(colours[region]),
            "neighbours": neighbours[region].tolist(),
        }
        for region in range(len(colours))
        if areas[region]
    ]


def name_colour(colour):
    """RGB 0..255 as "#rrggbb"."""
    return "#" + bytes(int(value) for value in colour).hex()


def write_layers(path, picture, ids, ink=None, merge="regions", most=MOST_LAYERS, resolution=None):
    """Write an OpenRaster file: a layer for each region, of its median colour, and the lines on top.

    Args:
        path: where to; as a rule it ends in .ora.
        picture: (H, W, 3) uint8 RGB.
        ids: (H, W) integers 0..n-1.
        ink: (H, W) uint8, 255 = ink, for a layer of black lines; or None.
        merge: "regions": each has its own layer; "colours": those of almost the same colour share one. In both cases
            more than `most` layers are merged to so many or fewer, the nearest colours first.
        most: layers of colour at most, 1 or more.
        resolution: pixels an inch, (across, down), or None.

    Returns:
        How many layers of colour there are.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.
        ValueError: for arguments of other form.

    Reference:
        OpenRaster, baseline specification: file layout, layer stack; openraster.org.
    """
    _check(picture, ids)
    if ink is not None and (ink.shape != ids.shape or ink.dtype != np.uint8):
        raise ValueError(f"ink must be {ids.shape} uint8. Received: {ink.shape} {ink.dtype}")
    groups = group_regions(picture, ids, merge, most)
    members = np.bincount(groups)
    leaders = np.unique(groups, return_index=True)[1]  # the lowest id of each group
    merged = np.ascontiguousarray(groups[ids])
    colours = region_maps.region_medians(picture, merged)
    flat = np.take(colours, merged, axis=0)
    boxes, areas = _measure(merged, len(colours))
    with files.write_aside(path) as temporary, zipfile.ZipFile(temporary, "w") as file:
        _add(file, "mimetype", b"image/openraster", zipfile.ZIP_STORED)
        layers = []
        if ink is not None:
            box = cv2.boundingRect(ink) if ink.any() else (0, 0, 1, 1)  # a layer has at least one pixel
            layers.append(_add_layer(file, "lines", on_glass(np.ascontiguousarray(_cut(ink, box))), box))
        for group in np.flatnonzero(areas):
            mask = (_cut(merged, boxes[group]) == group).astype(np.uint8)
            layer = cv2.merge([mask * np.uint8(value) for value in (*colours[group], 255)])
            name = f"{leaders[group]} {name_colour(colours[group])}"
            name += f" and {members[group] - 1} more" if members[group] > 1 else ""
            layers.append(_add_layer(file, name, layer, boxes[group]))
        whole = flat if ink is None else lay_lines(flat, ink)
        _add(file, "stack.xml", _write_stack(ids.shape, layers, resolution))
        _add_picture(file, "mergedimage.png", whole, resolution)
        _add_picture(file, "Thumbnails/thumbnail.png", shrink(whole, THUMBNAIL))
    return int(np.count_nonzero(areas))


def group_regions(picture, ids, merge="regions", most=MOST_LAYERS):
    """Decide which regions share a layer: (n,) int32, a number 0..m-1 for each region, m at most `most`.

    Regions come from the largest to the smallest. Each joins the first group whose colour is near enough. That distance
    grows until there are few enough groups.

    Args and errors as `write_layers`.
    """
    if merge not in ("regions", "colours"):
        raise ValueError(f'merge must be "regions" or "colours". Received: {merge!r}')
    if most < 1:
        raise ValueError(f"most must be 1 or more. Received: {most}")
    colours = region_maps.region_medians(picture, ids)
    count = len(colours)
    if merge == "regions" and count <= most:
        return np.arange(count, dtype=np.int32)
    order = np.argsort(-np.bincount(ids.reshape(-1), minlength=count), kind="stable")
    lab = cv2.cvtColor(colours[order][None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]  # (n, 3)
    reach = SAME_COLOUR if merge == "colours" else 0.0
    while True:
        found, groups = _group(lab, reach * reach, most)
        if found <= most:
            break
        reach = max(1.25 * reach, 0.5)
    numbers = np.empty(count, np.int32)
    numbers[order] = groups
    return numbers


def lay_lines(flat, ink):
    """Lay black lines over a flat picture, as a painting program composes the layers: (H, W, 3) uint8."""
    return cv2.multiply(flat, cv2.merge([255 - ink] * 3), scale=1 / 255)


def shrink(picture, longest):
    """Bring a picture's longest side down to `longest` pixels; a smaller one stays as it is."""
    height, width = picture.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return picture
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _check(picture, ids):
    if ids.ndim != 2 or not ids.size or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be (H, W) integers, not empty. Received: {ids.shape} {ids.dtype}")
    if picture.shape != (*ids.shape, 3) or picture.dtype != np.uint8:
        raise ValueError(f"picture must be {(*ids.shape, 3)} uint8. Received: {picture.shape} {picture.dtype}")


def _cut(array, box):
    left, top, width, height = box
    return array[top : top + height, left : left + width]


def _write_stack(shape, layers, resolution):
    """The layer stack in XML; its first layer is the uppermost."""
    size = {"w": str(shape[1]), "h": str(shape[0])}
    if resolution:
        size |= {"xres": str(round(resolution[0])), "yres": str(round(resolution[1]))}
    image = ElementTree.Element("image", {"version": VERSION, **size})
    stack = ElementTree.SubElement(image, "stack")
    for layer in layers:
        ElementTree.SubElement(stack, "layer", layer)
    return ElementTree.tostring(image, encoding="UTF-8", xml_declaration=True)


def _add_layer(file, name, picture, box):
    """Add a layer's PNG; returns its attributes in the stack."""
    source = f"data/layer{len(file.namelist()):04d}.png"
    _add_picture(file, source, picture)
    place = {"x": str(box[0]), "y": str(box[1])}
    how = {"opacity": "1.0", "visibility": "visible", "composite-op": "svg:src-over"}
    return {"name": name, "src": source, **place, **how}


def _add_picture(file, name, picture, resolution=None):
    """Add a PNG of (H, W, 3) RGB or (H, W, 4) RGBA."""
    _add(
        file, name, images.encode(picture, resolution=resolution).tobytes(), zipfile.ZIP_STORED
    )  # it is compressed already


def _add(file, name, data, how=zipfile.ZIP_DEFLATED):
    """Add a file to the archive, always with the same date, so that equal pictures make equal files."""
    file.writestr(zipfile.ZipInfo(name), data, how, 1)


@njit(cache=True, nogil=True)
def _measure(ids, count):
    """Boxes (count, 4) int32 [left, top, width, height] and areas (count,) int64 of (H, W) int32 ids."""
    height, width = ids.shape
    boxes, areas = np.zeros((count, 4), np.int32), np.zeros(count, np.int64)
    for region in range(count):
        boxes[region, 0], boxes[region, 1] = width, height
    for y in range(height):
        for x in range(width):
            region = ids[y, x]
            areas[region] += 1
            box = boxes[region]  # left, top, right, bottom until the end
            box[0], box[1] = min(box[0], x), min(box[1], y)
            box[2], box[3] = max(box[2], x + 1), max(box[3], y + 1)
    for region in range(count):
        boxes[region, 2] -= boxes[region, 0]
        boxes[region, 3] -= boxes[region, 1]
    return boxes, areas


@njit(cache=True, nogil=True)
def _group(colours, reach, most):
    """Put each of (n, 3) colours to the nearest leader within a squared distance, or make it one; ends above `most`."""
    groups, leaders, found = np.zeros(len(colours), np.int32), np.zeros((most, 3), colours.dtype), 0
    for i in range(len(colours)):
        best, nearest = -1, reach
        for group in range(found):
            distance = 0.0
            for c in range(3):
                distance += (colours[i, c] - leaders[group, c]) ** 2
            if distance <= nearest:
                best, nearest = group, distance
        if best < 0:
            if found == most:
                return most + 1, groups
            leaders[found] = colours[i]
            best = found
            found += 1
        groups[i] = best
    return found, groups
