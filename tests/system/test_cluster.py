import contextlib
import functools
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from helpers import draw_map

import predict
import skeletonize_all
from illustration_parts.imaging import images, region_maps, skeletons
from illustration_parts.system import cli, cluster

distributed = pytest.importorskip("distributed")
HERE = Path(__file__).resolve().parent
ROUGH = sorted((HERE.parents[1] / "data/rough").glob("*.png"))


@contextlib.contextmanager
def open_cluster(workers, folder):
    """A scheduler, and workers started elsewhere that know the tests but not the scripts; gives its address."""
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None, protocol="tcp") as local:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", local.scheduler_address, "--nthreads", "1"]
        command += [
            "--nworkers",
            str(workers),
            "--no-dashboard",
            "--local-directory",
            str(folder),
            "--host",
            "127.0.0.1",
        ]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent)))}
        with subprocess.Popen(command, cwd="/", env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                yield local.scheduler_address
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with open_cluster(2, tmp_path_factory.mktemp("workers")) as address:
        yield address


def list_pids(address):
    """The workers' process numbers."""
    with distributed.Client(address) as client:
        client.wait_for_workers(2, timeout=60)
        return sorted(client.run(os.getpid).values())


def leave_trace(folder, number, seconds):
    """Take a while, and leave a file that says who did which."""
    Path(folder, f"{number}.{os.getpid()}.{time.monotonic_ns()}").touch()
    time.sleep(seconds)
    return number


def die_of_three(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_calls_come_back_with_their_index_and_their_own_error(address):
    found = {k: (result, error) for k, result, error in cluster.run(address, os.fsdecode, [(b"a",), (3,), (b"",)])}
    assert found[0] == ("a", None) and found[2] == ("", None)
    assert found[1][0] is None and isinstance(found[1][1], TypeError)
    assert list(cluster.run(address, os.fsdecode, [])) == []


def test_more_calls_than_the_scheduler_is_told_of_at_a_time(address, monkeypatch):
    monkeypatch.setattr(cluster, "AHEAD", 3)
    assert sorted(cluster.run(address, abs, [(-k,) for k in range(20)])) == [(k, k, None) for k in range(20)]


def test_what_a_killed_worker_had_begun_is_done_again_and_nothing_else(address, tmp_path):
    victim, ended = list_pids(address)[0], []
    work = functools.partial(leave_trace, str(tmp_path))
    for index, result, error in cluster.run(address, work, [(k, 0.1) for k in range(30)]):
        assert (result, error) == (index, None)
        ended.append(index)
        if len(ended) == 5:
            os.kill(victim, signal.SIGKILL)
    assert sorted(ended) == list(range(30))
    begun = Counter(int(path.name.split(".")[0]) for path in tmp_path.iterdir())
    assert set(begun) == set(range(30))
    assert sum(begun.values()) <= 30 + 2  # what it was at, and what it had done but not told yet


def test_a_call_that_kills_every_worker_is_given_up_and_the_others_are_done(address):
    ended = {k: (result, error) for k, result, error in cluster.run(address, die_of_three, [(k,) for k in range(6)])}
    assert "4 workers died of it" in cli.describe(ended.pop(3)[1])
    assert ended == {k: (k, None) for k in (0, 1, 2, 4, 5)}


def test_calls_that_only_waited_on_the_killed_workers_are_done(address, monkeypatch):
    """The scheduler may hand a worker more than one call at once, and then blames them all."""
    run, blamed = cluster._run, []

    def blame_two(client, function, calls, ahead, say):
        for index, result, error in run(client, function, calls, ahead, say):
            if index in (1, 4) and ahead > 1:
                blamed.append(index)
                result, error = None, distributed.KilledWorker("a call", None, 3)
            yield index, result, error

    monkeypatch.setattr(cluster, "_run", blame_two)
    ended = {k: (result, error) for k, result, error in cluster.run(address, die_of_three, [(k,) for k in range(6)])}
    assert sorted(blamed) == [1, 4]
    assert "4 workers died of it" in cli.describe(ended.pop(3)[1])
    assert ended == {k: (k, None) for k in (0, 1, 2, 4, 5)}


def test_pictures_and_their_remarks_while_a_worker_is_killed(
    address, tmp_path, tiny_refiner_weights, capsys, monkeypatch
):
    """The same as on this machine, with relative paths and a bad file."""
    monkeypatch.chdir(tmp_path)
    for folder in ("in", "in/deeper"):
        Path(folder).mkdir()
    for number in range(16):
        lines = images.read_map(ROUGH[number % len(ROUGH)])[number:, 5 * number :]
        images.write(f"in/{'deeper/' * (number % 2)}{number}.png", lines if number % 4 else 255 - lines)
    Path("in/bad.png").write_text("broken")
    options = ["in", "--task", "refine", "--weights", os.path.relpath(tiny_refiner_weights.with_suffix(".xml"))]
    assert predict.main([*options, "--output", "here"]) == 1
    here = capsys.readouterr()
    victim, write = list_pids(address)[0], predict.tqdm.write
    monkeypatch.setattr(predict.tqdm, "write", lambda *a, **k: (kill(victim), write(*a, **k)))
    assert predict.main([*options, "--output", "there", "--cluster", address]) == 1
    there = capsys.readouterr()
    assert not Path(f"/proc/{victim}").exists()
    assert sorted(there.out.splitlines()[:-1]) == sorted(here.out.splitlines()[:-1])
    assert here.out.count("light lines on dark, inverted") == 4 and "in/bad.png: " in here.err
    assert there.err == here.err
    assert "16 done in" in there.out and there.out.endswith("; 1 failed\n")
    results = sorted(path.relative_to("here") for path in Path("here").rglob("*.*"))
    assert results == sorted(path.relative_to("there") for path in Path("there").rglob("*.*")) and len(results) == 16
    for path in results:
        assert Path("here", path).read_bytes() == Path("there", path).read_bytes()


def test_region_maps_while_a_worker_is_killed(address, tmp_path, capsys, monkeypatch):
    for seed in range(12):
        images.write(tmp_path / f"{seed}.region.png", region_maps.colour_regions(draw_map(seed, 300, 400)))
    (tmp_path / "2.region.png").write_text("broken")
    victim, write = list_pids(address)[0], skeletonize_all.tqdm.write
    monkeypatch.setattr(skeletonize_all.tqdm, "write", lambda *a, **k: (kill(victim), write(*a, **k)))
    assert skeletonize_all.main([str(tmp_path), "--cluster", address]) == 1
    captured = capsys.readouterr()
    assert "2.region.png" in captured.err and "11 written, 0 up to date, 1 failed" in captured.out
    for seed in range(12):
        if seed != 2:
            expected = skeletons.skeletonize_regions(draw_map(seed, 300, 400))
            assert np.array_equal(images.read_map(tmp_path / f"{seed}.skeleton.png"), expected)


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("wrong", ["tcp://127.0.0.1:9", "nonsense"])
def test_cluster_that_does_not_answer_is_named(wrong, tmp_path, capsys, monkeypatch, tiny_weights):
    monkeypatch.setattr(cluster, "ANSWER", 1)
    images.write(tmp_path / "0.region.png", region_maps.colour_regions(draw_map(0, 40, 60)))
    assert skeletonize_all.main([str(tmp_path), "--cluster", wrong]) == 1
    assert f"--cluster {wrong}: " in capsys.readouterr().err
    arguments = [str(tmp_path), "--weights", str(tiny_weights), "--output", str(tmp_path / "out"), "--cluster", wrong]
    assert predict.main(arguments) == 1
    assert f"predict.py: --cluster {wrong}: " in capsys.readouterr().err


def test_cluster_without_a_worker_is_told(monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 1)
    with (
        distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as local,
        pytest.raises(OSError, match="no worker after 1 seconds"),
    ):
        list(cluster.run(local.scheduler_address, abs, [(1,)]))
