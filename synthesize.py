"""Draw illustrations with exact ground truth: picture, ink and its classes, fill edges, regions.

    python synthesize.py --count 8                     # eight pictures into data/, with a contact sheet
    python synthesize.py --count 4000 -o data/drawn    # a training set, in about two hours on two cores

Every picture is a function of its seed alone. `illustration_parts/drawing/artist.py` says what counts as ink, as fill
edge and as neither.
"""

import argparse
import sys
from pathlib import Path

from illustration_parts.drawing import illustrations, pens
from illustration_parts.imaging import images
from illustration_parts.system import cli

ROOT = Path(__file__).resolve().parent


def build_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], formatter_class=cli.HelpFormatter)
    parser.add_argument("--count", type=cli.whole(1), metavar="N", default=8, help="number of pictures")
    parser.add_argument(
        "--seed", type=cli.whole(0), metavar="N", default=0, help="seed of the first picture; the others follow"
    )
    parser.add_argument(
        "--size", type=cli.whole(64), metavar="N",
        help="height and width in pixels (default: 1,000 to 2,000 a side, as suits the picture)",
    )  # fmt: skip
    parser.add_argument("-o", "--output", default=str(ROOT / "data"), help="folder to write into, see docs/drawing.md")
    parser.add_argument(
        "--validation",
        action="store_true",
        help="draw held-out pictures, from seeds that no training uses; names of folders inside -o then begin with v_",
    )
    parser.add_argument(
        "--layout",
        choices=("pairs", "danbooregion", "lines"),
        default="pairs",
        help="pairs: training pairs for most tasks; danbooregion: N.image.png and N.region.png; lines: line drawings "
        "alone, for a refiner",
    )
    parser.add_argument("--pen", choices=sorted(pens.PENS), default="default", help="the pen of --layout lines")
    parser.add_argument("--jobs", type=cli.whole(0), metavar="N", default=0, help="processes; 0: one per core")
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.seed + options.count > illustrations.VALIDATION_SEED:
        parser.error(f"seeds from {illustrations.VALIDATION_SEED} on are kept for validation")
    out = Path(options.output)
    names = illustrations.write_drawings(
        out, options.count, options.seed, options.size, options.validation, options.jobs,
        layout=options.layout, pen=options.pen,
    )  # fmt: skip
    if options.layout != "pairs":
        print(f"Drew {len(names)} pictures into {out}")
        return 0
    first = options.seed + (illustrations.VALIDATION_SEED if options.validation else 0)
    sheet = illustrations.contact_sheet(
        [illustrations.draw(first + k, options.size) for k in range(min(options.count, 12))]
    )
    images.write(out / "drawn_sheet.png", sheet)
    print(f"Drew {len(names)} pictures into {out}; see {out / 'drawn_sheet.png'}")
    return 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
