"""Transfers, live: what goes from warehouse to warehouse, how far it is, and every step of it from here."""

from collections.abc import Sequence

from app.services import stock, transfers
from app.services.transfers import Transfer
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, deciding, page_of, timeline_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Query, Record
from app.stations.transfers.legs import Legs
from app.stations.transfers.making import Making
from app.stations.transfers.rows import LINES, TRANSFERS, line_record, state_of, transfer_record

NAME = "transfers"


class TransfersScreen(DeskScreen):
    """Transfers in front; one of them opens into its lines."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "document"})
        self.seen: transfers.Sheet | None = None
        """The transfer that is looked into, as it was read last."""
        self.legs = Legs(self, self._in_sight)
        self.making = Making(self, self.look_into)
        self.on_code = self.making.take_code
        self.show_front(self._list())

    def look_into(self, number: str) -> None:
        """Show the lines of a transfer."""
        self.start(lambda: self.work.run(lambda unit: transfers.look_into(unit, number)), self._lay_lines)

    def _in_sight(self) -> transfers.Sheet:
        assert self.seen is not None
        return self.seen

    def _lay_lines(self, seen: transfers.Sheet) -> None:
        self.seen = seen
        self.lay_over(self._lines(seen.transfer.number))

    def _list(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: transfers.listed(unit, self.warehouse))
            return [transfer_record(one, self.texts) for one in found]

        def nothing(query: Query) -> str:
            return self.hint("transfers.no_match" if query.text else "transfers.empty", text=query.text)

        return Sheet(
            "transfers.list",
            self.texts.text("titles", NAME),
            TRANSFERS,
            page_of(TRANSFERS, read),
            nothing,
            (
                Command("NEW_TRANSFER", lambda _rows: self._begin(), lambda _rows: self.hindered("plan_transfer")),
                *self.one_of(
                    Command("OPEN_TRANSFER", lambda rows: self.look_into(rows[0].cells[0])),
                    deciding(self, lambda rows: ("transfer", rows[0].cells[0])),
                    Command("TIMELINE", lambda rows: self._timeline(rows[0].cells[0])),
                ),
            ),
            opened=lambda record: self.look_into(record.cells[0]),
        )

    def _begin(self) -> None:
        self.start(lambda: self.work.run(stock.warehouses), self.making.ask_where)

    def _lines(self, number: str) -> Sheet:
        def read() -> Sequence[Record]:
            self.seen = self.work.run(lambda unit: transfers.look_into(unit, number))
            return [line_record(one, self.texts) for one in self.seen.lines]

        def facts() -> str:
            return _facts(self._in_sight().transfer, self)

        return Sheet(
            "transfers.lines",
            self.words("transfers.title", number=number),
            LINES,
            page_of(LINES, read),
            lambda _query: self.hint("no_rows"),
            (*self.legs.commands(), Command("TIMELINE", lambda _rows: self._timeline(number))),
            facts=facts,
        )

    def _timeline(self, number: str) -> None:
        self.lay_over(timeline_of(self, kind="transfer", number=number))


def _facts(transfer: Transfer, desk: DeskScreen) -> str:
    state = desk.words(f"transfers.is_{state_of(transfer)}")
    due = desk.words("stock.due", day=transfer.due.isoformat()) if transfer.due else ""
    return "   ·   ".join(part for part in (f"{transfer.source} → {transfer.target}", state, due) if part)
