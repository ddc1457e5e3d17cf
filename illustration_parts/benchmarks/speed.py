"""Measure time and memory: of networks, of predict.py, of the filters, of skeleton maps, of training's input.

What `benchmark.py speed` and `benchmark.py skeletons` print, one function for each table.
"""

import contextlib
import functools
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np

from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.drawing.rough import draw_rough
from illustration_parts.imaging import filters, images, skeletons, tracing
from illustration_parts.networks import checkpoints, engine, jobs, loader, tiling, training
from illustration_parts.system import devices
from illustration_parts.system.files import write_bytes
from illustration_parts.tasks import drawings
from illustration_parts.tasks import regions as region_task

ROOT = Path(__file__).resolve().parents[2]
DRAWING_SIZE = 384
SPEED_SIZE = (1080, 1920)
REGION_SIZE = (1430, 1024)
MAP_SIZE = (1000, 1400)
SPEED_NETWORKS = {"shipped": "default", "distiller": "distiller"}
SPEED_ENGINES = {  # name in the table: arguments of engine.load
    "OpenVINO": ("openvino", "auto"),
    "OpenVINO float32": ("openvino", "float32"),
    "Keras": ("keras", "auto"),
}


def format_table(header, rows):
    """Return a Markdown table; columns but the first are set right."""
    widths = [max(len(str(row[column])) for row in (header, *rows)) for column in range(len(header))]

    def line(cells):
        first, *rest = (str(cell) for cell in cells)
        padded = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:]))]
        return "| " + " | ".join(padded) + " |"

    rule = "| " + " | ".join(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]) + " |"
    return "\n".join([line(header), rule, *(line(row) for row in rows)])


def make_speed_picture(height, width, seed=0):
    """Return a (height, width, 3) uint8 RGB picture put together from drawings."""

    rows, columns = -(-height // DRAWING_SIZE), -(-width // DRAWING_SIZE)
    drawn = [
        illustrations.draw(illustrations.VALIDATION_SEED + seed + k).picture for k in range(min(rows * columns, 15))
    ]
    sheet = [np.hstack([drawn[(row * columns + k) % len(drawn)] for k in range(columns)]) for row in range(rows)]
    return np.ascontiguousarray(np.vstack(sheet)[:height, :width])


def make_network(variant, path):
    """Write a network with random weights to a .keras file, and beside it the OpenVINO export; a process of its own."""

    import keras

    import model

    keras.utils.set_random_seed(0)
    builders = {"danbooregion": model.build_region_unet, "relifer": model.build_line_refiner}
    network = builders.get(variant, model.build_line_extractor)(variant)
    network.save(path)
    import openvino

    openvino.save_model(engine.to_openvino(network), Path(path).with_suffix(".xml"), compress_to_fp16=False)


def measure_network(weights, engine_name, precision, picture, repeats, task="lines"):
    """Time a network on a picture in this process; returns seconds of the first run and of the fastest later one.

    Of a line refiner the picture is a line drawing.
    """

    begun = time.perf_counter()
    network = engine.load(weights, engine_name, precision, task)
    picture = images.read(picture) if task == "lines" else 255 - images.read_map(picture)[..., None]

    def run():
        return drawings.find_maps(network, picture, classes=False) if task == "lines" else tiling.run(network, picture)

    run()
    first = time.perf_counter() - begun
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return {"first": first, "seconds": min(times), "megapixels": picture.shape[0] * picture.shape[1] / 1e6}


def measure_flips(weights, engine_name, picture, flips):
    """Time a region network on a picture and its reflections, in this process, after a first run; returns seconds."""
    network = engine.load(weights, engine_name, task="regions")
    picture = images.read(picture)
    region_task.find_skeleton(network, picture)
    begun = time.perf_counter()
    region_task.find_skeleton(network, picture, flips)
    return time.perf_counter() - begun


def run_measured(command, watched=None):
    """Run a command to its end.

    Args:
        command: list of arguments.
        watched: a folder; the moment its first PNG appears is taken.

    Returns:
        dict: `seconds`, `first` (until the first PNG, or None), `peak` in MB (None where the system cannot say),
        `output` (stdout).

    Raises:
        RuntimeError: if it fails.
    """
    begun = time.perf_counter()
    first = peak = None
    with tempfile.TemporaryFile() as output:
        with start(command, stdout=output) as process:
            while process.poll() is None:
                peak = read_memory(process.pid) or peak
                if first is None and watched is not None and any(Path(watched).rglob("*.png")):
                    first = time.perf_counter() - begun
                time.sleep(0.005)
        seconds = time.perf_counter() - begun
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(map(str, command))}\n{text}")
    return {"seconds": seconds, "first": first, "peak": peak, "output": text}


