"""The pages: every command in them is valid, every option stands in exactly one table, every link leads somewhere."""

import argparse
import functools
import glob
import importlib.util
import re
import shlex
from pathlib import Path

import clip_files
import cv2
import numpy as np
import pytest

import app
import benchmark
import export
import predict
import segment
import skeletonize
import skeletonize_all
import sketch
import synthesize
import visualize
import web.build
import web.serve
from docs import make_pictures, measure_text
from illustration_parts import tasks
from illustration_parts.imaging import images
from illustration_parts.networks import engine
from illustration_parts.system import cli

train = pytest.importorskip("train")

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data/README.md", ROOT / "weights/README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]  # fmt: skip
MAINS = {
    "predict.py": predict, "train.py": train, "segment.py": segment, "sketch.py": sketch, "export.py": export,
    "skeletonize.py": skeletonize, "skeletonize_all.py": skeletonize_all, "synthesize.py": synthesize,
    "visualize.py": visualize, "benchmark.py": benchmark, "app.py": app,
    "-m web.build": web.build, "-m web.serve": web.serve,
}  # fmt: skip
# Whose options a page's tables list under the plain heading "option".
TABLES = {
    "lines": "predict.py", "refine": "predict.py", "regions": "predict.py", "sketches": "predict.py",
    "layers": "predict.py", "video": "predict.py", "training": "train.py", "drawing": "synthesize.py",
}  # fmt: skip


def list_commands():
    """Every command of the pages and the Makefile, as (page, script, arguments); of inline code only whole ones."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        lines = re.findall(r"^ {4,}(.+)$", text, re.MULTILINE) + re.findall(r"`(\.venv[^`\n]+)`", text)
        for line in lines:
            script = r"(-m (?:docs|web)\.\w+|\w+\.py)(?: (.*))?$"
            match = re.match(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?:python )?{script}", line)
            if match and (match[1] in MAINS or match[1].startswith("-m")):
                found.append((page.relative_to(ROOT).as_posix(), match[1], shlex.split(match[2] or "", comments=True)))
    for line in re.findall(r"^\t\$\(BIN\)/python (\w+\.py.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE):
        script, *arguments = shlex.split(re.sub(r"\$\(\w+\)", "1", line))
        found.append(("Makefile", script, arguments))
    return found


COMMANDS = list_commands()


def list_mentions():
    """Every piece of inline code that names a script and options, as (page, script, options)."""
    found = []
    for page in PAGES:
        for script, rest in re.findall(r"`(\w+\.py)( [^`\n]*--[^`\n]*)`", page.read_text("utf-8")):
            found.append((page.name, script, re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest)))
    return found


def find_parser(script, arguments):
    """The parser of a script's command line."""
    if script in ("predict.py", "train.py"):
        return MAINS[script].build_parser(tasks.load(cli.peek(arguments, "--task", "lines")))
    return MAINS[script].build_parser()


def find_parsers(script):
    """{name: parser} of a script: one for each task, or one for each sub-command, which is part of the name."""
    if script in ("predict.py", "train.py"):
        names = tasks.PREDICTED if script == "predict.py" else tasks.NAMES
        return {f"{script} --task {name}": MAINS[script].build_parser(tasks.load(name)) for name in names}
    parser = MAINS[script].build_parser()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            shown = [choice.dest for choice in action._choices_actions]
            return {f"{script} {name}": action.choices[name] for name in shown}
    return {script: parser}


def test_pages_have_commands():
    assert len(COMMANDS) > 75
    assert {script for _, script, _ in COMMANDS} >= {*MAINS, "-m docs.make_pictures"}


@pytest.mark.parametrize(
    "page, script, arguments", COMMANDS, ids=[" ".join(command[1:2] + tuple(command[2]))[:70] for command in COMMANDS]
)
def test_a_command_is_valid(page, script, arguments, capsys):
    """Its options exist, with values that are taken; files need not be there."""
    if script == "-m docs.measure_text":
        assert all(argument.isdecimal() for argument in arguments)
        return
    if script == "-m docs.show_app":
        assert len(arguments) < 2
        return
    if script.startswith("-m docs"):
        assert script == "-m docs.make_pictures"
        with pytest.raises(SystemExit) as end:  # the options are read before the help is shown
            make_pictures.main([*arguments, "--help"])
        assert end.value.code == 0
        return
    if "--help" in arguments:
        arguments.remove("--help")
    find_parser(script, arguments).parse_args(arguments)


