"""Pairs of pictures and line maps or skeleton maps, on disk or drawn on the fly, to training batches.

    plan = dataset.Plan(pairs=tuple(dataset.find_pairs("data/raw", "data/contour_s", "data/classes")[0]))
    with dataset.Feed(plan, workers=2) as feed:
        pictures, truth, failures = feed.next()  # (N, P, P, 3) uint8 RGB, (N, P, P, 4) float32

    plan = dataset.RegionPlan(pairs=tuple(dataset.find_region_pairs("data/DanbooRegion2020/train")[0]))
    with dataset.Feed(plan, workers=2) as feed:
        pictures, skeletons, failures = feed.next()  # (N, P, P, 3) uint8 RGB, (N, P, P) uint8

Batches are made by worker processes that import neither Keras nor a backend: they start in a second, and they are
spawned, because a fork of a process in which TensorFlow has started its threads can hang. Crop i of step s depends on
nothing but (seed, s, i): neither on the number of workers nor on where a resumed run began.
"""

import collections
import dataclasses
import functools
import math
import re
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

import images
import processes

SCALES = (0.3, 1.5)  # a crop's enlargement, drawn log-uniformly between the two
CROPS_PER_PICTURE = 2  # decoding costs more than cropping, so each decoded picture gives two crops
CROPS_PER_DRAWING = 4  # drawing costs far more
ATTEMPTS = 20  # this many unreadable pairs in a row, and there is something else wrong

# Chances that a crop is ...
TURNED_FREELY = 0.35
AT_OWN_SCALE = 0.1  # ... neither shrunk nor enlarged: pixel-exact where it is not turned freely either
RECOLOURED = 0.5
CHANNELS_SHUFFLED = 0.08
GREY = 0.12
THICKENED = 0.1
RECOMPRESSED = 0.3  # real pairs only; drawn pictures go through `synthesize.degrade`

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
# 2020). Drawn pictures are worn by `synthesize.degrade` besides, and smaller than the pictures that are looked at.
PUBLISHED_ODDS = Odds(
    (520, 1024), (520, 650), turned=0.5, mirrored=0.5, grey=0.5, blurred=0.5, most_blurs=4, filtered=0.5
)
DRAWN_ODDS = Odds((520, 1330), (520, 900), turned=0.3, mirrored=0.5, grey=0.2, blurred=0.3, most_blurs=1, filtered=0.15)


