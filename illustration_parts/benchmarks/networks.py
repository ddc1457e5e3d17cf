"""What `benchmark.py speed` runs in processes of their own: one network that is built, or timed on one picture."""

import functools
import json
import time
from pathlib import Path

from illustration_parts.benchmarks.timing import time_fastest
from illustration_parts.imaging import images
from illustration_parts.networks import engine, tiling
from illustration_parts.system import devices
from illustration_parts.tasks import drawings
from illustration_parts.tasks import lines as line_task
from illustration_parts.tasks import regions as region_task


def add_commands(commands):
    """Add a sub-command for each measure of this file; the help does not list them."""
    for name, function, arguments in (
        ("measure", measure_network, "weights engine precision picture repeats task"),
        ("measure-flips", measure_flips, "weights engine picture flips"),
        ("make-network", make_network, "variant path"),
    ):
        parser = commands.add_parser(name)
        for argument in arguments.split():
            parser.add_argument(argument, type=int if argument in ("repeats", "flips") else str)
        parser.set_defaults(run=functools.partial(run, function, arguments.split()))


def run(function, names, _, args):
    """Call a measure with the arguments of some names, and print what it returns as JSON; returns the exit code."""
    print(json.dumps(function(*(getattr(args, name) for name in names))))
    return 0


def make_network(variant, path):
    """Write a network with random weights to a .keras file, and beside it the OpenVINO export."""
    import openvino

    keras = devices.start_keras()
    import model

    keras.utils.set_random_seed(0)
    builders = {"danbooregion": model.build_region_unet, "relifer": model.build_line_refiner}
    network = builders.get(variant, model.build_line_extractor)(variant)
    network.save(path)
    openvino.save_model(engine.to_openvino(network), Path(path).with_suffix(".xml"), compress_to_fp16=False)


def measure_network(weights, engine_name, precision, picture, repeats, task=line_task.Lines.name):
    """Time a network on a picture in this process; returns seconds of the first run and of the fastest later one.

    Of a line refiner the picture is a line drawing.
    """
    finds_lines = task == line_task.Lines.name
    begun = time.perf_counter()
    network = engine.load(weights, engine_name, precision, task)
    picture = images.read(picture) if finds_lines else 255 - images.read_map(picture)[..., None]

    def run():
        return drawings.find_maps(network, picture, classes=False) if finds_lines else tiling.run(network, picture)

    run()
    first = time.perf_counter() - begun
    fastest = time_fastest(repeats, run)[1]
    return {"first": first, "seconds": fastest, "megapixels": picture.shape[0] * picture.shape[1] / 1e6}


def measure_flips(weights, engine_name, picture, flips):
    """Time a region network on a picture and its reflections, in this process, after a first run; returns seconds."""
    network = engine.load(weights, engine_name, task=region_task.Regions.name)
    picture = images.read(picture)
    region_task.find_skeleton(network, picture)
    return time_fastest(1, region_task.find_skeleton, network, picture, flips)[1]
