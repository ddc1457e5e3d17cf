"""One picture to its parts: runs a task's networks over it, finishes what they found, writes the files.

networks = parts.load(options)                                     # of predict.py
notes = parts.do(job, networks, options, turn)                     # reads, finds, writes
maps = parts.find_maps(engine.load(), picture)                     # (H, W, 3) uint8: ink, boundary share, fill edge
maps = parts.find_skeleton(engine.load(task="regions"), picture)   # (h, w, 2) uint8: heights, boundaries
"""

import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

import engine
import images
import ink
import paper
import scales
import tiling
from processes import describe

# What only regions need is imported in functions: Numba takes as long to start as all the rest.

SKETCHES = ("sketch", "binary2sketch", "colorize", "style")
LARGE = {"regions": 6e6}  # pixels; of pictures larger than this, or ...
LARGE_DEFAULT = 16e6  # ... for other tasks this, there is never more than one in memory
AT_ONCE = 2  # other pictures in memory: while one goes through the network, the other is written, and a third read

# Regions are found on a picture that is brought to this short side, but not enlarged or shrunk by more than these.
REGION_SHORT_SIDE = 2048
REGION_SCALES = (0.5, 2.0)


class Networks(NamedTuple):
    """What a task runs: its network, and those that come before it or add lines; of `engine.load`."""

    main: Any
    lines: Any = None
    sketch: Any = None


def load(options):
    """Load the networks of a task.

    Args:
        options: of predict.py.

    Returns:
        `Networks`.

    Raises:
        engine.WeightsError: if one cannot be loaded.
    """
    if options.task == "regions" or options.thin:
        engine.require(
            "numba", "--thin" if options.thin else "--task regions", "pip install -r requirements-predict.txt"
        )

    def get(weights, task):
        return engine.load(weights, options.engine, options.precision, task, options.trust)

    main = get(options.weights, "colorize" if options.task == "style" else options.task.rpartition(",")[2])
    lined = options.task == "lines,refine" or options.layers and engine.SHIPPED["lines"]["openvino"].exists()
    sketched = options.task in ("colorize", "style")
    return Networks(
        main, get(None, "lines") if lined else None, get(options.sketch_weights, "sketch") if sketched else None
    )


class Job(NamedTuple):
    """One picture to do: where it is, and where its results go, by kind (the first is the main one)."""

    source: Path
    targets: dict


def do(job, networks, options, turn, watch=iter):
    """Read, find and write one picture's results.

    Args:
        job: what to do, a `Job`.
        networks: of `load`.
        options: of predict.py.
        turn: a lock, reentrant, that is held while a network runs, or all along if the picture is large.
        watch: wraps the list of tiles, for a progress bar.

    Returns:
        List of remarks on what was done to the picture first.

    Raises:
        One of `processes.FAILURES` if it cannot be done.
    """
    width, height = images.size(job.source)
    scale = options.scale if options.scale != "auto" else 1
    if scale > 1:
        try:
            images.check_size(round(width * scale), round(height * scale), options.max_megapixels)
        except ValueError as error:
            raise ValueError(f"at --scale {scale:g} {error}") from error
    width, height = width * max(1, scale), height * max(1, scale)
    with turn if width * height > LARGE.get(options.task, LARGE_DEFAULT) else nullcontext():
        picture = images.read(job.source, options.max_megapixels)
        for path in job.targets.values():
            images.make_folder(path.parent)
        if options.task == "regions":
            return do_regions(job, picture, networks, options, turn, watch)
        if options.task in SKETCHES:
            return do_sketch(job, picture, networks, options, turn, watch)
        notes = []
        if options.task == "lines,refine":
            with turn:
                found = find_maps(networks.lines, picture, False, watch, options.scale)[..., 0]
            found = ink.strengthen(found, options.strength)
        elif options.task == "refine":
            found, notes = paper.level(picture)
        else:
            with turn:
                maps = find_maps(networks.main, picture, options.classes, watch, options.scale)
        if not (options.keep_colour or options.sheet):
            picture = None  # as large as three maps
        if options.task != "lines":
            maps = refine(found, networks.main, options, turn, watch)[..., None]
        results = draw(picture, maps, options)
        for kind, path in job.targets.items():
            images.write(path, results[kind])
        return notes


# On a worker of a cluster, for all that it is asked for at a time.
_turn, _loading, _seats = threading.RLock(), threading.Lock(), threading.BoundedSemaphore(AT_ONCE + 1)
_loaded = {}


def do_remotely(run, options, job):
    """`do`, on a worker of a cluster, which loads the networks once for each `run`, a name of the client's."""
    with _loading:
        if run not in _loaded:
            while len(_loaded) > 1:  # those of another client, who uses the same workers, stay
                del _loaded[next(iter(_loaded))]
            _loaded[run] = load(options)
        networks = _loaded[run]
    with _seats:
        return do(job, networks, options, _turn)


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


def do_regions(job, picture, networks, options, turn, watch):
    """Find and write one picture's regions, as `do`; arrays go as soon as they are written."""
    import layers
    import regions
    import visualize

    with turn:
        maps = find_skeleton(networks.main, picture, options.flips, watch)
        lines = find_maps(networks.lines, picture, False, watch)[..., 0] if networks.lines else None
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
    return []


def do_sketch(job, picture, networks, options, turn, watch):
    """Make and write one picture's sketch, or the colours of one, as `do`."""
    import colours
    import sketch

    network, notes, hints = networks.main, [], None
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
                lines = tiling.run(networks.sketch, sketch.lighten(picture), progress=watch)[..., 0]
        else:
            lines = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        if options.keep_colour and coloured and hints is None:
            hints = colours.keep_hints(picture, lines)

        def find(given):
            return tiling.run(network, given, network_channels(network), np.float32, progress=watch)

        with turn:
            found = colours.colour(find, lines, hints, network.name == "colorize_unet", options.seed)
    if found.shape[-1] == 1:
        found = found[..., 0]
    results = {"sketch": found}
    if options.sheet:
        results["sheet"] = np.hstack([picture, found if found.ndim == 3 else np.dstack([found] * 3)])
    for kind, path in job.targets.items():
        images.write(path, results[kind])
    return notes


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
    total: Any = None
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


def find_maps(network, picture, classes=True, watch=iter, scale="auto"):
    """Run a line extractor over a (H, W, 3) uint8 RGB picture.

    Args:
        network: of `engine.load`.
        picture: the picture.
        classes: whether line classes are wanted, too; not all networks find them.
        watch: wraps the list of tiles, for a progress bar.
        scale: see `scales.look`; of the published network, which was trained at other sizes, auto is 1.

    Returns:
        (H, W, 3) uint8, 255 = yes: ink, boundary share of it, fill edge; or (H, W, 1), ink alone.
    """
    published = network.name == "line_distiller"

    def find(picture):
        if not published:
            return tiling.run(network, picture, 3 if classes else 1, progress=watch)
        grey = engine.distiller_input(picture)
        lines = tiling.run(network, grey, dtype=np.float32, progress=watch)
        return engine.distiller_ink(lines, *picture.shape[:2])

    return scales.look(find, picture, 1.0 if published and scale == "auto" else scale)


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
        sheet = ink.on_paper(full, colours)
        results["sheet"] = np.hstack([picture, sheet if options.keep_colour else np.dstack([sheet] * 3)])
    return results
