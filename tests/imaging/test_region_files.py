import io
import json
import zipfile
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from helpers import draw_map
from PIL import Image

from illustration_parts.imaging import region_files, region_maps


@pytest.fixture(scope="module")
def example():
    """A picture with noise, its regions, and ink."""
    rng = np.random.default_rng(5)
    ids = region_maps.label_areas(draw_map(5, 70, 110, 20))
    colours = rng.integers(0, 256, (ids.max() + 1, 3))[ids]
    picture = np.clip(colours + rng.integers(-20, 21, (*ids.shape, 3)), 0, 255).astype(np.uint8)
    ink = np.zeros(ids.shape, np.uint8)
    cv2.line(ink, (20, 10), (90, 50), 255, 2, cv2.LINE_AA)
    return picture, ids, ink


# --------------------------------------------------------------------------------------------------------- labels
def read_labels(path):
    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)


def test_labels_and_their_table(tmp_path):
    ids = np.array([[0, 0, 1], [0, 2, 1], [2, 2, 2]], np.int32)
    picture = np.zeros((3, 3, 3), np.uint8)
    picture[ids == 0], picture[ids == 1], picture[ids == 2] = (255, 0, 16), (1, 2, 3), (9, 9, 9)
    picture[0, 0] = (0, 0, 0)  # one of three: the median stays
    written = region_files.write_labels(tmp_path / "a", ids, picture)
    assert written == [tmp_path / "a.labels.png", tmp_path / "a.labels.json"]
    labels = read_labels(written[0])
    assert labels.dtype == np.uint16 and np.array_equal(labels, ids)
    table = json.loads(written[1].read_text(encoding="utf-8"))
    assert table == {
        "width": 3,
        "height": 3,
        "labels": "a.labels.png",
        "regions": [
            {"id": 0, "area": 3, "box": [0, 0, 2, 2], "colour": "#ff0010", "neighbours": [1, 2]},
            {"id": 1, "area": 2, "box": [2, 0, 1, 2], "colour": "#010203", "neighbours": [0, 2]},
            {"id": 2, "area": 4, "box": [0, 1, 3, 2], "colour": "#090909", "neighbours": [0, 1]},
        ],
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.labels.json", "a.labels.png"]


def test_table_agrees_with_the_map(example):
    picture, ids, _ = example
    table = region_files.describe_regions(ids, picture)
    assert [region["id"] for region in table] == list(range(ids.max() + 1))
    for region in table:
        rows, columns = np.nonzero(ids == region["id"])
        left, top, width, height = region["box"]
        assert (left, top, width, height) == (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
        assert region["area"] == len(rows)
        mask = (ids == region["id"]).astype(np.uint8)
        around = set(np.unique(ids[cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))) > 0]))
        assert region["neighbours"] == sorted(around - {region["id"]})


def test_one_region_and_numbers_without_pixels():
    picture = np.full((2, 3, 3), 7, np.uint8)
    assert region_files.describe_regions(np.zeros((2, 3), np.int32), picture) == [
        {"id": 0, "area": 6, "box": [0, 0, 3, 2], "colour": "#070707", "neighbours": []}
    ]
    ids = np.array([[0, 0, 3], [0, 0, 3]])
    assert [region["id"] for region in region_files.describe_regions(ids, picture)] == [0, 3]


@pytest.mark.parametrize(("count", "ending"), [(65536, "png"), (65537, "npy")])
def test_more_regions_than_16_bits_number_are_an_array(tmp_path, count, ending):
    width = 257
    ids = np.minimum(np.arange(257 * width), count - 1).reshape(-1, width).astype(np.int32)
    for name in ("b.labels.png", "b.labels.npy"):
        (tmp_path / name).write_bytes(b"of an earlier run")
    path, table = region_files.write_labels(tmp_path / "b", ids, np.zeros((*ids.shape, 3), np.uint8))
    assert path.name == f"b.labels.{ending}"
    found = np.load(path) if ending == "npy" else read_labels(path)
    assert np.array_equal(found, ids)
    read = json.loads(table.read_text(encoding="utf-8"))
    assert read["labels"] == path.name and len(read["regions"]) == count
    assert len(list(tmp_path.iterdir())) == 2


def test_labels_that_cannot_be_written_leave_nothing(tmp_path, example):
    picture, ids, _ = example
    with pytest.raises(OSError):
        region_files.write_labels(tmp_path / "missing" / "a", ids, picture)
    (tmp_path / "a.labels.json").mkdir()
    with pytest.raises(OSError):
        region_files.write_labels(tmp_path / "a", ids, picture)
    assert not list(tmp_path.glob(".*"))


