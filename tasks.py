"""What `train.py` can train: for each task its networks, its data, its loss, its scores and its previews.

task = tasks.TASKS["regions"]
network = task.build("default", training=True)
"""

import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

import dataset
import engine
import images
from ink import code_classes, on_paper, split_classes

# Keras is imported inside functions only: worker processes import this file again, and shall stay light. So is what
# single tasks need.

DATA = Path(__file__).resolve().parent / "data"
VALIDATION_PICTURES = 32
VALIDATION_SIZE = 384  # every validation picture is brought to this square, so that one shape is compiled
FULL_SET = 1000  # pairs; of fewer, regions are trained for as many steps as it takes to see each of them ...
ROUNDS = 50  # ... so often, but no less than ...
LEAST_STEPS = 2000


@dataclass(frozen=True)
class Task:
    """What distinguishes one training from another.

    Attributes:
        variants: names of its networks, the default one first.
        data: folder that is read where none is named.
        defaults: of those command line options whose defaults are the task's.
        multiple: what a crop's side is a multiple of.
        preview_rows: pictures on a preview sheet.
        keeps_previews: whether every sheet gets a name of its own.
        optimizer: of `train.OPTIMIZERS`, the default one.
        critic: weight of what a critic says beside the loss; None for a task without critic.
        score_fields: names of what `score` returns.
        plan: function of the parsed command line that returns (plan, complaints); ValueError if nothing can be
            trained on.
        find_steps: function of a plan: after how many steps a training ends where nothing else is said.
        build: function of the variant, whether it is for training, and the critic's weight, that returns the network.
        loss: function of the variant that returns a `keras.losses.Loss`.
        prepare: function of variant and (N, H, W, 3) uint8 RGB, or line drawings (N, H, W), that returns the network's
            float32 input.
        to_truth: function of variant and the feed's truth that returns the loss's.
        to_maps: function of variant and the network's output that returns (N, H, W, C) float32 0..1.
        watch: function of the command line, the plan and a set of messages that returns `Watched`.
        score: function of maps and `Watched.targets` that returns {name: float}.
        preview: function of network, variant, `Watched` and maps, of `preview_rows` at most, that returns
            (H, W, 3) uint8 RGB.
    """

    variants: tuple
    data: Path
    defaults: dict
    multiple: int
    preview_rows: int
    keeps_previews: bool
    optimizer: str
    critic: float | None
    score_fields: tuple
    plan: object
    find_steps: object
    build: object
    loss: object
    prepare: object
    to_truth: object
    to_maps: object
    watch: object
    score: object
    preview: object


class Watched(NamedTuple):
    """Pictures by which a training is watched.

    Attributes:
        pictures: (N, S, S, 3) uint8 RGB, or of line drawings (N, S, S) uint8.
        targets: (N, S, S, ...) uint8, the task's truth.
        classed: (N,) bool, whether all of the truth is known.
        held_out: whether no training uses them.
    """

    pictures: np.ndarray
    targets: np.ndarray
    classed: np.ndarray
    held_out: bool


def warn_once(message, failed):
    """Name a bad file on stderr, unless the set `failed` holds it already."""
    if message not in failed:
        failed.add(message)
        print(f"warning: {message}, left out", file=sys.stderr)


def choose_share(args, pairs, what):
    """Return the share of drawings: the one asked for, or what the pairs there are suggest.

    Raises:
        ValueError: if it needs pairs, and there are none.
    """
    share = args.synthetic
    if share is None:
        if not pairs and args.data is not None:
            raise ValueError(f"no pairs in {what} (--synthetic 1 trains on drawings alone)")
        share = 0.0 if pairs else 1.0
    if share < 1.0 and not pairs:
        raise ValueError(f"--synthetic {share} needs pairs, and there are none in {what}")
    if args.epochs and not pairs:
        raise ValueError("--epochs needs pairs; drawings are never used up: give --steps or --minutes")
    return share


def sample(found, count):
    """Return at most `count` places of a list, evenly spread."""
    return np.linspace(0, len(found) - 1, min(len(found), count)).round().astype(int).tolist()


