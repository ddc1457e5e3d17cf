import copy
import csv
import dataclasses
import errno
import functools
import importlib.util
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import types
import zipfile
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import model
import skeletonize_all
import train
from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images
from illustration_parts.networks import engine, loader, logs, optimizers
from illustration_parts.networks import training as training_module
from illustration_parts.networks.checkpoints import LOCK, STATE_ABOUT, Progress, read_progress
from illustration_parts.networks.losses import LineLoss
from illustration_parts.networks.training import (
    FIRST_VERDICT,
    Average,
    Training,
    is_finite,
    load_initial_weights,
    schedule_learning_rate,
)
from illustration_parts.system import cli, files
from illustration_parts.tasks import base
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import regions as region_task

ROOT = Path(__file__).resolve().parents[2]


def write(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", array)[1].tobytes())


def write_pairs(data, count=3, size=48):
    """Frames of a dark line on a light ground, without class maps."""
    for number in range(count):
        ink = np.zeros((size, size), np.uint8)
        cv2.rectangle(ink, (8 + number, 10), (size - 10, size - 8 - number), 255, 2)
        write(data / f"raw/{number}.png", np.repeat(np.where(ink > 0, 30, 220).astype(np.uint8)[..., None], 3, 2))
        write(data / f"contour_s/{number}.png", 255 - ink)
    return data


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A small data set in DanbooRegion's layout, with skeleton maps: four drawn pictures in train, three in val."""
    folder = tmp_path_factory.mktemp("drawn")
    for name, count, seed in (("train", 4, 0), ("val", 3, 60)):
        illustrations.write_drawings(folder / name, count, seed, size=96, jobs=1, quiet=True, layout="danbooregion")
    assert skeletonize_all.main([str(folder / "train"), str(folder / "val"), "--jobs", "1"]) == 0
    return folder


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """Three drawn pictures with all their maps."""
    folder = tmp_path_factory.mktemp("mapped")
    illustrations.write_drawings(folder, 3, size=96, jobs=1, quiet=True)
    return folder


@pytest.fixture(scope="module")
def held_out(tmp_path_factory):
    """Three drawn pictures with all their maps, and two more for validation."""
    folder = tmp_path_factory.mktemp("held_out")
    for validation, count in ((False, 3), (True, 2)):
        illustrations.write_drawings(folder, count, size=96, validation=validation, jobs=1, quiet=True)
    return folder


def write_refine_pairs(data, count=3, size=96, kinds=("line", "norm")):
    """Frames of wide lines, and the same of thin ones."""
    for number in range(count):
        for kind, width in (("line", 3), ("norm", 1)):
            if kind in kinds or f"v_{kind}" in kinds:
                drawing = np.full((size, size), 255, np.uint8)
                cv2.rectangle(drawing, (8 + number, 10), (size - 10, size - 30 - number), 0, width, cv2.LINE_AA)
                cv2.line(drawing, (20, 20), (size - 20, size - 35), 0, width, cv2.LINE_AA)
                write(data / (kind if kind in kinds else f"v_{kind}") / f"{number}.png", drawing)
    return data


def write_sketch_pairs(data, count=3, size=96, prefix=""):
    """Small coloured discs on white, and their outlines."""
    for number in range(count):
        picture, outlines = np.full((size, size, 3), 255, np.uint8), np.full((size, size), 255, np.uint8)
        for x, colour in ((20, (200, 210, 250)), (50, (190, 240, 200)), (75, (230, 200, 230))):
            for y in (15, 45, 75):
                cv2.circle(picture, (x, y + 2 * number), 9, colour, -1)
                cv2.circle(picture, (x, y + 2 * number), 9, (60, 60, 60), 1, cv2.LINE_AA)
                cv2.circle(outlines, (x, y + 2 * number), 9, 0, 1, cv2.LINE_AA)
        write(data / f"{prefix}sketch_raw/{number}.png", picture)
        write(data / f"{prefix}sketch_line/{number}.png", outlines)
    return data


def build_tiny(variant, training, adversarial_weight=None):
    """A stand-in with the line extractor's input and output, small enough to train in a second."""
    picture = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
    x = keras.layers.Conv2D(3, 1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(picture, x, name="line_extractor")


def build_tiny_regions(variant, training, adversarial_weight=None):
    """The same for a region network, with a discriminator of two levels if there is to be one."""
    picture = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
    if variant == "danbooregion":
        return keras.Model(picture, keras.layers.Conv2D(1, 3, padding="same")(x), name="danbooregion_unet")
    x = keras.layers.Conv2D(2, 3, padding="same", activation="sigmoid", dtype="float32")(x)
    network = keras.Model(picture, x, name="region_unet")
    if not adversarial_weight or not training:
        return network
    before, model.REGION_DISCRIMINATOR_CHANNELS = model.REGION_DISCRIMINATOR_CHANNELS, (4, 6)
    try:
        judge = model.build_region_discriminator()
    finally:
        model.REGION_DISCRIMINATOR_CHANNELS = before
    return model.AdversarialModel(network, judge, matching=adversarial_weight, adversarial=adversarial_weight / 10)


def build_tiny_refiner(variant, training, adversarial_weight=None):
    """The same for a line refiner."""
    rough = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(rough)
    end, name = ("tanh", "line_relifer") if variant == "relifer" else ("sigmoid", "line_refiner")
    outputs = 1 if variant == "relifer" else 2
    network = keras.Model(rough, keras.layers.Conv2D(outputs, 3, padding="same", activation=end)(x), name=name)
    if not adversarial_weight or not training:
        return network
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "LINE_DISCRIMINATOR_CHANNELS", (4, 6))
        patch.setattr(model, "RELIFER_DISCRIMINATOR_CHANNELS", (4, 6))
        judge = model.build_line_discriminator(variant)
    kind = "logistic" if variant == "relifer" else "hinge"
    return model.AdversarialModel(
        network, judge, matching=adversarial_weight, adversarial=adversarial_weight / 10, discriminator_loss=kind
    )


def build_tiny_sketcher(task, variant, training, adversarial_weight=None):
    """The same for a network of sketches, named and laid out as the task's."""
    inputs, outputs = tasks.load(task).channels
    parts = (task, variant) == ("colorize", "default")
    given = keras.Input((None, None, 3 if parts else inputs))
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(given)
    if parts:
        x = keras.layers.Conv2D(28, 2, strides=2, dtype="float32")(x)
        network = keras.Model(given, model.DepthToSpace(2)(x), name="colorize_parts")
    else:
        x = keras.layers.Conv2D(outputs, 3, padding="same", activation="sigmoid", dtype="float32")(x)
        network = keras.Model(given, x, name=f"{task}_{'unet' if variant == 'default' else variant}")
    if parts or not adversarial_weight or not training:
        return network
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "LINE_DISCRIMINATOR_CHANNELS", (4, 6))
        judge = model.build_sketch_discriminator(inputs, outputs)
    return model.AdversarialModel(network, judge, matching=adversarial_weight, adversarial=adversarial_weight / 10)


SKETCHES = ("sketch", "binary2sketch", "colorize")

# For each task: a stand-in of its network, options of its training, and the size of its validation pictures.
TINY = {
    "lines": (build_tiny, {"--crop": 32}, 48),
    "refine": (build_tiny_refiner, {"--crop": 64, "--adversarial-weight": 0}, 64),
    "regions": (build_tiny_regions, {"--crop": 64, "--adversarial-weight": 0}, 64),
    "sketch": (functools.partial(build_tiny_sketcher, "sketch"), {"--crop": 32}, 64),
    "binary2sketch": (
        functools.partial(build_tiny_sketcher, "binary2sketch"),
        {"--crop": 32, "--adversarial-weight": 0},
        64,
    ),
    "colorize": (functools.partial(build_tiny_sketcher, "colorize"), {"--crop": 32, "--adversarial-weight": 0}, 64),
}


def replace_networks(patch=setattr):
    """Have the stand-ins trained in this process; the argument is called like `setattr`."""
    for name in tasks.NAMES:
        patch(tasks.load(name), "build", TINY[name][0])
    patch(colour_task.Paint, "build", lambda self, *given: TINY["colorize"][0](*given))


COMPILED_FROM = 10  # steps of a training: compiling takes as long as eight steps that are not compiled


def compile_eagerly(*arguments):
    """Have a network's steps run as they are written, not compiled."""
    network = training_module.compile_network(*arguments)
    network.run_eagerly = True
    return network


@pytest.fixture
def run(tmp_path, monkeypatch, request):
    """A function that trains a task's stand-in with the given options; returns the exit code.

    Short trainings are not compiled, unless `compiled` says so.
    """
    data = write_pairs(tmp_path / "data")
    replace_networks(monkeypatch.setattr)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def call(*options, checkpoints="checkpoints", task="lines", leave=(), compiled=None):
        if compiled is None:
            compiled = "--steps" not in options or int(options[options.index("--steps") + 1]) >= COMPILED_FROM
        monkeypatch.setattr(train, "compile_network", training_module.compile_network if compiled else compile_eagerly)
        folder = data
        if task == "regions":
            folder = request.getfixturevalue("drawn")
        elif task == "refine":
            folder = write_refine_pairs(tmp_path / "strokes")
        elif task == "colorize" and not {"classic", "pix2pix"} & set(options):
            folder = request.getfixturevalue("mapped")
        elif task in SKETCHES:
            folder = write_sketch_pairs(tmp_path / "sketches")
        _, own, size = TINY[task]
        monkeypatch.setattr(base, "VALIDATION_SIZE", size)
        monkeypatch.setattr(base, "VALIDATION_PICTURES", 4)
        standard = {
            "--task": task, "--data": folder, "--checkpoints": tmp_path / checkpoints,
            "--preview": tmp_path / "preview", "--preview-every": 0, "--validate-every": 0,
            "--batch": 2, "--workers": 0, "--precision": "float32", **own,
        }  # fmt: skip
        for name, value in standard.items():
            if name not in options and name not in leave:
                options += (name, value)
        return train.main([str(option) for option in options])

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


