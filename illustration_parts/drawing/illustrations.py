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

from illustration_parts.drawing import pens, scenes
from illustration_parts.drawing.artist import Artist
from illustration_parts.drawing.canvas import PARTS, Canvas
from illustration_parts.drawing.styles import choose_style
from illustration_parts.imaging import images, linework, region_graph, region_maps, segmentation, tracing
from illustration_parts.system import workers

# What makes an area of its own, as `find_seen_areas` finds them:
SEEN_STEP = 11.0  # levels of colour, on average along a boundary without a line
BROAD = 7  # pixels that a line is wide
SMALLEST_AREA = 16  # pixels
LEAST_SCALE = 300  # pixels; in smaller pictures things are drawn as small as in one of this short side
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
        areas: (H, W) int32, a number for each area that was filled as one; 0 is bare paper.
        regions: (H, W) int32 ids 0..n-1 of the areas that are seen, see `find_seen_areas`.
        cases: names of what the picture shows, sorted.
        skin: (H, W) bool, where people's skin is seen in colour.
        parts: (H, W) uint8, what is shown, as places in `canvas.PARTS`.
        groups: (H, W) int32, a number for what belongs together; 0 for nothing.
        light: (H, W) uint8, how much light falls there, 255 for all.
    """

    picture: np.ndarray
    boundary: np.ndarray
    inner: np.ndarray
    fill_edge: np.ndarray
    areas: np.ndarray
    regions: np.ndarray
    lines: np.ndarray
    cases: tuple
    skin: np.ndarray
    parts: np.ndarray
    groups: np.ndarray
    light: np.ndarray

    @property
    def ink(self):
        """(H, W) uint8, all ink."""
        return cv2.add(self.boundary, self.inner)

    @property
    def classes(self):
        """(H, W, 3) uint8: boundary ink, inner ink, fill edge."""
        return np.dstack([self.boundary, self.inner, self.fill_edge])


def draw(seed, size=None, form=None, preset=None):
    """Draw one illustration.

    Args:
        seed: any non-negative integer; the same seed gives the same picture.
        size: height and width in pixels, a number or a pair; by default the seed decides, 1,000 to 2,000 a side.
        form: of `scenes.FORMS`; by default the seed decides.
        preset: of `styles.PRESETS`; by default the seed decides.

    Returns:
        A `Drawing`.

    Raises:
        ValueError: for an unknown form or preset.
    """
    rng = np.random.default_rng(seed)
    style = choose_style(rng, preset)
    chosen = scenes.choose_form(rng, style)
    form = form or chosen
    if form not in scenes.FORMS:
        raise ValueError(f"form must be one of {', '.join(scenes.FORMS)}. Received: {form!r}")
    if size is None:
        size = scenes.choose_size(rng, form)
    height, width = np.broadcast_to(size, 2).tolist()
    style = style.resized(max(LEAST_SCALE, min(height, width)))
    canvas = Canvas(height, width)
    artist = Artist(canvas, rng, style)
    scenes.FORMS[form](artist)
    artist.cases |= {f"{style.preset} style", f"{style.mode} lines", form}
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
        (canvas.part == PARTS.index("skin")) & (not style.monochrome) & style.coloured,
        canvas.part.copy(),
        canvas.group.copy(),
        np.clip(canvas.light * 255 + 0.5, 0, 255).astype(np.uint8),
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


# What is written of a drawing: folder, and its picture.
FOLDERS = {
    "raw": lambda drawing: drawing.picture,
    "contour_s": lambda drawing: 255 - drawing.ink,
    "classes": lambda drawing: drawing.classes,
    "regions": lambda drawing: region_maps.colour_regions(drawing.regions),
    "ink": lambda drawing: drawing.lines,
    "skin": lambda drawing: np.where(drawing.skin, np.uint8(255), np.uint8(0)),
    "parts": lambda drawing: drawing.parts,
    "groups": lambda drawing: drawing.groups.astype(np.uint16),
    "light": lambda drawing: drawing.light,
}


def write_drawings(out, count, seed=0, size=None, validation=False, jobs=0, quiet=False, layout="pairs", pen="default"):
    """Draw pictures to disk in the form that training reads.

    Args:
        out: folder that gets those of `FOLDERS` (with `v_` before each for validation), or the pictures and region maps
            themselves in DanbooRegion's layout, or `line`.
        count: number of pictures.
        seed: of the first; the others follow.
        size: of each, see `draw`.
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
        "pairs": [f"{prefix}{folder}" for folder in FOLDERS],
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
    for folder, take in FOLDERS.items():
        images.write(f"{out}/{prefix}{folder}/{name}.png", take(drawing))
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


def contact_sheet(drawings, width=3, side=420):
    """Pictures beside their colour-coded maps, in rows of one height each that fill the sheet's whole width.

    Args:
        drawings: list of `Drawing`, of any sizes. width: pairs in a row, at most. side: about the width of a picture.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    pairs = []
    for drawing in drawings:
        code = linework.code_classes(drawing.boundary, drawing.inner, drawing.fill_edge)
        pairs.append(np.hstack([drawing.picture, code]))
    rows = np.array_split(np.arange(len(pairs)), -(-len(pairs) // width))
    across = 2 * side * max(map(len, rows))
    strips = []
    for row in rows:
        shares = np.array([pairs[k].shape[1] / pairs[k].shape[0] for k in row])  # of the row's width
        edges = np.rint(across * np.append(0, shares.cumsum()) / shares.sum()).astype(int)
        height = max(1, round(across / shares.sum()))
        cells = [images.resize(pairs[k], (height, int(wide))) for k, wide in zip(row, np.diff(edges))]
        strips.append(np.hstack(cells))
    return np.vstack(strips)
