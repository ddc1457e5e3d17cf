import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import model
from illustration_parts.networks import losses
from illustration_parts.tasks import colorize as colour_task


def make_truth(ink, boundary=0.0, edge=0.0, weight=1.0):
    """One picture of 4x4 pixels from numbers or (4, 4) arrays."""
    truth = np.zeros((1, 4, 4, 4), np.float32)
    for channel, value in enumerate((ink, boundary, edge, weight)):
        truth[..., channel] = value
    return truth


def make_found(ink, share=0.5, edge=0.0):
    found = np.zeros((1, 4, 4, 3), np.float32)
    for channel, value in enumerate((ink, share, edge)):
        found[..., channel] = value
    return found


def value(loss, truth, found):
    return float(loss(truth, found))


STROKE = np.tile([0.0, 1.0, 0.5, 0.0], (4, 1))  # with an anti-aliased side


def test_the_truth_scores_best():
    loss = losses.LineLoss()
    truth = make_truth(STROKE, boundary=STROKE)
    right = value(loss, truth, make_found(STROKE, share=1.0))
    for wrong in (STROKE * 0.8, np.clip(STROKE * 1.2, 0, 1), STROKE * 0, np.full((4, 4), STROKE.mean())):
        assert value(loss, truth, make_found(wrong, share=1.0)) > right + 0.01


@pytest.mark.parametrize("name", ["absolute", "dice"])
def test_terms_besides_cross_entropy_reward_decided_answers(name):
    weights = dict.fromkeys(("cross", "absolute", "dice", "share", "fill_edge"), 0.0)
    loss = losses.LineLoss(**{**weights, name: 1.0})
    truth = make_truth(np.tile([0.0, 1.0, 0.0, 0.0], (4, 1)))
    blurred = make_found(np.tile([0.3, 0.6, 0.3, 0.0], (4, 1)))
    decided = make_found(np.tile([0.0, 0.9, 0.0, 0.0], (4, 1)))
    assert value(loss, truth, decided) < value(loss, truth, blurred) / 2


def test_dice_is_least_at_grey_truth():
    truth, weight = (keras.ops.full((1, 4, 4), value, "float32") for value in (0.5, 1.0))
    values = [float(losses.soft_dice(truth, truth * factor, weight)) for factor in (0.5, 1.0, 2.0)]
    assert values[1] == pytest.approx(0.0, abs=1e-6)
    assert min(values[0], values[2]) > 0.1


def test_ignored_pixels_do_not_count():
    weight = np.ones((4, 4))
    weight[:, 3] = 0
    found = make_found(STROKE, share=0.7, edge=0.2)
    other = found.copy()
    other[:, :, 3] = 1.0
    truth = make_truth(STROKE, STROKE, 0.3, weight)
    for loss in (losses.LineLoss(), losses.DistillerLoss()):
        assert value(loss, truth, found) == pytest.approx(value(loss, truth, other))


def test_nothing_to_count_is_no_error():
    for loss in (losses.LineLoss(), losses.DistillerLoss()):
        assert value(loss, make_truth(1.0, 1.0, 1.0, weight=0.0), make_found(0.0)) == pytest.approx(0.0, abs=1e-5)


def test_share_counts_only_on_ink():
    loss = losses.LineLoss()
    truth = make_truth(STROKE, boundary=STROKE)
    share = np.ones((4, 4))
    base = value(loss, truth, make_found(STROKE, share))
    share[:, 0] = 0  # no ink there
    assert value(loss, truth, make_found(STROKE, share)) == pytest.approx(base)
    share[:, 1] = 0
    assert value(loss, truth, make_found(STROKE, share)) > base + 0.1


