"""Heads without their hair: skull, face and features, in every view and style.

mask = faces.draw_skull(artist, head, person)
faces.draw_features(artist, head, person, mask)
...                                              # the fringe
faces.draw_brows(artist, head, person, mask)
"""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from illustration_parts.drawing import forms
from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.heads import ears, face_details, mouths, noses
from illustration_parts.drawing.heads.expressions import find_expression
from illustration_parts.drawing.heads.eyes import EyePlace, draw_eye
from illustration_parts.drawing.heads.face_shapes import BEHIND, FaceShape
from illustration_parts.drawing.heads.lashes import draw_brow
from illustration_parts.drawing.heads.looks import choose_looks

TINY = 9.0  # pixels of radius below which a head is skin with two dots
PEN, PEN_OUTLINE = 0.03, 0.05  # broadest lines of features and outline, in the head's radius
LAST_EYE = 1.75  # radians of yaw beyond which no eye is seen


@contextmanager
def fine_pen(artist, width):
    """Draw with a pen of at most this width in pixels: a broad one would fill a small face."""
    style = artist.style
    artist.style = replace(style, width=min(style.width, max(0.6, width)))
    try:
        yield
    finally:
        artist.style = style


def draw_skull(artist, head, person, group=0):
    """Draw the head's skin: skull, face and ears, lit, with their outline.

    Args:
        artist: an `Artist`. head: a `Head`. person: a `Person`. group: see `Canvas.fill`.

    Returns:
        The face's `Mask`, without the ears.
    """
    with fine_pen(artist, PEN_OUTLINE * head.radius):
        return _draw_skull(artist, FaceShape(head, person), person, group)


def _draw_skull(artist, face, person, group):
    looks = choose_looks(artist.style, face, person)
    before, behind = ears.visible_ears(face)
    for side in behind:
        ears.draw_ear(artist, face, person, side, group)
        ears.draw_earring(artist, face, looks, person, side)
    left, right = face.outline()
    points = np.concatenate([left, right[::-1]])
    mask = artist.fill(artist.canvas.polygon(points), person.skin, "skin", group, gradient=0.25 * artist.style.gradient)
    if mask.alpha.size:
        _light(artist, face, points, mask, person)
    _draw_outline(artist, face, left, right, person)
    for side in before:
        ears.draw_ear(artist, face, person, side, group)
        ears.draw_earring(artist, face, looks, person, side)
    return mask


def _light(artist, face, points, mask, person):
    """Light a head as an ellipsoid with a small share in shadow: an inflated face has a ridge over its nose."""
    style = artist.style
    low, high = points.min(0), points.max(0)
    radii = np.maximum((high - low) / 2 * 1.04, 1.0)
    # Faces are lit from the side: a shadow that crosses the mouth would look like a beard.
    side = np.array([style.light[0] if abs(style.light[0]) > 0.2 else 0.2 * np.sign(style.light[0] + 1e-6), 0.0])
    side[1] = style.light[1] * 0.22
    light = forms.light_from(side / np.hypot(*side), 0.5)
    x, y = mask.grid()
    u, v = (x - (low[0] + high[0]) / 2) / radii[0], (y - (low[1] + high[1]) / 2) / radii[1]
    towards = u * light[0] + v * light[1] + np.sqrt(np.maximum(1 - u * u - v * v, 0)) * light[2]
    towards = towards.astype(np.float32)
    if face.head.real > 0.3 and face.head.radius > 60 and abs(face.head.yaw) < 1:
        _model(face, mask, towards, -1 if side[0] > 0 else 1, artist.between(0.3, 1.0))
    inside = towards[::3, ::3][mask.alpha[::3, ::3] > 127]
    if not inside.size or not (style.tones or style.soft):
        return
    threshold = float(np.quantile(inside, artist.between(0.02, 0.2)))
    softness = style.soft * artist.between(0.2, 0.9)
    artist.shade(mask.clip(Mask(mask.top, mask.left, forms.below(towards, threshold, softness))))
    if style.tones > 1 and not style.manga and artist.chance(0.6):
        deep = float(np.quantile(inside, 0.03))
        artist.deepen(mask.clip(Mask(mask.top, mask.left, forms.below(towards, min(deep, threshold - 0.1), softness))))
    if style.rim and artist.chance(0.6 * style.rim):
        # Of a rim that faces outward and up: light along the jaw would cut the face off the neck.
        outward = np.array([(1 if artist.chance(0.6) else -1) * -np.sign(side[0]), -0.75]) / 1.25
        rim = mask.without(mask.moved(*(-outward * 0.022 * (high[0] - low[0]))))
        artist.shine(rim, person.skin, 0.8)
        artist.cases.add("rim light")


def _model(face, mask, towards, side, strength):
    """Bend the rim of a face's shadow: in at the eye's hollow, out on the cheek, in beside the mouth."""
    x, y = mask.grid()
    spots = ((0.5, 0.36, 0.22, -0.2), (0.42, 0.66, 0.17, 0.26), (0.42, 0.98, 0.16, -0.12))
    for across, height, size, amount in spots:
        middle = face.at(side * across, face.level(height))
        reach = 2 * (size * face.head.radius) ** 2
        towards += amount * strength * np.exp(-((x - middle[0]) ** 2) / reach) * np.exp(-((y - middle[1]) ** 2) / reach)


