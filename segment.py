"""Turn a skeleton map into regions: markers above a threshold, a watershed between them, and clean-up.

    python segment.py X.skeleton.png                          # writes X.region.png beside it
    python segment.py X.skeleton.png --image X.image.png      # boundaries and colours of the picture count too

The first form is for exact skeleton maps, such as those of region maps. A network's skeleton map is blurred, has gaps
and knows boundaries only roughly. The second form is for such a map; it takes 0.2 s for 1.5 megapixels.
"""

import argparse
import sys
from pathlib import Path

from illustration_parts.imaging import folders, images, region_maps, segmentation
from illustration_parts.system import cli, files


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter)
    parser.add_argument(
        "skeletons", metavar="X.skeleton.png", nargs="+", help="skeleton map: 255 on centre lines, 0 on boundaries"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="region map, or folder of them (default: X.region.png beside each input)"
    )
    parser.add_argument(
        "--min-area", metavar="N", type=cli.whole(0), default=argparse.SUPPRESS,
        help="join smaller regions to the neighbour with the longest common boundary (default: 0); with --image, to "
        f"the most similar neighbour (default: a 60,000th of the picture, at least {segmentation.MIN_AREA})",
    )  # fmt: skip
    plain = parser.add_argument_group("from the map alone")
    plain.add_argument(
        "--threshold", metavar="T", type=cli.whole(0, 254), default=argparse.SUPPRESS,
        help=f"heights above T mark regions; with --image, the picture then counts for --min-area alone (default: "
        f"{segmentation.THRESHOLD})",
    )  # fmt: skip
    plain.add_argument(  # older; as --threshold with its default and --min-area
        "--smallest", metavar="N", type=cli.whole(0), default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    fine = parser.add_argument_group("from the map and the picture")
    fine.add_argument(
        "--image", metavar="X.image.png", default=argparse.SUPPRESS,
        help="the picture: its edges, lines and colours count too, and the region map gets its size",
    )  # fmt: skip
    fine.add_argument(
        "--detail",
        metavar="D",
        type=cli.number(0, 1),
        default=argparse.SUPPRESS,
        help="how fine regions get, 0..1 (default: 0.5)",
    )
    parser.add_argument("--show", action="store_true", help="open the region map in the system's viewer")
    return parser


def name_goals(sources, output):
    """Return the path of each source's region map; several sources, or a folder as output, give files in a folder."""
    goals = [folders.name_result(source, "region") for source in sources]
    if output is None:
        return goals
    if len(sources) > 1 or Path(output).is_dir():
        return [Path(output) / goal.name for goal in goals]
    return [Path(output)]


def convert(source, goal, options):
    """Write the region map of one skeleton map; returns the number of regions."""
    if files.is_same(source, goal):
        raise ValueError("is also the output: name another with -o")
    ids = find(images.read_map(source), options)
    goal.parent.mkdir(parents=True, exist_ok=True)
    images.write(goal, region_maps.colour_regions(ids))
    return int(ids.max()) + 1


def is_plain(chosen):
    """Whether regions are found in the map alone, {name: value} of the options that were given."""
    return "image" not in chosen or "threshold" in chosen or "smallest" in chosen


def find(skeleton_map, options):
    """Find the regions of a skeleton map as the options say."""
    chosen = vars(options)
    given = {key: chosen[key] for key in ("threshold", "detail", "min_area") if key in chosen}
    if "smallest" in chosen:
        given["min_area"] = chosen["smallest"]
    if "image" not in chosen:
        return segmentation.find_regions(skeleton_map, **given)
    try:
        picture = images.read(options.image)
        fitted = images.fit(picture, skeleton_map.shape)  # refuses other proportions
    except ValueError as error:
        raise ValueError(f"its picture, {options.image}, {error}") from None
    if is_plain(chosen):
        return segmentation.find_regions(skeleton_map, **given, picture=fitted)
    return segmentation.segment(picture, skeleton_map, **given)


def check_options(options, parser):
    """End with exit code 2 where options do not go together."""
    chosen = vars(options)
    if "detail" in chosen and is_plain(chosen):
        parser.error("--detail goes with --image, and without --threshold")
    if "smallest" in chosen and "min_area" in chosen:
        parser.error("--smallest is an older name of --min-area: give one of them")
    if "image" in chosen and len(options.skeletons) > 1:
        parser.error("--image belongs to one skeleton map. Received: several")


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    check_options(options, parser)
    goals = name_goals(options.skeletons, options.output)
    if len(set(goals)) < len(goals):
        parser.error("two of the skeleton maps would write the same region map: do them one by one")
    failed = False
    for source, goal in zip(options.skeletons, goals):
        try:
            count = convert(source, goal, options)
            print(f"Wrote {goal}: {count} regions")
            if options.show:
                files.show(goal)
        except cli.FAILURES as error:
            print(f"{source}: {cli.describe(error, source)}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
