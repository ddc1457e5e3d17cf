"""Pictures, sketches and dabs of colour: found, drawn, looked at, degraded and put into batches."""

import types

import cv2
import numpy as np
import pytest
from helpers import check_workers, make_batch, write

from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import dabs, filters
from illustration_parts.networks import loader
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import sketches as sketch_task

TASKS = ("sketch", "binary2sketch", "colorize")
TRUE_CHANNELS = {"sketch": 1, "binary2sketch": 1, "colorize": 3}


def load(name):
    """A task; of colours the one that learns from pictures alone."""
    return tasks.load(name).of("classic")


def paint(size=96, seed=0):
    """Coloured discs with dark outlines on a light ground, all different; (size, size, 3) uint8 RGB."""
    rng = np.random.default_rng(seed)
    picture = np.full((size, size, 3), rng.integers(180, 256, 3), np.uint8)
    for x, y in rng.integers(size // 6, size - size // 6, (5, 2)).tolist():
        radius = int(rng.integers(size // 10, size // 4))
        cv2.circle(picture, (x, y), radius, rng.integers(40, 256, 3).tolist(), -1)
        cv2.circle(picture, (x, y), radius, (30, 20, 40), 2, cv2.LINE_AA)
    return picture


def to_grey(picture):
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def outline(picture):
    """The dark outlines of what `paint` has painted, on white: (H, W) uint8."""
    return np.where(to_grey(picture) < 60, np.uint8(20), np.uint8(255))


def write_sketch_pairs(root, count=3, size=96, sketched=True, prefix=""):
    """Pictures, and as their sketches their outlines."""
    for number in range(count):
        write(root / f"{prefix}sketch_raw/{number}.png", paint(size, number))
        if sketched:
            write(root / f"{prefix}sketch_line/{number}.png", outline(paint(size, number)))
    pairs, unpaired = sketch_task.find_sketch_pairs(root, prefix)
    assert len(pairs) == count and not unpaired
    return tuple(pairs)


def make(task, picture, drawn_sketch=None, lines=None, size=96, seed=0):
    source = sketch_task.Source(picture, drawn_sketch, lines)
    return load(task).make(source, size, np.random.default_rng(seed))


@pytest.fixture
def unworn(monkeypatch):
    """Nothing is degraded."""
    monkeypatch.setattr(sketch_task, "degrade_picture", lambda picture, drawn, rng: picture)


@pytest.fixture
def as_it_is(monkeypatch):
    """Pictures are looked at as they are, from their top left corner."""
    monkeypatch.setattr(sketch_task, "choose_view", lambda *_: (np.eye(2, 3), 1.0))


# Pairs


def test_sketch_pairs_match_by_name(tmp_path):
    for name in ("sketch_raw/a/1.png", "sketch_raw/2.jpg", "sketch_raw/4.png"):
        write(tmp_path / name, paint())
    for name in ("sketch_line/a/1.jpg", "sketch_line/2.png", "sketch_line/3.png"):
        write(tmp_path / name, to_grey(paint()))
    pairs, unpaired = sketch_task.find_sketch_pairs(tmp_path)
    assert pairs == [
        sketch_task.SketchPair("2", tmp_path / "sketch_raw/2.jpg", tmp_path / "sketch_line/2.png"),
        sketch_task.SketchPair("a/1", tmp_path / "sketch_raw/a/1.png", tmp_path / "sketch_line/a/1.jpg"),
    ]
    assert unpaired == [tmp_path / "sketch_line/3.png", tmp_path / "sketch_raw/4.png"]
    assert sketch_task.find_sketch_pairs(tmp_path, "v_") == ([], [])
    assert sketch_task.find_sketch_pairs(tmp_path / "nowhere") == ([], [])


def test_without_any_sketch_every_picture_is_a_pair(tmp_path):
    for number in range(2):
        write(tmp_path / f"sketch_raw/{number}.png", paint())
        write(tmp_path / f"v_sketch_raw/{7 + number}.png", paint())
    pairs, unpaired = sketch_task.find_sketch_pairs(tmp_path)
    assert [(pair.name, pair.sketch, pair.lines) for pair in pairs] == [("0", None, None), ("1", None, None)]
    assert unpaired == [] and [pair.name for pair in sketch_task.find_sketch_pairs(tmp_path, "v_")[0]] == ["7", "8"]
    write(tmp_path / "sketch_line/1.png", to_grey(paint()))
    pairs, unpaired = sketch_task.find_sketch_pairs(tmp_path)
    assert [pair.name for pair in pairs] == ["1"] and unpaired == [tmp_path / "sketch_raw/0.png"]


def test_sketches_alone_are_unpaired(tmp_path):
    write(tmp_path / "sketch_line/1.png", to_grey(paint()))
    assert sketch_task.find_sketch_pairs(tmp_path) == ([], [tmp_path / "sketch_line/1.png"])


def test_drawn_pictures_are_taken_where_there_are_no_others(tmp_path):
    for name in ("raw/1.png", "raw/2.png", "v_raw/7.png"):
        write(tmp_path / name, paint())
    for name in ("ink/1.png", "v_ink/7.png"):
        write(tmp_path / name, to_grey(paint()))
    pair = sketch_task.SketchPair("1", tmp_path / "raw/1.png", None, tmp_path / "ink/1.png")
    assert sketch_task.find_sketch_pairs(tmp_path) == ([pair], [])
    assert [each.lines for each in sketch_task.find_sketch_pairs(tmp_path, "v_")[0]] == [tmp_path / "v_ink/7.png"]
    write(tmp_path / "sketch_raw/3.png", paint())
    assert [each.name for each in sketch_task.find_sketch_pairs(tmp_path)[0]] == ["3"]


@pytest.mark.parametrize("folder", ["sketch_raw", "sketch_line"])
def test_sketch_files_of_one_name_are_an_error(tmp_path, folder):
    for name in ("a.png", "a.jpg"):
        write(tmp_path / folder / name, paint())
    with pytest.raises(ValueError, match=r"a\.jpg"):
        sketch_task.find_sketch_pairs(tmp_path)


def test_loading_sketch_pairs(tmp_path):
    pair = write_sketch_pairs(tmp_path, 1)[0]
    picture, drawn_sketch, lines = sketch_task.load_sketch_pair(pair)
    assert (picture == paint()).all() and (drawn_sketch == outline(paint())).all() and lines is None
    pair = sketch_task.SketchPair("0", pair.picture, None, pair.sketch)
    picture, drawn_sketch, lines = sketch_task.load_sketch_pair(pair)
    assert (picture == paint()).all() and drawn_sketch is None and (lines == outline(paint())).all()


@pytest.mark.parametrize("kind", ["sketch", "lines"])
def test_sketch_pairs_of_two_sizes_are_named(tmp_path, kind):
    pair = write_sketch_pairs(tmp_path, 1)[0]
    other = pair.sketch
    write(other, outline(paint())[:80])
    pair = sketch_task.SketchPair("0", pair.picture, **{kind: other})
    with pytest.raises(ValueError) as error:
        sketch_task.load_sketch_pair(pair)
    assert str(error.value) == f"{other} is 96x80, but {pair.picture} is 96x96: expected the same size"
    pair.picture.write_bytes(b"")
    with pytest.raises(ValueError, match=r"sketch_raw/0\.png is empty"):
        sketch_task.load_sketch_pair(pair)


@pytest.mark.parametrize(
    "options, reason",
    [
        ({"drawn_share": 0.5}, "drawn_share must be 1"),
        ({"drawn_share": 1.5}, "drawn_share must be a share"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"crop": 20}, "crop must be a multiple of 8"),
    ],
)
def test_impossible_sketch_plans_are_refused(options, reason):
    with pytest.raises(ValueError, match=reason):
        load("sketch").make_plan(**{"drawn_share": 1.0, **options})


def test_four_crops_are_cut_from_a_drawn_picture_and_one_from_another(tmp_path):
    pairs = write_sketch_pairs(tmp_path, 3, 16)
    plans = [load("sketch").make_plan(pairs, share, batch) for batch in (4, 5, 8) for share in (0.0, 1.0)]
    assert [plan.sources for plan in plans] == [4, 1, 5, 2, 8, 2]
    assert [plan.steps_per_epoch for plan in plans] == [1, 3, 1, 2, 1, 2]


# One picture


@pytest.mark.parametrize("task, channels", [("sketch", (4, 1)), ("binary2sketch", (1, 1)), ("colorize", (5, 3))])
@pytest.mark.parametrize("kind", ["picture", "sketched", "drawn"])
def test_examples_have_the_form_that_their_task_says(task, channels, kind):
    grey = to_grey(paint())
    others = (grey if kind == "sketched" else None, grey if kind == "drawn" else None)
    given, truth = make(task, paint(), *others, size=80)
    assert (given.shape, truth.shape) == ((80, 80, channels[0]), (80, 80, TRUE_CHANNELS[task]))
    assert given.dtype == truth.dtype == np.uint8 and truth.std() > 5
    assert load(task).channels == channels
    again = make(task, paint(), *others, size=80)
    assert (again[0] == given).all() and (again[1] == truth).all()
    assert (make(task, paint(), *others, size=80, seed=1)[1] != truth).any()


def test_a_sketch_is_that_of_the_picture_before_the_wear(monkeypatch):
    monkeypatch.setattr(sketch_task, "degrade_picture", lambda picture, drawn, rng: 255 - picture)
    monkeypatch.setattr(load("sketch"), "degraded", 1.0)
    lighten = filters.lighten
    for seed in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(filters, "lighten", lambda degraded: degraded)
            given, truth = make("sketch", paint(seed=seed), seed=seed)
        seen = given[..., :3]
        assert (make("sketch", paint(seed=seed), seed=seed)[0][..., :3] == lighten(seen)).all()
        assert (given[..., 3] == sketch_task.make_clean_sketch(seen)).all()  # of what is seen, not of what is true
        clean = to_grey(255 - seen)
        expected = filters.xdog(clean, power=1.7, **filters.choose_xdog(clean))
        assert (truth[..., 0] == expected).all() and (truth < 100).any() and (truth == 255).any()


def test_binarised_pictures_are_black_and_white_and_their_sketches_soft(monkeypatch, as_it_is):
    monkeypatch.setattr(sketch_task, "degrade_picture", lambda picture, drawn, rng: 255 - picture)
    grey = to_grey(paint())
    for degraded, seen in ((0.0, grey), (1.0, to_grey(255 - paint()))):
        monkeypatch.setattr(load("binary2sketch"), "degraded", degraded)
        given, truth = make("binary2sketch", paint())
        assert set(np.unique(given)) == {0, 255} and (given[..., 0] == filters.threshold(seen)).all()
        assert (truth[..., 0] == filters.dodge(grey)).all() and len(np.unique(truth)) > 20


@pytest.mark.parametrize("task", ["sketch", "binary2sketch"])
def test_sketches_on_disk_are_the_truth(unworn, task):
    for seed in range(4):
        grey = to_grey(paint(seed=seed))
        given, truth = make(task, np.dstack([grey] * 3), grey, seed=seed)
        if task == "sketch":
            assert (given[..., :3] == truth).all()  # turned, mirrored and scaled alike
        else:
            assert (given[..., 0] == filters.threshold(truth[..., 0])).all()


def test_sketches_on_disk_and_drawn_lines_are_coloured(unworn, monkeypatch):
    grey = to_grey(paint())
    for seed in range(4):
        given, truth = make("colorize", np.dstack([grey] * 3), grey, seed=seed)
        assert (given[..., :1] == truth).all()
        with monkeypatch.context() as patch:
            patch.setattr(colour_task, "choose_sketch", lambda grey, lines, rng: lines)
            given, truth = make("colorize", np.dstack([grey] * 3), None, grey, seed=seed)
        assert (given[..., :1] == truth).all()


def test_sketches_to_be_coloured_are_of_every_kind(monkeypatch):
    stand_ins = {"xdog": lambda *_, **options: "auto" if "epsilon" in options else "xdog", "dodge": lambda _: "dodge"}
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(filters, name, stand_in)
    monkeypatch.setattr(filters, "choose_xdog", lambda grey: {"sigma": 0.3, "epsilon": 0.01, "phi": 3.0})
    some, few = np.full((2, 10, 10), 255, np.uint8)
    some[0] = 0
    for lines, odds in ((some, (0.4, 0.2, 0.15, 0.25)), (few, (0.65, 0.2, 0.15, 0)), (None, (0.65, 0.2, 0.15, 0))):
        chosen = [colour_task.choose_sketch(None, lines, np.random.default_rng(seed)) for seed in range(800)]
        chosen = [kind if isinstance(kind, str) else "lines" for kind in chosen]
        shares = [chosen.count(kind) / 800 for kind in ("auto", "xdog", "dodge", "lines")]
        np.testing.assert_allclose(shares, odds, atol=0.05)
        assert sum(shares) == 1


@pytest.mark.parametrize("task, share", [("sketch", 0.85), ("binary2sketch", 0.3), ("colorize", 0.2)])
def test_pictures_are_worn_as_often_as_their_task_says(monkeypatch, task, share):
    seen = []
    monkeypatch.setattr(sketch_task, "degrade_picture", lambda picture, drawn, rng: seen.append(drawn) or picture)
    grey = to_grey(paint(24))
    for lines in (None, grey):
        seen.clear()
        for seed in range(300):
            make(task, paint(24), grey, lines, 16, seed)
        assert 300 * share - 35 < len(seen) < 300 * share + 35
        assert set(seen) == {lines is not None}


def test_drawn_pictures_are_worn_in_all_ways_and_others_by_a_jpeg(monkeypatch):
    picture, rng = paint(), np.random.default_rng
    away = sketch_task.degrade_picture(picture, False, rng(3)).astype(int) - picture
    assert 0.1 < np.abs(away).mean() < 8
    assert (sketch_task.degrade_picture(picture, False, rng(3)) == picture + away).all()
    monkeypatch.setattr(
        "illustration_parts.drawing.wear.degrade.degrade", lambda picture, classes, rng: (picture // 2, classes)
    )
    assert (sketch_task.degrade_picture(picture, True, rng(3)) == picture // 2).all()


def test_drawn_pictures_come_back_worn_at_their_size():
    degraded = sketch_task.degrade_picture(paint(), True, np.random.default_rng(0))
    assert degraded.shape == (96, 96, 3) and degraded.dtype == np.uint8 and (degraded != paint()).any()


# Views


@pytest.mark.parametrize("task", TASKS)
def test_pictures_to_be_coloured_stand_upright_and_others_are_turned(task):
    angles, mirrored = [], []
    for seed in range(300):
        matrix, scale = sketch_task.choose_view(np.random.default_rng(seed), (400, 300), 100, task == "colorize")
        linear = matrix[:, :2] * scale
        np.testing.assert_allclose(linear @ linear.T, np.eye(2), atol=1e-9)
        angles.append(np.degrees(np.arctan2(-linear[0, 1], linear[1, 1])))
        mirrored.append(np.linalg.det(linear) < 0)
    tilted = np.abs((np.array(angles) + 45) % 90 - 45) > 1e-6
    assert 75 < tilted.sum() < 135 and 120 < sum(mirrored) < 180
    if task == "colorize":
        assert 13 < np.abs(angles).max() <= 15
    else:
        quarters = np.round(np.array(angles) / 90) % 4
        assert all((quarters == quarter).sum() > 40 for quarter in range(4))
        assert np.abs((np.array(angles)[tilted] + 45) % 90 - 45).max() > 30


def test_a_view_may_be_turned_further():
    straight = [sketch_task.choose_view(np.random.default_rng(k), (400, 300), 100, True)[0][:, :2] for k in range(9)]
    turned = [
        sketch_task.choose_view(np.random.default_rng(k), (400, 300), 100, True, turn=1.0)[0][:, :2] for k in range(9)
    ]
    for before, after in zip(straight, turned):
        cosine = (before * after).sum() / (before * before).sum()
        assert cosine == pytest.approx(np.cos(1.0))


@pytest.mark.parametrize("task", TASKS)
def test_views_lie_in_a_picture_that_is_large_enough(task):
    scales, places = [], []
    for seed in range(200):
        matrix, scale = sketch_task.choose_view(np.random.default_rng(seed), (450, 600), 200, task == "colorize")
        corners = matrix @ np.array([[x, y, 1] for x in (0, 199) for y in (0, 199)]).T
        # Shrunk to 0.7 and turned by 45 degrees it reaches over 404 pixels.
        assert corners.min() >= -0.5 and (corners <= np.array([[599.5], [449.5]])).all()
        scales.append(scale)
        places.append(matrix @ [99.5, 99.5, 1])
    assert 0.7 <= min(scales) < 0.75 and 1.42 < max(scales) <= 1.5
    assert (np.ptp(places, axis=0) > (250, 150)).all()


@pytest.mark.parametrize("size, least", [(200, 1.0), (240, 1.2), (300, 1.5), (900, 1.5)])
def test_small_pictures_are_enlarged_as_far_as_any(size, least):
    scales = [sketch_task.choose_view(np.random.default_rng(seed), (200, 320), size)[1] for seed in range(100)]
    assert least <= min(scales) < least + 0.01 and max(scales) <= 1.5


@pytest.mark.parametrize("task", TASKS)
def test_beyond_a_small_pictures_border_it_is_reflected(unworn, task):
    picture = np.full((40, 30, 3), (200, 120, 60), np.uint8)
    for seed in range(3):
        given, truth = make(task, picture, to_grey(picture), None, 128, seed)
        if task == "colorize":
            assert (truth == (200, 120, 60)).all()
        elif task == "sketch":
            assert (given[..., :3] == filters.lighten(picture)[0, 0]).all() and (given[..., 3] == 255).all()
        assert (truth == truth[0, 0]).all()


# Dabs of colour


def paint_slopes(size=64):
    """Colours that change everywhere, by 3 levels a pixel at most."""
    y, x = np.mgrid[:size, :size]
    return np.dstack([3 * x + 20, 3 * y + 20, 250 - 3 * x]).astype(np.uint8)


def test_dabs_lie_on_an_empty_sheet_in_the_pictures_own_colours():
    picture = paint_slopes()
    for seed in range(5):
        hints = dabs.make_hints(picture, 8, np.random.default_rng(seed))
        assert hints.shape == (64, 64, 4) and hints.dtype == np.uint8
        there = hints[..., 3] == 255
        assert set(np.unique(hints[..., 3])) == {0, 255} and not hints[~there].any()
        assert 8 < there.sum() < 8 * 4 * 7**2
        away = np.abs(hints[there][:, :3].astype(int) - picture[there])
        assert away.max() <= 40 and away.mean() < 12  # a radius of 7 pixels, and what a border cuts off
        assert len(np.unique(hints[there][:, :3], axis=0)) > 3
    assert not dabs.make_hints(picture, 0, np.random.default_rng(0)).any()


def test_a_dab_is_a_disc_of_the_median_colour_under_it():
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[:, 11:] = (10, 20, 30)
    hints = np.zeros((20, 30, 4), np.uint8)
    dabs.add_dab(hints, picture, 12, 9, 2.2)
    disc = [(9 + y, 12 + x) for y in range(-2, 3) for x in range(-2, 3) if abs(x) + abs(y) < 3]
    assert np.argwhere(hints[..., 3]).tolist() == [list(place) for place in disc]
    assert (hints[tuple(np.transpose(disc))] == (10, 20, 30, 255)).all()
    dabs.add_dab(hints, picture, 0, 0, 1.5)
    assert hints[0, 0].tolist() == [0, 0, 0, 255] and hints[19, 29].tolist() == [0, 0, 0, 0]


def test_half_of_the_sketches_have_dabs_of_the_true_colours(unworn):
    dabbed = 0
    for seed in range(60):
        given, truth = make("colorize", paint(48), to_grey(paint(48)), None, 32, seed)
        there = given[..., 4] == 255
        dabbed += bool(given[..., 4].any())
        if there.any() and not given[..., 4].all():
            assert np.abs(given[..., 1:4][there].astype(int) - truth[there]).mean() < 60
    assert 18 < dabbed < 42


def test_from_one_to_the_most_few_dabs_are_as_likely_as_many():
    rng = np.random.default_rng(0)
    counts = np.array([dabs.choose_count(60, rng) for _ in range(400)])
    assert counts.min() == 1 and 50 < counts.max() <= 60 and 5 < np.median(counts) < 11
    assert {dabs.choose_count(1, rng) for _ in range(9)} == {1}


# Drawn on the fly


def test_chroma_is_how_pure_colours_are():
    colours = np.uint8([[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[0, 0, 0], [128, 128, 128], [255, 255, 255]]])
    chroma = colour_task.measure_chroma(colours)
    assert chroma.shape == (2, 3) and chroma.dtype == np.float32
    np.testing.assert_allclose(chroma, [[104.55, 119.78, 133.81], [0, 0, 0]], atol=0.05)


def test_pictures_without_colours_are_not_drawn_for_colouring(monkeypatch):
    drawn = []

    def draw(seed, size):
        drawn.append((seed, size))
        coloured = len(drawn) >= first
        picture = 128 + (paint() if coloured else np.dstack([to_grey(paint())] * 3)) // 2
        return types.SimpleNamespace(picture=picture, lines=first)

    monkeypatch.setattr("illustration_parts.drawing.illustrations.draw", draw)
    for task, first, draws in (("colorize", 4, 4), ("colorize", 1, 1), ("colorize", 99, 8), ("sketch", 99, 1)):
        drawn.clear()
        plan = load(task).make_plan(drawn_share=1.0, drawing=96)
        (picture, drawn_sketch, lines), _ = load(task).fetch(plan, 0, 0)
        assert len(drawn) == len(set(drawn)) == draws and {size for _, size in drawn} == {96}
        assert picture.shape == (96, 96, 3) and drawn_sketch is None and lines == first
        assert all(0 <= seed < 1_000_000_000 for seed, _ in drawn)  # those from there on are for validation


@pytest.mark.parametrize("task", TASKS)
def test_drawn_sketch_crops_have_the_form_of_others(task):
    plan = load(task).make_plan(drawn_share=1.0, crop=32, drawing=96, batch=2)
    given, truth, failures = make_batch(plan, 3)
    channels = load(task).channels[0], TRUE_CHANNELS[task]
    assert (given.shape, truth.shape, failures) == ((2, 32, 32, channels[0]), (2, 32, 32, channels[1]), [])
    assert given.dtype == truth.dtype == np.uint8
    again = make_batch(plan, 3)
    assert (again[0] == given).all() and (again[1] == truth).all()


def test_drawings_on_disk_are_sketched(tmp_path):

    illustrations.write_drawings(tmp_path, 1, size=64, jobs=1, quiet=True)
    [pair], unpaired = sketch_task.find_sketch_pairs(tmp_path)
    picture, drawn_sketch, lines = sketch_task.load_sketch_pair(pair)
    assert unpaired == [] and drawn_sketch is None
    drawing = illustrations.draw(0, 64)
    assert (picture == drawing.picture).all() and (lines == drawing.lines).all()
    for task in TASKS:
        given, truth, failures = make_batch(load(task).make_plan((pair,), crop=32, batch=1), 0)
        assert given.shape[:3] == truth.shape[:3] == (1, 32, 32) and failures == []


# Batches


@pytest.mark.parametrize("task", TASKS)
def test_sketch_batches_depend_on_seed_and_step_alone(tmp_path, task):
    pairs = write_sketch_pairs(tmp_path, 4, sketched=False)
    plan = load(task).make_plan(pairs, crop=32, batch=3, seed=5)
    one, again = make_batch(plan, 7), make_batch(plan, 7)
    assert (one[0] == again[0]).all() and (one[1] == again[1]).all() and one[2] == []
    channels = load(task).channels[0], TRUE_CHANNELS[task]
    assert (one[0].shape, one[1].shape) == ((3, 32, 32, channels[0]), (3, 32, 32, channels[1]))
    assert one[0].dtype == one[1].dtype == np.uint8
    assert not (make_batch(plan, 8)[1] == one[1]).all()
    other = load(task).make_plan(pairs, crop=32, batch=3, seed=6)
    assert not (make_batch(other, 7)[1] == one[1]).all()


def test_every_crop_is_a_view_of_its_own_and_drawings_are_seen_four_times(tmp_path, monkeypatch):
    seen, drawn = [], []

    def make(source, size, rng):
        seen.append((rng.random(), size))
        return np.zeros((size, size, 3), np.uint8), np.zeros((size, size, 1), np.uint8)

    def draw(seed, size):
        drawn.append(seed)
        return types.SimpleNamespace(picture=paint(), lines=paint()[..., 0])

    monkeypatch.setattr(load("sketch"), "make", make)
    monkeypatch.setattr("illustration_parts.drawing.illustrations.draw", draw)
    for share, drawings in ((0.0, 0), (1.0, 2)):
        seen.clear()
        plan = load("sketch").make_plan(write_sketch_pairs(tmp_path, 1), share, crop=32, batch=8)
        for step in range(3):
            plan.make(step)
        assert len(seen) == len(set(seen)) == 3 * 8 and {size for _, size in seen} == {32}
        assert len(drawn) == len(set(drawn)) == 3 * drawings


def test_only_drawn_scenes_in_the_dark_are_passed_over():
    picture = np.full((32, 32, 3), (220, 140, 90), np.uint8)
    for gain, drawn, enough in ((1.0, True, True), (0.4, True, False), (0.4, False, True)):
        source = sketch_task.Source((picture * gain).astype(np.uint8), None, picture[..., 0] if drawn else None)
        assert load("colorize").suits(source) == enough
    assert load("sketch").suits(sketch_task.Source(picture // 4, None, picture[..., 0]))


def test_pictures_without_colours_are_passed_over_where_there_are_others(tmp_path):
    for number in range(6):
        picture = paint(96, number)
        write(tmp_path / f"sketch_raw/{number}.png", picture if number < 2 else np.dstack([to_grey(picture)] * 3))
    pairs = tuple(sketch_task.find_sketch_pairs(tmp_path)[0])
    options = {"crop": 32, "batch": 4, "seed": 3}
    seen = load("colorize").make_plan(pairs, **options)

    def find_coloured(batches):
        return [np.ptp(crop[..., :3].astype(int), axis=-1).max() > 20 for batch in batches for crop in batch]

    coloured = find_coloured(make_batch(seen, step)[1][..., :3] for step in range(12))
    assert np.mean(coloured) > 0.8
    grey = load("colorize").make_plan(pairs[2:], **options)
    assert (
        np.ptp(make_batch(grey, 0)[1][..., :3].astype(int), axis=-1).max() == 0
    )  # where there are none it takes what there is
    any_task = load("sketch").make_plan(pairs, **options)
    assert np.mean(find_coloured(make_batch(any_task, step)[0] for step in range(12))) < 0.7


def test_crops_of_a_batch_are_cut_alike_from_given_and_truth(tmp_path, unworn):
    for number in range(2):
        grey = 200 + to_grey(paint(160, number)) // 5  # too light to be lightened
        write(tmp_path / f"sketch_raw/{number}.png", np.dstack([grey] * 3))
        write(tmp_path / f"sketch_line/{number}.png", grey)
    pairs = tuple(sketch_task.find_sketch_pairs(tmp_path)[0])
    given, truth, _ = make_batch(load("sketch").make_plan(pairs, crop=32, batch=8), 0)
    assert (given[..., :3] == truth).all()
    assert len({crop.tobytes() for crop in truth}) == 8


def test_sketch_workers_give_the_same_batches_from_any_step(tmp_path):
    given, truth, _ = check_workers(load("colorize").make_plan(write_sketch_pairs(tmp_path), batch=5, crop=32))
    assert given.shape == (5, 32, 32, 5) and truth.shape == (5, 32, 32, 3)


def test_a_bad_sketch_pair_is_named_and_replaced(tmp_path):
    pairs = write_sketch_pairs(tmp_path, 3)
    pairs[1].picture.write_bytes(b"")
    write(pairs[2].sketch, np.zeros((90, 90), np.uint8))
    failures = []
    for step in range(3):
        _, truth, failed = make_batch(load("sketch").make_plan(pairs, batch=2, crop=32), step)
        failures += failed
        assert truth.std(axis=(1, 2, 3)).min() > 0
    assert {complaint.text.split(" ")[0] for complaint in failures} == {str(pairs[1].picture), str(pairs[2].sketch)}
    with pytest.raises(loader.NoReadablePairError, match=r"1\.png"):
        make_batch(load("sketch").make_plan(pairs[1:], crop=32), 0)
