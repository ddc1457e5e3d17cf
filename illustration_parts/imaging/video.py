"""Reads clips: videos by PyAV, animated pictures by Pillow.

    with video.open_clip(path) as clip:
        for frame in clip.frames(start=2, end=5):
            frame.pixels                             # (H, W, 3) uint8 RGB, upright

PyAV holds FFmpeg's libraries. It is optional, so it is imported when the first clip is opened. Times are seconds from
the clip's beginning, as fractions, so that nothing is rounded on the way.
"""

import contextlib
import functools
import math
import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from illustration_parts.imaging import colour, decoders, images, video_losses
from illustration_parts.system import cli

VERSION = 18  # of PyAV, or newer
ENDINGS = frozenset(
    ".mp4 .m4v .mov .qt .mkv .webm .avi .mpg .mpeg .m2ts .mts .wmv .flv .ogv .3gp .3g2 .vob .y4m .mxf".split()
)
SOUND_ENDINGS = frozenset(".mp3 .wav .flac .ogg .oga .opus .m4a .m4b .aac .wma .mka .aif .aiff".split())
# First bytes of videos: MP4 and MOV (some of whose kinds are pictures), Matroska, AVI, FLV, ASF, MPEG, TS, YUV4MPEG.
MARKS = re.compile(
    rb"....ftyp(?!avi[fs]|hei[cmsx]|hev[cmsx]|mif1|msf1|M4A |M4B )|....(?:moov|mdat|wide)|\x1aE\xdf\xa3|RIFF....AVI |"
    rb"FLV\x01|\x30\x26\xb2\x75\x8e\x66\xcf\x11|\x00\x00\x01[\xb3\xba]|G.{187}G|YUV4MPEG2 ",
    re.DOTALL,
)
ANIMATED = ("GIF", "PNG", "WEBP")  # formats of animated pictures
USUAL_RATE = Fraction(25)  # frames a second, where a clip does not say
USUAL_DELAY = Fraction(1, 10)  # seconds; browsers show frames of GIF files that claim 10 ms or less for so long
HDR = (16, 18)  # transfer functions PQ and HLG, as ITU-T H.273 numbers them
UNKNOWN_SPACE = 2  # ITU-T H.273: the file does not say how its colours are coded
HD = 720  # rows from which such colours are taken for those of BT.709, as players do
SHORT = Fraction(1, 2)  # seconds by which a clip may end before the time that it claims
EARLIER = 1  # seconds; some files are sought to a place behind the one that was asked for
SKIPPED = 1000  # bytes between two packets of a Matroska file, more than heads and tags take
MICROSECONDS = 1_000_000  # units of FFmpeg's own times


class Frame(NamedTuple):
    """A frame of a clip.

    Attributes:
        pixels: (H, W, 3) uint8 RGB, upright.
        time: when it is shown, in seconds from the beginning of what is read, a `Fraction`.
        length: for how long, in seconds, a `Fraction`.
    """

    pixels: np.ndarray
    time: Fraction
    length: Fraction


@functools.cache
def can_read():
    """Whether PyAV is installed, and new enough."""
    try:
        import av
    except ImportError:
        return False
    return int(av.__version__.split(".")[0]) >= VERSION


def name_need():
    """Say that PyAV is needed, and how to get it."""
    return f"needs PyAV {VERSION} or newer: {cli.name_install(f'av>={VERSION}')}"


def looks_like_clip(path):
    """Whether a file has a video's ending or its first bytes. False for a file that cannot be opened."""
    ending = Path(path).suffix.lower()
    if ending in ENDINGS or ending in SOUND_ENDINGS or not os.path.isfile(path):
        return ending in ENDINGS
    try:
        with open(path, "rb") as file:
            start = file.read(189)
    except OSError:
        return False
    return MARKS.match(start) is not None


def is_read(path):
    """Whether a file looks like a video, and PyAV is there to read it."""
    return looks_like_clip(path) and can_read()


