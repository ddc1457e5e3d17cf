"""Hair: every hairdo in every style and view, its ink, its parts and its repeatability."""

import numpy as np
import pytest

from illustration_parts.drawing.artist import Artist
from illustration_parts.drawing.canvas import PARTS, Canvas
from illustration_parts.drawing.heads import hair, hairdos
from illustration_parts.drawing.heads.heads import Head
from illustration_parts.drawing.heads.locks import LEAST_LINE, Locks
from illustration_parts.drawing.heads.people import Person, choose_person
from illustration_parts.drawing.heads.ribbons import taper_widths
from illustration_parts.drawing.heads.scalp import Scalp, arc, sphere
from illustration_parts.drawing.styles import PRESETS, choose_style

HAIR, TRIM = PARTS.index("hair"), PARTS.index("trim")


def start(seed=0, preset="tv", size=160):
    """An artist before an empty canvas."""
    rng = np.random.default_rng(seed)
    artist = Artist(Canvas(size, size, (235, 235, 235)), rng, choose_style(rng, preset, size))
    return artist, choose_person(artist)


def draw(artist, person, head, name=None, with_face=True):
    """Draw a head's hair around a plain face; returns the hairdo, what `draw_back` gives and the group."""
    hairdo = hair.choose_hairdo(artist, person, name)
    group = artist.canvas.new_group()
    back = hair.draw_back(artist, head, person, hairdo, group)
    centre, radius = np.array(head.centre), head.radius
    angles = np.linspace(0, 2 * np.pi, 40)
    outline = centre + np.stack([0.84 * np.cos(angles), 0.2 + 1.1 * np.sin(angles)], 1) * radius
    face = artist.shape(outline, person.skin, "skin", form=None, line=False) if with_face else None
    hair.draw_front(artist, head, person, hairdo, face, group)
    return hairdo, back, group


@pytest.mark.parametrize("number, preset", list(enumerate(PRESETS)))
def test_every_preset_draws_hair_with_its_part_and_group(number, preset):
    for seed, yaw in enumerate(((0.8, 3.1), (-1.6, 2.4))[number % 2]):
        artist, person = start(seed, preset, 112)
        _, _, group = draw(artist, person, Head((56, 46), 26, yaw, 0.1, 0.1, 0.5), "shoulder")
        drawn = artist.canvas.part == HAIR
        assert drawn.sum() > 600
        assert (artist.canvas.group[drawn] == group).all()
        if artist.style.mode == "none":
            assert not np.any(artist.canvas.seen_ink())


@pytest.mark.parametrize("name", hairdos.HAIRDOS)
def test_every_hairdo_draws_from_the_front_and_from_behind(name):
    for yaw in (0.3, -2.8):
        artist, person = start(3, "webtoon", 96)
        hairdo, _, _ = draw(artist, person, Head((48, 42), 22, yaw), name)
        assert hairdo.name == name
        least = 20 if name == "bald" else 270
        assert (artist.canvas.part == HAIR).sum() > least


def test_unknown_hairdo_is_refused():
    artist, person = start()
    with pytest.raises(ValueError, match="Received: 'mullet'"):
        hair.choose_hairdo(artist, person, "mullet")


def test_same_seed_gives_the_same_hair():
    pictures = []
    for _ in range(2):
        artist, person = start(11, "painted")
        draw(artist, person, Head((80, 64), 40, 0.4))
        pictures.append((artist.canvas.rgb.copy(), artist.canvas.inner.copy()))
    np.testing.assert_array_equal(pictures[0][0], pictures[1][0])
    np.testing.assert_array_equal(pictures[0][1], pictures[1][1])


