"""Which weights load, in which engine; what is refused and how; LineDistiller's published form."""

import hashlib
import shutil
import subprocess
import sys
import types
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from helpers import write_network

import model
from illustration_parts import tasks
from illustration_parts.imaging import images
from illustration_parts.networks import engine, training
from illustration_parts.system import cli, devices
from illustration_parts.tasks import drawings

ROOT = Path(__file__).resolve().parents[2]
EVERY = tasks.list_networks()
TILE = np.random.default_rng(0).random((40, 48, 3), dtype=np.float32)


@pytest.fixture(scope="module")
def distiller():
    """LineDistiller's network with random weights that keep its values moderate."""
    keras.utils.set_random_seed(3)
    return model.build_line_extractor("distiller")


def authors_order(network):
    """The network's weighted layers as Keras 2 numbered and stored them: branch first, then the shortcut."""
    kinds = {"BatchNormalization": [], "Conv2D": [], "Conv2DTranspose": []}
    for layer in network.layers:
        kinds.get(type(layer).__name__, []).append(layer)
    normalisations, convolutions, transposed = map(iter, kinds.values())
    blocks = [4, 6, 9, 12, 9, 6, 4, 3, 1]
    order = []
    for level, count in enumerate(blocks):
        up = 4 <= level <= 6
        for block in range(count):
            pointwise = transposed if up and block == 0 else convolutions
            order += [next(normalisations), next(pointwise), next(normalisations), next(convolutions)]
            order += [next(normalisations), next(convolutions)]
            if block == 0:
                order.append(next(pointwise))
    assert not [*normalisations, *convolutions, *transposed]
    return order


def write_keras2(path, network, whole=True, order=authors_order):
    """Write weights as Keras 2 did: a group per layer, names in attributes, more layers than have weights."""
    names = {"BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance")}
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if whole else file
        if whole:
            file.attrs["model_config"] = b'{"class_name": "Model", "config": {"written by": "Keras 2.1.5"}}'
        layer_names = [b"input_1"]
        root.create_group("input_1").attrs["weight_names"] = np.array([], "S1")
        for number, layer in enumerate(order(network), start=7):
            name = f"layer_{number}"
            group = root.create_group(name)
            keys = [f"{name}/{key}:0" for key in names.get(type(layer).__name__, ("kernel", "bias"))]
            for key, array in zip(keys, layer.get_weights()):
                group.create_dataset(key, data=array)
            group.attrs["weight_names"] = [key.encode() for key in keys]
            layer_names.append(name.encode())
        root.attrs["layer_names"] = layer_names
        root.attrs["backend"] = b"tensorflow"
    return path


def test_distiller_has_the_published_size(distiller):
    assert distiller.count_params() == 1_340_810
    kinds = [type(layer).__name__ for layer in distiller.layers]
    assert [kinds.count(kind) for kind in ("Conv2D", "Conv2DTranspose", "BatchNormalization", "Add")] == [
        165,
        6,
        162,
        57,
    ]


