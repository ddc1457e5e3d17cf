"""What lies behind and around characters: plain and painted grounds, buildings, rooms, foliage, objects, light.

Each `ground_*` function paints the whole canvas of an `Artist`; each `draw_*` adds something to it.
"""

import cv2
import numpy as np

from illustration_parts.drawing.artist import bow, noise, screentone
from illustration_parts.drawing.canvas import blob, ellipse, spline, straight, strand


def ground_plain(artist):
    """One colour, or a gradient across the picture."""
    canvas, colour = artist.canvas, artist.colour()
    if artist.chance(0.15):
        colour = np.full(3, artist.rng.choice((0.0, 12.0, 245.0, 255.0)))
    slope = None
    if artist.chance(0.4):
        slope = np.outer(artist.rng.normal(0, 1, 2), artist.colour() - artist.colour()) / max(canvas.shape)
        artist.cases.add("gradients")
    canvas.fill(canvas.everything(), colour, slope)


def ground_painted(artist):
    """Broad, soft, overlapping brush strokes, as in painted film backgrounds: no ink."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    hue, size = rng.random(), max(height, width)
    canvas.fill(canvas.everything(), artist.colour(hue))
    for _ in range(rng.integers(15, 60)):
        start = rng.uniform(0, 1, 2) * (width, height)
        reach = rng.normal(0, artist.between(0.05, 0.3), 2) * size
        curve = bow(start, start + reach, artist.between(-0.3, 0.3), 10)
        brush = artist.between(0.01, 0.12) * size * np.sin(np.linspace(0.4, 2.8, 10))
        mask = canvas.polygon(strand(curve, brush))
        if mask.alpha.size:
            canvas.tint(
                mask.times(artist.between(0.15, 0.9)), artist.colour(hue + artist.between(-0.1, 0.1)), edge=False
            )
    if artist.chance(0.7):
        canvas.defocus(artist.between(0.7, 3))
    artist.cases.add("painted grounds")


def ground_watercolour(artist):
    """Washes with darker wet edges, streaks and paper grain: dark without being drawn."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    hue = rng.random()
    canvas.fill(canvas.everything(), artist.colour(hue, value=artist.between(0.7, 1)))
    along = artist.between(0, np.pi)
    for _ in range(rng.integers(5, 40)):  # streaks, such as a curtain's or a plank's
        start = rng.uniform(-0.1, 1.1, 2) * (width, height)
        end = start + np.array([np.cos(along), np.sin(along)]) * artist.between(0.1, 0.9) * height
        curve = bow(start, end, artist.between(-0.05, 0.05), 14)
        curve = curve + artist.between(0, 3) * noise(rng, 14, 2, 4, 2)
        streak = canvas.polygon(
            strand(curve, artist.between(1.5, 25) * np.abs(1 + 0.5 * noise(rng, 14, 1, 4, 2)[:, 0]))
        )
        if streak.alpha.size:
            streak = canvas.soften(streak, artist.between(0.7, 4))
            canvas.tint(
                streak.times(artist.between(0.2, 0.7)), artist.colour(hue, value=artist.between(0.3, 0.9)), edge=False
            )
    for _ in range(rng.integers(0, 15)):  # flowers, fruit, leaves
        centre, size = rng.uniform(0, 1, 2) * (width, height), artist.between(5, 60)
        points, colour = blob(rng, centre, size, 8, 0.25), artist.colour()
        wash = canvas.soften(canvas.polygon(points), artist.between(0.6, 2))
        canvas.tint(wash.times(artist.between(0.5, 1)), colour, edge=False)
        inside = canvas.polygon(centre + (points - centre) * artist.between(0.75, 0.95))
        if inside.alpha.size:
            rim = wash.without(canvas.soften(inside, artist.between(0.8, 3)))
            canvas.tint(rim.times(artist.between(0.3, 0.9)), colour * 0.75, edge=False)
    grain = noise(rng, height, width, artist.between(4, 60), 5)[..., None]
    canvas.layers *= 1 + np.float32(artist.between(0, 0.12)) * grain
    np.clip(canvas.layers, 0, 255, out=canvas.layers)
    if artist.chance(0.4):
        canvas.defocus(artist.between(0.6, 1.8))
    artist.cases.add("painted grounds")


