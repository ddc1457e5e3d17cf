"""Quality of sketch networks: sketches of degraded pictures, binary pictures made grey, colours with and without hints.

    table = try_colours(paint, drawings, hints=30)

All scores are means over pictures. Each stands next to a baseline: the score of a filter, a constant or a single
colour.
"""

import functools
import sys
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.benchmarks import command, inputs
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.drawing import artist, styles
from illustration_parts.imaging import filters
from illustration_parts.networks import engine, tiling
from illustration_parts.system import workers
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import sketches as sketch_task

SKETCHES = (sketch_task.Sketch.name, sketch_task.BinaryToSketch.name, colour_task.Colorize.name)
HINTS = (0, 10, 30)  # numbers of dabs that are tried
LEAST_SKIN = 300  # pixels
LEAST_AREA = 60  # pixels
RIM = 2  # pixels of an area's border that lines and anti-aliasing take
NEAR_SKIN = 20.0  # CIE Lab distance


def add_options(parser):
    """Add the options of `benchmark.py sketch`."""
    parser.add_argument("--task", choices=SKETCHES, default=SKETCHES[0], help="what the network is for")
    command.add_network_options(parser)
    command.add_count(parser, 60)
    parser.add_argument("--pictures", metavar="DIR", help="also try these pictures (not with colorize)")
    command.add_jobs(parser)


def run(parser, args):
    """Try a sketch network; returns the exit code."""
    if args.pictures and (not Path(args.pictures).is_dir() or args.task == colour_task.Colorize.name):
        parser.error(f"--pictures must be a folder, for sketch or binary2sketch. Received: {args.pictures}")
    network = engine.load(args.weights, args.engine, task=args.task)
    others, failures = inputs.read_all(args.pictures)
    for failure in failures:
        print(f"benchmark.py: {failure}", file=sys.stderr)
    print(report_sketches(network, args.task, args.count, others, args.jobs))
    return 1 if failures else 0


def report_sketches(network, task, count, others, jobs):
    """Try a sketch network in the way of its task; returns the table.

    Args:
        network: of `engine.load`.
        task: of `SKETCHES`.
        count: number of drawn validation pictures.
        others: list of further pictures, (H, W, 3) uint8 RGB.
        jobs: processes that draw.

    Raises:
        ValueError: if colours are asked for, and no drawn picture has any.
    """
    with workers.open_pool(jobs) as pool:
        drawn = [each[:2] for each in pool.map(inputs.draw_degraded, range(count), chunksize=4)]

    def find(picture):
        picture = filters.lighten(picture) if picture.ndim == 3 else picture[..., None]
        return tiling.run(network, picture)[..., 0]

    if task == sketch_task.Sketch.name:
        pairs = {"drawn, degraded": [(drawing.picture, degraded) for drawing, degraded in drawn]}
        return report_sketch(find, pairs | {"given": [(each, each) for each in others]})
    if task == sketch_task.BinaryToSketch.name:
        return report_binary(find, {"drawn": [drawing.picture for drawing, _ in drawn], "given": others})
    coloured = [drawing for drawing, _ in drawn if not colour_task.is_colourless(drawing.picture)]
    if not coloured:
        raise ValueError(f"none of {count} drawn pictures has colours: give a larger --count")
    return report_colours(network, coloured)


def report_sketch(find, sets):
    """The table of `try_sketch`, by {name: pairs}."""
    header = (
        "pictures", "error, levels", "of fixed XDoG", "ratio", "of `--auto`", "ink in specks", "of fixed XDoG",
    )  # fmt: skip
    table = []
    for name, pairs in sets.items():
        if pairs:
            row = try_sketch(find, pairs)
            errors = f"{row['found']:.2f}", f"{row['fixed']:.2f}", f"{row['found'] / row['fixed']:.3f}"
            specks = f"{row['found specks']:.4f}", f"{row['fixed specks']:.4f}"
            table.append((name, *errors, f"{row['auto']:.2f}", *specks))
    return format_table(header, table)


def report_binary(find, sets):
    """The table of `try_binary`, by {name: pictures}."""
    rows = [(name, try_binary(find, originals)) for name, originals in sets.items() if originals]
    header = ("pictures", "error, levels", "of the binary", "of a constant", "of the binary blurred")
    return format_table(header, [(name, *(f"{error:.2f}" for error in row.values())) for name, row in rows])


