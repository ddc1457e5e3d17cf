"""What all features of a face are drawn with: their colours, masses of ink, plain and dark fills."""

import numpy as np

from illustration_parts.drawing.canvas import PARTS
from illustration_parts.drawing.curves import resample, strand
from illustration_parts.drawing.styles import hsv, to_hsv


def lash_colour(artist, person):
    """The colour of lashes in the picture's style; dark where the style has no lines."""
    _, saturation, value = to_hsv(person.hair)
    return _mass_colour(artist, person, 0.25 + 0.4 * saturation, min(0.26, 0.1 + 0.18 * value))


def brow_colour(artist, person):
    """The colour of brows: the style's ink, or a dark tone of the hair."""
    _, saturation, value = to_hsv(person.hair)
    return _mass_colour(artist, person, min(1.0, saturation + 0.15), max(0.1, value * 0.45))


def _mass_colour(artist, person, saturation, value):
    """The style's ink, or a tone of the hair's hue where lines are coloured."""
    style = artist.style
    if not style.coloured:  # a pencil's masses are as pale as its lines, but for a second layer
        return artist.paper + (style.ink - artist.paper) * min(1.0, style.opacity + 0.15)
    if style.mode in ("black", "dark", "light") or style.manga:
        return style.ink
    colour = hsv(to_hsv(person.hair)[0], saturation, value)
    return np.full(3, colour.mean()) if style.monochrome else colour


def draw_mass(artist, points, colour, clip, part="brows and lashes", group=0, broadest=None):
    """A brow or a lash: a stroke of changing width by its outline. Where the style has no lines it is a fill.

    Args:
        points: (n, 2) outline. colour: RGB. clip: a `Mask` to stay in.
        broadest: pixels; what is broader is an area with a rim (default: as of other strokes).
    """
    points = np.asarray(points, float)
    mask = artist.canvas.polygon(points).clip(clip)
    if not mask.alpha.size:
        return
    if artist.style.mode == "none":
        fill_plain(artist, mask, colour, part, group)
        return
    artist.mark(points, colour=colour, clip=clip, broadest=broadest)
    label(artist, mask, part, group)


def label(artist, mask, part, group=0):
    """Note what ink shows: strokes alone do not change the map of parts."""
    solid = mask.alpha > 127
    artist.canvas.part[mask.window][solid] = PARTS.index(part)
    artist.canvas.group[mask.window][solid] = group


def draw_stroke(artist, curve, scale, fill, clip, taper, part, group=0):
    """A feature's line; where the style has no lines, a thin fill darker than the skin, or a mouth would be missing.

    Args:
        curve: (n, 2) points. scale: of the style's width. fill: RGB under it. clip: a `Mask` to stay in.
        taper: 0..1. part, group: see `Canvas.fill`.
    """
    if artist.style.mode != "none":
        artist.line(curve, "inner", scale, fill, clip=clip, taper=taper)
        return
    curve = resample(np.asarray(curve, float), 2.5)
    widths = 1.3 * artist.style.width * scale * np.sin(np.pi * np.linspace(0.06, 0.94, len(curve))) ** 0.6
    fill_plain(artist, artist.canvas.polygon(strand(curve, widths)).clip(clip), np.asarray(fill) * 0.45, part, group)


def fill_plain(artist, mask, colour, part, group=0):
    """Fill a small thing in one colour, without the style's gradients and textures."""
    style = artist.style
    mask = artist.canvas.inside(mask)
    if not mask.alpha.size:
        return mask
    if not style.keeps_colours:
        return artist.fill(mask, colour, part, group, gradient=0.0)
    colour = np.full(3, np.mean(colour)) if style.monochrome else colour
    return artist.canvas.fill(mask, colour, None, part, group)


def fill_dark(artist, mask, colour, part, group=0):
    """Fill a dark area, such as a pupil. On paper it is filled with ink."""
    if artist.style.coloured:
        return fill_plain(artist, mask, colour, part, group)
    mask = artist.canvas.inside(mask)
    if mask.alpha.size:
        ink = artist.paper + (artist.style.ink - artist.paper) * artist.style.opacity
        artist.canvas.fill(mask, ink, None, part, group)
    return mask


def thicken(curve, thickness, up):
    """The curve moved towards `up` (unit x, y) by a thickness at each point, across the curve where it is steep."""
    tangent = np.gradient(curve, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    across = np.stack([tangent[:, 1], -tangent[:, 0]], 1)
    across *= np.where(across @ up < 0, -1.0, 1.0)[:, None]
    return curve + across * np.asarray(thickness)[:, None]
