"""Runs a task over the frames of a clip, and writes them as a video or as numbered pictures.

    remarks = do(source, targets, opened, options)    # targets: of `name_files`

Frames are read, found and written at the same time, a few at once. Only one clip is done at a time.
"""

import contextlib
import copy
import dataclasses
import itertools
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from illustration_parts.imaging import scales, steady, video, video_writing
from illustration_parts.system import cli, files
from illustration_parts.system.workers import map_ahead

AT_ONCE = 2  # frames: while one goes through the network, another is prepared or finished
LIST = "frames.txt"  # names and times of numbered pictures, as FFmpeg's concat format writes them
_ONE_CLIP = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Frames:
    """An iterable of frames, for a progress bar: of what, how many (None if unknown), and whose."""

    items: Iterable
    total: int | None
    name: str
    unit: str = "frame"

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        if self.total is None:
            raise TypeError("the number of frames is unknown")
        return self.total


def is_clip(path, options):
    """Whether a file is done frame by frame: a video, or with `frames` or `video` an animated picture.

    Args:
        path: of the file. options: a namespace. Without the options of clips, nothing is done so.
    """
    if not hasattr(options, "frames"):
        return False
    return video.is_read(path) or (options.frames or options.video) and video.is_animated(path)


def refuse(task, options):
    """Say why the results of clips cannot be written; None if they can."""
    for kind in () if options.frames else (*task.stills, "transparent"):
        if getattr(options, kind, None):
            given = f"--task {kind}" if kind == task.name else f"--{kind}"
            return f"{given}: a video cannot hold what it asks for; give --frames for numbered pictures"
    return None


def name_files(task, folder, name, options):
    """Name the files of a clip's results, {kind: path}: videos, or with `frames` a list and the first picture."""
    if options.frames:
        folder /= f"{name}.frames"
        return {LIST: folder / LIST} | task.name_files(folder, name_number(1), options)
    named = task.name_files(folder, name, options)
    return {kind: path.with_suffix(".mp4") for kind, path in named.items() if kind not in task.stills}


def name_number(number):
    """Return the name of a numbered picture, without ending."""
    return f"{number:06}"


def are_made(source, targets):
    """Whether all of a source's results, {kind: path}, exist and none is older than the source."""
    try:
        made = os.stat(source).st_mtime
        # Numbers are written before the labels, and perhaps to a file of another name.
        return all(os.stat(path).st_mtime >= made for kind, path in targets.items() if kind != "numbers")
    except OSError:
        return False


def do(source, targets, opened, options, track=iter):
    """Find and write the results of one clip.

    Args:
        source: its path. targets: of `name_files`.
        opened: a `jobs.Opened`.
        options: a namespace: those of the task, `max_megapixels`, `skip_existing`, and those of clips.
        track: wraps the iterable of frames, for a progress bar, and may raise to stop.

    Returns:
        List of remarks.

    Raises:
        One of `cli.FAILURES`. If the clip breaks off, or some frames cannot be decoded, the others are written all the
            same.
    """
    with _ONE_CLIP, video.open_clip(source, options.max_megapixels) as clip:
        for path in targets.values():
            files.make_folder(path.parent)
        results = Results(clip, opened, options)
        write = _write_pictures if options.frames else _write_videos
        broken = write(results, targets, track)
        remarks = [*clip.remarks, *results.remarks]
    if broken:
        for path in filter(os.path.exists, [targets[LIST]] if options.frames else targets.values()):
            os.utime(path, (0, 0))  # so that it does not count as done
        raise ValueError(f"{cli.describe(broken)}; {results.count} frames were done")
    return remarks


