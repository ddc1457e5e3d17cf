"""Speed of networks and of whole programs, each in a process of its own: one function for each table."""

import functools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.benchmarks import inputs, timing
from illustration_parts.benchmarks.tables import format_peak, format_table
from illustration_parts.drawing.wear.rough import draw_rough
from illustration_parts.imaging import filters, images, tracing
from illustration_parts.networks import engine
from illustration_parts.system.files import write_bytes

REGION_SIZE = (1430, 1024)
LARGE_SIZE, LARGE_REGION_SIZE = (12000, 16000), (8000, 10000)
FILTERS = "filters"  # those of sketch.py, among the tasks
SPEED_NETWORKS = {"shipped": "default", "distiller": "distiller"}
SPEED_ENGINES = {  # name in the table: arguments of engine.load
    "OpenVINO": ("openvino", "auto"),
    "OpenVINO float32": ("openvino", "float32"),
    "Keras": ("keras", "auto"),
}


def compare(folder, task, count, repeats, large):
    """Measure a task's networks and programs.

    Args:
        folder: an empty folder.
        task: a task of predict.py, or `FILTERS`.
        count: pictures for a program.
        repeats: runs of a network, the fastest of which counts.
        large: whether to add a very large picture.

    Yields:
        Tables and sentences.

    Raises:
        timing.ProgramError: if a program fails.
    """
    if task == "lines":
        if not are_shipped():
            yield "No network is shipped: one with random weights is measured in its place.\n"
        files = prepare_networks(folder)
        yield compare_networks(folder, files, repeats) + "\n"
        yield compare_programs(folder, files, count, large)
    elif task == "regions":
        yield compare_region_programs(folder, count, large)
    elif task == "refine":
        yield compare_refiners(folder, count, repeats, large)
    elif task == FILTERS:
        yield compare_filters(folder, count)
    else:
        yield compare_sketch_programs(folder, task, count, large)


def run_hidden(*arguments):
    """Run a sub-command of `networks.add_commands`: returns what `timing.run_measured` does."""
    return timing.run_measured([sys.executable, timing.ROOT / "benchmark.py", *arguments])


def last_line(answer):
    """Parse the last line, JSON, that a program of `run_hidden` printed."""
    return json.loads(answer["output"].splitlines()[-1])


def name_set(count, size):
    """Name a number of pictures of one size, (height, width), in words; also the folder that they lie in."""
    return f"{count} of {size[1]}x{size[0]}"


def time_predict(folder, task, count, size, step=15):
    """Run predict.py on pictures, see `inputs.write_speed_pictures`.

    They are written into a folder in `folder`, named by `name_set`, if that is not there.

    Returns:
        A row of a table: what was done, seconds a picture, peak MB.
    """
    name = name_set(count, size)
    pictures = folder / name
    if not pictures.exists():
        inputs.write_speed_pictures(pictures, count, size, step)
    run = timing.run_predict(pictures, folder / f"result {name}", ("--task", task))
    return f"predict.py --task {task}, {name}", f"{run['seconds'] / count:.2f}", format_peak(run["peak"])


def prepare_networks(folder):
    """Return {(network, engine's kind): weights file}, with random weights for what is not shipped."""
    files = {}
    for network, variant in SPEED_NETWORKS.items():
        if network == "shipped" and are_shipped():
            paths = engine.SHIPPED["lines"]
        else:
            path = folder / f"{network}.keras"
            run_hidden("make-network", variant, path)
            paths = {"keras": path, "openvino": path.with_suffix(".xml")}
        files |= {(network, kind): path for kind, path in paths.items()}
    return files


def are_shipped():
    """Whether the line extractor's shipped weights are there, in every form."""
    return all(path.exists() for path in engine.SHIPPED["lines"].values())


def compare_networks(folder, files, repeats):
    """Measure every network on every engine, each in a process of its own; returns the table."""
    height, width = inputs.SPEED_SIZE
    picture = folder / "picture.png"
    images.write(picture, inputs.make_speed_picture(height, width))
    rows = []
    for network in SPEED_NETWORKS:
        for name, (kind, precision) in SPEED_ENGINES.items():
            answer = run_hidden("measure", files[network, kind], kind, precision, picture, repeats, "lines")
            measured = last_line(answer)
            seconds = measured["seconds"]
            numbers = (f"{value:.2f}" for value in (seconds, seconds / measured["megapixels"], measured["first"]))
            rows.append((f"{network}, {name}", *numbers, format_peak(answer["peak"])))
    header = (f"one {width}x{height} picture", "seconds", "s per megapixel", "start and first run, s", "peak MB")
    return format_table(header, rows)


