"""Painted nature for grounds: leaves, trees, grass, rocks, mountains, water, flowers. No ink.

All functions paint on a `brush.Painting` in the light of a `skies.Mood`.
"""

import cv2
import numpy as np

from illustration_parts.drawing.curves import bow, cut, noise, offset, point_at, strand, wobble
from illustration_parts.drawing.places.brush import mix, smooth_step
from illustration_parts.drawing.places.skies import choose_leaf
from illustration_parts.drawing.styles import hsv, to_hsv


def choose_green(painting, mood):
    """A colour of leaves near the mood's own, RGB; now and then autumn, blossom or dry grass instead."""
    rng = painting.rng
    if rng.random() < 0.88:
        hue, saturation, value = to_hsv(mood.leaf)
        return hsv(hue + rng.normal(0, 0.02), saturation * rng.uniform(0.8, 1.15), value * rng.uniform(0.8, 1.12))
    return choose_leaf(rng)


def choose_meadow(painting, mood):
    """A colour of grass, RGB: green or dry, whatever leaves are."""
    rng = painting.rng
    hue = rng.uniform(0.14, 0.4) if rng.random() < 0.9 else to_hsv(mood.leaf)[0]
    return hsv(hue, rng.uniform(0.25, 0.65), rng.uniform(0.4, 0.8))


# ------------------------------------------------------------------------------------------------------------- leaves
def crown_puffs(rng, centre, radius, squash=0.8, count=None):
    """Clusters of leaves of a crown or bush, (n, 3) x, y, radius: a few big ones inside, small ones along the rim.

    The crown is not round: its rim lies nearer and farther by turns, and some clusters stand off it.
    """
    count = int(rng.integers(9, 20)) if count is None else count
    lobes = rng.normal(0, 0.22, 4) / np.arange(1, 5) ** 0.3
    phases = rng.uniform(0, 2 * np.pi, 4)
    puffs = []
    for number, low, high, small, large in ((count, 0.0, 0.75, 0.2, 0.4), (2 * count, 0.7, 1.1, 0.06, 0.2)):
        angles = rng.uniform(0, 2 * np.pi, number)
        away = np.sqrt(rng.uniform(low**2, high**2, number))
        away *= 1 + (lobes * np.cos(angles[:, None] * np.arange(1, 5) + phases)).sum(1)
        x, y = centre[0] + radius * away * np.cos(angles), centre[1] + squash * radius * away * np.sin(angles)
        puffs.append(np.stack([x, y, radius * rng.uniform(small, large, number)], 1))
    return np.concatenate(puffs)


# Layers of leaves from below: their cover, how far they reach beyond their cluster, how much light they need at least.
LEAF_LAYERS = ((1.5, 1.12, -9.0), (1.2, 1.02, -0.45), (0.9, 0.96, 0.1), (0.5, 0.92, 0.55))
MOST_LEAVES = 14000


