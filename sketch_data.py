"""Pictures, the sketches made of them and dabs of colour, to training batches for sketch networks.

    plan = sketch_data.SketchPlan(pairs=tuple(sketch_data.find_sketch_pairs("data")[0]), task="sketch")
    with dataset.Feed(plan, workers=2) as feed:
        given, truth, failures = feed.next()  # (N, P, P, C) and (N, P, P, K) uint8

| task | given | truth |
| --- | --- | --- |
| `sketch` | a picture, worn, lightened if dark: RGB | its XDoG sketch before the wear |
| `binary2sketch` | a picture binarised as manga are | its colour-dodge sketch |
| `colorize` | a sketch, and colours given: grey, RGB and how sure they are | the picture: RGB, and where skin is |

A drawn picture stands in where there is no picture on disk; a sketch that is not on disk is made by `sketch.py`.
"""

import dataclasses
import math
import typing
from pathlib import Path

import cv2
import numpy as np

import colours
import dataset
import images
import sketch

TASKS = ("sketch", "binary2sketch", "colorize")
CHANNELS = {"sketch": (3, 1), "binary2sketch": (1, 1), "colorize": (5, 3)}  # given and found
TRUE_CHANNELS = {"sketch": 1, "binary2sketch": 1, "colorize": 4}
SCALES = (0.7, 1.5)  # a picture's enlargement, drawn log-uniformly between the two
TILTED = 0.35  # chance that a picture is turned by a few degrees; one to be coloured stands upright else
WORN = {"sketch": 0.85, "binary2sketch": 0.3, "colorize": 0.2}  # chance that a picture is worn before, see `wear`
# Chances of what a sketch comes with: nothing; its largest areas in their colours, as where colours are chosen; these
# spread over the rest; dabs. The first two are looked at from afar, the whole picture at a time.
HINTS = {"none": 0.5, "areas": 0.2, "grown": 0.15, "dabs": 0.15}
AFAR = ("none", "areas")
NEARER = 1.3  # times that a picture seen from afar is enlarged, at most, beyond the size that shows all of it
MOST_DABS = 60  # on a picture
DAB = (1.5, 7.0)  # pixels, smallest and largest radius
COLOURLESS = 8.0  # CIE Lab chroma; pictures below on average teach no colours ...
COLOUR_ATTEMPTS = 8  # ... and are passed over, but not more in a row ...
OTHER_STEP = 7919  # ... for those of a step as much later
DARK = 1.5  # times that a drawn picture would have to be lighter, see `sketch.find_gain`; above, it is passed over, too
FEW_LINES = 0.01  # share of ink; lines that are fewer are no sketch


@dataclasses.dataclass(frozen=True)
class SketchPair:
    """A picture and what it is sketched as.

    Attributes:
        name: relative, without ending, "/" between folders.
        picture: its file.
        sketch: file of its sketch, dark on white; None where that is made as it is needed.
        lines: for a drawn picture file of its lines, dark on white; None for others.
        skin: for a drawn picture maybe file of where people's skin is, white on black.
    """

    name: str
    picture: Path
    sketch: Path | None = None
    lines: Path | None = None
    skin: Path | None = None


class Source(typing.NamedTuple):
    """What an example is made of, see `SketchPair`: (H, W, 3) uint8 RGB, (H, W) uint8 maps; None what there is not."""

    picture: np.ndarray
    sketch: np.ndarray | None = None
    lines: np.ndarray | None = None
    skin: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class SketchPlan(dataset.Plan):
    """Everything that decides what the crops for a sketch network are: as `dataset.Plan`, of `SketchPair`s.

    Args:
        task: one of `TASKS`.
    """

    drawing: int = 384
    task: str = "sketch"

    def __post_init__(self):
        super().__post_init__()
        if self.task not in TASKS:
            raise ValueError(f"task must be one of {', '.join(TASKS)}. Received: {self.task!r}")

    def make(self, step):
        """The batch of a step."""
        return make_sketch_batch(self, step)

    def finish(self, *batch):
        """A made batch as `Feed.next` returns it: as it is."""
        return batch

    @property
    def sources(self):
        """How many pictures one batch shows."""
        return math.ceil(self.batch / self.crops)

    @property
    def crops(self):
        """How many crops of a batch are views of one picture: one, but four of drawn ones, which cost more."""
        return dataset.CROPS_PER_DRAWING if self.synthetic == 1.0 else 1


