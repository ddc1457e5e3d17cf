"""Options of tasks as data, from which command lines are made."""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Option:
    """One option of a task, for prediction or training. Command lines and the Python API are made from it.

    Attributes:
        name: as Python writes it; `--like-this` on a command line.
        help: what it does, with its range.
        kind: function that turns a text into the value, and raises `ValueError` or `argparse.ArgumentTypeError` for a
            wrong one; `bool` for a switch.
        default: its value if it is not given.
        metavar: name of its value in a help text.
        choices: all possible values, if they can be listed.
        aliases: more names on a command line.
        hidden: names from before, which still work on a command line but are not shown in its help.
        implied: its value if it is given without one; None if it needs one.
        group: heading above it in a help text.
        one_of: of the options with the same word here only one can be given.
        from_afar: function that checks a text from another computer, where `kind` may read a file of this one.
        needs: name of another option, without which this one does nothing; "" for none.
    """

    name: str
    help: str
    kind: Any = str
    default: Any = None
    metavar: str | None = None
    choices: tuple = ()
    aliases: tuple = ()
    hidden: tuple = ()
    implied: Any = None
    group: str = ""
    one_of: str = ""
    from_afar: Any = None
    needs: str = ""

    @property
    def flag(self):
        """Its name on a command line."""
        return "--" + self.name.replace("_", "-")

    def add_to(self, parser):
        """Add it to an `argparse` parser or group."""
        given: dict[str, Any] = {"help": self.help, "default": self.default, "dest": self.name}
        if self.kind is bool:
            given["action"] = "store_true"
        else:
            given |= {"type": self.kind, "metavar": self.metavar}
            given |= {"choices": self.choices} if self.choices else {}
            given |= {"nargs": "?", "const": self.implied} if self.implied is not None else {}
        parser.add_argument(self.flag, *self.aliases, **given)
        if self.hidden:  # its default is that of the option itself
            parser.add_argument(*self.hidden, **given | {"help": argparse.SUPPRESS, "default": argparse.SUPPRESS})

    def check(self, value):
        """Check a value from Python code, and return it; ValueError if the option does not take it."""
        if value is None and self.default is None or self.kind is bool and isinstance(value, bool):
            return value
        if self.kind is Path and isinstance(value, np.ndarray):
            return value  # a picture stands for its file
        try:
            if self.kind is bool or isinstance(value, bool):
                raise ValueError(f"expected {'True or False' if self.kind is bool else 'no truth value'}")
            if isinstance(value, (list, tuple)):
                value = ",".join(map(str, value))
            value = self.kind(str(value))
            if self.choices and value not in self.choices:
                raise ValueError(f"expected {' or '.join(map(str, self.choices))}")
        except (ValueError, argparse.ArgumentTypeError) as error:
            reason = str(error).partition(". Received")[0]
            raise ValueError(f"{self.name}: {reason}. Received: {value!r}") from error
        return value


def add_options(parser, options):
    """Add options to an `argparse` parser, under their headings."""
    headings, choices = {"": parser}, {}
    for option in options:
        if option.group not in headings:
            headings[option.group] = parser.add_argument_group(option.group)
        place = headings[option.group]
        if option.one_of:
            if option.one_of not in choices:
                choices[option.one_of] = place.add_mutually_exclusive_group()
            place = choices[option.one_of]
        option.add_to(place)


def add_others(parser, options, every):
    """Add the other tasks' options to a parser, hidden, so that `refuse_others` can name these tasks.

    Args:
        parser: an `argparse` parser. options: the task's. every: {name of a task: its options}.

    Returns:
        {name of an option: (option, names of the tasks that have it)}.
    """
    own, others = {option.name for option in options}, {}
    for task, listed in every.items():
        for option in listed:
            if option.name not in own:
                others.setdefault(option.name, (option, []))[1].append(task)
    for option, _ in others.values():
        dataclasses.replace(option, help=argparse.SUPPRESS).add_to(parser)
    return others


def refuse_others(parser, others, given):
    """End with exit code 2 if an option of other tasks is given, and name these tasks. Defaults are allowed.

    Args:
        parser: an `argparse` parser. others: of `add_others`. given: what the parser has parsed.
    """
    for name, (option, owners) in others.items():
        if getattr(given, name) != option.default:
            parser.error(f"{option.flag} belongs to --task {' or '.join(owners)}")


def refuse_idle(parser, options, given):
    """End with exit code 2 if an option is given that does nothing without another one. Defaults are allowed.

    Args:
        parser: an `argparse` parser. options: the task's. given: what the parser has parsed.
    """
    for option in options:
        if option.needs and getattr(given, option.name) != option.default and not getattr(given, option.needs, True):
            parser.error(f"{option.flag} needs --{option.needs.replace('_', '-')}")
