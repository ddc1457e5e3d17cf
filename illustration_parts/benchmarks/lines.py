"""Quality of found lines: on drawn validation pictures, by case, or on any folder of line maps.

table, failures, remarks = score_folders("truth", "found", jobs=2)
print(report_folders({"": table}, each=False))
"""

import collections
import functools

import numpy as np
from tqdm import tqdm

from illustration_parts.benchmarks import command, inputs
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.imaging import folders, images, line_maps, scales
from illustration_parts.imaging.line_scores import WIDTHS, line_scores, summarise_lines
from illustration_parts.networks import engine
from illustration_parts.system import cli, workers
from illustration_parts.tasks import drawings
from illustration_parts.tasks import lines as line_task

QUALITY_HEADER = (
    *("", "scale", "pictures", "F", "precision", "recall", "threshold", "F, own threshold", "mean error"),
    *("grey, %", "of the truth"),
)
COUNT = 500  # drawn pictures
WIDTHS_HEADER = ("F of lines", *(f"below {width} px" for width in WIDTHS), f"{WIDTHS[-1]} px or more")


def add_options(parser):
    """Add the options of `benchmark.py lines`."""
    parser.add_argument("--truth", metavar="DIR", help="line maps, dark on white")
    parser.add_argument("--found", metavar="DIR", help="results to score, under the same names")
    parser.add_argument("--pictures", metavar="DIR", help="pictures to run the network on, under the same names")
    command.add_network_options(parser)
    parser.add_argument(
        "--scale", type=scales.parse, nargs="+", metavar="auto|X",
        help="as of predict.py; several give rows of their own (default: auto)",
    )  # fmt: skip
    parser.add_argument(  # without a default, so that `run` sees whether it was given
        "--count", metavar="N", type=cli.whole(1),
        help=f"number of drawn pictures, if no folder is given (default: {COUNT})",
    )  # fmt: skip
    parser.add_argument("--each", action="store_true", help="with --truth: also a row for every picture")
    command.add_jobs(parser)


def run(parser, args):
    """Score found lines; returns the exit code."""
    if bool(args.truth) != bool(args.found or args.pictures) or args.found and args.pictures:
        parser.error("give --truth with either --found or --pictures, or none of the three")
    command.check_folders(parser, args.truth, args.found, args.pictures)
    if args.found and args.scale:
        parser.error("--scale is for --pictures or drawn pictures; those of --found were made at some scale already")
    if args.truth:
        command.refuse(parser, args, ("count",), "drawn pictures: expected no folders beside it")
    else:
        command.refuse(parser, args, ("each",), "--truth, with --found or --pictures")
    if args.found:
        command.refuse(parser, args, ("weights", "engine"), "a network to run: expected no --found beside it")
        table, failures, remarks = score_folders(args.truth, args.found, args.jobs)
        return command.finish(table, failures, lambda: report_folders({"": table}, args.each), remarks)
    network, wanted = engine.load(args.weights, args.engine), args.scale or ["auto"]
    if not args.pictures:
        for scale in wanted:
            print(report_drawings(score_drawings(network, args.count or COUNT, args.jobs, scale), scale))
        return 0
    tables = {}
    for scale in wanted:
        tables[scale], failures, remarks = score_pictures(args.pictures, args.truth, network, args.jobs, scale)
    return command.finish(tables[wanted[0]], failures, lambda: report_folders(tables, args.each), remarks)


def score_folders(truth, found, jobs):
    """Score all line maps of a folder against those of the same names in another.

    Returns:
        (table, failures, remarks): {name: `line_scores.line_scores`}; a list of reasons, one for each file left out;
        and one of remarks on true maps, see `line_maps.read_line_map`.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """

    def load(pair, remarks):
        true = line_maps.read_line_map(pair.picture, remarks)
        return true, 255 - folders.read_picture(pair.lines, images.read_map)

    return score_pairs(truth, found, load, jobs)


def score_pictures(pictures, truth, network, jobs, scale="auto"):
    """Run a network over a folder of pictures, at a scale of `scales.look`, and score it against a folder of line maps.

    Returns and raises as `score_folders`.
    """

    def load(pair, remarks):
        true = line_maps.read_line_map(pair.lines, remarks)
        return true, drawings.find_maps(network, folders.read_picture(pair.picture), False, scale=scale)[..., 0]

    return score_pairs(pictures, truth, load, jobs)


