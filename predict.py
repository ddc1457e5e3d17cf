"""Extracts the lines of illustrations: pictures or folders in, one PNG of dark lines on white for each out.

    python predict.py                          # data/predict to data/result
    python predict.py my_folder --output lines

A 1080p picture takes about 0.6 seconds on two CPU cores, after half a second to start. Results have their picture's
size and name, in the same sub-folders. Exit status: 0 if all was done, 1 if a picture failed (named on standard
error; the others are done), 2 for wrong usage, 130 or 143 if interrupted or terminated.
"""

import argparse
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

import engine
import images
import ink
import tiling
from processes import FAILURES, describe

DATA = Path(__file__).resolve().parent / "data"
LARGE = 24e6  # pixels; of larger pictures there is never more than one in memory


class Job(NamedTuple):
    """One picture to do: where it is, and where its results go, by kind (`"lines"` is the main one)."""

    source: Path
    targets: dict


def main(arguments=None):
    """Run the command line; returns the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return run(options, parser)
    except KeyboardInterrupt:
        print("predict.py: interrupted", file=sys.stderr)
        return 130


def run(options, parser):
    """Plan, load, predict, report; returns the exit status."""
    start = time.monotonic()
    jobs, problems = plan(options, parser)
    skipped = 0
    if options.skip_existing:
        remaining = [job for job in jobs if not all(path.exists() for path in job.targets.values())]
        jobs, skipped = remaining, len(jobs) - len(remaining)
    for path, reason in problems:
        complain(path, reason)
    if jobs:
        try:
            options.output.mkdir(parents=True, exist_ok=True)
            network = engine.load(options.weights, options.engine, options.precision)
        except (OSError, engine.WeightsError) as error:
            print(f"predict.py: {describe(error)}", file=sys.stderr)
            return 1
        if options.classes and network.name != "line_extractor":
            parser.error(f"--classes: {network.name} finds ink only")
        problems += predict(jobs, network, options)
    done = len(jobs) - sum(isinstance(path, Job) for path, _ in problems)
    report = [f"{done} done in {time.monotonic() - start:.1f} s, in {options.output}"]
    report += [f"{skipped} already there"] * bool(skipped) + [f"{len(problems)} failed"] * bool(problems)
    print("; ".join(report))
    return 1 if problems else 0


def plan(options, parser):
    """Find the pictures and give each its results' names.

    Returns:
        jobs, and a list of (path, reason) for inputs that cannot be done.
    """
    found, problems = find_pictures(options.inputs or [DATA / "predict"], options.output, parser)
    sources = {source.resolve() for source, _ in found}
    jobs, taken = [], {}
    for source, relative in found:
        rival = None
        for name in candidate_names(relative):
            targets = name_targets(options.output / relative.parent, name, options)
            rivals = [taken[key] for key in map(_key, targets.values()) if key in taken]
            if not rivals:
                break
            rival = rivals[0]
        if rival:
            print(f"{source}: written as {targets['lines']}, since {rival} has the simpler name")
        for path in targets.values():
            taken[_key(path)] = source
            if path.resolve() in sources:
                parser.error(f"{path} is itself a picture to read and would be overwritten; choose another --output")
        jobs.append(Job(source, targets))
    return jobs, problems


def find_pictures(inputs, output, parser):
    """List the pictures of files and folders, sorted, each once, as (path, path in the output), and the problems."""
    found, problems, seen = [], [], set()
    for item in map(Path, inputs):
        if item.is_dir():
            if item.resolve() == output.resolve():
                parser.error(f"--output {output} is the folder to read; choose another")
            files = list(walk(item, output.resolve(), problems))
            if not files:
                problems.append((item, "no pictures in this folder"))
        elif item.exists():
            files = [item]
        else:
            files, _ = [], problems.append((item, "no such file or folder"))
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                found.append((file, file.relative_to(item) if item.is_dir() else Path(file.name)))
    return found, problems


def walk(folder, output, problems):
    """The pictures of a folder and its sub-folders, sorted; never hidden ones, nor those of the output folder."""

    def complain_later(error):
        problems.append((error.filename, describe(error)))

    for parent, folders, files in os.walk(folder, onerror=complain_later):
        folders[:] = sorted(name for name in folders if name[0] != "." and Path(parent, name).resolve() != output)
        paths = [Path(parent, name) for name in sorted(files) if name[0] != "."]
        yield from filter(images.looks_like_picture, paths)


def candidate_names(relative):
    """Names for a picture's result, without `.png`, best first: `a`, then `a.jpg`, `a.jpg.2` and so on."""
    yield relative.stem
    yield relative.name
    count = 2
    while True:
        yield f"{relative.name}.{count}"
        count += 1


def name_targets(folder, name, options):
    """The files to write for one picture, by kind."""
    kinds = {"lines": ""}
    if options.classes:
        kinds |= {kind: f".{kind}" for kind in ("boundary", "inner", "fill_edge", "classes")}
    if options.sheet:
        kinds["sheet"] = ".sheet"
    return {kind: folder / f"{name}{ending}.png" for kind, ending in kinds.items()}


def predict(jobs, network, options):
    """Do all jobs; returns a list of (job, reason) of those that failed.

    Two threads take turns at the network: while one's picture goes through it, the other writes and reads.
    """
    problems = []
    single = len(jobs) == 1
    turn, stop = threading.RLock(), threading.Event()

    def watch(windows):
        for window in tqdm(windows, unit="tile", leave=False, disable=None if single else True):
            if stop.is_set():
                raise InterruptedError
            yield window

    with tqdm(total=len(jobs), unit="picture", disable=True if single else None) as bar, ThreadPoolExecutor(2) as pool:
        futures = {pool.submit(do, job, network, options, turn, watch): job for job in jobs}
        try:
            for future in as_completed(futures):
                job, error = futures.pop(future), future.exception()
                if isinstance(error, FAILURES):
                    problems.append((job, describe(error)))
                    complain(job.source, describe(error))
                elif error:
                    raise error
                bar.update()
        except BaseException:  # interrupted: write what is found already, begin nothing more
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return problems