def paint_leaves(painting, mood, puffs, colour, leaf, depth=0.0, part="foliage", contrast=1.0):
    """Paint clusters of leaves: dark ones below, then lighter ones towards the light, in clumps with dark gaps.

    Args:
        painting: a `Painting`. mood: a `Mood`.
        puffs: (n, 3) x, y, radius of the clusters, pixels.
        colour: RGB of leaves in plain light.
        leaf: half a leaf's length, pixels.
        depth: haze before them, 0..1.
        part: of `PARTS`.
        contrast: between light and dark, 1 usual.
    """
    rng = painting.rng
    leaf = max(0.8, leaf)
    slender, pointed = rng.uniform(0.35, 0.75), float(rng.choice((0.0, 0.4, 1.0)))
    tones = mood.tones(colour, 4, depth, contrast)
    # Clumps within the clusters: only they catch the light, and between them it stays dark.
    puffs = _lit_by_place(puffs, mood.side)
    clumps = _clumps(rng, puffs, leaf)
    painting.dabs(puffs[:, :2], puffs[:, 2:3] * (0.9, 0.82), 0.0, tones[0] * rng.uniform(0.85, 1.1), part, 1.0, 0.0)
    area = (puffs[:, 2] ** 2).sum() * np.pi
    hang = rng.uniform(-0.5, 2.0)
    halves = 0.12 if leaf > painting.px(7) else 0.0
    for tone, (cover, spread, bar) in enumerate(LEAF_LAYERS):
        source = clumps if tone else puffs
        count = int(min(MOST_LEAVES, cover * area / (leaf * leaf * slender * 1.6)))
        share = np.cumsum(source[:, 2] ** 2)
        chosen = np.minimum(np.searchsorted(share, rng.random(count) * share[-1]), len(source) - 1)
        # Some leaves stand off their cluster, so that its rim is loose.
        away = np.sqrt(rng.random(count)) * spread * (1 + 0.25 * (rng.random(count) < 0.12))
        angle = rng.uniform(0, 2 * np.pi, count)
        ball = np.stack([np.cos(angle), np.sin(angle)], 1) * away[:, None]
        light = 0.75 * (ball @ mood.side) + 0.3 * rng.standard_normal(count) + source[chosen, 3]
        keep = light > bar
        chosen, ball, angle = chosen[keep], ball[keep], angle[keep]
        places = source[chosen, :2] + ball * source[chosen, 2:3]
        lengths = leaf * rng.lognormal(0, 0.35, len(places))
        stray = 1 + 0.1 * rng.standard_normal((len(places), 1)) + 0.04 * rng.standard_normal((len(places), 3))
        angles = hang + 0.9 * rng.standard_normal(len(places)) + 0.6 * angle
        sizes = np.stack([lengths, lengths * slender * rng.uniform(0.7, 1.2, len(places))], 1)
        painting.dabs(places, sizes, angles, np.clip(tones[tone] * stray, 0, 255), part, 1.0, pointed, halves=halves)


def _lit_by_place(puffs, side):
    """Puffs with a fourth column: how much more light each gets for its place in the crown, about -0.5..0.5."""
    at = puffs[:, :2] @ side
    spread = max(1e-6, float(at.std()))
    return np.column_stack([puffs[:, :3], np.clip(0.33 * (at - at.mean()) / spread, -0.6, 0.6)])


def _clumps(rng, puffs, leaf):
    """Small clusters inside clusters, (n, 4): x, y, radius and how much nearer to the light each lies."""
    chosen = np.repeat(np.arange(len(puffs)), 6)
    angle, away = rng.uniform(0, 2 * np.pi, len(chosen)), np.sqrt(rng.uniform(0, 1, len(chosen)))
    radius = np.maximum(puffs[chosen, 2] * rng.lognormal(-1.3, 0.45, len(chosen)), 1.5 * leaf)
    x = puffs[chosen, 0] + puffs[chosen, 2] * away * np.cos(angle)
    y = puffs[chosen, 1] + puffs[chosen, 2] * away * np.sin(angle)
    light = puffs[chosen, 3] - 0.35 * away * np.sin(angle) - 0.1 + rng.normal(0, 0.15, len(chosen))
    # Flat clumps: boughs are seen from the side.
    return np.stack([x, y, radius, light], 1)


def paint_tree(painting, mood, foot, height, colour, depth=0.0, bark=None):
    """Paint a tree with trunk, branches and a crown of clusters.

    Args:
        painting: a `Painting`. mood: a `Mood`. foot: (x, y). height: pixels.
        colour: RGB of its leaves. depth: haze, 0..1. bark: RGB; drawn if None.
    """
    rng = painting.rng
    bark = hsv(rng.uniform(0.03, 0.1), rng.uniform(0.15, 0.5), rng.uniform(0.3, 0.6)) if bark is None else bark
    top = np.array([foot[0] + rng.normal(0, 0.08) * height, foot[1] - 0.75 * height])
    paint_trunk(painting, mood, foot, top, height * rng.uniform(0.05, 0.09), bark, depth)
    crown = []
    for _ in range(int(rng.integers(3, 6))):
        start = point_at(np.array([foot, top]), rng.uniform(0.45, 0.9))
        end = start + height * rng.uniform(0.15, 0.35) * np.array(
            [rng.choice((-1, 1)) * rng.uniform(0.5, 1), -rng.uniform(0.2, 0.9)]
        )
        paint_trunk(painting, mood, start, end, height * 0.025, bark, depth)
        crown.append(crown_puffs(rng, end, height * rng.uniform(0.12, 0.2), 0.7, 7))
    crown.append(crown_puffs(rng, top, height * rng.uniform(0.2, 0.28), 0.75))
    leaf = height * rng.uniform(0.006, 0.014)
    paint_leaves(painting, mood, np.concatenate(crown), colour, max(leaf, painting.px(1.6)), depth)