class Results:
    """What a task finds in the frames of a clip, in order.

    Attributes:
        count: frames found so far, with those that were found by an earlier run.
        remarks: those of the first frame.
    """

    def __init__(self, clip, opened, options):
        self.clip, self.opened, self.options = clip, opened, options
        self.count, self.remarks = 0, []
        self._steady = steady.Steady() if options.steady else None
        self._ended = threading.Event()

    def find(self, track, done=lambda number: False):
        """Yield (number from 1, `video.Frame`, `base.Result` or None if it is done) of each frame.

        Args:
            track: of `do`.
            done: function of a number: whether that frame need not be found. It is still read, for its time.
        """
        options = self.options
        begin = self._find_begin(done)
        jobs = self._prepare(lambda number: number >= begin and (self._steady or not done(number)))
        total = self.clip.count(options.start or 0, options.end)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                found = map_ahead(pool, self._find_one, jobs, AT_ONCE)
                for number, frame, share, result in track(Frames(found, total, self.clip.path.name)):
                    if result and not self.count:
                        self.remarks += result.remarks
                    self.count = number
                    yield number, frame, self._finish(share, result)
            except BaseException:
                self._ended.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _find_begin(self, done):
        """Number of the first frame that has to be found. To be steady, maps need those of some frames before it."""
        first = next(number for number in itertools.count(1) if not done(number))
        return max(1, first - steady.FRAMES) if self._steady else first

    def _prepare(self, is_needed):
        """Yield what `_find_one` takes; at last the error with which the clip breaks off, so that it keeps its turn."""
        try:
            for number, frame in enumerate(self.clip.frames(self.options.start or 0, self.options.end), 1):
                if not is_needed(number):
                    yield number, frame, None, None
                    continue
                share, options = None, self.options
                if self._steady:
                    share, cut = self._steady.look(frame.pixels)
                    if cut:
                        held = scales.Held()
                    if getattr(options, "scale", None) == "auto":
                        options = copy.copy(options)
                        options.scale = held
                yield number, frame, share, options
        except cli.FAILURES as error:
            yield error

    def _find_one(self, job):
        if isinstance(job, Exception):
            raise job
        number, frame, share, options = job
        if options is None:
            return number, frame, None, None
        height, width = frame.pixels.shape[:2]
        scales.check(width, height, options)
        return number, frame, share, self.opened.run(frame.pixels, options, self._heed)

    def _heed(self, windows):
        for window in windows:
            if self._ended.is_set():
                raise InterruptedError
            yield window

    def _finish(self, share, result):
        if result is None or share is None or self._steady is None:
            return result
        binary = getattr(self.options, "binarize", None) is not None
        return result._replace(arrays=self._steady.blend(result.arrays, share, binary))


def _write_videos(results, targets, track):
    """Write a video of each kind of result; returns the error with which the clip breaks off, or None."""
    broken, ended = None, None
    with contextlib.ExitStack() as stack:
        writers = {
            kind: stack.enter_context(video_writing.write(path, results.clip, results.options.quality))
            for kind, path in targets.items()
        }
        found = results.find(track)
        while True:
            try:
                _, frame, result = next(found)
            except StopIteration:
                break
            except cli.FAILURES as error:
                if ended is None or isinstance(error, InterruptedError):
                    raise
                broken = error
                break
            for kind, writer in writers.items():
                writer.add(result.arrays[kind], frame.time, frame.length)
            ended = frame.time + frame.length
        if broken or results.options.end is not None:  # else the sound may be longer than the pictures
            for writer in writers.values():
                writer.until = ended
    return broken


def _write_pictures(results, targets, track):
    """Write numbered pictures, and at last the list of them; returns the error of a clip that breaks off, or None."""
    task, options, source = results.opened.task, results.options, results.clip.path
    folder = targets[LIST].parent

    def name(number):
        return task.name_files(folder, name_number(number), options)

    def done(number):
        return options.skip_existing and are_made(source, name(number))

    lines, broken = ["ffconcat version 1.0"], None
    found = results.find(track, done)
    while True:
        try:
            number, frame, result = next(found)
        except StopIteration:
            break
        except cli.FAILURES as error:
            if len(lines) == 1 or isinstance(error, InterruptedError):
                raise
            broken = error
            break
        named = name(number)
        if result and not done(number):
            task.write(frame.pixels, result, named, options)
        lines += [f"file {next(iter(named.values())).name}", f"duration {float(frame.length):.6f}"]
    files.write_bytes(targets[LIST], "\n".join([*lines, ""]).encode())
    return broken
