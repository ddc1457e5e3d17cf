"""Train a network on pairs of pictures and maps, or on drawn pictures; run it again to go on where it stopped.

    python train.py                                # data/raw + data/contour_s; without pairs, pictures drawn on the fly
    python train.py --synthetic 0.5 --minutes 90   # half pairs, half drawings, for an hour and a half
    python train.py --task regions                 # data/DanbooRegion2020, after skeletonize_all.py

What it makes stands in data/checkpoints/TASK: `training.keras` to resume from, `TASK.keras` for predict.py, and
log.csv. Preview sheets go to data/result/preview.
"""

import argparse
import contextlib
import csv
import dataclasses
import importlib.util
import io
import json
import math
import os
import shlex
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from concurrent.futures import BrokenExecutor
from pathlib import Path

import numpy as np

import dataset
import devices
import engine
import images
import processes
from tasks import TASKS, warn_once

# Keras is imported inside functions only: worker processes import this file again, and shall stay light.

ROOT = Path(__file__).resolve().parent
STATE = "training.keras"  # network, optimizer, averaged weights and progress in one file, replaced in one step
LOCK = ".lock"  # held while a training goes on
STATE_ABOUT = "about.json"  # what is added to that zip file: progress, ...
STATE_AVERAGE = "average.npz"  # ... and averaged weights
AVERAGE_EVERY = 8  # steps between two looks at the weights for their average


OPTIMIZERS = ("muon", "adamw", "sgd")
SGD_RATE = 1e-3  # highest learning rate of SGD ...
MUON_RATE = 5.0  # ... and of Muon, as a multiple of the task's, which is AdamW's


# Command line -------------------------------------------------------------------------------------------------------


def build_parser():
    """Return the parser of the command line; what differs by task is left None, see `complete_arguments`."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=processes.HelpFormatter, allow_abbrev=False
    )
    add = parser.add_argument
    variants = list(dict.fromkeys(variant for task in TASKS.values() for variant in task.variants))

    def add_by_task(option, metavar, kind, text):
        """An option whose default is its task's."""
        name = option[2:].replace("-", "_")
        values = ", ".join(f"{task.defaults[name]:g} for {key}" for key, task in TASKS.items())
        add(option, metavar=metavar, type=kind, help=f"{text} (default: {values})")

    add("--task", choices=sorted(TASKS), default="lines", help="what to train")
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
        f"(default: {', '.join(f'{task.optimizer} for {key}' for key, task in TASKS.items())})",
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


# Device -------------------------------------------------------------------------------------------------------------


def choose_precision(wanted):
    """Return the dtype policy for the device: 16-bit floats wherever the device computes faster with them."""
    if wanted != "auto":
        return wanted
    import keras

    if engine.backend_has_gpu():
        try:
            command = ["nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader"]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout
            modern = min(float(line) for line in answer.split()) >= 8.0  # Ampere and later compute in bfloat16
        except (OSError, ValueError, subprocess.TimeoutExpired):
            modern = False
        return "mixed_bfloat16" if modern else "mixed_float16"
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        flags = ""
    bfloat16 = "avx512_bf16" in flags or "amx_bf16" in flags
    return "mixed_bfloat16" if bfloat16 and keras.backend.backend() != "jax" else "float32"


def make_repeatable():
    """Have TensorFlow add up in the same order each time on a CPU, which costs nothing there.

    On a GPU some of its operations would be refused.
    """
    import keras

    if keras.backend.backend() == "tensorflow" and not engine.backend_has_gpu():
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()


# State: network, optimizer, average, progress -----------------------------------------------------------------------


class Average:
    """Exponential moving average of the weights, in NumPy, so that it is the same on every backend.

    The decay is warmed up, or a short run would be held near its first, random weights. It is updated at the same steps
    wherever a run is interrupted, so that the run ends with the same average.
    """

    def __init__(self, decay, weights):
        self.decay = decay
        self.weights = [np.array(weight, np.float32) for weight in weights]

    def update(self, weights, step, steps_passed):
        """Take in the weights of a step, so many after those before."""
        self.weights = self._take_in(weights, step, steps_passed)

    def find(self, network, progress):
        """The average with the weights that a network has now, which it may lag behind, itself unchanged."""
        passed = progress.step - progress.averaged
        return self._take_in(network.get_weights(), progress.step, passed) if passed else self.weights

    def _take_in(self, weights, step, steps_passed):
        rest = 1.0 - min(self.decay, (1.0 + step) / (10.0 + step)) ** steps_passed
        return [
            average + np.float32(rest) * (np.asarray(weight, np.float32) - average)
            for average, weight in zip(self.weights, weights)
        ]