def compare_programs(folder, files, count, large):
    """Measure predict.py on a folder of pictures, whole process, by default and with the published network in Keras."""
    height, width = inputs.SPEED_SIZE
    pictures = folder / "pictures"
    inputs.write_speed_pictures(pictures, count, inputs.SPEED_SIZE)
    default = () if are_shipped() else ("--weights", files["shipped", "openvino"])
    published = ("--weights", files["distiller", "keras"], "--engine", "keras")
    runs = {
        "default": timing.run_predict(pictures, folder / "result", default),
        "distiller, --engine keras": timing.run_predict(pictures, folder / "result published", published),
    }
    one, other = (run["seconds"] for run in runs.values())
    if large:
        big = folder / "large"
        inputs.write_speed_pictures(big, 1, LARGE_SIZE)
        runs["default, one 16000x12000"] = timing.run_predict(big, folder / "result large", default)
    rows = [
        (name, f"{run['seconds']:.1f}", f"{run['first']:.1f}", format_peak(run["peak"])) for name, run in runs.items()
    ]
    header = (f"predict.py on {count} pictures of {width}x{height}", "seconds", "first picture after, s", "peak MB")
    text = f"\n\nThe default takes {one / other:.2f} of the published network's time in Keras."
    return format_table(header, rows) + text


def compare_region_programs(folder, count, large):
    """Measure predict.py --task regions, whole process, and the published network alone; returns the table."""
    rows = [time_predict(folder, "regions", number, REGION_SIZE) for number in sorted({1, count})]
    rows += [time_predict(folder, "regions", 1, LARGE_REGION_SIZE)] if large else []
    path, picture = folder / "danbooregion.keras", folder / name_set(1, REGION_SIZE) / "00.png"
    run_hidden("make-network", "danbooregion", path)
    answer = run_hidden("measure-flips", path, "keras", picture, 8)
    eight = last_line(answer)
    rows.append(("published network in Keras, eight passes alone", f"{eight:.2f}", format_peak(answer["peak"])))
    text = f"\n\nOne picture takes {float(rows[0][1]) / eight:.2f} of those eight passes, starting included."
    return format_table(("regions", "seconds a picture", "peak MB"), rows) + text


def compare_refiners(folder, count, repeats, large):
    """Measure the shipped refiner and the published one in Keras, and predict.py --task refine; returns the tables."""
    size = height, width = inputs.SPEED_SIZE
    pictures = folder / name_set(count, size)
    pictures.mkdir()
    for number in range(count):
        lines = inputs.draw(number, size).lines
        rough = draw_rough(tracing.trace(lines), lines.shape, np.random.default_rng(number))
        images.write(pictures / f"{number:02}.png", rough)
    path, picture, times, rows = folder / "relifer.keras", pictures / "00.png", [], []
    run_hidden("make-network", "relifer", path)
    shipped = engine.SHIPPED["refine"]
    for name, weights, kind in (
        ("shipped, OpenVINO", shipped["openvino"], "openvino"),
        ("shipped, Keras", shipped["keras"], "keras"),
        ("relifer, Keras", path, "keras"),
    ):
        answer = run_hidden("measure", weights, kind, "auto", picture, repeats, "refine")
        times.append(last_line(answer)["seconds"])
        rows.append((name, f"{times[-1]:.2f}", format_peak(answer["peak"])))
    text = format_table((f"one {width}x{height} drawing", "seconds", "peak MB"), rows)
    text += f"\n\nThe shipped network takes {times[0] / times[-1]:.3f} of the published one's time in Keras.\n\n"
    rows = [time_predict(folder, "refine", count, size)]
    if large:
        big = folder / name_set(1, LARGE_SIZE)
        big.mkdir()
        images.write(big / "00.png", np.tile(images.read_map(picture), (12, 9))[: LARGE_SIZE[0], : LARGE_SIZE[1]])
        rows.append(time_predict(folder, "refine", 1, LARGE_SIZE))
    return text + format_table(("whole program", "seconds a picture", "peak MB"), rows)


