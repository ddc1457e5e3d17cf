"""Damaged, odd and evil files through predict.py: none crashes it, hangs it or eats the memory, and each is named."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import hostile
import numpy as np
import pytest
from PIL import Image

from illustration_parts.imaging import folders, images
from illustration_parts.system import cli

LIMIT = 2000  # MB; a peak is None where the system does not tell it


def run(folder, output, *options):
    """predict.py on a folder, in a process of its own: (what it measured, the files it named, what it said)."""
    command = [sys.executable, hostile.__file__, str(folder), str(output), *options]
    done = subprocess.run(command, capture_output=True, timeout=900)
    said = done.stderr.decode("utf-8", "backslashreplace")
    assert done.returncode == 0, (done.stdout[-500:], said[-2000:])
    measured = json.loads(done.stdout.splitlines()[-1]) | {"said": done.stdout.decode("utf-8", "backslashreplace")}
    named = set(re.findall(r"predict\.py: (.+?)(?=: )", said))
    return measured, named, said


def fuzz(tmp_path, numbers):
    seeds = hostile.make_seeds()
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in numbers:
        name, data = hostile.mutate(number, seeds)
        (folder / name).write_bytes(data)
    measured, named, _ = run(folder, output)
    assert measured["slowest"] < 10 and (measured["peak"] or 0) < LIMIT, measured
    assert measured["status"] == 1
    done = {path.name for path in output.iterdir()}
    assert len(done) > len(numbers) / 10
    for path in folder.iterdir():
        if not folders.looks_like_picture(path):
            continue  # neither its name nor its first bytes say that it is one
        results = done & {f"{path.stem}.png", f"{path.name}.png"}
        assert (str(path) in named) == (not results), path.name
        for result in results:
            assert images.read(output / result).size
        if "leave_alone" in path.name and "-F-" not in path.name:
            assert results, path.name


def test_mutations_of_every_format(tmp_path):
    fuzz(tmp_path, range(300))


@pytest.mark.soak
def test_five_thousand_mutations(tmp_path):
    fuzz(tmp_path, range(1000, 6000))


def save(path, size=(32, 24)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((*size, 3), 200, np.uint8)).save(path, "PNG")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_pipes_sockets_loops_and_devices_are_named_and_pictures_beside_them_done(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    folder = tmp_path / "in"
    save(folder / "good.png")
    os.mkfifo(folder / "pipe.png")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("in/socket.png")
    (folder / "device.png").symlink_to("/dev/zero")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "one.png").symlink_to("two.png")
    (folder / "two.png").symlink_to("one.png")
    (folder / "folder.png").mkdir()
    (folder / "up").symlink_to("..")
    (folder / "itself").symlink_to(".")
    (folder / "round").symlink_to("round")
    measured, named, said = run(folder, tmp_path / "out")
    bad = {"pipe.png", "socket.png", "device.png", "loop.png", "one.png", "two.png"}
    assert {Path(name).name for name in named} == bad, said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.png"]
    assert measured["status"] == 1 and (measured["peak"] or 0) < LIMIT


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_with_newlines_emoji_and_bytes_that_are_no_text(tmp_path):
    folder = tmp_path / "in"
    names = [
        "a\nb.png",
        "\U0001f58c\ufe0f✨.png",
        "tab\there.png",
        "\x1b[31mred.png",
        "-o.png",
        " .png",
        "a'b\"c.png",
        "%s{0}.png",
    ]
    names += [os.fsdecode(b"\xff\xfe.png"), "é.png", "e\u0301.png", "x" * 251 + ".png"]
    for name in names:
        save(folder / name)
    measured, named, said = run(folder, tmp_path / "out")
    assert measured["status"] == 0, said
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(names)
    for name in names:
        (folder / name).write_bytes(b"no picture")
    measured, named, said = run(folder, tmp_path / "out2")
    assert measured["status"] == 1
    for name in names:
        assert cli.show(folder / name).encode("utf-8", "backslashreplace").decode() in named
    assert len(said.splitlines()) == len(names)


@pytest.mark.skipif(os.name == "nt", reason="Windows has shorter paths")
@pytest.mark.parametrize("depth, part", [(14, "d" * 250), (1900, "d")])
def test_very_long_paths(tmp_path, depth, part):
    """Pictures in folders within folders, to just below the system's 4,096 bytes."""
    folder = tmp_path / "in"
    folder.mkdir()
    save(folder / "top.png")
    here = os.getcwd()
    try:  # step by step: no longer path can be given
        os.chdir(folder)
        for _ in range(depth):
            os.mkdir(part)
            os.chdir(part)
        save(Path("deep.png"))
        deep = Path(os.getcwd(), "deep.png")
    finally:
        os.chdir(here)
    assert 3000 < len(str(deep)) < 4096
    try:
        measured, _, said = run(folder, tmp_path / "out")
    finally:  # Python's own way is at its end at a thousand folders
        subprocess.run(["rm", "-rf", folder, tmp_path / "out"], check=True)
    assert measured["status"] == 0, said[-500:]
    assert "2 done" in measured["said"]
