"""Ears, before the head's side or behind its rim, and what hangs on them."""

import numpy as np

from illustration_parts.drawing.curves import cut, ellipse, spline
from illustration_parts.drawing.heads.features import fill_plain

# An ear's rim in heights of the ear: x away from the face, y down from its middle; then lines inside it.
EAR = np.array(
    [[0.0, -0.3], [0.08, -0.46], [0.24, -0.52], [0.42, -0.42], [0.47, -0.2]]
    + [[0.4, 0.06], [0.27, 0.25], [0.2, 0.42], [0.09, 0.5], [-0.01, 0.42]]
)
EAR_FOLD = np.array([[0.08, -0.27], [0.18, -0.39], [0.31, -0.36], [0.36, -0.18], [0.3, 0.04], [0.19, 0.18]])
EAR_HOLLOW = np.array(
    [[0.06, -0.08], [0.16, -0.24], [0.27, -0.22], [0.27, -0.02], [0.17, 0.16], [0.08, 0.2], [0.1, 0.06]]
)
FLARE = 0.62  # radians that ears stand off the head


def visible_ears(face):
    """Ears that lie before the head's side, and those behind its rim: two lists of sides, -1 left, 1 right."""
    yaw = face.head.yaw
    near = -face.facing
    turned = abs(np.sin(yaw))
    before = [near] if turned > 0.3 and abs(yaw) < 2.6 else []
    behind = [side for side in (-1, 1) if side not in before and (turned < 0.45)]
    return before, behind


def place_ear(face, side, points):
    """An ear's own points, (n, 2), in the picture."""
    points = np.asarray(points, float)
    height = 0.5 * face.stretch * (0.85 + 0.15 * face.head.real)
    y = float(face.level(0.5))
    x, z = side * float(face.read("width", y)) * 0.985, float(face.read("middle", y)) - 0.06
    out, down = points[:, 0] * height, points[:, 1] * height
    flare = FLARE if abs(face.head.yaw) < 2 else 1.1
    return face.head.place(
        np.stack([x + side * out * np.sin(flare), y + down - 0.12 * out, z - out * np.cos(flare) - 0.14 * down], 1)
    )


def draw_ear(artist, face, person, side, group=0):
    """One ear: skin, the hollow in shadow, the rim's fold."""
    rim = place_ear(face, side, spline(EAR, samples=6))
    mask = fill_plain(artist, artist.canvas.polygon(rim), person.skin, "skin", group)
    artist.outline(rim, person.skin, closed=False)
    size = 0.5 * face.head.radius
    if size < 12 or abs(face.head.yaw) > 2.2 or not mask.alpha.size:
        return
    if side * artist.style.light[0] < -0.2 and artist.chance(0.6):
        artist.shade(mask)
    hollow = artist.canvas.polygon(place_ear(face, side, spline(EAR_HOLLOW, True, 6))).clip(mask)
    artist.shade(hollow)
    if artist.style.detail > 0.2 or size > 60:
        artist.line(
            place_ear(face, side, spline(EAR_FOLD, samples=6)), "inner", 0.75, person.skin, clip=mask, taper=0.8
        )
    if artist.style.detail > 0.4 and size > 30:
        inner = place_ear(face, side, cut(spline(EAR_HOLLOW, samples=6), 0.45, 1.0, 14))
        artist.line(inner, "inner", 0.7, person.skin, clip=mask, taper=0.9)


def draw_earring(artist, face, looks, person, side):
    """A stud or a drop on the lobe of an ear that is seen."""
    if "earrings" not in looks.extras or face.head.radius < 30 or abs(face.head.yaw) > 2.2:
        return
    lobe = place_ear(face, side, np.array([[0.1, 0.44]]))[0]
    size = 0.035 * face.head.radius
    artist.shape(ellipse(lobe, (size, size)), person.trim, "metal", 0, "inner", form=None, scale=0.8)
    if looks.lens != "round":
        down = lobe + (face.head.in_plane(0.0, 0.12) - face.head.centre)
        drop = ellipse(down, (size * 0.9, size * 1.7), face.head.roll)
        artist.shape(drop, person.trim, "metal", 0, "inner", form=None, scale=0.8, gloss=True)
    artist.cases.add("earrings")
