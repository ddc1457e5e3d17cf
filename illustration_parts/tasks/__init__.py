"""What the networks are for: one file per task. The only list of tasks is here."""

import functools
import importlib
import itertools

from illustration_parts.networks import engine
from illustration_parts.tasks.chain import Chain

# {task: (its file, its class)}
_FILES = {
    "lines": ("lines", "Lines"),
    "refine": ("refine", "Refine"),
    "regions": ("regions", "Regions"),
    "sketch": ("sketches", "Sketch"),
    "binary2sketch": ("sketches", "BinaryToSketch"),
    "colorize": ("colorize", "Colorize"),
}
_UNTRAINED = {"layers": ("layers", "Layers")}  # tasks that run the networks of others
NAMES = tuple(_FILES)  # what can be trained
# Tasks that are run one after the other, each on what the one before found, go by their names with commas between.
# These are worth naming; the second has a name, and an ending of files, of its own.
CHAINS = ("lines,refine", "style")
PREDICTED = (*NAMES, *_UNTRAINED, *CHAINS)  # what `predict.py` offers
_STYLE = ("sketch,colorize", ".style")


@functools.cache
def load(name):
    """Return a task, a `base.Task`; its file is read when it is first asked for.

    Args:
        name: one of `PREDICTED`, or several of `NAMES` with commas between, such as `"lines,refine"`.

    Raises:
        ValueError: for another name, or tasks of which one cannot go on with what the one before finds.
    """
    chain, ending = _STYLE if name == "style" else (name, None)
    links, known = chain.split(","), _FILES | _UNTRAINED
    for link in links:
        if link not in known:
            raise ValueError(f"expected one of {', '.join(PREDICTED)}. Received: {name!r}")
    if len(links) == 1:
        file, kind = known[name]
        return getattr(importlib.import_module(f"illustration_parts.tasks.{file}"), kind)()
    for one, other in itertools.pairwise(links):
        if one not in load(other).follows:
            raise ValueError(f"{other} cannot go on with what {one} finds. Received: {name!r}")
    return Chain(name, [load(link) for link in links], ending)


def list_networks():
    """Return the networks of all tasks, {name: `engine.Kind`}."""
    return {name: kind for task in NAMES for name, kind in load(task).networks.items()}


engine.find_task = lambda name: load(name or NAMES[0])
