"""The command line: names, options, bad input, interruption, and what a run costs."""

import functools
import hashlib
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from PIL import Image

import predict
from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images, linework, region_maps, scales, segmentation, tracing
from illustration_parts.networks import engine, jobs, tiling
from illustration_parts.system import cli
from illustration_parts.tasks import refine as refine_task
from illustration_parts.tasks import regions as region_task
from illustration_parts.tasks.drawings import distiller_input, find_maps

SCRIPT = Path(predict.__file__)


def draw(height=72, width=100, seed=0):
    """A picture with a dark ring on a tinted ground; (H, W, 3) uint8."""
    picture = np.full((height, width, 3), (240, 220, 200), np.uint8)
    picture += np.random.default_rng(seed).integers(0, 9, picture.shape, dtype=np.uint8)
    return cv2.circle(picture, (width // 2, height // 2), max(1, min(height, width) // 3), (60, 20, 10), 2)


@pytest.fixture
def weights(tiny_weights):
    return str(tiny_weights.with_suffix(".xml"))


@pytest.fixture
def region_weights(tiny_region_weights):
    return str(tiny_region_weights.with_suffix(".xml"))


@pytest.fixture
def folder(tmp_path):
    """A folder with three good pictures, one in a sub-folder."""
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for number, name in enumerate(("a.png", "b.png", "sub/線.png")):
        images.write(folder / name, draw(seed=number))
    return folder


@pytest.fixture
def go(weights, tmp_path):
    """Runs predict.py in this process on the tiny network; returns its exit status."""

    def go(*arguments, output=tmp_path / "out"):
        return predict.main([*map(str, arguments), "--output", str(output), "--weights", weights])

    return go


@pytest.fixture
def find(region_weights, tmp_path, monkeypatch):
    """The same for regions; no line extractor is shipped."""
    missing = {"openvino": tmp_path / "no.xml", "keras": tmp_path / "no.keras"}
    monkeypatch.setattr(engine, "SHIPPED", dict.fromkeys(tasks.NAMES, missing))

    def find(*arguments, output=tmp_path / "out"):
        options = ["--task", "regions", "--output", str(output), "--weights", region_weights]
        return predict.main([*map(str, arguments), *options])

    return find


@pytest.fixture
def mend(tiny_refiner_weights, tiny_weights, tmp_path, monkeypatch):
    """The same for refined lines; the tiny line extractor is the shipped one."""
    lines = {"openvino": tiny_weights.with_suffix(".xml"), "keras": tiny_weights}
    monkeypatch.setitem(engine.SHIPPED, "lines", lines)

    def mend(*arguments, output=tmp_path / "out", task="refine"):
        options = ["--task", task, "--output", str(output), "--weights", str(tiny_refiner_weights.with_suffix(".xml"))]
        return predict.main([*map(str, arguments), *options])

    return mend


def sketch_lines(height=72, width=100, seed=0):
    """A drawing of a ring and a slanted line, anti-aliased, black on white; (H, W, 3) uint8."""
    drawing = np.full((height, width, 3), 255, np.uint8)
    cv2.circle(drawing, (width // 2 + seed, height // 2), max(1, min(height, width) // 3), (0, 0, 0), 1, cv2.LINE_AA)
    return cv2.line(drawing, (2, 2), (width - 3, height // 2), (0, 0, 0), 1, cv2.LINE_AA)


@pytest.fixture
def drawings(tmp_path):
    """A folder with two line drawings, one in a sub-folder."""
    folder = tmp_path / "drawn"
    (folder / "sub").mkdir(parents=True)
    for number, name in enumerate(("a.png", "sub/線.png")):
        images.write(folder / name, sketch_lines(seed=number))
    return folder


def start(*arguments, preexec_fn=None):
    def heed_interrupts():  # also where the tests run in the background of a shell, which ignores them
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = [sys.executable, SCRIPT, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=preexec_fn or heed_interrupts)


def results(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_folders_are_mirrored_and_sizes_kept(go, folder, tmp_path, capsys):
    assert go(folder) == 0
    assert results(tmp_path / "out") == ["a.png", "b.png", "sub/線.png"]
    assert Image.open(tmp_path / "out/a.png").size == (100, 72)
    assert Image.open(tmp_path / "out/a.png").mode == "L"
    assert "3 done" in capsys.readouterr().out


@pytest.mark.parametrize("height, width", [(1, 1), (3, 20000), (20000, 3), (8, 8), (9, 17)])
def test_extreme_sizes(go, tmp_path, height, width):
    images.write(tmp_path / "a.png", draw(height, width))
    assert go(tmp_path / "a.png", "--classes", "--keep-colour", "--sheet", "--width", "1.5") == 0
    assert images.read(tmp_path / "out/a.png").shape == (height, width, 3)
    assert images.read(tmp_path / "out/a.sheet.png").shape == (height, 2 * width, 3)


@pytest.mark.parametrize("scale", ["0.4", "1", "2.5"])
@pytest.mark.parametrize("height, width", [(1, 1), (3, 20000), (50, 71)])
def test_scaled_pictures_have_results_of_their_own_size(go, tmp_path, height, width, scale):
    images.write(tmp_path / "a.png", draw(height, width))
    assert go(tmp_path / "a.png", "--classes", "--scale", scale) == 0
    assert images.read(tmp_path / "out/a.png").shape == images.read(tmp_path / "out/a.classes.png").shape
    assert images.read(tmp_path / "out/a.png").shape == (height, width, 3)


def test_lines_are_widened_in_the_pictures_own_pixels(go, tmp_path, weights):
    images.write(tmp_path / "a.png", draw())
    maps = find_maps(engine.load(weights), images.read(tmp_path / "a.png"), False, scale=2.0)
    assert go(tmp_path / "a.png", "--scale", 2, "--width", 3, "--strength", 2) == 0
    expected = 255 - linework.widen(linework.strengthen(maps[..., 0], 2), 3)
    np.testing.assert_array_equal(images.read_map(tmp_path / "out/a.png"), expected)


def test_pictures_that_would_be_enlarged_beyond_the_limit_are_refused(go, folder, tmp_path, capsys):
    images.write(folder / "small.png", draw(20, 30))
    assert go(folder, "--scale", 3, "--max-megapixels", 0.02) == 1
    assert results(tmp_path / "out") == ["small.png"]
    error = capsys.readouterr().err
    assert f"{folder / 'a.png'}: at --scale 3 claims 300 x 216 pixels" in error and "--max-megapixels" in error


@pytest.mark.parametrize("arguments", [("--scale", "0"), ("--scale", "5"), ("--scale", "large")])
def test_scales_out_of_range_are_wrong_usage(go, folder, arguments, capsys):
    with pytest.raises(SystemExit) as ending:
        go(folder, *arguments)
    assert ending.value.code == 2 and "--scale" in capsys.readouterr().err


def test_same_names_keep_their_ending(go, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "b.boundary.png", "b.png"):
        images.write(folder / name, draw())
    Image.fromarray(255 - draw()).save(folder / "a.jpg")
    assert go(folder) == 0
    assert results(tmp_path / "out") == ["a.png", "a.png.png", "b.boundary.png", "b.png"]
    said = capsys.readouterr().out
    assert f"{folder / 'a.png'}: written as {tmp_path / 'out/a.png.png'}, since {folder / 'a.jpg'}" in said
    shutil.rmtree(tmp_path / "out")
    assert go(folder, "--classes") == 0  # b's boundary lines must not replace the lines of b.boundary
    names = results(tmp_path / "out")
    assert len(names) == 4 * 5
    assert {"b.boundary.png", "b.png.png", "b.png.boundary.png"} <= set(names)


def test_two_folders_with_the_same_names(go, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "in2")
    shutil.copytree(folder, tmp_path / "in3")
    assert go(folder, tmp_path / "in2", tmp_path / "in3", folder / "a.png") == 0  # the last is there already
    names = results(tmp_path / "out")
    assert [name for name in names if name.startswith("a")] == ["a.png", "a.png.2.png", "a.png.png"]
    assert len(names) == 9


def test_pictures_are_found_by_contents_and_other_files_left_alone(go, folder, tmp_path):
    (folder / "readme.txt").write_text("not a picture")
    (folder / ".hidden.png").write_text("not one either")
    (folder / "b.png").rename(folder / "nameless")
    assert go(folder) == 0
    assert results(tmp_path / "out") == ["a.png", "nameless.png", "sub/線.png"]


def test_files_that_are_not_read_are_counted_with_what_helps(go, folder, tmp_path, capsys):
    for name in ("one.clip", "two.CLIP", "drawing.svg", "notes.txt"):
        (folder / name).write_text("text")
    assert go(folder) == 0
    told = capsys.readouterr().out
    assert "not read: 2 .clip files, such as" in told and "Clip Studio file, which cannot be read: export" in told
    assert "not read: 1 .svg file, such as" in told and "vector drawing" in told
    assert f"not read: 1 other file, such as {folder / 'notes.txt'}" in told
    assert go(folder / "one.clip") == 1
    alone = "one.clip: is a Clip Studio file, which cannot be read: export a PNG or a PSD first"
    assert alone in capsys.readouterr().err


def test_results_carry_the_print_size_of_their_picture(go, tmp_path):
    Image.fromarray(draw()).save(tmp_path / "a.png", dpi=(300, 300))
    assert go(tmp_path / "a.png") == 0
    assert np.allclose(Image.open(tmp_path / "out" / "a.png").info["dpi"], 300, atol=0.02)


def test_output_inside_the_input_is_not_read(go, folder):
    for _ in range(2):
        assert go(folder, output=folder / "out") == 0
    assert results(folder / "out") == ["a.png", "b.png", "sub/線.png"]


def test_inputs_are_never_overwritten(go, folder, capsys):
    before = (folder / "a.png").read_bytes()
    for arguments in ((folder,), (folder / "a.png",)):
        with pytest.raises(SystemExit) as stop:
            go(*arguments, output=folder)
        assert stop.value.code == 2
    assert "overwritten" in capsys.readouterr().err
    assert (folder / "a.png").read_bytes() == before


def test_without_arguments_data_predict_is_read(go, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(predict, "DATA", tmp_path)
    folder.rename(tmp_path / "predict")
    assert go() == 0
    assert len(results(tmp_path / "out")) == 3


def test_skip_existing(go, folder, tmp_path, capsys):
    assert go(folder) == 0
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.png")}
    (tmp_path / "out/b.png").unlink()
    assert go(folder, "--skip-existing") == 0
    assert "1 done" in capsys.readouterr().out
    changed = [path.name for path, then in times.items() if path.stat().st_mtime_ns != then]
    assert changed == ["b.png"]
    assert go(folder, "--skip-existing") == 0
    assert "0 done" in (said := capsys.readouterr().out) and "3 already there" in said
    os.utime(folder / "a.png", (time.time() + 9, time.time() + 9))  # changed since
    assert go(folder, "--skip-existing") == 0
    assert "1 done" in (said := capsys.readouterr().out) and "2 already there" in said


@pytest.mark.parametrize(
    "before, options, told",
    [
        ((), (), "go on with: --skip-existing "),
        ((), ("--skip-existing",), "go on with: "),
        (("--binarize", "0.5"), ("--skip-existing",), "go on with: "),
        (("--binarize", "0.5"), (), "start again with: "),  # its results are not this run's
    ],
)
def test_how_an_interrupted_run_goes_on(go, folder, monkeypatch, capsys, before, options, told):
    if before:
        assert go(folder / "a.png", *before) == 0

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(predict, "predict", interrupt)
    assert go(folder, *options) == 130
    ending, further = told.split(": ")
    command = cli.name_command("predict.py", *further.split(), folder, *options)
    assert f"{ending}: {command} --output" in capsys.readouterr().err


def test_links_to_pictures_are_pictures_and_links_to_folders_are_left(go, folder, tmp_path):
    (folder / "c.png").symlink_to("a.png")  # a repeated frame of an animation, say
    (folder / "again").symlink_to("sub")
    (tmp_path / "other").symlink_to(folder)
    assert go(folder, tmp_path / "other", folder / "sub") == 0
    assert results(tmp_path / "out") == ["a.png", "b.png", "c.png", "sub/線.png"]


def test_options_of_the_drawing(go, folder, tmp_path):
    def drawn(*options):
        assert go(folder / "a.png", *options) == 0
        return cv2.imread(str(tmp_path / "out/a.png"), cv2.IMREAD_UNCHANGED)

    plain = drawn()
    assert plain.shape == (72, 100)
    assert np.array_equal(drawn("--binarize", "0.5"), np.where(255 - plain.astype(int) >= 127.5, 0, 255))
    clear = drawn("--transparent")
    assert np.array_equal(clear[..., 3], 255 - plain) and not clear[..., :3].any()
    coloured = drawn("--keep-colour")
    assert coloured.shape == (72, 100, 3) and coloured.min() >= plain.min()
    assert drawn("--keep-color", "--transparent").shape == (72, 100, 4)
    assert drawn("--strength", "4").mean() < plain.mean() < drawn("--strength", "0.3").mean()
    assert drawn("--width", "2").mean() < plain.mean() <= drawn("--width", "-2").mean()


def test_classes(go, folder, tmp_path):
    assert go(folder / "a.png", "--classes") == 0
    kinds = ("", ".boundary", ".inner", ".fill_edge", ".classes")
    assert results(tmp_path / "out") == sorted(f"a{kind}.png" for kind in kinds)
    ink, boundary, inner = (255 - images.read_map(tmp_path / f"out/a{kind}.png").astype(int) for kind in kinds[:3])
    assert np.abs(boundary + inner - ink).max() <= 1
    coded = images.read(tmp_path / "out/a.classes.png")
    fill_edge = 255 - images.read_map(tmp_path / "out/a.fill_edge.png").astype(int)
    assert np.array_equal(255 - coded[..., 0].astype(int), np.maximum(inner, fill_edge))


def test_sheet(go, folder, tmp_path):
    for option in ("--sheet", "--transparent", "--keep-colour"):
        assert go(folder / "a.png", "--sheet", option) == 0
        sheet = images.read(tmp_path / "out/a.sheet.png")
        assert np.array_equal(sheet[:, :100], images.read(folder / "a.png"))
        assert np.array_equal(sheet[:, 100:], images.read(tmp_path / "out/a.png"))


def test_bad_files_are_named_and_the_good_ones_done(go, folder, tmp_path, capsys):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(folder / "cut.jpg")
    (folder / "cut.jpg").write_bytes((folder / "cut.jpg").read_bytes()[:3000])
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("not a picture at all")
    (folder / "lost.png").symlink_to(tmp_path / "nowhere.png")
    Image.new("1", (30000, 30000)).save(folder / "bomb.png")
    assert go(folder, tmp_path / "none") == 1
    said = capsys.readouterr().err
    for name, reason in (
        ("cut.jpg", "damaged or truncated JPEG"),
        ("empty.png", "empty (0 bytes)"),
        ("text.png", "not a picture"),
        ("lost.png", "No such file"),
        ("bomb.png", "900 megapixels; the limit is 256"),
        ("none", "no such file or folder"),
    ):
        assert any(name in line and reason in line for line in said.splitlines()), name
    assert results(tmp_path / "out") == ["a.png", "b.png", "sub/線.png"]


def test_the_limit_can_be_set(go, folder, capsys):
    assert go(folder / "a.png", "--max-megapixels", "0.007") == 1
    assert "limit is 0.007" in capsys.readouterr().err
    assert go(folder / "a.png", "--max-megapixels", "0.0073") == 0


def test_names_that_no_system_takes_are_told_and_the_rest_is_done(go, folder, tmp_path, capsys):
    assert go("x" * 5000, folder / "a.png" / "b.png", folder / "a.png") == 1
    said = capsys.readouterr().err
    assert "File name too long" in said and "a.png/b.png: Not a directory" in said
    assert results(tmp_path / "out") == ["a.png"]


def test_pictures_that_vanish_after_they_were_found_are_named(go, folder, tmp_path, monkeypatch, capsys):
    load = jobs.Opened.load
    unlink = functools.cache((folder / "b.png").unlink)
    monkeypatch.setattr(jobs.Opened, "load", lambda self, options: unlink() or load(self, options))
    assert go(folder) == 1
    assert f"{folder / 'b.png'}: No such file or directory\n" in capsys.readouterr().err
    assert "a.png" in results(tmp_path / "out") and "b.png" not in results(tmp_path / "out")


def test_empty_folder(go, tmp_path, capsys):
    (tmp_path / "in").mkdir()
    assert go(tmp_path / "in") == 1
    assert f"{tmp_path / 'in'}: no pictures in this folder" in capsys.readouterr().err


def test_unreadable_folder_and_picture(go, folder, tmp_path, monkeypatch, capsys):
    real_scan, real_open = os.scandir, images.Path.stat

    def scan(path):
        if str(path).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(path))
        return real_scan(path)

    def stat(path, **options):
        if path.name == "a.png" and path.parent == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real_open(path, **options)

    monkeypatch.setattr(os, "scandir", scan)
    monkeypatch.setattr(images, "size", lambda path: stat(path) and (1, 1))
    assert go(folder) == 1
    said = capsys.readouterr().err
    assert f"{folder / 'sub'}: Permission denied" in said and f"{folder / 'a.png'}: Permission denied" in said
    assert results(tmp_path / "out") == ["b.png"]


def test_output_that_cannot_be_a_folder(go, folder, tmp_path, capsys):
    (tmp_path / "out").write_text("a file")
    assert go(folder) == 1
    assert "out" in capsys.readouterr().err


def test_full_disk_keeps_the_older_result(go, weights, folder, tmp_path):
    assert go(folder) == 0
    before = {name: (tmp_path / "out" / name).read_bytes() for name in results(tmp_path / "out")}
    images.write(folder / "small.png", np.full((8, 8, 3), 200, np.uint8))

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (800, 800))

    run = start(folder, "--output", tmp_path / "out", "--weights", weights, "--sheet", preexec_fn=limit)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 1, said
    assert said.count("File too large") == 3
    after = results(tmp_path / "out")
    assert "small.png" in after and not any(name.endswith(".part") for name in after)
    assert all((tmp_path / "out" / name).read_bytes() == contents for name, contents in before.items())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--binarize", "7"),
        ("--binarize", "-0.1"),
        ("--binarize", "dark"),
        ("--binarize", "nan"),
        ("--strength", "0"),
        ("--width", "99"),
        ("--max-megapixels", "-1"),
        ("--engine", "magic"),
        ("--task", "paint"),
        ("--no-such-option",),
        ("--detail", "0.6"),
        ("--min-area", "9"),
        ("--flips", "2"),
        ("--flatten", "mean"),
        ("--labels",),
        ("--layers",),
        ("--detail", "1.5", "--task", "regions"),
        ("--min-area", "-1", "--task", "regions"),
        ("--min-area", "2.5", "--task", "regions"),
        ("--flips", "3", "--task", "regions"),
        ("--flatten", "mode", "--task", "regions"),
        ("--layers", "lines", "--task", "regions"),
        ("--strength", "2", "--task", "regions"),
        ("--width", "1", "--task", "regions"),
        ("--binarize", "0.5", "--task", "regions"),
        ("--transparent", "--task", "regions"),
        ("--keep-colour", "--task", "regions"),
        ("--classes", "--task", "regions"),
        ("--sheet", "--task", "regions"),
        ("--thin",),
        ("--smooth",),
        ("--curve", "10,200"),
        ("--thin", "--task", "regions"),
        ("--smooth", "--task", "regions"),
        ("--curve", "10,200", "--task", "regions"),
        ("--strength", "2", "--task", "refine"),
        ("--keep-colour", "--task", "refine"),
        ("--classes", "--task", "refine"),
        ("--classes", "--task", "lines,refine"),
        ("--detail", "0.6", "--task", "refine"),
        ("--labels", "--task", "lines,refine"),
        ("--task", "refine,lines"),
        ("--curve", "dark", "--task", "refine"),
        ("--curve", "9", "--task", "refine"),
        ("--curve", "", "--task", "refine"),
        ("--curve", "200,100", "--task", "refine"),
        ("--curve", "9,9", "--task", "refine"),
        ("--curve", "0,256", "--task", "refine"),
        ("--curve", "0,255,0", "--task", "refine"),
        ("--curve", "0,255,nan", "--task", "refine"),
        ("--curve", "nan,255", "--task", "refine"),
        ("--curve", "1,2,3,4", "--task", "lines,refine"),
    ],
)
def test_wrong_usage_is_said_at_once(go, folder, arguments, monkeypatch, capsys):
    monkeypatch.setattr(engine, "load", None)
    with pytest.raises(SystemExit) as stop:
        go(folder, *arguments)
    assert stop.value.code == 2
    assert arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize("contents, reason", [(None, "No such file"), (b"junk", "corrupt"), (b"<net/>", "corrupt")])
def test_bad_weights(folder, tmp_path, contents, reason, capsys):
    path = tmp_path / "bad.xml"
    if contents:
        path.write_bytes(contents)
    assert predict.main([str(folder), "--output", str(tmp_path / "out"), "--weights", str(path)]) == 1
    said = capsys.readouterr().err
    assert str(path) in said and reason in said


def test_distiller_weights(folder, tmp_path, monkeypatch, capsys):
    """The whole picture's mean is paper, however many tiles it took; classes are not to be had."""

    class Distiller:
        name, margin, stride, max_tile = "line_distiller", 16, 8, 1088

        def stream(self, tiles):
            yield from tiles

    monkeypatch.setattr(engine, "load", lambda *_: Distiller())
    monkeypatch.setattr(tiling.run, "__defaults__", (1, np.uint8, 48, iter))
    arguments = [str(folder / "a.png"), "--output", str(tmp_path / "out")]
    assert predict.main(arguments) == 0
    grey = distiller_input(images.read(folder / "a.png"))[..., 0] / 255
    paper = cv2.resize(grey - grey.mean() + 1, (100, 72), interpolation=cv2.INTER_LINEAR)
    assert np.abs(images.read_map(tmp_path / "out/a.png") - np.clip(paper, 0, 1) * 255).max() <= 1
    with pytest.raises(SystemExit) as stop:
        predict.main([*arguments, "--classes"])
    assert stop.value.code == 2


def test_tiled_picture_equals_whole(weights, monkeypatch):
    network = engine.load(weights, precision="float32")
    picture = draw(300, 411)
    whole = find_maps(network, picture)
    network.margin = 48
    monkeypatch.setattr(tiling.run, "__defaults__", (1, np.uint8, 160, iter))
    assert np.mean(np.abs(find_maps(network, picture).astype(int) - whole) <= 2) >= 0.999


def test_kill_leaves_no_partial_png(weights, tmp_path):
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(60):
        images.write(folder / f"{number:02}.png", draw(200, 300, number))
    done = 0
    for delay in (0.0, 0.03, 0.11):
        run = start(folder, "--output", output, "--weights", weights, "--skip-existing", "--sheet")
        deadline = time.monotonic() + 60
        while len(list(output.glob("*.png"))) <= done and time.monotonic() < deadline and run.poll() is None:
            time.sleep(0.001)
        time.sleep(delay)
        run.kill()
        run.communicate()
        found = list(output.glob("*.png"))
        done = len(found)
        for path in found:
            assert images.read(path).shape[0] == 200
    run = start(folder, "--output", output, "--weights", weights, "--skip-existing", "--sheet")
    assert "Traceback" not in run.communicate(timeout=60)[1]
    assert run.returncode == 0
    assert len(list(output.glob("*.png"))) == 120


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interruption(weights, tmp_path, number, status):
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    images.write(folder / "00.png", draw(400, 600))
    for index in range(1, 100):
        shutil.copy(folder / "00.png", folder / f"{index:02}.png")
    run = start(folder, "--output", output, "--weights", weights)
    while not list(output.glob("*.png")) and run.poll() is None:
        time.sleep(0.01)
    run.send_signal(number)
    said = run.communicate(timeout=30)[1]
    assert run.returncode == status, said
    assert "Traceback" not in said
    done = {path: path.stat().st_mtime_ns for path in output.glob("*.png")}
    assert 0 < len(done) < 100
    assert not list(output.glob(".*"))
    undone = [path for path in sorted(folder.iterdir()) if output / path.name not in done]
    for path in undone[10:]:  # there were many only so that the signal comes before the last
        path.unlink()
    told = shlex.split(said.split("go on with: ")[1].splitlines()[0])
    assert told[2] == "--skip-existing"
    run = subprocess.run(told, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0 and f"{len(done)} already there" in run.stdout
    assert len(list(output.glob("*.png"))) == len(done) + len(undone[:10])
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in done.items())


def test_openvino_needs_no_tensorflow_and_starts_fast(weights, folder, tmp_path):
    """TensorFlow and Keras are made impossible to import; the whole run of small pictures takes seconds."""
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = sys.modules['h5py'] = None\n"
        "import predict; sys.exit(predict.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, folder, "--output", tmp_path / "out", "--weights", weights]
    run = subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""  # no progress bar where nobody watches
    digest = hashlib.sha256((tmp_path / "out/a.png").read_bytes()).digest()
    subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, timeout=60)
    assert hashlib.sha256((tmp_path / "out/a.png").read_bytes()).digest() == digest


def test_memory_of_a_large_picture(weights, tmp_path):
    """A picture of 48 megapixels takes its own 144 MB, its result's 48 MB and a few tiles."""
    images.write(tmp_path / "large.png", np.full((6000, 8000, 3), 200, np.uint8))
    code = (  # not getrusage's peak, which a child inherits
        "import sys, predict; status = predict.main(sys.argv[1:])\n"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]); sys.exit(status)"
    )
    command = [sys.executable, "-c", code, tmp_path / "large.png", "--output", tmp_path / "out", "--weights", weights]
    run = subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout.split()[-1]) < 600 * 1024  # kB


