import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import model
from illustration_parts.networks import losses

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parents[1]


def multiply_adds(network, height, width):
    """Multiply-adds of a network's convolutions on one picture, from its layers' shapes."""
    total = 0
    probe = keras.models.clone_model(network, input_tensors=keras.Input((height, width, network.input_shape[-1])))
    for layer in probe.layers:
        if isinstance(layer, keras.layers.Conv2DTranspose):
            pixels = layer.input.shape[1] * layer.input.shape[2]  # each input pixel is drawn once by the whole kernel
        elif isinstance(layer, keras.layers.Conv2D):
            pixels = layer.output.shape[1] * layer.output.shape[2]
        else:
            continue
        total += pixels * int(np.prod(layer.kernel.shape))
    return total


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return model.build_line_extractor()


def test_default_network_is_as_small_as_it_says(network):
    assert network.count_params() == 824_755
    per_pixel = multiply_adds(network, 64, 64) / 64**2
    assert 37_000 < per_pixel < 37_500


def test_default_network_gives_three_maps_of_the_pictures_size(network):
    pictures = np.random.default_rng(0).random((2, 40, 24, 3), np.float32)
    maps = np.asarray(network(pictures))
    assert maps.shape == (2, 40, 24, 3) and maps.dtype == np.float32
    assert 0 <= maps.min() < maps.max() <= 1


def test_default_network_sees_colour(network):
    """Two pictures of the same grey and another colour are not the same to it."""
    red, blue = np.zeros((2, 1, 32, 32, 3), np.float32)
    red[..., 0], blue[..., 2] = 0.114, 0.299
    assert np.abs(np.asarray(network(red)) - np.asarray(network(blue))).max() > 1e-4


def test_blocks_start_as_the_identity(network):
    for layer in network.layers:
        if layer.name.endswith("_expand"):
            assert not np.any(layer.get_weights()[0])


def test_unknown_variant_is_refused():
    with pytest.raises(ValueError, match="variant must be 'default' or 'distiller'. Received: 'other'"):
        model.build_line_extractor("other")


# Regions


@pytest.fixture(scope="module")
def region_network():
    keras.utils.set_random_seed(0)
    return model.build_region_unet()


def test_region_network_is_as_small_as_it_says(region_network):
    assert region_network.count_params() == 1_292_210
    assert 27_500 < multiply_adds(region_network, 64, 64) / 64**2 < 28_500


@pytest.mark.parametrize("height, width", [(32, 32), (96, 32), (32, 160)])
def test_region_network_gives_two_maps_of_the_pictures_size(region_network, height, width):
    pictures = np.random.default_rng(0).random((2, height, width, 3), np.float32)
    maps = np.asarray(region_network(pictures))
    assert maps.shape == (2, height, width, 2) and maps.dtype == np.float32
    assert 0 <= maps.min() < maps.max() <= 1
    assert np.abs(maps[..., 0] - maps[..., 1]).max() > 1e-3


def test_region_network_is_float32_at_its_end_under_every_policy():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network, discriminator = model.build_region_unet(), model.build_region_discriminator()
    finally:
        keras.config.set_dtype_policy(before)
    assert network.output.dtype == discriminator.outputs[-1].dtype == "float32"
    assert discriminator.outputs[0].dtype == "bfloat16"
    assert {weight.dtype for weight in network.weights + discriminator.weights} == {"float32"}


def test_danbooregion_has_the_published_size():
    """Two 3x3 convolutions a level, then two a level on the level below it and this one's detail, then one."""
    network = model.build_region_unet("danbooregion")
    levels = (16, 32, 64, 128, 256, 512)
    shapes = [pair for above, own in zip((3, *levels), levels) for pair in ((above, own), (own, own))]
    for own, below in list(zip(levels, levels[1:]))[::-1]:
        shapes += [(below + own, own), (own, own)]
    shapes.append((16, 1))
    # In the order in which the authors' files list them.
    kernels = [layer.get_weights()[0].shape for layer in network.layers if layer.weights]
    assert kernels == [(3, 3, *shape) for shape in shapes]
    assert network.count_params() == sum(9 * above * own + own for above, own in shapes) == 7_862_529


def test_danbooregion_hands_over_what_averaging_took():
    network = model.build_region_unet("danbooregion")
    picture = np.random.default_rng(0).random((1, 32, 96, 3), np.float32)
    inside = keras.Model(network.input, [network.get_layer("down1_detail").output, network.output])
    detail, height = (np.asarray(array) for array in inside(picture))
    assert height.shape == (1, 32, 96, 1)
    assert detail.shape == (1, 16, 48, 32) and np.abs(detail).max() > 1e-3
    blocks = detail.reshape(1, 8, 2, 24, 2, 32).mean((2, 4))
    np.testing.assert_allclose(blocks, 0, atol=1e-6)


def test_unknown_region_variant_is_refused():
    with pytest.raises(ValueError, match="variant must be 'default' or 'danbooregion'. Received: 'other'"):
        model.build_region_unet("other")


# Line refiners


