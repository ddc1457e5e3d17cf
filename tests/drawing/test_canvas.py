import numpy as np
import pytest

from illustration_parts.drawing.canvas import PARTS, Canvas, Mask
from illustration_parts.drawing.curves import resample, spline, strand


def line(y=10.0, left=2.0, right=28.0):
    return np.array([[left, y], [right, y]])


def test_spline_passes_through_its_points():
    points = np.array([[0, 0], [10, 5], [20, 0], [25, 9]], float)
    curve = spline(points, samples=4)
    assert np.allclose(curve[::4], points)


def test_closed_spline_ends_where_it_began():
    curve = spline([(0, 0), (10, 0), (10, 10)], closed=True)
    assert np.allclose(curve[0], curve[-1])


def test_resample_takes_equal_steps():
    curve = resample(np.array([[0, 0], [1, 0], [10, 0]], float), 2.0)
    assert np.allclose(np.diff(curve[:, 0]), np.diff(curve[:, 0])[0])
    assert np.allclose(curve[[0, -1]], [[0, 0], [10, 0]])


def test_strand_is_as_wide_as_asked():
    band = strand(line(), [4, 4])
    assert sorted(set(band[:, 1])) == [8, 12]


@pytest.mark.parametrize("width", [1.0, 3.0, 5.0])
def test_stroke_covers_its_width(width):
    canvas = Canvas(20, 32)
    canvas.stroke(line(), width, (0, 0, 0))
    assert canvas.inner[:, 15].sum() == pytest.approx(width, abs=0.05)
    assert canvas.rgb[10, 15, 0] == 0


def test_stroke_thinner_than_a_pixel_is_faint_in_the_picture_and_whole_in_the_truth():
    canvas = Canvas(20, 32)
    canvas.stroke(line(), 0.6, (0, 0, 0))
    assert canvas.inner[10, 15] == pytest.approx(1)
    assert canvas.rgb[10, 15, 0] == pytest.approx(255 * 0.4, abs=1)


def test_stroke_that_cannot_be_seen_is_no_ink():
    canvas = Canvas(20, 32, colour=(100, 100, 100))
    canvas.stroke(line(5), 3, (103, 100, 100))
    canvas.stroke(line(15), 3, (60, 60, 60), "boundary")
    boundary, inner = canvas.seen_ink()
    assert inner.max() == 0
    assert boundary[15].max() == 1 and boundary[5].max() == 0


def test_what_is_done_to_the_whole_picture_hides_faint_strokes():
    canvas = Canvas(20, 32, colour=(100, 100, 100))
    canvas.stroke(line(5), 3, (60, 60, 60))
    canvas.stroke(line(15), 3, (0, 0, 0))
    canvas.tint(Mask(10, 0, np.full((10, 16), 255, np.uint8)), (250, 250, 240))  # a highlight over half of a line
    assert canvas.seen_ink()[1][[5, 15], 20].min() == 1
    assert canvas.seen_ink()[1][15, :12].max() == 0
    canvas.tint(canvas.everything(), (40, 40, 40), multiply=True)  # night
    inner = canvas.seen_ink()[1]
    assert inner[5].max() == 0 < inner[15, 20]


def test_fill_hides_the_ink_under_it():
    canvas = Canvas(20, 32)
    canvas.stroke(line(), 3, (0, 0, 0), kind="boundary")
    canvas.fill(canvas.polygon(np.array([[0, 0], [15, 0], [15, 19], [0, 19]], float)), (200, 0, 0))
    assert canvas.boundary[10, 5] == 0
    assert canvas.boundary[10, 25] == 1
    assert tuple(canvas.rgb[10, 5]) == (200, 0, 0)


def test_stroke_stays_in_its_clip():
    canvas = Canvas(20, 32)
    clip = Mask(0, 10, np.full((20, 6), 255, np.uint8))
    canvas.stroke(line(), 3, (0, 0, 0), clip=clip)
    assert canvas.inner[10, 12] == 1
    assert canvas.inner[10, :10].max() == canvas.inner[10, 16:].max() == 0


