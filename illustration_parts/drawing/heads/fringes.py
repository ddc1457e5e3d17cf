"""The hair over the brow, bundle by bundle, from the sides to the parting."""

import numpy as np

from illustration_parts.drawing.heads.locks import SMALL
from illustration_parts.drawing.heads.paths import fringe_path, keep_off_eyes

LONGEST = 0.27  # height y where a lock ends that would fall over an iris
OVER_EYES = 0.08  # share of locks that may hang before an iris
EYES = 0.4  # how far the eyes lie from the middle


def draw_fringe(locks, scalp, face):
    """Draw the fringe of the hairdo's kind, with its shadow on the mask `face` (or None)."""
    kind = locks.hairdo.fringe
    if kind in ("back", "none") or locks.head.radius < 8:
        return
    draw = {"curtain": _draw_curtain, "swept": _draw_swept, "blunt": _draw_blunt, "middle": _draw_middle}
    bundles = draw.get(kind, _draw_bangs)(locks)
    # What lies nearer to the parting is on top.
    part = locks.hairdo.part
    noise = locks.artist.rng.uniform(-0.12, 0.12, len(bundles))
    order = np.argsort([-abs(b["middle"][0] - part) + n for b, n in zip(bundles, noise)])
    for k in order:
        _paint_bundle(locks, scalp, face, bundles[k])


def _paint_bundle(locks, scalp, face, bundle):
    """One bundle and the slivers beside it."""
    artist = locks.artist
    slivers = int(artist.rng.integers(0, 3)) if locks.size > SMALL and bundle["width"] > 0.2 else 0
    for k in range(1 + slivers):
        (x, y), (tip_x, tip_y) = bundle["middle"], bundle["tip"]
        width = bundle["width"]
        if k:
            away = artist.between(-0.5, 0.5) * width
            x, tip_x, tip_y = x + away, tip_x + away * 1.15, tip_y + artist.between(-0.16, 0.08)
            width = artist.between(0.05, 0.12)
        tip_y = _keep_off_eyes(tip_x, tip_y, bundle.get("low", False))
        path = fringe_path(
            artist, scalp, locks.hairdo, (x, y), (tip_x, tip_y), bundle.get("start"), bundle.get("out", 0.45)
        )
        if path.depth < -0.05:
            continue
        if not artist.chance(OVER_EYES):
            path = keep_off_eyes(scalp.head, path)
            if path is None:
                continue
        locks.paint(
            path.curve,
            width * locks.size,
            root=bundle.get("root", 0.22),
            peak=bundle.get("peak", 0.52),
            tip=bundle.get("tip_width", 0.95),
            start=bundle.get("start_line", 0.36),
            band=None if k else path.band,
            cast=0.03,
            on=face,
            split=0.0 if k else bundle.get("split", 0.55),
        )


def _keep_off_eyes(x, y, low):
    """The height of a tip that leaves the irises free."""
    if low or not EYES - 0.22 < abs(x) < EYES + 0.32:
        return y
    return min(y, LONGEST)


def _places(locks, few=6, many=9):
    """Places x from one side to the other, unequal steps."""
    artist = locks.artist
    fine = locks.hairdo.locks * np.clip(locks.size / 100, 0.3, 1)
    count = max(4, round(few + (many - few) * fine))
    places = np.linspace(-0.76, 0.76, count)
    return places + artist.rng.uniform(-0.3, 0.3, count) * (places[1] - places[0])


def _bundle_width(locks, count):
    narrow = locks.artist.chance(0.4)
    width = locks.artist.between(0.17, 0.27) if narrow else locks.artist.between(0.3, 0.46)
    return width * (8.0 / max(count, 5)) ** 0.7


