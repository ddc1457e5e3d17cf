"""Traced lines, what a pen makes of them, and how they are worn."""

import cv2
import numpy as np
import pytest

from illustration_parts.drawing import pens
from illustration_parts.drawing.pens import PENS
from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import tracing
from illustration_parts.imaging.tracing import Lines

ROUND_OFF = 1e-9


def draw(*parts, shape=(80, 160), width=1):
    """Straight lines between points (x, y), (H, W) uint8, dark on white."""
    drawing = np.full(shape, 255, np.uint8)
    for part in parts:
        cv2.polylines(drawing, [np.array(part, np.int32)], False, 0, width)
    return drawing


def hatch(count=14, gap=12, shape=(200, 200)):
    """Level lines one below the other."""
    return draw(*(((10, 20 + gap * k), (190, 20 + gap * k)) for k in range(count)), shape=shape)


def count_parts(drawn):
    return cv2.connectedComponents(np.ascontiguousarray(drawn).view(np.uint8))[0] - 1


def measure_ink(drawing):
    """Black pixels, or as much grey."""
    return (255.0 - drawing).sum() / 255


# Tracing


def test_a_straight_line_has_two_free_ends_and_a_closed_one_none():
    line = tracing.trace(draw(((20, 30), (120, 30)), width=3))
    assert len(line.paths) == 1 and line.free == [(True, True)]
    assert np.abs(line.paths[0][:, 1] - 30).max() < 0.01 and abs(len(line.paths[0]) - 100) <= 3
    ring = tracing.trace(cv2.circle(draw(), (80, 40), 25, 0, 3))
    assert len(ring.paths) == 1 and ring.free == [(False, False)]
    assert (ring.paths[0][0] == ring.paths[0][-1]).all()
    away = np.hypot(*(ring.paths[0] - (80, 40)).T)
    assert np.abs(away - 25).max() < 1


def test_ends_at_a_joint_are_not_free():
    lines = tracing.trace(draw(((20, 30), (120, 30)), ((70, 30), (70, 70))))
    ends = [
        (tuple(path[place].round().astype(int).tolist()), free)
        for path, both in zip(*lines)
        for place, free in zip((0, -1), both)
    ]
    assert sorted(end for end, free in ends if free) == [(20, 30), (70, 70), (120, 30)]
    assert all(max(abs(x - 70), abs(y - 30)) <= 2 for (x, y), free in ends if not free)


def test_specks_are_not_traced():
    drawing = draw(((20, 30), (120, 30)), ((50, 60), (52, 60)))
    drawing[10, 10] = 0
    assert len(tracing.trace(drawing).paths) == 1


@pytest.mark.parametrize(
    "other, healed",
    [
        (((58, 10), (58, 50)), True),  # a line ahead
        (((60, 30), (100, 30)), True),  # an end ahead
        (((58, 34), (90, 50)), True),  # an end a little to the side
        (((66, 30), (100, 30)), False),  # too far
        (((30, 20), (54, 20)), False),  # beside
        (((2, 38), (56, 38)), False),  # no nearer ahead than to the side
        (((4, 10), (4, 50)), None),  # ahead of the line's other end
        (((44, 10), (44, 22)), None),  # points at the line itself
    ],
)
def test_an_end_is_led_on_to_what_is_near_and_ahead(other, healed):
    centres = draw(((10, 30), (50, 30)), other) < 128
    before = centres.copy()
    found = tracing.heal_ends(centres, 12)
    assert np.array_equal(centres, before) and found.dtype == bool
    assert count_parts(found) == (2 if healed is False else 1)
    assert found[centres].all()
    if healed:
        assert count_parts(found[:, 51:57]) == 1 and found[:, 51:57].any(0).all()
    if healed is None:
        assert not found[:, 51:].any()  # nothing behind the end


def test_closed_lines_and_lines_alone_need_no_healing():
    centres = tracing.find_centres(cv2.circle(draw(((20, 10), (60, 10))), (80, 50), 20, 0, 3))
    assert np.array_equal(tracing.heal_ends(centres, 12), centres)


def test_healing_reaches_as_far_in_the_drawing_to_be_made():
    drawing = draw(((10, 30), (50, 30)), ((58, 30), (100, 30)))
    assert len(tracing.trace(drawing).paths) == 2
    assert len(tracing.trace(drawing, heal=12).paths) == 1
    assert len(tracing.trace(drawing, heal=12, scale=2.0).paths) == 2
    assert len(tracing.trace(drawing, heal=6, scale=0.5).paths) == 1


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.6])
def test_spaces_part_a_line_in_two_with_free_ends(scale):
    drawing = draw(((20, 20), (480, 20)), shape=(40, 500))
    whole = tracing.trace(drawing).paths[0]
    spaces = []
    for seed in range(30):
        lines = tracing.trace(drawing, spaces=1000.0, rng=np.random.default_rng(seed), scale=scale)
        assert len(lines.paths) == 2 and lines.free == [(True, True)] * 2
        assert min(map(len, lines.paths)) * scale > 9
        assert np.array_equal(
            np.concatenate(lines.paths), [point for point in whole if not is_between(point, *lines.paths)]
        )
        spaces.append((lines.paths[1][0, 0] - lines.paths[0][-1, 0]) * scale)
    assert tracing.SPACE[0] - 1 < min(spaces) < 22 and 27 < max(spaces) < tracing.SPACE[1] + 2 * scale