class Ways(NamedTuple):
    """How a task's pairs become what a training is watched by.

    Attributes:
        load: function of a pair that returns (picture, truth); ValueError if it cannot be read.
        is_drawn: function of a pair.
        fit: function of picture, truth, whether it is drawn, and a seed, that returns (picture, target, classed).
        draw: function of a number that returns (picture, truth).
    """

    load: object
    is_drawn: object
    fit: object
    draw: object


def watch(plan, held_out, complaints, ways, rows, failed):
    """Take what a training is watched by.

    Pairs that no training uses; without any, where the training data is drawn, drawings of fixed seeds that no training
    uses; else some training pairs, which are no validation (`held_out` is False) but make a preview.

    Args:
        plan: a `dataset.Plan`.
        held_out: sequence of pairs for validation, which may be empty.
        complaints: messages about files that belong to no pair.
        ways: `Ways`.
        rows: pictures that a preview has.
        failed: set of messages, see `warn_once`.

    Returns:
        `Watched`, `VALIDATION_PICTURES` at most.

    Raises:
        dataset.NoReadablePairError: if none of the pairs can be read.
    """
    for message in complaints:
        warn_once(message, failed)
    drawn = plan.synthetic > 0 or any(map(ways.is_drawn, plan.pairs))
    pairs = held_out or (() if drawn else plan.pairs[:rows])
    if not pairs:
        samples = [ways.fit(*ways.draw(number), True, number) for number in range(VALIDATION_PICTURES)]
    else:
        samples = []
        for place in sample(pairs, VALIDATION_PICTURES):
            try:
                samples.append(ways.fit(*ways.load(pairs[place]), ways.is_drawn(pairs[place]), place))
            except ValueError as error:
                warn_once(str(error), failed)
    if not samples:
        raise dataset.NoReadablePairError("none of the pictures to validate on can be read")
    pictures, targets, classed = zip(*samples)
    return Watched(np.stack(pictures), np.stack(targets), np.array(classed), bool(held_out) or drawn)


# --------------------------------------------------------------------------------------------------------- lines
def find_line_pairs(args, prefix=""):
    """Find the pairs of `raw` and `contour_s`, or with a prefix `v_` those for validation: (pairs, orphans)."""
    data = Path(args.data or DATA)
    return dataset.find_pairs(*(data / f"{prefix}{name}" for name in ("raw", "contour_s", "classes")))


def plan_lines(args):
    """Plan the batches of a training of lines: (`dataset.Plan`, complaints about files without a partner)."""
    data = Path(args.data or DATA)
    pairs, orphans = find_line_pairs(args)
    share = choose_share(args, pairs, f"{data / 'raw'} and {data / 'contour_s'}")
    return dataset.Plan(tuple(pairs), share, args.batch, args.crop, args.seed), name_orphans(orphans)


def name_orphans(orphans):
    """Say of each path that it has no partner: a list of messages."""
    return [f"{path} has no partner" for path in orphans]


def build_lines(variant, training, critic=None):
    """Build the line extractor of a variant; a critic is none of this task's."""

    import model

    return model.build_line_extractor(variant, trainable_resampling=training)


def loss_of_lines(variant):
    """Return the loss of a variant of the line extractor."""

    import losses

    return losses.DistillerLoss() if variant == "distiller" else losses.LineLoss()


