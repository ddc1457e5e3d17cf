"""Clips: read as they are meant, written whole or not at all."""

import re
import shutil
from fractions import Fraction

import clip_files
import numpy as np
import pytest
from clip_files import draw_frame, draw_moving, write_clip, write_damaged
from PIL import Image

from illustration_parts.imaging import images, video, video_writing

av = pytest.importorskip("av", reason="pip install -r requirements-extras.txt")


def read(path, *times):
    with video.open_clip(path) as clip:
        return list(clip.frames(*times)), clip


def copy(path, goal, *times, quality=90):
    """Read a clip and write it again; returns its remarks."""
    with video.open_clip(path) as clip, video_writing.write(goal, clip, quality) as writer:
        for frame in clip.frames(*times):
            writer.add(frame.pixels, frame.time, frame.length)
        if times[1:]:
            writer.until = frame.time + frame.length
        return clip.remarks


@pytest.mark.parametrize(
    "name, codec, form",
    [
        ("a.mp4", "libx264", "yuv420p"), ("a.mkv", "libx264", "yuv420p10le"), ("a.webm", "libvpx-vp9", "yuv420p"),
        ("a.avi", "mpeg4", "yuv420p"), ("a.mov", "prores", "yuv422p10le"), ("a.ts", "libx264", "yuv444p"),
    ],
)  # fmt: skip
def test_frames_of_every_kind_of_video(tmp_path, name, codec, form):
    frames, clip = read(write_clip(tmp_path / name, 10, codec, form))
    assert len(frames) == 10 and clip.rate == 25 and clip.count() == 10
    for number, frame in enumerate(frames):
        assert frame.time == pytest.approx(number / 25) and frame.length == pytest.approx(1 / 25)
        assert frame.pixels.shape == (48, 64, 3) and frame.pixels.dtype == np.uint8
        assert np.abs(frame.pixels.astype(int) - draw_frame(number)).mean() < 4
    assert (frames[0].pixels[30, 40] > 250).all() and (frames[0].pixels[40, 2] < 5).all()


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("sound_first", [True, False])
def test_the_order_of_the_streams_costs_no_frame(tmp_path, name, sound_first):
    source = write_clip(tmp_path / name, 30, sound="aac", sound_first=sound_first)
    with av.open(str(source)) as container:
        assert container.streams.video[0].index == int(sound_first)
    frames, clip = read(source)
    assert len(frames) == 30 and clip.remarks == []
    assert np.abs(frames[-1].pixels.astype(int) - draw_frame(29)).mean() < 4
    with video.open_clip(source) as clip:  # no packet of the sound is decoded, not even the empty one at its end
        packets = list(clip._follow(clip._container, clip._losses))
        assert {packet.stream.type for packet in packets} == {"video"} and not packets[-1].size


def test_a_written_clip_has_the_rate_times_size_and_sound_of_the_one_read(tmp_path):
    source = write_clip(tmp_path / "a.mp4", 10, sound="aac", rate=Fraction(24000, 1001))
    assert copy(source, tmp_path / "b.mp4") == []
    (before, _), (after, clip) = (read(tmp_path / name) for name in ("a.mp4", "b.mp4"))
    assert clip.rate == Fraction(24000, 1001)
    assert [frame[1:] for frame in after] == [frame[1:] for frame in before]
    assert np.abs(after[7].pixels.astype(int) - before[7].pixels).mean() < 2
    assert clip_files.read_packets(tmp_path / "b.mp4", "audio") == clip_files.read_packets(source, "audio")
    assert clip_files.read_packets(tmp_path / "b.mp4", "video")[1] == "h264"


def test_quality_decides_the_size_of_the_file(tmp_path):
    rng = np.random.default_rng(0)
    source = write_clip(tmp_path / "a.mp4", [rng.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(4)])
    sizes = []
    for quality in (0, 40, 100):
        copy(source, tmp_path / "b.mp4", quality=quality)
        sizes.append((tmp_path / "b.mp4").stat().st_size)
    assert sizes[0] < sizes[1] / 2 < sizes[2] / 4


def test_a_changing_rate_stays(tmp_path):
    times = [0, 40, 80, 400, 440, 1000]
    copy(write_clip(tmp_path / "a.mkv", 6, times=times), tmp_path / "b.mp4")
    with av.open(str(tmp_path / "b.mp4")) as container:
        assert [round(1000 * frame.time) for frame in container.decode(video=0)] == times
        assert container.duration == pytest.approx(1.04e6, abs=1e3)


def test_a_rotated_clip_is_read_upright_and_an_odd_side_padded(tmp_path):
    frames, _ = read(write_clip(tmp_path / "a.mp4", 2, rotation=90))
    assert frames[0].pixels.shape == (64, 48, 3)
    assert np.abs(frames[0].pixels[1:8, 1:8].astype(int) - (255, 0, 0)).mean() < 4  # it was at the top right
    odd = write_clip(tmp_path / "a.webm", [draw_frame(0)[:47, :63]] * 2, "libvpx-vp9")
    assert copy(odd, tmp_path / "b.mp4") == ["an odd side was padded by one pixel"]
    frames, _ = read(tmp_path / "b.mp4")
    assert frames[0].pixels.shape == (48, 64, 3)


