"""The built page, in a headless Chromium: it finds what predict.py finds, sends nothing, and takes what people do."""

import functools
import http.server
import json
import os
import shutil
import socket
import threading

import cv2
import numpy as np
import pytest

import illustration_parts
from illustration_parts.imaging import images
from illustration_parts.system import files
from web import build, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
playwright = pytest.importorskip("playwright.sync_api", reason="needs pip install playwright")
pytest.importorskip("onnx", reason="needs pip install onnx")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: apt install chromium"),
    pytest.mark.skipif(
        not all((build.RUNTIME / name).exists() for name in build.RUNTIME_FILES),
        reason="npm packages are missing: npm --prefix web ci",
    ),
]
PATIENCE = 300_000  # milliseconds for what the networks find: other tests may keep the processor busy
DROP = """([kind, bytes, name]) => {
    const transfer = new DataTransfer();
    if (name) transfer.items.add(new File([new Uint8Array(bytes)], name));
    const event = kind === "drop" ? new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true });
    document.body.dispatchEvent(event);
}"""


@pytest.fixture(scope="session")
def dist(tmp_path_factory):
    """The page, built once for all test processes."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent if parallel else tmp_path_factory.mktemp("web")
    while not (folder / "dist").exists():
        try:
            with files.hold(folder / "dist.lock"):
                if not (folder / "dist").exists():
                    build.build(folder / "dist")
        except files.HeldError:
            threading.Event().wait(1)
    return folder / "dist"


@pytest.fixture(scope="session")
def origin(dist):
    """The page's address, served as `make serve` does."""
    with serve.make_server(dist, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as driver:
        yield driver.chromium


@pytest.fixture(scope="module")
def browser(chromium):
    browser = chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def page(browser, origin):
    """The page, open in a window; `page.asked` lists the addresses that it has asked for, `page.wrong` its errors."""
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.wrong.append(message.text))
    page.goto(origin)
    yield page
    page.close()


@pytest.fixture(scope="module")
def picture():
    """A picture of two tiles a side where it is looked at enlarged: (H, W, 3) uint8."""
    rng = np.random.default_rng(3)
    picture = np.full((346, 352, 3), (200, 215, 230), np.uint8)
    for _ in range(9):
        centre, size = tuple(rng.integers(30, 320, 2).tolist()), tuple(rng.integers(15, 60, 2).tolist())
        colour = rng.integers(120, 255, 3).tolist()
        cv2.ellipse(picture, centre, size, int(rng.integers(180)), 0, 360, colour, -1, cv2.LINE_AA)
        cv2.ellipse(picture, centre, size, int(rng.integers(180)), 0, 360, (50, 30, 40), 1, cv2.LINE_AA)
    return np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def drawing():
    """A clean drawing of thin strokes that search for lines, and is not square: (H, W, 3) uint8."""
    sheet = np.full((180, 260, 3), 255, np.uint8)
    for radius in (20, 45, 75):
        for stroke in range(3):
            size, turn = (radius + 30 + 2 * stroke, radius + stroke), 15 + stroke
            cv2.ellipse(sheet, (130, 90), size, turn, 100 * stroke, 100 * stroke + 190, (0, 0, 0), 1, cv2.LINE_AA)
    return sheet


def upload(array, name="a picture.png"):
    return {"name": name, "mimeType": "image/png", "buffer": bytes(images.encode(array))}


def run(page, action):
    """Do something that makes the page work; returns what it says in the end."""
    page.evaluate(
        "delete document.getElementById('stage').dataset.done; document.getElementById('status').className = ''"
    )
    action()
    page.wait_for_selector("#stage[data-done], #status.wrong", state="attached", timeout=PATIENCE)
    return page.inner_text("#status")


def save(page, path):
    with page.expect_download() as download:
        page.keyboard.press("s")
    download.value.save_as(path)
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED), download.value.suggested_filename


def move(page, name, value):
    """Move a slider of the page, and wait until what it shows has changed."""
    page.evaluate(
        "([name, value]) => { const part = document.getElementById(name); part.value = value;"
        "part.dispatchEvent(new Event('input', { bubbles: true })); }",
        [name, value],
    )


def near(found, expected):
    """Share of the pixels that differ by at most two levels."""
    assert found.shape == expected.shape
    return float((np.abs(found.astype(int) - expected) <= 2).mean())


