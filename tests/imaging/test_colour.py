"""Colours as files mean them: profiles, gamma, formats of paint programs, remarks, print size."""

import io
import itertools
import struct
import zipfile
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from illustration_parts.imaging import colour, decoders, folders, images
from illustration_parts.system import cli

Y, X = np.mgrid[:24, :32]
COLOURS = np.dstack([X * 7, Y * 10, 255 - X * 7]).astype(np.uint8)  # (24, 32, 3)
ALPHA = np.where(X < 16, 255, 90).astype(np.uint8)
GREY = COLOURS[..., 0]


def make_profile(
    model=b"RGB ",
    gamma=1.8,
    primaries=((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)),
):
    """A small ICC profile of version 2: a gamma, and for RGB primaries under D50, here Display P3's."""
    number = lambda value: struct.pack(">i", round(value * 65536))  # noqa: E731
    xyz = lambda values: b"XYZ \0\0\0\0" + b"".join(map(number, values))  # noqa: E731
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    name = b"test\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78 + (-len(name) - 90) % 4)
    tags = {b"desc": text, b"cprt": b"text\0\0\0\0free", b"wtpt": xyz((0.9642, 1.0, 0.8249))}
    if model == b"GRAY":
        tags |= {b"kTRC": curve}
    else:
        tags |= {kind + b"TRC": curve for kind in (b"r", b"g", b"b")}
        tags |= {kind + b"XYZ": xyz(values) for kind, values in zip((b"r", b"g", b"b"), primaries)}
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for kind, data in tags.items():
        table += kind + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", model, b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + xyz((0.9642, 1.0, 0.8249))[8:]
    return head + bytes(128 - len(head)) + table + body


def make_table_profile(model):
    """A small ICC profile of version 2 for `b"CMYK"` or `b"RGB "`: a table of CIE Lab colours, two for each channel."""
    channels = 4 if model == b"CMYK" else 3
    nodes = np.array(list(itertools.product((0, 1), repeat=channels)), float)  # the last channel changes fastest
    if model == b"CMYK":  # a press with pale inks on yellowish paper
        light = (
            np.array([0.95, 0.93, 0.8])
            * (1 - 0.8 * nodes[:, :3] @ np.diag([0.9, 0.8, 0.7]))
            * (1 - 0.85 * nodes[:, 3:])
        )
    else:
        light = nodes @ np.array([[0.8, 0.2, 0.0], [0.1, 0.9, 0.1], [0.0, 0.1, 0.7]])
    lab = cv2.cvtColor(np.clip(light, 0, 1)[None].astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    table = np.clip(np.column_stack([lab[:, 0] * 2.55, lab[:, 1:] + 128]) + 0.5, 0, 255).astype(np.uint8)
    ramp = bytes(range(256))
    unit = b"".join(struct.pack(">i", 65536 * (place % 4 == 0)) for place in range(9))
    tag = b"mft1" + bytes(4) + bytes((channels, 3, 2, 0)) + unit + ramp * channels + table.tobytes() + ramp * 3
    tag += bytes(-len(tag) % 4)
    body = struct.pack(">I4sII", 1, b"A2B0", 144, len(tag)) + tag
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"none", 0x02100000, b"prtr", model, b"Lab ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head + bytes(128 - len(head)) + body


P3, GREY_PROFILE = make_profile(), make_profile(b"GRAY", 1.4)
MODES = {
    "1": Image.fromarray(COLOURS).convert("1"),
    "L": Image.fromarray(GREY),
    "LA": Image.merge("LA", (Image.fromarray(GREY), Image.fromarray(ALPHA))),
    "P": Image.fromarray(COLOURS).quantize(64),
    "RGB": Image.fromarray(COLOURS),
    "RGBA": Image.fromarray(np.dstack([COLOURS, ALPHA])),
    "CMYK": Image.fromarray(COLOURS).convert("CMYK"),
    "I;16": Image.fromarray(GREY.astype(np.uint16) * 257),
    "LAB": ImageCms.applyTransform(
        Image.fromarray(COLOURS),
        ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"),
    ),
}


def decode_with_pillow(path):
    """What Pillow makes of a picture, colour-managed: (H, W, 3) uint8."""
    # Not by its name: Pillow would map the file, and mix up width and height of a turned TIFF.
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(path.read_bytes())))
    profile = Image.open(path).info.get("icc_profile")
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    base = picture.convert("L" if picture.mode == "LA" else "RGB") if alpha else picture
    if base.mode.startswith("I"):
        base = Image.fromarray((np.asarray(base).astype(np.uint32) >> 8).astype(np.uint8))
    base = base.convert({"1": "L", "P": "RGB"}.get(base.mode, base.mode))
    if profile or base.mode == "LAB":
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
        how = {"renderingIntent": ImageCms.Intent.RELATIVE_COLORIMETRIC, "outputMode": "RGB"}
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        try:
            base = ImageCms.profileToProfile(base, source, ImageCms.createProfile("sRGB"), flags=flags, **how)
        except ImageCms.PyCMSError:
            pass  # of another colour model
    paper = Image.new("RGB", base.size, "white")
    paper.paste(base.convert("RGB"), mask=alpha)
    return np.asarray(paper)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF", "BMP", "GIF"])
