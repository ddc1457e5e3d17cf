import io
import os
import shutil
import subprocess
import sys
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from illustration_parts.drawing import illustrations
from illustration_parts.imaging import images, layer_files, layers
from illustration_parts.system import files

TITLES = ["a", "a 'b' & <c> \"d\"", "猫 é 🎨", "two\nlines \x01", "\ud800", "long " * 100, ""]


def needs_psd_tools():
    return pytest.importorskip("psd_tools", reason="pip install -r requirements-extras.txt")


@pytest.fixture(scope="module")
def scene():
    """A drawn picture and its parts."""
    drawing = illustrations.draw(7, size=(96, 120))
    return drawing.picture, layers.separate(drawing.picture, drawing.regions, drawing.ink, "regions")


# ------------------------------------------------------------------------------------------------------ OpenRaster
def read_ora(path):
    """Read an OpenRaster file by the letter of its specification.

    Returns:
        (attributes, layers, merged, thumbnail): those of the image; (attributes, path of groups, RGBA) of each layer,
        uppermost first; and two pictures.
    """
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

        def visit(stack, path):
            for child in stack:
                assert child.get("opacity") == "1.0" and child.get("visibility") in ("visible", "hidden")
                if child.tag == "stack":
                    assert len(child) and child.get("composite-op") == "svg:src-over"
                    visit(child, (*path, child.get("name")))
                    continue
                assert child.tag == "layer" and child.get("src").startswith("data/")
                found.append((child.attrib, path, decode(file.read(child.get("src")))))

        visit(root[0], ())
        sources = [attributes["src"] for attributes, _, _ in found]
        assert sorted(sources) == sorted(name for name in names if name.startswith("data/"))
        merged, thumbnail = decode(file.read("mergedimage.png")), decode(file.read("Thumbnails/thumbnail.png"))
    return root.attrib, found, merged, thumbnail


def decode(data):
    """A PNG as (H, W, 3 or 4) uint8 RGB(A)."""
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG" and not picture.info.get("interlace") and picture.mode in ("RGB", "RGBA")
    return np.array(picture)


def compose(shape, stack):
    """Lay an OpenRaster file's layers over each other as the W3C's compositing says: (H, W, 3) float 0..1."""
    canvas = np.ones((*shape, 3))
    for attributes, _, pixels in reversed(stack):
        if attributes["visibility"] == "hidden":
            continue
        left, top = int(attributes["x"]), int(attributes["y"])
        height, width = pixels.shape[:2]
        assert 0 <= left and left + width <= shape[1] and 0 <= top and top + height <= shape[0]
        below, over = canvas[top : top + height, left : left + width], pixels[..., :3] / 255
        blends = {
            "svg:src-over": over, "svg:multiply": below * over, "svg:screen": below + over - below * over
        }  # fmt: skip
        share = pixels[..., 3:] / 255
        below[:] = blends[attributes["composite-op"]] * share + below * (1 - share)
    return canvas


def test_an_openraster_file_holds_the_layers(tmp_path, scene):
    picture, parts = scene
    path = tmp_path / "a.ora"
    layer_files.write(path, picture, parts, title="猫")
    image, stack, merged, thumbnail = read_ora(path)
    assert (image["w"], image["h"], image["version"]) == ("120", "96", "0.0.3")
    expected = list(layers.list_layers(picture, parts, "猫"))
    for (attributes, groups, pixels), layer in zip(stack[::-1], expected, strict=True):
        assert attributes["name"] == layer.name and groups == layer.path and np.array_equal(pixels, layer.pixels)
        assert (int(attributes["x"]), int(attributes["y"])) == (layer.left, layer.top)
        assert (attributes["visibility"] == "visible") == layer.visible == (layer.name != "picture 猫")
    assert [attributes["name"] for attributes, _, _ in stack[:3]] == ["lines", "highlight", "shade"]
    assert {len(groups) for _, groups, _ in stack} == {0, 1, 2}
    assert np.array_equal(merged, layers.compose(picture.shape, expected))
    assert np.abs(merged - compose(picture.shape[:2], stack) * 255).max() < 2
    assert np.abs(merged.astype(int) - picture).mean() < 2
    assert np.array_equal(thumbnail, merged)  # never enlarged
    assert list(tmp_path.iterdir()) == [path]