def prepare_lines(variant, pictures):
    """Make the input of a line extractor: RGB 0..1, or for the published network equalised grey."""
    if variant != "distiller":
        return images.to_network(pictures)
    result = np.empty((*pictures.shape[:3], 1), np.float32)
    # The published step equalises on 16x16 tiles of a whole picture; a crop has as many as its share of a picture.
    tiles = max(2, min(16, pictures.shape[1] // 32))
    equalise = cv2.createCLAHE(2.0, (tiles, tiles))
    for grey, picture in zip(result, pictures):
        grey[..., 0] = equalise.apply(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)) * np.float32(engine.DISTILLER_SCALE)
    return result


def lines_to_maps(variant, found):
    """Turn what a line extractor found into ink and its classes, 0..1; the published one finds paper."""
    found = np.asarray(found, np.float32)
    return np.clip(1.0 - found, 0.0, 1.0) if variant == "distiller" else found


def watch_lines(args, plan, failed):
    """Take what a training of lines is watched by: `v_raw`, drawings, or else some training pairs."""
    import synthesize

    found, orphans = find_line_pairs(args, "v_")

    def draw(number):
        drawing = synthesize.draw(synthesize.VALIDATION_SEED + number, size=VALIDATION_SIZE)
        return drawing.picture, drawing.classes

    ways = Ways(dataset.load_pair, is_classed, fit_lines, draw)
    return watch(plan, found, name_orphans(orphans), ways, LINES.preview_rows, failed)


def is_classed(pair):
    """Whether a pair is a drawn one: only these have line classes."""
    return pair.classes is not None


def fit_lines(picture, classes, classed, seed):
    """Cut the middle of a picture to the validation size; what is missing is reflected and does not count.

    Drawn pictures, known by their class map, are worn as in training, each always in the same way.
    """
    height, width = picture.shape[:2]
    shift = [(width - VALIDATION_SIZE) // 2, (height - VALIDATION_SIZE) // 2]
    matrix = np.column_stack([np.eye(2), shift])
    inside = dataset.mark_inside(matrix, height, width, VALIDATION_SIZE)
    picture, classes = (dataset.cut_crop(array, matrix, 1.0, VALIDATION_SIZE) for array in (picture, classes))
    if classed:
        import synthesize

        picture, classes = synthesize.degrade(picture, classes, np.random.default_rng(seed))
    return picture, np.dstack([dataset.ink_of(classes), classes[..., 0], classes[..., 2], inside]), classed


def score_lines(maps, targets):
    """Return {"f", "threshold", "mae"} of found maps against uint8 targets, pixels that do not count left out."""
    import metrics  # here, because worker processes import this file and metrics bring scikit-image

    table = []
    for found, target in zip(maps, targets):
        counts = target[..., 3] > 0
        table.append(metrics.line_scores(images.to_network(target[..., 0]) * counts, found[..., 0] * counts))
    summary = metrics.summarise_lines(table)
    return {"f": summary["f"], "threshold": summary["threshold"], "mae": summary["mae"]}


def preview_lines(network, variant, watched, maps):
    """Show input, true ink, found ink, true and found classes."""
    rows = []
    for picture, target, known, found in zip(watched.pictures, watched.targets, watched.classed, maps):
        found = images.to_uint8(found)
        row = [picture, *(np.dstack([on_paper(ink)] * 3) for ink in (target[..., 0], found[..., 0]))]
        if found.shape[-1] == 3:
            true = code_classes(target[..., 1], target[..., 0] - target[..., 1], target[..., 2])
            row.append(true if known else np.full_like(picture, 255))
            boundary, inner = split_classes(found[..., 0], found[..., 1])
            row.append(code_classes(boundary, inner, found[..., 2]))
        rows.append(np.concatenate(row, axis=1))
    return np.concatenate(rows, axis=0)


# ------------------------------------------------------------------------------------------------------- regions
def find_region_pairs(args, validation=False):
    """Find the pairs of a data set folder: of `train` or `val` in it, of a folder of drawings, or its own."""
    data = Path(args.data or REGIONS.data)
    part = data / ("val" if validation else "train")
    if part.is_dir():
        return dataset.find_region_pairs(part)
    drawn = (data / "raw").is_dir() and (data / "regions").is_dir()
    if not data.is_dir() or validation and not (drawn and (data / "v_raw").is_dir() and (data / "v_regions").is_dir()):
        return [], []
    return dataset.find_region_pairs(data, "v_" if validation else "")


def plan_regions(args):
    """Plan the batches of a training of regions: (`dataset.RegionPlan`, complaints about files left out)."""
    data = Path(args.data or REGIONS.data)
    pairs, orphans = find_region_pairs(args)
    complaints = count_reasons(orphans)
    if not pairs and orphans and args.synthetic != 1:
        raise ValueError(f"no pairs in {data}: " + "; ".join(complaints))
    share = choose_share(args, pairs, str(data))
    per_picture = 2 if share or any(pair.regions for pair in pairs) else 1
    plan = dataset.RegionPlan(
        tuple(pairs), share, args.batch, args.crop, args.seed, crops_per_picture=min(per_picture, args.batch)
    )
    return plan, complaints


def count_reasons(orphans):
    """Say for each reason how many files it concerns, and name the first of them."""
    first, counts = {}, {}
    for path, reason in orphans:
        first.setdefault(reason, path)
        counts[reason] = counts.get(reason, 0) + 1
    return [
        f"{first[reason]} {reason}" + (f" (so with {count - 1} more)" if count > 1 else "")
        for reason, count in counts.items()
    ]


def find_region_steps(plan):
    """50,000 for the whole of DanbooRegion or for drawings without end, fewer for a small data set."""
    if plan.synthetic or len(plan.pairs) >= FULL_SET:
        return 50000
    return max(LEAST_STEPS, ROUNDS * plan.steps_per_epoch)


def build_regions(variant, training, critic=None):
    """Build the region network of a variant, with a critic's weight and for training inside an `AdversarialModel`."""

    import model

    network = model.build_region_unet(variant)
    if not critic or not training:
        return network
    return model.AdversarialModel(network, model.build_region_discriminator(), matching=critic, adversarial=critic / 10)


def loss_of_regions(variant):
    """Return the loss of a variant of the region network."""

    import losses

    return losses.SkeletonLoss(linear=variant == "danbooregion")


def prepare_regions(variant, pictures):
    """Make the input of a region network: RGB 0..1, or BGR for the published one."""
    return images.to_network(pictures if variant != "danbooregion" else np.ascontiguousarray(pictures[..., ::-1]))


def regions_to_truth(variant, skeletons):
    """Make a loss's truth, (N, H, W, 1) float32, of skeleton maps (N, H, W) uint8; the published one's is inverted."""
    skeletons = images.to_network(skeletons[..., None])
    return 1.0 - skeletons if variant == "danbooregion" else skeletons


def regions_to_maps(variant, found):
    """Turn what a region network found into heights 0..1, 1 on centre lines; the published one's are inverted."""
    found = np.asarray(found, np.float32)
    return np.clip(1.0 - found, 0.0, 1.0) if variant == "danbooregion" else found


def watch_regions(args, plan, failed):
    """Take what a training of regions is watched by: `val`, `v_raw`, drawings, or else some training pairs."""
    import skeletonize
    import synthesize

    found, orphans = find_region_pairs(args, validation=True)

    def draw(number):
        drawing = synthesize.draw(synthesize.VALIDATION_SEED + number, size=VALIDATION_SIZE)
        return drawing.picture, skeletonize.skeletonize_regions(drawing.regions)

    ways = Ways(dataset.load_region_pair, is_made_of_regions, fit_regions, draw)
    return watch(plan, found, count_reasons(orphans), ways, REGIONS.preview_rows, failed)


def is_made_of_regions(pair):
    """Whether a pair is a drawn one: only these have their region map beside."""
    return pair.regions is not None


def fit_regions(picture, skeleton, drawn, seed):
    """Scale a picture's short side to the validation size and take the middle; drawings are worn as in training."""
    height, width = skeleton.shape
    scale = VALIDATION_SIZE / min(height, width)
    shift = (np.array([width, height]) - VALIDATION_SIZE / scale) / 2 + (1 / scale - 1) / 2
    matrix = np.column_stack([np.eye(2) / scale, shift])
    picture, skeleton = (dataset.cut_region_crop(array, matrix, VALIDATION_SIZE) for array in (picture, skeleton))
    if drawn:
        import synthesize

        picture = synthesize.degrade(picture, np.zeros_like(picture), np.random.default_rng(seed))[0]
    return picture, skeleton, True


def score_regions(maps, targets):
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


BOUNDARY = 8 / 255  # heights below this are a true boundary
THRESHOLDS = np.arange(0.05, 0.5, 0.05)
DISC = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))


