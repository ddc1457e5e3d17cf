"""Tests of the steps that degrade pictures, of the codecs, and of how steps are chosen."""

import collections

import cv2
import numpy as np
import pytest

from illustration_parts.drawing.wear import codecs, degrade, degrade_steps
from illustration_parts.drawing.wear.degrade import STEPS

NAMES = [step.name for step in STEPS]
KINDS = {step.kind for step in STEPS}
every_step = pytest.mark.parametrize("step", STEPS, ids=NAMES)
# Mean absolute change in levels of `make_picture`, over 40 seeds, at a strength of 0.4: (least, most).
BANDS = {
    "diffusion": (2, 8),
    "fade": (2, 8),
    "colour cast": (2, 10),
    "film grain": (1, 5),
    "dust and scratches": (0.01, 1),
    "soft lens": (0.5, 4),
    "show-through": (1, 6),
    "paper": (4, 12),
    "printing screen": (1, 4),
    "uneven light": (4, 12),
    "channel shifts": (0.2, 2),
    "sensor noise": (1.5, 5),
    "aliasing": (0.5, 4),
    "upscaling": (0.5, 5),
    "halos": (0.5, 4),
    "darkened lines": (0.3, 4),
    "warped edges": (0.3, 4),
    "ringing": (0.3, 3),
    "mixed fields": (0.3, 3),
    "chroma subsampling": (0.2, 3),
    "wrong matrix": (0.3, 4),
    "wrong range": (2, 8),
    "gamma": (6, 16),
    "banding": (0.5, 2),
    "palette": (0.5, 6),
    "JPEG": (0.5, 5),
    "repeated JPEG": (0.5, 6),
    "WebP": (0.3, 5),
    "H.264": (0.3, 5),
    "mosquito noise": (0.3, 4),
}


def rng(seed=0):
    return np.random.default_rng(seed)


def make_picture(height=96, width=120):
    """Lines of 1 to 3 pixels over coloured fills and a gradient, (height, width, 3) uint8."""
    columns = np.linspace(0, 1, 120, dtype=np.float32)
    picture = cv2.merge(
        [np.tile(level, (96, 1)) for level in (90 + 120 * columns, 200 - 60 * columns, 130 + 0 * columns)]
    )
    picture = picture.astype(np.uint8)
    cv2.rectangle(picture, (60, 10), (110, 60), (240, 220, 205), -1)
    cv2.circle(picture, (35, 60), 24, (40, 80, 190), -1, cv2.LINE_AA)
    cv2.circle(picture, (35, 60), 24, (20, 15, 40), 2, cv2.LINE_AA)
    for number in range(4):
        cv2.line(picture, (62, 16 + 12 * number), (108, 22 + 10 * number), (70, 40, 30), 1 + number % 3, cv2.LINE_AA)
    return np.ascontiguousarray(picture[:height, :width])


def measure_change(picture, other):
    return np.abs(picture.astype(int) - other).mean()


# Steps


def test_names_are_unique_and_every_step_has_a_band():
    assert len(set(NAMES)) == len(NAMES) and set(NAMES) == set(BANDS)


@every_step
@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0])
def test_a_step_changes_the_picture_alone_and_in_the_same_way_each_time(step, strength):
    picture = make_picture()
    before, changed = picture.copy(), 0
    for seed in range(3):
        worn, again = (step.run(picture, strength, rng(seed)) for _ in range(2))
        assert worn.shape == picture.shape and worn.dtype == np.uint8 and worn.flags["C_CONTIGUOUS"]
        assert np.array_equal(worn, again)
        changed += not np.array_equal(worn, picture)
    assert np.array_equal(picture, before)
    assert changed == 3


@every_step
@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), (3, 3), (7, 300), (300, 7)])
def test_steps_work_on_any_size(step, shape):
    picture = rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    for strength in (0.0, 0.5, 1.0):
        for seed in range(3):
            worn = step.run(picture, strength, rng(seed))
            assert worn.shape == picture.shape and worn.dtype == np.uint8


@every_step
def test_the_mean_change_lies_in_its_band(step):
    picture = make_picture()
    change = np.mean([measure_change(picture, step.run(picture, 0.4, rng(seed))) for seed in range(40)])
    low, high = BANDS[step.name]
    assert low < change < high


