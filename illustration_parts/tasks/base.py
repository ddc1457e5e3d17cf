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
        remarks: what was done to the picture first, in words.
    """

    arrays: dict
    remarks: list


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


class Task:
    """One thing that a network is for: how it is trained, and what is done with what it finds.

    A source is what examples are made of: a pair from disk that was read, or a drawing. It is a tuple of the task's.

    Attributes:
        name: what it is called on command lines.
        variants: names of its networks, the default one first, as `build` takes them.
        networks: {name that `build` gives a network: `engine.Kind`}.
        data: folder that training reads where none is named.
        folders: what that holds, in words.
        defaults: of those options of a training whose defaults are the task's, see training_options.py.
        multiple: what a crop's side is a multiple of.
        preview_rows: pictures on a preview sheet.
        keeps_previews: whether every sheet gets a name of its own.
        optimizer: of `networks.training.OPTIMIZERS`, the default one.
        critic: weight of what a critic says beside the loss; None for a task without critic.
        score_fields: names of what `score` returns.
        steps: after how many a training ends where nothing else is said; and
        least_steps: after how many with few pairs; None: as many.
        crops_of_pair, crops_of_drawing: crops of a batch that are cut from the same source, if it is read from disk,
            or if all are drawn. More cost less and vary less.
        drawing: height and width of a picture drawn on the fly.
        suits_after: sources tried in a row until one suits.
        options: a tuple of `Option`s, of prediction.
        examples: folder of `data` that is predicted where no input is named.
        passed: names of the options that count also where another task goes on with what was found; and
        offered: of those that the other then has, too.
        follows: names of the tasks that this one can go on from.
        large: pixels; of pictures larger than this there is never more than one in memory.
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
    critic: float | None = None
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
    examples = "predict"
    large = 16e6

    def __reduce__(self):
        return type(self), ()

    # Training: sources and examples

    def find_pairs(self, folder, validation=False):
        """Find a data set's pairs.

        Args:
            folder: a path, or None for the task's own.
            validation: whether those for validation are meant.

        Returns:
            (pairs, complaints): a list of the task's pairs, and messages about files that belong to none.

        Raises:
            ValueError: if there can be no pairs, with the reason.
        """
        raise NotImplementedError

    def describe_data(self, folder):
        """Name the folders that pairs are looked for in."""
        return str(folder or self.data)

    def load(self, pair):
        """Read a pair: a source; ValueError names the file that cannot be read."""
        raise NotImplementedError

    def is_drawn(self, pair):
        """Whether a pair was drawn by the suite, so that its truth is exact."""
        raise NotImplementedError

    def take_drawing(self, drawing):
        """Make a source of a `illustrations.Drawing`."""
        raise NotImplementedError

    def suits(self, source):
        """Whether something can be learned from a source."""
        return True

    def prepare(self, source, crop, rng):
        """Do what is done once for all crops of a source; returns what `make` takes."""
        return source

    def make(self, source, crop, rng):
        """Make one example.

        Args:
            source: of `prepare`. crop: height and width of it. rng: `numpy.random.Generator`.

        Returns:
            A tuple of arrays or numbers, as small as it can be for its way from a worker process.
        """
        raise NotImplementedError

    def finish(self, *columns):
        """Bring the columns of a batch of examples to (pictures, truth)."""
        return columns

    # Training: the network

    def find_steps(self, plan):
        """After how many steps a training ends where nothing else is said."""
        return self.steps

    def build(self, variant, training, critic=None):
        """Build the network of a variant; for training, and with a critic's weight, together with its critic."""
        raise NotImplementedError

    def loss(self, variant):
        """Return the `keras.losses.Loss` of a variant."""
        raise NotImplementedError

    def to_network(self, variant, pictures):
        """Make a network's input, float32, of (N, H, W, C) or (N, H, W) uint8 pictures."""
        return images.to_network(pictures)

    def to_truth(self, variant, truth):
        """Make the loss's truth of a batch's."""
        return truth

    def from_network(self, variant, found):
        """Make (N, H, W, C) float32 maps, 0..1, of a network's output."""
        return np.asarray(found, np.float32)

    def fit(self, source, seed):
        """Make a validation example, always in the same way: (picture, target, whether all of it is known)."""
        raise NotImplementedError

    def score(self, maps, targets):
        """Score found maps against `Watched.targets`; returns {name: float}."""
        raise NotImplementedError

    def preview(self, network, variant, watched, maps):
        """Show the first validation pictures, one a row, and what was found; (H, W, 3) uint8 RGB."""
        raise NotImplementedError

    # Training: plans

    def plan(self, data, synthetic, batch, crop, seed=0):
        """Plan the batches of a training.

        Args:
            data: folder of pairs, or None for the task's own.
            synthetic: share of the sources that are drawn on the fly; None: see `choose_share`.
            batch, crop, seed: see `Plan`.

        Returns:
            (`Plan`, complaints about files that belong to no pair).

        Raises:
            ValueError: if there is nothing to train on.
        """
        pairs, complaints = self.find_pairs(data)
        share = self.choose_share(data, pairs, synthetic)
        return self.make_plan(tuple(pairs), share, batch, crop, seed), complaints

    def choose_share(self, data, pairs, synthetic=None):
        """Return the share of drawings. By default that is none, or all where there are no pairs.

        Args:
            data: the folder that was named, or None. pairs: what was found there.
            synthetic: the share that is asked for, or None.

        Raises:
            ValueError: if it needs pairs, and there are none.
        """
        if pairs:
            return synthetic or 0.0
        if synthetic is None and data is not None:
            raise ValueError(f"no pairs in {self.describe_data(data)} (--synthetic 1 trains on drawings alone)")
        if synthetic is not None and synthetic < 1.0:
            raise ValueError(f"--synthetic {synthetic} needs pairs, and there are none in {self.describe_data(data)}")
        return 1.0

    def make_plan(self, pairs=(), synthetic=0.0, batch=8, crop=192, seed=0, **options):
        """Return a `Plan` of this task's batches."""
        options.setdefault("drawing", self.drawing)
        return Plan(tuple(pairs), synthetic, batch, crop, seed, task=self, **options)

    def fetch(self, plan, step, number):
        """Get the source that some crops of a step are cut from.

        Returns:
            (source, failures): of `prepare`; and one message for each unreadable pair that was passed over.

        Raises:
            loader.NoReadablePairError: if many pairs in a row are unreadable.
        """
        rng = np.random.default_rng((plan.seed, step, number, 1))
        failures: list[str] = []
        drawn = rng.random() < plan.synthetic
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

    def watch(self, data, plan, failed):
        """Take what a training is watched by.

        Pairs that no training uses; without any, where the training data is drawn, drawings of fixed seeds that no
        training uses; else some training pairs, which are no validation (`held_out` is False) but make a preview.

        Args:
            data: folder of pairs, or None for the task's own. plan: a `Plan`.
            failed: set of messages, see `loader.warn_once`.

        Returns:
            `Watched`, `VALIDATION_PICTURES` at most.

        Raises:
            loader.NoReadablePairError: if none of the pairs can be read.
        """
        held_out, complaints = self.find_pairs(data, validation=True)
        for message in complaints:
            loader.warn_once(message, failed)
        drawn = plan.synthetic > 0 or any(map(self.is_drawn, plan.pairs))
        pairs = held_out or (() if drawn else plan.pairs[: self.preview_rows])
        samples = []
        for number in range(0 if pairs else VALIDATION_PICTURES):
            drawing = illustrations.draw(illustrations.VALIDATION_SEED + number, size=VALIDATION_SIZE)
            samples.append(self.fit(self.take_drawing(drawing), number))
        for place in sample(pairs, VALIDATION_PICTURES):
            try:
                samples.append(self.fit(self.load(pairs[place]), place))
            except ValueError as error:
                loader.warn_once(str(error), failed)
        if not samples:
            raise loader.NoReadablePairError("none of the pictures to validate on can be read")
        pictures, targets, classed = zip(*samples)
        return Watched(np.stack(pictures), np.stack(targets), np.array(classed), bool(held_out) or drawn)

    # Prediction

    def load_networks(self, load, options):
        """Load what prediction runs.

        Args:
            load: function of a file or None and a task's name that returns a network, see `engine.load`.
            options: of the task, and `weights`, in a namespace.

        Returns:
            {name of a task: network}.

        Raises:
            engine.WeightsError: if one cannot be loaded.
        """
        return {self.name: load(options.weights, self.name)}

    def predict(self, networks, picture, options, watch=iter, original=None):
        """Find this task's parts of a picture.

        Args:
            networks: of `load_networks`.
            picture: (H, W, 3) uint8 RGB.
            options: in a namespace, all there are.
            watch: wraps the lists of tiles, for a progress bar.
            original: where another task found what is given here, the picture that it was given.

        Returns:
            `Result`.
        """
        raise NotImplementedError

    def takes(self, stem):
        """Whether a file of a folder, by its name without ending, is one to predict."""
        return True

    def name_files(self, folder, name, options):
        """The files that one picture's results are written to, {name: path}; those of `Result` and maybe others."""
        raise NotImplementedError

    def write(self, picture, result, targets, options, resolution=None):
        """Write a `Result` to the files of `name_files`; `resolution` is the picture's, see `images.Picture`."""
        for kind, path in targets.items():
            images.write(path, result.arrays[kind], resolution=resolution)

    def complete(self, given):
        """Return a namespace of all options, some of which are given as {name: value}; ValueError names a wrong one."""
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                raise ValueError(f"{self.name} has no option {name}; it has {', '.join(sorted(known)) or 'none'}")
        values = {name: option.default for name, option in known.items()}
        return SimpleNamespace(**values | {name: known[name].check(value) for name, value in given.items()})


