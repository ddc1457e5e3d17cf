import cv2
import numpy as np
import pytest
from helpers import write

from illustration_parts.imaging import filters, line_maps
from illustration_parts.imaging.line_maps import check_line_map, read_line_map


def draw_lines(size=200, width=3, ink=0, seed=0):
    """Some lines and a circle on white, (size, size) uint8."""
    rng = np.random.default_rng(seed)
    drawing = np.full((size, size), 255, np.uint8)
    for start, end in rng.integers(5, size - 5, (6, 2, 2)):
        cv2.line(drawing, start.tolist(), end.tolist(), ink, width, cv2.LINE_AA)
    return cv2.circle(drawing, (size // 2, size // 2), size // 3, ink, width, cv2.LINE_AA)


def paint(size=200, seed=0, low=0, high=255):
    """A picture of soft shapes, (size, size) uint8."""
    field = np.random.default_rng(seed).standard_normal((size, size))
    return cv2.normalize(cv2.GaussianBlur(field, (0, 0), 12), None, low, high, cv2.NORM_MINMAX).astype(np.uint8)


def fill(drawing):
    """A drawing with a large solid black area."""
    filled = drawing.copy()
    filled[:, : drawing.shape[1] * 2 // 5] = 0
    return filled


def make_pencil():
    """A drawing in grey pencil on paper with grain."""
    grain = np.random.default_rng(1).normal(0, 3, (200, 200))
    return np.clip(draw_lines(ink=170, width=2) - 5.0 + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "drawing",
    [
        draw_lines(), draw_lines(width=7), draw_lines(1500, 12), draw_lines(ink=140), fill(draw_lines()), make_pencil(),
        filters.dodge(paint()), draw_lines(40),
    ],
    ids=["thin", "broad", "large", "grey", "solid black", "pencil", "soft sketch", "small"],
)  # fmt: skip
def test_line_maps_are_left_as_they_are(drawing):
    before = drawing.copy()
    found, inverted = check_line_map(drawing)
    assert not inverted and np.array_equal(found, before) and np.array_equal(drawing, before)


@pytest.mark.parametrize(
    "drawing", [draw_lines(), draw_lines(width=9), draw_lines(ink=90), draw_lines(40, 1), draw_lines(1500, 12)]
)
def test_light_lines_on_dark_are_inverted(drawing):
    found, inverted = check_line_map(255 - drawing)
    assert inverted and np.array_equal(found, drawing)


def test_a_drawing_that_is_mostly_black_is_not_inverted():
    """Its light parts are paper: many, and broad."""
    drawing = np.zeros((200, 200), np.uint8)
    drawing[10:190, 5:105] = draw_lines(width=1)[10:190, 5:105]
    assert np.median(drawing) == 0 and not check_line_map(drawing)[1]


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        (np.full((90, 90), 255, np.uint8), "is empty, all of it is white: expected dark lines on white"),
        (np.zeros((90, 90), np.uint8), "is all of one grey, 0 of 0 to 255: expected dark lines on white"),
        (np.full((90, 90), 128, np.uint8), "is all of one grey, 128 of 0 to 255"),
        (paint(high=20), "is all of one grey"),  # a compressed one
        (paint(), "shows a picture, no line drawing"),
        (paint(low=0, high=130), "shows a picture, no line drawing"),
        (paint(1200), "shows a picture, no line drawing"),
        (np.random.default_rng(0).integers(0, 256, (90, 90), np.uint8), "shows a picture, no line drawing"),
    ],
    ids=["white", "black", "grey", "nearly black", "picture", "dark picture", "large picture", "noise"],
)
def test_what_is_no_line_map_is_refused_with_the_reason(drawing, reason):
    with pytest.raises(ValueError, match=reason):
        check_line_map(drawing)


def test_a_white_sheet_is_a_map_where_that_is_allowed():
    sheet = np.full((90, 90), 255, np.uint8)
    assert check_line_map(sheet, may_be_empty=True) == (pytest.approx(sheet), False)
    with pytest.raises(ValueError, match="one grey"):
        check_line_map(255 - sheet, may_be_empty=True)


def test_files_are_named(tmp_path):
    path, remarks = tmp_path / "a.png", []
    write(path, draw_lines())
    assert np.array_equal(read_line_map(path, remarks), draw_lines()) and remarks == []
    write(path, 255 - draw_lines())
    assert np.array_equal(read_line_map(path, remarks), draw_lines())
    assert remarks == [f"{path} has light lines on dark, read inverted: {line_maps.EXPECTED}"]
    assert np.array_equal(read_line_map(path), draw_lines())
    write(path, paint())
    with pytest.raises(ValueError, match=r"a\.png shows a picture"):
        read_line_map(path)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"a\.png is empty \(0 bytes\)"):
        read_line_map(path)
