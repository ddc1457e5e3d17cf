"""Lines drawn roughly: bundles of strokes around the truth, construction lines, corrections, tremor and gaps."""

import cv2
import numpy as np
import pytest

from illustration_parts.drawing import pens
from illustration_parts.drawing.pens import PENS
from illustration_parts.drawing.wear import rough as rough_module
from illustration_parts.drawing.wear import rough_strokes
from illustration_parts.drawing.wear.rough import (
    Roughness,
    choose_roughness,
    cut_spans,
    draw_rough,
    find_span,
)
from illustration_parts.drawing.wear.rough_curves import end_at_corners, find_curves, link_paths, shake_paths
from illustration_parts.drawing.wear.rough_strokes import make_strokes
from illustration_parts.imaging import tracing
from illustration_parts.imaging.tracing import Lines
from illustration_parts.tasks import refine

SHAPE = (200, 300)


def level(*rows, free=True):
    """Level lines as paths, each of (from x, to x, y); their ends are free or not."""
    paths = [
        np.stack([np.arange(left, right + 1.0), np.full(right - left + 1, float(y))], 1) for left, right, y in rows
    ]
    return Lines(paths, [(free, free)] * len(paths))


def ring(radius=70.0, centre=(150.0, 100.0)):
    """A circle."""
    angle = np.linspace(0, 2 * np.pi, int(2 * np.pi * radius) + 1)
    path = np.stack([np.cos(angle), np.sin(angle)], 1) * radius + centre
    path[-1] = path[0]
    return Lines([path], [(False, False)])


def hatch(count=14, gap=12):
    """Level lines one below the other."""
    return level(*((10, 190, 20 + gap * k) for k in range(count)))


def rough(seed=0, lines=None, shape=(200, 200), **options):
    return draw_rough(lines or hatch(), shape, np.random.default_rng(seed), Roughness(**options))


def search(lines, seed=0, shape=SHAPE, **options):
    """Strokes around lines: a list of (n, 2) points, and the `Strokes` that they are of."""
    rng, how = np.random.default_rng(seed), Roughness(searched=1.0, **options)
    curves = find_curves(lines, shape, how.width)
    strokes = make_strokes(curves, np.ones(len(curves.points), bool), rng, how)
    return np.split(strokes.points, strokes.starts[1:-1]), strokes


def measure_ink(drawing):
    """Black pixels, or as much grey."""
    return (255.0 - drawing).sum() / 255


def count_parts(drawn):
    return cv2.connectedComponents(np.ascontiguousarray(drawn).view(np.uint8))[0] - 1


def find_middles(drawing, y, reach=14):
    """The middle of the ink of each column within `reach` of a level line at y, in pixels off it."""
    band = 255.0 - drawing[y - reach : y + reach + 1]
    inked = band.sum(0) > 128
    return (band * np.arange(-reach, reach + 1)[:, None]).sum(0)[inked] / band.sum(0)[inked]


# Bundles


@pytest.mark.parametrize("most", [2, 5, 8])
def test_a_bundle_has_two_strokes_or_more_up_to_the_most(most):
    counts = [len(search(level((20, 280, 100)), seed, strokes=most, length=5000.0)[0]) for seed in range(80)]
    assert min(counts) == 2 and max(counts) == most
    assert len(set(counts)) == most - 1


def test_a_share_of_the_lines_stays_single():
    lines = hatch(count=10, gap=40)
    strokes = [len(find_plan(lines, 0, searched=share).curve) for share in (0.0, 0.5, 1.0)]
    assert strokes[0] == 10 and strokes[0] + 3 <= strokes[1] <= strokes[2] - 3
    singles = np.bincount(find_plan(lines, 0, searched=0.5).curve) == 1
    assert 1 <= singles.sum() <= 9


def find_plan(lines, seed, **options):
    how = Roughness(length=5000.0, **options)
    return rough_strokes.plan_strokes(find_curves(lines, (500, 300), 1.0), np.random.default_rng(seed), how)


