"""The paper that sketches lie on: what it adds, and that lines stay where they are."""

import numpy as np
import pytest

from illustration_parts.drawing.wear import paper


def draw_lines(shape=(160, 200)):
    """Level lines, 3 pixels wide; dark on white."""
    drawing = np.full(shape, 255, np.uint8)
    for y in range(20, shape[0] - 10, 30):
        drawing[y - 1 : y + 2, 20:-20] = 10
    return drawing


def test_half_of_the_drawings_stay_on_white_and_lines_stay_in_place():
    drawing = draw_lines()
    before, plain, seen = drawing.copy(), 0, set()
    for seed in range(80):
        page, again = (paper.put_on_paper(drawing, np.random.default_rng(seed)) for _ in range(2))
        assert page.shape == drawing.shape and page.dtype == np.uint8 and np.array_equal(page, again)
        plain += np.array_equal(page, drawing)
        seen.add(page.tobytes())
        ink = page[:, 30:-30].astype(float).mean(1)
        for y in range(20, 150, 30):
            around = ink[y - 5 : y + 6]
            dark = np.maximum(0, np.median(around) - 20 - around)
            assert abs((dark * np.arange(-5, 6)).sum() / dark.sum()) < 0.5
        assert page[drawing == 255].mean() > page[drawing < 128].mean() + 60
    assert 25 < plain < 55 and len(seen) > 20
    assert np.array_equal(drawing, before)


def test_smudges_darken_beside_ink_and_nowhere_else():
    page, changed = draw_lines().astype(np.float32), 0
    for seed in range(10):
        smudged = paper.smudge(page, np.random.default_rng(seed))
        assert (smudged <= page + 1e-3).all() and (smudged[:, 20:-20] >= 100)[page[:, 20:-20] == 255].all()
        changed += (smudged < page - 5).sum()
    assert changed > 500
    blank = np.full((60, 80), 255, np.float32)
    assert np.allclose(paper.smudge(blank, np.random.default_rng(0)), 255, atol=1e-3)


def test_what_was_erased_is_pale():
    blank = np.full((200, 200), 255, np.float32)
    darkest = [paper.erase(blank, np.random.default_rng(seed)).min() for seed in range(20)]
    assert min(darkest) > 190 and np.mean(darkest) < 250


def test_ruled_paper_has_pale_lines_at_even_distances():
    for seed in range(20):
        page = paper.rule((300, 300), np.random.default_rng(seed))
        assert page.shape == (300, 300) and 200 < page.min() < 250 and page.max() == 255
        assert 0.01 < (page < 254).mean() < 0.4
        column = page[:, 150] < (page.min() + 255) / 2
        places = np.flatnonzero(np.diff(column.astype(int), prepend=0) == 1)
        gaps = np.diff(places)
        gaps = gaps[gaps > 8]
        assert np.median(gaps) >= 13 and (np.abs(gaps - np.median(gaps)) <= 2).mean() > 0.6


def test_a_photograph_has_uneven_light_and_grain():
    blank = np.full((200, 200), 255, np.float32)
    uneven = 0
    for seed in range(20):
        page = paper.photograph(blank, np.random.default_rng(seed))
        corners = [page[:40, :40].mean(), page[-40:, -40:].mean(), page[:40, -40:].mean(), page[-40:, :40].mean()]
        uneven += np.ptp(corners) > 8
        assert 100 < page.mean() < 256 and page[80:120, 80:120].std() > 0.5
    assert uneven > 10


@pytest.mark.parametrize("sigma", [0.7, 1.5])
def test_grain_has_a_deviation_of_one(sigma):
    grain = paper.make_grain((200, 200), np.random.default_rng(0), sigma)
    assert grain.dtype == np.float32 and abs(grain.mean()) < 0.05 and grain.std() == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2), (30, 7)])
def test_tiny_and_blank_pages(shape):
    for seed in range(30):
        for level in (0, 255):
            page = paper.put_on_paper(np.full(shape, level, np.uint8), np.random.default_rng(seed))
            assert page.shape == shape and page.dtype == np.uint8
            assert level == 0 or page.min() > 60
