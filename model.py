"""Every network of the suite.

    import model
    network = model.build_line_extractor()             # colour picture in; ink, line class and fill edges out
    network = model.build_line_extractor("distiller")  # LineDistiller's published network
    network = model.build_region_unet()                # colour picture in; skeleton map out
    players = model.AdversarialModel(network, model.build_region_discriminator())  # trains it against a discriminator

All networks are channels-last. Heights and widths are multiples of 8 for lines, and of 32 for regions, refined lines
and colours; networks of sketches take any. All are made of operations that TensorFlow, JAX and PyTorch share.
"""

import functools
import math
import typing

import keras
from keras import layers, ops


def hinge_loss(true_scores, found_scores):
    """Return a discriminator's hinge loss (Lim and Ye 2017), 0 once true scores are above 1 and found ones below -1."""
    return ops.mean(ops.relu(1.0 - true_scores)) + ops.mean(ops.relu(1.0 + found_scores))


def logistic_loss(true_scores, found_scores):
    """Return a discriminator's cross-entropy (Goodfellow et al. 2014) of scores before the sigmoid."""
    return ops.mean(ops.softplus(-true_scores)) + ops.mean(ops.softplus(found_scores))


def feature_distance(true_levels, found_levels):
    """Return the mean absolute difference of two lists of feature tensors; 0 if they are the same.

    Each level is divided by the mean of its true features, so that all levels count alike. Plain sums would weight them
    by the scales that the discriminator happens to learn.
    """
    total = 0.0
    for true, found in zip(true_levels, found_levels):
        true, found = ops.cast(true, "float32"), ops.cast(found, "float32")
        total = total + ops.mean(ops.abs(true - found)) / ops.maximum(ops.mean(ops.abs(true)), 1e-6)
    return total / len(true_levels)


# The default line extractor, from half of the picture's size down to an eighth.
LINE_CHANNELS = (48, 96, 160)
LINE_BLOCKS = (2, 3, 6)
LINE_STEM, LINE_HEAD = 12, 16  # channels at full size, before and after the body
# The default region network, from half of the picture's size down to a 32nd.
REGION_CHANNELS = (48, 96, 160, 176, 176)
REGION_BLOCKS = (2, 2, 2, 1, 2)
REGION_STEM, REGION_HEAD = 8, 12
# The default line refiner, from half of the picture's size down to an eighth.
REFINER_CHANNELS = (40, 88, 144)
REFINER_BLOCKS = (2, 3, 6)
REFINER_STEM, REFINER_HEAD = 10, 14
# Its context, from a 16th of the picture's size down to a 32nd, and blocks that take it in, at an eighth.
CONTEXT_CHANNELS, CONTEXT_BLOCKS, CONTEXT_TAKEN = (176, 176), (2, 4), 3
# LineRelifer's generator and discriminator.
RELIFER_CHANNELS, RELIFER_BLOCKS = 64, 4
RELIFER_DISCRIMINATOR_CHANNELS = (16, 32, 64, 128, 256)
# Discriminators: of refined lines from half of the size down to a 16th, of regions to a 64th.
LINE_DISCRIMINATOR_CHANNELS = (24, 48, 96, 128)
REGION_DISCRIMINATOR_CHANNELS = (24, 48, 96, 128, 192, 192)
# The default sketch networks, from half of the picture's size down to an eighth.
SKETCH_CHANNELS = (32, 72, 120)
SKETCH_BLOCKS = (2, 3, 4)
SKETCH_STEM, SKETCH_HEAD = 10, 14
SKETCH_SLOPE = 0.1  # of ReLUs below zero
CONTEXT_SLOPE = 0.1  # the same: plain ReLUs die in deep levels
# The network that tells the parts of a sketch, from half of its size down to a 32nd.
PART_CHANNELS = (24, 64, 112, 144, 160)
PART_BLOCKS = (1, 2, 3, 3, 4)
PART_HEAD = 40
CELL = 2  # pixels; what it tells is known for squares of this side
CLASSIC_CHANNELS = (64, 128, 256, 512, 1024)
PIX2PIX_CHANNELS = (64, 128, 256, 512, 512)
# DanbooRegion's network, from full size down to a 32nd.
DANBOOREGION_CHANNELS = (16, 32, 64, 128, 256, 512)


def build_line_extractor(variant="default", trainable_resampling=False):
    """Build a network that finds the drawn lines of a picture.

    Args:
        variant: `"default"` or `"distiller"`.
        trainable_resampling: for `"distiller"` only, to train it: resample by equivalent layers, whose gradients are
            safe on TensorFlow's CPU kernels. Weights and results are the same.

    Returns:
        A `keras.Model` for pictures whose height and width are multiples of 8.

        - `"default"`, named `line_extractor`: (N, H, W, 3) float32 RGB 0..1 to (N, H, W, 3) float32 0..1. The channels
          are ink, boundary and fill edge. Boundary is the probability that ink here is an outline or an occlusion.
        - `"distiller"`, named `line_distiller`: (N, H, W, 1) float32 grey to (N, H, W, 1) float32, linear, about 1 on
          paper and less on lines.

    Raises:
        ValueError: for an unknown variant.
    """
    if variant == "default":
        return _build_line_default()
    if variant == "distiller":
        return _build_line_distiller(trainable_resampling)
    raise ValueError(f"variant must be 'default' or 'distiller'. Received: {variant!r}")


