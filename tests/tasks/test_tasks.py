"""The parts of tasks: where data is found, what networks are fed, scores, previews."""

import types

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import model
from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images
from illustration_parts.imaging.skeletons import skeletonize_regions
from illustration_parts.networks import loader, losses
from illustration_parts.tasks import base
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import refine as refine_task
from illustration_parts.tasks import regions as region_task
from illustration_parts.tasks import sketches as sketch_task

LINES, REGIONS, REFINE = map(tasks.load, ("lines", "regions", "refine"))


def make_plan(task, data, drawn_share=None, batch=2, crop=64, seed=0):
    """The plan of a small training, and complaints."""
    return task.plan(data, drawn_share, batch, crop, seed)


def make_validation_set(task, data, **options):
    """The validation set of a small training."""
    return task.make_validation_set(data, make_plan(task, data, **options)[0], set())


def make_map(size=64, at=32):
    """The skeleton map of two halves, (size, size) uint8, that meet at a column."""
    ids = np.zeros((size, size), np.int32)
    ids[:, at:] = 1
    return skeletonize_regions(ids, threads=1)


def write_region_pairs(folder, count=2, height=80, width=100):
    for number in range(count):
        skeleton = cv2.resize(make_map(at=20 + number), (width, height))
        folder.mkdir(parents=True, exist_ok=True)
        images.write(folder / f"{number}.image.png", np.dstack([skeleton, 255 - skeleton, skeleton // 2]))
        images.write(folder / f"{number}.skeleton.png", skeleton)
    return folder


def write_drawn(folder, prefix="", count=2, size=80):
    for number in range(count):
        for kind, array in (("raw", np.full((size, size, 3), 90, np.uint8)), ("regions", halves(size))):
            (folder / f"{prefix}{kind}").mkdir(parents=True, exist_ok=True)
            images.write(folder / f"{prefix}{kind}/{number}.png", array)
    return folder


def halves(size):
    colours = np.zeros((size, size, 3), np.uint8)
    colours[:, size // 2 :] = 200
    return colours


# The table


def test_defaults_are_possible(thin_sketches):
    for task in map(tasks.load, tasks.NAMES):
        assert task.defaults["crop"] % task.multiple == base.VALIDATION_SIZE % task.multiple == 0
        assert set(task.defaults) == set(LINES.defaults)
        for variant in task.variants:
            network, loss = task.build(variant, True, 0), task.loss(variant)
            assert isinstance(loss, keras.losses.Loss) and network.output_shape[-1] >= 1


def test_a_discriminator_is_part_of_a_network_in_training_only():
    players = REGIONS.build("default", True, 0.25)
    assert type(players) is model.AdversarialModel and players.generator.name == "region_unet"
    assert (players.paired, players.matching, players.adversarial) == (1, 0.25, 0.025)
    for training, weight in ((True, 0), (True, None), (False, 0.25)):
        assert REGIONS.build("default", training, weight).name == "region_unet"


def test_heights_are_linear_for_the_published_network_alone():
    assert [REGIONS.loss(variant).linear for variant in REGIONS.variants] == [False, True]
    assert all(type(REGIONS.loss(variant)) is losses.SkeletonLoss for variant in REGIONS.variants)


# Where data is found


def test_region_pairs_of_a_data_set_of_one_folder_and_of_drawings(tmp_path):
    write_region_pairs(tmp_path / "set/train", 3)
    write_region_pairs(tmp_path / "set/val", 2)
    write_drawn(tmp_path / "drawn", "", 4)
    write_drawn(tmp_path / "drawn", "v_", 1)
    write_drawn(tmp_path / "unvalidated", "", 2)
    for folder, pairs, validation in (
        ("set", 3, 2), ("set/train", 3, 0), ("set/val", 2, 0), ("drawn", 4, 1), ("unvalidated", 2, 0), ("none", 0, 0),
    ):  # fmt: skip
        found = [len(REGIONS.find_pairs(tmp_path / folder, held)[0]) for held in (False, True)]
        assert found == [pairs, validation], folder


def test_drawings_give_two_crops_each_and_other_pictures_one(tmp_path):
    write_region_pairs(tmp_path / "set", 3)
    write_drawn(tmp_path / "drawn")
    assert make_plan(REGIONS, tmp_path / "set")[0].crops_per_source == 1
    assert make_plan(REGIONS, tmp_path / "drawn")[0].crops_per_source == 2
    assert make_plan(REGIONS, tmp_path / "set", drawn_share=0.5)[0].crops_per_source == 2
    assert make_plan(REGIONS, tmp_path / "drawn", batch=1)[0].crops_per_source == 1


def test_reasons_are_counted():
    unpaired = [("1.image.png", "has no map"), ("9.region.png", "has no picture"), ("2.image.png", "has no map")]
    assert base.count_reasons(unpaired) == [
        "1.image.png has no map (so with 1 more)", "9.region.png has no picture",
    ]  # fmt: skip


@pytest.mark.parametrize("count, most, places", [(1, 4, [0]), (3, 4, [0, 1, 2]), (9, 3, [0, 4, 8]), (0, 4, [])])
def test_samples_are_evenly_spread(count, most, places):
    assert base.sample(list(range(count)), most) == places


# Validation sets


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(base, "VALIDATION_SIZE", 64)
    monkeypatch.setattr(base, "VALIDATION_PICTURES", 3)


def validate_regions(data, **options):
    return make_validation_set(REGIONS, data, **options)


def test_the_validation_set_of_regions(tmp_path, small, monkeypatch):
    write_region_pairs(tmp_path / "set/train", 5)
    write_region_pairs(tmp_path / "set/val", 2)
    write_drawn(tmp_path / "drawn")
    drawing = types.SimpleNamespace(
        picture=halves(64), regions=np.arange(2, dtype=np.int32).repeat(32)[None].repeat(64, 0)
    )
    drawn = []
    monkeypatch.setattr(
        "illustration_parts.drawing.illustrations.draw", lambda seed, size: drawn.append((seed, size)) or drawing
    )
    for data, options, count, held_out in (
        ("set", {}, 2, True), ("set/train", {}, 3, False),
        ("drawn", {}, 3, True), ("set/train", {"drawn_share": 0.5}, 3, True),
    ):  # fmt: skip
        drawn.clear()
        validation = validate_regions(tmp_path / data, **options)
        assert validation.pictures.shape == (count, 64, 64, 3) and validation.targets.shape == (count, 64, 64)
        assert validation.held_out == held_out
        assert bool(drawn) == (data == "drawn" or bool(options))
    assert [seed for seed, _ in drawn] == [1_000_000_000, 1_000_000_001, 1_000_000_002]


def test_validation_drawings_are_degraded_alike_each_time(tmp_path, small):
    write_drawn(tmp_path / "drawn")
    write_drawn(tmp_path / "drawn", "v_", 3)
    one, other = validate_regions(tmp_path / "drawn"), validate_regions(tmp_path / "drawn")
    assert np.array_equal(one.pictures, other.pictures) and np.array_equal(one.targets, other.targets)
    assert (one.pictures != 90).any()


def test_a_validation_set_of_unreadable_files_is_an_error(tmp_path, small, capsys):
    write_region_pairs(tmp_path / "set/train")
    (write_region_pairs(tmp_path / "set/val", 1) / "0.skeleton.png").write_bytes(b"")
    with pytest.raises(loader.NoReadablePairError, match="none of the validation pairs can be read"):
        validate_regions(tmp_path / "set")
    assert "0.skeleton.png is empty" in capsys.readouterr().err


@pytest.mark.parametrize("height, width", [(64, 64), (300, 100), (50, 64), (200, 201)])
def test_validation_pictures_are_the_middle_at_one_size(small, height, width):
    y, x = np.mgrid[:height, :width]
    skeleton = (127 + 100 * np.sin(x / width * 6) * np.cos(y / height * 6)).astype(np.uint8)
    picture, fitted, known = REGIONS.fit(region_task.Source(np.dstack([skeleton] * 3), skeleton, False), 0)
    assert picture.shape == (64, 64, 3) and fitted.shape == (64, 64) and known is True
    assert np.abs(picture[..., 0].astype(int) - fitted).max() <= 1
    assert abs(int(fitted[32, 32]) - int(skeleton[height // 2, width // 2])) <= 6
    if height == width == 64:
        assert np.abs(fitted.astype(int) - skeleton).max() <= 1


# What networks are fed, and what they answer


def test_the_published_network_sees_bgr_and_answers_upside_down():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    skeletons = np.random.default_rng(1).integers(0, 256, (2, 8, 8), dtype=np.uint8)
    plain, swapped = (REGIONS.to_network(variant, pictures) for variant in REGIONS.variants)
    assert plain.dtype == swapped.dtype == np.float32 and np.array_equal(plain, swapped[..., ::-1])
    np.testing.assert_allclose(plain, pictures / 255, atol=1e-6)
    for variant in REGIONS.variants:
        truth = REGIONS.to_truth(variant, skeletons)
        assert truth.shape == (2, 8, 8, 1) and truth.dtype == np.float32
        np.testing.assert_allclose(REGIONS.from_network(variant, truth)[..., 0], skeletons / 255, atol=1e-6)
    np.testing.assert_allclose(REGIONS.to_truth("danbooregion", skeletons)[..., 0], 1 - skeletons / 255, atol=1e-6)
    assert REGIONS.from_network("danbooregion", np.float32([-0.5, 0.25, 1.5])).tolist() == [1, 0.75, 0]


# Scores


def score(found, truth):
    return REGIONS.score(images.to_network(found)[None, ..., None], truth[None])


def test_a_right_map_scores_best():
    truth = make_map()
    result = score(truth, truth)
    assert set(result) == set(REGIONS.score_fields)
    assert result["f"] == pytest.approx(1) and result["mae"] == pytest.approx(0, abs=1e-6)


def test_boundaries_may_be_two_pixels_apart_and_no_more():
    """Those on the picture's own edge are right in any case."""
    truth = make_map()
    near, far = (score(make_map(at=at), truth) for at in (34, 40))
    assert near["f"] > 0.98 and far["f"] < 0.9
    assert 0 < near["mae"] < far["mae"]


def test_maps_without_boundaries_score_nothing():
    truth = make_map()
    for level in (0, 128, 255):
        result = score(np.full_like(truth, level), truth)
        assert result["f"] < 0.5 and result["mae"] > 0.2 and np.isfinite(result["f"])
    everything = score(np.full_like(truth, 255), np.full_like(truth, 255))
    assert everything == {"f": 0.0, "mae": 0.0}


def test_several_maps_count_together_and_the_boundary_channel_does_not():
    truth = np.stack([make_map(at=20), make_map(at=40)])
    maps = images.to_network(truth)[..., None]
    both = np.concatenate([maps, 1 - maps], -1)
    assert REGIONS.score(both, truth) == REGIONS.score(maps, truth)
    assert REGIONS.score(maps, truth)["f"] > REGIONS.score(maps[::-1], truth)["f"]


# Previews


def make_validation(count=2):
    pictures = np.random.default_rng(0).integers(0, 256, (count, 64, 64, 3), dtype=np.uint8)
    return base.ValidationSet(
        pictures, np.stack([make_map(at=20 + k) for k in range(count)]), np.ones(count, bool), True
    )


@pytest.fixture
def players(monkeypatch):
    monkeypatch.setattr(model, "REGION_DISCRIMINATOR_CHANNELS", (4, 6))
    keras.utils.set_random_seed(0)
    picture = keras.Input((None, None, 3))
    generator = keras.Model(picture, keras.layers.Conv2D(2, 1, activation="sigmoid")(picture))
    return model.AdversarialModel(generator, model.build_region_discriminator())


@pytest.mark.parametrize("channels", [1, 2])
def test_a_preview_shows_what_it_says(channels):
    validation = make_validation()
    maps = np.random.default_rng(1).random((2, 64, 64, channels), np.float32)
    sheet = REGIONS.preview(types.SimpleNamespace(), "default", validation, maps)
    assert sheet.shape == (2 * 64, (2 + channels) * 64, 3) and sheet.dtype == np.uint8
    for row in range(2):
        columns = [sheet[64 * row : 64 * row + 64, 64 * column : 64 * column + 64] for column in range(2 + channels)]
        assert np.array_equal(columns[0], validation.pictures[row])
        assert np.array_equal(columns[1], np.dstack([validation.targets[row]] * 3))
        for channel in range(channels):
            assert np.array_equal(columns[2 + channel], np.dstack([images.to_uint8(maps[row, ..., channel])] * 3))


def test_a_preview_of_fewer_maps_than_pictures_has_their_rows():
    validation = make_validation(3)
    maps = np.zeros((1, 64, 64, 2), np.float32)
    assert REGIONS.preview(types.SimpleNamespace(), "default", validation, maps).shape == (64, 4 * 64, 3)


@pytest.mark.parametrize("variant", REGIONS.variants)
def test_a_discriminator_sees_nothing_in_a_right_map_and_something_where_it_is_wrong(players, variant):
    validation = make_validation()
    maps = images.to_network(validation.targets)[..., None]
    maps = np.concatenate([maps, maps], -1) if variant == "default" else maps
    for view in REGIONS.view_as_discriminator(players, variant, validation, maps):
        assert view.shape == (64, 64) and view.dtype == np.float32
        np.testing.assert_allclose(view, 0, atol=1e-6)
    wrong = maps.copy()
    wrong[1, :32, 40:] = 1 - wrong[1, :32, 40:]
    right, seen = REGIONS.view_as_discriminator(players, variant, validation, wrong)
    assert right.max() < 1e-5 < 0.05 < seen[:28, 44:].mean()
    assert seen[48:, :20].max() < 1e-5
    sheet = REGIONS.preview(players, variant, validation, wrong)
    assert sheet.shape == (2 * 64, (3 + maps.shape[-1]) * 64, 3)
    assert not sheet[:64, -64:].any() and sheet[64:96, -24:].any()


# Line refiners


def draw_strokes(height=64, width=64, seed=0):
    rng = np.random.default_rng(seed)
    drawing = np.full((height, width), 255, np.uint8)
    for _ in range(4):
        start, end = rng.uniform((4, 4), (width - 4, height - 4), (2, 2)).astype(int).tolist()
        cv2.line(drawing, start, end, 0, 2, cv2.LINE_AA)
    return drawing


def write_strokes(folder, kinds=("line", "norm"), count=2, size=80):
    for kind in kinds:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            images.write(folder / f"{kind}/{number}.png", draw_strokes(size, size, number))
    return folder


def test_discriminators_of_refined_lines_are_part_of_a_network_in_training_only(monkeypatch):
    for name, value in (("REFINER_CHANNELS", (8, 8)), ("REFINER_BLOCKS", (1, 1)), ("RELIFER_BLOCKS", 1)):
        monkeypatch.setattr(model, name, value)
    players = REFINE.build("default", True, 0.25)
    assert type(players) is model.AdversarialModel and players.generator.name == "line_refiner"
    assert (players.paired, players.matching, players.adversarial, players.discriminator_loss) == (
        1,
        0.25,
        0.025,
        "hinge",
    )
    players = REFINE.build("relifer", True, 0.25)
    assert players.generator.name == "line_relifer" and players.discriminator.name == "relifer_discriminator"
    assert (players.paired, players.matching, players.adversarial, players.discriminator_loss) == (
        20,
        0,
        0.25,
        "logistic",
    )
    for training, weight in ((True, 0), (True, None), (False, 0.25)):
        assert REFINE.build("default", training, weight).name == "line_refiner"


def test_the_published_refiner_is_trained_by_squares():
    assert isinstance(REFINE.loss("relifer"), keras.losses.MeanSquaredError)
    assert type(REFINE.loss("default")) is losses.RefinerLoss


def test_refiners_see_ink_and_the_published_one_grey():
    drawings = np.random.default_rng(0).integers(0, 256, (2, 8, 8), dtype=np.uint8)
    drawings[0, 0, :2] = 0, 255
    ink, grey = (REFINE.to_network(variant, drawings) for variant in REFINE.variants)
    assert ink.shape == grey.shape == (2, 8, 8, 1) and ink.dtype == grey.dtype == np.float32
    assert ink[0, 0, :2, 0].tolist() == [1, 0] and grey[0, 0, :2, 0].tolist() == [-1, 1]
    np.testing.assert_allclose(ink[..., 0], 1 - drawings / 255, atol=1e-6)
    np.testing.assert_allclose(grey, 1 - 2 * ink, atol=1e-6)
    ends = np.random.default_rng(1).choice(np.uint8([0, 255]), drawings.shape)
    truth = np.stack([drawings, drawings.transpose(0, 2, 1), ends], -1)
    marked, alone = (REFINE.to_truth(variant, truth) for variant in REFINE.variants)
    assert marked.dtype == alone.dtype == np.float32
    np.testing.assert_allclose(
        marked, np.stack([ink[..., 0], ink[..., 0].transpose(0, 2, 1), ends / 255], -1), atol=1e-6
    )
    np.testing.assert_allclose(alone, grey, atol=1e-6)
    for variant, shown in zip(REFINE.variants, (ink, grey)):
        np.testing.assert_allclose(REFINE.from_network(variant, shown), ink, atol=1e-6)
    assert REFINE.from_network("relifer", np.float32([-1.5, 0, 1.5])).tolist() == [1, 0.5, 0]


@pytest.mark.parametrize("height, width", [(64, 64), (40, 100), (200, 30), (1, 1), (65, 63)])
def test_validation_drawings_are_the_middle_with_paper_around(small, height, width):
    drawing = np.zeros((height, width), np.uint8)
    drawing[height // 2, width // 2] = 77
    fitted = refine_task.fit_paper(drawing, base.VALIDATION_SIZE)
    assert fitted.shape == (64, 64) and fitted.dtype == np.uint8
    inside = min(height, 64) * min(width, 64)
    assert (fitted < 255).sum() == inside and (
        fitted[32, 32] == 77 or np.abs(np.argwhere(fitted == 77) - 32).max() <= 1
    )


def validate_refine(data, **options):
    return make_validation_set(REFINE, data, **options)


def test_the_validation_set_of_refining(tmp_path, small, monkeypatch):
    write_strokes(tmp_path / "held", ("line", "norm", "v_line", "v_norm"))
    write_strokes(tmp_path / "pairs", count=5)
    write_strokes(tmp_path / "drawn", ("ink",))
    write_strokes(tmp_path / "both", ("ink", "v_ink"))
    drawn = []
    stand_in = types.SimpleNamespace(lines=draw_strokes(64, 64, 9))
    monkeypatch.setattr(
        "illustration_parts.drawing.illustrations.draw", lambda seed, size: drawn.append((seed, size)) or stand_in
    )
    for data, options, count, held_out, draws in (
        ("held", {}, 2, True, 0), ("pairs", {}, 3, False, 0), ("drawn", {}, 3, True, 3), ("both", {}, 2, True, 0),
        ("pairs", {"drawn_share": 0.5}, 3, True, 3), ("none", {"drawn_share": 1.0}, 3, True, 3),
    ):  # fmt: skip
        drawn.clear()
        validation = validate_refine(tmp_path / data, **options)
        assert validation.pictures.shape == validation.targets.shape == (count, 64, 64), data
        assert validation.pictures.dtype == validation.targets.dtype == np.uint8
        assert (validation.held_out, len(drawn)) == (held_out, draws), data
    assert [seed for seed, _ in drawn] == [1_000_000_000, 1_000_000_001, 1_000_000_002]


def test_validation_pairs_of_refining_stay_as_they_are_and_rough_ones_are_alike_each_time(tmp_path, small):
    write_strokes(tmp_path, ("line", "norm"), size=64)
    validation = validate_refine(tmp_path)
    for number in range(2):
        assert (validation.pictures[number] == draw_strokes(seed=number)).all()
        assert (validation.targets[number] == draw_strokes(seed=number)).all()
    write_strokes(tmp_path / "alone", ("line",), size=64)
    one, other = validate_refine(tmp_path / "alone"), validate_refine(tmp_path / "alone")
    assert (one.pictures == other.pictures).all() and (one.pictures != one.targets).any()
    assert (one.targets[1] == draw_strokes(seed=1)).all()


@pytest.mark.parametrize(
    ("task", "kinds"), [("lines", ("raw", "contour_s")), ("sketch", ("sketch_raw", "sketch_line"))]
)
def test_where_no_file_has_a_partner_the_error_names_one(tmp_path, task, kinds):
    for number, kind in enumerate(kinds):
        (tmp_path / kind).mkdir()
        images.write(tmp_path / f"{kind}/{number}.png", np.eye(64, dtype=np.uint8))
    with pytest.raises(ValueError) as error:
        make_plan(tasks.load(task), tmp_path)
    one, other = (tmp_path / kind for kind in kinds)
    assert "no pairs in" in str(error.value)
    assert f"{one / '0.png'} has no partner: expected the same name in {other}" in str(error.value)
    assert f"{other / '1.png'} has no partner: expected the same name in {one}" in str(error.value)


def test_nothing_to_refine_is_an_error_that_names_the_folders(tmp_path):
    with pytest.raises(ValueError) as error:
        make_plan(REFINE, tmp_path)
    assert str(tmp_path / "line") in str(error.value)
    write_strokes(tmp_path, ("norm",), count=1)
    write_strokes(tmp_path, ("ink",), count=1)
    plan, complaints = make_plan(REFINE, tmp_path)
    assert len(plan.pairs) == 1 and complaints == [
        f"{tmp_path / 'norm/0.png'} has no partner: expected the same name in {tmp_path / 'line'}"
    ]
    assert (plan.batch, plan.crop, REFINE.find_steps(plan)) == (2, 64, 20000)


def score_refined(found, truth):
    return REFINE.score(images.to_network(255 - found)[None, ..., None], truth[None])


def test_right_refined_lines_score_best():
    truth = draw_strokes()
    right, moved, white = (score_refined(found, truth) for found in (truth, np.roll(truth, 4, 1), 0 * truth + 255))
    assert set(right) == set(REFINE.score_fields)
    assert right["f"] > 0.97 and right["mae"] == pytest.approx(0, abs=1e-6)
    assert moved["f"] < 0.7 and moved["mae"] > 0.05
    assert white["f"] == 0 and np.isfinite(white["mae"])


def test_a_preview_of_refined_lines_shows_rough_clean_and_found():
    rough, clean = (np.stack([draw_strokes(seed=seed + shift) for seed in range(3)]) for shift in (0, 5))
    validation = base.ValidationSet(rough, clean, np.ones(3, bool), True)
    maps = np.random.default_rng(1).random((2, 64, 64, 1), np.float32)
    sheet = REFINE.preview(types.SimpleNamespace(), "default", validation, maps)
    assert sheet.shape == (2 * 64, 3 * 64, 3) and sheet.dtype == np.uint8
    assert (sheet[..., :1] == sheet).all()
    for row in range(2):
        columns = [sheet[64 * row : 64 * row + 64, 64 * column : 64 * column + 64, 0] for column in range(3)]
        assert np.array_equal(columns[0], rough[row]) and np.array_equal(columns[1], clean[row])
        assert np.array_equal(columns[2], 255 - images.to_uint8(maps[row, ..., 0]))


# Sketches


SKETCHES = ("sketch", "binary2sketch", "colorize")
SKETCH_VARIANTS = ("default", "classic", "pix2pix")


def paint_discs(size=80, seed=0):
    """Coloured discs with dark outlines, (size, size, 3) uint8 RGB."""
    rng = np.random.default_rng(seed)
    picture = np.full((size, size, 3), 230, np.uint8)
    for x, y in rng.integers(15, size - 15, (4, 2)).tolist():
        cv2.circle(picture, (x, y), 12, rng.integers(60, 256, 3).tolist(), -1)
        cv2.circle(picture, (x, y), 12, (30, 20, 40), 2)
    return picture


def write_sketches(folder, kinds=("sketch_raw", "sketch_line"), count=2, size=80):
    """Pictures, and their dark outlines for all other kinds."""
    for kind in kinds:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            picture = paint_discs(size, number)
            outlines = np.where(picture[..., 1] < 60, np.uint8(20), np.uint8(255))
            images.write(folder / f"{kind}/{number}.png", picture if kind.endswith("raw") else outlines)
    return folder


@pytest.fixture
def thin_sketches(monkeypatch):
    """Networks of sketches have few channels."""
    for name, value in (
        ("SKETCH_CHANNELS", (8, 8, 8)), ("SKETCH_BLOCKS", (1, 1, 1)), ("PART_CHANNELS", (8, 8, 8, 8, 8)),
        ("PART_BLOCKS", (1, 1, 1, 1, 1)), ("CLASSIC_CHANNELS", (4, 4, 4, 4, 4)),
        ("LINE_DISCRIMINATOR_CHANNELS", (4, 6)),
        ("PIX2PIX_CHANNELS", (4, 4, 4, 4, 4)),
    ):  # fmt: skip
        monkeypatch.setattr(model, name, value)


@pytest.mark.parametrize("task, given, found", [("sketch", 4, 1), ("binary2sketch", 1, 1), ("colorize", 5, 3)])
def test_networks_of_sketches_are_named_after_task_and_variant(thin_sketches, task, given, found):
    parts = task == "colorize"
    for variant, name in (("default", "parts" if parts else "unet"), ("classic", "classic"), ("pix2pix", "pix2pix")):
        network = tasks.load(task).build(variant, True, 0)
        assert network.name == f"{task}_{name}"
        expected = (3, colour_task.MAPS / 4) if parts and variant == "default" else (given, found)
        assert (network.input_shape[-1], network.output_shape[-1]) == expected
    assert tasks.load(task).variants == ("default", "classic", "pix2pix")


@pytest.mark.parametrize("task", SKETCHES)
def test_discriminators_of_sketches_are_part_of_a_network_in_training_only(thin_sketches, task):
    build, channels = tasks.load(task).build, {"sketch": 5, "binary2sketch": 2, "colorize": 8}[task]
    for variant, settings in (
        ("default", (1, 0.25, 0.025, "hinge")), ("classic", (1, 0.25, 0.025, "hinge")),
        ("pix2pix", (100, 0, 0.25, "logistic")),
    ):  # fmt: skip
        if (task, variant) == ("colorize", "default"):
            with pytest.raises(ValueError, match="the default variant has no discriminator"):
                build(variant, True, 0.25)
            continue
        players = build(variant, True, 0.25)
        assert type(players) is model.AdversarialModel
        assert (players.paired, players.matching, players.adversarial, players.discriminator_loss) == settings
        assert players.discriminator.name == "sketch_discriminator"
        assert players.discriminator.input_shape[-1] == channels
        for training, weight in ((True, 0), (True, None), (False, 0.25)):
            assert build(variant, training, weight).name == players.generator.name


@pytest.mark.parametrize("task, variant", [("colorize", "pix2pix"), ("sketch", "default")])
def test_sketches_and_their_discriminators_learn_together(thin_sketches, task, variant):
    keras.utils.set_random_seed(0)
    own = tasks.load(task)
    players = own.build(variant, True, 0.25)
    players.compile(keras.optimizers.Adam(1e-3), loss=own.loss(variant), run_eagerly=True)
    before = players.get_weights()
    rng = np.random.default_rng(0)
    given, truth = (rng.random((2, 32, 32, channels), np.float32) for channels in tasks.load(task).channels)
    terms = players.train_on_batch(given, truth, return_dict=True)
    assert set(terms) == {"loss", "paired", "matching", "adversarial", "discriminator"}
    assert np.isfinite([float(value) for value in terms.values()]).all()
    expected = float(own.loss(variant)(truth, build_again(own, variant, before)(given, training=True)))
    assert float(terms["paired"]) == pytest.approx(expected, rel=1e-3)
    moved = [bool((one != other).any()) for one, other in zip(before, players.get_weights(), strict=True)]
    assert moved.count(True) > len(moved) / 2


def build_again(task, variant, weights):
    """The generator of a task's players with given weights."""
    players = task.build(variant, True, 0.25)
    players.set_weights(weights)
    return players.generator


def test_the_default_networks_have_losses_of_their_own():
    kinds = {name: [type(tasks.load(name).loss(variant)) for variant in SKETCH_VARIANTS] for name in SKETCHES}
    absolute = keras.losses.MeanAbsoluteError
    assert kinds == {
        "sketch": [losses.SketchLoss, absolute, absolute],
        "binary2sketch": [losses.SketchLoss, absolute, absolute],
        "colorize": [losses.PartLoss, absolute, absolute],
    }
    weights = tasks.load("colorize").loss("default").weights
    assert len(weights) == len(colour_task.PARTS) and weights[colour_task.PARTS.index("iris")] == 3 > weights[0] == 1


def test_discriminators_of_sketches_are_asked_for_by_name():
    assert [tasks.load(name).adversarial_weight for name in SKETCHES] == [None, 0.1, 0.0]
    assert [tasks.load(name).score_fields for name in SKETCHES] == [("mae",), ("mae",), ("parts", "light")]
    assert tasks.load("colorize").of("classic").score_fields == ("mae", "lab", "chroma")
    assert {tasks.load(name).find_steps(None) for name in SKETCHES} == {20000}


def paints(name):
    """A task; of colours the one that learns from pictures alone."""
    return tasks.load(name).of("classic")


@pytest.mark.parametrize("task", SKETCHES)
def test_sketches_are_planned_from_their_own_folders_or_drawings(tmp_path, task):
    with pytest.raises(ValueError) as error:
        make_plan(paints(task), tmp_path)
    message = str(error.value)
    assert all(str(tmp_path / name) in message for name in ("sketch_raw", "raw", "ink"))
    write_sketches(tmp_path, ("raw", "ink"), 3)
    plan, complaints = make_plan(paints(task), tmp_path, seed=4)
    assert [pair.lines for pair in plan.pairs] == [tmp_path / f"ink/{number}.png" for number in range(3)]
    assert (plan.task.name, plan.drawn_share, plan.batch, plan.crop, plan.seed, complaints) == (task, 0.0, 2, 64, 4, [])
    write_sketches(tmp_path, ("sketch_raw",), 2)
    write_sketches(tmp_path, ("sketch_line",), 1)
    plan, complaints = make_plan(paints(task), tmp_path, drawn_share=0.5)
    assert [pair.sketch for pair in plan.pairs] == [tmp_path / "sketch_line/0.png"] and plan.drawn_share == 0.5
    assert complaints == [
        f"{tmp_path / 'sketch_raw/1.png'} has no partner: expected the same name in {tmp_path / 'sketch_line'}"
    ]
    assert make_plan(paints(task), None, drawn_share=1.0)[0].drawn_share == 1.0


def validate_sketches(task, data, **options):
    return make_validation_set(paints(task), data, **options)


@pytest.mark.parametrize("task", SKETCHES)
def test_the_validation_set_of_sketches(tmp_path, small, monkeypatch, task):
    write_sketches(tmp_path / "held", ("sketch_raw", "sketch_line", "v_sketch_raw", "v_sketch_line"))
    write_sketches(tmp_path / "pictures", ("sketch_raw",), 8)
    write_sketches(tmp_path / "drawn", ("raw", "ink"))
    write_sketches(tmp_path / "both", ("raw", "ink", "v_raw", "v_ink"))
    drawn = []
    stand_in = types.SimpleNamespace(picture=paint_discs(64, 9), lines=draw_strokes(64, 64, 9))
    monkeypatch.setattr(
        "illustration_parts.drawing.illustrations.draw", lambda seed, size: drawn.append((seed, size)) or stand_in
    )
    for data, options, count, held_out, draws in (
        ("held", {}, 2, True, 0), ("pictures", {}, 3, False, 0), ("drawn", {}, 3, True, 3), ("both", {}, 2, True, 0),
        ("pictures", {"drawn_share": 0.5}, 3, True, 3), ("none", {"drawn_share": 1.0}, 3, True, 3),
    ):  # fmt: skip
        drawn.clear()
        validation = validate_sketches(task, tmp_path / data, **options)
        given, found = paints(task).channels
        assert validation.pictures.shape == (count, 64, 64, given), data
        assert validation.targets.shape == (count, 64, 64, found), data
        assert validation.pictures.dtype == validation.targets.dtype == np.uint8
        assert validation.classed.all() and (validation.held_out, len(drawn)) == (held_out, draws), data
    assert drawn == [(1_000_000_000, 96), (1_000_000_001, 96), (1_000_000_002, 96)]


@pytest.mark.parametrize("task", SKETCHES)
def test_validation_sketches_are_alike_each_time(tmp_path, small, task):
    write_sketches(tmp_path)
    one, other = validate_sketches(task, tmp_path), validate_sketches(task, tmp_path)
    assert np.array_equal(one.pictures, other.pictures) and np.array_equal(one.targets, other.targets)
    assert (one.targets[0] != one.targets[1]).any() and one.targets.std() > 5


def test_unreadable_validation_sketches_are_named(tmp_path, small, capsys):
    write_sketches(tmp_path, ("sketch_raw", "sketch_line", "v_sketch_raw", "v_sketch_line"))
    (tmp_path / "v_sketch_line/0.png").write_bytes(b"")
    assert validate_sketches("sketch", tmp_path).pictures.shape == (1, 64, 64, 4)
    assert "v_sketch_line/0.png is empty (0 bytes), left out" in capsys.readouterr().err
    (tmp_path / "v_sketch_raw/1.png").unlink()
    with pytest.raises(loader.NoReadablePairError, match="none of the validation pairs can be read"):
        validate_sketches("sketch", tmp_path)
    assert "v_sketch_line/1.png has no partner" in capsys.readouterr().err


def test_sketch_networks_see_levels_from_0_to_1():
    levels = np.arange(240, dtype=np.uint8).reshape(2, 4, 6, 5)
    for name in SKETCHES:
        for variant in SKETCH_VARIANTS:
            own = tasks.load(name).of(variant)
            scale = [255, 255, 1] if (name, variant) == ("colorize", "default") else 1  # numbers stay
            true = levels[..., :3]
            for convert, given, expected in ((own.to_network, levels, levels), (own.to_truth, true, true * scale)):
                assert convert(variant, given).dtype == np.float32
                np.testing.assert_allclose(convert(variant, given), expected / 255, atol=1e-6)
            maps = own.from_network(variant, np.float16([[0.25, 1.0]]))
            assert maps.tolist() == [[0.25, 1.0]] and maps.dtype == np.float32


def test_sketches_are_scored_by_their_error():
    truth = np.full((2, 4, 4, 1), 51, np.uint8)
    maps = np.full((2, 4, 4, 1), 0.2, np.float32)
    for name in ("sketch", "binary2sketch"):
        assert tasks.load(name).score(maps, truth) == {"mae": pytest.approx(0, abs=1e-6)}
        assert tasks.load(name).score(maps + np.float32(0.25), truth) == {"mae": pytest.approx(0.25)}


def test_colours_are_scored_by_their_error_their_distance_and_how_pure_they_are():
    red = np.zeros((1, 2, 2, 3), np.uint8)
    red[..., 0] = 255
    score = paints("colorize").score
    classes = np.ones((1, 2, 2, 3), np.float32)
    right = score(np.concatenate([red / np.float32(255), classes], -1), red)
    assert right == {"mae": 0, "lab": 0, "chroma": pytest.approx(1)}
    # CIE Lab of red: 53.24, 80.09, 67.20; of white: 100, 0, 0.
    white = score(np.concatenate([classes, classes], -1), red)
    distance = np.linalg.norm([100 - 53.24, 80.09, 67.20])
    assert white == {
        "mae": pytest.approx(2 / 3), "lab": pytest.approx(distance, abs=0.1), "chroma": pytest.approx(0, abs=0.001),
    }  # fmt: skip
    assert score(2 * classes - 0.5, red)["lab"] == pytest.approx(distance, abs=0.1)  # 1.5 is no more than 1
    assert np.isfinite(list(score(classes, 0 * red).values())).all()  # where the truth has no colour at all


@pytest.mark.parametrize("task, channels", [("sketch", (3, 1)), ("binary2sketch", (1, 1)), ("colorize", (5, 3))])
def test_a_preview_of_sketches_shows_given_true_and_found(task, channels):
    rng = np.random.default_rng(0)
    given, true = (rng.integers(0, 256, (3, 64, 64, count), dtype=np.uint8) for count in channels)
    if task == "colorize":
        given[..., 4] = np.where(given[..., 4] > 200, 255, 0)
    maps = rng.random((2, 64, 64, channels[1]), np.float32)
    validation = base.ValidationSet(given, true, np.ones(3, bool), True)
    sheet = paints(task).preview(types.SimpleNamespace(), "default", validation, maps)
    assert sheet.shape == (2 * 64, 3 * 64, 3) and sheet.dtype == np.uint8
    for row in range(2):
        columns = [sheet[64 * row : 64 * row + 64, 64 * column : 64 * column + 64] for column in range(3)]
        if task == "colorize":
            dabs = given[row, ..., 4] > 0
            assert (columns[0][dabs] == given[row, ..., 1:4][dabs]).all()
            assert (columns[0][~dabs] == given[row, ..., :1][~dabs]).all() and 0 < dabs.sum() < 64 * 64
        else:
            assert (columns[0] == given[row]).all()
        assert (columns[1] == true[row]).all()
        assert (columns[2] == images.to_uint8(maps[row, ..., : channels[1]])).all()


# Learning by heart
def learn_by_heart(name, size, steps, count=4, beta_2=0.999):
    """Train a default network on a few fixed pairs with the absolute error alone; that error, before and after."""
    pairs = []
    for seed in range(count):
        drawing = illustrations.draw(seed, size=256)
        rng = np.random.default_rng(seed)
        given, truth = tasks.load(name).make(sketch_task.to_source(drawing), size, rng)
        pairs.append((given, truth))
    given, truth = (images.to_network(np.stack(each)) for each in zip(*pairs))
    keras.utils.set_random_seed(0)
    network = tasks.load(name).build("default", True)

    def absolute_error(truth, found):
        return keras.ops.mean(keras.ops.abs(truth - found))

    rate = keras.optimizers.schedules.CosineDecay(4e-4, steps, warmup_target=4e-3, warmup_steps=20)
    network.compile(optimizer=keras.optimizers.AdamW(rate, beta_2=beta_2), loss=absolute_error)
    network.optimizer.build(network.trainable_variables)  # else TensorFlow traces the first step twice
    before = float(np.abs(np.asarray(network(given)) - truth).mean())
    for _ in range(steps):
        after = float(network.train_on_batch(given, truth))
    return before, after


@pytest.mark.parametrize("name, size, steps", [("sketch", 32, 140), ("binary2sketch", 32, 80)])
def test_sketch_networks_can_learn_four_pairs_by_heart(name, size, steps):
    before, after = learn_by_heart(name, size, steps, beta_2=0.99)  # a short memory, for so few steps
    assert after < before / 10


@pytest.mark.soak
@pytest.mark.parametrize("name", ["sketch", "binary2sketch"])
def test_sketch_networks_can_learn_four_whole_pictures_by_heart(name):
    before, after = learn_by_heart(name, 192, 1500)
    assert after < before / 10