def test_back_hair_is_returned_as_its_mask_and_lies_behind():
    artist, person = start(5, "cel90")
    hairdo = hair.choose_hairdo(artist, person, "long")
    group = artist.canvas.new_group()
    mask = hair.draw_back(artist, Head((80, 50), 30), person, hairdo, group)
    painted = artist.canvas.group == group
    assert np.count_nonzero(mask.alpha) == painted.sum() > 1000
    assert np.array_equal(painted[mask.window], mask.alpha > 0)
    assert np.flatnonzero(painted.any(1))[-1] > 50 + 1.5 * 30  # it reaches the shoulders


def test_nothing_hangs_behind_a_bald_head():
    artist, person = start(5)
    hairdo = hair.choose_hairdo(artist, person, "bald")
    assert hair.draw_back(artist, Head((80, 60), 40), person, hairdo, artist.canvas.new_group()) is None


def test_hair_casts_a_shadow_on_the_face():
    for seed in range(20):
        artist, person = start(seed, "tv")
        if artist.style.tones:
            break
    draw(artist, person, Head((80, 64), 42), "bob")
    skin = artist.canvas.part == PARTS.index("skin")
    assert (artist.canvas.shadow[skin] > 0.5).sum() > 30


@pytest.mark.parametrize(
    "centre, radius", [((-200, 40), 30), ((2, 158), 50), ((300, 300), 40), ((80, 80), 2), ((80, 80), 9)]
)
def test_hair_beyond_the_canvas_and_tiny_heads_do_no_harm(centre, radius):
    for name in ("spiky", "braids", "twin tails", "drills"):
        artist, person = start(2, "film")
        draw(artist, person, Head(centre, radius, 0.3), name)
        assert np.isfinite(artist.canvas.rgb).all()


def test_hair_may_be_drawn_without_a_face():
    artist, person = start(8, "ink")
    draw(artist, person, Head((80, 64), 40), "curtain", with_face=False)
    assert (artist.canvas.part == HAIR).any()


def test_ink_lies_only_at_hair_and_what_is_worn_in_it():
    for seed in range(30):
        artist, person = start(seed, "tv", 200)
        if artist.style.mode == "black":
            break
    _, _, group = draw(artist, person, Head((100, 80), 48), "long")
    inner = artist.canvas.inner > 0.6
    at_hair = (artist.canvas.group == group) | (artist.canvas.part == TRIM)
    assert inner.sum() > 50
    assert at_hair[inner].mean() > 0.98


def dark_locks(contrast, hair_colour, seed):
    artist, person = start(seed, "tv")
    person = Person(person.skin, np.array(hair_colour, float), *[getattr(person, n) for n in (
        "iris", "garments", "trim", "man", "age", "build")])  # fmt: skip
    hairdo = hairdos.choose_hairdo(artist, person, "long")
    hairdo = hairdos.Hairdo(**{**vars(hairdo), "contrast": contrast})
    return Locks(artist, Head((80, 64), 40), 1, person.hair, hairdo)


@pytest.mark.parametrize("colour", [(24, 20, 22), (40, 32, 30), (70, 50, 40), (15, 15, 30)])
def test_lines_can_be_told_from_dark_hair(colour):
    for seed in range(12):
        locks = dark_locks(seed / 12, colour, seed)
        if locks.line is None:
            continue
        assert np.abs(locks.line - locks.colour).max() >= 0.85 * LEAST_LINE


def test_widths_grow_from_the_root_and_end_in_a_point():
    widths = taper_widths(50, 0.3, 0.45, 0.9)
    assert widths[0] == pytest.approx(0.3)
    assert widths.max() == pytest.approx(1.0, abs=0.01)
    assert widths[-1] == pytest.approx(0.0)
    assert 18 < widths.argmax() < 26


def test_arc_stays_on_the_sphere_between_its_ends():
    start_, end = sphere(0.2, -0.9), sphere(1.5, 0.1)
    points = arc(start_, end, np.linspace(0, 1, 9), 0.2)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)
    np.testing.assert_allclose(points[[0, -1]], [start_, end], atol=1e-9)


