import contextlib
import functools
import types

import cv2
import numpy as np
import pytest

import synthesize
from docs import make_pictures
from illustration_parts.drawing import illustrations, pens, scenes
from illustration_parts.drawing.canvas import PARTS, Canvas
from illustration_parts.drawing.curves import straight
from illustration_parts.drawing.illustrations import draw, find_seen_areas
from illustration_parts.drawing.styles import LINE_MODES, PRESETS
from illustration_parts.drawing.wear.degrade import STEPS, degrade
from illustration_parts.imaging import images, region_maps, segmentation, tracing
from illustration_parts.system import workers

SIZE = (112, 80)
# Each preset and each form, as (seed, size, form, preset). The last is there for "lines over 4 px": its seed is one
# that draws a design with a broad pen.
DRAWN = [
    *((k, SIZE, tuple(scenes.FORMS)[k % len(scenes.FORMS)], tuple(PRESETS)[k % len(PRESETS)]) for k in range(18)),
    (1010, SIZE, "abstract", "vector"),
]


@functools.cache
def drawn(seed, size=96, form=None, preset=None):
    """A drawing that no test changes, drawn once."""
    return draw(seed, size, form, preset)


@pytest.fixture(scope="module")
def drawings():
    return [drawn(*each) for each in DRAWN]


@pytest.fixture
def one_process(monkeypatch):
    """Pictures are written by this process, and none is drawn twice."""
    pool = types.SimpleNamespace(map=lambda write, tasks, chunksize: map(write, tasks))
    monkeypatch.setattr(workers, "open_pool", lambda jobs: contextlib.nullcontext(pool))
    monkeypatch.setattr(illustrations, "draw", drawn)


def test_same_seed_same_picture():
    one, other = drawn(*DRAWN[0]), draw(*DRAWN[0])
    for name in ("picture", "classes", "regions", "areas", "parts", "groups", "light"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert not np.array_equal(one.picture, draw(1, *DRAWN[0][1:]).picture)


def test_forms_and_sizes(drawings):
    for drawing in drawings:
        assert drawing.picture.shape == (*SIZE, 3) and drawing.picture.dtype == np.uint8
        assert drawing.classes.shape == (*SIZE, 3) and drawing.classes.dtype == np.uint8
        assert drawing.regions.shape == drawing.areas.shape == drawing.groups.shape == SIZE
        assert drawing.parts.max() < len(PARTS) and drawing.parts.dtype == drawing.light.dtype == np.uint8


def test_unknown_form_is_refused():
    with pytest.raises(ValueError, match="form must be one of"):
        draw(0, form="still life")


def test_the_seed_decides_the_size():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        form = str(rng.choice(list(scenes.FORMS)))
        assert all(800 <= length <= 2000 for length in scenes.choose_size(rng, form)), form


def test_maps_agree(drawings):
    for drawing in drawings:
        ink = drawing.ink.astype(int)
        assert (ink >= drawing.boundary).all() and (ink >= drawing.inner).all()
        # A fill edge is where no line was drawn.
        assert not (drawing.fill_edge[ink > 200] > 0).any()
        assert len(drawing.cases) > 1


def test_ink_can_be_seen(drawings):
    """Where there is ink, the picture is not what its surroundings are."""
    for drawing in drawings:
        if drawing.ink.max() == 0:
            continue
        grey = cv2.cvtColor(drawing.picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        local = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2))
        assert local[drawing.ink > 200].mean() > 1.2 * local[drawing.ink == 0].mean()


def test_a_set_of_pictures_shows_every_case(drawings):
    cases = set().union(*(drawing.cases for drawing in drawings))
    expected = {f"{preset} style" for preset in PRESETS} | set(scenes.FORMS)
    expected |= {f"{mode} lines" for mode in LINE_MODES if mode != "light"}
    expected |= {
        "lines up to 1.2 px", "lines 1.2 to 4 px", "lines over 4 px", "shapes without a line", "hatched strokes",
        "broken lines", "lost outlines", "cel shades", "two tones of shadow", "soft shades", "cast shadows",
        "rim light", "highlights", "gradients", "textures", "screentones", "solid black", "speech balloons",
        "lettering", "things", "rooms", "streets",
    }  # fmt: skip
    # Chance shows most of them; what is missing is looked for in a few more.
    more = iter(range(18, 60))
    while expected - cases and (seed := next(more, None)) is not None:
        form, preset = tuple(scenes.FORMS)[seed % len(scenes.FORMS)], tuple(PRESETS)[seed % len(PRESETS)]
        cases.update(draw(seed, SIZE, form, preset).cases)
    assert not expected - cases


