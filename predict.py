"""Find lines, refined lines, regions, layers, sketches or colours of pictures and clips: files or folders to files.

    python predict.py                          # the lines of data/predict, to data/result
    python predict.py my_folder --output lines
    python predict.py my_lines --task refine   # thin, rough or noisy lines in, clean and styled ones out
    python predict.py my_folder --task lines,refine
    python predict.py my_folder --task regions
    python predict.py my_folder --task layers  # lines, shade and flats, for a painting program
    python predict.py my_folder --task sketch
    python predict.py my_binaries --task binary2sketch
    python predict.py my_sketches --task colorize
    python predict.py my_folder --task style   # sketched and coloured anew
    python predict.py my_clip.mp4 --steady     # a video; it needs PyAV

`--task TASK --help` shows the options of a task. Results have their picture's size and name, in the same sub-folders.
A 1080p picture takes about 0.6 seconds on two CPU cores, after half a second to start; its regions take about 3.

Exit status: 0 if everything was done; 1 if a picture failed, which is reported on standard error; 2 for wrong usage;
130 or 143 if interrupted or terminated. The last line then tells how to go on.
"""

import argparse
import copy
import functools
import signal
import sys
import time
from pathlib import Path

from tqdm import tqdm

import illustration_parts
from illustration_parts import tasks
from illustration_parts.imaging import images
from illustration_parts.networks import engine, jobs
from illustration_parts.system import cli, devices
from illustration_parts.system.cli import describe, show
from illustration_parts.tasks import clip_options
from illustration_parts.tasks.options import add_options, add_others, refuse_idle, refuse_others

DATA = Path(__file__).resolve().parent / "data"