def paint_trunk(painting, mood, foot, top, breadth, bark, depth=0.0):
    """Paint a trunk or branch whose bark is streaked along it; it tapers to a third."""
    rng = painting.rng
    axis = bow(foot, top, rng.normal(0, 0.03), 24)
    t = np.linspace(0, 1, 24)
    widths = breadth * (1 - 0.65 * t) * (1 + 0.5 * np.exp(-t * 14)) * (1 + 0.06 * wobble(rng, 24, 4))
    tones = mood.tones(bark, 4, depth)
    painting.polygon(strand(axis, widths), tones[1], "foliage")
    lit_side = 1 if mood.side[0] > 0 else -1
    for low, high, tone in ((-0.5, -0.2, 0), (0.15, 0.45, 2), (0.3, 0.42, 3)):
        edge_one, edge_two = offset(axis, lit_side * -low * widths), offset(axis, lit_side * -high * widths)
        painting.polygon(np.concatenate([edge_one, edge_two[::-1]]), tones[tone], "foliage", 0.7)
    if breadth < painting.px(5):
        return
    count = int(np.clip(0.05 * breadth * np.hypot(*np.subtract(top, foot)) / painting.px(3) ** 2, 8, 900))
    share, across = rng.uniform(0.01, 0.97, count), rng.uniform(-0.46, 0.46, count)
    at = point_at(axis, share)
    along = np.subtract(top, foot) / max(1e-6, np.hypot(*np.subtract(top, foot)))
    normal = np.array([-along[1], along[0]])
    places = at + normal * (across * np.interp(share, t, widths))[:, None]
    lengths = painting.px(rng.uniform(6, 16)) * rng.lognormal(0, 0.4, count)
    tone = tones[np.clip((1.5 - lit_side * 2.2 * across + rng.normal(0, 1.0, count)).round().astype(int), 0, 3)]
    sizes = np.stack([lengths, np.maximum(0.5, painting.px(1.3) * rng.lognormal(0, 0.4, count))], 1)
    painting.dabs(places, sizes, np.arctan2(along[1], along[0]) + rng.normal(0, 0.12, count), tone, None, 0.8)


# -------------------------------------------------------------------------------------------------------------- ground
def paint_grass(painting, mood, top, bottom, colour, blade=None, depth=0.3, part="ground", density=1.0):
    """Paint a meadow: blades that grow towards the viewer, dark between them, light at their tips.

    Args:
        painting: a `Painting`. mood: a `Mood`.
        top: row of its far rim, a number or (W,). bottom: row of the near one.
        colour: RGB. blade: a near blade's length, pixels; drawn if None.
        depth: haze at the far rim. part: of `PARTS`. density: of blades.
    """
    rng = painting.rng
    _, width = painting.size
    blade = painting.px(np.exp(rng.uniform(np.log(16), np.log(110)))) if blade is None else blade
    rim = np.broadcast_to(np.asarray(top, float), (width,))
    paint_land(painting, mood, rim, mood.tones(colour, 4)[1], depth, part)
    span = max(1.0, bottom - float(rim.mean()))
    patches = noise(rng, 24, 24, 6, 3)
    tones = np.stack([mood.tones(colour * f, 5) for f in (0.85, 1.0, 1.12)])
    tones[2] = mix(tones[2], mood.tones(hsv(0.16, 0.5, 0.8), 5), 0.35)
    share = rng.power(0.75, int(min(30000, density * 14 * width * span / (blade * max(4.0, painting.px(8))))))
    share.sort()
    x = rng.uniform(-0.02, 1.02, len(share)) * width
    y = rim[np.clip(x.astype(int), 0, width - 1)] + share * span
    near = 0.12 + 0.88 * share
    lengths = blade * near * rng.lognormal(-0.1, 0.35, len(share)) * 0.5
    lean = (
        0.25 * rng.standard_normal(len(share))
        + 0.35 * patches[(share * 23).astype(int), np.clip(x / width * 23, 0, 23).astype(int)]
    )
    angles = -np.pi / 2 + lean
    tone = np.clip(
        (
            2.0
            + 1.2 * patches[np.clip(x / width * 23, 0, 23).astype(int), (share * 23).astype(int)]
            + rng.normal(0, 0.9, len(share))
        ),
        0,
        4,
    )
    which = rng.integers(0, 3, len(share))
    colours = mood.far(tones[which, tone.astype(int)], depth * (1 - share) ** 1.5)
    places = np.stack([x + np.cos(angles) * lengths, y + np.sin(angles) * lengths], 1)
    sizes = np.stack([lengths, np.maximum(0.5, lengths * rng.uniform(0.04, 0.11))], 1)
    painting.dabs(places, sizes, angles, colours, part, 1.0, 1.0, bends=rng.normal(0, 1.2, len(share)))


