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


def test_regions_are_shown_with_their_map_and_flattened():
    sheet = overview.show_regions(3, 96)
    assert sheet.shape == (96, 4 * 96, 3)
    heights, flat = sheet[:, 96:192], sheet[:, 288:]
    assert (heights[..., 0] == heights[..., 1]).all() and heights.max() == 255
    assert len(np.unique(flat.reshape(-1, 3), axis=0)) < 200  # one colour for each region