def test_thumbnail_is_as_large_as_allowed(tmp_path):
    ids = np.zeros((300, 900), np.int32)
    ids[:, 450:] = 1
    picture = np.where(ids[..., None] > 0, np.uint8(200), np.uint8(20)).repeat(3, 2)
    layer_files.write(tmp_path / "a.ora", picture, layers.separate(picture, ids))
    *_, thumbnail = read_ora(tmp_path / "a.ora")
    assert thumbnail.shape == (85, 256, 3) and thumbnail.min() == 20 and thumbnail.max() == 200
    assert layer_files.shrink(np.zeros((3, 2000, 3), np.uint8), 256).shape == (1, 256, 3)


# ------------------------------------------------------------------------------------------------------------- PSD
def list_psd(group, path=()):
    """Layers of a psd-tools group, the lowest first: (layer, path of groups)."""
    for layer in group:
        if layer.is_group():
            yield from list_psd(layer, (*path, layer.name))
        else:
            yield layer, path


def test_a_psd_file_holds_the_layers(tmp_path, scene):
    psd_tools, (picture, parts) = needs_psd_tools(), scene
    path = tmp_path / "a.psd"
    layer_files.write(path, picture, parts, "psd", title="猫")
    found = psd_tools.PSDImage.open(path)
    assert found.size == (120, 96) and found.channels == 3 and found.depth == 8
    expected = list(layers.list_layers(picture, parts, "猫"))
    for (layer, groups), other in zip(list_psd(found), expected, strict=True):
        assert layer.name == other.name and groups == other.path and layer.visible == other.visible
        assert layer.blend_mode.name.lower() == other.blend and (layer.left, layer.top) == (other.left, other.top)
        pixels = np.array(layer.topil().convert("RGBA"))
        assert np.array_equal(pixels, other.pixels)
    merged = np.array(found.topil().convert("RGB"))
    assert np.array_equal(merged, layers.compose(picture.shape, expected))
    composed = np.array(found.composite(force=True).convert("RGB")).astype(int)
    assert np.abs(composed - merged).max() <= 2 and np.abs(composed - picture).mean() < 2
    assert np.array_equal(images.read(path), merged)
    assert list(tmp_path.iterdir()) == [path]


def test_a_psd_file_s_groups_are_as_photoshop_writes_them(tmp_path, scene):
    """From below: what begins a group, its layers, and the record that ends and names it; all with four channels."""
    needs_psd_tools()
    from psd_tools.constants import BlendMode, SectionDivider, Tag
    from psd_tools.psd import PSD

    layer_files.write(tmp_path / "a.psd", *scene, "psd")
    with open(tmp_path / "a.psd", "rb") as file:
        records = PSD.read(file).layer_and_mask_information.layer_info.layer_records
    depth, deepest = 0, 0
    for record in records:
        assert len(record.channel_info) == 4
        divider = record.tagged_blocks.get_data(Tag.SECTION_DIVIDER_SETTING)
        if divider is not None:
            begins = divider.kind == SectionDivider.BOUNDING_SECTION_DIVIDER
            if not begins:
                assert divider.kind == SectionDivider.OPEN_FOLDER and divider.blend_mode == BlendMode.PASS_THROUGH
            assert record.blend_mode == BlendMode.NORMAL
            depth += 1 if begins else -1
            assert depth >= 0
            deepest = max(deepest, depth)
    assert depth == 0 and deepest == 2


