"""Runs a trained network: by OpenVINO on a CPU, by Keras on a GPU.

    network = engine.load()                                # the shipped line extractor
    network = engine.load("model.h5", engine="keras")      # LineDistiller's own weights
    network = engine.load(task="regions")                  # the shipped network of another task
    maps = tiling.run(network, picture)                    # (H, W, 1) uint8; of a line extractor, 255 = ink

OpenVINO starts in well under a second. Keras, with TensorFlow behind it, takes several, so it is imported only when it
is needed.
"""

import hashlib
import importlib
import importlib.util
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from illustration_parts.system import cli, devices
from illustration_parts.system.files import write_bytes

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"
ENGINES = ("auto", "openvino", "keras")
PRECISIONS = ("auto", "float32")


class Kind(NamedTuple):
    """What is needed to run a network. A task lists its own as `networks`, {name of a network: `Kind`}.

    Attributes:
        margin: how far around a pixel the network looks, as measured, in pixels. A border of this width is thrown away
            of every tile (see tiling.py).
        stride: heights and widths must be multiples of it.
        max_tile: longest side of a tile, in pixels, a multiple of the stride. 1088 makes two tiles of a 1080p picture.
            A wider margin needs larger tiles, or most of the work is done twice.
        adapt: function that brings a tile, (h, w, C) float32 0..1, to the form the network was trained to see.
        restore: function that brings what the network finds, (h, w, K) float32, to our own form.
        build: function that builds a network whose authors released weights in Keras 2's HDF5 form; else None.
        layers: how many of that network's layers have weights.
    """

    margin: int
    stride: int
    max_tile: int = 1088
    adapt: Callable[[np.ndarray], np.ndarray] = np.asarray
    restore: Callable[[np.ndarray], np.ndarray] = np.asarray
    build: Callable[[], Any] | None = None
    layers: int = 0


class Shipped(dict):
    """{name of a task: {"openvino": file of its shipped network, "keras": file of the same}}, for any name."""

    def __missing__(self, name):
        return {"openvino": WEIGHTS / f"{name}.xml", "keras": WEIGHTS / f"{name}.keras"}


SHIPPED = Shipped()
find_task: Any = None  # function of a task's name, or None, that returns the task; `tasks` sets it
COMPILED_SHAPES = 2  # tile shapes kept compiled: a folder's pictures mostly have one or two sizes
IN_FLIGHT = 2  # tiles at a time: one is cut or pasted while the network runs on the other


class WeightsError(Exception):
    """Weights are missing, corrupt, or of another network; the message names the file and what to do."""


def load(weights=None, engine="auto", precision="auto", task=None, ignore_checksum=False):
    """Load a network, ready to run.

    Args:
        weights: None for the task's shipped network, or a file: a `.keras` network, an OpenVINO `.xml` with its `.bin`,
            or published weights in Keras 2's HDF5 form. Its contents decide which.
        engine: `"openvino"`, `"keras"`, or `"auto"`: Keras where a GPU is seen, else OpenVINO.
        precision: of OpenVINO. `"auto"` is the processor's fastest, such as bfloat16, which differs by at most 2 of 255
            nearly everywhere; or `"float32"`.
        task: name of the network's task; None for the first one.
        ignore_checksum: whether to run a shipped file whose checksum does not match, such as one trained anew.

    Returns:
        An `OpenVinoNetwork` or a `KerasNetwork`; both have `name`, `channels` (the
        number that they are given), `margin`, `stride`, `max_tile` and `stream`.

    Raises:
        WeightsError: if the weights are missing, corrupt or of another network, or the engine is not installed.
    """
    if engine == "auto":
        engine = _pick_engine(weights)
    task = find_task(task)
    path = Path(weights) if weights is not None else SHIPPED[task.name][engine]
    form = _recognise(path, weights is None)
    if not ignore_checksum:
        _check_sums(path)
    if form == "openvino":
        if engine == "keras":
            raise WeightsError(f"{path}: an OpenVINO network does not run in Keras; give the .keras file")
        found = read_openvino(path, task.networks)
        return OpenVinoNetwork(found, task.networks[found.get_friendly_name()], precision)
    network = read_keras(path, task.networks, form)
    kind = task.networks[network.name]
    return KerasNetwork(network, kind) if engine == "keras" else OpenVinoNetwork(to_openvino(network), kind, precision)


