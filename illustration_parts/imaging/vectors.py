"""Vectors of maps, as SVG files that Inkscape and other programs edit.

    files.write_bytes("a.svg", draw_lines(ink, "strokes", title="a"))      # centre lines with their mean widths
    files.write_bytes("a.svg", draw_flats(ids, flat, title="a"))           # regions that meet without gaps

See docs/vectors.md.
"""

from xml.etree import ElementTree

import cv2
import numpy as np

from illustration_parts.imaging import boundaries, faint_lines, linework, svg
from illustration_parts.imaging.curves_fit import fit_curves
from illustration_parts.imaging.strokes import INK, SPECK, Strokes, check_ink, find_strokes, smooth_lines, split_classes
from illustration_parts.system import cli
from illustration_parts.system.compiled import njit

FORMS = ("strokes", "variable", "outline")
CLASSES = ("boundary", "inner")
TOLERANCE = 0.5  # pixels, the default
LEAST_WIDTH = 1.0  # pixels; a thinner stroke would be fainter than its map
EVEN = 0.25  # share of its mean width by which a stroke's width may vary and still count as one width,
EVEN_PIXELS = 0.3  # and pixels
RIM = 0.6  # share of the tolerance that outlines of strokes get: both their sides move their width
THIN_INK = 112  # levels, instead of `INK`, of an enlarged map: between pixels thin lines are fainter
FAINT = 64  # levels; what is fainter is haze, which nobody misses
LARGE = 8e6  # pixels; a larger map is traced by vtracer as it is, a smaller one enlarged
SEAM = 4.0  # pixels, width of the strokes under flats: a pixel that an edge crosses lies within them


