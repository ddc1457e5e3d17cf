import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

import cv2
import numpy as np
import pytest

import dataset

ROOT = Path(__file__).resolve().parents[1]


def write(path, array):
    """Write (H, W) or (H, W, 3) RGB uint8 as PNG, whatever the path's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", array[..., ::-1] if array.ndim == 3 else array)[1].tobytes())


def drawn_square(size=64, start=20):
    """A dark frame on a light ground, and its line map."""
    ink = np.zeros((size, size), np.uint8)
    cv2.rectangle(ink, (start, start), (size - start, size - start), 255, 2)
    picture = np.full((size, size, 3), (240, 220, 180), np.uint8)
    picture[ink > 0] = (30, 20, 60)
    return picture, ink


def write_pairs(root, count=3, size=64, classes=False):
    for number in range(count):
        picture, ink = drawn_square(size, 12 + 3 * number)
        write(root / f"raw/{number}.png", picture)
        write(root / f"contour_s/{number}.png", 255 - ink)
        if classes:
            write(root / f"classes/{number}.png", np.dstack([ink // 2, ink - ink // 2, 0 * ink]))
    pairs, orphans = dataset.find_pairs(root / "raw", root / "contour_s", root / "classes")
    assert len(pairs) == count and not orphans
    return tuple(pairs)


@pytest.fixture
def no_degrade(monkeypatch):
    """Drawn pictures stay clean."""
    stand_in = types.SimpleNamespace(VALIDATION_SEED=1000, degrade=lambda picture, classes, rng: (picture, classes))
    monkeypatch.setitem(sys.modules, "synthesize", stand_in)
    return stand_in


# Pairs


def test_pairs_match_by_relative_name_whatever_the_ending(tmp_path):
    picture, ink = drawn_square()
    write(tmp_path / "raw/b/one.jpg", picture)
    write(tmp_path / "raw/a/one.png", picture)
    write(tmp_path / "raw/a/ünique.webp", picture)
    write(tmp_path / "contour_s/a/one.png", ink)
    write(tmp_path / "contour_s/b/one.bmp", ink)
    write(tmp_path / "contour_s/c/one.png", ink)
    write(tmp_path / "classes/a/one.png", picture)
    (tmp_path / "raw/notes.txt").write_text("not a picture")
    (tmp_path / "raw/.hidden.png").write_text("")
    pairs, orphans = dataset.find_pairs(tmp_path / "raw", tmp_path / "contour_s", tmp_path / "classes")
    assert [pair.name for pair in pairs] == ["a/one", "b/one"]
    assert [pair.classes is not None for pair in pairs] == [True, False]
    assert orphans == [tmp_path / "contour_s/c/one.png", tmp_path / "raw/a/ünique.webp"]


def test_same_name_with_two_endings_is_an_error_that_names_both(tmp_path):
    picture, _ = drawn_square()
    write(tmp_path / "one.png", picture)
    write(tmp_path / "one.jpg", picture)
    with pytest.raises(ValueError, match=r"one\.jpg.*one\.png"):
        dataset.list_pictures(tmp_path)


def test_missing_folders_hold_no_pairs(tmp_path):
    assert dataset.find_pairs(tmp_path / "raw", tmp_path / "contour_s", tmp_path / "classes") == ([], [])


def test_load_pair_with_and_without_classes(tmp_path):
    [pair] = write_pairs(tmp_path / "plain", 1)
    read, classes = dataset.load_pair(pair)
    expected, ink = drawn_square(64, 12)
    assert (read == expected).all()
    assert (classes == np.dstack([ink, 0 * ink, 0 * ink])).all()
    [pair] = write_pairs(tmp_path / "classed", 1, classes=True)
    _, classes = dataset.load_pair(pair)
    assert (dataset.ink_of(classes) == ink).all()
    assert (classes[..., 1] == ink - ink // 2).all()


def test_sizes_that_differ_are_named(tmp_path):
    picture, ink = drawn_square()
    write(tmp_path / "raw/1.png", picture)
    write(tmp_path / "contour_s/1.png", ink[:, :-1])
    [pair], _ = dataset.find_pairs(tmp_path / "raw", tmp_path / "contour_s")
    with pytest.raises(ValueError, match="contour_s.*63x64.*raw.*64x64"):
        dataset.load_pair(pair)


@pytest.mark.parametrize("content", [b"", b"no picture", None])
def test_unreadable_files_are_named(tmp_path, content):
    path = tmp_path / "bad.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match="bad.png"):
        dataset.read_picture(path)


# Crops


def test_crops_at_own_scale_are_pixel_exact():
    """An unscaled quarter-turned crop holds the picture's own values, in the place that the matrix says."""
    random = np.random.default_rng(3)
    picture = random.integers(0, 256, (70, 90, 3), dtype=np.uint8)
    exact = 0
    for _ in range(100):
        matrix, scale = dataset.choose_crop(random, 70, 90, 32)
        if scale != 1.0 or not np.allclose(matrix, np.round(matrix)):
            continue
        crop = dataset.cut_crop(picture, matrix, scale, 32)
        x, y = (matrix @ [5, 9, 1]).astype(int)
        assert (crop[9, 5] == picture[y, x]).all()
        exact += 1
    assert exact > 5


