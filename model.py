"""Every network of the suite.

    import model
    network = model.build_line_extractor()             # colour picture in; ink, line class and fill edges out
    network = model.build_line_extractor("distiller")  # LineDistiller's published network

All networks are channels-last, take any height and width that is a multiple of 8, and are made of operations that
TensorFlow, JAX and PyTorch share.
"""

import keras
from keras import layers, ops

# The default line extractor, from half of the picture's size down to an eighth.
LINE_CHANNELS = (48, 96, 160)
LINE_BLOCKS = (2, 3, 6)
LINE_STEM = 12  # channels of the two convolutions at full size, before ...
LINE_HEAD = 16  # ... and after the body


def build_line_extractor(variant="default", trainable_resampling=False):
    """Build a network that finds the drawn lines of a picture.

    Args:
        variant: `"default"` or `"distiller"`.
        trainable_resampling: for `"distiller"` only: resample by equivalent layers with the same weights whose
            gradients are safe on TensorFlow's CPU kernels. Needed to train it; the inference result is the same.

    Returns:
        A `keras.Model` for pictures whose height and width are multiples of 8.
        `"default"`, named `line_extractor`: (N, H, W, 3) float32 RGB 0..1 to (N, H, W, 3) float32 0..1, channels ink,
        boundary (the probability that ink here is an outline or an occlusion, and not an inner line) and fill edge.
        `"distiller"`, named `line_distiller`: (N, H, W, 1) float32 grey to (N, H, W, 1) float32, linear, about 1 on
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

    Why it is built so, measured on two CPU cores: thin channels at full size are bound by memory and cost twice as
    much per multiply-add as wider ones at half size, so full size keeps only a stem and a head of one pixel's detail;
    batch normalisation made a training step 1.7 times slower, so blocks have none and start as the identity instead
    (last convolution zero; Fixup, Zhang et al. 2019); the reach that tells a tone or a wedge shadow from a line comes
    from dilation at an eighth of the size (Yu and Koltun 2016).
    """
    picture = keras.Input((None, None, 3), name="picture")
    stem = _convolve(picture, LINE_STEM, 3, "stem")  # (N, H, W, 12)
    x = _convolve(stem, LINE_CHANNELS[0], 2, "down1", strides=2)  # (N, H/2, W/2, 48)
    skips = []
    for level, (channels, blocks) in enumerate(zip(LINE_CHANNELS, LINE_BLOCKS), start=1):
        if level > 1:
            skips.append(x)
            x = _convolve(x, channels, 2, f"down{level}", strides=2)
        for block in range(blocks):
            dilation = 1 + block % 2 if level == len(LINE_CHANNELS) else 1
            x = _bottleneck(x, f"down{level}_block{block + 1}", dilation)
    # x: (N, H/8, W/8, 160)
    for level in range(len(LINE_CHANNELS) - 1, 0, -1):
        x = layers.Conv2D(LINE_CHANNELS[level - 1], 1, name=f"up{level}")(x)
        x = layers.UpSampling2D(2, name=f"up{level}_enlarge")(x)
        x = layers.Add(name=f"up{level}_skip")([x, skips[level - 1]])
        for block in range(LINE_BLOCKS[level - 1]):
            x = _bottleneck(x, f"up{level}_block{block + 1}")
    # Overlap-free transposed convolution: each half-size pixel draws its own four pixels.
    x = layers.Conv2DTranspose(LINE_HEAD, 2, strides=2, name="up0")(x)  # (N, H, W, 16)
    x = layers.ReLU(name="up0_relu")(layers.Concatenate(name="up0_skip")([x, stem]))
    x = _convolve(x, LINE_HEAD, 3, "head1")
    x = _convolve(x, LINE_HEAD, 3, "head2")
    # float32 whatever the policy: probabilities near 0 and 1 need it.
    x = layers.Conv2D(3, 1, dtype="float32", name="logits")(x)
    maps = layers.Activation("sigmoid", dtype="float32", name="maps")(x)  # (N, H, W, 3)
    return keras.Model(picture, maps, name="line_extractor")


def _convolve(x, filters, kernel, name, strides=1):
    """A convolution with bias, He-initialised (He et al. 2015), and ReLU."""
    x = layers.Conv2D(filters, kernel, strides, padding="same", kernel_initializer="he_normal", name=name)(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _bottleneck(x, name, dilation=1):
    """Residual 1x1 - 3x3 - 1x1 bottleneck (He et al. 2016) at half the channels; starts as the identity."""
    filters = x.shape[-1]
    y = _convolve(x, filters // 2, 1, f"{name}_reduce")
    y = layers.Conv2D(
        filters // 2, 3, padding="same", dilation_rate=dilation, kernel_initializer="he_normal", name=f"{name}_look"
    )(y)
    y = layers.ReLU(name=f"{name}_look_relu")(y)
    y = layers.Conv2D(filters, 1, kernel_initializer="zeros", name=f"{name}_expand")(y)
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([x, y]))


# LineDistiller: blocks and inner channels of each level on the way down, from full size to an eighth.
DISTILLER_LEVELS = ((4, 8), (6, 16), (9, 32), (12, 64))


def _build_line_distiller(trainable_resampling):
    """LineDistiller's published network (hepesu, 2018), layer for layer; 1,340,810 parameters.

    Pre-activation bottlenecks (He et al. 2016, "Identity Mappings") throughout, batch normalisation before every
    convolution of a branch; the first block of each level changes size and channels by strided 1x1 convolutions, on
    the branch and on the shortcut alike. Layers are made in the author's order, so that his weight files load in it.
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