def find_sketch_pairs(folder, prefix=""):
    """Match pictures and sketches: those of `sketch_raw` and `sketch_line`, or else drawn pictures and their lines.

    Args:
        folder: holds `sketch_raw` and maybe `sketch_line`; or `raw`, `ink` and maybe `skin`, as `synthesize.py` writes
            them.
        prefix: before each of these names: `"v_"` for validation.

    Returns:
        (pairs, orphans): a list of `SketchPair` sorted by name, and the sorted paths without partner. Where there is
        no sketch at all every picture is a pair.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    folder = Path(folder)
    pictures, sketches = (dataset.list_pictures(folder / f"{prefix}{name}") for name in ("sketch_raw", "sketch_line"))
    if pictures or sketches:
        both = [name for name in pictures if name in sketches or not sketches]
        orphans = [path for name, path in pictures.items() if name not in both]
        orphans += [path for name, path in sketches.items() if name not in pictures]
        return [SketchPair(name, pictures[name], sketches.get(name)) for name in both], sorted(orphans)
    pictures, lines, skin = (dataset.list_pictures(folder / f"{prefix}{name}") for name in ("raw", "ink", "skin"))
    drawn = [name for name in pictures if name in lines]
    return [SketchPair(name, pictures[name], None, lines[name], skin.get(name)) for name in drawn], []


def load_sketch_pair(pair):
    """Read a pair: a `Source`.

    Raises:
        ValueError: if a file is no picture, or the sizes differ. The message names the file.
    """
    picture = dataset.read_picture(pair.picture)
    found: list[typing.Any] = []
    for path in (pair.sketch, pair.lines, pair.skin):
        found.append(None if path is None else dataset.read_picture(path, images.read_map))
        if path is not None and found[-1].shape != picture.shape[:2]:
            raise ValueError(
                f"{path} is {found[-1].shape[1]}x{found[-1].shape[0]}, but {pair.picture} is "
                f"{picture.shape[1]}x{picture.shape[0]}"
            )
    return Source(picture, *found)


# ---------------------------------------------------------------------------------------------------- one picture
def cut(array, matrix, scale, size):
    """`dataset.cut_crop` of an array, sharper where it enlarges; None of None."""
    return None if array is None else dataset.cut_crop(array, matrix, scale, size, True)


def make_example(task, source, size, rng):
    """Make what a sketch network gets and is to find, of one picture.

    Args:
        task: one of `TASKS`. source: a `Source`.
        size: height and width of what is made: the picture mirrored, turned, enlarged or shrunk at random, and
            reflected beyond its border where it is too small.
        rng: `numpy.random.Generator`.

    Returns:
        (given, truth): (size, size, C) and (size, size, K) uint8, see above.
    """
    kind = rng.choice(list(HINTS), p=list(HINTS.values())) if task == "colorize" else None
    afar = kind in AFAR
    size = 2 * size if afar else size
    matrix, scale = choose_view(task, rng, source.picture.shape[:2], size, afar)
    clean, drawn_sketch, lines, skin = (cut(array, matrix, scale, size) for array in source)
    worn = wear(clean, lines is not None, rng) if rng.random() < WORN[task] else clean
    if task == "sketch":
        truth = make_clean_sketch(clean) if drawn_sketch is None else drawn_sketch
        return sketch.lighten(worn), truth[..., None]
    if task == "binary2sketch":
        truth = sketch.dodge(to_grey(clean)) if drawn_sketch is None else drawn_sketch
        return sketch.threshold(to_grey(worn))[..., None], truth[..., None]
    given = choose_sketch(to_grey(worn), lines, rng) if drawn_sketch is None else drawn_sketch
    skin = np.zeros(given.shape, np.uint8) if skin is None else skin
    given, truth = give_hints(kind, given, clean, rng), np.dstack([clean, skin])
    return (colours.halve(given), colours.halve(truth, True)) if afar else (given, truth)


def to_grey(picture):
    """(H, W, 3) uint8 RGB to (H, W) uint8."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def make_clean_sketch(picture):
    """The sketch that a sketch network is to find, (H, W) uint8, of (H, W, 3) uint8 RGB."""
    return draw_to_suit(to_grey(picture))


