import re
import shutil
import signal
import subprocess
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from helpers import DarkIsInk, draw_map
from measure_vectors import count_curves, find_f, list_paths, measure, render

import predict
from illustration_parts import tasks
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import boundaries, faint_lines, images, region_maps, strokes, svg, vectors
from illustration_parts.imaging.curves_fit import fit_curves
from illustration_parts.networks import engine
from illustration_parts.system import cli
from illustration_parts.tasks import base, drawings

LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
MODE = "{http://www.inkscape.org/namespaces/inkscape}groupmode"


def needs_resvg():
    pytest.importorskip("resvg_py", reason="pip install -r requirements-extras.txt")


def blank(height=120, width=160):
    return np.zeros((height, width), np.uint8)


def line(ink, *points, width=3, closed=False):
    """Draw an anti-aliased line through points (x, y) into an ink map."""
    at = np.round(np.array(points, float) * 16).astype(np.int32)
    cv2.polylines(ink, [at], closed, 255, width, cv2.LINE_AA, 4)
    return ink


def read_ends(path):
    """First and last point of a path of one sub-path, as SVG has them; and how many curves it has."""
    data = path.get("d")
    assert data.count("M") == 1
    numbers = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", data), float)
    steps = numbers[2:].reshape(-1, 3, 2)
    return numbers[:2], numbers[:2] + steps[:, 2].sum(0), len(steps)


def read_corners(path):
    """All ends of a path's curves, (n, 2)."""
    numbers = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", path.get("d")), float)
    return np.concatenate([numbers[None, :2], numbers[:2] + np.cumsum(numbers[2:].reshape(-1, 3, 2)[:, 2], axis=0)])


def draw_lines_of(seed, size=700):
    """The line map of a picture that the suite draws, ink."""
    return 255 - illustrations.draw(seed, size=size).lines


# Curves


def sample(curve, count=200):
    u = np.linspace(0, 1, count)[:, None]
    return (1 - u) ** 3 * curve[0] + 3 * u * (1 - u) ** 2 * curve[1] + 3 * u**2 * (1 - u) * curve[2] + u**3 * curve[3]


@pytest.mark.parametrize("tolerance", [0.1, 0.5, 2.0])
def test_curves_keep_the_tolerance_and_meet(tolerance):
    rng = np.random.default_rng(3)
    t = np.linspace(0, 12, 900)[::3]
    wave = np.stack([40 * t, sum(rng.uniform(-9, 9) * np.sin(rng.uniform(0.5, 3) * t) for _ in range(5))], 1)
    curves, counts = fit_curves(wave, [0, 170], [170, 299], [False, False], tolerance)
    assert counts.sum() == len(curves) and counts.min() >= 1
    drawn = np.concatenate([sample(curve, 1000) for curve in curves])
    away = np.sqrt(((wave[:, None] - drawn[None]) ** 2).sum(-1)).min(1)
    assert away.max() <= tolerance + 0.05
    assert np.array_equal(curves[1:, 0], curves[:-1, 3])
    assert np.array_equal(curves[0, 0], wave[0]) and np.array_equal(curves[-1, 3], wave[-1])


def test_a_finer_tolerance_needs_more_curves():
    t = np.linspace(0, 2 * np.pi, 500)
    ring = np.stack([80 * np.cos(t), 50 * np.sin(t)], 1)
    ring[-1] = ring[0]
    counts = [len(fit_curves(ring, [0], [499], [True], tolerance)[0]) for tolerance in (2, 0.3, 0.02)]
    assert counts[0] < counts[1] < counts[2] and counts[0] <= 4


def test_a_ring_is_smooth_where_it_closes_and_inside():
    t = np.linspace(0, 2 * np.pi, 300)
    ring = np.stack([30 * np.cos(t), 30 * np.sin(t)], 1)
    ring[-1] = ring[0]
    curves, _ = fit_curves(ring, [0], [299], [True], 0.05)
    leaving, arriving = curves[:, 1] - curves[:, 0], np.roll(curves[:, 3] - curves[:, 2], 1, axis=0)
    leaving, arriving = (way / np.linalg.norm(way, axis=1)[:, None] for way in (leaving, arriving))
    assert (leaving * arriving).sum(1).min() > 0.9999


