"""Write the skeleton map of every region map of a data set, on all cores or on a cluster.

    python skeletonize_all.py                                        # train and val of data/DanbooRegion2020
    python skeletonize_all.py my_maps --jobs 4                       # X.region.png to X.skeleton.png, in any folders
    python skeletonize_all.py --cluster tcp://192.168.0.1:8786       # on the workers of a Dask cluster

Maps that are newer than their region map are left alone. So an interrupted run goes on where it ended.
A map of 1,400 x 1,000 pixels takes about 0.2 seconds of one core.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from illustration_parts.imaging import skeletons
from illustration_parts.imaging.folders import list_kind, name_result
from illustration_parts.system import cli, workers
from illustration_parts.system import cluster as dask_cluster

ROOT = Path(__file__).resolve().parent
DATA = ROOT / "data" / "DanbooRegion2020"
DEFAULT_FOLDERS = (DATA / "train", DATA / "val")


def plan(folders, overwrite=False):
    """List the maps to be made.

    Args:
        folders: folders of region maps, with any sub-folders.
        overwrite: whether to do maps again that are up to date.

    Returns:
        (tasks, failures): a list of (region map, skeleton map, whether it must be done), in numeric order, folder by
        folder, each once. The failures are messages about pictures without a region map, and unreadable folders.

    Raises:
        ValueError: if a folder does not exist or has no region map.
    """
    tasks, failures, seen = [], [], set()
    for folder in folders:
        unread = []
        regions, pictures = list_kind(folder, "region", unread), list_kind(folder, "image", [])
        failures += [f"{path}: {cli.describe(error, path)}" for path, error in unread]
        if not regions and not unread:
            raise ValueError(f"{folder} has no region map: expected files named X.region.png")
        for source in regions.values():
            if source.resolve() in seen:  # folders may contain each other
                continue
            seen.add(source.resolve())
            goal = name_result(source, "skeleton")
            tasks.append((source, goal, overwrite or not is_newer(goal, source)))
        failures += [
            f"{path}: has no region map: expected {Path(stem).name}.region.png beside it"
            for stem, path in pictures.items()
            if stem not in regions
        ]
    return tasks, failures


def is_newer(path, other):
    """Whether a file exists and is not older than another."""
    return path.exists() and path.stat().st_mtime >= other.stat().st_mtime


def run(tasks, jobs, cluster=None):
    """Do the tasks of `plan`, with one log line each, in order unless a cluster does them.

    Args:
        tasks: as of `plan`.
        jobs: processes.
        cluster: address of a Dask scheduler, or None for this machine. Its workers must see the same files and this
            folder under the same paths.

    Returns:
        List of messages about maps that could not be done.
    """
    numbered = [(number, *task[:2]) for number, task in enumerate(tasks, 1) if task[2]]
    calls = [(source.resolve(), goal.resolve()) for _, source, goal in numbered]
    failures = []
    with tqdm(total=len(numbered), unit="map", disable=None) as bar:
        for index, reason in run_calls(calls, jobs, cluster):
            number, source, goal = numbered[index]
            if reason:
                failures.append(f"{source}: {reason}")
                tqdm.write(failures[-1], file=sys.stderr)
            else:
                tqdm.write(f"Writing   {shorten(goal)}   {number}/{len(tasks)}", file=sys.stdout)
            bar.update()
    return failures


def run_calls(calls, jobs, address):
    """Yield (index, None or reason of failure) of calls of `skeletons.convert`, those of a cluster as they end."""
    if address:
        for index, reason, error in dask_cluster.run(address, skeletons.convert, calls, tqdm.write):
            yield index, cli.describe(error) if error else reason
        return
    if jobs > 1:  # compile once, or all processes would do so at the same time
        skeletons.skeletonize_regions(np.zeros((8, 8), np.uint8))
    with workers.open_pool(jobs) as pool:
        yield from enumerate(pool.map(skeletons.convert, *zip(*calls)))


def shorten(path):
    """Return a path relative to the working directory, if it lies below it."""
    try:
        return f"./{path.resolve().relative_to(Path.cwd()).as_posix()}"
    except ValueError:
        return str(path)


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter)
    parser.add_argument(
        "folders",
        metavar="FOLDER",
        nargs="*",
        help="folders of X.region.png (default: train and val of data/DanbooRegion2020)",
        default=argparse.SUPPRESS,
    )
    parser.add_argument("--jobs", metavar="N", type=cli.whole(1), default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--cluster", metavar="ADDRESS", help="a Dask scheduler, such as tcp://192.168.0.1:8786")
    parser.add_argument("--overwrite", action="store_true", help="make maps again that are newer than their region map")
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    folders = [Path(folder) for folder in getattr(options, "folders", [])]
    if not folders:
        folders = [folder for folder in DEFAULT_FOLDERS if folder.is_dir() and list_kind(folder, "region", [])]
    if not folders:
        parser.error(f"no X.region.png in {' and '.join(map(str, DEFAULT_FOLDERS))}, and no other folder was given")
    try:
        tasks, failures = plan(folders, options.overwrite)
    except ValueError as error:
        parser.error(str(error))
    for failure in failures:
        print(failure, file=sys.stderr)
    due, failed = sum(task[2] for task in tasks), []
    if due:
        try:
            failed = run(tasks, options.jobs, options.cluster)
        except (ImportError, OSError) as error:
            where = f"--cluster {options.cluster}: " if options.cluster else ""
            print(f"{where}{cli.describe(error)}", file=sys.stderr)
            return 1
    print(f"{due - len(failed)} written, {len(tasks) - due} up to date, {len(failures) + len(failed)} failed")
    return 1 if failures or failed else 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
