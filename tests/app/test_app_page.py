"""The running app, asked by Gradio's own client: every task, its options, archives, errors, the line, the end."""

import re
import signal
import threading
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from helpers import write

gradio = pytest.importorskip("gradio", reason="the app needs gradio: pip install -r requirements-app.txt")
import gradio_client

import illustration_parts
from docs import show_app
from illustration_parts import tasks
from illustration_parts.app import controls, page, server, work
from illustration_parts.imaging import images

DATA = Path(show_app.ROOT) / "data"
TASKS = tasks.PREDICTED
EXAMPLES = {"refine": DATA / "rough/broken.png"}  # of each task; for others a small picture


@pytest.fixture(scope="module")
def url():
    with show_app.start_app() as (_, address):
        yield address


@pytest.fixture(scope="module")
def client(url):
    return connect(url)


def connect(url):
    return gradio_client.Client(url, verbose=False, httpx_kwargs={"timeout": 300}, analytics_enabled=False)


def ask(client, task, *pictures, **options):
    """The files and remarks of a task."""
    given = [gradio_client.handle_file(str(path)) for path in pictures]
    return client.predict(pictures=given, api_name=f"/{work.simplify(task)}", **options)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_finds_what_python_finds(client, task):
    example = EXAMPLES.get(task, DATA / "predict/small.png")
    files, _ = ask(client, task, example)
    picture = images.read(example)
    with illustration_parts.open(task) as opened:
        options = opened.complete({})
        result = opened.predict(picture)
        kinds = opened.task.name_files(Path(), example.stem, options)
    assert [Path(file).name for file in files] == [path.name for path in kinds.values()]
    compared = 0
    for file, kind in zip(files, kinds):
        # Layers lie in one file, which composed is the picture again.
        expected = picture if kind == "layers" else result.arrays.get(kind)
        if expected is not None:
            found = images.read_map(file) if expected.ndim == 2 else images.read(file)
            assert np.abs(found.astype(float) - expected).mean() < 1
            compared += 1
    assert compared


def test_every_option_can_be_given_by_name(client):
    described = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    for task in TASKS:
        names = [each["parameter_name"] for each in described[f"/{work.simplify(task)}"]["parameters"]]
        shown = [control.option.name for control in controls.list_controls(tasks.load(task))]
        assert sorted(names) == sorted(["pictures", *shown])


def test_every_format_can_be_downloaded(client):
    files, _ = ask(client, "regions", DATA / "predict/small.png", detail=0.9, labels=True, layers="regions", svg=True)
    names = {Path(file).name.removeprefix("small.") for file in files}
    assert names == {"skeleton.png", "region.png", "flatten.png", "labels.json", "labels.png", "ora", "flatten.svg"}
    coarse, _ = ask(client, "regions", DATA / "predict/small.png", detail=0.1)
    counts = [
        len(np.unique(images.read(path).reshape(-1, 3), axis=0))
        for path in (next(file for file in made if file.endswith("region.png")) for made in (files, coarse))
    ]
    assert counts[0] > counts[1] > 0


def test_painted_dabs_colour_the_sketch(client, tmp_path):
    sheet = np.zeros((120, 120, 4), np.uint8)
    sheet[40:80, 40:80] = (30, 160, 60, 255)
    images.write(tmp_path / "dabs.png", sheet)
    lines = np.full((240, 240, 3), 255, np.uint8)
    lines[10:230, (10, 229)] = lines[(10, 229), 10:230] = 0
    write(tmp_path / "a.png", lines)
    painted = {"background": None, "layers": [gradio_client.handle_file(str(tmp_path / "dabs.png"))], "composite": None}
    files, _ = ask(client, "colorize", tmp_path / "a.png", hints=painted)
    red, green, blue = images.read(files[0])[100:140, 100:140].reshape(-1, 3).mean(axis=0)
    assert green > red + 40 and green > blue + 40


def test_several_pictures_come_as_an_archive(client, tmp_path):
    (tmp_path / "bad_one.png").write_bytes(b"no picture at all")
    files, remarks = ask(
        client, "sketch", DATA / "predict/small.png", tmp_path / "bad_one.png", DATA / "rough/broken.png"
    )
    assert [Path(file).name for file in files] == ["sketch.zip"]
    with zipfile.ZipFile(files[0]) as archive:
        assert sorted(archive.namelist()) == ["broken.sketch.png", "small.sketch.png"]
    assert remarks == r"bad\_one.png: is not a picture, or damaged"


@pytest.mark.parametrize(
    "options, reason",
    [({"scale": "big"}, "scale: expected a number from 0.1 to 4. Received: 'big'"), ({"binarize": "2"}, "binarize: ")],
)
def test_an_error_is_a_sentence(client, options, reason):
    with pytest.raises(gradio_client.exceptions.AppError) as error:
        ask(client, "lines", DATA / "predict/small.png", **options)
    assert str(error.value).startswith(reason) and "Traceback" not in str(error.value)


def test_no_picture_and_a_bad_one_are_errors_too(client, tmp_path):
    (tmp_path / "a.xcf").write_bytes(b"gimp xcf v011")
    with pytest.raises(gradio_client.exceptions.AppError, match="There is no picture yet"):
        ask(client, "lines")
    with pytest.raises(gradio_client.exceptions.AppError, match="a.xcf: is a GIMP file, which cannot be read"):
        ask(client, "lines", tmp_path / "a.xcf")


def test_the_page_asks_nothing_of_other_computers(url):
    """What the browser test sees happen, here by what is served."""
    with urllib.request.urlopen(url) as answer:
        text, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "http" not in policy
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"https?:", text)
    with urllib.request.urlopen(f"{url}/theme.css") as answer:
        assert "http" not in answer.read().decode().replace("xmlns='http://www.w3.org/2000/svg'", "")
    assert '"analytics_enabled":false' in text.replace(" ", "")