def test_sections_of_few_points():
    points = np.array([[5, 5], [7, 5], [7, 9], [1, 1]], float)
    curves, counts = fit_curves(points, [3, 0, 0], [3, 1, 2], [False] * 3, 0.5)
    assert counts[0] == counts[1] == 1 and np.abs(curves[0] - 1).max() <= 0.011
    assert np.allclose(curves[1], [[5, 5], [5 + 2 / 3, 5], [7 - 2 / 3, 5], [7, 5]])


@pytest.mark.parametrize("tolerance", [0, -1, float("nan")])
def test_a_wrong_tolerance_is_named(tolerance):
    with pytest.raises(ValueError, match="tolerance must be above 0"):
        fit_curves(np.zeros((2, 2)), [0], [1], [False], tolerance)


# Strokes


def test_a_straight_line_is_one_curve_that_ends_where_its_ink_ends():
    ink = blank()
    ink[58:63, 20:141] = 255
    (path,) = list_paths(vectors.draw_lines(ink))
    begin, end, curves = read_ends(path)
    half = float(path.get("stroke-width")) / 2
    assert curves == 1 and abs(2 * half - 5) < 0.2
    left, right = sorted([begin[0], end[0]])
    assert np.allclose([left - half, right + half], [20, 141], atol=0.6)
    assert np.allclose([begin[1], end[1]], 60.5, atol=0.1)


@pytest.mark.parametrize("width", [1, 2, 3, 5, 9])
def test_a_circle_is_one_closed_stroke_of_its_width(width):
    ink = blank()
    cv2.circle(ink, (80 * 16, 60 * 16), 40 * 16, 255, width, cv2.LINE_AA, 4)
    (path,) = list_paths(vectors.draw_lines(ink))
    assert path.get("d").endswith("z") and path.get("d").count("z") == 1
    expected = ink.sum() / 255 / (2 * np.pi * 40)
    assert abs(float(path.get("stroke-width")) - expected) < 0.35
    begin, end, curves = read_ends(path)
    assert np.array_equal(np.round(begin, 2), np.round(end, 2)) and 2 <= curves <= 8
    assert np.abs(np.linalg.norm(read_corners(path) - 60 - (20.5, 0.5), axis=1) - 40).max() < 0.7


@pytest.mark.parametrize("width", [1, 3, 7])
@pytest.mark.parametrize("turn", [0, 20, 45, 70])
def test_two_lines_that_cross_are_two_strokes(width, turn):
    angle = np.radians(turn)
    way = 50 * np.array([np.cos(angle), np.sin(angle)])
    ink = line(blank(), (80, 60) - way, (80, 60) + way, width=width)
    line(ink, (80, 60) - way[::-1] * (1, -1), (80, 60) + way[::-1] * (1, -1), width=width)
    paths = list_paths(vectors.draw_lines(ink))
    assert len(paths) == 2
    for path in paths:
        begin, end, curves = read_ends(path)
        assert np.linalg.norm(begin - end) > 95 - width and curves <= 4
        x, y = (end - begin) / np.linalg.norm(end - begin)
        assert np.abs((read_corners(path) - begin) @ (-y, x)).max() < 0.8


@pytest.mark.parametrize("width", [1, 3, 6])
@pytest.mark.parametrize("between", [15, 20, 30, 40])
def test_lines_that_cross_at_a_small_angle_are_two_strokes(width, between):
    ink, ways = blank(200, 300), []
    for turn in (between / 2, -between / 2):
        ways.append(130 * np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))]))
        line(ink, (150, 100) - ways[-1], (150, 100) + ways[-1], width=width)
    paths = list_paths(vectors.draw_lines(ink))
    assert len(paths) == 2
    slopes = sorted(np.divide(*(read_ends(path)[1] - read_ends(path)[0])[::-1]) for path in paths)
    assert np.allclose(slopes, sorted(way[1] / way[0] for way in ways), atol=0.02)


