"""Colours of sketches as a task: drawn pictures with their maps, examples, what is told of a sketch, painting."""

import types

import cv2
import numpy as np
import pytest
from helpers import make_batch, write

from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.drawing.canvas import PARTS
from illustration_parts.imaging import palettes
from illustration_parts.tasks import base
from illustration_parts.tasks import colorize as colour_task

NAMES = ("raw", "ink", "parts", "groups", "light")


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """Two drawn pictures with all their maps."""
    folder = tmp_path_factory.mktemp("mapped")
    illustrations.write_drawings(folder, 2, size=128, jobs=1, quiet=True)
    return folder


# Pairs and examples
def test_drawn_pictures_with_all_maps_are_pairs_and_others_are_named(mapped, tmp_path):
    task = tasks.load("colorize")
    pairs, complaints = task.find_pairs(mapped)
    assert [pair.name for pair in pairs] == ["drawn_000000", "drawn_000001"] and not complaints
    assert task.find_pairs(mapped, validation=True) == ([], [])
    for name in NAMES[:-1]:
        write(tmp_path / name / "1.png", np.zeros((9, 9), np.uint8))
    pairs, complaints = task.find_pairs(tmp_path)
    assert pairs == [] and "raw/1.png lacks ink, parts, groups or light" in complaints[0]
    drawing = illustrations.draw(0, 128)
    source = task.load(task.find_pairs(mapped)[0][0])
    assert (source.picture == drawing.picture).all() and (source.lines == drawing.lines).all()
    for name in ("parts", "groups", "light"):
        assert (getattr(source, name) == getattr(drawing, name)).all()


def test_maps_that_do_not_fit_are_named(mapped, tmp_path):
    pair = tasks.load("colorize").find_pairs(mapped)[0][0]
    write(tmp_path / "small.png", np.zeros((9, 9), np.uint8))
    write(tmp_path / "high.png", np.full((128, 128), 200, np.uint8))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    for field, file, reason in (
        ("groups", "small.png", "is 9x9, but"),
        ("parts", "high.png", "has the number 200"),
        ("light", "bad.png", "is no map of numbers"),
        ("light", "none.png", "No such file"),
    ):
        wrong = colour_task.PartPair(**{**vars(pair), field: tmp_path / file})
        with pytest.raises(ValueError, match=reason) as error:
            colour_task.read_part_pair(wrong)
        assert file in str(error.value)


def test_things_are_numbered_by_part_and_group_but_all_skin_is_one():
    parts = np.uint8([[PARTS.index(name)] * 20 for name in ("hair", "hair", "skin", "skin", "trim")])
    groups = np.uint16([[1] * 20, [2] * 20, [1] * 20, [3] * 20, [5] * 16 + [6] * 4])
    numbers = colour_task.number_things(parts, groups)
    assert numbers.dtype == np.uint8 and (numbers[2:4] == 1).all()  # the largest
    assert len({numbers[0, 0], numbers[1, 0], 1, numbers[4, 0]}) == 4
    assert (numbers[4, 16:] == 0).all()  # too small
    many = np.arange(60, dtype=np.uint16).repeat(10).reshape(60, 10)
    assert colour_task.number_things(np.full((60, 10), PARTS.index("prop"), np.uint8), many).max() == 24


def test_examples_are_a_sketch_with_places_and_the_truth_of_squares(mapped):
    task = tasks.load("colorize")
    plan = task.make_plan(tuple(task.find_pairs(mapped)[0]), batch=4, crop=64, seed=3)
    given, truth, failures = make_batch(plan, 5)
    assert given.shape == (4, 64, 64, 3) and truth.shape == (4, 32, 32, 3) and failures == []
    assert given.dtype == truth.dtype == np.uint8 and truth[..., 0].max() < len(PARTS)
    again = make_batch(task.make_plan(plan.pairs, batch=4, crop=64, seed=3), 5)
    assert (given == again[0]).all() and (truth == again[1]).all()
    assert (make_batch(plan, 6)[1] != truth).any()
    fixed = [task.fit(task.load(plan.pairs[0]), 7) for _ in range(2)]
    assert (fixed[0][0] == fixed[1][0]).all() and (fixed[0][1] == fixed[1][1]).all()


def test_places_are_those_in_the_whole_picture():
    sketch = np.full((20, 40), 200, np.uint8)
    whole = colour_task.add_places(sketch)
    assert whole.shape == (20, 40, 3) and (whole[..., 0] == 200).all()
    assert whole[0, 0, 1] == 3 and whole[0, 39, 1] == 251 and whole[0, 0, 2] == 6 and whole[19, 0, 2] == 248
    mirrored = colour_task.add_places(sketch, np.array([[-1.0, 0, 39], [0, 1, 0]]), (20, 40))
    assert np.abs(mirrored.astype(int) - whole).max() <= 1
    part = colour_task.add_places(sketch, np.array([[0.5, 0, 20], [0, 0.5, 10]]), (20, 40))
    assert 126 < part[0, 0, 1] < 134 and part[..., 1].max() == 255 and part[..., 2].min() > 125