def read_log(folder):
    with (folder / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def stop_at(monkeypatch, step, number):
    """Have a signal arrive when the batch of a step is asked for.

    Its handler is called, no real signal sent: other libraries in the tests' process leave it a signal stack that
    a real one would fault on. `make soak` sends real ones, to processes of their own.
    """
    following = loader.Loader.next

    def next_batch(self):
        if self.step == step:
            signal.getsignal(number)(number, None)
        return following(self)

    monkeypatch.setattr(loader.Loader, "next", next_batch)


# Whole trainings of the stand-in


def test_a_training_learns_saves_logs_and_says_how_to_go_on(run, tmp_path, capsys):
    assert run("--steps", 60, "--log-every", 20, "--learning-rate", 0.02) == 0
    folder = tmp_path / "checkpoints/lines"
    assert sorted(path.name for path in folder.iterdir() if "tfevents" not in path.name) == [
        "lines.keras", "log.csv", "training.keras",
    ]  # fmt: skip
    assert any("tfevents" in path.name and path.stat().st_size > 100 for path in folder.iterdir())
    rows = read_log(folder)
    assert [int(row["step"]) for row in rows] == [20, 40, 60]
    assert float(rows[-1]["loss"]) < 0.8 * float(rows[0]["loss"])
    assert float(rows[-1]["learning_rate"]) < 0.01 * float(rows[0]["learning_rate"]) + 0.001
    assert cli.name_command("predict.py", "--weights", folder / "lines.keras") in capsys.readouterr().out


@pytest.mark.parametrize(
    "task, weight, stops",
    [
        ("lines", (), (4, 7, 8)),
        ("regions", (), (7,)),
        ("regions", ("--adversarial-weight", 0.1), (4, 8)),
        ("refine", ("--adversarial-weight", 0.1), (7,)),
        ("sketch", (), (4, 7, 8)),
        ("colorize", (), (4,)),
        ("colorize", ("--variant", "classic", "--adversarial-weight", 0.1), (8,)),
    ],
)
def test_an_interrupted_training_ends_like_an_uninterrupted_one(run, tmp_path, monkeypatch, task, weight, stops):
    """Networks, optimizer, averaged weights, learning rate and crops all go on where they were.

    The average is updated at step 8, so the stops lie before it, at it and after it, whatever the task.
    """
    run("--steps", 12, *weight, checkpoints="whole", task=task)
    for stop in stops:
        with monkeypatch.context() as patch:
            stop_at(patch, stop, signal.SIGTERM)
            assert run("--steps", 12, *weight, checkpoints="parts", task=task) == 143
        assert read_progress(tmp_path / f"parts/{task}/training.keras").step == stop + 1
    variant = weight[:2] if "--variant" in weight else ()  # which also chooses the data
    assert run("--steps", 12, *variant, checkpoints="parts", task=task, leave=("--adversarial-weight",)) == 0
    for file in ("training", task):
        whole, parts = (
            keras.saving.load_model(tmp_path / name / f"{task}/{file}.keras", compile=False)
            for name in ("whole", "parts")
        )
        for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_finished_training_stays_and_a_longer_one_goes_on(run, tmp_path, capsys):
    run("--steps", 4, "--log-every", 2)
    state = tmp_path / "checkpoints/lines/training.keras"
    before = state.read_bytes()
    assert run("--steps", 4) == 0
    assert state.read_bytes() == before
    assert run("--steps", 6, "--log-every", 2) == 0
    assert "going on from step 4" in capsys.readouterr().out
    assert read_progress(state).step == 6
    assert [int(row["step"]) for row in read_log(state.parent)] == [2, 4, 6]


@pytest.mark.parametrize(
    "options, told",
    [
        (("--steps", 2), "already at step 4 of 2: more --steps would go on, --fresh starts over"),
        (("--epochs", 1), "already at step 4 of 3: more --epochs would go on"),
        (("--minutes", 1e-6), "of 0:00:00: more --minutes would go on"),
    ],
)
def test_a_training_that_is_done_says_so_without_keras(run, tmp_path, monkeypatch, capsys, options, told):
    run("--steps", 4)
    assert "the first step can take" in capsys.readouterr().out
    with monkeypatch.context() as patch:
        patch.setattr(train, "train", None)
        assert run(*options) == 0
    said = capsys.readouterr().out
    network = tmp_path / "checkpoints/lines/lines.keras"
    assert told in said and cli.name_command("predict.py", "--weights", network) in said
    network.unlink()  # as if the training had been killed before it wrote its network
    assert run(*options) == 0 and network.exists()
    said = capsys.readouterr().out
    assert told in said and "the first step can take" not in said


def test_changed_training_data_are_remarked_on(run, tmp_path, capsys):
    run("--steps", 1)
    before = f"until step 1 it was 3 pairs from {tmp_path / 'data'}"
    assert run("--steps", 2) == 0
    assert "has changed" not in capsys.readouterr().out
    write_pairs(tmp_path / "data", count=5)
    assert run("--steps", 3) == 0
    assert f"the training data has changed; {before.replace('step 1', 'step 2')}" in capsys.readouterr().out
    assert run("--steps", 3, "--drawn-share", 0.5) == 0
    said = capsys.readouterr().out
    assert "until step 3 it was 5 pairs" in said and "50% drawn on the fly" in said


def test_fresh_starts_over(run, tmp_path):
    run("--steps", 4)
    assert run("--steps", 2, "--fresh") == 0
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 2


def test_ctrl_c_saves_and_exits_130(run, tmp_path, monkeypatch, capsys):
    stop_at(monkeypatch, 2, signal.SIGINT)
    assert run("--steps", 50, "--fresh") == 130
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 3
    said = capsys.readouterr().out
    command = cli.name_command("train.py", "--steps", 50, "--task", "lines")
    assert "stopped at step 3, saved in" in said and f"resume with: {command}" in said
    assert "--fresh" not in said.split("resume with")[1]


def test_a_folder_that_another_training_has_is_refused(run, tmp_path, capsys):
    run("--steps", 2)
    folder = tmp_path / "checkpoints/lines"
    before = (folder / "training.keras").read_bytes()
    with files.hold(folder / LOCK):
        with pytest.raises(SystemExit) as ended:
            run("--steps", 4)
    error = capsys.readouterr().err
    assert ended.value.code == 1 and f"held by process {os.getpid()} on" in error and "--checkpoints" in error
    assert (folder / "training.keras").read_bytes() == before
    assert run("--steps", 4) == 0 and not (folder / LOCK).exists()


@pytest.mark.parametrize("failing", ["training", "lines"])
def test_a_full_disk_keeps_the_checkpoint_before_and_is_named(run, tmp_path, monkeypatch, capsys, failing):
    run("--steps", 2)
    folder = tmp_path / "checkpoints/lines"
    state = folder / "training.keras"
    before = state.read_bytes()
    save = keras.Model.save

    def fill_up(self, path, *options):
        save(self, path, *options)
        if Path(path).name == f".{failing}.partial.keras":
            os.truncate(path, 100)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(keras.Model, "save", fill_up)
        with pytest.raises(SystemExit) as ended:
            run("--steps", 4, "--save-every", 1)
    error = capsys.readouterr().err
    assert ended.value.code == 1 and "No space left on device" in error
    if failing == "training":  # a training that goes on begins with writing the other once more
        assert "step 3 cannot be saved" in error and "checkpoint of step 2 is kept" in error
    assert not list(folder.glob(".*partial*")) and keras.saving.load_model(folder / "lines.keras")
    assert state.read_bytes() == before
    assert run("--steps", 4) == 0 and read_progress(state).step == 4


@pytest.mark.parametrize("begun", [0, 2])
def test_what_another_training_writes_meanwhile_is_not_overwritten(run, tmp_path, monkeypatch, capsys, begun):
    """Between looking at the checkpoint and having its lock, a training may go on and end."""
    state = tmp_path / "checkpoints/lines/training.keras"
    if begun:
        run("--steps", begun)
    plan = train.plan_training

    def meanwhile(*arguments):
        monkeypatch.setattr(train, "plan_training", plan)
        assert run("--steps", 4) == 0
        return plan(*arguments)

    monkeypatch.setattr(train, "plan_training", meanwhile)
    with pytest.raises(SystemExit) as ended:
        run("--steps", 6)
    assert ended.value.code == 1 and f"another training has written {state} meanwhile" in capsys.readouterr().err
    assert read_progress(state).step == 4


@pytest.mark.parametrize(
    "error, reason",
    [
        (BrokenProcessPool("killed"), "a data worker was killed"),
        (loader.NoReadablePairError("20 pairs in a row cannot be read"), "20 pairs in a row cannot be read"),
    ],
)
def test_what_was_learned_is_kept_where_no_more_batches_come(run, tmp_path, monkeypatch, capsys, error, reason):
    following = loader.Loader.next

    def next_batch(self):
        if self.step == 3:
            raise error
        return following(self)

    monkeypatch.setattr(loader.Loader, "next", next_batch)
    assert run("--steps", 6) == 1
    said = capsys.readouterr().err
    assert reason in said and "the checkpoint of step 3 is kept" in said
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 3


def test_a_log_on_a_full_disk_is_closed_and_hides_no_other_reason(tmp_path):
    progress = Progress("lines", "default", 0.0)
    log = logs.Log(tmp_path, tasks.load("lines"), progress, 2)
    closed = []

    def refuse():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    log.file.close()
    if log.board:
        log.board.close()
    log.file = types.SimpleNamespace(close=refuse)
    log.board = types.SimpleNamespace(close=lambda: closed.append(True))
    log.close()
    assert closed == [True]


def test_a_damaged_log_stops_nothing_and_its_sound_lines_are_kept(run, tmp_path):
    run("--steps", 4, "--log-every", 1)
    path = tmp_path / "checkpoints/lines/log.csv"
    path.write_bytes(path.read_bytes() + b"\0" * 200000 + b"\n5,\xff\xfe\n")
    assert run("--steps", 6, "--log-every", 1) == 0
    assert [int(row["step"]) for row in read_log(tmp_path / "checkpoints/lines")] == [1, 2, 3, 4, 5, 6]


def test_checkpoints_that_can_be_nowhere_are_named(run, tmp_path, capsys):
    (tmp_path / "checkpoints").write_text("a file")
    with pytest.raises(SystemExit) as ended:
        run("--steps", 2)
    assert ended.value.code == 1
    assert f"error: --checkpoints: Not a directory: {tmp_path / 'checkpoints'}" in capsys.readouterr().err


def test_a_preview_or_a_log_that_cannot_be_written_is_told_of_once_and_ends_nothing(run, tmp_path, monkeypatch, capsys):
    (tmp_path / "preview").write_text("a file")

    def refuse(self, *_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(logs.Log, "write", refuse)
    assert run("--steps", 4, "--preview-every", 1, "--log-every", 1) == 1
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 4
    error = capsys.readouterr().err
    assert error.count(f"previews in {tmp_path / 'preview'}: ") == 1 and error.count("No space left on device") == 1


def test_pairs_that_vanish_or_change_while_a_training_runs(run, tmp_path, monkeypatch, capsys):
    """One file goes, one becomes smaller, one no picture; then all is well again. Named, and the rest is trained on."""
    raw, kept = tmp_path / "data/raw", {}
    make = loader.Loader.next

    def next_batch(self):
        if self.step == 3:
            kept.update((path, path.read_bytes()) for path in raw.iterdir())
            (raw / "0.png").unlink()
            write(raw / "1.png", np.full((40, 48, 3), 200, np.uint8))
        if self.step == 6:
            (raw / "1.png").write_text("no picture")
        if self.step == 9:
            for path, data in kept.items():
                path.write_bytes(data)
        return make(self)

    monkeypatch.setattr(loader.Loader, "next", next_batch)
    assert run("--steps", 12) == 1
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 12
    error = capsys.readouterr().err
    assert error.count("0.png: No such file or directory, left out") == 1
    assert error.count("but") == 1 and "48x40" in error
    assert error.count("1.png is not a picture, or damaged, left out") == 1


@pytest.mark.parametrize("said", ["RESOURCE_EXHAUSTED: Out of memory while ...", "CUDA out of memory. Tried to"])
def test_a_device_without_memory_is_told_with_what_helps(run, monkeypatch, capsys, said):
    run("--steps", 2)

    def fail(self, *_, **__):
        raise RuntimeError(said)

    monkeypatch.setattr(keras.Model, "train_on_batch", fail)
    assert run("--steps", 4) == 1
    error = capsys.readouterr().err
    assert "lower --batch or --crop; the checkpoint of step 2 is kept" in error
    said = "something else"
    with pytest.raises(RuntimeError, match="something else"):
        run("--steps", 4)


def test_options_cannot_be_abbreviated_so_that_what_is_resumed_is_not_begun_anew(run, capsys):
    with pytest.raises(SystemExit) as ended:
        run("--steps", 2, "--fre")
    assert ended.value.code == 2 and "--fre" in capsys.readouterr().err


def test_nan_is_reported_and_the_checkpoint_before_it_kept(run, tmp_path, monkeypatch, capsys):
    run("--steps", 2)
    state = tmp_path / "checkpoints/lines/training.keras"
    before = state.read_bytes()
    call = LineLoss.call
    monkeypatch.setattr(LineLoss, "call", lambda self, truth, found: call(self, truth, found) * float("nan"))
    assert run("--steps", 50, "--save-every", 1) == 1
    message = capsys.readouterr().err
    assert "no longer a finite number at step 3" in message and "checkpoint of step 2 is kept" in message
    assert state.read_bytes() == before


def test_broken_weights_are_not_saved_even_if_the_loss_is_finite(run, tmp_path, monkeypatch):
    run("--steps", 2)
    monkeypatch.setattr(training_module, "is_finite", lambda weights: False)
    assert run("--steps", 4) == 1
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 2


def test_minutes_decide_where_they_are_given(run, tmp_path):
    assert run("--minutes", 0.03, "--log-every", 1) == 0
    progress = read_progress(tmp_path / "checkpoints/lines/training.keras")
    assert progress.step >= 1 and progress.seconds >= 1.8


def test_epochs_are_counted_in_pairs(run, tmp_path):
    assert run("--epochs", 2) == 0  # 3 pairs, one for each batch of 2 crops
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 6


def test_validation_and_previews(run, tmp_path):
    for folder in ("raw", "contour_s"):
        for path in (tmp_path / "data" / folder).iterdir():
            write(tmp_path / f"data/v_{folder}" / path.name, cv2.imread(str(path))[4:, 2:])
    assert run("--steps", 4, "--validate-every", 2, "--preview-every", 2, compiled=True) == 0
    rows = read_log(tmp_path / "checkpoints/lines")
    assert [row["step"] for row in rows if row["f"]] == ["2", "4"]
    assert all(0 <= float(row["f"]) <= 1 and 0 < float(row["mae"]) < 1 for row in rows if row["f"])
    sheets = sorted((tmp_path / "preview").iterdir())
    assert [path.name for path in sheets] == ["lines_000002.png", "lines_000004.png"]
    assert cv2.imread(str(sheets[0])).shape == (3 * 48, 5 * 48, 3)


def test_what_is_saved_for_prediction_is_float32_and_averaged(run, tmp_path):
    assert run("--steps", 20, "--precision", "mixed_bfloat16", "--learning-rate", 0.05) == 0
    folder = tmp_path / "checkpoints/lines"
    network = keras.saving.load_model(folder / "lines.keras")
    assert {layer.dtype_policy.name for layer in network.layers} == {"float32"}
    assert network.name == "line_extractor"
    current = keras.saving.load_model(folder / "training.keras").get_weights()
    assert any(np.abs(a - b).max() > 1e-4 for a, b in zip(network.get_weights(), current, strict=True))
    assert keras.config.dtype_policy().name == "float32"
    # A training goes on in another precision too.
    assert run("--steps", 22, "--precision", "float32") == 0


def test_bad_pairs_and_unpaired_files_are_named_and_the_rest_is_trained_on(run, tmp_path, capsys):
    (tmp_path / "data/raw/1.png").write_bytes(b"no picture")
    write(tmp_path / "data/raw/alone.png", np.zeros((8, 8), np.uint8))
    assert run("--steps", 6) == 1
    message = capsys.readouterr().err
    assert "alone.png has no partner" in message
    assert message.count("1.png is not a picture") == 1  # though it came up in every epoch
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 6


NO_DISCRIMINATOR = "--adversarial-weight belongs to --task refine or regions or binary2sketch or colorize"
CROP_72 = "--crop: expected a whole number, 16 or above, a multiple of 32. Received: '72'"
WEIGHT_BELOW_0 = "--adversarial-weight: expected a number, 0 or above. Received: '-1'"


@pytest.mark.parametrize(
    "options, reason",
    [
        (("--steps", 0), "--steps"),
        (("--steps", 2, "--epochs", 2), "not allowed with"),
        (("--learning-rate", "nan"), "--learning-rate"),
        (("--crop", 100), "multiple of 8"),
        (("--drawn-share", 1.5), "--drawn-share"),
        (("--ema", 1), "--ema"),
        (("--data", "nowhere"), "no pairs"),
        (("--data", "nowhere", "--drawn-share", 0.5), "needs pairs"),
        (("--data", "nowhere", "--drawn-share", 1, "--epochs", 1), "--epochs"),
        (("--adversarial-weight", 0.1), NO_DISCRIMINATOR),
        (("--adversarial-weight", 0), NO_DISCRIMINATOR),
        (("--variant", "danbooregion"), "invalid choice: 'danbooregion' (choose from 'default', 'distiller')"),
        (("--task", "regions", "--variant", "distiller"), "choose from 'default', 'danbooregion'"),
        (("--task", "regions", "--adversarial-weight", -1), WEIGHT_BELOW_0),
        (
            ("--task", "regions", "--adversarial-weight", "nan"),
            "--adversarial-weight: expected a number, 0 or above. Received: 'nan'",
        ),
        (("--task", "regions", "--crop", 72), CROP_72),
        (("--task", "regions", "--data", "nowhere"), "no pairs in nowhere"),
        (("--task", "refine", "--variant", "distiller"), "choose from 'default', 'relifer'"),
        (
            ("--task", "refine", "--crop", 68),
            "--crop: expected a whole number, 16 or above, a multiple of 32. Received: '68'",
        ),
        (("--task", "refine", "--adversarial-weight", -1), WEIGHT_BELOW_0),
        (("--task", "refine", "--data", "nowhere"), "no pairs in nowhere"),
        (("--task", "sketch", "--variant", "relifer"), "choose from 'default', 'classic', 'pix2pix'"),
        (("--task", "sketch", "--adversarial-weight", 0.1), NO_DISCRIMINATOR),
        (("--task", "binary2sketch", "--adversarial-weight", -1), WEIGHT_BELOW_0),
        (("--task", "binary2sketch", "--data", "nowhere"), "no pairs in nowhere"),
        (("--task", "colorize", "--crop", 72), CROP_72),
        (("--learning-rate", 0), "--learning-rate: expected a number above 0. Received: '0'"),
        (("--minutes", 0), "--minutes: expected a number above 0. Received: '0'"),
        (("--ema", 1), "--ema: expected a number from 0 to 1, 1 excluded. Received: '1'"),
        (("--workers", -1), "--workers: expected a whole number, 0 or above. Received: '-1'"),
        (("--save-every", 0), "--save-every: expected a whole number, 1 or above. Received: '0'"),
        (("--validate-every", -1), "--validate-every: expected a whole number, 0 or above. Received: '-1'"),
        (("--task", "style"), "argument --task: invalid choice: 'style'"),
        (("--optimizer", "adam"), "argument --optimizer: invalid choice: 'adam'"),
    ],
)
def test_impossible_options_end_with_2_and_a_reason(run, capsys, options, reason):
    with pytest.raises(SystemExit) as ending:
        run(*options)
    assert ending.value.code == 2
    assert reason.replace("'", "") in capsys.readouterr().err.replace("'", "")  # later Pythons quote less


def test_the_help_shows_one_tasks_options_and_defaults(capsys):
    helps = {}
    for task in tasks.NAMES:
        with pytest.raises(SystemExit) as ending:
            train.main(["--help", "--task", task])
        assert ending.value.code == 0
        helps[task] = " ".join(capsys.readouterr().out.split())
    assert "--adversarial-weight" not in helps["lines"] + helps["sketch"]
    assert "danbooregion" in helps["regions"] and "distiller" not in helps["regions"]
    assert "crops per step (default: 4)" in helps["regions"] and "crops per step (default: 8)" in helps["lines"]
    assert "(default: data/DanbooRegion2020)" in helps["regions"] and "(default: data)" in helps["lines"]
    assert "(default: 0.006 for muon, 0.0012 for adamw, 0.001 for sgd)" in helps["colorize"]
    assert "fewer, down to 2000" in helps["regions"] and "(default: 20000)" in helps["lines"]


def test_older_names_of_options_still_work_and_are_not_shown():
    parser = train.build_parser(tasks.load("refine"))
    older = {"--start": "a.keras", "--rate": "0.25", "--critic": "0.5", "--synthetic": "0.75"}
    names = ("--initial-weights", "--learning-rate", "--adversarial-weight", "--drawn-share")
    values = [str(value) for value in older.values()]
    before = parser.parse_args([part for pair in older.items() for part in pair])
    now = parser.parse_args([part for pair in zip(names, values) for part in pair])
    assert before == now and (now.initial_weights, now.learning_rate) == ("a.keras", 0.25)
    assert (now.adversarial_weight, now.drawn_share) == (0.5, 0.75)
    assert parser.parse_args([]).learning_rate is None
    for name in older:
        assert not re.search(rf"{name}\b", parser.format_help()), name
    for name in names:
        assert name in parser.format_help()


def test_a_checkpoint_and_a_log_with_older_names_go_on(run, tmp_path):
    """The names were `critic` and `start` in a checkpoint, and `rate` and `critic` in log.csv."""
    early = ("--adversarial-from", 0)
    assert run("--steps", 2, "--log-every", 1, "--adversarial-weight", 0.5, *early, task="refine") == 0
    folder = tmp_path / "checkpoints/refine"
    older = tmp_path / "older.keras"
    with zipfile.ZipFile(folder / "training.keras") as archive, zipfile.ZipFile(older, "w") as copy:
        for name in archive.namelist():
            text = archive.read(name)
            if name == "about.json":
                text = text.replace(b"adversarial_weight", b"critic").replace(b"initial_weights", b"start")
            elif name == "config.json":
                text = text.replace(b"discriminator_loss", b"critic")
            copy.writestr(name, text)
    older.replace(folder / "training.keras")
    text = (folder / "log.csv").read_text().replace("learning_rate", "rate").replace("discriminator", "critic")
    (folder / "log.csv").write_text(text)
    assert run("--steps", 3, "--log-every", 1, *early, task="refine", leave=("--adversarial-weight",)) == 0
    assert read_progress(folder / "training.keras").adversarial_weight == 0.5
    rows = read_log(folder)
    assert len(rows) == 3 and all(float(row["learning_rate"]) > 0 and row["discriminator"] for row in rows)


def test_another_variant_needs_fresh(run, capsys):
    run("--steps", 1)
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2, "--variant", "distiller")
    assert ending.value.code == 2
    assert "--fresh" in capsys.readouterr().err


def damage_inside(path):
    """Damage a part of a checkpoint whose list of parts stays whole."""
    with zipfile.ZipFile(path) as archive:
        begin = archive.getinfo("model.weights.h5").header_offset
    data = bytearray(path.read_bytes())
    data[begin + 500 : begin + 4000] = bytes(3500)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", ["empty", "half", "foreign", "inside"])
def test_a_damaged_checkpoint_is_named(run, tmp_path, capsys, damage):
    state = tmp_path / "checkpoints/lines/training.keras"
    run("--steps", 1)
    if damage == "inside":
        damage_inside(state)
    elif damage == "foreign":
        state.write_bytes((state.parent / "lines.keras").read_bytes())
    else:
        state.write_bytes(state.read_bytes()[: 0 if damage == "empty" else 3000])
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2)
    assert ending.value.code == 1
    message = capsys.readouterr().err
    assert str(state) in message and "--fresh" in message


