"""Lines of illustrations, refined lines, regions, sketches, colours for sketches: pictures or folders in, PNGs out.

    python predict.py                          # the lines of data/predict, to data/result
    python predict.py my_folder --output lines
    python predict.py my_lines --task refine   # thin, rough or noisy lines in, clean and styled ones out
    python predict.py my_folder --task lines,refine
    python predict.py my_folder --task regions
    python predict.py my_folder --task sketch
    python predict.py my_binaries --task binary2sketch
    python predict.py my_sketches --task colorize
    python predict.py my_folder --task style   # sketched and coloured anew

Lines are dark on white; with regions come NAME.skeleton, NAME.region and NAME.flatten. A 1080p picture takes about 0.6
seconds on two CPU cores, after half a second to start; its regions about 3. Results have their picture's size and name,
in the same sub-folders. Exit status: 0 if all was done, 1 if a picture failed (named on standard error; the others are
done), 2 for wrong usage, 130 or 143 if interrupted or terminated; it says then how to go on.
"""

import argparse
import copy
import functools
import itertools
import os
import shlex
import signal
import sys
import threading
import time
import uuid
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from tqdm import tqdm

import engine
import images
import parts
import processes
import scales
from parts import SKETCHES, Job
from processes import FAILURES, describe, show

DATA = Path(__file__).resolve().parent / "data"
EXAMPLES = ("predict", "rough")  # folders of data: illustrations, line drawings
TASKS = (*engine.TASKS, "lines,refine", "style")  # the last two are chains: a network gets what another found
MADE_FOR_REGIONS = ("region", "skeleton", "flatten", "labels")  # kinds of files that are results, or maps of a data set


def main(arguments=None):
    """Run the command line; returns the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    options.given = list(sys.argv[1:] if arguments is None else arguments)
    check_options(options, parser)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    processes.print_any_name()
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
    if options.hints and len(jobs) > 1:
        parser.error(f"--hints {options.hints} belongs to one picture. Received: {len(jobs)}")
    if options.skip_existing:
        remaining = [job for job in jobs if not is_done(job)]
        jobs, skipped = remaining, len(jobs) - len(remaining)
    had_results = not options.skip_existing and any(map(is_done, jobs))
    for path, reason in problems:
        complain(path, reason)
    if jobs:
        try:
            options.output.mkdir(parents=True, exist_ok=True)
            networks = parts.load(options)
        except (OSError, engine.WeightsError) as error:
            print(f"predict.py: {describe(error)}", file=sys.stderr)
            return 1
        if options.classes and networks.main.name != "line_extractor":
            parser.error(f"--classes: {networks.main.name} finds ink only")
        try:
            if options.cluster:
                problems += predict_on_cluster(jobs, options)
            else:
                problems += predict(jobs, networks, options)
        except (KeyboardInterrupt, SystemExit):
            # Results of an earlier run, perhaps with other options, are not to be taken for this one's.
            further = not options.skip_existing and not had_results
            command = ["python", "predict.py"] + ["--skip-existing"] * further + options.given
            tqdm.write(f"{'start again' if had_results else 'go on'} with: {shlex.join(command)}", file=sys.stderr)
            raise
        except (ImportError, OSError) as error:  # each picture's own are among the problems
            where = f"--cluster {options.cluster}: " if options.cluster else ""
            print(f"predict.py: {where}{describe(error)}", file=sys.stderr)
            return 1
    done = len(jobs) - sum(isinstance(path, Job) for path, _ in problems)
    report = [f"{done} done in {time.monotonic() - start:.1f} s, in {options.output}"]
    report += [f"{skipped} already there"] * bool(skipped) + [f"{len(problems)} failed"] * bool(problems)
    print("; ".join(report))
    return 1 if problems else 0


def is_done(job):
    """Whether all results of a picture are there and not older than it."""
    try:
        made = os.stat(job.source).st_mtime
        # Numbers may be in a file of another name, and are written before the labels.
        return all(os.stat(path).st_mtime >= made for kind, path in job.targets.items() if kind != "numbers")
    except OSError:
        return False


def plan(options, parser):
    """Find the pictures and give each its results' names.

    Returns:
        jobs, and a list of (path, reason) for inputs that cannot be done.
    """
    found, problems = find_pictures(options.inputs or [DATA / EXAMPLES[options.task == "refine"]], options, parser)
    sources = {_real(source) for source, _ in found}
    jobs, taken, tried = [], {}, {}
    for source, relative in found:
        rival = None
        for number in itertools.count(tried.get(relative, 0)):
            tried[relative], name = number, nth_name(relative, number)
            targets = name_targets(options.output / relative.parent, name, options)
            rivals = [taken[key] for key in map(_key, targets.values()) if key in taken]
            if not rivals:
                break
            rival = rivals[0]
        if rival:
            goal = next(iter(targets.values()))
            print(f"{show(source)}: written as {show(goal)}, since {show(rival)} has the simpler name")
        for path in targets.values():
            taken[_key(path)] = source
            if _real(path) in sources:
                parser.error(f"{path} is itself a picture to read and would be overwritten; choose another --output")
        jobs.append(Job(source, targets))
    return jobs, problems


def find_pictures(inputs, options, parser):
    """List the pictures of files and folders, sorted, each once, as (path, path in the output), and the problems."""
    output = options.output
    found, problems, seen = [], [], set()
    for item in map(Path, inputs):
        if os.path.isdir(item):
            if _real(item) == _real(output):
                parser.error(f"--output {output} is the folder to read; choose another")
            unread = []
            files = [file for file in images.walk(item, unread, leave=output) if images.looks_like_picture(file)]
            problems += [(folder, describe(error, folder)) for folder, error in unread]
            if options.task == "regions":  # of a data set's folder the pictures, not their maps
                files = [file for file in files if not is_made_for_regions(file.stem)]
            if not files and not unread:
                problems.append((item, "no pictures in this folder"))
        else:
            files = []
            try:
                os.stat(item)
                files.append(item)
            except FileNotFoundError:
                problems.append((item, "no such file or folder"))
            except OSError as error:
                problems.append((item, describe(error, item)))
        for file in files:
            place = _real(file.parent) / file.name  # a link to a picture is another; one to its folder is not
            if place not in seen:
                seen.add(place)
                found.append((file, file.relative_to(item) if file != item else Path(file.name)))
    return found, problems


def is_made_for_regions(stem):
    """Whether a file's name says that it is a map, a stage on the way to one, or a result."""
    return ".skeleton." in stem or stem.endswith(tuple(f".{kind}" for kind in MADE_FOR_REGIONS))


