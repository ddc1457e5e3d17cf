"""What several test files share."""

import cv2
import numpy as np

from illustration_parts.drawing.artist import Artist
from illustration_parts.drawing.canvas import Canvas
from illustration_parts.drawing.styles import choose_style
from illustration_parts.networks import engine, loader


def make_batch(plan, step):
    """The columns of a plan's batch, and messages about unreadable pairs, in one list."""
    columns, failures = plan.make(step)
    return [*columns, failures]


def check_workers(plan):
    """Check that two workers, which begin at the third batch, make what no worker makes; return the last batch."""
    with loader.Loader(plan, workers=0) as batches:
        expected = [batches.next() for _ in range(5)]
    with loader.Loader(plan, workers=2, first_step=2) as batches:
        for wanted in expected[2:]:
            found = batches.next()
            assert (found[0] == wanted[0]).all() and (found[1] == wanted[1]).all() and found[2] == []
    return found


def draw_map(seed, height=90, width=130, regions=12):
    """A map of random Voronoi cells."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1, (regions, 2)) * (height, width)
    rows, columns = np.mgrid[:height, :width]
    return np.argmin([(rows - y) ** 2 + (columns - x) ** 2 for y, x in points], axis=0).astype(np.int32)


def write(path, array):
    """Write (H, W) or (H, W, 3) RGB uint8 as PNG, whatever the path's ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", array[..., ::-1] if array.ndim == 3 else array)[1].tobytes())


class DarkIsInk:
    """A stand-in network: dark pixels are ink, all of it boundary, and there are no fill edges."""

    name, margin, stride, max_tile = "line_extractor", 16, 8, 1088

    def stream(self, tiles):
        for tile in tiles:
            yield np.dstack([tile.mean(axis=2) < 0.3, np.ones(tile.shape[:2]), np.zeros(tile.shape[:2])]).astype(
                np.float32
            )


def write_network(network, folder):
    """Save a network as `.keras` and `.xml` in a folder; returns the path of the first."""
    import openvino

    path = folder / "tiny.keras"
    network.save(path)
    openvino.save_model(engine.to_openvino(network), path.with_suffix(".xml"), compress_to_fp16=False)
    return path


def draw_rooms(gap=0, size=(96, 128)):
    """A frame divided by a wall, with a gap in it: (H, W) uint8, dark on white."""
    sketch = np.full(size, 255, np.uint8)
    height, width = size
    cv2.rectangle(sketch, (4, 4), (width - 5, height - 5), 0, 2)
    cv2.line(sketch, (width // 2, 4), (width // 2, height - 5), 0, 2)
    if gap:
        sketch[height // 2 - gap // 2 : height // 2 + (gap + 1) // 2, width // 2 - 2 : width // 2 + 3] = 255
    return sketch


def make_artist(preset="tv", seed=0, size=96, paper=(200, 210, 220), **changes):
    """An artist before an empty canvas; `size` is a number or (height, width), `changes` are of the style."""
    height, width = np.broadcast_to(size, 2).tolist()
    rng = np.random.default_rng(seed)
    style = choose_style(rng, preset, min(height, width))
    for name, value in changes.items():
        setattr(style, name, value)
    return Artist(Canvas(height, width, paper), rng, style)
