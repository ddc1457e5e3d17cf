import cv2
import numpy as np
import pytest
from helpers import draw_map

from illustration_parts.drawing import illustrations
from illustration_parts.imaging import layers, region_maps


def divide(columns, height=12):
    """Regions that are columns of these widths: (height, sum of widths) int32."""
    return np.repeat(np.arange(len(columns), dtype=np.int32), columns)[None].repeat(height, 0)


def paint(ids, *colours):
    return np.array(colours, np.uint8)[ids]


@pytest.fixture(scope="module")
def scene():
    """A drawn picture with light and shade, its regions and ink."""
    drawing = illustrations.draw(7, size=(160, 200))
    return drawing.picture, drawing.regions.astype(np.int32), drawing.ink


# ------------------------------------------------------------------------------------------------- under the lines
def test_regions_grow_under_a_line_up_to_its_middle():
    ids = divide((8, 12))  # the boundary lies at one side of the line
    ink = np.zeros(ids.shape, np.uint8)
    ink[:, 8:14] = 255
    picture = paint(ids, (200, 0, 0), (0, 0, 200))
    picture[ink > 0] = 0
    parts = layers.separate(picture, ids, ink)
    assert np.array_equal(parts.ids, divide((11, 9)))
    assert np.array_equal(parts.flats, paint(parts.ids, (200, 0, 0), (0, 0, 200)))  # and lines do not darken them
    assert (parts.lines[..., :3][ink > 0] == 0).all() and np.array_equal(parts.lines[..., 3], ink)
    assert not parts.shade.any() and not parts.highlight.any()


def test_a_region_that_is_a_line_goes_and_a_solid_one_stays():
    ids = divide((10, 4, 10, 20, 10))
    ink = np.zeros(ids.shape, np.uint8)
    ink[:, 10:14] = ink[:, 24:44] = 255  # a line, and solid black
    picture = paint(ids, (200, 0, 0), (0, 0, 0), (0, 0, 200), (0, 0, 0), (0, 200, 0))
    parts = layers.separate(picture, ids, ink)
    assert set(np.unique(parts.ids)) == {0, 2, 3, 4}
    assert parts.layers[1] == -1 and (parts.ids[:, 32:36] == 3).all()
    assert np.array_equal(parts.ids[:, :12] == 0, ids[:, :12] < 2)


def test_a_narrow_region_between_lines_keeps_its_colour():
    ids = divide((8, 2, 8))
    ink = np.zeros(ids.shape, np.uint8)
    ink[:, 5:8] = ink[:, 10:13] = 255
    picture = paint(ids, (200, 0, 0), (255, 255, 255), (0, 0, 200))
    picture[ink > 0] = 0
    parts = layers.separate(picture, ids, ink)
    assert (parts.flats[:, 8:10] == 255).all() and len(np.unique(parts.ids)) == 3


def test_all_ink_and_no_ink_leave_the_regions(scene):
    picture, ids, _ = scene
    for ink in (None, np.zeros(ids.shape, np.uint8), np.full(ids.shape, 255, np.uint8)):
        parts = layers.separate(picture, ids, ink)
        assert np.array_equal(parts.ids, ids)
        assert (parts.lines is None) == (ink is None)


# -------------------------------------------------------------------------------------------- back to the picture
@pytest.mark.parametrize("merge", layers.MERGES)
@pytest.mark.parametrize("seed", [3, 7, 11])
def test_layers_give_the_picture_back(seed, merge):
    drawing = illustrations.draw(seed, size=(160, 200))
    kept = [array.copy() for array in (drawing.picture, drawing.regions, drawing.ink)]
    parts = layers.separate(drawing.picture, drawing.regions, drawing.ink, merge)
    found = layers.compose(parts.ids.shape, layers.list_layers(drawing.picture, parts))
    apart = np.abs(found.astype(int) - drawing.picture)
    assert apart.mean() < 2 and (apart.max(-1) > 24).mean() < 0.02
    assert all(map(np.array_equal, kept, (drawing.picture, drawing.regions, drawing.ink)))


