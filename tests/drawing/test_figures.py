import helpers
import numpy as np
import pytest

from illustration_parts.drawing.bodies import bodies, cloth, figures, hands, outfits, patterns, poses, sewing
from illustration_parts.drawing.canvas import PARTS, Canvas
from illustration_parts.drawing.heads import faces, hair, people
from illustration_parts.drawing.styles import PRESETS


def make_artist(seed=0, preset="tv", height=128, width=96, **changes):
    return helpers.make_artist(preset, seed, (height, width), (255, 255, 255), **changes)


@pytest.fixture
def plain_heads(monkeypatch):
    """Hair and features have tests of their own; without them a body is drawn in a fraction of the time."""
    for module, name in ((hair, "draw_back"), (hair, "draw_front"), (faces, "draw_features"), (faces, "draw_brows")):
        monkeypatch.setattr(module, name, lambda *_: None)


def shares(artist):
    return {name: float((artist.canvas.part == k).mean()) for k, name in enumerate(PARTS)}


def pose(**changes):
    values = dict(legs="stand", arms=("hang", "hang"), yaw=0.0, twist=0.0, lean=0.0, hip_roll=0.0, chest_roll=0.0)
    values |= dict(head_yaw=0.0, head_pitch=0.0, head_roll=0.0, weight=0, jitter=np.zeros((2, 3)))
    return poses.Pose(**values | changes)


def skeleton(real=0.5, **changes):
    artist = make_artist()
    return poses.build_skeleton(pose(**changes), 10.0, real, people.choose_person(artist))


def fitting(kind, seed=0, preset="tv", yaw=0.2, **changes):
    artist = make_artist(seed, preset, 160, 112)
    person = people.choose_person(artist)
    bones = poses.moved(poses.build_skeleton(pose(yaw=yaw), 12.0, 0.5, person), (56, 24))
    return outfits.Fitting(artist, bones, person, outfits.Outfit(kind=kind, **changes))


# ------------------------------------------------------------------------------------------------------------ poses
def test_bend_reaches_its_target_with_both_bones():
    middle, end = poses.bend((0, 0, 0), (3, 4, 0), 4, 3, (0, 0, 1))
    assert np.allclose(end, (3, 4, 0))
    assert np.isclose(np.linalg.norm(middle), 4) and np.isclose(np.linalg.norm(end - middle), 3)
    assert middle[2] > 0


def test_bend_goes_as_far_as_it_can():
    middle, end = poses.bend((0, 0, 0), (100, 0, 0), 4, 3, (0, 1, 0))
    assert 6.9 < end[0] < 7.0 and np.allclose(end[1:], 0)
    assert np.isclose(np.linalg.norm(middle), 4)


@pytest.mark.parametrize("legs", sorted(set(poses.LEGS)))
def test_bones_keep_their_lengths_in_every_pose(legs):
    bones = skeleton(legs=legs, yaw=0.7, hip_roll=0.1, arms=("chin", "wave"))
    joints, length = bones.joints, bones.length
    for k in (0, 1):
        for first, second, name in (
            ("hip", "knee", "thigh"),
            ("knee", "ankle", "shin"),
            ("shoulder", "elbow", "upper arm"),
            ("elbow", "wrist", "forearm"),
        ):
            distance = np.linalg.norm(joints[f"{first}{k}"] - joints[f"{second}{k}"])
            assert np.isclose(distance, length[name], rtol=1e-6)


@pytest.mark.parametrize("real", [0.0, 0.15, 0.35, 0.75, 1.0])
def test_a_standing_figure_is_as_many_heads_tall_as_its_style_says(real):
    bones = skeleton(real)
    sole = max(bones.joints[f"ankle{k}"][1] for k in (0, 1)) + 1.9 * 0.026 * bones.body
    assert (sole + 10.0) / (poses.HEAD * 10.0) == pytest.approx(bones.heads, rel=0.12)


def test_a_body_seen_from_behind_has_its_sides_exchanged():
    front, back = skeleton(), skeleton(yaw=np.pi)
    assert front.joints["shoulder0"][0] < front.joints["shoulder1"][0]
    assert back.joints["shoulder0"][0] > back.joints["shoulder1"][0]