class OpenVinoNetwork:
    """A network that OpenVINO runs on the CPU; `kind` is its `Kind`."""

    def __init__(self, network, kind, precision="auto"):
        self.name, self.channels = network.get_friendly_name(), network.input(0).partial_shape[-1].get_length()
        self.margin, self.stride, self.max_tile, self._adapt, self._restore = kind[:5]
        self._network = network
        self._options = {"PERFORMANCE_HINT": "LATENCY"}  # all cores work on one tile, which halves the memory
        if precision == "float32":
            self._options["INFERENCE_PRECISION_HINT"] = "f32"
        self._core: Any = None
        self._compiled = {}

    def stream(self, tiles):
        """Run over an iterator of (h, w, C) float32 0..1 tiles; yields the (h, w, K) float32 maps, in order."""
        idle, busy = [], deque()
        for tile in tiles:
            if len(busy) == IN_FLIGHT:
                idle.append(busy.popleft())
                yield self._restore(_result(idle[-1]))
            request = idle.pop() if idle else self._compile(tile.shape).create_infer_request()
            request.start_async({0: self._adapt(tile)[None]})
            busy.append(request)
        yield from (self._restore(_result(request)) for request in busy)

    def _compile(self, shape):
        """Compile for one tile shape: that takes 0.1 s, and runs a quarter faster than an open shape."""
        import openvino

        if shape not in self._compiled:
            while len(self._compiled) >= COMPILED_SHAPES:
                del self._compiled[next(iter(self._compiled))]
            network = self._network.clone()
            network.reshape([1, *shape])
            # OpenVINO's oneDNN would keep code for the last 1,024 layers of any shape, about 2 MB for each shape of a
            # network. It reads this once, at the first layer.
            os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "0")
            self._core = self._core or openvino.Core()  # a new one would start its plugins again
            self._compiled[shape] = self._core.compile_model(network, "CPU", self._options)
        return self._compiled[shape]


class KerasNetwork:
    """A network that Keras runs, on a GPU where its backend sees one; `kind` is its `Kind`."""

    def __init__(self, network, kind):
        self.name, self.channels = network.name, network.input_shape[-1]
        self.margin, self.stride, self.max_tile, self._adapt, self._restore = kind[:5]
        self._network = network

    def stream(self, tiles):
        """Run over an iterator of (h, w, C) float32 0..1 tiles; yields the (h, w, K) float32 maps, in order."""
        for tile in tiles:
            try:
                maps = np.asarray(self._network.predict_on_batch(self._adapt(tile)[None]), np.float32)[0]
            except Exception as error:  # each backend has its own type for too little memory
                raise RuntimeError(f"Keras: {str(error).strip().partition(chr(10))[0]}") from error
            yield self._restore(maps)


def read_openvino(path, kinds):
    """Read an OpenVINO network, one of `kinds`, {name: `Kind`}; raises WeightsError."""
    openvino = require("openvino", path, "requirements-predict.txt")
    core = openvino.Core()
    core.set_property({"ENABLE_MMAP": False})  # the file can be replaced or deleted while we run
    try:
        network = core.read_model(path)
    except RuntimeError as error:
        raise WeightsError(f"{path}: corrupt, or its .bin file is missing: {_last_line(error)}") from None
    _check_name(network.get_friendly_name(), path, kinds)
    return network


def read_keras(path, kinds, form=None):
    """Read a Keras network, one of `kinds`, {name: `Kind`}, from a `.keras` or a Keras 2 HDF5 file.

    Args:
        path: the file.
        kinds: {name of a network: `Kind`} that the file may hold. An HDF5 file is taken for the first one with `build`
            and as many layers.
        form: of `_recognise`, where it is known.

    Returns:
        A `keras.Model`.

    Raises:
        WeightsError: if it is none of these.
    """
    form = form or _recognise(path)
    if form == "openvino":
        raise WeightsError(f"{path}: an OpenVINO network; give the .keras file")
    keras = require("keras", path)
    import model  # noqa: F401, without which Keras does not know the layers of our networks

    if form == "hdf5":
        return _read_published(path, kinds)
    try:
        with tempfile.TemporaryDirectory() as folder:
            # Keras requires the ending.
            named = path if path.suffix == ".keras" else shutil.copy(path, Path(folder) / "network.keras")
            network = keras.saving.load_model(named, compile=False, safe_mode=True)  # runs no code of the file
    except Exception as error:  # a damaged file makes Keras raise errors of any type
        raise WeightsError(f"{path}: corrupt, or not a Keras network: {_last_line(error)}") from None
    _check_name(network.name, path, kinds)
    return network


def _read_published(path, kinds):
    """Read a network that was released in Keras 2's HDF5 form, see `read_keras`."""
    layers = read_keras2_weights(path)
    published = {name: kind for name, kind in kinds.items() if kind.build}
    if not published:
        raise WeightsError(f"{path}: an HDF5 file, of which this task has none; expected one of {', '.join(kinds)}")
    for kind in published.values():  # only the right one is built: that takes seconds
        if kind.layers == len(layers):
            network = kind.build()
            _set_weights(network, layers, path)
            return network
    name, kind = next(iter(published.items()))
    raise WeightsError(f"{path}: {len(layers)} layers with weights; {name} has {kind.layers}")


def read_keras2_weights(path):
    """The weights of a Keras 2 HDF5 file, whole network or weights only, in its layers' order.

    Returns:
        A list of (layer name, list of arrays), for layers that have weights. Keras 3 cannot read the file's description
        of the network.
    """
    h5py = require("h5py", path)

    def text(name):
        return name.decode() if isinstance(name, bytes) else name

    try:
        with h5py.File(path, "r") as file:
            root = file["model_weights"] if "model_weights" in file else file
            if "layer_names" not in root.attrs:
                raise WeightsError(f"{path}: not in Keras 2's HDF5 form (it has no 'layer_names')")
            layers = [(text(name), root[text(name)]) for name in root.attrs["layer_names"]]
            layers = [(name, [group[text(key)][()] for key in group.attrs["weight_names"]]) for name, group in layers]
    except (OSError, KeyError) as error:
        raise WeightsError(f"{path}: corrupt: {_last_line(error)}") from None
    return [(name, arrays) for name, arrays in layers if arrays]


