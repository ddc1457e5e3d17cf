"""Measure quality, of lines, refined lines, sketches and regions, where they are known; and the speed of all.

    python benchmark.py lines                                  # shipped weights on 1,000 drawn pictures; 3 minutes
    python benchmark.py lines --truth lines --found results    # any results against any line maps
    python benchmark.py refine                                 # gaps, tremor, specks, clean drawings; 3 minutes
    python benchmark.py sketch --task colorize                 # sketches, or their colours, of drawn pictures; 1 minute
    python benchmark.py regions --truth maps --found results   # any region maps; 3 pictures a second for each core
    python benchmark.py speed                                  # shipped and published network, by engine; 2 minutes
    python benchmark.py speed --stages                         # predict.py: reading, network, writing, and together
    python benchmark.py speed --long 2000                      # predict.py: memory over many pictures
    python benchmark.py speed --train                          # training: what makes batches, and what uses them
    python benchmark.py skeletons                              # skeleton maps, by stage, against the plain way

Tables are Markdown, on stdout. Times are for two CPU cores.
"""

import argparse
import collections
import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from illustration_parts.benchmarks import refine as refine_trials
from illustration_parts.benchmarks import sketches as sketch_trials
from illustration_parts.benchmarks import speed
from illustration_parts.benchmarks.speed import format_table
from illustration_parts.drawing import degrade, illustrations, pens
from illustration_parts.imaging import filters, folders, images, region_maps, scales, tracing
from illustration_parts.imaging.scores import (
    SHORT_SIDES,
    WIDTHS,
    line_scores,
    region_scores,
    summarise_lines,
    summarise_regions,
)
from illustration_parts.networks import engine, tiling
from illustration_parts.system import cli
from illustration_parts.system.workers import map_ahead, open_pool
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import drawings
from illustration_parts.tasks import lines as line_task
from illustration_parts.tasks import refine as refine_task

DRAWING_SIZE = 384
OTHER_KINDS = (".region", ".image", ".skeleton", ".flatten")  # X.region.png is listed as X
OF_TRAINING = ("data", "batch", "crop", "variant", "critic", "precision")  # options of train.py
QUALITY_HEADER = (
    *("", "scale", "pictures", "F", "precision", "recall", "threshold", "F, own threshold", "mean error"),
    *("grey, %", "of the truth"),
)
WIDTHS_HEADER = ("F of lines", *(f"below {width} px" for width in WIDTHS), f"{WIDTHS[-1]} px or more")