def test_a_line_that_meets_another_ends_on_it():
    ink = line(blank(), (10, 60), (150, 60))
    line(ink, (80, 60), (80, 110))
    paths = list_paths(vectors.draw_lines(ink))
    assert len(paths) == 2
    bar, stem = sorted(paths, key=lambda path: -abs(np.subtract(*read_ends(path)[:2])[0]))
    assert abs(np.subtract(*read_ends(bar)[:2])[0]) > 135
    assert min(abs(end[1] - 60.5) for end in read_ends(stem)[:2]) < 1


@pytest.mark.parametrize("width", [1, 3, 6])
def test_corners_stay_corners(width):
    corners = np.array([(30, 20), (130, 30), (110, 100), (40, 90)])
    (path,) = list_paths(vectors.draw_lines(line(blank(), *corners, width=width, closed=True)))
    found = read_corners(path)
    for corner in corners + 0.5:
        assert np.linalg.norm(found - corner, axis=1).min() < 1.2
    assert len(found) <= 9


def test_a_round_bend_is_no_corner():
    ink = blank()
    cv2.ellipse(ink, (80, 60), (10, 10), 0, 0, 360, 255, 2, cv2.LINE_AA)
    found = strokes.find_strokes(ink)
    assert len(found) == 1 and found.closed[0] and not found.corners.any()


def test_specks_go_and_dots_stay():
    ink = blank()
    ink[10:12, 10:12] = 255
    cv2.circle(ink, (80, 60), 4, 255, -1, cv2.LINE_AA)
    document = vectors.draw_lines(ink)
    (path,) = list_paths(document)
    assert np.abs(np.array(read_ends(path)[:2]) - (80.5, 60.5)).max() < 2.5
    assert 6 < float(path.get("stroke-width")) < 11


@pytest.mark.parametrize("level, count", [(70, 1), (10, 2)])
def test_a_stroke_goes_on_over_a_faint_place(level, count):
    ink = line(blank(), (20, 40), (140, 80))
    ink[:, 77:82] = np.minimum(ink[:, 77:82], level)
    assert len(list_paths(vectors.draw_lines(ink))) == count


def test_ends_that_do_not_point_at_each_other_stay_apart():
    ink = line(blank(), (20, 40), (78, 40))
    line(ink, (83, 44), (83, 100))
    ink[ink == 0] = 60
    assert len(list_paths(vectors.draw_lines(ink))) == 2


def test_spurs_of_a_thick_end_go():
    ink = blank()
    ink[50:64, 20:140] = 255  # its thinned line forks towards the corners
    assert len(list_paths(vectors.draw_lines(ink))) == 1


def draw_leaf():
    """A stroke that swells from 1 to 11 pixels and tapers again, of exact shape."""
    rows, columns = np.mgrid[:120, :160]
    half = 5.5 * np.clip(1 - ((columns - 80) / 65.0) ** 2, 0, None)
    return np.uint8(255 * np.clip(half - np.abs(rows - 60 - 8 * np.sin(columns / 30)) + 0.5, 0, 1))


def test_a_stroke_that_swells_is_a_closed_outline_in_the_variable_form():
    needs_resvg()
    ink = draw_leaf()
    (path,) = list_paths(vectors.draw_lines(ink, "variable"))
    assert path.get("stroke") == "none" and path.get("fill") == "#000" and path.get("d").endswith("z")
    one, other = measure(ink), measure(ink, "variable")
    assert other["error"] < 0.012 and other["error"] < one["error"] / 2
    assert other["f"] > 0.97


def test_even_strokes_stay_strokes_in_the_variable_form():
    ink = line(blank(), (20, 20), (140, 100))
    assert vectors.draw_lines(ink, "variable") == vectors.draw_lines(ink)


