"""Small clips for tests."""

from fractions import Fraction

import numpy as np

RATE = 44100  # of their sound


def draw_frame(number, height=48, width=64):
    """A white frame with a dark bar that grows, and a red corner at the top right."""
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[20:, : 8 + number] = 0
    picture[:10, -10:] = (255, 0, 0)
    return picture


def write_clip(path, frames=10, codec="libx264", form="yuv420p", sound=None, times=None, rotation=0, rate=25, **how):
    """Write a clip.

    Args:
        path: where to; its ending decides the format.
        frames: their number, or a list of (H, W, 3) uint8 pictures.
        codec, form, rate: of the pictures.
        sound: codec of a tone, or None.
        times: of the frames in milliseconds, or None.
        rotation: in degrees, to the left.
        how: `format` and `options` of `av.open`; `gop`, the most frames from one key frame to the next; `sound_first`,
            whether the tone's stream stands before that of the pictures.
    """
    import av

    gop, sound_first = how.pop("gop", None), how.pop("sound_first", False)
    pictures = [draw_frame(number) for number in range(frames)] if isinstance(frames, int) else frames
    with av.open(str(path), "w", **how) as container:
        height, width = pictures[0].shape[:2]
        tone = add_tone(container, sound) if sound and sound_first else None
        stream = container.add_stream(codec, rate=rate, width=width, height=height)
        stream.pix_fmt = form
        if gop:
            stream.codec_context.gop_size = gop
        if rotation:
            stream.set_display_rotation(rotation)
        if times:
            stream.codec_context.time_base = Fraction(1, 1000)
        tone = tone or (add_tone(container, sound) if sound else None)
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            if times:
                frame.pts, frame.time_base = times[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if tone:
            write_tone(container, tone, len(pictures) / float(rate))
    return path


def draw_moving(number):
    """Grey noise, (48, 64, 3) uint8, over which a striped bar moves."""
    picture = np.random.default_rng(0).integers(0, 256, (48, 64, 1), np.uint8).repeat(3, axis=2)
    stripes = np.random.default_rng(number).integers(0, 256, (30, 1, 1), np.uint8)
    picture[10:40, number % 50 : number % 50 + 12] = stripes
    return picture


def write_damaged(path, **how):
    """Write a clip of 100 frames, some bytes of which are zero from its middle on; `how` as in `write_clip`."""
    write_clip(path, [draw_moving(number) for number in range(100)], gop=12, **how)
    data = bytearray(path.read_bytes())
    begin, length = len(data) // 2, len(data) // 20
    data[begin : begin + length] = bytes(length)
    path.write_bytes(data)
    return path


def write_sound(path, codec="aac", seconds=0.5):
    """Write a file that holds a tone only."""
    import av

    with av.open(str(path), "w") as container:
        write_tone(container, add_tone(container, codec), seconds)
    return path


def add_tone(container, codec):
    """Add a stream for a tone."""
    stream = container.add_stream(codec, rate=RATE)
    stream.codec_context.layout = "mono"
    return stream


def write_tone(container, stream, seconds):
    """Write a tone of 440 Hz."""
    import av

    wave = 0.3 * np.sin(np.arange(int(RATE * seconds)) * 2 * np.pi * 440 / RATE)
    frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    container.mux(stream.encode(frame))
    container.mux(stream.encode())


def read_packets(path, kind):
    """(time in seconds, length in seconds, bytes) of the packets of the first stream of a kind; its codec's name."""
    import av

    with av.open(str(path)) as container:
        stream = getattr(container.streams, kind)[0]
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        tick = stream.time_base
        found = [(packet.pts * tick, (packet.duration or 0) * tick, bytes(packet)) for packet in packets]
        return found, stream.codec_context.codec.canonical_name
