"""One training on one device, on two of a process, and on two processes: the same losses."""

import csv
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import train
from illustration_parts import tasks
from illustration_parts.system import devices

ROOT = Path(__file__).resolve().parents[2]
STEPS = 10
needs_jax = pytest.mark.skipif(not importlib.util.find_spec("jax"), reason="jax is not installed")

# Trains stand-ins for the networks; the sketcher has batch normalisation. STOP is a step at which this process is told
# to stop.
SCRIPT = f"""
import os, signal, sys

class NoTensorFlow:  # else Keras imports it under JAX too, for seconds, only to seed it
    @staticmethod
    def find_spec(name, *_):
        if name == "tensorflow":
            raise ModuleNotFoundError(name)

if os.environ["KERAS_BACKEND"] == "jax":
    sys.meta_path.insert(0, NoTensorFlow)
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests/networks")!r}]
import dataclasses
import test_training, train
from illustration_parts.networks import loader
from illustration_parts import tasks
from illustration_parts.tasks import base

def build(variant, training, adversarial_weight=None):
    import keras
    given = keras.Input((None, None, tasks.load("sketch").channels[0]))
    x = keras.layers.BatchNormalization()(keras.layers.Conv2D(8, 3, padding="same", activation="relu")(given))
    return keras.Model(given, keras.layers.Conv2D(1, 3, padding="same", dtype="float32")(x), name="sketch_unet")

test_training.replace_networks()
tasks.load("sketch").build = build
base.VALIDATION_SIZE = 64
following = loader.Loader.next

def next_batch(self):
    if str(self.step) == os.environ.get("STOP"):
        signal.raise_signal(signal.SIGTERM)
    return following(self)

loader.Loader.next = next_batch
sys.exit(train.main())
"""


def list_arguments(folder, task, checkpoints, *options):
    """The command line of a training."""
    standard = ["--task", task, "--data", folder / "data", "--checkpoints", folder / checkpoints, "--preview", folder]
    standard += ["--steps", STEPS, "--batch", 4, "--crop", 64, "--workers", 0, "--log-every", 1]
    standard += ["--precision", "float32", "--validate-every", 5, "--preview-every", 0]
    return [str(argument) for argument in (*standard, *options)]


