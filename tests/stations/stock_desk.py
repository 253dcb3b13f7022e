"""The stock screen on a real database: wired as the program wires it, for one person at one login."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TypeVar

from pytestqt.qtbot import QtBot

from app.database import people
from app.domain.people import ApprovalWish
from app.services import history, sign_on, stock
from app.services.changes import Changes
from app.services.products import looking
from app.services.work import UnitOfWork, Worker
from app.stations.kit.kit import Kit
from app.stations.stock import StockScreen, StockWiring
from app.texts import Texts
from tests.support import Site

T = TypeVar("T")
Desk = Callable[[str], StockScreen]


def wiring_of(worker: Worker, site: Site) -> StockWiring:
    """Everything the screen may read and book, as the person of this login."""

    def read(of: Callable[[UnitOfWork], T]) -> T:
        return worker.run(of)

    def approve(badge: str, pin: str, wish: ApprovalWish) -> str:
        return sign_on.approve(worker, badge=badge, pin=pin, wish=wish)

    kept: dict[str, str] = {}
    return StockWiring(
        warehouse=site.warehouse,
        warehouses=lambda: read(stock.warehouses),
        permissions=read(lambda unit: people.permissions(unit.session)),
        subscribe=worker.changes.subscribe,
        page=lambda asked, after, limit: read(lambda unit: stock.stock_page(unit, asked, after=after, limit=limit)),
        totals=lambda asked: read(lambda unit: stock.stock_totals(unit, asked)),
        report=lambda asked, write, wanted: read(lambda unit: stock.write_report(unit, asked, write, wanted=wanted)),
        moves=lambda asked, after, limit: read(
            lambda unit: stock.movement_history(unit, asked, after=after, limit=limit)
        ),
        all_moves=lambda asked, write, wanted: read(
            lambda unit: stock.write_movements(unit, asked, write, wanted=wanted)
        ),
        document=lambda identity: read(lambda unit: stock.document(unit, identity)),
        photo=lambda known_by, small: read(lambda unit: looking.image(unit, known_by, thumbnail=small)),
        choices=lambda item, action: read(lambda unit: stock.choices(unit, item=item, action=action)),
        reasons=lambda: read(stock.all_reasons),
        place=lambda code, warehouse: read(lambda unit: stock.find_place(unit, code, warehouse=warehouse)),
        book=lambda wish: worker.run(lambda unit: stock.book(unit, wish), request_id=wish.request),
        take_back=lambda wish: worker.run(lambda unit: stock.take_back(unit, wish), request_id=wish.request),
        approve=approve,
        approver=lambda posting: read(lambda unit: stock.approver_of(unit, posting)),
        look_back=lambda warehouse, at, known_at: history.look_back(worker, warehouse, at, known_at),
        shortages=lambda warehouse: read(lambda unit: history.negative_spells(unit, warehouse)),
        recall=lambda name: kept.get(name, ""),
        remember=kept.__setitem__,
    )


@contextmanager
def desks(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[Desk]:
    """Opens the screen for a login, in the words of the program, on a few goods."""
    opened: list[StockScreen] = []
    warehouse.put("WIDGET", "R01", 100)
    warehouse.put("MILK", "R03", 40, trace=warehouse.trace("MILK", lot="L1", expiry=date(2020, 1, 31)))
    warehouse.put("MILK", "R04", 10, trace=warehouse.trace("MILK", lot="L2", expiry=date(2090, 1, 31)))

    def open_for(login: str) -> StockScreen:
        worker = Worker(warehouse.login(login), Changes())
        screen = StockScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), wiring_of(worker, warehouse))
        qtbot.addWidget(screen)
        screen.resize(1366, 728)
        with qtbot.waitSignal(screen.views.settled):
            screen.show()
        opened.append(screen)
        return screen

    yield open_for
    for screen in opened:
        screen.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy)


def choose(screen: StockScreen, qtbot: QtBot, text: str) -> None:
    """Filter, and take the first row in hand."""
    screen.table.filter.setText(text)
    qtbot.waitUntil(lambda: screen.table.model.query.text == text)
    qtbot.waitUntil(lambda: not screen.table.model.reading and screen.table.model.rowCount() > 0)
    screen.table.view.selectRow(0)
