"""Exports equal Keras, and are not written where they do not."""

import functools
import sys

import keras
import numpy as np
import pytest

import export
from illustration_parts.networks import engine
from illustration_parts.system import cli


@pytest.fixture
def compare_smaller(monkeypatch):
    """Have networks compared on a picture of an odd size, smaller than export.py's."""
    monkeypatch.setattr(export, "export", functools.partial(export.export, size=(99, 165)))


def test_openvino_equals_keras_on_a_real_sized_picture(tiny_weights, tmp_path, capsys):
    output = tmp_path / "new.xml"
    assert export.main([str(tiny_weights), "-o", str(output)]) == 0
    assert "the same as Keras on a 1920 x 1080 picture" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.bin", "new.xml"]
    tile = export.check_picture(64, 72, 3)
    found = next(engine.load(output, "openvino", "float32").stream([tile]))
    assert np.abs(found - keras.saving.load_model(tiny_weights).predict_on_batch(tile[None])[0]).max() < 1e-4


def test_region_networks_are_compared_on_a_size_that_suits_them(tiny_region_weights, tmp_path, capsys, compare_smaller):
    output = tmp_path / "regions.xml"
    assert export.main([str(tiny_region_weights), "-o", str(output)]) == 0
    assert "the same as Keras" in capsys.readouterr().out
    network = engine.load(output, "openvino", "float32", "regions")
    tile = export.check_picture(64, 96, 3)
    expected = keras.saving.load_model(tiny_region_weights).predict_on_batch(tile[None])[0]
    assert np.abs(next(network.stream([tile])) - expected).max() < 1e-4


def test_half_rounds_both_files_alike(tiny_weights, tmp_path, compare_smaller):
    weights = tmp_path / "new.keras"
    weights.write_bytes(tiny_weights.read_bytes())
    assert export.main([str(tiny_weights), "-o", str(tmp_path / "full.xml")]) == 0
    assert export.main([str(weights), "--half"]) == 0
    assert (tmp_path / "new.bin").stat().st_size < 0.6 * (tmp_path / "full.bin").stat().st_size
    before, after = (keras.saving.load_model(path) for path in (tiny_weights, weights))
    for old, new in zip(before.get_weights(), after.get_weights(), strict=True):
        assert np.array_equal(new, old.astype(np.float16).astype(np.float32))
    tile = export.check_picture(64, 72, 3)
    found = next(engine.load(tmp_path / "new.xml", "openvino", "float32").stream([tile]))
    assert np.abs(found - after.predict_on_batch(tile[None])[0]).max() < 1e-4


def test_half_refuses_weights_that_rounding_spoils(tiny_weights, tmp_path, capsys):
    weights = tmp_path / "new.keras"
    weights.write_bytes(tiny_weights.read_bytes())
    with pytest.raises(ValueError, match="new.keras: rounding its weights to 16 bits changes its result"):
        export.export(weights, tolerance=1e-9, half=True)
    assert [path.name for path in tmp_path.iterdir()] == ["new.keras"]
    assert weights.read_bytes() == tiny_weights.read_bytes()
    assert export.main([str(weights), "--half", "--format", "onnx"]) == 1
    assert "for OpenVINO only" in capsys.readouterr().err


def test_half_measures_large_results_by_their_range(tmp_path, compare_smaller):
    """Scores of parts, say, go from -20 to 20: what is a grey level there does not matter."""

    def save(factor):
        path = tmp_path / f"by_{factor}.keras"
        given = keras.Input((None, None, 1))
        layer = keras.layers.Conv2D(1, 1, use_bias=False, dtype="float32")
        network = keras.Model(given, layer(given), name="sketch_unet")
        layer.set_weights([np.full((1, 1, 1, 1), factor, np.float32)])
        network.save(path)
        return path

    assert export.export(save(1000.3), half=True)[1] < 1e-5  # becomes 1000.5, a change of 0.2 in 900
    with pytest.raises(ValueError, match="changes its result"):
        export.export(save(4099.0), half=True, tolerance=1e-4)  # becomes 4100


def test_nothing_is_written_where_results_differ(tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(export, "_save_openvino", lambda network, path, half: path.touch())
    for difference in (0.01, np.nan, np.inf):
        monkeypatch.setattr(export, "compare", lambda *_, found=difference: found)
        assert export.main([str(tiny_weights), "-o", str(tmp_path / "new.xml")]) == 1
        assert "not written" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_compare_sees_a_difference(tiny_weights, tmp_path):
    import openvino

    network = keras.saving.load_model(tiny_weights)
    network.layers[-1].bias.assign([0.5, 0, 0])
    openvino.save_model(engine.to_openvino(network), tmp_path / "other.xml")
    assert export.compare(keras.saving.load_model(tiny_weights), tmp_path / "other.xml", (64, 64)) > 0.01


def test_onnx(tiny_weights, tmp_path, capsys, compare_smaller):
    pytest.importorskip("tf2onnx")
    output = tmp_path / "new.onnx"
    assert export.main([str(tiny_weights), "--format", "onnx", "-o", str(output)]) == 0
    assert output.exists()
    assert "the same as Keras" in capsys.readouterr().out


def test_onnx_without_its_packages(tiny_weights, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    output = tmp_path / "new.onnx"
    assert export.main([str(tiny_weights), "--format", "onnx", "-o", str(output)]) == 1
    assert cli.name_install("tf2onnx") in capsys.readouterr().err
    assert not output.exists()


def test_exporting_shipped_weights_keeps_their_sums_right(tiny_weights, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "WEIGHTS", tmp_path)
    weights = tmp_path / "lines.keras"
    weights.write_bytes(tiny_weights.read_bytes())
    (tmp_path / "SHA256SUMS").write_text("0  lines.xml\n1  other.keras\n")
    export.export(weights, size=(64, 64))
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert [line.split()[1] for line in lines] == ["other.keras", "lines.keras", "lines.xml", "lines.bin"]
    engine.load(tmp_path / "lines.xml", "openvino")
    with open(tmp_path / "lines.bin", "ab") as file:
        file.write(b"x")
    with pytest.raises(engine.WeightsError, match="SHA-256"):
        engine.load(tmp_path / "lines.xml", "openvino")


@pytest.mark.parametrize("arguments, status", [(["none.keras"], 1), (["{}", "-o", "lines.txt"], 1)])
def test_bad_arguments(tiny_weights, arguments, status, capsys):
    assert export.main([argument.format(tiny_weights) for argument in arguments]) == status
    assert "export.py: " in capsys.readouterr().err


def test_unknown_format(tiny_weights):
    with pytest.raises(SystemExit) as stop:
        export.main([str(tiny_weights), "--format", "tflite"])
    assert stop.value.code == 2
