"""Scores of sketch networks by the command, and trials of networks whose score is known."""

import dataclasses

import cv2
import numpy as np
import pytest

import benchmark
from illustration_parts.benchmarks import colours as colour_trials
from illustration_parts.benchmarks import inputs
from illustration_parts.benchmarks import sketches as sketch_trials
from illustration_parts.drawing import illustrations
from illustration_parts.imaging import dabs, filters, images
from illustration_parts.networks import engine
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import sketches as sketch_task


def draw_pictures(count=2, size=160):
    return [illustrations.draw(illustrations.VALIDATION_SEED + number, size).picture for number in range(count)]


@pytest.fixture(scope="module")
def people():
    """Two drawn pictures with people's skin in colour and in plain light."""
    found, seed = [], 0
    while len(found) < 2:
        drawing = illustrations.draw(illustrations.VALIDATION_SEED + seed, 160, "portrait")
        lab = colour_trials.to_lab(drawing.picture)
        light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
        if drawing.skin.sum() > 600 and chroma[drawing.skin].mean() > 15 and light[drawing.skin].mean() > 70:
            found.append(drawing)
        seed += 1
    return found


def test_sketches_are_measured_beside_fixed_parameters():
    pairs = []
    for picture in draw_pictures():
        noise = np.random.default_rng(0).normal(0, 12, picture.shape)
        pairs.append((picture, np.clip(picture + noise, 0, 255).astype(np.uint8)))
    truth = {degraded.tobytes(): sketch_task.make_clean_sketch(clean) for clean, degraded in pairs}
    best = sketch_trials.try_sketch(lambda degraded: truth[degraded.tobytes()], pairs)
    assert best["found"] == 0 < best["fixed"] and best["found specks"] < best["fixed specks"]
    blank = sketch_trials.try_sketch(lambda degraded: np.full(degraded.shape[:2], 255, np.uint8), pairs)
    assert blank["found"] == pytest.approx(np.mean([(255 - each).mean() for each in truth.values()]))
    assert blank["fixed"] == best["fixed"] and blank["found specks"] == 0
    auto = sketch_trials.try_sketch(sketch_task.make_clean_sketch, pairs)
    assert auto["found"] == auto["auto"] == best["auto"] > 0


def test_specks_are_the_share_of_ink_in_small_parts():
    drawn = np.full((40, 40), 255, np.uint8)
    drawn[5, 2:32] = 0
    assert sketch_trials.measure_specks(drawn) == 0
    drawn[20, 2:12] = 0  # ten pixels
    assert sketch_trials.measure_specks(drawn) == pytest.approx(0.25)
    assert sketch_trials.measure_specks(np.full((9, 9), 255, np.uint8)) == 0


def test_binary_pictures_are_measured_beside_what_needs_no_network():
    pictures = draw_pictures()
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures]
    truth = {filters.threshold(grey).tobytes(): filters.dodge(grey) for grey in greys}
    best = sketch_trials.try_binary(lambda binary: truth[binary.tobytes()], pictures)
    assert best["found"] == 0
    same = sketch_trials.try_binary(lambda binary: binary, pictures)
    assert same["found"] == same["binary"] > same["blurred"] > 0 and same["constant"] > 0
    expected = np.mean([np.abs(dodged - float(round(np.median(dodged)))).mean() for dodged in truth.values()])
    assert same["constant"] == pytest.approx(expected)


def test_the_single_colour_is_the_nearest_to_all():
    lab = np.zeros((40, 40, 3), np.float32)
    lab[:, :28] = (50, 10, 20)
    lab[:, 28:] = (90, -40, 0)
    # With seven tenths at one place the median is there, the mean is not.
    assert np.allclose(colour_trials.find_single_colour(lab), (50, 10, 20), atol=0.1)


def test_dabs_are_the_largest_areas_colours():
    picture = np.zeros((40, 60, 3), np.uint8)
    regions = np.zeros((40, 60), np.int32)
    for region, (left, right, colour) in enumerate(((0, 10, (9, 9, 9)), (10, 40, (200, 0, 0)), (40, 60, (0, 0, 200)))):
        picture[:, left:right], regions[:, left:right] = colour, region
    hints = dabs.place_dabs(picture, regions, 2)
    there = hints[..., 3] > 0
    assert {tuple(colour) for colour in hints[there].tolist()} == {(200, 0, 0, 255), (0, 0, 200, 255)}
    assert (hints[there][:, :3] == picture[there]).all() and not there[:, :10].any()


def test_spread_inside_areas_and_between_them():
    regions = np.repeat(np.arange(2), 20)[None].repeat(30, axis=0).astype(np.int32)
    lab = np.zeros((30, 40, 3), np.float32)
    lab[:, 20:, 0] = 60
    inside, between = colour_trials.measure_spread(lab, regions)
    assert inside == 0 and between == pytest.approx(30, abs=1e-6)
    lab[::2, :, 1] = 8  # rows 4 away from their mean
    inside, between = colour_trials.measure_spread(lab, regions)
    assert inside == pytest.approx(4, abs=0.02) and between == pytest.approx(30, abs=0.1)
    assert colour_trials.measure_spread(lab, np.zeros_like(regions)) == (0, 0)


