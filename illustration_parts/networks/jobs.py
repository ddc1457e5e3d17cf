"""Runs a task over pictures: one at a time from Python, or many files side by side.

with Opened(tasks.load("lines")) as lines:
    result = lines.predict(picture, strength=2)                      # arrays in, arrays out
    for job, remarks, error in run_jobs(jobs, lines, options): ...   # files
"""

import itertools
import os
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.imaging import decoders, folders, images, scales, video
from illustration_parts.networks import clips, engine, tiling
from illustration_parts.networks.memory import Remembering
from illustration_parts.system import cluster, files
from illustration_parts.system.cli import describe
from illustration_parts.system.workers import map_ahead

AT_ONCE = 2  # further pictures in memory: while one goes through the network, another is read and a third written

_loaded: dict = {}  # {(weights, task, engine, precision, ignore_checksum): [network, how many have it open]}
_loading = threading.Lock()


class CancelledError(Exception):
    """The caller has cancelled the prediction."""


class Opened:
    """A task, ready to run, as `illustration_parts.open` returns it; it may be used from several threads.

    Networks are loaded when they are first needed, and shared by all that have the same open.

    Args:
        task: a `tasks.base.Task`.
        weights: file of its network; None for the shipped one.
        engine, precision, ignore_checksum: see `engine.load`.
        memory: a `memory.Memory` that keeps what the networks find; None to run them each time.
    """

    def __init__(self, task, weights=None, engine="auto", precision="auto", ignore_checksum=False, memory=None):
        self.task, self.weights, self.memory = task, weights, memory
        self._how = engine, precision, ignore_checksum
        self._keys: set = set()
        self._closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Release the networks; those that nobody else has open are freed."""
        with _loading:
            self._closed = True
            for key in self._keys:
                _loaded[key][1] -= 1
                if not _loaded[key][1]:
                    del _loaded[key]
            self._keys = set()

    def complete(self, given):
        """Return a namespace of all options, `given` as {name: value} or by default; ValueError names a wrong one."""
        return self.task.complete(given)

    def load(self, options):
        """Load the networks that prediction with these options runs, see `Task.load_networks`."""
        options.weights = self.weights
        return self.task.load_networks(self._load, options)

    def _load(self, weights, task):
        key = (str(weights) if weights is not None else None, task, *self._how)
        with _loading:
            if self._closed:
                raise ValueError(f"{self.task.name} was closed")
            if key not in _loaded:
                how, precision, ignore_checksum = self._how
                _loaded[key] = [engine.load(weights, how, precision, task, ignore_checksum), 0]
            if key not in self._keys:
                self._keys.add(key)
                _loaded[key][1] += 1
            network = _loaded[key][0]
            return network if self.memory is None else Remembering(network, self.memory)

    def predict(self, picture, *, progress=None, cancel=None, **options):
        """Find the task's parts of a picture.

        Args:
            picture: (H, W, 3) uint8 RGB, or (H, W) uint8 grey.
            progress: function of the number of tiles done and of all tiles; a task may begin several times.
            cancel: function that returns whether to stop; it is called before every tile.
            **options: the task's, see `task.options`.

        Returns:
            `tasks.base.Result`: named arrays of the picture's size, and remarks.

        Raises:
            ValueError: for another array, an unknown option or a value out of range.
            engine.WeightsError: if a network cannot be loaded.
            CancelledError: if `cancel` said so.
        """
        known = isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim > 1
        if not known or picture.shape[2:] not in ((), (3,)):
            told = f"{picture.dtype} {picture.shape}" if isinstance(picture, np.ndarray) else type(picture).__name__
            raise ValueError(f"picture must be (H, W, 3) uint8 RGB or (H, W) uint8. Received: {told}")
        if not picture.size:
            raise ValueError(f"picture must have pixels. Received: {picture.shape}")
        if picture.ndim == 2:
            picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)

        def track(windows):
            for number, window in enumerate(windows):
                if cancel and cancel():
                    raise CancelledError
                yield window
                if progress:
                    progress(number + 1, len(windows))

        return self.run(np.ascontiguousarray(picture), self.complete(options), track)

    def run(self, picture, options, track=iter):
        """As `predict`, with a namespace of all options; `track` wraps the lists of tiles, for a progress bar."""
        return self.task.predict(self.load(options), picture, options, track)


class Job(NamedTuple):
    """One picture or clip to do: where it is, and where its results go, by kind (the first is the main one)."""

    source: Path
    targets: dict
    clip: bool = False


def do(job, opened, options, track=iter):
    """Read, find and write the results of one picture or clip.

    Args:
        job: a `Job`. opened: an `Opened`. options: a namespace, `max_megapixels` among them.
        track: wraps the lists of tiles, for a progress bar.

    Returns:
        List of remarks: how the picture was prepared.

    Raises:
        One of `cli.FAILURES` if it cannot be done.
    """
    if job.clip:
        return clips.do(job.source, job.targets, opened, options, track)
    width, height = images.size(job.source)
    width, height = scales.check(width, height, options)
    # A large picture keeps the network's turn all along, so that only one of them is in memory.
    with tiling.TURN if width * height > opened.task.large else nullcontext():
        picture, remarks, resolution = images.load(job.source, options.max_megapixels)
        for path in job.targets.values():
            files.make_folder(path.parent)
        result = opened.run(picture, options, track)
        opened.task.write(picture, result, job.targets, options, resolution)
    return [*remarks, *result.remarks]


class UsageError(ValueError):
    """The named files or folders make no sense together."""


def plan_jobs(inputs, output, task, options):
    """Find pictures and give each its results' names.

    Args:
        inputs: files and folders, with sub-folders, which the output mirrors.
        output: folder.
        task: a `tasks.base.Task`.
        options: of the task, in a namespace.

    Returns:
        (jobs, problems, notes): a list of `Job`s; a list of (path, reason) for inputs that cannot be done; and
        messages. The messages are about files that were not read, and results that got longer names.

    Raises:
        UsageError: if results would be written over what is read.
    """
    found, problems, notes = find_pictures(inputs, output, task)
    moving = {source for source, _ in found if clips.is_clip(source, options)}
    refused = clips.refuse(task, options) if moving else None
    if refused:
        problems += [(source, refused) for source, _ in found if source in moving]
        found = [each for each in found if each[0] not in moving]
    sources = {real_path(source) for source, _ in found}
    jobs: list[Job] = []
    taken: dict = {}
    tried: dict = {}
    for source, relative in found:
        rival = None
        for number in itertools.count(tried.get(relative, 0)):
            tried[relative], name = number, name_nth(relative, number)
            place = output / relative.parent, name, options
            targets = clips.name_files(task, *place) if source in moving else task.name_files(*place)
            rivals = [taken[key] for key in map(_key, targets.values()) if key in taken]
            if not rivals:
                break
            rival = rivals[0]
        if rival:
            notes.append(f"{source}: written as {next(iter(targets.values()))}, since {rival} has the simpler name")
        for path in targets.values():
            taken[_key(path)] = source
            if real_path(path) in sources:
                raise UsageError(
                    f"{path} is itself a picture to read and would be overwritten; choose another --output"
                )
        jobs.append(Job(source, targets, source in moving))
    return jobs, problems, notes


def find_pictures(inputs, output, task):
    """List the pictures of files and folders, sorted, each once.

    Returns:
        (found, problems, notes): a list of (path, path in the output); a list of (path, reason) for inputs that cannot
        be done; and messages about files that were not read.

    Raises:
        UsageError: if the output is a folder that is to be read.
    """
    found: list = []
    problems: list = []
    others: list = []
    unread_clips: list = []
    seen = set()
    for item in map(Path, inputs):
        if os.path.isdir(item):
            if real_path(item) == real_path(output):
                raise UsageError(f"--output {output} is the folder to read; choose another")
            unread: list = []
            listed = []
            for file in files.walk(item, unread, leave=output):
                suits = (folders.looks_like_picture(file) or video.is_read(file)) and task.takes(file.stem)
                (listed if suits else unread_clips if video.explain(file) else others).append(file)
            problems += [(folder, describe(error, folder)) for folder, error in unread]
            if not listed and not unread:
                problems.append((item, "no pictures in this folder"))
        else:
            listed = []
            try:
                os.stat(item)
                known = folders.looks_like_picture(item)
                reason = None if known else decoders.explain_ending(item) or video.explain(item)
                problems.append((item, reason)) if reason else listed.append(item)
            except FileNotFoundError:
                problems.append((item, "no such file or folder"))
            except OSError as error:
                problems.append((item, describe(error, item)))
        for file in listed:
            place = real_path(file.parent) / file.name  # links to pictures count as pictures, links to folders do not
            if place not in seen:
                seen.add(place)
                found.append((file, file.relative_to(item) if file != item else Path(file.name)))
    return found, problems, folders.describe_others(others) + video.describe_unread(unread_clips)


def name_nth(relative, number):
    """Return a picture's n-th best name for its result, without `.png`: `a`, then `a.jpg`, `a.jpg.2` and so on."""
    if number == 0:
        return relative.stem
    return relative.name if number == 1 else f"{relative.name}.{number}"