@pytest.mark.parametrize("turn, mirror", [(0.0, 1), (0.0, -1), (1.4, 1), (-1.4, -1)])
def test_a_view_is_placed_where_it_lies_whether_turned_or_mirrored(turn, mirror, monkeypatch):
    cosine, sine = np.cos(turn) / 2, np.sin(turn) / 2
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]])
    matrix = np.column_stack([linear, (150, 40) - linear @ (15.5, 15.5)])  # 16x16 pixels of the picture, enlarged twice
    monkeypatch.setattr(colour_task, "CUT_OFF", 0)
    placed, shape = colour_task.place_view(matrix, 2, 32, (100, 200), np.random.default_rng(0))
    given = colour_task.add_places(np.zeros((32, 32), np.uint8), placed, shape)
    across = 150 / 200 if mirror > 0 else 1 - 150 / 200
    assert shape == (100, 200) and abs(given[..., 1].mean() / 255 - across) < 0.01
    assert abs(given[..., 2].mean() / 255 - 0.4) < 0.01
    assert (np.diff(given[0, :, 1].astype(int)) >= 0).all() and (np.diff(given[:, 0, 2].astype(int)) >= 0).all()
    monkeypatch.setattr(colour_task, "CUT_OFF", 1)
    smaller = [colour_task.place_view(matrix, 2, 32, (100, 200), np.random.default_rng(k)) for k in range(50)]
    for placed, shape in smaller:  # of a picture that was cut off, but not where the view is
        corners = placed @ np.array([(x, y, 1) for x in (0, 31) for y in (0, 31)]).T
        assert corners.min() > -1 and (corners.max(1) < shape[::-1]).all()
    assert min(shape[1] for _, shape in smaller) < 60 and max(shape[1] for _, shape in smaller) > 150