def test_crops_keep_scale_limits_and_stay_inside():
    random = np.random.default_rng(0)
    scales, handed = [], set()
    for _ in range(300):
        matrix, scale = dataset.choose_crop(random, 500, 700, 64)
        scales.append(scale)
        handed.add(bool(np.linalg.det(matrix[:, :2]) > 0))
        assert np.linalg.det(matrix[:, :2]) == pytest.approx(np.sign(np.linalg.det(matrix[:, :2])) / scale**2)
        assert dataset.mark_inside(matrix, 500, 700, 64).all()
    assert dataset.SCALES[0] <= min(scales) < 0.7 and 1.4 < max(scales) <= dataset.SCALES[1]
    assert handed == {True, False}


def test_small_pictures_are_continued_and_marked():
    matrix, scale = dataset.choose_crop(np.random.default_rng(1), 10, 12, 64)
    assert scale == dataset.SCALES[1]
    inside = dataset.mark_inside(matrix, 10, 12, 64)
    assert set(np.unique(inside)) == {0, 255}
    assert abs((inside > 0).sum() - 120 * scale**2) < 60


def test_shrinking_averages():
    """A thin line fades when shrunk; it neither vanishes nor keeps full strength."""
    ink = np.zeros((200, 200, 3), np.uint8)
    ink[:, 100] = 255
    matrix = np.array([[1 / 0.6, 0, 17.3], [0, 1 / 0.6, 20.0]])
    crop = dataset.cut_crop(ink, matrix, 0.6, 64)
    assert 80 < crop[32].max() < 230
    assert crop[32, :, 0].sum() == pytest.approx(255 * 0.6, rel=0.15)


def test_picture_and_lines_share_their_geometry(no_degrade):
    """Where the picture is its own line map, every crop must be too, but for the crops that change colours."""
    _, ink = drawn_square(200, 40)
    plain = np.repeat(255 - ink[..., None], 3, 2)
    classes = np.dstack([ink, 0 * ink, 0 * ink])
    agreeing = 0
    for seed in range(40):
        crop, target = dataset.make_crop(plain, classes, True, 64, np.random.default_rng(seed))
        difference = np.abs(255 - crop[..., 0].astype(int) - target[..., 0])
        agreeing += difference.max() <= 2
        # Recoloured crops differ in values, never in place.
        ink_values = 255.0 - crop[..., 0]
        if target[..., 0].std() > 20:
            assert np.corrcoef(ink_values.ravel(), target[..., 0].ravel())[0, 1] > 0.95
    assert agreeing >= 12


@pytest.mark.parametrize("dark_lines", [True, False])
def test_thickened_lines_match_their_map(dark_lines):
    picture, ink = drawn_square(96, 24)
    picture = picture if dark_lines else 255 - picture
    half = ink.copy()
    half[:, 48:] = 0
    classes = np.dstack([half, ink - half, 0 * ink])
    before = picture.copy(), classes.copy()
    wide, wide_classes = dataset.thicken_lines(picture, classes, np.random.default_rng(0))
    new_ink = dataset.ink_of(wide_classes)
    assert (new_ink > 0).sum() > 1.3 * (ink > 0).sum()
    line_colour = picture[ink > 0][0]
    assert ((wide == line_colour).all(axis=2) == (new_ink > 0)).all()
    assert wide_classes[..., :2].sum(axis=2, dtype=int).max() <= 255
    assert (picture == before[0]).all() and (classes == before[1]).all()


def test_lines_without_contrast_are_not_thickened():
    picture, ink = drawn_square(96, 24)
    flat = np.full_like(picture, 128)
    classes = np.dstack([ink, 0 * ink, 0 * ink])
    assert dataset.thicken_lines(flat, classes, np.random.default_rng(0))[1] is classes


def test_recolouring_never_inverts():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)
    for seed in range(50):
        steps = np.diff(dataset.recolour(ramp, np.random.default_rng(seed)).astype(int), axis=1)
        assert steps.min() >= 0 and steps.sum() > 0


# Batches


def test_batch_shapes_ranges_and_unknown_classes(tmp_path):
    plan = dataset.Plan(write_pairs(tmp_path), batch=5, crop=32)
    pictures, targets, classed, failures = dataset.make_batch(plan, 0)
    assert pictures.shape == (5, 32, 32, 3) and pictures.dtype == np.uint8
    assert targets.shape == (5, 32, 32, 4) and not classed.any() and failures == []
    truth = dataset.to_truth(targets, classed)
    assert truth.dtype == np.float32 and truth[..., 0].min() == 0 and truth[..., 0].max() == 1
    assert (truth[..., 1:3] == -1).all()
    assert (dataset.to_truth(targets, ~classed)[..., 1:3] >= 0).all()