@pytest.mark.parametrize("form, least", [("strokes", 0.985), ("variable", 0.985), ("outline", 0.975)])
@pytest.mark.parametrize("seed", [1, 5, 6])  # pictures with enough lines, more than 500 px of them
def test_drawn_lines_look_the_same(form, least, seed):
    needs_resvg()
    if form == "outline":
        pytest.importorskip("vtracer", reason="pip install -r requirements-extras.txt")
    found = measure(draw_lines_of(seed), form)
    assert found["length"] > 500 and found["f"] >= least
    if form == "strokes":
        assert found["curves"] <= found["length"] / 12
    if form == "variable":
        assert found["error"] <= 0.012


def test_faint_haze_is_no_line():
    ink = blank()
    ink[20:80] = 90
    assert list_paths(vectors.draw_lines(ink)) == []


@pytest.mark.parametrize("form", ["strokes", "variable"])
def test_a_map_is_left_as_it_is_and_drawn_the_same_again(form):
    ink = draw_lines_of(2, 256)
    before = ink.copy()
    first = vectors.draw_lines(ink, form)
    assert vectors.draw_lines(ink[::1], form) == first and np.array_equal(ink, before)


def test_a_coarser_tolerance_needs_fewer_curves():
    ink = draw_lines_of(3)
    counts = [count_curves(vectors.draw_lines(ink, tolerance=tolerance)) for tolerance in (0.1, 0.5, 3)]
    assert counts[0] > counts[1] > counts[2]


def test_widths_are_measured_on_greys():
    ink = blank()
    ink[60, 20:140], ink[61, 20:140] = 255, 153  # 1.6 pixels of ink
    (path,) = list_paths(vectors.draw_lines(ink))
    assert abs(float(path.get("stroke-width")) - 1.6) < 0.1
    assert abs(read_ends(path)[0][1] - (60.5 * 255 + 61.5 * 153) / 408) < 0.15


# Documents


def read(document):
    root = ElementTree.fromstring(document)
    return root, [child for child in root if child.tag.endswith("}g")]