def test_bent_maps_stay_together():
    y, x = np.mgrid[:96, :96]
    numbers = np.uint16((y // 24) * 4 + x // 24) * 300
    picture = np.dstack([np.uint8(numbers / 300 * 10)] * 3)
    bent, kept = colour_task.bend((picture, numbers), (cv2.INTER_LINEAR, cv2.INTER_NEAREST), np.random.default_rng(1))
    assert bent.shape == picture.shape and kept.dtype == np.uint16 and set(np.unique(kept)) <= set(np.unique(numbers))
    assert 0.02 < (kept != numbers).mean() < 0.5
    assert (np.abs(bent[..., 0] - kept / 30.0) < 1).mean() > 0.85  # but at rims
    straight = colour_task.bend((numbers,), (cv2.INTER_NEAREST,), np.random.default_rng(1))
    assert (straight[0] == kept).all()


def test_a_plain_sheet_has_no_ground_but_the_whole_figure():
    parts = np.full((60, 60), PARTS.index("sky"), np.uint8)
    parts[20:40, 20:40] = PARTS.index("skin")
    lines = np.full((60, 60), 90, np.uint8)
    picture = np.full((60, 60, 3), 80, np.uint8)
    plain = colour_task.leave_out_background(lines, picture, parts)
    assert (plain[0][19:41, 19:41] == 90).all() and plain[0][5, 5] == 255 and (plain[1][5, 5] == 255).all()
    assert (plain[2][25:35, 25:35] == PARTS.index("skin")).all() and plain[2][5, 5] == 0
    empty = colour_task.leave_out_background(lines, picture, np.full_like(parts, PARTS.index("sky")))
    assert (empty[0] == lines).all()


def test_light_is_measured_by_the_brightest_around():
    light = np.full((160, 160), 200, np.uint8)
    light[:, 80:] = 100  # half of the picture lies in the dark
    light[40:60, 20:30], light[40:60, 120:130] = 120, 60
    level = colour_task.level_light(light)
    assert level[100, 20] > 245 and level[100, 150] > 245
    assert abs(int(level[50, 25]) - 153) < 12 and abs(int(level[50, 125]) - 153) < 12


# What is told of a sketch
class Teller:
    """Tells hair on the left half of a picture and skin on the right, and keeps what it is shown."""

    name, margin, stride, max_tile = colour_task.PART_NETWORK, 32, 32, 1088

    def stream(self, tiles):
        for tile in tiles:
            self.seen = tile
            cells = np.zeros((tile.shape[0] // 2, tile.shape[1] // 2, colour_task.MAPS), np.float32)
            right = tile[::2, ::2, 1] > 0.5
            cells[..., PARTS.index("hair")], cells[..., PARTS.index("skin")] = 20 * ~right, 20 * right
            cells[..., len(PARTS)], cells[..., len(PARTS) + 1] = -20, 2 * right
            height, width, count = cells.shape
            packed = cells.reshape(height, width, count // 4, 2, 2).transpose(0, 3, 1, 4, 2)
            yield packed.reshape(2 * height, 2 * width, count // 4)


def draw_halves(size):
    """A frame divided by a wall, (H, W) uint8, dark on white."""
    sketch = np.full(size, 255, np.uint8)
    cv2.rectangle(sketch, (2, 2), (size[1] - 3, size[0] - 3), 0, 2)
    sketch[:, size[1] // 2 - 1 : size[1] // 2 + 1] = 0
    return sketch


def test_a_network_sees_the_whole_sketch_at_its_own_size():
    teller = Teller()
    view = colour_task.read_sketch(teller, draw_halves((1100, 1640)))
    assert teller.seen.shape == (384, 576, 3) and teller.seen[..., 1].max() > 0.99
    assert view.shares.shape == (192, 288, len(PARTS)) and view.light.shape == (192, 288)
    assert view.vectors.shape == (192, 288, colour_task.VECTOR)
    np.testing.assert_allclose(view.shares.sum(-1), 1, atol=1e-5)
    assert view.shares[100, 100].argmax() == PARTS.index("hair") and view.light.max() < 0.01
    for size in ((1, 1), (20, 900)):
        assert colour_task.read_sketch(teller, np.full(size, 255, np.uint8)).shares.shape[-1] == len(PARTS)


def test_parts_get_the_colours_of_a_palette():
    sketch = draw_halves((120, 160))
    plan = colour_task.Colouring(sketch, colour_task.read_sketch(Teller(), sketch))
    options = tasks.load("colorize").complete({"palette": "hair=#102030", "shade": "none", "seed": 3})
    picture, flat = plan.paint(options)
    skin = palettes.choose_colours(["skin"], 3)[0]
    assert picture[60, 30].tolist() == [0x10, 0x20, 0x30] and (picture[60, 130] == skin).all() and flat == {}
    shaded, _ = plan.paint(tasks.load("colorize").complete({"seed": 3}))
    assert (shaded[60, 130] < skin).all()  # the stand-in tells darkness
    own = np.zeros((120, 160, 3), np.uint8)
    own[:, :80], own[:, 80:] = (200, 30, 40), (20, 90, 220)
    kept, _ = plan.paint(options, own=own)
    assert kept[60, 30].tolist() == [200, 30, 40] and kept[60, 130].tolist() == [20, 90, 220]
    assert plan.remarks == []
    blank = np.full((120, 160), 255, np.uint8)
    assert colour_task.Colouring(blank, colour_task.read_sketch(Teller(), blank)).remarks == [
        "no lines to colour between"
    ]


def test_scores_and_previews_are_of_squares():
    truth = np.zeros((2, 32, 32, 3), np.uint8)
    truth[..., 16:, 0], truth[..., 2] = 3, 255
    maps = np.stack([next(Teller().stream([colour_task.add_places(np.zeros((64, 64), np.uint8)) / 255.0]))] * 2)
    found = tasks.load("colorize").score(maps, truth)
    assert found == {"parts": 0, "light": pytest.approx(1, abs=1e-3)}
    truth[..., :16, 0], truth[..., 16:, 0] = PARTS.index("hair"), PARTS.index("skin")
    assert tasks.load("colorize").score(maps, truth)["parts"] > 0.95
    validation = base.ValidationSet(np.zeros((2, 64, 64, 3), np.uint8), truth, np.ones(2, bool), True)
    sheet = tasks.load("colorize").preview(types.SimpleNamespace(), "default", validation, maps)
    assert sheet.shape == (64, 6 * 32, 3) and (sheet[5, 40] == colour_task.PART_COLOURS[PARTS.index("hair")]).all()


# Networks that paint
def draw_rooms(size=(96, 128)):
    """A frame divided by a wall: (H, W) uint8, dark on white."""
    sketch = np.full(size, 255, np.uint8)
    cv2.rectangle(sketch, (4, 4), (size[1] - 5, size[0] - 5), 0, 2)
    return sketch


def test_small_sketches_get_what_the_network_finds():
    asked = []

    def find(given):
        asked.append(given)
        return np.full((*given.shape[:2], 3), 0.25, np.float32)

    found = colour_task.paint(find, draw_rooms())
    assert found.shape == (96, 128, 3) and (found == 64).all() and len(asked) == 1
    assert np.array_equal(asked[0][..., 0], draw_rooms()) and not asked[0][..., 1:].any()


@pytest.mark.parametrize("shape", [(1300, 1600), (2561, 700)])
def test_large_sketches_keep_their_own_lines(shape):
    def find(given):
        assert min(given.shape[:2]) == 640
        paper = np.float32([0.8, 0.4, 0.2]) * (given[..., :1].astype(np.float32) / 255)
        return paper

    sketch = np.full(shape, 255, np.uint8)
    sketch[:, 400] = 0  # thinner than a pixel of the small one
    found = colour_task.paint(find, sketch)
    assert found.shape == (*shape, 3)
    assert np.abs(found[:, 100].astype(int) - (204, 102, 51)).max() <= 1
    assert found[:, 400].max() < 40 and np.abs(found[:, 402].astype(int) - (204, 102, 51)).max() < 25


def test_colourless_pictures_are_told_from_coloured_ones():
    grey = np.repeat(np.random.default_rng(0).integers(0, 256, (64, 64, 1), dtype=np.uint8), 3, axis=2)
    assert colour_task.is_colourless(grey)
    tinted = grey.copy()
    tinted[..., 2] //= 2
    assert not colour_task.is_colourless(tinted)
    grey[:3, :3] = (255, 0, 0)  # a mark
    assert colour_task.is_colourless(grey)
