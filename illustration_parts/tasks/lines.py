"""Line extraction: makes training examples of pictures and line maps, and finds lines in pictures."""

import dataclasses
import math
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import crops, folders, images, line_maps, line_scores, linework
from illustration_parts.imaging.linework import code_classes, on_paper, split_classes
from illustration_parts.networks.engine import Kind
from illustration_parts.tasks import base, drawings
from illustration_parts.tasks.options import Option

# Chances of each augmentation of a crop.
RECOLOURED = 0.5
CHANNELS_SHUFFLED = 0.08
GREY = 0.12
REDRAWN = 0.4  # drawn pictures only, whose ink is known to the pixel
PALED = 0.6  # of those; the others get lines in a tone of their fills
LEAST_CONTRAST = 7.0  # levels that a paled line keeps, so that it can be told at all
THICKENED = 0.1
RECOMPRESSED = 0.3  # real pairs only; drawn pictures go through `degrade.degrade`


@dataclasses.dataclass(frozen=True)
class Pair:
    """A picture, its line map, and where there is one its map of line classes."""

    name: str  # relative, without ending, "/" between folders
    picture: Path
    lines: Path
    classes: Path | None = None


class Source(NamedTuple):
    """A picture and its class map, (H, W, 3) uint8 each, see `load_pair`; whether the suite drew it."""

    picture: np.ndarray
    classes: np.ndarray
    drawn: bool