def test_trainable_resampling_gives_the_same_result(distiller):
    trainable = model.build_line_extractor("distiller", trainable_resampling=True)
    trainable.set_weights(distiller.get_weights())
    picture = TILE[None, ..., :1]
    expected = np.asarray(distiller(picture, training=False))
    assert np.abs(np.asarray(trainable(picture, training=False)) - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("whole", [True, False])
def test_keras2_weights(distiller, tmp_path, whole):
    path = write_keras2(tmp_path / "model.net", distiller, whole)
    network = engine.read_keras(path, EVERY)
    assert network.name == "line_distiller"
    assert all(np.array_equal(a, b) for a, b in zip(network.get_weights(), distiller.get_weights()))


def test_keras2_weights_of_another_shape_are_refused(distiller, tmp_path):
    path = write_keras2(tmp_path / "model.h5", distiller)
    with h5py.File(path, "a") as file:
        group = file["model_weights/layer_8/layer_8"]
        del group["kernel:0"]
        group["kernel:0"] = np.zeros((3, 3, 1, 8), np.float32)
    with pytest.raises(engine.WeightsError, match=r"layer_8 has weights of shapes \[\(3, 3, 1, 8\)"):
        engine._set_weights(distiller, engine.read_keras2_weights(path), path)
    with h5py.File(path, "a") as file:
        file["model_weights"].attrs["layer_names"] = [b"layer_7"]
    with pytest.raises(engine.WeightsError, match="1 layers with weights; line_distiller has 333"):
        engine._set_weights(distiller, engine.read_keras2_weights(path), path)
    with h5py.File(path, "w") as file:
        file.create_group("layers")
    with pytest.raises(engine.WeightsError, match="not in Keras 2's HDF5 form"):
        engine.read_keras(path, EVERY)


def test_distiller_pre_and_post_processing():
    for height, width in ((1, 1), (20, 3), (61, 83), (64, 80)):
        grey = drawings.distiller_input(np.full((height, width, 3), 90, np.uint8))
        assert grey.shape[0] % 8 == grey.shape[1] % 8 == 0 and grey.dtype == np.uint8
        ink = drawings.distiller_ink(np.zeros(grey.shape, np.float32), height, width)
        assert ink.shape == (height, width, 1) and not ink.any()  # the mean of the whole is paper
    lines = np.full((8, 8, 1), 0.9, np.float32)
    lines[3] = 0.1  # mean 0.8
    ink = drawings.distiller_ink(lines, 8, 8)[..., 0]
    assert (ink[3] == 178).all() and not ink[0].any()  # 0.1 - 0.8 + 1 is 0.3 of white


def test_engines_agree(tiny_weights):
    tiles = [TILE, TILE[::-1], TILE[:, ::-1]]
    in_keras = list(engine.load(tiny_weights, "keras").stream(tiles))
    for weights in (tiny_weights, tiny_weights.with_suffix(".xml")):
        in_openvino = list(engine.load(weights, "openvino", "float32").stream(iter(tiles)))
        assert len(in_openvino) == 3
        for a, b in zip(in_keras, in_openvino):
            assert a.shape == b.shape == TILE.shape
            assert np.abs(a - b).max() < 1e-4
    fast = list(engine.load(tiny_weights.with_suffix(".xml"), "openvino").stream(tiles))
    assert np.abs(np.stack(fast) - np.stack(in_keras)).mean() < 0.02


def test_stream_of_nothing(tiny_weights):
    assert list(engine.load(tiny_weights.with_suffix(".xml"), "openvino").stream([])) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_stays_flat_whatever_the_shapes_of_tiles(tiny_weights):
    """As with frames that `--scale auto` enlarges differently. Its own process, where nothing else takes memory."""
    script = """if True:
        import sys
        import numpy as np
        from illustration_parts.networks import engine
        network = engine.load(sys.argv[1])
        for number in range(70):
            tile = np.zeros((64 + 8 * (number // 10), 96 + 8 * (number % 10), 3), np.float32)
            assert len(list(network.stream([tile]))) == 1
            if number in (9, 69):
                print(int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6)
    """
    command = [sys.executable, "-c", script, tiny_weights.with_suffix(".xml")]
    run = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    early, late = map(float, run.stdout.split())
    assert late - early < 12, (early, late)  # MB; 23 if the code for each shape is kept


def test_contents_decide_the_form(tiny_weights, tmp_path):
    shutil.copy(tiny_weights, tmp_path / "renamed.h5")
    assert engine.load(tmp_path / "renamed.h5", "keras").name == "line_extractor"


def test_weights_missing(tmp_path):
    with pytest.raises(engine.WeightsError, match="none.keras: No such file"):
        engine.load(tmp_path / "none.keras")


def test_weights_corrupt(tiny_weights, tmp_path):
    xml = tiny_weights.with_suffix(".xml")
    for name, contents in (
        ("empty", b""),
        ("text", b"hello"),
        ("half.keras", tiny_weights.read_bytes()[:2000]),
        ("half.xml", xml.read_bytes()[:2000]),
        ("no bin.xml", xml.read_bytes()),
        ("half.h5", b"\x89HDF\r\n\x1a\n" + bytes(100)),
    ):
        (tmp_path / name).write_bytes(contents)
        with pytest.raises(engine.WeightsError, match="corrupt"):
            engine.load(tmp_path / name, "openvino")


def test_weights_of_another_task(tiny_weights, tmp_path):
    other = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(1, 1)], name="region_net")
    other.save(tmp_path / "other.keras")
    text = tiny_weights.with_suffix(".xml").read_text().replace('name="line_extractor"', 'name="region_net"', 1)
    (tmp_path / "other.xml").write_text(text)
    shutil.copy(tiny_weights.with_suffix(".bin"), tmp_path / "other.bin")
    for name in ("other.keras", "other.xml"):
        with pytest.raises(engine.WeightsError, match="another task.*region_net"):
            engine.load(tmp_path / name)


