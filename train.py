"""Train a network on pairs of pictures and maps, or on drawn pictures; run it again to go on where it stopped.

    python train.py                                # data/raw + data/contour_s; without pairs, pictures drawn on the fly
    python train.py --synthetic 0.5 --minutes 90   # half pairs, half drawings, for an hour and a half
    python train.py --task regions                 # data/DanbooRegion2020, after skeletonize_all.py

What it makes stands in data/checkpoints/TASK: `training.keras` to resume from, `TASK.keras` for predict.py, and
log.csv. Preview sheets go to data/result/preview.
"""

import argparse
import contextlib
import dataclasses
import math
import os
import shlex
import sys
import zipfile
import zlib
from pathlib import Path

from illustration_parts import tasks
from illustration_parts.benchmarks import speed
from illustration_parts.networks import checkpoints, engine, logs
from illustration_parts.networks.training import (
    MUON_RATE,
    ROOT,
    SGD_RATE,
    Average,
    Stop,
    Training,
    compile_network,
    make_network,
    save_network,
    start_from,
)
from illustration_parts.system import cli, devices, files
from illustration_parts.tasks.base import OPTIMIZERS


def build_parser():
    """Return the parser of the command line; what differs by task is left None, see `complete_arguments`."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter, allow_abbrev=False
    )
    add = parser.add_argument
    every = {name: tasks.load(name) for name in tasks.NAMES}
    variants = list(dict.fromkeys(variant for task in every.values() for variant in task.variants))

    def add_by_task(option, metavar, kind, text):
        """An option whose default is its task's."""
        name = option[2:].replace("-", "_")
        values = ", ".join(f"{task.defaults[name]:g} for {key}" for key, task in every.items())
        add(option, metavar=metavar, type=kind, help=f"{text} (default: {values})")

    add("--task", choices=sorted(tasks.NAMES), default="lines", help="what to train")
    add("--variant", choices=variants, help="network to train (default: the checkpoint's, or default)")
    add(
        "--data", metavar="DIR",
        help="folder that holds raw, contour_s, [classes]; for refine line, [norm], or ink; for sketch, binary2sketch "
        "and colorize sketch_raw, [sketch_line], or raw and ink; for regions a data set like DanbooRegion's, or "
        "drawings (default: data, or for regions data/DanbooRegion2020)",
    )  # fmt: skip
    add(
        "--synthetic", metavar="SHARE", type=float, help="share of crops drawn on the fly (default: 0; 1 without pairs)"
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--steps", metavar="N", type=int,
        help="train N steps in all (default: 20000; 50000 for regions, fewer for a small data set)",
    )  # fmt: skip
    length.add_argument("--epochs", metavar="N", type=int, help="train until every pair was used N times")
    length.add_argument("--minutes", metavar="M", type=float, help="train M minutes in all, earlier runs included")
    add_by_task("--batch", "N", int, "crops per step")
    add_by_task("--crop", "PX", int, "height and width of a crop, a multiple of 8, or of 32 for regions and sketches")
    add_by_task(
        "--rate", "LR", float, "highest learning rate of adamw; by default five times it for muon, 0.001 for sgd"
    )
    add(
        "--critic", metavar="W", type=float,
        help="weight of what a critic says of the result; 0: train without "
        "(default: 0.1 for refine, regions and binary2sketch, 0 for colorize; the others have none)",
    )  # fmt: skip
    add("--start", metavar="FILE", help="begin with the weights of this network, such as weights/refine.keras")
    add(
        "--optimizer", choices=OPTIMIZERS, default=None,
        help="muon: momentum with orthogonal steps; adamw; or sgd with momentum 0.9 "
        f"(default: {', '.join(f'{task.optimizer} for {key}' for key, task in every.items())})",
    )  # fmt: skip
    add("--decay", metavar="D", type=float, default=1e-4, help="weight decay")
    precisions = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
    add("--precision", choices=precisions, default="auto", help="arithmetic; auto asks the device")
    add("--ema", metavar="DECAY", type=float, default=0.999, help="decay of the averaged weights, per step")
    add_by_task("--preview-every", "N", int, "steps between preview sheets; 0: none")
    add_by_task("--save-every", "N", int, "steps between checkpoints")
    add_by_task("--validate-every", "N", int, "steps between validations; 0: none")
    add("--log-every", metavar="N", type=int, default=100, help="steps between log lines")
    add("--workers", metavar="N", type=int, default=default_workers(), help="processes that make batches")
    add(
        "--devices", metavar="all|N", type=read_devices, default="1",
        help="how many GPUs of the machine train together, under JAX; each takes an equal share of the batch",
    )  # fmt: skip
    add("--seed", metavar="N", type=int, default=0, help="seed of crops and of the network's first weights")
    add("--fresh", action="store_true", help="start over, also where there is a checkpoint")
    add("--checkpoints", metavar="DIR", default=str(ROOT / "data/checkpoints"), help="where TASK/ is saved")
    add("--preview", metavar="DIR", default=str(ROOT / "data/result/preview"), help="where preview sheets go")
    add("--measure", metavar="N", type=float, nargs="+", help=argparse.SUPPRESS)  # seconds, numbers of workers
    add("--jit", action="store_true", help="compile with XLA (TensorFlow; slower on a CPU)")
    return parser


