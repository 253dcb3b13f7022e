"""The stock screen in every state, on rows that lie in memory: what is photographed, no logic."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.database.stock import TotalsSoFar
from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import UnitOfEntry
from app.services.history import NegativeSpell, Past, Position
from app.services.stock import (
    Action,
    Booked,
    Choices,
    Document,
    DocumentLine,
    MovePage,
    MoveRow,
    Place,
    StockOnly,
    StockPage,
    StockQuery,
    StockRow,
    StockTotals,
    StockView,
    Wish,
)
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Cancelled
from app.stations.stock import StockScreen, StockWiring
from app.stations.stock.exporting import Written
from build_scripts.screenshot_samples import CARTON, LONG_NAME, LONG_SKU, STOCK, settle

LEAVE = threading.Event()
"""Set when a picture is taken: work that was posed may end."""
MOMENT = datetime(2026, 11, 22, 14, 30, 5, tzinfo=UTC)
NIL = UUID(int=0)
_KINDS = ("receipt", "putaway", "move", "adjust_out", "status", "pick", "pack", "ship")
_PEOPLE = ("Ana Sørensen", "Wanda Reyes", "Bartholomew Featherstonehaugh")


def move_row(n: int) -> MoveRow:
    """The n-th movement of a made-up day."""
    kind = _KINDS[n % len(_KINDS)]
    at = MOMENT - timedelta(minutes=7 * n)
    long = n % 9 == 4
    return MoveRow(
        id=UUID(int=n + 1),
        posting=UUID(int=n // 2 + 1),
        line=1,
        kind=kind,
        quantity=Decimal(12 + n % 5),
        unit="each",
        weight_kg=None,
        item=UUID(int=1),
        sku=LONG_SKU if long else "PROD-001",
        name=LONG_NAME if long else "Standard Widget",
        trace=NIL,
        lot="L-2026-07" if n % 2 else "",
        serial="",
        from_location=UUID(int=2),
        from_place="WH001-SUPPLIER" if kind == "receipt" else "WH001-STO-A14",
        to_location=UUID(int=3),
        to_place="WH001-REC-DOCK1" if kind == "receipt" else "WH001-STO-B02",
        from_unit="",
        to_unit=CARTON if kind == "pack" else "",
        from_owner="",
        to_owner="",
        from_status="available",
        to_status="quarantined" if kind == "status" else "available",
        effective_at=at,
        recorded_at=at + timedelta(hours=26) if n % 7 == 3 else at,
        reason={"adjust_out": "LOST", "status": "QUALITY"}.get(kind, ""),
        seal=None if n < 2 else 4711 - n // 3,
        hash="3f9a" * 16,
        document=UUID(int=7) if kind in ("receipt", "pick", "pack", "ship") else None,
        document_number="PO-4711" if kind == "receipt" else "SO-10482" if kind in ("pick", "pack", "ship") else "",
        person=UUID(int=n % 3),
        person_name=_PEOPLE[n % 3],
        station="dock1" if kind == "receipt" else "bench1",
        reverses=n == 1,
        taken_back=Decimal(12) if n == 4 else Decimal(0),
    )


def _spell(n: int) -> NegativeSpell:
    since = MOMENT - timedelta(days=9 * n, hours=n)
    settled = n % 3 != 0
    return NegativeSpell(
        address="WH001-STO-A14", sku=LONG_SKU if n == 1 else f"PROD-{n:03}", name="Standard Widget",
        lot="L-2026-07" if n % 2 else "", lowest=Decimal(-3 * n - 1), unit="each", since=since, kind="adjust_out",
        person=_PEOPLE[n % 3], until=since + timedelta(hours=5) if settled else None,
        settled_kind="putaway" if settled else "", settled_by=_PEOPLE[1] if settled else "", item=UUID(int=n),
        location=UUID(int=2), trace=NIL,
    )  # fmt: skip


SPELLS = tuple(map(_spell, range(9)))
DOCUMENT = Document(
    UUID(int=7),
    "order",
    "SO-10482",
    "WEB-88231",
    "released",
    "Shopper & Sons",
    date(2026, 11, 23),
    MOMENT - timedelta(days=1),
    "Ana Sørensen",
    (
        DocumentLine(
            *(1, UUID(int=1), "PROD-001", "Standard Widget", "each", Decimal(6)),
            (("picked", Decimal(6)), ("packed", Decimal(6)), ("shipped", Decimal(6))),
            closed=True,
        ),
        DocumentLine(
            2, UUID(int=2), "PROD-007", "Bevel gear, hardened, 24 teeth", "each", Decimal(3), (), closed=False
        ),
        DocumentLine(
            *(3, UUID(int=3), LONG_SKU, LONG_NAME, "each", Decimal(2)), (("picked", Decimal(1)),), closed=False
        ),
    ),
)


def stock_screen(
    kit: Kit, *, rows: Sequence[StockRow] | None = None, permissions: frozenset[str] | None = None
) -> StockScreen:
    """The stock screen on rows that lie in memory."""
    known = STOCK() if rows is None else rows

    def found(asked: StockQuery) -> list[StockRow]:
        wanted = " ".join(asked.words).lower()
        return [row for row in known if wanted in f"{row.address} {row.sku} {row.name} {row.lot}".lower()]

    def page(asked: StockQuery, after: StockRow | None, limit: int) -> StockPage:
        all_found = found(asked)
        first = 1 + all_found.index(after) if after else 0
        return StockPage(tuple(all_found[first : first + limit]), more=len(all_found) > first + limit)

    def totals(asked: StockQuery) -> StockTotals:
        so_far = TotalsSoFar()
        deque(so_far.of(found(asked)), maxlen=0)
        return so_far.totals

    def moves(_asked: object, after: MoveRow | None, limit: int) -> MovePage:
        return MovePage((), more=False) if after else MovePage(tuple(map(move_row, range(min(limit, 80)))), more=False)

    return StockScreen(
        kit,
        StockWiring(
            warehouse=UUID(int=1),
            warehouses=lambda: (
                (UUID(int=1), "WH001", "Central Distribution Center"),
                (UUID(int=2), "WH002", "Returns"),
            ),
            permissions=frozenset(Action) | {"reverse"} if permissions is None else permissions,
            subscribe=lambda _hear: lambda: None,
            page=page,
            totals=totals,
            report=lambda _asked, _write, _wanted: _never(),
            moves=moves,
            all_moves=lambda _asked, _write, _wanted: _never(),
            document=lambda _id: DOCUMENT,
            photo=lambda _known_by, _small: b"",
            choices=lambda _item, _action: Choices(
                (UnitOfEntry("each", 1), UnitOfEntry("case", 12)),
                0,
                ("COUNT", "DAMAGED", "FOUND", "LOST"),
            ),
            reasons=lambda: ("COUNT", "LOST"),
            place=lambda code, _warehouse: Place(UUID(int=9), code.upper()),
            book=_too_much,
            take_back=lambda wish: Booked(wish.posting),
            approve=lambda *_words: "Wanda Reyes",
            approver=lambda _posting: "Wanda Reyes",
            shortages=lambda _warehouse: SPELLS,
            look_back=lambda _warehouse, _at, _known: Past(
                MOMENT - timedelta(days=22), Position(4711, MOMENT), ZoneInfo("UTC")
            ),
        ),
    )


def _too_much(wish: Wish) -> Booked:
    row, asked = wish.row, str(abs(wish.quantity))
    goods = {"sku": row.sku, "name": row.name, "quantity": asked, "unit": row.unit, "from": row.address,
             "to": "WH001-ADJUSTMENT", "value": "1250"}  # fmt: skip
    raise Refusal(
        "permission.needs_approval", permission=wish.action.value, limit="10", asked=asked, content="",
        goods=[goods], lines=1, currency="EUR",
    )  # fmt: skip


def _never() -> Written:
    """An export that takes as long as the picture does."""
    LEAVE.wait()
    raise Cancelled


# - poses: each brings the screen into the state of a picture -


def _as_it_is(_screen: StockScreen) -> None:
    return None


def _selected(screen: StockScreen) -> None:
    settle(screen)
    screen.table.view.selectRow(3)


def _no_match(screen: StockScreen) -> None:
    screen.table.filter.setText("milk l1")
    screen.table.open(replace(screen.table.model.query, text="milk l1"))


def _exporting(screen: StockScreen) -> None:
    screen.export_to(Path("stock-2026-11-22.xlsx"))
    screen.line.bar.setValue(400)


def _sorted(screen: StockScreen) -> None:
    """Three columns decide, one of them the other way round."""
    screen.table.view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    for column in (4, 8, 8):
        screen.table.view.sort_also_by(column)


def _view(view: StockView) -> Callable[[StockScreen], None]:
    return lambda screen: screen.show_view(view)


def _form(action: Action, quantity: str = "") -> Callable[[StockScreen], None]:
    def pose(screen: StockScreen) -> None:
        _selected(screen)
        screen.keys.pressed.emit(action.name)
        settle(screen)
        form = screen.corrections.form
        if quantity:
            form.quantity.setText(quantity)  # type: ignore[union-attr]
        form.reason.setCurrentIndex(1)  # type: ignore[union-attr]
        if action is Action.MOVE:
            screen.on_scan("wh001-sto-b07", "code-128", "scanner")
            settle(screen)

    return pose


def _approval(screen: StockScreen) -> None:
    _form(Action.ADJUST, "500")(screen)
    screen.keys.pressed.emit("BOOK")
    settle(screen)


def _pin(screen: StockScreen) -> None:
    _approval(screen)
    screen.on_scan("SH-P-0007", "code-128", "scanner")


def _wrong(screen: StockScreen) -> None:
    _form(Action.ADJUST, "1.5")(screen)
    facts = {"sku": "PROD-004", "place": "WH001-STO-A04", "there": "60", "shown": "48"}
    screen.say(Feedback(Level.ERROR, "stock.changed", facts))


def _history(screen: StockScreen) -> None:
    _selected(screen)
    screen.keys.pressed.emit("HISTORY")
    settle(screen)
    screen.table.view.selectRow(5)


def _posting(screen: StockScreen) -> None:
    _history(screen)
    screen.keys.pressed.emit("POSTING")


def _document(screen: StockScreen) -> None:
    _history(screen)
    screen.keys.pressed.emit("DOCUMENT")
    settle(screen)


def _reverse(screen: StockScreen) -> None:
    _history(screen)
    screen.keys.pressed.emit("REVERSE")
    settle(screen)


def _greyed(screen: StockScreen) -> None:
    _selected(screen)
    screen.keys.pressed.emit("SCRAP")


def _negative(screen: StockScreen) -> None:
    settle(screen)
    screen.only.setCurrentIndex(list(StockOnly).index(StockOnly.NEGATIVE))


def _shortages(screen: StockScreen) -> None:
    _negative(screen)
    screen.shortages.click()
    settle(screen)
    screen.table.view.selectRow(0)


def _past(screen: StockScreen) -> None:
    screen.as_of.setText("2026-10-31 18:00")
    QTest.keyClick(screen.as_of, Qt.Key.Key_Return)


POSES: Mapping[str, tuple[Callable[[StockScreen], None], dict[str, object]]] = {
    "stock-many": (_as_it_is, {}),
    "stock-few": (_selected, {"rows": STOCK()[:12]}),
    "stock-empty": (_as_it_is, {"rows": ()}),
    "stock-no_match": (_no_match, {"rows": STOCK()[:12]}),
    "stock-exporting": (_exporting, {}),
    "stock-sorted": (_sorted, {}),
    **{f"stock-by_{view}": (_view(view), {}) for view in StockView if view is not StockView.LOCATION},
    "stock-adjust": (_form(Action.ADJUST, "3"), {}),
    "stock-hold": (_form(Action.HOLD), {}),
    "stock-move": (_form(Action.MOVE), {}),
    "stock-scrap": (_form(Action.SCRAP), {}),
    "stock-wrong": (_wrong, {}),
    "stock-approval": (_approval, {}),
    "stock-pin": (_pin, {}),
    "stock-history": (_history, {}),
    "stock-posting": (_posting, {}),
    "stock-document": (_document, {}),
    "stock-reverse": (_reverse, {}),
    "stock-greyed": (_greyed, {"permissions": frozenset({"move"})}),
    "stock-past": (_past, {}),
    "stock-negative": (_negative, {}),
    "stock-shortages": (_shortages, {}),
}