def preview_regions(network, variant, watched, maps):
    """Show input, true and found skeleton map, found boundaries, and with a critic where it tells the maps apart."""
    rows = []
    for k, found in enumerate(maps):
        grey = [watched.targets[k], *(images.to_uint8(found[..., channel]) for channel in range(found.shape[-1]))]
        rows.append([watched.pictures[k], *(np.dstack([plane] * 3) for plane in grey)])
    if hasattr(network, "discriminator"):
        for row, view in zip(rows, view_as_critic(network, variant, watched, maps)):
            row.append(np.dstack([images.to_uint8(view)] * 3))
    return np.vstack([np.hstack(row) for row in rows])


def view_as_critic(network, variant, watched, maps):
    """Yield for each map (H, W) float32: how far the critic's features of it are from those of the true one."""
    pictures = prepare_regions(variant, watched.pictures[: len(maps)])
    truth = regions_to_truth(variant, watched.targets[: len(maps)])
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


# -------------------------------------------------------------------------------------------------------- refine
def plan_refine(args):
    """Plan the batches of a training of refinement: (`refine_data.RefinePlan`, complaints)."""

    import refine_data

    data = Path(args.data or DATA)
    pairs, orphans = refine_data.find_refine_pairs(data)
    share = choose_share(args, pairs, f"{data / 'line'} or {data / 'ink'}")
    return refine_data.RefinePlan(tuple(pairs), share, args.batch, args.crop, args.seed), name_orphans(orphans)