def score_folders(truth, found, jobs):
    """Score all line maps of a folder against those of the same names in another.

    Returns:
        (table, failures): {name: `scores.line_scores`}, and a list of reasons, one for each file left out.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    return score_pairs(
        truth, found, lambda pair: (images.read_map(pair.picture), 255 - images.read_map(pair.lines)), jobs
    )


def score_pictures(pictures, truth, network, jobs, scale="auto"):
    """Run a network over a folder of pictures, at a scale of `scales.look`, and score it against a folder of line maps.

    Returns and raises as `score_folders`.
    """

    def load(pair):
        maps = drawings.find_maps(network, images.read(pair.picture), False, scale=scale)
        return images.read_map(pair.lines), maps[..., 0]

    return score_pairs(pictures, truth, load, jobs)


def score_pairs(one, other, load, jobs):
    """Score what `load` makes of each pair of two folders: true line map and found ink, both (H, W) uint8."""
    pairs, orphans = line_task.find_pairs(one, other)
    failures = [f"{path}: no partner" for path in orphans]
    table = {}

    def samples():
        for pair in pairs:
            try:
                yield pair.name, *load(pair)
            except cli.FAILURES as error:
                failures.append(f"{pair.name}: {cli.describe(error)}")

    with open_pool(jobs) as pool:
        for name, scores, reason in map_ahead(pool, score_maps, samples(), 4 * jobs):
            if reason:
                failures.append(f"{name}: {reason}")
            else:
                table[name] = scores
    return table, failures


def score_maps(sample):
    """Score (name, true line map, found ink); returns (name, scores, None), or (name, None, reason) if sizes differ."""
    name, lines, ink = sample
    try:
        return name, line_scores(images.to_network(255 - lines), images.to_network(ink)), None
    except ValueError as error:
        return name, None, str(error)


def score_regions(truth, found, jobs):
    """Score all region maps of a folder against those of the same names in another.

    Returns:
        (table, failures): {name: `scores.region_scores`}, and a list of reasons, one for each file left out.

    Raises:
        ValueError: if one of the folders does not exist.
    """
    from tqdm import tqdm

    truth, found = list_region_maps(truth), list_region_maps(found)
    failures = [f"{path}: no partner" for one, other in ((truth, found), (found, truth)) for path in alone(one, other)]
    pairs = [(name, path, found[name]) for name, path in truth.items() if name in found]
    table = {}
    with open_pool(jobs) as pool:
        results = map_ahead(pool, score_region_files, pairs, 4 * jobs)
        for name, scores, reason in tqdm(results, total=len(pairs), unit="picture", disable=None):
            if reason:
                failures.append(reason)
            else:
                table[name] = scores
    return table, failures


def alone(files, partners):
    """The paths of a {name: path} whose names `partners` lacks."""
    return [path for name, path in files.items() if name not in partners]


def list_region_maps(folder):
    """List a folder's region maps: `X.region.png`, or in a folder without any `X.png`, with any sub-folders.

    Files of the data set's other kinds are no region maps.

    Returns:
        {X: path}, sorted by name, numbers by value.

    Raises:
        ValueError: if there is no such folder.
    """
    folder = Path(folder)
    maps = folders.list_kind(folder, "region")
    for path in folder.rglob("*.png") if not maps else ():
        plain = path.is_file() and path.name[0] != "." and Path(path.stem).suffix not in OTHER_KINDS
        if plain:
            maps[path.relative_to(folder).as_posix().removesuffix(".png")] = path
    return {name: maps[name] for name in sorted(maps, key=folders.sort_naturally)}


def score_region_files(pair):
    """Score (name, path of the true map, path of the found one).

    Returns:
        (name, scores, None), or (name, None, reason) if a file cannot be read or the sizes are not of one picture.
    """
    name, true_path, found_path = pair
    at_fault = true_path
    try:
        true_map = region_maps.read_region_map(true_path)
        at_fault = found_path
        return name, region_scores(true_map, region_maps.read_region_map(found_path)), None
    except cli.FAILURES as error:
        return name, None, f"{at_fault}: {cli.describe(error)}"


SKETCHES = ("sketch", "binary2sketch", "colorize")
GAPS, SPACES = (1, 4, 8, 12), (16, 24, 32)  # pixels
WAVES = (9, 13, 18, 27)  # pixels
SPECKED_SIZE = (1080, 1920)


def draw_lines(number):
    """The lines of a drawn validation picture, (H, W) uint8, dark on white."""

    return illustrations.draw(illustrations.VALIDATION_SEED + number, size=DRAWING_SIZE).lines


def report_refiner(network, count, folder, jobs):
    """Try a line refiner in every way of `trials`; returns the tables.

    Args:
        network: of `engine.load`.
        count: of drawn validation pictures.
        folder: of line drawings to cut besides, or None.
        jobs: processes that draw.

    Raises:
        ValueError: if a file of the folder is no picture.
    """

    def refine(drawing):
        return 255 - tiling.run(network, np.ascontiguousarray(255 - drawing)[..., None])[..., 0]

    with open_pool(jobs) as pool:
        drawn = list(pool.map(draw_lines, range(count), chunksize=4))
    traced = [(tracing.trace(lines, tracing.HEAL), lines.shape) for lines in drawn]
    inked = [pens.draw_inked(*each) for each in traced]
    sets = {"drawn": drawn, "drawn, thinned": [tracing.thin(lines) for lines in drawn], "inked": inked}
    if folder:
        given = [folders.read_picture(path, images.read_map) for path in folders.list_pictures(folder).values()]
        if not given:
            raise ValueError(f"{folder} holds no pictures")
        sets |= {"given": given, "given, thinned": [tracing.thin(lines) for lines in given]}

    tables = [report_pairs(refine, drawn)]
    rows: list[tuple] = []
    for wave in WAVES:
        before, after = refine_trials.try_tremor(refine, traced, period=wave / 9)
        rows.append((f"{wave} px", f"{before:.2f}", f"{after:.2f}", f"{after / before:.2f}"))
    header = ("a hand that trembles by 1 to 2 px, in waves of", "px off before", "after", "ratio")
    tables.append(format_table(header, rows))
    rows = []
    for name, pictures in sets.items():
        for size in (*GAPS, *SPACES):
            found = refine_trials.try_gaps(refine, pictures, size)
            cuts = max(1, found["cuts"])
            kind = "closed" if size in GAPS else "bridged"
            areas = " / ".join(map(str, found["areas"]))
            share = f"{kind} {found[kind] / cuts:.3f}"
            rows.append((f"{name}, {size} px", found["cuts"], share, areas, f"{found['extra'] / found['pixels']:.4%}"))
    header = ("cut", "cuts", "share", "areas: true / cut / refined", "extra ink")
    tables.append(format_table(header, rows))

    rows = []
    for name in ("inked", "drawn", "given"):
        if name in sets:
            found = refine_trials.try_clean(refine, sets[name])
            rows.append((name, f"{found['change']:.1f}", f"{found['lost'] / max(1, found['thin']):.4f}"))
    tables.append(format_table(("clean drawings", "change of ink, levels", "lines lost"), rows))

    high, wide = (-(-length // DRAWING_SIZE) for length in SPECKED_SIZE)
    sheet = np.vstack([np.hstack([inked[(row * wide + k) % count] for k in range(wide)]) for row in range(high)])
    found = refine_trials.try_specks(refine, sheet[: SPECKED_SIZE[0], : SPECKED_SIZE[1]])
    gone, lost = found["gone"] / max(1, found["specks"]), found["lost"] / max(1, found["thin"])
    tables.append(f"Of {found['specks']} specks beside the lines {gone:.4f} are gone, and {lost:.4f} of the lines.")
    return "\n\n".join(tables)


def report_pairs(refine, drawn):
    """How near refined lines come to the styled ones; a sentence."""
    before, table = [], []
    for number, lines in enumerate(drawn):
        rng = np.random.default_rng(number)
        rough, clean, _ = refine_task.make_refine_drawing(lines, DRAWING_SIZE, rng, "rough")
        before.append(np.abs(rough.astype(int) - clean).mean())
        true, found = (images.to_network(255 - each) for each in (clean, refine(rough)))
        table.append(line_scores(true, found, (0.5,)))
    summary, before = summarise_lines(table), float(np.mean(before))
    return (
        f"{len(drawn)} drawn pairs: mean error {before:.2f} levels before and {255 * summary['mae']:.2f} after "
        f"({255 * summary['mae'] / before:.3f}), F of thinned lines {summary['f']:.3f} "
        f"(precision {summary['precision']:.3f}, recall {summary['recall']:.3f})."
    )


SPEED_TASKS = ("lines", "refine", "regions", *SKETCHES, "style", "filters")
HINTS = (0, 10, 30)  # dabs that colouring is tried with


def draw_worn(number):
    """Draw a validation picture; returns (`illustrations.Drawing`, the picture worn)."""

    seed = illustrations.VALIDATION_SEED + number
    drawing = illustrations.draw(seed, size=DRAWING_SIZE)
    return drawing, degrade.degrade(drawing.picture, drawing.classes, np.random.default_rng(seed))[0]


def report_sketches(network, task, count, folder, jobs):
    """Try a sketch network in the way of its task; returns the table.

    Args:
        network: of `engine.load`.
        task: of `SKETCHES`.
        count: of drawn validation pictures.
        folder: of pictures to try besides, or None.
        jobs: processes that draw.

    Raises:
        ValueError: if a file of the folder is no picture.
    """

    with open_pool(jobs) as pool:
        drawn = list(pool.map(draw_worn, range(count), chunksize=4))
    others = []
    if folder:
        others = [folders.read_picture(path) for path in folders.list_pictures(folder).values()]
        if not others:
            raise ValueError(f"{folder} holds no pictures")

    def find(picture):
        picture = filters.lighten(picture) if picture.ndim == 3 else picture[..., None]
        return tiling.run(network, picture)[..., 0]

    if task == "sketch":
        rows = [("drawn, worn", sketch_trials.try_sketch(find, [(each.picture, worn) for each, worn in drawn]))]
        rows += [("given", sketch_trials.try_sketch(find, [(each, each) for each in others]))] if others else []
        header = (
            "pictures", "error, levels", "of fixed XDoG", "ratio", "of `--auto`", "ink in specks", "of fixed XDoG",
        )  # fmt: skip
        table = [
            (
                name, f"{row['found']:.2f}", f"{row['fixed']:.2f}", f"{row['found'] / row['fixed']:.3f}",
                f"{row['auto']:.2f}", f"{row['found specks']:.4f}", f"{row['fixed specks']:.4f}",
            )
            for name, row in rows
        ]  # fmt: skip
        return format_table(header, table)
    if task == "binary2sketch":
        rows = [("drawn", sketch_trials.try_binary(find, [each.picture for each, _ in drawn]))]
        rows += [("given", sketch_trials.try_binary(find, others))] if others else []
        header = ("pictures", "error, levels", "of the binary", "of a constant", "of the binary blurred")
        return format_table(header, [(name, *(f"{error:.2f}" for error in row.values())) for name, row in rows])

    channels = colour_task.network_channels(network)

    def paint(invent, lines, hints):
        return colour_task.colour(lambda given: tiling.run(network, given, channels, np.float32), lines, hints, invent)

    coloured = [each for each, _ in drawn if not colour_task.is_colourless(each.picture)]
    colour_rows: list[tuple] = []
    # Where it can choose colours, also without: what the absolute error alone has taught it.
    for hints, invent in [(hints, channels > 3) for hints in HINTS] + [(0, False)] * (channels > 3):
        row = sketch_trials.try_colours(functools.partial(paint, invent), coloured, hints)
        colour_rows.append(
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
    return format_table(header, colour_rows)


def draw_sample(number):
    """Draw and wear one validation picture; returns (picture, classes, cases), see `synthesize`."""

    seed = illustrations.VALIDATION_SEED + number
    drawing = illustrations.draw(seed, size=DRAWING_SIZE)
    cases = set(drawing.cases)
    picture, classes = degrade.degrade(drawing.picture, drawing.classes, np.random.default_rng(seed), cases)
    return picture, classes, tuple(sorted(cases))


def score_drawing(sample):
    """Score the maps found in one drawing.

    Args:
        sample: (classes, cases, maps): (H, W, 3) uint8 truth, names, (H, W, K) uint8 maps with ink first and, if K is
            3, boundary share and fill edge.

    Returns:
        (cases, ink scores, fill-edge scores or None, (right, counted) pixels of line class).
    """
    classes, cases, maps = sample
    ink = line_task.ink_of(classes)
    scores = line_scores(images.to_network(ink), images.to_network(maps[..., 0]))
    if maps.shape[2] < 3:
        return cases, scores, None, (0, 0)
    edges = line_scores(images.to_network(classes[..., 2]), images.to_network(maps[..., 2]))
    clear = (ink > 128) & (np.abs(classes[..., 0].astype(int) - classes[..., 1]) > ink / 2)  # of one class alone
    right = (maps[..., 1] > 127) == (classes[..., 0] > classes[..., 1])
    return cases, scores, edges, (int((right & clear).sum()), int(clear.sum()))


def score_drawings(network, count, jobs, scale="auto"):
    """Run a network on the first `count` drawn validation pictures, at a scale of `scales.look`.

    Returns:
        List of `score_drawing` results.
    """
    from tqdm import tqdm

    with open_pool(jobs) as pool:
        samples = map_ahead(pool, draw_sample, range(count), 4 * jobs)
        find = functools.partial(drawings.find_maps, network, scale=scale)
        found = ((classes, cases, find(picture)) for picture, classes, cases in samples)
        results = map_ahead(pool, score_drawing, found, 4 * jobs)
        return list(tqdm(results, total=count, unit="picture", disable=None))


def quality_row(name, table, threshold=None, scale=""):
    """Return a row under `QUALITY_HEADER` for a list of `scores.line_scores`."""
    summary = summarise_lines(table, threshold)
    numbers = [f"{summary[key]:.3f}" for key in ("f", "precision", "recall")]
    greys = [f"{100 * summary[key]:.1f}" for key in ("grey", "true_grey")]
    ends = summary["threshold"], f"{summary['f_own']:.3f}", f"{summary['mae']:.4f}"
    return (name, scale, summary["count"], *numbers, *ends, *greys)


def widths_row(name, table):
    """Return a row under `WIDTHS_HEADER` for a list of `scores.line_scores`."""
    scores = summarise_lines(table)["f_by_width"]
    return (name, *("" if score is None else f"{score:.3f}" for score in scores))


def report_folders(tables, each):
    """Return the tables of sets, with one row for every picture if `each`, and one of F by line width.

    Args:
        tables: {scale: {name: scores}}, the scale "" for results that were there.
        each: whether every picture gets a row.
    """
    rows = [quality_row("all", list(table.values()), scale=scale) for scale, table in tables.items()]
    for scale, table in tables.items() if each else ():
        rows += [quality_row(name, [scores], scale=scale) for name, scores in sorted(table.items())]
    by_width = [widths_row(f"scale {scale}" if scale else "all", list(each.values())) for scale, each in tables.items()]
    return format_table(QUALITY_HEADER, rows) + "\n\n" + format_table(WIDTHS_HEADER, by_width)


REGIONS_HEADER = (  # those of `REGIONS_COLUMNS`, in words
    *("", "pictures", "AP", "OIS", "ODS", "boundary F", "precision", "recall"),
    *("covering", "variation of information, bits", "true regions", "found regions"),
)
REGIONS_COLUMNS = {
    **{key: ".3f" for key in ("ap", "ois", "ods", "boundary_f", "boundary_precision", "boundary_recall", "covering")},
    **{"vi": ".2f", "true_regions": ".0f", "found_regions": ".0f"},
}


def regions_row(name, table):
    """Return a row under `REGIONS_HEADER` for a list of `scores.region_scores`."""
    summary = summarise_regions(table)
    return (name, summary["count"], *(format(summary[key], kind) for key, kind in REGIONS_COLUMNS.items()))


def report_regions(table, each):
    """Return the table of a {name: scores} set, with one row for every picture if `each`."""
    rows = [regions_row("all", list(table.values()))]
    if each:
        rows += [regions_row(name, [scores]) for name, scores in table.items()]
    return format_table(REGIONS_HEADER, rows)


def export_regions(table, failures):
    """Return a {name: scores} set as JSON: summary, scores of each picture, and what was left out."""
    pictures = {
        name: {**scores, "precisions": dict(zip(SHORT_SIDES, scores["precisions"].tolist()))}
        for name, scores in table.items()
    }
    return json.dumps({"set": summarise_regions(list(table.values())), "pictures": pictures, "failed": failures})


def report_drawings(results, scale):
    """Return the tables of `score_drawings`: the whole set, then a row for each case at the set's threshold."""
    scores = [result[1] for result in results]
    summary = summarise_lines(scores)
    cases = collections.defaultdict(list)
    for names, score, *_ in results:
        for name in names:
            cases[name].append(score)
    rows = [quality_row("all", scores, scale=scale)]
    rows += [quality_row(name, cases[name], summary["threshold"], scale) for name in sorted(cases)]
    text = format_table(QUALITY_HEADER, rows) + "\n\n" + format_table(WIDTHS_HEADER, [widths_row("all", scores)])
    if results[0][2] is not None:
        right, counted = (sum(result[3][column] for result in results) for column in range(2))
        edges = summarise_lines([result[2] for result in results])
        text += f"\n\nLine class right on {right / max(counted, 1):.3f} of the ink; fill edges: F {edges['f']:.3f}"
        text += f" (precision {edges['precision']:.3f}, recall {edges['recall']:.3f})."
    return text