def draw_to_suit(grey):
    """XDoG with what suits a (H, W) uint8 picture, its greys darkened."""
    return sketch.xdog(grey, power=sketch.POWER, **sketch.choose_xdog(grey))


def choose_sketch(grey, lines, rng):
    """A sketch to be coloured, of a random kind: XDoG, colour dodge, or for a drawn picture its lines alone."""
    kind = rng.choice(("auto", "xdog", "dodge", "lines"), p=(0.4, 0.2, 0.15, 0.25))
    if kind == "lines" and lines is not None and (lines < 128).mean() >= FEW_LINES:
        return lines
    if kind == "dodge":
        return sketch.dodge(grey)
    if kind == "xdog":
        return sketch.xdog(grey, float(rng.choice(sketch.SIGMAS)), power=rng.uniform(1, sketch.POWER))
    return draw_to_suit(grey)


def choose_view(task, rng, shape, size, afar=False):
    """Choose how a picture is looked at: (2, 3) matrix from the view's (x, y) to the picture's, and the enlargement."""
    whole = size / min(shape)
    least, most = (whole, whole * NEARER) if afar else SCALES
    scale = max(math.exp(rng.uniform(math.log(least), math.log(most))), min(most, whole))
    upright = task == "colorize"  # faces are found by where they are
    angle = 0.0 if upright else rng.integers(4) * math.pi / 2
    if rng.random() < TILTED:
        angle += rng.uniform(-1, 1) * math.pi / (12 if upright else 4)
    mirror = rng.choice((-1.0, 1.0))
    cosine, sine = math.cos(angle) / scale, math.sin(angle) / scale
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]])
    reach = np.abs(linear).sum(axis=1) * size / 2
    room = np.maximum(0, np.array(shape[::-1]) / 2 - reach)
    centre = np.array(shape[::-1]) / 2 - 0.5 + rng.uniform(-room, room)
    return np.column_stack([linear, centre - linear @ np.full(2, (size - 1) / 2)]), scale


def wear(picture, drawn, rng):
    """Wear a picture: a clean drawn one in all ways, another, which is worn already, by a JPEG's."""
    if not drawn:
        return dataset.recompress(picture, rng)
    import synthesize  # here, because it is heavy and other pictures never need it

    return synthesize.degrade(picture, np.zeros_like(picture), rng)[0]


def give_hints(kind, given, picture, rng):
    """A sketch with hints of a kind of `HINTS`: (H, W, 5) uint8.

    Args:
        kind: `"none"`, `"areas"`, `"grown"` or `"dabs"`.
        given: (H, W) uint8, the sketch. picture: (H, W, 3) uint8 RGB, its true colours.
        rng: `numpy.random.Generator`.
    """
    if kind == "none":
        return np.dstack([given, np.zeros((*given.shape, 4), np.uint8)])
    if kind == "dabs":
        return colours.prepare(given, make_hints(picture, choose_count(MOST_DABS, rng), rng))
    areas = colours.find_areas(given)
    shades = colours.find_own_colours(picture, areas)
    hints = colours.fill_areas(areas, shades[: 1 + choose_count(len(shades), rng)])
    return np.dstack([given, hints]) if kind == "areas" else colours.prepare(given, hints)


