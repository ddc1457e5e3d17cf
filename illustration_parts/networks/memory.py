"""Remembers what networks found, so that the same picture with other options takes no second run.

memory = Memory(512)                                            # megabytes
with illustration_parts.open("regions", memory=memory) as regions:
    regions.predict(picture)                                    # runs the network
    regions.predict(picture, detail=0.7)                        # does not
"""

import hashlib
import threading
import weakref
from collections import OrderedDict

import numpy as np

MEGABYTES = 512


class Memory:
    """The maps that networks found last; those that were not asked for longest go first. Safe from several threads.

    Args:
        megabytes: how much is kept at most. Larger maps are not kept.
    """

    def __init__(self, megabytes=MEGABYTES):
        self._most = megabytes * 1e6
        self._found: OrderedDict = OrderedDict()  # {key: array}, the least recent first
        self._names: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # {network: what stands for it in keys}
        self._lock = threading.Lock()

    def __len__(self):
        return len(self._found)

    @property
    def bytes(self):
        """How much is kept now."""
        return sum(array.nbytes for array in self._found.values())

    def recall(self, network, picture, settings, find):
        """Return what a network finds in a picture.

        Args:
            network: of `engine.load`.
            picture: (H, W, C) uint8.
            settings: a tuple of all else that the result depends on.
            find: function without arguments that runs the network, if its result is not known.

        Returns:
            The array of `find`, which the caller may change.
        """
        digest = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16).digest()
        with self._lock:
            # A network that was freed may leave its address to another, so it does not name itself.
            key = (self._names.setdefault(network, object()), picture.shape, digest, *settings)
            known = self._found.get(key)
            if known is not None:
                self._found.move_to_end(key)
                return known.copy()
        found = find()
        if found.nbytes <= self._most:
            with self._lock:
                self._found[key] = found.copy()
                while self.bytes > self._most:
                    self._found.popitem(last=False)
        return found


class Remembering:
    """A network whose results a `Memory` keeps. All else is the network's own: `name`, `margin`, `stream` and so on."""

    def __init__(self, network, memory):
        self.network, self.memory = network, memory

    def __getattr__(self, name):
        return getattr(self.network, name)