def _build_line_default():
    """Bottleneck-residual U-shape whose body starts at half size; 37 thousand multiply-adds a pixel, 0.82 M parameters.

    Three choices were measured on two CPU cores:

    - Thin channels at full size are bound by memory. They cost twice as much per multiply-add as wider ones at half
      size. So full size keeps only a stem and a head.
    - Batch normalisation made a training step 1.7 times slower. Blocks have none; they start as the identity instead
      (last convolution zero; Fixup, Zhang et al. 2019).
    - A tone or a wedge shadow is told from a line by what lies far around. Dilation at an eighth of the size gives that
      reach (Yu and Koltun 2016).
    """
    picture = keras.Input((None, None, 3), name="picture")
    stem = _convolve(picture, LINE_STEM, 3, "stem")  # (N, H, W, 12)
    x = _u_shape(stem, LINE_CHANNELS, LINE_BLOCKS, dilation=2)  # (N, H/2, W/2, 48)
    # Overlap-free transposed convolution: each half-size pixel draws its own four pixels.
    x = layers.Conv2DTranspose(LINE_HEAD, 2, strides=2, name="up0")(x)  # (N, H, W, 16)
    x = layers.ReLU(name="up0_relu")(layers.Concatenate(name="up0_skip")([x, stem]))
    x = _convolve(x, LINE_HEAD, 3, "head1")
    x = _convolve(x, LINE_HEAD, 3, "head2")
    # float32 whatever the policy: probabilities near 0 and 1 need it.
    x = layers.Conv2D(3, 1, dtype="float32", name="logits")(x)
    maps = layers.Activation("sigmoid", dtype="float32", name="maps")(x)  # (N, H, W, 3)
    return keras.Model(picture, maps, name="line_extractor")


def _u_shape(x, channels, blocks, dilation=1, slope=0.0, context=False, whole=False):
    """Bottlenecks that halve the size at every level, down and up again, with skips.

    Args:
        x: (N, H, W, C) tensor; H and W multiples of two to the number of levels.
        channels, blocks: of every level, from half of x's size down. On the way up the last level is left out.
        dilation: of every second block of the last level.
        slope: of the ReLUs below zero.
        context: whether the last level gets what shows from afar, see `_add_context`.
        whole: whether the last level also sees the mean of the whole picture.

    Returns:
        (N, H/2, W/2, channels[0]) tensor.
    """
    skips, last = [], len(channels)
    for level in range(1, last + 1):
        x = _convolve(x, channels[level - 1], 2, f"down{level}", strides=2, slope=slope)
        for block in range(blocks[level - 1]):
            x = _bottleneck(x, f"down{level}_block{block + 1}", dilation if level == last and block % 2 else 1, slope)
            if whole and level == last and block == 0:
                mean = layers.GlobalAveragePooling2D(keepdims=True, name="whole_mean")(x)
                mean = layers.Conv2D(channels[-1], 1, name="whole")(mean)  # (N, 1, 1, C)
                x = layers.Add(name="whole_add")([x, mean])
        skips.append(x)
    # x: (N, H / 2^last, W / 2^last, channels[-1])
    if context:
        x = _add_context(x)
    for level in range(last - 1, 0, -1):
        x = layers.Conv2D(channels[level - 1], 1, name=f"up{level}")(x)
        x = layers.UpSampling2D(2, name=f"up{level}_enlarge")(x)
        x = layers.Add(name=f"up{level}_skip")([x, skips[level - 1]])
        for block in range(blocks[level - 1]):
            x = _bottleneck(x, f"up{level}_block{block + 1}", slope=slope)
    return x


def _add_context(x):
    """Add what shows from afar: two levels more, down and up again, and some bottlenecks.

    It adds zero at first, and the bottlenecks start as the identity. So a network that was trained without context can
    go on with it.
    """
    skips, y = [], x
    for level, (channels, blocks) in enumerate(zip(CONTEXT_CHANNELS, CONTEXT_BLOCKS), start=1):
        y = _convolve(y, channels, 2, f"context{level}", strides=2, slope=CONTEXT_SLOPE)
        for block in range(blocks):
            y = _bottleneck(y, f"context{level}_block{block + 1}", slope=CONTEXT_SLOPE)
        skips.append(y)
    for level in range(len(skips) - 1, 0, -1):
        y = layers.Conv2D(CONTEXT_CHANNELS[level - 1], 1, name=f"context{level}_up")(y)
        y = layers.UpSampling2D(2, name=f"context{level}_enlarge")(y)
        y = layers.Add(name=f"context{level}_skip")([y, skips[level - 1]])
        for block in range(CONTEXT_BLOCKS[level - 1]):
            y = _bottleneck(y, f"context{level}_up_block{block + 1}", slope=CONTEXT_SLOPE)
    y = layers.Conv2D(x.shape[-1], 1, kernel_initializer="zeros", name="context_up")(y)
    y = layers.UpSampling2D(2, name="context_enlarge")(y)
    x = layers.Add(name="context_add")([x, y])
    for block in range(CONTEXT_TAKEN):
        x = _bottleneck(x, f"context_block{block + 1}", slope=CONTEXT_SLOPE)
    return x


def _convolve(x, filters, kernel, name, strides=1, slope=0.0):
    """A convolution with bias, He-initialised (He et al. 2015), and ReLU."""
    x = layers.Conv2D(filters, kernel, strides, padding="same", kernel_initializer="he_normal", name=name)(x)
    return _rectify(slope, f"{name}_relu")(x)


def _rectify(slope, name):
    return LeakyReLU(slope, name=name) if slope else layers.ReLU(name=name)


