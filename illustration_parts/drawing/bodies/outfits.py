"""What a person wears: an outfit is chosen once; a fitting is one person being dressed in it, from the skin outward."""

from dataclasses import dataclass, field

import numpy as np

from illustration_parts.drawing.artist import Artist
from illustration_parts.drawing.bodies import bodies, cloth, patterns, poses
from illustration_parts.drawing.curves import noise
from illustration_parts.drawing.heads.people import Person
from illustration_parts.drawing.styles import hsv

# Kind of outfit, and how often it comes: for women and girls, for men and boys.
KINDS = {
    "shirt": (0.1, 0.14),
    "sailor": (0.12, 0.0),
    "blazer": (0.12, 0.16),
    "tee": (0.1, 0.13),
    "sweater": (0.09, 0.09),
    "hoodie": (0.08, 0.11),
    "uniform": (0.07, 0.14),
    "dress": (0.14, 0.0),
    "bare shoulders": (0.08, 0.0),
    "kimono": (0.06, 0.08),
    "armour": (0.06, 0.1),
    "coat": (0.06, 0.1),
    "maid": (0.05, 0.0),
    "vest": (0.05, 0.08),
}
EVERYDAY = ("shirt", "sailor", "blazer", "tee", "sweater", "hoodie", "coat", "vest")


@dataclass(frozen=True)
class Outfit:
    """What is worn.

    Attributes:
        kind: of `KINDS`. sleeves: `"long"`, `"short"`, `"puff"`, `"wide"`, `"none"`.
        neckline: `"round"`, `"v"`, `"square"`, `"boat"`. depth: its level on the trunk.
        collar: `"none"`, `"rib"`, `"shirt"`, `"round"`, `"sailor"`, `"turtle"`, `"stand"`, `"lapels"`, `"hood"`,
            `"crossed"`, `"frill"`, `"fur"`.
        closure: `"none"`, `"buttons"`, `"double"`, `"zip"`, `"lacing"`.
        neckwear: `"none"`, `"tie"`, `"bow"`, `"cravat"`, `"pendant"`, `"scarf"`.
        lower: `"pleats"`, `"flared"`, `"frills"`, `"long skirt"`, `"tight skirt"`, `"trousers"`, `"shorts"`,
            `"hakama"`.
        hem: level on the trunk where the top ends. grow, loose: see `bodies.Trunk`.
        pattern: of `patterns.choose_pattern` or None.
        belt, apron, cape, gloves, epaulettes, pocket, sash: whether there are.
        legs: `"bare"`, `"socks"`, `"stockings"`, `"boots"`. length: of the skirt, in thighs.
    """

    kind: str
    sleeves: str = "long"
    neckline: str = "round"
    depth: float = 0.08
    collar: str = "none"
    closure: str = "none"
    neckwear: str = "none"
    lower: str = "trousers"
    hem: float = 1.05
    grow: float = 1.08
    loose: float = 0.4
    pattern: str | None = None
    belt: bool = False
    apron: bool = False
    cape: bool = False
    gloves: bool = False
    epaulettes: bool = False
    pocket: bool = False
    sash: bool = False
    legs: str = "bare"
    length: float = 0.75


def choose_outfit(artist, person, pose=None):
    """Draw an `Outfit` for a person, one that suits a `Pose` if that is given."""
    chance, pick, between = artist.chance, artist.pick, artist.between
    shares = np.array([share[int(person.man)] for share in KINDS.values()])
    kind = pick(list(KINDS), shares / shares.sum())
    skirt = pick(("pleats", "pleats", "flared", "frills", "long skirt", "tight skirt"))
    lower = ("shorts" if chance(0.25) else "trousers") if person.man or chance(0.3) else skirt
    tucked = lower not in ("trousers", "shorts") or chance(0.25)
    values = dict(lower=lower, hem=0.66 if tucked else between(0.98, 1.15), length=between(0.45, 0.95))
    values |= (_everyday if kind in EVERYDAY else _special)(artist, kind, person.man, skirt)
    if "belt" not in values:
        values["belt"] = values["hem"] < 0.8 and chance(0.5)
    if kind in ("shirt", "tee", "sweater", "dress", "hoodie") and chance(0.28):
        values["pattern"] = patterns.choose_pattern(artist)
    if pose is not None and pose.legs not in poses.STANDING:
        values["hem"] = min(values["hem"], 1.12)
    return Outfit(kind=kind, legs=pick(("bare", "socks", "socks", "stockings", "boots")), **values)


