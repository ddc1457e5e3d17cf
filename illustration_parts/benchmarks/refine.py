"""Quality of a line refiner on lines that are searched for, shaken, cut or specked, and on clean drawings.

    refine = lambda drawing: 255 - refine_task.run(network, 255 - drawing)
    closed = try_gaps(refine, drawings, size=8)

A drawing is (H, W) uint8, dark lines on white. Pixels darker than half count as ink.
"""

import sys
from typing import Any, NamedTuple

import cv2
import numpy as np

from illustration_parts.benchmarks import command, inputs
from illustration_parts.benchmarks.tables import format_table
from illustration_parts.drawing import pens
from illustration_parts.drawing.wear import degrade, hatching
from illustration_parts.drawing.wear.rough import Roughness, choose_roughness, draw_rough, find_span
from illustration_parts.imaging import images, line_maps, tracing
from illustration_parts.imaging.line_scores import line_scores, summarise_lines
from illustration_parts.imaging.thinning import thin_mask
from illustration_parts.networks import engine
from illustration_parts.system import cli, workers
from illustration_parts.tasks import refine as refine_task

AMOUNTS = (0.25, 0.5, 1.0)  # of roughness
ROUGH_SCALE = 2.0  # of drawn lines that are drawn roughly; bundles need room
ROUGH_REACH = 2.0  # pixels between found and true centre lines
HATCH_SIZE, HATCH_EVERY, HATCH_REACH = 576, 192, 1.5  # pixels: of a sheet, between its patches, around a stroke
GAPS, SPACES = (1, 4, 8, 12), (16, 24, 32)  # pixels
WAVES = (9, 13, 18, 27)  # pixels
SPECKED_SIZE = (1080, 1920)
BOX = 9  # pixels each way around a cut, so boxes of 19 x 19; more for a space, see `get_reach`
APART = 44  # pixels between two cuts
FREE = 24  # pixels of line on either side of a cut before it ends or meets another
CUTS = 12  # in a drawing, at most
NEAR = 2  # pixels; ink farther than this from true lines is extra
FAR = 5.0  # pixels; a found line farther than this from any true one is another line
AREA = 24  # pixels; smaller enclosed areas do not count


def add_options(parser):
    """Add the options of `benchmark.py refine`."""
    command.add_network_options(parser)
    command.add_count(parser, 60)
    parser.add_argument("--lines", metavar="DIR", help="also cut these line drawings, dark on white")
    parser.add_argument(
        "--simplify", metavar="S", type=cli.number(0, 1), default=refine_task.SIMPLIFY, help="as of predict.py"
    )
    command.add_jobs(parser)


def run(parser, args):
    """Try a line refiner; returns the exit code."""
    command.check_folders(parser, args.lines)
    network = engine.load(args.weights, args.engine, task=refine_task.Refine.name)
    remarks: list[str] = []
    given, failures = inputs.read_all(args.lines, lambda path: line_maps.read_line_map(path, remarks))
    for message in (*(f"warning: {remark}" for remark in remarks), *failures):
        print(f"benchmark.py: {message}", file=sys.stderr)
    print(report_refiner(network, args.count, given, args.jobs, args.simplify))
    return 1 if failures else 0


def report_refiner(network, count, given, jobs, simplify=refine_task.SIMPLIFY):
    """Try a line refiner in every way of this file; returns the tables.

    Args:
        network: of `engine.load`.
        count: number of drawn validation pictures.
        given: list of further line drawings.
        jobs: processes that draw.
        simplify: how much roughness is removed, 0..1.
    """

    def refine(drawing):
        return 255 - refine_task.run(network, np.ascontiguousarray(255 - drawing), simplify)

    with workers.open_pool(jobs) as pool:
        drawn = list(pool.map(draw_lines, range(count), chunksize=4))
    traced = [(tracing.trace(lines, tracing.HEAL), lines.shape) for lines in drawn]
    inked = [pens.draw_inked(*each) for each in traced]
    sets = {"drawn": drawn, "drawn, thinned": [tracing.thin(lines) for lines in drawn], "inked": inked}
    if given:
        sets |= {"given": given, "given, thinned": [tracing.thin(lines) for lines in given]}
    return "\n\n".join(
        (
            report_pairs(refine, drawn),
            report_rough(refine, drawn),
            report_tremor(refine, traced),
            report_gaps(refine, sets),
            report_clean(refine, sets),
            report_hatching(refine, count),
            report_specks(refine, inked),
        )
    )


