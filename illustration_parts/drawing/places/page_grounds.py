"""Grounds of pages and papers: tones, hatching, black, effect lines; paper as it is for pencil and ink."""

import numpy as np

from illustration_parts.drawing import tones
from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.curves import blob, bow, noise
from illustration_parts.drawing.places import outdoors
from illustration_parts.drawing.places.brush import Painting
from illustration_parts.drawing.places.stages import on_horizon

KINDS = {
    "white": 0.2, "black": 0.07, "graded tone": 0.15, "flat tone": 0.08, "cloud tone": 0.08, "speed lines": 0.1,
    "focus lines": 0.1, "hatching": 0.06, "white lines": 0.06, "night": 0.06, "lines": 0.14, "flash": 0.03,
    "rain": 0.03,
}  # fmt: skip
PAPER_KINDS = {"white": 0.68, "hatching": 0.08, "lines": 0.18, "speed lines": 0.03, "tinted": 0.03}


def draw_page(artist, kind=None):
    """Fill the whole canvas as the ground of a manga page, or as paper where the style has no colour.

    Args:
        artist: an `Artist`. kind: of `KINDS`; drawn if None.

    Raises:
        ValueError: for an unknown kind.
    """
    manga = artist.style.manga
    shares = KINDS if manga else PAPER_KINDS
    if kind is None:
        kind = artist.pick(list(shares), np.array(list(shares.values())) / sum(shares.values()))
    if kind not in KINDS and kind not in PAPER_KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}. Received: {kind!r}")
    canvas = artist.canvas
    if kind == "lines":
        outdoors.draw_landscape(artist)
    else:
        paper = np.full(3, 255.0) if manga else artist.paper
        canvas.fill(canvas.everything(), paper, None, "paper")
    if not manga and kind in ("white", "tinted"):
        _stain_paper(artist)
    draw = {
        "black": _draw_black,
        "graded tone": _draw_graded,
        "flat tone": _draw_flat,
        "cloud tone": _draw_cloud_tone,
        "speed lines": draw_speed_lines,
        "focus lines": draw_focus_lines,
        "hatching": _draw_hatching,
        "white lines": _draw_white_lines,
        "night": _draw_night,
        "flash": _draw_flash,
        "rain": _draw_rain,
    }
    if kind in draw:
        draw[kind](artist)
    if kind in ("white", "tinted", "graded tone") and artist.chance(0.6):
        artist.stage = on_horizon(artist, canvas.shape[0] * artist.between(0.3, 0.55))
    if kind in ("graded tone", "cloud tone") and artist.chance(0.25):
        draw_speed_lines(artist) if artist.chance(0.5) else draw_focus_lines(artist)
    artist.cases.add(f"{kind} ground")


