"""Lines of illustrations, refined lines, regions, sketches, colours for sketches: pictures or folders in, PNGs out.

    python predict.py                          # the lines of data/predict, to data/result
    python predict.py my_folder --output lines
    python predict.py my_lines --task refine   # thin, rough or noisy lines in, clean and styled ones out
    python predict.py my_folder --task lines,refine
    python predict.py my_folder --task regions
    python predict.py my_folder --task sketch
    python predict.py my_binaries --task binary2sketch
    python predict.py my_sketches --task colorize
    python predict.py my_folder --task style   # sketched and coloured anew

Lines are dark on white; with regions come NAME.skeleton, NAME.region and NAME.flatten. A 1080p picture takes about 0.6
seconds on two CPU cores, after half a second to start; its regions about 3. Results have their picture's size and name,
in the same sub-folders. Exit status: 0 if all was done, 1 if a picture failed (named on standard error; the others are
done), 2 for wrong usage, 130 or 143 if interrupted or terminated.
"""

import argparse
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from tqdm import tqdm

import engine
import images
import ink
import paper
import tiling
from processes import FAILURES, describe

# What only regions need is imported in functions: Numba takes as long to start as all the rest.

DATA = Path(__file__).resolve().parent / "data"
EXAMPLES = ("predict", "rough")  # folders of data: illustrations, line drawings
SKETCHES = ("sketch", "binary2sketch", "colorize", "style")
TASKS = (*engine.TASKS, "lines,refine", "style")  # the last two are chains: a network gets what another found
LARGE = {"regions": 8e6}  # pixels; of pictures larger than this, or ...
LARGE_DEFAULT = 24e6  # ... for other tasks this, there is never more than one in memory

# Regions are found on a picture that is brought to this short side, but not enlarged or shrunk by more than these.
REGION_SHORT_SIDE = 2048
REGION_SCALES = (0.5, 2.0)
MADE_FOR_REGIONS = ("region", "skeleton", "flatten", "labels")  # kinds of files that are results, or maps of a data set


class Job(NamedTuple):
    """One picture to do: where it is, and where its results go, by kind (the first is the main one)."""

    source: Path
    targets: dict


