"""Commands that messages name: they run when they are pasted."""

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from illustration_parts.system import cli, cluster

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell reads these commands")


@pytest.fixture
def interpreter(tmp_path, monkeypatch):
    """The interpreter as that of a `.venv` in a working folder with a space in its name."""
    folder = tmp_path / "my folder"
    (folder / ".venv/bin").mkdir(parents=True)
    linked = folder / ".venv/bin/python"
    linked.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(linked))
    monkeypatch.chdir(folder)
    return linked


def test_the_interpreter_is_named_as_the_readme_names_it(interpreter, tmp_path, monkeypatch):
    script = shlex.quote(str(ROOT / "predict.py"))
    assert cli.name_command("predict.py", "a b.png") == f".venv/bin/python {script} 'a b.png'"
    assert cli.name_install("vtracer") == ".venv/bin/python -m pip install vtracer"
    monkeypatch.chdir(tmp_path)
    assert cli.name_install("jax[cuda12]") == "'my folder/.venv/bin/python' -m pip install 'jax[cuda12]'"
    monkeypatch.chdir(ROOT)  # elsewhere the whole path is needed
    assert cli.name_command("predict.py") == f"{shlex.quote(str(interpreter))} predict.py"
    assert cli.name_install("requirements.txt").endswith("-m pip install -r requirements.txt")


@pytest.mark.parametrize("folder", [ROOT, Path(os.sep)])
def test_a_command_runs_as_it_stands(monkeypatch, folder):
    monkeypatch.chdir(folder)
    command = cli.name_command("skeletonize.py", "no such map.png")
    answer = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert answer.returncode == 1 and "no such map.png: No such file" in answer.stderr
    assert subprocess.run(cli.name_command("-m", "pip", "--version"), shell=True, capture_output=True).returncode == 0


def test_a_deleted_working_folder_or_an_unknown_interpreter(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    try:
        assert cli.name_command("predict.py") == shlex.join([sys.executable, str(ROOT / "predict.py")])
    finally:
        monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", "")  # a program that embeds Python
    assert cli.name_install("x") == "python -m pip install x"


def test_examples_of_a_docstring_name_the_interpreter(interpreter):
    text = "python is a word.\n\n    python predict.py a   # python\n    other"
    command = cli.name_command("predict.py")
    assert cli.fill_commands(text) == f"python is a word.\n\n    {command} a   # python\n    other"


def test_a_missing_dask_is_named_with_its_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError) as error:
        list(cluster.run("tcp://127.0.0.1:1", abs, [(1,)]))
    assert cli.name_install("distributed") in str(error.value)


def test_help_shows_defaults_as_they_are_typed():
    parser = argparse.ArgumentParser(formatter_class=cli.HelpFormatter)
    for name, default in (("--most", 256.0), ("--decay", 1e-4), ("--count", 8), ("--folder", cli.ROOT / "data")):
        parser.add_argument(name, default=default, help=name.strip("-"))
    shown = parser.format_help()
    for default in ("256", "0.0001", "8", "data"):
        assert f"(default: {default})" in shown
    assert parser.parse_args([]).most == 256.0
