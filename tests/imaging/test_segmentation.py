import cv2
import numpy as np
import pytest
from helpers import draw_map

import segment
from illustration_parts.drawing.canvas import Canvas
from illustration_parts.drawing.curves import blob
from illustration_parts.imaging import images, region_graph, region_maps, segmentation, skeletons
from illustration_parts.imaging.region_scores import find_boundaries, region_scores


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
    true = region_maps.label_areas(draw_map(seed, 120, 160))
    found = segmentation.find_regions(skeletons.skeletonize_regions(true))
    assert abs(found.max() - true.max()) <= 1
    assert cover(true, found) >= 0.965


def test_flood_goes_to_the_nearest_along_a_boundary():
    heights = np.array([[200, 200, 0, 200, 200]], np.uint8)
    markers = np.array([[0, -1, -1, -1, 1]], np.int32)
    assert region_graph.flood(heights, markers).tolist() in ([[0, 0, 0, 1, 1]], [[0, 0, 1, 1, 1]])


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
    found = region_graph.flood(heights, markers)
    assert (found[heights == 255] == [0, 0, 0, 0, 1]).all()
    assert (found[heights == 100] == 1).all()  # all of it is reached from the second, over no boundary


def test_every_region_is_one_area_and_has_its_own_id():
    found = segmentation.find_regions(skeletons.skeletonize_regions(draw_map(9)))
    assert np.array_equal(region_maps.label_areas(found), found)


def test_threshold_decides_whether_a_gap_leaks():
    heights = np.full((9, 21), 255, np.uint8)
    heights[:, 10] = 0
    heights[4, 10] = 60  # a gap in the boundary
    assert segmentation.find_regions(heights, 30).max() + 1 == 1
    assert segmentation.find_regions(heights, 100).max() + 1 == 2


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
    joined = segmentation.join_small(ids, 10)
    assert set(np.unique(joined)) == {0, 1} and (joined[3:5, 4:6] == 0).all()


def test_small_regions_join_the_nearest_colour():
    ids, picture = make_small()
    joined = segmentation.join_small(ids, 10, picture)
    assert (joined[3:5, 4:6] == 1).all()


def test_regions_that_are_large_enough_stay():
    ids, _ = make_small()
    assert np.array_equal(segmentation.join_small(ids, 4), ids)


def test_small_regions_that_join_each_other_grow():
    ids = np.repeat(np.arange(12, dtype=np.int32), 2)[None].repeat(3, 0)  # twelve regions of six pixels
    joined = segmentation.join_small(ids, 15)
    assert np.unique(joined, return_counts=True)[1].min() >= 15


def test_all_white_is_one_region_and_all_black_is_refused():
    assert segmentation.find_regions(np.full((5, 6), 255, np.uint8)).max() == 0
    with pytest.raises(ValueError, match="nothing above the threshold"):
        segmentation.find_regions(np.zeros((5, 6), np.uint8))


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
        segmentation.find_regions(*arguments)


def join_plainly(ids, smallest, picture=None):
    """The definition of `join_small`, neighbour by neighbour."""
    ids = ids.copy()
    for region in np.argsort(np.bincount(ids.reshape(-1)), kind="stable"):
        mask = ids == region
        if not 0 < mask.sum() < smallest:
            continue
        beside = [(ids[:, :-1], ids[:, 1:]), (ids[:, 1:], ids[:, :-1]), (ids[:-1], ids[1:]), (ids[1:], ids[:-1])]
        others = np.concatenate([other[(one == region) & (other != region)] for one, other in beside])
        ranks = []
        for other, length in zip(*np.unique(others, return_counts=True)):
            rank = (length, (ids == other).sum())
            if picture is not None:
                rank = (-np.abs(picture[mask].mean(0) - picture[ids == other].mean(0)).sum(), 0)
            ranks.append((*rank, -other))
        if ranks:
            ids[mask] = -max(ranks)[2]
    return ids


@pytest.mark.parametrize("seed", range(6))
def test_joining_equals_its_definition(seed):
    rng = np.random.default_rng(seed)
    ids = region_maps.label_areas((rng.random((40, 60)) < 0.5).astype(np.int32))  # hundreds of regions, some large
    picture = rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)
    for smallest in (2, 9, 100):
        assert np.array_equal(segmentation.join_small(ids, smallest), join_plainly(ids, smallest))
        assert np.array_equal(segmentation.join_small(ids, smallest, picture), join_plainly(ids, smallest, picture))


