"""Every format, what makes a picture bad, and writing that leaves nothing half done."""

import os
import struct

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from illustration_parts.imaging import decoders, folders, images, region_maps

Y, X = np.mgrid[:64, :96]
COLOURS = np.dstack([X * 2, Y * 3, 255 - X * 2]).astype(np.uint8)  # (64, 96, 3)
ALPHA = np.where(X < 48, 255, 0).astype(np.uint8)
OVER_WHITE = np.where(ALPHA[..., None] == 255, COLOURS, 255)


def save(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return path


def turned():
    """EXIF data of a camera held upright: turn by 90 degrees. Made anew each time, since saving AVIF changes it."""
    exif = Image.Exif()
    exif[0x112] = 6
    return exif


def is_close(path, expected, tolerance=3.0):
    found = images.read(path)
    assert found.dtype == np.uint8 and found.shape == expected.shape
    return np.abs(found.astype(float) - expected).mean() <= tolerance


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP"])
def test_contents_decide_the_format_not_the_ending(tmp_path, form):
    assert is_close(save(tmp_path / "picture.txt", COLOURS, format=form, quality=95), COLOURS)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF", "TIFF"])
def test_transparency_is_laid_over_white(tmp_path, form):
    path = save(tmp_path / "a", np.dstack([COLOURS, ALPHA]), format=form, quality=95, lossless=True)
    assert is_close(path, OVER_WHITE)


def test_palettes_and_their_transparency(tmp_path):
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, 4:] = (200, 30, 30)
    palette = Image.fromarray(picture).quantize(2)
    clear = palette.getpixel((0, 0))
    for name, form, options in (("a", "PNG", {}), ("b", "GIF", {}), ("c", "TIFF", {}), ("d", "BMP", {})):
        palette.save(tmp_path / name, form, **options)
        assert is_close(tmp_path / name, picture, 0)
    white = picture.copy()
    white[:, :4] = 255
    for name, form in (("e", "PNG"), ("f", "GIF")):
        palette.save(tmp_path / name, form, transparency=clear)
        assert is_close(tmp_path / name, white, 0)


@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_sixteen_bit(tmp_path, ending):
    for name, array, expected in (
        ("rgb", COLOURS[..., ::-1], COLOURS),
        ("grey", COLOURS[..., 0], np.repeat(COLOURS[..., :1], 3, 2)),
        ("rgba", np.dstack([COLOURS[..., ::-1], ALPHA]), OVER_WHITE),
    ):
        path = tmp_path / (name + ending)
        path.write_bytes(cv2.imencode(ending, array.astype(np.uint16) * 257)[1])
        assert is_close(path, expected, 0.5)


def test_grey_one_bit_and_grey_with_alpha(tmp_path):
    grey = COLOURS[..., 0]
    assert is_close(save(tmp_path / "grey.png", grey), np.repeat(grey[..., None], 3, 2), 0)
    Image.fromarray(COLOURS).convert("1").save(tmp_path / "bits.png")
    assert set(np.unique(images.read(tmp_path / "bits.png"))) == {0, 255}
    Image.merge("LA", (Image.fromarray(grey), Image.fromarray(ALPHA))).save(tmp_path / "la.png")
    assert is_close(tmp_path / "la.png", np.repeat(np.where(ALPHA == 255, grey, 255)[..., None], 3, 2), 0)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_rotation(tmp_path, form):
    path = save(tmp_path / "a", COLOURS, format=form, exif=turned(), quality=95)
    assert is_close(path, np.rot90(COLOURS, -1))


