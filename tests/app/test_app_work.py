"""What the app does, without its page: results, views, archives, errors, stopping, tidying."""

import threading
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers import DarkIsInk, write

import illustration_parts
from illustration_parts import tasks
from illustration_parts.app import work
from illustration_parts.imaging import images
from illustration_parts.networks import engine, tiling


class Painter:
    """A stand-in for sketches and colours: grey, or a dab's colour where there is one."""

    channels, margin, stride, max_tile = 3, 16, 8, 1088

    def __init__(self, name):
        self.name = name

    def stream(self, tiles):
        for tile in tiles:
            if self.name != "colorize_unet":
                yield tile.mean(-1, keepdims=True)
                continue
            found = np.where(tile[..., 4:] > 0, tile[..., 1:4], tile[..., :1])
            yield np.dstack([found, np.full(found.shape, 0.5, np.float32)])


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    def load(weights=None, how="auto", precision="auto", task="lines", ignore_checksum=False):
        return DarkIsInk() if task == "lines" else Painter(f"{task}_unet")

    monkeypatch.setattr(engine, "load", load)
    (tmp_path / "work").mkdir()
    with work.Workshop(tmp_path / "work") as made:
        yield made


def draw(height=60, width=80, ink=(10, 10, 10), paper=(255, 255, 255)):
    picture = np.full((height, width, 3), paper, np.uint8)
    return cv2.rectangle(picture, (10, 10), (width - 11, height - 11), ink, 3)


@pytest.fixture
def pictures(tmp_path):
    for name, width in (("a", 80), ("b", 100), ("c", 120)):
        write(tmp_path / f"{name}.png", draw(width=width))
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return tmp_path


def test_one_picture_gives_its_files(workshop, pictures):
    outcome = workshop.run("lines", [str(pictures / "a.png")], {"classes": True, "svg": "strokes"})
    names = [Path(path).name for path in outcome.files]
    assert names == ["a.png", "a.boundary.png", "a.inner.png", "a.fill_edge.png", "a.classes.png", "a.svg"]
    with illustration_parts.open("lines") as lines:
        np.testing.assert_array_equal(images.read_map(outcome.files[0]), lines.predict(draw()).arrays["lines"])
    (done,) = outcome.done
    assert done.name == "a.png" and outcome.remarks == []
    assert work.list_kinds(done) == ["lines", "boundary", "inner", "fill_edge", "classes"]  # not the vectors


def test_several_pictures_give_an_archive_and_bad_ones_are_named(workshop, pictures):
    sources = [str(pictures / f"{name}.png") for name in ("a", "bad", "b")]
    told = []
    outcome = workshop.run("lines", sources, {}, progress=lambda *step: told.append(step))
    (archive,) = outcome.files
    with zipfile.ZipFile(archive) as opened:
        assert sorted(opened.namelist()) == ["a.png", "b.png"] and opened.testzip() is None
    assert [done.name for done in outcome.done] == ["a.png", "b.png"]
    assert len(outcome.remarks) == 1 and outcome.remarks[0].startswith("bad.png: is not a picture")
    assert told == [(1, 3, "pictures"), (2, 3, "pictures"), (3, 3, "pictures")]


def test_pictures_of_one_name_do_not_overwrite_each_other(workshop, tmp_path):
    write(tmp_path / "one/a.png", draw())
    write(tmp_path / "two/a.png", draw(ink=(90, 90, 90)))
    outcome = workshop.run("lines", [str(tmp_path / "one/a.png"), str(tmp_path / "two/a.png")], {})
    with zipfile.ZipFile(outcome.files[0]) as opened:
        assert sorted(opened.namelist()) == ["a.png", "a.png.png"]
    assert len(outcome.remarks) == 1 and str(tmp_path) not in outcome.remarks[0]


