"""Checkpoints of a training: network, optimizer, averaged weights and progress in one file."""

import dataclasses
import io
import json
import zipfile

import numpy as np

from illustration_parts.system import devices, files

STATE = "training.keras"  # network, optimizer, averaged weights and progress in one file, replaced in one step
LOCK = ".lock"  # held while a training goes on
STATE_ABOUT = "about.json"  # progress, in that zip file
STATE_AVERAGE = "average.npz"  # averaged weights, in that zip file
RENAMED = {"critic": "adversarial_weight", "start": "initial_weights"}  # fields of `Progress` in older checkpoints


@dataclasses.dataclass
class Progress:
    """How far a training is; stored in the checkpoint."""

    task: str
    variant: str
    adversarial_weight: float = 0.0  # weight of the discriminator's judgement in the loss; 0: no discriminator
    initial_weights: str = ""  # the file that the network began with
    optimizer: str = "adamw"
    step: int = 0
    averaged: int = 0  # last step whose weights are in the average
    seconds: float = 0.0  # of training, earlier runs included
    data: str = ""  # number of pairs, their folder and the share of drawings; "" in older checkpoints


def find_generators(network):
    """Return the state variables of the random generators of a network's dropout."""
    return [variable for variable in network.variables if variable.name == "seed_generator_state"]


def save_state(folder, network, average, progress):
    """Write the checkpoint under another name, then rename it, so that a whole one exists at any moment."""
    arrays = io.BytesIO()
    np.savez(arrays, *average.weights)
    with write_aside(folder / STATE) as partial:
        with devices.alone():  # saving makes a second optimizer, for comparison
            network.save(partial)
        with zipfile.ZipFile(partial, "a") as archive:
            archive.writestr(STATE_ABOUT, json.dumps(dataclasses.asdict(progress)))
            archive.writestr(STATE_AVERAGE, arrays.getvalue())


def write_aside(path):
    """As `files.write_aside`, for a `.keras` file; the renaming waits until the file is on the disk."""
    return files.write_aside(path, path.with_name(f".{path.stem}.partial.keras"), sync=True)


def read_progress(path):
    """Return the `Progress` of a checkpoint; ValueError if the file is damaged, or no checkpoint."""
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(STATE_ABOUT))
            about = {RENAMED.get(name, name): value for name, value in about.items()}
            return Progress(**{"averaged": about["step"], **about})
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no checkpoint of this script, or damaged ({error})") from error


def read_step(path):
    """Return the step at which a checkpoint was saved; None if there is no whole checkpoint."""
    try:
        return read_progress(path).step
    except ValueError:
        return None


def restore_state(path, network, average):
    """Set network, optimizer, average and random generators to a checkpoint, whatever its precision."""
    import keras

    with devices.alone():
        saved = keras.saving.load_model(path, safe_mode=True)
    network.set_weights(saved.get_weights())
    both = network.optimizer, saved.optimizer
    if type(both[0]) is not type(both[1]):  # only one of them scales its loss, as mixed_float16 does
        both = [getattr(optimizer, "inner_optimizer", optimizer) for optimizer in both]
    states = [[*optimizer.variables, *find_generators(each)] for optimizer, each in zip(both, (network, saved))]
    for variable, value in zip(*states, strict=True):
        variable.assign(value)
    with zipfile.ZipFile(path) as archive:
        arrays = np.load(io.BytesIO(archive.read(STATE_AVERAGE)))
        average.weights = [arrays[name] for name in arrays.files]
