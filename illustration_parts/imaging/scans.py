"""Turns a drawn or scanned line drawing into ink on clean paper, and refuses illustrations.

    ink, notes = scans.level(picture)  # (H, W) uint8, 255 = ink; sentences about the changes

A scan has grey or yellow paper, darker in a corner; a blackboard has light lines; pencil is pale or blue. All of this
is measured on a thumbnail, so a picture costs little more than one look at each pixel.
"""

from typing import NamedTuple

import cv2
import numpy as np

THUMB = 192  # pixels, the longer side of the thumbnail on which paper is measured
BAND = 512  # rows levelled at a time, to bound the memory
NOT_PAPER = 26.0  # levels; places that differ more from the paper are not paper
TONED, COLOURED = 0.25, 0.1  # shares of such places, and of coloured ones, from which it is an illustration
BLACK = 0.25  # of the paper's lightness: darker places are solid ink and do not count
DARK_PAPER = 110  # levels; lines on darker paper are light
CLEAN_PAPER, CLEAN_INK = 250, 40  # paper lighter and ink darker than this needs no levelling
LEAST_INK = 48  # levels; paler lines do not become black, because grain would, too
INK_SHARE = 0.15  # of the drawn pixels: if fewer are grey or black, colour is no sign of construction
INK_SAMPLE = 512  # pixels, the longer side of the sample in which that is measured
FADED = 1.5  # how much the spread of their channels pales coloured strokes
# Hues in degrees, for `drop`, and by how much a stroke's hue may differ.
HUES = {"red": 0, "orange": 30, "yellow": 55, "green": 125, "cyan": 185, "blue": 220, "purple": 280, "pink": 330}
HUE_REACH = 32
SHEET_EDGE = 0.06  # of the thumbnail's side; surroundings of a sheet are broader than this
LARGEST_SURROUNDINGS = 0.35  # share of the picture; larger surroundings are a picture's ground
CONVEX = 0.9  # share of its convex hull that a sheet fills; hands and folded corners lie in the rest
SLOW = 4  # levels by which light on paper may change from one pixel of the thumbnail to the next
STROKES = 0.6  # of the paper's lightness: where paper shines through this light, pencil strokes darken the place
HOLLOW = 0.7  # of the fitted paper's lightness: paper is nowhere darker
SURROUNDINGS = "surroundings of the sheet left out"


class IllustrationError(ValueError):
    """The picture is a coloured or toned illustration, and no line drawing."""


