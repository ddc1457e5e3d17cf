"""What stands still in a clip stands still in its maps, and nothing else does."""

import cv2
import numpy as np
import pytest

from illustration_parts.imaging import steady
from illustration_parts.imaging.steady import Steady

SHAPE = (60, 80, 3)


def draw(x=40, ink=0):
    """A white picture with an upright line."""
    picture = np.full(SHAPE, 255, np.uint8)
    picture[10:50, x : x + 2] = ink
    return picture


def make_noisy(picture, rng, level=3):
    return np.clip(picture + rng.normal(0, level, picture.shape), 0, 255).astype(np.uint8)


def find(picture, rng, level=30):
    """A map of dark places that is noisier than the picture: (H, W) uint8, dark lines on white."""
    return np.clip(picture.min(axis=2) + rng.normal(0, level, SHAPE[:2]), 0, 255).astype(np.uint8)


def run(pictures, maps, **how):
    """The steadied maps of some pictures, and which of them begin a shot."""
    follower, found, cuts = Steady(), [], []
    for number, (picture, lines) in enumerate(zip(pictures, maps)):
        share, cut = follower.look(picture)
        found.append(follower.blend({"lines": lines}, share, **how)["lines"])
        cuts += [number] if cut else []
    return found, cuts


def flicker(maps):
    return np.mean([cv2.absdiff(one, other).mean() for one, other in zip(maps, maps[1:])])


@pytest.mark.parametrize("level", [0, 2, 6])
def test_a_held_drawing_flickers_less_than_a_third(level):
    rng = np.random.default_rng(0)
    pictures = [make_noisy(draw(), rng, level) for _ in range(12)]
    maps = [find(picture, rng) for picture in pictures]
    found, cuts = run(pictures, maps)
    assert flicker(found) < flicker(maps) / 3 and cuts == [0]
    error, alone = (np.square(lines[-1].astype(int) - draw()[..., 0]).mean() for lines in (found, maps))
    assert error < alone / 2


@pytest.mark.parametrize("speed", [0.25, 1, 3])
@pytest.mark.parametrize("ink", [0, 200])
def test_what_moves_leaves_no_trail(speed, ink):
    rng = np.random.default_rng(0)
    moved = [np.float32([[1, 0, speed * frame], [0, 1, 0]]) for frame in range(12)]
    clean = [cv2.warpAffine(draw(20, ink), matrix, SHAPE[1::-1], borderValue=(255,) * 3) for matrix in moved]
    maps = [picture[..., 0] for picture in clean]
    found, _ = run([make_noisy(picture, rng, 1) for picture in clean], maps)
    for steadied, lines in zip(found, maps):
        assert cv2.absdiff(steadied, lines).max() <= (255 - ink) / 2


def test_a_cut_begins_anew_and_leaves_no_ghost():
    pictures = [draw(20)] * 5 + [255 - draw(60)] * 4
    maps = [picture[..., 0] for picture in pictures]
    found, cuts = run(pictures, maps)
    assert cuts == [0, 5] and all(map(np.array_equal, found, maps))


def test_of_two_drawings_on_white_the_first_leaves_no_ghost():
    pictures = [draw(20)] * 9 + [draw(60)] * 3
    found, _ = run(pictures, [picture[..., 0] for picture in pictures])
    assert all(np.array_equal(steadied, picture[..., 0]) for steadied, picture in zip(found, pictures))


def test_a_fade_is_followed():
    levels = range(255, 155, -2)
    pictures = [np.full(SHAPE, level, np.uint8) for level in levels]
    found, _ = run(pictures, [picture[..., 0] for picture in pictures])
    assert max(abs(int(lines[30, 40]) - level) for lines, level in zip(found, levels)) <= 8


def test_black_and_white_maps_stay_so():
    rng = np.random.default_rng(0)
    maps = [np.where(find(draw(), rng, 60) < 128, 0, 255).astype(np.uint8) for _ in range(12)]
    found, _ = run([draw()] * 12, maps, binary=True)
    assert set(np.unique(found)) == {0, 255} and flicker(found) < flicker(maps) / 3


def test_a_sheet_is_blended_on_the_right_alone_and_numbers_stay():
    follower, pictures = Steady(), [draw(), draw()]
    ids = np.arange(4800, dtype=np.int32).reshape(60, 80)
    for number, picture in enumerate(pictures):
        share, _ = follower.look(picture)
        given = {"sheet": np.full((60, 160, 3), 100 * number, np.uint8), "ids": ids, "lines": None}
        found = follower.blend(given, share)
    assert (given["sheet"] == 100).all()  # new arrays are returned
    assert (found["sheet"][:, :80] == 100).all() and (found["sheet"][:, 80:] == 50).all()
    assert found["ids"] is ids and found["lines"] is None


@pytest.mark.parametrize("height, width", [(1, 1), (3, 900), (900, 3)])
def test_extreme_sizes(height, width):
    follower, picture = Steady(), np.full((height, width, 3), 200, np.uint8)
    assert [follower.look(picture)[1] for _ in range(3)] == [True, False, False]
    share, _ = follower.look(picture)
    assert share.shape == (height, width) and share.max() == 1 / 4 and picture.min() == 200


def test_noise_is_measured_beside_lines():
    rng = np.random.default_rng(0)
    busy = np.full((200, 200, 3), 128, np.uint8)
    busy[::20] = 0
    assert steady.measure_noise(busy) == 0
    assert steady.measure_noise(make_noisy(busy, rng, 5)) == pytest.approx(5, rel=0.2)