def test_parts_say_what_is_seen():
    drawing = draw(3, size=128, form="portrait", preset="tv")
    seen = {PARTS[number] for number in np.unique(drawing.parts)}
    assert {"skin", "hair", "iris"} <= seen and seen & {"garment 1", "garment 2", "garment 3"}
    assert np.array_equal(drawing.skin, drawing.parts == PARTS.index("skin"))
    hair = drawing.groups[drawing.parts == PARTS.index("hair")]
    assert 0 < len(np.unique(hair)) < 8 and (hair > 0).mean() > 0.9
    assert drawing.light.max() == 255 and drawing.light.min() < 250


def test_pages_have_no_coloured_skin():
    drawing = draw(3, size=128, form="portrait", preset="manga")
    assert not drawing.skin.any() and (drawing.parts == PARTS.index("skin")).any()
    assert np.ptp(drawing.picture.astype(int), axis=2).max() < 40


def test_line_share_is_that_of_drawings(drawings):
    shares = [(drawing.ink > 127).mean() for drawing in drawings]
    assert 0.01 < np.mean(shares) < 0.2
    assert max(shares) < 0.6


def test_degrade_keeps_form_and_inputs():
    drawing = drawn(*DRAWN[9])
    before = drawing.picture.copy()
    seen = set()
    for seed in range(80):
        picture, classes = degrade(drawing.picture, drawing.classes, np.random.default_rng(seed), seen)
        assert picture.shape == before.shape and picture.dtype == np.uint8
        assert classes.shape == drawing.classes.shape
    assert np.array_equal(drawing.picture, before)
    assert seen == {step.kind for step in STEPS}


def test_degrade_is_repeatable():
    drawing = drawn(*DRAWN[9])
    one = degrade(drawing.picture, drawing.classes, np.random.default_rng(1))[0]
    other = degrade(drawing.picture, drawing.classes, np.random.default_rng(1))[0]
    assert np.array_equal(one, other)