def find_pairs(pictures, lines, classes=None):
    """Match pictures and maps by their relative names without ending.

    Args:
        pictures: folder of pictures, with any sub-folders.
        lines: folder of line maps (dark lines on white) under the same names.
        classes: folder of class maps (R boundary ink, G inner ink, B fill edge; 255 = full), or None. It may lack
            some names, or not exist.

    Returns:
        (pairs, unpaired): a list of `Pair` sorted by name, and the sorted paths that have no partner.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    pictures, lines = folders.list_pictures(pictures), folders.list_pictures(lines)
    classes = folders.list_pictures(classes) if classes is not None else {}
    both = [name for name in pictures if name in lines]
    pairs = [Pair(name, pictures[name], lines[name], classes.get(name)) for name in both]
    alone = [path for name, path in pictures.items() if name not in lines]
    alone += [path for folder in (lines, classes) for name, path in folder.items() if name not in pictures]
    return pairs, sorted(alone)


def load_pair(pair, remarks=None):
    """Read a pair.

    Args:
        pair: a `Pair`. remarks: see `line_maps.read_line_map`.

    Returns:
        A `Source`: (H, W, 3) uint8 RGB, and (H, W, 3) uint8 with boundary ink, inner ink and fill edge. Where the pair
        has no class map all ink stands in the first channel.

    Raises:
        ValueError: if a file is no picture, the line map shows no lines, or the sizes differ. The message names the
            file.
    """
    picture = folders.read_picture(pair.picture)
    if pair.classes is not None:
        target, path = folders.read_picture(pair.classes), pair.classes
    else:
        ink, path = 255 - line_maps.read_line_map(pair.lines, remarks), pair.lines
        target = np.dstack([ink, np.zeros((*ink.shape, 2), np.uint8)])
    if picture.shape != target.shape:
        raise ValueError(
            f"{path} is {target.shape[1]}x{target.shape[0]}, but {pair.picture} is "
            f"{picture.shape[1]}x{picture.shape[0]}: expected the same size"
        )
    return Source(picture, target, pair.classes is not None)


def ink_of(classes):
    """Return the ink, (H, W) uint8, of a class map (H, W, 3) uint8."""
    return cv2.add(classes[..., 0], classes[..., 1])  # saturates


def thicken_lines(picture, classes, rng):
    """Make the lines one or two pixels wider, in the picture and in its map.

    Lines must be clearly darker or clearly lighter than their surroundings. Otherwise both arrays are returned as they
    are.

    Args:
        picture: (H, W, 3) uint8 RGB. classes: (H, W, 3) uint8 class map. rng: `numpy.random.Generator`.

    Returns:
        (picture, classes), new arrays or the given ones.
    """
    kernel = np.ones((2, 2), np.uint8) if rng.random() < 0.7 else np.ones((3, 3), np.uint8)
    ink = ink_of(classes)
    on_lines = ink > 200
    beside = (cv2.dilate(ink, np.ones((7, 7), np.uint8)) > 200) & (cv2.dilate(ink, np.ones((3, 3), np.uint8)) < 50)
    if on_lines.sum() < 50 or beside.sum() < 50:
        return picture, classes
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    contrast = float(grey[beside].mean()) - float(grey[on_lines].mean())
    if abs(contrast) < 40:
        return picture, classes
    grow = cv2.erode if contrast > 0 else cv2.dilate
    wide = cv2.dilate(classes, kernel)
    # Where an outline and an inner line now overlap they share the ink.
    both = wide[..., 0].astype(np.float32) + wide[..., 1]
    wide[..., :2] = wide[..., :2] * np.minimum(255.0 / np.maximum(both, 1.0), 1.0)[..., None]
    wide[..., 2] = classes[..., 2]
    near = (ink_of(wide) > 0)[..., None]
    return np.where(near, grow(picture, kernel), picture), wide


def is_coloured(picture):
    """Whether a (H, W, 3) uint8 RGB picture has colours besides greys."""
    sample = picture[::4, ::4].astype(np.int16)
    return bool(np.ptp(sample, axis=2).mean() > 2.0)


def find_fills(picture, ink):
    """Estimate the colours that lie under the lines: weighted means of what is no ink, from near and from farther away.

    Args:
        picture: (H, W, 3) uint8 RGB. ink: (H, W) uint8, 255 = ink.

    Returns:
        (H, W, 3) float32, 0..255.
    """
    weights = (1.0 - ink.astype(np.float32) / 255) ** 3
    weighted = np.dstack([picture * weights[..., None], weights])
    near, far = (cv2.GaussianBlur(weighted, (0, 0), sigma) for sigma in (2.0, 8.0))
    means = near + np.float32(0.02) * far  # the middle of a broad line sees nothing near
    return means[..., :3] / (means[..., 3:] + np.float32(1e-6))


def redraw_lines(picture, ink, rng):
    """Pale a drawn picture's lines, evenly or here and there as in glare, or draw them in a tone of their fills.

    Lines of real pictures are often close to what they lie on: traced in colour, in the dark, in light from behind.

    Args:
        picture: (H, W, 3) uint8 RGB. ink: (H, W) uint8, 255 = ink, exact to the pixel. rng: `numpy.random.Generator`.

    Returns:
        (H, W, 3) uint8; what is no ink stays as it is.
    """
    fills = find_fills(picture, ink)
    share = ink.astype(np.float32)[..., None] / 255
    height, width = ink.shape
    if rng.random() < PALED:
        paling = rng.uniform(0.2, 0.92)
        if rng.random() < 0.5:
            field = rng.uniform(-0.6, 1.0, (4, 4)).astype(np.float32)
            paling = np.clip(paling * cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)[
                ..., None
            ]
        change = fills - picture
        contrast = np.abs(change).max(axis=-1, keepdims=True)
        kept = np.minimum(LEAST_CONTRAST * share / np.maximum(contrast, 1e-3), 1.0)
        result = picture + np.minimum(paling, 1.0 - kept) * change * (share > 0)
    else:
        tone = rng.uniform(0.25, 0.85) * rng.uniform(0.8, 1.15, 3).astype(np.float32)
        goal = fills * np.clip(tone, 0, 1)
        if rng.random() < 0.15:  # light lines
            goal = fills + (255 - fills) * rng.uniform(0.3, 0.9)
        result = fills + share * (goal - fills)
        result = np.where(share > 0, result, picture)
    return np.clip(result + 0.5, 0, 255).astype(np.uint8)


def recolour(picture, rng):
    """Change gamma, contrast, brightness and the balance of the channels of (H, W, 3) uint8 RGB; never invert."""
    levels = np.linspace(0.0, 1.0, 256)[:, None]
    levels = levels ** math.exp(rng.uniform(-0.4, 0.4))
    levels = (levels - 0.5) * rng.uniform(0.65, 1.1) + 0.5 + rng.uniform(-0.12, 0.12)
    gains = rng.uniform(0.85, 1.1, 3) if rng.random() < 0.5 else np.ones(3)
    table = np.clip(levels * gains * 255 + 0.5, 0, 255).astype(np.uint8)  # (256, 3)
    return cv2.LUT(picture, table[None])


def make_crop(picture, classes, drawn, crop, rng):
    """Cut and augment one training crop.

    Args:
        picture: (H, W, 3) uint8 RGB.
        classes: (H, W, 3) uint8 class map.
        drawn: whether the picture is a clean drawing, which is then degraded.
        crop: height and width of the crop.
        rng: `numpy.random.Generator`.

    Returns:
        (picture, target): (crop, crop, 3) uint8 RGB, and (crop, crop, 4) uint8: ink, boundary ink, fill edge, and
        255 where the pixel counts.
    """
    height, width = picture.shape[:2]
    matrix, scale = crops.choose_crop(rng, height, width, crop)
    cubic = rng.random() < 0.5
    picture = crops.cut_crop(picture, matrix, scale, crop, cubic)
    classes = crops.cut_crop(classes, matrix, scale, crop, cubic)
    if rng.random() < THICKENED:
        picture, classes = thicken_lines(picture, classes, rng)
    # Solid black of a page without colour has no lines inside, not even faint ones.
    if drawn and rng.random() < REDRAWN and is_coloured(picture):
        picture = redraw_lines(picture, ink_of(classes), rng)
    if rng.random() < RECOLOURED:
        picture = recolour(picture, rng)
    if rng.random() < CHANNELS_SHUFFLED:
        picture = np.ascontiguousarray(picture[..., rng.permutation(3)])
    if rng.random() < GREY:
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if drawn:
        picture, classes = degrade.degrade(picture, classes, rng)
    elif rng.random() < RECOMPRESSED:
        picture = crops.recompress(picture, rng)
    inside = crops.mark_inside(matrix, height, width, crop)
    return picture, np.dstack([ink_of(classes), classes[..., 0], classes[..., 2], inside])


def to_truth(targets, classed):
    """Convert targets to the form that the losses take.

    Args:
        targets: (N, H, W, 4) uint8 as of `make_crop`.
        classed: (N,) bool.

    Returns:
        (N, H, W, 4) float32, 0..1; boundary and fill edge are -1 where the classes are not known.
    """
    truth = images.to_network(targets)
    truth[~classed, :, :, 1:3] = -1.0
    return truth


def build_published():
    """Build LineDistiller's published network."""
    import model

    return model.build_line_extractor("distiller")