def _draw_outline(artist, face, left, right, person):
    heights = face.slices.y
    yaw, facing = abs(face.head.yaw), face.facing
    far, near = (right, left) if facing > 0 else (left, right)
    crown = int(np.searchsorted(heights, -0.25))
    ear = int(np.searchsorted(heights, face.level(0.5)))
    if yaw > BEHIND:
        end = len(heights) if yaw < 2.6 else ear
        artist.outline(np.concatenate([near[:ear][::-1], far[:end]]), person.skin, closed=False)
        return
    if abs(np.sin(yaw)) < 0.3:
        artist.outline(np.concatenate([near[: crown + 1][::-1], far[: crown + 1]]), person.skin, closed=False)
        line = np.concatenate([far[crown:], near[crown:][::-1]])
    else:
        artist.outline(np.concatenate([near[:ear][::-1], far[: crown + 1]]), person.skin, closed=False)
        jaw = face.jaw(-facing)
        line = np.concatenate([far[crown:], jaw]) if yaw < LAST_EYE else far[crown:]
    artist.outline(line, person.skin, closed=False, scale=1.05)


def draw_features(artist, head, person, mask, group=0, expression=None):
    """Draw eyes, nose, mouth and all else on a face; nothing on one seen from behind.

    Args:
        artist: an `Artist`. head: a `Head`. person: a `Person`.
        mask: the face's `Mask`, from `draw_skull`. group: see `Canvas.fill`.
        expression: an `Expression`, a name of `EXPRESSIONS`, or None: the head decides.

    Raises:
        ValueError: for an unknown expression.
    """
    expression = find_expression(expression, head)
    if abs(head.yaw) > BEHIND or not mask.alpha.size:
        return
    face = FaceShape(head, person)
    looks = choose_looks(artist.style, face, person)
    with fine_pen(artist, PEN * head.radius):
        if head.radius < TINY:
            _draw_tiny(artist, face, looks, person, mask)
        else:
            _draw_all(artist, face, looks, person, mask, group, expression)


def _draw_all(artist, face, looks, person, mask, group, expression):
    head, child = face.head, max(0.0, 0.3 - person.age)
    if artist.chance(min(1.0, expression.blush * (0.6 if person.man else 1.2) + child)):
        face_details.draw_cheeks(artist, face, looks, person, mask, expression.blush)
    face_details.paint_hollows(artist, face, looks, person, mask)
    face_details.draw_make_up(artist, face, looks, person, mask)
    noses.draw_nose(artist, face, looks, person, mask)
    if "beard" in looks.extras:
        mouths.draw_beard(artist, face, looks, person, mask, group)
    if abs(head.yaw) < LAST_EYE:
        mouths.draw_mouth(artist, face, looks, person, mask, expression, group)
        for place in eye_places(face, looks):
            opening = expression.open[0 if place.side < 0 else 1]
            draw_eye(artist, place, person, mask, expression, opening, group)
    face_details.draw_marks(artist, face, looks, person, mask)
    face_details.draw_mood(artist, face, looks, person, mask, expression)
    face_details.draw_drops(artist, face, looks, person, mask, expression.drops)
    face_details.draw_glasses(artist, face, looks, person, mask)
    artist.cases.add("faces in profile" if face.is_profile else "turned faces" if abs(head.yaw) > 0.3 else "faces")


def eye_places(face, looks):
    """The `EyePlace` of each eye that is seen, the far one first."""
    if face.is_profile:
        return [EyePlace(face, looks, -face.facing, True)]
    places = [EyePlace(face, looks, face.facing, False), EyePlace(face, looks, -face.facing, False)]
    return [place for place in places if face.head.is_in_front(face.surface(place.side * looks.eye_x, looks.eye_y))]


def draw_brows(artist, head, person, mask, expression=None):
    """Draw the brows; call it after the fringe, over which they are drawn.

    Args:
        artist, head, person, mask, expression: as for `draw_features`.

    Raises:
        ValueError: for an unknown expression.
    """
    expression = find_expression(expression, head)
    if abs(head.yaw) > LAST_EYE or head.radius < 2 * TINY or not mask.alpha.size:
        return
    face = FaceShape(head, person)
    looks = choose_looks(artist.style, face, person)
    with fine_pen(artist, PEN * head.radius):
        for place in eye_places(face, looks):
            draw_brow(artist, place, person, mask, expression)


def _draw_tiny(artist, face, looks, person, mask):
    """Two short strokes for the eyes of a head far away."""
    if face.head.radius < 4 or face.is_profile:
        return
    for side in (-1, 1):
        if not face.head.is_in_front(face.surface(side * looks.eye_x, looks.eye_y)):
            continue
        curve = face.at(np.full(2, side * looks.eye_x), looks.eye_y + np.array([-0.12, 0.08]))
        artist.line(curve, "inner", 1.0, person.skin, clip=mask, taper=0.0)