def build_parser():
    """Return the parser of the command line, with a sub-command for each measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="{lines,refine,sketch,regions,speed,skeletons}"
    )
    add_command = functools.partial(commands.add_parser, formatter_class=cli.HelpFormatter)

    from_0, from_1 = (cli.whole(low) for low in (0, 1))

    lines = add_command("lines", help="score found lines against true ones")
    lines.add_argument("--truth", metavar="DIR", help="line maps, dark on white")
    lines.add_argument("--found", metavar="DIR", help="results to score, under the same names")
    lines.add_argument("--pictures", metavar="DIR", help="pictures to run the network on, under the same names")
    lines.add_argument("--weights", metavar="FILE", help="network to run (default: the shipped one)")
    lines.add_argument("--engine", choices=engine.ENGINES, default="auto", help="what runs the network")
    lines.add_argument(
        "--scale", type=scales.parse, nargs="+", metavar="auto|X",
        help="as for predict.py; of several, each gets rows of its own (default: auto)",
    )  # fmt: skip
    lines.add_argument("--count", metavar="N", type=from_1, default=1000, help="drawn pictures, without any folder")
    lines.add_argument("--each", action="store_true", help="also a row for every picture of the folders")
    lines.add_argument("--jobs", metavar="N", type=from_1, default=os.cpu_count() or 1, help="processes")

    refine = add_command("refine", help="try a line refiner: gaps, tremor, specks, clean drawings")
    refine.add_argument("--weights", metavar="FILE", help="network to run (default: the shipped one)")
    refine.add_argument("--engine", choices=engine.ENGINES, default="auto", help="what runs the network")
    refine.add_argument("--count", metavar="N", type=from_1, default=60, help="drawn pictures")
    refine.add_argument("--lines", metavar="DIR", help="line drawings to cut besides, dark on white")
    refine.add_argument("--jobs", metavar="N", type=from_1, default=os.cpu_count() or 1, help="processes")

    sketches = add_command("sketch", help="try a sketch network: sketches, grey of binary pictures, colours")
    sketches.add_argument("--task", choices=SKETCHES, default="sketch", help="what the network is for")
    sketches.add_argument("--weights", metavar="FILE", help="network to run (default: the shipped one)")
    sketches.add_argument("--engine", choices=engine.ENGINES, default="auto", help="what runs the network")
    sketches.add_argument("--count", metavar="N", type=from_1, default=60, help="drawn pictures")
    sketches.add_argument("--pictures", metavar="DIR", help="pictures to try besides (not with colorize)")
    sketches.add_argument("--jobs", metavar="N", type=from_1, default=os.cpu_count() or 1, help="processes")

    regions = add_command("regions", help="score found regions against true ones")
    regions.add_argument("--truth", metavar="DIR", required=True, help="region maps, X.region.png or X.png")
    regions.add_argument("--found", metavar="DIR", required=True, help="results to score, under the same names")
    regions.add_argument("--each", action="store_true", help="also a row for every picture")
    regions.add_argument("--json", action="store_true", help="all numbers, for machines, instead of the table")
    regions.add_argument("--jobs", metavar="N", type=from_1, default=os.cpu_count() or 1, help="processes")

    fast = add_command("speed", help="time and memory: of networks, of predict.py, of training")
    fast.add_argument("--task", choices=SPEED_TASKS, default="lines", help="what to do (filters: those of sketch.py)")
    fast.add_argument("--repeats", metavar="N", type=from_1, default=5, help="runs of which the fastest counts")
    fast.add_argument("--pictures", metavar="N", type=from_1, default=10, help="1080p pictures for predict.py")
    fast.add_argument(
        "--large", action="store_true", help="also a picture of 16,000 x 12,000 (regions: 10,000 x 8,000)"
    )

    fast.add_argument("--stages", action="store_true", help="predict.py by stages instead, alone and together")
    fast.add_argument("--long", metavar="N", type=from_1, help="memory of predict.py over N pictures instead")
    fast.add_argument("--train", action="store_true", help="training instead: what makes batches beside what uses them")
    fast.add_argument(
        "--workers", metavar="N", type=from_1, nargs="+", help="with --train: processes (default: 1 to all)"
    )
    fast.add_argument("--seconds", metavar="S", type=float, default=20.0, help="with --train: for how long each")
    for option in OF_TRAINING:
        fast.add_argument(f"--{option}", metavar=option.upper(), help="with --train: as for train.py")
    fast.add_argument("--jit", action="store_true", help="with --train: as for train.py")

    skeletons = add_command("skeletons", help="time of skeleton maps by stage, against the plain way")
    skeletons.add_argument("--region", metavar="X.region.png", help="region map (default: a drawn one)")
    skeletons.add_argument("--repeats", metavar="N", type=from_1, default=5, help="runs of which the fastest counts")
    skeletons.add_argument(
        "--maps", metavar="N", type=from_0, default=0, help="also skeletonize_all.py on N drawn maps"
    )

    # What `speed` runs in processes of their own.
    measure = commands.add_parser("measure")
    for name, kind in (("weights", str), ("engine", str), ("precision", str), ("picture", str), ("repeats", int)):
        measure.add_argument(name, type=kind)
    measure.add_argument("--task", default="lines")
    measure = commands.add_parser("measure-flips")
    for name, kind in (("weights", str), ("engine", str), ("picture", str), ("flips", int)):
        measure.add_argument(name, type=kind)
    make = commands.add_parser("make-network")
    make.add_argument("variant")
    make.add_argument("path")
    return parser


def run_lines(parser, args):
    """Score found lines: `benchmark.py lines`; returns the exit code."""
    if bool(args.truth) != bool(args.found or args.pictures) or args.found and args.pictures:
        parser.error("give --truth with either --found or --pictures, or none of the three")
    for folder in (args.truth, args.found, args.pictures):
        if folder and not Path(folder).is_dir():
            parser.error(f"{folder} is no folder")
    if args.found and args.scale:
        parser.error("--scale is for --pictures or drawn pictures; those of --found were made at some scale already")
    wanted = args.scale or ["auto"]
    try:
        if args.found:
            table, failures = score_folders(args.truth, args.found, args.jobs)
            return finish(table, failures, lambda: report_folders({"": table}, args.each))
        network = engine.load(args.weights, args.engine)
        if not args.pictures:
            for scale in wanted:
                print(report_drawings(score_drawings(network, args.count, args.jobs, scale), scale))
            return 0
        tables = {}
        for scale in wanted:
            tables[scale], failures = score_pictures(args.pictures, args.truth, network, args.jobs, scale)
    except (engine.WeightsError, ValueError) as error:
        print(f"benchmark.py: {error}", file=sys.stderr)
        return 1
    return finish(tables[wanted[0]], failures, lambda: report_folders(tables, args.each))


def run_refine(parser, args):
    """Score refined lines: `benchmark.py refine`; returns the exit code."""
    if args.lines and not Path(args.lines).is_dir():
        parser.error(f"{args.lines} is no folder")
    try:
        network = engine.load(args.weights, args.engine, task="refine")
        print(report_refiner(network, args.count, args.lines, args.jobs))
    except (engine.WeightsError, ValueError) as error:
        print(f"benchmark.py: {error}", file=sys.stderr)
        return 1
    return 0


def run_sketches(parser, args):
    """Score sketches and colours: `benchmark.py sketch`; returns the exit code."""
    if args.pictures and (not Path(args.pictures).is_dir() or args.task == "colorize"):
        parser.error(f"--pictures must be a folder, for sketch or binary2sketch. Received: {args.pictures}")
    try:
        network = engine.load(args.weights, args.engine, task=args.task)
        print(report_sketches(network, args.task, args.count, args.pictures, args.jobs))
    except (engine.WeightsError, ValueError) as error:
        print(f"benchmark.py: {error}", file=sys.stderr)
        return 1
    return 0


def run_regions(parser, args):
    """Score found regions: `benchmark.py regions`; returns the exit code."""
    for folder in (args.truth, args.found):
        if not Path(folder).is_dir():
            parser.error(f"{folder} is no folder")
    table, failures = score_regions(args.truth, args.found, args.jobs)
    if args.json:
        return finish(table, failures, lambda: export_regions(table, failures))
    return finish(table, failures, lambda: report_regions(table, args.each))


def finish(table, failures, report):
    """Print what went wrong, and the report of what there is; returns the exit code."""
    for failure in failures:
        print(f"benchmark.py: {failure}", file=sys.stderr)
    if not table:
        print("benchmark.py: nothing to score", file=sys.stderr)
        return 1
    print(report())
    return 1 if failures else 0


def run_speed(parser, args):
    """Measure time and memory: `benchmark.py speed`; returns the exit code."""
    if sum(map(bool, (args.train, args.stages, args.long is not None))) > 1:
        parser.error("give one of --train, --stages and --long")
    if args.stages and args.task != "lines" or args.long is not None and args.task == "filters":
        parser.error(f"--stages is of lines alone, --long of what predict.py does. Received: --task {args.task}")
    if not args.train and (args.jit or any(getattr(args, name) is not None for name in ("workers", *OF_TRAINING))):
        parser.error(f"--workers, --jit, --{', --'.join(OF_TRAINING)} belong to --train")
    if args.train:
        return run_train_speed(parser, args)
    if args.stages or args.long:
        try:
            with tempfile.TemporaryDirectory() as folder:
                if args.stages:
                    print(speed.measure_stages(folder, args.pictures))
                else:
                    print(speed.report_long_run(args.long, ["--task", args.task]))
        except (RuntimeError, engine.WeightsError) as error:
            print(f"benchmark.py: {error}", file=sys.stderr)
            return 1
        return 0
    if args.task != "lines":
        with tempfile.TemporaryDirectory() as folder:
            try:
                folder = Path(folder)
                if args.task == "regions":
                    print(speed.compare_region_programs(folder, args.pictures, args.large))
                elif args.task == "refine":
                    print(speed.compare_refiners(folder, args.pictures, args.repeats, args.large))
                elif args.task == "filters":
                    print(speed.compare_filters(folder, args.pictures))
                else:
                    print(speed.compare_sketch_programs(folder, args.task, args.pictures, args.large))
            except RuntimeError as error:
                print(f"benchmark.py: {error}", file=sys.stderr)
                return 1
        return 0
    if not speed.are_shipped():
        print("No network is shipped: its place is taken by one with random weights.\n")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        try:
            files = speed.prepare_networks(folder)
            print(speed.compare_networks(folder, files, args.repeats) + "\n", flush=True)
            print(speed.compare_programs(folder, files, args.pictures, args.large))
        except RuntimeError as error:
            print(f"benchmark.py: {error}", file=sys.stderr)
            return 1
    return 0


def run_train_speed(parser, args):
    """Measure what a training's input gives and its steps ask: `benchmark.py speed --train`; returns the exit code."""
    if args.task not in engine.TASKS or not args.seconds > 0:
        parser.error(
            f"--train needs a task that is trained, --seconds must be above 0. Received: {args.task}, {args.seconds}"
        )
    cores = os.cpu_count() or 1
    workers = args.workers or sorted({1, *(2**k for k in range(1, 8) if 2**k < cores), cores})
    command = [sys.executable, speed.ROOT / "train.py", "--task", args.task, "--measure", args.seconds, *workers]
    for option in OF_TRAINING:
        if getattr(args, option) is not None:
            command += [f"--{option}", getattr(args, option)]
    return subprocess.run([*map(str, command), *["--jit"] * args.jit]).returncode


