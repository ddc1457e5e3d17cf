import os
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest
from helpers import draw_map
from PIL import Image

import skeletonize_all
from illustration_parts.imaging import images, region_maps, skeletons


def write_maps(folder, names, size=(40, 60)):
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(names):
        images.write(folder / f"{name}.region.png", region_maps.colour_regions(draw_map(seed, *size)))


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_all_maps_in_numeric_order(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["0", "1", "2", "10", "odd name"]
    write_maps(tmp_path / "train", names)
    assert skeletonize_all.main(["train", "--jobs", "2"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Writing")]
    assert lines == [f"Writing   ./train/{name}.skeleton.png   {k}/5" for k, name in enumerate(names, 1)]
    for seed, name in enumerate(names):
        expected = skeletons.skeletonize_regions(draw_map(seed, 40, 60))
        assert np.array_equal(read(tmp_path / "train" / f"{name}.skeleton.png"), expected)


def test_maps_up_to_date_are_left_alone(tmp_path, capsys):
    write_maps(tmp_path, ["a", "b", "c"])
    assert skeletonize_all.main([str(tmp_path), "--jobs", "1"]) == 0
    stamps = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.skeleton.png")}
    os.utime(tmp_path / "b.region.png", (time.time() + 9, time.time() + 9))  # changed since
    (tmp_path / "c.skeleton.png").unlink()
    assert skeletonize_all.main([str(tmp_path), "--jobs", "1"]) == 0
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.skeleton.png")}
    assert {name for name in after if after[name] != stamps[name]} == {"b.skeleton.png", "c.skeleton.png"}
    assert "2 written, 1 up to date, 0 failed" in capsys.readouterr().out
    assert skeletonize_all.main([str(tmp_path), "--jobs", "1", "--overwrite"]) == 0
    assert "3 written, 0 up to date" in capsys.readouterr().out


def test_broken_and_missing_maps_are_named_and_the_rest_is_done(tmp_path, capsys):
    write_maps(tmp_path, ["1", "2", "3", "4"])
    (tmp_path / "2.region.png").write_bytes((tmp_path / "2.region.png").read_bytes()[:60])
    Image.fromarray(region_maps.colour_regions(draw_map(0))).save(tmp_path / "3.region.png", "JPEG")
    images.write(tmp_path / "9.image.png", np.zeros((8, 8, 3), np.uint8))
    assert skeletonize_all.main([str(tmp_path), "--jobs", "2"]) == 1
    captured = capsys.readouterr()
    for name in ("2.region.png", "3.region.png", "9.image.png"):
        assert name in captured.err
    assert "is a JPEG" in captured.err and "has no region map" in captured.err
    assert "2 written" in captured.out and "3 failed" in captured.out
    assert sorted(path.name for path in tmp_path.glob("*.skeleton.png")) == ["1.skeleton.png", "4.skeleton.png"]


def test_folders_that_cannot_be_read_are_named_and_the_rest_is_done(tmp_path, capsys, monkeypatch):
    write_maps(tmp_path, ["1"])
    write_maps(tmp_path / "sub", ["2"])
    write_maps(tmp_path / "locked", ["3"])
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    # A folder inside another is no other.
    assert skeletonize_all.main([str(tmp_path), str(tmp_path / "sub"), "--jobs", "1"]) == 1
    captured = capsys.readouterr()
    assert f"{tmp_path / 'locked'}: Permission denied\n" in captured.err
    assert "2 written, 0 up to date, 1 failed" in captured.out


def test_default_is_train_and_val(tmp_path, monkeypatch):
    folders = tmp_path / "train", tmp_path / "val"
    monkeypatch.setattr(skeletonize_all, "DEFAULT_FOLDERS", folders)
    with pytest.raises(SystemExit) as stop:
        skeletonize_all.main([])
    assert stop.value.code == 2
    write_maps(folders[0], ["0"])
    folders[1].mkdir()  # not filled yet
    assert skeletonize_all.main(["--jobs", "1"]) == 0
    write_maps(folders[1], ["0"])
    assert skeletonize_all.main(["--jobs", "1"]) == 0
    assert all((folder / "0.skeleton.png").exists() for folder in folders)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--jobs", "0"], "--jobs: expected a whole number, 1 or"), (["nowhere"], "nowhere"), (["."], "X.region.png")],
)
def test_bad_usage(arguments, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stop:
        skeletonize_all.main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_killed_half_way_it_leaves_no_partial_map_and_goes_on(tmp_path):
    write_maps(tmp_path, [str(number) for number in range(12)], size=(300, 400))
    command = [sys.executable, skeletonize_all.__file__, str(tmp_path), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    process.stdout.readline()  # the first is written
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = list(tmp_path.glob("*.skeleton.png"))
    assert done
    for path in done:
        assert read(path).shape == (300, 400)
    assert subprocess.run(command, capture_output=True, timeout=120).returncode == 0
    for seed in range(12):
        assert np.array_equal(
            read(tmp_path / f"{seed}.skeleton.png"), skeletons.skeletonize_regions(draw_map(seed, 300, 400))
        )
