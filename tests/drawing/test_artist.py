from dataclasses import replace

import numpy as np
import pytest

from illustration_parts.drawing import forms, tones
from illustration_parts.drawing.artist import Artist, choose_skin_shadow
from illustration_parts.drawing.canvas import PARTS, Canvas, Mask
from illustration_parts.drawing.curves import bow, cut, ellipse, find_runs, offset, outward, point_at, turn
from illustration_parts.drawing.styles import LINE_MODES, PRESET_SHARES, PRESETS, choose_style, hsv, to_hsv


def make_artist(seed=0, preset="tv", size=96, **changes):
    rng = np.random.default_rng(seed)
    plain = {"mode": "black", "ink": np.zeros(3), "width": 2.0, "outline": 1.0, "opacity": 1.0, "taper": 0.0}
    plain |= dict.fromkeys(("pressure", "wobble", "broken", "lost", "bare", "soft", "rim", "gloss"), 0.0)
    plain |= dict.fromkeys(("gradient", "texture", "hatching"), 0.0) | {"tones": 0}
    style = replace(choose_style(rng, preset, 1000), **(plain | changes))
    return Artist(Canvas(size, size, (255, 255, 255)), rng, style)


CIRCLE = ellipse((48, 48), (30, 30))
ROSE = np.array([250.0, 200, 200])


# Curves


def test_a_bow_meets_its_ends_and_bends_by_half_its_amount():
    curve = bow((0, 0), (10, 0), 0.2, samples=11)
    assert np.allclose(curve[[0, -1]], [[0, 0], [10, 0]]) and np.allclose(curve[5], [5, 1])


def test_places_along_a_curve():
    curve = np.array([[0, 0], [1, 0], [10, 0]], float)
    assert np.allclose(point_at(curve, 0.5), [5, 0]) and np.allclose(point_at(curve, [0, 1]), [[0, 0], [10, 0]])
    assert np.allclose(cut(curve, 0.2, 0.6, 3), [[2, 0], [4, 0], [6, 0]])
    assert np.allclose(offset(curve, 2)[:, 1], 2) and np.allclose(turn([(1, 0)], np.pi / 2), [[0, 1]])


def test_runs_are_found_with_their_ends():
    assert find_runs(np.array([False, True, True, False, True])) == [(1, 3), (4, 5)]
    assert find_runs(np.zeros(3, bool)) == []


@pytest.mark.parametrize("way", [1, -1])
def test_outward_is_away_from_the_middle_whichever_way_a_curve_goes(way):
    assert np.allclose(outward(CIRCLE[::way])[1:-1], (CIRCLE - 48)[::way][1:-1] / 30, atol=0.05)


# Styles


def test_presets_draw_styles_within_their_tables():
    assert set(PRESETS) == set(PRESET_SHARES) and sum(PRESET_SHARES.values()) == pytest.approx(1)
    for preset, table in PRESETS.items():
        for seed in range(20):
            style = choose_style(np.random.default_rng(seed), preset, 2000)
            low, high = table["width"]
            assert min(0.6, 2 * low) <= style.width <= 2 * high and style.mode in LINE_MODES
            assert np.hypot(*style.light) == pytest.approx(1) and (style.shadow <= 1).all()
            assert 0.6 <= style.resized(1000).width <= max(0.6, style.width)
    modes = {choose_style(np.random.default_rng(seed)).mode for seed in range(300)}
    assert modes == set(LINE_MODES)


def test_an_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="preset must be one of tv, film"):
        choose_style(np.random.default_rng(0), "fresco")


def test_hue_saturation_and_value_there_and_back():
    assert np.allclose(to_hsv(hsv(0.3, 0.5, 0.8)), [0.3, 0.5, 0.8])


# Shapes and lines


def test_a_shape_has_an_outline_of_the_asked_class():
    artist = make_artist()
    artist.shape(CIRCLE, ROSE, "skin")
    artist.shape(ellipse((48, 48), (10, 10)), ROSE, "mouth", kind="inner")
    assert artist.canvas.boundary[48, 18] > 0.9 and artist.canvas.inner[48, 18] == 0
    assert artist.canvas.inner[48, 38] > 0.9 and artist.canvas.boundary[48, 38] == 0
    assert PARTS[artist.canvas.part[48, 30]] == "skin" and PARTS[artist.canvas.part[48, 48]] == "mouth"


def test_a_shape_without_a_line_has_a_fill_edge_instead():
    artist = make_artist(mode="none")
    artist.shape(CIRCLE, np.array([250.0, 100, 100]))
    assert artist.canvas.boundary.max() == 0
    assert artist.canvas.fill_edges()[48, 16:21].any()
    assert "shapes without a line" in artist.cases