def explain(path):
    """Say why a file is not read as a video, and what helps; None for one that is, and for what is neither."""
    if looks_like_clip(path):
        return None if can_read() else name_need()
    return "is sound only: expected pictures or a video" if Path(path).suffix.lower() in SOUND_ENDINGS else None


def describe_unread(paths):
    """Return messages about files of a folder for which `explain` has a reason, one for each reason."""
    reasons: dict = {}
    for path in paths:
        reasons.setdefault(explain(path), []).append(path)
    count = lambda found: f"{len(found)} file" + "s" * (len(found) > 1)  # noqa: E731
    return [f"not read: {count(found)}, such as {found[0]}: {reason}" for reason, found in reasons.items()]


def is_animated(path):
    """Whether a file is an animated GIF, WebP or PNG picture. False if it cannot be read."""
    try:
        with decoders.open_picture(Path(path), math.inf) as opened:
            return opened.header.format in ANIMATED and getattr(opened.header, "is_animated", False)
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def open_clip(path, max_megapixels=decoders.MAX_MEGAPIXELS):
    """Open a clip; yields a `Clip`.

    Args:
        path: a video of any format that FFmpeg reads, or an animated GIF, WebP or PNG. The contents decide which.
        max_megapixels: refuse larger frames, before decoding them.

    Raises:
        OSError: if the file cannot be read.
        ValueError: if it is no clip, damaged, sound only or too large, or if PyAV is missing.
    """
    if is_animated(path):
        with decoders.open_picture(Path(path), max_megapixels) as opened:
            yield AnimatedPicture(path, opened)
        return
    clip = Video(path, max_megapixels)
    try:
        yield clip
    finally:
        clip.close()


def open_container(path):
    """Open a video for reading: PyAV's container. Raises as `open_clip` does."""
    if not can_read():
        raise ValueError(name_need())
    import av

    if os.path.getsize(path) == 0:
        raise ValueError("is empty (0 bytes)")
    try:  # no name of a file looks like an address
        return av.open(os.path.abspath(path), metadata_errors="ignore")
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise ValueError(f"is not a video, or damaged: {error.strerror}") from None


class Clip:
    """An open clip; see `open_clip`.

    Attributes:
        path: the file.
        rate: frames a second, a `Fraction`; for a changing rate the mean.
        tick: unit of its times in seconds, a `Fraction`.
        aspect: width of a pixel over its height, a `Fraction`.
        remarks: sentences on how it was read.
        origin: where what is read begins, in seconds from the clip's beginning; None until the first frame is.
        length: in seconds, a `Fraction`; None if it is unknown.
    """

    def __init__(self, path, rate, tick, length):
        self.path, self.rate, self.tick, self.length = Path(path), rate, tick, length
        self.aspect, self.origin, self.remarks = Fraction(1), None, []

    def frames(self, start=0, end=None):
        """Read frames in order.

        A frame counts if at least half of its time lies between `start` and `end`, or of the usual time of a frame if
        that is less.

        Args:
            start, end: in seconds; None for the clip's end.

        Yields:
            `Frame`s of one size, that of the first.

        Raises:
            OSError, ValueError: if the clip breaks off, or frames in its middle could not be decoded, after all frames
                that could be. Or if there is no frame.
        """
        period, end, shape, failure = 1 / self.rate, math.inf if end is None else end, None, None
        try:
            for time, length, raw in self._measure(start):
                if time >= end:
                    break
                if 2 * (min(time + length, end) - max(time, start)) < min(length, period):
                    continue
                pixels = self._convert(raw)
                if shape is None:
                    self.origin, shape = time if abs(time - start) < period else Fraction(start), pixels.shape
                if pixels.shape != shape:
                    self.remark(f"frames of {pixels.shape[1]}x{pixels.shape[0]} were brought to the size of the first")
                    pixels = images.resize(pixels, shape)
                if length > period:  # a long one may begin before, or end after, what was asked for
                    length = min(time + length, end) - max(time, self.origin)
                yield Frame(pixels, max(time, self.origin) - self.origin, length)
        except ValueError as error:
            failure = str(error)
        reasons = [reason for reason in (self._describe_damage(start, end), failure) if reason]
        if reasons:
            raise ValueError("; ".join(reasons))
        if shape is None:
            known = f": it lasts {float(self.length):.2f} s" if self.length else ""
            until = "its end" if end == math.inf else f"{float(end):g} s"
            raise ValueError(f"has no frame between {float(start):g} s and {until}{known}")

    def count(self, start=0, end=None):
        """Estimate the number of frames; None if it is unknown."""
        ends = [each for each in (end, self.length) if each is not None]
        return max(1, round((min(ends) - start) * self.rate)) if ends else None

    def remark(self, sentence):
        """Add a remark, once."""
        if sentence not in self.remarks:
            self.remarks.append(sentence)

    def _measure(self, start):
        """Yield (time, length, raw frame); a frame lasts until the next one. Errors come after the last frame."""
        waiting, failure = None, None
        try:
            for time, length, raw in self._read(start):
                if waiting:
                    time = max(time, waiting[0] + self.tick)
                    yield waiting[0], time - waiting[0], waiting[2]
                waiting = time, length, raw
        except (OSError, ValueError) as error:
            failure = error
        if waiting:
            yield waiting[0], waiting[1] or 1 / self.rate, waiting[2]
        if failure:
            raise failure

    def _read(self, start) -> Iterator[tuple]:
        """Yield (time, length or None, raw frame), from a place at or before `start`."""
        raise NotImplementedError

    def _convert(self, raw):
        """Make pixels of a raw frame."""
        raise NotImplementedError

    def _describe_damage(self, start, end):
        """Say which frames between two times were lost; None if none is known to be."""
        return None


