"""Passes a picture through lossy files and back: JPEG, WebP, a palette, H.264.

Each function takes (H, W, 3) uint8 RGB and returns a new array of that kind and size.
"""

import functools
import io

import cv2
import numpy as np
from PIL import Image

SAMPLE = 64  # pixels a side of what a palette is chosen from
SMALLEST_FRAME = 16  # pixels a side: one macroblock
# Threshold matrix of ordered dither (Bayer, 1973), -0.5 to 0.5.
BAYER = (np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]]) + 0.5) / 16 - 0.5


def pass_jpeg(picture, quality, full_chroma=False):
    """JPEG of a quality from 1 to 100, with chroma at half size (4:2:0) or `full_chroma` (4:4:4)."""
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444 if full_chroma else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    settings = [cv2.IMWRITE_JPEG_QUALITY, int(quality), cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), settings)
    return cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)


def pass_webp(picture, quality):
    """Lossy WebP of a quality from 1 to 100, by its fastest method; sides up to 16,383 pixels."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "webp", quality=int(quality), method=0)
    return np.array(Image.open(data).convert("RGB"))


def pass_palette(picture, colours, dither="diffusion"):
    """Reduce a picture to a palette, as GIF does.

    Args:
        picture: (H, W, 3) uint8 RGB. colours: 2 to 256, chosen by an octree (Gervautz and Purgathofer, 1988).
        dither: "none", "ordered" (Bayer, 1973) or "diffusion" (Floyd and Steinberg, 1976).
    """
    height, width = picture.shape[:2]
    step = max(1, max(height, width) // SAMPLE)
    sample = Image.fromarray(np.ascontiguousarray(picture[::step, ::step]))
    palette = sample.quantize(colours, Image.Quantize.FASTOCTREE)
    if dither == "ordered":
        spread = 90 / colours ** (1 / 3)  # about the distance between neighbours in the palette
        offsets = np.tile((BAYER * spread).astype(np.float32), (-(-height // 4), -(-width // 4)))[:height, :width]
        picture = cv2.add(picture, cv2.merge([offsets] * 3), dtype=cv2.CV_8U)
    error = Image.Dither.FLOYDSTEINBERG if dither == "diffusion" else Image.Dither.NONE
    return np.array(Image.fromarray(picture).quantize(palette=palette, dither=error).convert("RGB"))


@functools.cache
def load_av():
    """Import PyAV; returns the module, or None where it or its H.264 encoder is missing."""
    try:
        import av
    except ImportError:
        return None
    return av if "libx264" in av.codecs_available else None


def pass_h264(picture, rate, moved=0):
    """H.264 at a constant rate factor, or something like it where PyAV is not installed.

    What comes back depends on whether PyAV is installed, and on its version of x264; else on the arguments alone.

    Args:
        picture: (H, W, 3) uint8 RGB.
        rate: x264's rate factor: 18 can hardly be told from the original, 40 is bad.
        moved: pixels that the picture pans to the right from one frame to the next. With 0 it is a key frame, else the
            second frame, which is predicted from the first.
    """
    av = load_av()
    if av is None:
        return imitate_h264(picture, rate)
    height, width = picture.shape[:2]
    bottom, right = (max(SMALLEST_FRAME, side + side % 2) - side for side in (height, width))
    # Room at the left is for the pan.
    wide = cv2.copyMakeBorder(picture, 0, bottom, moved, right, cv2.BORDER_REPLICATE)
    pans = [wide[:, moved:], wide[:, : wide.shape[1] - moved]] if moved else [wide]
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = pans[0].shape[1], pans[0].shape[0], "yuv420p"
    encoder.time_base = encoder.framerate = 1
    encoder.options = {"crf": str(rate), "preset": "superfast", "threads": "1", "bframes": "0"}
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    packets = []
    for pan in pans[::-1]:
        yuv = cv2.cvtColor(np.ascontiguousarray(pan), cv2.COLOR_RGB2YUV_I420)
        packets += encoder.encode(av.VideoFrame.from_ndarray(yuv, format="yuv420p"))
    packets += encoder.encode(None)
    frames = [frame for packet in (*packets, None) for frame in decoder.decode(packet)]
    worn = cv2.cvtColor(frames[-1].to_ndarray(format="yuv420p"), cv2.COLOR_YUV2RGB_I420)
    return np.ascontiguousarray(worn[:height, :width])


def imitate_h264(picture, rate):
    """JPEG with small chroma whose weak edges are smoothed away, much as H.264's deblocking filter does."""
    coded = pass_jpeg(picture, np.clip(96 - 2.6 * (rate - 14), 12, 96))
    smooth = cv2.blur(coded, (3, 3))
    weak = cv2.inRange(cv2.absdiff(coded, smooth), (0, 0, 0), (rate * 0.25,) * 3)
    return cv2.copyTo(smooth, weak, coded)
