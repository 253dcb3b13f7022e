"""What a desk shows at a time: rows, what can be done with those in hand, and a sentence of facts above them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtWidgets import QWidget

from app.stations.kit.record_table import Column, Page, Query, Record, RecordTable


def _never(_rows: Sequence[Record]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Command:
    """A key of a sheet: `name` is its code among the commands, `run` is given the rows in hand.

    `hindrance` says in words why it cannot be given now, with these rows; nothing where it can.
    """

    name: str
    run: Callable[[Sequence[Record]], object]
    hindrance: Callable[[Sequence[Record]], str] = _never


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows to look at: `name` is what its columns are remembered by, `page` reads them, `facts` stand above them.

    `nothing` is said where no row is found. `opened` is given the row that somebody looks into with Enter. In a tree,
    `folded` is given the row whose parts are wanted (True) or no more; then the rows are read again. A `canvas` shows
    the rows in the place of the table, such as on a calendar: it is given the table, whose filter and rows it shares.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    page: Page
    nothing: Callable[[Query], str]
    commands: tuple[Command, ...] = ()
    facts: Callable[[], str] = str
    opened: Callable[[Record], object] | None = None
    folded: Callable[[Record, bool], object] | None = None
    canvas: Callable[[RecordTable], QWidget] | None = None


def one_row(commands: Sequence[Command], choose: str) -> tuple[Command, ...]:
    """The same commands, hindered by the words `choose` as long as not exactly one row is in hand."""

    def hindered(command: Command) -> Command:
        return Command(command.name, command.run, lambda rows: choose if len(rows) != 1 else command.hindrance(rows))

    return tuple(hindered(command) for command in commands)


def page_of(columns: Sequence[Column], read: Callable[[], Sequence[Record]]) -> Page:
    """A page of rows that are read whole: those in which every word of the filter stands, in order of columns.

    They are read with the first page; the next ones come from the same reading.
    """
    names = [column.name for column in columns]
    known: Sequence[Record] = ()

    def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        nonlocal known
        if after is None or not known:
            known = read()
        words = query.text.lower().split()
        found = [row for row in known if all(word in " ".join(row.cells).lower() for word in words)]
        for name, descending in reversed(query.order):
            at = names.index(name)
            found = _sorted(found, at, numeric=columns[at].numeric, descending=descending)
        first = next((n + 1 for n, row in enumerate(found) if after and row.key == after.key), 0)
        return found[first : first + limit]

    return page


def _sorted(rows: Sequence[Record], column: int, *, numeric: bool, descending: bool) -> list[Record]:
    return sorted(rows, key=lambda row: _order(row.cells[column], numeric=numeric), reverse=descending)


def _order(cell: str, *, numeric: bool) -> tuple[int, object]:
    """Numbers by their worth, words by their letters; what is empty stands last."""
    if not cell:
        return (1, "")
    if numeric:
        try:
            return (0, Decimal(cell))
        except InvalidOperation:
            return (0, Decimal(0))
    return (0, cell.lower())