def draw_lines(number):
    """The lines of a drawn validation picture, (H, W) uint8, dark on white."""
    return inputs.draw(number).lines


def report_pairs(refine, drawn):
    """Say how near refined lines come to the styled ones, in a sentence."""
    before, table = [], []
    for number, lines in enumerate(drawn):
        rng = np.random.default_rng(number)
        rough, clean = refine_task.make_refine_drawing(lines, inputs.DRAWING_SIZE, rng, "rough")[:2]
        before.append(np.abs(rough.astype(int) - clean).mean())
        true, found = (images.to_network(255 - each) for each in (clean, refine(rough)))
        table.append(line_scores(true, found, (0.5,)))
    summary, before = summarise_lines(table), float(np.mean(before))
    return (
        f"{len(drawn)} drawn pairs: mean error {before:.2f} levels before and {255 * summary['mae']:.2f} after "
        f"({255 * summary['mae'] / before:.3f}), F of thinned lines {summary['f']:.3f} "
        f"(precision {summary['precision']:.3f}, recall {summary['recall']:.3f})."
    )


def report_rough(refine, drawn):
    """The table of `try_rough`, by the amount of roughness."""
    rows = []
    for amount in AMOUNTS:
        before, after = try_rough(refine, drawn, amount)
        rows.append((f"{amount:g}", *(f"{value:.3f}" for value in before), *(f"{value:.3f}" for value in after)))
    names = ("precision", "recall", "F", "ink length over the true")
    return format_table(("roughness", *(f"{name}, before" for name in names), *names), rows)


def report_hatching(refine, count):
    """Say what `try_hatching` finds, in a sentence."""
    kept, strokes = try_hatching(refine, count)
    return f"Of {strokes} strokes of drawn hatchings {kept / max(1, strokes):.3f} stay."


def report_tremor(refine, traced):
    """The table of `try_tremor`, by how long the waves are."""
    rows = []
    for wave in WAVES:
        before, after = try_tremor(refine, traced, period=wave / 9)
        rows.append((f"{wave} px", f"{before:.2f}", f"{after:.2f}", f"{after / before:.2f}"))
    return format_table(("a hand that trembles by 1 to 2 px, in waves of", "px off before", "after", "ratio"), rows)


def report_gaps(refine, sets):
    """The table of `try_gaps`, by {name: drawings} and size."""
    rows = []
    for name, drawings in sets.items():
        for size in (*GAPS, *SPACES):
            found = try_gaps(refine, drawings, size)
            kind = "closed" if size in GAPS else "bridged"
            share = f"{kind} {found[kind] / max(1, found['cuts']):.3f}"
            areas = " / ".join(map(str, found["areas"]))
            rows.append((f"{name}, {size} px", found["cuts"], share, areas, f"{found['extra'] / found['pixels']:.4%}"))
    return format_table(("cut", "cuts", "share", "areas: true / cut / refined", "extra ink"), rows)


def report_clean(refine, sets):
    """The table of `try_clean`, by {name: drawings}."""
    rows = []
    for name in ("inked", "drawn", "given"):
        if name in sets:
            found = try_clean(refine, sets[name])
            rows.append((name, f"{found['change']:.1f}", f"{found['lost'] / max(1, found['thin']):.4f}"))
    return format_table(("clean drawings", "change of ink, levels", "lines lost"), rows)


def report_specks(refine, inked):
    """Say what `try_specks` finds on a sheet of drawings, in a sentence."""
    found = try_specks(refine, inputs.tile(inked, *SPECKED_SIZE))
    gone, lost = found["gone"] / max(1, found["specks"]), found["lost"] / max(1, found["thin"])
    return f"Of {found['specks']} specks beside the lines {gone:.4f} are gone, and {lost:.4f} of the lines."


