"""Every option of every task has a control, made from its declaration."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from illustration_parts import tasks
from illustration_parts.app import controls
from illustration_parts.imaging import images
from illustration_parts.system import cli
from illustration_parts.tasks.options import Option

EVERY = [(name, option) for name in tasks.PREDICTED for option in tasks.load(name).options]


@pytest.mark.parametrize("name, option", EVERY, ids=[f"{name} {option.name}" for name, option in EVERY])
def test_every_option_is_shown_or_names_a_file_of_the_computer(name, option):
    control = controls.make_control(option)
    if control is None:
        assert option.metavar == "FILE" and option.kind is not Path
        return
    assert control.option is option and control.label and control.info[0].isupper()
    assert "--" not in control.info and "%" not in control.info.replace("%%", "")
    if control.kind == controls.SLIDER:
        assert control.low <= option.default <= control.high
        steps = (option.default - control.low) / control.step
        assert steps == pytest.approx(round(steps))
    if control.kind == controls.CHOICE:
        assert control.value in [value for _, value in control.choices]


@pytest.mark.parametrize("name", tasks.PREDICTED)
def test_what_a_page_shows_at_first_gives_the_defaults(name):
    task = tasks.load(name)
    shown = controls.list_controls(task)
    given = controls.collect(shown, {control.option.name: control.value for control in shown})
    assert given == {} and controls.collect(shown, {}) == {}
    for control in shown:  # and what a page can send is taken
        values = [control.low, control.high, *(value for _, value in control.choices)]
        for value in values:
            task.complete(controls.collect(shown, {control.option.name: value}))


@pytest.mark.parametrize(
    "option, kind",
    [
        (Option("a", "x", bool, False), controls.SWITCH),
        (Option("a", "x", str, "b", choices=("b", "c")), controls.CHOICE),
        (Option("a", "x", cli.number(0, 1), 0.5), controls.SLIDER),
        (Option("a", "x", cli.whole(0, 8), 4), controls.SLIDER),
        (Option("a", "x", cli.whole(0), 0), controls.NUMBER),
        (Option("a", "x", cli.number(0, 1), None), controls.TEXT),
        (Option("a", "x", str, "auto"), controls.TEXT),
        (Option("a", "x", Path, None, "FILE"), controls.SHEET),
    ],
)
def test_a_new_option_appears_by_itself(option, kind):
    (control,) = controls.list_controls(SimpleNamespace(options=(option,)))
    assert control.kind == kind


def test_choices_without_a_default_can_be_left_out():
    control = controls.make_control(Option("layers", "x", choices=("regions", "colours")))
    assert control.choices[0] == ("none", "") and control.value == ""
    assert controls.collect([control], {"layers": "colours"}) == {"layers": "colours"}


def test_numbers_that_a_page_sends_as_floats_are_whole():
    flips = controls.make_control(Option("flips", "x", int, 1, choices=(1, 2, 4)))
    area = controls.make_control(Option("area", "x", cli.whole(0), 5))
    assert controls.collect([flips, area], {"flips": "1", "area": 5.0}) == {}
    assert controls.collect([flips, area], {"flips": "4", "area": 7.0}) == {"flips": "4", "area": 7}


def test_only_one_of_rivals_is_taken():
    rivals = [controls.make_control(Option(name, "x", bool, False, one_of="form")) for name in ("round", "square")]
    assert controls.collect(rivals, {"round": True, "square": False}) == {"round": True}
    with pytest.raises(ValueError, match="only one of round and square"):
        controls.collect(rivals, {"round": True, "square": True})


def test_no_text_of_a_page_is_taken_for_a_file(tmp_path):
    images.write(tmp_path / "a.png", np.zeros((4, 4, 3), np.uint8))
    shown = controls.list_controls(tasks.load("style"))
    for colours in ("hair=#204060", "#204060,f0e0d0"):
        assert controls.collect(shown, {"palette": colours}) == {"palette": colours}
    for wrong in (str(tmp_path / "a.png"), str(tmp_path / "none.txt"), "a=b/a.png"):
        with pytest.raises(ValueError, match="^palette: expected "):
            controls.collect(shown, {"palette": wrong})
    assert not any("file" in control.info for control in shown if control.option.name == "palette")


@pytest.mark.parametrize(
    "help, shown",
    [
        ("how fine regions get, 0 to 1 (default: %(default)g)", "How fine regions get, 0 to 1"),
        ("also write it; give it after the pictures, or as --layers=regions", "Also write it"),
        ("curves of --svg-tolerance may miss (default: none)", "Curves of svg tolerance may miss (default: none)"),
    ],
)
def test_help_becomes_a_sentence_for_a_page(help, shown):
    assert controls.explain(Option("a", help)) == shown


@pytest.mark.parametrize(
    "low, high, value, step", [(0, 1, 0.5, 0.01), (0.05, 20, 1.0, 0.05), (-16, 16, 0.0, 0.2), (0, 50, 2, 0.5)]
)
def test_a_slider_stops_at_its_default(low, high, value, step):
    assert controls.find_step(low, high, value) == step