def test_scalp_covers_the_crown_but_not_the_face():
    canvas = Canvas(200, 200)
    scalp = Scalp(Head((100, 90), 60), 0.05, (0, -0.9, -0.2))
    mask = scalp.mask(canvas)
    whole = np.zeros(canvas.shape, np.uint8)
    whole[mask.window] = mask.alpha
    assert whole[90 - 55, 100] == 255
    assert whole[90 + 24, 100] == 0
    behind = Scalp(Head((100, 90), 60, np.pi), 0.05, (0, -0.9, -0.2)).mask(canvas)
    assert behind.alpha.sum() > 1.4 * mask.alpha.sum()


def test_a_face_with_the_same_group_is_not_taken_for_hair():
    artist, person = start(4, "tv")
    locks = Locks(artist, Head((80, 64), 40), 7, person.hair, hair.choose_hairdo(artist, person, "bob"))
    box = np.array([(20, 20), (80, 20), (80, 90), (20, 90)], float)
    artist.shape(box, person.skin, "skin", 7, form=None, line=False)
    locks.fill(artist.canvas.polygon(box + (60, 0)))
    np.testing.assert_array_equal(locks.is_hair(np.array([(40, 50), (110, 50), (150, 50), (400, 50)])), [0, 1, 0, 0])


def test_no_light_seam_lies_between_locks_in_shadow():
    artist, person = start(2, "tv", 120)
    artist.style.tones, artist.style.soft, artist.style.mode = 1, 0.0, "none"
    hairdo = hairdos.choose_hairdo(artist, person, "long")
    values = dict(threshold=5.0, shaded=True, unequal=0.0, roots=0.0, tips=None, painted=0.0, tufts=0.0)
    colour = np.array([180.0, 140, 90])
    locks = Locks(artist, Head((60, 60), 50), 1, colour, hairdos.Hairdo(**{**vars(hairdo), **values}))
    for x in (40.0, 52.3, 64.7):  # each over the rim of the one before
        curve = np.stack([x + np.linspace(0, 6.5, 30), np.linspace(8, 112, 30)], 1)
        locks.paint(curve, 30.0, root=1.0, peak=0.5, tip=0.1, split=0.0)
    shown = artist.canvas.rgb[30:90, 48:70]
    assert np.ptp(shown, axis=(0, 1)).max() < 4  # all of it lies in one shadow
    assert shown.mean(-1).max() < 0.95 * colour.mean()


def paint_lock(tufts):
    """Paint one broad lock without light from outside; returns its canvas."""
    artist, person = start(3, "webtoon", 240)
    artist.style.tones, artist.style.soft, artist.style.mode, artist.style.hatching = 1, 0.0, "none", 0.0
    hairdo = hairdos.choose_hairdo(artist, person, "long")
    values = dict(threshold=-5.0, shaded=True, unequal=0.0, roots=0.0, tips=None, painted=0.0, tufts=tufts, strands=0.0)
    locks = Locks(
        artist, Head((120, 120), 60), 1, np.array([180.0, 140, 90]), hairdos.Hairdo(**{**vars(hairdo), **values})
    )
    curve = np.stack([np.full(30, 120.0), np.linspace(10, 230, 30)], 1)
    for _ in range(4):  # how many tufts a lock has is left to chance
        locks.paint(curve, 90.0, root=1.0, peak=0.5, tip=0.6, split=0.0, cast=0.0)
    return artist.canvas


def test_tufts_of_shadow_have_edges_and_no_ink():
    plain, tufted = paint_lock(0.0), paint_lock(1.0)
    assert plain.shadow.max() == 0 and (tufted.shadow > 0.5 * tufted.shadow.max()).sum() > 100
    assert (tufted.fill_edges() > 127).sum() > (plain.fill_edges() > 127).sum() + 100
    for canvas in (plain, tufted):
        assert canvas.inner.max() == 0
    np.testing.assert_array_equal(tufted.boundary, plain.boundary)
    outside = tufted.part != PARTS.index("hair")
    assert tufted.shadow[outside].max() == 0