def _bottleneck(x, name, dilation=1, slope=0.0):
    """Residual 1x1 - 3x3 - 1x1 bottleneck (He et al. 2016) at half the channels; starts as the identity."""
    filters = x.shape[-1]
    y = _convolve(x, filters // 2, 1, f"{name}_reduce", slope=slope)
    y = layers.Conv2D(
        filters // 2, 3, padding="same", dilation_rate=dilation, kernel_initializer="he_normal", name=f"{name}_look"
    )(y)
    y = _rectify(slope, f"{name}_look_relu")(y)
    y = layers.Conv2D(filters, 1, kernel_initializer="zeros", name=f"{name}_expand")(y)
    return _rectify(slope, f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


# LineDistiller: blocks and inner channels of each level on the way down, from full size to an eighth.
DISTILLER_LEVELS = ((4, 8), (6, 16), (9, 32), (12, 64))


def _build_line_distiller(trainable_resampling):
    """LineDistiller's published network (hepesu, 2018), layer for layer; 1,340,810 parameters.

    All blocks are pre-activation bottlenecks (He et al. 2016, "Identity Mappings"), with batch normalisation before
    every convolution of a branch. The first block of each level changes size and channels, by strided 1x1 convolutions
    on branch and shortcut. Layers are made in the author's order, so that his weight files load.
    """
    grey = keras.Input((None, None, 1), name="grey")
    x, skips = grey, []
    for level, (blocks, width) in enumerate(DISTILLER_LEVELS):
        x = _distiller_level(x, blocks, width, "down" if level else "same", trainable_resampling)
        skips.append(x)
    # x: (N, H/8, W/8, 256)
    for (blocks, width), skip in zip(DISTILLER_LEVELS[-2::-1], skips[-2::-1]):
        x = _distiller_level(x, blocks, width, "up", trainable_resampling)
        x = layers.Add()([x, skip])
    x = _distiller_level(x, 3, 4, "same", trainable_resampling)  # (N, H, W, 16)
    lines = _distiller_block(x, 1, 1, "same", trainable_resampling)  # (N, H, W, 1)
    return keras.Model(grey, lines, name="line_distiller")


def _distiller_level(x, blocks, width, resample, trainable):
    """Blocks of one size: the first brings `x` to this size and to four times `width` channels."""
    x = _distiller_block(x, width, 4 * width, resample, trainable)
    for _ in range(blocks - 1):
        x = _distiller_block(x, width, 4 * width, None, trainable)
    return x


def _distiller_block(x, width, filters, resample, trainable):
    """One bottleneck: `resample` is None (identity shortcut), `"same"`, `"down"` or `"up"` (1x1 shortcut)."""
    y = _pointwise(_normalise(x), width, resample, trainable)
    y = layers.Conv2D(width, 3, padding="same")(_normalise(y))
    y = layers.Conv2D(filters, 1)(_normalise(y))
    shortcut = x if resample is None else _pointwise(x, filters, resample, trainable)
    return layers.Add()([y, shortcut])


def _normalise(x):
    """Batch normalisation with Keras 2's constants, then ReLU."""
    return layers.ReLU()(layers.BatchNormalization(momentum=0.99, epsilon=0.001)(x))


def _pointwise(x, filters, resample, trainable):
    """A 1x1 convolution, strided down or transposed up by 2 where `resample` says so."""
    if resample == "up":
        return (PointwiseUpsampling if trainable else layers.Conv2DTranspose)(filters, 1, strides=2)(x)
    if resample == "down" and trainable:
        x = layers.MaxPooling2D(pool_size=1, strides=2)(x)
    return layers.Conv2D(filters, 1, strides=2 if resample == "down" and not trainable else 1)(x)


@keras.saving.register_keras_serializable(package="lines")
class PointwiseUpsampling(layers.Conv2DTranspose):
    """A transposed 1x1 convolution with stride 2, done as a 1x1 convolution and inserted zeros.

    The same weights and result as `Conv2DTranspose(filters, 1, strides=2)`. TensorFlow 2.21's oneDNN kernels corrupt
    memory in that layer's gradient, and in the gradient of a 1x1 convolution with stride 2.

    Input shape: (N, H, W, C). Output shape: (N, 2 H, 2 W, filters); three of four pixels hold the bias alone.
    """

    def call(self, inputs):
        _, height, width, _ = ops.shape(inputs)
        kernel = ops.swapaxes(self.kernel, 2, 3)  # (1, 1, C, filters)
        y = ops.conv(inputs, kernel, padding="valid", data_format="channels_last")  # (N, H, W, filters)
        y = ops.concatenate([y, ops.zeros_like(y)], axis=-1)
        y = ops.reshape(y, (-1, height, 2 * width, self.filters))
        y = ops.concatenate([y, ops.zeros_like(y)], axis=2)
        y = ops.reshape(y, (-1, 2 * height, 2 * width, self.filters))
        return y + self.bias


def build_line_refiner(variant="default"):
    """Build a network that turns thin or rough lines into clean, styled ones.

    Args:
        variant: `"default"` or `"relifer"`.

    Returns:
        A `keras.Model`.

        - `"default"`, named `line_refiner`, for heights and widths that are multiples of 32: (N, H, W, 1) float32 ink
          0..1, 1 = ink, to (N, H, W, 2) of the same. The first channel is simplified, with one line in place of a
          bundle of rough strokes. The second is tidied: all strokes stay.
        - `"relifer"`, named `line_relifer`, for any height and width: (N, H, W, 1) float32 grey -1..1, 1 = paper, to
          the same.

    Raises:
        ValueError: for an unknown variant.
    """
    if variant == "default":
        return _build_refiner_default()
    if variant == "relifer":
        return _build_refiner_relifer()
    raise ValueError(f"variant must be 'default' or 'relifer'. Received: {variant!r}")


def _build_refiner_default():
    """The line extractor's U-shape, a little thinner, with context; 35 thousand multiply-adds a pixel.

    The published network's nine 3x3 convolutions reach nine pixels far. Whether a line goes on behind a gap, or how
    much room is beside it, shows from farther. Here an eighth of the size, with dilation, reaches beyond a hundred
    pixels, at a tenth of the work. Whether strokes are one searched line, a pair or a hatching shows from farther
    still, hence the context at a 16th and a 32nd. The stem, at full size, keeps the line's place as exact as the input.
    """
    rough = keras.Input((None, None, 1), name="rough")
    stem = _convolve(rough, REFINER_STEM, 3, "stem")  # (N, H, W, 10)
    x = _u_shape(stem, REFINER_CHANNELS, REFINER_BLOCKS, dilation=2, context=True)  # (N, H/2, W/2, 40)
    x = layers.Conv2DTranspose(REFINER_HEAD, 2, strides=2, name="up0")(x)  # (N, H, W, 14)
    x = layers.ReLU(name="up0_relu")(layers.Concatenate(name="up0_skip")([x, stem]))
    x = _convolve(x, REFINER_HEAD, 3, "head1")
    x = _convolve(x, REFINER_HEAD, 3, "head2")
    x = layers.Conv2D(2, 1, dtype="float32", name="logits")(x)
    ink = layers.Activation("sigmoid", dtype="float32", name="ink")(x)  # (N, H, W, 2)
    return keras.Model(rough, ink, name="line_refiner")


def _build_refiner_relifer():
    """LineRelifer's published generator (hepesu, 2018): 296 thousand multiply-adds a pixel."""
    grey = keras.Input((None, None, 1), name="grey")
    x = layers.Conv2D(RELIFER_CHANNELS, 3, padding="same", name="first")(grey)
    x = layers.ReLU(name="first_relu")(x)
    for block in range(1, RELIFER_BLOCKS + 1):
        y = layers.Conv2D(RELIFER_CHANNELS, 3, padding="same", name=f"block{block}_first")(x)
        y = layers.BatchNormalization(momentum=0.8, name=f"block{block}_first_norm")(y)
        y = layers.ReLU(name=f"block{block}_relu")(y)
        y = layers.Conv2D(RELIFER_CHANNELS, 3, padding="same", name=f"block{block}_second")(y)
        y = layers.BatchNormalization(momentum=0.8, name=f"block{block}_second_norm")(y)
        x = layers.Add(name=f"block{block}_add")([x, y])
    x = layers.Conv2D(1, 1, dtype="float32", name="last")(x)
    lines = layers.Activation("tanh", dtype="float32", name="lines")(x)  # (N, H, W, 1)
    return keras.Model(grey, lines, name="line_relifer")


def build_line_discriminator(variant="default"):
    """Build the discriminator that tells styled lines from refined ones.

    Args:
        variant: of the refiner that it judges.

    Returns:
        A `keras.Model` for any height and width. Its output is a list: the features of every level, then the scores,
        high for true.

        - `"default"`, named `line_discriminator`: (N, H, W, 3) float32 0..1, the found ink, then the rough ink. Its
          scores are (N, H/16, W/16, 1), one for each patch of 78x78 pixels (Isola et al. 2017).
        - `"relifer"`, named `relifer_discriminator`, is LineRelifer's: (N, H, W, 1) float32 -1..1, refined lines alone,
          to one score for each, (N, 1).

    Raises:
        ValueError: for an unknown variant.
    """
    if variant == "default":
        return _build_patch_discriminator(2 + 1, LINE_DISCRIMINATOR_CHANNELS, "line_discriminator")
    if variant != "relifer":
        raise ValueError(f"variant must be 'default' or 'relifer'. Received: {variant!r}")
    seen = keras.Input((None, None, 1), name="seen")
    x, levels = seen, []
    for level, filters in enumerate(RELIFER_DISCRIMINATOR_CHANNELS, start=1):
        x = layers.Conv2D(filters, 4, strides=2, padding="same", name=f"look{level}")(x)
        x = layers.LeakyReLU(0.2, name=f"look{level}_relu")(x)
        x = layers.Dropout(0.25, name=f"look{level}_dropout")(x)
        levels.append(x)
    # The published network takes crops of one size; a mean over the picture takes any.
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    score = layers.Dense(1, dtype="float32", name="validity")(x)  # (N, 1)
    return keras.Model(seen, [*levels, score], name="relifer_discriminator")


def build_sketch_unet(inputs, outputs, variant="default", name="sketch_unet", start=None):
    """Build a U-Net that turns pictures into sketches, or sketches into pictures.

    Args:
        inputs, outputs: numbers of channels.
        variant: `"default"` is as light as the line extractor, and finds one channel. `"classic"` has the first U-Net's
            form (Ronneberger et al. 2015). Its 3x3 convolutions come in pairs with batch normalisation and dropout, of
            64 to 1024 channels. `"pix2pix"` (Isola et al. 2017) has 5x5 convolutions with stride 2, of 64 to 512
            channels, and ends in tanh.
        name: of the network.
        start: index of an input channel that is a first answer, for `"default"`: the network finds what to add to it.
            None: no channel is one.

    Returns:
        A `keras.Model` for any height and width: (N, H, W, inputs) float32 0..1 to (N, H, W, outputs) float32.
        `"pix2pix"` keeps to 0..1. The other outputs are linear and may exceed 0..1. Inside, pictures are padded to
        multiples of the stride, and cropped at the end.

    Raises:
        ValueError: for an unknown variant, no channels, or a `start` that is none of the inputs.
    """
    builders: dict[str, typing.Callable] = {
        "default": functools.partial(_build_sketch_default, start=start),
        "classic": _build_sketch_classic,
        "pix2pix": _build_sketch_pix2pix,
    }
    if variant not in builders:
        raise ValueError(f"variant must be one of {', '.join(builders)}. Received: {variant!r}")
    if inputs < 1 or outputs < 1:
        raise ValueError(f"inputs and outputs must be 1 or more. Received: {inputs}, {outputs}")
    if start is not None and not (variant == "default" and 0 <= start < inputs):
        raise ValueError(f"start must be None, or 0 to {inputs - 1} for the default. Received: {start} for {variant}")
    given = keras.Input((None, None, inputs), name="given")
    stride = 2 ** {"default": len(SKETCH_CHANNELS), "classic": 4, "pix2pix": 5}[variant]
    found = builders[variant](PadToMultiple(stride, name="pad")(given), outputs)
    return keras.Model(given, CropToSize(name="cut")([found, given]), name=name)


def _build_sketch_default(x, outputs, start=None):
    """The line extractor's U-shape, thinner."""
    first = None if start is None else TakeChannel(start, name="first")(x)
    if x.shape[-1] != 3 and first is None:
        # A sketch is mostly paper: make that 0, and lines what differs.
        inputs = x.shape[-1]
        x = layers.Rescaling([-1.0] + [1.0] * (inputs - 1), [1.0] + [0.0] * (inputs - 1), name="flip")(x)
    # Plain ReLUs died (90 % of deep units), and global context with them.
    slope = {"slope": SKETCH_SLOPE}
    stem = _convolve(x, SKETCH_STEM, 3, "stem", **slope)  # (N, H, W, 10)
    x = _u_shape(stem, SKETCH_CHANNELS, SKETCH_BLOCKS, dilation=2, **slope)  # (N, H/2, W/2, 32)
    x = layers.Conv2DTranspose(SKETCH_HEAD, 2, strides=2, name="up0")(x)  # (N, H, W, 14)
    x = _rectify(SKETCH_SLOPE, "up0_relu")(layers.Concatenate(name="up0_skip")([x, stem]))
    x = _convolve(x, SKETCH_HEAD, 3, "head1", **slope)
    x = _convolve(x, SKETCH_HEAD, 3, "head2", **slope)
    # No sigmoid: a sketch is mostly white, and an absolute error would soon saturate it everywhere. The bias begins at
    # the average result, because units die on a long way there.
    bias = keras.initializers.Constant(0.9 if first is None else 0.0)
    found = layers.Conv2D(outputs, 1, bias_initializer=bias, dtype="float32", name="maps")(x)  # (N, H, W, outputs)
    return found if first is None else layers.Add(dtype="float32", name="sum")([found, first])


def build_part_network(inputs, maps, name="colorize_parts"):
    """Build a network that tells what a sketch shows at each place; 14 thousand multiply-adds a pixel.

    - What a place shows is decided from afar, so the body goes down to a 32nd of the size. There the mean of the whole
      picture is added to every place.
    - Where one thing ends is decided by the sketch's own lines (see `imaging/flats.py`). So there is no work at full
      size, and what is told is told for squares of 2x2 pixels.

    Args:
        inputs: channels; the first one is the sketch, 1 = paper.
        maps: numbers that are told for each square, a multiple of 4.
        name: of the network.

    Returns:
        A `keras.Model` for heights and widths that are multiples of 32: (N, H, W, inputs) float32 0..1 to
        (N, H, W, maps / 4) float32, linear. The numbers of each square are laid out as pixels, see `DepthToSpace`.

    Raises:
        ValueError: if `maps` is no multiple of 4.
    """
    if maps < 4 or maps % CELL**2:
        raise ValueError(f"maps must be a multiple of {CELL**2}. Received: {maps}")
    given = keras.Input((None, None, inputs), name="given")
    # Make paper 0, and places -0.5..0.5.
    x = layers.Rescaling([-1.0] + [1.0] * (inputs - 1), [1.0] + [-0.5] * (inputs - 1), name="flip")(given)
    x = _u_shape(x, PART_CHANNELS, PART_BLOCKS, 2, SKETCH_SLOPE, whole=True)  # (N, H/2, W/2, 24)
    x = _convolve(x, PART_HEAD, 3, "head", slope=SKETCH_SLOPE)
    x = layers.Conv2D(maps, 1, dtype="float32", name="cells")(x)  # (N, H/2, W/2, maps)
    return keras.Model(given, DepthToSpace(CELL, name="maps")(x), name=name)


def _build_sketch_classic(x, outputs):
    """Pairs of convolutions at full size down to a 16th; 31 M parameters."""

    def pair(x, filters, name):
        for part in ("first", "second"):
            x = layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal", name=f"{name}_{part}")(x)
            x = layers.BatchNormalization(name=f"{name}_{part}_norm")(x)
            x = layers.ReLU(name=f"{name}_{part}_relu")(x)
        return layers.Dropout(0.2, name=f"{name}_dropout")(x)

    skips = []
    for level, filters in enumerate(CLASSIC_CHANNELS):
        x = pair(x, filters, f"down{level}")
        if filters != CLASSIC_CHANNELS[-1]:
            skips.append(x)
            x = layers.MaxPooling2D(2, name=f"down{level}_halve")(x)
    # x: (N, H/16, W/16, 1024)
    for level in range(len(skips) - 1, -1, -1):
        x = BilinearUpsampling(name=f"up{level}_enlarge")(x)
        x = layers.Concatenate(name=f"up{level}_skip")([x, skips[level]])
        x = pair(x, CLASSIC_CHANNELS[level], f"up{level}")
    return layers.Conv2D(outputs, 1, dtype="float32", name="maps")(x)  # (N, H, W, outputs)


def _build_sketch_pix2pix(x, outputs):
    """Five 5x5 convolutions with stride 2 and five back; 0..1 outside is -1..1 inside."""
    x = layers.Rescaling(2.0, -1.0, name="centre")(x)
    skips = []
    for level, filters in enumerate(PIX2PIX_CHANNELS, start=1):
        x = layers.Conv2D(filters, 5, strides=2, padding="same", kernel_initializer="he_normal", name=f"down{level}")(x)
        if level > 1:
            x = layers.BatchNormalization(name=f"down{level}_norm")(x)
        x = layers.LeakyReLU(0.2, name=f"down{level}_relu")(x)
        skips.append(x)
    # x: (N, H/32, W/32, 512)
    for level in range(len(PIX2PIX_CHANNELS) - 1, 0, -1):
        filters = PIX2PIX_CHANNELS[level - 1]
        x = layers.UpSampling2D(2, name=f"up{level}_enlarge")(x)
        x = layers.Conv2D(filters, 5, padding="same", kernel_initializer="he_normal", name=f"up{level}")(x)
        x = layers.BatchNormalization(name=f"up{level}_norm")(x)
        x = layers.ReLU(name=f"up{level}_relu")(x)
        x = layers.Concatenate(name=f"up{level}_skip")([x, skips[level - 1]])
    x = layers.UpSampling2D(2, name="up0_enlarge")(x)
    x = layers.Conv2D(outputs, 5, padding="same", dtype="float32", name="last")(x)
    x = layers.Activation("tanh", dtype="float32", name="last_tanh")(x)
    return layers.Rescaling(0.5, 0.5, dtype="float32", name="maps")(x)  # (N, H, W, outputs)


@keras.saving.register_keras_serializable(package="lines")
class BilinearUpsampling(layers.Layer):
    """Enlarges twofold by bilinear interpolation. On TensorFlow, `UpSampling2D` does so for known sizes only.

    Input shape: (N, H, W, C). Output shape: (N, 2 H, 2 W, C).
    """

    def call(self, inputs):
        x = inputs
        _, height, width, channels = ops.shape(x)
        # Each pixel becomes two, a quarter of a pixel to either side of it.
        above = ops.concatenate([x[:, :1], x[:, :-1]], axis=1)
        below = ops.concatenate([x[:, 1:], x[:, -1:]], axis=1)
        x = ops.stack([0.75 * x + 0.25 * above, 0.75 * x + 0.25 * below], axis=2)
        x = ops.reshape(x, (-1, 2 * height, width, channels))
        before = ops.concatenate([x[:, :, :1], x[:, :, :-1]], axis=2)
        behind = ops.concatenate([x[:, :, 1:], x[:, :, -1:]], axis=2)
        x = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * behind], axis=3)
        return ops.reshape(x, (-1, 2 * height, 2 * width, channels))

    def compute_output_shape(self, shape):
        return (shape[0], *(None if length is None else 2 * length for length in shape[1:3]), shape[3])


