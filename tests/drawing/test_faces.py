from dataclasses import replace

import numpy as np
import pytest

from illustration_parts.drawing.artist import Artist
from illustration_parts.drawing.canvas import PARTS, Canvas
from illustration_parts.drawing.heads import faces, looks, mouths
from illustration_parts.drawing.heads.expressions import EXPRESSIONS, Expression, choose_expression, find_expression
from illustration_parts.drawing.heads.face_shapes import FaceShape
from illustration_parts.drawing.heads.heads import Head
from illustration_parts.drawing.heads.people import Person, choose_person
from illustration_parts.drawing.styles import PRESETS, choose_style

PERSON = Person(
    skin=np.array([250.0, 222, 205]),
    hair=np.array([60.0, 40, 35]),
    iris=np.array([70.0, 110, 190]),
    garments=(np.full(3, 200.0),) * 3,
    trim=np.array([200.0, 180, 60]),
    man=False,
    age=0.4,
    build=1.0,
)


def make_artist(preset="tv", size=128, seed=0, **changes):
    rng = np.random.default_rng(seed)
    style = choose_style(rng, preset, size)
    plain = {"mode": "black", "ink": np.zeros(3), "bare": 0.0, "lost": 0.0, "broken": 0.0, "opacity": 1.0}
    plain |= {"texture": 0.0, "gradient": 0.0, "hatching": 0.0, "real": 0.4, "detail": 0.8, "width": 1.2}
    return Artist(Canvas(size, size, (120, 160, 120)), rng, replace(style, **(plain | changes)))


def draw(artist, yaw=0.0, expression="calm", person=PERSON, **changes):
    size = artist.canvas.shape[0]
    settings = {"centre": (size / 2, size * 0.45), "radius": size * 0.38, "yaw": yaw, "real": artist.style.real}
    head = Head(**(settings | changes))
    mask = faces.draw_skull(artist, head, person)
    faces.draw_features(artist, head, person, mask, expression=expression)
    faces.draw_brows(artist, head, person, mask, expression)
    return head, mask


def shown(artist, part):
    return artist.canvas.part == PARTS.index(part)


def ink(artist):
    return np.maximum(artist.canvas.boundary, artist.canvas.inner)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("yaw", [-2.6, -1.57, 0.0, 0.7, 1.9])
def test_every_preset_draws_every_view(preset, yaw):
    rng = np.random.default_rng(3)
    artist = Artist(Canvas(80, 80, (90, 90, 90)), rng, choose_style(rng, preset, 80))
    _, mask = draw(artist, yaw, None, choose_person(artist), pitch=0.2, roll=-0.2)
    assert np.isfinite(artist.canvas.layers).all()
    assert shown(artist, "skin").sum() > 1000
    assert mask.alpha.max() == 255


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("preset", ["manga"])
def test_every_expression_marks_brows_and_a_mouth(expression, preset):
    artist = make_artist(preset, 112)
    draw(artist, 0.2, expression)
    assert shown(artist, "brows and lashes").sum() > 20
    opened = EXPRESSIONS[expression].mouth in mouths.OPEN
    assert shown(artist, "mouth").any() == opened
    left, right = EXPRESSIONS[expression].open
    assert shown(artist, "eye white").any() == (max(left, right) > 0.25)


def test_parts_of_an_open_eye_lie_inside_each_other():
    artist = make_artist(size=200)
    draw(artist)
    ys, xs = np.nonzero(shown(artist, "eye white") | shown(artist, "iris"))
    iris_y, iris_x = np.nonzero(shown(artist, "iris"))
    assert xs.min() < iris_x.min() and iris_x.max() < xs.max()
    assert ys.min() <= iris_y.min() and iris_y.max() <= ys.max()
    # Two eyes, one on each side of the middle.
    assert (iris_x < 95).any() and (iris_x > 105).any() and not ((iris_x > 96) & (iris_x < 104)).any()


def test_lights_of_eyes_are_fills_and_hide_the_ink_below():
    artist = make_artist(size=240)
    draw(artist)
    assert "lights in eyes" in artist.cases
    white = shown(artist, "iris") & (artist.canvas.rgb.min(-1) > 254)
    assert white.sum() > 20 and ink(artist)[white].max() < 0.5