@pytest.mark.parametrize("orientation", range(10))
def test_exif_rotation_is_that_of_pillow(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    clear = Image.fromarray(np.dstack([COLOURS, np.full((64, 96), 255, np.uint8)]))
    clear.save(tmp_path / "a.png", exif=exif)
    expected = np.asarray(ImageOps.exif_transpose(Image.open(tmp_path / "a.png")).convert("RGB"))
    assert np.array_equal(images.read(tmp_path / "a.png"), expected)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_turned_tiff_is_the_upright_one_turned(tmp_path, mode):
    deep = Image.fromarray(COLOURS[..., 0].astype(np.uint16) * 257)
    picture = deep if mode == "I;16" else Image.fromarray(COLOURS).convert(mode)
    for orientation in range(1, 9):
        for options in ({}, {"compression": "tiff_lzw"}):
            picture.save(tmp_path / "a.tif", **options)
            expected = decoders.turn(images.read(tmp_path / "a.tif"), orientation)
            picture.save(tmp_path / "a.tif", tiffinfo={0x112: orientation}, dpi=(300, 150), **options)
            found = images.load(tmp_path / "a.tif")
            assert np.array_equal(found.pixels, expected), (orientation, options)
            assert found.resolution == ((150, 300) if orientation > 4 else (300, 150))


def test_pictures_decoded_in_strips_are_those_decoded_whole(tmp_path, monkeypatch):
    Image.fromarray(np.dstack([COLOURS, ALPHA // 2])).save(tmp_path / "a.png")
    whole = images.read(tmp_path / "a.png"), images.read_hints(tmp_path / "a.png")
    monkeypatch.setattr(decoders, "STRIP", 7 * 96)
    for one, other in zip(whole, (images.read(tmp_path / "a.png"), images.read_hints(tmp_path / "a.png"))):
        assert np.array_equal(one, other)
    paper = Image.new("RGBA", (96, 64), "white")
    paper.alpha_composite(Image.open(tmp_path / "a.png"))
    assert np.abs(whole[0].astype(int) - np.asarray(paper)[..., :3]).max() <= 1


def test_exif_rotation_with_transparency(tmp_path):
    path = save(tmp_path / "a.png", np.dstack([COLOURS, ALPHA]), exif=turned())
    assert is_close(path, np.rot90(OVER_WHITE, -1))


@pytest.mark.parametrize("form", ["TIFF", "GIF", "PNG", "WEBP"])
def test_of_several_pages_or_frames_the_first(tmp_path, form):
    others = [Image.fromarray(255 - COLOURS)]
    save(tmp_path / "a", COLOURS, format=form, save_all=True, append_images=others, lossless=True)
    assert is_close(tmp_path / "a", COLOURS, 12)  # GIF has 256 colours


def test_cmyk(tmp_path):
    for form in ("JPEG", "TIFF"):
        Image.fromarray(COLOURS).convert("CMYK").save(tmp_path / form, form, quality=95)
        assert is_close(tmp_path / form, COLOURS)


def test_names_beyond_ascii(tmp_path):
    images.write(tmp_path / "線画 ü.png", COLOURS)
    assert is_close(tmp_path / "線画 ü.png", COLOURS, 0)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF"])
@pytest.mark.parametrize("transparent", [False, True])
def test_truncated(tmp_path, form, transparent):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4 if transparent else 3), dtype=np.uint8)
    if transparent and form in ("JPEG", "BMP"):
        noise = noise[..., :3]
    path = save(tmp_path / "a", noise, format=form)
    whole = path.read_bytes()
    for share in (0.9, 0.5, 0.1):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ValueError, match="damaged"):
            images.read(path)


def test_damaged_avif(tmp_path):
    frames = [Image.fromarray(COLOURS), Image.fromarray(255 - COLOURS)]
    frames[0].save(tmp_path / "a.avif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "b.avif")
    moving, still = bytearray((tmp_path / "a.avif").read_bytes()), bytearray((tmp_path / "b.avif").read_bytes())
    place = moving.index(b"mdhd") + 4
    assert moving[place] == 1
    moving[place + 20 : place + 24] = bytes(4)  # units of time in a second
    place = still.index(b"mdat") + 4
    still[place:] = b"\xff" * (len(still) - place)
    for name, data in (("a.avif", moving), ("b.avif", still)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ValueError, match="is a damaged or truncated AVIF"):
            images.read(tmp_path / name)


def test_what_is_no_picture(tmp_path):
    for name, contents, message in (("a.png", b"", "empty"), ("b.png", b"text " * 99, "not a picture")):
        (tmp_path / name).write_bytes(contents)
        with pytest.raises(ValueError, match=message):
            images.read(tmp_path / name)
    with pytest.raises(ValueError, match="regular file"):
        images.read(tmp_path)
    with pytest.raises(FileNotFoundError):
        images.read(tmp_path / "none.png")
    with pytest.raises(ValueError, match="floating-point"):
        images.read(save(tmp_path / "f.tif", np.zeros((4, 4), np.float32)))


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.uint32])
def test_numbers_whose_range_is_unknown_are_refused(tmp_path, kind):
    Image.fromarray(COLOURS[..., 0].astype(np.int32)).save(tmp_path / "a.tif")
    data = (tmp_path / "a.tif").read_bytes()
    signed, whole = (struct.pack("<HHIHH", 339, 3, 1, form, 0) for form in (2, 1))
    assert data.count(signed) == 1
    if kind == np.uint32:
        data = data.replace(signed, whole)
    if kind == np.int16:
        data = data.replace(struct.pack("<HHIHH", 258, 3, 1, 32, 0), struct.pack("<HHIHH", 258, 3, 1, 16, 0))
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(ValueError, match="range is unknown: save it with 8 or 16 bits"):
        images.read(tmp_path / "a.tif")


