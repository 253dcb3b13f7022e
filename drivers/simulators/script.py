"""Fault scripts: what happens to a simulated device, and when, as lines of text.

    # seconds from the start, action, arguments
    at 0    place 1.250
    at 2.5  unplug
    at 4    replug

The same actions, without `at`, are what a person types at `python -m drivers simulate`.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation

Actions = Mapping[str, Callable[..., None]]


class ScriptError(Exception):
    """A line that cannot be understood or done; says which and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script; `at_s` counts from its start."""

    at_s: float
    line: str


def parse_script(text: str) -> list[Step]:
    """Read a script; raises `ScriptError` with the number of the first line that is wrong."""
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#", 1)[0].split(maxsplit=2)
        if not words:
            continue
        try:
            at_s = float(words[1])
        except (IndexError, ValueError) as error:
            raise ScriptError(f"line {number}: expected `at SECONDS ACTION`, got {line!r}") from error
        if len(words) < 3 or words[0] != "at":
            raise ScriptError(f"line {number}: expected `at SECONDS ACTION`, got {line!r}")
        if steps and at_s < steps[-1].at_s:
            raise ScriptError(f"line {number}: {at_s} s lies before the line above it")
        steps.append(Step(at_s, words[2]))
    return steps


def perform(line: str, actions: Actions) -> None:
    """Do what one line says; raises `ScriptError` for an unknown action or wrong arguments."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ScriptError(f"{line!r}: {error}") from error
    if not words:
        return
    action = actions.get(words[0])
    if action is None:
        raise ScriptError(f"unknown action {words[0]!r}; there are: {', '.join(sorted(actions))}")
    try:
        action(*words[1:])
    except TypeError as error:
        raise ScriptError(f"{line.strip()!r} says too little or too much for {words[0]}") from error
    except InvalidOperation as error:
        raise ScriptError(f"{line.strip()!r} holds something that is no number") from error
    except ValueError as error:
        raise ScriptError(f"{line.strip()!r} cannot be done: {error}") from error


def run_script(steps: Sequence[Step], actions: Actions, *, stopped: Callable[[float], bool]) -> None:
    """Do the steps in time.

    `stopped` waits so many seconds and says whether the script was stopped meanwhile (`threading.Event.wait`).
    """
    run_steps(steps, lambda line: perform(line, actions), stopped=stopped)


def run_steps(steps: Sequence[Step], do: Callable[[str], object], *, stopped: Callable[[float], bool]) -> None:
    """Hand each line to `do` when its time has come; `stopped` as for `run_script`."""
    passed_s = 0.0
    for step in steps:
        if stopped(step.at_s - passed_s):
            return
        passed_s = step.at_s
        do(step.line)