def test_degrade_keeps_lines_in_place():
    """Wear must not move the picture against its map: a channel may shift, by less than a pixel."""
    drawing = drawn(*DRAWN[11])
    clean = cv2.cvtColor(drawing.picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window = cv2.createHanningWindow(clean.shape[::-1], cv2.CV_32F)
    for seed in range(12):
        worn, _ = degrade(drawing.picture, drawing.classes, np.random.default_rng(seed))
        worn = cv2.cvtColor(worn, cv2.COLOR_RGB2GRAY).astype(np.float32)
        shift, _ = cv2.phaseCorrelate(clean, worn, window)
        assert max(abs(part) for part in shift) < 1


def test_writes_training_directories(tmp_path):
    assert synthesize.main(["--count", "2", "--size", "96", "--jobs", "1", "-o", str(tmp_path)]) == 0
    for folder in illustrations.FOLDERS:
        names = sorted(path.name for path in (tmp_path / folder).iterdir())
        assert names == [f"drawn_00000{number}.png" for number in range(2)]
    drawing = drawn(1)
    picture = cv2.imread(str(tmp_path / "raw" / "drawn_000001.png"))[..., ::-1]
    lines = cv2.imread(str(tmp_path / "contour_s" / "drawn_000001.png"), cv2.IMREAD_UNCHANGED)
    classes = cv2.imread(str(tmp_path / "classes" / "drawn_000001.png"))[..., ::-1]
    assert np.array_equal(picture, drawing.picture)
    assert np.array_equal(lines, 255 - drawing.ink)
    assert np.array_equal(images.read_map(tmp_path / "ink/drawn_000001.png"), drawing.lines)
    assert np.array_equal(classes, drawing.classes)
    groups = cv2.imread(str(tmp_path / "groups/drawn_000001.png"), cv2.IMREAD_UNCHANGED)
    assert groups.dtype == np.uint16 and np.array_equal(groups, drawing.groups)
    assert (tmp_path / "drawn_sheet.png").stat().st_size > 1000


def test_pictures_of_any_form_fill_a_contact_sheet():
    def make(height, width):
        blank, full = np.zeros((height, width, 3), np.uint8), np.full((height, width), 255, np.uint8)
        return types.SimpleNamespace(picture=blank, boundary=full, inner=full, fill_edge=full)

    tall, wide, square = make(60, 20), make(30, 90), make(40, 40)
    for given, shape in (
        ([tall], (240, 160)), ([square, wide], (40, 320)), ([square, square, tall, wide], (80 + 48, 320)),
    ):  # fmt: skip
        sheet = illustrations.contact_sheet(given, side=80)
        assert sheet.shape == (*shape, 3) and sheet.dtype == np.uint8
        assert not sheet.any()  # no paper is left, since pictures and maps are full


def test_validation_pictures_are_others(tmp_path, one_process):
    illustrations.write_drawings(tmp_path, 1, size=96, validation=True, jobs=1, quiet=True)
    picture = cv2.imread(str(tmp_path / "v_raw" / "drawn_000000.png"))[..., ::-1]
    assert np.array_equal(picture, drawn(illustrations.VALIDATION_SEED).picture)
    assert not np.array_equal(picture, drawn(0).picture)


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--size", "8"], ["--seed", "-1"], ["--jobs", "-2"]])
def test_bad_options_end_with_code_2(arguments, tmp_path):
    with pytest.raises(SystemExit) as stop:
        synthesize.main([*arguments, "-o", str(tmp_path)])
    assert stop.value.code == 2


def test_writes_the_layout_of_danbooregion(tmp_path, one_process):
    command = ["--count", "2", "--size", "96", "--jobs", "1", "--layout", "danbooregion", "-o", str(tmp_path)]
    assert synthesize.main(command) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "0.image.png", "0.region.png", "1.image.png", "1.region.png",
    }  # fmt: skip
    drawing = drawn(1)
    assert np.array_equal(images.read(tmp_path / "1.image.png"), drawing.picture)
    found = region_maps.label_areas(region_maps.read_region_map(tmp_path / "1.region.png"))
    assert np.array_equal(found, region_maps.label_areas(drawing.regions))


@pytest.mark.parametrize("pen", ["default", "brush"])
def test_writes_line_drawings_alone(tmp_path, pen, one_process):
    command = ["--count", "2", "--size", "96", "--jobs", "1", "--layout", "lines", "--pen", pen, "-o", str(tmp_path)]
    assert synthesize.main(command) == 0
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png")) == [
        "line/drawn_000000.png", "line/drawn_000001.png",
    ]  # fmt: skip
    lines = drawn(1).lines
    inked = pens.draw_inked(tracing.trace(lines, tracing.HEAL), lines.shape, pens.PENS[pen])
    assert np.array_equal(images.read_map(tmp_path / "line/drawn_000001.png"), inked) and inked.min() < 50


def test_all_lines_are_those_that_are_seen_and_more(drawings):
    more = 0
    for drawing in drawings:
        assert drawing.lines.dtype == np.uint8 and drawing.lines.shape == SIZE
        hidden = (255 - drawing.lines.astype(int)) - np.maximum(drawing.boundary, drawing.inner)
        assert hidden.min() >= -1
        more += (hidden > 100).any()
    assert 0 < more < len(drawings)


# Areas that are seen


RED, ROSE, GREEN = (200, 60, 60), (203, 58, 63), (60, 160, 60)
BOX = straight([(20, 20), (60, 20), (60, 60), (20, 60)], True)


def paint(*colours, size=80):
    """A canvas of one colour, or of several side by side, without lines."""
    canvas = Canvas(size, size)
    width = size / len(colours)
    for number, colour in enumerate(colours):
        left, right = number * width - 3 * (number == 0), (number + 1) * width + 3
        canvas.fill(canvas.polygon(straight([(left, -3), (right, -3), (right, 99), (left, 99)], True)), colour)
    return canvas