def test_noise_is_given_back_without_lines():
    rng = np.random.default_rng(0)
    ids = region_maps.label_areas(draw_map(5, 60, 80, 12))
    picture = rng.integers(0, 256, (*ids.shape, 3), dtype=np.uint8)
    parts = layers.separate(picture, ids)
    found = layers.compose(ids.shape, layers.list_layers(picture, parts))
    assert np.abs(found.astype(int) - picture).max() <= layers.MOST_SLACK


def shine(flats, base):
    """Shade flats and light them: (picture, shade, highlight)."""
    shade, light = layers.draw_shade(flats, base)
    found = flats.copy()
    layers.lay(found, layers.Layer("", shade, blend="multiply"))
    layers.lay(found, layers.Layer("", light, blend="screen"))
    return found, shade, light


@pytest.mark.parametrize("slack", [0, 1, 4])
def test_every_pair_of_levels_is_shaded_or_lit(monkeypatch, slack):
    flat, base = (levels.astype(np.uint8)[..., None].repeat(3, 2) for levels in np.mgrid[:256, :256])
    monkeypatch.setattr(layers, "find_slack", lambda picture: np.full(picture.shape[:2], slack, np.uint8))
    found, shade, light = shine(flat, base)
    assert np.abs(found.astype(int) - base).max() <= slack
    for layer, clear in ((shade, 255), (light, 0)):
        used = (layer[..., :3] != clear).any(2)
        assert (layer[..., 3][used & (layer[..., 3] > 0)] == 255).all() and not layer[layer[..., 3] == 0].any()
    apart = base[..., 0].astype(int) - flat[..., 0]  # each row begins darker than its flat, and ends brighter
    for layer, missing in ((shade, -apart), (light, apart)):
        assert layer[missing > slack].all(0)[3] and not layer[missing < -slack].any()


def test_smooth_pictures_are_met_and_grain_is_laid_into_runs():
    rng = np.random.default_rng(2)
    flats = np.full((60, 90, 3), (150, 120, 200), np.uint8)
    smooth = np.clip(flats + np.linspace(-40, 40, 90)[:, None], 0, 255).round().astype(np.uint8)
    found, *_ = shine(flats, smooth)
    assert np.abs(found.astype(int) - smooth).max() <= layers.SLACK
    grainy = (smooth + rng.integers(-4, 5, smooth.shape)).astype(np.uint8)
    found, *_ = shine(flats, grainy)
    apart = np.abs(found.astype(int) - grainy)
    assert layers.SLACK < apart.max() <= layers.MOST_SLACK and apart.mean() < 3
    changes = [np.count_nonzero(np.diff(picture.astype(int), axis=1)) for picture in (found, grainy)]
    assert changes[0] < changes[1] / 3


def test_shade_is_opaque_in_short_gaps_and_clear_in_long_ones():
    flats = np.full((3, 200, 3), 200, np.uint8)
    for gap, closed in ((1, True), (layers.GAP - 1, True), (layers.GAP, False), (90, False)):
        base = flats.copy()
        base[1, 50:60] = base[1, 60 + gap : 70 + gap] = 80
        shade, light = layers.draw_shade(flats, base)
        opaque = np.zeros(200, bool)
        opaque[50 : 70 + gap] = True
        opaque[60 : 60 + gap] = closed
        assert np.array_equal(shade[1, :, 3] > 0, opaque) and not light.any()
        assert not shade[[0, 2]].any() and (shade[1, 60 : 60 + gap, :3] == (255 if closed else 0)).all()


def test_a_film_of_ink_is_not_drawn():
    ids = divide((20,))
    picture, ink = np.full((*ids.shape, 3), 220, np.uint8), np.full(ids.shape, layers.HAZE - 1, np.uint8)
    ink[:, 9:11], picture[:, 9:11] = 255, 30
    ink[:, 12] = layers.HAZE
    kept = ink.copy()
    parts = layers.separate(picture, ids, ink)
    assert np.array_equal(parts.lines[..., 3], np.where(kept < layers.HAZE, 0, kept)) and np.array_equal(ink, kept)
    assert not parts.lines[kept < layers.HAZE].any()
    found = layers.compose(ids.shape, layers.list_layers(picture, parts))
    assert np.abs(found.astype(int) - picture).max() <= layers.SLACK