@pytest.fixture(scope="module")
def tiny_sketch_weights(tmp_path_factory):
    """One convolution each with the inputs and outputs of the sketch networks: {task: .keras file}."""
    files = {}
    for task, given, found in (("sketch", 3, 1), ("binary2sketch", 1, 1), ("colorize", 3, 7)):
        picture = keras.Input((None, None, given))
        maps = keras.layers.Conv2D(found, 3, padding="same", activation="sigmoid")(picture)
        name = "colorize_parts" if task == "colorize" else f"{task}_unet"
        files[task] = write_network(keras.Model(picture, maps, name=name), tmp_path_factory.mktemp(task))
    return files


@pytest.mark.parametrize("task", tasks.NAMES)
def test_networks_run_for_their_own_task_only(
    tiny_weights, tiny_refiner_weights, tiny_region_weights, tiny_sketch_weights, task
):
    networks = {
        "lines": ("line_extractor", tiny_weights),
        "refine": ("line_refiner", tiny_refiner_weights),
        "regions": ("region_unet", tiny_region_weights),
        **{name: (f"{name}_unet", path) for name, path in tiny_sketch_weights.items()},
        "colorize": ("colorize_parts", tiny_sketch_weights["colorize"]),
    }
    name, own = networks.pop(task)
    for ending, engine_name in ((".keras", "keras"), (".keras", "openvino"), (".xml", "openvino")):
        network = engine.load(own.with_suffix(ending), engine_name, task=task)
        about = (network.margin, network.stride, network.max_tile)
        assert (network.name, tasks.load(task).networks[name][:3]) == (name, about)
        for foreign, other in networks.values():
            with pytest.raises(engine.WeightsError) as refusal:
                engine.load(other.with_suffix(ending), engine_name, task=task)
            message = str(refusal.value)
            assert str(other.with_suffix(ending)) in message and f"another task ('{foreign}')" in message
            expected = message.split("expected one of ")[1].split(", ")
            assert name in expected and foreign not in expected


def test_networks_with_layers_of_our_own_are_read_where_nothing_else_has_named_these(tmp_path):
    given = keras.Input((None, None, 3))
    padded = model.PadToMultiple(8)(given)
    keras.Model(given, keras.layers.Conv2D(1, 1)(padded), name="sketch_unet").save(tmp_path / "sketch.keras")
    code = "import sys\nfrom illustration_parts.networks import engine\nassert 'model' not in sys.modules\n"
    code += "print(engine.load(sys.argv[1], 'keras', task='sketch').name)"
    command = [sys.executable, "-c", code, str(tmp_path / "sketch.keras")]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout == "sketch_unet\n", answer.stderr