def test_later_shapes_hide_earlier_lines():
    artist = make_artist()
    artist.shape(CIRCLE, ROSE)
    before = artist.canvas.boundary[48, 18]
    artist.shape(ellipse((18, 48), (12, 12)), ROSE)
    assert before > 0.9 and artist.canvas.boundary[48, 18] == 0


def test_lines_of_the_fills_own_tone_are_darker_than_it():
    for mode, trace in (("trace", 0.4), ("faint", 0.8)):
        artist = make_artist(mode=mode, trace=trace)
        colour = artist.line_colour(np.array([200.0, 120, 80]))
        assert colour.max() == pytest.approx(200 * trace) and colour[0] > colour[1] > colour[2]


def test_a_line_in_its_fills_colour_is_not_drawn():
    artist = make_artist()
    artist.line(np.array([[10.0, 48], [80, 48]]), fill=np.array([5.0, 5, 5]))
    assert artist.canvas.inner.max() == 0
    artist.line(np.array([[10.0, 48], [80, 48]]), fill=ROSE)
    assert artist.canvas.inner[48, 40] == 1


def test_lost_outlines_are_lost_towards_the_light():
    artist = make_artist(lost=0.3, light=np.array([0.0, -1.0]))
    artist.shape(CIRCLE, ROSE)
    assert artist.canvas.boundary[18, 48] == 0 and artist.canvas.boundary[78, 48] > 0.9


def test_a_mark_is_ink_and_a_broad_one_has_a_rim_of_ink():
    for broad, inked in ((8, True), (40, False)):
        artist = make_artist()
        artist.mark(
            np.array([(10, 48 - broad / 2), (86, 48 - broad / 2), (86, 48 + broad / 2), (10, 48 + broad / 2)]), ROSE
        )
        _, inner = artist.canvas.seen_ink()
        assert artist.canvas.rgb[48, 48, 0] < 10 and (inner[48, 48] > 0.9) == inked
        assert inner[round(48 - broad / 2), 48] > 0.4


def test_hatching_is_ink_and_stays_inside():
    artist = make_artist()
    mask = artist.canvas.polygon(CIRCLE)
    artist.hatch(mask, ROSE)
    outside = np.ones(artist.canvas.shape, bool)
    outside[mask.window] = mask.alpha == 0
    assert artist.canvas.inner.sum() > 50 and artist.canvas.inner[outside].max() == 0


# Light and shadow


@pytest.mark.parametrize("preset", PRESETS)
def test_light_changes_the_fill_and_stays_inside_it(preset):
    artist = make_artist(3, preset, tones=2, gloss=1.0, rim=1.0)
    mask = artist.fill(artist.canvas.polygon(CIRCLE), np.array([200.0, 150, 120]))
    before = artist.canvas.rgb.copy()
    artist.light_form(mask, forms.inflate(mask.alpha), np.array([200.0, 150, 120]), gloss=True)
    outside = np.ones(artist.canvas.shape, bool)
    outside[mask.window] = mask.alpha == 0
    assert np.array_equal(artist.canvas.rgb[outside], before[outside])
    assert not np.allclose(artist.canvas.rgb, before)
    assert artist.canvas.boundary.max() == artist.canvas.inner.max() == 0


def test_the_side_away_from_the_light_lies_in_shadow():
    artist = make_artist(tones=1, light=np.array([-1.0, 0.0]))
    mask = artist.fill(artist.canvas.polygon(CIRCLE), ROSE)
    artist.light_form(mask, forms.ellipsoid(mask, (48, 48), (30, 30)), ROSE, threshold=0.2)
    assert artist.canvas.light[48, 22] == 1 and artist.canvas.light[48, 74] < 0.9


def test_a_shape_casts_its_shadow_away_from_the_light():
    artist = make_artist(light=np.array([0.0, -1.0]))
    ground = artist.fill(artist.canvas.everything(), ROSE)
    artist.cast(artist.canvas.polygon(ellipse((48, 48), (10, 10))), 12, ground)
    assert artist.canvas.light[66, 48] < 1 and artist.canvas.light[30, 48] == 1


def test_inflated_forms_face_outward_and_up_in_the_middle():
    canvas = Canvas(96, 96)
    normals = forms.inflate(canvas.polygon(CIRCLE).alpha)
    side = normals.shape[0] // 2
    assert normals[side, 3, 0] < -0.3 and normals[side, -4, 0] > 0.3 and normals[side, side, 2] > 0.98
    assert np.allclose(np.linalg.norm(normals, axis=-1), 1, atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (300, 2)])
