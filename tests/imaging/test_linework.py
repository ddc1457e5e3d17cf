"""Strength, width, threshold, colour and classes on tiny drawings."""

import cv2
import numpy as np
import pytest

from illustration_parts.imaging import linework


def line(thickness, size=31):
    """An upright line of full ink in the middle."""
    drawing = np.zeros((size, size), np.uint8)
    start = size // 2 - thickness // 2
    drawing[:, start : start + thickness] = 255
    return drawing


def thickness(drawing):
    return drawing[len(drawing) // 2].astype(float).sum() / 255


def test_strength():
    every = np.arange(256, dtype=np.uint8)[None]
    assert np.array_equal(linework.strengthen(every, 1), every)
    for strength in (0.05, 0.5, 4, 20):
        found = linework.strengthen(every, strength)[0].astype(int)
        assert found[0] == 0 and found[255] == 255 and (np.diff(found) >= 0).all()
        assert (found > every).any() == (strength > 1)
    assert linework.strengthen(np.uint8([[51]]), 4)[0, 0] in (127, 128)  # 0.2 becomes 0.5


@pytest.mark.parametrize("pixels", [0, 1, 1.5, 2, 3, 5])
def test_wider(pixels):
    assert thickness(linework.widen(line(3), pixels)) == pytest.approx(3 + pixels, abs=0.02)


@pytest.mark.parametrize("pixels", [-1, -1.5, -2, -4])
def test_thinner(pixels):
    assert thickness(linework.widen(line(7), pixels)) == pytest.approx(7 + pixels, abs=0.02)


@pytest.mark.parametrize("pixels", [-0.5, -2, -8])
def test_thin_lines_are_not_broken(pixels):
    drawing = line(1) // 2
    before = drawing.copy()
    assert np.array_equal(linework.widen(drawing, pixels), before)
    assert np.array_equal(drawing, before)


def test_binarize():
    drawing = np.uint8([[0, 127, 128, 255]])
    assert linework.binarize(drawing, 0.5).tolist() == [[0, 0, 255, 255]]
    assert linework.binarize(drawing, 1).tolist() == [[0, 0, 0, 255]]
    assert linework.binarize(drawing, 0).tolist() == [[255, 255, 255, 255]]


def test_curve():
    every = np.arange(256, dtype=np.uint8)[None]
    assert np.array_equal(linework.curve(every, 0, 255), every)
    # As a drawing: white, 200, 100, 56, 25 and black; 50 becomes black, 200 white.
    levels = 255 - np.uint8([[255, 200, 100, 56, 25, 0]])
    before = levels.copy()
    assert (255 - linework.curve(levels, 50, 200)).tolist() == [[255, 255, 85, 10, 0, 0]]
    assert np.array_equal(levels, before)
    assert (255 - linework.curve(255 - np.uint8([[64]]), 0, 255, 2)).tolist() == [[128]]
    assert (255 - linework.curve(255 - np.uint8([[64]]), 0, 255, 0.5)).tolist() == [[16]]
    for gamma in (0.5, 2):
        graded = linework.curve(every, 30, 220, gamma)[0]
        assert (np.diff(graded.astype(int)) >= 0).all() and graded.dtype == np.uint8
        assert (graded[:36] == 0).all() and (graded[225:] == 255).all()


@pytest.mark.parametrize(
    "levels", [(-1, 255), (0, 256), (200, 100), (9, 9), (0, 255, 0), (0, 255, -1), (0, 255, np.nan)]
)
def test_impossible_curves_are_refused(levels):
    with pytest.raises(ValueError, match="black < white <= 255, and gamma above 0. Received: "):
        linework.curve(np.zeros((2, 2), np.uint8), *levels)


def draw_slanted(end, width, kind):
    drawing = np.zeros((80, 200), np.uint8)
    return cv2.line(drawing, (5, 10), end, 255, width, kind)


@pytest.mark.parametrize("width", [1, 3, 5])
@pytest.mark.parametrize("end, share", [((190, 60), 0.6), ((190, 30), 0.8), ((190, 20), 0.9)])
def test_smoothing_brings_stairs_closer_to_anti_aliased_lines(end, share, width):
    stairs, wanted = (draw_slanted(end, width, kind) for kind in (cv2.LINE_8, cv2.LINE_AA))
    before = stairs.copy()
    smooth = linework.smooth(stairs)
    away = [np.abs(array - wanted.astype(float)).mean() for array in (stairs, smooth)]
    assert away[1] < share * away[0]
    assert np.array_equal(stairs, before) and smooth.dtype == np.uint8
    assert np.abs(smooth.sum(dtype=float) / stairs.sum() - 1) < 0.02  # as much ink as before


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (3, 200), (200, 3), (20, 30)])
@pytest.mark.parametrize("level", [0, 7, 200, 255])
def test_smoothing_leaves_what_is_constant(shape, level):
    assert (linework.smooth(np.full(shape, level, np.uint8)) == level).all()


