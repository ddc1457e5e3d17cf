import helpers
import numpy as np
import pytest

from illustration_parts.drawing.canvas import PARTS
from illustration_parts.drawing.places import cameras, perspective, rooms, streets
from illustration_parts.drawing.styles import PRESETS


def make_artist(preset="tv", seed=0, shape=(64, 80), **changes):
    return helpers.make_artist(preset, seed, shape, (1, 2, 3), **changes)


def ink_of(artist):
    return np.maximum(*artist.canvas.seen_ink())


def assert_filled(artist):
    assert (artist.canvas.paint > 0).all()
    assert np.isfinite(artist.canvas.rgb).all()
    assert artist.canvas.rgb.std() > 2


@pytest.mark.parametrize("number, preset", list(enumerate(PRESETS)))
def test_a_place_fills_the_canvas_in_every_preset(number, preset):
    """Rooms and streets by turns."""
    draw, case = ((rooms.draw_room, "rooms"), (rooms.draw_street, "streets"))[number % 2]
    artist = make_artist(preset, 1, (48, 60))
    style = artist.style
    draw(artist)
    assert_filled(artist)
    assert case in artist.cases
    assert artist.style is style


@pytest.mark.parametrize("kind", rooms.KINDS)
def test_each_kind_of_room(kind):
    artist = make_artist("webtoon", 2, mode="black", opacity=1.0)
    rooms.draw_room(artist, kind, "lined")
    assert_filled(artist)
    assert 0.01 < (ink_of(artist) > 0.5).mean() < 0.6
    assert (artist.canvas.part == PARTS.index("wall or floor")).mean() > 0.05


@pytest.mark.parametrize("kind", streets.KINDS)
def test_each_kind_of_street(kind):
    artist = make_artist("webtoon", 3, mode="black", opacity=1.0)
    rooms.draw_street(artist, kind, "lined")
    assert_filled(artist)
    assert (ink_of(artist) > 0.5).mean() > 0.01
    assert (artist.canvas.part == PARTS.index("ground")).any()


@pytest.mark.parametrize("way", ["flat", "painted"])
@pytest.mark.parametrize("draw", [rooms.draw_room, rooms.draw_street])
def test_places_without_lines_have_no_ink(draw, way):
    artist = make_artist("film", 1, mode="black")
    draw(artist, way=way)
    assert not artist.canvas.boundary.any() and not artist.canvas.inner.any()
    assert f"{way} places" in artist.cases


def test_flat_places_have_fill_edges():
    artist = make_artist("tv", 4, (128, 160))
    rooms.draw_room(artist, "living room", "flat")
    assert (artist.canvas.fill_edges() > 0).mean() > 0.01


def test_strokes_of_a_painted_place_leave_its_regions_alone():
    artist = make_artist("tv", 6, (128, 160))
    rooms.draw_room(artist, "library", "painted")
    assert len(np.unique(artist.canvas.region)) > 8
    assert "textures" in artist.cases


@pytest.mark.parametrize("draw", [rooms.draw_room, rooms.draw_street])
def test_the_same_seed_draws_the_same(draw):
    pictures = []
    for seed in (5, 5, 6):
        artist = make_artist("cel90", seed)
        draw(artist, way="flat")
        pictures.append(artist.canvas.rgb.copy())
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


@pytest.mark.parametrize(
    "draw, shape",
    [
        (rooms.draw_room, (16, 16)),
        (rooms.draw_room, (100, 24)),
        (rooms.draw_street, (16, 16)),
        (rooms.draw_street, (24, 100)),
    ],
)
def test_tiny_and_narrow_canvases(draw, shape):
    artist = make_artist("painted", 1, shape)
    draw(artist)
    assert (artist.canvas.paint > 0).all()


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="bedroom"):
        rooms.draw_room(make_artist(), "cellar")
    with pytest.raises(ValueError, match="village"):
        rooms.draw_street(make_artist(), "canal")


def test_pages_are_mostly_white():
    artist = make_artist("manga", 0, (200, 300))
    rooms.draw_room(artist)
    assert (artist.canvas.rgb.mean(-1) > 200).mean() > 0.5


def make_camera(**changes):
    values = {"width": 200, "height": 100, "focal": 100.0, "eye": 1.5, "middle": 50.0} | changes
    return cameras.Camera(**values)


def test_a_point_at_eye_height_lies_on_the_horizon_and_far_things_are_small():
    camera = make_camera()
    assert np.allclose(camera.place([(0, 1.5, 4)]), [(100, 50)])
    near, far = (np.ptp(camera.place([(0, 0, z), (0, 1, z)])[:, 1]) for z in (2, 8))
    assert near == pytest.approx(4 * far)


def test_clip_leaves_out_what_is_behind_the_viewer():
    camera = make_camera()
    assert not len(camera.clip([(0, 0, -1), (1, 0, -1), (1, 1, -2)]))
    assert len(camera.clip([(0, 0, -1), (1, 0, 5), (-1, 0, 5)])) == 4


def test_a_box_seen_from_the_front_shows_no_back():
    artist = make_artist("vector", 0, (100, 200), tones=0)
    builder = perspective.Builder(artist, make_camera(), "flat")
    builder.box((-0.5, 1.0, 4), (0.5, 2.0, 5), np.array([200.0, 60, 60]))
    ys, xs = np.nonzero(artist.canvas.paint)
    assert (xs.min(), xs.max()) == (pytest.approx(87.5, abs=1.5), pytest.approx(112.5, abs=1.5))
    assert ys.max() - ys.min() == pytest.approx(25, abs=2)
    builder.finish()


@pytest.mark.parametrize(("side", "expected"), [("back", (3, 2, 9)), ("left", (2, 2, 11)), ("right", (0, 2, 11))])
def test_spots_turn_with_their_wall(side, expected):
    artist = make_artist()
    spot = perspective.Spot(perspective.Builder(artist, make_camera(), "flat"), 1, 10, side)
    u, w = (2, 1) if side == "back" else (1, 1)
    assert np.allclose(spot.world([(u, 2, w)]), [expected])


def test_a_builder_gives_style_and_screens_back():
    artist = make_artist("manga", 2)
    style, screen, screens = artist.style, artist.screen, artist.fill_screens
    builder = perspective.Builder(artist, make_camera(), "flat")
    assert artist.style is not style
    builder.finish()
    assert artist.style is style and artist.screen is screen and artist.fill_screens is screens


def test_things_take_the_colour_of_the_night():
    artist = make_artist("tv", 3, (100, 200), mode="black")
    builder = perspective.Builder(artist, make_camera(), "lined")
    dark = cameras.Air("night", 0.6, np.array([0.3, 0.3, 0.3]), np.ones(3), np.ones(3), 0.0, 0.0)
    builder.air = dark
    white = artist.canvas.polygon(np.array([(80.0, 30), (120, 30), (120, 70), (80, 70)]))
    builder.in_this_light(lambda: artist.canvas.fill(white, np.full(3, 200.0)), (100, 50), 30)
    assert artist.canvas.rgb[50, 100].max() == pytest.approx(60, abs=2)
    assert artist.canvas.rgb[5, 5].max() < 4
