import numpy as np
import pytest

from illustration_parts.imaging.line_scores import line_scores, summarise_lines
from illustration_parts.imaging.region_scores import (
    count_boundaries,
    edge_precision,
    find_edges,
    find_recovered,
    region_covering,
    region_scores,
    scale_shape,
    summarise_regions,
    variation_of_information,
)


def stroke(size=24, row=12, width=1, ink=1.0):
    """A horizontal line across most of a picture."""
    picture = np.zeros((size, size))
    picture[row : row + width, 3:-3] = ink
    return picture


def summary(true, found):
    return summarise_lines([line_scores(true, found)])


def test_a_perfect_result():
    result = summary(stroke(), stroke())
    assert result["f"] == result["precision"] == result["recall"] == result["f_own"] == 1.0
    assert result["mae"] == 0.0
    assert result["count"] == 1


@pytest.mark.parametrize("shift, precision, recall", [(1, 1.0, 1.0), (2, 0.0, 0.0)])
def test_tolerance_in_pixels(shift, precision, recall):
    result = summary(stroke(row=12), stroke(row=12 + shift))
    assert (result["precision"], result["recall"]) == (precision, recall)


def test_diagonal_tolerance():
    true, found = np.zeros((9, 9)), np.zeros((9, 9))
    true[4, 4] = found[5, 5] = 1.0  # 1.41 pixels away: near enough to be recalled, too far to be right
    scores = line_scores(true, found, [0.5])
    assert [int(scores[key].sum()) for key in ("found", "right", "recalled", "true")] == [1, 0, 1, 1]


def test_width_does_not_matter_but_shows_in_the_error():
    thin, fat = summary(stroke(width=3), stroke(width=3)), summary(stroke(width=3), stroke(row=11, width=5))
    assert fat["f"] > 0.95  # thinning shortens a wider line by a pixel at each end
    assert fat["mae"] > thin["mae"] == 0.0


def test_lines_are_told_apart_by_width():
    true, found = np.zeros((80, 120)), np.zeros((80, 120))
    for row, width in ((5, 1), (15, 3), (30, 6), (50, 20)):
        true[row : row + width, 5:-5] = 1
        if width != 6:
            found[row : row + width, 5:-5] = 1
    found[75, 5:60] = 1  # a thin line too many
    below_2, below_4, below_8, below_16, above = summary(true, found)["f_by_width"]
    assert below_2 == pytest.approx(2 / (1 + 165 / 110), abs=0.02)
    assert below_4 > 0.99 and above > 0.99  # thinned ends are narrower
    assert below_8 == 0.0 and below_16 is None


def test_undecided_ink_is_counted():
    found = stroke()
    found[3, 3:-3] = 0.5  # as much grey as black
    found[5, 3:-3] = 0.1  # nearly paper
    result = summary(stroke(), found)
    assert (result["grey"], result["true_grey"]) == (0.5, 0.0)
    assert summary(np.zeros((9, 9)), np.zeros((9, 9)))["grey"] == 0.0


def test_half_of_a_line():
    found = stroke()
    found[:, 12:] = 0
    result = summary(stroke(), found)
    assert result["precision"] == 1.0
    assert result["recall"] == pytest.approx(0.5, abs=0.1)


def test_faint_ink_forgives_but_is_not_demanded():
    faint = stroke(ink=0.2)
    nothing, found = summary(faint, np.zeros_like(faint)), summary(faint, stroke())
    assert nothing["recall"] == 1.0
    assert found["precision"] == 1.0


def test_best_threshold_is_taken():
    found = stroke(ink=0.55)
    found[2, :] = 0.35  # a wrong line, fainter
    result = summary(stroke(), found)
    assert result["f"] == 1.0
    assert result["threshold"] in (0.4, 0.5)


def test_own_threshold_beats_common_one():
    """Two pictures that need different thresholds."""
    dark, light = stroke(ink=0.95), stroke(ink=0.25)
    dark[2, 3:-3] = 0.75
    table = [line_scores(stroke(), found) for found in (dark, light)]
    result = summarise_lines(table)
    assert result["f_own"] == 1.0
    assert result["f"] < 0.9


def test_empty_pictures():
    empty = np.zeros((16, 16))
    assert summary(empty, empty)["f"] == 1.0
    assert summary(empty, np.ones((16, 16)))["f"] == 0.0
    assert summary(stroke(), np.zeros((24, 24)))["f"] == 0.0


def test_one_pixel():
    assert summary(np.ones((1, 1)), np.ones((1, 1)))["f"] == 1.0