def test_without_shade_there_are_only_flats_and_lines(scene):
    picture, ids, ink = scene
    parts = layers.separate(picture, ids, ink, shade=False)
    assert parts.shade is None and parts.highlight is None
    named = [layer.name.split()[-1] for layer in layers.list_layers(picture, parts)]
    assert named[0] == "picture" and named[-1] == "lines" and not {"shade", "highlight"} & set(named)
    found = layers.compose(ids.shape, layers.list_layers(picture, parts))
    share = np.where(ink >= layers.HAZE, ink, 0)[..., None] / 255
    assert np.abs(found - (parts.lines[..., :3] * share + parts.flats * (1 - share))).max() <= 1


def test_lines_of_a_line_drawing_are_black_and_of_an_illustration_have_their_colour():
    ids = divide((20, 20), 40)
    ink = np.zeros(ids.shape, np.uint8)
    cv2.circle(ink, (20, 20), 12, 255, 2, cv2.LINE_AA)
    for colour, paper in (((0, 0, 0), (255, 255, 255)), ((90, 30, 60), (250, 220, 200))):
        share = ink[..., None] / 255
        picture = np.round(np.array(colour) * share + np.array(paper) * (1 - share)).astype(np.uint8)
        lines = layers.separate(picture, ids, ink).lines
        assert np.abs(lines[ink > 60][:, :3].astype(int) - colour).max() <= 12


# ------------------------------------------------------------------------------------------------------ the layers
def test_layers_are_cropped_and_cover_the_picture_once(scene):
    picture, ids, ink = scene
    parts = layers.separate(picture, ids, ink, "regions")
    flats = [layer for layer in layers.list_layers(picture, parts) if layer.path]
    covered = np.zeros(ids.shape, int)
    for layer in flats:
        mask = layer.pixels[..., 3]
        assert set(np.unique(mask)) <= {0, 255}
        assert mask[0].any() and mask[-1].any() and mask[:, 0].any() and mask[:, -1].any()
        covered[layer.top :, layer.left :][: len(mask), : mask.shape[1]] += mask > 0
        assert (layer.pixels[..., :3] == layer.pixels[0, 0, :3]).all()
    assert (covered == 1).all() and len(flats) == len(np.unique(parts.ids))


def test_colours_share_a_layer_and_regions_a_group():
    ids = divide((4,) * 6)
    picture = paint(ids, (200, 0, 0), (0, 90, 0), (201, 1, 0), (0, 0, 80), (0, 91, 0), (199, 0, 0))
    parts = layers.separate(picture, ids)
    named = [(layer.path, layer.name) for layer in layers.list_layers(picture, parts, 'a "b" 🎨')]
    assert named == [
        ((), 'picture a "b" 🎨'),
        (("flats",), "0 red #c80000, left and 2 more"),
        (("flats",), "1 dark green #005a00, left and 1 more"),
        (("flats",), "3 dark blue #000050, middle"),
        ((), "shade"),
        ((), "highlight"),
    ]
    parts = layers.separate(picture, ids, merge="regions")
    named = [(layer.path[1:], layer.name) for layer in layers.list_layers(picture, parts) if layer.path]
    assert named == [
        (("red #c80000, group 1",), "0 red #c80000, left"),
        (("red #c80000, group 1",), "2 red #c90100, middle"),
        (("red #c80000, group 1",), "5 red #c70000, right"),
        (("dark green #005a00, group 2",), "1 dark green #005a00, left"),
        (("dark green #005a00, group 2",), "4 dark green #005b00, right"),
        ((), "3 dark blue #000050, middle"),
    ]


@pytest.mark.parametrize("merge", layers.MERGES)
@pytest.mark.parametrize("most", [1, 2, 7])
def test_too_many_layers_are_merged_by_colour(merge, most):
    rng = np.random.default_rng(5)
    ids = region_maps.label_areas(draw_map(5, 70, 110, 20))
    picture = rng.integers(0, 256, (ids.max() + 1, 3), dtype=np.uint8)[ids]
    parts = layers.separate(picture, ids, merge=merge, most=most)
    count = len(parts.colours)
    assert most // 3 < count <= most and len(parts.groups) == count
    assert np.array_equal(parts.flats, region_maps.flatten(picture, parts.layers[ids]))
    assert len([layer for layer in layers.list_layers(picture, parts) if layer.path]) == count


