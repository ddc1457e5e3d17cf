"""Scores of a refiner by the command; trials of refiners that leave all as it is, know the answer, or ruin it."""

import re

import cv2
import numpy as np
import pytest

import benchmark
from illustration_parts.benchmarks import inputs
from illustration_parts.benchmarks import refine as refine_trials
from illustration_parts.imaging import images, tracing
from illustration_parts.networks import engine


def draw(width=3):
    """Nearly level lines through a ring, (240, 300) uint8, dark on white."""
    drawing = np.full((240, 300), 255, np.uint8)
    for y in range(20, 230, 50):
        cv2.line(drawing, (10, y), (290, y + 8), 0, width, cv2.LINE_AA)
    return cv2.circle(drawing, (150, 120), 90, 0, width, cv2.LINE_AA)


DRAWING = draw()


def leave(drawing):
    return drawing


def blacken(drawing):
    return np.zeros_like(drawing)


def empty(drawing):
    return np.full_like(drawing, 255)


def know(drawing):
    return DRAWING


@pytest.mark.parametrize("size", [2, 8, 24])
@pytest.mark.parametrize("width", [1, 3, 7])
def test_cuts_part_single_lines_apart_from_each_other(size, width):
    drawing = draw(width)
    before = drawing.copy()
    cut, cuts = refine_trials.plan_cuts(drawing, size, np.random.default_rng(0))
    assert 2 < len(cuts) <= refine_trials.CUTS and np.array_equal(drawing, before) and (cut >= drawing).all()
    reach = refine_trials.get_reach(size)
    allowed = np.zeros(drawing.shape, np.uint8)
    for number, (x, y, corners) in enumerate(cuts):
        assert refine_trials.count_parts(drawing, x, y, reach) == 1 and refine_trials.count_parts(cut, x, y, reach) == 2
        assert all(max(abs(x - other.x), abs(y - other.y)) >= refine_trials.APART for other in cuts[:number])
        assert np.abs(corners.mean(0) - (x, y)).max() <= 1
        assert np.hypot(*(corners[1] - corners[0])) == pytest.approx(size)
        cv2.fillPoly(allowed, [np.round(corners).astype(np.int32)], 1)
    assert not (cut != drawing)[cv2.dilate(allowed, np.ones((5, 5))) == 0].any()
    again, _ = refine_trials.plan_cuts(drawing, size, np.random.default_rng(0))
    assert np.array_equal(again, cut)
    assert not np.array_equal(refine_trials.plan_cuts(drawing, size, np.random.default_rng(1))[0], cut)


def test_nothing_to_cut():
    for drawing in (np.full((60, 60), 255, np.uint8), np.zeros((60, 60), np.uint8), np.full((3, 5), 255, np.uint8)):
        cut, cuts = refine_trials.plan_cuts(drawing, 8, np.random.default_rng(0))
        assert cuts == [] and np.array_equal(cut, drawing)
        total = refine_trials.try_gaps(leave, [drawing], 8)
        assert total["cuts"] == total["closed"] == total["bridged"] == total["extra"] == 0


@pytest.mark.parametrize("size", [2, 8, 12, 24, 40])
def test_gaps_left_and_gaps_closed(size):
    left, closed = (refine_trials.try_gaps(refine, [DRAWING], size) for refine in (leave, know))
    assert left["cuts"] == closed["cuts"] > 1 and left["pixels"] == DRAWING.size
    assert (left["closed"], left["bridged"], left["extra"]) == (0, 0, 0)
    assert (closed["closed"], closed["bridged"], closed["extra"]) == (closed["cuts"], closed["cuts"], 0)
    true, cut, found = left["areas"]
    assert true > cut == found and closed["areas"].tolist() == [true, cut, true]


