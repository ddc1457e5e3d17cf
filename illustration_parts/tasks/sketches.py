"""Sketches: pictures to sketches, binary pictures to grey ones; and the parts that colouring shares.

| task | given | truth |
| --- | --- | --- |
| `sketch` | a picture, degraded, lightened if dark: RGB; and its XDoG sketch | the sketch before it was degraded |
| `binary2sketch` | a picture binarised as manga are | its colour-dodge sketch |
| `colorize` | a sketch, and where in the picture each pixel is | parts, things and light; see `tasks/colorize.py` |

A drawn picture stands in where there is no picture on disk; a sketch that is not on disk is made by `filters`.
"""

import dataclasses
import math
import typing
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import crops, filters, folders, images, line_maps
from illustration_parts.networks import tiling
from illustration_parts.networks.engine import Kind
from illustration_parts.tasks import base
from illustration_parts.tasks.options import Option

SCALES = (0.7, 1.5)  # a picture's enlargement, drawn log-uniformly between the two
TILTED = 0.35  # chance that a picture is turned by a few degrees; else pictures to be coloured stand upright


@dataclasses.dataclass(frozen=True)
class SketchPair:
    """A picture and its sketch.

    Attributes:
        name: relative, without ending, "/" between folders.
        picture: its file.
        sketch: file of its sketch, dark on white; None if that is made as it is needed.
        lines: file of a drawn picture's lines, dark on white; None for other pictures.
    """

    name: str
    picture: Path
    sketch: Path | None = None
    lines: Path | None = None


class Source(typing.NamedTuple):
    """A pair that was read, see `SketchPair`: (H, W, 3) uint8 RGB, and (H, W) uint8 maps or None."""

    picture: np.ndarray
    sketch: np.ndarray | None = None
    lines: np.ndarray | None = None


def find_sketch_pairs(folder, prefix=""):
    """Match pictures and sketches: those of `sketch_raw` and `sketch_line`, or else drawn pictures and their lines.

    Args:
        folder: holds `sketch_raw` and maybe `sketch_line`; or `raw` and `ink`, as `synthesize.py` writes them.
        prefix: before each of these names: `"v_"` for validation.

    Returns:
        (pairs, unpaired): a list of `SketchPair` sorted by name, and the sorted paths without partner. Where there is
        no sketch at all every picture is a pair.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    folder = Path(folder)
    pictures, sketches = (folders.list_pictures(folder / f"{prefix}{name}") for name in ("sketch_raw", "sketch_line"))
    if pictures or sketches:
        both = [name for name in pictures if name in sketches or not sketches]
        unpaired = [path for name, path in pictures.items() if name not in both]
        unpaired += [path for name, path in sketches.items() if name not in pictures]
        return [SketchPair(name, pictures[name], sketches.get(name)) for name in both], sorted(unpaired)
    pictures, lines = (folders.list_pictures(folder / f"{prefix}{name}") for name in ("raw", "ink"))
    drawn = [name for name in pictures if name in lines]
    return [SketchPair(name, pictures[name], None, lines[name]) for name in drawn], []


def load_sketch_pair(pair, remarks=None):
    """Read a pair: a `Source`.

    Args:
        pair: a `SketchPair`. remarks: see `line_maps.read_line_map`.

    Raises:
        ValueError: if a file is no picture, the sketch shows no lines, or the sizes differ. The message names the file.
    """
    picture = folders.read_picture(pair.picture)
    found: list[typing.Any] = []
    for path in (pair.sketch, pair.lines):
        may_be_empty = path == pair.lines
        found.append(None if path is None else line_maps.read_line_map(path, remarks, may_be_empty=may_be_empty))
        if path is not None and found[-1].shape != picture.shape[:2]:
            raise ValueError(
                f"{path} is {found[-1].shape[1]}x{found[-1].shape[0]}, but {pair.picture} is "
                f"{picture.shape[1]}x{picture.shape[0]}: expected the same size"
            )
    return Source(picture, *found)


def cut(array, matrix, scale, size):
    """`crops.cut_crop` of an array, sharper where it enlarges; None of None."""
    return None if array is None else crops.cut_crop(array, matrix, scale, size, True)


def to_grey(picture):
    """(H, W, 3) uint8 RGB to (H, W) uint8."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def make_clean_sketch(picture):
    """Make the ground truth of a sketch network: (H, W) uint8, of (H, W, 3) uint8 RGB."""
    return draw_to_suit(to_grey(picture))


def draw_to_suit(grey):
    """Draw XDoG with options that suit a (H, W) uint8 picture, its greys darkened."""
    return filters.xdog(grey, power=filters.POWER, **filters.choose_xdog(grey))


def add_first_sketch(picture):
    """Make what the sketch network is given, (H, W, 4) uint8, of a picture, (H, W, 3) uint8 RGB.

    That is the picture, lightened if dark, and its XDoG sketch, which the network corrects where the picture is noisy,
    blurred or compressed.
    """
    return np.dstack([filters.lighten(picture), make_clean_sketch(picture)])


