"""The command line for sketches, grey of binary pictures, colours, and the chain of both."""

import cv2
import numpy as np
import pytest

import predict
from illustration_parts import tasks
from illustration_parts.imaging import filters, images, palettes
from illustration_parts.networks import engine as engine_module
from illustration_parts.networks import tiling
from illustration_parts.tasks import colorize as colour_task
from illustration_parts.tasks import sketches as sketch_task


class Dim:
    """A stand-in sketch network: the mean of what it is given."""

    channels, margin, stride, max_tile = 3, 16, 8, 1088

    def __init__(self, name):
        self.name = name

    def stream(self, tiles):
        for tile in tiles:
            yield tile.mean(-1, keepdims=True)


class Painter(Dim):
    """A stand-in for a network that paints: the sketch tinted, or a dab's colour where there is one."""

    def stream(self, tiles):
        for tile in tiles:
            tinted = tile[..., :1] * np.float32([1.0, 0.5, 0.25])
            yield np.where(tile[..., 4:] == 1, tile[..., 1:4], tinted)


class Teller(Dim):
    """A stand-in for the network that tells parts: hair in the middle, sky around; all light."""

    def stream(self, tiles):
        for tile in tiles:
            across, down = np.abs(tile[::2, ::2, 1] - 0.5), np.abs(tile[::2, ::2, 2] - 0.5)
            inside = (across < 0.41) & (down < 0.38)
            cells = np.zeros((*inside.shape, colour_task.MAPS), np.float32)
            cells[..., colour_task.PARTS.index("hair")] = 20 * inside
            cells[..., colour_task.PARTS.index("sky")] = 20 * ~inside
            cells[..., len(colour_task.PARTS)] = 20
            height, width, count = cells.shape
            cells = cells.reshape(height, width, count // 4, 2, 2).transpose(0, 3, 1, 4, 2)
            yield cells.reshape(2 * height, 2 * width, count // 4)


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Runs predict.py in this process on stand-in networks; returns its exit status."""

    def load(weights=None, engine="auto", precision="auto", task="lines", ignore_checksum=False):
        if task != "colorize":
            return Dim(f"{task}_unet")
        return Painter("colorize_classic") if weights == "classic" else Teller("colorize_parts")

    monkeypatch.setattr(engine_module, "load", load)

    def go(*arguments, task, output=tmp_path / "out"):
        return predict.main([*map(str, arguments), "--task", task, "--output", str(output)])

    return go


def draw(colour=(200, 120, 60), size=(90, 120)):
    """A coloured room with a dark frame; (H, W, 3) uint8."""
    picture = np.full((*size, 3), colour, np.uint8)
    return cv2.rectangle(picture, (10, 10), (size[1] - 11, size[0] - 11), (10, 10, 10), 2)


def draw_lines(size=(90, 120)):
    """The same frame, black on white; (H, W, 3) uint8."""
    return cv2.rectangle(np.full((*size, 3), 255, np.uint8), (10, 10), (size[1] - 11, size[0] - 11), (0, 0, 0), 2)


def write_hints(path, size=(90, 120), place=(60, 45), colour=(0, 0, 255), transparent=True):
    """A sheet with one dab, RGB given; read and written by OpenCV, which has BGR."""
    sheet = np.zeros((*size, 4), np.uint8)
    cv2.circle(sheet, place, 4, (*colour[::-1], 255), -1)
    cv2.imwrite(str(path), sheet if transparent else sheet[..., :3])
    return path


def results(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))


@pytest.mark.parametrize(
    "task, ending", [("sketch", "sketch"), ("binary2sketch", "grey"), ("colorize", "colorized"), ("style", "style")]
)
def test_results_have_the_pictures_size_and_a_name_of_their_own(go, tmp_path, task, ending, capsys):
    for name in ("a.jpg.png", "sub/線.png"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        images.write(tmp_path / "in" / name, draw())
    assert go(tmp_path / "in", "--sheet", task=task) == 0
    names = [f"{name}.{ending}{sheet}.png" for name in ("a.jpg", "sub/線") for sheet in ("", ".sheet")]
    assert results(tmp_path / "out") == sorted(names)
    found, sheet = (images.read(tmp_path / f"out/sub/線.{kind}.png") for kind in (ending, f"{ending}.sheet"))
    assert found.shape == (90, 120, 3) and np.array_equal(sheet, np.hstack([draw(), found]))
    assert "2 done" in capsys.readouterr().out


def test_chains_of_any_length_end_in_colours(go, tmp_path):
    """What stands in the middle is given lines, too, and not a picture."""
    images.write(tmp_path / "a.png", draw())
    for task in ("lines,colorize", "lines,refine,colorize"):
        assert go(tmp_path / "a.png", "--layers=colours", task=task) == 0
        ending = task.replace(",colorize", ".colorized").replace(",", ".")
        assert images.read(tmp_path / f"out/a.{ending}.png").shape == (90, 120, 3)
        assert (tmp_path / f"out/a.{ending}.ora").exists()


def test_an_option_that_two_tasks_of_a_chain_have_is_the_last_ones():
    own, of_lines = ({option.name: option for option in tasks.load(name).options} for name in ("colorize", "lines"))
    chain = {option.name: option for option in tasks.load("lines,colorize").options}
    assert chain["keep_colour"] is own["keep_colour"] and chain["scale"] is of_lines["scale"]
    assert {option.name for option in tasks.load("lines,refine").options} >= {"keep_colour", "scale", "strength"}


@pytest.mark.parametrize("task", ("sketch", "binary2sketch", "colorize", "style"))
@pytest.mark.parametrize("height, width", [(1, 1), (3, 300), (300, 3), (9, 17)])
def test_sketches_of_extreme_sizes(go, tmp_path, task, height, width):
    picture = np.full((height, width, 3), (250, 120, 30), np.uint8)
    images.write(tmp_path / "a.png", picture)
    assert go(tmp_path / "a.png", "--sheet", task=task) == 0
    [sheet] = tmp_path.glob("out/a.*.sheet.png")
    assert images.read(sheet).shape == (height, 2 * width, 3)


def test_a_sketch_is_what_the_network_finds(go, tmp_path):
    images.write(tmp_path / "a.png", draw())
    assert go(tmp_path / "a.png", task="sketch") == 0
    seen = filters.lighten(draw())  # a dark picture
    assert np.abs(images.read_map(tmp_path / "out/a.sketch.png") - seen.mean(-1)).max() <= 0.51


def test_a_network_that_corrects_is_given_a_first_sketch(go, tmp_path, monkeypatch):
    monkeypatch.setattr(Dim, "channels", 4)
    images.write(tmp_path / "a.png", draw())
    assert go(tmp_path / "a.png", task="sketch") == 0
    seen = np.dstack([filters.lighten(draw()), sketch_task.make_clean_sketch(draw())])
    assert np.abs(images.read_map(tmp_path / "out/a.sketch.png") - seen.mean(-1)).max() <= 0.51


def test_pictures_are_binarised_first_unless_they_are_binary(go, tmp_path, capsys):
    images.write(tmp_path / "coloured.png", draw())
    images.write(tmp_path / "binary.png", draw_lines())
    assert go(tmp_path / "coloured.png", tmp_path / "binary.png", task="binary2sketch") == 0
    said = capsys.readouterr().out
    assert "coloured.png: not black and white, binarised first" in said and "binary.png:" not in said
    expected = filters.threshold(cv2.cvtColor(draw(), cv2.COLOR_RGB2GRAY))
    assert np.array_equal(images.read_map(tmp_path / "out/coloured.grey.png"), expected)
    assert np.array_equal(images.read_map(tmp_path / "out/binary.grey.png"), draw_lines()[..., 0])


def test_coloured_pictures_are_sketched_before_they_are_coloured(go, tmp_path, capsys):
    images.write(tmp_path / "coloured.png", draw())
    images.write(tmp_path / "lines.png", draw_lines())
    assert go(tmp_path / "coloured.png", tmp_path / "lines.png", task="colorize") == 0
    said = capsys.readouterr().out
    assert "coloured.png: coloured, sketched first" in said and "lines.png:" not in said
    assert go(tmp_path / "coloured.png", task="style", output=tmp_path / "style") == 0
    assert "sketched first" not in capsys.readouterr().out
    both = (tmp_path / "out/coloured.colorized.png", tmp_path / "style/coloured.style.png")
    assert both[0].read_bytes() == both[1].read_bytes()
    found = images.read(tmp_path / "out/lines.colorized.png")
    hair, sky = palettes.choose_colours(["hair", "sky"])
    assert found[45, 60].tolist() == hair.tolist() and found[45, 3].tolist() == sky.tolist()
    assert found[10, 60].max() < 90  # the frame's line, tinted


def test_every_pass_can_be_interrupted(go, tmp_path, monkeypatch):
    """Between tiles it is looked at whether the run is to end: when sketching, and when colouring."""
    images.write(tmp_path / "coloured.png", draw())
    watched, run = [], tiling.run

    def spy(*arguments, progress=iter, **options):
        watched.append(progress is not iter)
        return run(*arguments, progress=progress, **options)

    monkeypatch.setattr(tiling, "run", spy)
    assert go(tmp_path / "coloured.png", task="style") == 0
    assert len(watched) > 1 and all(watched)


def test_colours_without_dabs_are_chosen_by_seed(go, tmp_path):
    images.write(tmp_path / "a.png", draw_lines())
    found = []
    for run, seed in (("a", 0), ("b", 0), ("c", 5)):
        assert go(tmp_path / "a.png", "--seed", seed, task="colorize", output=tmp_path / run) == 0
        found.append((tmp_path / run / "a.colorized.png").read_bytes())
    assert found[0] == found[1] != found[2]


def test_dabs_are_heeded(go, tmp_path):
    images.write(tmp_path / "a.png", draw_lines())
    hints = write_hints(tmp_path / "hints.png", colour=(10, 200, 90))
    for task, weights in (("colorize", ()), ("style", ()), ("colorize", ("--weights", "classic"))):
        output = tmp_path / f"out{len(weights)}"
        assert go(tmp_path / "a.png", "--hints", hints, *weights, task=task, output=output) == 0
    for name in ("out0/a.colorized.png", "out0/a.style.png", "out2/a.colorized.png"):
        assert images.read(tmp_path / name)[45, 60].tolist() == [10, 200, 90]
    assert images.read(tmp_path / "out2/a.colorized.png")[45, 3].tolist() == [255, 128, 64]


def test_palettes_variants_shades_and_layers_are_made_on_demand(go, tmp_path, capsys):
    images.write(tmp_path / "a.png", draw_lines())
    options = ("--palette", "hair=#204060,sky=#f0e0d0", "--variants", 3, "--shade", "none", "--layers")
    assert go(tmp_path / "a.png", *options, task="colorize") == 0
    made = ["a.colorized.ora", "a.colorized.png", "a.colorized.variants.png"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == made
    found = images.read(tmp_path / "out/a.colorized.png")
    assert found[45, 60].tolist() == [0x20, 0x40, 0x60] and found[45, 3].tolist() == [0xF0, 0xE0, 0xD0]
    sheet = images.read(tmp_path / "out/a.colorized.variants.png")
    assert sheet.shape == (180, 240, 3) and (sheet[:90, :120] == found).all() and (sheet[90:, 120:] == 255).all()
    for wrong in ("hair=blue", "tail=#204060", str(tmp_path / "none.txt")):
        with pytest.raises(SystemExit) as ending:
            go(tmp_path / "a.png", "--palette", wrong, task="colorize")
        assert ending.value.code == 2 and "--palette" in capsys.readouterr().err


def test_variants_and_layers_of_a_chain_have_its_name(go, tmp_path):
    images.write(tmp_path / "a.png", draw())
    assert go(tmp_path / "a.png", "--variants", 2, "--layers", task="style") == 0
    made = ["a.style.ora", "a.style.png", "a.style.variants.png"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == made
    assert (images.read(tmp_path / "out/a.style.ora").shape) == (90, 120, 3)


@pytest.mark.parametrize("options", [("--variants", 3), ("--layers",)])
def test_what_a_network_that_paints_cannot_do_is_refused(go, tmp_path, capsys, options):
    images.write(tmp_path / "a.png", draw_lines())
    with pytest.raises(SystemExit) as ending:
        go(tmp_path / "a.png", *options, "--weights", "classic", task="colorize")
    assert ending.value.code == 2 and f"{options[0]}: colorize_classic paints" in capsys.readouterr().err
    assert results(tmp_path / "out") == []


def test_dabs_of_another_size_are_refused_with_both_sizes(go, tmp_path, capsys):
    images.write(tmp_path / "a.png", draw_lines())
    hints = write_hints(tmp_path / "hints.png", size=(40, 50), place=(9, 9))
    assert go(tmp_path / "a.png", "--hints", hints, task="colorize") == 1
    said = capsys.readouterr().err
    assert "120x90" in said and "50x40" in said and str(hints) in said
    assert results(tmp_path / "out") == []


def test_dabs_that_cannot_be_read_are_named(go, tmp_path, capsys):
    images.write(tmp_path / "a.png", draw_lines())
    opaque = write_hints(tmp_path / "opaque.png", transparent=False)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    for hints, reason in (
        (opaque, "no transparency"),
        (broken, "is not a picture"),
        (tmp_path / "none.png", "No such file"),
    ):
        assert go(tmp_path / "a.png", "--hints", hints, task="colorize") == 1
        said = capsys.readouterr().err
        assert reason in said and str(hints) in said


def test_dabs_belong_to_one_picture(go, tmp_path, capsys):
    for name in ("a.png", "b.png"):
        images.write(tmp_path / "in" / name, draw_lines()) if (tmp_path / "in").mkdir(exist_ok=True) is None else None
    with pytest.raises(SystemExit) as ending:
        go(tmp_path / "in", "--hints", write_hints(tmp_path / "hints.png"), task="colorize")
    assert ending.value.code == 2 and "belongs to one picture" in capsys.readouterr().err


def test_a_pictures_own_colours_are_kept_on_demand(go, tmp_path):
    images.write(tmp_path / "a.png", draw((200, 230, 250)))
    assert go(tmp_path / "a.png", "--keep-colour", task="style") == 0
    found = images.read(tmp_path / "out/a.style.png")
    assert (np.abs(found.astype(int) - (200, 230, 250)).max(-1) < 12).mean() > 0.5


@pytest.mark.parametrize(
    "options, reason", [(("--hints", "x.png"), "--hints"), (("--seed", "2"), "--seed"), (("--classes",), "--classes")]
)
def test_options_of_other_tasks_are_refused(go, tmp_path, capsys, options, reason):
    with pytest.raises(SystemExit) as ending:
        go(tmp_path, *options, task="sketch")
    assert ending.value.code == 2 and reason in capsys.readouterr().err
