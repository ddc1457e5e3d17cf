import math
import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers import check_workers, make_batch, write

from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import crops, folders, images
from illustration_parts.imaging.crops import (
    SCALES,
    choose_crop,
    cut_crop,
    cut_region_crop,
    find_inner_size,
    mark_inside,
)
from illustration_parts.networks import loader
from illustration_parts.system import cli, files
from illustration_parts.tasks import lines as line_task
from illustration_parts.tasks import regions as region_task

LINES, REGIONS = tasks.load("lines"), tasks.load("regions")
ROOT = Path(__file__).resolve().parents[2]


def drawn_square(size=64, start=20):
    """A dark frame on a light ground, and its line map."""
    ink = np.zeros((size, size), np.uint8)
    cv2.rectangle(ink, (start, start), (size - start, size - start), 255, 2)
    picture = np.full((size, size, 3), (240, 220, 180), np.uint8)
    picture[ink > 0] = (30, 20, 60)
    return picture, ink


def write_pairs(root, count=3, size=64, classes=False):
    for number in range(count):
        picture, ink = drawn_square(size, 12 + 3 * number)
        write(root / f"raw/{number}.png", picture)
        write(root / f"contour_s/{number}.png", 255 - ink)
        if classes:
            write(root / f"classes/{number}.png", np.dstack([ink // 2, ink - ink // 2, 0 * ink]))
    pairs, unpaired = line_task.find_pairs(root / "raw", root / "contour_s", root / "classes")
    assert len(pairs) == count and not unpaired
    return tuple(pairs)


@pytest.fixture
def no_degrade(monkeypatch):
    """Drawn pictures stay clean."""
    monkeypatch.setattr(degrade, "degrade", lambda picture, classes, rng: (picture, classes))


# Pairs


def test_pairs_match_by_relative_name_whatever_the_ending(tmp_path):
    picture, ink = drawn_square()
    write(tmp_path / "raw/b/one.jpg", picture)
    write(tmp_path / "raw/a/one.png", picture)
    write(tmp_path / "raw/a/ünique.webp", picture)
    write(tmp_path / "contour_s/a/one.png", ink)
    write(tmp_path / "contour_s/b/one.bmp", ink)
    write(tmp_path / "contour_s/c/one.png", ink)
    write(tmp_path / "classes/a/one.png", picture)
    (tmp_path / "raw/notes.txt").write_text("not a picture")
    (tmp_path / "raw/.hidden.png").write_text("")
    pairs, unpaired = line_task.find_pairs(tmp_path / "raw", tmp_path / "contour_s", tmp_path / "classes")
    assert [pair.name for pair in pairs] == ["a/one", "b/one"]
    assert [pair.classes is not None for pair in pairs] == [True, False]
    assert unpaired == [tmp_path / "contour_s/c/one.png", tmp_path / "raw/a/ünique.webp"]


def test_same_name_with_two_endings_is_an_error_that_names_both(tmp_path):
    picture, _ = drawn_square()
    write(tmp_path / "one.png", picture)
    write(tmp_path / "one.jpg", picture)
    with pytest.raises(ValueError, match=r"one\.jpg.*one\.png"):
        folders.list_pictures(tmp_path)


def test_folders_that_cannot_be_read_are_no_empty_ones(tmp_path, monkeypatch):
    for name in ("raw", "raw/sub"):
        files.make_folder(tmp_path / name)
        images.write(tmp_path / name / "1.image.png", np.zeros((8, 8, 3), np.uint8))
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    assert list(folders.list_pictures(tmp_path / "raw")) == ["1.image", "sub/1.image"]
    assert list(folders.list_kind(tmp_path / "raw", "image")) == ["1", "sub/1"]
    monkeypatch.setattr(os, "scandir", refuse)
    for read in (folders.list_pictures, lambda folder: folders.list_kind(folder, "image")):
        with pytest.raises(PermissionError, match="sub"):
            read(tmp_path / "raw")
    unread = []
    assert list(folders.list_kind(tmp_path / "raw", "image", unread)) == ["1"]
    assert [folder for folder, _ in unread] == [tmp_path / "raw/sub"]


def test_missing_folders_hold_no_pairs(tmp_path):
    assert line_task.find_pairs(tmp_path / "raw", tmp_path / "contour_s", tmp_path / "classes") == ([], [])


def test_load_pair_with_and_without_classes(tmp_path):
    [pair] = write_pairs(tmp_path / "plain", 1)
    read, classes = line_task.load_pair(pair)[:2]
    expected, ink = drawn_square(64, 12)
    assert (read == expected).all()
    assert (classes == np.dstack([ink, 0 * ink, 0 * ink])).all()
    [pair] = write_pairs(tmp_path / "classed", 1, classes=True)
    _, classes = line_task.load_pair(pair)[:2]
    assert (line_task.ink_of(classes) == ink).all()
    assert (classes[..., 1] == ink - ink // 2).all()


def test_sizes_that_differ_are_named(tmp_path):
    picture, ink = drawn_square()
    write(tmp_path / "raw/1.png", picture)
    write(tmp_path / "contour_s/1.png", ink[:, :-1])
    [pair], _ = line_task.find_pairs(tmp_path / "raw", tmp_path / "contour_s")
    with pytest.raises(ValueError, match="contour_s.*63x64.*raw.*64x64"):
        line_task.load_pair(pair)


@pytest.mark.parametrize("content", [b"", b"no picture", None])
def test_unreadable_files_are_named(tmp_path, content):
    path = tmp_path / "bad.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="bad.png"):
        folders.read_picture(path)


# Crops


def test_crops_at_own_scale_are_pixel_exact():
    """An unscaled quarter-turned crop holds the picture's own values, in the place that the matrix says."""
    random = np.random.default_rng(3)
    picture = random.integers(0, 256, (70, 90, 3), dtype=np.uint8)
    exact = 0
    for _ in range(100):
        matrix, scale = choose_crop(random, 70, 90, 32)
        if scale != 1.0 or not np.allclose(matrix, np.round(matrix)):
            continue
        crop = cut_crop(picture, matrix, scale, 32)
        x, y = (matrix @ [5, 9, 1]).astype(int)
        assert (crop[9, 5] == picture[y, x]).all()
        exact += 1
    assert exact > 5


def test_crops_keep_scale_limits_and_stay_inside():
    random = np.random.default_rng(0)
    scales, handed = [], set()
    for _ in range(300):
        matrix, scale = choose_crop(random, 500, 700, 64)
        scales.append(scale)
        handed.add(bool(np.linalg.det(matrix[:, :2]) > 0))
        assert np.linalg.det(matrix[:, :2]) == pytest.approx(np.sign(np.linalg.det(matrix[:, :2])) / scale**2)
        assert mark_inside(matrix, 500, 700, 64).all()
    assert SCALES[0] <= min(scales) < 0.5 and 1.4 < max(scales) <= SCALES[1]
    assert handed == {True, False}
    assert np.mean(np.array(scales) < 1) > 0.55, "real pictures show lines finer than drawn ones do"


def test_crops_of_drawings_need_no_border():
    random = np.random.default_rng(0)
    for size, crop in ((LINES.make_plan(drawn_share=1.0).drawing, 192), (768, 256)):
        scales = []
        for _ in range(200):
            matrix, scale = choose_crop(random, size, size, crop)
            scales.append(scale)
            assert mark_inside(matrix, size, size, crop).all()
        assert min(scales) < 0.55


def test_small_pictures_are_continued_and_marked():
    matrix, scale = choose_crop(np.random.default_rng(1), 10, 12, 64)
    assert scale == SCALES[1]
    inside = mark_inside(matrix, 10, 12, 64)
    assert set(np.unique(inside)) == {0, 255}
    assert abs((inside > 0).sum() - 120 * scale**2) < 60


def test_shrinking_averages():
    """A thin line fades when shrunk; it neither vanishes nor keeps full strength."""
    ink = np.zeros((200, 200, 3), np.uint8)
    ink[:, 100] = 255
    matrix = np.array([[1 / 0.6, 0, 17.3], [0, 1 / 0.6, 20.0]])
    crop = cut_crop(ink, matrix, 0.6, 64)
    assert 80 < crop[32].max() < 230
    assert crop[32, :, 0].sum() == pytest.approx(255 * 0.6, rel=0.15)


def test_picture_and_lines_share_their_geometry(no_degrade):
    """Where the picture is its own line map, every crop must be too, but for the crops that change colours."""
    _, ink = drawn_square(200, 40)
    plain = np.repeat(255 - ink[..., None], 3, 2)
    classes = np.dstack([ink, 0 * ink, 0 * ink])
    agreeing = 0
    for seed in range(40):
        crop, target = line_task.make_crop(plain, classes, True, 64, np.random.default_rng(seed))
        difference = np.abs(255 - crop[..., 0].astype(int) - target[..., 0])
        agreeing += difference.max() <= 2
        # Recoloured crops differ in values, never in place.
        ink_values = 255.0 - crop[..., 0]
        if target[..., 0].std() > 20:
            assert np.corrcoef(ink_values.ravel(), target[..., 0].ravel())[0, 1] > 0.95
    assert agreeing >= 12


@pytest.mark.parametrize("dark_lines", [True, False])
def test_thickened_lines_match_their_map(dark_lines):
    picture, ink = drawn_square(96, 24)
    picture = picture if dark_lines else 255 - picture
    half = ink.copy()
    half[:, 48:] = 0
    classes = np.dstack([half, ink - half, 0 * ink])
    before = picture.copy(), classes.copy()
    wide, wide_classes = line_task.thicken_lines(picture, classes, np.random.default_rng(0))
    new_ink = line_task.ink_of(wide_classes)
    assert (new_ink > 0).sum() > 1.3 * (ink > 0).sum()
    line_colour = picture[ink > 0][0]
    assert ((wide == line_colour).all(axis=2) == (new_ink > 0)).all()
    assert wide_classes[..., :2].sum(axis=2, dtype=int).max() <= 255
    assert (picture == before[0]).all() and (classes == before[1]).all()


def test_lines_without_contrast_are_not_thickened():
    picture, ink = drawn_square(96, 24)
    flat = np.full_like(picture, 128)
    classes = np.dstack([ink, 0 * ink, 0 * ink])
    assert line_task.thicken_lines(flat, classes, np.random.default_rng(0))[1] is classes


def test_recolouring_never_inverts():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    for seed in range(50):
        steps = np.diff(line_task.recolour(ramp, np.random.default_rng(seed)).astype(int), axis=1)
        assert steps.min() >= 0 and steps.sum() > 0


# Batches


def test_batch_shapes_ranges_and_unknown_classes(tmp_path):
    plan = LINES.make_plan(write_pairs(tmp_path), batch=5, crop=32)
    pictures, targets, classed, failures = make_batch(plan, 0)
    assert pictures.shape == (5, 32, 32, 3) and pictures.dtype == np.uint8
    assert targets.shape == (5, 32, 32, 4) and not classed.any() and failures == []
    truth = line_task.to_truth(targets, classed)
    assert truth.dtype == np.float32 and truth[..., 0].min() == 0 and truth[..., 0].max() == 1
    assert (truth[..., 1:3] == -1).all()
    assert (line_task.to_truth(targets, ~classed)[..., 1:3] >= 0).all()


def test_crops_depend_on_seed_step_and_item_alone(tmp_path, no_degrade):
    pairs = write_pairs(tmp_path, classes=True)
    plan = LINES.make_plan(pairs, batch=4, crop=32, seed=5)
    first, again = make_batch(plan, 7), make_batch(plan, 7)
    assert all((a == b).all() for a, b in zip(first[:3], again[:3]))
    others = (make_batch(plan, 8), make_batch(LINES.make_plan(pairs, batch=4, crop=32, seed=6), 7))
    assert not any((first[0] == other[0]).all() for other in others)
    assert not (first[0][0] == first[0][1]).all()


def test_an_epoch_uses_every_pair_once(tmp_path, monkeypatch):
    pairs = write_pairs(tmp_path, 5)
    used = []
    load = line_task.load_pair
    monkeypatch.setattr(line_task, "load_pair", lambda pair, _: used.append(pair.name) or load(pair))
    plan = LINES.make_plan(pairs, batch=2, crop=32)
    assert plan.steps_per_epoch == 5
    for step in range(10):
        make_batch(plan, step)
    assert sorted(used[:5]) == sorted(used[5:]) == [pair.name for pair in pairs]


def test_a_bad_pair_is_named_and_replaced(tmp_path):
    pairs = write_pairs(tmp_path, 3)
    data = pairs[1].picture.read_bytes()
    pairs[1].picture.write_bytes(data[:40])
    plan = LINES.make_plan(pairs, batch=6, crop=32)
    pictures, _, _, failures = make_batch(plan, 0)
    assert len(failures) == 1 and "1.png" in failures[0].text
    assert pictures.std(axis=(1, 2, 3)).min() > 0


def test_only_bad_pairs_is_an_error(tmp_path):
    pairs = write_pairs(tmp_path, 2)
    for pair in pairs:
        pair.picture.write_bytes(b"")
    with pytest.raises(ValueError, match="no readable pair"):
        make_batch(LINES.make_plan(pairs, crop=32), 0)


def test_drawings_are_mixed_in_by_their_share(tmp_path, no_degrade, monkeypatch):
    picture, ink = drawn_square(96)
    seeds = []

    def draw(seed, size):
        seeds.append(seed)
        return types.SimpleNamespace(picture=picture, classes=np.dstack([ink, 0 * ink, 0 * ink]))

    monkeypatch.setattr(illustrations, "draw", draw)
    plan = LINES.make_plan(write_pairs(tmp_path), drawn_share=0.5, batch=8, crop=32)
    classed = np.concatenate([make_batch(plan, step)[2] for step in range(30)])
    assert 0.3 < classed.mean() < 0.7
    assert len(set(seeds)) > len(seeds) / 2 and max(seeds) < illustrations.VALIDATION_SEED


@pytest.mark.parametrize(
    "options",
    [{}, {"drawn_share": 1.5}, {"drawn_share": 1, "batch": 0}, {"drawn_share": 1, "crop": 100}, {"drawn_share": 0.5}],
)
def test_impossible_plans_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        LINES.make_plan(**options)


def test_workers_give_the_same_batches_from_any_step(tmp_path):
    check_workers(LINES.make_plan(write_pairs(tmp_path), batch=3, crop=32))


def test_errors_of_workers_arrive(tmp_path):
    pairs = write_pairs(tmp_path, 1)
    pairs[0].lines.write_bytes(b"")
    with loader.Loader(LINES.make_plan(pairs, crop=32), workers=1) as batches, pytest.raises(ValueError, match="0.png"):
        batches.next()


# Regions


def blobs(height=90, width=120, seed=0):
    """A smooth uint8 field in which every place looks different."""
    field = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    return cv2.normalize(cv2.GaussianBlur(field, (0, 0), 4), None, 0, 255, cv2.NORM_MINMAX)


def stripes(height=90, width=120):
    """Broad areas of black, grey and white, (height, width) uint8."""
    return np.repeat(np.repeat(np.uint8([0, 90, 180, 255]), width // 4)[None], height, axis=0)


def write_region_pairs(root, count=3, height=90, width=120):
    for number in range(count):
        skeleton = blobs(height, width, number)
        write(root / f"{number}.skeleton.png", skeleton)
        write(root / f"{number}.image.png", np.dstack([skeleton, 255 - skeleton, skeleton // 2]))
    pairs, unpaired = region_task.match_regions(root)
    assert len(pairs) == count and not unpaired
    return tuple(pairs)


@pytest.fixture
def plain(monkeypatch):
    """Pictures are neither made grey nor blurred."""
    for name in ("PUBLISHED_ODDS", "DRAWN_ODDS"):
        monkeypatch.setattr(region_task, name, getattr(region_task, name)._replace(grey=0, blurred=0, filtered=0))


def test_region_pairs_in_numeric_order_with_reasons_for_unpaired_files(tmp_path):
    grey = np.zeros((8, 8), np.uint8)
    for name in ("2.image", "2.skeleton", "10.image", "10.skeleton", "3.image", "3.region", "4.image", "5.region"):
        write(tmp_path / f"{name}.png", grey)
    write(tmp_path / "more/6.skeleton.png", grey)
    pairs, unpaired = region_task.match_regions(tmp_path)
    assert [pair.name for pair in pairs] == ["2", "10"]
    reasons = {path.relative_to(tmp_path).as_posix(): reason for path, reason in unpaired}
    assert sorted(reasons) == ["3.image.png", "4.image.png", "5.region.png", "more/6.skeleton.png"]
    assert f"`{cli.name_command('skeletonize_all.py', tmp_path)}`" in reasons["3.image.png"]
    assert "neither" in reasons["4.image.png"] and "skeletonize_all" not in reasons["4.image.png"]
    assert reasons["5.region.png"] == reasons["more/6.skeleton.png"]
    assert reasons["5.region.png"].startswith("has no picture: expected X.image.png, ")


def test_region_folder_that_is_none(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        region_task.match_regions(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="no pair"):
        region_task.iterate_regions(tmp_path)


@pytest.mark.parametrize(
    "skeleton, reason",
    [
        (np.full((90, 120), 255, np.uint8), "has levels 255 to 255: expected a grey skeleton map"),
        (blobs() // 2 + 60, "has levels 60 to 187: expected a grey skeleton map, 0 on boundaries"),
        (np.dstack([blobs(), 255 - blobs(), blobs(seed=1)]), "is in colour: expected a grey skeleton map"),
    ],
)
def test_what_is_no_skeleton_map_is_refused_with_the_reason(tmp_path, skeleton, reason):
    [pair] = write_region_pairs(tmp_path, 1)
    write(pair.skeleton, skeleton)
    with pytest.raises(ValueError) as error:
        region_task.load_region_pair(pair)
    assert str(error.value).startswith(f"{pair.skeleton} {reason}")


@pytest.mark.parametrize(
    "colours, reason",
    [
        (np.dstack([blobs()] * 3), "was smoothed, [0-9]+ of its pixels have a colour of their own"),
        (np.full((90, 120, 3), 90, np.uint8), "shows one colour only"),
    ],
)
def test_region_maps_beside_pictures_are_checked_before_they_are_skeletonized(tmp_path, colours, reason):
    write(tmp_path / "raw/1.png", np.dstack([blobs()] * 3))
    write(tmp_path / "regions/1.png", colours)
    [pair], _ = region_task.match_regions(tmp_path)
    with pytest.raises(ValueError, match=rf"regions/1\.png {reason}.*: expected a region map"):
        region_task.load_region_pair(pair)
    assert not pair.skeleton.exists()


@pytest.mark.parametrize("size", [(90, 119), (91, 121), (45, 60), (180, 240)])
def test_picture_of_another_size_is_fitted_to_its_skeleton_map(tmp_path, size):
    [pair] = write_region_pairs(tmp_path, 1)
    write(pair.picture, cv2.resize(cv2.imread(str(pair.picture)), size[::-1])[..., ::-1])
    picture, skeleton = region_task.load_region_pair(pair)[:2]
    assert picture.shape == (90, 120, 3) and skeleton.shape == (90, 120)
    assert np.abs(picture[..., 0].astype(int) - skeleton).mean() < 3


@pytest.mark.parametrize("size", [(120, 90), (90, 124), (88, 120)])
def test_other_proportions_are_refused_with_both_sizes(tmp_path, size):
    [pair] = write_region_pairs(tmp_path, 1)
    write(pair.picture, np.zeros((*size, 3), np.uint8))
    with pytest.raises(ValueError, match=rf"0\.skeleton\.png is 120x90, .*0\.image\.png is {size[1]}x{size[0]}"):
        region_task.load_region_pair(pair)


@pytest.mark.parametrize(
    "width, height, degrees, expected",
    [
        (10, 10, 0, (10, 10)),
        (10, 10, 45, (10 / math.sqrt(2), 10 / math.sqrt(2))),
        (10, 10, 90, (10, 10)),
        (10, 10, 30, (20 / (1 + math.sqrt(3)), 20 / (1 + math.sqrt(3)))),
        (20, 10, 0, (20, 10)),
        (20, 10, 45, (10 / math.sqrt(2), 10 / math.sqrt(2))),
        (20, 10, 90, (10, 20)),
        (20, 10, 180, (20, 10)),
        (10, 20, -90, (20, 10)),
        (40, 10, 30, (10, 10 / math.sqrt(3))),
        (10, 40, 30, (10 / math.sqrt(3), 10)),
    ],
)
def test_inner_rectangle(width, height, degrees, expected):
    assert find_inner_size(width, height, math.radians(degrees)) == pytest.approx(expected)


def test_inner_rectangle_is_inside_and_no_other_is_larger():
    random = np.random.default_rng(0)
    for _ in range(300):
        width, height = random.uniform(1, 100, 2)
        angle = random.uniform(-7, 7)
        cosine, sine = abs(math.cos(angle)), abs(math.sin(angle))
        w, h = find_inner_size(width, height, angle)
        assert w * cosine + h * sine <= width * (1 + 1e-6) and w * sine + h * cosine <= height * (1 + 1e-6)
        widths = np.linspace(0, min(width / cosine, height / sine), 2000)  # the most height that each width allows
        heights = np.minimum((width - widths * cosine) / sine, (height - widths * sine) / cosine)
        assert w * h >= (widths * heights).max() * (1 - 1e-6)


@pytest.mark.parametrize("size", [(500, 700), (300, 100), (9, 11)])
@pytest.mark.parametrize("odds, turns", [("PUBLISHED_ODDS", 200), ("DRAWN_ODDS", 120)])
def test_region_crops_show_the_picture_alone_at_the_right_scales(size, odds, turns):
    short_side = min(size) * 512 / 96  # of the whole picture, for a crop of 512 pixels
    least, largest = (520, 1024) if odds == "PUBLISHED_ODDS" else (max(520, factor * short_side) for factor in (0.6, 2))
    random = np.random.default_rng(1)
    scales, turned, handed, touched = [], 0, set(), 0.0
    edge = np.array([[-0.5, 95.5, -0.5, 95.5], [-0.5, -0.5, 95.5, 95.5], [1, 1, 1, 1]])
    for _ in range(400):
        matrix = region_task.choose_region_crop(random, *size, 96, getattr(region_task, odds))
        corners = matrix @ edge + 0.5
        assert corners.min() > -1e-6 and (corners <= np.array(size[::-1])[:, None] + 1e-6).all()
        touched = max(touched, corners[0].max() / size[1])
        upright = np.allclose(matrix[[0, 1], [1, 0]], 0)
        turned += not upright
        if upright:
            handed.add((matrix[0, 0] > 0, matrix[1, 1] > 0))
            scales.append(min(size) / abs(matrix[0, 0]) / 96 * 512)
    assert turns - 50 < turned < turns + 50 and len(handed) == 4 and touched > 0.97
    assert 0.999 * least <= min(scales) < 1.04 * least and 0.97 * largest < max(scales) <= 1.001 * largest


@pytest.mark.parametrize("size", [(40, 50), (110, 130), (400, 500)])
def test_region_crops_hold_what_their_matrix_says(size):
    """Enlarged, a little shrunk and much shrunk crops of a smooth field agree with it at each place."""
    random = np.random.default_rng(2)
    y, x = np.mgrid[: size[0], : size[1]]
    field = (127 + 100 * np.sin(x * 21 / size[1]) * np.cos(y * 18 / size[0])).round().astype(np.uint8)
    for _ in range(12):
        matrix = region_task.choose_region_crop(random, *size, 96)
        crop = cut_region_crop(field, matrix, 96)
        at = matrix @ np.stack([*np.mgrid[:96, :96][::-1].reshape(2, -1), np.ones(96 * 96)])
        wanted = 127 + 100 * np.sin(at[0] * 21 / size[1]) * np.cos(at[1] * 18 / size[0])
        inner = np.s_[3:-3, 3:-3]  # where a picture ends it is continued by reflection
        assert np.abs(crop[inner] - wanted.reshape(96, 96)[inner]).max() < 3.5


@pytest.mark.parametrize("shrinking", [1.3, 2.2, 3.4, 4.0])
def test_shrunk_region_crops_keep_their_place(shrinking):
    """A ramp shrunk by any means is a ramp, so that a shift by a fraction of a pixel would show."""
    ramp = np.repeat(np.arange(256, dtype=np.float32)[None], 203, 0)  # not uint8: nothing is rounded
    matrix = np.array([[shrinking, 0.3, 20.6], [-0.3, shrinking, 30.4]])
    for array, row in ((ramp, 0), (np.ascontiguousarray(ramp.T), 1)):
        crop = cut_region_crop(array, matrix, 40)
        at = matrix @ np.stack([*np.mgrid[:40, :40][::-1].reshape(2, -1), np.ones(1600)])
        error = (crop - at[row].reshape(40, 40))[2:-2, 2:-2]
        assert np.abs(error).max() < 0.1


def test_enlarged_region_crops_of_a_long_picture_are_those_of_the_whole(monkeypatch):
    random = np.random.default_rng(3)
    field = cv2.GaussianBlur(random.integers(0, 256, (900, 40, 3), dtype=np.uint8), (0, 0), 2)
    matrices = [region_task.choose_region_crop(random, *field.shape[:2], 48) for _ in range(40)]
    matrices = [matrix for matrix in matrices if abs(np.linalg.det(matrix[:, :2])) < 1]
    whole = [cut_region_crop(field, matrix, 48) for matrix in matrices]
    monkeypatch.setattr(crops, "LONGEST", 800)
    for matrix, expected in zip(matrices, whole, strict=True):
        assert np.abs(cut_region_crop(field, matrix, 48).astype(int) - expected).max() <= 1
    monkeypatch.undo()
    long = np.zeros((40000, 64), np.uint8)
    long[39000:] = 200
    assert (cut_region_crop(long, np.array([[0.5, 0, 9], [0, 0.5, 39400]]), 48) == 200).all()
    assert len(matrices) > 5


def test_shrunk_region_crops_average():
    """One-pixel stripes become their mean instead of a pattern."""
    stripes = np.zeros((600, 600), np.uint8)
    stripes[:, ::2] = 255
    matrix = np.array([[3.3, 0.4, 50], [-0.4, 3.3, 90]])
    assert np.abs(cut_region_crop(stripes, matrix, 96) - 127.5).max() < 45
    sampled = cv2.warpAffine(stripes, matrix, (96, 96), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    assert np.abs(sampled - 127.5).max() > 120


def test_picture_and_skeleton_map_share_their_geometry(plain):
    skeleton = blobs(150, 200)
    for seed in range(20):
        picture, cut = region_task.make_region_crop(
            np.dstack([skeleton] * 3), skeleton, False, 96, np.random.default_rng(seed)
        )
        assert picture.shape == (96, 96, 3) and cut.shape == (96, 96) and cut.std() > 10
        assert np.abs(picture - cut[..., None].astype(int)).max() <= 1


def test_region_crops_of_white_stay_white():
    white = np.full((50, 300, 3), 255, np.uint8)
    for seed in range(30):
        picture, cut = region_task.make_region_crop(white, white[..., 0], False, 64, np.random.default_rng(seed))
        assert picture.min() == cut.min() == 255


def test_grey_differs_in_each_channel_and_fills_the_range():
    picture = np.dstack([blobs(seed=1), blobs(seed=2), blobs(seed=3)]) // 2 + 40
    before = picture.copy()
    clipped = []
    for seed in range(20):
        grey = region_task.make_grey(picture, np.random.default_rng(seed))
        assert (grey.min(axis=(0, 1)) == 0).all() and (grey.max(axis=(0, 1)) == 255).all()
        assert not any((grey[..., one] == grey[..., other]).all() for one, other in ((0, 1), (0, 2), (1, 2)))
        clipped.append((grey == 0).mean())
    assert np.ptp(clipped) > 0.05
    assert (picture == before).all()


@pytest.mark.parametrize(
    "drawn, greys, blurs, squares, medians",
    # Of the published blurs one in five has no Gaussian, of the others every second; medians are two in the mean.
    [(False, 150, 120, [4, 8, 12, 16], 300), (True, 60, 45, [4], 90)],
)
def test_region_crops_are_grey_and_blurred_as_often_as_their_odds_say(
    monkeypatch, no_degrade, drawn, greys, blurs, squares, medians
):
    counts = {"grey": 0, "blurs": [], "medians": 0}
    grey, blur, median = region_task.make_grey, cv2.GaussianBlur, cv2.medianBlur

    def count(name, value=1):
        counts[name] += value

    monkeypatch.setattr(region_task, "make_grey", lambda *given: count("grey") or grey(*given))
    monkeypatch.setattr(cv2, "GaussianBlur", lambda *given: count("blurs", [given[2]]) or blur(*given))
    monkeypatch.setattr(cv2, "medianBlur", lambda *given: count("medians") or median(*given))
    skeleton = np.arange(400, dtype=np.uint8).reshape(20, 20)
    picture = np.dstack([skeleton, skeleton.T, 255 - skeleton])
    for seed in range(300):
        region_task.make_region_crop(picture, skeleton, drawn, 16, np.random.default_rng(seed))
    assert greys - 30 < counts["grey"] < greys + 30
    assert blurs - 30 < len(counts["blurs"]) < blurs + 30
    assert sorted({round(sigma**2) for sigma in counts["blurs"]}) == squares
    assert medians - 70 < counts["medians"] < medians + 70


def test_region_batches_depend_on_seed_step_and_item_alone(tmp_path):
    pairs = write_region_pairs(tmp_path, 5)
    plan = REGIONS.make_plan(pairs, crop=32, seed=5)
    assert (plan.batch, plan.sources, plan.steps_per_epoch) == (2, 2, 3)
    pictures, skeletons, failures = make_batch(plan, 7)
    assert pictures.shape == (2, 32, 32, 3) and skeletons.shape == (2, 32, 32) and failures == []
    assert pictures.dtype == skeletons.dtype == np.uint8
    again = make_batch(plan, 7)
    assert (again[0] == pictures).all() and (again[1] == skeletons).all()
    other = REGIONS.make_plan(pairs, crop=32, seed=6)
    assert not (make_batch(plan, 8)[1] == skeletons).all()
    assert not (make_batch(other, 7)[1] == skeletons).all()


def test_several_region_crops_of_one_picture(tmp_path, monkeypatch):
    used = []
    load = region_task.load_region_pair
    monkeypatch.setattr(region_task, "load_region_pair", lambda pair: used.append(pair.name) or load(pair))
    plan = REGIONS.make_plan(write_region_pairs(tmp_path, 4), batch=5, crop=32, crops_per_source=2)
    skeletons = make_batch(plan, 0)[1]
    assert len(used) == len(set(used)) == plan.sources == 3
    assert len(np.unique(skeletons.reshape(5, -1), axis=0)) == 5


def test_region_workers_give_the_same_batches_from_any_step(tmp_path):
    check_workers(REGIONS.make_plan(write_region_pairs(tmp_path), batch=3, crop=32))


def test_a_bad_region_pair_is_named_and_replaced(tmp_path):
    pairs = write_region_pairs(tmp_path, 3)
    pairs[1].skeleton.write_bytes(b"")
    write(pairs[2].picture, np.zeros((90, 90, 3), np.uint8))
    plan = REGIONS.make_plan(pairs, batch=3, crop=32)
    _, skeletons, failures = make_batch(plan, 0)
    assert {complaint.text.split(" ")[0] for complaint in failures} == {str(pairs[1].skeleton), str(pairs[2].skeleton)}
    assert skeletons.std(axis=(1, 2)).min() > 0
    with pytest.raises(loader.NoReadablePairError, match="1.skeleton.png"):
        make_batch(REGIONS.make_plan(pairs[1:], crop=32), 0)


@pytest.mark.parametrize(
    "options",
    [{}, {"drawn_share": 1, "crop": 20}, {"drawn_share": 1, "crops_per_source": 0}, {"drawn_share": 1, "drawing": 8}],
)
def test_impossible_region_plans_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        REGIONS.make_plan(**options)


def test_iterating_regions_is_endless_and_names_what_it_passes_over(tmp_path):
    write_region_pairs(tmp_path, 3)
    (tmp_path / "1.image.png").write_bytes(b"")
    write(tmp_path / "7.image.png", np.zeros((8, 8), np.uint8))
    with pytest.warns(UserWarning, match=r"7\.image\.png has neither"):
        first, second = (region_task.iterate_regions(tmp_path, crop=32, seed=3) for _ in range(2))
    with pytest.warns(UserWarning, match=r"1\.image\.png is empty"):
        crops = [next(first) for _ in range(8)]
        again = [next(second) for _ in range(8)]
    for (picture, skeleton), (same, too) in zip(crops, again):
        assert picture.shape == (32, 32, 3) and skeleton.shape == (32, 32)
        assert (picture == same).all() and (skeleton == too).all()
    assert len({skeleton.tobytes() for _, skeleton in crops}) == 8


def test_skeleton_maps_of_drawn_pictures_are_made_once(tmp_path, monkeypatch):
    """They are used where present, made where missing, and made anew where the region map was."""
    made = []
    skeletonize = lambda colours, threads: made.append(1) or colours[..., 0]  # noqa: E731
    monkeypatch.setattr(region_task, "skeletonize_regions", skeletonize)
    skeleton = stripes()
    write(tmp_path / "raw/a/1.png", np.dstack([skeleton] * 3))
    write(tmp_path / "raw/2.png", np.dstack([skeleton] * 3))
    write(tmp_path / "regions/a/1.png", np.dstack([skeleton, 0 * skeleton, 0 * skeleton]))
    [pair], unpaired = region_task.match_regions(tmp_path)
    assert pair.name == "a/1" and unpaired == [
        (tmp_path / "raw/2.png", f"has no region map: expected the same name in {tmp_path / 'regions'}")
    ]
    for _ in range(2):
        picture, found = region_task.load_region_pair(pair)[:2]
        assert (found == skeleton).all() and (picture[..., 1] == skeleton).all()
    assert len(made) == 1 and (cv2.imread(str(tmp_path / "skeletons/a/1.png"), 0) == skeleton).all()
    later = pair.skeleton.stat().st_mtime + 5
    os.utime(pair.regions, (later, later))
    region_task.load_region_pair(pair)
    assert len(made) == 2


def test_skeleton_maps_that_cannot_be_kept_are_made_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(region_task, "skeletonize_regions", lambda colours, threads: colours[..., 0])
    write(tmp_path / "v_raw/1.png", blobs())
    write(tmp_path / "v_regions/1.png", np.dstack([stripes()] * 3))
    (tmp_path / "v_skeletons").write_text("a file where the folder should be")
    [pair], _ = region_task.match_regions(tmp_path, "v_")
    assert (region_task.load_region_pair(pair)[1] == stripes()).all()


def test_drawn_region_crops_have_the_form_of_others(tmp_path):

    plan = REGIONS.make_plan(drawn_share=1, crop=64, drawing=96, crops_per_source=2)
    pictures, skeletons, failures = make_batch(plan, 3)
    assert pictures.shape == (2, 64, 64, 3) and skeletons.shape == (2, 64, 64) and failures == []
    assert pictures.dtype == skeletons.dtype == np.uint8
    assert skeletons.min() < 30 and skeletons.max() > 200
    again = make_batch(plan, 3)
    assert (again[0] == pictures).all() and (again[1] == skeletons).all()
    [name] = illustrations.write_drawings(tmp_path, 1, size=64, jobs=1, quiet=True)
    [pair], unpaired = region_task.match_regions(tmp_path)
    picture, skeleton = region_task.load_region_pair(pair)[:2]
    assert pair.name == name and not unpaired and picture.shape == (64, 64, 3) and skeleton.shape == (64, 64)


def test_drawn_pictures_are_worn_and_those_of_others_are_not(monkeypatch, plain):
    degraded = []
    monkeypatch.setattr(
        degrade, "degrade", lambda picture, classes, rng: (degraded.append(1) or 255 - picture, classes)
    )
    skeleton = blobs()
    for drawn in (False, True):
        picture, cut = region_task.make_region_crop(
            np.dstack([skeleton] * 3), skeleton, drawn, 32, np.random.default_rng(0)
        )
        wanted = 255 - cut if drawn else cut
        assert len(degraded) == drawn and np.abs(picture[..., 0].astype(int) - wanted).max() <= 1


# Processes


def test_workers_import_neither_keras_nor_a_backend():
    heavy = ("keras", "tensorflow", "jax", "torch", "train")
    code = "import sys; from illustration_parts.tasks import lines; "
    code += f"print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_workers_end_with_a_killed_parent(tmp_path):
    write_pairs(tmp_path)
    code = f"""
import os
from illustration_parts.networks import loader
from illustration_parts import tasks
from illustration_parts.tasks import lines
if __name__ == "__main__":
    pairs, _ = lines.find_pairs({str(tmp_path / "raw")!r}, {str(tmp_path / "contour_s")!r})
    batches = loader.Loader(tasks.load("lines").make_plan(tuple(pairs), crop=32), workers=2)
    batches.next()
    print(*batches.pool._processes, flush=True)
    batches.next()
    import time; time.sleep(60)
"""
    script = tmp_path / "batches.py"
    script.write_text(code)
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    workers = [int(number) for number in parent.stdout.readline().split()]
    assert workers
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(100):
        alive = [number for number in workers if is_running(number)]
        if not alive:
            return
        time.sleep(0.1)
    pytest.fail(f"workers outlive their parent: {alive}")


def is_running(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def draw_line():
    """A dark line of 3 pixels on a fill: picture, ink."""
    picture = np.full((64, 64, 3), (200, 120, 60), np.uint8)
    ink = np.zeros((64, 64), np.uint8)
    ink[30:33] = 255
    picture[ink > 0] = (20, 10, 5)
    return picture, ink


def test_fills_are_seen_under_lines():
    picture, ink = draw_line()
    fills = line_task.find_fills(picture, ink)
    np.testing.assert_allclose(fills, np.broadcast_to((200.0, 120.0, 60.0), fills.shape), atol=1.0)


def test_redrawn_lines_can_still_be_told_and_nothing_else_changes():
    picture, ink = draw_line()
    contrasts, lighter = [], 0
    for seed in range(60):
        redrawn = line_task.redraw_lines(picture, ink, np.random.default_rng(seed))
        assert redrawn.dtype == np.uint8
        np.testing.assert_array_equal(redrawn[ink == 0], picture[ink == 0])
        change = redrawn[31, 10:54].astype(int) - (200, 120, 60)
        contrasts.append(np.abs(change).max(axis=-1).min())
        lighter += bool((change > 5).all())
    assert min(contrasts) >= line_task.LEAST_CONTRAST - 1
    assert np.mean(contrasts) < 150, "lines were 180 levels darker than their fill"
    assert 0 < lighter < 20


def test_lines_of_a_page_without_colour_stay(monkeypatch):
    redrawn = []
    monkeypatch.setattr(line_task, "redraw_lines", lambda picture, ink, rng: redrawn.append(1) or picture)
    page, ink = draw_line()
    for picture, least in ((page, 10), (np.dstack([page[..., 1]] * 3), 0)):
        redrawn.clear()
        for seed in range(60):
            classes = np.dstack([ink, np.zeros((64, 64, 2), np.uint8)])
            line_task.make_crop(picture, classes, True, 32, np.random.default_rng(seed))
        assert (len(redrawn) >= least) if least else not redrawn
