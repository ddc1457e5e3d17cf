"""The command line: names, options, bad input, interruption, and what a run costs."""

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import engine
import images
import predict

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
        ("--task", "colorize"),
        ("--no-such-option",),
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
        name, margin = "line_distiller", 16

        def stream(self, tiles):
            yield from tiles

    monkeypatch.setattr(engine, "load", lambda *_: Distiller())
    monkeypatch.setattr(predict.tiling.run, "__defaults__", (1, np.uint8, 48, 16, iter))
    arguments = [str(folder / "a.png"), "--output", str(tmp_path / "out")]
    assert predict.main(arguments) == 0
    grey = engine.distiller_input(images.read(folder / "a.png"))[..., 0] / 255
    paper = cv2.resize(grey - grey.mean() + 1, (100, 72), interpolation=cv2.INTER_LINEAR)
    assert np.abs(images.read_map(tmp_path / "out/a.png") - np.clip(paper, 0, 1) * 255).max() <= 1
    with pytest.raises(SystemExit) as stop:
        predict.main([*arguments, "--classes"])
    assert stop.value.code == 2


def test_tiled_picture_equals_whole(weights, monkeypatch):
    network = engine.load(weights, precision="float32")
    picture = draw(300, 411)
    whole = predict.find_maps(network, picture)
    monkeypatch.setattr(predict.tiling.run, "__defaults__", (1, np.uint8, 160, 48, iter))
    assert np.mean(np.abs(predict.find_maps(network, picture).astype(int) - whole) <= 2) >= 0.999


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
    for index in range(100):
        images.write(folder / f"{index:02}.png", draw(400, 600, index % 5))
    run = start(folder, "--output", output, "--weights", weights)
    while not list(output.glob("*.png")) and run.poll() is None:
        time.sleep(0.01)
    run.send_signal(number)
    said = run.communicate(timeout=30)[1]
    assert run.returncode == status, said
    assert "Traceback" not in said
    assert 0 < len(list(output.glob("*.png"))) < 100
    assert not list(output.glob(".*"))


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
