"""Turn a skeleton map into regions: markers above a threshold, a watershed between them, and clean-up.

python regions.py X.skeleton.png                                      # writes X.region.png beside it
python regions.py X.skeleton.png --smallest 60 --image X.image.png    # small regions join the one of nearest colour
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numba import njit

import images
import processes

THRESHOLD = 30  # a skeleton map's heights above this mark regions


# ----------------------------------------------------------------------------------------------------------- steps
def find_regions(skeleton_map, threshold=THRESHOLD, smallest=0, picture=None):
    """Find the regions of a skeleton map.

    Args:
        skeleton_map: (H, W) uint8, 255 on centre lines, 0 on boundaries.
        threshold: 0..254; connected areas above it are the markers. A lower one splits less.
        smallest: regions of fewer pixels join a neighbour: the one with the longest common boundary, or the one of
            nearest colour if there is a picture.
        picture: (H, W, 3) uint8 RGB, or None.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel, row by row.

    Raises:
        ValueError: for arguments of other form, or if nothing lies above the threshold.
    """
    markers = find_markers(skeleton_map, threshold)
    if markers.max() < 0:
        raise ValueError(f"has nothing above the threshold, {threshold}: no region to find")
    if picture is not None and picture.shape != (*skeleton_map.shape, 3):
        raise ValueError(f"picture must be {(*skeleton_map.shape, 3)}. Received: {picture.shape}")
    ids = flood(skeleton_map, markers)
    if smallest > 1:
        ids = join_small(ids, smallest, picture)
    return images.label_areas(ids)


def find_markers(skeleton_map, threshold=THRESHOLD):
    """Number the 4-connected areas above a threshold: (H, W) int32, 0..n-1, and -1 elsewhere.

    Raises:
        ValueError: if the map is not (H, W) uint8, or the threshold not 0..254.
    """
    if skeleton_map.ndim != 2 or skeleton_map.dtype != np.uint8 or not skeleton_map.size:
        raise ValueError(f"expected (H, W) uint8, not empty. Received: {skeleton_map.shape} {skeleton_map.dtype}")
    if not 0 <= threshold < 255:
        raise ValueError(f"threshold must be 0..254. Received: {threshold}")
    _, markers = cv2.connectedComponents((skeleton_map > threshold).astype(np.uint8), connectivity=4)
    return markers - 1


def flood(heights, markers):
    """Let markers grow downhill, highest pixels first, until all pixels belong to one: a watershed.

    Args:
        heights: (H, W) uint8; regions are high, boundaries low.
        markers: (H, W) int32, at least one 0 or more; -1 is what has to be decided.

    Returns:
        (H, W) int32, every pixel that of a marker.

    Reference:
        Meyer, "Color image segmentation", International Conference on Image Processing, 1992: with one
        first-in-first-out queue for each of the 256 heights.
    """
    height, width = heights.shape
    rim_heights = np.zeros((height + 2, width + 2), np.uint8)
    rim_heights[1:-1, 1:-1] = heights
    labels = np.zeros((height + 2, width + 2), np.int32)  # the rim belongs to none and is never decided
    labels[1:-1, 1:-1] = markers
    labels[0], labels[-1], labels[:, 0], labels[:, -1] = -2, -2, -2, -2
    _flood(rim_heights.reshape(-1), labels.reshape(-1), width + 2)
    return np.ascontiguousarray(labels[1:-1, 1:-1])


def join_small(ids, smallest, picture=None):
    """Join regions of fewer than `smallest` pixels to a neighbour, the smallest first.

    Args:
        ids: (H, W) int32, 0..n-1.
        smallest: number of pixels.
        picture: (H, W, 3) uint8 RGB: the neighbour of nearest mean colour is taken. None: the one with the longest
            common boundary.

    Returns:
        (H, W) int32, the ids that are left, not renumbered.
    """
    count = int(ids.max()) + 1
    sizes = np.bincount(ids.reshape(-1), minlength=count)
    sums = None
    if picture is not None:
        channels = picture.reshape(-1, 3).astype(np.float64)
        sums = np.stack([np.bincount(ids.reshape(-1), channels[:, c], count) for c in range(3)], 1)
    neighbours = find_neighbours(ids, count)
    parents = np.arange(count)
    for region in np.argsort(sizes, kind="stable"):
        region = int(region)
        # It may have been joined, or others may have joined it, since the order was made.
        if parents[region] != region or sizes[region] >= smallest or not neighbours[region]:
            continue
        candidates = sorted(neighbours[region])
        if sums is None:
            best = max(candidates, key=lambda other: (neighbours[region][other], sizes[other]))
        else:
            mean = sums[region] / sizes[region]
            best = min(candidates, key=lambda other: np.abs(sums[other] / sizes[other] - mean).sum())
            sums[best] += sums[region]
        parents[region] = best
        sizes[best] += sizes[region]
        taken, neighbours[region] = neighbours[region], {}
        for other, length in taken.items():
            neighbours[other].pop(region)
            if other != best:
                neighbours[best][other] = neighbours[best].get(other, 0) + length
                neighbours[other][best] = neighbours[best][other]
    while (parents[parents] != parents).any():
        parents = parents[parents]
    return parents[ids].astype(np.int32)


def find_neighbours(ids, count):
    """Return, for each of `count` regions, {neighbour: length of the common boundary in pixel sides}."""
    pairs = [np.stack([ids[:, :-1], ids[:, 1:]], -1).reshape(-1, 2), np.stack([ids[:-1], ids[1:]], -1).reshape(-1, 2)]
    pairs = np.concatenate(pairs)
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1).astype(np.int64)
    codes, lengths = np.unique(pairs[:, 0] * count + pairs[:, 1], return_counts=True)
    neighbours = [{} for _ in range(count)]
    for code, length in zip(codes.tolist(), lengths.tolist()):
        one, other = divmod(code, count)
        neighbours[one][other] = neighbours[other][one] = length
    return neighbours


@njit(cache=True, nogil=True)
def _flood(heights, labels, stride):
    """Fill labels of -1 in place; flat arrays with a rim, rows of `stride` pixels."""
    around = (-stride, -1, 1, stride)
    first, last = np.full(256, -1, np.int32), np.full(256, -1, np.int32)  # ends of each height's queue
    after = np.empty(labels.size, np.int32)  # the pixel behind each one in its queue
    top = 0
    for place in range(stride, labels.size - stride):
        if labels[place] >= 0:
            for step in around:
                if labels[place + step] == -1:
                    level = heights[place]
                    after[place] = -1
                    if first[level] < 0:
                        first[level] = place
                    else:
                        after[last[level]] = place
                    last[level] = place
                    top = max(top, level)
                    break
    while top >= 0:
        place = first[top]
        if place < 0:
            top -= 1
            continue
        first[top] = after[place]
        for step in around:
            near = place + step
            if labels[near] == -1:
                labels[near] = labels[place]
                level = min(top, heights[near])  # what lies behind a boundary is not higher than it
                after[near] = -1
                if first[level] < 0:
                    first[level] = near
                else:
                    after[last[level]] = near
                last[level] = near


# ---------------------------------------------------------------------------------------------------------- command
def build_parser():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument(
        "skeletons", metavar="X.skeleton.png", nargs="+", help="skeleton map: 255 on centre lines, 0 on boundaries"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="region map, or folder of them (default: X.region.png beside each input)"
    )
    parser.add_argument("--threshold", metavar="T", type=int, default=THRESHOLD, help="heights above it mark regions")
    parser.add_argument("--smallest", metavar="N", type=int, default=0, help="smaller regions (pixels) join another")
    parser.add_argument(
        "--image", metavar="X.image.png", help="they join the neighbour of nearest colour, not of longest boundary"
    )
    parser.add_argument("--show", action="store_true", help="open the region map in the system's viewer")
    return parser


def name_goals(sources, output):
    """Return the path of each source's region map; several sources, or a folder as output, give files in a folder."""
    goals = [images.name_result(source, "region") for source in sources]
    if output is None:
        return goals
    if len(sources) > 1 or Path(output).is_dir():
        return [Path(output) / goal.name for goal in goals]
    return [Path(output)]


