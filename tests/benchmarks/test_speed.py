import re
import subprocess
import sys
import types

import numpy as np
import pytest
from helpers import DarkIsInk

import benchmark
from illustration_parts.benchmarks import speed
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images, region_maps
from illustration_parts.networks import engine


def test_tables_are_aligned_markdown():
    table = speed.format_table(("", "F"), [("one", 0.5), ("eleven", 1)])
    assert table.splitlines() == ["|        |   F |", "| ------ | --: |", "| one    | 0.5 |", "| eleven |   1 |"]


def test_run_measured_times_watches_and_weighs(tmp_path):
    code = (  # a block that is written to, or it takes no memory
        "import pathlib, sys, time\n"
        "block = b'1' * 300_000_000\n"
        "(pathlib.Path(sys.argv[1]) / 'a.png').touch()\n"
        "time.sleep(0.3)\n"
        "print('done')"
    )
    run = speed.run_measured([sys.executable, "-c", code, tmp_path], tmp_path)
    assert run["output"] == "done\n"
    assert 0 < run["first"] < run["seconds"] - 0.2
    if sys.platform == "linux":
        assert 280 < run["peak"] < 350


def test_run_measured_says_what_failed():
    with pytest.raises(RuntimeError, match=r"exit code 3.*sys\.exit"):
        speed.run_measured([sys.executable, "-c", "import sys; sys.exit(3)"])


def test_measure_network(tmp_path, monkeypatch):
    images.write(tmp_path / "picture.png", np.zeros((40, 50, 3), np.uint8))
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    measured = speed.measure_network("w", "openvino", "auto", tmp_path / "picture.png", 2)
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

    monkeypatch.setattr(speed, "run_measured", run_measured)
    missing = {"openvino": tmp_path / "no.xml", "keras": tmp_path / "no.keras"}
    monkeypatch.setattr(engine, "SHIPPED", {"lines": missing, "regions": missing})
    drawing = types.SimpleNamespace(picture=np.zeros((384, 384, 3), np.uint8))
    monkeypatch.setattr(illustrations, "draw", lambda seed: drawing)
    assert benchmark.main(["speed", "--pictures", "2"]) == 0
    answer = capsys.readouterr().out
    assert sum("measure" in command for command in commands) == 6
    assert sum("make-network" in command for command in commands) == 2
    assert "random weights" in answer
    assert "| shipped, OpenVINO           |    0.50 |            0.25 |" in answer
    assert "takes 0.33 of the published network's time" in answer


def test_speed_picture_has_the_asked_size():
    picture = speed.make_speed_picture(100, 500)
    assert picture.shape == (100, 500, 3) and picture.dtype == np.uint8
    assert (picture[:, :100] != picture[:, 384:484]).any()


