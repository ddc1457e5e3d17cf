"""Sketch filters, clarity, thin lines, and the command."""

import cv2
import numpy as np
import pytest
from PIL import Image

import sketch
from illustration_parts.imaging import filters, images, tracing


def draw_frame(width=5):
    """A rectangle with a bar across, (80, 100) uint8, dark on white: a loop and two joints."""
    lines = np.full((80, 100), 255, np.uint8)
    cv2.rectangle(lines, (15, 10), (85, 70), 20, width)
    cv2.line(lines, (50, 10), (50, 70), 20, width)
    return lines


# Filters
STEP = np.repeat(np.uint8([[40, 40, 40, 200, 200, 200]]), 4, axis=0)


def blur_by_hand(picture, sigma):
    """A separable Gaussian of float64, its border reflected, as wide as OpenCV's for floats."""
    reach = (round(sigma * 8 + 1) | 1) // 2
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    kernel /= kernel.sum()
    padded = np.pad(picture, reach, mode="reflect") if min(picture.shape) > reach else np.pad(picture, reach, "wrap")
    rows = np.apply_along_axis(np.convolve, 1, padded, kernel, "valid")
    return np.apply_along_axis(np.convolve, 0, rows, kernel, "valid")


@pytest.mark.parametrize(
    "options", [{}, {"sigma": 0.5, "power": 1.7}, {"k": 2.0, "p": 5.0, "epsilon": 0.3, "phi": 10.0}]
)
def test_xdog_is_the_formula(options):
    grey = np.random.default_rng(0).integers(0, 256, (24, 31), dtype=np.uint8)
    sigma, k, p, epsilon, phi, power = (
        {"sigma": 0.4, "k": 4.5, "p": 19.0, "epsilon": 0.01, "phi": 3.0, "power": 1.0} | options
    ).values()
    picture = grey / 255
    sharp = (1 + p) * blur_by_hand(picture, sigma) - p * blur_by_hand(picture, k * sigma)
    product = picture * sharp
    expected = 255 * np.where(product >= epsilon, 1.0, 1 + np.tanh(phi * (product - epsilon))) ** power
    found = filters.xdog(grey, **options)
    assert found.dtype == np.uint8 and np.abs(found - expected).max() < 1.1
    assert len(np.unique(found)) > 20


def test_xdog_of_an_edge_is_dark_on_its_dark_side():
    found = filters.xdog(np.repeat(STEP, 6, axis=0), sigma=0.5)
    assert (found[:, 2] < 20).all() and (found[:, 3:] == 255).all()
    assert (filters.xdog(np.full((9, 9), 90, np.uint8)) == 255).all()


def test_dodge_is_the_picture_divided_by_its_blur():
    # A kernel of 3 is 1 2 1, and the border is reflected: 40, 40, 80, 160, 200, 200 after it.
    row = [255, 255, 128, 255, 255, 255]  # 256 * 40 / 80 = 128, 256 * 200 / 160 is more than white
    assert filters.dodge(STEP, 3).tolist() == [row] * 4
    for shape in ((5, 5), (1, 1), (4, 1), (1, 4)):
        assert (filters.dodge(np.zeros(shape, np.uint8)) == 255).all()
        assert (filters.dodge(np.full(shape, 90, np.uint8)) == 255).all()
    grey = np.random.default_rng(1).integers(1, 256, (40, 50), dtype=np.uint8)
    expected = 256.0 * grey / cv2.GaussianBlur(grey, (21, 21), 0).astype(float)
    assert np.abs(filters.dodge(grey) - np.minimum(255, expected)).max() <= 0.5


def test_threshold_is_the_mean_around_less_a_constant():
    grey = np.random.default_rng(2).integers(0, 256, (30, 40), dtype=np.uint8)
    mean = cv2.GaussianBlur(grey, (9, 9), 0, borderType=cv2.BORDER_REPLICATE).astype(int)
    white = np.where(grey > mean - 2, 255, 0).astype(np.uint8)
    assert np.array_equal(filters.threshold(grey, median=1), white)
    assert np.array_equal(filters.threshold(grey), cv2.medianBlur(white, 3))
    line = np.full((9, 9), 200, np.uint8)
    line[:, 4:6] = 20
    assert filters.threshold(line).tolist() == [[255, 255, 255, 255, 0, 0, 255, 255, 255]] * 9