# --------------------------------------------------------------------------------------------------------- layers
def read_stack(path):
    """Read an OpenRaster file by the letter of its specification: attributes, and layers as RGBA, uppermost first."""
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        first = file.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
        assert file.read("mimetype") == b"image/openraster" and not first.extra
        assert {info.compress_type for info in file.infolist()} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        names = file.namelist()
        assert len(set(names)) == len(names)
        root = ElementTree.fromstring(file.read("stack.xml").decode("utf-8"))
        assert root.tag == "image" and [child.tag for child in root] == ["stack"]
        found = []
        for layer in root[0]:
            assert layer.tag == "layer" and layer.get("src").startswith("data/")
            found.append((layer.attrib, decode(file.read(layer.get("src")))))
        sources = [attributes["src"] for attributes, _ in found]
        assert sorted(sources) == sorted(name for name in names if name.startswith("data/"))
        merged, thumbnail = decode(file.read("mergedimage.png")), decode(file.read("Thumbnails/thumbnail.png"))
    return root.attrib, found, merged, thumbnail


def decode(data):
    """A PNG as (H, W, 3 or 4) uint8 RGB(A)."""
    from PIL import Image

    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG" and not picture.info.get("interlace") and picture.mode in ("RGB", "RGBA")
    return np.array(picture)


def compose(shape, stack):
    """Lay the layers over each other, as the source-over operator says: (H, W, 4) float 0..1, not premultiplied."""
    colour, alpha = np.zeros((*shape, 3)), np.zeros((*shape, 1))
    for attributes, layer in reversed(stack):
        assert attributes["composite-op"] == "svg:src-over" and attributes["visibility"] == "visible"
        left, top = int(attributes["x"]), int(attributes["y"])
        height, width = layer.shape[:2]
        assert 0 <= left and left + width <= shape[1] and 0 <= top and top + height <= shape[0]
        over = layer / 255
        part = over[..., 3:] * float(attributes["opacity"])
        area = np.s_[top : top + height, left : left + width]
        colour[area] = over[..., :3] * part + colour[area] * (1 - part)
        alpha[area] = part + alpha[area] * (1 - part)
    return np.dstack([colour, alpha])


def test_layers_compose_to_the_flattened_picture_with_lines(tmp_path, example):
    picture, ids, ink = example
    path = tmp_path / "a.ora"
    assert region_files.write_layers(path, picture, ids, ink) == ids.max() + 1
    image, stack, merged, thumbnail = read_stack(path)
    assert (image["w"], image["h"]) == ("110", "70") and image["version"]
    flat = region_maps.flatten(picture, ids)
    expected = flat * (1 - ink[..., None] / 255)
    composed = compose(ids.shape, stack)
    assert (composed[..., 3] == 1).all()
    assert np.abs(composed[..., :3] * 255 - expected).max() < 0.01
    assert np.abs(merged - expected).max() <= 0.5 + 1e-9
    assert np.array_equal(thumbnail, merged)  # never enlarged
    assert stack[0][0]["name"] == "lines" and (stack[0][1][..., :3] == 0).all()
    assert list(tmp_path.iterdir()) == [path]


def test_each_region_is_a_layer_of_its_own_cropped(tmp_path, example):
    picture, ids, _ = example
    region_files.write_layers(tmp_path / "a.ora", picture, ids)
    _, stack, merged, _ = read_stack(tmp_path / "a.ora")
    assert np.array_equal(merged, region_maps.flatten(picture, ids))
    for region, (attributes, layer) in zip(region_files.describe_regions(ids, picture), stack, strict=True):
        assert attributes["name"] == f"{region['id']} {region['colour']}"
        assert [int(attributes["x"]), int(attributes["y"]), layer.shape[1], layer.shape[0]] == region["box"]
        assert set(np.unique(layer[..., 3])) <= {0, 255} and (layer[..., 3] > 0).sum() == region["area"]


def test_layers_of_one_colour(tmp_path):
    ids = np.repeat(np.arange(6, dtype=np.int32), 4)[None].repeat(5, 0)
    picture = np.array([(200, 0, 0), (0, 90, 0), (201, 1, 0), (0, 0, 80), (0, 91, 0), (199, 0, 0)], np.uint8)[ids]
    assert region_files.write_layers(tmp_path / "a.ora", picture, ids, merge="colours") == 3
    _, stack, merged, _ = read_stack(tmp_path / "a.ora")
    assert [attributes["name"] for attributes, _ in stack] == [
        "0 #c80000 and 2 more",
        "1 #005a00 and 1 more",
        "3 #000050",
    ]
    assert np.array_equal(merged, np.round(compose(ids.shape, stack)[..., :3] * 255))
    assert np.abs(merged.astype(int) - picture).max() <= 1


@pytest.mark.parametrize("merge", ["regions", "colours"])
@pytest.mark.parametrize("most", [1, 2, 7])
def test_too_many_layers_are_merged_by_colour(tmp_path, example, merge, most):
    picture, ids, ink = example
    count = region_files.write_layers(tmp_path / "a.ora", picture, ids, ink, merge, most)
    assert 1 <= count <= most and count > most // 3
    _, stack, merged, _ = read_stack(tmp_path / "a.ora")
    assert len(stack) == count + 1
    groups = region_files.group_regions(picture, ids, merge, most)
    expected = region_maps.flatten(picture, groups[ids]) * (1 - ink[..., None] / 255)
    assert np.abs(compose(ids.shape, stack)[..., :3] * 255 - expected).max() < 0.01
    assert np.abs(merged - expected).max() <= 0.5 + 1e-9