def run_skeletons(parser, args):
    """Measure the making of skeleton maps: `benchmark.py skeletons`; returns the exit code."""
    try:
        if args.region:
            region_map = region_maps.read_region_map(args.region)
        else:
            region_map = region_maps.colour_regions(illustrations.draw(0, size=(1024, 1821)).regions)
        print(speed.compare_skeletons(region_map, args.repeats))
        print(f"First call, compiling included: {speed.measure_compiling():.1f} s.", flush=True)
        if args.maps:
            print(speed.measure_data_set(args.maps))
    except cli.FAILURES as error:
        print(f"benchmark.py: {args.region or 'skeletons'}: {cli.describe(error)}", file=sys.stderr)
        return 1
    return 0


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    args = parser.parse_args(arguments)
    if args.command == "lines":
        return run_lines(parser, args)
    if args.command == "refine":
        return run_refine(parser, args)
    if args.command == "sketch":
        return run_sketches(parser, args)
    if args.command == "regions":
        return run_regions(parser, args)
    if args.command == "speed":
        return run_speed(parser, args)
    if args.command == "skeletons":
        return run_skeletons(parser, args)
    if args.command == "measure":
        measured = speed.measure_network(
            args.weights, args.engine, args.precision, args.picture, args.repeats, args.task
        )
        print(json.dumps(measured))
    elif args.command == "measure-flips":
        print(speed.measure_flips(args.weights, args.engine, args.picture, args.flips))
    else:
        speed.make_network(args.variant, args.path)
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