def test_crops_depend_on_seed_step_and_item_alone(tmp_path, no_degrade):
    pairs = write_pairs(tmp_path, classes=True)
    plan = dataset.Plan(pairs, batch=4, crop=32, seed=5)
    first, again = dataset.make_batch(plan, 7), dataset.make_batch(plan, 7)
    assert all((a == b).all() for a, b in zip(first[:3], again[:3]))
    others = (dataset.make_batch(plan, 8), dataset.make_batch(dataset.Plan(pairs, batch=4, crop=32, seed=6), 7))
    assert not any((first[0] == other[0]).all() for other in others)
    assert not (first[0][0] == first[0][1]).all()


def test_an_epoch_uses_every_pair_once(tmp_path, monkeypatch):
    pairs = write_pairs(tmp_path, 5)
    used = []
    load = dataset.load_pair
    monkeypatch.setattr(dataset, "load_pair", lambda pair: used.append(pair.name) or load(pair))
    plan = dataset.Plan(pairs, batch=2, crop=32)
    assert plan.steps_per_epoch == 5
    for step in range(10):
        dataset.make_batch(plan, step)
    assert sorted(used[:5]) == sorted(used[5:]) == [pair.name for pair in pairs]


def test_a_bad_pair_is_named_and_replaced(tmp_path):
    pairs = write_pairs(tmp_path, 3)
    data = pairs[1].picture.read_bytes()
    pairs[1].picture.write_bytes(data[:40])
    plan = dataset.Plan(pairs, batch=6, crop=32)
    pictures, _, _, failures = dataset.make_batch(plan, 0)
    assert len(failures) == 1 and "1.png" in failures[0]
    assert pictures.std(axis=(1, 2, 3)).min() > 0


def test_only_bad_pairs_is_an_error(tmp_path):
    pairs = write_pairs(tmp_path, 2)
    for pair in pairs:
        pair.picture.write_bytes(b"")
    with pytest.raises(ValueError, match="no readable pair"):
        dataset.make_batch(dataset.Plan(pairs, crop=32), 0)


def test_drawings_are_mixed_in_by_their_share(tmp_path, no_degrade):
    picture, ink = drawn_square(96)
    seeds = []

    def draw(seed, size):
        seeds.append(seed)
        return types.SimpleNamespace(picture=picture, classes=np.dstack([ink, 0 * ink, 0 * ink]))

    no_degrade.draw = draw
    plan = dataset.Plan(write_pairs(tmp_path), synthetic=0.5, batch=8, crop=32)
    classed = np.concatenate([dataset.make_batch(plan, step)[2] for step in range(30)])
    assert 0.3 < classed.mean() < 0.7
    assert len(set(seeds)) > len(seeds) / 2 and max(seeds) < no_degrade.VALIDATION_SEED


@pytest.mark.parametrize(
    "options", [{}, {"synthetic": 1.5}, {"synthetic": 1, "batch": 0}, {"synthetic": 1, "crop": 100}, {"synthetic": 0.5}]
)
def test_impossible_plans_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        dataset.Plan(**options)


def test_workers_give_the_same_batches_from_any_step(tmp_path):
    plan = dataset.Plan(write_pairs(tmp_path), batch=3, crop=32)
    with dataset.Feed(plan, workers=0) as feed:
        expected = [feed.next() for _ in range(5)]
    with dataset.Feed(plan, workers=2, first_step=2) as feed:
        for wanted in expected[2:]:
            found = feed.next()
            assert (found[0] == wanted[0]).all() and (found[1] == wanted[1]).all()


def test_errors_of_workers_arrive(tmp_path):
    pairs = write_pairs(tmp_path, 1)
    pairs[0].lines.write_bytes(b"")
    with dataset.Feed(dataset.Plan(pairs, crop=32), workers=1) as feed, pytest.raises(ValueError, match="0.png"):
        feed.next()


def test_workers_import_neither_keras_nor_a_backend():
    heavy = ("keras", "tensorflow", "jax", "torch", "train")
    code = f"import sys, dataset; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_workers_end_with_a_killed_parent(tmp_path):
    write_pairs(tmp_path)
    code = f"""
import os, dataset
if __name__ == "__main__":
    pairs, _ = dataset.find_pairs({str(tmp_path / "raw")!r}, {str(tmp_path / "contour_s")!r})
    feed = dataset.Feed(dataset.Plan(tuple(pairs), crop=32), workers=2)
    feed.next()
    print(*feed.pool._processes, flush=True)
    feed.next()
    import time; time.sleep(60)
"""
    script = tmp_path / "feed.py"
    script.write_text(code)
    parent = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    workers = [int(number) for number in parent.stdout.readline().split()]
    assert workers
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(100):
        alive = [number for number in workers if is_running(number)]
        if not alive:
            return
        time.sleep(0.1)
    pytest.fail(f"workers outlive their parent: {alive}")


def is_running(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
