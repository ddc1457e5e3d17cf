"""Medians against NumPy's, what counts as a region, names and sizes, and bad files."""

import os
import shutil
import subprocess

import cv2
import numpy as np
import pytest
from helpers import draw_map
from PIL import Image

import visualize
from illustration_parts.imaging import images, region_maps

RED, BLUE = (200, 10, 10), (10, 10, 200)


def random_picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def expected_medians(picture, ids):
    return np.array([np.median(picture[ids == k], axis=0).astype(np.uint8) for k in range(ids.max() + 1)])


def halves(height=6, width=8, left=RED, right=BLUE):
    """(H, W, 3) uint8, one colour on the left, another on the right."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:, : width // 2], picture[:, width // 2 :] = left, right
    return picture


@pytest.fixture
def files(tmp_path):
    """X.image.png, of noise, and X.region.png, two halves, in a folder."""
    images.write(tmp_path / "X.image.png", random_picture(6, 8))
    images.write(tmp_path / "X.region.png", halves())
    return tmp_path / "X.image.png", tmp_path / "X.region.png"


@pytest.fixture
def opened(monkeypatch):
    """The commands that would have started a viewer."""
    commands = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: commands.append(command))
    return commands


def go(*arguments):
    return visualize.main([str(argument) for argument in arguments])


# Means ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("regions", [1, 2, 7, 60, 900])
def test_means_are_those_of_numpy(regions):
    picture = random_picture(40, 24, regions)
    ids = np.random.default_rng(regions).integers(0, regions, (40, 24))
    ids.reshape(-1)[:regions] = np.arange(regions)
    expected = [np.floor(picture[ids == k].mean(axis=0) + 0.5) for k in range(regions)]
    means = region_maps.region_means(picture, ids)
    assert means.dtype == np.uint8 and np.array_equal(means, expected)


def test_means_of_all_values_and_of_numbers_without_pixels():
    picture = np.full((2, 3, 3), 255, np.uint8)
    picture[0] = 0, 1, 254
    ids = np.array([[0, 0, 0], [2, 2, 2]], np.int32)
    assert region_maps.region_means(picture, ids).tolist() == [[0, 1, 254], [0, 0, 0], [255, 255, 255]]
    ids[1, 0] = -1
    with pytest.raises(ValueError, match="Received: -1"):
        region_maps.region_means(picture, ids)
    with pytest.raises(ValueError, match="ids must be"):
        region_maps.region_means(picture, ids[:1])


def test_flattened_by_mean_and_by_median_differ_where_colours_are_lopsided():
    picture = np.zeros((1, 5, 3), np.uint8)
    picture[0, :2] = 200
    ids = np.zeros((1, 5), np.int32)
    assert (region_maps.flatten(picture, ids) == 0).all()
    assert (region_maps.flatten(picture, ids, "median") == 0).all()
    assert (region_maps.flatten(picture, ids, "mean") == 80).all()


# Medians ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("regions", [1, 2, 7, 60, 900])
@pytest.mark.parametrize("height, width", [(31, 37), (40, 24)])
def test_medians_are_those_of_numpy(regions, height, width):
    rng = np.random.default_rng(regions)
    picture = random_picture(height, width, regions)
    ids = rng.integers(0, regions, (height, width))
    ids = np.unique(ids, return_inverse=True)[1].reshape(height, width).astype(np.int32)  # each number occurs
    before = picture.copy()
    found = region_maps.region_medians(picture, ids)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected_medians(picture, ids))
    np.testing.assert_array_equal(region_maps.flatten(picture, ids), found[ids])
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize(
    "size", [1, 2, 3, region_maps.FEW - 1, region_maps.FEW, region_maps.FEW + 1, region_maps.FEW + 2]
)
@pytest.mark.parametrize("levels", [(0, 255), (0, 1), (254, 255), (7, 7)])
def test_medians_of_every_count_and_of_few_levels(size, levels):
    """Half of the pixels at one level, half at another: the middle two of an even count differ."""
    values = np.resize(np.array(levels, np.uint8), size)
    picture = np.repeat(values[None, :, None], 3, axis=2)
    found = region_maps.region_medians(picture, np.zeros((1, size), int))
    np.testing.assert_array_equal(found, np.full((1, 3), int(np.median(values)), np.uint8))


def test_of_an_even_count_the_mean_is_rounded_down():
    picture = np.array([[[0, 10, 250], [3, 11, 255]]], np.uint8)
    assert region_maps.region_medians(picture, np.array([[0, 0]])).tolist() == [[1, 10, 252]]


def test_one_pixel():
    assert region_maps.flatten(np.array([[[1, 2, 3]]], np.uint8), np.array([[0]])).tolist() == [[[1, 2, 3]]]


def test_every_pixel_a_region():
    picture = random_picture(5, 7)
    np.testing.assert_array_equal(region_maps.flatten(picture, np.arange(35).reshape(5, 7)), picture)


def test_arrays_need_not_be_contiguous():
    picture, ids = random_picture(20, 18)[::2, ::-3], np.arange(120).reshape(20, 6)[::2] // 9 % 5
    np.testing.assert_array_equal(region_maps.region_medians(picture, ids), expected_medians(picture, ids))


def test_a_number_without_pixels_gets_black():
    assert region_maps.region_medians(np.full((1, 3, 3), 9, np.uint8), np.array([[0, 2, 2]])).tolist() == [
        [9, 9, 9],
        [0, 0, 0],
        [9, 9, 9],
    ]


@pytest.mark.parametrize(
    "picture, ids",
    [
        (np.zeros((2, 3), np.uint8), np.zeros((2, 3), int)),
        (np.zeros((2, 3, 3), float), np.zeros((2, 3), int)),
        (np.zeros((2, 3, 3), np.uint8), np.zeros((3, 2), int)),
        (np.zeros((2, 3, 3), np.uint8), np.zeros((2, 3), float)),
        (np.zeros((2, 3, 3), np.uint8), np.full((2, 3), -1)),
        (np.zeros((2, 3, 3), np.uint8), np.full((2, 3), 6)),
    ],
)
def test_wrong_arrays(picture, ids):
    with pytest.raises(ValueError, match="Received: "):
        region_maps.region_medians(picture, ids)


# Boundaries and sheets ----------------------------------------------------------------------------------------------


def test_boundaries_are_one_pixel_wide():
    picture = np.full((3, 5, 3), 200, np.uint8)
    ids = np.array([[0, 0, 1, 1, 1], [0, 0, 1, 1, 1], [2, 2, 2, 2, 2]])
    drawn = region_maps.draw_boundaries(picture, ids)
    dark = np.array([[0, 1, 0, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]], bool)
    np.testing.assert_array_equal((drawn == region_maps.BOUNDARY).all(-1), dark)
    assert (drawn[~dark] == 200).all()
    assert (picture == 200).all()
    assert max(region_maps.BOUNDARY) < 64


def test_one_region_has_no_boundaries():
    picture = random_picture(4, 5)
    np.testing.assert_array_equal(region_maps.draw_boundaries(picture, np.zeros((4, 5), int)), picture)


def test_a_sheet_is_picture_regions_and_result():
    picture, flattened, ids = random_picture(4, 5), random_picture(4, 5, 1), np.arange(20).reshape(4, 5) // 7
    sheet = visualize.make_sheet(picture, ids, flattened)
    assert sheet.shape == (4, 15, 3)
    np.testing.assert_array_equal(sheet[:, :5], picture)
    np.testing.assert_array_equal(sheet[:, 10:], flattened)
    assert len(np.unique(sheet[:, 5:10].reshape(-1, 3), axis=0)) == 3


# Command ------------------------------------------------------------------------------------------------------------


def test_each_region_gets_its_median(files, tmp_path, capsys):
    picture = images.read(files[0])
    assert go(*files) == 0
    flattened = images.read(tmp_path / "X.flatten.png")
    assert flattened.shape == (6, 8, 3)
    for half in (np.s_[:, :4], np.s_[:, 4:]):
        median = np.median(picture[half].reshape(-1, 3), axis=0).astype(np.uint8)
        assert (flattened[half] == median).all()
    assert "2 regions" in capsys.readouterr().out


def test_all_24_bits_tell_regions_apart(tmp_path):
    """Packed with base 255, these two colours would be one number."""
    images.write(tmp_path / "a.png", halves())
    images.write(tmp_path / "b.png", halves(left=(0, 1, 0), right=(0, 0, 255)))
    assert go(tmp_path / "a.png", tmp_path / "b.png") == 0
    np.testing.assert_array_equal(images.read(tmp_path / "b.flatten.png"), halves())


def test_areas_of_one_colour_are_regions_of_their_own(tmp_path, capsys):
    """Also where they touch at a corner only; and the sheet tells them apart."""
    colours = np.array([[RED, BLUE], [BLUE, RED]], np.uint8).repeat(3, 0).repeat(3, 1)
    picture = np.array([[[1] * 3, [2] * 3], [[3] * 3, [4] * 3]], np.uint8).repeat(3, 0).repeat(3, 1)
    images.write(tmp_path / "a.png", picture)
    images.write(tmp_path / "b.png", colours)
    assert go(tmp_path / "a.png", tmp_path / "b.png", "--sheet") == 0
    told = f"{tmp_path / 'b.sheet.png'}: picture, 4 regions and flat colours side by side"
    assert told in capsys.readouterr().out
    assert not (tmp_path / "b.flatten.png").exists()  # which an earlier run may have written
    sheet = images.read(tmp_path / "b.sheet.png")
    assert sheet.shape == (6, 18, 3)
    np.testing.assert_array_equal(sheet[:, 12:], picture)
    assert len(np.unique(sheet[:, 6:12].reshape(-1, 3), axis=0)) == 4


def test_boundaries_on_demand(files, tmp_path):
    assert go(*files, "--boundaries", "-o", tmp_path / "a.png") == 0
    dark = (images.read(tmp_path / "a.png") == region_maps.BOUNDARY).all(-1)
    np.testing.assert_array_equal(dark.nonzero()[1], [3] * 6)
    assert not (tmp_path / "X.flatten.png").exists()


@pytest.mark.parametrize(
    "height, width", [(50, 41), (51, 40), (49, 39), (48, 40), (48, 42), (100, 80), (25, 20), (101, 80)]
)
def test_the_picture_is_brought_to_the_size_of_its_regions(tmp_path, height, width, capsys):
    """Flat halves stay flat, whichever way the picture is resized."""
    images.write(tmp_path / "a.png", halves(height, width))
    images.write(tmp_path / "b.png", halves(50, 40, (1, 2, 3), (4, 5, 6)))
    assert go(tmp_path / "a.png", tmp_path / "b.png") == 0
    flattened = images.read(tmp_path / "b.flatten.png")
    np.testing.assert_array_equal(flattened, halves(50, 40))
    assert f"resized from {width} x {height} to 40 x 50" in capsys.readouterr().out


def test_other_proportions_are_refused(tmp_path, capsys):
    images.write(tmp_path / "a.png", halves(50, 60))
    images.write(tmp_path / "b.png", halves(50, 40))
    assert go(tmp_path / "a.png", tmp_path / "b.png") == 1
    said = capsys.readouterr().err
    assert all(part in said for part in (str(tmp_path / "a.png"), "60x50", "40x50", "proportions"))
    assert not (tmp_path / "b.flatten.png").exists()


@pytest.mark.parametrize(
    "name, expected",
    [
        ("X.region.png", "X.flatten.png"),
        ("線.v2.region.png", "線.v2.flatten.png"),
        ("regions.png", "regions.flatten.png"),
        ("a.b.png", "a.b.flatten.png"),
        ("nameless", "nameless.flatten.png"),
    ],
)
def test_names_of_results(files, tmp_path, name, expected):
    (tmp_path / "sub").mkdir()
    files[1].rename(tmp_path / "sub" / name)
    assert go(files[0], tmp_path / "sub" / name) == 0
    assert sorted(os.listdir(tmp_path / "sub")) == sorted([name, expected])


@pytest.mark.parametrize("form", ["same", "relative", "link"])
@pytest.mark.parametrize("number", [0, 1])
def test_inputs_are_never_overwritten(files, tmp_path, monkeypatch, number, form, capsys):
    before = files[number].read_bytes()
    output = files[number]
    if form == "relative":
        monkeypatch.chdir(tmp_path)
        output = files[number].name
    elif form == "link":
        output = tmp_path / "link.png"
        output.symlink_to(files[number])
    with pytest.raises(SystemExit) as stop:
        go(*files, "-o", output)
    assert stop.value.code == 2
    assert "overwritten" in capsys.readouterr().err
    assert files[number].read_bytes() == before


def test_a_flattened_picture_as_region_map_is_not_overwritten(files, tmp_path):
    files[1].rename(tmp_path / "X.flatten.png")
    with pytest.raises(SystemExit) as stop:
        go(files[0], tmp_path / "X.flatten.png")
    assert stop.value.code == 2
    np.testing.assert_array_equal(images.read(tmp_path / "X.flatten.png"), halves())


def test_swapped_names(files, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        go(files[1], files[0])
    assert stop.value.code == 2
    assert "the picture comes first" in capsys.readouterr().err
    assert len(os.listdir(tmp_path)) == 2


def test_swapped_files_without_telling_names(tmp_path, capsys):
    images.write(tmp_path / "a.png", halves(40, 40))
    images.write(tmp_path / "b.png", random_picture(40, 40))
    assert go(tmp_path / "a.png", tmp_path / "b.png") == 1
    assert "the picture comes first" in capsys.readouterr().err
    assert not (tmp_path / "b.flatten.png").exists()
    assert go(tmp_path / "b.png", tmp_path / "a.png") == 0


def test_many_small_regions_are_not_taken_for_a_swap(tmp_path):
    images.write(tmp_path / "a.png", random_picture(20, 20))
    images.write(tmp_path / "b.png", random_picture(20, 20, 1))
    assert go(tmp_path / "a.png", tmp_path / "b.png") == 0


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("fault, reason", [("missing", "No such file"), ("text", "not a picture"), ("empty", "empty")])
def test_bad_files_are_named(files, tmp_path, capsys, number, fault, reason):
    if fault == "missing":
        files[number].unlink()
    else:
        files[number].write_bytes(b"no picture" if fault == "text" else b"")
    assert go(*files) == 1
    said = capsys.readouterr().err
    assert f"visualize.py: {files[number]}: " in said and reason in said
    assert not (tmp_path / "X.flatten.png").exists()


def test_a_folder_as_region_map(files, capsys, monkeypatch):
    monkeypatch.chdir(files[0].parent)
    assert go(files[0], ".") == 1
    assert "not a regular file" in capsys.readouterr().err


def test_a_jpeg_is_a_picture_but_no_region_map(files, tmp_path, capsys):
    Image.fromarray(halves()).save(tmp_path / "b.jpg", quality=95)
    assert go(tmp_path / "b.jpg", files[1]) == 0
    assert go(files[0], tmp_path / "b.jpg") == 1
    said = capsys.readouterr().err
    assert all(part in said for part in (str(tmp_path / "b.jpg"), "JPEG", "the picture comes first"))


def test_a_region_map_of_sixteen_bits(files, capsys):
    images.write(files[1], halves()[..., 0].astype(np.uint16))  # numbers, all of whose higher bits are 0
    assert go(*files) == 1
    assert f"{files[1]}: has 16 bits of grey: expected a region map of 8 bits" in capsys.readouterr().err


def test_a_transparent_region_map(files, capsys):
    clear = np.dstack([halves(), np.where(halves()[..., 0] == 10, 0, 255)]).astype(np.uint8)
    images.write(files[1], clear)
    assert go(*files) == 1
    assert f"{files[1]}: has 24 transparent pixels" in capsys.readouterr().err


def test_too_large_files_are_refused(files, capsys):
    assert go(*files, "--max-megapixels", "0.00001") == 1
    assert "--max-megapixels" in capsys.readouterr().err


def test_results_that_cannot_be_written(files, tmp_path, capsys):
    assert go(*files, "-o", tmp_path / "none" / "a.png") == 1
    assert str(tmp_path / "none" / "a.png") in capsys.readouterr().err


def test_show_opens_what_was_written(files, tmp_path, opened, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert go(*files, "-o", "a.png") == 0
    assert opened == []
    assert go(*files, "--show", "-o", "a.png") == 0
    assert [command[1] for command in opened] == [str(tmp_path.resolve() / "a.png")]


def test_show_without_a_viewer(files, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(subprocess, "Popen", None)  # must not be called
    assert go(*files, "--show") == 1
    said = capsys.readouterr().err
    assert "open" in said and str(tmp_path / "X.flatten.png") in said
    assert (tmp_path / "X.flatten.png").exists()


def test_a_flattened_picture_carries_the_print_size_unless_it_was_resized(tmp_path):
    ids = draw_map(0, 60, 80)
    images.write(tmp_path / "X.region.png", region_maps.colour_regions(ids))
    for size, known in (((80, 60), True), ((160, 120), False)):
        Image.fromarray(random_picture(size[1], size[0])).save(tmp_path / "X.image.png", dpi=(300, 150))
        assert go(tmp_path / "X.image.png", tmp_path / "X.region.png") == 0
        written = Image.open(tmp_path / "X.flatten.png")
        assert written.size == (80, 60) and ("dpi" in written.info) == known
        assert not known or np.allclose(written.info["dpi"], (300, 150), atol=0.02)


def test_smoothed_and_empty_annotations_are_refused():
    ids = np.arange(16).reshape(4, 4).repeat(40, 0).repeat(40, 1)
    colours = region_maps.colour_regions(ids)
    region_maps.check_annotation(colours)
    with pytest.raises(ValueError, match="was smoothed, [0-9]+ of its pixels"):
        region_maps.check_annotation(cv2.GaussianBlur(colours, (0, 0), 3))
    with pytest.raises(ValueError, match="shows one colour only"):
        region_maps.check_annotation(colours[:40, :40])
    thin = colours.copy()
    thin[50, 10:90:2] = 7  # a few lonely pixels are somebody's slips
    region_maps.check_annotation(thin)