# ----------------------------------------------------------------------------------------------------------- bodies
def test_trunk_is_widest_seen_from_the_front():
    artist = make_artist()
    person = people.choose_person(artist)
    widths = []
    for yaw in (0.0, np.pi / 2):
        left, right = bodies.Trunk(poses.build_skeleton(pose(yaw=yaw), 10.0, 0.5, person), person).sides([0.8])
        widths.append(right[0, 0] - left[0, 0])
    assert widths[0] > widths[1] > 0.5 * widths[0]


def test_trunk_front_is_seen_only_from_the_front():
    artist = make_artist()
    person = people.choose_person(artist)
    for yaw, seen in ((0.0, True), (0.8, True), (np.pi, False)):
        trunk = bodies.Trunk(poses.build_skeleton(pose(yaw=yaw), 10.0, 0.5, person), person)
        assert trunk.is_seen(0.0) is seen


def test_limb_outlines_lie_at_its_width():
    limb = bodies.Limb([(0, 0), (20, 0), (40, 0)], [0, 1, 2], [3, 3, 3])
    assert np.allclose(limb.at(0.5, [-1, 0, 1]), [(10, -3), (10, 0), (10, 3)])
    mask = limb.mask(Canvas(32, 64))
    assert mask.alpha.shape[0] <= 8  # the part below the canvas's rim is cut
    assert limb.radius(1.5) == pytest.approx(3)


def test_limb_normals_face_away_from_its_bone():
    limb = bodies.Limb([(4, 16), (32, 16), (60, 16)], [0, 1, 2], [8, 8, 8])
    mask = limb.mask(Canvas(32, 64))
    normals = limb.normals(mask)
    column = 20 - mask.left
    assert normals[10 - mask.top, column, 1] < -0.4 < 0.2 < normals[22 - mask.top, column, 1]
    assert np.allclose((normals**2).sum(-1), 1, atol=1e-3)


# ------------------------------------------------------------------------------------------------------------ cloth
def test_unite_is_the_larger_of_two_masks():
    canvas = Canvas(32, 32)
    one = canvas.polygon(np.array([(2, 2), (10, 2), (10, 10), (2, 10.0)]))
    two = canvas.polygon(np.array([(20, 20), (28, 20), (28, 28), (20, 28.0)]))
    both = cloth.unite([one, two])
    assert both.alpha[5 - both.top, 5 - both.left] == 255 and both.alpha[24 - both.top, 24 - both.left] == 255
    assert both.alpha[15 - both.top, 15 - both.left] == 0
    assert cloth.unite([]).alpha.size == 0


def test_contours_leave_the_rim_of_the_canvas_out():
    canvas = Canvas(32, 32)
    (curve,) = cloth.contours(canvas, canvas.polygon(np.array([(-10, 8), (20, 8), (20, 24), (-10, 24.0)])))
    assert curve[:, 0].min() > 0.5 and curve[:, 0].max() == pytest.approx(20, abs=1)


def test_keep_runs_joins_the_first_and_the_last_run_of_a_closed_curve():
    points = np.stack([np.arange(21.0), np.zeros(21)], 1)
    points[-1] = points[0]
    keep = np.ones(21, bool)
    keep[8:12] = False
    (run,) = cloth.keep_runs(points, keep)
    assert len(run) == 16 and run[0, 0] == 12


@pytest.mark.parametrize("value", [8, 30, 60, 200])
def test_lines_in_cloth_can_be_told_from_it(value):
    artist = make_artist(mode="trace", trace=0.5, coloured=True, manga=False)
    fill = np.full(3, float(value))
    colour = cloth.crease_colour(artist, fill)
    colour = artist.line_colour(fill) if colour is None else colour
    assert np.abs(colour - fill).max() >= cloth.DARK_STEP


def test_folds_are_a_shadow_and_inner_ink_within_their_cloth():
    artist = make_artist(preset="cel90", detail=1.0, mode="black", ink=np.zeros(3))
    mask = artist.canvas.polygon(np.array([(20, 20), (70, 20), (70, 100), (20, 100.0)]))
    artist.fill(mask, np.array([200.0, 180, 160]), "garment 1")
    folds = cloth.Folds(artist, mask, np.array([200.0, 180, 160]))
    folds.radiate((45, 25), np.pi / 2, 0.6, 5, 70, 8)
    folds.lay()
    assert artist.canvas.inner.max() > 0.5 and artist.canvas.boundary.max() == 0
    assert artist.canvas.shadow.max() > 0.9
    outside = np.ones(artist.canvas.shape, bool)
    outside[19:102, 19:72] = False
    assert artist.canvas.inner[outside].max() == 0 and artist.canvas.shadow[outside].max() == 0