def test_forms_of_thin_areas(shape):
    normals = forms.inflate(np.full(shape, 255, np.uint8))
    assert normals.shape == (*shape, 3) and np.isfinite(normals).all()


# Pages and drawings on paper


def test_a_page_is_black_white_and_toned():
    artist = make_artist(1, "manga")
    artist.solid_black = True
    areas = [artist.canvas.polygon(ellipse((48, 16 + 32 * k), (14, 14))) for k in range(3)]
    for area, value in zip(areas, (20.0, 120.0, 250.0)):
        artist.fill(area, np.full(3, value))
    black, toned, white = (artist.canvas.rgb[16 + 32 * k - 8 : 16 + 32 * k + 8, 40:56, 0] for k in range(3))
    assert black.max() < 60 and white.min() == 255 and toned.min() < 120 < 200 < toned.max()
    artist.line(np.array([[40.0, 16], [56, 16]]), fill=np.full(3, 20.0))
    assert artist.canvas.rgb[16, 48, 0] > 200 and artist.canvas.seen_ink()[1][16, 48] > 0.9
    assert artist.canvas.boundary.max() == 0


@pytest.mark.parametrize("preset", ["pencil", "ink"])
def test_a_drawing_is_paper_and_lines(preset):
    artist = make_artist(2, preset)
    artist.shape(CIRCLE, np.array([40.0, 20, 90]))
    assert artist.canvas.rgb[48, 48].min() > 200 and artist.canvas.boundary[48, 18] > 0.9


@pytest.mark.parametrize("form", tones.TONE_FORMS)
def test_a_screen_darkens_by_its_density(form):
    mask = Mask(0, 0, np.full((120, 120), 255, np.uint8))
    screen = tones.Screen(form, np.pi / 4, 6.0)
    shares = [tones.lay(np.random.default_rng(0), screen, mask, share).alpha.mean() / 255 for share in (0.1, 0.25, 0.4)]
    assert np.allclose(shares, (0.1, 0.25, 0.4), atol=0.09) and shares[0] < shares[1] < shares[2]
    graded = tones.lay(np.random.default_rng(0), screen, mask, np.linspace(0, 0.6, 120)[None]).alpha
    assert graded[:, :30].mean() < graded[:, -30:].mean()


@pytest.mark.parametrize("hue", np.linspace(0, 1, 9))
def test_shadows_on_skin_stay_warm_whatever_hue_other_shadows_have(hue):
    for value in (0.45, 0.85):
        factor = choose_skin_shadow(hsv(hue, 0.3, value) / 255)
        shaded = factor * (255, 222, 196)
        red, saturation, left = to_hsv(shaded)
        assert (red + 0.5) % 1 - 0.5 == pytest.approx(0.0, abs=0.08)  # near red: no green, no blue
        assert 0.2 < saturation < 0.5 and 0.7 < left < 0.98
    assert choose_skin_shadow(np.full(3, 0.45)).mean() < choose_skin_shadow(np.full(3, 0.85)).mean()


def test_both_tones_of_shadow_on_skin_are_warm():
    artist = make_artist(tones=2, shadow=np.array([0.3, 0.6, 0.3]))
    mask = artist.canvas.polygon(CIRCLE)
    artist.fill(mask, np.array([255.0, 222, 196]), "skin")
    artist.shade(mask)
    artist.deepen(mask)
    red, green, blue = artist.canvas.rgb[48, 48]
    assert red > green > 0.6 * blue and red > 110
    assert artist.canvas.light[48, 48] < 0.75


@pytest.mark.parametrize("form", ["stipple", "cross", "rules"])
def test_tones_on_hair_are_even_and_fine(form):
    artist = make_artist(preset="manga", ink=np.zeros(3))
    artist.screen = artist.fill_screens[0] = artist.fill_screens[1] = tones.Screen(form, 0.0, 9.0)
    mask = artist.canvas.polygon(CIRCLE)
    rows = {}
    for part in ("hair", "prop"):
        artist.fill(mask, np.full(3, 130.0), part)
        rows[part] = artist.canvas.rgb[48, 30:66, 0].copy()
    assert not np.array_equal(rows["hair"], rows["prop"])
    assert tones.even(artist.screen).form == ("rules" if form == "rules" else "dots")
    assert tones.even(artist.screen, 5.0).period == 5.0 and tones.even(artist.screen).period == 9.0