def build_refine(variant, training, critic=None):
    """Build the line refiner of a variant, with a critic's weight and for training inside an `AdversarialModel`."""

    import model

    network = model.build_line_refiner(variant)
    if not critic or not training:
        return network
    players = {"matching": critic, "adversarial": critic / 10}
    if variant == "relifer":
        players = {"paired": 20.0, "matching": 0.0, "adversarial": critic, "critic": "logistic"}
    return model.AdversarialModel(network, model.build_line_discriminator(variant), **players)


def loss_of_refine(variant):
    """Return the loss of a variant of the line refiner."""

    import keras

    import losses

    return keras.losses.MeanSquaredError() if variant == "relifer" else losses.RefinerLoss()


def prepare_refine(variant, drawings):
    """Make the input of a line refiner, (N, H, W, 1): ink 0..1, or for the published network grey -1..1."""
    drawings = drawings[..., None]
    return images.to_network(drawings) * 2 - 1 if variant == "relifer" else images.to_network(255 - drawings)


def refine_to_truth(variant, truth):
    """Make the loss's truth of (N, H, W, 2) uint8: ink, and where lines end; for the published network the grey."""
    if variant == "relifer":
        return prepare_refine(variant, truth[..., 0])
    return np.concatenate([prepare_refine(variant, truth[..., 0]), images.to_network(truth[..., 1:])], axis=-1)


def refine_to_maps(variant, found):
    """Turn what a line refiner found into ink 0..1; the published one's is grey, -1..1."""
    found = np.asarray(found, np.float32)
    return np.clip((1 - found) / 2, 0.0, 1.0) if variant == "relifer" else found


def watch_refine(args, plan, failed):
    """Take what a training of refinement is watched by: `v_line`, drawings, or else some training pairs."""
    import refine_data
    import synthesize

    found, orphans = refine_data.find_refine_pairs(Path(args.data or DATA), "v_")

    def draw(number):
        drawing = synthesize.draw(synthesize.VALIDATION_SEED + number, size=VALIDATION_SIZE)
        return None, drawing.lines

    ways = Ways(refine_data.load_refine_pair, is_drawn, fit_refine, draw)
    return watch(plan, found, name_orphans(orphans), ways, REFINE.preview_rows, failed)


def is_drawn(pair):
    """Whether the suite drew a pair, so that its lines' truth is exact."""
    return pair.drawn


def fit_refine(norm, line, drawn, seed):
    """Make a rough drawing and its clean one, of the validation size, always in the same way."""
    import pens
    import refine_data

    rng = np.random.default_rng(seed)
    if drawn:
        return *refine_data.make_refine_drawing(line, VALIDATION_SIZE, rng, "rough")[:2], True
    norm = pens.draw_rough(pens.trace(line), line.shape, rng) if norm is None else norm
    return *(fit_paper(array) for array in (norm, line)), True


