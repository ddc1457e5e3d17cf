"""Colours for a sketch: a palette from which colours are chosen, and dabs of colour that a user gives.

    picture = colour(find, sketch, hints)        # (H, W, 3) uint8 RGB
    hints = invent_hints(find, sketch, seed=0)   # (H, W, 4) uint8: coloured areas, plausible together

A sketch does not tell its colours. A network trained for the least error answers with the mean, a brown. This one finds
how likely each colour is (Zhang et al., "Colorful Image Colorization", ECCV 2016). Each area gets one of the likely
colours at random, large areas first. The network then sees that area coloured, so that the next ones match it.

A dab is far from most of its area. Before the network sees dabs, they are spread up to the lines, see `spread_hints`.
"""

import math
from pathlib import Path

import cv2
import numpy as np

from illustration_parts.imaging import filters, images
from illustration_parts.networks import tiling
from illustration_parts.system import cli
from illustration_parts.system.cli import describe
from illustration_parts.tasks import sketches
from illustration_parts.tasks.options import Option


def network_channels(network):
    """Return how many channels a colouring network has: colours, and in the default one classes."""
    return 6 if network.name == "colorize_unet" else 3


CELL = 4  # pixels; classes are known for squares of this side
GREYS = 5
HUES = 14
TONES = ((84.0, 22.0), (64.0, 60.0), (40.0, 40.0))  # lightness and chroma of each hue's colours: pale, pure, deep
SKINS = ((255, 236, 224), (252, 222, 202), (247, 202, 173), (217, 151, 108), (153, 88, 46))
SKIN = GREYS + HUES * len(TONES)  # the last class: skin of any colour
CLASSES = SKIN + 1  # 48, which three channels hold in a cell
SHORT_SIDE = 640  # pixels; larger pictures are coloured at this size
BAND = 512  # rows enlarged at a time
WORK_SIDE = 448  # pixels; longest side on which colours are chosen
PAPER = 190  # levels; lighter pixels are not part of a line
BALLS = (5.0, 2.5)  # pixels; radii of the balls that find areas, see `find_areas`
LEAST_AREA = 40  # pixels; smaller areas get the colours around them
MAYBE_SKIN = 0.12  # probability from which an area counts as skin
LIKED = 4  # preferred hues of each tone in a picture, so that pieces of one thing agree more often
OTHERS = 0.05  # factor on the probability of all other hues
ENOUGH = 0.1  # share of a picture; a colour that covers as much becomes half as likely
LIKELY = 3.0  # power of probabilities: above 1 unlikely colours are rarer
DULL = 0.15  # weight of greys, the safe answer of an unsure network; Zhang et al. rebalance classes, too
GAP = 8.0  # pixels; nearer to lines than this, colours spread last
BEYOND = 64  # of 255; how sure a spread colour is behind a line


def make_palette():
    """Make the colours of the classes, (48, 3) uint8 RGB: greys; hues, each pale, pure and deep; skin."""
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
    """Whether sRGB can show a colour: the conversion and back does not change it."""
    lab = np.array([[[lightness, chroma * np.cos(hue), chroma * np.sin(hue)]]], np.float32)
    back = cv2.cvtColor(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB).clip(0, 1), cv2.COLOR_RGB2LAB)
    return float(np.abs(back - lab).max()) < 1.0


def unpack_classes(packed):
    """Unpack the probabilities of the classes from a network's output.

    Args:
        packed: (H, W, 3) floats, H and W multiples of 4. The 48 numbers of each square of 4x4 pixels are the shares of
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

    The colours are found in a small picture, of which the network sees enough at a time. Then the sketch's own lines
    are laid over them at full size.

    Args:
        find: function of a sketch and its hints, (h, w, 5) uint8. It returns colours, (h, w, 3) floats 0..1, or with
            packed classes (h, w, 6), which inventing needs.
        sketch: (H, W) uint8, dark lines on white.
        hints: dabs of colour, (H, W, 4) uint8 of the sketch's size, or smaller: RGB, and 255 on dabs. None for none.
        invent: whether to choose colours if there are no dabs at all, see `invent_hints`. If there are some, areas
            without a dab match the areas around them.
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
        # Make up for differences between the small sketch and the sketch itself.
        detail = (sketch[band].astype(np.float32) + 16) / (wide[..., 3] + 16)
        result[band] = np.clip(wide[..., :3] * detail[..., None] + 0.5, 0, 255)
    return result


def prepare(sketch, hints):
    """Make a colouring network's input, (H, W, 5) uint8, of a (H, W) sketch and its (H, W, 4) hints, spread."""
    return np.dstack([sketch, spread_hints(sketch, hints)])


