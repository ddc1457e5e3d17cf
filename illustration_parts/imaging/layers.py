"""Takes a picture apart into layers that an artist paints on: lines, highlights, shade and flat colours.

    parts = layers.separate(picture, ids, ink)
    for layer in layers.list_layers(picture, parts): ...   # from below
    layer_files.write("result/a.psd", picture, parts)

Painting programs compose the layers to the picture again. Nothing here changes its input.
"""

from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import linework, region_maps
from illustration_parts.system.compiled import njit

MOST_LAYERS = 500  # of regions; with thousands, painting programs take minutes to open a file
MOST_COLOURS = 64  # layers of colours
SAME_COLOUR = 6.0  # distance in CIELAB, lightness 0..100, of colours that share a layer
MERGES = ("regions", "colours")
LINE = 64  # levels of ink that are a line, for flats
SURE = 128  # levels of ink that are a line even where a region has nothing else
SOLID = 6  # pixels from its rim inwards from which ink is an area of its own
FAINT = 25  # levels; below this much ink the picture shows its own colour
HAZE = 8  # levels; fainter ink is not drawn: what lies below shows the same, and its film would cover the picture
SLACK = 1  # levels by which shade and highlight may miss a smooth picture
GRAIN = 2  # further levels for each level by which a picture's pixels differ from those around
MOST_SLACK = 4  # levels
GAP = 16  # pixels; fewer in a row that need no shade, between some that do, are part of the shade
NEAR = 8.0  # levels by which lines of a smooth colour may miss the picture
MISSED = 12.0  # levels; where lines miss the picture by more, shade and highlight make up for it
OPAQUE = 0.9  # share of ink above which what lies below hardly shows
BAND = 128  # rows at a time, to bound the memory
STEP = 1 << 20  # pixels at a time, for the same


class Parts(NamedTuple):
    """A picture's parts, all of its size.

    Attributes:
        ids: (H, W) int32, the regions with their given numbers, grown under the lines.
        layers: (n,) int32, the number of the layer of each id, 0..m-1; -1 for an id that no pixel has.
        colours: (m, 3) uint8 RGB, of each layer.
        groups: (m,) int32, the number of the group of colours that each layer belongs to.
        flats: (H, W, 3) uint8 RGB.
        lines: (H, W, 4) uint8 RGBA, or None.
        shade, highlight: (H, W, 4) uint8 RGBA, to multiply and to screen with; or None.
    """

    ids: np.ndarray
    layers: np.ndarray
    colours: np.ndarray
    groups: np.ndarray
    flats: np.ndarray
    lines: np.ndarray | None
    shade: np.ndarray | None
    highlight: np.ndarray | None


class Layer(NamedTuple):
    """A layer of a painting program.

    Attributes:
        name: any text.
        pixels: (h, w, 4) uint8 RGBA.
        left, top: its place in the picture.
        blend: "normal", "multiply" or "screen".
        visible: whether it is shown.
        path: names of the groups that it lies in, the outermost first.
    """

    name: str
    pixels: np.ndarray
    left: int = 0
    top: int = 0
    blend: str = "normal"
    visible: bool = True
    path: tuple = ()


def separate(picture, ids, ink=None, merge="colours", shade=True, most=None):
    """Take a picture apart.

    1. Regions grow under the lines until they meet: there the nearest pixel beside the line counts.
    2. What the picture shows under a line is taken from there, too. Each region's flat colour is its median.
    3. Shade and highlight are what flats must be multiplied and screened with to show that.
    4. A line's colour is what makes the picture, at the ink's opacity, of what lies below.

    Args:
        picture: (H, W, 3) uint8 RGB.
        ids: (H, W) integers 0..n-1, its regions.
        ink: (H, W) uint8, 255 = ink; or None, then there are no lines.
        merge: "regions": each has its own layer; "colours": those of almost the same colour share one. In both cases
            more than `most` layers are merged to so many or fewer, the nearest colours first.
        shade: whether shade and highlight are wanted.
        most: layers of colour at most, 1 or more; None for `MOST_LAYERS` or `MOST_COLOURS`.

    Returns:
        `Parts`.

    Raises:
        ValueError: for arguments of other form.
    """
    most = (MOST_COLOURS if merge == "colours" else MOST_LAYERS) if most is None else most
    _check(picture, ids, ink, merge, most)
    ids = np.ascontiguousarray(ids, np.int32)
    base, seeds = picture, None
    if ink is not None and ink.any():
        nearest, seeds = find_nearest(ids, ink)
        ids = _look_up(ids.reshape(-1), nearest)
        base = _look_up(picture.reshape(-1, 3), nearest)
        del nearest
        np.copyto(base, picture, where=ink[..., None] < FAINT)
    numbers = np.unique(ids)
    compact = np.full(int(numbers[-1]) + 1, -1, np.int32)
    compact[numbers] = np.arange(len(numbers))
    regions = _look_up(compact, ids)
    areas = region_maps.measure_regions(regions, len(numbers))[1]
    shown = picture, regions
    if seeds is not None:  # row by row: NumPy would make 128 bits of each pixel's place
        shown = np.concatenate([row[seed] for row, seed in zip(picture, seeds)])[None], regions[seeds][None]
    del regions
    owners, groups = group_regions(region_maps.region_medians(*shown), areas, merge, most)
    colours = region_maps.region_medians(shown[0], _look_up(owners, shown[1]))
    del shown
    compact[numbers] = owners
    flats = _look_up(colours[compact], ids)
    lines = None
    if ink is not None:
        lines, base = draw_lines(picture, base, ink)
    return Parts(ids, compact, colours, groups, flats, lines, *(draw_shade(flats, base) if shade else (None, None)))