@pytest.mark.parametrize("strokes, spread, width", [(2, 7.0, 1.5), (4, 3.0, 1.0), (8, 7.0, 4.0)])
def test_the_middle_of_a_bundle_is_the_line(strokes, spread, width):
    how = {"searched": 1.0, "strokes": strokes, "spread": spread, "width": width}
    off, around = [], []
    for seed in range(12):
        off.append(find_middles(rough(seed, level((20, 280, 100)), SHAPE, **how)[:, 25:276], 100))
        drawing = 255.0 - rough(seed, ring(), SHAPE, **how)
        y, x = np.mgrid[: SHAPE[0], : SHAPE[1]] - np.array([100, 150])[:, None, None]
        away, turn = np.hypot(x, y), ((np.arctan2(y, x) + np.pi) * 20).astype(int)
        weights = np.bincount(turn.ravel(), drawing.ravel())
        around.append(np.bincount(turn.ravel(), (drawing * away).ravel())[weights > 128] / weights[weights > 128] - 70)
    for each in (off, around):
        assert np.abs(np.concatenate(each)).mean() < 1.2
        assert abs(np.concatenate(each).mean()) < 0.6
    assert min(map(len, off)) > 240 and min(map(len, around)) > 120  # no part of a line is left out


@pytest.mark.parametrize("spread", [1.5, 4.0, 7.0])
def test_strokes_spread_as_far_as_said(spread):
    wide = []
    for seed in range(30):
        strokes, _ = search(level((20, 280, 100)), seed, strokes=6, spread=spread)
        off = np.abs(np.concatenate(strokes)[:, 1] - 100)
        wide.append(off.max())
        assert off.max() <= rough_strokes.WIDEST + 1e-9
    assert 0.5 * spread < np.mean(wide) < 1.9 * spread


def test_strokes_start_anew_and_run_beyond_the_ends():
    line = level((60, 240, 100), free=False)
    strokes, _ = search(line, 0, strokes=5, length=50.0, overshoot=12.0)
    assert len(strokes) > 6
    ends = np.array([stroke[[0, -1], 0] for stroke in strokes])
    assert 48 <= ends.min() < 58 and 242 < ends.max() <= 252
    assert ((ends[:, 0] > 80) & (ends[:, 1] < 220)).any()  # some lie in between
    order = np.argsort(ends[:, 0])
    assert (ends[order[1:], 0] < np.maximum.accumulate(ends[order, 1])[:-1]).all()  # and they overlap


def test_circles_are_gone_round_in_one_stroke_more_than_once():
    turns = []
    for seed in range(40):
        for stroke in search(ring(), seed, length=5000.0)[0]:
            angle = np.unwrap(np.arctan2(*(stroke - (150, 100)).T))
            turns.append(np.ptp(angle) / (2 * np.pi))
    assert 1.5 < max(turns) < 3.2 and np.mean(np.array(turns) > 1.5) > 0.1


def test_strokes_are_smoother_than_the_line():
    (path,), free = level((20, 280, 100))
    zigzag = path + np.stack([np.zeros(len(path)), 1.5 * np.sin(path[:, 0] / 2)], 1)
    strokes, _ = search(Lines([zigzag], free), 0, spread=0.5)
    bend = lambda curve: np.abs(np.diff(curve[:, 1], 2)).mean()  # noqa: E731
    assert np.mean([bend(stroke) for stroke in strokes]) < 0.7 * bend(zigzag[::2])


