"""The managers' screens: each a function that hands a screen its callables, and one list of them all.

A new screen is a function here and a line in `manager_entries`; what it may reach is in `Desk`.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from app.composition import files
from app.composition.home import OpenHome
from app.composition.setting_up import SettingUp
from app.connectors.files import LETTERS, FileContents, layout, write_file
from app.devices import labels
from app.devices.bench import Bench
from app.domain.people import ApprovalWish, Person
from app.domain.values.long_work import Tell
from app.services import history, people, printing, sign_on, stock
from app.services import labels as templates
from app.services.changes import Changes
from app.services.importing import Export
from app.services.products import looking
from app.services.work import UnitOfWork, Worker
from app.settings import DeviceSetting, Settings
from app.stations.books import BooksScreen
from app.stations.carriers import CarriersScreen
from app.stations.claims import ClaimsScreen
from app.stations.consignment import ConsignmentScreen
from app.stations.devices import DevicesScreen
from app.stations.discrepancies import DiscrepanciesScreen
from app.stations.dock_board import DockBoardScreen
from app.stations.docks import DocksScreen
from app.stations.documents import DocumentsScreen
from app.stations.imports import Exchange, ImportsScreen
from app.stations.inbound import InboundScreen
from app.stations.kit.desk import DeskWork, LabelWork
from app.stations.kit.kit import Kit
from app.stations.kitting import KittingScreen
from app.stations.labels import LabelsScreen, LabelsWork
from app.stations.orders import OrdersScreen, WallScreen
from app.stations.partners import PartnersScreen
from app.stations.people import PeopleScreen, PeopleWork
from app.stations.plan import PlanScreen
from app.stations.policies import PoliciesScreen
from app.stations.printing import Acts, PrintJournalScreen
from app.stations.products import ProductsScreen
from app.stations.quality import QualityScreen
from app.stations.returns import ReturnsScreen
from app.stations.shell.entries import StationEntry
from app.stations.shipments import ShipmentsScreen
from app.stations.sites import SitesScreen
from app.stations.stock import StockScreen, StockWiring
from app.stations.transfers import TransfersScreen
from app.stations.units import UnitsScreen
from app.stations.waves import WavesScreen

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What screens are wired to: the worker of the person who is signed on, the news, this machine's home.

    `warehouse` answers where that person works now, `permissions` what they may, to grey out the rest, `person` who it
    is (an id, as text); `bench` holds the devices, and `listen_to_wedge` lets another setting of the scanner that
    types hold from now on.
    """

    home: OpenHome
    station: str
    worker: Worker
    changes: Changes
    warehouse: Callable[[], UUID]
    permissions: Callable[[], frozenset[str]] = frozenset
    person: Callable[[], str] = str
    bench: Callable[[], Bench] | None = None
    listen_to_wedge: Callable[[Settings], object] = lambda _settings: None

    @property
    def devices(self) -> tuple[DeviceSetting, ...]:
        """The devices in use now."""
        return self.bench().devices if self.bench else self.home.settings.devices