def report_colours(network, drawings):
    """The table of `try_colours`, by number of dabs."""
    channels = colour_task.network_channels(network)

    def paint(invent, lines, hints):
        return colour_task.colour(lambda given: tiling.run(network, given, channels, np.float32), lines, hints, invent)

    rows = []
    # A network with classes is also tried without them: that is what the absolute error alone has taught it.
    for hints, invent in [(hints, channels > 3) for hints in HINTS] + [(0, False)] * (channels > 3):
        row = try_colours(functools.partial(paint, invent), drawings, hints)
        rows.append(
            (
                hints if invent or channels == 3 else "0, none chosen",
                f"{row['error']:.1f}", f"{row['single']:.1f}", f"{row['error'] / row['single']:.3f}",
                f"{row['chroma']:.2f}", f"{row['inside']:.1f}", f"{row['between']:.1f}",
                f"{row['inside'] / max(row['between'], 1e-6):.2f}", f"{row['skin']:.2f} of {row['people']}",
            )
        )  # fmt: skip
    header = (
        "dabs", "error, CIE Lab", "of one colour", "ratio", "chroma, of the true", "spread in areas", "between them",
        "ratio", "skin",
    )  # fmt: skip
    return format_table(header, rows)


def to_lab(picture):
    """(H, W, 3) uint8 RGB to (H, W, 3) float32 CIE Lab, lightness 0..100."""
    return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def mean_error(found, truth):
    """Mean absolute difference of two uint8 arrays, in levels."""
    return float(cv2.absdiff(found, truth).mean())


