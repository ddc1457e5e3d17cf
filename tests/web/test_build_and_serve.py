"""The page is built whole or not at all, its networks equal Keras', and its server sends the right headers."""

import socket
import threading
import urllib.error
import urllib.request

import keras
import pytest

import model
from illustration_parts.networks import engine
from illustration_parts.system import cli
from web import build, serve


@pytest.fixture
def parts(tmp_path, monkeypatch):
    """Stand-ins for what is slow to make or may be missing: the runtime's files and the networks."""
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    for name in build.RUNTIME_FILES:
        (runtime / name).write_text(name)
    monkeypatch.setattr(build, "RUNTIME", runtime)
    monkeypatch.setattr(build, "write_network", lambda name, weights, folder: {"margin": 64, "stride": 8, "bytes": 9})
    return runtime


@pytest.fixture
def server(parts, tmp_path):
    build.build(tmp_path / "dist")
    with serve.make_server(tmp_path / "dist", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def fetch(server, path, data=None):
    return urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{path}", data, timeout=30)


@pytest.mark.parametrize(
    "build_network, bits",
    [
        (model.build_line_extractor, 16),
        (model.build_line_refiner, 12),
        (lambda: model.build_sketch_unet(4, 1, start=3), 14),
    ],
)
def test_a_network_equals_its_file(build_network, bits):
    onnx_files = pytest.importorskip("web.onnx_files", reason="needs pip install onnx openvino")
    keras.utils.set_random_seed(5)
    network = build_network()
    for weight in network.weights:  # or blocks are the identity
        weight.assign(weight + keras.random.normal(weight.shape, stddev=0.03))
    limit = network.count_params() * bits // 8
    file = onnx_files.pack(network, limit)
    assert 0.95 * limit < len(file) <= limit
    assert onnx_files.compare(network, file, (64, 96), 0.002) == 1  # every value; at most 0.001 was seen
    last = [layer for layer in network.layers if layer.weights][-1]
    last.bias.assign(last.bias + 1)
    assert onnx_files.compare(network, file, (64, 96), 0.02) < 0.5


def test_a_layer_that_cannot_be_written_is_named():
    onnx_files = pytest.importorskip("web.onnx_files", reason="needs pip install onnx openvino")
    picture = keras.Input((None, None, 3))
    for layer in (keras.layers.MaxPooling2D(name="odd"), keras.layers.Conv2D(4, 4, 2, "same", name="odd")):
        with pytest.raises(onnx_files.UnknownLayerError, match="layer odd"):
            onnx_files.write(keras.Model(picture, layer(picture)))


def test_a_page_is_replaced_and_other_folders_are_not(parts, tmp_path, capsys):
    output = tmp_path / "dist"
    assert build.main(["--output", str(output)]) == 0
    (output / "old.js").write_text("")
    assert build.main(["--output", str(output)]) == 0
    names = {path.relative_to(output).as_posix() for path in output.rglob("*") if path.is_file()}
    assert "old.js" not in names
    assert names >= {"index.html", "page.js", "worker.js", "models/networks.json", "ort/ort.wasm.min.mjs"}
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    assert build.main(["--output", str(mine)]) == 1
    assert "holds other files" in capsys.readouterr().err and (mine / "letter.txt").exists()


def test_nothing_is_written_where_something_is_missing(parts, tmp_path, monkeypatch, capsys):
    def refuse(name, *_):
        raise build.BuildError(f"{name} has an odd layer")

    monkeypatch.setattr(build, "write_network", refuse)
    assert build.main(["--output", str(tmp_path / "dist")]) == 1
    assert "lines has an odd layer" in capsys.readouterr().err
    (parts / build.RUNTIME_FILES[0]).unlink()
    assert build.main(["--output", str(tmp_path / "dist")]) == 1
    assert "npm --prefix web ci" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"runtime"}


def test_the_command_that_installs_a_missing_package_runs_when_pasted(tmp_path, monkeypatch):
    def refuse(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(engine.importlib, "import_module", refuse)
    with pytest.raises(engine.WeightsError) as raised:
        build.write_network("lines", tmp_path, tmp_path)
    assert str(raised.value).endswith(cli.name_install("requirements-dev.txt"))


def test_files_are_sent_with_the_headers_that_the_page_wants(server):
    types = {"": "text/html", "page.js": "text/javascript", "ort/ort.wasm.min.mjs": "text/javascript"}
    types |= {"ort/ort-wasm-simd-threaded.wasm": "application/wasm"}
    for path, kind in types.items():
        with fetch(server, path) as answer:
            assert answer.headers.get_content_type() == kind
            assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
            assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
            policy = dict(part.split(None, 1) for part in answer.headers["Content-Security-Policy"].split("; "))
            assert policy["default-src"] == "'none'" and policy["connect-src"] == "'self'"
            assert "unsafe-inline" not in policy["script-src"] and "http" not in " ".join(policy.values())


def test_nothing_else_is_sent_and_nothing_is_taken(server):
    for path, data, status in (
        ("models/", None, 404),
        ("../build.py", None, 404),
        ("%2e%2e/build.py", None, 404),
        ("", b"picture", 501),
    ):
        with pytest.raises(urllib.error.HTTPError) as error:
            fetch(server, path, data)
        assert error.value.code == status, path
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_in_use_and_a_missing_page_are_reported(parts, tmp_path, capsys):
    assert serve.main(["--folder", str(tmp_path / "dist")]) == 1
    assert "make web builds the page" in capsys.readouterr().err
    build.build(tmp_path / "dist")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve.main(["--folder", str(tmp_path / "dist"), "--port", str(port)]) == 1
    assert f"port {port}: Address already in use: choose another by --port" in capsys.readouterr().err
    (tmp_path / "dist/index.html").write_text("<title>mine</title>")
    with pytest.raises(ValueError, match="no content security policy"):
        serve.make_server(tmp_path / "dist", 0)