def predict(task, picture, **options):
    with illustration_parts.open(task, precision="float32", engine="openvino") as opened:
        return next(iter(opened.predict(picture, **options).arrays.values()))


def test_models_are_small(dist):
    sizes = {path.name: path.stat().st_size for path in (dist / "models").glob("*.onnx*")}
    assert set(sizes) == {f"{name}.onnx.gz" for name in ("lines", "sketch", "refine")}
    assert max(sizes.values()) <= 2_000_000
    described = json.loads((dist / "models/networks.json").read_text())
    assert {f"{name}.onnx.gz": network["bytes"] for name, network in described.items()} == sizes


def test_lines_equal_those_of_predict(page, picture, tmp_path):
    """Enlarged by the rule of `--scale auto`, in four tiles; then stronger, wider and transparent."""
    said = run(page, lambda: page.set_input_files("#file", upload(picture)))
    assert said.startswith("Lines: 352 × 346 in ") and "WebAssembly" in said, said
    found, name = save(page, tmp_path / "a.png")
    expected = predict("lines", picture)
    assert page.get_attribute("#progress", "max") == "4"  # tiles
    assert name == "a picture.lines.png" and 5 < (255 - expected).mean() < 100
    assert near(found, expected) >= 0.999
    move(page, "strength", 0.5)
    move(page, "width", 1.5)
    page.check("#transparent")
    found, _ = save(page, tmp_path / "b.png")
    assert near(found, predict("lines", picture, strength=20**0.5, width=1.5, transparent=True)) >= 0.999
    for part, value in (("strength", 0), ("width", 0)):
        move(page, part, value)
    page.uncheck("#transparent")


def test_sketches_equal_those_of_predict(page, picture, tmp_path):
    dark = picture[:200, :201] // 3
    page.check("input[value=sketch]")
    run(page, lambda: page.set_input_files("#file", upload(dark)))
    found, name = save(page, tmp_path / "a.png")
    assert name == "a picture.sketch.png" and near(found, predict("sketch", dark)) >= 0.999


def test_refined_drawings_equal_those_of_predict(page, drawing, tmp_path):
    run(page, lambda: page.set_input_files("#file", upload(drawing)))
    said = run(page, lambda: page.check("input[value=refine]"))
    assert said.startswith("Refined drawing: 260 × 180")
    found, name = save(page, tmp_path / "a.png")
    assert name == "a picture.refined.png" and near(found, predict("refine", drawing)) >= 0.999
    for amount in (0, 0.5, 1):
        move(page, "simplify", amount)
        found, _ = save(page, tmp_path / "a.png")
        assert near(found, predict("refine", drawing, simplify=amount)) >= 0.999, amount


def test_no_illustration_is_refined(page, picture):
    page.check("input[value=refine]")
    said = run(page, lambda: page.set_input_files("#file", upload(picture)))
    assert "illustration, not a line drawing" in said and "predict.py" in said
    assert page.is_disabled("#save")


@pytest.mark.parametrize(
    "name, data",
    [
        ("notes.png", b"no picture"),
        ("empty.png", b""),
        ("cut.png", bytes(images.encode(np.zeros((9, 9, 3), np.uint8)))[:40]),
    ],
)
def test_a_bad_file_gets_a_sentence(page, name, data):
    said = run(page, lambda: page.set_input_files("#file", {"name": name, "mimeType": "image/png", "buffer": data}))
    assert said.startswith(f"{name} is no picture that this browser can read: expected a PNG")
    assert page.is_disabled("#save") or page.is_visible("#after")


def test_work_can_be_cancelled_and_done_again(page, drawing):
    page.check("input[value=lines]")
    large = cv2.resize(drawing, (1400, 1000))
    page.set_input_files("#file", upload(large))
    page.click("#cancel", timeout=PATIENCE)
    assert page.inner_text("#status") == "Cancelled."
    assert page.is_hidden("#after") and page.is_disabled("#save") and page.is_hidden("#cancel")
    page.set_input_files("#file", upload(large))
    page.locator("#status", has_text="tile 2 of").wait_for(timeout=PATIENCE)
    page.keyboard.press("Escape")
    assert page.inner_text("#status") == "Cancelled."
    assert run(page, lambda: page.set_input_files("#file", upload(drawing))).startswith("Lines: 260 × 180")


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_pictures_are_dropped_and_pasted(page, drawing, kind):
    page.check("input[value=lines]")
    small = drawing[40:120, 60:160]
    said = run(page, lambda: page.evaluate(DROP, [kind, list(upload(small)["buffer"]), "b.png"]))
    assert said.startswith("Lines: 100 × 80")
    assert "no picture in that" in run(page, lambda: page.evaluate(DROP, [kind, [], ""]))