# Regions


KINDS = ("flatten", "region", "skeleton")


def read_regions(path):
    """The region map of a picture's results, as numbers."""
    return region_maps.label_areas(region_maps.read_region_map(path))


def test_regions_are_three_pngs_of_the_pictures_size(find, folder, tmp_path, capsys):
    assert find(folder) == 0
    out = tmp_path / "out"
    assert results(out) == sorted(f"{name}.{kind}.png" for name in ("a", "b", "sub/線") for kind in KINDS)
    with Image.open(out / "a.skeleton.png") as skeleton, Image.open(out / "a.region.png") as region:
        assert (skeleton.mode, skeleton.size) == ("L", (100, 72))
        assert (region.mode, region.size) == ("RGB", (100, 72))
    ids = read_regions(out / "a.region.png")
    assert ids.max() > 0
    assert np.array_equal(images.read(out / "a.flatten.png"), region_maps.flatten(images.read(folder / "a.png"), ids))
    assert "3 done" in capsys.readouterr().out


def test_regions_of_a_line_drawing_are_those_of_its_ink(find, folder, tmp_path):
    picture = np.full((72, 100, 3), 255, np.uint8)
    picture[20:50, 20:22] = picture[20:50, 70:72] = picture[20:22, 20:72] = picture[48:50, 20:72] = 0
    picture[20:22, 40:46] = 255
    images.write(folder / "a.png", picture)
    for options, areas in (((), 1), (("--gap", "6"), 2)):
        assert find(folder / "a.png", *options) == 0
        assert read_regions(tmp_path / "out/a.region.png").max() + 1 == areas


