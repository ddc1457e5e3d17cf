"""Measure how well vectors show their maps.

    python tests/imaging/measure_vectors.py my_maps [more_maps] [--form variable]

A map is a PNG of dark lines on white, as predict.py writes it. Its SVG is drawn by resvg (resvg-py). Both are cut
at half ink, and again at a quarter, and thinned. F counts pixels of one that lie within 1.5 pixels of the other's.
Specks, which vectors leave out, do not count at half ink.
"""

import argparse
import re
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from illustration_parts.imaging import images, strokes, vectors
from illustration_parts.imaging.thinning import thin_mask

NAMESPACE = "{http://www.w3.org/2000/svg}"
NEAR = np.ones((3, 3), np.uint8)  # 1.5 pixels
QUARTER = 64  # levels; fainter ink is haze
HAZE = np.ones((5, 5), np.uint8)  # ink farther from any line is haze


def render(document, zoom=1.0):
    """Draw an SVG file's bytes by resvg: (H, W, 4) uint8 RGBA."""
    import resvg_py

    png = bytes(resvg_py.svg_to_bytes(svg_string=document.decode(), zoom=zoom))
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)


def list_paths(document, layer=None):
    """The path elements of an SVG file's bytes, or of one of its layers."""
    root = ElementTree.fromstring(document)
    groups = [group for group in root.iter(f"{NAMESPACE}g") if layer in (None, group.get("id"))]
    return [path for group in groups for path in group.iter(f"{NAMESPACE}path")]


def count_curves(document):
    """How many Bézier curves an SVG file has."""
    numbers = re.compile(r"-?[\d.]+(?:e-?\d+)?")
    parts = [part for path in list_paths(document) for part in re.split("[MmZz]", path.get("d")) if "c" in part]
    return sum(len(numbers.findall(part.split("c")[1])) // 6 for part in parts)


def find_f(mask, found):
    """F of the thinned lines of two (H, W) bool masks, within 1.5 pixels; and how long the first one's are."""
    true, drawn = thin_mask(mask), thin_mask(found)
    if not true.any() or not drawn.any():
        return float(true.any() == drawn.any()), int(true.sum())
    near_true, near_drawn = (cv2.dilate(lines.view(np.uint8), NEAR) > 0 for lines in (true, drawn))
    precision, recall = (drawn & near_true).sum() / drawn.sum(), (true & near_drawn).sum() / true.sum()
    return float(2 * precision * recall / max(1e-9, precision + recall)), int(true.sum())


def measure(ink, form="strokes", tolerance=vectors.TOLERANCE):
    """Draw a map's vectors and compare.

    Args:
        ink: (H, W) uint8, 255 = ink. form, tolerance: of `vectors.draw_lines`.

    Returns:
        dict: `f`, at half ink; `f_quarter`, at a quarter, with specks; `error`, the mean absolute error 0..1;
        `error_lines`, the same without haze; `length` of lines in pixels; `curves`; `seconds` of processor time.
    """
    start = time.process_time()
    document = vectors.draw_lines(ink, form, tolerance)
    seconds = time.process_time() - start
    found = render(document)[..., 3]
    mask = ink >= strokes.INK
    f, length = find_f(strokes.clean_mask(mask), found >= strokes.INK)
    near = cv2.dilate(mask.view(np.uint8), HAZE)
    clear = ink * near
    return {
        "f": f,
        "f_quarter": find_f(ink >= QUARTER, found >= QUARTER)[0],
        "error": float(cv2.absdiff(found, ink).mean() / 255),
        "error_lines": float(cv2.absdiff(found, clear).mean() / 255),
        "length": length,
        "curves": count_curves(document),
        "seconds": seconds,
    }


def main():
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--form", choices=vectors.FORMS, default="strokes")
    parser.add_argument("--tolerance", type=float, default=vectors.TOLERANCE)
    options = parser.parse_args()
    vectors.draw_lines(np.full((9, 9), 255, np.uint8), options.form)  # compiles
    names = ("F", "at a quarter", "error", "of lines", "px a curve", "s at 1080p")
    print(" " * 24 + "".join(f"{name:>12}" for name in names))
    rows: list = []
    for folder in options.folders:
        own: list = []
        for path in sorted(folder.glob("*.png")):
            ink = 255 - images.read_map(path)
            found = measure(ink, options.form, options.tolerance)
            curves = found["length"] / max(1, found["curves"])
            seconds = found["seconds"] / ink.size * 1920 * 1080
            own.append([found[key] for key in ("f", "f_quarter", "error", "error_lines")] + [curves, seconds])
            report(path.stem, own[-1])
        report(f"mean of {folder.name}", np.mean(own, axis=0))
        rows += own
    report("mean of all", np.mean(rows, axis=0))


def report(name, row):
    """Print one row of the table."""
    print(f"{name[:24]:24}" + "".join(f"{value:12.4f}" for value in row[:4]) + f"{row[4]:12.1f}{row[5]:12.3f}")


if __name__ == "__main__":
    main()
