import concurrent.futures
import json
import re

import numpy as np
import pytest
from helpers import DarkIsInk

import benchmark
from illustration_parts.imaging import images
from illustration_parts.imaging.scores import best_f
from illustration_parts.networks import engine
from illustration_parts.system import workers


def write_lines(folder, rows):
    """Line maps with one horizontal line each, by {name: row}."""
    for name, row in rows.items():
        lines = np.full((32, 40), 255, np.uint8)
        lines[row, 4:-4] = 0
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        images.write(path, lines)


# Quality


def test_folders_of_results(tmp_path, capsys):
    write_lines(tmp_path / "truth", {"a/one": 10, "two": 20})
    write_lines(tmp_path / "found", {"a/one": 11, "two": 26})
    options = ["lines", "--truth", str(tmp_path / "truth"), "--found", str(tmp_path / "found"), "--jobs", "1", "--each"]
    assert benchmark.main(options) == 0
    quality, widths = capsys.readouterr().out.split("\n\n")
    table = [line.split("|")[1:5] for line in quality.splitlines()]
    rows = {name.strip(): (int(count), float(f)) for name, _, count, f in table[2:]}
    assert rows == {"all": (2, 0.5), "a/one": (1, 1.0), "two": (1, 0.0)}
    assert [cell.strip() for cell in widths.splitlines()[2].split("|")[1:4]] == ["all", "0.500", ""]


def test_bad_files_and_orphans_are_named_and_the_rest_is_scored(tmp_path, capsys):
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


def test_pictures_are_run_through_the_network(tmp_path, capsys, monkeypatch):
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


def test_drawings_are_scored_by_case(capsys, monkeypatch):
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    monkeypatch.setattr(benchmark, "DRAWING_SIZE", 96)
    assert benchmark.main(["lines", "--count", "5", "--jobs", "1"]) == 0
    answer = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.splitlines() if line.startswith("| ")]
    cases = [row for row in rows[2:] if len(row) == len(benchmark.QUALITY_HEADER)]
    assert cases[0][:3] == ["all", "auto", "5"]
    assert len(cases) > 6 and all(1 <= int(row[2]) <= 5 for row in cases)
    assert len({row[6] for row in cases}) == 1, "cases are scored at the set's threshold"
    assert rows[-3][0] == "F of lines" and rows[-1][0] == "all"
    assert "Line class right on" in answer


def test_validation_drawings_stay_the_same_and_differ_from_each_other(monkeypatch):
    monkeypatch.setattr(benchmark, "DRAWING_SIZE", 96)
    first, again, other = (benchmark.draw_sample(number) for number in (0, 0, 1))
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
    *_, edges, (right, counted) = benchmark.score_drawing((classes, ("case",), maps))
    assert (right, counted) == (12, 16)
    assert best_f(edges) == 1.0
    assert benchmark.score_drawing((classes, (), maps[..., :1]))[2:] == (None, (0, 0))


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


def test_empty_folders_are_an_error(tmp_path, capsys):
    assert benchmark.main(["lines", "--truth", str(tmp_path), "--found", str(tmp_path), "--jobs", "1"]) == 1
    assert "nothing to score" in capsys.readouterr().err


# Quality of regions


def write_maps(folder, splits, height=32, width=40):
    """Region maps of two halves, by {file name: column where the right one begins}."""
    for name, split in splits.items():
        colours = np.full((height, width, 3), (10, 200, 30), np.uint8)
        colours[:, split:] = (250, 20, 60)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        images.write(path, colours)


def run_regions(folder, *options):
    return benchmark.main(["regions", "--truth", f"{folder}/truth", "--found", f"{folder}/found", *options])


@pytest.fixture
def threads(monkeypatch):
    """Threads instead of processes: those take a second to start."""
    monkeypatch.setattr(workers, "open_pool", concurrent.futures.ThreadPoolExecutor)


