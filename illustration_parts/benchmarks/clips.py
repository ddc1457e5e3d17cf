"""What `--steady` does for clips that the suite draws: flicker, quality, ghosts after a cut.

    table = try_clips(opened, count=3)

Clips are noisy and compressed. Each is done twice: every frame by itself, and steadied.
"""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts import tasks
from illustration_parts.benchmarks import command, inputs
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.imaging import decoders, images, video, video_writing
from illustration_parts.imaging.line_scores import best_f, line_scores, summarise_lines
from illustration_parts.networks import clips, engine, jobs
from illustration_parts.tasks import clip_options

SIZE, BORDER = (432, 576), 128  # pixels; of frames, and how much larger the drawings are
FRAMES = 16
SPEED = (4, 2)  # pixels a frame, across and down, of the camera
NOISE = 3.0  # levels
QUALITY = 60  # of the compressed clip, see `predict.py --quality`
KINDS = ("held", "held, a part moves", "pan", "cut")


class Clip(NamedTuple):
    """A drawn clip: clean pictures, (H, W, 3) uint8, and their true ink, (H, W) uint8; the frame after a cut, or 0."""

    pictures: list
    ink: list
    cut: int = 0


class Measures(NamedTuple):
    """Of one way of doing a clip: flicker in levels; the frames' `line_scores`; ghost in levels, None without a cut."""

    flicker: float
    scores: list
    ghost: float | None


def add_options(parser):
    """Add the options of `benchmark.py clips`."""
    command.add_network_options(parser)
    command.add_count(parser, 3, "drawn clips of each kind")


def run(parser, args):
    """Try steady lines; returns the exit code."""
    engine.require("av", "benchmark.py clips", "av")
    with jobs.Opened(tasks.load("lines"), args.weights, args.engine) as opened:
        print(report(try_clips(opened, args.count)))
    return 0


def report(table):
    """Return a Markdown table of {kind: list of (alone, steady) `Measures`}."""
    rows = []
    for kind, pairs in table.items():
        cells = []
        for name in ("flicker", "ghost"):
            values = [[getattr(one, name) for one in pair] for pair in pairs]
            cells += [f"{value:.2f}" for value in np.mean(values, 0)] if None not in values[0] else ["–", "–"]
        ways = [[scores for one in way for scores in one.scores] for way in zip(*pairs)]
        f = [summarise_lines(table)["f"] for table in ways] + [min(map(best_f, table)) for table in ways]
        rows.append((kind, *cells[:2], *(f"{value:.3f}" for value in f), *cells[2:]))
    header = ("clip", "flicker", "steady", "F", "steady", "F of the worst frame", "steady", "ghost", "steady")
    return format_table(header, rows)


def try_clips(opened, count):
    """Do drawn clips in both ways.

    Args:
        opened: a `jobs.Opened` of lines. count: clips of each kind.

    Returns:
        {kind: list of (`Measures` of frames done by themselves, `Measures` of steady ones)}.
    """
    table: dict = {kind: [] for kind in KINDS}
    for number in range(count):
        for kind in KINDS:
            clip = draw_clip(kind, number)
            with tempfile.TemporaryDirectory() as folder:
                path = write_clip(clip, Path(folder), np.random.default_rng(number))
                table[kind].append(tuple(measure(clip, find_ink(path, opened, steady)) for steady in (False, True)))
    return table


def draw_clip(kind, number):
    """Draw a `Clip` of a kind of `KINDS`."""
    size = tuple(length + BORDER for length in SIZE)
    one, other = (inputs.draw(2 * number + k, size) for k in (0, 1))
    views = [[drawing.picture, np.maximum(drawing.boundary, drawing.inner)] for drawing in (one, other)]
    pictures, ink = [], []
    for frame in range(FRAMES):
        across, down = (frame * step for step in SPEED) if kind == "pan" else (0, 0)
        shown = views[1] if kind == "cut" and frame >= FRAMES // 2 else views[0]
        picture, truth = (view[down : down + SIZE[0], across : across + SIZE[1]].copy() for view in shown)
        if kind == "held, a part moves":
            part = np.s_[SIZE[0] // 3 : 2 * SIZE[0] // 3, SIZE[1] // 3 : SIZE[1] // 2]
            shift = np.s_[part[0].start + 2 * frame : part[0].stop + 2 * frame, part[1]]
            picture[part], truth[part] = (view[shift] for view in views[1])
        pictures.append(picture)
        ink.append(truth)
    return Clip(pictures, ink, FRAMES // 2 if kind == "cut" else 0)


def write_clip(clip, folder, rng):
    """Write a clip with noise, compressed; returns its path."""
    source = SimpleNamespace(rate=video.USUAL_RATE, tick=1 / video.USUAL_RATE, aspect=1, remark=print)
    path = folder / "clip.mp4"
    with video_writing.write(path, source, QUALITY) as writer:
        for number, picture in enumerate(clip.pictures):
            noisy = np.clip(picture + rng.normal(0, NOISE, picture.shape), 0, 255).astype(np.uint8)
            writer.add(noisy, number * source.tick, source.tick)
    return path


def find_ink(path, opened, steady):
    """Find the lines of a clip's frames; returns a list of (H, W) uint8, 255 = ink."""
    options = opened.complete({})
    vars(options).update({option.name: option.default for option in clip_options.OPTIONS})
    options.steady, options.max_megapixels = steady, decoders.MAX_MEGAPIXELS
    with video.open_clip(path) as clip:
        return [255 - result.arrays["lines"] for _, _, result in clips.Results(clip, opened, options).find(iter)]


def measure(clip, found):
    """Measure the found ink of a clip's frames; returns `Measures`.

    Flicker is the mean change of ink from frame to frame where the clean picture stands still. A ghost is the mean ink,
    in the first frame after a cut, where only the shot before has lines.
    """
    changes = []
    for before, after in zip(range(FRAMES - 1), range(1, FRAMES)):
        still = (clip.pictures[before] == clip.pictures[after]).all(axis=2)
        if clip.cut != after:
            changes.append(cv2.absdiff(found[before], found[after])[still])
    scores = [line_scores(images.to_network(true), images.to_network(ink)) for true, ink in zip(clip.ink, found)]
    ghost = None
    if clip.cut:
        near = cv2.dilate(clip.ink[clip.cut], np.ones((3, 3), np.uint8))
        ghost = float(found[clip.cut][(clip.ink[clip.cut - 1] > 128) & (near == 0)].mean())
    return Measures(float(np.concatenate(changes).mean()), scores, ghost)