def test_unknown_classes_are_left_out():
    loss = losses.LineLoss()
    truth = make_truth(STROKE, boundary=-1.0, edge=-1.0)
    one = value(loss, truth, make_found(STROKE, share=0.1, edge=0.9))
    assert one == pytest.approx(value(loss, truth, make_found(STROKE, share=0.9, edge=0.1)))
    known = make_truth(STROKE, boundary=STROKE, edge=0.0)
    assert value(loss, known, make_found(STROKE, 0.1, 0.9)) > one + 0.1


def test_extreme_answers_stay_finite():
    for truth in (0.0, 1.0):
        for found in (0.0, 1.0):
            result = value(losses.LineLoss(), make_truth(truth, truth, truth), make_found(found, found, found))
            assert np.isfinite(result)


def test_distiller_loss_is_the_squared_error_of_brightness():
    found = np.full((1, 4, 4, 1), 0.75, np.float32)
    assert value(losses.DistillerLoss(), make_truth(0.0), found) == pytest.approx(0.0625)
    assert value(losses.DistillerLoss(), make_truth(1.0), found) == pytest.approx(0.5625)


def test_loss_survives_saving():
    loss = losses.LineLoss(dice=0.25, share=0.125)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.LineLoss
    assert again.get_config() == loss.get_config()
    assert again.dice == 0.25


# Two players, and skeleton maps


def test_feature_distance_of_the_same_features_is_zero():
    levels = [np.random.default_rng(0).normal(size=(2, size, size, 3)).astype(np.float32) for size in (8, 4)]
    assert float(model.feature_distance(levels, levels)) == 0


def test_feature_distance_counts_every_level_alike():
    small, large = np.full((1, 8, 8, 1), 0.01, np.float32), np.full((1, 2, 2, 3), 100, np.float32)
    assert float(model.feature_distance([small, large], [small * 1.5, large])) == pytest.approx(0.25)
    assert float(model.feature_distance([small, large], [small, large * 1.5])) == pytest.approx(0.25)


def test_feature_distance_to_nothing_is_finite():
    nothing = np.zeros((1, 4, 4, 1), np.float32)
    assert np.isfinite(float(model.feature_distance([nothing], [nothing + 1])))


@pytest.mark.parametrize(
    "true, found, expected", [([1, 5], [-1, -9], 0), ([0, 0], [0, 0], 2), ([-1, 1], [1, -1], 2), ([2], [0.5], 1.5)]
)
def test_discriminator_hinge(true, found, expected):
    true, found = np.array(true, np.float32), np.array(found, np.float32)
    assert float(model.hinge_loss(true, found)) == pytest.approx(expected)


def test_slope_error_is_of_differences_only():
    ramp = np.tile(np.arange(4, dtype=np.float32)[None, None, :, None], (1, 3, 1, 1))  # rises by 1 to the right
    flat = np.zeros_like(ramp)
    assert float(losses.slope_error(flat, flat + 0.5)) == 0
    assert float(losses.slope_error(flat, ramp)) == pytest.approx(1)


def test_the_sketch_loss_prefers_a_narrow_valley_to_a_blurred_one():
    row = np.array([1, 0.5, 0, 0.5, 1], np.float32)
    truth, blurred = (np.tile(values[None, None, :, None], (1, 5, 1, 1)) for values in (row, row * 0.6 + 0.24))
    loss, flat = (losses.SketchLoss(slope=slope) for slope in (1, 0))
    assert value(loss, truth, truth) == 0
    moved = truth - np.abs(blurred - truth).mean()
    assert value(flat, truth, moved) == pytest.approx(value(flat, truth, blurred), rel=1e-4)
    assert value(loss, truth, blurred) > 1.5 * value(loss, truth, moved)


def make_heights(seed=0):
    """A skeleton map with boundaries, centre lines and slopes, (1, 8, 8, 1) float32."""
    heights = np.random.default_rng(seed).random((1, 8, 8, 1), np.float32)
    heights[:, 2], heights[:, :, 5] = 0, 1
    return heights