def test_decompression_bomb_is_refused_by_its_header(tmp_path):
    bomb = tmp_path / "bomb.png"
    Image.new("1", (30000, 30000)).save(bomb)  # 110 kB that would become 2.7 GB
    with pytest.raises(ValueError, match=r"30000 x 30000 pixels, 900 megapixels; the limit is 256"):
        images.read(bomb)
    small = save(tmp_path / "small.png", COLOURS)
    with pytest.raises(ValueError, match="limit is 0.006"):
        images.read(small, max_megapixels=0.006)
    decoders.check_size(16000, 12000)


def test_looks_like_picture(tmp_path):
    for name, contents, expected in (
        ("a.PNG", b"", True),
        ("a.txt", b"RIFF....WAVE", False),
        ("b.txt", b"plain text", False),
        ("c", cv2.imencode(".png", COLOURS)[1].tobytes(), True),
    ):
        (tmp_path / name).write_bytes(contents)
        assert folders.looks_like_picture(tmp_path / name) == expected
    os.mkfifo(tmp_path / "pipe")
    assert not folders.looks_like_picture(tmp_path / "pipe")
    assert not folders.looks_like_picture(tmp_path / "none")


@pytest.mark.parametrize("array", [COLOURS, COLOURS[..., 0], np.dstack([COLOURS, ALPHA]), COLOURS[:1, :1]])
def test_written_is_read_again(tmp_path, array):
    before = array.copy()
    images.write(tmp_path / "a.png", array)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), array)
    assert np.array_equal(array, before)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    images.write(tmp_path / "a.png", COLOURS)
    old = (tmp_path / "a.png").read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        images.write(tmp_path / "a.png", 255 - COLOURS)
    assert (tmp_path / "a.png").read_bytes() == old
    assert len(list(tmp_path.iterdir())) == 1


def test_ranges():
    grey = np.arange(256, dtype=np.uint8)
    values = images.to_network(grey)
    assert values.dtype == np.float32 and values[0] == 0 and values[255] == 1
    assert np.array_equal(images.to_uint8(values), grey)
    assert images.to_uint8(np.array([-1.0, 0.5, 2.0])).tolist() == [0, 128, 255]


# ---------------------------------------------------------------------------------------------------- region maps
def test_areas_are_4_connected_and_numbered_by_their_first_pixel():
    values = np.array([[0, 0, 1, 0], [0, 1, 1, 0], [1, 0, 0, 0]])
    expected = [[0, 0, 1, 2], [0, 1, 1, 2], [3, 2, 2, 2]]
    ids = region_maps.label_areas(values)
    assert ids.tolist() == expected and ids.dtype == np.int32
    colours = np.zeros((3, 4, 3), np.uint8)
    colours[..., 2] = values  # the least of 24 bits
    assert region_maps.label_areas(colours).tolist() == expected


