"""Make the README's pictures from bundled pictures and the shipped networks.

python -m docs.make_pictures                                    # all but style.png
python -m docs.make_pictures --style data/brush FILE.keras      # that: what a network learned of a style
python -m docs.make_pictures --examples data                    # what is bundled in predict, rough and hints
"""

import argparse
import itertools
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

import illustration_parts
from illustration_parts import tasks
from illustration_parts.benchmarks import clips
from illustration_parts.drawing import illustrations
from illustration_parts.drawing.wear import degrade
from illustration_parts.drawing.wear.rough import Roughness, draw_rough
from illustration_parts.imaging import (
    dabs,
    filters,
    images,
    layers,
    linework,
    region_maps,
    scans,
    segmentation,
    tracing,
    vectors,
    video,
)
from illustration_parts.networks import engine, jobs, tiling
from illustration_parts.system import cli
from illustration_parts.tasks import base, drawings
from illustration_parts.tasks import refine as refine_task
from illustration_parts.tasks import regions as region_task

# The pictures bundled in data/predict: name, seed, (height, width), form, preset.
EXAMPLES = (
    ("small.png", 807, (240, 240), "portrait", "tv"),
    ("film_frame.png", 320, (1080, 1920), "portrait", "film"),
    ("cutout.png", 404, (900, 720), "cutout", "webtoon"),
    ("manga_page.png", 321, (1240, 880), "page", "manga"),
    ("street.png", 517, (720, 1080), "scenery", "tv"),
)
HINTED, DABS = "film_frame.png", 25  # which of them gets dabs of colour in data/hints, and how many
# Rough line drawings bundled in data/rough: file name, seed, size, form, preset, how rough; specks, if it is a scan.
ROUGH_EXAMPLES = (
    ("broken.png", 400, (480, 480), "cutout", "webtoon", {"gaps": 1.6, "wobble": 0.5, "wave": 8.0}, 0),
    ("shaky.png", 407, (600, 480), "cutout", "webtoon", {"width": 1.6, "tremor": 1.3, "period": 2.5, "gaps": 0.3}, 0),
    ("scan.png", 511, (480, 720), "scenery", "tv", {"width": 1.4, "gaps": 0.5, "searched": 0.25, "faint": 0.5}, 250),
)


def write_examples(out):
    """Draw the pictures bundled in `predict`, `rough` and `hints` of a data folder.

    A cutout gets transparency where nothing was drawn; rough drawings with specks lie on grey paper. Dabs of colour are
    a picture's own, but for skin with red and blue exchanged.
    """

    out = Path(out)
    for folder in ("predict", "rough", "hints"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for name, seed, size, form, preset in EXAMPLES:
        drawing = illustrations.draw(seed, size, form, preset)
        picture = drawing.picture
        if form == "cutout":
            solid = np.where(drawing.parts > 0, np.uint8(255), drawing.ink)
            picture = np.dstack([picture, solid])
        images.write(out / "predict" / name, picture, small=True)
        if name == HINTED:
            wanted = np.where(drawing.skin[..., None], picture, picture[..., ::-1])
            hints = dabs.place_dabs(wanted, drawing.regions, DABS)
            hints = cv2.dilate(hints, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))  # as a broad pen does
            images.write(out / "hints" / name, hints, small=True)
    for name, seed, size, form, preset, how, specks in ROUGH_EXAMPLES:
        lines = illustrations.draw(seed, size, form, preset).lines
        rng = np.random.default_rng(seed)
        rough = draw_rough(tracing.trace(lines, tracing.HEAL), lines.shape, rng, Roughness(**how))  # type: ignore[arg-type]
        if specks:
            rough = degrade.add_specks(rough, specks, rng)
            shade = np.linspace(205, 240, lines.shape[1])[None] / 255
            rough = np.clip(40 + rough * 0.84 * shade + rng.normal(0, 5, lines.shape), 0, 255).astype(np.uint8)
        images.write(out / "rough" / name, rough, small=True)