def score_pairs(one, other, load, jobs):
    """Score what `load` makes of each pair of two folders: true line map and found ink, both (H, W) uint8.

    Returns and raises as `score_folders`.
    """
    pairs, unpaired = line_task.find_pairs(one, other)
    failures = [
        f"{path}: has no partner: expected the same name in {other if path.is_relative_to(one) else one}"
        for path in unpaired
    ]
    remarks: list[str] = []

    def samples():
        for pair in pairs:
            try:
                yield pair.name, *load(pair, remarks)
            except ValueError as error:  # it names the file
                failures.append(str(error))
            except cli.FAILURES as error:
                failures.append(f"{pair.name}: {cli.describe(error)}")

    return command.score_all(score_maps, samples(), jobs, failures), failures, remarks


def score_maps(sample):
    """Score (name, true line map, found ink); returns (name, scores, None), or (name, None, reason) if sizes differ."""
    name, lines, ink = sample
    try:
        return name, line_scores(images.to_network(255 - lines), images.to_network(ink)), None
    except ValueError as error:
        return name, None, f"{name}: {error}"


def draw_sample(number):
    """Draw and degrade one validation picture; returns (picture, classes, cases), see `inputs.draw_degraded`."""
    return inputs.draw_degraded(number)[1:]


def score_drawing(sample):
    """Score the maps found in one drawing.

    Args:
        sample: (classes, cases, maps). The ground truth is (H, W, 3) uint8; the maps are (H, W, K) uint8: ink, and if K
            is 3 boundary share and fill edge.

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
    with workers.open_pool(jobs) as pool:
        samples = workers.map_ahead(pool, draw_sample, range(count), 4 * jobs)
        find = functools.partial(drawings.find_maps, network, scale=scale)
        found = ((classes, cases, find(picture)) for picture, classes, cases in samples)
        results = workers.map_ahead(pool, score_drawing, found, 4 * jobs)
        return list(tqdm(results, total=count, unit="picture", disable=None))


def quality_row(name, table, threshold=None, scale=""):
    """Return a row under `QUALITY_HEADER` for a list of `scores.line_scores`.

    A number that no line stands behind is a dash: all but the error without true and found lines.
    """
    summary = summarise_lines(table, threshold)
    numbers = [f"{summary[key]:.3f}" for key in ("f", "precision", "recall")]
    greys = [f"{100 * summary[key]:.1f}" for key in ("grey", "true_grey")]
    ends = summary["threshold"], f"{summary['f_own']:.3f}", f"{summary['mae']:.4f}"
    if not any(scores["true"].sum() or scores["found"].sum() for scores in table):
        return (name, scale, summary["count"], *["–"] * 5, ends[-1], *["–"] * 2)
    return (name, scale, summary["count"], *numbers, *ends, *greys)


def widths_row(name, table):
    """Return a row under `WIDTHS_HEADER` for a list of `scores.line_scores`; a dash where there are no such lines."""
    scores = summarise_lines(table)["f_by_width"]
    return (name, *("–" if score is None else f"{score:.3f}" for score in scores))


def join_tables(by_quality, by_width):
    """Return a table of `quality_row`s and one of `widths_row`s."""
    return format_table(QUALITY_HEADER, by_quality) + "\n\n" + format_table(WIDTHS_HEADER, by_width)


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
    return join_tables(rows, by_width)


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
    text = join_tables(rows, [widths_row("all", scores)])
    if results[0][2] is not None:
        right, counted = (sum(result[3][column] for result in results) for column in range(2))
        found = [result[2] for result in results]
        share = f"{right / counted:.3f}" if counted else "–"
        text += f"\n\nLine class right on {share} of the ink; fill edges: F "
        if any(each["true"].sum() or each["found"].sum() for each in found):
            edges = summarise_lines(found)
            text += f"{edges['f']:.3f} (precision {edges['precision']:.3f}, recall {edges['recall']:.3f})."
        else:
            text += "– (there are none)."
    return text
