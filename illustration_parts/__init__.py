"""Illustrations to their parts: lines, refined lines, regions, sketches, colours.

import illustration_parts

with illustration_parts.open("regions") as regions:
    result = regions.predict(picture, detail=0.7)   # (H, W, 3) uint8 RGB
    result.arrays["ids"]                            # (H, W) int32
"""

from illustration_parts import tasks
from illustration_parts.networks import jobs
from illustration_parts.networks.memory import Memory

__all__ = ["Memory", "open"]
__version__ = "0.1.0"


def open(task="lines", *, weights=None, engine="auto", precision="auto", ignore_checksum=False, memory=None):
    """Open a task; its networks are loaded when they are first needed.

    Args:
        task: `"lines"`, `"refine"`, `"regions"`, `"layers"`, `"sketch"`, `"binary2sketch"`, `"colorize"`, `"style"`, or
            several that fit with commas between, such as `"lines,refine"`.
        weights: file of the (last) task's network; None for the shipped one.
        engine, precision, ignore_checksum: see `networks.engine.load`.
        memory: an `illustration_parts.Memory(megabytes)`, so that the same picture with other options takes no second
            run of the network. Several tasks may share one. None: nothing is kept.

    Returns:
        A `networks.jobs.Opened`, with `predict`, `close`, and `task`, whose `options` `predict` takes. It is safe from
        several threads.

    Raises:
        ValueError: for an unknown task, or tasks that do not fit.
    """
    return jobs.Opened(tasks.load(task), weights, engine, precision, ignore_checksum, memory)