def test_gaps_of_several_drawings_count_together():
    one, other = refine_trials.try_gaps(leave, [DRAWING], 8), refine_trials.try_gaps(leave, [DRAWING, draw(5)], 8)
    assert (
        other["cuts"] > one["cuts"] and other["pixels"] == 2 * one["pixels"] and (other["areas"] > one["areas"]).all()
    )
    assert refine_trials.try_gaps(leave, [DRAWING], 8, seed=1)["cuts"] > 0


def test_ink_everywhere_is_extra_and_none_closes_nothing():
    black, white = (refine_trials.try_gaps(refine, [DRAWING], 8) for refine in (blacken, empty))
    assert black["extra"] > 0.6 * DRAWING.size and black["areas"][2] == 0
    assert white["closed"] == white["bridged"] == white["extra"] == 0 and white["areas"][2] == 1


def make_cut(gap):
    """A level line with a gap, in the middle of a picture."""
    drawing = np.full((61, 61), 255, np.uint8)
    drawing[29:32, 5:56] = 0
    cut = drawing.copy()
    cut[:, 30 - gap // 2 : 31 + gap // 2] = 255
    return drawing, cut


def test_a_gap_is_bridged_by_one_line_that_reaches_both_sides():
    drawing, cut = make_cut(8)

    def ask(refined):
        return bool(refine_trials.is_bridged(cut, refined, 30, 30, refine_trials.BOX))

    assert ask(drawing) and ask(np.zeros_like(cut))
    assert not ask(cut) and not ask(np.full_like(cut, 255))
    longer = cut.copy()
    longer[29:32, :30] = 0
    assert not ask(longer)
    elsewhere = cut.copy()
    elsewhere[20:23] = 0
    assert not ask(elsewhere)
    bow = np.full_like(cut, 255)
    cv2.polylines(bow, [np.array([[22, 30], [30, 26], [38, 30]])], False, 0, 1)
    assert ask(bow)
    grey = np.where(cut == drawing, cut, 150).astype(np.uint8)
    assert not ask(grey)  # darker than half is ink


def test_areas():
    drawing = np.full((60, 60), 255, np.uint8)
    assert refine_trials.count_areas(drawing) == 1 and refine_trials.count_areas(0 * drawing) == 0
    drawing[:, 30] = 0
    assert refine_trials.count_areas(drawing) == 2
    cv2.rectangle(drawing, (5, 5), (12, 12), 0, 1)  # 6 x 6 inside
    cv2.rectangle(drawing, (40, 5), (45, 10), 0, 1)  # 4 x 4 inside: too small to count
    assert refine_trials.count_areas(drawing) == 3


def test_extra_ink_is_what_is_more_than_two_pixels_from_a_line():
    drawing = make_cut(0)[0][:, 8:53]
    for shift, extra in ((0, 0), (2, 0), (3, 45), (4, 90), (20, 135)):
        assert refine_trials.count_extra(drawing, np.roll(drawing, shift, 0)) == extra


@pytest.mark.parametrize("shift", [0, 1, 2, 4])
def test_the_distance_of_a_moved_line_is_how_far_it_was_moved(shift):
    drawing = np.full((60, 100), 255, np.uint8)
    cv2.line(drawing, (10, 30), (89, 30), 0, 1)
    lines = tracing.trace(drawing)
    assert refine_trials.measure_distance(lines, np.roll(drawing, shift, 0)) == pytest.approx(shift, abs=1e-5)
    thick = cv2.line(np.full_like(drawing, 255), (10, 30 + shift), (89, 30 + shift), 0, 5)
    assert refine_trials.measure_distance(lines, thick) == pytest.approx(shift, abs=0.1)


def test_distances_are_known_between_pixels_and_far_lines_are_others():
    drawing = np.full((60, 100), 255, np.uint8)
    cv2.line(drawing, (10, 30), (89, 30), 0, 1)
    lines = tracing.trace(drawing)
    lifted = tracing.Lines([path - (0, 0.5) for path in lines.paths], lines.free)
    assert refine_trials.measure_distance(lifted, drawing) == pytest.approx(0.5, abs=0.01)
    assert np.isnan(refine_trials.measure_distance(lines, np.roll(drawing, 8, 0)))
    assert np.isnan(refine_trials.measure_distance(lines, np.full_like(drawing, 255)))


def test_wobble_stays_or_goes():
    traced = [(tracing.trace(DRAWING), DRAWING.shape)]
    before, after = refine_trials.try_tremor(leave, traced)
    assert before == after and 0.4 < before < 2
    same, gone = refine_trials.try_tremor(know, traced)
    assert same == before and gone < 0.2
    more, _ = refine_trials.try_tremor(leave, traced, (3.0, 3.0))
    assert more > 1.3 * before
    nothing = (tracing.Lines([], []), (40, 40))
    assert refine_trials.try_tremor(leave, [*traced, nothing]) == (before, after)


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_wobble_of_lines_that_vanish_counts_as_far_off():
    before, after = refine_trials.try_tremor(empty, [(tracing.trace(DRAWING), DRAWING.shape)] * 2)
    assert 0 < before < after == refine_trials.FAR


def test_specks_left_and_specks_gone():
    left, gone, white = (refine_trials.try_specks(refine, DRAWING, 300) for refine in (leave, know, empty))
    assert 100 < left["specks"] == gone["specks"] == white["specks"] < 300  # some are on lines, or near
    assert left["gone"] == 0
    assert gone["gone"] == gone["specks"] == white["gone"]
    assert left["thin"] == white["lost"] > 1000 and left["lost"] == gone["lost"] == 0


def test_some_specks_gone():
    """A median filter takes those of a pixel or two."""
    tried = refine_trials.try_specks(lambda drawing: cv2.medianBlur(drawing, 3), DRAWING, 300)
    assert 0.3 * tried["specks"] < tried["gone"] < tried["specks"]


def test_a_line_is_lost_where_no_ink_is_on_it_or_beside_it():
    drawing = np.full((40, 100), 255, np.uint8)
    drawing[19:22, 10:90] = 0
    thin, lost = refine_trials.count_lost(drawing, drawing)
    assert 70 < thin <= 80 and lost == 0
    for shift, gone in ((1, False), (2, False), (3, True)):  # it is three pixels wide
        assert refine_trials.count_lost(drawing, np.roll(drawing, shift, 0))[1] == pytest.approx(
            thin if gone else 0, abs=3
        )
    half = drawing.copy()
    half[:, 50:] = 255
    assert refine_trials.count_lost(drawing, half)[1] == pytest.approx(thin / 2, abs=3)
    assert refine_trials.count_lost(drawing, np.zeros_like(drawing))[1] == 0


def test_clean_drawings_left_alone_and_ruined():
    left = refine_trials.try_clean(leave, [DRAWING, draw(5)])
    assert left["change"] == 0 and left["thin"] > 2000 and left["lost"] == 0
    white = refine_trials.try_clean(empty, [DRAWING])
    assert white["change"] > 150 and white["lost"] == white["thin"]
    black = refine_trials.try_clean(blacken, [DRAWING])
    assert black["change"] > 200
    lighter = refine_trials.try_clean(lambda drawing: np.maximum(drawing, 20), [DRAWING])
    assert 10 < lighter["change"] <= 20 and lighter["lost"] == 0
    assert refine_trials.try_clean(leave, [np.full((20, 20), 255, np.uint8)]) == {"change": 0, "thin": 0, "lost": 0}


def test_lines_drawn_roughly_are_compared_with_the_true_ones():
    before, after = refine_trials.try_rough(leave, [DRAWING[:, :240]], 1.0)
    assert before == after and before[3] > 1.05 and before[2] < 0.97
    assert refine_trials.try_rough(empty, [DRAWING[:, :240]], 1.0)[1][:2] == (0, 0)
    true = np.zeros((60, 60), bool)
    true[30, 5:55] = True
    assert refine_trials.compare_centres(true, true) == (1, 1, 1)
    assert refine_trials.compare_centres(true, np.roll(true, 2, 0)) == (1, 1, 1)
    assert refine_trials.compare_centres(true, np.roll(true, 4, 0)) == (0, 0, 1)
    assert refine_trials.compare_centres(true, true | np.roll(true, 9, 0)) == (0.5, 1, 2)


def test_strokes_of_hatchings_stay_or_go():
    kept, strokes = refine_trials.try_hatching(leave, 1)
    assert strokes > 60 and kept > 0.97 * strokes
    assert refine_trials.try_hatching(empty, 1) == (0, strokes)

    def merge(drawing):
        return cv2.erode(drawing, np.ones((13, 13)))

    assert refine_trials.try_hatching(merge, 1)[0] < 0.4 * strokes


class Leave:
    """A stand-in refiner that finds the ink it is given."""

    name, margin, stride, max_tile = "line_refiner", 16, 8, 1088

    def stream(self, tiles):
        yield from tiles


@pytest.fixture
def leave_network(monkeypatch, threads):
    monkeypatch.setattr(engine, "load", lambda *_, **__: Leave())
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 128)
    monkeypatch.setattr(refine_trials, "SPECKED_SIZE", (120, 250))