def test_keys_move_the_slider_and_open_files(page, drawing):
    run(page, lambda: page.set_input_files("#file", upload(drawing[40:120, 60:160])))
    page.focus("#split")
    before = float(page.input_value("#split"))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert float(page.input_value("#split")) > before
    assert (
        page.evaluate("document.getElementById('views').style.getPropertyValue('--split')")
        == f"{page.input_value('#split')}%"
    )
    with page.expect_file_chooser():
        page.click("#open")
    page.evaluate(
        "() => { const { file } = document.forms[0].elements;"
        "file.onclick = (event) => { event.preventDefault(); file.title = 'asked'; }; }"
    )
    page.keyboard.press("O")
    assert page.get_attribute("#file", "title") == "asked"
    page.evaluate("() => { document.forms[0].elements.file.onclick = null; }")


def test_it_fits_a_phone_and_has_a_dark_side(page):
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.set_viewport_size({"width": 1100, "height": 800})


SEND = """async (origin) => {
    const refused = await fetch("ELSEWHERE", { method: "POST", body: "picture", mode: "no-cors" })
        .then(() => false, () => true);
    if (self.document) {
        navigator.sendBeacon("ELSEWHERE", "picture");
        await new Promise((blocked) => {
            document.addEventListener("securitypolicyviolation", blocked, { once: true });
            new Image().src = "ELSEWHERE?picture";
        });
    }
    return [refused, (await fetch(origin, { method: "POST", body: "picture" })).status];
}"""


def test_nothing_can_be_sent(page, origin):
    """Neither by the page nor by its worker; and its own server takes nothing."""
    assert all(url.startswith((origin, f"blob:{origin}")) for url in page.asked), page.asked
    assert {"page.js", "worker.js"} <= {url.rpartition("/")[2] for url in page.asked}
    assert page.wrong == []
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        address = elsewhere.getsockname()
        for place in (page, page.workers[0]):
            refused, status = place.evaluate(SEND.replace("ELSEWHERE", "http://{}:{}/".format(*address)), origin)
            assert refused and status == 501
        page.wait_for_timeout(500)
        with socket.create_connection(address) as knock:
            assert elsewhere.accept()[1] == knock.getsockname()  # nobody knocked before


def test_it_runs_on_one_thread_where_the_headers_are_missing(browser, dist, drawing):
    """Any server will do, also one that lets the browser unpack files."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            if self.path.endswith(".gz"):
                self.send_header("Content-Encoding", "gzip")
            super().end_headers()

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=dist)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}")
        assert not page.evaluate("crossOriginIsolated")
        said = run(page, lambda: page.set_input_files("#file", upload(drawing[40:120, 60:160])))
        page.close()
        server.shutdown()
    assert said.startswith("Lines: 100 × 80") and said.endswith("on 1 thread.")


@pytest.mark.soak
def test_a_gpu_finds_the_same(chromium, origin, picture, drawing, tmp_path):
    """By WebGPU, which the processor imitates: slow, so the pictures are small."""
    flags = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-features=Vulkan"]
    small, lines = np.ascontiguousarray(picture[100:164, 100:180]), np.ascontiguousarray(drawing[90:154, 150:250])
    browser = chromium.launch(executable_path=CHROMIUM, args=flags)
    page = browser.new_page()
    page.goto(f"{origin}/?engine=webgpu")
    said = run(page, lambda: page.set_input_files("#file", upload(small)))
    found, _ = save(page, tmp_path / "a.png")
    page.check("input[value=refine]")
    said_of_lines = run(page, lambda: page.set_input_files("#file", upload(lines)))
    refined, _ = save(page, tmp_path / "b.png")
    browser.close()
    assert said.endswith("on the GPU.") and said_of_lines.endswith("on the GPU.")
    assert near(found, predict("lines", small)) >= 0.999
    assert near(refined, predict("refine", lines)) >= 0.999