@pytest.mark.parametrize("linear", [False, True])
def test_heights_of_a_perfect_answer_cost_nothing_and_others_do(linear):
    loss, truth = losses.SkeletonLoss(linear=linear), make_heights()
    assert value(loss, truth, truth) == pytest.approx(0, abs=1e-6)
    for wrong in (truth * 0.9, 0.1 + truth * 0.9, np.full_like(truth, truth.mean()), make_heights(1)):
        assert value(loss, truth, wrong) > 0.01


def test_heights_of_cross_entropy_ask_for_the_mean_of_the_likely_ones():
    truth = np.array([0, 0, 0, 1], np.float32).reshape(1, 2, 2, 1)
    answers = np.linspace(0.05, 0.95, 19, dtype=np.float32)

    def find_best(linear):
        loss = losses.SkeletonLoss(linear=linear)
        return answers[np.argmin([value(loss, truth, np.full_like(truth, answer)) for answer in answers])]

    assert find_best(linear=False) == pytest.approx(0.25)
    assert find_best(linear=True) == pytest.approx(0.05)  # the median, which is 0


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="asks TensorFlow's gradient tape")
def test_every_wrong_height_of_a_constant_answer_is_pulled_towards_the_truth():
    """Also through the sigmoid, and at its ends, where a clipped answer has no slope."""
    import tensorflow as tf

    truth = make_heights()
    for start in (-4.0, 0.0, 4.0):
        logits = tf.fill(truth.shape, start)
        with tf.GradientTape() as tape:
            tape.watch(logits)
            loss = losses.SkeletonLoss()(truth, tf.sigmoid(logits))
        pull = tape.gradient(loss, logits).numpy() * truth.size
        away = 1 / (1 + np.exp(-start)) - truth
        np.testing.assert_allclose(pull, away, atol=1e-5)
        assert np.abs(pull).max() > 0.4


def test_a_second_channel_is_measured_as_boundaries():
    loss, truth = losses.SkeletonLoss(), make_heights()
    boundaries = np.asarray(losses.mark_boundaries(truth))
    alone = value(loss, truth, truth)
    right, missed, everywhere = (
        value(loss, truth, np.concatenate([truth, found], -1))
        for found in (boundaries, np.zeros_like(truth), np.ones_like(truth))
    )
    assert alone <= right < 0.1
    assert missed > right + 0.5 and everywhere > right + 0.5
    half = losses.SkeletonLoss(boundary=0.5)
    missed_at_half = value(half, truth, np.concatenate([truth, np.zeros_like(truth)], -1))
    assert missed_at_half - alone == pytest.approx((missed - alone) / 2, rel=1e-4)


def test_linear_heights_are_their_absolute_error_beyond_both_ends_too():
    truth = np.zeros((1, 4, 4, 1), np.float32)
    for answer in (-0.5, 0.25, 1.5):
        assert value(losses.SkeletonLoss(linear=True), truth, truth + answer) == pytest.approx(abs(answer))
    assert value(losses.SkeletonLoss(height=3, linear=True), truth, truth + 0.25) == pytest.approx(0.75)


def test_extreme_heights_and_boundaries_stay_finite():
    for truth in (0.0, 1.0):
        for found in (0.0, 1.0):
            answer = np.full((1, 4, 4, 2), found, np.float32)
            assert np.isfinite(value(losses.SkeletonLoss(), np.full((1, 4, 4, 1), truth, np.float32), answer))


def test_boundaries_fade_with_height():
    heights = np.array([0, 4, 8, 12, 16, 17, 128, 255], np.float32) / 255
    np.testing.assert_allclose(np.asarray(losses.mark_boundaries(heights)), [1, 0.75, 0.5, 0.25, 0, 0, 0, 0], atol=1e-6)


def test_skeleton_loss_survives_saving():
    loss = losses.SkeletonLoss(height=0.5, boundary=0.75, linear=True)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.SkeletonLoss and again.get_config() == loss.get_config()
    assert (again.height, again.boundary, again.linear) == (0.5, 0.75, True)
    older = losses.SkeletonLoss.from_config({**loss.get_config(), "slope": 0.0})
    assert older.get_config() == loss.get_config()