def read_devices(text):
    """Check the value of `--devices` and return it; argparse's error where it is neither `all` nor a number."""
    if text != "all" and not (text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"must be all or a number above 0. Received: {text}")
    return text


def default_workers():
    """Return how many processes make batches: one per core but one, 1 to 16."""
    return max(1, min(16, (os.cpu_count() or 2) - 1))


def complete_arguments(parser, args, task):
    """Fill in the task's defaults; end with exit code 2 and a reason where a value cannot be meant."""
    for name, value in task.defaults.items():
        if getattr(args, name) is None:
            setattr(args, name, value)
    if args.variant not in (None, *task.variants):
        parser.error(f"--variant of {args.task} is {' or '.join(task.variants)}. Received: {args.variant}")
    for name in ("steps", "epochs", "minutes", "batch", "rate", "save_every", "log_every"):
        value = getattr(args, name)
        if value is not None and not value > 0:
            parser.error(f"--{name.replace('_', '-')} must be above 0. Received: {value}")
    for name in ("preview_every", "validate_every", "workers", "decay", "seed"):
        if not getattr(args, name) >= 0:
            parser.error(f"--{name.replace('_', '-')} must not be below 0. Received: {getattr(args, name)}")
    if args.critic is not None and (task.critic is None or not 0 <= args.critic < math.inf):
        parser.error(f"--critic must be 0 or more, for a task that has one. Received: {args.critic} for {args.task}")
    if not 0.0 <= args.ema < 1.0:
        parser.error(f"--ema must be in 0..1, 1 excluded. Received: {args.ema}")
    if args.crop < 16 or args.crop % task.multiple:
        parser.error(f"--crop must be a multiple of {task.multiple}, at least 16. Received: {args.crop}")
    if args.synthetic is not None and not 0.0 <= args.synthetic <= 1.0:
        parser.error(f"--synthetic must be a share in 0..1. Received: {args.synthetic}")


def plan_training(parser, args, task):
    """Find the pairs and return the plan of the batches; exit code 2 where there is nothing to train on."""
    try:
        plan, complaints = task.plan(args)
    except ValueError as error:
        parser.error(str(error))
    for complaint in complaints:
        print(f"warning: {complaint}, left out", file=sys.stderr)
    what = f"{len(plan.pairs)} pairs from {args.data or task.data}" if plan.synthetic < 1.0 else ""
    drawn = f"{plan.synthetic:.0%} drawn on the fly" if plan.synthetic else ""
    print("training data: " + ", ".join(part for part in (what, drawn) if part))
    return plan


def join_devices(parser, args, progress):
    """The `devices.Team` that is asked for; exit code 2 with the reason where there is none that fits."""
    try:
        team = devices.join(args.devices)
    except devices.DevicesError as error:
        parser.error(f"--devices {args.devices}: {error}")
    if args.batch % team.devices:
        parser.error(f"--batch must be a multiple of the {team.devices} devices. Received: {args.batch}")
    if team.processes > 1 and args.minutes:
        parser.error("--minutes is one machine's: several, whose clocks differ, need --steps or --epochs")
    if (team.agree(progress.step), -team.agree(-progress.step)) != (progress.step, progress.step):
        parser.error(f"the machines must share {args.checkpoints}; this one begins at step {progress.step}")
    return team