def see(canvas):
    """The areas of a canvas, of which it is made sure that they are what they should be."""
    ids = find_seen_areas(canvas, np.maximum(*canvas.seen_ink()))
    assert ids.dtype == np.int32 and ids.shape == canvas.shape
    assert np.array_equal(ids, region_maps.label_areas(ids))  # 4-connected, 0..n-1, by their first pixel
    return ids


def test_areas_of_drawings_are_connected_and_numbered_by_their_first_pixel(drawings):
    counts = []
    for drawing in drawings:
        assert drawing.regions.dtype == np.int32
        assert np.array_equal(drawing.regions, region_maps.label_areas(drawing.regions))
        counts.append(drawing.regions.max() + 1)
        assert np.bincount(drawing.regions.ravel()).min() >= min(illustrations.SMALLEST_AREA, drawing.regions.size)
    assert 20 < np.mean(counts) < 1000


def test_a_shape_whose_line_has_a_gap_stays_apart_from_another_fill():
    canvas = paint(GREEN)
    canvas.fill(canvas.polygon(BOX), RED)
    canvas.stroke(straight([(40, 20), (60, 20), (60, 60), (20, 60), (20, 20), (30, 20)]), 3, (0, 0, 0))
    ids = see(canvas)
    assert ids.max() == 1
    assert (ids[23:58, 23:58] == ids[40, 40]).all() and ids[5, 5] != ids[40, 40]


def test_an_open_line_on_one_fill_encloses_nothing():
    canvas = paint(GREEN)
    canvas.stroke(straight([(40, 20), (60, 20), (60, 60), (20, 60), (20, 20), (30, 20)]), 3, (0, 0, 0))
    assert see(canvas).max() == 0


def test_fills_of_nearly_one_colour_without_a_line_are_one_area():
    assert see(paint(RED, ROSE)).max() == 0
    ids = see(paint(RED, GREEN))
    assert (
        ids.max() == 1 and np.array_equal(np.unique(ids[:, :39]), [0]) and np.array_equal(np.unique(ids[:, 41:]), [1])
    )


def test_fills_of_nearly_one_colour_with_a_line_between_are_two():
    canvas = paint(RED, ROSE)
    canvas.stroke(np.array([[40.0, -5], [40, 90]]), 3, (0, 0, 0))
    ids = see(canvas)
    assert ids.max() == 1 and ids[40, 30] != ids[40, 50]


def test_what_a_line_encloses_on_one_fill_is_an_area_and_the_line_is_shared():
    canvas = paint(GREEN)
    canvas.stroke(BOX, 3, (0, 0, 0))
    ids = see(canvas)
    assert ids.max() == 1 and (ids[23:58, 23:58] == 1).all() and (ids[:18] == 0).all()
    assert 40**2 - 100 < (ids == 1).sum() < 42**2  # up to the middle of its line


def test_a_line_that_cannot_be_seen_divides_nothing():
    canvas = paint(GREEN)
    canvas.stroke(BOX, 3, (62, 162, 62))
    assert see(canvas).max() == 0


def test_a_broad_line_is_an_area_of_its_own():
    for width, areas in ((4, 2), (12, 3)):
        canvas = paint(GREEN)
        canvas.stroke(np.array([[40.0, -9], [40, 90]]), width, (0, 0, 0))
        ids = see(canvas)
        assert ids.max() + 1 == areas, width
        assert (ids[10:70, 40] == ids[40, 40]).all() and ids[40, 30] != ids[40, 50]
    assert (ids[10:70, 36:45] == 1).all() and len(np.unique(ids[:, 30])) == 1


def test_hard_shades_are_areas_and_soft_ones_are_not():
    canvas = paint(GREEN)
    canvas.tint(canvas.polygon(BOX), (150, 150, 150), multiply=True)
    assert see(canvas).max() == 1
    canvas = paint(GREEN)
    canvas.tint(canvas.soften(canvas.polygon(BOX), 9), (150, 150, 150), multiply=True, edge=False)
    assert see(canvas).max() == 0