def is_between(point, before, behind):
    return before[-1, 0] < point[0] < behind[0, 0]


def test_spaces_come_as_often_as_said_and_not_in_short_lines():
    drawing = draw(*(((10, y), (209, y)) for y in range(10, 190, 9)), shape=(200, 220))
    counts = [len(tracing.trace(drawing, spaces=2.0, rng=np.random.default_rng(seed)).paths) - 20 for seed in range(10)]
    assert 5 < np.mean(counts) < 11  # 20 lines of 200 pixels, each cut with a chance of 0.4
    short = draw(((10, 10), (80, 10)))
    assert len(tracing.trace(short, spaces=1000.0, rng=np.random.default_rng(0)).paths) == 1


def test_moved_lines_are_where_the_matrix_says():
    lines = tracing.trace(draw(((20, 30), (120, 70))))
    matrix = np.array([[0.0, -1.0, 90.0], [1.0, 0.0, 5.0]])
    moved = tracing.transform(lines, matrix, (200, 200))
    assert moved.free == lines.free
    np.testing.assert_allclose(moved.paths[0], lines.paths[0][:, ::-1] * (-1, 1) + (90, 5), atol=ROUND_OFF)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_points_of_moved_lines_are_about_a_pixel_apart(scale):
    lines = tracing.trace(draw(((20, 30), (120, 30))))
    matrix = np.array([[scale, 0, 3.0], [0, scale, 4.0]])
    (path,), _ = tracing.transform(lines, matrix, (400, 400))
    apart = np.hypot(*np.diff(path, axis=0).T)
    assert 0.8 < apart.min() and apart.max() < 1.25
    np.testing.assert_allclose(path[[0, -1]], lines.paths[0][[0, -1]] * scale + (3, 4), atol=ROUND_OFF)


def test_lines_that_end_up_outside_are_dropped():
    lines = tracing.trace(draw(((20, 30), (60, 30)), ((100, 50), (150, 50))))
    matrix = np.array([[1.0, 0, -80], [0, 1, 0]])
    moved = tracing.transform(lines, matrix, (80, 160))
    assert len(moved.paths) == len(moved.free) == 1 and moved.paths[0][0, 0] == pytest.approx(20, abs=0.1)


# Widths


def find_widths(drawing, pen="default"):
    lines = tracing.trace(drawing)
    return lines, pens.find_widths(lines, drawing.shape, PENS[pen])


@pytest.mark.parametrize("pen", PENS)
def test_widths_belong_to_points(pen):
    lines, widths = find_widths(draw(((20, 30), (120, 30)), ((70, 30), (70, 70))), pen)
    assert [len(path) for path in lines.paths] == [len(width) for width in widths]
    assert all(width.dtype == np.float64 and (width > 0).all() for width in widths)