ROOT = Path(__file__).resolve().parents[1]
LINES = (("film_frame.png",), ("cutout.png", "manga_page.png"))  # rows of bundled pictures
WIDTH = 1280
REFINED = ("broken.png", "shaky.png", "scan.png")
REGIONS = ("film_frame.png", "street.png")
SKETCHED = ("film_frame.png", "street.png")
BINARY = ("manga_page.png", "street.png")
VECTORS = ("film_frame.png", (100, 600, 560, 1110))  # rows and columns that are shown
LAYERED = "cutout.png"
STEADY = ("film_frame.png", (150, 450, 650, 1050))  # the same; it is held
COLOURED = "film_frame.png"  # has dabs of colour in data/hints
RESTYLED = ("film_frame.png", "street.png")


def show_lines(network, rows=LINES, width=WIDTH):
    """Bundled pictures, each beside its lines and its lines by class: (H, width, 3) uint8 RGB."""
    shown_rows = []
    for names in rows:
        shown = [show_one(network, images.read(base.DATA / "predict" / name)) for name in names]
        height = round(width / sum(sheet.shape[1] / sheet.shape[0] for sheet in shown))
        scaled = [resize(sheet, height, round(sheet.shape[1] * height / sheet.shape[0])) for sheet in shown]
        shown_rows.append(resize(np.hstack(scaled), height, width))
    return np.vstack(shown_rows)


def show_one(network, picture):
    """A picture, its lines, and its lines by class, side by side."""
    found, share, edge = np.moveaxis(drawings.find_maps(network, picture), 2, 0)
    boundary, inner = linework.split_classes(found, share)
    return np.hstack([picture, cv2.merge([255 - found] * 3), linework.code_classes(boundary, inner, edge)])


def show_refined(network, names=REFINED, width=WIDTH):
    """Bundled rough drawings in a row, and below each the refined one: (H, width, 3) uint8 RGB."""
    columns = []
    for name in names:
        picture = images.read(base.DATA / "rough" / name)
        refined = 255 - tiling.run(network, scans.level(picture)[0][..., None])
        columns.append(np.vstack([picture, cv2.merge([refined] * 3)]))
    height = round(width / sum(column.shape[1] / column.shape[0] for column in columns))
    scaled = [resize(column, height, round(column.shape[1] * height / column.shape[0])) for column in columns]
    return resize(np.hstack(scaled), height, width)


def show_style(folder, networks, count=3, width=960):
    """Validation drawings of a style in a row, those with most ink: thin, as each network refines them, as they are.

    Args:
        folder: holds `v_norm` and `v_line`. networks: of `engine.load`. count: how many drawings. width: in pixels.

    Returns:
        (H, width, 3) uint8 RGB.

    Raises:
        ValueError: if there are fewer pairs, or one cannot be read.
    """
    pairs = [pair for pair in refine_task.find_refine_pairs(folder, "v_")[0] if pair.norm]
    if len(pairs) < count:
        raise ValueError(f"expected {count} pairs in {folder}/v_line and v_norm. Found: {len(pairs)}")
    loaded = sorted(map(refine_task.load_refine_pair, pairs), key=lambda both: both[1].mean())
    columns = []
    for norm, line, _ in loaded[:count]:
        refined = [255 - tiling.run(network, 255 - norm[..., None])[..., 0] for network in networks]
        columns.append(np.vstack([norm, *refined, line]))
    sheet = np.hstack(columns)
    return cv2.merge([resize(sheet, round(sheet.shape[0] * width / sheet.shape[1]), width)] * 3)


def show_regions(network, names=REGIONS, width=WIDTH):
    """Bundled pictures, each with its skeleton map, its regions and flattened: (H, width, 3) uint8 RGB."""
    rows = []
    for name in names:
        picture = images.read(base.DATA / "predict" / name)
        maps = region_task.find_skeleton(network, picture)
        heights = segmentation.fit_heights(maps[..., 0], picture.shape[:2])[0]
        ids = segmentation.segment(picture, maps[..., 0], boundaries=maps[..., 1])
        shown = [picture, cv2.merge([heights] * 3), region_maps.colour_regions(ids), region_maps.flatten(picture, ids)]
        row = np.hstack(shown)
        rows.append(resize(row, round(row.shape[0] * width / row.shape[1]), width))
    return np.vstack(rows)