def nth_name(relative, number):
    """Names for a picture's result, without `.png`, best first, from 0: `a`, then `a.jpg`, `a.jpg.2` and so on."""
    return (relative.stem, relative.name)[number] if number < 2 else f"{relative.name}.{number}"


def name_targets(folder, name, options):
    """The files to write for one picture, by kind."""
    if options.task == "regions":
        named = {kind: images.name_result(folder / f"{name}.png", kind) for kind in ("skeleton", "region", "flatten")}
        stem = named["region"].name.removesuffix(".region.png")
        extra = {"labels": f"{stem}.labels.json", "numbers": f"{stem}.labels.png"} if options.labels else {}
        extra |= {"layers": f"{stem}.ora"} if options.layers else {}
        return named | {kind: folder / file for kind, file in extra.items()}
    if options.task in SKETCHES:
        ending = {"colorize": "colorized", "style": "style"}.get(options.task, "sketch")
        kinds = {"sketch": f".{ending}"}
    else:
        kinds = {"lines": "" if options.task == "lines" else ".refined"}
    if options.classes:
        kinds |= {kind: f".{kind}" for kind in ("boundary", "inner", "fill_edge", "classes")}
    if options.sheet:
        kinds["sheet"] = ".sheet"
    return {kind: folder / f"{name}{ending}.png" for kind, ending in kinds.items()}


def predict(jobs, networks, options):
    """Do all jobs; returns a list of (job, reason) of those that failed.

    Threads take turns at the network: while one's picture goes through it, another writes and a third reads.
    """
    single = len(jobs) == 1
    turn, stop = threading.RLock(), threading.Event()

    def watch(windows):
        for window in tqdm(windows, unit="tile", leave=False, disable=None if single else True):
            if stop.is_set():
                raise InterruptedError
            yield window

    with ThreadPoolExecutor(parts.AT_ONCE + 1) as pool:

        def run():
            remaining, pending = iter(jobs), {}
            while True:
                for job in itertools.islice(remaining, 2 * pool._max_workers - len(pending)):
                    pending[pool.submit(parts.do, job, networks, options, turn, watch)] = job
                if not pending:
                    return
                for future in wait(pending, return_when=FIRST_COMPLETED).done:
                    error = future.exception()
                    yield pending.pop(future), None if error else future.result(), error

        try:
            return report(run(), len(jobs), not single)
        except BaseException:  # interrupted: write what is found already, begin nothing more
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def predict_on_cluster(jobs, options):
    """As `predict`, on the workers of a Dask cluster.

    Raises:
        ImportError: if Dask is not installed.
        OSError: if the cluster does not answer.
    """
    import cluster

    options = copy.copy(options)
    options.inputs = None
    for name in ("output", "weights", "sketch_weights", "hints"):
        if getattr(options, name) is not None:
            setattr(options, name, _real(getattr(options, name)))
    resolved = [Job(_real(job.source), {kind: _real(path) for kind, path in job.targets.items()}) for job in jobs]
    do = functools.partial(parts.do_remotely, uuid.uuid4().hex, options)
    ended = cluster.run(options.cluster, do, [(job,) for job in resolved], tqdm.write)
    return report(((jobs[index], notes, error) for index, notes, error in ended), len(jobs))


