"""Thin lines of line drawings, and the command."""

import cv2
import numpy as np
import pytest

import images
import sketch


def draw_frame(width=5):
    """A rectangle with a bar across, (80, 100) uint8, dark on white: a loop and two joints."""
    lines = np.full((80, 100), 255, np.uint8)
    cv2.rectangle(lines, (15, 10), (85, 70), 20, width)
    cv2.line(lines, (50, 10), (50, 70), 20, width)
    return lines


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_page_without_contrast_has_no_thin_lines(level):
    assert (sketch.thin(np.full((40, 50), level, np.uint8)) == 255).all()


def test_thin_lines_lie_on_the_middle_of_broad_ones():
    lines = draw_frame(7)
    for aliased in (False, True):
        thin = sketch.thin(lines, aliased=aliased)
        assert thin.shape == lines.shape and thin.dtype == np.uint8
        assert (lines[thin < 128] < 128).all()
        assert (thin[20:60, 50] < 100).all() and (thin[20:60, 44:48] > 200).all()
        assert aliased == (len(np.unique(thin)) == 2)
    assert (sketch.thin(lines, 3)[20:60, 49:52] < 128).all()


def test_seed_decides_about_gaps_and_jitter():
    lines = draw_frame()
    first = sketch.thin(lines, gaps=1, jitter=1, seed=1)
    assert np.array_equal(first, sketch.thin(lines, gaps=1, jitter=1, seed=1))
    assert not np.array_equal(first, sketch.thin(lines, gaps=1, jitter=1, seed=2))
    assert np.array_equal(sketch.thin(lines, seed=1), sketch.thin(lines, seed=2))


@pytest.mark.parametrize("options", [{"width": 0}, {"gaps": -1}, {"jitter": -0.1}])
def test_impossible_arguments_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        sketch.thin(draw_frame(), **options)
    with pytest.raises(ValueError, match=r"lines must be \(H, W\) uint8"):
        sketch.thin(np.zeros((4, 5, 3), np.uint8))


def test_command_keeps_names_and_goes_on_after_a_bad_file(tmp_path, capsys):
    folder, goal = tmp_path / "line", tmp_path / "norm"
    (folder / "a").mkdir(parents=True)
    images.write(folder / "a/one.png", draw_frame())
    images.write(folder / "two.jpg.png", draw_frame(3))
    (folder / "bad.png").write_bytes(b"no picture")
    options = [str(folder), "--gaps", "1", "--jobs"]
    assert sketch.main(["thin", *options, "1", "-o", str(goal)]) == 1
    assert "bad.png: is not a picture" in capsys.readouterr().err
    assert sorted(path.relative_to(goal).as_posix() for path in goal.rglob("*.png")) == ["a/one.png", "two.jpg.png"]
    # Gaps are a drawing's own, whatever else there is.
    (folder / "bad.png").unlink()
    assert sketch.main(["thin", *options, "2", "-o", str(tmp_path / "again")]) == 0
    assert (goal / "a/one.png").read_bytes() == (tmp_path / "again/a/one.png").read_bytes()


@pytest.mark.parametrize(
    "options, reason",
    [
        (("nowhere",), "is not a folder"),
        ((".", "--width", "0"), "--width"),
        ((".", "--gaps", "nan"), "--gaps"),
        ((".", "-o", "."), "is the folder to read"),
        ((".",), "holds no pictures"),
    ],
)
def test_wrong_usage_ends_with_code_2(tmp_path, monkeypatch, capsys, options, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ending:
        sketch.main(["thin", *options])
    assert ending.value.code == 2
    assert reason in capsys.readouterr().err
