"""The order board: how far every order is, what somebody should do something about, and why a line got its goods.

Reads only; what people do about an order is in `order_desk`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database import documents
from app.database import order_desk as store
from app.database.order_desk import DeskLine, Hour, Leaving, OrderDetail, OrderRow, ToPutBack, Wall
from app.domain.errors import Refusal
from app.domain.order_desk import Stage, Trouble, address_fault, is_late, stage_of
from app.domain.policies import Decision
from app.services import allocation, clock
from app.services.wall_clock import on_the_wall
from app.services.work import UnitOfWork

__all__ = ["DeskLine", "Explained", "Hour", "Leaving", "Listed", "OrderDetail", "ToPutBack", "TroubleRow", "Wall",
           "backorders", "board", "explain", "listed", "orders_wall", "troubles"]  # fmt: skip

ENDED_SHOWN = timedelta(days=3)
_SHOWN_AHEAD = timedelta(hours=36)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """An order on the board with how far it is; `late`: its carrier has left, or its day is over, without it."""

    row: OrderRow
    stage: Stage
    late: bool

    @property
    def lines(self) -> int:
        """How many lines it has that were not cancelled."""
        return len([one for one in self.row.lines if not one.closed or one.shipped])

    @property
    def missing(self) -> int:
        """For how many of them goods are missing."""
        return len([one for one in self.row.lines if one.missing])

    @property
    def ready(self) -> int:
        """How many are in cartons, or have left."""
        return len([one for one in self.row.lines if one.open <= one.packed and (not one.closed or one.shipped)])

    @property
    def partly_left(self) -> bool:
        """Whether a part has left and the rest is still wanted: a backorder."""
        return any(one.shipped for one in self.row.lines) and any(one.open for one in self.row.lines)

    @property
    def cut_off_here(self) -> datetime | None:
        """When its carrier leaves, by the clock on the warehouse's wall."""
        return self.row.cut_off.astimezone(ZoneInfo(self.row.time_zone)) if self.row.cut_off else None


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """Something that somebody should do something about; `what` are facts for people, such as SKUs or a reason.

    `order` is None for goods that no order wants any more, and for what went wrong on the way from the bin to the
    customer: there `about` is by what it is found where it is solved, `fault` and `facts` say why.
    """

    kind: Trouble
    number: str
    customer: str
    what: str
    cut_off: datetime | None
    order: Listed | None = None
    goods: ToPutBack | None = None
    about: str = ""
    fault: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a line got its goods: each decision with when and by whom; the first may be what would be decided now.

    `waits_for`: SKUs of the order that keep a line waiting because the order goes complete only.
    """

    line: DeskLine
    at: datetime | None
    person: str
    decision: Decision
    waits_for: tuple[str, ...] = ()


def board(unit: UnitOfWork, warehouse: UUID, *, ended: bool = False) -> tuple[Listed, ...]:
    """The orders of a warehouse that are open, the most urgent first; with those that ended lately if asked."""
    now = clock.now()
    rows = store.board(unit.session, warehouse=warehouse, since=now - ENDED_SHOWN if ended else None)
    return tuple(_listed(row, now) for row in rows)


def listed(detail: OrderDetail) -> Listed:
    """The same of one order."""
    return _listed(detail.row, clock.now())


def _listed(row: OrderRow, now: datetime) -> Listed:
    stage = stage_of(row.decision, row.lines)
    over = stage in (Stage.SHIPPED, Stage.CLOSED, Stage.CANCELLED, Stage.DRAFT)
    return Listed(row, stage, not over and is_late(row.cut_off, row.due, now=now, today=row.today))


def backorders(unit: UnitOfWork, warehouse: UUID) -> tuple[OrderDetail, ...]:
    """Orders of which a part has left and the rest is still wanted, each with what it waits for."""
    return tuple(store.detail(unit.session, one) for one in store.backorders(unit.session, warehouse))


def troubles(unit: UnitOfWork, warehouse: UUID) -> tuple[TroubleRow, ...]:
    """Everything that somebody should do something about, the worst first."""
    found = [one for order in board(unit, warehouse) for one in _troubles(order)]
    found += [
        TroubleRow(Trouble.PUT_BACK, one.order, "", _goods(one), None, goods=one)
        for one in store.to_put_back(unit.session, warehouse)
    ]
    found += [
        TroubleRow(one.kind, one.number, one.customer, "", one.cut_off, about=one.about, fault=one.fault,
                   facts=one.facts, since=one.since)
        for one in on_the_wall(unit, warehouse, store.exceptions(unit.session, warehouse))
    ]  # fmt: skip
    kinds = list(Trouble)
    return tuple(sorted(found, key=lambda one: (kinds.index(one.kind), one.cut_off or _NEVER, one.number)))


def _goods(one: ToPutBack) -> str:
    return f"{one.qty.normalize():f} {one.unit} {one.sku} · {one.number or one.place}"


def _troubles(order: Listed) -> Iterable[TroubleRow]:
    row = order.row
    if row.decision == "draft":
        return
    found: list[tuple[Trouble, str]] = []
    if order.late:
        found.append((Trouble.LATE, ""))
    if row.holds or row.decision == "held":
        found.append((Trouble.HELD, ", ".join(row.holds)))
    if (fault := address_fault(row.ship_to)) is not None and order.stage is not Stage.SHIPPED:
        found.append((Trouble.ADDRESS, fault.field))
    if order.partly_left:
        found.append((Trouble.BACKORDER, ", ".join(row.missing_skus)))
    elif order.missing and row.decision == "released":
        found.append((Trouble.SHORT, ", ".join(row.missing_skus)))
    for kind, what in found:
        yield TroubleRow(kind, row.number, row.customer, what, row.cut_off, order)


def explain(unit: UnitOfWork, number: str, line: int) -> tuple[Explained, ...]:
    """Why a line of an order, or each part of a bundle under this number, got its goods; the latest decision first.

    Where it still wants some, what would be decided now stands before them. Refuses `document.unknown` and
    `orders.unknown_line`.
    """
    detail = store.detail(unit.session, documents.find(unit.session, kind="order", number=number))
    asked = [one for one in detail.lines if line in (one.line, one.bundle_line)]
    if not asked:
        raise Refusal("orders.unknown_line", document=detail.row.number, line=line)
    return tuple(why for one in asked for why in _explained(unit, detail, one))


def _explained(unit: UnitOfWork, detail: OrderDetail, line: DeskLine) -> list[Explained]:
    found = [
        Explained(line, row["at"], row["person"] or "", Decision.from_json(row["detail"]), _waits(row["detail"]))
        for row in store.decisions(unit.session, line.id)
    ]
    if line.progress.missing and detail.row.decision == "released":
        found.insert(0, Explained(line, None, "", allocation.would_decide(unit, detail.row.id, line.id)))
    return found


def _waits(detail: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(detail.get("waits_for", ()))


def orders_wall(unit: UnitOfWork, warehouse: UUID) -> Wall:
    """The numbers of the big board."""
    wall = store.wall(unit.session, warehouse=warehouse, until=clock.now() + _SHOWN_AHEAD)
    return replace(wall, leaving=on_the_wall(unit, warehouse, wall.leaving))
