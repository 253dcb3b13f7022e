"""Handling units by their state, live: which are empty, in use, gone or out of use; and taken out of use or back.

What is done with one unit in the hand (moving, nesting, filling) is the station of handling units.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Signal

from app.dialogs.dialog import Feedback, Level
from app.domain.values import filter_words
from app.services import handling_units
from app.services.handling_units import STATES, ListedUnit
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Question, Sheet
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Query, Record

NAME = "units"
UNITS = (
    Column("number", "units.number", 230, identifier=True),
    Column("kind", "units.kind", 130),
    Column("place", "units.place", 220, identifier=True),
    Column("parent", "units.parent", 230, identifier=True),
    Column("holds", "units.holds", 130, numeric=True, sortable=False),
    Column("since", "units.since", 180, identifier=True, sortable=False),
    Column("person", "units.person", 220, sortable=False),
)
_EXAMPLES = 3
Change = Callable[[UnitOfWork, UUID], None]


class UnitsScreen(DeskScreen):
    """A tab a state, the empty ones in front. `other_asked` names another screen and what it shall show."""

    other_asked = Signal(str, str)

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock"})
        self.show_front(*(self._sheet(state) for state in STATES))

    def _sheet(self, state: str) -> Sheet:
        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            found = self.work.run(
                lambda unit: handling_units.page(
                    unit,
                    warehouse=self.warehouse,
                    state=state,
                    words=filter_words(query.text),
                    order=query.order,
                    after=_unit(after) if after else None,
                    most=limit,
                )
            )
            return [self._record(one) for one in found]

        def nothing(query: Query) -> str:
            return self.hint("units.no_match" if query.text else f"units.none_{state}", text=query.text)

        return Sheet(
            f"units.{state}",
            self.texts.text("titles", f"units.{state}"),
            UNITS,
            page,
            nothing,
            (*self._changing(state), *self.one_of(Command("GOODS_IN", self._goods, self._no_goods))),
            facts=lambda: self.hint(f"units.about_{state}"),
        )

    def _changing(self, state: str) -> tuple[Command, ...]:
        """Out of use, or into use again; what holds something, or is gone, stays as it is."""
        if state == "retired":
            return (Command("USE_AGAIN", lambda rows: self._ask("use_again", rows), self._hindered),)
        if state == "in_use":
            return ()
        return (Command("RETIRE", lambda rows: self._ask("retire", rows), self._hindered),)

    def _hindered(self, rows: Sequence[Record]) -> str:
        return self.hindered("handle") or ("" if rows else self.hint("units.choose"))

    def _ask(self, what: str, rows: Sequence[Record]) -> None:
        changes: dict[str, Change] = {
            "retire": lambda unit, one: handling_units.retire(unit, retired=one),
            "use_again": lambda unit, one: handling_units.use_again(unit, retired=one),
        }
        chosen = [_unit(row) for row in rows]
        names = ", ".join(one.number for one in chosen[:_EXAMPLES]) + (" …" if len(chosen) > _EXAMPLES else "")
        told = self.words(f"units.told_{what}", count=len(chosen), units=names)

        def change_all(change: Change, request: UUID) -> None:
            def work(unit: UnitOfWork) -> None:
                for one in chosen:
                    change(unit, one.id)

            self.work.run(work, request_id=request)

        def book(_answers: Answers, request: UUID) -> Booking:
            back = changes["use_again" if what == "retire" else "retire"]
            return Booking(
                request,
                lambda: change_all(changes[what], request),
                lambda _none: Feedback(Level.OK, f"units.{what}_done", {"units": names}),
                undo=lambda _none, again: change_all(back, again),
            )

        self.ask(Question(self.words(f"units.ask_{what}"), (), lambda _answers: told, book))

    def _no_goods(self, rows: Sequence[Record]) -> str:
        return "" if _unit(rows[0]).holds else self.hint("units.holds_nothing")

    def _goods(self, rows: Sequence[Record]) -> None:
        self.other_asked.emit("stock", _unit(rows[0]).number)

    def _record(self, unit: ListedUnit) -> Record:
        cells = (
            unit.number,
            self.texts.state("unit_kind", unit.kind),
            unit.place,
            unit.parent,
            str(unit.holds) if unit.holds else "",
            f"{unit.since.astimezone():%Y-%m-%d %H:%M}" if unit.since else "",
            unit.person,
        )
        return Record(unit.id, cells, made_of=unit)


def _unit(record: Record) -> ListedUnit:
    assert isinstance(record.made_of, ListedUnit)
    return record.made_of
