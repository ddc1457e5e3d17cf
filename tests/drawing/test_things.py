import numpy as np
import pytest
from helpers import make_artist

from illustration_parts.drawing.canvas import PARTS
from illustration_parts.drawing.objects import placing, things
from illustration_parts.drawing.styles import PRESETS


def name_of(thing):
    return thing.__name__.removeprefix("draw_")


@pytest.mark.parametrize("thing", things.THINGS, ids=name_of)
def test_each_thing_is_drawn_inside_its_place_with_ink_and_a_part(thing):
    artist = make_artist("webtoon", 3, 160, mode="black", bare=0.0, opacity=1.0)
    things.draw_thing(artist, (80, 80), 44, thing)
    canvas = artist.canvas
    drawn = (canvas.paint > 0) | (np.maximum(canvas.boundary, canvas.inner) > 0.5)
    ys, xs = np.nonzero(drawn)
    assert len(ys) > 60
    assert np.hypot(ys - 80, xs - 80).max() < 44 * 1.75
    if canvas.paint.any():  # some effects may be lines alone
        assert (canvas.part[canvas.paint > 0] != PARTS.index("paper")).any()
        assert (canvas.group[canvas.paint > 0] > 0).any()
    assert np.isfinite(canvas.rgb).all()


@pytest.mark.parametrize("turn, preset", list(enumerate(PRESETS)))
def test_every_preset_draws_every_subject(turn, preset):
    """In each preset another thing of it."""
    for number, group in enumerate(things.SUBJECTS.values()):
        artist = make_artist(preset, number)
        before = artist.canvas.rgb.copy()
        things.draw_thing(artist, (48, 48), 40, list(group)[turn % len(group)])
        assert np.abs(artist.canvas.rgb - before).max() > 3
        assert "things" in artist.cases


def test_ink_lies_only_where_the_picture_differs_from_the_one_without():
    artist = make_artist("manga", 5, 200)
    things.draw_thing(artist, (100, 100), 85, things.arms.draw_shield)
    boundary, inner = artist.canvas.seen_ink()
    ink = np.maximum(boundary, inner)
    assert 0.005 < (ink > 0.5).mean() < 0.5
    picture, bare = artist.canvas.layers
    assert np.abs(picture - bare).max(-1)[ink < 0.01].max() < 12


def test_a_style_without_lines_has_no_ink_but_tones():
    artist = make_artist("painted", 2, 200, mode="none", bare=1.0)
    things.draw_thing(artist, (100, 100), 85, things.machines.draw_robot)
    assert not np.maximum(artist.canvas.boundary, artist.canvas.inner).any()
    assert len(np.unique(artist.canvas.paint)) > 20


def test_the_same_seed_draws_the_same_and_another_does_not():
    pictures = []
    for seed in (7, 7, 8):
        artist = make_artist("tv", seed)
        for _ in range(3):
            things.draw_thing(artist, (48, 48), 40, artist.pick(things.THINGS))
        pictures.append(artist.canvas.rgb.copy())
    assert np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[0], pictures[2])


@pytest.mark.parametrize(("centre", "radius"), [((-400, 30), 50), ((2, 94), 60), ((48, 48), 1), ((48, 48), 300)])
def test_things_may_lie_off_the_canvas_or_be_tiny_or_huge(centre, radius):
    for seed in range(4):
        artist = make_artist("film", seed, 96)
        things.draw_thing(artist, centre, radius, artist.pick(things.THINGS))
        assert np.isfinite(artist.canvas.rgb).all()
        if centre[0] < -300:
            assert not artist.canvas.paint.any()


def test_small_things_have_fewer_lines_than_large_ones():
    counts = {}
    for radius in (12, 80):
        artist = make_artist("webtoon", 1, 200, mode="black", bare=0.0, detail=1.0)
        artist.style.scale = 1.0
        artist.line = count = CountLines(artist.line)
        things.draw_thing(artist, (100, 100), radius, things.toys.draw_guitar)
        counts[radius] = count.lines
    assert counts[80] > 1.5 * counts[12]


class CountLines:
    def __init__(self, line):
        self.line, self.lines = line, 0

    def __call__(self, *arguments, **options):
        self.lines += 1
        return self.line(*arguments, **options)


def test_there_are_sixty_things_and_each_has_one_subject():
    assert len(things.THINGS) == len(set(things.THINGS)) >= 60
    assert sum(map(len, things.SUBJECTS.values())) == len(things.THINGS)


def test_rounded_corners_stay_in_their_box_and_close():
    outline = placing.rounded(-1, -0.5, 1, 0.5, 0.8)
    assert np.allclose(outline[0], outline[-1])
    assert np.allclose(outline.min(0), (-1, -0.5)) and np.allclose(outline.max(0), (1, 0.5))


def test_a_mirrored_outline_is_symmetric():
    outline = placing.mirrored([(0, -1), (0.5, 0), (0, 1)])
    flipped = {tuple(point) for point in np.round(outline * (-1, 1), 6)}
    assert flipped == {tuple(point) for point in np.round(outline, 6)}


def test_placed_points_are_turned_enlarged_and_moved():
    it = placing.Placed(make_artist(), (50, 20), 10, np.pi / 2)
    assert np.allclose(it.to_canvas([(1, 0), (0, 1)]), [(50, 30), (40, 20)])


@pytest.mark.parametrize("preset", ["tv", "pencil"])
def test_pupils_are_dark_fills_on_colour_and_on_paper(preset):
    artist = make_artist(preset, 4, 96)
    it = placing.Placed(artist, (48, 48), 40)
    it.solid(placing.ellipse((0, 0), (0.5, 0.5)), None, "iris")
    assert artist.canvas.rgb[48, 48].max() < 140
    assert artist.canvas.part[48, 48] == PARTS.index("iris")
    assert not artist.canvas.inner.any()
