"""Regions: pictures and skeleton maps to training batches, pictures to skeleton maps and regions."""

import dataclasses
import math
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from illustration_parts.drawing import degrade
from illustration_parts.imaging import crops, folders, images, region_files, region_maps, segmentation
from illustration_parts.imaging.skeletons import skeletonize_regions
from illustration_parts.networks import engine, loader, tiling
from illustration_parts.networks.engine import Kind
from illustration_parts.system import cli
from illustration_parts.tasks import base, drawings
from illustration_parts.tasks.options import Option

# Regions are found on a picture that is brought to this short side, but not enlarged or shrunk by more than these.
REGION_SHORT_SIDE = 2048
REGION_SCALES = (0.5, 2.0)


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


# Region networks.
MOST_FILTERS = 4  # medians, one after the other
STRETCH = 0.4  # this much at most of a grey channel's range is clipped at either end
PROPORTIONS = 0.02  # a picture may differ from its skeleton map by this much in width : height


class Odds(NamedTuple):
    """How crops for region networks are varied: chances, and sizes in pixels.

    Attributes:
        short_side: a crop of 512 is cut from a picture whose short side is scaled to between these two; other crops
            in proportion.
        short_side_turned: the same where the picture is turned.
        turned: by any angle.
        mirrored: left and right; and upside down.
        grey: see `make_grey`.
        blurred: by a Gaussian of sigma 2, up to `most_blurs` times.
        filtered: by a 3x3 median, up to 4 times.
    """

    short_side: tuple
    short_side_turned: tuple
    turned: float
    mirrored: float
    grey: float
    blurred: float
    most_blurs: int
    filtered: float


# For DanbooRegion's pictures those of its paper (Zhang et al., "DanbooRegion: An Illustration Region Dataset", ECCV
# 2020). Drawn pictures are worn by `degrade.degrade` besides, and smaller than the pictures that are looked at.
PUBLISHED_ODDS = Odds(
    (520, 1024), (520, 650), turned=0.5, mirrored=0.5, grey=0.5, blurred=0.5, most_blurs=4, filtered=0.5
)
DRAWN_ODDS = Odds((520, 1330), (520, 900), turned=0.3, mirrored=0.5, grey=0.2, blurred=0.3, most_blurs=1, filtered=0.15)


@dataclasses.dataclass(frozen=True)
class RegionPair:
    """A picture and its skeleton map.

    Attributes:
        name: relative, without ending, "/" between folders.
        picture, skeleton: their files.
        regions: for a drawn picture the file of its region map. The skeleton map is made from it, and written, when
            it is first asked for; and the picture is worn by `degrade.degrade`.
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

    A folder that holds `raw` and `regions`, as `synthesize.py` writes them, is one of drawn pictures; their skeleton
    maps are kept in `skeletons` beside, and made as they are first used. Any other folder, sub-folders included, is
    taken for one of DanbooRegion 2020, with `X.image.png` and `X.skeleton.png`.

    Args:
        folder: the data set's folder.
        prefix: before each of the names `raw`, `regions` and `skeletons`: `"v_"` for drawn validation pictures.

    Returns:
        (pairs, orphans): a list of `RegionPair` in numeric order, and a list of (path, reason) of the files that have
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
    skeletonize = f"has no skeleton map: `python skeletonize_all.py {folder}` makes it from its region map"
    orphans = [
        (path, skeletonize if stem in regions else "has neither skeleton map nor region map")
        for stem, path in pictures.items()
        if stem not in skeletons
    ]
    for found in (regions, skeletons):
        orphans += [(path, "has no picture") for stem, path in found.items() if stem not in pictures]
    return pairs, orphans


def _find_drawn(raw, regions, skeletons):
    pictures, maps = folders.list_pictures(raw), folders.list_pictures(regions)
    both = sorted(pictures.keys() & maps.keys(), key=folders.sort_naturally)
    pairs = [RegionPair(name, pictures[name], skeletons / f"{name}.png", maps[name]) for name in both]
    orphans = [(path, "has no region map") for name, path in pictures.items() if name not in maps]
    orphans += [(path, "has no picture") for name, path in maps.items() if name not in pictures]
    return pairs, orphans


def load_region_pair(pair):
    """Read a picture and its skeleton map, of the same size.

    A picture of another size, as some pairs of DanbooRegion are one pixel off, is resized to the skeleton map's.

    Args:
        pair: a `RegionPair`.

    Returns:
        A `Source`; its skeleton map is 255 on centre lines and 0 on boundaries.

    Raises:
        ValueError: if a file is no picture, or their proportions differ by more than 2 %. The message names the file.
    """
    picture = folders.read_picture(pair.picture)
    skeleton = folders.read_picture(pair.skeleton, images.read_map) if has_skeleton(pair) else write_skeleton(pair)
    (high, wide), (height, width) = picture.shape[:2], skeleton.shape
    if max(wide * height, high * width) > (1 + PROPORTIONS) * min(wide * height, high * width):
        raise ValueError(
            f"{pair.skeleton} is {width}x{height}, but {pair.picture} is {wide}x{high}: "
            f"their proportions differ by more than {PROPORTIONS:.0%}"
        )
    return Source(images.resize(picture, (height, width)), skeleton, pair.regions is not None)


def has_skeleton(pair):
    """Whether a pair's skeleton map is there and, for a drawn picture, no older than its region map."""
    if pair.regions is None:
        return True
    try:
        return pair.skeleton.stat().st_mtime_ns >= pair.regions.stat().st_mtime_ns
    except OSError:
        return False