def adapt_published(tile):
    """Scale grey, 0..1, as the published network takes it."""
    return tile * np.float32(255 * drawings.DISTILLER_SCALE)


class Lines(base.Task):
    """Finds the drawn lines of an illustration. It tells outlines, inner lines and edges of fills apart."""

    name = "lines"
    variants = ("default", "distiller")
    networks = {
        "line_extractor": Kind(64, 8),
        "line_distiller": Kind(64, 8, adapt=adapt_published, build=build_published, layers=333),
    }
    folders = "raw, contour_s and maybe classes"
    defaults = {
        "batch": 8,
        "crop": 192,
        "learning_rate": 2e-3,
        "save_every": 500,
        "preview_every": 1000,
        "validate_every": 2000,
    }
    optimizer = "muon"
    score_fields = ("f", "threshold", "mae")
    drawing = 512
    options = (
        *drawings.FOUND,
        *drawings.LOOKS,
        Option(
            "classes",
            "also write NAME.boundary, NAME.inner, NAME.fill_edge, and NAME.classes with these in red, green and blue",
            bool, False, group=drawings.GROUP,
        ),
        drawings.SHEET,
        *drawings.SVG,
    )  # fmt: skip
    passed = ("scale", "strength")
    offered = ("keep_colour",)

    def find_pairs(self, folder, validation=False):
        """Find the pairs of `raw` and `contour_s`, or for validation of `v_raw` and `v_contour_s`."""
        names = (f"v_{name}" if validation else name for name in ("raw", "contour_s", "classes"))
        raw, lines, classes = (Path(folder or self.data) / name for name in names)
        pairs, unpaired = find_pairs(raw, lines, classes)
        return pairs, base.describe_unpaired(unpaired, raw, lines)

    def describe_data(self, folder):
        """Name the folders that pairs are looked for in."""
        folder = Path(folder or self.data)
        return f"{folder / 'raw'} and {folder / 'contour_s'}"

    def load(self, pair, remarks=None):
        """Read a pair: a `Source`."""
        return load_pair(pair, remarks)

    def is_drawn(self, pair):
        """Whether a pair is a drawn one: only these have line classes."""
        return pair.classes is not None

    def take_drawing(self, drawing):
        """Make a `Source` of a drawing."""
        return Source(drawing.picture, drawing.classes, True)

    def make(self, source, crop, rng):
        """Make one example: (picture, target, whether line classes are known), see `make_crop`."""
        return *make_crop(source.picture, source.classes, source.drawn, crop, rng), source.drawn

    def finish(self, pictures, targets, classed):
        """Return pictures, uint8, and truth, see `to_truth`."""
        return pictures, to_truth(targets, classed)

    def build(self, variant, training, adversarial_weight=None):
        """Build the line extractor of a variant; this task has no discriminator."""
        import model

        return model.build_line_extractor(variant, trainable_resampling=training)

    def loss(self, variant):
        """Return the loss of a variant of the line extractor."""
        from illustration_parts.networks import losses

        return losses.DistillerLoss() if variant == "distiller" else losses.LineLoss()

    def to_network(self, variant, pictures):
        """Make the input of a line extractor: RGB 0..1, or for the published network equalised grey."""
        if variant != "distiller":
            return images.to_network(pictures)
        result = np.empty((*pictures.shape[:3], 1), np.float32)
        # The published step equalises 16x16 tiles of a whole picture. A crop gets tiles in proportion.
        tiles = max(2, min(16, pictures.shape[1] // 32))
        equalise = cv2.createCLAHE(2.0, (tiles, tiles))
        for grey, picture in zip(result, pictures):
            grey[..., 0] = equalise.apply(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)) * np.float32(
                drawings.DISTILLER_SCALE
            )
        return result

    def from_network(self, variant, found):
        """Convert a line extractor's output to ink and its classes, 0..1. The published network finds paper."""
        found = np.asarray(found, np.float32)
        return np.clip(1.0 - found, 0.0, 1.0) if variant == "distiller" else found

    def fit(self, source, seed):
        """Cut the middle of a picture to the validation size. Missing parts are reflected and do not count.

        Drawn pictures are degraded as in training, each one always in the same way.
        """
        size = base.VALIDATION_SIZE
        height, width = source.picture.shape[:2]
        matrix = np.column_stack([np.eye(2), [(width - size) // 2, (height - size) // 2]])
        inside = crops.mark_inside(matrix, height, width, size)
        picture, classes = (crops.cut_crop(array, matrix, 1.0, size) for array in source[:2])
        if source.drawn:
            picture, classes = degrade.degrade(picture, classes, np.random.default_rng(seed))
        return picture, np.dstack([ink_of(classes), classes[..., 0], classes[..., 2], inside]), source.drawn

    def score(self, maps, targets):
        """Return {"f", "threshold", "mae"} of found maps against uint8 targets, pixels that do not count left out."""
        table = []
        for found, target in zip(maps, targets):
            counts = target[..., 3] > 0
            table.append(line_scores.line_scores(images.to_network(target[..., 0]) * counts, found[..., 0] * counts))
        summary = line_scores.summarise_lines(table)
        return {"f": summary["f"], "threshold": summary["threshold"], "mae": summary["mae"]}

    def preview(self, network, variant, validation, maps):
        """Show input, true ink, found ink, true and found classes."""
        rows = []
        for picture, target, known, found in zip(validation.pictures, validation.targets, validation.classed, maps):
            found = images.to_uint8(found)
            row = [picture, *(np.dstack([on_paper(ink)] * 3) for ink in (target[..., 0], found[..., 0]))]
            if found.shape[-1] == 3:
                true = code_classes(target[..., 1], target[..., 0] - target[..., 1], target[..., 2])
                row.append(true if known else np.full_like(picture, 255))
                boundary, inner = split_classes(found[..., 0], found[..., 1])
                row.append(code_classes(boundary, inner, found[..., 2]))
            rows.append(np.concatenate(row, axis=1))
        return np.concatenate(rows, axis=0)

    def load_networks(self, load, options):
        """Load the line extractor; ValueError if it does not find line classes that are asked for."""
        drawings.require_for_svg(options)
        networks = super().load_networks(load, options)
        if options.classes and networks["lines"].name != "line_extractor":
            raise ValueError(f"--classes: {networks['lines'].name} finds ink only")
        return networks

    def predict(self, networks, picture, options, track=iter, original=None):
        """Find a picture's lines: `lines`, and where asked for `boundary`, `inner`, `fill_edge`, `classes`, `sheet`.

        For vectors there are also `ink`, (H, W) uint8, 255 = ink; `share`, its boundary share; and `colours` of lines.
        The last two may be None.
        """
        maps = drawings.find_maps(networks["lines"], picture, options.classes, track, options.scale)
        found = drawings.draw(picture, linework.strengthen(maps[..., 0], options.strength), options, maps)
        return base.Result(found, drawings.remark_on_svg(found, options))

    def name_files(self, folder, name, options):
        """The files of one picture's results."""
        return drawings.name_files(folder, name, self.ending, options)

    def write(self, picture, result, targets, options, resolution=None):
        """Write line drawings, and vectors where asked for."""
        drawings.write(result, targets, options, resolution)