def main(arguments=None):
    """Run the command line; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        task = tasks.load(cli.peek(given, "--task", "lines"))
    except ValueError:
        task = tasks.load("lines")  # its parser reports the wrong name
    parser = build_parser(task)
    every = {name: tasks.load(name).options for name in tasks.PREDICTED}
    others = add_others(parser, task.options, every)
    options = parser.parse_args(given)
    refuse_others(parser, others, options)
    refuse_idle(parser, task.options, options)
    for name in others:
        delattr(options, name)
    wrong = clip_options.check(options)
    if wrong:
        parser.error(wrong)
    options.given = given
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    cli.print_any_name()
    try:
        return run(options, parser, task)
    except KeyboardInterrupt:
        print("predict.py: interrupted", file=sys.stderr)
        return 130


def build_parser(task):
    """Return the parser of the command line, with the options of a task."""
    parser = argparse.ArgumentParser(
        description=cli.fill_commands(__doc__), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_argument_group("what to do")
    what.add_argument(
        "inputs",
        nargs="*",
        metavar="PICTURE|FOLDER",
        help="pictures, and folders with sub-folders (default: data/predict, or with --task refine data/rough)",
    )
    what.add_argument(
        "--task", type=check_task, default="lines", metavar="TASK",
        help="what to make: lines, refine, regions, layers, sketch, binary2sketch, colorize, style (sketch, then "
        "colorize), or several with commas between, such as lines,refine (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--output", type=Path, default=DATA / "result", metavar="FOLDER", help="where results go (default: data/result)"
    )
    what.add_argument(
        "--weights",
        metavar="FILE",
        help="network of the last task: a .keras, an .xml, LineDistiller's or LineRelifer's .h5, or DanbooRegion's "
        ".net (default: weights/TASK of this folder)",
    )
    what.add_argument(
        "--engine", choices=engine.ENGINES, default="auto",
        help="what runs the network; auto: Keras where a GPU is seen, else OpenVINO (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--precision", choices=engine.PRECISIONS, default="auto",
        help="precision of OpenVINO; auto: the processor's fastest, such as bfloat16 (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--ignore-checksum", action="store_true", help="run a shipped weights file whose checksum does not match"
    )
    what.add_argument("--trust", action="store_true", dest="ignore_checksum", help=argparse.SUPPRESS)  # its old name
    what.add_argument(
        "--max-megapixels", type=cli.number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse larger pictures before decoding them; the limit of AVIF, HEIC, JPEG 2000 and transparent WebP is "
        "a third of it (default: %(default)g)",
    )  # fmt: skip
    what.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out pictures whose results all exist and are not older (default: do them again)",
    )
    what.add_argument(
        "--cluster", metavar="ADDRESS",
        help="a Dask scheduler, such as tcp://192.168.0.1:8786, whose workers do the work (default: this machine)",
    )  # fmt: skip
    add_options(parser, clip_options.OPTIONS)
    add_options(parser, task.options)
    return parser


def check_task(name):
    """An argparse type: the name of a task."""
    try:
        return tasks.load(name) and name
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"invalid choice: {error}") from error


def run(options, parser, task):
    """Plan, load, predict, report; returns the exit status."""
    start = time.monotonic()
    try:
        inputs = options.inputs or [DATA / task.examples]
        todo, problems, notes = jobs.plan_jobs(inputs, options.output, task, options)
    except jobs.UsageError as error:
        parser.error(str(error))
    for note in notes:
        print(show(note))
    if getattr(options, "hints", None) and len(todo) > 1:
        parser.error(f"--hints {options.hints} belongs to one picture. Received: {len(todo)}")
    skipped = 0
    if options.skip_existing:
        remaining = [job for job in todo if not jobs.is_done(job)]
        todo, skipped = remaining, len(todo) - len(remaining)
    had_results = not options.skip_existing and any(map(jobs.is_done, todo))
    for path, reason in problems:
        complain(path, reason)
    if todo:
        make = functools.partial(
            illustration_parts.open, options.task, weights=options.weights, engine=options.engine,
            precision=options.precision, ignore_checksum=options.ignore_checksum,
        )  # fmt: skip
        with make() as opened:
            found = find(todo, opened, make, options, parser, had_results)
        if found is None:
            return 1
        problems += found
    done = len(todo) - sum(isinstance(path, jobs.Job) for path, _ in problems)
    counts = [f"{done} done in {time.monotonic() - start:.1f} s, in {options.output}"]
    if skipped:
        counts.append(f"{skipped} already there")
    if problems:
        counts.append(f"{len(problems)} failed")
    print("; ".join(counts))
    return 1 if problems else 0


def find(todo, opened, make, options, parser, had_results):
    """Load networks and do all jobs, as `predict`; returns None, after a message, if none could be done."""
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        opened.load(options)
    except (OSError, engine.WeightsError) as error:
        print(f"predict.py: {describe(error)}", file=sys.stderr)
        return None
    except ValueError as error:
        parser.error(str(error))
    idle = devices.explain_idle_gpu() if sys.modules.get("keras") else None
    if idle:
        print(f"predict.py: note: {idle}", file=sys.stderr)
    try:
        return predict(todo, opened, make, options)
    except (KeyboardInterrupt, SystemExit):
        # --skip-existing would take results of an earlier run, perhaps with other options, for this run's.
        further = [] if options.skip_existing or had_results else ["--skip-existing"]
        command = cli.name_command("predict.py", *further, *options.given)
        tqdm.write(f"{'start again' if had_results else 'go on'} with: {command}", file=sys.stderr)
        raise
    except (ImportError, OSError) as error:  # errors of single pictures are among the problems
        where = f"--cluster {options.cluster}: " if options.cluster else ""
        print(f"predict.py: {where}{describe(error)}", file=sys.stderr)
        return None


def predict(todo, opened, make, options):
    """Do all jobs here or on a cluster; returns a list of (job, reason) of those that failed."""
    if options.cluster:
        remote = copy.copy(options)
        remote.inputs = None
        for name in ("output", "weights", "sketch_weights", "hints"):
            if getattr(options, name, None) is not None:
                setattr(remote, name, jobs.real_path(getattr(options, name)))
        make = functools.partial(make, weights=remote.weights)
        return report(jobs.run_jobs_on_cluster(todo, make, remote, options.cluster, tqdm.write), len(todo))
    single = len(todo) == 1

    def track(windows):  # tiles of a picture, or frames of a clip
        unit, name = getattr(windows, "unit", "tile"), getattr(windows, "name", None)
        shown = single or unit == "frame"
        return tqdm(windows, name and show(name), unit=unit, leave=False, disable=None if shown else True)

    return report(jobs.run_jobs(todo, opened, options, track), len(todo), not single)


def report(ended, count, bar=True):
    """Report (job, remarks, error) as they come; returns a list of (job, reason) of those that failed."""
    problems = []
    with tqdm(total=count, unit="picture", disable=None if bar else True) as progress:
        for job, notes, error in ended:
            if isinstance(error, (*cli.FAILURES, engine.WeightsError)):
                problems.append((job, describe(error, job.source)))
                complain(job.source, describe(error, job.source))
            elif error:
                raise error
            elif notes:
                tqdm.write(f"{show(job.source)}: {', '.join(notes)}")
            progress.update()
    return problems


def complain(path, reason):
    """Report a failed input and its reason on standard error, without breaking a progress bar."""
    tqdm.write(f"predict.py: {show(path)}: {reason}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