@keras.saving.register_keras_serializable(package="lines")
class LeakyReLU(layers.Layer):
    """A ReLU with a slope below zero (Maas et al. 2013).

    Keras' own layer is wrong in TensorFlow's optimised graphs: after a sum it has another slope.

    Args:
        slope: below zero, 0 to 1.
    """

    def __init__(self, slope, **options):
        super().__init__(**options)
        self.slope = slope

    def call(self, inputs):
        return ops.maximum(inputs, self.slope * inputs)

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        return {**super().get_config(), "slope": self.slope}


@keras.saving.register_keras_serializable(package="lines")
class DepthToSpace(layers.Layer):
    """Lays channels out as pixels: (N, H, W, C b b) to (N, H b, W b, C), channel after channel, row after row.

    Args:
        block: b, the side of the square of pixels.
    """

    def __init__(self, block, **options):
        options["dtype"] = "float32"
        super().__init__(**options)
        self.block = block

    def call(self, inputs):
        _, height, width, channels = ops.shape(inputs)
        b, channels = self.block, channels // self.block**2
        x = ops.reshape(inputs, (-1, height, width, channels, b, b))
        x = ops.transpose(x, (0, 1, 4, 2, 5, 3))  # (N, H, b, W, b, C)
        return ops.reshape(x, (-1, height * b, width * b, channels))

    def compute_output_shape(self, shape):
        sides = (None if length is None else length * self.block for length in shape[1:3])
        return (shape[0], *sides, shape[3] // self.block**2)

    def get_config(self):
        return {**super().get_config(), "block": self.block}


@keras.saving.register_keras_serializable(package="lines")
class TakeChannel(layers.Layer):
    """Takes one of a picture's channels.

    Args:
        channel: its index.

    Input shape: (N, H, W, C). Output shape: (N, H, W, 1).
    """

    def __init__(self, channel, **options):
        super().__init__(**options)
        self.channel = channel

    def call(self, inputs):
        return inputs[..., self.channel : self.channel + 1]

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], 1)

    def get_config(self):
        return {**super().get_config(), "channel": self.channel}


