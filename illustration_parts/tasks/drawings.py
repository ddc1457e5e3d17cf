"""Line drawings that a network finds: found, finished, named. What the tasks of lines and their refinement share."""

import cv2
import numpy as np

from illustration_parts.imaging import images, linework, scales
from illustration_parts.networks import tiling
from illustration_parts.system import cli
from illustration_parts.tasks.options import Option

DISTILLER_SCALE = 0.003383  # the distiller takes grey values times this number, which its author released it with
GROUP = "how lines look"
LOOKS = (  # options of finished line drawings
    Option(
        "width", "pixels to make lines wider, or thinner where negative, -16 to 16 (default: %(default)g)",
        cli.number(-16, 16), 0.0, "PX", group=GROUP,
    ),
    Option(
        "binarize", "black where ink is at least T, 0 to 1, else white (default: shades of grey)",
        cli.number(0, 1), None, "T", group=GROUP,
    ),
    Option("transparent", "RGBA, nothing but ink (default: white paper)", bool, False, group=GROUP),
)  # fmt: skip
SHEET = Option("sheet", "write also NAME.sheet, picture and result side by side", bool, False, group=GROUP)
FOUND = (  # options of lines that are found in illustrations
    Option(
        "scale",
        "how much the picture is enlarged, or below 1 shrunk, before its lines are looked for, 0.1 to 4; results have "
        "its own size; auto: as thin or broad as its lines are (default: %(default)s)",
        scales.parse, "auto", "auto|X", group=GROUP,
    ),
    Option(
        "strength", "how faint a line still counts, 0.05 to 20: multiplies the odds of ink (default: %(default)g)",
        cli.number(0.05, 20), 1.0, "S", group=GROUP,
    ),
    Option(
        "keep_colour", "lines in the picture's own colour (default: black)", bool, False, aliases=("--keep-color",),
        group=GROUP,
    ),
)  # fmt: skip


def distiller_input(picture):
    """The distiller's pre-processing: (H, W, 3) uint8 RGB to (H', W', 1) uint8 grey, H' and W' multiples of 8."""
    height, width = (max(8, round(length / 8) * 8) for length in picture.shape[:2])
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    grey = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(16, 16)).apply(grey)
    return cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)[..., None]


def distiller_ink(lines, height, width):
    """The distiller's post-processing: its (H', W', 1) float32 result to (height, width, 1) uint8, 255 = ink.

    The author takes the whole picture's mean for paper, so this must see the whole picture, never a tile.
    """
    paper = lines[..., 0] - np.float32(lines.mean(dtype=np.float64)) + 1
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return 255 - images.to_uint8(paper)[..., None]


def find_maps(network, picture, classes=True, watch=iter, scale="auto"):
    """Run a line extractor over a (H, W, 3) uint8 RGB picture.

    Args:
        network: of `engine.load`.
        picture: the picture.
        classes: whether line classes are wanted, too; not all networks find them.
        watch: wraps the list of tiles, for a progress bar.
        scale: see `scales.look`; of the published network, which was trained at other sizes, auto is 1.

    Returns:
        (H, W, 3) uint8, 255 = yes: ink, boundary share of it, fill edge; or (H, W, 1), ink alone.
    """
    published = network.name == "line_distiller"

    def find(picture):
        if not published:
            return tiling.run(network, picture, 3 if classes else 1, progress=watch)
        grey = distiller_input(picture)
        lines = tiling.run(network, grey, dtype=np.float32, progress=watch)
        return distiller_ink(lines, *picture.shape[:2])

    return scales.look(find, picture, 1.0 if published and scale == "auto" else scale)


def draw(picture, ink, options, maps=None):
    """Finish a line drawing.

    Args:
        picture: (H, W, 3) uint8 RGB that the lines are of, for their colours.
        ink: (H, W) uint8, 255 = ink.
        options: of `LOOKS`, `sheet`, and maybe `keep_colour` and `classes`.
        maps: for classes (H, W, 3) uint8: ink, boundary share, fill edge.

    Returns:
        {name: array}, see `Lines.predict`.
    """

    def shape(found):
        found = linework.widen(found, options.width)
        return found if options.binarize is None else linework.binarize(found, options.binarize)

    full = shape(ink)
    keep = getattr(options, "keep_colour", False)
    colours = linework.line_colours(picture, ink) if keep else None
    results = {"lines": linework.on_glass(full, colours) if options.transparent else linework.on_paper(full, colours)}
    if getattr(options, "classes", False):
        classes = (*map(shape, linework.split_classes(ink, maps[..., 1])), shape(maps[..., 2]))
        results |= zip(("boundary", "inner", "fill_edge"), map(linework.on_paper, classes))
        results["classes"] = linework.code_classes(*classes)
    if options.sheet:
        sheet = linework.on_paper(full, colours)
        results["sheet"] = np.hstack([picture, sheet if keep else np.dstack([sheet] * 3)])
    return results


def name_files(folder, name, ending, options):
    """The files of a line drawing, {kind: path}: `NAME` and an ending, and one for each map that is asked for."""
    kinds = {"lines": ending}
    if getattr(options, "classes", False):
        kinds |= {kind: f".{kind}" for kind in ("boundary", "inner", "fill_edge", "classes")}
    if options.sheet:
        kinds["sheet"] = ".sheet"
    return {kind: folder / f"{name}{ending}.png" for kind, ending in kinds.items()}
