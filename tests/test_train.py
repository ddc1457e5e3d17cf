import csv
import dataclasses
import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import dataset  # noqa: E402
import losses  # noqa: E402
import train  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


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


def build_tiny(variant, training):
    """A stand-in with the line extractor's input and output, small enough to train in a second."""
    picture = keras.Input((None, None, 3))
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(picture)
    x = keras.layers.Conv2D(3, 1, activation="sigmoid", dtype="float32")(x)
    return keras.Model(picture, x, name="line_extractor")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that trains the stand-in with the given options; returns the exit code."""
    data = write_pairs(tmp_path / "data")
    monkeypatch.setitem(train.TASKS, "lines", dataclasses.replace(train.TASKS["lines"], build=build_tiny))
    monkeypatch.setattr(train, "VALIDATION_SIZE", 48)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def call(*options, checkpoints="checkpoints"):
        standard = {
            "--data": data, "--checkpoints": tmp_path / checkpoints, "--preview": tmp_path / "preview", "--batch": 2,
            "--crop": 32, "--workers": 0, "--precision": "float32", "--preview-every": 0, "--validate-every": 0,
        }  # fmt: skip
        for name, value in standard.items():
            if name not in options:
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
    following = dataset.Feed.next

    def next_batch(self):
        if self.step == step:
            signal.getsignal(number)(number, None)
        return following(self)

    monkeypatch.setattr(dataset.Feed, "next", next_batch)


# Whole trainings of the stand-in


def test_a_training_learns_saves_logs_and_says_how_to_go_on(run, tmp_path, capsys):
    assert run("--steps", 60, "--log-every", 20, "--rate", 0.02) == 0
    folder = tmp_path / "checkpoints/lines"
    assert sorted(path.name for path in folder.iterdir() if "tfevents" not in path.name) == [
        "lines.keras", "log.csv", "training.keras",
    ]  # fmt: skip
    assert any("tfevents" in path.name and path.stat().st_size > 100 for path in folder.iterdir())
    rows = read_log(folder)
    assert [int(row["step"]) for row in rows] == [20, 40, 60]
    assert float(rows[-1]["loss"]) < 0.8 * float(rows[0]["loss"])
    assert float(rows[-1]["rate"]) < 0.01 * float(rows[0]["rate"]) + 0.001
    assert f"python predict.py --weights {folder / 'lines.keras'}" in capsys.readouterr().out


def test_an_interrupted_training_ends_like_an_uninterrupted_one(run, tmp_path, monkeypatch):
    """Network, optimizer, averaged weights, learning rate and crops all go on where they were."""
    run("--steps", 12, checkpoints="whole")
    with monkeypatch.context() as patch:
        stop_at(patch, 7, signal.SIGTERM)
        assert run("--steps", 12, checkpoints="parts") == 143
    assert train.read_progress(tmp_path / "parts/lines/training.keras").step == 8
    assert run("--steps", 12, checkpoints="parts") == 0
    whole, parts = (keras.saving.load_model(tmp_path / name / "lines/training.keras") for name in ("whole", "parts"))
    for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    whole, parts = (keras.saving.load_model(tmp_path / name / "lines/lines.keras") for name in ("whole", "parts"))
    for one, other in zip(whole.get_weights(), parts.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_finished_training_stays_and_a_longer_one_goes_on(run, tmp_path, capsys):
    run("--steps", 4, "--log-every", 2)
    state = tmp_path / "checkpoints/lines/training.keras"
    before = state.read_bytes()
    assert run("--steps", 4) == 0
    assert state.read_bytes() == before
    assert "going on from step 4" in capsys.readouterr().out
    assert run("--steps", 6, "--log-every", 2) == 0
    assert train.read_progress(state).step == 6
    assert [int(row["step"]) for row in read_log(state.parent)] == [2, 4, 6]


def test_fresh_starts_over(run, tmp_path):
    run("--steps", 4)
    assert run("--steps", 2, "--fresh") == 0
    assert train.read_progress(tmp_path / "checkpoints/lines/training.keras").step == 2


def test_ctrl_c_saves_and_exits_130(run, tmp_path, monkeypatch):
    stop_at(monkeypatch, 2, signal.SIGINT)
    assert run("--steps", 50) == 130
    assert train.read_progress(tmp_path / "checkpoints/lines/training.keras").step == 3


def test_nan_is_reported_and_the_checkpoint_before_it_kept(run, tmp_path, monkeypatch, capsys):
    run("--steps", 2)
    state = tmp_path / "checkpoints/lines/training.keras"
    before = state.read_bytes()
    call = losses.LineLoss.call
    monkeypatch.setattr(losses.LineLoss, "call", lambda self, truth, found: call(self, truth, found) * float("nan"))
    assert run("--steps", 50, "--save-every", 1) == 1
    message = capsys.readouterr().err
    assert "no longer a finite number at step 3" in message and "checkpoint of step 2 is kept" in message
    assert state.read_bytes() == before


def test_broken_weights_are_not_saved_even_if_the_loss_is_finite(run, tmp_path, monkeypatch):
    run("--steps", 2)
    monkeypatch.setattr(train, "is_finite", lambda weights: False)
    assert run("--steps", 4) == 1
    assert train.read_progress(tmp_path / "checkpoints/lines/training.keras").step == 2


def test_minutes_decide_where_they_are_given(run, tmp_path):
    assert run("--minutes", 0.03, "--log-every", 1) == 0
    progress = train.read_progress(tmp_path / "checkpoints/lines/training.keras")
    assert progress.step >= 1 and progress.seconds >= 1.8


def test_epochs_are_counted_in_pairs(run, tmp_path):
    assert run("--epochs", 2) == 0  # 3 pairs, one for each batch of 2 crops
    assert train.read_progress(tmp_path / "checkpoints/lines/training.keras").step == 6


def test_validation_and_previews(run, tmp_path):
    for folder in ("raw", "contour_s"):
        for path in (tmp_path / "data" / folder).iterdir():
            write(tmp_path / f"data/v_{folder}" / path.name, cv2.imread(str(path))[4:, 2:])
    assert run("--steps", 4, "--validate-every", 2, "--preview-every", 2) == 0
    rows = read_log(tmp_path / "checkpoints/lines")
    assert [row["step"] for row in rows if row["f"]] == ["2", "4"]
    assert all(0 <= float(row["f"]) <= 1 and 0 < float(row["mae"]) < 1 for row in rows if row["f"])
    sheets = sorted((tmp_path / "preview").iterdir())
    assert [path.name for path in sheets] == ["lines_000002.png", "lines_000004.png"]
    assert cv2.imread(str(sheets[0])).shape == (3 * 48, 5 * 48, 3)


def test_what_is_saved_for_prediction_is_float32_and_averaged(run, tmp_path):
    assert run("--steps", 20, "--precision", "mixed_bfloat16", "--rate", 0.05) == 0
    folder = tmp_path / "checkpoints/lines"
    network = keras.saving.load_model(folder / "lines.keras")
    assert {layer.dtype_policy.name for layer in network.layers} == {"float32"}
    assert network.name == "line_extractor"
    current = keras.saving.load_model(folder / "training.keras").get_weights()
    assert any(np.abs(a - b).max() > 1e-4 for a, b in zip(network.get_weights(), current, strict=True))
    assert keras.config.dtype_policy().name == "float32"
    # A training goes on in another precision too.
    assert run("--steps", 22, "--precision", "float32") == 0


def test_bad_pairs_and_orphans_are_named_and_the_rest_is_trained_on(run, tmp_path, capsys):
    (tmp_path / "data/raw/1.png").write_bytes(b"no picture")
    write(tmp_path / "data/raw/alone.png", np.zeros((8, 8), np.uint8))
    assert run("--steps", 6) == 1
    message = capsys.readouterr().err
    assert "alone.png has no partner" in message
    assert message.count("1.png is not a picture") == 1  # though it came up in every epoch
    assert train.read_progress(tmp_path / "checkpoints/lines/training.keras").step == 6


@pytest.mark.parametrize(
    "options, reason",
    [
        (("--steps", 0), "--steps"),
        (("--steps", 2, "--epochs", 2), "not allowed with"),
        (("--rate", "nan"), "--rate"),
        (("--crop", 100), "multiple of 8"),
        (("--synthetic", 1.5), "--synthetic"),
        (("--ema", 1), "--ema"),
        (("--data", "nowhere"), "no pairs"),
        (("--data", "nowhere", "--synthetic", 0.5), "needs pairs"),
        (("--data", "nowhere", "--synthetic", 1, "--epochs", 1), "--epochs"),
    ],
)
def test_impossible_options_end_with_2_and_a_reason(run, capsys, options, reason):
    with pytest.raises(SystemExit) as ending:
        run(*options)
    assert ending.value.code == 2
    assert reason in capsys.readouterr().err


def test_another_variant_needs_fresh(run, capsys):
    run("--steps", 1)
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2, "--variant", "distiller")
    assert ending.value.code == 2
    assert "--fresh" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["empty", "half", "foreign"])
def test_a_damaged_checkpoint_is_named(run, tmp_path, capsys, damage):
    state = tmp_path / "checkpoints/lines/training.keras"
    run("--steps", 1)
    if damage == "foreign":
        state.write_bytes((state.parent / "lines.keras").read_bytes())
    else:
        state.write_bytes(state.read_bytes()[: 0 if damage == "empty" else 3000])
    with pytest.raises(SystemExit) as ending:
        run("--steps", 2)
    assert ending.value.code == 1
    message = capsys.readouterr().err
    assert str(state) in message and "--fresh" in message


# Parts


def test_rate_warms_up_and_falls():
    rates = [train.rate_at(step / 1000, step, 1.0, 100) for step in range(1001)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == pytest.approx(1.0, abs=0.05) and rates.index(max(rates)) < 110
    assert rates[-1] == pytest.approx(0.01)
    assert all(np.diff(rates[100:]) <= 0)


def test_average_of_a_short_run_leaves_its_start_behind():
    average = train.Average(0.999, [np.zeros(3)])
    for step in range(8, 208, 8):
        average.update([np.ones(3)], step, 8)
    assert average.weights[0].min() > 0.9


def test_average_of_a_long_run_is_slow():
    average = train.Average(0.999, [np.zeros(3)])
    average.update([np.ones(3)], 100_000, 8)
    assert average.weights[0][0] == pytest.approx(1 - 0.999**8)


def test_published_network_gets_grey_in_its_own_range():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    grey = train.prepare_lines("distiller", pictures)
    assert grey.shape == (2, 64, 64, 1) and grey.dtype == np.float32
    assert 0 <= grey.min() and 0.7 < grey.max() <= 255 * 0.003384
    assert (train.lines_to_maps("distiller", np.full((1, 8, 8, 1), 1.25)) == 0).all()


# Whole programs


def command(data, checkpoints, *options):
    options = [sys.executable, ROOT / "train.py", "--data", data, "--checkpoints", checkpoints, *options]
    return [str(option) for option in options]


@pytest.mark.parametrize("backend, package", [("tensorflow", "tensorflow"), ("jax", "jax"), ("torch", "torch")])
def test_every_backend_trains(tmp_path, backend, package):
    if not importlib.util.find_spec(package):
        pytest.skip(f"{package} is not installed")
    data = write_pairs(tmp_path / "data")
    options = ("--preview", tmp_path / "preview", "--batch", 2, "--crop", 32, "--workers", 1, "--validate-every", 0)
    environment = {**os.environ, "KERAS_BACKEND": backend}
    arguments = command(data, tmp_path / "checkpoints", "--steps", 2, "--preview-every", 0, *options)
    answer = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert f"parameters, {backend}" in answer.stdout
    assert train.read_progress(tmp_path / "checkpoints/lines/training.keras").step == 2
    network = keras.saving.load_model(tmp_path / "checkpoints/lines/lines.keras")
    assert network.name == "line_extractor" and train.is_finite(network.get_weights())


def test_kill_9_leaves_a_checkpoint_that_resumes(run, tmp_path):
    """Saving after every step, killed at any moment: nearly always in the middle of writing."""
    state = tmp_path / "checkpoints/lines/training.keras"
    script = tmp_path / "endless.py"
    script.write_text(
        "import dataclasses, sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
        "import test_train, train\n"
        "train.TASKS['lines'] = dataclasses.replace(train.TASKS['lines'], build=test_train.build_tiny)\n"
        "train.VALIDATION_SIZE = 48\n"
        "sys.exit(train.main())\n"
    )
    options = ("--steps", "100000", "--save-every", "1", "--workers", "0", "--batch", "2", "--crop", "32")
    options += ("--precision", "float32", "--preview-every", "0", "--validate-every", "0", "--log-every", "1")
    arguments = [sys.executable, script, *command(tmp_path / "data", tmp_path / "checkpoints", *options)[2:]]
    reached = 0
    for attempt in range(2):
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 90
            while not (state.exists() and train.read_progress(state).step > reached + 3):
                assert process.poll() is None, process.stdout.read().decode()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(random.Random(attempt).uniform(0, 0.2))
        finally:
            process.kill()
            process.wait()
        reached = train.read_progress(state).step
    assert run("--steps", reached + 2) == 0
    assert train.read_progress(state).step == reached + 2
    assert not list(state.parent.glob(".*partial*"))
