"""The shipped weights: they pass their checks, agree with each other, and keep to the promised time and memory."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import export
import predict
from illustration_parts.benchmarks import colours as colour_trials
from illustration_parts.benchmarks import sketches as sketch_trials
from illustration_parts.drawing import illustrations
from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import filters, images, segmentation, skeletons
from illustration_parts.imaging.region_scores import region_scores
from illustration_parts.networks import engine, tiling
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import drawings
from illustration_parts.tasks import regions as region_task
from illustration_parts.tasks import sketches as sketch_task

SHIPPED = ("lines", "refine", "regions", "sketch", "binary2sketch", "colorize")


@pytest.fixture(scope="module")
def picture():
    """A 1080p picture, (1080, 1920, 3) uint8."""
    return images.to_uint8(export.check_picture(1080, 1920, 3))


def see(picture, task):
    """A picture as a task's network is shown it."""
    grey = picture[..., :1]
    if task == "refine":
        return 255 - grey  # ink
    if task == "binary2sketch":
        return filters.threshold(grey[..., 0])[..., None]
    if task == "colorize":
        return colour_task.add_places(filters.xdog(grey[..., 0]))
    if task == "sketch":
        return sketch_task.add_first_sketch(picture)
    return picture


@pytest.mark.parametrize(
    "task, channels", [("lines", 3), ("refine", 1), ("regions", 2), ("sketch", 1), ("binary2sketch", 1)]
)
def test_tiled_equals_whole_picture(picture, task, channels):
    network = engine.load(engine="openvino", precision="float32", task=task)
    picture = see(picture, task)[:640, : network.max_tile + 128]  # two of the network's own tiles
    whole = tiling.run(network, picture, channels, max_tile=1920)
    for max_tile in (448, network.max_tile):
        tiled = tiling.run(network, picture, channels, max_tile=max_tile)
        assert np.mean(np.abs(tiled.astype(int) - whole) <= 2, axis=(0, 1)).min() >= 0.999


@pytest.mark.parametrize("task", SHIPPED)
def test_openvino_agrees_with_keras(picture, task):
    tile = images.to_network(see(picture, task)[:256, :320])
    in_keras = next(engine.load(engine="keras", task=task).stream([tile]))
    in_openvino = next(engine.load(engine="openvino", precision="float32", task=task).stream([tile]))
    assert np.abs(in_keras - in_openvino).max() <= export.TOLERANCE


def test_fast_precision_stays_close(picture):
    exact, fast = (engine.load(engine="openvino", precision=precision) for precision in ("float32", "auto"))
    exact, fast = (drawings.find_maps(network, picture, classes=False).astype(int) for network in (exact, fast))
    assert np.abs(exact - fast).mean() < 1


def test_paper_stays_white_and_a_line_black():
    drawing = cv2.circle(np.full((240, 320, 3), 255, np.uint8), (160, 120), 80, (0, 0, 0), 3, cv2.LINE_AA)
    ink = drawings.find_maps(engine.load(engine="openvino"), drawing, classes=False)[..., 0]
    truth = 255 - drawing[..., 0]
    assert ink[truth == 255].mean() > 200
    assert ink[cv2.dilate(truth, np.ones((9, 9))) == 0].mean() < 3


def find_ids(picture):
    maps = region_task.find_skeleton(engine.load(engine="openvino", task="regions"), picture)
    return maps, segmentation.segment(picture, np.ascontiguousarray(maps[..., 0]), boundaries=maps[..., 1].copy())


def test_regions_of_drawn_pictures_are_found():
    scores = []
    for seed in (100, 101, 102, 103, 104):
        drawing = illustrations.draw(illustrations.VALIDATION_SEED + seed, (512, 448), "things", "vector")
        maps, ids = find_ids(drawing.picture)
        true = skeletons.skeletonize_regions(drawing.regions)
        heights = cv2.resize(maps[..., 0], true.shape[::-1], interpolation=cv2.INTER_AREA)
        score = region_scores(drawing.regions, ids)
        likeness = np.corrcoef(heights.reshape(-1), true.reshape(-1))[0, 1]
        scores.append((score["boundary_f"], score["covering"], likeness))
    f, covering, likeness = np.median(scores, 0)  # one of them has a painted ground, which has no clear areas
    assert f > 0.88 and covering > 0.75 and likeness > 0.6