@contextlib.contextmanager
def start(command, **options):
    """A process that does not outlive the context: ended if that is left by an exception."""
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, **options)
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()


def read_memory(number, kind="VmHWM"):
    """Return the most memory, in MB, that a running process has held so far; None where the system does not say.

    Linux' /proc, and not the usage that is reported at a process's end: that includes its parent's before the start.

    Args:
        number: of the process; `"self"` for the one that asks.
        kind: `"VmHWM"`, or `"VmRSS"` for what it holds now.
    """
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return None
    held = [line.split()[1] for line in status.splitlines() if line.startswith(kind)]
    return int(held[0]) / 1024 if held else None


def this_script(*arguments):
    """Return the command that runs a hidden sub-command of `benchmark.py`, as a list."""
    return [sys.executable, ROOT / "benchmark.py", *arguments]


def prepare_networks(folder):
    """Return {(network, engine's kind): weights file}, with random weights for what is not shipped."""
    files = {}
    for network, variant in SPEED_NETWORKS.items():
        if network == "shipped" and are_shipped():
            paths = engine.SHIPPED["lines"]
        else:
            path = folder / f"{network}.keras"
            run_measured(this_script("make-network", variant, path))
            paths = {"keras": path, "openvino": path.with_suffix(".xml")}
        files |= {(network, kind): path for kind, path in paths.items()}
    return files


def are_shipped():
    """Whether the line extractor's shipped weights are there, in every form."""
    return all(path.exists() for path in engine.SHIPPED["lines"].values())


def compare_networks(folder, files, repeats):
    """Measure every network on every engine, each in a process of its own; returns the table."""
    height, width = SPEED_SIZE
    picture = folder / "picture.png"
    images.write(picture, make_speed_picture(height, width))
    rows = []
    for network in SPEED_NETWORKS:
        for name, (kind, precision) in SPEED_ENGINES.items():
            command = this_script("measure", files[network, kind], kind, precision, picture, repeats)
            answer = run_measured(command)
            measured = json.loads(answer["output"].splitlines()[-1])
            seconds = measured["seconds"]
            numbers = (f"{value:.2f}" for value in (seconds, seconds / measured["megapixels"], measured["first"]))
            rows.append((f"{network}, {name}", *numbers, format_peak(answer["peak"])))
    header = (f"one {width}x{height} picture", "seconds", "s per megapixel", "start and first run, s", "peak MB")
    return format_table(header, rows)


def compare_programs(folder, files, count, large):
    """Measure predict.py on a folder of pictures, whole process, by default and with the published network in Keras."""
    height, width = SPEED_SIZE
    pictures = folder / "pictures"
    pictures.mkdir()
    for number in range(count):
        images.write(pictures / f"{number:02}.png", make_speed_picture(height, width, 15 * number))
    tried = {
        "default": () if are_shipped() else ("--weights", files["shipped", "openvino"]),
        "distiller, --engine keras": ("--weights", files["distiller", "keras"], "--engine", "keras"),
    }
    rows = []
    for name, options in tried.items():
        rows.append((name, run_predict(pictures, folder / f"result {len(rows)}", options)))
    ratio = rows[0][1]["seconds"] / rows[1][1]["seconds"]
    text = f"\n\nThe default takes {ratio:.2f} of the published network's time in Keras."
    if large:
        big = folder / "large"
        big.mkdir()
        images.write(big / "large.png", make_speed_picture(12000, 16000))
        rows.append(("default, one 16000x12000", run_predict(big, folder / "result large", tried["default"])))
    cells = [(name, f"{run['seconds']:.1f}", f"{run['first']:.1f}", format_peak(run["peak"])) for name, run in rows]
    header = (f"predict.py on {count} pictures of {width}x{height}", "seconds", "first picture after, s", "peak MB")
    return format_table(header, cells) + text


