"""Colours for sketches and line drawings.

The default network tells what a sketch shows at each place: its part (skin, hair, iris ...), how light it is, and what
belongs together. Areas between lines get colours by that, see `imaging/flats.py` and `imaging/palettes.py`.

The variants `classic` and `pix2pix` are networks of another kind: they turn a sketch, and dabs of colour, into colours.
They learn that from pictures alone, such as those of one artist.
"""

import dataclasses
import math
import typing
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.drawing.canvas import PARTS
from illustration_parts.drawing.wear import sketching
from illustration_parts.imaging import dabs, filters, flats, folders, images, layer_files, layers, palettes
from illustration_parts.networks import loader, tiling
from illustration_parts.networks.engine import Kind
from illustration_parts.system import cli
from illustration_parts.tasks import base, sketches
from illustration_parts.tasks.options import Option

PART_NETWORK = "colorize_parts"
VECTOR = 8  # numbers that tell what belongs together: near if two places do
MAPS = len(PARTS) + 1 + VECTOR  # of the network: parts, light, and these
CELL = 2  # pixels; they are known for squares of this side
THINGS = 24  # in an example, at most
LEAST_THING = 6  # squares; smaller things are not numbered
WEIGHTS = {  # of parts in the loss: small parts count more
    "eye white": 3.0, "iris": 3.0, "mouth": 3.0, "brows and lashes": 1.5, "trim": 1.5, "metal": 1.5, "skin": 1.5,
    "hair": 1.2,
}  # fmt: skip
# Parts of which a picture's all belong together; of the others, those of one group.
ALONE = ("paper", "skin", "eye white", "iris", "mouth", "brows and lashes", "sky", "ground", "light")
APART = (PARTS.index("paper"),)  # sky, walls and floors are often told as paper: a dab on one is not for all of them
BEHIND = ("sky", "foliage", "wall or floor", "ground", "light")  # parts that a plain sheet leaves out
PLAIN = 0.3  # chance that they are left out
RIM = 5  # pixels; lines so near to a figure are kept
NEAREST = 2.0  # how much a view may be enlarged beyond the size that shows the whole picture
WHOLE, ABOUT_WHOLE = 0.4, 1.15  # chance of a view of the whole picture, and how much that is enlarged
LYING, MOST_TURNED = 0.3, 1.5  # chance that what stands upright is turned aside, and by how much, in radians
CUT_OFF = 0.5  # chance that a view is taken for one of a smaller picture, cut from the whole
BENT, BEND, KNOTS = 0.6, 0.035, 5  # chance of a bend; how far places move, of the side; points across that move freely
SHORT_SIDE = 640  # pixels; larger pictures are shrunk before views are cut
LIGHT_CELL = 8  # pixels; light of the surroundings is measured on so much smaller a map
# Prediction
WORK_SIDE = 384  # pixels; the network sees a sketch at this short side
MOST_ENLARGED = 1.5  # but enlarged by no more than this
MULTIPLE = 32
IS_ALONE = np.isin(np.arange(len(PARTS)), [PARTS.index(name) for name in ALONE])
SHEET_SIDE = 2400  # pixels of a sheet of variants, at most
MOST_VARIANTS = 16


@dataclasses.dataclass(frozen=True)
class PartPair:
    """A drawn picture and its maps: files of the picture, its lines, parts, groups and light."""

    name: str
    picture: Path
    lines: Path
    parts: Path
    groups: Path
    light: Path


class PartSource(typing.NamedTuple):
    """A drawn picture, (H, W, 3) uint8 RGB, and its maps: lines, dark on white, parts, groups (uint16) and light."""

    picture: np.ndarray
    lines: np.ndarray
    parts: np.ndarray
    groups: np.ndarray
    light: np.ndarray


def find_part_pairs(folder, prefix=""):
    """Find drawn pictures with all their maps, as `synthesize.py` writes them, and the pictures that lack one.

    Args:
        folder: holds `raw`, `ink`, `parts`, `groups` and `light`. prefix: before each of these names.

    Returns:
        (pairs, unpaired): a list of `PartPair` sorted by name, and sorted paths.
    """
    found = [
        folders.list_pictures(Path(folder) / f"{prefix}{name}") for name in ("raw", "ink", "parts", "groups", "light")
    ]
    both = [name for name in found[0] if all(name in each for each in found[1:])]
    unpaired = sorted(path for name, path in found[0].items() if name not in both)
    return [PartPair(name, *(each[name] for each in found)) for name in both], unpaired


