"""Bodies as surfaces that can be drawn on: a trunk of elliptic sections and limbs of changing width.

A trunk has coordinates (angle, level). The angle goes round it: 0 in front, pi / 2 at the body's side 1. The level is 0
at the pit of the neck and 1 at the hips. A limb has coordinates (place, across). The place is 0 at the shoulder or hip,
1 at the elbow or knee, 2 at the wrist or ankle. Across runs from -1 to 1 between the limb's two outlines.
"""

import cv2
import numpy as np

from illustration_parts.drawing.bodies import cloth
from illustration_parts.drawing.canvas import Mask
from illustration_parts.drawing.curves import bow, ellipse, spline
from illustration_parts.drawing.forms import normalise

LEVELS = np.linspace(-0.2, 2.2, 121)
ROUND = np.linspace(-np.pi, np.pi, 49)
ARM = np.array(
    [(0, 0.034), (0.14, 0.037), (0.5, 0.032), (0.85, 0.028), (1, 0.028), (1.22, 0.031), (1.55, 0.026), (1.9, 0.02)]
    + [(2, 0.0195), (2.2, 0.0195)]
)
LEG = np.array(
    [(0, 0.044), (0.25, 0.056), (0.6, 0.053), (0.9, 0.042), (1, 0.041), (1.15, 0.04), (1.4, 0.044), (1.7, 0.033)]
    + [(1.93, 0.026), (2, 0.026), (2.2, 0.026)]
)  # fmt: skip


def smooth_table(levels, values):
    """Values at `LEVELS` of a smooth curve through a few points."""
    curve = spline(np.stack([levels, values], 1), samples=10)
    return np.interp(LEVELS, curve[:, 0], curve[:, 1])


