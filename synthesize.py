"""Draw illustrations with exact ground truth: picture, ink and its classes, fill edges, regions.

    python synthesize.py --count 8                     # eight pictures into data/, with a contact sheet
    python synthesize.py --count 6000 -o data/drawn    # a training set, about 5 pictures a second on two cores

Every picture is a function of its seed alone. `figures.py` says what counts as ink, as fill edge and as neither.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

import images
import ink
import pens
import processes
import regions
import scenery
from characters import draw_character, draw_ribbon
from figures import Artist, random_style
from strokes import Canvas, straight

ROOT = Path(__file__).resolve().parent
FORMS = (("character", 0.5), ("abstract", 0.22), ("scenery", 0.12), ("manga", 0.16))
# The pictures bundled in data/predict: name, seed, (height, width), form.
EXAMPLES = (
    ("small.png", 809, (240, 240), "character"),
    ("film_frame.png", 212, (1080, 1920), "character"),
    ("cutout.png", 401, (900, 720), "cutout"),
    ("manga_page.png", 326, (1240, 880), "manga"),
    ("street.png", 500, (720, 1080), "scenery"),
)
HINTED, DABS = "film_frame.png", 25  # which of them gets dabs of colour in data/hints, and how many
# Rough line drawings bundled in data/rough: file name, seed, size, form, how rough; specks, if it is a scan.
ROUGH_EXAMPLES = (
    ("broken.png", 809, (480, 480), "character", {"gaps": 1.6, "wobble": 0.5, "wave": 8.0}, 0),
    ("shaky.png", 401, (600, 480), "cutout", {"width": 1.6, "tremor": 1.3, "period": 2.5, "gaps": 0.3}, 0),
    ("scan.png", 500, (480, 720), "scenery", {"width": 1.4, "gaps": 0.5, "doubled": 0.25, "faint": 0.5}, 250),
)
# What makes an area of its own, as `find_seen_areas` finds them:
SEEN_STEP = 11.0  # levels of colour, on average along a boundary without a line
BROAD = 7  # pixels that a line is wide
SMALLEST_AREA = 16  # pixels
# A broad pen draws some of the pictures that have room for its lines:
BROAD_PEN_SHARE = 0.12
BROAD_PEN_FROM = 512  # the short side of a picture, in pixels
BROAD_PEN_WIDTHS = (6.0, 24.0)  # pixels, drawn log-uniformly between the two
# Drawn validation pictures take their seeds from here on; training never does.
VALIDATION_SEED = 1_000_000_000


@dataclass
class Drawing:
    """One drawn picture with its maps.

    Attributes:
        picture: (H, W, 3) uint8 RGB.
        boundary, inner: (H, W) uint8, 255 where ink of that class covers the pixel and can be seen.
        lines: (H, W) uint8, all lines, also those that have the ground's colour or are lost in the dark: dark on white.
        fill_edge: (H, W) uint8, 255 on both sides of a fill edge.
        parts: (H, W) int32, a number for each part of an object; 0 is bare paper.
        regions: (H, W) int32 ids 0..n-1 of the areas that are seen, see `find_seen_areas`.
        cases: names of what the picture shows, sorted.
        skin: (H, W) bool, where people's skin is seen; nowhere on manga pages.
    """

    picture: np.ndarray
    boundary: np.ndarray
    inner: np.ndarray
    fill_edge: np.ndarray
    parts: np.ndarray
    regions: np.ndarray
    lines: np.ndarray
    cases: tuple
    skin: np.ndarray

    @property
    def ink(self):
        """(H, W) uint8, all ink."""
        return cv2.add(self.boundary, self.inner)

    @property
    def classes(self):
        """(H, W, 3) uint8: boundary ink, inner ink, fill edge."""
        return np.dstack([self.boundary, self.inner, self.fill_edge])


# -------------------------------------------------------------------------------------------------------- drawing
def draw(seed, size=384, form=None):
    """Draw one illustration.

    Args:
        seed: any non-negative integer; the same seed gives the same picture.
        size: height and width in pixels, or a pair.
        form: `"character"`, `"abstract"`, `"scenery"` or `"manga"`; by default the seed decides. `"cutout"`, a
            character on bare paper, whose region number is 0, comes only when asked for.

    Returns:
        A `Drawing`.

    Raises:
        ValueError: for an unknown form.
    """
    height, width = (size, size) if np.isscalar(size) else size
    rng = np.random.default_rng(seed)
    chosen = str(rng.choice([name for name, _ in FORMS], p=[share for _, share in FORMS]))
    forms = {
        "character": _draw_characters,
        "abstract": _draw_abstract,
        "scenery": _draw_scene,
        "manga": _draw_page,
        "cutout": _draw_cutout,
    }
    if form is not None and form not in forms:
        raise ValueError(f"form must be one of {', '.join(forms)}. Received: {form!r}")
    form = form or chosen
    gain = rng.uniform(0.28, 0.65) if form != "manga" and rng.random() < 0.13 else 1.0
    canvas = Canvas(height, width)
    artist = Artist(canvas, rng, random_style(rng, tones=form == "manga"))
    pen = np.random.default_rng((seed, 1))  # not `rng`: what is drawn stays the same
    if min(canvas.shape) >= BROAD_PEN_FROM and form != "manga" and pen.random() < BROAD_PEN_SHARE:
        artist.style.width = float(np.exp(pen.uniform(*np.log(BROAD_PEN_WIDTHS))))
    forms[form](artist)
    if form != "manga" and artist.chance(0.33):
        scenery.add_shadows(artist, int(rng.integers(1, 8)))
    if form != "manga":
        _add_light(artist, gain)
    artist.cases.add(
        {"abstract": "abstract scenes", "manga": "manga pages", "scenery": "scenery"}.get(form, "characters")
    )
    mode = {
        "faint": "lines nearly as bright as the fill",
        "none": "pictures without lines",
        "light": "light lines on dark",
    }
    artist.cases.add(mode.get(artist.style.mode, f"{artist.style.mode} lines"))
    as_bytes = lambda plane: np.clip(plane * 255 + 0.5, 0, 255).astype(np.uint8)  # noqa: E731
    boundary, inner = canvas.seen_ink()
    return Drawing(
        np.clip(canvas.rgb + 0.5, 0, 255).astype(np.uint8),
        as_bytes(boundary),
        as_bytes(inner),
        canvas.fill_edges(),
        canvas.region.copy(),
        find_seen_areas(canvas, np.maximum(boundary, inner)),
        255 - as_bytes(np.maximum(canvas.boundary, canvas.inner)),
        tuple(sorted(artist.cases)),
        np.isin(canvas.paint, artist.skin_paints),
    )


def find_seen_areas(canvas, ink):
    """Divide a drawing into the areas that somebody who colours it would keep apart.

    Those are the fills, hard shades and highlights that differ from what is beside them or have a line between, and
    what lines alone enclose: strands of hair, folds. A line that is broad enough to be coloured is an area, too; any
    other is shared by the areas on its sides. Gaps in a line open nothing where different fills meet there.

    Args:
        canvas: a finished `Canvas`.
        ink: (H, W) float32 0..1, the ink that is seen.

    Returns:
        (H, W) int32 ids 0..n-1 of 4-connected areas, numbered by their first pixel.
    """
    lines = (ink > 0.5).astype(np.uint8)
    broad = cv2.morphologyEx(lines, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (BROAD, BROAD)))
    fills = canvas.fills()
    fills -= fills.min()
    line = fills.max() + 1
    fills[lines > 0] = -1
    fills[broad > 0] = line
    areas = images.label_areas(fills)
    if areas.max() < 0:
        return np.zeros(canvas.shape, np.int32)
    inked = cv2.convertScaleAbs(ink, alpha=255)
    areas = regions.flood(255 - inked, areas)
    soft = np.clip(cv2.blur(canvas.rgb, (3, 3)), 0, 255)
    wide = cv2.copyMakeBorder(soft, 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    steps = np.maximum(np.abs(wide[4:, 2:-2] - wide[:-4, 2:-2]), np.abs(wide[2:-2, 4:] - wide[2:-2, :-4])).max(-1)
    edges = np.maximum(inked, cv2.convertScaleAbs(steps, alpha=128 / SEEN_STEP))
    return regions.join_unseen(areas, edges, 128, SMALLEST_AREA)


def _draw_ground(artist):
    functions, shares = zip(*scenery.GROUNDS)
    if artist.style.tones:
        functions, shares = (
            (scenery.ground_plain, scenery.ground_tone, scenery.ground_speed, scenery.ground_city),
            (0.5, 0.25, 0.15, 0.1),
        )
    shares = np.array(shares) / sum(shares)
    functions[artist.rng.choice(len(functions), p=shares)](artist)
    if artist.chance(0.12) and not artist.style.tones:
        artist.canvas.defocus(artist.between(1.2, 4))
        artist.cases.add("blurred grounds")


def _draw_characters(artist):
    height, width = artist.canvas.shape
    _draw_ground(artist)
    size = min(height, width)
    for _ in range(artist.rng.integers(0, 3)):
        scenery.draw_object(artist, artist.rng.uniform(0, 1, 2) * (width, height), size * artist.between(0.08, 0.4))
    for _ in range(artist.rng.choice((1, 1, 1, 2, 3))):
        radius = size * float(np.exp(artist.between(np.log(0.07), np.log(0.62))))
        centre = artist.rng.uniform((0.2, 0.2), (0.8, 0.65)) * (width, height)
        draw_character(artist, centre, radius)
    for _ in range(artist.rng.integers(0, 2)):
        scenery.draw_object(artist, artist.rng.uniform(0, 1, 2) * (width, height), size * artist.between(0.08, 0.3))
    _add_signs(artist)


def _draw_cutout(artist):
    height, width = artist.canvas.shape
    draw_character(artist, (width * 0.5, height * 0.33), 0.24 * min(height, width))


def _draw_abstract(artist):
    height, width = artist.canvas.shape
    _draw_ground(artist)
    largest = artist.between(0.12, 0.8) * min(height, width)
    for _ in range(artist.rng.integers(5, 40)):
        scenery.draw_object(
            artist, artist.rng.uniform(-0.05, 1.05, 2) * (width, height), largest * artist.between(0.15, 1)
        )
    if artist.chance(0.5):
        scenery.draw_strands(artist, int(artist.rng.integers(1, 12)))
    if artist.chance(0.4):
        scenery.draw_free_lines(artist, int(artist.rng.integers(1, 15)))
    if artist.chance(0.3):
        draw_ribbon(artist, artist.rng.uniform(0.2, 0.8, 2) * (width, height), largest * 0.5)
    _add_signs(artist)


def _draw_scene(artist):
    height, width = artist.canvas.shape
    artist.rng.choice((scenery.ground_city, scenery.ground_forest, scenery.ground_room))(artist)
    for _ in range(artist.rng.integers(1, 8)):
        scenery.draw_object(
            artist, artist.rng.uniform(0, 1, 2) * (width, height), min(height, width) * artist.between(0.05, 0.35)
        )
    if artist.chance(0.5):
        draw_character(
            artist, artist.rng.uniform(0.2, 0.8, 2) * (width, height), min(height, width) * artist.between(0.05, 0.2)
        )
    _add_signs(artist)


def _draw_page(artist):
    """A manga page: panels with borders, each a small scene in black, white and tones; balloons over them."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    canvas.fill(canvas.everything(), np.full(3, artist.between(235, 255)))
    rows = int(rng.choice((1, 1, 2, 3)))
    gutter, border = artist.between(4, 14), artist.between(1, 3.5)
    ys = np.linspace(-gutter, height + gutter, rows + 1) + np.concatenate([[0], rng.uniform(-20, 20, rows - 1), [0]])
    for top, bottom in zip(ys[:-1], ys[1:]):
        columns = int(rng.choice((1, 1, 2)))
        xs = np.linspace(-gutter, width + gutter, columns + 1) + np.concatenate(
            [[0], rng.uniform(-40, 40, columns - 1), [0]]
        )
        for left, right in zip(xs[:-1], xs[1:]):
            slant = artist.between(-15, 15) if artist.chance(0.3) else 0
            panel = straight(
                [
                    (left + gutter / 2, top + gutter / 2),
                    (right - gutter / 2, top + gutter / 2 + slant),
                    (right - gutter / 2, bottom - gutter / 2),
                    (left + gutter / 2, bottom - gutter / 2),
                ],
                True,
            )
            _draw_panel(artist, panel, border)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        artist.balloon(rng.uniform(0.1, 0.9, 2) * (width, height), min(height, width) * artist.between(0.07, 0.22))
    _add_signs(artist)