# Whole trainings of regions


def read_average(state):
    """The averaged weights in a checkpoint."""
    with zipfile.ZipFile(state) as archive:
        arrays = np.load(io.BytesIO(archive.read("average.npz")))
    return [arrays[name] for name in arrays.files]


def test_a_training_of_regions_learns_saves_logs_and_says_how_to_go_on(run, tmp_path, capsys):
    assert run("--steps", 60, "--log-every", 3, "--learning-rate", 0.02, task="regions") == 0
    folder = tmp_path / "checkpoints/regions"
    assert sorted(path.name for path in folder.iterdir() if "tfevents" not in path.name) == [
        "log.csv", "regions.keras", "training.keras",
    ]  # fmt: skip
    rows = read_log(folder)
    assert [int(row["step"]) for row in rows] == list(range(3, 61, 3))
    values = [float(row["loss"]) for row in rows]
    assert np.mean(values[-6:]) < 0.85 * values[0]
    assert not {"matching", "adversarial", "discriminator"} & set(rows[0])
    said = capsys.readouterr().out
    assert "4 pairs from" in said
    assert cli.name_command("predict.py", "--task", "regions", "--weights", folder / "regions.keras") in said


def test_a_training_of_the_published_network_learns(run, tmp_path):
    options = ("--steps", 60, "--log-every", 20, "--learning-rate", 0.02, "--variant", "danbooregion")
    assert run(*options, task="regions") == 0
    folder = tmp_path / "checkpoints/regions"
    rows = read_log(folder)
    assert float(rows[-1]["loss"]) < 0.9 * float(rows[0]["loss"])
    assert keras.saving.load_model(folder / "regions.keras").name == "danbooregion_unet"


