"""Turn a skeleton map into regions: markers above a threshold, a watershed between them, and clean-up.

    python segment.py X.skeleton.png                          # writes X.region.png beside it
    python segment.py X.skeleton.png --image X.image.png      # boundaries and colours of the picture count too

The first is for skeleton maps of region maps, which are exact. What a network finds is blurred, has gaps and knows
boundaries only roughly; the second makes regions of that and the picture together, in 0.2 s for 1.5 megapixels.
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
    plain = parser.add_argument_group("from the map alone")
    plain.add_argument(
        "--threshold", metavar="T", type=cli.whole(0, 254), default=argparse.SUPPRESS,
        help=f"heights above it mark regions (default: {segmentation.THRESHOLD})",
    )  # fmt: skip
    plain.add_argument(
        "--smallest", metavar="N", type=cli.whole(0), default=argparse.SUPPRESS,
        help="smaller regions (pixels) join the neighbour of longest boundary, or with --image of nearest colour "
        "(default: 0)",
    )  # fmt: skip
    fine = parser.add_argument_group("from the map and the picture")
    fine.add_argument(
        "--image", metavar="X.image.png", default=argparse.SUPPRESS,
        help="the picture, of whose size the region map will be: its edges, lines and colours count too, unless "
        "--threshold or --smallest is given",
    )  # fmt: skip
    fine.add_argument(
        "--detail",
        metavar="D",
        type=cli.number(0, 1),
        default=argparse.SUPPRESS,
        help="how fine regions get, 0..1 (default: 0.5)",
    )
    fine.add_argument(
        "--min-area", metavar="N", type=cli.whole(0), default=argparse.SUPPRESS,
        help="smaller regions (pixels) join the neighbour they are most alike (default: a 60,000th of the picture, "
        f"at least {segmentation.MIN_AREA})",
    )  # fmt: skip
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


def find(skeleton_map, options):
    """Find the regions of a skeleton map as the options say."""
    chosen = vars(options)
    plain = {key: chosen[key] for key in ("threshold", "smallest") if key in chosen}
    if "image" not in chosen:
        return segmentation.find_regions(skeleton_map, **plain)
    try:
        picture = images.read(options.image)
        fitted = images.fit(picture, skeleton_map.shape)  # refuses other proportions
    except ValueError as error:
        raise ValueError(f"its picture, {options.image}, {error}") from None
    if plain:
        return segmentation.find_regions(skeleton_map, **plain, picture=fitted)
    return segmentation.segment(
        picture, skeleton_map, **{key: chosen[key] for key in ("detail", "min_area") if key in chosen}
    )


def check_options(options, parser):
    """End with exit code 2 where options do not go together."""
    chosen = vars(options)
    plain, fine = ({"threshold", "smallest"} & chosen.keys(), {"detail", "min_area"} & chosen.keys())
    if fine and ("image" not in chosen or plain):
        parser.error("--detail and --min-area go with --image, and without --threshold and --smallest")
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
