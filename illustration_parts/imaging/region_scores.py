"""Scores of found regions against ground truth, as pure NumPy functions.

    scores = [region_scores(true_map, found_map) for ...]
    print(summarise_regions(scores))

DanbooRegion's own scores, AP, OIS and ODS, measure precision alone. They cannot tell a map that misses half of the
boundaries from a complete one, and they forgive no pixel. So there are also precision and recall of boundaries with a
tolerance, and two measures of areas: covering and variation of information.
"""

import cv2
import numpy as np

from illustration_parts.imaging import region_maps
from illustration_parts.imaging.line_scores import precision_recall

SHORT_SIDES = tuple(range(256, 1024, 64))  # pixels, at which DanbooRegion compares maps
AP_SHORT_SIDE = 512  # pixels, for AP
LONGEST = 100  # short sides; longer maps are refused, because enlarged for AP they would fill the memory
SAME_PROPORTIONS = 2  # pixels by which two sizes of one picture may be off
_WITHIN_2 = (np.hypot(*np.mgrid[-2:3, -2:3]) <= 2).astype(np.uint8)  # pixels at distance <= 2


def region_scores(true_map, found_map):
    """Score the region map of one picture.

    Args:
        true_map: (H, W, 3) uint8 colours, or (H, W) integers 0..2^24 - 1; a region is a 4-connected area of one value.
        found_map: the same. It may have another size, of the same proportions to within 2 pixels. It is then resized by
            nearest neighbour, to the true map's size for all but `precisions`.

    Returns:
        dict:

        - `precisions`: (12,) float, at each of `SHORT_SIDES`, see `edge_precision`.
        - `ap`, `ois`: the precision at `AP_SHORT_SIDE`; the best one.
        - `boundary_found`, `boundary_right`, `boundary_recalled`, `boundary_true`: see `count_boundaries`.
        - `boundary_precision`, `boundary_recall`, `boundary_f`: see `precision_recall`.
        - `covering`, `vi`: see `region_covering` and `variation_of_information`.
        - `true_regions`, `found_regions`: numbers of regions.

    Raises:
        ValueError: for arrays of other shapes, for other proportions, and for maps more than 100 times as long as wide.
    """
    true, found = _pack(true_map), _pack(found_map)
    if not _are_proportional(true.shape, found.shape):
        raise ValueError(
            "the found map must have the true map's proportions, within "
            f"{SAME_PROPORTIONS} pixels. Received: {_name_size(found.shape)}, true map {_name_size(true.shape)}"
        )
    precisions = np.array([edge_precision(true, found, short_side) for short_side in SHORT_SIDES])
    true_ids, found_ids = region_maps.label_areas(true), region_maps.label_areas(_resize(found, true.shape))
    counts = count_boundaries(true_ids, found_ids)
    boundary = precision_recall(*counts.values())
    return {
        "precisions": precisions,
        "ap": float(precisions[SHORT_SIDES.index(AP_SHORT_SIDE)]),
        "ois": float(precisions.max()),
        **{f"boundary_{key}": count for key, count in counts.items()},
        **{f"boundary_{key}": float(value) for key, value in zip(("precision", "recall", "f"), boundary)},
        "covering": region_covering(true_ids, found_ids),
        "vi": variation_of_information(true_ids, found_ids),
        "true_regions": int(true_ids.max()) + 1,
        "found_regions": int(found_ids.max()) + 1,
    }


def summarise_regions(table):
    """Summarise the `region_scores` of a set of pictures.

    Args:
        table: list of `region_scores`.

    Returns:
        dict:

        - `count`: of pictures.
        - `ap`: mean over pictures of the precision at short side 512.
        - `ois`: mean over pictures of each one's best precision over `SHORT_SIDES`.
        - `ods`, `ods_short_side`: the best over `SHORT_SIDES` of the mean over pictures, and where it is.
        - `boundary_precision`, `boundary_recall`, `boundary_f`: of the pixels of all pictures together.
        - `covering`, `vi`, `true_regions`, `found_regions`: means over pictures.

    Raises:
        ValueError: if the table is empty.
    """
    if not table:
        raise ValueError("there are no scores to summarise")
    precisions = np.mean([scores["precisions"] for scores in table], axis=0)
    sums = [sum(scores[f"boundary_{key}"] for scores in table) for key in ("found", "right", "recalled", "true")]
    boundary = zip(("precision", "recall", "f"), precision_recall(*sums))
    means = ("covering", "vi", "true_regions", "found_regions")
    return {
        "count": len(table),
        "ap": float(np.mean([scores["ap"] for scores in table])),
        "ois": float(np.mean([scores["ois"] for scores in table])),
        "ods": float(precisions.max()),
        "ods_short_side": SHORT_SIDES[precisions.argmax()],
        **{f"boundary_{key}": float(value) for key, value in boundary},
        **{key: float(np.mean([scores[key] for scores in table])) for key in means},
    }