def test_regions_are_those_of_the_networks_map(find, region_weights, folder, tmp_path):
    options = ("--detail", "0.8", "--min-area", "30")
    picture = images.read(folder / "a.png")
    picture[:, 40:] //= 2  # a tone: line drawings need no network
    images.write(folder / "a.png", picture)
    assert find(folder / "a.png", *options) == 0
    network = engine.load(region_weights, task="regions")
    maps = region_task.find_skeleton(network, picture)
    assert maps.shape == (144, 200, 2) and maps.dtype == np.uint8  # enlarged to twice its size
    skeleton = images.read_map(tmp_path / "out/a.skeleton.png")
    assert np.array_equal(skeleton, segmentation.fit_heights(maps[..., 0], (72, 100))[0])
    ids = segmentation.segment(picture, maps[..., 0], 0.8, 30, maps[..., 1])
    assert np.array_equal(read_regions(tmp_path / "out/a.region.png"), region_maps.label_areas(ids))


@pytest.mark.parametrize("height, width", [(1, 1), (1, 2), (3, 500), (500, 3), (32, 32), (33, 65)])
def test_regions_of_extreme_sizes(find, tmp_path, height, width):
    images.write(tmp_path / "a.png", draw(height, width))
    assert find(tmp_path / "a.png", "--labels", "--layers", "--flips", "2") == 0
    for kind in KINDS:
        with Image.open(tmp_path / f"out/a.{kind}.png") as picture:
            assert picture.size == (width, height)


