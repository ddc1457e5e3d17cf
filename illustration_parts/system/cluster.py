"""Runs calls on the workers of a Dask cluster.

for index, result, error in cluster.run("tcp://192.168.0.1:8786", function, [(1, 2), (3, 4)]): ...

When a worker dies, another one makes its calls again. New workers may join; all of them find this folder.
"""

import functools
import os
import site
import time
from pathlib import Path

from illustration_parts.system import cli

ROOT = Path(__file__).resolve().parents[2]
AHEAD = 1000  # calls given to the scheduler at a time
ANSWER = 20  # seconds to wait for the scheduler, and for the first worker
PATIENCE = 10  # seconds without a result, after which it is checked whether a worker is left


def run(address, function, calls, say=print):
    """Call a function once for each tuple of arguments, on a cluster.

    A call whose worker died is made again by another worker. A call that killed several workers is given up, after
    all others have ended.

    Args:
        address: of a Dask scheduler. Its workers must see the same files, and this folder, under the same paths.
        function: of a file of this folder, or a `functools.partial` of one.
        calls: list of tuples of arguments.
        say: called with a message when no worker is left, and when there is one again.

    Yields:
        (index, result, None) or (index, None, error) for each call, in the order in which they end.

    Raises:
        ImportError: if `distributed` is not installed.
        OSError: if the scheduler does not answer, or no longer, or has no worker.
    """
    with _connect(address) as client:
        from distributed import KilledWorker

        suspects = {}
        for index, result, error in _run(client, function, enumerate(calls), AHEAD, say):
            if isinstance(error, KilledWorker):
                suspects[index] = error
            else:
                yield index, result, error
        found = ((index, None, error) for index, error in suspects.items())
        if len(suspects) > 1:  # the scheduler blames all that a worker had before it: some only waited there
            found = _run(client, function, ((index, calls[index]) for index in suspects), 1, say)
        for index, result, error in found:
            if isinstance(error, KilledWorker):
                error = RuntimeError(f"{error.allowed_failures + 1} workers died of it")
            yield index, result, error


def _run(client, function, calls, ahead, say):
    """Yield (index, result, error) of each of `calls`, of which the scheduler has `ahead` at a time."""
    from distributed import as_completed

    remaining, pending, ended = iter(calls), {}, as_completed()
    address = client.scheduler.address

    def begin(count):
        for _, (index, arguments) in zip(range(count), remaining):
            future = client.submit(function, *arguments, pure=False)
            pending[future] = index
            ended.add(future)

    begin(ahead)
    last, alone = time.monotonic(), False
    try:
        while pending:
            batch = ended.next_batch(block=False)
            for future in batch:
                index, (result, error) = pending.pop(future), _outcome(future, address)
                future.release()  # or it is computed again, and blamed, when the worker that holds it dies
                yield index, result, error
            begin(len(batch))
            if batch:
                last = time.monotonic()
                continue
            if time.monotonic() - last > PATIENCE:
                last, before = time.monotonic(), alone
                alone = not client.nthreads()
                if alone != before:
                    say(f"{address} has no worker left: waiting for one" if alone else f"{address} has a worker")
            time.sleep(0.02)
    finally:
        client.cancel(list(pending))


def _outcome(future, address):
    """Return (result, error) of a call that has ended."""
    if future.cancelled():
        raise ConnectionError(f"{address} no longer answers")
    error = future.exception()
    return None if error else future.result(), error


def _connect(address):
    """Return a client with at least one worker. All workers, and new ones, know this folder."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(f"needs distributed ({error}): {cli.name_install('distributed')}") from None
    try:
        client = Client(address, timeout=ANSWER)
    except ValueError as error:  # no address at all
        raise OSError(f"expected an address such as tcp://192.168.0.1:8786 ({error})") from None
    try:
        client.register_worker_callbacks(functools.partial(site.addsitedir, os.fspath(ROOT)))
        client.wait_for_workers(1, timeout=ANSWER)
    except BaseException as error:
        client.close()
        if isinstance(error, TimeoutError):
            raise OSError(f"no worker after {ANSWER} seconds") from None
        raise
    return client