def test_areas_are_those_of_scikit_image():
    measure = pytest.importorskip("skimage.measure")
    rng = np.random.default_rng(0)
    for high in (1, 2, 4):
        values = rng.integers(-1, high, (37, 53))
        ids = region_maps.label_areas(values)
        assert np.array_equal(ids, measure.label(values, background=-1, connectivity=1) - 1)
    spiral = np.zeros((41, 41), np.int16)
    spiral[::2], spiral[1::4, 0], spiral[3::4, -1] = 1, 1, 1
    assert region_maps.label_areas(spiral).max() == 20
    assert region_maps.label_areas(np.zeros((0, 5), np.int32)).shape == (0, 5)


def test_region_colours_are_one_to_one_and_neighbours_differ():
    ids = np.arange(250_000).reshape(500, 500)
    colours = region_maps.colour_regions(ids)
    assert len(np.unique(colours.reshape(-1, 3).astype(int) @ [1, 256, 65536])) == ids.size
    first = colours[0].astype(int)
    assert np.abs(first[1:] - first[:-1]).sum(1).min() > 60
    assert np.array_equal(region_maps.colour_regions(ids[:1, :5]), colours[:1, :5])
    ends = region_maps.colour_regions(np.array([[0, 2**24 - 1]]))[0]
    assert (ends[0] != ends[1]).any()


def test_region_map_of_every_kind_of_file(tmp_path):
    grey = np.array([[10, 10, 200], [10, 200, 200]], np.uint8)
    for mode in ("L", "P", "RGB", "RGBA", "LA"):
        Image.fromarray(grey).convert(mode).save(tmp_path / "map.png")
        assert np.array_equal(region_maps.read_region_map(tmp_path / "map.png"), np.dstack([grey] * 3)), mode


def test_region_map_with_false_colours_or_holes_is_refused(tmp_path):
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "map.png", "JPEG")
    with pytest.raises(ValueError, match="is a JPEG"):
        region_maps.read_region_map(tmp_path / "map.png")
    images.write(tmp_path / "clear.png", np.full((4, 4, 4), 254, np.uint8))
    with pytest.raises(ValueError, match="16 transparent pixels"):
        region_maps.read_region_map(tmp_path / "clear.png")


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("7.region.png", "7.skeleton.png"),
        ("7.png", "7.skeleton.png"),
        ("a.b.region.png", "a.b.skeleton.png"),
        ("7.Region.PNG", "7.skeleton.png"),
        ("7.image.region.jpg", "7.skeleton.png"),
    ],
)
def test_results_are_named_after_their_kind(name, result, tmp_path):
    assert folders.name_result(tmp_path / name, "skeleton") == tmp_path / result


def test_fit_takes_a_pixel_more_and_refuses_other_proportions():
    picture = np.full((50, 81, 3), 9, np.uint8)
    assert images.fit(picture, (50, 81)) is picture
    assert images.fit(picture, (50, 80)).shape == (50, 80, 3)
    assert images.fit(picture, (100, 162)).shape == (100, 162, 3)
    with pytest.raises(ValueError, match="81x50.*40x50"):
        images.fit(picture, (50, 40))


# ---------------------------------------------------------------------------------------------------------- hints
def test_dabs_are_what_is_half_opaque_or_more(tmp_path):
    sheet = np.zeros((2, 4, 4), np.uint8)
    sheet[..., :3] = (200, 30, 60)
    sheet[0, :, 3] = 0, 1, 127, 128
    sheet[1, :, 3] = 255, 200, 0, 129
    images.write(tmp_path / "dabs.png", sheet)
    dab, none = [200, 30, 60, 255], [0, 0, 0, 0]
    hints = images.read_hints(tmp_path / "dabs.png")
    assert hints.tolist() == [[none, none, none, dab], [dab, dab, none, dab]] and hints.dtype == np.uint8


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "TIFF"])
def test_dabs_of_every_format_with_transparency(tmp_path, form):
    path = save(tmp_path / "a", np.dstack([0 * COLOURS + np.uint8([40, 160, 220]), ALPHA]), format=form, lossless=True)
    hints = images.read_hints(path)
    assert hints.shape == (64, 96, 4) and (hints[:, :48] == (40, 160, 220, 255)).all() and not hints[:, 48:].any()


