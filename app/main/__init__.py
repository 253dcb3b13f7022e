"""The command line: `python -m app <command>`. Each command stands in a module of this folder.

Exit codes: 0 fine, 1 refused (a rule or bad input), 2 usage, 3 fault (database, device, disk), 4 defect of the program,
130 interrupted, 141 nobody reads the output any more.
"""

import argparse
import importlib
import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from app.composition.home import VERSION
from app.domain.errors import Fault, Refusal
from app.main.output import Output, OutputClosed, forget_output
from app.services import clock, crashes
from app.settings import SettingsError, home_folder
from app.texts import Texts

REFUSED, USAGE, FAULT, DEFECT, INTERRUPTED, UNREAD = 1, 2, 3, 4, 130, 141
COMMANDS = {
    "desk": "desk",
    "demo": "demo",
    "import": "imports",
    "imports": "imports",
    "export": "imports",
    "code": "code",
    "transfer": "transfer",
    "consignment": "consignment",
    "kit": "kit",
    "return": "goods_return",
    "dock": "dock",
    "inspect": "inspection",
    "ship": "ship",
    "unpack": "unpack",
    "carrier": "carrier",
    "document": "document",
    "order": "order",
    "find": "search",
    "report": "report",
    "label": "label",
    "pick": "pick",
    "wave": "wave",
    "product": "product",
    "bench": "bench",
    "selftest": "selftest",
    "admin": "admin",
    "worker": "worker",
}
"""Where each command stands; the others are not loaded, because a screen's library alone takes a second."""
_GLOBAL = ("--home", "--database-url")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding shows what it has no letters for
            stream.reconfigure(errors="backslashreplace")
    command = _command(given)
    if command is None:  # nothing but where the warehouse is: its desk opens
        command = "desk"
        given.append(command)
    parser = _parser(command)
    _require_words(given, parser)
    options = parser.parse_args(given)
    output = Output(Texts.load("en"), as_json=getattr(options, "json", False))
    try:
        return _run(options, output)
    except OutputClosed:
        forget_output()
        return UNREAD


def _require_words(given: Sequence[str], parser: argparse.ArgumentParser) -> None:
    """Refuse arguments that are empty or blank: no command has a use for them, and none is to take them for `all`."""
    for number, word in enumerate(given):
        _, separator, value = word.partition("=") if word.startswith("--") else ("", "=", word)
        if separator and not value.strip():
            before = f" after {given[number - 1]}" if number else ""
            parser.error(f"an argument{before} is empty; leave it out where you mean none")


def _run(options: argparse.Namespace, output: Output) -> int:
    """Run the command; what was refused or failed becomes words and an exit code."""
    try:
        code_returned: int = options.run(options, output)
    except Refusal as refusal:
        output.stopped(refusal)
        return REFUSED
    except Fault as fault:
        output.stopped(fault)
        return FAULT
    except SettingsError as error:
        output.settings_wrong(error)
        return REFUSED
    except KeyboardInterrupt:
        output.progress("Interrupted.")
        return INTERRUPTED
    except OutputClosed:
        raise
    except Exception:  # noqa: BLE001  (the last net: a person at a terminal has no use for a traceback)
        output.stopped(_defect(options, traceback.format_exc()))
        return DEFECT
    return code_returned


def _defect(options: argparse.Namespace, trace: str) -> Fault:
    folder = home_folder(options.home) / crashes.FOLDER
    name = crashes.write_crash_report(folder, trace, version=VERSION, now=clock.now())
    return Fault("program.crashed", retry=False, report=folder / name)


def _command(given: Sequence[str]) -> str | None:
    """The first word that is neither a global option nor its value."""
    return next((word for number, word in enumerate(given) if not _is_global(given, number)), None)


def _is_global(given: Sequence[str], number: int) -> bool:
    return given[number].startswith(_GLOBAL) or (number > 0 and given[number - 1] in _GLOBAL)


def _parser(command: str | None) -> argparse.ArgumentParser:
    """The parser of one command, or of all where it is none of them and their names are what a person needs to see."""
    parser = argparse.ArgumentParser(prog="stockhand", description="The workstation of a warehouse.")
    parser.add_argument("--home", type=Path, help="the folder of all state (also: STOCKHAND_HOME)")
    parser.add_argument("--database-url", default="", help="a shared PostgreSQL server, instead of the embedded one")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (COMMANDS[command],) if command in COMMANDS else dict.fromkeys(COMMANDS.values()):
        importlib.import_module(f"{__name__}.{module}").add(commands)
    return parser