@keras.saving.register_keras_serializable(package="lines")
class PadToMultiple(layers.Layer):
    """Pads pictures at the bottom and right to multiples of a size, by repeating the edge.

    Args:
        multiple: in pixels.

    Input shape: (N, H, W, C). Output shape: (N, H', W', C).
    """

    def __init__(self, multiple, **options):
        super().__init__(**options)
        self.multiple = multiple

    def call(self, inputs):
        shape = ops.shape(inputs)
        for axis in (1, 2):
            length = shape[axis]
            if isinstance(length, int) and length % self.multiple == 0:
                continue
            whole = (length + self.multiple - 1) // self.multiple * self.multiple
            inputs = ops.take(inputs, ops.minimum(ops.arange(whole), length - 1), axis=axis)
        return inputs

    def compute_output_shape(self, shape):
        led = (None if length is None else length + -length % self.multiple for length in shape[1:3])
        return (shape[0], *led, shape[3])

    def get_config(self):
        return {**super().get_config(), "multiple": self.multiple}


@keras.saving.register_keras_serializable(package="lines")
class CropToSize(layers.Layer):
    """Cuts what was found to the size of what was given: [(N, H', W', K), (N, H, W, C)] to (N, H, W, K) float32."""

    def __init__(self, **options):
        options["dtype"] = "float32"
        super().__init__(**options)

    def call(self, inputs):
        found, given = inputs
        _, height, width, _ = ops.shape(given)
        return found[:, :height, :width]

    def compute_output_shape(self, shapes):
        found, given = shapes
        return (*given[:3], found[3])


