"""The app in a real browser: before and after, the slider of regions, dabs painted by mouse, no other computer."""

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("gradio", reason="the app needs gradio: pip install -r requirements-app.txt")
pytest.importorskip("playwright", reason="driving a browser needs playwright: pip install playwright")

from docs import show_app
from illustration_parts.app import page
from illustration_parts.imaging import images

if show_app.find_browser() is None:
    pytest.skip("there is no browser: apt install chromium", allow_module_level=True)

DATA = Path(show_app.ROOT) / "data"


@pytest.fixture(scope="module")
def visitor():
    with show_app.start_app() as (_, url), show_app.visit(url) as found:
        yield found


def read(visitor, address):
    return cv2.imdecode(np.frombuffer(visitor.fetch(address), np.uint8), cv2.IMREAD_COLOR_RGB)


def test_regions_follow_the_slider(visitor):
    visitor.give("regions", DATA / "predict/small.png")
    first = visitor.run("regions")
    fine = visitor.set_number("regions", 0, 0.95)
    before, after = visitor.find_shown()
    assert first.endswith("small.flatten.png") and after == fine
    np.testing.assert_array_equal(read(visitor, before), images.read(DATA / "predict/small.png"))
    counts = [len(np.unique(read(visitor, address).reshape(-1, 3), axis=0)) for address in (first, fine)]
    assert counts[1] > counts[0] > 1
    visitor.page.get_by_label("skeleton", exact=True).check()
    visitor.page.wait_for_function("document.querySelectorAll('#slider img')[1].src.endsWith('small.skeleton.png')")
    names = visitor.page.inner_text("#downloads").replace("\n.png", ".png")
    assert all(name in names for name in ("small.skeleton.png", "small.region.png", "small.flatten.png"))


def test_dabs_are_painted_with_the_mouse(visitor):
    visitor.give("colorize", DATA / "predict/small.png")
    visitor.paint("colorize", 0.25, 0.2, 0.03)
    painted = read(visitor, visitor.run("colorize"))
    colour = np.array([int(page.COLOURS[0][at : at + 2], 16) for at in (1, 3, 5)])  # the palette's first
    near = np.abs(painted.astype(int) - colour).max(axis=2) < 40
    assert near.mean() > 0.3  # one dab colours all that it can reach


def test_several_pictures_fill_the_gallery(visitor):
    visitor.give("sketch", DATA / "predict/small.png", DATA / "rough/broken.png")
    assert visitor.run("sketch").endswith("small.sketch.png")
    assert "sketch.zip" in visitor.page.inner_text("#downloads").replace("\n.zip", ".zip")
    thumbnails = visitor.page.locator("#gallery .thumbnail-item")
    thumbnails.nth(1).wait_for()
    assert thumbnails.count() == 2
    assert visitor.wait_for_other(thumbnails.nth(1).click).endswith("broken.sketch.png")


def test_a_picture_can_be_pasted(visitor):
    visitor.clear()
    visitor.paste(DATA / "predict/small.png")
    visitor.page.locator("#pictures").get_by_text("small").first.wait_for()
    visitor.choose("lines")
    assert visitor.run("lines").endswith("small.png")


def test_an_error_is_shown_as_a_sentence(visitor, tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    visitor.give("lines", tmp_path / "a.png")
    visitor.page.click("#run-lines")
    visitor.page.get_by_text("a.png: is not a picture, or damaged").wait_for()


def test_nothing_was_asked_of_other_computers(visitor):
    assert visitor.elsewhere == []
    assert not [error for error in visitor.errors if "Content Security Policy" in error or "blocked" in error]