def test_thousands_of_regions_join_into_those_that_are_large_enough():
    rng = np.random.default_rng(3)
    ids = np.arange(150 * 200, dtype=np.int32).reshape(150, 200)
    joined = segmentation.join_small(ids, 50, rng.integers(0, 256, (150, 200, 3), dtype=np.uint8))
    assert np.bincount(joined.reshape(-1))[np.unique(joined)].min() >= 50
    assert region_maps.label_areas(joined).max() + 1 == len(np.unique(joined)) > 1


def test_boundaries_and_their_lengths():
    pairs, lengths = region_graph.find_boundaries(np.array([[0, 0, 1], [0, 2, 1], [2, 2, 2]], np.int32))
    assert dict(zip(map(tuple, pairs.tolist()), lengths.tolist())) == {(0, 1): 1, (0, 2): 3, (1, 2): 2}
    assert region_graph.find_boundaries(np.zeros((3, 4), np.int32))[0].shape == (0, 2)


@pytest.mark.parametrize("tuning, limit", [(segmentation.TUNING, -60.0), (segmentation.WITH_BOUNDARIES, -170.0)])
@pytest.mark.parametrize("seed", range(4))
def test_merging_equals_its_definition(seed, tuning, limit):
    rng = np.random.default_rng(seed)
    ids = draw_map(seed, 60, 80, 40)
    ids = region_maps.label_areas(ids)
    heights, slopes = rng.integers(0, 256, (2, 60, 80), dtype=np.uint8)
    colours = rng.integers(0, 256, (ids.max() + 1, 3), dtype=np.uint8)[ids]
    weights = region_graph._pack(tuning)
    graph = region_graph.build_graph(ids, heights, slopes, colours)
    region_graph._merge(graph, limit, weights)
    region_graph._find_roots(graph.parents)
    plain = ids
    while True:  # all scores anew after every single merge
        graph_now = region_graph.build_graph(plain, heights, slopes, colours)
        scores = [region_graph._score(graph_now, k, weights) for k in range(len(graph_now.ends))]
        if not scores or max(scores) < limit:
            break
        one, other = graph_now.ends[int(np.argmax(scores))]
        plain = region_maps.label_areas(np.where(plain == other, one, plain))
    assert 1 < plain.max() + 1 < ids.max() + 1
    assert np.array_equal(region_graph._renumber(ids, graph.parents), plain)


# ----------------------------------------------------------------------------------------- from a network's map
def wear(heights, seed, blur=2.0, level=11.0):
    """What a network might make of a skeleton map: blurred, of less contrast, with noise and with gaps."""
    rng = np.random.default_rng(seed)
    noise, patches = (
        cv2.GaussianBlur(rng.standard_normal(heights.shape).astype(np.float32), (0, 0), s) for s in (1.5, 6)
    )
    degraded = cv2.GaussianBlur(heights, (0, 0), blur).astype(np.float32)
    filled = cv2.GaussianBlur(cv2.dilate(heights, np.ones((9, 9), np.uint8)), (0, 0), 3)
    degraded = np.where(patches > 1.5 * patches.std(), np.maximum(degraded, 0.8 * filled), degraded)
    return np.clip(0.7 * degraded + 38 + level * noise / noise.std(), 0, 255).astype(np.uint8)


def draw_areas(seed):
    """Large round areas over each other, most with lines around them: picture and the areas' ids."""
    rng, canvas = np.random.default_rng(seed), Canvas(320, 288, (230, 235, 240))
    for _ in range(22):
        outline = blob(rng, rng.uniform(0, (288, 320)), np.exp(rng.uniform(3.0, 4.4)))
        canvas.fill(canvas.polygon(outline), rng.uniform(60, 255, 3))
        if rng.random() < 0.7:
            canvas.stroke(outline, rng.uniform(1, 2.5), (30, 20, 20), "boundary")
    picture = np.clip(canvas.rgb + rng.normal(0, 3, canvas.rgb.shape), 0, 255).astype(np.uint8)
    return picture, region_maps.label_areas(canvas.region)