# Line refiners


def make_ink(seed=0):
    """Strokes with anti-aliased sides on much paper, simplified and tidied: (1, 8, 8, 2) float32."""
    ink = np.zeros((1, 8, 8, 1), np.float32)
    ink[:, 3], ink[:, :, 5], ink[:, 2] = 1, 0.8, np.random.default_rng(seed).random((8, 1))
    return np.concatenate([ink, ink], -1)


def mark(ink, ends=0.0):
    """Ink and how near a line's end is, as the loss takes it."""
    return np.concatenate([ink, np.zeros_like(ink[..., :1]) + ends], -1).astype(np.float32)


def test_refined_ink_costs_least_where_it_is_true():
    loss, ink = losses.RefinerLoss(), make_ink()
    for ends in (0, 1):
        right = value(loss, mark(ink, ends), ink)
        for wrong in (ink * 0.8, np.clip(ink * 1.2, 0, 1), ink * 0, ink * 0 + ink.mean(), np.roll(ink, 1, 1)):
            assert value(loss, mark(ink, ends), wrong) > right + 0.01


@pytest.mark.parametrize("name", ["cross", "absolute", "dice"])
def test_terms_of_refined_ink_add_up(name):
    truth, found = mark(make_ink()), make_ink(1) * 0.7
    none = dict.fromkeys(("cross", "absolute", "dice"), 0.0)
    alone = value(losses.RefinerLoss(**{**none, name: 1.0}), truth, found)
    assert alone > 0 and value(losses.RefinerLoss(**none), truth, found) == 0
    assert value(losses.RefinerLoss(**{**none, name: 0.25}), truth, found) == pytest.approx(0.25 * alone, rel=1e-5)
    if name == "absolute":
        assert alone == pytest.approx(1.5 * np.abs(truth[..., :2] - found).mean(), rel=1e-5)


def test_errors_near_the_ends_of_lines_count_more():
    ink = make_ink()
    near, far = ink.copy(), ink.copy()
    near[:, 3, 1] = 0
    far[:, 3, 6] = 0
    ends = np.zeros_like(ink[..., :1])
    ends[:, :, :4] = 1
    for name in ("cross", "absolute", "dice"):
        weights = {**dict.fromkeys(("cross", "absolute", "dice"), 0.0), name: 1.0}
        even, uneven = (losses.RefinerLoss(**weights, ends=more) for more in (0.0, 4.0))
        least = [value(loss, mark(ink, ends), ink) for loss in (even, uneven)]
        costs = [[value(loss, mark(ink, ends), wrong) for wrong in (near, far)] for loss in (even, uneven)]
        assert costs[0][0] == pytest.approx(costs[0][1], rel=1e-5)
        assert costs[1][0] - least[1] > 2 * (costs[1][1] - least[1]) > 0
    loss = losses.RefinerLoss(cross=0.0, dice=0.0, ends=4.0, tidied=0.0)
    assert value(loss, mark(ink, ends), near) == pytest.approx(5 / (5 * 32 + 32), rel=1e-4)
    assert value(loss, mark(ink, ends), far) == pytest.approx(1 / (5 * 32 + 32), rel=1e-4)


@pytest.mark.parametrize("tidied", [0.0, 0.5])
def test_the_tidied_drawing_counts_as_its_weight_says(tidied):
    ink = make_ink()
    loss = losses.RefinerLoss(cross=0.0, dice=0.0, tidied=tidied)
    costs = []
    for channel in range(2):
        wrong = ink.copy()
        wrong[:, 6, :, channel] = 1
        costs.append(value(loss, mark(ink), wrong))
    assert costs[0] > 0.1 and costs[1] == pytest.approx(tidied * costs[0], rel=1e-5)


