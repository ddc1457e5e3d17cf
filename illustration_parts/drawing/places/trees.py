"""Trees and bushes drawn with ink contours in the picture's style."""

import cv2
import numpy as np

from illustration_parts.drawing import forms
from illustration_parts.drawing.curves import bow, cut, offset, point_at, strand
from illustration_parts.drawing.places.brush import heap
from illustration_parts.drawing.places.painted import crown_puffs

WORK = 150  # pixels; crowns are heaped up at this size
LEAST = 14.0  # pixels; smaller things have no inner lines
RIMS = ("round", "pointed", "wavy")


def choose_green(artist):
    """A colour of leaves that suits the style, RGB; blossom or autumn now and then."""
    rng = artist.rng
    if artist.chance(0.15):
        return artist.colour(rng.choice((0.95, 0.05, 0.1)), rng.uniform(0.2, 0.6), rng.uniform(0.7, 0.95))
    return artist.colour(rng.uniform(0.2, 0.45), rng.uniform(0.25, 0.7), rng.uniform(0.35, 0.9))


def leafy(artist, points, bump, rim="round"):
    """A closed curve as a row of leaves or small arcs of unequal size that stand outward.

    Args:
        artist: an `Artist`. points: (n, 2) closed curve. bump: a usual leaf's breadth, pixels. rim: of `RIMS`.

    Returns:
        (m, 2) closed points.
    """
    rng = artist.rng
    points = np.asarray(points, float)
    length = np.hypot(*np.diff(points, axis=0).T).sum()
    gaps = bump * rng.lognormal(0, 0.4, int(np.clip(length / max(2.0, bump), 6, 150)))
    shares = np.concatenate([[0], np.cumsum(gaps) / gaps.sum()])
    knots = point_at(points, shares)
    knots[-1] = knots[0]
    knots[1:-1] += rng.normal(0, 0.12 * bump, (len(knots) - 2, 2))
    x, y = points.T
    way = 1 if np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]) > 0 else -1
    pieces = []
    for one, two in zip(knots[:-1], knots[1:]):
        if rim == "pointed":
            along = two - one
            out = way * np.array([along[1], -along[0]])
            tip = one + along * rng.uniform(0.3, 0.9) + out * rng.uniform(0.35, 1.0)
            pieces += [bow(one, tip, -way * 0.18, 5)[:-1], bow(tip, two, -way * 0.12, 4)[:-1]]
        else:
            swell = rng.uniform(0.3, 0.65) if rim == "round" else rng.uniform(-0.12, 0.4)
            pieces.append(bow(one, two, -way * swell, 7)[:-1])
    return np.concatenate([*pieces, pieces[0][:1]])


def draw_foliage(artist, puffs, colour, group=0, bump=None, rim=None):
    """Draw a mass of leaves: one outline, shade in clusters, short lines where clusters and leaves overlap.

    Args:
        artist: an `Artist`.
        puffs: (n, 3) x, y, radius of the clusters. colour: RGB. group: see `Canvas.fill`.
        bump: a leaf's breadth, pixels; drawn if None. rim: of `RIMS`; drawn if None.
    """
    low, high = (puffs[:, :2] - puffs[:, 2:]).min(0), (puffs[:, :2] + puffs[:, 2:]).max(0)
    size = high - low
    if max(size) < 3:
        return
    bump = max(artist.px(7), max(size) * artist.between(0.02, 0.055)) if bump is None else bump
    rim = rim or artist.pick(RIMS, (0.45, 0.4, 0.15))
    scale = WORK / (size[0] * size[1]) ** 0.5
    if bump < 4 * artist.style.width:  # too small for lines as broad as these
        bump = 4 * artist.style.width
    grid = np.column_stack(
        [(puffs[:, :2] - low) * scale + 4, puffs[:, 2] * scale * 1.2 + 1, artist.rng.uniform(0, 8, len(puffs))]
    )
    heights = heap(int(size[1] * scale) + 9, int(size[0] * scale) + 9, grid)
    shown = None
    for outline in outlines(heights > 0, 0.012):
        points = leafy(artist, (outline - 4) / scale + low, bump, rim)
        mask = artist.shape(points, colour, "foliage", group, form=None)
        if mask.alpha.size and (shown is None or mask.alpha.size > shown.alpha.size):
            shown = mask
    if shown is None or max(size) < 2 * LEAST:
        return
    light = forms.lit(
        forms.normals_of(cv2.GaussianBlur(heights, (0, 0), 1.2)), forms.light_from(artist.style.light, 0.4)
    )
    across = (grid[:, :2] @ artist.style.light).mean()
    rows, columns = np.mgrid[0 : heights.shape[0], 0 : heights.shape[1]]
    light = light + 0.5 * (columns * artist.style.light[0] + rows * artist.style.light[1] - across) / WORK
    _shade_clusters(artist, shown, (light < artist.between(0.15, 0.4)) & (heights > 0), scale, low, bump, rim, colour)
    if artist.style.tones > 1 or artist.chance(0.3):
        for outline in outlines((light < -0.25) & (heights > 0), 0.002):
            deeper = artist.canvas.polygon(leafy(artist, (outline - 4) / scale + low, bump * 0.9, rim))
            artist.deepen(deeper.clip(shown))
    _draw_leaf_marks(artist, shown, puffs, bump, rim, colour)


