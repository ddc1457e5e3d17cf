"""Several devices, on one machine or several, train one network together.

    team = devices.join("all")   # before Keras makes anything
    team.chief                   # whether this process is the one that writes

Each device holds the whole network and takes an equal share of every batch. Sums, batch statistics and gradients are
those of the whole batch. So the result is that of one device, with the same learning rate.

This is Keras' distribution API on JAX. TensorFlow's strategies are not used: with them Keras clips the gradient of each
device before it adds them up. It also normalises by the statistics of each share, unless a layer asks for more.
"""

import contextlib
import dataclasses
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from illustration_parts.system import cli


def gpu_is_seen():
    """Whether NVIDIA's driver lists a GPU, found out without importing TensorFlow."""
    if shutil.which("nvidia-smi") is None:
        return False
    try:
        listing = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return listing.returncode == 0 and "GPU 0" in listing.stdout


def choose_backend():
    """Let Keras use an installed backend if the user named none and its first choice is missing."""
    if "KERAS_BACKEND" not in os.environ:
        installed = [package for package in ("tensorflow", "jax", "torch") if importlib.util.find_spec(package)]
        if installed and "tensorflow" not in installed:
            os.environ["KERAS_BACKEND"] = installed[0]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


# What TensorFlow and JAX print about themselves as they start: notes and warnings of their C++ log, and two kinds of
# errors. One is that factories are registered twice. The other is that there is no GPU, see `explain_idle_gpu`.
NOISE = "|".join(
    (
        r"WARNING: All log messages before absl",
        r"To enable the following instructions",
        r"(\d{4}-\d\d-\d\d [\d:.]+: )?[IW](\d{4}| tensorflow)",
        r"(\d{4}-\d\d-\d\d [\d:.]+: )?E.*cuInit",
        r"(\d{4}-\d\d-\d\d [\d:.]+: )?E.*(Unable to register cu\w+ factory|placer already registered)",
    )
)
FILTER = """
import re, sys
for line in sys.stdin.buffer:
    if not re.match(sys.argv[1].encode(), line):
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
"""


