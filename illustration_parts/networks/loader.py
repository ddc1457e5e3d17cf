"""Training batches, in order, made ahead by worker processes.

    with loader.Loader(plan, workers=2) as batches:
        pictures, truth, failures = batches.next()

Workers import neither Keras nor a backend, so they start in a second. They are spawned, because a fork can hang once
TensorFlow has started its threads. Crop i of step s depends on nothing but (seed, s, i). So neither the number of
workers nor a resumed run changes it.
"""

import collections
import functools
import sys
from typing import Any, NamedTuple

import numpy as np

from illustration_parts.system.workers import get_result, open_pool

ATTEMPTS = 20  # unreadable pairs in a row, after which something else must be wrong


class NoReadablePairError(ValueError):
    """Pair after pair is unreadable."""


class Complaint(NamedTuple):
    """What is wrong with a data set.

    Attributes:
        text: a sentence that names the file.
        kept: whether the file is used all the same.
    """

    text: str
    kept: bool = False

    def __str__(self):
        return self.text if self.kept else f"{self.text}, left out"


@functools.lru_cache(maxsize=4)
def shuffle(count, seed, epoch):
    """Return the order in which `count` pairs are used in an epoch."""
    return np.random.default_rng((seed, epoch, 7)).permutation(count)


def load_next(plan, step, source, load):
    """Load the next pair, or another one if it cannot be read.

    Args:
        plan: a `Plan` with pairs.
        step, source: numbers of the step, and of the source in it.
        load: function of a pair, and a list that gets remarks on it.

    Returns:
        (pair, what `load` returned for it, `Complaint`s: remarks, and one for each unreadable pair before it).

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    failures = []
    for attempt in range(ATTEMPTS):
        # A pair that cannot be read is replaced by the one used half an epoch later.
        place = step * plan.sources + source + attempt * (len(plan.pairs) // 2 + 1)
        epoch, place = divmod(place, len(plan.pairs))
        pair = plan.pairs[shuffle(len(plan.pairs), plan.seed, epoch)[place]]
        remarks: list[str] = []
        try:
            loaded = load(pair, remarks)
        except ValueError as error:
            failures.append(Complaint(str(error)))
            continue
        return pair, loaded, failures + [Complaint(remark, True) for remark in remarks]
    raise NoReadablePairError("no readable pair found:\n" + "\n".join(sorted({failure.text for failure in failures})))


class Loader:
    """Batches of a plan in the order of their steps, made ahead by worker processes.

    Use it as a context manager: leaving it ends the workers.

    Args:
        plan: a `tasks.base.Plan`.
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
            batch = get_result(self.pending.popleft())
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


def warn_once(complaint, known):
    """Print a `Complaint` on stderr, unless the set `known` holds it already."""
    if complaint not in known:
        known.add(complaint)
        print(f"warning: {complaint}", file=sys.stderr)


def count_left_out(known):
    """How many `Complaint`s of a set are about what was left out."""
    return sum(not complaint.kept for complaint in known)