@every_step
def test_more_strength_is_more_change(step):
    picture = make_picture()
    weak, strong = (np.mean([measure_change(picture, step.run(picture, strength, rng(seed))) for seed in range(20)])
                    for strength in (0.05, 1.0))  # fmt: skip
    # Aliasing and chroma at half size differ little, dust is rare, a palette's dither hides how few colours there are.
    assert strong > weak * (1.0 if step.name in ("aliasing", "chroma subsampling", "palette") else 1.1)


@every_step
def test_steps_leave_lines_in_place(step):
    """The picture's map is not moved: a step may move lines by less than half a pixel."""
    picture = cv2.resize(make_picture(), (240, 192), interpolation=cv2.INTER_CUBIC)
    clean = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window = cv2.createHanningWindow(clean.shape[::-1], cv2.CV_32F)
    for seed in range(6):
        worn = cv2.cvtColor(step.run(picture, 0.7, rng(seed)), cv2.COLOR_RGB2GRAY).astype(np.float32)
        shift, _ = cv2.phaseCorrelate(clean, worn, window)
        assert max(abs(part) for part in shift) < 0.5


def make_ramp():
    """Ten pairs of columns whose levels are 20 apart, from 10 to 255; each is 16 pixels wide."""
    levels = np.repeat(np.arange(30, 256, 25), 32)
    levels = levels - 20 * (np.arange(len(levels)) // 16 % 2)
    return np.ascontiguousarray(np.broadcast_to(levels.astype(np.uint8)[:, None], (64, len(levels), 3)))


def measure_contrasts(picture):
    """Contrast of each pair of `make_ramp` as a share of what it was, (10,)."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(float)
    means = grey.reshape(64, -1, 16)[:, :, 5:11].mean((0, 2))
    return (means[::2] - means[1::2]) / 20


@pytest.mark.parametrize("step", [step for step in STEPS if step.group == "tone"], ids=lambda step: step.name)
def test_tones_leave_faint_lines_their_contrast(step):
    ramp = make_ramp()
    assert measure_contrasts(ramp) == pytest.approx(1)
    found = [measure_contrasts(step.run(ramp, strength, rng(seed))) for strength in (0.3, 1.0) for seed in range(20)]
    assert np.min(found) >= 0.65


def test_degraded_pictures_keep_faint_lines():
    ramp = make_ramp()
    found = [measure_contrasts(degrade.degrade(ramp, ramp, rng(seed))[0]).min() for seed in range(150)]
    assert np.quantile(found, 0.02) > 0.6 and np.median(found) > 0.9


def test_a_curve_is_nowhere_flat():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    for curve in (np.full(256, 90.0), 255 * np.linspace(0, 1, 256) ** 3, np.clip(np.arange(256.0) * 2, 0, 255)):
        levels = degrade_steps.apply_curve(ramp, curve)[0, :, 0].astype(int)
        assert (levels[16:] - levels[:-16]).min() >= 16 * 0.5
    levels = degrade_steps.apply_curve(ramp, np.arange(256.0))
    assert np.array_equal(levels, ramp)


def test_moved_pictures_repeat_their_border():
    picture = np.arange(9, dtype=np.uint8).reshape(3, 3)
    assert degrade_steps.move(picture, 1, 0).tolist() == [[0, 0, 1], [3, 3, 4], [6, 6, 7]]
    assert degrade_steps.move(picture, 0, -1).tolist() == [[3, 4, 5], [6, 7, 8], [6, 7, 8]]
    assert degrade_steps.move(picture, -9, 0).tolist() == [[2, 2, 2], [5, 5, 5], [8, 8, 8]]


@pytest.mark.parametrize("size", [1, 1.5, 2.4])
def test_grain_has_a_deviation_of_one(size):
    grain = degrade_steps.make_grain((200, 200), size, rng())
    assert grain.dtype == np.float32 and grain.std() == pytest.approx(1, abs=0.1)


# Codecs


def test_jpeg_and_webp_lose_more_at_less_quality():
    picture = make_picture()
    for codec in (codecs.pass_jpeg, codecs.pass_webp):
        changes = [measure_change(picture, codec(picture, quality)) for quality in (95, 70, 30)]
        assert changes == sorted(changes) and 0 < changes[0] and changes[2] < 12


def test_full_chroma_keeps_colours_that_small_chroma_mixes():
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, ::2], picture[:, 1::2] = (200, 60, 60), (60, 60, 200)
    small, full = (measure_change(picture, codecs.pass_jpeg(picture, 95, full)) for full in (False, True))
    assert full < 5 < 20 < small


def test_channels_come_back_in_order():
    red = np.full((32, 32, 3), (210, 40, 20), np.uint8)
    for worn in (
        codecs.pass_jpeg(red, 95),
        codecs.pass_webp(red, 95),
        codecs.pass_palette(red, 16),
        codecs.pass_h264(red, 18),
        codecs.imitate_h264(red, 18),
    ):
        assert measure_change(red, worn) < 5


@pytest.mark.parametrize("dither", ["none", "ordered", "diffusion"])
def test_a_palette_has_as_many_colours_as_asked(dither):
    picture = make_picture()
    few, many = (codecs.pass_palette(picture, colours, dither) for colours in (16, 128))
    assert len(np.unique(few.reshape(-1, 3), axis=0)) <= 16 < len(np.unique(many.reshape(-1, 3), axis=0)) <= 128
    assert measure_change(picture, many) < measure_change(picture, few) < 30


def test_dither_keeps_the_mean_of_a_gradient():
    picture = np.repeat(np.tile(np.linspace(60, 200, 128).astype(np.uint8), (64, 1))[..., None], 3, 2)
    means = [codecs.pass_palette(picture, 4, dither)[:, 8:120].mean((0, 2)) for dither in ("none", "diffusion")]
    smooth = [np.abs(np.convolve(mean - picture[0, 8:120, 0], np.ones(9) / 9, "valid")).mean() for mean in means]
    assert smooth[1] < 0.6 * smooth[0]


def test_without_pyav_something_like_h264_is_made(monkeypatch):
    monkeypatch.setattr(codecs, "load_av", lambda: None)
    picture = make_picture()
    good, bad = (codecs.pass_h264(picture, rate, 2) for rate in (16, 38))
    assert 0 < measure_change(picture, good) < measure_change(picture, bad) < 12
    assert np.array_equal(bad, codecs.imitate_h264(picture, 38))


@pytest.mark.parametrize("moved", [0, 3])
def test_h264_is_really_made_where_pyav_is_installed(moved):
    pytest.importorskip("av")
    if codecs.load_av() is None:
        pytest.skip("this PyAV has no H.264 encoder")
    picture = make_picture()
    good, again, bad = (codecs.pass_h264(picture, rate, moved) for rate in (16, 16, 38))
    assert np.array_equal(good, again) and not np.array_equal(good, codecs.imitate_h264(picture, 16))
    assert 0 < measure_change(picture, good) < measure_change(picture, bad) < 12
    # The frame that comes back is the one that was not panned.
    assert measure_change(picture, good) < 0.5 * measure_change(picture, degrade_steps.move(picture, 3, 0))


# How steps are chosen


def test_a_sixth_stays_untouched_and_half_get_few_mild_steps():
    chosen = [degrade.choose_steps(rng(seed)) for seed in range(3000)]
    counts = np.bincount([len(steps) for steps in chosen], minlength=8) / len(chosen)
    assert counts[0] == pytest.approx(1 / 6, abs=0.03)
    assert counts[1:4].sum() == pytest.approx(1 / 2, abs=0.04)
    assert len(counts) == 8 and counts[4:].sum() == pytest.approx(1 / 3, abs=0.04)
    mild, many = (np.mean([strength for steps in chosen for _, strength in steps if (len(steps) > 3) == more])
                  for more in (False, True))  # fmt: skip
    assert mild < many < 0.4
    strengths = [strength for steps in chosen for _, strength in steps]
    assert np.median(strengths) < 0.3 and 0 <= min(strengths) and 0.9 < max(strengths) <= 1


@pytest.mark.parametrize("grey", [False, True])
def test_steps_come_in_order_and_once_and_one_of_a_group(grey):
    seen = collections.Counter()
    for seed in range(3000):
        steps = [step for step, _ in degrade.choose_steps(rng(seed), grey)]
        places = [STEPS.index(step) for step in steps]
        assert places == sorted(set(places))
        groups = [step.group for step in steps if step.group]
        assert len(groups) == len(set(groups))
        seen.update(step.name for step in steps)
    assert set(seen) == set(NAMES)
    assert grey == (seen["show-through"] > seen["diffusion"])


def test_steps_of_one_source_go_together():
    """No picture is both a scan and a frame of animation."""
    for seed in range(2000):
        steps = [step for step, _ in degrade.choose_steps(rng(seed))]
        assert any(all(step.chances[source] > 0 for step in steps) for source in range(3))


# Pictures


def test_degrade_keeps_size_type_and_truth():
    for shape in ((1, 1), (7, 300), (96, 120)):
        picture = rng(9).integers(0, 256, (*shape, 3), dtype=np.uint8)
        classes = rng(8).integers(0, 256, (*shape, 3), dtype=np.uint8)
        before = picture.copy(), classes.copy()
        for seed in range(30):
            worn, truth = degrade.degrade(picture, classes, rng(seed))
            assert worn.shape == picture.shape and worn.dtype == np.uint8 and np.array_equal(truth, classes)
            assert np.array_equal(worn, degrade.degrade(picture, classes, rng(seed))[0])
        assert np.array_equal(picture, before[0]) and np.array_equal(classes, before[1])


def test_views_are_degraded_as_their_copies_are():
    picture = make_picture()
    view = np.asfortranarray(picture)[:, ::-1]
    for seed in range(10):
        one, other = (degrade.degrade(each, each, rng(seed))[0] for each in (view, np.ascontiguousarray(view)))
        assert np.array_equal(one, other)


def test_the_mean_change_of_pictures_lies_in_a_band():
    picture = make_picture()
    changes = [measure_change(picture, degrade.degrade(picture, picture, rng(seed))[0]) for seed in range(40)]
    assert 3 < np.mean(changes) < 7 and np.median(changes) < 5.5 and max(changes) < 30


def test_cases_get_the_kinds_of_the_steps_taken():
    picture, every = make_picture(), set()
    for seed in range(40):
        cases = {"hair"}
        worn, _ = degrade.degrade(picture, picture, rng(seed), cases)
        assert cases == {"hair"} | {step.kind for step, _ in degrade.choose_steps(rng(seed))}
        assert (len(cases) == 1) == np.array_equal(worn, picture)
        every |= cases
    assert every == KINDS | {"hair"}


# Line drawings


def make_drawing():
    drawing = np.full((90, 120), 255, np.uint8)
    cv2.circle(drawing, (45, 45), 30, 0, 3, cv2.LINE_AA)
    return drawing


@pytest.mark.parametrize("step", [degrade_steps.show_back, degrade_steps.add_paper, degrade_steps.light_unevenly])
@pytest.mark.parametrize("shape", [(90, 120), (1, 1), (1, 7)])
def test_steps_of_scans_work_on_line_drawings(step, shape):
    drawing = np.ascontiguousarray(make_drawing()[: shape[0], : shape[1]])
    worn = step(drawing, 1.0, rng(2))
    assert worn.shape == shape and worn.dtype == np.uint8 and (worn <= drawing).mean() > 0.95
    assert shape != (90, 120) or 1 < measure_change(drawing, worn) < 45


def test_lint_only_darkens():
    drawing = make_drawing()
    linty = degrade.add_lint(drawing, rng(1))
    assert (linty <= drawing).all() and 0 < (linty < drawing).mean() < 0.1 and linty.min() == drawing.min()


def test_worn_drawings_stay_drawings():
    drawing, changes = make_drawing(), []
    for seed in range(80):
        worn = degrade.wear(drawing, rng(seed))
        assert worn[drawing == 255].mean() > worn[drawing < 30].mean() + 70
        changes.append(measure_change(drawing, worn))
    assert 0 == min(changes) and 2 < np.mean(changes) < 20


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (9, 1), (40, 30)])
def test_drawings_of_any_size_are_worn(shape):
    drawing = rng(1).integers(0, 256, shape, dtype=np.uint8)
    before = drawing.copy()
    for seed in range(40):
        worn = degrade.wear(drawing, rng(seed))
        assert worn.shape == shape and worn.dtype == np.uint8 and np.array_equal(drawing, before)