def test_regions_of_folders(tmp_path, capsys):
    write_maps(tmp_path / "truth", {"10.region.png": 20, "a/2.region.png": 20, "9.region.png": 20})
    write_maps(tmp_path / "found", {"10.png": 20, "a/2.png": 40, "9.png": 10})
    assert run_regions(tmp_path, "--each", "--jobs", "2") == 0
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in capsys.readouterr().out.splitlines()]
    assert rows[0][:5] == ["", "pictures", "AP", "OIS", "ODS"]
    # 10 is right, 9 shifted by a quarter of the width, and of a/2 one region is found. The quarter of all pixels that
    # changes sides leaves IoUs of 1/2 and 2/3: covering 7/12. Pooled boundaries: 32 of 64 right, 32 of 96 recalled.
    assert rows[2][:9] == ["all", "3", "0.333", "0.333", "0.333", "0.400", "0.500", "0.333", "0.694"]
    assert rows[3][:9] == ["9", "1", "0.000", "0.000", "0.000", "0.000", "0.000", "0.000", "0.583"]
    assert rows[4] == ["10", "1", *["1.000"] * 7, "0.00", "2", "2"]
    assert rows[5] == ["a/2", "1", "0.000", "0.000", "0.000", "0.000", "1.000", "0.000", "0.500", "1.00", "2", "1"]


