"""The stock screen and what it books."""

from collections.abc import Callable
from typing import TypeVar

from app.composition.desk import Desk, Memory
from app.domain.people import ApprovalWish
from app.services import history, sign_on, stock
from app.services.products import looking
from app.services.work import UnitOfWork
from app.stations.kit.kit import Kit
from app.stations.stock import StockScreen, StockWiring

T = TypeVar("T")


def screen(desk: Desk, kit: Kit) -> StockScreen:
    """What lies where, its past, and what a person may do with it."""
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
        book=book,
        take_back=take_back,
        approve=approve,
        approver=lambda posting: read(lambda unit: stock.approver_of(unit, posting)),
        look_back=lambda warehouse, at, known_at: history.look_back(worker, warehouse, at, known_at),
        shortages=lambda warehouse: read(lambda unit: history.negative_spells(unit, warehouse)),
        recall=lambda name: memory.recall(who, name),
        remember=lambda name, value: memory.remember(who, name, value),
    )
    return StockScreen(kit, wiring)