def to_openvino(network):
    """Convert a Keras network, in memory but for a temporary file, to OpenVINO's; keeps its name."""
    import keras

    require("openvino", network.name, "requirements-predict.txt")
    signature = [keras.InputSpec("float32", (None, None, None, network.input_shape[-1]))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.xml"
        network.export(str(path), format="openvino", input_signature=signature, verbose=False)
        import openvino

        core = openvino.Core()
        core.set_property({"ENABLE_MMAP": False})
        converted = core.read_model(path)
    # Without this, sizes that layers compute inside would be results, too.
    return openvino.Model(converted.get_results()[:1], converted.get_parameters(), network.name)


def require(package, path, source="requirements.txt"):
    """Import a package that only some weights or options need.

    Args:
        package: its name. path: the file or option that needs it.
        source: what pip is told to install: a file of requirements of this folder, or a package.

    Raises:
        WeightsError: if it is missing; the message names the command that installs it.
    """
    try:
        return devices.start_keras() if package == "keras" else importlib.import_module(package)
    except ImportError as error:
        raise WeightsError(f"{path}: needs {package} ({error}): {cli.name_install(source)}") from None


def _pick_engine(weights):
    """Keras for a GPU that Keras' backend can use, else OpenVINO."""
    installed = importlib.util.find_spec("keras") is not None
    xml = weights is not None and Path(weights).suffix == ".xml"
    if installed and not xml and devices.gpu_is_seen():
        devices.start_keras()
        if devices.backend_has_gpu():
            return "keras"
    if importlib.util.find_spec("openvino") is None and installed:
        return "keras"
    return "openvino"


def _recognise(path, shipped=False):
    """`"openvino"`, `"keras"` or `"hdf5"`, from a file's first bytes; raises WeightsError."""
    try:
        with open(path, "rb") as file:
            start = file.read(8)
    except OSError as error:
        hint = "; `make weights` makes the shipped ones again" if shipped else ""
        raise WeightsError(f"{path}: {error.strerror or error}{hint}") from None
    if start.startswith(b"PK"):
        return "keras"
    if start.startswith(b"\x89HDF\r\n\x1a\n"):
        return "hdf5"
    if start.lstrip().startswith(b"<"):
        return "openvino"
    raise WeightsError(f"{path}: not weights: neither a .keras, an OpenVINO .xml nor an HDF5 file, or corrupt")


def _check_sums(path):
    """Compare a shipped file (for an `.xml`, its `.bin` too) with weights/SHA256SUMS; other files pass."""
    if path.resolve().parent != WEIGHTS:
        return
    try:
        lines = (WEIGHTS / "SHA256SUMS").read_text("utf-8").splitlines()
    except OSError as error:
        raise WeightsError(
            f"{WEIGHTS / 'SHA256SUMS'}: {error.strerror}; the shipped weights cannot be checked"
        ) from None
    sums = {name.lstrip(" *"): digest for digest, _, name in (line.partition(" ") for line in lines)}
    for file in (path, path.with_suffix(".bin")) if path.suffix == ".xml" else (path,):
        if file.name not in sums:
            continue  # the user's own file, kept beside ours
        try:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            raise WeightsError(f"{file}: {error.strerror}; fetch the repository's weights again") from None
        if digest != sums[file.name]:
            raise WeightsError(
                f"{file}: corrupt (not the SHA-256 sum of the shipped file); fetch it again, or give --ignore-checksum"
            )


def record_sums(*files):
    """Write the SHA-256 sums of shipped files, made anew, into weights/SHA256SUMS; the other lines stay."""
    path = WEIGHTS / "SHA256SUMS"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    names = [file.name for file in files]
    lines = [line for line in lines if line.partition(" ")[2].lstrip(" *") not in names]
    lines += [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]
    write_bytes(path, "".join(f"{line}\n" for line in lines).encode())


def _check_name(name, path, kinds):
    if name not in kinds:
        raise WeightsError(f"{path}: a network for another task ({name!r}); expected one of {', '.join(kinds)}")


def _set_weights(network, layers, path):
    """Put (layer name, arrays) pairs into a network's layers, in order; raises WeightsError where they differ."""
    own = [layer for layer in network.layers if layer.weights]
    if len(own) != len(layers):
        raise WeightsError(f"{path}: {len(layers)} layers with weights; {network.name} has {len(own)}")
    for layer, (name, arrays) in zip(own, layers):
        expected, found = [tuple(weight.shape) for weight in layer.weights], [array.shape for array in arrays]
        if expected != found:
            raise WeightsError(f"{path}: layer {name} has weights of shapes {found}; {network.name} expects {expected}")
        layer.set_weights(arrays)


def _result(request):
    request.wait()
    return request.get_output_tensor(0).data[0].copy()


def _last_line(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