def spread_hints(sketch, hints):
    """Spread each dab of colour over the part of a sketch that is nearer to it than to others; lines slow it down.

    This is OpenCV's watershed from the dabs (Meyer 1992), over the sketch and the distance from its lines.

    Args:
        sketch: (H, W) uint8, dark lines on white.
        hints: (H, W, 4) uint8: RGB, and 255 where there is a dab.

    Returns:
        (H, W, 4) uint8: RGB everywhere, and how sure it is. That is 255 on dabs and on paper that no line cuts off from
        them, and 64 elsewhere. All 0 without dabs.
    """
    dabs = hints[..., 3] > 127
    count, labels = cv2.connectedComponents(dabs.view(np.uint8))
    if count == 1:
        return np.zeros_like(hints)
    # The watershed goes by differences. Open paper has none, so it is flooded first. Then come places near lines and in
    # gaps, where the distance changes, and then lines. Its frame lies outside; its ridges are filled from beside.
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
    """Enlarge a (h, w, C) uint8 picture to (H, W), and return some rows: (rows, W, C) float32, bilinear."""
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
    """Resize hints so that no dab is lost: (h, w, 4) uint8."""
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
        find: function of a sketch and its hints, (h, w, 5) uint8. It returns colours and packed classes, (h, w, 6)
            floats 0..1. It is called several times, with at most 224x224 pixels.
        sketch: (H, W) uint8, dark lines on white.
        seed: of the choice.

    Returns:
        (h, w, 4) uint8, at most 448 pixels each way: RGB, and 255 in coloured areas. On lines and in areas that are too
        small it is 0.
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
        likely: (48,) floats, probabilities of the classes by the network.
        liked: (48,) floats, how much the picture prefers each class.
        rng: `numpy.random.Generator`.
    """
    likely = likely / max(likely.sum(), 1e-6)
    if likely[SKIN] >= MAYBE_SKIN:
        return SKIN
    # The surer the network is, the less preference and chance count.
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
    """Shrink a (H, W) uint8 sketch to the size at which colours are chosen."""
    scale = min(1.0, WORK_SIDE / max(sketch.shape))
    size = tuple(max(2 * CELL, round(length * scale / (2 * CELL)) * 2 * CELL) for length in sketch.shape)
    return cv2.resize(sketch, size[::-1], interpolation=cv2.INTER_AREA)


def halve(given, smooth=False):
    """Halve the size of (H, W, C) uint8, H and W even. The first channel is averaged, or with `smooth` all of them.

    From afar, lines that belong together are near each other, and the network sees what they show.
    """
    small = cv2.resize(given, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    if not smooth:
        small[..., 1:] = given[::2, ::2, 1:]
    return small


def find_areas(sketch):
    """Find the areas of a sketch, even if their outlines have gaps: a ball that rolls inside does not leave.

    First come the areas that hold a large ball, then those that hold only a smaller one (trapped-ball segmentation,
    Zhang et al., "Vectorizing Cartoon Animations", 2009).

    Args:
        sketch: (H, W) uint8, dark lines on white.

    Returns:
        (H, W) int32: 0 on lines and in small areas; then areas from the largest, from 1.
    """
    paper = (sketch > PAPER).view(np.uint8)
    # The picture's edge is not a line.
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


# Chances of hints: none; the largest areas in their colours, as where colours are chosen; these colours spread over the
# rest; or dabs. In the first two the network sees the whole picture, from afar.
HINTS = {"none": 0.5, "areas": 0.2, "grown": 0.15, "dabs": 0.15}
AFAR = ("none", "areas")
NEARER = 1.3  # how much a picture seen from afar may be enlarged beyond the size that shows all of it
MOST_DABS = 60  # on a picture
DAB = (1.5, 7.0)  # pixels, smallest and largest radius
COLOURLESS = 8.0  # mean CIE Lab chroma; there are no colours to learn from paler pictures
DARK = 1.5  # of `filters.find_gain`; drawn pictures that need more are too dark to learn from
COLOUR_ATTEMPTS = 8  # pictures tried in a row until one is neither pale nor dark
FEW_LINES = 0.01  # share of ink; with less, the lines alone are no sketch


def choose_sketch(grey, lines, rng):
    """Make a sketch of a random kind: XDoG, colour dodge, or for a drawn picture its lines alone."""
    kind = rng.choice(("auto", "xdog", "dodge", "lines"), p=(0.4, 0.2, 0.15, 0.25))
    if kind == "lines" and lines is not None and (lines < 128).mean() >= FEW_LINES:
        return lines
    if kind == "dodge":
        return filters.dodge(grey)
    if kind == "xdog":
        return filters.xdog(grey, float(rng.choice(filters.SIGMAS)), power=rng.uniform(1, filters.POWER))
    return sketches.draw_to_suit(grey)


def give_hints(kind, given, picture, rng):
    """A sketch with hints of a kind of `HINTS`: (H, W, 5) uint8.

    Args:
        kind: `"none"`, `"areas"`, `"grown"` or `"dabs"`.
        given: (H, W) uint8, the sketch. picture: (H, W, 3) uint8 RGB, its true colours.
        rng: `numpy.random.Generator`.
    """
    if kind == "none":
        return np.dstack([given, np.zeros((*given.shape, 4), np.uint8)])
    if kind == "dabs":
        return prepare(given, make_hints(picture, choose_count(MOST_DABS, rng), rng))
    areas = find_areas(given)
    shades = find_own_colours(picture, areas)
    hints = fill_areas(areas, shades[: 1 + choose_count(len(shades), rng)])
    return np.dstack([given, hints]) if kind == "areas" else prepare(given, hints)


def choose_count(most, rng):
    """A number from 1 to `most`, small ones as likely as large ones."""
    return round(math.exp(rng.uniform(0, math.log(most))))


def make_hints(picture, count, rng):
    """Put dabs of a picture's own colours on an empty sheet.

    Args:
        picture: (H, W, 3) uint8 RGB. count: how many. rng: `numpy.random.Generator`.

    Returns:
        (H, W, 4) uint8: RGB and where it counts, 255 on dabs, 0 elsewhere (RGB too).
    """
    hints = np.zeros((*picture.shape[:2], 4), np.uint8)
    for y, x in rng.integers(0, picture.shape[:2], (count, 2)):
        add_dab(hints, picture, int(x), int(y), float(np.exp(rng.uniform(*np.log(DAB)))))
    return hints


def add_dab(hints, picture, x, y, radius):
    """Add a round dab of the median colour there is under it."""
    reach = max(1, round(radius))
    part = picture[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
    colour = np.median(part.reshape(-1, 3), axis=0)
    cv2.circle(hints, (x, y), round(radius), (*colour.tolist(), 255), -1)


def measure_chroma(picture):
    """CIE Lab chroma of (H, W, 3) uint8 RGB, (H, W) float32, 0 for greys, about 100 for the purest colours."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.hypot(lab[..., 1], lab[..., 2])


