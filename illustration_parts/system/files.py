"""Files: walking folders, writing whole or not at all, locks."""

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

_numbers = itertools.count()  # a thread may write several files at once


def write_bytes(path, data):
    """Write a file whole or not at all, as `write` does."""
    with write_aside(path) as temporary, open(temporary, "wb") as file:
        file.write(data)


@contextlib.contextmanager
def write_aside(path, temporary=None, sync=False):
    """Give a temporary name in the same folder. The file is renamed at the end, or removed after an error.

    Args:
        path: the file's final name.
        temporary: the other name; None for one that nobody else has, and that is short, however long `path` is.
        sync: whether to wait until its bytes are on the disk, so that it stays whole if the power fails.

    Raises:
        OSError: if the file cannot be written or renamed; the error has the final name.
    """
    path = Path(path)
    temporary = temporary or path.with_name(f".{os.getpid()}-{threading.get_ident()}-{next(_numbers)}.part")
    try:
        yield temporary
        if sync:
            with open(temporary, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.filename == str(temporary):
            error.filename = str(path)
        raise


def walk(folder, problems, leave=None):
    """Yield the paths of a folder's files, sub-folders included, hidden files left out, sorted by name.

    Links to files are followed, links to folders are not.

    Args:
        folder: where to look.
        problems: list that gets (folder, OSError) for each folder that cannot be read.
        leave: a folder to leave out, or None.
    """
    waiting, seen = [os.fspath(folder)], set()  # until Python 3.12 os.walk recurses too deep
    if leave is not None and os.path.isdir(leave):
        seen.add(_identify(leave))
    while waiting:
        parent = waiting.pop()
        try:
            place = _identify(parent)
            if place in seen and place[1]:  # Windows' junctions are no links and may lead back; 0: unknown
                continue
            seen.add(place)
            with os.scandir(parent) as entries:
                entries = sorted((entry for entry in entries if entry.name[0] != "."), key=lambda entry: entry.name)
        except OSError as error:
            problems.append((Path(parent), error))
            continue
        folders = []
        for entry in entries:
            if not _is_folder(entry):
                yield Path(entry)
            elif not entry.is_symlink():
                folders.append(entry.path)
        waiting.extend(reversed(folders))


def _identify(path):
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _is_folder(entry):
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def make_folder(path):
    """Make a folder and its parents, however many (`Path.mkdir` recurses for each). Raises OSError."""
    missing = []
    while not path.is_dir() and path != path.parent:
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)


def is_same(path, other):
    """Whether two paths lead to the same file, even by links. A missing file counts by its path."""
    try:
        return os.path.samefile(path, other)
    except OSError:
        return os.path.realpath(path) == os.path.realpath(other)


def show(path):
    """Open a picture in the system's viewer, without waiting for it.

    Raises:
        OSError: if the system has none.
    """
    path = os.path.abspath(path)  # so that no name looks like an option
    if sys.platform == "win32":
        os.startfile(path)
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    if shutil.which(opener) is None:
        raise OSError(f"{opener} was not found: open {path} by hand")
    subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


class HeldError(RuntimeError):
    """Another process holds the lock."""


@contextlib.contextmanager
def hold(path):
    """Hold a lock file for as long as the context lasts. If the process dies, the system releases it.

    Args:
        path: the file, which names its holder. It is removed afterwards, except on Windows.

    Raises:
        HeldError: if another process holds it; the message names that process.
        OSError: if the file cannot be made or locked.
    """
    # The package filelock empties the file when another process asks for it, and leaves it behind. So this is our own.
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
        file.close()  # its holder has just removed it
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

        file.seek(1 << 20)  # far behind the text
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return
    import fcntl

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_file(file, path):
    """Whether an open file is the one that now has this name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False
