"""Eyes in many designs, open and shut, from any side of the face."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from illustration_parts.drawing.curves import cut, ellipse, point_at, spline
from illustration_parts.drawing.heads.face_shapes import FaceShape
from illustration_parts.drawing.heads.features import draw_mass, fill_dark, fill_plain, lash_colour, thicken
from illustration_parts.drawing.heads.irises import draw_iris, draw_lights
from illustration_parts.drawing.heads.lashes import draw_folds, draw_lashes
from illustration_parts.drawing.heads.looks import Looks

# Lids of a wide open eye: x from the inner (-1) to the outer corner (1), y in half heights, down.
UPPER = np.array([[-1.0, 0.35], [-0.86, -0.2], [-0.5, -0.8], [0.05, -1.0], [0.6, -0.78], [0.93, -0.2], [1.02, 0.22]])
UPPER_FLAT = np.array(
    [[-1.0, 0.4], [-0.84, -0.25], [-0.5, -0.72], [0.0, -0.85], [0.55, -0.8], [0.95, -0.4], [1.1, 0.0]]
)
LOWER = np.array([[1.02, 0.22], [0.86, 0.68], [0.4, 0.98], [-0.15, 1.0], [-0.65, 0.8], [-0.93, 0.55], [-1.0, 0.35]])
SIDE_UPPER = np.array([[-0.95, -0.35], [-0.8, -0.8], [-0.3, -1.0], [0.35, -0.75], [0.8, -0.25], [1.05, 0.2]])
SIDE_LOWER = np.array([[1.05, 0.2], [0.6, 0.7], [0.0, 0.95], [-0.6, 0.92], [-0.86, 0.6], [-1.0, 0.1], [-0.95, -0.35]])
SUNK = -0.06  # how deep eyes lie
AWAY = 0.28  # how fast an eye recedes towards the temple
SMALL_EYE = 5.0  # half height in pixels below which an eye is a few strokes
BRANCH = 0.3  # height, in half heights, at which both lids meet when an eye shuts


@dataclass(frozen=True)
class EyePlace:
    """Where one eye lies: maps its own coordinates to the picture.

    Attributes:
        face: the `FaceShape`. looks: the person's `Looks`. side: -1 the viewer's left eye, 1 the right.
        profile: whether it is seen from the side.
    """

    face: FaceShape
    looks: Looks
    side: int
    profile: bool

    @cached_property
    def middle(self):
        """The eye's centre in the head's units, (3,)."""
        return self.face.surface(self.side * self.looks.eye_x, self.looks.eye_y, SUNK)

    def at(self, points):
        """(..., 2) points x, y in half widths and half heights of the eye, in the picture."""
        looks, points = self.looks, np.asarray(points, float)
        x, y = points[..., 0] * looks.eye_w, points[..., 1] * looks.eye_h
        cos, sin = np.cos(looks.slant), np.sin(looks.slant)
        x, y = x * cos + y * sin, y * cos - x * sin
        if self.profile:
            return self.face.beside_edge(0.14 + (x + looks.eye_w) * 0.78, looks.eye_y + y)
        # An eye is drawn on a flat patch: on the round face a turned one would stretch.
        middle = self.middle
        return self.face.head.place(
            np.stack([middle[0] + self.side * x, middle[1] + y, middle[2] - AWAY * x - 0.1 * y], -1)
        )

    def length(self, share):
        """A length given in the head's radius, in pixels."""
        return share * self.face.head.radius

    def is_tall(self, least):
        """Whether half the eye's height has so many pixels that small things show."""
        return self.length(self.looks.eye_h) >= least


def lids(place, opening):
    """The upper lid from the inner to the outer corner, and the lower one back: (n, 2) points in the eye's units."""
    if place.profile:
        upper, lower = SIDE_UPPER.copy(), SIDE_LOWER.copy()
    else:
        upper, lower = UPPER + place.looks.lid * (UPPER_FLAT - UPPER), LOWER.copy()
        lower[0], lower[-1] = upper[-1], upper[0]
    high = upper[:, 1] < BRANCH
    upper[high, 1] = BRANCH + (upper[high, 1] - BRANCH) * opening
    if place.profile:
        lower[-1], lower[-2, 1] = upper[0], 0.1 + 0.4 * (1 - opening)
    return spline(upper, samples=9), spline(lower, samples=9)


def draw_eye(artist, place, person, mask, expression, opening, group=0):
    """Draw one eye.

    Args:
        artist: an `Artist`. place: an `EyePlace`. person: a `Person`. mask: the face's `Mask`.
        expression: an `Expression`. opening: how far it is open, 0 shut.
    """
    tall = place.length(place.looks.eye_h)
    if tall < SMALL_EYE * 0.45:
        _draw_speck(artist, place, person, mask)
    elif opening < 0.25:
        draw_shut(artist, place, person, mask, expression.shut, group)
    elif place.looks.dots:
        _draw_dot(artist, place, person, mask, group)
    else:
        _draw_open(artist, place, person, mask, expression, opening, group, tall >= SMALL_EYE)


