"""What the stock screen is given by composition: everything it may read and book, as callables for worker threads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from app.services.history import NegativeSpell, Past
from app.services.stock import (
    Action,
    Booked,
    Choices,
    Document,
    MovePage,
    MoveQuery,
    MoveReport,
    MoveRow,
    Place,
    StockPage,
    StockQuery,
    StockReport,
    StockRow,
    StockTotals,
    Wish,
    Withdrawal,
)
from app.stations.kit.bus import Subscribe
from app.stations.kit.desk.work import Approve
from app.stations.stock.exporting import Written
from app.stations.stock.photos import ReadPhoto

Wanted = Callable[[], object]


def _nothing_kept(_name: str) -> str:
    return ""


def _keep_nothing(_name: str, _value: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class StockWiring:
    """The callables may refuse, and are called off the screen's thread (but `remember` and `recall`).

    `warehouse` is shown first, `warehouses` lists those to choose from: id, code, name. `permissions` only greys out,
    the database decides. `approver`
    says who approved a posting, `shortages` when stock of a warehouse was below zero, `look_back`
    which past somebody means by the two times that were typed. `remember` keeps how somebody
    arranged a table, `recall` gives it back. `report` and `all_moves` let something be written while it is read, as
    long as it is wanted; a report says about how many rows there will be.
    """

    warehouse: UUID
    warehouses: Callable[[], tuple[tuple[UUID, str, str], ...]]
    permissions: frozenset[str]
    subscribe: Subscribe
    page: Callable[[StockQuery, StockRow | None, int], StockPage]
    totals: Callable[[StockQuery], StockTotals]
    report: Callable[[StockQuery, Callable[[StockReport, int], Written], Wanted], Written]
    moves: Callable[[MoveQuery, MoveRow | None, int], MovePage]
    all_moves: Callable[[MoveQuery, Callable[[MoveReport], Written], Wanted], Written]
    document: Callable[[UUID], Document]
    photo: ReadPhoto
    choices: Callable[[UUID, Action], Choices]
    reasons: Callable[[], tuple[str, ...]]
    place: Callable[[str, UUID], Place]
    book: Callable[[Wish], Booked]
    take_back: Callable[[Withdrawal], Booked]
    approve: Approve
    approver: Callable[[UUID], str]
    shortages: Callable[[UUID], Sequence[NegativeSpell]]
    look_back: Callable[[UUID, str, str], Past]
    recall: Callable[[str], str] = field(default=_nothing_kept)
    remember: Callable[[str, str], object] = field(default=_keep_nothing)
