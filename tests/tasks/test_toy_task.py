"""A task is one file and one builder: this one turns pictures grey."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import predict
import train
from illustration_parts import tasks
from illustration_parts.imaging import images, linework
from illustration_parts.networks import engine, tiling
from illustration_parts.system import cli
from illustration_parts.tasks import base


def build_greyscale(variant, training, adversarial_weight=None):
    picture = keras.Input((None, None, 3))
    grey = keras.layers.Conv2D(1, 1, activation="sigmoid", dtype="float32")(picture)
    return keras.Model(picture, grey, name="greyscale")


class Greyscale(base.Task):
    """Turns pictures grey."""

    name = "greyscale"
    networks = {"greyscale": engine.Kind(margin=8, stride=8)}
    defaults = {
        "batch": 2,
        "crop": 32,
        "learning_rate": 0.1,
        "save_every": 25,
        "preview_every": 20,
        "validate_every": 20,
    }
    options = (base.Option("lighter", "levels to add, 0 to 255", cli.whole(0, 255), 0, "N", group="grey"),)
    build = staticmethod(build_greyscale)

    def find_pairs(self, folder, validation=False):
        return [], []

    def is_drawn(self, pair):
        return True

    def take_drawing(self, drawing):
        return drawing.picture

    def make(self, source, crop, rng):
        part = source[:crop, :crop]
        return part, part.mean(axis=2, keepdims=True)

    def loss(self, variant):
        return keras.losses.MeanSquaredError()

    def to_truth(self, variant, truth):
        return (truth / 255).astype(np.float32)

    def fit(self, source, seed):
        return *self.make(source, base.VALIDATION_SIZE, None), True

    def score(self, maps, targets):
        return {"mae": float(np.abs(maps - targets / 255).mean())}

    def preview(self, network, variant, validation, maps):
        return np.vstack([np.dstack([images.to_uint8(found)] * 3) for found in maps])

    def predict(self, networks, picture, options, track=iter, original=None):
        found = tiling.run(networks["greyscale"], picture, progress=track)[..., 0]
        lighter = linework.curve(255 - found, 0, 255 - options.lighter)
        return base.Result({"grey": 255 - lighter}, [])

    def name_files(self, folder, name, options):
        return {"grey": folder / f"{name}.grey.png"}


def test_a_task_of_ones_own_trains_predicts_previews_and_shows_its_options(tmp_path, monkeypatch, capsys):
    task = Greyscale()
    load = tasks.load
    monkeypatch.setattr(tasks, "load", lambda name: task if name == "greyscale" else load(name))
    monkeypatch.setattr(tasks, "NAMES", (*tasks.NAMES, "greyscale"))
    monkeypatch.setattr(base, "VALIDATION_SIZE", 64)
    monkeypatch.setattr(base, "VALIDATION_PICTURES", 4)
    task.drawing = 64
    folders = ["--checkpoints", str(tmp_path), "--preview", str(tmp_path / "preview")]
    assert train.main(["--task", "greyscale", "--steps", "40", "--workers", "0", *folders]) == 0
    said = capsys.readouterr().out
    assert "predict.py --task greyscale" in said and "step 40" in said
    assert images.read(tmp_path / "preview/greyscale_000040.png").shape == (256, 64, 3)

    picture = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    images.write(tmp_path / "a.png", picture)
    weights = ["--weights", str(tmp_path / "greyscale/greyscale.keras"), "--output", str(tmp_path / "out")]
    assert predict.main([str(tmp_path / "a.png"), "--task", "greyscale", "--lighter", "20", *weights]) == 0
    grey = images.read_map(tmp_path / "out/a.grey.png")
    assert grey.shape == (40, 50) and np.corrcoef(grey.ravel(), picture.mean(axis=2).ravel())[0, 1] > 0.7
    with pytest.raises(SystemExit):
        predict.main(["--task", "greyscale", "--help"])
    help_text = capsys.readouterr().out
    assert "--lighter N" in help_text and "levels to add" in help_text and "--strength" not in help_text