def test_what_is_saved_of_two_players_is_the_generator_averaged(run, tmp_path):
    assert run("--steps", 20, "--adversarial-weight", 0.1, "--learning-rate", 0.05, task="regions") == 0
    folder = tmp_path / "checkpoints/regions"
    players = keras.saving.load_model(folder / "training.keras", compile=False)
    current = players.generator.get_weights()
    players.set_weights(read_average(folder / "training.keras"))
    saved = keras.saving.load_model(folder / "regions.keras")
    assert saved.name == "region_unet" and not hasattr(saved, "discriminator")
    for one, other in zip(saved.get_weights(), players.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert any(np.abs(one - other).max() > 1e-4 for one, other in zip(saved.get_weights(), current, strict=True))


def test_a_checkpoint_of_regions_goes_on_without_its_options(run, tmp_path, capsys):
    for folder, options, variant, weight in (
        ("default", (), "default", 0.1),
        ("heavy", ("--adversarial-weight", 0.4), "default", 0.4),
        ("published", ("--adversarial-weight", 0, "--variant", "danbooregion"), "danbooregion", 0.0),
    ):
        for steps, given in ((1, options), (2, ())):
            assert (
                run("--steps", steps, *given, checkpoints=folder, task="regions", leave=("--adversarial-weight",)) == 0
            )
            progress = read_progress(tmp_path / folder / "regions/training.keras")
            assert (progress.step, progress.variant, progress.adversarial_weight) == (steps, variant, weight)
        assert "going on from step 1" in capsys.readouterr().out


@pytest.mark.parametrize("first, then", [(0, 0.1), (0.1, 0), (0.1, 0.5)])
def test_a_discriminator_comes_and_goes_with_fresh_only(run, capsys, first, then):
    run("--steps", 1, "--adversarial-weight", first, task="regions")
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2, "--adversarial-weight", then, task="regions")
    assert ending.value.code == 2
    assert f"has a discriminator of weight {first:g}: --fresh starts over" in capsys.readouterr().err


@pytest.mark.parametrize("weight, columns", [(0, 4), (0.1, 5)])
def test_validation_and_previews_of_regions(run, tmp_path, weight, columns):
    """The sheet shows picture, true and found skeleton map, found boundaries, and a discriminator's view."""
    options = ("--steps", 4, "--validate-every", 2, "--preview-every", 2, "--adversarial-weight", weight)
    assert run(*options, task="regions") == 0
    rows = read_log(tmp_path / "checkpoints/regions")
    assert [row["step"] for row in rows if row["f"]] == ["2", "4"]
    assert all(0 <= float(row["f"]) <= 1 and 0 < float(row["mae"]) < 1 for row in rows if row["f"])
    if weight:
        assert all(
            np.isfinite(float(row[name])) for row in rows for name in ("matching", "adversarial", "discriminator")
        )
    assert [path.name for path in (tmp_path / "preview").iterdir()] == ["regions.png"]
    sheet = images.read(tmp_path / "preview/regions.png")
    assert sheet.shape == (3 * 64, columns * 64, 3)
    assert (sheet[..., :1] == sheet)[:, 64:].all() and not (sheet[..., :1] == sheet)[:, :64].all()


def test_validation_pictures_are_those_of_val(run, tmp_path, monkeypatch, drawn):
    seen = []
    load = region_task.load_region_pair
    monkeypatch.setattr(region_task, "load_region_pair", lambda pair: seen.append(pair.picture) or load(pair))
    assert run("--steps", 1, "--validate-every", 1, task="regions") == 0
    val = {path for path in seen if path.parent.name == "val"}
    assert val == set((drawn / "val").glob("*.image.png")) and len(seen) > len(val)
    assert read_log(tmp_path / "checkpoints/regions")[0]["f"]


def test_without_val_some_training_pairs_make_a_preview_and_no_validation(run, tmp_path, drawn):
    options = ("--data", drawn / "train", "--steps", 1, "--validate-every", 1, "--preview-every", 1)
    assert run(*options, task="regions") == 0
    assert read_log(tmp_path / "checkpoints/regions")[0]["f"] == ""
    assert images.read(tmp_path / "preview/regions.png").shape == (3 * 64, 4 * 64, 3)