def do(job, network, options, turn, watch):
    """Read, find and write one picture's lines; holds `turn` while the network runs, or all along if it is large."""
    width, height = images.size(job.source)
    with turn if width * height > LARGE else nullcontext():
        picture = images.read(job.source, options.max_megapixels)
        with turn:
            maps = find_maps(network, picture, options.classes, watch)
        if not (options.keep_colour or options.sheet):
            picture = None  # as large as three maps
        results = draw(picture, maps, options)
        for path in job.targets.values():
            path.parent.mkdir(parents=True, exist_ok=True)
        for kind, path in job.targets.items():
            images.write(path, results[kind])


def find_maps(network, picture, classes=True, watch=iter):
    """Run a network over a (H, W, 3) uint8 RGB picture.

    Args:
        network: of `engine.load`.
        picture: the picture.
        classes: whether line classes are wanted, too; not all networks find them.
        watch: wraps the list of tiles, for a progress bar.

    Returns:
        (H, W, 3) uint8, 255 = yes: ink, boundary share of it, fill edge; or (H, W, 1), ink alone.
    """
    if network.name == "line_distiller":
        grey = engine.distiller_input(picture)
        lines = tiling.run(network.stream, grey, dtype=np.float32, margin=network.margin, progress=watch)
        return engine.distiller_ink(lines, *picture.shape[:2])
    return tiling.run(network.stream, picture, 3 if classes else 1, margin=network.margin, progress=watch)


def draw(picture, maps, options):
    """The arrays to write, by kind, of a picture (None unless an option needs it) and its maps."""

    def shape(found):
        found = ink.widen(found, options.width)
        return found if options.binarize is None else ink.binarize(found, options.binarize)

    faint = ink.strengthen(maps[..., 0], options.strength)
    full = shape(faint)
    colours = ink.line_colours(picture, faint) if options.keep_colour else None
    results = {"lines": ink.on_glass(full, colours) if options.transparent else ink.on_paper(full, colours)}
    if options.classes:
        classes = (*map(shape, ink.split_classes(faint, maps[..., 1])), shape(maps[..., 2]))
        results |= zip(("boundary", "inner", "fill_edge"), map(ink.on_paper, classes))
        results["classes"] = ink.code_classes(*classes)
    if options.sheet:
        paper = ink.on_paper(full, colours)
        results["sheet"] = np.hstack([picture, paper if options.keep_colour else np.dstack([paper] * 3)])
    return results


def complain(path, reason):
    """Name a failed input and its reason on standard error, without breaking a progress bar."""
    tqdm.write(f"predict.py: {path}: {reason}", file=sys.stderr)


def number(low, high):
    """An argparse type: a number from `low` to `high`."""

    def parse(text):
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a number. Received: {text!r}") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"expected a number from {low:g} to {high:g}. Received: {text}")
        return value

    return parse


def build_parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what, how = parser.add_argument_group("what to do"), parser.add_argument_group("how it looks")
    what.add_argument(
        "inputs",
        nargs="*",
        metavar="PICTURE|FOLDER",
        help="pictures, and folders with sub-folders (default: data/predict)",
    )
    what.add_argument("--task", choices=("lines",), default="lines", help="what to make (default: %(default)s)")
    what.add_argument(
        "--output", type=Path, default=DATA / "result", metavar="FOLDER", help="where results go (default: data/result)"
    )
    what.add_argument(
        "--weights",
        metavar="FILE",
        help="a .keras, an .xml or LineDistiller's .h5 (default: weights/lines of this folder)",
    )
    what.add_argument(
        "--engine", choices=engine.ENGINES, default="auto",
        help="what runs the network; auto: Keras where a GPU is seen, else OpenVINO (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--precision", choices=engine.PRECISIONS, default="auto",
        help="of OpenVINO; auto: the processor's fastest, such as bfloat16 (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--max-megapixels", type=number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse pictures that claim to be larger, before decoding them (default: %(default)g)",
    )  # fmt: skip
    what.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out pictures whose results are all there (default: do them again)",
    )
    how.add_argument(
        "--strength", type=number(0.05, 20), default=1.0, metavar="S",
        help="how faint a line still counts, 0.05 to 20: multiplies the odds of ink (default: %(default)g)",
    )  # fmt: skip
    how.add_argument(
        "--width", type=number(-16, 16), default=0.0, metavar="PX",
        help="pixels to make lines wider, or thinner where negative, -16 to 16 (default: %(default)g)",
    )  # fmt: skip
    how.add_argument(
        "--binarize",
        type=number(0, 1),
        metavar="T",
        help="black where ink is at least T, 0 to 1, else white (default: shades of grey)",
    )
    how.add_argument("--transparent", action="store_true", help="RGBA, nothing but ink (default: white paper)")
    how.add_argument(
        "--keep-colour", "--keep-color", action="store_true", help="lines in the picture's own colour (default: black)"
    )
    how.add_argument(
        "--classes", action="store_true",
        help="write also NAME.boundary, NAME.inner, NAME.fill_edge, and NAME.classes with these in red, green and blue",
    )  # fmt: skip
    how.add_argument("--sheet", action="store_true", help="write also NAME.sheet, picture and result side by side")
    return parser


def _key(path):
    """A path as the file system compares it."""
    return os.path.normcase(path)


if __name__ == "__main__":
    sys.exit(main())
