import cv2
import numpy as np
import pytest

import images
import synthesize
from synthesize import degrade, draw


@pytest.fixture(scope="module")
def drawings():
    return [draw(seed, size=256) for seed in range(60)]


def test_same_seed_same_picture():
    one, other = draw(7, size=128), draw(7, size=128)
    assert np.array_equal(one.picture, other.picture)
    assert np.array_equal(one.classes, other.classes)
    assert np.array_equal(one.regions, other.regions)
    assert not np.array_equal(one.picture, draw(8, size=128).picture)


@pytest.mark.parametrize("form", [name for name, _ in synthesize.FORMS])
def test_forms_and_sizes(form):
    drawing = draw(3, size=(96, 160), form=form)
    assert drawing.picture.shape == (96, 160, 3) and drawing.picture.dtype == np.uint8
    assert drawing.classes.shape == (96, 160, 3) and drawing.classes.dtype == np.uint8
    assert drawing.regions.shape == (96, 160)


def test_unknown_form_is_refused():
    with pytest.raises(ValueError, match="form must be one of"):
        draw(0, form="still life")


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
        if "lines nearly as bright as the fill" in drawing.cases or drawing.ink.max() == 0:
            continue
        grey = cv2.cvtColor(drawing.picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        local = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 6))
        assert local[drawing.ink > 200].mean() > 1.2 * local[drawing.ink == 0].mean()


def test_a_set_of_pictures_shows_every_case(drawings):
    cases = set().union(*(drawing.cases for drawing in drawings))
    expected = {
        "closed shapes", "occlusions", "strands", "hair", "broken lines", "doubled lines", "rim light", "textures",
        "lines 1.2 to 4 px", "pictures without lines", "photograph-like noise", "hatch patterns", "characters",
        "faces", "clothes", "hands", "abstract scenes", "scenery", "buildings", "foliage", "tapered lines",
        "pressure-varied lines", "hatched strokes", "lines up to 1.2 px", "lines over 4 px", "black lines",
        "dark lines", "coloured lines", "trace lines", "light lines on dark", "lines nearly as bright as the fill",
        "shapes without a line", "cel shades", "wedge shadows", "soft shading", "highlights", "glow", "gradients",
        "dark scenes", "patterns", "screentones", "speech balloons", "lettering", "sparkles", "manga pages",
    }  # fmt: skip
    # Rare ones are looked for in more pictures than 60.
    more = iter(range(60, 400))
    while expected - cases and (seed := next(more, None)) is not None:
        cases.update(draw(seed, size=96).cases)
    assert not expected - cases


def test_line_share_is_that_of_drawings(drawings):
    shares = [(drawing.ink > 127).mean() for drawing in drawings]
    assert 0.02 < np.mean(shares) < 0.2
    assert max(shares) < 0.6


def test_degrade_keeps_form_and_inputs():
    drawing = draw(5, size=96)
    before = drawing.picture.copy()
    seen = set()
    for seed in range(40):
        picture, classes = degrade(drawing.picture, drawing.classes, np.random.default_rng(seed), seen)
        assert picture.shape == before.shape and picture.dtype == np.uint8
        assert classes.shape == drawing.classes.shape
    assert np.array_equal(drawing.picture, before)
    assert seen == {"resizing", "blur", "sharpening", "channel shifts", "gamma", "noise", "JPEG"}


def test_degrade_is_repeatable():
    drawing = draw(5, size=96)
    one = degrade(drawing.picture, drawing.classes, np.random.default_rng(1))[0]
    other = degrade(drawing.picture, drawing.classes, np.random.default_rng(1))[0]
    assert np.array_equal(one, other)


def test_degrade_keeps_lines_in_place():
    """Wear must not move the picture against its map: a channel may shift, by less than a pixel."""
    drawing = draw(11, size=192)
    clean = cv2.cvtColor(drawing.picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window = cv2.createHanningWindow(clean.shape[::-1], cv2.CV_32F)
    for seed in range(12):
        worn, _ = degrade(drawing.picture, drawing.classes, np.random.default_rng(seed))
        worn = cv2.cvtColor(worn, cv2.COLOR_RGB2GRAY).astype(np.float32)
        shift, _ = cv2.phaseCorrelate(clean, worn, window)
        assert max(abs(part) for part in shift) < 1


def test_writes_training_directories(tmp_path):
    assert synthesize.main(["--count", "3", "--size", "96", "--jobs", "1", "-o", str(tmp_path)]) == 0
    for folder in ("raw", "contour_s", "classes", "regions"):
        names = sorted(path.name for path in (tmp_path / folder).iterdir())
        assert names == [f"drawn_00000{number}.png" for number in range(3)]
    drawing = draw(1, size=96)
    picture = cv2.imread(str(tmp_path / "raw" / "drawn_000001.png"))[..., ::-1]
    lines = cv2.imread(str(tmp_path / "contour_s" / "drawn_000001.png"), cv2.IMREAD_UNCHANGED)
    classes = cv2.imread(str(tmp_path / "classes" / "drawn_000001.png"))[..., ::-1]
    assert np.array_equal(picture, drawing.picture)
    assert np.array_equal(lines, 255 - drawing.ink)
    assert np.array_equal(classes, drawing.classes)
    assert (tmp_path / "drawn_sheet.png").stat().st_size > 1000


def test_validation_pictures_are_others(tmp_path):
    synthesize.write_drawings(tmp_path, 1, size=96, validation=True, jobs=1, quiet=True)
    picture = cv2.imread(str(tmp_path / "v_raw" / "drawn_000000.png"))[..., ::-1]
    assert np.array_equal(picture, draw(synthesize.VALIDATION_SEED, size=96).picture)


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--size", "8"], ["--seed", "-1"], ["--jobs", "-2"]])
def test_bad_options_end_with_code_2(arguments, tmp_path):
    with pytest.raises(SystemExit) as stop:
        synthesize.main([*arguments, "-o", str(tmp_path)])
    assert stop.value.code == 2


def test_writes_the_layout_of_danbooregion(tmp_path):
    command = ["--count", "2", "--size", "96", "--jobs", "1", "--layout", "danbooregion", "-o", str(tmp_path)]
    assert synthesize.main(command) == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "0.image.png", "0.region.png", "1.image.png", "1.region.png",
    }  # fmt: skip
    drawing = draw(1, size=96)
    assert np.array_equal(images.read(tmp_path / "1.image.png"), drawing.picture)
    found = images.label_areas(images.read_region_map(tmp_path / "1.region.png"))
    assert np.array_equal(found, images.label_areas(drawing.regions))