def test_regions_of_drawings_on_disk(run, tmp_path, monkeypatch, capsys, held_out):
    """The layout of `raw` and `regions`, with `v_raw` and `v_regions` for validation."""
    data = shutil.copytree(held_out, tmp_path / "drawings")
    monkeypatch.setattr(illustrations, "draw", None)  # nothing is drawn
    options = ("--data", data, "--steps", 2, "--validate-every", 2, "--preview-every", 2)
    assert run(*options, task="regions") == 0
    assert "3 pairs from" in capsys.readouterr().out
    assert read_log(tmp_path / "checkpoints/regions")[-1]["f"]
    assert images.read(tmp_path / "preview/regions.png").shape == (2 * 64, 4 * 64, 3)
    assert len(list((data / "v_skeletons").iterdir())) == 2


def test_missing_skeleton_maps_are_counted_and_what_makes_them_is_named(run, tmp_path, drawn, capsys):
    data = tmp_path / "copy"
    shutil.copytree(drawn, data)
    for name in ("1", "2"):
        (data / f"train/{name}.skeleton.png").unlink()
    (data / "val/60.skeleton.png").unlink()
    # For what it was validated on.
    assert run("--data", data, "--steps", 1, "--validate-every", 1, task="regions") == 1
    said = capsys.readouterr()
    assert "2 pairs from" in said.out
    for path, more in ((data / "train/1.image.png", " (so with 1 more)"), (data / "val/60.image.png", "")):
        command = cli.name_command("skeletonize_all.py", path.parent)
        assert f"{path} has no skeleton map: `{command}` makes it from its region map{more}, left out" in said.err
    for path in (data / "train").glob("*.skeleton.png"):
        path.unlink()
    with pytest.raises(SystemExit) as ending:
        run("--data", data, "--steps", 1, "--fresh", task="regions")
    message = capsys.readouterr().err
    assert ending.value.code == 2 and f"no pairs in {data}: " in message
    assert f"`{cli.name_command('skeletonize_all.py', data / 'train')}`" in message and "(so with 3 more)" in message


def test_bad_region_pairs_are_named_and_the_rest_is_trained_on(run, tmp_path, drawn, capsys):
    data = tmp_path / "copy"
    shutil.copytree(drawn, data)
    for path in (data / "train/1.image.png", data / "val/61.skeleton.png"):
        path.write_bytes(b"no picture")
    assert run("--data", data, "--steps", 6, "--validate-every", 6, task="regions") == 1
    message = capsys.readouterr().err
    assert message.count("1.image.png is not a picture") == 1 and message.count("61.skeleton.png is not a picture") == 1
    assert read_progress(tmp_path / "checkpoints/regions/training.keras").step == 6


def test_validation_pictures_of_one_name_are_an_error_that_names_both(run, tmp_path, capsys):
    for name in ("v_raw/a.png", "v_raw/a.jpg", "v_contour_s/a.png"):
        write(tmp_path / "data" / name, np.zeros((48, 48), np.uint8))
    with pytest.raises(SystemExit) as ending:
        run("--steps", 1, "--validate-every", 1)
    assert ending.value.code in (1, 2)
    message = capsys.readouterr().err
    assert "a.jpg" in message and "a.png" in message


def test_the_real_region_network_and_its_discriminator_train(run, tmp_path, drawn, monkeypatch):
    monkeypatch.delattr(tasks.load("regions"), "build")
    options = ("--steps", 3, "--log-every", 1, "--preview-every", 3, "--validate-every", 3)
    assert run(*options, task="regions", leave=("--adversarial-weight",)) == 0  # compiled in test_scripts.py
    folder = tmp_path / "checkpoints/regions"
    rows = read_log(folder)
    assert [int(row["step"]) for row in rows] == [1, 2, 3]
    for name in ("loss", "matching", "adversarial", "discriminator"):
        assert all(np.isfinite(float(row[name])) for row in rows)
    assert images.read(tmp_path / "preview/regions.png").shape == (3 * 64, 5 * 64, 3)
    players = keras.saving.load_model(folder / "training.keras", compile=False)
    assert type(players) is model.AdversarialModel
    assert (players.matching, players.adversarial) == (0.1, pytest.approx(0.01))
    players.set_weights(read_average(folder / "training.keras"))
    network = engine.load(folder / "regions.keras", "keras", task="regions")
    assert (network.name, network.stride) == ("region_unet", 32)
    tile = images.to_network(images.read(drawn / "val/60.image.png"))
    found = next(network.stream([tile]))
    assert found.shape == (96, 96, 2)
    np.testing.assert_allclose(found, np.asarray(players(tile[None]))[0], atol=1e-5)


def test_small_data_sets_of_regions_are_trained_for_fewer_steps():
    def count(pairs, **options):
        pair = region_task.RegionPair("1", Path("1.image.png"), Path("1.skeleton.png"))
        return tasks.load("regions").find_steps(tasks.load("regions").make_plan((pair,) * pairs, **options))

    assert count(0, drawn_share=1.0) == count(5, drawn_share=0.5) == 50_000
    assert count(1000, batch=4) == count(3377, batch=4) == 50_000
    assert count(999, batch=4) == 50 * 250
    assert count(3, batch=4) == 2000
    assert count(400, batch=4) < count(800, batch=4) < count(999, batch=2) <= 50_000


def test_regions_are_trained_as_long_as_their_pairs_suggest(drawn, monkeypatch):
    arguments = ("--task", "regions", "--data", str(drawn))
    parser = train.build_parser(tasks.load("regions"))
    args = parser.parse_args(arguments)
    plan = train.plan_training(parser, args, tasks.load("regions"))
    for pairs, steps in ((plan.pairs, 2000), (plan.pairs * 250, 50_000)):
        progress = Progress("regions", "default")
        monkeypatch.setattr(logs, "Log", lambda *_: None)
        task = copy.copy(tasks.load("regions"))
        task.make_validation_set = lambda *_: None
        planned = dataclasses.replace(plan, pairs=pairs)
        training = Training(args, task, planned, progress, types.SimpleNamespace(), None, None)
        assert training.steps == steps


# Whole trainings of line refiners


@pytest.mark.parametrize("variant, name", [("default", "line_refiner"), ("relifer", "line_relifer")])
def test_a_training_of_refining_learns_saves_logs_and_says_how_to_go_on(run, tmp_path, capsys, variant, name):
    options = ("--steps", 60, "--log-every", 20, "--learning-rate", 0.02, "--variant", variant)
    assert run(*options, task="refine") == 0
    folder = tmp_path / "checkpoints/refine"
    assert sorted(path.name for path in folder.iterdir() if "tfevents" not in path.name) == [
        "log.csv", "refine.keras", "training.keras",
    ]  # fmt: skip
    rows = read_log(folder)
    assert [int(row["step"]) for row in rows] == [20, 40, 60]
    assert float(rows[-1]["loss"]) < 0.95 * float(rows[0]["loss"])
    assert not {"matching", "adversarial", "discriminator"} & set(rows[0])
    assert keras.saving.load_model(folder / "refine.keras").name == name
    said = capsys.readouterr().out
    assert "3 pairs from" in said
    assert cli.name_command("predict.py", "--task", "refine", "--weights", folder / "refine.keras") in said


def test_a_discriminator_joins_when_its_share_has_come(run, tmp_path):
    options = ("--log-every", 1, "--adversarial-weight", 0.1, "--adversarial-from", 0.5)
    leave = ("--adversarial-weight",)
    assert run("--steps", 4, *options, task="refine", leave=leave, compiled=True) == 0  # so compiled anew
    rows = read_log(tmp_path / "checkpoints/refine")
    for name in ("matching", "adversarial", "discriminator"):
        assert [row[name] == "" for row in rows] == [True, True, False, False]
    assert all(float(row["discriminator"]) > 0 and float(row["matching"]) > 0 for row in rows[2:])
    assert run("--steps", 5, *options, task="refine", leave=leave) == 0  # it stays
    assert float(read_log(tmp_path / "checkpoints/refine")[-1]["discriminator"]) > 0


def test_a_training_of_refining_with_a_discriminator(run, tmp_path):
    """Its columns are in the log, the refiner alone in what predicts, and it goes on without options."""
    for steps, options in ((4, ("--adversarial-weight", 0.3)), (6, ())):
        options += ("--adversarial-from", 0)
        assert run("--steps", steps, "--log-every", 2, *options, task="refine", leave=("--adversarial-weight",)) == 0
        progress = read_progress(tmp_path / "checkpoints/refine/training.keras")
        assert (progress.step, progress.variant, progress.adversarial_weight) == (steps, "default", 0.3)
    rows = read_log(tmp_path / "checkpoints/refine")
    assert [int(row["step"]) for row in rows] == [2, 4, 6]
    for name in ("loss", "matching", "adversarial", "discriminator"):
        assert all(np.isfinite(float(row[name])) for row in rows)
    players = keras.saving.load_model(tmp_path / "checkpoints/refine/training.keras", compile=False)
    assert type(players) is model.AdversarialModel and players.discriminator.name == "line_discriminator"
    saved = keras.saving.load_model(tmp_path / "checkpoints/refine/refine.keras")
    assert saved.name == "line_refiner" and not hasattr(saved, "discriminator")


def test_validation_and_previews_of_refining(run, tmp_path):
    """Sheets show rough, clean and found lines; each is kept."""
    write_refine_pairs(tmp_path / "strokes", 2, kinds=("v_line", "v_norm"))
    assert run("--steps", 4, "--validate-every", 2, "--preview-every", 2, task="refine") == 0
    rows = read_log(tmp_path / "checkpoints/refine")
    assert [row["step"] for row in rows if row["f"]] == ["2", "4"]
    assert all(0 <= float(row["f"]) <= 1 and 0 < float(row["mae"]) < 1 for row in rows if row["f"])
    sheets = sorted((tmp_path / "preview").iterdir())
    assert [path.name for path in sheets] == ["refine_000002.png", "refine_000004.png"]
    sheet = images.read(sheets[0])
    assert sheet.shape == (2 * 64, 3 * 64, 3)
    held = [images.read_map(tmp_path / f"strokes/v_{kind}/0.png")[16:80, 16:80] for kind in ("norm", "line")]
    assert (sheet[:64, :128, 0] == np.hstack(held)).all()