@dataclasses.dataclass
class Progress:
    """How far a training is; stored in the checkpoint."""

    task: str
    variant: str
    critic: float = 0.0  # weight of what a critic says beside the loss
    start: str = ""  # file of the weights it began with
    optimizer: str = "adamw"
    step: int = 0
    averaged: int = 0  # last step whose weights are in the average
    seconds: float = 0.0  # of training, earlier runs included


def find_share_done(progress, steps, minutes):
    """Return how much of the training is done, 0..1."""
    done = progress.step / steps if steps else progress.seconds / (60.0 * minutes)
    return min(1.0, done)


def rate_at(share, step, highest, warm_up):
    """Return the learning rate: a linear warm-up over steps, then a half cosine down to 1 % over the training."""
    cosine = 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * share))
    return highest * cosine * min(1.0, (step + 1) / warm_up)


def make_network(task, progress, policy, training=True):
    """Build a network, for training with its critic, under a dtype policy; the global policy stays as it was."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return task.build(progress.variant, training, progress.critic)
    finally:
        keras.config.set_dtype_policy(before)


def compile_network(network, task, progress, args):
    """Give the network its loss and optimizer."""
    import keras

    import optimizers

    if progress.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(args.rate, momentum=0.9, weight_decay=args.decay, clipnorm=1.0)
    elif progress.optimizer == "muon":
        optimizer = optimizers.Muon(args.rate, weight_decay=args.decay, clipnorm=1.0)
    else:
        optimizer = keras.optimizers.AdamW(args.rate, weight_decay=args.decay, clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    # On a CPU TensorFlow is faster without XLA; JAX always compiles; for PyTorch compiling is not worth its while.
    jit = keras.backend.backend() == "jax" or (args.jit and keras.backend.backend() == "tensorflow")
    network.compile(optimizer=optimizer, loss=task.loss(progress.variant), jit_compile=jit)
    optimizer = network.optimizer  # compile wraps it under mixed_float16
    optimizer.build(network.trainable_variables)
    return network


def start_from(network, path, task):
    """Give a network, not its critic, the weights of a file; `engine.WeightsError` if they are no such network's."""
    generator = getattr(network, "generator", network)
    with devices.alone():
        found = engine.read_keras(Path(path), task=task)
    shapes = [[weight.shape for weight in each.get_weights()] for each in (found, generator)]
    if found.name != generator.name or shapes[0] != shapes[1]:
        raise engine.WeightsError(f"{path}: another network than {generator.name}")
    generator.set_weights(found.get_weights())


def find_generators(network):
    """The variables in which the random generators of a network's dropout count."""
    return [variable for variable in network.variables if variable.name == "seed_generator_state"]


def save_state(folder, network, average, progress):
    """Write the checkpoint: aside first, then renamed, so that there is a whole one at any moment."""
    arrays = io.BytesIO()
    np.savez(arrays, *average.weights)
    with write_aside(folder / STATE) as partial:
        with devices.alone():  # Keras makes an optimizer, to see what belongs to any
            network.save(partial)
        with zipfile.ZipFile(partial, "a") as archive:
            archive.writestr(STATE_ABOUT, json.dumps(dataclasses.asdict(progress)))
            archive.writestr(STATE_AVERAGE, arrays.getvalue())


def write_aside(path):
    """As `images.write_aside`, for a `.keras` file, which is not taken for whole before it is on the disk."""
    return images.write_aside(path, path.with_name(f".{path.stem}.partial.keras"), sync=True)