def test_nearest_colours_are_merged_first():
    ids = np.arange(4, dtype=np.int32)[None].repeat(3, 0)
    picture = np.array([(0, 0, 0), (250, 250, 250), (0, 200, 0), (0, 180, 0)], np.uint8)[ids]
    assert region_files.group_regions(picture, ids, most=4).tolist() == [0, 1, 2, 3]
    groups = region_files.group_regions(picture, ids, most=3)
    assert len(set(groups)) == 3 and groups[2] == groups[3]


def test_thousands_of_colours_are_merged_to_few(tmp_path):
    rng = np.random.default_rng(0)
    ids = np.arange(60 * 80, dtype=np.int32).reshape(60, 80)
    picture = rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)
    groups = region_files.group_regions(picture, ids, most=100)
    assert 30 < groups.max() + 1 <= 100 and len(np.unique(groups)) == groups.max() + 1


def test_thumbnail_is_as_large_as_allowed(tmp_path):
    ids = np.zeros((300, 900), np.int32)
    ids[:, 450:] = 1
    picture = np.where(ids[..., None] > 0, np.uint8(200), np.uint8(20)).repeat(3, 2)
    region_files.write_layers(tmp_path / "a.ora", picture, ids)
    *_, thumbnail = read_stack(tmp_path / "a.ora")
    assert thumbnail.shape == (85, 256, 3) and thumbnail.min() == 20 and thumbnail.max() == 200
    assert region_files.shrink(np.zeros((3, 2000, 3), np.uint8), 256).shape == (1, 256, 3)


def test_no_ink_is_still_a_layer_to_draw_on(tmp_path, example):
    picture, ids, ink = example
    region_files.write_layers(tmp_path / "a.ora", picture, ids, np.zeros_like(ink))
    _, stack, merged, _ = read_stack(tmp_path / "a.ora")
    assert stack[0][0]["name"] == "lines" and stack[0][1].shape == (1, 1, 4) and not stack[0][1].any()
    assert np.array_equal(merged, region_maps.flatten(picture, ids))


def test_same_picture_gives_the_same_bytes_and_inputs_stay(tmp_path, example):
    kept = [array.copy() for array in example]
    region_files.write_layers(tmp_path / "a.ora", *example)
    region_files.write_layers(tmp_path / "b.ora", *example)
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()
    assert all(np.array_equal(array, old) for array, old in zip(example, kept))


def test_labels_and_layers_carry_the_print_size(tmp_path, example):
    picture, ids, ink = example
    labels, _ = region_files.write_labels(tmp_path / "a", ids, picture, (300, 150))
    assert np.array_equal(read_labels(labels), ids)
    region_files.write_layers(tmp_path / "a.ora", picture, ids, ink, resolution=(300, 150))
    with zipfile.ZipFile(tmp_path / "a.ora") as file:
        head = ElementTree.fromstring(file.read("stack.xml")).attrib
        merged = io.BytesIO(file.read("mergedimage.png"))
    assert (head["xres"], head["yres"]) == ("300", "150")
    for written in (labels, merged):
        assert np.allclose(Image.open(written).info["dpi"], (300, 150), atol=0.02)


def test_file_is_written_whole_or_not_at_all(tmp_path, example, monkeypatch):
    picture, ids, ink = example
    (tmp_path / "a.ora").write_bytes(b"older")

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(region_files, "shrink", fail)  # the last thing that is added
    with pytest.raises(OSError, match="No space"):
        region_files.write_layers(tmp_path / "a.ora", picture, ids, ink)
    assert (tmp_path / "a.ora").read_bytes() == b"older" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"picture": np.zeros((4, 5), np.uint8)}, "picture must be"),
        ({"picture": np.zeros((4, 6, 3), np.uint8)}, "picture must be"),
        ({"ids": np.zeros((4, 5), np.float32)}, "ids must be"),
        ({"ids": np.zeros((0, 5), np.int32)}, "not empty"),
        ({"ids": np.full((4, 5), -1)}, "ids must be 0..n-1"),
        ({"ink": np.zeros((4, 6), np.uint8)}, "ink must be"),
        ({"merge": "all"}, "merge must be"),
        ({"most": 0}, "most must be 1 or more"),
    ],
)
def test_wrong_arguments_are_refused(tmp_path, change, message):
    arguments = {"picture": np.zeros((4, 5, 3), np.uint8), "ids": np.zeros((4, 5), np.int32)} | change
    with pytest.raises(ValueError, match=message):
        region_files.write_layers(tmp_path / "a.ora", **arguments)
    assert not list(tmp_path.iterdir())
