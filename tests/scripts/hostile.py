"""Damaged and odd pictures, and a run of predict.py over a folder of them that says how it fared.

python hostile.py FOLDER OUTPUT     # prints one line of JSON: status, slowest file in seconds, peak memory in MB
"""

import io
import json
import os
import struct
import sys
import threading
import time
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # it runs as a script

import predict
from illustration_parts.benchmarks import timing
from illustration_parts.imaging import images, region_maps
from illustration_parts.networks import engine, jobs
from illustration_parts.system import cli

ENDINGS = (".png", ".jpg", ".webp", ".avif", ".tif", ".bmp", ".gif", "", ".txt.png", ".PNG")


def make_seeds():
    """Sound files of every format and most of their kinds: a list of (name, bytes)."""
    y, x = np.mgrid[:48, :72]
    colours = np.dstack([x * 3, y * 5, 255 - x * 2]).astype(np.uint8)
    alpha = np.where(x < 40, 255, x).astype(np.uint8)
    rgb, grey = Image.fromarray(colours), Image.fromarray(colours[..., 0])
    rgba = Image.fromarray(np.dstack([colours, alpha]))
    turned = Image.Exif()
    turned[0x112] = 6
    seeds = []

    def add(picture, form, **options):
        file = io.BytesIO()
        picture.save(file, form, **options)
        seeds.append((f"{form}-{picture.mode}-{'-'.join(options)}", file.getvalue()))

    for picture in (rgb, grey, rgba, rgb.quantize(16), rgb.convert("1"), Image.merge("LA", (grey, grey))):
        add(picture, "PNG")
    add(Image.fromarray(colours[..., 0].astype(np.uint16) * 257), "PNG")
    add(rgb.quantize(16), "PNG", transparency=3)
    add(rgb, "PNG", exif=turned)
    add(rgb, "PNG", save_all=True, append_images=[rgb.rotate(90)])
    for options in ({}, {"progressive": True}, {"quality": 3}, {"subsampling": 0}, {"exif": turned}):
        add(rgb, "JPEG", **options)
    for picture in (grey, rgb.convert("CMYK")):
        add(picture, "JPEG")
    for picture in (rgb, rgba):
        add(picture, "WEBP")
        add(picture, "WEBP", lossless=True)
        add(picture, "AVIF", speed=10)
    add(rgb, "WEBP", save_all=True, append_images=[rgb.rotate(90)])
    for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        add(rgb, "TIFF", compression=compression)
    for picture in (grey, rgba, rgb.convert("CMYK"), rgb.convert("LAB"), rgb.convert("1"), rgb.quantize(16)):
        add(picture, "TIFF")
    add(rgb.convert("1"), "TIFF", compression="group4")
    add(Image.fromarray(colours[..., 0].astype(np.float32)), "TIFF")
    for picture in (rgb, grey, rgb.convert("1"), rgb.quantize(16)):
        add(picture, "BMP")
    add(rgb.quantize(16), "GIF")
    add(rgb.quantize(16), "GIF", transparency=3)
    add(rgb.quantize(16), "GIF", save_all=True, append_images=[rgb.rotate(90).quantize(16)])
    return seeds


def mutate(number, seeds):
    """Damage one of the seeds in one way, all by `number`: returns (name, bytes)."""
    rng = np.random.default_rng(number)
    name, data = seeds[rng.integers(len(seeds))]
    data = bytearray(data)
    way = WAYS[number % len(WAYS)]
    data = way(data, rng, seeds)
    ending = ENDINGS[rng.integers(len(ENDINGS))]
    return f"{number:05}-{way.__name__}-{name}{ending}", bytes(data)


def flip_bits(data, rng, seeds):
    for place in rng.integers(len(data), size=rng.integers(1, 65)):
        data[place] ^= 1 << rng.integers(8)
    return data


def flip_bits_of_the_header(data, rng, seeds):
    for place in rng.integers(min(len(data), 96), size=rng.integers(1, 5)):
        data[place] ^= 1 << rng.integers(8)
    return data


def truncate(data, rng, seeds):
    return data[: rng.integers(len(data))]


def cut_out(data, rng, seeds):
    start, stop = sorted(rng.integers(len(data), size=2))
    del data[start:stop]
    return data


def double(data, rng, seeds):
    start, stop = sorted(rng.integers(len(data), size=2))
    data[stop:stop] = data[start:stop] * int(rng.integers(1, 4))
    return data


