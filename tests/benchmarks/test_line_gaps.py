"""Areas of line drawings with gaps cut into their lines, by the command and by its parts."""

import json

import cv2
import numpy as np
import pytest

import benchmark
from illustration_parts.benchmarks import inputs, line_gaps
from illustration_parts.imaging import images


def draw_grid(step=60, count=4):
    """Lines 3 pixels wide around squares."""
    drawing = np.full((step * count + 20,) * 2, 255, np.uint8)
    for at in range(10, 11 + count * step, step):
        cv2.line(drawing, (10, at), (10 + count * step, at), 0, 3)
        cv2.line(drawing, (at, 10), (at, 10 + count * step), 0, 3)
    return drawing


@pytest.mark.parametrize("size", [2, 4, 8])
def test_gaps_have_their_size(size):
    drawing = np.full((40, 6000), 255, np.uint8)
    drawing[19:22, 10:-10] = 0
    cut, gaps = line_gaps.cut_lines(drawing, size, np.random.default_rng(0))
    missing = (cut[20].astype(float) - drawing[20]) / 255
    assert 15 < gaps < 45 and missing.sum() / gaps == pytest.approx(size, abs=0.25)
    assert (cut[19:22].max(0) == cut[19:22].min(0)).all()  # straight across
    starts = np.flatnonzero(np.diff((missing > 0).astype(int)) == 1)
    assert len(starts) == gaps and np.diff(starts).min() >= line_gaps.APART


def test_gaps_follow_from_the_seed():
    drawing = draw_grid()
    one, again, other = (line_gaps.cut_lines(drawing, 4, np.random.default_rng(seed))[0] for seed in (1, 1, 2))
    assert (one == again).all() and (one != other).any() and (drawing == draw_grid()).all()


def test_areas_come_back_where_gaps_are_bridged():
    tried = line_gaps.try_gaps([draw_grid(), draw_grid(step=40)], 4)
    assert tried["areas"] == 2 * 17 and tried["gaps"] >= 8
    assert tried["back"] == tried["areas"] > tried["open"] + 8
    assert line_gaps.try_gaps([draw_grid(), draw_grid(step=40)], 4) == tried


def test_drawings_are_levelled_and_illustrations_named(tmp_path):
    images.write(tmp_path / "scan.png", np.minimum(draw_grid(), 235))
    drawing = line_gaps.read_drawing(tmp_path / "scan.png")
    assert drawing.dtype == np.uint8 and np.median(drawing) == 255 and drawing.min() < 20
    images.write(tmp_path / "grey.png", np.tile(np.linspace(0, 255, 200).astype(np.uint8), (200, 1)))
    with pytest.raises(ValueError, match="grey.png"):
        line_gaps.read_drawing(tmp_path / "grey.png")


@pytest.fixture
def small(monkeypatch, threads):
    monkeypatch.setattr(inputs, "DRAWING_SIZE", 128)


def test_the_table_of_drawn_and_given_pictures(small, tmp_path, capsys):
    images.write(tmp_path / "grid.png", draw_grid())
    options = ["regions", "--count", "1", "--jobs", "1", "--pictures", str(tmp_path), "--gaps", "2", "6"]
    assert benchmark.main(options) == 0
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows[2:]] == ["drawn, 2 px", "drawn, 6 px", "given, 2 px", "given, 6 px"]
    for _, drawings, gaps, areas, back, opened in rows[4:]:
        assert (drawings, areas, back) == ("1", "17", "1.000") and int(gaps) > 2 and float(opened) < 0.9


def test_numbers_for_machines_and_files_left_out(small, tmp_path, capsys):
    images.write(tmp_path / "grid.png", draw_grid())
    (tmp_path / "bad.png").write_bytes(b"no picture")
    options = ["regions", "--count", "1", "--jobs", "1", "--pictures", str(tmp_path), "--gaps", "4", "--json"]
    assert benchmark.main(options) == 1
    answer = capsys.readouterr()
    tried = json.loads(answer.out)
    assert tried["sets"]["given"]["drawings"] == 1 and tried["sets"]["given"]["gaps"]["4"]["areas"] == 17
    assert "bad.png is not a picture" in tried["failed"][0] and "bad.png is not a picture" in answer.err
    assert benchmark.main([*options, "--seed", "5"]) == 1
    assert json.loads(capsys.readouterr().out)["sets"] != tried["sets"]
