"""Worker processes that end with the process that started them."""

import collections
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, wait

import cv2

LOOK = 0.2  # seconds; how often a thread that waits looks whether it was interrupted


def open_pool(jobs=0, initializer=None, arguments=()):
    """Open a pool of worker processes.

    They are spawned, because a fork can hang once OpenCV, Numba or TensorFlow has started threads. They ignore Ctrl-C
    and SIGTERM, which the parent handles. If the parent is killed, they end.

    Args:
        jobs: number of processes; 0: one per core.
        initializer, arguments: a function, and its arguments, called once in each process.

    Returns:
        A `concurrent.futures.ProcessPoolExecutor`.
    """
    context = multiprocessing.get_context("spawn")
    jobs = jobs or os.cpu_count() or 1
    most = 61 if sys.platform == "win32" else jobs  # Windows cannot wait for more
    return ProcessPoolExecutor(min(jobs, most), context, _start_worker, (initializer, arguments))


def _start_worker(initializer, arguments):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)
    if initializer:
        initializer(*arguments)


def _end_with_parent():
    parent = multiprocessing.parent_process()
    assert parent is not None  # only workers call this
    parent.join()
    os._exit(1)


def map_ahead(pool, function, items, ahead):
    """Yield `function(item)` in order, computed by a pool, with at most `ahead` items taken in advance.

    `Executor.map` would take all items at once, and hold a thousand pictures in memory.
    """
    waiting = collections.deque()
    for item in items:
        waiting.append(pool.submit(function, item))
        if len(waiting) > ahead:
            yield get_result(waiting.popleft())
    while waiting:
        yield get_result(waiting.popleft())


def get_result(future):
    """Wait for a future's result, and heed Ctrl-C meanwhile.

    The system may hand a signal to any thread. The main thread then learns of it only when its wait ends, which
    `Future.result` alone would make as long as the job.
    """
    while not wait([future], LOOK).done:
        pass
    return future.result()
