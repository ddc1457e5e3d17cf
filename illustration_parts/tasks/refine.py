"""Line refinement: makes training examples of styled drawings, and turns rough drawings into clean ones."""

import argparse
import dataclasses
import math
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.drawing import pens
from illustration_parts.drawing.wear import degrade, hatching, paper
from illustration_parts.drawing.wear.rough import choose_roughness, cut_spans, draw_rough_and_tidy
from illustration_parts.imaging import crops, folders, images, line_maps, line_scores, linework, scales, scans, tracing
from illustration_parts.imaging.thinning import thin_mask
from illustration_parts.networks import engine, tiling
from illustration_parts.networks.engine import Kind
from illustration_parts.system import cli
from illustration_parts.tasks import base, drawings
from illustration_parts.tasks.options import Option

AS_DRAWN_WIDTH = 3.2  # pixels; thinner lines are inked by a pen
THIN_WIDTH = 2.4  # pixels; width of a picture's own lines that are to be inked
BESIDE = 6.0  # pixels around a traced line that belong to it
ROUGH = 0.5  # chance that a rough drawing replaces the given thin one, so that gaps are learned too
SPACES, SEARCHED_SPACES = 3.0, 1.0  # in 1,000 pixels of line: deliberate gaps, which stay open
END_REACH = 7  # pixels, more than half of the longest gap
BUNDLE = 9  # pixels; strokes of a bundle are nearer to each other than this
SCALES, SEARCHED_SCALES = (0.7, 1.6), (0.8, 3.2)  # of drawings; where lines are searched for they need room
SIMPLIFY = 1.0  # how much roughness is removed
# Width to which thin lines are enlarged; largest short side of an enlarged drawing; largest and smallest factor.
BEST_WIDTH, LARGE, MOST, LEAST = 2.5, 900, 3.0, 1.15
SOFT = 50  # levels of soft edges that become ink, and as many that become paper
BROAD_WIDTH, SHRUNK_WIDTH, SHRUNK = 3.5, 2.6, 0.45  # pixels: broader strokes are shrunk to that; smallest factor
MARGIN = 24  # pixels around what is cut from a picture, in which lines are traced, too


@dataclasses.dataclass(frozen=True)
class RefinePair:
    """A styled line drawing and its thin version.

    Attributes:
        name: relative, without ending, "/" between folders.
        line: file of the styled drawing, dark lines on white.
        norm: file of its thin version; None if that is made as it is needed.
        drawn: whether these are the lines of a drawn picture, which a pen then inks.
    """

    name: str
    line: Path
    norm: Path | None = None
    drawn: bool = False


class Example(NamedTuple):
    """A rough drawing and its truth, (H, W) uint8 each.

    Attributes:
        rough: dark lines on white.
        clean: the same lines, refined, one in place of a bundle of rough strokes.
        tidy: the same strokes, refined, each for itself.
        ends: see `mark_ends`.
    """

    rough: np.ndarray
    clean: np.ndarray
    tidy: np.ndarray
    ends: np.ndarray

    @property
    def truth(self):
        """What a network learns, (H, W, 3) uint8."""
        return np.dstack(self[1:])


class Source(NamedTuple):
    """A thin drawing or None, and the styled one, (H, W) uint8, dark on white; whether the suite drew it."""

    norm: np.ndarray | None
    line: np.ndarray
    drawn: bool


