"""Loss functions of every network, written with `keras.ops` so that TensorFlow, JAX and PyTorch all run them."""

import keras
from keras import ops

# Truth channels, as `dataset.py` delivers them.
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

    The squares in the denominator (V-Net, Milletari et al. 2016) put the minimum at `found == truth` also where the
    truth is an anti-aliased grey; with plain sums a grey pixel would be pushed to 0 or 1.
    """
    shared = ops.sum(weight * truth * found)
    total = ops.sum(weight * (ops.square(truth) + ops.square(found)))
    return 1.0 - (2.0 * shared + 1.0) / (total + 1.0)


@keras.saving.register_keras_serializable(package="lines")
class LineLoss(keras.losses.Loss):
    """Loss of the default line extractor: ink, the share of it that is boundary, and fill edges.

    Cross-entropy alone hedges: where the network is unsure it answers grey, and lines come out soft. The absolute
    error and the Dice term reward an answer that is decided and of the drawn width. Lines are a few per cent of the
    pixels; they are not weighted up, because that makes them fat.

    Args:
        cross: weight of the ink's cross-entropy.
        absolute: weight of the ink's absolute error.
        dice: weight of the ink's soft Dice over the batch.
        share: weight of the boundary share's cross-entropy, which counts only where there is ink.
        fill_edge: weight of the fill edge's cross-entropy and soft Dice.
        name: name of the loss.

    Input shape:
        truth: `(N, H, W, 4)` float32: ink, boundary ink, fill edge, each 0..1, and the pixel's weight (0: ignore).
            Boundary and fill edge below zero mean "not known", and their terms are left out there.
        found: `(N, H, W, 3)` 0..1: ink, boundary share, fill edge.
    """

    def __init__(self, cross=1.0, absolute=1.0, dice=0.5, share=0.2, fill_edge=0.3, name="line_loss", **options):
        # Sums over thousands of pixels do not fit 16 bits, so the loss is float32 under every precision.
        options["dtype"] = "float32"
        super().__init__(name=name, **options)
        self.cross = cross
        self.absolute = absolute
        self.dice = dice
        self.share = share
        self.fill_edge = fill_edge

    def call(self, truth, found):
        ink, weight = truth[..., INK], truth[..., WEIGHT]  # (N, H, W)
        found_ink, found_share, found_edge = found[..., 0], found[..., 1], found[..., 2]
        loss = (
            self.cross * weighted_mean(cross_entropy(ink, found_ink), weight)
            + self.absolute * weighted_mean(ops.abs(ink - found_ink), weight)
            + self.dice * soft_dice(ink, found_ink, weight)
        )

        boundary = truth[..., BOUNDARY]
        known = weight * ops.cast(boundary >= 0.0, "float32")
        share = ops.clip(boundary / ops.maximum(ink, 1e-3), 0.0, 1.0)
        loss = loss + self.share * weighted_mean(cross_entropy(share, found_share), known * ink)

        edge = ops.maximum(truth[..., FILL_EDGE], 0.0)
        known = weight * ops.cast(truth[..., FILL_EDGE] >= 0.0, "float32")
        edge_loss = weighted_mean(cross_entropy(edge, found_edge), known) + soft_dice(edge, found_edge, known)
        return loss + self.fill_edge * edge_loss

    def get_config(self):
        config = super().get_config()
        names = ("cross", "absolute", "dice", "share", "fill_edge")
        return {**config, **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable(package="lines")
class DistillerLoss(keras.losses.Loss):
    """Loss of the published line extractor: the mean squared error of the paper's brightness, 1 - ink.

    Input shape:
        truth: `(N, H, W, 4)` float32 as in `LineLoss`; only ink and weight are read.
        found: `(N, H, W, 1)` float, 1 = white paper, 0 = line.
    """

    def __init__(self, name="distiller_loss", **options):
        options["dtype"] = "float32"
        super().__init__(name=name, **options)

    def call(self, truth, found):
        error = ops.square((1.0 - truth[..., INK]) - found[..., 0])
        return weighted_mean(error, truth[..., WEIGHT])
