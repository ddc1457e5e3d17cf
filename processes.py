"""Worker processes that start light and end with their parent, locks, and scripts that end with the right exit code.

with processes.open_pool(2) as pool: ...
sys.exit(processes.run_script(main))
"""

import argparse
import contextlib
import functools
import math
import multiprocessing
import os
import signal
import socket
import sys
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

import cv2

FAILURES = (OSError, ValueError, MemoryError, RuntimeError, cv2.error)  # of one file; the others go on


def open_pool(jobs=0, initializer=None, arguments=()):
    """A pool of worker processes.

    They are spawned: a fork of a process in which OpenCV, Numba or TensorFlow has started threads can hang. Ctrl-C and
    SIGTERM, which may reach the whole group, are left to the parent, and a parent that is killed takes them along.

    Args:
        jobs: number of processes; 0: one for each core.
        initializer, arguments: called once in each process.

    Returns:
        A `concurrent.futures.ProcessPoolExecutor`.
    """
    context = multiprocessing.get_context("spawn")
    jobs = jobs or os.cpu_count() or 1
    most = 61 if sys.platform == "win32" else jobs  # more cannot be waited for there
    return ProcessPoolExecutor(min(jobs, most), context, _start_worker, (initializer, arguments))


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


class HeldError(RuntimeError):
    """A lock that another process holds."""


@contextlib.contextmanager
def hold(path):
    """Hold a lock file for as long as the context lasts; the system lets go of it when the process ends, however.

    Args:
        path: the file, which tells others by whom it is held. It is gone afterwards, but on Windows.

    Raises:
        HeldError: if another process holds it; the message names that.
        OSError: if there can be no such file, or no lock on it.
    """
    while True:
        file = open(path, "a+")  # the lock is the open file
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            file.seek(0)
            holder = file.read().strip() or "another process"
            file.close()
            raise HeldError(f"{path} is held by {holder}") from None
        if _is_file(file, path):
            break
        file.close()  # its holder has removed it meanwhile
    try:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        file.flush()
        yield
    finally:
        with contextlib.suppress(OSError):  # Windows removes no open file
            os.remove(path)
        file.close()


def _lock(file):
    """Lock an open file at once; BlockingIOError, on Windows PermissionError, if it is locked elsewhere."""
    if sys.platform == "win32":
        import msvcrt

        file.seek(1 << 20)  # far behind what is to be read
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_file(file, path):
    """Whether an open file is the one that has a name now."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


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
        return super()._expand_help(action).replace(os.path.join(os.path.dirname(os.path.abspath(__file__)), ""), "")

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


def _start_worker(initializer, arguments):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)
    if initializer:
        initializer(*arguments)


def _end_with_parent():
    parent = multiprocessing.parent_process()
    assert parent is not None  # only workers come here
    parent.join()
    os._exit(1)