class NoReadablePairError(ValueError):
    """Pair after pair is unreadable."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """A picture, its line map, and where there is one its map of line classes."""

    name: str  # relative, without ending, "/" between folders
    picture: Path
    lines: Path
    classes: Path | None = None


@dataclasses.dataclass(frozen=True)
class Plan:
    """Everything that decides what the crops are.

    Args:
        pairs: pairs on disk.
        synthetic: share of the crops that are drawn on the fly, 0..1.
        batch: crops per step.
        crop: height and width of a crop in pixels, a multiple of 8.
        seed: of all random choices.
        drawing: height and width of a picture drawn on the fly, of which few crops need more than there is.
        part, parts: of how many equal parts of each batch this is which one, from 0, where several processes share it.

    Raises:
        ValueError: for values out of range, or neither pairs nor drawings.
    """

    pairs: tuple = ()
    synthetic: float = 0.0
    batch: int = 8
    crop: int = 192
    seed: int = 0
    drawing: int = 640
    part: int = 0
    parts: int = 1

    def __post_init__(self):
        if not 0.0 <= self.synthetic <= 1.0:
            raise ValueError(f"synthetic must be a share in 0..1. Received: {self.synthetic}")
        if not self.pairs and self.synthetic < 1.0:
            raise ValueError(f"there are no pairs, so synthetic must be 1. Received: {self.synthetic}")
        if self.batch < 1:
            raise ValueError(f"batch must be at least 1. Received: {self.batch}")
        if self.crop < 16 or self.crop % 8:
            raise ValueError(f"crop must be a multiple of 8, at least 16. Received: {self.crop}")
        if not 0 <= self.part < self.parts or self.batch % self.parts:
            raise ValueError(
                f"part must be below parts, and batch a multiple of parts. Received: part {self.part} of {self.parts}, "
                f"batch {self.batch}"
            )

    @property
    def items(self):
        """Which crops of the batch this part has, a range."""
        size = self.batch // self.parts
        return range(self.part * size, (self.part + 1) * size)

    @property
    def sources(self):
        """How many pictures one batch is cut from."""
        return math.ceil(self.batch / (CROPS_PER_DRAWING if self.synthetic == 1.0 else CROPS_PER_PICTURE))

    @property
    def steps_per_epoch(self):
        """Steps until every pair was used once (drawings used in its place included)."""
        return max(1, math.ceil(len(self.pairs) / self.sources))

    def make(self, step):
        """The batch of a step, as small as it can be for its way from a worker process."""
        return make_batch(self, step)

    def finish(self, pictures, targets, classed, failures):
        """A made batch as `Feed.next` returns it."""
        return pictures, to_truth(targets, classed), failures


@dataclasses.dataclass(frozen=True)
class RegionPair:
    """A picture and its skeleton map.

    Attributes:
        name: relative, without ending, "/" between folders.
        picture, skeleton: their files.
        regions: for a drawn picture the file of its region map. The skeleton map is made from it, and written, when
            it is first asked for; and the picture is worn by `synthesize.degrade`.
    """

    name: str
    picture: Path
    skeleton: Path
    regions: Path | None = None


@dataclasses.dataclass(frozen=True)
class RegionPlan(Plan):
    """Everything that decides what the crops for a region network are.

    Args:
        pairs: `RegionPair`s on disk.
        synthetic: share of the crops that are drawn on the fly, 0..1.
        batch: crops per step.
        crop: height and width of a crop in pixels, a multiple of 8. Pictures are scaled so that their short side is
            1.02 to 2 times as long (520 to 1,024 for 512).
        seed: of all random choices.
        drawing: height and width of a picture drawn on the fly; None: 1.5 times the crop.
        crops_per_picture: crops of a batch that are cut from the same picture. More cost less and vary less: to read
            a large picture takes longer than to cut it, and to draw one far longer.

    Raises:
        ValueError: for values out of range, or neither pairs nor drawings.
    """

    batch: int = 2
    crop: int = 512
    drawing: int | None = None
    crops_per_picture: int = 1

    def __post_init__(self):
        super().__post_init__()
        if self.drawing is not None and self.drawing < 64:
            raise ValueError(f"drawing must be at least 64. Received: {self.drawing}")
        if self.crops_per_picture < 1:
            raise ValueError(f"crops_per_picture must be at least 1. Received: {self.crops_per_picture}")

    @property
    def sources(self):
        """How many pictures one batch is cut from."""
        return math.ceil(self.batch / self.crops_per_picture)

    def make(self, step):
        """The batch of a step."""
        return make_region_batch(self, step)

    def finish(self, *batch):
        """A made batch as `Feed.next` returns it: as it is."""
        return batch


# Pairs on disk ------------------------------------------------------------------------------------------------------


def list_pictures(folder):
    """Return {relative name without ending: path} of the pictures below `folder`, sorted by name.

    Raises:
        OSError: if a folder cannot be read; there may be none at all.
        ValueError: if two files differ only in their endings, because then one line map would have two pictures.
    """
    found, unread = {}, []
    files = sorted(images.walk(folder, unread)) if Path(folder).is_dir() else []
    if unread:
        raise unread[0][1]
    for path in files:
        if not path.is_file() or not images.looks_like_picture(path):
            continue
        name = path.relative_to(folder).with_suffix("").as_posix()
        if name in found:
            raise ValueError(f"{found[name]} and {path} have the same name but for the ending: remove one of them")
        found[name] = path
    return found


def find_pairs(pictures, lines, classes=None):
    """Match pictures and maps by their relative names without ending.

    Args:
        pictures: folder of pictures, with any sub-folders.
        lines: folder of line maps (dark lines on white) under the same names.
        classes: folder of class maps (R boundary ink, G inner ink, B fill edge; 255 = full), or None. It may lack
            some names, or not exist.

    Returns:
        (pairs, orphans): a list of `Pair` sorted by name, and the sorted paths that have no partner.

    Raises:
        ValueError: if two files of a folder differ only in their endings.
    """
    pictures, lines = list_pictures(pictures), list_pictures(lines)
    classes = list_pictures(classes) if classes is not None else {}
    both = [name for name in pictures if name in lines]
    pairs = [Pair(name, pictures[name], lines[name], classes.get(name)) for name in both]
    alone = [path for name, path in pictures.items() if name not in lines]
    alone += [path for folder in (lines, classes) for name, path in folder.items() if name not in pictures]
    return pairs, sorted(alone)


def list_kind(folder, kind, unread=None):
    """List a data set's files of one kind, named as DanbooRegion 2020 names them: `STEM.KIND.png`.

    Args:
        folder: the data set's folder, with any sub-folders.
        kind: `"image"`, `"region"` or `"skeleton"`.
        unread: list that gets (folder, OSError) for each folder below that cannot be read; None to raise that.

    Returns:
        {stem: path}, in numeric order where stems are numbers; "/" stands between folders.

    Raises:
        OSError: if a folder cannot be read, see `unread`.
        ValueError: if there is no such folder.
    """
    folder, ending, problems = Path(folder), f".{kind}.png", []
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder")
    found = {
        path.relative_to(folder).as_posix()[: -len(ending)]: path
        for path in images.walk(folder, problems)
        if path.name.endswith(ending) and path.is_file()
    }
    if problems and unread is None:
        raise problems[0][1]
    if unread is not None:
        unread += problems
    return {stem: found[stem] for stem in sorted(found, key=sort_naturally)}


def sort_naturally(name):
    """A key that sorts 2 before 10, also inside longer names."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.findall(r"\d+|\D+", name)]


