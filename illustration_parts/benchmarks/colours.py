"""Quality of colours: of drawn sketches with and without dabs, and of real pictures coloured anew.

table = try_colours(paint, drawings, hints=30)
rows = try_parts(find, drawings)
score = measure_grouping(picture, coloured)
"""

import cv2
import numpy as np

from illustration_parts.benchmarks.tables import format_table
from illustration_parts.drawing import artist, styles
from illustration_parts.drawing.canvas import PARTS
from illustration_parts.imaging import dabs, flats, folders, images
from illustration_parts.networks import tiling
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import sketches as sketch_task

HINTS = (0, 10, 30)  # numbers of dabs that are tried
LEAST_SKIN = 300  # pixels
LEAST_AREA = 60  # pixels
RIM = 2  # pixels of an area's border that lines and anti-aliasing take
NEAR_SKIN = 20.0  # CIE Lab distance
CLUSTERS = 12  # colours that a picture is reduced to
DARKEST = 25.0  # CIE Lab lightness; darker pixels are lines
ADDED = 4  # dabs that are added in turn to a drawing
LEAST_GROUP = 0.004  # share of a picture that a group must have to get a dab
CHANGED = 2  # levels
BESIDE = 7  # pixels; a line beside a group takes its colour, too


def report_colours(network, drawings):
    """The tables of drawings: `try_colours` by number of dabs, and for a network that tells parts `try_parts` and
    `try_locality`."""
    paint = make_painter(network)
    rows = []
    for hints in HINTS:
        row = try_colours(paint, drawings, hints)
        rows.append(
            (
                hints, f"{row['error']:.1f}", f"{row['single']:.1f}", f"{row['error'] / row['single']:.3f}",
                f"{row['chroma']:.2f}", f"{row['inside']:.1f}", f"{row['between']:.1f}",
                f"{row['inside'] / max(row['between'], 1e-6):.2f}", f"{row['skin']:.2f} of {row['people']}",
            )
        )  # fmt: skip
    header = (
        "dabs", "error, CIE Lab", "of one colour", "ratio", "chroma, of the true", "spread in areas", "between them",
        "ratio", "skin",
    )  # fmt: skip
    table = format_table(header, rows)
    if network.name != colour_task.PART_NETWORK:
        return table
    parts, (share, count) = try_parts(network, drawings), try_locality(paint, drawings)
    measured = [
        ("part right, by area", f"{parts['areas']:.3f}"),
        ("part right, by pixel", f"{parts['pixels']:.3f}"),
        (f"changed outside the group, by each of {count} dabs", f"{share:.5f}"),
    ]
    return "\n\n".join([table, format_table(("of drawings", "share"), measured)])


def make_painter(network):
    """Return a function of a sketch, (H, W) uint8, and hints or None, that colours it: (H, W, 3) uint8 RGB."""
    options = colour_task.Colorize().complete({})

    def paint(lines, hints):
        if network.name != colour_task.PART_NETWORK:
            return colour_task.paint(lambda given: tiling.run(network, given, 3, np.float32), lines, hints)
        plan = colour_task.Colouring(lines, colour_task.read_sketch(network, lines))
        return plan.paint(options, hints)[0]

    return paint


def to_lab(picture):
    """(H, W, 3) uint8 RGB to (H, W, 3) float32 CIE Lab, lightness 0..100."""
    return cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def find_single_colour(lab):
    """Find the best single colour of an (H, W, 3) Lab picture, its geometric median: (3,) float64."""
    points = lab[::4, ::4].reshape(-1, 3).astype(np.float64)
    middle = np.median(points, axis=0)
    for _ in range(30):  # Weiszfeld's algorithm
        weights = 1 / np.maximum(np.linalg.norm(points - middle, axis=1), 1e-3)
        middle = (points * weights[:, None]).sum(0) / weights.sum()
    return middle


def make_skin_palette():
    """The skin colours that people are drawn with, (n, 3) float32 Lab."""
    hues = np.linspace(*artist.SKIN_HUES, 4)
    colours_of = np.array([[styles.hsv(hue, *skin) for hue in hues for skin in artist.SKINS]])
    return to_lab(colours_of.astype(np.uint8))[0]


def is_like_skin(colours_found):
    """Whether the median of (n, 3) float32 Lab colours is within a distance of 20 of a skin colour."""
    away = np.linalg.norm(make_skin_palette() - np.median(colours_found, axis=0), axis=1)
    return bool(away.min() < NEAR_SKIN)


