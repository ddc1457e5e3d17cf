"""Thin lines of line drawings: found, followed, shaken, cut and drawn."""

import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize as thin_by_skimage

import images
import sketch


def draw_frame(width=5):
    """A rectangle with a bar across, (80, 100) uint8, dark on white: a loop and two joints."""
    lines = np.full((80, 100), 255, np.uint8)
    cv2.rectangle(lines, (15, 10), (85, 70), 20, width)
    cv2.line(lines, (50, 10), (50, 70), 20, width)
    return lines


def test_centres_are_those_of_the_dark_lines():
    lines = draw_frame()
    centres = sketch.find_centres(lines)
    assert np.array_equal(centres, thin_by_skimage(lines < 128))
    assert centres[10:71, 50].all() and not centres[30:50, 20:45].any()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_page_without_contrast_has_no_lines(level):
    page = np.full((40, 50), level, np.uint8)
    assert not sketch.find_centres(page).any()
    page[10:30] += 20 if level < 200 else 0
    assert not sketch.find_centres(page).any()
    assert (sketch.thin(page) == 255).all()


@pytest.mark.parametrize("seed", range(4))
def test_paths_cover_every_centre_and_nothing_else(seed):
    rng = np.random.default_rng(seed)
    lines = np.full((90, 120), 255, np.uint8)
    for _ in range(12):
        cv2.line(lines, tuple(map(int, rng.integers(0, 90, 2))), tuple(map(int, rng.integers(0, 90, 2))), 0, 3)
    cv2.circle(lines, (107, 20), 9, 0, 2)
    lines[85, 110] = 0
    centres = sketch.find_centres(lines)
    paths = sketch.trace_paths(centres)
    covered = np.zeros_like(centres)
    for path in paths:
        x, y = path.T.astype(int)
        covered[y, x] = True
        assert (np.abs(np.diff(path, axis=0)).max(1) == 1).all()  # from each pixel to one beside it
    assert np.array_equal(covered, centres)
    assert any(len(path) == 1 for path in paths)
    assert any(len(path) > 20 and (path[0] == path[-1]).all() for path in paths)


def test_paths_end_at_joints():
    paths = sketch.trace_paths(sketch.find_centres(draw_frame()))
    long = [path for path in paths if len(path) > 10]
    assert len(long) == 3  # left half, right half, bar
    ends = np.concatenate([path[[0, -1]] for path in long])
    assert (np.abs(ends[:, 0] - 50) <= 2).all()


def test_smoothing_takes_the_stairs_and_leaves_the_ends():
    path = np.stack([np.arange(60.0), np.round(np.arange(60) * 0.3)], 1)
    smooth = sketch.smooth_path(path)
    assert smooth.shape == path.shape
    assert np.abs(smooth[[0, -1]] - path[[0, -1]]).max() < 0.2
    assert np.abs(smooth[:, 1] - 0.3 * smooth[:, 0])[5:-5].max() < 0.25 < np.abs(path[:, 1] - 0.3 * path[:, 0]).max()
    angle = np.linspace(0, 2 * np.pi, 80)
    ring = np.round(20 * np.stack([np.cos(angle), np.sin(angle)], 1))
    ring[-1] = ring[0]
    smooth = sketch.smooth_path(ring)
    assert (smooth[0] == smooth[-1]).all()
    assert np.ptp(np.hypot(*smooth.T)) < np.ptp(np.hypot(*ring.T))


def test_shaken_lines_move_as_far_as_asked_and_stay_joined():
    rng = np.random.default_rng(0)
    one = np.stack([np.arange(400.0), np.full(400, 100.0)], 1)
    other = np.stack([np.full(200, 399.0), np.arange(100.0, 300.0)], 1)
    moved = sketch.shake([one, other], (320, 420), 2.0, rng)
    distance = np.hypot(*(moved[0] - one).T)
    assert 1.0 < distance.mean() < 3.0 and distance.max() < 10
    assert np.array_equal(moved[0][-1], moved[1][0])
    assert np.hypot(*np.diff(moved[0] - one, axis=0).T).max() < 0.7  # and smoothly


def test_gaps_are_as_many_and_as_long_as_asked():
    rng = np.random.default_rng(1)
    path = np.stack([np.arange(300.0), np.zeros(300)], 1)
    assert len(sketch.cut_gaps(path, 0.0, rng)) == 1
    missing, inner = [], []
    for _ in range(200):
        parts = sketch.cut_gaps(path, 0.5, rng)
        missing.append(300 - sum(map(len, parts)))
        inner += [after[0, 0] - before[-1, 0] - 1 for before, after in zip(parts, parts[1:])]
    assert 4 < np.mean(missing) < 10  # 1.5 gaps of 6.5 pixels, of which half are at an end and half as long
    assert min(inner) >= 1 and np.median(inner) <= 13


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
