import cv2
import numpy as np
import pytest

from illustration_parts.imaging import scales


class Finder:
    """Finds dark strokes of 1 to 8 px, as a trained network does; of broader ones their rims. Counts what it sees."""

    def __init__(self, channels=1, widest=8):
        self.channels, self.widest, self.seen = channels, widest, []

    def __call__(self, picture):
        assert picture.dtype == np.uint8 and picture.ndim == 3
        self.seen.append(picture.shape[:2])
        ink = 255 - cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (self.widest + 1, self.widest + 1))
        inside = cv2.erode(cv2.morphologyEx(ink, cv2.MORPH_OPEN, disc), np.ones((13, 13), np.uint8))
        ink = cv2.subtract(ink, inside)
        return np.dstack([ink] + [np.full_like(ink, 128)] * (self.channels - 1)).reshape(*ink.shape, -1)


def draw(size=400, width=3, height=None, blur=0.0):
    """Circles drawn with one pen on white."""
    picture = np.full((8 * (height or size), 8 * size, 3), 255, np.uint8)
    for share in (0.15, 0.38):
        centre = 4 * size, 4 * (height or size)
        cv2.circle(picture, centre, int(share * 8 * size), (0, 0, 0), 8 * width)
    return cv2.resize(picture, (size, height or size), interpolation=cv2.INTER_AREA)


def error(found, picture):
    """Mean difference of found ink from the picture's own."""
    return np.abs(255.0 - picture[..., 0] - found[..., 0]).mean()


# Widths


@pytest.mark.parametrize("width", [1, 2, 3, 5, 8, 16])
def test_widths_are_measured(width):
    ink = 255 - draw(width=width)[..., 0]
    (median,) = scales.measure_widths(ink, (0.5,))
    assert median == pytest.approx(width, rel=0.3)
    soft = cv2.GaussianBlur(ink, (0, 0), 1.0)
    if width > 2:  # of a thinner one the two sides blur into each other
        assert scales.measure_widths(soft, (0.5,))[0] == pytest.approx(median, rel=0.25)


def test_shares_of_widths_are_told_apart():
    ink = np.zeros((256, 512), np.uint8)
    ink[:, 50:52] = 255
    ink[:, 130:132] = 255
    ink[:, 210:212] = 255
    ink[:, 402:418] = 255  # a cell's border lies inside: part of it is counted as narrower
    thin, broad = scales.measure_widths(ink, (0.3, 0.95))
    assert thin == pytest.approx(2, abs=0.1) and broad > 5


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (40, 60), (2100, 31)])
def test_nothing_has_no_width(shape):
    assert scales.measure_widths(np.zeros(shape, np.uint8), (0.5,)) is None


def test_bands_are_measured_alike(monkeypatch):
    ink = 255 - draw(width=4)[..., 0]
    whole = scales.measure_widths(ink, (0.1, 0.5, 0.9))
    monkeypatch.setattr(scales, "BAND", 32)
    assert scales.measure_widths(ink, (0.1, 0.5, 0.9)) == pytest.approx(whole, rel=0.1)


# Scales


@pytest.mark.parametrize("scale", [0.1, 0.5, 1.0, 1.7, 4.0])
@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 3), (50, 71)])
@pytest.mark.parametrize("channels", [1, 3])
def test_maps_have_the_pictures_size(scale, shape, channels):
    find = Finder(channels)
    maps = scales.look(find, np.full((*shape, 3), 255, np.uint8), scale)
    assert maps.shape == (*shape, channels) and maps.dtype == np.uint8
    assert find.seen == [tuple(max(1, round(length * scale)) for length in shape)]


def test_own_size_is_looked_at_as_it_is():
    picture = draw()
    np.testing.assert_array_equal(scales.look(Finder(), picture, 1.0), Finder()(picture))


@pytest.mark.parametrize("scale", [0.7, 1.5, 2.0])
def test_lines_stay_where_they_are(scale):
    picture = draw(width=4)
    assert error(scales.look(Finder(), picture, scale), picture) < 2.0


def test_ordinary_lines_are_looked_at_once():
    find = Finder()
    picture = draw(size=300, width=3)
    np.testing.assert_array_equal(scales.look(find, picture), Finder()(picture))
    assert find.seen == [(300, 300)]


@pytest.mark.parametrize("size, expected", [(400, 800), (800, 1080), (1000, 1000), (1080, 1080), (1200, 1200)])
def test_small_pictures_of_thin_lines_are_enlarged(size, expected):
    find = Finder()
    scales.look(find, draw(size=size, width=1))
    assert find.seen[-1] == (expected, expected) and len(find.seen) == 1 + (expected != size)


