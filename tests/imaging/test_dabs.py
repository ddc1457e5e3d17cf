"""Dabs of colour: put on sheets, resized, spread up to the lines."""

import cv2
import numpy as np
import pytest
from helpers import draw_rooms

from illustration_parts.imaging import dabs


def test_hints_of_another_size_lose_no_dab():
    hints = np.zeros((120, 200, 4), np.uint8)
    hints[50:52, 70:72] = (200, 100, 0, 255)
    hints[100:110, 100:120] = (0, 90, 30, 255)
    small = dabs.fit_hints(hints, (30, 50))
    assert small.shape == (30, 50, 4)
    assert small[12, 17].tolist() == [200, 100, 0, 255] and small[26, 27].tolist() == [0, 90, 30, 255]
    assert (small[..., 3] > 0).sum() < 30 and (small[small[..., 3] == 0] == 0).all()
    assert dabs.fit_hints(hints, (120, 200)) is hints
    large = dabs.fit_hints(hints, (240, 400))
    assert (large == np.repeat(np.repeat(hints, 2, axis=0), 2, axis=1)).all()


def dab(hints, x, y, colour, radius=3):
    cv2.circle(hints, (x, y), radius, (*colour, 255), -1)


@pytest.mark.parametrize("gap", [0, 6])
def test_dabs_are_spread_up_to_the_lines(gap):
    rooms, hints = draw_rooms(gap), np.zeros((96, 128, 4), np.uint8)
    dab(hints, 25, 30, (200, 10, 20))
    dab(hints, 100, 66, (20, 10, 200))
    spread = dabs.spread_hints(rooms, hints)
    assert spread.shape == hints.shape and spread.dtype == np.uint8
    for columns, colour in (((8, 58), (200, 10, 20)), ((70, 120), (20, 10, 200))):
        room = spread[8:88, slice(*columns)]
        assert (room[..., :3] == colour).all(-1).mean() > (0.94 if gap else 0.99)
        assert (room[..., 3] == 255).all()
    lines = spread[rooms == 0]
    assert (lines[:, 3] == 64).all() and set(map(tuple, lines[:, :3].tolist())) <= {(200, 10, 20), (20, 10, 200)}


def test_what_is_behind_a_line_is_less_sure():
    rooms, hints = draw_rooms(), np.zeros((96, 128, 4), np.uint8)
    dab(hints, 30, 48, (90, 60, 30))
    spread = dabs.spread_hints(rooms, hints)
    assert (spread[..., :3] == (90, 60, 30)).all()  # it is the only one
    assert (spread[40:56, 80:110, 3] == 64).all() and (spread[60:80, 10:50, 3] == 255).all()


def test_a_dab_has_one_colour_when_spread_and_its_own_where_it_is():
    hints = np.zeros((40, 60, 4), np.uint8)
    hints[10:14, 10:20] = (100, 50, 0, 255)
    hints[10:14, 20:30] = (200, 150, 0, 255)
    spread = dabs.spread_hints(np.full((40, 60), 255, np.uint8), hints)
    assert (spread[10:14, 10:30] == hints[10:14, 10:30]).all()
    spread[10:14, 10:30] = (150, 100, 0, 255)
    assert (spread == (150, 100, 0, 255)).all()


def test_nothing_is_spread_without_dabs_and_tiny_sketches_are_no_trouble():
    assert not dabs.spread_hints(draw_rooms(), np.zeros((96, 128, 4), np.uint8)).any()
    hints = np.full((1, 1, 4), (9, 8, 7, 255), np.uint8)
    for level in (0, 255):
        assert dabs.spread_hints(np.full((1, 1), level, np.uint8), hints).tolist() == [[[9, 8, 7, 255]]]
    sketch = draw_rooms()
    assert (dabs.prepare(sketch, np.zeros((96, 128, 4), np.uint8))[..., 0] == sketch).all()


def test_a_dab_is_where_a_mask_is_widest():
    mask = np.zeros((60, 90), bool)
    mask[10:30, 10:30] = mask[15:18, 30:80] = True
    hints = np.zeros((60, 90, 4), np.uint8)
    dabs.put_dab(hints, mask, (7, 8, 9))
    rows, columns = np.nonzero(hints[..., 3])
    assert abs(rows.mean() - 19.5) <= 1 and abs(columns.mean() - 19.5) <= 1 and 60 < len(rows) < 90
    assert (hints[rows, columns] == (7, 8, 9, 255)).all()
    narrow = np.zeros((60, 90, 4), np.uint8)
    dabs.put_dab(narrow, mask & (np.arange(90) > 40), (7, 8, 9))
    assert 4 <= (narrow[..., 3] > 0).sum() <= 5
