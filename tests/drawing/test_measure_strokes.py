import numpy as np
import pytest
from helpers import write
from measure_strokes import find_strokes, main, measure_broad


def draw():
    """Two thin dark strokes, of which the left one is a line, and a broad line on its own map."""
    picture = np.full((80, 120, 3), 200, np.uint8)
    picture[10:70, 30:33] = picture[10:70, 80:83] = 120
    ink = np.zeros((80, 120), np.uint8)
    ink[10:70, 30:33] = 255
    return picture, ink


def test_broad_ink_is_what_a_disc_of_nine_pixels_fits_into():
    ink = draw()[1]
    assert measure_broad(ink) == 0 and measure_broad(np.zeros_like(ink)) == 0
    ink[10:70, 50:70] = 255
    assert measure_broad(ink) == pytest.approx(20 / 23, abs=0.02)


def test_half_of_the_thin_dark_strokes_are_lines():
    contrasts, lines = find_strokes(*draw())
    assert lines.mean() == pytest.approx(0.5, abs=0.1) and contrasts.min() > 1.5


def test_pictures_that_pass_are_named(tmp_path, capsys):
    picture, ink = draw()
    picture[..., 0] = 90
    for name, broad in (("thin", 0), ("broad", 20)):
        ink[10:70, 50 : 50 + broad] = 255
        write(tmp_path / f"raw/{name}.png", picture)
        write(tmp_path / f"ink/{name}.png", 255 - ink)
    folders = [str(tmp_path / name) for name in ("raw", "ink")]
    main([*folders, "--broad", "0.1"])
    said = capsys.readouterr()
    assert said.out == "thin\n" and "2 pictures" in said.err
    main([*folders, "--broad", "0.1", "--others", "0.1"])
    assert capsys.readouterr().out == ""