def read_part_pair(pair):
    """Read a `PartPair`: a `PartSource`; ValueError names the file that is none, or of another size."""
    picture = folders.read_picture(pair.picture)
    maps = [
        folders.read_picture(path, images.read_numbers) for path in (pair.lines, pair.parts, pair.groups, pair.light)
    ]
    for path, found in zip((pair.lines, pair.parts, pair.groups, pair.light), maps):
        if found.shape != picture.shape[:2]:
            raise ValueError(
                f"{path} is {found.shape[1]}x{found.shape[0]}, but {pair.picture} is "
                f"{picture.shape[1]}x{picture.shape[0]}: expected the same size"
            )
    lines, parts, groups, light = maps
    if parts.max() >= len(PARTS):
        raise ValueError(f"{pair.parts} has the number {parts.max()}: expected parts from 0 to {len(PARTS) - 1}")
    narrow = (lines.astype(np.uint8), parts.astype(np.uint8), groups.astype(np.uint16), light.astype(np.uint8))
    return PartSource(picture, *narrow)


def shrink(source, side=SHORT_SIDE):
    """Shrink a `PartSource` to a short side; a smaller one stays."""
    height, width = source.parts.shape
    scale = side / min(height, width)
    if scale >= 1:
        return source
    size = round(width * scale), round(height * scale)
    ways = cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_NEAREST, cv2.INTER_NEAREST, cv2.INTER_AREA
    return PartSource(*(cv2.resize(array, size, interpolation=way) for array, way in zip(source, ways)))


def number_things(parts, groups):
    """Number what belongs together, from 1: all skin, one head's hair, one garment.

    Args:
        parts: (h, w) uint8, places in `PARTS`. groups: (h, w) uint16.

    Returns:
        (h, w) uint8, the largest `THINGS` of them; 0 for what is small.
    """
    keys = parts * (int(groups.max()) + 1) + np.where(IS_ALONE[parts], 0, groups.astype(np.int64))
    counts = np.bincount(keys.ravel())
    order = np.argsort(-counts, kind="stable")[:THINGS]
    numbers = np.zeros(len(counts), np.uint8)
    numbers[order] = np.arange(1, len(order) + 1)
    numbers[counts < LEAST_THING] = 0
    return numbers[keys]


def add_places(sketch, matrix=None, shape=None):
    """Lay beside a sketch where in the whole picture each pixel is: across and down, 0..255.

    Args:
        sketch: (H, W) uint8. matrix: (2, 3) from the sketch's (x, y) to the picture's; None if it is the whole picture.
        shape: (height, width) of the picture.

    Returns:
        (H, W, 3) uint8.
    """
    height, width = sketch.shape
    matrix = np.eye(2, 3) if matrix is None else matrix
    tall, wide = shape or sketch.shape
    x, y = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
    across, down = ((row[0] * x + row[1] * y + row[2] + 0.5) / size for row, size in zip(matrix, (wide, tall)))
    across = 1 - across if matrix[0, 0] < 0 else across  # a mirrored picture
    return np.dstack([sketch, *(np.uint8(np.clip(255 * place, 0, 255)) for place in (across, down))])


def place_view(matrix, scale, size, shape, rng):
    """Say which part of a picture a view is taken for: of the whole, or of one that was cut from it.

    A turned view is taken for one of a picture that was turned as a whole.

    Args:
        matrix: (2, 3) from the view's (x, y) to the picture's. scale: how much the view is enlarged.
        size: of the view. shape: (height, width) of the picture. rng: `numpy.random.Generator`.

    Returns:
        (matrix, shape) for `add_places`.
    """
    height, width = shape
    reach = (size - 1) / 2
    middle = matrix @ (reach, reach, 1)
    mirror = -1.0 if np.linalg.det(matrix[:, :2]) < 0 else 1.0
    low, high = np.zeros(2), np.array((width, height), float)
    if rng.random() < CUT_OFF:
        low = low + rng.random(2) * np.maximum(0, middle - reach / scale - low)
        high = high - rng.random(2) * np.maximum(0, high - middle - reach / scale)
    linear = np.diag((mirror, 1.0)) / scale
    return np.column_stack([linear, middle - low - linear @ (reach, reach)]), tuple((high - low)[::-1])