@pytest.mark.parametrize("pen", ["default", "brush"])
def test_free_ends_come_to_a_point(pen):
    _, (width,) = find_widths(draw(((10, 60), (190, 60)), shape=(120, 200)), pen)
    middle, taper = width[len(width) // 2], int(PENS[pen].taper)
    assert middle == pytest.approx(PENS[pen].thick)
    for end in (width, width[::-1]):
        assert end[0] == pytest.approx(PENS[pen].point * middle)
        assert (np.diff(end[:taper]) > 0).all() and end[taper + 2] == pytest.approx(middle)


def test_lines_swell_where_they_meet():
    lines, widths = find_widths(draw(((20, 60), (180, 60)), ((100, 60), (100, 115)), shape=(120, 200)))
    long = [(path, width) for path, width in zip(lines.paths, widths) if len(path) > 20]
    assert len(long) == 3
    for path, width in long:
        away = np.hypot(*(path - (100, 60)).T)
        assert width[away.argmin()] > width[len(width) // 2] + 0.2
        assert width[away.argmax()] < 0.5 * width[len(width) // 2]


def test_lines_are_thicker_with_room_than_among_others():
    drawing = draw(((10, 40), (190, 40)), *(((10, y), (190, y)) for y in range(110, 135, 3)), shape=(180, 200))
    lines, widths = find_widths(drawing)
    middle = {round(path[0, 1]): width[len(width) // 2] for path, width in zip(lines.paths, widths)}
    assert middle[40] == pytest.approx(PENS["default"].thick)
    assert PENS["default"].thin <= middle[122] < 0.6 * middle[40]
    assert middle[122] < middle[110] < middle[40]  # the outermost has room on one side


def test_bends_are_wider():
    lines, (width,) = find_widths(draw(((30, 90), (100, 20), (170, 90)), shape=(120, 200)))
    bend = lines.paths[0][:, 1].argmin()
    assert width[bend] > 1.2 * max(width[bend - 25], width[bend + 25])


def test_the_technical_pen_is_even():
    _, widths = find_widths(
        draw(((30, 90), (100, 20), (170, 90)), ((100, 20), (100, 110)), shape=(120, 200)), "technical"
    )
    np.testing.assert_allclose(np.concatenate(widths), 2.0)


@pytest.mark.parametrize("pen", PENS)
def test_drawn_lines_are_as_wide_as_found(pen):
    drawing = draw(((20, 60), (180, 60)), shape=(120, 200))
    lines, (width,) = find_widths(drawing, pen)
    drawn = pens.draw_inked(lines, drawing.shape, PENS[pen])
    across = (255.0 - drawn).sum(0) / 255
    for x in (30, 45, 60, 100, 150):
        assert across[x] == pytest.approx(width[np.abs(lines.paths[0][:, 0] - x).argmin()], abs=0.06)
    assert drawn[60, 100] == 0 and (drawn[:40] == 255).all()


def test_a_pen_needs_lines():
    nothing = Lines([], [])
    assert pens.find_widths(nothing, (20, 30), PENS["default"]) == []
    assert (pens.draw_inked(nothing, (20, 30)) == 255).all()


# Wear


def test_specks_are_one_to_four_pixels_as_many_as_said():
    page = np.full((400, 400), 255, np.uint8)
    specked = degrade.add_specks(page, 60, np.random.default_rng(0), (10, 20))
    count, _, stats, _ = cv2.connectedComponentsWithStats((specked < 255).view(np.uint8), connectivity=4)
    assert 56 <= count - 1 <= 60  # a few may touch
    sizes = np.bincount(stats[1:, cv2.CC_STAT_AREA])
    assert len(sizes) <= 9 and (sizes[1:5] > 3).all()
    assert set(np.unique(specked)) <= {*range(10, 21), 255}
    assert (page == 255).all() and np.array_equal(
        specked, degrade.add_specks(page, 60, np.random.default_rng(0), (10, 20))
    )
    assert (
        degrade.add_specks(np.zeros_like(page), 60, np.random.default_rng(0)) == 0
    ).all()  # none is lighter than ink


def test_wear_keeps_size_and_type_and_depends_on_the_seed():
    drawing = pens.draw_inked(tracing.trace(hatch()), (200, 200))
    before, seen = drawing.copy(), set()
    for seed in range(25):
        worn, again = (degrade.wear(drawing, np.random.default_rng(seed)) for _ in range(2))
        assert worn.shape == drawing.shape and worn.dtype == np.uint8 and np.array_equal(worn, again)
        assert worn[drawing == 255].mean() > worn[drawing < 30].mean() + 80  # lines can still be told from paper
        seen.add(worn.tobytes())
    assert len(seen) > 12 and drawing.tobytes() in seen  # some stay clean
    assert np.array_equal(drawing, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (1, 7), (9, 1), (2, 2), (40, 30)])
@pytest.mark.parametrize("kind", ["white", "black", "dot"])
def test_blank_and_tiny_drawings(shape, kind):
    drawing = np.full(shape, 0 if kind == "black" else 255, np.uint8)
    if kind == "dot":
        drawing[0, 0] = 0
    matrix = np.array([[2.0, 0, 1], [0, 2, 0]])
    for seed in range(6):
        rng = np.random.default_rng(seed)
        traced = tracing.trace(drawing, 12.0, 1.0, rng, 1.5)
        for lines, size in ((traced, shape), (tracing.transform(traced, matrix, (10, 12)), (10, 12))):
            made = [pens.draw_inked(lines, size)]
            made += [degrade.add_specks(made[0], 3, rng), degrade.wear(made[0], rng)]
            assert all(each.shape == size and each.dtype == np.uint8 for each in made)
            assert kind != "white" or (made[0] == 255).all()


def test_lines_of_one_point_are_drawn():
    lines = Lines([np.array([[10.0, 12.0]])], [(True, True)])
    for pen in ("technical", "default"):
        drawn = pens.draw_inked(lines, (24, 20), PENS[pen])
        assert drawn[12, 10] < 255 and (drawn < 255).sum() < 30