def load_pair(pair):
    """Read a pair.

    Returns:
        (picture, classes): (H, W, 3) uint8 RGB, and (H, W, 3) uint8 with boundary ink, inner ink and fill edge. Where
        the pair has no class map all ink stands in the first channel.

    Raises:
        ValueError: if a file is no picture, or the sizes differ. The message names the file.
    """
    picture = read_picture(pair.picture)
    if pair.classes is not None:
        target, path = read_picture(pair.classes), pair.classes
    else:
        target, path = read_picture(pair.lines), pair.lines
        target[..., 0] = 255 - cv2.cvtColor(target, cv2.COLOR_RGB2GRAY)
        target[..., 1:] = 0
    if picture.shape != target.shape:
        raise ValueError(
            f"{path} is {target.shape[1]}x{target.shape[0]}, but {pair.picture} is "
            f"{picture.shape[1]}x{picture.shape[0]}"
        )
    return picture, target


def read_picture(path, read=images.read):
    """Read a picture as (H, W, 3) uint8 RGB, or what else `read` returns; ValueError names the file if it is none."""
    try:
        return read(path)
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path} {error}") from error


# One crop -----------------------------------------------------------------------------------------------------------


def choose_crop(rng, height, width, crop):
    """Choose which part of a picture becomes a crop: scale, rotation, reflection, place.

    Args:
        rng: `numpy.random.Generator`.
        height, width: the picture's size.
        crop: height and width of the crop.

    Returns:
        (matrix, scale): a (2, 3) float64 array that takes a crop's (x, y) to the picture's, and the enlargement.
    """
    scale = 1.0
    if rng.random() >= AT_OWN_SCALE:
        scale = math.exp(rng.uniform(math.log(SCALES[0]), math.log(SCALES[1])))
    angle = rng.integers(4) * math.pi / 2
    free = rng.random() < TURNED_FREELY
    if free:
        angle += rng.uniform(-math.pi / 4, math.pi / 4)
    cosine, sine = math.cos(angle), math.sin(angle)
    # A picture is shrunk no further than to the crop's extent, and a smaller one enlarged as far as we enlarge at all.
    scale = max(scale, min((abs(cosine) + abs(sine)) * crop / min(height, width), SCALES[1]))
    mirror = rng.choice((-1.0, 1.0))
    linear = np.array([[cosine * mirror, -sine], [sine * mirror, cosine]]) / scale
    if scale == 1.0 and not free:
        linear = np.round(linear)
    # Half of the picture's extent that the crop covers; the centre stays that far from the border where it can.
    reach = np.abs(linear).sum(axis=1) * crop / 2
    size = np.array([width, height])
    low, high = np.minimum(reach, size / 2), np.maximum(size - reach, size / 2)
    centre = rng.uniform(low, high) - 0.5
    shift = centre - linear @ np.full(2, (crop - 1) / 2)
    if scale == 1.0 and not free:
        shift = np.round(shift)  # whole pixels: nothing is interpolated
    return np.column_stack([linear, shift]), scale