def ground_photo(artist):
    """A photograph's kind of noise: many octaves, in colour."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    base, other = artist.colour(), artist.colour()
    amount = np.clip(0.5 + 0.5 * noise(rng, height, width, artist.between(20, 200), 6), 0, 1)[..., None]
    canvas.fill(canvas.everything(), base)
    canvas.layers += (other - base).astype(np.float32) * amount
    canvas.layers += rng.normal(0, artist.between(0, 8), canvas.rgb.shape).astype(np.float32)
    np.clip(canvas.layers, 0, 255, out=canvas.layers)
    if artist.chance(0.5):
        canvas.defocus(artist.between(0.5, 3))
    artist.cases.add("photograph-like noise")


def ground_pattern(artist):
    """Wallpaper: stripes, checks, dots, large shapes without lines."""
    canvas = artist.canvas
    everything = canvas.fill(canvas.everything(), artist.colour())
    artist.shade_pattern(everything)
    for _ in range(artist.rng.integers(0, 12)):
        centre = artist.rng.uniform(0, 1, 2) * canvas.shape[::-1]
        artist.shape(blob(artist.rng, centre, artist.between(5, 60)), artist.colour(), line=False)


def ground_room(artist):
    """Walls, a floor, a window and furniture in straight lines; painted with soft gradients or drawn with lines."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    lined = artist.chance(0.5)
    horizon, corner = height * artist.between(0.5, 0.9), width * artist.between(0.1, 0.9)
    tilt = artist.between(-0.2, 0.2) * width
    canvas.fill(
        canvas.everything(),
        artist.colour(saturation=artist.between(0, 0.4)),
        np.outer(rng.normal(0, 30, 2), np.ones(3)) / width,
    )
    floor = straight(
        [
            (0, horizon),
            (corner, horizon - abs(tilt) * 0.3),
            (width, horizon + tilt * 0.3),
            (width, height),
            (0, height),
        ],
        True,
    )
    artist.shape(floor, artist.colour(), line=lined)
    artist.shape(
        straight([(corner, 0), (width, 0), (width, horizon + tilt * 0.3), (corner, horizon - abs(tilt) * 0.3)], True),
        artist.colour(saturation=0.2),
        line=lined,
    )
    for _ in range(rng.integers(1, 5)):
        draw_window(artist, rng.uniform(0, 0.8, 2) * (width, horizon), artist.between(0.08, 0.35) * width, lined)
    for step in range(rng.integers(0, 7)):  # stairs or shelves
        y = height - (step + 1) * artist.between(15, 40)
        left = width * artist.between(0.3, 0.7)
        artist.shape(
            straight([(left, y), (width, y - 8), (width, y + 25), (left, y + 30)], True), artist.colour(), line=lined
        )
    if not lined and artist.chance(0.7):
        canvas.defocus(artist.between(0.7, 3))
    artist.cases.add("buildings")