def _draw_open(artist, place, person, mask, expression, opening, group, whole):
    upper, lower = lids(place, opening)
    canvas = artist.canvas
    white = canvas.polygon(place.at(np.concatenate([upper, lower]))).clip(mask)
    if not white.alpha.size:
        return
    shadow = canvas.shadow[white.window].copy()
    fill_plain(artist, white, np.array([252.0, 251, 252]), "eye white", group)
    if whole and artist.style.keeps_colours and not place.profile and place.is_tall(9):
        corner = canvas.polygon(place.at([[-1.05, 0.35], [-0.88, 0.2], [-0.82, 0.42], [-0.92, 0.6]])).clip(white)
        if place.face.head.real > 0.6:
            fill_plain(artist, corner, person.skin * (0.97, 0.84, 0.83), "skin", group)
    draw_iris(artist, place, person, white, expression, group, whole)
    if artist.style.keeps_colours and shadow.max() > 0.5 and artist.chance(0.7):
        artist.shade(white.times(shadow), depth=0.7)  # the face's shadow lies on the eye, too
    if whole and artist.style.coloured:
        down = place.length(min(0.055, place.looks.eye_h * 0.3))
        lid = white.without(white.moved(0, down))
        artist.shade(lid, depth=0.8)
    colour = lash_colour(artist, person)
    draw_lashes(artist, place, upper, lower, colour, mask, whole, group)
    if whole:
        draw_lights(artist, place, white, expression, group)
        draw_folds(artist, place, upper, person, mask)


def draw_shut(artist, place, person, mask, how, group=0):
    """A shut eye: bent down, bent up or pinched."""
    looks, colour = place.looks, lash_colour(artist, person)
    up = np.array([np.sin(place.face.head.roll), -np.cos(place.face.head.roll)])
    tall = max(1.0, 0.11 / looks.eye_h)
    if how == "pinch":
        points = np.array([[0.95, -0.55], [-0.75, 0.1], [0.95, 0.65]]) * (1, tall)
        curves = [spline(points[:2] + [[0, 0], [0, 0]]), spline(points[1:])]
    elif how == "joy":
        curves = [
            spline(np.array([[-1.0, 0.45], [-0.55, -0.15], [0.05, -0.35], [0.65, -0.1], [1.05, 0.5]]) * (1, tall))
        ]
    else:
        curves = [spline(np.array([[-1.0, 0.2], [-0.5, 0.52], [0.1, 0.62], [0.7, 0.45], [1.1, 0.12]]) * (1, tall))]
    for curve in curves:
        line = place.at(curve)
        t = np.linspace(0, 1, len(line))
        widest = max(place.length(looks.lash * 0.55), artist.style.width * 1.1)
        thick = widest * np.sin(np.pi * (0.08 + 0.84 * t)) ** 0.7 if how != "pinch" else widest * (0.6 + 0.5 * t)
        draw_mass(artist, np.concatenate([line, thicken(line, thick, up)[::-1]]), colour, mask, group=group)
    if how == "rest" and looks.lash > 0.035 and artist.style.mode != "none":
        line = place.at(curves[0])
        for share in (0.62, 0.78, 0.92):
            root = point_at(line, share)
            tip = root - up * place.length(0.045) + (root - line[0]) * 0.06
            artist.line(np.stack([root, (root + tip) / 2, tip]), "inner", 0.8, None, colour, mask, 1.0, (False, True))
    if how != "pinch" and looks.fold and place.length(looks.fold) > 2.5 * artist.style.width:
        lid = curves[0] - [0, (looks.fold * 1.6 + looks.lash * 0.5) / looks.eye_h]
        artist.line(place.at(cut(lid, 0.25, 0.85, 16)), "inner", 0.6, person.skin, clip=mask, taper=0.9)
    artist.cases.add("shut eyes")


def _draw_dot(artist, place, person, mask, group):
    """An eye that is a dark oval, perhaps with a light."""
    colour = lash_colour(artist, person)
    tall = 0.55 if place.looks.eye_h > 0.2 else 0.75
    oval = artist.canvas.polygon(place.at(ellipse((0, 0.1), (0.36, tall), samples=32))).clip(mask)
    fill_dark(artist, oval, colour, "iris", group)
    if place.looks.lights and place.length(place.looks.eye_h) > SMALL_EYE:
        light = artist.canvas.polygon(place.at(ellipse((-0.1 * place.side, -0.15), (0.13, tall * 0.3), samples=16)))
        fill_plain(artist, light.clip(oval), np.full(3, 255.0), "iris", group)
    artist.cases.add("dots for eyes")


def _draw_speck(artist, place, person, mask):
    """An eye of a figure far away: a stroke."""
    curve = place.at(np.array([[-0.7, -0.1], [0.0, -0.3], [0.8, 0.0]]))
    artist.line(curve, "inner", 1.1, None, lash_colour(artist, person), mask, 0.3)
