"""What the app does, without its page: pictures in, files of results out, by the Python API.

with Workshop(folder) as workshop:
    outcome = workshop.run("regions", ["a.png"], {"detail": 0.7})
    outcome.files                                # what can be downloaded
"""

import contextlib
import secrets
import shutil
import threading
import zipfile
from collections import OrderedDict, deque
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

import illustration_parts
from illustration_parts.imaging import images, video
from illustration_parts.networks import engine, jobs
from illustration_parts.system import cli, files
from illustration_parts.system.cli import describe

VIEW = 2048  # pixels; longest side of a picture as the page shows it
PAPER = 1024  # the same of what is painted on; small pictures are enlarged, so that a brush is as wide for all
THUMBNAIL = 512  # the same in the gallery
KEPT = 3  # runs of each user whose files are kept
OPEN = 3  # tasks whose networks stay in memory
BEFORE = 64  # pictures whose views are kept
FAILURES = (*cli.FAILURES, engine.WeightsError)


class RefusedError(Exception):
    """What was asked for cannot be done; the message is a sentence for the user."""


class Done(NamedTuple):
    """One picture's results.

    Attributes:
        source: path of the picture. targets: {kind: path} of its results, as text. shown: the kind that is shown first.
    """

    source: str
    targets: dict
    shown: str

    @property
    def name(self):
        """The picture's file name."""
        return Path(self.source).name


class Outcome(NamedTuple):
    """What a run made.

    Attributes:
        done: list of `Done`.
        files: paths to download: the results of one picture, or an archive of those of several.
        remarks: sentences about pictures, those that failed among them.
    """

    done: list
    files: list
    remarks: list