def read_progress(path):
    """Return the `Progress` of a checkpoint; ValueError if the file is damaged or none of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(STATE_ABOUT))
            return Progress(**{"averaged": about["step"], **about})
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no checkpoint of this script, or damaged ({error})") from error


def read_step(path):
    """The step that a checkpoint was saved at; None without a whole checkpoint."""
    try:
        return read_progress(path).step
    except ValueError:
        return None


def restore_state(path, network, average):
    """Bring network, optimizer, average and random generators to where the checkpoint was, whatever its precision."""
    import keras

    import losses  # noqa: F401  registers the losses that the file names, and optimizers
    import optimizers  # noqa: F401

    with devices.alone():
        saved = keras.saving.load_model(path, safe_mode=True)
    network.set_weights(saved.get_weights())
    both = network.optimizer, saved.optimizer
    if type(both[0]) is not type(both[1]):  # the one scales its loss, the other was saved in another precision
        both = [getattr(optimizer, "inner_optimizer", optimizer) for optimizer in both]
    states = [[*optimizer.variables, *find_generators(each)] for optimizer, each in zip(both, (network, saved))]
    for variable, value in zip(*states, strict=True):
        variable.assign(value)
    with zipfile.ZipFile(path) as archive:
        arrays = np.load(io.BytesIO(archive.read(STATE_AVERAGE)))
        average.weights = [arrays[name] for name in arrays.files]


def save_network(path, task, progress, weights):
    """Write the network that predict.py runs: averaged weights, float32 whatever it was trained in."""
    with devices.alone(), write_aside(path) as partial:
        network = make_network(task, progress, "float32", training=False)
        network.set_weights(weights[: len(network.get_weights())])  # a critic's come after them
        network.save(partial)


# Validation and previews --------------------------------------------------------------------------------------------


def run_with(weights, network, task, variant, pictures, batch=4):
    """Run a network with other weights on (N, H, W, 3) uint8 RGB, or (N, H, W); returns (N, H, W, C) float32 maps."""
    current = network.get_weights()
    network.set_weights(weights)
    maps = [
        found
        for start in range(0, len(pictures), batch)
        for found in task.to_maps(
            variant, network.predict_on_batch(task.prepare(variant, pictures[start : start + batch]))
        )
    ]
    network.set_weights(current)
    return np.stack(maps)


# Logs ---------------------------------------------------------------------------------------------------------------


# A critic's loss, as a share of what guessing costs: below the first it has run away, above the second collapsed.
TOO_STRONG, TOO_WEAK = 0.02, 0.98
FIRST_VERDICT = 300  # steps; before, neither player has learned enough to be judged
TERMS = ("matching", "adversarial", "critic")  # losses that a network with a critic reports beside the paired one


def name_fields(task, progress):
    """What is logged of a step."""
    terms = TERMS if progress.critic else ()
    return ("step", "seconds", "loss", *terms, "rate", "steps_per_second", "waited", *task.score_fields)


class Log:
    """Progress on the screen, in log.csv, and for TensorBoard where its package is installed.

    Args:
        folder: where log.csv and the event file go.
        task: of `TASKS`.
        progress: the `Progress` at the start.
        total: last step, or None if time decides.
    """

    def __init__(self, folder, task, progress, total):
        from tqdm import tqdm

        self.fields = name_fields(task, progress)
        path = folder / "log.csv"
        rows = []
        if progress.step and path.exists():
            # Lines of steps after the checkpoint belong to a run that was cut off; they come again.
            with path.open(newline="", errors="replace") as file:  # a power cut may have left anything in it
                lines = (line for line in file if "\0" not in line)
                rows = [row for row in csv.DictReader(lines) if (row.get("step") or "").isdecimal()]
            rows = [row for row in rows if int(row["step"]) <= progress.step]
        before = io.StringIO(newline="")
        writer = csv.DictWriter(before, self.fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        images.write_bytes(path, before.getvalue().encode())
        self.file = path.open("a", newline="")
        self.csv = csv.DictWriter(self.file, self.fields, extrasaction="ignore")
        self.terminal = sys.stderr.isatty()
        self.bar = tqdm(total=total, initial=progress.step, unit="step", disable=not self.terminal, dynamic_ncols=True)
        self.board = None
        if importlib.util.find_spec("tensorboard"):
            from tensorboard.summary import Writer

            self.board = Writer(str(folder))

    def show(self, loss, rate, left):
        """Move the bar on by one step."""
        if self.terminal:
            self.bar.set_postfix_str(f"loss {loss:.4f}, rate {rate:.1e}, left {clock(left)}", refresh=False)
            self.bar.update()

    def write(self, left=None, **values):
        """Record the values of one step; `left` is the number of seconds to go."""
        rounded = {key: f"{value:.6g}" if isinstance(value, float) else value for key, value in values.items()}
        self.csv.writerow(rounded)
        self.file.flush()
        if self.board:
            for key in set(values) - {"step", "seconds"}:
                self.board.add_scalar(key, values[key], values["step"])
        if not self.terminal or "mae" in values:
            text = "  ".join(f"{key} {rounded[key]}" for key in self.fields if key in rounded and key != "seconds")
            self.say(text + (f"  left {clock(left)}" if left is not None else ""))

    def say(self, text):
        """Print a line without breaking the bar."""
        if self.terminal:
            self.bar.clear()
        print(text, flush=True)

    def close(self):
        """Close the files; what a full disk does not take of them is lost, and has been told of."""
        self.bar.close()
        for file in filter(None, (self.file, self.board)):
            with contextlib.suppress(OSError):
                file.close()


class Silence:
    """Stands in for the `Log` in processes beside the chief's, which write nothing."""

    def __init__(self, task, progress):
        self.fields = name_fields(task, progress)

    def show(self, *_):
        pass

    def write(self, *_, **__):
        pass

    say = close = show


