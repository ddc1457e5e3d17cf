"""Whole people: busts and standing, sitting, moving figures, put together from skeleton, clothes, head and hair.

draw_bust(artist, (500, 420), 240)
draw_figure(artist, (500, 980), 900)
"""

import numpy as np

from illustration_parts.drawing.bodies import (
    bodies,
    cloth,
    collars,
    garments,
    hands,
    held,
    lowerwear,
    neckwear,
    outfits,
    poses,
    skirts,
    sleeves,
)
from illustration_parts.drawing.curves import bow
from illustration_parts.drawing.heads import faces, hair, people

RAISED = ("chin", "hair", "wave", "up")  # arms that hide hair and face


def draw_bust(artist, centre, radius, person=None, yaw=None):
    """Draw head, shoulders and chest as far as the canvas reaches, with arms and hands where they show.

    Args:
        artist: an `Artist`. centre: (x, y) of the skull's centre. radius: of the skull, pixels.
        person: a `Person`, or None for one by chance. yaw: radians that the body looks to the viewer's right, or None.

    Returns:
        The `Mask` of the face.
    """
    person = people.choose_person(artist) if person is None else person
    pose = poses.choose_pose(artist, yaw, bust=True)
    skeleton = poses.moved(poses.build_skeleton(pose, radius, artist.style.real, person), centre)
    return draw_person(artist, skeleton, person, outfits.choose_outfit(artist, person, pose))


def draw_figure(artist, feet, height, person=None, yaw=None):
    """Draw a whole figure.

    Args:
        artist: an `Artist`. feet: (x, y) of its lowest foot.
        height: of the figure standing upright, pixels; sitting, kneeling or running it is less tall.
        person, yaw: see `draw_bust`.

    Returns:
        The `Mask` of the face.
    """
    person = people.choose_person(artist) if person is None else person
    pose = poses.choose_pose(artist, yaw)
    unit = height / (poses.HEAD * poses.count_heads(artist.style.real, person.age))
    skeleton = poses.build_skeleton(pose, unit, artist.style.real, person)
    sole = 1.9 * bodies.limb_radius(skeleton, person, bodies.LEG, 2.0)
    soles = [
        skeleton.flat(f"{name}{k}") + (0, sole * share)
        for name, share in (("ankle", 1.0), ("toe", 0.33))
        for k in (0, 1)
    ]
    if pose.legs == "kneel":
        soles += [skeleton.flat(f"knee{k}") + (0, 1.2 * sole) for k in (0, 1)]
    lowest = max(soles, key=lambda point: point[1])
    skeleton = poses.moved(skeleton, np.asarray(feet, float) - lowest)
    return draw_person(artist, skeleton, person, outfits.choose_outfit(artist, person, pose))


def draw_person(artist, skeleton, person, outfit):
    """Draw a posed and dressed person from back to front. Returns the `Mask` of the face."""
    fitting = outfits.Fitting(artist, skeleton, person, outfit)
    fitting.held = held.choose_held(artist, skeleton, outfit)
    head, group = skeleton.head, artist.canvas.new_group()
    hairdo = hair.choose_hairdo(artist, person)
    if skeleton.pose.legs == "sit" and lowerwear.is_on_canvas(fitting):
        lowerwear.draw_seat(fitting)
    collars.draw_behind(fitting)
    hair.draw_back(artist, head, person, hairdo, group)
    behind, low, raised = _order_arms(skeleton)
    for k in behind:
        _draw_arm(fitting, k)
    _draw_neck(fitting)
    _dress(fitting)
    for k in low:
        _draw_arm(fitting, k)
    face = faces.draw_skull(artist, head, person, group)
    faces.draw_features(artist, head, person, face)
    hair.draw_front(artist, head, person, hairdo, face, group)
    faces.draw_brows(artist, head, person, face)
    for k in raised:
        _draw_arm(fitting, k)
    artist.faces.append((*head.centre, head.radius))
    artist.cases.add("people")
    return face


def _order_arms(skeleton):
    """Which arms lie behind the body, which on it below the head's hair, which before the face."""
    behind, low, raised = [], [], []
    for k in (0, 1):
        wrist, elbow, pit = (skeleton.joints[name] for name in (f"wrist{k}", f"elbow{k}", "pit"))
        far = 0.5 * (wrist[2] + elbow[2]) - pit[2]
        crossing = wrist[2] - pit[2] > 0.05 * skeleton.body
        if skeleton.pose.arms[k] == "back" and abs(np.cos(skeleton.pose.yaw)) > 0.3 and skeleton.chest[2, 2] > 0:
            behind.append(k)
        elif far < -0.25 * skeleton.length["shoulders"] and not crossing:
            behind.append(k)
        elif skeleton.pose.arms[k] in RAISED:
            raised.append(k)
        else:
            low.append(k)
    nearness = lambda k: skeleton.joints[f"wrist{k}"][2]  # noqa: E731
    return sorted(behind, key=nearness), sorted(low, key=nearness), sorted(raised, key=nearness)


