"""The managers' screens: each a function that hands a screen its callables, and one list of them all.

A new screen is a function here and a line in `manager_entries`; what it may reach is in `Desk`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.composition.home import OpenHome
from app.devices import labels
from app.domain.people import Person
from app.services import people, printing, stock
from app.services.changes import Changes
from app.services.stock import StockPage, StockRow, StockSort
from app.services.work import UnitOfWork, Worker
from app.stations.kit.kit import Kit
from app.stations.people import PeopleScreen, PeopleWork
from app.stations.printing import Acts, PrintJournalScreen
from app.stations.shell.entries import StationEntry
from app.stations.stock import StockScreen


@dataclass(frozen=True, slots=True)
class Desk:
    """What screens are wired to: the worker of the person who is signed on, the news, this machine's home.

    `warehouse` answers where that person works now, `permissions` what they may, to grey out the rest.
    """

    home: OpenHome
    station: str
    worker: Worker
    changes: Changes
    warehouse: Callable[[], UUID]
    permissions: Callable[[], frozenset[str]] = frozenset


def manager_entries(desk: Desk) -> tuple[StationEntry, ...]:
    """Every screen of managers, in the order of the home screen."""
    return (
        StationEntry("stock", lambda kit: _stock(desk, kit), permission="see_stock"),
        StationEntry("printing", lambda kit: _print_journal(desk, kit), permission="print", icon="printer"),
        StationEntry("people", lambda kit: _people(desk, kit), permission="see_people"),
    )


def _print_journal(desk: Desk, kit: Kit) -> PrintJournalScreen:
    worker, warehouse = desk.worker, desk.warehouse()

    def read(behind: UUID | None, most: int, text: str, doubtful: bool) -> list[printing.JournalEntry]:
        return worker.run(
            lambda unit: printing.journal(
                unit, warehouse=warehouse, behind=behind, text=text, doubtful=doubtful, most=most
            )
        )

    def printers() -> list[tuple[UUID, str]]:
        return [(one.id, one.name) for one in worker.run(printing.printers) if one.active]

    acts = Acts(
        confirm=lambda job: worker.run(lambda unit: printing.confirm(unit, job)),
        cancel=lambda job: worker.run(lambda unit: printing.cancel(unit, job)),
        void=lambda job, reason: worker.run(lambda unit: printing.void(unit, job, reason=reason)),
        redirect=lambda job, printer: worker.run(lambda unit: printing.redirect(unit, job, printer=printer)),
        reprint=lambda job, reason: worker.run(lambda unit: printing.reprint(unit, job, reason=reason)),
        reasons=lambda: worker.run(printing.print_reasons),
        printers=printers,
    )
    return PrintJournalScreen(
        kit,
        read=read,
        subscribe=desk.changes.subscribe,
        picture=lambda content: labels.picture(content, 203),
        acts=acts,
    )


def _stock(desk: Desk, kit: Kit) -> StockScreen:
    worker, warehouse = desk.worker, desk.warehouse()

    def read(after: StockRow | None, limit: int, text: str, sort: StockSort) -> StockPage:
        return worker.run(
            lambda unit: stock.stock_by_location(
                unit, warehouse=warehouse, text=text, sort=sort, after=after, limit=limit
            )
        )

    return StockScreen(
        kit,
        read=read,
        subscribe=desk.changes.subscribe,
        totals=lambda text: worker.run(lambda unit: stock.stock_totals(unit, warehouse=warehouse, text=text)),
        export=lambda text, sort: worker.run(
            lambda unit: stock.stock_report(unit, warehouse=warehouse, text=text, sort=sort)
        ),
    )


def _people(desk: Desk, kit: Kit) -> PeopleScreen:
    def print_badge(person: Person, role: str) -> str:
        def queue(unit: UnitOfWork) -> str:
            printer = printing.label_printer(unit, desk.home.settings.devices)
            people.print_badge(unit, person, printer=printer.id, warehouse=desk.warehouse(), role=role)
            return printer.name

        return desk.worker.run(queue)

    work = PeopleWork(run=desk.worker.run, may="administer" in desk.permissions(), print_badge=print_badge)
    return PeopleScreen(kit, work, subscribe=desk.changes.subscribe)