def test_names_are_plain_beside_the_unicode_ones(tmp_path):
    needs_psd_tools()
    from psd_tools.constants import Tag
    from psd_tools.psd import PSD

    picture, ids = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.int32)
    layer_files.write(tmp_path / "a.psd", picture, layers.separate(picture, ids), "psd", title='é "b" 猫🎨')
    with open(tmp_path / "a.psd", "rb") as file:
        record = PSD.read(file).layer_and_mask_information.layer_info.layer_records[0]
    assert record.name == 'picture e "b" __'
    assert record.tagged_blocks.get_data(Tag.UNICODE_LAYER_NAME) == 'picture é "b" 猫🎨'


# ------------------------------------------------------------------------------------------------------------ both
@pytest.mark.parametrize("kind", layer_files.FORMATS)
@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_kept_as_far_as_files_can(tmp_path, kind, title):
    picture, ids = np.full((4, 6, 3), 90, np.uint8), np.zeros((4, 6), np.int32)
    path = tmp_path / f"a.{kind}"
    if kind == "psd":
        psd_tools = needs_psd_tools()
    layer_files.write(path, picture, layers.separate(picture, ids), kind, title)
    if kind == "ora":
        name = read_ora(path)[1][-1][0]["name"]
    else:
        name = next(iter(psd_tools.PSDImage.open(path))).name
    expected = {"two\nlines \x01": "two lines \ufffd", "\ud800": "\ufffd", "long " * 100: ("long " * 100)[:192]}
    assert name == f"picture {expected.get(title, title)}".strip()
    assert all(" " <= letter <= "~" for letter in layer_files.to_ascii(title))


@pytest.mark.parametrize("kind", layer_files.FORMATS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (5, 7)])
def test_blank_and_tiny_pictures_give_valid_files(tmp_path, kind, shape):
    if kind == "psd":
        needs_psd_tools()
    for level in (0, 255):
        picture, ids = np.full((*shape, 3), level, np.uint8), np.zeros(shape, np.int32)
        for ink in (None, np.zeros(shape, np.uint8)):
            layer_files.write(tmp_path / f"a.{kind}", picture, layers.separate(picture, ids, ink), kind)
            assert np.array_equal(images.read(tmp_path / f"a.{kind}"), picture)


