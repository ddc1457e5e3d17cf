"""Worker processes that start light and end with their parent, and scripts that end with the exit code they should.

with processes.open_pool(2) as pool: ...
sys.exit(processes.run_script(main))
"""

import argparse
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

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
    return ProcessPoolExecutor(jobs or os.cpu_count(), context, _start_worker, (initializer, arguments))


def run_script(main):
    """Run a script's `main()` and return its exit code: 130 after Ctrl-C, 143 after SIGTERM, 1 if a file fails it."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}" if error.filename else str(error)
        print(f"{os.path.basename(sys.argv[0])}: {reason}", file=sys.stderr)
        return 1


class HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    """Shows the defaults that say something: not those of switches, nor what the help tells in words."""

    def _get_help_string(self, action):
        return action.help if action.default in (None, False) else super()._get_help_string(action)


def describe(error, about=None):
    """An exception in words, with the file where an OSError names one."""
    if isinstance(error, OSError) and error.strerror:
        named = error.filename and str(error.filename) != str(about)
        return f"{error.strerror}: {error.filename}" if named else error.strerror
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
    multiprocessing.parent_process().join()
    os._exit(1)
