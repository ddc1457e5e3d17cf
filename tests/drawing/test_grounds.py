import helpers
import numpy as np
import pytest

from illustration_parts.drawing.canvas import PARTS
from illustration_parts.drawing.curves import ellipse
from illustration_parts.drawing.places import air, grounds, nature, outdoors, page_grounds, painted, skies, trees
from illustration_parts.drawing.places.brush import Painting, heap, mix, smooth_step
from illustration_parts.drawing.styles import PRESETS

SIZE = (64, 80)


def make_artist(preset="tv", seed=0, size=SIZE, mode="black"):
    return helpers.make_artist(preset, seed, size, (1, 2, 3), mode=mode, ink=np.zeros(3), bare=0.0, opacity=1.0)


def make_painting(height=40, width=60, colour=(100, 150, 200), scale=0.1, seed=0):
    return Painting(np.random.default_rng(seed), height, width, scale, colour)


def ink(canvas):
    return np.maximum(canvas.boundary, canvas.inner)


# -------------------------------------------------------------------------------------------------------------- brush
def test_smooth_step_runs_both_ways():
    assert np.allclose(smooth_step(np.array([0, 1, 1.5, 2, 3.0]), 1, 2), [0, 0, 0.5, 1, 1])
    assert np.allclose(smooth_step(np.array([0, 1, 1.5, 2, 3.0]), 2, 1), [1, 1, 0.5, 0, 0])


def test_mix_takes_one_share_for_each_pixel():
    assert np.allclose(mix((0, 0, 0), (10, 20, 30), np.array([0, 0.5, 1])), [[0, 0, 0], [5, 10, 15], [10, 20, 30]])


def test_heap_is_a_ball():
    heights = heap(21, 21, np.array([[10, 10, 5, 2.0]]))
    assert heights[10, 10] == pytest.approx(7) and heights[10, 13] == pytest.approx(6)
    assert heights[10, 16] == 0 and heights[3, 10] == 0


def test_strokes_of_one_colour_leave_a_flat_picture_flat():
    painting = make_painting()
    painting.repaint([60, 20], jitter=0, strength=0)
    assert np.allclose(painting.picture, (100, 150, 200), atol=0.01)


def test_strokes_stay_in_their_window_and_near_the_goal():
    painting = make_painting()
    painting.repaint([20], jitter=10, strength=8, threshold=0, rows=slice(10, 30), columns=slice(5, 40))
    changed = np.abs(painting.picture - (100, 150, 200)).max(-1) > 0
    assert changed[10:30, 5:40].mean() > 0.9
    changed[10:30, 5:40] = False
    assert not changed.any()
    assert np.abs(painting.picture - (100, 150, 200)).mean() < 20


def test_fine_strokes_spare_what_is_right_already():
    painting = make_painting()
    before = painting.picture.copy()
    painting.repaint([0, 20], jitter=0, strength=8, threshold=1e6)
    rough = painting.picture.copy()
    again = make_painting()
    again.repaint([0], jitter=0, strength=8)
    assert np.array_equal(rough, again.picture) and not np.array_equal(rough, before)


def test_a_dab_covers_its_ellipse_and_notes_its_part():
    painting = make_painting(60, 60)
    painting.dabs(np.array([[30, 30]]), (12, 6), 0.0, (0, 0, 0), "foliage", pointed=0.0)
    dark = painting.picture.mean(-1) < 75
    assert dark.sum() == pytest.approx(np.pi * 12 * 6, rel=0.08)
    assert np.array_equal(dark, painting.parts == PARTS.index("foliage"))
    assert dark[30, 20] and not dark[20, 30]  # its length lies along x


def test_a_soft_dab_fades_out_at_its_rim():
    painting = make_painting(60, 60, (0, 0, 0))
    painting.dabs(np.array([[30, 30]]), (20, 20), 0.0, (255, 255, 255), pointed=0.0, hardness=0.05)
    row = painting.picture[30, 30:, 0]
    assert row[0] > 250 and (np.diff(row) <= 0.01).all() and np.abs(np.diff(row)).max() < 40


def test_dabs_off_the_picture_change_nothing():
    painting = make_painting()
    painting.dabs(np.array([[-50, 10], [30, 400]]), (5, 5), 0.0, (0, 0, 0))
    assert np.allclose(painting.picture, (100, 150, 200))


def test_put_makes_a_fill_of_each_part():
    artist = make_artist()
    painting = Painting(artist.rng, *SIZE, artist.style.scale, (200, 200, 250))
    painting.polygon([(-1, 40), (81, 40), (81, 65), (-1, 65)], (20, 120, 20), "foliage")
    painting.put(artist)
    parts = artist.canvas.part
    assert (parts[:38] == PARTS.index("sky")).all() and (parts[42:] == PARTS.index("foliage")).all()
    assert len(np.unique(artist.canvas.region)) == 2
    assert artist.canvas.fill_edges()[38:42].any() and not artist.canvas.fill_edges()[:36].any()
    assert not ink(artist.canvas).any()


