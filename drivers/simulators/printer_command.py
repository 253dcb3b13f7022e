"""The simulated printer as a program: `python -m drivers simulate printer`."""

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers import arguments
from drivers.files import FileError, in_words, script_of
from drivers.simulators.faults import fault_script
from drivers.simulators.hosting import serve_pty, serve_rfc2217
from drivers.simulators.obeying import add_scripts, obey
from drivers.simulators.printer import PrinterSimulator, SerialPrinter
from drivers.simulators.script import Actions, ScriptError, parse_script
from drivers.simulators.zpl_machine import ZplMachine


def main(words: list[str]) -> int:
    """Run a simulated printer until its input ends; what is typed, line by line, happens to it."""
    parser = argparse.ArgumentParser(prog="python -m drivers simulate printer", description="A simulated ZPL printer.")
    parser.add_argument("--port", type=arguments.tcp_port, default=9100, help="TCP port on loopback (0: any)")
    parser.add_argument("--serial", default="SIM0000001")
    parser.add_argument("--seconds-per-label", type=arguments.pause_s, default=0.5)
    parser.add_argument("--out", type=Path, help="a folder that takes the ZPL of each label")
    parser.add_argument(
        "--at", choices=("tcp", "pty", "rfc2217"), default="tcp", help="kind of port; a serial one holds with XOFF"
    )
    add_scripts(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(words)
    say = saying(options)
    numbers = itertools.count(1)
    what = {
        "serial": options.serial,
        "label_s": options.seconds_per_label,
        "on_label": lambda zpl: came_out(zpl, next(numbers), options.out, say),
    }
    try:
        _check(options)
        with _at_tcp(options, what) if options.at == "tcp" else _at_line(options, what) as (where, actions):
            announce(options, {"device": "printer", "port": where})
            obey(options, "printer", actions)
    except KeyboardInterrupt:
        return 0
    except (FileError, ScriptError) as error:
        return refused(error)
    except OSError as error:
        sys.stderr.write(f"{in_words(error, f'port {options.port}')}\n")
        return 3
    return 0


def refused(error: Exception) -> int:
    """Say what is wrong with what was given; returns the exit code for that."""
    sys.stderr.write(f"{error}\n")
    return 1


def _check(options: argparse.Namespace) -> None:
    """A bad script is told before anything is plugged in."""
    if options.script:
        parse_script(script_of(options.script))
    if options.fault:
        fault_script("printer", options.fault)


@contextmanager
def _at_tcp(options: argparse.Namespace, what: Mapping[str, Any]) -> Iterator[tuple[str, Actions]]:
    printer = PrinterSimulator(**what)
    printer.start(options.port)
    try:
        yield f"socket://{printer.host}:{printer.port}", printer.actions()
    finally:
        printer.stop()


@contextmanager
def _at_line(options: argparse.Namespace, what: Mapping[str, Any]) -> Iterator[tuple[str, Actions]]:
    machine = ZplMachine(**what)
    serve = serve_pty if options.at == "pty" else serve_rfc2217
    with serve(SerialPrinter(machine)) as host:
        yield host.url, {**machine.actions(), "unplug": host.unplug, "replug": host.replug}


def came_out(zpl: bytes, number: int, folder: Path | None, say: Callable[[Mapping[str, object]], None]) -> None:
    """Keep a label in the folder, where there is one, and say that it came out."""
    path = None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"label-{number:05d}.zpl"
        path.write_bytes(zpl)
    say({"label": number, "bytes": len(zpl), "file": str(path) if path else None})


def announce(options: argparse.Namespace, facts: Mapping[str, object]) -> None:
    """Say where the device is: as every simulator does, by its port alone, or as one JSON object."""
    sys.stdout.write(f"{json.dumps(facts) if options.json else facts['port']}\n")
    sys.stdout.flush()


def saying(options: argparse.Namespace) -> Callable[[Mapping[str, object]], None]:
    """How facts are told: as words, or as one JSON object a line."""
    return _json_line if options.json else _plain_line


def _plain_line(facts: Mapping[str, object]) -> None:
    sys.stdout.write(", ".join(f"{name} {value}" for name, value in facts.items() if value is not None) + "\n")
    sys.stdout.flush()


def _json_line(facts: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