def test_pixels_that_are_no_squares_stay_so(tmp_path):
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=25, width=64, height=48)
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        stream.set_display_rotation(90)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(draw_frame(0), format="rgb24")))
        container.mux(stream.encode())
    copy(tmp_path / "a.mp4", tmp_path / "b.mp4")
    assert read(tmp_path / "b.mp4")[1].aspect == Fraction(3, 4)


@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.mkv"])
def test_start_and_end(tmp_path, name):
    source = write_clip(tmp_path / name, 60, sound="aac")
    frames, clip = read(source, Fraction("1.2"), Fraction("1.6"))
    assert len(frames) == 10 and frames[0].time == 0 and clip.origin == pytest.approx(1.2, abs=0.03)
    assert np.abs(frames[0].pixels.astype(int) - draw_frame(30)).mean() < 4
    copy(source, tmp_path / "b.mp4", Fraction("1.2"), Fraction("1.6"))
    packets, _ = clip_files.read_packets(tmp_path / "b.mp4", "audio")
    assert packets[0][0] == pytest.approx(0, abs=0.03) and sum(packets[-1][:2]) == pytest.approx(0.4, abs=0.03)
    with pytest.raises(ValueError, match="no frame between 7 s and 8 s"):
        read(source, 7, 8)


def test_a_long_frame_is_shown_from_the_start_that_was_asked_for(tmp_path):
    frames, _ = read(write_clip(tmp_path / "a.mkv", 3, times=[0, 2000, 2040]), Fraction(1), Fraction("2.03"))
    assert [(float(frame.time), round(float(frame.length), 3)) for frame in frames] == [(0, 1), (1, 0.04)]


def test_sound_that_mp4_does_not_hold_is_encoded_anew(tmp_path):
    copy(write_clip(tmp_path / "a.mkv", 25, sound="pcm_s16le"), tmp_path / "b.mp4")
    packets, codec = clip_files.read_packets(tmp_path / "b.mp4", "audio")
    assert codec == "aac" and sum(packets[-1][:2]) == pytest.approx(1, abs=0.03)
    with av.open(str(tmp_path / "b.mp4")) as container:
        wave = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    spectrum = np.abs(np.fft.rfft(wave[: clip_files.RATE // 2]))
    assert spectrum.argmax() * 2 == pytest.approx(440, abs=4)


def test_what_is_no_video_is_reported(tmp_path):
    sound = clip_files.write_sound(tmp_path / "sound.mp4")
    for name, contents in (("empty.mp4", b""), ("text.mp4", b"words " * 99), ("noise.mp4", bytes(range(256)) * 9)):
        (tmp_path / name).write_bytes(contents)
    reasons = {"sound.mp4": "sound only", "empty.mp4": "is empty"}
    for name, reason in (reasons | dict.fromkeys(("text.mp4", "noise.mp4"), "not a video")).items():
        with pytest.raises(ValueError, match=reason):
            read(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing.mp4")
    with pytest.raises(ValueError, match="megapixels"), video.open_clip(write_clip(tmp_path / "a.mp4", 1), 0.001):
        pass
    assert sound.exists()


@pytest.mark.parametrize("name, options", [("a.mkv", {}), ("a.mp4", {"movflags": "faststart"})])
def test_a_clip_that_breaks_off_gives_the_frames_before(tmp_path, name, options):
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (48, 64, 3), np.uint8) for _ in range(50)]
    source = write_clip(tmp_path / name, pictures, options=options)
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    count = 0
    with video.open_clip(source) as clip, pytest.raises(ValueError, match=r"breaks off at|is damaged"):
        for _ in clip.frames():
            count += 1
    assert 10 < count < 40


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts"])
def test_frames_lost_in_the_middle_are_reported_and_the_others_keep_their_times(tmp_path, name):
    source = write_damaged(tmp_path / name)
    found, reason = read_damaged(source)
    told = re.fullmatch(r"(\d+) frames could not be decoded, at ([\d.]+) to .* s(?: and \d+ more)?", reason)
    assert told and int(told[1]) == 100 - len(found) > 0 and 1.5 < float(told[2]) < 2.5
    for frame in found:
        assert frame.time * 25 == pytest.approx(round(frame.time * 25), abs=0.01)
    assert float(found[-1].time + found[-1].length) == pytest.approx(4, abs=0.001)
    assert max(frame.length for frame in found) > 0.07  # a hole: the frame before is shown until the next one
    for time in (1, 96):  # far from the damage
        shown = next(frame for frame in found if round(frame.time * 25) == time)
        assert np.abs(shown.pixels.astype(int) - draw_moving(time)).mean() < 8


def test_only_damage_between_start_and_end_is_reported(tmp_path):
    source = write_damaged(tmp_path / "a.mkv")
    assert read_damaged(source, 0, 1)[1] is None and read_damaged(source, 3, None)[1] is None
    assert "could not be decoded" in read_damaged(source, 1, Fraction("3.5"))[1]


def read_damaged(path, *times):
    """Frames of a clip, and the reason why these are not all, or None."""
    found = []
    with video.open_clip(path) as clip:
        try:
            found.extend(clip.frames(*times))
        except ValueError as error:
            return found, str(error)
    return found, None


def test_animated_pictures(tmp_path):
    pages = [Image.fromarray(draw_frame(number)) for number in range(3)]
    for name, more in (("a.gif", {}), ("a.webp", {"lossless": True}), ("a.png", {})):
        pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:], duration=[100, 300, 40], **more)
        frames, clip = read(tmp_path / name)
        assert [(float(frame.time), float(frame.length)) for frame in frames] == [(0, 0.1), (0.1, 0.3), (0.4, 0.04)]
        assert np.abs(frames[1].pixels.astype(int) - draw_frame(1)).max() < 4
        assert video.is_animated(tmp_path / name) and clip.remarks == []
    copy(tmp_path / "a.gif", tmp_path / "b.mp4")
    assert [float(frame.time) for frame in read(tmp_path / "b.mp4")[0]] == pytest.approx([0, 0.1, 0.4])
    images.write(tmp_path / "still.png", draw_frame(0))
    assert not video.is_animated(tmp_path / "still.png") and not video.is_animated(tmp_path / "missing.gif")