def test_mask_clip_and_without():
    one, other = Mask(0, 0, np.full((4, 4), 255, np.uint8)), Mask(2, 1, np.full((4, 4), 255, np.uint8))
    common = one.clip(other)
    assert (common.top, common.left, common.alpha.shape) == (2, 1, (2, 3))
    assert one.without(other).alpha.sum() == 255 * (16 - 6)
    assert one.clip(Mask(9, 9, one.alpha)).alpha.size == 0


def test_soften_spreads_beyond_the_mask_and_stays_on_the_canvas():
    canvas = Canvas(40, 40)
    soft = canvas.soften(Mask(0, 18, np.full((4, 4), 255, np.uint8)), 2.0)
    assert soft.top == 0 and soft.left < 18
    assert soft.top + soft.alpha.shape[0] > 4
    assert 0 < soft.alpha[0, 0] < 20 or soft.alpha[0, 0] == 0
    canvas.tint(soft, (0, 0, 0))


def test_fill_edge_lies_between_fills_and_not_under_ink():
    canvas = Canvas(20, 40, colour=(255, 255, 255))
    half = canvas.polygon(np.array([[20, -5], [60, -5], [60, 30], [20, 30]], float))
    canvas.fill(half, (100, 120, 200))
    assert canvas.fill_edges()[:, 17:23].any(axis=1).all()
    canvas.stroke(np.array([[20, -5], [20, 30]], float), 5, (0, 0, 0), "boundary")
    assert not canvas.fill_edges().any()


def test_equal_colours_make_no_fill_edge():
    canvas = Canvas(20, 40, colour=(255, 255, 255))
    canvas.fill(canvas.polygon(np.array([[20, -5], [60, -5], [60, 30], [20, 30]], float)), (252, 252, 252))
    assert not canvas.fill_edges().any()


def test_fills_are_kept_apart_when_out_of_focus():
    canvas = Canvas(20, 40)
    canvas.fill(canvas.polygon(np.array([[20, -5], [60, -5], [60, 30], [20, 30]], float)), (0, 0, 0))
    before = canvas.fills()
    assert len(np.unique(before)) == 2
    canvas.defocus(2.0)
    assert len(np.unique(canvas.paint)) == 1
    assert np.array_equal(canvas.fills() == canvas.fills()[0, 0], before == before[0, 0])
    # What is painted later is none of them, though numbers go on from where they were.
    canvas.fill(Mask(5, 0, np.full((10, 40), 255, np.uint8)), (0, 90, 0))
    fills = canvas.fills()
    assert len(np.unique(fills)) == 3 and len(np.unique(fills[5:15])) == 1
    assert not set(np.unique(fills[5:15])) & set(np.unique(fills[:5]))


def test_fills_are_kept_apart_through_two_blurs():
    canvas = Canvas(20, 40)
    for left in (10, 20, 30):
        canvas.fill(Mask(0, left, np.full((20, 10), 255, np.uint8)), (left, 0, 0))
        canvas.defocus(2.0)
    assert len(np.unique(canvas.fills()[0, 5::10])) == 4


def test_a_slight_blur_leaves_fills_as_they_are():
    canvas = Canvas(20, 40)
    canvas.fill(Mask(0, 20, np.full((20, 20), 255, np.uint8)), (0, 0, 0))
    before = canvas.fills()
    canvas.defocus(0.8)
    assert np.array_equal(canvas.fills(), before) and np.array_equal(before, canvas.paint)


def test_defocus_removes_ink_and_edges():
    canvas = Canvas(20, 40)
    canvas.fill(canvas.polygon(np.array([[20, -5], [60, -5], [60, 30], [20, 30]], float)), (0, 0, 0))
    canvas.stroke(line(), 2, (0, 0, 0))
    canvas.defocus(2.0)
    assert canvas.inner.max() == 0
    assert not canvas.fill_edges().any()


# Parts, groups, shadow and light


def box(canvas, low, high):
    return canvas.polygon(np.array([(low, low), (high, low), (high, high), (low, high)], float))


def test_a_fill_says_what_it_is_and_what_it_belongs_to():
    canvas = Canvas(40, 40)
    group = canvas.new_group()
    canvas.fill(box(canvas, 10, 30), (9, 9, 9), part="hair", group=group)
    assert PARTS[canvas.part[20, 20]] == "hair" and canvas.group[20, 20] == group
    assert PARTS[canvas.part[2, 2]] == "paper" and canvas.group[2, 2] == 0
    canvas.fill(box(canvas, 15, 25), (200, 9, 9), part=None, apart=False)
    assert PARTS[canvas.part[20, 20]] == "hair" and canvas.region[20, 20] == canvas.region[12, 12]


