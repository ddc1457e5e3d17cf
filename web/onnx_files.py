"""Writes a Keras network as a small ONNX file for browsers.

    file = onnx_files.pack(network, 2_000_000)  # bytes, compressed by gzip
    onnx_files.compare(network, file, (256, 320), 2 / 255)

`export.py --format onnx` makes files for any program. They compute shapes while they run, and spread dilated
convolutions over several steps. A browser's GPU would hand each of these back to the processor. Here a layer becomes
one step, channels first. Kernels are stored in whole steps, as fine as fit into the file. The network computes in
32 bits.
"""

import bisect
import functools
import gzip
import math

import cv2
import keras
import numpy as np
import onnx
import openvino
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 9
LEAST = 64  # numbers; smaller kernels, and biases, keep 32 bits
LARGEST_CODE = 127 * 256 + 127  # of two signed bytes
FINENESSES = range(92, 28, -1)  # quarters of a bit, see `Graph.add_kernel`; the first ones use both bytes in full
INPUT, OUTPUT = "given", "found"  # no layer has these names


class UnknownLayerError(ValueError):
    """A network has a layer that cannot be written."""


class TooLargeError(ValueError):
    """A network does not fit into a file, however coarse its kernels are."""


def pack(network, limit):
    """Write a network as an ONNX file, compressed by gzip, with kernels as fine as fit.

    Args:
        network: see `write`.
        limit: size of the file in bytes, at most.

    Returns:
        The file's bytes.

    Raises:
        UnknownLayerError: if the network cannot be written.
        TooLargeError: if it does not fit.
    """

    @functools.cache
    def compress(fineness):
        return gzip.compress(write(network, fineness).SerializeToString(), mtime=0)

    place = bisect.bisect_left(FINENESSES, True, key=lambda fineness: len(compress(fineness)) <= limit)
    if place == len(FINENESSES):
        raise TooLargeError(f"its {network.count_params():,} numbers do not fit into {limit:,} bytes")
    return compress(FINENESSES[place])


def write(network, fineness=FINENESSES[0]):
    """Write a network as an ONNX model.

    Args:
        network: a functional `keras.Model` of one input and one output, (N, H, W, C) each. It may have convolutions,
            transposed convolutions without overlap, nearest enlargements, sums, joins, single channels, ReLUs and
            sigmoids.
        fineness: of the steps in which kernels are stored, in quarters of a bit.

    Returns:
        `onnx.ModelProto`. Its input `given` is (1, C, H, W) float32, its output `found` (1, K, H, W) float32. H and W
        must be multiples of the network's stride.

    Raises:
        UnknownLayerError: for any other layer.
    """
    graph = Graph(fineness)
    names = {id(network.inputs[0]): INPUT}
    for layer in network.operations:  # in the order in which they run
        if not isinstance(layer, keras.layers.InputLayer):
            given = [names[id(tensor)] for tensor in layer._inbound_nodes[0].input_tensors]
            names[id(layer.output)] = graph.add_layer(layer, given)
    graph.add("Identity", [names[id(network.outputs[0])]], OUTPUT)
    channels = {INPUT: network.input_shape[-1], OUTPUT: network.output_shape[-1]}
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, count, "height", "width"])
        for name, count in channels.items()
    ]
    made = helper.make_graph(graph.nodes, network.name, ends[:1], ends[1:], graph.arrays)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