def convert(source, goal, options):
    """Write the region map of one skeleton map; returns the number of regions."""
    if goal.exists() and goal.samefile(source):
        raise ValueError("is also the output: name another with -o")
    skeleton_map = images.read_map(source)
    picture = None
    if options.image:
        try:
            picture = images.fit(images.read(options.image), skeleton_map.shape)
        except ValueError as error:
            raise ValueError(f"its picture, {options.image}, {error}") from None
    ids = find_regions(skeleton_map, options.threshold, options.smallest, picture)
    goal.parent.mkdir(parents=True, exist_ok=True)
    images.write(goal, images.colour_regions(ids))
    return int(ids.max()) + 1


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if not 0 <= options.threshold < 255:
        parser.error(f"--threshold must be 0..254. Received: {options.threshold}")
    if options.smallest < 0:
        parser.error(f"--smallest must be 0 or more. Received: {options.smallest}")
    if options.image and len(options.skeletons) > 1:
        parser.error("--image belongs to one skeleton map. Received: several")
    goals = name_goals(options.skeletons, options.output)
    if len(set(goals)) < len(goals):
        parser.error("two of the skeleton maps would write the same region map: do them one by one")
    failed = False
    for source, goal in zip(options.skeletons, goals):
        try:
            count = convert(source, goal, options)
            print(f"Wrote {goal}: {count} regions")
            if options.show:
                images.show(goal)
        except processes.FAILURES as error:
            print(f"{source}: {processes.describe(error)}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
