"""Regions: makes training examples of pictures and skeleton maps, and finds regions in pictures."""

import dataclasses
import math
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from illustration_parts.drawing.wear import degrade
from illustration_parts.imaging import (
    crops,
    folders,
    images,
    layer_files,
    layers,
    line_art,
    region_files,
    region_maps,
    segmentation,
    vectors,
)
from illustration_parts.imaging.skeletons import skeletonize_regions
from illustration_parts.networks import engine, loader, tiling
from illustration_parts.networks.engine import Kind
from illustration_parts.system import cli, files
from illustration_parts.tasks import base, drawings
from illustration_parts.tasks.options import Option

# Pictures are resized to this short side, but by no more than these factors.
REGION_SHORT_SIDE = 2048
REGION_SCALES = (0.5, 2.0)


def find_skeleton(network, picture, flips=1, track=iter):
    """Resize a (H, W, 3) uint8 RGB picture, and run a region network over it.

    Small regions are found better in an enlarged picture, and large regions of a large picture in a shrunk one.

    Args:
        network: of `engine.load`.
        picture: the picture.
        flips: 1, 2, 4 or 8: the result is the mean over so many reflections and quarter turns of the picture.
        track: wraps the list of tiles, for a progress bar.

    Returns:
        (h, w, C) uint8, at the size of the resized picture: the skeleton map, 255 on centre lines and 0 on boundaries.
        The default network adds a second channel: how likely a boundary runs here, 255 = surely.
    """
    height, width = picture.shape[:2]
    scale = float(np.clip(REGION_SHORT_SIDE / min(height, width), *REGION_SCALES))
    sized = images.resize(picture, (max(1, round(height * scale)), max(1, round(width * scale))))
    channels = 1 if network.name == "danbooregion_unet" else 2
    total: Any = None
    for flip in range(flips):
        maps = turn_back(tiling.run(network, turn_picture(sized, flip), channels, progress=track), flip)
        if flips == 1:
            return maps
        total = maps.astype(np.uint16) if total is None else cv2.add(total, maps, dtype=cv2.CV_16U)
    # OpenCV drops the axis of a single channel.
    return ((total.reshape(maps.shape) + flips // 2) // flips).astype(np.uint8)


def turn_picture(array, flip):
    """Reflect or turn a picture or its maps, (H, W, C), in one of eight ways, 0..7; 0 leaves them as they are."""
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


# Region networks.
MOST_FILTERS = 4  # medians, one after the other
STRETCH = 0.4  # largest share of a grey channel's range that is clipped at either end
EXPECTED_REGION = "X.region.png beside X.image.png"
EXPECTED_IMAGE = "expected X.image.png, .jpg, .jpeg, .webp or .bmp beside it"
EXPECTED_SKELETON = "expected a grey skeleton map, 0 on boundaries and 255 on centre lines"
BOUNDARY_LEVEL = 32  # levels by which the darkest and the lightest of a skeleton map may miss 0 and 255
MOST_CHROMA = 8  # levels between the channels of a skeleton map, on average
PROPORTIONS = 0.02  # a picture may differ from its skeleton map by this much in width : height


class Odds(NamedTuple):
    """How crops for region networks are augmented: chances, and sizes in pixels.

    Attributes:
        short_side: range of the picture's short side after scaling, for a crop of 512; in proportion for other crops.
        short_side_turned: the same for the upright rectangle inside a turned picture.
        turned: chance of a turn by any angle.
        mirrored: chance of each of the two reflections.
        grey: chance of `make_grey`.
        blurred: chance of 0 to `most_blurs` Gaussians of sigma 2, all numbers equally likely.
        filtered: chance of 0 to `MOST_FILTERS` medians, 3x3, all numbers equally likely.
        scales: range of the scale, drawn log-uniformly, whatever the crop's size. The low ends of the ranges above
            still hold. Without it these ranges decide.
    """

    short_side: tuple
    short_side_turned: tuple
    turned: float
    mirrored: float
    grey: float
    blurred: float
    most_blurs: int
    filtered: float
    scales: tuple | None = None


# For DanbooRegion's pictures, the numbers of its paper (Zhang et al., "DanbooRegion: An Illustration Region Dataset",
# ECCV 2020). Drawn pictures are degraded besides, so most chances are lower. Scales are those of predictions.
PUBLISHED_ODDS = Odds(
    (520, 1024), (520, 650), turned=0.5, mirrored=0.5, grey=0.5, blurred=0.5, most_blurs=4, filtered=0.5
)
DRAWN_ODDS = Odds(
    (520, 1330), (520, 900), turned=0.3, mirrored=0.5, grey=0.2, blurred=0.3, most_blurs=1, filtered=0.15,
    scales=(0.6, 2.0),
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class RegionPair:
    """A picture and its skeleton map.

    Attributes:
        name: relative, without ending, "/" between folders.
        picture, skeleton: their files.
        regions: for a drawn picture the file of its region map. The skeleton map is made from it, and written, at
            first use. Drawn pictures are degraded in training.
    """

    name: str
    picture: Path
    skeleton: Path
    regions: Path | None = None


class Source(NamedTuple):
    """A picture, (H, W, 3) uint8 RGB, its skeleton map, (H, W) uint8, and whether the suite drew it."""

    picture: np.ndarray
    skeleton: np.ndarray
    drawn: bool


def match_regions(folder, prefix=""):
    """Match pictures and skeleton maps, in either of two forms.

    A folder with `raw` and `regions`, as `synthesize.py` writes them, holds drawn pictures. Their skeleton maps are
    made at first use and kept in `skeletons`. Any other folder, sub-folders included, is taken for one in the form of
    DanbooRegion 2020, with `X.image.png` and `X.skeleton.png`.

    Args:
        folder: the data set's folder.
        prefix: before each of the names `raw`, `regions` and `skeletons`: `"v_"` for drawn validation pictures.

    Returns:
        (pairs, unpaired): a list of `RegionPair` in numeric order, and a list of (path, reason) of the files that have
        no partner, such as `("3.image.png", "has no skeleton map: ...")`.

    Raises:
        ValueError: if there is no such folder, or two files of `raw` or `regions` differ only in their endings.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    if (folder / f"{prefix}raw").is_dir() and (folder / f"{prefix}regions").is_dir():
        return _find_drawn(folder / f"{prefix}raw", folder / f"{prefix}regions", folder / f"{prefix}skeletons")
    pictures, regions, skeletons = (folders.list_kind(folder, kind) for kind in ("image", "region", "skeleton"))
    pairs = [RegionPair(stem, path, skeletons[stem]) for stem, path in pictures.items() if stem in skeletons]
    command = cli.name_command("skeletonize_all.py", folder)
    skeletonize = f"has no skeleton map: `{command}` makes it from its region map"
    unpaired = [
        (
            path,
            skeletonize if stem in regions else f"has neither skeleton map nor region map: expected {EXPECTED_REGION}",
        )
        for stem, path in pictures.items()
        if stem not in skeletons
    ]
    for found in (regions, skeletons):
        unpaired += [
            (path, f"has no picture: {EXPECTED_IMAGE}") for stem, path in found.items() if stem not in pictures
        ]
    return pairs, unpaired


def _find_drawn(raw, regions, skeletons):
    same = "expected the same name in"
    pictures, maps = folders.list_pictures(raw), folders.list_pictures(regions)
    both = sorted(pictures.keys() & maps.keys(), key=folders.sort_naturally)
    pairs = [RegionPair(name, pictures[name], skeletons / f"{name}.png", maps[name]) for name in both]
    unpaired = [(path, f"has no region map: {same} {regions}") for name, path in pictures.items() if name not in maps]
    unpaired += [(path, f"has no picture: {same} {raw}") for name, path in maps.items() if name not in pictures]
    return pairs, unpaired


def load_region_pair(pair):
    """Read a picture and its skeleton map, of the same size.

    A picture of another size is resized to the skeleton map's: some pairs of DanbooRegion are one pixel off.

    Args:
        pair: a `RegionPair`.

    Returns:
        A `Source`; its skeleton map is 255 on centre lines and 0 on boundaries.

    Raises:
        ValueError: if a file is no picture or no such map, or if their proportions differ by more than 2 %. The message
            names the file.
    """
    picture = folders.read_picture(pair.picture)
    skeleton = folders.read_picture(pair.skeleton, read_skeleton) if has_skeleton(pair) else write_skeleton(pair)
    (height, width), (map_height, map_width) = picture.shape[:2], skeleton.shape
    one, other = width * map_height, height * map_width
    if max(one, other) > (1 + PROPORTIONS) * min(one, other):
        raise ValueError(
            f"{pair.skeleton} is {map_width}x{map_height}, but {pair.picture} is {width}x{height}: "
            f"their proportions differ by more than {PROPORTIONS:.0%}"
        )
    return Source(images.resize(picture, (map_height, map_width)), skeleton, pair.regions is not None)


def read_skeleton(path):
    """Read a skeleton map, (H, W) uint8; ValueError if it has no boundary or no centre line, or is in colour."""
    picture = images.read(path)
    skeleton = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if np.ptp(picture[::4, ::4].astype(np.int16), axis=2).mean() > MOST_CHROMA:
        raise ValueError(f"is in colour: {EXPECTED_SKELETON}")
    darkest, lightest = int(skeleton.min()), int(skeleton.max())
    if darkest > BOUNDARY_LEVEL or lightest < 255 - BOUNDARY_LEVEL:
        raise ValueError(f"has levels {darkest} to {lightest}: {EXPECTED_SKELETON}")
    return skeleton


def has_skeleton(pair):
    """Whether a pair has its skeleton map, for a drawn picture one that is no older than its region map.

    Any other picture is a pair only if it has one.
    """
    if pair.regions is None:
        return True
    try:
        return pair.skeleton.stat().st_mtime_ns >= pair.regions.stat().st_mtime_ns
    except OSError:
        return False


def write_skeleton(pair):
    """Make the skeleton map of a drawn picture, (H, W) uint8, and keep it for the next time, where that is allowed."""
    skeleton = skeletonize_regions(folders.read_picture(pair.regions, region_maps.read_annotation), threads=1)
    try:
        pair.skeleton.parent.mkdir(parents=True, exist_ok=True)
        images.write(pair.skeleton, skeleton)
    except OSError:
        pass  # a data set that cannot be written to is read all the same
    return skeleton


def choose_region_crop(rng, height, width, crop, odds=PUBLISHED_ODDS):
    """Choose which part of a picture becomes a crop: turn, scale, place, reflections.

    Of a turned picture only the largest upright rectangle inside is used. The short side of the picture, or of that
    rectangle, is scaled to more than the crop's. So the crop shows nothing but the picture.

    Args:
        rng: `numpy.random.Generator`.
        height, width: the picture's size.
        crop: height and width of the crop.
        odds: `Odds`.

    Returns:
        A (2, 3) float64 array that takes a crop's (x, y) to the picture's.
    """
    angle, inner, sides = 0.0, (width, height), odds.short_side
    if rng.random() < odds.turned:
        angle = rng.uniform(0, 2 * math.pi)
        inner, sides = crops.find_inner_size(width, height, angle), odds.short_side_turned
    least, most = (side / 512 * crop / min(inner) for side in sides)
    if odds.scales:
        scale = max(least, math.exp(rng.uniform(*np.log(odds.scales))))
    else:
        scale = rng.uniform(least, most)
    mirror = np.where(rng.random(2) < odds.mirrored, -1.0, 1.0)
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    room = (np.array(inner) - crop / scale) / 2  # how far the crop's centre may be from the picture's
    centre = np.array([width, height]) / 2 + turn @ rng.uniform(-room, room) - 0.5
    linear = turn * mirror / scale
    return np.column_stack([linear, centre - linear @ np.full(2, (crop - 1) / 2)])


def make_grey(picture, rng):
    """Make three random grey versions of a picture, and return them as its channels.

    Each version mixes red, green and blue by random weights. Up to 40 % of its range are clipped at either end, and the
    rest is stretched to the full range. A version of one grey is not stretched.

    Args:
        picture: (H, W, 3) uint8 RGB. rng: `numpy.random.Generator`.

    Returns:
        (H, W, 3) uint8.
    """
    weights = rng.random((3, 3))
    weights /= weights.sum(axis=1, keepdims=True)
    lights = cv2.transform(picture.astype(np.float32), weights)
    clipped = rng.uniform(0, STRETCH, (3, 2))
    for channel in range(3):
        light = lights[..., channel]
        low, high = float(light.min()), float(light.max())
        if high - low >= 1:
            low, high = low + clipped[channel, 0] * (high - low), high - clipped[channel, 1] * (high - low)
            light -= low
            light *= 255 / (high - low)
    return np.clip(lights + 0.5, 0, 255).astype(np.uint8)


def make_region_crop(picture, skeleton, drawn, crop, rng):
    """Cut and augment one training crop for a region network.

    Turn, scale, place and reflections are the same for the picture and its skeleton map. Every other step changes the
    picture only.

    Args:
        picture: (H, W, 3) uint8 RGB.
        skeleton: (H, W) uint8 skeleton map.
        drawn: whether the picture is a clean drawing, which is then degraded.
        crop: height and width of the crop.
        rng: `numpy.random.Generator`.

    Returns:
        (picture, skeleton): (crop, crop, 3) uint8 RGB and (crop, crop) uint8 skeleton map.
    """
    odds = DRAWN_ODDS if drawn else PUBLISHED_ODDS
    height, width = skeleton.shape
    matrix = choose_region_crop(rng, height, width, crop, odds)
    picture, skeleton = crops.cut_region_crop(picture, matrix, crop), crops.cut_region_crop(skeleton, matrix, crop)
    if drawn:  # the zeros stand for line classes, which regions do not have
        picture = degrade.degrade(picture, np.zeros_like(picture), rng)[0]
    if rng.random() < odds.grey:
        picture = make_grey(picture, rng)
    if rng.random() < odds.blurred:
        blurs = int(rng.integers(odds.most_blurs + 1))
        if blurs:  # n Gaussians of sigma 2 in turn are one of sigma 2 sqrt(n)
            picture = cv2.GaussianBlur(picture, (0, 0), 2 * math.sqrt(blurs))
    if rng.random() < odds.filtered:
        for _ in range(rng.integers(MOST_FILTERS + 1)):
            picture = cv2.medianBlur(picture, 3)
    return picture, skeleton


def iterate_regions(folder, crop=512, seed=0, workers=0):
    """Yield (picture, skeleton map) crops for ever, to train a region network in any framework.

        for picture, skeleton in iterate_regions("data/DanbooRegion2020/train"):
            ...  # (512, 512, 3) uint8 RGB, (512, 512) uint8: 255 on centre lines, 0 on boundaries

    The crops depend on the folder's pairs, `crop` and `seed` alone. Unreadable pairs give a warning and are left out.

    Args:
        folder: of `match_regions`.
        crop: height and width of a crop in pixels, a multiple of 8.
        seed: of all random choices.
        workers: processes that make the crops; 0: this process. They are spawned, so a script that uses them needs
            `if __name__ == "__main__":`. They end when the iterator is closed or collected.

    Returns:
        An iterator.

    Raises:
        ValueError: if the folder holds no pair.
        NoReadablePairError: while iterating, if no pair can be read.
    """
    pairs, unpaired = match_regions(folder)
    for path, reason in unpaired:
        warnings.warn(f"{path} {reason}, left out", stacklevel=2)
    if not pairs:
        raise ValueError(f"{folder} holds no pair of a picture and a skeleton map")
    return _iterate(Regions().make_plan(pairs, batch=1, crop=crop, seed=seed), workers)


def _iterate(plan, workers):
    with loader.Loader(plan, workers) as batches:
        while True:
            pictures, skeletons, failures = batches.next()
            for failure in failures:
                warnings.warn(str(failure), stacklevel=2)
            yield from zip(pictures, skeletons)


FULL_SET = 1000  # pairs; smaller sets are trained for fewer steps
ROUNDS = 50  # epochs of a smaller set, but no fewer than `Regions.least_steps`
BOUNDARY = 8 / 255  # true heights below this are a boundary
THRESHOLDS = np.arange(0.05, 0.5, 0.05)  # found heights below one of these are a boundary
DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))  # two pixels around
GROUP = "regions"
LAYERS = "layers"
LAYER_FORMAT = Option(
    "layer_format", "the file of layers: OpenRaster, or PSD, which needs psd-tools (default: %(default)s)",
    str, "ora", choices=layer_files.FORMATS, group=LAYERS, needs="layers",
)  # fmt: skip
MADE = ("region", "skeleton", "flatten", "labels", "sheet", "layers")  # kinds of results and maps, not pictures


def build_published():
    """Build DanbooRegion's published network."""
    import model

    return model.build_region_unet("danbooregion")


def adapt_published(tile):
    """Convert RGB to BGR, which the published network takes."""
    return tile[..., ::-1]


def restore_published(maps):
    """Convert the published network's output, 1 on boundaries, to heights 0..1."""
    return np.clip(1 - maps, 0, 1)


class Regions(base.Task):
    """Finds the skeleton map of a picture, and from it the areas that a colourist keeps apart."""

    name = "regions"
    variants = ("default", "danbooregion")
    networks = {
        "region_unet": Kind(128, 32, 1600),
        "danbooregion_unet": Kind(192, 32, 1600, adapt_published, restore_published, build_published, 23),
    }
    data = base.DATA / "DanbooRegion2020"
    folders = "train and val in DanbooRegion's form, or raw and regions"
    defaults = {
        "batch": 4,
        "crop": 288,
        "learning_rate": 6e-4,
        "save_every": 200,
        "preview_every": 10,
        "validate_every": 1000,
    }
    optimizer = "muon"  # at a lower rate than that of lines: at 4e-3 the loss may jump
    multiple = 32
    stills = ("region", "labels", "numbers", "layers", "svg")
    preview_rows = 3
    keeps_previews = False
    adversarial_weight = 0.1
    score_fields = ("f", "mae")
    steps = 50000
    least_steps = 2000
    large = 6e6
    shown = "flatten"
    options = (
        Option(
            "detail", "how fine regions get, 0 to 1 (default: %(default)g)", cli.number(0, 1), 0.5, "D", group=GROUP
        ),
        Option(
            "min_area",
            "join smaller regions to the most similar neighbour (default: a 60,000th of the picture, at least 12; "
            "line drawings: 12)",
            cli.whole(0), None, "PX", group=GROUP,
        ),
        Option(
            "gap", "line drawings: bridge gaps in lines up to this width; 0 for none (default: %(default)g)",
            cli.number(0, 50), line_art.GAP, "PX", group=GROUP,
        ),
        Option(
            "flips",
            "average over so many reflections of the picture: steadier, slower (default: %(default)s)",
            int, 1, choices=(1, 2, 4, 8), group=GROUP,
        ),
        Option(
            "flatten", "the colour of a region in NAME.flatten (default: %(default)s)", str, "median",
            choices=("median", "mean"), group=GROUP,
        ),
        Option(
            "labels",
            "also write NAME.labels.png (16-bit numbers; .npy beyond 65,536) and .json (area, box, colour and so on)",
            bool, False, group=GROUP,
        ),
        Option(
            "layers",
            "also write NAME.ora or .psd, with a layer for each region or colour, and the lines on top; give it after "
            "the pictures, or as --layers=regions",
            str, None, "regions|colours", choices=layers.MERGES, implied="regions", group=LAYERS,
        ),
        LAYER_FORMAT,
        Option(
            "shade", "with --layers: also a layer of shade and one of highlights, which bring flats to the picture",
            bool, False, group=LAYERS, needs="layers",
        ),
        Option(
            "svg", "also write NAME.flatten.svg, with a filled path for each region; they meet without gaps",
            bool, False, group=drawings.VECTORS,
        ),
        drawings.SVG_TOLERANCE,
    )  # fmt: skip

    def find_pairs(self, folder, validation=False):
        """Find the pairs of a data set, as `Task.find_pairs`.

        They lie in its `train` or, held-out ones, in its `val`. Without such a folder the training pairs are the data
        set's own. Held-out ones are then those in `v_raw` and `v_regions`, if there are `raw` and `regions`, too.
        """
        data = Path(folder or self.data)
        part = data / ("val" if validation else "train")
        drawn = (data / "raw").is_dir() and (data / "regions").is_dir()
        found: tuple = ([], [])
        if part.is_dir():
            found = match_regions(part)
        elif validation and drawn and (data / "v_raw").is_dir() and (data / "v_regions").is_dir():
            found = match_regions(data, "v_")
        elif data.is_dir() and not validation:
            found = match_regions(data)
        return found[0], base.count_reasons(found[1])

    def load(self, pair, remarks=None):
        """Read a pair and return its `Source`; nothing is added to `remarks`."""
        return load_region_pair(pair)

    def is_drawn(self, pair):
        """Whether the suite drew a pair: only such pairs have a region map."""
        return pair.regions is not None

    def take_drawing(self, drawing):
        """Make a `Source` of a drawing."""
        return Source(drawing.picture, skeletonize_regions(drawing.regions, threads=1), True)

    def make(self, source, crop, rng):
        """Make one example: (picture, skeleton map), see `make_region_crop`."""
        return make_region_crop(source.picture, source.skeleton, source.drawn, crop, rng)

    def plan(self, data, drawn_share, batch, crop, seed=0):
        """Plan the batches of a training, as `Task.plan`; without any pair the error names every reason.

        Two crops are cut from each source if any source is drawn, else one.
        """
        pairs, complaints = self.find_pairs(data)
        if not pairs and complaints and drawn_share != 1:
            raise ValueError(f"no pairs in {data or self.data}: " + "; ".join(complaints))
        plan, complaints = super().plan(data, drawn_share, batch, crop, seed)
        per_picture = 2 if plan.drawn_share or any(map(self.is_drawn, plan.pairs)) else 1
        return dataclasses.replace(plan, crops_per_source=min(per_picture, batch)), complaints

    def make_plan(self, pairs=(), drawn_share=0.0, batch=2, crop=512, seed=0, **options):
        """Return a `base.Plan`; drawings are 1.5 times as high and wide as a crop, within what `Odds` scale to."""
        options = {"drawing": max(64, crop * 3 // 2), "crops_per_source": 1} | options
        return super().make_plan(pairs, drawn_share, batch, crop, seed, **options)

    def find_steps(self, plan):
        """Return the default length: fewer steps for less than `FULL_SET` pairs, unless drawings are added."""
        if plan.drawn_share or len(plan.pairs) >= FULL_SET:
            return self.steps
        return max(self.least_steps, ROUNDS * plan.steps_per_epoch)

    def build(self, variant, training, adversarial_weight=None):
        """Build the region network of a variant; for training with an adversarial weight, with its discriminator."""
        import model

        network = model.build_region_unet(variant)
        if not adversarial_weight or not training:
            return network
        return model.AdversarialModel(
            network,
            model.build_region_discriminator(),
            matching=adversarial_weight,
            adversarial=adversarial_weight / 10,
        )

    def loss(self, variant):
        """Return the loss of a variant of the region network."""
        from illustration_parts.networks import losses

        return losses.SkeletonLoss(linear=variant == "danbooregion")

    def to_network(self, variant, pictures):
        """Make the input of a region network, (N, H, W, 3) float32 0..1: RGB, or BGR for the published one."""
        return images.to_network(pictures if variant != "danbooregion" else np.ascontiguousarray(pictures[..., ::-1]))

    def to_truth(self, variant, truth):
        """Make the loss's truth, (N, H, W, 1) float32, of (N, H, W) uint8 maps; for the published network inverted."""
        skeletons = images.to_network(truth[..., None])
        return 1.0 - skeletons if variant == "danbooregion" else skeletons

    def from_network(self, variant, found):
        """Convert a region network's output to (N, H, W, C) float32 maps, 0..1.

        The first channel is heights, 1 on centre lines; the published network's output is 1 - height. The default
        network adds how likely a boundary runs here.
        """
        found = np.asarray(found, np.float32)
        return np.clip(1.0 - found, 0.0, 1.0) if variant == "danbooregion" else found

    def fit(self, source, seed):
        """Scale a picture's short side to the validation size and take the middle; degrade drawings as in training."""
        height, width = source.skeleton.shape
        size = base.VALIDATION_SIZE
        scale = size / min(height, width)
        shift = (np.array([width, height]) - size / scale) / 2 + (1 / scale - 1) / 2
        matrix = np.column_stack([np.eye(2) / scale, shift])
        picture, skeleton = (crops.cut_region_crop(array, matrix, size) for array in source[:2])
        if source.drawn:
            picture = degrade.degrade(picture, np.zeros_like(picture), np.random.default_rng(seed))[0]
        return picture, skeleton, True

    def score(self, maps, targets):
        """Return {"f", "mae"}: F of boundaries at the best of `THRESHOLDS`, and mean absolute error of heights.

        True boundaries are heights below `BOUNDARY`, found ones are heights below the threshold. Both match if they are
        at most two pixels apart.
        """
        heights, truth = maps[..., 0], images.to_network(targets)
        true = [height < BOUNDARY for height in truth]
        near_true = [cv2.dilate(mask.view(np.uint8), DISC) > 0 for mask in true]
        scores = []
        for threshold in THRESHOLDS:
            hit = found_count = recalled = 0
            for height, mask, near in zip(heights, true, near_true):
                found = height < threshold
                hit, found_count = hit + (found & near).sum(), found_count + found.sum()
                recalled += (mask & (cv2.dilate(found.view(np.uint8), DISC) > 0)).sum()
            precision, recall = hit / max(1, found_count), recalled / max(1, sum(mask.sum() for mask in true))
            scores.append(2 * precision * recall / max(1e-9, precision + recall))
        return {"f": float(max(scores)), "mae": float(np.abs(heights - truth).mean())}

    def preview(self, network, variant, validation, maps):
        """Show input, true and found skeleton map, found boundaries, and the discriminator's view."""
        rows = []
        for k, found in enumerate(maps):
            grey = [
                validation.targets[k],
                *(images.to_uint8(found[..., channel]) for channel in range(found.shape[-1])),
            ]
            rows.append([validation.pictures[k], *(np.dstack([plane] * 3) for plane in grey)])
        if hasattr(network, "discriminator"):
            for row, view in zip(rows, self.view_as_discriminator(network, variant, validation, maps)):
                row.append(np.dstack([images.to_uint8(view)] * 3))
        return np.vstack([np.hstack(row) for row in rows])

    def view_as_discriminator(self, network, variant, validation, maps):
        """Yield for each map, as (H, W) float32, how far its discriminator features are from the ground truth's."""
        pictures = self.to_network(variant, validation.pictures[: len(maps)])
        truth = self.to_truth(variant, validation.targets[: len(maps)])
        # As in training: the map first, inverted for the published network. The last output is the scores.
        found = maps[..., :1] if variant != "danbooregion" else 1.0 - maps
        shown = (np.concatenate([skeletons, pictures], axis=-1) for skeletons in (truth, found))
        levels = list(zip(*(network.discriminator.predict_on_batch(inputs)[:-1] for inputs in shown)))
        for k in range(len(maps)):
            view = np.zeros(maps.shape[1:3], np.float32)
            for level in levels:
                of_truth, of_found = (np.asarray(features[k], np.float32) for features in level)
                apart = np.abs(of_truth - of_found).mean(-1) / max(1e-6, float(np.abs(of_truth).mean()))
                view += cv2.resize(apart, view.shape[::-1], interpolation=cv2.INTER_LINEAR) / len(levels)
            yield view

    def load_networks(self, load, options):
        """Load the region network. For layers load the line extractor, too, if it is shipped: its lines go on top."""
        engine.require("numba", f"--task {self.name}", "requirements-predict.txt")
        if options.layers and options.layer_format == "psd":
            engine.require("psd_tools", "--layer-format psd", "psd-tools")
        networks = {Regions.name: load(options.weights, Regions.name)}
        if options.layers and engine.SHIPPED["lines"]["openvino"].exists():
            networks["lines"] = load(None, "lines")
        return networks

    def predict(self, networks, picture, options, track=iter, original=None):
        """Find a picture's regions: of a line drawing by its ink, unless the published network was asked for.

        Returns:
            `base.Result` of four arrays.

            - `skeleton`: (H, W) uint8, 255 on centre lines and 0 on boundaries.
            - `ids`: (H, W) int32, 0..n-1.
            - `flatten`: (H, W, 3) uint8 RGB.
            - `lines`: (H, W) uint8, 255 = ink, for layers; else None.

        Raises:
            ValueError: if the picture is too large for a file of layers.
        """
        ids, skeleton, lines = self.divide(networks, picture, options, track)
        skeleton = line_art.draw_skeleton(ids) if skeleton is None else skeleton
        flatten = region_maps.flatten(picture, ids, options.flatten)
        return base.Result({"skeleton": skeleton, "ids": ids, "flatten": flatten, "lines": lines}, [])

    def divide(self, networks, picture, options, track=iter):
        """Find a picture's regions, and for layers its lines.

        Returns:
            (ids, skeleton, lines): see `predict`; of a line drawing, which needs no skeleton map, that is None.

        Raises:
            ValueError: if the picture is too large for a file of layers.
        """
        if options.layers:
            layer_files.check_size(picture.shape, options.layer_format)
        ink = line_art.find_ink(picture) if networks["regions"].name != "danbooregion_unet" else None
        if ink is not None:
            ids = line_art.divide(ink, options.detail, options.gap, options.min_area)
            return ids, None, ink if options.layers else None
        maps = find_skeleton(networks["regions"], picture, options.flips, track)
        lines = self.find_lines(networks["lines"], picture, options, track) if "lines" in networks else None
        boundaries = maps[..., 1] if maps.shape[2] > 1 else None
        ids = segmentation.segment(picture, maps[..., 0], options.detail, options.min_area, boundaries)
        return ids, segmentation.fit_heights(maps[..., 0], ids.shape)[0], lines

    def find_lines(self, network, picture, options, track):
        """Find the lines that go on top of layers: (H, W) uint8, 255 = ink."""
        return drawings.find_maps(network, picture, False, track)[..., 0]

    def takes(self, stem):
        """Whether a file's name is a picture's, and not that of a data set's map, of a map's stage or of a result."""
        stem = stem.lower()
        return ".skeleton." not in stem and not stem.endswith(tuple(f".{kind}" for kind in MADE))

    def name_files(self, folder, name, options):
        """The files of one picture's results; of a data set's `X.image` they are named `X`."""
        kinds = ("skeleton", "region", "flatten")
        named = {kind: folders.name_result(folder / f"{name}.png", kind) for kind in kinds}
        stem = named["region"].name.removesuffix(".region.png")
        extra = {"labels": f"{stem}.labels.json", "numbers": f"{stem}.labels.png"} if options.labels else {}
        extra |= {"layers": f"{stem}.{options.layer_format}"} if options.layers else {}
        extra |= {"svg": f"{stem}.flatten.svg"} if options.svg else {}
        return named | {kind: folder / file for kind, file in extra.items()}

    def write(self, picture, result, targets, options, resolution=None):
        """Write maps, labels, layers and vectors; the region map last."""
        arrays = result.arrays
        for kind in ("skeleton", "flatten"):
            images.write(targets[kind], arrays[kind], resolution=resolution)
        if options.labels:
            stem = str(targets["labels"]).removesuffix(".labels.json")
            region_files.write_labels(stem, arrays["ids"], picture, resolution)
        if options.layers:
            parts = layers.separate(picture, arrays["ids"], arrays["lines"], options.layers, options.shade)
            path = targets["layers"]
            layer_files.write(path, picture, parts, options.layer_format, path.stem, resolution)
        if options.svg:
            given = arrays["ids"], arrays["flatten"], options.svg_tolerance, targets["svg"].stem
            files.write_bytes(targets["svg"], vectors.draw_flats(*given))
        images.write(targets["region"], region_maps.colour_regions(arrays["ids"]), resolution=resolution)
