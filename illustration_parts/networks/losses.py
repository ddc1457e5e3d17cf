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


def mark_boundaries(skeleton):
    """Turn skeleton maps, float 0..1, into boundaries, 0..1: 1 at height 0, falling to 0 at 16/255.

    In wide regions heights rise by 7/255 a pixel, so a boundary is four pixels wide with its flanks.
    """
    return ops.clip(1.0 - skeleton * (255.0 / 16.0), 0.0, 1.0)


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


@keras.saving.register_keras_serializable(package="lines")
class RefinerLoss(keras.losses.Loss):
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

    def __init__(self, cross=1.0, absolute=1.0, dice=0.5, ends=4.0, tidied=0.5, name="refiner_loss", **options):
        options["dtype"] = "float32"
        super().__init__(name=name, **options)
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

    def get_config(self):
        names = ("cross", "absolute", "dice", "ends", "tidied")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable(package="lines")
class SkeletonLoss(keras.losses.Loss):
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

    def __init__(self, height=1.0, boundary=1.0, linear=False, name="skeleton_loss", **options):
        options["dtype"] = "float32"
        super().__init__(name=name, **options)
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

    def get_config(self):
        names = ("height", "boundary", "linear")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}

    @classmethod
    def from_config(cls, config):
        """Make the loss of a checkpoint. Older ones have a weight of slopes, which was always 0."""
        return cls(**{name: value for name, value in config.items() if name != "slope"})


@keras.saving.register_keras_serializable(package="lines")
class SketchLoss(keras.losses.Loss):
    """Loss of the default sketch networks: absolute error, and that of differences between neighbours.

    Args:
        slope: weight of the latter, see `slope_error`.
        name: name of the loss.

    Input shape: truth and found: `(N, H, W, K)` float 0..1.
    """

    def __init__(self, slope=0.5, name="sketch_loss", **options):
        options["dtype"] = "float32"
        super().__init__(name=name, **options)
        self.slope = slope

    def call(self, truth, found):
        return ops.mean(ops.abs(found - truth)) + self.slope * slope_error(truth, found)

    def get_config(self):
        return {**super().get_config(), "slope": self.slope}


def to_lab(rgb):
    """Convert (..., 3) float sRGB 0..1 to CIE Lab in units of 100: lightness 0..1, a and b about -1..1."""
    linear = ops.where(rgb > 0.04045, ops.power((ops.maximum(rgb, 0.04045) + 0.055) / 1.055, 2.4), rgb / 12.92)
    # From sRGB's primaries to XYZ, scaled so that the white point D65 is 1 in each.
    matrix = [[0.433953, 0.212673, 0.017758], [0.376219, 0.715160, 0.109477], [0.189828, 0.072169, 0.872766]]
    xyz = ops.matmul(linear, ops.convert_to_tensor(matrix, dtype=linear.dtype))
    root = ops.power(ops.maximum(xyz, 0.008856), 1 / 3)
    bent = ops.where(xyz > 0.008856, root, 7.787 * xyz + 16 / 116)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return ops.stack([1.16 * y - 0.16, 5.0 * (x - y), 2.0 * (y - z)], axis=-1)


@keras.saving.register_keras_serializable(package="lines")
class ColourLoss(keras.losses.Loss):
    """Loss of colouring: absolute error in CIE Lab, and the cross-entropy of colour classes where a network has them.

    Where a sketch does not tell a colour, the absolute error alone settles for the mean of all possible colours.
    Classes keep them apart (Zhang et al. 2016).

    Args:
        palette: colours of the classes, (48, 3) nested list of sRGB 0..255, see `make_palette` of `tasks/colorize.py`.
            The last class is skin, whatever its colour.
        colour: weight of the error of a and b; the error of lightness has the weight 1.
        classes: weight of the cross-entropy of classes, where there is no skin.
        skin: weight of the cross-entropy of skin or not. A sketch tells skin better than any other colour.
        name: name of the loss.

    Input shape:
        truth: `(N, H, W, 3)` float sRGB 0..1, H and W multiples of 4; or `(N, H, W, 4)`, with 1 where skin is.
        found: `(N, H, W, 3)`, or `(N, H, W, 6)` with classes as `model.build_sketch_unet` lays them out.
    """

    def __init__(self, palette, colour=2.0, classes=0.1, skin=4.0, name="colour_loss", **options):
        options["dtype"] = "float32"
        super().__init__(name=name, **options)
        self.palette = palette
        self.colour = colour
        self.classes = classes
        self.skin = skin

    def call(self, truth, found):
        error = ops.abs(to_lab(found[..., :3]) - to_lab(truth[..., :3]))
        loss = ops.mean(error[..., 0]) + self.colour * ops.mean(error[..., 1:])
        if found.shape[-1] == 3:
            return loss
        _, height, width, channels = ops.shape(truth)
        cells = (-1, height // 4, 4, width // 4, 4, 3)
        shares = ops.transpose(ops.reshape(found[..., 3:], cells), (0, 1, 3, 5, 2, 4))
        shares = ops.reshape(shares, (-1, height // 4, width // 4, len(self.palette))) + 1e-6
        shares = shares / ops.sum(shares, axis=-1, keepdims=True)
        palette = to_lab(ops.convert_to_tensor(self.palette, dtype="float32") / 255.0)  # (48, 3)
        # The colour in the middle of a cell. Between two areas the mean would be neither's colour.
        middle = truth[:, 1::4, 1::4]
        away = ops.sum(ops.square(to_lab(middle[..., :3])[..., None, :] - palette[:-1]), axis=-1)
        nearest = ops.one_hot(ops.argmin(away, axis=-1), len(self.palette) - 1)
        chosen, skin = ops.sum(shares[..., :-1] * nearest, axis=-1), shares[..., -1]
        is_skin = ops.cast(middle[..., 3] > 0.5, "float32") if channels == 4 else ops.zeros_like(skin)
        # These two add up to the cross-entropy of all classes: skin or not, and if not, which colour.
        known = ops.log(ops.where(is_skin > 0.5, skin, 1.0 - skin) + 1e-6)
        which = (1.0 - is_skin) * (ops.log(chosen) - ops.log(1.0 - skin + 1e-6))
        return loss - self.skin * ops.mean(known) - self.classes * ops.mean(which)

    def get_config(self):
        names = ("palette", "colour", "classes", "skin")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