def test_without_held_out_drawings_some_training_pairs_make_a_preview(run, tmp_path):
    assert run("--steps", 1, "--validate-every", 1, "--preview-every", 1, task="refine") == 0
    assert read_log(tmp_path / "checkpoints/refine")[0]["f"] == ""
    assert images.read(tmp_path / "preview/refine_000001.png").shape == (3 * 64, 3 * 64, 3)


def test_refining_learns_from_drawings_on_disk(run, tmp_path, monkeypatch, capsys, held_out):
    data = shutil.copytree(held_out, tmp_path / "drawings")
    monkeypatch.setattr(illustrations, "draw", None)  # nothing is drawn
    options = ("--data", data, "--steps", 2, "--validate-every", 2, "--preview-every", 2)
    assert run(*options, task="refine") == 0
    assert "3 pairs from" in capsys.readouterr().out
    assert read_log(tmp_path / "checkpoints/refine")[-1]["f"]
    assert images.read(tmp_path / "preview/refine_000002.png").shape == (2 * 64, 3 * 64, 3)


def test_bad_drawings_and_unpaired_files_are_named_and_the_rest_is_refined(run, tmp_path, capsys):
    data = write_refine_pairs(tmp_path / "bad")
    (data / "line/1.png").write_bytes(b"no picture")
    write(data / "norm/2.png", np.eye(8, dtype=np.uint8) * 255)
    write(data / "norm/alone.png", np.zeros((8, 8), np.uint8))
    assert run("--data", data, "--steps", 6, task="refine") == 1
    message = capsys.readouterr().err
    assert "alone.png has no partner" in message
    assert f"{data / 'norm/2.png'} is 8x8, but {data / 'line/2.png'} is 96x96" in message
    assert "1.png is not a picture" in message
    assert read_progress(tmp_path / "checkpoints/refine/training.keras").step == 6


@pytest.mark.parametrize("variant", ["default", "relifer"])
def test_the_real_refiners_and_their_discriminators_train(run, tmp_path, monkeypatch, variant):
    monkeypatch.delattr(tasks.load("refine"), "build")
    options = ("--variant", variant, "--steps", 2, "--log-every", 1, "--crop", 32, "--adversarial-from", 0.5)
    # Of the default one test_model.py compiles a smaller form: all of its blocks take half a minute.
    compiled = variant == "relifer"
    options += ("--optimizer", "sgd") if compiled else ()  # which compiles soonest
    assert run(*options, task="refine", leave=("--adversarial-weight",), compiled=compiled) == 0
    folder = tmp_path / "checkpoints/refine"
    rows = read_log(folder)
    assert len(rows) == 2 and all(np.isfinite(float(row["loss"])) for row in rows)
    for name in ("matching", "adversarial", "discriminator"):  # it joins at the second step
        assert rows[0][name] == "" and np.isfinite(float(rows[1][name]))
    players = keras.saving.load_model(folder / "training.keras", compile=False)
    assert type(players) is model.AdversarialModel
    players.set_weights(read_average(folder / "training.keras"))
    network = engine.load(folder / "refine.keras", "keras", task="refine")
    assert network.name == players.generator.name
    tile = np.random.default_rng(0).random((64, 96, 1), np.float32)
    shown = 1 - 2 * tile if variant == "relifer" else tile
    expected = tasks.load("refine").from_network(variant, players(shown[None]))[0]
    np.testing.assert_allclose(next(network.stream([tile])), expected, atol=1e-5)


# Whole trainings of sketches


@pytest.mark.parametrize(
    "task, variant, ending",
    [("sketch", "default", "unet"), ("binary2sketch", "classic", "classic"), ("colorize", "default", "parts"),
     ("colorize", "pix2pix", "pix2pix")],
)  # fmt: skip
def test_a_training_of_sketches_learns_saves_logs_and_says_how_to_go_on(run, tmp_path, capsys, task, variant, ending):
    steps = 90
    assert run("--steps", steps, "--log-every", 30, "--learning-rate", 0.02, "--variant", variant, task=task) == 0
    folder = tmp_path / f"checkpoints/{task}"
    assert {path.name for path in folder.iterdir() if "tfevents" not in path.name} == {
        "log.csv", f"{task}.keras", "training.keras",
    }  # fmt: skip
    rows = read_log(folder)
    assert [int(row["step"]) for row in rows] == list(range(30, steps + 1, 30))
    assert float(rows[-1]["loss"]) < 0.85 * float(rows[0]["loss"])
    assert not {"matching", "adversarial", "discriminator"} & set(rows[0])
    saved = keras.saving.load_model(folder / f"{task}.keras", compile=False)
    assert saved.name == f"{task}_{ending}"
    said = capsys.readouterr().out
    assert "3 pairs from" in said
    assert cli.name_command("predict.py", "--task", task, "--weights", folder / f"{task}.keras") in said


def test_a_training_of_sketches_with_a_discriminator(run, tmp_path):
    """That of binary2sketch has one where nothing is said, that of colorize where it is asked for."""
    for task, options, weight in (("binary2sketch", (), 0.1), ("colorize", (), 0.0), ("colorize", (0.2,), 0.2)):
        options = ("--adversarial-weight", *options) if options else ()
        options += ("--variant", "classic")
        arguments = ("--steps", 2, "--log-every", 1, "--fresh", *options)
        assert run(*arguments, task=task, leave=("--adversarial-weight",)) == 0
        folder = tmp_path / f"checkpoints/{task}"
        assert read_progress(folder / "training.keras").adversarial_weight == weight
        for name in ("matching", "adversarial", "discriminator"):
            assert all((name in row) == bool(weight) for row in read_log(folder))
        assert not hasattr(keras.saving.load_model(folder / f"{task}.keras", compile=False), "discriminator")


@pytest.mark.parametrize("task, fields", [("sketch", {"mae"}), ("colorize", {"mae", "lab", "chroma"})])
def test_validation_and_previews_of_sketches(run, tmp_path, task, fields):
    """Sheets show what was given, what is true and what was found; each is kept."""
    write_sketch_pairs(tmp_path / "sketches", 2, prefix="v_")
    variant = ("--variant", "classic")
    assert run("--steps", 4, "--validate-every", 2, "--preview-every", 2, *variant, task=task) == 0
    rows = read_log(tmp_path / f"checkpoints/{task}")
    assert [row["step"] for row in rows if row["mae"]] == ["2", "4"]
    assert all(np.isfinite(float(row[name])) for name in fields for row in rows)
    assert fields == {"f", "mae", "lab", "chroma"} & set(rows[0])
    sheets = sorted((tmp_path / "preview").iterdir())
    assert [path.name for path in sheets] == [f"{task}_000002.png", f"{task}_000004.png"]
    assert images.read(sheets[0]).shape == (2 * 64, 3 * 64, 3)


def test_without_held_out_sketches_some_training_pairs_make_a_preview(run, tmp_path):
    assert run("--steps", 1, "--validate-every", 1, "--preview-every", 1, task="sketch") == 0
    assert read_log(tmp_path / "checkpoints/sketch")[0]["mae"] == ""
    assert images.read(tmp_path / "preview/sketch_000001.png").shape == (3 * 64, 3 * 64, 3)


@pytest.mark.parametrize("task", SKETCHES)
def test_sketching_learns_from_drawings_on_disk(run, tmp_path, monkeypatch, capsys, task, held_out):
    data = shutil.copytree(held_out, tmp_path / "drawings")
    monkeypatch.setattr(illustrations, "draw", None)  # nothing is drawn
    options = ("--data", data, "--steps", 2, "--validate-every", 2, "--preview-every", 2)
    assert run(*options, task=task) == 0
    assert "3 pairs from" in capsys.readouterr().out
    assert read_log(tmp_path / f"checkpoints/{task}")[-1]["parts" if task == "colorize" else "mae"]
    rows, columns = (2 * 32, 6 * 32) if task == "colorize" else (2 * 64, 3 * 64)
    assert images.read(tmp_path / f"preview/{task}_000002.png").shape == (rows, columns, 3)


def test_bad_pictures_and_unpaired_files_are_named_and_the_rest_is_sketched(run, tmp_path, capsys):
    data = write_sketch_pairs(tmp_path / "bad")
    (data / "sketch_raw/1.png").write_bytes(b"no picture")
    write(data / "sketch_line/2.png", np.eye(8, dtype=np.uint8) * 255)
    write(data / "sketch_line/alone.png", np.zeros((8, 8), np.uint8))
    assert run("--data", data, "--steps", 6, task="sketch") == 1
    message = capsys.readouterr().err
    assert "alone.png has no partner" in message
    assert f"{data / 'sketch_line/2.png'} is 8x8, but {data / 'sketch_raw/2.png'} is 96x96" in message
    assert "1.png is not a picture" in message
    assert read_progress(tmp_path / "checkpoints/sketch/training.keras").step == 6


MAPS = {"lines": "contour_s", "refine": "line", "sketch": "sketch_line", "binary2sketch": "sketch_line"}


def write_both(task, folder):
    """Four pairs of a task, and the same four for validation; returns the folder and the name of that of its maps."""
    {"lines": write_pairs, "refine": write_refine_pairs}.get(task, write_sketch_pairs)(folder, 4, 96)
    for part in sorted(folder.iterdir()):
        shutil.copytree(part, folder / f"v_{part.name}")
    return folder, MAPS[task]


@pytest.mark.parametrize("task", MAPS)
def test_inverted_maps_are_named_and_read_inverted(run, tmp_path, capsys, task):
    data, maps = write_both(task, tmp_path / "mine")
    pair = tasks.load(task).find_pairs(data)[0][1]
    before = tasks.load(task).load(pair)
    turned = [data / f"{maps}/1.png", data / f"v_{maps}/3.png"]
    for path in turned:
        write(path, 255 - images.read_map(path))
    after = tasks.load(task).load(pair)
    assert all(np.array_equal(one, other) for one, other in zip(before, after) if one is not None)
    assert run("--data", data, "--steps", 6, "--validate-every", 6, task=task) == 0
    message = capsys.readouterr().err
    assert message.count("warning") == 2  # though the first came up in every epoch
    for path in turned:
        assert f"warning: {path} has light lines on dark, read inverted: expected dark lines on white\n" in message


