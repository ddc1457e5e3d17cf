"""Pairs of rough and clean line drawings: found, drawn, cut and degraded."""

import cv2
import numpy as np
import pytest
from helpers import check_workers, make_batch, write

from illustration_parts import tasks
from illustration_parts.drawing import illustrations, pens
from illustration_parts.drawing.wear import degrade
from illustration_parts.drawing.wear.rough import Roughness
from illustration_parts.imaging import tracing
from illustration_parts.networks import loader
from illustration_parts.tasks import refine as refine_task

REFINE = tasks.load("refine")


def draw_strokes(size=120, seed=0, width=3):
    """Slanted strokes and a ring, dark on white, all different; (size, size) uint8."""
    rng = np.random.default_rng(seed)
    drawing = np.full((size, size), 255, np.uint8)
    for start, end in rng.integers(5, size - 5, (5, 2, 2)):
        cv2.line(drawing, tuple(map(int, start)), tuple(map(int, end)), 0, width, cv2.LINE_AA)
    return cv2.circle(drawing, (size // 2, size // 2), size // 3, 0, width, cv2.LINE_AA)


def write_refine_pairs(root, count=3, size=120, norm=True, prefix="", width=3):
    for number in range(count):
        line = draw_strokes(size, number, width)
        write(root / f"{prefix}line/{number}.png", line)
        if norm:
            write(root / f"{prefix}norm/{number}.png", 128 + line // 2)
    pairs, unpaired = refine_task.find_refine_pairs(root, prefix)
    assert len(pairs) == count and not unpaired
    return tuple(pairs)


@pytest.fixture
def unworn(monkeypatch):
    """Nothing is degraded, and given thin drawings are used always."""
    monkeypatch.setattr(degrade, "wear", lambda drawing, rng: drawing)
    monkeypatch.setattr(refine_task, "ROUGH", 0.0)


def test_refine_pairs_with_and_without_thin_versions(tmp_path):
    line = draw_strokes()
    for name in ("line/a/1.png", "line/2.jpg", "norm/a/1.jpg", "norm/3.png"):
        write(tmp_path / name, line)
    pairs, unpaired = refine_task.find_refine_pairs(tmp_path)
    assert [(pair.name, pair.norm, pair.drawn) for pair in pairs] == [
        ("2", None, False), ("a/1", tmp_path / "norm/a/1.jpg", False),
    ]  # fmt: skip
    assert unpaired == [tmp_path / "norm/3.png"]
    assert refine_task.find_refine_pairs(tmp_path, "v_") == ([], [])
    assert refine_task.find_refine_pairs(tmp_path / "nowhere") == ([], [])


def test_drawn_lines_are_taken_where_there_are_no_others(tmp_path):
    write(tmp_path / "ink/1.png", draw_strokes())
    write(tmp_path / "v_ink/7.png", draw_strokes())
    assert refine_task.find_refine_pairs(tmp_path)[0] == [
        refine_task.RefinePair("1", tmp_path / "ink/1.png", drawn=True)
    ]
    assert [pair.name for pair in refine_task.find_refine_pairs(tmp_path, "v_")[0]] == ["7"]
    write(tmp_path / "line/2.png", draw_strokes())
    assert refine_task.find_refine_pairs(tmp_path)[0] == [refine_task.RefinePair("2", tmp_path / "line/2.png")]


def test_refine_files_of_one_name_are_an_error(tmp_path):
    for name in ("line/a.png", "line/a.jpg"):
        write(tmp_path / name, draw_strokes())
    with pytest.raises(ValueError, match=r"a\.jpg"):
        refine_task.find_refine_pairs(tmp_path)


def test_loading_refine_pairs(tmp_path):
    pair = write_refine_pairs(tmp_path, 1)[0]
    norm, line = refine_task.load_refine_pair(pair)[:2]
    assert (line == draw_strokes()).all() and (norm == 128 + line // 2).all()
    norm, line = refine_task.load_refine_pair(refine_task.RefinePair("0", pair.line))[:2]
    assert norm is None and (line == draw_strokes()).all()


def test_refine_pairs_of_two_sizes_are_named(tmp_path):
    pair = write_refine_pairs(tmp_path, 1)[0]
    write(pair.norm, draw_strokes()[:100])
    with pytest.raises(ValueError) as error:
        refine_task.load_refine_pair(pair)
    assert str(error.value) == f"{pair.norm} is 120x100, but {pair.line} is 120x120: expected the same size"
    pair.line.write_bytes(b"")
    with pytest.raises(ValueError, match=r"line/0\.png is empty"):
        refine_task.load_refine_pair(pair)


def find_place(crop, drawing):
    """Whether a crop is, turned or mirrored, somewhere in a drawing."""
    turned = [np.rot90(crop, turn)[:, ::mirror] for turn in range(4) for mirror in (1, -1)]
    found = [cv2.matchTemplate(drawing, np.ascontiguousarray(each), cv2.TM_SQDIFF).min() for each in turned]
    return min(found) < 100  # of squares up to 255**2, each


def test_refine_crops_of_pairs_keep_their_pixels(tmp_path, unworn):
    pairs = write_refine_pairs(tmp_path, 3)
    drawings = [draw_strokes(seed=seed) for seed in range(3)]
    for step in range(4):
        rough, truth, failures = make_batch(REFINE.make_plan(pairs, crop=64, batch=3), step)
        assert rough.shape == (3, 64, 64) and truth.shape == (3, 64, 64, 3) and failures == []
        assert rough.dtype == truth.dtype == np.uint8
        assert (rough == 128 + truth[..., 0] // 2).all()
        for crop in truth[..., 0]:
            assert any(find_place(crop, drawing) for drawing in drawings)


def test_refine_crops_without_thin_versions_are_drawn_roughly(tmp_path, unworn):
    pairs = write_refine_pairs(tmp_path, 2, norm=False)
    rough, truth, _ = make_batch(REFINE.make_plan(pairs, crop=96, batch=4), 0)
    assert (rough != truth[..., 0]).any(axis=(1, 2)).all()
    for found, line in zip(rough, truth[..., 0]):
        near = cv2.dilate(255 - line, np.ones((15, 15))) > 128
        assert (found < 128).any() and ((found < 128) & near).sum() > 0.95 * (found < 128).sum()


def test_given_thin_versions_are_now_and_then_replaced_by_rough_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(degrade, "wear", lambda drawing, rng: drawing)
    plan = REFINE.make_plan(write_refine_pairs(tmp_path, 2), crop=64, batch=1)
    given = 0
    for step in range(40):
        rough, truth, _ = make_batch(plan, step)
        given += bool((rough == 128 + truth[..., 0] // 2).all())
    assert 8 < given < 32


def test_small_refine_pairs_get_white_around(tmp_path, unworn):
    pairs = write_refine_pairs(tmp_path, 2, size=40)
    rough, truth, failures = make_batch(REFINE.make_plan(pairs, crop=64, batch=4), 0)
    assert failures == [] and rough.shape == (4, 64, 64)
    for found, line in zip(rough, truth[..., 0]):
        inside = (line < 128).nonzero()
        assert all(np.ptp(places) < 40 for places in inside)
        assert (line == 255).sum() >= 64 * 64 - 40 * 40 and (found == 255)[line == 255].mean() > 0.99
        assert any((np.rot90(line, turn)[:, ::mirror][:40, :40] == draw_strokes(40, seed)).all()
                   for turn in range(4) for mirror in (1, -1) for seed in range(2))  # fmt: skip


def test_refine_batches_depend_on_seed_step_and_item_alone(tmp_path):
    pairs = write_refine_pairs(tmp_path, 4, norm=False)
    plan = REFINE.make_plan(pairs, crop=64, batch=3, seed=5)
    one, again = make_batch(plan, 7), make_batch(plan, 7)
    assert (one[0] == again[0]).all() and (one[1] == again[1]).all()
    assert not (make_batch(plan, 8)[1] == one[1]).all()
    other = REFINE.make_plan(pairs, crop=64, batch=3, seed=6)
    assert not (make_batch(other, 7)[1] == one[1]).all()


def test_refine_workers_give_the_same_batches_from_any_step(tmp_path):
    check_workers(REFINE.make_plan(write_refine_pairs(tmp_path), batch=3, crop=64))


def test_a_bad_refine_pair_is_named_and_replaced(tmp_path):
    pairs = write_refine_pairs(tmp_path, 3)
    pairs[1].line.write_bytes(b"")
    write(pairs[2].norm, np.zeros((90, 90), np.uint8))
    failures = []
    for step in range(3):
        _, truth, failed = make_batch(REFINE.make_plan(pairs, batch=2, crop=64), step)
        failures += failed
        assert truth[..., 0].std(axis=(1, 2)).min() > 0
    assert {complaint.text.split(" ")[0] for complaint in failures} == {str(pairs[1].line), str(pairs[2].norm)}
    with pytest.raises(loader.NoReadablePairError, match=r"1\.png"):
        make_batch(REFINE.make_plan(pairs[1:], crop=64), 0)


@pytest.mark.parametrize("kind", ["rough", "thin", "inked", "as drawn"])
def test_rough_and_clean_are_of_the_same_lines(unworn, kind):
    drawing = draw_strokes(200, width=2)
    for seed in range(8):
        example = refine_task.make_refine_drawing(drawing, 160, np.random.default_rng(seed), kind)
        assert all(array.shape == (160, 160) and array.dtype == np.uint8 for array in example)
        assert np.array_equal(example.truth, np.dstack([example.clean, example.tidy, example.ends]))
        rough, clean = example[:2]
        near = cv2.dilate(255 - clean, np.ones((15, 15))) > 128
        assert (clean < 128).any() and ((rough < 128) & near).sum() >= 0.95 * (rough < 128).sum() > 0
        if kind in ("inked", "as drawn"):
            assert (rough >= clean).all()  # nothing but gaps


def test_a_pictures_own_thin_lines_are_inked_and_its_solid_black_stays(unworn):
    drawing = draw_strokes(200, width=2)
    cv2.rectangle(drawing, (60, 60), (90, 95), 0, -1)
    solid = thin = 0
    for seed in range(8):
        rough, clean, _, _ = refine_task.make_refine_drawing(drawing, 200, np.random.default_rng(seed), "thin")
        near = cv2.dilate(255 - clean, np.ones((9, 9))) > 128
        assert ((rough < 128) & near).sum() >= 0.95 * (rough < 128).sum() > 0
        black = cv2.erode((rough < 100).view(np.uint8), np.ones((7, 7))) > 0
        solid += black.sum()
        assert (clean[black] < 128).all()
        lines = (clean < 128) & (cv2.dilate(black.view(np.uint8), np.ones((25, 25))) == 0)
        thin += (rough[lines] >= 128).mean() / 8
    assert solid > 200  # some of it is seen
    assert thin > 0.1  # the pen is broader


def test_widths_are_measured_along_centre_lines():
    lines = np.full((60, 100), 255, np.uint8)
    assert refine_task.measure_width(lines) == 0.5
    cv2.rectangle(lines, (10, 20), (89, 23), 0, -1)
    assert refine_task.measure_width(lines) == pytest.approx(4, rel=0.1)


def test_drawings_that_stay_as_they_are_have_wide_lines_without_specks(unworn):

    drawing = draw_strokes(200, width=1)
    drawing[60, 20] = drawing[130, 150] = 0
    widths = []
    for seed in range(12):
        _, clean, _, _ = refine_task.make_refine_drawing(drawing, 160, np.random.default_rng(seed), "as drawn")
        widths.append((clean < 128).sum() / tracing.find_centres(clean).sum())
        count, _, stats, _ = cv2.connectedComponentsWithStats((clean < 250).view(np.uint8))
        small = stats[1:count, cv2.CC_STAT_AREA] < 20
        at_edge = (stats[1:count, :2] == 0).any(1) | (stats[1:count, :2] + stats[1:count, 2:4] >= 159).any(1)
        assert not (small & ~at_edge).any()
    assert min(widths) > 2


def test_kinds_of_refine_drawings_come_as_often_as_their_odds_say():
    kinds = [refine_task.choose_refine_kind(np.random.default_rng(seed)) for seed in range(600)]
    assert 235 < kinds.count("rough") < 305 and 50 < kinds.count("thin") < 110
    assert 100 < kinds.count("inked") < 165 and 90 < kinds.count("as drawn") < 150
    assert set(kinds) == {"rough", "thin", "inked", "as drawn"}


@pytest.mark.parametrize("shape, scale", [((200, 300), 1.0), ((200, 300), 1.6), ((60, 40), 0.7)])
def test_turned_drawings_fill_the_square_or_lie_in_it(shape, scale):
    mirrored = set()
    for seed in range(40):
        matrix = refine_task.choose_turn(np.random.default_rng(seed), shape, 120, scale)
        mirrored.add(np.sign(np.linalg.det(matrix[:, :2])))
        assert abs(np.linalg.det(matrix[:, :2])) == pytest.approx(scale**2)
        np.testing.assert_allclose(matrix[:, 0] @ matrix[:, 1], 0, atol=1e-9)
        corners = np.array([[x, y, 1] for x in (0, shape[1] - 1) for y in (0, shape[0] - 1)]) @ matrix.T
        for low, high in zip(corners.min(0), corners.max(0)):
            assert (low < 1 and high > 118) or (low > -3 and high < 122)
    assert mirrored == {-1.0, 1.0}


def test_ends_of_lines_are_marked():
    drawing = np.full((80, 120), 255, np.uint8)
    drawing[39:42, 20:100] = 0
    cv2.circle(drawing, (60, 20), 10, 0, 2)
    ends = refine_task.mark_ends(drawing)
    assert set(np.unique(ends)) == {0, 255}
    count, _, stats, centres = cv2.connectedComponentsWithStats(ends)
    assert count == 3 and np.abs(centres[1:] - [(20, 40), (99, 40)]).max() < 3
    assert all(2 * refine_task.END_REACH <= side <= 2 * refine_task.END_REACH + 1 for side in stats[1:, 2:4].ravel())
    drawing[:, 55:61] = 255
    drawing[:30] = 255
    gap = refine_task.mark_ends(drawing)
    assert gap[38:43, 52:64].all()  # all of a gap and what is beside it
    assert not refine_task.mark_ends(np.full((20, 30), 255, np.uint8)).any()


def test_ends_of_strokes_inside_a_bundle_are_not_marked():
    drawing = np.full((80, 120), 255, np.uint8)
    for number, (begin, end) in enumerate(((10, 60), (40, 90), (15, 100), (30, 70))):
        cv2.line(drawing, (begin, 36 + 3 * number), (end, 36 + 3 * number), 0, 1)
    single, bundled = (refine_task.mark_ends(drawing, each) > 0 for each in (False, True))
    assert single[:, 50:75].any() and not bundled[:, 50:75].any()
    assert bundled[:, :30].any() and bundled[:, 85:].any()


def test_bundles_become_one_line_or_stay_as_they_are(unworn, monkeypatch):
    monkeypatch.setattr(refine_task.paper, "put_on_paper", lambda drawing, rng: drawing)
    how = Roughness(width=2.0, searched=1.0, strokes=5, spread=5.0, gaps=1.0, darkness=0.6, corrections=0.2)
    lines = tracing.Lines([np.stack([np.arange(10.0, 190.0), np.full(180, 50.0)], 1)], [(True, True)])
    clean = pens.draw_inked(lines, (100, 200))
    broader = gaps = 0
    for seed in range(6):
        rough, simple, tidy, _ = refine_task.make_rough(lines, clean, np.random.default_rng(seed), how)
        assert np.array_equal(simple, clean)
        broader += (tidy < 128).sum() / (clean < 128).sum() / 6
        gaps += (rough[:, 20:180] == 255).all(0).sum()
        assert (tidy[:, 20:180] < 128).any(0).all()
        assert (tidy[rough < 120] < 200).mean() > 0.97
    assert broader > 1.2 and gaps > 5


@pytest.mark.parametrize("seed", range(4))
def test_parts_cut_out_hold_ink_and_are_as_large_as_they_must_be(seed):
    drawing = np.full((400, 500), 255, np.uint8)
    drawing[300:303, 400:460] = 0
    rng = np.random.default_rng(seed)
    part = refine_task.cut_part(drawing, 60, rng)
    assert part.shape == (132, 132) and (part < 128).any()
    assert refine_task.cut_part(drawing, 1000, rng).shape == drawing.shape
    assert refine_task.cut_part(np.full((30, 20), 255, np.uint8), 40, rng).shape == (30, 20)


@pytest.mark.parametrize(
    "width, size, scale",
    [(1, 400, 2.25), (1, 300, 2.5), (2, 300, 1.25), (3, 400, 1), (4, 300, 0.65), (9, 300, 0.45), (1, 1200, 1)],
)
def test_thin_lines_are_enlarged_and_broad_ones_shrunk(width, size, scale):
    ink = np.zeros((size, size), np.uint8)
    for place in range(20, size - 20, 25):
        ink[place : place + width, 10:-10] = 255
    assert refine_task.choose_scale(ink) == pytest.approx(scale, rel=0.02)
    assert refine_task.choose_scale(np.zeros((50, 60), np.uint8)) == 1


def test_drawn_refine_crops_have_the_form_of_others(tmp_path):
    plan = REFINE.make_plan(drawn_share=1, crop=64, drawing=96, batch=2)
    rough, truth, failures = make_batch(plan, 3)
    assert rough.shape == (2, 64, 64) and truth.shape == (2, 64, 64, 3) and failures == []
    assert rough.dtype == truth.dtype == np.uint8 and truth[..., 0].min() < 100 < truth[..., 0].max()
    again = make_batch(plan, 3)
    assert (again[0] == rough).all() and (again[1] == truth).all()
    illustrations.write_drawings(tmp_path, 1, size=64, jobs=1, quiet=True)
    [pair], unpaired = refine_task.find_refine_pairs(tmp_path)
    assert pair.drawn and not unpaired
    assert (refine_task.load_refine_pair(pair)[1] == illustrations.draw(0, 64).lines).all()
    rough, truth, failures = make_batch(REFINE.make_plan((pair,), crop=64, batch=2), 0)
    assert rough.shape == (2, 64, 64) and truth.shape == (2, 64, 64, 3) and failures == []


class Leave:
    """A stand-in network that finds the ink it is given; the tidied drawing is paler where there are two outputs."""

    margin, stride, max_tile = 16, 8, 1088

    def __init__(self, outputs):
        self.outputs = outputs

    def stream(self, tiles):
        for tile in tiles:
            yield np.concatenate([tile, 0.5 * tile][: self.outputs], axis=-1)


def test_networks_of_one_and_of_two_drawings_are_run():
    ink = 255 - draw_strokes(80)
    before = ink.copy()
    for amount in (0, 0.5, 1):
        assert np.array_equal(refine_task.run(Leave(1), ink, amount), ink)
    assert np.array_equal(refine_task.run(Leave(2), ink, 1), ink)
    assert refine_task.run(Leave(2), ink, 0).max() == 128
    for scale in (0.6, 2.0):
        found = refine_task.run(Leave(2), ink, 1, scale)
        assert found.shape == ink.shape and np.abs(found.astype(float) - ink).mean() < 12
    assert np.array_equal(ink, before)