class Trunk:
    """The surface of a trunk, or of what is worn on it.

    Args:
        skeleton: a `Skeleton`. person: a `Person`.
        grow: how much wider than the body it is. loose: 0 follows the waist, 1 hangs straight down.
        flare: how much wider it gets below the hips, as a share for each level.
    """

    def __init__(self, skeleton, person, grow=1.0, loose=0.0, flare=0.0):
        self.skeleton, self.person = skeleton, person
        length, joints = skeleton.length, skeleton.joints
        wide, hips = length["shoulders"], 1.8 * length["hip width"]
        man = person.man and person.age > 0.2
        self.waist = (length["waist"] - length["pit"]) / (length["hips"] - length["pit"])
        chest = (0.84 if man else 0.8) * wide
        waist = max((0.76 if man else 0.6) * wide, (0.8 if man else 0.7) * hips)
        levels = (-0.2, 0, 0.12, 0.28, 0.42, self.waist, 0.8, 1.0, 1.2, 2.2)
        widths = np.array([0.42, 0.55, 0.78, 0.99, 0.97, 0, 0, 0, 0, 0]) * chest
        widths[5:] = waist, 0.5 * waist + 0.5 * hips, hips, hips * 1.05, hips * 1.05
        full = np.maximum(widths, np.maximum(chest, hips) * 0.97)
        widths[4:] += loose * (full - widths)[4:]
        widths[8:] *= 1 + flare * np.array([0.2, 1.2])
        self.wide = smooth_table(levels, widths * grow)
        self.deep = self.wide * np.interp(LEVELS, (0, 0.3, self.waist, 1), (0.6, 0.7, 0.76, 0.82))
        self.bust = 0.0 if man or person.age < 0.22 else wide * (0.2 + 0.18 * (person.build - 0.85))
        down = joints["pelvis"] - joints["waist"]
        up = joints["pit"] - joints["waist"]
        points = [joints["pit"] + 0.3 * up, joints["pit"], joints["waist"], joints["pelvis"]]
        points += [joints["pelvis"] + 1.0 * down, joints["pelvis"] + 2.9 * down]
        places = np.array([0 - 0.3 * self.waist, 0, self.waist, 1, 1 + (1 - self.waist), 1 + 2.9 * (1 - self.waist)])
        self.centres = np.stack([smooth_table(places, np.array(points)[:, axis]) for axis in range(3)], 1)
        share = np.interp(LEVELS, (0.25, 0.85), (0, 1))[:, None, None]
        self.frames = skeleton.chest + share * (skeleton.pelvis - skeleton.chest)

    def at(self, angle, level):
        """Points of the surface, (..., 3): x, y pixels of the picture, z pixels towards the viewer."""
        angle, level = np.broadcast_arrays(np.asarray(angle, float), np.asarray(level, float))
        index = np.clip((level - LEVELS[0]) / (LEVELS[1] - LEVELS[0]), 0, len(LEVELS) - 1.001)
        low = index.astype(int)
        part = index - low

        def mix(table):
            share = part.reshape(part.shape + (1,) * (table.ndim - 1))
            return table[low] + share * (table[low + 1] - table[low])

        x, z = mix(self.wide) * np.sin(angle), mix(self.deep) * np.cos(angle)
        if self.bust:
            round_it = np.exp(-(((np.abs(angle) - 0.5) / 0.45) ** 2))
            drop = np.where(level < 0.36, (level - 0.36) / 0.17, (level - 0.36) / 0.11)
            z = z + self.bust * round_it * np.exp(-(drop**2)) * (np.cos(angle) > 0)
        frame = mix(self.frames)
        return mix(self.centres) + frame[..., :, 0] * x[..., None] + frame[..., :, 2] * z[..., None]

    def flat(self, angle, level):
        """Points of the surface in the picture, (..., 2)."""
        return self.at(angle, level)[..., :2]

    def cloth(self, u, level):
        """Points of a garment in the picture, (..., 2): u is -1..1 across the front and 1.7 on the shoulders."""
        u, level = np.broadcast_arrays(np.asarray(u, float), np.asarray(level, float))
        down = np.maximum(level, 0.28)
        points = self.flat(np.clip(u, -1, 1) * np.pi / 2, down)
        across = self.skeleton.chest[:2, 0] * self.skeleton.length["shoulders"]
        points = points + (np.sign(u) * np.maximum(np.abs(u) - 1, 0))[..., None] * across
        return points + self.flat(0.0, level) - self.flat(0.0, down)

    def is_seen(self, angle, level=0.4):
        """Whether the surface faces the viewer there."""
        frame = self.skeleton.chest if level < 0.6 else self.skeleton.pelvis
        return float(frame[2, 0] * np.sin(angle) * 0.72 + frame[2, 2] * np.cos(angle)) > 0.02

    def sides(self, levels):
        """The outlines at some levels: two (n, 2) arrays, on the picture's left and right."""
        levels = np.asarray(levels, float)
        points = self.flat(ROUND[None, :], levels[:, None])  # (levels, angles, 2)
        across = self.skeleton.chest[:2, 0] * np.sign(self.skeleton.chest[0, 0] + 1e-9)
        slope = np.arctan2(across[1], max(0.3, abs(across[0])))
        place = points @ np.array([np.cos(slope), np.sin(slope)])
        rows = np.arange(len(levels))
        return points[rows, place.argmin(1)], points[rows, place.argmax(1)]

    def shoulder(self, right):
        """Where the shoulder ends on one side of the picture, and the ball's radius: ((2,), float)."""
        skeleton = self.skeleton
        names = sorted(("shoulder0", "shoulder1"), key=lambda name: skeleton.joints[name][0])
        return skeleton.flat(names[1 if right else 0]), limb_radius(skeleton, self.person, ARM, 0.05)

    def neck_side(self, right, rise=0.32):
        """Where the neck leaves the shoulders, (2,)."""
        skeleton = self.skeleton
        frame = skeleton.chest
        half = 1.25 * neck_radius(skeleton, self.person)
        turned = np.hypot(frame[0, 0] * half, frame[0, 2] * half * 0.8) * (1 if right else -1)
        back = -0.25 * half * frame[0, 2]
        # Seen from the side, the neck's front is rooted lower than its back.
        rise = rise - 0.8 * rise * frame[0, 2] * (1 if right else -1)
        return skeleton.flat("pit") + (turned + back, frame[1, 0] * half * (1 if right else -1) - rise * skeleton.unit)

    def side_line(self, right, bottom, ball=1.06, strap=0.0):
        """One outline from the neck over the shoulder down to a level, (n, 2).

        `strap` is the share of the shoulder that is covered, 0 for all of it.
        """
        levels = np.linspace(0.28, bottom, 16)
        side = self.sides(levels)[1 if right else 0]
        out = 1 if right else -1
        start, (joint, radius) = self.neck_side(right), self.shoulder(right)
        upper = self.sides([0.1])[1 if right else 0][0]
        tip = joint + np.array([0.35 * out, -0.86]) * radius * ball
        end = joint + np.array([0.95 * out, -0.1]) * radius * ball
        if (upper[0] - tip[0]) * out > 0:  # seen from the side the chest and the back are further out than shoulders
            tip = np.array([upper[0], 0.5 * (tip[1] + start[1])])
            end = np.array([upper[0], upper[1]])
        if strap:
            tip = start + strap * (tip - start)
            end = 0.55 * tip + 0.45 * side[0] - (0.35 * (1 - strap) * (tip[0] - start[0]), 0)
        middle = 0.5 * (start + tip) + (0, 0.05 * np.hypot(*(tip - start)))
        over = spline([start, middle, tip, end, side[0]], samples=6)
        return np.concatenate([over, side[1:]])

    def normals(self, mask):
        """Normals of the surface over a mask, (h, w, 3) float32."""
        levels = LEVELS[(LEVELS > -0.1) & (LEVELS < 1.6)]
        left, right = self.sides(levels)
        y, x0, x1 = 0.5 * (left[:, 1] + right[:, 1]), left[:, 0], right[:, 0]
        height, width = mask.alpha.shape
        rows = np.arange(mask.top, mask.top + height)
        order = np.argsort(y)
        x0, x1 = np.interp(rows, y[order], x0[order]), np.interp(rows, y[order], x1[order])
        chest = int(np.argmin(np.abs(levels - 0.3)))
        above = np.clip((y[chest] - rows) / max(1.0, 0.15 * self.skeleton.length["shoulders"]), 0, 1)
        wide = 0.45 * self.skeleton.length["shoulders"] * abs(self.skeleton.chest[0, 0])
        x0 += above * (np.minimum(left[chest, 0] - wide, x0) - x0)
        x1 += above * (np.maximum(right[chest, 0] + wide, x1) - x1)
        columns = np.arange(mask.left, mask.left + width)
        middle, half = 0.5 * (x0 + x1), np.maximum(1.0, 0.53 * (x1 - x0))
        u = np.clip((columns[None] - middle[:, None]) / half[:, None], -0.97, 0.97).astype(np.float32)
        tilt = np.interp(rows, y[order], np.interp(levels, (0, 0.3, 0.55, 1.1), (-0.55, -0.3, 0.12, -0.2))[order])
        normal = np.dstack([u, np.broadcast_to(tilt[:, None], u.shape), np.sqrt(1 - u * u)]).astype(np.float32)
        for angle in (-0.5, 0.5) if self.bust else ():
            if self.is_seen(angle):
                self._raise_bust(normal, columns, rows, angle)
        return normalise(normal)

    def _raise_bust(self, normal, columns, rows, angle):
        centre, radius = self.flat(angle, 0.37), 0.42 * self.skeleton.length["shoulders"]
        u, v = (columns[None] - centre[0]) / radius, (rows[:, None] - centre[1]) / radius
        share = np.exp(-(u * u + v * v) * 1.2)
        strength = 1.1 * self.bust / self.skeleton.length["shoulders"] / 0.2
        normal[..., 0] += 0.6 * strength * u * share
        normal[..., 1] += strength * v * share