def test_true_colours_have_no_error_and_all_of_the_chroma(people):
    truth = {sketch_task.make_clean_sketch(each.picture).tobytes(): each.picture for each in people}
    table = colour_trials.try_colours(lambda lines, hints: truth[lines.tobytes()], people)
    assert table["error"] == 0 < table["single"] and table["chroma"] == pytest.approx(1)
    assert table["people"] == 2 and table["inside"] < table["between"]


@pytest.mark.parametrize("colour, share", [((250, 224, 200), 1.0), ((30, 200, 60), 0.0), ((128, 128, 128), 0.0)])
def test_skin_is_judged_by_its_colour(people, colour, share):
    palette = colour_trials.make_skin_palette()
    assert palette.shape == (28, 3) and (palette[:, 1] > 0).all() and (palette[:, 2] > 0).all()
    found = colour_trials.try_colours(lambda lines, hints: np.full((*lines.shape, 3), colour, np.uint8), people)
    assert (
        found["skin"] == share
        and found["between"] == pytest.approx(0, abs=1e-6)
        and found["inside"] == pytest.approx(0, abs=1e-6)
    )


def test_one_colour_for_one_colour_is_perfect_grouping_and_noise_is_none():
    rng = np.random.default_rng(0)
    palette = rng.integers(90, 256, (8, 3), dtype=np.uint8)
    things = np.kron(rng.integers(0, 8, (6, 9)), np.ones((10, 10), int))
    picture, other = palette[things], palette[::-1][things][..., ::-1].copy()
    assert colour_trials.measure_grouping(picture, other) == pytest.approx(1)
    dark = picture.copy()
    dark[:20] = 5  # lines do not count
    assert (
        colour_trials.measure_grouping(dark, np.where(dark < 6, rng.integers(0, 256, dark.shape, np.uint8), other))
        > 0.99
    )
    noise = rng.integers(0, 256, picture.shape, dtype=np.uint8)
    assert abs(colour_trials.measure_grouping(picture, noise)) < 0.02
    assert np.isnan(colour_trials.measure_grouping(picture // 40, picture))


def test_areas_in_their_own_colours_are_grouped_best():
    sketch = np.full((120, 180), 255, np.uint8)
    sketch[:, 59:61] = sketch[:, 119:121] = 0
    picture = np.repeat(np.array([(250, 220, 200), (90, 160, 220), (90, 160, 220)], np.uint8), 60, axis=0)
    picture = np.repeat(picture[None], 120, axis=0)
    filled = colour_trials.fill_with_medians(picture, sketch)
    assert (filled[:, 5:50] == picture[:, 5:50]).all() and (filled[:, 65:] == picture[:, 65:]).all()
    shaded = np.clip(picture - np.linspace(0, 60, 120)[:, None, None], 0, 255).astype(np.uint8)
    filled = colour_trials.fill_with_medians(shaded, sketch)
    assert np.ptp(filled[:, 65:110], axis=(0, 1)).max() == 0
    assert 0.1 < colour_trials.measure_grouping(shaded, filled) < 0.5 < colour_trials.measure_grouping(picture, picture)


def test_the_share_of_skin_like_skin():
    coloured = np.full((10, 20, 3), (247, 205, 178), np.uint8)
    coloured[:, 15:] = (40, 60, 200)
    mask = np.zeros((10, 20), bool)
    mask[:, 10:] = True
    assert colour_trials.measure_skin(coloured, mask) == pytest.approx(0.5)
    assert np.isnan(colour_trials.measure_skin(coloured, mask & False))


def test_what_dabs_change_outside_their_groups_is_measured(people):
    def paint_there(lines, hints):
        return (
            np.dstack([lines] * 3) if hints is None else np.where(hints[..., 3:] > 0, hints[..., :3], lines[..., None])
        )

    def paint_all(lines, hints):
        return np.full((*lines.shape, 3), 255 if hints is None else hints[hints[..., 3] > 0][:, :3].mean(0).astype(int))

    share, count = colour_trials.try_locality(paint_there, people)
    assert share < 0.003 and count > 2
    assert colour_trials.try_locality(lambda *given: paint_all(*given).astype(np.uint8), people)[0] > 0.3


def test_parts_are_right_where_the_network_is(people):
    class Right:
        name, margin, stride, max_tile = colour_task.PART_NETWORK, 32, 32, 1088

        def __init__(self, parts):
            self.parts = parts

        def stream(self, tiles):
            for tile in tiles:
                size = tile.shape[1] // 2, tile.shape[0] // 2
                parts = cv2.resize(self.parts, size, interpolation=cv2.INTER_NEAREST)
                cells = 20 * np.eye(colour_task.MAPS, dtype=np.float32)[parts]
                height, width, count = cells.shape
                cells = cells.reshape(height, width, count // 4, 2, 2).transpose(0, 3, 1, 4, 2)
                yield cells.reshape(2 * height, 2 * width, count // 4)

    right = colour_trials.try_parts(Right(people[0].parts), people[:1])
    assert right["areas"] > 0.9 and right["pixels"] > 0.85
    wrong = colour_trials.try_parts(Right(np.full_like(people[0].parts, 18)), people[:1])
    assert wrong["areas"] < 0.1


def test_dabs_are_given_on_demand(people):
    given = []

    def paint(lines, hints):
        given.append(hints)
        return np.dstack([lines] * 3)

    colour_trials.try_colours(paint, people)
    colour_trials.try_colours(paint, people, 5)
    assert given[:2] == [None, None] and all(0 < (hints[..., 3] > 0).sum() for hints in given[2:])


def test_skin_in_the_dark_is_not_asked_for(people):
    dark = [dataclasses.replace(each, picture=each.picture // 8) for each in people]
    table = colour_trials.try_colours(lambda lines, hints: np.full((*lines.shape, 3), 200, np.uint8), dark)
    assert table["people"] == 0 and np.isnan(table["skin"])


class Fixed:
    """A stand-in sketch network: keeps one channel of what it is given, or paints all in one colour."""

    channels, margin, stride, max_tile = 3, 16, 8, 1088

    def __init__(self, name, paint=None):
        self.name, self.paint = name, paint

    def stream(self, tiles):
        for tile in tiles:
            if self.paint is None:
                yield tile[..., :1]
            else:
                yield np.broadcast_to(np.float32(self.paint), (*tile.shape[:2], len(self.paint)))


@pytest.mark.parametrize("task, columns", [("sketch", 7), ("binary2sketch", 5)])
def test_sketch_networks_are_tried_on_drawn_and_given_pictures(tmp_path, capsys, monkeypatch, threads, task, columns):
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed(f"{task}_unet"))
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 96)
    images.write(tmp_path / "a.png", np.random.default_rng(0).integers(0, 256, (80, 90, 3), dtype=np.uint8))
    options = ["--task", task, "--count", "2", "--pictures", str(tmp_path), "--jobs", "1"]
    assert benchmark.main(["sketch", *options]) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row[0].strip() for row in rows[2:]] == ["drawn, degraded" if task == "sketch" else "drawn", "given"]
    assert all(len(row) == columns and float(row[1]) > 0 for row in rows[2:])
    if task == "binary2sketch":  # what leaves all as it is has the binary's own error
        assert all(row[1] == row[2] for row in ([cell.strip() for cell in row] for row in rows[2:]))


def test_colours_are_tried_with_and_without_dabs(capsys, monkeypatch, threads):
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed("colorize_classic", (0.9, 0.8, 0.7)))
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 128)
    assert benchmark.main(["sketch", "--task", "colorize", "--count", "3", "--jobs", "1"]) == 0
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [int(row[0]) for row in rows[2:]] == [0, 10, 30]
    assert len({tuple(row[1:]) for row in rows[2:]}) == 1 and float(rows[2][3]) >= 1
    # A picture that is grey tells nothing of colours.
    grey = next(k for k in range(99) if colour_task.is_colourless(illustrations.draw(k, 64).picture))
    monkeypatch.setattr(inputs, "draw", lambda number, size=None: illustrations.draw(grey, 64))
    assert benchmark.main(["sketch", "--task", "colorize", "--count", "1", "--jobs", "1"]) == 1
    assert "none of 1 drawn pictures has colours" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [["--count", "0"], ["--pictures", "nowhere"], ["--task", "colorize", "--skin", "."]]
)
def test_wrong_usage_of_sketch_trials_ends_with_2(options):
    with pytest.raises(SystemExit) as ending:
        benchmark.main(["sketch", *options])
    assert ending.value.code == 2


def test_sketch_trials_name_bad_pictures_and_weights(tmp_path, capsys, monkeypatch, threads):
    assert benchmark.main(["sketch", "--weights", str(tmp_path / "none.xml")]) == 1
    assert "none.xml" in capsys.readouterr().err
    monkeypatch.setattr(engine, "load", lambda *_, **__: Fixed("sketch_unet"))
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 96)
    assert benchmark.main(["sketch", "--count", "1", "--pictures", str(tmp_path), "--jobs", "1"]) == 1
    assert "holds no picture that can be read" in capsys.readouterr().err
    images.write(tmp_path / "good.png", np.random.default_rng(0).integers(0, 256, (80, 90, 3), dtype=np.uint8))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    assert benchmark.main(["sketch", "--count", "1", "--pictures", str(tmp_path), "--jobs", "1"]) == 1
    answer = capsys.readouterr()
    assert "bad.png is not a picture" in answer.err and "given" in answer.out