def test_smoothing_keeps_straight_edges_sharp():
    assert np.abs(linework.smooth(line(3)).astype(int) - line(3))[8:-8].max() <= 2
    assert np.abs(linework.smooth(line(3).T).astype(int) - line(3).T)[:, 8:-8].max() <= 2


def test_smoothing_does_not_depend_on_bands(monkeypatch):
    noise = np.random.default_rng(0).integers(0, 256, (90, 70), dtype=np.uint8)
    for drawing in (noise, draw_slanted((190, 60), 3, cv2.LINE_8)):
        whole = linework.smooth(drawing)
        for band in (16, 33):
            monkeypatch.setattr(linework, "BAND", band)
            assert np.abs(linework.smooth(drawing).astype(int) - whole).max() <= 1
        monkeypatch.undo()


def test_paper_and_glass():
    drawing = np.uint8([[0, 100, 255]])
    assert linework.on_paper(drawing).tolist() == [[255, 155, 0]]
    red = np.full((1, 3, 3), (200, 0, 0), np.uint8)
    assert linework.on_paper(drawing, red).tolist() == [[[255] * 3, [233, 155, 155], [200, 0, 0]]]
    assert linework.on_glass(drawing).tolist() == [[[0, 0, 0, 0], [0, 0, 0, 100], [0, 0, 0, 255]]]
    assert linework.on_glass(drawing, red)[0, 2].tolist() == [200, 0, 0, 255]


def test_line_colours_come_from_the_core_and_bands_do_not_show(monkeypatch):
    drawing = line(3, 60)
    drawing[:, 28:32:3] = 120  # its soft flanks
    picture = np.full((60, 60, 3), 240, np.uint8)
    picture[drawing == 255] = (120, 40, 20)
    colours = linework.line_colours(picture, drawing)
    assert np.abs(colours[drawing > 0].astype(int) - (120, 40, 20)).max() < 40
    monkeypatch.setattr(linework, "BAND", 16)
    assert np.abs(linework.line_colours(picture, drawing).astype(int) - colours).max() <= 1


def test_classes():
    boundary, inner = linework.split_classes(np.uint8([[255, 200, 100, 0]]), np.uint8([[255, 0, 128, 255]]))
    assert boundary.tolist() == [[255, 0, 50, 0]]
    assert inner.tolist() == [[0, 200, 50, 0]]
    full = np.uint8([[255, 0, 0, 0]])
    coded = linework.code_classes(full, np.roll(full, 1), np.roll(full, 2))
    assert coded.tolist() == [[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]]


def test_simplified_and_tidied_drawings_are_chosen_from_by_place():
    simplified, tidied = np.zeros((2, 40, 60), np.uint8)
    for ink in (simplified, tidied):
        ink[30] = 255  # a line of both
    simplified[10, :30] = tidied[7, :30] = tidied[13, :30] = 255  # a bundle
    tidied[10, 40:], simplified[10, 40:] = 255, 150  # a stroke that may be meant
    assert np.array_equal(linework.simplify(simplified, tidied, 0), tidied)
    assert np.array_equal(linework.simplify(simplified, tidied, 1), simplified)
    before = [simplified.copy(), tidied.copy()]
    half = linework.simplify(simplified, tidied, 0.4)
    assert np.array_equal(before, [simplified, tidied])
    assert np.array_equal(half[:, :30], simplified[:, :30]) and np.array_equal(half[:, 48:], tidied[:, 48:])
