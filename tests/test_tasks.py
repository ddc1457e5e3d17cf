"""The parts of tasks: where data is found, what networks are fed, scores, previews."""

import argparse
import types

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import dataset  # noqa: E402
import images  # noqa: E402
import losses  # noqa: E402
import model  # noqa: E402
import skeletonize  # noqa: E402
import tasks  # noqa: E402

REGIONS = tasks.REGIONS


def ask(data, **options):
    """A parsed command line."""
    standard = {"data": data, "synthetic": None, "epochs": None, "batch": 2, "crop": 64, "seed": 0}
    return argparse.Namespace(**{**standard, **options})


def make_map(size=64, at=32):
    """The skeleton map of two halves, (size, size) uint8, that meet at a column."""
    ids = np.zeros((size, size), np.int32)
    ids[:, at:] = 1
    return skeletonize.skeletonize_regions(ids, threads=1)


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


def test_defaults_are_possible():
    for task in tasks.TASKS.values():
        assert task.defaults["crop"] % task.multiple == tasks.VALIDATION_SIZE % task.multiple == 0
        assert set(task.defaults) == set(tasks.LINES.defaults)
        for variant in task.variants:
            network, loss = task.build(variant, True, 0), task.loss(variant)
            assert isinstance(loss, keras.losses.Loss) and network.output_shape[-1] >= 1


def test_a_critic_is_part_of_a_network_in_training_only():
    players = REGIONS.build("default", True, 0.25)
    assert type(players) is model.AdversarialModel and players.generator.name == "region_unet"
    assert (players.paired, players.matching, players.adversarial) == (1, 0.25, 0.025)
    for training, critic in ((True, 0), (True, None), (False, 0.25)):
        assert REGIONS.build("default", training, critic).name == "region_unet"


def test_heights_are_linear_for_the_published_network_alone():
    assert [REGIONS.loss(variant).linear for variant in REGIONS.variants] == [False, True]
    assert all(type(REGIONS.loss(variant)) is losses.SkeletonLoss for variant in REGIONS.variants)


# Where data is found


def test_region_pairs_of_a_data_set_of_one_folder_and_of_drawings(tmp_path):
    write_region_pairs(tmp_path / "set/train", 3)
    write_region_pairs(tmp_path / "set/val", 2)
    write_drawn(tmp_path / "drawn", "", 4)
    write_drawn(tmp_path / "drawn", "v_", 1)
    write_drawn(tmp_path / "unwatched", "", 2)
    for folder, pairs, watched in (
        ("set", 3, 2), ("set/train", 3, 0), ("set/val", 2, 0), ("drawn", 4, 1), ("unwatched", 2, 0), ("none", 0, 0),
    ):  # fmt: skip
        found = [len(tasks.find_region_pairs(ask(tmp_path / folder), held)[0]) for held in (False, True)]
        assert found == [pairs, watched], folder


def test_drawings_give_two_crops_each_and_other_pictures_one(tmp_path):
    write_region_pairs(tmp_path / "set", 3)
    write_drawn(tmp_path / "drawn")
    assert tasks.plan_regions(ask(tmp_path / "set"))[0].crops_per_picture == 1
    assert tasks.plan_regions(ask(tmp_path / "drawn"))[0].crops_per_picture == 2
    assert tasks.plan_regions(ask(tmp_path / "set", synthetic=0.5))[0].crops_per_picture == 2
    assert tasks.plan_regions(ask(tmp_path / "drawn", batch=1))[0].crops_per_picture == 1


def test_reasons_are_counted():
    orphans = [("1.image.png", "has no map"), ("9.region.png", "has no picture"), ("2.image.png", "has no map")]
    assert tasks.count_reasons(orphans) == [
        "1.image.png has no map (so with 1 more)", "9.region.png has no picture",
    ]  # fmt: skip


@pytest.mark.parametrize("count, most, places", [(1, 4, [0]), (3, 4, [0, 1, 2]), (9, 3, [0, 4, 8]), (0, 4, [])])
def test_samples_are_evenly_spread(count, most, places):
    assert tasks.sample(list(range(count)), most) == places


# What a training is watched by


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(tasks, "VALIDATION_SIZE", 64)
    monkeypatch.setattr(tasks, "VALIDATION_PICTURES", 3)


def watch(data, **options):
    args = ask(data, **options)
    plan, _ = tasks.plan_regions(args)
    return REGIONS.watch(args, plan, set())


def test_what_regions_are_watched_by(tmp_path, small, monkeypatch):
    write_region_pairs(tmp_path / "set/train", 5)
    write_region_pairs(tmp_path / "set/val", 2)
    write_drawn(tmp_path / "drawn")
    drawing = types.SimpleNamespace(
        picture=halves(64), regions=np.arange(2, dtype=np.int32).repeat(32)[None].repeat(64, 0)
    )
    drawn = []
    monkeypatch.setattr("synthesize.draw", lambda seed, size: drawn.append((seed, size)) or drawing)
    for data, options, count, held_out in (
        ("set", {}, 2, True), ("set/train", {}, 3, False),
        ("drawn", {}, 3, True), ("set/train", {"synthetic": 0.5}, 3, True),
    ):  # fmt: skip
        drawn.clear()
        watched = watch(tmp_path / data, **options)
        assert watched.pictures.shape == (count, 64, 64, 3) and watched.targets.shape == (count, 64, 64)
        assert watched.held_out == held_out
        assert bool(drawn) == (data == "drawn" or bool(options))
    assert [seed for seed, _ in drawn] == [1_000_000_000, 1_000_000_001, 1_000_000_002]