@pytest.mark.parametrize("gap", [8, 10, 14])
def test_two_lines_near_each_other_stay_two(gap):
    lines = level((20, 280, 90), (20, 280, 90 + gap))
    open_columns = []
    for seed in range(12):
        how = {"searched": 1.0, "strokes": 8, "spread": 7.0, "width": 1.5}
        drawing = rough(seed, lines, SHAPE, **how)
        between = drawing[90 : 90 + gap + 1, 40:260]
        open_columns.append((between.max(0) > 200).mean())
        for y in (90, 90 + gap):
            assert np.abs(find_middles(drawing[:, 40:260], y, gap // 2)).mean() < 1.2
    assert np.mean(open_columns) > 0.98


def test_hatching_and_double_lines_stay_single():
    for gap in (3, 4):
        lines = hatch(14, gap)
        strokes, laid = search(lines, 1, strokes=8, spread=7.0, width=3.0)
        assert len(strokes) < 1.4 * len(lines.paths)  # the outermost have room
        inner = np.concatenate(strokes)
        inner = inner[(inner[:, 1] > 20 + gap) & (inner[:, 1] < 20 + 12 * gap)]
        assert np.abs((inner[:, 1] - 20 + gap / 2) % gap - gap / 2).max() < 0.5
        assert laid.widths.max() < gap


def test_a_space_stays_open_and_a_joint_does_not_hold_strokes_back():
    apart = level((20, 130, 100), (150, 280, 100))
    drawn = [rough(seed, apart, SHAPE, searched=1.0, overshoot=14.0, strokes=8) for seed in range(15)]
    assert all((drawing[80:120, 138:143] == 255).all() for drawing in drawn)
    joined = level((20, 130, 100), (150, 280, 100), free=False)
    drawn = [rough(seed, joined, SHAPE, searched=1.0, overshoot=14.0, strokes=8) for seed in range(15)]
    assert not all((drawing[80:120, 138:143] == 255).all() for drawing in drawn)


# What is not in the truth


def test_construction_lines_are_paler_than_lines_and_lie_apart():
    y = np.mgrid[: SHAPE[0], : SHAPE[1]][0]
    apart = np.abs(y - 100) > 12
    line = level((60, 240, 100))
    for seed in range(8):
        plain, more = (rough(seed, line, SHAPE, construction=count) for count in (0, 4))
        assert (plain[apart] == 255).all()
        assert (more[apart] < 250).sum() > 60
        assert more[100, 80:220].max() < 20
        assert np.percentile(more[apart & (more < 250)], 2) > 60


def test_construction_and_corrections_are_not_in_the_truth(monkeypatch):
    monkeypatch.setattr(refine, "SEARCHED_SCALES", refine.SCALES)
    monkeypatch.setattr(refine, "SEARCHED_SPACES", refine.SPACES)
    drawing = np.full((200, 200), 255, np.uint8)
    cv2.ellipse(drawing, (100, 100), (60, 40), 20, 0, 360, 0, 1)
    cv2.line(drawing, (20, 180), (180, 170), 0, 1)
    made = {}
    for kind, how in (("plain", Roughness()), ("sketch", Roughness(construction=6, corrections=0.5, searched=1.0))):
        monkeypatch.setattr(refine, "choose_roughness", lambda rng, how=how: how)
        made[kind] = refine.make_refine_drawing(drawing, 200, np.random.default_rng(4), "rough")
    assert np.array_equal(made["plain"][1], made["sketch"][1])
    far = cv2.distanceTransform((made["sketch"][1] > 128).view(np.uint8), cv2.DIST_L2, 5) > 14
    assert (made["sketch"][0][far] < 250).any()


@pytest.mark.parametrize("kind", ["ellipse", "face", "axis", "line", "box"])
def test_construction_shapes_fit_their_line(kind):
    (path,), _ = ring()
    for seed in range(5):
        shapes = rough_strokes.construct(path[:150], kind, np.random.default_rng(seed))
        points = np.concatenate(shapes)
        assert len(shapes) == {"ellipse": 1, "face": 3, "axis": 1, "line": 1, "box": 4}[kind]
        assert np.linalg.norm((points.min(0) + points.max(0)) / 2 - (path[:150].min(0) + path[:150].max(0)) / 2) < 25
        assert 40 < np.ptp(points, axis=0).max() < 600


def test_corrections_lie_aside_and_are_paler():
    line, far = level((20, 280, 100)), []
    for seed in range(20):
        _, strokes = search(line, seed, corrections=0.4, spread=1.0)
        away = np.abs(strokes.points[:, 1] - 100) > 4
        assert not away.any() or strokes.darkness[away].max() <= 0.5 < strokes.darkness[~away].max()
        far.append(away.any())
    assert sum(far) > 4
    assert all((np.abs(search(line, seed, spread=1.0)[1].points[:, 1] - 100) < 4).all() for seed in range(20))


# Curves


def test_lines_are_led_on_through_joints_where_they_go_straight():
    cross = tracing.trace(
        cv2.line(cv2.line(np.full((90, 90), 255, np.uint8), (10, 45), (80, 45), 0), (45, 10), (45, 80), 0)
    )
    chains, closed = link_paths(cross, (90, 90))
    assert len(cross.paths) >= 4 and len(chains) == 2 and closed == [False, False]
    every = np.concatenate(cross.paths)
    assert sorted(np.ptp(every[chain], axis=0).round().tolist() for chain in chains) == [[0, 70], [70, 0]]
    for chain in chains:
        assert np.hypot(*np.diff(every[chain], axis=0).T).max() < 3.5


def test_a_line_that_ends_at_another_stays_by_itself():
    drawing = cv2.line(cv2.line(np.full((90, 90), 255, np.uint8), (10, 45), (80, 45), 0), (45, 45), (45, 80), 0)
    lines = tracing.trace(drawing)
    chains, _ = link_paths(lines, (90, 90))
    every = np.concatenate(lines.paths)
    assert sorted(np.ptp(every[chain], axis=0).max().round() for chain in chains)[-2:] == [34, 70]
    assert len(chains) == 2


def test_a_circle_that_is_crossed_is_one_closed_curve():
    drawing = cv2.circle(np.full((120, 120), 255, np.uint8), (60, 60), 40, 0, 1)
    lines = tracing.trace(cv2.line(drawing, (5, 60), (115, 60), 0))
    chains, closed = link_paths(lines, (120, 120))
    every = np.concatenate(lines.paths)
    [ring_chain] = [chain for chain, around in zip(chains, closed) if around]
    assert np.array_equal(every[ring_chain[0]], every[ring_chain[-1]])
    away = np.hypot(*(every[ring_chain] - 60).T)
    assert len(ring_chain) > 200 and np.abs(away - 40).max() < 2


def test_curves_end_at_corners_only():
    corners = np.array([(20, 20), (120, 20), (120, 90), (20, 90)])
    square = np.concatenate(
        [np.linspace(one, other, 80, endpoint=False) for one, other in zip(corners, np.roll(corners, -1, 0))]
    )
    square = np.concatenate([square, square[:1]])
    (path,), _ = ring()
    points = np.concatenate([square, path])
    starts, lengths = np.array([0, len(square)]), np.array([len(square), len(path)])
    starts, lengths, closed = end_at_corners(points, starts, lengths, np.array([True, True]))
    assert starts.tolist() == [0, 80, 160, 240, 321]  # a closed one begins at a corner here
    assert lengths.tolist() == [81, 81, 81, 81, len(path)] and closed.tolist() == [False] * 4 + [True]


# What a hand and its pen do


def measure_shift(roughness, seed=0):
    """How far drawn level lines are off, on average, up and down alone."""
    drawn = draw_rough(hatch(), (200, 200), np.random.default_rng(seed), roughness)
    return np.mean([np.abs(find_middles(drawn[:, 20:180], y, 6)).mean() for y in range(20, 188, 12)])


def test_wobble_moves_lines_as_far_as_said():
    assert measure_shift(Roughness()) < 0.02
    for wobble in (0.5, 1.0, 1.5):
        # The mean of a distance in the plane is pi / 2 of that up and down.
        assert measure_shift(Roughness(wobble=wobble)) * np.pi / 2 == pytest.approx(wobble, rel=0.3)


def test_wobble_changes_over_its_wave():
    lines, turns = level((10, 390, 40)), {}
    for wave in (5.0, 20.0):
        (path,) = tracing.shake(lines.paths, (80, 400), 1.0, np.random.default_rng(0), wave)
        turns[wave] = (np.diff(np.sign(np.diff(path[:, 1]))) != 0).sum()
    assert turns[5.0] > 2.5 * turns[20.0] > 0


@pytest.mark.parametrize("period", [1.5, 5.0])
def test_tremor_moves_a_line_to_its_sides_about_as_far_as_said_but_not_its_ends(period):
    path = np.stack([np.arange(4000.0), np.full(4000, 50.0)], 1)
    moved, short = shake_paths([path, path[:3]], 1.5, period, np.random.default_rng(0))
    off = moved - path
    assert np.array_equal(off[[0, -1]], np.zeros((2, 2))) and np.abs(off[:-1, 0]).max() < 1e-9
    assert np.abs(off[:, 1]).mean() == pytest.approx(1.5, rel=0.1)
    turns = np.count_nonzero(np.diff(np.sign(np.diff(off[:, 1])))) / len(path)
    assert turns == pytest.approx(0.39 / period, rel=0.2)  # extrema of Gaussian-filtered noise: sqrt(3/2) / (pi sigma)
    assert np.array_equal(short, path[:3])


def test_tremor_keeps_joints_together():
    drawing = cv2.line(np.full((200, 200), 255, np.uint8), (20, 50), (180, 50), 0)
    lines = tracing.trace(cv2.line(drawing, (100, 50), (100, 150), 0))
    for path, moved in zip(lines.paths, shake_paths(lines.paths, 2.0, 2.0, np.random.default_rng(3))):
        assert np.array_equal(path[[0, -1]], moved[[0, -1]]) and (len(path) < 4 or not np.array_equal(path, moved))


def test_in_a_bundle_each_stroke_trembles_by_itself():
    strokes, _ = search(level((20, 280, 100)), 0, strokes=2, length=5000.0, spread=0.5, tremor=1.0, period=2.0)
    steady, _ = search(level((20, 280, 100)), 0, strokes=2, length=5000.0, spread=0.5)
    one, other = (stroke[20:80, 1] - np.convolve(stroke[:, 1], np.ones(9) / 9, "same")[20:80] for stroke in strokes[:2])
    assert one.std() > 4 * np.diff(steady[0][20:80, 1]).std() and abs(np.corrcoef(one, other)[0, 1]) < 0.6


def test_more_gaps_leave_less_ink():
    inks = [measure_ink(rough(gaps=gaps)) for gaps in (0.0, 0.5, 2.0)]
    assert inks[0] > 1.01 * inks[1] > 1.02 * inks[2] > 0.5 * inks[0]
    assert count_parts(rough(gaps=0.5) < 128) > count_parts(rough() < 128) == 14


def test_gaps_part_whole_bundles():
    for gaps, low, high in ((0.0, 0.98, 1.0), (2.0, 0.7, 0.95)):
        drawn = [rough(seed, level((20, 280, 100)), SHAPE, searched=1.0, gaps=gaps) for seed in range(10)]
        assert low <= np.mean([(drawing < 200).any(0)[20:280] for drawing in drawn]) <= high


def test_width_and_fainter_ink():
    plain = measure_ink(rough())
    assert measure_ink(rough(width=3.0)) == pytest.approx(3 * plain, rel=0.05)
    faint = rough(faint=0.5)
    assert 0.5 * plain < measure_ink(faint) < 0.95 * plain
    along = faint[20:180:12, 20:180]
    assert along.max() <= 128 and along.std() > 10


def test_aliased_lines_are_black_and_white():
    for options in ({"width": 1.0}, {"width": 2.4}, {"searched": 1.0, "darkness": 0.4}):
        assert np.unique(rough(aliased=True, wobble=1.0, **options)).tolist() == [0, 255]
    assert len(np.unique(rough(wobble=1.0))) > 20


def test_single_lines_overshoot_a_little():
    line = level((60, 240, 100), free=False)
    for seed in range(10):
        inked = np.flatnonzero((rough(seed, line, SHAPE, overshoot=30.0) < 128).any(0))
        assert 55 <= inked[0] <= 60 and 240 <= inked[-1] <= 245


def test_strokes_come_to_a_point_and_their_pressure_differs():
    _, strokes = search(level((20, 280, 100)), 0, width=4.0, taper=20.0, length=5000.0)
    for begin, end in zip(strokes.starts, strokes.starts[1:]):
        widths = strokes.widths[begin:end]
        assert max(widths[0], widths[-1]) < 0.3 * widths.max() and widths[10] == widths.max() == 4.0
    _, pressed = search(level((20, 280, 100)), 0, width=4.0, pressure=0.8)
    assert np.ptp(pressed.widths) > 1 and np.ptp(pressed.darkness) > 0.2 and pressed.darkness.max() <= 1


def test_pale_strokes_are_darker_where_they_cross():
    cross = Lines(
        [*level((20, 280, 100)).paths, np.stack([np.full(150, 150.0), np.arange(20, 170.0)], 1)], [(True, True)] * 2
    )
    drawing = rough(0, cross, SHAPE, darkness=0.5, width=3.0)
    assert drawing[100, 100] == drawing[60, 150] == 128 and drawing[100, 150] == 64


def test_tooth_shows_in_strokes_only():
    smooth, grained = (rough(width=3.0, darkness=0.7, tooth=tooth) for tooth in (0.0, 0.8))
    inside = smooth < 90
    assert (grained[smooth == 255] == 255).all() and grained[inside].std() > 4 * smooth[inside].std() + 5
    assert 0.4 < measure_ink(grained) / measure_ink(smooth) < 0.9


# Drawings


def test_one_seed_gives_one_drawing_and_lines_stay_as_they_are():
    lines = hatch()
    before = [path.copy() for path in lines.paths]
    for amount in (0.0, 1.0):
        drawings = [
            draw_rough(lines, (200, 200), rng, choose_roughness(rng, amount))
            for rng in (np.random.default_rng(seed) for seed in (3, 3, 4))
        ]
        assert np.array_equal(drawings[0], drawings[1]) and not np.array_equal(drawings[0], drawings[2])
        assert drawings[0].shape == (200, 200) and drawings[0].dtype == np.uint8
    assert all(np.array_equal(path, old) for path, old in zip(lines.paths, before))


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (9, 1), (2, 2), (40, 30)])
@pytest.mark.parametrize("kind", ["white", "black", "dot"])
def test_blank_and_tiny_drawings(shape, kind):
    drawing = np.full(shape, 0 if kind == "black" else 255, np.uint8)
    if kind == "dot":
        drawing[0, 0] = 0
    matrix = np.array([[2.0, 0, 1], [0, 2, 0]])
    full = Roughness(
        2.0, False, 1.0, 4.0, 2.0, 1.0, 3.0, 3.0, 1.0, faint=0.5, tooth=0.5, construction=3, corrections=0.5
    )
    for seed in range(6):
        rng = np.random.default_rng(seed)
        traced = tracing.trace(drawing, 12.0, 1.0, rng, 1.5)
        for lines, size in ((traced, shape), (tracing.transform(traced, matrix, (10, 12)), (10, 12))):
            for how in (full, choose_roughness(rng, 0.0), choose_roughness(rng, 1.0)):
                drawn = draw_rough(lines, size, rng, how)
                assert drawn.shape == size and drawn.dtype == np.uint8
                assert lines.paths or (drawn == 255).all()
            cut = cut_spans(drawn, lines, rng, 1.0)
            assert cut.shape == size and cut.dtype == np.uint8


