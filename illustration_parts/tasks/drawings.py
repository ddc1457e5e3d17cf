"""Line drawings, found, finished and named: shared by the tasks of lines and their refinement."""

import cv2
import numpy as np

from illustration_parts.imaging import images, linework, scales, vectors
from illustration_parts.networks import engine, tiling
from illustration_parts.system import cli, files
from illustration_parts.tasks.options import Option

DISTILLER_SCALE = 0.003383  # the published network takes grey values times this number
GROUP = "how lines look"
NOTABLE = 0.1  # share of the ink that vectors may leave out without a remark
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
SHEET = Option(
    "sheet",
    "also write picture and result side by side, under the name of the result with .sheet",
    bool,
    False,
    group=GROUP,
)
VECTORS = "vectors"
SVG_TOLERANCE = Option(
    "svg_tolerance", "pixels by which curves of --svg may miss, 0.1 to 10 (default: %(default)g)",
    cli.number(0.1, 10), vectors.TOLERANCE, "PX", group=VECTORS, needs="svg",
)  # fmt: skip
SVG = (  # options of lines as vectors
    Option(
        "svg",
        "also write NAME.svg. strokes: centre lines of one width each; variable: of changing width; outline: the "
        "outlines of all ink. Give it after the pictures, or as --svg=strokes",
        str, None, "|".join(vectors.FORMS), choices=vectors.FORMS, implied="strokes", group=VECTORS,
    ),
    SVG_TOLERANCE,
)  # fmt: skip
FOUND = (  # options of lines that are found in illustrations
    Option(
        "scale",
        "factor, 0.1 to 4, by which the picture is resized before its lines are looked for; results keep its size. "
        "auto: by the width of its lines (default: %(default)s)",
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


def find_maps(network, picture, classes=True, track=iter, scale="auto"):
    """Run a line extractor over a (H, W, 3) uint8 RGB picture.

    Args:
        network: of `engine.load`.
        picture: the picture.
        classes: whether line classes are wanted, too; not all networks find them.
        track: wraps the list of tiles, for a progress bar.
        scale: see `scales.look`; of the published network, which was trained at other sizes, auto is 1.

    Returns:
        (H, W, 3) uint8, 255 = yes: ink, boundary share of it, fill edge; or (H, W, 1), ink alone.
    """
    published = network.name == "line_distiller"

    def find(picture):
        if not published:
            return tiling.run(network, picture, 3 if classes else 1, progress=track)
        grey = distiller_input(picture)
        lines = tiling.run(network, grey, dtype=np.float32, progress=track)
        return distiller_ink(lines, *picture.shape[:2])

    return scales.look(find, picture, 1.0 if published and not isinstance(scale, float) else scale)


def draw(picture, ink, options, maps=None):
    """Finish a line drawing.

    Args:
        picture: (H, W, 3) uint8 RGB that the lines are of, for their colours.
        ink: (H, W) uint8, 255 = ink.
        options: of `LOOKS`, `SVG`, `sheet`, and maybe `keep_colour` and `classes`.
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
    if options.svg:
        share = np.ascontiguousarray(maps[..., 1]) if getattr(options, "classes", False) else None
        results |= {"ink": full, "share": share, "colours": colours}
    return results


def name_files(folder, name, ending, options):
    """The files of a line drawing, {kind: path}: `NAME` and an ending, and one for each map that is asked for."""
    kinds = {"lines": ending}
    if getattr(options, "classes", False):
        kinds |= {kind: f".{kind}" for kind in ("boundary", "inner", "fill_edge", "classes")}
    if options.sheet:
        kinds["sheet"] = f"{ending}.sheet"
    named = {kind: folder / f"{name}{ending}.png" for kind, ending in kinds.items()}
    return named | ({"svg": folder / f"{name}{ending}.svg"} if options.svg else {})


def remark_on_svg(results, options):
    """Return a list with a remark if vectors leave out a notable share of the ink, else an empty one.

    Args:
        results: of `draw`. options: of the task.
    """
    lost = vectors.measure_faint(results["ink"], options.svg) if options.svg else 0.0
    if lost < NOTABLE:
        return []
    strength = getattr(options, "strength", None)
    remedy = f"--strength {min(20.0, 3 * strength):g}" if strength else "--curve 160,255"
    return [f"{lost:.0%} of the ink is too faint for the SVG; {remedy} keeps more"]


def require_for_svg(options):
    """Raise `engine.WeightsError` if a package is missing that `--svg` needs."""
    if options.svg == "outline":
        engine.require("vtracer", "--svg outline", "vtracer")
    elif options.svg:
        engine.require("numba", "--svg", "requirements-predict.txt")


def write(result, targets, options, resolution=None):
    """Write a `base.Result` of `draw` to the files of `name_files`."""
    arrays = result.arrays
    for kind, path in targets.items():
        if kind != "svg":
            images.write(path, arrays[kind], resolution=resolution)
            continue
        how = options.svg, options.svg_tolerance, path.stem
        files.write_bytes(path, vectors.draw_lines(arrays["ink"], *how, arrays["share"], arrays["colours"]))