@pytest.mark.parametrize(
    "names, given, reason",
    [
        ([], {}, "no picture"),
        (["bad.png"], {}, r"bad\.png: is not a picture"),
        (["none.png"], {}, r"none\.png: no such file"),
        (["a.png"], {"strength": 100}, r"strength: expected a number from 0\.05 to 20"),
        (["a.png"], {"detail": 0.5}, "lines has no option detail"),
        (["a.clip"], {}, r"a\.clip: is a Clip Studio file.* export a PNG"),
        (["a.mp4"], {}, r"a\.mp4: is a clip: predict\.py does clips"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(workshop, pictures, names, given, reason):
    (pictures / "a.clip").write_bytes(b"CSFCHUNK and so on")
    (pictures / "a.mp4").write_bytes(b"\0\0\0\x18ftypisom and so on")
    with pytest.raises(work.RefusedError, match=reason) as refused:
        workshop.run("lines", [str(pictures / name) for name in names], given)
    assert "\n" not in str(refused.value)


def test_pictures_above_the_limit_are_refused(tmp_path, workshop, pictures):
    workshop.max_megapixels = 0.001
    with pytest.raises(work.RefusedError, match=r"a\.png: claims 80 x 60 pixels"):
        workshop.run("lines", [str(pictures / "a.png")], {})
    with pytest.raises(work.RefusedError, match=r"a\.png: claims 80 x 60 pixels"):
        workshop.lay_out("colorize", str(pictures / "a.png"))


def test_missing_weights_are_named(tmp_path, pictures, monkeypatch):
    monkeypatch.setattr(engine, "WEIGHTS", tmp_path / "nowhere")
    with work.Workshop(tmp_path) as workshop, pytest.raises(work.RefusedError, match="nowhere"):
        workshop.run("lines", [str(pictures / "a.png")], {})


def test_a_full_disk_is_told(workshop, pictures, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(images, "write", fail)
    with pytest.raises(work.RefusedError, match=r"a\.png: No space left on device"):
        workshop.run("lines", [str(pictures / "a.png")], {})


@pytest.mark.parametrize("names", [["a.png"], ["a.png", "b.png", "c.png"]])
def test_a_run_is_stopped_before_its_next_tile(workshop, pictures, names, monkeypatch):
    monkeypatch.setattr(tiling.run, "__defaults__", (1, np.uint8, 64, iter))
    stream = DarkIsInk.stream
    seen = []

    def stop_at_the_first(self, tiles):
        for maps in stream(self, tiles):
            seen.append(1)
            workshop.stop("someone")
            yield maps

    monkeypatch.setattr(DarkIsInk, "stream", stop_at_the_first)
    with pytest.raises(work.RefusedError, match="Stopped"):
        workshop.run("lines", [str(pictures / name) for name in names], {}, "someone")
    assert len(seen) == 1
    monkeypatch.setattr(DarkIsInk, "stream", stream)
    workshop.stop("someone")
    assert workshop.run("lines", [str(pictures / "a.png")], {}, "someone").files  # a new run is not stopped


def test_changed_options_take_no_second_run(workshop, pictures, monkeypatch):
    runs = []
    stream = DarkIsInk.stream
    monkeypatch.setattr(DarkIsInk, "stream", lambda self, tiles: runs.append(1) or stream(self, tiles))
    for strength in (1.0, 2.0, 0.5):
        workshop.run("lines", [str(pictures / "a.png")], {"strength": strength, "scale": "1"})
    assert len(runs) == 1


def test_only_the_last_runs_of_each_user_are_kept(workshop, pictures):
    def count():
        return len(list(workshop.folder.glob("runs/*")))

    for _ in range(work.KEPT + 2):
        kept = workshop.run("lines", [str(pictures / "a.png")], {}, "one").files
    workshop.run("lines", [str(pictures / "a.png")], {}, "two")
    assert count() == work.KEPT + 1 and Path(kept[0]).exists()
    workshop.forget("one")
    assert count() == 1 and not Path(kept[0]).exists()
    workshop.forget("never seen")


def test_few_tasks_stay_open(workshop, pictures):
    for name in tasks.NAMES[:2] + tasks.NAMES[3:]:
        workshop.open(name)
    assert len(workshop._opened) == work.OPEN
    assert workshop.run("lines", [str(pictures / "a.png")], {}).files


def test_large_pictures_are_shown_smaller(workshop, tmp_path):
    write(tmp_path / "a.png", draw(40, 5000))
    outcome = workshop.run("lines", [str(tmp_path / "a.png")], {"transparent": True})
    before, shape = workshop.show_before(str(tmp_path / "a.png"))
    after = workshop.show(outcome.done[0], "lines")
    assert shape == (40, 5000)
    assert images.size(before) == images.size(after) == (work.VIEW, 16)
    assert cv2.imread(after, cv2.IMREAD_UNCHANGED).shape[2] == 4
    assert images.size(workshop.show(outcome.done[0], "lines", 100)) == (100, 1)
    assert images.size(outcome.files[0]) == (5000, 40)
    assert workshop.show_before(str(tmp_path / "a.png"))[0] == before


def test_numbers_in_sixteen_bits_are_not_shown(tmp_path):
    images.write(tmp_path / "a.png", np.zeros((4, 4), np.uint16))
    images.write(tmp_path / "b.png", np.zeros((4, 4), np.uint8))
    (tmp_path / "c.svg").write_text("<svg/>")
    done = work.Done("x.png", {kind: str(tmp_path / kind) for kind in ("a.png", "b.png", "c.svg", "d.png")}, "")
    assert work.list_kinds(done) == ["b.png"]


def test_regions_are_shown_as_flats_first():
    assert tasks.load("regions").shown == "flatten" and tasks.load("style").shown == ""
    targets = {kind: str(Path(illustration_parts.__file__).parents[1] / "data/predict/small.png") for kind in "ab"}
    assert work.list_kinds(work.Done("x.png", targets, "b")) == ["b", "a"]


def test_dabs_of_any_size_colour_one_picture(workshop, pictures):
    sheet = np.zeros((30, 40, 4), np.uint8)  # half the picture's size
    sheet[10:20, 12:28] = (200, 40, 60, 255)
    sheet[0, 0] = (1, 2, 3, 100)  # less than half opaque
    outcome = workshop.run("colorize", [str(pictures / "a.png")], {"hints": sheet})
    assert images.read(outcome.files[0])[30, 40].tolist() == [200, 40, 60]
    dabs = work.fit_dabs(sheet, (60, 80))
    assert dabs.shape == (60, 80, 4) and dabs[30, 40].tolist() == [200, 40, 60, 255] and not dabs[0, 0].any()
    with pytest.raises(work.RefusedError, match="hints: painted dabs belong to one picture"):
        workshop.run("colorize", [str(pictures / f"{name}.png") for name in "ab"], {"hints": sheet})


@pytest.mark.parametrize("task", ["colorize", "style"])
def test_dabs_are_painted_on_the_sketch(workshop, tmp_path, task):
    coloured = draw(paper=(250, 150, 50))
    write(tmp_path / "a.png", coloured)
    paper = images.read(workshop.lay_out(task, str(tmp_path / "a.png")))
    assert paper.shape == (768, 1024, 3) and (np.ptp(paper, axis=2) == 0).all()  # grey, as a sketch is


def test_black_and_white_pictures_are_painted_on_as_they_are(workshop, pictures):
    paper = images.read(workshop.lay_out("colorize", str(pictures / "a.png")))
    assert np.abs(cv2.resize(paper, (80, 60), interpolation=cv2.INTER_AREA).astype(int) - draw()).mean() < 8


def test_users_are_served_side_by_side(workshop, pictures):
    found = {}

    def work_for(user):
        found[user] = workshop.run("lines", [str(pictures / f"{user}.png")], {}, user).files

    threads = [threading.Thread(target=work_for, args=(user,)) for user in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Path(found[user][0]).name for user in "abc"] == ["a.png", "b.png", "c.png"]
