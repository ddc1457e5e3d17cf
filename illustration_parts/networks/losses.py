"""Loss functions of every network, written with `keras.ops` so that TensorFlow, JAX and PyTorch all run them."""

import keras
from keras import ops

# Truth channels, as `tasks/lines.py` delivers them.
INK, BOUNDARY, FILL_EDGE, WEIGHT = range(4)
EDGE_OF_PROBABILITY = 1e-4  # keeps the logarithms finite; 16-bit sigmoids do reach 0 and 1


def cross_entropy(truth, found):
    """Return the pixel-wise binary cross-entropy of two float32 tensors in 0..1 (same shape out)."""
    found = ops.clip(found, EDGE_OF_PROBABILITY, 1.0 - EDGE_OF_PROBABILITY)
    return -(truth * ops.log(found) + (1.0 - truth) * ops.log(1.0 - found))


def weighted_mean(values, weight):
    """Return the mean of `values` where `weight` (same shape, 0..1) counts them; 0 where nothing counts."""
    return ops.sum(values * weight) / ops.maximum(ops.sum(weight), 1.0)


def soft_dice(truth, found, weight):
    """Return 1 - Dice over the whole batch, 0..1.

    The denominator has squares (V-Net, Milletari et al. 2016). They put the minimum at `found == truth` even where the
    truth is an anti-aliased grey. Plain sums would push a grey pixel to 0 or 1.
    """
    shared = ops.sum(weight * truth * found)
    total = ops.sum(weight * (ops.square(truth) + ops.square(found)))
    return 1.0 - (2.0 * shared + 1.0) / (total + 1.0)


def slope_error(truth, found):
    """Return the mean absolute error of differences between neighbours, of two (N, H, W, C) float tensors.

    A blurred edge is nearly right in its values and wrong in its slope (Eigen and Fergus 2015, on depth maps).
    """
    error = found - truth
    across = ops.mean(ops.abs(error[:, :, 1:] - error[:, :, :-1]))
    return across + ops.mean(ops.abs(error[:, 1:] - error[:, :-1]))


def open_broad(ink, size):
    """Return what is left of ink, (N, H, W) float 0..1, where it is `size` pixels broad or more: a grey opening."""
    eroded = -ops.max_pool(-ink[..., None], size, strides=1, padding="same")
    return ops.max_pool(eroded, size, strides=1, padding="same")[..., 0]


def mark_boundaries(skeleton):
    """Turn skeleton maps, float 0..1, into boundaries, 0..1: 1 at height 0, falling to 0 at 16/255.

    In wide regions heights rise by 7/255 a pixel, so a boundary is four pixels wide with its flanks.
    """
    return ops.clip(1.0 - skeleton * (255.0 / 16.0), 0.0, 1.0)


class Loss(keras.losses.Loss):
    """A loss in float32 under every precision: sums over thousands of pixels do not fit 16 bits.

    Attributes:
        settings: names of the constructor's arguments, and of the attributes that hold them, which a checkpoint keeps.
    """

    settings: tuple[str, ...] = ()

    def __init__(self, name, **options):
        super().__init__(name=name, **{**options, "dtype": "float32"})

    def get_config(self):
        return {**super().get_config(), **{name: getattr(self, name) for name in self.settings}}


