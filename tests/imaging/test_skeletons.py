import cv2
import numpy as np
import pytest
from helpers import draw_map
from PIL import Image
from skimage.morphology import skeletonize as skimage_skeletonize

import skeletonize
from illustration_parts.imaging import images, region_maps, skeletons, thinning


def smooth_plainly(edge, lines, steps=512):
    """The definition: so many steps of the five-point mean, from the middle, edge and skeleton held."""
    heights = np.full(edge.shape, 127.5)
    kernel = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
    for _ in range(steps):
        heights[edge], heights[lines] = 0, 255
        heights = cv2.filter2D(heights, -1, kernel)
    heights[edge], heights[lines] = 0, 255
    return heights


def test_edges_are_changes_to_the_right_and_below_and_the_border():
    ids = np.zeros((6, 7), int)
    ids[:, 4:] = 1
    edge = skeletons.find_edges(ids)
    inner = edge[1:-1, 1:-1]
    assert inner[:, 2].all() and inner.sum() == 4  # column 3 differs from column 4; the left one is marked
    assert edge[0].all() and edge[-1].all() and edge[:, 0].all() and edge[:, -1].all()
    assert np.array_equal(skeletons.find_edges(ids.T), edge.T)


def test_edges_see_every_bit_of_a_colour():
    colours = np.zeros((5, 6, 3), np.uint8)
    colours[:, 3:] = (0, 0, 1)
    assert skeletons.find_edges(colours)[2].tolist() == [True, False, True, False, False, True]


@pytest.mark.parametrize("seed", range(40))
def test_thinning_equals_scikit_image(seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(3, 70, 2)
    noise = rng.random((height, width)).astype(np.float32)
    solid = cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.4, 5)) > 0.5 if seed % 2 else noise < rng.uniform(0.3, 1)
    edge = ~solid
    expected = skimage_skeletonize(cv2.dilate(edge.view(np.uint8), skeletons._CROSS) == 0)
    assert np.array_equal(skeletons.find_skeletons(edge), expected)
    # And of shapes that no dilation has rounded.
    inside = np.pad(solid.astype(np.uint8), 1)
    thinning._thin(inside.reshape(-1), inside.shape[1], thinning.THINNING)
    assert np.array_equal(inside[1:-1, 1:-1] > 0, skimage_skeletonize(solid))


def test_skeletons_are_one_pixel_wide():
    lines = skeletons.find_skeletons(skeletons.find_edges(draw_map(1))).astype(int)
    assert lines.any()
    assert (lines[:-1, :-1] + lines[1:, :-1] + lines[:-1, 1:] + lines[1:, 1:]).max() < 4


@pytest.mark.parametrize("steps", [1, 2, 17, 64, 512])
def test_smoothing_equals_its_plain_definition(steps):
    edge = skeletons.find_edges(draw_map(2, 300, 430, 20))  # more than one block, and far from both in places
    lines = skeletons.find_skeletons(edge)
    expected = smooth_plainly(edge, lines, steps)
    heights = skeletons.smooth_heights(edge, lines, steps)
    # Rounded down, so that a height on a whole number may come out one lower: never more than the error allowed.
    assert (heights <= expected + 2e-3).all() and (heights > expected - 1 - 2e-3).all()


def test_what_nothing_reaches_stays_in_the_middle():
    edge = skeletons.find_edges(np.zeros((300, 300), int))
    heights = skeletons.smooth_heights(edge, np.zeros_like(edge))
    assert heights[150, 150] == 127 and heights[0].max() == 0


def test_threads_do_not_change_the_result():
    edge = skeletons.find_edges(draw_map(3, 290, 300))
    lines = skeletons.find_skeletons(edge)
    one, three = (skeletons.smooth_heights(edge, lines, threads=threads) for threads in (1, 3))
    assert np.array_equal(one, three)


def test_skeleton_map_is_repeatable_high_inside_and_low_at_boundaries():
    ids = draw_map(4)
    heights = skeletons.skeletonize_regions(ids)
    assert heights.shape == ids.shape and heights.dtype == np.uint8
    assert np.array_equal(heights, skeletons.skeletonize_regions(ids))
    edge = skeletons.find_edges(ids)
    assert heights[edge].max() == 0 and (heights[~edge] > 0).mean() > 0.99
    assert heights.max() == 255


def test_input_is_not_changed():
    ids = draw_map(5)
    before = ids.copy()
    skeletons.skeletonize_regions(ids)
    assert np.array_equal(ids, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2), (3, 3)])