def test_extreme_refined_ink_stays_finite():
    for truth in (0.0, 1.0):
        for found in (0.0, 1.0):
            both = mark(np.full((1, 4, 4, 2), truth), 1), np.full((1, 4, 4, 2), found, np.float32)
            cost = value(losses.RefinerLoss(), *both)
            assert np.isfinite(cost) and (cost < 0.01) == (truth == found)


def test_refiner_loss_survives_saving():
    loss = losses.RefinerLoss(cross=0.25, absolute=0.75, dice=0.125, ends=2.0, tidied=0.375)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.RefinerLoss and again.get_config() == loss.get_config()
    assert (again.cross, again.absolute, again.dice, again.ends, again.tidied) == (0.25, 0.75, 0.125, 2.0, 0.375)


def test_a_logistic_discriminator_is_measured_by_the_logarithms_of_its_odds():
    assert float(model.logistic_loss(np.zeros(3), np.zeros(3))) == pytest.approx(2 * np.log(2))
    true, found = np.array([2.0, -1.0], np.float32), np.array([0.5, -3.0], np.float32)
    odds = np.log1p(np.exp(-true)).mean() + np.log1p(np.exp(found)).mean()
    assert float(model.logistic_loss(true, found)) == pytest.approx(odds, rel=1e-5)
    for sure in (50.0, 1e4):
        scores = np.full(3, sure, np.float32)
        assert float(model.logistic_loss(scores, -scores)) == pytest.approx(0, abs=1e-6)
        assert float(model.logistic_loss(-scores, scores)) == pytest.approx(2 * sure)


# Sketches and colours


def make_sketch(seed=0, channels=1):
    """Strokes on white with a soft shade, (1, 8, 8, channels) float32."""
    strokes = np.ones((1, 8, 8, channels), np.float32)
    strokes[:, 3], strokes[:, :, 5] = 0.1, np.random.default_rng(seed).random((8, channels))
    return strokes


def test_a_right_sketch_costs_nothing_and_others_do():
    loss, truth = losses.SketchLoss(), make_sketch()
    assert value(loss, truth, truth) == 0
    for wrong in (truth * 0.9, truth * 0 + truth.mean(), truth * 0 + 1, np.roll(truth, 1, 1), make_sketch(1)):
        assert value(loss, truth, wrong) > 0.01


def test_sketches_are_measured_by_their_levels_and_their_slopes():
    truth = np.zeros((1, 3, 4, 1), np.float32)
    ramp = np.tile(np.arange(4, dtype=np.float32)[None, None, :, None], (1, 3, 1, 1)) / 8  # 1.5 / 8 on average
    for slope in (0.0, 0.5, 2.0):
        assert value(losses.SketchLoss(slope), truth, truth + 0.25) == pytest.approx(0.25)
        assert value(losses.SketchLoss(slope), truth, ramp) == pytest.approx(0.1875 + slope / 8)
    two = np.concatenate([truth, truth + 1], -1)
    assert value(losses.SketchLoss(), two, two + np.float32([0.5, 0])) == pytest.approx(0.25)


def test_sketch_loss_survives_saving():
    loss = losses.SketchLoss(slope=0.25)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.SketchLoss and again.get_config() == loss.get_config() and again.slope == 0.25
    assert losses.SketchLoss().slope == 0.5


def find_lab(rgb):
    """OpenCV's CIE Lab in units of 100."""
    return cv2.cvtColor(rgb.reshape(1, -1, 3), cv2.COLOR_RGB2LAB).reshape(rgb.shape) / 100


