import importlib
import subprocess
import sys
import threading
from pathlib import Path

import numba
import pytest

from illustration_parts.system import compiled

ROOT = Path(__file__).resolve().parents[2]


@compiled.njit()
def double(number):
    return 2 * number


@compiled.njit()
def quadruple(number):
    """Four times a number."""
    return double(double(number))


def test_functions_call_each_other_from_several_threads():
    stand_in, found = quadruple, []
    assert quadruple.__name__ == "quadruple" and quadruple.__doc__ == "Four times a number."
    threads = [threading.Thread(target=lambda: found.append(stand_in(3))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [12] * 4
    assert quadruple is not stand_in and quadruple(2.5) == stand_in(2.5) == 10.0
    assert quadruple.nopython_signatures, "it was compiled"


MODULE = """
from illustration_parts.system.compiled import njit

@njit(cache=True)
def ninefold(number):
    return triple(triple(number))

@njit(cache=True)
def triple(number):
    return 3 * number
"""


def test_functions_replace_their_stand_ins_together_and_need_no_cache(tmp_path, monkeypatch):
    (tmp_path / "module_of_a_test.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("module_of_a_test")
    stand_ins, make, tried = (module.triple, module.ninefold), numba.njit, []

    def make_without_folder(**options):
        tried.append((options["cache"], (module.triple, module.ninefold) == stand_ins))
        if options["cache"]:
            raise RuntimeError("cannot cache function: no locator available")
        return make(**options)

    monkeypatch.setattr(numba, "njit", make_without_folder)
    assert module.ninefold(2) == 18
    assert tried == [(True, True), (False, True)] * 2
    assert module.ninefold is not stand_ins[1]


@pytest.mark.parametrize(
    "module", ["drawing.illustrations", "imaging.tracing", "imaging.segmentation", "imaging.skeletons", "tasks.lines"]
)
def test_numba_is_not_imported_before_it_is_needed(module):
    code = f"import sys, illustration_parts.{module}; print('numba' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
