"""Line maps of data sets: read, and checked for what no training or benchmark could use.

notes = []
lines = read_line_map("contour_s/1.png", notes)  # (H, W) uint8, dark lines on white
"""

import cv2
import numpy as np

from illustration_parts.imaging import folders, images

EXPECTED = "expected dark lines on white"
APART = 32  # levels; what differs less from a map's most common grey is no line
PAPER = 48  # levels; what is less darker than the paper is paper still
SOLID = 48  # levels; what is darker is ink or a solid fill
BROAD = 9  # pixels of a map of up to 1,000; lines are thinner, in proportion where a map is larger
SHADED = 0.08  # share of broad grey areas; line maps have none, pencil drawings 0.06, pictures 0.1 to 0.8
LEAST_PAPER = 0.3  # share; line maps have 0.8 and more, those with much black 0.5
LEAST_SIDE = 64  # pixels; a smaller map shows too little to be told from a picture
FEW = 0.35  # share of light pixels; so few in a dark map are its lines, as where ...
THIN = 0.5  # ... this share of them is thin


def read_line_map(path, notes=None, may_be_empty=False):
    """Read a line map of a data set, and check that it is one.

    Args:
        path: any picture that `images.read` reads.
        notes: list that gets a sentence where the map has light lines on dark, which are then read inverted.
        may_be_empty: whether a white sheet is a map, too.

    Returns:
        (H, W) uint8, dark lines on white.

    Raises:
        ValueError: if the file cannot be read, is empty or of one grey, or shows a picture. The message names the file.
    """
    lines = folders.read_picture(path, images.read_map)
    try:
        lines, inverted = check_line_map(lines, may_be_empty)
    except ValueError as error:
        raise ValueError(f"{path} {error}") from None
    if inverted and notes is not None:
        notes.append(f"{path} has light lines on dark, read inverted: {EXPECTED}")
    return lines


def check_line_map(lines, may_be_empty=False):
    """Check that a map shows lines, and bring them to dark on white.

    Args:
        lines: (H, W) uint8. may_be_empty: whether a white sheet is a map, too.

    Returns:
        (lines, inverted): (H, W) uint8, dark lines on white; whether they were light on dark.

    Raises:
        ValueError: if it is empty or of one grey, or shows a picture.
    """
    common = int(np.median(lines))
    if (cv2.absdiff(lines, np.full_like(lines, common)) <= APART).all():
        if common > 255 - APART and may_be_empty:
            return lines, False
        what = "is empty, all of it is white" if common > 255 - APART else f"is all of one grey, {common} of 0 to 255"
        raise ValueError(f"{what}: {EXPECTED}")
    size = max(BROAD, round(BROAD * max(lines.shape) / 1000)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))

    def find_broad(mask):
        return int(cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, disc).sum())

    light = lines >= 128
    dark = common < 128
    inverted = dark and (light.mean() < FEW or find_broad(light) <= (1 - THIN) * light.sum())
    sheet = 255 - lines if dark else lines  # what is dark all over is either inverted, or half black: judged as light
    paper = int(np.percentile(sheet, 90))
    shaded = find_broad((sheet <= paper - PAPER) & (sheet > SOLID)) / lines.size
    blank = float((sheet > paper - PAPER).mean())
    if min(lines.shape) >= LEAST_SIDE and (shaded > SHADED or blank < LEAST_PAPER):
        raise ValueError(
            f"shows a picture, no line drawing ({shaded:.0%} of it is shaded, {blank:.0%} is paper): {EXPECTED}"
        )
    return (sheet if inverted else lines), bool(inverted)
