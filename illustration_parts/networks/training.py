"""Trains a network: steps, averaged weights, validation, previews. A stopped training goes on where it stopped."""

import contextlib
import math
import signal
import sys
import time
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import numpy as np

from illustration_parts.imaging import images
from illustration_parts.networks import checkpoints, engine, loader, logs
from illustration_parts.networks.loader import warn_once
from illustration_parts.system import cli, devices

ROOT = Path(__file__).resolve().parents[2]
AVERAGE_EVERY = 8  # steps between updates of the averaged weights
AT_ONCE = 4  # validation pictures in a batch
OPTIMIZERS = ("muon", "adamw", "sgd")
SGD_LEARNING_RATE = 1e-3  # the highest
MUON_FACTOR = 5.0  # Muon's highest learning rate over AdamW's


class Average:
    """Exponential moving average of the weights, in NumPy, so that it is the same on every backend.

    The decay is warmed up; otherwise the random first weights would dominate a short run. Updates come at fixed steps,
    so an interrupted run ends with the same average as an uninterrupted one.
    """

    def __init__(self, decay, weights):
        self.decay = decay
        self.weights = [np.array(weight, np.float32) for weight in weights]

    def update(self, weights, step, steps_passed):
        """Update with the weights of a step, which came `steps_passed` steps after the last update."""
        self.weights = self._take_in(weights, step, steps_passed)

    def find(self, network, progress):
        """Return the average as it would be with the network's present weights; the average itself stays."""
        passed = progress.step - progress.averaged
        return self._take_in(network.get_weights(), progress.step, passed) if passed else self.weights

    def _take_in(self, weights, step, steps_passed):
        rest = 1.0 - min(self.decay, (1.0 + step) / (10.0 + step)) ** steps_passed
        return [
            average + np.float32(rest) * (np.asarray(weight, np.float32) - average)
            for average, weight in zip(self.weights, weights)
        ]


def find_share_done(progress, steps, minutes):
    """Return how much of the training is done, 0..1."""
    done = progress.step / steps if steps else progress.seconds / (60.0 * minutes)
    return min(1.0, done)


def looks_at_validation(args):
    """Whether a training validates or previews; `args` is a namespace with `validate_every` and `preview_every`."""
    return bool(args.validate_every or args.preview_every)


def find_last_step(args, task, plan):
    """Return the step with which a training ends; None where minutes decide.

    Args:
        args: namespace with `steps`, `epochs` and `minutes`. task: a `tasks.base.Task`. plan: a `tasks.base.Plan`.
    """
    steps = args.epochs * plan.steps_per_epoch if args.epochs else args.steps
    return steps or (None if args.minutes else task.find_steps(plan))


def explain_done(args, steps, progress):
    """Say that a checkpoint is at the end of its training, or beyond; None where something is left to do."""
    if find_share_done(progress, steps, args.minutes) < 1.0:
        return None
    if steps:
        length, done = "--epochs" if args.epochs else "--steps", f"at step {progress.step} of {steps}"
    else:
        length = "--minutes"
        done = f"trained for {logs.clock(progress.seconds)} of {logs.clock(60 * args.minutes)}"
    return f"already {done}: more {length} would go on, --fresh starts over"


def find_learning_rate(learning_rate, optimizer):
    """Return an optimizer's highest learning rate, given AdamW's."""
    return {"sgd": SGD_LEARNING_RATE, "muon": MUON_FACTOR * learning_rate}.get(optimizer, learning_rate)


def schedule_learning_rate(share, step, highest, warm_up):
    """Return the learning rate of a step: a half cosine down to 1 % over the training, times a linear warm-up.

    Args:
        share: how much of the training is done, 0..1. step: number of steps done.
        highest: the highest learning rate. warm_up: length of the warm-up in steps.
    """
    cosine = 0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * share))
    return highest * cosine * min(1.0, (step + 1) / warm_up)


def make_network(task, progress, policy, training=True):
    """Build a network under a dtype policy; the global policy stays as it was.

    For training it comes with its discriminator, if `progress` has an adversarial weight.
    """
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return task.build(progress.variant, training, progress.adversarial_weight)
    finally:
        keras.config.set_dtype_policy(before)


