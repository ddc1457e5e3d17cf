import numpy as np
import pytest
from helpers import make_artist

from illustration_parts.drawing import abstracts, compositions, lettering
from illustration_parts.drawing.bodies import held
from illustration_parts.drawing.canvas import PARTS
from illustration_parts.drawing.objects import beasts, food, things
from illustration_parts.drawing.places import grounds, nature, rooms
from illustration_parts.drawing.places.cameras import Camera
from illustration_parts.drawing.places.stages import Stage, lay_shadow, on_horizon
from illustration_parts.drawing.styles import PRESETS

# -------------------------------------------------------------------------------------------------------------- stages
VIEWS = pytest.mark.parametrize("yaw, pitch", [(0.0, 0.0), (0.4, 0.0), (0.0, 0.3), (-0.3, 0.25), (0.5, -0.12)])


def aim(yaw, pitch):
    return Camera(400, 300, 300.0, 1.5, yaw, pitch, 120.0)


def see_floor(camera, away, aside=0.0):
    """Where a point of the floor is seen, (x, y) pixels; away and aside are metres along and across the view."""
    cos, sin = np.cos(camera.yaw), np.sin(camera.yaw)
    return camera.place([(aside * cos + away * sin, 0.0, away * cos - aside * sin)])[0]


@VIEWS
@pytest.mark.parametrize("away", [2.5, 6.0, 15.0])
def test_a_stage_agrees_with_its_camera(yaw, pitch, away):
    camera = aim(yaw, pitch)
    stage, step = Stage(camera), 1e-3
    x, row = see_floor(camera, away)
    aside = (see_floor(camera, away, step)[0] - x) / step
    beyond = (row - see_floor(camera, away + step)[1]) / step
    assert x == pytest.approx(200) and see_floor(camera, away, 3.0)[1] == pytest.approx(row)
    assert stage.metre(row) == pytest.approx(aside, rel=1e-3)
    assert stage.row(stage.metre(row)) == pytest.approx(row, abs=1e-6)
    assert stage.flatness(row) == pytest.approx(np.clip(beyond / aside, 0.05, 0.45), rel=1e-3)


@VIEWS
@pytest.mark.parametrize("z", [4.0, 9.0])
def test_a_stage_knows_where_its_walls_are(yaw, pitch, z):
    camera = aim(yaw, pitch)
    stage = Stage(camera, -2.0, 1.5)
    left, right = camera.place([(-2.0, 0, z), (1.5, 0, z)])
    assert stage.span(left[1])[0] == pytest.approx(left[0], abs=1e-6)
    assert stage.span(right[1])[1] == pytest.approx(right[0], abs=1e-6)
    assert np.isinf(Stage(camera).span(200.0)).all()


@VIEWS
def test_a_floor_ends_at_the_horizon(yaw, pitch):
    camera = aim(yaw, pitch)
    stage = Stage(camera)
    assert see_floor(camera, 1e6)[1] == pytest.approx(camera.horizon, abs=0.01)
    assert stage.row(0.0) == pytest.approx(camera.horizon)
    assert stage.metre(camera.horizon - 30) == stage.metre(camera.horizon) < stage.metre(camera.horizon + 10)


def test_what_stands_above_the_horizon_is_tiny_and_what_is_nearer_larger():
    stage = on_horizon(make_artist(), 40.0)
    sizes_down = [stage.metre(row) for row in (20.0, 50.0, 70.0, 90.0)]
    assert sizes_down == sorted(sizes_down) and sizes_down[0] < 1


@pytest.mark.parametrize("preset", PRESETS)
def test_a_foot_has_a_shadow_around_it_and_no_ink(preset):
    artist = make_artist(preset, hatching=0.0, tones=1)
    before = artist.canvas.rgb.copy()
    lay_shadow(artist, on_horizon(artist, 30.0), (48.0, 80.0), 30.0)
    changed = np.abs(artist.canvas.rgb - before).max(-1) > 3
    assert changed[74:86, 40:56].any() and not changed[:60].any()
    assert not np.any(artist.canvas.seen_ink())