def bend(arrays, ways, rng):
    """Bend arrays as if they were drawn on rubber, all alike.

    Args:
        arrays: (S, S) or (S, S, 3), uint8 or uint16. ways: OpenCV's interpolation of each.
        rng: `numpy.random.Generator`.

    Returns:
        list of arrays of the same shapes and dtypes.
    """
    size = len(arrays[0])
    knots = rng.normal(0, BEND * size * rng.random(), (KNOTS, KNOTS, 2)).astype(np.float32)
    moves = cv2.resize(knots, (size, size), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[:size, :size].astype(np.float32)
    where = x + moves[..., 0], y + moves[..., 1]
    return [cv2.remap(array, *where, way, borderMode=cv2.BORDER_REFLECT) for array, way in zip(arrays, ways)]


def level_light(light):
    """Divide (H, W) uint8 light by that of the brightest places around, so that shadows alone remain."""
    size = tuple(max(1, round(length / LIGHT_CELL)) for length in light.shape[1::-1])
    small = cv2.resize(light, size, interpolation=cv2.INTER_AREA)
    reach = 2 * max(1, min(size) // 8) + 1
    full = cv2.blur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), (reach, reach))
    full = cv2.resize(full, light.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(light, np.maximum(full, 1), scale=255)


def leave_out_background(lines, picture, parts):
    """Leave the ground behind figures plain: new (lines, picture, parts), or the same if nothing would be left."""
    behind = np.isin(np.arange(len(PARTS)), [PARTS.index(name) for name in (*BEHIND, "paper")])[parts]
    if behind.mean() > 0.97:
        return lines, picture, parts
    far = cv2.erode(behind.view(np.uint8), np.ones((RIM, RIM), np.uint8)) > 0
    parts = np.where(behind, np.uint8(0), parts)
    return np.where(far, np.uint8(255), lines), np.where(far[..., None], np.uint8(255), picture), parts


def unfold(packed):
    """Gather the numbers of each square: (H, W, C) to (H/2, W/2, 4 C), as `model.DepthToSpace` lays them out."""
    height, width, channels = packed.shape
    cells = packed.reshape(height // CELL, CELL, width // CELL, CELL, channels)
    return cells.transpose(0, 2, 4, 1, 3).reshape(height // CELL, width // CELL, -1)


# Networks that paint
PAINT_SIDE = 640  # pixels; larger sketches are painted at this short side
DABBED = 0.5  # chance of dabs in an example
MOST_DABS = 60  # on a picture
COLOURLESS = 8.0  # mean CIE Lab chroma; there are no colours to learn from paler pictures
DARK = 1.5  # of `filters.find_gain`; drawn pictures that need more are too dark to learn from
COLOUR_ATTEMPTS = 8  # pictures tried in a row until one is neither pale nor dark
FEW_LINES = 0.01  # share of ink; with less, the lines alone are no sketch

GROUP = "colours of sketches"


class Colorize(sketches.SketchTask):
    """Finds colours for a sketch: by what it shows, and by dabs."""

    name = "colorize"
    networks = {
        PART_NETWORK: Kind(160, 32),
        "colorize_classic": Kind(96, 16),
        "colorize_pix2pix": Kind(128, 32),
    }
    folders = "raw, ink, parts, groups and light; for other variants sketch_raw and maybe sketch_line"
    defaults = sketches.SketchTask.defaults | {"batch": 8, "crop": 224, "learning_rate": 1.2e-3}
    optimizer = "muon"
    crops_of_pair = 2
    adversarial_weight = 0.0
    score_fields = ("parts", "light")
    channels = (5, 3)
    degraded = 0.2
    ending = ".colorized"
    stills = ("layers",)
    follows = ("sketch", "binary2sketch", "lines", "refine")
    options = (
        sketches.SHEET,
        Option(
            "keep_colour", "areas in the picture's own colours (default: chosen colours)", bool, False,
            aliases=("--keep-color",), group="how lines look",
        ),
        Option(
            "hints",
            "dabs of colour on a transparent sheet of the picture's size; a dab colours its area and its group",
            Path, None, "FILE", group=GROUP,
        ),
        Option(
            "seed", "seed of the colours that are chosen (default: %(default)s)", cli.whole(0), 0, "N", group=GROUP
        ),
        Option(
            "palette",
            "colours of parts, such as hair=#f2c14e,skin=#ffe0d0. Or colours to take all from, such as #f2c14e,#3a506b "
            "or a file: a text with one a line, or a picture (default: chosen by the seed)",
            palettes.parse, None, "COLOURS|FILE", group=GROUP, from_afar=palettes.parse_text,
        ),
        Option(
            "variants",
            "also write the colours of N seeds side by side, under the name of the result with .variants (default: "
            "%(default)s, none)",
            cli.whole(1, MOST_VARIANTS), 1, "N", group=GROUP,
        ),
        Option(
            "shade", "shadows: none, with hard edges, or soft (default: %(default)s)", str, "cel", choices=flats.SHADES,
            group=GROUP,
        ),
        Option(
            "layers",
            "also write an OpenRaster file under the name of the result: a layer for each area or colour, and the "
            "lines on top. Give it after the pictures, or as --layers=colours",
            str, None, "regions|colours", choices=layers.MERGES, implied="colours", group=GROUP,
        ),
        Option(
            "sketch_weights", "network that sketches coloured pictures first (default: weights/sketch)", str, None,
            "FILE", group=GROUP,
        ),
    )  # fmt: skip

    def __init__(self):
        self._recent: dict[int, PartSource] = {}  # sources by their places in the order of a training

    def of(self, variant):
        """Return the task that trains a variant: another one for networks that paint."""
        return self if variant == "default" else Paint()

    def find_pairs(self, folder, validation=False):
        """Find drawn pictures with all their maps; for validation with `v_` before."""
        folder, prefix = Path(folder or self.data), "v_" if validation else ""
        pairs, unpaired = find_part_pairs(folder, prefix)
        reason = "lacks ink, parts, groups or light: synthesize.py writes them (--variant classic learns from pictures)"
        return pairs, base.count_reasons([(path, reason) for path in unpaired])

    def describe_data(self, folder):
        """Name the folders that pairs are looked for in."""
        folder = Path(folder or self.data)
        return f"{folder / 'raw'} with ink, parts, groups and light (--variant classic learns from pictures alone)"

    def load(self, pair, remarks=None):
        """Read a pair: a `PartSource`."""
        return read_part_pair(pair)

    def is_drawn(self, pair):
        """Every pair is."""
        return True

    def take_drawing(self, drawing):
        """Make a `PartSource` of a drawing."""
        groups = drawing.groups.astype(np.uint16)  # which OpenCV can warp
        return PartSource(drawing.picture, drawing.lines, drawing.parts, groups, drawing.light)

    def fetch(self, plan, step, number):
        """Get a source, see `Task.fetch`: reading one takes long, so each serves in several steps in a row."""
        if plan.drawn_share:
            return super().fetch(plan, step, number)
        place = step + plan.sources - 1 - number  # each step has a new one, and those of the steps before
        if place not in self._recent:
            _, source, failures = loader.load_next(plan, place // plan.sources, place % plan.sources, self.load)
            self._recent = {near: kept for near, kept in self._recent.items() if abs(near - place) < 2 * plan.sources}
            self._recent[place] = self.prepare(source, plan.crop, None)
            return self._recent[place], failures
        return self._recent[place], []

    def prepare(self, source, crop, rng):
        """Shrink a source, and measure light by the brightest places around: lines do not tell night from day."""
        source = shrink(source)
        return source._replace(light=level_light(source.light))

    def make(self, source, size, rng):
        """Make one example: (sketch and places; parts, things and light of squares of 2x2 pixels)."""
        nearest = ABOUT_WHOLE if rng.random() < WHOLE else NEAREST
        shape = source.parts.shape
        turn = rng.uniform(-MOST_TURNED, MOST_TURNED) if rng.random() < LYING else 0.0
        matrix, scale = sketches.choose_view(rng, shape, size, upright=True, nearest=nearest, turn=turn)
        picture, lines, light = (
            sketches.cut(array, matrix, scale, size) for array in (source.picture, source.lines, source.light)
        )
        way = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        parts, groups = (
            cv2.warpAffine(array, matrix, (size, size), flags=way, borderMode=cv2.BORDER_REFLECT)
            for array in (source.parts, source.groups)
        )
        if rng.random() < BENT:
            ways = cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_NEAREST, cv2.INTER_NEAREST, cv2.INTER_LINEAR
            picture, lines, parts, groups, light = bend((picture, lines, parts, groups, light), ways, rng)
        if rng.random() < PLAIN:
            lines, picture, parts = leave_out_background(lines, picture, parts)
        if rng.random() < self.degraded:
            picture = sketches.degrade_picture(picture, True, rng)
        sketch = sketching.draw_sketch(picture, lines, rng)
        parts, groups = parts[::CELL, ::CELL], groups[::CELL, ::CELL]
        light = cv2.resize(light, parts.shape[::-1], interpolation=cv2.INTER_AREA)
        seen = place_view(matrix, scale, size, shape, rng)
        return add_places(sketch, *seen), np.dstack([parts, number_things(parts, groups), light])

    def build(self, variant, training, adversarial_weight=None):
        """Build the network of a variant; for training with an adversarial weight, with its discriminator."""
        if variant != "default":
            return super().build(variant, training, adversarial_weight)
        if training and adversarial_weight:
            raise ValueError("the default variant has no discriminator: leave out --adversarial-weight")
        import model

        return model.build_part_network(3, MAPS, PART_NETWORK)

    def loss(self, variant):
        """Return the loss of a variant."""
        if variant != "default":
            return super().loss(variant)
        from illustration_parts.networks import losses

        return losses.PartLoss([WEIGHTS.get(name, 1.0) for name in PARTS])

    def to_truth(self, variant, truth):
        """Make the loss's truth, float32."""
        if variant != "default":
            return super().to_truth(variant, truth)
        return truth.astype(np.float32) * np.array([1, 1, 1 / 255], np.float32)

    def fit(self, source, seed):
        """Make a validation example, always in the same way."""
        source = self.prepare(source, base.VALIDATION_SIZE, None)
        given, truth = self.make(source, base.VALIDATION_SIZE, np.random.default_rng(seed))
        return given, truth, True

    def score(self, maps, targets):
        """Return {"parts", "light"}: share of squares whose part is right; mean absolute error of light."""
        cells = [unfold(each) for each in maps]
        parts = np.stack([each[..., : len(PARTS)].argmax(-1) for each in cells])
        light = np.stack([sigmoid(each[..., len(PARTS)]) for each in cells])
        return {
            "parts": float((parts == targets[..., 0]).mean()),
            "light": float(np.abs(light - images.to_network(targets[..., 2])).mean()),
        }

    def preview(self, network, variant, validation, maps):
        """Show the sketch, true and found parts, true and found light, and three numbers of what belongs together."""
        rows = []
        for given, true, found in zip(validation.pictures, validation.targets, maps):
            cells = unfold(found)
            vectors = cells[..., len(PARTS) + 1 :][..., :3]
            low, high = np.percentile(vectors, (2, 98), axis=(0, 1))
            row = [
                PART_COLOURS[true[..., 0]],
                PART_COLOURS[cells[..., : len(PARTS)].argmax(-1)],
                np.dstack([true[..., 2]] * 3),
                np.dstack([images.to_uint8(sigmoid(cells[..., len(PARTS)]))] * 3),
                images.to_uint8((vectors - low) / np.maximum(high - low, 1e-3)),
            ]
            sketch = np.dstack([given[..., 0]] * 3)
            size = row[0].shape[1::-1]
            rows.append(np.hstack([cv2.resize(sketch, size, interpolation=cv2.INTER_AREA), *row]))
        return np.vstack(rows)

    def load_networks(self, load, options):
        """Load the network, and the one that sketches coloured pictures; ValueError if it cannot do what is asked."""
        networks = super().load_networks(load, options)
        name = networks["colorize"].name
        asked = {"--variants": options.variants > 1, "--layers": options.layers}
        for flag in (flag for flag, given in asked.items() if given and name != PART_NETWORK):
            raise ValueError(f"{flag}: {name} paints each sketch in one way, and as a whole")
        return networks | {"sketch": load(options.sketch_weights, "sketch")}

    def lay_out(self, networks, picture, options, track=iter):
        """Return what dabs are painted on, (H, W) uint8: the sketch, or for a coloured picture what is made of it."""
        if is_colourless(picture):
            return sketches.to_grey(picture)
        given = sketches.prepare(networks["sketch"], picture)
        return tiling.run(networks["sketch"], given, progress=track)[..., 0]

    def predict(self, networks, picture, options, track=iter, original=None):
        """Colour a sketch.

        A coloured picture, which no other task has sketched, is sketched first.

        Returns:
            `base.Result` with `sketch`, (H, W, 3) uint8 RGB; where asked for `sheet`, `variants` (colours of several
            seeds beside each other), and for layers `ids` and `lines`.

        Raises:
            ValueError: if the hints do not fit.
        """
        network, remarks, hints = networks["colorize"], [], None
        given = picture if original is None else original
        if options.hints is not None:
            hints = dabs.read_hints(options.hints, given, getattr(options, "max_megapixels", images.MAX_MEGAPIXELS))
        coloured = not is_colourless(given)
        if original is not None:
            lines = picture
        elif coloured:
            remarks.append("coloured, sketched first")
            lines = self.lay_out(networks, picture, options, track)
        else:
            lines = sketches.to_grey(picture)
        if network.name != PART_NETWORK:
            found = paint(lambda seen: tiling.run(network, seen, 3, np.float32, progress=track), lines, hints)
            return self.finish_sketch(given, found, options, remarks)
        plan = Colouring(lines, read_sketch(network, lines, track))
        own = given if options.keep_colour and coloured and hints is None else None
        found, flat = plan.paint(options, hints, own)
        result = self.finish_sketch(given, found, options, remarks + plan.remarks)
        if options.variants > 1:
            result.arrays["variants"] = plan.show_variants(options, hints, own)
        if options.layers:
            result.arrays.update(flat)
        return result

    def name_files(self, folder, name, options):
        """The files of one picture's results."""
        named = super().name_files(folder, name, options)
        if options.variants > 1:
            named["variants"] = folder / f"{name}{self.ending}.variants.png"
        if options.layers:
            named["layers"] = folder / f"{name}{self.ending}.ora"
        return named

    def write(self, picture, result, targets, options, resolution=None):
        """Write pictures and layers."""
        pictures = {kind: path for kind, path in targets.items() if kind != "layers"}
        super().write(picture, result, pictures, options, resolution)
        if "layers" in targets:
            painted, ids, lines = (result.arrays[kind] for kind in ("sketch", "ids", "lines"))
            parts = layers.separate(painted, ids, lines, options.layers, shade=False)
            path = targets["layers"]
            layer_files.write(path, painted, parts, "ora", path.stem, resolution)


class View(typing.NamedTuple):
    """What the network tells of a sketch, at its own resolution.

    Attributes:
        shares: (h, w, P) float32, how likely each of `PARTS` is.
        light: (h, w) float32 0..1.
        vectors: (h, w, D) float32, near each other where things belong together.
    """

    shares: np.ndarray
    light: np.ndarray
    vectors: np.ndarray


def read_sketch(network, sketch, track=iter):
    """Run the network on a sketch, shrunk so that it sees all of it: a `View`.

    Args:
        network: of `engine.load`. sketch: (H, W) uint8, dark on white. track: wraps the list of tiles.
    """
    scale = min(WORK_SIDE / min(sketch.shape), MOST_ENLARGED)
    height, width = (max(MULTIPLE, round(length * scale / MULTIPLE) * MULTIPLE) for length in sketch.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(sketch, (width, height), interpolation=way)
    return to_view(unfold(tiling.run(network, add_places(small), MAPS // CELL**2, np.float32, progress=track)))


def to_view(cells):
    """Make a `View` of a network's numbers, (h, w, MAPS) float32."""
    logits = cells[..., : len(PARTS)]
    shares = np.exp(logits - logits.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    return View(shares, sigmoid(cells[..., len(PARTS)]), np.ascontiguousarray(cells[..., len(PARTS) + 1 :]))


class Colouring:
    """A sketch, what it shows, and its colours by options.

    Args:
        lines: (H, W) uint8, dark on white. view: a `View`.

    Attributes:
        sketch: a `flats.Sketch`. seen: a `flats.Seen`. remarks: sentences about the sketch.
    """

    def __init__(self, lines, view):
        self.sketch, self.view = flats.take_apart(lines), view
        self.seen = flats.look(self.sketch, view.shares, view.vectors, IS_ALONE)
        self.remarks = [] if (self.sketch.ink > 64).any() else ["no lines to colour between"]

    def choose(self, seed, palette=None):
        """Choose a colour for each area: (n, 3) uint8 RGB."""
        parts = [PARTS[part] for part in self.seen.group_parts]
        return palettes.choose_colours(parts, seed, palette)[self.seen.groups]

    def paint(self, options, hints=None, own=None, seed=None):
        """Paint the sketch.

        Args:
            options: namespace with `seed`, `palette` and `shade`.
            hints: (H, W, 4) uint8, dabs; or None.
            own: (H, W, 3) uint8 RGB picture whose colours the areas keep; or None.
            seed: instead of the options' own.

        Returns:
            (picture, flat): (H, W, 3) uint8 RGB, and {"ids", "lines"} for layers.
        """
        if own is not None:
            colours = flats.find_medians(own, self.seen.ids)
        else:
            colours = self.choose(options.seed if seed is None else seed, options.palette)
        ids = self.seen.ids
        if hints is not None:
            ids, colours = flats.lay_dabs(self.seen, self.sketch.ink, hints, colours, APART)
        shade = options.shade if own is None else "none"
        picture = flats.render(self.sketch, ids, colours, self.view.light, shade)
        if not options.layers:
            return picture, {}
        whole = flats.fit_cells(ids, self.sketch.grey.shape)
        return picture, {"ids": whole, "lines": 255 - self.sketch.grey}

    def show_variants(self, options, hints=None, own=None):
        """Pictures of `options.variants` seeds, the option's own first, as a sheet: (H, W, 3) uint8 RGB."""
        across = math.ceil(math.sqrt(options.variants))
        scale = min(1.0, SHEET_SIDE / (across * max(self.sketch.grey.shape)))
        height, width = (max(1, round(length * scale)) for length in self.sketch.grey.shape)
        down = -(-options.variants // across)
        sheet = np.full((down * height, across * width, 3), 255, np.uint8)
        for k in range(options.variants):
            picture = self.paint(options, hints, own, options.seed + k)[0]
            row, column = divmod(k, across)
            place = np.s_[row * height : (row + 1) * height, column * width : (column + 1) * width]
            sheet[place] = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        return sheet


def paint(find, sketch, hints=None):
    """Colour a sketch by a network that paints.

    The colours are found in a small picture, of which the network sees enough at a time. Then the sketch's own lines
    are laid over them at full size.

    Args:
        find: function of a sketch and its dabs, (h, w, 5) uint8, that returns colours, (h, w, 3) floats 0..1.
        sketch: (H, W) uint8, dark lines on white.
        hints: dabs of colour, (H, W, 4) uint8 of the sketch's size: RGB, and 255 on dabs. None for none.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    scale = min(1.0, PAINT_SIDE / min(sketch.shape))
    size = tuple(max(1, round(length * scale)) for length in sketch.shape)
    small = cv2.resize(sketch, size[::-1], interpolation=cv2.INTER_AREA) if scale < 1 else sketch
    hints = np.zeros((*size, 4), np.uint8) if hints is None else dabs.fit_hints(hints, size)
    found = images.to_uint8(np.ascontiguousarray(find(dabs.prepare(small, hints))[..., :3]))
    if scale == 1:
        return found
    result = np.empty((*sketch.shape, 3), np.uint8)
    for top in range(0, sketch.shape[0], flats.BAND):  # to bound the memory
        band = slice(top, min(top + flats.BAND, sketch.shape[0]))
        wide = flats.enlarge(np.dstack([found, small]), sketch.shape, band)
        # Make up for differences between the small sketch and the sketch itself.
        detail = (sketch[band].astype(np.float32) + 16) / (wide[..., 3] + 16)
        result[band] = np.clip(wide[..., :3] * detail[..., None] + 0.5, 0, 255)
    return result


def is_colourless(picture):
    """Whether hardly a pixel of a (H, W, 3) uint8 RGB picture differs between its channels."""
    thin = picture[::4, ::4].astype(np.int16)
    return float((np.ptp(thin, axis=-1) > 24).mean()) < 0.01


def measure_chroma(picture):
    """CIE Lab chroma of (H, W, 3) uint8 RGB, (H, W) float32, 0 for greys, about 100 for the purest colours."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.hypot(lab[..., 1], lab[..., 2])


def choose_sketch(grey, lines, rng):
    """Make a sketch of a random kind: XDoG, colour dodge, or for a drawn picture its lines alone."""
    kind = rng.choice(("auto", "xdog", "dodge", "lines"), p=(0.4, 0.2, 0.15, 0.25))
    if kind == "lines" and lines is not None and (lines < 128).mean() >= FEW_LINES:
        return lines
    if kind == "dodge":
        return filters.dodge(grey)
    if kind == "xdog":
        return filters.xdog(grey, float(rng.choice(filters.SIGMAS)), power=rng.uniform(1, filters.POWER))
    return sketches.draw_to_suit(grey)


def sigmoid(logits):
    """The logistic function of floats."""
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))


def colour_parts():
    """A colour for each of `PARTS`, for previews: (n, 3) uint8 RGB."""
    hues = (np.arange(len(PARTS)) * 0.381966 % 1 * 180).astype(np.uint8)
    hsv = np.stack([hues, np.full_like(hues, 150), np.where(np.arange(len(PARTS)) % 2, 250, 170).astype(np.uint8)], -1)
    colours = cv2.cvtColor(hsv[None], cv2.COLOR_HSV2RGB)[0]
    colours[0] = 255
    return colours


PART_COLOURS = colour_parts()


class Paint(Colorize):
    """Trains the networks that turn a sketch and dabs of colour into colours, on pictures."""

    folders = sketches.SketchTask.folders
    crops_of_pair = 1
    suits_after = COLOUR_ATTEMPTS
    score_fields = ("mae", "lab", "chroma")
    find_pairs = sketches.SketchTask.find_pairs
    describe_data = sketches.SketchTask.describe_data
    load = sketches.SketchTask.load
    is_drawn = sketches.SketchTask.is_drawn
    take_drawing = sketches.SketchTask.take_drawing
    fetch = base.Task.fetch
    prepare = base.Task.prepare
    fit = sketches.SketchTask.fit
    preview = sketches.SketchTask.preview

    def suits(self, source):
        """Whether a source has colours to learn from, and plain light.

        Drawn scenes in the dark are left out: a sketch does not show the dark.
        """
        thin = np.ascontiguousarray(source.picture[::2, ::2])
        dark = source.lines is not None and filters.find_gain(sketches.to_grey(thin)) > DARK
        return measure_chroma(thin).mean() > COLOURLESS and not dark

    def make(self, source, size, rng):
        """Make one example: (a sketch, and for half of them dabs; the picture)."""
        clean, degraded, sketch, lines = self.view(source, size, rng, upright=True)
        given = choose_sketch(sketches.to_grey(degraded), lines, rng) if sketch is None else sketch
        count = dabs.choose_count(MOST_DABS, rng) if rng.random() < DABBED else 0
        return dabs.prepare(given, dabs.make_hints(clean, count, rng)), clean

    def score(self, maps, targets):
        """Return {"mae", "lab", "chroma"}: mean absolute error; CIE Lab distance; found chroma over the true one."""
        found, true = (
            np.stack([cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2LAB) for picture in pictures])
            for pictures in (np.clip(maps[..., :3], 0, 1).astype(np.float32), images.to_network(targets))
        )
        chroma = [np.hypot(lab[..., 1], lab[..., 2]).mean() for lab in (found, true)]
        apart = float(np.linalg.norm(found - true, axis=-1).mean())
        scores = sketches.SketchTask.score(self, maps, targets)
        return scores | {"lab": apart, "chroma": float(chroma[0] / max(1e-6, chroma[1]))}
