"""Clips on the command line: names, options, bad input, interruption."""

import os
import re
import resource
import signal
import subprocess
import sys
import time

import clip_files
import numpy as np
import pytest
from clip_files import draw_frame, write_clip, write_damaged
from helpers import DarkIsInk
from PIL import Image

import predict
from illustration_parts.imaging import images, video
from illustration_parts.networks import clips, engine

pytest.importorskip("av", reason="pip install -r requirements-extras.txt")


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Runs predict.py in this process; dark pixels are lines. Returns its exit status."""
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())

    def go(*arguments, output=tmp_path / "out"):
        return predict.main([*map(str, arguments), "--scale", "1", "--output", str(output)])

    return go


def results(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def read(path):
    with video.open_clip(path) as clip:
        return list(clip.frames())


def test_a_clip_becomes_a_clip_of_lines(go, tmp_path, capsys):
    source = write_clip(tmp_path / "a.mkv", 8, sound="aac", times=[0, 40, 80, 120, 500, 540, 580, 620])
    assert go(source) == 0
    assert results(tmp_path / "out") == ["a.mp4"] and "1 done" in capsys.readouterr().out
    frames = read(tmp_path / "out/a.mp4")
    assert [float(frame.time) for frame in frames] == [0, 0.04, 0.08, 0.12, 0.5, 0.54, 0.58, 0.62]
    for number, frame in enumerate(frames):
        truth = np.where(draw_frame(number).mean(axis=2) < 77, 0, 255)
        assert np.abs(frame.pixels.mean(axis=2) - truth).mean() < 6
    packets, codec = clip_files.read_packets(tmp_path / "out/a.mp4", "audio")
    assert codec == "aac" and [data for *_, data in packets] == [
        data for *_, data in clip_files.read_packets(source, "audio")[0]
    ]


def test_folders_of_clips_and_pictures_are_mirrored(go, tmp_path):
    (tmp_path / "in/sub").mkdir(parents=True)
    for name in ("a.mp4", "a.mkv", "sub/線.mp4"):
        write_clip(tmp_path / "in" / name, 2)
    images.write(tmp_path / "in/a.png", draw_frame(0))
    assert go(tmp_path / "in", "--classes") == 0
    kinds = ("", ".boundary", ".classes", ".fill_edge", ".inner")
    names = [f"{name}{kind}" for name in ("a", "a.mp4", "sub/線") for kind in kinds]
    assert results(tmp_path / "out") == sorted([f"{name}.mp4" for name in names] + [f"a{kind}.png" for kind in kinds])


def test_numbered_pictures_and_their_times(go, tmp_path):
    assert go(write_clip(tmp_path / "a.mp4", 3), "--frames", "--transparent", "--sheet") == 0
    folder = tmp_path / "out/a.frames"
    assert results(folder) == sorted(
        ["frames.txt", *(f"00000{number}{kind}.png" for number in (1, 2, 3) for kind in ("", ".sheet"))]
    )
    assert Image.open(folder / "000002.png").mode == "RGBA"
    assert (folder / "frames.txt").read_text() == "ffconcat version 1.0\n" + "".join(
        f"file 00000{number}.png\nduration 0.040000\n" for number in (1, 2, 3)
    )


def test_animated_pictures_are_clips_only_when_it_is_asked_for(go, tmp_path, capsys):
    pages = [Image.fromarray(draw_frame(number)) for number in range(3)]
    pages[0].save(tmp_path / "a.gif", save_all=True, append_images=pages[1:], duration=80)
    assert go(tmp_path / "a.gif") == 0
    assert results(tmp_path / "out") == ["a.png"] and "the first was read" in capsys.readouterr().out
    assert go(tmp_path / "a.gif", "--frames", output=tmp_path / "frames") == 0
    assert len(results(tmp_path / "frames")) == 4
    assert go(tmp_path / "a.gif", "--video", output=tmp_path / "video") == 0
    assert [float(frame.length) for frame in read(tmp_path / "video/a.mp4")] == pytest.approx([0.08] * 3)


def test_start_end_and_quality(go, tmp_path, capsys):
    rng = np.random.default_rng(0)
    source = write_clip(tmp_path / "a.mp4", [rng.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(50)])
    assert go(source, "--start", "0:01.2", "--end", "1.6") == 0
    assert len(read(tmp_path / "out/a.mp4")) == 10
    large = (tmp_path / "out/a.mp4").stat().st_size
    assert go(source, "--start", "0:01.2", "--end", "1.6", "--quality", "5") == 0
    assert (tmp_path / "out/a.mp4").stat().st_size < large / 2
    assert go(source, "--start", "9") == 1
    assert "a.mp4: has no frame between 9 s and its end: it lasts 2.00 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--start", "3", "--end", "2"], "--end must be after --start"), (["--start", "soon"], "expected seconds"),
        (["--start", "1:75"], "such as 1:02:03.5"), (["--quality", "101"], "from 0 to 100"),
        (["--frames", "--video"], "not allowed with"),
    ],
)  # fmt: skip
def test_wrong_options(go, tmp_path, arguments, said, capsys):
    with pytest.raises(SystemExit) as end:
        go(tmp_path, *arguments)
    assert end.value.code == 2 and said in capsys.readouterr().err


def test_what_a_video_cannot_hold_is_refused_and_pictures_are_done(go, tmp_path, capsys):
    write_clip(tmp_path / "in.mp4", 2)
    images.write(tmp_path / "in.png", draw_frame(0))
    assert go(tmp_path / "in.mp4", tmp_path / "in.png", "--transparent") == 1
    assert "in.mp4: --transparent: a video cannot hold what it asks for; give --frames" in capsys.readouterr().err
    assert results(tmp_path / "out") == ["in.png"]


def test_bad_clips_are_reported_and_the_rest_is_done(go, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(50)]
    broken = write_clip(folder / "broken.mkv", pictures)
    broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    (folder / "noise.mp4").write_bytes(b"noise" * 500)
    write_clip(folder / "good.mp4", 2)
    clip_files.write_sound(folder / "sound.mp4")
    (folder / "song.mp3").write_bytes(b"ID3")
    assert go(folder) == 1
    said = capsys.readouterr()
    for reason in ("broken.mkv: breaks off at", "noise.mp4: is not a video", "sound.mp4: holds sound only"):
        assert reason in said.err
    assert "frames were done" in said.err and "1 done" in said.out and "song.mp3: is sound only" in said.out
    assert results(tmp_path / "out") == ["broken.mp4", "good.mp4"]
    assert 10 < len(read(tmp_path / "out/broken.mp4")) < 40
    assert go(folder, "--skip-existing") == 1  # what broke off does not count as done
    said = capsys.readouterr()
    assert "broken.mkv: breaks off" in said.err and "1 already there" in said.out


def test_frames_that_cannot_be_decoded_are_counted_and_the_times_stay(go, tmp_path, capsys):
    source = write_damaged(tmp_path / "a.mkv", sound="aac")
    assert go(source) == 1
    told = r"a\.mkv: (\d+) frames could not be decoded, at .* s; (\d+) frames were done"
    said = re.search(told, capsys.readouterr().err)
    assert said and int(said[1]) + int(said[2]) == 100 and int(said[1]) > 0
    frames = read(tmp_path / "out/a.mp4")
    assert len(frames) == int(said[2]) and float(frames[-1].time + frames[-1].length) == pytest.approx(4, abs=0.01)
    packets, _ = clip_files.read_packets(tmp_path / "out/a.mp4", "audio")
    assert sum(packets[-1][:2]) == pytest.approx(4, abs=0.1)
    assert go(source, "--frames") == 1
    folder = tmp_path / "out/a.frames"
    lengths = re.findall(r"(?m)^duration (.*)$", (folder / clips.LIST).read_text())
    assert len(lengths) == int(said[2]) and sum(map(float, lengths)) == pytest.approx(4, abs=0.01)
    kept = (folder / "000001.png").stat().st_mtime_ns
    capsys.readouterr()
    assert go(source, "--frames", "--skip-existing") == 1 and "could not be decoded" in capsys.readouterr().err
    assert (folder / "000001.png").stat().st_mtime_ns == kept


def test_without_pyav_the_way_to_get_it_is_named(go, tmp_path, monkeypatch, capsys):
    write_clip(tmp_path / "in.mp4", 2)
    images.write(tmp_path / "in.png", draw_frame(0))
    monkeypatch.setattr(video, "can_read", lambda: False)
    assert go(tmp_path / "in.mp4") == 1
    said = capsys.readouterr().err
    assert "in.mp4: needs PyAV 18 or newer: " in said and "pip install 'av>=18'" in said
    assert go(tmp_path) == 0
    assert "not read: 1 file" in capsys.readouterr().out and results(tmp_path / "out") == ["in.png"]


@pytest.mark.parametrize("more", [[], ["--steady"]])
def test_skip_existing_goes_on_with_the_frames(go, tmp_path, monkeypatch, more):
    source = write_clip(tmp_path / "a.mp4", 24)
    os.utime(source, (1, 1))
    assert go(source, "--frames", *more) == 0
    folder = tmp_path / "out/a.frames"
    whole = {name: (folder / name).read_bytes() for name in results(folder)}
    for number in (20, 21, 22, 23, 24):
        (folder / f"0000{number}.png").unlink()
    (folder / clips.LIST).unlink()
    kept = (folder / "000003.png").stat().st_mtime_ns
    found = []
    monkeypatch.setattr(DarkIsInk, "stream", count_calls(DarkIsInk.stream, found))
    assert go(source, "--frames", "--skip-existing", *more) == 0
    assert {name: (folder / name).read_bytes() for name in results(folder)} == whole
    assert (folder / "000003.png").stat().st_mtime_ns == kept
    assert len(found) == 5 + 8 * bool(more)
    assert go(source, "--frames", "--skip-existing", *more) == 0 and len(found) == 5 + 8 * bool(more)


def count_calls(method, calls):
    def counting(self, tiles):
        calls.append(1)
        return method(self, tiles)

    return counting


def test_steady_lines_of_a_noisy_clip(go, tmp_path):
    rng = np.random.default_rng(0)
    clean = np.full((48, 64, 3), 78, np.uint8)
    noisy = [np.clip(clean + rng.normal(0, 5, clean.shape), 0, 255).astype(np.uint8) for _ in range(12)]
    source = write_clip(tmp_path / "a.mkv", noisy, "ffv1", "bgr0")
    flicker = []
    for more in ([], ["--steady"]):
        assert go(source, "--frames", *more, output=tmp_path / "out") == 0
        maps = [images.read_map(tmp_path / f"out/a.frames/{number:06}.png").astype(int) for number in range(1, 13)]
        flicker.append(np.mean([np.abs(one - other).mean() for one, other in zip(maps[2:], maps[3:])]))
    assert flicker[1] < flicker[0] / 3


def start(*arguments, prepare):
    command = [sys.executable, predict.__file__, *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=prepare)


def heed_interrupts():  # also where the tests run in the background of a shell, which ignores them
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("more", [[], ["--frames"]])
def test_interruption_leaves_no_half_file(tmp_path, more):
    # The shipped network takes half a minute for these frames, so the clip is not at its end when it is interrupted.
    source = write_clip(tmp_path / "a.mp4", [draw_frame(number % 50, 240, 320) for number in range(200)])
    output = tmp_path / "out"
    run = start(source, "--output", output, *more, prepare=heed_interrupts)
    while run.poll() is None and not (list(output.glob(".*.part")) or list(output.glob("a.frames/*5.png"))):
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 130, said
    assert "Traceback" not in said and "go on with: " in said
    left = results(output)
    assert all(name.startswith("a.frames/0") for name in left) and bool(left) == bool(more)
    for name in left:
        assert images.read(output / name).shape == (240, 320, 3)


def test_a_full_disk_is_reported_and_older_files_stay(tiny_weights, tmp_path):
    rng = np.random.default_rng(0)
    source = write_clip(tmp_path / "a.mp4", [rng.integers(0, 256, (96, 128, 3), np.uint8) for _ in range(20)])
    output = tmp_path / "out"
    output.mkdir()
    (output / "a.mp4").write_bytes(b"older")

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    weights = tiny_weights.with_suffix(".xml")
    run = start(source, "--output", output, "--weights", weights, "--task", "lines", "--quality", "100", prepare=limit)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 1 and f"{source}: File too large" in said and "Traceback" not in said, said
    assert results(output) == ["a.mp4"] and (output / "a.mp4").read_bytes() == b"older"
