import subprocess
import types

import numpy as np
import pytest

from docs import make_pictures
from illustration_parts.imaging import images, layers
from illustration_parts.tasks import base, drawings
from illustration_parts.tasks import regions as region_task


def test_lines_and_classes_stand_beside_each_picture(monkeypatch):
    def find(network, picture):
        found = np.zeros((*picture.shape[:2], 3), np.uint8)
        found[10, :, 0] = 255  # one inner line
        return found

    monkeypatch.setattr(drawings, "find_maps", find)
    one = make_pictures.show_one(None, np.full((20, 30, 3), 90, np.uint8))
    sheet = make_pictures.show_lines(None, (("small.png",), ("small.png", "cutout.png")), 300)
    assert one.shape == (20, 90, 3)
    assert (one[:, :30] == 90).all() and (one[10, 30:60] == 0).all() and (one[9, 30:60] == 255).all()
    assert (one[10, 60:] == (0, 255, 0)).all()
    assert sheet.shape[1] == 300


def test_regions_are_shown_with_their_map_and_flattened(monkeypatch):
    def find(network, picture):
        found = np.zeros((*picture.shape[:2], 2), np.uint8)
        found[10:110, 10:-10, 0] = found[130:230, 10:-10, 0] = 200  # two regions
        found[118:122, :, 1] = 255
        return found

    monkeypatch.setattr(region_task, "find_skeleton", find)
    sheet = make_pictures.show_regions(None, ("small.png", "small.png"), 960)
    assert sheet.shape == (480, 960, 3)
    heights, areas, flat = (sheet[:240, 240 * k : 240 * (k + 1)] for k in (1, 2, 3))
    assert (heights[..., 0] == heights[..., 1]).all() and heights.max() == 200
    assert len(np.unique(areas.reshape(-1, 3), axis=0)) == len(np.unique(flat.reshape(-1, 3), axis=0)) == 2


def test_layers_are_shown_one_over_the_other():
    picture = np.full((40, 60, 3), 200, np.uint8)
    picture[:, 40:] = 100  # shade
    picture[20:22] = 0
    ink = np.zeros((40, 60), np.uint8)
    ink[20:22] = 255
    sheet = make_pictures.show_layers(picture, layers.separate(picture, np.zeros((40, 60), np.int32), ink), 240)
    assert sheet.shape == (40, 240, 3)
    lines, flats, shaded, whole = np.split(sheet, 4, axis=1)
    assert (lines[20:22] == 0).all() and (lines[:20] == 255).all()
    assert (flats == 200).all()
    assert (shaded[:, :40] == 200).all() and np.abs(shaded[:, 40:].astype(int) - 100).max() <= 1
    assert np.abs(whole.astype(int) - picture).max() <= 1


def test_refined_drawings_stand_below_the_rough_ones():
    class Leave:
        """Finds the ink it is given."""

        name, margin, stride, max_tile = "line_refiner", 16, 8, 1088

        def stream(self, tiles):
            yield from tiles

    sheet = make_pictures.show_refined(Leave(), ("broken.png", "scan.png"), 600)
    assert sheet.shape[1:] == (600, 3) and sheet.dtype == np.uint8 and (sheet[..., :1] == sheet).all()
    half = sheet.shape[0] // 2
    above, below = sheet[:half, :, 0], sheet[-half:, :, 0]
    assert np.median(below) > 252 and np.median(above[:, -200:]) < 250  # the scan's paper is levelled
    same = np.corrcoef(above.ravel(), below.ravel())[0, 1]
    assert same > 0.5  # in place, one below the other


def test_a_style_is_shown_from_thin_to_drawn(tmp_path, monkeypatch):
    class Fill:
        """Finds the same ink everywhere."""

        name, margin, stride, max_tile = "line_refiner", 16, 8, 1088

        def __init__(self, ink):
            self.ink = ink

        def stream(self, tiles):
            for tile in tiles:
                yield np.full_like(tile, self.ink)

    for name, level in (("v_norm", 10), ("v_line", 240)):
        (tmp_path / name).mkdir()
        for number in range(3):
            images.write(tmp_path / name / f"{number}.png", np.full((60, 80), level, np.uint8))
    # Plain greys, which are no line drawings, show which row is which.
    monkeypatch.setattr(
        make_pictures.refine_task.line_maps, "read_line_map", lambda path, *_, **__: images.read_map(path)
    )
    networks = [Fill(0.2), Fill(0.6)]
    sheet = make_pictures.show_style(tmp_path, networks, 2, 160)
    assert sheet.shape == (240, 160, 3)
    assert [sheet[60 * k : 60 * (k + 1)].mean() for k in range(4)] == [10, 204, 102, 240]
    with pytest.raises(ValueError, match="expected 4 pairs"):
        make_pictures.show_style(tmp_path, networks, 4)


def test_a_style_without_drawings_is_refused(tmp_path, capsys):
    missing = tmp_path / "none.keras"
    assert make_pictures.main(["--style", str(tmp_path), str(missing)]) == 1
    assert "none.keras: No such file" in capsys.readouterr().err


def test_sheets_of_predictions_are_stacked(tmp_path, monkeypatch):
    commands = []

    def fake(command):
        arguments = command[2:]
        commands.append(arguments)
        folder = arguments[arguments.index("--output") + 1]
        for name in (part for part in arguments if part.endswith(".png") and "hints" not in part):
            level = 40 * len(commands)
            stem = make_pictures.Path(name).stem
            images.write(make_pictures.Path(folder) / f"{stem}.sheet.png", np.full((30, 80, 3), level, np.uint8))
        return types.SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", fake)
    sheet = make_pictures.show_predicted(["a.png", "b.png"], "--task", "sketch", width=160)
    assert sheet.shape == (120, 160, 3) and commands[0][-2:] == ["--task", "sketch"]
    assert make_pictures.show_grey(("small.png",), 160).shape == (60, 160, 3)
    assert commands[1][-2:] == ["--task", "binary2sketch"]
    shown = make_pictures.show_colours(width=160)
    assert shown.shape == (120, 160, 3)
    assert [command[-2:] for command in commands[3:]] == [
        ["--seed", "0"], ["--seed", "1"], ["--hints", str(base.DATA / "hints" / make_pictures.COLOURED)]
    ]  # fmt: skip
    assert shown[30, 40, 0] == 160 and shown[30, 120, 0] == 200 and shown[90, 120, 0] == 240
    dabs = images.read_hints(base.DATA / "hints" / make_pictures.COLOURED)[..., 3] > 0
    assert 0 < (shown[60:, :80] != 160).any(-1).mean() < 3 * dabs.mean() + 0.01


def test_a_prediction_that_fails_makes_no_figure(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda command: types.SimpleNamespace(returncode=1))
    with pytest.raises(ValueError, match="predict.py failed"):
        make_pictures.show_predicted(["a.png"])


def test_flicker_is_shown_alone_and_steadied(monkeypatch):
    pytest.importorskip("av", reason="pip install -r requirements-extras.txt")

    def find(path, opened, steady):
        assert path.exists()
        return [np.full((300, 400), 0 if steady else 10 * (number % 2), np.uint8) for number in range(4)]

    monkeypatch.setattr(make_pictures.clips, "find_ink", find)
    sheet = make_pictures.show_steady(None, width=600)
    assert sheet.shape == (150, 600, 3) and sheet[:, :200].std() > 10
    assert (sheet[:, 200:400] == 255 - 40).all() and (sheet[:, 400:] == 255).all()
