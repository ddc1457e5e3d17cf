"""Measure what a line extractor learns from pairs: how much ink is broad, and how many thin dark strokes are lines.

python tests/drawing/measure_strokes.py PICTURES LINES
python tests/drawing/measure_strokes.py PICTURES LINES --broad 0.02 --others 0.3   # names those that pass
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from illustration_parts.imaging import folders, images
from illustration_parts.tasks import lines as line_task

BROAD = 9  # pixels of a broad line
THIN = 7  # pixels of a thin stroke, at most
SHRUNK = 0.75  # size at which thin strokes are looked for, of drawn pictures' own
FAINT, LOW, MIDDLE = 1.5, 3.0, 6.0  # contrasts: CIE Lab lightness that a stroke is darker than its sides


def make_disc(size):
    """A round kernel, (size, size) uint8."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))


def measure_broad(ink):
    """Return the share of ink, (H, W) uint8, 255 = ink, that lies in lines of 9 pixels and more."""
    inked = (ink > 127).astype(np.uint8)
    return cv2.countNonZero(cv2.morphologyEx(inked, cv2.MORPH_OPEN, make_disc(BROAD))) / max(1, cv2.countNonZero(inked))


def find_strokes(picture, ink):
    """Find the middles of thin dark strokes.

    Args:
        picture: (H, W, 3) uint8 RGB. ink: (H, W) uint8, 255 = ink.

    Returns:
        (contrasts, lines): float arrays, CIE Lab lightness and 0..1, how much ink is within a pixel.
    """
    light = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 0]
    light = cv2.GaussianBlur(light, (0, 0), 0.7)
    darker = cv2.morphologyEx(light, cv2.MORPH_BLACKHAT, make_disc(THIN))
    middles = (darker >= cv2.dilate(darker, np.ones((3, 3))) - 1e-3) & (darker > FAINT)
    return darker[middles], cv2.dilate(ink, np.ones((3, 3), np.uint8))[middles] / 255


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path, help="folder of pictures")
    parser.add_argument("lines", type=Path, help="folder of line maps, dark on white, of the same names")
    parser.add_argument("--scale", type=float, default=SHRUNK, help="size at which strokes are found (%(default)s)")
    parser.add_argument("--broad", type=float, metavar="SHARE", help="name pictures with at most so much broad ink")
    parser.add_argument("--others", type=float, metavar="SHARE", help="and at most so many strokes that are no lines")
    args = parser.parse_args(argv)
    contrasts, lines, broads = [], [], []
    for pair in line_task.find_pairs(args.pictures, args.lines)[0]:
        picture, ink = folders.read_picture(pair.picture), 255 - folders.read_picture(pair.lines, images.read_map)
        broads.append(measure_broad(ink))
        others = 0.0
        if line_task.is_coloured(picture):
            shape = [max(1, round(length * args.scale)) for length in ink.shape]
            found = find_strokes(images.resize(picture, shape), images.resize(ink, shape))
            contrasts.append(found[0])
            lines.append(found[1])
            others = float((1 - found[1])[found[0] > LOW].sum()) / max(1, len(found[0]))
        if args.broad is not None and broads[-1] <= args.broad and (args.others is None or others <= args.others):
            print(pair.name)
    contrasts, lines = np.concatenate(contrasts), np.concatenate(lines)
    low = (contrasts > LOW) & (contrasts <= MIDDLE)
    print(
        f"{len(broads)} pictures, median share of broad ink {np.median(broads):.3f}; of thin dark strokes "
        f"{lines.mean():.2f} are lines, of those of low contrast {lines[low].mean():.2f}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
