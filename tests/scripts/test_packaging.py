"""The package's requirements are those of the files that pip reads elsewhere."""

import tomllib
from pathlib import Path

import illustration_parts

ROOT = Path(__file__).resolve().parents[2]


def read_requirements(name):
    lines = (ROOT / name).read_text().splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-r"))}


def test_requirements_are_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["dependencies"]) == read_requirements("requirements-predict.txt")
    assert set(project["optional-dependencies"]["train"]) == read_requirements("requirements.txt")
    assert set(project["optional-dependencies"]["dev"]) == read_requirements("requirements-dev.txt")
    assert set(project["optional-dependencies"]["app"]) == read_requirements("requirements-app.txt")


def test_there_is_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "illustration_parts.__version__"}
    assert illustration_parts.__version__.count(".") == 2


def test_the_example_of_the_docs_runs(capsys):
    text = (ROOT / "docs/developing.md").read_text()
    example = text.split("```python\n")[1].split("```")[0]
    exec(compile(example, "developing.md", "exec"), {})
    assert capsys.readouterr().out == "['lines', 'boundary', 'inner', 'fill_edge', 'classes'] (300, 400) []\n"
