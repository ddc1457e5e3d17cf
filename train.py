"""Train a network on pairs of pictures and maps, or on drawn pictures. Run it again to go on where it stopped.

    python train.py                                # data/raw + data/contour_s; without pairs, pictures drawn on the fly
    python train.py --drawn-share 0.5 --minutes 90   # half pairs, half drawings, for an hour and a half
    python train.py --task regions                 # data/DanbooRegion2020, after skeletonize_all.py

It writes into data/checkpoints/TASK: `training.keras` to resume from, `TASK.keras` for predict.py, and log.csv. Preview
sheets go to data/result/preview.
"""

import argparse
import contextlib
import dataclasses
import os
import sys
import zipfile
import zlib
from pathlib import Path

from illustration_parts import tasks
from illustration_parts.benchmarks import speed
from illustration_parts.networks import checkpoints, engine, logs
from illustration_parts.networks.training import (
    Average,
    Stop,
    Training,
    compile_network,
    explain_done,
    find_last_step,
    find_learning_rate,
    load_initial_weights,
    looks_at_validation,
    make_network,
    save_network,
)
from illustration_parts.system import cli, devices, files
from illustration_parts.tasks.options import add_options, add_others, refuse_others
from illustration_parts.tasks.training_options import list_options


def build_parser(task):
    """Return the parser of the command line, with the options of a task's training."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--task", choices=sorted(tasks.NAMES), default="lines", help="what to train")
    parser.add_argument("--measure", metavar="N", type=float, nargs="+", help=argparse.SUPPRESS)  # seconds, workers
    add_options(parser, list_options(task))
    return parser


def plan_training(parser, args, task):
    """Find the pairs and return the plan of the batches; exit code 2 where there is nothing to train on."""
    try:
        plan, complaints = task.plan(args.data, args.drawn_share, args.batch, args.crop, args.seed)
    except ValueError as error:
        parser.error(str(error))
    if args.epochs and not plan.pairs:
        parser.error("--epochs needs pairs; drawings are never used up: give --steps or --minutes")
    for complaint in complaints:
        print(f"warning: {complaint}, left out", file=sys.stderr)
    print("training data: " + describe_data(plan, args.data or task.data), flush=True)
    return plan


def describe_data(plan, folder):
    """Say what a plan's batches are made of: pairs of a folder, drawings, or both."""
    what = f"{len(plan.pairs)} pairs from {folder}" if plan.drawn_share < 1.0 else ""
    drawn = f"{plan.drawn_share:.0%} drawn on the fly" if plan.drawn_share else ""
    return ", ".join(part for part in (what, drawn) if part)


def join_devices(parser, args, progress):
    """Return the wanted `devices.Team`; exit code 2 with the reason if there is none."""
    try:
        team = devices.join(args.devices)
    except devices.DevicesError as error:
        parser.error(f"--devices {args.devices}: {error}")
    if args.batch % team.devices:
        parser.error(f"--batch must be a multiple of the {team.devices} devices. Received: {args.batch}")
    if team.processes > 1 and args.minutes:
        parser.error("--minutes works on one machine only: the clocks of several differ; give --steps or --epochs")
    if (team.agree(progress.step), -team.agree(-progress.step)) != (progress.step, progress.step):
        parser.error(f"the machines must share {args.checkpoints}; this one begins at step {progress.step}")
    return team


def find_progress(parser, args, task):
    """Find where the training begins.

    Returns:
        (`Progress`, whether it comes from a checkpoint). Ends with exit code 1 if the checkpoint is damaged, and with 2
        if it does not fit the options.
    """
    state = Path(args.checkpoints) / args.task / checkpoints.STATE
    if args.fresh or not state.exists():
        weight = task.adversarial_weight or 0.0 if args.adversarial_weight is None else args.adversarial_weight
        optimizer = args.optimizer or task.optimizer
        variant = args.variant or task.variants[0]
        return checkpoints.Progress(args.task, variant, weight, args.initial_weights or "", optimizer), False
    try:
        progress = checkpoints.read_progress(state)
    except ValueError as error:
        parser.exit(1, f"error: {error}; --fresh starts over\n")
    for name, known, what in (
        ("variant", progress.variant, f"holds the variant {progress.variant}"),
        (
            "adversarial_weight",
            progress.adversarial_weight,
            f"has a discriminator of weight {progress.adversarial_weight:g}",
        ),
        ("optimizer", progress.optimizer, f"has the optimizer {progress.optimizer}"),
        ("initial_weights", progress.initial_weights, f"began with {progress.initial_weights or 'random weights'}"),
    ):
        wanted = getattr(args, name)
        if wanted not in (None, known):
            parser.error(
                f"{state} {what}: --fresh starts over with {'another' if name == 'adversarial_weight' else wanted}"
            )
    return progress, True


