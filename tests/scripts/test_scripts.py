"""The scripts, run as a user runs them. The pages' commands are checked in test_docs.py."""

import functools
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import export
from docs import make_pictures
from illustration_parts.drawing import illustrations

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = (
    "predict.py", "train.py", "synthesize.py", "export.py", "benchmark.py",
    "skeletonize.py", "skeletonize_all.py", "segment.py", "visualize.py", "sketch.py",
)  # fmt: skip


def run(*command):
    return subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_explains(script):
    result = run(script, "--help")
    assert result.returncode == 0, result.stderr
    text = result.stdout
    assert text.startswith("usage:")
    assert len(text.splitlines()) > 8


@pytest.mark.parametrize("script, options", [("predict.py", ["--binarize", "7"]), ("train.py", ["--batch", "0"])])
def test_bad_usage_ends_with_code_2(script, options):
    result = run(script, *options)
    assert result.returncode == 2
    assert options[0] in result.stderr


def test_bundled_pictures_with_a_bad_file_among_them(tmp_path):
    """What a newcomer does first: the bundled pictures, and a file that is none."""
    names = ("small.png", "cutout.png")
    for name in names:
        (tmp_path / name).write_bytes((ROOT / "data/predict" / name).read_bytes())
    (tmp_path / "broken.png").write_bytes(b"no picture")
    result = run("predict.py", tmp_path, "--output", tmp_path / "out", "--classes")
    assert result.returncode == 1
    assert "broken.png" in result.stderr
    for name in names:
        lines = cv2.imread(str(tmp_path / "out" / name), cv2.IMREAD_UNCHANGED)
        assert lines.shape == cv2.imread(str(tmp_path / name)).shape[:2]
        assert 0.005 < np.mean(lines < 128) < 0.3  # lines, and mostly paper
    assert len(list((tmp_path / "out").iterdir())) == 2 * 5


def test_regions_of_a_bundled_picture(tmp_path):
    result = run(
        "predict.py", "data/predict/small.png", "--task", "regions", "--labels", "--layers", "--output", tmp_path
    )
    assert result.returncode == 0, result.stderr
    kinds = ("skeleton.png", "region.png", "flatten.png", "labels.png", "labels.json", "ora")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"small.{kind}" for kind in kinds)
    picture, flat = (
        cv2.imread(str(path)) for path in (ROOT / "data/predict/small.png", tmp_path / "small.flatten.png")
    )
    one_colour = np.median(picture, axis=(0, 1))
    assert np.abs(picture.astype(int) - flat).mean() < 0.6 * np.abs(picture - one_colour).mean()  # still that picture
    assert 10 < len(np.unique(flat.reshape(-1, 3), axis=0)) < 500


def test_drawing_training_export_and_benchmark_follow_each_other(tmp_path, monkeypatch):
    """The pages' way to a network of one's own, in small.

    The three pictures need lines: an empty line map is left out of the pairs. Those of seed 5 have some.
    """
    made = run("synthesize.py", "--count", 3, "--seed", 5, "--size", 96, "--jobs", 1, "-o", tmp_path)
    assert made.returncode == 0, made.stderr
    checkpoints = tmp_path / "checkpoints"
    options = ("--steps", 2, "--batch", 2, "--crop", 32, "--workers", 0, "--validate-every", 0, "--preview-every", 0)
    trained = run("train.py", "--data", tmp_path, "--checkpoints", checkpoints, *options)
    assert trained.returncode == 0, trained.stderr
    weights = checkpoints / "lines/lines.keras"
    assert f"predict.py --weights {weights}" in trained.stdout
    # In this process, to compare on a smaller picture than export.py does.
    monkeypatch.setattr(export, "export", functools.partial(export.export, size=(96, 160)))
    assert export.main([str(weights)]) == 0
    folders = ("--pictures", tmp_path / "raw", "--truth", tmp_path / "contour_s")
    scored = run("benchmark.py", "lines", *folders, "--weights", weights.with_suffix(".xml"), "--jobs", 1)
    assert scored.returncode == 0, scored.stderr
    assert re.search(r"\| all +\| +auto +\| +3 \|", scored.stdout)


def test_the_walk_through_of_danbooregion(tmp_path):
    """The pages' way from pictures and region maps to a network and its scores, in small."""
    drawn = ("--layout", "danbooregion", "--count", 3, "--size", 96, "--jobs", 1)
    for options in (("-o", tmp_path / "train"), ("--validation", "-o", tmp_path / "val")):
        made = run("synthesize.py", *drawn, *options)
        assert made.returncode == 0, made.stderr
    done = run("skeletonize_all.py", tmp_path / "train", tmp_path / "val", "--jobs", 1)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Writing   ") == 6
    options = ("--steps", 2, "--batch", 2, "--crop", 64, "--workers", 0, "--validate-every", 0, "--preview-every", 2)
    options += ("--optimizer", "sgd")  # which compiles soonest; the training of lines above has the task's own
    folders = ("--data", tmp_path, "--checkpoints", tmp_path / "checkpoints", "--preview", tmp_path / "preview")
    trained = run("train.py", "--task", "regions", *folders, *options)
    assert trained.returncode == 0, trained.stderr
    assert (tmp_path / "preview/regions.png").exists()
    weights = tmp_path / "checkpoints/regions/regions.keras"
    assert f"predict.py --task regions --weights {weights}" in trained.stdout
    made = run("predict.py", tmp_path / "val", "--task", "regions", "--weights", weights, "--output", tmp_path / "out")
    assert made.returncode == 0, made.stderr
    assert len(list((tmp_path / "out").glob("*.region.png"))) == 3
    scored = run("benchmark.py", "regions", "--truth", tmp_path / "val", "--found", tmp_path / "out", "--json")
    assert scored.returncode == 0, scored.stderr
    found = run("segment.py", *sorted((tmp_path / "val").glob("*.skeleton.png")), "-o", tmp_path / "found")
    assert found.returncode == 0, found.stderr
    scored = run("benchmark.py", "regions", "--truth", tmp_path / "val", "--found", tmp_path / "found", "--json")
    assert scored.returncode == 0, scored.stderr
    assert '"covering"' in scored.stdout
    seen = run("visualize.py", tmp_path / "val/0.image.png", tmp_path / "val/0.region.png", "--sheet")
    assert seen.returncode == 0, seen.stderr
    assert cv2.imread(str(tmp_path / "val/0.sheet.png")).shape == (96, 288, 3)


def test_examples_are_what_the_suite_draws():
    """The bundled pictures can be drawn again."""
    for name, seed, size, form, preset in make_pictures.EXAMPLES:
        if size[0] * size[1] > 700_000:
            continue
        bundled = cv2.imread(str(ROOT / "data/predict" / name), cv2.IMREAD_UNCHANGED)
        drawn = illustrations.draw(seed, size, form, preset).picture
        difference = cv2.absdiff(np.ascontiguousarray(bundled[..., 2::-1]), drawn)
        assert (difference > 1).mean() < 0.001  # another processor may round otherwise


def test_rough_examples_are_what_the_suite_draws(tmp_path, monkeypatch):
    monkeypatch.setattr(make_pictures, "EXAMPLES", ())
    make_pictures.write_examples(tmp_path)
    for name, *_ in make_pictures.ROUGH_EXAMPLES:
        bundled, drawn = (cv2.imread(str(folder / "rough" / name)) for folder in (ROOT / "data", tmp_path))
        assert (cv2.absdiff(bundled, drawn) > 1).mean() < 0.001, name