class Workshop:
    """Open tasks, what their networks found, and the files of the last runs. May be used from several threads.

    Args:
        folder: where files are written; it must exist.
        max_megapixels: larger pictures are refused.
        memory: megabytes of what networks found that are kept, so that changed options take no second run.
        **how: `engine` and `precision`, of `illustration_parts.open`.
    """

    def __init__(self, folder, max_megapixels=images.MAX_MEGAPIXELS, memory=512, **how):
        self.folder, self.max_megapixels = Path(folder), max_megapixels
        self._how = how | {"memory": illustration_parts.Memory(memory)}
        self._opened: OrderedDict = OrderedDict()  # {task's name: Opened}
        self._before: OrderedDict = OrderedDict()  # {picture: (its view, its height and width)}
        self._runs: dict[str, deque] = {}  # {user: folders of the last runs}
        self._papers: dict[str, deque] = {}  # {user: folders of what was painted on last}
        self._stops: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def halt(self):
        """Stop what runs, of all users."""
        for stop in list(self._stops.values()):
            stop.set()

    def close(self):
        """Stop what runs, and free the networks."""
        self.halt()
        with self._lock:
            while self._opened:
                self._opened.popitem()[1].close()

    def open(self, name):
        """Return a task, open; the one that was not used longest is closed for it."""
        with self._lock:
            if name not in self._opened:
                self._opened[name] = illustration_parts.open(name, **self._how)
            self._opened.move_to_end(name)
            while len(self._opened) > OPEN:
                self._opened.popitem(last=False)[1].close()
            return self._opened[name]

    def run(self, name, sources, given, user="", progress=None):
        """Run a task over pictures.

        Args:
            name: of the task.
            sources: paths of the pictures.
            given: {name of an option: value}. A sheet of dabs is (h, w, 4) uint8 RGBA, of any size.
            user: whose run it is; his older files go.
            progress: function of the number of tiles or pictures done, of all, and their unit.

        Returns:
            `Outcome`.

        Raises:
            RefusedError: if nothing could be done.
        """
        if not sources:
            raise RefusedError("There is no picture yet.")
        stop = self._begin(user)
        try:
            opened = self.open(name)
            options = self._complete(opened, given, sources)
            folder = self._make_folder(self._runs, user)
            moving = [source for source in sources if video.looks_like_clip(source)]
            still = [source for source in sources if source not in moving]
            todo, problems, notes = jobs.plan_jobs(still, folder, opened.task, options)
            problems += [(source, "is a clip: predict.py does clips") for source in moving]
            opened.load(options)
            remarks = [shorten(note, folder, sources) for note in notes]
            todo, failed, found = attempt(todo, opened, options, stop, progress)
            problems = [f"{Path(path).name}: {reason}" for path, reason in (*problems, *failed)]
            remarks += found
            if not todo:
                raise RefusedError("; ".join(problems) or "There is nothing to do.")
            done = [make_done(job, opened.task) for job in todo]
            paths = [path for job in todo for path in job.targets.values() if path.exists()]
            if len(todo) > 1:
                paths = [write_archive(folder / f"{simplify(name)}.zip", folder, paths)]
            return Outcome(done, [str(path) for path in paths], [*problems, *remarks])
        except jobs.CancelledError:
            raise RefusedError("Stopped.") from None
        except FAILURES as error:
            raise RefusedError(describe(error)) from error

    def stop(self, user=""):
        """Stop a user's run before its next tile."""
        with self._lock:
            if user in self._stops:
                self._stops[user].set()

    def forget(self, user):
        """Stop a user's run and remove the files of all."""
        self.stop(user)
        with self._lock:
            self._stops.pop(user, None)
            folders = [*self._runs.pop(user, ()), *self._papers.pop(user, ())]
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def lay_out(self, name, source, user=""):
        """Return the path of what dabs of colour are painted on for a task: the picture or its sketch, as it is shown.

        Raises RefusedError.
        """
        opened, stop = self.open(name), self._begin(user)
        try:
            options = opened.complete({})
            picture = images.read(source, self.max_megapixels)
            paper = opened.task.lay_out(opened.load(options), picture, options, heed(stop))
            folder = self._make_folder(self._papers, user)
            return str(write_view(folder / "paper.png", paper, PAPER, grow=True))
        except jobs.CancelledError:
            raise RefusedError("Stopped.") from None
        except FAILURES as error:
            raise RefusedError(f"{Path(source).name}: {describe(error, source)}") from error

    def show_before(self, source):
        """Return the path of a picture as a browser can show it, and its (height, width). Raises as `images.read`."""
        with self._lock:
            if source in self._before:
                self._before.move_to_end(source)
                return self._before[source]
        picture = images.read(source, self.max_megapixels)
        folder = self.folder / "before"
        folder.mkdir(exist_ok=True)
        view = write_view(folder / f"{secrets.token_hex(8)}.png", picture, VIEW)
        with self._lock:
            self._before[source] = str(view), picture.shape[:2]
            while len(self._before) > BEFORE:
                Path(self._before.popitem(last=False)[1][0]).unlink(missing_ok=True)
            return self._before[source]

    def show(self, done, kind, side=VIEW):
        """Return the path of a result as a browser shows it, at most `side` pixels long; None if there is none."""
        kinds = list_kinds(done)
        if not kinds:
            return None
        path = Path(done.targets[kind if kind in kinds else kinds[0]])
        if max(images.size(path)) <= side:
            return str(path)
        view = path.parent / f"view-{side}" / path.name
        if not view.exists():
            view.parent.mkdir(exist_ok=True)
            write_view(view, cv2.imread(str(path), cv2.IMREAD_UNCHANGED), side, bgr=True)
        return str(view)

    def _begin(self, user):
        """Return the event that stops a user's run, newly."""
        with self._lock:
            self._stops[user] = threading.Event()
            return self._stops[user]

    def _complete(self, opened, given, sources):
        """Return all options in a namespace, sheets of dabs at the picture's size."""
        given = dict(given)
        for name, value in given.items():
            if isinstance(value, np.ndarray):
                if len(sources) > 1:
                    raise ValueError(f"{name}: painted dabs belong to one picture. Received: {len(sources)}")
                given[name] = fit_dabs(value, self.show_before(str(sources[0]))[1])
        options = opened.complete(given)
        options.max_megapixels = self.max_megapixels
        return options

    def _make_folder(self, kept, user):
        """Make a folder whose name nobody guesses, add it to a user's, and remove his oldest."""
        folder = self.folder / "runs" / secrets.token_hex(8)
        files.make_folder(folder)
        with self._lock:
            folders = kept.setdefault(user, deque())
            folders.append(folder)
            gone = [folders.popleft() for _ in range(len(folders) - KEPT)]
        for old in gone:
            shutil.rmtree(old, ignore_errors=True)
        return folder