def fit_paper(drawing):
    """The middle of a drawing, of the validation size, with paper around it where it is smaller."""
    spare = [max(0, length - VALIDATION_SIZE) // 2 for length in drawing.shape]
    middle = drawing[spare[0] : spare[0] + VALIDATION_SIZE, spare[1] : spare[1] + VALIDATION_SIZE]
    missing = [VALIDATION_SIZE - length for length in middle.shape]
    return np.pad(middle, [(length // 2, length - length // 2) for length in missing], constant_values=255)


def score_refine(maps, targets):
    """Return {"f", "mae"}: F of thinned lines at a threshold of 0.5, and the mean absolute error, 0..1."""
    import metrics  # here, because worker processes import this file and metrics bring scikit-image

    table = [
        metrics.line_scores(images.to_network(255 - target), found[..., 0], (0.5,))
        for target, found in zip(targets, maps)
    ]
    summary = metrics.summarise_lines(table)
    return {"f": summary["f"], "mae": summary["mae"]}


def preview_refine(network, variant, watched, maps):
    """Show rough, clean and found lines."""
    rows = [
        np.hstack([rough, clean, 255 - images.to_uint8(found[..., 0])])
        for rough, clean, found in zip(watched.pictures, watched.targets, maps)
    ]
    return np.dstack([np.vstack(rows)] * 3)


# ------------------------------------------------------------------------------------------------------ sketches
def plan_sketches(args):
    """Plan the batches of `args.task`, one of the three of sketches: (`sketch_data.SketchPlan`, complaints)."""

    import sketch_data

    data = Path(args.data or DATA)
    pairs, orphans = sketch_data.find_sketch_pairs(data)
    share = choose_share(args, pairs, f"{data / 'sketch_raw'} or {data / 'raw'} with {data / 'ink'}")
    plan = sketch_data.SketchPlan(tuple(pairs), share, args.batch, args.crop, args.seed, task=args.task)
    return plan, count_reasons([(path, "has no partner") for path in orphans])


def build_sketches(name, variant, training, critic=None):
    """Build the network of a sketch task in a variant, with a critic's weight and for training with its critic."""

    import model
    import sketch_data

    channels = sketch_data.CHANNELS[name]
    classes = name == "colorize" and variant == "default"
    network = model.build_sketch_unet(*channels, variant, f"{name}_{KIND_NAMES[variant]}", classes)
    if not critic or not training:
        return network
    players = {"matching": critic, "adversarial": critic / 10}
    if variant == "pix2pix":
        players = {"paired": 100.0, "matching": 0.0, "adversarial": critic, "critic": "logistic"}
    return model.AdversarialModel(network, model.build_sketch_discriminator(*channels), **players)


KIND_NAMES = {"default": "unet", "classic": "classic", "pix2pix": "pix2pix"}


def loss_of_sketches(name, variant):
    """Return the loss of a sketch task's network in a variant."""

    import keras

    import losses

    if name == "colorize" and variant == "default":
        import colours

        return losses.ColourLoss(colours.make_palette().tolist())
    return losses.SketchLoss() if variant == "default" else keras.losses.MeanAbsoluteError()


def watch_sketches(name, args, plan, failed):
    """Take what a training of sketches is watched by: `v_sketch_raw` and so on, drawings, or some training pairs."""
    import sketch_data
    import synthesize

    found, orphans = sketch_data.find_sketch_pairs(Path(args.data or DATA), "v_")

    def fit(picture, others, drawn, seed):
        rng = np.random.default_rng(seed)
        given, truth = sketch_data.make_example(name, sketch_data.Source(picture, *others), VALIDATION_SIZE, rng)
        return given, truth[..., :3], True

    def load(pair):
        picture, *others = sketch_data.load_sketch_pair(pair)
        return picture, others

    def draw(number):
        picture, *others = sketch_data.to_source(
            synthesize.draw(synthesize.VALIDATION_SEED + number, size=VALIDATION_SIZE)
        )
        return picture, others

    return watch(plan, found, name_orphans(orphans), Ways(load, has_lines, fit, draw), PREVIEWED_SKETCHES, failed)


PREVIEWED_SKETCHES = 6


def has_lines(pair):
    """Whether a pair is a drawn one: only these have their lines beside."""
    return pair.lines is not None


def score_sketches(maps, targets):
    """Return {"mae"}, the mean absolute error, 0..1."""
    return {"mae": float(np.abs(maps[..., : targets.shape[-1]] - images.to_network(targets)).mean())}


def score_colours(maps, targets):
    """Return {"mae", "lab", "chroma"}: mean absolute error; CIE Lab distance; found chroma as a share of the true."""
    found, true = (
        np.stack([cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2LAB) for picture in pictures])
        for pictures in (np.clip(maps[..., :3], 0, 1).astype(np.float32), images.to_network(targets))
    )
    chroma = [np.hypot(lab[..., 1], lab[..., 2]).mean() for lab in (found, true)]
    apart = float(np.linalg.norm(found - true, axis=-1).mean())
    return score_sketches(maps, targets) | {"lab": apart, "chroma": float(chroma[0] / max(1e-6, chroma[1]))}


def preview_sketches(network, variant, watched, maps):
    """Show what was given (dabs of colour on the sketch), what is true, and what was found."""
    rows = []
    for given, true, found in zip(watched.pictures, watched.targets, maps):
        if given.shape[-1] == 5:
            given = np.where(given[..., 4:] == 255, given[..., 1:4], given[..., :1])
        row = [given, true, images.to_uint8(found[..., : true.shape[-1]])]
        rows.append(np.hstack([np.broadcast_to(picture, (*picture.shape[:2], 3)) for picture in row]))
    return np.vstack(rows)


def make_sketch_task(name, crop, batch, rate, critic):
    """The `Task` of a kind of sketch network."""
    colours = name == "colorize"
    return Task(
        variants=("default", "classic", "pix2pix"),
        data=DATA,
        defaults={
            "batch": batch, "crop": crop, "rate": rate,
            "save_every": 500, "preview_every": 1000, "validate_every": 1000,
        },
        multiple=32,
        preview_rows=PREVIEWED_SKETCHES,
        keeps_previews=True,
        optimizer="adamw",
        critic=critic,
        score_fields=("mae", "lab", "chroma") if colours else ("mae",),
        plan=plan_sketches,
        find_steps=lambda plan: 20000,
        build=functools.partial(build_sketches, name),
        loss=functools.partial(loss_of_sketches, name),
        prepare=lambda variant, given: images.to_network(given),
        to_truth=lambda variant, truth: images.to_network(truth if variant == "default" else truth[..., :3]),
        to_maps=lambda variant, found: np.asarray(found, np.float32),
        watch=functools.partial(watch_sketches, name),
        score=score_colours if colours else score_sketches,
        preview=preview_sketches,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- the table
LINES = Task(
    variants=("default", "distiller"),
    data=DATA,
    defaults={"batch": 8, "crop": 192, "rate": 2e-3, "save_every": 500, "preview_every": 1000, "validate_every": 2000},
    multiple=8,
    preview_rows=6,
    keeps_previews=True,
    optimizer="muon",
    critic=None,
    score_fields=("f", "threshold", "mae"),
    plan=plan_lines,
    find_steps=lambda plan: 20000,
    build=build_lines,
    loss=loss_of_lines,
    prepare=prepare_lines,
    to_truth=lambda variant, truth: truth,
    to_maps=lines_to_maps,
    watch=watch_lines,
    score=score_lines,
    preview=preview_lines,
)
REGIONS = Task(
    variants=("default", "danbooregion"),
    data=DATA / "DanbooRegion2020",
    defaults={"batch": 4, "crop": 288, "rate": 1.5e-3, "save_every": 200, "preview_every": 10, "validate_every": 1000},
    multiple=32,
    preview_rows=3,
    keeps_previews=False,
    optimizer="adamw",
    critic=0.1,
    score_fields=("f", "mae"),
    plan=plan_regions,
    find_steps=find_region_steps,
    build=build_regions,
    loss=loss_of_regions,
    prepare=prepare_regions,
    to_truth=regions_to_truth,
    to_maps=regions_to_maps,
    watch=watch_regions,
    score=score_regions,
    preview=preview_regions,
)
REFINE = Task(
    variants=("default", "relifer"),
    data=DATA,
    defaults={"batch": 8, "crop": 192, "rate": 2e-3, "save_every": 500, "preview_every": 1000, "validate_every": 1000},
    multiple=8,
    preview_rows=6,
    keeps_previews=True,
    optimizer="adamw",
    critic=0.1,
    score_fields=("f", "mae"),
    plan=plan_refine,
    find_steps=lambda plan: 20000,
    build=build_refine,
    loss=loss_of_refine,
    prepare=prepare_refine,
    to_truth=refine_to_truth,
    to_maps=refine_to_maps,
    watch=watch_refine,
    score=score_refine,
    preview=preview_refine,
)
TASKS = {
    "lines": LINES,
    "refine": REFINE,
    "regions": REGIONS,
    "sketch": make_sketch_task("sketch", 192, 8, 2e-3, None),
    "binary2sketch": make_sketch_task("binary2sketch", 192, 8, 2e-3, 0.1),
    "colorize": make_sketch_task("colorize", 160, 12, 1.2e-3, 0.0),
}
