"""What the command line says: lines for people, or one JSON object for programs, and refusals in words."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from app.composition.home import OpenHome, open_home
from app.database.session import to_json
from app.domain.errors import Fault, Refusal
from app.settings import SettingsError
from app.texts import Texts


class Output:
    """Writes to standard output; what went wrong goes to standard error."""

    def __init__(self, texts: Texts, *, as_json: bool) -> None:
        self.texts = texts
        self.as_json = as_json

    def say(self, line: str = "") -> None:
        """A line for people; silent when a program reads."""
        if not self.as_json:
            self._write(line)

    def answer(self, values: Mapping[str, object], *lines: str) -> None:
        """The answer: `values` as one line of JSON where a program reads, `lines` for people."""
        if self.as_json:
            self._write(to_json(dict(values)))
        else:
            for line in lines:
                self._write(line)

    def record(self, values: Mapping[str, object]) -> None:
        """One JSON line, always: for commands whose answer is a stream of records."""
        self._write(to_json(dict(values)))

    def progress(self, line: str) -> None:
        """How far long work is, on standard error."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def stopped(self, why: Refusal | Fault) -> None:
        """Say why nothing was done and what to do now."""
        text, remedy = self.texts.error(why.code, why.facts)
        if self.as_json:
            self._write(to_json({"error": why.code, "facts": why.facts, "text": text, "remedy": remedy}))
        sys.stderr.write(f"{text}\n{remedy}\n" if remedy else f"{text}\n")

    def settings_wrong(self, error: SettingsError) -> None:
        """Name every fault of the settings at once."""
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")

    def _write(self, line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def answers(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace, Output], int]) -> None:
    """Let a command be run by `run`, and answer as JSON where a program reads."""
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=run)


def open_options(options: object) -> dict[str, str]:
    """The settings that were given on the command line."""
    url = getattr(options, "database_url", "")
    return {"database.url": url} if url else {}


@contextmanager
def opened(options: argparse.Namespace, output: Output) -> Iterator[OpenHome]:
    """The home that the command line names; whoever was made its first admin is told so, once."""
    with open_home(options.home, options=open_options(options)) as home:
        if home.first_admin is not None:
            first = home.first_admin
            output.progress(f"First admin: badge {first.badge}, PIN {first.pin}. It is shown only now: write it down.")
        yield home