def measure_faint(ink, form="strokes"):
    """Return the share of a map's ink that `draw_lines` leaves out for being faint, 0..1.

    Rims of drawn lines, 2 pixels wide, do not count, and neither does haze, ink below `FAINT`.

    Args:
        ink: (H, W) uint8, 255 = ink. form: of `draw_lines`.
    """
    drawn = ink >= INK
    if form != "outline":
        drawn = faint_lines.lift(ink) >= INK
    near = cv2.dilate(drawn.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    counted = np.where(ink >= FAINT, ink, np.uint8(0))
    return float(counted[~near].sum(dtype=np.int64) / max(1, counted.sum(dtype=np.int64)))


def draw_lines(ink, form="strokes", tolerance=TOLERANCE, title="", share=None, colours=None):
    """Draw the lines of a map as an SVG file.

    Lines fainter than half ink are as opaque as their ink is dark; "outline" leaves them out.

    Args:
        ink: (H, W) uint8, 255 = ink.
        form: "strokes": centre lines, each of its mean width; "variable": those whose width varies are closed outlines;
            "outline": the outlines of all ink, by vtracer.
        tolerance: distance in pixels by which a curve may miss the line.
        title: any text.
        share: (H, W) uint8, 255 where ink is boundary and 0 where it is inner; then these are two layers, not one.
        colours: (H, W, 3) uint8 RGB of lines; None for black.

    Returns:
        bytes of the file. Without ink its layers are empty.

    Raises:
        ValueError: for arguments of other form, or if vtracer is needed and missing.
    """
    if form not in FORMS:
        raise ValueError(f"form must be {', '.join(FORMS)}. Received: {form!r}")
    check_ink(ink)
    if form == "outline":
        parts = {"lines": ink} if share is None else dict(zip(CLASSES, linework.split_classes(ink, share)))
        return svg.document(ink.shape, title, [_trace_outlines(*part, tolerance) for part in parts.items()])
    strokes = find_strokes(faint_lines.lift(ink))
    classes = np.ones(len(strokes), bool)
    if share is not None:
        strokes, classes = split_classes(strokes, share)
    elements = _draw_strokes(strokes, ink, tolerance, form == "variable", colours)
    look = {"fill": "none", "stroke": "#000", "stroke_linecap": "round", "stroke_linejoin": "round"}
    if share is None:
        return svg.document(ink.shape, title, [svg.layer("lines", elements, **look)])
    layers = []
    for name, wanted in (("inner", False), ("boundary", True)):
        chosen = [element for element, is_boundary in zip(elements, classes) if is_boundary == wanted]
        layers.append(svg.layer(name, chosen, **look))
    return svg.document(ink.shape, title, layers)


def _draw_strokes(strokes, ink, tolerance, variable, colours=None):
    """The path elements of a map's strokes, in their order; faint ones are as opaque as their ink is dark."""
    if not len(strokes):
        return []
    begins, counts = strokes.starts[:-1], np.diff(strokes.starts)
    means = np.maximum(np.add.reduceat(strokes.widths, begins) / counts, LEAST_WIDTH)
    uneven = np.zeros(len(strokes), bool)
    if variable:
        spread = np.sqrt(np.maximum(0, np.add.reduceat(strokes.widths**2, begins) / counts - means**2))
        uneven = (spread > np.maximum(EVEN_PIXELS, EVEN * means) / 2) & (counts > 2)
    halves = np.repeat(means[:, None] / 2, 2, axis=1)
    halves[uneven, 0] = strokes.widths[begins[uneven]] / 2
    halves[uneven, 1] = strokes.widths[strokes.starts[1:][uneven] - 1] / 2
    ended = _end_strokes(strokes, halves)
    texts = _fit(ended.points, ended.corners, ended.starts, ended.closed, tolerance)
    if uneven.any():
        sides, corners, starts, rings, owners = _outline(
            ended.points, ended.widths, ended.corners, ended.starts, ended.closed, uneven
        )
        outlines: dict = {}
        for owner, text in zip(owners.tolist(), _fit(sides, corners, starts, rings, tolerance * RIM, True)):
            outlines[owner] = outlines.get(owner, "") + text
    inks = _find_colours(ended, colours)
    depth = _average(ended, ink)
    elements = []
    for k, text in enumerate(texts):
        look = {"opacity": f"{depth[k] / 255:.2f}"} if depth[k] < INK else {}
        if uneven[k]:
            look |= {"fill": "#000" if inks is None else inks[k], "stroke": "none"}
            elements.append(svg.path(outlines[k], **look))
            continue
        look |= {"stroke_width": f"{means[k]:.2f}".rstrip("0").rstrip(".")}
        look |= {} if inks is None else {"stroke": inks[k]}
        elements.append(svg.path(text, **look))
    return elements


def _end_strokes(strokes, halves):
    """Let strokes end, with round ends of (S, 2) half-widths, where their ink ends: new `Strokes`."""
    points, widths, corners, starts = _end(*strokes[:5], strokes.reach - halves)
    return Strokes(points, widths, corners, starts, strokes.closed, strokes.reach)


def _fit(points, corners, starts, closed, tolerance, all_closed=False):
    """Path data of lines between corners; `closed` has whether the last point is the first once more."""
    first, last, ring, owners = _cut(corners, starts, closed)
    curves, counts = fit_curves(points, first, last, ring, tolerance)
    sums = np.bincount(owners, counts, len(closed)).astype(np.int64)
    return svg.describe(curves, sums, np.ones(len(closed), bool) if all_closed else closed)


def _find_colours(strokes, colours):
    """The mean colour of each stroke, "#rrggbb"; None for black ones."""
    if colours is None:
        return None
    return ["#" + bytes(colour).hex() for colour in np.round(_average(strokes, colours)).astype(np.uint8).tolist()]


def _average(strokes, picture):
    """The mean of a picture's values along each stroke, (S,) or (S, C) float64."""
    limit = np.array(picture.shape[1::-1]) - 1
    at = np.clip(np.round(strokes.points), 0, limit).astype(np.int64)
    sums = np.add.reduceat(picture[at[:, 1], at[:, 0]].astype(np.float64), strokes.starts[:-1], axis=0)
    return (sums.T / np.diff(strokes.starts)).T


@njit(cache=True, nogil=True)
def _cut(corners, starts, closed):
    """Sections between corners: first and last points, whether it is a ring, and the line that it belongs to."""
    room = len(closed) + corners.sum()
    first, last = np.empty(room, np.int64), np.empty(room, np.int64)
    ring, owners = np.zeros(room, np.bool_), np.empty(room, np.int64)
    found = 0
    for line in range(len(closed)):
        begin, end = starts[line], starts[line + 1] - 1
        low, whole = begin, closed[line] and not corners[begin]
        for k in range(begin + 1, end + 1):
            if k < end and not corners[k]:
                continue
            first[found], last[found], owners[found] = low, k, line
            ring[found] = whole and low == begin and k == end
            low, found = k, found + 1
        if begin == end:
            first[found], last[found], owners[found] = begin, begin, line
            found += 1
    return first[:found], last[:found], ring[:found], owners[:found]


@njit(cache=True, nogil=True)
def _end(points, widths, corners, starts, closed, amounts):
    """Lengthen or shorten the ends of open strokes by (S, 2) pixels, NaN for none: the first four of `Strokes`."""
    room = len(points) + 2 * len(closed)
    moved, pens, marks = np.empty((room, 2)), np.empty(room), np.zeros(room, np.bool_)
    new_starts, found = np.zeros(len(starts), np.int64), 0
    for stroke in range(len(closed)):
        begin, last = starts[stroke], starts[stroke + 1] - 1
        kept = np.zeros(2)
        for side in range(2):
            amount = amounts[stroke, side]
            kept[side] = 0.0 if closed[stroke] or np.isnan(amount) else amount
        length = 0.0
        for k in range(begin, last):
            length += np.hypot(points[k + 1, 0] - points[k, 0], points[k + 1, 1] - points[k, 1])
        cut = max(0.0, -kept[0]) + max(0.0, -kept[1])
        if cut > 0.6 * length:  # of a short stroke something stays
            for side in range(2):
                if kept[side] < 0:
                    kept[side] *= 0.6 * length / cut
        low, high = begin, last
        tips, tip_pens = np.zeros((2, 2)), np.zeros(2)
        for side in range(2):
            amount = kept[side]
            end, step = (last, -1) if side else (begin, 1)
            tips[side], tip_pens[side] = points[end], widths[end]
            if amount > 0 and last > begin:
                inner = max(begin, last - 4) if side else min(last, begin + 4)
                x, y = points[end, 0] - points[inner, 0], points[end, 1] - points[inner, 1]
                size = max(1e-9, np.hypot(x, y))
                tips[side, 0], tips[side, 1] = points[end, 0] + amount * x / size, points[end, 1] + amount * y / size
            while amount < 0 and 0 < abs((high if side == 0 else low) - end):
                after = end + step
                x, y = points[after, 0] - points[end, 0], points[after, 1] - points[end, 1]
                size = np.hypot(x, y)
                if size >= -amount:
                    share = -amount / size
                    tips[side, 0], tips[side, 1] = points[end, 0] + share * x, points[end, 1] + share * y
                    break
                amount += size
                end = after
                tips[side], tip_pens[side] = points[end], widths[end]
            if side:
                high = end
            else:
                low = end
        if kept[0] != 0 and last > begin:
            moved[found], pens[found] = tips[0], tip_pens[0]
            found += 1
            if kept[0] < 0:
                low += 1
        top = high - 1 if kept[1] < 0 and last > begin else high
        for k in range(low, top + 1):
            moved[found], pens[found], marks[found] = points[k], widths[k], corners[k]
            found += 1
        if kept[1] != 0 and last > begin:
            moved[found], pens[found] = tips[1], tip_pens[1]
            found += 1
        new_starts[stroke + 1] = found
    return moved[:found].copy(), pens[:found].copy(), marks[:found].copy(), new_starts


@njit(cache=True, nogil=True)
def _offset(points, widths, sides, found, low, high, step, around):
    """Add one side of a stroke from one point to another; `around` says that it is the whole of a ring.

    Returns:
        How many points there are.
    """
    k = low
    while True:
        before, after = k - step, k + step
        if k == low:
            before = high - step if around else k
        if k == high:
            after = low + step if around else k
        x, y = points[after, 0] - points[before, 0], points[after, 1] - points[before, 1]
        size = max(1e-9, np.hypot(x, y))
        half = widths[k] / 2
        sides[found, 0], sides[found, 1] = points[k, 0] - y / size * half, points[k, 1] + x / size * half
        found += 1
        if k == high:
            return found
        k += step


@njit(cache=True, nogil=True)
def _outline(points, widths, corners, starts, closed, chosen):
    """Outlines of the chosen strokes: (points, corners, starts, rings without corners, stroke of each)."""
    room = 0
    for stroke in range(len(chosen)):
        if chosen[stroke]:
            room += 3 * (starts[stroke + 1] - starts[stroke]) + 40
    sides, marks = np.empty((2 * room, 2)), np.zeros(2 * room, np.bool_)
    ring_starts, found, rings = np.zeros(2 * len(chosen) + 1, np.int64), 0, 0
    owners, whole = np.empty(2 * len(chosen), np.int64), np.zeros(2 * len(chosen), np.bool_)
    for stroke in range(len(chosen)):
        if not chosen[stroke]:
            continue
        begin, last = starts[stroke], starts[stroke + 1] - 1
        smooth = closed[stroke] and not corners[begin]
        for side in range(2):
            if side == 0 or closed[stroke]:
                head = found
            step = -1 if side else 1
            at, stop = (last, begin) if side else (begin, last)
            low = at
            while low != stop:
                high = low + step
                while high != stop and not corners[high]:
                    high += step
                section = found
                around = smooth and low == at and high == stop
                found = _offset(points, widths, sides, found, low, high, step, around)
                if section > head:
                    marks[section] = True
                    # On the outer side of a corner the edges go on until they meet.
                    found = _mitre(sides, marks, section, found, points[low], widths[low], head)
                if not (smooth and high == stop):
                    marks[found - 1] = True
                low = high
            if closed[stroke]:
                if not smooth:
                    sides[found], marks[found] = sides[head], True
                    found += 1
                    marks[head] = True
                owners[rings], whole[rings] = stroke, smooth
                rings += 1
                ring_starts[rings] = found
            else:
                found = _cap(sides, marks, found, points[stop], widths[stop] / 2, side, points[begin], sides[head])
                if side:
                    sides[found], marks[found] = sides[head], True
                    found += 1
                    marks[head] = True
                    owners[rings] = stroke
                    rings += 1
                    ring_starts[rings] = found
    return sides[:found].copy(), marks[:found].copy(), ring_starts[: rings + 1], whole[:rings], owners[:rings]


@njit(cache=True, nogil=True)
def _cap(sides, marks, found, centre, half, side, begin, head):
    """Add a round end after the last point; returns how many points there are."""
    x, y = sides[found - 1, 0] - centre[0], sides[found - 1, 1] - centre[1]
    marks[found - 1] = True
    if half > 0.15:
        for k in range(1, 8):
            angle = -np.pi * k / 8
            cosine, sine = np.cos(angle), np.sin(angle)
            sides[found, 0] = centre[0] + cosine * x - sine * y
            sides[found, 1] = centre[1] + sine * x + cosine * y
            found += 1
        if side == 0:
            sides[found, 0], sides[found, 1] = centre[0] - x, centre[1] - y
            marks[found] = True
            found += 1
    return found


@njit(cache=True, nogil=True)
def _mitre(sides, marks, section, found, corner, width, head):
    """Put the place where both edges of a corner meet between them; returns how many points there are."""
    if found - section < 2 or section - head < 2:
        return found
    a, b, c, d = sides[section - 2], sides[section - 1], sides[section], sides[section + 1]
    x0, y0, x1, y1 = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    cross = x0 * y1 - y0 * x1
    if abs(cross) < 0.1 * max(1e-9, np.hypot(x0, y0) * np.hypot(x1, y1)):
        return found
    t = ((c[0] - a[0]) * y1 - (c[1] - a[1]) * x1) / cross
    x, y = a[0] + t * x0, a[1] + t * y0
    if t < 1 or np.hypot(x - corner[0], y - corner[1]) > 2 * width:
        return found
    for k in range(found, section, -1):
        sides[k], marks[k] = sides[k - 1], marks[k - 1]
    sides[section, 0], sides[section, 1] = x, y
    marks[section] = marks[section + 1] = True
    return found + 1


def _trace_outlines(name, ink, tolerance):
    """The layer of a map's outlines, by vtracer."""
    try:
        import vtracer
    except ImportError:
        raise ValueError(f"--svg outline needs vtracer: {cli.name_install('vtracer')}") from None
    enlarged = 1 if ink.size > LARGE else int(min(4, max(1, round(1 / tolerance))))
    if not (ink >= INK).any():
        return svg.layer(name, [])
    if enlarged > 1:
        ink = cv2.resize(ink, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
    cut = INK if enlarged == 1 else THIN_INK
    found = vtracer.convert_raw_image_to_svg(
        cv2.imencode(".png", np.where(ink >= cut, np.uint8(0), np.uint8(255)))[1].tobytes(),
        img_format="png", colormode="binary", mode="spline", filter_speckle=int(np.sqrt(SPECK) * enlarged),
        path_precision=2,
    )  # fmt: skip
    elements = []
    for element in ElementTree.fromstring(found).iter("{http://www.w3.org/2000/svg}path"):
        moved = {"transform": element.get("transform")} if element.get("transform") else {}
        elements.append(svg.path(element.get("d"), **moved))
    look = {"fill": "#000"} | ({"transform": f"scale({1 / enlarged:g})"} if enlarged > 1 else {})
    return svg.layer(name, elements, **look)


def draw_flats(ids, flat, tolerance=TOLERANCE, title=""):
    """Draw regions as filled paths that meet without gaps, as an SVG file.

    Each boundary is fitted once, and both of its regions have its very curves. So every place lies within a region,
    however coarse the curves are. Where programs blend the edges of two paths, the background would shine through; for
    this a stroke of one region's colour lies below each boundary.

    Args:
        ids: (H, W) int32 regions 0..n-1.
        flat: (H, W, 3) uint8 RGB, each region of one colour.
        tolerance: distance in pixels by which a curve may miss a boundary.
        title: any text.

    Returns:
        bytes of the file: a layer "seams", and over it "flats" with a path `region-ID` for each region.

    Raises:
        ValueError: for arrays of other form.
    """
    if ids.ndim != 2 or not ids.size or flat.shape != (*ids.shape, 3) or flat.dtype != np.uint8 or ids.min() < 0:
        raise ValueError(f"ids must be (H, W), 0 or more, flat (H, W, 3) uint8. Received: {ids.shape}, {flat.shape}")
    numbers, first = np.unique(ids, return_index=True)
    colours = ["#" + bytes(colour).hex() for colour in flat.reshape(-1, 3)[first].tolist()]
    compact = np.searchsorted(numbers, ids).astype(np.int32)
    found = boundaries.find_boundaries(compact)
    points, _, corners = smooth_lines(found.points, np.ones(len(found.points)), found.starts, found.closed)
    starts, last, ring, owners = _cut(corners, found.starts, found.closed)
    curves, counts = fit_curves(points, starts, last, ring, tolerance)
    sums = np.bincount(owners, counts, len(found.closed)).astype(np.int64)
    halves, ring_starts, regions = boundaries.list_rings(found, len(numbers))
    around, lengths = _gather(curves, sums, halves, ring_starts)
    data: list = [[] for _ in numbers]
    for region, text in zip(regions.tolist(), svg.describe(around, lengths, np.ones(len(regions), bool))):
        data[region].append(text)
    fills = [
        svg.path("".join(texts), id=f"region-{number}", fill=colour)
        for number, colour, texts in zip(numbers.tolist(), colours, data)
    ]
    seams: dict = {}
    inside = found.sides.min(axis=1) >= 0
    for seam, text in enumerate(svg.describe(curves, sums, found.closed)):
        if inside[seam]:
            seams.setdefault(found.sides[seam].min(), []).append(text)
    below = [svg.path("".join(texts), stroke=colours[region]) for region, texts in sorted(seams.items())]
    look = {"fill": "none", "stroke_width": f"{SEAM:g}", "stroke_linecap": "round", "stroke_linejoin": "round"}
    return svg.document(ids.shape, title, [svg.layer("seams", below, **look), svg.layer("flats", fills)])


@njit(cache=True, nogil=True)
def _gather(curves, counts, halves, starts):
    """Curves of rings, reversed where the rings run against them: (curves, how many each ring has)."""
    begins = np.zeros(len(counts) + 1, np.int64)
    for k in range(len(counts)):
        begins[k + 1] = begins[k] + counts[k]
    total = 0
    for half in halves:
        total += counts[half >> 1]
    gathered, sums = np.empty((total, 4, 2)), np.zeros(len(starts) - 1, np.int64)
    used = 0
    for ring in range(len(starts) - 1):
        for place in range(starts[ring], starts[ring + 1]):
            half = halves[place]
            begin, end = begins[half >> 1], begins[(half >> 1) + 1]
            for k in range(end - begin):
                if half & 1:
                    for m in range(4):
                        gathered[used, m] = curves[end - 1 - k, 3 - m]
                else:
                    gathered[used] = curves[begin + k]
                used += 1
            sums[ring] += end - begin
    return gathered, sums
