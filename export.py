"""Export a trained Keras network to OpenVINO or ONNX, after checking that both give the same result.

    python export.py weights/lines.keras                          # weights/lines.xml and .bin, for predict.py on a CPU
    python export.py weights/lines.keras --format onnx -o l.onnx  # for other programs; needs onnx and tf2onnx
    python export.py weights/sketch.keras --half                  # OpenVINO's file of half the size

Takes about 15 seconds. If the results differ, nothing is written.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from illustration_parts import tasks
from illustration_parts.networks import engine
from illustration_parts.system import cli, files

ENDINGS = {"openvino": ".xml", "onnx": ".onnx"}
CHECK_SIZE = (1080, 1920)  # the picture that both networks are compared on
TOLERANCE = 1e-3  # a quarter of a grey level; relative if the result's range is larger than 1


def export(weights, form="openvino", output=None, size=CHECK_SIZE, tolerance=TOLERANCE, half=False):
    """Export a network and check the export against Keras on one whole picture, in float32.

    Args:
        weights: a `.keras` file, or LineDistiller's, LineRelifer's or DanbooRegion's HDF5.
        form: `"openvino"` or `"onnx"`.
        output: the `.xml` or `.onnx` file to write; default: beside `weights`. OpenVINO's weights go beside it, `.bin`.
        size: height and width of the picture compared; made multiples of the network's stride.
        tolerance: largest difference allowed.
        half: whether to round the weights to 16 bits, which halves OpenVINO's file. `weights` is rounded too, so that
            both files give the same result.

    Returns:
        The file written and the largest difference found.

    Raises:
        engine.WeightsError: if the weights cannot be read or a package is missing.
        ValueError: if the exported network's result differs, or rounding its weights changes it by more than
            `tolerance` on average; nothing is written then.
    """
    weights = Path(weights)
    output = Path(output) if output else weights.with_suffix(ENDINGS[form])
    if output.suffix != ENDINGS[form]:
        raise ValueError(f"{output}: the name of an {form} file must end in {ENDINGS[form]}")
    if half and (weights.suffix != ".keras" or form != "openvino"):
        raise ValueError(f"{weights}: weights can be rounded of a .keras file for OpenVINO only")
    network = engine.read_keras(weights, tasks.list_networks())
    if half:
        _round_weights(network, weights, size, tolerance)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / output.name
        if form == "openvino":
            _save_openvino(network, made, half)
        else:
            _save_onnx(network, made, weights)
        difference = compare(network, made, size)
        if not difference <= tolerance:  # also where it is not a number
            raise ValueError(f"{output}: not written; its result differs from Keras' by up to {difference:.2g}")
        if half:
            network.save(made.with_suffix(".keras"))
            files.write_bytes(weights, made.with_suffix(".keras").read_bytes())
        for file in (made.with_suffix(".bin"), made):
            if file.exists():
                files.write_bytes(output.with_suffix(file.suffix), file.read_bytes())
        shipped = [weights, output, output.with_suffix(".bin")]
        shipped = [file for file in dict.fromkeys(shipped) if file.exists() and file.resolve().parent == engine.WEIGHTS]
        if output in shipped:
            engine.record_sums(*shipped)
    return output, difference


def compare(network, exported, size=CHECK_SIZE):
    """Largest difference between a Keras network and its exported file on one picture, relative to the result's range.

    Both formats run in OpenVINO, which reads ONNX as well, in float32.
    """
    import openvino

    picture = choose_picture(network, size)
    expected = np.asarray(network.predict_on_batch(picture))
    core = openvino.Core()
    core.set_property({"ENABLE_MMAP": False})
    compiled = core.compile_model(core.read_model(exported), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = compiled(picture)[0]
    if found.shape != expected.shape:
        return np.inf
    return float(np.abs(found - expected).max() / max(1.0, np.abs(expected).max()))


def choose_picture(network, size):
    """`check_picture` as a batch of one for a network: of about `size`, but a multiple of its stride."""
    kind = tasks.list_networks().get(network.name)
    stride = kind.stride if kind else 1
    height, width = (-(-length // stride) * stride for length in size)
    return check_picture(height, width, network.input_shape[-1])[None]


def check_picture(height, width, channels):
    """A picture with what networks react to: lines, flat areas, slopes and noise; (H, W, C) float32 0..1."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width]
    rings = np.hypot(y - height / 2, x - width / 2)
    grey = 0.6 + 0.3 * np.sin(rings / 90) + rng.normal(0, 0.02, (height, width))
    grey[np.abs(np.sin(rings / 23)) < 0.06] = 0.1
    tint = np.linspace(0.7, 1, channels)
    return np.clip(grey[..., None] * tint, 0, 1).astype(np.float32)


def _round_weights(network, path, size, tolerance):
    picture = choose_picture(network, size)
    before = network.predict_on_batch(picture)
    network.set_weights([array.astype(np.float16).astype(array.dtype) for array in network.get_weights()])
    change = float(np.abs(network.predict_on_batch(picture) - before).mean() / max(1.0, np.abs(before).max()))
    if not change <= tolerance:  # also where it is not a number
        raise ValueError(f"{path}: rounding its weights to 16 bits changes its result by {change:.2g} on average")


def _save_openvino(network, path, half):
    import openvino

    converted = engine.to_openvino(network)
    openvino.save_model(converted, path, compress_to_fp16=half)


def _save_onnx(network, path, weights):
    import keras

    for package in ("onnx", "tf2onnx"):
        engine.require(package, weights, package)
    signature = [keras.InputSpec("float32", (None, None, None, network.input_shape[-1]))]
    network.export(str(path), format="onnx", input_signature=signature, verbose=False)


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        description=cli.fill_commands(__doc__), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", help="the network: a .keras file, or a published network's HDF5")
    parser.add_argument("--format", choices=tuple(ENDINGS), default="openvino", help="default: %(default)s")
    parser.add_argument("-o", "--output", help="file to write (default: beside the weights)")
    parser.add_argument(
        "--half", action="store_true", help="round the weights to 16 bits, in the .keras file too; halves the .bin file"
    )
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        output, difference = export(options.weights, options.format, options.output, half=options.half)
    except (engine.WeightsError, ValueError, OSError) as error:
        print(f"export.py: {error}", file=sys.stderr)
        return 1
    print(f"{output}: the same as Keras on a {CHECK_SIZE[1]} x {CHECK_SIZE[0]} picture, to within {difference:.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
