"""Functions that Numba compiles at their first call: importing Numba takes as long as everything else.

@njit(cache=True, nogil=True)
def _count(mask): ...
"""

import functools
import sys
import threading

_waiting: dict = {}  # {module's name: {function's name: (function, options)}}
_lock = threading.Lock()


def njit(**options):
    """Mark a module's function to be compiled as `numba.njit` does, at the first call of any such function there.

    Args:
        **options: of `numba.njit`.

    Returns:
        A decorator. All functions of a module are compiled together and replace their stand-ins, so that they may call
        each other.
    """

    def mark(function):
        _waiting.setdefault(function.__module__, {})[function.__name__] = function, options

        @functools.wraps(function)
        def call(*arguments):
            _compile(function.__module__)
            return getattr(sys.modules[function.__module__], function.__name__)(*arguments)

        return call

    return mark


def _compile(name):
    with _lock:
        if name in _waiting:
            made = {key: _make(function, options) for key, (function, options) in _waiting[name].items()}
            vars(sys.modules[name]).update(made)  # in one step: another thread may call one that calls others
            del _waiting[name]


def _make(function, options):
    import numba

    try:
        return numba.njit(**options)(function)
    except RuntimeError:  # no folder can be written that Numba takes for its cache, as in a read-only container
        return numba.njit(**options | {"cache": False})(function)