def test_every_mode_profile_and_orientation_is_read_as_pillow_reads_it(tmp_path, form):
    turned = Image.Exif()
    turned[0x112] = 6
    written = 0
    for (mode, picture), profile, orientation in itertools.product(MODES.items(), (None, P3, GREY_PROFILE), (1, 6)):
        if (profile is GREY_PROFILE) != (mode in ("L", "LA", "I;16")) and profile:
            continue
        options = {"icc_profile": profile} if profile else {}
        options |= {"exif": turned} if orientation == 6 else {}
        options |= {"lossless": True} if form == "WEBP" else {}
        try:
            picture.save(tmp_path / "a", form, **options)
        except (OSError, ValueError, KeyError):
            continue  # this format has no such mode
        written += 1
        found, expected = images.read(tmp_path / "a"), decode_with_pillow(tmp_path / "a")
        told = form, mode, bool(profile), orientation
        assert found.shape == expected.shape, told
        assert np.abs(found.astype(int) - expected).max() <= 3, told
    assert written >= (4 if form in ("GIF", "BMP") else 10)


def write_png(path, samples, depth, kind, profile=None, exif=None, palette=None):
    """Write a PNG of any depth and colour type: (H, W, C) integers below 2^depth."""
    height, width = samples.shape[:2]
    rows = samples.reshape(height, -1)
    if depth < 8:
        bits = (rows[..., None] >> np.arange(depth)[::-1] & 1).reshape(height, -1).astype(np.uint8)
        lines = np.packbits(bits, axis=1)
    else:
        lines = rows.astype(">u2" if depth == 16 else np.uint8).view(np.uint8)
    body = zlib.compress(b"".join(b"\0" + line.tobytes() for line in lines))
    chunks = [(b"iCCP", b"p\0\0" + zlib.compress(profile))] if profile else []
    chunks += [(b"PLTE", palette.tobytes())] if palette is not None else []
    chunks += [(b"eXIf", exif)] if exif else []
    made = b""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    for name, data in [(b"IHDR", head), *chunks, (b"IDAT", body), (b"IEND", b"")]:
        made += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + made)


KINDS = {"grey": 0, "RGB": 2, "palette": 3, "grey+alpha": 4, "RGBA": 6}  # a PNG's colour types