class AnimatedPicture(Clip):
    """An animated GIF, WebP or PNG."""

    def __init__(self, path, opened):
        super().__init__(path, 1 / USUAL_DELAY, Fraction(1, 1000), None)
        self._header = opened.header
        self._change, remark = colour.find_conversion(opened.header, opened.marks)
        if remark:
            self.remark(remark)

    def _read(self, start):
        time, number = Fraction(0), 1 if self._header.info.get("default_image") else 0
        while True:
            try:
                self._header.seek(number)
            except EOFError:
                return
            except decoders.FAILURES as error:
                raise ValueError(f"is a damaged or truncated {self._header.format}: {error}") from None
            pixels = decoders.decode_with_pillow(self._header, True, self._change, decoders.lay_on_white)
            length = Fraction(self._header.info.get("duration") or 0) / 1000
            length = length if length > Fraction(1, 100) else USUAL_DELAY
            yield time, length, pixels
            time, number = time + length, number + 1

    def _convert(self, raw):
        return raw


class Video(Clip):
    """A video that PyAV decodes."""

    def __init__(self, path, max_megapixels):
        self._container = container = open_container(path)
        try:
            self._stream = stream = self._choose(container)
            decoders.check_size(stream.width, stream.height, max_megapixels)
        except ValueError:
            container.close()
            raise
        rate = stream.guessed_rate or stream.average_rate or USUAL_RATE
        super().__init__(path, rate, stream.time_base or 1 / rate, _find_length(container, stream))
        self.aspect = stream.sample_aspect_ratio or Fraction(1)
        self.base = Fraction(container.start_time or 0, MICROSECONDS)
        self._losses = video_losses.Losses(1 / rate)

    @staticmethod
    def _choose(container):
        """Return the stream of pictures."""
        streams = [stream for stream in container.streams.video if not _is_cover(stream)]
        if not streams:
            holds = "sound only" if container.streams.audio else "neither pictures nor sound"
            raise ValueError(f"holds {holds}: expected a video")
        stream = streams[0]
        if stream.codec_context is None:
            raise ValueError("is coded in a way that this build of PyAV does not decode")
        stream.thread_type = "AUTO"
        return stream

    def close(self):
        """Close the file."""
        self._container.close()

    def _read(self, start):
        if start > 0:
            seek(self._container, start, self.base)
        frames = self._decode()
        first = next(frames, None)
        if start > 0 and (first is None or first[0] > start):  # the place was behind; some formats have no index
            self.close()
            self._container = open_container(self.path)
            self._stream = self._choose(self._container)
            frames, first = self._decode(), None
        if first:
            yield first
        yield from frames

    def _decode(self):
        """Yield (time, length or None, frame) from where the file stands; ValueError at last if it breaks off."""
        import av

        self._losses = losses = video_losses.Losses(1 / self.rate)
        time = None
        try:
            for packet in self._follow(self._container, losses):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:  # the next packets may be whole
                    losses.note(self._time(packet))
                    continue
                for frame in frames:
                    before = time
                    if frame.pts is not None:
                        time = frame.pts * frame.time_base - self.base
                    else:
                        time = Fraction(0) if before is None else before + 1 / self.rate
                    if before is not None and time <= before:
                        if losses.is_late(before, time):
                            time = before
                            continue
                        time = before + self.tick
                    losses.pass_frame(before, time, frame.is_corrupt)
                    yield time, frame.duration * self.tick if frame.duration else None, frame
        except av.error.FFmpegError as error:
            raise ValueError(f"is damaged: {error.strerror}") from None
        end = losses.finish(time)
        if end is not None and self.length and end + SHORT < self.length:
            raise ValueError(f"breaks off at {float(end):.2f} s of {float(self.length):.2f} s")

    def _follow(self, container, losses):
        """Yield the packets of the pictures, and note which are damaged, and where the file was skipped over."""
        # In a damaged Matroska file, packets go missing without a word up to the next cluster.
        contiguous = container.format.name.startswith("matroska") and "alpha_mode" not in self._stream.metadata
        place, before = None, None
        for packet in container.demux():
            skipped = False
            if contiguous and packet.size and packet.pos is not None:
                skipped = place is not None and packet.pos - place > SKIPPED
                place = max(place or 0, packet.pos + packet.size)
            if skipped and before is not None:
                losses.note(before)
            if packet.stream.index != self._stream.index:  # `stream_index` is 0 in all of the empty ones at the end
                continue
            if packet.size:
                before = self._time(packet)
                losses.pass_packet(before, packet.is_keyframe, packet.is_corrupt, packet.is_discard)
            yield packet

    def _time(self, packet):
        """Time of a packet in seconds; None if it is unknown."""
        return None if packet.pts is None else packet.pts * packet.time_base - self.base

    def _describe_damage(self, start, end):
        return self._losses.describe(start, end)

    def _convert(self, raw):
        from av.video.reformatter import Interpolation

        if raw.color_trc in HDR:
            self.remark("HDR, read without tone mapping")
        space = ("ITU709" if raw.height >= HD else "ITU601") if raw.colorspace == UNKNOWN_SPACE else None
        clear = any(component.is_alpha for component in raw.format.components)
        careful = Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND
        pixels = raw.to_ndarray(format="rgba" if clear else "rgb24", src_colorspace=space, interpolation=careful)
        turns = round(raw.rotation / 90) % 4  # quarters, to the left
        if turns % 2 and self.aspect != 1 and self.origin is None:
            self.aspect = 1 / self.aspect
        return np.ascontiguousarray(np.rot90(decoders.lay_on_white(pixels) if clear else pixels, turns))


def _is_cover(stream):
    """Whether a stream is the cover of some music: one still picture."""
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _find_length(container, stream):
    """Length of a video in seconds; None if it is unknown. That of the whole file may be the sound's."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    told = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)\d*", stream.metadata.get("DURATION", ""))
    if told:  # in Matroska
        return int(told[1]) * 3600 + int(told[2]) * 60 + Fraction(told[3])
    alone = not container.streams.audio
    return Fraction(container.duration, MICROSECONDS) if container.duration and alone else None


def seek(container, start, base):
    """Go to a place from which everything after `start` can be decoded; where there is no index, to any place.

    Args:
        container: PyAV's. start: in seconds from the clip's beginning. base: the time that the file gives this.
    """
    import av

    with contextlib.suppress(av.error.FFmpegError):
        container.seek(math.floor((base + max(0, start - EARLIER)) * MICROSECONDS))
