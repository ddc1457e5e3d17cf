"""What steadying is worth, measured on clips whose answers are known."""

from types import SimpleNamespace

import numpy as np
import pytest
from helpers import DarkIsInk

from illustration_parts import tasks
from illustration_parts.benchmarks import clips, inputs
from illustration_parts.networks import engine, jobs


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Small clips of drawings that are quick to make."""

    def draw(number, size):
        ink = np.zeros(size, np.uint8)
        ink[:, 20 + 30 * (number % 2) :: 60] = ink[:, 21 + 30 * (number % 2) :: 60] = 255
        picture = np.where(ink[..., None] > 0, 0, 230).astype(np.uint8).repeat(3, axis=2)
        return SimpleNamespace(picture=picture, boundary=ink, inner=np.zeros_like(ink))

    monkeypatch.setattr(inputs, "draw", draw)
    monkeypatch.setattr(clips, "SIZE", (96, 128))


def test_flicker_and_ghosts():
    clip = clips.draw_clip("cut", 0)
    alone = clips.measure(clip, clip.ink)
    assert alone.flicker == 0 and alone.ghost == 0 and clip.cut == clips.FRAMES // 2
    ghostly = [ink.copy() for ink in clip.ink]
    ghostly[clip.cut] = np.maximum(ghostly[clip.cut], clip.ink[0] // 2)
    assert clips.measure(clip, ghostly).ghost == 127
    held = clips.draw_clip("held", 0)
    found = [ink // 2 + 10 * (number % 2) for number, ink in enumerate(held.ink)]
    assert clips.measure(held, found)[::2] == (10, None)


def test_clips_move_as_they_say():
    held, moving, pan = (clips.draw_clip(kind, 0) for kind in clips.KINDS[:3])
    assert all(np.array_equal(held.pictures[0], picture) for picture in held.pictures)
    changed = [(one != other).any(2).mean() for one, other in zip(pan.pictures, pan.pictures[1:])]
    assert min(changed) > 0.05
    assert all(picture.shape == (96, 128, 3) for picture in moving.pictures + pan.pictures)


def test_the_table_has_a_row_for_each_kind(monkeypatch):
    pytest.importorskip("av", reason="pip install -r requirements-extras.txt")
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    with jobs.Opened(tasks.load("lines")) as opened:
        table = clips.try_clips(opened, 1)
    assert list(table) == list(clips.KINDS)
    assert all(len(pair) == 2 and len(one.scores) == clips.FRAMES for (pair,) in table.values() for one in pair)
    lines = clips.report(table).splitlines()
    assert len(lines) == 6 and "nan" not in "".join(lines)