def _draw_panel(artist, panel, border):
    """One panel: its scene is drawn on a canvas of its own and laid in."""
    page, rng = artist.canvas, artist.rng
    mask = page.polygon(panel)
    height, width = mask.alpha.shape
    if min(height, width) < 24:
        return
    inside = Artist(Canvas(height, width), rng, artist.style)
    inside.cases = artist.cases
    _draw_ground(inside)
    for _ in range(rng.choice((1, 1, 2, 0))):
        radius = min(height, width) * float(np.exp(artist.between(np.log(0.12), np.log(0.7))))
        draw_character(inside, rng.uniform((0.2, 0.25), (0.8, 0.7)) * (width, height), radius)
    for _ in range(rng.integers(0, 3)):
        scenery.draw_object(
            inside, rng.uniform(0, 1, 2) * (width, height), min(height, width) * artist.between(0.1, 0.4)
        )
    page.fill(mask, np.full(3, 255.0))
    share = (mask.alpha / np.float32(255))[..., None]
    part = np.s_[mask.top : mask.top + height, mask.left : mask.left + width]
    for layer, drawn in zip(page.layers, inside.canvas.layers):
        layer[part] += share * (drawn - layer[part])
    page.boundary[part] = np.maximum(page.boundary[part], inside.canvas.boundary * share[..., 0])
    page.inner[part] = np.maximum(page.inner[part], inside.canvas.inner * share[..., 0])
    solid = mask.alpha > 127
    page.paint[part][solid] = inside.canvas.paint[solid] + page.paints + 1
    page.region[part][solid] = inside.canvas.region[solid] + page.regions + 1
    page.paints += inside.canvas.paints + 1
    page.regions += inside.canvas.regions + 1
    page.stroke(panel, border, (15, 15, 15), "boundary")