def predict(*arguments):
    """Run predict.py; ValueError if it fails."""
    if subprocess.run([sys.executable, str(ROOT / "predict.py"), *map(str, arguments)]).returncode:
        raise ValueError("predict.py failed")


def show_predicted(pictures, *options, width=640):
    """What `predict.py --sheet` makes of pictures with some options, one below the other: (H, width, 3) uint8 RGB.

    Raises:
        ValueError: if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        predict(*pictures, "--output", folder, "--sheet", *options)
        sheets = [images.read(next(Path(folder).glob(f"{Path(picture).stem}.*sheet.png"))) for picture in pictures]
    return np.vstack([resize(sheet, round(sheet.shape[0] * width / sheet.shape[1]), width) for sheet in sheets])


def find_bundled(names):
    """Return the paths of pictures that come with the suite."""
    return [base.DATA / "predict" / name for name in names]


def show_grey(names=BINARY, width=640):
    """Bundled pictures in black and white, each beside its grey sketch: (H, width, 3) uint8 RGB."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = [Path(folder) / name for name in names]
        for picture in pictures:
            images.write(picture, filters.threshold(images.read_map(base.DATA / "predict" / picture.name)))
        return show_predicted(pictures, "--task", "binary2sketch", width=width)


def show_colours(width=1280):
    """A bundled picture's sketch, coloured twice, dabs of colour on it, and what they make: (H, width, 3) uint8 RGB."""
    picture, hints = (base.DATA / folder / COLOURED for folder in ("predict", "hints"))
    with tempfile.TemporaryDirectory() as folder:
        predict(picture, "--output", folder, "--task", "sketch")
        lines = Path(folder) / f"{picture.stem}.sketch.png"
        ways = [("--seed", "0"), ("--seed", "1"), ("--hints", str(hints))]
        rows = [show_predicted([lines], "--task", "colorize", *way, width=width) for way in ways]
    half = width // 2
    sheet = images.read_hints(hints)
    sheet = cv2.resize(sheet, (half, rows[0].shape[0]), interpolation=cv2.INTER_NEAREST)
    dabbed = np.where(sheet[..., 3:] > 0, sheet[..., :3], rows[0][:, :half])
    shown = np.vstack([np.hstack([rows[0][:, half:], rows[1][:, half:]]), np.hstack([dabbed, rows[2][:, half:]])])
    return np.ascontiguousarray(shown)


