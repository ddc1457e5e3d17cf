"""Make training pairs of pictures: the thin lines of styled line drawings.

    python sketch.py thin data/line -o data/norm                        # one pixel wide, smooth
    python sketch.py thin data/line -o data/norm --gaps 1 --jitter 0.7  # rough: with gaps, and a little off

Each result has its drawing's name and size: dark lines on white.
"""

import argparse
import functools
import sys
import zlib
from pathlib import Path

import numpy as np
from tqdm import tqdm

import images
import processes
import tracing

ROOT = Path(__file__).resolve().parent


# -------------------------------------------------------------------------------------------------------- thin lines
def thin(lines, width=1, aliased=False, gaps=0.0, jitter=0.0, seed=0):
    """Redraw a line drawing with thin lines of one width.

    Args:
        lines: (H, W) uint8, dark lines on white.
        width: of the new lines, in pixels, 1 or more.
        aliased: whether they are black and white only.
        gaps: how many there are in 100 pixels of line, on average.
        jitter: how far lines wander, in pixels, on average.
        seed: of gaps and jitter.

    Returns:
        (H, W) uint8, dark lines on white.

    Raises:
        ValueError: for arguments of other form.
    """
    if width < 1 or gaps < 0 or jitter < 0:
        raise ValueError(f"width must be 1 or more, gaps and jitter 0 or more. Received: {width}, {gaps}, {jitter}")
    rng = np.random.default_rng(seed)
    found = [tracing.smooth_path(path) for path in tracing.trace_paths(tracing.find_centres(lines))]
    if jitter:
        found = tracing.shake(found, lines.shape, jitter, rng)
    if gaps:
        found = [part for path in found for part in tracing.cut_gaps(path, gaps, rng)]
    return tracing.draw_paths(found, lines.shape, width, aliased)


# ---------------------------------------------------------------------------------------------------------- command
def make_pair(item, options):
    """Make one result; returns the reason if that failed, else None."""
    name, source = item
    try:
        # Every drawing has gaps of its own, whatever else is in the folder.
        seed = (options.seed, zlib.crc32(name.encode()))
        found = thin(images.read_map(source), options.width, options.aliased, options.gaps, options.jitter, seed)
        goal = options.output / f"{name}.png"
        goal.parent.mkdir(parents=True, exist_ok=True)
        images.write(goal, found)
    except processes.FAILURES as error:
        return processes.describe(error, source)
    return None


def build_parser():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=processes.HelpFormatter)
    makers = parser.add_subparsers(dest="maker", required=True, metavar="{thin}")
    maker = makers.add_parser("thin", help="thin lines of line drawings", formatter_class=processes.HelpFormatter)
    maker.add_argument("folder", type=Path, help="line drawings, dark on white, with any sub-folders")
    maker.add_argument("-o", "--output", type=Path, default=ROOT / "data/norm", metavar="FOLDER", help="where to")
    maker.add_argument("--width", type=int, default=1, metavar="PX", help="of the lines")
    maker.add_argument("--aliased", action="store_true", help="black and white only")
    maker.add_argument("--gaps", type=float, default=0.0, metavar="N", help="gaps in 100 pixels of line, on average")
    maker.add_argument("--jitter", type=float, default=0.0, metavar="PX", help="how far lines wander, on average")
    maker.add_argument("--seed", type=int, default=0, help="of gaps and jitter")
    maker.add_argument("--jobs", type=int, default=0, metavar="N", help="processes; 0: one per core")
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    for name, least in (("width", 1), ("gaps", 0), ("jitter", 0), ("seed", 0), ("jobs", 0)):
        if not least <= getattr(options, name) < float("inf"):
            parser.error(f"--{name} must be {least} or more. Received: {getattr(options, name)}")
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder")
    if options.output.resolve() == options.folder.resolve():
        parser.error(f"--output {options.output} is the folder to read: choose another")
    import dataset  # not above: what it draws is drawn with what is here

    try:
        found = list(dataset.list_pictures(options.folder).items())
    except ValueError as error:
        parser.error(str(error))
    if not found:
        parser.error(f"{options.folder} holds no pictures")
    with processes.open_pool(options.jobs) as pool:
        work = pool.map(functools.partial(make_pair, options=options), found, chunksize=1)
        reasons = list(tqdm(work, total=len(found), unit="picture", disable=None))
    failed = [(source, reason) for (_, source), reason in zip(found, reasons) if reason]
    for source, reason in failed:
        print(f"{source}: {reason}", file=sys.stderr)
    print(f"Wrote {len(found) - len(failed)} pictures to {options.output}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
