"""Time of predict.py by stages, and of training's input; what goes together on the command line."""

import re
import subprocess
import types

import numpy as np
import pytest
from helpers import DarkIsInk

import benchmark
from illustration_parts import tasks
from illustration_parts.benchmarks import inputs, speed, timing
from illustration_parts.networks import engine


def test_predict_is_timed_by_stages(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    monkeypatch.setattr(inputs, "SPEED_SIZE", (40, 60))
    assert benchmark.main(["speed", "--stages", "--pictures", "4"]) == 0
    rows = [row.split("|")[1:-1] for row in capsys.readouterr().out.splitlines()[2:]]
    assert len(rows) == 3
    for name, *cells in rows:
        reading, network, writing, slowest, total, together = map(float, cells)
        assert slowest == max(reading, network, writing) and abs(total - reading - network - writing) < 0.002
        assert together > 0, name


def test_what_computes_elsewhere_takes_its_time_and_finds_the_same():
    tiles = [np.random.default_rng(0).random((8, 8, 3), np.float32) for _ in range(3)]
    found, seconds = timing.time_each(lambda tile: next(speed.Elsewhere(0.1).stream([tile])), tiles)
    assert 0.05 <= seconds < 1
    assert all(np.array_equal(one, tile[..., :1] < 0.2) for one, tile in zip(found, tiles))


def test_a_trainings_input_is_timed_beside_its_steps(capsys, monkeypatch):
    import test_training

    import train

    def run(command):  # in this process, with a stand-in for the network
        return types.SimpleNamespace(returncode=train.main(command[2:]))

    test_training.replace_networks(monkeypatch.setattr)
    monkeypatch.setattr(tasks.load("lines"), "drawing", 96, raising=False)
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


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--long", "0"], "--long: expected a whole number, 1 or above"),
        (["--stages", "--task", "regions"], "--task lines"),
        (["--batch", "2"], "--batch needs --train"),
        (["--adversarial-weight", "0"], "--adversarial-weight needs --train"),
        (["--seconds", "20"], "--seconds needs --train"),
        (["--train", "--pictures", "10"], "--pictures needs the speed of programs"),
        (["--long", "5", "--pictures", "10"], "--pictures needs the speed of programs"),
        (["--stages", "--large"], "--large needs the speed of networks and programs"),
        (["--train", "--repeats", "5"], "--repeats needs the speed of networks and programs"),
        (["--task", "regions", "--repeats", "5"], "--repeats needs --task lines or refine"),
        (["--task", "filters", "--large"], "--large needs a task of predict.py"),
    ],
)
def test_measures_that_do_not_go_together(arguments, reason, capsys):
    with pytest.raises(SystemExit) as stop:
        benchmark.main(["speed", *arguments])
    assert stop.value.code == 2 and reason in capsys.readouterr().err
