"""What every task has in common: its options, its batches, its validation set, its results.

A task is a subclass of `Task` in a file of its own; `tasks.load(name)` makes it.
"""

import dataclasses
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images
from illustration_parts.networks import engine, loader
from illustration_parts.tasks.options import Option

DATA = Path(__file__).resolve().parents[2] / "data"
VALIDATION_PICTURES = 32
VALIDATION_SIZE = 384  # every validation picture is brought to this square, so that one shape is compiled


class Result(NamedTuple):
    """What a task finds in a picture.

    Attributes:
        arrays: {name: array}, the main one first.
        remarks: sentences about how the picture was prepared.
    """

    arrays: dict
    remarks: list


class ValidationSet(NamedTuple):
    """A validation set: pictures and their ground truth, all of one size.

    Attributes:
        pictures: (N, S, S, 3) uint8 RGB, or of line drawings (N, S, S) uint8.
        targets: (N, S, S, ...) uint8, the task's truth.
        classed: (N,) bool, whether all of the truth is known.
        held_out: whether no training uses them: only then are scores of them worth anything.
    """

    pictures: np.ndarray
    targets: np.ndarray
    classed: np.ndarray
    held_out: bool


class Task:
    """One purpose of a network: how it is trained, and what prediction does with its output.

    Examples are cut from sources. A source is a pair that was read from disk, or a drawing; each task has its own
    tuple.

    Attributes:
        name: its name on command lines.
        variants: names of its networks for `build`, the default one first.
        networks: {name that `build` gives a network: `engine.Kind`}.
        data: folder of the training data, if none is named.
        folders: description of that folder's contents.
        defaults: {name of a training option: the task's own default}, see training_options.py.
        multiple: a crop's side must be a multiple of it.
        preview_rows: pictures on a preview sheet.
        keeps_previews: whether every sheet gets a name of its own.
        optimizer: the default one of `networks.training.OPTIMIZERS`.
        adversarial_weight: weight of the discriminator's judgement in the loss; None for a task without discriminator.
        adversarial_from: share of a training after which the discriminator joins by default, 0..1.
        stills: kinds of results, see `name_files`, that no video can show: they are no pictures, or mean numbers.
        score_fields: names of what `score` returns.
        steps: default length of a training.
        least_steps: default length with few pairs; None: `steps`.
        crops_of_pair, crops_of_drawing: crops of a batch that are cut from the same source, for pairs and for drawings.
            More of them cost less and vary less.
        drawing: height and width of a picture drawn on the fly.
        suits_after: sources tried in a row until one suits.
        options: a tuple of `Option`s for prediction.
        ending: what the names of its results add to the picture's name.
        examples: folder of `data` that is predicted if no input is named.
        passed: in a chain, names of the options that also count for this task when another one follows.
        offered: in a chain, names of further options that the chain then has.
        follows: names of the tasks that may come before this one in a chain.
        large: pixels; only one picture larger than this is in memory at a time.
        shown: kind of result that a page shows first; empty for the main one.
    """

    name = ""
    variants: tuple = ("default",)
    networks: dict[str, engine.Kind] = {}
    data = DATA
    folders = "pairs"
    defaults: dict = {}
    multiple = 8
    preview_rows = 6
    keeps_previews = True
    optimizer = "adamw"
    adversarial_weight: float | None = None
    adversarial_from = 0.0
    stills: tuple = ("svg",)
    score_fields: tuple = ("mae",)
    steps = 20000
    least_steps: int | None = None
    crops_of_pair = 2
    crops_of_drawing = 4
    drawing = 384
    suits_after = 1
    options: tuple[Option, ...] = ()
    passed: tuple = ()
    offered: tuple = ()
    follows: tuple = ()
    ending = ""
    examples = "predict"
    large = 16e6
    shown = ""

    def __reduce__(self):
        return type(self), ()

    # Training: sources and examples

    def of(self, variant):
        """Return the task that trains a variant: this one, unless the variant learns from other examples."""
        return self

    def find_pairs(self, folder, validation=False):
        """Find a data set's pairs.

        Args:
            folder: a path, or None for the task's own.
            validation: whether to find the held-out pairs.

        Returns:
            (pairs, complaints): a list of the task's pairs, and messages about files that belong to none.

        Raises:
            ValueError: if there can be no pairs, with the reason.
        """
        raise NotImplementedError

    def describe_data(self, folder):
        """Name the folders that pairs are looked for in."""
        return str(folder or self.data)

    def load(self, pair, remarks=None):
        """Read a pair.

        Args:
            pair: of `find_pairs`.
            remarks: list that gets a sentence about each file that was read in another way than it is; or None.

        Returns:
            A source.

        Raises:
            ValueError: if a file cannot be read, or is not what it should be. The message names the file.
        """
        raise NotImplementedError

    def is_drawn(self, pair):
        """Whether a pair was drawn by the suite, so that its truth is exact."""
        raise NotImplementedError

    def take_drawing(self, drawing):
        """Make a source of a `illustrations.Drawing`."""
        raise NotImplementedError

    def suits(self, source):
        """Whether there is something to learn from a source."""
        return True

    def prepare(self, source, crop, rng):
        """Do the work that all crops of a source share; returns the source for `make`."""
        return source

    def make(self, source, crop, rng):
        """Make one example.

        Args:
            source: of `prepare`. crop: height and width of it. rng: `numpy.random.Generator`.

        Returns:
            A tuple of arrays or numbers. They come from a worker process, so they should be small.
        """
        raise NotImplementedError

    def finish(self, *columns):
        """Turn the columns of a batch of examples into (pictures, truth)."""
        return columns

    # Training: the network

    def find_steps(self, plan):
        """Return the default length of a training, in steps."""
        return self.steps

    def build(self, variant, training, adversarial_weight=None):
        """Build the network of a variant. For training with an adversarial weight, add its discriminator."""
        raise NotImplementedError

    def loss(self, variant):
        """Return the `keras.losses.Loss` of a variant."""
        raise NotImplementedError

    def to_network(self, variant, pictures):
        """Make a network's input, float32, of (N, H, W, C) or (N, H, W) uint8 pictures."""
        return images.to_network(pictures)

    def to_truth(self, variant, truth):
        """Convert a batch's truth to the form that the loss takes."""
        return truth

    def from_network(self, variant, found):
        """Convert a network's output to (N, H, W, C) float32 maps, 0..1."""
        return np.asarray(found, np.float32)

    def fit(self, source, seed):
        """Make a validation example, always in the same way: (picture, target, whether all of the target is known)."""
        raise NotImplementedError

    def score(self, maps, targets):
        """Score found maps against `ValidationSet.targets`; returns {name: float}."""
        raise NotImplementedError

    def preview(self, network, variant, validation, maps):
        """Show the first validation pictures and their maps, one picture a row: (H, W, 3) uint8 RGB."""
        raise NotImplementedError

    # Training: plans

    def plan(self, data, drawn_share, batch, crop, seed=0):
        """Plan the batches of a training.

        Args:
            data: folder of pairs, or None for the task's own.
            drawn_share: share of the sources that are drawn on the fly; None: see `choose_share`.
            batch, crop, seed: see `Plan`.

        Returns:
            (`Plan`, complaints about files that belong to no pair).

        Raises:
            ValueError: if there is nothing to train on.
        """
        pairs, complaints = self.find_pairs(data)
        try:
            share = self.choose_share(data, pairs, drawn_share)
        except ValueError as error:
            raise ValueError("; ".join([str(error), *complaints])) from None
        return self.make_plan(tuple(pairs), share, batch, crop, seed), complaints

    def choose_share(self, data, pairs, drawn_share=None):
        """Return the share of drawings. By default that is none, or all where there are no pairs.

        Args:
            data: the folder that was named, or None. pairs: what was found there.
            drawn_share: the share that is asked for, or None.

        Raises:
            ValueError: if it needs pairs, and there are none.
        """
        if pairs:
            return drawn_share or 0.0
        if drawn_share is None and data is not None:
            raise ValueError(f"no pairs in {self.describe_data(data)} (--drawn-share 1 trains on drawings alone)")
        if drawn_share is not None and drawn_share < 1.0:
            raise ValueError(
                f"--drawn-share {drawn_share} needs pairs, and there are none in {self.describe_data(data)}"
            )
        return 1.0

    def make_plan(self, pairs=(), drawn_share=0.0, batch=8, crop=192, seed=0, **options):
        """Return a `Plan` of this task's batches."""
        options.setdefault("drawing", self.drawing)
        return Plan(tuple(pairs), drawn_share, batch, crop, seed, task=self, **options)

    def fetch(self, plan, step, number):
        """Get the source that some crops of a step are cut from.

        Returns:
            (source, failures): of `prepare`; and one message for each unreadable pair.

        Raises:
            loader.NoReadablePairError: if many pairs in a row are unreadable.
        """
        rng = np.random.default_rng((plan.seed, step, number, 1))
        failures: list[loader.Complaint] = []
        drawn = rng.random() < plan.drawn_share
        for attempt in range(self.suits_after):
            if drawn:
                seed = int(rng.integers(illustrations.VALIDATION_SEED))
                source = self.take_drawing(illustrations.draw(seed, size=plan.drawing))
            else:
                _, source, failed = loader.load_next(plan, step + attempt * OTHER_STEP, number, self.load)
                failures += failed
            if self.suits(source):
                break
        return self.prepare(source, plan.crop, rng), failures

    def make_validation_set(self, data, plan, failed):
        """Choose and load the validation set.

        It is made of the held-out pairs, if there are any. Without them, a training on drawings is validated on
        drawings of seeds that no training uses. Any other training shows some of its own pairs, for the preview alone;
        then `held_out` is False.

        Args:
            data: folder of pairs, or None for the task's own. plan: a `Plan`.
            failed: set of messages, see `loader.warn_once`.

        Returns:
            A `ValidationSet` of at most `VALIDATION_PICTURES`.

        Raises:
            loader.NoReadablePairError: if none of the pairs can be read.
        """
        held_out, complaints = self.find_pairs(data, validation=True)
        for message in complaints:
            loader.warn_once(loader.Complaint(message), failed)
        drawn = plan.drawn_share > 0 or any(map(self.is_drawn, plan.pairs))
        pairs = held_out or (() if drawn else plan.pairs[: self.preview_rows])
        samples = []
        for number in range(0 if pairs else VALIDATION_PICTURES):
            drawing = illustrations.draw(illustrations.VALIDATION_SEED + number, size=VALIDATION_SIZE * 3 // 2)
            samples.append(self.fit(self.take_drawing(drawing), number))
        for place in sample(pairs, VALIDATION_PICTURES):
            remarks: list[str] = []
            try:
                samples.append(self.fit(self.load(pairs[place], remarks), place))
            except ValueError as error:
                loader.warn_once(loader.Complaint(str(error)), failed)
            for remark in remarks:
                loader.warn_once(loader.Complaint(remark, True), failed)
        if not samples:
            raise loader.NoReadablePairError("none of the validation pairs can be read; the warnings above say why")
        pictures, targets, classed = zip(*samples)
        return ValidationSet(np.stack(pictures), np.stack(targets), np.array(classed), bool(held_out) or drawn)

    # Prediction

    def load_networks(self, load, options):
        """Load the networks of a prediction.

        Args:
            load: function of a file or None and a task's name that returns a network, see `engine.load`.
            options: of the task, and `weights`, in a namespace.

        Returns:
            {name of a task: network}.

        Raises:
            engine.WeightsError: if one cannot be loaded.
        """
        return {self.name: load(options.weights, self.name)}

    def predict(self, networks, picture, options, track=iter, original=None):
        """Find this task's parts of a picture.

        Args:
            networks: of `load_networks`.
            picture: (H, W, 3) uint8 RGB.
            options: namespace of all options.
            track: wraps the lists of tiles, for a progress bar.
            original: in a chain, the picture that the first task was given; else None.

        Returns:
            `Result`.
        """
        raise NotImplementedError

    def lay_out(self, networks, picture, options, track=iter):
        """Return what dabs of colour are painted on, (H, W) or (H, W, 3) uint8: by default the picture itself."""
        return picture

    def clean(self, picture, options):
        """Prepare a picture for the tasks before this one in a chain: (picture, remarks); by default as it is."""
        return picture, []

    def takes(self, stem):
        """Whether to predict a file of a folder, by its name without ending."""
        return True

    def name_files(self, folder, name, options):
        """Name the files of one picture's results, {name: path}: one for each array, and maybe others."""
        raise NotImplementedError

    def write(self, picture, result, targets, options, resolution=None):
        """Write a `Result` to the files of `name_files`; `resolution` is the picture's, see `images.Picture`."""
        for kind, path in targets.items():
            images.write(path, result.arrays[kind], resolution=resolution)

    def complete(self, given):
        """Return a namespace of all options, from {name: value} and defaults; ValueError names a wrong option."""
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                raise ValueError(f"{self.name} has no option {name}; it has {', '.join(sorted(known)) or 'none'}")
        values = {name: option.default for name, option in known.items()}
        return SimpleNamespace(**values | {name: known[name].check(value) for name, value in given.items()})


OTHER_STEP = 7919  # steps; an unsuitable pair is replaced by the pair of this many steps later


@dataclasses.dataclass(frozen=True)
class Plan:
    """Everything that decides the batches of a training.

    Crop i of step s depends on nothing but the pairs and (seed, s, i).

    Args:
        pairs: of the task, on disk.
        drawn_share: share of the sources that are drawn on the fly, 0..1.
        batch: crops per step.
        crop: height and width of a crop in pixels, a multiple of 8.
        seed: of all random choices.
        drawing: height and width of a picture drawn on the fly, at least 64.
        crops_per_source: crops of a batch that are cut from the same source; None for the task's own choice.
        part, parts: if several processes share each batch: this one's part, from 0, and the number of equal parts.
        task: a `Task`.

    Raises:
        ValueError: for values out of range, or neither pairs nor drawings.
    """

    pairs: tuple = ()
    drawn_share: float = 0.0
    batch: int = 8
    crop: int = 192
    seed: int = 0
    drawing: int = 384
    crops_per_source: int | None = None
    part: int = 0
    parts: int = 1
    task: Any = None

    def __post_init__(self):
        if not 0.0 <= self.drawn_share <= 1.0:
            raise ValueError(f"drawn_share must be a share in 0..1. Received: {self.drawn_share}")
        if not self.pairs and self.drawn_share < 1.0:
            raise ValueError(f"there are no pairs, so drawn_share must be 1. Received: {self.drawn_share}")
        if self.batch < 1:
            raise ValueError(f"batch must be at least 1. Received: {self.batch}")
        if self.crop < 16 or self.crop % 8:
            raise ValueError(f"crop must be a multiple of 8, at least 16. Received: {self.crop}")
        if self.drawing < 64:
            raise ValueError(f"drawing must be at least 64. Received: {self.drawing}")
        if self.crops_per_source is not None and self.crops_per_source < 1:
            raise ValueError(f"crops_per_source must be at least 1. Received: {self.crops_per_source}")
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
        """How many sources one batch is cut from."""
        crops = self.task.crops_of_drawing if self.drawn_share == 1.0 else self.task.crops_of_pair
        return math.ceil(self.batch / (self.crops_per_source or crops))

    @property
    def steps_per_epoch(self):
        """Steps until every pair was used once (drawings used in its place included)."""
        return max(1, math.ceil(len(self.pairs) / self.sources))

    def make(self, step):
        """Make the batch of a step, as small as it can be for its way from a worker process.

        Returns:
            (columns, failures): a list of arrays, one for each part of an example; messages about unreadable pairs.

        Raises:
            loader.NoReadablePairError: if many pairs in a row are unreadable.
        """
        share = math.ceil(self.batch / self.sources)
        examples, failures = [], []
        for place, item in enumerate(self.items):
            if item % share == 0 or place == 0:
                source, failed = self.task.fetch(self, step, item // share)
                failures += failed
            rng = np.random.default_rng((self.seed, step, item))
            examples.append(self.task.make(source, self.crop, rng))
        return [np.stack(column) for column in zip(*examples)], failures

    def finish(self, columns, failures):
        """A made batch as `loader.Loader.next` returns it: (pictures, truth, failures)."""
        return *self.task.finish(*columns), failures


def sample(found, count):
    """Return at most `count` places of a list, evenly spread."""
    return np.linspace(0, len(found) - 1, min(len(found), count)).round().astype(int).tolist()


def describe_unpaired(unpaired, one, other):
    """Return messages about the unpaired files of a folder or of another, one for each of the two."""
    folders = (other if path.is_relative_to(one) else one for path in unpaired)
    return count_reasons(
        [(path, f"has no partner: expected the same name in {folder}") for path, folder in zip(unpaired, folders)]
    )


def count_reasons(unpaired):
    """Say for each reason how many files it concerns, and name the first of them."""
    first, counts = {}, {}
    for path, reason in unpaired:
        first.setdefault(reason, path)
        counts[reason] = counts.get(reason, 0) + 1
    return [
        f"{first[reason]} {reason}" + (f" (so with {count - 1} more)" if count > 1 else "")
        for reason, count in counts.items()
    ]
