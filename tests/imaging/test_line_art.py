"""Line drawings: which pictures are some, and the areas that their ink encloses."""

import cv2
import numpy as np
import pytest

from illustration_parts.imaging import line_art


def make_paper(height=80, width=100):
    return np.full((height, width, 3), 255, np.uint8)


def draw_box(grey=0, thickness=2):
    """A box around the pixels of rows 22 to 58 and columns 22 to 78."""
    picture = make_paper()
    cv2.rectangle(picture, (20, 20), (80, 60), (grey,) * 3, thickness)
    return picture


def draw_parts():
    """A sheet with a face, a small eye, a body of pale lines, and hair strands that end in the open."""
    picture = make_paper(300, 260)
    cv2.circle(picture, (130, 90), 50, (0, 0, 0), 2, cv2.LINE_AA)
    cv2.circle(picture, (115, 85), 5, (40, 40, 40), 1, cv2.LINE_AA)
    cv2.rectangle(picture, (90, 160), (170, 270), (190, 190, 190), 1)
    for x in range(100, 160, 12):
        cv2.line(picture, (x, 45), (x + 4, 62), (60, 60, 60), 1, cv2.LINE_AA)
    return picture


def test_a_line_drawing_is_line_art():
    for picture in (draw_parts(), 255 - draw_parts(), draw_box(), draw_box(grey=200, thickness=1)):
        assert line_art.find_ink(picture) is not None


def test_other_pictures_are_not():
    rng = np.random.default_rng(3)
    shade = np.add.outer(np.arange(120), np.arange(160))
    photograph = np.dstack([shade, shade[::-1], shade[:, ::-1]]) * 0.8 + rng.normal(0, 12, (120, 160, 3))
    filled = draw_parts()
    cv2.circle(filled, (130, 90), 40, (255, 220, 200), -1)
    others = {
        "blank": make_paper(),
        "one pixel": make_paper(1, 1),
        "black": make_paper() * 0,
        "photograph": np.clip(photograph, 0, 255).astype(np.uint8),
        "noise": rng.integers(0, 256, (120, 160, 3)).astype(np.uint8),
        "filled": filled,
    }
    assert [name for name, picture in others.items() if line_art.find_ink(picture) is not None] == []


def test_a_box_is_two_areas_that_share_its_line():
    ids = line_art.segment(draw_box(thickness=3))
    assert ids.max() == 1 and ids.dtype == np.int32 and ids[0, 0] == 0
    assert (ids[22:59, 22:79] == 1).all()
    inside = (ids == 1).sum()
    assert 37 * 57 < inside < 43 * 63  # between the line's inner and outer rim


@pytest.mark.parametrize("size", [3, 6])
def test_gaps_are_bridged_up_to_their_width(size):
    picture = draw_box()
    picture[15:25, 50 : 50 + size] = 255
    assert line_art.segment(picture, gap=size).max() == 1
    assert line_art.segment(picture, gap=0).max() == 0
    picture[15:25, 50 : 50 + size + 4] = 255
    assert line_art.segment(picture, gap=size).max() == 0


def test_an_end_goes_on_to_the_line_ahead():
    picture = draw_box()
    cv2.line(picture, (50, 20), (50, 54), (0, 0, 0), 2)
    assert line_art.segment(picture, gap=0).max() == 1
    ids = line_art.segment(picture, gap=8)
    assert ids.max() == 2 and ids[40, 40] != ids[40, 60]


def end_line(picture, end, stop, fading):
    """End the line of column 50 in row `end`, paler and paler over the pixels before, and clear the rows to `stop`."""
    for row in range(end - fading, end):
        ink = 255 - picture[row, 45:56].astype(int)
        picture[row, 45:56] = 255 - ink * (end - row) // (fading + 1)
    picture[end:stop, 45:56] = 255


@pytest.mark.parametrize("fading, areas", [(0, 3), (9, 2)])
def test_a_line_that_was_cut_off_goes_on_and_one_that_was_lifted_does_not(fading, areas):
    picture = draw_box()
    cv2.line(picture, (50, 20), (50, 60), (0, 0, 0), 2)
    end_line(picture, 56, 59, fading)
    assert line_art.segment(picture, gap=2).max() == areas - 1