def edge_precision(true_map, found_map, short_side=AP_SHORT_SIDE):
    """Share of the found edge pixels that are true ones too, pixel by pixel, with both maps at one short side.

    This is the number that DanbooRegion's published `ap_ois_ods.py` gives, but for two cases. If the found map has no
    edge, that program divides by zero; here the precision is 0. If the maps come out at different sizes, that program
    fails; here the found map takes the true one's size.

    Args:
        true_map, found_map: (H, W, 3) uint8 colours, or (H, W) integers 0..2^24 - 1. Colours are compared, so two
            areas of one colour that meet in the shrunk map have no edge between them.
        short_side: in pixels.

    Returns:
        float 0..1.

    Raises:
        ValueError: for arrays of other shapes, and for a map more than 100 times as long as wide.

    Reference:
        Zhang, Ji and Liu, "DanbooRegion: An Illustration Region Dataset", 2020; its script of the same year.
    """
    true, found = _pack(true_map), _pack(found_map)
    shape = scale_shape(true.shape, short_side)
    true_edges, found_edges = (find_edges(_resize(values, shape)) for values in (true, found))
    count = np.count_nonzero(found_edges)
    return float(np.count_nonzero(true_edges & found_edges) / count) if count else 0.0


def scale_shape(shape, short_side):
    """Return (H, W) scaled to a short side; the long side is rounded down, after two float divisions as published."""
    height, width = shape
    if max(shape) > LONGEST * min(shape):
        raise ValueError(f"a map must be at most {LONGEST} times as long as wide. Received: {_name_size(shape)}")
    if height < width:
        return short_side, int(short_side / height * width)
    return int(short_side / width * height), short_side


def find_edges(values):
    """Where an (H, W) array changes toward the left or the upper neighbour; (H, W) bool.

    In the first column and row the neighbour on the other side counts, because the published script mirrors the map
    about its outermost pixels.
    """
    edges = np.zeros(values.shape, bool)
    for edge, value in ((edges, values), (edges.T, values.T)):
        edge[1:] |= value[1:] != value[:-1]
        edge[0] |= value[0] != value[min(1, len(value) - 1)]
    return edges


def find_boundaries(ids):
    """Where the right or the lower neighbour in an (H, W) array is another region; (H, W) bool."""
    boundaries = np.zeros(ids.shape, bool)
    boundaries[:, :-1] |= ids[:, :-1] != ids[:, 1:]
    boundaries[:-1] |= ids[:-1] != ids[1:]
    return boundaries


def count_boundaries(true_ids, found_ids):
    """Count right and recalled boundary pixels: those within 2 pixels, in Euclidean distance, of the other map's.

    Args:
        true_ids, found_ids: (H, W) integers >= 0.

    Returns:
        dict of int: `found` pixels and the `right` ones of them, then `recalled` true pixels and all `true` pixels. The
        order is that of `precision_recall`'s arguments.

    Raises:
        ValueError: for other arrays.
    """
    _check_ids(true_ids, found_ids)
    true, found = find_boundaries(true_ids), find_boundaries(found_ids)
    near_true, near_found = (cv2.dilate(mask.astype(np.uint8), _WITHIN_2) > 0 for mask in (true, found))
    masks = {"found": found, "right": found & near_true, "recalled": true & near_found, "true": true}
    return {key: int(np.count_nonzero(mask)) for key, mask in masks.items()}


