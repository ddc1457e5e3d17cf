"""Quality of found regions: any folder of region maps, against ground truth; or areas of line art with gaps.

table, failures = score_regions("truth", "found", jobs=2)
print(report_regions(table, each=False))
"""

import json
from pathlib import Path

from illustration_parts.benchmarks import command, inputs, line_gaps
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.imaging import folders, region_maps
from illustration_parts.imaging.region_scores import SHORT_SIDES, region_scores, summarise_regions
from illustration_parts.system import cli

OTHER_KINDS = (".region", ".image", ".skeleton", ".flatten")  # X.region.png is listed as X
COUNT, SEED = 20, 0  # of drawings with gaps
REGIONS_HEADER = (  # names of `REGIONS_COLUMNS`
    *("", "pictures", "AP", "OIS", "ODS", "boundary F", "precision", "recall"),
    *("covering", "variation of information, bits", "true regions", "found regions"),
)
REGIONS_COLUMNS = {
    **{key: ".3f" for key in ("ap", "ois", "ods", "boundary_f", "boundary_precision", "boundary_recall", "covering")},
    **{"vi": ".2f", "true_regions": ".0f", "found_regions": ".0f"},
}


def add_options(parser):
    """Add the options of `benchmark.py regions`."""
    parser.add_argument("--truth", metavar="DIR", help="region maps, X.region.png or X.png")
    parser.add_argument("--found", metavar="DIR", help="results to score, under the same names")
    parser.add_argument("--each", action="store_true", help="with --truth: also a row for every picture")
    parser.add_argument("--pictures", metavar="DIR", help="without --truth: also cut gaps into these line drawings")
    # These have no default here, so that `run` sees whether they were given.
    sizes = " ".join(map(str, line_gaps.SIZES))
    parser.add_argument(
        "--gaps", metavar="PX", nargs="+", type=cli.whole(1, 50),
        help=f"without --truth: sizes of the gaps (default: {sizes})",
    )  # fmt: skip
    parser.add_argument(
        "--count", metavar="N", type=cli.whole(1),
        help=f"without --truth: drawn line drawings with gaps (default: {COUNT})",
    )  # fmt: skip
    parser.add_argument(
        "--seed", metavar="N", type=cli.whole(0), help=f"without --truth: of the gaps' places (default: {SEED})"
    )
    parser.add_argument("--json", action="store_true", help="print all numbers, for machines, instead of the table")
    command.add_jobs(parser)


def run(parser, args):
    """Score found regions, or try line drawings with gaps; returns the exit code."""
    command.check_folders(parser, args.truth, args.found, args.pictures)
    if bool(args.truth) != bool(args.found):
        parser.error("--truth and --found belong together: expected both, or none for line drawings with gaps")
    if not args.truth:
        command.refuse(parser, args, ("each",), "--truth and --found")
        return run_gaps(args)
    if args.pictures:
        parser.error("--pictures are line drawings to cut gaps into: expected no --truth and --found beside them")
    needed = "line drawings with gaps: expected no --truth and --found beside it"
    command.refuse(parser, args, ("gaps", "count", "seed"), needed)
    table, failures = score_regions(args.truth, args.found, args.jobs)
    if args.json:
        return command.finish(table, failures, lambda: export_regions(table, failures))
    return command.finish(table, failures, lambda: report_regions(table, args.each))


def run_gaps(args):
    """Cut gaps into the lines of drawn and given pictures, and find their areas; returns the exit code."""
    remarks: list[str] = []
    given, failures = inputs.read_all(args.pictures, lambda path: line_gaps.read_drawing(path, remarks))
    sets = {"drawn": line_gaps.draw_all(args.count or COUNT, args.jobs)} | ({"given": given} if given else {})
    tried = line_gaps.try_all(sets, args.gaps or line_gaps.SIZES, args.seed or SEED)
    if args.json:
        return command.finish(tried, failures, lambda: json.dumps({"sets": tried, "failed": failures}), remarks)
    return command.finish(tried, failures, lambda: line_gaps.report_gaps(tried), remarks)


def score_regions(truth, found, jobs):
    """Score all region maps of a folder against those of the same names in another.

    Returns:
        (table, failures): {name: `scores.region_scores`}, and a list of reasons, one for each file left out.

    Raises:
        ValueError: if one of the folders does not exist.
    """
    true_maps, found_maps = list_region_maps(truth), list_region_maps(found)
    failures = [
        f"{path}: has no partner: expected the same name in {folder}"
        for maps, others, folder in ((true_maps, found_maps, found), (found_maps, true_maps, truth))
        for name, path in maps.items() if name not in others
    ]  # fmt: skip
    pairs = [(name, path, found_maps[name]) for name, path in true_maps.items() if name in found_maps]
    return command.score_all(score_region_files, pairs, jobs, failures, len(pairs)), failures


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
        (name, scores, None), or (name, None, reason). Reasons are a file that cannot be read, a true map that is
        smoothed or has one colour, and sizes that do not fit.
    """
    name, true_path, found_path = pair
    at_fault = true_path
    try:
        true_map = region_maps.read_annotation(true_path)
        at_fault = found_path
        return name, region_scores(true_map, region_maps.read_region_map(found_path)), None
    except cli.FAILURES as error:
        return name, None, f"{at_fault}: {cli.describe(error)}"


def regions_row(name, table):
    """Return a row under `REGIONS_HEADER` for a list of `scores.region_scores`."""
    summary = summarise_regions(table)
    return (name, summary["count"], *(format(summary[key], kind) for key, kind in REGIONS_COLUMNS.items()))


def report_regions(table, each):
    """Return the table of a {name: scores} set, with one row for every picture if `each`."""
    rows = [regions_row("all", list(table.values()))]
    rows += [regions_row(name, [scores]) for name, scores in table.items()] if each else []
    return format_table(REGIONS_HEADER, rows)


def export_regions(table, failures):
    """Return a {name: scores} set as JSON: summary, scores of each picture, and what was left out."""
    pictures = {
        name: {**scores, "precisions": dict(zip(SHORT_SIDES, scores["precisions"].tolist()))}
        for name, scores in table.items()
    }
    return json.dumps({"set": summarise_regions(list(table.values())), "pictures": pictures, "failed": failures})