def test_drawings_to_watch_by_are_worn_alike_each_time(tmp_path, small):
    write_drawn(tmp_path / "drawn")
    write_drawn(tmp_path / "drawn", "v_", 3)
    one, other = watch(tmp_path / "drawn"), watch(tmp_path / "drawn")
    assert np.array_equal(one.pictures, other.pictures) and np.array_equal(one.targets, other.targets)
    assert (one.pictures != 90).any()


def test_nothing_readable_to_watch_by_is_an_error(tmp_path, small, capsys):
    write_region_pairs(tmp_path / "set/train")
    (write_region_pairs(tmp_path / "set/val", 1) / "0.skeleton.png").write_bytes(b"")
    with pytest.raises(dataset.NoReadablePairError, match="none of the pictures to validate on"):
        watch(tmp_path / "set")
    assert "0.skeleton.png is empty" in capsys.readouterr().err


@pytest.mark.parametrize("height, width", [(64, 64), (300, 100), (50, 64), (200, 201)])
def test_pictures_to_watch_by_are_the_middle_at_one_size(small, height, width):
    y, x = np.mgrid[:height, :width]
    skeleton = (127 + 100 * np.sin(x / width * 6) * np.cos(y / height * 6)).astype(np.uint8)
    picture, fitted, known = tasks.fit_regions(np.dstack([skeleton] * 3), skeleton, False, 0)
    assert picture.shape == (64, 64, 3) and fitted.shape == (64, 64) and known is True
    assert np.abs(picture[..., 0].astype(int) - fitted).max() <= 1
    assert abs(int(fitted[32, 32]) - int(skeleton[height // 2, width // 2])) <= 6
    if height == width == 64:
        assert np.abs(fitted.astype(int) - skeleton).max() <= 1


# What networks are fed, and what they answer


def test_the_published_network_sees_bgr_and_answers_upside_down():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    skeletons = np.random.default_rng(1).integers(0, 256, (2, 8, 8), dtype=np.uint8)
    plain, swapped = (REGIONS.prepare(variant, pictures) for variant in REGIONS.variants)
    assert plain.dtype == swapped.dtype == np.float32 and np.array_equal(plain, swapped[..., ::-1])
    np.testing.assert_allclose(plain, pictures / 255, atol=1e-6)
    for variant in REGIONS.variants:
        truth = REGIONS.to_truth(variant, skeletons)
        assert truth.shape == (2, 8, 8, 1) and truth.dtype == np.float32
        np.testing.assert_allclose(REGIONS.to_maps(variant, truth)[..., 0], skeletons / 255, atol=1e-6)
    np.testing.assert_allclose(REGIONS.to_truth("danbooregion", skeletons)[..., 0], 1 - skeletons / 255, atol=1e-6)
    assert REGIONS.to_maps("danbooregion", np.float32([-0.5, 0.25, 1.5])).tolist() == [1, 0.75, 0]


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


def make_watched(count=2):
    pictures = np.random.default_rng(0).integers(0, 256, (count, 64, 64, 3), dtype=np.uint8)
    return tasks.Watched(pictures, np.stack([make_map(at=20 + k) for k in range(count)]), np.ones(count, bool), True)


@pytest.fixture
def players(monkeypatch):
    monkeypatch.setattr(model, "CRITIC_CHANNELS", (4, 6))
    keras.utils.set_random_seed(0)
    picture = keras.Input((None, None, 3))
    generator = keras.Model(picture, keras.layers.Conv2D(2, 1, activation="sigmoid")(picture))
    return model.AdversarialModel(generator, model.build_region_discriminator())


@pytest.mark.parametrize("channels", [1, 2])
def test_a_preview_shows_what_it_says(channels):
    watched = make_watched()
    maps = np.random.default_rng(1).random((2, 64, 64, channels), np.float32)
    sheet = REGIONS.preview(types.SimpleNamespace(), "default", watched, maps)
    assert sheet.shape == (2 * 64, (2 + channels) * 64, 3) and sheet.dtype == np.uint8
    for row in range(2):
        columns = [sheet[64 * row : 64 * row + 64, 64 * column : 64 * column + 64] for column in range(2 + channels)]
        assert np.array_equal(columns[0], watched.pictures[row])
        assert np.array_equal(columns[1], np.dstack([watched.targets[row]] * 3))
        for channel in range(channels):
            assert np.array_equal(columns[2 + channel], np.dstack([images.to_uint8(maps[row, ..., channel])] * 3))


def test_a_preview_of_fewer_maps_than_pictures_has_their_rows():
    watched = make_watched(3)
    maps = np.zeros((1, 64, 64, 2), np.float32)
    assert REGIONS.preview(types.SimpleNamespace(), "default", watched, maps).shape == (64, 4 * 64, 3)


@pytest.mark.parametrize("variant", REGIONS.variants)
def test_a_critic_sees_nothing_in_a_right_map_and_something_where_it_is_wrong(players, variant):
    watched = make_watched()
    maps = images.to_network(watched.targets)[..., None]
    maps = np.concatenate([maps, maps], -1) if variant == "default" else maps
    for view in tasks.view_as_critic(players, variant, watched, maps):
        assert view.shape == (64, 64) and view.dtype == np.float32
        np.testing.assert_allclose(view, 0, atol=1e-6)
    wrong = maps.copy()
    wrong[1, :32, 40:] = 1 - wrong[1, :32, 40:]
    right, seen = tasks.view_as_critic(players, variant, watched, wrong)
    assert right.max() < 1e-5 < 0.05 < seen[:28, 44:].mean()
    assert seen[48:, :20].max() < 1e-5
    sheet = REGIONS.preview(players, variant, watched, wrong)
    assert sheet.shape == (2 * 64, (3 + maps.shape[-1]) * 64, 3)
    assert not sheet[:64, -64:].any() and sheet[64:96, -24:].any()