@pytest.mark.parametrize("kind", layer_files.FORMATS)
@pytest.mark.parametrize("shape", [(20000, 40), (40, 20000), (30000, 4)])
def test_long_sides(tmp_path, kind, shape):
    if kind == "psd":
        needs_psd_tools()
    picture, ids = np.zeros((*shape, 3), np.uint8), np.zeros(shape, np.int32)
    picture[: shape[0] // 2], ids[: shape[0] // 2] = 200, 1
    layer_files.write(tmp_path / f"a.{kind}", picture, layers.separate(picture, ids), kind)
    assert np.array_equal(images.read(tmp_path / f"a.{kind}"), picture)


def test_a_psd_file_s_limits_are_named(tmp_path, monkeypatch):
    needs_psd_tools()
    picture, ids = np.zeros((2, 30001, 3), np.uint8), np.zeros((2, 30001), np.int32)
    parts = layers.separate(picture, ids)
    with pytest.raises(ValueError, match="30001x2, but a PSD file has at most 30,000 pixels.*--layer-format ora"):
        layer_files.write(tmp_path / "a.psd", picture, parts, "psd")
    layer_files.write(tmp_path / "a.ora", picture, parts)
    monkeypatch.setattr(layer_files, "MOST_BYTES", 100)
    with pytest.raises(ValueError, match="2 GB.*--layer-format ora"):
        layer_files.write(
            tmp_path / "b.psd", picture[:, :3000], layers.separate(picture[:, :3000], ids[:, :3000]), "psd"
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a.ora"]


@pytest.mark.parametrize("kind", layer_files.FORMATS)
def test_same_picture_gives_the_same_bytes(tmp_path, scene, kind):
    if kind == "psd":
        needs_psd_tools()
    kept = [array.copy() for array in (scene[0], *(part for part in scene[1] if part is not None))]
    for name in ("a", "b"):
        layer_files.write(tmp_path / name, *scene, kind, "x")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert all(map(np.array_equal, kept, (scene[0], *(part for part in scene[1] if part is not None))))


def test_files_carry_the_print_size(tmp_path, scene):
    layer_files.write(tmp_path / "a.ora", *scene, resolution=(300, 150))
    head, *_ = read_ora(tmp_path / "a.ora")
    assert (head["xres"], head["yres"]) == ("300", "150")
    with zipfile.ZipFile(tmp_path / "a.ora") as file:
        merged = io.BytesIO(file.read("mergedimage.png"))
    assert np.allclose(Image.open(merged).info["dpi"], (300, 150), atol=0.02)
    psd_tools = needs_psd_tools()
    layer_files.write(tmp_path / "a.psd", *scene, "psd", resolution=(300, 150))
    told = psd_tools.PSDImage.open(tmp_path / "a.psd").image_resources.get_data(1005)
    assert (told.horizontal / 65536, told.vertical / 65536, told.horizontal_unit) == (300, 150, 1)


@pytest.mark.parametrize("kind", layer_files.FORMATS)
def test_on_a_full_disk_the_older_file_stays(tmp_path, scene, kind, monkeypatch):
    if kind == "psd":
        needs_psd_tools()
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"older")
    whole, link = files.write_aside, tmp_path / "full"
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    link.symlink_to("/dev/full")
    monkeypatch.setattr(files, "write_aside", lambda path: whole(path, link))
    with pytest.raises(OSError, match="No space left"):
        layer_files.write(path, *scene, kind)
    assert path.read_bytes() == b"older" and [each.name for each in tmp_path.iterdir()] == [path.name]


def test_another_format_is_refused_and_a_missing_package_is_named(tmp_path, scene, monkeypatch):
    with pytest.raises(ValueError, match="expected one of ora, psd. Received: 'kra'"):
        layer_files.write(tmp_path / "a.kra", *scene, "kra")
    monkeypatch.setitem(sys.modules, "psd_tools", None)
    with pytest.raises(ValueError, match="pip install psd-tools"):
        layer_files.write(tmp_path / "a.psd", *scene, "psd")
    assert not list(tmp_path.iterdir())


@pytest.mark.soak
@pytest.mark.parametrize("merge", layers.MERGES)
@pytest.mark.parametrize("kind", layer_files.FORMATS)
def test_krita_composes_the_same(tmp_path, kind, merge, monkeypatch):
    """Needs Krita and a screen, or xvfb (apt install krita xvfb), and psd-tools.

    The files' merged pictures are blank, so that only the layers can show the picture.
    """
    needs_psd_tools()
    if shutil.which("krita") is None:
        pytest.skip("apt install krita")
    screen = [] if os.environ.get("DISPLAY") else ["xvfb-run", "-a"]
    if screen and shutil.which("xvfb-run") is None:
        pytest.skip("apt install xvfb")
    drawing = illustrations.draw(7, size=(300, 400))
    parts = layers.separate(drawing.picture, drawing.regions, drawing.ink, merge)
    expected = layers.compose(drawing.picture.shape, layers.list_layers(drawing.picture, parts)).astype(int)
    path, shown = tmp_path / f'a "b" 🎨.{kind}', tmp_path / "shown.png"
    with monkeypatch.context() as patch:
        patch.setattr(layers, "lay", lambda canvas, layer: None)
        layer_files.write(path, drawing.picture, parts, kind, title='a "b" 🎨')
    assert (images.read(path) == 255).all()
    command = [*screen, "krita", path, "--export", "--export-filename", shown]
    subprocess.run(command, check=True, capture_output=True, timeout=600, env=os.environ | {"HOME": str(tmp_path)})
    found = np.array(Image.open(shown).convert("RGB"))
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 2 and np.abs(found.astype(int) - drawing.picture).mean() < 3
