import numpy as np
import pytest

keras = pytest.importorskip("keras")
losses = pytest.importorskip("losses")


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
    assert float(losses.feature_distance(levels, levels)) == 0


def test_feature_distance_counts_every_level_alike():
    small, large = np.full((1, 8, 8, 1), 0.01, np.float32), np.full((1, 2, 2, 3), 100, np.float32)
    assert float(losses.feature_distance([small, large], [small * 1.5, large])) == pytest.approx(0.25)
    assert float(losses.feature_distance([small, large], [small, large * 1.5])) == pytest.approx(0.25)


def test_feature_distance_to_nothing_is_finite():
    nothing = np.zeros((1, 4, 4, 1), np.float32)
    assert np.isfinite(float(losses.feature_distance([nothing], [nothing + 1])))


@pytest.mark.parametrize(
    "true, found, expected", [([1, 5], [-1, -9], 0), ([0, 0], [0, 0], 2), ([-1, 1], [1, -1], 2), ([2], [0.5], 1.5)]
)
def test_critic_hinge(true, found, expected):
    true, found = np.array(true, np.float32), np.array(found, np.float32)
    assert float(losses.critic_hinge(true, found)) == pytest.approx(expected)


def test_slope_error_is_of_differences_only():
    ramp = np.tile(np.arange(4, dtype=np.float32)[None, None, :, None], (1, 3, 1, 1))  # rises by 1 to the right
    flat = np.zeros_like(ramp)
    assert float(losses.slope_error(flat, flat + 0.5)) == 0
    assert float(losses.slope_error(flat, ramp)) == pytest.approx(1)


def test_skeleton_loss_prefers_a_narrow_valley_to_a_blurred_one():
    row = np.array([1, 0.5, 0, 0.5, 1], np.float32)
    truth, blurred = (np.tile(values[None, None, :, None], (1, 5, 1, 1)) for values in (row, row * 0.6 + 0.24))
    loss = losses.SkeletonLoss()
    assert value(loss, truth, truth) == 0
    moved = truth - np.abs(blurred - truth).mean()
    assert value(losses.SkeletonLoss(slope=0), truth, moved) == pytest.approx(
        value(losses.SkeletonLoss(slope=0), truth, blurred), rel=1e-4
    )
    assert value(loss, truth, blurred) > 1.5 * value(loss, truth, moved)


def test_skeleton_loss_survives_saving():
    loss = losses.SkeletonLoss(absolute=0.5, slope=0.25)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is losses.SkeletonLoss and again.get_config() == loss.get_config()
    assert (again.absolute, again.slope) == (0.5, 0.25)