def test_lines_of_one_point_and_lines_outside_are_drawn():
    dot = Lines([np.array([[10.0, 12.0]])], [(True, True)])
    drawn = draw_rough(dot, (24, 20), np.random.default_rng(0), Roughness(searched=1.0))
    assert drawn[12, 10] < 255 and (drawn < 255).sum() < 30
    outside = level((-50, 20, 5), (5, 60, -30))
    drawn = draw_rough(outside, (24, 20), np.random.default_rng(0), Roughness(searched=1.0, spread=1.0))
    assert (drawn[3:8] < 128).any(0).all() and (drawn[16:] == 255).all()


def test_random_roughness_is_in_range_and_varied():
    single = [choose_roughness(np.random.default_rng(seed), 0) for seed in range(200)]
    for name, low, high in (
        ("width", 1, 3), ("tremor", 0, 2.4), ("period", 1.0, 7), ("wobble", 0, 1.5), ("wave", 4, 20), ("gaps", 0, 2),
        ("overshoot", 0, 4), ("faint", 0, 0.65),
    ):  # fmt: skip
        values = [getattr(roughness, name) for roughness in single]
        assert low <= min(values) and max(values) <= high and len(set(values)) > 15, name
    assert 40 < sum(roughness.aliased for roughness in single) < 100
    assert all(roughness.searched == roughness.construction == 0 for roughness in single)
    every = [choose_roughness(np.random.default_rng(seed)) for seed in range(400)]
    wild = [roughness for roughness in every if roughness.searched]
    assert 0.6 < len(wild) / len(every) < 0.85  # the rest is clean
    for name, low, high in (
        ("width", 1, 5.5), ("searched", 0.1, 1), ("strokes", 2, 8), ("spread", 0.5, rough_strokes.WIDEST),
        ("length", 50, 260), ("darkness", 0.5, 1), ("pressure", 0, 0.9), ("taper", 0, 24), ("tooth", 0, 0.8),
        ("construction", 0, 6), ("corrections", 0, 0.08), ("overshoot", 0.3, 14), ("tremor", 0, 0.8),
    ):  # fmt: skip
        values = [getattr(roughness, name) for roughness in wild]
        assert low <= min(values) and max(values) <= high and len(set(values)) > 5, name