def paint_land(painting, mood, rim, colour, depth, part="ground", top_light=0.25):
    """Fill everything below a rim (W,) with a colour that gets hazier upwards, in patches."""
    height, width = painting.size
    first = int(np.clip(np.floor(rim.min()) - 1, 0, height))
    if first >= height - 1:
        return
    rows = np.arange(first, height, dtype=np.float32)[:, None]
    alpha = np.clip(rows - rim[None].astype(np.float32) + 0.5, 0, 1)
    down = np.clip((rows - first) / max(8, height - first), 0, 1)
    patches = noise(painting.rng, height - first, width, max(4.0, painting.px(60)), 4)
    field = np.asarray(colour, np.float32) * (1 + 0.16 * patches[..., None] + top_light * (0.5 - down[..., None]))
    field = mood.far(np.clip(field, 0, 255), depth * (1 - down) * np.ones_like(patches))
    painting.wash(alpha, field, part, first, 0)
    # Tufts, furrows and patches: flat marks that grow towards the viewer.
    rng = painting.rng
    span = height - first
    count = int(min(5000, width * span / painting.px(painting.px(300)) * max(0.2, painting.scale)))
    share = np.sort(rng.power(0.6, count))
    x = rng.uniform(0, width, count)
    rows = rim[np.clip(x.astype(int), 0, width - 1)]
    y = rows + painting.px(3) + share * (height - rows)
    lengths = painting.px(4 + 26 * share) * rng.lognormal(0, 0.4, count)
    under = field[np.clip((y - first).astype(int), 0, span - 1), np.clip(x.astype(int), 0, width - 1)]
    tints = under * (1 + rng.choice((-0.16, 0.12), (count, 1)) * rng.random((count, 1)))
    sizes = np.stack([lengths, np.maximum(0.5, lengths * rng.uniform(0.1, 0.3, count))], 1)
    keep = y < height + 10
    painting.dabs(np.stack([x, y], 1)[keep], sizes[keep], 0.0, np.clip(tints, 0, 255)[keep], None, 0.7, 0.6)


def ridge(rng, width, level, rise, roughness=0.55, cells=3):
    """A fractal skyline, (width,) rows: about `level`, `rise` pixels up and down, its detail halving by `roughness`."""
    line, size = np.zeros(width), 1.0
    for octave in range(9):
        knots = rng.standard_normal(int(cells * 2**octave) + 3)
        line += size * np.interp(np.linspace(0.5, len(knots) - 1.5, width), np.arange(len(knots)), knots)
        size *= roughness
        if cells * 2**octave > width / 3:
            break
    return level - rise * line / 1.5