def report(ended, count, bar=True):
    """Tell of (job, remarks, error) as they come; returns a list of (job, reason) of those that failed."""
    problems = []
    with tqdm(total=count, unit="picture", disable=None if bar else True) as progress:
        for job, notes, error in ended:
            if isinstance(error, (*FAILURES, engine.WeightsError)):
                problems.append((job, describe(error, job.source)))
                complain(job.source, describe(error, job.source))
            elif error:
                raise error
            elif notes:
                tqdm.write(f"{show(job.source)}: {', '.join(notes)}")
            progress.update()
    return problems


def complain(path, reason):
    """Name a failed input and its reason on standard error, without breaking a progress bar."""
    tqdm.write(f"predict.py: {show(path)}: {reason}", file=sys.stderr)


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what, how = parser.add_argument_group("what to do"), parser.add_argument_group("how lines look")
    finish, areas = parser.add_argument_group("refined lines"), parser.add_argument_group("regions")
    paint = parser.add_argument_group("colours of sketches")
    what.add_argument(
        "inputs",
        nargs="*",
        metavar="PICTURE|FOLDER",
        help="pictures, and folders with sub-folders (default: data/predict, or of --task refine data/rough)",
    )
    what.add_argument(
        "--task", choices=TASKS, default="lines", metavar="TASK",
        help="what to make: lines, refine, lines,refine (the one after the other), regions, sketch, binary2sketch, "
        "colorize or style (sketch and colorize, the one after the other) (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--output", type=Path, default=DATA / "result", metavar="FOLDER", help="where results go (default: data/result)"
    )
    what.add_argument(
        "--weights",
        metavar="FILE",
        help="a .keras, an .xml, LineDistiller's or LineRelifer's .h5 or DanbooRegion's .net; of lines,refine the "
        "refiner's (default: weights/TASK of this folder)",
    )
    what.add_argument(
        "--engine", choices=engine.ENGINES, default="auto",
        help="what runs the network; auto: Keras where a GPU is seen, else OpenVINO (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--precision", choices=engine.PRECISIONS, default="auto",
        help="of OpenVINO; auto: the processor's fastest, such as bfloat16 (default: %(default)s)",
    )  # fmt: skip
    what.add_argument("--trust", action="store_true", help="run shipped weights although they are not what was shipped")
    what.add_argument(
        "--max-megapixels", type=processes.number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse pictures that claim to be larger, before decoding them; AVIF and transparent WebP from a third of "
        "it (default: %(default)g)",
    )  # fmt: skip
    what.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out pictures whose results are all there, none older (default: do them again)",
    )
    what.add_argument(
        "--cluster", metavar="ADDRESS",
        help="a Dask scheduler, such as tcp://192.168.0.1:8786, whose workers do it (default: this machine)",
    )  # fmt: skip
    how.add_argument(
        "--scale", type=scales.parse, default="auto", metavar="auto|X",
        help="how much the picture is enlarged, or below 1 shrunk, before its lines are looked for, 0.1 to 4; results "
        "have its own size; auto: as thin or broad as its lines are (default: %(default)s)",
    )  # fmt: skip
    how.add_argument(
        "--strength", type=processes.number(0.05, 20), default=1.0, metavar="S",
        help="how faint a line still counts, 0.05 to 20: multiplies the odds of ink (default: %(default)g)",
    )  # fmt: skip
    how.add_argument(
        "--width", type=processes.number(-16, 16), default=0.0, metavar="PX",
        help="pixels to make lines wider, or thinner where negative, -16 to 16 (default: %(default)g)",
    )  # fmt: skip
    how.add_argument(
        "--binarize",
        type=processes.number(0, 1),
        metavar="T",
        help="black where ink is at least T, 0 to 1, else white (default: shades of grey)",
    )
    how.add_argument("--transparent", action="store_true", help="RGBA, nothing but ink (default: white paper)")
    how.add_argument(
        "--keep-colour",
        "--keep-color",
        action="store_true",
        help="lines, or with colorize and style areas, in the picture's own colour (default: black; chosen ones)",
    )
    how.add_argument(
        "--classes", action="store_true",
        help="write also NAME.boundary, NAME.inner, NAME.fill_edge, and NAME.classes with these in red, green and blue",
    )  # fmt: skip
    how.add_argument("--sheet", action="store_true", help="write also NAME.sheet, picture and result side by side")
    finish.add_argument("--thin", action="store_true", help="thin lines to one pixel before they are refined")
    finish.add_argument(
        "--smooth",
        action="store_true",
        help="anti-alias: average along lines, not across (default: as the network draws them)",
    )
    finish.add_argument(
        "--curve", type=levels, metavar="BLACK,WHITE[,GAMMA]",
        help="what is darker than BLACK becomes black, lighter than WHITE white, 0 to 255; GAMMA above 1 lightens what "
        "is between (default: as it is)",
    )  # fmt: skip
    areas.add_argument(
        "--detail",
        type=processes.number(0, 1),
        default=0.5,
        metavar="D",
        help="how fine they get, 0 to 1 (default: %(default)g)",
    )
    areas.add_argument(
        "--min-area", type=processes.whole(0), metavar="PX",
        help="smaller ones join the neighbour they are most alike (default: a 60,000th of the picture, at least 12)",
    )  # fmt: skip
    areas.add_argument(
        "--flips", type=int, choices=(1, 2, 4, 8), default=1,
        help="look at so many reflections of the picture and average: steadier, slower (default: %(default)s)",
    )  # fmt: skip
    areas.add_argument(
        "--flatten", choices=("median", "mean"), default="median",
        help="the colour of a region in NAME.flatten (default: %(default)s)",
    )  # fmt: skip
    areas.add_argument(
        "--labels", action="store_true",
        help="write also NAME.labels.png (16-bit numbers; .npy beyond 65,536) and .json (area, box, colour and so on)",
    )  # fmt: skip
    areas.add_argument(
        "--layers", nargs="?", choices=("regions", "colours"), const="regions", metavar="regions|colours",
        help="write also NAME.ora for Krita, GIMP and MyPaint: a layer for each region, or each colour, lines on top; "
        "put it behind the pictures, or say --layers=regions",
    )  # fmt: skip
    paint.add_argument(
        "--hints", type=Path, metavar="FILE",
        help="dabs of colour on a transparent sheet of the picture's size: what the areas under them are like",
    )  # fmt: skip
    paint.add_argument(
        "--seed", type=processes.whole(0), default=0, metavar="N",
        help="of the colours chosen for areas without dabs (default: %(default)s)",
    )  # fmt: skip
    paint.add_argument("--sketch-weights", metavar="FILE", help="network that sketches (default: weights/sketch)")
    refined = ("refine", "lines,refine")
    coloured = ("colorize", "style")
    tasks = {
        "scale": ("lines", "lines,refine"),
        "strength": ("lines", "lines,refine"),
        "keep_colour": ("lines", "lines,refine", *coloured),
        "classes": ("lines",),
        "sheet": ("lines", *refined, *SKETCHES),
    }
    for group, several in ((how, ("lines", *refined)), (finish, refined), (areas, ("regions",)), (paint, coloured)):
        for action in group._group_actions:
            vars(action)["tasks"] = tasks.get(action.dest, several)
    return parser


def levels(text):
    """An argparse type: two levels, and a gamma or none."""
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (2, 3) or not 0 <= values[0] < values[1] <= 255 or not 0 < (values + [1.0])[2] <= 100:
        raise argparse.ArgumentTypeError(
            "expected BLACK,WHITE or BLACK,WHITE,GAMMA with 0 <= BLACK < WHITE <= 255 and 0 < GAMMA <= 100. "
            f"Received: {text!r}"
        )
    return values


def check_options(options, parser):
    """End with exit code 2 where an option belongs to another task."""
    for action in parser._actions:
        tasks = getattr(action, "tasks", TASKS)
        if options.task not in tasks and getattr(options, action.dest) != action.default:
            parser.error(f"{action.option_strings[0]} belongs to --task {' or '.join(tasks)}")


def _real(path):
    """A path without links; of one that leads nowhere as much as there is, where `Path.resolve` may raise."""
    return Path(os.path.realpath(path))


def _key(path):
    """A path as the file system compares it."""
    return os.path.normcase(path).casefold() if sys.platform == "darwin" else os.path.normcase(path)


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