def cut_crop(picture, matrix, scale, crop, cubic=False):
    """Cut a crop out of a picture.

    Shrunk crops are sampled at twice the size and averaged, so that thin lines fade instead of breaking up.

    Args:
        picture: (H, W, C) uint8, C at most 4. Beyond the border it is continued by reflection.
        matrix, scale: of `choose_crop`.
        crop: height and width of the crop.
        cubic: sharper interpolation when enlarging.

    Returns:
        (crop, crop, C) uint8.
    """
    if scale >= 1.0:
        way = (cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(picture, matrix, (crop, crop), flags=way, borderMode=cv2.BORDER_REFLECT)
    fine = matrix.copy()
    fine[:, :2] /= 2
    fine[:, 2] -= fine[:, :2].sum(axis=1) / 2  # pixel centres: fine pixel 0 lies a quarter pixel before coarse pixel 0
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    twice = cv2.warpAffine(picture, fine, (2 * crop, 2 * crop), flags=way, borderMode=cv2.BORDER_REFLECT)
    return cv2.resize(twice, (crop, crop), interpolation=cv2.INTER_AREA)


def mark_inside(matrix, height, width, crop):
    """Return (crop, crop) uint8: 255 where the crop shows the picture, 0 where its continuation."""
    corners = matrix[:, :2] @ np.array([[0, crop - 1, 0, crop - 1], [0, 0, crop - 1, crop - 1]]) + matrix[:, 2:]
    if corners.min() >= 0 and corners[0].max() <= width - 1 and corners[1].max() <= height - 1:
        return np.full((crop, crop), 255, np.uint8)
    inside = np.full((height, width), 255, np.uint8)
    way = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(inside, matrix, (crop, crop), flags=way, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def ink_of(classes):
    """Return the ink, (H, W) uint8, of a class map (H, W, 3) uint8."""
    return cv2.add(classes[..., 0], classes[..., 1])  # saturates


def thicken_lines(picture, classes, rng):
    """Make the lines one or two pixels wider, in the picture and in its map alike.

    Only lines that are clearly darker, or clearly lighter, than what is beside them are thickened; otherwise both
    arrays are returned as they are.

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


def recolour(picture, rng):
    """Change gamma, contrast, brightness and the balance of the channels of (H, W, 3) uint8 RGB; never invert."""
    levels = np.linspace(0.0, 1.0, 256)[:, None]
    levels = levels ** math.exp(rng.uniform(-0.4, 0.4))
    levels = (levels - 0.5) * rng.uniform(0.65, 1.1) + 0.5 + rng.uniform(-0.12, 0.12)
    gains = rng.uniform(0.85, 1.1, 3) if rng.random() < 0.5 else np.ones(3)
    table = np.clip(levels * gains * 255 + 0.5, 0, 255).astype(np.uint8)  # (256, 3)
    return cv2.LUT(picture, table[None])


def recompress(picture, rng):
    """Return (H, W, 3) uint8 as it comes back from a JPEG file of random quality (channels in the order given)."""
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 96))]
    return cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)


def make_crop(picture, classes, drawn, crop, rng):
    """Cut and vary one training crop.

    Args:
        picture: (H, W, 3) uint8 RGB.
        classes: (H, W, 3) uint8 class map.
        drawn: whether the picture is a clean drawing, which `synthesize.degrade` then makes into a worn picture.
        crop: height and width of the crop.
        rng: `numpy.random.Generator`.

    Returns:
        (picture, target): (crop, crop, 3) uint8 RGB, and (crop, crop, 4) uint8: ink, boundary ink, fill edge, and
        255 where the pixel counts.
    """
    height, width = picture.shape[:2]
    matrix, scale = choose_crop(rng, height, width, crop)
    cubic = rng.random() < 0.5
    picture = cut_crop(picture, matrix, scale, crop, cubic)
    classes = cut_crop(classes, matrix, scale, crop, cubic)
    if rng.random() < THICKENED:
        picture, classes = thicken_lines(picture, classes, rng)
    if rng.random() < RECOLOURED:
        picture = recolour(picture, rng)
    if rng.random() < CHANNELS_SHUFFLED:
        picture = np.ascontiguousarray(picture[..., rng.permutation(3)])
    if rng.random() < GREY:
        picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if drawn:
        import synthesize  # here, because it is heavy and pairs without class maps never need it

        picture, classes = synthesize.degrade(picture, classes, rng)
    elif rng.random() < RECOMPRESSED:
        picture = recompress(picture, rng)
    inside = mark_inside(matrix, height, width, crop)
    return picture, np.dstack([ink_of(classes), classes[..., 0], classes[..., 2], inside])


# Batches ------------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4)
def shuffle(count, seed, epoch):
    """Return the order in which `count` pairs are used in an epoch."""
    return np.random.default_rng((seed, epoch, 7)).permutation(count)


def fetch_source(plan, step, source):
    """Get the picture that some crops of a step are cut from.

    Returns:
        (picture, classes, drawn, classed, failures): as for `make_crop`; whether line classes are known; and one
        message for each unreadable pair that was passed over.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    rng = np.random.default_rng((plan.seed, step, source, 1))
    if rng.random() < plan.synthetic:
        import synthesize

        drawing = synthesize.draw(int(rng.integers(synthesize.VALIDATION_SEED)), size=plan.drawing)
        return drawing.picture, drawing.classes, True, True, []
    pair, (picture, classes), failures = load_next(plan, step, source, load_pair)
    known = pair.classes is not None
    return picture, classes, known, known, failures


def load_next(plan, step, source, load):
    """Load the pair whose turn it is, or another where it cannot be read.

    Args:
        plan: a `Plan` with pairs.
        step, source: which source of which step it is for.
        load: function of a pair.

    Returns:
        (pair, what `load` returned for it, one message for each unreadable pair that was passed over).

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    failures = []
    for attempt in range(ATTEMPTS):
        # A pair that cannot be read is replaced by the one used half an epoch later.
        place = step * plan.sources + source + attempt * (len(plan.pairs) // 2 + 1)
        epoch, place = divmod(place, len(plan.pairs))
        pair = plan.pairs[shuffle(len(plan.pairs), plan.seed, epoch)[place]]
        try:
            return pair, load(pair), failures
        except ValueError as error:
            failures.append(str(error))
    raise NoReadablePairError("no readable pair found:\n" + "\n".join(sorted(set(failures))))


def make_batch(plan, step):
    """Make the batch of one step.

    Returns:
        (pictures, targets, classed, failures): (N, P, P, 3) uint8 RGB; (N, P, P, 4) uint8 as of `make_crop`;
        (N,) bool, whether the crop's line classes are known; list of messages about unreadable pairs.
    """
    count = len(plan.items)
    pictures = np.empty((count, plan.crop, plan.crop, 3), np.uint8)
    targets = np.empty((count, plan.crop, plan.crop, 4), np.uint8)
    classed = np.empty(count, bool)
    failures = []
    share = math.ceil(plan.batch / plan.sources)
    for place, item in enumerate(plan.items):
        if item % share == 0 or place == 0:
            picture, classes, drawn, known, failed = fetch_source(plan, step, item // share)
            failures += failed
        rng = np.random.default_rng((plan.seed, step, item))
        pictures[place], targets[place] = make_crop(picture, classes, drawn, plan.crop, rng)
        classed[place] = known
    return pictures, targets, classed, failures


def to_truth(targets, classed):
    """Bring targets to the form the losses read.

    Args:
        targets: (N, H, W, 4) uint8 as of `make_crop`.
        classed: (N,) bool.

    Returns:
        (N, H, W, 4) float32, 0..1; boundary and fill edge are -1 where the classes are not known.
    """
    truth = images.to_network(targets)
    truth[~classed, :, :, 1:3] = -1.0
    return truth


# Region networks ----------------------------------------------------------------------------------------------------


def find_region_pairs(folder, prefix=""):
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
    pictures, regions, skeletons = (list_kind(folder, kind) for kind in ("image", "region", "skeleton"))
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
    pictures, maps = list_pictures(raw), list_pictures(regions)
    both = sorted(pictures.keys() & maps.keys(), key=sort_naturally)
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
        (picture, skeleton): (H, W, 3) uint8 RGB, and (H, W) uint8, 255 on centre lines and 0 on boundaries.

    Raises:
        ValueError: if a file is no picture, or their proportions differ by more than 2 %. The message names the file.
    """
    picture = read_picture(pair.picture)
    skeleton = read_picture(pair.skeleton, images.read_map) if has_skeleton(pair) else write_skeleton(pair)
    (high, wide), (height, width) = picture.shape[:2], skeleton.shape
    if max(wide * height, high * width) > (1 + PROPORTIONS) * min(wide * height, high * width):
        raise ValueError(
            f"{pair.skeleton} is {width}x{height}, but {pair.picture} is {wide}x{high}: "
            f"their proportions differ by more than {PROPORTIONS:.0%}"
        )
    return images.resize(picture, (height, width)), skeleton


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
    from skeletonize import skeletonize_regions  # here, because it is heavy and only drawn pictures need it

    skeleton = skeletonize_regions(read_picture(pair.regions, images.read_region_map), threads=1)
    try:
        pair.skeleton.parent.mkdir(parents=True, exist_ok=True)
        images.write(pair.skeleton, skeleton)
    except OSError:
        pass  # a data set that cannot be written to is read all the same
    return skeleton


def find_inner_size(width, height, angle):
    """Find the largest axis-aligned rectangle inside a turned one.

    With c = |cos angle| and s = |sin angle|, a rectangle of w x h about the same centre lies inside where none of its
    corners leaves the turned one's sides: w c + h s <= width and w s + h c <= height. Of one of these alone, w h is
    largest where both its terms are equal, which halves the short side; where that point violates the other
    condition, the largest rectangle touches all four sides, and both hold with equality.

    Args:
        width, height: of the turned rectangle, above 0.
        angle: in radians.

    Returns:
        (w, h), floats.
    """
    cosine, sine = abs(math.cos(angle)), abs(math.sin(angle))
    long, short = max(width, height), min(width, height)
    # Where a square is turned by 45 degrees both cases meet, and the second divides zero by zero.
    if short <= 2 * sine * cosine * long * (1 + 1e-9):
        along, across = short / (2 * sine), short / (2 * cosine)
        return (along, across) if width >= height else (across, along)
    turn = cosine**2 - sine**2
    return (width * cosine - height * sine) / turn, (height * cosine - width * sine) / turn


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
        inner, sides = find_inner_size(width, height, angle), odds.short_side_turned
    scale = rng.uniform(*sides) / 512 * crop / min(inner)
    mirror = np.where(rng.random(2) < odds.mirrored, -1.0, 1.0)
    cosine, sine = math.cos(angle), math.sin(angle)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    room = (np.array(inner) - crop / scale) / 2  # how far the crop's centre may be from the picture's
    centre = np.array([width, height]) / 2 + turn @ rng.uniform(-room, room) - 0.5
    linear = turn * mirror / scale
    return np.column_stack([linear, centre - linear @ np.full(2, (crop - 1) / 2)])


def cut_region_crop(array, matrix, crop):
    """Cut a crop out of a picture or a skeleton map, interpolating once: by Lanczos where it enlarges, else linearly.

    Where it shrinks, a crop's pixel is a mean over its area: four linear samples, taken where it shrinks twofold or
    more from the part in question after that was shrunk by a whole number. Only the part is ever touched, which costs
    a fraction of turning and scaling a whole picture.

    Args:
        array: (H, W) or (H, W, 3) uint8.
        matrix: of `choose_region_crop`.
        crop: height and width of the crop.

    Returns:
        (crop, crop) or (crop, crop, 3) uint8. Lanczos overshoots at edges; OpenCV clips that to 0..255.
    """
    shrinking = math.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if shrinking < 1.0:
        # A border pixel's outer half lies beyond the pixel centres, so that some samples need a neighbour there.
        way, border = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP, cv2.BORDER_REFLECT
        return cv2.warpAffine(array, matrix, (crop, crop), flags=way, borderMode=border)
    if shrinking >= 2.0:
        array, matrix = shrink_part(array, matrix, crop, int(shrinking))
    return cut_crop(array, matrix, 0.5, crop)  # any scale below 1 has it average


def shrink_part(array, matrix, crop, factor):
    """Shrink the part of an array that a crop needs, by area.

    Args:
        array: (H, W) or (H, W, 3). matrix: takes a crop's (x, y) to the array's. crop: its size. factor: whole number.

    Returns:
        (part, matrix): the shrunk part, and the matrix that takes the crop's (x, y) to the part's.
    """
    corners = matrix @ np.array([[0, crop, 0, crop], [0, 0, crop, crop], [1, 1, 1, 1]])
    size = np.array([array.shape[1], array.shape[0]])
    low = np.clip(np.floor(corners.min(axis=1)).astype(int) - 2 * factor, 0, size - 1)
    high = np.clip(np.ceil(corners.max(axis=1)).astype(int) + 2 * factor, low + 1, size)
    high = np.minimum(high + (low - high) % factor, size)  # whole multiples are shrunk faster
    small = -(-(high - low) // factor)
    part = array[low[1] : high[1], low[0] : high[0]]
    part = cv2.resize(part, tuple(map(int, small)), interpolation=cv2.INTER_AREA)
    ratio = small / (high - low)  # 1 / factor but at the array's far border
    matrix = matrix * ratio[:, None]
    matrix[:, 2] += (0.5 - low) * ratio - 0.5  # pixel centres
    return part, matrix


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
        drawn: whether the picture is a clean drawing, which `synthesize.degrade` then makes into a worn picture.
        crop: height and width of the crop.
        rng: `numpy.random.Generator`.

    Returns:
        (picture, skeleton): (crop, crop, 3) uint8 RGB and (crop, crop) uint8.
    """
    odds = DRAWN_ODDS if drawn else PUBLISHED_ODDS
    height, width = skeleton.shape
    matrix = choose_region_crop(rng, height, width, crop, odds)
    picture, skeleton = cut_region_crop(picture, matrix, crop), cut_region_crop(skeleton, matrix, crop)
    if drawn:
        import synthesize  # here, because it is heavy and pairs of DanbooRegion never need it

        picture = synthesize.degrade(picture, np.zeros_like(picture), rng)[0]
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


def fetch_region_source(plan, step, source):
    """Get the picture that some crops of a step are cut from.

    Returns:
        (picture, skeleton, drawn, failures): as for `make_region_crop`, and one message for each unreadable pair that
        was passed over.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    rng = np.random.default_rng((plan.seed, step, source, 1))
    if rng.random() < plan.synthetic:
        import skeletonize
        import synthesize

        size = plan.drawing or max(64, plan.crop * 3 // 2)
        drawing = synthesize.draw(int(rng.integers(synthesize.VALIDATION_SEED)), size=size)
        return drawing.picture, skeletonize.skeletonize_regions(drawing.regions, threads=1), True, []
    pair, (picture, skeleton), failures = load_next(plan, step, source, load_region_pair)
    return picture, skeleton, pair.regions is not None, failures


def make_region_batch(plan, step):
    """Make the batch of one step.

    Args:
        plan: a `RegionPlan`. step: 0 or above.

    Returns:
        (pictures, skeletons, failures): (N, P, P, 3) uint8 RGB; (N, P, P) uint8, 255 on centre lines and 0 on
        boundaries; list of messages about unreadable pairs.

    Raises:
        NoReadablePairError: if many pairs in a row are unreadable.
    """
    shape = (len(plan.items), plan.crop, plan.crop)
    pictures, skeletons = np.empty((*shape, 3), np.uint8), np.empty(shape, np.uint8)
    failures = []
    for place, item in enumerate(plan.items):
        if item % plan.crops_per_picture == 0 or place == 0:
            picture, skeleton, drawn, failed = fetch_region_source(plan, step, item // plan.crops_per_picture)
            failures += failed
        rng = np.random.default_rng((plan.seed, step, item))
        pictures[place], skeletons[place] = make_region_crop(picture, skeleton, drawn, plan.crop, rng)
    return pictures, skeletons, failures


# Feed ---------------------------------------------------------------------------------------------------------------


class Feed:
    """Batches of a plan in the order of their steps, made ahead by worker processes.

    Use it as a context manager: leaving it ends the workers.

    Args:
        plan: a `Plan`, or one of another task.
        workers: number of worker processes; 0 makes the batches in this process.
        first_step: where to begin.
    """

    def __init__(self, plan, workers=1, first_step=0):
        self.plan = plan
        self.step = first_step
        self.pending = collections.deque()
        self.pool: Any = None
        if workers:
            self.pool = processes.open_pool(workers, _keep_plan, (plan,))
            for _ in range(2 * workers + 2):
                self._request()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def _request(self):
        self.pending.append(self.pool.submit(_work, self.step + len(self.pending)))

    def next(self):
        """Make or await the batch of the next step.

        Returns:
            (pictures uint8, truth float32, failures); of a `RegionPlan` what `make_region_batch` returns.

        Raises:
            NoReadablePairError: if no pair can be read.
            concurrent.futures.process.BrokenProcessPool: if a worker was killed.
        """
        if self.pool is None:
            batch = self.plan.make(self.step)
        else:
            batch = self.pending.popleft().result()
        self.step += 1
        if self.pool is not None:
            self._request()
        return self.plan.finish(*batch)


def iterate_regions(folder, crop=512, seed=0, workers=0):
    """Yield (picture, skeleton map) crops for ever, to train a region network in any framework.

        for picture, skeleton in dataset.iterate_regions("data/DanbooRegion2020/train"):
            ...  # (512, 512, 3) uint8 RGB, (512, 512) uint8: 255 on centre lines, 0 on boundaries

    The crops depend on the folder's pairs, `crop` and `seed` alone. Unreadable pairs are warned of and passed over.

    Args:
        folder: of `find_region_pairs`.
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
    pairs, orphans = find_region_pairs(folder)
    for path, reason in orphans:
        warnings.warn(f"{path} {reason}, left out", stacklevel=2)
    if not pairs:
        raise ValueError(f"{folder} holds no pair of a picture and a skeleton map")
    return _iterate(RegionPlan(tuple(pairs), batch=1, crop=crop, seed=seed), workers)


def _iterate(plan, workers):
    with Feed(plan, workers) as feed:
        while True:
            pictures, skeletons, failures = feed.next()
            for failure in failures:
                warnings.warn(f"{failure}, left out", stacklevel=2)
            yield from zip(pictures, skeletons)


_plan: Any = None  # in a worker process: the plan it works on


def _keep_plan(plan):
    global _plan
    _plan = plan


def _work(step):
    return _plan.make(step)