def test_lashes_and_brows_are_ink_and_pupils_are_none():
    artist = make_artist(size=360)
    draw(artist, radius=70.0)
    lashes = shown(artist, "brows and lashes")
    assert (artist.canvas.inner[lashes] > 0.4).mean() > 0.95
    artist = make_artist(size=240)  # so near that lashes are broader than strokes: their rims alone are ink
    draw(artist)
    lashes = shown(artist, "brows and lashes")
    assert 0.2 < (artist.canvas.inner[lashes] > 0.4).mean() < 0.8
    dark = shown(artist, "iris") & (artist.canvas.rgb.max(-1) < 45) & (ink(artist) < 0.2)
    assert dark.sum() > 20


@pytest.mark.parametrize(
    "preset, broad, least, most",
    [("webtoon", 0.01, 0.85, 1.0), ("webtoon", 0.05, 0.1, 0.7), ("vector", 0.05, 0.95, 1.0)],
)
def test_broad_brows_are_areas_with_a_rim_but_not_in_flat_drawings(preset, broad, least, most, monkeypatch):
    choose = faces.choose_looks
    monkeypatch.setattr(faces, "choose_looks", lambda *given: replace(choose(*given), brow=broad))
    artist = make_artist(preset, size=500)
    head = Head(centre=(250, 225), radius=190.0, yaw=0.0, real=0.4)
    faces.draw_brows(artist, head, PERSON, faces.draw_skull(artist, head, PERSON))
    brows = shown(artist, "brows and lashes")
    assert brows.sum() > 100 and least <= (artist.canvas.inner[brows] > 0.4).mean() <= most


def test_a_style_without_lines_has_brows_as_fills_and_no_ink():
    artist = make_artist(mode="none", bare=1.0)
    draw(artist, 0.3, "joy")
    assert ink(artist).max() == 0
    assert shown(artist, "brows and lashes").sum() > 20


def test_a_style_without_lines_shows_a_shut_mouth():
    artist = make_artist(mode="none", bare=1.0)
    draw(artist, 0.0, "smile")
    assert shown(artist, "mouth").sum() > 5


def test_a_broad_pen_is_finer_on_faces_and_the_style_stays():
    artist = make_artist("vector", width=14.0)
    before = artist.style
    draw(artist)
    assert artist.style is before
    white = shown(artist, "eye white") & (ink(artist) < 0.3)
    assert white.sum() > 60


def test_features_stay_on_the_face():
    artist = make_artist("manga")
    _, mask = draw(artist, 0.75, "shout")
    face = np.zeros(artist.canvas.shape, bool)
    face[mask.window] = mask.alpha > 0
    for part in ("eye white", "iris", "mouth", "brows and lashes"):
        assert not (shown(artist, part) & ~face).any()


def test_a_head_from_behind_has_no_features_and_a_profile_one_eye():
    artist = make_artist()
    draw(artist, 3.0, "joy")
    for part in ("eye white", "iris", "mouth", "brows and lashes"):
        assert not shown(artist, part).any()
    artist = make_artist()
    head, _ = draw(artist, np.pi / 2)
    _, xs = np.nonzero(shown(artist, "iris"))
    assert xs.size and xs.min() > head.centre[0]  # it looks to the right


def test_a_profile_turned_the_other_way_is_its_mirror():
    person, head = PERSON, Head((50.0, 50.0), 40.0, 1.4, real=0.5)
    left, right = FaceShape(head, person).outline()
    mirrored, other = FaceShape(replace(head, yaw=-1.4), person).outline()
    assert np.allclose(right * (-1, 1) + (100, 0), mirrored)
    assert np.allclose(left * (-1, 1) + (100, 0), other)


def test_nose_and_lips_stand_out_in_profile_alone():
    def bends(yaw):
        _, right = FaceShape(Head((0.0, 0.0), 100.0, yaw, real=0.8), PERSON).outline()
        return int((np.diff(np.sign(np.diff(right[20:, 0]))) != 0).sum())

    assert bends(np.pi / 2) >= 5 > bends(0.0)


def test_points_of_the_face_turn_with_the_head():
    for yaw, pitch, roll in ((0.5, 0.0, 0.0), (0.0, 0.4, 0.0), (-0.3, 0.2, 0.5)):
        head = Head((10.0, 20.0), 50.0, yaw, pitch, roll)
        face = FaceShape(head, PERSON)
        assert np.allclose(face.at(0.2, 0.4), head.place(face.surface(0.2, 0.4)))
    turned = FaceShape(Head((0.0, 0.0), 50.0, 0.5), PERSON).at(0.0, 0.9)
    assert turned[0] > 5  # a head that looks to the right has its mouth there


def test_men_are_broader_and_children_shorter_below():
    chin = lambda **changes: FaceShape(Head((0, 0), 1.0, real=0.6), replace(PERSON, **changes))  # noqa: E731
    assert chin(man=True).read("width", 1.1) > chin().read("width", 1.1) + 0.02
    assert chin(age=0.0).chin < chin().chin < chin(man=True).chin


