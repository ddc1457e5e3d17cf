"""The options of clips. They are the same for every task."""

import argparse
import re
from fractions import Fraction

from illustration_parts.imaging import video_writing
from illustration_parts.system import cli
from illustration_parts.tasks.options import Option

GROUP = "clips: videos, and animated pictures"


def parse_time(text):
    """An argparse type: a time in seconds, or with minutes and hours before it, such as 1:02:03.5; a `Fraction`."""
    match = re.fullmatch(r"(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:\.\d+)?)", text)
    if not match or match[2] and float(match[3]) >= 60:
        raise argparse.ArgumentTypeError(f"expected seconds, or a time such as 1:02:03.5. Received: {text!r}")
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + Fraction(match[3])


OPTIONS = (
    Option(
        "video", "also take animated GIF, WebP and PNG pictures for clips (default: their first frame)", bool, False,
        group=GROUP, one_of="clips",
    ),
    Option(
        "frames",
        "numbered PNGs in a folder NAME.frames, also of animated GIF, WebP and PNG pictures (default: NAME.mp4)",
        bool, False, group=GROUP, one_of="clips",
    ),
    Option(
        "start", "begin at a time, in seconds or as 1:02:03.5 (default: the clip's beginning)", parse_time, None,
        "TIME", group=GROUP,
    ),
    Option("end", "end at a time (default: the clip's end)", parse_time, None, "TIME", group=GROUP),
    Option(
        "quality", "quality of the video, 0 to 100; 10 more makes the file about twice as large (default: %(default)g)",
        cli.number(0, 100), video_writing.QUALITY, "Q", group=GROUP,
    ),
    Option(
        "steady", "keep lines from flickering where the picture stands still (default: each frame by itself)", bool,
        False, group=GROUP,
    ),
)  # fmt: skip


def check(options):
    """Say what is wrong with parsed options together; None if nothing is."""
    if options.end is not None and options.end <= (options.start or 0):
        return f"--end must be after --start. Received: {float(options.start or 0):g} and {float(options.end):g} s"
    return None