def main(arguments=None):
    """Run the command line; returns the exit status."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    check_options(options, parser)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        return run(options, parser)
    except KeyboardInterrupt:
        print("predict.py: interrupted", file=sys.stderr)
        return 130


def run(options, parser):
    """Plan, load, predict, report; returns the exit status."""
    start = time.monotonic()
    jobs, problems = plan(options, parser)
    skipped = 0
    if options.hints and len(jobs) > 1:
        parser.error(f"--hints {options.hints} belongs to one picture. Received: {len(jobs)}")
    if options.skip_existing:
        # Numbers may be in a file of another name, and are written before the labels.
        remaining = [
            job for job in jobs if not all(path.exists() for kind, path in job.targets.items() if kind != "numbers")
        ]
        jobs, skipped = remaining, len(jobs) - len(remaining)
    for path, reason in problems:
        complain(path, reason)
    if jobs:
        try:
            options.output.mkdir(parents=True, exist_ok=True)
            if options.task == "regions" or options.thin:
                engine.require(
                    "numba", "--thin" if options.thin else "--task regions", "pip install -r requirements-predict.txt"
                )
            last = "colorize" if options.task == "style" else options.task.rpartition(",")[2]

            def load(weights, task):
                return engine.load(weights, options.engine, options.precision, task, options.trust)

            network = load(options.weights, last)
            if options.task == "lines,refine" or options.layers and engine.SHIPPED["lines"]["openvino"].exists():
                options.line_network = load(None, "lines")
            if options.task in ("colorize", "style"):
                options.sketch_network = load(options.sketch_weights, "sketch")
        except (OSError, engine.WeightsError) as error:
            print(f"predict.py: {describe(error)}", file=sys.stderr)
            return 1
        if options.classes and network.name != "line_extractor":
            parser.error(f"--classes: {network.name} finds ink only")
        problems += predict(jobs, network, options)
    done = len(jobs) - sum(isinstance(path, Job) for path, _ in problems)
    report = [f"{done} done in {time.monotonic() - start:.1f} s, in {options.output}"]
    report += [f"{skipped} already there"] * bool(skipped) + [f"{len(problems)} failed"] * bool(problems)
    print("; ".join(report))
    return 1 if problems else 0


def plan(options, parser):
    """Find the pictures and give each its results' names.

    Returns:
        jobs, and a list of (path, reason) for inputs that cannot be done.
    """
    found, problems = find_pictures(options.inputs or [DATA / EXAMPLES[options.task == "refine"]], options, parser)
    sources = {source.resolve() for source, _ in found}
    jobs, taken = [], {}
    for source, relative in found:
        rival = None
        for name in candidate_names(relative):
            targets = name_targets(options.output / relative.parent, name, options)
            rivals = [taken[key] for key in map(_key, targets.values()) if key in taken]
            if not rivals:
                break
            rival = rivals[0]
        if rival:
            print(f"{source}: written as {next(iter(targets.values()))}, since {rival} has the simpler name")
        for path in targets.values():
            taken[_key(path)] = source
            if path.resolve() in sources:
                parser.error(f"{path} is itself a picture to read and would be overwritten; choose another --output")
        jobs.append(Job(source, targets))
    return jobs, problems


def find_pictures(inputs, options, parser):
    """List the pictures of files and folders, sorted, each once, as (path, path in the output), and the problems."""
    output = options.output
    found, problems, seen = [], [], set()
    for item in map(Path, inputs):
        if item.is_dir():
            if item.resolve() == output.resolve():
                parser.error(f"--output {output} is the folder to read; choose another")
            files = list(walk(item, output.resolve(), problems))
            if options.task == "regions":  # of a data set's folder the pictures, not their maps
                files = [file for file in files if not file.stem.endswith(tuple(f".{k}" for k in MADE_FOR_REGIONS))]
            if not files:
                problems.append((item, "no pictures in this folder"))
        elif item.exists():
            files = [item]
        else:
            files, _ = [], problems.append((item, "no such file or folder"))
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                found.append((file, file.relative_to(item) if item.is_dir() else Path(file.name)))
    return found, problems


def walk(folder, output, problems):
    """The pictures of a folder and its sub-folders, sorted; never hidden ones, nor those of the output folder."""

    def complain_later(error):
        problems.append((error.filename, describe(error)))

    for parent, folders, files in os.walk(folder, onerror=complain_later):
        folders[:] = sorted(name for name in folders if name[0] != "." and Path(parent, name).resolve() != output)
        paths = [Path(parent, name) for name in sorted(files) if name[0] != "."]
        yield from filter(images.looks_like_picture, paths)


def candidate_names(relative):
    """Names for a picture's result, without `.png`, best first: `a`, then `a.jpg`, `a.jpg.2` and so on."""
    yield relative.stem
    yield relative.name
    count = 2
    while True:
        yield f"{relative.name}.{count}"
        count += 1


def name_targets(folder, name, options):
    """The files to write for one picture, by kind."""
    if options.task == "regions":
        named = {kind: images.name_result(folder / f"{name}.png", kind) for kind in ("skeleton", "region", "flatten")}
        stem = named["region"].name.removesuffix(".region.png")
        extra = {"labels": f"{stem}.labels.json", "numbers": f"{stem}.labels.png"} if options.labels else {}
        extra |= {"layers": f"{stem}.ora"} if options.layers else {}
        return named | {kind: folder / file for kind, file in extra.items()}
    if options.task in SKETCHES:
        ending = {"colorize": "colorized", "style": "style"}.get(options.task, "sketch")
        kinds = {"sketch": f".{ending}"}
    else:
        kinds = {"lines": "" if options.task == "lines" else ".refined"}
    if options.classes:
        kinds |= {kind: f".{kind}" for kind in ("boundary", "inner", "fill_edge", "classes")}
    if options.sheet:
        kinds["sheet"] = ".sheet"
    return {kind: folder / f"{name}{ending}.png" for kind, ending in kinds.items()}