def test_size_and_view_are_the_picture_s():
    root, layers = read(vectors.draw_lines(blank(70, 90), title="a"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("90", "70", "0 0 90 70")
    assert [layer.get("id") for layer in layers] == ["lines"] and layers[0].get(MODE) == "layer"


@pytest.mark.parametrize("title", ["plain", "a \"b\" & 'c' <d> ]]>", "猫 🎨", ""])
def test_titles_are_kept(title):
    root, _ = read(vectors.draw_lines(blank(), title=title))
    assert (root.find("{http://www.w3.org/2000/svg}title").text or "") == title


@pytest.mark.parametrize("title", ["a\x00b", "a\x1bb", "a\udce9b", "a\ufffeb"])
def test_characters_that_xml_cannot_hold_are_replaced(title):
    root, _ = read(vectors.draw_lines(blank(), title=title))
    assert root.find("{http://www.w3.org/2000/svg}title").text == "a\ufffdb"


@pytest.mark.parametrize("form", vectors.FORMS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (2, 2), (40, 50)])
@pytest.mark.parametrize("level", [0, 127, 255])
def test_maps_of_one_level_give_valid_files(form, shape, level):
    if form == "outline":
        pytest.importorskip("vtracer", reason="pip install -r requirements-extras.txt")
    document = vectors.draw_lines(np.full(shape, level, np.uint8), form)
    root, layers = read(document)
    assert len(layers) == 1 and root.get("viewBox") == f"0 0 {shape[1]} {shape[0]}"
    if level < 128:
        assert not list_paths(document)


def test_random_maps_give_valid_files():
    rng = np.random.default_rng(0)
    for share in (0.05, 0.3, 0.6, 0.95):
        ink = np.uint8(255 * (rng.random((90, 110)) < share))
        for form in ("strokes", "variable"):
            document = vectors.draw_lines(ink, form, share=np.full_like(ink, 200))
            read(document)
            assert b"nan" not in document and b"inf " not in document


@pytest.mark.parametrize("ink", [np.zeros((3, 3)), np.zeros((3, 3, 1), np.uint8), np.zeros((0, 3), np.uint8)])
def test_other_arrays_are_refused(ink):
    with pytest.raises(ValueError, match="ink must be"):
        vectors.draw_lines(ink)


def test_another_form_is_refused():
    with pytest.raises(ValueError, match="form must be strokes, variable, outline"):
        vectors.draw_lines(blank(), "centre")


@pytest.mark.parametrize("shape", [(20000, 64), (64, 20000)])
def test_sides_of_20000_pixels(shape):
    ink = np.zeros(shape, np.uint8)
    far = np.array([shape[1] - 8, shape[0] - 8])
    line(ink, (8, 8), far)
    document = vectors.draw_lines(ink)
    (path,) = list_paths(document)
    begin, end, _ = read_ends(path)
    assert np.abs(np.sort([begin, end], axis=0) - [(8.5, 8.5), far + 0.5]).max() < 2.5


def test_classes_are_layers_and_strokes_are_cut_between_them():
    ink = line(blank(), (20, 60), (140, 60))
    line(ink, (40, 20), (40, 40))
    share = np.zeros_like(ink)
    share[:, 80:] = 255
    _, layers = read(vectors.draw_lines(ink, share=share))
    assert [layer.get(LABEL) for layer in layers] == ["inner", "boundary"]
    inner, boundary = layers
    assert len(inner) == 2 and len(boundary) == 1
    ends = sorted(end[0] for end in read_ends(boundary[0])[:2])
    assert abs(ends[0] - 80) < 8 and ends[1] > 138
    assert any(abs(max(end[0] for end in read_ends(path)[:2]) - ends[0]) < 0.05 for path in inner)


def test_strokes_take_the_lines_colours():
    ink = line(blank(), (20, 30), (140, 30))
    line(ink, (20, 90), (140, 90))
    colours = np.zeros((*ink.shape, 3), np.uint8)
    colours[:60], colours[60:] = (200, 10, 20), (5, 100, 255)
    paths = list_paths(vectors.draw_lines(ink, colours=colours))
    assert sorted(path.get("stroke") for path in paths) == ["#0564ff", "#c80a14"]


@pytest.mark.parametrize("level", [60, 80, 100, 120])
def test_faint_lines_are_as_opaque_as_their_ink(level):
    clear = line(blank(), (20, 30), (140, 30))
    faint = cv2.convertScaleAbs(line(blank(), (20, 90), (140, 60)), alpha=level / 255)
    paths = list_paths(vectors.draw_lines(np.maximum(clear, faint)))
    opacities = [path.get("opacity") for path in paths]
    place = opacities.index(None)
    assert [paths[place].get("d")] == [path.get("d") for path in list_paths(vectors.draw_lines(clear))]
    assert len(paths) == 2 and abs(float(opacities[1 - place]) - level / 255) < 0.05
    needs_resvg()
    drawn = render(vectors.draw_lines(faint))[..., 3]
    assert cv2.absdiff(drawn, faint).mean() < 0.15 * faint.mean()


def test_a_line_that_fades_and_comes_back_is_one_stroke():
    ink = line(blank(), (20, 60), (140, 60))
    (whole,) = list_paths(vectors.draw_lines(ink))
    ink[:, 60:100] //= 3
    (path,) = list_paths(vectors.draw_lines(ink))
    assert path.get("opacity") is None
    assert abs(float(path.get("stroke-width")) - float(whole.get("stroke-width"))) < 0.3


def test_faint_lines_have_classes_and_colours():
    ink = line(blank(), (20, 30), (140, 30)) // 3 + line(blank(), (20, 80), (140, 80))
    share, colours = np.zeros_like(ink), np.zeros((*ink.shape, 3), np.uint8)
    share[:60], colours[:60] = 255, (200, 10, 20)
    document = vectors.draw_lines(ink, share=share, colours=colours)
    (faint,), (clear,) = list_paths(document, "boundary"), list_paths(document, "inner")
    assert faint.get("stroke") == "#c80a14" and faint.get("opacity") and not clear.get("opacity")


@pytest.mark.parametrize("broad", [9, 12, 30])
def test_broad_and_short_faint_ink_is_haze(broad):
    ink = blank()
    ink[20 : 20 + broad, 20:140] = 100
    ink[80:84, 20:34] = 100
    assert (faint_lines.lift(ink) == ink).all() and len(list_paths(vectors.draw_lines(ink))) == 0


def test_faint_lines_are_lifted_alike_in_strips(monkeypatch):
    ink = cv2.convertScaleAbs(draw_lines_of(2), alpha=0.4)
    lifted = faint_lines.lift(ink)
    assert (lifted > ink).any()
    for strip in (32, 77):
        monkeypatch.setattr(faint_lines, "STRIP", strip)
        assert (faint_lines.lift(ink) == lifted).all()


def test_rims_of_clear_lines_are_not_faint_lines():
    ink = blank()
    for k in range(6):
        line(ink, (10 + 25 * k, 10), (140 - 20 * k, 110 - k))
    assert (faint_lines.lift(ink) == ink).all()


def test_ink_that_is_left_out_is_counted_and_remarked_on():
    ink = line(blank(), (20, 30), (140, 30))
    ink[28:33, 100:110] //= 3  # a faint place of a line
    assert vectors.measure_faint(ink) == 0 and 0.01 < vectors.measure_faint(ink, "outline") < 0.05
    options = tasks.load("lines").complete({"svg": "strokes", "strength": 2})
    assert drawings.remark_on_svg({"ink": ink}, options) == []
    ink[60:64, 20:140] = 110
    assert vectors.measure_faint(ink) < 0.05 < vectors.measure_faint(ink, "outline")
    ink[60:75, 20:60] = 110  # broad: no line
    lost = vectors.measure_faint(ink)
    assert 0.2 < lost < 0.5 and vectors.measure_faint(blank()) == 0
    assert abs(vectors.measure_faint(np.maximum(ink, 40)) - lost) < 0.02  # haze does not count
    [remark] = drawings.remark_on_svg({"ink": ink}, options)
    assert remark.startswith(f"{lost:.0%} of the ink is too faint for the SVG") and "--strength 6" in remark
    [remark] = drawings.remark_on_svg({"ink": ink}, tasks.load("refine").complete({"svg": "outline"}))
    assert "--curve 160,255" in remark
    assert drawings.remark_on_svg({}, tasks.load("lines").complete({})) == []


def test_without_vtracer_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "vtracer", None)
    with pytest.raises(ValueError, match="--svg outline needs vtracer: .*-m pip install vtracer"):
        vectors.draw_lines(blank(), "outline")


