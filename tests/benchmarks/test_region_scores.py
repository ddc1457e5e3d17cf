"""Scores of found regions, by the command and by its parts."""

import json

import numpy as np
import pytest

import benchmark
from illustration_parts.benchmarks import regions
from illustration_parts.imaging import images


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
    [reason] = answer["failed"]
    assert reason == f"{tmp_path}/found/3.region.png: has no partner: expected the same name in {tmp_path}/truth"


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
    alone = "alone.region.png: has no partner: expected the same name in"
    assert reasons[0] == "found/empty.region.png: is empty (0 bytes)"
    assert reasons[1] == f"found/found-{alone} {tmp_path}/truth"
    assert reasons[2].startswith("found/wide.region.png: ") and reasons[2].endswith("64 x 32, true map 40 x 32")
    assert reasons[3:] == [f"truth/truth-{alone} {tmp_path}/found"]


def test_true_maps_that_are_no_annotations_are_named(tmp_path, capsys, threads):
    """Found maps may be as bad as they like."""
    write_maps(tmp_path / "truth", dict.fromkeys(("1.region.png", "2.region.png", "3.region.png"), 20), 128, 128)
    write_maps(tmp_path / "found", dict.fromkeys(("1.region.png", "2.region.png", "3.region.png"), 20), 128, 128)
    smooth = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    for name, colours in (("truth/1", smooth), ("found/3", smooth), ("truth/2", np.full_like(smooth, 9))):
        images.write(tmp_path / f"{name}.region.png", colours)
    assert run_regions(tmp_path, "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert list(answer["pictures"]) == ["3"] and len(answer["failed"]) == 2
    assert answer["failed"][0].startswith(f"{tmp_path / 'truth/1.region.png'}: was smoothed, ")
    assert answer["failed"][1].startswith(f"{tmp_path / 'truth/2.region.png'}: shows one colour only")


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
    maps = regions.list_region_maps(tmp_path)
    names = {name: path.relative_to(tmp_path).as_posix() for name, path in maps.items()}
    assert names == {"1": "1.png", "a/10": "a/10.png", "v1.5": "v1.5.png"}
    assert list(maps) == ["1", "a/10", "v1.5"]
    write_maps(tmp_path, dict.fromkeys(("10.region.png", "9.region.png"), 20))
    assert list(regions.list_region_maps(tmp_path)) == ["9", "10"]


@pytest.mark.parametrize(
    "options, reason",
    [
        (["--truth", "."], "--truth and --found belong together"),
        (["--truth", ".", "--found", ".", "--pictures", "."], "--pictures are line drawings to cut gaps into"),
        (["--truth", ".", "--found", ".", "--gaps", "4"], "--gaps needs line drawings with gaps"),
        (["--truth", ".", "--found", ".", "--count", "20"], "--count needs line drawings with gaps"),
        (["--truth", ".", "--found", ".", "--seed", "0"], "--seed needs line drawings with gaps"),
        (["--each"], "--each needs --truth and --found"),
        (["--pictures", "no such folder"], "no such folder is no folder"),
        (["--gaps", "0"], "Received: '0'"),
        (["--truth", "no such folder", "--found", "."], "no such folder is no folder"),
        (["--truth", ".", "--found", __file__], "test_region_scores.py is no folder"),
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
