"""Scores of found lines, by the command and by its parts."""

import numpy as np
import pytest
from helpers import DarkIsInk

import benchmark
from illustration_parts.benchmarks import inputs, lines
from illustration_parts.imaging import images
from illustration_parts.imaging.line_scores import best_f, line_scores
from illustration_parts.networks import engine


def write_lines(folder, rows):
    """Line maps with one horizontal line each, by {name: row}."""
    for name, row in rows.items():
        line = np.full((32, 40), 255, np.uint8)
        line[row, 4:-4] = 0
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        images.write(path, line)


def test_folders_of_results(tmp_path, capsys):
    write_lines(tmp_path / "truth", {"a/one": 10, "two": 20})
    write_lines(tmp_path / "found", {"a/one": 11, "two": 26})
    options = ["lines", "--truth", str(tmp_path / "truth"), "--found", str(tmp_path / "found"), "--jobs", "1", "--each"]
    assert benchmark.main(options) == 0
    quality, widths = capsys.readouterr().out.split("\n\n")
    table = [line.split("|")[1:5] for line in quality.splitlines()]
    rows = {name.strip(): (int(count), float(f)) for name, _, count, f in table[2:]}
    assert rows == {"all": (2, 0.5), "a/one": (1, 1.0), "two": (1, 0.0)}
    assert [cell.strip() for cell in widths.splitlines()[2].split("|")[1:4]] == ["all", "0.500", "–"]


def test_bad_files_and_unpaired_files_are_named_and_the_rest_is_scored(tmp_path, capsys):
    write_lines(tmp_path / "truth", {"good": 10, "alone": 10, "broken": 10, "small": 10})
    write_lines(tmp_path / "found", {"good": 10, "broken": 10})
    (tmp_path / "found/broken.png").write_bytes(b"")
    images.write(tmp_path / "found/small.png", np.full((8, 8), 255, np.uint8))
    options = ["lines", "--truth", str(tmp_path / "truth"), "--found", str(tmp_path / "found"), "--jobs", "1"]
    assert benchmark.main(options) == 1
    answer = capsys.readouterr()
    assert "1.000" in answer.out
    assert all(name in answer.err for name in ("alone.png", "broken", "small"))
    assert "good" not in answer.err


def test_true_line_maps_are_checked_as_in_training(tmp_path, capsys, monkeypatch, threads):
    for folder in ("truth", "found", "pictures"):
        write_lines(tmp_path / folder, {"good": 10, "turned": 12, "blank": 14})
    turned, blank = tmp_path / "truth/turned.png", tmp_path / "truth/blank.png"
    images.write(turned, 255 - images.read_map(turned))
    images.write(blank, np.full((32, 40), 255, np.uint8))
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    for option in ("--found", "--pictures"):
        options = ["lines", "--truth", str(tmp_path / "truth"), option, str(tmp_path / option[2:]), "--jobs", "1"]
        assert benchmark.main(options) == 1
        answer = capsys.readouterr()
        assert [cell.strip() for cell in answer.out.splitlines()[2].split("|")[3:5]] == ["2", "1.000"]
        assert answer.err.splitlines() == [
            f"benchmark.py: warning: {turned} has light lines on dark, read inverted: expected dark lines on white",
            f"benchmark.py: {blank} is empty, all of it is white: expected dark lines on white",
        ]


def test_pictures_are_run_through_the_network(tmp_path, capsys, monkeypatch, threads):
    write_lines(tmp_path / "pictures", {"one": 10, "two": 20})
    write_lines(tmp_path / "truth", {"one": 10, "two": 20})
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    options = ["lines", "--truth", str(tmp_path / "truth"), "--pictures", str(tmp_path / "pictures"), "--jobs", "1"]
    assert benchmark.main(options) == 0
    assert "1.000" in capsys.readouterr().out
    assert benchmark.main([*options, "--scale", "1", "auto", "--each"]) == 0
    rows = [[cell.strip() for cell in line.split("|")[1:5]] for line in capsys.readouterr().out.splitlines()]
    assert [row[1] for row in rows[2:8]] == ["1.0", "auto", "1.0", "1.0", "auto", "auto"]
    assert rows[2] == ["all", "1.0", "2", "1.000"]