def find_refine_pairs(folder, prefix=""):
    """Match styled drawings and their thin versions: those of `line` and `norm`, or else the lines of drawn pictures.

    Args:
        folder: holds `line` and maybe `norm`; or `ink`, as `synthesize.py` writes it.
        prefix: before each of these names: `"v_"` for validation.

    Returns:
        (pairs, unpaired): a list of `RefinePair` sorted by name, and the sorted paths of thin drawings without a styled
        one.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    folder = Path(folder)
    lines = folders.list_pictures(folder / f"{prefix}line")
    norms = folders.list_pictures(folder / f"{prefix}norm")
    unpaired = sorted(path for name, path in norms.items() if name not in lines)
    if lines:
        return [RefinePair(name, path, norms.get(name)) for name, path in lines.items()], unpaired
    drawn = folders.list_pictures(folder / f"{prefix}ink")
    return [RefinePair(name, path, drawn=True) for name, path in drawn.items()], unpaired


def load_refine_pair(pair, remarks=None):
    """Read a pair.

    Args:
        pair: a `RefinePair`. remarks: see `line_maps.read_line_map`.

    Returns:
        A `Source`; its `norm` is None where there is no thin version.

    Raises:
        ValueError: if a file is no picture or shows no lines, or the sizes differ. The message names the file.
    """
    line = line_maps.read_line_map(pair.line, remarks, may_be_empty=pair.drawn)
    if pair.norm is None:
        return Source(None, line, pair.drawn)
    norm = line_maps.read_line_map(pair.norm, remarks)
    if norm.shape != line.shape:
        raise ValueError(
            f"{pair.norm} is {norm.shape[1]}x{norm.shape[0]}, but {pair.line} is {line.shape[1]}x{line.shape[0]}: "
            "expected the same size"
        )
    return Source(norm, line, pair.drawn)


def choose_refine_kind(rng):
    """Choose what a refiner learns from a drawn picture's lines.

    - `"rough"`: the pen's lines from rough ones, most of them searched for with several strokes.
    - `"thin"`: the pen's lines from the picture's own thin ones, with gaps.
    - `"inked"`: the pen's lines stay as they are.
    - `"as drawn"`: other lines, wider than thin ones, stay as they are.
    """
    return str(rng.choice(("rough", "thin", "inked", "as drawn"), p=(0.45, 0.13, 0.22, 0.2)))


def make_refine_drawing(lines, size, rng, kind=None):
    """Ink the lines of a drawn picture, and make the rough drawing that the refiner gets.

    Args:
        lines: (H, W) uint8, dark lines on white.
        size: height and width of the result, for which a part of the lines is turned, mirrored, enlarged or shrunk at
            random.
        rng: `numpy.random.Generator`.
        kind: of `choose_refine_kind`; None for a random one.

    Returns:
        An `Example`, (size, size) uint8 each.
    """
    kind = kind or choose_refine_kind(rng)
    if kind == "as drawn":
        rough, clean = make_drawn_as_is(lines, size, rng)
        return Example(degrade_some(rough, rng), clean, clean, mark_ends(rough))
    roughness = choose_roughness(rng)
    searched = kind == "rough" and roughness.searched > 0
    scale = math.exp(rng.uniform(*np.log(SEARCHED_SCALES if searched else SCALES)))
    lines = cut_part(lines, size / scale, rng)
    if kind == "thin":
        scale = min(scale, max(0.7, THIN_WIDTH / measure_width(lines)))
    matrix = choose_turn(rng, lines.shape, size, scale)
    spaces = SEARCHED_SPACES if searched else SPACES
    traced = tracing.transform(tracing.trace(lines, tracing.HEAL, spaces, rng, scale), matrix, (size, size))
    if kind == "thin":
        rough = take_traced(lines, traced, matrix, size)
        clean = np.minimum(pens.draw_inked(traced, (size, size)), keep_solid(rough))
        rough = cut_spans(rough, traced, rng, rng.uniform(0, 1.2))
        return Example(degrade_some(rough, rng), clean, clean, mark_ends(rough))
    traced = hatching.add_some(traced, (size, size), rng)
    clean = pens.draw_inked(traced, (size, size))
    if kind == "rough":
        return make_rough(traced, clean, rng, roughness)
    rough, clean = cut_gaps_and_spaces(clean, traced, rng)
    return Example(degrade_some(rough, rng), clean, clean, mark_ends(rough))


def make_rough(traced, clean, rng, roughness):
    """Draw lines roughly and put them on paper.

    Args:
        traced: their `tracing.Lines`. clean: (H, W) uint8, the same, refined. rng: `numpy.random.Generator`.
        roughness: a `rough.Roughness`.

    Returns:
        An `Example`.
    """
    rough, tidy = draw_rough_and_tidy(traced, clean.shape, rng, roughness)
    ends = mark_ends(rough, bundled=roughness.searched > 0)
    page = degrade.wear(paper.put_on_paper(rough, rng), rng)
    return Example(page, clean, tidy if roughness.searched else clean, ends)


def cut_part(lines, size, rng):
    """Cut out of a drawing what a turned square of some size can show, about some of its ink.

    Args:
        lines: (H, W) uint8, dark on white. size: of the square, in pixels. rng: `numpy.random.Generator`.
    """
    side = int(math.sqrt(2) * size) + 2 * MARGIN
    inked = np.flatnonzero(lines < 128)
    place = inked[rng.integers(len(inked))] if len(inked) else rng.integers(lines.size)
    starts = (
        int(np.clip(middle - side // 2, 0, max(0, length - side)))
        for middle, length in zip(divmod(int(place), lines.shape[1]), lines.shape)
    )
    return lines[tuple(slice(start, start + side) for start in starts)]


def mark_ends(drawing, bundled=False):
    """Mark the ends of lines, where it is decided what is a gap: (H, W) uint8, 255 within `END_REACH` pixels.

    Args:
        drawing: (H, W) uint8, dark lines on white, not degraded.
        bundled: whether lines are bundles of strokes. Then the ends of strokes inside a bundle do not count.
    """
    inked = (drawing < (200 if bundled else 230)).view(np.uint8)  # most construction lines are paler
    if bundled:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (BUNDLE, BUNDLE))
        inked = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, disc)
    thin = thin_mask(inked > 0).view(np.uint8)
    around = cv2.filter2D(thin, -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT)
    ends = np.where((thin > 0) & (around == 2), np.uint8(255), np.uint8(0))
    size = 2 * END_REACH + 1
    return cv2.dilate(ends, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))


def cut_gaps_and_spaces(clean, traced, rng):
    """Cut gaps, which the refiner closes, and spaces, which stay: a new (rough, clean), (H, W) uint8 each."""
    if rng.random() < 0.6:
        clean = cut_spans(clean, traced, rng, rng.uniform(0, 0.6), tracing.SPACE)
    rough = cut_spans(clean, traced, rng, rng.uniform(0, 1)) if rng.random() < 0.7 else clean
    return rough, clean


def make_drawn_as_is(lines, size, rng):
    """Make a drawing that keeps its widths, not degraded: (rough, clean), see `make_refine_drawing`."""
    lines = cut_part(lines, size / 0.9, rng)
    scale = min(3.0, max(rng.uniform(0.9, 1.8), AS_DRAWN_WIDTH / measure_width(lines)))
    matrix = choose_turn(rng, lines.shape, size, scale)
    inverse = cv2.invertAffineTransform(matrix)
    clean = crops.cut_crop(lines, inverse, scale, size, cubic=True)
    # Enlarging softens lines; real drawings are sharp.
    clean = np.clip((clean.astype(np.float32) - 127.5) * max(1, scale) + 128, 0, 255).astype(np.uint8)
    _, areas, stats, _ = cv2.connectedComponentsWithStats((clean < 250).view(np.uint8))
    small = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < 20)
    clean[np.isin(areas, small)] = 255  # they look like specks
    return cut_gaps_and_spaces(clean, tracing.trace(clean), rng)


def measure_width(lines):
    """Measure the mean width of a drawing's lines, in pixels, at least 0.5."""
    return max(0.5, float((lines < 128).sum() / max(1, tracing.find_centres(lines).sum())))