def is_done(job):
    """Whether all results of a picture exist and none is older than the picture."""
    return clips.are_made(job.source, job.targets)


def real_path(path):
    """Resolve links, as far as a path exists; `Path.resolve` may raise there."""
    return Path(os.path.realpath(path))


def _key(path):
    """Return a path in the form in which the file system compares names."""
    return os.path.normcase(path).casefold() if sys.platform == "darwin" else os.path.normcase(path)


def run_jobs(jobs, opened, options, track=iter):
    """Do all jobs, and yield (job, remarks, None) or (job, None, error) of each, in order.

    Threads take turns at the network: while one picture goes through it, another is read and a third written. If the
    generator is closed early, finished pictures are still written, and no new one is begun.

    Args:
        jobs: list of `Job`s. opened, options, track: of `do`.
    """
    stop = threading.Event()

    def heed(windows):
        for window in track(windows):
            if stop.is_set():
                raise InterruptedError
            yield window

    def attempt(job):
        try:
            return job, do(job, opened, options, heed), None
        except Exception as error:  # the caller decides which errors are the picture's fault
            return job, None, error

    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        try:
            yield from map_ahead(pool, attempt, jobs, 2 * (AT_ONCE + 1))
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


# State of a worker of a cluster, shared by its threads.
_opening, _seats = threading.Lock(), threading.BoundedSemaphore(AT_ONCE + 1)
_opened: dict = {}


def do_remotely(run, make, options, job):
    """`do` on a worker of a cluster. The worker opens the task once for each `run`.

    Args:
        run: name of the client's run. make: function that returns an `Opened`. options, job: of `do`.
    """
    with _opening:
        if run not in _opened:
            while len(_opened) > 1:  # another client may use the same workers
                _opened.pop(next(iter(_opened)))
            _opened[run] = make()
            _opened[run].load(options)
        opened = _opened[run]
    with _seats:
        return do(job, opened, options)


def run_jobs_on_cluster(jobs, make, options, address, say):
    """As `run_jobs`, on the workers of a Dask cluster, in the order in which the jobs end.

    Args:
        jobs: list of `Job`s. make: function that returns an `Opened`. options: of `do`.
        address: of the scheduler. say: of `cluster.run`.

    Raises:
        ImportError: if Dask is not installed.
        OSError: if the cluster does not answer.
    """
    whole = [
        job._replace(
            source=real_path(job.source), targets={kind: real_path(path) for kind, path in job.targets.items()}
        )
        for job in jobs
    ]
    remote = partial(do_remotely, uuid.uuid4().hex, make, options)
    for index, notes, error in cluster.run(address, remote, [(job,) for job in whole], say):
        yield jobs[index], notes, error