def test_transparent_frames_lie_on_white(tmp_path):
    clear = np.dstack([draw_frame(0), np.full((48, 64), 255, np.uint8)])
    clear[:, 32:, 3] = 0
    with av.open(str(tmp_path / "a.mov"), "w") as container:
        stream = container.add_stream("prores", rate=25, width=64, height=48)
        stream.pix_fmt = "yuva444p10le"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(clear, format="rgba")))
        container.mux(stream.encode())
    pixels = read(tmp_path / "a.mov")[0][0].pixels
    assert pixels[:, 34:].min() > 245 and pixels[30, 2].max() < 10


def test_videos_are_known_by_ending_or_contents(tmp_path):
    for name in ("a.mp4", "a.mkv", "a.avi", "a.ts", "a.webm"):
        codec = {"a.webm": "libvpx-vp9", "a.avi": "mpeg4"}.get(name, "libx264")
        shutil.copy(write_clip(tmp_path / name, 4, codec), tmp_path / "noending")
        assert video.looks_like_clip(tmp_path / "noending") and video.is_read(tmp_path / name), name
    assert video.looks_like_clip("missing.MOV")
    for name in ("a.ts.txt", "a.png", "a.avif", "a.m4a"):
        (tmp_path / name).write_bytes(b"import {x} from 'y'\n" * 20)
        assert not video.looks_like_clip(tmp_path / name)
    Image.fromarray(draw_frame(0)).save(tmp_path / "real.avif")
    assert not video.looks_like_clip(tmp_path / "real.avif") and not video.looks_like_clip(tmp_path)
    assert "sound only" in video.explain("song.mp3")
    assert video.explain("a.mp4") is None and video.explain("a.txt") is None


def test_without_pyav_the_reason_says_what_helps(tmp_path, monkeypatch):
    path = write_clip(tmp_path / "a.mp4", 2)
    monkeypatch.setattr(video, "can_read", lambda: False)
    assert "pip install" in video.explain(path) and not video.is_read(path)
    with pytest.raises(ValueError, match="pip install"):
        read(path)


def test_two_videos_with_the_longest_of_names_are_written_at_once(tmp_path):
    clip = video.Clip("a", Fraction(25), Fraction(1, 1000), None)
    paths = [tmp_path / f"{letter * 83}.mp4" for letter in "線画"]  # 253 bytes
    with video_writing.write(paths[0], clip) as one, video_writing.write(paths[1], clip) as other:
        for writer in (one, other):
            writer.add(np.zeros((16, 16), np.uint8), Fraction(0), Fraction(1, 25))
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert all(len(read(path)[0]) == 1 for path in paths)


def test_an_error_leaves_nothing_behind_and_an_older_file_untouched(tmp_path):
    source = write_clip(tmp_path / "a.mp4", 4, sound="aac")
    (tmp_path / "b.mp4").write_bytes(b"older")
    with video.open_clip(source) as clip, pytest.raises(InterruptedError):
        with video_writing.write(tmp_path / "b.mp4", clip) as writer:
            for frame in clip.frames():
                writer.add(frame.pixels, frame.time, frame.length)
            raise InterruptedError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]
    assert (tmp_path / "b.mp4").read_bytes() == b"older"