def _everyday(artist, kind, man, skirt):
    """What is particular to one kind of everyday clothes, by name."""
    chance, pick, between = artist.chance, artist.pick, artist.between
    short = "short" if chance(0.5) else "long"
    formal = "trousers" if man else "pleats"
    if kind == "shirt":
        values = dict(sleeves=short if chance(0.8) else "puff", collar=pick(("shirt", "shirt", "round")))
        values |= dict(neckline="v", depth=between(0.1, 0.24), closure="buttons", pocket=chance(0.5))
        return values | dict(neckwear=pick(("none", "none", "tie", "bow")))
    if kind == "sailor":
        values = dict(sleeves=short, neckline="v", depth=between(0.26, 0.36), collar="sailor", neckwear="bow")
        return values | dict(lower="pleats", hem=between(0.68, 0.8), loose=0.5)
    if kind == "blazer":
        values = dict(neckline="v", depth=between(0.38, 0.6), collar="lapels", closure="buttons", grow=1.16, loose=0.55)
        values |= dict(neckwear=pick(("tie", "tie", "bow", "none")), hem=between(1.0, 1.15))
        return values | dict(lower=formal, pocket=True)
    if kind == "tee":
        values = dict(sleeves="short", depth=between(0.06, 0.14), collar=pick(("rib", "rib", "none")), loose=0.7)
        return values | dict(neckwear=pick(("none", "none", "pendant")))
    if kind == "sweater":
        values = dict(collar=pick(("turtle", "rib", "shirt")), depth=0.07, grow=1.18, loose=0.7)
        return values | dict(neckwear=pick(("none", "scarf", "none")))
    if kind == "hoodie":
        values = dict(collar="hood", depth=0.1, grow=1.24, loose=0.9, closure=pick(("none", "zip")))
        return values | dict(hem=between(0.98, 1.12))
    if kind == "coat":
        values = dict(neckline="v", depth=between(0.3, 0.55), collar=pick(("lapels", "lapels", "fur")), grow=1.24)
        values |= dict(closure=pick(("double", "buttons")), loose=0.75, hem=between(1.5, 2.1), belt=chance(0.4))
        values |= dict(lower="trousers" if man else pick(("trousers", "tight skirt")), pocket=True)
        return values | dict(neckwear=pick(("none", "scarf", "tie")))
    values = dict(neckline="v", depth=between(0.35, 0.5), collar="shirt", closure="buttons", grow=1.1, loose=0.2)
    return values | dict(neckwear=pick(("tie", "bow", "cravat")), hem=0.98, lower="trousers" if man else skirt)