def compare_region_programs(folder, count, large):
    """Measure predict.py --task regions, whole process, and the published network alone; returns the table."""
    height, width = REGION_SIZE
    rows = []
    for number in {1: None, count: None}:
        pictures = folder / f"pictures {number}"
        pictures.mkdir()
        for k in range(number):
            images.write(pictures / f"{k:02}.png", make_speed_picture(height, width, 15 * k))
        run = run_predict(pictures, folder / f"result {number}", ("--task", "regions"))
        each = f"{run['seconds'] / number:.2f}"
        rows.append((f"predict.py --task regions, {number} of {width}x{height}", each, format_peak(run["peak"])))
    if large:
        big = folder / "large"
        big.mkdir()
        images.write(big / "large.png", make_speed_picture(8000, 10000))
        run = run_predict(big, folder / "result large", ("--task", "regions"))
        row = ("predict.py --task regions, 1 of 10000x8000", f"{run['seconds']:.2f}", format_peak(run["peak"]))
        rows.append(row)
    path, picture = folder / "danbooregion.keras", folder / "pictures 1" / "00.png"
    run_measured(this_script("make-network", "danbooregion", path))
    answer = run_measured(this_script("measure-flips", path, "keras", picture, 8))
    eight = float(answer["output"].splitlines()[-1])
    rows.append(("published network in Keras, eight passes alone", f"{eight:.2f}", format_peak(answer["peak"])))
    header = ("regions", "seconds a picture", "peak MB")
    ratio = float(rows[0][1]) / eight
    return format_table(header, rows) + f"\n\nOne picture takes {ratio:.2f} of those eight passes, starting included."


def compare_refiners(folder, count, repeats, large):
    """Measure the shipped refiner and the published one in Keras, and predict.py --task refine; returns the tables."""

    height, width = SPEED_SIZE
    pictures = folder / "drawings"
    pictures.mkdir()
    for number in range(count):
        lines = illustrations.draw(illustrations.VALIDATION_SEED + number, size=SPEED_SIZE).lines
        rough = draw_rough(tracing.trace(lines), lines.shape, np.random.default_rng(number))
        images.write(pictures / f"{number:02}.png", rough)
    path, rows = folder / "relifer.keras", []
    run_measured(this_script("make-network", "relifer", path))
    shipped = engine.SHIPPED["refine"]
    for name, weights, kind in (
        ("shipped, OpenVINO", shipped["openvino"], "openvino"),
        ("shipped, Keras", shipped["keras"], "keras"),
        ("relifer, Keras", path, "keras"),
    ):
        picture = pictures / "00.png"
        answer = run_measured(this_script("measure", weights, kind, "auto", picture, repeats, "--task", "refine"))
        rows.append((name, json.loads(answer["output"].splitlines()[-1])["seconds"], answer["peak"]))
    ratio = rows[0][1] / rows[-1][1]
    cells = [(name, f"{seconds:.2f}", format_peak(peak)) for name, seconds, peak in rows]
    text = format_table((f"one {width}x{height} drawing", "seconds", "peak MB"), cells)
    text += f"\n\nThe shipped network takes {ratio:.3f} of the published one's time in Keras.\n\n"

    run = run_predict(pictures, folder / "refined", ("--task", "refine"))
    rows = [(f"predict.py --task refine, {count} of {width}x{height}", run["seconds"] / count, run["peak"])]
    if large:
        big = folder / "large"
        big.mkdir()
        sheet = np.tile(images.read_map(pictures / "00.png"), (12, 9))[:12000, :16000]
        images.write(big / "large.png", sheet)
        run = run_predict(big, folder / "result large", ("--task", "refine"))
        rows.append(("predict.py --task refine, 1 of 16000x12000", run["seconds"], run["peak"]))
    cells = [(name, f"{seconds:.2f}", format_peak(peak)) for name, seconds, peak in rows]
    return text + format_table(("whole program", "seconds a picture", "peak MB"), cells)


def compare_sketch_programs(folder, task, count, large):
    """Measure predict.py with a task of sketches; returns the table."""
    runs = [(f"{count} of {SPEED_SIZE[1]}x{SPEED_SIZE[0]}", count, SPEED_SIZE)]
    runs += [("1 of 16000x12000", 1, (12000, 16000))] if large else []
    rows = []
    for name, number, size in runs:
        pictures = folder / name
        pictures.mkdir()
        for seed in range(number):
            images.write(pictures / f"{seed:02}.png", make_speed_picture(*size, seed))
        run = run_predict(pictures, folder / f"result {name}", ("--task", task))
        rows.append((f"predict.py --task {task}, {name}", f"{run['seconds'] / number:.2f}", format_peak(run["peak"])))
    return format_table(("whole program", "seconds a picture", "peak MB"), rows)