def test_the_rougher_the_more_ink_lies_away_from_the_lines():
    away = []
    for amount in (0.1, 0.5, 1.0):
        off = []
        for seed in range(25):
            rng = np.random.default_rng(seed)
            curves = find_curves(ring(), SHAPE, 1.0)
            how = choose_roughness(rng, amount)
            strokes = make_strokes(curves, np.ones(len(curves.points), bool), rng, how)
            off.append(np.abs(np.hypot(*(strokes.points - (150, 100)).T) - 70).mean())
        away.append(np.mean(off))
    assert away[0] < 0.7 * away[1] < 0.7 * 0.9 * away[2]


# Spans


def curved():
    """A bow and a slanted line, inked."""
    thin = cv2.line(np.full((160, 200), 255, np.uint8), (150, 20), (20, 120), 0)
    cv2.ellipse(thin, (110, 150), (80, 90), 0, 200, 340, 0, 1)
    lines = tracing.trace(thin)
    return lines, pens.draw_inked(lines, thin.shape, PENS["brush"])


def test_spans_are_cut_through_the_whole_width_and_nowhere_else(monkeypatch):
    lines, drawing = curved()
    before = drawing.copy()
    find, blanks = find_span, []
    monkeypatch.setattr(rough_module, "find_span", lambda *given: blanks.append(find(*given)) or blanks[-1])
    cut = cut_spans(drawing, lines, np.random.default_rng(1), 2.5, (8.0, 9.0))
    assert np.array_equal(drawing, before) and (cut >= drawing).all()
    assert len(blanks) > 3
    inside = np.zeros(drawing.shape, np.uint8)
    for blank in blanks:
        cv2.fillPoly(inside, [np.round(blank).astype(np.int32)], 1)
        long, wide = np.hypot(*(blank[1] - blank[0])), np.hypot(*(blank[2] - blank[1]))
        assert 8 <= long <= 9 and wide > 6
    changed = cut != drawing
    assert changed.any() and not changed[cv2.dilate(inside, np.ones((5, 5))) == 0].any()
    assert (cut[cv2.erode(inside, np.ones((3, 3))) > 0] == 255).all()
    assert (drawing[cv2.erode(inside, np.ones((3, 3))) > 0] < 128).sum() > 60