def test_regions_of_a_large_picture_are_found_on_a_smaller_one(region_weights, monkeypatch):
    monkeypatch.setattr(region_task, "REGION_SHORT_SIDE", 64)
    network = engine.load(region_weights, task="regions")
    for size, expected in (
        ((80, 120), (64, 96)),
        ((400, 200), (200, 100)),
        ((20, 50), (40, 100)),
        ((64, 64), (64, 64)),
    ):
        assert region_task.find_skeleton(network, draw(*size)).shape[:2] == expected


def test_a_picture_of_one_colour_is_one_region(find, tmp_path):
    images.write(tmp_path / "plain.png", np.full((50, 70, 3), (200, 90, 10), np.uint8))
    assert find(tmp_path / "plain.png", "--detail", "1") == 0
    assert read_regions(tmp_path / "out/plain.region.png").max() == 0
    assert (images.read(tmp_path / "out/plain.flatten.png") == (200, 90, 10)).all()


def test_pictures_of_a_data_set_give_its_names(find, tmp_path):
    """Maps among them, known by their names, are no pictures, unless they are asked for one by one."""
    folder = tmp_path / "in"
    folder.mkdir()
    stages = ("7.skeleton.edge.png", "7.skeleton.markers.png")
    maps = ("7.image.png", "7.region.png", "7.skeleton.png", "7.flatten.png", "8.image.png", "regional.png")
    for name in (*maps, *stages):
        images.write(folder / name, draw())
    assert find(folder) == 0
    assert results(tmp_path / "out") == sorted(
        f"{name}.{kind}.png" for name in ("7", "8", "regional") for kind in KINDS
    )
    assert find(folder / "7.region.png", output=tmp_path / "one") == 0
    assert results(tmp_path / "one") == [f"7.{kind}.png" for kind in KINDS]