def test_enclosed_areas_of_a_line_drawing_are_regions():
    drawing = np.full((300, 400, 3), 255, np.uint8)
    cv2.rectangle(drawing, (40, 50), (360, 250), (0, 0, 0), 2, cv2.LINE_AA)
    cv2.line(drawing, (200, 50), (200, 250), (0, 0, 0), 2, cv2.LINE_AA)
    cv2.circle(drawing, (110, 150), 40, (0, 0, 0), 2, cv2.LINE_AA)
    ids = find_ids(drawing)[1]
    points = [ids[y, x] for x, y in ((10, 10), (60, 70), (110, 150), (300, 150))]
    assert len(set(points)) == 4
    assert np.isin(ids, points).mean() > 0.95


def test_sketches_of_worn_pictures_are_nearer_to_clean_ones_than_a_filters():
    network = engine.load(engine="openvino", task="sketch")
    pairs = []
    for seed in range(6):
        drawing = illustrations.draw(illustrations.VALIDATION_SEED + 200 + seed, 256)
        rng = np.random.default_rng(seed)
        pairs.append((drawing.picture, degrade.degrade(drawing.picture, drawing.classes, rng)[0]))
    row = sketch_trials.try_sketch(
        lambda degraded: tiling.run(network, sketch_task.prepare(network, degraded))[..., 0], pairs
    )
    assert row["found"] < 0.75 * row["fixed"] and row["found specks"] < row["fixed specks"]


def test_grey_sketches_of_binary_pictures_beat_what_needs_no_network():
    network = engine.load(engine="openvino", task="binary2sketch")
    pictures = [illustrations.draw(illustrations.VALIDATION_SEED + 200 + seed, 256).picture for seed in range(6)]
    row = sketch_trials.try_binary(lambda binary: tiling.run(network, binary[..., None])[..., 0], pictures)
    assert row["found"] < 0.85 * min(row["binary"], row["constant"], row["blurred"])


def test_colours_follow_dabs_and_do_without():
    paint = colour_trials.make_painter(engine.load(engine="openvino", task="colorize"))
    drawings = [illustrations.draw(illustrations.VALIDATION_SEED + seed, 384, "portrait") for seed in (200, 201, 202)]
    hinted, free = colour_trials.try_colours(paint, drawings, 30), colour_trials.try_colours(paint, drawings)
    assert hinted["error"] < 0.95 * free["error"]
    assert free["chroma"] > 0.4 and free["inside"] < free["between"]


def peak_memory(picture, output, *options):
    """The most memory that predict.py had at once, in kB, in a process of its own."""
    code = (  # not getrusage's peak, which a child inherits
        "import sys, predict; status = predict.main(sys.argv[1:])\n"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]); sys.exit(status)"
    )
    command = [sys.executable, "-c", code, picture, "--output", output, "--engine", "openvino", *options]
    run = subprocess.run(command, cwd=Path(predict.__file__).parent, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return int(run.stdout.split()[-1])


def test_a_1080p_picture_takes_less_than_a_gigabyte(picture, tmp_path):
    images.write(tmp_path / "a.png", picture)
    assert peak_memory(tmp_path / "a.png", tmp_path / "out") < 1e6


def test_regions_of_a_picture_take_less_than_a_gigabyte_and_a_half(picture, tmp_path):
    images.write(tmp_path / "a.png", picture)
    assert peak_memory(tmp_path / "a.png", tmp_path / "out", "--task", "regions") < 1.5e6


@pytest.mark.soak
def test_regions_of_80_megapixels_take_less_than_three_gigabytes(picture, tmp_path):
    images.write(tmp_path / "a.png", np.tile(picture, (8, 6, 1))[:8000, :10000])
    assert peak_memory(tmp_path / "a.png", tmp_path / "out", "--task", "regions") < 3e6
    assert images.size(tmp_path / "out/a.region.png") == (10000, 8000)


@pytest.mark.soak
def test_a_192_megapixel_picture_takes_less_than_two_gigabytes(picture, tmp_path):
    images.write(tmp_path / "a.png", np.tile(picture, (12, 9, 1))[:12000, :16000])
    assert peak_memory(tmp_path / "a.png", tmp_path / "out") < 2e6
    assert images.size(tmp_path / "out/a.png") == (16000, 12000)