def paint_mountains(painting, mood, level, rise, colour, depth, snow=0.0):
    """Paint a range of mountains with planes in the sun and in the shade, hazier towards its foot.

    Args:
        painting: a `Painting`. mood: a `Mood`. level: row of the middle of its skyline. rise: pixels.
        colour: RGB. depth: haze, 0..1. snow: share of the height that is white.
    """
    rng = painting.rng
    height, width = painting.size
    rim = ridge(rng, width, level, rise, rng.uniform(0.42, 0.58))
    first, last = int(np.clip(rim.min() - 2, 0, height)), int(np.clip(level + 2.2 * rise, 0, height))
    if last - first < 4:
        return
    rows = np.arange(first, last, dtype=np.float32)[:, None]
    below = rows - rim[None].astype(np.float32)
    # Ridges run down the slope: noise that is drawn out along it and pushed sideways by coarser noise.
    rough = noise(rng, last - first, width, max(4.0, rise * 0.35), 5)
    push = noise(rng, last - first, width, max(4.0, rise * 0.8), 2) * rise * 0.16
    columns = np.arange(width, dtype=np.float32)[None] + push + 0.35 * below
    slope = cv2.blur(np.gradient(rim)[None].astype(np.float32), (max(3, int(rise * 0.06)), 1))[0]
    facing = np.interp(columns.ravel(), np.arange(width), slope)
    light = np.sign(mood.side[0] or 1) * facing.reshape(columns.shape).astype(np.float32) + 0.7 * rough
    tones = mood.tones(colour, 4, depth)
    tone = smooth_step(light, -0.25, 0.0) * 0.55 + smooth_step(light, 0.35, 0.5) * 0.45
    field = mix(tones[0], tones[3], 0.15 + 0.8 * tone)
    if snow > 0:
        white = mix(mood.far((175, 190, 225) * mood.shade**0.4, depth), mood.far(255 * mood.light, depth), tone)
        cap = smooth_step(below / max(1.0, rise) + 0.35 * rough, snow * 1.8, snow * 1.8 - 0.12)
        field = mix(field, white, 0) * (1 - cap[..., None]) + white * cap[..., None]
    haze = smooth_step(below, 0.3 * rise, 2.4 * rise) * (0.25 + 0.5 * depth)
    painting.wash(np.clip(below + 0.5, 0, 1), mood.far(field, haze), "ground", first, 0)
    if last < height:
        painting.wash(
            np.ones((height - last, width), np.float32), mood.far(tones[1], 0.25 + 0.5 * depth), "ground", last, 0
        )


def paint_rock(painting, mood, centre, radius, colour, depth=0.0):
    """Paint a rock with planes in three tones, worn edges, cracks and lichen."""
    rng = painting.rng
    height, width = painting.size
    left, right = int(max(0, centre[0] - 1.6 * radius)), int(min(width, centre[0] + 1.6 * radius))
    top, bottom = int(max(0, centre[1] - 1.2 * radius)), int(min(height, centre[1] + 0.6 * radius))
    if right - left < 4 or bottom - top < 4:
        return
    size = bottom - top, right - left
    x, y = np.meshgrid(np.arange(left, right) - centre[0], np.arange(top, bottom) - centre[1])
    push = noise(rng, *size, max(4.0, 0.35 * radius), 4) * 0.07
    x, y = (x / (1.25 * radius) + push).astype(np.float32), (y / (0.95 * radius) + 0.8 * push).astype(np.float32)
    # A convex stone: planes all around stand steep, a few on top lie flat; what is lowest is seen.
    turns = np.arange(9) * 2 * np.pi / 9 + rng.uniform(-0.3, 0.3, 9)
    planes = [(turn, rng.uniform(1.2, 2.6), rng.uniform(0.75, 0.95)) for turn in turns]
    planes += [(rng.uniform(0, 6.3), rng.uniform(0.2, 0.8), rng.uniform(0.35, 0.6)) for _ in range(4)]
    surface, light = np.full(size, 1e3, np.float32), np.zeros(size, np.float32)
    for turn, tilt, reach in planes:
        plane = (
            tilt * (reach - x * np.cos(turn) - y * np.sin(turn))
            if tilt > 1
            else reach - tilt * (x * np.cos(turn) + y * np.sin(turn))
        )
        lower = plane < surface
        surface[lower] = plane[lower]
        normal = np.array([np.cos(turn) * tilt, np.sin(turn) * tilt, 0.8])
        normal /= np.linalg.norm(normal)
        light[lower] = 0.9 * normal[:2] @ mood.side + 0.3 * normal[2] + rng.normal(0, 0.06)
    foot = 0.35 + 0.5 * noise(rng, 2, size[1], max(3.0, 0.2 * radius), 3)[:1] * 0.3
    alpha = np.clip(surface * radius * 0.5, 0, 1) * np.clip((foot - y) * radius * 0.4, 0, 1)
    rough = noise(rng, *size, max(3.0, 0.16 * radius), 4)
    light += 0.16 * rough - 0.25 * smooth_step(y, 0.0, 0.5)
    tones = mood.tones(colour, 4, depth)
    tone = (
        0.35 * smooth_step(light, -0.15, 0.0)
        + 0.35 * smooth_step(light, 0.25, 0.4)
        + 0.3 * smooth_step(light, 0.65, 0.8)
    )
    field = mix(tones[0], tones[3], tone)
    crack = smooth_step(np.abs(noise(rng, *size, max(4.0, 0.6 * radius), 3)), 0.05, 0.01)
    field *= (1 - 0.45 * crack * (rough > -0.2))[..., None]
    painting.wash(alpha, field, "ground", top, left)
    if radius > painting.px(30):
        painting.repaint(
            [rng.uniform(2.5, 5)], 5, 6, 0.6, 3, 0, rng.uniform(0, 3.1), slice(top, bottom), slice(left, right)
        )


