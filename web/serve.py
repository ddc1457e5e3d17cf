"""Show the built page on this computer, at http://127.0.0.1:8000, with the headers that it wants.

    make serve
    python -m web.serve --port 9000

Two headers let the page use threads. A third forbids it to send anything to any other place.
"""

import argparse
import http.server
import re
import sys
from pathlib import Path

from illustration_parts.system import cli

DIST = Path(__file__).resolve().parent / "dist"
HOST = "127.0.0.1"
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}
HEADERS = {
    # A page of its own, alone in its process: only then do browsers share memory between threads.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def read_policy(folder):
    """Return the content security policy that a built page states; ValueError if there is none.

    As a header it also counts for the page's worker, which has the picture.
    """
    try:
        page = (folder / "index.html").read_text("utf-8")
    except OSError as error:
        raise ValueError(f"{folder / 'index.html'}: {error.strerror}: make web builds the page") from None
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', page)
    if not policy:
        raise ValueError(f"{folder / 'index.html'} states no content security policy: make web builds the page")
    return f"{policy[1]}; frame-ancestors 'none'"


def make_server(folder=DIST, port=8000):
    """Make a server of a built page, which `serve_forever` runs.

    Args:
        folder: of `web.build`. port: 0 for any free one.

    Raises:
        ValueError: if there is no page in the folder.
        OSError: if the port cannot be used.
    """
    headers = {**HEADERS, "Content-Security-Policy": read_policy(Path(folder))}

    class Handler(http.server.SimpleHTTPRequestHandler):
        """Gives the folder's files, and nothing else; takes nothing."""

        extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}

        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def end_headers(self):
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

        def list_directory(self, path):
            self.send_error(404)

        def log_message(self, *_):
            pass

    return http.server.ThreadingHTTPServer((HOST, port), Handler)


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m web.serve", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=cli.whole(0, 65535), default=8000, help="default: %(default)d; 0: any")
    parser.add_argument(
        "--folder", type=Path, default=DIST, metavar="FOLDER", help="the built page (default: web/dist)"
    )
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        server = make_server(options.folder, options.port)
    except ValueError as error:
        print(f"web.serve: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"web.serve: port {options.port}: {error.strerror}: choose another by --port", file=sys.stderr)
        return 1
    with server:
        print(f"http://{HOST}:{server.server_port} (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
