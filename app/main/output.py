"""What the command line says: lines for people, or one JSON object for programs, and refusals in words."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn, TextIO

from app.composition.home import OpenHome, open_home
from app.database.session import to_json
from app.domain.errors import Fault, Refusal
from app.settings import SettingsError
from app.texts import Texts, harmless

_IN_MEMORY = 1 << 20
"""Characters of a long list that are kept in the memory."""


class OutputClosed(Exception):  # noqa: N818  (nobody reads on, which is no error)
    """Whoever read the output has gone, as `head` does when it has seen enough."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as an answer: its name for programs, each row for programs and as a line, what is said when it is empty.

    `title` stands above the lines, and is shown even where there are none.
    """

    name: str
    rows: Iterable[tuple[Mapping[str, object], str]]
    nothing: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows of a list, as they will be written, and how many they are."""

    file: IO[str]
    rows: int


class Output:
    """Writes to standard output; what went wrong goes to standard error.

    Nothing that is written can steer the terminal or hide in it, whatever a name holds.
    """

    def __init__(self, texts: Texts, *, as_json: bool) -> None:
        self.texts = texts
        self.as_json = as_json

    def say(self, line: str = "") -> None:
        """A line for people; silent when a program reads."""
        if not self.as_json:
            _write(sys.stdout, line)

    def answer(self, values: Mapping[str, object], *lines: str) -> None:
        """The answer: `values` as one JSON object where a program reads, `lines` for people."""
        if self.as_json:
            _write(sys.stdout, to_json(dict(values)))
        else:
            for line in lines:
                _write(sys.stdout, line)

    def answer_list(self, listing: Listing, values: Mapping[str, object] | None = None) -> None:
        """A list as the answer: one JSON object with `values` and the rows, or a line for each."""
        self.answer_gathered(listing, self.gathered(listing.rows), values)

    def gathered(self, rows: Iterable[tuple[Mapping[str, object], str]]) -> Gathered:
        """The rows of a list as they will be written, beside the memory where they are many.

        Whoever reads the output takes as long as they like; the transaction that the rows come from may not wait.
        Raises the Fault `export.not_written` where there is no room for them.
        """
        count = 0
        try:
            kept = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="")  # noqa: SIM115  (closed by who reads)
            for values, line in rows:
                if self.as_json:
                    kept.write(f"{', ' if count else ''}{harmless(to_json(dict(values)))}")
                else:
                    kept.write(f"{harmless(line)}\n")
                count += 1
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise Fault("export.not_written", retry=True, path=tempfile.gettempdir(), reason=why) from problem
        return Gathered(kept, count)

    def answer_gathered(self, listing: Listing, kept: Gathered, values: Mapping[str, object] | None = None) -> None:
        """What was gathered of a list as the answer."""
        if self.as_json:
            empty = harmless(to_json(dict(values or {}) | {listing.name: []}))
            _write(sys.stdout, empty.removesuffix("]}"), end="")
        elif listing.title:
            _write(sys.stdout, listing.title)
        with kept.file as file:
            file.seek(0)
            while text := file.read(_IN_MEMORY):
                _write_plain(sys.stdout, text)
        if self.as_json:
            _write(sys.stdout, "]}")
        elif not kept.rows:
            _write(sys.stdout, listing.nothing)

    def record(self, values: Mapping[str, object]) -> None:
        """One JSON line, always: for commands whose answer is a stream of records."""
        _write(sys.stdout, to_json(dict(values)))

    def progress(self, line: str) -> None:
        """How far long work is, on standard error."""
        _write(sys.stderr, line)

    def stopped(self, why: Refusal | Fault) -> None:
        """Say why nothing was done and what to do now."""
        text, remedy = self.texts.error(why.code, why.facts)
        if self.texts.has("hints", at_command := f"command.{why.code}"):  # whoever types has no scanner and no screen
            remedy = self.texts.text("hints", at_command, why.facts)
        if self.as_json:
            _write(sys.stdout, to_json({"error": why.code, "facts": why.facts, "text": text, "remedy": remedy}))
        _write(sys.stderr, f"{text}\n{remedy}" if remedy else text)

    def settings_wrong(self, error: SettingsError) -> None:
        """Name every fault of the settings at once."""
        if self.as_json:
            _write(sys.stdout, to_json({"error": "settings", "faults": [str(fault) for fault in error.faults]}))
        for fault in error.faults:
            _write(sys.stderr, str(fault))


def _write(stream: TextIO, text: str, *, end: str = "\n") -> None:
    _write_plain(stream, f"{harmless(text)}{end}")


def _write_plain(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:  # a broken pipe; Windows calls it an invalid argument
        raise OutputClosed from error


def forget_output() -> None:
    """Let what is still buffered go nowhere, so that the end of the program does not fail on a closed pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def answers(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace, Output], int]) -> None:
    """Let a command be run by `run`, and answer as JSON where a program reads."""
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=run, parser=parser)


def misused(options: argparse.Namespace, why: str) -> NoReturn:
    """End with the usage of the command and why what was given makes no sense together."""
    parser: argparse.ArgumentParser = options.parser
    parser.error(why)


def require_new(path: Path) -> None:
    """Refuse a file that is there: for what must not be lost by a slip."""
    if path.exists():
        raise Refusal("export.file_exists", path=path)


def require_ending(path: Path | None, *known: str) -> None:
    """Refuse a file whose ending is none of those that can be written, before any work is done for it."""
    if path is not None and path.suffix.lower() not in known:
        raise Refusal("export.unknown_format", path=path, known=", ".join(known))


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