@pytest.mark.parametrize("fading, areas", [(0, 3), (9, 2)])
def test_two_lifted_ends_are_joined_across_less_than_two_cut_ones(fading, areas):
    picture = draw_box()
    cv2.line(picture, (50, 20), (50, 60), (0, 0, 0), 2)
    end_line(picture, 38, 40, fading)
    end_line(picture[::-1], 38, 40, fading)
    assert line_art.segment(picture, gap=2).max() == areas - 1
    assert line_art.segment(picture, gap=4).max() == 2


def test_a_line_goes_on_to_the_pictures_rim():
    picture = make_paper()
    cv2.line(picture, (50, 3), (50, 79), (0, 0, 0), 2)
    assert line_art.segment(picture, gap=4).max() == 1
    assert line_art.segment(picture, gap=0).max() == 0


def test_a_line_that_ends_far_from_others_encloses_nothing():
    picture = draw_box()
    cv2.line(picture, (50, 20), (50, 40), (0, 0, 0), 2)
    assert line_art.segment(picture, gap=8).max() == 1


@pytest.mark.parametrize("grey", [0, 120, 200, 225])
def test_pale_thin_lines_enclose(grey):
    picture = draw_box()
    cv2.line(picture, (50, 20), (50, 60), (grey,) * 3, 1)
    ids = line_art.segment(picture, detail=1)
    assert ids.max() == 2 and ids[40, 40] != ids[40, 60]


def test_twelve_pixels_stay_and_fewer_do_not():
    picture = draw_box()
    picture[30:36, 30:36] = 0
    picture[31:34, 31:35] = 255  # 12 pixels
    assert line_art.segment(picture, detail=1).max() == 2
    picture[33, 30:36] = 0  # 8 pixels
    assert line_art.segment(picture, detail=1).max() == 1
    assert line_art.segment(picture, detail=1, min_area=4).max() == 2


def test_min_area_joins_areas():
    assert line_art.segment(draw_box(), min_area=5000).max() == 0


def test_solid_black_is_an_area_of_its_own():
    picture = draw_box()
    picture[30:55, 30:60] = 0
    ids = line_art.segment(picture)
    assert ids.max() == 2 and (ids[32:53, 32:58] == ids[40, 40]).all() and ids[26, 26] != ids[40, 40]


def test_coarse_regions_are_unions_of_finer_ones():
    finest = line_art.segment(draw_parts(), detail=1)
    counts = []
    for detail in (0.0, 0.3, 0.6, 1.0):
        ids = line_art.segment(draw_parts(), detail=detail)
        counts.append(int(ids.max()) + 1)
        for region in range(finest.max() + 1):
            assert len(np.unique(ids[finest == region])) == 1
    assert counts == sorted(counts) and counts[0] < counts[-1]


def test_blank_paper_and_one_pixel_are_one_area():
    for shape in ((80, 100), (1, 1), (1, 300), (300, 3)):
        ids = line_art.divide(np.zeros(shape, np.uint8))
        assert ids.shape == shape and not ids.any()


def test_noise_and_strips_are_bounded():
    rng = np.random.default_rng(5)
    for shape in ((90, 110), (2000, 3), (3, 2000), (2, 2)):
        ink = rng.integers(0, 256, shape).astype(np.uint8)
        counts = [int(line_art.divide(ink, detail, gap=50).max()) + 1 for detail in (0.0, 0.5, 1.0)]
        assert counts == sorted(counts) and 1 <= counts[0] and counts[-1] <= max(1, ink.size // line_art.SMALLEST)


def test_solid_ink_is_one_area():
    assert not line_art.divide(np.full((60, 70), 255, np.uint8)).any()


def test_the_picture_is_not_changed():
    picture = draw_parts()
    line_art.segment(picture)
    assert (picture == draw_parts()).all()


def test_skeletons_have_the_ids_size(monkeypatch):
    ids = line_art.segment(draw_box())
    exact = line_art.draw_skeleton(ids)
    assert exact.shape == ids.shape and exact[40, 50] == 255 and exact[0, 0] == 0
    monkeypatch.setattr(line_art, "LARGE", ids.size / 3)
    assert line_art.draw_skeleton(ids).shape == ids.shape


@pytest.mark.parametrize("wrong", [{"detail": 1.1}, {"gap": -1}, {"min_area": -1}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        line_art.segment(draw_box(), **wrong)


def test_other_arrays_are_refused():
    for array in (np.zeros((5, 5), np.uint8), np.zeros((0, 5, 3), np.uint8), np.zeros((5, 5, 3))):
        for function in (line_art.segment, line_art.find_ink):
            with pytest.raises(ValueError, match="picture must be"):
                function(array)