def paint_water(painting, mood, top, colour, choppy=0.5):
    """Paint water down from a row: what stands above it mirrored, ripples that grow towards the viewer, glitter.

    Args:
        painting: a `Painting`. mood: a `Mood`. top: row of its far rim. colour: RGB. choppy: 0 calm .. 1 waves.
    """
    rng = painting.rng
    height, width = painting.size
    top = int(np.clip(top, 1, height - 1))
    rows = height - top
    if rows < 4:
        return
    mirrored = painting.picture[np.clip(top - 1 - (np.arange(rows) * min(1.0, top / rows)).astype(int), 0, None)]
    mirrored = cv2.GaussianBlur(mirrored, (0, 0), sigmaX=max(0.8, painting.px(2)), sigmaY=max(1.0, painting.px(8)))
    down = (np.arange(rows, dtype=np.float32) / rows)[:, None] * np.ones((1, width), np.float32)
    field = mix(mirrored, np.asarray(colour) * (0.4 + 0.6 * mood.light), 0.25 + 0.4 * down)
    painting.wash(np.ones((rows, width), np.float32), field, "ground", top, 0)
    light, dark = mix(mood.horizon, (255, 255, 255), 0.4), mood.tones(colour, 4)[0]
    count = int(width * rows / max(20.0, painting.px(painting.px(260)) / max(0.2, painting.scale)) * (0.4 + choppy))
    share = rng.power(0.7, min(12000, count))
    share.sort()
    near = 0.08 + 0.92 * share
    lengths = painting.px(rng.uniform(20, 50)) * near * rng.lognormal(0, 0.6, len(share))
    sizes = np.stack([lengths, np.maximum(0.5, lengths * (0.05 + 0.12 * choppy))], 1)
    places = np.stack([rng.uniform(0, width, len(share)), top + share * rows], 1)
    bright = rng.random(len(share)) < 0.5
    own = painting.picture[
        np.clip(places[:, 1].astype(int), 0, height - 1), np.clip(places[:, 0].astype(int), 0, width - 1)
    ]
    colours = np.where(bright[:, None], mix(own, light, 0.45), mix(own, dark, 0.45))
    painting.dabs(
        places, sizes, rng.normal(0, 0.05, len(share)), colours, None, 0.75, 1.0, bends=rng.normal(0, 0.8, len(share))
    )
    _glitter(painting, top, light, choppy)


def _glitter(painting, top, light, choppy):
    rng = painting.rng
    height, width = painting.size
    count = int(rng.integers(100, 900))
    centre = rng.uniform(0.1, 0.9) * width
    share = rng.uniform(0, 1, count)
    places = np.stack([centre + rng.normal(0, 0.06 + 0.1 * share) * width, top + share * (height - top)], 1)
    lengths = painting.px(rng.uniform(4, 10)) * (0.2 + share) * rng.lognormal(0, 0.4, count)
    sizes = np.stack([lengths, np.maximum(0.5, lengths * rng.uniform(0.12, 0.3))], 1)
    painting.dabs(places, sizes, 0.0, np.minimum(255, light * 1.15), None, rng.uniform(0.4, 1, count))