def test_drawings_are_scored_by_case(capsys, monkeypatch, threads):
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 96)
    assert benchmark.main(["lines", "--count", "5", "--jobs", "1"]) == 0
    answer = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.splitlines() if line.startswith("| ")]
    cases = [row for row in rows[2:] if len(row) == len(lines.QUALITY_HEADER)]
    assert cases[0][:3] == ["all", "auto", "5"]
    assert len(cases) > 6 and all(1 <= int(row[2]) <= 5 for row in cases)
    assert len({row[6] for row in cases}) == 1, "cases are scored at the set's threshold"
    assert rows[-3][0] == "F of lines" and rows[-1][0] == "all"
    assert "Line class right on" in answer


def test_validation_drawings_stay_the_same_and_differ_from_each_other(monkeypatch):
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 96)
    first, again, other = (lines.draw_sample(number) for number in (0, 0, 1))
    assert (first[0] == again[0]).all() and (first[1] == again[1]).all() and first[2] == again[2]
    assert (first[0] != other[0]).any()


def test_line_class_is_judged_on_clear_ink_only():
    classes = np.zeros((8, 8, 3), np.uint8)
    classes[2, :, 0] = 255  # boundary
    classes[4, :, 1] = 255  # inner
    classes[6, :, :2] = 128  # both
    maps = np.zeros((8, 8, 3), np.uint8)
    maps[..., 0] = classes[..., :2].sum(axis=2).clip(0, 255)
    maps[:3, :, 1] = 255
    maps[4, :4, 1] = 255  # wrong on half of the inner line
    *_, edges, (right, counted) = lines.score_drawing((classes, ("case",), maps))
    assert (right, counted) == (12, 16)
    assert best_f(edges) == 1.0
    assert lines.score_drawing((classes, (), maps[..., :1]))[2:] == (None, (0, 0))


def test_missing_weights_are_named(tmp_path, capsys):
    assert benchmark.main(["lines", "--weights", str(tmp_path / "none.xml"), "--count", "1"]) == 1
    assert "none.xml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--truth", "."],
        ["--found", "."],
        ["--truth", ".", "--found", ".", "--pictures", "."],
        ["--truth", ".", "--found", "no such folder"],
        ["--truth", ".", "--found", ".", "--scale", "1"],
        ["--scale", "5"],
        ["--count", "0"],
        ["--jobs", "0"],
    ],
)
def test_wrong_usage_ends_with_2(options):
    with pytest.raises(SystemExit) as ending:
        benchmark.main(["lines", *options])
    assert ending.value.code == 2


@pytest.mark.parametrize(
    "options, reason",
    [
        (["--truth", ".", "--found", ".", "--count", "500"], "--count needs drawn pictures"),
        (["--truth", ".", "--pictures", ".", "--count", "3"], "--count needs drawn pictures"),
        (["--truth", ".", "--found", ".", "--weights", "a.keras"], "--weights needs a network to run"),
        (["--truth", ".", "--found", ".", "--engine", "keras"], "--engine needs a network to run"),
        (["--each"], "--each needs --truth"),
    ],
)
def test_an_option_that_would_be_ignored_ends_with_2(options, reason, capsys):
    with pytest.raises(SystemExit) as ending:
        benchmark.main(["lines", *options])
    assert ending.value.code == 2 and reason in capsys.readouterr().err


def test_what_no_line_stands_behind_is_a_dash():
    blank, drawn = np.zeros((24, 24), np.float32), np.zeros((24, 24), np.float32)
    drawn[10, 4:-4] = 1
    empty, thin = line_scores(blank, blank), line_scores(drawn, drawn)
    assert lines.quality_row("case", [empty]) == ("case", "", 1, *["–"] * 5, "0.0000", "–", "–")
    assert lines.quality_row("case", [empty, thin])[3] == "1.000"
    assert lines.widths_row("all", [thin]) == ("all", "1.000", *["–"] * 4)
    maps = np.zeros((24, 24, 3), np.uint8)
    report = lines.report_drawings([lines.score_drawing((maps, ("case",), maps))], "auto")
    assert "Line class right on – of the ink; fill edges: F – (there are none)." in report


def test_empty_folders_are_an_error(tmp_path, capsys):
    assert benchmark.main(["lines", "--truth", str(tmp_path), "--found", str(tmp_path), "--jobs", "1"]) == 1
    assert "nothing to score" in capsys.readouterr().err