# Regions


def test_flats_leave_no_pixel_uncovered():
    needs_resvg()
    for seed in range(4):
        ids = draw_map(seed, regions=30)
        flat = region_maps.colour_regions(ids)
        for tolerance in (0.3, 1.0):
            shown = render(vectors.draw_flats(ids, flat, tolerance))
            assert (shown[..., 3] == 255).all()
        alike = (shown[..., :3] == flat).all(-1)
        inside = (cv2.morphologyEx(flat, cv2.MORPH_GRADIENT, np.ones((5, 5))) == 0).all(-1)
        assert alike[inside].mean() > 0.995


@pytest.mark.parametrize("seed", range(3))
def test_each_boundary_is_shared_by_its_two_regions(seed):
    """However the curves run, the oriented areas of all regions add up to the picture's."""
    ids = draw_map(seed, height=60, width=80, regions=25)
    document = vectors.draw_flats(ids, region_maps.colour_regions(ids), 2.0)
    total, curves = 0.0, {}
    for path in list_paths(document, "flats"):
        for part in path.get("d").split("M")[1:]:
            numbers = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", part), float)
            at = numbers[:2]
            for step in numbers[2:].reshape(-1, 3, 2):
                curve = np.round(np.concatenate([at[None], at + step]), 2)
                inner = curve.min() > 0 and (curve.max(0) < (80, 60)).all()
                key = tuple(min(curve.ravel().tolist(), curve[::-1].ravel().tolist()))
                if inner:
                    curves[key] = curves.get(key, 0) + 1
                dense = sample(curve, 400)
                total += np.sum(dense[:-1, 0] * dense[1:, 1] - dense[1:, 0] * dense[:-1, 1]) / 2
                at = at + step[2]
    assert len(curves) > 30 and set(curves.values()) == {2}
    assert abs(abs(total) - 60 * 80) < 0.5