def paint_flowers(painting, mood, top, bottom, count, size, colours=None, stems=True):
    """Scatter flowers over a meadow, growing towards the viewer.

    Args:
        painting: a `Painting`. mood: a `Mood`. top, bottom: rows. count: of flowers.
        size: a near flower's radius, pixels. colours: (n, 3) RGB; drawn if None.
        stems: whether each stands on a stem.
    """
    rng = painting.rng
    _, width = painting.size
    if colours is None:
        hue = rng.random()
        colours = [hsv(hue + rng.normal(0, 0.05), rng.uniform(0, 0.8), rng.uniform(0.8, 1)) for _ in range(4)]
    share = np.sort(rng.power(1.2, count))
    places = np.stack([rng.uniform(0, width, count), top + share * (bottom - top)], 1)
    radii = size * (0.12 + 0.88 * share) * rng.uniform(0.6, 1.2, count)
    which = rng.integers(0, len(colours), count)
    petals = int(rng.choice((4, 5, 5, 6, 9)))
    turns = rng.uniform(0, 6.3, count)
    tilt = rng.uniform(0.45, 1.0)
    marks, sizes, angles, tints = [], [], [], []
    if stems:
        tall = radii * rng.uniform(1.2, 2.4, count)
        marks.append(places + np.stack([0.06 * tall, tall], 1))
        sizes.append(np.stack([tall, np.maximum(0.5, 0.09 * radii)], 1))
        angles.append(np.pi / 2 + rng.normal(0, 0.06, count))
        green = hsv(0.28, 0.5, 0.45) * (0.35 + 0.65 * mood.light)
        tints.append(green * rng.uniform(0.7, 1.1, (count, 1)))
    for petal in range(petals):
        angle = turns + petal * 2 * np.pi / petals
        reach = np.stack([np.cos(angle), tilt * np.sin(angle)], 1)
        marks.append(places + reach * radii[:, None] * 0.55)
        sizes.append(np.stack([radii * 0.55, radii * 0.32], 1))
        angles.append(np.arctan2(reach[:, 1], reach[:, 0]))
        shade = np.where(reach @ mood.side > 0, 1.0, 0.78)[:, None] * (0.35 + 0.65 * mood.light)
        tints.append(np.array(colours)[which] * shade)
    order = np.argsort(np.tile(np.arange(count), len(marks)), kind="stable")
    marks, sizes, angles, tints = (np.concatenate(group)[order] for group in (marks, sizes, angles, tints))
    painting.dabs(marks, sizes, angles, np.clip(tints, 0, 255), "foliage", 1.0, 0.3, halves=0.08)
    heart = np.stack([radii * 0.2, radii * 0.2 * tilt], 1)
    painting.dabs(places, heart, 0.0, hsv(0.13, 0.8, 0.95) * (0.35 + 0.65 * mood.light), None, 1.0, 0.0)


def paint_branch(painting, mood, start, end, colour, leaf, depth=0.0):
    """Paint a leafy twig that reaches into the picture: single leaves in two rows along it."""
    rng = painting.rng
    axis = bow(start, end, rng.normal(0, 0.15), 24)
    painting.polygon(strand(axis, np.linspace(0.5, 0.1, 24) * leaf), mood.tones((90, 70, 55), 4, depth)[1], "foliage")
    tones = mood.tones(colour, 4, depth)
    for share in (0.35, 0.6, 0.85):
        twig = bow(point_at(axis, share), point_at(axis, share) + rng.normal(0, 6, 2) * leaf, 0.1, 12)
        _leaves_along(painting, twig, tones, leaf)
    _leaves_along(painting, cut(axis, 0.2, 1.0), tones, leaf)


def _leaves_along(painting, axis, tones, leaf):
    rng = painting.rng
    count = int(np.clip(np.hypot(*(axis[-1] - axis[0])) / leaf * 2.2, 4, 60))
    share = np.linspace(0.05, 1, count)
    heading = np.arctan2(*(axis[-1] - axis[0])[::-1])
    angles = heading + np.where(np.arange(count) % 2, 1, -1) * rng.uniform(0.4, 1.1, count)
    lengths = leaf * rng.uniform(0.6, 1.2, count)
    places = point_at(axis, share) + np.stack([np.cos(angles), np.sin(angles)], 1) * lengths[:, None]
    sizes = np.stack([lengths, lengths * rng.uniform(0.3, 0.45)], 1)
    painting.dabs(places, sizes, angles, tones[rng.integers(0, 4, count)], "foliage", 1.0, 1.0, halves=0.12)
