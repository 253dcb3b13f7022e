"""Fault scripts."""

from collections.abc import Callable

import pytest

from drivers.simulators.script import ScriptError, Step, parse_script, perform, run_script


def test_a_script_is_lines_of_time_and_action() -> None:
    steps = parse_script("# a morning\nat 0 place 1.250   # first parcel\n\nat 2.5 unplug\n")
    assert [(step.at_s, step.line.strip()) for step in steps] == [(0.0, "place 1.250"), (2.5, "unplug")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("at soon unplug", 1), ("at 1 unplug\nunplug", 2), ("at 1", 1), ("after 1 unplug", 1), ("at 2 a\nat 1 b", 2)],
)
def test_a_line_that_is_wrong_is_named(text: str, line: int) -> None:
    with pytest.raises(ScriptError, match=f"line {line}"):
        parse_script(text)


def test_the_steps_are_done_in_time() -> None:
    done: list[str] = []
    waits: list[float] = []

    def stopped(wait_s: float) -> bool:
        waits.append(wait_s)
        return False

    actions: dict[str, Callable[..., None]] = {"say": done.append}
    run_script([Step(0, "say a"), Step(2.5, "say 'b c'"), Step(2.5, "say d")], actions, stopped=stopped)
    assert (done, waits) == (["a", "b c", "d"], [0, 2.5, 0])


def test_a_stopped_script_does_nothing_more() -> None:
    done: list[str] = []
    run_script([Step(1, "say a")], {"say": done.append}, stopped=lambda _wait: True)
    assert done == []


@pytest.mark.parametrize("line", ["dance", "number x", "number", "number 1 2", "number 'open"])
def test_what_cannot_be_done_is_refused_with_a_reason(line: str) -> None:
    numbers: list[int] = []
    with pytest.raises(ScriptError, match=line.split(maxsplit=1)[0]):
        perform(line, {"number": lambda text: numbers.append(int(text))})
    assert numbers == []


def test_an_empty_line_does_nothing() -> None:
    perform("  ", {})