def take_traced(lines, traced, matrix, size):
    """Turn a drawing as its traced lines were, and drop ink far from them: (size, size) uint8.

    Args:
        lines: (H, W) uint8. traced: its `tracing.Lines`, turned. matrix: of `choose_turn`. size: in pixels.
    """
    turned = cv2.warpAffine(lines, matrix, (size, size), flags=cv2.INTER_AREA, borderValue=255)
    away = cv2.distanceTransform(
        tracing.draw_paths(traced.paths, (size, size), aliased=True), cv2.DIST_L2, cv2.DIST_MASK_5
    )
    return np.where(away > BESIDE, np.uint8(255), turned)


def keep_solid(drawing):
    """Keep the solid areas of a drawing, broader than about six pixels, without its lines."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    solid = cv2.dilate(cv2.morphologyEx((drawing < 128).view(np.uint8), cv2.MORPH_OPEN, disc), disc)
    return np.where(solid > 0, drawing, np.uint8(255))


def degrade_some(drawing, rng):
    """Degrade every other drawing, (H, W) uint8, at random; return the rest as they are."""
    return degrade.wear(drawing, rng) if rng.random() < 0.5 else drawing


def choose_turn(rng, shape, size, scale):
    """Choose a (2, 3) matrix that turns, mirrors and moves a drawing's (x, y) into a square."""
    angle = rng.integers(4) * math.pi / 2 + (rng.uniform(-math.pi / 4, math.pi / 4) if rng.random() < 0.5 else 0)
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    mirror = rng.choice((-1.0, 1.0))
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]])
    room = np.maximum(0, np.abs(linear) @ (shape[1], shape[0]) - size) / 2
    centre = linear @ ((np.array([shape[1], shape[0]]) - 1) / 2)
    return np.column_stack([linear, (size - 1) / 2 - centre + rng.uniform(-room, room)])