@pytest.fixture(scope="module")
def drawings():
    """Pictures, true ids and degraded skeleton maps."""
    examples = []
    for seed in range(3):
        picture, ids = draw_areas(seed)
        examples.append((picture, ids, wear(skeletons.skeletonize_regions(ids), seed)))
    return examples


def score(found, true):
    scores = region_scores(true, found)
    return scores["covering"], scores["boundary_f"]


def test_segment_beats_every_threshold_on_worn_maps(drawings):
    ours = np.mean([score(segmentation.segment(picture, degraded), true) for picture, true, degraded in drawings], 0)
    assert (ours > (0.925, 0.93)).all()
    for threshold in (60, 90, 120, 150, 180):
        plain = [score(segmentation.find_regions(degraded, threshold), true) for _, true, degraded in drawings]
        assert (ours > np.mean(plain, 0) + (0.11, 0.3)).all()


# At half the size boundaries lie within a pixel of the map, which is two of the picture: that costs F.
@pytest.mark.parametrize("scale, losses", [(0.5, (0.045, 0.115)), (1.5, (0.01, 0.01)), (2, (0.005, 0.005))])
def test_maps_of_other_sizes_do_as_well(drawings, scale, losses):
    rows = []
    for picture, true, degraded in drawings:
        resized = cv2.resize(degraded, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = segmentation.segment(picture, resized)
        assert found.shape == true.shape
        rows.append((*score(found, true), *score(segmentation.segment(picture, degraded), true)))
    covering, f, same_covering, same_f = np.mean(rows, 0)
    assert covering > same_covering - losses[0] and f > same_f - losses[1]


@pytest.fixture(scope="module")
def boundaries(drawings):
    """What a network might find of the drawings' boundaries: blurred, and a third of them hardly at all."""
    found = []
    for seed, (_, true, _) in enumerate(drawings):
        noise = cv2.GaussianBlur(np.random.default_rng(seed).standard_normal(true.shape), (0, 0), 8)
        seen = np.where(noise > 0.4 * noise.std(), 0.25, 1.0) * 255
        wide = cv2.dilate(find_boundaries(true).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        found.append(cv2.GaussianBlur(np.where(wide, seen, 0.0), (0, 0), 0.7).astype(np.uint8))
    return found


def test_boundaries_help_and_come_at_any_size(drawings, boundaries):
    rows = []
    for (picture, true, degraded), edges in zip(drawings, boundaries):
        alone = score(segmentation.segment(picture, degraded), true)
        with_them = score(segmentation.segment(picture, degraded, boundaries=edges), true)
        large = [cv2.resize(array, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR) for array in (degraded, edges)]
        rows.append((*alone, *with_them, *score(segmentation.segment(picture, large[0], boundaries=large[1]), true)))
    covering, f, better_covering, better_f, large_covering, large_f = np.mean(rows, 0)
    assert better_covering > covering + 0.03 and better_f > f + 0.035
    assert large_covering > covering + 0.03 and large_f > f + 0.035


def test_less_detail_gives_unions_with_boundaries_too(drawings, boundaries):
    (picture, _, degraded), edges = drawings[0], boundaries[0]
    finer = segmentation.segment(picture, degraded, 1, boundaries=edges)
    first = finer.max()
    for detail in (0.7, 0.4, 0):
        found = segmentation.segment(picture, degraded, detail, boundaries=edges)
        assert len(np.unique(np.stack([finer.ravel(), found.ravel()]), axis=1).T) == finer.max() + 1
        finer = found
    assert 0 < finer.max() < 0.7 * first


def test_flat_heights_far_from_boundaries_are_regions():
    """Such as the bars of a film frame, in whose middle a network's heights do not rise."""
    picture = np.full((80, 100, 3), 200, np.uint8)
    picture[:24] = 10
    heights, edges = np.full((80, 100), 150, np.uint8), np.zeros((80, 100), np.uint8)
    heights[22:26], edges[23:25] = 0, 255
    heights[50:56, 40:60] = 255  # one marker for the lower part alone
    found = segmentation.segment(picture, heights, boundaries=edges)
    assert found.max() == 1 and (found[:23] == 0).all() and (found[25:] == 1).all()


def test_boundaries_must_have_the_maps_size(drawings):
    picture, _, degraded = drawings[0]
    with pytest.raises(ValueError, match=r"boundaries must be \(320, 288\) uint8. Received: \(319, 288\)"):
        segmentation.segment(picture, degraded, boundaries=degraded[1:])


def test_less_detail_gives_unions_of_regions(drawings):
    for picture, _, degraded in drawings:
        finer = segmentation.segment(picture, degraded, 1)
        first = finer.max()
        for detail in (0.8, 0.6, 0.4, 0.2, 0):
            found = segmentation.segment(picture, degraded, detail)
            assert len(np.unique(np.stack([finer.ravel(), found.ravel()]), axis=1).T) == finer.max() + 1
            finer = found
        assert finer.max() < first / 4


def test_segmented_regions_are_areas_in_reading_order(drawings):
    picture, _, degraded = drawings[0]
    kept = picture.copy(), degraded.copy()
    found = segmentation.segment(picture, degraded)
    assert found.dtype == np.int32 and np.array_equal(region_maps.label_areas(found), found)
    assert np.array_equal(picture, kept[0]) and np.array_equal(degraded, kept[1])


def test_no_region_is_smaller_than_asked(drawings):
    picture, _, degraded = drawings[1]
    counts = []
    for min_area in (0, 150, 600):
        sizes = np.bincount(segmentation.segment(picture, degraded, 0.9, min_area).reshape(-1))
        assert sizes.min() >= min_area
        counts.append(len(sizes))
    assert counts == sorted(set(counts), reverse=True)
    assert (
        np.bincount(segmentation.segment(picture, degraded, 0.9).reshape(-1)).min()
        >= 12
        == segmentation.find_min_area((320, 288))
    )
    assert segmentation.find_min_area((1024, 1465)) == 25


def test_one_colour_is_one_region():
    picture = np.full((40, 50, 3), (250, 240, 230), np.uint8)
    degraded = wear(skeletons.skeletonize_regions(draw_map(1, 40, 50)), 1)
    assert segmentation.segment(picture, degraded, 1).max() == 0
    picture[20:, 20:] = 0
    assert segmentation.segment(picture, degraded, 1).max() > 0


def test_map_without_markers_is_one_region():
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    assert not segmentation.segment(picture, np.full((20, 30), 200, np.uint8)).any()
    assert not segmentation.segment(picture[:1, :1], np.full((1, 1), 200, np.uint8)).any()


def draw_lines(width):
    """A black-on-white drawing of six areas, (112, 166), its ink, and the areas, the line's pixels with the nearest."""
    ids = np.kron(np.arange(6).reshape(2, 3), np.ones((56, 55), np.int32)).astype(np.int32)
    ids = np.pad(ids, ((0, 0), (0, 1)), mode="edge")
    ink = cv2.dilate(find_boundaries(ids).astype(np.uint8), np.ones((width, width), np.uint8)) > 0
    return np.repeat(np.where(ink, 0, 255).astype(np.uint8)[..., None], 3, 2), ink, ids


@pytest.mark.parametrize("width", [1, 3, 9])
def test_enclosed_areas_of_a_line_drawing_are_regions(width):
    picture, ink, ids = draw_lines(width)
    found = segmentation.segment(picture, wear(skeletons.skeletonize_regions(ids), width, 1.5, 3))
    assert found.max() + 1 == 6
    paper = cv2.erode(np.pad(~ink, 2).astype(np.uint8), np.ones((5, 5), np.uint8))[2:-2, 2:-2] > 0
    inside = [np.unique(found[paper & (ids == area)]) for area in range(6)]
    assert sorted(np.concatenate(inside)) == list(range(6)) and all(len(areas) == 1 for areas in inside)
    assert cover(ids, found) > 0.97  # and each line goes half and half


def test_gap_that_the_map_and_the_picture_have_opens_nothing():
    picture, _, ids = draw_lines(3)
    degraded = wear(skeletons.skeletonize_regions(ids), 0, 1.5, 3)
    picture[20:32, 44:66] = 255
    gap = np.zeros(ids.shape, np.uint8)
    gap[20:32, 40:70] = 85
    degraded = np.maximum(degraded, cv2.GaussianBlur(gap, (0, 0), 2))
    found = segmentation.segment(picture, degraded)
    assert found.max() + 1 == 6 and cover(ids, found) > 0.95


def test_what_is_split_in_neither_picture_nor_map_is_merged():
    ids = np.repeat(np.arange(3, dtype=np.int32), 40)[None].repeat(60, 0)
    picture = np.full((60, 120, 3), 90, np.uint8)
    picture[:, 80:] = (200, 90, 90)
    heights = np.full((60, 120), 150, np.uint8)
    heights[:, 38:42], heights[:, 78:82] = 120, 10  # a saddle, and a boundary
    heights[28:32, 5:115] += 60
    assert np.array_equal(segmentation.segment(picture, heights), ids // 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"picture": np.zeros((9, 9), np.uint8)}, "picture must be"),
        ({"picture": np.zeros((9, 9, 3))}, "picture must be"),
        ({"picture": np.zeros((0, 9, 3), np.uint8)}, "not empty"),
        ({"skeleton_map": np.zeros((9, 9, 1), np.uint8)}, "skeleton_map must be"),
        ({"skeleton_map": np.zeros((9, 9), np.float32)}, "skeleton_map must be"),
        ({"skeleton_map": np.zeros((9, 30), np.uint8)}, "same proportions.* Received: 9x9, 30x9"),
        ({"detail": 1.1}, "detail must be 0..1"),
        ({"min_area": -1}, "min_area must be 0 or more"),
    ],
)
def test_segment_refuses_wrong_arguments(change, message):
    arguments = {"picture": np.zeros((9, 9, 3), np.uint8), "skeleton_map": np.zeros((9, 9), np.uint8)}
    with pytest.raises(ValueError, match=message):
        segmentation.segment(**(arguments | change))


# ---------------------------------------------------------------------------------------------------------- command
def test_command(tmp_path, capsys):
    true = region_maps.label_areas(draw_map(10))
    images.write(tmp_path / "3.skeleton.png", skeletons.skeletonize_regions(true))
    assert segment.main([str(tmp_path / "3.skeleton.png")]) == 0
    colours = region_maps.read_region_map(tmp_path / "3.region.png")
    assert region_maps.label_areas(colours).max() == true.max()
    first = (tmp_path / "3.region.png").read_bytes()
    assert segment.main([str(tmp_path / "3.skeleton.png")]) == 0
    assert (tmp_path / "3.region.png").read_bytes() == first
    assert f"{true.max() + 1} regions" in capsys.readouterr().out


def test_picture_of_almost_the_same_size_is_taken(tmp_path):
    ids, picture = make_small()
    heights = skeletons.skeletonize_regions(np.kron(ids, np.ones((12, 12), np.int32)))
    images.write(tmp_path / "a.skeleton.png", heights)
    images.write(tmp_path / "a.image.png", cv2.resize(picture, (145, 96)))  # one column more
    command = [
        str(tmp_path / "a.skeleton.png"),
        "--threshold",
        "30",
        "--min-area",
        "700",
        "--image",
        str(tmp_path / "a.image.png"),
    ]
    assert segment.main(command) == 0
    assert region_maps.label_areas(region_maps.read_region_map(tmp_path / "a.region.png")).max() == 1


def test_min_area_of_the_map_alone_and_its_older_name(tmp_path, capsys):
    """With a picture both names count, but the older one means the map alone."""
    ids, picture = make_small()
    heights = skeletons.skeletonize_regions(np.kron(ids, np.ones((12, 12), np.int32)))
    images.write(tmp_path / "a.skeleton.png", heights)
    images.write(tmp_path / "a.image.png", cv2.resize(picture, heights.shape[::-1]))
    command = [str(tmp_path / "a.skeleton.png"), "-o", str(tmp_path / "a.png")]
    image = ["--image", str(tmp_path / "a.image.png")]

    def find(*options):
        assert segment.main([*command, *options]) == 0
        return region_maps.label_areas(region_maps.read_region_map(tmp_path / "a.png"))

    assert find().max() > find("--min-area", "700").max()
    assert np.array_equal(find("--min-area", "700"), find("--smallest", "700"))
    plain = find("--threshold", "30", "--min-area", "700", *image)
    assert np.array_equal(find("--smallest", "700", *image), plain)
    capsys.readouterr()
    with pytest.raises(SystemExit):
        segment.main(["--help"])
    told = capsys.readouterr().out
    assert "--min-area" in told and "--smallest" not in told


def test_command_with_a_picture(tmp_path, drawings, capsys):
    picture, _, degraded = drawings[0]
    images.write(tmp_path / "a.skeleton.png", cv2.resize(degraded, None, fx=0.5, fy=0.5))
    images.write(tmp_path / "a.image.png", picture)
    counts = []
    for options in ([], ["--detail", "0"], ["--detail", "0.9", "--min-area", "300"], ["--detail", "0.9"]):
        command = [str(tmp_path / "a.skeleton.png"), "--image", str(tmp_path / "a.image.png"), *options]
        assert segment.main(command) == 0
        ids = region_maps.label_areas(region_maps.read_region_map(tmp_path / "a.region.png"))
        assert ids.shape == picture.shape[:2] and f": {ids.max() + 1} regions" in capsys.readouterr().out
        counts.append(int(ids.max()) + 1)
    assert counts[1] < counts[2] < counts[3] and counts[0] < counts[3]
    assert segment.main([str(tmp_path / "a.skeleton.png"), "--image", str(tmp_path / "a.skeleton.png")]) == 0
    images.write(tmp_path / "long.png", picture[:50])
    assert segment.main([str(tmp_path / "a.skeleton.png"), "--image", str(tmp_path / "long.png")]) == 1
    error = capsys.readouterr().err
    assert "a.skeleton.png: its picture" in error and "is 288x50" in error


def test_bad_input_is_named(tmp_path, capsys):
    images.write(tmp_path / "black.skeleton.png", np.zeros((9, 9), np.uint8))
    assert segment.main([str(tmp_path / "black.skeleton.png")]) == 1
    assert "black.skeleton.png: has nothing above" in capsys.readouterr().err
    assert segment.main([str(tmp_path / "missing.skeleton.png")]) == 1
    assert "missing.skeleton.png" in capsys.readouterr().err
    images.write(tmp_path / "white.skeleton.png", np.full((9, 9), 255, np.uint8))
    images.write(tmp_path / "white.image.png", np.zeros((9, 20, 3), np.uint8))
    command = [str(tmp_path / "white.skeleton.png"), "--threshold", "9", "--image", str(tmp_path / "white.image.png")]
    assert segment.main(command) == 1
    error = capsys.readouterr().err
    assert "white.image.png" in error and "20x9" in error and "9x9" in error
    assert not list(tmp_path.glob("*.region.png"))


def test_several_maps_into_a_folder_and_a_bad_one_between(tmp_path, capsys):
    for name in ("1", "2"):
        images.write(tmp_path / f"{name}.skeleton.png", np.full((9, 9), 255, np.uint8))
    (tmp_path / "bad.skeleton.png").write_text("no map")
    names = [str(tmp_path / f"{name}.skeleton.png") for name in ("1", "bad", "2")]
    assert segment.main([*names, "-o", str(tmp_path / "found")]) == 1
    assert sorted(path.name for path in (tmp_path / "found").iterdir()) == ["1.region.png", "2.region.png"]
    assert "bad.skeleton.png: is not a picture" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        segment.main([names[0], names[0], "-o", str(tmp_path)])


def test_output_is_never_the_input(tmp_path, capsys):
    path = tmp_path / "5.region.png"  # a skeleton map under a wrong name
    images.write(path, np.full((9, 9), 255, np.uint8))
    assert segment.main([str(path)]) == 1
    assert "also the output" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [
        ["--threshold", "255"],
        ["--smallest", "-1"],
        ["--smallest", "3", "--min-area", "3"],
        ["--threshold", "x"],
        ["--image", "x.png", "--detail", "2"],
        ["--image", "x.png", "--min-area", "-1"],
        ["--image", "x.png", "--detail", "0.5", "--smallest", "3"],
        ["--image", "x.png", "--detail", "0.5", "--threshold", "3"],
        ["--detail", "0.5"],
        ["y.png", "--image", "z.png"],
    ],
)
def test_bad_options_end_with_code_2(option):
    with pytest.raises(SystemExit) as stop:
        segment.main(["x.png", *option])
    assert stop.value.code == 2
