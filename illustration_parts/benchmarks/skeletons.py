"""Speed of skeleton maps: by stage, compared with plain library calls, and of a whole data set."""

import os
import subprocess
import sys
import tempfile
import time

import cv2
import numpy as np

from illustration_parts.benchmarks import timing
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.benchmarks.timing import time_fastest
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import region_maps, skeletons
from illustration_parts.system import cli

MAP_SIZE = (1000, 1400)


def add_options(parser):
    """Add the options of `benchmark.py skeletons`."""
    parser.add_argument("--region", metavar="X.region.png", help="region map (default: a drawn one)")
    parser.add_argument("--repeats", metavar="N", type=cli.whole(1), default=5, help="runs of which the fastest counts")
    parser.add_argument(
        "--maps", metavar="N", type=cli.whole(0), default=0, help="also time skeletonize_all.py on N drawn maps"
    )


def run(parser, args):
    """Measure the making of skeleton maps; returns the exit code."""
    try:
        if args.region:
            region_map = region_maps.read_region_map(args.region)
        else:
            region_map = region_maps.colour_regions(illustrations.draw(0, size=(1024, 1821)).regions)
        print(compare_skeletons(region_map, args.repeats))
        print(f"First call, compiling included: {measure_compiling():.1f} s.", flush=True)
        if args.maps:
            print(measure_data_set(args.maps))
    except cli.FAILURES as error:
        print(f"benchmark.py: {args.region or 'skeletons'}: {cli.describe(error)}", file=sys.stderr)
        return 1
    return 0


def skeletonize_plainly(region_map):
    """Compute a skeleton map step by step, with OpenCV and scikit-image: what `skeletonize.py` is measured against."""
    from skimage.morphology import skeletonize

    edge = np.zeros(region_map.shape[:2], bool)
    edge[:-1] |= (region_map[:-1] != region_map[1:]).any(-1)
    edge[:, :-1] |= (region_map[:, :-1] != region_map[:, 1:]).any(-1)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
    lines = skeletonize(cv2.dilate(edge.astype(np.uint8), cross) == 0)
    heights = np.full(edge.shape, 127.5, np.float32)
    for _ in range(512):
        heights[edge], heights[lines] = 0, 255
        heights = cv2.filter2D(heights, cv2.CV_32F, cross.astype(np.float32) / 5)
    heights[edge], heights[lines] = 0, 255
    return heights.astype(np.uint8)


def compare_skeletons(region_map, repeats):
    """Time each stage of a skeleton map, with one thread and with all, and the plain way; returns the table."""
    cores = cv2.getNumThreads()
    rows = []
    for threads in sorted({1, skeletons.count_cores()}):
        cv2.setNumThreads(threads)
        times, difference = time_stages(region_map, threads, repeats)
        rows.append((f"threads: {threads}", *(f"{value:.3f}" for value in times), f"{times[-1] / times[-2]:.1f}"))
    cv2.setNumThreads(cores)
    height, width = region_map.shape[:2]
    stages = ("edges", "thinning", "smoothing", "whole", "plain way", "ratio")
    text = format_table((f"one {width}x{height} region map, seconds", *stages), rows)
    return f"{text}\n\nMean difference from the plain way: {difference:.3f} grey levels."


def time_stages(region_map, threads, repeats):
    """Return seconds of edges, thinning, smoothing, the whole and the plain way; and how far the two results differ."""
    edge, edges = time_fastest(repeats, skeletons.find_edges, region_map)
    lines, thinning = time_fastest(repeats, skeletons.find_skeletons, edge)
    _, smoothing = time_fastest(repeats, skeletons.smooth_heights, edge, lines, threads=threads)
    heights, whole = time_fastest(repeats, skeletons.skeletonize_regions, region_map, threads)
    plain, slow = time_fastest(2, skeletonize_plainly, region_map)
    return (edges, thinning, smoothing, whole, slow), np.abs(heights.astype(int) - plain).mean()


def time_first_call():
    """Seconds of this process's first skeleton map."""
    begun = time.perf_counter()
    skeletons.skeletonize_regions(np.zeros((8, 8, 3), np.uint8))
    return time.perf_counter() - begun


def measure_compiling():
    """Seconds of the first call on a machine that has never run `skeletonize.py`, in a process of its own."""
    code = f"from {__name__} import time_first_call; print(time_first_call())"
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=timing.ROOT, env=environment, capture_output=True, text=True, check=True
        )
    return float(done.stdout)


def measure_data_set(count):
    """Time `skeletonize_all.py` on `count` drawn region maps, whole process; returns a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        illustrations.write_drawings(folder, count, size=MAP_SIZE, layout="danbooregion")
        run = timing.run_measured([sys.executable, timing.ROOT / "skeletonize_all.py", folder])
    each = run["seconds"] / count
    return (
        f"skeletonize_all.py on {count} maps of {MAP_SIZE[1]}x{MAP_SIZE[0]}: {run['seconds']:.1f} s, "
        f"{each:.3f} s a map. So the 3,377 maps of DanbooRegion 2020 take {each * 3377 / 60:.1f} minutes."
    )