def predict(jobs, network, options):
    """Do all jobs; returns a list of (job, reason) of those that failed.

    Two threads take turns at the network: while one's picture goes through it, the other writes and reads.
    """
    problems = []
    single = len(jobs) == 1
    turn, stop = threading.RLock(), threading.Event()

    def watch(windows):
        for window in tqdm(windows, unit="tile", leave=False, disable=None if single else True):
            if stop.is_set():
                raise InterruptedError
            yield window

    with tqdm(total=len(jobs), unit="picture", disable=True if single else None) as bar, ThreadPoolExecutor(2) as pool:
        futures = {pool.submit(do, job, network, options, turn, watch): job for job in jobs}
        try:
            for future in as_completed(futures):
                job, error = futures.pop(future), future.exception()
                if isinstance(error, FAILURES):
                    problems.append((job, describe(error)))
                    complain(job.source, describe(error))
                elif error:
                    raise error
                bar.update()
        except BaseException:  # interrupted: write what is found already, begin nothing more
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return problems


def do(job, network, options, turn, watch):
    """Read, find and write one picture's results; holds `turn` while the network runs, or all along if it is large."""
    width, height = images.size(job.source)
    with turn if width * height > LARGE.get(options.task, LARGE_DEFAULT) else nullcontext():
        picture = images.read(job.source, options.max_megapixels)
        for path in job.targets.values():
            path.parent.mkdir(parents=True, exist_ok=True)
        if options.task == "regions":
            do_regions(job, picture, network, options, turn, watch)
            return
        if options.task in SKETCHES:
            do_sketch(job, picture, network, options, turn, watch)
            return
        if options.task == "lines,refine":
            with turn:
                found = find_maps(options.line_network, picture, False, watch)[..., 0]
            found = ink.strengthen(found, options.strength)
        elif options.task == "refine":
            found, notes = paper.level(picture)
            if notes:
                tqdm.write(f"{job.source}: {', '.join(notes)}")
        else:
            with turn:
                maps = find_maps(network, picture, options.classes, watch)
        if not (options.keep_colour or options.sheet):
            picture = None  # as large as three maps
        if options.task != "lines":
            maps = refine(found, network, options, turn, watch)[..., None]
        results = draw(picture, maps, options)
        for kind, path in job.targets.items():
            images.write(path, results[kind])


def refine(found, network, options, turn, watch):
    """Refine and finish lines, (H, W) uint8, 255 = ink; returns the same."""
    if options.thin:
        import sketch

        found = 255 - sketch.thin(255 - found)
    with turn:
        refined = tiling.run(network, found[..., None], progress=watch)[..., 0]
    if options.smooth:
        refined = ink.smooth(refined)
    return ink.curve(refined, *options.curve) if options.curve else refined


def do_regions(job, picture, network, options, turn, watch):
    """Find and write one picture's regions; arrays go as soon as they are written."""
    import layers
    import regions
    import visualize

    with turn:
        maps = find_skeleton(network, picture, options.flips, watch)
        lines = find_maps(options.line_network, picture, False, watch)[..., 0] if options.line_network else None
    ids = regions.segment(
        picture, maps[..., 0], options.detail, options.min_area, maps[..., 1] if maps.shape[2] > 1 else None
    )
    images.write(job.targets["skeleton"], regions.fit_heights(maps[..., 0], ids.shape)[0])
    del maps
    images.write(job.targets["flatten"], visualize.flatten(picture, ids, options.flatten))
    if options.labels:
        layers.write_labels(str(job.targets["labels"]).removesuffix(".labels.json"), ids, picture)
    if options.layers:
        layers.write_layers(job.targets["layers"], picture, ids, lines, options.layers)
    del picture
    images.write(job.targets["region"], images.colour_regions(ids))


def do_sketch(job, picture, network, options, turn, watch):
    """Make and write one picture's sketch, or the colours of one."""
    import colours
    import sketch

    notes, hints = [], None
    if options.task == "sketch":
        with turn:
            found = tiling.run(network, sketch.lighten(picture), progress=watch)
    elif options.task == "binary2sketch":
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        if not sketch.is_binary(grey):
            grey = sketch.threshold(grey)
            notes.append("not black and white, binarised first")
        with turn:
            found = tiling.run(network, grey[..., None], progress=watch)
    else:
        if options.hints:
            hints = read_hints(picture, options)
        coloured = not colours.is_colourless(picture)
        if options.task == "style" or coloured:
            if options.task == "colorize":
                notes.append("coloured, sketched first")
            with turn:
                lines = tiling.run(options.sketch_network, sketch.lighten(picture), progress=watch)[..., 0]
        else:
            lines = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        if options.keep_colour and coloured and hints is None:
            hints = colours.keep_hints(picture, lines)

        def find(given):
            return tiling.run(network, given, network_channels(network), np.float32)

        with turn:
            found = colours.colour(find, lines, hints, network.name == "colorize_unet", options.seed)
    if notes:
        tqdm.write(f"{job.source}: {', '.join(notes)}")
    if found.shape[-1] == 1:
        found = found[..., 0]
    results = {"sketch": found}
    if options.sheet:
        results["sheet"] = np.hstack([picture, found if found.ndim == 3 else np.dstack([found] * 3)])
    for kind, path in job.targets.items():
        images.write(path, results[kind])