def _dress(fitting):
    outfit = fitting.outfit
    lower = lowerwear.is_on_canvas(fitting)
    over = outfit.hem >= 0.9
    if lower and over:
        lowerwear.draw_lower(fitting)
    garments.put_on_top(fitting)
    if lower and not over:
        lowerwear.draw_lower(fitting)
    neckwear.draw_closure(fitting)
    neckwear.draw_honours(fitting)
    collars.draw_collar(fitting)
    neckwear.draw_neckwear(fitting)
    if lower and outfit.apron:
        skirts.draw_apron(fitting)
    if lower and outfit.belt and (over or outfit.lower in lowerwear.SKIRTS):
        level = fitting.body.waist - 0.06
        lowerwear.draw_belt(fitting, fitting.trunk, level)


def _draw_neck(fitting):
    """Neck and upper chest, the head's shadow on them, the neck's tendons and the collarbones."""
    artist, skeleton, person, unit = fitting.artist, fitting.skeleton, fitting.person, fitting.unit
    canvas, skin = artist.canvas, fitting.skin
    _, sides, mask = bodies.neck_mask(canvas, skeleton, person, fitting.body)
    trunk = fitting.body
    left, right = trunk.side_line(False, 0.5), trunk.side_line(True, 0.5)
    chest = canvas.polygon(np.concatenate([left, right[::-1]]))
    whole = cloth.unite([mask, chest])
    if not whole.alpha.size:
        return
    artist.fill(whole, skin, "skin", fitting.group("skin"))
    if chest.alpha.size:
        fitting.light(chest, trunk.normals(chest), skin)
    head = bodies.head_shadow(canvas, skeleton.head)
    artist.cast(head, 0.34 * unit * (1 if not fitting.chibi else 0.5), whole)
    for line in sides:
        artist.line(line, "boundary", 0.95, skin, ends=(False, True))
    for line in (left, right):
        artist.line(line[2:], "boundary", 0.95, skin)
    fitting.masks["neck"] = whole
    if fitting.small or fitting.chibi:
        return
    pit = skeleton.flat("pit")
    front = trunk.is_seen(0.0, 0.1)
    for out, right_side in ((-1, False), (1, True)):
        if front:
            start = pit + (out * 0.12 * unit + 0.08 * unit * np.sin(skeleton.pose.yaw), 0.1 * unit)
            shoulder = trunk.shoulder(right_side)[0]
            cloth.crease(
                artist,
                bow(start, start + 0.5 * (shoulder - start) + (0, -0.02 * unit), -0.16 * out, 10),
                skin,
                0.65,
                whole,
                (True, True),
            )
            high = 0.5 * (np.asarray(skeleton.head.centre) + pit) + (out * 0.32 * unit, 0.35 * unit)
            if artist.chance(0.6):
                cloth.crease(
                    artist, bow(high, start + (0, -0.05 * unit), 0.1 * out, 9), skin, 0.6, whole, (True, False)
                )
    if front and fitting.outfit.depth > 0.2 and fitting.body.bust:
        cloth.crease(artist, trunk.flat(0.0, np.linspace(0.3, 0.42, 6)), skin, 0.6, whole)


def _draw_arm(fitting, k):
    """An arm with its hand; the hand lies under a sleeve's cuff and over a bare wrist."""
    covered = fitting.outfit.sleeves in ("long", "wide")
    if covered:
        _draw_hand(fitting, k)
    sleeves.put_on_sleeve(fitting, k)
    if not covered:
        _draw_hand(fitting, k)


def _draw_hand(fitting, k):
    artist, skeleton, outfit = fitting.artist, fitting.skeleton, fitting.outfit
    name = skeleton.pose.arms[k]
    elbow, wrist = skeleton.joints[f"elbow{k}"], skeleton.joints[f"wrist{k}"]
    along = wrist - elbow
    seen = np.hypot(*along[:2])
    direction = float(np.arctan2(along[1], along[0]))
    length = skeleton.length["hand"] * float(np.clip(seen / skeleton.length["forearm"], 0.66, 1.0)) * 1.08
    if (
        wrist[0] + 2 * length < 0
        or wrist[0] - 2 * length > artist.canvas.shape[1]
        or wrist[1] - 2 * length > artist.canvas.shape[0]
    ):
        return
    pit = skeleton.flat("pit")
    inward = np.array(
        [
            pit[0] - wrist[0],
            -0.2 * skeleton.unit if name not in ("chest", "lap", "chin", "offer") else -2.5 * skeleton.unit,
        ]
    )
    right = np.array([-np.sin(direction), np.cos(direction)])
    mirror = 1 if np.dot(right, inward) > 0 else -1
    attitude = artist.pick(poses.HANDS[name])
    palm = name in ("wave", "up", "offer") and artist.chance(0.8)
    glove = outfit.gloves
    colour = (fitting.metal if outfit.kind == "armour" else fitting.trim) if glove else fitting.skin
    part = ("metal" if outfit.kind == "armour" else "garment 3") if glove else "skin"
    if fitting.held is not None and fitting.held[0] == k:
        if held.draw_held(artist, fitting.held[1], wrist[:2], direction, length, mirror):
            attitude = "fist"
    bend = mirror * artist.between(-0.1, 0.3) if name != "hip" else mirror * artist.between(0.2, 0.5)
    hands.draw_hand(
        artist, wrist[:2], direction + bend, length, attitude, mirror, colour,
        fitting.group("gloves" if glove else "skin"), palm, part,
    )  # fmt: skip
