"""Command lines: types and help of options, endings, messages."""

import argparse
import functools
import math
import os
import signal
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import cv2

FAILURES = (OSError, ValueError, MemoryError, RuntimeError, cv2.error)  # of one file; the others go on


def run_script(main):
    """Run a script's `main()`; returns its exit code: 130 after Ctrl-C, 143 after SIGTERM, 1 and why if it fails."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    print_any_name()
    try:
        return main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        reason = describe(error)
    except BrokenExecutor:
        reason = "a worker process was killed (is memory short?)"
    except ImportError as error:
        reason = f"{error}: pip install -r requirements.txt"
    print(f"{os.path.basename(sys.argv[0])}: {reason}", file=sys.stderr)
    return 1


def show(path):
    """A file's name as one line that can be printed: what is not printable is written as an escape, such as \\n."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in str(path)
    )


def print_any_name():
    """Let this process print names that its terminal cannot show, as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not where a test or a notebook has replaced it
            stream.reconfigure(errors="backslashreplace")


class HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """Shows the defaults that say something: not those of switches, nor what the help tells in words.

    Paths in the suite's folder are shown from there.
    """

    def _expand_help(self, action):
        return super()._expand_help(action).replace(os.path.join(Path(__file__).resolve().parents[2], ""), "")

    def _get_help_string(self, action):
        return action.help if action.default is None or action.default is False else super()._get_help_string(action)


def number(low, high):
    """An argparse type: a number from `low` to `high`, both included."""
    return functools.partial(_parse, float, low, high, f"a number from {low:g} to {high:g}")


def whole(low, high=math.inf):
    """An argparse type: a whole number from `low` to `high`, both included."""
    upward = ", {} or above" if high == math.inf else " from {} to {}"
    return functools.partial(_parse, int, low, high, "a whole number" + upward.format(low, high))


def _parse(kind, low, high, expected, text):
    try:
        value = kind(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"expected {expected}. Received: {text!r}")
    return value


def describe(error, about=None):
    """An exception in words, with the file where an OSError names one."""
    if isinstance(error, OSError) and error.strerror:
        named = error.filename and str(error.filename) != str(about)
        return f"{error.strerror}: {show(error.filename)}" if named else error.strerror
    if isinstance(error, MemoryError):
        return "not enough memory"
    return " ".join(str(error).split()) or type(error).__name__
