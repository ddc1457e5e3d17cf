import cv2
import numpy as np
import pytest
from test_skeletonize import draw_map

import images
import regions
import skeletonize


def cover(true, found):
    """Region covering, counted region by region."""
    total = 0.0
    for region in range(true.max() + 1):
        mask = true == region
        overlaps = [(mask & (found == other)).sum() / (mask | (found == other)).sum() for other in set(found[mask])]
        total += mask.sum() * max(overlaps)
    return total / true.size


@pytest.mark.parametrize("seed", range(4))
def test_round_trip(seed):
    true = images.label_areas(draw_map(seed, 120, 160))
    found = regions.find_regions(skeletonize.skeletonize_regions(true))
    assert abs(found.max() - true.max()) <= 2
    assert cover(true, found) >= 0.95


def test_flood_goes_to_the_nearest_along_a_boundary():
    heights = np.array([[200, 200, 0, 200, 200]], np.uint8)
    markers = np.array([[0, -1, -1, -1, 1]], np.int32)
    assert regions.flood(heights, markers).tolist() in ([[0, 0, 0, 1, 1]], [[0, 0, 1, 1, 1]])


def test_flood_goes_along_high_ground_before_it_crosses_a_boundary():
    heights = np.array(
        [
            [255, 10, 100, 100],
            [255, 10, 10, 100],
            [255, 255, 10, 100],
            [10, 10, 10, 100],
            [100, 100, 100, 255],
        ],
        np.uint8,
    )
    markers = np.full(heights.shape, -1, np.int32)
    markers[0, 0], markers[4, 3] = 0, 1
    found = regions.flood(heights, markers)
    assert (found[heights == 255] == [0, 0, 0, 0, 1]).all()
    assert (found[heights == 100] == 1).all()  # all of it is reached from the second, over no boundary


def test_every_region_is_one_area_and_has_its_own_id():
    found = regions.find_regions(skeletonize.skeletonize_regions(draw_map(9)))
    assert np.array_equal(images.label_areas(found), found)


def test_threshold_decides_whether_a_gap_leaks():
    heights = np.full((9, 21), 255, np.uint8)
    heights[:, 10] = 0
    heights[4, 10] = 60  # a gap in the boundary
    assert regions.find_regions(heights, 30).max() + 1 == 1
    assert regions.find_regions(heights, 100).max() + 1 == 2


def make_small():
    ids = np.zeros((8, 12), np.int32)
    ids[:, 6:] = 1
    ids[3:5, 4:6] = 2  # touches region 0 on three sides, and 1 on one
    picture = np.full((8, 12, 3), 10, np.uint8)
    picture[:, 6:] = 200
    picture[3:5, 4:6] = 190
    return ids, picture


def test_small_regions_join_the_longest_boundary():
    ids, _ = make_small()
    joined = regions.join_small(ids, 10)
    assert set(np.unique(joined)) == {0, 1} and (joined[3:5, 4:6] == 0).all()


def test_small_regions_join_the_nearest_colour():
    ids, picture = make_small()
    joined = regions.join_small(ids, 10, picture)
    assert (joined[3:5, 4:6] == 1).all()


def test_regions_that_are_large_enough_stay():
    ids, _ = make_small()
    assert np.array_equal(regions.join_small(ids, 4), ids)


def test_small_regions_that_join_each_other_grow():
    ids = np.repeat(np.arange(12, dtype=np.int32), 2)[None].repeat(3, 0)  # twelve regions of six pixels
    joined = regions.join_small(ids, 15)
    assert np.unique(joined, return_counts=True)[1].min() >= 15


def test_all_white_is_one_region_and_all_black_is_refused():
    assert regions.find_regions(np.full((5, 6), 255, np.uint8)).max() == 0
    with pytest.raises(ValueError, match="nothing above the threshold"):
        regions.find_regions(np.zeros((5, 6), np.uint8))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((4, 4, 3), np.uint8),), "Received"),
        ((np.zeros((4, 4)),), "Received"),
        ((np.zeros((4, 4), np.uint8), 255), "0..254"),
        ((np.full((4, 4), 99, np.uint8), 30, 0, np.zeros((4, 5, 3), np.uint8)), "picture must be"),
    ],
)
def test_wrong_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        regions.find_regions(*arguments)