@pytest.mark.parametrize(
    ("depth", "kind"),
    [*itertools.product((1, 2, 4, 8), ("grey", "palette")), *itertools.product((8, 16), ("RGB", "grey+alpha", "RGBA")),
     (16, "grey")],
)  # fmt: skip
def test_every_depth_and_colour_type_of_png_is_read_as_pillow_reads_it(tmp_path, depth, kind):
    shown = {"RGB": COLOURS, "RGBA": np.dstack([COLOURS, ALPHA]), "grey+alpha": np.dstack([GREY, ALPHA])}
    samples = (shown.get(kind, GREY[..., None]).astype(np.uint32) * (2**depth - 1) + 127) // 255
    palette = np.random.default_rng(0).integers(0, 256, (2**depth, 3), np.uint8) if kind == "palette" else None
    turned = Image.Exif()
    turned[0x112] = 6
    profiles = (None, GREY_PROFILE if kind.startswith("grey") else P3)
    for profile, exif in itertools.product(profiles, (None, turned.tobytes().removeprefix(b"Exif\0\0"))):
        write_png(tmp_path / "a.png", samples, depth, KINDS[kind], profile, exif, palette)
        found, expected = images.read(tmp_path / "a.png"), decode_with_pillow(tmp_path / "a.png")
        assert found.shape == expected.shape == ((32, 24, 3) if exif else (24, 32, 3))
        assert np.abs(found.astype(int) - expected).max() <= 3, (bool(profile), bool(exif))
        assert np.ptp(found) > 60


def write_tiff(path, samples, bits, kind, compression=1, extra=()):
    """Write a TIFF of one strip: its bytes, bits for each channel, and its photometric interpretation."""
    bits = bits if isinstance(bits, tuple) else (bits,)
    entries = [
        (256, 4, (32,)), (257, 4, (24,)), (258, 3, bits), (259, 3, (compression,)), (262, 3, (kind,)), (273, 4, (8,)),
        (277, 3, (len(bits),)), (278, 4, (24,)), (279, 4, (len(samples),)), *extra,
    ]  # fmt: skip
    place = 8 + len(samples)
    table, rest = struct.pack("<H", len(entries)), b""
    for tag, form, values in entries:
        packed = struct.pack(f"<{len(values)}{'H' if form == 3 else 'I'}", *values)
        if len(packed) > 4:
            rest, packed = rest + packed, struct.pack("<I", place + 6 + 12 * len(entries) + len(rest))
        table += struct.pack("<HHI", tag, form, len(values)) + packed.ljust(4, b"\0")
    path.write_bytes(b"II*\0" + struct.pack("<I", place) + samples + table + bytes(4) + rest)


@pytest.mark.parametrize("bits", [2, 4, 12])
def test_a_tiff_of_few_or_of_twelve_bits(tmp_path, bits):
    levels = GREY.astype(np.uint32) * (2**bits - 1) // 255
    stream = np.packbits((levels[..., None] >> np.arange(bits)[::-1] & 1).reshape(24, -1).astype(np.uint8), axis=1)
    write_tiff(tmp_path / "a.tif", stream.tobytes(), bits, 1)
    found = images.read(tmp_path / "a.tif")
    assert np.abs(found - (levels[..., None] * 255.0 / (2**bits - 1))).max() <= 1


@pytest.mark.parametrize(("kind", "space"), [(5, "CMYK"), (2, "RGB")])
def test_a_tiff_of_sixteen_bits(tmp_path, kind, space):
    picture = Image.fromarray(COLOURS).convert(space)
    samples = np.asarray(picture).astype("<u2") * 257
    write_tiff(tmp_path / "a.tif", samples.tobytes(), (16,) * samples.shape[2], kind)
    assert np.abs(images.read(tmp_path / "a.tif").astype(int) - np.asarray(picture.convert("RGB"))).max() <= 1


