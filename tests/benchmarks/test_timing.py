"""Time and memory of processes, tables of them."""

import sys

import pytest

from illustration_parts.benchmarks import tables, timing


def test_tables_are_aligned_markdown():
    table = tables.format_table(("", "F"), [("one", 0.5), ("eleven", 1)])
    assert table.splitlines() == ["|        |   F |", "| ------ | --: |", "| one    | 0.5 |", "| eleven |   1 |"]


def test_run_measured_times_watches_and_weighs(tmp_path):
    code = (  # a block that is written to, or it takes no memory
        "import pathlib, sys, time\n"
        "block = b'1' * 300_000_000\n"
        "(pathlib.Path(sys.argv[1]) / 'a.png').touch()\n"
        "time.sleep(0.3)\n"
        "print('done')"
    )
    run = timing.run_measured([sys.executable, "-c", code, tmp_path], tmp_path)
    assert run["output"] == "done\n"
    assert 0 < run["first"] < run["seconds"] - 0.2
    if sys.platform == "linux":
        assert 280 < run["peak"] < 350


def test_run_measured_says_what_failed():
    with pytest.raises(RuntimeError, match=r"exit code 3.*sys\.exit"):
        timing.run_measured([sys.executable, "-c", "import sys; sys.exit(3)"])


def test_a_gpu_is_described_by_what_its_driver_says():
    with timing.GpuWatch() as watch:
        pass
    assert watch.describe() is None
    watch.seen = [["NVIDIA A, B", "40", "1000"], ["NVIDIA A, B", "60", "3000"]]
    assert watch.describe() == "NVIDIA A, B, 50 % busy, 3000 MB"
