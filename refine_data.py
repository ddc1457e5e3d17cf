"""Pairs of rough and clean line drawings, on disk or drawn on the fly, to training batches for a line refiner.

    plan = refine_data.RefinePlan(pairs=tuple(refine_data.find_refine_pairs("data")[0]))
    with dataset.Feed(plan, workers=2) as feed:
        rough, truth, failures = feed.next()  # (N, P, P) uint8, (N, P, P, 2) uint8

Drawn pairs: a drawn picture's lines, inked with a pen, and the same lines drawn roughly.
"""

import dataclasses
import math
from pathlib import Path

import cv2
import numpy as np

import dataset
import images
import pens
import tracing
from skeletonize import thin_mask

AS_DRAWN_WIDTH = 3.2  # pixels; thinner lines are for the pen to ink
THIN_WIDTH = 2.4  # pixels; as wide are the lines that a picture has itself, where they are inked
BESIDE = 6.0  # pixels from a traced line that are still its own
ROUGH = 0.5  # chance that a thin drawing is not the given one, but a rough one, so that gaps are learned too
SPACES = 3.0  # deliberate ones in 1,000 pixels of line, which stay open
END_REACH = 7  # pixels: more than half of the longest gap


@dataclasses.dataclass(frozen=True)
class RefinePair:
    """A styled line drawing and what it is to be learned from.

    Attributes:
        name: relative, without ending, "/" between folders.
        line: file of the styled drawing, dark lines on white.
        norm: file of its thin version; None where that is made as it is needed.
        drawn: whether the lines are those of a drawn picture, which `pens` then inks.
    """

    name: str
    line: Path
    norm: Path | None = None
    drawn: bool = False


@dataclasses.dataclass(frozen=True)
class RefinePlan(dataset.Plan):
    """Everything that decides what the crops for a line refiner are: as `dataset.Plan`, of `RefinePair`s."""

    drawing: int = 384

    def make(self, step):
        """The batch of a step."""
        return make_refine_batch(self, step)

    def finish(self, *batch):
        """A made batch as `Feed.next` returns it: as it is."""
        return batch

    @property
    def sources(self):
        """How many drawings one batch is cut from."""
        return math.ceil(self.batch / dataset.CROPS_PER_DRAWING)