def overwrite(data, rng, seeds):
    start = rng.integers(len(data))
    fill = (b"\0", b"\xff", rng.bytes(1))[rng.integers(3)] * int(rng.integers(1, 200))
    data[start : start + len(fill)] = fill
    return data


def splice(data, rng, seeds):
    """One file's beginning before another's end."""
    other = seeds[rng.integers(len(seeds))][1]
    cut = int(rng.integers(4, min(len(data), 200)))
    return data[:cut] + other[int(rng.integers(len(other))) if rng.random() < 0.5 else cut :]


def claim_a_size(data, rng, seeds):
    """Put a huge, or a huge-ish, size where the format keeps it; of a PNG with its check sum."""
    width, height = (int(rng.choice((0, 1, 255, 9000, 16000, 65500, 2**31 - 1, 2**32 - 1))) for _ in range(2))
    start = bytes(data[:12])
    if start.startswith(b"\x89PNG"):
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif start.startswith(b"\xff\xd8"):
        frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
        data[frame + 5 : frame + 9] = struct.pack(">HH", height & 0xFFFF, width & 0xFFFF)
    elif start.startswith(b"BM"):
        data[18:26] = struct.pack("<II", width, height)
    elif start.startswith(b"GIF"):
        data[6:10] = struct.pack("<HH", width & 0xFFFF, height & 0xFFFF)
        frame = data.find(b",", 13)
        data[frame + 5 : frame + 9] = struct.pack("<HH", width & 0xFFFF, height & 0xFFFF)
    elif start.startswith(b"II*\0"):
        count = struct.unpack_from("<H", data, struct.unpack_from("<I", data, 4)[0])[0]
        for entry in range(count):
            place = struct.unpack_from("<I", data, 4)[0] + 2 + 12 * entry
            tag = struct.unpack_from("<H", data, place)[0]
            if tag in (256, 257):
                data[place + 2 : place + 12] = struct.pack("<HII", 4, 1, width if tag == 256 else height)
    elif start[8:] == b"WEBP":
        place = data.find(b"VP8X")
        if place >= 0:
            data[place + 12 : place + 18] = struct.pack("<I", width)[:3] + struct.pack("<I", height)[:3]
        place = data.find(b"\x9d\x01\x2a")
        if place >= 0:
            data[place + 3 : place + 7] = struct.pack("<HH", width & 0x3FFF, height & 0x3FFF)
    else:
        place = data.find(b"ispe")
        data[place + 8 : place + 16] = struct.pack(">II", width, height)
    return data


def change_numbers(data, rng, seeds):
    """Four bytes that may be a length, a count or an offset become an extreme."""
    for _ in range(rng.integers(1, 4)):
        place = rng.integers(max(1, len(data) - 4))
        value = int(rng.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, len(data))))
        data[place : place + 4] = struct.pack(rng.choice(("<I", ">I")), value)
    return data


def leave_alone(data, rng, seeds):
    """Sound, but under the ending of another format."""
    return data


WAYS = (
    flip_bits, flip_bits_of_the_header, truncate, cut_out, double, overwrite, splice, claim_a_size, change_numbers,
    leave_alone,
)  # fmt: skip


class Echo:
    """A network that finds what it is given, at once."""

    name, margin, stride, max_tile = "line_extractor", 64, 8, 1088

    def stream(self, tiles):
        yield from tiles


def main():
    folder, output, *options = sys.argv[1:]

    engine.load = lambda *_: Echo()
    begun, seconds = {}, {}
    do = jobs.do

    def watch():  # a hang is told of and ended
        while True:
            time.sleep(1)
            for path, start in list(begun.items()):
                if time.monotonic() - start > 60:
                    print(json.dumps({"hangs": str(path)}), flush=True)
                    os._exit(9)

    def timed(job, *rest):
        begun[job.source] = start = time.monotonic()
        try:
            return do(job, *rest)
        finally:
            seconds[job.source] = time.monotonic() - start
            del begun[job.source]

    threading.Thread(target=watch, daemon=True).start()
    jobs.do = timed
    status = predict.main([folder, "--output", output, *options])
    for path in sorted(Path(folder).iterdir())[::7]:  # the other readers
        for read in (region_maps.read_region_map, images.read_hints):
            try:
                read(path)
            except cli.FAILURES:
                pass
    slowest = max(seconds, key=seconds.get)
    peak = timing.read_memory("self")
    print(json.dumps({"status": status, "slowest": seconds[slowest], "of": slowest.name, "peak": peak}))


if __name__ == "__main__":
    main()