class Limb:
    """An arm or a leg, or a sleeve or trouser leg: three joints and a width that changes.

    Args:
        joints: three (3,) or (2,) points. places: (n,) rising places along it, 0..2.2. left, right: (n,) pixels from
            the bones to the outlines on the left and right of its direction.
        wave: (2, n) pixels that the outlines stray.
    """

    def __init__(self, joints, places, left, right=None):
        self.points = np.array([np.asarray(joint, float)[:2] for joint in joints])
        self.depth = np.array([joint[2] if len(joint) > 2 else 0.0 for joint in joints])
        self.places = np.asarray(places, float)
        self.left = np.asarray(left, float)
        self.right = self.left if right is None else np.asarray(right, float)
        bones = np.diff(self.points, axis=0)
        sizes = np.maximum(np.hypot(*bones.T), 1e-6)[:, None]
        self.bones = bones / sizes
        (x0, y0), (x1, y1) = self.bones
        self.turn = float(x0 * y1 - y0 * x1) if (sizes > 2).all() else 0.0

    def middle(self, place):
        """Points on the bones, (..., 2); places beyond 2 go on in the last bone's direction."""
        place = np.asarray(place, float)[..., None]
        first, second, third = self.points
        return np.where(place < 1, first + place * (second - first), second + (place - 1) * (third - second))

    def across(self, place):
        """Unit vectors to the right of the limb's direction, (..., 2), that turn smoothly at the joint."""
        share = np.clip((np.asarray(place, float) - 0.8) / 0.4, 0, 1)[..., None]
        along = (1 - share) * self.bones[0] + share * self.bones[1]
        along = along / np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-6)[..., None]
        return np.stack([-along[..., 1], along[..., 0]], -1)

    def at(self, place, across):
        """Points on the limb, (..., 2)."""
        place, across = np.broadcast_arrays(np.asarray(place, float), np.asarray(across, float))
        reach = np.where(
            across < 0, np.interp(place, self.places, self.left), np.interp(place, self.places, self.right)
        )
        return self.middle(place) + self.across(place) * (across * reach)[..., None]

    def radius(self, place):
        """Half the width at a place, pixels."""
        return 0.5 * float(np.interp(place, self.places, self.left) + np.interp(place, self.places, self.right))

    def outline(self, start=None, stop=None, cap=0.0):
        """The closed polygon of a stretch within one bone, (n, 2); `cap` bulges its end, in radii."""
        start = self.places[0] if start is None else start
        stop = self.places[-1] if stop is None else stop
        bone = self.bones[0 if 0.5 * (start + stop) < 1 else 1]
        normal = np.array([-bone[1], bone[0]])
        places = np.linspace(start, stop, max(6, int(24 * (stop - start))))
        middle = self.middle(places)
        left = middle - normal * np.interp(places, self.places, self.left)[:, None]
        right = middle + normal * np.interp(places, self.places, self.right)[:, None]
        end = bow(left[-1], right[-1], -cap, 9)
        return np.concatenate([left, end, right[::-1]])

    def mask(self, canvas, start=None, stop=None, cap=0.0):
        """The `Mask` of a stretch of the limb."""
        start = self.places[0] if start is None else start
        stop = self.places[-1] if stop is None else stop
        pieces = []
        if start < 1:
            pieces.append(canvas.polygon(self.outline(start, min(1.0, stop), cap if stop <= 1 else 0.0)))
        if stop > 1:
            pieces.append(canvas.polygon(self.outline(max(1.0, start), stop, cap)))
        if start < 0.05:
            radius = self.radius(0.0)
            pieces.append(canvas.polygon(ellipse(self.points[0], (radius, radius))))
        if start < 1 < stop:
            radius = min(np.interp(1, self.places, self.left), np.interp(1, self.places, self.right))
            pieces.append(canvas.polygon(ellipse(self.points[1], (radius, radius))))
        return cloth.unite(pieces)

    def normals(self, mask):
        """Normals of the tube over a mask, (h, w, 3) float32."""
        height, width = mask.alpha.shape
        step = max(1, int(max(height, width) / 160))  # a tube's normals change slowly
        x = mask.left + np.arange(0.5 * (step - 1), width + step - 1, step, dtype=np.float32)[None]
        y = mask.top + np.arange(0.5 * (step - 1), height + step - 1, step, dtype=np.float32)[:, None]
        best, nearest = np.zeros((0, 0, 3)), np.zeros((0, 0))
        for k in range(2):
            start, bone = self.points[k], self.bones[k]
            size = float(np.hypot(*(self.points[k + 1] - start)))
            along = (x - start[0]) * bone[0] + (y - start[1]) * bone[1]
            aside = (y - start[1]) * bone[0] - (x - start[0]) * bone[1]
            places = k + np.clip(along / max(1.0, size), 0, 1)
            half = 0.56 * (np.interp(places, self.places, self.left) + np.interp(places, self.places, self.right))
            u = aside / np.maximum(1.0, half)
            past = np.maximum(np.maximum(-along, along - size), 0)
            beyond = past * past + aside * aside
            tube = np.clip(u, -0.96, 0.96)
            normal = np.stack([-bone[1] * tube, bone[0] * tube - 0.12, np.sqrt(1 - tube * tube)], -1, dtype=np.float32)
            if k == 0:
                best, nearest = normal, beyond
            else:
                best = np.where((beyond < nearest)[..., None], normal, best)
        if step > 1:
            rows, columns = best.shape[:2]
            best = cv2.resize(best, (columns * step, rows * step), interpolation=cv2.INTER_LINEAR)[:height, :width]
        return normalise(best)


