"""Time of skeleton maps."""

import re

import numpy as np

import benchmark
from illustration_parts.benchmarks import skeletons
from illustration_parts.imaging import images, region_maps


def test_skeletons_are_timed_against_the_plain_way(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(skeletons, "measure_compiling", lambda: 0.0)  # slow
    images.write(tmp_path / "0.region.png", region_maps.colour_regions(np.arange(3).repeat(20)[None].repeat(50, 0)))
    assert benchmark.main(["skeletons", "--region", str(tmp_path / "0.region.png"), "--repeats", "1"]) == 0
    output = capsys.readouterr().out
    assert "one 60x50 region map" in output and "threads: 1" in output
    difference = float(re.search(r"plain way: ([0-9.]+) grey", output)[1])
    assert difference < 0.1
    assert benchmark.main(["skeletons", "--region", str(tmp_path / "none.png")]) == 1
    assert "none.png" in capsys.readouterr().err


def test_data_set_is_timed(monkeypatch):
    monkeypatch.setattr(skeletons, "MAP_SIZE", (160, 200))
    assert re.search(
        r"on 2 maps of 200x160: [0-9.]+ s, [0-9.]+ s a map\. .* 3,377 .* minutes", skeletons.measure_data_set(2)
    )


def test_the_first_call_is_timed_in_a_process_that_has_compiled_nothing():
    assert 0 < skeletons.measure_compiling() < 300
