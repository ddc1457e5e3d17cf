"""Draw illustrations with exact ground truth: picture, ink and its classes, fill edges, regions.

    drawing = draw(seed=1, size=768)
    drawing.picture, drawing.ink    # (768, 768, 3) uint8 RGB, (768, 768) uint8

Every picture is a function of its seed alone. `artist.py` says what counts as ink, as fill edge and as neither.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from illustration_parts.drawing import pens, scenery
from illustration_parts.drawing.artist import Artist, random_style
from illustration_parts.drawing.canvas import Canvas, straight
from illustration_parts.drawing.characters import draw_character, draw_ribbon
from illustration_parts.imaging import images, linework, region_graph, region_maps, segmentation, tracing
from illustration_parts.system import workers

FORMS = (("character", 0.5), ("abstract", 0.22), ("scenery", 0.12), ("manga", 0.16))
# What makes an area of its own, as `find_seen_areas` finds them:
SEEN_STEP = 11.0  # levels of colour, on average along a boundary without a line
BROAD = 7  # pixels that a line is wide
SMALLEST_AREA = 16  # pixels
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
    areas = region_maps.label_areas(fills)
    if areas.max() < 0:
        return np.zeros(canvas.shape, np.int32)
    inked = cv2.convertScaleAbs(ink, alpha=255)
    areas = region_graph.flood(255 - inked, areas)
    soft = np.clip(cv2.blur(canvas.rgb, (3, 3)), 0, 255)
    wide = cv2.copyMakeBorder(soft, 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    steps = np.maximum(np.abs(wide[4:, 2:-2] - wide[:-4, 2:-2]), np.abs(wide[2:-2, 4:] - wide[2:-2, :-4])).max(-1)
    edges = np.maximum(inked, cv2.convertScaleAbs(steps, alpha=128 / SEEN_STEP))
    return segmentation.join_unseen(areas, edges, 128, SMALLEST_AREA)


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


def write_drawings(out, count, seed=0, size=384, validation=False, jobs=0, quiet=False, layout="pairs", pen="default"):
    """Draw pictures to disk in the form that training reads.

    Args:
        out: folder. It gets `raw`, `contour_s`, `classes`, `regions`, for line refiners `ink` and for colours `skin`,
            each with `v_` before it for validation. In DanbooRegion's layout it gets the pictures and region maps
            themselves, and with `"lines"` the folder `line`.
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
    with workers.open_pool(jobs) as pool:
        names = pool.map(write, tasks, chunksize=4)
        return list(tqdm(names, total=count, unit="picture", desc="Drawing", disable=True if quiet else None))


def _write_drawing(task):
    out, prefix, seed, number, size, _ = task
    drawing = draw(seed, size)
    name = f"drawn_{number:06d}"
    images.write(f"{out}/{prefix}raw/{name}.png", drawing.picture)
    images.write(f"{out}/{prefix}contour_s/{name}.png", 255 - drawing.ink)
    images.write(f"{out}/{prefix}classes/{name}.png", drawing.classes)
    coloured = region_maps.colour_regions(drawing.regions)
    images.write(f"{out}/{prefix}regions/{name}.png", coloured)
    images.write(f"{out}/{prefix}ink/{name}.png", drawing.lines)
    images.write(f"{out}/{prefix}skin/{name}.png", np.where(drawing.skin, np.uint8(255), np.uint8(0)))
    return name


def _write_example(task):
    out, _, seed, number, size, _ = task
    drawing = draw(seed, size)
    images.write(f"{out}/{number}.image.png", drawing.picture)
    images.write(f"{out}/{number}.region.png", region_maps.colour_regions(drawing.regions))
    return str(number)


def _write_lines(task):
    out, prefix, seed, number, size, pen = task
    lines = draw(seed, size).lines
    name = f"drawn_{number:06d}"
    inked = pens.draw_inked(tracing.trace(lines, tracing.HEAL), lines.shape, pens.PENS[pen])
    images.write(f"{out}/{prefix}line/{name}.png", inked)
    return name


def contact_sheet(drawings, width=3):
    """Pictures beside their colour-coded maps, `width` pairs a row, as (H, W, 3) uint8 RGB."""
    coded = [linework.code_classes(drawing.boundary, drawing.inner, drawing.fill_edge) for drawing in drawings]
    pairs = [np.hstack([drawing.picture, code]) for drawing, code in zip(drawings, coded)]
    pairs += [np.full_like(pairs[0], 255)] * (-len(pairs) % width)
    return np.vstack([np.hstack(pairs[k : k + width]) for k in range(0, len(pairs), width)])
