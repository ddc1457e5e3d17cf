"""Colours for a sketch: the palette that a colouring network chooses from, and dabs that it then goes by.

    picture = colours.colour(find, sketch, hints)        # (H, W, 3) uint8 RGB
    hints = colours.invent_hints(find, sketch, seed=0)   # (H, W, 4) uint8: coloured areas, plausible together

Of a sketch without colours no network can know the true ones. Asked for the least error it settles for their mean, a
brown. So it is asked what is how likely instead, as Zhang et al. ("Colorful Image Colorization", ECCV 2016) do, and one
colour of those is drawn at random for each area, large areas first; the network then sees that area coloured, and goes
on from there, so that what belongs together gets colours that do.

A dab is far from most of its area. Before the network sees dabs, they are spread up to the lines, see `spread_hints`.
"""

import cv2
import numpy as np

import images

CELL = 4  # pixels; classes are known for squares of this side
GREYS = 5
HUES = 14
TONES = ((84.0, 22.0), (64.0, 60.0), (40.0, 40.0))  # lightness and chroma of each hue's colours: pale, pure, deep
SKINS = ((255, 236, 224), (252, 222, 202), (247, 202, 173), (217, 151, 108), (153, 88, 46))
SKIN = GREYS + HUES * len(TONES)  # the last class is skin, of whatever colour
CLASSES = SKIN + 1  # 48: as many as three channels hold in a cell

SHORT_SIDE = 640  # pixels; larger pictures are coloured at this size
BAND = 512  # rows enlarged at a time
WORK_SIDE = 448  # pixels; longest side on which colours are chosen
PAPER = 190  # levels; lighter is no line
BALLS = (5.0, 2.5)  # pixels; radii of the balls by which areas are told apart where their outlines gape
LEAST_AREA = 40  # pixels; smaller areas go with what is around
MAYBE_SKIN = 0.12  # an area that is skin as likely as that is taken for it
LIKED = 4  # hues of each tone that a picture keeps to, mostly: pieces of one thing then agree more often
OTHERS = 0.05  # how much of their likelihood others keep
ENOUGH = 0.1  # share of a picture; a colour that covers as much is chosen again half as readily
LIKELY = 3.0  # power of probabilities: above 1 unlikely colours are rarer
DULL = 0.15  # weight of greys, which are the likeliest where little is known; Zhang et al. rebalance classes, too
GAP = 8.0  # pixels; colours spread late where lines are nearer
BEYOND = 64  # of 255; how sure a spread colour is behind a line


def make_palette():
    """The colours of the classes, (48, 3) uint8 RGB: greys from dark to light; hues, each pale, pure and deep; skin."""
    lab = [(lightness, 0.0, 0.0) for lightness in np.linspace(6, 98, GREYS)]
    for hue in np.arange(HUES) * 2 * np.pi / HUES:
        for lightness, chroma in TONES:
            while not _is_shown(lightness, chroma, hue):
                chroma -= 1.0
            lab.append((lightness, chroma * np.cos(hue), chroma * np.sin(hue)))
    return np.vstack([np.round(255 * _to_rgb(lab)).clip(0, 255), SKINS[2]]).astype(np.uint8)


def _to_rgb(lab):
    return cv2.cvtColor(np.array(lab, np.float32).reshape(1, -1, 3), cv2.COLOR_LAB2RGB)[0]


def _is_shown(lightness, chroma, hue):
    """Whether a screen can show a colour: it comes back from RGB as it was."""
    lab = np.array([[[lightness, chroma * np.cos(hue), chroma * np.sin(hue)]]], np.float32)
    back = cv2.cvtColor(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).clip(0, 1), cv2.COLOR_RGB2LAB)
    return float(np.abs(back - lab).max()) < 1.0