OTHER_STEP = 7919  # a pair that suits no training is replaced by the one of this many steps later


@dataclasses.dataclass(frozen=True)
class Plan:
    """Everything that decides what a training's batches are.

    Crop i of step s depends on nothing but the pairs and (seed, s, i).

    Args:
        pairs: of the task, on disk.
        synthetic: share of the sources that are drawn on the fly, 0..1.
        batch: crops per step.
        crop: height and width of a crop in pixels, a multiple of 8.
        seed: of all random choices.
        drawing: height and width of a picture drawn on the fly, at least 64.
        crops_per_source: crops of a batch that are cut from the same source; None for the task's own choice.
        part, parts: of how many equal parts of each batch this is which one, from 0, where several processes share it.
        task: a `Task`.

    Raises:
        ValueError: for values out of range, or neither pairs nor drawings.
    """

    pairs: tuple = ()
    synthetic: float = 0.0
    batch: int = 8
    crop: int = 192
    seed: int = 0
    drawing: int = 384
    crops_per_source: int | None = None
    part: int = 0
    parts: int = 1
    task: Any = None

    def __post_init__(self):
        if not 0.0 <= self.synthetic <= 1.0:
            raise ValueError(f"synthetic must be a share in 0..1. Received: {self.synthetic}")
        if not self.pairs and self.synthetic < 1.0:
            raise ValueError(f"there are no pairs, so synthetic must be 1. Received: {self.synthetic}")
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
        crops = self.task.crops_of_drawing if self.synthetic == 1.0 else self.task.crops_of_pair
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
        """A made batch as `loader.Feed.next` returns it: (pictures, truth, failures)."""
        return *self.task.finish(*columns), failures


def sample(found, count):
    """Return at most `count` places of a list, evenly spread."""
    return np.linspace(0, len(found) - 1, min(len(found), count)).round().astype(int).tolist()


def name_orphans(orphans):
    """Say of each path that it has no partner: a list of messages."""
    return [f"{path} has no partner" for path in orphans]


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
