"""What every simulated device does at the command line: it plays scripts and faults, and obeys what is typed."""

import argparse
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from drivers.files import script_of
from drivers.simulators.faults import FAULTS, FaultPlayer
from drivers.simulators.script import Actions, ScriptError, parse_script, perform, run_script


def add_scripts(parser: argparse.ArgumentParser) -> None:
    """Declare `--script` and `--fault`."""
    parser.add_argument("--script", type=Path, help="a fault script: lines of `at SECONDS ACTION`; ends with it")
    parser.add_argument("--fault", metavar="NAME", help="play this fault (or script file), then obey what is typed")


def obey(options: argparse.Namespace, kind: str, actions: Actions) -> None:
    """Run the script to its end; or begin the fault, and do what is typed, line by line, until the input ends.

    Typed are actions, `fault NAME`, and `help`. Raises `ScriptError` for a script or a fault that cannot be done.
    """
    if options.script:
        steps = parse_script(script_of(options.script))
        run_script(steps, actions, stopped=threading.Event().wait)
        return
    player = FaultPlayer(kind, actions, on_step=_tell)
    try:
        if options.fault:
            player.play(options.fault)
        _obey_typed(sys.stdin, player, actions)
        player.wait()
    finally:
        player.stop()


def _obey_typed(lines: Iterable[str] | TextIO, player: FaultPlayer, actions: Actions) -> None:
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        try:
            if word == "help":
                _complain(f"actions: {', '.join(sorted(actions))}\nfault: {', '.join(FAULTS[player.kind])}")
            elif word == "fault":
                player.play(rest.strip())
            else:
                perform(line, actions)
        except ScriptError as error:
            _complain(str(error))


def _tell(step: str) -> None:
    """Say what happens now, where errors are said, so that the output stays the device's."""
    _complain(f"... {step or 'the fault is over'}")


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
