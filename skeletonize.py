"""Turn a region map into its skeleton map: 255 on the regions' centre lines, 0 on their boundaries, smooth between.

    python skeletonize.py X.region.png                    # writes X.skeleton.png beside it
    python skeletonize.py X.region.png --stages --show    # also every stage on the way, as PNGs

A network cannot learn the numbers of a region map. It can learn a skeleton map, which is a height. After DanbooRegion
2020 (Zhang, Ji and Liu, ECCV 2020). Their program starts from random noise; this one is exact and repeatable.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from illustration_parts.imaging import folders, images, region_maps, segmentation, skeletons
from illustration_parts.system import cli, files


def make_stages(region_map):
    """Return the stages of a skeleton map: {name: (H, W) or (H, W, 3) uint8}, in order."""

    edge = skeletons.find_edges(region_map)
    lines = skeletons.find_skeletons(edge)
    field = np.full(edge.shape, int(skeletons.MIDDLE), np.uint8)
    field[edge], field[lines] = 0, 255
    heights = skeletons.smooth_heights(edge, lines)
    markers = segmentation.find_markers(heights)
    markers = np.where(markers[..., None] < 0, np.uint8(0), region_maps.colour_regions(np.maximum(markers, 0)))
    return {
        "edge": edge.view(np.uint8) * np.uint8(255),
        "lines": lines.view(np.uint8) * np.uint8(255),
        "field": field,
        "normals": skeletons.find_normals(heights),
        "markers": markers,
    }


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter)
    parser.add_argument("region", metavar="X.region.png", help="region map: every region in a colour of its own")
    parser.add_argument("-o", "--output", metavar="FILE", help="skeleton map (default: X.skeleton.png beside it)")
    parser.add_argument(
        "--stages",
        action="store_true",
        help="also write every stage, X.skeleton.edge.png and so on: edge, lines, field, normals, markers",
    )
    parser.add_argument("--show", action="store_true", help="open the skeleton map in the system's viewer")
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    goal = Path(options.output) if options.output else folders.name_result(options.region, "skeleton")
    if files.is_same(options.region, goal):
        print(f"{options.region}: is also the output: name another with -o", file=sys.stderr)
        return 1
    try:
        region_map = region_maps.read_region_map(options.region)
        region_maps.check_annotation(region_map)
        images.write(goal, skeletons.skeletonize_regions(region_map))
        print(f"Wrote {goal}")
        if options.stages:
            for name, stage in make_stages(region_map).items():
                images.write(goal.with_suffix(f".{name}.png"), stage)
                print(f"Wrote {goal.with_suffix(f'.{name}.png')}")
        if options.show:
            files.show(goal)
    except cli.FAILURES as error:
        print(f"{options.region}: {cli.describe(error, options.region)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
