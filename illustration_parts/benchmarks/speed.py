"""Speed of networks and programs by task, of the stages of predict.py, of many pictures, and of training batches."""

import argparse
import functools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from illustration_parts import tasks
from illustration_parts.benchmarks import command, inputs, programs, timing
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.benchmarks.timing import time_each
from illustration_parts.imaging import images
from illustration_parts.networks import checkpoints, engine, jobs, loader, training
from illustration_parts.system import cli, devices
from illustration_parts.tasks import drawings
from illustration_parts.tasks import lines as line_task

PICTURES, REPEATS, SECONDS = 10, 5, 20.0  # used where the options are not given
TIMED_ALONE = (line_task.Lines.name, "refine")  # tasks whose networks are also timed alone
OF_TRAINING = ("data", "batch", "crop", "variant", "adversarial_weight", "precision")  # options of train.py


def add_options(parser):
    """Add the options of `benchmark.py speed`."""
    add, from_1 = parser.add_argument, cli.whole(1)
    choices = (*tasks.NAMES, *(name for name in tasks.CHAINS if "," not in name), programs.FILTERS)
    add("--task", choices=choices, default=choices[0], help="what to do (filters: those of sketch.py)")
    # Options of one measure have no default here, so that `run` sees whether they were given.
    add("--repeats", metavar="N", type=from_1, help=f"runs of which the fastest counts (default: {REPEATS})")
    add("--pictures", metavar="N", type=from_1, help=f"1080p pictures for predict.py (default: {PICTURES})")
    add("--large", action="store_true", help="also a picture of 16,000 x 12,000 (regions: 10,000 x 8,000)")
    add("--stages", action="store_true", help="instead: the stages of predict.py, one after the other and together")
    add("--long", metavar="N", type=from_1, help="instead: memory of predict.py over N pictures")
    add("--train", action="store_true", help="instead: batches per second of a training, made and used")
    add("--workers", metavar="N", type=from_1, nargs="+", help="with --train: processes (default: 1 to all)")
    add("--seconds", metavar="S", type=float, help=f"with --train: for how long each (default: {SECONDS:g})")
    for option in OF_TRAINING:
        add(name_flag(option), metavar=option.upper(), help="with --train: as for train.py")
    add("--critic", dest="adversarial_weight", default=argparse.SUPPRESS, help=argparse.SUPPRESS)  # its old name
    add("--jit", action="store_true", help="with --train: as for train.py")


def name_flag(option):
    """Name an option as a command line does, `--like-this`."""
    return f"--{option.replace('_', '-')}"


def run(parser, args):
    """Measure time and memory; returns the exit code."""
    if sum(map(bool, (args.train, args.stages, args.long is not None))) > 1:
        parser.error("give one of --train, --stages and --long")
    if args.stages and args.task != line_task.Lines.name or args.long is not None and args.task == programs.FILTERS:
        parser.error(f"--stages needs --task lines, and --long a task of predict.py. Received: --task {args.task}")
    check_measure(parser, args)
    if args.train:
        return run_training(parser, args)
    pictures, repeats = args.pictures or PICTURES, args.repeats or REPEATS
    with tempfile.TemporaryDirectory() as folder:
        if args.stages:
            print(measure_stages(folder, pictures))
        elif args.long:
            print(programs.report_long_run(args.long, ["--task", args.task]))
        else:
            for text in programs.compare(Path(folder), args.task, pictures, repeats, args.large):
                print(text, flush=True)
    return 0


def check_measure(parser, args):
    """End with exit code 2 if an option is given that the chosen measure would ignore."""
    if not args.train:
        command.refuse(parser, args, ("workers", "seconds", "jit", *OF_TRAINING), "--train")
    if args.train or args.long is not None:
        command.refuse(parser, args, ("pictures",), "the speed of programs: expected no --train or --long beside it")
    if args.train or args.stages or args.long is not None:
        needed = "the speed of networks and programs: expected no --train, --stages or --long beside it"
        command.refuse(parser, args, ("repeats", "large"), needed)
    if args.task not in TIMED_ALONE:
        command.refuse(parser, args, ("repeats",), f"--task {' or '.join(TIMED_ALONE)}. Received: --task {args.task}")
    if args.task == programs.FILTERS:
        command.refuse(parser, args, ("large",), f"a task of predict.py. Received: --task {args.task}")


def run_training(parser, args):
    """Run train.py to measure batches per second, made and used; returns its exit code."""
    seconds = SECONDS if args.seconds is None else args.seconds
    if args.task not in tasks.NAMES or not seconds > 0:
        parser.error(
            f"--train needs a task that is trained, --seconds must be above 0. Received: {args.task}, {seconds}"
        )
    cores = os.cpu_count() or 1
    workers = args.workers or sorted({1, *(2**k for k in range(1, 8) if 2**k < cores), cores})
    line = [sys.executable, timing.ROOT / "train.py", "--task", args.task, "--measure", seconds, *workers]
    for option in OF_TRAINING:
        if getattr(args, option) is not None:
            line += [name_flag(option), getattr(args, option)]
    return subprocess.run([*map(str, line), *["--jit"] * args.jit]).returncode