def _stain_paper(artist):
    """The paper's own grain and shade, as a photograph or scan of it has."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    if artist.chance(0.6):
        grain = noise(rng, height, width, artist.px(artist.between(2, 9)), 2)
        canvas.tint(canvas.everything().times(np.clip(grain * 0.06, 0, 0.2)), (120, 112, 100), edge=False)
    if artist.chance(0.4):
        shade = noise(rng, height, width, artist.px(700), 2)
        canvas.tint(canvas.everything().times(np.clip(0.08 + 0.08 * shade, 0, 0.25)), (150, 140, 130), edge=False)
    artist.cases.add("paper")


def _ink(artist):
    return np.full(3, float(np.mean(artist.style.ink)))


def _draw_black(artist):
    canvas = artist.canvas
    canvas.fill(canvas.everything(), _ink(artist), None, "paper")
    artist.cases.add("solid black")


def _tone(artist, mask, density):
    dark = tones.lay(artist.rng, tones.choose_screen(artist.rng, artist.style.scale), mask, density)
    artist.canvas.tint(dark, artist.style.ink, edge=False)
    artist.cases.add("screentones")


def _slope(artist):
    """A ramp 0..1 over the canvas in some direction, (H, W) float32."""
    height, width = artist.canvas.shape
    x, y = artist.canvas.everything().grid()
    angle = artist.pick((np.pi / 2, -np.pi / 2, artist.between(0, 6.3)))
    ramp = 0.5 + (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
    start = artist.between(0.0, 0.5)
    return np.clip((ramp - start) / max(0.2, artist.between(0.4, 1.0) - start), 0, 1)


def _draw_graded(artist):
    _tone(artist, artist.canvas.everything(), _slope(artist) * artist.between(0.4, 1.0))


def _draw_flat(artist):
    _tone(artist, artist.canvas.everything(), artist.between(0.08, 0.6))


def _draw_cloud_tone(artist):
    """Soft clouds in tone, as they are scraped from a sheet: for sky, gloom or a blush of feeling."""
    height, width = artist.canvas.shape
    field = noise(artist.rng, height, width, artist.px(artist.between(120, 400)), 5)
    _tone(artist, artist.canvas.everything(), np.clip(artist.between(0.0, 0.5) + 0.4 * field, 0, 0.95))


def _stroke(artist, start, end, scale, light):
    colour = np.full(3, 250.0) if light else None
    artist.line(np.array([start, end]), "inner", scale, None, colour, taper=0.97, ends=(False, True))


def draw_speed_lines(artist, light=False):
    """Draw speed lines across the canvas: bundles of nearly parallel strokes that come to a point.

    Args:
        artist: an `Artist`. light: white strokes on a dark ground.
    """
    rng = artist.rng
    height, width = artist.canvas.shape
    angle = artist.pick((0.0, np.pi, np.pi / 2, artist.between(0, 6.3)))
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    reach = np.hypot(height, width) / 2
    centre = np.array([width, height]) / 2
    at, gap = -reach, artist.px(artist.between(5, 22))
    while at < reach:
        at += gap * rng.lognormal(0, 0.9)
        start = centre + across * at - along * reach * 1.05
        end = start + along * reach * artist.between(0.4, 2.0) + across * rng.normal(0, 3)
        _stroke(artist, start, end, artist.between(0.5, 1.6) * (2.0 if artist.chance(0.12) else 1.0), light)
    artist.cases.add("speed lines")


def draw_focus_lines(artist, centre=None, light=False, clear=None):
    """Draw focus lines: strokes from the rim that point at one place and stop before it.

    Args:
        artist: an `Artist`. centre: (x, y); drawn if None. light: white strokes.
        clear: radius that stays free, pixels; drawn if None.
    """
    rng = artist.rng
    height, width = artist.canvas.shape
    centre = rng.uniform(0.35, 0.65, 2) * (width, height) if centre is None else np.asarray(centre, float)
    clear = min(height, width) * artist.between(0.25, 0.5) if clear is None else clear
    far = np.hypot(height, width)
    bundle = noise(rng, 2, 128, 8, 2)[0]
    for angle in rng.uniform(0, 2 * np.pi, int(rng.integers(120, 420))):
        if bundle[int(angle / 6.2832 * 127)] < artist.between(-1.0, 0.3):
            continue
        way = np.array([np.cos(angle), np.sin(angle)])
        stop = clear * (1 + abs(rng.normal(0, 0.35))) * np.hypot(way[0] * width, way[1] * height) / far * 1.4
        _stroke(artist, centre + way * far, centre + way * stop, artist.between(0.6, 2.2), light)
    artist.cases.add("focus lines")


def _draw_white_lines(artist):
    """White speed or focus lines on black."""
    _draw_black(artist)
    draw_speed_lines(artist, True) if artist.chance(0.5) else draw_focus_lines(artist, light=True)
    artist.cases.add("white lines on black")


def _draw_flash(artist):
    """A white burst with a jagged rim on black."""
    rng = artist.rng
    height, width = artist.canvas.shape
    _draw_black(artist)
    centre, count = rng.uniform(0.4, 0.6, 2) * (width, height), int(rng.integers(40, 110))
    angles = np.linspace(0, 2 * np.pi, 2 * count)
    lengths = np.where(np.arange(2 * count) % 2, 1.0, rng.uniform(1.1, 1.9, 2 * count)) * min(height, width) * 0.36
    points = centre + lengths[:, None] * np.stack([np.cos(angles) * width / height, np.sin(angles)], 1)
    mask = artist.canvas.polygon(points)
    if mask.alpha.size:
        artist.canvas.fill(mask, np.full(3, 255.0), None, "paper")


def _draw_hatching(artist):
    """Patches of hatching, crossed where it is darkest."""
    rng = artist.rng
    height, width = artist.canvas.shape
    angle = artist.between(0.3, 1.3)
    for k in range(int(rng.integers(1, 4))):
        points = blob(
            rng, rng.uniform(0.1, 0.9, 2) * (width, height), min(height, width) * artist.between(0.3, 0.8), 8, 0.3
        )
        mask = artist.canvas.polygon(points)
        if mask.alpha.size:
            artist.hatch(
                mask, None, angle + k * artist.between(0.4, 0.9), artist.px(artist.between(8, 20)) + artist.style.width
            )


def _draw_night(artist):
    """Black with white dots, and sometimes a moon or a tone towards the ground."""
    rng, canvas = artist.rng, artist.canvas
    height, width = canvas.shape
    _draw_black(artist)
    if artist.chance(0.4):
        moon = canvas.polygon(
            blob(rng, rng.uniform(0.15, 0.85, 2) * (width, 0.6 * height), artist.px(artist.between(40, 140)), 24, 0.01)
        )
        if moon.alpha.size:
            canvas.fill(moon, np.full(3, 255.0), None, "light")
    painting = Painting(rng, height, width, artist.style.scale, (0, 0, 0))
    count = int(rng.integers(80, 900) * height * width / 1e6 / artist.style.scale) + 3
    radii = np.minimum(artist.px(0.6) * (1 + rng.pareto(2.0, count)), artist.px(9))
    painting.dabs(
        rng.uniform(0, 1, (count, 2)) * (width, height),
        np.stack([radii, radii], 1),
        0.0,
        (255, 255, 255),
        None,
        1.0,
        0.0,
    )
    dots = painting.picture[..., 0]
    canvas.tint(Mask(0, 0, np.clip(dots, 0, 255).astype(np.uint8)), np.full(3, 252.0), edge=False)


def _draw_rain(artist):
    """Slanted strokes over a tone."""
    rng = artist.rng
    height, width = artist.canvas.shape
    if artist.chance(0.6):
        _tone(artist, artist.canvas.everything(), artist.between(0.1, 0.4))
    slant = artist.between(-0.3, 0.3)
    for _ in range(int(rng.integers(60, 260))):
        start = rng.uniform(-0.1, 1.1, 2) * (width, height)
        length = artist.px(artist.between(40, 220))
        end = start + length * np.array([np.sin(slant), np.cos(slant)])
        artist.line(bow(start, end, 0, 5), "inner", artist.between(0.4, 0.9), None, taper=0.9)
    artist.cases.add("rain")