def _special(artist, kind, man, skirt):
    """The same for dresses, uniforms, kimonos and armour."""
    chance, pick, between = artist.chance, artist.pick, artist.between
    formal = "trousers" if man or chance(0.4) else "pleats"
    if kind == "uniform":
        values = dict(collar="stand", neckline="v", depth=0.03, closure=pick(("double", "buttons", "double")))
        values |= dict(grow=1.13, loose=0.45, epaulettes=chance(0.75), belt=chance(0.6), cape=chance(0.3))
        return values | dict(gloves=chance(0.4), hem=between(1.05, 1.2), lower=formal, sash=chance(0.35))
    if kind == "dress":
        values = dict(sleeves=pick(("puff", "short", "long", "none")), depth=between(0.1, 0.24), hem=0.62, loose=0.1)
        values |= dict(neckline=pick(("round", "v", "square", "boat")), collar=pick(("none", "none", "round", "frill")))
        values |= dict(lower=pick(("flared", "frills", "long skirt")), belt=chance(0.6), grow=1.04)
        return values | dict(closure=pick(("none", "lacing", "buttons")), neckwear=pick(("none", "bow", "pendant")))
    if kind == "bare shoulders":
        values = dict(sleeves="none", neckline=pick(("boat", "v")), depth=between(0.2, 0.3), lower=skirt, hem=0.62)
        return values | dict(loose=0.0, grow=1.03, neckwear=pick(("none", "pendant")), closure=pick(("none", "lacing")))
    if kind == "kimono":
        values = dict(sleeves="wide", neckline="v", depth=between(0.22, 0.4), collar="crossed", belt=True)
        return values | dict(lower="hakama", hem=0.72, grow=1.12, loose=0.8)
    if kind == "armour":
        values = dict(collar="stand", depth=0.03, grow=1.15, loose=0.2, hem=0.75, cape=chance(0.55))
        return values | dict(gloves=True, belt=True, lower=formal)
    values = dict(sleeves=pick(("puff", "long")), neckline="v", depth=0.12, collar="round", neckwear="bow")
    return values | dict(lower="frills", hem=0.62, loose=0.1, apron=True, belt=True, grow=1.05)


@dataclass
class Fitting:
    """One person being dressed: everything that the pieces of an outfit need.

    Attributes:
        artist: an `Artist`. skeleton: a `Skeleton`. person: a `Person`. outfit: an `Outfit`.
        unit: radius of the skull, pixels. trunk: the surface of the top. body: that of the bare trunk.
        top, under, lower: colours RGB. shade: threshold of light. small: whether inner details are left out.
        groups: numbers of `Canvas.new_group` by name. masks: `Mask`s by name, of what has been put on.
        held: what is held, see `held.choose_held`.
    """

    artist: Artist
    skeleton: poses.Skeleton
    person: Person
    outfit: Outfit
    trunk: bodies.Trunk = field(init=False)
    body: bodies.Trunk = field(init=False)
    groups: dict = field(default_factory=dict)
    masks: dict = field(default_factory=dict)
    held: tuple | None = None

    def __post_init__(self):
        person, outfit = self.person, self.outfit
        self.unit = self.skeleton.unit
        self.body = bodies.Trunk(self.skeleton, person)
        self.trunk = bodies.Trunk(
            self.skeleton, person, outfit.grow, outfit.loose, 0.5 if outfit.kind == "coat" else 0.15
        )
        self.top, self.lower, self.under = (np.asarray(colour, float) for colour in person.garments)
        if outfit.kind in ("dress", "bare shoulders", "maid"):
            self.lower = self.top
        if outfit.collar in ("lapels", "fur") or outfit.kind == "vest":
            self.under = hsv(0.6, 0.03, self.artist.between(0.88, 1)) if self.artist.chance(0.7) else self.under
        self.trim = np.asarray(person.trim, float)
        self.skin = np.asarray(person.skin, float)
        self.metal = hsv(0.6, 0.08, 0.72) if self.artist.chance(0.6) else hsv(0.12, 0.5, 0.82)
        self.shade = self.artist.between(0.02, 0.3)
        style = self.artist.style
        self.small = self.unit < cloth.SMALL_RADIUS or style.detail < 0.12 or style.width > 0.09 * self.unit
        self.chibi = self.skeleton.heads < 4

    def group(self, name):
        """The number of what belongs to one garment."""
        if name not in self.groups:
            self.groups[name] = self.artist.canvas.new_group()
        return self.groups[name]

    def light(self, mask, normals, colour, gloss=False, crumpled=0.0):
        """Light a piece with the same threshold as all the others; cloth that is `crumpled` has a restless shadow."""
        if crumpled and mask.alpha.size > 400 and not self.small:
            height, width = mask.alpha.shape
            for axis in (0, 1):
                rough = noise(self.artist.rng, height, width, max(4.0, 0.75 * self.unit), 2)
                normals = normals if axis else normals.copy()
                normals[..., axis] += crumpled * rough
        self.artist.light_form(mask, normals, colour, gloss, self.shade)
