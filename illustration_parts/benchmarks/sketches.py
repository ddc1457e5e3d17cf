"""Quality of sketch networks: sketches of degraded pictures, binary pictures made grey, colours.

    table = try_sketch(find, pairs)

All scores are means over pictures. Each stands next to a baseline: the score of a filter, a constant or a single
colour.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.benchmarks import colours, command, inputs
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.imaging import filters
from illustration_parts.networks import engine, tiling
from illustration_parts.system import workers
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import sketches as sketch_task

SKETCHES = (sketch_task.Sketch.name, sketch_task.BinaryToSketch.name, colour_task.Colorize.name)


def add_options(parser):
    """Add the options of `benchmark.py sketch`."""
    parser.add_argument("--task", choices=SKETCHES, default=SKETCHES[0], help="what the network is for")
    command.add_network_options(parser)
    command.add_count(parser, 60)
    parser.add_argument("--pictures", metavar="DIR", help="also try these pictures; colorize sketches them first")
    parser.add_argument(
        "--skin", metavar="DIR", help="masks of the skin in these pictures, white on black, of the same names"
    )
    command.add_jobs(parser)


def run(parser, args):
    """Try a sketch network; returns the exit code."""
    colorize = args.task == colour_task.Colorize.name
    if args.pictures and not Path(args.pictures).is_dir():
        parser.error(f"--pictures must be a folder. Received: {args.pictures}")
    if args.skin and not (Path(args.skin).is_dir() and args.pictures and colorize):
        parser.error(f"--skin must be a folder, with --pictures, for colorize. Received: {args.skin}")
    network = engine.load(args.weights, args.engine, task=args.task)
    others, failures = inputs.read_all(args.pictures)
    for failure in failures:
        print(f"benchmark.py: {failure}", file=sys.stderr)
    print(report_sketches(network, args.task, args.count, others, args.jobs))
    if colorize and others:
        sketcher = engine.load(None, args.engine, task=sketch_task.Sketch.name)
        print("\n" + colours.report_pictures(network, sketcher, args.pictures, args.skin))
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
        picture = sketch_task.prepare(network, picture) if picture.ndim == 3 else picture[..., None]
        return tiling.run(network, picture)[..., 0]

    if task == sketch_task.Sketch.name:
        pairs = {"drawn, degraded": [(drawing.picture, degraded) for drawing, degraded in drawn]}
        return report_sketch(find, pairs | {"given": [(each, each) for each in others]})
    if task == sketch_task.BinaryToSketch.name:
        return report_binary(find, {"drawn": [drawing.picture for drawing, _ in drawn], "given": others})
    coloured = [drawing for drawing, _ in drawn if not colour_task.is_colourless(drawing.picture)]
    if not coloured:
        raise ValueError(f"none of {count} drawn pictures has colours: give a larger --count")
    return colours.report_colours(network, coloured)


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