DAB_SIDE = 5.0  # pixels; radius of the largest dab


def place_dabs(picture, regions, count):
    """Place dabs as a person does: one in the middle of each of the largest areas, in its colour.

    Args:
        picture: (H, W, 3) uint8 RGB. regions: (H, W) int32 ids 0..n-1. count: of dabs.

    Returns:
        (H, W, 4) uint8, see `colour`.
    """
    hints = np.zeros((*regions.shape, 4), np.uint8)
    for region in np.argsort(-np.bincount(regions.ravel()), kind="stable")[:count]:
        mask = regions == region
        put_dab(hints, mask, np.median(picture[mask], axis=0).tolist())
    return hints


def put_dab(hints, mask, colour):
    """Put a dab on (H, W, 4) uint8 hints in the middle of a (H, W) bool mask: where its border is farthest."""
    distance = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = divmod(int(distance.argmax()), mask.shape[1])
    cv2.circle(hints, (x, y), max(1, round(min(DAB_SIDE, 0.7 * float(distance[y, x])))), (*colour, 255), -1)


GROUP = "colours of sketches"


def read_hints(hints, picture, max_megapixels=images.MAX_MEGAPIXELS):
    """Read dabs of colour for a picture.

    Args:
        hints: a file, or (H, W, 4) uint8 RGBA.
        picture: (H, W, 3) uint8 RGB that they are for.
        max_megapixels: limit of the file.

    Returns:
        (H, W, 4) uint8.

    Raises:
        ValueError: if they are no such sheet, or of another size; the message names the file.
    """
    what = "its hints" if isinstance(hints, np.ndarray) else f"its hints, {hints}"
    if not isinstance(hints, np.ndarray):
        try:
            hints = images.read_hints(hints, max_megapixels)
        except (OSError, ValueError) as error:
            raise ValueError(f"{what}: {describe(error)}") from error
    if hints.shape[:2] != picture.shape[:2]:
        sizes = [f"{array.shape[1]}x{array.shape[0]}" for array in (picture, hints)]
        raise ValueError(f"is {sizes[0]}, but {what}, are {sizes[1]}")
    return hints