def outlines(mask, least):
    """Closed outlines (n, 2) of a mask's areas that are larger than a share of it, the largest first."""
    soft = cv2.GaussianBlur(mask.astype(np.uint8) * 255, (0, 0), 1.2)
    found, _ = cv2.findContours((soft > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = [outline[:, 0].astype(float) for outline in found if cv2.contourArea(outline) > max(8, least * mask.size)]
    found.sort(key=len, reverse=True)
    return [np.concatenate([outline, outline[:1]]) for outline in found]


def _shade_clusters(artist, shown, shade, scale, low, bump, rim, colour):
    """Shade with leafy rims; parts of these rims are drawn as lines."""
    for outline in outlines(shade, 0.001)[:40]:
        points = leafy(artist, (outline - 4) / scale + low, bump * artist.between(0.7, 1.0), rim)
        artist.shade(artist.canvas.polygon(points).clip(shown))
        if not artist.chance(0.35 + 0.5 * artist.style.detail):
            continue
        count = int(np.clip(len(points) / 40, 1, 14))
        for start in artist.rng.random(count):
            line = cut(points, start, min(1.0, start + artist.between(0.2, 0.7) / count))
            artist.line(line, "inner", artist.between(0.6, 0.9), colour, clip=shown)


def _draw_leaf_marks(artist, shown, puffs, bump, rim, colour):
    """Lines inside: pieces of the clusters' rims towards the light, and small leaves in groups near them."""
    rng = artist.rng
    towards = np.arctan2(artist.style.light[1], artist.style.light[0])
    busy = 0.3 + artist.style.detail
    for x, y, radius in puffs[: int(3 + 16 * busy)]:
        if radius < 1.5 * bump or artist.chance(0.3):
            continue
        angles = towards + np.linspace(-1.2, 1.2, 12) + rng.normal(0, 0.5)
        arc = np.array([x, y]) + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
        # Closed there and back, of which only the way there is drawn.
        edge = leafy(artist, np.concatenate([arc, arc[::-1]]), bump * 0.9, rim)
        start = rng.uniform(0, 0.25)
        artist.line(cut(edge, start, start + rng.uniform(0.1, 0.25)), "inner", 0.75, colour, clip=shown)
    count = int(np.clip((shown.alpha.size**0.5 / artist.px(10)) * busy, 0, 90))
    for _ in range(count):
        x, y, radius = puffs[rng.integers(len(puffs))]
        angle = rng.uniform(0, 2 * np.pi)
        at = np.array([x, y]) + radius * rng.uniform(0.4, 1.0) * np.array([np.cos(angle), np.sin(angle)])
        for _ in range(int(rng.integers(1, 4))):
            size, lean = bump * rng.uniform(0.35, 0.9), angle + rng.normal(0, 0.7)
            tip = at + size * np.array([np.cos(lean), np.sin(lean)])
            artist.line(bow(at, tip, 0.35, 5), "inner", 0.65, colour, clip=shown, taper=0.8)
            if artist.chance(0.6):
                artist.line(bow(at, tip, -0.4, 5), "inner", 0.65, colour, clip=shown, taper=0.8)
            at = at + rng.normal(0, 0.8, 2) * bump


def draw_bush(artist, foot, height, colour, group):
    """Draw a bush: one or two masses of leaves that stand on the ground.

    Args:
        artist: an `Artist`. foot: (x, y). height: pixels. colour: RGB. group: see `Canvas.fill`.
    """
    rng = artist.rng
    for _ in range(int(rng.integers(1, 3))):
        middle, half = foot[0] + rng.normal(0, 0.4) * height, height * rng.uniform(0.5, 1.1)
        count = int(rng.integers(7, 16))
        across = np.linspace(-0.85, 0.85, count) + rng.normal(0, 0.08, count)
        dome = height * np.sqrt(np.maximum(1 - across**2, 0.1)) * rng.uniform(0.75, 1.0)
        radii = height * rng.uniform(0.16, 0.3, count)
        up = rng.uniform(0.2, 1.0, count) * np.maximum(dome - radii, 0.1 * height)
        puffs = np.column_stack([middle + across * half, foot[1] - up, np.minimum(radii, up + 0.12 * height)])
        body = np.array([[middle, foot[1] - 0.35 * height, 0.38 * height]])
        draw_foliage(artist, np.concatenate([body, puffs]), colour * rng.uniform(0.9, 1.06), group)


def draw_tree(artist, foot, height):
    """Draw a tree: trunk with bark lines, boughs, one to four masses of leaves; or a fir, or a bare tree.

    Args:
        artist: an `Artist`. foot: (x, y). height: pixels.
    """
    rng, group = artist.rng, artist.canvas.new_group()
    foot, colour = np.asarray(foot, float), choose_green(artist)
    bark = artist.colour(rng.uniform(0.03, 0.1), rng.uniform(0.15, 0.5), rng.uniform(0.3, 0.7))
    kind = rng.random()
    if kind < 0.2:
        return _draw_fir(artist, foot, height, colour, bark, group)
    top = foot + (rng.normal(0, 0.08) * height, -0.7 * height)
    ends = _draw_wood(artist, foot, top, height * rng.uniform(0.05, 0.085), bark, group, 3 if kind > 0.9 else 1)
    if kind > 0.9:
        return
    masses = [(end, height * rng.uniform(0.14, 0.22)) for end in ends] + [(top, height * rng.uniform(0.2, 0.3))]
    bump = max(artist.px(6), height * rng.uniform(0.02, 0.04))
    rim = artist.pick(RIMS, (0.45, 0.4, 0.15))
    if artist.chance(0.5):  # one crown of all
        puffs = np.concatenate([crown_puffs(rng, at, radius, 0.75, 5) for at, radius in masses])
        draw_foliage(artist, puffs, colour, group, bump, rim)
        return
    for at, radius in masses:
        puffs = crown_puffs(rng, at, radius, 0.7, int(rng.integers(4, 8)))
        draw_foliage(artist, puffs, colour * rng.uniform(0.92, 1.05), group, bump, rim)


def _draw_wood(artist, foot, top, breadth, bark, group, depth):
    """A trunk or bough with its side boughs, `depth` times over; returns the boughs' ends."""
    rng = artist.rng
    axis = bow(foot, top, rng.normal(0, 0.07), 18)
    t = np.linspace(0, 1, 18)
    flare = 0.6 * np.exp(-14 * t) if breadth > artist.px(8) else 0.0
    widths = np.maximum(breadth * (1 - 0.65 * t + flare), 0.8)
    ends = []
    for _ in range(int(rng.integers(2, 5))):
        share, way = rng.uniform(0.4, 0.95), rng.choice((-1, 1))
        start = point_at(axis, share)
        along = (top - foot) * rng.uniform(0.25, 0.5)
        turned = rng.uniform(0.5, 1.1) * way
        end = start + np.array(
            [
                along[0] * np.cos(turned) - along[1] * np.sin(turned),
                along[0] * np.sin(turned) + along[1] * np.cos(turned),
            ]
        )
        if depth > 1:
            _draw_wood(artist, start, end, 0.45 * breadth, bark, group, depth - 1)
        else:
            branch = bow(start, end, -0.12 * way, 10)
            artist.shape(
                strand(branch, np.maximum(np.linspace(0.5, 0.15, 10) * breadth, 0.8)), bark, "foliage", group, form=None
            )
        ends.append(end)
    points = strand(axis, widths)
    mask = artist.shape(points, bark, "foliage", group, form=None)
    if not mask.alpha.size or breadth < artist.px(5):
        return ends
    away = -np.sign(artist.style.light[0] or 1)
    side = np.sign(np.cross(np.append(top - foot, 0), (away, 0, 0))[2]) or 1
    half = np.concatenate([offset(axis, side * -0.08 * widths), offset(axis, side * 0.6 * widths)[::-1]])
    artist.shade(artist.canvas.polygon(half).clip(mask))
    for _ in range(int((3 + breadth / artist.px(2.5)) * (0.3 + artist.style.detail))):
        share, place = rng.uniform(0, 0.85), rng.uniform(-0.42, 0.42)
        line = cut(offset(axis, place * widths), share, min(1, share + rng.uniform(0.04, 0.2)), 8)
        line = line + rng.normal(0, 0.02, line.shape) * breadth
        artist.line(line, "inner", rng.uniform(0.5, 0.85), bark, clip=mask)
    return ends


def _draw_fir(artist, foot, height, colour, bark, group):
    """Boughs in layers from below to the top, each with a toothed hem, shade and strokes of needles."""
    rng = artist.rng
    trunk = strand(bow(foot, foot - (0, 0.4 * height), 0, 8), np.full(8, height * 0.05))
    artist.shape(trunk, bark, "foliage", group, form=None)
    layers = int(rng.integers(5, 10))
    side = -np.sign(artist.style.light[0] or 1)
    for k in range(layers):
        y = foot[1] - height * (0.1 + 0.82 * k / layers)
        half, tall = height * 0.27 * (1 - 0.86 * k / layers), height * 0.3 * (1 - 0.4 * k / layers)
        half *= rng.uniform(0.88, 1.1)
        count = 2 * int(np.clip(half / max(artist.px(9), 0.02 * height, 3 * artist.style.width), 3, 14)) + 1
        across = np.sort(np.linspace(-1, 1, count) + rng.uniform(-0.5, 0.5, count) / count)
        low = half * (rng.uniform(0.05, 0.2, count) * (np.arange(count) % 2) + 0.22 * (1 - across**2))
        hem = np.stack([foot[0] + half * across, y + low], 1)
        apex = np.array([[foot[0] + rng.normal(0, 0.02) * half, y - tall]])
        rims = [
            bow(apex[0], hem[0], -0.08, 8),
            *[bow(a, b, 0.12, 4) for a, b in zip(hem[:-1], hem[1:])],
            bow(hem[-1], apex[0], -0.08, 8),
        ]
        mask = artist.shape(np.concatenate(rims), colour * rng.uniform(0.94, 1.05), "foliage", group, form=None)
        if not mask.alpha.size:
            continue
        edge = (
            apex[0]
            + (hem[count // 2] + (side * half * rng.uniform(-0.1, 0.35), 0) - apex[0]) * np.linspace(0, 1.2, 8)[:, None]
        )
        edge[:, 0] += side * half * 0.12 * np.linspace(0, 1, 8) * np.where(np.arange(8) % 2, 1, -1)
        artist.shade(
            artist.canvas.polygon(np.concatenate([edge, [(foot[0] + side * 2 * half, y + half)], apex])).clip(mask)
        )
        if half < LEAST:
            continue
        for tooth in hem[1:-1]:
            if artist.chance(0.3 + 0.5 * artist.style.detail):
                start = tooth + (apex[0] - tooth) * rng.uniform(0.05, 0.4)
                artist.line(
                    bow(start, start + (apex[0] - tooth) * rng.uniform(0.1, 0.3), 0.05, 6),
                    "inner",
                    0.65,
                    colour,
                    clip=mask,
                )
