"""Pairs of pictures and line maps, on disk or drawn on the fly, to training batches.

    plan = dataset.Plan(pairs=tuple(dataset.find_pairs("data/raw", "data/contour_s", "data/classes")[0]))
    with dataset.Feed(plan, workers=2) as feed:
        pictures, truth, failures = feed.next()  # (N, P, P, 3) uint8 RGB, (N, P, P, 4) float32

Batches are made by worker processes that import neither Keras nor a backend: they start in a second, and they are
spawned, because a fork of a process in which TensorFlow has started its threads can hang. Crop i of step s depends on
nothing but (seed, s, i): neither on the number of workers nor on where a resumed run began.
"""

import collections
import dataclasses
import functools
import math
from pathlib import Path

import cv2
import numpy as np

import images
import processes

SCALES = (0.6, 1.5)  # a crop's enlargement, drawn log-uniformly between the two
CROPS_PER_PICTURE = 2  # decoding costs more than cropping, so each decoded picture gives two crops
CROPS_PER_DRAWING = 4  # drawing costs far more
ATTEMPTS = 20  # this many unreadable pairs in a row, and there is something else wrong

# Chances that a crop is ...
TURNED_FREELY = 0.35
AT_OWN_SCALE = 0.25  # ... neither shrunk nor enlarged: pixel-exact where it is not turned freely either
RECOLOURED = 0.5
CHANNELS_SHUFFLED = 0.08
GREY = 0.12
THICKENED = 0.1
RECOMPRESSED = 0.3  # real pairs only; drawn pictures go through `synthesize.degrade`


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
        drawing: height and width of a picture drawn on the fly.

    Raises:
        ValueError: for values out of range, or neither pairs nor drawings.
    """

    pairs: tuple = ()
    synthetic: float = 0.0
    batch: int = 8
    crop: int = 192
    seed: int = 0
    drawing: int = 384

    def __post_init__(self):
        if not 0.0 <= self.synthetic <= 1.0:
            raise ValueError(f"synthetic must be a share in 0..1. Received: {self.synthetic}")
        if not self.pairs and self.synthetic < 1.0:
            raise ValueError(f"there are no pairs, so synthetic must be 1. Received: {self.synthetic}")
        if self.batch < 1:
            raise ValueError(f"batch must be at least 1. Received: {self.batch}")
        if self.crop < 16 or self.crop % 8:
            raise ValueError(f"crop must be a multiple of 8, at least 16. Received: {self.crop}")

    @property
    def sources(self):
        """How many pictures one batch is cut from."""
        return math.ceil(self.batch / (CROPS_PER_DRAWING if self.synthetic == 1.0 else CROPS_PER_PICTURE))

    @property
    def steps_per_epoch(self):
        """Steps until every pair was used once (drawings used in its place included)."""
        return max(1, math.ceil(len(self.pairs) / self.sources))


# Pairs on disk ------------------------------------------------------------------------------------------------------


def list_pictures(folder):
    """Return {relative name without ending: path} of the pictures below `folder`, sorted by name.

    Raises:
        ValueError: if two files differ only in their endings, because then one line map would have two pictures.
    """
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.name.startswith(".") or not path.is_file() or not images.looks_like_picture(path):
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


def read_picture(path):
    """Read a picture as (H, W, 3) uint8 RGB; ValueError that names the file if it is none."""
    try:
        return images.read(path)
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
    # A picture smaller than the crop is enlarged as far as we enlarge at all, to have less border.
    scale = max(scale, min(crop / min(height, width), SCALES[1]))
    angle = rng.integers(4) * math.pi / 2
    free = rng.random() < TURNED_FREELY
    if free:
        angle += rng.uniform(-math.pi / 4, math.pi / 4)
    cosine, sine = math.cos(angle), math.sin(angle)
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
    failures = []
    for attempt in range(ATTEMPTS):
        # A pair that cannot be read is replaced by the one used half an epoch later.
        place = step * plan.sources + source + attempt * (len(plan.pairs) // 2 + 1)
        epoch, place = divmod(place, len(plan.pairs))
        pair = plan.pairs[shuffle(len(plan.pairs), plan.seed, epoch)[place]]
        try:
            picture, classes = load_pair(pair)
        except ValueError as error:
            failures.append(str(error))
            continue
        known = pair.classes is not None
        return picture, classes, known, known, failures
    raise NoReadablePairError("no readable pair found:\n" + "\n".join(sorted(set(failures))))


def make_batch(plan, step):
    """Make the batch of one step.

    Returns:
        (pictures, targets, classed, failures): (N, P, P, 3) uint8 RGB; (N, P, P, 4) uint8 as of `make_crop`;
        (N,) bool, whether the crop's line classes are known; list of messages about unreadable pairs.
    """
    pictures = np.empty((plan.batch, plan.crop, plan.crop, 3), np.uint8)
    targets = np.empty((plan.batch, plan.crop, plan.crop, 4), np.uint8)
    classed = np.empty(plan.batch, bool)
    failures = []
    share = math.ceil(plan.batch / plan.sources)
    for item in range(plan.batch):
        if item % share == 0:
            picture, classes, drawn, known, failed = fetch_source(plan, step, item // share)
            failures += failed
        rng = np.random.default_rng((plan.seed, step, item))
        pictures[item], targets[item] = make_crop(picture, classes, drawn, plan.crop, rng)
        classed[item] = known
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


class Feed:
    """Batches of a plan in the order of their steps, made ahead by worker processes.

    Use it as a context manager: leaving it ends the workers.

    Args:
        plan: a `Plan`.
        workers: number of worker processes; 0 makes the batches in this process.
        first_step: where to begin.
    """

    def __init__(self, plan, workers=1, first_step=0):
        self.plan = plan
        self.step = first_step
        self.pending = collections.deque()
        self.pool = None
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
        """Return (pictures uint8, truth float32, failures) of the next step.

        Raises:
            NoReadablePairError: if no pair can be read.
            concurrent.futures.process.BrokenProcessPool: if a worker was killed.
        """
        if self.pool is None:
            pictures, targets, classed, failures = make_batch(self.plan, self.step)
        else:
            pictures, targets, classed, failures = self.pending.popleft().result()
        self.step += 1
        if self.pool is not None:
            self._request()
        return pictures, to_truth(targets, classed), failures


_plan = None  # in a worker process: the plan it works on


def _keep_plan(plan):
    global _plan
    _plan = plan


def _work(step):
    return make_batch(_plan, step)
