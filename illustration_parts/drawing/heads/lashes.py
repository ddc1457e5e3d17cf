"""Lashes, the lines of the lids, and brows."""

import numpy as np

from illustration_parts.drawing.curves import bow, cut, lengths_along, point_at, spline
from illustration_parts.drawing.heads.features import brow_colour, draw_mass, thicken

# Where a style outlines brows, broad ones are areas with a rim: in the line drawings of webtoons and films they are
# hollow. Broad is so many pixels at a short side of 1,000, and so many widths of the pen.
BROAD_BROW, BROAD_BROW_PENS = 4.5, 1.8


def draw_lashes(artist, place, upper, lower, colour, mask, whole, group=0):
    """The upper lash, a mass with one wing, and strokes of the lower one."""
    looks, style = place.looks, artist.style
    head = place.face.head
    up = np.array([np.sin(head.roll), -np.cos(head.roll)])
    lid = place.at(upper)
    t = lengths_along(lid) / lengths_along(lid)[-1]
    least = max(style.width * 0.45, place.length(0.006))
    most = max(place.length(looks.lash), style.width * 0.9)
    bulge = np.sin(np.pi * np.clip(t, 0, 1) ** 1.4 * 0.88) ** 0.9
    if place.profile:
        bulge = np.interp(t, (0, 0.15, 0.5, 1), (0.6, 1.0, 0.75, 0.15))
    outer = thicken(lid, least + (most - least) * bulge, up)
    if not whole:
        draw_mass(artist, np.concatenate([lid, outer[::-1]]), colour, mask, group=group)
        return
    if place.profile:
        edge = np.concatenate([lid, outer[::-1]])
        tip = place.at([-1.0 - 0.5 * looks.wing / looks.eye_w, upper[0, 1] - 0.12])
        edge = np.concatenate([edge, [tip]])
    else:
        tip = place.at([upper[-1, 0] + looks.wing / looks.eye_w, upper[-1, 1] - 0.25 - looks.wing])
        turn = np.searchsorted(t, 0.8)
        above = bow(outer[turn], tip, 0.12 * place.side, 6)
        below = bow(tip, lid[-1], 0.1 * place.side, 6)
        edge = np.concatenate([lid, below[::-1][1:-1], above[::-1], outer[:turn][::-1]])
    draw_mass(artist, edge, colour, mask, group=group)
    _draw_flicks(artist, place, outer, colour, mask, up, group)
    if place.face.head.real > 0.6 and looks.lash > 0.03 and artist.style.detail > 0.5 and place.is_tall(9):
        _draw_hairs(artist, place, outer, colour, mask, up)
    _draw_lower_lash(artist, place, lower, colour, mask)


def _draw_flicks(artist, place, outer, colour, mask, up, group):
    looks = place.looks
    if place.profile or artist.style.detail < 0.35:
        return
    for k in range(looks.flicks):
        place_along = 0.83 - 0.13 * k
        root = point_at(outer, np.array([place_along - 0.022, place_along + 0.022]))
        out = np.array([np.cos(place.face.head.roll), np.sin(place.face.head.roll)]) * place.side
        reach = (0.03 + 0.55 * looks.lash) * (1 - 0.12 * k)
        tip = root.mean(0) + place.length(reach) * ((1.0 - 0.4 * k) * out + (0.5 + 0.2 * k) * up)
        edges = bow(root[0], tip, 0.14 * place.side, 7), bow(tip, root[1], -0.1 * place.side, 7)
        draw_mass(artist, np.concatenate(edges), colour, mask, group=group)


def _draw_hairs(artist, place, outer, colour, mask, up):
    """Single hairs of a realistic lash: short, bent, longest at the outer corner."""
    if artist.style.mode == "none":
        return
    out = np.array([np.cos(place.face.head.roll), np.sin(place.face.head.roll)]) * place.side
    for share in np.linspace(0.3, 0.9, 7):
        root = point_at(outer, min(0.97, share + artist.between(-0.02, 0.02)))
        lean = 2.2 * (share - 0.42)
        tip = root + place.length(0.022 + 0.03 * share) * (lean * out + up)
        artist.line(bow(root, tip, 0.12 * place.side, 6), "inner", 0.6, None, colour, mask, 1.0, (False, True))


def _draw_lower_lash(artist, place, lower, colour, mask):
    looks = place.looks
    if artist.style.mode == "none":
        return
    curve = place.at(lower)
    stop = 0.25 + 0.6 * looks.lower
    artist.line(cut(curve, 0.03, stop, 24), "inner", 0.8, None, colour, mask, 0.9, (False, True))
    strokes = 0 if looks.lash < 0.035 or artist.style.detail < 0.4 else 2
    for k in range(strokes):
        share = 0.14 + 0.11 * k
        root = point_at(curve, share)
        out = root - place.at([0.1, 0.2])
        out = out / max(1e-6, np.hypot(*out)) * place.length(0.045)
        artist.line(
            np.stack([root, root + out * 0.5, root + out]), "inner", 0.7, None, colour, mask, 1.0, (False, True)
        )


