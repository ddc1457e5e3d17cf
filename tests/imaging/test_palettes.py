"""Colours of parts: chosen by seed, given by a user, read from files; shadows."""

import numpy as np
import pytest

from illustration_parts.drawing.canvas import PARTS
from illustration_parts.imaging import images, palettes


def find_hue(colour):
    return palettes.to_oklch(np.array([colour]))[0, 2]


def test_oklch_goes_there_and_back():
    colours = np.random.default_rng(0).integers(0, 256, (200, 3), dtype=np.uint8)
    assert np.abs(palettes.to_rgb(palettes.to_oklch(colours)).astype(int) - colours).max() <= 1
    assert palettes.oklch(1, 0, 0).tolist() == [255] * 3 and palettes.oklch(0, 0, 0).tolist() == [0] * 3
    red = palettes.to_oklch(np.uint8([[255, 0, 0]]))[0]
    assert red == pytest.approx([0.628, 0.258, 29.2], abs=0.05)  # Ottosson's own figures
    pale = palettes.oklch(0.9, 0.35, 265)  # no screen shows that: its hue stays
    assert abs(find_hue(pale) - 265) < 8 and pale.min() > 100


def test_colours_are_functions_of_their_seed_and_fit_their_parts():
    parts = [*PARTS, "hair", "garment 1"]
    assert set(PARTS) == set(palettes.PARTS_OF_PALETTES)
    seen = set()
    for seed in range(20):
        chosen = palettes.choose_colours(parts, seed)
        assert chosen.shape == (len(parts), 3) and chosen.dtype == np.uint8
        assert (palettes.choose_colours(parts, seed) == chosen).all()
        seen.add(chosen.tobytes())
        by = dict(zip(parts, chosen.tolist()))
        assert by["paper"] == [255] * 3 and tuple(by["skin"]) in palettes.SKINS
        assert min(by["eye white"]) > 240 > 90 > max(by["brows and lashes"])
        lightness, chroma, _ = palettes.to_oklch(np.array([by[name] for name in ("sky", "wall or floor", "ground")])).T
        assert lightness.min() > 0.7 and chroma.max() < 0.1  # what is behind stays there
    assert len(seen) == 20


def test_a_things_colour_does_not_depend_on_other_parts():
    alone = palettes.choose_colours(["hair"], 4)[0]
    assert (palettes.choose_colours(["sky", "skin", "hair", "iris"], 4)[2] == alone).all()


def test_garments_that_follow_each_other_differ_in_lightness():
    for seed in range(20):
        chosen = palettes.choose_colours(["garment 1", "garment 2", "garment 3"], seed)
        lightness = palettes.to_oklch(chosen)[:, 0]
        assert np.abs(np.diff(lightness)).min() > 0.07


def test_palettes_are_parsed_from_parts_colours_and_files(tmp_path):
    parts = palettes.parse("hair=#f2c14e, Skin=ffe0d0,garment=#010203,eye-white=#fefefe").parts
    assert parts["hair"] == (0xF2, 0xC1, 0x4E) and parts["skin"] == (0xFF, 0xE0, 0xD0)
    assert parts["garment 1"] == parts["garment 3"] == (1, 2, 3) and parts["eye white"] == (0xFE,) * 3
    everything = ",".join(f"{part}=#f2c14e" for part in palettes.PARTS_OF_PALETTES)  # longer than a file's name can be
    assert set(palettes.parse(everything).parts.values()) == {(0xF2, 0xC1, 0x4E)}
    assert palettes.parse("#f2c14e,#3a506b").colours == ((0xF2, 0xC1, 0x4E), (0x3A, 0x50, 0x6B))
    (tmp_path / "list.txt").write_text("a list\n#102030\n#405060 grey\n")
    assert palettes.parse(str(tmp_path / "list.txt")).colours == ((16, 32, 48), (64, 80, 96))
    (tmp_path / "list.gpl").write_text("GIMP Palette\nName: a\n 16  32 48 one\n255 0 7\n")
    assert palettes.parse(str(tmp_path / "list.gpl")).colours == ((16, 32, 48), (255, 0, 7))
    picture = np.zeros((30, 60, 3), np.uint8)
    picture[:, :40], picture[:, 40:] = (200, 30, 40), (20, 90, 220)
    images.write(tmp_path / "a.png", picture)
    colours = np.array(palettes.parse(str(tmp_path / "a.png")).colours)
    assert np.abs(colours - [(200, 30, 40), (20, 90, 220)]).max() <= 3  # the larger first
    assert palettes.find_colours(picture[:1, :1]) == ((200, 30, 40),)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("tail=#102030", "expected parts such as paper, skin"),
        ("hair=blue", "expected a colour such as #f2c14e, not 'blue'"),
        ("nowhere.txt", "nowhere.txt: No such file"),
    ],
)
def test_what_is_no_palette_is_named(text, reason):
    with pytest.raises(ValueError, match=reason):
        palettes.parse(text)


def test_a_file_without_colours_is_named(tmp_path):
    (tmp_path / "a.txt").write_text("no colours here")
    with pytest.raises(ValueError, match=r"a\.txt .*expected a picture, or a text with a colour"):
        palettes.read_colours(tmp_path / "a.txt")


def test_colours_of_parts_and_of_lists_are_taken():
    parts = ["hair", "skin", "garment 1", "sky", "paper"]
    palette = palettes.parse("skin=#123456")
    chosen = palettes.choose_colours(parts, 1, palette)
    assert chosen[1].tolist() == [0x12, 0x34, 0x56] and (chosen[0] == palettes.choose_colours(parts, 1)[0]).all()
    listed = palettes.Palette(((200, 30, 40), (20, 90, 220), (240, 240, 250), (40, 40, 60)))
    chosen = list(map(tuple, palettes.choose_colours(parts, 1, listed).tolist()))
    assert {chosen[k] for k in (0, 2, 3)} <= set(listed.colours) and len({chosen[k] for k in (0, 2, 3)}) > 1
    assert chosen[1] in palettes.SKINS and chosen[4] == (255, 255, 255)  # none of the list is like skin
    with_skin = listed._replace(colours=(*listed.colours, (246, 208, 184)))
    assert palettes.choose_colours(parts, 1, with_skin)[1].tolist() == [246, 208, 184]


def test_shadows_are_darker_and_keep_near_their_hues():
    colours = np.uint8([[252, 218, 197], [40, 90, 200], [240, 200, 60], [255, 255, 255], [30, 30, 30]])
    dark = palettes.shade(colours)
    assert dark.shape == colours.shape and (dark.astype(int).sum(1) < colours.astype(int).sum(1)).all()
    for colour, shadow in zip(colours[:3], dark):
        turn = (find_hue(shadow) - find_hue(colour) + 180) % 360 - 180
        assert abs(turn) < 40
    assert find_hue(dark[0]) < find_hue(colours[0])  # skin turns towards red
    assert dark[3].min() > 190 and dark[3][2] >= dark[3][0]  # white gets a cool grey
