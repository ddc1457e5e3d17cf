import numpy as np
import pytest

import metrics


def stroke(size=24, row=12, width=1, ink=1.0):
    """A horizontal line across most of a picture."""
    picture = np.zeros((size, size))
    picture[row : row + width, 3:-3] = ink
    return picture


def summary(true, found):
    return metrics.summarise_lines([metrics.line_scores(true, found)])


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
    scores = metrics.line_scores(true, found, [0.5])
    assert (scores["found"][0], scores["right"][0], scores["recalled"][0], scores["true"]) == (1, 0, 1, 1)


def test_width_does_not_matter_but_shows_in_the_error():
    thin, fat = summary(stroke(width=3), stroke(width=3)), summary(stroke(width=3), stroke(row=11, width=5))
    assert fat["f"] > 0.95  # thinning shortens a wider line by a pixel at each end
    assert fat["mae"] > thin["mae"] == 0.0


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
    table = [metrics.line_scores(stroke(), found) for found in (dark, light)]
    result = metrics.summarise_lines(table)
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
    metrics.line_scores(true, found)
    assert (true == before[0]).all() and (found == before[1]).all()


@pytest.mark.parametrize("shapes", [((4, 4), (4, 5)), ((4, 4, 1), (4, 4, 1)), ((4,), (4,))])
def test_wrong_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="Received"):
        metrics.line_scores(*(np.zeros(shape) for shape in shapes))


def test_no_scores_are_refused():
    with pytest.raises(ValueError):
        metrics.summarise_lines([])


def test_a_given_threshold_is_taken_and_must_be_one_of_the_table():
    table = [metrics.line_scores(stroke(), stroke(ink=0.55))]
    assert metrics.summarise_lines(table, 0.7)["f"] == 0.0
    assert metrics.summarise_lines(table, 0.3)["threshold"] == 0.3
    with pytest.raises(ValueError, match="Received"):
        metrics.summarise_lines(table, 0.55)
