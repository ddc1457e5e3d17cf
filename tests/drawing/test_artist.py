import numpy as np
import pytest

from illustration_parts.drawing import characters, scenery
from illustration_parts.drawing.artist import LINE_MODES, Artist, bow, random_style, screentone
from illustration_parts.drawing.canvas import Canvas, Mask, ellipse


def make_artist(seed=0, tones=False, **changes):
    rng = np.random.default_rng(seed)
    style = random_style(rng, tones)
    style.shades = dict.fromkeys(style.shades, 0.0)
    settings = dict(mode="black", ink=np.zeros(3), width=2.0, outline=1.0, opacity=1.0)
    settings |= dict(broken=0, doubled=0, wobble=0, bare=0, taper=0)
    for name, value in {**settings, **changes}.items():
        setattr(style, name, value)
    return Artist(Canvas(96, 96, (255, 255, 255)), rng, style)


CIRCLE = ellipse((48, 48), (30, 30))


def test_bow_meets_its_ends_and_bends_by_half_its_amount():
    curve = bow((0, 0), (10, 0), 0.2, samples=11)
    assert np.allclose(curve[[0, -1]], [[0, 0], [10, 0]])
    assert np.allclose(curve[5], [5, 1])


def test_shape_has_an_outline_of_the_asked_class():
    artist = make_artist()
    artist.shape(CIRCLE, np.array([250.0, 200, 200]))
    artist.shape(ellipse((48, 48), (10, 10)), np.array([200.0, 250, 200]), "inner")
    assert artist.canvas.boundary[48, 18] > 0.9 and artist.canvas.inner[48, 18] == 0
    assert artist.canvas.inner[48, 38] > 0.9 and artist.canvas.boundary[48, 38] == 0


def test_shape_without_a_line_has_a_fill_edge_instead():
    artist = make_artist(mode="none")
    artist.shape(CIRCLE, np.array([250.0, 100, 100]))
    assert artist.canvas.boundary.max() == 0
    assert artist.canvas.fill_edges()[48, 16:21].any()
    assert "shapes without a line" in artist.cases


def test_a_black_fill_has_no_black_outline():
    artist = make_artist()
    artist.shape(CIRCLE, np.array([5.0, 5, 5]))
    assert artist.canvas.boundary.max() == 0


def test_later_shapes_hide_earlier_lines():
    artist = make_artist()
    artist.shape(CIRCLE, np.array([250.0, 200, 200]))
    before = artist.canvas.boundary[48, 18]
    artist.shape(ellipse((18, 48), (12, 12)), np.array([200.0, 200, 250]))
    assert before > 0.9 and artist.canvas.boundary[48, 18] == 0


@pytest.mark.parametrize("kind", ["cel", "wedge", "soft", "highlight", "rim", "texture", "pattern", "tone"])
def test_shades_change_the_fill_and_add_no_ink(kind):
    changed = False
    for seed in range(8):
        artist = make_artist(seed, mode="none")
        colour = np.array([200.0, 150, 120])
        mask = artist.shape(CIRCLE, colour)
        before = artist.canvas.rgb.copy()
        artist.style.shades[kind] = 1.0
        artist.shade(mask, CIRCLE, colour)
        assert artist.canvas.inner.max() == artist.canvas.boundary.max() == 0
        outside = np.ones(artist.canvas.shape, bool)
        outside[mask.window] = mask.alpha == 0
        assert np.array_equal(artist.canvas.rgb[outside], before[outside])  # nothing is painted off the shape
        changed |= not np.allclose(artist.canvas.rgb, before)
    assert changed


def test_hatching_is_ink():
    artist = make_artist()
    mask = artist.shape(CIRCLE, np.array([250.0, 250, 250]))
    before = artist.canvas.inner.sum()
    artist.hatch(mask, np.array([250.0, 250, 250]))
    assert artist.canvas.inner.sum() > before + 20


def test_dark_lettering_is_ink_and_light_lettering_is_not():
    for light, inked in ((False, True), (True, False)):
        artist = make_artist(seed=3)
        artist.canvas.rgb[:] = 128
        artist.chance = lambda share: False  # Latin letters, no rim
        artist.lettering(10, 30, 30, 3, np.full(3, 250.0 if light else 10.0), light)
        assert (artist.canvas.inner.max() > 0.5) == inked


def test_screentone_darkens_by_its_share():
    mask = Mask(0, 0, np.full((120, 120), 255, np.uint8))
    shares = [screentone(np.random.default_rng(seed), mask)[1].alpha.mean() / 255 for seed in range(30)]
    assert 0 < min(shares) and max(shares) < 0.85
    assert np.ptp(shares) > 0.2


@pytest.mark.parametrize("seed", range(6))
def test_character_has_outlines_and_features(seed):
    artist = make_artist(seed)
    artist.canvas.rgb[:] = (120, 160, 220)
    characters.draw_character(artist, (48, 40), 30)
    assert artist.canvas.boundary.sum() > 50
    assert artist.canvas.inner.sum() > 5
    assert {"faces", "characters", "clothes"} <= artist.cases
    assert artist.canvas.region.max() > 5


@pytest.mark.parametrize("ground", [*dict(scenery.GROUNDS), scenery.ground_tone])
def test_grounds_cover_the_canvas(ground):
    artist = make_artist(5, tones=ground is scenery.ground_tone)
    artist.canvas.rgb[:] = -999
    ground(artist)
    assert artist.canvas.rgb.min() > -20 and artist.canvas.rgb.max() < 275


def test_painted_grounds_hold_no_ink():
    for ground in (scenery.ground_painted, scenery.ground_watercolour, scenery.ground_photo):
        artist = make_artist(2)
        ground(artist)
        assert artist.canvas.inner.max() == artist.canvas.boundary.max() == 0


def test_every_line_mode_is_drawn():
    assert {random_style(np.random.default_rng(seed)).mode for seed in range(200)} == set(LINE_MODES)
