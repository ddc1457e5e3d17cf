"""Pictures that show nothing but an order of their own: swarms, waves, windows of glass, rosettes, scales, ribbons."""

import numpy as np

from illustration_parts.drawing.curves import blob, bow, ellipse, offset, spline, straight, strand, turn, wobble
from illustration_parts.drawing.pages import split
from illustration_parts.drawing.places import grounds
from illustration_parts.drawing.styles import hsv

PEN_WIDTHS = 9  # times the pen's width that the parts of a design are broad, at least


def draw_abstract(artist, kind=None):
    """Fill the picture with one abstract design.

    Args:
        artist: an `Artist`. kind: of `DESIGNS`; drawn if None.

    Raises:
        ValueError: for an unknown kind.
    """
    kind = artist.pick(tuple(DESIGNS)) if kind is None else kind
    if kind not in DESIGNS:
        raise ValueError(f"kind must be one of {', '.join(DESIGNS)}. Received: {kind!r}")
    DESIGNS[kind](artist, _choose_palette(artist))
    artist.cases.add(f"{kind} design")


def _choose_palette(artist):
    """Six colours that go together: two or three hues, from dark to light; list of RGB."""
    rng, base = artist.rng, artist.rng.random()
    hues = base + np.array(artist.pick(((0, 0.04, 0.5), (0, 0.08, 0.16), (0, 0.33, 0.4), (0, 0.0, 0.55))))
    values = np.linspace(max(0.25, artist.style.pale * 0.8), 1.0, 6)
    return [artist.colour(hues[k % 3] + rng.normal(0, 0.015), None, values[k]) for k in rng.permutation(6)]


def _draw_swarm(artist, palette):
    """Shapes that fly out of a light, larger towards the viewer."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    plain = not artist.style.keeps_colours
    grounds.draw_ground(artist, "white" if plain else artist.pick(("dark", "soft", "plain", "night sky")))
    middle = rng.uniform(0.3, 0.7, 2) * (width, height)
    reach = np.hypot(width, height)
    if not plain:
        mask = artist.canvas.everything()
        x, y = mask.grid()
        away = np.hypot(x - middle[0], y - middle[1]) / reach
        glow = np.clip(1 - away / 0.3, 0, 1) ** 2
        artist.canvas.light_up(mask.times(glow), hsv(rng.uniform(0.05, 0.17), 0.3, 1.0))
    for near in np.sort(rng.uniform(0.02, 0.75, int(rng.integers(60, 170))) ** 1.2):
        angle = rng.uniform(0, 2 * np.pi)
        centre = middle + reach * near * np.array([np.cos(angle), np.sin(angle)])
        size = reach * 0.075 * near**0.9 * rng.uniform(0.4, 1.1)
        outline, squash = _piece(rng, size), rng.uniform(0.35, 1.0)
        points = turn(turn(outline, rng.uniform(0, 6.3)) * (1, squash), rng.uniform(0, 6.3)) + centre
        colour = artist.pick(palette)
        form = "inflate" if size > artist.px(20) and artist.chance(0.5) else None
        mask = artist.shape(points, colour, form=form, gloss=True, scale=float(np.clip(size / artist.px(25), 0.4, 1)))
        if size > artist.px(25) and artist.chance(0.5) and mask.alpha.size:
            artist.line((points - centre) * 0.72 + centre, "inner", 0.7, colour, taper=0.0)


def _piece(rng, size):
    """The closed outline of a small shape: a polygon, a star, a disc, a chip."""
    kind = rng.integers(5)
    if kind == 0:
        return ellipse((0, 0), (size, size), samples=40)
    if kind == 1:
        return blob(rng, (0, 0), size, 6, 0.3)
    corners = int(rng.integers(3, 7)) if kind < 4 else 10
    angles = np.arange(corners) * 2 * np.pi / corners + rng.uniform(0, 0.3)
    radii = size * np.where((np.arange(corners) % 2 == 1) & (kind == 4), 0.45, 1.0)
    return straight(np.stack([np.cos(angles), np.sin(angles)], 1) * radii[:, None], True)


def _draw_waves(artist, palette):
    """Layers of cut paper, or waves, one before the other."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    dark, light = sorted((artist.pick(palette), artist.pick(palette)), key=np.mean)
    light = light + (255 - light) * 0.5
    artist.fill(artist.canvas.everything(), light, "paper", gradient=0.3)
    if artist.chance(0.6):
        radius = min(height, width) * artist.between(0.08, 0.2)
        disc = ellipse(rng.uniform((0.2, 0.15), (0.8, 0.4)) * (width, height), (radius, radius), samples=80)
        artist.shape(disc, artist.pick(palette), "light", form=None)
    layers, columns, pen = int(rng.integers(5, 13)), np.linspace(-9, width + 9, 90), artist.between(0.5, 1.8)
    waved, gap = artist.chance(0.5), artist.px(artist.between(8, 20))
    ends = np.linspace(artist.between(0.2, 0.45), 1.0, layers) * height
    for k, level in enumerate(ends):
        swing = height * artist.between(0.03, 0.09)
        if waved:
            turns = artist.between(2, 5)
            rim = level + swing * np.abs(np.sin(columns / width * np.pi * turns + artist.between(0, 3)))
        else:
            rim = level + swing * np.cumsum(wobble(rng, 90, 12)) / 6
        top = np.stack([columns, rim], 1)
        colour = light + (dark - light) * (k + 1) / layers
        body = np.concatenate([top, [(width + 9, height + 9), (-9, height + 9)]])
        mask = artist.canvas.polygon(body)
        artist.cast(mask, artist.px(14), artist.canvas.everything(), 0.7)
        mask = artist.shape(body, colour, "paper", form=None, ends=slice(0, 90))
        for row in range(int(rng.integers(0, 5)) if mask.alpha.size else 0):
            artist.line(top + (0, gap * (row + 1)), "inner", pen, colour, clip=mask, taper=0.0)


