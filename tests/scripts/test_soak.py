"""Long fault and quality tests, run by `make soak`."""

import contextlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import clip_files
import cv2
import numpy as np
import pytest

from illustration_parts.benchmarks import lines, programs, timing
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images
from illustration_parts.imaging.line_scores import summarise_lines
from illustration_parts.networks import checkpoints, engine

pytestmark = pytest.mark.soak
ROOT = Path(__file__).resolve().parents[2]


def start(script, *options):
    return subprocess.Popen([sys.executable, str(ROOT / script), *map(str, options)], stdout=subprocess.DEVNULL)


def test_prediction_killed_at_forty_moments(tmp_path):
    pictures, output = tmp_path / "in", tmp_path / "out"
    pictures.mkdir()
    for seed in range(30):
        images.write(pictures / f"{seed}.png", illustrations.draw(seed, size=(480, 640)).picture)
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
    illustrations.write_drawings(tmp_path, 6, size=128, quiet=True)
    options = ("--data", tmp_path, "--checkpoints", tmp_path / "ck", "--preview", tmp_path / "preview")
    options += ("--batch", 2, "--crop", 64, "--save-every", 3, "--validate-every", 0, "--preview-every", 0)
    rng = random.Random(0)
    for ending in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGKILL):
        run = start("train.py", *options, "--steps", 100_000)
        time.sleep(rng.uniform(20, 40))
        run.send_signal(ending)
        expected = {signal.SIGKILL: -9, signal.SIGTERM: 143, signal.SIGINT: 130}[ending]
        assert run.wait() == expected

    step = checkpoints.read_progress(tmp_path / "ck/lines/training.keras").step
    assert step > 0
    assert start("train.py", *options, "--steps", step + 5).wait() == 0


def test_training_killed_thirty_times_ends_bit_for_bit_like_one_that_was_not(tmp_path):
    """A stand-in that saves after every step, so that a kill mostly meets it writing."""
    import keras
    import test_training

    script = tmp_path / "script.py"
    script.write_text(
        f"import sys\nsys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests/networks')!r}]\n"
        "import test_training, train\ntest_training.replace_networks()\nsys.exit(train.main())\n"
    )
    options = ["--data", test_training.write_pairs(tmp_path / "data"), "--preview", tmp_path, "--steps", 1000]
    options += ["--batch", 2, "--crop", 32, "--workers", 0, "--precision", "float32", "--save-every", 1]
    options += ["--validate-every", 0, "--preview-every", 0, "--log-every", 1]

    def begin(folder):
        arguments = [sys.executable, script, "--checkpoints", tmp_path / folder, *options]
        return subprocess.Popen(list(map(str, arguments)), stdout=(tmp_path / "said").open("w"))

    assert begin("whole").wait() == 0
    state, rng, reached = tmp_path / "parts/lines/training.keras", random.Random(0), 0
    for _ in range(30):
        run = begin("parts")
        while not state.exists() or checkpoints.read_progress(state).step == reached:
            assert run.poll() is None
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 1))
        run.kill()
        run.wait()
        said = [line.split()[1] for line in (tmp_path / "said").read_text().splitlines() if line.startswith("step ")]
        before, reached = reached, checkpoints.read_progress(state).step
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


