"""The task of layers, on networks that take dark for ink and bright for the middle of a region."""

import sys
import zipfile
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

import illustration_parts
import predict
from illustration_parts import tasks
from illustration_parts.imaging import images, layer_files, layers
from illustration_parts.networks import engine


class DarkIsInk:
    """Finds ink where a picture is dark."""

    name, margin, stride, max_tile = "line_extractor", 8, 8, 1088

    def stream(self, tiles):
        for tile in tiles:
            dark = 1 - tile.max(-1, keepdims=True)
            yield np.where(dark > 0.6, dark, 0.0).astype(np.float32).repeat(3, -1)


class BrightIsHigh:
    """Finds the middles of regions where a picture is bright far around."""

    name, margin, stride, max_tile = "region_unet", 32, 32, 1600

    def stream(self, tiles):
        for tile in tiles:
            light = np.ascontiguousarray(tile.mean(-1))
            high = cv2.blur(cv2.erode(light, np.ones((9, 9))), (9, 9))
            yield np.dstack([high, (light < 0.3).astype(np.float32)])


@pytest.fixture(autouse=True)
def networks(monkeypatch):
    networks = {"lines": DarkIsInk(), "regions": BrightIsHigh()}
    monkeypatch.setattr(engine, "load", lambda weights, how, precision, task, trust: networks[task])


def paint(height=96, width=128):
    """Coloured areas with outlines, one of them shaded: (H, W, 3) uint8 RGB."""
    picture = np.full((height, width, 3), (170, 200, 240), np.uint8)
    cv2.circle(picture, (45, 48), 34, (240, 170, 120), -1)
    cv2.ellipse(picture, (45, 48), (34, 34), 0, 20, 160, (200, 120, 90), -1)
    cv2.circle(picture, (45, 48), 34, (40, 10, 20), 3, cv2.LINE_AA)
    cv2.rectangle(picture, (90, 20), (118, 80), (150, 220, 140), -1)
    cv2.rectangle(picture, (90, 20), (118, 80), (10, 30, 20), 3)
    return picture


def run(folder, *options):
    return predict.main([str(folder), "--task", "layers", "--output", str(folder.parent / "out"), *options])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    images.write(tmp_path / "in/a.png", paint())
    return tmp_path / "in"


def list_names(path):
    with zipfile.ZipFile(path) as file:
        return [layer.get("name") for layer in ElementTree.fromstring(file.read("stack.xml")).iter("layer")]


def list_files(folder):
    return sorted(path.name for path in (folder.parent / "out").iterdir())


def test_parts_of_a_picture_are_arrays_that_give_it_back():
    picture = paint()
    with illustration_parts.open("layers") as opened:
        arrays = opened.predict(picture, scale=1).arrays
    assert arrays["lines"].shape == (*picture.shape[:2], 4) and arrays["lines"][14, 45, 3] > 200
    assert (arrays["lines"][14, 45, :3] < 70).all()
    canvas = arrays["flats"].copy()
    for name, blend in (("shade", "multiply"), ("highlight", "screen"), ("lines", "normal")):
        layers.lay(canvas, layers.Layer(name, arrays[name], blend=blend))
    assert np.abs(canvas.astype(int) - picture).mean() < 2
    assert len(np.unique(arrays["ids"])) > 2 and arrays["ids"].shape == picture.shape[:2]
    assert tasks.load("layers").complete({}).layers == "colours"


@pytest.mark.parametrize("kind", layer_files.FORMATS)
@pytest.mark.parametrize("name", ["a", "a 'b' & <c> 猫 🎨", 'a "b" %s'])
def test_one_file_is_written_for_each_picture(folder, kind, name):
    if kind == "psd":
        pytest.importorskip("psd_tools", reason="pip install -r requirements-extras.txt")
    (folder / "a.png").rename(folder / f"{name}.png")
    assert run(folder, "--layer-format", kind) == 0
    assert list_files(folder) == [f"{name}.layers.{kind}"]
    merged = images.read(folder.parent / f"out/{name}.layers.{kind}")
    assert np.abs(merged.astype(int) - paint()).mean() < 2
    if kind == "ora":
        names = list_names(folder.parent / f"out/{name}.layers.ora")
        assert names[:3] == ["lines", "highlight", "shade"] and names[-1] == f"picture {name}"