@pytest.mark.parametrize("name", ["stripes", "rings", "checks", "dots", "plaid"])
def test_patterns_stay_on_their_cloth(name):
    artist = make_artist(preset="tv")
    mask = artist.canvas.polygon(np.array([(20, 20), (70, 20), (70, 100), (20, 100.0)]))
    before = artist.canvas.rgb.copy()
    at = lambda u, v: np.stack([45 + 30 * u, 20 + 90 * v], -1)  # noqa: E731
    patterns.lay_pattern(artist, name, at, mask, np.array([10.0, 20, 30]), "garment 1", 1)
    changed = np.abs(artist.canvas.rgb - before).max(-1) > 1
    assert 0.1 < changed[22:98, 22:68].mean() < 0.9
    changed[19:102, 19:72] = False
    assert not changed.any()


def test_frill_hangs_below_its_edge():
    artist = make_artist()
    edge = np.stack([np.linspace(20, 70, 20), np.full(20, 30.0)], 1)
    mask = sewing.frill(artist, edge, 12, np.array([240.0, 240, 250]))
    assert mask.top >= 25 and 38 < mask.top + mask.alpha.shape[0] < 50
    assert artist.canvas.boundary.max() > 0 or artist.style.mode == "none"


# ------------------------------------------------------------------------------------------------------------ hands
@pytest.mark.parametrize("attitude", hands.ATTITUDES)
@pytest.mark.parametrize("length", [6, 20, 60])
def test_hands_of_every_size_are_skin_with_an_outline(attitude, length):
    artist = make_artist(preset="cel90", mode="black")
    skin = np.array([250.0, 210, 190])
    mask = hands.draw_hand(artist, (48.0, 100.0), -np.pi / 2, length, attitude, 1, skin, 3)
    assert mask.top + mask.alpha.shape[0] <= 103 + 0.3 * length and mask.top >= 97 - 1.3 * length
    assert shares(artist)["skin"] > 0 and (artist.canvas.group == 3).any()
    assert artist.canvas.boundary.max() > 0.5


def test_hand_rejects_an_unknown_attitude():
    with pytest.raises(ValueError, match="attitude must be one of open.*Received: 'flat'"):
        hands.draw_hand(make_artist(), (40, 60), 0.0, 30, "flat", 1, np.zeros(3), 0)


# --------------------------------------------------------------------------------------------------------- garments
@pytest.mark.parametrize("kind", list(outfits.KINDS))
def test_every_kind_of_outfit_is_chosen_and_drawn(kind, monkeypatch, plain_heads):
    artist = make_artist(3, "film", 160, 112)
    person = people.choose_person(artist)
    monkeypatch.setattr(outfits, "KINDS", {kind: (1.0, 1.0)})
    outfit = outfits.choose_outfit(artist, person)
    assert outfit.kind == kind
    bones = poses.moved(poses.build_skeleton(pose(yaw=0.4), 12.0, 0.5, person), (56, 24))
    figures.draw_person(artist, bones, person, outfit)
    found = shares(artist)
    assert found["metal" if kind == "armour" else "garment 1"] > 0.02 and found["skin"] > 0.005


@pytest.mark.parametrize(
    "lower", ["pleats", "flared", "frills", "long skirt", "tight skirt", "trousers", "shorts", "hakama"]
)
def test_every_lower_garment_covers_the_hips(lower, plain_heads):
    dress = fitting("shirt", lower=lower, hem=0.66, collar="shirt", neckline="v", depth=0.15)
    figures.draw_person(dress.artist, dress.skeleton, dress.person, dress.outfit)
    x, y = np.round(dress.skeleton.flat("pelvis")).astype(int)
    assert PARTS[dress.artist.canvas.part[y, x]] in ("garment 2", "trim")


def test_both_sleeves_and_the_trunk_are_one_group(plain_heads):
    dress = fitting("shirt", seed=1, lower="trousers")
    figures.draw_person(dress.artist, dress.skeleton, dress.person, dress.outfit)
    canvas = dress.artist.canvas
    groups = set(canvas.group[canvas.part == PARTS.index("garment 1")].tolist())
    assert len(groups) == 1 and 0 not in groups