def test_keras_is_asked_for_where_it_is_missing(tiny_weights, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.delitem(sys.modules, "model")
    with pytest.raises(engine.WeightsError, match=r"needs keras .*pip install -r .*requirements.txt"):
        engine.load(tiny_weights, "keras")


def test_a_failure_of_keras_is_one_pictures_failure(tiny_weights):
    """Backends have exceptions of their own, which predict.py knows nothing of."""
    network = engine.load(tiny_weights, "keras")

    class ResourceExhaustedError(Exception):
        pass

    def fail(_):
        raise ResourceExhaustedError("OOM when allocating tensor\nand a long list")

    network._network = types.SimpleNamespace(predict_on_batch=fail)
    with pytest.raises(cli.FAILURES, match="^Keras: OOM when allocating tensor$"):
        list(network.stream([TILE]))


def test_openvino_weights_do_not_run_in_keras(tiny_weights):
    with pytest.raises(engine.WeightsError, match="give the .keras file"):
        engine.load(tiny_weights.with_suffix(".xml"), "keras")


def test_shipped_files_are_checked(tiny_weights, tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    folder.mkdir()
    for ending in (".xml", ".bin", ".keras"):
        shutil.copy(tiny_weights.with_suffix(ending), folder / f"lines{ending}")
    monkeypatch.setattr(engine, "WEIGHTS", folder)
    monkeypatch.setattr(devices, "gpu_is_seen", lambda: False)
    with pytest.raises(engine.WeightsError, match="SHA256SUMS"):
        engine.load()
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums))
    assert engine.load().name == "line_extractor"
    damaged = bytearray((folder / "lines.bin").read_bytes())
    damaged[100] ^= 1
    (folder / "lines.bin").write_bytes(damaged)
    with pytest.raises(engine.WeightsError, match="lines.bin: corrupt.*--ignore-checksum"):
        engine.load()
    assert engine.load(ignore_checksum=True).name == "line_extractor"
    (folder / "lines.xml").unlink()
    for task in tasks.NAMES:
        with pytest.raises(engine.WeightsError, match=rf"{task}\.xml: No such file.*make weights"):
            engine.load(task=task)


def test_code_in_a_file_is_refused(tmp_path):
    """A Lambda layer holds code that would run as it is loaded, or with the first picture."""
    import keras

    ran = tmp_path / "ran"
    picture = keras.Input((None, None, 3))
    touch = keras.layers.Lambda(lambda x, path=str(ran): (open(path, "w").close(), x)[1], output_shape=(None, None, 3))
    network = keras.Model(picture, touch(picture), name="line_extractor")
    network.save(tmp_path / "lines.keras")
    ran.unlink(missing_ok=True)
    for name in ("keras", "openvino"):
        with pytest.raises(engine.WeightsError, match=r"lines\.keras: .*[Ll]ambda"):
            engine.load(tmp_path / "lines.keras", name)
    assert not ran.exists()


def test_a_gpu_is_asked_of_the_driver(tmp_path, monkeypatch):
    tool = tmp_path / "nvidia-smi"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not devices.gpu_is_seen()
    for answer, expected in (("echo 'GPU 0: NVIDIA H100'", True), ("exit 9", False), ("echo 'No devices'", False)):
        tool.write_text(f"#!/bin/sh\n{answer}\n")
        tool.chmod(0o755)
        assert devices.gpu_is_seen() == expected


def test_distiller_runs_in_openvino_with_the_authors_scale(monkeypatch):
    """Thinner and shallower than the published network, which takes long to convert; of the same layers."""
    monkeypatch.setattr(model, "DISTILLER_LEVELS", ((1, 2), (2, 2), (2, 4), (2, 4)))
    keras.utils.set_random_seed(3)
    distiller = model.build_line_extractor("distiller")
    picture = np.random.default_rng(0).integers(0, 256, (64, 72, 3), dtype=np.uint8)
    grey = drawings.distiller_input(picture)
    in_keras = np.asarray(distiller(grey[None] * np.float32(0.003383), training=False))[0]
    network = engine.OpenVinoNetwork(engine.to_openvino(distiller), EVERY["line_distiller"], "float32")
    in_openvino = next(network.stream([images.to_network(grey)]))
    assert in_keras.shape == (64, 72, 1)
    assert np.abs(in_keras - in_openvino).max() <= 1e-4 * max(1, np.abs(in_keras).max())