def ground_city(artist):
    """Buildings with windows against a sky, drawn with lines or without."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    lined, ground = artist.chance(0.6), height * artist.between(0.6, 1.0)
    canvas.fill(
        canvas.everything(), artist.colour(0.58), np.outer((0, 1), np.full(3, artist.between(-80, 80))) / height
    )
    for _ in range(rng.integers(0, 6)):
        draw_cloud(artist, rng.uniform(0, 1, 2) * (width, height * 0.5), artist.between(15, 70))
    for _ in range(rng.integers(2, 8)):
        left, wide = width * artist.between(-0.2, 0.95), width * artist.between(0.1, 0.4)
        top, side = ground - height * artist.between(0.15, 0.8), wide * artist.between(0, 0.5)
        wall = artist.colour(saturation=artist.between(0, 0.5))
        artist.shape(
            straight(
                [
                    (left + wide, top),
                    (left + wide + side, top + side * 0.4),
                    (left + wide + side, ground),
                    (left + wide, ground),
                ],
                True,
            ),
            wall * 0.75,
            line=lined,
        )
        front = artist.shape(
            straight([(left, top), (left + wide, top), (left + wide, ground), (left, ground)], True), wall, line=lined
        )
        if artist.chance(0.3):
            artist.shape(
                straight([(left - 4, top), (left + wide / 2, top - wide * 0.4), (left + wide + 4, top)], True),
                artist.colour(0.03),
                line=lined,
            )
        pitch, size = artist.between(12, 40), artist.between(0.4, 0.75)
        glass = artist.colour(0.55)
        for y in np.arange(top + pitch * 0.5, ground - pitch, pitch):
            for x in np.arange(left + pitch * 0.3, left + wide - pitch * 0.8, pitch):
                pane = straight(
                    [(x, y), (x + pitch * size, y), (x + pitch * size, y + pitch * size), (x, y + pitch * size)], True
                )
                artist.shape(pane, glass, "inner", line=lined, shade=False, clip=front, scale=0.6)
    if not lined and artist.chance(0.4):
        canvas.defocus(artist.between(0.7, 3))
    artist.cases.add("buildings")


def ground_forest(artist):
    """Sky, hills, trees and leaves, painted in dabs or drawn with lines."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    lined = artist.chance(0.4)
    canvas.fill(
        canvas.everything(), artist.colour(0.55), np.outer((0, 1), np.full(3, artist.between(-60, 60))) / height
    )
    for level in np.sort(rng.uniform(0.3, 0.9, rng.integers(1, 4))):
        ridge = spline([(x, height * (level + artist.between(-0.1, 0.1))) for x in np.linspace(-20, width + 20, 7)])
        artist.shape(
            np.concatenate([ridge, [(width + 20, height), (-20, height)], ridge[:1]]), artist.colour(0.3), line=lined
        )
    for _ in range(rng.integers(1, 5)):
        x, y = width * rng.random(), height * artist.between(0.5, 1)
        if artist.chance(0.6):
            trunk = bow(
                (x, y),
                (x + artist.between(-20, 20), y - height * artist.between(0.2, 0.6)),
                artist.between(-0.1, 0.1),
                12,
            )
            artist.shape(
                strand(trunk, np.linspace(artist.between(6, 25), 4, 12)), artist.colour(0.08, value=0.5), line=lined
            )
            draw_leaves(artist, trunk[-1], height * artist.between(0.08, 0.3), lined)
        else:
            draw_leaves(artist, (x, y), height * artist.between(0.08, 0.3), lined)
    if not lined and artist.chance(0.5):
        canvas.defocus(artist.between(0.7, 2.5))
    artist.cases.add("foliage")