def test_the_same_seed_gives_the_same_face():
    first, second = make_artist(seed=5), make_artist(seed=5)
    draw(first, 0.3, None)
    draw(second, 0.3, None)
    assert np.array_equal(first.canvas.rgb, second.canvas.rgb)
    assert np.array_equal(first.canvas.inner, second.canvas.inner)


def test_a_person_keeps_the_looks():
    artist = make_artist()
    face = FaceShape(Head((0, 0), 50.0), PERSON)
    again = FaceShape(Head((9, 3), 20.0, 0.7), PERSON)
    assert looks.choose_looks(artist.style, face, PERSON) == looks.choose_looks(artist.style, again, PERSON)
    other = replace(PERSON, iris=PERSON.iris + 20)
    assert looks.choose_looks(artist.style, face, other) != looks.choose_looks(artist.style, face, PERSON)


@pytest.mark.parametrize("radius", [0.4, 2.0, 5.0, 8.0, 12.0, 20.0, 33.0])
def test_small_heads_are_a_few_strokes(radius):
    artist = make_artist("webtoon", 80)
    head = Head((40.0, 30.0), radius, 0.3)
    mask = faces.draw_skull(artist, head, PERSON)
    before = ink(artist).sum()
    faces.draw_features(artist, head, PERSON, mask, expression="shout")
    added = ink(artist).sum() - before
    assert added <= 0.6 * 3.2 * radius**2
    if radius < 9:
        assert not shown(artist, "iris").any()


@pytest.mark.parametrize("centre", [(-60.0, 50.0), (1.0, 1.0), (127.0, 60.0), (60.0, 190.0), (400.0, -300.0)])
def test_heads_partly_or_wholly_off_the_canvas(centre):
    artist = make_artist()
    draw(artist, 0.4, "cry", centre=centre, radius=60.0)
    assert np.isfinite(artist.canvas.rgb).all()


@pytest.mark.parametrize("extra", ["glasses", "freckles", "scar", "mole", "make-up", "beard", "lines", "earrings"])
@pytest.mark.parametrize("preset", ["tv", "ink"])
def test_each_extra_changes_the_picture(extra, preset, monkeypatch):
    pictures = []
    original = looks.choose_looks
    for chosen in ((), (extra,)):
        monkeypatch.setattr(
            faces, "choose_looks", lambda *given, chosen=chosen: replace(original(*given), extras=frozenset(chosen))
        )
        artist = make_artist(preset, 150)
        draw(artist, 0.2)
        pictures.append(artist.canvas.rgb.copy())
    paper = preset == "ink" and extra == "make-up"  # colour alone
    assert np.array_equal(*pictures) == paper


@pytest.mark.parametrize("iris", looks.IRISES)
@pytest.mark.parametrize("preset", ["tv", "ink"])
def test_each_iris_is_drawn(iris, preset, monkeypatch):
    original = looks.choose_looks
    monkeypatch.setattr(faces, "choose_looks", lambda *given: replace(original(*given), iris=iris, dots=False))
    artist = make_artist(preset, 144)
    draw(artist)
    assert shown(artist, "iris").sum() > 100
    assert artist.canvas.rgb[shown(artist, "iris")].std() > 5


def test_eyes_that_are_dots(monkeypatch):
    original = looks.choose_looks
    monkeypatch.setattr(faces, "choose_looks", lambda *given: replace(original(*given), dots=True))
    artist = make_artist("chibi", 160)
    draw(artist)
    assert "dots for eyes" in artist.cases and not shown(artist, "eye white").any()


def test_expressions_are_found_by_name_value_or_head():
    head = Head((30.0, 40.0), 20.0, 0.2)
    assert find_expression("joy", head) is EXPRESSIONS["joy"]
    mine = Expression(mouth="cat")
    assert find_expression(mine, head) is mine
    assert find_expression(None, head) == find_expression(None, head)
    assert len({choose_expression(np.random.default_rng(seed)).name for seed in range(60)}) > 9
    with pytest.raises(ValueError, match=r"Received: 'hungry'"):
        find_expression("hungry", head)


def test_gloom_and_anger_add_strokes():
    calm, angry = make_artist(size=220), make_artist(size=220)
    draw(calm)
    draw(angry, expression=replace(EXPRESSIONS["calm"], tilt=-0.55))
    between = np.s_[80:112, 100:121]
    assert angry.canvas.inner[between].sum() > calm.canvas.inner[between].sum()