# DanbooRegion's weights


@pytest.fixture(scope="module")
def danbooregion():
    """DanbooRegion's network, thinner, with random weights with which it runs over at both ends."""
    keras.utils.set_random_seed(4)
    network = build_thin_danbooregion()
    network.get_layer("height").bias.assign([0.5])
    network.get_layer("height").kernel.assign(np.random.default_rng(0).normal(0, 0.8, (3, 3, 4, 1)))
    return network


def build_thin_danbooregion():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "DANBOOREGION_CHANNELS", (4, 6, 8, 10, 12, 14))
        return model.build_region_unet("danbooregion")


def weighted(network):
    return [layer for layer in network.layers if layer.weights]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("engine_name", ["keras", "openvino"])
def test_danbooregion_weights_give_one_less_their_answer_to_bgr(
    danbooregion, tmp_path, monkeypatch, whole, engine_name
):
    path = write_keras2(tmp_path / "zoo.net", danbooregion, whole, weighted)
    monkeypatch.setattr(model, "DANBOOREGION_CHANNELS", (4, 6, 8, 10, 12, 14))
    network = engine.load(path, engine_name, "float32", "regions")
    assert (network.name, network.stride) == ("danbooregion_unet", 32)
    tiles = [np.random.default_rng(seed).random((64, 96, 3), np.float32) for seed in range(3)]
    bgr = np.stack(tiles)[..., ::-1]
    answers = np.asarray(danbooregion(np.ascontiguousarray(bgr)))
    assert answers.min() < 0 and answers.max() > 1
    found = list(network.stream(iter(tiles)))
    assert len(found) == 3 and found[0].shape == (64, 96, 1) and found[0].dtype == np.float32
    np.testing.assert_allclose(np.stack(found), np.clip(1 - answers, 0, 1), atol=1e-3)
    swapped = np.clip(1 - np.asarray(danbooregion(np.stack(tiles))), 0, 1)
    assert np.abs(np.stack(found) - swapped).max() > 0.05  # the order of the channels does matter
    assert engine.read_keras(path, EVERY).name == "danbooregion_unet"  # as for an export, where no task is named


def test_hdf5_of_another_task_is_refused(danbooregion, distiller, tmp_path):
    path = write_keras2(tmp_path / "zoo.net", danbooregion, order=weighted)
    with pytest.raises(engine.WeightsError, match=r"zoo\.net: 23 layers with weights; line_distiller has 333"):
        engine.load(path, "keras")
    path = write_keras2(tmp_path / "lines.h5", distiller)
    with pytest.raises(engine.WeightsError, match=r"lines\.h5: 333 layers with weights; danbooregion_unet has 23"):
        engine.load(path, "keras", task="regions")


def check_engines(weights, task, shape, channels):
    """Check that Keras and OpenVINO give the same maps of `channels` for tiles of this shape, (H, W, channels)."""
    tiles = [np.random.default_rng(seed).random(shape, np.float32) for seed in range(3)]
    in_keras = list(engine.load(weights, "keras", task=task).stream(tiles))
    xml = engine.load(weights.with_suffix(".xml"), "openvino", "float32", task)
    for one, other in zip(in_keras, xml.stream(tiles), strict=True):
        assert one.shape == other.shape == (*shape[:2], channels)
        assert np.abs(one - other).max() < 1e-4


def test_region_engines_agree(tiny_region_weights):
    check_engines(tiny_region_weights, "regions", (64, 96, 3), 2)