def test_regions_as_json(tmp_path, capsys, threads):
    write_maps(tmp_path / "truth", {"1.region.png": 20, "2.region.png": 20})
    write_maps(tmp_path / "found", {"1.region.png": 20, "2.region.png": 22, "3.region.png": 20})
    assert run_regions(tmp_path, "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["set"]["count"], answer["set"]["ap"], answer["set"]["boundary_f"]) == (2, 0.5, 1.0)
    assert list(answer["pictures"]) == ["1", "2"]
    assert answer["pictures"]["1"]["precisions"] == {str(side): 1.0 for side in range(256, 1024, 64)}
    assert answer["pictures"]["2"]["boundary_right"] == 32
    assert [text.endswith("3.region.png: no partner") for text in answer["failed"]] == [True]


def test_bad_region_files_are_named_and_the_rest_is_scored(tmp_path, capsys, threads):
    names = ("good", "truth-alone", "empty", "wide")
    write_maps(tmp_path / "truth", {f"{name}.region.png": 20 for name in names})
    write_maps(tmp_path / "found", {"good.region.png": 20, "found-alone.region.png": 20})
    write_maps(tmp_path / "found", {"wide.region.png": 20}, width=64)
    (tmp_path / "found/empty.region.png").write_bytes(b"")
    assert run_regions(tmp_path) == 1
    answer = capsys.readouterr()
    assert "| all |        1 | 1.000 |" in answer.out
    reasons = sorted(line.removeprefix(f"benchmark.py: {tmp_path}/") for line in answer.err.splitlines())
    assert reasons[:2] == ["found/empty.region.png: is empty (0 bytes)", "found/found-alone.region.png: no partner"]
    assert reasons[2].startswith("found/wide.region.png: ") and reasons[2].endswith("64 x 32, true map 40 x 32")
    assert reasons[3:] == ["truth/truth-alone.region.png: no partner"]


def test_a_larger_region_map_is_scored_at_the_true_size(tmp_path, capsys, threads):
    write_maps(tmp_path / "truth", {"1.region.png": 20})
    write_maps(tmp_path / "found", {"1.region.png": 40}, height=64, width=81)
    assert run_regions(tmp_path, "--json") == 0
    scores = json.loads(capsys.readouterr().out)["pictures"]["1"]
    assert (scores["boundary_found"], scores["boundary_f"], scores["covering"]) == (32, 1.0, 1.0)


def test_what_counts_as_a_region_map(tmp_path):
    """Plain names are taken where there is no X.region.png at all; the data set's other kinds never."""
    plain = ("1.png", "1.image.png", "1.skeleton.png", "1.flatten.png", "v1.5.png", ".2.png", "3.jpg", "a/10.png")
    write_maps(tmp_path, dict.fromkeys(plain, 20))
    maps = benchmark.list_region_maps(tmp_path)
    names = {name: path.relative_to(tmp_path).as_posix() for name, path in maps.items()}
    assert names == {"1": "1.png", "a/10": "a/10.png", "v1.5": "v1.5.png"}
    assert list(maps) == ["1", "a/10", "v1.5"]
    write_maps(tmp_path, dict.fromkeys(("10.region.png", "9.region.png"), 20))
    assert list(benchmark.list_region_maps(tmp_path)) == ["9", "10"]


@pytest.mark.parametrize(
    "options, reason",
    [
        (["--truth", "."], "required: --found"),
        (["--truth", "no such folder", "--found", "."], "no such folder is no folder"),
        (["--truth", ".", "--found", __file__], "test_benchmark.py is no folder"),
        (["--truth", ".", "--found", ".", "--jobs", "0"], "Received: '0'"),
    ],
)
def test_wrong_usage_of_regions_ends_with_2(options, reason, capsys):
    with pytest.raises(SystemExit) as ending:
        benchmark.main(["regions", *options])
    assert ending.value.code == 2
    assert reason in capsys.readouterr().err


def test_no_regions_to_score_is_an_error(tmp_path, capsys, threads):
    write_maps(tmp_path / "truth", {"1.image.png": 20})
    write_maps(tmp_path / "found", {"1.image.png": 20})
    assert run_regions(tmp_path, "--json") == 1
    answer = capsys.readouterr()
    assert answer.out == "" and "nothing to score" in answer.err


# Parts


def test_map_ahead_keeps_order_and_takes_few_items_in_advance():
    taken = []

    def items():
        for number in range(20):
            taken.append(number)
            yield number

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = workers.map_ahead(pool, lambda number: number * number, items(), 3)
        assert next(results) == 0
        assert len(taken) == 4
        assert list(results) == [number * number for number in range(1, 20)]


# Refined lines


class Leave:
    """A stand-in refiner that finds the ink it is given."""

    name, margin, stride, max_tile = "line_refiner", 16, 8, 1088

    def stream(self, tiles):
        yield from tiles


@pytest.fixture
def leave(monkeypatch):
    monkeypatch.setattr(engine, "load", lambda *_, **__: Leave())
    monkeypatch.setattr(benchmark, "DRAWING_SIZE", 128)
    monkeypatch.setattr(benchmark, "SPECKED_SIZE", (120, 250))
    monkeypatch.setattr(workers, "open_pool", concurrent.futures.ThreadPoolExecutor)


def test_a_refiner_that_leaves_all_as_it_is_closes_nothing_and_changes_nothing(leave, tmp_path, capsys):
    lines = np.full((160, 200), 255, np.uint8)
    lines[60:63, 10:190] = 0
    images.write(tmp_path / "line.png", lines)
    assert benchmark.main(["refine", "--count", "2", "--lines", str(tmp_path), "--jobs", "1"]) == 0
    answer = capsys.readouterr().out
    assert "2 drawn pairs: mean error" in answer and "after (1.000)" in answer
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.splitlines()]
    rows = [row for row in rows if row and re.fullmatch(r"given, \d+ px", row[0])]
    assert [int(row[0].split()[1]) for row in rows] == [*benchmark.GAPS, *benchmark.SPACES]
    for _, cuts, share, areas, _ in rows:
        assert int(cuts) > 0 and re.fullmatch(r"(closed|bridged) 0\.000", share)
        assert areas.split(" / ")[1] == areas.split(" / ")[2]
    assert re.search(r"\| given +\| +0\.0 \| +0\.0000 \|", answer)
    assert re.search(r"Of \d+ specks beside the lines 0\.0000 are gone, and 0\.0000 of the lines\.", answer)