def test_flats_of_awkward_maps():
    needs_resvg()
    checks = np.indices((8, 9)).sum(0) % 2
    for ids in (np.zeros((5, 6), int), np.arange(12).reshape(3, 4), checks, np.array([[0]]), np.pad([[1]], 3) * 7):
        ids = np.ascontiguousarray(ids, np.int32)
        flat = np.random.default_rng(0).integers(0, 256, (int(ids.max()) + 1, 3), dtype=np.uint8)[ids]
        document = vectors.draw_flats(ids, flat)
        assert len(list_paths(document, "flats")) == len(np.unique(ids))
        assert (render(document)[..., 3] == 255).all()


def test_a_rectangle_keeps_its_corners():
    ids = np.zeros((60, 80), np.int32)
    ids[20:40, 30:70] = 1
    document = vectors.draw_flats(ids, region_maps.colour_regions(ids))
    (path,) = [path for path in list_paths(document, "flats") if path.get("id") == "region-1"]
    found = read_corners(path)
    for corner in ((30, 20), (70, 20), (70, 40), (30, 40)):
        assert np.linalg.norm(found - corner, axis=1).min() < 0.5


def test_boundaries_know_their_sides():
    found = boundaries.find_boundaries(np.array([[0, 1]], np.int32))
    inner = found.sides.min(1) >= 0
    assert inner.sum() == 1 and sorted(found.sides[inner][0]) == [0, 1]
    points = found.points[found.starts[:-1][inner][0] : found.starts[1:][inner][0]]
    assert np.array_equal(np.unique(points[:, 0]), [0.5])


def test_flats_of_other_arrays_are_refused():
    with pytest.raises(ValueError, match="ids must be"):
        vectors.draw_flats(np.zeros((3, 3), np.int32), np.zeros((3, 4, 3), np.uint8))


# Text


def test_path_data():
    curves = np.array([[[0, 0], [1, 0], [2, 0], [3, 0]], [[3, 0], [3, 1], [3, 2], [3.004, 3]]], float)
    assert svg.describe(curves, [2], [False]) == ["M0.5 0.5c1 0 2 0 3 0 0 1 0 2 0 3"]
    assert svg.describe(curves, [1, 1], [True, False]) == ["M0.5 0.5c1 0 2 0 3 0z", "M3.5 0.5c0 1 0 2 0 3"]
    assert svg.describe(curves[:0], [], []) == []
    far = svg.describe(curves[:1] + 19999.25, [1], [False])[0]
    assert far == "M19999.75 19999.75c1 0 2 0 3 0"


# predict.py


@pytest.fixture
def find(monkeypatch, tmp_path):
    """Runs predict.py over a picture of a circle and a cross, with a network that takes dark for ink."""
    monkeypatch.setattr(engine, "load", lambda *_: DarkIsInk())
    picture = np.full((120, 160, 3), 255, np.uint8)
    cv2.circle(picture, (60, 60), 40, (0, 0, 0), 2)
    cv2.line(picture, (120, 10), (150, 110), (0, 0, 0), 2)

    def run(*arguments, name="a"):
        images.write(tmp_path / f"in/{name}.png", picture)
        return predict.main([str(tmp_path / "in"), "--output", str(tmp_path / "out"), "--scale", "1", *arguments])

    (tmp_path / "in").mkdir()
    return run


