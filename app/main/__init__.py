"""The command line: `python -m app <command>`. Each command stands in a module of this folder.

Exit codes: 0 fine, 1 refused (a rule or bad input), 2 usage, 3 fault (database, device).
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.domain.errors import Fault, Refusal
from app.main import admin, bench, code, demo, desk, imports, label, report, selftest, transfer, worker
from app.main.output import Output
from app.settings import SettingsError
from app.texts import Texts

REFUSED, USAGE, FAULT, INTERRUPTED = 1, 2, 3, 130
_COMMANDS = (desk, demo, imports, code, transfer, report, label, bench, selftest, admin, worker)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    options = parser.parse_args(_with_default_command(given, parser))
    output = Output(Texts.load("en"), as_json=getattr(options, "json", False))
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
        return INTERRUPTED
    return code_returned


def _with_default_command(given: list[str], parser: argparse.ArgumentParser) -> list[str]:
    """Without a command the desk opens; `--help` and global options alone stay what they are."""
    words = {word for command in _COMMANDS for word in command.NAMES}
    if any(word in words for word in given) or any(word in {"-h", "--help", "--version"} for word in given):
        return given
    return [*given, "desk"] if all(_is_global(word, given) for word in given) else given


def _is_global(word: str, given: list[str]) -> bool:
    before = given[given.index(word) - 1] if given.index(word) else ""
    return word.startswith(("--home", "--database-url")) or before in {"--home", "--database-url"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stockhand", description="The workstation of a warehouse.")
    parser.add_argument("--home", type=Path, help="the folder of all state (also: STOCKHAND_HOME)")
    parser.add_argument("--database-url", default="", help="a shared PostgreSQL server, instead of the embedded one")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add(commands)
    return parser