class Colorize(sketches.SketchTask):
    """Finds colours for a sketch, by dabs or by chance."""

    name = "colorize"
    networks = sketches.list_networks(name, 192, 32)
    defaults = sketches.SketchTask.defaults | {"batch": 12, "crop": 160, "learning_rate": 1.2e-3}
    adversarial_weight = 0.0
    score_fields = ("mae", "lab", "chroma")
    suits_after = COLOUR_ATTEMPTS
    channels = (5, 3)
    degraded = 0.2
    ending = ".colorized"
    follows = ("sketch", "binary2sketch", "lines", "refine")
    options = (
        sketches.SHEET,
        Option(
            "keep_colour", "areas in the picture's own colours (default: chosen colours)", bool, False,
            aliases=("--keep-color",), group="how lines look",
        ),
        Option(
            "hints",
            "dabs of colour on a transparent sheet of the picture's size, which colour the areas under them",
            Path, None, "FILE", group=GROUP,
        ),
        Option(
            "seed", "seed of the colours that are chosen without dabs (default: %(default)s)", cli.whole(0), 0, "N",
            group=GROUP,
        ),
        Option(
            "sketch_weights", "network that sketches coloured pictures first (default: weights/sketch)", str, None,
            "FILE", group=GROUP,
        ),
    )  # fmt: skip

    def suits(self, source):
        """Whether a source has colours to learn from, and plain light.

        Drawn scenes in the dark are left out: a sketch does not show the dark.
        """
        thin = np.ascontiguousarray(source.picture[::2, ::2])
        dark = source.lines is not None and filters.find_gain(sketches.to_grey(thin)) > DARK
        return measure_chroma(thin).mean() > COLOURLESS and not dark

    def make(self, source, size, rng):
        """Make one example: (a sketch and its hints; the picture and where skin is)."""
        kind = rng.choice(list(HINTS), p=list(HINTS.values()))
        afar = kind in AFAR
        nearest = NEARER if afar else None
        clean, degraded, sketch, lines, skin = self.view(
            source, 2 * size if afar else size, rng, upright=True, nearest=nearest
        )
        given = choose_sketch(sketches.to_grey(degraded), lines, rng) if sketch is None else sketch
        skin = np.zeros(given.shape, np.uint8) if skin is None else skin
        given, truth = give_hints(kind, given, clean, rng), np.dstack([clean, skin])
        return (halve(given), halve(truth, True)) if afar else (given, truth)

    def has_classes(self, variant):
        """Whether a network tells classes of colours, too: the default one does."""
        return variant == "default"

    def loss(self, variant):
        """Return the loss of a variant."""
        if variant != "default":
            return super().loss(variant)
        from illustration_parts.networks import losses

        return losses.ColourLoss(make_palette().tolist())

    def score(self, maps, targets):
        """Return {"mae", "lab", "chroma"}: mean absolute error; CIE Lab distance; found chroma over the true one."""
        found, true = (
            np.stack([cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2LAB) for picture in pictures])
            for pictures in (np.clip(maps[..., :3], 0, 1).astype(np.float32), images.to_network(targets))
        )
        chroma = [np.hypot(lab[..., 1], lab[..., 2]).mean() for lab in (found, true)]
        apart = float(np.linalg.norm(found - true, axis=-1).mean())
        return super().score(maps, targets) | {"lab": apart, "chroma": float(chroma[0] / max(1e-6, chroma[1]))}

    def load_networks(self, load, options):
        """Load the network, and for coloured pictures the one that sketches."""
        networks = super().load_networks(load, options)
        return networks | {"sketch": load(options.sketch_weights, "sketch")}

    def lay_out(self, networks, picture, options, track=iter):
        """Return what dabs are painted on, (H, W) uint8: the sketch, or for a coloured picture what is made of it."""
        if is_colourless(picture):
            return sketches.to_grey(picture)
        return tiling.run(networks["sketch"], filters.lighten(picture), progress=track)[..., 0]

    def predict(self, networks, picture, options, track=iter, original=None):
        """Colour a sketch: `sketch`, (H, W, 3) uint8 RGB, and where asked for `sheet`.

        A coloured picture, which no other task has sketched, is sketched first.

        Raises:
            ValueError: if the hints do not fit.
        """
        network, remarks, hints = networks["colorize"], [], None
        given = picture if original is None else original
        if options.hints is not None:
            hints = read_hints(options.hints, given, getattr(options, "max_megapixels", images.MAX_MEGAPIXELS))
        coloured = not is_colourless(given)
        if original is not None:
            lines = picture
        elif coloured:
            remarks.append("coloured, sketched first")
            lines = self.lay_out(networks, picture, options, track)
        else:
            lines = sketches.to_grey(picture)
        if options.keep_colour and coloured and hints is None:
            hints = keep_hints(given, lines)

        def find(seen):
            return tiling.run(network, seen, network_channels(network), np.float32, progress=track)

        found = colour(find, lines, hints, network.name == "colorize_unet", options.seed)
        return self.finish_sketch(given, found, options, remarks)