@pytest.fixture(scope="module")
def refiners():
    """The networks of both variants."""
    keras.utils.set_random_seed(0)
    return {variant: model.build_line_refiner(variant) for variant in ("default", "relifer")}


@pytest.mark.parametrize(
    "variant, name, parameters, layers, work",
    [("default", "line_refiner", 1_962_928, 95, 34_683.5), ("relifer", "line_relifer", 298_177, 18, 295_552)],
)
def test_refiners_are_as_small_as_they_say(refiners, variant, name, parameters, layers, work):
    network = refiners[variant]
    assert (network.name, network.count_params()) == (name, parameters)
    assert len([layer for layer in network.layers if layer.weights]) == layers
    assert multiply_adds(network, 64, 64) / 64**2 == work


def test_the_published_refiner_has_two_convolutions_and_normalisations_a_block(refiners):
    """In the order in which the author's file lists them."""
    kinds = [type(layer).__name__ for layer in refiners["relifer"].layers if layer.weights]
    assert kinds == ["Conv2D", *["Conv2D", "BatchNormalization"] * 8, "Conv2D"]
    assert len(kinds) == 4 * model.RELIFER_BLOCKS + 2
    kernels = [layer.kernel.shape for layer in refiners["relifer"].layers if isinstance(layer, keras.layers.Conv2D)]
    assert kernels == [(3, 3, 1, 64), *[(3, 3, 64, 64)] * 8, (1, 1, 64, 1)]


@pytest.mark.parametrize("height, width", [(32, 32), (96, 64), (32, 128)])
def test_refiners_give_maps_of_the_drawings_size(refiners, height, width):
    drawings = np.random.default_rng(0).random((2, height, width, 1), np.float32)
    for variant, low, count in (("default", 0, 2), ("relifer", -1, 1)):
        maps = np.asarray(refiners[variant](drawings))
        assert maps.shape == (2, height, width, count) and maps.dtype == np.float32
        assert low <= maps.min() < maps.max() <= 1


def test_context_adds_nothing_at_first(refiners):
    network = keras.models.clone_model(refiners["default"])
    drawing = np.random.default_rng(0).random((1, 64, 64, 1), np.float32)
    before = np.asarray(network(drawing))
    for name in ("context1", "context2_block1_look"):
        layer = network.get_layer(name)
        layer.set_weights([weight + 1 for weight in layer.get_weights()])
    np.testing.assert_array_equal(np.asarray(network(drawing)), before)
    layer = network.get_layer("context_up")
    layer.set_weights([weight + 0.1 for weight in layer.get_weights()])
    assert np.abs(np.asarray(network(drawing)) - before).max() > 0.01


def test_the_published_refiner_takes_any_size(refiners):
    for height, width in ((1, 1), (13, 27)):
        assert refiners["relifer"](np.zeros((1, height, width, 1), np.float32)).shape == (1, height, width, 1)


@pytest.mark.parametrize("variant, least, most", [("default", 64, 128), ("relifer", 8, 16)])
def test_how_far_refiners_look(refiners, variant, least, most):
    """The engine's margins are the far end of it: what is beyond has no say, or as good as none."""
    network = keras.models.clone_model(refiners[variant])
    rng = np.random.default_rng(0)  # blocks start with kernels of zeros, which look nowhere
    network.set_weights([weight + rng.normal(0, 0.05, weight.shape) for weight in network.get_weights()])
    drawing = rng.random((1, 32, 256, 1), np.float32)
    other = drawing.copy()
    other[:, :, 160:] = rng.random((1, 32, 96, 1), np.float32)
    change = np.abs(np.asarray(network(drawing)) - np.asarray(network(other)))[0, ..., 0].max(0)
    assert change[160 - least : 160].max() > 1e-4
    assert change[: 160 - most].max() < 0.02 * change[152:160].max()


def test_refiners_and_sketch_networks_are_float32_at_their_end_under_every_policy():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        for variant in ("default", "relifer"):
            network, discriminator = model.build_line_refiner(variant), model.build_line_discriminator(variant)
            assert network.output.dtype == discriminator.outputs[-1].dtype == "float32"
            assert discriminator.outputs[0].dtype == "bfloat16"
            assert {weight.dtype for weight in network.weights + discriminator.trainable_weights} == {"float32"}
        for variant in ("default", "classic", "pix2pix"):
            assert model.build_sketch_unet(3, 1, variant).output.dtype == "float32"
    finally:
        keras.config.set_dtype_policy(before)


def test_unknown_refiner_variant_is_refused():
    for build in (model.build_line_refiner, model.build_line_discriminator):
        with pytest.raises(ValueError, match="variant must be 'default' or 'relifer'. Received: 'other'"):
            build("other")