def test_broad_lines_are_found_whole_and_their_rims_stay_sharp():
    find = Finder()
    picture = draw(size=500, width=18)
    before, after = Finder()(picture), scales.look(find, picture)
    assert find.seen == [(500, 500), (250, 250), (150, 150)]
    assert error(after, picture) < 0.25 * error(before, picture)
    sure = (after > 230) | (after < 25)
    assert sure.mean() > 0.97 and (before > 230).mean() < 0.9 * (after > 230).mean()


@pytest.mark.parametrize("width", [14, 18, 30])
def test_broad_lines_are_found_by_a_network_that_sees_their_rims_as_thin_lines(width):
    """A network that has learned from fine lines draws two thin lines where a broad stroke has its rims."""
    seen = []

    def find(picture):
        seen.append(picture.shape[:2])
        ink = Finder(widest=9)(picture)[..., 0]
        thin = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((11, 11), np.uint8)))
        rims = cv2.morphologyEx(picture[..., 0], cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        return (thin if picture.shape[0] < 500 else rims)[..., None]

    picture = draw(size=500, width=width)
    after = scales.look(find, picture)
    assert seen == [(500, 500), (250, 250), (150, 150)]
    assert error(after, picture) < 0.3 * error(find(picture), picture)


@pytest.mark.parametrize("width, expected", [(3, False), (8, False), (14, True), (18, True), (40, True)])
def test_broad_strokes_are_told_from_ordinary_ones(width, expected):
    assert scales.has_broad_strokes(draw(size=600, width=width)) is expected


def test_thin_lines_among_broad_strokes_are_told():
    picture = draw(size=600, width=18)
    picture[::40] = 0
    assert not scales.has_broad_strokes(picture)
    assert not scales.has_broad_strokes(np.full((1, 1, 3), 9, np.uint8))


def test_thin_lines_beside_broad_ones_stay():
    picture = draw(size=500, width=18)
    picture[20:22, 30:470] = 0
    after = scales.look(Finder(), picture)
    assert after[20:22, 40:460].min() > 200


def test_other_maps_come_from_afar_where_lines_are_broad():
    find = Finder(3)
    picture = draw(size=500, width=18)
    maps = scales.look(find, picture)
    assert maps.shape == (500, 500, 3) and np.abs(maps[..., 1:].astype(int) - 128).max() <= 1


def test_solid_black_beside_ordinary_lines_is_not_filled_in():
    picture = draw(size=500, width=4)
    cv2.circle(picture, (250, 250), 60, (0, 0, 0), -1)
    find = Finder()
    after = scales.look(find, picture)
    assert len(find.seen) == 3 and after[230:270, 230:270].max() == 0


def test_broad_strokes_among_lines_of_one_pen_are_filled_in():
    """Brows of a flat drawing are several times as broad as its lines."""
    picture = draw(size=500, width=4)
    cv2.line(picture, (200, 250), (300, 250), (0, 0, 0), 18)
    find = Finder()
    after = scales.look(find, picture)
    assert find.seen == [(500, 500), (250, 250), (150, 150)]
    assert Finder()(picture)[250, 210:290].max() < 255 and after[250, 210:290].min() == 255


@pytest.mark.parametrize(
    "widths, expected",
    [(None, False), ([3, 3.1, 3.2], False), ([3.1, 3.4, 3.6], True), ([2.5, 3.8, 4.6], False), ([14, 18, 18.5], True)],
)
def test_one_broad_pen_is_told(widths, expected):
    assert scales.has_one_broad_pen(widths) is expected


def test_blocks_join_to_the_whole(monkeypatch):
    picture = draw(size=300, width=18, height=260)
    whole = scales.look(Finder(), picture)
    monkeypatch.setattr(scales, "BLOCK", 64)
    assert np.abs(scales.look(Finder(), picture).astype(int) - whole).max() <= 1


@pytest.mark.parametrize("shape", [(7, 5), (64, 200), (33, 90)])
def test_parts_are_enlarged_as_the_whole(shape):
    plane = np.random.default_rng(0).random(shape).astype(np.float32)
    goal = (shape[0] * 3 + 1, shape[1] * 3 + 2)
    whole = cv2.resize(plane, goal[::-1], interpolation=cv2.INTER_LINEAR)
    for place in (np.s_[0:5, 0:7], np.s_[3 : goal[0], 2 : goal[1]], np.s_[9:14, 8:12]):
        window, points = scales.find_window(shape, goal, place)
        x, y = np.meshgrid(*points)
        part = cv2.remap(plane[window], x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        np.testing.assert_allclose(part, whole[place], atol=1e-4)


@pytest.mark.parametrize("text, expected", [("auto", "auto"), ("1.5", 1.5), ("0.1", 0.1), ("4", 4.0)])
def test_scales_are_parsed(text, expected):
    assert scales.parse(text) == expected