def find_nearest(ids, ink):
    """Find the pixel beside the lines whose region and colour count for each pixel: the nearest one.

    Pixels beside lines are those without ink, one pixel away from it. In a region that has none, all pixels with little
    ink count, or else its solid inside. A region that has none of these is a line itself, and goes.

    Args:
        ids: (H, W) int32. ink: (H, W) uint8, 255 = ink.

    Returns:
        (nearest, beside): (H, W) int32, places in the flattened picture; and (H, W) bool, the pixels beside lines.

    Reference:
        Borgefors, "Distance transformations in digital images", 1986, as of `cv2.distanceTransformWithLabels`.
    """
    lines = (ink >= LINE).view(np.uint8)
    beside = cv2.dilate(lines, np.ones((3, 3), np.uint8)) == 0
    count = int(ids.max()) + 1
    for other in (ink < SURE, cv2.distanceTransform(lines, cv2.DIST_L2, 3) > SOLID):
        alone = np.bincount(ids[beside], minlength=count) == 0
        beside = beside | (other & alone[ids])
    if not beside.any():
        beside = np.ones(ids.shape, bool)
    others = (~beside).view(np.uint8)
    labels = cv2.distanceTransformWithLabels(others, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    places = np.zeros(int(labels.max()) + 1, np.int32)
    for top in range(0, len(labels), BAND):
        found = beside[top : top + BAND]
        places[labels[top : top + BAND][found]] = top * labels.shape[1] + np.flatnonzero(found)
    return _look_up(places, labels), beside


def draw_lines(picture, base, ink):
    """Draw lines that make the picture of what lies below them.

    Their colours are smooth along a line, as far as the picture is then missed by at most `NEAR` levels.

    Args:
        picture: (H, W, 3) uint8 RGB.
        base: (H, W, 3) uint8 RGB, the picture without its lines.
        ink: (H, W) uint8, 255 = ink.

    Returns:
        (lines, base): (H, W, 4) uint8 RGBA of nothing but ink; and what lies below, (H, W, 3) uint8, changed where no
        colour of a line could make the picture.
    """
    ink = ink * (ink >= HAZE)
    lines, base, exact = np.zeros((*ink.shape, 4), np.uint8), base.copy(), np.zeros_like(picture)
    bands = [slice(top, top + BAND) for top in range(0, len(ink), BAND)]
    for band in bands:
        marked, *_, wanted = _solve_lines(picture[band], base[band], ink[band])
        exact[band][marked] = np.round(wanted)
    lines[..., :3], lines[..., 3] = linework.line_colours(exact, ink), ink
    del exact
    for band in bands:
        marked, alpha, shown, below, wanted = _solve_lines(picture[band], base[band], ink[band])
        smooth = lines[band][marked][:, :3]
        colours = wanted.clip(smooth - NEAR / alpha, smooth + NEAR / alpha).round().clip(0, 255)
        lines[band][~marked] = 0
        lines[band][..., :3][marked] = colours
        missed = np.abs(shown - colours * alpha - below * (1 - alpha)).max(1) > MISSED
        missed &= alpha[:, 0] < OPAQUE
        made = (shown[missed] - colours[missed] * alpha[missed]) / (1 - alpha[missed])
        marked[marked] = missed
        base[band][marked] = made.round().clip(0, 255)
    return lines, base


def _solve_lines(picture, base, ink):
    """Find the colours of lines that make the picture of what lies below them.

    Returns:
        (marked, alpha, shown, below, colours): (H, W) bool, the n pixels of ink; and theirs alone, (n, 1) and (n, 3)
        float32: ink 0..1, the picture and what lies below, and the colours, 0..255.
    """
    marked = ink > 0
    alpha = (ink[marked] / np.float32(255))[:, None]
    shown, below = (pixels[marked].astype(np.float32) for pixels in (picture, base))
    return marked, alpha, shown, below, ((shown - below * (1 - alpha)) / alpha).clip(0, 255)


def draw_shade(flats, base):
    """Find what flats must be multiplied with, and then screened with, to show a picture.

    The picture is missed by at most `SLACK` levels where it is smooth, and by up to `MOST_SLACK` where it is grainy,
    where nobody sees it. In each row, the longest runs of one level are taken that do so: files of layers are packed by
    runs, and grain has none.

    Args:
        flats, base: (H, W, 3) uint8 RGB, the flats and the picture without its lines.

    Returns:
        (shade, highlight): (H, W, 4) uint8 RGBA, transparent where nothing is to do.
    """
    shade, highlight = (np.empty((*flats.shape[:2], 4), np.uint8) for _ in range(2))
    _draw_runs(flats, base, find_slack(base), shade, highlight)
    return shade, highlight


def find_slack(picture):
    """Find by how many levels each pixel may be missed, the more the grainier the picture is: (H, W) uint8."""
    grain = cv2.absdiff(picture, cv2.blur(picture, (3, 3))).max(2)
    rough = cv2.blur(cv2.convertScaleAbs(grain, alpha=GRAIN), (7, 7)).reshape(grain.shape)
    return np.minimum(rough, MOST_SLACK - SLACK) + np.uint8(SLACK)


def group_regions(colours, areas, merge, most):
    """Decide which regions share a layer, and which layers share a group of colours.

    Regions come from the largest to the smallest. Each joins the first layer whose colour is near enough. That distance
    grows until there are few enough layers.

    Args:
        colours: (n, 3) uint8 RGB of the regions. areas: (n,) their pixels.
        merge, most: see `separate`.

    Returns:
        (layers, groups): (n,) int32, a number 0..m-1 for each region; and (m,) int32, a number for each layer.
    """
    order = np.argsort(-np.asarray(areas), kind="stable")
    lab = cv2.cvtColor(colours[order][None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0]  # (n, 3)
    alike = _join(lab, SAME_COLOUR, most)
    numbers, groups = np.empty(len(colours), np.int32), np.empty(len(colours), np.int32)
    groups[order] = alike
    if merge == "colours":
        return groups, np.arange(alike.max() + 1, dtype=np.int32)
    if len(colours) <= most:
        return np.arange(len(colours), dtype=np.int32), groups
    numbers[order] = found = _join(lab, 0.0, most)
    return numbers, alike[np.unique(found, return_index=True)[1]]


def _join(lab, reach, most):
    """Join (n, 3) colours to at most `most` groups: (n,) int32."""
    while True:
        found, groups = _group(lab, reach * reach, most)
        if found <= most:
            return groups
        reach = max(1.25 * reach, 0.5)


def list_layers(picture, parts, title=""):
    """Yield a picture's layers, from below: the picture, hidden; flats in groups by colour; shade, highlight, lines.

    Args:
        picture: (H, W, 3) uint8 RGB. parts: `Parts` of it. title: the picture's name, for its layer.

    Yields:
        `Layer`s, cropped to what they hold; those of one group follow each other.
    """
    opaque = np.full((*picture.shape[:2], 1), 255, np.uint8)
    yield Layer(f"picture {title}".strip(), np.dstack([picture, opaque]), visible=False)
    yield from _list_flats(parts)
    for name, pixels, blend in (
        ("shade", parts.shade, "multiply"),
        ("highlight", parts.highlight, "screen"),
        ("lines", parts.lines, "normal"),
    ):
        if pixels is not None:
            alpha = np.ascontiguousarray(pixels[..., 3])
            box = cv2.boundingRect(alpha) if alpha.any() else (0, 0, 1, 1)  # a layer has at least one pixel
            yield Layer(name, _cut(pixels, box), int(box[0]), int(box[1]), blend)


def _list_flats(parts):
    """Yield the layers of flats. Each is named by its largest region: its number, colour and place."""
    owners = _look_up(parts.layers.astype(np.int16 if len(parts.colours) < 1 << 15 else np.int32), parts.ids)
    boxes, areas = region_maps.measure_regions(owners, len(parts.colours))
    region_boxes, region_areas = region_maps.measure_regions(parts.ids, len(parts.layers))
    members = np.bincount(parts.layers[parts.layers >= 0], minlength=len(parts.colours))
    present = np.argsort(-region_areas, kind="stable")[: np.count_nonzero(region_areas)]
    largest = present[np.unique(parts.layers[present], return_index=True)[1]]
    order = np.argsort(-areas, kind="stable")
    leaders = order[np.unique(parts.groups[order], return_index=True)[1]]
    sizes = np.bincount(parts.groups, areas)
    # Large areas lie below.
    for layer in sorted(range(len(areas)), key=lambda k: (-sizes[parts.groups[k]], parts.groups[k], -areas[k], k)):
        group, box, colour = parts.groups[layer], boxes[layer], parts.colours[layer]
        mask = _cut(owners, box) == layer
        pixels = np.zeros((*mask.shape, 4), np.uint8)
        pixels[..., :3] = colour
        pixels[..., 3][mask] = 255
        region = int(largest[layer])
        name = f"{region} {describe_colour(colour)}, {describe_place(region_boxes[region], parts.ids.shape)}"
        name += f" and {members[layer] - 1} more" if members[layer] > 1 else ""
        path = ("flats",)
        if np.count_nonzero(parts.groups == group) > 1:
            path = ("flats", f"{describe_colour(parts.colours[leaders[group]])}, group {group + 1}")
        yield Layer(name, pixels, int(box[0]), int(box[1]), path=path)


# Hue angles in CIELAB, in degrees, up to which a colour has this name.
HUES = (
    (15, "pink"), (45, "red"), (72, "orange"), (105, "yellow"), (165, "green"), (215, "teal"), (308, "blue"),
    (325, "purple"), (361, "pink"),
)  # fmt: skip
GREYS = ((12, "black"), (38, "dark grey"), (68, "grey"), (92, "light grey"), (101, "white"))
CHROMA = 6.0  # below this a colour is a grey
DULL = 50.0  # chroma below which a warm colour is brown, or a skin's


def describe_colour(colour):
    """Name a colour, RGB 0..255, in words and numbers: "dark red #7f1010"."""
    code = "#" + bytes(int(value) for value in colour).hex()
    lab = cv2.cvtColor(np.array(colour, np.float32).reshape(1, 1, 3) / 255, cv2.COLOR_RGB2LAB)[0, 0]
    light, chroma, angle = float(lab[0]), float(np.hypot(lab[1], lab[2])), float(np.degrees(np.arctan2(lab[2], lab[1])))
    if chroma < CHROMA:
        return f"{next(name for most, name in GREYS if light < most)} {code}"
    hue = next(name for most, name in HUES if angle % 360 < most)
    if chroma < DULL and 30 < angle < 105:  # what is neither red nor yellow is brown or skin
        hue = "brown" if light < 60 else "orange" if hue == "red" else hue
    prefix = "dark " if light < 35 else "pale " if light > 78 and chroma < 45 else ""
    return f"{prefix}{hue} {code}"


def describe_place(box, shape):
    """Name the ninth of a picture in which a box [left, top, width, height] has its middle: "top left", "middle"."""
    left, top, width, height = box
    row = ("top", "", "bottom")[min(2, int(3 * (top + height / 2) / shape[0]))]
    column = ("left", "", "right")[min(2, int(3 * (left + width / 2) / shape[1]))]
    return " ".join(filter(None, (row, column))) or "middle"


def lay(canvas, layer):
    """Lay a layer over a canvas, (H, W, 3) uint8 RGB, which is changed, as painting programs do."""
    height, width = layer.pixels.shape[:2]
    for top in range(0, height, BAND):
        pixels = layer.pixels[top : top + BAND]
        below = canvas[layer.top + top :][: len(pixels), layer.left : layer.left + width]
        over, alpha = np.ascontiguousarray(pixels[..., :3]), pixels[..., 3]
        if layer.blend == "multiply":
            over = cv2.multiply(below, over, scale=1 / 255)
        elif layer.blend == "screen":
            over = 255 - cv2.multiply(255 - below, 255 - over, scale=1 / 255)
        full = alpha == 255
        below[full] = over[full]
        part = (alpha > 0) & ~full
        share = alpha[part][:, None] / np.float32(255)
        below[part] = np.round(over[part] * share + below[part] * (1 - share))


def compose(shape, layers):
    """Compose `Layer`s, the lowest first, on white: (H, W, 3) uint8 RGB; hidden layers are left out."""
    canvas = np.full((*shape[:2], 3), 255, np.uint8)
    for layer in layers:
        if layer.visible:
            lay(canvas, layer)
    return canvas


def _check(picture, ids, ink, merge, most):
    if ids.ndim != 2 or not ids.size or ids.dtype.kind not in "iu":
        raise ValueError(f"ids must be (H, W) integers, not empty. Received: {ids.shape} {ids.dtype}")
    if ids.min() < 0 or ids.max() >= ids.size:
        raise ValueError(f"ids must be 0..n-1, of at most H * W regions. Received: {ids.min()}..{ids.max()}")
    if picture.shape != (*ids.shape, 3) or picture.dtype != np.uint8:
        raise ValueError(f"picture must be {(*ids.shape, 3)} uint8. Received: {picture.shape} {picture.dtype}")
    if ink is not None and (ink.shape != ids.shape or ink.dtype != np.uint8):
        raise ValueError(f"ink must be {ids.shape} uint8. Received: {ink.shape} {ink.dtype}")
    if merge not in MERGES:
        raise ValueError(f'merge must be "regions" or "colours". Received: {merge!r}')
    if most < 1:
        raise ValueError(f"most must be 1 or more. Received: {most}")


def _look_up(table, numbers):
    """`table[numbers]`, little by little: NumPy would make 64 bits of each number."""
    flat = numbers.reshape(-1)
    found = np.empty((flat.size, *table.shape[1:]), table.dtype)
    for start in range(0, flat.size, STEP):
        found[start : start + STEP] = table[flat[start : start + STEP]]
    return found.reshape(*numbers.shape, *table.shape[1:])


def _cut(array, box):
    left, top, width, height = box
    return array[top : top + height, left : left + width]


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


@njit(cache=True, nogil=True)
def _draw_runs(flats, base, slack, shade, highlight):
    """Fill shade and highlight, (H, W, 4) uint8, see `draw_shade`. Screening is multiplying of what lacks to white."""
    height, width = slack.shape
    low, high, levels = np.empty(width, np.int64), np.empty(width, np.int64), np.empty(width, np.uint8)
    for y in range(height):
        for layer in range(2):
            into = highlight[y] if layer else shade[y]
            for channel in range(3):
                for x in range(width):
                    flat, wanted = int(flats[y, x, channel]), int(base[y, x, channel])
                    if layer:
                        flat, wanted = 255 - flat, 255 - wanted
                    low[x], high[x] = _find_factors(flat, wanted, int(slack[y, x]))
                _keep_clear(low, high)
                _find_runs(low, high, levels)
                for x in range(width):
                    into[x, channel] = 255 - levels[x] if layer else levels[x]
            _clear(into, 0 if layer else 255)


@njit(cache=True, nogil=True)
def _find_runs(low, high, levels):
    """Fill `levels` with as few runs of one level as lie between `low` and `high`, of 255 where that does."""
    start = 0
    while start < len(low):
        least, most, stop = low[start], high[start], start + 1
        while stop < len(low) and max(least, low[stop]) <= min(most, high[stop]):
            least, most, stop = max(least, low[stop]), min(most, high[stop]), stop + 1
        levels[start:stop] = 255 if most == 255 else (least + most) // 2
        start = stop


@njit(cache=True, nogil=True)
def _find_factors(flat, wanted, slack):
    """Find the least and the greatest factor, 0..255, that make `wanted` of `flat`, all of 0..255, within the slack.

    Where they would have to be above 255, which the other layer does, both are 255. Products are rounded as by `lay`.
    """
    if wanted > flat + slack:
        return 255, 255
    least = 0 if wanted <= slack else 255 * (2 * (wanted - slack) - 1) // (2 * flat) + 1
    most = 255 if wanted + slack >= flat else 255 * (2 * (wanted + slack) + 1) // (2 * flat)
    return least, most


@njit(cache=True, nogil=True)
def _keep_clear(low, high):
    """Let factors be 255 where `GAP` pixels or more in a row may have it."""
    start = 0
    for x in range(len(low) + 1):
        if x == len(low) or high[x] < 255:
            if x - start >= GAP:
                low[start:x] = 255
            start = x + 1


@njit(cache=True, nogil=True)
def _clear(row, clear):
    """Make pixels, (W, 4), transparent that have nothing but the level `clear`; gaps of less than `GAP` stay opaque."""
    last = -GAP - 1
    for x in range(len(row)):
        used = row[x, 0] != clear or row[x, 1] != clear or row[x, 2] != clear
        row[x, 3] = 255 if used else 0
        if used:
            if x - last <= GAP:
                row[last + 1 : x, 3] = 255
            last = x
    for x in range(len(row)):
        if row[x, 3] == 0:
            row[x] = 0