def show_vectors(network, picture=VECTORS, width=1200):
    """A part of a line map, each of its strokes in a colour of its own, and varying strokes: (H, width, 3) uint8 RGB.

    Raises:
        engine.WeightsError: if resvg-py is missing.
    """
    resvg = engine.require("resvg_py", "docs/images/vectors.png", "requirements-extras.txt")
    name, (top, bottom, left, right) = picture
    ink = drawings.find_maps(network, images.read(base.DATA / "predict" / name), False)[..., 0]
    ink = np.ascontiguousarray(ink[top:bottom, left:right])
    hues = itertools.cycle(("#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e", "#17a2b8", "#e377c2", "#8c564b"))
    strokes = vectors.draw_lines(ink, "strokes").decode()
    strokes = re.sub("<path", lambda _: f'<path stroke="{next(hues)}"', strokes)
    panels = [cv2.cvtColor(255 - ink, cv2.COLOR_GRAY2RGB)]
    for document in (strokes, vectors.draw_lines(ink, "variable").decode()):
        png = np.frombuffer(bytes(resvg.svg_to_bytes(svg_string=document, zoom=2.0, background="#ffffff")), np.uint8)
        drawn = cv2.imdecode(png, cv2.IMREAD_COLOR)
        assert drawn is not None
        panels.append(cv2.cvtColor(drawn, cv2.COLOR_BGR2RGB))
    height = round((bottom - top) * width / 3 / (right - left))
    return np.hstack([resize(panel, height, width // 3) for panel in panels])


def find_layers(name=LAYERED):
    """Take a bundled picture apart: (picture, `layers.Parts`)."""
    picture = images.read(base.DATA / "predict" / name)
    with illustration_parts.open("layers") as opened:
        return picture, layers.Parts(**opened.predict(picture).arrays)


def show_layers(picture, parts, width=WIDTH):
    """The layers of a picture, one over the other: lines, flats, flats with shade and highlights, all of them.

    Args:
        picture: (H, W, 3) uint8 RGB. parts: `layers.Parts` of it.

    Returns:
        (height, width, 3) uint8 RGB.
    """
    stack = list(layers.list_layers(picture, parts))
    lines = [layer for layer in stack if layer.name == "lines"]
    flats = [layer for layer in stack if layer.path]
    shaded = [layer for layer in stack if layer.name != "lines"]
    panels = [layers.compose(picture.shape, shown) for shown in (lines, flats, shaded, stack)]
    height = round(picture.shape[0] * width / 4 / picture.shape[1])
    return np.hstack([resize(panel, height, width // 4) for panel in panels])


def show_steady(opened, picture=STEADY, width=1200):
    """A frame of a noisy clip, and how its lines flicker by themselves and steadied: (H, width, 3) uint8 RGB.

    The darker a place, the more its ink changes from frame to frame, four times as strongly as it does.

    Raises:
        engine.WeightsError: if PyAV is missing.
    """
    engine.require("av", "docs/images/video.png", "requirements-extras.txt")
    name, (top, bottom, left, right) = picture
    held = np.ascontiguousarray(images.read(base.DATA / "predict" / name)[top:bottom, left:right])
    with tempfile.TemporaryDirectory() as folder:
        path = clips.write_clip(clips.Clip([held] * clips.FRAMES, []), Path(folder), np.random.default_rng(0))
        with video.open_clip(path) as clip:
            panels = [next(clip.frames()).pixels]
        for steady in (False, True):
            found = np.array(clips.find_ink(path, opened, steady), np.float32)
            change = np.clip(4 * np.abs(np.diff(found, axis=0)).mean(axis=0), 0, 255)
            panels.append(cv2.merge([255 - change.astype(np.uint8)] * 3))
    height = round((bottom - top) * width / 3 / (right - left))
    return np.hstack([resize(panel, height, width // 3) for panel in panels])


def resize(picture, height, width):
    """Return a picture, (H, W, 3) uint8, in another size, each pixel the mean of those it takes in."""
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--style", nargs=2, metavar=("DIR", "FILE"), help="a folder with v_line and v_norm, and the network it taught"
    )
    parser.add_argument(
        "--examples",
        metavar="DIR",
        help="draw what is bundled in data/predict, data/rough and data/hints instead, there",
    )
    options = parser.parse_args(arguments)
    style = options.style
    if options.examples:
        write_examples(options.examples)
        print(f"Drew {len(EXAMPLES)} pictures into {options.examples}/predict, {len(ROUGH_EXAMPLES)} into rough")
        return 0
    try:
        if style:
            networks = [engine.load(weights, task="refine") for weights in (None, style[1])]
            pictures = {"docs/images/style.png": show_style(style[0], networks)}
        else:
            pictures = {
                "docs/images/refined.png": show_refined(engine.load(task="refine")),
                "docs/images/regions.png": show_regions(engine.load(task="regions")),
                "docs/images/sketch.png": show_predicted(find_bundled(SKETCHED), "--task", "sketch"),
                "docs/images/grey.png": show_grey(),
                "docs/images/colours.png": show_colours(),
                "docs/images/restyled.png": show_predicted(find_bundled(RESTYLED), "--task", "style"),
                "docs/images/overview.png": show_lines(engine.load()),
                "docs/images/vectors.png": show_vectors(engine.load()),
                "docs/images/layers.png": show_layers(*find_layers()),
                "docs/images/video.png": show_steady(jobs.Opened(tasks.load("lines"))),
            }
    except (engine.WeightsError, ValueError) as error:
        print(f"make_pictures.py: {error}", file=sys.stderr)
        return 1
    for name, picture in pictures.items():
        images.write(ROOT / name, picture, small=True)
        print(f"Wrote {ROOT / name}")
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
