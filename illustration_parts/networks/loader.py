"""Training batches, in order, made ahead by worker processes.

    with loader.Feed(plan, workers=2) as feed:
        pictures, truth, failures = feed.next()

Workers import neither Keras nor a backend: they start in a second, and they are spawned, because a fork of a process in
which TensorFlow has started its threads can hang. Crop i of step s depends on nothing but (seed, s, i): neither on the
number of workers nor on where a resumed run began.
"""

import collections
import functools
import sys
from typing import Any

import numpy as np

from illustration_parts.system.workers import open_pool

ATTEMPTS = 20  # this many unreadable pairs in a row, and there is something else wrong


class NoReadablePairError(ValueError):
    """Pair after pair is unreadable."""


@functools.lru_cache(maxsize=4)
def shuffle(count, seed, epoch):
    """Return the order in which `count` pairs are used in an epoch."""
    return np.random.default_rng((seed, epoch, 7)).permutation(count)


def load_next(plan, step, source, load):
    """Load the pair whose turn it is, or another where it cannot be read.

    Args:
        plan: a `Plan` with pairs.
        step, source: which source of which step it is for.
        load: function of a pair.

    Returns:
        (pair, what `load` returned for it, one message for each unreadable pair that was passed over).

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    failures = []
    for attempt in range(ATTEMPTS):
        # A pair that cannot be read is replaced by the one used half an epoch later.
        place = step * plan.sources + source + attempt * (len(plan.pairs) // 2 + 1)
        epoch, place = divmod(place, len(plan.pairs))
        pair = plan.pairs[shuffle(len(plan.pairs), plan.seed, epoch)[place]]
        try:
            return pair, load(pair), failures
        except ValueError as error:
            failures.append(str(error))
    raise NoReadablePairError("no readable pair found:\n" + "\n".join(sorted(set(failures))))


class Feed:
    """Batches of a plan in the order of their steps, made ahead by worker processes.

    Use it as a context manager: leaving it ends the workers.

    Args:
        plan: a `Plan`, or one of another task.
        workers: number of worker processes; 0 makes the batches in this process.
        first_step: where to begin.
    """

    def __init__(self, plan, workers=1, first_step=0):
        self.plan = plan
        self.step = first_step
        self.pending = collections.deque()
        self.pool: Any = None
        if workers:
            self.pool = open_pool(workers, _keep_plan, (plan,))
            for _ in range(2 * workers + 2):
                self._request()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def _request(self):
        self.pending.append(self.pool.submit(_work, self.step + len(self.pending)))

    def next(self):
        """Make or await the batch of the next step.

        Returns:
            (pictures uint8, truth float32, failures); see the task's `finish`.

        Raises:
            NoReadablePairError: if no pair can be read.
            concurrent.futures.process.BrokenProcessPool: if a worker was killed.
        """
        if self.pool is None:
            batch = self.plan.make(self.step)
        else:
            batch = self.pending.popleft().result()
        self.step += 1
        if self.pool is not None:
            self._request()
        return self.plan.finish(*batch)


_plan: Any = None  # in a worker process: the plan it works on


def _keep_plan(plan):
    global _plan
    _plan = plan


def _work(step):
    return _plan.make(step)


def warn_once(message, failed):
    """Name a bad file on stderr, unless the set `failed` holds it already."""
    if message not in failed:
        failed.add(message)
        print(f"warning: {message}, left out", file=sys.stderr)