def write_skeleton(pair):
    """Make the skeleton map of a drawn picture, (H, W) uint8, and keep it for the next time, where that is allowed."""

    skeleton = skeletonize_regions(folders.read_picture(pair.regions, region_maps.read_region_map), threads=1)
    try:
        pair.skeleton.parent.mkdir(parents=True, exist_ok=True)
        images.write(pair.skeleton, skeleton)
    except OSError:
        pass  # a data set that cannot be written to is read all the same
    return skeleton


def choose_region_crop(rng, height, width, crop, odds=PUBLISHED_ODDS):
    """Choose which part of a picture becomes a crop: turn, scale, place, reflections.

    What is turned, by any angle, loses what lies outside the largest upright rectangle within. The short side of what
    is left is then scaled to more than the crop's, so that the crop shows nothing but the picture.

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
    scale = rng.uniform(*sides) / 512 * crop / min(inner)
    mirror = np.where(rng.random(2) < odds.mirrored, -1.0, 1.0)
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    room = (np.array(inner) - crop / scale) / 2  # how far the crop's centre may be from the picture's
    centre = np.array([width, height]) / 2 + turn @ rng.uniform(-room, room) - 0.5
    linear = turn * mirror / scale
    return np.column_stack([linear, centre - linear @ np.full(2, (crop - 1) / 2)])


def make_grey(picture, rng):
    """Make a picture grey, three times at random, and return the three as its channels.

    Each mixes red, green and blue by random weights, stretches the result to the full range, clips up to 40 % of that
    at either end, and stretches what is left. A picture of one grey is not stretched.

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
    """Cut and vary one training crop for a region network.

    Turns, scale, place and reflections are the same for both; everything else changes the picture only.

    Args:
        picture: (H, W, 3) uint8 RGB.
        skeleton: (H, W) uint8 skeleton map.
        drawn: whether the picture is a clean drawing, which `degrade.degrade` then makes into a worn picture.
        crop: height and width of the crop.
        rng: `numpy.random.Generator`.

    Returns:
        (picture, skeleton): (crop, crop, 3) uint8 RGB and (crop, crop) uint8.
    """
    odds = DRAWN_ODDS if drawn else PUBLISHED_ODDS
    height, width = skeleton.shape
    matrix = choose_region_crop(rng, height, width, crop, odds)
    picture, skeleton = crops.cut_region_crop(picture, matrix, crop), crops.cut_region_crop(skeleton, matrix, crop)
    if drawn:
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

    The crops depend on the folder's pairs, `crop` and `seed` alone. Unreadable pairs are warned of and passed over.

    Args:
        folder: of `match_regions`.
        crop: height and width of a crop in pixels, a multiple of 8.
        seed: of all random choices.
        workers: processes that make the crops; 0: this process does. They are spawned, so a script that asks for some
            does its work under `if __name__ == "__main__":`. They end when the iterator is closed or collected.

    Returns:
        An iterator.

    Raises:
        ValueError: if the folder holds no pair.
        NoReadablePairError: while iterating, if no pair can be read.
    """
    pairs, orphans = match_regions(folder)
    for path, reason in orphans:
        warnings.warn(f"{path} {reason}, left out", stacklevel=2)
    if not pairs:
        raise ValueError(f"{folder} holds no pair of a picture and a skeleton map")
    return _iterate(Regions().make_plan(pairs, batch=1, crop=crop, seed=seed), workers)


def _iterate(plan, workers):
    with loader.Feed(plan, workers) as feed:
        while True:
            pictures, skeletons, failures = feed.next()
            for failure in failures:
                warnings.warn(f"{failure}, left out", stacklevel=2)
            yield from zip(pictures, skeletons)


FULL_SET = 1000  # pairs; of fewer, regions are trained for as many steps as it takes to see each of them ...
ROUNDS = 50  # ... so often, but no less than `Regions.least_steps`
BOUNDARY = 8 / 255  # heights below this are a true boundary
THRESHOLDS = np.arange(0.05, 0.5, 0.05)
DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
GROUP = "regions"
MADE = ("region", "skeleton", "flatten", "labels")  # kinds of files that are results, or maps of a data set


def build_published():
    """Build DanbooRegion's published network."""
    import model

    return model.build_region_unet("danbooregion")


