"""Flat colours of a sketch: its areas, what each shows, what belongs together, dabs of colour, shade, lines.

    sketch = Sketch(grey)                          # ink, tones and areas of (H, W) uint8
    seen = look(sketch.ids, parts, light, vectors)  # what each area shows, and its group
    colours = seen.spread(chosen)                  # (n, 3) uint8 RGB, a colour for each area
    picture = render(sketch, ids, colours, light)

What is seen comes from a network, at its own lower resolution. Where one area ends is decided by the lines.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import line_art, palettes, region_graph, region_maps

LARGEST = 3e6  # pixels; areas of larger sketches are found on a smaller copy
THICKEST = 40  # lines are at most so wide, as a share of the short side: 1 / 40; wider ink is solid
LEAST_PAPER = 128  # levels; darker paper is not made white
SOLID = 80  # levels; darker places are ink, however wide
GAP = 60  # gaps in lines are bridged up to this share of the short side: 1 / 60
SMALLEST = 24  # pixels
MIXED = 0.22  # share of an area that must be another part for it to be divided
LEAST_PIECE = 0.0012  # share of the picture that such a piece must have
LARGE_PIECE = 0.006  # or this share, whatever its share of the area, where it is sure
SURE = 0.65  # how likely a part must be there, on average
RIM = 0.02  # share of the short side, at which distance from a line a place tells a third as much
FAR = 0.1  # and how much it tells at any distance
OPEN = 0.35  # share of a piece's border; with more of it on open paper it is none
NEAR = 0.75  # distance of vectors up to which areas of one part belong together
CLOSE = 0.75  # distance of vectors up to which an area follows a dab in its group
FOLLOWS = 0.5  # how likely its part must be for that
TOGETHER = 0.004  # share of the picture; smaller areas join the nearest group of their part
UNDER = 0.25, 0.6  # share of a dab, or of an area, from which the area counts as dabbed
BAND = 256  # rows rendered at a time
CEL = 0.8  # light below which a place lies in cel shade
CEL_SOFT = 0.05  # how soft its edge is
LINE = 0.22  # what the colour beside a line is multiplied by for the line
NEUTRAL = np.array([40.0, 34, 42])  # line colour on white paper
SHADES = ("none", "cel", "soft")


class Sketch(NamedTuple):
    """A sketch taken apart.

    Attributes:
        grey: (H, W) uint8, the sketch itself, dark on white.
        ink: (h, w) uint8, 255 = ink: its lines and solid blacks without its tones, maybe of a smaller copy.
        ids: (h, w) int32, its areas 0..n-1.
    """

    grey: np.ndarray
    ink: np.ndarray
    ids: np.ndarray


def take_apart(grey, gap=None):
    """Find the ink and the areas of a sketch.

    Args:
        grey: (H, W) uint8, dark on white. gap: pixels, the widest gap in a line that is bridged; None: by its size.
    """
    grey = whiten(grey)
    scale = min(1.0, (LARGEST / grey.size) ** 0.5)
    size = tuple(max(1, round(length * scale)) for length in grey.shape[1::-1])
    small = grey if scale == 1 else cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    ink = find_ink(small)
    reach = min(small.shape) / GAP if gap is None else gap * scale
    return Sketch(grey, ink, line_art.divide(ink, 1.0, reach, SMALLEST))


def whiten(grey):
    """Brighten a (H, W) uint8 sketch so that its paper is white; one without bright paper stays as it is."""
    paper = float(np.percentile(grey[::4, ::4], 98))
    return cv2.convertScaleAbs(grey, alpha=255 / paper) if LEAST_PAPER <= paper < 255 else grey


def find_ink(grey):
    """Tell lines and solid blacks from tones and paper: (H, W) uint8, 255 = ink.

    Lines are what a morphological closing removes, solid blacks what is dark all the same.
    """
    reach = 2 * max(4, min(grey.shape) // (2 * THICKEST)) + 1
    square = np.ones((reach, reach), np.uint8)
    lines = cv2.subtract(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, square, borderType=cv2.BORDER_REPLICATE), grey)
    return np.where(grey < SOLID, np.maximum(lines, 255 - grey), lines)


class Seen(NamedTuple):
    """What the areas of a sketch show.

    Attributes:
        ids: (h, w) int32, areas 0..n-1: those of `Sketch`, some of them divided.
        parts: (n,) numbers of their parts.
        groups: (n,) numbers of their groups, 0..k-1: what has one colour.
        group_parts: (k,) numbers of the groups' parts; the largest group first.
        sizes: (n,) pixels.
        centres: (n, 2) their centres of gravity, x and y.
        sure: (n,) how likely their parts are, 0..1.
        means: (n, D) their mean vectors; 0 for parts of which all areas belong together.
    """

    ids: np.ndarray
    parts: np.ndarray
    groups: np.ndarray
    group_parts: np.ndarray
    sizes: np.ndarray
    centres: np.ndarray
    sure: np.ndarray
    means: np.ndarray


def look(sketch, shares, vectors, alone):
    """Find what each area of a sketch shows, and what belongs together.

    Args:
        sketch: a `Sketch`.
        shares: (h, w, P) float32, how likely each part is; of the whole sketch at another resolution.
        vectors: (h, w, D) float32, near each other for what belongs together.
        alone: (P,) bool, parts of which all areas belong together.

    Returns:
        A `Seen`.
    """
    ids = divide_mixed(sketch, shares)
    votes, means = measure_areas(ids, sketch.ink, shares, vectors)
    parts = votes.argmax(1)
    sizes = np.bincount(ids.ravel(), minlength=len(votes))
    groups, group_parts = join_areas(parts, means, sizes, alone)
    means[alone[parts]] = 0  # of these none is apart
    sure = votes.max(1) / np.maximum(votes.sum(1), 1e-9)
    return Seen(ids, parts, groups, group_parts, sizes, find_centres(ids, sizes), sure, means)


def fit_cells(array, shape):
    """Bring what a network tells, (h, w, ...) at its resolution, to another by the nearest: (H, W, ...)."""
    rows, columns = (
        np.minimum(((np.arange(length) + 0.5) * own / length).astype(int), own - 1)
        for length, own in zip(shape, array.shape)
    )
    return array[rows[:, None], columns[None]]


def divide_mixed(sketch, shares):
    """Divide the areas that leak: those of which a good part surely shows another part.

    Args:
        sketch: a `Sketch`. shares: (h, w, P) float32.

    Returns:
        (H, W) int32 areas, 0..n-1.
    """
    ids, number = sketch.ids, shares.shape[-1]
    best = shares.argmax(-1).astype(np.uint8)
    best = cv2.medianBlur(best, 5)
    cells = fit_ids(ids, best.shape)
    ink = cv2.resize(sketch.ink, best.shape[::-1], interpolation=cv2.INTER_AREA)
    sure = np.where(ink < 96, shares.max(-1), 0)
    votes = np.bincount(cells.ravel() * number + best.ravel(), sure.ravel(), (int(ids.max()) + 1) * number)
    votes = votes.reshape(-1, number)
    total = np.maximum(votes.sum(1, keepdims=True), 1e-6)
    places = np.bincount(cells.ravel() * number + best.ravel(), sure.ravel() > 0, votes.size).reshape(votes.shape)
    kept = (votes >= MIXED * total) & (votes >= LEAST_PIECE * best.size)
    kept |= (votes >= LARGE_PIECE * best.size) & (votes >= SURE * places)
    kept[np.arange(len(votes)), votes.argmax(1)] = True
    mixed = kept.sum(1) > 1
    if not mixed.any():
        return ids
    restricted = np.where(kept[cells], shares, -1).argmax(-1).astype(np.uint8)
    restricted = cv2.medianBlur(restricted, 5)
    scale = max(1, round(max(ids.shape) / max(best.shape)))
    wide = fit_cells(restricted, ids.shape)
    if scale > 1:
        wide = cv2.medianBlur(wide, min(255, 4 * scale + 1))
    wide = np.where(kept[ids, wide], wide, votes.argmax(1)[ids])
    divided = np.where(mixed[ids], ids * number + wide, ids * number + votes.argmax(1)[ids])
    pieces = join_open(region_maps.label_areas(divided), ids, sketch.ink)
    return join_crumbs(pieces, sketch.ink)


def join_open(pieces, ids, ink):
    """Join pieces of an area again whose border is mostly open paper: such a piece is a guess, not a leak.

    Args:
        pieces: (H, W) int32, areas that were divided. ids: (H, W) int32, the areas. ink: (H, W) uint8.

    Returns:
        (H, W) int32 pieces, numbered anew.
    """
    count = int(pieces.max()) + 1
    near_ink = cv2.dilate(ink, np.ones((5, 5), np.uint8)) > 64
    rims, opened = np.zeros(count), {}
    for one, other in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        differ = pieces[one] != pieces[other]
        first, second = pieces[one][differ], pieces[other][differ]
        rims += np.bincount(first, minlength=count) + np.bincount(second, minlength=count)
        bare = (ids[one][differ] == ids[other][differ]) & ~near_ink[one][differ]
        pairs, lengths = np.unique(np.stack([first, second], 1)[bare], axis=0, return_counts=True)
        for (a, b), length in zip(pairs.tolist(), lengths.tolist()):
            opened[min(a, b), max(a, b)] = opened.get((min(a, b), max(a, b)), 0) + length
    if not opened:
        return pieces
    for edge in (pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]):
        rims += np.bincount(edge, minlength=count)
    sizes = np.bincount(pieces.ravel(), minlength=count)
    leaders = np.arange(count)
    for (a, b), length in sorted(opened.items(), key=lambda item: -item[1]):
        small, large = (a, b) if sizes[a] < sizes[b] else (b, a)
        if leaders[small] == small and length > OPEN * rims[small]:
            leaders[small] = large
    for _ in range(count):  # a leader may have joined another one
        if (leaders[leaders] == leaders).all():
            break
        leaders = leaders[leaders]
    return np.unique(leaders, return_inverse=True)[1].astype(np.int32)[pieces]


def fit_ids(ids, shape):
    """The areas at the middles of the pixels of another resolution, (h, w) int32."""
    return fit_cells(ids, shape)


def join_crumbs(ids, ink):
    """Give areas below `SMALLEST` to what is around them: (H, W) int32, numbered anew."""
    small = np.bincount(ids.ravel()) < SMALLEST
    if not small.any() or small.all():
        return ids
    numbers = np.where(small, -1, np.cumsum(~small) - 1).astype(np.int32)
    return region_graph.flood(255 - ink, numbers[ids])


def measure_areas(ids, ink, shares, vectors):
    """Average over areas what a network tells, where there is little ink.

    Returns:
        (votes, means): (n, P) sums of shares, and (n, D) mean vectors.
    """
    count = int(ids.max()) + 1
    shape = shares.shape[0] * 2, shares.shape[1] * 2
    shape = tuple(min(pair) for pair in zip(shape, ids.shape)) if min(ids.shape) < min(shape) else shape
    cells = fit_ids(ids, shape)
    places = (fit_cells(np.arange(shares[..., 0].size).reshape(shares.shape[:2]), shape)).ravel()
    small = cv2.resize(ink, shape[::-1], interpolation=cv2.INTER_AREA)
    away = cv2.distanceTransform(np.pad((small < 96).view(np.uint8), 1, mode="edge"), cv2.DIST_L2, 3)[1:-1, 1:-1]
    nearness = FAR + np.exp(-np.minimum(away, 1e4) / (RIM * min(shape)))  # what open paper shows is told by its rim
    light = ((1.02 - small / 255) * nearness).ravel()
    owners = cells.ravel()
    missing = np.flatnonzero(np.bincount(owners, minlength=count) == 0)
    if len(missing):  # areas between the cells: look where they are
        first = np.unique(ids.ravel(), return_index=True)[1][missing]
        y, x = np.divmod(first, ids.shape[1])
        rows = y * shares.shape[0] // ids.shape[0]
        columns = x * shares.shape[1] // ids.shape[1]
        owners = np.concatenate([owners, missing])
        places = np.concatenate([places, rows * shares.shape[1] + columns])
        light = np.concatenate([light, np.ones(len(missing))])
    flat = shares.reshape(-1, shares.shape[-1])
    weight = light * flat.max(1)[places]
    # Sums by area and place first: they are few, and every channel uses them.
    from_cells = np.unique(owners.astype(np.int64) * len(flat) + places, return_inverse=True)
    pairs, inverse = from_cells
    sums = np.bincount(inverse, weight)
    area, place = np.divmod(pairs, len(flat))
    total = np.maximum(np.bincount(area, sums, count), 1e-9)
    vectors = vectors.reshape(-1, vectors.shape[-1])
    votes = np.stack([np.bincount(area, sums * flat[place, k], count) for k in range(flat.shape[1])], 1)
    means = np.stack([np.bincount(area, sums * vectors[place, k], count) for k in range(vectors.shape[1])], 1)
    return votes, means / total[:, None]


def join_areas(parts, means, sizes, alone):
    """Join areas of one part whose vectors are near, the largest first.

    Args:
        parts: (n,) numbers. means: (n, D). sizes: (n,) pixels. alone: (P,) bool, see `look`.

    Returns:
        (groups, group_parts): (n,) and (k,) numbers; the largest group has the number 0.
    """
    groups = np.full(len(parts), -1)
    centres: list = []
    weights: list = []
    owners: list = []
    least = TOGETHER * sizes.sum()
    for area in np.argsort(-sizes, kind="stable"):
        part = parts[area]
        same = [k for k, owner in enumerate(owners) if owner == part]
        if same:
            apart = np.linalg.norm(np.array([centres[k] for k in same]) - means[area], axis=1)
            best = same[int(apart.argmin())]
            if alone[part] or apart.min() < NEAR or sizes[area] < least:
                groups[area] = best
                share = sizes[area] / (weights[best] + sizes[area])
                centres[best] = centres[best] + share * (means[area] - centres[best])
                weights[best] += sizes[area]
                continue
        groups[area] = len(owners)
        owners.append(part)
        centres.append(means[area])
        weights.append(sizes[area])
    order = np.argsort(-np.array(weights, float), kind="stable")
    numbers = np.empty(len(order), int)
    numbers[order] = np.arange(len(order))
    return numbers[groups], np.array(owners, int)[order]


def find_centres(ids, sizes):
    """Centres of gravity of areas, (n, 2) float64, x and y."""
    height, width = ids.shape
    flat = ids.ravel()
    x = np.bincount(flat, np.tile(np.arange(width), height), len(sizes))
    y = np.bincount(flat, np.repeat(np.arange(height), width), len(sizes))
    return np.stack([x, y], 1) / np.maximum(sizes, 1)[:, None]


def lay_dabs(seen, ink, hints, colours, apart=()):
    """Let dabs of colour rule: each colours its area and what belongs to it.

    An area with dabs of several colours is divided among them, up to its lines. Areas of a group without a dab take the
    colour of the nearest dab in the group. Groups without dabs stay as they are.

    Args:
        seen: a `Seen`. ink: (h, w) uint8 of the `Sketch`. hints: (H, W, 4) uint8, RGB and 255 on dabs.
        colours: (n, 3) uint8 RGB of the areas.
        apart: numbers of parts whose areas follow no dab beside them, even in one group.

    Returns:
        (ids, colours): areas, some of them divided, and (m, 3) uint8 RGB.
    """
    ids = seen.ids
    marks, shades = find_dabs(hints, ids.shape)
    if not len(shades):
        return ids, colours
    owned = find_owners(ids, ink, marks, len(shades), seen.sizes)  # [(dab, area)]
    colours, ids, extra = colours.copy(), ids.copy(), []
    dabbed = np.zeros(len(colours), bool)
    for area in sorted({area for _, area in owned}):
        inside = [dab for dab, owner in owned if owner == area]
        dabbed[area] = True
        if len({tuple(shades[dab]) for dab in inside}) == 1:
            colours[area] = shades[inside[0]]
            continue
        colours[area] = shades[inside[0]]
        extra += divide_area(ids, ink, marks, area, inside, len(colours) + len(extra), [shades[dab] for dab in inside])
    follows = ~dabbed & (seen.sure >= FOLLOWS) & ~np.isin(seen.parts, apart)
    for group in np.unique(seen.groups[dabbed]):
        known = np.flatnonzero(dabbed & (seen.groups == group))
        others = np.flatnonzero(follows & (seen.groups == group))
        unlike = np.linalg.norm(seen.means[others][:, None] - seen.means[known][None], axis=-1)
        others = others[unlike.min(1) < CLOSE]
        if len(others):
            away = np.linalg.norm(seen.centres[others][:, None] - seen.centres[known][None], axis=-1)
            colours[others] = colours[known[away.argmin(1)]]
    return ids, np.concatenate([colours, np.array(extra, np.uint8).reshape(-1, 3)])


def find_dabs(hints, shape):
    """Number the dabs of a sheet at the size of areas.

    Args:
        hints: (H, W, 4) uint8. shape: (h, w).

    Returns:
        (marks, colours): (h, w) int32, 0 for no dab, then 1 .. n; and (n, 3) uint8 RGB, their mean colours.
    """
    there = (hints[..., 3] > 127).view(np.uint8)
    count, labels = cv2.connectedComponents(there)
    if count == 1:
        return np.zeros(shape, np.int32), np.zeros((0, 3), np.uint8)
    rows, columns = np.nonzero(there)
    owners = labels[rows, columns]
    sizes = np.bincount(owners, minlength=count)[1:]
    sums = np.stack([np.bincount(owners, hints[rows, columns, k], count) for k in range(3)], 1)[1:]
    colours = np.round(sums / sizes[:, None]).astype(np.uint8)
    marks = np.zeros(shape, np.int32)
    # Where dabs shrink, none is lost: every pixel of theirs is put where it falls.
    marks[rows * shape[0] // hints.shape[0], columns * shape[1] // hints.shape[1]] = owners
    if shape[0] > hints.shape[0]:
        marks = fit_cells(labels.astype(np.int32), shape)
    return marks, colours


def find_owners(ids, ink, marks, count, sizes):
    """Which areas each dab is meant for: [(dab from 0, area)]: those under a good share of it, or mostly under it."""
    rows, columns = np.nonzero(marks)
    dabs, areas = marks[rows, columns] - 1, ids[rows, columns]
    free = 1.0 - 0.98 * (ink[rows, columns] > 96)  # a line under a dab tells little
    pairs, inverse = np.unique(dabs.astype(np.int64) * len(sizes) + areas, return_inverse=True)
    covered = np.bincount(inverse, free)
    dab, area = np.divmod(pairs, len(sizes))
    most = np.zeros(count)
    np.maximum.at(most, dab, covered)
    total = np.bincount(dab, covered, count)
    chosen = (covered >= most[dab]) | (covered >= UNDER[0] * total[dab]) | (covered >= UNDER[1] * sizes[area])
    return list(zip(dab[chosen].tolist(), area[chosen].tolist()))


def divide_area(ids, ink, marks, area, dabs, first, colours):
    """Divide an area among several dabs in place: a watershed from them over its ink.

    Args:
        ids: (h, w) int32, changed. ink: (h, w) uint8. marks: of `find_dabs`.
        area: its number. first: the first free number of areas.
        dabs: numbers of dabs in it, from 0. colours: of these dabs.

    Returns:
        The colours of the new areas, a list: those of all dabs but the first.
    """
    top, left, height, width = _find_box(ids == area)
    window = np.s_[top : top + height, left : left + width]
    inside = ids[window] == area
    markers = np.full(inside.shape, -1, np.int32)
    for k, dab in enumerate(dabs):
        markers[(marks[window] == dab + 1) & inside] = k
    heights = np.where(inside, 255 - ink[window], 0).astype(np.uint8)
    pieces = region_graph.flood(heights, markers)
    for k in range(1, len(dabs)):
        ids[window][inside & (pieces == k)] = first + k - 1
    return colours[1:]


def _find_box(mask):
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    return top, left, height, width


def render(sketch, ids, colours, light, shade="cel"):
    """Paint a sketch: flat colours times shade, and lines in darker tones of what they bound.

    Args:
        sketch: a `Sketch`.
        ids: (h, w) int32 areas. colours: (n, 3) uint8 RGB.
        light: (h, w) float32 0..1, at any resolution.
        shade: of `SHADES`.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    grey = sketch.grey
    height, width = grey.shape
    flat = colours[ids]
    dark = palettes.shade(colours)[ids] if shade != "none" else flat
    reach = 2 * max(1, min(ids.shape) // 300) + 1
    beside = cv2.blur(flat, (reach, reach))
    result = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, BAND):
        band = slice(top, min(top + BAND, height))
        rows = ((np.arange(band.start, band.stop) + 0.5) * ids.shape[0] / height).astype(int)
        columns = ((np.arange(width) + 0.5) * ids.shape[1] / width).astype(int)
        painted = flat[rows[:, None], columns[None]].astype(np.float32)
        lines = beside[rows[:, None], columns[None]].astype(np.float32)
        if shade != "none":
            bright = enlarge(light, grey.shape, band)
            if shade == "cel":
                bright = np.clip((bright - CEL) / CEL_SOFT + 0.5, 0, 1)
            shadow = dark[rows[:, None], columns[None]]
            painted = shadow + (painted - shadow) * bright[..., None]
        white = lines.min(-1, keepdims=True) / 255
        lines = LINE * lines * (1 - white**4) + NEUTRAL * white**4
        clear = (grey[band].astype(np.float32) / 255)[..., None]
        result[band] = np.clip(painted * clear + lines * (1 - clear) + 0.5, 0, 255)
    return result


def enlarge(plane, shape, band):
    """Bring a (h, w) or (h, w, C) float32 or uint8 plane to (H, W), and return some rows: float32, bilinear."""
    (height, width), (own_height, own_width) = shape, plane.shape[:2]
    matrix = np.array(
        [
            [own_width / width, 0, 0.5 * own_width / width - 0.5],
            [0, own_height / height, (band.start + 0.5) * own_height / height - 0.5],
        ]
    )
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (width, band.stop - band.start)
    return cv2.warpAffine(plane, matrix, size, flags=way, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)


def find_medians(picture, ids):
    """The median colour of each area in a (H, W, 3) uint8 RGB picture of any size: (n, 3) uint8."""
    small = cv2.resize(picture, ids.shape[::-1], interpolation=cv2.INTER_AREA)
    return region_maps.region_medians(small, ids)
