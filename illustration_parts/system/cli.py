"""Command lines: types and help of options, endings, messages."""

import argparse
import copy
import dataclasses
import math
import os
import re
import shlex
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parents[2]
FAILURES = (OSError, ValueError, MemoryError, RuntimeError, cv2.error)  # errors of one file; the rest is processed


def run_script(main):
    """Run a script's `main()`; returns its exit code: 130 after Ctrl-C, 143 after SIGTERM, 1 after a failure."""
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
        reason = f"{error}: {name_install('requirements.txt')}"
    print(f"{os.path.basename(sys.argv[0])}: {reason}", file=sys.stderr)
    return 1


def show(path):
    """Make a file's name printable on one line: other characters become escapes, such as \\n."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in str(path)
    )


def print_any_name():
    """Print characters that the terminal cannot show as escapes, from now on."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a test or a notebook may have replaced it
            stream.reconfigure(errors="backslashreplace")


def name_command(script, *arguments):
    """Return a command that runs when it is pasted into the terminal that this program was started from.

    It names the interpreter that runs now, for example `.venv/bin/python`, because another one may lack packages.

    Args:
        script: one of the suite's scripts, such as "predict.py"; or "-m", with the module's name in `arguments`.
        arguments: texts or paths.
    """
    script = script if script.startswith("-") else shorten(ROOT / script)
    return _join([_name_interpreter(), script, *map(str, arguments)])


def name_install(*packages):
    """Return the command that installs packages, or those of requirement files of this folder, for this interpreter."""
    words = []
    for package in packages:
        words += ["-r", shorten(ROOT / package)] if package.endswith(".txt") else [package]
    return name_command("-m", "pip", "install", *words)


def fill_commands(text):
    """Put the running interpreter into the examples of a docstring: lines that begin with `python SCRIPT`."""
    return re.sub(r"(?m)^( +)python (\w+\.py)", lambda match: match[1] + name_command(match[2]), text)


def shorten(path):
    """Return a path relative to the working folder if it lies below it, else as it is; links are not followed."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):  # OSError: the working folder was deleted
        return str(path)


def _name_interpreter():
    return shorten(sys.executable) if sys.executable else "python"


def _join(words):
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


class HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """Shows defaults, except those of switches and those that the help text names.

    Paths in the suite's folder are shown relative to it.
    """

    def add_argument(self, action):
        """Add one argument to the help text."""
        root = os.path.join(ROOT, "")
        shown = copy.copy(action)
        if shown.help:
            shown.help = shown.help.replace(root, "")
        if shown.default is None or shown.default is False:
            shown.default = argparse.SUPPRESS
        elif isinstance(shown.default, (str, Path)):
            shown.default = str(shown.default).replace(root, "")
        elif isinstance(shown.default, float):
            shown.default = f"{shown.default:g}"
        super().add_argument(shown)


@dataclasses.dataclass(frozen=True)
class Range:
    """An argparse type: the numbers that an option takes, as `number` and `whole` return it.

    Attributes:
        kind: `float` or `int`.
        low, high: the least and the greatest, both included.
        without: a number that is left out, or None.
        multiple: what a whole number must be a multiple of; 0 for other numbers.
        expected: the same in words.
    """

    kind: type
    low: float
    high: float
    without: float | None
    multiple: int
    expected: str

    def __call__(self, text):
        """Turn a text into the number; `argparse.ArgumentTypeError` if it is none of these."""
        try:
            value = self.kind(text)
        except ValueError:
            value = math.nan
        refused = value in (self.without, math.inf) or self.multiple and value % self.multiple
        if refused or not self.low <= value <= self.high:
            raise argparse.ArgumentTypeError(f"expected {self.expected}. Received: {text!r}")
        return value


def number(low, high=math.inf, without=None):
    """An argparse type: a number from `low` to `high`, both included, except `without`."""
    if high < math.inf:
        expected = f"a number from {low:g} to {high:g}" + (f", {without:g} excluded" if without is not None else "")
    else:
        expected = f"a number above {low:g}" if without == low else f"a number, {low:g} or above"
    return Range(float, low, high, without, 0, expected)


def whole(low, high=math.inf, multiple=1):
    """An argparse type: a whole number from `low` to `high`, both included, that is a multiple of another."""
    upward = ", {} or above" if high == math.inf else " from {} to {}"
    expected = "a whole number" + upward.format(low, high) + (f", a multiple of {multiple}" if multiple > 1 else "")
    return Range(int, low, high, None, multiple, expected)


def peek(arguments, flag, default):
    """Return the value of one option, abbreviated or not, before all options are known; others are ignored."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(flag, default=default, dest="value", metavar=flag.strip("-").upper())
    return parser.parse_known_args(arguments)[0].value


def describe(error, about=None):
    """Put an exception into words, with the file if an OSError names one other than `about`."""
    if isinstance(error, OSError) and error.strerror:
        named = error.filename and str(error.filename) != str(about)
        return f"{error.strerror}: {show(error.filename)}" if named else error.strerror
    if isinstance(error, MemoryError):
        return "not enough memory"
    return " ".join(str(error).split()) or type(error).__name__
