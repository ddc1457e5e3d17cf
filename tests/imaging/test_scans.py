"""Scans and drawings of many kinds of paper become ink; illustrations are told apart."""

import cv2
import numpy as np
import pytest

from illustration_parts.drawing import illustrations
from illustration_parts.imaging import scans

LEVELLED, INVERTED = "paper levelled", "light lines on dark, inverted"


def draw(ground=(255, 255, 255), ink=(0, 0, 0), height=200, width=300, thickness=2):
    """A ring and a slanted line of a colour on another, (H, W, 3) uint8 RGB."""
    page = np.full((height, width, 3), ground, np.uint8)
    cv2.circle(page, (width // 2, height // 2), height // 3, ink, thickness, cv2.LINE_AA)
    return cv2.line(page, (20, 20), (width - 20, height - 30), ink, thickness, cv2.LINE_AA)


TRUE = 255 - draw()[..., 0]  # its ink
PAPER, LINES = TRUE == 0, TRUE == 255


def test_black_on_white_is_inverted_and_nothing_else():
    page = draw()
    before = page.copy()
    ink, notes = scans.level(page)
    assert np.array_equal(ink, TRUE) and ink.dtype == np.uint8 and notes == []
    assert np.array_equal(page, before)


def test_light_lines_on_dark_give_the_same_ink_and_a_note():
    ink, notes = scans.level(255 - draw())
    assert np.array_equal(ink, TRUE) and notes == [INVERTED]
    ink, notes = scans.level(draw((40, 62, 50), (232, 235, 228)))
    assert notes == [INVERTED, LEVELLED]
    assert ink[PAPER].max() < 20 and ink[LINES].min() > 200


def shade(page, low, high, tilt=20):
    """A page under light that changes from side to side and from top to bottom."""
    height, width = page.shape[:2]
    light = np.linspace(low, high, width)[None] + np.linspace(-tilt, 0, height)[:, None]
    return np.clip(page / 255 * light[..., None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("low, high", [(190, 235), (245, 170), (150, 200)])
def test_grey_paper_that_darkens_to_a_side_is_levelled(low, high):
    ink, notes = scans.level(shade(draw(), low, high))
    assert notes == [LEVELLED]
    assert ink[PAPER].max() < 20 and ink[LINES].min() > 200


def test_grain_does_not_become_ink():
    rng = np.random.default_rng(0)
    page = draw((225, 225, 225), (50, 50, 50)) + rng.normal(0, 4, (200, 300, 1))
    ink, notes = scans.level(np.clip(page, 0, 255).astype(np.uint8))
    assert notes == [LEVELLED]
    assert ink[PAPER].mean() < 5 and np.percentile(ink[PAPER], 99) < 20 and ink[LINES].min() > 200


@pytest.mark.parametrize(
    "ground, line",
    [
        ((245, 235, 200), (60, 90, 200)),  # blue pencil on yellowish paper
        ((250, 250, 250), (170, 170, 170)),  # pale pencil
        ((255, 255, 255), (90, 160, 255)),  # light blue on white
        ((230, 215, 190), (120, 60, 20)),  # sepia
    ],
)
def test_coloured_and_pale_lines_become_full_ink(ground, line):
    ink, notes = scans.level(draw(ground, line))
    assert notes == ["pale lines darkened" if ground == (255, 255, 255) else LEVELLED]
    assert ink[PAPER].max() < 20 and ink[LINES].min() > 200


def test_lines_too_pale_to_tell_from_grain_stay_pale():
    ink, _ = scans.level(draw((250, 250, 250), (232, 232, 232)))
    assert ink[PAPER].max() < 20 and 40 < ink[LINES].min() <= ink[LINES].max() < 140


@pytest.mark.parametrize("level, notes", [(255, []), (200, [LEVELLED]), (128, [LEVELLED]), (0, [INVERTED])])
def test_a_blank_page_gives_nothing(level, notes):
    ink, said = scans.level(np.full((100, 80, 3), level, np.uint8))
    assert not ink.any() and said == notes


@pytest.mark.parametrize("ground, black", [(255, 0), (215, 30)])
def test_solid_black_stays(ground, black):
    page = draw((ground,) * 3, (black,) * 3)
    page[60:140, 100:200] = black
    page[150:156, 20:26] = black
    ink, _ = scans.level(page)
    assert ink[60:140, 100:200].min() > 240 and ink[150:156, 20:26].min() > 200
    assert ink[LINES].min() > 200 and ink[:50, 150:][PAPER[:50, 150:]].max() < 20


@pytest.mark.parametrize("seed", [0, 1, 4, 6, 8])
def test_illustrations_are_refused_and_what_is_for_them_is_named(seed):
    with pytest.raises(scans.IllustrationError, match=r"\d\d% of this is (coloured|toned): --task lines,refine"):
        scans.level(illustrations.draw(seed, 160, "portrait", "tv").picture)


def test_a_toned_drawing_is_refused_and_a_spot_of_tone_is_not():
    for share, refused in ((0.1, False), (0.6, True)):
        page = draw()
        page[: int(200 * share), :] = np.minimum(page[: int(200 * share), :], 150)
        if refused:
            with pytest.raises(scans.IllustrationError):
                scans.level(page)
        else:
            assert scans.level(page)[0].shape == (200, 300)


@pytest.mark.parametrize("seed", range(20))
def test_drawings_of_lines_are_never_refused(seed):
    lines = illustrations.draw(seed, 256).lines
    ink, notes = scans.level(np.dstack([lines] * 3))
    assert ink.shape == lines.shape and INVERTED not in notes
    # Where much is ink, dense hatching may pass for shaded paper, which is levelled.
    most = 4 if (255 - lines).mean() < 26 else 7
    if (255 - lines).mean() < 64:  # what has more ink is a pattern
        assert np.abs(ink.astype(int) - (255 - lines)).mean() < most


@pytest.mark.parametrize("height, width", [(1, 1), (1, 2), (3, 500), (500, 3), (5, 5), (6, 6), (7, 900)])
def test_extreme_sizes(height, width):
    page = np.full((height, width, 3), 255, np.uint8)
    ink, notes = scans.level(page)
    assert ink.shape == (height, width) and ink.dtype == np.uint8 and not ink.any() and notes == []
    page[height // 2, ::3] = 0
    ink, _ = scans.level(page)
    assert ink.shape == (height, width) and ink.dtype == np.uint8
    page[:] = 120
    assert not scans.level(page)[0].any()


def test_bands_do_not_show(monkeypatch):
    for page in (draw(), shade(draw(), 190, 235), shade(draw((40, 62, 50), (232, 235, 228)), 250, 230)):
        whole, notes = scans.level(page)
        for band in (7, 64):
            monkeypatch.setattr(scans, "BAND", band)
            ink, said = scans.level(page)
            assert said == notes and np.abs(ink.astype(int) - whole).max() <= 1
        monkeypatch.undo()


def test_large_pages_are_levelled_like_small_ones():
    """What is measured on the thumbnail is where it belongs."""
    page = shade(draw(height=800, width=1200, thickness=6), 180, 240)
    true = 255 - draw(height=800, width=1200, thickness=6)[..., 0]
    ink, notes = scans.level(page)
    assert notes == [LEVELLED] and ink[true == 0].max() < 20 and ink[true == 255].min() > 200


def test_the_ground_follows_the_light_and_not_the_lines():
    page = shade(draw(thickness=6), 150, 240)
    ground = scans.fit_ground(page)
    expected = shade(np.full_like(page, 255), 150, 240)
    assert ground.shape == page.shape and np.abs(ground - expected).max() < 8


def photograph():
    """A grey sheet with black lines, a blue construction line and a red crayon spot, on a brown table."""
    page = np.full((240, 320, 3), 205, np.uint8)
    page[40:44, 30:290] = page[40:200, 60:63] = 30
    page[120:124, 30:290] = (70, 130, 215)
    page[150:180, 120:150] = (215, 60, 70)
    page[140:190, 134:136] = 30
    page[215:] = (120, 80, 45)
    return page


def test_coloured_strokes_beside_ink_are_paler_and_what_lies_around_the_sheet_is_left_out():
    ink, notes = scans.level(photograph())
    assert notes == ["surroundings of the sheet left out", "paper levelled", "coloured strokes paled"]
    assert ink[41:43, 80:280].min() > 200 and ink[152:178, 134:136].min() > 180
    assert ink[121:123, 80:280].mean() < 0.6 * ink[41:43, 80:280].mean()
    assert ink[155:175, 122:130].mean() < 100 and ink[222:].max() == 0


@pytest.mark.parametrize("colour", ["blue", "red", "all"])
def test_strokes_of_a_colour_are_dropped(colour):
    page = np.full((120, 160, 3), 250, np.uint8)
    lines = {"blue": (30, (60, 110, 220)), "red": (60, (220, 50, 60)), "black": (90, (20, 20, 20))}
    for top, value in lines.values():
        page[top : top + 4, 20:140] = value
    ink, notes = scans.level(page, colour)
    assert any("strokes left out" in note for note in notes)
    black = ink[91:93, 30:130]
    assert black.min() > 200
    for name in ("blue", "red") if colour == "all" else (colour,):
        top = lines[name][0]
        assert ink[top + 1 : top + 3, 30:130].max() < 20
    page[90:94] = 250
    ink, _ = scans.level(page, colour)  # without black ink, the other colour is the ink
    for name in ("blue", "red"):
        part = ink[lines[name][0] + 1 : lines[name][0] + 3, 30:130]
        if colour in (name, "all"):
            assert part.max() < 20
        else:
            assert part.min() > 150


def test_what_is_no_line_is_taken_out_before_lines_are_extracted():
    page = photograph()
    before = page.copy()
    cleaned, notes = scans.clean(page)
    assert notes == ["surroundings of the sheet left out", "coloured strokes paled"] and np.array_equal(page, before)
    assert np.abs(cleaned[41:43, 80:280].astype(int) - 30).max() <= 2  # ink stays
    assert cleaned[121:123, 80:280].min() > 170 and cleaned[220:].min() > 180
    assert np.abs(cleaned[60:110, 100:280].astype(int) - 205).max() <= 2
    _, notes = scans.clean(page, "blue")
    assert notes[-1] == "blue strokes left out"


def test_a_street_is_no_sheet():
    """Even grey with a colour on both sides, but not of a sheet's shape."""
    page = draw((205, 205, 200), height=240, width=320)
    for left, right in ((0, 70), (319, 249)):
        cv2.fillPoly(page, [np.array([(left, 0), (right, 120), (left, 239)])], (150, 90, 40))
    assert scans.SURROUNDINGS not in scans.clean(page)[1]
    with pytest.raises(scans.IllustrationError):
        scans.level(page)


def test_before_lines_are_extracted_clean_drawings_and_illustrations_stay_as_they_are():
    page = draw()
    page[60:64, 40:200] = (60, 110, 220)  # beside black ink, but on clean white
    for picture in (page, illustrations.draw(4, 192, "portrait", "tv").picture):
        cleaned, notes = scans.clean(picture)
        assert cleaned is picture and notes == []
    cleaned, notes = scans.clean(page, "blue")
    assert notes == ["blue strokes left out"] and cleaned[61:63, 45:90].min() > 240
    assert np.array_equal(cleaned[LINES & (np.arange(200)[:, None] > 70)], page[LINES & (np.arange(200)[:, None] > 70)])
    assert np.array_equal(scans.clean(page, "red")[0][61:63, 45:90], page[61:63, 45:90])


def test_colours_are_dropped_from_a_blackboard_by_the_hue_that_they_show():
    board = np.full((120, 160, 3), 20, np.uint8)
    for top, value in ((30, (90, 150, 255)), (60, (250, 230, 80))):
        board[top : top + 4, 20:140] = value
    ink, _ = scans.level(board, "blue")
    assert ink[31:33, 30:130].max() < 20 and ink[61:63, 30:130].min() > 150
    cleaned, _ = scans.clean(board, "blue")
    assert cleaned[31:33, 30:130].max() < 40
    assert np.abs(cleaned[61:63].astype(int) - board[61:63]).max() <= 2


def test_coloured_lines_alone_are_ink():
    page = np.full((120, 160, 3), 250, np.uint8)
    page[30:34, 20:140] = (60, 110, 220)
    ink, notes = scans.level(page)
    assert ink[31:33, 30:130].min() > 200 and "coloured strokes paled" not in notes


def test_pencil_shading_is_less_of_a_tone():
    """The same share of the page in grey: as pencil strokes it is taken, as an even tone it is refused."""
    page = np.full((300, 300, 3), 245, np.uint8)
    for x in range(-300, 300, 5):  # hatching over a third of the page, paper between its strokes
        cv2.line(page, (x, 115), (x + 100, 5), (70, 70, 70), 2, cv2.LINE_AA)
    assert scans.level(page)[0].shape == (300, 300)
    even = np.full((300, 300, 3), 245, np.uint8)
    even[5:115] = page[5:115].mean((0, 1)).astype(np.uint8)
    with pytest.raises(scans.IllustrationError, match="is toned"):
        scans.level(even)
