"""What is looked up at the docks: appointments of any day, learned rates, the calendar as a file."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.docks import Appointment, Learned
from app.reports.dock_calendar import write_calendar
from app.services import clock
from app.services.docks import doors, planning
from app.services.work import UnitOfWork
from app.stations.docks.reading import Seen, read
from app.stations.docks.rows import APPOINTMENTS, RATES, appointment_record, learned_record
from app.stations.kit.desk import Booking, Command, DeskScreen, Sheet, page_of
from app.stations.kit.record_table import Query, Record

PLAN = "plan_docks"
ENDING = ".ics"
_LISTED, _AHEAD = timedelta(days=14), timedelta(days=28)
"""How far the list of appointments and the calendar file look ahead."""


class Looking:
    """Finds and shows; `seen` is what is known of the docks now, `go_to` turns the calendar to an appointment."""

    def __init__(
        self, desk: DeskScreen, seen: Callable[[], Seen], go_to: Callable[[Appointment], object]
    ) -> None:  # fmt: skip
        self._desk, self._seen, self._go_to = desk, seen, go_to

    # - appointments -

    def listed(self, commands: tuple[Command, ...], opened: Callable[[Record], object]) -> Sheet:
        """The appointments of the next days; with words in the filter those of any day, past ones too."""
        desk = self._desk

        def page(after: Record | None, limit: int, query: Query) -> Sequence[Record]:
            rows = page_of(APPOINTMENTS, lambda: self._rows(query.text.strip()))
            return rows(after, limit, replace(query, text=""))

        return Sheet(
            "docks.list",
            desk.words("docks.list"),
            APPOINTMENTS,
            page,
            lambda query: desk.hint("docks.none_found" if query.text else "docks.no_appointments"),
            (*commands, *desk.one_of(Command("SHOW_ON_CALENDAR", lambda chosen: self._show(chosen[0])))),
            opened=opened,
        )

    def _rows(self, words: str) -> Sequence[Record]:
        desk = self._desk

        def work(unit: UnitOfWork) -> Sequence[Record]:
            seen = read(unit, warehouse=desk.warehouse, first=None, days=_LISTED.days)
            found = planning.found(unit, warehouse=desk.warehouse, words=words) if words else seen.appointments
            return [appointment_record(one, seen.plan, desk.texts, clock.now()) for one in found]

        return desk.work.run(work)

    def _show(self, row: Record) -> None:
        assert isinstance(row.made_of, Appointment)
        self._desk.tabs.setCurrentIndex(0)
        self._go_to(row.made_of)

    # - rates -

    def rates(self) -> Sheet:
        """The sheet of what finished trucks say about minutes a truck, pallet, line and piece."""
        desk = self._desk

        def learned() -> Sequence[Record]:
            found = desk.work.run(lambda unit: doors.learned(unit, warehouse=desk.warehouse))
            return [learned_record(one, desk.texts) for one in found]

        def hindered(rows: Sequence[Record]) -> str:
            better = any(_learned(row).better for row in rows)
            return desk.hindered(PLAN) or ("" if better else desk.hint("docks.choose_rates"))

        return Sheet(
            "docks.rates",
            desk.words("docks.rates"),
            RATES,
            page_of(RATES, learned),
            lambda _query: desk.hint("docks.no_rates"),
            (Command("ADOPT_RATES", self._adopt, hindered),),
            facts=lambda: desk.words("docks.told_rates"),
        )

    def _adopt(self, rows: Sequence[Record]) -> None:
        desk = self._desk
        wanted = [one for row in rows if (one := _learned(row)).better]

        def work(unit: UnitOfWork) -> int:
            return doors.adopt(unit, warehouse=desk.warehouse, wanted=wanted)

        def said(version: int) -> Feedback:
            return Feedback(Level.OK, "docks.rates_adopted", {"count": str(len(wanted)), "version": str(version)})

        desk.book_at_once(lambda request: Booking(request, lambda: desk.work.run(work, request_id=request), said))

    # - a file -

    def ask_for_file(self) -> QFileDialog:
        """Let the person choose where the calendar of the coming four weeks is written to."""
        desk = self._desk
        dialog = QFileDialog(desk, desk.words("docks.calendar_file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([desk.words("docks.calendar_files")])
        dialog.setDefaultSuffix(ENDING)
        dialog.selectFile(f"docks-{clock.now().astimezone():%Y-%m-%d}")
        dialog.fileSelected.connect(lambda name: self.write_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write_file(self, path: Path) -> None:
        """Write the appointments from the first day in sight on for four weeks."""
        desk, first = self._desk, self._seen().first

        def write() -> int:
            plan = desk.work.run(
                lambda unit: planning.plan_of(unit, warehouse=desk.warehouse, first=first, days=_AHEAD.days)
            )
            return write_calendar(
                path, plan.appointments, plan, texts=desk.texts, place=desk.place.currentText(), now=clock.now()
            )

        def done(count: int) -> None:
            desk.say(Feedback(Level.OK, "stock.exported", {"file": path.name, "count": str(count)}))

        desk.start(write, done)


def _learned(row: Record) -> Learned:
    assert isinstance(row.made_of, Learned)
    return row.made_of