def test_a_span_parts_a_line_whatever_its_width():
    for pen in PENS:
        lines = level((20, 180, 60))
        drawn = pens.draw_inked(lines, (120, 200), PENS[pen])
        reach = cv2.distanceTransform((drawn < 128).view(np.uint8), cv2.DIST_L2, 5)
        corners = find_span(lines.paths[0], 80, 6.0, reach)
        x = lines.paths[0][80, 0]
        np.testing.assert_allclose(corners[:, 0], [x - 3, x + 3, x + 3, x - 3], atol=1e-6)
        above, below = corners[[0, 2], 1]
        assert above < 60 - (drawn[:, 100] < 255).sum() / 2 and below > 60 + (drawn[:, 100] < 255).sum() / 2
        cut = cv2.fillPoly(drawn.copy(), [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        assert count_parts(drawn < 250) == 1 and count_parts(cut < 250) == 2


def test_no_spans_of_no_density_and_none_in_short_lines():
    lines, drawing = curved()
    assert np.array_equal(cut_spans(drawing, lines, np.random.default_rng(0), 0.0), drawing)
    short = Lines([path[:12] for path in lines.paths], lines.free)
    assert np.array_equal(cut_spans(drawing, short, np.random.default_rng(0), 50.0, (8.0, 9.0)), drawing)