# ------------------------------------------------------------------------------------------------------------ painted
def test_leaves_are_darker_away_from_the_light():
    artist = make_artist(size=(120, 120))
    mood = skies.choose_mood(artist, "day")
    painting = make_painting(120, 120, (255, 255, 255))
    puffs = np.array([[60, 60, 30.0], [45, 50, 18], [75, 66, 18]])
    painted.paint_leaves(painting, mood, puffs, (90, 160, 60), 2.0)
    y, x = np.mgrid[0:120, 0:120]
    inside = np.hypot(x - 60, y - 60) < 28
    towards = (x - 60) * mood.side[0] + (y - 60) * mood.side[1]
    grey = painting.picture.mean(-1)
    assert grey[inside & (towards > 10)].mean() > grey[inside & (towards < -10)].mean() + 10
    assert (painting.parts[inside] == PARTS.index("foliage")).mean() > 0.95


def test_water_lies_below_its_rim_alone():
    artist = make_artist()
    painting = make_painting(60, 60)
    before = painting.picture.copy()
    painted.paint_water(painting, skies.choose_mood(artist, "day"), 30, (40, 80, 140))
    assert np.array_equal(painting.picture[:20], before[:20])
    assert np.abs(painting.picture[31:] - before[31:]).mean() > 3


@pytest.mark.parametrize("name", skies.MOODS)
def test_moods_have_light_above_shade(name):
    mood = skies.choose_mood(make_artist(), name)
    tones = mood.tones((120, 140, 100), 4)
    assert (np.diff(tones.mean(-1)) > 0).all() and np.hypot(*mood.side) == pytest.approx(1)
    assert np.allclose(mood.far((0, 0, 0), 1.0), mood.horizon)


@pytest.mark.parametrize("kind", grounds.PLACES)
def test_painted_places_have_no_ink(kind):
    for seed in range(2):
        artist = make_artist("film", seed, (48, 64))
        grounds.draw_ground(artist, kind)
        canvas = artist.canvas
        assert not ink(canvas).any() and np.array_equal(*canvas.layers)
        assert (canvas.region > 0).all() and np.isfinite(canvas.rgb).all()
        assert canvas.rgb.min() >= 0 and canvas.rgb.max() <= 255
        assert f"{kind} ground" in artist.cases


# ------------------------------------------------------------------------------------------------------------ grounds
@pytest.mark.parametrize("preset", PRESETS)
def test_grounds_fill_the_canvas_in_each_preset(preset):
    for seed in range(2):
        artist = make_artist(preset, seed)
        grounds.draw_ground(artist)
        assert (artist.canvas.region > 0).all()
        assert any(case.endswith("ground") for case in artist.cases)
        if artist.style.monochrome:
            assert np.ptp(artist.canvas.rgb, -1).max() < 60  # paper may be tinted


@pytest.mark.parametrize("kind", page_grounds.KINDS)
def test_page_grounds_have_ink_where_strokes_are_drawn(kind):
    artist = make_artist("manga", 3, (90, 90))
    grounds.draw_ground(artist, kind)
    strokes = {"speed lines", "focus lines", "hatching", "white lines", "lines", "rain"}
    with_lines = kind in strokes or {"speed lines", "focus lines"} & artist.cases
    assert (np.maximum(*artist.canvas.seen_ink()).max() > 0.5) == bool(with_lines)


def test_white_lines_on_black_are_ink():
    artist = make_artist("manga", 1, (120, 120))
    artist.style.width = 3.0
    grounds.draw_ground(artist, "white lines")
    strong = artist.canvas.inner > 0.9
    assert strong.any() and artist.canvas.rgb[strong].mean() > 200
    assert np.median(artist.canvas.rgb) < 60


@pytest.mark.parametrize("preset", ["tv", "manga", "pencil", "vector"])
def test_line_drawn_nature_has_ink_and_parts(preset):
    artist = make_artist(preset, 4, (100, 120))
    outdoors.draw_landscape(artist)
    assert np.maximum(*artist.canvas.seen_ink()).max() > 0.5
    if artist.style.coloured:
        assert {PARTS.index("sky"), PARTS.index("ground")} <= set(np.unique(artist.canvas.part))


def test_a_painted_ground_out_of_focus_has_no_edges():
    found = set()
    for seed in range(12):
        artist = make_artist("tv", seed, (48, 64))
        grounds.draw_ground(artist, "room")
        blurred = "ground out of focus" in artist.cases
        assert not (blurred and artist.canvas.fill_edges().any())
        found.add((blurred, bool(artist.canvas.fill_edges().any())))
    assert found == {(True, False), (False, True)}


def test_a_scene_out_of_focus_has_no_ink():
    for seed in range(2):
        artist = make_artist("tv", seed, (48, 64))
        grounds.draw_ground(artist, "blurred scene")
        assert not ink(artist.canvas).any() and np.array_equal(*artist.canvas.layers)


def test_grounds_are_deterministic():
    for kind in ("country", "lines", "pattern"):
        one, two = make_artist(seed=5), make_artist(seed=5)
        grounds.draw_ground(one, kind)
        grounds.draw_ground(two, kind)
        assert np.array_equal(one.canvas.rgb, two.canvas.rgb) and np.array_equal(ink(one.canvas), ink(two.canvas))