@keras.saving.register_keras_serializable(package="lines")
class LineLoss(Loss):
    """Loss of the default line extractor: ink, the share of it that is boundary, and fill edges.

    Cross-entropy alone hedges: where the network is unsure it answers grey, and lines come out soft. The absolute
    error and the Dice term reward an answer that is decided and of the drawn width.

    Of lines that are as faint as what is no line, the network finds a part that is too small: it learned from drawings,
    and real lines differ. So missed ink of thin lines costs more than ink found where there is none. Broad ink costs
    the same: a black shape is often a fill. A pixel that is surely grey, at a line's rim, has both costs in
    proportion and keeps its grey, so lines do not become fat.

    Args:
        cross: weight of the ink's cross-entropy.
        absolute: weight of the ink's absolute error.
        dice: weight of the ink's soft Dice over the batch.
        thin: how much more ink of thin lines counts in the cross-entropy and in the absolute error.
        share: weight of the boundary share's cross-entropy, which counts only where there is ink.
        fill_edge: weight of the fill edge's cross-entropy and soft Dice.
        name: name of the loss.

    Input shape:
        truth: `(N, H, W, 4)` float32: ink, boundary ink, fill edge, each 0..1, and the pixel's weight (0: ignore).
            Boundary and fill edge below zero mean "not known", and their terms are left out there.
        found: `(N, H, W, 3)` 0..1: ink, boundary share, fill edge.
    """

    THIN = 7  # pixels; lines broader than this do not count more
    settings = ("cross", "absolute", "dice", "thin", "share", "fill_edge")

    def __init__(
        self, cross=1.0, absolute=1.0, dice=0.5, thin=2.0, share=0.2, fill_edge=0.3, name="line_loss", **options
    ):
        super().__init__(name, **options)
        self.cross = cross
        self.absolute = absolute
        self.dice = dice
        self.thin = thin
        self.share = share
        self.fill_edge = fill_edge

    def call(self, truth, found):
        ink, weight = truth[..., INK], truth[..., WEIGHT]  # (N, H, W)
        found_ink, found_share, found_edge = found[..., 0], found[..., 1], found[..., 2]
        error = self.cross * cross_entropy(ink, found_ink) + self.absolute * ops.abs(ink - found_ink)
        if self.thin:
            error = error * (1.0 + self.thin * (ink - open_broad(ink, self.THIN)))
        loss = weighted_mean(error, weight) + self.dice * soft_dice(ink, found_ink, weight)

        boundary = truth[..., BOUNDARY]
        known = weight * ops.cast(boundary >= 0.0, "float32")
        share = ops.clip(boundary / ops.maximum(ink, 1e-3), 0.0, 1.0)
        loss = loss + self.share * weighted_mean(cross_entropy(share, found_share), known * ink)

        edge = ops.maximum(truth[..., FILL_EDGE], 0.0)
        known = weight * ops.cast(truth[..., FILL_EDGE] >= 0.0, "float32")
        edge_loss = weighted_mean(cross_entropy(edge, found_edge), known) + soft_dice(edge, found_edge, known)
        return loss + self.fill_edge * edge_loss


@keras.saving.register_keras_serializable(package="lines")
class DistillerLoss(Loss):
    """Loss of the published line extractor: the mean squared error of the paper's brightness, 1 - ink.

    Input shape:
        truth: `(N, H, W, 4)` float32 as in `LineLoss`; only ink and weight are read.
        found: `(N, H, W, 1)` float, 1 = white paper, 0 = line.
    """

    def __init__(self, name="distiller_loss", **options):
        super().__init__(name, **options)

    def call(self, truth, found):
        error = ops.square((1.0 - truth[..., INK]) - found[..., 0])
        return weighted_mean(error, truth[..., WEIGHT])


@keras.saving.register_keras_serializable(package="lines")
class RefinerLoss(Loss):
    """Loss of the default line refiner: cross-entropy, absolute error and soft Dice of ink, see `LineLoss`.

    Args:
        cross, absolute, dice: their weights.
        ends: how much more pixels near the ends of lines count. They are few, and they decide whether a gap is closed
            or a space left open.
        tidied: weight of the tidied drawing; the simplified one has the weight 1.
        name: name of the loss.

    Input shape:
        truth: `(N, H, W, 3)` float 0..1: simplified and tidied ink, and 1 near the ends of rough lines.
        found: `(N, H, W, 2)` float 0..1: the same ink.
    """

    settings = ("cross", "absolute", "dice", "ends", "tidied")

    def __init__(self, cross=1.0, absolute=1.0, dice=0.5, ends=4.0, tidied=0.5, name="refiner_loss", **options):
        super().__init__(name, **options)
        self.cross = cross
        self.absolute = absolute
        self.dice = dice
        self.ends = ends
        self.tidied = tidied

    def call(self, truth, found):
        weight = 1.0 + self.ends * truth[..., 2]
        return self.compare(truth[..., 0], found[..., 0], weight) + self.tidied * self.compare(
            truth[..., 1], found[..., 1], weight
        )

    def compare(self, ink, found, weight):
        """Return the loss of one drawing; all (N, H, W)."""
        loss = self.cross * weighted_mean(cross_entropy(ink, found), weight)
        loss = loss + self.absolute * weighted_mean(ops.abs(ink - found), weight)
        return loss + self.dice * soft_dice(ink, found, weight)