def thickness(skeleton, person, leg=False):
    """What a limb's share in the tables is multiplied by, pixels."""
    few = np.interp(skeleton.heads, (2.2, 3.5, 5.5), (2.0, 1.5, 1.08))
    man = person.man and person.age > 0.2
    grown = 1.14 if man else 0.92
    if leg:
        grown = 1.0
        few = np.interp(skeleton.heads, (2.2, 3.5, 5.5), (1.55, 1.3, 1.02))
    return skeleton.body * few * grown * person.build**0.8


def limb_radius(skeleton, person, table, place):
    """Half the width of a bare limb at a place, pixels."""
    return float(np.interp(place, table[:, 0], table[:, 1])) * thickness(skeleton, person, table is LEG)


def neck_radius(skeleton, person):
    """Half the neck's width, pixels."""
    grown = (0.53 if person.man else 0.4) * (0.85 if person.age < 0.2 else 1.0)
    return skeleton.unit * (grown * person.build**0.5 if skeleton.heads > 4 else 0.27 + 0.05 * (skeleton.heads - 2))


def build_limb(skeleton, person, k, leg=False, slack=None, places=None):
    """The bare limb of side k, or a garment's: `slack` (n,) is added at `places` (n,), in bare radii."""
    names = ("hip", "knee", "ankle") if leg else ("shoulder", "elbow", "wrist")
    joints = [skeleton.joints[f"{name}{k}"] for name in names]
    table = LEG if leg else ARM
    grid = np.linspace(0, 2.2, 45)
    bare = np.interp(grid, table[:, 0], table[:, 1]) * thickness(skeleton, person, leg)
    out = 1 if joints[0][0] > skeleton.joints["pelvis" if leg else "pit"][0] else -1
    # The calf and the forearm swell on their outer side, the thigh in front.
    swell = 0.1 * np.exp(-(((grid - 1.3) / 0.25) ** 2)) + 0.06 * np.exp(-(((grid - 0.4) / 0.3) ** 2))
    left, right = bare * (1 + out * swell), bare * (1 - out * swell)
    if slack is not None:
        extra = np.interp(grid, places, slack) * np.maximum(bare, 0.8 * bare.mean())
        left, right = left + extra, right + extra
    return Limb(joints, grid, left, right)