def ground_speed(artist):
    """Speed lines toward a point: drawn dark they are ink, as light or coloured streaks they are not."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    canvas.fill(
        canvas.everything(),
        artist.colour(value=artist.between(0.6, 1)) if not artist.style.tones else np.full(3, 255.0),
    )
    drawn = artist.style.tones or artist.chance(0.3)
    focus = rng.uniform(0.2, 0.8, 2) * (width, height)
    for _ in range(rng.integers(20, 90)):
        angle = artist.between(0, 2 * np.pi)
        way = np.array([np.cos(angle), np.sin(angle)])
        start, end = focus + way * max(height, width), focus + way * max(height, width) * artist.between(0.15, 0.5)
        curve = straight([start, (start + end) / 2, end])
        wide = artist.between(0.8, 4 if drawn else 6)
        if drawn:
            canvas.stroke(
                curve,
                wide * np.array([1, 0.6, 0.1]),
                artist.style.ink if artist.style.mode != "light" else (255, 255, 255),
                "inner",
            )
        else:
            mask = canvas.polygon(strand(curve, wide * np.array([2, 1.2, 0.1])))
            if mask.alpha.size:
                canvas.tint(mask.times(artist.between(0.2, 0.9)), artist.colour())
    artist.cases.add("speed lines")


def ground_tone(artist):
    """A screentone over the whole ground, fading or not."""
    canvas = artist.canvas
    everything = canvas.fill(canvas.everything(), np.full(3, 255.0))
    form, tone = screentone(artist.rng, everything)
    canvas.tint(tone, np.full(3, artist.between(0, 50)), edge=False)
    artist.cases.add("hatch patterns" if form in ("rules", "cross") else "screentones")


GROUNDS = (
    (ground_plain, 0.29),
    (ground_painted, 0.11),
    (ground_watercolour, 0.11),
    (ground_photo, 0.06),
    (ground_pattern, 0.08),
    (ground_room, 0.11),
    (ground_city, 0.09),
    (ground_forest, 0.1),
    (ground_speed, 0.05),
)


def draw_window(artist, at, size, lined):
    """A window with bars and a view."""
    x, y = at
    tall = size * artist.between(0.7, 1.5)
    frame = straight([(x, y), (x + size, y), (x + size, y + tall), (x, y + tall)], True)
    glass = artist.colour(0.55)
    mask = artist.shape(frame, glass, line=lined)
    bars = artist.colour(saturation=0.1)
    for k in range(1, int(artist.rng.integers(1, 4)) + 1):
        middle = x + size * k / 4
        bar = straight(
            [(middle, y), (middle + size * 0.05, y), (middle + size * 0.05, y + tall), (middle, y + tall)], True
        )
        artist.shape(bar, bars, "inner", line=lined, clip=mask, shade=False)


def draw_cloud(artist, centre, size):
    """A cloud of round puffs, lined or not."""
    centre = np.asarray(centre)
    lined = artist.chance(0.3)
    colour = artist.colour(0.6, 0.05, 1.0)
    for _ in range(artist.rng.integers(3, 7)):
        spot = centre + artist.rng.normal(0, 0.6, 2) * size * (1.2, 0.4)
        artist.shape(
            ellipse(spot, (size * artist.between(0.4, 0.9), size * artist.between(0.3, 0.6)), samples=30),
            colour,
            line=lined,
        )


def draw_leaves(artist, centre, radius, lined):
    """A crown of leaves: dabs of several greens, or single leaves with lines and veins."""
    rng, canvas = artist.rng, artist.canvas
    hue = artist.between(0.2, 0.45)
    artist.shape(
        blob(rng, centre, radius, 12, 0.15),
        artist.colour(hue, value=artist.between(0.25, 0.7)),
        line=lined and artist.chance(0.5),
    )
    for _ in range(rng.integers(15, 50)):
        at = np.asarray(centre) + rng.normal(0, 0.5, 2) * radius
        size, angle = radius * artist.between(0.05, 0.25), artist.between(0, 6.3)
        tip = at + size * np.array([np.cos(angle), np.sin(angle)]) * 2
        if lined:
            artist.lock(at, tip, size, artist.between(-0.2, 0.2), artist.colour(hue), inner=False)
        else:
            dab = canvas.polygon(np.concatenate([bow(at, tip, 0.3, 6), bow(tip, at, 0.3, 6)]))
            if dab.alpha.size:
                canvas.tint(dab.times(artist.between(0.4, 1)), artist.colour(hue), edge=False)


def draw_object(artist, centre, size):
    """A thing: a box, a ball with rings, a cup, a plant, a free form with lines on it, an eye, or a shard."""
    rng, form = artist.rng, artist.rng.integers(7)
    centre, colour = np.asarray(centre, float), artist.colour()
    if form == 0:  # a box in perspective
        dx, dy = size * artist.between(0.2, 0.5), -size * artist.between(0.1, 0.4)
        a, b, c, d = centre + np.array([(-1, -0.7), (1, -0.7), (1, 0.7), (-1, 0.7)]) * size / 2
        shift = np.array([dx, dy])
        artist.shape(straight([a, a + shift, b + shift, b], True), colour * 0.9 + 25)
        artist.shape(straight([b, b + shift, c + shift, c], True), colour * 0.75)
        artist.shape(straight([a, b, c, d], True), colour)
    elif form == 1:  # a ball or a coin with rings
        mask = artist.shape(
            ellipse(centre, (size / 2, size / 2 * artist.between(0.6, 1)), artist.between(0, 3)), colour
        )
        for share in rng.uniform(0.3, 0.9, rng.integers(0, 3)):
            artist.line(ellipse(centre, (size / 2 * share, size / 2 * share)), "inner", 0.8, colour, clip=mask, taper=0)
    elif form == 2:  # a cup with a handle
        handle = ellipse(centre + (size * 0.45, 0), (size * 0.25, size * 0.25), samples=30)
        artist.line(handle, "boundary", 1.5, colour)
        artist.shape(
            spline(
                [centre + np.array(p) * size for p in ((-0.4, -0.5), (0.4, -0.5), (0.35, 0.4), (0, 0.5), (-0.35, 0.4))],
                True,
            ),
            colour,
        )
        artist.shape(ellipse(centre - (0, size * 0.45), (size * 0.4, size * 0.12)), colour * 0.8, "inner")
    elif form == 3:  # a plant
        for _ in range(rng.integers(3, 10)):
            tip = centre + rng.normal(0, 0.6, 2) * size - (0, size * 0.4)
            artist.lock(centre, tip, size * artist.between(0.1, 0.3), artist.between(-0.3, 0.3), artist.colour(0.3))
    elif form == 4:  # a free form with free lines
        points = blob(rng, centre, size / 2, int(rng.integers(4, 10)), artist.between(0.1, 0.5))
        mask = artist.shape(points, colour)
        for _ in range(rng.integers(0, 6)):
            start = centre + rng.normal(0, 0.3, 2) * size
            artist.line(
                bow(start, start + rng.normal(0, 0.4, 2) * size, artist.between(-0.3, 0.3), 14),
                "inner",
                0.9,
                colour,
                clip=mask,
            )
        if artist.chance(0.4):
            artist.shape(
                blob(rng, centre + rng.normal(0, 0.15, 2) * size, size * 0.2), artist.colour(), "inner", clip=mask
            )
    elif form == 5:  # an eye on its own: the white has a line, the pupil is a black fill
        white = artist.shape(
            ellipse(centre, (size * 0.4, size * artist.between(0.3, 0.4))), np.full(3, 245.0), shade=False
        )
        look = centre + rng.normal(0, 0.08, 2) * size
        pupil = size * artist.between(0.08, 0.25)
        black = artist.canvas.polygon(ellipse(look, (pupil, pupil), samples=28)).clip(white)
        artist.canvas.fill(black, np.full(3, artist.between(0, 25)))
        if artist.chance(0.5):
            lid = straight([(-1, -1), (1, -1), (1, artist.between(-0.2, 0.1)), (-1, artist.between(-0.2, 0.1))], True)
            artist.shape(centre + lid * size * 0.5, colour, "inner", clip=white)
    else:  # a polygon, as a shard or a letter of a title
        count = int(rng.integers(3, 8))
        angles = np.sort(rng.uniform(0, 2 * np.pi, count))
        points = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * size / 2 * rng.uniform(0.5, 1, (count, 1))
        artist.shape(straight(points, True), colour)


def draw_strands(artist, count):
    """Long strands across the picture: ribbons, cables, free hair."""
    rng = artist.rng
    height, width = artist.canvas.shape
    colour = artist.colour()
    for _ in range(count):
        points = rng.uniform(-0.1, 1.1, 2) * (width, height) + np.cumsum(rng.normal(0, 0.16, (5, 2)), 0) * (
            width,
            height,
        )
        curve = spline(points, samples=10)
        size = artist.between(2 if artist.style.mode != "none" else 9, 40)  # a thin one without a line would be a line
        profile = size * np.sin(np.linspace(0.3, np.pi - (0.02 if artist.chance(0.7) else 0.3), len(curve))) ** 0.7
        band = strand(curve, profile)
        mask = artist.shape(np.concatenate([band, band[:1]]), colour if artist.chance(0.6) else artist.colour())
        if size > 14:
            artist.line(curve, "inner", 0.8, colour, clip=mask, taper=1.0)
    artist.cases.add("strands")


def draw_free_lines(artist, count):
    """Lines that bound nothing."""
    rng, (height, width) = artist.rng, artist.canvas.shape
    for _ in range(count):
        points = rng.uniform(0, 1, 2) * (width, height) + np.cumsum(rng.normal(0, 0.1, (4, 2)), 0) * (width, height)
        curve = spline(points, samples=12)
        at = curve[len(curve) // 2].astype(int).clip(0, (width - 1, height - 1))
        artist.line(curve, "inner", 1.0, artist.canvas.rgb[at[1], at[0]].astype(float))


def add_shadows(artist, count):
    """Hard or soft shadows that fall over everything, ink too."""
    canvas, rng = artist.canvas, artist.rng
    size = max(canvas.shape)
    for _ in range(count):
        corners = (
            rng.uniform(0, 1, 2) * canvas.shape[::-1]
            + rng.normal(0, artist.between(0.1, 0.35), (rng.integers(3, 6), 2)) * size
        )
        mask = canvas.polygon(corners if artist.chance(0.6) else spline(corners, True))
        if not mask.alpha.size:
            continue
        soft = artist.chance(0.25)
        if soft:
            mask = canvas.soften(mask, artist.between(2, 12))
        canvas.tint(mask.times(artist.between(0.4, 1)), artist.style.shadow, multiply=True, edge=not soft)
    artist.cases.add("cel shades")


def add_glow(artist):
    """Bloom: the bright parts, blurred, added back (screen)."""
    canvas = artist.canvas
    bright = np.clip(canvas.rgb - artist.between(100, 200), 0, 255)
    sigma = max(canvas.shape) * artist.between(0.01, 0.06)
    small = cv2.resize(bright, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(
        cv2.GaussianBlur(small, (0, 0), max(0.6, sigma / 4)), canvas.shape[::-1], interpolation=cv2.INTER_LINEAR
    )
    blurred *= artist.between(0.4, 1.6)
    # Lines keep at least two fifths of their contrast.
    canvas.layers += np.minimum(blurred, 153) * (255 - canvas.layers) / 255
    artist.cases.add("glow")


def add_lights(artist):
    """Soft coloured light or haze from somewhere, over everything."""
    canvas, rng = artist.canvas, artist.rng
    height, width = canvas.shape
    for _ in range(rng.integers(1, 4)):
        x, y = rng.uniform(0, 1, 2) * (width, height)
        reach = artist.between(0.1, 0.6) * max(height, width)
        columns, rows = np.arange(width, dtype=np.float32)[None], np.arange(height, dtype=np.float32)[:, None]
        falloff = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * reach**2))[..., None]
        light = artist.colour(saturation=artist.between(0, 0.6), value=1.0).astype(np.float32)
        canvas.layers += falloff * np.float32(artist.between(0.1, 0.4)) * (light - canvas.layers)
    artist.cases.add("soft light")


def darken(artist, gain):
    """A dark scene: everything multiplied by a tinted `gain` (mean 0..1)."""
    tint = (
        255 * gain * np.array([artist.between(0.75, 1), artist.between(0.75, 1), 1.0])
        if not artist.style.grey
        else np.full(3, 255 * gain)
    )
    artist.canvas.tint(artist.canvas.everything(), tint, multiply=True, edge=False)
    artist.cases.add("dark scenes")


def add_bokeh(artist):
    """Round, soft, light spots."""
    canvas = artist.canvas
    for _ in range(artist.rng.integers(3, 15)):
        centre = artist.rng.uniform(0, 1, 2) * canvas.shape[::-1]
        radius = artist.between(3, 40)
        mask = canvas.polygon(ellipse(centre, (radius, radius), samples=30))
        if mask.alpha.size:
            mask = mask if artist.chance(0.5) else canvas.soften(mask, radius * 0.2)
            canvas.tint(mask.times(artist.between(0.1, 0.7)), artist.colour(value=1.0), edge=False)
    artist.cases.add("glow")