def test_dabs_of_palettes_and_grey(tmp_path):
    dabs = np.zeros((8, 8, 3), np.uint8)
    dabs[:, 4:] = (200, 30, 30)
    palette = Image.fromarray(dabs).quantize(2)
    palette.save(tmp_path / "a.png", transparency=palette.getpixel((0, 0)))
    Image.merge("LA", [Image.fromarray(dabs[..., 0])] * 2).save(tmp_path / "b.png")
    for name, colour in (("a.png", (200, 30, 30, 255)), ("b.png", (200, 200, 200, 255))):
        hints = images.read_hints(tmp_path / name)
        assert (hints[:, 4:] == colour).all() and not hints[:, :4].any()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP"])
def test_hints_without_transparency_are_refused(tmp_path, form):
    with pytest.raises(ValueError, match="has no transparency: expected dabs of colour on a transparent sheet"):
        images.read_hints(save(tmp_path / "a.png", COLOURS, format=form))


def test_opaque_sheets_are_no_hints(tmp_path):
    images.write(tmp_path / "a.png", np.full((4, 6, 4), 255, np.uint8))
    with pytest.raises(ValueError, match="has no transparency"):
        images.read_hints(tmp_path / "a.png")


def test_hints_are_turned_as_pictures_are(tmp_path):
    sheet = np.zeros((4, 6, 4), np.uint8)
    sheet[0, 0] = (9, 8, 7, 255)
    turned = Image.fromarray(sheet)
    exif = turned.getexif()
    exif[274] = 6  # a quarter clockwise
    turned.save(tmp_path / "a.png", exif=exif)
    hints = images.read_hints(tmp_path / "a.png")
    assert hints.shape[:2] == images.read(tmp_path / "a.png").shape[:2] == (6, 4)
    assert hints[0, 3].tolist() == [9, 8, 7, 255] and (hints[..., 3] > 0).sum() == 1


def test_hints_that_are_none(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4), dtype=np.uint8)
    for form in ("PNG", "WEBP", "TIFF"):
        path = save(tmp_path / "a", noise, format=form)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(ValueError, match="damaged"):
            images.read_hints(path)
    with pytest.raises(ValueError, match="64 x 64 pixels.*limit is 0.004"):
        images.read_hints(save(tmp_path / "b.png", noise), max_megapixels=0.004)
    (tmp_path / "c.png").write_bytes(b"text " * 99)
    with pytest.raises(ValueError, match="not a picture"):
        images.read_hints(tmp_path / "c.png")
    with pytest.raises(FileNotFoundError):
        images.read_hints(tmp_path / "none.png")


def test_the_limit_is_lower_where_decoding_takes_more_memory(tmp_path):
    for name, options in (("a.avif", {"speed": 10}), ("a.webp", {}), ("a.jp2", {}), ("a.png", {})):
        save(tmp_path / name, np.dstack([COLOURS, ALPHA]), **options)
        limit = 0.0065 if name == "a.png" else 0.0195
        assert images.read(tmp_path / name, limit).shape == COLOURS.shape
        with pytest.raises(ValueError, match="0 megapixels; the limit is 0.0"):
            images.read(tmp_path / name, limit * 0.9)


def test_kinds_are_listed_in_any_case_and_of_every_format(tmp_path):
    for name in (
        "7.Image.PNG",
        "8.image.jpg",
        "9.image.jpeg",
        "9.image.png",
        "10.image.webp",
        "a.image.txt",
        "image.png",
    ):
        (tmp_path / name).write_bytes(b"")
    found = folders.list_kind(tmp_path, "image")
    assert (
        list(found) == ["7", "8", "9", "10"] and found["9"].name == "9.image.png" and found["7"].name == "7.Image.PNG"
    )
    assert folders.list_kind(tmp_path, "region") == {}
