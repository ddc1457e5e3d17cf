"""Hatchings and second lines, which a refiner keeps."""

import cv2
import numpy as np
import pytest

from illustration_parts.drawing.wear import hatching
from illustration_parts.imaging import tracing

LINES = tracing.Lines([np.stack([np.arange(20.0, 180.0), np.full(160, 100.0)], 1)], [(True, True)])


def test_strokes_of_a_hatching_lie_apart_about_its_centre():
    for seed in range(8):
        strokes = hatching.hatch((300.0, 200.0), np.random.default_rng(seed))
        assert len(strokes) >= 4
        assert np.abs(np.concatenate(strokes).mean(0) - (300, 200)).max() < 25
        for one, other in zip(strokes[:3], strokes[1:4]):
            middle = one[len(one) // 2]
            assert 3 < np.hypot(*(other - middle).T).min() < 14
        assert all(np.hypot(*np.diff(stroke, axis=0).T).max() < 1.5 for stroke in strokes)


@pytest.mark.parametrize("beside", [-8.0, 6.0])
def test_a_second_line_follows_the_first(beside):
    for seed in range(4):
        second = hatching.follow(LINES.paths[0], beside, np.random.default_rng(seed))
        assert np.abs(np.abs(second[:, 1] - 100) - abs(beside)).max() < 0.5
        assert len(second) > 50 and second[:, 0].min() >= 19 and second[:, 0].max() <= 181


def test_some_drawings_get_lines_and_keep_their_own():
    counts = []
    for seed in range(60):
        lines = hatching.add_some(LINES, (200, 200), np.random.default_rng(seed))
        assert lines.paths[0] is LINES.paths[0] and len(lines.paths) == len(lines.free)
        for path in lines.paths:
            assert (path.max(0) >= 0).all() and (path.min(0) < 200).all()
        counts.append(len(lines.paths) - 1)
    assert 15 < sum(count == 0 for count in counts) < 45
    assert not hatching.add_some(tracing.Lines([], []), (1, 1), np.random.default_rng(4)).paths[1:]


def test_hatching_stays_apart_when_it_is_inked():
    strokes = hatching.hatch((60.0, 60.0), np.random.default_rng(5))
    drawn = tracing.draw_paths(strokes, (120, 120), 2)
    count, _ = cv2.connectedComponents((drawn < 128).view(np.uint8))
    assert count - 1 >= 4