def clock(seconds):
    """Format seconds as h:mm:ss."""
    seconds = max(0, int(seconds))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


# Training -----------------------------------------------------------------------------------------------------------


class Stop:
    """Remembers a Ctrl-C or SIGTERM until the step at hand is finished; a second Ctrl-C ends at once."""

    def __init__(self):
        self.signal = None
        self.listen()

    def listen(self):
        """Take the signals, from whoever took them last."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)

    def _remember(self, number, _):
        if self.signal is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.signal = number


def is_finite(weights):
    """Whether all of a list of arrays holds neither NaN nor infinity."""
    return all(np.isfinite(weight).all() for weight in weights)


class Training:
    """One run of a training: steps until it is done, stopped or broken, watched and saved on the way.

    Args:
        args: the command line's.
        task: of `TASKS`.
        plan: a `dataset.Plan`.
        progress: `Progress` so far; it is moved on.
        network: compiled network. average: its `Average`. stop: a `Stop`.
        team: a `devices.Team`; None for one device. Only its chief validates, shows, logs and saves.

    Raises:
        dataset.NoReadablePairError: if no validation picture can be read.
    """

    def __init__(self, args, task, plan, progress, network, average, stop, team=None):
        self.args, self.task, self.plan, self.progress = args, task, plan, progress
        self.network, self.average, self.stop, self.team = network, average, stop, team or devices.Team()
        self.folder = Path(args.checkpoints) / args.task
        self.steps = args.epochs * plan.steps_per_epoch if args.epochs else args.steps
        if not self.steps and not args.minutes:
            self.steps = task.find_steps(plan)
        self.warm_up = max(1, min(500, (self.steps or 10000) // 20))
        self.verdict = ""  # what was last said of the critic
        self.failed = set()  # messages about unreadable pairs
        self.watched = task.watch(args, plan, self.failed)
        self.saved_step = progress.step
        self.begun = time.monotonic() - progress.seconds
        self.log = Log(self.folder, task, progress, self.steps) if self.team.chief else Silence(task, progress)
        self.viewer = network
        if self.team.devices > 1 and self.team.chief:  # what the chief looks at in between the others take no part in
            with devices.alone():
                self.viewer = make_network(task, progress, "float32")
        self._open_window()

    def run(self):
        """Train; returns the exit code."""
        try:
            self._show_start()
            with dataset.Feed(self.plan, self.args.workers, self.progress.step) as feed:
                while self.share < 1.0 and not self._agree_to_stop():
                    self._take_step(feed)
                    self._look_after_step()
            self._save_last()
        except FloatingPointError as error:
            return self._fail(f"{error}; {self.name_kept()}. Try a lower --rate, or --precision float32")
        except BrokenExecutor:
            return self._fail(f"a data worker was killed (is memory short?); {self._keep()}")
        except dataset.NoReadablePairError as error:
            return self._fail(f"{error}; {self._keep()}")
        except Exception as error:  # each backend has a type of its own for this
            if not any(sign in str(error) for sign in ("RESOURCE_EXHAUSTED", "out of memory", "OOM when")):
                raise
            return self._fail(f"the device's memory is too small: lower --batch or --crop; {self.name_kept()}")
        finally:
            self.log.close()
        if self.stop.signal:
            kept = (
                f"saved in {self.folder}; resume with: {name_command(self.args.given)}"
                if self.saved_step
                else "nothing to save"
            )
            print(f"stopped at step {self.progress.step}, {kept}")
            return 128 + self.stop.signal
        return 1 if self.failed else 0

    def _agree_to_stop(self):
        """Whether any process has been told to; all end after the same step, or they would wait for each other."""
        self.stop.signal = self.team.agree(self.stop.signal or 0) or None
        return self.stop.signal

    @property
    def share(self):
        """How much of the training is done, 0..1."""
        return find_share_done(self.progress, self.steps, self.args.minutes)

    @property
    def left(self):
        """Seconds to go: by the clock where minutes decide, else by the speed of the last steps."""
        if not self.steps:
            return 60 * self.args.minutes - self.progress.seconds
        spent = time.monotonic() - self.window_start
        return (self.steps - self.progress.step) * spent / max(1, len(self.losses["loss"]))

    def save(self):
        """Write checkpoint and network; FloatingPointError, and nothing written, if the weights are broken."""
        if not is_finite(self.network.get_weights()):
            raise FloatingPointError(f"the weights are no longer finite numbers at step {self.progress.step}")
        if self.team.chief:
            try:
                save_state(self.folder, self.network, self.average, self.progress)
                path = self.folder / f"{self.args.task}.keras"
                save_network(path, self.task, self.progress, self.average.find(self.network, self.progress))
            except OSError as error:
                reason = processes.describe(error)
                raise OSError(f"step {self.progress.step} cannot be saved: {reason}; {self.name_kept()}") from error
        self.saved_step = self.progress.step

    def name_kept(self):
        """What there is to go on from."""
        step = read_step(self.folder / STATE)
        kept = "nothing was saved yet" if step is None else f"the checkpoint of step {step} is kept"
        return f"{kept} in {self.folder}"

    def _open_window(self):
        """Begin the stretch of steps that the next log line is about."""
        self.losses = {"loss": []}
        self.waited, self.window_start = 0.0, time.monotonic()

    def _take_step(self, feed):
        """Train on one batch."""
        waiting = time.monotonic()
        pictures, truth, failures = feed.next()
        self.waited += time.monotonic() - waiting
        for message in failures:
            warn_once(message, self.failed)
        progress = self.progress
        self.rate = rate_at(self.share, progress.step, self.args.rate, self.warm_up)
        self.network.optimizer.learning_rate = self.rate
        pictures = self.task.prepare(progress.variant, pictures)
        truth = self.task.to_truth(progress.variant, truth)
        found = self.network.train_on_batch(pictures, truth, return_dict=True)
        progress.step += 1
        progress.seconds = time.monotonic() - self.begun
        if not all(math.isfinite(value) for value in found.values()):
            raise FloatingPointError(f"the loss is no longer a finite number at step {progress.step}")
        for name, value in {**found, "loss": found.get("paired", found["loss"])}.items():
            if name in self.log.fields:
                self.losses.setdefault(name, []).append(float(value))
        self.log.show(np.mean(self.losses["loss"]), self.rate, self.left)

    def _look_after_step(self):
        """Average, validate, show, log and save where it is time to."""
        step = self.progress.step
        last = self.share >= 1.0 or self.stop.signal

        def is_time(every):
            return every and (step % every == 0 or self.share >= 1.0)

        if step % AVERAGE_EVERY == 0 or self.share >= 1.0:
            self.average.update(self.network.get_weights(), step, step - self.progress.averaged)
            self.progress.averaged = step
        validate = is_time(self.args.validate_every) and self.watched.held_out
        scores = self._watch(validate, is_time(self.args.preview_every))
        if step % self.args.log_every == 0 or last or scores:
            spent = time.monotonic() - self.window_start
            losses = {name: float(np.mean(values)) for name, values in self.losses.items()}
            self._record(
                self.left, step=step, seconds=self.progress.seconds, **losses, rate=self.rate,
                steps_per_second=len(self.losses["loss"]) / spent, waited=self.waited / spent, **scores,
            )  # fmt: skip
            self._judge_critic(losses)
            self._open_window()
        if step % self.args.save_every == 0 or last:
            self.save()

    def _judge_critic(self, losses):
        """Say so when one player has left the other behind, once each time that it happens."""
        chance = getattr(self.network, "chance", None)
        if chance is None or self.progress.step < max(self.warm_up, FIRST_VERDICT):
            return
        share, weight = losses["critic"] / chance, f"--critic (now {self.progress.critic:g})"
        if share < TOO_STRONG:
            verdict = f"the critic has run away: it always tells true from found; try a higher {weight}"
        elif share > TOO_WEAK:
            verdict = f"the critic has collapsed: it cannot tell true from found; try a lower {weight}"
        else:
            verdict = ""
        if verdict and verdict != self.verdict:
            self.log.say(f"warning: at step {self.progress.step} {verdict}")
        self.verdict = verdict

    def _keep(self):
        """Save what was learned although no more batches come; says what there is to go on from."""
        with contextlib.suppress(OSError, FloatingPointError):
            self._save_last()
        return self.name_kept()

    def _save_last(self):
        """Save what no regular save has: a signal can come at any moment of a step."""
        if self.progress.step > self.saved_step:
            self.save()

    def _show_start(self):
        """Where a training begins with another's weights, validate and show these, to compare with."""
        if self.progress.step or not self.args.start:
            return
        validate = bool(self.args.validate_every) and self.watched.held_out
        scores = self._watch(validate, bool(self.args.preview_every))
        if scores:
            self._record(step=0, seconds=0.0, **scores)

    def _record(self, *left, **values):
        """Write a line of the log; a disk that takes none is no reason to end."""
        try:
            self.log.write(*left, **values)
        except OSError as error:
            warn_once(f"lines of the log in {self.folder}: {error.strerror}", self.failed)

    def _watch(self, validate, show):
        """Run the averaged weights on the validation pictures if asked to; returns their scores, or {}."""
        if not self.team.chief or not validate and not show:
            return {}
        task, variant, rows = self.task, self.progress.variant, self.task.preview_rows
        pictures = self.watched.pictures if validate else self.watched.pictures[:rows]
        weights = self.average.find(self.network, self.progress)
        if self.team.devices > 1:
            self.viewer.set_weights(self.network.get_weights())
        with devices.alone():
            maps = run_with(weights, self.viewer, task, variant, pictures)
            if show:
                sheet = task.preview(self.viewer, variant, self.watched, maps[:rows])
                step = f"_{self.progress.step:06}" if task.keeps_previews else ""
                path = Path(self.args.preview) / f"{self.args.task}{step}.png"
                try:
                    write_preview(path, sheet)
                except OSError as error:
                    warn_once(f"previews in {path.parent}: {error.strerror}", self.failed)
        return task.score(maps, self.watched.targets) if validate else {}

    def _fail(self, reason):
        print(f"error: {reason}", file=sys.stderr)
        return 1