def build_region_unet(variant="default"):
    """Build a network that finds the skeleton map of a picture's regions.

    A skeleton map is a height: 1 on the regions' centre lines, 0 on their boundaries (Zhang et al., "DanbooRegion",
    ECCV 2020).

    Args:
        variant: `"default"` or `"danbooregion"`.

    Returns:
        A `keras.Model` for pictures whose height and width are multiples of 32.

        - `"default"`, named `region_unet`: (N, H, W, 3) float32 RGB 0..1 to (N, H, W, 2) float32 0..1. The channels are
          the skeleton map, and how likely a boundary runs here.
        - `"danbooregion"`, named `danbooregion_unet`: (N, H, W, 3) float32 0..1 in the order BGR to (N, H, W, 1)
          float32: 1 - skeleton map. It is linear and may exceed 0..1.

    Raises:
        ValueError: for an unknown variant.
    """
    if variant == "default":
        return _build_region_default()
    if variant == "danbooregion":
        return _build_region_danbooregion()
    raise ValueError(f"variant must be 'default' or 'danbooregion'. Received: {variant!r}")


def _build_region_default():
    """The line extractor's U-shape, two levels deeper and thinner at full size.

    28 thousand multiply-adds a pixel and 1.29 M parameters (the published network: 66 thousand and 7.86 M).

    - Regions are found better on an enlarged picture, so a pixel must be cheap. Full size is bound by memory and has
      only four thin convolutions. They decide where a boundary runs, to the pixel, from the picture's own edges.
    - What belongs to one region, such as a strand of hair or a sleeve, shows from afar. Hence the levels down to a 32nd
      of the size. The last two hold half of the parameters, at a sixteenth of the work.
    - A sigmoid has a slope everywhere. A clipped line has none beyond its ends, so a pixel that overshot would stay
      there. And a discriminator could tell found maps by heights outside 0..1.
    - The second output, boundaries, is explained in `losses.SkeletonLoss`.
    """
    picture = keras.Input((None, None, 3), name="picture")
    stem = _convolve(picture, REGION_STEM, 3, "stem")  # (N, H, W, 8)
    x = _u_shape(stem, REGION_CHANNELS, REGION_BLOCKS)  # (N, H/2, W/2, 48)
    x = layers.Conv2DTranspose(REGION_HEAD, 2, strides=2, name="up0")(x)  # (N, H, W, 12)
    x = layers.ReLU(name="up0_relu")(layers.Concatenate(name="up0_skip")([x, stem]))
    x = _convolve(x, REGION_HEAD, 3, "head")
    # float32 whatever the policy: heights near 0 and 1 need it.
    x = layers.Conv2D(2, 3, padding="same", dtype="float32", name="logits")(x)
    maps = layers.Activation("sigmoid", dtype="float32", name="maps")(x)  # (N, H, W, 2)
    return keras.Model(picture, maps, name="region_unet")


