"""Turns skeleton maps into regions, with the picture or without: markers, a watershed, and clean-up.

    ids = find_regions(skeleton)          # from an exact skeleton map, such as that of a region map
    ids = segment(picture, heights)       # from a network's skeleton map, which is blurred and has gaps

The ids are (H, W) int32, 0..n-1. Each id is one 4-connected area.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import region_graph, region_maps
from illustration_parts.system.compiled import njit

THRESHOLD = 30  # a skeleton map's heights above this mark regions
# Smaller regions are joined. A 60,000th is 25 pixels of 1.5 megapixels: 96 of 100 regions of DanbooRegion's published
# example are larger. Areas below 12 pixels lie where lines cross, and were not drawn.
MIN_AREA_SHARE, MIN_AREA = 1 / 60000, 12


class Tuning(NamedTuple):
    """The numbers of `segment`. Heights, slopes and colours are in levels, 0..255.

    The defaults are for a skeleton map alone, such as DanbooRegion's network finds. They were tuned on degraded
    skeleton maps (blurred, displaced by a pixel, with noise and gaps). These came from drawn pictures, line drawings
    and DanbooRegion's published example. `WITH_BOUNDARIES` was tuned on what the default network finds in drawn
    validation pictures and in that example. None of the numbers is critical.
    """

    # Heights are stretched to 0..255. This share of them may be clipped at either end.
    outside: float = 0.005
    # Levels; a narrower range of heights is not stretched fully.
    span: int = 128
    # Pixels; side of the square whose mean height is subtracted.
    window: int = 15
    # Levels above that mean that make a marker.
    rise: int = 20
    # Pixels; smaller markers are dropped.
    smallest_marker: int = 6
    # Pixels; sigma of the blur before markers are found.
    blur: float = 0.7
    # With known boundaries a pixel is marked, too, if no boundary above `unlikely` lies in a disc `clear` pixels wide.
    unlikely: int = 16
    clear: int = 7
    # How much the depth of a dark line adds to the picture's slope, and up to which width, in pixels, it does.
    line: float = 0.7
    line_width: int = 11
    # Share of the mean slope around that is subtracted: edges mean less in hatching and screentones.
    busy: float = 0.5
    # The watershed's relief is `relief` times the heights, minus `steep` times the slope, minus known boundaries.
    steep: float = 3.0
    relief: float = 1.0
    # Weights in the score of a boundary, which is high between alike neighbours. All but the height lower it.
    height: float = 1.0  # of the mean height along it
    ridge: float = 0.5  # of the lower of both regions' ridges
    slope: float = 0.2  # of the mean slope along it, or of known boundaries along it
    colour: float = 1.5  # of the distance of the regions' colours
    size: float = 0.0  # of each doubling of the smaller region
    # Colours farther apart than this count as this far apart.
    farthest: float = 30.0
    # Neighbours whose boundary scores at least this are merged: at detail 0, and at detail 1.
    limits: tuple = (-120.0, 40.0)


TUNING = Tuning()
WITH_BOUNDARIES = Tuning(
    window=9, rise=30, unlikely=5, steep=2.0, relief=0.3, height=0.0, ridge=0.0, slope=1.0, size=3.0,
    limits=(-172.0, -2.0),
)  # fmt: skip


def find_regions(skeleton_map, threshold=THRESHOLD, min_area=0, picture=None):
    """Find the regions of a skeleton map.

    Args:
        skeleton_map: (H, W) uint8, 255 on centre lines, 0 on boundaries.
        threshold: 0..254; connected areas above it are the markers. A lower one splits less.
        min_area: regions of fewer pixels join a neighbour: the one with the longest common boundary, or the one of
            nearest colour if there is a picture.
        picture: (H, W, 3) uint8 RGB, or None.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel, row by row.

    Raises:
        ValueError: for arguments of other form, or if nothing lies above the threshold.
    """
    markers = find_markers(skeleton_map, threshold)
    if markers.max() < 0:
        raise ValueError(f"has nothing above the threshold, {threshold}: no region to find")
    if picture is not None and picture.shape != (*skeleton_map.shape, 3):
        raise ValueError(f"picture must be {(*skeleton_map.shape, 3)}. Received: {picture.shape}")
    ids = region_graph.flood(skeleton_map, markers)
    if min_area > 1:
        ids = join_small(ids, min_area, picture)
    return region_maps.label_areas(ids)


def find_markers(skeleton_map, threshold=THRESHOLD):
    """Number the 4-connected areas above a threshold: (H, W) int32, 0..n-1, and -1 elsewhere.

    Raises:
        ValueError: if the map is not (H, W) uint8, or the threshold not 0..254.
    """
    if skeleton_map.ndim != 2 or skeleton_map.dtype != np.uint8 or not skeleton_map.size:
        raise ValueError(f"expected (H, W) uint8, not empty. Received: {skeleton_map.shape} {skeleton_map.dtype}")
    if not 0 <= threshold < 255:
        raise ValueError(f"threshold must be 0..254. Received: {threshold}")
    _, markers = cv2.connectedComponents((skeleton_map > threshold).astype(np.uint8), connectivity=4)
    return markers - 1


def join_small(ids, min_area, picture=None):
    """Join regions of fewer than `min_area` pixels to a neighbour, the smallest first.

    Args:
        ids: (H, W) int32, 0..n-1.
        min_area: number of pixels.
        picture: (H, W, 3) uint8 RGB: the neighbour of nearest mean colour is taken. None: the one with the longest
            common boundary, and of several the largest.

    Returns:
        (H, W) int32, the ids that are left, not renumbered.
    """
    flat = np.zeros(ids.shape, np.uint8)
    graph = region_graph.build_graph(ids, flat, flat, picture)
    _join_by_size(graph, min_area, region_graph.LONGEST if picture is None else region_graph.NEAREST)
    region_graph._find_roots(graph.parents)
    return graph.parents[ids]


def join_unseen(ids, edges, limit, min_area=0):
    """Join neighbours without a strong edge between them, the weakest boundary first.

    A boundary is as strong as the edges along it are on average.

    Args:
        ids: (H, W) int32, 0..n-1.
        edges: (H, W) uint8, strength of the edge at each pixel; of the two pixels beside a boundary the greater counts.
        limit: boundaries of at least this strength stay.
        min_area: regions of fewer pixels join the neighbour with the weakest boundary, however strong that is.

    Returns:
        (H, W) int32 ids 0..n-1, numbered by their first pixel.
    """
    graph = region_graph.build_graph(ids, np.zeros(ids.shape, np.uint8), edges)
    weights = region_graph._pack(Tuning(height=0, ridge=0, slope=1, colour=0))
    region_graph._merge(graph, np.nextafter(-float(limit), np.inf), weights)
    _join_by_size(graph, min_area, region_graph.ALIKE, weights)
    region_graph._find_roots(graph.parents)
    return region_graph._renumber(ids, graph.parents)


def segment(picture, skeleton_map, detail=0.5, min_area=None, boundaries=None, tuning=None):
    """Find the regions of a picture with the skeleton map that a network made of it.

    1. Markers are found wherever the map is well above its local mean, or far from known boundaries. There are far more
       of them than regions.
    2. A watershed between the markers follows the picture's own edges and lines, the map, and known boundaries.
    3. Regions of fewer than `min_area` pixels join the most similar neighbour.
    4. Neighbours are merged, the most alike first. They are alike if their colours agree and the boundary between them
       is weak. With known boundaries it is weak if they are unlikely along it. Without them it is weak if it lies
       high in the map and is no edge in the picture. The mean along it counts, so a gap that the network left in a
       boundary opens nothing.

    Args:
        picture: (H, W, 3) uint8 RGB.
        skeleton_map: (h, w) uint8, at any size: 255 on centre lines, 0 on boundaries.
        detail: 0..1, how fine regions get; coarse regions are unions of finer ones.
        min_area: regions of fewer pixels join the most similar neighbour; None for `find_min_area`.
        boundaries: (h, w) uint8, how likely a boundary runs here, 255 = surely; or None.
        tuning: weights and thresholds; None for `WITH_BOUNDARIES` or `TUNING`.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel, row by row. One region if the
        picture has one colour, or the map no marker.

    Raises:
        ValueError: for arguments of other form, and if picture and map differ in proportions by more than 2 percent
            and 2 pixels.

    Reference:
        Meyer 1992, see `flood`; Haris, Efstratiadis, Maglaveras and Katsaggelos, "Hybrid Image Segmentation Using
        Watersheds and Fast Region Merging", IEEE Transactions on Image Processing, 1998.
    """
    _check(picture, skeleton_map, detail, min_area, boundaries)
    shape = picture.shape[:2]
    if (picture == picture[0, 0]).all():
        return np.zeros(shape, np.int32)
    tuning = tuning or (TUNING if boundaries is None else WITH_BOUNDARIES)
    heights, scale = fit_heights(skeleton_map, shape)
    heights = stretch(heights, tuning)
    colours = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    slopes = find_slopes(colours, tuning)
    if boundaries is not None:
        boundaries = fit_heights(boundaries, shape)[0]
    heights, markers = sharpen(heights, scale, tuning, boundaries)
    if markers.max() < 0:
        return np.zeros(shape, np.int32)
    if boundaries is None:
        relief = cv2.addWeighted(heights, tuning.relief, slopes, -tuning.steep, 0)
    else:
        # In 16 bits, so that nothing saturates before the last step.
        relief = cv2.addWeighted(heights, tuning.relief, boundaries, -1, 255 * (1 - tuning.relief), dtype=cv2.CV_16S)
        relief = cv2.addWeighted(relief, 1, slopes, -tuning.steep, 0, dtype=cv2.CV_8U)
        slopes = boundaries  # in the scores they take the place of slopes
    ids = region_graph.flood(relief, markers)
    del markers, relief
    graph = region_graph.build_graph(ids, heights, slopes, colours)
    weights = region_graph._pack(tuning)
    _join_by_size(graph, find_min_area(shape) if min_area is None else min_area, region_graph.ALIKE, weights)
    lowest, highest = tuning.limits
    region_graph._merge(graph, lowest + (highest - lowest) * detail, weights)
    region_graph._find_roots(graph.parents)
    return region_graph._renumber(ids, graph.parents)


def find_min_area(shape):
    """Return the default `min_area` of `segment` for a picture's (H, W)."""
    return max(MIN_AREA, int(shape[0] * shape[1] * MIN_AREA_SHARE))