def measure_spread(lab, regions):
    """Measure how far colours spread inside areas, and between them, as Lab distances.

    Args:
        lab: (H, W, 3) float32. regions: (H, W) int32 ids.

    Returns:
        (inside, between): root mean square distances of pixels to their area's mean, and of these means to the mean of
        all. Areas of 60 pixels or more count, without a rim of 2 pixels. (0, 0) if there are fewer than two.
    """
    rim = cv2.morphologyEx(
        regions.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    )
    ids, points = regions[rim == 0], lab[rim == 0].astype(np.float64)
    counts = np.bincount(ids, minlength=int(regions.max()) + 1)
    kept = counts >= LEAST_AREA
    if kept.sum() < 2:
        return 0.0, 0.0
    sums = np.stack([np.bincount(ids, points[:, channel], len(counts)) for channel in range(3)], 1)
    means = sums / np.maximum(counts, 1)[:, None]
    inside = kept[ids]
    weights = counts[kept] / counts[kept].sum()
    middle = (means[kept] * weights[:, None]).sum(0)
    apart = np.square(points[inside] - means[ids[inside]]).sum(1).mean()
    between = (np.square(means[kept] - middle).sum(1) * weights).sum()
    return float(np.sqrt(apart)), float(np.sqrt(between))


def try_colours(paint, drawings, hints=0):
    """Colour the sketches of drawn pictures.

    Args:
        paint: function of a sketch, (H, W) uint8, and hints or None, that returns (H, W, 3) uint8 RGB.
        drawings: iterable of `illustrations.Drawing`. hints: number of dabs for each.

    Returns:
        dict:

        - `error`: mean CIE Lab distance to the true colours.
        - `single`: the same of the best single colour for each picture.
        - `chroma`: mean found chroma over the true one.
        - `inside`, `between`: see `measure_spread`; root mean squares over pictures.
        - `people`: number of pictures whose true skin looks like skin, as it does in plain light.
        - `skin`: share of these whose found median colour is like skin, see `is_like_skin`; nan without people.
    """
    rows, skins = [], []
    for drawing in drawings:
        given = dabs.place_dabs(drawing.picture, drawing.regions, hints) if hints else None
        true = to_lab(drawing.picture)
        found = to_lab(paint(sketch_task.make_clean_sketch(drawing.picture), given))
        chromas = [float(np.hypot(lab[..., 1], lab[..., 2]).mean()) for lab in (found, true)]
        errors = [float(np.linalg.norm(true - other, axis=-1).mean()) for other in (found, find_single_colour(true))]
        rows.append((*errors, *chromas, *np.square(measure_spread(found, drawing.regions))))
        if drawing.skin.sum() >= LEAST_SKIN and is_like_skin(true[drawing.skin]):
            skins.append(is_like_skin(found[drawing.skin]))
    error, single, found, true, inside, between = np.mean(rows, axis=0).tolist()
    return {
        "error": error, "single": single, "chroma": found / max(true, 1e-6), "inside": inside**0.5,
        "between": between**0.5, "people": len(skins), "skin": float(np.mean(skins)) if skins else float("nan"),
    }  # fmt: skip


def try_parts(network, drawings):
    """Find the parts of drawings from their lines.

    Args:
        network: of `engine.load`. drawings: iterable of `illustrations.Drawing`.

    Returns:
        dict: `areas`, the share of pixels whose area has the right part: that of most of its pixels. `pixels`, the
        share of pixels with the right part.
    """
    rows = []
    for drawing in drawings:
        plan = colour_task.Colouring(drawing.lines, colour_task.read_sketch(network, drawing.lines))
        seen, parts = plan.seen, flats.fit_cells(drawing.parts, plan.seen.ids.shape)
        votes = np.bincount(seen.ids.ravel() * len(PARTS) + parts.ravel(), minlength=len(seen.parts) * len(PARTS))
        true = votes.reshape(-1, len(PARTS)).argmax(1)
        right = float(seen.sizes[true == seen.parts].sum() / seen.sizes.sum())
        rows.append((right, float((seen.parts[seen.ids] == parts).mean())))
    return dict(zip(("areas", "pixels"), np.mean(rows, axis=0).tolist()))


def number_groups(drawing):
    """Number what belongs together in a drawing: (H, W) int64, -1 where nothing does. All skin belongs together."""
    keys = drawing.parts.astype(np.int64) * 2**20 + drawing.groups
    keys[drawing.groups == 0] = -1
    keys[drawing.parts == PARTS.index("skin")] = PARTS.index("skin") * 2**20
    return keys


def try_locality(paint, drawings):
    """Add dabs one after the other, and measure what changes where it should not.

    Args:
        paint: function of a sketch, (H, W) uint8, and hints or None, that returns (H, W, 3) uint8 RGB.
        drawings: iterable of `illustrations.Drawing`.

    Returns:
        (share, count): mean share of a picture that lies outside the dab's true group and changes by more than
        `CHANGED` levels; number of dabs.
    """
    shares = []
    for number, drawing in enumerate(drawings):
        keys, rng = number_groups(drawing), np.random.default_rng(number)
        known, counts = np.unique(keys[keys >= 0], return_counts=True)
        known = known[counts >= LEAST_GROUP * keys.size]
        hints = np.zeros((*keys.shape, 4), np.uint8)
        before = paint(drawing.lines, None)
        for key in rng.permutation(known)[:ADDED]:
            mask = keys == key
            dabs.put_dab(hints, mask & (drawing.lines > 200), rng.integers(0, 256, 3).tolist())
            after = paint(drawing.lines, hints)
            changed = cv2.absdiff(before, after).max(-1) > CHANGED
            beside = cv2.dilate(mask.view(np.uint8), np.ones((BESIDE, BESIDE), np.uint8)) > 0
            shares.append(float((changed & ~beside).mean()))
            before = after
    return (float(np.mean(shares)) if shares else float("nan")), len(shares)