def main(argv=None):
    """Run the command line; returns the exit code: 143 after SIGTERM, 130 after Ctrl-C."""
    parser = build_parser()
    args = parser.parse_args(argv)
    args.given = sys.argv[1:] if argv is None else argv
    task = tasks.load(args.task)
    rate = args.rate
    complete_arguments(parser, args, task)
    stop = Stop()
    folder = Path(args.checkpoints) / args.task
    state = folder / checkpoints.STATE
    progress = checkpoints.Progress(
        args.task,
        args.variant or "default",
        task.critic or 0.0 if args.critic is None else args.critic,
        start=args.start or "",
        optimizer=args.optimizer or task.optimizer,
    )
    resume = state.exists() and not args.fresh
    if resume:
        try:
            progress = checkpoints.read_progress(state)
        except ValueError as error:
            parser.exit(1, f"error: {error}; --fresh starts over\n")
        if args.variant not in (None, progress.variant):
            parser.error(f"{state} holds the variant {progress.variant}: --fresh starts over with {args.variant}")
        if args.critic not in (None, progress.critic):
            parser.error(f"{state} has a critic of weight {progress.critic:g}: --fresh starts over with another")
        if args.optimizer not in (None, progress.optimizer):
            parser.error(f"{state} has the optimizer {progress.optimizer}: --fresh starts over with {args.optimizer}")
        if args.start not in (None, progress.start):
            began = f"began with {progress.start}" if progress.start else "began with random weights"
            parser.error(f"{state} {began}: --fresh starts over with {args.start}")
    if rate is None:
        args.rate = {"sgd": SGD_RATE, "muon": MUON_RATE * args.rate}.get(progress.optimizer, args.rate)
    plan = plan_training(parser, args, task)
    if args.measure:
        seconds, *counts = args.measure
        print(speed.report_training(args, task, plan, list(map(int, counts)), seconds))
        return 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.exit(1, f"error: --checkpoints: {cli.describe(error)}\n")
    team = join_devices(parser, args, progress)
    stop.listen()  # JAX takes SIGTERM where several processes work together
    plan = dataclasses.replace(plan, part=team.process, parts=team.processes)
    try:
        with files.hold(folder / checkpoints.LOCK) if team.chief else contextlib.nullcontext():
            if team.chief and not args.fresh and checkpoints.read_step(state) != (progress.step if resume else None):
                parser.exit(1, f"error: another training has written {state} meanwhile: run the command again\n")
            return train(parser, args, plan, progress, resume, stop, team)
    except files.HeldError as error:
        parser.exit(1, f"error: {error}, which trains there: wait for it, or choose another --checkpoints\n")
    except OSError as error:
        parser.exit(1, f"error: {cli.describe(error)}\n")


def train(parser, args, plan, progress, resume, stop, team):
    """Build the network, train it and say what can be done with it; returns the exit code."""
    task = tasks.load(args.task)
    folder = Path(args.checkpoints) / args.task
    state = folder / checkpoints.STATE
    devices.choose_backend()
    import keras

    keras.utils.set_random_seed(args.seed)
    devices.make_repeatable()
    policy = devices.choose_precision(args.precision)
    network = compile_network(make_network(task, progress, policy), task, progress, args)
    if args.start and not resume:
        try:
            start_from(network, args.start, args.task)
        except engine.WeightsError as error:
            parser.error(f"--start {error}")
    if state.exists() and args.fresh and team.chief:
        os.replace(state, folder / "training.before.keras")  # one regret is allowed
    average = Average(args.ema, network.get_weights())
    if resume:
        try:
            checkpoints.restore_state(state, network, average)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            parser.exit(1, f"error: {state} is damaged ({cli.describe(error)}); --fresh starts over\n")
        if team.chief:  # the run before may have been killed between writing its state and writing this
            save_network(folder / f"{args.task}.keras", task, progress, average.find(network, progress))
        print(f"going on from step {progress.step} of {state} (--fresh starts over)")
    on = f", {team.devices} devices" if team.devices > 1 else ""
    print(f"{network.count_params():,} parameters, {keras.backend.backend()}, {policy}{on}", flush=True)
    try:
        training = Training(args, task, plan, progress, network, average, stop, team)
    except ValueError as error:
        parser.exit(1, f"error: {error}\n")
    code = training.run()
    if code == 0 or code == 1 and checkpoints.read_step(state) == progress.step:
        print(f"trained {progress.step} steps in {logs.clock(progress.seconds)}. Now:")
        chosen = "" if args.task == "lines" else f"--task {args.task} "
        print(f"python predict.py {chosen}--weights {shlex.quote(str(folder / f'{args.task}.keras'))}")
    return code


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
