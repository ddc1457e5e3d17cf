"""Skeletons: where a figure's joints lie in the picture, for many poses and proportions, seen from any side.

A body's own coordinates: x to the viewer's right, y down, z towards the viewer; it looks along z. Side 0 is the
body's side at negative x (on the viewer's left when seen from the front), side 1 the other.
"""

from dataclasses import dataclass

import numpy as np

from illustration_parts.drawing.heads.heads import Head

CHIN = 1.25  # radii of the skull from its centre to the chin
HEAD = 2.25  # radii from the top of the head to the chin
# Shares of the length from chin to soles, for a figure of two heads and for one of five and more.
PROPORTIONS = {
    "pit": (-0.03, 0.05),
    "shoulder": (0.07, 0.055),  # below the pit
    "waist": (0.36, 0.262),
    "hips": (0.58, 0.425),
    "upper arm": (0.24, 0.182),
    "forearm": (0.2, 0.16),
    "hand": (0.16, 0.112),
    "thigh": (0.19, 0.272),
    "shin": (0.18, 0.25),
    "foot": (0.22, 0.12),
    "shoulders": (0.235, 0.112),  # half the distance between the joints
    "hip width": (0.115, 0.055),
}
SIDES = (-1, 1)
STANDING = ("stand", "contrapposto", "contrapposto", "wide stand", "walk", "crossed legs")
LEGS = (*STANDING, "run", "sit", "kneel", "jump")
BUST_ARMS = {"hang": 0.5, "relaxed": 0.14, "hip": 0.06, "chest": 0.1, "chin": 0.07, "wave": 0.06, "hair": 0.04}
BUST_ARMS |= {"offer": 0.03}
FIGURE_ARMS = {"hang": 0.2, "relaxed": 0.2, "hip": 0.14, "chest": 0.1, "chin": 0.05, "wave": 0.06, "up": 0.03}
FIGURE_ARMS |= {"point": 0.05, "back": 0.05, "hair": 0.04, "offer": 0.05, "skirt": 0.03}
HANDS = {
    "hang": ("side", "relaxed", "gentle", "fist"),
    "relaxed": ("gentle", "relaxed", "side", "open"),
    "hip": ("fist", "relaxed"),
    "chest": ("gentle", "relaxed", "fist"),
    "chin": ("fist", "gentle", "relaxed"),
    "wave": ("open", "open", "pointing"),
    "up": ("fist", "open", "pointing"),
    "point": ("pointing", "open"),
    "back": ("relaxed", "side"),
    "hair": ("relaxed", "gentle"),
    "offer": ("open", "gentle", "relaxed"),
    "skirt": ("gentle", "holding"),
    "swing": ("fist",),
    "crossed": ("relaxed", "side"),
    "lap": ("relaxed", "side"),
}


@dataclass(frozen=True)
class Pose:
    """An attitude, angles in radians.

    Attributes:
        legs: of `LEGS`. arms: a name for each side, keys of `HANDS`.
        yaw: that the body looks to the viewer's right. twist: that the chest turns further than the pelvis.
        lean: that the trunk leans forward.
        hip_roll, chest_roll: that pelvis and chest slope down to the viewer's right, if seen from the front.
        head_yaw, head_pitch, head_roll: of the head; the yaw is the whole one.
        weight: the side that stands. jitter: (2, 3) small random shifts of the hands, in lengths of the arm.
    """

    legs: str
    arms: tuple
    yaw: float
    twist: float
    lean: float
    hip_roll: float
    chest_roll: float
    head_yaw: float
    head_pitch: float
    head_roll: float
    weight: int
    jitter: np.ndarray


@dataclass(frozen=True)
class Skeleton:
    """A posed body in the picture.

    Attributes:
        joints: names to (3,) points: x, y pixels of the picture, z pixels towards the viewer.
        head: its `Head`. pose: its `Pose`. unit: the skull's radius, pixels.
        body: length from chin to soles, pixels. heads: how many heads tall it is.
        chest, pelvis: (3, 3) matrices whose columns are the x, y, z directions of these parts in the picture.
        length: names in `PROPORTIONS` to pixels.
    """

    joints: dict
    head: Head
    pose: Pose
    unit: float
    body: float
    heads: float
    chest: np.ndarray
    pelvis: np.ndarray
    length: dict

    def flat(self, name):
        """A joint's x, y."""
        return self.joints[name][:2]