def read_hints(picture, options):
    """The dabs of `--hints`; ValueError, which names the file, if it is no such sheet or of another size."""
    try:
        hints = images.read_hints(options.hints, options.max_megapixels)
    except (OSError, ValueError) as error:
        raise ValueError(f"its hints, {options.hints}: {describe(error)}") from error
    if hints.shape[:2] != picture.shape[:2]:
        sizes = [f"{array.shape[1]}x{array.shape[0]}" for array in (picture, hints)]
        raise ValueError(f"is {sizes[0]}, but its hints, {options.hints}, are {sizes[1]}")
    return hints


def network_channels(network):
    """How many channels a colouring network gives: colours, and of the default one classes."""
    return 6 if network.name == "colorize_unet" else 3


def find_skeleton(network, picture, flips=1, watch=iter):
    """Run a region network over a (H, W, 3) uint8 RGB picture, at the size that suits it.

    Small regions are found better on an enlarged picture, and the large ones of a large picture on a shrunk one.

    Args:
        network: of `engine.load`.
        picture: the picture.
        flips: 1, 2, 4 or 8: as many of the picture's reflections and turns are looked at, and what is found averaged.
        watch: wraps the list of tiles, for a progress bar.

    Returns:
        (h, w, C) uint8, at the network's size: the skeleton map and, of the default network, how likely a boundary
        runs here, 255 = surely.
    """
    height, width = picture.shape[:2]
    scale = float(np.clip(REGION_SHORT_SIDE / min(height, width), *REGION_SCALES))
    sized = images.resize(picture, (max(1, round(height * scale)), max(1, round(width * scale))))
    channels = 1 if network.name == "danbooregion_unet" else 2
    total = None
    for flip in range(flips):
        maps = turn_back(tiling.run(network, turn_picture(sized, flip), channels, progress=watch), flip)
        if flips == 1:
            return maps
        total = maps.astype(np.uint16) if total is None else cv2.add(total, maps, dtype=cv2.CV_16U)
    return ((total.reshape(maps.shape) + flips // 2) // flips).astype(np.uint8)


def turn_picture(array, flip):
    """One of the eight reflections and turns of a (H, W, C) array, 0 itself."""
    if flip & 4:
        array = array.transpose(1, 0, 2)
    if flip & 2:
        array = array[::-1]
    return np.ascontiguousarray(array[:, ::-1] if flip & 1 else array)


def turn_back(array, flip):
    """Undo `turn_picture`."""
    if flip & 1:
        array = array[:, ::-1]
    if flip & 2:
        array = array[::-1]
    return np.ascontiguousarray(array.transpose(1, 0, 2) if flip & 4 else array)


def find_maps(network, picture, classes=True, watch=iter):
    """Run a line extractor over a (H, W, 3) uint8 RGB picture.

    Args:
        network: of `engine.load`.
        picture: the picture.
        classes: whether line classes are wanted, too; not all networks find them.
        watch: wraps the list of tiles, for a progress bar.

    Returns:
        (H, W, 3) uint8, 255 = yes: ink, boundary share of it, fill edge; or (H, W, 1), ink alone.
    """
    if network.name == "line_distiller":
        grey = engine.distiller_input(picture)
        lines = tiling.run(network, grey, dtype=np.float32, progress=watch)
        return engine.distiller_ink(lines, *picture.shape[:2])
    return tiling.run(network, picture, 3 if classes else 1, progress=watch)


def draw(picture, maps, options):
    """The arrays to write, by kind, of a picture (None unless an option needs it) and its maps."""

    def shape(found):
        found = ink.widen(found, options.width)
        return found if options.binarize is None else ink.binarize(found, options.binarize)

    faint = ink.strengthen(maps[..., 0], options.strength) if options.task == "lines" else maps[..., 0]
    full = shape(faint)
    colours = ink.line_colours(picture, faint) if options.keep_colour else None
    results = {"lines": ink.on_glass(full, colours) if options.transparent else ink.on_paper(full, colours)}
    if options.classes:
        classes = (*map(shape, ink.split_classes(faint, maps[..., 1])), shape(maps[..., 2]))
        results |= zip(("boundary", "inner", "fill_edge"), map(ink.on_paper, classes))
        results["classes"] = ink.code_classes(*classes)
    if options.sheet:
        paper = ink.on_paper(full, colours)
        results["sheet"] = np.hstack([picture, paper if options.keep_colour else np.dstack([paper] * 3)])
    return results


def complain(path, reason):
    """Name a failed input and its reason on standard error, without breaking a progress bar."""
    tqdm.write(f"predict.py: {path}: {reason}", file=sys.stderr)


def number(low, high):
    """An argparse type: a number from `low` to `high`."""

    def parse(text):
        try:
            value = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a number. Received: {text!r}") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"expected a number from {low:g} to {high:g}. Received: {text}")
        return value

    return parse


def build_parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what, how = parser.add_argument_group("what to do"), parser.add_argument_group("how lines look")
    finish, areas = parser.add_argument_group("refined lines"), parser.add_argument_group("regions")
    paint = parser.add_argument_group("colours of sketches")
    parser.set_defaults(line_network=None, sketch_network=None)
    what.add_argument(
        "inputs",
        nargs="*",
        metavar="PICTURE|FOLDER",
        help="pictures, and folders with sub-folders (default: data/predict, or of --task refine data/rough)",
    )
    what.add_argument(
        "--task", choices=TASKS, default="lines", metavar="TASK",
        help="what to make: lines, refine, lines,refine (the one after the other), regions, sketch, binary2sketch, "
        "colorize or style (sketch and colorize, the one after the other) (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--output", type=Path, default=DATA / "result", metavar="FOLDER", help="where results go (default: data/result)"
    )
    what.add_argument(
        "--weights",
        metavar="FILE",
        help="a .keras, an .xml, LineDistiller's or LineRelifer's .h5 or DanbooRegion's .net; of lines,refine the "
        "refiner's (default: weights/TASK of this folder)",
    )
    what.add_argument(
        "--engine", choices=engine.ENGINES, default="auto",
        help="what runs the network; auto: Keras where a GPU is seen, else OpenVINO (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--precision", choices=engine.PRECISIONS, default="auto",
        help="of OpenVINO; auto: the processor's fastest, such as bfloat16 (default: %(default)s)",
    )  # fmt: skip
    what.add_argument("--trust", action="store_true", help="run shipped weights although they are not what was shipped")
    what.add_argument(
        "--max-megapixels", type=number(0, 1e6), default=images.MAX_MEGAPIXELS, metavar="N",
        help="refuse pictures that claim to be larger, before decoding them (default: %(default)g)",
    )  # fmt: skip
    what.add_argument(
        "--skip-existing",
        action="store_true",
        help="leave out pictures whose results are all there (default: do them again)",
    )
    how.add_argument(
        "--strength", type=number(0.05, 20), default=1.0, metavar="S",
        help="how faint a line still counts, 0.05 to 20: multiplies the odds of ink (default: %(default)g)",
    )  # fmt: skip
    how.add_argument(
        "--width", type=number(-16, 16), default=0.0, metavar="PX",
        help="pixels to make lines wider, or thinner where negative, -16 to 16 (default: %(default)g)",
    )  # fmt: skip
    how.add_argument(
        "--binarize",
        type=number(0, 1),
        metavar="T",
        help="black where ink is at least T, 0 to 1, else white (default: shades of grey)",
    )
    how.add_argument("--transparent", action="store_true", help="RGBA, nothing but ink (default: white paper)")
    how.add_argument(
        "--keep-colour",
        "--keep-color",
        action="store_true",
        help="lines, or with colorize and style areas, in the picture's own colour (default: black; chosen ones)",
    )
    how.add_argument(
        "--classes", action="store_true",
        help="write also NAME.boundary, NAME.inner, NAME.fill_edge, and NAME.classes with these in red, green and blue",
    )  # fmt: skip
    how.add_argument("--sheet", action="store_true", help="write also NAME.sheet, picture and result side by side")
    finish.add_argument("--thin", action="store_true", help="thin lines to one pixel before they are refined")
    finish.add_argument(
        "--smooth",
        action="store_true",
        help="anti-alias: average along lines, not across (default: as the network draws them)",
    )
    finish.add_argument(
        "--curve", type=levels, metavar="BLACK,WHITE[,GAMMA]",
        help="what is darker than BLACK becomes black, lighter than WHITE white, 0 to 255; GAMMA above 1 lightens what "
        "is between (default: as it is)",
    )  # fmt: skip
    areas.add_argument(
        "--detail", type=number(0, 1), default=0.5, metavar="D", help="how fine they get, 0 to 1 (default: %(default)g)"
    )
    areas.add_argument(
        "--min-area", type=whole_number, metavar="PX",
        help="smaller ones join the neighbour they are most alike (default: a 60,000th of the picture, at least 12)",
    )  # fmt: skip
    areas.add_argument(
        "--flips", type=int, choices=(1, 2, 4, 8), default=1,
        help="look at so many reflections of the picture and average: steadier, slower (default: %(default)s)",
    )  # fmt: skip
    areas.add_argument(
        "--flatten", choices=("median", "mean"), default="median",
        help="the colour of a region in NAME.flatten (default: %(default)s)",
    )  # fmt: skip
    areas.add_argument(
        "--labels", action="store_true",
        help="write also NAME.labels.png (16-bit numbers; .npy beyond 65,536) and .json (area, box, colour and so on)",
    )  # fmt: skip
    areas.add_argument(
        "--layers", nargs="?", choices=("regions", "colours"), const="regions", metavar="regions|colours",
        help="write also NAME.ora for Krita, GIMP and MyPaint: a layer for each region, or each colour, lines on top; "
        "put it behind the pictures, or say --layers=regions",
    )  # fmt: skip
    paint.add_argument(
        "--hints", type=Path, metavar="FILE",
        help="dabs of colour on a transparent sheet of the picture's size: what the areas under them are like",
    )  # fmt: skip
    paint.add_argument(
        "--seed", type=whole_number, default=0, metavar="N",
        help="of the colours chosen for areas without dabs (default: %(default)s)",
    )  # fmt: skip
    paint.add_argument("--sketch-weights", metavar="FILE", help="network that sketches (default: weights/sketch)")
    refined = ("refine", "lines,refine")
    coloured = ("colorize", "style")
    tasks = {
        "strength": ("lines", "lines,refine"),
        "keep_colour": ("lines", "lines,refine", *coloured),
        "classes": ("lines",),
        "sheet": ("lines", *refined, *SKETCHES),
    }
    for group, several in ((how, ("lines", *refined)), (finish, refined), (areas, ("regions",)), (paint, coloured)):
        for action in group._group_actions:
            action.tasks = tasks.get(action.dest, several)
    return parser


def levels(text):
    """An argparse type: two levels, and a gamma or none."""
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in (2, 3) or not 0 <= values[0] < values[1] <= 255 or not 0 < (values + [1.0])[2] <= 100:
        raise argparse.ArgumentTypeError(
            "expected BLACK,WHITE or BLACK,WHITE,GAMMA with 0 <= BLACK < WHITE <= 255 and 0 < GAMMA <= 100. "
            f"Received: {text!r}"
        )
    return values


def whole_number(text):
    """An argparse type: a whole number, 0 or above."""
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise argparse.ArgumentTypeError(f"expected a whole number, 0 or above. Received: {text!r}")
    return value


def check_options(options, parser):
    """End with exit code 2 where an option belongs to another task."""
    for action in parser._actions:
        tasks = getattr(action, "tasks", TASKS)
        if options.task not in tasks and getattr(options, action.dest) != action.default:
            parser.error(f"{action.option_strings[0]} belongs to --task {' or '.join(tasks)}")


def _key(path):
    """A path as the file system compares it."""
    return os.path.normcase(path)


if __name__ == "__main__":
    sys.exit(main())