@contextlib.contextmanager
def mount(folder, *options):
    """A file system of its own, in memory; only the system's administrator can make one."""
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", folder], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no file system can be mounted: {made.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_training_that_fills_its_disk_keeps_its_checkpoint_and_goes_on_once_there_is_room(tmp_path):
    import keras

    illustrations.write_drawings(tmp_path / "data", 4, size=128, quiet=True)
    with mount(tmp_path / "disk", "-o", "size=64m") as disk:
        options = ("--data", tmp_path / "data", "--checkpoints", disk, "--preview", tmp_path / "preview", "--batch", 2)
        options += ("--crop", 64, "--save-every", 4, "--validate-every", 0, "--preview-every", 0, "--workers", 1)
        command = [sys.executable, ROOT / "train.py", *options, "--steps", 100_000]
        run = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        state = disk / "lines/training.keras"
        while not (disk / "lines/lines.keras").exists():
            assert run.poll() is None
            time.sleep(0.05)
        filler = (disk / "filler").open("wb", buffering=0)
        with contextlib.suppress(OSError):
            while run.poll() is None:  # until nothing fits any more, nor what the training has removed meanwhile
                filler.write(bytes(4096))
        while run.poll() is None:
            with contextlib.suppress(OSError):
                filler.write(bytes(4096))
        error = run.stderr.read()
        assert run.returncode == 1, error
        assert "cannot be saved: No space left on device" in error and "is kept in" in error, error
        assert not list(disk.rglob(".*partial*"))
        step = checkpoints.read_progress(state).step
        assert step >= 4 and keras.saving.load_model(disk / "lines/lines.keras", compile=False)
        (disk / "filler").unlink()
        filler.close()
        assert start("train.py", *options, "--steps", step + 2).wait() == 0
        assert checkpoints.read_progress(state).step == step + 2


def test_a_read_only_disk_is_told_by_both_scripts(tmp_path):
    illustrations.write_drawings(tmp_path / "data", 2, size=128, quiet=True)
    with mount(tmp_path / "disk", "-o", "ro") as disk:
        for command in (
            ("predict.py", tmp_path / "data/raw", "--output", disk / "out"),
            ("predict.py", tmp_path / "data/raw", "--output", disk),
            ("train.py", "--data", tmp_path / "data", "--checkpoints", disk, "--steps", 2),
        ):
            run = subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, text=True)
            assert run.returncode == 1 and "Read-only file system" in run.stderr, run.stderr
            assert "Traceback" not in run.stderr


def test_memory_is_flat_over_two_thousand_pictures():
    curve = programs.measure_long_run(2000, 100)
    held = [memory for _, _, memory in curve]
    assert len(held) == 20
    assert max(held[10:]) < 1.25 * max(held[1:10]) and held[-1] < 1.25 * held[0], held


def test_memory_is_flat_over_two_thousand_frames(tmp_path):
    """Lines of many widths, which `--scale auto` enlarges differently, with sound."""
    peaks = []
    for count in (500, 2000):
        pictures = [draw_ring(number) for number in range(count)]
        source = clip_files.write_clip(tmp_path / f"{count}.mp4", pictures, sound="aac")
        command = [sys.executable, ROOT / "predict.py", source, "--output", tmp_path / "out"]
        peaks.append(timing.run_measured(list(map(str, command)))["peak"])
    assert peaks[1] - peaks[0] < 15, peaks  # MB


def draw_ring(number):
    picture = np.full((90, 120, 3), 235, np.uint8)
    shade = 40 + number % 180
    cv2.circle(picture, (60 + number % 7, 45), 20 + number // 7 % 20, (shade, shade, 40), 1 + number % 2, cv2.LINE_AA)
    return picture


def test_every_kind_of_drawing_is_found():
    """A floor for the shipped weights on drawn validation pictures; benchmark.py lines gives the whole table."""
    results = lines.score_drawings(engine.load(), 150, 2)
    assert summarise_lines([scores for _, scores, *_ in results])["f"] > 0.8
    right, counted = np.sum([counts for *_, counts in results], axis=0)
    assert right / counted > 0.8


def test_a_video_that_fills_its_disk_is_reported_and_leaves_nothing(tmp_path):
    rng = np.random.default_rng(0)
    source = clip_files.write_clip(
        tmp_path / "a.mp4", [rng.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(40)], sound="aac"
    )
    with mount(tmp_path / "disk", "-o", "size=200k") as disk:
        for more in ([], ["--classes"]):
            command = [sys.executable, "predict.py", source, "--output", disk, "--quality", "100", *more]
            run = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
            assert run.returncode == 1 and "No space left on device" in run.stderr, run.stderr
            assert "Traceback" not in run.stderr and not list(disk.iterdir())