class Cut(NamedTuple):
    """One cut through a line: its middle, and the corners, (4, 2), of the removed piece."""

    x: int
    y: int
    corners: np.ndarray


def is_ink(drawing):
    """Where a drawing is dark, (H, W) bool."""
    return drawing < 128


def plan_cuts(drawing, size, rng):
    """Choose places where one line runs alone, so that a cut leaves it in two parts.

    Args:
        drawing: see above. size: length of the cuts along the line, in pixels. rng: `numpy.random.Generator`.

    Returns:
        (cut drawing, list of `Cut`): the cuts are at least `APART` pixels from each other.
    """
    lines = tracing.trace(drawing)
    half = cv2.distanceTransform(is_ink(drawing).view(np.uint8), cv2.DIST_L2, 5)
    reach = get_reach(size)
    room = FREE + size // 2
    places = [(p, k) for p, path in enumerate(lines.paths) for k in range(room, len(path) - room, 8)]
    cut, cuts = drawing.copy(), []
    for number in rng.permutation(len(places)):
        path, k = lines.paths[places[number][0]], places[number][1]
        x, y = np.round(path[k]).astype(int)
        inside = reach <= x < drawing.shape[1] - reach and reach <= y < drawing.shape[0] - reach
        if not inside or any(max(abs(x - other.x), abs(y - other.y)) < APART + size for other in cuts):
            continue
        corners = find_span(path, k, size, half)
        if np.abs(corners - (x, y)).max() > reach - 1:
            continue
        window = np.s_[y - reach : y + reach + 1, x - reach : x + reach + 1]
        before = cut[window].copy()
        cv2.fillPoly(cut, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        if count_parts(drawing, x, y, reach) == 1 and count_parts(cut, x, y, reach) == 2:
            cuts.append(Cut(int(x), int(y), corners))
        else:
            cut[window] = before
        if len(cuts) == CUTS:
            break
    return cut, cuts


def get_reach(size):
    """Return half of a box's side, without the middle, for cuts of some size."""
    return BOX + max(0, size - 12) // 2


def get_box(drawing, x, y, reach):
    """Return the part of a drawing within `reach` pixels of a place, each way."""
    return drawing[y - reach : y + reach + 1, x - reach : x + reach + 1]


def count_parts(drawing, x, y, reach):
    """Count the pieces of lines in a box, without specks."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(is_ink(get_box(drawing, x, y, reach)).view(np.uint8))
    return int((stats[1:count, cv2.CC_STAT_AREA] > 3).sum())


def is_bridged(cut, refined, x, y, reach):
    """Whether one refined line reaches both parts of a cut one."""
    count, parts = cv2.connectedComponents(is_ink(get_box(cut, x, y, reach)).view(np.uint8))
    stumps = [cv2.dilate((parts == part).view(np.uint8), np.ones((3, 3), np.uint8)) > 0 for part in range(1, count)]
    found_count, found = cv2.connectedComponents(is_ink(get_box(refined, x, y, reach)).view(np.uint8))
    return any(sum(((found == part) & stump).any() for stump in stumps) > 1 for part in range(1, found_count))


def try_gaps(refine, drawings, size, seed=0):
    """Cut gaps or spaces, refine, and look at each.

    Args:
        refine: function of a drawing that returns the refined one. drawings: iterable of drawings.
        size: of the cuts, in pixels. seed: of their places.

    Returns:
        dict, all summed over the drawings:

        - `cuts`: their number.
        - `bridged`: cuts that a line leads across.
        - `closed`: bridged cuts with no other piece of line in the box.
        - `areas`: enclosed areas of the true, the cut and the refined drawings.
        - `extra`, `pixels`: pixels of ink farther than 2 pixels from any true line; all pixels.
    """
    total: dict[str, Any] = {"cuts": 0, "closed": 0, "bridged": 0, "areas": np.zeros(3, int), "extra": 0, "pixels": 0}
    reach = get_reach(size)
    for number, drawing in enumerate(drawings):
        cut, cuts = plan_cuts(drawing, size, np.random.default_rng((seed, number)))
        refined = refine(cut)
        total["cuts"] += len(cuts)
        bridged = [is_bridged(cut, refined, x, y, reach) for x, y, _ in cuts]
        total["bridged"] += sum(bridged)
        total["closed"] += sum(count_parts(refined, x, y, reach) == 1 and led for (x, y, _), led in zip(cuts, bridged))
        total["areas"] += [count_areas(each) for each in (drawing, cut, refined)]
        total["extra"] += count_extra(drawing, refined)
        total["pixels"] += drawing.size
    return total


def count_areas(drawing):
    """Count the areas of paper that lines enclose; the picture's edge counts as a line."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((~is_ink(drawing)).view(np.uint8), connectivity=4)
    return int((stats[1:count, cv2.CC_STAT_AREA] >= AREA).sum())


def count_extra(true, refined):
    """Count the pixels of ink in a refined drawing that are farther than `NEAR` from any true line."""
    away = cv2.distanceTransform((true >= 192).view(np.uint8), cv2.DIST_L2, 5)
    return int((is_ink(refined) & (away > NEAR)).sum())


def measure_distance(lines, drawing):
    """Measure the mean distance of a drawing's centre lines from the true ones, in pixels; nan if there are none.

    Args:
        lines: the true `tracing.Lines`. drawing: a drawing of them.
    """
    fine = 4  # true lines are known between pixels
    truth = tracing.draw_paths([path * fine for path in lines.paths], tuple(fine * n for n in drawing.shape), 1, True)
    away = cv2.distanceTransform(truth, cv2.DIST_L2, 5) / fine
    y, x = np.nonzero(tracing.find_centres(drawing))
    found = away[fine * y, fine * x]
    found = found[found < FAR]
    return float(found.mean()) if found.size else float("nan")


def try_tremor(refine, traced, tremor=(1.0, 2.0), period=2.0, seed=0):
    """Shake lines as a trembling hand does, refine, and measure how far they are from true ones, before and after.

    Args:
        refine: see above.
        traced: iterable of (`tracing.Lines`, (H, W)).
        tremor: range of a drawing's mean distance, in pixels.
        period: of a `rough.Roughness`; waves are about nine times as long.
        seed: of the shaking.

    Returns:
        (before, after): mean distances in pixels, `FAR` for a drawing whose lines vanished; nan without any lines.
    """
    found = []
    for number, (lines, shape) in enumerate(traced):
        if not lines.paths:
            continue
        rng = np.random.default_rng((seed, number))
        rough = Roughness(width=1.5, tremor=rng.uniform(*tremor), period=period)
        drawing = draw_rough(lines, shape, rng, rough)
        found.append([measure_distance(lines, each) for each in (drawing, refine(drawing))])
    found = np.nan_to_num(found, nan=FAR)  # lines that vanished
    return tuple(found.mean(0).tolist()) if len(found) else (float("nan"), float("nan"))


def try_rough(refine, drawings, amount, seed=0):
    """Draw lines roughly, refine, and compare centre lines with the true ones.

    Args:
        refine: see above. drawings: iterable of drawings. amount: of `rough.choose_roughness`, above 0.
        seed: of the roughness.

    Returns:
        (before, after): of the rough drawings and of the refined ones. Each is the mean over the drawings of
        (precision, recall, F, length of the centre lines over that of the true ones).
    """
    found = []
    for number, drawing in enumerate(drawings):
        rng = np.random.default_rng((seed, number))
        size = drawing.shape[0]
        part = refine_task.cut_part(drawing, size / ROUGH_SCALE, rng)
        matrix = refine_task.choose_turn(rng, part.shape, size, ROUGH_SCALE)
        lines = tracing.transform(tracing.trace(part, tracing.HEAL), matrix, (size, size))
        if not lines.paths:
            continue
        true = thin_mask(is_ink(pens.draw_inked(lines, (size, size))))
        rough = draw_rough(lines, (size, size), rng, choose_roughness(rng, amount))
        found.append([compare_centres(true, thin_mask(is_ink(each))) for each in (rough, refine(rough))])
    means = np.mean(found, 0) if found else np.full((2, 3), np.nan)
    harmonic = 2 * means[:, 0] * means[:, 1] / np.maximum(means[:, 0] + means[:, 1], 1e-9)
    return tuple(tuple(row) for row in np.insert(means, 2, harmonic, axis=1).tolist())


def compare_centres(true, found):
    """Compare centre lines, (H, W) bool: (precision, recall, length of the found ones over that of the true ones)."""
    near = [cv2.distanceTransform((~lines).view(np.uint8), cv2.DIST_L2, 5) <= ROUGH_REACH for lines in (true, found)]
    length, found_length = max(1, true.sum()), max(1, found.sum())
    return (found & near[0]).sum() / found_length, (true & near[1]).sum() / length, found.sum() / length


def try_hatching(refine, count, seed=0):
    """Draw sheets of hatching, refine, and count the strokes that stay: (kept, strokes).

    A stroke stays if nine tenths of its middle lie on refined centre lines.

    Args:
        refine: see above. count: number of sheets. seed: of their strokes.
    """
    kept = total = 0
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        places = np.arange(HATCH_EVERY // 2, HATCH_SIZE, HATCH_EVERY)
        strokes = [stroke for x in places for y in places for stroke in hatching.hatch((x, y), rng)]
        lines = tracing.Lines(strokes, [(True, True)] * len(strokes))
        refined = refine(pens.draw_inked(lines, (HATCH_SIZE, HATCH_SIZE)))
        away = cv2.distanceTransform((~thin_mask(is_ink(refined))).view(np.uint8), cv2.DIST_L2, 5)
        for stroke in strokes:
            x, y = np.clip(np.round(stroke[len(stroke) // 8 : -len(stroke) // 8]).astype(int), 0, HATCH_SIZE - 1).T
            kept += bool((away[y, x] <= HATCH_REACH).mean() >= 0.9)
            total += 1
    return kept, total


def try_specks(refine, drawing, count=2000, seed=0):
    """Add specks of 1 to 4 pixels, refine, and count which are gone.

    Args:
        refine: see above.
        drawing: a clean drawing.
        count: number of specks. Those that fall on lines or near them do not count.
        seed: of their places.

    Returns:
        dict: `specks`, the number that counts; `gone`, those without ink; `thin` and `lost` of `count_lost`.
    """
    rng = np.random.default_rng(seed)
    blank = degrade.add_specks(np.full_like(drawing, 255), count, rng, (0, 100))
    refined = refine(np.minimum(drawing, blank))
    away = cv2.distanceTransform((drawing >= 192).view(np.uint8), cv2.DIST_L2, 5)
    number, specks = cv2.connectedComponents((blank < 255).view(np.uint8))
    nearest = np.full(number, np.inf)
    np.minimum.at(nearest, specks.ravel(), away.ravel())
    left = np.bincount(specks.ravel(), is_ink(refined).ravel(), number)
    counted = nearest[1:] > 4
    thin, lost = count_lost(drawing, refined)
    return {"specks": int(counted.sum()), "gone": int((counted & (left[1:] == 0)).sum()), "thin": thin, "lost": lost}


def count_lost(drawing, refined):
    """Count the pixels of a drawing's thinned lines, and those without refined ink next to them: (thin, lost)."""
    thin = thin_mask(is_ink(drawing))
    reached = cv2.dilate(is_ink(refined).view(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return int(thin.sum()), int((thin & ~reached).sum())


def try_clean(refine, drawings):
    """Refine drawings that are clean, and measure what changes.

    Returns:
        dict: `change`, the mean absolute change of pixels that are ink before or after, in levels; `thin` and `lost` of
        `count_lost`.
    """
    change = pixels = thin = lost = 0
    for drawing in drawings:
        refined = refine(drawing)
        inked = (drawing < 255 - 8) | is_ink(refined)
        change += int(cv2.absdiff(drawing, refined)[inked].sum())
        pixels += int(inked.sum())
        thin, lost = np.add((thin, lost), count_lost(drawing, refined))
    return {"change": change / max(1, pixels), "thin": int(thin), "lost": int(lost)}