def test_wrong_usage_of_refine_ends_with_2(capsys):
    for options in (["--count", "0"], ["--jobs", "0"], ["--lines", "no such folder"]):
        with pytest.raises(SystemExit) as ended:
            benchmark.main(["refine", *options])
        assert ended.value.code == 2
    assert "no such folder is no folder" in capsys.readouterr().err


def test_line_drawings_that_cannot_be_read_are_named(leave, tmp_path, capsys):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    assert benchmark.main(["refine", "--count", "1", "--lines", str(tmp_path), "--jobs", "1"]) == 1
    assert "bad.png" in capsys.readouterr().err


# Sketches
class Fixed:
    """A stand-in sketch network: keeps one channel of what it is given, or paints all in one colour."""

    margin, stride, max_tile = 16, 8, 1088

    def __init__(self, name, paint=None):
        self.name, self.paint = name, paint

    def stream(self, tiles):
        for tile in tiles:
            if self.paint is None:
                yield tile[..., :1]
            else:
                yield np.broadcast_to(np.float32(self.paint), (*tile.shape[:2], len(self.paint)))


@pytest.mark.parametrize("task, columns", [("sketch", 7), ("binary2sketch", 5)])
def test_sketch_networks_are_tried_on_drawn_and_given_pictures(tmp_path, capsys, monkeypatch, task, columns):
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed(f"{task}_unet"))
    monkeypatch.setattr(benchmark, "DRAWING_SIZE", 96)
    images.write(tmp_path / "a.png", np.random.default_rng(0).integers(0, 256, (80, 90, 3), dtype=np.uint8))
    options = ["--task", task, "--count", "2", "--pictures", str(tmp_path), "--jobs", "1"]
    assert benchmark.main(["sketch", *options]) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row[0].strip() for row in rows[2:]] == ["drawn, worn" if task == "sketch" else "drawn", "given"]
    assert all(len(row) == columns and float(row[1]) > 0 for row in rows[2:])
    if task == "binary2sketch":  # what leaves all as it is has the binary's own error
        assert all(row[1] == row[2] for row in ([cell.strip() for cell in row] for row in rows[2:]))


def test_colours_are_tried_with_and_without_dabs(capsys, monkeypatch):
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed("colorize_classic", (0.9, 0.8, 0.7)))
    monkeypatch.setattr(benchmark, "DRAWING_SIZE", 96)
    assert benchmark.main(["sketch", "--task", "colorize", "--count", "3", "--jobs", "1"]) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [int(row[0]) for row in rows[2:]] == [0, 10, 30]
    assert len({tuple(row[1:]) for row in rows[2:]}) == 1 and float(rows[2][3]) >= 1
    # One that can choose colours is tried without choosing, too.
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed("colorize_unet", (0.9, 0.8, 0.7, 0.5, 0.5, 0.5)))
    assert benchmark.main(["sketch", "--task", "colorize", "--count", "2", "--jobs", "1"]) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row[0].strip() for row in rows[2:]] == ["0", "10", "30", "0, none chosen"]


@pytest.mark.parametrize(
    "options", [["--count", "0"], ["--pictures", "nowhere"], ["--task", "colorize", "--pictures", "."]]
)
def test_wrong_usage_of_sketch_trials_ends_with_2(options):
    with pytest.raises(SystemExit) as ending:
        benchmark.main(["sketch", *options])
    assert ending.value.code == 2


def test_sketch_trials_name_bad_pictures_and_weights(tmp_path, capsys, monkeypatch):
    assert benchmark.main(["sketch", "--weights", str(tmp_path / "none.xml")]) == 1
    assert "none.xml" in capsys.readouterr().err
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed("sketch_unet"))
    monkeypatch.setattr(benchmark, "DRAWING_SIZE", 96)
    assert benchmark.main(["sketch", "--count", "1", "--pictures", str(tmp_path), "--jobs", "1"]) == 1
    assert "holds no pictures" in capsys.readouterr().err
