"""Brings a drawn or scanned line drawing to dark lines on white paper, and tells one from an illustration.

    ink, notes = scans.level(picture)  # (H, W) uint8, 255 = ink; what was done, in words

A scan has grey or yellow paper, darker in a corner; a blackboard has light lines; pencil is pale or blue. All of this
is measured on a thumbnail, so a picture costs little more than one look at each pixel.
"""

import cv2
import numpy as np

THUMB = 192  # pixels, the longer side of what paper is measured on
BAND = 512  # rows levelled at a time, to bound the memory
NOT_PAPER = 26.0  # levels by which a place differs that is no paper
TONED, COLOURED = 0.3, 0.1  # shares of such places, and of those of another colour, that make an illustration
BLACK = 0.25  # of the paper's lightness: places below this are solid ink, and say nothing
DARK_PAPER = 110  # levels; lines on darker paper are light
CLEAN_PAPER, CLEAN_INK = 250, 40  # paper lighter and ink darker than this needs no levelling
LEAST_INK = 48  # levels; paler lines are not darkened to black, or grain would be
HOLLOW = 0.7  # paper is nowhere darker than this share of what it is around


class IllustrationError(ValueError):
    """The picture is a coloured or toned illustration, and no line drawing."""


def level(picture):
    """Bring a line drawing to ink on clean paper.

    Args:
        picture: (H, W, 3) uint8 RGB.

    Returns:
        (ink, notes): (H, W) uint8, 255 = ink, 0 = paper; and a list of what was changed, empty if nothing was.

    Raises:
        IllustrationError: if too much of it is neither paper nor line.
    """
    thumb = make_thumb(picture)
    ground = fit_ground(thumb)
    notes = []
    inverted = bool(np.median(ground) < DARK_PAPER)
    if inverted:
        notes.append("light lines on dark, inverted")
        thumb, ground = 255 - thumb, 255 - ground
    toned, coloured = measure_other(thumb, ground)
    if toned > TONED or coloured > COLOURED:
        what = f"{coloured:.0%} of this is coloured" if coloured > COLOURED else f"{toned:.0%} of this is toned"
        raise IllustrationError(f"expected a line drawing, but {what}: --task lines,refine is for illustrations")
    clean = np.percentile(ground, 2) >= CLEAN_PAPER
    if clean:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        ink = grey if inverted else 255 - grey
        if measure_ink(ink) >= 255 - CLEAN_INK:
            return ink, notes
    # What is locally lighter or darker than the fitted ground is paper too, but for solid ink.
    local = cv2.GaussianBlur(cv2.medianBlur(cv2.dilate(thumb, np.ones((5, 5), np.uint8)), 5), (0, 0), 3)
    ink = find_darkness(picture, np.maximum(local.astype(np.float32), HOLLOW * ground), inverted)
    core = measure_ink(ink)
    noise = float(np.median(ink[:: max(1, len(ink) // 512)]))  # half of the paper is darker than the ground
    notes.append("pale lines darkened" if clean else "paper levelled")
    table = (np.arange(256) - noise) * 255 / max(LEAST_INK, core - noise)
    return cv2.LUT(ink, np.clip(table + 0.5, 0, 255).astype(np.uint8)), notes


def make_thumb(picture):
    """A thumbnail, (h, w, 3) uint8, in which thin lines have nearly vanished."""
    height, width = picture.shape[:2]
    scale = min(1.0, THUMB / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.medianBlur(small, 5) if min(size) > 5 else small


def fit_ground(thumb):
    """The most common colour of a thumbnail, as a smooth surface: (h, w, 3) float32.

    A quadratic in x and y, fitted first to the colours that are near the most common one, and then again to those
    near the surface, so that what is drawn does not pull it.
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
        # A little of a flat surface keeps the fit tame where nothing is near it.
        weight = np.diag([0.0, 1, 1, 3, 3, 3]) * 0.02 * near.sum()
        matrix = terms[near].T @ terms[near] + weight
        surface = terms @ np.linalg.solve(matrix, terms[near].T @ colours[near])
    return np.clip(surface, 1, 255).reshape(thumb.shape).astype(np.float32)


def measure_other(thumb, ground):
    """The share of a thumbnail that is neither paper nor solid ink, and that of these with another colour, 0..1."""
    difference = thumb - ground
    apart = np.abs(difference).max(2) > NOT_PAPER
    colourful = difference.max(2) - difference.min(2) > NOT_PAPER
    solid = thumb.max(2) < BLACK * ground.max(2)
    count = max(1, (~solid).sum())
    return float((apart & ~solid).sum() / count), float((apart & colourful & ~solid).sum() / count)


def find_darkness(picture, ground, inverted=False):
    """How much darker than the paper each pixel is, in the colour where it is most: (H, W) uint8.

    Args:
        picture: (H, W, 3) uint8 RGB.
        ground: (h, w, 3) float32, the paper's colour; of the inverted picture if `inverted`.
        inverted: whether lines are light on dark.
    """
    height, width = picture.shape[:2]
    across, down = ground.shape[1] / width, ground.shape[0] / height
    dark = np.empty((height, width), np.uint8)
    for top in range(0, height, BAND):
        band = picture[top : top + BAND]
        # Pixel centres: place x of the picture is (x + 0.5) across - 0.5 of the thumbnail.
        matrix = np.array([[across, 0, across / 2 - 0.5], [0, down, (top + 0.5) * down - 0.5]])
        way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        paper = cv2.warpAffine(ground, matrix, (width, len(band)), flags=way, borderMode=cv2.BORDER_REPLICATE)
        light = (cv2.bitwise_not(band) if inverted else band) / np.maximum(paper, 1)
        dark[top : top + BAND] = np.clip(255.5 - 255 * light.min(2), 0, 255)
    return dark


def measure_ink(ink):
    """How dark the lines of an ink map are at their cores, 0..255; 255 for blank paper."""
    part = ink[:: max(1, len(ink) // 1024)]
    threshold, _ = cv2.threshold(part, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = part[part > max(threshold, 16)]
    return float(np.percentile(dark, 75)) if dark.size else 255.0