def start(folder, task, checkpoints, *options, **environment):
    """Start a training in a process of its own."""
    script = folder / "script.py"
    script.write_text(SCRIPT)
    surroundings = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", **environment}
    surroundings["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"  # what is compiled runs ten times only
    arguments = [sys.executable, str(script), *list_arguments(folder, task, checkpoints, *options)]
    return subprocess.Popen(arguments, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(*runs):
    """Wait for trainings: the exit codes, and what they wrote."""
    answers = [run.communicate(timeout=300) for run in runs]
    return [run.returncode for run in runs], answers


def read_losses(folder, task, names):
    with (folder / task / "log.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(1, STEPS + 1))
    return {name: [float(row[name]) for row in rows] for name in names}


def write_data(folder, task):
    import test_training

    write = {"refine": test_training.write_refine_pairs, "sketch": test_training.write_sketch_pairs}[task]
    write(folder / "data", 5)
    if task == "sketch":
        write(folder / "data", 2, prefix="v_")


def find_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@needs_jax
@pytest.mark.parametrize(
    "task, options, names",
    [
        ("refine", ("--adversarial-weight", 0.1, "--adversarial-from", 0), ("loss", "discriminator", "adversarial")),
        ("sketch", (), ("loss",)),
    ],
)
def test_two_devices_train_like_one_and_so_do_two_processes(tmp_path, task, options, names):
    """With a discriminator also in two processes, of which one is stopped, and both are run again."""
    write_data(tmp_path, task)
    one = start(tmp_path, task, "one", *options)
    two = start(tmp_path, task, "two", *options, "--devices", "all", JAX_NUM_CPU_DEVICES="2")
    codes, answers = finish(one, two)
    assert codes == [0, 0], answers
    assert "float32, 2 devices\n" in answers[1][0] and "float32\n" in answers[0][0]
    expected = read_losses(tmp_path / "one", task, names)
    assert expected["loss"][0] != pytest.approx(expected["loss"][-1], abs=1e-3)

    def run_both(stops):
        machines = {devices.MACHINES: "2", devices.ADDRESSES: f"127.0.0.1:{find_port()}"}
        return finish(
            *(
                start(tmp_path, task, "both", *options, **machines, **{devices.PLACE: str(place)}, **stop)
                for place, stop in enumerate(stops)
            )
        )

    if options:
        codes, answers = run_both([{}, {"STOP": "3"}])
        assert codes == [143, 143], answers  # the one that was not told ends with the other
        codes, answers = run_both([{}, {}])
        assert codes == [0, 0], answers
        assert all("going on from step 4" in output for output, _ in answers)
    for folder in ("two", "both") if options else ("two",):
        for name, values in read_losses(tmp_path / folder, task, names).items():
            assert values == pytest.approx(expected[name], abs=1e-3), (folder, name)
        assert sorted(path.name for path in (tmp_path / folder / task).iterdir() if "tfevents" not in path.name) == [
            "log.csv", f"{task}.keras", "training.keras",
        ]  # fmt: skip


def test_what_a_backend_says_as_it_starts_is_left_out_and_errors_are_not():
    """Also what C++ code says, which knows nothing of `sys.stderr`, and the last words of a crash."""
    code = """
import os, sys
from illustration_parts.system import devices
with devices.hush():
    os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\\n")
    os.write(2, b"I0000 00:00:1795803706.011299    7759 port.cc:153] oneDNN custom operations are on.\\n")
    os.write(2, b"2026-11-27 18:24:04.120000: W tensorflow/core/common_runtime/gpu/gpu_device.cc:2343] Cannot\\n")
    os.write(2, b"E0000 00:00:1795803714.602868    7759 cuda_platform.cc:52] failed call to cuInit: INTERNAL\\n")
    print("In Python", file=sys.stderr)
print("after", file=sys.stderr)
with devices.hush():
    os.write(2, b"F0000 00:00:1795803714.602868    7759 cpu_feature_guard.cc:1] needs AVX instructions\\n")
    os.abort()
"""
    for level, lines in (("2", 3), ("0", 7)):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": level}
        answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        said = answer.stderr.splitlines()
        assert answer.returncode != 0 and len(said) == lines
        assert said[-3:-1] == ["In Python", "after"] and said[-1].endswith("needs AVX instructions")


def test_a_gpu_that_the_backend_cannot_use_is_told(monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    for seen, used, told in ((True, False, True), (True, True, False), (False, False, False)):
        monkeypatch.setattr(devices, "gpu_is_seen", lambda seen=seen: seen)
        monkeypatch.setattr(devices, "backend_has_gpu", lambda used=used: used)
        note = devices.explain_idle_gpu()
        assert ("cannot use" in note and "-m pip install" in note) if told else note is None
    monkeypatch.setattr(devices, "gpu_is_seen", lambda: True)
    monkeypatch.setattr(devices, "backend_has_gpu", lambda: False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")  # the user hides it
    assert devices.explain_idle_gpu() is None


@needs_jax
@pytest.mark.parametrize(
    "options, environment, reason",
    [
        (("--devices", "3"), {"JAX_NUM_CPU_DEVICES": "2"}, "there are 2 devices (cpu:0, cpu:1). Wanted: 3"),
        (("--devices", "all"), {"JAX_NUM_CPU_DEVICES": "3"}, "must be a multiple of the 3 devices. Received: 4"),
    ],
)
def test_devices_that_cannot_be_had_end_with_2_and_a_reason(tmp_path, options, environment, reason):
    write_data(tmp_path, "sketch")
    codes, [(_, error)] = finish(start(tmp_path, "sketch", "checkpoints", *options, **environment))
    assert codes == [2] and reason in error


@pytest.mark.parametrize(
    "options, environment, reason",
    [
        (("--devices", "2"), {"KERAS_BACKEND": "tensorflow"}, "train together under JAX"),
        ((), {devices.MACHINES: "2", devices.PLACE: "0"}, f"{devices.ADDRESSES} is not set"),
        ((), {devices.MACHINES: "two"}, f"{devices.MACHINES} must be a number. Received: two"),
        (("--devices", "many"), {}, "must be all or a number above 0. Received: many"),
    ],
)
def test_devices_that_are_asked_for_wrongly_end_with_2_before_keras_starts(
    tmp_path, monkeypatch, capsys, options, environment, reason
):
    write_data(tmp_path, "sketch")
    monkeypatch.setattr(devices, "start_keras", None)
    for name, value in {"KERAS_BACKEND": "jax", **environment}.items():
        monkeypatch.setenv(name, value)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(SystemExit) as ending:
            train.main(list_arguments(tmp_path, "sketch", "checkpoints", *options))
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert ending.value.code == 2 and reason in capsys.readouterr().err


@pytest.mark.parametrize("task", ["lines", "regions", "refine", "sketch"])
def test_the_parts_of_a_batch_make_up_the_whole(task):
    kind = tasks.load(task).make_plan
    options = {"drawn_share": 1.0, "batch": 6, "crop": 32, "drawing": 96, "seed": 3}
    whole = kind(**options).make(5)[0]
    parts = [kind(**options, part=part, parts=3).make(5)[0] for part in range(3)]
    for number, arrays in enumerate(whole):
        assert len(arrays) == 6
        assert (np.concatenate([part[number] for part in parts]) == arrays).all()
    with pytest.raises(ValueError, match="part 1 of 4, batch 6"):
        kind(**options, part=1, parts=4)


def test_one_device_is_a_team_of_its_own(monkeypatch):
    for name in (devices.MACHINES, devices.PLACE, devices.ADDRESSES):
        monkeypatch.delenv(name, raising=False)
    team = devices.join("1")
    assert team == devices.Team(1, 1, 0) and team.chief and team.agree(15) == 15
    assert not devices.Team(4, 2, 1).chief