def _build_region_danbooregion():
    """DanbooRegion's published network (Zhang et al. 2020), layer for layer; 7,862,529 parameters.

    The skips carry what averaging removes: a level minus its halved and enlarged self. Layers with weights stand in the
    authors' order, so that their weight files load.
    """
    picture = keras.Input((None, None, 3), name="picture")
    x, skips = picture, []
    for level, channels in enumerate(DANBOOREGION_CHANNELS):
        x = _convolve_twice(x, channels, f"down{level}")
        if channels != DANBOOREGION_CHANNELS[-1]:
            small = layers.AveragePooling2D(2, name=f"down{level}_halve")(x)
            blurred = layers.UpSampling2D(2, name=f"down{level}_blur")(small)
            skips.append(layers.Subtract(name=f"down{level}_detail")([x, blurred]))
            x = small
    # x: (N, H/32, W/32, 512)
    for level in range(len(skips) - 1, -1, -1):
        x = layers.UpSampling2D(2, name=f"up{level}_enlarge")(x)
        x = layers.Concatenate(name=f"up{level}_skip")([x, skips[level]])
        x = _convolve_twice(x, DANBOOREGION_CHANNELS[level], f"up{level}")
    height = layers.Conv2D(1, 3, padding="same", dtype="float32", name="height")(x)  # (N, H, W, 1)
    return keras.Model(picture, height, name="danbooregion_unet")


def _convolve_twice(x, filters, name):
    return _convolve(_convolve(x, filters, 3, f"{name}_first"), filters, 3, f"{name}_second")


def build_sketch_discriminator(inputs, outputs):
    """Build the discriminator of sketches and colourings, which also sees what they were made of (Isola et al. 2017).

    Args:
        inputs, outputs: channels of what was given, and of what was found.

    Returns:
        A `keras.Model`, named `sketch_discriminator`, for any height and width. Its input is (N, H, W, outputs +
        inputs) float32 0..1, what was found first. Its output is a list: the features of every level, then the scores
        (N, H/16, W/16, 1), high for true.
    """
    return _build_patch_discriminator(outputs + inputs, LINE_DISCRIMINATOR_CHANNELS, "sketch_discriminator")


def build_region_discriminator():
    """Build the discriminator that tells true skeleton maps from found ones.

    It sees the picture together with the map (Isola et al. 2017). So it can judge whether boundaries lie on the
    picture's edges, and not only whether the map looks like one.

    One training step runs it nine times, so it is thin: 4 thousand multiply-adds a pixel against 24 thousand of
    DanbooRegion's. It has no full-size level, because a 4x4 convolution with stride 2 already sees every pixel apart.
    It has no batch normalisation, because that would mix true and found maps.

    Returns:
        A `keras.Model`, named `region_discriminator`, for any height and width. Its input is (N, H, W, 1 + 3) float32
        0..1, the map first. Its output is a list. The features of every level, (N, H/2, W/2, 24) to
        (N, H/64, W/64, 192), come first. The scores, (N, H/64, W/64, 1) float32, high for true, come last. Sizes are
        rounded up.
    """
    return _build_patch_discriminator(1 + 3, REGION_DISCRIMINATOR_CHANNELS, "region_discriminator")


def _build_patch_discriminator(channels, levels, name):
    """A discriminator of patches: `levels` are the channels of its 4x4 convolutions with stride 2.

    Hinge losses need kernels with a spectral norm of 1.
    """
    seen = keras.Input((None, None, channels), name="seen")
    x = layers.Rescaling(2.0, -1.0, name="centre")(seen)  # or the first kernels are spent on brightness
    features = []
    for level, filters in enumerate(levels, start=1):
        look = f"look{level}"
        x = SpectralConv2D(filters, 4, strides=2, padding="same", kernel_initializer="he_normal", name=look)(x)
        x = layers.LeakyReLU(0.2, name=f"{look}_relu")(x)
        features.append(x)
    score = SpectralConv2D(1, 3, padding="same", dtype="float32", name="score")(x)
    return keras.Model(seen, [*features, score], name=name)


@keras.saving.register_keras_serializable(package="lines")
class SpectralConv2D(layers.Conv2D):
    """A convolution whose kernel, as a matrix to the filters, has the spectral norm 1 (Miyato et al. 2018).

    Each training call does one step of power iteration. `keras.layers.SpectralNormalization` overwrites the kernel
    instead. On JAX, where variables are functional, that is lost; on other backends the gradient misses it.
    """

    def build(self, input_shape):
        super().build(input_shape)
        # autocast=False: in 16 bits the direction would soon stand still.
        self.direction = self.add_weight(
            shape=(self.filters,), initializer="random_normal", trainable=False, autocast=False, name="direction"
        )

    def call(self, inputs, training=False):
        matrix = ops.reshape(ops.cast(self.kernel, "float32"), (-1, self.filters))
        direction = ops.normalize(self.direction)
        if training:
            fixed = ops.stop_gradient(matrix)
            direction = ops.normalize(ops.matmul(ops.matmul(fixed, direction), fixed))
            self.direction.assign(direction)
        norm = ops.norm(ops.matmul(matrix, direction))
        kernel = self.kernel / ops.cast(ops.maximum(norm, 1e-6), self.kernel.dtype)
        y = ops.conv(inputs, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)
        return y + self.bias

    # Convolutions write kernel and bias only, as "0" and "1".
    def save_own_variables(self, store):
        super().save_own_variables(store)
        store["direction"] = self.direction

    def load_own_variables(self, store):
        super().load_own_variables(store)
        self.direction.assign(store["direction"])