def main(argv=None):
    """Run the command line; returns the exit code: 143 after SIGTERM, 130 after Ctrl-C."""
    given = list(sys.argv[1:] if argv is None else argv)
    name = cli.peek(given, "--task", "lines")
    task = tasks.load(name if name in tasks.NAMES else "lines")  # its parser reports the wrong name
    parser = build_parser(task)
    others = add_others(parser, list_options(task), {each: list_options(tasks.load(each)) for each in tasks.NAMES})
    args = parser.parse_args(given)
    refuse_others(parser, others, args)
    args.given = given
    stop = Stop()
    folder = Path(args.checkpoints) / args.task
    state = folder / checkpoints.STATE
    progress, resume = find_progress(parser, args, task)
    if args.learning_rate is None:
        args.learning_rate = find_learning_rate(task.defaults["learning_rate"], progress.optimizer)
    task = task.of(progress.variant)
    plan = plan_training(parser, args, task)
    if args.measure:
        seconds, *counts = args.measure
        print(speed.report_training(args, task, plan, list(map(int, counts)), seconds))
        return 0
    now = describe_data(plan, os.path.realpath(args.data or task.data))
    if resume and progress.data not in ("", now):
        print(f"note: the training data has changed; until step {progress.step} it was {progress.data}")
    progress.data = now
    done = explain_done(args, find_last_step(args, task, plan), progress) if resume else None
    if done:
        print(done, flush=True)
        if is_written(state, folder / f"{args.task}.keras"):
            show_use(args)
            return 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.exit(1, f"error: --checkpoints: {cli.describe(error)}\n")
    team = join_devices(parser, args, progress)
    stop.listen()  # JAX handles SIGTERM if several processes work together
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
    """Build the network, train it and print the command that uses it; returns the exit code."""
    task = tasks.load(args.task).of(progress.variant)
    folder = Path(args.checkpoints) / args.task
    state = folder / checkpoints.STATE
    keras = devices.start_keras()
    idle = devices.explain_idle_gpu()
    if idle and team.chief:
        print(f"note: {idle}", file=sys.stderr)
    keras.utils.set_random_seed(args.seed)
    devices.make_repeatable()
    policy = devices.choose_precision(args.precision)
    try:
        network = compile_network(make_network(task, progress, policy), task, progress, args)
    except ValueError as error:
        parser.error(str(error))
    if args.initial_weights and not resume:
        try:
            load_initial_weights(network, args.initial_weights, task.networks)
        except engine.WeightsError as error:
            parser.error(f"--initial-weights {error}")
    if state.exists() and args.fresh and team.chief:
        os.replace(state, folder / "training.before.keras")  # kept, in case --fresh was a mistake
    average = Average(args.ema, network.get_weights())
    if resume:
        try:
            checkpoints.restore_state(state, network, average)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            parser.exit(1, f"error: {state} is damaged ({cli.describe(error)}); --fresh starts over\n")
        if team.chief:  # the run before may have been killed before it wrote this
            save_network(folder / f"{args.task}.keras", task, progress, average.find(network, progress))
        print(f"going on from step {progress.step} of {state} (--fresh starts over)")
    on = f", {team.devices} devices" if team.devices > 1 else ""
    print(f"{network.count_params():,} parameters, {keras.backend.backend()}, {policy}{on}", flush=True)
    if explain_done(args, find_last_step(args, task, plan), progress) is None:
        first = "making the validation set, then " if looks_at_validation(args) else ""
        print(f"{first}compiling: the first step can take a minute or two", flush=True)
    try:
        training = Training(args, task, plan, progress, network, average, stop, team)
    except ValueError as error:
        parser.exit(1, f"error: {error}\n")
    code = training.run()
    if code == 0 or code == 1 and checkpoints.read_step(state) == progress.step:
        print(f"trained {progress.step} steps in {logs.clock(progress.seconds)}. Now:")
        show_use(args)
    return code


def is_written(state, network):
    """Whether the network of a checkpoint was written, which comes after the checkpoint."""
    return network.exists() and network.stat().st_mtime_ns >= state.stat().st_mtime_ns


def show_use(args):
    """Print the command that uses the trained network."""
    chosen = () if args.task == "lines" else ("--task", args.task)
    network = cli.shorten(Path(args.checkpoints) / args.task / f"{args.task}.keras")
    print(cli.name_command("predict.py", *chosen, "--weights", network))


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