class Graph:
    """The steps of an ONNX graph, and the arrays that they use."""

    def __init__(self, fineness):
        self.nodes, self.arrays, self.fineness = [], [], fineness

    def add(self, kind, inputs, output, **attributes):
        """Add a step; returns the name of its output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def add_array(self, name, array, dtype=np.float32):
        """Add an array of weights; returns its name."""
        self.arrays.append(numpy_helper.from_array(np.asarray(array, dtype), name))
        return name

    def add_kernel(self, name, kernel):
        """Add a kernel in whole steps; returns its name.

        Rounding a kernel of n numbers adds a squared error that grows with the square of its step. A step of half the
        size costs n bits. For a given size of the file the sum of all errors is least if a kernel's share of it is
        proportional to n. So a step is the kernel's root mean square, times the root of n, times one factor for all
        kernels. The few numbers that work on the whole picture keep more bits than the many for what shows from afar.

        Two bytes make a number. Those of one rank stand together, as gzip compresses them better so. They become
        numbers as the file is loaded.
        """
        if kernel.size < LEAST:
            return self.add_array(name, kernel)
        wanted = math.sqrt(np.square(kernel, dtype=np.float64).sum()) * 2 ** (-self.fineness / 4)
        step = max(wanted, float(np.abs(kernel).max()) / LARGEST_CODE) or 1.0  # 1.0: a kernel of zeros
        codes = np.round(kernel / step).astype(np.int32)
        high = (codes + 128) >> 8
        total = self.add_bytes(f"{name}_low", codes - 256 * high)
        if high.any():
            whole = self.add_array(f"{name}_whole", 256)
            more = self.add("Mul", [self.add_bytes(f"{name}_high", high), whole], f"{name}_more")
            total = self.add("Add", [total, more], f"{name}_codes")
        return self.add("Mul", [total, self.add_array(f"{name}_step", step)], name)

    def add_bytes(self, name, array):
        """Add an array of whole numbers, -128 to 127, and make them float32; returns the name of these."""
        return self.add("Cast", [self.add_array(f"{name}_bytes", array, np.int8)], name, to=TensorProto.FLOAT)

    def add_layer(self, layer, given):
        """Add a Keras layer, of the names of its inputs; returns the name of its output."""
        kind, name, config = type(layer).__name__, layer.name, layer.get_config()
        if kind in ("PadToMultiple", "CropToSize"):  # tiles have whole sizes
            return given[0]
        if kind == "Conv2D" and config["activation"] == "linear":
            kernel = layer.kernel.numpy().transpose(3, 2, 0, 1)  # (K, C, h, w)
            return self.add_convolution("Conv", layer, given, kernel, dilations=layer.dilation_rate)
        if kind == "Conv2DTranspose" and layer.kernel_size == layer.strides and config["activation"] == "linear":
            return self.add_convolution("ConvTranspose", layer, given, layer.kernel.numpy().transpose(3, 2, 0, 1))
        if kind == "UpSampling2D" and config["interpolation"] == "nearest":
            scales = self.add_array(f"{name}_scales", [1, 1, *layer.size])
            ways = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
            return self.add("Resize", [given[0], "", scales], name, mode="nearest", **ways)
        if kind == "Add":
            return self.add("Add", given, name)
        if kind == "TakeChannel":
            ends = [
                self.add_array(f"{name}_{end}", [number], np.int64)
                for end, number in (("first", layer.channel), ("end", layer.channel + 1), ("axis", 1))
            ]
            return self.add("Slice", [*given, *ends], name)
        if kind == "Concatenate":
            return self.add("Concat", given, name, axis=1)
        if kind == "LeakyReLU":
            return self.add("LeakyRelu", given, name, alpha=float(config.get("slope", config.get("negative_slope"))))
        if kind == "ReLU" and not (config.get("negative_slope") or config.get("max_value") or config.get("threshold")):
            return self.add("Relu", given, name)
        if kind == "Activation" and config["activation"] == "sigmoid":
            return self.add("Sigmoid", given, name)
        raise UnknownLayerError(f"layer {name} ({kind}): browsers' files have no such layer yet")

    def add_convolution(self, kind, layer, given, kernel, **attributes):
        """Add a convolution with bias of a kernel in ONNX's order; returns the name of its output."""
        if layer.padding == "same" and layer.strides == (1, 1):
            around = [rate * (size - 1) // 2 for rate, size in zip(layer.dilation_rate, layer.kernel_size)]
            attributes["pads"] = [*around, *around]
        elif layer.strides != layer.kernel_size and layer.kernel_size != (1, 1):
            raise UnknownLayerError(f"layer {layer.name}: its strides {layer.strides} are not the size of its kernel")
        arrays = (
            self.add_kernel(f"{layer.name}_kernel", kernel),
            self.add_array(f"{layer.name}_bias", layer.bias.numpy()),
        )
        return self.add(kind, [*given, *arrays], layer.name, strides=layer.strides, **attributes)


def compare(network, file, size, tolerance):
    """Compare a Keras network with its file, run by OpenVINO in float32, on one picture.

    Args:
        network: a `keras.Model`.
        file: what `pack` returns.
        size: (height, width) of the picture, multiples of the network's stride.
        tolerance: difference that does not count, of maps 0..1.

    Returns:
        Share of the maps' values that differ by no more, 0..1.
    """
    height, width = size
    picture = make_picture(height, width, network.input_shape[-1])
    expected = np.asarray(network.predict_on_batch(picture[None]))[0]
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(gzip.decompress(file)), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = compiled(picture.transpose(2, 0, 1)[None])[0][0].transpose(1, 2, 0)
    return float((np.abs(found - expected) <= tolerance).mean())


def make_picture(height, width, channels):
    """A picture with what networks react to, (H, W, C) float32 0..1.

    One channel is ink: lines on clean paper. Three are outlines, flat areas and a little noise.
    """
    rng = np.random.default_rng(0)
    if channels == 1:
        ink = np.zeros((height, width), np.uint8)
        for _ in range(height * width // 3000):
            centre, size = rng.integers(0, (width, height)).tolist(), rng.integers(8, 90, 2).tolist()
            turn, length, thickness = rng.integers((0, 120, 1), (180, 360, 4)).tolist()
            cv2.ellipse(ink, centre, size, turn, 0, length, 255, thickness, cv2.LINE_AA)
        return ink[..., None].astype(np.float32) / 255
    slopes = cv2.GaussianBlur(rng.normal(size=(height, width)), (0, 0), 9)
    rings = np.sin(slopes / slopes.std() * 6)
    grey = np.where(rings > 0.9, 0.1, 0.8 + 0.15 * np.sign(rings)) + rng.normal(0, 0.02, (height, width))
    return np.clip(grey[..., None] * np.linspace(0.7, 1, channels), 0, 1).astype(np.float32)