def test_skeletons_are_timed_against_the_plain_way(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(speed, "measure_compiling", lambda: 0.0)  # slow, and tried in test_scripts
    images.write(tmp_path / "0.region.png", region_maps.colour_regions(np.arange(3).repeat(20)[None].repeat(50, 0)))
    assert benchmark.main(["skeletons", "--region", str(tmp_path / "0.region.png"), "--repeats", "1"]) == 0
    output = capsys.readouterr().out
    assert "one 60x50 region map" in output and "threads: 1" in output
    difference = float(re.search(r"plain way: ([0-9.]+) grey", output)[1])
    assert difference < 0.1
    assert benchmark.main(["skeletons", "--region", str(tmp_path / "none.png")]) == 1
    assert "none.png" in capsys.readouterr().err


def test_data_set_is_timed(monkeypatch):
    monkeypatch.setattr(speed, "MAP_SIZE", (64, 80))
    assert re.search(r"on 2 maps of 80x64: [0-9.]+ s, [0-9.]+ s a map; .* 3,377 .* minutes", speed.measure_data_set(2))


def stand_in(command, watched=None):
    """Instead of a program: what `speed.run_measured` returns after four seconds."""
    return {"seconds": 4.0, "first": 1.0, "peak": 300.0, "output": ""}


@pytest.mark.parametrize("task", ["sketch", "binary2sketch", "colorize", "style"])
def test_sketch_tasks_are_timed(task, capsys, monkeypatch):
    commands = []
    monkeypatch.setattr(speed, "run_measured", lambda *parts: commands.append(parts[0]) or stand_in(*parts))
    monkeypatch.setattr(speed, "SPEED_SIZE", (96, 128))
    assert benchmark.main(["speed", "--task", task, "--pictures", "2"]) == 0
    row = rf"predict.py --task {task}, 2 of 128x96 \| +2\.00 \| +300 \|"
    assert re.search(row, capsys.readouterr().out)
    assert [command[-2:] for command in commands] == [["--task", task]]


def test_sketch_filters_are_timed(capsys, monkeypatch):
    monkeypatch.setattr(speed, "run_measured", stand_in)
    monkeypatch.setattr(speed, "SPEED_SIZE", (96, 128))
    assert benchmark.main(["speed", "--task", "filters", "--pictures", "6"]) == 0
    answer = capsys.readouterr().out
    for step in ("decode", "xdog", "dodge", "threshold", "encode"):
        assert float(re.search(rf"\| {step} +\| +(\d+\.\d) \|", answer)[1]) >= 0
    assert re.search(r"sketch.py xdog --auto, 6 pictures +\| +1\.5 \|", answer)


def test_predict_is_timed_by_stages(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    monkeypatch.setattr(speed, "SPEED_SIZE", (40, 60))
    assert benchmark.main(["speed", "--stages", "--pictures", "4"]) == 0
    rows = [row.split("|")[1:-1] for row in capsys.readouterr().out.splitlines()[2:]]
    assert len(rows) == 3
    for name, *cells in rows:
        reading, network, writing, slowest, total, together = map(float, cells)
        assert slowest == max(reading, network, writing) and abs(total - reading - network - writing) < 0.002
        assert together > 0, name


def test_what_computes_elsewhere_takes_its_time_and_finds_the_same():
    tiles = [np.random.default_rng(0).random((8, 8, 3), np.float32) for _ in range(3)]
    found, seconds = speed.time_each(lambda tile: next(speed.Elsewhere(0.1).stream([tile])), tiles)
    assert 0.05 <= seconds < 1
    assert all(np.array_equal(one, tile[..., :1] < 0.2) for one, tile in zip(found, tiles))


def test_a_long_run_is_watched(tiny_weights, tmp_path):
    options = ["--weights", tiny_weights.with_suffix(".xml")]
    curve = speed.measure_long_run(30, every=10, options=options)
    assert [10 * (k + 1) <= done for k, (done, _, _) in enumerate(curve)] == [True] * len(curve) and curve
    assert all(30 < held < 2000 for *_, held in curve)
    assert sorted(seconds for _, seconds, _ in curve) == [seconds for _, seconds, _ in curve]
    with pytest.raises(RuntimeError, match="exit code 1"):
        speed.measure_long_run(2, 1, options=["--weights", tmp_path / "none"])


def test_mixed_pictures_are_of_many_sizes_and_formats(tmp_path):
    speed.write_mixed(tmp_path, 12)
    paths = sorted(tmp_path.iterdir())
    assert {path.suffix for path in paths} == {".png", ".jpg", ".webp"} and len(paths) == 12
    sizes = {images.read(path).shape for path in paths}
    assert len(sizes) == 12 and all(200 <= side <= 1400 for shape in sizes for side in shape[:2])


def test_a_trainings_input_is_timed_beside_its_steps(capsys, monkeypatch):
    import test_training

    import train

    def run(command):  # in this process, with a stand-in for the network
        return types.SimpleNamespace(returncode=train.main(command[2:]))

    test_training.replace_networks(monkeypatch.setattr)
    monkeypatch.setattr(subprocess, "run", run)
    arguments = ["speed", "--train", "--workers", "1", "2", "--seconds", "0.5", "--batch", "2", "--crop", "32"]
    assert benchmark.main(arguments) == 0
    answer = capsys.readouterr().out
    rates = {
        name: float(rate)
        for name, rate in re.findall(r"\| (\d workers?|the network's steps)[^|]*\| +([0-9.]+) \|", answer)
    }
    assert set(rates) == {"1 worker", "2 workers", "the network's steps"} and min(rates.values()) > 0
    assert "lines: batches of 2 crops of 32" in answer and "cores." in answer


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--stages"], "give one of"),
        (["--task", "style"], "needs a task that is trained"),
        (["--workers", "0"], "--workers"),
        (["--seconds", "0"], "0.0"),
    ],
)
def test_wrong_usage_of_a_trainings_measure(arguments, reason, capsys):
    with pytest.raises(SystemExit) as stop:
        benchmark.main(["speed", "--train", *arguments])
    assert stop.value.code == 2 and reason in capsys.readouterr().err


def test_a_gpu_is_described_by_what_its_driver_says():
    with speed.GpuWatch() as watch:
        pass
    assert watch.describe() is None
    watch.seen = [["NVIDIA A, B", "40", "1000"], ["NVIDIA A, B", "60", "3000"]]
    assert watch.describe() == "NVIDIA A, B, 50 % busy, 3000 MB"


def test_refiners_are_timed_beside_each_other(capsys, monkeypatch):
    def run_measured(command, watched=None):
        output = '{"seconds": 0.5}' if "relifer" not in str(command) else '{"seconds": 5.0}'
        return {"seconds": 4.0, "first": 1.0, "peak": 300.0, "output": output}

    monkeypatch.setattr(speed, "run_measured", run_measured)
    monkeypatch.setattr(speed, "SPEED_SIZE", (96, 128))
    assert benchmark.main(["speed", "--task", "refine", "--pictures", "2"]) == 0
    answer = capsys.readouterr().out
    assert "takes 0.100 of the published one's time in Keras" in answer
    assert re.search(r"predict.py --task refine, 2 of 128x96 \| +2\.00 \| +300 \|", answer)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--long", "0"], "--long: expected a whole number, 1 or above"),
        (["--stages", "--task", "regions"], "of lines"),
        (["--batch", "2"], "--train"),
    ],
)
def test_measures_that_do_not_go_together(arguments, reason, capsys):
    with pytest.raises(SystemExit) as stop:
        benchmark.main(["speed", *arguments])
    assert stop.value.code == 2 and reason in capsys.readouterr().err