def fit_heights(skeleton_map, shape):
    """Resize a skeleton map, or known boundaries, to a picture's size.

    Args:
        skeleton_map: (h, w) uint8. shape: the picture's (H, W).

    Returns:
        (H, W) uint8, and the factor of enlargement, at least 1.
    """
    height, width = skeleton_map.shape
    if (height, width) == tuple(shape):
        return skeleton_map, 1.0
    smaller = shape[0] * shape[1] < height * width
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(skeleton_map, shape[::-1], interpolation=way), max(1.0, shape[0] / height, shape[1] / width)


def stretch(heights, tuning=TUNING):
    """Stretch (H, W) uint8 heights to 0..255: an unsure network uses less of the range."""
    shares = np.cumsum(cv2.calcHist([heights], [0], None, [256], [0, 256])) / heights.size
    low, high = np.searchsorted(shares, (tuning.outside, 1 - tuning.outside))
    span = max(high - low, tuning.span)
    table = (np.arange(256) - (low + high) / 2) * 255 / span + 127.5
    return cv2.LUT(heights, np.clip(table + 0.5, 0, 255).astype(np.uint8))


def sharpen(heights, scale=1.0, tuning=TUNING, boundaries=None):
    """Sharpen heights, and find the markers of a watershed where they are high.

    The difference between heights and their local mean is doubled. So narrow valleys and low ridges stand out.

    Args:
        heights: (H, W) uint8.
        scale: factor by which the map was enlarged, and its valleys with it.
        tuning: see `Tuning`.
        boundaries: (H, W) uint8, how likely a boundary runs here, or None. Places far from all boundaries are marked,
            even where heights are flat, as in the middle of wide regions.

    Returns:
        (H, W) uint8 sharpened heights, and (H, W) int32 markers 0..n-1, -1 elsewhere.
    """
    width = 2 * round((tuning.window - 1) / 2 * scale) + 1
    mean = cv2.blur(heights, (width, width))
    sharp = cv2.addWeighted(heights, 2, mean, -1, 0)
    above = cv2.subtract(cv2.GaussianBlur(heights, (0, 0), tuning.blur * scale), mean)
    marked = above > tuning.rise
    if boundaries is not None:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (tuning.clear,) * 2)
        marked |= cv2.dilate(boundaries, disc) <= tuning.unlikely
    count, markers, stats, _ = cv2.connectedComponentsWithStats(marked.view(np.uint8), connectivity=4)
    kept = stats[:, cv2.CC_STAT_AREA] >= tuning.smallest_marker
    kept[0] = False  # 0 is the background
    numbers = np.full(count, -1, np.int32)
    numbers[kept] = np.arange(kept.sum())
    return sharp, numbers[markers]


