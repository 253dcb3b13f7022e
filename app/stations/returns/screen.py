"""Returns, live: what comes back from customers and goes back to suppliers, and every step of it from here."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services import returns
from app.services.returns import ReturnHead, ReturnLine
from app.services.work import UnitOfWork
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, deciding, page_of, timeline_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.returns.making import Making
from app.stations.returns.passing import Passing
from app.stations.returns.rows import LINES, RETURNS, line_record, return_record

NAME = "returns"


@dataclass(frozen=True, slots=True)
class Seen:
    """A return that is looked into."""

    head: ReturnHead
    lines: tuple[ReturnLine, ...]


class ReturnsScreen(DeskScreen):
    """Returns in front; one of them opens into its lines."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "document"})
        self.seen: Seen | None = None
        """The return that is looked into, as it was read last."""
        self.making = Making(self, self.look_into)
        self.passing = Passing(self)
        self.on_code = self.making.take_code
        self.show_front(self._list())

    def look_into(self, number: str) -> None:
        """Show the lines of a return."""
        self.start(lambda: self.work.run(lambda unit: self._read(unit, number)), self._lay_lines)

    def _read(self, unit: UnitOfWork, number: str) -> Seen:
        (head,) = (one for one in returns.listed(unit, self.warehouse) if one.number == number)
        return Seen(head, returns.look_into(unit, number))

    def _lay_lines(self, seen: Seen) -> None:
        self.seen = seen
        self.lay_over(self._lines(seen.head))

    def _list(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: returns.listed(unit, self.warehouse))
            return [return_record(one, self.texts) for one in found]

        return Sheet(
            "returns.list",
            self.texts.text("titles", NAME),
            RETURNS,
            page_of(RETURNS, read),
            lambda _query: self.hint("returns.empty"),
            (
                Command("NEW_RETURN", self.making.ask_whose, lambda _rows: self.hindered("plan_return")),
                Command("BLIND_RETURN", self.passing.ask_blind, lambda _rows: self.hindered("receive_blind")),
                *self.one_of(
                    Command("OPEN_RETURN", lambda rows: self.look_into(rows[0].cells[0])),
                    deciding(self, lambda rows: ("return", rows[0].cells[0])),
                    Command("TIMELINE", lambda rows: self._timeline(rows[0].cells[0])),
                ),
            ),
            opened=lambda record: self.look_into(record.cells[0]),
        )

    def _lines(self, head: ReturnHead) -> Sheet:
        def read() -> Sequence[Record]:
            self.seen = self.work.run(lambda unit: self._read(unit, head.number))
            return [line_record(one) for one in self.seen.lines]

        way = self.words(f"returns.way_{head.direction}")
        return Sheet(
            "returns.lines",
            self.words("returns.title", number=head.number),
            LINES,
            page_of(LINES, read),
            lambda _query: self.hint("no_rows"),
            (
                *self.passing.commands(head, lambda: self.seen.lines if self.seen else ()),
                Command("TIMELINE", lambda _rows: self._timeline(head.number)),
            ),
            facts=lambda: "   ·   ".join(part for part in (way, head.partner, head.order) if part),
        )

    def _timeline(self, number: str) -> None:
        self.lay_over(timeline_of(self, kind="return", number=number))