@pytest.mark.parametrize("page, script, options", list_mentions())
def test_mentioned_options_exist(page, script, options):
    known = {name for parser in find_parsers(script).values() for name in parser._option_string_actions}
    assert set(options) <= known | {"--task"}, page


def list_documented():
    """{script, or script and sub-command: options in the first column of the pages' tables, as often as they stand}."""
    found = {}
    for page in PAGES:
        heading = None
        for line in page.read_text("utf-8").splitlines():
            if not line.startswith("|"):
                heading = None
                continue
            first = line.split(" | ")[0].strip("| ")
            heading = heading or first
            owner = re.fullmatch(r"option(?: of `([^`]+)`)?", heading)
            if owner and first != heading:
                named = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", first)
                found.setdefault(owner[1] or TABLES[page.stem], []).extend(named)
    return found


@pytest.mark.parametrize("script", MAINS)
def test_every_option_stands_in_exactly_one_table(script):
    found, known = list_documented(), {}
    for name, parser in find_parsers(script).items():
        owner = name if name in found else script
        for action in parser._actions:
            known.setdefault(owner, set()).update(action.option_strings)
            if action.help != argparse.SUPPRESS and action.option_strings and action.dest != "help":
                times = sum(map(found[owner].count, action.option_strings))
                assert times == 1, f"{name}: {action.option_strings} stands {times} times in the tables"
    for owner, names in known.items():
        assert set(found[owner]) <= names, f"options that {owner} does not have"


