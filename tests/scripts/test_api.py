"""The Python API: arrays in, named arrays and remarks out."""

import subprocess
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

import illustration_parts
import predict
from illustration_parts.imaging import images
from illustration_parts.networks import engine, jobs, tiling
from illustration_parts.tasks import base

ROOT = Path(__file__).resolve().parents[2]


def draw(height=60, width=80):
    picture = np.full((height, width, 3), (240, 220, 200), np.uint8)
    return cv2.circle(picture, (width // 2, height // 2), 20, (30, 20, 60), 2, cv2.LINE_AA)


@pytest.fixture
def weights(tiny_weights):
    return str(tiny_weights.with_suffix(".xml"))


def test_what_python_finds_is_what_the_command_line_writes(weights, tmp_path):
    images.write(tmp_path / "a.png", draw())
    options = [
        "--strength",
        "2",
        "--classes",
        "--width",
        "1.5",
        "--weights",
        weights,
        "--output",
        str(tmp_path / "out"),
    ]
    assert predict.main([str(tmp_path / "a.png"), "--output", str(tmp_path / "out"), *options]) == 0
    with illustration_parts.open("lines", weights=weights) as lines:
        result = lines.predict(draw(), strength=2, classes=True, width=1.5)
    assert list(result.arrays) == ["lines", "boundary", "inner", "fill_edge", "classes"] and result.remarks == []
    for name, ending in (("lines", ""), ("boundary", ".boundary"), ("classes", ".classes")):
        written = cv2.imread(str(tmp_path / f"out/a{ending}.png"), cv2.IMREAD_UNCHANGED)
        found = result.arrays[name]
        np.testing.assert_array_equal(written, found if found.ndim == 2 else found[..., ::-1])


def test_regions_come_as_numbers(tiny_region_weights):
    with illustration_parts.open("regions", weights=tiny_region_weights.with_suffix(".xml")) as regions:
        result = regions.predict(draw(), detail=0.7)
    ids = result.arrays["ids"]
    assert ids.shape == (60, 80) and ids.dtype == np.int32 and ids.min() == 0
    assert result.arrays["flatten"].shape == (60, 80, 3) and result.arrays["skeleton"].dtype == np.uint8


def test_grey_pictures_are_taken_and_remarks_given(tiny_refiner_weights):
    grey = 255 - cv2.cvtColor(np.where(draw() > 100, np.uint8(255), np.uint8(0)), cv2.COLOR_RGB2GRAY)
    with illustration_parts.open("refine", weights=tiny_refiner_weights.with_suffix(".xml")) as refine:
        result = refine.predict(grey, curve=(10, 240))
    assert result.arrays["lines"].shape == grey.shape and any("inverted" in remark for remark in result.remarks)


@pytest.mark.parametrize(
    "options, reason",
    [
        ({"detail": 0.5}, "lines has no option detail; it has binarize, classes, keep_colour"),
        ({"strength": 100}, r"strength: expected a number from 0.05 to 20. Received: 100"),
        ({"classes": 3}, "classes: expected True or False. Received: 3"),
        ({"width": True}, "width: expected no truth value"),
        ({"scale": "big"}, "scale: expected a number from 0.1 to 4. Received: 'big'"),
    ],
)
def test_wrong_options_are_named(weights, options, reason):
    with illustration_parts.open(weights=weights) as lines, pytest.raises(ValueError, match=reason):
        lines.predict(draw(), **options)


@pytest.mark.parametrize(
    "picture",
    [
        None, np.zeros((5, 5, 4), np.uint8), np.zeros((5, 5, 3)), np.zeros((0, 5), np.uint8), np.zeros(5, np.uint8),
        np.zeros((), np.uint8), "a.png",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(weights, picture):
    with illustration_parts.open(weights=weights) as lines, pytest.raises(ValueError, match="picture must"):
        lines.predict(picture)


@pytest.mark.parametrize("task", ["line", "lines,regions", "refine,lines", "style,lines", ""])
def test_unknown_tasks_and_chains_that_do_not_fit_are_refused(task):
    with pytest.raises(ValueError, match="Received"):
        illustration_parts.open(task)


def test_progress_is_told_and_can_be_cancelled(weights, monkeypatch):
    monkeypatch.setattr(tiling.run, "__defaults__", (1, np.uint8, 160, iter))
    seen = []
    with illustration_parts.open(weights=weights) as lines:
        lines.predict(draw(60, 400), scale=1, progress=lambda done, count: seen.append((done, count)))
        assert seen == [(number + 1, len(seen)) for number in range(len(seen))] and len(seen) > 1
        with pytest.raises(jobs.CancelledError):
            lines.predict(draw(), cancel=lambda: True)
        assert lines.predict(draw()).arrays["lines"].shape == (60, 80)


def test_threads_find_what_one_finds(weights):
    pictures, found = [draw(60, width) for width in (50, 80, 110, 140)], {}
    with illustration_parts.open(weights=weights, precision="float32") as lines:
        expected = [lines.predict(picture).arrays["lines"] for picture in pictures]

        def work(number):
            found[number] = lines.predict(pictures[number]).arrays["lines"]

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all((found[number] == expected[number]).all() for number in range(4))


def test_networks_are_shared_and_let_go_of(weights, monkeypatch):
    loaded = []
    load = engine.load
    monkeypatch.setattr(engine, "load", lambda *given: loaded.append(given) or load(*given))
    one, other = (illustration_parts.open(weights=weights) for _ in range(2))
    for opened in (one, other, one):
        opened.predict(draw())
    assert len(loaded) == 1
    one.close()
    other.predict(draw())
    assert len(loaded) == 1
    with pytest.raises(ValueError, match="lines was closed"):
        one.predict(draw())
    other.close()
    with illustration_parts.open(weights=weights) as again:
        again.predict(draw())
    assert len(loaded) == 2


def test_missing_weights_are_named(tmp_path):
    with illustration_parts.open(weights=tmp_path / "none.xml") as lines:
        with pytest.raises(engine.WeightsError, match=r"none\.xml"):
            lines.predict(draw())


def test_a_value_that_an_option_implies_is_for_command_lines_only():
    option = base.Option("layers", "", choices=("regions", "colours"), implied="regions")
    assert option.check(None) is None and option.check("colours") == "colours"
    with pytest.raises(ValueError, match="layers: expected regions or colours. Received: 'all'"):
        option.check("all")


@pytest.mark.parametrize("code", ["import illustration_parts", "import predict; predict.main(['--help'])"])
def test_importing_and_help_load_neither_keras_nor_numba(code):
    code = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n"
    code += "print([name for name in ('keras', 'tensorflow', 'numba', 'openvino') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"