def _add_signs(artist):
    """Lettering, balloons and sparkles on top."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    if artist.chance(0.12):
        size = artist.between(9, 60)
        dark = artist.chance(0.65)
        colour = np.full(3, artist.between(0, 40) if dark else artist.between(215, 255))
        for row in range(rng.integers(1, 4)):
            artist.lettering(
                artist.between(0, 0.6) * width,
                artist.between(0, 0.8) * height + row * size * 1.2,
                size,
                int(rng.integers(2, 7)),
                colour,
                not dark,
            )
    if artist.chance(0.06):
        artist.balloon(rng.uniform(0.1, 0.9, 2) * (width, height), min(height, width) * artist.between(0.08, 0.2))
    if artist.chance(0.04):  # the black bars of a film frame
        bar = artist.between(0.04, 0.18) * height
        for top in (0, height - bar):
            box = straight([(-2, top), (width + 2, top), (width + 2, top + bar), (-2, top + bar)], True)
            artist.canvas.fill(artist.canvas.polygon(box), np.full(3, artist.between(0, 12)))
    if artist.chance(0.1):
        for _ in range(rng.integers(1, 12)):
            artist.sparkle(rng.uniform(0, 1, 2) * (width, height), artist.between(2, 18))


def _add_light(artist, gain):
    """Darkness, light and glow over the finished drawing."""
    if gain < 1:
        scenery.darken(artist, gain)
    if artist.chance(0.15):
        scenery.add_lights(artist)
    if artist.chance(0.06):
        scenery.add_bokeh(artist)
    if artist.chance(0.17):
        scenery.add_glow(artist)


# ---------------------------------------------------------------------------------------------------- degradation
def degrade(picture, classes, rng, cases=None):
    """Wear a picture as scans, videos and the web do, in random measure.

    Args:
        picture: (H, W, 3) uint8 RGB.
        classes: (H, W, 3) uint8 maps of the same size: boundary ink, inner ink, fill edge.
        rng: `numpy.random.Generator`.
        cases: a set that the names of the steps taken are added to, or None.

    Returns:
        (picture, classes) of the same sizes and types; neither input is changed.
    """
    cases = set() if cases is None else cases
    height, width = picture.shape[:2]
    if rng.random() < 0.25:  # made smaller and enlarged again: the truth stays sharp
        scale = rng.uniform(0.55, 0.95)
        small = max(1, round(width * scale)), max(1, round(height * scale))
        picture = cv2.resize(
            cv2.resize(picture, small, interpolation=cv2.INTER_AREA),
            (width, height),
            interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)),
        )
        cases.add("resizing")
    if rng.random() < 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.1))
        cases.add("blur")
    if rng.random() < 0.22:  # sharpened, as video players do
        picture = cv2.addWeighted(
            picture,
            1 + (amount := rng.uniform(0.3, 1.2)),
            cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 2)),
            -amount,
            0,
        )
        cases.add("sharpening")
    if rng.random() < 0.1:
        shift = np.array([[1, 0, rng.uniform(-1, 1)], [0, 1, rng.uniform(-1, 1)]], np.float32)
        picture = picture.copy()
        channel = int(rng.integers(3))
        picture[..., channel] = cv2.warpAffine(
            np.ascontiguousarray(picture[..., channel]), shift, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
        cases.add("channel shifts")
    if rng.random() < 0.35:
        gamma = np.exp(rng.uniform(-0.4, 0.4))
        low, high = rng.uniform(0, 30), rng.uniform(225, 255)
        curve = low + (high - low) * (np.arange(256) / 255) ** gamma
        picture = cv2.LUT(picture, np.clip(curve, 0, 255).astype(np.uint8))
        cases.add("gamma")
    if rng.random() < 0.3:
        strength = rng.uniform(1, 9)
        grain = rng.standard_normal((height, width, 3 if rng.random() < 0.6 else 1), dtype=np.float32) * strength
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
        cases.add("noise")
    if rng.random() < 0.5:
        quality = int(rng.uniform(35, 96))
        _, data = cv2.imencode(".jpg", picture[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))[..., ::-1]
        cases.add("JPEG")
    return np.ascontiguousarray(picture), classes


# ----------------------------------------------------------------------------------------------------------- disk
def write_drawings(out, count, seed=0, size=384, validation=False, jobs=0, quiet=False, layout="pairs", pen="default"):
    """Draw pictures to disk in the form that training reads.

    Args:
        out: folder that gets `raw`, `contour_s`, `classes`, `regions`, for line refiners `ink` and for colours `skin`
            (with `v_` before each for validation), or the pictures and region maps themselves in DanbooRegion's layout,
            or `line`.
        count: number of pictures.
        seed: of the first; the others follow.
        size: of each, in pixels.
        validation: whether to write validation folders, from the seeds kept for them.
        jobs: processes; 0 for one per core.
        quiet: no progress bar.
        layout: `"pairs"`; `"danbooregion"`: `N.image.png` and `N.region.png`; or `"lines"`: inked lines alone.
        pen: of `pens.PENS`, which inks these.

    Returns:
        The list of the names written, without ending.
    """
    prefix, first = ("v_", VALIDATION_SEED + seed) if validation else ("", seed)
    folders = {
        "pairs": [f"{prefix}{folder}" for folder in ("raw", "contour_s", "classes", "regions", "ink", "skin")],
        "danbooregion": [""],
        "lines": [f"{prefix}line"],
    }
    for folder in folders[layout]:
        (Path(out) / folder).mkdir(parents=True, exist_ok=True)
    write = {"pairs": _write_drawing, "danbooregion": _write_example, "lines": _write_lines}[layout]
    tasks = [(str(out), prefix, first + k, seed + k, size, pen) for k in range(count)]
    with processes.open_pool(jobs) as pool:
        names = pool.map(write, tasks, chunksize=4)
        return list(tqdm(names, total=count, unit="picture", desc="Drawing", disable=True if quiet else None))


def _write_drawing(task):
    out, prefix, seed, number, size, _ = task
    drawing = draw(seed, size)
    name = f"drawn_{number:06d}"
    images.write(f"{out}/{prefix}raw/{name}.png", drawing.picture)
    images.write(f"{out}/{prefix}contour_s/{name}.png", 255 - drawing.ink)
    images.write(f"{out}/{prefix}classes/{name}.png", drawing.classes)
    coloured = images.colour_regions(drawing.regions)
    images.write(f"{out}/{prefix}regions/{name}.png", coloured)
    images.write(f"{out}/{prefix}ink/{name}.png", drawing.lines)
    images.write(f"{out}/{prefix}skin/{name}.png", np.where(drawing.skin, np.uint8(255), np.uint8(0)))
    return name


def _write_example(task):
    out, _, seed, number, size, _ = task
    drawing = draw(seed, size)
    images.write(f"{out}/{number}.image.png", drawing.picture)
    images.write(f"{out}/{number}.region.png", images.colour_regions(drawing.regions))
    return str(number)


def _write_lines(task):
    out, prefix, seed, number, size, pen = task
    lines = draw(seed, size).lines
    name = f"drawn_{number:06d}"
    inked = pens.draw_inked(pens.trace(lines, pens.HEAL), lines.shape, pens.PENS[pen])
    images.write(f"{out}/{prefix}line/{name}.png", inked)
    return name


def write_examples(out):
    """Draw the pictures bundled in `predict`, `rough` and `hints` of a data folder.

    A cutout gets transparency where nothing was drawn; rough drawings with specks lie on grey paper. Dabs of colour are
    a picture's own, but for skin with red and blue exchanged.
    """
    import sketch_trials

    out = Path(out)
    for folder in ("predict", "rough", "hints"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for name, seed, size, form in EXAMPLES:
        drawing = draw(seed, size, form)
        picture = drawing.picture
        if form == "cutout":
            solid = np.where(drawing.parts > 0, np.uint8(255), drawing.ink)
            picture = np.dstack([picture, solid])
        images.write(out / "predict" / name, picture, small=True)
        if name == HINTED:
            wanted = np.where(drawing.skin[..., None], picture, picture[..., ::-1])
            dabs = sketch_trials.give_hints(wanted, drawing.regions, DABS)
            dabs = cv2.dilate(dabs, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))  # as a broad pen does
            images.write(out / "hints" / name, dabs, small=True)
    for name, seed, size, form, how, specks in ROUGH_EXAMPLES:
        lines = draw(seed, size, form).lines
        rng = np.random.default_rng(seed)
        rough = pens.draw_rough(pens.trace(lines, pens.HEAL), lines.shape, rng, pens.Roughness(**how))  # type: ignore[arg-type]
        if specks:
            rough = pens.add_specks(rough, specks, rng)
            shade = np.linspace(205, 240, lines.shape[1])[None] / 255
            rough = np.clip(40 + rough * 0.84 * shade + rng.normal(0, 5, lines.shape), 0, 255).astype(np.uint8)
        images.write(out / "rough" / name, rough, small=True)


def contact_sheet(drawings, width=3):
    """Pictures beside their colour-coded maps, `width` pairs a row, as (H, W, 3) uint8 RGB."""
    coded = [ink.code_classes(drawing.boundary, drawing.inner, drawing.fill_edge) for drawing in drawings]
    pairs = [np.hstack([drawing.picture, code]) for drawing, code in zip(drawings, coded)]
    pairs += [np.full_like(pairs[0], 255)] * (-len(pairs) % width)
    return np.vstack([np.hstack(pairs[k : k + width]) for k in range(0, len(pairs), width)])


# -------------------------------------------------------------------------------------------------------- command
def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], formatter_class=processes.HelpFormatter)
    parser.add_argument("--count", type=processes.whole(1), metavar="N", default=8, help="number of pictures")
    parser.add_argument(
        "--seed", type=processes.whole(0), metavar="N", default=0, help="seed of the first picture; the others follow"
    )
    parser.add_argument(
        "--size", type=processes.whole(64), metavar="N", default=768,
        help="height and width in pixels; line extractors learn from crops that are shrunk to a third",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", default=str(ROOT / "data"), help="folder that gets raw, contour_s and so on, or line"
    )
    parser.add_argument(
        "--validation", action="store_true", help="write v_raw and so on, from the seeds kept for validation"
    )
    parser.add_argument(
        "--layout",
        choices=("pairs", "danbooregion", "lines"),
        default="pairs",
        help="training pairs of lines; or N.image.png and N.region.png; or line drawings alone, to train a refiner on",
    )
    parser.add_argument("--pen", choices=sorted(pens.PENS), default="default", help="what --layout lines is inked with")
    parser.add_argument(
        "--examples",
        action="store_true",
        help="draw what is bundled in data/predict, data/rough and data/hints instead",
    )
    parser.add_argument("--jobs", type=processes.whole(0), metavar="N", default=0, help="processes; 0: one per core")
    options = parser.parse_args(arguments)
    if options.seed + options.count > VALIDATION_SEED:
        parser.error(f"seeds from {VALIDATION_SEED} on are kept for validation")
    out = Path(options.output)
    if options.examples:
        write_examples(out)
        print(f"Drew {len(EXAMPLES)} pictures into {out / 'predict'}, {len(ROUGH_EXAMPLES)} into {out / 'rough'}")
        return 0
    names = write_drawings(
        out, options.count, options.seed, options.size, options.validation, options.jobs,
        layout=options.layout, pen=options.pen,
    )  # fmt: skip
    if options.layout != "pairs":
        print(f"Drew {len(names)} pictures into {out}")
        return 0
    first = options.seed + (VALIDATION_SEED if options.validation else 0)
    sheet = contact_sheet([draw(first + k, options.size) for k in range(min(options.count, 12))])
    images.write(out / "drawn_sheet.png", sheet)
    print(f"Drew {len(names)} pictures into {out}; see {out / 'drawn_sheet.png'}")
    return 0


if __name__ == "__main__":
    sys.exit(processes.run_script(main))