def prepare(network, picture):
    """Make what a sketch network of `engine.load` is given of a (H, W, 3) uint8 RGB picture: (H, W, C) uint8.

    Networks that were trained with an earlier version take the picture alone.
    """
    return filters.lighten(picture) if network.channels == 3 else add_first_sketch(picture)


def choose_view(rng, shape, size, upright=False, nearest=None, turn=0.0):
    """Choose the view of a picture that becomes a crop.

    Args:
        rng: `numpy.random.Generator`. shape: (height, width) of the picture. size: height and width of the view.
        upright: whether the picture stays upright, but for a slight tilt: a network finds faces by their place.
        nearest: to see the whole picture: how much it may be enlarged beyond the size that shows all of it.
        turn: angle added to the view's own, in radians.

    Returns:
        (2, 3) matrix from the view's (x, y) to the picture's, and the enlargement.
    """
    whole = size / min(shape)
    least, most = (whole, whole * nearest) if nearest else SCALES
    scale = max(math.exp(rng.uniform(math.log(least), math.log(most))), min(most, whole))
    angle = turn if upright else turn + rng.integers(4) * math.pi / 2
    if rng.random() < TILTED:
        angle += rng.uniform(-1, 1) * math.pi / (12 if upright else 4)
    mirror = rng.choice((-1.0, 1.0))
    cosine, sine = math.cos(angle) / scale, math.sin(angle) / scale
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]])
    reach = np.abs(linear).sum(axis=1) * size / 2
    room = np.maximum(0, np.array(shape[::-1]) / 2 - reach)
    centre = np.array(shape[::-1]) / 2 - 0.5 + rng.uniform(-room, room)
    return np.column_stack([linear, centre - linear @ np.full(2, (size - 1) / 2)]), scale


def degrade_picture(picture, drawn, rng):
    """Degrade a picture: a clean drawn one in all ways; another one, which is degraded already, by JPEG only."""
    if not drawn:
        return crops.recompress(picture, rng)

    return degrade.degrade(picture, np.zeros_like(picture), rng)[0]


def to_source(drawing):
    """The `Source` that a `illustrations.Drawing` is."""
    return Source(drawing.picture, None, drawing.lines)


def list_networks(task, margin=64, stride=8):
    """Return the `Task.networks` of a task of sketches; margin and stride are its default network's."""
    return {
        f"{task}_unet": Kind(margin, stride),
        f"{task}_classic": Kind(96, 16),
        f"{task}_pix2pix": Kind(128, 32),
    }


SHEET = Option(
    "sheet",
    "also write picture and result side by side, under the name of the result with .sheet",
    bool,
    False,
    group="how lines look",
)


