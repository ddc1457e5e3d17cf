"""Several devices, of one machine or of several, that train one network together.

    team = devices.join("all")   # before Keras makes anything
    team.chief                   # whether this process is the one that writes

Each device holds the whole network and takes an equal share of every batch. To the program the batch stays one: sums,
batch statistics and gradients are those of all of it, so the result is that of one device, and the learning rate, too.
This is Keras' distribution API on JAX. TensorFlow's strategies are not used: with them Keras clips the gradient of each
device on its own before it adds them up, and normalises by the statistics of each share alone where a layer does not
ask for more.
"""

import contextlib
import dataclasses
import importlib.util
import os

# Several machines run the same command, each with these, which are Keras' own names.
MACHINES = "KERAS_DISTRIBUTION_NUM_PROCESSES"
PLACE = "KERAS_DISTRIBUTION_PROCESS_ID"
ADDRESSES = "KERAS_DISTRIBUTION_JOB_ADDRESSES"


class DevicesError(RuntimeError):
    """Devices that cannot be had."""


@dataclasses.dataclass(frozen=True)
class Team:
    """The devices that train together, as one of the processes sees them.

    Attributes:
        devices: how many there are in all.
        processes: by how many processes they are driven, one on each machine.
        process: which of them this one is, from 0.
    """

    devices: int = 1
    processes: int = 1
    process: int = 0

    @property
    def chief(self):
        """Whether this process is the one that writes."""
        return self.process == 0

    def agree(self, number):
        """The highest of the numbers that the processes bring, an integer; all must call this alike."""
        if self.processes == 1:
            return number
        import numpy as np
        from jax.experimental import multihost_utils

        return int(np.max(multihost_utils.process_allgather(np.int32(number))))


def join(wanted="1"):
    """Make ready as many devices as are wanted.

    Args:
        wanted: `"all"`, or a number of devices of this machine. With several machines, which the environment tells,
            it is all of each.

    Returns:
        A `Team`. With more than one device Keras makes every variable on all of them from here on.

    Raises:
        DevicesError: if there are not as many, JAX is missing or not the chosen backend, or the environment is unclear.
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
            "several devices train together under JAX: pip install jax (with an NVIDIA GPU: jax[cuda12]), and leave "
            f"KERAS_BACKEND unset, or jax. It is: {backend}"
        )
    if machines > 1:
        missing = [name for name in (PLACE, ADDRESSES) if not os.environ.get(name)]
        if missing:
            raise DevicesError(f"{MACHINES} is {machines}, but {' and '.join(missing)} is not set")
        if wanted not in ("1", "all"):
            raise DevicesError(f"several machines use all of their devices. Received: {wanted}")
    import keras

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
    """Have Keras make variables on this process' first device only, for what one process does by itself."""
    import keras

    before = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(before)
