import json

import cv2
import numpy as np
import pytest
from helpers import draw_map
from PIL import Image

from illustration_parts.imaging import region_files, region_maps


@pytest.fixture(scope="module")
def example():
    """A picture with noise, and its regions."""
    rng = np.random.default_rng(5)
    ids = region_maps.label_areas(draw_map(5, 70, 110, 20))
    colours = rng.integers(0, 256, (ids.max() + 1, 3))[ids]
    picture = np.clip(colours + rng.integers(-20, 21, (*ids.shape, 3)), 0, 255).astype(np.uint8)
    return picture, ids


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
    picture, ids = example
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
    picture, ids = example
    with pytest.raises(OSError):
        region_files.write_labels(tmp_path / "missing" / "a", ids, picture)
    (tmp_path / "a.labels.json").mkdir()
    with pytest.raises(OSError):
        region_files.write_labels(tmp_path / "a", ids, picture)
    assert not list(tmp_path.glob(".*"))


def test_labels_carry_the_print_size(tmp_path, example):
    picture, ids = example
    labels, _ = region_files.write_labels(tmp_path / "a", ids, picture, (300, 150))
    assert np.array_equal(read_labels(labels), ids)
    assert np.allclose(Image.open(labels).info["dpi"], (300, 150), atol=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"picture": np.zeros((4, 5), np.uint8)}, "picture must be"),
        ({"picture": np.zeros((4, 6, 3), np.uint8)}, "picture must be"),
        ({"ids": np.zeros((4, 5), np.float32)}, "ids must be"),
        ({"ids": np.zeros((0, 5), np.int32)}, "not empty"),
        ({"ids": np.full((4, 5), -1)}, "ids must be 0..n-1"),
    ],
)
def test_wrong_arguments_are_refused(tmp_path, change, message):
    arguments = {"picture": np.zeros((4, 5, 3), np.uint8), "ids": np.zeros((4, 5), np.int32)} | change
    with pytest.raises(ValueError, match=message):
        region_files.write_labels(tmp_path / "a", **arguments)
    assert not list(tmp_path.iterdir())
