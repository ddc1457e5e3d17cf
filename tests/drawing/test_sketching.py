"""Sketches of drawn pictures: of every kind, with their lines where they are."""

import cv2
import numpy as np

from illustration_parts.drawing.wear import paper, sketching


def draw_ring(size=96):
    """A ring on a light ground, and a dark disc: (picture, lines)."""
    lines = cv2.circle(np.full((size, size), 255, np.uint8), (size // 2, size // 2), 30, 0, 2, cv2.LINE_AA)
    picture = np.dstack([np.minimum(lines, 220)] * 3)
    cv2.circle(picture, (16, 16), 10, (15, 10, 12), -1)
    return picture, lines


def test_sketches_are_dark_on_white_and_functions_of_their_seed():
    picture, lines = draw_ring()
    before = picture.copy(), lines.copy()
    sketches = [sketching.draw_sketch(picture, lines, np.random.default_rng(seed)) for seed in range(40)]
    assert all(sketch.shape == lines.shape and sketch.dtype == np.uint8 for sketch in sketches)
    assert all(np.median(sketch) > sketch[lines < 60].mean() for sketch in sketches)
    assert len({sketch.tobytes() for sketch in sketches}) > 20
    assert (sketching.draw_sketch(picture, lines, np.random.default_rng(3)) == sketches[3]).all()
    assert (picture == before[0]).all() and (lines == before[1]).all()


def test_a_picture_without_lines_is_sketched_by_a_filter(monkeypatch):
    monkeypatch.setattr(sketching, "KINDS", {"lines": 1.0})
    monkeypatch.setattr(paper, "put_on_paper", lambda sketch, rng: sketch)
    monkeypatch.setattr(sketching, "filter_picture", lambda kind, picture, rng: kind)
    picture, lines = draw_ring()
    assert sketching.draw_sketch(picture, np.full_like(lines, 255), np.random.default_rng(0)) == "lines"
    assert sketching.draw_sketch(picture, lines, np.random.default_rng(0)).shape == lines.shape


def test_lines_are_broken_by_gaps_of_paper():
    _, lines = draw_ring()
    broken = [sketching.break_lines(lines, np.random.default_rng(seed)) for seed in range(20)]
    assert all((each >= lines).all() for each in broken)
    assert sum((each != lines).any() for each in broken) > 5
    blank = np.full((20, 30), 255, np.uint8)
    assert (sketching.break_lines(blank, np.random.default_rng(0)) == 255).all()


def test_dark_fills_become_solid_blacks(monkeypatch):
    picture, lines = draw_ring()
    for name, chance in (("THINNED", 0), ("WIDENED", 0), ("BROKEN", 0), ("FADED", 0), ("FILLED", 1)):
        monkeypatch.setattr(sketching, name, chance)
    styled = sketching.style_lines(picture, lines, np.random.default_rng(0))
    assert styled[16, 16] < 40 and (styled[80:, 80:] == lines[80:, 80:]).all() and (styled <= lines).all()