def count_heads(real, age=0.5):
    """How many heads tall a figure is, for proportions 0 chibi .. 1 realistic and an age 0 child .. 1 old."""
    heads = float(np.interp(real, (0, 0.15, 0.35, 0.75, 1), (2.2, 3.0, 5.6, 7.0, 7.7)))
    return heads if heads < 4 else heads - float(np.interp(age, (0, 0.25), (1.4, 0.0)))


def rotation(yaw=0.0, pitch=0.0, roll=0.0):
    """The (3, 3) matrix that turns by a yaw, then a pitch, then a roll, as `Head` does."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    about_y = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    cos, sin = np.cos(pitch), np.sin(pitch)
    about_x = np.array([[1, 0, 0], [0, cos, sin], [0, -sin, cos]])
    cos, sin = np.cos(roll), np.sin(roll)
    about_z = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def bend(start, target, first, second, pole):
    """The middle and the end of two bones that reach from start towards a target.

    Args:
        start, target: (3,). first, second: lengths of the bones.
        pole: (3,), the direction that the middle joint gives way to.

    Returns:
        Two (3,) points. A target out of reach is approached as far as the bones go.
    """
    start, target = np.asarray(start, float), np.asarray(target, float)
    along = target - start
    distance = np.linalg.norm(along)
    along = along / distance if distance > 1e-6 else np.array([0.0, 1.0, 0.0])
    distance = float(np.clip(distance, abs(first - second) + 0.15 * min(first, second), 0.998 * (first + second)))
    pole = np.asarray(pole, float) - np.dot(pole, along) * along
    size = np.linalg.norm(pole)
    pole = pole / size if size > 1e-6 else np.array([along[1], -along[0], 0.0])
    share = (first**2 - second**2 + distance**2) / (2 * distance)
    height = np.sqrt(max(0.0, first**2 - share**2))
    return start + share * along + height * pole, start + distance * along


def choose_pose(artist, yaw=None, bust=False):
    """Draw a `Pose`; `bust` prefers what shows head and shoulders well."""
    rng, between, chance = artist.rng, artist.between, artist.chance
    legs = artist.pick(STANDING) if bust or chance(0.66) else artist.pick(LEGS[len(STANDING) :])
    if yaw is None:
        kind = rng.random()
        side = artist.pick(SIDES)
        yaw = side * (between(0, 0.25) if kind < 0.35 else between(0.3, 0.85) if kind < 0.83 else between(0.9, 1.6))
        if not bust and chance(0.07):
            yaw = side * between(2.3, 3.3)
    table = BUST_ARMS if bust else FIGURE_ARMS
    names, shares = list(table), np.array(list(table.values()))
    arms = [artist.pick(names, shares / shares.sum()) for _ in SIDES]
    if chance(0.3 if bust else 0.2):
        arms[1] = arms[0] if arms[0] not in ("chin", "wave", "point", "hair") else "hang"
    if chance(0.05):
        arms = ["crossed", "crossed"]
    if legs == "run":
        arms = ["swing", "swing"]
    elif legs in ("sit", "kneel") and chance(0.6):
        arms = ["lap", arms[1] if arms[1] in ("chin", "chest", "wave") else "lap"]
    weight = int(rng.integers(2))
    sway = 0.0 if legs in ("sit", "kneel", "stand") else between(0.04, 0.13) * SIDES[weight]
    return Pose(
        legs=legs,
        arms=tuple(arms),
        yaw=float(yaw),
        twist=between(-0.22, 0.22),
        lean=between(0.2, 0.4) if legs == "run" else between(-0.06, 0.1),
        hip_roll=-sway,
        chest_roll=0.8 * sway + between(-0.05, 0.05),
        head_yaw=float(yaw + rng.normal(0, 0.22)),
        head_pitch=float(np.clip(rng.normal(0.03, 0.1), -0.25, 0.3)),
        head_roll=float(np.clip(rng.normal(0, 0.1), -0.28, 0.28)),
        weight=weight,
        jitter=rng.normal(0, 0.035, (2, 3)),
    )


def build_skeleton(pose, unit, real, person):
    """Place a body's joints; the skull's centre lies at the origin.

    Args:
        pose: a `Pose`. unit: radius of the skull in pixels.
        real: proportions, 0 chibi .. 1 realistic. person: a `Person`.

    Returns:
        A `Skeleton`; `moved` places it.
    """
    heads = count_heads(real, person.age)
    body = (heads - 1) * HEAD * unit
    share = np.clip((heads - 2.2) / 2.8, 0, 1)
    length = {name: (few + (many - few) * share) * body for name, (few, many) in PROPORTIONS.items()}
    length["shoulders"] *= (1.15 if person.man and person.age > 0.2 else 1.0) * person.build**0.7
    length["hip width"] *= 0.95 if person.man else 1.08
    world = rotation(pose.yaw)
    pelvis = world @ rotation(0, 0.35 * pose.lean, pose.hip_roll)
    chest = world @ rotation(pose.twist, pose.lean, pose.chest_roll)
    joints = {"pelvis": np.zeros(3)}
    joints["waist"] = pelvis @ (0, length["waist"] - length["hips"], 0)
    joints["pit"] = joints["waist"] + chest @ (0, length["pit"] - length["waist"], 0.012 * body)
    neck = world @ rotation(0, 0.5 * pose.lean + 0.12, 0.5 * (pose.chest_roll + pose.head_roll))
    head_place = joints["pit"] + neck @ (0, -(length["pit"] + CHIN * unit), 0.1 * unit)
    _place_arms(joints, pose, length, world, chest, unit, head_place)
    _place_legs(joints, pose, length, world, pelvis)
    joints = {name: point - head_place for name, point in joints.items()}
    joints["head"] = np.zeros(3)
    head = Head((0.0, 0.0), unit, pose.head_yaw, pose.head_pitch, pose.head_roll, real)
    return Skeleton(joints, head, pose, unit, body, heads, chest, pelvis, length)


def _place_arms(joints, pose, length, world, chest, unit, head):
    arm = length["upper arm"] + length["forearm"]
    torso = length["hips"] - length["pit"]
    for k, side in enumerate(SIDES):
        name = pose.arms[k]
        lift = 0.35 if name in ("up", "wave", "hair") else 0.0
        out = length["shoulders"]
        shoulder = joints["pit"] + chest @ (side * out, length["shoulder"] - lift * 0.12 * torso, -0.04 * torso)
        swing = 1 if k == pose.weight else -1
        local = {  # from the shoulder, in lengths of the arm; x outward
            "hang": (0.14, 0.95, 0.06),
            "relaxed": (0.22, 0.82, 0.34),
            "wave": (0.42, -0.38, 0.3),
            "up": (0.22, -0.9, 0.1),
            "point": (0.72, 0.02, 0.6),
            "back": (-0.1, 0.72, -0.32),
            "offer": (0.3, 0.42, 0.62),
            "skirt": (0.34, 0.86, 0.12),
            "swing": (0.05, 0.5, 0.45) if swing > 0 else (0.18, 0.62, -0.5),
            "lap": (-0.05, 0.66, 0.5),
        }
        poles = {"chest": (1, 1.2, -0.3), "chin": (0.45, 1, 0.1), "hip": (1, 0.1, -0.5), "hair": (1, -0.2, 0.1)}
        poles |= {"wave": (0.7, 1, -0.1), "up": (1, 0.2, -0.2), "crossed": (0.8, 0.8, -0.1), "lap": (1, 0.2, -0.7)}
        poles |= {"relaxed": (0.5, 0.4, -1), "offer": (0.4, 1, -0.6)}
        if name in local:
            target = shoulder + chest @ ((np.array(local[name]) + pose.jitter[k]) * (side, 1, 1)) * arm
        else:
            shift = world @ (pose.jitter[k] * arm * (side, 1, 1))
            place = {
                "hip": joints["pelvis"] + world @ (side * 2.1 * length["hip width"], -0.3 * torso, 0.03 * torso),
                "chest": joints["pit"] + chest @ (side * 0.22 * out, 0.36 * torso, 0.3 * torso),
                "chin": head + world @ (side * 0.7 * unit, 1.45 * unit + 0.85 * length["hand"], 0.8 * unit),
                "hair": head + world @ (side * 1.0 * unit, 0.05 * unit, -0.1 * unit),
                "crossed": joints["pit"] + chest @ (-side * 0.5 * out, (0.5 + 0.06 * k) * torso, 0.27 * torso),
            }
            target = place[name] + shift
        pole = chest @ (np.array(poles.get(name, (0.5, 0.2, -1))) * (side, 1, 1))
        elbow, wrist = bend(shoulder, target, length["upper arm"], length["forearm"], pole)
        joints[f"shoulder{k}"], joints[f"elbow{k}"], joints[f"wrist{k}"] = shoulder, elbow, wrist


def _place_legs(joints, pose, length, world, pelvis):
    leg = length["thigh"] + length["shin"]
    wide = length["hip width"] / leg
    for k, side in enumerate(SIDES):
        hip = joints["pelvis"] + pelvis @ (side * length["hip width"], 0, 0)
        bears = k == pose.weight
        target = {  # from the hip, in lengths of the leg; x outward
            "stand": (0.0, 0.99, 0.02),
            "contrapposto": (-0.7 * wide, 0.995, 0.0) if bears else (0.09 + 0.5 * wide, 0.95, 0.14),
            "wide stand": (0.14, 0.98, 0.0),
            "walk": (-0.3 * wide, 0.95, 0.28) if bears else (-0.3 * wide, 0.86, -0.36),
            "crossed legs": (-1.3 * wide, 0.985, 0.0) if bears else (-2.0 * wide, 0.96, 0.16),
            "run": (-0.3 * wide, 0.62, 0.42) if bears else (0.0, 0.62, -0.56),
            "sit": (0.02, 0.5, 0.52) if bears else (0.1, 0.5, 0.42),
            "kneel": (0.04, 0.5, -0.5),
            "jump": (0.02, 0.8, -0.28) if bears else (0.06, 0.58, -0.2),
        }[pose.legs]
        target = hip + world @ (np.array(target) * (side, 1, 1)) * leg
        turned = {"sit": 0.05, "kneel": 0.3, "run": 0.05, "walk": 0.05}.get(pose.legs, 0.12 if bears else 0.4)
        forward = world @ (side * turned, 1.0 if pose.legs == "kneel" else 0.0, 1.0)
        knee, ankle = bend(hip, target, length["thigh"], length["shin"], forward)
        droop = {"jump": 1.6, "kneel": 0.9}.get(pose.legs, 0.0) + (
            0.8 if pose.legs in ("run", "walk") and not bears else 0
        )
        toe = world @ (side * (0.25 + turned) * 0.8, 0.32 + droop, 1.0)
        if pose.legs == "kneel":
            toe = world @ (0.0, 0.35, -1.0)
        joints[f"hip{k}"], joints[f"knee{k}"], joints[f"ankle{k}"] = hip, knee, ankle
        joints[f"toe{k}"] = ankle + toe / np.linalg.norm(toe) * length["foot"]


def moved(skeleton, centre):
    """The skeleton with the skull's centre at a point (x, y) of the picture."""
    shift = np.array([centre[0], centre[1], 0.0])
    joints = {name: point + shift for name, point in skeleton.joints.items()}
    head = skeleton.head
    head = Head((float(centre[0]), float(centre[1])), head.radius, head.yaw, head.pitch, head.roll, head.real)
    return Skeleton(
        joints, head, skeleton.pose, skeleton.unit, skeleton.body, skeleton.heads, skeleton.chest, skeleton.pelvis,
        skeleton.length,
    )  # fmt: skip
