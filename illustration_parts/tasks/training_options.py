"""The options of a training. They are the same for every task, but their defaults differ."""

import argparse
import os

from illustration_parts.networks import training
from illustration_parts.system import cli
from illustration_parts.tasks.options import Option

PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
FROM_0, FROM_1 = cli.whole(0), cli.whole(1)
DATA, LENGTH, LEARNING, KEEPING, MACHINE = "data", "length", "learning", "what is saved and shown", "machine"


def list_options(task):
    """Return the options of a task's training, a tuple of `Option`s. None means: the checkpoint or the data decides.

    Args:
        task: a `base.Task`.
    """
    return (*_list_data(task), *_list_learning(task), *_list_keeping(task), *_list_machine())


def _list_data(task):
    least = "" if task.least_steps is None else f", or for few pairs fewer, down to {task.least_steps}"
    folder = str(task.data).replace("%", "%%")
    return (
        Option("data", f"folder that holds {task.folders} (default: {folder})", metavar="DIR", group=DATA),
        Option(
            "drawn_share", "share of pictures drawn on the fly, 0 to 1 (default: 0; 1 without pairs)", cli.number(0, 1),
            metavar="SHARE", hidden=("--synthetic",), group=DATA,
        ),
        Option("batch", "crops per step", FROM_1, task.defaults["batch"], "N", group=DATA),
        Option(
            "crop", f"height and width of a crop, a multiple of {task.multiple}", cli.whole(16, multiple=task.multiple),
            task.defaults["crop"], "PX", group=DATA,
        ),
        Option("seed", "seed of crops and of the network's first weights", FROM_0, 0, "N", group=DATA),
        Option(
            "steps", f"train N steps in all (default: {task.steps}{least})", FROM_1, metavar="N", group=LENGTH,
            one_of="length",
        ),
        Option(
            "epochs", "train until every pair was used N times", FROM_1, metavar="N", group=LENGTH, one_of="length"
        ),
        Option(
            "minutes", "train M minutes in all, earlier runs included", cli.number(0, without=0), metavar="M",
            group=LENGTH, one_of="length",
        ),
    )  # fmt: skip


def _list_learning(task):
    rates = (
        f"{training.find_learning_rate(task.defaults['learning_rate'], optimizer):g} for {optimizer}"
        for optimizer in training.OPTIMIZERS
    )
    adversarial = []
    if task.adversarial_weight is not None:
        adversarial.append(
            Option(
                "adversarial_weight",
                "weight of the discriminator's judgement in the loss; 0: train without a discriminator (default: the "
                f"checkpoint's, or {task.adversarial_weight:g})",
                cli.number(0), metavar="W", hidden=("--critic",), group=LEARNING,
            )
        )  # fmt: skip
        adversarial.append(
            Option(
                "adversarial_from", "share of the training after which the discriminator joins, 0 to 1",
                cli.number(0, 1), task.adversarial_from, "SHARE", group=LEARNING,
            )
        )  # fmt: skip
    return (
        Option(
            "variant", f"network to train (default: the checkpoint's, or {task.variants[0]})", choices=task.variants,
            group=LEARNING,
        ),
        Option(
            "initial_weights", f"begin with the weights of this network, such as weights/{task.name}.keras",
            metavar="FILE", hidden=("--start",), group=LEARNING,
        ),
        Option(
            "optimizer",
            "muon: momentum with orthogonal steps; adamw; or sgd, with momentum 0.9 (default: the checkpoint's, or "
            f"{task.optimizer})",
            choices=training.OPTIMIZERS, group=LEARNING,
        ),
        Option(
            "learning_rate", f"highest learning rate (default: {', '.join(rates)})", cli.number(0, without=0),
            metavar="LR", hidden=("--rate",), group=LEARNING,
        ),
        Option("decay", "weight decay", cli.number(0), 1e-4, "D", group=LEARNING),
        *adversarial,
        Option(
            "ema", "decay of the averaged weights, per step", cli.number(0, 1, without=1), 0.999, "DECAY",
            group=LEARNING,
        ),
    )  # fmt: skip


def _list_keeping(task):
    root = training.ROOT
    return (
        Option("checkpoints", "where TASK/ is saved", str, str(root / "data/checkpoints"), "DIR", group=KEEPING),
        Option("fresh", "start over, although there is a checkpoint", bool, False, group=KEEPING),
        Option("save_every", "steps between checkpoints", FROM_1, task.defaults["save_every"], "N", group=KEEPING),
        Option(
            "validate_every", "steps between validations; 0: none", FROM_0, task.defaults["validate_every"], "N",
            group=KEEPING,
        ),
        Option("preview", "where preview sheets go", str, str(root / "data/result/preview"), "DIR", group=KEEPING),
        Option(
            "preview_every", "steps between preview sheets; 0: none", FROM_0, task.defaults["preview_every"], "N",
            group=KEEPING,
        ),
        Option("log_every", "steps between log lines", FROM_1, 100, "N", group=KEEPING),
    )  # fmt: skip


def _list_machine():
    return (
        Option("precision", "arithmetic; auto asks the device", str, "auto", choices=PRECISIONS, group=MACHINE),
        Option("workers", "processes that make batches", FROM_0, count_workers(), "N", group=MACHINE),
        Option(
            "devices",
            "number of GPUs of this machine that train together, under JAX; each takes an equal share of the batch",
            parse_devices, "1", "all|N", group=MACHINE,
        ),
        Option("jit", "compile with XLA, under TensorFlow; slower on a CPU", bool, False, group=MACHINE),
    )  # fmt: skip


def count_workers():
    """Return how many processes make batches: one per core but one, 1 to 16."""
    return max(1, min(16, (os.cpu_count() or 2) - 1))


def parse_devices(text):
    """An argparse type: `all`, or a number above 0, as text."""
    if text != "all" and not (text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"must be all or a number above 0. Received: {text}")
    return text