@keras.saving.register_keras_serializable(package="lines")
class AdversarialModel(keras.Model):
    """A generator, and a discriminator that learns with it: compile, then `fit` or `train_on_batch` like any network.

    A call runs the generator. Both players move in one backward pass: each one's loss stops the gradient to the other.
    So every backend can train it, with one optimizer. The result of a training is `generator`.

    The generator's loss has three parts. They are the compiled loss, the distance between the discriminator's features
    of true and found maps (Wang et al., "pix2pixHD", 2018), and a little of its score. Compiled losses alone hedge:
    where a boundary is uncertain they accept a shallow, blurred one. A discriminator does not.

    The discriminator's loss is the hinge loss (Lim and Ye 2017). The spectral norm of its kernels keeps it stable.

    Args:
        generator: picture (N, H, W, P) to map (N, H, W, C).
        discriminator: maps, or maps and picture in this order, (N, H, W, c [+ P]), to a list of features and, last,
            scores. It sees the first c of the maps, 1 to C.
        paired: weight of the compiled loss.
        matching: weight of the feature distance.
        adversarial: weight of the score.
        discriminator_loss: `"hinge"`; or `"logistic"`, the cross-entropy of the first adversarial networks (Goodfellow
            et al. 2014), as LineRelifer has it.

    The discriminator can join later, see `join`. Until then neither player's adversarial loss counts, and none
    costs time.

    Truth is (N, H, W, c or more) float. Only the compiled loss sees the channels after the first c. The reported `loss`
    is the sum of both players' losses and tells little. `train_on_batch(..., return_dict=True)` also reports `paired`,
    `matching`, `adversarial` and `discriminator`, each without its weight.

    Raises:
        ValueError: for an unknown discriminator, or a discriminator with other channels.
    """

    def __init__(
        self,
        generator,
        discriminator,
        paired=1.0,
        matching=1.0,
        adversarial=0.01,
        discriminator_loss="hinge",
        **options,
    ):
        super().__init__(**options)
        if discriminator_loss not in ("hinge", "logistic"):
            raise ValueError(f"discriminator_loss must be 'hinge' or 'logistic'. Received: {discriminator_loss!r}")
        maps, picture = generator.output_shape[-1], generator.input_shape[-1]
        channels = discriminator.input_shape[-1]
        self.shown = channels if channels <= maps else channels - picture
        if not 1 <= self.shown <= maps:
            raise ValueError(
                f"discriminator must take up to {maps} channels, or up to {maps + picture} with the picture. "
                f"Received: {channels}"
            )
        self.generator, self.discriminator = generator, discriminator
        self.paired, self.matching, self.adversarial = paired, matching, adversarial
        self.discriminator_loss = discriminator_loss
        self.terms = {name: keras.metrics.Mean(name) for name in ("paired", "matching", "adversarial", "discriminator")}
        self.joined = True  # whether the discriminator plays
        self.built = True  # its networks are

    @property
    def chance(self):
        """The discriminator's loss where it cannot tell true from found."""
        return {"hinge": 2.0, "logistic": 2 * math.log(2)}[self.discriminator_loss]

    def join(self, joined=True):
        """Let the discriminator play from now on, or no longer; the next step is compiled anew."""
        self.joined = joined
        self.make_train_function(force=True)

    def call(self, inputs, training=False):
        return self.generator(inputs, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        paired = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not self.joined:
            self.terms["paired"].update_state(paired)
            # Gradients of zero, as there would be a warning about none.
            return self.paired * paired + sum(0.0 * ops.sum(each) for each in self.discriminator.trainable_variables)
        matching, adversarial, judged = self.compare(x, y, y_pred, training)
        for name, value in zip(self.terms, (paired, matching, adversarial, judged)):
            self.terms[name].update_state(value)
        return self.paired * paired + self.matching * matching + self.adversarial * adversarial + judged

    def compare(self, pictures, truth, found, training=False):
        """Return the discriminator's judgements of true and found maps.

        Args:
            pictures, truth, found: (N, H, W, P), (N, H, W, c or more) and (N, H, W, C) float tensors.
            training: whether the estimate of spectral norms goes on.

        Returns:
            (matching, adversarial, judged): scalars. The gradient of the first two goes to `found` only, that of the
            third to the discriminator's weights only.
        """
        truth = self._show(pictures, truth)
        found = self._show(pictures, found)
        both = ops.concatenate([truth, ops.stop_gradient(found)], axis=0)
        *levels, scores = self.discriminator(both, training=training)
        true_scores, found_scores = ops.split(scores, 2, axis=0)
        judge = hinge_loss if self.discriminator_loss == "hinge" else logistic_loss
        judged = judge(true_scores, found_scores)

        # Once more, for the generator: the weights are constants, and the gradient reaches the found maps.
        frozen = [
            [ops.stop_gradient(variable.value) for variable in variables]
            for variables in (self.discriminator.trainable_variables, self.discriminator.non_trainable_variables)
        ]
        (*found_levels, scores), _ = self.discriminator.stateless_call(*frozen, found, training=False)
        true_levels = [ops.stop_gradient(ops.split(level, 2, axis=0)[0]) for level in levels]
        # The saturated logarithm gives no gradient where the discriminator is sure; its mirror image does.
        adversarial = ops.mean(ops.softplus(-scores)) if self.discriminator_loss == "logistic" else -ops.mean(scores)
        return feature_distance(true_levels, found_levels), adversarial, judged

    def _show(self, pictures, maps):
        """What the discriminator sees of a batch: (N, H, W, c [+ P]) float32."""
        maps = ops.cast(maps[..., : self.shown], "float32")
        if self.discriminator.input_shape[-1] == self.shown:
            return maps
        return ops.concatenate([maps, ops.cast(pictures, "float32")], axis=-1)

    def get_config(self):
        names = ("paired", "matching", "adversarial", "discriminator_loss")
        networks = {name: getattr(self, name) for name in ("generator", "discriminator")}
        return {
            **super().get_config(),
            **{name: keras.saving.serialize_keras_object(network) for name, network in networks.items()},
            **{name: getattr(self, name) for name in names},
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        networks = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects=custom_objects)
            for name in ("generator", "discriminator")
        }
        config = {"discriminator_loss": config.get("critic", "hinge"), **config}  # its name in older checkpoints
        config.pop("critic", None)
        return cls(**{**config, **networks})