def test_only_its_own_names_are_served(url):
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(urllib.request.Request(url, headers={"Host": "example.org"}))
    port = url.rsplit(":", 1)[1]
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": f"localhost:{port}"})) as answer:
        assert answer.status == 200


def test_a_run_can_be_stopped(url):
    client = connect(url)
    given = [gradio_client.handle_file(str(DATA / "predict/film_frame.png"))]
    job = client.submit(pictures=given, flips="8", api_name="/regions")
    while job.status().code.name not in ("PROCESSING", "PROGRESS", "FINISHED"):
        time.sleep(0.05)
    time.sleep(0.5)  # the picture is being uploaded or read
    client.predict(api_name="/stop")
    with pytest.raises(gradio_client.exceptions.AppError, match="Stopped"):
        job.result(timeout=300)


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_and_leaves_no_files(number, code, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with show_app.start_app() as (process, address):
        ask(connect(address), "sketch", DATA / "predict/small.png")
        assert list(tmp_path.glob("illustration-parts-*/runs/*/small.sketch.png"))
        process.send_signal(number)
        assert process.wait(60) == code
    assert not list(tmp_path.glob("illustration-parts-*"))


def test_two_apps_do_not_share_a_port(url):
    with pytest.raises(RuntimeError, match=r"app\.py: port \d+ is in use: choose another with --port"):
        with show_app.start_app("--port", url.rsplit(":", 1)[1]):
            pass


class Slow:
    """A stand-in for a workshop, which counts who is served at the same time."""

    def __init__(self):
        self.now, self.most, self.served = 0, 0, []
        self.lock = threading.Lock()

    def run(self, name, sources, given, user, progress):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        progress(0, 1, "tiles")
        time.sleep(0.3)
        with self.lock:
            self.now -= 1
            self.served.append(name)
        return work.Outcome([], [], [name])

    def forget(self, user):
        pass


def test_two_at_once_wait_in_line(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "cache"))
    write(tmp_path / "a.png", np.zeros((8, 8), np.uint8))
    workshop = Slow()
    with server.listen("127.0.0.1", 0) as listener:
        site = server.make_site(workshop, "127.0.0.1", 0)
        import uvicorn

        served = uvicorn.Server(uvicorn.Config(site, log_level="critical"))
        thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            clients = [connect(server.name_address(*listener.getsockname())) for _ in range(2)]
            given = [gradio_client.handle_file(str(tmp_path / "a.png"))]
            jobs = [
                client.submit(pictures=given, api_name=f"/{name}")
                for client, name in zip(clients * 2, ("lines", "regions", "style", "refine"))
            ]
            assert [job.result(timeout=300)[1] for job in jobs] == ["lines", "regions", "style", "refine"]
        finally:
            served.should_exit = True
            thread.join(60)
    assert workshop.most == 1 and len(workshop.served) == 4


class Told:
    """A stand-in for a workshop, which notes what it is asked for."""

    def __init__(self):
        self.runs = []

    def run(self, name, sources, given, user, progress):
        self.runs.append((name, sources, given))
        return work.Outcome([work.Done("a.png", {}, "")], ["a.out.png"], ["all *well*"])


def test_a_picture_is_done_again_only_where_that_was_asked_for():
    told = Told()
    made = page.Page(told)
    made.build()
    again = made.make_runner("regions", again=True)
    done = work.Done("a.png", {}, "")
    request = SimpleNamespace(session_hash="x")
    for pictures, live, state in (
        (["a.png"], False, ["regions", [done]]), (["a.png"], True, None), (["a.png"], True, ["lines", [done]]),
        (["a.png", "b.png"], True, ["regions", [done, done]]), ([], True, ["regions", [done]]),
    ):  # fmt: skip
        assert again(pictures, live, state, request, None, detail=0.7) == (gradio.skip(),) * 3
    assert told.runs == []
    files, remarks, state = again(["a.png"], True, ["regions", [done]], request, None, detail=0.7, min_area="")
    assert told.runs == [("regions", ["a.png"], {"detail": 0.7})]
    assert files == ["a.out.png"] and remarks == r"all \*well\*" and state == ["regions", [done]]


def test_a_task_shows_its_own_options_alone():
    made = page.Page(Told())
    made.build()
    panels = made.choose("colorize")
    visible = [panel.visible for panel in panels]
    assert visible == [name == "colorize" for name in [*made.tasks, *made.sheets]] and sum(visible) == 2
    assert set(made.sheets) == {"colorize", "style"}


def test_tasks_are_described():
    said = page.list_tasks()
    assert said["lines,refine"] == "lines, then refine" and said["style"] == "sketch, then colorize"
    assert all(said.values()) and said["lines"] == "Finds the drawn lines of an illustration"


def test_layers_are_merged_and_an_empty_sheet_is_none():
    low, high = np.zeros((2, 2, 2, 4), np.uint8)
    assert page.merge_layers({"layers": [low, high]}) is None and page.merge_layers({"layers": None}) is None
    low[0, 0], low[0, 1] = (10, 20, 30, 255), (1, 1, 1, 100)
    high[0, 0] = 200, 0, 0, 255
    assert page.merge_layers({"layers": [low]})[0, 0].tolist() == [10, 20, 30, 255]
    assert page.merge_layers({"layers": [low, high]})[0, 0].tolist() == [200, 0, 0, 255]
    assert page.merge_layers({"layers": [low * (low < 120)]}) is None  # nothing half opaque
