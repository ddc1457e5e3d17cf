"""Writes videos, H.264 in MP4, with the sound of the clip that they are made of.

with video_writing.write(path, clip) as writer:      # clip: an open `video.Clip`
    writer.add(pixels, frame.time, frame.length)     # for each of its frames
"""

import contextlib
import math
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from illustration_parts.imaging import video
from illustration_parts.system import cli, files

QUALITY = 70
COPIED = frozenset(("aac", "ac3", "alac", "eac3", "flac", "mp3", "opus"))  # sound that MP4 holds and players know
AAC_RATES = frozenset((8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000))
AAC_BITS = 96_000  # a second, for each channel


@contextlib.contextmanager
def write(path, clip, quality=QUALITY):
    """Write a video under a temporary name, then rename it, so that no partial one is ever seen; yields a `Writer`.

    Args:
        path: where to; the folder must exist.
        clip: a `video.Clip`, for rate, shape of pixels and sound.
        quality: 0 to 100.

    Raises:
        OSError: if it cannot be written; an older file of that name is then untouched.
        ValueError: if PyAV is missing, or has no H.264.
    """
    if not video.can_read():
        raise ValueError(video.name_need())
    import av

    if "libx264" not in av.codecs_available:
        raise ValueError(f"this build of PyAV has no H.264 encoder: {cli.name_install('--force-reinstall', 'av')}")
    path = Path(path)
    with files.write_aside(path) as temporary:
        with contextlib.ExitStack() as stack:
            try:
                writer = Writer(temporary, clip, quality)
                stack.callback(writer.close)
                yield writer
                writer.finish()
            except av.error.FFmpegError as error:
                if isinstance(error, OSError):  # PyAV's own kind cannot be given another name
                    raise OSError(error.errno, error.strerror, str(path)) from None
                raise RuntimeError(f"the video cannot be written: {error.strerror}") from error


class Writer:
    """Writes one video, see `write`.

    Attributes:
        until: where the sound ends, in seconds. It may go on after the last frame.
    """

    def __init__(self, path, clip, quality):
        import av

        self.until = math.inf
        self._clip, self._quality = clip, quality
        self._container = av.open(str(path), "w", format="mp4")
        self._stream: Any = None
        self._sound: Any = None
        self._lengths = {}  # of frames in the encoder, by their times

    def add(self, pixels, time, length):
        """Add a frame.

        Args:
            pixels: (H, W) or (H, W, 3) uint8, RGB, of one size. An odd side is padded by one pixel.
            time, length: of `video.Frame`.
        """
        import av

        pixels = pixels if pixels.ndim == 3 else cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB)
        height, width = pixels.shape[:2]
        if height % 2 or width % 2:
            self._clip.remark("an odd side was padded by one pixel")
            pixels = cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
        if self._stream is None:
            self._begin(*pixels.shape[:2])
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        frame = frame.reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG", interpolation="BICUBIC"
        )
        frame.time_base, frame.pts = self._clip.tick, round(time / self._clip.tick)
        self._lengths[frame.pts] = max(1, round(length / self._clip.tick))
        self._mux(self._stream.encode(frame))

    def _begin(self, height, width):
        # The best, 1, still is not lossless: players do not show that. The worst is 51. Frames that are coded out of
        # order (bf) would leave MP4 with a wrong length where the rate changes.
        options = {"crf": f"{1 + (100 - self._quality) / 2:g}", "preset": "medium", "tune": "animation", "bf": "0"}
        clip = self._clip
        rate = clip.rate.limit_denominator(video.MICROSECONDS)
        stream = self._container.add_stream("libx264", rate=rate, options=options, width=width, height=height)
        context = stream.codec_context
        context.pix_fmt, context.time_base, context.sample_aspect_ratio = "yuv420p", clip.tick, clip.aspect
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1  # BT.709, 16 to 235
        self._stream = stream
        if isinstance(clip, video.Video):
            self._sound = Sound.find(clip, self._container)

    def _mux(self, packets):
        for packet in packets:
            packet.duration = self._lengths.pop(packet.pts, 0)
            if self._sound:
                self._sound.play(self._container, packet.dts * packet.time_base)
            self._container.mux_one(packet)

    def finish(self):
        """Write what the encoder still holds, the rest of the sound, and the file's table."""
        if self._stream is not None:
            self._mux(self._stream.encode())
            if self._sound:
                self._sound.play(self._container, self.until)
        self._container.close()

    def close(self):
        """Close the files, whatever happened."""
        with contextlib.suppress(Exception):  # the reason is known already
            self._container.close()
        if self._sound:
            self._sound.close()


class Sound:
    """The sound of a clip on its way into a video: copied where MP4 can hold it, else encoded as AAC.

    The file is opened a second time, so that sound can be read as far as it is needed, however far the frames are.

    Args:
        clip: a `video.Video` of which the first frame was read.
        source: the clip's file, opened by PyAV. output: the video's.
    """

    def __init__(self, clip, source, output):
        self._clip, self._source = clip, source
        self._from = source.streams.best("audio")
        self._shift = clip.base + clip.origin
        if clip.origin > 0:
            video.seek(source, clip.origin, clip.base)
        context = self._from.codec_context
        if context.codec.canonical_name in COPIED:
            self._to = output.add_stream_from_template(self._from)
            self._packets = self._copy()
        else:
            self._to = output.add_stream("aac", rate=context.rate if context.rate in AAC_RATES else 48000)
            self._to.codec_context.layout = "mono" if context.channels == 1 else "stereo"
            self._to.codec_context.bit_rate = AAC_BITS * self._to.codec_context.channels
            self._packets = self._encode()
        self._next = None

    @classmethod
    def find(cls, clip, output):
        """Return the sound of a clip; None if there is none, or with a remark if it cannot be read."""
        import av

        source = av.open(os.path.abspath(clip.path), metadata_errors="ignore")
        found = source.streams.best("audio")
        if found is not None and found.codec_context is not None:
            return cls(clip, source, output)
        source.close()
        if found is not None:
            clip.remark("its sound cannot be decoded, so it was left out")
        return None

    def play(self, output, until):
        """Write the sound up to a time in seconds."""
        import av

        while True:
            if self._next is None:
                try:
                    self._next = next(self._packets, None)
                except av.error.FFmpegError as error:
                    self._clip.remark(f"its sound breaks off: {error.strerror}")
            if self._next is None or self._next.pts * self._next.time_base >= until:
                return
            packet, self._next = self._next, None
            output.mux_one(packet)

    def _copy(self):
        for packet in self._source.demux(self._from):
            if packet.pts is None or packet.dts is None:  # nothing, at the end
                continue
            shift = round(self._shift / packet.time_base)
            # Without a cut, sound before time 0 prepares the decoder.
            if self._clip.origin and packet.pts + (packet.duration or 0) <= shift:
                continue
            packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, self._to
            yield packet

    def _encode(self):
        for frame in self._source.decode(self._from):
            if frame.pts is not None:
                frame.pts -= round(self._shift / frame.time_base)
                if frame.pts * frame.time_base + frame.samples / frame.sample_rate <= 0:
                    continue
            yield from self._to.encode(frame)
        yield from self._to.encode()

    def close(self):
        """Close the file."""
        self._packets.close()
        self._source.close()