def draw_scene(light=1.0, noise=0.0):
    """Grey shapes with dark outlines, (160, 200) uint8."""
    scene = np.full((160, 200), 220, np.uint8)
    for centre, radius, level in (((60, 70), 40, 170), ((140, 90), 45, 200), ((100, 40), 20, 120)):
        cv2.circle(scene, centre, radius, level, -1)
        cv2.circle(scene, centre, radius, 60, 2, cv2.LINE_AA)
    grain = np.random.default_rng(0).normal(0, noise, scene.shape)
    return np.clip(scene * light + grain, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("light, noise", [(0.2, 0.0), (1.0, 9.0), (0.3, 3.0)])
def test_auto_is_clearer_where_fixed_values_fail(light, noise):
    scene = draw_scene(light, noise)
    fixed = filters.measure_clarity(filters.xdog(scene)).score
    chosen = filters.choose_xdog(scene)
    auto = filters.measure_clarity(filters.xdog(scene, **chosen)).score
    assert auto > 1.5 * fixed and auto > 0.3


def test_auto_keeps_to_the_usual_values_where_they_do():
    chosen = filters.choose_xdog(draw_scene())
    assert chosen == {"sigma": 0.7, "epsilon": 0.01, "phi": 3.0}
    assert filters.choose_xdog(np.zeros((30, 30), np.uint8))["sigma"] == 0.7  # nothing to choose by
    grain = np.random.default_rng(0).integers(0, 256, (300, 300), dtype=np.uint8)
    assert filters.choose_xdog(cv2.GaussianBlur(grain, (0, 0), 0.8))["sigma"] != 0.7


def test_dark_pictures_are_lightened():
    scene = np.dstack([draw_scene()] * 3)
    assert filters.lighten(scene) is scene and filters.find_gain(draw_scene()) == 1
    for light, gain in ((0.5, 1.62), (0.01, 4)):  # a fifth is as light as 220 of 255
        dark = (scene * light).astype(np.uint8)
        assert filters.find_gain(dark[..., 0]) == pytest.approx(gain, abs=0.01)
        assert np.abs(filters.lighten(dark) - np.minimum(255, dark * gain)).max() <= 1
    dark = (scene * 0.5).astype(np.uint8)  # ... which draws what epsilon and phi do that suit the dark one
    lightened = filters.xdog(filters.lighten(dark)[..., 0], sigma=0.7)
    suited = filters.xdog(dark[..., 0], **filters.choose_xdog(dark[..., 0]))
    assert np.abs(lightened.astype(int) - suited).mean() < 1


def test_clarity_is_counted():
    lines = np.full((100, 100), 255, np.uint8)
    lines[20:22, 10:90] = 0  # 160 pixels
    assert filters.measure_clarity(lines) == pytest.approx((0.016, 1.0, 0.0, 1.0))
    lines[60, 10:90:10] = 100  # 8 specks of one pixel
    share = 160 / 168
    assert filters.measure_clarity(lines) == pytest.approx((0.0168, share, 8.0, share**2 / 2))
    assert filters.measure_clarity(lines, level=90)[:3] == pytest.approx((0.016, 1.0, 0.0))
    blank = np.full((100, 100), 255, np.uint8)
    assert filters.measure_clarity(lines, blank) == pytest.approx((0.0084, share, 4.0, 0.84 * share**2 / 1.5))
    assert filters.measure_clarity(blank).score == 0 == filters.measure_clarity(np.zeros((50, 50), np.uint8)).score
    dark = np.full((100, 100), 255, np.uint8)
    dark[:, :30] = 0  # of 30 %, three fifths of the way from 20 % to 45 % are left
    assert filters.measure_clarity(dark).score == pytest.approx(0.6)


def test_unclear_sketches_are_explained():
    explain = lambda *values: filters.Clarity(*values, 0.0).explain()  # noqa: E731
    assert explain(0.001, 1, 0) == "hardly any ink (0.1%)"
    assert explain(0.4, 1, 0) == "too much ink (40%)"
    assert explain(0.1, 0.3, 0) == "in pieces (30% of the ink is in lines)"
    assert explain(0.1, 0.9, 30) == "speckled (30 specks in 10,000 pixels)"


def test_squares_are_the_middle_or_the_top():
    wide = np.arange(40).reshape(4, 10)
    assert np.array_equal(sketch.crop_square(wide), wide[:, 3:7])
    assert np.array_equal(sketch.crop_square(wide.T), wide.T[:4])
    picture = np.arange(60).reshape(4, 5, 3)
    assert np.array_equal(sketch.crop_square(picture), picture[:, :4])


@pytest.mark.parametrize(
    "maker, options",
    [
        (filters.xdog, {"sigma": 0}), (filters.xdog, {"k": 1}), (filters.xdog, {"phi": float("nan")}),
        (filters.xdog, {"power": 0}), (filters.dodge, {"kernel": 4}), (filters.dodge, {"kernel": 1}),
        (filters.threshold, {"block": 2}), (filters.threshold, {"median": 2}),
    ],
)  # fmt: skip
def test_filters_refuse_what_cannot_be_meant(maker, options):
    with pytest.raises(ValueError, match="Received"):
        maker(STEP, **options)
    for array in (np.zeros((4, 5, 3), np.uint8), np.zeros((4, 5), np.float32), np.zeros((0, 5), np.uint8)):
        with pytest.raises(ValueError, match=r"must be \(H, W\) uint8"):
            maker(array)


# Thin lines
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_page_without_contrast_has_no_thin_lines(level):
    assert (tracing.thin(np.full((40, 50), level, np.uint8)) == 255).all()


def test_thin_lines_lie_on_the_middle_of_broad_ones():
    lines = draw_frame(7)
    for aliased in (False, True):
        thin = tracing.thin(lines, aliased=aliased)
        assert thin.shape == lines.shape and thin.dtype == np.uint8
        assert (lines[thin < 128] < 128).all()
        assert (thin[20:60, 50] < 100).all() and (thin[20:60, 44:48] > 200).all()
        assert aliased == (len(np.unique(thin)) == 2)
    assert (tracing.thin(lines, 3)[20:60, 49:52] < 128).all()


def test_seed_decides_about_gaps_and_jitter():
    lines = draw_frame()
    first = tracing.thin(lines, gaps=1, jitter=1, seed=1)
    assert np.array_equal(first, tracing.thin(lines, gaps=1, jitter=1, seed=1))
    assert not np.array_equal(first, tracing.thin(lines, gaps=1, jitter=1, seed=2))
    assert np.array_equal(tracing.thin(lines, seed=1), tracing.thin(lines, seed=2))


@pytest.mark.parametrize("options", [{"width": 0}, {"gaps": -1}, {"jitter": -0.1}])
def test_impossible_arguments_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        tracing.thin(draw_frame(), **options)
    with pytest.raises(ValueError, match=r"lines must be \(H, W\) uint8"):
        tracing.thin(np.zeros((4, 5, 3), np.uint8))


def test_command_keeps_names_and_goes_on_after_a_bad_file(tmp_path, capsys):
    folder, goal = tmp_path / "line", tmp_path / "norm"
    (folder / "a").mkdir(parents=True)
    images.write(folder / "a/one.png", draw_frame())
    images.write(folder / "two.jpg.png", draw_frame(3))
    (folder / "bad.png").write_bytes(b"no picture")
    options = [str(folder), "--gaps", "1", "--jobs"]
    assert sketch.main(["thin", *options, "1", "-o", str(goal)]) == 1
    assert "bad.png: is not a picture" in capsys.readouterr().err
    assert sorted(path.relative_to(goal).as_posix() for path in goal.rglob("*.png")) == ["a/one.png", "two.jpg.png"]
    # Gaps are a drawing's own, whatever else there is.
    (folder / "bad.png").unlink()
    assert sketch.main(["thin", *options, "2", "-o", str(tmp_path / "again")]) == 0
    assert (goal / "a/one.png").read_bytes() == (tmp_path / "again/a/one.png").read_bytes()


# Sketches of a folder
def make_pictures(folder):
    """A clear picture in a sub-folder, a blank one, and a file that is none."""
    (folder / "a").mkdir(parents=True)
    images.write(folder / "a/scene.png", np.dstack([draw_scene()] * 3))
    images.write(folder / "blank.png", np.full((90, 120, 3), 230, np.uint8))
    (folder / "bad.png").write_bytes(b"no picture")


@pytest.mark.parametrize("maker", ["xdog", "thin"])
def test_sketches_carry_the_print_size_of_their_pictures(tmp_path, maker):
    (tmp_path / "in").mkdir()
    Image.fromarray(draw_scene()).save(tmp_path / "in/a.jpg", dpi=(300, 150))
    assert sketch.main([maker, str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--jobs", "1"]) == 0
    assert np.allclose(Image.open(tmp_path / "out/a.png").info["dpi"], (300, 150), atol=0.02)
    if maker == "xdog":  # a resized one has no print size
        options = ["--size", "32", "-o", str(tmp_path / "small"), "--jobs", "1"]
        assert sketch.main([maker, str(tmp_path / "in"), *options]) == 0
        assert "dpi" not in Image.open(tmp_path / "small/a.png").info


@pytest.mark.parametrize("maker", ["xdog", "dodge", "threshold"])
def test_sketches_have_their_pictures_names_and_sizes(tmp_path, capsys, maker):
    make_pictures(tmp_path / "in")
    assert sketch.main([maker, str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--jobs", "1"]) == 1
    said = capsys.readouterr()
    assert "bad.png: is not a picture" in said.err and "Wrote 2 sketches" in said.out
    found = images.read_map(tmp_path / "out/a/scene.png")
    scene = draw_scene()
    expected = {
        "xdog": [filters.xdog(scene, sigma, power=1.7) for sigma in filters.SIGMAS],
        "dodge": [filters.dodge(scene)],
        "threshold": [filters.threshold(scene)],
    }
    assert any(np.array_equal(found, one) for one in expected[maker])
    assert images.read_map(tmp_path / "out/blank.png").shape == (90, 120)
    assert not (tmp_path / "out/bad.png").exists()


def test_sigma_is_drawn_by_seed_and_name(tmp_path):
    for number in range(12):
        images.write(tmp_path / f"in/{number}.png", draw_scene()) if number else (tmp_path / "in").mkdir()
    results = []
    for run, seed in (("a", 0), ("b", 0), ("c", 1)):
        assert sketch.main(["xdog", str(tmp_path / "in"), "-o", str(tmp_path / run), "--seed", str(seed)]) == 0
        results.append([(tmp_path / run / f"{number}.png").read_bytes() for number in range(1, 12)])
    assert results[0] == results[1] != results[2]
    assert len(set(results[0])) == 3


def test_select_and_size_make_square_pairs_and_say_what_was_left_out(tmp_path, capsys):
    make_pictures(tmp_path / "in")
    folders = ["-o", str(tmp_path / "line"), "--raw", str(tmp_path / "raw"), "--jobs", "1"]
    assert sketch.main(["xdog", str(tmp_path / "in"), "--auto", "--select", "--size", "64", *folders]) == 1
    said = capsys.readouterr().out
    assert "blank.png: left out: clarity 0.00, hardly any ink (0.0%)" in said
    assert "Wrote 1 sketches" in said and "left out 1" in said
    for folder in ("line", "raw"):
        names = [path.relative_to(tmp_path / folder).as_posix() for path in (tmp_path / folder).rglob("*.png")]
        assert names == ["a/scene.png"]
    picture = images.read(tmp_path / "raw/a/scene.png")
    square = images.resize(np.ascontiguousarray(np.dstack([draw_scene()] * 3)[:, 20:180]), (64, 64))
    assert np.array_equal(picture, square)
    grey = cv2.cvtColor(square, cv2.COLOR_RGB2GRAY)
    expected = filters.xdog(grey, power=1.7, **filters.choose_xdog(grey))
    assert np.array_equal(images.read_map(tmp_path / "line/a/scene.png"), expected)


def test_what_is_left_out_but_there_from_before_is_said(tmp_path, capsys):
    make_pictures(tmp_path / "in")
    command = ["threshold", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--jobs", "1"]
    sketch.main(command)
    sketch.main([*command, "--select", "0.9"])
    assert f"{tmp_path / 'out/blank.png'} of an earlier run is still there" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, reason",
    [
        (("xdog", ".", "--auto", "--sigma", "1"), "--auto chooses"),
        (("xdog", ".", "--sigma", "0"), "sigma must be"),
        (("xdog", ".", "--select", "nan"), "--select"),
        (("dodge", ".", "--kernel", "6"), "kernel must be odd"),
        (("threshold", ".", "--size", "-4"), "--size"),
        (("dodge", ".", "--raw", "."), "is the folder to read"),
        (("dodge", ".", "--raw", "x", "-o", "x"), "the same folder"),
    ],
)
def test_wrong_usage_of_sketch_makers_ends_with_code_2(tmp_path, monkeypatch, capsys, options, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ending:
        sketch.main(options)
    assert ending.value.code == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    "options, reason",
    [
        (("nowhere",), "is not a folder"),
        ((".", "--width", "0"), "--width"),
        ((".", "--gaps", "nan"), "--gaps"),
        ((".", "-o", "."), "is the folder to read"),
        ((".",), "holds no pictures"),
    ],
)
def test_wrong_usage_ends_with_code_2(tmp_path, monkeypatch, capsys, options, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ending:
        sketch.main(["thin", *options])
    assert ending.value.code == 2
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize("sigma", [0.4, 1.4, 6.0])
def test_strips_of_a_sketch_show_no_seam(monkeypatch, sigma):
    grey = np.random.default_rng(0).integers(0, 256, (230, 90), dtype=np.uint8)
    whole = filters.xdog(grey, sigma)
    monkeypatch.setattr(filters, "STRIP", 50 * 90)
    assert np.array_equal(filters.xdog(grey, sigma), whole) and np.ptp(whole) > 100