@pytest.mark.parametrize("kind", ["country", "forest", "lines", "room"])
def test_grounds_with_a_floor_say_where_its_horizon_is(kind):
    artist = make_artist()
    grounds.draw_ground(artist, kind)
    assert 0 < artist.stage.camera.horizon < 96


@pytest.mark.parametrize("draw", [rooms.draw_room, rooms.draw_street])
def test_rooms_and_streets_have_a_stage_between_their_walls(draw):
    artist = make_artist()
    draw(artist)
    assert artist.stage.left < 0 < artist.stage.right and artist.stage.camera.width == 96


def test_a_sky_has_no_floor():
    artist = make_artist()
    grounds.draw_ground(artist, "sky")
    assert artist.stage is None


# -------------------------------------------------------------------------------------------------------------- things
def test_every_thing_has_a_size_and_every_place_some_things():
    assert all(0.05 < size.metres < 10 and 0.1 < size.foot < 1.3 for size in things.SIZES.values())
    assert all(len(things.at(place)) > 5 for place in ("floor", "table", "air", "hand"))
    assert set(compositions.FLYING) < set(things.at("air"))
    assert things.SIZES[food.draw_cup].metres < things.SIZES[beasts.draw_dragon].metres


@pytest.mark.parametrize("thing", [*things.at("floor"), *things.at("table")], ids=lambda thing: thing.__name__[5:])
def test_what_stands_touches_the_floor(thing):
    """A thing's lowest part lies about where it stands, whatever form it has."""
    artist = make_artist("webtoon", 5, 128, mode="black", bare=0.0, opacity=1.0, tones=0, soft=0.0)
    things.draw_thing(artist, (64, 100 - things.SIZES[thing].foot * 32), 32, thing, 0.0)
    canvas = artist.canvas
    lowest = np.flatnonzero(((canvas.paint > 0) | (canvas.boundary > 0.5)).any(1)).max()
    assert abs(lowest - 100) < 0.25 * 32


def test_people_get_smaller_with_distance_and_stand_before_walls(monkeypatch):
    placed = []
    monkeypatch.setattr(
        compositions.figures, "draw_figure", lambda artist, feet, high, person: placed.append((feet, high))
    )
    artist = make_artist(size=200)
    artist.stage = Stage(Camera(200, 200, 160.0, 1.4, middle=80.0), -1.0, 1.0)
    compositions.draw_on_stage(artist, 5, (0.3, 0.7), 0)
    rows = [feet[1] for feet, _ in placed]
    assert len(placed) == 5 and rows == sorted(rows)
    for feet, high in placed:
        left, right = artist.stage.span(feet[1])
        assert left < feet[0] < right
        assert 1.0 < high / artist.stage.metre(feet[1]) < 1.8


def test_on_a_ground_without_a_floor_feet_are_out_of_the_picture(monkeypatch):
    placed = []
    monkeypatch.setattr(
        compositions.figures, "draw_figure", lambda artist, feet, high, person: placed.append((feet, high))
    )
    artist = make_artist()
    compositions.draw_on_stage(artist, 3, (0.6, 1.1), 2)
    assert all(feet[1] > 96 and feet[1] - high > 0 for feet, high in placed) and len(placed) == 3
    compositions.draw_on_stage(artist, 1, (0.2, 0.5), 2)  # small figures would hang in the air
    assert len(placed) == 3


@pytest.mark.parametrize("turn, preset", list(enumerate(PRESETS)))
def test_pictures_of_things_have_things_in_every_preset(turn, preset):
    draws = (
        compositions.draw_still_life,
        compositions.draw_outdoor_things,
        compositions.draw_sheet,
        compositions.draw_flowers,
        compositions.draw_one_thing,
    )
    for draw in (draws[turn % 5], draws[(turn + 2) % 5]):
        artist = make_artist(preset, turn)
        draw(artist)
        assert np.isfinite(artist.canvas.rgb).all() and artist.cases & {"things", "flowers"}