def test_lab_is_opencvs():
    steps = np.linspace(0, 1, 9, dtype=np.float32)
    rgb = np.stack(np.meshgrid(steps, steps, steps), -1)  # corners, greys and all between
    found = np.asarray(losses.to_lab(keras.ops.convert_to_tensor(rgb)))
    assert found.shape == (9, 9, 9, 3) and found.dtype == np.float32
    np.testing.assert_allclose(found, find_lab(rgb), atol=0.01)
    dark = np.random.default_rng(0).random((200, 3), np.float32) * 0.08  # where curves become straight
    np.testing.assert_allclose(np.asarray(losses.to_lab(keras.ops.convert_to_tensor(dark))), find_lab(dark), atol=0.01)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="asks TensorFlow's gradient tape")
def test_lab_has_slopes_everywhere():
    import tensorflow as tf

    for level in (0.0, 0.04045, 1.0):
        rgb = tf.fill((2, 3), level)
        with tf.GradientTape() as tape:
            tape.watch(rgb)
            total = tf.reduce_sum(losses.to_lab(rgb)[..., 0])
        slopes = tape.gradient(total, rgb).numpy()
        assert np.isfinite(slopes).all() and slopes.min() > 0


PALETTE = colour_task.make_palette()  # (48, 3)


def paint_squares(numbers):
    """Squares of 4x4 pixels in the palette's colours, (1, 4 rows, 4 columns, 3) float32."""
    return (PALETTE[np.array(numbers)].repeat(4, 0).repeat(4, 1) / np.float32(255))[None]


def add_classes(picture, numbers, share=1.0):
    """A picture and its classes, packed: the shares of the given ones, and what is left for all others alike."""
    rows, columns = np.array(numbers).shape
    shares = np.full((rows, columns, 48), (1 - share) / 47, np.float32)
    np.put_along_axis(shares, np.array(numbers)[..., None], share, -1)
    packed = shares.reshape(rows, columns, 3, 4, 4).transpose(0, 3, 1, 4, 2).reshape(1, 4 * rows, 4 * columns, 3)
    return np.concatenate([picture, packed], -1)


SQUARES = [[0, 5, 17], [30, 46, 6]]


def test_classes_are_packed_as_they_are_unpacked():
    shares = colour_task.unpack_classes(add_classes(paint_squares(SQUARES), SQUARES, 0.9)[0, ..., 3:])
    assert shares.argmax(-1).tolist() == SQUARES and shares.max(-1) == pytest.approx(np.full((2, 3), 0.9))


def test_a_right_colouring_with_the_right_classes_costs_nothing():
    loss, truth = losses.ColourLoss(PALETTE.tolist()), paint_squares(SQUARES)
    assert value(loss, truth, truth) == 0
    right = value(loss, truth, add_classes(truth, SQUARES))
    assert right == pytest.approx(0, abs=1e-4)
    for wrong in (1 - truth, truth * 0 + truth.mean((1, 2)), truth[:, ::-1], truth * 0.9):
        assert value(loss, truth, wrong) > 0.02
        assert value(loss, truth, add_classes(wrong, SQUARES)) > right + 0.02
    assert value(loss, truth, add_classes(truth, SQUARES[::-1])) > 0.5  # all of them wrong


def test_a_colourings_error_is_that_of_lightness_and_twice_that_of_colour():
    truth, found = paint_squares(SQUARES), paint_squares(SQUARES[::-1])
    away = np.abs(find_lab(found) - find_lab(truth))
    for colour in (0.0, 1.0, 3.0):
        expected = away[..., 0].mean() + colour * away[..., 1:].mean()
        assert value(losses.ColourLoss(PALETTE.tolist(), colour), truth, found) == pytest.approx(expected, abs=0.01)
    grey = np.full((1, 4, 4, 3), 0.5, np.float32)
    without, standard = (value(losses.ColourLoss(PALETTE.tolist(), **o), grey, grey * 0.5) for o in ({"colour": 0}, {}))
    assert without == pytest.approx(standard, abs=1e-4) and without > 0.2  # greys have no colour