def _draw_bangs(locks):
    """Bundles that fall to unequal tips: bangs, wisps (fewer, thinner) and spiky ones."""
    artist, hairdo = locks.artist, locks.hairdo
    places = _places(locks)
    sweep = artist.between(-0.16, 0.16)
    uneven = {"wisps": 0.16, "spiky": 0.26}.get(hairdo.fringe, 0.18)
    bundles = []
    for k, x in enumerate(places):
        away = np.sign(x - hairdo.part) * 0.12 * np.clip(abs(x - hairdo.part) / 0.3, 0, 1)
        low = hairdo.fringe_length + 0.24 * abs(x - hairdo.part) * (1 if abs(x) > 0.4 else 0.4)
        y = low + artist.between(-uneven, 0.7 * uneven)
        if hairdo.fringe == "spiky" and k % 2:
            y -= artist.between(0.08, 0.2)
        y = min(y, 0.62 if abs(x) > 0.7 else 0.42)
        fall = max(0.2, y + 0.46)
        bend = (away + 1.4 * sweep + artist.between(-0.09, 0.09)) * fall / 0.7
        if hairdo.fringe == "spiky":
            bend *= 1.6
        bundles.append(
            {
                "middle": (x - 0.3 * away, -0.46),
                "tip": (x + bend, y),
                "width": _bundle_width(locks, len(places)) * (0.75 if hairdo.fringe == "wisps" else 1.0),
                "tip_width": 1.0 if hairdo.fringe == "spiky" else 0.92,
            }
        )
    return bundles


def _draw_blunt(locks):
    """A straight edge over the brows."""
    artist, hairdo = locks.artist, locks.hairdo
    places = _places(locks, 8, 12)
    return [
        {
            "middle": (x * 0.98, -0.46),
            "tip": (x * 1.03, min(LONGEST, hairdo.fringe_length + 0.05 * abs(x)) + artist.between(-0.035, 0.02)),
            "width": artist.between(0.24, 0.38) * (10 / len(places)),
            "tip_width": 0.34,
            "peak": 0.7,
            "split": 0.2,
        }
        for x in places
    ]


def _draw_swept(locks):
    """From a parting at one side across the brow."""
    artist, hairdo = locks.artist, locks.hairdo
    side = 1 if hairdo.part > 0 else -1
    part = side * max(0.22, abs(hairdo.part))
    bundles = []
    for x in _places(locks):
        across = (part - x) * side  # how far towards the side the hair is swept to
        y = hairdo.fringe_length + artist.between(-0.12, 0.08)
        if across > 0:
            tip = x - side * artist.between(0.16, 0.34)
            y += 0.3 * max(0.0, across - 0.3) ** 1.2
        else:
            tip = x + side * artist.between(0.04, 0.14)
            y += 0.1
        tip = float(np.clip(tip, -0.98, 0.98))
        bundles.append(
            {
                "middle": (0.75 * x + 0.25 * part, -0.5),
                "start": (0.4 * x + 0.6 * part, -0.84),
                "tip": (tip, min(y, 0.6 if abs(tip) > 0.72 else 0.34)),
                "width": _bundle_width(locks, 7),
            }
        )
    return bundles


def _draw_curtain(locks):
    """Two curtains that open over the brow."""
    artist, hairdo = locks.artist, locks.hairdo
    part = 0.5 * hairdo.part
    bundles = []
    for side in (-1, 1):
        for share in np.linspace(0.1, 1, max(3, round(3 + 3 * hairdo.locks))):
            out = 0.3 + 0.5 * share + artist.between(-0.05, 0.05)
            x = part + side * out * 0.7
            tip = side * (0.78 + 0.17 * share + artist.between(-0.04, 0.06))
            y = hairdo.fringe_length + 0.34 * (1 - share) * artist.between(-0.2, 1.0) + 0.1
            bundles.append(
                {
                    "middle": (x, -0.52 - 0.1 * (1 - share)),
                    "start": (part + side * 0.16 * share, -0.88),
                    "tip": (tip, y),
                    "width": artist.between(0.2, 0.36),
                    "root": 0.3,
                    "out": 0.8,
                    "start_line": 0.25,
                    "low": True,
                }
            )
    return bundles


def _draw_middle(locks):
    """Bangs with a lock that falls between the eyes."""
    artist, hairdo = locks.artist, locks.hairdo
    bundles = _draw_bangs(locks)
    x = 0.3 * hairdo.part
    bundles.append(
        {
            "middle": (x, -0.46),
            "tip": (0.5 * x + artist.between(-0.1, 0.1), artist.between(0.42, 0.68)),
            "width": artist.between(0.2, 0.34),
            "low": True,
        }
    )
    return bundles