def compare_sketch_programs(folder, task, count, large):
    """Measure predict.py with a task of sketches; returns the table."""
    rows = [time_predict(folder, task, count, inputs.SPEED_SIZE, step=1)]
    rows += [time_predict(folder, task, 1, LARGE_SIZE, step=1)] if large else []
    return format_table(("whole program", "seconds a picture", "peak MB"), rows)


def compare_filters(folder, count):
    """Time the sketch filters on one core, and sketch.py on a folder with all; returns the tables."""
    size = inputs.SPEED_SIZE
    pictures = folder / "pictures"
    pictures.mkdir()
    drawn = [inputs.make_speed_picture(*size, seed) for seed in range(min(count, 5))]  # drawing is the slowest part
    for number in range(count):
        images.write(pictures / f"{number:03}.png", drawn[number % len(drawn)])
    path = pictures / "000.png"
    grey = cv2.cvtColor(images.read(path), cv2.COLOR_RGB2GRAY)
    alone = {
        "decode": functools.partial(images.read, path),
        "xdog": functools.partial(filters.xdog, grey, power=filters.POWER),
        "choose its parameters (`--auto`)": functools.partial(filters.choose_xdog, grey),
        "dodge": functools.partial(filters.dodge, grey),
        "threshold": functools.partial(filters.threshold, grey),
        "encode": functools.partial(images.write, folder / "sketch.png", filters.xdog(grey, power=filters.POWER)),
    }
    rows = [(name, f"{1000 * timing.time_fastest(5, function)[1]:.1f}") for name, function in alone.items()]
    text = format_table((f"one {size[1]}x{size[0]} picture", "milliseconds"), rows) + "\n\n"
    rows = []
    for options in (("xdog",), ("xdog", "--auto"), ("dodge",), ("threshold",)):
        name = " ".join(options)
        command = [sys.executable, timing.ROOT / "sketch.py", *options, pictures, "-o", folder / name]
        seconds = timing.run_measured(command)["seconds"]
        rows.append((f"sketch.py {name}, {count} pictures", f"{count / seconds:.1f}"))
    return text + format_table(("whole program", "pictures a second"), rows)


def write_mixed(folder, count):
    """Write pictures of many sizes and formats, 0.05 to 2 megapixels, all by their numbers."""
    source = inputs.make_speed_picture(1400, 1400)
    rng = random.Random(0)
    for number in range(count):
        height, width = (round(200 * 7 ** rng.random()) for _ in range(2))
        top, left = rng.randrange(1401 - height), rng.randrange(1401 - width)
        part = source[top : top + height, left : left + width]
        ending = (".png", ".jpg", ".webp")[rng.randrange(3)]
        write_bytes(Path(folder) / f"{number:05}{ending}", cv2.imencode(ending, part[..., ::-1])[1])


def measure_long_run(count, every, options=()):
    """Run predict.py over `count` pictures of mixed sizes and measure its memory.

    Args:
        count: pictures.
        every: pictures between two measurements.
        options: more arguments of predict.py.

    Returns:
        List of (pictures done, seconds since the start, resident memory in MB), Linux only.

    Raises:
        timing.ProgramError: if predict.py fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        pictures, result = Path(folder, "in"), Path(folder, "out")
        pictures.mkdir()
        write_mixed(pictures, count)
        begun, curve = time.perf_counter(), []
        command = [sys.executable, timing.ROOT / "predict.py", pictures, "--output", result, *options]
        with timing.start(command, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                time.sleep(0.1)
                # A picture may have several results.
                names = {name.partition(".")[0] for name in os.listdir(result)} if result.is_dir() else set()
                done = len(names - {""})  # hidden files are not whole yet
                held = timing.read_memory(process.pid, "VmRSS")
                if held and done >= every * (len(curve) + 1):
                    curve.append((done, time.perf_counter() - begun, held))
    if process.returncode:
        raise timing.ProgramError(process)
    return curve


def report_long_run(count, options=()):
    """`measure_long_run` as a table."""
    rows = [
        (done, f"{seconds:.0f}", f"{held:.0f}")
        for done, seconds, held in measure_long_run(count, max(1, count // 20), options)
    ]
    return format_table((f"predict.py on {count} pictures of mixed sizes: done", "seconds", "MB held"), rows)