@pytest.mark.parametrize("form", ["", "strokes", "variable", "outline"])
def test_predict_writes_vectors(find, tmp_path, form):
    if form == "outline":
        pytest.importorskip("vtracer", reason="pip install -r requirements-extras.txt")
    name = "a 'b' & <c> 猫 🎨"
    assert find("--svg", *filter(None, [form]), name=name) == 0
    document = (tmp_path / f"out/{name}.svg").read_bytes()
    root, layers = read(document)
    assert root.find("{http://www.w3.org/2000/svg}title").text == name and len(layers) == 1
    assert len(list_paths(document)) >= 2 and (tmp_path / f"out/{name}.png").exists()


def test_predict_writes_classes_as_layers(find, tmp_path):
    assert find("--svg=strokes", "--classes", "--svg-tolerance", "1") == 0
    _, layers = read((tmp_path / "out/a.svg").read_bytes())
    assert [(layer.get("id"), len(layer)) for layer in layers] == [("inner", 0), ("boundary", 2)]


def test_vectors_show_what_the_other_options_make_of_lines(find, tmp_path):
    assert find("--svg", "--width", "4") == 0
    widths = [float(path.get("stroke-width")) for path in list_paths((tmp_path / "out/a.svg").read_bytes())]
    assert find("--svg") == 0
    thinner = [float(path.get("stroke-width")) for path in list_paths((tmp_path / "out/a.svg").read_bytes())]
    assert min(widths) > max(thinner) + 2


def test_predict_names_a_missing_package_before_it_starts(find, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "vtracer", None)
    assert find("--svg=outline") == 1
    assert cli.name_install("vtracer") in capsys.readouterr().err and not (tmp_path / "out/a.png").exists()


def test_a_done_picture_without_its_vectors_is_done_again(find, tmp_path):
    assert find() == 0 and find("--svg=strokes", "--skip-existing") == 0
    assert (tmp_path / "out/a.svg").exists()


def test_on_a_full_disk_the_older_file_stays(tmp_path):
    """The system's limit of a file's size stands for the disk's."""
    resource = pytest.importorskip("resource")
    ink = draw_lines_of(5)  # with lines, so that the file is longer than the limit
    path = tmp_path / "a.svg"
    path.write_bytes(b"older")
    result = base.Result({"ink": ink, "share": None, "colours": None}, [])
    options = SimpleNamespace(svg="strokes", svg_tolerance=0.5)
    assert len(vectors.draw_lines(ink)) > 4096
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, limits[1]))
        with pytest.raises(OSError):
            drawings.write(result, {"svg": path}, options)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == b"older" and [entry.name for entry in tmp_path.iterdir()] == ["a.svg"]
    drawings.write(result, {"svg": path}, options)
    assert read(path.read_bytes())


@pytest.mark.soak
@pytest.mark.parametrize("what", [*vectors.FORMS, "flats"])
def test_inkscape_shows_the_same(what, tmp_path):
    """Needs Inkscape (apt install inkscape), resvg-py and vtracer."""
    needs_resvg()
    pytest.importorskip("vtracer", reason="pip install -r requirements-extras.txt")
    if shutil.which("inkscape") is None:
        pytest.skip("apt install inkscape")
    if what == "flats":
        ids = draw_map(0, 300, 400, 60)
        document = vectors.draw_flats(ids, region_maps.colour_regions(ids), title="🎨")
    else:
        ink = draw_lines_of(7)
        document = vectors.draw_lines(ink, what, title="🎨", share=ink)
    path = tmp_path / 'a "b" 🎨.svg'
    path.write_bytes(document)
    shown = tmp_path / "shown.png"
    command = ["inkscape", path, "--export-type=png", f"--export-filename={shown}"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    found = cv2.cvtColor(cv2.imread(str(shown), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA)
    expected = render(document)
    assert found.shape == expected.shape
    apart = np.abs(found.astype(float) - expected) * np.maximum(found, expected)[..., 3:] / 255
    assert apart[..., 3].mean() < 1 and apart.mean() < 1 and (apart.max(-1) > 100).mean() < 0.001
    if what != "flats":
        assert find_f(expected[..., 3] >= 128, found[..., 3] >= 128)[0] > 0.99