# --------------------------------------------------------------------------------------------------------------- hands
@pytest.mark.parametrize("name", held.HOLDS)
def test_what_is_held_goes_through_the_fist(name):
    """Upright things need a thumb that points up; the fist lies on the thing."""
    artist = make_artist("webtoon", 1, 200, mode="black", bare=0.0, opacity=1.0)
    assert held.draw_held(artist, name, (80.0, 110.0), 0.0, 30.0, -1)
    drawn = (artist.canvas.paint > 0) | (np.maximum(artist.canvas.boundary, artist.canvas.inner) > 0.5)
    assert drawn[100:120, 85:105].any() and "things in hands" in artist.cases


def test_hands_that_cannot_hold_stay_empty():
    artist = make_artist(size=200)
    before = artist.canvas.rgb.copy()
    assert not held.draw_held(artist, "staff", (100.0, 100.0), 0.0, 40.0, 1)  # the thumb points down
    assert not held.draw_held(artist, "lantern", (100.0, 100.0), -np.pi / 2, 40.0, 1)  # a raised hand
    assert not held.draw_held(artist, "sword", (100.0, 100.0), 0.0, 6.0, 1)  # too small
    assert np.array_equal(artist.canvas.rgb, before)


# ----------------------------------------------------------------------------------------------------- flowers, designs
def test_a_blossom_stands_on_a_stem():
    artist = make_artist("webtoon", 3, 120, mode="black", bare=0.0)
    nature.draw_blossom(artist, (60, 110), 80, 12)
    foliage = artist.canvas.part == PARTS.index("foliage")
    assert foliage[20:108].any(1).all()  # no gap between the flower and its foot


@pytest.mark.parametrize("kind", abstracts.DESIGNS)
def test_designs_fill_the_picture_in_every_kind_of_style(kind):
    for preset in ("tv", "manga", "pencil", "vector"):
        artist = make_artist(preset, 2, opacity=1.0)
        abstracts.draw_abstract(artist, kind)
        canvas = artist.canvas
        assert f"{kind} design" in artist.cases and np.isfinite(canvas.rgb).all()
        assert len(np.unique(canvas.region)) > 4
        if artist.style.mode != "none":
            assert np.maximum(*canvas.seen_ink()).max() > 0.5


def test_an_unknown_design_is_refused():
    with pytest.raises(ValueError, match="Received: 'plaid'"):
        abstracts.draw_abstract(make_artist(), "plaid")


# ------------------------------------------------------------------------------------------------------------ balloons
def test_balloons_hide_no_face_where_there_is_room():
    artist = make_artist()
    artist.faces = [(30.0, 30.0, 14.0)]
    for _ in range(20):
        place = lettering.find_clear(artist, (0, 0), (96, 96), 12.0)
        assert np.hypot(*(place - (30, 30))) > 20
    artist.faces = []
    assert (lettering.find_clear(artist, (10, 20), (30, 40), 5.0) >= (10, 20)).all()


@pytest.mark.parametrize("size", [0.0, 0.3, 0.99, 1.0, 3.0])
@pytest.mark.parametrize("vertical", [False, True])
@pytest.mark.parametrize("light", [False, True])
def test_letters_too_small_to_be_seen_are_not_drawn(size, vertical, light):
    shown = []
    for seed in range(6):  # with letters of either kind
        artist = make_artist(seed=seed)
        before = artist.canvas.rgb.copy()
        lettering.draw_text(artist, 40.0, 40.0, size, [3, 5], np.full(3, 5.0), vertical, light)
        shown.append((artist.canvas.rgb != before).any())
    assert all(shown) if size >= lettering.LEAST_LETTER else not any(shown)


@pytest.mark.parametrize("rows", [[], [0], [0, 0]])
def test_a_block_without_letters_is_empty(rows):
    assert not lettering.lay_out(make_artist(), 10.0, 10.0, 20.0, rows, False).alpha.size


def test_tiny_balloons_have_no_letters_and_do_not_stop_the_picture():
    for seed in range(12):
        for radius in (0.2, 1.0, 4.0):
            artist = make_artist("manga", seed)
            lettering.draw_balloon(artist, (48.0, 48.0), radius)
            assert np.isfinite(artist.canvas.rgb).all()