def _draw_window(artist, palette):
    """A window of coloured glass, or a quilt: panes with leads between, each with a figure of its own or plain."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    most = max(4, int(height * width / (PEN_WIDTHS * artist.style.width) ** 2))
    panes = split(rng, corners, min(most, int(rng.integers(14, 60))), 0.0)
    dark = np.min(palette, 0) * 0.5
    artist.fill(artist.canvas.everything(), dark, "paper", gradient=0.0)
    for pane in panes:
        colour = artist.pick(palette) * rng.uniform(0.85, 1.0)
        mask = artist.shape(straight(pane, True), colour, "paper", form=None, line=False)
        middle, size = pane.mean(0), 0.5 * min(np.ptp(pane[:, 0]), np.ptp(pane[:, 1]))
        if not mask.alpha.size or size < artist.px(22) or artist.chance(0.35):
            continue
        other, kind = artist.pick(palette), rng.integers(4)
        if kind == 0:
            for share in (0.85, 0.6, 0.35):
                ring = ellipse(middle, (size * share, size * share), samples=60)
                artist.shape(ring, other if share != 0.6 else colour, "paper", kind="inner", form=None, clip=mask)
        elif kind == 1:
            corner, reach = pane[rng.integers(4)], 2.2 * size
            for share in (1.0, 0.75, 0.5, 0.25):
                fan = ellipse(corner, (reach * share, reach * share), samples=80)
                own = other if share in (1.0, 0.5) else colour
                artist.shape(fan, own, "paper", kind="inner", form=None, clip=mask)
        elif kind == 2:
            artist.shape(straight(pane[:3], True), other, "paper", kind="inner", form=None, clip=mask)
        else:
            for share in np.linspace(0.1, 0.9, int(rng.integers(3, 9))):
                ends = pane[0] + (pane[1] - pane[0]) * share, pane[3] + (pane[2] - pane[3]) * share
                artist.line(bow(*ends, 0.0, 8), "inner", 0.7, colour, clip=mask, taper=0.0)
    # A lead is one stroke between two panes.
    least = np.median([np.ptp(pane, axis=0).min() for pane in panes])
    broad = min(artist.px(np.exp(artist.between(0.4, 2.9))), 0.1 * least) / artist.style.width
    for pane in panes:
        artist.line(straight(pane, True), "boundary", max(1.0, broad), dark, taper=0.0)


def _draw_rosette(artist, palette):
    """Rings of petals, drops and discs around a middle."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    plain = not artist.style.keeps_colours
    grounds.draw_ground(artist, "white" if plain else artist.pick(("plain", "soft")))
    middle = rng.uniform(0.4, 0.6, 2) * (width, height)
    count, reach = int(rng.choice((8, 10, 12, 16))), min(height, width) * artist.between(0.42, 0.62)
    for share in np.linspace(1.0, 0.16, int(rng.integers(5, 9))):
        outer, colour, kind = reach * share, artist.pick(palette), rng.integers(4)
        thin = float(np.clip(outer / count / artist.px(14), 0.4, 1.0))
        artist.shape(ellipse(middle, (outer, outer), samples=120), artist.pick(palette), form=None, scale=thin)
        for k in range(count):
            angle = (k + 0.5 * (kind % 2)) * 2 * np.pi / count
            broad = outer * np.pi / count
            if kind < 2:
                swell = 1.1 * broad * np.sin(np.pi * np.linspace(0, 1, 24) ** 1.3) ** 0.8
                petal = strand(np.stack([np.linspace(0.3, 0.98, 24) * outer, np.zeros(24)], 1), swell)
            elif kind == 2:
                petal = ellipse((outer - 0.6 * broad, 0), (0.5 * broad, 0.5 * broad), samples=40)
            else:
                petal = straight(
                    [(0.98 * outer, 0), (0.7 * outer, broad), (0.5 * outer, 0), (0.7 * outer, -broad)], True
                )
            points = turn(petal, angle) + middle
            artist.shape(points, colour, kind="inner", form="inflate" if artist.style.tones > 1 else None, scale=thin)
            if kind == 0 and broad > artist.px(14):
                inner = turn((petal - (0.65 * outer, 0)) * 0.6 + (0.65 * outer, 0), angle) + middle
                artist.line(inner, "inner", 0.6 * thin, colour, taper=0.0)