def test_tiny_maps(shape):
    heights = skeletons.skeletonize_regions(np.zeros((*shape, 3), np.uint8))
    assert heights.shape == shape
    assert heights.max() == (0 if min(shape) < 3 else heights[1, 1])


def test_map_of_one_region_has_one_centre():
    heights = skeletons.skeletonize_regions(np.full((21, 41, 3), 200, np.uint8))
    assert heights[10, 20] == 255 and heights[0].max() == 0


def test_many_regions():
    rows, columns = np.mgrid[:640, :640]
    ids = rows // 2 * 320 + columns // 2  # 102,400 regions of 2x2 pixels
    heights = skeletons.skeletonize_regions(ids)
    assert heights.shape == (640, 640)
    assert heights[1::2].max() == 0  # the lower row of each is edge


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4), int), np.zeros((4, 4)), np.zeros(4, int)]
)
def test_wrong_arrays_are_refused(bad):
    with pytest.raises(ValueError, match="region_map must .* Received"):
        skeletons.skeletonize_regions(bad)


def test_steps_must_be_positive():
    edge = np.ones((4, 4), bool)
    with pytest.raises(ValueError, match="at least 1"):
        skeletons.smooth_heights(edge, ~edge, 0)


def test_normals_point_up_on_flat_ground_and_away_from_slopes():
    heights = np.full((9, 20), 100, np.uint8)
    assert (skeletons.find_normals(heights)[4, 10] == (128, 128, 255)).all()
    heights[:] = np.arange(20) * 8
    assert np.allclose(skeletons.find_normals(heights)[4, 10], (127.5 - 90, 127.5, 127.5 + 90), atol=1.5)


# ---------------------------------------------------------------------------------------------------------- command
def write_map(path, ids=None):
    images.write(path, region_maps.colour_regions(draw_map(6) if ids is None else ids))
    return path


def test_command_writes_beside_the_input(tmp_path, capsys):
    source = write_map(tmp_path / "7.region.png")
    assert skeletonize.main([str(source)]) == 0
    heights = cv2.imread(str(tmp_path / "7.skeleton.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(heights, skeletons.skeletonize_regions(draw_map(6)))
    assert "7.skeleton.png" in capsys.readouterr().out


def test_stages(tmp_path):
    source = write_map(tmp_path / "regions.png")
    assert skeletonize.main([str(source), "-o", str(tmp_path / "out.png"), "--stages"]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"regions.png", "out.png"} | {
        f"out.{stage}.png" for stage in ("edge", "lines", "field", "normals", "markers")
    }
    edge = cv2.imread(str(tmp_path / "out.edge.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(edge > 0, skeletons.find_edges(draw_map(6)))


def save(path, picture, mode, **options):
    Image.fromarray(picture).convert(mode).save(path, **options)


def test_grey_palette_and_opaque_maps_are_read(tmp_path):
    ids = draw_map(7, regions=5)
    grey = (ids * 40).astype(np.uint8)
    expected = skeletons.skeletonize_regions(ids)
    for mode in ("L", "P", "RGBA"):
        source = tmp_path / f"{mode}.region.png"
        save(source, grey, mode)
        assert skeletonize.main([str(source)]) == 0
        assert np.array_equal(cv2.imread(str(tmp_path / f"{mode}.skeleton.png"), 0), expected), mode


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("jpeg", "is a JPEG"), ("clear", "transparent"), ("text", "not a picture"), ("none", "No such")],
)
def test_bad_maps_are_named_with_their_reason(kind, reason, tmp_path, capsys):
    source = tmp_path / "1.region.png"
    colours = region_maps.colour_regions(draw_map(8))
    if kind == "jpeg":
        Image.fromarray(colours).save(source, "JPEG")
    elif kind == "clear":
        alpha = np.full(colours.shape[:2], 255, np.uint8)
        alpha[3, 3] = 0
        images.write(source, np.dstack([colours, alpha]))
    elif kind == "text":
        source.write_text("regions")
    assert skeletonize.main([str(source)]) == 1
    error = capsys.readouterr().err
    assert str(source) in error and reason in error
    assert not (tmp_path / "1.skeleton.png").exists()


@pytest.mark.parametrize("arguments", [["1.skeleton.png"], ["1.region.png", "-o", "link.png"]])
def test_what_is_read_is_never_overwritten(arguments, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images.write(tmp_path / arguments[0], region_maps.colour_regions(draw_map(8)))
    (tmp_path / "link.png").symlink_to(arguments[0])
    before = (tmp_path / arguments[0]).read_bytes()
    assert skeletonize.main(arguments) == 1
    assert "is also the output" in capsys.readouterr().err
    assert (tmp_path / arguments[0]).read_bytes() == before