def level(picture, drop=None, sheet=None):
    """Turn a line drawing into ink on clean paper.

    Beside grey or black ink, coloured strokes and fills are construction or crayon: they get paler. The surroundings of
    a photographed sheet are left out.

    Args:
        picture: (H, W, 3) uint8 RGB.
        drop: of `HUES`, or `"all"`: strokes of this colour are left out.
        sheet: of `look`, if it is known.

    Returns:
        (ink, notes): (H, W) uint8, 255 = ink, 0 = paper; and a list of what was changed, empty if nothing was.

    Raises:
        IllustrationError: if too much of it is neither paper nor line.
    """
    thumb, ground, inverted, outside, illustration = sheet or look(picture)
    if illustration:
        raise IllustrationError(
            f"expected a line drawing, but {illustration}: --task lines,refine is for illustrations"
        )
    notes = ["light lines on dark, inverted"] if inverted else []
    if outside.any():
        notes.append(SURROUNDINGS)
    faded = is_inked(picture, ground, inverted, outside)
    clean = np.percentile(ground, 2) >= CLEAN_PAPER and not outside.any()
    if clean and drop is None and not faded:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        ink = grey if inverted else 255 - grey
        if measure_ink(ink) >= 255 - CLEAN_INK:
            return ink, notes
    # Places locally lighter or darker than the fitted ground are paper too, unless they are solid ink.
    local = cv2.GaussianBlur(cv2.medianBlur(cv2.dilate(thumb, np.ones((5, 5), np.uint8)), 5), (0, 0), 3)
    ground = np.maximum(local.astype(np.float32), HOLLOW * ground)
    ink = find_darkness(picture, ground, inverted, faded, drop)
    if outside.any():
        size = picture.shape[1::-1]
        ink[cv2.resize(outside.astype(np.uint8), size, interpolation=cv2.INTER_LINEAR) > 0] = 0
    core = measure_ink(ink)
    noise = float(np.median(ink[:: max(1, len(ink) // 512)]))  # half of the paper is darker than the ground
    if not clean or core < 255 - CLEAN_INK:
        notes.append("pale lines darkened" if clean else "paper levelled")
    notes += describe_colours(faded, drop)
    table = (np.arange(256) - noise) * 255 / max(LEAST_INK, core - noise)
    return cv2.LUT(ink, np.clip(table + 0.5, 0, 255).astype(np.uint8)), notes


def clean(picture, drop=None):
    """Take out of a picture, before its lines are extracted, what `level` takes out of a line drawing.

    That is what lies around a photographed sheet and, on paper that is not clean white, coloured strokes beside grey or
    black ink, which get paler. Of an illustration nothing but strokes of the colour to drop is taken out.

    Args:
        picture: (H, W, 3) uint8 RGB.
        drop: of `HUES`, or `"all"`: strokes and fills of this colour become paper.

    Returns:
        (picture, notes): the given array where nothing was changed, or a new one; and a list of what was changed.
    """
    _, ground, inverted, outside, illustration = look(picture)
    scanned = not illustration and (np.percentile(ground, 2) < CLEAN_PAPER or outside.any())
    faded = scanned and is_inked(picture, ground, inverted, outside)
    if illustration:
        outside = np.zeros_like(outside)
    if not faded and not drop and not outside.any():
        return picture, []
    cleaned = np.empty_like(picture)
    edge = cv2.resize(outside.astype(np.uint8), picture.shape[1::-1], interpolation=cv2.INTER_LINEAR) > 0
    for rows, band, paper in split_bands(picture, ground, inverted):
        light = band / np.maximum(paper, 1)
        most, spread = measure_colour(light)
        shown = light
        if faded:
            paled = np.minimum(1, most + (FADED - 1) * spread)[..., None]
            shown = shown + np.clip(8 * spread, 0, 1)[..., None] * np.maximum(0, paled - shown)
        if drop:
            share = (find_hue(1 - light if inverted else light, drop) * np.clip(8 * spread, 0, 1))[..., None]
            shown = shown + share * (1 - shown)
        values = np.clip(shown * paper + 0.5, 0, 255).astype(np.uint8)
        values[edge[rows]] = paper[edge[rows]].astype(np.uint8)
        cleaned[rows] = 255 - values if inverted else values
    return cleaned, ([SURROUNDINGS] if outside.any() else []) + describe_colours(faded, drop)


def describe_colours(faded, drop):
    """What was done to coloured strokes, in words: a list."""
    notes = ["coloured strokes paled"] if faded else []
    return notes + ([("coloured" if drop == "all" else drop) + " strokes left out"] if drop else [])


class Sheet(NamedTuple):
    """What a thumbnail tells about a picture.

    Attributes:
        thumb: (h, w, 3) uint8, the thumbnail; its negative where lines are light on dark.
        ground: (h, w, 3) float32, the paper.
        inverted: whether lines are light on dark.
        outside: (h, w) bool, what lies around a photographed sheet.
        illustration: how much is neither paper nor line, in words; empty for a line drawing.
    """

    thumb: np.ndarray
    ground: np.ndarray
    inverted: bool
    outside: np.ndarray
    illustration: str


def look(picture):
    """Measure a picture's paper, and tell a line drawing from an illustration: a `Sheet`."""
    thumb = make_thumb(picture)
    ground = fit_ground(thumb)
    inverted = bool(np.median(ground) < DARK_PAPER)
    if inverted:
        thumb, ground = 255 - thumb, 255 - ground
    outside = np.zeros(thumb.shape[:2], bool) if inverted else find_surroundings(thumb, ground)
    toned, coloured = measure_other(thumb, ground, outside)
    if toned > TONED:  # or it is pencil, which only a look at the whole picture shows
        toned, coloured = measure_other(thumb, ground, outside, find_strokes(picture, ground, inverted))
    illustration = ""
    if toned > TONED or coloured > COLOURED:
        illustration = f"{coloured:.0%} of this is coloured" if coloured > COLOURED else f"{toned:.0%} of this is toned"
    return Sheet(thumb, ground, inverted, outside, illustration)


def find_surroundings(thumb, ground):
    """What lies around a photographed sheet, (h, w) bool: where no smooth change of light leads from its paper.

    Args:
        thumb: (h, w, 3) uint8. ground: (h, w, 3) float32, its most common colour, as a surface.
    """
    height, width = thumb.shape[:2]
    none = np.zeros((height, width), bool)
    if min(height, width) < 32:
        return none
    near = np.abs(thumb - ground).max(2) <= NOT_PAPER
    # Paper reaches as far as its colour changes slowly: shadows have soft edges, a sheet a hard one.
    seen, reached = np.zeros((height + 2, width + 2), np.uint8), np.zeros((height, width), np.uint8)
    soft, largest = cv2.GaussianBlur(thumb, (0, 0), 1.0), 0
    for place in np.flatnonzero(near.ravel())[:: max(1, near.size // 400)]:
        y, x = divmod(int(place), width)
        if not seen[y + 1, x + 1]:
            before = seen.copy()
            flags = 8 | cv2.FLOODFILL_MASK_ONLY | (255 << 8)
            area = cv2.floodFill(soft, seen, (x, y), 0, (SLOW,) * 3, (SLOW,) * 3, flags)[0]
            if area > largest:
                largest, reached = area, (seen - before)[1:-1, 1:-1]
    size = max(3, int(SHEET_EDGE * max(height, width)) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    sheet = cv2.morphologyEx(reached, cv2.MORPH_CLOSE, kernel)
    count, labels = cv2.connectedComponents((sheet == 0).astype(np.uint8))
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    outside = none.copy()
    for number in range(1, count):
        part = labels == number
        dark = thumb[part].max(1) < BLACK * ground[part].max(1)
        spread = np.ptp(thumb[part].astype(np.float32) - ground[part], axis=1).mean()
        # Paper that strokes cut off is paper still. Black drawn up to the border is ink, an even grey a tone. A table
        # or a hand has a colour.
        strange = near[part].mean() < 0.5 and dark.mean() < 0.5 and spread > NOT_PAPER / 2
        if strange and any((side == number).any() for side in sides):
            outside |= part
    if not outside.any() or outside.mean() > LARGEST_SURROUNDINGS or not fills_hull(~outside):
        return none
    return cv2.dilate(outside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0


def fills_hull(mask):
    """Whether a mask, (h, w) bool, not empty, is nearly convex, as a sheet is and a street or a wall is not."""
    mask = mask.astype(np.uint8)
    hull = cv2.fillConvexPoly(np.zeros_like(mask), cv2.convexHull(cv2.findNonZero(mask)), 1)
    return mask.sum() >= CONVEX * hull.sum()


def find_strokes(picture, ground, inverted):
    """Where paper shows through between strokes, (h, w) bool of the ground's size: pencil shading, hatching."""
    height, width = ground.shape[:2]
    reach = int(max(3, round(max(picture.shape[:2]) / 160))) | 1
    kernel = np.ones((reach, reach), np.uint8)
    red, green, blue = cv2.split(255 - picture if inverted else picture)
    least = cv2.min(cv2.min(red, green), blue)
    light, dark = (
        cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
        for plane in (cv2.dilate(least, kernel), cv2.erode(least, kernel))
    )
    paper = ground.min(2)
    return (light > STROKES * paper) & (light - dark > 0.25 * paper)


def is_inked(picture, ground, inverted, outside):
    """Whether a drawing has grey or black ink beside coloured strokes, so that colour tells these apart."""
    step = -(-max(picture.shape[:2]) // INK_SAMPLE)
    part = picture[::step, ::step]
    paper = cv2.resize(ground, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    light = (255.0 - part if inverted else part) / np.maximum(paper, 1)
    around = cv2.resize(outside.astype(np.uint8), part.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    drawn = (light.min(2) < 0.75) & ~around
    spread = light.max(2) - light.min(2)
    grey, coloured = drawn & (spread < 0.16), drawn & (spread > 0.22)
    total = max(1, grey.sum() + coloured.sum())
    return bool(INK_SHARE < grey.sum() / total and coloured.sum() / total > 0.02)


def make_thumb(picture):
    """A thumbnail, (h, w, 3) uint8, in which thin lines have nearly vanished."""
    height, width = picture.shape[:2]
    scale = min(1.0, THUMB / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.medianBlur(small, 5) if min(size) > 5 else small


def fit_ground(thumb):
    """The most common colour of a thumbnail, as a smooth surface: (h, w, 3) float32.

    It is a quadratic in x and y. It is fitted first to the colours near the most common one, then again to those near
    the surface, so that the drawing does not pull it.
    """
    height, width = thumb.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].reshape(2, -1)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 1)
    colours = thumb.reshape(-1, 3).astype(np.float64)
    bins = (colours // 16).astype(int) @ (1, 16, 256)
    common = np.bincount(bins).argmax()
    surface = np.broadcast_to(np.median(colours[bins == common], 0), colours.shape)
    for reach in (2.5, 1.8, 1.2):
        near = np.abs(colours - surface).max(1) < reach * NOT_PAPER
        if near.sum() < 30:
            break
        # A small weight for a flat surface keeps the fit tame where no colour is near it.
        weight = np.diag([0.0, 1, 1, 3, 3, 3]) * 0.02 * near.sum()
        matrix = terms[near].T @ terms[near] + weight
        surface = terms @ np.linalg.solve(matrix, terms[near].T @ colours[near])
    return np.clip(surface, 1, 255).reshape(thumb.shape).astype(np.float32)


def measure_other(thumb, ground, outside, strokes=False):
    """The share of a thumbnail that is neither paper nor solid ink, and that of these with another colour, 0..1.

    Args:
        thumb: (h, w, 3) uint8. ground: (h, w, 3) float32, its paper. outside: (h, w) bool, what is no paper.
        strokes: (h, w) bool, where strokes alone make a place dark, which is half a tone; False for nowhere.
    """
    difference = thumb - ground
    apart = np.abs(difference).max(2) > NOT_PAPER
    colourful = difference.max(2) - difference.min(2) > NOT_PAPER
    solid = thumb.max(2) < BLACK * ground.max(2)
    count = max(1, (~solid & ~outside).sum())
    counted = apart & ~solid & ~outside
    toned = counted.sum() - 0.5 * (counted & strokes).sum()
    return float(toned / count), float((counted & colourful).sum() / count)


def find_darkness(picture, ground, inverted=False, faded=False, drop=None):
    """How much darker than the paper each pixel is, in the colour where it is most: (H, W) uint8.

    Args:
        picture: (H, W, 3) uint8 RGB.
        ground: (h, w, 3) float32, the paper's colour; of the inverted picture if `inverted`.
        inverted: whether lines are light on dark.
        faded: whether coloured strokes are to be paler than grey ones: then what counts is the channel where they are
            lightest, less their colour.
        drop: see `level`.
    """
    dark = np.empty(picture.shape[:2], np.uint8)
    for rows, band, paper in split_bands(picture, ground, inverted):
        light = band / np.maximum(paper, 1)
        least = light.min(2)
        if faded or drop:
            most, spread = measure_colour(light)
            if faded:
                least = np.maximum(least, np.minimum(1, most + (FADED - 1) * spread))
            if drop:
                hue = find_hue(1 - light if inverted else light, drop)
                least = np.maximum(least, hue * np.clip(8 * spread, 0, 1))
        dark[rows] = np.clip(255.5 - 255 * least, 0, 255)
    return dark


def split_bands(picture, ground, inverted):
    """Yield (rows, band, paper) from top to bottom: a slice, its part of the picture or of its negative, its paper.

    Args and sizes as `find_darkness`; the paper is (h, W, 3) float32.
    """
    height, width = picture.shape[:2]
    across, down = ground.shape[1] / width, ground.shape[0] / height
    for top in range(0, height, BAND):
        rows = slice(top, min(top + BAND, height))
        band = cv2.bitwise_not(picture[rows]) if inverted else picture[rows]
        # Pixel centres: place x of the picture is (x + 0.5) across - 0.5 of the thumbnail.
        matrix = np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5]])
        way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        yield rows, band, cv2.warpAffine(ground, matrix, (width, len(band)), flags=way, borderMode=cv2.BORDER_REPLICATE)


def measure_colour(light):
    """The lightest channel of an (h, w, 3) float32 picture over its paper, and how far its channels are apart."""
    most = light.max(2)
    return most, np.clip(most - light.min(2) - 0.06, 0, None)


def find_hue(light, name):
    """How near the hue of an (h, w, 3) float32 picture is to one of `HUES`, 0..1; 1 everywhere for `"all"`."""
    if name == "all":
        return np.ones(light.shape[:2], np.float32)
    hue = cv2.cvtColor(np.clip(light, 0, 1).astype(np.float32), cv2.COLOR_RGB2HSV)[..., 0]
    off = np.abs((hue - HUES[name] + 180) % 360 - 180)
    return np.clip((HUE_REACH + 12 - off) / 12, 0, 1)


def measure_ink(ink):
    """How dark the lines of an ink map are at their cores, 0..255; 255 for blank paper."""
    part = ink[:: max(1, len(ink) // 1024)]
    threshold, _ = cv2.threshold(part, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = part[part > max(threshold, 16)]
    return float(np.percentile(dark, 75)) if dark.size else 255.0