def test_nearest_colours_are_merged_first():
    ids = divide((1,) * 4)
    picture = paint(ids, (0, 0, 0), (250, 250, 250), (0, 200, 0), (0, 180, 0))
    assert layers.separate(picture, ids, merge="regions", most=4).layers.tolist() == [0, 1, 2, 3]
    found = layers.separate(picture, ids, merge="regions", most=3).layers
    assert len(set(found)) == 3 and found[2] == found[3]


def test_thousands_of_colours_are_merged_to_few():
    ids = np.arange(60 * 80, dtype=np.int32).reshape(60, 80)
    picture = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    parts = layers.separate(picture, ids)
    assert layers.MOST_COLOURS // 3 < len(parts.colours) <= layers.MOST_COLOURS


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_blank_pictures_have_one_layer_of_colour(shape, level):
    picture, ids = np.full((*shape, 3), level, np.uint8), np.zeros(shape, np.int32)
    for ink in (None, np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)):
        parts = layers.separate(picture, ids, ink)
        found = list(layers.list_layers(picture, parts))
        assert sum(layer.path == ("flats",) for layer in found) == 1
        assert all(layer.pixels.size for layer in found)
        assert np.array_equal(layers.compose(shape, found), picture)


def test_numbers_without_pixels_are_left_out():
    ids = np.array([[0, 0, 3], [0, 0, 3]])
    parts = layers.separate(paint(ids, (9, 9, 9), (0, 0, 0), (0, 0, 0), (200, 0, 0)), ids, merge="regions")
    assert parts.layers.tolist() == [0, -1, -1, 1]


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((0, 0, 0), "black #000000"), ((255, 255, 255), "white #ffffff"), ((128, 128, 128), "grey #808080"),
        ((200, 0, 0), "red #c80000"), ((0, 0, 80), "dark blue #000050"), ((255, 230, 0), "yellow #ffe600"),
        ((110, 60, 20), "dark brown #6e3c14"), ((190, 215, 250), "pale blue #bed7fa"), ((0, 160, 40), "green #00a028"),
        ((150, 50, 200), "purple #9632c8"), ((252, 208, 197), "pale orange #fcd0c5"), ((255, 110, 180), "pink #ff6eb4"),
    ],
)  # fmt: skip
def test_colours_have_names(colour, name):
    assert layers.describe_colour(colour) == name


def test_every_colour_and_place_has_a_name():
    for colour in np.random.default_rng(0).integers(0, 256, (300, 3)):
        assert len(layers.describe_colour(colour).split()) in (2, 3)
    boxes = {(x, y): layers.describe_place((x, y, 10, 10), (30, 30)) for x in (0, 10, 20) for y in (0, 10, 20)}
    assert len(set(boxes.values())) == 9 and boxes[20, 0] == "top right" and boxes[10, 10] == "middle"
    assert layers.describe_place((29, 29, 1, 1), (30, 30)) == "bottom right"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"picture": np.zeros((4, 5), np.uint8)}, "picture must be"),
        ({"picture": np.zeros((4, 6, 3), np.uint8)}, "picture must be"),
        ({"ids": np.zeros((4, 5), np.float32)}, "ids must be"),
        ({"ids": np.zeros((0, 5), np.int32)}, "not empty"),
        ({"ids": np.full((4, 5), -1)}, "ids must be 0..n-1"),
        ({"ids": np.full((4, 5), 20)}, "ids must be 0..n-1"),
        ({"ink": np.zeros((4, 6), np.uint8)}, "ink must be"),
        ({"ink": np.zeros((4, 5), bool)}, "ink must be"),
        ({"merge": "all"}, "merge must be"),
        ({"most": 0}, "most must be 1 or more"),
    ],
)
def test_wrong_arguments_are_refused(change, message):
    arguments = {"picture": np.zeros((4, 5, 3), np.uint8), "ids": np.zeros((4, 5), np.int32)} | change
    with pytest.raises(ValueError, match=message):
        layers.separate(**arguments)