def test_targets_of_make_exist():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for page in PAGES:
        for target in re.findall(r"(?:^ {4,}|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE):
            assert target in targets, f"{page}: make {target}"


def test_links_and_files_exist():
    files = {path.name for path in ROOT.rglob("*.py")}
    for page in PAGES:
        text = page.read_text("utf-8")
        for link, _, anchor in re.findall(r"\]\(([^)#:]*)(#([^)]*))?\)", text):
            goal = (page.parent / link).resolve() if link else page
            assert goal.exists(), f"{page}: {link}"
            if anchor:
                titles = re.findall(r"^#+ (.*)$", goal.read_text("utf-8"), re.MULTILINE)
                assert anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
        for name in re.findall(r"`((?:docs/)?[a-z_]+\.py)`", text):
            assert name in files or (ROOT / name).exists(), f"{page}: {name}"


def test_the_readme_is_short_and_the_scripts_are_listed():
    assert len((ROOT / "README.md").read_bytes()) <= 8192
    listed = set(re.findall(r"`([a-z_]+\.py)`", (ROOT / "docs/developing.md").read_text("utf-8")))
    assert {path.name for path in ROOT.glob("*.py")} <= listed


def test_no_sentence_is_too_long():
    """30 words in pages, docstrings, comments and help texts; tables are left out."""
    long = [
        f"{each.place}: {each.words} words: {each.text}"
        for page in measure_text.list_files()
        for each in measure_text.list_sentences(page)
        if each.words > measure_text.MOST
    ]
    assert not long, "\n".join(long)


def test_older_names_of_options_still_work_and_are_not_shown():
    """Those of train.py are tested where it is."""
    parser = predict.build_parser(tasks.load("lines"))
    assert parser.parse_args(["--trust"]) == parser.parse_args(["--ignore-checksum"])
    assert parser.parse_args(["--trust"]).ignore_checksum and not parser.parse_args([]).ignore_checksum
    speed = benchmark.build_parser()
    older, now, none = (
        speed.parse_args(["speed", *given]) for given in (["--critic", "0.5"], ["--adversarial-weight", "0.5"], [])
    )
    assert older.adversarial_weight == now.adversarial_weight == "0.5" and none.adversarial_weight is None
    assert "--trust" not in parser.format_help()
    assert "--critic" not in find_parsers("benchmark.py")["benchmark.py speed"].format_help()


CHEAP = (  # of the pages, in order, in a folder with `my_folder`, `my_lines` and so on
    ("README.md", "predict.py my_folder --output my_lines"),
    ("README.md", "predict.py my_lines --task refine --output my_refined"),
    ("README.md", "predict.py my_folder --task lines,refine"),
    ("README.md", "predict.py my_folder --task regions"),
    ("docs/vectors.md", "predict.py my_folder --svg"),
    ("docs/vectors.md", "predict.py my_folder --svg=variable --classes"),
    ("docs/vectors.md", "predict.py my_lines --task refine --svg=variable"),
    ("docs/vectors.md", "predict.py my_folder --task regions --svg"),
    ("docs/layers.md", "predict.py my_folder --task layers"),
    ("docs/layers.md", "predict.py my_folder --task layers --layer-format psd"),
    ("docs/layers.md", "predict.py my_folder --task regions --layers"),
    ("docs/layers.md", "predict.py my_folder --task regions --layers=colours --shade --layer-format psd"),
    ("README.md", "predict.py my_folder --task sketch --output my_sketches"),
    ("README.md", "predict.py my_sketches --task colorize"),
    ("README.md", "sketch.py threshold my_folder -o my_binaries"),
    ("docs/video.md", "predict.py my_clip.mp4"),
    ("docs/video.md", "predict.py my_clip.mp4 --steady"),
    ("docs/video.md", "predict.py my_clip.mp4 --frames --start 0:01 --end 0:02.5"),
    ("docs/video.md", "predict.py my_clips --task lines,refine --quality 85"),
    ("README.md", "predict.py my_binaries --task binary2sketch --output my_greys"),
    ("README.md", "predict.py my_folder --task style"),
    ("docs/sketches.md", "sketch.py xdog my_pictures --auto -o data/sketch_line"),
    (
        "docs/sketches.md",
        "sketch.py dodge my_pictures --size 512 --select -o my_pairs/sketch_line --raw my_pairs/sketch_raw",
    ),
    ("docs/refine.md", "sketch.py thin data/line -o data/norm"),
)  # fmt: skip


def test_cheap_commands_run(tmp_path, monkeypatch, capsys):
    """As they stand on the pages, on one small picture of shapes with outlines, and clips of it."""
    pytest.importorskip("av", reason="pip install -r requirements-extras.txt")
    picture = np.full((96, 96, 3), (250, 240, 230), np.uint8)
    cv2.circle(picture, (40, 44), 26, (250, 180, 120), -1)
    cv2.circle(picture, (40, 44), 26, (30, 20, 20), 2, cv2.LINE_AA)
    cv2.rectangle(picture, (60, 60), (90, 90), (30, 20, 20), 2)
    for folder in ("my_folder", "my_pictures", "data/predict", "data/line"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        images.write(tmp_path / folder / "a.png", picture)
    (tmp_path / "my_clips").mkdir()
    clip_files.write_clip(tmp_path / "my_clip.mp4", [picture] * 3, rate=1)
    clip_files.write_clip(tmp_path / "my_clips/b.mp4", [picture] * 2)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(predict, "DATA", tmp_path / "data")
    monkeypatch.setattr(engine, "load", functools.cache(engine.load))  # each network is read and compiled once
    known = {(page, " ".join([script, *arguments])) for page, script, arguments in COMMANDS}
    for page, command in CHEAP:
        assert (page, command) in known, f"{page} no longer has: {command}"
        script, *arguments = command.split()
        if arguments[-1] == "psd" and importlib.util.find_spec("psd_tools") is None:
            continue
        arguments = [path for argument in arguments for path in sorted(glob.glob(argument)) or [argument]]
        assert MAINS[script].main(arguments) == 0, f"{command}: {capsys.readouterr().err}"
    assert {path.name for path in tmp_path.rglob("*.svg")} == {"a.svg", "a.refined.svg", "a.flatten.svg"}
    for name in ("a.ora", "a.layers.ora"):
        assert (tmp_path / "data/result" / name).exists()
    assert {path.name for path in (tmp_path / "data/result").rglob("*.mp4")} == {"my_clip.mp4", "b.lines.refined.mp4"}
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png")}
    assert made >= {
        "my_lines/a.png", "data/result/a.lines.refined.png", "data/result/a.region.png", "my_sketches/a.sketch.png",
        "data/result/a.sketch.colorized.png", "data/result/a.style.png", "my_binaries/a.png", "my_greys/a.grey.png",
        "data/sketch_line/a.png", "data/norm/a.png",
        "data/result/my_clip.frames/000002.png",
    }  # fmt: skip