def find_refine_pairs(folder, prefix=""):
    """Match styled drawings and their thin versions: those of `line` and `norm`, or else the lines of drawn pictures.

    Args:
        folder: holds `line` and maybe `norm`; or `ink`, as `synthesize.py` writes it.
        prefix: before each of these names: `"v_"` for validation.

    Returns:
        (pairs, orphans): a list of `RefinePair` sorted by name, and the sorted paths of thin drawings without a styled
        one.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    folder = Path(folder)
    lines = dataset.list_pictures(folder / f"{prefix}line")
    norms = dataset.list_pictures(folder / f"{prefix}norm")
    orphans = sorted(path for name, path in norms.items() if name not in lines)
    if lines:
        return [RefinePair(name, path, norms.get(name)) for name, path in lines.items()], orphans
    drawn = dataset.list_pictures(folder / f"{prefix}ink")
    return [RefinePair(name, path, drawn=True) for name, path in drawn.items()], orphans


def load_refine_pair(pair):
    """Read a pair.

    Returns:
        (norm, line): (H, W) uint8 each, dark lines on white; norm is None where there is no thin version.

    Raises:
        ValueError: if a file is no picture, or the sizes differ. The message names the file.
    """
    line = dataset.read_picture(pair.line, images.read_map)
    if pair.norm is None:
        return None, line
    norm = dataset.read_picture(pair.norm, images.read_map)
    if norm.shape != line.shape:
        raise ValueError(
            f"{pair.norm} is {norm.shape[1]}x{norm.shape[0]}, but {pair.line} is {line.shape[1]}x{line.shape[0]}"
        )
    return norm, line


def choose_refine_kind(rng):
    """What a refiner is to learn from a drawn picture's lines.

    `"rough"`: the pen's lines from rough ones. `"thin"`: the same from the picture's own, with gaps. `"inked"`: what
    the pen has drawn stays as it is. `"as drawn"`: so does what others have drawn, with lines wider than a thin
    drawing's.
    """
    return str(rng.choice(("rough", "thin", "inked", "as drawn"), p=(0.5, 0.16, 0.15, 0.19)))


def make_refine_drawing(lines, size, rng, kind=None):
    """Ink the lines of a drawn picture, and make the drawing that a refiner is to find that in.

    Args:
        lines: (H, W) uint8, dark lines on white.
        size: height and width of what is made: the lines turned, mirrored, enlarged or shrunk at random.
        rng: `numpy.random.Generator`.
        kind: see `choose_refine_kind`; by default one at random.

    Returns:
        (rough, clean, ends): (size, size) uint8 each: the first two dark lines on white, for the third `mark_ends`.
    """
    kind = kind or choose_refine_kind(rng)
    if kind == "as drawn":
        rough, clean = make_drawn_as_is(lines, size, rng)
        return wear_some(rough, rng), clean, mark_ends(rough)
    scale = math.exp(rng.uniform(math.log(0.7), math.log(1.6)))
    if kind == "thin":
        scale = min(scale, max(0.7, THIN_WIDTH / measure_width(lines)))
    matrix = choose_turn(rng, lines.shape, size, scale)
    traced = pens.transform(pens.trace(lines, pens.HEAL, SPACES, rng, scale), matrix, (size, size))
    clean = pens.draw_inked(traced, (size, size))
    if kind == "rough":
        rough = pens.draw_rough(traced, clean.shape, rng)
        return pens.wear(rough, rng), clean, mark_ends(rough)
    if kind == "thin":
        rough = take_traced(lines, traced, matrix, size)
        clean = np.minimum(clean, keep_solid(rough))
        rough = pens.cut_spans(rough, traced, rng, rng.uniform(0, 1.2))
        return wear_some(rough, rng), clean, mark_ends(rough)
    rough, clean = cut_gaps_and_spaces(clean, traced, rng)
    return wear_some(rough, rng), clean, mark_ends(rough)


def mark_ends(drawing):
    """255 within `END_REACH` pixels of where a line ends, else 0: there it is decided what is a gap. (H, W) uint8.

    Args:
        drawing: (H, W) uint8, dark lines on white, without wear.
    """
    thin = thin_mask(drawing < 230).view(np.uint8)
    around = cv2.filter2D(thin, -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT)
    ends = np.where((thin > 0) & (around == 2), np.uint8(255), np.uint8(0))
    size = 2 * END_REACH + 1
    return cv2.dilate(ends, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))


def cut_gaps_and_spaces(clean, traced, rng):
    """Cut gaps, which are to be closed, and spaces, which are to stay: a new (rough, clean), (H, W) uint8 each."""
    if rng.random() < 0.6:
        clean = pens.cut_spans(clean, traced, rng, rng.uniform(0, 0.6), pens.SPACE)
    rough = pens.cut_spans(clean, traced, rng, rng.uniform(0, 1)) if rng.random() < 0.7 else clean
    return rough, clean


def make_drawn_as_is(lines, size, rng):
    """A drawing that keeps its widths, before wear: (rough, clean), see `make_refine_drawing`."""
    scale = min(3.0, max(rng.uniform(0.9, 1.8), AS_DRAWN_WIDTH / measure_width(lines)))
    matrix = choose_turn(rng, lines.shape, size, scale)
    inverse = cv2.invertAffineTransform(matrix)
    clean = dataset.cut_crop(lines, inverse, scale, size, cubic=True)
    # An enlarged line is soft; drawn ones are not.
    clean = np.clip((clean.astype(np.float32) - 127.5) * max(1, scale) + 128, 0, 255).astype(np.uint8)
    _, areas, stats, _ = cv2.connectedComponentsWithStats((clean < 250).view(np.uint8))
    small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 20)
    clean[np.isin(areas, small)] = 255  # specks to all appearances
    return cut_gaps_and_spaces(clean, pens.trace(clean), rng)


def measure_width(lines):
    """The mean width of a drawing's lines, in pixels, half a pixel at least."""
    return max(0.5, float((lines < 128).sum() / max(1, tracing.find_centres(lines).sum())))


def take_traced(lines, traced, matrix, size):
    """A drawing turned as its traced lines were, without what is not beside one of these: (size, size) uint8.

    Args:
        lines: (H, W) uint8. traced: its `pens.Lines`, turned. matrix: of `choose_turn`. size: in pixels.
    """
    turned = cv2.warpAffine(lines, matrix, (size, size), flags=cv2.INTER_AREA, borderValue=255)
    away = cv2.distanceTransform(
        tracing.draw_paths(traced.paths, (size, size), aliased=True), cv2.DIST_L2, cv2.DIST_MASK_5
    )
    return np.where(away > BESIDE, np.uint8(255), turned)