def test_a_refiner_that_leaves_all_as_it_is_closes_nothing_and_changes_nothing(leave_network, tmp_path, capsys):
    lines = np.full((160, 200), 255, np.uint8)
    lines[60:63, 10:190] = 0
    images.write(tmp_path / "line.png", lines)
    assert benchmark.main(["refine", "--count", "2", "--lines", str(tmp_path), "--jobs", "1"]) == 0
    answer = capsys.readouterr().out
    assert "2 drawn pairs: mean error" in answer and "after (1.000)" in answer
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in answer.splitlines()]
    rows = [row for row in rows if row and re.fullmatch(r"given, \d+ px", row[0])]
    assert [int(row[0].split()[1]) for row in rows] == [*refine_trials.GAPS, *refine_trials.SPACES]
    for _, cuts, share, areas, _ in rows:
        assert int(cuts) > 0 and re.fullmatch(r"(closed|bridged) 0\.000", share)
        assert areas.split(" / ")[1] == areas.split(" / ")[2]
    assert re.search(r"\| given +\| +0\.0 \| +0\.0000 \|", answer)
    assert re.search(r"Of \d+ specks beside the lines 0\.0000 are gone, and 0\.0000 of the lines\.", answer)


def test_wrong_usage_of_refine_ends_with_2(capsys):
    for options in (["--count", "0"], ["--jobs", "0"], ["--lines", "no such folder"]):
        with pytest.raises(SystemExit) as ended:
            benchmark.main(["refine", *options])
        assert ended.value.code == 2
    assert "no such folder is no folder" in capsys.readouterr().err


def test_line_drawings_that_cannot_be_read_are_named(leave_network, tmp_path, capsys):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    options = ["refine", "--count", "1", "--lines", str(tmp_path), "--jobs", "1"]
    assert benchmark.main(options) == 1
    assert "bad.png is not a picture" in capsys.readouterr().err
    lines = np.full((160, 200), 255, np.uint8)
    images.write(tmp_path / "white.png", lines)
    lines[60:63, 10:190] = 0
    images.write(tmp_path / "dark.png", 255 - lines)
    assert benchmark.main(options) == 1  # the rest is tried
    answer = capsys.readouterr()
    assert "given, 4 px" in answer.out and len(answer.err.splitlines()) == 3
    assert f"benchmark.py: warning: {tmp_path / 'dark.png'} has light lines on dark, read inverted" in answer.err
    assert f"benchmark.py: {tmp_path / 'white.png'} is empty, all of it is white" in answer.err