def test_hdf5_is_refused_by_tasks_of_which_none_was_released(distiller, tmp_path):
    path = write_keras2(tmp_path / "lines.h5", distiller)
    for task in ("sketch", "binary2sketch", "colorize"):
        with pytest.raises(engine.WeightsError, match=rf"lines\.h5: an HDF5 file.*expected one of {task}_"):
            engine.load(path, "keras", task=task)


# LineRelifer's weights


def build_thin_relifer():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "RELIFER_CHANNELS", 4)
        return model.build_line_refiner("relifer")


@pytest.fixture(scope="module")
def relifer():
    """LineRelifer's network, thinner, with random weights and statistics."""
    keras.utils.set_random_seed(5)
    network = build_thin_relifer()
    rng = np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in layer.get_weights()])
    return network


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("engine_name", ["keras", "openvino"])
def test_relifer_weights_give_the_ink_of_their_answer_to_grey(relifer, tmp_path, monkeypatch, whole, engine_name):
    path = write_keras2(tmp_path / "model.h5", relifer, whole, weighted)
    monkeypatch.setattr(model, "RELIFER_CHANNELS", 4)
    network = engine.load(path, engine_name, "float32", "refine")
    assert EVERY["line_relifer"][:3] == (network.margin, network.stride, network.max_tile)
    assert network.name == "line_relifer"
    tiles = [np.random.default_rng(seed).random((40, 48, 1), np.float32) for seed in range(3)]
    answers = np.asarray(relifer(1 - 2 * np.stack(tiles)))
    assert np.ptp(answers) > 0.3
    found = list(network.stream(iter(tiles)))
    assert len(found) == 3 and found[0].shape == (40, 48, 1) and found[0].dtype == np.float32
    np.testing.assert_allclose(np.stack(found), np.clip((1 - answers) / 2, 0, 1), atol=1e-3)
    assert 0 <= np.min(found) and np.max(found) <= 1
    assert engine.read_keras(path, EVERY).name == "line_relifer"  # as for an export, where no task is named


def test_relifer_weights_are_for_refining_alone(relifer, distiller, tmp_path):
    path = write_keras2(tmp_path / "model.h5", relifer, order=weighted)
    for task, name, layers in (("lines", "line_distiller", 333), ("regions", "danbooregion_unet", 23)):
        with pytest.raises(engine.WeightsError, match=rf"model\.h5: 18 layers with weights; {name} has {layers}"):
            engine.load(path, "keras", task=task)
    path = write_keras2(tmp_path / "lines.h5", distiller)
    with pytest.raises(engine.WeightsError, match=r"lines\.h5: 333 layers with weights; line_relifer has 18"):
        engine.load(path, "keras", task="refine")


def test_relifer_networks_of_keras_are_read_as_such(relifer, tmp_path):
    relifer.save(tmp_path / "relifer.keras")
    tile = np.random.default_rng(0).random((24, 32, 1), np.float32)
    for engine_name in ("keras", "openvino"):
        network = engine.load(tmp_path / "relifer.keras", engine_name, "float32", "refine")
        expected = (1 - np.asarray(relifer(1 - 2 * tile[None]))[0]) / 2
        np.testing.assert_allclose(next(network.stream([tile])), np.clip(expected, 0, 1), atol=1e-3)


def test_a_training_may_begin_with_relifer_weights(relifer, tmp_path, monkeypatch):

    path = write_keras2(tmp_path / "model.h5", relifer, order=weighted)
    network = build_thin_relifer()
    monkeypatch.setattr(model, "RELIFER_CHANNELS", 4)
    assert any((one != other).any() for one, other in zip(network.get_weights(), relifer.get_weights()))
    training.load_initial_weights(network, path, tasks.load("refine").networks)
    assert all((one == other).all() for one, other in zip(network.get_weights(), relifer.get_weights(), strict=True))


def test_refiner_engines_agree(tiny_refiner_weights):
    check_engines(tiny_refiner_weights, "refine", (40, 48, 1), 1)