def compare_filters(folder, count):
    """Time the sketch filters on one core, and sketch.py on a folder with all; returns the tables."""
    pictures, rows = folder / "pictures", []
    pictures.mkdir()
    drawn = [make_speed_picture(*SPEED_SIZE, seed) for seed in range(min(count, 5))]  # takes longer than all else
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
    rows = [(name, f"{1000 * time_fastest(5, function)[1]:.1f}") for name, function in alone.items()]
    text = format_table((f"one {SPEED_SIZE[1]}x{SPEED_SIZE[0]} picture", "milliseconds"), rows) + "\n\n"
    rows = []
    for options in (("xdog",), ("xdog", "--auto"), ("dodge",), ("threshold",)):
        name = " ".join(options)
        run = run_measured([sys.executable, ROOT / "sketch.py", *options, pictures, "-o", folder / name])
        rows.append((f"sketch.py {name}, {count} pictures", f"{count / run['seconds']:.1f}"))
    return text + format_table(("whole program", "pictures a second"), rows)


def run_predict(pictures, result, options):
    """Run predict.py on files or a folder, in a process of its own: returns what `run_measured` does."""
    return run_measured([sys.executable, ROOT / "predict.py", pictures, "--output", result, *options], result)


def format_peak(peak):
    """Format megabytes for a table; `?` where the system does not tell them."""
    return "?" if peak is None else f"{peak:.0f}"


def skeletonize_plainly(region_map):
    """Compute a skeleton map step by step, with OpenCV and scikit-image: what `skeletonize.py` is measured against."""
    from skimage.morphology import skeletonize

    edge = np.zeros(region_map.shape[:2], bool)
    edge[:-1] |= (region_map[:-1] != region_map[1:]).any(-1)
    edge[:, :-1] |= (region_map[:, :-1] != region_map[:, 1:]).any(-1)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
    lines = skeletonize(cv2.dilate(edge.astype(np.uint8), cross) == 0)
    heights = np.full(edge.shape, 127.5, np.float32)
    for _ in range(512):
        heights[edge], heights[lines] = 0, 255
        heights = cv2.filter2D(heights, cv2.CV_32F, cross.astype(np.float32) / 5)
    heights[edge], heights[lines] = 0, 255
    return heights.astype(np.uint8)


def compare_skeletons(region_map, repeats):
    """Time each stage of a skeleton map, with one thread and with all, and the plain way; returns the table."""

    cores = cv2.getNumThreads()
    rows = []
    for threads in sorted({1, skeletons.count_cores()}):
        cv2.setNumThreads(threads)
        times, difference = time_stages(region_map, threads, repeats)
        rows.append((f"threads: {threads}", *(f"{value:.3f}" for value in times), f"{times[-1] / times[-2]:.1f}"))
    cv2.setNumThreads(cores)
    height, width = region_map.shape[:2]
    stages = ("edges", "thinning", "smoothing", "whole", "plain way", "ratio")
    text = format_table((f"one {width}x{height} region map, seconds", *stages), rows)
    return f"{text}\n\nMean difference from the plain way: {difference:.3f} grey levels."


def time_stages(region_map, threads, repeats):
    """Return seconds of edges, thinning, smoothing, the whole and the plain way; and how far the two results differ."""

    edge, edges = time_fastest(repeats, skeletons.find_edges, region_map)
    lines, thinning = time_fastest(repeats, skeletons.find_skeletons, edge)
    _, smoothing = time_fastest(repeats, skeletons.smooth_heights, edge, lines, threads=threads)
    heights, whole = time_fastest(repeats, skeletons.skeletonize_regions, region_map, threads)
    plain, slow = time_fastest(2, skeletonize_plainly, region_map)
    return (edges, thinning, smoothing, whole, slow), np.abs(heights.astype(int) - plain).mean()


