import numpy as np

import overview


def test_lines_and_classes_stand_beside_each_picture(monkeypatch):
    def find(network, picture):
        found = np.zeros((*picture.shape[:2], 3), np.uint8)
        found[10, :, 0] = 255  # one inner line
        return found

    monkeypatch.setattr(overview.predict, "find_maps", find)
    one = overview.show_one(None, np.full((20, 30, 3), 90, np.uint8))
    sheet = overview.show_lines(None, (("small.png",), ("small.png", "cutout.png")), 300)
    assert one.shape == (20, 90, 3)
    assert (one[:, :30] == 90).all() and (one[10, 30:60] == 0).all() and (one[9, 30:60] == 255).all()
    assert (one[10, 60:] == (0, 255, 0)).all()
    assert sheet.shape[1] == 300


def test_regions_are_shown_with_their_map_and_flattened(monkeypatch):
    def find(network, picture):
        found = np.zeros((*picture.shape[:2], 2), np.uint8)
        found[10:110, 10:-10, 0] = found[130:230, 10:-10, 0] = 200  # two regions
        found[118:122, :, 1] = 255
        return found

    monkeypatch.setattr(overview.predict, "find_skeleton", find)
    sheet = overview.show_regions(None, ("small.png", "small.png"), 960)
    assert sheet.shape == (480, 960, 3)
    heights, areas, flat = (sheet[:240, 240 * k : 240 * (k + 1)] for k in (1, 2, 3))
    assert (heights[..., 0] == heights[..., 1]).all() and heights.max() == 200
    assert len(np.unique(areas.reshape(-1, 3), axis=0)) == len(np.unique(flat.reshape(-1, 3), axis=0)) == 2


def test_refined_drawings_stand_below_the_rough_ones():
    class Leave:
        """Finds the ink it is given."""

        name, margin, stride, max_tile = "line_refiner", 16, 8, 1088

        def stream(self, tiles):
            yield from tiles

    sheet = overview.show_refined(Leave(), ("broken.png", "scan.png"), 600)
    assert sheet.shape[1:] == (600, 3) and sheet.dtype == np.uint8 and (sheet[..., :1] == sheet).all()
    half = sheet.shape[0] // 2
    above, below = sheet[:half, :, 0], sheet[-half:, :, 0]
    assert np.median(below) > 252 and np.median(above[:, -200:]) < 250  # the scan's paper is levelled
    same = np.corrcoef(above.ravel(), below.ravel())[0, 1]
    assert same > 0.5  # in place, one below the other
