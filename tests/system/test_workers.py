import argparse
import concurrent.futures
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from illustration_parts.system import cli, files, workers

ROOT = Path(__file__).resolve().parents[2]
HOLDER = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from illustration_parts.system import files
with files.hold(sys.argv[1]):
    print("held", flush=True)
    time.sleep(100)
"""


def fail_with(error):
    raise error


@pytest.mark.parametrize(
    "error, reason",
    [
        (
            ModuleNotFoundError("No module named 'skimage'"),
            f"No module named 'skimage': {cli.name_install('requirements.txt')}",
        ),
        (BrokenProcessPool("x"), "a worker process was killed"),
        (FileNotFoundError(2, "No such file or directory", "a\nb"), "No such file or directory: a\\nb"),
    ],
)
def test_scripts_end_with_a_reason(error, reason, capsys):
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert cli.run_script(lambda: fail_with(error)) == 1
    finally:
        signal.signal(signal.SIGTERM, before)
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    "kind, text, expected",
    [
        (cli.number(0, 1), "1", 1.0),
        (cli.number(0.05, 20), "5e-2", 0.05),
        (cli.number(0, 1), "1.01", "expected a number from 0 to 1. Received: '1.01'"),
        (cli.number(0, 1), "nan", "expected a number from 0 to 1. Received: 'nan'"),
        (cli.whole(1), "17", 17),
        (cli.whole(0, 254), "254", 254),
        (cli.whole(0, 254), "255", "expected a whole number from 0 to 254. Received: '255'"),
        (cli.whole(1), "0", "expected a whole number, 1 or above. Received: '0'"),
        (cli.whole(1), "1.5", "expected a whole number, 1 or above. Received: '1.5'"),
        (cli.whole(1), "many", "expected a whole number, 1 or above. Received: 'many'"),
        (cli.whole(16, multiple=32), "64", 64),
        (cli.whole(16, multiple=32), "0", "expected a whole number, 16 or above, a multiple of 32. Received: '0'"),
        (cli.whole(16, multiple=32), "72", "expected a whole number, 16 or above, a multiple of 32. Received: '72'"),
        (cli.number(0), "0", 0.0),
        (cli.number(0), "inf", "expected a number, 0 or above. Received: 'inf'"),
        (cli.number(0, without=0), "0", "expected a number above 0. Received: '0'"),
        (cli.number(0, 1, without=1), "0.99", 0.99),
        (cli.number(0, 1, without=1), "1.0", "expected a number from 0 to 1, 1 excluded. Received: '1.0'"),
    ],
)
def test_numbers_of_the_command_line(kind, text, expected):
    if not isinstance(expected, str):
        assert kind(text) == expected and type(kind(text)) is type(expected)
        return
    with pytest.raises(argparse.ArgumentTypeError) as refusal:
        kind(text)
    assert str(refusal.value) == expected


def test_names_are_shown_on_one_line():
    assert cli.show("線 a'b.png") == "線 a'b.png"
    assert cli.show("a\nb\x1b[31m\udcff") == r"a\nb\x1b[31m\udcff"


def test_a_lock_is_held_by_one_and_gone_afterwards(tmp_path):
    path = tmp_path / "lock"
    for _ in range(2):
        with files.hold(path):
            with pytest.raises(files.HeldError, match=f"{path} is held by process {os.getpid()} on"):
                with files.hold(path):
                    pytest.fail("held twice")
            assert path.exists()
        assert not path.exists()


def test_a_lock_is_let_go_of_by_what_fails_in_it(tmp_path):
    with pytest.raises(ZeroDivisionError), files.hold(tmp_path / "lock"):
        raise ZeroDivisionError
    with files.hold(tmp_path / "lock"):
        pass


def test_a_killed_holder_holds_no_longer(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(files.HeldError, match=f"process {holder.pid} on"):
            with files.hold(path):
                pytest.fail("held twice")
        holder.kill()
        assert holder.wait() == -signal.SIGKILL
    assert path.exists()
    with files.hold(path):
        assert str(os.getpid()) in path.read_text()


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_anew(tmp_path, monkeypatch):
    path, locked = tmp_path / "lock", []

    def lock(file):
        locked.append(file.fileno())
        if len(locked) == 1:
            path.unlink()  # as its holder does when it lets go

    monkeypatch.setattr(files, "_lock", lock)
    with files.hold(path):
        assert len(locked) == 2 and path.read_text().startswith("process ")


@pytest.fixture
def ctrl_c_interrupts():
    """Python's own answer to SIGINT, which a process started in the background is told to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_interrupts")
def test_an_interrupt_that_another_thread_gets_is_heeded_while_a_job_runs():
    ended = threading.Event()

    def work():
        time.sleep(0.3)  # until the main thread waits
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        return ended.wait(20)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with pytest.raises(KeyboardInterrupt):
            job = pool.submit(work)
            workers.get_result(job)
        assert not job.done()
        ended.set()


def test_map_ahead_keeps_order_and_takes_few_items_in_advance():
    taken = []

    def items():
        for number in range(20):
            taken.append(number)
            yield number

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = workers.map_ahead(pool, lambda number: number * number, items(), 3)
        assert next(results) == 0
        assert len(taken) == 4
        assert list(results) == [number * number for number in range(1, 20)]