class SketchTask(base.Task):
    """What the tasks of sketches have in common.

    Attributes:
        channels: of a network's input and output.
        start: of the default network, see `model.build_sketch_unet`.
        degraded: chance that a picture is degraded first, see `degrade_picture`.
        ending: of the files of results.
    """

    variants = ("default", "classic", "pix2pix")
    folders = "sketch_raw and maybe sketch_line, or raw and ink"
    defaults = {
        "batch": 8,
        "crop": 192,
        "learning_rate": 2e-3,
        "save_every": 500,
        "preview_every": 1000,
        "validate_every": 1000,
    }
    multiple = 32
    crops_of_pair = 1
    channels = (3, 1)
    start = None
    degraded = 0.85
    ending = ".sketch"
    options = (SHEET,)

    def find_pairs(self, folder, validation=False):
        """Find the pairs of `sketch_raw` and `sketch_line`, or drawn pictures; for validation with `v_` before."""
        folder, prefix = Path(folder or self.data), "v_" if validation else ""
        pairs, unpaired = find_sketch_pairs(folder, prefix)
        return pairs, base.describe_unpaired(unpaired, folder / f"{prefix}sketch_raw", folder / f"{prefix}sketch_line")

    def describe_data(self, folder):
        """Name the folders that pairs are looked for in."""
        folder = Path(folder or self.data)
        return f"{folder / 'sketch_raw'} or {folder / 'raw'} with {folder / 'ink'}"

    def load(self, pair, remarks=None):
        """Read a pair: a `Source`."""
        return load_sketch_pair(pair, remarks)

    def is_drawn(self, pair):
        """Whether a pair is a drawn one: only these have their lines beside."""
        return pair.lines is not None

    def take_drawing(self, drawing):
        """Make a `Source` of a drawing."""
        return to_source(drawing)

    def view(self, source, size, rng, **options):
        """Cut a view of a source, see `choose_view`.

        Returns:
            (clean, degraded, sketch, lines): (size, size, 3) uint8 RGB twice, the second perhaps degraded; and
                (size, size) uint8 maps or None.
        """
        matrix, scale = choose_view(rng, source.picture.shape[:2], size, **options)
        clean, sketch, lines = (cut(array, matrix, scale, size) for array in source)
        degraded = degrade_picture(clean, lines is not None, rng) if rng.random() < self.degraded else clean
        return clean, degraded, sketch, lines

    def build(self, variant, training, adversarial_weight=None):
        """Build the network of a variant; for training with an adversarial weight, with its discriminator."""
        import model

        name = f"{self.name}_{'unet' if variant == 'default' else variant}"
        network = model.build_sketch_unet(*self.channels, variant, name, self.start if variant == "default" else None)
        if not adversarial_weight or not training:
            return network
        players = {"matching": adversarial_weight, "adversarial": adversarial_weight / 10}
        if variant == "pix2pix":
            players = {
                "paired": 100.0,
                "matching": 0.0,
                "adversarial": adversarial_weight,
                "discriminator_loss": "logistic",
            }
        return model.AdversarialModel(network, model.build_sketch_discriminator(*self.channels), **players)

    def loss(self, variant):
        """Return the loss of a variant."""
        import keras

        from illustration_parts.networks import losses

        return losses.SketchLoss() if variant == "default" else keras.losses.MeanAbsoluteError()

    def to_truth(self, variant, truth):
        """Make the loss's truth, 0..1."""
        return images.to_network(truth)

    def fit(self, source, seed):
        """Make a validation example, always in the same way."""
        given, truth = self.make(source, base.VALIDATION_SIZE, np.random.default_rng(seed))
        return given, truth, True

    def score(self, maps, targets):
        """Return {"mae"}, the mean absolute error, 0..1."""
        return {"mae": float(np.abs(maps[..., : targets.shape[-1]] - images.to_network(targets)).mean())}

    def preview(self, network, variant, validation, maps):
        """Show what was given (dabs of colour on the sketch), what is true, and what was found."""
        rows = []
        for given, true, found in zip(validation.pictures, validation.targets, maps):
            if given.shape[-1] == 5:
                given = np.where(given[..., 4:] == 255, given[..., 1:4], given[..., :1])
            row = [given[..., :3], true, images.to_uint8(found[..., : true.shape[-1]])]
            rows.append(np.hstack([np.broadcast_to(picture, (*picture.shape[:2], 3)) for picture in row]))
        return np.vstack(rows)

    def finish_sketch(self, picture, found, options, remarks=()):
        """Return a `base.Result` with `sketch`, and `sheet` if asked for."""
        found = found[..., 0] if found.shape[-1] == 1 else found
        arrays = {"sketch": found}
        if options.sheet:
            arrays["sheet"] = np.hstack([picture, found if found.ndim == 3 else np.dstack([found] * 3)])
        return base.Result(arrays, list(remarks))

    def name_files(self, folder, name, options):
        """The files of one picture's results."""
        kinds = {"sketch": self.ending} | ({"sheet": f"{self.ending}.sheet"} if options.sheet else {})
        return {kind: folder / f"{name}{ending}.png" for kind, ending in kinds.items()}


class Sketch(SketchTask):
    """Draws the clean sketch that a good filter makes of a clean picture, even if the picture is dark or noisy."""

    name = "sketch"
    networks = list_networks(name)
    channels = (4, 1)
    start = 3

    def loss(self, variant):
        """Return the loss of a variant."""
        from illustration_parts.networks import losses

        return losses.SketchLoss(0.0, 0.004) if variant == "default" else super().loss(variant)

    def make(self, source, size, rng):
        """Make one example: (picture and first sketch; its XDoG sketch before it was degraded)."""
        clean, degraded, sketch, _ = self.view(source, size, rng)
        truth = make_clean_sketch(clean) if sketch is None else sketch
        return add_first_sketch(degraded), truth[..., None]

    def predict(self, networks, picture, options, track=iter, original=None):
        """Sketch a picture: `sketch`, (H, W) uint8, dark on white, and where asked for `sheet`."""
        found = tiling.run(networks["sketch"], prepare(networks["sketch"], picture), progress=track)
        return self.finish_sketch(picture, found, options)


class BinaryToSketch(SketchTask):
    """Turns black and white drawings into soft grey ones."""

    name = "binary2sketch"
    networks = list_networks(name)
    adversarial_weight = 0.1
    channels = (1, 1)
    degraded = 0.3
    ending = ".grey"

    def make(self, source, size, rng):
        """Make one example: (a picture binarised as manga are; its colour-dodge sketch)."""
        clean, degraded, sketch, _ = self.view(source, size, rng)
        truth = filters.dodge(to_grey(clean)) if sketch is None else sketch
        return filters.threshold(to_grey(degraded))[..., None], truth[..., None]

    def predict(self, networks, picture, options, track=iter, original=None):
        """Make a black and white picture grey: `sketch`, (H, W) uint8, and where asked for `sheet`."""
        grey, remarks = to_grey(picture), []
        if not filters.is_binary(grey):
            grey = filters.threshold(grey)
            remarks.append("not black and white, binarised first")
        found = tiling.run(networks["binary2sketch"], grey[..., None], progress=track)
        return self.finish_sketch(picture, found, options, remarks)