def test_specks_are_no_areas():
    canvas = paint(GREEN)
    canvas.fill(canvas.polygon(straight([(20, 20), (22, 20), (22, 22), (20, 22)], True)), RED)
    assert see(canvas).max() == 0


def test_fills_out_of_focus_are_still_areas():
    canvas = paint(RED, GREEN)
    canvas.defocus(1.5)
    ids = see(canvas)
    assert ids.max() == 1 and ids[40, 30] != ids[40, 50]


def test_a_canvas_full_of_ink_is_one_area():
    canvas = paint(GREEN, size=30)
    canvas.stroke(np.array([[-5.0, 15], [40, 15]]), 99, (0, 0, 0))
    assert see(canvas).max() == 0


def test_bare_paper_around_a_cutout_is_part_zero():
    drawing = drawn(401, (225, 180), "cutout", "tv")
    bare = (drawing.areas == 0) & (cv2.dilate(drawing.ink, np.ones((7, 7))) == 0)
    assert 0.1 < bare.mean() < 0.9
    assert bare[:5, 0].all() and drawing.areas[80, 90] > 0
    assert drawing.areas.dtype == np.int32 and len(np.unique(drawing.areas)) > 5
    # Its areas are numbered like any others, and the paper is one of them.
    assert np.array_equal(drawing.regions, region_maps.label_areas(drawing.regions))


def test_the_bundled_cutout_is_clear_where_nothing_was_drawn(tmp_path, monkeypatch, one_process):
    monkeypatch.setattr(
        make_pictures,
        "EXAMPLES",
        (("small.png", 1, (96, 96), "portrait", "tv"), ("cut.png", 401, (225, 180), "cutout", "tv")),
    )
    monkeypatch.setattr(make_pictures, "ROUGH_EXAMPLES", ())
    make_pictures.write_examples(tmp_path)
    cut = cv2.imread(str(tmp_path / "predict/cut.png"), cv2.IMREAD_UNCHANGED)
    drawing = drawn(401, (225, 180), "cutout", "tv")
    assert cut.shape == (225, 180, 4)
    assert np.array_equal(cut[..., 3] == 0, (drawing.parts == 0) & (drawing.ink == 0))
    assert (cut[drawing.parts > 0, 3] == 255).all()
    assert cv2.imread(str(tmp_path / "predict/small.png"), cv2.IMREAD_UNCHANGED).shape == (96, 96, 3)


def test_a_bundled_picture_has_dabs_of_colour(tmp_path, monkeypatch, one_process):
    monkeypatch.setattr(make_pictures, "EXAMPLES", ((make_pictures.HINTED, 212, (135, 240), "portrait", "tv"),))
    monkeypatch.setattr(make_pictures, "ROUGH_EXAMPLES", ())
    make_pictures.write_examples(tmp_path)
    dabs = images.read_hints(tmp_path / "hints" / make_pictures.HINTED)
    assert dabs.shape == (135, 240, 4) and 0.005 < (dabs[..., 3] > 0).mean() < 0.3
    drawing = drawn(212, (135, 240), "portrait", "tv")
    own = np.abs(dabs[..., :3].astype(int) - drawing.picture).max(-1)
    exchanged = np.abs(dabs[..., :3].astype(int) - drawing.picture[..., ::-1]).max(-1)
    dabbed = dabs[..., 3] > 0
    assert np.median(own[dabbed & drawing.skin]) < 20 < np.median(exchanged[dabbed & drawing.skin])
    assert np.median(exchanged[dabbed & ~drawing.skin]) < 20