def keep_solid(drawing):
    """A drawing without its lines: what is broader than six pixels or so, and no line to be inked."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    solid = cv2.dilate(cv2.morphologyEx((drawing < 128).view(np.uint8), cv2.MORPH_OPEN, disc), disc)
    return np.where(solid > 0, drawing, np.uint8(255))


def wear_some(drawing, rng):
    """Wear every other drawing, (H, W) uint8, with `pens.wear`; return the rest as they are."""
    return pens.wear(drawing, rng) if rng.random() < 0.5 else drawing


def choose_turn(rng, shape, size, scale):
    """A (2, 3) matrix that takes a drawing's (x, y) to those of a square in which it is turned, mirrored and moved."""
    angle = rng.integers(4) * math.pi / 2 + (rng.uniform(-math.pi / 4, math.pi / 4) if rng.random() < 0.5 else 0)
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    mirror = rng.choice((-1.0, 1.0))
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]])
    room = np.maximum(0, np.abs(linear) @ (shape[1], shape[0]) - size) / 2
    centre = linear @ ((np.array([shape[1], shape[0]]) - 1) / 2)
    return np.column_stack([linear, (size - 1) / 2 - centre + rng.uniform(-room, room)])


def make_refine_source(plan, step, source):
    """Make the drawing that some crops of a step are cut from.

    Returns:
        (rough, clean, ends, failures): of `make_refine_drawing`, crop size or more; and one message for each unreadable
        pair that was passed over.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    rng = np.random.default_rng((plan.seed, step, source, 1))
    size = 2 * plan.crop + 32
    if rng.random() < plan.synthetic:
        import synthesize

        drawing = synthesize.draw(int(rng.integers(synthesize.VALIDATION_SEED)), size=plan.drawing)
        return *make_refine_drawing(drawing.lines, size, rng), []
    pair, (norm, line), failures = dataset.load_next(plan, step, source, load_refine_pair)
    if pair.drawn:
        return *make_refine_drawing(line, size, rng), failures
    window = tuple(slice(start, start + size) for start in (choose_start(rng, length, size) for length in line.shape))
    line, norm = line[window], None if norm is None else norm[window]  # a scan may be large
    if norm is None or rng.random() < ROUGH:
        norm = pens.draw_rough(pens.trace(line), line.shape, rng)
    missing = [max(0, plan.crop - length) for length in line.shape]
    if any(missing):
        norm, line = (
            cv2.copyMakeBorder(array, 0, missing[0], 0, missing[1], cv2.BORDER_CONSTANT, value=255)
            for array in (norm, line)
        )
    return wear_some(norm, rng), line, mark_ends(norm), failures


def choose_start(rng, length, size):
    """Draw where a window of `size` begins along a side of `length`, both in pixels: 0 where it does not fit."""
    return int(rng.integers(max(0, length - size) + 1))


def make_refine_batch(plan, step):
    """Make the batch of one step.

    Args:
        plan: a `RefinePlan`. step: 0 or above.

    Returns:
        (rough, truth, failures): (N, P, P) uint8, dark lines on white; (N, P, P, 2) uint8, clean lines in the same
        way, and 255 near the ends of rough ones; list of messages about unreadable pairs.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    shape = (len(plan.items), plan.crop, plan.crop)
    found, truth, failures = np.empty(shape, np.uint8), np.empty((*shape, 2), np.uint8), []
    for place, item in enumerate(plan.items):
        if item % dataset.CROPS_PER_DRAWING == 0 or place == 0:
            rough, clean, ends, failed = make_refine_source(plan, step, item // dataset.CROPS_PER_DRAWING)
            clean = np.dstack([clean, ends])
            failures += failed
        rng = np.random.default_rng((plan.seed, step, item))
        for _ in range(3):  # white paper teaches little
            top, left = (int(rng.integers(length - plan.crop + 1)) for length in rough.shape)
            window = np.s_[top : top + plan.crop, left : left + plan.crop]
            if (clean[window][..., 0] < 128).any():
                break
        turn, mirror = int(rng.integers(4)), int(rng.choice((-1, 1)))
        found[place], truth[place] = (np.rot90(array[window], turn)[:, ::mirror] for array in (rough, clean))
    return found, truth, failures