def test_lines_of_a_data_set_are_drawn_of_all_its_files(go, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("7.image.png", "7.region.png"):
        images.write(folder / name, draw())
    assert go(folder) == 0
    assert results(tmp_path / "out") == ["7.image.png", "7.region.png"]


def test_a_folder_of_maps_alone_has_no_pictures(find, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    images.write(folder / "7.region.png", draw())
    assert find(folder) == 1
    assert f"{folder}: no pictures in this folder" in capsys.readouterr().err


def test_regions_of_the_same_name_keep_their_ending(find, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "a.image.png"):
        images.write(folder / name, draw())
    Image.fromarray(255 - draw()).save(folder / "a.jpg")
    assert find(folder) == 0
    names = results(tmp_path / "out")
    assert len(names) == 3 * 3 and len({name.split(".")[0] for name in names}) == 1
    assert {"a.region.png", "a.jpg.region.png", "a.png.region.png"} <= set(names)
    assert capsys.readouterr().out.count("has the simpler name") == 2


def test_regions_never_overwrite_what_is_read(find, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.png", "a.flatten.png", "a.labels.png"):
        images.write(folder / name, draw())
    for other in ("a.flatten.png", "a.labels.png"):
        before = (folder / other).read_bytes()
        with pytest.raises(SystemExit) as stop:
            find(folder / "a.png", folder / other, "--labels", output=folder)
        assert stop.value.code == 2, other
        assert f"{other} is itself a picture to read" in capsys.readouterr().err
        assert (folder / other).read_bytes() == before


def test_labels(find, folder, tmp_path):
    assert find(folder / "a.png", "--labels") == 0
    assert results(tmp_path / "out") == sorted([*(f"a.{kind}.png" for kind in KINDS), "a.labels.json", "a.labels.png"])
    labels = cv2.imread(str(tmp_path / "out/a.labels.png"), cv2.IMREAD_UNCHANGED)
    assert labels.dtype == np.uint16 and labels.shape == (72, 100)
    assert np.array_equal(region_maps.label_areas(labels.astype(np.int32)), labels)  # 4-connected, by their first pixel
    assert np.array_equal(read_regions(tmp_path / "out/a.region.png"), labels)
    table = json.loads((tmp_path / "out/a.labels.json").read_text())
    assert (table["width"], table["height"], table["labels"]) == (100, 72, "a.labels.png")
    assert [region["id"] for region in table["regions"]] == list(range(labels.max() + 1))
    assert sum(region["area"] for region in table["regions"]) == 7200


def test_labels_keep_the_names_of_a_data_set(find, tmp_path):
    images.write(tmp_path / "7.image.png", draw())
    assert find(tmp_path / "7.image.png", "--labels", "--layers") == 0
    assert {"7.labels.json", "7.labels.png", "7.ora"} < set(results(tmp_path / "out"))


def list_layers(path):
    """Names of an OpenRaster file's layers, the uppermost first."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        stack = ElementTree.fromstring(archive.read("stack.xml"))
    return [layer.get("name") for layer in stack.iter("layer")]


def add_tone(path):
    """Tone part of a picture: a line drawing needs no network, and its own ink is the layer of lines."""
    picture = images.read(path)
    picture[:, 40:] //= 2
    images.write(path, picture)


@pytest.fixture
def shipped_lines(find, tiny_weights, monkeypatch):
    """The tiny line extractor is the shipped one."""
    lines = {"openvino": tiny_weights.with_suffix(".xml"), "keras": tiny_weights}
    monkeypatch.setitem(engine.SHIPPED, "lines", lines)
    monkeypatch.setattr(scales, "AFAR", ())  # its noise is no broad pen, and would be filled in
    return lines["openvino"]


def test_layers_of_a_line_drawing_have_its_own_ink(find, folder, tmp_path):
    assert find(folder / "a.png", "--layers", "--labels") == 0
    names = list_layers(tmp_path / "out/a.ora")
    assert len(names) > 3 and names[0] == "lines" and names[-1] == "picture a"


def test_layers_without_the_line_extractor(find, folder, tmp_path):
    add_tone(folder / "a.png")
    assert find(folder / "a.png", "--layers", "--labels") == 0
    names = list_layers(tmp_path / "out/a.ora")
    table = json.loads((tmp_path / "out/a.labels.json").read_text())
    assert len(names) == len(table["regions"]) + 1 > 2 and "lines" not in names


@pytest.mark.parametrize("kind", ["ora", "psd"])
def test_layers_with_the_line_extractor(find, folder, shipped_lines, tmp_path, kind):
    if kind == "psd":
        pytest.importorskip("psd_tools", reason="pip install -r requirements-extras.txt")
    add_tone(folder / "a.png")
    assert find(folder / "a.png", "--layers", "--shade", "--layer-format", kind) == 0
    assert results(tmp_path / "out") == sorted([*(f"a.{each}.png" for each in KINDS), f"a.{kind}"])
    if kind == "ora":
        names = list_layers(tmp_path / "out/a.ora")
        assert names[:3] == ["lines", "highlight", "shade"] and names[-1] == "picture a" and len(names) > 4
    apart = np.abs(images.read(tmp_path / f"out/a.{kind}").astype(int) - images.read(folder / "a.png"))
    assert apart.mean() < 3


def test_layers_of_one_colour_are_fewer(find, folder, tmp_path):
    assert find(folder / "a.png", "--layers") == 0
    each = len(list_layers(tmp_path / "out/a.ora"))
    assert find(folder / "a.png", "--layers", "colours") == 0
    assert 1 <= len(list_layers(tmp_path / "out/a.ora")) < each


def test_a_package_that_layers_need_is_named_before_anything_is_done(find, folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "psd_tools", None)
    assert find(folder / "a.png", "--layers=regions", "--layer-format", "psd", output=tmp_path / "none") == 1
    assert "pip install psd-tools" in capsys.readouterr().err and not results(tmp_path / "none")


def test_regions_are_filled_with_their_median_or_mean(find, folder, tmp_path):
    picture = images.read(folder / "a.png")
    flat = {}
    for how in ("median", "mean"):
        assert find(folder / "a.png", "--flatten", how) == 0
        flat[how] = images.read(tmp_path / "out/a.flatten.png")
    ids = read_regions(tmp_path / "out/a.region.png")
    for region in range(ids.max() + 1):
        pixels = picture[ids == region]
        assert (flat["median"][ids == region] == np.median(pixels, axis=0).astype(np.uint8)).all()
        assert (flat["mean"][ids == region] == np.floor(pixels.mean(axis=0) + 0.5)).all()
    assert (flat["median"] != flat["mean"]).any()


def test_turning_back_undoes_turning():
    array = np.random.default_rng(0).integers(0, 256, (5, 7, 2), dtype=np.uint8)
    turned = [region_task.turn_picture(array, flip) for flip in range(8)]
    for flip, other in enumerate(turned):
        assert np.array_equal(region_task.turn_back(other, flip), array) and other.flags["C_CONTIGUOUS"]
        assert other.shape == ((7, 5, 2) if flip >= 4 else (5, 7, 2))
    assert np.array_equal(turned[0], array)
    assert len({(other.shape, other.tobytes()) for other in turned}) == 8


@pytest.mark.parametrize("flips", [2, 4, 8])
@pytest.mark.parametrize("size", [(72, 100), (1, 1), (40, 2)])
def test_flips_give_the_average_of_single_passes(region_weights, flips, size):
    network = engine.load(region_weights, precision="float32", task="regions")
    picture = draw(*size)
    found = region_task.find_skeleton(network, picture, flips)
    passes = []
    for flip in range(flips):
        turned = region_task.find_skeleton(network, region_task.turn_picture(picture, flip))
        passes.append(region_task.turn_back(turned, flip).astype(int))
    assert found.dtype == np.uint8 and found.shape == passes[0].shape
    if min(size) > 1:  # enlarged before it is turned or after: all the same but for roundings
        assert np.abs(found - np.mean(passes, axis=0)).mean() < 0.5
    exact = [tiling.run(network, region_task.turn_picture(enlarge(picture), flip), 2) for flip in range(flips)]
    exact = [region_task.turn_back(maps, flip).astype(int) for flip, maps in enumerate(exact)]
    assert np.array_equal(found, np.floor(np.mean(exact, axis=0) + 0.5))
    if min(size) > 32:
        assert any(np.abs(one - exact[0]).max() > 5 for one in exact[1:])  # passes do differ


def enlarge(picture):
    return images.resize(picture, (2 * picture.shape[0], 2 * picture.shape[1]))


def test_skip_existing_regions(find, folder, tmp_path, capsys):
    assert find(folder, "--labels") == 0
    capsys.readouterr()
    (tmp_path / "out/b.flatten.png").unlink()
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.*")}
    assert find(folder, "--labels", "--skip-existing") == 0
    assert "1 done" in (said := capsys.readouterr().out) and "2 already there" in said
    changed = {path.name.split(".")[0] for path, then in times.items() if path.stat().st_mtime_ns != then}
    assert changed == {"b"} and (tmp_path / "out/b.flatten.png").exists()
    assert find(folder, "--skip-existing", "--layers") == 0
    assert "3 done" in capsys.readouterr().out  # their layers were missing
    assert find(folder, "--skip-existing") == 0
    assert "0 done" in capsys.readouterr().out


def test_bad_files_are_named_and_the_regions_of_good_ones_found(find, folder, tmp_path, capsys):
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:200])
    (folder / "empty.png").touch()
    assert find(folder, tmp_path / "none") == 1
    said = capsys.readouterr()
    for name in ("cut.png", "empty.png", "none"):
        assert any(name in line for line in said.err.splitlines()), name
    assert "3 done" in said.out and "3 failed" in said.out
    assert len(results(tmp_path / "out")) == 3 * 3


def test_networks_of_another_task_are_refused(folder, weights, region_weights, tmp_path, capsys):
    for task, wrong, name in (("lines", region_weights, "region_unet"), ("regions", weights, "line_extractor")):
        options = ["--task", task, "--weights", wrong, "--output", str(tmp_path / "out")]
        assert predict.main([str(folder), *options]) == 1
        said = capsys.readouterr().err
        assert wrong in said and f"another task ('{name}')" in said
    assert not results(tmp_path / "out")


def test_an_abbreviated_task_has_its_own_options(region_weights, folder, tmp_path, capsys):
    picture, out = folder / "a.png", tmp_path / "out"
    arguments = [str(picture), "--tas", "regions", "--detail", "0.7", "--output", str(out), "--weights", region_weights]
    assert predict.main(arguments) == 0
    assert results(out) == sorted(f"a.{kind}.png" for kind in KINDS)
    with pytest.raises(SystemExit):
        predict.main([str(picture), "--tas", "regions", "--strength", "2"])
    assert "--strength belongs to --task lines" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given, needed",
    [
        ("--task regions --shade", "--layers"),
        ("--task regions --layer-format psd", "--layers"),
        ("--task regions --svg-tolerance 2", "--svg"),
        ("--svg-tolerance 2", "--svg"),
        ("--task lines,refine --svg-tolerance 2", "--svg"),
    ],
)
def test_an_option_that_does_nothing_alone_is_refused(given, needed, folder, capsys):
    with pytest.raises(SystemExit) as end:
        predict.main([str(folder), *given.split()])
    assert end.value.code == 2 and f"needs {needed}" in capsys.readouterr().err


def test_defaults_of_another_tasks_options_may_be_given(find, go, folder):
    assert find(folder / "a.png", "--strength", "1") == 0
    assert go(folder / "a.png", "--detail", "0.5", "--flatten", "median") == 0


def test_the_published_region_network_has_no_boundary_map(folder, tmp_path, monkeypatch):
    """Its one map is all that is found; tiles have sides that are multiples of 32."""
    shapes = []

    class Published:
        name, margin, stride, max_tile = "danbooregion_unet", 192, 32, 1600

        def stream(self, tiles):
            for tile in tiles:
                shapes.append(tile.shape)
                yield tile.mean(axis=2, keepdims=True)

    monkeypatch.setattr(engine, "load", lambda *_: Published())
    assert predict.main([str(folder / "a.png"), "--task", "regions", "--output", str(tmp_path / "out")]) == 0
    assert shapes == [(160, 224, 3)]
    found = images.read_map(tmp_path / "out/a.skeleton.png").astype(int)
    assert np.abs(found - images.read(folder / "a.png").mean(axis=2)).mean() < 6


def test_tiled_regions_equal_whole(region_weights, monkeypatch):
    network = engine.load(region_weights, precision="float32", task="regions")
    picture = draw(150, 200)
    whole = region_task.find_skeleton(network, picture)
    network.margin = 32
    monkeypatch.setattr(tiling.run, "__defaults__", (1, np.uint8, 160, iter))
    assert np.mean(np.abs(region_task.find_skeleton(network, picture).astype(int) - whole) <= 2) >= 0.999


def test_regions_need_neither_tensorflow_nor_keras(region_weights, folder, tmp_path):
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = sys.modules['h5py'] = None\n"
        "import predict; sys.exit(predict.main(sys.argv[1:]))"
    )
    options = ["--task", "regions", "--output", tmp_path / "out", "--weights", region_weights]
    command = [sys.executable, "-c", code, folder, *options]
    digests = []
    for _ in range(2):
        run = subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, text=True, timeout=120)
        assert (run.returncode, run.stderr) == (0, "")
        digests.append([hashlib.sha256(path.read_bytes()).digest() for path in sorted((tmp_path / "out").glob("a.*"))])
    assert digests[0] == digests[1] and len(digests[0]) == 3


# Refined lines


def run_tiny(weights, found):
    """What the tiny refiner makes of (H, W) ink."""
    network = engine.load(weights.with_suffix(".xml"), task="refine")
    return refine_task.run(network, found, scale=refine_task.choose_scale(found))


def test_refined_lines_are_pngs_of_the_drawings_size(mend, drawings, tmp_path, tiny_refiner_weights, capsys):
    assert mend(drawings) == 0
    assert results(tmp_path / "out") == ["a.refined.png", "sub/線.refined.png"]
    with Image.open(tmp_path / "out/a.refined.png") as refined:
        assert (refined.mode, refined.size) == ("L", (100, 72))
    said = capsys.readouterr().out
    assert "2 done" in said and "level" not in said
    found = run_tiny(tiny_refiner_weights, 255 - sketch_lines()[..., 0])
    assert (255 - images.read_map(tmp_path / "out/a.refined.png") == found).all()
    assert found[sketch_lines()[..., 0] < 100].mean() > found[sketch_lines()[..., 0] == 255].mean() + 80


@pytest.mark.parametrize("task", ["refine", "lines,refine"])
@pytest.mark.parametrize("height, width", [(1, 1), (3, 500), (500, 3), (8, 8), (9, 17)])
def test_refined_lines_of_extreme_sizes(mend, tmp_path, task, height, width):
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[height // 2, :: max(2, width // 8)] = 0
    images.write(tmp_path / "a.png", picture)
    options = ("--sheet", "--thin", "--smooth", "--curve", "10,240,0.8", "--width", "1.5")
    assert mend(tmp_path / "a.png", *options, task=task) == 0
    ending = ".lines.refined" if "lines" in task else ".refined"
    assert images.read(tmp_path / f"out/a{ending}.png").shape == (height, width, 3)
    assert images.read(tmp_path / f"out/a{ending}.sheet.png").shape == (height, 2 * width, 3)


def test_options_of_refined_lines(mend, drawings, tmp_path):
    def drawn(*options):
        assert mend(drawings / "a.png", *options) == 0
        return cv2.imread(str(tmp_path / "out/a.refined.png"), cv2.IMREAD_UNCHANGED)

    plain = drawn()
    assert plain.shape == (72, 100) and len(np.unique(plain)) > 20
    assert np.array_equal(drawn("--binarize", "0.5"), np.where(255 - plain.astype(int) >= 127.5, 0, 255))
    clear = drawn("--transparent")
    assert np.array_equal(clear[..., 3], 255 - plain) and not clear[..., :3].any()
    assert drawn("--width", "2").mean() < plain.mean() <= drawn("--width", "-2").mean()
    assert np.array_equal(255 - drawn("--smooth"), linework.smooth(255 - plain))
    for curve, values in (("60,200", (60, 200)), ("0,255,2", (0, 255, 2)), ("20.5,230,0.5", (20.5, 230, 0.5))):
        assert np.array_equal(255 - drawn("--curve", curve), linework.curve(255 - plain, *values))
    both = linework.curve(linework.smooth(255 - plain), 60, 200)
    assert np.array_equal(255 - drawn("--curve", "60,200", "--smooth"), both)
    assert np.array_equal(
        drawn("--curve", "60,200", "--binarize", "0.5") < 128, linework.curve(255 - plain, 60, 200) >= 128
    )


def test_thinned_before_they_are_refined(mend, drawings, tmp_path, tiny_refiner_weights):

    assert mend(drawings / "a.png", "--thin") == 0
    found = run_tiny(tiny_refiner_weights, 255 - tracing.thin(sketch_lines()[..., 0]))
    assert (255 - images.read_map(tmp_path / "out/a.refined.png") == found).all()
    assert (found != run_tiny(tiny_refiner_weights, 255 - sketch_lines()[..., 0])).any()


def test_sheets_of_refined_lines(mend, drawings, tmp_path):
    """Those of the chain have names of their own, so that both can be compared."""
    for task, ending in (("refine", ".refined"), ("lines,refine", ".lines.refined")):
        assert mend(drawings / "a.png", "--sheet", "--svg=strokes", task=task) == 0
        sheet = images.read(tmp_path / f"out/a{ending}.sheet.png")
        assert np.array_equal(sheet[:, :100], sketch_lines())
        assert np.array_equal(sheet[:, 100:], images.read(tmp_path / f"out/a{ending}.png"))
    names = [f"a{chain}.refined{end}" for chain in ("", ".lines") for end in (".png", ".sheet.png", ".svg")]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)


def test_light_lines_on_dark_are_refined_alike_and_said(mend, drawings, tmp_path, capsys):
    images.write(drawings / "board.png", 255 - sketch_lines())
    grey = cv2.addWeighted(sketch_lines(), 0.6, sketch_lines(), 0, 60)
    images.write(drawings / "grey.png", grey)
    assert mend(drawings) == 0
    said = capsys.readouterr().out
    assert f"{drawings / 'board.png'}: light lines on dark, inverted" in said
    assert f"{drawings / 'grey.png'}: paper levelled" in said
    assert str(drawings / "a.png") not in said
    plain, board, levelled = (images.read_map(tmp_path / f"out/{name}.refined.png") for name in ("a", "board", "grey"))
    assert np.array_equal(plain, board)
    assert np.abs(levelled.astype(int) - plain).mean() < 8


def test_illustrations_are_named_and_the_drawings_refined(mend, drawings, tmp_path, capsys):

    images.write(drawings / "colours.png", illustrations.draw(0, 96).picture)
    assert mend(drawings) == 1
    said = capsys.readouterr()
    [line] = [line for line in said.err.splitlines() if "colours.png" in line]
    assert "expected a line drawing" in line and "--task lines,refine is for illustrations" in line
    assert "2 done" in said.out and "1 failed" in said.out
    assert results(tmp_path / "out") == ["a.refined.png", "sub/線.refined.png"]
    assert mend(drawings, task="lines,refine", output=tmp_path / "chain") == 0
    assert results(tmp_path / "chain") == [f"{name}.lines.refined.png" for name in ("a", "colours", "sub/線")]


@pytest.mark.parametrize("strength", [1, 4])
def test_the_chain_refines_the_lines_that_were_found(
    mend, tiny_weights, tiny_refiner_weights, folder, tmp_path, strength
):
    """There is no file between, and no levelling."""
    assert mend(folder, "--strength", strength, task="lines,refine") == 0
    assert results(tmp_path / "out") == [f"{name}.lines.refined.png" for name in ("a", "b", "sub/線")]
    extractor = engine.load(tiny_weights.with_suffix(".xml"))
    found = find_maps(extractor, images.read(folder / "a.png"), False)[..., 0]
    expected = run_tiny(tiny_refiner_weights, linework.strengthen(found, strength))
    assert (255 - images.read_map(tmp_path / "out/a.lines.refined.png") == expected).all()


def test_the_chain_drops_a_colour_before_lines_are_extracted(mend, drawings, tmp_path, capsys):
    page = sketch_lines()
    images.write(drawings / "plain.png", page)
    page[50:53, 10:90][page[50:53, 10:90].min(-1) > 250] = (40, 90, 220)
    images.write(drawings / "blue.png", page)
    assert mend(drawings / "plain.png", drawings / "blue.png", "--drop-colour", "blue", task="lines,refine") == 0
    assert f"{drawings / 'blue.png'}: blue strokes left out" in capsys.readouterr().out
    plain, dropped = (
        images.read_map(tmp_path / f"out/{name}.png").astype(int)
        for name in ("plain.lines.refined", "blue.lines.refined")
    )
    assert mend(drawings / "blue.png", task="lines,refine") == 0
    kept = images.read_map(tmp_path / "out/blue.lines.refined.png")
    assert np.abs(dropped - plain).max() <= 8 < np.abs(kept - plain).max()


def test_the_chain_keeps_colours(mend, folder, tmp_path):
    assert mend(folder / "a.png", "--keep-colour", task="lines,refine") == 0
    coloured = cv2.imread(str(tmp_path / "out/a.lines.refined.png"), cv2.IMREAD_UNCHANGED)
    assert coloured.shape == (72, 100, 3) and (coloured[..., 0] != coloured[..., 2]).any()


def test_the_chain_needs_the_line_extractor(mend, folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(engine.SHIPPED, "lines", dict.fromkeys(("openvino", "keras"), tmp_path / "no.xml"))
    assert mend(folder, task="lines,refine") == 1
    assert "no.xml" in capsys.readouterr().err


def test_without_arguments_each_task_reads_its_own_examples(mend, tmp_path, monkeypatch):
    monkeypatch.setattr(predict, "DATA", tmp_path)
    for name in ("predict", "rough"):
        (tmp_path / name).mkdir()
        images.write(tmp_path / f"{name}/{name}.png", sketch_lines())
    for task, name in (("refine", "rough.refined"), ("lines,refine", "predict.lines.refined")):
        assert mend(task=task, output=tmp_path / task) == 0
        assert results(tmp_path / task) == [f"{name}.png"]


def test_large_drawings_are_refined_one_at_a_time_and_alike(mend, drawings, tmp_path, monkeypatch):
    assert mend(drawings) == 0
    monkeypatch.setattr(tasks.load("refine"), "large", 100)
    assert mend(drawings, output=tmp_path / "again") == 0
    for name in ("a.refined.png", "sub/線.refined.png"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_refining_takes_networks_of_its_own_only(drawings, weights, tiny_refiner_weights, tmp_path, capsys):
    refiner = str(tiny_refiner_weights.with_suffix(".xml"))
    for task, wrong, name in (
        ("refine", weights, "line_extractor"), ("lines,refine", weights, "line_extractor"),
        ("lines", refiner, "line_refiner"),
    ):  # fmt: skip
        options = ["--task", task, "--weights", wrong, "--output", str(tmp_path / "out")]
        assert predict.main([str(drawings), *options]) == 1
        said = capsys.readouterr().err
        assert wrong in said and f"another task ('{name}')" in said


def test_tiled_refined_lines_equal_whole(tiny_refiner_weights):
    network = engine.load(tiny_refiner_weights.with_suffix(".xml"), precision="float32", task="refine")
    network.margin = 16
    found = 255 - sketch_lines(150, 200)[..., :1]
    whole, tiled = (tiling.run(network, found, max_tile=tile) for tile in (256, 64))
    assert np.abs(tiled.astype(int) - whole).max() <= 1


def test_refining_needs_neither_tensorflow_nor_keras(tiny_refiner_weights, drawings, tmp_path):
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = sys.modules['h5py'] = None\n"
        "import predict; sys.exit(predict.main(sys.argv[1:]))"
    )
    options = ["--task", "refine", "--output", tmp_path / "out", "--weights", tiny_refiner_weights.with_suffix(".xml")]
    command = [sys.executable, "-c", code, drawings, *options]
    run = subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stderr) == (0, "")
    assert results(tmp_path / "out") == ["a.refined.png", "sub/線.refined.png"]