# ---------------------------------------------------------------------------------------------------------- figures
@pytest.mark.parametrize("preset", list(PRESETS))
def test_busts_and_figures_are_drawn_in_every_style(preset, plain_heads):
    artist = make_artist(1, preset, 128, 128)
    face = figures.draw_bust(artist, (64, 48), 24)
    assert face.alpha.max() > 127 and shares(artist)["skin"] > 0.01
    assert max(artist.canvas.boundary.max(), artist.canvas.inner.max()) > 0.5 or artist.style.mode == "none"
    artist = make_artist(2, preset, 160, 112)
    face = figures.draw_figure(artist, (56, 155), 145)
    assert face.alpha.max() > 127
    rows = np.flatnonzero((artist.canvas.part > 0).any(1))
    assert rows.max() == pytest.approx(155, abs=8)


def test_a_whole_person_has_hair_and_eyes():
    artist = make_artist(3, "tv", 128, 128)
    figures.draw_bust(artist, (64, 56), 30, yaw=0.2)
    found = shares(artist)
    assert found["hair"] > 0.03 and found["skin"] > 0.03 and found["garment 1"] + found["metal"] > 0.03


@pytest.mark.parametrize("yaw", [-1.5, -0.7, 0.9, 2.5, 3.14])
def test_people_are_drawn_from_every_side(yaw, plain_heads):
    artist = make_artist(4, "webtoon", 160, 112)
    figures.draw_figure(artist, (56, 155), 140, yaw=yaw)
    assert (artist.canvas.part > 0).mean() > 0.05


@pytest.mark.parametrize("number, legs", list(enumerate(sorted(set(poses.LEGS)))))
def test_every_pose_is_drawn(number, legs, plain_heads):
    arms = [("hip", "chest"), ("crossed", "crossed"), ("back", "hair"), ("lap", "up")][number % 4]
    artist = make_artist(9, "tv", 144, 112)
    person = people.choose_person(artist)
    bones = poses.moved(poses.build_skeleton(pose(legs=legs, arms=arms, yaw=0.5), 10.0, 0.5, person), (56, 24))
    figures.draw_person(artist, bones, person, outfits.choose_outfit(artist, person, bones.pose))
    assert shares(artist)["paper"] < 0.95 and (shares(artist)["prop"] > 0) == (legs == "sit")


def test_lace_hangs_below_its_edge_in_scallops():
    artist = make_artist(preset="cel90", mode="black")
    edge = np.stack([np.linspace(20, 70, 20), np.full(20, 30.0)], 1)
    sewing.lace(artist, edge, 8, np.array([250.0, 250, 250]))
    rows = np.flatnonzero((artist.canvas.part == PARTS.index("trim")).any(1))
    assert 28 <= rows.min() and rows.max() <= 40


def test_the_same_seed_draws_the_same_person():
    pictures = []
    for _ in range(2):
        artist = make_artist(5, "tv", 96, 80)
        figures.draw_bust(artist, (48, 40), 20)
        pictures.append(artist.canvas.rgb.copy())
    assert np.array_equal(*pictures)


@pytest.mark.parametrize("place", [(-400, 40), (48, -500), (48, 900), (95, 127)])
def test_people_off_the_canvas_or_cut_by_it_do_no_harm(place, plain_heads):
    artist = make_artist(6, "film")
    figures.draw_bust(artist, place, 20)
    figures.draw_figure(artist, place, 100)
    assert np.isfinite(artist.canvas.rgb).all()


@pytest.mark.parametrize("height", [6, 20, 40])
def test_tiny_people(height):
    artist = make_artist(7, "manga", 64, 64)
    figures.draw_figure(artist, (32, 60), height)
    figures.draw_bust(artist, (32, 30), height / 8)
    assert np.isfinite(artist.canvas.rgb).all() and (artist.canvas.part > 0).any()


def test_a_head_casts_its_shadow_on_the_neck():
    artist = make_artist(8, "cel90", 128, 128, hatching=0.0, tones=1)
    person = people.choose_person(artist)
    bones = poses.moved(poses.build_skeleton(pose(), 26.0, 0.5, person), (64, 50))
    dress = outfits.Fitting(artist, bones, person, outfits.Outfit(kind="tee", sleeves="short", depth=0.12))
    figures._draw_neck(dress)
    x, y = (0.5 * (bones.flat("pit") + (64, 50 + 1.25 * 26))).astype(int)
    assert artist.canvas.shadow[y - 6 : y + 2, x - 4 : x + 5].max() > 0.9
