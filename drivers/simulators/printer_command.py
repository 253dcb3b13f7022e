"""The simulated printer as a program: `python -m drivers simulate printer`."""

import argparse
import itertools
import json
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from drivers.simulators.printer import PrinterSimulator
from drivers.simulators.script import ScriptError, parse_script, perform, run_script


def main(arguments: list[str]) -> int:
    """Run a simulated printer until its input ends; what is typed, line by line, happens to it."""
    parser = argparse.ArgumentParser(prog="python -m drivers simulate printer", description="A simulated ZPL printer.")
    parser.add_argument("--port", type=int, default=9100, help="TCP port on loopback (0: any)")
    parser.add_argument("--serial", default="SIM0000001")
    parser.add_argument("--seconds-per-label", type=float, default=0.5)
    parser.add_argument("--out", type=Path, help="a folder that takes the ZPL of each label")
    parser.add_argument("--script", type=Path, help="a fault script: lines of `at SECONDS ACTION`")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    say = _json_line if options.json else _plain_line
    printer = PrinterSimulator(serial=options.serial, label_s=options.seconds_per_label)
    numbers = itertools.count(1)
    printer.on_label = lambda zpl: _came_out(zpl, next(numbers), options.out, say)
    try:
        steps = parse_script(options.script.read_text(encoding="utf-8")) if options.script else []
        printer.start(options.port)
    except (OSError, ScriptError) as error:
        sys.stderr.write(f"{error}\n")
        return 3 if isinstance(error, OSError) else 1
    try:
        say({"device": "printer", "port": f"socket://{printer.host}:{printer.port}"})
        if steps:
            run_script(steps, printer.actions(), stopped=threading.Event().wait)
        else:
            _obey_typed(printer)
    except KeyboardInterrupt:
        return 0
    finally:
        printer.stop()
    return 0


def _obey_typed(printer: PrinterSimulator) -> None:
    for line in sys.stdin:
        try:
            perform(line, printer.actions())
        except ScriptError as error:
            sys.stderr.write(f"{error}\n")


def _came_out(zpl: bytes, number: int, folder: Path | None, say: Callable[[Mapping[str, object]], None]) -> None:
    path = None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"label-{number:05d}.zpl"
        path.write_bytes(zpl)
    say({"label": number, "bytes": len(zpl), "file": str(path) if path else None})


def _plain_line(facts: Mapping[str, object]) -> None:
    sys.stdout.write(", ".join(f"{name} {value}" for name, value in facts.items() if value is not None) + "\n")
    sys.stdout.flush()


def _json_line(facts: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