def draw_folds(artist, place, upper, person, mask):
    """The line of the lid above the lash, and lines under the eyes of those who are tired or old."""
    looks = place.looks
    if looks.fold and place.length(looks.fold) > 2.2 * artist.style.width:
        rise = (looks.lash * 0.9 + looks.fold) / looks.eye_h
        lid = upper.copy()
        lid[:, 1] -= rise
        lid[:, 0] *= 1.02
        start, stop = (0.22, 0.9) if not place.profile else (0.25, 0.8)
        artist.line(place.at(cut(lid, start, stop, 20)), "inner", 0.7, person.skin, clip=mask, taper=0.9)
        if artist.style.detail > 0.6 and looks.lower > 0.6 and place.is_tall(12):
            second = cut(lid, 0.62, 1.0, 12) - [0, 0.12]
            artist.line(place.at(second), "inner", 0.5, person.skin, clip=mask, taper=1.0)
    tired = "lines" in looks.extras or looks.eye_h < 0.12 and artist.style.detail > 0.5
    if tired and not place.profile:
        low = np.array([[-0.85, 1.25], [-0.3, 1.75], [0.35, 1.7]])
        low[:, 1] = np.maximum(low[:, 1], 1 + 0.04 / looks.eye_h * (low[:, 1] > 1.5))
        artist.line(place.at(spline(low)), "inner", 0.6, person.skin, clip=mask, taper=1.0)


def draw_brow(artist, place, person, mask, expression, group=0):
    """One brow: a mass that is thickest at its inner third, or a line on small heads."""
    looks = place.looks
    reach = max(looks.eye_h, 0.13)
    rise = (looks.eye_h + reach * (0.62 + expression.brow * 0.9) + 0.055) / looks.eye_h
    if person.man:
        rise -= (0.05 + 0.03 * place.face.head.real) / looks.eye_h
    if place.profile:
        rise += 0.04 / looks.eye_h
    tilt = expression.tilt * 0.13 / looks.eye_h
    bend = 0.075 * (0.25 + 0.75 * looks.brow_bend) / looks.eye_h
    middle = np.array(
        [
            [-0.92, 0.35 * bend - tilt],
            [-0.45, -0.35 * bend - 0.45 * tilt],
            [0.15, -bend],
            [0.72, -0.75 * bend + 0.3 * tilt],
        ]
    )
    curve = np.concatenate([middle, [[1.22, 0.5 * bend + 0.65 * tilt]]]) - [0, rise]
    line = place.at(spline(curve, samples=14))
    colour = brow_colour(artist, person)
    if place.length(looks.brow) < 1.1 * artist.style.width:
        if artist.style.mode == "none":
            return
        artist.line(line, "inner", 1.15, None, colour, mask, 0.8, (False, True))
        return
    t = np.linspace(0, 1, len(line))
    thick = place.length(looks.brow) * np.interp(t, (0, 0.04, 0.12, 0.35, 0.6, 1), (0.25, 0.7, 0.92, 1.0, 0.8, 0.03))
    up = np.array([np.sin(place.face.head.roll), -np.cos(place.face.head.roll)])
    above, below = thicken(line, thick / 2, up), thicken(line, -thick / 2, up)
    broadest = None
    if artist.style.outlines_brows:
        broadest = max(artist.px(BROAD_BROW), BROAD_BROW_PENS * artist.style.width)
    draw_mass(artist, np.concatenate([above, below[::-1]]), colour, mask, group=group, broadest=broadest)
    if place.face.head.real > 0.55 and artist.style.detail > 0.5 and place.length(looks.brow) > 7:
        _draw_brow_hairs(artist, place, above, below, colour, mask, up)


def _draw_brow_hairs(artist, place, above, below, colour, mask, up):
    """Hairs that stand out of a thick brow, most at its inner end."""
    if artist.style.mode == "none":
        return
    out = np.array([np.cos(place.face.head.roll), np.sin(place.face.head.roll)]) * place.side
    for share in (0.03, 0.07, 0.12, 0.2, 0.34, 0.5):
        edge = above if artist.chance(0.7) else below
        root = point_at((above + below) / 2, share)
        tip = point_at(edge, share + 0.05) + place.length(0.018) * (up * (1 if edge is above else -0.6) + 0.5 * out)
        artist.line(np.stack([root, (root + tip) / 2, tip]), "inner", 0.6, None, colour, mask, 1.0, (False, True))
