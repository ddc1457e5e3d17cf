"""Time of networks and of whole programs."""

import re
import types

import numpy as np
import pytest
from helpers import DarkIsInk

import benchmark
from illustration_parts.benchmarks import inputs, networks, programs, timing
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images
from illustration_parts.networks import engine


def test_measure_network(tmp_path, monkeypatch):
    images.write(tmp_path / "picture.png", np.zeros((40, 50, 3), np.uint8))
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    measured = networks.measure_network("w", "openvino", "auto", tmp_path / "picture.png", 2)
    assert measured["megapixels"] == 0.002
    assert 0 < measured["seconds"] <= measured["first"] + 1


def test_speed_puts_its_tables_together(tmp_path, capsys, monkeypatch):
    """The whole of `speed` but for the processes that it starts."""
    commands = []

    def run_measured(command, watched=None):
        commands.append([str(part) for part in command])
        output = '{"first": 1.5, "seconds": 0.5, "megapixels": 2.0}\n' if "measure" in commands[-1] else ""
        seconds = 9.0 if "keras" in commands[-1] else 3.0
        return {"seconds": seconds, "first": 0.7, "peak": 123.4, "output": output}

    monkeypatch.setattr(timing, "run_measured", run_measured)
    missing = {"openvino": tmp_path / "no.xml", "keras": tmp_path / "no.keras"}
    monkeypatch.setattr(engine, "SHIPPED", {"lines": missing, "regions": missing})
    drawing = types.SimpleNamespace(picture=np.zeros((384, 384, 3), np.uint8))
    monkeypatch.setattr(illustrations, "draw", lambda seed, size: drawing)
    assert benchmark.main(["speed", "--pictures", "2"]) == 0
    answer = capsys.readouterr().out
    assert sum("measure" in command for command in commands) == 6
    assert sum("make-network" in command for command in commands) == 2
    assert "random weights" in answer
    assert "| shipped, OpenVINO           |    0.50 |            0.25 |" in answer
    assert "takes 0.33 of the published network's time" in answer


def test_speed_picture_has_the_asked_size():
    picture = inputs.make_speed_picture(100, 500)
    assert picture.shape == (100, 500, 3) and picture.dtype == np.uint8
    assert (picture[:, :100] != picture[:, 384:484]).any()


def stand_in(command, watched=None):
    """Instead of a program: what `timing.run_measured` returns after four seconds."""
    return {"seconds": 4.0, "first": 1.0, "peak": 300.0, "output": ""}


@pytest.mark.parametrize("task", ["sketch", "binary2sketch", "colorize", "style"])
def test_sketch_tasks_are_timed(task, capsys, monkeypatch):
    commands = []
    monkeypatch.setattr(timing, "run_measured", lambda *parts: commands.append(parts[0]) or stand_in(*parts))
    monkeypatch.setattr(inputs, "SPEED_SIZE", (96, 128))
    assert benchmark.main(["speed", "--task", task, "--pictures", "2"]) == 0
    row = rf"predict.py --task {task}, 2 of 128x96 \| +2\.00 \| +300 \|"
    assert re.search(row, capsys.readouterr().out)
    assert [command[-2:] for command in commands] == [["--task", task]]


def test_sketch_filters_are_timed(capsys, monkeypatch):
    monkeypatch.setattr(timing, "run_measured", stand_in)
    monkeypatch.setattr(inputs, "SPEED_SIZE", (96, 128))
    assert benchmark.main(["speed", "--task", "filters", "--pictures", "6"]) == 0
    answer = capsys.readouterr().out
    for step in ("decode", "xdog", "dodge", "threshold", "encode"):
        assert float(re.search(rf"\| {step} +\| +(\d+\.\d) \|", answer)[1]) >= 0
    assert re.search(r"sketch.py xdog --auto, 6 pictures +\| +1\.5 \|", answer)


def test_refiners_are_timed_beside_each_other(capsys, monkeypatch):
    def run_measured(command, watched=None):
        output = '{"seconds": 0.5}' if "relifer" not in str(command) else '{"seconds": 5.0}'
        return {"seconds": 4.0, "first": 1.0, "peak": 300.0, "output": output}

    monkeypatch.setattr(timing, "run_measured", run_measured)
    monkeypatch.setattr(inputs, "SPEED_SIZE", (96, 128))
    assert benchmark.main(["speed", "--task", "refine", "--pictures", "2"]) == 0
    answer = capsys.readouterr().out
    assert "takes 0.100 of the published one's time in Keras" in answer
    assert re.search(r"predict.py --task refine, 2 of 128x96 \| +2\.00 \| +300 \|", answer)


@pytest.fixture
def quick_source(monkeypatch):
    """Noise in place of drawings, which take seconds."""
    noise = np.random.default_rng(0).integers(0, 256, (70, 70, 3), dtype=np.uint8)
    monkeypatch.setattr(inputs, "make_speed_picture", lambda height, width: np.tile(noise, (20, 20, 1)))


def test_the_memory_of_a_long_run_is_measured(tiny_weights, tmp_path, quick_source):
    options = ["--weights", tiny_weights.with_suffix(".xml")]
    curve = programs.measure_long_run(30, every=10, options=options)
    assert [10 * (k + 1) <= done for k, (done, _, _) in enumerate(curve)] == [True] * len(curve) and curve
    assert all(30 < held < 2000 for *_, held in curve)
    assert sorted(seconds for _, seconds, _ in curve) == [seconds for _, seconds, _ in curve]
    with pytest.raises(RuntimeError, match="exit code 1"):
        programs.measure_long_run(2, 1, options=["--weights", tmp_path / "none"])


def test_mixed_pictures_are_of_many_sizes_and_formats(tmp_path, quick_source):
    programs.write_mixed(tmp_path, 12)
    paths = sorted(tmp_path.iterdir())
    assert {path.suffix for path in paths} == {".png", ".jpg", ".webp"} and len(paths) == 12
    sizes = {images.read(path).shape for path in paths}
    assert len(sizes) == 12 and all(200 <= side <= 1400 for shape in sizes for side in shape[:2])