def simplify(name):
    """Return a task's name as a part of file names and addresses: `lines,refine` is `lines_refine`."""
    return name.replace(",", "_")


def heed(stop, progress=None):
    """Return a function that wraps a list of tiles: it ends with CancelledError once `stop` is set."""

    def track(windows):
        for number, window in enumerate(windows):
            if stop.is_set():
                raise jobs.CancelledError
            if progress:
                progress(number, len(windows), "tiles")
            yield window

    return track


def attempt(todo, opened, options, stop, progress):
    """Do jobs: one with progress by tile, several side by side.

    Returns:
        (done, failed, remarks): the jobs that were done; (path, reason) of the others; sentences.
    """
    done, failed, remarks = [], [], []
    with contextlib.ExitStack() as stack:
        if len(todo) == 1:
            ended: Any = do_one(todo[0], opened, options, heed(stop, progress))
        else:
            ended = stack.enter_context(contextlib.closing(jobs.run_jobs(todo, opened, options, heed(stop))))
        for number, (job, found, error) in enumerate(ended):
            if stop.is_set() or isinstance(error, jobs.CancelledError):
                raise jobs.CancelledError
            if isinstance(error, FAILURES):
                failed.append((job.source, describe(error, job.source)))
            elif error:
                raise error
            else:
                done.append(job)
                remarks += [f"{job.source.name}: {remark}" for remark in found]
            if progress and len(todo) > 1:
                progress(number + 1, len(todo), "pictures")
    return done, failed, remarks


def do_one(job, opened, options, track):
    """Do one job in this thread; yields as `jobs.run_jobs`."""
    try:
        yield job, jobs.do(job, opened, options, track), None
    except (*FAILURES, jobs.CancelledError) as error:
        yield job, None, error


def make_done(job, task):
    """Return the `Done` of a job."""
    return Done(str(job.source), {kind: str(path) for kind, path in job.targets.items()}, task.shown)


def list_kinds(done):
    """Return the kinds of results that a browser can show, the one to show first in front."""
    kinds = [kind for kind, path in done.targets.items() if is_shown(Path(path))]
    return sorted(kinds, key=lambda kind: kind != done.shown)


def is_shown(path):
    """Whether a file is a PNG of at most eight bits a channel: deeper ones are numbers."""
    if path.suffix != ".png" or not path.exists():
        return False
    with open(path, "rb") as file:
        return file.read(25)[24:] <= b"\x08"  # the depth, in a PNG's first chunk


def write_view(path, picture, side, bgr=False, grow=False):
    """Write a picture, shrunk to at most `side` pixels each way, and return the path.

    Args:
        path: where to. picture: (H, W), (H, W, 3) or (H, W, 4) uint8. side: in pixels.
        bgr: whether its channels are in OpenCV's order. grow: whether to enlarge smaller ones.
    """
    scale = side / max(picture.shape[:2])
    if scale < 1 or grow:
        height, width = (max(1, round(length * scale)) for length in picture.shape[:2])
        picture = images.resize(picture, (height, width))
    if bgr and picture.ndim == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB if picture.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    images.write(path, picture)
    return path


def fit_dabs(sheet, shape):
    """Bring painted dabs to a picture's size.

    Args:
        sheet: (h, w, 4) uint8 RGBA. shape: the picture's (height, width).

    Returns:
        (H, W, 4) uint8: RGB and 255 where there is a dab, half opaque or more; 0 elsewhere, RGB too.
    """
    height, width = shape
    sized = cv2.resize(sheet, (width, height), interpolation=cv2.INTER_NEAREST)
    dabs = sized[..., 3:] >= 128
    return np.where(dabs, np.dstack([sized[..., :3], np.full(shape, 255, np.uint8)]), np.uint8(0))


def write_archive(path, folder, paths):
    """Write files of a folder into a zip archive, whole or not at all; returns its path. Raises OSError."""
    with files.write_aside(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for each in paths:
            packed = each.suffix in (".png", ".ora", ".npy")  # packed already, or not worth it
            way = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.write(each, each.relative_to(folder).as_posix(), way)
    return path


def shorten(text, folder, sources):
    """Leave the folders out of a sentence about files."""
    for parent in {folder, *(Path(source).parent for source in sources)}:
        text = text.replace(f"{parent}/", "").replace(f"{parent}\\", "")
    return text
