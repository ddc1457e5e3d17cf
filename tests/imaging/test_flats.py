"""Areas of sketches, what they show, their groups, dabs and how they are painted."""

import cv2
import numpy as np
import pytest
from helpers import draw_rooms

from illustration_parts.imaging import flats

HAIR, SKIN, SKY = 0, 1, 2


def tell(left=HAIR, right=SKIN, around=SKY, size=(48, 64), sure=0.96):
    """What a network might tell of `draw_rooms`: (shares, vectors)."""
    parts = np.full(size, around)
    parts[2:-2, 2 : size[1] // 2], parts[2:-2, size[1] // 2 : -2] = left, right
    shares = np.full((*size, 3), (1 - sure) / 2, np.float32)
    np.put_along_axis(shares, parts[..., None], sure, -1)
    vectors = np.zeros((*size, 2), np.float32)
    vectors[:, size[1] // 2 :, 0] = 3.0
    return shares, vectors


ALONE = np.array([False, True, True])


def look(sketch, *told):
    apart = flats.take_apart(sketch)
    return apart, flats.look(apart, *told, ALONE)


def test_ink_is_lines_and_solid_blacks_but_no_tones():
    grey = np.full((200, 200), 235, np.uint8)
    grey[40:160, 40:160] = 150  # a tone
    grey[100, 20:180] = 60
    grey[10:30, 120:180] = 5  # solid
    ink = flats.find_ink(grey)
    assert ink[100, 100] > 60 and ink[80, 80] < 20 and ink[60, 10] == 0
    assert (ink[12:28, 122:178] >= 250).all()


def test_grey_paper_becomes_white():
    grey = np.full((80, 80), 204, np.uint8)
    grey[40] = 40
    white = flats.take_apart(grey).grey
    assert (white[:40] == 255).all() and (white[40] == 50).all()
    assert (flats.whiten(np.full((9, 9), 60, np.uint8)) == 60).all()


@pytest.mark.parametrize("gap", [0, 6])
def test_areas_show_what_most_of_them_shows_even_where_lines_gape(gap):
    _, seen = look(draw_rooms(gap), *tell())
    places = seen.ids[48, 30], seen.ids[48, 100], seen.ids[1, 1]
    assert [seen.parts[place] for place in places] == [HAIR, SKIN, SKY]
    left, right = (seen.ids[8:88, columns] for columns in (slice(8, 58), slice(70, 120)))
    assert (seen.parts[left] == HAIR).mean() > 0.97 and (seen.parts[right] == SKIN).mean() > 0.97
    assert len(seen.sizes) == seen.ids.max() + 1 and seen.sizes.sum() == seen.ids.size


def test_a_network_that_is_unsure_divides_no_area():
    apart = flats.take_apart(draw_rooms())
    shares, _ = tell(sure=0.5)
    shares[10:20, 8:14] = (0.3, 0.4, 0.3)  # a patch
    assert (flats.divide_mixed(apart, shares) == apart.ids).all()


def test_areas_of_one_part_belong_together_if_they_are_near():
    parts, sizes = np.array([HAIR, HAIR, HAIR, SKIN, SKIN]), np.array([400, 300, 350, 100, 900])
    means = np.array([[0.0, 0], [0.3, 0], [3, 0], [5, 5], [-5, 5]])
    groups, group_parts = flats.join_areas(parts, means, sizes, ALONE)
    assert groups[0] == groups[1] != groups[2] and groups[3] == groups[4]  # all skin is one
    assert group_parts.tolist() == [SKIN, HAIR, HAIR] and groups.tolist() == [1, 1, 2, 0, 0]


def dab(hints, x, y, colour, radius=3):
    cv2.circle(hints, (x, y), radius, (*colour, 255), -1)


def test_a_dab_colours_its_area_and_its_group_and_nothing_else():
    for gap in (0, 6):
        apart, seen = look(draw_rooms(gap), *tell(HAIR, SKIN))
        colours = np.full((len(seen.parts), 3), 100, np.uint8)
        hints = np.zeros((96, 128, 4), np.uint8)
        dab(hints, 30, 40, (200, 10, 20))
        ids, found = flats.lay_dabs(seen, apart.ink, hints, colours)
        flat = found[ids]
        red = (flat == (200, 10, 20)).all(-1)
        assert red[10:86, 10:58].mean() > 0.97 and not red[10:86, 70:118].any() and not red[:3].any()
        assert (flat[~red] == 100).all() and (colours == 100).all()
    apart, seen = look(draw_rooms(), *(tell(SKIN, SKIN)))  # both rooms are skin
    ids, found = flats.lay_dabs(seen, apart.ink, hints, np.full((len(seen.parts), 3), 100, np.uint8))
    assert (found[ids][10:86, 70:118] == (200, 10, 20)).all()
    ids, found = flats.lay_dabs(seen, apart.ink, hints, np.full((len(seen.parts), 3), 100, np.uint8), apart=(SKIN,))
    assert (found[ids][10:86, 10:58] == (200, 10, 20)).mean() > 0.97 and (found[ids][10:86, 70:118] == 100).all()


def test_several_dabs_divide_an_area_and_share_a_group_by_nearness():
    apart, seen = look(draw_rooms(), *tell(SKIN, SKIN))
    hints = np.zeros((96, 128, 4), np.uint8)
    dab(hints, 30, 14, (200, 10, 20))
    dab(hints, 30, 80, (20, 10, 200))
    ids, found = flats.lay_dabs(seen, apart.ink, hints, np.full((len(seen.parts), 3), 100, np.uint8))
    flat = found[ids]
    assert (flat[8:30, 10:56] == (200, 10, 20)).all() and (flat[66:88, 10:56] == (20, 10, 200)).all()
    assert not (flat[8:88, 70:118] == 100).any()  # it belongs to them
    assert (found[ids][14, 30] == (200, 10, 20)).all()


def test_dabs_of_larger_sheets_are_not_lost():
    hints = np.zeros((400, 400, 4), np.uint8)
    hints[200:202, 300] = (1, 2, 3, 255)
    marks, colours = flats.find_dabs(hints, (50, 60))
    assert marks.max() == 1 and marks[25, 45] == 1 and colours.tolist() == [[1, 2, 3]]
    marks, colours = flats.find_dabs(np.zeros((9, 9, 4), np.uint8), (5, 5))
    assert not marks.any() and colours.shape == (0, 3)


def test_painting_is_flat_shaded_and_lines_are_tinted():
    sketch = draw_rooms(size=(600, 300))
    apart = flats.take_apart(sketch)
    colours = np.full((apart.ids.max() + 1, 3), (230, 180, 160), np.uint8)
    light = np.ones((30, 15), np.float32)
    light[15:] = 0.5
    flat = flats.render(apart, apart.ids, colours, light, "none")
    assert (
        flat.shape == (600, 300, 3)
        and (flat[100, 50] == (230, 180, 160)).all()
        and (flat[500, 50] == flat[100, 50]).all()
    )
    line = flat[300, 150].astype(int)
    assert 10 < line.max() < 90 and line[0] > line[2]  # a dark tone of what is beside
    for shade in ("cel", "soft"):
        found = flats.render(apart, apart.ids, colours, light, shade)
        assert (found[100, 50] == (230, 180, 160)).all() and (found[560, 50] < (225, 170, 150)).all()


def test_large_sketches_are_taken_apart_on_a_smaller_copy(monkeypatch):
    monkeypatch.setattr(flats, "LARGEST", 96 * 128)
    sketch = cv2.resize(draw_rooms(), (512, 384), interpolation=cv2.INTER_NEAREST)
    apart = flats.take_apart(sketch)
    assert apart.ids.shape == (96, 128) and apart.grey.shape == (384, 512)
    found = flats.render(
        apart, apart.ids, np.full((apart.ids.max() + 1, 3), 200, np.uint8), np.ones((2, 2), np.float32)
    )
    assert found.shape == (384, 512, 3) and (found[200, 100] == 200).all()


@pytest.mark.parametrize("level", [0, 255])
def test_blank_and_tiny_sketches_are_no_trouble(level):
    for size in ((1, 1), (3, 200), (40, 40)):
        apart = flats.take_apart(np.full(size, level, np.uint8))
        shares, vectors = tell()
        seen = flats.look(apart, shares, vectors, ALONE)
        assert seen.ids.shape == size and len(seen.parts) == seen.ids.max() + 1
        hints = np.full((*size, 4), (9, 8, 7, 255), np.uint8)
        ids, colours = flats.lay_dabs(seen, apart.ink, hints, np.full((len(seen.parts), 3), 100, np.uint8))
        assert flats.render(apart, ids, colours, np.ones((4, 4), np.float32)).shape == (*size, 3)


def test_bands_of_an_enlarged_picture_are_the_enlarged_picture():
    picture = np.random.default_rng(0).integers(0, 256, (37, 50, 3), dtype=np.uint8)
    whole = cv2.resize(picture.astype(np.float32), (170, 111), interpolation=cv2.INTER_LINEAR)
    for band in (slice(0, 40), slice(40, 111)):
        found = flats.enlarge(picture, (111, 170), band)
        assert found.shape == (band.stop - band.start, 170, 3)
        assert np.abs(found - whole[band]).max() < 6  # fractions of a pixel are rounded to 32nds