def report_training(args, task, plan, counts, seconds):
    """Measure batches per second: made, by number of worker processes, and used by the network.

    Args:
        args: of train.py. task: a `tasks.base.Task`. plan: of its batches.
        counts: numbers of worker processes.
        seconds: how long each is measured.

    Returns:
        The table.
    """
    made = {count: measure_loader(plan, count, seconds) for count in counts}
    asked, policy, gpu = measure_steps(args, task, plan, seconds)
    rows = [
        (f"{count} worker{'s' * (count > 1)}", f"{rate:.2f}", f"{rate * plan.batch:.1f}", f"{rate / asked:.2f}")
        for count, rate in made.items()
    ]
    rows.append((f"the network's steps, {policy}", f"{asked:.2f}", f"{asked * plan.batch:.1f}", "1"))
    header = (f"{task.name}: batches of {plan.batch} crops of {plan.crop}", "a second", "crops", "of the network's")
    return f"{format_table(header, rows)}\n\nOn {gpu or timing.name_processor()}."


def measure_loader(plan, workers, seconds):
    """Measure how many batches per second worker processes make, after the first, which lie ready."""
    with loader.Loader(plan, workers) as batches:
        for _ in range(2 * workers + 3):
            batches.next()
        return timing.measure_rate(batches.next, seconds)


def measure_steps(args, task, plan, seconds):
    """Measure how many steps per second a network takes, on one batch.

    Returns:
        (steps a second, dtype policy, sentence about the GPU or None).
    """
    keras = devices.start_keras()
    keras.utils.set_random_seed(0)
    policy = devices.choose_precision(args.precision)
    weight = task.adversarial_weight or 0.0 if args.adversarial_weight is None else args.adversarial_weight
    progress = checkpoints.Progress(args.task, args.variant or "default", weight)
    network = training.compile_network(training.make_network(task, progress, policy), task, progress, args)
    given, truth, _ = plan.finish(*plan.make(0))
    batch = task.to_network(progress.variant, given), task.to_truth(progress.variant, truth)
    for _ in range(3):  # the first compiles
        network.train_on_batch(*batch)
    with timing.GpuWatch() as gpu:
        rate = timing.measure_rate(lambda: network.train_on_batch(*batch), seconds)
    return rate, policy, gpu.describe()


def _give(networks, _):
    return networks


def measure_stages(folder, count):
    """Time what predict.py does to 1080p pictures stage by stage, and what all of it takes together.

    The last rows have a network that computes elsewhere, as a GPU does, for half as long as reading and writing take
    and for as long.

    Returns:
        The table.
    """
    height, width = inputs.SPEED_SIZE
    task, result = line_task.Lines(), Path(folder) / "result"
    result.mkdir()
    paths = inputs.write_speed_pictures(Path(folder) / "pictures", count, (height, width))
    todo = [jobs.Job(path, {task.name: result / path.name}) for path in paths]
    opened = jobs.Opened(task)
    options = opened.complete({})
    options.max_megapixels = images.MAX_MEGAPIXELS
    pictures, reading = time_each(images.read, paths)
    shipped = engine.load()
    drawings.find_maps(shipped, pictures[0], False)  # compiles
    rows, writing = [], 0.0
    for factor in (None, 0.5, 1):
        network = shipped if factor is None else Elsewhere(factor * (reading + writing))
        maps, finding = time_each(
            lambda picture, network=network: drawings.find_maps(network, picture, False), pictures
        )
        ready = [(job.targets[task.name], 255 - ink[..., 0]) for job, ink in zip(todo, maps)]
        _, writing = time_each(lambda one: images.write(*one), ready)
        begun = time.perf_counter()
        opened.load = functools.partial(_give, {task.name: network})
        for _, _, error in jobs.run_jobs(todo, opened, options):
            if error:
                raise error
        together = (time.perf_counter() - begun) / count
        stages = reading, finding, writing
        cells = (*stages, max(stages), sum(stages), together)
        name = "shipped, on the same cores" if factor is None else f"elsewhere, {network.seconds:.3f} s"
        rows.append((name, *(f"{value:.3f}" for value in cells)))
    header = (f"seconds a picture of {width}x{height}", "reading", "network", "writing", "slowest", "sum", "together")
    return format_table(header, rows)


class Elsewhere:
    """Stands in for a network on a GPU: takes its time, and leaves the processor alone meanwhile."""

    name, margin, stride, max_tile = "line_extractor", 64, 8, 1088

    def __init__(self, seconds):
        self.seconds = seconds  # for a 1080p picture, of two tiles

    def stream(self, tiles):
        """Run over an iterator of (h, w, 3) tiles; yields (h, w, 1)."""
        for tile in tiles:
            time.sleep(self.seconds / 2)
            yield np.float32(tile[..., :1] < 0.2)