def find_slopes(colours, tuning=TUNING):
    """Measure how strong an edge or a dark line is at each pixel of a picture.

    The middle of a line is no edge, but the boundary belongs there. So dark lines are added to the slopes. A share of
    the mean around is then subtracted, so that hatching counts less.

    Args:
        colours: (H, W, 3) uint8 CIELAB, as OpenCV scales it.
        tuning: see `Tuning`.

    Returns:
        (H, W) uint8.
    """
    slopes = _find_slopes(colours)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (tuning.line_width,) * 2)
    lines = cv2.morphologyEx(cv2.extractChannel(colours, 0), cv2.MORPH_BLACKHAT, disc)
    slopes = cv2.addWeighted(slopes, 1, lines, tuning.line, 0)
    return cv2.addWeighted(slopes, 1, cv2.blur(slopes, (tuning.window, tuning.window)), -tuning.busy, 0)


def _check(picture, skeleton_map, detail, min_area, boundaries):
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or not picture.size:
        raise ValueError(f"picture must be (H, W, 3) uint8, not empty. Received: {picture.shape} {picture.dtype}")
    if skeleton_map.ndim != 2 or skeleton_map.dtype != np.uint8 or not skeleton_map.size:
        raise ValueError(
            f"skeleton_map must be (h, w) uint8, not empty. Received: {skeleton_map.shape} {skeleton_map.dtype}"
        )
    if boundaries is not None and (boundaries.shape != skeleton_map.shape or boundaries.dtype != np.uint8):
        raise ValueError(
            f"boundaries must be {skeleton_map.shape} uint8. Received: {boundaries.shape} {boundaries.dtype}"
        )
    if not 0 <= detail <= 1:
        raise ValueError(f"detail must be 0..1. Received: {detail}")
    if min_area is not None and min_area < 0:
        raise ValueError(f"min_area must be 0 or more. Received: {min_area}")
    (height, width), (map_height, map_width) = picture.shape[:2], skeleton_map.shape
    away = max(abs(height - map_height), abs(width - map_width))
    one, other = height * map_width, width * map_height
    if away > 2 and abs(one - other) > 0.02 * max(one, other) + 2 * max(map_height, map_width):
        raise ValueError(
            "picture and skeleton_map must have the same proportions. "
            f"Received: {width}x{height}, {map_width}x{map_height}"
        )


def _join_by_size(graph, min_area, way, weights=None):
    """Join regions of fewer than `min_area` pixels to a neighbour, the smallest first; changes `graph`.

    `way` chooses the neighbour, see `region_graph.LONGEST`. Only for `ALIKE` do the weights matter.
    """
    weights = region_graph._pack(TUNING) if weights is None else weights
    region_graph._join_small(graph, np.argsort(graph.areas, kind="stable"), min_area, way, weights)


@njit(cache=True, nogil=True)
def _find_slopes(colours):
    """Length of the difference across each pixel, over both directions and three channels, at most 255."""
    height, width, _ = colours.shape
    slopes = np.empty((height, width), np.uint8)
    for y in range(height):
        upper, row, lower, goal = colours[max(y - 1, 0)], colours[y], colours[min(y + 1, height - 1)], slopes[y]
        for x in range(width):
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            total = np.int32(0)
            for c in range(3):
                across = np.int32(row[right, c]) - np.int32(row[left, c])
                down = np.int32(lower[x, c]) - np.int32(upper[x, c])
                total += across * across + down * down
            goal[x] = np.uint8(min(np.sqrt(np.float32(total)), np.float32(255)))
    return slopes