def name_command(options):
    """The command that goes on with a training that was started with some options."""
    return shlex.join(["python", "train.py", *(option for option in options if option != "--fresh")])


def write_preview(path, sheet):
    """Write a preview sheet, (H, W, 3) uint8 RGB, making its folder where need be; OSError if it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    images.write(path, sheet)


def main(argv=None):
    """Run the command line; returns the exit code: 143 after SIGTERM, 130 after Ctrl-C."""
    parser = build_parser()
    args = parser.parse_args(argv)
    args.given = sys.argv[1:] if argv is None else argv
    task = TASKS[args.task]
    rate = args.rate
    complete_arguments(parser, args, task)
    stop = Stop()
    folder = Path(args.checkpoints) / args.task
    state = folder / STATE
    progress = Progress(
        args.task,
        args.variant or "default",
        task.critic or 0.0 if args.critic is None else args.critic,
        start=args.start or "",
        optimizer=args.optimizer or task.optimizer,
    )
    resume = state.exists() and not args.fresh
    if resume:
        try:
            progress = read_progress(state)
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
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.exit(1, f"error: --checkpoints: {processes.describe(error)}\n")
    team = join_devices(parser, args, progress)
    stop.listen()  # JAX takes SIGTERM where several processes work together
    plan = dataclasses.replace(plan, part=team.process, parts=team.processes)
    try:
        with processes.hold(folder / LOCK) if team.chief else contextlib.nullcontext():
            if team.chief and not args.fresh and read_step(state) != (progress.step if resume else None):
                parser.exit(1, f"error: another training has written {state} meanwhile: run the command again\n")
            return train(parser, args, plan, progress, resume, stop, team)
    except processes.HeldError as error:
        parser.exit(1, f"error: {error}, which trains there: wait for it, or choose another --checkpoints\n")
    except OSError as error:
        parser.exit(1, f"error: {processes.describe(error)}\n")


def train(parser, args, plan, progress, resume, stop, team):
    """Build the network, train it and say what can be done with it; returns the exit code."""
    task = TASKS[args.task]
    folder = Path(args.checkpoints) / args.task
    state = folder / STATE
    engine.choose_backend()
    import keras

    keras.utils.set_random_seed(args.seed)
    make_repeatable()
    policy = choose_precision(args.precision)
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
            restore_state(state, network, average)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
            parser.exit(1, f"error: {state} is damaged ({processes.describe(error)}); --fresh starts over\n")
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
    if code == 0 or code == 1 and read_step(state) == progress.step:
        print(f"trained {progress.step} steps in {clock(progress.seconds)}. Now:")
        chosen = "" if args.task == "lines" else f"--task {args.task} "
        print(f"python predict.py {chosen}--weights {shlex.quote(str(folder / f'{args.task}.keras'))}")
    return code


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