def neck_mask(canvas, skeleton, person, trunk):
    """The polygon of a bare neck and what a low neckline shows of the chest: (n, 2) and its `Mask`."""
    head, radius = skeleton.head, neck_radius(skeleton, person)
    top = 0.5 * (np.asarray(head.centre) + skeleton.flat("pit")) - (0, 0.1 * skeleton.unit)
    back = -0.3 * radius * np.sin(head.yaw)
    points = []
    for right in (False, True):
        out = 1 if right else -1
        high = top + (out * radius * 0.97 + back, -0.35 * skeleton.unit)
        low = skeleton.flat("pit") + (out * radius * 1.02 + 0.6 * back, -0.42 * skeleton.unit)
        line = spline([high, 0.5 * (high + low) - (out * 0.06 * radius, 0), low, trunk.neck_side(right)], samples=5)
        points.append(line)
    low = skeleton.flat("pit") + (0, 0.4 * skeleton.unit)  # overlaps the chest, or a seam shows
    outline = np.concatenate([points[0], [low], points[1][::-1]])
    return outline, points, canvas.polygon(outline)


def head_shadow(canvas, head):
    """The `Mask` of a head's lower outline, to cast its shadow on the neck."""
    x = np.sin(np.linspace(-1.5, 1.5, 17))
    side = head.in_plane(0.86 * x + 0.25 * np.sin(head.yaw), 0.2 + 1.02 * np.sqrt(np.maximum(0, 1 - x * x)))
    return canvas.polygon(np.concatenate([side, head.in_plane(np.array([0.9, -0.9]), np.array([-0.6, -0.6]))]))


def empty_mask():
    """A `Mask` of nothing."""
    return Mask(0, 0, np.zeros((0, 0), np.uint8))
