"""Make sketches or thin lines of a folder of pictures: XDoG, colour dodge, adaptive threshold, thinning.

    python sketch.py xdog my_pictures --auto -o data/sketch_line        # with parameters that suit each picture
    python sketch.py dodge my_pictures --size 512 --select              # square pairs, without the unclear ones
    python sketch.py thin data/line -o data/norm                        # one pixel wide, smooth
    python sketch.py thin data/line -o data/norm --gaps 1 --jitter 0.7  # rough: with gaps, and a little off

Each result has its picture's name: dark lines on white.
"""

import argparse
import functools
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from illustration_parts.imaging import filters, folders, images, tracing
from illustration_parts.system import cli, files, workers

ROOT = Path(__file__).resolve().parent


def crop_square(picture):
    """Cut the largest square of a (H, W, ...) array: the middle of a wide one, the top of a tall one, for heads."""
    height, width = picture.shape[:2]
    side = min(height, width)
    left = (width - side) // 2
    return picture[:side, left : left + side]


LEVELS = {"xdog": 128, "dodge": 224, "threshold": 128}  # below which a maker's sketch counts as ink


def make_pair(item, options):
    """Make one result, and with `--raw` its picture.

    Args:
        item: (name, path of the picture). options: the command line's.

    Returns:
        (failure, reason): why it could not be made, and why it was left out; None where neither is so.
    """
    name, source = item
    try:
        # Every picture has a seed of its own, whatever else is in the folder.
        seed = (options.seed, zlib.crc32(name.encode()))
        goals = [folder / f"{name}.png" for folder in (options.output, options.raw) if folder]
        picture, _, resolution = images.load(source)
        if options.maker == "thin":
            grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
            found = tracing.thin(grey, options.width, options.aliased, options.gaps, options.jitter, seed)
            pair = [found]
        else:
            if options.size:
                picture = images.resize(np.ascontiguousarray(crop_square(picture)), (options.size, options.size))
                resolution = None
            found = make_sketch(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), options, seed)
            if options.select is not None:
                clarity = filters.measure_clarity(found, level=LEVELS[options.maker])
                if clarity.score < options.select:
                    kept = f"; {goals[0]} of an earlier run is still there" if goals[0].exists() else ""
                    return None, f"clarity {clarity.score:.2f}, {clarity.explain()}{kept}"
            pair = [found, picture]
        for goal, result in zip(goals, pair):
            goal.parent.mkdir(parents=True, exist_ok=True)
            images.write(goal, result, resolution=resolution)
    except cli.FAILURES as error:
        return cli.describe(error, source), None
    return None, None


def make_sketch(grey, options, seed):
    """The sketch of a (H, W) uint8 picture by the chosen maker and its options."""
    if options.maker == "dodge":
        return filters.dodge(grey, options.kernel)
    if options.maker == "threshold":
        return filters.threshold(grey, options.block, options.less, options.median)
    if options.auto:
        chosen = filters.choose_xdog(grey)
    else:
        sigma = float(np.random.default_rng(seed).choice(filters.SIGMAS)) if options.sigma is None else options.sigma
        epsilon = filters.EPSILON if options.epsilon is None else options.epsilon
        chosen = {"sigma": sigma, "epsilon": epsilon, "phi": filters.PHI if options.phi is None else options.phi}
    return filters.xdog(grey, k=options.k, p=options.p, power=options.power, **chosen)


def _add_maker(makers, name, text, output, folder):
    """Add a sub-command; returns the function that adds an option to it."""
    maker = makers.add_parser(name, help=text, description=text, formatter_class=cli.HelpFormatter)
    maker.add_argument("folder", type=Path, help=f"{folder}, with any sub-folders")
    maker.add_argument("-o", "--output", type=Path, default=output, metavar="FOLDER", help="where the results go")
    maker.add_argument("--seed", type=int, default=0, help="seed of random choices")
    maker.add_argument("--jobs", type=int, default=0, metavar="N", help="processes; 0: one per core")
    maker.set_defaults(raw=None, select=None, size=0)
    return maker.add_argument


def _add_sketch_maker(makers, name, text):
    """Add a sub-command that makes sketches of pictures; returns the function that adds an option to it."""
    add = _add_maker(makers, name, text, ROOT / "data/sketch_line", "pictures")
    add(
        "--size", type=int, default=0, metavar="PX",
        help="cut squares of this side: the middle of a wide picture, the top of a tall one; 0: whole pictures",
    )  # fmt: skip
    add(
        "--raw", type=Path, metavar="FOLDER",
        help="where the pictures of the sketches go (default: with --size data/sketch_raw, else nowhere)",
    )  # fmt: skip
    add(
        "--select", type=float, nargs="?", const=filters.CLEAR, metavar="SCORE",
        help=f"leave out sketches with a clarity below SCORE, 0 to 1 ({filters.CLEAR} if no number is given), and "
        "report why (default: keep all)",
    )  # fmt: skip
    return add