def test_inputs_stay_as_they_are():
    true, found = stroke(), stroke(ink=0.5)
    before = true.copy(), found.copy()
    line_scores(true, found)
    assert (true == before[0]).all() and (found == before[1]).all()


@pytest.mark.parametrize("shapes", [((4, 4), (4, 5)), ((4, 4, 1), (4, 4, 1)), ((4,), (4,))])
def test_wrong_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="Received"):
        line_scores(*(np.zeros(shape) for shape in shapes))


def test_no_scores_are_refused():
    with pytest.raises(ValueError):
        summarise_lines([])


def test_a_given_threshold_is_taken_and_must_be_one_of_the_table():
    table = [line_scores(stroke(), stroke(ink=0.55))]
    assert summarise_lines(table, 0.7)["f"] == 0.0
    assert summarise_lines(table, 0.3)["threshold"] == 0.3
    with pytest.raises(ValueError, match="Received"):
        summarise_lines(table, 0.55)


# Regions


def halves(split, height=512, width=512, left=0, right=1):
    """A map of two regions, side by side; the right one begins at column `split`."""
    ids = np.full((height, width), left)
    ids[:, split:] = right
    return ids


def colours(ids):
    """Colours that differ in single bits of single channels."""
    return np.array([(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (128, 0, 0)], np.uint8)[ids]


QUARTERS = np.kron([[0, 1], [2, 3]], np.ones((2, 2), int))  # 4 x 4
LEFT_AND_TWO = np.array([[0, 0, 1, 1]] * 2 + [[0, 0, 2, 2]] * 2)  # a left half, and a right one in two


def test_the_same_regions_score_best():
    scores = region_scores(colours(QUARTERS), colours(QUARTERS))
    assert scores["precisions"].tolist() == [1.0] * 12
    assert scores["ap"] == scores["ois"] == scores["covering"] == 1.0
    assert scores["boundary_precision"] == scores["boundary_recall"] == scores["boundary_f"] == 1.0
    assert (scores["vi"], scores["true_regions"], scores["found_regions"]) == (0.0, 4, 4)


@pytest.mark.parametrize(
    "values, edges",
    [
        ([[1, 1, 2], [1, 1, 2], [3, 3, 3]], ["..#", "..#", "###"]),  # to the left, and up
        ([[1, 2, 2], [1, 2, 2], [1, 2, 2]], ["##.", "##.", "##."]),  # the first column has the second for neighbour
        ([[1, 1, 1], [2, 2, 2], [2, 2, 2]], ["###", "###", "..."]),  # and so has the first row
        ([[1, 2]], ["##"]),
        ([[1]], ["."]),
    ],
)
def test_edges_are_where_the_colour_changes_from_the_left_or_upper_neighbour(values, edges):
    assert find_edges(np.array(values)).tolist() == [[mark == "#" for mark in row] for row in edges]


@pytest.mark.parametrize(
    "shape, scaled",
    [
        ((300, 400), (512, 682)),  # 682.67
        ((400, 300), (682, 512)),
        ((7, 7), (512, 512)),
        ((49, 49), (511, 512)),  # 512 / 49 * 49 is a little less than 512 in float
    ],
)
def test_the_short_side_is_scaled_as_published(shape, scaled):
    assert scale_shape(shape, 512) == scaled


def test_edge_precision_counts_pixels_without_tolerance():
    true, found = halves(256), halves(256)
    found[:, 400:] = 2  # 512 right edge pixels and 512 wrong ones
    assert edge_precision(colours(true), colours(found)) == 0.5
    assert edge_precision(colours(found), colours(true)) == 1.0, "what is missing does not count"
    assert edge_precision(true, halves(257)) == 0.0


def test_best_scale_may_forgive_a_pixel():
    """At half size column x shows column 2x: splits at 255 and 256 both come to 128."""
    scores = region_scores(halves(256), halves(255))
    assert (scores["precisions"][0], scores["ap"], scores["ois"]) == (1.0, 0.0, 1.0)


def test_edges_go_by_colour_even_where_a_region_between_is_lost():
    """Half the size shows even columns only: column 301 vanishes, and its neighbours are of one colour."""
    stripe = np.zeros((512, 512), int)
    stripe[:, 301] = 1
    scores = region_scores(colours(stripe), colours(stripe))
    assert (scores["precisions"][0], scores["ap"], scores["true_regions"]) == (0.0, 1.0, 3)


def test_one_colour_found():
    """No edge: precision 0 where the published script divides by zero; nothing found within 2 pixels is precise."""
    scores = region_scores(colours(QUARTERS), np.zeros((4, 4, 3), np.uint8))
    assert (scores["ap"], scores["ois"], scores["found_regions"]) == (0.0, 0.0, 1)
    assert (scores["boundary_precision"], scores["boundary_recall"], scores["boundary_f"]) == (1.0, 0.0, 0.0)
    assert scores["covering"] == 0.25  # each true quarter overlaps 4 pixels of 16
    assert scores["vi"] == 2.0  # four equal quarters are 2 bits


@pytest.mark.parametrize("split, right", [(5, 6), (7, 6), (3, 6), (8, 0), (2, 0)])
def test_boundaries_have_a_tolerance_of_two_pixels(split, right):
    counts = count_boundaries(halves(5, 6, 10), halves(split, 6, 10))
    assert counts == {"found": 6, "right": right, "recalled": right, "true": 6}


def test_boundary_tolerance_is_euclidean():
    """The boundary of the true region is its one pixel (0, 0); that of the found one is (0, 1), (1, 1), (2, 1), (2, 0).

    They lie at distances 1, 1.41, 2.24 and 2.
    """
    true, found = np.zeros((6, 6), int), np.zeros((6, 6), int)
    true[0, 0] = found[:3, :2] = 1
    assert count_boundaries(true, found) == {"found": 4, "right": 3, "recalled": 1, "true": 1}


def test_two_regions_merged_and_one_split():
    """Of the three, the left 8 pixels are covered fully, the 4 and 4 on the right by half: (8 + 2 + 2) / 16.

    The other way round the 8 pixels on the right are covered by half: (8 + 4) / 16. Within the right half, half of
    the pixels, the side is one bit that the merged map does not tell.
    """
    merged = halves(2, 4, 4)
    for true, found in ((LEFT_AND_TWO, merged), (merged, LEFT_AND_TWO)):
        assert region_covering(true, found) == 0.75
        assert variation_of_information(true, found) == 0.5


def test_a_shifted_boundary():
    """Columns 2 | 2 of 4 pixels each, found as 3 | 1.

    The left true region (8) shares 8 pixels of a union of 12; the right one 4 of 16 with the left found region, and 4
    of 8 with the right one: (8 * 2/3 + 8 * 1/2) / 16 = 7/12. Bits: of the found left three quarters of all pixels,
    2/3 are of one true region and 1/3 of the other; of the right true half, 1/2 and 1/2.
    """
    true, found = halves(2, 4, 4), halves(3, 4, 4)
    assert region_covering(true, found) == pytest.approx(7 / 12)
    bits = 3 / 4 * (2 / 3 * np.log2(3 / 2) + 1 / 3 * np.log2(3)) + 1 / 2
    assert variation_of_information(true, found) == pytest.approx(bits)
    assert variation_of_information(found, true) == pytest.approx(bits)


def test_covering_is_not_symmetric():
    """Quarters in one region: each is covered by 1/4. One region in quarters, of 1, 3, 3 and 9 pixels: by 9/16."""
    whole = np.zeros((4, 4), int)
    uneven = np.array([[0, 1, 1, 1], [2, 3, 3, 3], [2, 3, 3, 3], [2, 3, 3, 3]])
    assert region_covering(whole, uneven) == 9 / 16
    assert region_covering(uneven, whole) == (1 + 9 + 9 + 81) / 16 / 16


def test_regions_come_back_if_one_region_overlaps_them_enough():
    true = np.repeat([[3, 5, 9]], 10, 0).repeat([10, 5, 5], 1)  # 100, 50 and 50 pixels
    found = true.copy()
    found[0, :10] = 9  # 90 of 100 stay, and 9 grows to 60
    assert find_recovered(true, found).tolist() == [True, True, False]
    assert find_recovered(true, found, 0.95).tolist() == [False, True, False]
    assert find_recovered(true, found, 0.8).all()


def test_numbers_of_regions_do_not_matter_nor_gaps_between_them():
    found = np.array([7, 5, 900])[LEFT_AND_TWO]
    assert region_covering(LEFT_AND_TWO, found) == region_covering(found, LEFT_AND_TWO) == 1.0
    assert variation_of_information(LEFT_AND_TWO, found) == 0.0


def test_a_hundred_thousand_regions():
    """A table of all pairs of these would take gigabytes. Four pixels to a block: 1/4 is covered, 2 bits are lost."""
    pixels = np.arange(400 * 400, dtype=np.int32).reshape(400, 400)
    blocks = np.kron(np.arange(200 * 200, dtype=np.int32).reshape(200, 200), np.ones((2, 2), np.int32))
    assert region_covering(pixels, blocks) == 0.25
    assert variation_of_information(pixels, blocks) == pytest.approx(2.0, rel=1e-12)


def test_a_reused_colour_is_another_region():
    scores = region_scores(colours(np.array([[0, 1, 0], [1, 0, 1]])), colours(np.array([[0, 1, 0]] * 2)))
    assert (scores["true_regions"], scores["found_regions"]) == (6, 3)


def test_a_found_map_of_another_size():
    true, found = colours(QUARTERS.repeat(50, 0).repeat(60, 1)), colours(halves(120, 200, 240))
    large = found.repeat(2, 0).repeat(2, 1)
    expected, scores = region_scores(true, found), region_scores(true, large)
    assert expected.pop("precisions").tolist() == scores.pop("precisions").tolist()
    assert expected == scores
    shrunk = region_scores(large, found)
    assert (shrunk["ap"], shrunk["covering"], shrunk["vi"]) == (1.0, 1.0, 0.0)


def test_edge_precision_resizes_each_map_once():
    """As published. At short side 512 column x shows column 1.953 x of 1000: the split at 501 comes to 257.

    Had the found map been enlarged to 1000 columns first, its split would have come to 502, and back at 512 to 258.
    """
    assert edge_precision(halves(501, 1000, 1000), halves(257)) == 1.0


@pytest.mark.parametrize(
    "shape, is_same",
    [((150, 200), True), ((150, 202), True), ((150, 204), False), ((604, 800), True), ((400, 300), False)],
)
def test_proportions_may_be_off_by_two_pixels(shape, is_same):
    """At 300 x 400: 150 x 202 is 148.5 of 150 rows, 150 x 204 is 147.1; 604 x 800 is 302 of 300 rows."""
    true, found = halves(200, 300, 400), np.zeros(shape, int)
    if is_same:
        assert region_scores(true, found)["found_regions"] == 1
        assert region_scores(found, true)["true_regions"] == 1
    else:
        with pytest.raises(ValueError, match=rf"Received: {shape[1]} x {shape[0]}, true map 400 x 300$"):
            region_scores(true, found)


def test_one_pixel_regions():
    scores = region_scores(np.zeros((1, 1, 3), np.uint8), np.ones((1, 1, 3), np.uint8))
    assert (scores["covering"], scores["vi"], scores["boundary_f"], scores["ap"]) == (1.0, 0.0, 1.0, 0.0)


def test_region_maps_stay_as_they_are():
    true, found = colours(QUARTERS), colours(LEFT_AND_TWO)
    before = true.copy(), found.copy()
    region_scores(true, found)
    assert (true == before[0]).all() and (found == before[1]).all()


@pytest.mark.parametrize(
    "region_map",
    [
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((1, 101), int),
    ],
)
def test_wrong_region_maps_are_refused(region_map):
    for maps in ((region_map, np.zeros((4, 4), int)), (region_map, region_map)):
        with pytest.raises(ValueError, match="Received"):
            region_scores(*maps)


@pytest.mark.parametrize("measure", [count_boundaries, region_covering, variation_of_information])
@pytest.mark.parametrize(
    "true, found",
    [(np.zeros((4, 4), int), np.zeros((4, 5), int)), (QUARTERS, QUARTERS - 1), (np.zeros((0, 2), int),) * 2],
)
def test_wrong_ids_are_refused(measure, true, found):
    with pytest.raises(ValueError, match="Received"):
        measure(true, found)


def test_a_set_of_regions():
    """The best scale of a set is one for all; boundary pixels are taken together."""
    one, other = (region_scores(QUARTERS, QUARTERS) for _ in range(2))
    counts = ("boundary_found", "boundary_right", "boundary_recalled", "boundary_true")
    one |= {"precisions": np.eye(12)[0], "ap": 0.0, "ois": 1.0, "covering": 0.5, "vi": 3.0, "found_regions": 7}
    one |= dict(zip(counts, (30, 10, 5, 10)))
    other |= {"precisions": 0.75 * np.eye(12)[4], "ap": 0.75, "ois": 0.75}
    other |= dict(zip(counts, (10, 10, 10, 10)))
    summary = summarise_regions([one, other])
    assert summary == {
        "count": 2,
        "ap": 0.375,
        "ois": 0.875,
        "ods": 0.5,  # (1 + 0) / 2 at 256; at 512 it is (0 + 0.75) / 2
        "ods_short_side": 256,
        "boundary_precision": 20 / 40,
        "boundary_recall": 15 / 20,
        "boundary_f": pytest.approx(0.6),  # 2 * 0.5 * 0.75 / 1.25
        "covering": 0.75,
        "vi": 1.5,
        "true_regions": 4.0,
        "found_regions": 5.5,
    }


def test_no_region_scores_are_refused():
    with pytest.raises(ValueError):
        summarise_regions([])