def choose_count(most, rng):
    """A number from 1 to `most`, small ones as likely as large ones."""
    return round(math.exp(rng.uniform(0, math.log(most))))


def make_hints(picture, count, rng):
    """Put dabs of a picture's own colours on an empty sheet.

    Args:
        picture: (H, W, 3) uint8 RGB. count: how many. rng: `numpy.random.Generator`.

    Returns:
        (H, W, 4) uint8: RGB and where it counts, 255 on dabs, 0 elsewhere (RGB too).
    """
    hints = np.zeros((*picture.shape[:2], 4), np.uint8)
    for y, x in rng.integers(0, picture.shape[:2], (count, 2)):
        add_dab(hints, picture, int(x), int(y), float(np.exp(rng.uniform(*np.log(DAB)))))
    return hints


def add_dab(hints, picture, x, y, radius):
    """Add a round dab of the median colour there is under it."""
    reach = max(1, round(radius))
    part = picture[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    colour = np.median(part.reshape(-1, 3), axis=0)
    cv2.circle(hints, (x, y), round(radius), (*colour.tolist(), 255), -1)


# ---------------------------------------------------------------------------------------------------------- batches
def find_source(plan, step, number):
    """The picture that some crops of a step are views of.

    Returns:
        (source, failures): a `Source`, and one message for each unreadable pair that was passed over.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    rng = np.random.default_rng((plan.seed, step, number, 1))
    if rng.random() < plan.synthetic:
        return draw_picture(plan.task, rng, plan.drawing), []
    failures = []
    for attempt in range(COLOUR_ATTEMPTS):
        _, found, failed = dataset.load_next(plan, step + attempt * OTHER_STEP, number, load_sketch_pair)
        failures += failed
        if has_enough_colour(plan.task, found):
            break
    return found, failures


def draw_picture(task, rng, size):
    """Draw a picture, a `Source`; for colouring one that has colours."""
    import synthesize

    for _ in range(COLOUR_ATTEMPTS):
        found = to_source(synthesize.draw(int(rng.integers(synthesize.VALIDATION_SEED)), size=size))
        if has_enough_colour(task, found):
            break
    return found


def to_source(drawing):
    """The `Source` that a `synthesize.Drawing` is."""
    return Source(drawing.picture, None, drawing.lines, np.where(drawing.skin, np.uint8(255), np.uint8(0)))


def has_enough_colour(task, source):
    """Whether a task can learn from the colours of a `Source`: only colouring asks for any, and for plain light.

    Drawn scenes in the dark are left out: no sketch tells of it.
    """
    if task != "colorize":
        return True
    thin = np.ascontiguousarray(source.picture[::2, ::2])
    dark = source.lines is not None and sketch.find_gain(to_grey(thin)) > DARK
    return measure_chroma(thin).mean() > COLOURLESS and not dark


def measure_chroma(picture):
    """CIE Lab chroma of (H, W, 3) uint8 RGB, (H, W) float32, 0 for greys, about 100 for the purest colours."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.hypot(lab[..., 1], lab[..., 2])


def make_sketch_batch(plan, step):
    """Make the batch of one step.

    Args:
        plan: a `SketchPlan`. step: 0 or above.

    Returns:
        (given, truth, failures): (N, P, P, C) and (N, P, P, K) uint8, see above; list of messages about unreadable
        pairs.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    shape = (len(plan.items), plan.crop, plan.crop)
    channels = CHANNELS[plan.task][0], TRUE_CHANNELS[plan.task]
    given, truth = (np.empty((*shape, count), np.uint8) for count in channels)
    failures = []
    for place, item in enumerate(plan.items):
        if item % plan.crops == 0 or place == 0:
            source, failed = find_source(plan, step, item // plan.crops)
            failures += failed
        rng = np.random.default_rng((plan.seed, step, item))
        given[place], truth[place] = make_example(plan.task, source, plan.crop, rng)
    return given, truth, failures