@keras.saving.register_keras_serializable(package="lines")
class SkeletonLoss(Loss):
    """Loss of a region network: how far heights are off, and cross-entropy of boundaries.

    Heights of a network that ends in a sigmoid are measured by cross-entropy, minus that of a perfect answer. Its
    minimum is the mean of the likely heights. The minimum of an absolute error is their median. At first that is the
    same everywhere, and training stays there for long. A mean does not show how likely a boundary is: hence the second
    channel.

    Args:
        height: weight of the heights' error.
        boundary: weight of the boundaries' cross-entropy, where the network finds them.
        linear: measure heights by their absolute error, for a network that may answer beyond 0..1.
        name: name of the loss.

    Input shape:
        truth: `(N, H, W, 1)` float, skeleton maps: 1 on centre lines, 0 on boundaries. For DanbooRegion's network it is
            the other way round.
        found: `(N, H, W, 1 or 2)` float, heights and, in a second channel, boundaries 0..1.
    """

    settings = ("height", "boundary", "linear")

    def __init__(self, height=1.0, boundary=1.0, linear=False, name="skeleton_loss", **options):
        super().__init__(name, **options)
        self.height = height
        self.boundary = boundary
        self.linear = linear

    def call(self, truth, found):
        heights = found[..., :1]
        if self.linear:
            error = ops.abs(truth - heights)
        else:
            error = cross_entropy(truth, heights) - cross_entropy(truth, truth)
        loss = self.height * ops.mean(error)
        if found.shape[-1] == 1:
            return loss
        return loss + self.boundary * ops.mean(cross_entropy(mark_boundaries(truth), found[..., 1:]))

    @classmethod
    def from_config(cls, config):
        """Make the loss of a checkpoint. Older ones have a weight of slopes, which was always 0."""
        return cls(**{name: value for name, value in config.items() if name != "slope"})


@keras.saving.register_keras_serializable(package="lines")
class SketchLoss(Loss):
    """Loss of the default sketch networks: absolute error, and that of differences between neighbours.

    Args:
        slope: weight of the latter, see `slope_error`.
        smooth: errors that are much smaller than this count by their square (Charbonnier et al. 1994). A network that
            corrects a sketch has nothing to correct on most pixels. Their absolute error would hold it there.
        name: name of the loss.

    Input shape: truth and found: `(N, H, W, K)` float 0..1.
    """

    settings = ("slope", "smooth")

    def __init__(self, slope=0.5, smooth=0.0, name="sketch_loss", **options):
        super().__init__(name, **options)
        self.slope = slope
        self.smooth = smooth

    def call(self, truth, found):
        error = ops.abs(found - truth)
        if self.smooth:
            error = ops.sqrt(ops.square(error) + self.smooth**2) - self.smooth
        return ops.mean(error) + self.slope * slope_error(truth, found)