def test_bundled_rough_drawings_with_specks_are_scans(tmp_path, monkeypatch, one_process):
    rough = (
        ("thin.png", 1, (96, 120), "portrait", "ink", {"gaps": 2.0}, 0),
        ("scan.png", 1, (96, 120), "portrait", "ink", {}, 20),
    )
    monkeypatch.setattr(make_pictures, "EXAMPLES", ())
    monkeypatch.setattr(make_pictures, "ROUGH_EXAMPLES", rough)
    make_pictures.write_examples(tmp_path)
    thin, scan = (images.read_map(tmp_path / "rough" / name) for name, *_ in rough)
    assert thin.shape == scan.shape == (96, 120)
    assert np.median(thin) == 255 and (thin < 128).any()
    assert 190 < np.median(scan) < 245 and scan.std() > thin[thin == 255].std() + 3
    before = scan.copy()
    make_pictures.write_examples(tmp_path)
    assert np.array_equal(images.read_map(tmp_path / "rough/scan.png"), before)


# Neighbours without an edge


def make_stripes(*numbers, width=6, height=8):
    """Upright stripes of these numbers, (8, 6 n) int32."""
    return np.repeat(np.array(numbers, np.int32), width)[None].repeat(height, 0)


def mark(ids, *means):
    """An edge map with these levels at the boundaries of `make_stripes`, from the left."""
    edges = np.zeros(ids.shape, np.uint8)
    for number, mean in enumerate(means):
        edges[:, 6 * number + 5] = mean
    return edges


def count_seen(ids, edges, limit, smallest=0):
    before = ids.copy(), edges.copy()
    found = segmentation.join_unseen(ids, edges, limit, smallest)
    assert np.array_equal(ids, before[0]) and np.array_equal(edges, before[1])
    assert found.dtype == np.int32 and np.array_equal(found, region_maps.label_areas(found))
    return found[0, 3::6].tolist()


def test_neighbours_without_an_edge_are_joined():
    ids = make_stripes(0, 1, 2, 3)
    assert count_seen(ids, mark(ids, 100, 156, 100), 128) == [0, 0, 1, 1]
    assert count_seen(ids, mark(ids, 0, 0, 0), 1) == [0, 0, 0, 0]
    assert count_seen(ids, mark(ids, 255, 255, 255), 254) == [0, 1, 2, 3]


def test_boundaries_of_just_the_limit_stay():
    ids = make_stripes(0, 1, 2)
    assert count_seen(ids, mark(ids, 127, 128), 128) == [0, 0, 1]


def test_the_mean_of_a_boundary_decides():
    ids = make_stripes(0, 1, 2)
    edges = mark(ids, 0, 0)
    edges[:5, 5], edges[:3, 11] = 255, 255  # 159 and 96 in the mean: a gap opens nothing, a stub closes nothing
    assert count_seen(ids, edges, 128) == [0, 1, 1]


def test_the_weakest_boundary_goes_first():
    """Two areas that touch twice, at 90 and at 200, are apart once a third that is nearer is joined to one of them."""
    ids = np.array([[0] * 6, [0] * 6, [1] * 3 + [2] * 3, [1] * 3 + [2] * 3], np.int32)
    edges = np.zeros(ids.shape, np.uint8)
    edges[1, :3], edges[1, 3:] = 90, 200  # 0 to 1, and 0 to 2
    found = segmentation.join_unseen(ids, edges, 128)  # 1 and 2 are joined first, and then lie at 145 from 0
    assert found.tolist() == [[0] * 6, [0] * 6, [1] * 6, [1] * 6]


def test_small_areas_join_over_their_weakest_boundary_whatever_it_is():
    ids = make_stripes(0, 1, 2)
    edges = mark(ids, 250, 240)
    assert count_seen(ids, edges, 128, smallest=48) == [0, 1, 2]  # of 48 pixels each
    ids[:, 8:12] = 2
    edges = np.zeros(ids.shape, np.uint8)
    edges[:, 5], edges[:, 7] = 250, 240
    found = segmentation.join_unseen(ids, edges, 128, 17)
    assert found[0].tolist() == [0] * 6 + [1] * 12


def test_numbers_that_are_left_follow_their_first_pixels():
    ids = make_stripes(3, 0, 2, 1)
    assert count_seen(ids, mark(ids, 255, 0, 255), 128) == [0, 1, 1, 2]


def test_one_area_alone_is_left_alone():
    assert not segmentation.join_unseen(np.zeros((3, 4), np.int32), np.full((3, 4), 255, np.uint8), 128, 99).any()
