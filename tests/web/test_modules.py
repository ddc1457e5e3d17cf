"""The page's modules, run by node, give what the suite gives."""

import base64
import json
import re
import shutil
import subprocess
import types
from pathlib import Path

import cv2
import numpy as np
import pytest

from illustration_parts.imaging import filters, images, linework, scales, scans
from illustration_parts.networks import tiling
from illustration_parts.tasks import refine, sketches

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is missing: apt install nodejs")


def pack(value):
    if isinstance(value, np.ndarray):
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"dtype": str(value.dtype), "shape": value.shape, "data": data}
    return value


def unpack(value):
    if isinstance(value, list):
        return [unpack(part) for part in value]
    if isinstance(value, dict) and "dtype" in value:
        return np.frombuffer(base64.b64decode(value["data"]), value["dtype"]).reshape(value["shape"])
    return {name: unpack(part) for name, part in value.items()} if isinstance(value, dict) else value


def call(*calls):
    """Call functions of the page, each (module, name, *arguments); returns their results."""
    given = json.dumps([(module, name, [pack(each) for each in arguments]) for module, name, *arguments in calls])
    done = subprocess.run([NODE, ROOT / "tests/web/call.mjs"], input=given, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return [unpack(each) for each in json.loads(done.stdout)]


def differ(one, other):
    """Largest difference of two uint8 arrays."""
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other).max())


