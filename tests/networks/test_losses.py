import numpy as np
import pytest

keras = pytest.importorskip("keras")

import model
from illustration_parts.networks import losses


def make_truth(ink, boundary=0.0, edge=0.0, weight=1.0):
    """One picture from numbers or arrays of one size; of 4x4 pixels without any array."""
    truth = np.zeros((1, *(np.shape(ink) or (4, 4)), 4), np.float32)
    for channel, value in enumerate((ink, boundary, edge, weight)):
        truth[..., channel] = value
    return truth


def make_found(ink, share=0.5, edge=0.0):
    found = np.zeros((1, *(np.shape(ink) or (4, 4)), 3), np.float32)
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


@pytest.mark.parametrize("width, dearer", [(2, True), (12, False)])
def test_missed_ink_of_thin_lines_costs_more_than_ink_that_is_none(width, dearer):
    truth = np.zeros((32, 32))
    truth[:, 10 : 10 + width] = 1
    missed, added = np.where(truth == 1, 0.3, 0), np.where(np.roll(truth, 16, 1) == 1, 0.7, truth)
    loss, even = (losses.LineLoss(dice=0, share=0, fill_edge=0, thin=thin) for thin in (2, 0))
    costs = [[value(each, make_truth(truth), make_found(found)) for found in (missed, added)] for each in (loss, even)]
    extra = costs[0][0] / costs[0][1] / (costs[1][0] / costs[1][1])
    assert extra == pytest.approx(3 if dearer else 1, rel=0.02)
    # A grey that is sure stays the best answer.
    grey = [value(loss, make_truth(truth / 2), make_found(truth * found)) for found in (0.4, 0.5, 0.6)]
    assert grey[1] < min(grey[0], grey[2])


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
    loss = losses.SketchLoss(slope=0.25, smooth=0.01)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.SketchLoss and again.get_config() == loss.get_config() and again.slope == 0.25
    assert again.smooth == 0.01
    assert losses.SketchLoss().slope == 0.5


def test_small_errors_of_a_smooth_sketch_loss_count_by_their_square():
    truth = make_sketch()
    loss = losses.SketchLoss(0.0, smooth=0.1)
    small, large = (value(loss, truth, truth + np.float32(error)) for error in (0.001, 10.0))
    assert small == pytest.approx(0.001**2 / 0.2, rel=0.01) and large == pytest.approx(9.9, rel=0.001)
    assert value(loss, truth, truth) == 0


def make_parts(parts=3, length=4, seed=0):
    """Truth of 4x6 squares, in halves of one part and thing each, and what a sure network finds, (1, 8, 12, C)."""
    truth = np.zeros((1, 4, 6, 3), np.float32)
    truth[:, :, 3:, 0], truth[..., 1], truth[:, :, 3:, 1] = 2, 1, 2
    truth[:, 2:, :, 2] = 1
    cells = np.zeros((4, 6, parts + 1 + length), np.float32)
    np.put_along_axis(cells, truth[0, ..., :1].astype(int), 30.0, -1)
    cells[..., parts] = np.where(truth[0, ..., 2] > 0, 30, -30)
    cells[:, 3:, parts + 1] = 2.0  # two things, far enough apart
    return truth, cells


def pack(cells):
    """(h, w, 4 C) squares laid out as pixels, (1, 2 h, 2 w, C)."""
    height, width, channels = cells.shape
    cells = cells.reshape(height, width, channels // 4, 2, 2).transpose(0, 3, 1, 4, 2)
    return cells.reshape(1, 2 * height, 2 * width, channels // 4)


def cost(cells, truth, **options):
    return value(losses.PartLoss([1.0, 1.0, 3.0], **options), truth, pack(cells))


def test_squares_are_gathered_as_they_are_laid_out():
    cells = np.random.default_rng(0).random((3, 5, 8)).astype(np.float32)
    packed = np.asarray(model.DepthToSpace(2)(cells[None]))
    np.testing.assert_array_equal(packed, pack(cells))
    np.testing.assert_array_equal(np.asarray(losses.unfold(packed, 2))[0], cells)


def test_right_parts_and_light_cost_nearly_nothing_and_wrong_ones_do():
    truth, cells = make_parts()
    assert cost(cells, truth) == pytest.approx(0, abs=0.01)
    for channels in (np.s_[:3], np.s_[3]):
        wrong = cells.copy()
        wrong[..., channels] = wrong[:, ::-1, channels][::-1]
        assert cost(wrong, truth) > 0.3


def test_rare_parts_count_more():
    truth, cells = make_parts()
    plain, rare = cells.copy(), cells.copy()
    plain[0, 0, :3], rare[0, 5, :3] = (0, 5, 0), (0, 5, 0)
    right = cost(cells, truth)
    assert cost(rare, truth) - right == pytest.approx(3 * (cost(plain, truth) - right), rel=0.02)


def test_vectors_of_a_thing_are_pulled_together_and_things_pushed_apart():
    truth, cells = make_parts()
    options = {"light": 0.0, "things": 1.0}
    right = cost(cells, truth, **options)
    scattered, near = cells.copy(), cells.copy()
    scattered[::2, :, 5], scattered[1::2, :, 5] = 1, -1  # 1 from their means, of which 0.25 is free
    assert cost(scattered, truth, **options) - right == pytest.approx(0.75**2, abs=0.01)
    near[:, 3:, 4] = 0.5
    assert cost(near, truth, **options) - right == pytest.approx(1.0**2, abs=0.01)
    none = truth * np.float32([1, 0, 1])  # nothing is numbered
    assert cost(scattered, none, **options) == pytest.approx(cost(cells, none, **options), abs=0.01)


def test_part_loss_survives_saving():
    loss = losses.PartLoss([1.0, 2.0, 3.0], light=0.25, things=0.75, most=5)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.PartLoss and again.get_config() == loss.get_config()
    truth, cells = make_parts()
    expected = value(loss, truth, pack(cells[::-1].copy()))
    assert expected > 0.1 and value(again, truth, pack(cells[::-1].copy())) == pytest.approx(expected)