def time_fastest(repeats, function, *arguments, **options):
    """Call a function some times; returns its result and the seconds of the fastest call."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        result = function(*arguments, **options)
        times.append(time.perf_counter() - begun)
    return result, min(times)


def measure_compiling():
    """Seconds of the first call on a machine that has never run `skeletonize.py`, in a process of its own."""
    code = (
        "import time, numpy, skeletonize; begun = time.perf_counter();"
        "skeletonize.skeletonize_regions(numpy.zeros((8, 8, 3), numpy.uint8)); print(time.perf_counter() - begun)"
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def measure_data_set(count):
    """Time `skeletonize_all.py` on `count` drawn region maps, whole process; returns a sentence."""

    with tempfile.TemporaryDirectory() as folder:
        illustrations.write_drawings(folder, count, size=MAP_SIZE, layout="danbooregion")
        run = run_measured([sys.executable, ROOT / "skeletonize_all.py", folder])
    each = run["seconds"] / count
    return (
        f"skeletonize_all.py on {count} maps of {MAP_SIZE[1]}x{MAP_SIZE[0]}: {run['seconds']:.1f} s, "
        f"{each:.3f} s a map; at that rate the 3,377 of DanbooRegion 2020 take {each * 3377 / 60:.1f} minutes."
    )


def write_mixed(folder, count):
    """Write pictures of many sizes and formats, 0.05 to 2 megapixels, all by their numbers."""
    source = make_speed_picture(1400, 1400)
    rng = random.Random(0)
    for number in range(count):
        height, width = (round(200 * 7 ** rng.random()) for _ in range(2))
        top, left = rng.randrange(1401 - height), rng.randrange(1401 - width)
        part = source[top : top + height, left : left + width]
        ending = (".png", ".jpg", ".webp")[rng.randrange(3)]
        write_bytes(Path(folder) / f"{number:05}{ending}", cv2.imencode(ending, part[..., ::-1])[1])


def measure_long_run(count, every, options=()):
    """Run predict.py over `count` pictures of mixed sizes and watch its memory.

    Args:
        count: pictures.
        every: pictures between two looks at the memory.
        options: more arguments of predict.py.

    Returns:
        List of (pictures done, seconds since the start, resident memory in MB), Linux only.

    Raises:
        RuntimeError: if predict.py fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        pictures, result = Path(folder, "in"), Path(folder, "out")
        pictures.mkdir()
        write_mixed(pictures, count)
        begun, curve = time.perf_counter(), []
        command = [sys.executable, ROOT / "predict.py", pictures, "--output", result, *options]
        with start(command, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None:
                time.sleep(0.1)
                # A picture may have several results.
                names = {name.partition(".")[0] for name in os.listdir(result)} if result.is_dir() else set()
                done = len(names - {""})  # hidden ones are not whole yet
                held = read_memory(process.pid, "VmRSS")
                if held and done >= every * (len(curve) + 1):
                    curve.append((done, time.perf_counter() - begun, held))
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(map(str, command))}")
    return curve


