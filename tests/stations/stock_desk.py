"""The stock screen on a real database: wired as the program wires it, for one person at one login."""

from collections.abc import Callable
from typing import TypeVar

from app.database import people
from app.domain.people import ApprovalWish
from app.services import history, sign_on, stock
from app.services.products import looking
from app.services.work import UnitOfWork, Worker
from app.stations.stock import StockWiring
from tests.support import Site

T = TypeVar("T")


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
        book=lambda wish: worker.run(lambda unit: stock.book(unit, wish), request_id=wish.request),
        take_back=lambda wish: worker.run(lambda unit: stock.take_back(unit, wish), request_id=wish.request),
        approve=approve,
        approver=lambda posting: read(lambda unit: stock.approver_of(unit, posting)),
        look_back=lambda warehouse, at, known_at: history.look_back(worker, warehouse, at, known_at),
        shortages=lambda warehouse: read(lambda unit: history.negative_spells(unit, warehouse)),
        recall=lambda name: kept.get(name, ""),
        remember=kept.__setitem__,
    )