def test_classes_cost_less_the_larger_the_right_ones_share():
    truth = paint_squares(SQUARES)
    costs = []
    for share in (1 / 48, 0.25, 0.5, 1.0):
        found = add_classes(truth, SQUARES, share)
        costs.append(value(losses.ColourLoss(PALETTE.tolist()), truth, found))
        no_skin = np.log(1 - (1 - share) / 47)
        assert costs[-1] == pytest.approx(-4 * no_skin - 0.1 * (np.log(share) - no_skin), abs=1e-3)
        halved = np.concatenate([found[..., :3], found[..., 3:] / 2], -1)  # shares, of whatever sum
        assert value(losses.ColourLoss(PALETTE.tolist()), truth, halved) == pytest.approx(costs[-1], abs=1e-3)
        # Weighted alike the two parts are the cross-entropy of all classes.
        whole = losses.ColourLoss(PALETTE.tolist(), classes=0.5, skin=0.5)
        assert value(whole, truth, found) == pytest.approx(-0.5 * np.log(share), abs=1e-3)
        assert value(losses.ColourLoss(PALETTE.tolist(), classes=0.0, skin=0.0), truth, found) == 0
    assert costs == sorted(costs, reverse=True) and costs[-1] < 1e-3


def test_a_squares_class_is_the_nearest_to_the_colour_in_its_middle():
    truth = paint_squares(SQUARES)
    other = truth.copy()
    other[:, 0::4], other[:, 3::4], other[:, :, 0::4], other[:, :, 3::4] = 1, 1, 1, 1  # all around
    other = np.clip(other + np.float32([0.01, -0.01, 0.01]), 0, 1)
    loss = losses.ColourLoss(PALETTE.tolist(), colour=0)
    plain = value(loss, other, other)
    assert value(loss, other, add_classes(other, SQUARES)) == pytest.approx(plain, abs=1e-4)


def test_skin_is_a_class_whatever_its_colour():
    truth, loss = paint_squares(SQUARES), losses.ColourLoss(PALETTE.tolist())
    skin = np.zeros((1, 8, 12, 1), np.float32)
    skin[:, :4, 4:8] = skin[:, 4:, :4] = 1  # squares 5 and 30
    marked = np.concatenate([truth, skin], -1)
    assert value(loss, marked, add_classes(truth, [[0, 47, 17], [47, 46, 6]])) == pytest.approx(0, abs=1e-4)
    assert value(loss, marked, add_classes(truth, SQUARES)) > 0.5
    for share in (0.3, 0.9):
        found = add_classes(truth, np.full((2, 3), 47), share)
        everywhere = np.concatenate([truth, np.ones_like(skin)], -1)
        assert value(loss, everywhere, found) == pytest.approx(-4 * np.log(share), abs=1e-3)
    assert value(loss, marked * (1, 1, 1, 0), add_classes(truth, SQUARES)) == pytest.approx(0, abs=1e-4)
    plain = PALETTE[47].repeat(16).reshape(1, 3, 4, 4).transpose(0, 2, 3, 1) / np.float32(255)  # of skin's colour only
    assert value(loss, plain, add_classes(plain, [[47]])) > 0.5


def test_extreme_colourings_stay_finite():
    loss = losses.ColourLoss(PALETTE.tolist())
    for truth in (0.0, 1.0):
        for found in (0.0, 1.0):
            for channels in (3, 6):
                answer = np.full((1, 8, 8, channels), found, np.float32)
                assert np.isfinite(value(loss, np.full((1, 8, 8, 3), truth, np.float32), answer))


def test_colour_loss_survives_saving():
    loss = losses.ColourLoss(PALETTE.tolist(), colour=3.0, classes=0.25)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.ColourLoss and again.get_config() == loss.get_config()
    assert (again.palette, again.colour, again.classes) == (PALETTE.tolist(), 3.0, 0.25)
    truth = paint_squares(SQUARES)
    found = add_classes(1 - truth, SQUARES, 0.5)
    expected = value(loss, truth, found)
    assert expected > 0.5 and value(again, truth, found) == pytest.approx(expected)