def report_long_run(count, options=()):
    """`measure_long_run` as a table."""
    rows = [
        (done, f"{seconds:.0f}", f"{held:.0f}")
        for done, seconds, held in measure_long_run(count, max(1, count // 20), options)
    ]
    return format_table((f"predict.py on {count} pictures of mixed sizes: done", "seconds", "MB held"), rows)


def _give(networks, _):
    return networks


def measure_stages(folder, count):
    """Time what predict.py does to 1080p pictures stage by stage, and what all of it takes together.

    The last rows have a network that computes elsewhere, as a GPU does, for half as long as reading and writing take
    and for as long.

    Returns:
        The table.
    """

    height, width = SPEED_SIZE
    paths = [Path(folder) / f"{number:02}.png" for number in range(count)]
    for number, path in enumerate(paths):
        images.write(path, make_speed_picture(height, width, 15 * number))
    result = Path(folder) / "result"
    result.mkdir()
    todo = [jobs.Job(path, {"lines": result / path.name}) for path in paths]
    opened = jobs.Opened(tasks.load("lines"))
    options = opened.complete({})
    options.max_megapixels = images.MAX_MEGAPIXELS
    pictures, reading = time_each(images.read, paths)
    shipped = engine.load()
    drawings.find_maps(shipped, pictures[0], False)  # compiles
    rows, writing = [], 0.0
    for factor in (None, 0.5, 1):
        network = shipped if factor is None else Elsewhere(factor * (reading + writing))
        maps, finding = time_each(
            lambda picture, network=network: drawings.find_maps(network, picture, False), pictures
        )
        ready = [(job.targets["lines"], 255 - ink[..., 0]) for job, ink in zip(todo, maps)]
        _, writing = time_each(lambda one: images.write(*one), ready)
        begun = time.perf_counter()
        opened.load = functools.partial(_give, {"lines": network})
        for _, _, error in jobs.run_jobs(todo, opened, options):
            if error:
                raise error
        together = (time.perf_counter() - begun) / count
        stages = reading, finding, writing
        cells = (*stages, max(stages), sum(stages), together)
        name = "shipped, on the same cores" if factor is None else f"elsewhere, {network.seconds:.3f} s"
        rows.append((name, *(f"{value:.3f}" for value in cells)))
    header = (f"seconds a picture of {width}x{height}", "reading", "network", "writing", "slowest", "sum", "together")
    return format_table(header, rows)


class Elsewhere:
    """Stands in for a network on a GPU: takes its time, and leaves the processor alone meanwhile."""

    name, margin, stride, max_tile = "line_extractor", 64, 8, 1088

    def __init__(self, seconds):
        self.seconds = seconds  # for a 1080p picture, of two tiles

    def stream(self, tiles):
        """Run over an iterator of (h, w, 3) tiles; yields (h, w, 1)."""
        for tile in tiles:
            time.sleep(self.seconds / 2)
            yield np.float32(tile[..., :1] < 0.2)


def time_each(function, items):
    """Call a function with each item; returns the results and the seconds that a call took on average."""
    begun = time.perf_counter()
    results = [function(item) for item in items]
    return results, (time.perf_counter() - begun) / len(results)


def report_training(args, task, plan, counts, seconds):
    """Measure what makes a training's batches, by number of worker processes, beside what the network asks for.

    Args:
        args: of train.py. task: a `tasks.base.Task`. plan: of its batches.
        counts: numbers of worker processes.
        seconds: how long each is measured.

    Returns:
        The table.
    """

    made = {count: measure_feed(plan, count, seconds) for count in counts}
    asked, policy, gpu = measure_steps(args, task, plan, seconds)
    rows = [
        (f"{count} worker{'s' * (count > 1)}", f"{rate:.2f}", f"{rate * plan.batch:.1f}", f"{rate / asked:.2f}")
        for count, rate in made.items()
    ]
    rows.append((f"the network's steps, {policy}", f"{asked:.2f}", f"{asked * plan.batch:.1f}", "1"))
    header = (f"{task.name}: batches of {plan.batch} crops of {plan.crop}", "a second", "crops", "of the network's")
    return f"{format_table(header, rows)}\n\nOn {gpu or name_processor()}."


def measure_feed(plan, workers, seconds):
    """Batches a second that worker processes make, beyond those that lie ready from the start."""

    with loader.Feed(plan, workers) as feed:
        for _ in range(2 * workers + 3):
            feed.next()
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            feed.next()
            count += 1
        return count / (time.perf_counter() - begun)


def measure_steps(args, task, plan, seconds):
    """Let a network train on the same batch again and again.

    Returns:
        (steps a second, dtype policy, sentence about the GPU or None).
    """
    devices.choose_backend()
    import keras

    keras.utils.set_random_seed(0)
    policy = devices.choose_precision(args.precision)
    critic = task.critic or 0.0 if args.critic is None else args.critic
    progress = checkpoints.Progress(args.task, args.variant or "default", critic)
    network = training.compile_network(training.make_network(task, progress, policy), task, progress, args)
    pictures, truth, _ = plan.finish(*plan.make(0))
    batch = task.to_network(progress.variant, pictures), task.to_truth(progress.variant, truth)
    for _ in range(3):  # the first compiles
        network.train_on_batch(*batch)
    with GpuWatch() as gpu:
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            network.train_on_batch(*batch)
            count += 1
        rate = count / (time.perf_counter() - begun)
    return rate, policy, gpu.describe()


class GpuWatch:
    """Asks NVIDIA's driver, twice a second, how busy the first GPU is and how much of its memory is taken."""

    command = ("nvidia-smi", "--query-gpu=name,utilization.gpu,memory.used", "--format=csv,noheader,nounits")

    def __enter__(self):
        self.seen, self.end = [], threading.Event()
        self.thread = threading.Thread(target=self._look)
        if devices.gpu_is_seen():
            self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        if self.thread.ident:
            self.thread.join()

    def _look(self):
        while not self.end.wait(0.5):
            answer = subprocess.run(self.command, capture_output=True, text=True)
            if answer.returncode == 0:
                self.seen.append(answer.stdout.splitlines()[0].rsplit(", ", 2))

    def describe(self):
        """The GPU's name, mean utilisation and most memory taken; None where no GPU was seen."""
        if not self.seen:
            return None
        busy = np.mean([float(use) for _, use, _ in self.seen if use.isdigit()] or [np.nan])
        most = max((int(held) for *_, held in self.seen if held.isdigit()), default="?")
        return f"{self.seen[0][0]}, {busy:.0f} % busy, {most} MB"


def name_processor():
    """The processor's name and how many cores there are."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"
