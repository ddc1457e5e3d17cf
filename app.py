"""Every task in a browser, on this computer: pictures in, before and after, downloads of every format.

    python app.py                       # then open http://127.0.0.1:7860
    python app.py --port 8000 --open    # at another port, and opened in the browser

It needs Gradio: `pip install -r requirements-app.txt`, or `make app`. Nothing leaves the computer.
It starts in about five seconds, and runs until Ctrl-C.

Exit status: 1 if it cannot start, 2 for wrong usage, 130 or 143 once it is interrupted or terminated.
"""

import argparse
import sys

from illustration_parts.app import server
from illustration_parts.imaging import images
from illustration_parts.networks import engine, memory
from illustration_parts.system import cli


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter)
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS",
        help="address to serve the page at; with 0.0.0.0 every computer of the network can use it",
    )  # fmt: skip
    parser.add_argument("--port", type=cli.whole(0, 65535), default=7860, metavar="N", help="its port; 0: a free one")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument("--engine", choices=engine.ENGINES, default="auto", help="what runs the networks")
    parser.add_argument("--precision", choices=engine.PRECISIONS, default="auto", help="precision of OpenVINO")
    parser.add_argument(
        "--max-megapixels", type=cli.number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse larger pictures before decoding them",
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=cli.number(0, 1e6), default=memory.MEGABYTES, metavar="MB",
        help="keep so much of what networks found, so that changed options of the same picture take no second run",
    )  # fmt: skip
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    options = build_parser().parse_args(arguments)
    try:
        server.serve(
            options.host, options.port, options.open, engine=options.engine, precision=options.precision,
            max_megapixels=options.max_megapixels, memory=options.memory,
        )  # fmt: skip
    except server.StartError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