@contextlib.contextmanager
def hush():
    """Leave out the lines of standard error that look like `NOISE`, those of C++ code among them.

    TensorFlow prints some of them before it reads `TF_CPP_MIN_LOG_LEVEL`. A process of its own reads the lines, so
    that the last words of a crash are shown. A level of 0 or 1 shows everything.
    """
    level = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "2")
    # A program that embeds Python may name itself as the interpreter.
    if level in ("0", "1") or not Path(sys.executable or "").name.startswith("python"):
        yield
        return
    sys.stderr.flush()
    command = [sys.executable, "-I", "-S", "-c", FILTER, NOISE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as reader:  # Ctrl-C leaves it alone
        kept = os.dup(2)
        os.dup2(reader.stdin.fileno(), 2)  # type: ignore[union-attr]
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


def start_keras():
    """Choose a backend, import Keras with it, and return Keras; without what the backend says about itself.

    Raises:
        ImportError: if Keras or its backend is missing.
    """
    choose_backend()
    if "keras" in sys.modules:
        return importlib.import_module("keras")
    with hush():
        keras = importlib.import_module("keras")
        if keras.backend.backend() == "tensorflow":
            backend_has_gpu()  # TensorFlow looks for GPUs, and says so
    return keras


def explain_idle_gpu():
    """Say so if NVIDIA's driver lists a GPU that Keras' backend cannot use; else None. Keras must be imported."""
    import keras

    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1") or "cpu" in os.environ.get("JAX_PLATFORMS", "")
    if hidden or not gpu_is_seen() or backend_has_gpu():
        return None
    backend = keras.backend.backend()
    package = {"tensorflow": "tensorflow[and-cuda]", "jax": "jax[cuda12]"}.get(backend, backend)
    return (
        f"nvidia-smi lists a GPU that {backend} cannot use, so the processor computes. What may help: "
        f"{cli.name_install(package)}; TF_CPP_MIN_LOG_LEVEL=0 shows what {backend} says"
    )


def backend_has_gpu():
    """Whether Keras' backend computes on a GPU (`keras.distribution.list_devices` does not answer on PyTorch)."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return jax.default_backend() in ("gpu", "cuda", "rocm")
    if keras.backend.backend() == "torch":
        import torch

        return torch.cuda.is_available()
    import tensorflow

    return bool(tensorflow.config.list_physical_devices("GPU"))


def choose_precision(wanted):
    """Return the dtype policy for the device: 16-bit floats if the device computes faster with them."""
    if wanted != "auto":
        return wanted
    import keras

    if backend_has_gpu():
        try:
            command = ["nvidia-smi", "--query-gpu=compute_cap", "--format=csv,noheader"]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=20).stdout
            modern = min(float(line) for line in answer.split()) >= 8.0  # Ampere and later compute in bfloat16
        except (OSError, ValueError, subprocess.TimeoutExpired):
            modern = False
        return "mixed_bfloat16" if modern else "mixed_float16"
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        flags = ""
    bfloat16 = "avx512_bf16" in flags or "amx_bf16" in flags
    return "mixed_bfloat16" if bfloat16 and keras.backend.backend() != "jax" else "float32"


def make_repeatable():
    """Make TensorFlow add up in the same order each time, on a CPU, where that costs nothing.

    On a GPU it would refuse some operations.
    """
    import keras

    if keras.backend.backend() == "tensorflow" and not backend_has_gpu():
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()


# Keras' own variables, which each of several machines sets.
MACHINES = "KERAS_DISTRIBUTION_NUM_PROCESSES"
PLACE = "KERAS_DISTRIBUTION_PROCESS_ID"
ADDRESSES = "KERAS_DISTRIBUTION_JOB_ADDRESSES"


class DevicesError(RuntimeError):
    """The wanted devices do not exist, or cannot be used."""


@dataclasses.dataclass(frozen=True)
class Team:
    """The devices that train together, as one of the processes sees them.

    Attributes:
        devices: number of all devices.
        processes: number of processes that drive them, one on each machine.
        process: number of this process, from 0.
    """

    devices: int = 1
    processes: int = 1
    process: int = 0

    @property
    def chief(self):
        """Whether this process is the one that writes."""
        return self.process == 0

    def agree(self, number):
        """Return the highest of the processes' integers; all processes must call this at the same point."""
        if self.processes == 1:
            return number
        from jax.experimental import multihost_utils

        return int(np.max(multihost_utils.process_allgather(np.int32(number))))


def join(wanted="1"):
    """Prepare the wanted number of devices.

    Args:
        wanted: `"all"`, or a number of devices of this machine. If the environment names several machines, all of
            their devices.

    Returns:
        A `Team`. With more than one device, Keras makes every variable on all of them from now on.

    Raises:
        DevicesError: if there are too few, if JAX is missing or not the backend, or if the environment is unclear.
    """
    named = os.environ.get(MACHINES, "1")
    if not named.isdigit():
        raise DevicesError(f"{MACHINES} must be a number. Received: {named}")
    machines = int(named)
    if wanted == "1" and machines == 1:
        return Team()
    backend = os.environ.setdefault("KERAS_BACKEND", "jax")
    if backend != "jax" or not importlib.util.find_spec("jax"):
        raise DevicesError(
            f"several devices train together under JAX: {cli.name_install('jax')} (with an NVIDIA GPU: "
            f"'jax[cuda12]'), and leave KERAS_BACKEND unset, or jax. It is: {backend}"
        )
    if machines > 1:
        missing = [name for name in (PLACE, ADDRESSES) if not os.environ.get(name)]
        if missing:
            raise DevicesError(f"{MACHINES} is {machines}, but {' and '.join(missing)} is not set")
        if wanted not in ("1", "all"):
            raise DevicesError(f"several machines use all of their devices. Received: {wanted}")
    keras = start_keras()
    if machines > 1:
        try:
            keras.distribution.initialize()
        except (RuntimeError, ValueError) as error:
            raise DevicesError(f"the machines do not find each other: {error}") from error
    found = keras.distribution.list_devices()
    if wanted.isdigit() and machines == 1:
        if int(wanted) > len(found):
            raise DevicesError(f"there are {len(found)} devices ({', '.join(found)}). Wanted: {wanted}")
        found = found[: int(wanted)]
    if len(found) == 1:
        return Team()
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=found, auto_shard_dataset=False))
    import jax

    return Team(len(found), jax.process_count(), jax.process_index())


@contextlib.contextmanager
def alone():
    """Make Keras use this process' first device only, for work of one process."""
    import keras

    before = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(before)
