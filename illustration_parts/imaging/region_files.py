"""Writes regions in a form that other programs read: a label map with a table of regions.

    write_labels("result/a", ids, picture)              # a.labels.png and a.labels.json

A file is written whole or not at all.
"""

import io
import json
from pathlib import Path

import numpy as np

from illustration_parts.imaging import images, region_graph, region_maps
from illustration_parts.system import files

MOST_IN_PNG = 65536  # regions; what 16 bits can number


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
    boxes, areas = region_maps.measure_regions(ids, len(colours))
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


def _check(picture, ids):
    if ids.ndim != 2 or not ids.size or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be (H, W) integers, not empty. Received: {ids.shape} {ids.dtype}")
    if picture.shape != (*ids.shape, 3) or picture.dtype != np.uint8:
        raise ValueError(f"picture must be {(*ids.shape, 3)} uint8. Received: {picture.shape} {picture.dtype}")