def unpack_classes(packed):
    """Probabilities of the classes from the form in which a network gives them.

    Args:
        packed: (H, W, 3) floats, H and W multiples of 4: of each square of 4x4 pixels the 48 numbers are the shares of
            its 48 classes, channel after channel, row after row.

    Returns:
        (H/4, W/4, 48) float32 that sum to 1.
    """
    height, width, channels = packed.shape
    cells = packed.reshape(height // CELL, CELL, width // CELL, CELL, channels)
    shares = cells.transpose(0, 2, 4, 1, 3).reshape(height // CELL, width // CELL, -1).astype(np.float32)
    return shares / np.maximum(shares.sum(-1, keepdims=True), 1e-6)


def colour(find, sketch, hints=None, invent=True, seed=0):
    """Colour a sketch.

    What colour an area has is decided on a small picture, of which a network sees enough at a time; the sketch's own
    lines are then laid over it at full size.

    Args:
        find: function of (h, w, 5) uint8, a sketch and its hints, that returns (h, w, 3) floats 0..1, or (h, w, 6) with
            packed classes, which inventing needs.
        sketch: (H, W) uint8, dark lines on white.
        hints: (H, W, 4) uint8 of the sketch's size, or smaller, dabs of colour: RGB and 255 where there is one; None
            for none.
        invent: whether to choose colours where there are no dabs at all, see `invent_hints`; where there are some,
            areas without one go with what is around.
        seed: of that choice.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    scale = min(1.0, SHORT_SIDE / min(sketch.shape))
    size = tuple(max(1, round(length * scale)) for length in sketch.shape)
    small = cv2.resize(sketch, size[::-1], interpolation=cv2.INTER_AREA) if scale < 1 else sketch
    if invent and (hints is None or not hints.any()):
        hints = invent_hints(find, small, seed)
    hints = np.zeros((*size, 4), np.uint8) if hints is None else fit_hints(hints, size)
    found = images.to_uint8(np.ascontiguousarray(find(prepare(small, hints))[..., :3]))
    if scale == 1:
        return found
    result = np.empty((*sketch.shape, 3), np.uint8)
    for top in range(0, sketch.shape[0], BAND):  # to bound the memory
        band = slice(top, min(top + BAND, sketch.shape[0]))
        wide = enlarge(np.dstack([found, small]), sketch.shape, band)
        # Where the small sketch is darker or lighter than the sketch itself, so is the result.
        detail = (sketch[band].astype(np.float32) + 16) / (wide[..., 3] + 16)
        result[band] = np.clip(wide[..., :3] * detail[..., None] + 0.5, 0, 255)
    return result


def prepare(sketch, hints):
    """What a colouring network is given: (H, W, 5) uint8, a (H, W) sketch and its (H, W, 4) hints, spread."""
    return np.dstack([sketch, spread_hints(sketch, hints)])


def spread_hints(sketch, hints):
    """Spread dabs of colour over a sketch, each as far as it is nearer than the others, which lines hold up.

    The way is OpenCV's watershed from the dabs (Meyer 1992), over the sketch and its lines' distance.

    Args:
        sketch: (H, W) uint8, dark lines on white.
        hints: (H, W, 4) uint8: RGB, and 255 where there is a dab.

    Returns:
        (H, W, 4) uint8: RGB everywhere, and how sure it is: 255 on the dabs and where the paper around one goes on
        without a line, 64 elsewhere. All 0 where there are no dabs.
    """
    dabs = hints[..., 3] > 127
    count, labels = cv2.connectedComponents(dabs.view(np.uint8))
    if count == 1:
        return np.zeros_like(hints)
    # The watershed goes by differences. There are none in the open, so that is flooded first; then what is near lines
    # and in gaps between them, where the distance changes; then lines. Its frame and its ridges belong to no dab: the
    # one lies outside, the other is filled from beside.
    open_paper = cv2.distanceTransform((sketch > PAPER).view(np.uint8), cv2.DIST_L2, 3)
    far = (np.minimum(open_paper, GAP) * (255 / GAP)).astype(np.uint8)
    heights = cv2.copyMakeBorder(cv2.merge([sketch, far, far]), 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    markers = cv2.copyMakeBorder(labels, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    flooded = cv2.watershed(heights, markers).astype(np.float32)
    owners = np.where(flooded > 0, flooded, cv2.dilate(flooded, np.ones((3, 3), np.uint8)))[2:-2, 2:-2].astype(np.int32)
    owners = np.where(dabs, labels, np.maximum(owners, 0))
    sums = np.stack([np.bincount(labels[dabs], hints[..., k][dabs], count) for k in range(3)], axis=1)
    shades = np.round(sums / np.maximum(np.bincount(labels[dabs], minlength=count), 1)[:, None])
    spread = np.empty_like(hints)
    spread[..., :3] = shades.astype(np.uint8)[owners]
    parts, paper = cv2.connectedComponents((sketch > PAPER).view(np.uint8))
    touched = np.zeros((count, parts), bool)
    touched[labels[dabs], paper[dabs]] = True
    touched[:, 0] = False  # lines
    spread[..., 3] = np.where(touched[owners, paper], 255, BEYOND)
    spread[..., 3][owners == 0] = 0
    spread[dabs] = hints[dabs]
    return spread


def enlarge(picture, shape, band):
    """Some rows of a (h, w, C) uint8 picture enlarged to a (H, W): (rows, W, C) float32, bilinear."""
    (height, width), (own_height, own_width) = shape, picture.shape[:2]
    matrix = np.array(
        [
            [own_width / width, 0, 0.5 * own_width / width - 0.5],
            [0, own_height / height, (band.start + 0.5) * own_height / height - 0.5],
        ]
    )
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (width, band.stop - band.start)
    return cv2.warpAffine(picture, matrix, size, flags=way, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)


def fit_hints(hints, shape):
    """Bring hints to another size so that no dab is lost: (h, w, 4) uint8."""
    if hints.shape[:2] == tuple(shape):
        return hints
    if hints.shape[0] < shape[0]:
        return cv2.resize(hints, shape[::-1], interpolation=cv2.INTER_NEAREST)
    mask = cv2.resize(hints[..., 3].astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    sums = cv2.resize(hints[..., :3].astype(np.float32), shape[::-1], interpolation=cv2.INTER_AREA)
    there = mask > 12  # a twentieth of a pixel
    small = np.zeros((*shape, 4), np.uint8)
    small[there, :3] = np.clip(sums[there] * (255 / mask[there])[:, None] + 0.5, 0, 255)
    small[there, 3] = 255
    return small


def invent_hints(find, sketch, seed=0):
    """Choose a colour for each area of a sketch.

    Args:
        find: function of (h, w, 5) uint8, a sketch and its hints, that returns (h, w, 6) floats 0..1: colours, and
            packed classes. It is asked several times, of a picture of 224x224 pixels at most.
        sketch: (H, W) uint8, dark lines on white.
        seed: of the choice.

    Returns:
        (h, w, 4) uint8, 448 pixels at most each way: RGB, and 255 where an area has got its colour, 0 on lines and in
        what is too small.
    """
    small = shrink_to_work(sketch)
    areas = find_areas(small)
    palette, rng = make_palette(), np.random.default_rng(seed)
    palette[SKIN] = SKINS[rng.integers(len(SKINS))]  # one for the whole picture
    liked = np.ones(CLASSES)
    for tone in range(len(TONES)):
        liked[GREYS + tone + len(TONES) * rng.permutation(HUES)[LIKED:]] = OTHERS
    chosen = np.zeros((areas.max() + 1, 3), np.uint8)
    covered = np.zeros(CLASSES)
    begin, end = 1, 2
    while begin < len(chosen):
        given = np.dstack([small, fill_areas(areas, chosen[:begin])])
        classes = unpack_classes(find(halve(given))[..., 3:])
        for area in range(begin, min(end, len(chosen))):
            mask = (areas == area).astype(np.float32)
            share = cv2.resize(mask, classes.shape[1::-1], interpolation=cv2.INTER_AREA)
            likely = (classes * share[..., None]).sum((0, 1))
            choice = choose_class(likely, liked / (1 + covered / ENOUGH), rng)
            covered[choice] += mask.mean()
            chosen[area] = palette[choice]
        begin, end = end, 2 * end
    return fill_areas(areas, chosen)


def choose_class(likely, liked, rng):
    """Choose one of the classes: skin where it may well be, else at random.

    Args:
        likely, liked: (48,) floats, how likely the classes are by the network, and how much a picture keeps to them.
        rng: `numpy.random.Generator`.
    """
    likely = likely / max(likely.sum(), 1e-6)
    if likely[SKIN] >= MAYBE_SKIN:
        return SKIN
    # The surer, the less is left to taste, and to chance.
    likely = likely * liked ** (1 - likely.max())
    likely[SKIN] = 0
    likely[:GREYS] *= DULL
    likely /= max(likely.sum(), 1e-6)
    likely **= LIKELY / (1.02 - likely.max())
    return rng.choice(CLASSES, p=likely / likely.sum())


def keep_hints(picture, sketch):
    """Give each area of a sketch its picture's own colour.

    Args:
        picture: (H, W, 3) uint8 RGB. sketch: (H, W) uint8, dark lines on white.

    Returns:
        (h, w, 4) uint8, as of `invent_hints`.
    """
    small = shrink_to_work(sketch)
    own = cv2.resize(picture, small.shape[::-1], interpolation=cv2.INTER_AREA)
    areas = find_areas(small)
    return fill_areas(areas, find_own_colours(own, areas))


def shrink_to_work(sketch):
    """A (H, W) uint8 sketch at the size at which colours are chosen."""
    scale = min(1.0, WORK_SIDE / max(sketch.shape))
    size = tuple(max(2 * CELL, round(length * scale / (2 * CELL)) * 2 * CELL) for length in sketch.shape)
    return cv2.resize(sketch, size[::-1], interpolation=cv2.INTER_AREA)


def halve(given, smooth=False):
    """Halve the size of (H, W, C) uint8, H and W even: by means the first channel, or all, and the others by choice.

    What something is is seen best from afar, where lines that belong together are near each other.
    """
    small = cv2.resize(given, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    if not smooth:
        small[..., 1:] = given[::2, ::2, 1:]
    return small


def find_areas(sketch):
    """Find the areas of a sketch, also those whose outlines have gaps, as balls do that roll in them.

    Where a large ball goes is an area; where only smaller ones go are others (trapped-ball segmentation, Zhang et al.,
    "Vectorizing Cartoon Animations", 2009).

    Args:
        sketch: (H, W) uint8, dark lines on white.

    Returns:
        (H, W) int32: 0 for lines and what is too small, then areas from the largest.
    """
    paper = (sketch > PAPER).view(np.uint8)
    # What is beyond the picture's edge is no line.
    distance = cv2.distanceTransform(np.pad(paper, 1, mode="edge"), cv2.DIST_L2, 5)[1:-1, 1:-1]
    areas, count = np.zeros(sketch.shape, np.int32), 0
    for radius in BALLS:
        cores = ((distance > radius) & (areas == 0)).view(np.uint8)
        if not cores.any():
            continue
        ways, nearest = cv2.distanceTransformWithLabels(1 - cores, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_CCOMP)
        grown = (ways <= radius + 1) & (paper > 0) & (areas == 0)
        areas[grown] = nearest[grown] + count
        count = int(areas.max())
        areas[np.bincount(areas.ravel())[areas] < LEAST_AREA] = 0
    sizes = np.bincount(areas.ravel())
    sizes[0] = 0
    order = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    numbers = np.zeros(len(sizes), np.int32)
    numbers[order] = np.arange(1, len(order) + 1)
    return numbers[areas]


def find_own_colours(picture, areas):
    """The median colour of each of n areas in a (H, W, 3) uint8 RGB picture: (n + 1, 3) uint8, 0 for no area."""
    shades = np.zeros((areas.max() + 1, 3), np.uint8)
    order = np.argsort(areas, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(areas.ravel()))
    points = picture.reshape(-1, 3)[order]
    for area in range(1, len(shades)):
        shades[area] = np.median(points[ends[area - 1] : ends[area]], axis=0)
    return shades


def fill_areas(areas, shades):
    """Fill areas with colours, each but its rim, which keeps neighbours apart.

    Args:
        areas: (H, W) int32, of `find_areas`. shades: (k, 3) uint8 RGB of the areas below k; the others stay empty.

    Returns:
        (H, W, 4) uint8: RGB and 255, or 0.
    """
    levels = areas.astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    there = (cv2.dilate(levels, kernel) == cv2.erode(levels, kernel)) & (areas > 0) & (areas < len(shades))
    hints = np.zeros((*areas.shape, 4), np.uint8)
    hints[there, :3] = shades[areas[there]]
    hints[there, 3] = 255
    return hints


def is_colourless(picture):
    """Whether hardly a pixel of a (H, W, 3) uint8 RGB picture differs between its channels."""
    thin = picture[::4, ::4].astype(np.int16)
    return float((np.ptp(thin, axis=-1) > 24).mean()) < 0.01