def compile_network(network, task, progress, args):
    """Give a network its loss and optimizer.

    `args` has `learning_rate`, that of the optimizer in use, and `decay` and `jit` of training_options.py.
    """
    import keras

    from illustration_parts.networks import optimizers

    if progress.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(args.learning_rate, momentum=0.9, weight_decay=args.decay, clipnorm=1.0)
    elif progress.optimizer == "muon":
        optimizer = optimizers.Muon(args.learning_rate, weight_decay=args.decay, clipnorm=1.0)
    else:
        optimizer = keras.optimizers.AdamW(args.learning_rate, weight_decay=args.decay, clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    # On a CPU TensorFlow is faster without XLA. JAX always compiles. With PyTorch compiling does not pay.
    jit = keras.backend.backend() == "jax" or (args.jit and keras.backend.backend() == "tensorflow")
    network.compile(optimizer=optimizer, loss=task.loss(progress.variant), jit_compile=jit)
    optimizer = network.optimizer  # compile wraps it under mixed_float16
    optimizer.build(network.trainable_variables)
    return network


def load_initial_weights(network, path, kinds):
    """Load the initial weights of a network, without its discriminator, from a file.

    The file may hold an earlier form of the network, with fewer layers or outputs. Then the new layers begin as they
    were made, and the new outputs as the old ones.

    Args:
        network: a `keras.Model`. path: the file. kinds: {name: `engine.Kind`} of the networks that it may hold.

    Raises:
        engine.WeightsError: if the file holds another network.
    """
    generator = getattr(network, "generator", network)
    with devices.alone():
        found = engine.read_keras(Path(path), kinds)
    if found.name != generator.name:
        raise engine.WeightsError(f"{path}: another network than {generator.name}")
    if [weight.shape for weight in found.get_weights()] == [weight.shape for weight in generator.get_weights()]:
        generator.set_weights(found.get_weights())
        return
    known = {layer.name: layer for layer in generator.layers}
    for layer in (layer for layer in found.layers if layer.weights):
        shapes = [tuple(weight.shape) for weight in known[layer.name].weights] if layer.name in known else []
        weights = adapt_weights(layer.get_weights(), shapes)
        if weights is None:
            raise engine.WeightsError(f"{path}: another network than {generator.name}")
        known[layer.name].set_weights(weights)


def adapt_weights(weights, shapes):
    """Repeat a layer's outputs as often as the wanted shapes have them; None if these are another layer's.

    Args:
        weights: list of arrays. shapes: list of tuples.
    """
    if [weight.shape[:-1] for weight in weights] != [shape[:-1] for shape in shapes]:
        return None
    times = {divmod(shape[-1], weight.shape[-1]) for weight, shape in zip(weights, shapes)}
    if len(times) != 1 or min(times)[1] or not min(times)[0]:
        return None
    return [np.concatenate([weight] * min(times)[0], axis=-1) for weight in weights]


def save_network(path, task, progress, weights):
    """Write the network that predict.py runs: averaged weights, float32 whatever it was trained in."""
    with devices.alone(), checkpoints.write_aside(path) as partial:
        network = make_network(task, progress, "float32", training=False)
        network.set_weights(weights[: len(network.get_weights())])  # the discriminator's weights come last
        network.save(partial)


def run_with(weights, network, task, variant, pictures):
    """Run a network with other weights, then give it its own back.

    Args:
        weights: the other ones. network, task, variant: of a training.
        pictures: (N, H, W, 3) or (N, H, W) uint8.

    Returns:
        (N, H, W, C) float32 maps, see `Task.from_network`.
    """
    current = network.get_weights()
    network.set_weights(weights)
    maps = [
        found
        for start in range(0, len(pictures), AT_ONCE)
        for found in task.from_network(
            variant, network.predict_on_batch(task.to_network(variant, pictures[start : start + AT_ONCE]))
        )
    ]
    network.set_weights(current)
    return np.stack(maps)


# Shares of the loss that a discriminator has if it only guesses. With a smaller loss than the first share it has run
# away, with a greater one than the second it has collapsed.
TOO_STRONG, TOO_WEAK = 0.02, 0.98
FIRST_VERDICT = 300  # steps before the discriminator is judged


class Stop:
    """Remembers a Ctrl-C or SIGTERM, so that the training ends after the present step. A second Ctrl-C ends it at once.

    Attributes:
        signal: number of the signal that came, or None.
    """

    def __init__(self):
        self.signal = None
        self.listen()

    def listen(self):
        """Handle the signals from now on. A library may have taken them over, so this is called again after it."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)

    def _remember(self, number, _):
        if self.signal is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.signal = number


def is_finite(weights):
    """Whether a list of arrays holds neither NaN nor infinity."""
    return all(np.isfinite(weight).all() for weight in weights)


class Training:
    """One run of a training: it takes steps, validates and saves, until it is done, stopped or broken.

    Args:
        args: namespace of the training's options, with `task`, its name, and `given`, the command line.
        task: a `tasks.base.Task`.
        plan: a `tasks.base.Plan`.
        progress: the `Progress` so far; it is updated.
        network: compiled network. average: its `Average`. stop: a `Stop`.
        team: a `devices.Team`; None for one device. Only its chief validates, previews, logs and saves.

    Raises:
        loader.NoReadablePairError: if validation pictures are looked at, and none can be read.
    """

    def __init__(self, args, task, plan, progress, network, average, stop, team=None):
        self.args, self.task, self.plan, self.progress = args, task, plan, progress
        self.network, self.average, self.stop, self.team = network, average, stop, team or devices.Team()
        self.folder = Path(args.checkpoints) / args.task
        self.steps = find_last_step(args, task, plan)
        self.warm_up = max(1, min(500, (self.steps or 10000) // 20))
        self.verdict = ""  # the last warning about the discriminator
        self.judged_from: int | None = None  # the step at which the discriminator joined
        self.failed = set()  # `loader.Complaint`s
        self.validation: Any = None
        if looks_at_validation(args):  # making what nothing looks at would take half a minute
            self.validation = task.make_validation_set(args.data, plan, self.failed)
        self.saved_step = progress.step
        self.begun = time.monotonic() - progress.seconds
        self.log = (
            logs.Log(self.folder, task, progress, self.steps) if self.team.chief else logs.Silence(task, progress)
        )
        self.viewer = network  # validates and previews
        if self.team.devices > 1 and self.team.chief:  # only the chief does, on one device
            with devices.alone():
                self.viewer = make_network(task, progress, "float32")
        self._open_window()

    def run(self):
        """Train; returns the exit code."""
        try:
            self._show_start()
            with loader.Loader(self.plan, self.args.workers, self.progress.step) as batches:
                while self.share < 1.0 and not self._agree_to_stop():
                    self._take_step(batches)
                    self._look_after_step()
            self._save_last()
        except FloatingPointError as error:
            return self._fail(f"{error}; {self.name_kept()}. Try a lower --learning-rate, or --precision float32")
        except BrokenExecutor:
            return self._fail(f"a data worker was killed (is memory short?); {self._keep()}")
        except loader.NoReadablePairError as error:
            return self._fail(f"{error}; {self._keep()}")
        except Exception as error:  # for lack of memory each backend has a type of its own
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
        left_out = loader.count_left_out(self.failed)
        if left_out:
            print(f"warning: {left_out} left out in all, each with its reason above", file=sys.stderr)
        return 1 if left_out else 0

    def _agree_to_stop(self):
        """Whether any process was told to stop. All end after the same step, or they would wait for each other."""
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
        """Write checkpoint and network.

        Raises:
            FloatingPointError: if the weights are not finite; then nothing is written.
            OSError: if a file cannot be written. The message names the checkpoint that is kept.
        """
        if not is_finite(self.network.get_weights()):
            raise FloatingPointError(f"the weights are no longer finite numbers at step {self.progress.step}")
        if self.team.chief:
            try:
                checkpoints.save_state(self.folder, self.network, self.average, self.progress)
                path = self.folder / f"{self.args.task}.keras"
                save_network(path, self.task, self.progress, self.average.find(self.network, self.progress))
            except OSError as error:
                reason = cli.describe(error)
                raise OSError(f"step {self.progress.step} cannot be saved: {reason}; {self.name_kept()}") from error
        self.saved_step = self.progress.step

    def name_kept(self):
        """Say which checkpoint there is to go on from."""
        step = checkpoints.read_step(self.folder / checkpoints.STATE)
        kept = "nothing was saved yet" if step is None else f"the checkpoint of step {step} is kept"
        return f"{kept} in {self.folder}"

    def _open_window(self):
        """Start to collect what the next log line reports."""
        self.losses = {"loss": []}
        self.waited, self.window_start = 0.0, time.monotonic()

    def _take_step(self, batches):
        """Train on one batch."""
        waiting = time.monotonic()
        pictures, truth, failures = batches.next()
        self._call_discriminator()
        self.waited += time.monotonic() - waiting
        for message in failures:
            warn_once(message, self.failed)
        progress = self.progress
        self.learning_rate = schedule_learning_rate(self.share, progress.step, self.args.learning_rate, self.warm_up)
        self.network.optimizer.learning_rate = self.learning_rate
        pictures = self.task.to_network(progress.variant, pictures)
        truth = self.task.to_truth(progress.variant, truth)
        terms = self.network.train_on_batch(pictures, truth, return_dict=True)
        progress.step += 1
        progress.seconds = time.monotonic() - self.begun
        if not all(math.isfinite(value) for value in terms.values()):
            raise FloatingPointError(f"the loss is no longer a finite number at step {progress.step}")
        # With a discriminator, `loss` is the sum of both networks' losses; `paired` is the loss without it.
        for name, value in {**terms, "loss": terms.get("paired", terms["loss"])}.items():
            if name in self.log.fields and (name == "loss" or self.judged_from is not None):
                self.losses.setdefault(name, []).append(float(value))
        self.log.show(np.mean(self.losses["loss"]), self.learning_rate, self.left)

    def _call_discriminator(self):
        """Let the discriminator join when its share of the training has come."""
        if not hasattr(self.network, "discriminator"):
            return
        due = self.share >= self.args.adversarial_from
        if due != self.network.joined:
            self.network.join(due)
        if due and self.judged_from is None:
            self.judged_from = self.progress.step

    def _look_after_step(self):
        """Average, validate, preview, log and save, each when it is due."""
        step = self.progress.step
        last = self.share >= 1.0 or self.stop.signal

        def is_time(every):
            return every and (step % every == 0 or self.share >= 1.0)

        if step % AVERAGE_EVERY == 0 or self.share >= 1.0:
            self.average.update(self.network.get_weights(), step, step - self.progress.averaged)
            self.progress.averaged = step
        validate = is_time(self.args.validate_every) and self.validation.held_out
        scores = self._validate(validate, is_time(self.args.preview_every))
        if step % self.args.log_every == 0 or last or scores:
            spent = time.monotonic() - self.window_start
            losses = {name: float(np.mean(values)) for name, values in self.losses.items()}
            self._record(
                self.left, step=step, seconds=self.progress.seconds, **losses, learning_rate=self.learning_rate,
                steps_per_second=len(self.losses["loss"]) / spent, waited=self.waited / spent, **scores,
            )  # fmt: skip
            self._judge_discriminator(losses)
            self._open_window()
        if step % self.args.save_every == 0 or last:
            self.save()

    def _judge_discriminator(self, losses):
        """Warn if the discriminator always wins or can only guess; only once while that stays so."""
        chance = getattr(self.network, "chance", None)  # its loss if it only guesses
        if chance is None or self.judged_from is None:
            return
        if self.progress.step < max(self.warm_up, self.judged_from + FIRST_VERDICT):
            return
        ratio = losses["discriminator"] / chance
        option = f"--adversarial-weight (now {self.progress.adversarial_weight:g})"
        if ratio < TOO_STRONG:
            verdict = f"the discriminator has run away: it always tells true from found; try a higher {option}"
        elif ratio > TOO_WEAK:
            verdict = f"the discriminator has collapsed: it cannot tell true from found; try a lower {option}"
        else:
            verdict = ""
        if verdict and verdict != self.verdict:
            self.log.say(f"warning: at step {self.progress.step} {verdict}")
        self.verdict = verdict

    def _keep(self):
        """Save what was learned although no more batches come; say which checkpoint there is to go on from."""
        with contextlib.suppress(OSError, FloatingPointError):
            self._save_last()
        return self.name_kept()

    def _save_last(self):
        """Save the steps after the last regular save: a signal can come at any moment."""
        if self.progress.step > self.saved_step:
            self.save()

    def _show_start(self):
        """Validate and preview the initial weights, for comparison."""
        if self.progress.step or not self.args.initial_weights:
            return
        validate = bool(self.args.validate_every) and self.validation.held_out
        scores = self._validate(validate, bool(self.args.preview_every))
        if scores:
            self._record(step=0, seconds=0.0, **scores)

    def _record(self, *left, **values):
        """Write a line of the log. A full disk is reported, and the training goes on."""
        try:
            self.log.write(*left, **values)
        except OSError as error:
            warn_once(loader.Complaint(f"lines of the log in {self.folder}: {error.strerror}"), self.failed)

    def _validate(self, validate, show):
        """Run the network with its averaged weights on the validation set.

        Args:
            validate: whether to score all of its pictures.
            show: whether to write a preview of the first ones.

        Returns:
            The scores, or {} where none are asked for.
        """
        if not self.team.chief or not validate and not show:
            return {}
        task, variant, rows = self.task, self.progress.variant, self.task.preview_rows
        pictures = self.validation.pictures if validate else self.validation.pictures[:rows]
        weights = self.average.find(self.network, self.progress)
        if self.team.devices > 1:  # a preview runs the present discriminator, not the averaged one
            self.viewer.set_weights(self.network.get_weights())
        with devices.alone():
            maps = run_with(weights, self.viewer, task, variant, pictures)
            if show:
                sheet = task.preview(self.viewer, variant, self.validation, maps[:rows])
                step = f"_{self.progress.step:06}" if task.keeps_previews else ""
                path = Path(self.args.preview) / f"{self.args.task}{step}.png"
                try:
                    write_preview(path, sheet)
                except OSError as error:
                    warn_once(loader.Complaint(f"previews in {path.parent}: {error.strerror}"), self.failed)
        return task.score(maps, self.validation.targets) if validate else {}

    def _fail(self, reason):
        print(f"error: {reason}", file=sys.stderr)
        return 1


def name_command(options):
    """Return the command that resumes a training, given its command line."""
    return cli.name_command("train.py", *(option for option in options if option != "--fresh"))


def write_preview(path, sheet):
    """Write a preview sheet, (H, W, 3) uint8 RGB, and make its folder if there is none; may raise OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    images.write(path, sheet)