def test_an_old_style_jpeg_in_a_tiff(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.jpg", quality=95, subsampling=0)
    data = (tmp_path / "a.jpg").read_bytes()
    extra = ((513, 4, (8,)), (514, 4, (len(data),)), (530, 3, (1, 1)))
    write_tiff(tmp_path / "a.tif", data, (8, 8, 8), 6, 6, extra)
    assert np.abs(images.read(tmp_path / "a.tif").astype(int) - images.read(tmp_path / "a.jpg")).max() <= 3


def test_kinds_of_files_that_are_not_read_are_not_said_to_be_damaged_alone(tmp_path):
    write_tiff(tmp_path / "a.tif", bytes(24 * 32 * 9 // 2), (12, 12, 12), 2)
    with pytest.raises(ValueError, match="a kind of TIFF that is not read: save it as a PNG first"):
        images.read(tmp_path / "a.tif")
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 24, 32, 16, 3)
    (tmp_path / "a.psd").write_bytes(head + bytes(12) + b"\0\0" + bytes(24 * 32 * 6))
    with pytest.raises(ValueError, match="a kind of PSD that is not read, such as one of 16 bits: export a PNG first"):
        images.read(tmp_path / "a.psd")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ValueError, match="is not a picture, or damaged"):
        images.read(tmp_path / "a.png")


def test_a_profile_changes_colours_and_one_of_srgb_does_not(tmp_path):
    plain = Image.fromarray(COLOURS)
    plain.save(tmp_path / "p3.png", icc_profile=P3)
    plain.save(tmp_path / "srgb.png", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert np.abs(images.read(tmp_path / "p3.png").astype(int) - COLOURS).max() > 15
    assert np.array_equal(images.read(tmp_path / "srgb.png"), COLOURS)


@pytest.mark.parametrize(
    ("form", "mode"),
    [("JPEG", "CMYK"), ("TIFF", "CMYK"), *itertools.product(("PNG", "JPEG", "TIFF", "WEBP"), ("RGB",))],
)
def test_profiles_that_are_tables_are_followed(tmp_path, form, mode):
    profile = make_table_profile(b"CMYK" if mode == "CMYK" else b"RGB ")
    options = {"lossless": True} if form == "WEBP" else {}
    MODES[mode].save(tmp_path / "a", form, icc_profile=profile, dpi=(300, 300), **options)
    picture, expected = images.load(tmp_path / "a"), decode_with_pillow(tmp_path / "a")
    assert picture.remarks == [] and np.abs(picture.pixels.astype(int) - expected).max() <= 3
    assert np.abs(expected.astype(int) - np.asarray(Image.open(tmp_path / "a").convert("RGB"))).max() > 30


@pytest.mark.parametrize(
    ("mode", "profile", "reason"),
    [
        ("RGB", b"no profile at all", "is broken"),
        ("RGB", GREY_PROFILE, "is for GRAY, not RGB"),
        ("L", P3, "is for RGB, not grey"),
    ],
)
def test_a_profile_that_does_not_fit_is_reported_and_ignored(tmp_path, mode, profile, reason):
    MODES[mode].save(tmp_path / "a.tif", icc_profile=profile)
    picture = images.load(tmp_path / "a.tif")
    assert picture.remarks == [f"its colour profile {reason} and was ignored"]
    assert np.array_equal(picture.pixels, np.asarray(MODES[mode].convert("RGB")))


def add_chunks(path, chunks):
    """Put chunks behind a PNG's first one."""
    data = path.read_bytes()
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    path.write_bytes(data[:33] + made + data[33:])


def test_nothing_is_printed_of_a_broken_profile(tmp_path, capfd):
    MODES["RGB"].save(tmp_path / "a.png", icc_profile=b"rubbish")
    assert np.array_equal(images.read(tmp_path / "a.png"), COLOURS)
    assert images.load(tmp_path / "a.png").remarks == ["its colour profile is broken and was ignored"]
    MODES["RGB"].save(tmp_path / "b.png", icc_profile=P3)
    assert np.abs(images.read(tmp_path / "b.png").astype(int) - COLOURS).max() > 15
    assert capfd.readouterr() == ("", "")


def test_gamma_and_primaries_of_a_png_count_where_there_is_no_profile(tmp_path):
    path = tmp_path / "a.png"
    wide = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)  # Display P3's
    gamma = struct.pack(">I", round(1e5 / 1.8))
    Image.fromarray(COLOURS).save(path)
    add_chunks(path, [(b"gAMA", gamma), (b"cHRM", wide)])
    by_numbers = images.read(path)
    Image.fromarray(COLOURS).save(path, icc_profile=P3)
    by_profile = images.read(path)
    assert np.abs(by_numbers.astype(int) - by_profile).max() <= 4
    Image.fromarray(COLOURS).save(path)
    add_chunks(path, [(b"sRGB", b"\0"), (b"gAMA", gamma), (b"cHRM", wide)])
    assert np.array_equal(images.read(path), COLOURS)
    Image.fromarray(COLOURS).save(path)
    add_chunks(path, [(b"gAMA", struct.pack(">I", 45455))])
    assert np.array_equal(images.read(path), COLOURS)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_primaries_that_make_no_sense_are_ignored_with_a_remark(tmp_path, mode):
    Image.fromarray(COLOURS).convert(mode).save(tmp_path / "a.png")
    add_chunks(tmp_path / "a.png", [(b"cHRM", struct.pack(">8I", 31270, 32900, *[30000] * 6))])
    picture = images.load(tmp_path / "a.png")
    assert np.array_equal(picture.pixels, COLOURS)
    assert picture.remarks == ["its primaries (cHRM) make no sense and were ignored"]


def test_hdr_is_read_with_a_remark(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    add_chunks(tmp_path / "a.png", [(b"cICP", bytes((9, 16, 0, 1)))])
    picture = images.load(tmp_path / "a.png")
    assert picture.remarks == ["HDR (PQ), read without tone mapping"] and np.array_equal(picture.pixels, COLOURS)


@pytest.mark.parametrize(
    ("colours", "remarks"),
    [
        ((1, 13), []), ((2, 2), []), ((1, 1), []), ((9, 16), ["HDR (PQ), read without tone mapping"]),
        ((9, 18), ["HDR (HLG), read without tone mapping"]), ((12, 13), ["its colours (cICP) were read as sRGB"]),
    ],
)  # fmt: skip
def test_hdr_in_avif_is_read_with_a_remark(tmp_path, colours, remarks):
    Image.fromarray(COLOURS).save(tmp_path / "a.avif", quality=100)
    data = (tmp_path / "a.avif").read_bytes()
    place = data.index(b"colrnclx") + 8
    (tmp_path / "a.avif").write_bytes(data[:place] + struct.pack(">HH", *colours) + data[place + 4 :])
    assert images.load(tmp_path / "a.avif").remarks == remarks


def test_of_several_frames_the_first_with_a_remark(tmp_path):
    frames = [Image.fromarray(COLOURS), Image.fromarray(255 - COLOURS)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    picture = images.load(tmp_path / "a.tif")
    assert np.array_equal(picture.pixels, COLOURS) and picture.remarks == [
        "of several pages or frames, the first was read"
    ]


@pytest.mark.parametrize("compression", ["lzma", "zstd", "tiff_adobe_deflate", "packbits"])
def test_every_compression_of_tiff_that_pillow_knows(tmp_path, compression):
    Image.fromarray(COLOURS).save(tmp_path / "a.tif", compression=compression)
    assert np.array_equal(images.read(tmp_path / "a.tif"), COLOURS)


def test_files_of_paint_programs(tmp_path):
    for name, kind in (("a.ora", "image/openraster"), ("a.kra", "application/x-krita")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("mimetype", kind)
            archive.writestr("mergedimage.png", images.encode(COLOURS).tobytes())
        assert np.array_equal(images.read(tmp_path / name), COLOURS) and folders.looks_like_picture(tmp_path / name)
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 24, 32, 8, 3)
    planes = b"".join(np.ascontiguousarray(plane).tobytes() for plane in np.moveaxis(COLOURS, 2, 0))
    (tmp_path / "a.psd").write_bytes(head + bytes(12) + b"\0\0" + planes)
    assert np.array_equal(images.read(tmp_path / "a.psd"), COLOURS)


@pytest.mark.parametrize("merged", [True, False])
def test_a_psd_without_its_merged_picture_is_refused(tmp_path, merged):
    """Photoshop then writes white in its place, and says so in a resource."""
    told = struct.pack(">IB", 1, merged) + bytes(13)  # version, merged, no names of programs, version of the file
    resource = b"8BIM" + struct.pack(">HHI", 1057, 0, len(told)) + told
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 24, 32, 8, 3)
    sections = struct.pack(">II", 0, len(resource)) + resource + struct.pack(">IH", 0, 0)
    (tmp_path / "a.psd").write_bytes(head + sections + b"\xff" * (3 * 24 * 32))
    if merged:
        assert (images.read(tmp_path / "a.psd") == 255).all()
        return
    with pytest.raises(ValueError, match="was saved without its merged picture: export a PNG first"):
        images.read(tmp_path / "a.psd")


def test_archives_that_are_no_picture(tmp_path):
    path = tmp_path / "a.ora"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
    with pytest.raises(ValueError, match=r"has no mergedimage.png: save it again"):
        images.read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:  # a bomb
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("mergedimage.png", bytes(5_000_000))
    with pytest.raises(ValueError, match="holds a mergedimage.png of 5 MB, which is too large"):
        images.read(path, max_megapixels=1)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="damaged or truncated archive"):
        images.read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "image/openraster", zipfile.ZIP_STORED)
        archive.writestr("mergedimage.png", bytes(range(256)) * 99)
    broken = bytearray(path.read_bytes())
    place = broken.index(b"mergedimage.png") + len("mergedimage.png")
    broken[place : place + 8] = b"\xff" * 8  # no deflated stream
    path.write_bytes(broken)
    with pytest.raises(ValueError, match="damaged or truncated archive"):
        images.read(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:  # another bomb
        archive.writestr("mimetype", bytes(5_000_000))
    with pytest.raises(ValueError, match="is not a picture"):
        images.read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("text", "text")
    with pytest.raises(ValueError, match="is not a picture"):
        images.read(path)


def test_results_carry_the_print_size_and_are_marked_as_srgb(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.jpg", dpi=(300, 150), quality=95)
    picture = images.load(tmp_path / "a.jpg")
    assert picture.resolution == (300, 150)
    images.write(tmp_path / "b.png", picture.pixels, resolution=picture.resolution)
    written = Image.open(tmp_path / "b.png")
    assert np.allclose(written.info["dpi"], (300, 150), atol=0.02) and written.info["srgb"] == 0
    turned = Image.Exif()
    turned[0x112] = 6
    Image.fromarray(COLOURS).save(tmp_path / "c.jpg", dpi=(300, 150), exif=turned)
    assert images.load(tmp_path / "c.jpg").resolution == (150, 300)
    Image.fromarray(COLOURS).save(tmp_path / "d.png")
    assert images.load(tmp_path / "d.png").resolution is None


@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
def test_exif_in_webp_with_and_without_its_prefix(tmp_path, prefix):
    turned = Image.Exif()
    turned[0x112] = 6
    data = turned.tobytes().removeprefix(b"Exif\0\0")
    Image.fromarray(COLOURS).save(tmp_path / "a.webp", lossless=True, exif=prefix + data)
    assert np.array_equal(images.read(tmp_path / "a.webp"), np.rot90(COLOURS, -1))


def test_a_png_that_breaks_off_says_what_it_can(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    add_chunks(tmp_path / "a.png", [(b"cHRM", bytes(32)), (b"eXIf", b"nonsense")])
    assert decoders._read_marks(tmp_path / "a.png") == colour.Marks()
    assert np.array_equal(images.read(tmp_path / "a.png"), COLOURS)


def test_other_art_is_explained(tmp_path):
    for name, told in (
        ("a.clip", "is a Clip Studio file, which cannot be read: export a PNG"),
        ("a.SVG", "vector"),
        ("a.heic", cli.name_install("pillow-heif")),
        ("a.cbz", "unpack"),
        ("a.dng", "camera's raw file"),
    ):
        if name == "a.heic" and decoders.can_read_heif():
            continue
        assert told in decoders.explain_ending(tmp_path / name)
    assert decoders.explain_ending("a.png") is None and decoders.explain_ending("a.txt") is None