def draw(height, width, thickness, seed=0, lines=14):
    """A picture of dark lines over fills and noise: (H, W, 3) uint8."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 235, np.uint8)
    for _ in range(lines):
        (a, b), (c, d) = (rng.integers(0, (width, height), 2).tolist() for _ in range(2))
        cv2.circle(picture, (a, b), int(rng.integers(8, 40)), rng.integers(90, 255, 3).tolist(), -1)
        cv2.line(picture, (a, b), (c, d), rng.integers(0, 50, 3).tolist(), thickness, cv2.LINE_AA)
    return np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)


def test_tiles_are_planned_as_in_the_suite():
    plans = [
        (length, most, 64, 8)
        for length in (1, 8, 100, 639, 640, 641, 1023, 1080, 1920, 2161, 3840)
        for most in (192, 640, 1088)
    ]
    found = call(*(("tiling.js", "split", *plan) for plan in plans))
    for plan, spans in zip(plans, found, strict=True):
        assert [tuple(span.values()) for span in spans] == [tuple(span) for span in tiling.split(*plan)], plan


def test_a_tile_sees_its_neighbours_and_beyond_the_edge_the_edge():
    picture = draw(50, 70, 2)
    row, column = tiling.Span(16, 56, 20, 50), tiling.Span(40, 80, 44, 70)
    (found,) = call(("tiling.js", "cut", picture, row._asdict(), column._asdict()))
    expected = images.to_network(tiling.cut(picture, row, column)).transpose(2, 0, 1)
    assert np.allclose(list(found.values()) if isinstance(found, dict) else found, expected.ravel(), atol=1e-6)


def test_pictures_are_resized_as_by_opencv():
    """Smaller by area, larger by Lanczos, to the last bit; by a little linearly."""
    picture = np.random.default_rng(0).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    shapes = [(40, 53), (30, 40), (20, 20), (1, 7), (18, 24), (90, 121), (120, 160), (73, 99), (61, 80)]
    found = call(*(("pixels.js", "resize", picture, *shape) for shape in shapes))
    for shape, resized in zip(shapes, found, strict=True):
        assert differ(resized, images.resize(picture, shape)) <= (shape == (61, 80)), shape


def test_greys_and_morphology_equal_opencv():
    picture = draw(47, 60, 3)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    calls, expected = [("pixels.js", "toGrey", picture)], [grey]
    for radius in (0, 1, 2, 3, 4, 6, 8):
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
        spans = [int(row.sum() - 1) // 2 for row in disc]
        calls += [
            ("pixels.js", "dilate", grey, spans),
            ("pixels.js", "erode", grey, spans),
            ("pixels.js", "disc", radius),
        ]
        expected += [cv2.dilate(grey, disc), cv2.erode(grey, disc), spans]
    for found, right in zip(call(*calls), expected, strict=True):
        assert np.array_equal(found, right)


@pytest.mark.parametrize("pixels", [0, 1, 2.5, 5, -1, -2.5])
def test_lines_are_strengthened_and_widened_as_in_the_suite(pixels):
    ink = 255 - cv2.cvtColor(draw(60, 64, 3), cv2.COLOR_RGB2GRAY)
    wider, stronger = call(("linework.js", "widen", ink, pixels), ("linework.js", "strengthen", ink, 3.5))
    assert differ(wider, linework.widen(ink, pixels)) <= 1
    assert np.array_equal(stronger, linework.strengthen(ink, 3.5))


def test_line_widths_are_measured_as_in_the_suite():
    shares, inks = [0.1, 0.25, 0.5, 0.9], []
    for height, width, thickness in ((100, 130, 1), (129, 65, 4), (20, 20, 3), (200, 333, 12)):
        inks.append(255 - cv2.cvtColor(draw(height, width, thickness), cv2.COLOR_RGB2GRAY))
    inks.append(np.zeros((70, 70), np.uint8))
    for ink, found in zip(inks, call(*(("scales.js", "measureWidths", ink, shares) for ink in inks)), strict=True):
        expected = scales.measure_widths(ink, shares)
        assert found is None if expected is None else np.allclose(found, expected, rtol=1e-3)


def draw_broad():
    """A drawing of nothing but very broad strokes."""
    picture = np.full((400, 360, 3), 240, np.uint8)
    cv2.circle(picture, (180, 200), 120, (20, 20, 20), 24)
    cv2.line(picture, (60, 30), (300, 60), (30, 10, 10), 30)
    return picture


def test_broad_strokes_are_seen_as_in_the_suite():
    pictures = [draw_broad(), draw(300, 400, 2), draw(200, 180, 16), np.zeros((9, 9, 3), np.uint8)]
    found = call(*(("scales.js", "hasBroadStrokes", picture) for picture in pictures))
    assert found == [scales.has_broad_strokes(picture) for picture in pictures]
    assert found[0] and not found[1]


def test_what_is_found_from_afar_is_filled_in_as_in_the_suite(monkeypatch):
    picture = draw_broad()
    monkeypatch.setattr(scales, "AFAR", (0.3,))
    small = images.resize(picture, scales.scale_shape(picture.shape[:2], 0.3))
    ink = np.where(picture[..., 0] < 128, np.uint8(90), np.uint8(0))
    coarse = 255 - cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    (found,) = call(("scales.js", "fillIn", picture, ink, small, coarse))
    expected = scales.look_from_afar(lambda _: coarse[..., None], picture, ink[..., None].copy())[..., 0]
    assert differ(expected, ink) > 100  # something was filled in
    assert (np.abs(found.astype(int) - expected) <= 2).mean() > 0.999


def draw_rings(height, width, thickness):
    """Black circles of one pen on white."""
    picture = np.full((height, width, 3), 255, np.uint8)
    for radius in (30, 60):
        cv2.circle(picture, (width // 2, height // 2), radius, (0, 0, 0), thickness, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(
    "picture, again",
    [
        (draw_rings(150, 180, 1), 1),  # enlarged
        (draw_rings(300, 200, 1), 1),
        (draw_rings(1100, 1090, 1), 0),
        (draw_rings(300, 280, 5), 2),  # from afar
        (draw_broad(), 2),
        (draw(150, 180, 4, lines=5), 0),  # of many widths
        (np.full((40, 50, 3), 255, np.uint8), 0),
    ],
)
def test_lines_are_looked_for_at_the_size_that_the_suite_chooses(picture, again):
    """Dark places stand in for lines that a network finds."""
    sizes = []

    def find(picture):
        sizes.append(picture.shape[:2])
        return 255 - cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None]

    expected = scales.look(find, picture)[..., 0]
    (found,) = call(("scales.js", "look", {"find": "dark"}, picture))
    assert len(sizes) == 1 + again
    assert (np.abs(found.astype(int) - expected) <= 2).mean() > 0.999


def draw_ink(height, width, thickness):
    """Ink of a few circles: (H, W) uint8, 255 = ink."""
    ink = np.zeros((height, width), np.uint8)
    for x in range(30, width - 30, 50):
        cv2.circle(ink, (x, height // 2), 25, 255, thickness, cv2.LINE_AA)
    return ink


@pytest.mark.parametrize(
    "ink, larger",
    [
        (draw_ink(150, 180, 1), 1),
        (draw_ink(700, 720, 1), 1),  # to the largest size
        (cv2.resize(draw_ink(200, 240, 2), (180, 150), interpolation=cv2.INTER_AREA), 0),
        (draw_ink(150, 180, 5), -1),
        (np.zeros((40, 50), np.uint8), 0),
    ],
)
def test_drawings_are_refined_at_the_size_that_the_suite_chooses(ink, larger):
    """A stand-in network finds ink simplified and paper tidied."""
    sizes = []

    def stream(tiles):
        for tile in tiles:
            sizes.append(tile.size)
            yield np.dstack([tile, 1 - tile])

    network = types.SimpleNamespace(margin=0, stride=1, max_tile=9999, stream=stream)
    scale, (simplified, tidied) = call(
        ("refining.js", "chooseScale", ink), ("refining.js", "refine", {"find": "both"}, ink)
    )
    assert scale == pytest.approx(refine.choose_scale(ink), rel=1e-3)
    for amount, found in ((1, simplified), (0, tidied)):
        expected = refine.run(network, ink, amount, refine.choose_scale(ink))
        assert np.sign(sizes[-1] - ink.size) == larger
        assert (np.abs(found.astype(int) - expected) <= 2).mean() > 0.999


def test_drawings_are_simplified_as_much_as_in_the_suite():
    page = (ROOT / "web/page/index.html").read_text("utf-8")
    (value,) = re.findall(r'id="simplify"[^>]* value="([^"]*)"', page)
    assert float(value) == refine.SIMPLIFY


def test_drawings_are_graded_and_chosen_as_in_the_suite():
    simplified, tidied = (255 - cv2.cvtColor(draw(60, 70, 2, seed), cv2.COLOR_RGB2GRAY) for seed in (1, 2))
    amounts = (0, 0.2, 0.5, 0.85, 1)
    graded, *chosen = call(
        ("linework.js", "curve", tidied, 50, 205),
        *(("linework.js", "simplify", simplified, tidied, amount) for amount in amounts),
    )
    assert np.array_equal(graded, linework.curve(tidied, 50, 205))
    for amount, found in zip(amounts, chosen, strict=True):
        assert differ(found, linework.simplify(simplified, tidied, amount)) <= 1, amount


def test_pictures_are_lightened_as_in_the_suite():
    pictures = [draw(60, 70, 2), draw(60, 70, 2) // 3, draw(60, 70, 2) // 9]
    for picture, found in zip(pictures, call(*(("sketches.js", "lighten", each) for each in pictures)), strict=True):
        assert np.array_equal(found, filters.lighten(picture))


def test_first_sketches_are_those_of_the_suite():
    rng = np.random.default_rng(1)
    clean, large = draw(170, 210, 2), draw(900, 830, 3, 5, 60)
    noisy = np.clip(clean + rng.normal(0, 25, clean.shape), 0, 255).astype(np.uint8)
    pictures = [clean, noisy, clean // 6, large, draw(60, 70, 2), draw(1, 9, 1), np.zeros((90, 85, 3), np.uint8)]
    found = call(*(("sketches.js", "addFirstSketch", each) for each in pictures))
    chosen = [filters.choose_xdog(sketches.to_grey(each)) for each in pictures]
    assert len({options["sigma"] for options in chosen}) > 1 and len({options["epsilon"] for options in chosen}) > 1
    for picture, each in zip(pictures, found, strict=True):
        assert differ(each, sketches.add_first_sketch(picture)) <= 1


def draw_lines(paper=255, line=0, seed=0):
    """A line drawing: (H, W, 3) uint8."""
    sheet = np.full((300, 260, 3), paper, np.uint8)
    rng = np.random.default_rng(seed)
    for _ in range(12):
        a, b = (tuple(rng.integers(10, 250, 2).tolist()) for _ in range(2))
        cv2.line(sheet, a, b, (line, line, line), 2, cv2.LINE_AA)
    return sheet


def test_clean_drawings_become_the_ink_that_the_suite_makes():
    drawings = [draw_lines(), draw_lines(0, 255), draw_lines(253, 20)]
    for drawing, found in zip(
        drawings, call(*(("drawings.js", "readDrawing", each) for each in drawings)), strict=True
    ):
        ink, notes = scans.level(drawing)
        assert notes in ([], ["light lines on dark, inverted"])
        assert np.array_equal(found["ink"], ink)


def draw_scan(light=(235, 228, 215), shadow=70, line=90):
    """A drawing on yellow paper with grain, darker in a corner: (H, W, 3) uint8."""
    share = np.linspace(0, 1, 300)[:, None] * np.linspace(0, 1, 260)
    paper = np.asarray(light) - shadow * share[..., None]
    sheet = paper * (draw_lines(255, line) / 255) + np.random.default_rng(1).normal(0, 2, (300, 260, 1))
    return np.clip(sheet, 0, 255).astype(np.uint8)


def test_paper_is_levelled_as_in_the_suite():
    """Grey and yellow paper, pale lines, a blackboard, and lines so dense that the paper seems grey from afar."""
    dense = np.full((800, 700, 3), 255, np.uint8)
    dense[100:700:14, 90:], dense[100:700, 90::14] = 0, 0
    scans_ = [draw_scan(), draw_scan(shadow=20), draw_lines(225), draw_lines(255, 150), 255 - draw_scan(), dense]
    for scan, found in zip(scans_, call(*(("drawings.js", "readDrawing", each) for each in scans_)), strict=True):
        ink, notes = scans.level(scan)
        assert {"paper levelled", "pale lines darkened"} & set(notes), notes
        assert (np.abs(found["ink"].astype(int) - ink) <= 1).mean() > 0.9999


def test_gaussians_are_those_of_opencv():
    picture = draw(40, 50, 3)
    sigmas = (0.7, 1, 3)
    for sigma, found in zip(sigmas, call(*(("pixels.js", "smooth", picture, sigma) for sigma in sigmas)), strict=True):
        assert np.array_equal(found, cv2.GaussianBlur(picture, (0, 0), sigma)), sigma


def test_other_pictures_are_refused_with_the_reason():
    crayon, table = draw_lines(), draw_lines()
    cv2.line(crayon, (20, 150), (240, 140), (60, 90, 240), 9)
    cv2.line(crayon, (20, 190), (240, 180), (60, 90, 240), 9)
    table[:, :22] = (120, 80, 40)
    cases = {
        "illustration": draw(300, 260, 3, lines=60), "coloured": crayon, "around": table,
    }  # fmt: skip
    results = call(*(("drawings.js", "readDrawing", picture) for picture in cases.values()))
    for (word, picture), found in zip(cases.items(), results, strict=True):
        assert word in found["reason"], (word, found)
        task = "lines,refine" if word == "illustration" else "refine"  # which takes it
        assert found["reason"].endswith(f"predict.py --task {task}.")
        if word == "illustration":
            with pytest.raises(scans.IllustrationError):
                scans.level(picture)
        else:
            assert scans.level(picture)[1], word


@pytest.mark.parametrize("transparent", [False, True])
def test_png_files_hold_the_drawing(transparent, tmp_path):
    ink = 255 - cv2.cvtColor(draw(300, 170, 3), cv2.COLOR_RGB2GRAY)  # three bands
    (found,) = call(("png.js", "encode", ink, transparent))
    (tmp_path / "a.png").write_bytes(base64.b64decode(found))
    read = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(read, linework.on_glass(ink) if transparent else linework.on_paper(ink))
    assert differ(images.read_map(tmp_path / "a.png"), 255 - ink) <= (1 if transparent else 0)