def measure_specks(drawn):
    """The share of a sketch's ink that is in specks, parts of less than 12 pixels; 0 without ink."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((drawn < 128).view(np.uint8))
    areas = stats[1:count, cv2.CC_STAT_AREA]
    return float(areas[areas < filters.SPECK].sum() / max(1, areas.sum()))


def try_sketch(find, pairs):
    """Sketch degraded pictures, and compare with the clean sketches of the clean pictures.

    Args:
        find: function of (H, W, 3) uint8 RGB that returns a sketch, (H, W) uint8.
        pairs: iterable of (clean, degraded), (H, W, 3) uint8 RGB each.

    Returns:
        dict: mean errors in levels, and specks as of `measure_specks`. `found` is the network's sketch; `fixed` is
        XDoG of the degraded picture with fixed parameters (the better of its greys darkened or not); `auto` is XDoG
        with parameters that suit the degraded picture. `found specks` and `fixed specks` go with the first two.
    """
    rows = []
    for clean, degraded in pairs:
        truth, grey = sketch_task.make_clean_sketch(clean), sketch_task.to_grey(degraded)
        found, fixed = find(degraded), [filters.xdog(grey, power=power) for power in (1.0, filters.POWER)]
        errors = [mean_error(each, truth) for each in (found, *fixed, sketch_task.make_clean_sketch(degraded))]
        rows.append((*errors, measure_specks(found), measure_specks(fixed[1])))
    found, plain, dark, auto, found_specks, fixed_specks = np.mean(rows, axis=0).tolist()
    return {
        "found": found, "fixed": min(plain, dark), "auto": auto,
        "found specks": found_specks, "fixed specks": fixed_specks,
    }  # fmt: skip


def try_binary(find, pictures):
    """Make grey sketches of binarised pictures, and compare with the colour dodge of the pictures themselves.

    Args:
        find: function of (H, W) uint8, black and white, that returns a sketch, (H, W) uint8.
        pictures: iterable of (H, W, 3) uint8 RGB.

    Returns:
        dict of mean errors in levels:

        - `found`: of the network.
        - `binary`: of the binary picture itself.
        - `constant`: of the best constant for each picture.
        - `blurred`: of the binary picture after the best of some Gaussians.
    """
    rows = []
    for picture in pictures:
        grey = sketch_task.to_grey(picture)
        truth, binary = filters.dodge(grey), filters.threshold(grey)
        constant = np.full_like(truth, round(float(np.median(truth))))
        blurred = [mean_error(cv2.GaussianBlur(binary, (0, 0), sigma), truth) for sigma in (0.7, 1.0, 1.5, 2.5, 5.0)]
        errors = [mean_error(each, truth) for each in (find(binary), binary, constant)]
        rows.append((*errors, min(blurred)))
    return dict(zip(("found", "binary", "constant", "blurred"), np.mean(rows, axis=0).tolist()))


def find_single_colour(lab):
    """Find the best single colour of an (H, W, 3) Lab picture, its geometric median: (3,) float64."""
    points = lab[::4, ::4].reshape(-1, 3).astype(np.float64)
    middle = np.median(points, axis=0)
    for _ in range(30):  # Weiszfeld's algorithm
        weights = 1 / np.maximum(np.linalg.norm(points - middle, axis=1), 1e-3)
        middle = (points * weights[:, None]).sum(0) / weights.sum()
    return middle


def make_skin_palette():
    """The skin colours that people are drawn with, (n, 3) float32 Lab."""
    hues = np.linspace(*artist.SKIN_HUES, 4)
    colours_of = np.array([[styles.hsv(hue, *skin) for hue in hues for skin in artist.SKINS]])
    return to_lab(colours_of.astype(np.uint8))[0]


def is_like_skin(colours_found):
    """Whether the median of (n, 3) float32 Lab colours is within a distance of 20 of a skin colour."""
    away = np.linalg.norm(make_skin_palette() - np.median(colours_found, axis=0), axis=1)
    return bool(away.min() < NEAR_SKIN)


def measure_spread(lab, regions):
    """Measure how far colours spread inside areas, and between them, as Lab distances.

    Args:
        lab: (H, W, 3) float32. regions: (H, W) int32 ids.

    Returns:
        (inside, between): root mean square distances of pixels to their area's mean, and of these means to the mean of
        all. Areas of 60 pixels or more count, without a rim of 2 pixels. (0, 0) if there are fewer than two.
    """
    rim = cv2.morphologyEx(
        regions.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    )
    ids, points = regions[rim == 0], lab[rim == 0].astype(np.float64)
    counts = np.bincount(ids, minlength=int(regions.max()) + 1)
    kept = counts >= LEAST_AREA
    if kept.sum() < 2:
        return 0.0, 0.0
    sums = np.stack([np.bincount(ids, points[:, channel], len(counts)) for channel in range(3)], 1)
    means = sums / np.maximum(counts, 1)[:, None]
    inside = kept[ids]
    weights = counts[kept] / counts[kept].sum()
    middle = (means[kept] * weights[:, None]).sum(0)
    apart = np.square(points[inside] - means[ids[inside]]).sum(1).mean()
    between = (np.square(means[kept] - middle).sum(1) * weights).sum()
    return float(np.sqrt(apart)), float(np.sqrt(between))


def try_colours(paint, drawings, hints=0):
    """Colour the sketches of drawn pictures.

    Args:
        paint: function of a sketch, (H, W) uint8, and hints or None, that returns (H, W, 3) uint8 RGB.
        drawings: iterable of `illustrations.Drawing`. hints: number of dabs for each.

    Returns:
        dict:

        - `error`: mean CIE Lab distance to the true colours.
        - `single`: the same of the best single colour for each picture.
        - `chroma`: mean found chroma over the true one.
        - `inside`, `between`: see `measure_spread`; root mean squares over pictures.
        - `people`: number of pictures whose true skin looks like skin, as it does in plain light.
        - `skin`: share of these whose found median colour is like skin, see `is_like_skin`; nan without people.
    """
    rows, skins = [], []
    for drawing in drawings:
        given = colour_task.place_dabs(drawing.picture, drawing.regions, hints) if hints else None
        true = to_lab(drawing.picture)
        found = to_lab(paint(sketch_task.make_clean_sketch(drawing.picture), given))
        chromas = [float(np.hypot(lab[..., 1], lab[..., 2]).mean()) for lab in (found, true)]
        errors = [float(np.linalg.norm(true - other, axis=-1).mean()) for other in (found, find_single_colour(true))]
        rows.append((*errors, *chromas, *np.square(measure_spread(found, drawing.regions))))
        if drawing.skin.sum() >= LEAST_SKIN and is_like_skin(true[drawing.skin]):
            skins.append(is_like_skin(found[drawing.skin]))
    error, single, found, true, inside, between = np.mean(rows, axis=0).tolist()
    return {
        "error": error, "single": single, "chroma": found / max(true, 1e-6), "inside": inside**0.5,
        "between": between**0.5, "people": len(skins), "skin": float(np.mean(skins)) if skins else float("nan"),
    }  # fmt: skip
