"""Long fault and quality tests, run by `make soak`."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import benchmark
import engine
import images
import metrics
import synthesize

pytestmark = pytest.mark.soak
ROOT = Path(__file__).resolve().parents[1]


def start(script, *options):
    return subprocess.Popen([sys.executable, str(ROOT / script), *map(str, options)], stdout=subprocess.DEVNULL)


def test_prediction_killed_at_forty_moments(tmp_path):
    pictures, output = tmp_path / "in", tmp_path / "out"
    pictures.mkdir()
    for seed in range(30):
        images.write(pictures / f"{seed}.png", synthesize.draw(seed, size=(480, 640)).picture)
    rng = random.Random(0)
    for _ in range(40):
        run = start("predict.py", pictures, "--output", output, "--classes")
        time.sleep(rng.uniform(0.3, 6))
        run.kill()
        run.wait()
        for path in output.glob("*.png"):
            assert images.read(path).shape == (480, 640, 3)
    assert start("predict.py", pictures, "--output", output, "--classes").wait() == 0
    assert len(list(output.glob("*.png"))) == 30 * 5


def test_training_killed_and_resumed(tmp_path):
    synthesize.write_drawings(tmp_path, 6, size=128, quiet=True)
    options = ("--data", tmp_path, "--checkpoints", tmp_path / "ck", "--preview", tmp_path / "preview")
    options += ("--batch", 2, "--crop", 64, "--save-every", 3, "--validate-every", 0, "--preview-every", 0)
    rng = random.Random(0)
    for ending in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        run = start("train.py", *options, "--steps", 100_000)
        time.sleep(rng.uniform(20, 40))
        run.send_signal(ending)
        expected = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[ending]
        assert run.wait() == expected
    import train

    step = train.read_progress(tmp_path / "ck/lines/training.keras").step
    assert step > 0
    assert start("train.py", *options, "--steps", step + 5).wait() == 0


def test_training_killed_thirty_times_ends_bit_for_bit_like_one_that_was_not(tmp_path):
    """A stand-in that saves after every step, so that a kill mostly meets it writing."""
    import keras
    import test_train

    import train

    script = tmp_path / "script.py"
    script.write_text(
        f"import sys\nsys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
        "import test_train, train\ntest_train.replace_networks()\nsys.exit(train.main())\n"
    )
    options = ["--data", test_train.write_pairs(tmp_path / "data"), "--preview", tmp_path, "--steps", 1000]
    options += ["--batch", 2, "--crop", 32, "--workers", 0, "--precision", "float32", "--save-every", 1]
    options += ["--validate-every", 0, "--preview-every", 0, "--log-every", 1]

    def begin(folder):
        arguments = [sys.executable, script, "--checkpoints", tmp_path / folder, *options]
        return subprocess.Popen(list(map(str, arguments)), stdout=(tmp_path / "said").open("w"))

    assert begin("whole").wait() == 0
    state, rng, reached = tmp_path / "parts/lines/training.keras", random.Random(0), 0
    for _ in range(30):
        run = begin("parts")
        while not state.exists() or train.read_progress(state).step == reached:
            assert run.poll() is None
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 1))
        run.kill()
        run.wait()
        said = [line.split()[1] for line in (tmp_path / "said").read_text().splitlines() if line.startswith("step ")]
        before, reached = reached, train.read_progress(state).step
        assert reached > before and reached >= int(said[-1]) - 1  # a step is told, then saved
    assert reached < 1000
    assert begin("parts").wait() == 0
    for name in ("training", "lines"):
        whole, parts = (
            keras.saving.load_model(tmp_path / folder / f"lines/{name}.keras", compile=False).get_weights()
            for folder in ("whole", "parts")
        )
        for one, other in zip(whole, parts, strict=True):
            np.testing.assert_array_equal(one, other)


def test_every_kind_of_drawing_is_found():
    """A floor for the shipped weights on drawn validation pictures; benchmark.py lines gives the whole table."""
    results = benchmark.score_drawings(engine.load(), 150, 2)
    assert metrics.summarise_lines([scores for _, scores, *_ in results])["f"] > 0.8
    right, counted = np.sum([counts for *_, counts in results], axis=0)
    assert right / counted > 0.8