def region_covering(true_ids, found_ids):
    """Measure how well true regions are covered: the best intersection over union of each, weighted by area.

    Args:
        true_ids, found_ids: (H, W) integers >= 0; a region is all pixels of one number.

    Returns:
        float 0..1; 1 for the same regions.

    Raises:
        ValueError: for other arrays.

    Reference:
        Arbelaez, Maire, Fowlkes and Malik, "Contour Detection and Hierarchical Image Segmentation", 2011.
    """
    first, common, true_area, found_area = _count_common(true_ids, found_ids)
    overlap = common / (true_area + found_area - common)
    best = np.maximum.reduceat(overlap, first)
    return float((best * true_area[first]).sum() / common.sum())


def find_recovered(true_ids, found_ids, overlap=0.9):
    """Tell which true regions come back: one found region has at least this intersection over union with them.

    Args:
        true_ids, found_ids: (H, W) integers >= 0; a region is all pixels of one number.
        overlap: 0..1.

    Returns:
        (n,) bool for the n numbers that occur in `true_ids`, in ascending order.

    Raises:
        ValueError: for other arrays.
    """
    first, common, true_area, found_area = _count_common(true_ids, found_ids)
    return np.maximum.reduceat(common / (true_area + found_area - common), first) >= overlap


def variation_of_information(true_ids, found_ids):
    """Measure the bits about a pixel's region that only one of the maps tells: H(true | found) + H(found | true).

    Args:
        true_ids, found_ids: (H, W) integers >= 0; a region is all pixels of one number.

    Returns:
        float in bits; 0 for the same regions, at most twice the binary logarithm of the number of pixels.

    Raises:
        ValueError: for other arrays.

    Reference:
        Meila, "Comparing Clusterings: An Information Based Distance", 2007 (in nats there).
    """
    from skimage import metrics  # imported late: scores of lines need no scikit-image

    _check_ids(true_ids, found_ids)
    return float(metrics.variation_of_information(true_ids, found_ids).sum())


def _count_common(true_ids, found_ids):
    """List the P pairs of a true and a found region that share pixels, sorted by true region.

    A table of all pairs would be too large: a hundred thousand regions have ten thousand million.

    Returns:
        (first, common, true_area, found_area): where each true region begins in the list; and (P,) numbers of pixels,
        common to the pair, and of its two regions.
    """
    _check_ids(true_ids, found_ids)
    count = int(found_ids.max()) + 1
    pairs, common = np.unique(true_ids.ravel() * np.int64(count) + found_ids.ravel(), return_counts=True)
    true, found = np.divmod(pairs, count)
    first = np.flatnonzero(np.diff(true, prepend=-1))
    return first, common, np.bincount(true, common)[true], np.bincount(found, common)[found]


def _check_ids(true_ids, found_ids):
    shapes = true_ids.shape, found_ids.shape
    if true_ids.ndim != 2 or shapes[0] != shapes[1] or not true_ids.size:
        raise ValueError(
            f"true_ids and found_ids must be (H, W) arrays of one shape. Received: {shapes[0]}, {shapes[1]}"
        )
    lowest = min(true_ids.min(), found_ids.min())
    if lowest < 0:
        raise ValueError(f"ids must be at least 0. Received: {lowest}")


def _pack(region_map):
    """(H, W, 3) uint8 colours as one number each, or (H, W) integers as they are: (H, W) int32."""
    values = np.asarray(region_map)
    if (
        values.ndim not in (2, 3)
        or values.shape[2:] not in ((), (3,))
        or not values.size
        or values.dtype.kind not in "iu"
    ):
        raise ValueError(
            f"a region map must be (H, W, 3) uint8 or (H, W) integers. Received: {values.shape} {values.dtype}"
        )
    values = values.astype(np.int32)
    return values @ np.array([65536, 256, 1], np.int32) if values.ndim == 3 else values


def _resize(values, shape):
    return cv2.resize(values, shape[::-1], interpolation=cv2.INTER_NEAREST)


def _are_proportional(one, other):
    """Whether two shapes differ by at most 2 pixels in the short side when the larger is shrunk to the other's long."""
    (height, width), (large_height, large_width) = sorted((one, other), key=np.prod)
    return abs(height * large_width - width * large_height) <= SAME_PROPORTIONS * max(large_height, large_width)


def _name_size(shape):
    return f"{shape[1]} x {shape[0]}"