def adapt_published(tile):
    """Bring RGB to the order BGR, which the published network sees."""
    return tile[..., ::-1]


def restore_published(maps):
    """Bring what the published network finds, 1 on boundaries, to heights 0..1."""
    return np.clip(1 - maps, 0, 1)


class Regions(base.Task):
    """Finds the skeleton map of a picture, and in it the areas that somebody who colours it would keep apart."""

    name = "regions"
    variants = ("default", "danbooregion")
    networks = {
        "region_unet": Kind(128, 32, 1600),
        "danbooregion_unet": Kind(192, 32, 1600, adapt_published, restore_published, build_published),
    }
    data = base.DATA / "DanbooRegion2020"
    folders = "train and val in DanbooRegion's form, or raw and regions"
    defaults = {"batch": 4, "crop": 288, "rate": 1.5e-3, "save_every": 200, "preview_every": 10, "validate_every": 1000}
    multiple = 32
    preview_rows = 3
    keeps_previews = False
    critic = 0.1
    score_fields = ("f", "mae")
    steps = 50000
    least_steps = 2000
    large = 6e6
    options = (
        Option(
            "detail", "how fine they get, 0 to 1 (default: %(default)g)", cli.number(0, 1), 0.5, "D", group=GROUP
        ),
        Option(
            "min_area",
            "smaller ones join the neighbour they are most alike (default: a 60,000th of the picture, at least 12)",
            cli.whole(0), None, "PX", group=GROUP,
        ),
        Option(
            "flips",
            "look at so many reflections of the picture and average: steadier, slower (default: %(default)s)",
            int, 1, choices=(1, 2, 4, 8), group=GROUP,
        ),
        Option(
            "flatten", "the colour of a region in NAME.flatten (default: %(default)s)", str, "median",
            choices=("median", "mean"), group=GROUP,
        ),
        Option(
            "labels",
            "write also NAME.labels.png (16-bit numbers; .npy beyond 65,536) and .json (area, box, colour and so on)",
            bool, False, group=GROUP,
        ),
        Option(
            "layers",
            "write also NAME.ora for Krita, GIMP and MyPaint: a layer for each region, or each colour, lines on top; "
            "put it behind the pictures, or say --layers=regions",
            str, None, "regions|colours", choices=("regions", "colours"), implied="regions", group=GROUP,
        ),
    )  # fmt: skip

    def find_pairs(self, folder, validation=False):
        """Find the pairs of a data set: of `train` or `val` in it, of a folder of drawings, or its own."""
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

    def load(self, pair):
        """Read a pair: a `Source`."""
        return load_region_pair(pair)

    def is_drawn(self, pair):
        """Whether a pair is a drawn one: only these have their region map beside."""
        return pair.regions is not None

    def take_drawing(self, drawing):
        """Make a `Source` of a drawing."""
        return Source(drawing.picture, skeletonize_regions(drawing.regions, threads=1), True)

    def make(self, source, crop, rng):
        """Make one example: (picture, skeleton map), see `make_region_crop`."""
        return make_region_crop(source.picture, source.skeleton, source.drawn, crop, rng)

    def plan(self, data, synthetic, batch, crop, seed=0):
        """Plan the batches of a training, as `Task.plan`; what is wrong with each pair is told where there is none."""
        pairs, complaints = self.find_pairs(data)
        if not pairs and complaints and synthetic != 1:
            raise ValueError(f"no pairs in {data or self.data}: " + "; ".join(complaints))
        plan, complaints = super().plan(data, synthetic, batch, crop, seed)
        per_picture = 2 if plan.synthetic or any(map(self.is_drawn, plan.pairs)) else 1
        return dataclasses.replace(plan, crops_per_source=min(per_picture, batch)), complaints

    def make_plan(self, pairs=(), synthetic=0.0, batch=2, crop=512, seed=0, **options):
        """Return a `base.Plan`: pictures are scaled so that their short side is 1.02 to 2 times a crop's."""
        options = {"drawing": max(64, crop * 3 // 2), "crops_per_source": 1} | options
        return super().make_plan(pairs, synthetic, batch, crop, seed, **options)

    def find_steps(self, plan):
        """All steps for the whole of DanbooRegion or for drawings without end, fewer for a small data set."""
        if plan.synthetic or len(plan.pairs) >= FULL_SET:
            return self.steps
        return max(self.least_steps, ROUNDS * plan.steps_per_epoch)

    def build(self, variant, training, critic=None):
        """Build the region network of a variant; for training, and with a critic's weight, together with its critic."""
        import model

        network = model.build_region_unet(variant)
        if not critic or not training:
            return network
        return model.AdversarialModel(
            network, model.build_region_discriminator(), matching=critic, adversarial=critic / 10
        )

    def loss(self, variant):
        """Return the loss of a variant of the region network."""
        from illustration_parts.networks import losses

        return losses.SkeletonLoss(linear=variant == "danbooregion")

    def to_network(self, variant, pictures):
        """Make the input of a region network: RGB 0..1, or BGR for the published one."""
        return images.to_network(pictures if variant != "danbooregion" else np.ascontiguousarray(pictures[..., ::-1]))

    def to_truth(self, variant, truth):
        """Make a loss's truth, (N, H, W, 1) float32, of (N, H, W) uint8 maps; the published one's is inverted."""
        skeletons = images.to_network(truth[..., None])
        return 1.0 - skeletons if variant == "danbooregion" else skeletons

    def from_network(self, variant, found):
        """Turn what a region network found into heights 0..1, 1 on centre lines; the published one's are inverted."""
        found = np.asarray(found, np.float32)
        return np.clip(1.0 - found, 0.0, 1.0) if variant == "danbooregion" else found

    def fit(self, source, seed):
        """Scale a picture's short side to the validation size and take the middle; drawings are worn as in training."""
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
        """Return {"mae", "f"}: mean absolute error of heights, and F of boundaries, at the best of some thresholds.

        Boundaries are the heights below a threshold; found and true ones may be two pixels apart.
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

    def preview(self, network, variant, watched, maps):
        """Show input, true and found skeleton map, found boundaries, and where a critic tells the maps apart."""
        rows = []
        for k, found in enumerate(maps):
            grey = [watched.targets[k], *(images.to_uint8(found[..., channel]) for channel in range(found.shape[-1]))]
            rows.append([watched.pictures[k], *(np.dstack([plane] * 3) for plane in grey)])
        if hasattr(network, "discriminator"):
            for row, view in zip(rows, self.view_as_critic(network, variant, watched, maps)):
                row.append(np.dstack([images.to_uint8(view)] * 3))
        return np.vstack([np.hstack(row) for row in rows])

    def view_as_critic(self, network, variant, watched, maps):
        """Yield for each map (H, W) float32: how far the critic's features of it are from those of the true one."""
        pictures = self.to_network(variant, watched.pictures[: len(maps)])
        truth = self.to_truth(variant, watched.targets[: len(maps)])
        found = maps[..., :1] if variant != "danbooregion" else 1.0 - maps
        seen = (np.concatenate([map_, pictures], axis=-1) for map_ in (truth, found))
        levels = list(zip(*(network.discriminator.predict_on_batch(both)[:-1] for both in seen)))
        for k, map_ in enumerate(maps):
            view = np.zeros(map_.shape[:2], np.float32)
            for both in levels:
                true, found = (np.asarray(level[k], np.float32) for level in both)
                apart = np.abs(true - found).mean(-1) / max(1e-6, float(np.abs(true).mean()))
                view += cv2.resize(apart, view.shape[::-1], interpolation=cv2.INTER_LINEAR) / len(levels)
            yield view

    def load_networks(self, load, options):
        """Load the region network, and for lines on top of layers the line extractor, where it is shipped."""
        engine.require("numba", "--task regions", "pip install -r requirements-predict.txt")
        networks = super().load_networks(load, options)
        if options.layers and engine.SHIPPED["lines"]["openvino"].exists():
            networks["lines"] = load(None, "lines")
        return networks

    def predict(self, networks, picture, options, watch=iter, original=None):
        """Find a picture's regions.

        Returns:
            `base.Result` with `skeleton`, (H, W) uint8, 255 on centre lines and 0 on boundaries; `ids`, (H, W) int32,
            0..n-1; `flatten`, (H, W, 3) uint8 RGB; and for layers `lines`, (H, W) uint8, 255 = ink, or None.
        """
        maps = find_skeleton(networks["regions"], picture, options.flips, watch)
        lines = None
        if "lines" in networks:
            lines = drawings.find_maps(networks["lines"], picture, False, watch)[..., 0]
        boundaries = maps[..., 1] if maps.shape[2] > 1 else None
        ids = segmentation.segment(picture, maps[..., 0], options.detail, options.min_area, boundaries)
        skeleton = segmentation.fit_heights(maps[..., 0], ids.shape)[0]
        del maps, boundaries  # larger than the picture
        flatten = region_maps.flatten(picture, ids, options.flatten)
        return base.Result({"skeleton": skeleton, "ids": ids, "flatten": flatten, "lines": lines}, [])

    def takes(self, stem):
        """Whether a file's name says that it is no map of a data set, no stage on the way to one, and no result."""
        stem = stem.lower()
        return ".skeleton." not in stem and not stem.endswith(tuple(f".{kind}" for kind in MADE))

    def name_files(self, folder, name, options):
        """The files of one picture's results; of a data set's `X.image` they are named `X`."""
        kinds = ("skeleton", "region", "flatten")
        named = {kind: folders.name_result(folder / f"{name}.png", kind) for kind in kinds}
        stem = named["region"].name.removesuffix(".region.png")
        extra = {"labels": f"{stem}.labels.json", "numbers": f"{stem}.labels.png"} if options.labels else {}
        extra |= {"layers": f"{stem}.ora"} if options.layers else {}
        return named | {kind: folder / file for kind, file in extra.items()}

    def write(self, picture, result, targets, options, resolution=None):
        """Write maps, labels and layers; the region map last."""
        arrays = result.arrays
        for kind in ("skeleton", "flatten"):
            images.write(targets[kind], arrays[kind], resolution=resolution)
        if options.labels:
            region_files.write_labels(str(targets["labels"]).removesuffix(".labels.json"), arrays["ids"], picture)
        if options.layers:
            region_files.write_layers(targets["layers"], picture, arrays["ids"], arrays["lines"], options.layers)
        images.write(targets["region"], region_maps.colour_regions(arrays["ids"]), resolution=resolution)