# ---------------------------------------------------------------------------------------------------------- command
def test_command(tmp_path, capsys):
    true = images.label_areas(draw_map(10))
    images.write(tmp_path / "3.skeleton.png", skeletonize.skeletonize_regions(true))
    assert regions.main([str(tmp_path / "3.skeleton.png")]) == 0
    colours = images.read_region_map(tmp_path / "3.region.png")
    assert images.label_areas(colours).max() == true.max()
    first = (tmp_path / "3.region.png").read_bytes()
    assert regions.main([str(tmp_path / "3.skeleton.png")]) == 0
    assert (tmp_path / "3.region.png").read_bytes() == first
    assert f"{true.max() + 1} regions" in capsys.readouterr().out


def test_picture_of_almost_the_same_size_is_taken(tmp_path):
    ids, picture = make_small()
    heights = skeletonize.skeletonize_regions(np.kron(ids, np.ones((12, 12), np.int32)))
    images.write(tmp_path / "a.skeleton.png", heights)
    images.write(tmp_path / "a.image.png", cv2.resize(picture, (145, 96)))  # one column more
    command = [str(tmp_path / "a.skeleton.png"), "--smallest", "700", "--image", str(tmp_path / "a.image.png")]
    assert regions.main(command) == 0
    assert images.label_areas(images.read_region_map(tmp_path / "a.region.png")).max() == 1


def test_bad_input_is_named(tmp_path, capsys):
    images.write(tmp_path / "black.skeleton.png", np.zeros((9, 9), np.uint8))
    assert regions.main([str(tmp_path / "black.skeleton.png")]) == 1
    assert "black.skeleton.png: has nothing above" in capsys.readouterr().err
    assert regions.main([str(tmp_path / "missing.skeleton.png")]) == 1
    assert "missing.skeleton.png" in capsys.readouterr().err
    images.write(tmp_path / "white.skeleton.png", np.full((9, 9), 255, np.uint8))
    images.write(tmp_path / "white.image.png", np.zeros((9, 20, 3), np.uint8))
    command = [str(tmp_path / "white.skeleton.png"), "--smallest", "9", "--image", str(tmp_path / "white.image.png")]
    assert regions.main(command) == 1
    error = capsys.readouterr().err
    assert "white.image.png" in error and "20x9" in error and "9x9" in error
    assert not list(tmp_path.glob("*.region.png"))


def test_several_maps_into_a_folder_and_a_bad_one_between(tmp_path, capsys):
    for name in ("1", "2"):
        images.write(tmp_path / f"{name}.skeleton.png", np.full((9, 9), 255, np.uint8))
    (tmp_path / "bad.skeleton.png").write_text("no map")
    names = [str(tmp_path / f"{name}.skeleton.png") for name in ("1", "bad", "2")]
    assert regions.main([*names, "-o", str(tmp_path / "found")]) == 1
    assert sorted(path.name for path in (tmp_path / "found").iterdir()) == ["1.region.png", "2.region.png"]
    assert "bad.skeleton.png: is not a picture" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        regions.main([names[0], names[0], "-o", str(tmp_path)])


def test_output_is_never_the_input(tmp_path, capsys):
    path = tmp_path / "5.region.png"  # a skeleton map under a wrong name
    images.write(path, np.full((9, 9), 255, np.uint8))
    assert regions.main([str(path)]) == 1
    assert "also the output" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--threshold", "255"], ["--smallest", "-1"], ["--threshold", "x"]])
def test_bad_options_end_with_code_2(option):
    with pytest.raises(SystemExit) as stop:
        regions.main(["x.png", *option])
    assert stop.value.code == 2
