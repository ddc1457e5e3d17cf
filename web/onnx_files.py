"""Writes a Keras network as a small ONNX file for browsers.

    model = onnx_files.write(network)  # an onnx.ModelProto
    onnx_files.compare(network, model.SerializeToString(), (240, 320))

`export.py --format onnx` makes files for any program. They compute shapes while they run, and spread dilated
convolutions over several steps. A browser's GPU would hand each of these back to the processor. Here a layer becomes
one step, channels first. Kernels are stored in 16 bits, which halves the file; the network computes in 32 bits.
"""

import cv2
import keras
import numpy as np
import onnx
import openvino
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 9
LEAST = 64  # numbers; smaller arrays, such as biases, keep 32 bits
INPUT, OUTPUT = "given", "found"  # no layer has these names


class UnknownLayerError(ValueError):
    """A network has a layer that cannot be written."""


def write(network):
    """Write a network as an ONNX model.

    Args:
        network: a functional `keras.Model` of one input and one output, (N, H, W, C) each. It may have convolutions,
            transposed convolutions without overlap, nearest enlargements, sums, joins, ReLUs and sigmoids.

    Returns:
        `onnx.ModelProto`. Its input `given` is (1, C, H, W) float32, its output `found` (1, K, H, W) float32. H and W
        must be multiples of the network's stride.

    Raises:
        UnknownLayerError: for any other layer.
    """
    graph = Graph()
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

    def __init__(self):
        self.nodes, self.arrays = [], []

    def add(self, kind, inputs, output, **attributes):
        """Add a step; returns the name of its output."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def add_array(self, name, array):
        """Add an array of weights: large ones in 16 bits, which are widened as the file is loaded; returns its name."""
        array = np.asarray(array, np.float32)
        if array.size < LEAST:
            self.arrays.append(numpy_helper.from_array(array, name))
            return name
        self.arrays.append(numpy_helper.from_array(array.astype(np.float16), f"{name}_half"))
        return self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)

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
            self.add_array(f"{layer.name}_kernel", kernel),
            self.add_array(f"{layer.name}_bias", layer.bias.numpy()),
        )
        return self.add(kind, [*given, *arrays], layer.name, strides=layer.strides, **attributes)


def compare(network, file, size):
    """Largest difference between a Keras network and its ONNX file, run by OpenVINO in float32, on one picture.

    Args:
        network: a `keras.Model`.
        file: the ONNX file's bytes.
        size: (height, width) of the picture, multiples of the network's stride.
    """
    height, width = size
    picture = make_picture(height, width, network.input_shape[-1])
    expected = np.asarray(network.predict_on_batch(picture[None]))[0]
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(file), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = compiled(picture.transpose(2, 0, 1)[None])[0][0].transpose(1, 2, 0)
    return float(np.abs(found - expected).max())


def make_picture(height, width, channels):
    """A picture with what networks react to: outlines, flat areas and a little noise; (H, W, C) float32 0..1."""
    rng = np.random.default_rng(0)
    slopes = cv2.GaussianBlur(rng.normal(size=(height, width)), (0, 0), 9)
    rings = np.sin(slopes / slopes.std() * 6)
    grey = np.where(rings > 0.9, 0.1, 0.8 + 0.15 * np.sign(rings)) + rng.normal(0, 0.02, (height, width))
    return np.clip(grey[..., None] * np.linspace(0.7, 1, channels), 0, 1).astype(np.float32)