def _draw_scales(artist, palette):
    """Rows of overlapping fans of concentric arcs, as on old textiles of waves."""
    height, width = artist.canvas.shape
    radius = max(min(height, width) * artist.between(0.06, 0.16), PEN_WIDTHS * artist.style.width)
    tilt = artist.between(0.6, 1.0)
    rings = np.array(artist.pick(((1.0, 0.75, 0.5), (1.0, 0.8, 0.6, 0.4), (1.0, 0.55), (1.0, 0.85, 0.45, 0.3))))
    sets = [[artist.pick(palette) for _ in rings] for _ in range(2)]
    artist.fill(artist.canvas.everything(), artist.pick(palette), "paper", gradient=0.0)
    for row, y in enumerate(np.arange(0.0, height + 2.5 * radius, 0.5 * radius * tilt)):
        for x in np.arange(-radius, width + 2 * radius, 2 * radius) + radius * (row % 2):
            own = sets[0] if artist.chance(0.9) else sets[1]
            for share, colour in zip(rings, own):
                fan = ellipse((x, y), (radius * share, radius * share * tilt), samples=60)
                artist.shape(fan, colour, "paper", form=None, kind="boundary" if share == 1 else "inner", scale=0.9)


def _draw_ribbons(artist, palette):
    """Broad ribbons that flow across the picture over each other, with lines along them."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    plain = not artist.style.keeps_colours
    grounds.draw_ground(artist, "white" if plain else artist.pick(("soft", "plain", "dark", "abstract")))
    short, heading = min(height, width), artist.between(-0.5, 0.5)
    across = np.array([-np.sin(heading), np.cos(heading)])
    along = np.array([np.cos(heading), np.sin(heading)])
    middle = np.array([width, height]) / 2
    for _ in range(int(rng.integers(4, 10))):
        knots = np.linspace(-0.75, 0.75, 6)[:, None] * np.hypot(width, height) * along
        shifts = (rng.normal(0, 0.16, 6) + rng.normal(0, 0.14)) * short
        axis = spline(middle + knots + shifts[:, None] * across, samples=16)
        t = np.linspace(0, 1, len(axis))
        widths = (
            short
            * artist.between(0.05, 0.16)
            * (0.6 + 0.4 * np.sin(2 * np.pi * (t * artist.between(0.5, 1.5) + rng.random())))
        )
        body, colour = strand(axis, widths), artist.pick(palette)
        mask = artist.canvas.polygon(body)
        if not mask.alpha.size:
            continue
        artist.cast(mask, artist.px(16), artist.canvas.everything(), 0.8)
        mask = artist.shape(body, colour, form="inflate", gloss=True)
        pen = artist.between(0.5, 1.8)
        for place in np.linspace(-0.42, 0.42, int(rng.integers(0, 6))):
            artist.line(offset(axis, place * widths), "inner", pen, colour, clip=mask, taper=0.0)


DESIGNS = {
    "swarm": _draw_swarm,
    "waves": _draw_waves,
    "window": _draw_window,
    "rosette": _draw_rosette,
    "scales": _draw_scales,
    "ribbons": _draw_ribbons,
}