def choose_start(rng, length, size):
    """Choose where a window of `size` begins along a side of `length`, in pixels; 0 if it does not fit."""
    return int(rng.integers(max(0, length - size) + 1))


def fit_paper(drawing, size):
    """Cut the middle of a drawing, `size` pixels high and wide; a smaller one gets paper around it."""
    spare = [max(0, length - size) // 2 for length in drawing.shape]
    middle = drawing[spare[0] : spare[0] + size, spare[1] : spare[1] + size]
    missing = [size - length for length in middle.shape]
    return np.pad(middle, [(length // 2, length - length // 2) for length in missing], constant_values=255)


def run(network, ink, simplify=SIMPLIFY, scale=1.0, track=iter):
    """Refine a drawing's ink.

    Args:
        network: of `engine.load`; one with a single output leaves nothing to choose.
        ink: (H, W) uint8, 255 = ink.
        simplify: how much roughness is removed, 0..1.
        scale: factor by which the drawing is resized meanwhile.
        track: wraps the list of tiles, for a progress bar.

    Returns:
        (H, W) uint8, 255 = ink.
    """

    def find(ink):
        return tiling.run(network, ink[..., None], channels=2, progress=track)

    found = cv2.split(scales.look_at(find, ink, scale))
    if scale < 1:  # what was enlarged again has soft edges
        found = tuple(linework.curve(each, SOFT, 255 - SOFT) for each in found)
    simplified, tidied = found
    return linework.simplify(simplified, tidied, simplify)


def choose_scale(ink):
    """Choose by how much to resize a drawing while it is refined.

    A small drawing of thin lines is enlarged, as the network's lines would be too broad for it. One of broad strokes is
    shrunk, as their bundles are broader than those that the network knows.

    Args:
        ink: (H, W) uint8, 255 = ink.

    Returns:
        A factor.
    """
    widths = scales.measure_widths(ink, (0.5,))
    if widths is None:
        return 1.0
    if widths[0] > BROAD_WIDTH:
        return max(SHRUNK, SHRUNK_WIDTH / widths[0])
    scale = min(BEST_WIDTH / widths[0], MOST, LARGE / min(ink.shape))
    return scale if scale >= LEAST else 1.0


def levels(text):
    """Parse BLACK,WHITE or BLACK,WHITE,GAMMA into a list of numbers; an argparse type."""
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


def build_published():
    """Build LineRelifer's published network."""
    import model

    return model.build_line_refiner("relifer")


def adapt_published(tile):
    """Convert ink, 0..1, to the grey that the published network takes, 1 to -1."""
    return 1 - 2 * tile


def restore_published(maps):
    """Convert the grey that the published network finds, 1 to -1, to ink, 0..1."""
    return np.clip((1 - maps) / 2, 0, 1)


GROUP = "refined lines"


class Refine(base.Task):
    """Turns thin, rough, broken or noisy lines into clean ones that swell and taper."""

    name = "refine"
    variants = ("default", "relifer")
    networks = {
        "line_refiner": Kind(128, 32),
        "line_relifer": Kind(16, 8, 1088, adapt_published, restore_published, build_published, 18),
    }
    folders = "line and maybe norm, or ink"
    defaults = {
        "batch": 8,
        "crop": 192,
        "learning_rate": 2e-3,
        "save_every": 500,
        "preview_every": 1000,
        "validate_every": 1000,
    }
    multiple = 32
    adversarial_weight = 0.1
    adversarial_from = 0.67
    score_fields = ("f", "mae")
    crops_of_pair = 4
    examples = "rough"
    ending = ".refined"
    follows = ("lines",)
    options = (
        *drawings.LOOKS,
        drawings.SHEET,
        *drawings.SVG,
        Option(
            "simplify",
            "how much roughness is removed, 0 to 1: 0 closes gaps, removes noise and keeps every stroke; 1 draws one "
            "line for each bundle of strokes (default: %(default)g)",
            cli.number(0, 1), SIMPLIFY, "S", group=GROUP,
        ),
        Option(
            "scale",
            "resize drawings by X, 0.1 to 4, while they are refined; auto enlarges small ones of thin lines and "
            "shrinks those of broad strokes (default: %(default)s)",
            scales.parse, "auto", "auto|X", group=GROUP,
        ),
        Option("thin", "thin lines to one pixel before they are refined", bool, False, group=GROUP),
        Option(
            "smooth", "anti-alias: average along lines, not across (default: as the network draws them)", bool, False,
            group=GROUP,
        ),
        Option(
            "curve",
            "levels, 0 to 255: darker than BLACK becomes black, lighter than WHITE white; GAMMA above 1 lightens the "
            "greys between (default: as it is)",
            levels, None, "BLACK,WHITE[,GAMMA]", group=GROUP,
        ),
        Option(
            "drop_colour",
            f"leave out strokes of this colour, such as construction lines: {', '.join(scans.HUES)} or all (default: "
            "beside grey or black ink, coloured strokes get paler)",
            str, None, choices=(*scans.HUES, "all"), group=GROUP,
        ),
    )  # fmt: skip

    def find_pairs(self, folder, validation=False):
        """Find the pairs of `line` and `norm`, or the lines of drawn pictures; for validation `v_line` and so on."""
        folder, prefix = Path(folder or self.data), "v_" if validation else ""
        pairs, unpaired = find_refine_pairs(folder, prefix)
        return pairs, base.describe_unpaired(unpaired, folder / f"{prefix}line", folder / f"{prefix}norm")

    def describe_data(self, folder):
        """Name the folders that pairs are looked for in."""
        folder = Path(folder or self.data)
        return f"{folder / 'line'} or {folder / 'ink'}"

    def load(self, pair, remarks=None):
        """Read a pair: a `Source`."""
        return load_refine_pair(pair, remarks)

    def is_drawn(self, pair):
        """Whether the suite drew a pair, so that its lines' truth is exact."""
        return pair.drawn

    def take_drawing(self, drawing):
        """Make a `Source` of a drawing's lines."""
        return Source(None, drawing.lines, True)

    def prepare(self, source, crop, rng):
        """Make the drawing that crops are cut from, crop size or more.

        Returns:
            (rough, truth): (H, W) uint8, dark lines on white; and (H, W, 3) uint8, see `Example`.
        """
        size = 2 * crop + 32
        if source.drawn:
            example = make_refine_drawing(source.line, size, rng)
            return example.rough, example.truth
        norm, line = source.norm, source.line
        window = tuple(
            slice(start, start + size) for start in (choose_start(rng, length, size) for length in line.shape)
        )
        line, norm = line[window], None if norm is None else norm[window]  # a scan may be large
        if norm is None or rng.random() < ROUGH:
            example = make_rough(tracing.trace(line), line, rng, choose_roughness(rng))
        else:
            example = Example(degrade_some(norm, rng), line, line, mark_ends(norm))
        missing = [max(0, crop - length) for length in line.shape]
        padding = ((0, missing[0]), (0, missing[1]))
        rough, clean, tidy = (np.pad(array, padding, constant_values=255) for array in example[:3])
        return rough, np.dstack([clean, tidy, np.pad(example.ends, padding)])

    def make(self, source, crop, rng):
        """Cut one example out of what was prepared: (rough, truth), turned and mirrored."""
        rough, truth = source
        for _ in range(3):  # there is little to learn from white paper
            top, left = (int(rng.integers(length - crop + 1)) for length in rough.shape)
            window = np.s_[top : top + crop, left : left + crop]
            if (truth[window][..., 0] < 128).any():
                break
        turn, mirror = int(rng.integers(4)), int(rng.choice((-1, 1)))
        return tuple(np.rot90(array[window], turn)[:, ::mirror] for array in source)

    def build(self, variant, training, adversarial_weight=None):
        """Build the line refiner of a variant; for training with an adversarial weight, with its discriminator."""
        import model

        network = model.build_line_refiner(variant)
        if not adversarial_weight or not training:
            return network
        players = {"matching": adversarial_weight, "adversarial": adversarial_weight / 10}
        if variant == "relifer":
            players = {
                "paired": 20.0,
                "matching": 0.0,
                "adversarial": adversarial_weight,
                "discriminator_loss": "logistic",
            }
        return model.AdversarialModel(network, model.build_line_discriminator(variant), **players)

    def loss(self, variant):
        """Return the loss of a variant of the line refiner."""
        import keras

        from illustration_parts.networks import losses

        return keras.losses.MeanSquaredError() if variant == "relifer" else losses.RefinerLoss()

    def to_network(self, variant, pictures):
        """Make the input of a line refiner, (N, H, W, 1): ink 0..1, or for the published network grey -1..1."""
        pictures = pictures[..., None]
        return images.to_network(pictures) * 2 - 1 if variant == "relifer" else images.to_network(255 - pictures)

    def to_truth(self, variant, truth):
        """Make the loss's truth of (N, H, W, 3) uint8: ink, and where lines end; for the published network the grey."""
        if variant == "relifer":
            return self.to_network(variant, truth[..., 0])
        return np.concatenate([images.to_network(255 - truth[..., :2]), images.to_network(truth[..., 2:])], axis=-1)

    def from_network(self, variant, found):
        """Convert a line refiner's output to ink 0..1. The published network finds grey, -1..1."""
        found = np.asarray(found, np.float32)
        return np.clip((1 - found) / 2, 0.0, 1.0) if variant == "relifer" else found

    def fit(self, source, seed):
        """Make a rough drawing and its clean one, of the validation size, always in the same way."""
        rng, size = np.random.default_rng(seed), base.VALIDATION_SIZE
        if source.drawn:
            return *make_refine_drawing(source.line, size, rng, "rough")[:2], True
        norm = source.norm
        if norm is None:
            norm = draw_rough_and_tidy(tracing.trace(source.line), source.line.shape, rng, choose_roughness(rng))[0]
        return *(fit_paper(array, size) for array in (norm, source.line)), True

    def score(self, maps, targets):
        """Return {"f", "mae"}: F of thinned lines at a threshold of 0.5, and the mean absolute error, 0..1."""

        table = [
            line_scores.line_scores(images.to_network(255 - target), found[..., 0], (0.5,))
            for target, found in zip(targets, maps)
        ]
        summary = line_scores.summarise_lines(table)
        return {"f": summary["f"], "mae": summary["mae"]}

    def preview(self, network, variant, validation, maps):
        """Show rough, clean and found lines."""
        rows = [
            np.hstack([rough, clean, 255 - images.to_uint8(found[..., 0])])
            for rough, clean, found in zip(validation.pictures, validation.targets, maps)
        ]
        return np.dstack([np.vstack(rows)] * 3)

    def load_networks(self, load, options):
        """Load the line refiner."""
        drawings.require_for_svg(options)
        if options.thin:
            engine.require("numba", "--thin", "requirements-predict.txt")
        return super().load_networks(load, options)

    def clean(self, picture, options):
        """Take out what is no line of a drawing on paper, see `scans.clean`: (picture, remarks)."""
        return scans.clean(picture, options.drop_colour)

    def predict(self, networks, picture, options, track=iter, original=None):
        """Refine a line drawing: `lines`, and where asked for `sheet`.

        Raises:
            scans.IllustrationError: if the picture is an illustration, which no other task has drawn.
        """
        found, remarks = scans.level(picture, options.drop_colour) if original is None else (255 - picture, [])
        if options.thin:
            found = 255 - tracing.thin(255 - found)
        if original is not None or options.scale == "auto":  # in a chain the scale is that of the first task
            scale = choose_scale(found)
        else:
            scale = options.scale
        refined = run(networks["refine"], found, options.simplify, scale, track)
        if options.smooth:
            refined = linework.smooth(refined)
        if options.curve:
            refined = linework.curve(refined, *options.curve)
        drawn = drawings.draw(picture if original is None else original, refined, options)
        return base.Result(drawn, remarks + drawings.remark_on_svg(drawn, options))

    def name_files(self, folder, name, options):
        """The files of one picture's results."""
        return drawings.name_files(folder, name, self.ending, options)

    def write(self, picture, result, targets, options, resolution=None):
        """Write line drawings, and vectors where asked for."""
        drawings.write(result, targets, options, resolution)