def test_a_fill_may_have_a_colour_for_each_pixel():
    canvas = Canvas(40, 40)
    mask = box(canvas, 10, 30)
    colours = np.zeros((*mask.alpha.shape, 3))
    colours[..., 0] = np.arange(mask.alpha.shape[1])
    canvas.stroke(np.array([[0.0, 20], [40, 20]]), 3, (0, 0, 0))
    canvas.fill(mask, colours)
    assert canvas.rgb[20, 20].tolist() == [20 - mask.left, 0, 0]
    assert canvas.inner[20, 20] == 0 and canvas.inner[20, 5] == 1


def test_shadows_that_overlap_are_one_shadow():
    canvas = Canvas(40, 40, (200, 200, 200))
    canvas.shade(box(canvas, 5, 25), (0.5, 0.5, 0.5))
    canvas.shade(box(canvas, 15, 35), (0.5, 0.5, 0.5))
    assert np.allclose([canvas.rgb[k, k, 0] for k in (2, 10, 20, 30)], [200, 100, 100, 100])
    assert np.allclose([canvas.light[k, k] for k in (2, 10, 20, 30)], [1, 0.5, 0.5, 0.5])
    canvas.fill(box(canvas, 15, 25), (200, 200, 200))
    canvas.shade(box(canvas, 15, 25), (0.25, 0.25, 0.25))
    assert canvas.rgb[20, 20, 0] == pytest.approx(50) and canvas.light[20, 20] == pytest.approx(0.25)


def test_a_shadow_has_a_fill_edge_and_a_soft_one_has_none():
    for edge in (True, False):
        canvas = Canvas(40, 40, (200, 200, 200))
        canvas.shade(box(canvas, 10, 30), (0.5, 0.5, 0.5), edge)
        assert (canvas.fill_edges() > 0).any() == edge


def test_light_drowns_lines():
    canvas = Canvas(40, 40, (200, 200, 200))
    canvas.stroke(np.array([[0.0, 20], [40, 20]]), 3, (150, 150, 150))
    assert canvas.seen_ink()[1][20, 20] == 1
    canvas.light_up(canvas.everything(), (255, 255, 255))
    assert canvas.rgb.min() > 250 and canvas.seen_ink()[1].max() == 0


def test_what_lies_off_the_canvas_is_left_out():
    canvas = Canvas(40, 40)
    mask = box(canvas, 10, 30)
    for x, y in ((-25, 0), (25, 25), (-100, 3), (0, 99)):
        canvas.shade(mask.moved(x, y), (0.5, 0.5, 0.5))
        canvas.tint(mask.moved(x, y), (0, 0, 0))
        canvas.light_up(mask.moved(x, y), (9, 9, 9))
    assert canvas.rgb[39, 39, 0] < 10 and canvas.rgb[2, 39, 0] == 255


def test_a_pasted_canvas_brings_all_its_maps():
    page, panel = Canvas(60, 60, (255, 255, 255)), Canvas(21, 21, (10, 20, 30))
    page.fill(box(page, 0, 59), (255, 255, 255), group=page.new_group())
    panel.fill(box(panel, 5, 15), (50, 60, 70), part="skin", group=panel.new_group())
    panel.stroke(np.array([[0.0, 3], [21, 3]]), 3, (200, 0, 0))
    panel.shade(box(panel, 8, 12), (0.5, 0.5, 0.5))
    before = page.group[5, 5]
    page.paste(panel, Mask(30, 30, np.full((21, 21), 255, np.uint8)))
    assert np.allclose(page.rgb[30:51, 30:51], panel.rgb, atol=1e-3)
    assert PARTS[page.part[40, 40]] == "skin" and page.group[40, 40] not in (0, before)
    assert page.inner[33, 40] == 1 and page.light[40, 40] == pytest.approx(0.5)
    assert len({page.region[5, 5], page.region[40, 40], page.region[31, 31]}) == 3
    assert page.rgb[5, 5].tolist() == [255, 255, 255]
