"""Starting the app: what stands in its way is said in a sentence."""

import socket
import sys

import pytest

import app
from illustration_parts.app import server
from illustration_parts.system import cli


def test_a_port_in_use_is_told(capsys, monkeypatch):
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: object())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port)]) == 1
    said = capsys.readouterr().err
    assert said == f"app.py: port {port} is in use: choose another with --port, or stop what uses it\n"


@pytest.mark.parametrize("host", ["192.0.2.1", "no such name"])
def test_an_address_of_no_one_is_told(host):
    with pytest.raises(server.StartError, match=f"{host} is no address of this computer"):
        server.listen(host, 0)


def test_gradio_is_named_where_it_is_missing(capsys, monkeypatch):
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: None)
    assert app.main([]) == 1
    command = cli.name_install("requirements-app.txt")  # it names the interpreter that runs
    assert capsys.readouterr().err == f"app.py: the app needs gradio: {command}\n"


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--memory", "-1"], ["--engine", "steam"], ["file.png"]])
def test_wrong_usage_ends_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        app.main(arguments)
    assert end.value.code == 2 and "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "host, url",
    [
        ("127.0.0.1", "http://127.0.0.1:7860"),
        ("0.0.0.0", "http://127.0.0.1:7860"),
        ("::1", "http://[::1]:7860"),
        ("::", "http://[::1]:7860"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host, url):
    assert server.name_address(host, 7860) == url


def test_the_page_is_for_this_computer_alone_unless_told():
    assert app.build_parser().parse_args([]).host == "127.0.0.1"
    with server.listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_help_needs_no_gradio(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(SystemExit) as end:
        app.main(["--help"])
    assert end.value.code == 0 and "--max-megapixels" in capsys.readouterr().out
