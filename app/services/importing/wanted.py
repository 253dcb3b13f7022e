"""One record that a file wants, with the list on which everything about that file is written down."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from app.domain.codes import without_zeros
from app.domain.values import Finding, Findings, Node, Place


class Record(Protocol):
    """A record of a file: known by a key, and found at a place."""

    @property
    def key(self) -> str:
        """The key, unique within its kind."""

    @property
    def where(self) -> Place:
        """Where the record stands in its file."""


R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[R_co]):
    """A record as its file wants it."""

    record: R_co
    file: str
    findings: Findings

    def error(self, code: str, value: object = "", *, where: Place | None = None, **facts: object) -> None:
        """Say what must be mended before the file can be applied."""
        self.findings.error(Node(str(value), where or self.record.where), code, **facts)

    def notice(self, code: str, value: object = "", *, where: Place | None = None, **facts: object) -> None:
        """Say what is worth knowing."""
        self.findings.notice(Node(str(value), where or self.record.where), code, **facts)


def once(
    wanted: Iterable[Wanted[R_co]], *, known_by: Callable[[Any], Hashable] = lambda record: record.key
) -> list[Wanted[R_co]]:  # fmt: skip
    """The records, each once; the same one in two files is an error, since nobody knows which one counts."""
    first: dict[Hashable, Wanted[R_co]] = {}
    for each in wanted:
        other = first.setdefault(known_by(each.record), each)
        if other is not each and other.findings is not each.findings:  # within one file its reader has said so
            each.error("importing.in_two_files", each.record.key, key=each.record.key, first=other.file)
    return list(first.values())


@dataclass(frozen=True, slots=True)
class FileFinding:
    """One thing to say about one of the files."""

    file: str
    finding: Finding


def but_for_zeros(codes: Iterable[str]) -> dict[str, list[str]]:
    """Those of the codes that are numbers, by what they are without zeros in front: 7 and 007 stand together."""
    found: dict[str, list[str]] = {}
    for code in codes:
        if short := without_zeros(code):
            found.setdefault(short, []).append(code)
    return found
