"""Which control of a page suits an option of a task. Made from the declared options, without any library of pages.

for control in list_controls(task): ...          # what to show
given = collect(controls, {"detail": 0.7})       # {name: value} for the Python API
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from illustration_parts.system import cli
from illustration_parts.tasks.options import Option

SWITCH, CHOICE, SLIDER, NUMBER, TEXT, SHEET = "switch", "choice", "slider", "number", "text", "sheet"
STEPS = 100  # of a slider over its whole range, at least
NONE = "none"  # stands for no value where one of several is chosen


class Control(NamedTuple):
    """How an option is shown.

    Attributes:
        option: an `Option`.
        kind: `SWITCH`, `CHOICE`, `SLIDER`, `NUMBER`, `TEXT`, or `SHEET`, on which dabs of colour are painted.
        label: a few words. info: a sentence.
        value: shown at first.
        choices: of `CHOICE`, pairs of (text, value), both text.
        low, high, step: of `SLIDER` and `NUMBER`; None where there is none.
    """

    option: Option
    kind: str
    label: str
    info: str
    value: Any = None
    choices: tuple = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None


def list_controls(task):
    """Return the controls of a task's options, in their order. Options that name files of the computer have none."""
    found = (make_control(option) for option in task.options)
    return [control for control in found if control is not None]


def make_control(option):
    """Return the `Control` of an option; None if it names a file of the computer, which a page should not read."""
    kind, value = option.kind, option.default
    label = option.name.replace("_", " ") + (" (pixels)" if option.metavar == "PX" else "")
    text = label, explain(option)
    if kind is Path:
        return Control(option, SHEET, *text)
    if option.metavar == "FILE":
        return None
    if kind is bool:
        return Control(option, SWITCH, *text, bool(value))
    if option.choices:
        none = ((NONE, ""),) if value is None else ()
        choices = (*none, *((str(choice), str(choice)) for choice in option.choices))
        return Control(option, CHOICE, *text, "" if value is None else str(value), choices)
    if not isinstance(kind, cli.Range) or value is None:  # a page's field of numbers is never empty
        return Control(option, TEXT, *text, "" if value is None else str(value))
    low, high = kind.low, kind.high if kind.high < float("inf") else None
    step = max(kind.multiple, 1) if kind.kind is int else None
    if high is None or kind.without is not None:
        return Control(option, NUMBER, *text, value, (), low, high, step)
    return Control(option, SLIDER, *text, value, (), low, high, step or find_step(low, high, value))


def find_step(low, high, value):
    """Return a slider's step: 1, 2 or 5 times a power of ten, at most a `STEPS`th of its range, that meets a value."""
    steps = [digit * 10.0**power for power in range(-6, 7) for digit in (1, 2, 5)]
    small = [step for step in steps if step <= (high - low) / STEPS]
    fit = [step for step in small if abs((value - low) / step - round((value - low) / step)) < 1e-6]
    return round((fit or small)[-1], 6)


def explain(option):
    """Return an option's help as a sentence for a page: without its default, which is shown, and without its flags."""
    text = re.sub(r"\s*\(default: %\(default\)[^)]*\)", "", option.help)
    text = re.sub(r" or a file: [^(]*", " ", text) if option.from_afar else text
    text = re.sub(r"[.;,]? (?:give it after the pictures|or as --).*$", "", text, flags=re.IGNORECASE)
    text = re.sub(r"--([a-z][a-z-]*)", lambda match: match[1].replace("-", " "), text).replace("%%", "%")
    return text[:1].upper() + text[1:]


def collect(controls, values):
    """Return what a page's values mean for the Python API.

    Args:
        controls: of `list_controls`.
        values: {name of an option: its control's value}; what is missing counts as not given.

    Returns:
        {name: value} of the options that are not at their default.

    Raises:
        ValueError: if of several options only one can be given, or a value would name a file of the computer. All else
            about the values is checked by the task.
    """
    given, rivals = {}, {}
    for control in controls:
        option = control.option
        value = values.get(option.name, control.value)
        if value is None or isinstance(value, str) and not value.strip():
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a page's numbers may all be floats
        if control.kind != SHEET and value in (option.default, control.value):
            continue
        rival = rivals.setdefault(option.one_of or option.name, option.name)
        if rival != option.name:
            raise ValueError(f"only one of {rival} and {option.name} can be given")
        if option.from_afar:
            try:
                option.from_afar(str(value))
            except ValueError as error:
                raise ValueError(f"{option.name}: {error}") from error
        given[option.name] = value
    return given