@pytest.mark.parametrize("height, width", [(64, 96), (40, 24)])
def test_discriminators_of_refined_lines(height, width):
    discriminator = model.build_line_discriminator()
    assert discriminator.name == "line_discriminator"
    *levels, scores = discriminator(np.zeros((2, height, width, 3), np.float32))
    for level, features in enumerate(levels, start=1):
        assert features.shape[:3] == (2, -(-height // 2**level), -(-width // 2**level))
    assert len(levels) == 4 and scores.shape == (2, -(-height // 16), -(-width // 16), 1)
    discriminator = model.build_line_discriminator("relifer")
    assert discriminator.name == "relifer_discriminator"
    *levels, scores = discriminator(np.zeros((2, height, width, 1), np.float32))
    assert [features.shape[-1] for features in levels] == [16, 32, 64, 128, 256] and scores.shape == (2, 1)
    assert all(layer.rate == 0.25 for layer in discriminator.layers if isinstance(layer, keras.layers.Dropout))


def test_a_patch_of_the_line_discriminator_is_as_large_as_it_says():
    """Its level with a 16th of the size sees 46 pixels: 4, and 2 x 3, 4 x 3 and 8 x 3 more."""
    discriminator = model.build_line_discriminator()
    patch = keras.Model(discriminator.input, discriminator.get_layer("look4").output)
    drawing = np.full((1, 128, 128, 3), 0.5, np.float32)
    plain = np.asarray(patch(drawing))
    seen = []
    for x in range(128):
        drawing[0, 64, x] = 1
        if np.abs(np.asarray(patch(drawing)) - plain)[0, :, 4].max() > 1e-7:
            seen.append(x)
        drawing[0, 64, x] = 0.5
    assert seen == list(range(seen[0], seen[0] + 46))


# Sketches


SKETCH_VARIANTS = ("default", "classic", "pix2pix")


@pytest.fixture(scope="module")
def sketchers():
    """The networks of all variants, from pictures to sketches."""
    keras.utils.set_random_seed(0)
    return {variant: model.build_sketch_unet(3, 1, variant, f"sketch_{variant}") for variant in SKETCH_VARIANTS}


@pytest.fixture(scope="module")
def part_network():
    """The network that tells the parts of a sketch."""
    keras.utils.set_random_seed(0)
    return model.build_part_network(3, 28)


def build_thin_sketcher(variant, inputs=3, outputs=1):
    """A network of a variant with few channels, with random weights and statistics."""
    keras.utils.set_random_seed(0)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("SKETCH_CHANNELS", (8, 8, 8)), ("SKETCH_BLOCKS", (1, 1, 1)), ("CLASSIC_CHANNELS", (4, 4, 6, 6, 8)),
            ("PIX2PIX_CHANNELS", (4, 4, 6, 6, 8)),
        ):  # fmt: skip
            patch.setattr(model, name, value)
        network = model.build_sketch_unet(inputs, outputs, variant, f"thin_{variant}")
    shake(network)
    return network


def test_default_sketch_networks_are_as_small_as_they_say(sketchers, part_network):
    assert sketchers["default"].count_params() == 366_925
    assert multiply_adds(sketchers["default"], 64, 64) / 64**2 == 19_806
    assert model.build_sketch_unet(1, 1).count_params() == 366_925 - 2 * 9 * 10
    assert part_network.count_params() == 1_319_796
    assert 11_000 < multiply_adds(part_network, 64, 64) / 64**2 < 15_000


def test_no_unit_of_a_default_sketch_network_can_die(sketchers, part_network):
    for network in (sketchers["default"], part_network):
        assert not [layer for layer in network.layers if isinstance(layer, keras.layers.ReLU)]
        units = [layer for layer in network.layers if isinstance(layer, model.LeakyReLU)]
        assert len(units) > 30 and {layer.slope for layer in units} == {0.1}
    assert not [layer for layer in model.build_line_extractor().layers if isinstance(layer, model.LeakyReLU)]


def test_slopes_below_zero_are_the_same_in_optimised_graphs():
    """Keras' own are not, on TensorFlow 2.21, where a convolution and a sum come before."""
    network = build_thin_sketcher("default", 5, 3)
    given = np.random.default_rng(0).random((1, 64, 64, 5), np.float32)
    np.testing.assert_allclose(network.predict_on_batch(given), np.asarray(network(given)), atol=1e-4)


def test_of_a_sketch_its_lines_are_seen_and_not_its_paper():
    for network in (build_thin_sketcher("default", 1), build_thin_sketcher("default", 5, 3)):
        seen = keras.Model(network.input, network.get_layer("flip").output)
        given = np.zeros((1, 8, 8, network.input_shape[-1]), np.float32)
        given[..., 0] = 0.75
        given[..., 1:] = 0.25
        np.testing.assert_allclose(np.asarray(seen(given)), 0.25)
    assert "flip" not in {layer.name for layer in build_thin_sketcher("default", 3).layers}


def test_a_correcting_sketch_network_begins_with_what_it_corrects():
    given = np.random.default_rng(0).random((1, 40, 36, 4), np.float32)
    for start in (0, 3):
        network = model.build_sketch_unet(4, 1, start=start)
        network.get_layer("maps").kernel.assign(np.zeros((1, 1, model.SKETCH_HEAD, 1)))
        assert np.array_equal(np.asarray(network(given))[..., 0], given[..., start])
        assert keras.Model.from_config(network.get_config()).get_layer("first").channel == start
    for variant, start in (("default", 4), ("default", -1), ("classic", 3)):
        with pytest.raises(ValueError, match="start must be None, or 0 to 3 for the default"):
            model.build_sketch_unet(4, 1, variant, start=start)


def test_untrained_sketch_networks_find_what_is_likely(sketchers):
    given = np.zeros((1, 32, 32, 3), np.float32)
    np.testing.assert_allclose(np.asarray(sketchers["default"](given)), 0.9, atol=1e-6)


def test_a_part_network_tells_squares_and_sees_the_whole(part_network):
    given = np.random.default_rng(0).random((2, 64, 96, 3), np.float32)
    maps = np.asarray(part_network(given))
    assert maps.shape == (2, 64, 96, 7) and maps.dtype == np.float32
    inside = keras.Model(part_network.input, part_network.get_layer("whole_mean").output)
    assert inside(given).shape == (2, 1, 1, 160)
    paper = np.concatenate([np.ones((1, 64, 64, 1)), np.full((1, 64, 64, 2), 0.5)], -1).astype(np.float32)
    seen = keras.Model(part_network.input, part_network.get_layer("flip").output)
    np.testing.assert_allclose(np.asarray(seen(paper)), 0, atol=1e-6)
    with pytest.raises(ValueError, match="maps must be a multiple of 4. Received: 6"):
        model.build_part_network(3, 6)


def test_the_first_u_net_has_pairs_of_convolutions(sketchers):
    levels = (64, 128, 256, 512, 1024)
    shapes = [pair for above, own in zip((3, *levels), levels) for pair in ((above, own), (own, own))]
    for own, below in list(zip(levels, levels[1:]))[::-1]:
        shapes += [(below + own, own), (own, own)]
    network = sketchers["classic"]
    kernels = [layer.kernel.shape for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert kernels == [*((3, 3, *shape) for shape in shapes), (1, 1, 64, 1)]
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert [layer.gamma.shape[0] for layer in norms] == [own for _, own in shapes]
    dropouts = [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]
    assert dropouts == [0.2] * 9 and network.count_params() == 31_402_497


def test_pix2pix_has_five_convolutions_down_and_five_back(sketchers):
    shapes = [(3, 64), (64, 128), (128, 256), (256, 512), (512, 512)]
    shapes += [(512, 512), (1024, 256), (512, 128), (256, 64), (128, 1)]
    network = sketchers["pix2pix"]
    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.kernel.shape for layer in convolutions] == [(5, 5, *shape) for shape in shapes]
    assert [layer.strides for layer in convolutions] == [(2, 2)] * 5 + [(1, 1)] * 5
    assert network.count_params() == 26_029_505


@pytest.mark.parametrize("height, width", [(64, 32), (13, 27), (33, 40), (1, 1)])
def test_sketch_networks_give_maps_of_any_pictures_size(sketchers, height, width):
    pictures = np.random.default_rng(0).random((2, height, width, 3), np.float32)
    for network in sketchers.values():
        maps = np.asarray(network(pictures))
        assert maps.shape == (2, height, width, 1) and maps.dtype == np.float32
        assert maps.min() < maps.max()
        if network.name.endswith("pix2pix"):
            assert 0 <= maps.min() < maps.max() <= 1


@pytest.mark.parametrize("variant", ["default", "classic"])
def test_sketch_networks_that_end_in_a_convolution_run_over_at_both_ends(variant):
    network = build_thin_sketcher(variant)
    pictures, last = np.zeros((1, 8, 8, 3), np.float32), network.get_layer("maps")
    for bias in (-3.0, 4.0):
        last.bias.assign([bias])
        last.kernel.assign(np.zeros(last.kernel.shape))
        np.testing.assert_allclose(np.asarray(network(pictures)), bias, atol=1e-6)


@pytest.mark.parametrize("variant, multiple", [("default", 8), ("classic", 16), ("pix2pix", 32)])
def test_pictures_are_led_on_by_repeating_their_edge(variant, multiple):
    network = build_thin_sketcher(variant)
    picture = np.random.default_rng(1).random((1, 37, 45, 3), np.float32)
    by_hand = np.pad(picture, ((0, 0), (0, -37 % multiple), (0, -45 % multiple), (0, 0)), mode="edge")
    found, wanted = np.asarray(network(picture)), np.asarray(network(by_hand))
    assert wanted.shape[1:3] == by_hand.shape[1:3] and found.std() > 1e-3
    np.testing.assert_allclose(found, wanted[:, :37, :45], atol=1e-5)
    np.testing.assert_allclose(network.predict_on_batch(picture), found, atol=1e-5)  # sizes unknown beforehand


@pytest.mark.parametrize("variant", SKETCH_VARIANTS)
def test_sketch_networks_reload_as_they_were(tmp_path, variant):
    network = build_thin_sketcher(variant, 5, 3)
    network.save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras")
    assert again.name == f"thin_{variant}"
    given = np.random.default_rng(0).random((1, 21, 30, 5), np.float32)
    found = np.asarray(network(given))
    assert found.shape == (1, 21, 30, 3) and found.std() > 1e-3
    np.testing.assert_allclose(np.asarray(again(given)), found, atol=1e-6)


def test_impossible_sketch_networks_are_refused():
    with pytest.raises(ValueError, match="variant must be one of default, classic, pix2pix. Received: 'other'"):
        model.build_sketch_unet(3, 1, "other")
    for channels in ((0, 1), (3, 0)):
        with pytest.raises(ValueError, match=f"inputs and outputs must be 1 or more. Received: {channels[0]}, "):
            model.build_sketch_unet(*channels)


@pytest.mark.parametrize("inputs, outputs", [(3, 1), (5, 3)])
def test_discriminators_of_sketches(inputs, outputs):
    discriminator = model.build_sketch_discriminator(inputs, outputs)
    assert discriminator.name == "sketch_discriminator"
    *levels, scores = discriminator(np.zeros((2, 64, 40, inputs + outputs), np.float32))
    assert [features.shape[1:3] for features in levels] == [(32, 20), (16, 10), (8, 5), (4, 3)]
    assert scores.shape == (2, 4, 3, 1)


@pytest.mark.parametrize("height, width", [(6, 9), (1, 5), (1, 1)])
def test_bilinear_upsampling_is_opencvs(height, width):
    x = np.random.default_rng(0).random((2, height, width, 3), np.float32)
    found = np.asarray(model.BilinearUpsampling()(x))
    assert found.shape == (2, 2 * height, 2 * width, 3)
    for one, wanted in zip(found, x):
        larger = cv2.resize(wanted, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
        np.testing.assert_allclose(one, larger, atol=1e-6)


def test_depth_becomes_space_channel_after_channel_and_row_after_row():
    x = np.arange(16, dtype=np.float32).reshape(1, 1, 2, 8)
    found = np.asarray(model.DepthToSpace(2)(x))
    assert found[0, ..., 0].tolist() == [[0, 1, 8, 9], [2, 3, 10, 11]]
    assert found[0, ..., 1].tolist() == [[4, 5, 12, 13], [6, 7, 14, 15]]
    assert found.shape == (1, 2, 4, 2)


def test_padding_repeats_the_edge_where_it_must():
    x = np.arange(6, dtype=np.float32).reshape(1, 2, 3, 1)
    padded = np.asarray(model.PadToMultiple(4)(x))
    assert padded[0, ..., 0].tolist() == [[0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5], [3, 4, 5, 5]]
    for multiple in (1, 2, 4):
        whole = np.random.default_rng(0).random((2, 4, 8, 3), np.float32)
        np.testing.assert_array_equal(np.asarray(model.PadToMultiple(multiple)(whole)), whole)


def test_cutting_takes_the_top_left_of_what_was_found():
    found = np.arange(24, dtype=np.float32).reshape(1, 4, 6, 1)
    cut = np.asarray(model.CropToSize()([found, np.zeros((1, 2, 3, 5), np.float32)]))
    assert cut[0, ..., 0].tolist() == [[0, 1, 2], [6, 7, 8]]


def test_layers_of_sketch_networks_tell_their_output_shapes():
    for given, wanted in (((13, 32, 5), (16, 32, 5)), ((None, None, 5), (None, None, 5))):
        assert model.PadToMultiple(8)(keras.Input(given)).shape == (None, *wanted)
    for given, wanted in (((3, 4, 32), (12, 16, 2)), ((None, 4, 32), (None, 16, 2))):
        assert model.DepthToSpace(4)(keras.Input(given)).shape == (None, *wanted)
    for given, wanted in (((3, 4, 7), (6, 8, 7)), ((3, None, 7), (6, None, 7))):
        assert model.BilinearUpsampling()(keras.Input(given)).shape == (None, *wanted)
    for given, wanted in (((13, 27, 5), (13, 27, 2)), ((None, None, 5), (None, None, 2))):
        assert model.CropToSize()([keras.Input((None, None, 2)), keras.Input(given)]).shape == (None, *wanted)


# Critic


@pytest.mark.parametrize("height, width", [(128, 64), (96, 40)])
def test_discriminator_tells_its_features_and_scores(height, width):
    discriminator = model.build_region_discriminator()
    *levels, scores = discriminator(np.zeros((2, height, width, 4), np.float32))
    assert len(levels) == 6
    for level, features in enumerate(levels, start=1):
        assert features.shape[:3] == (2, -(-height // 2**level), -(-width // 2**level))
    assert scores.shape == (2, *levels[-1].shape[1:3], 1)


def test_discriminator_does_not_mix_the_pictures_of_a_batch():
    discriminator = model.build_region_discriminator()
    maps = np.random.default_rng(0).random((2, 64, 64, 4), np.float32)
    together, alone = discriminator(maps)[-1], discriminator(maps[:1])[-1]
    np.testing.assert_allclose(np.asarray(together)[:1], np.asarray(alone), atol=1e-6)


def test_spectral_convolution_divides_by_the_largest_singular_value():
    keras.utils.set_random_seed(0)
    layer = model.SpectralConv2D(4, 1)
    x = np.random.default_rng(0).random((1, 2, 2, 6), np.float32)
    for _ in range(50):
        layer(x, training=True)
    layer.bias.assign([1.0, 2.0, 3.0, 4.0])
    kernel = layer.get_weights()[0].reshape(6, 4)
    largest = np.linalg.svd(kernel, compute_uv=False)[0]
    np.testing.assert_allclose(np.asarray(layer(x)), x @ kernel / largest + [1, 2, 3, 4], atol=1e-4)


def test_spectral_convolution_learns_the_norm_in_training_only():
    layer = model.SpectralConv2D(4, 1)
    x = np.ones((1, 2, 2, 6), np.float32)
    layer(x)
    before = layer.get_weights()
    layer(x)
    assert all(np.array_equal(one, other) for one, other in zip(before, layer.get_weights(), strict=True))
    layer(x, training=True)
    assert [np.array_equal(one, other) for one, other in zip(before, layer.get_weights())] == [True, True, False]


# Both players


def build_players(small=True, **options):
    """Generator and discriminator; the small ones have two levels each."""
    names = ("REGION_CHANNELS", "REGION_BLOCKS", "REGION_DISCRIMINATOR_CHANNELS")
    before = [getattr(model, name) for name in names]
    if small:
        model.REGION_CHANNELS, model.REGION_BLOCKS, model.REGION_DISCRIMINATOR_CHANNELS = (8, 8), (1, 1), (4, 6)
    try:
        discriminator = model.build_region_discriminator()
        players = model.AdversarialModel(model.build_region_unet(), discriminator, **options)
    finally:
        for name, value in zip(names, before):
            setattr(model, name, value)
    players.compile(keras.optimizers.Adam(1e-3), loss=losses.SkeletonLoss(), jit_compile="auto")
    return players


def make_batch(size=32):
    rng = np.random.default_rng(0)
    return rng.random((2, size, size, 3), np.float32), rng.random((2, size, size, 1), np.float32)


def shake(players):
    """Move every weight: blocks start with kernels of zeros, which let no gradient through."""
    rng = np.random.default_rng(0)
    players.set_weights([weight + rng.normal(0, 0.05, weight.shape) for weight in players.get_weights()])


def test_the_call_is_the_generators():
    players = build_players()
    pictures, _ = make_batch()
    np.testing.assert_array_equal(np.asarray(players(pictures)), np.asarray(players.generator(pictures)))


def test_right_maps_have_the_features_of_true_ones():
    players = build_players()
    pictures, truth = make_batch()
    assert float(players.compare(pictures, truth, truth, training=True)[0]) == pytest.approx(0, abs=1e-6)
    assert float(players.compare(pictures, truth, 1 - truth)[0]) > 0.01


def test_channels_after_the_maps_are_not_shown_to_the_discriminator():
    players = build_players()
    pictures, truth = make_batch()
    weighted = np.concatenate([truth, np.zeros_like(truth)], axis=-1)
    one, other = players.compare(pictures, truth, 1 - truth), players.compare(pictures, weighted, 1 - truth)
    assert [float(value) for value in one] == [float(value) for value in other]


def test_boundaries_are_not_shown_to_the_discriminator():
    players = build_players()
    pictures, truth = make_batch()
    assert players.shown == 1 and players.generator.output_shape[-1] == 2
    found = np.asarray(players(pictures))
    other, moved = found.copy(), found.copy()
    other[..., 1], moved[..., 0] = 1 - other[..., 1], 1 - moved[..., 0]
    same, again, changed = (
        [float(value) for value in players.compare(pictures, truth, maps)] for maps in (found, other, moved)
    )
    assert same == again and same != changed


def test_a_discriminator_may_see_both_maps():
    generator = build_players().generator
    pictures, truth = make_batch()
    for channels, shown in ((1, 1), (2, 2), (4, 1), (5, 2)):
        players = model.AdversarialModel(generator, model.build_sketch_discriminator(channels - 1, 1))
        assert players.shown == shown
    both, found = np.concatenate([truth, truth], -1), np.asarray(players(pictures))
    other = found.copy()
    other[..., 1] = 1 - other[..., 1]
    one, two = (float(players.compare(pictures, both, maps)[0]) for maps in (found, other))
    assert one != two


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="asks TensorFlow's gradient tape")
@pytest.mark.parametrize("kind", ["hinge", "logistic"])
def test_each_player_moves_by_its_own_loss_alone(kind):
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    players = build_players(small=False, discriminator_loss=kind, paired=2.0, matching=3.0, adversarial=0.5)
    shake(players)
    players.discriminator.get_layer("score").bias.assign([1.2])  # so that some scores are beyond the hinge's corner
    generator, discriminator = players.generator.trainable_variables, players.discriminator.trainable_variables
    pictures, truth = (tf.constant(array) for array in make_batch(64))
    with tf.GradientTape() as tape:
        loss = players.compute_loss(pictures, truth, players(pictures, training=True), training=True)
    together = tape.gradient(loss, generator + discriminator)
    assert all(gradient is not None and np.abs(gradient).max() > 0 for gradient in together)

    def judge(maps):
        *levels, scores = players.discriminator(tf.concat([maps[..., :1], pictures], -1))
        return levels, scores

    with tf.GradientTape() as tape:
        found = players.generator(pictures)
        (levels, scores), (true_levels, _) = judge(found), judge(truth)
        wanted = -tf.nn.softplus(-scores) if kind == "logistic" else scores
        loss = 2.0 * losses.SkeletonLoss()(truth, found) - 0.5 * tf.reduce_mean(wanted)
        loss += 3.0 * model.feature_distance(true_levels, levels)
    alone = tape.gradient(loss, generator)
    found = tf.constant(found)
    with tf.GradientTape() as tape:
        scores, true_scores = judge(found)[1], judge(truth)[1]
        if kind == "hinge":
            loss = model.hinge_loss(true_scores, scores)
        else:
            loss = model.logistic_loss(true_scores, scores)
    alone += tape.gradient(loss, discriminator, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_impossible_players_are_refused():
    generator, discriminator = build_players().generator, model.build_sketch_discriminator(5, 1)
    with pytest.raises(ValueError, match="discriminator must take up to 2 channels, or up to 5 .*Received: 6"):
        model.AdversarialModel(generator, discriminator)
    with pytest.raises(ValueError, match="Received: 3"):  # the picture alone
        model.AdversarialModel(generator, model.build_sketch_discriminator(2, 1))
    with pytest.raises(ValueError, match="discriminator_loss must be .*Received: 'other'"):
        model.AdversarialModel(generator, discriminator, discriminator_loss="other")


def fit_players(folder):
    """Two steps; what is to be looked at goes to the folder."""
    players = build_players()
    before = players.get_weights()
    batch = make_batch()
    terms = [players.train_on_batch(*batch, return_dict=True) for _ in range(2)]
    moved = [bool(np.any(one != other)) for one, other in zip(before, players.get_weights(), strict=True)]
    folder = Path(folder)
    players.save(folder / "players.keras")
    players.generator.save(folder / "generator.keras")
    np.save(folder / "found.npy", players.predict_on_batch(batch[0]))
    np.save(folder / "scores.npy", players.discriminator.predict_on_batch(np.concatenate(batch[::-1], -1))[-1])
    terms = [{name: float(value) for name, value in term.items()} for term in terms]
    steps = int(keras.saving.load_model(folder / "players.keras").optimizer.iterations)
    about = {"backend": keras.backend.backend(), "terms": terms, "moved": moved, "steps": steps}
    (folder / "about.json").write_text(json.dumps(about))


@pytest.mark.parametrize("backend, package", [("tensorflow", "tensorflow"), ("jax", "jax"), ("torch", "torch")])
def test_every_backend_trains_and_saves_both_players(tmp_path, backend, package):
    if not importlib.util.find_spec(package):
        pytest.skip(f"{package} is not installed")
    if backend == keras.backend.backend():
        fit_players(tmp_path)
    else:
        script = f"import sys; sys.path[:0] = {[str(ROOT), str(TESTS)]}; import test_model; "
        script += f"test_model.fit_players({str(tmp_path)!r})"
        environment = {**os.environ, "KERAS_BACKEND": backend}
        environment["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"  # what is compiled runs twice only
        answer = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    about = json.loads((tmp_path / "about.json").read_text())
    assert about["backend"] == backend and about["steps"] == 2
    for term in about["terms"]:
        assert set(term) == {"loss", "paired", "matching", "adversarial", "discriminator"}
        assert np.isfinite(list(term.values())).all()
        total = term["paired"] + term["matching"] + 0.01 * term["adversarial"] + term["discriminator"]
        assert term["loss"] == pytest.approx(total, rel=1e-4)
    # The discriminator's last bias stays: as long as no score is beyond the hinge's corner, true and found ones cancel.
    assert about["moved"].count(False) <= 1

    pictures, truth = make_batch()
    # What one backend wrote another reads, but for the optimizer.
    players = keras.saving.load_model(tmp_path / "players.keras", compile=False)
    generator = keras.saving.load_model(tmp_path / "generator.keras")
    assert type(players) is model.AdversarialModel and generator.name == "region_unet"
    found, scores = np.load(tmp_path / "found.npy"), np.load(tmp_path / "scores.npy")
    for network in (players, generator):
        np.testing.assert_allclose(np.asarray(network(pictures)), found, atol=1e-4)
    seen = np.concatenate([truth, pictures], axis=-1)
    np.testing.assert_allclose(np.asarray(players.discriminator(seen)[-1]), scores, atol=1e-3)


def test_settings_survive_saving():
    players = build_players(paired=4.0, matching=0.5, adversarial=0.25)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(players))
    assert (again.paired, again.matching, again.adversarial, again.discriminator_loss) == (4, 0.5, 0.25, "hinge")
    assert again.count_params() == players.count_params()


# Both players of refined lines


def build_refining_players(variant, eagerly=True, **options):
    """Small generator and discriminator; for few steps nothing is traced."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("REFINER_CHANNELS", (8, 8)), ("REFINER_BLOCKS", (1, 1)), ("CONTEXT_CHANNELS", (8, 8)),
            ("CONTEXT_BLOCKS", (1, 1)), ("LINE_DISCRIMINATOR_CHANNELS", (4, 6)),
            ("RELIFER_CHANNELS", 4), ("RELIFER_BLOCKS", 1), ("RELIFER_DISCRIMINATOR_CHANNELS", (4, 6)),
        ):  # fmt: skip
            patch.setattr(model, name, value)
        networks = model.build_line_refiner(variant), model.build_line_discriminator(variant)
    players = model.AdversarialModel(*networks, **options)
    players.compile(keras.optimizers.Adam(0.01), loss="mean_squared_error", run_eagerly=eagerly, jit_compile=False)
    players.optimizer.build(players.trainable_variables)  # else TensorFlow traces the first step twice
    return players


def make_refining_batch(variant, size=32):
    """Strokes with noise, and the same clean: twice for the default network."""
    truth = np.zeros((4, size, size, 1), np.float32)
    truth[:, 6:9], truth[:, :, 20:23] = 1, 1
    noisy = np.clip(truth + np.random.default_rng(0).normal(0, 0.4, truth.shape), 0, 1).astype(np.float32)
    return noisy, np.repeat(truth, 2 if variant == "default" else 1, axis=-1)


def test_what_chance_costs_a_discriminator():
    chances = {
        kind: build_refining_players("default", discriminator_loss=kind).chance for kind in ("hinge", "logistic")
    }
    assert chances == {"hinge": 2.0, "logistic": pytest.approx(2 * np.log(2))}
    zeros = np.zeros((2, 3), np.float32)
    for kind, loss in (("hinge", model.hinge_loss), ("logistic", model.logistic_loss)):
        assert float(loss(zeros, zeros)) == pytest.approx(chances[kind])


@pytest.mark.parametrize("variant, kind", [("default", "hinge"), ("relifer", "logistic")])
def test_discriminators_of_refined_lines_learn_to_tell(variant, kind):
    keras.utils.set_random_seed(0)
    weights = {"paired": 0.0, "matching": 0.0, "adversarial": 0.0}
    players = build_refining_players(variant, eagerly=False, discriminator_loss=kind, **weights)
    batch = make_refining_batch(variant)
    before = players.generator.get_weights()
    terms = [players.train_on_batch(*batch, return_dict=True) for _ in range(30)]
    assert all(np.isfinite(float(value)) for term in terms for value in term.values())
    told = [float(players.compare(*batch, players(batch[0]))[2]) for _ in range(2)]
    assert told[0] == told[1] < 0.8 * players.chance and float(terms[0]["discriminator"]) > 0.8 * players.chance
    # What nothing weighs moves nothing; the statistics of normalisations are no weights.
    moved = [
        np.abs(one - other).max()
        for one, other, weight in zip(before, players.generator.get_weights(), players.generator.weights)
        if weight.trainable
    ]
    assert max(moved) == 0


def test_a_logistic_discriminator_moves_found_lines_where_it_is_sure():
    """Its mirror image of the saturated logarithm: the surer the discriminator is of a false one, the more it pulls."""
    drawing = keras.Input((None, None, 1))
    scores = keras.layers.GlobalAveragePooling2D()(drawing)
    generator = keras.Model(drawing, keras.layers.Conv2D(1, 1)(drawing))
    players = model.AdversarialModel(generator, keras.Model(drawing, [scores, scores]), discriminator_loss="logistic")
    for level in (-20.0, -1.0, 0.0, 4.0):
        found = np.full((2, 4, 4, 1), level, np.float32)
        assert float(players.compare(found, 0 * found, found)[1]) == pytest.approx(np.log1p(np.exp(-level)), rel=1e-4)


@pytest.mark.parametrize("variant", ["default", "relifer"])
def test_refining_players_reload_as_they_were(tmp_path, variant):
    players = build_refining_players(variant, paired=4.0, matching=0.5, adversarial=0.25, discriminator_loss="logistic")
    batch = make_refining_batch(variant)
    players.train_on_batch(*batch)
    players.save(tmp_path / "players.keras")
    players.generator.save(tmp_path / "generator.keras")
    again = keras.saving.load_model(tmp_path / "players.keras")
    settings = (again.paired, again.matching, again.adversarial, again.discriminator_loss, again.chance)
    assert settings == (4, 0.5, 0.25, "logistic", players.chance)
    assert [network.name for network in (again.generator, again.discriminator)] == [
        network.name for network in (players.generator, players.discriminator)
    ]
    expected = np.asarray(players(batch[0]))
    for network in (again, keras.saving.load_model(tmp_path / "generator.keras")):
        np.testing.assert_allclose(np.asarray(network(batch[0])), expected, atol=1e-6)
    np.testing.assert_allclose(
        [float(value) for value in again.compare(*batch, expected)],
        [float(value) for value in players.compare(*batch, expected)],
        rtol=1e-4,
    )
