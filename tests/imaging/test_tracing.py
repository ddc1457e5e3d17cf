"""Lines as paths: found, followed, smoothed, shaken, cut."""

import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize as thin_by_skimage

from illustration_parts.imaging import tracing


def draw_frame(width=5):
    """A rectangle with a bar across, (80, 100) uint8, dark on white: a loop and two joints."""
    lines = np.full((80, 100), 255, np.uint8)
    cv2.rectangle(lines, (15, 10), (85, 70), 20, width)
    cv2.line(lines, (50, 10), (50, 70), 20, width)
    return lines


def test_centres_are_those_of_the_dark_lines():
    lines = draw_frame()
    centres = tracing.find_centres(lines)
    assert np.array_equal(centres, thin_by_skimage(lines < 128))
    assert centres[10:71, 50].all() and not centres[30:50, 20:45].any()


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_page_without_contrast_has_no_lines(level):
    page = np.full((40, 50), level, np.uint8)
    assert not tracing.find_centres(page).any()
    page[10:30] += 20 if level < 200 else 0
    assert not tracing.find_centres(page).any()


@pytest.mark.parametrize("seed", range(4))
def test_paths_cover_every_centre_and_nothing_else(seed):
    rng = np.random.default_rng(seed)
    lines = np.full((90, 120), 255, np.uint8)
    for _ in range(12):
        cv2.line(lines, tuple(map(int, rng.integers(0, 90, 2))), tuple(map(int, rng.integers(0, 90, 2))), 0, 3)
    cv2.circle(lines, (107, 20), 9, 0, 2)
    lines[85, 110] = 0
    centres = tracing.find_centres(lines)
    paths = tracing.trace_paths(centres)
    covered = np.zeros_like(centres)
    for path in paths:
        x, y = path.T.astype(int)
        covered[y, x] = True
        assert (np.abs(np.diff(path, axis=0)).max(1) == 1).all()  # from each pixel to one beside it
    assert np.array_equal(covered, centres)
    assert any(len(path) == 1 for path in paths)
    assert any(len(path) > 20 and (path[0] == path[-1]).all() for path in paths)


def test_paths_end_at_joints():
    paths = tracing.trace_paths(tracing.find_centres(draw_frame()))
    long = [path for path in paths if len(path) > 10]
    assert len(long) == 3  # left half, right half, bar
    ends = np.concatenate([path[[0, -1]] for path in long])
    assert (np.abs(ends[:, 0] - 50) <= 2).all()


def test_smoothing_takes_the_stairs_and_leaves_the_ends():
    path = np.stack([np.arange(60.0), np.round(np.arange(60) * 0.3)], 1)
    smooth = tracing.smooth_path(path)
    assert smooth.shape == path.shape
    assert np.abs(smooth[[0, -1]] - path[[0, -1]]).max() < 0.2
    assert np.abs(smooth[:, 1] - 0.3 * smooth[:, 0])[5:-5].max() < 0.25 < np.abs(path[:, 1] - 0.3 * path[:, 0]).max()
    angle = np.linspace(0, 2 * np.pi, 80)
    ring = np.round(20 * np.stack([np.cos(angle), np.sin(angle)], 1))
    ring[-1] = ring[0]
    smooth = tracing.smooth_path(ring)
    assert (smooth[0] == smooth[-1]).all()
    assert np.ptp(np.hypot(*smooth.T)) < np.ptp(np.hypot(*ring.T))


def test_shaken_lines_move_as_far_as_asked_and_stay_joined():
    rng = np.random.default_rng(0)
    one = np.stack([np.arange(400.0), np.full(400, 100.0)], 1)
    other = np.stack([np.full(200, 399.0), np.arange(100.0, 300.0)], 1)
    moved = tracing.shake([one, other], (320, 420), 2.0, rng)
    distance = np.hypot(*(moved[0] - one).T)
    assert 1.0 < distance.mean() < 3.0 and distance.max() < 10
    assert np.array_equal(moved[0][-1], moved[1][0])
    assert np.hypot(*np.diff(moved[0] - one, axis=0).T).max() < 0.7  # and smoothly


def test_lines_of_any_length_are_shaken():
    path = np.stack([np.arange(70000.0), np.full(70000, 5.0)], 1)
    (whole,) = tracing.shake([path], (10, 70000), 2.0, np.random.default_rng(0))
    parts = tracing.shake([path[:20000], path[20000:40000]], (10, 70000), 2.0, np.random.default_rng(0))
    assert np.array_equal(whole[:40000], np.concatenate(parts))
    assert np.hypot(*np.diff(whole, axis=0).T).max() < 2


def test_gaps_are_as_many_and_as_long_as_asked():
    rng = np.random.default_rng(1)
    path = np.stack([np.arange(300.0), np.zeros(300)], 1)
    assert len(tracing.cut_gaps(path, 0.0, rng)) == 1
    missing, inner = [], []
    for _ in range(200):
        parts = tracing.cut_gaps(path, 0.5, rng)
        missing.append(300 - sum(map(len, parts)))
        inner += [after[0, 0] - before[-1, 0] - 1 for before, after in zip(parts, parts[1:])]
    assert 4 < np.mean(missing) < 10  # 1.5 gaps of 6.5 pixels, of which half are at an end and half as long
    assert min(inner) >= 1 and np.median(inner) <= 13


def test_gaps_are_short_more_often_than_long():
    rng = np.random.default_rng(0)
    lengths = np.array([tracing.choose_gap(rng) for _ in range(2000)])
    assert 1 <= lengths.min() < 1.1 and 12.8 < lengths.max() <= 13
    # Up to twice the shortest: half of 1 in 12, and half of log 2 in log 13.
    assert (lengths < 2).mean() == pytest.approx(0.5 / 12 + 0.5 * np.log(2) / np.log(13), abs=0.03)