@pytest.mark.parametrize("task", MAPS)
def test_maps_that_show_no_lines_are_named_and_left_out(run, tmp_path, capsys, task):
    data, maps = write_both(task, tmp_path / "mine")
    shades = np.broadcast_to(np.linspace(60, 190, 96).astype(np.uint8), (96, 96)).copy()
    bad = {
        f"{maps}/0.png": (np.full((96, 96), 255, np.uint8), "is empty, all of it is white"),
        f"{maps}/1.png": (np.full((96, 96), 90, np.uint8), "is all of one grey, 90 of 0 to 255"),
        f"{maps}/2.png": (shades, "shows a picture, no line drawing"),
        f"v_{maps}/2.png": (np.zeros((96, 96), np.uint8), "is all of one grey, 0 of 0 to 255"),
    }
    for name, (drawing, _) in bad.items():
        write(data / name, drawing)
    assert run("--data", data, "--steps", 6, "--validate-every", 6, task=task) == 1
    lines = capsys.readouterr().err.splitlines()
    for name, (_, reason) in bad.items():
        [told] = [line for line in lines if line.startswith(f"warning: {data / name} {reason}")]
        assert told.endswith(": expected dark lines on white, left out")
    assert lines[-1] == "warning: 4 left out in all, each with its reason above"
    assert read_progress(tmp_path / f"checkpoints/{task}/training.keras").step == 6


@pytest.mark.parametrize("task, weight", [("sketch", None), ("binary2sketch", 0.1), ("colorize", None)])
def test_the_real_sketch_networks_train(run, tmp_path, monkeypatch, task, weight):
    monkeypatch.delattr(tasks.load(task), "build")
    options = ("--adversarial-weight", weight) if weight else ()
    # Steps of theirs are compiled in test_tasks.py, and their losses with the stand-ins.
    assert run("--steps", 2, "--log-every", 1, *options, task=task, leave=("--adversarial-weight",)) == 0
    folder = tmp_path / f"checkpoints/{task}"
    rows = read_log(folder)
    names = ("loss", "matching", "adversarial", "discriminator") if weight else ("loss",)
    assert len(rows) == 2 and all(np.isfinite(float(row[name])) for row in rows for name in names)
    trained = keras.saving.load_model(folder / "training.keras", compile=False)
    assert (type(trained) is model.AdversarialModel) == bool(weight)
    trained.set_weights(read_average(folder / "training.keras"))
    network = engine.load(folder / f"{task}.keras", "keras", task=task)
    assert network.name == ("colorize_parts" if task == "colorize" else f"{task}_unet")
    given = 3 if task == "colorize" else tasks.load(task).channels[0]
    tile = np.random.default_rng(0).random((64, 96, given), np.float32)
    np.testing.assert_allclose(next(network.stream([tile])), np.asarray(trained(tile[None]))[0], atol=1e-5)


def test_parts_are_learned_from_maps_alone_and_without_a_discriminator(run, tmp_path, monkeypatch, capsys):
    task = tasks.load("colorize")
    monkeypatch.setattr(task, "build", functools.partial(colour_task.Colorize.build, task))  # not the stand-in
    for options, reason in (
        (("--data", write_sketch_pairs(tmp_path / "pictures")), "--variant classic learns from pictures alone"),
        (("--adversarial-weight", 0.1), "the default variant has no discriminator"),
    ):
        with pytest.raises(SystemExit) as ending:
            run("--steps", 1, *options, task="colorize")
        assert ending.value.code == 2 and reason in capsys.readouterr().err


# Optimizers


def read_optimizer(state):
    return keras.saving.load_model(state).optimizer


def test_sgd_trains_and_is_kept_in_the_checkpoint(run, tmp_path):
    state = tmp_path / "checkpoints/lines/training.keras"
    for steps, options in ((3, ("--optimizer", "sgd")), (4, ()), (5, ("--optimizer", "sgd"))):
        assert run("--steps", steps, "--log-every", 1, *options) == 0
        assert (read_progress(state).step, read_progress(state).optimizer) == (steps, "sgd")
        optimizer = read_optimizer(state)
        assert type(optimizer) is keras.optimizers.SGD and int(optimizer.iterations) == steps
        assert (optimizer.momentum, optimizer.weight_decay, optimizer.clipnorm) == (0.9, 1e-4, 1.0)
    # Its own rate, not the task's, also where a training goes on without being told again.
    rows = read_log(state.parent)
    assert len(rows) == 5 and all(0 < float(row["learning_rate"]) <= 0.001 for row in rows)


@pytest.mark.parametrize("task", ["lines", "regions"])
def test_the_tasks_optimizer_trains_where_nothing_is_said(run, tmp_path, task):
    kind, times = {"muon": (optimizers.Muon, 5), "adamw": (keras.optimizers.AdamW, 1)}[tasks.load(task).optimizer]
    assert run("--steps", 1, "--log-every", 1, task=task) == 0
    state = tmp_path / f"checkpoints/{task}/training.keras"
    assert read_progress(state).optimizer == tasks.load(task).optimizer
    assert type(read_optimizer(state)) is kind
    assert float(read_log(state.parent)[0]["learning_rate"]) == pytest.approx(
        times * tasks.load(task).defaults["learning_rate"]
    )


@pytest.mark.parametrize("optimizer, rate", [("muon", 0.01), ("adamw", 0.005), ("sgd", 0.05)])
def test_every_optimizer_learns(run, tmp_path, optimizer, rate):
    assert run("--steps", 60, "--log-every", 20, "--optimizer", optimizer, "--learning-rate", rate) == 0
    rows = read_log(tmp_path / "checkpoints/lines")
    assert float(rows[-1]["loss"]) < 0.9 * float(rows[0]["loss"])


@pytest.mark.parametrize("optimizer", training_module.OPTIMIZERS)
def test_an_interrupted_training_goes_on_with_its_momentum(run, tmp_path, monkeypatch, optimizer):
    options = ("--steps", 12, "--learning-rate", 0.02)
    run(*options, "--optimizer", optimizer, checkpoints="whole")
    with monkeypatch.context() as patch:
        stop_at(patch, 7, signal.SIGTERM)
        assert run(*options, "--optimizer", optimizer, checkpoints="parts") == 143
    assert run(*options, checkpoints="parts") == 0
    whole, parts = (
        keras.saving.load_model(tmp_path / name / "lines/training.keras", compile=False).get_weights()
        for name in ("whole", "parts")
    )
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("first, then", [("adamw", "sgd"), ("sgd", "muon"), ("muon", "adamw")])
def test_another_optimizer_needs_fresh(run, tmp_path, capsys, first, then):
    state = tmp_path / "checkpoints/lines/training.keras"
    run("--steps", 1, "--optimizer", first)
    before = state.read_bytes()
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2, "--optimizer", then)
    assert ending.value.code == 2 and state.read_bytes() == before
    message = capsys.readouterr().err
    assert f"{state} has the optimizer {first}: --fresh starts over with {then}" in message
    assert run("--steps", 1, "--optimizer", then, "--fresh") == 0
    assert read_progress(state).optimizer == then


def test_checkpoints_that_name_no_optimizer_are_of_adamw(tmp_path):
    about = dataclasses.asdict(Progress("lines", "default", step=3))
    del about["optimizer"]
    with zipfile.ZipFile(tmp_path / "training.keras", "w") as archive:
        archive.writestr(STATE_ABOUT, json.dumps(about))
    progress = read_progress(tmp_path / "training.keras")
    assert (progress.optimizer, progress.step) == ("adamw", 3)


# Beginning with a network's weights


def read_weights(path):
    return keras.saving.load_model(path, compile=False).get_weights()


@pytest.fixture
def given(tmp_path):
    """A stand-in with random weights, on disk."""
    keras.utils.set_random_seed(77)
    path = tmp_path / "given.keras"
    build_tiny_refiner("default", False).save(path)
    return path


@pytest.mark.parametrize("weight", [0, 0.1])
def test_a_training_begins_with_given_weights(run, tmp_path, given, weight):
    """Steps so small that they move nothing show what it began with."""
    options = ("--steps", 1, "--learning-rate", 1e-12, "--adversarial-weight", weight, "--initial-weights", given)
    assert run(*options, task="refine") == 0
    for weight, wanted in zip(
        read_weights(tmp_path / "checkpoints/refine/refine.keras"), read_weights(given), strict=True
    ):
        np.testing.assert_allclose(weight, wanted, atol=1e-6)


def test_what_a_training_begins_with_is_validated_and_shown(run, tmp_path, given):
    options = ("--steps", 1, "--initial-weights", given, "--drawn-share", 1)
    assert run(*options, task="refine", leave=("--validate-every", "--preview-every")) == 0
    rows = read_log(tmp_path / "checkpoints/refine")
    assert int(rows[0]["step"]) == 0 and 0 < float(rows[0]["mae"]) < 1 and not rows[0]["loss"]


def test_a_training_goes_on_from_its_own_weights_whatever_it_began_with(run, tmp_path, given):
    options = ("--learning-rate", 1e-12, "--initial-weights", given)
    assert run("--steps", 1, *options, task="refine") == 0
    saved = tmp_path / "checkpoints/refine/refine.keras"
    before = read_weights(saved)
    build_tiny_refiner("default", False).save(given)  # other weights now
    assert np.abs(before[0] - read_weights(given)[0]).max() > 0.01
    assert run("--steps", 2, *options, task="refine") == 0
    for one, other in zip(before, read_weights(saved), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_other_weights_to_begin_with_need_a_fresh_start(run, tmp_path, given, capsys):
    assert run("--steps", 1, task="refine") == 0
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2, "--initial-weights", given, task="refine")
    assert ending.value.code == 2 and "began with random weights: --fresh starts over" in capsys.readouterr().err
    assert run("--steps", 1, "--learning-rate", 1e-12, "--initial-weights", given, "--fresh", task="refine") == 0
    saved = tmp_path / "checkpoints/refine"
    np.testing.assert_allclose(read_weights(saved / "refine.keras")[0], read_weights(given)[0], atol=1e-6)
    kept = (saved / "training.keras").read_bytes()
    with pytest.raises(SystemExit):
        run("--steps", 1, "--initial-weights", tmp_path / "none.keras", "--fresh", task="refine")
    assert (saved / "training.keras").read_bytes() == kept  # wrong weights cost nothing