def measure_grouping(picture, coloured):
    """How far things of one colour still have one colour: the adjusted Rand index (Hubert and Arabie 1985).

    The colours of both pictures are reduced to `CLUSTERS` by k-means in CIE Lab. Dark pixels of the picture, which are
    lines, do not count.

    Args:
        picture, coloured: (H, W, 3) uint8 RGB.

    Returns:
        1 if the two agree in what belongs together, about 0 if only by chance.
    """
    lab = to_lab(picture)
    light = lab[..., 0] >= DARKEST
    if not light.any():
        return float("nan")
    one, other = (find_clusters(each[light]) for each in (lab, to_lab(coloured)))
    table = np.bincount(one * CLUSTERS + other, minlength=CLUSTERS**2).reshape(CLUSTERS, CLUSTERS).astype(float)
    pairs = lambda counts: (counts * (counts - 1) / 2).sum()  # noqa: E731
    both, rows, columns, all_pairs = pairs(table), pairs(table.sum(1)), pairs(table.sum(0)), pairs(table.sum())
    chance = rows * columns / max(all_pairs, 1)
    most = (rows + columns) / 2
    return float((both - chance) / (most - chance)) if most > chance else 1.0


def find_clusters(lab):
    """Numbers of (n, 3) float32 Lab colours in their `CLUSTERS` k-means clusters: (n,) int64."""
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_COUNT, 40, 0.2)
    step = max(1, len(lab) // 60000)
    sample = np.ascontiguousarray(lab[::step])
    count = min(CLUSTERS, len(np.unique(sample, axis=0)))
    centres = cv2.kmeans(sample, count, None, stop, 4, cv2.KMEANS_PP_CENTERS)[2]
    numbers = [
        (np.square(part[:, None] - centres[None]).sum(-1)).argmin(1)
        for part in np.array_split(lab, 1 + len(lab) // 65536)
    ]
    return np.concatenate(numbers)


def measure_skin(coloured, mask):
    """The share of the pixels of a (H, W) bool mask whose colour in a (H, W, 3) uint8 RGB picture is like skin."""
    lab = to_lab(coloured)[mask]
    palette = make_skin_palette()
    near = [
        np.linalg.norm(palette[None] - part[:, None], axis=-1).min(1) < NEAR_SKIN for part in np.array_split(lab, 64)
    ]
    return float(np.concatenate(near).mean()) if len(lab) else float("nan")


def report_pictures(network, sketcher, folder, skin=None):
    """The table of real pictures that are sketched and coloured anew.

    Args:
        network, sketcher: of `engine.load`, those that colour and that sketch. folder: of the pictures.
        skin: folder of masks of their skin, white on black, of the same names; or None.

    Pictures have soft shades and painted backgrounds, so flat colours do not reach 1. How far they do is shown beside.
    """
    paint = make_painter(network)
    masks = folders.list_pictures(skin) if skin else {}
    rows, scores, bests, skins = [], [], [], []
    for name, path in folders.list_pictures(folder).items():
        try:
            picture = folders.read_picture(path)
        except ValueError:
            continue  # it was reported
        if colour_task.is_colourless(picture):
            continue
        sketch = tiling.run(sketcher, sketch_task.prepare(sketcher, picture))[..., 0]
        coloured = paint(sketch, None)
        scores.append(measure_grouping(picture, coloured))
        bests.append(measure_grouping(picture, fill_with_medians(picture, sketch)))
        if name in masks:
            skins.append(measure_skin(coloured, folders.read_picture(masks[name], images.read_map) > 127))
        rows.append((name, f"{scores[-1]:.3f}", f"{bests[-1]:.3f}", f"{skins[-1]:.3f}" if name in masks else "–"))
    one, best, like_skin = (f"{np.nanmean(values):.3f}" if values else "–" for values in (scores, bests, skins))
    rows.append(("mean", one, best, like_skin))
    header = ("picture in new colours", "adjusted Rand index", "its areas in their own colours", "of skin like skin")
    return format_table(header, rows)


def fill_with_medians(picture, sketch):
    """Fill each area of a picture's sketch with its own median colour: the best that flat colours can do.

    Args:
        picture: (H, W, 3) uint8 RGB. sketch: (H, W) uint8, dark on white.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    ids = flats.take_apart(sketch).ids
    return flats.find_medians(picture, ids)[flats.fit_ids(ids, sketch.shape)]