def test_each_region_or_each_colour_has_a_layer(folder):
    picture = paint()
    cv2.rectangle(picture, (4, 60), (24, 90), (150, 220, 140), -1)  # the same colour once more
    cv2.rectangle(picture, (4, 60), (24, 90), (10, 30, 20), 3)
    images.write(folder / "a.png", picture)
    assert run(folder, "--scale", "1") == 0
    colours = list_names(folder.parent / "out/a.layers.ora")
    assert run(folder, "--scale", "1", "--layers", "regions") == 0
    assert len(list_names(folder.parent / "out/a.layers.ora")) > len(colours)
    assert any("and 1 more" in name for name in colours)


def test_fainter_lines_count_with_strength():
    picture = paint()
    with illustration_parts.open("layers") as opened:
        few, many = (opened.predict(picture, scale=1, strength=strength).arrays["lines"] for strength in (0.2, 5))
    assert many[..., 3].mean() > 1.05 * few[..., 3].mean()


def test_line_drawings_have_black_lines(folder):
    drawing = np.full((96, 128, 3), 255, np.uint8)
    cv2.circle(drawing, (50, 48), 30, (0, 0, 0), 2, cv2.LINE_AA)
    with illustration_parts.open("layers") as opened:
        arrays = opened.predict(drawing).arrays
    assert (arrays["lines"][..., :3][arrays["lines"][..., 3] > 60] < 30).all()
    assert (arrays["flats"] > 250).all() and len(np.unique(arrays["ids"])) == 2


def test_a_data_set_s_names_are_kept(folder):
    (folder / "a.png").rename(folder / "7.image.png")
    images.write(folder / "7.region.png", paint())  # a map, which is not predicted
    assert run(folder) == 0
    assert list_files(folder) == ["7.layers.ora"]


def test_a_done_picture_is_left_out_but_not_for_another_format(folder, capsys):
    pytest.importorskip("psd_tools", reason="pip install -r requirements-extras.txt")
    assert run(folder) == run(folder, "--skip-existing") == 0
    assert "1 already there" in capsys.readouterr().out
    assert run(folder, "--skip-existing", "--layer-format", "psd") == 0
    assert list_files(folder) == ["a.layers.ora", "a.layers.psd"]


def test_a_picture_that_is_too_large_for_psd_is_named_and_the_rest_is_done(folder, monkeypatch, capsys):
    pytest.importorskip("psd_tools", reason="pip install -r requirements-extras.txt")
    monkeypatch.setattr(layer_files, "MOST_PIXELS", 140)
    images.write(folder / "wide.png", cv2.resize(paint(), (150, 40)))
    assert run(folder, "--layer-format", "psd") == 1
    told = capsys.readouterr().err
    assert "wide.png: is 150x40, but a PSD file has at most 140 pixels a side" in told and "--layer-format ora" in told
    assert list_files(folder) == ["a.layers.psd"]


def test_blank_pictures_are_done(folder):
    for name, level in (("black", 0), ("white", 255)):
        images.write(folder / f"{name}.png", np.full((40, 30, 3), level, np.uint8))
    images.write(folder / "dot.png", np.full((1, 1, 3), 90, np.uint8))
    assert run(folder) == 0
    for name, level in (("black", 0), ("white", 255), ("dot", 90)):
        assert (images.read(folder.parent / f"out/{name}.layers.ora") == level).all()


def test_a_missing_package_or_network_is_named_first(folder, monkeypatch, capsys):
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "psd_tools", None)
        assert run(folder, "--layer-format", "psd") == 1
    assert "pip install psd-tools" in capsys.readouterr().err

    def load(weights, how, precision, task, trust):
        if task == "lines":
            raise engine.WeightsError("weights/lines.keras: No such file")
        return BrightIsHigh()

    monkeypatch.setattr(engine, "load", load)
    assert run(folder) == 1
    assert "weights/lines.keras: No such file" in capsys.readouterr().err
    assert not any(path.is_file() for path in (folder.parent / "out").rglob("*"))


def test_layers_are_neither_trained_nor_part_of_a_chain():
    assert "layers" in tasks.PREDICTED and "layers" not in tasks.NAMES
    with pytest.raises(ValueError, match="cannot go on"):
        tasks.load("lines,layers")


@pytest.mark.parametrize("option", ["--shade", "--labels", "--svg"])
def test_options_of_regions_alone_are_refused(folder, option, capsys):
    with pytest.raises(SystemExit) as end:
        run(folder, option)
    assert end.value.code == 2 and "belongs to --task" in capsys.readouterr().err