def unfold(maps, block):
    """Gather the numbers of each square of pixels: (N, H, W, C) to (N, H/b, W/b, C b b), as `model.DepthToSpace` lays
    them out."""
    _, height, width, channels = ops.shape(maps)
    x = ops.reshape(maps, (-1, height // block, block, width // block, block, channels))
    x = ops.transpose(x, (0, 1, 3, 5, 2, 4))  # (N, H/b, W/b, C, b, b)
    return ops.reshape(x, (-1, height // block, width // block, channels * block**2))


@keras.saving.register_keras_serializable(package="lines")
class PartLoss(Loss):
    """Loss of the network that tells the parts of a sketch: cross-entropy of parts and of light, and what belongs
    together by the discriminative loss (De Brabandere et al. 2017).

    That loss pulls the vectors of one thing to their mean, and pushes the means of a picture apart.

    Args:
        weights: of the parts, a list of floats: rare parts count more.
        light: weight of the light's cross-entropy.
        things: weight of the discriminative loss.
        most: things of a picture that count, at most.
        near, apart: a vector costs nothing within `near` of its mean, and two means that are `apart`.
        name: name of the loss.

    Input shape:
        truth: `(N, H/2, W/2, 3)` float: number of the part; number of the thing from 1, 0 for none; light 0..1.
        found: `(N, H, W, C)` float, see `model.build_part_network`: for each square of 2x2 pixels the parts' logits,
            the light's logit, and a vector.
    """

    settings = ("weights", "light", "things", "most", "near", "apart")

    def __init__(
        self, weights, light=0.3, things=0.3, most=24, near=0.25, apart=1.5, name="part_loss", **options
    ):  # fmt: skip
        super().__init__(name, **options)
        self.weights, self.light, self.things, self.most = list(weights), light, things, most
        self.near, self.apart = near, apart

    def call(self, truth, found):
        found = unfold(ops.cast(found, "float32"), 2)
        parts = len(self.weights)
        logits, light, vectors = found[..., :parts], found[..., parts], found[..., parts + 1 :]
        true = ops.one_hot(ops.cast(truth[..., 0], "int32"), parts)
        weight = ops.sum(true * ops.convert_to_tensor(self.weights, dtype="float32"), axis=-1)
        cross = -ops.sum(true * ops.log_softmax(logits), axis=-1)
        loss = ops.sum(cross * weight) / ops.maximum(ops.sum(weight), 1.0)
        bright = truth[..., 2]
        loss = loss + self.light * ops.mean(ops.softplus(light) - bright * light)
        return loss + self.things * self.compare(ops.cast(truth[..., 1], "int32"), vectors)

    def compare(self, numbers, vectors):
        """The discriminative loss of (N, h, w) int32 numbers of things, and (N, h, w, D) vectors."""
        _, height, width, length = ops.shape(vectors)
        vectors = ops.reshape(vectors, (-1, height * width, length))  # (N, P, D)
        member = ops.one_hot(ops.reshape(numbers, (-1, height * width)), self.most + 1)[..., 1:]  # (N, P, K)
        sizes = ops.sum(member, axis=1)  # (N, K)
        there = ops.cast(sizes > 0, "float32")
        sums = ops.matmul(ops.transpose(member, (0, 2, 1)), vectors)
        means = sums / ops.maximum(sizes, 1.0)[..., None]  # (N, K, D)
        away = vectors - ops.matmul(member, means)
        away = ops.sqrt(ops.sum(ops.square(away), axis=-1) + 1e-6)  # (N, P)
        # Each thing counts by the root of its size: neither small ones nor large ones rule.
        share = there * ops.sqrt(sizes) / ops.maximum(sizes, 1.0)
        share = ops.sum(member * share[:, None], axis=-1)
        pull = ops.sum(share * ops.square(ops.relu(away - self.near))) / ops.maximum(ops.sum(share), 1e-6)
        between = ops.sqrt(ops.sum(ops.square(means[:, :, None] - means[:, None]), axis=-1) + 1e-6)  # (N, K, K)
        pairs = there[:, :, None] * there[:, None] * (1.0 - ops.eye(self.most))
        push = ops.sum(pairs * ops.square(ops.relu(self.apart - between))) / ops.maximum(ops.sum(pairs), 1.0)
        return pull + push + 0.001 * ops.mean(ops.square(means))
