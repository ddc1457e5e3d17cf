"""Measures time and memory: of functions, of programs in processes of their own, of the GPU."""

import contextlib
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from illustration_parts.system import devices

ROOT = Path(__file__).resolve().parents[2]


class ProgramError(RuntimeError):
    """A measured program has failed; the message has its command."""

    def __init__(self, process, output=""):
        super().__init__(f"exit code {process.returncode}: {' '.join(process.args)}{output}")


def time_fastest(repeats, function, *arguments, **options):
    """Call a function several times; returns its result and the seconds of the fastest call."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        result = function(*arguments, **options)
        times.append(time.perf_counter() - begun)
    return result, min(times)


def time_each(function, items):
    """Call a function with each item; returns the results and the seconds that a call took on average."""
    begun = time.perf_counter()
    results = [function(item) for item in items]
    return results, (time.perf_counter() - begun) / len(results)


def measure_rate(function, seconds):
    """Call a function again and again for some seconds; returns calls a second."""
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        function()
        count += 1
    return count / (time.perf_counter() - begun)


def run_measured(command, watched=None):
    """Run a command to its end.

    Args:
        command: list of arguments.
        watched: folder whose first PNG is timed, or None.

    Returns:
        dict: `seconds`, `first` (seconds until the first PNG, or None), `peak` in MB (None if unknown), `output`
            (stdout).

    Raises:
        ProgramError: if it fails.
    """
    begun = time.perf_counter()
    first = peak = None
    with tempfile.TemporaryFile() as output:
        with start(command, stdout=output) as process:
            while process.poll() is None:
                peak = read_memory(process.pid) or peak
                if first is None and watched is not None and any(Path(watched).rglob("*.png")):
                    first = time.perf_counter() - begun
                time.sleep(0.005)
        seconds = time.perf_counter() - begun
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise ProgramError(process, f"\n{text}")
    return {"seconds": seconds, "first": first, "peak": peak, "output": text}


def run_predict(pictures, result, options):
    """Run predict.py on files or a folder, in a process of its own: returns what `run_measured` does."""
    return run_measured([sys.executable, ROOT / "predict.py", pictures, "--output", result, *options], result)


@contextlib.contextmanager
def start(command, **options):
    """Start a process that does not outlive the context: an exception kills it."""
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, **options)
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()


def read_memory(number, kind="VmHWM"):
    """Return the most memory, in MB, that a running process has held so far; None where the system does not say.

    This is Linux' /proc. The usage that is reported at a process's end would include its parent's before the start.

    Args:
        number: of the process; `"self"` for the one that asks.
        kind: `"VmHWM"`, or `"VmRSS"` for what it holds now.
    """
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return None
    held = [line.split()[1] for line in status.splitlines() if line.startswith(kind)]
    return int(held[0]) / 1024 if held else None


class GpuWatch:
    """Asks NVIDIA's driver, twice a second, how busy the first GPU is and how much memory it uses."""

    command = ("nvidia-smi", "--query-gpu=name,utilization.gpu,memory.used", "--format=csv,noheader,nounits")

    def __enter__(self):
        self.seen, self.end = [], threading.Event()
        self.thread = threading.Thread(target=self._look)
        if devices.gpu_is_seen():
            self.thread.start()
        return self

    def __exit__(self, *_):
        self.end.set()
        if self.thread.ident:
            self.thread.join()

    def _look(self):
        while not self.end.wait(0.5):
            answer = subprocess.run(self.command, capture_output=True, text=True)
            if answer.returncode == 0:
                self.seen.append(answer.stdout.splitlines()[0].rsplit(", ", 2))

    def describe(self):
        """Describe the GPU: name, mean utilisation and most memory used; None without a GPU."""
        if not self.seen:
            return None
        busy = np.mean([float(use) for _, use, _ in self.seen if use.isdigit()] or [np.nan])
        most = max((int(held) for *_, held in self.seen if held.isdigit()), default="?")
        return f"{self.seen[0][0]}, {busy:.0f} % busy, {most} MB"


def name_processor():
    """Return the processor's name and its number of cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"