@pytest.mark.parametrize(
    "kind, reason",
    [("none", "No such file"), ("text", "corrupt"), ("zip", "corrupt"), ("lines", "another task ('line_extractor')"),
     ("players", "another task"), ("relifer", "another network than line_refiner"),
     ("wider", "another network than line_refiner")],
)  # fmt: skip
def test_weights_to_begin_with_that_are_none_are_named(run, tmp_path, capsys, kind, reason):
    start = tmp_path / "start.keras"
    if kind == "text":
        start.write_text("no network")
    elif kind == "zip":
        with zipfile.ZipFile(start, "w") as archive:
            archive.writestr("readme.txt", "no network")
    elif kind == "lines":
        build_tiny("default", False).save(start)
    elif kind == "wider":
        rough = keras.Input((None, None, 1))
        keras.Model(rough, keras.layers.Conv2D(1, 5, padding="same")(rough), name="line_refiner").save(start)
    elif kind != "none":
        build_tiny_refiner("relifer" if kind == "relifer" else "default", True, 0.1 * (kind == "players")).save(start)
    with pytest.raises(SystemExit) as ending:
        run("--steps", 1, "--initial-weights", start, task="refine")
    assert ending.value.code == 2
    said = capsys.readouterr().err
    assert f"--initial-weights {start}" in said and reason in said
    assert not (tmp_path / "checkpoints/refine/training.keras").exists()


def build_named(layers, outputs):
    """A network of named convolutions."""
    x = rough = keras.Input((None, None, 1))
    for name in layers:
        x = keras.layers.Conv2D(4, 3, padding="same", name=name)(x)
    return keras.Model(rough, keras.layers.Conv2D(outputs, 1, name="logits")(x), name="line_refiner")


def test_an_earlier_form_of_a_network_gives_its_layers_and_outputs(tmp_path):
    old, new = build_named(("first",), 1), build_named(("first", "context"), 2)
    old.save(tmp_path / "old.keras")
    before = new.get_layer("context").get_weights()
    load_initial_weights(new, tmp_path / "old.keras", tasks.load("refine").networks)
    for name in ("first", "logits"):
        for found, wanted in zip(new.get_layer(name).get_weights(), old.get_layer(name).get_weights(), strict=True):
            times = found.shape[-1] // wanted.shape[-1]
            np.testing.assert_array_equal(found, np.concatenate([wanted] * times, -1))
    np.testing.assert_array_equal(new.get_layer("context").get_weights()[0], before[0])
    new.save(tmp_path / "new.keras")
    with pytest.raises(engine.WeightsError, match="another network than line_refiner"):
        load_initial_weights(old, tmp_path / "new.keras", tasks.load("refine").networks)


# What is said of a discriminator


def judge(losses, chance=2.0, step=FIRST_VERDICT + 100, warm_up=10):
    """Each message about a row of discriminator's losses, None where nothing was said."""
    said = []
    training = types.SimpleNamespace(
        network=types.SimpleNamespace(chance=chance),
        progress=types.SimpleNamespace(step=step, adversarial_weight=0.1),
        warm_up=warm_up,
        judged_from=0,
        verdict="",
        log=types.SimpleNamespace(say=said.append),
    )
    answers = []
    for loss in losses:
        Training._judge_discriminator(training, {"discriminator": loss})
        answers.append(said.pop() if said else None)
    return answers


def test_a_runaway_or_collapsed_discriminator_is_warned_of_once_each_time():
    fine, strong, weak = 1.0, 0.01, 1.99
    quiet, first, again, back, other, same, turned = judge([fine, strong, strong, fine, strong, strong, weak])
    assert quiet is again is back is same is None
    assert first == other and first.startswith(f"warning: at step {FIRST_VERDICT + 100} the discriminator has run away")
    assert "try a higher --adversarial-weight (now 0.1)" in first
    assert "has collapsed" in turned and "try a lower --adversarial-weight (now 0.1)" in turned
    assert judge([1.95, 0.05]) == [None, None]


def test_a_discriminator_is_judged_by_what_guessing_costs_and_not_before_it_is_warm():
    logistic = 2 * np.log(2)
    assert judge([1.0], logistic) == [None] and "lower" in judge([logistic], logistic)[0]
    assert judge([0.0, 5.0], chance=None) == [None, None]  # as of networks without one
    for warm_up, first in ((10, FIRST_VERDICT), (FIRST_VERDICT + 50, FIRST_VERDICT + 50)):
        assert judge([0.0], step=first - 1, warm_up=warm_up) == [None]
        assert judge([0.0], step=first, warm_up=warm_up)[0] is not None


def test_a_training_warns_of_its_discriminator(run, monkeypatch, capsys):
    monkeypatch.setattr(training_module, "FIRST_VERDICT", 2)
    monkeypatch.setattr(training_module, "TOO_WEAK", 0.0)  # any loss above nothing is then a collapse
    early = ("--adversarial-weight", 0.1, "--adversarial-from", 0)
    assert run("--steps", 6, "--log-every", 2, *early, task="refine") == 0
    said = capsys.readouterr()
    assert (said.out + said.err).count("it cannot tell true from found") == 1


# Parts


def test_rate_warms_up_and_falls():
    rates = [schedule_learning_rate(step / 1000, step, 1.0, 100) for step in range(1001)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == pytest.approx(1.0, abs=0.05) and rates.index(max(rates)) < 110
    assert rates[-1] == pytest.approx(0.01)
    assert all(np.diff(rates[100:]) <= 0)


def test_average_of_a_short_run_leaves_its_start_behind():
    average = Average(0.999, [np.zeros(3)])
    for step in range(8, 208, 8):
        average.update([np.ones(3)], step, 8)
    assert average.weights[0].min() > 0.9


def test_average_of_a_long_run_is_slow():
    average = Average(0.999, [np.zeros(3)])
    average.update([np.ones(3)], 100_000, 8)
    assert average.weights[0][0] == pytest.approx(1 - 0.999**8)


def test_published_network_gets_grey_in_its_own_range():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    grey = tasks.load("lines").to_network("distiller", pictures)
    assert grey.shape == (2, 64, 64, 1) and grey.dtype == np.float32
    assert 0 <= grey.min() and 0.7 < grey.max() <= 255 * 0.003384
    assert (tasks.load("lines").from_network("distiller", np.full((1, 8, 8, 1), 1.25)) == 0).all()


# Whole programs


def command(data, checkpoints, *options):
    options = [sys.executable, ROOT / "train.py", "--data", data, "--checkpoints", checkpoints, *options]
    return [str(option) for option in options]


@pytest.mark.parametrize("backend, package", [("jax", "jax"), ("torch", "torch")])
def test_other_backends_train(tmp_path, backend, package):
    """TensorFlow trains the same network in test_scripts.py."""
    if not importlib.util.find_spec(package):
        pytest.skip(f"{package} is not installed")
    data = write_pairs(tmp_path / "data")
    options = ("--preview", tmp_path / "preview", "--batch", 2, "--crop", 32, "--workers", 1, "--validate-every", 0)
    options += ("--optimizer", "sgd")  # which compiles soonest; test_optimizers.py and test_devices.py have the others
    environment = {**os.environ, "KERAS_BACKEND": backend}
    environment["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"  # what is compiled runs twice only
    arguments = command(data, tmp_path / "checkpoints", "--steps", 2, "--preview-every", 0, *options)
    answer = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert f"parameters, {backend}" in answer.stdout
    assert read_progress(tmp_path / "checkpoints/lines/training.keras").step == 2
    network = keras.saving.load_model(tmp_path / "checkpoints/lines/lines.keras")
    assert network.name == "line_extractor" and is_finite(network.get_weights())


@pytest.mark.parametrize("task, kills", [("lines", 1), ("regions", 2)])
def test_kill_9_leaves_a_checkpoint_that_resumes(run, tmp_path, task, kills, drawn):
    """Saving after every step, killed at any moment: nearly always in the middle of writing.

    What was resumed is killed once more where the checkpoint is larger, of two players.
    """
    state = tmp_path / f"checkpoints/{task}/training.keras"
    script = tmp_path / "endless.py"
    script.write_text(
        "import sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests/networks')!r}]\n"
        "import test_training, train\nfrom illustration_parts.tasks import base\n"
        "test_training.replace_networks()\n"
        "base.VALIDATION_SIZE = 64\n"
        "sys.exit(train.main())\n"
    )
    data = tmp_path / "data" if task == "lines" else drawn
    options = ("--task", task, "--steps", "100000", "--save-every", "1", "--workers", "0", "--batch", "2", "--crop", 64)
    options += ("--precision", "float32", "--preview-every", "0", "--validate-every", "0", "--log-every", "1")
    arguments = [sys.executable, script, *command(data, tmp_path / "checkpoints", *options)[2:]]
    reached = 0
    for attempt in range(kills):
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 90
            while not (state.exists() and read_progress(state).step > reached + 3):
                assert process.poll() is None, process.stdout.read().decode()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(random.Random(attempt).uniform(0, 0.2))
        finally:
            process.kill()
            process.wait()
        reached = read_progress(state).step
    assert run("--steps", reached + 2, "--crop", 64, task=task, leave=("--adversarial-weight",)) == 0
    progress = read_progress(state)
    assert progress.step == reached + 2 and bool(progress.adversarial_weight) == (task == "regions")
    assert not list(state.parent.glob(".*partial*"))