@pytest.mark.parametrize("size", [(5, 7), (12, 90)])
def test_odd_sizes_work(size):
    for kind in [*grounds.PLACES, "soft", "plain", "pattern", "lines"]:
        artist = make_artist(size=size)
        grounds.draw_ground(artist, kind)
        assert (artist.canvas.region > 0).all()
        air.add_air(artist, list(air.EFFECTS))
        assert np.isfinite(artist.canvas.rgb).all()
    for kind in page_grounds.KINDS:
        artist = make_artist("manga", size=size)
        grounds.draw_ground(artist, kind)
        assert (artist.canvas.region > 0).all()


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="Received: 'moon base'"):
        grounds.draw_ground(make_artist(), "moon base")
    with pytest.raises(ValueError, match="Received: 'moon base'"):
        grounds.draw_ground(make_artist("manga"), "moon base")
    with pytest.raises(ValueError, match="Received"):
        air.add_air(make_artist(), ["moon base"])


# ------------------------------------------------------------------------------------------------------------- nature
@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("draw", [nature.draw_plant, nature.draw_flower, nature.draw_rock, trees.draw_tree])
def test_nature_in_the_foreground_has_contours(preset, draw):
    artist = make_artist(preset, 2, (120, 120))
    artist.fill(artist.canvas.everything(), np.full(3, 240.0), "paper", gradient=0.0)
    for seed in range(2):
        artist.rng = np.random.default_rng(seed)
        draw(artist, (60, 80), 50)
    drawn = artist.canvas.region > 1
    assert 200 < drawn.sum() < 120 * 120 and artist.canvas.boundary.max() > 0.5
    assert not ink(artist.canvas)[:5].any() or drawn[:8].any()
    if artist.style.coloured:
        assert set(np.unique(artist.canvas.part[drawn])) <= {PARTS.index("foliage"), PARTS.index("ground")}


@pytest.mark.parametrize("draw", [nature.draw_plant, nature.draw_flower, nature.draw_rock, trees.draw_tree])
def test_nature_off_the_canvas_and_tiny_works(draw):
    artist = make_artist()
    artist.fill(artist.canvas.everything(), np.full(3, 240.0), "paper", gradient=0.0)
    before = artist.canvas.rgb.copy()
    draw(artist, (-900, -900), 40)
    assert np.array_equal(artist.canvas.rgb, before)
    for seed in range(6):
        artist.rng = np.random.default_rng(seed)
        draw(artist, (40, 40), 3)
        draw(artist, (80, 64), 60)
    assert not np.array_equal(artist.canvas.rgb, before)


def test_leafy_rims_stand_outward():
    artist = make_artist()
    circle = ellipse((0, 0), (30, 30))
    for rim in trees.RIMS[:2]:
        points = trees.leafy(artist, circle, 6, rim)
        assert np.allclose(points[0], points[-1])
        assert np.hypot(*points.T).max() > 31 and np.hypot(*points.T).mean() > 29.5


# ---------------------------------------------------------------------------------------------------------------- air
def draw_figure(artist):
    artist.fill(artist.canvas.everything(), np.array([150.0, 190, 160]), "sky", gradient=0.0)
    artist.shape(ellipse((48, 40), (24, 24)), np.array([240.0, 200, 180]), "skin", form=None)


@pytest.mark.parametrize("effect", air.EFFECTS)
def test_air_changes_the_picture_and_adds_no_ink(effect):
    changed = 0.0
    for seed in range(4):
        artist = make_artist("film", seed)
        draw_figure(artist)
        before, drawn, parts = artist.canvas.rgb.copy(), ink(artist.canvas), artist.canvas.part.copy()
        air.add_air(artist, [effect])
        changed = max(changed, np.abs(artist.canvas.rgb - before).max())
        assert np.array_equal(ink(artist.canvas), drawn) and (
            effect == "near leaves" or np.array_equal(artist.canvas.part, parts)
        )
        away = drawn == 0
        assert np.allclose(artist.canvas.layers[0][away], artist.canvas.layers[1][away], atol=0.01)
        assert (np.maximum(*artist.canvas.seen_ink()) <= drawn).all()
        assert effect in artist.cases
    assert changed > 5


def test_night_leaves_lines_darker_than_what_is_dark():
    artist = make_artist("film", 1)
    draw_figure(artist)
    air.add_air(artist, ["night"])
    strong = ink(artist.canvas) > 0.9
    picture, bare = artist.canvas.layers
    assert bare.mean() < 140 and (picture[strong] < bare[strong]).all()


@pytest.mark.parametrize("preset", ["manga", "pencil", "ink", "vector"])
def test_air_spares_pages_paper_and_vectors(preset):
    for seed in range(8):
        artist = make_artist(preset, seed)
        draw_figure(artist)
        before = artist.canvas.rgb.copy()
        air.add_air(artist)
        assert np.array_equal(artist.canvas.rgb, before)


def test_half_of_the_frames_have_air():
    count = 0
    for seed in range(60):
        artist = make_artist("tv", seed, (16, 16))
        air.add_air(artist)
        count += bool(artist.cases & set(air.EFFECTS))
    assert 18 <= count <= 42