def build_parser():
    """Return the parser of the command line, with a sub-command for each maker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=cli.HelpFormatter)
    makers = parser.add_subparsers(dest="maker", required=True, metavar="{xdog,dodge,threshold,thin}")

    add = _add_sketch_maker(makers, "xdog", "extended difference of Gaussians: lines, and the darkest tones")
    add("--auto", action="store_true", help="choose sigma, epsilon and phi for each picture")
    add("--sigma", type=float, metavar="PX", help="width of the narrower Gaussian (default: 0.3, 0.4 or 0.5 at random)")
    add(
        "--epsilon",
        type=float,
        metavar="E",
        help=f"level above which everything is white (default: {filters.EPSILON:g})",
    )
    add("--phi", type=float, metavar="F", help=f"how steeply it darkens below that level (default: {filters.PHI:g})")
    add("--k", type=float, default=filters.K, help="width of the other Gaussian over the narrower")
    add("--p", type=float, default=filters.SHARPNESS, help="how much the difference of the Gaussians sharpens")
    add("--power", type=float, default=filters.POWER, help="exponent of the intensities; above 1 darkens greys")
    add = _add_sketch_maker(makers, "dodge", "colour dodge: a soft pencil sketch")
    add("--kernel", type=int, default=filters.DODGE_KERNEL, metavar="PX", help="side of the blur, odd")
    add = _add_sketch_maker(makers, "threshold", "adaptive threshold: black and white, as manga are binarised")
    add(
        "--block",
        type=int,
        default=filters.BLOCK,
        metavar="PX",
        help="side of the square whose mean a pixel is compared with, odd",
    )
    add(
        "--less",
        type=float,
        default=filters.LESS,
        metavar="LEVELS",
        help="a pixel is black if it is this much darker than the mean",
    )
    add("--median", type=int, default=filters.MEDIAN, metavar="PX", help="side of the median filter, odd; 1: none")
    add = _add_maker(makers, "thin", "thin lines of line drawings", ROOT / "data/norm", "line drawings, dark on white")
    add("--width", type=int, default=1, metavar="PX", help="width of the lines")
    add("--aliased", action="store_true", help="black and white only")
    add("--gaps", type=float, default=0.0, metavar="N", help="number of gaps in 100 pixels of line, on average")
    add("--jitter", type=float, default=0.0, metavar="PX", help="how far lines wander, on average")
    return parser


def check_options(parser, options):
    """End with exit code 2 if options make no sense; fill in defaults that depend on others."""
    bounds = {"width": 1, "gaps": 0, "jitter": 0, "seed": 0, "jobs": 0, "size": 0, "select": 0}
    for name, least in bounds.items():
        value = getattr(options, name, None)
        if value is not None and not least <= value < float("inf"):
            parser.error(f"--{name} must be {least} or more. Received: {value}")
    if options.maker == "xdog" and options.auto and (options.sigma, options.epsilon, options.phi) != (None,) * 3:
        parser.error("--auto chooses sigma, epsilon and phi: leave out --sigma, --epsilon and --phi")
    if options.maker != "thin":
        try:
            make_sketch(np.zeros((2, 2), np.uint8), options, 0)
        except ValueError as error:
            parser.error(str(error))
    if options.size and not options.raw:
        options.raw = ROOT / "data/sketch_raw"
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder")
    for name in ("output", "raw"):
        folder = getattr(options, name)
        if folder and folder.resolve() == options.folder.resolve():
            parser.error(f"--{name} {folder} is the folder to read: choose another")
    if options.raw and options.raw.resolve() == options.output.resolve():
        parser.error(f"--raw and --output are the same folder: {options.raw}")


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    check_options(parser, options)

    try:
        found = list(folders.list_pictures(options.folder).items())
    except ValueError as error:
        parser.error(str(error))
    others = [path for path in files.walk(options.folder, []) if not folders.looks_like_picture(path)]
    for note in folders.describe_others(others):
        print(cli.show(note))
    if not found:
        parser.error(f"{options.folder} holds no pictures")
    with workers.open_pool(options.jobs) as pool:
        work = pool.map(functools.partial(make_pair, options=options), found, chunksize=1)
        reasons = list(tqdm(work, total=len(found), unit="picture", disable=None))
    failed = [(source, failure) for (_, source), (failure, _) in zip(found, reasons) if failure]
    dropped = [(source, reason) for (_, source), (_, reason) in zip(found, reasons) if reason]
    for source, failure in failed:
        print(f"{source}: {failure}", file=sys.stderr)
    for source, reason in dropped:
        print(f"{source}: left out: {reason}")
    what = "thin drawings" if options.maker == "thin" else "sketches"
    wrote = f"Wrote {len(found) - len(failed) - len(dropped)} {what} to {options.output}"
    print(wrote + (f", left out {len(dropped)}" if dropped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
