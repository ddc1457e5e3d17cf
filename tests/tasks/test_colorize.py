"""Palette and classes, areas of a sketch, dabs of colour, and colours at full size."""

import cv2
import numpy as np
import pytest

from illustration_parts.benchmarks import sketches as sketch_trials
from illustration_parts.tasks import colorize as colour_task


def draw_rooms(gap=0, size=(96, 128)):
    """A frame divided by a wall, with a gap in it: (H, W) uint8, dark on white."""
    sketch = np.full(size, 255, np.uint8)
    height, width = size
    cv2.rectangle(sketch, (4, 4), (width - 5, height - 5), 0, 2)
    cv2.line(sketch, (width // 2, 4), (width // 2, height - 5), 0, 2)
    if gap:
        sketch[height // 2 - gap // 2 : height // 2 + (gap + 1) // 2, width // 2 - 2 : width // 2 + 3] = 255
    return sketch


def to_lab(rgb):
    return cv2.cvtColor(np.float32(rgb).reshape(1, -1, 3) / 255, cv2.COLOR_RGB2LAB)[0]


# Classes
def test_palette_has_greys_and_three_of_each_hue():
    palette = colour_task.make_palette()
    assert palette.shape == (48, 3) and palette.dtype == np.uint8 and colour_task.CLASSES == 48
    assert len(np.unique(palette, axis=0)) == 48
    assert (np.ptp(palette[:5].astype(int), axis=1) <= 1).all() and (np.diff(palette[:5, 0].astype(int)) > 30).all()
    assert tuple(palette[colour_task.SKIN]) in colour_task.SKINS and colour_task.SKIN == 47
    lab = to_lab(palette[5:47]).reshape(14, 3, 3)
    assert np.allclose(lab[..., 0], [84, 64, 40], atol=1.5)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    assert (chroma[:, 1] > chroma[:, 0] + 5).all() and (chroma[:, 0] > 15).all()
    hues = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    turn = (hues[:, 1] - np.arange(14) * 360 / 14 + 180) % 360 - 180
    assert np.abs(turn).max() < 4


def test_classes_are_unpacked_channel_by_channel_and_row_by_row():
    packed = np.zeros((8, 12, 3), np.float32)
    packed[5, 9, 1] = 0.6  # of cell (1, 2): row 1, column 1, channel 1
    packed[4, 8, 0] = 0.2
    packed[0, 3, 2] = 0.1
    classes = colour_task.unpack_classes(packed)
    assert classes.shape == (2, 3, 48)
    assert classes[1, 2, 16 + 4 + 1] == pytest.approx(0.75) and classes[1, 2, 0] == pytest.approx(0.25)
    assert classes[0, 0, 32 + 3] == pytest.approx(1.0)
    assert classes[0, 1].sum() == 0  # nothing is nothing, not a division by nothing


# Areas
def test_areas_are_rooms_also_where_a_wall_has_a_gap():
    for gap in (0, 6):
        areas = colour_task.find_areas(draw_rooms(gap))
        assert areas.shape == (96, 128) and areas.dtype == np.int32
        left, right = (np.bincount(areas[10:86, half].ravel()).argmax() for half in (np.s_[8:58], np.s_[70:120]))
        assert {left, right} == {1, 2}  # the largest come first
        assert (areas[10:86, 8:60] == left).mean() > 0.98 < (areas[10:86, 68:120] == right).mean()
        assert not (areas[10:86, 68:120] == left).any() and not (areas[10:86, 8:60] == right).any()
        # Beside the rooms there are the frame's outside at most, and what a gap leaves.
        assert (areas > 2).sum() < 1800


def test_areas_are_numbered_from_the_largest():
    sketch = np.full((60, 200), 255, np.uint8)
    sketch[:, [30, 31, 110, 111]] = 0  # 30, 78 and 88 columns wide
    areas = colour_task.find_areas(sketch)
    assert [areas[30, column] for column in (15, 70, 150)] == [3, 2, 1] and areas.max() == 3
    assert (np.diff(np.bincount(areas.ravel())[1:]) < 0).all()


def test_small_areas_and_lines_are_none():
    sketch = np.full((40, 40), 255, np.uint8)
    cv2.rectangle(sketch, (10, 10), (15, 15), 0, 1)
    areas = colour_task.find_areas(sketch)
    assert not areas[11:15, 11:15].any() and not areas[sketch == 0].any() and (areas[20:] == 1).all()
    assert not colour_task.find_areas(np.zeros((30, 30), np.uint8)).any()


def test_an_areas_own_colour_is_its_median():
    areas = np.repeat(np.int32([[0, 2, 2, 2, 1, 1, 1]]), 5, axis=0)
    picture = np.zeros((5, 7, 3), np.uint8)
    picture[:, 1:4], picture[:, 4:] = (10, 20, 30), (200, 100, 50)
    picture[0] = 255  # fewer
    assert colour_task.find_own_colours(picture, areas).tolist() == [[0, 0, 0], [200, 100, 50], [10, 20, 30]]


def test_filled_areas_keep_their_rims_free_and_the_unknown_empty():
    areas = np.zeros((30, 60), np.int32)
    areas[5:25, 5:30], areas[5:25, 30:50], areas[5:25, 50:55] = 1, 2, 3
    hints = colour_task.fill_areas(areas, np.uint8([[0, 0, 0], [10, 20, 30], [40, 50, 60]]))
    assert hints.shape == (30, 60, 4) and hints.dtype == np.uint8
    filled = np.zeros((30, 60, 4), np.uint8)
    filled[6:24, 6:29] = (10, 20, 30, 255)
    filled[6:24, 31:49] = (40, 50, 60, 255)
    assert (hints == filled).all()
    assert not colour_task.fill_areas(areas, np.zeros((1, 3), np.uint8)).any()


# Dabs
class Chooser:
    """Finds one class on the left half and others on the right; keeps what it is asked."""

    def __init__(self, left, right):
        self.left, self.right, self.asked = left, right, []

    def __call__(self, given):
        self.asked.append(given)
        height, width = (-(-n // 4) * 4 for n in given.shape[:2])
        found = np.zeros((height // 4, width // 4, 48), np.float32)
        found[:, : width // 8, self.left] = 0.5
        found[:, width // 8 :, self.right] = 0.5
        packed = found.reshape(height // 4, width // 4, 3, 4, 4).transpose(0, 3, 1, 4, 2).reshape(height, width, 3)
        return np.dstack([np.full((height, width, 3), 0.25, np.float32), packed])[: given.shape[0], : given.shape[1]]


def test_each_area_gets_a_likely_colour():
    find = Chooser([10], [20])
    sketch = draw_rooms()
    hints = colour_task.invent_hints(find, sketch)
    assert hints.shape == (96, 128, 4) and set(np.unique(hints[..., 3])) == {0, 255}
    palette = colour_task.make_palette()
    for half, chosen in ((hints[10:86, 10:58], 10), (hints[10:86, 70:118], 20)):
        assert (half == (*palette[chosen], 255)).all()
    assert (hints[hints[..., 3] == 0] == 0).all() and not hints[sketch == 0].any()
    # The second question shows what the first was answered with: the whole area.
    assert not find.asked[0][..., 1:].any()
    told = find.asked[1][..., 1:]
    assert told.shape == (48, 64, 4)  # it looks from afar
    assert 0.3 < (told[..., 3] == 255).mean() < 0.5 and set(np.unique(told[..., 3])) == {0, 255}
    assert (told[told[..., 3] > 0] == hints[::2, ::2][told[..., 3] > 0]).all()
    assert all(asked.shape == (48, 64, 5) for asked in find.asked)


def test_halves_are_means_of_lines_and_single_colours():
    given = np.random.default_rng(0).integers(0, 256, (8, 12, 5), dtype=np.uint8)
    means = given.reshape(4, 2, 6, 2, 5).astype(float).mean((1, 3))
    half = colour_task.halve(given)
    assert half.shape == (4, 6, 5) and np.abs(half[..., 0] - means[..., 0]).max() <= 0.5
    assert (half[..., 1:] == given[::2, ::2, 1:]).all()
    assert np.abs(colour_task.halve(given, smooth=True) - means).max() <= 0.5


def test_the_choice_is_random_by_seed_and_by_likelihood():
    sketch = draw_rooms()
    left = set()
    for seed in range(12):
        hints = colour_task.invent_hints(Chooser([10, 12], [20]), sketch, seed=seed)
        again = colour_task.invent_hints(Chooser([10, 12], [20]), sketch, seed=seed)
        assert np.array_equal(hints, again)
        half = hints[10:86, 10:60].reshape(-1, 4)
        left |= set(map(tuple, half[half[:, 3] > 0][:, :3].tolist()))
    assert left == {tuple(colour) for colour in colour_task.make_palette()[[10, 12]].tolist()}


def test_a_colour_that_covers_much_already_gives_way_to_another_as_likely():
    for seed in range(12):
        hints = colour_task.invent_hints(Chooser([1, 3], [1, 3]), draw_rooms(), seed)
        assert len(np.unique(hints[hints[..., 3] > 0], axis=0)) == 2


def test_skin_is_chosen_where_it_may_be_and_likelier_colours_more_often():
    rng = np.random.default_rng(0)
    likely = np.full(48, 0.001)
    likely[colour_task.SKIN], likely[20] = 0.4, 0.5
    assert {colour_task.choose_class(likely, np.ones(48), rng) for _ in range(50)} == {colour_task.SKIN}
    likely[[colour_task.SKIN, 20, 30]] = 0.1, 0.4, 0.3
    before = likely.copy()
    counts = np.bincount([colour_task.choose_class(likely, np.ones(48), rng) for _ in range(200)], minlength=48)
    assert counts[20] > counts[30] > 0 == counts[colour_task.SKIN] and (likely == before).all()
    liked = np.full(48, 0.05)
    liked[30] = 1
    assert np.bincount([colour_task.choose_class(likely, liked, rng) for _ in range(100)])[30] > 90
    likely[[2, 20, 30]] = 0.4, 0.4, 0
    assert (
        np.bincount([colour_task.choose_class(likely, np.ones(48), rng) for _ in range(100)])[20] > 90
    )  # greys are dull


def test_all_skin_of_a_picture_has_one_of_the_colours_people_are_drawn_with():
    seen = set()
    for seed in range(20):
        hints = colour_task.invent_hints(Chooser([colour_task.SKIN], [colour_task.SKIN]), draw_rooms(), seed)
        found = set(map(tuple, hints[hints[..., 3] > 0][:, :3].tolist()))
        assert len(found) == 1
        seen |= found
    assert seen <= set(colour_task.SKINS) and len(seen) > 3
    palette = sketch_trials.make_skin_palette()
    assert all(np.linalg.norm(palette - to_lab(skin), axis=1).min() < 6 for skin in colour_task.SKINS)


def test_hints_of_another_size_lose_no_dab():
    hints = np.zeros((120, 200, 4), np.uint8)
    hints[50:52, 70:72] = (200, 100, 0, 255)
    hints[100:110, 100:120] = (0, 90, 30, 255)
    small = colour_task.fit_hints(hints, (30, 50))
    assert small.shape == (30, 50, 4)
    assert small[12, 17].tolist() == [200, 100, 0, 255] and small[26, 27].tolist() == [0, 90, 30, 255]
    assert (small[..., 3] > 0).sum() < 30 and (small[small[..., 3] == 0] == 0).all()
    assert colour_task.fit_hints(hints, (120, 200)) is hints
    large = colour_task.fit_hints(hints, (240, 400))
    assert (large == np.repeat(np.repeat(hints, 2, axis=0), 2, axis=1)).all()


def dab(hints, x, y, colour, radius=3):
    cv2.circle(hints, (x, y), radius, (*colour, 255), -1)


@pytest.mark.parametrize("gap", [0, 6])
def test_dabs_are_spread_up_to_the_lines(gap):
    rooms, hints = draw_rooms(gap), np.zeros((96, 128, 4), np.uint8)
    dab(hints, 25, 30, (200, 10, 20))
    dab(hints, 100, 66, (20, 10, 200))
    spread = colour_task.spread_hints(rooms, hints)
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
    spread = colour_task.spread_hints(rooms, hints)
    assert (spread[..., :3] == (90, 60, 30)).all()  # it is the only one
    assert (spread[40:56, 80:110, 3] == 64).all() and (spread[60:80, 10:50, 3] == 255).all()


def test_a_dab_has_one_colour_when_spread_and_its_own_where_it_is():
    hints = np.zeros((40, 60, 4), np.uint8)
    hints[10:14, 10:20] = (100, 50, 0, 255)
    hints[10:14, 20:30] = (200, 150, 0, 255)
    spread = colour_task.spread_hints(np.full((40, 60), 255, np.uint8), hints)
    assert (spread[10:14, 10:30] == hints[10:14, 10:30]).all()
    spread[10:14, 10:30] = (150, 100, 0, 255)
    assert (spread == (150, 100, 0, 255)).all()


def test_nothing_is_spread_without_dabs_and_tiny_sketches_are_no_trouble():
    assert not colour_task.spread_hints(draw_rooms(), np.zeros((96, 128, 4), np.uint8)).any()
    hints = np.full((1, 1, 4), (9, 8, 7, 255), np.uint8)
    for level in (0, 255):
        assert colour_task.spread_hints(np.full((1, 1), level, np.uint8), hints).tolist() == [[[9, 8, 7, 255]]]
    sketch = draw_rooms()
    assert (colour_task.prepare(sketch, np.zeros((96, 128, 4), np.uint8))[..., 0] == sketch).all()


@pytest.mark.parametrize("growth", [1, 6])  # larger ones are looked at from farther away
def test_kept_hints_are_the_areas_own_colours(growth):
    sketch = np.kron(draw_rooms(), np.ones((growth, growth), np.uint8))
    picture = np.zeros((*sketch.shape, 3), np.uint8)
    middle = 64 * growth
    picture[:, :middle], picture[:, middle:] = (200, 30, 40), (20, 90, 220)
    hints = colour_task.keep_hints(picture, sketch)
    scale = {1: 1, 6: 3.5}[growth]
    assert hints.shape == (96 * scale, 128 * scale, 4)
    top, bottom, *edges = (round(scale * place) for place in (12, 84, 12, 56, 72, 116))
    assert (hints[top:bottom, edges[0] : edges[1]] == (200, 30, 40, 255)).all()
    assert (hints[top:bottom, edges[2] : edges[3]] == (20, 90, 220, 255)).all()


def test_a_dab_is_where_a_mask_is_widest():
    mask = np.zeros((60, 90), bool)
    mask[10:30, 10:30] = mask[15:18, 30:80] = True
    hints = np.zeros((60, 90, 4), np.uint8)
    colour_task.put_dab(hints, mask, (7, 8, 9))
    rows, columns = np.nonzero(hints[..., 3])
    assert abs(rows.mean() - 19.5) <= 1 and abs(columns.mean() - 19.5) <= 1 and 60 < len(rows) < 90
    assert (hints[rows, columns] == (7, 8, 9, 255)).all()
    narrow = np.zeros((60, 90, 4), np.uint8)
    colour_task.put_dab(narrow, mask & (np.arange(90) > 40), (7, 8, 9))
    assert 4 <= (narrow[..., 3] > 0).sum() <= 5


def test_colourless_pictures_are_told_from_coloured_ones():
    grey = np.repeat(np.random.default_rng(0).integers(0, 256, (64, 64, 1), dtype=np.uint8), 3, axis=2)
    assert colour_task.is_colourless(grey)
    tinted = grey.copy()
    tinted[..., 2] //= 2
    assert not colour_task.is_colourless(tinted)
    grey[:3, :3] = (255, 0, 0)  # a mark
    assert colour_task.is_colourless(grey)


# Whole pictures
def test_small_sketches_get_what_the_network_finds():
    sketch = draw_rooms()
    find = Chooser([10], [20])
    found = colour_task.colour(find, sketch, invent=False)
    assert found.shape == (96, 128, 3) and (found == 64).all() and len(find.asked) == 1
    assert np.array_equal(find.asked[0][..., 0], sketch) and not find.asked[0][..., 1:].any()
    colour_task.colour(find, sketch)
    assert len(find.asked) > 2 and find.asked[-1][..., 4].any()


@pytest.mark.parametrize("shape", [(1300, 1600), (2561, 700)])
def test_large_sketches_keep_their_own_lines(shape):
    def find(given):
        assert min(given.shape[:2]) == 640
        paper = np.float32([0.8, 0.4, 0.2]) * (given[..., :1].astype(np.float32) / 255)
        return np.dstack([paper, np.zeros_like(paper)])

    sketch = np.full(shape, 255, np.uint8)
    sketch[:, 400] = 0  # thinner than a pixel of the small one
    found = colour_task.colour(find, sketch, invent=False)
    assert found.shape == (*shape, 3)
    assert np.abs(found[:, 100].astype(int) - (204, 102, 51)).max() <= 1
    assert found[:, 400].max() < 40 and np.abs(found[:, 402].astype(int) - (204, 102, 51)).max() < 25


def test_bands_of_an_enlarged_picture_are_the_enlarged_picture():
    picture = np.random.default_rng(0).integers(0, 256, (37, 50, 3), dtype=np.uint8)
    whole = cv2.resize(picture.astype(np.float32), (170, 111), interpolation=cv2.INTER_LINEAR)
    for band in (slice(0, 40), slice(40, 111)):
        found = colour_task.enlarge(picture, (111, 170), band)
        assert found.shape == (band.stop - band.start, 170, 3)
        assert np.abs(found - whole[band]).max() < 6  # fractions of a pixel are rounded to 32nds