def manager_entries(desk: Desk) -> tuple[StationEntry, ...]:
    """Every screen of managers, in the order of the home screen."""
    return (
        StationEntry("stock", lambda kit: _stock(desk, kit), permission="see_stock"),
        StationEntry("orders", lambda kit: OrdersScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry(
            "orders_wall",
            lambda kit: WallScreen(kit, desk_work(desk)),
            permission="see_stock",
            icon="orders",
            help_page="orders",
        ),
        StationEntry("waves", lambda kit: WavesScreen(kit, desk_work(desk)), permission="see_stock", icon="picking"),
        StationEntry("claims", lambda kit: ClaimsScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry(
            "documents", lambda kit: DocumentsScreen(kit, desk_work(desk)), permission="see_stock", icon="document"
        ),
        StationEntry("units", lambda kit: UnitsScreen(kit, desk_work(desk)), permission="see_stock", icon="handling"),
        StationEntry("transfers", lambda kit: TransfersScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("kitting", lambda kit: KittingScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("returns", lambda kit: ReturnsScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("consignment", lambda kit: ConsignmentScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("inbound", lambda kit: InboundScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("dock_board", lambda kit: DockBoardScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("docks", lambda kit: DocksScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("discrepancies", lambda kit: DiscrepanciesScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry(
            "quality", lambda kit: QualityScreen(kit, desk_work(desk)), permission="see_stock", icon="inspection"
        ),
        StationEntry("shipments", lambda kit: ShipmentsScreen(kit, desk_work(desk)), permission="ship", icon="truck"),
        StationEntry("carriers", lambda kit: CarriersScreen(kit, desk_work(desk)), permission="set_up", icon="truck"),
        StationEntry("imports", lambda kit: _imports(desk, kit), permission="edit_products", icon="document"),
        StationEntry("books", lambda kit: BooksScreen(kit, desk_work(desk)), permission="close_period"),
        StationEntry("plan", lambda kit: PlanScreen(kit, desk_work(desk)), permission="see_stock"),
        StationEntry("sites", lambda kit: SitesScreen(kit, desk_work(desk)), permission="set_up"),
        StationEntry(
            "policies", lambda kit: PoliciesScreen(kit, desk_work(desk)), permission="set_up", icon="document"
        ),
        StationEntry("products", lambda kit: ProductsScreen(kit, desk_work(desk)), permission="edit_products"),
        StationEntry("partners", lambda kit: PartnersScreen(kit, desk_work(desk)), permission="set_up"),
        StationEntry("printing", lambda kit: _print_journal(desk, kit), permission="print", icon="printer"),
        StationEntry("labels", lambda kit: _labels(desk, kit), permission="set_up", icon="label"),
        StationEntry("people", lambda kit: _people(desk, kit), permission="see_people"),
        StationEntry("devices", lambda kit: _devices(desk, kit), icon="scanner"),
    )


def desk_work(desk: Desk) -> DeskWork:
    """What a screen of sheets and questions is wired to."""

    def approve(badge: str, pin: str, wish: ApprovalWish) -> str:
        return sign_on.approve(desk.worker, badge=badge, pin=pin, wish=wish)

    who, memory = desk.person(), Memory(desk.home.folder / "screens.json")
    return DeskWork(
        run=desk.worker.run,
        warehouse=desk.warehouse(),
        permissions=desk.permissions(),
        subscribe=desk.changes.subscribe,
        approve=approve,
        labels=LabelWork(
            fitting=lambda fields: labels.fitting(desk.worker.run(templates.saved_templates), fields),
            picture=labels.picture,
            undrawable=labels.undrawable,
        ),
        recall=lambda name: memory.recall(who, name),
        remember=lambda name, value: memory.remember(who, name, value),
    )


def _imports(desk: Desk, kit: Kit) -> ImportsScreen:
    def read(path: Path, columns: Mapping[str, str], letters: str, mark: str, tell: Tell) -> FileContents:
        return files.read(path, columns, letters, mark, tell=tell)

    def write(path: Path, made: Export) -> None:
        write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)

    return ImportsScreen(kit, desk_work(desk), Exchange(look=layout, read=read, write=write, letters=LETTERS))


def _print_journal(desk: Desk, kit: Kit) -> PrintJournalScreen:
    worker, warehouse = desk.worker, desk.warehouse()

    def read(behind: UUID | None, most: int, text: str, doubtful: bool) -> list[printing.JournalEntry]:
        return worker.run(
            lambda unit: printing.journal(
                unit, warehouse=warehouse, behind=behind, text=text, doubtful=doubtful, most=most
            )
        )

    acts = Acts(
        confirm=lambda job: worker.run(lambda unit: printing.confirm(unit, job)),
        cancel=lambda job: worker.run(lambda unit: printing.cancel(unit, job)),
        void=lambda job, reason: worker.run(lambda unit: printing.void(unit, job, reason=reason)),
        redirect=lambda job, printer: worker.run(lambda unit: printing.redirect(unit, job, printer=printer)),
        reprint=lambda job, reason: worker.run(lambda unit: printing.reprint(unit, job, reason=reason)),
        reasons=lambda: worker.run(printing.print_reasons),
        printers=lambda: _printers(worker),
    )
    return PrintJournalScreen(
        kit,
        read=read,
        subscribe=desk.changes.subscribe,
        picture=lambda content: labels.picture(content, 203),
        acts=acts,
    )


def _printers(worker: Worker) -> list[tuple[UUID, str]]:
    """The printers that can be chosen, by id and name."""
    return [(one.id, one.name) for one in worker.run(printing.printers) if one.active]


def _labels(desk: Desk, kit: Kit) -> LabelsScreen:
    worker, warehouse = desk.worker, desk.warehouse()

    def save(name: str, text: str, note: str) -> int:
        return worker.run(lambda unit: templates.save_template(unit, name=name, definition=text, note=note))

    work = LabelsWork(
        versions=lambda: labels.all_versions(worker.run(templates.saved_templates)),
        example=lambda version: labels.example_of(labels.checked_template(version.text, version.name), version.text),
        picture=labels.picture,
        undrawable=labels.undrawable,
        brought=labels.brought,
        save=save,
        use=lambda name, version: worker.run(lambda unit: templates.use_version(unit, name=name, version=version)),
        print_example=lambda example, printer: worker.run(
            lambda unit: printing.print_test(unit, example, printer=printer, warehouse=warehouse)
        ),
        printers=lambda: _printers(worker),
    )
    return LabelsScreen(kit, work, subscribe=desk.changes.subscribe)


def _stock(desk: Desk, kit: Kit) -> StockScreen:
    worker, who, memory = desk.worker, desk.person(), Memory(desk.home.folder / "screens.json")

    def read(of: Callable[[UnitOfWork], T]) -> T:
        return worker.run(of)

    def book(wish: stock.Wish) -> stock.Booked:
        return worker.run(lambda unit: stock.book(unit, wish), request_id=wish.request)

    def take_back(wish: stock.Withdrawal) -> stock.Booked:
        return worker.run(lambda unit: stock.take_back(unit, wish), request_id=wish.request)

    def approve(badge: str, pin: str, wish: ApprovalWish) -> str:
        return sign_on.approve(worker, badge=badge, pin=pin, wish=wish)

    wiring = StockWiring(
        warehouse=desk.warehouse(),
        warehouses=lambda: read(stock.warehouses),
        permissions=desk.permissions(),
        subscribe=desk.changes.subscribe,
        page=lambda asked, after, limit: read(lambda unit: stock.stock_page(unit, asked, after=after, limit=limit)),
        totals=lambda asked: read(lambda unit: stock.stock_totals(unit, asked)),
        report=lambda asked: read(lambda unit: stock.stock_report(unit, asked)),
        moves=lambda asked, after, limit: read(
            lambda unit: stock.movement_history(unit, asked, after=after, limit=limit)
        ),
        all_moves=lambda asked: read(lambda unit: stock.movement_report(unit, asked)),
        document=lambda identity: read(lambda unit: stock.document(unit, identity)),
        photo=lambda known_by, small: read(lambda unit: looking.image(unit, known_by, thumbnail=small)),
        choices=lambda item, action: read(lambda unit: stock.choices(unit, item=item, action=action)),
        reasons=lambda: read(stock.all_reasons),
        place=lambda code, warehouse: read(lambda unit: stock.find_place(unit, code, warehouse=warehouse)),
        book=book,
        take_back=take_back,
        approve=approve,
        approver=lambda posting: read(lambda unit: stock.approver_of(unit, posting)),
        shortages=lambda warehouse: read(lambda unit: history.negative_spells(unit, warehouse)),
        recall=lambda name: memory.recall(who, name),
        remember=lambda name, value: memory.remember(who, name, value),
    )
    return StockScreen(kit, wiring)


def _people(desk: Desk, kit: Kit) -> PeopleScreen:
    def print_badge(person: Person, role: str) -> str:
        def queue(unit: UnitOfWork) -> str:
            printer = printing.label_printer(unit, desk.devices)
            people.print_badge(unit, person, printer=printer.id, warehouse=desk.warehouse(), role=role)
            return printer.name

        return desk.worker.run(queue)

    work = PeopleWork(run=desk.worker.run, may="administer" in desk.permissions(), print_badge=print_badge)
    return PeopleScreen(kit, work, subscribe=desk.changes.subscribe)


def _devices(desk: Desk, kit: Kit) -> DevicesScreen:
    assert desk.bench is not None
    setting_up = SettingUp(
        desk.home,
        desk.station,
        desk.worker,
        desk.bench(),
        warehouse=desk.warehouse,
        may="set_up" in desk.permissions(),
        listen_to_wedge=desk.listen_to_wedge,
    )
    return DevicesScreen(kit, setting_up.work(), subscribe=desk.changes.subscribe)


class Memory:
    """How people arranged their tables at this station, in a file of its home; not worth a fault if it is lost."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def recall(self, person: str, name: str) -> str:
        """What was remembered; nothing where there is nothing."""
        return str(self._all().get(person, {}).get(name, ""))

    def remember(self, person: str, name: str, value: str) -> None:
        """Keep it for the next time."""
        known = self._all()
        known.setdefault(person, {})[name] = value
        with contextlib.suppress(OSError):
            self._file.write_text(json.dumps(known, indent=1), encoding="utf-8")

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}
