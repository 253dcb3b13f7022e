"""A manager's day at the stock desk: the real window and ledger, a supervisor, and a colleague at another desk."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.composition import demo
from app.database import ledger
from app.database.session import Row
from app.domain.codes import badge
from app.services import clock, people
from app.services.work import UnitOfWork
from app.stations.stock import StockScreen
from app.stations.stock.form import ActionForm
from app.stations.stock.reverse_form import ReverseForm
from tests.journeys.bench import Bench, bench, furnished_home

MANAGER, SUPERVISOR = badge(4), badge(7)
OATS, MUG, BITS = "FOOD-OATS-500", "HOME-MUG-WHT", "TOOL-BITS-32"
LIMIT = Decimal(10)


class StockDesk:
    """The manager's hands and eyes on the stock screen; what `others` do, they do at a desk of their own."""

    def __init__(self, at: Bench) -> None:
        self._at = at
        self.player = at.player
        self.pallet = ""

    @property
    def screen(self) -> StockScreen:
        """The screen in front, which must be that of stock."""
        assert isinstance(self.player.screen, StockScreen)
        return self.player.screen

    def others(self, work: Callable[[UnitOfWork], object]) -> None:
        with self._at.home.desk("another desk") as desk:
            desk.run(work)

    def query(self, sql: str, **parameters: object) -> list[Row]:
        with self._at.home.desk("another desk") as desk:
            return desk.run(lambda unit: unit.session.rows(sql, **parameters))

    def proven(self) -> bool:
        """Whether the ledger holds: sealed, every rule checked, and replayed from zero."""
        with self._at.home.desk("auditor") as desk:
            desk.run(lambda unit: ledger.seal(unit.session))
            return (
                desk.run(lambda unit: ledger.prove(unit.session))
                == desk.run(lambda unit: ledger.prove_deep(unit.session, part=0, parts=1))
                == []
            )

    def on_hand(self, sku: str) -> dict[tuple[str, str], Decimal]:
        """What is on hand of an item by place and status."""
        found = self.query(
            "SELECT l.address, b.status, sum(b.on_hand) AS qty FROM stock_balance b JOIN item i ON i.id = b.item_id"
            " JOIN location l ON l.id = b.location_id WHERE i.sku = %(sku)s AND b.on_hand <> 0 GROUP BY 1, 2",
            sku=sku,
        )
        return {(row["address"].rpartition("-")[2], row["status"]): row["qty"] for row in found}

    # - hands -

    def find(self, text: str) -> None:
        """Type a filter and take the first row in hand."""
        table = self.screen.table
        table.filter.clear()
        QTest.keyClicks(table.filter, text)
        self.player.until(lambda: table.model.query.text == text, f"the filter {text}")
        self.take(0)

    def take(self, row: int) -> None:
        """Take a row in hand."""
        table = self.screen.table
        self.player.until(lambda: not table.model.reading and table.model.rowCount() > row, f"row {row}")
        table.view.selectRow(row)

    def press(self, command: str) -> None:
        """Press the function key that bears this command."""
        self.player.until(lambda: command in self.screen.keys.commands().values(), f"the key {command}")
        keys = {name: key for key, name in self.screen.keys.commands().items()}
        QTest.keyClick(self.screen, Qt.Key(int(Qt.Key.Key_F1) + keys[command] - 1))

    def form(self, command: str) -> ActionForm:
        """Open the form of a correction."""
        self.press(command)
        self.player.until(lambda: self.screen.corrections.form is not None, f"the form of {command}")
        form = self.screen.corrections.form
        assert isinstance(form, ActionForm)
        return form

    def book(self, said: str) -> None:
        """Press the form's key and wait for these words."""
        self.screen.band.clear()
        self.press("BOOK")
        self.hears(said)

    def hears(self, said: str) -> None:
        self.player.until(lambda: said in self.screen.band.text(), said)

    def rows(self) -> list[tuple[str, ...]]:
        """What the table in front shows."""
        table = self.screen.table
        self.player.settle()
        return [table.model.record(n).cells for n in range(table.model.rowCount())]


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[StockDesk]:
    """The demo's warehouse with some stock; Maria may adjust ten at most, Wanda whatever there is."""
    with furnished_home(home) as opened:
        with opened.desk("set-up") as set_up:
            set_up.run(lambda unit: people.save(unit, badge=SUPERVISOR, name="Wanda", groups=["manager"], pin=demo.PIN))
            maria = set_up.run(lambda unit: people.with_badge(unit, MANAGER))
            set_up.run(lambda unit: people.set_permission(unit, maria, "adjust", granted=True, up_to=LIMIT))
            pallet = set_up.run(fill)
        with bench(opened, tmp_path) as standing:
            standing.sign_on(MANAGER)
            standing.player.open_station("stock")
            made = StockDesk(standing)
            made.pallet = pallet
            yield made


def fill(unit: UnitOfWork) -> str:
    """A receipt from yesterday, a lot in two bins, a pallet; returns the pallet's number."""
    session, yesterday = unit.session, clock.now() - timedelta(days=1, hours=1)
    bought = session.row(
        "SELECT l.id FROM document_line l JOIN document d ON d.id = l.document_id JOIN item i ON i.id = l.item_id"
        " WHERE d.number = 'PO-2026-0412' AND i.sku = %(sku)s",
        sku=MUG,
    )
    assert bought is not None
    post(unit, "receipt", MUG, 24, "SUPPLIER", "R01", line=bought["id"], effective=yesterday)
    lot = lot_of_oats(unit)
    post(unit, "adjust_in", OATS, 40, "ADJUSTMENT", "A01", trace=lot)
    post(unit, "adjust_in", OATS, 20, "ADJUSTMENT", "A02", trace=lot)
    pallet = session.row(
        "SELECT id, sscc FROM create_handling_unit('pallet', (SELECT id FROM warehouse), %(place)s)",
        place=place(unit, "A03"),
    )
    assert pallet is not None
    post(unit, "adjust_in", BITS, 12, "ADJUSTMENT", "A03", to_unit=pallet["id"])
    ledger.seal(session)
    unit.changed("stock")
    return str(pallet["sscc"])


def lot_of_oats(unit: UnitOfWork) -> UUID:
    oats = {"item": item(unit, OATS), "lot": "L-7", "serial": "", "expiry": date(2090, 1, 31), "best_before": None}
    found: UUID = unit.session.call("ensure_trace", **oats)
    return found


def item(unit: UnitOfWork, sku: str) -> UUID:
    row = unit.session.row("SELECT id FROM item WHERE sku = %(sku)s", sku=sku)
    assert row is not None
    found: UUID = row["id"]
    return found


def place(unit: UnitOfWork, name: str) -> UUID:
    row = unit.session.row("SELECT id FROM location WHERE address LIKE '%%-' || %(name)s", name=name)
    assert row is not None, name
    found: UUID = row["id"]
    return found


def post(unit: UnitOfWork, kind: str, sku: str, qty: int, source: str, target: str, **more: object) -> None:
    """One movement by somebody else; `more` names a trace, a document's line, a unit, or an effective time."""
    arrays = {"trace": "traces", "line": "lines", "to_unit": "to_units"}
    unit.session.call(
        "post_moves",
        request=uuid4(),
        kind=kind,
        warehouse=unit.session.rows("SELECT id FROM warehouse")[0]["id"],
        items=[item(unit, sku)],
        qtys=[qty],
        from_locations=[place(unit, source)],
        to_locations=[place(unit, target)],
        reasons=["OPENING" if kind == "adjust_in" else None],
        **{arrays.get(name, name): [value] if name in arrays else value for name, value in more.items()},
    )


def test_a_managers_day_at_the_stock_desk(desk: StockDesk, tmp_path: Path) -> None:
    she_looks_at_what_moved_and_why(desk)
    she_adjusts_beyond_her_limit_with_a_supervisors_badge_and_pin(desk)
    she_holds_a_whole_lot_and_releases_it(desk)
    she_takes_a_part_of_one_line_back(desk)
    she_moves_a_pallet_with_everything_on_it(desk)
    she_takes_a_posting_back(desk)
    a_colleagues_posting_appears_by_itself(desk)
    she_looks_at_yesterday(desk)
    she_exports_what_she_sees(desk, tmp_path)
    assert desk.proven()


def she_looks_at_what_moved_and_why(desk: StockDesk) -> None:
    desk.find(MUG)
    assert desk.rows()[0][1] == MUG
    desk.press("HISTORY")
    desk.take(0)
    (move,) = desk.rows()
    assert "Receipt" in move
    assert "PO-2026-0412" in move
    desk.press("POSTING")
    desk.take(0)
    assert "Hash" in desk.screen.trail.sheet.facts.text()  # type: ignore[union-attr]
    desk.press("DOCUMENT")
    desk.player.until(lambda: desk.screen.table.title == "Document PO-2026-0412", "the document")
    assert [line[1] for line in desk.rows()] == [OATS, MUG, BITS]
    assert "received 24" in desk.rows()[1][5]
    for _ in range(3):
        QTest.keyClick(desk.screen, Qt.Key.Key_Escape)
    assert desk.screen.trail.sheet is None


def she_adjusts_beyond_her_limit_with_a_supervisors_badge_and_pin(desk: StockDesk) -> None:
    desk.find(f"{OATS} A01")
    form = desk.form("ADJUST")
    form.quantity.setText("15")
    form.reason.setCurrentIndex(form.reason.findData("LOST"))
    desk.book("beyond your limit")
    assert desk.screen.corrections.approving
    told = desk.screen.corrections.approval.what.text()
    assert f"25 each {OATS}" in told
    assert "A01 →" in told
    assert desk.on_hand(OATS)["A01", "available"] == 40
    desk.player.simulation.scan(MANAGER, "code-128")
    give_pin(desk, demo.PIN)
    desk.hears("own")
    desk.player.simulation.scan(SUPERVISOR, "code-128")
    give_pin(desk, "9999")
    desk.hears("PIN")
    assert desk.on_hand(OATS)["A01", "available"] == 40
    desk.others(lambda unit: move_oats(unit, "A01", "A04"))
    desk.player.simulation.scan(SUPERVISOR, "code-128")
    give_pin(desk, demo.PIN)
    desk.hears("There is not enough")
    assert not desk.screen.corrections.approving
    desk.others(lambda unit: move_oats(unit, "A04", "A01"))
    desk.player.until(lambda: form.effect.text() == "On hand 40 → 15 each", "the goods that came back")
    desk.book("beyond your limit")
    desk.player.simulation.scan(SUPERVISOR, "code-128")
    give_pin(desk, demo.PIN)
    desk.hears(f"{OATS} is adjusted by 25 each")
    assert desk.on_hand(OATS) == {("A01", "available"): 15, ("A02", "available"): 20}


def move_oats(unit: UnitOfWork, source: str, target: str) -> None:
    """Thirty of the lot go elsewhere."""
    post(unit, "move", OATS, 30, source, target, trace=lot_of_oats(unit))
    unit.changed("stock")


def give_pin(desk: StockDesk, pin: str) -> None:
    approval = desk.screen.corrections.approval
    desk.player.until(lambda: approval.waits_for_pin, "the question for the PIN")
    QTest.keyClicks(approval.answer.edit, pin)
    QTest.keyClick(approval.answer.edit, Qt.Key.Key_Return)


def she_holds_a_whole_lot_and_releases_it(desk: StockDesk) -> None:
    desk.find("L-7 A01")
    form = desk.form("HOLD")
    form.status.setCurrentIndex(form.status.findData("quarantined"))
    form.scope.setCurrentIndex(1)
    form.reason.setCurrentIndex(form.reason.findData("QUALITY"))
    desk.book("in the whole warehouse")
    assert desk.on_hand(OATS) == {("A01", "quarantined"): 15, ("A02", "quarantined"): 20}
    desk.find("L-7 quarantined")
    form = desk.form("HOLD")
    form.scope.setCurrentIndex(1)
    form.reason.setCurrentIndex(form.reason.findData("QUALITY"))
    assert form.status.currentData() == "available"
    desk.book("in the whole warehouse")
    assert desk.on_hand(OATS) == {("A01", "available"): 15, ("A02", "available"): 20}


def she_takes_a_part_of_one_line_back(desk: StockDesk) -> None:
    desk.find(f"{OATS} A01")
    desk.press("HISTORY")
    desk.take(0)
    desk.press("POSTING")
    desk.take(1)
    line = next(n for n, row in enumerate(desk.rows()) if "STO-A01" in row)
    desk.take(line)
    desk.press("REVERSE")
    desk.player.until(lambda: desk.screen.corrections.form is not None, "the form")
    form = desk.screen.corrections.form
    assert isinstance(form, ReverseForm)
    form.scope.setCurrentIndex(1)
    (quantity,) = form.quantities.values()
    assert quantity.text() == "15"
    form.reason.setCurrentIndex(form.reason.findData("QUALITY"))
    quantity.setText("16")
    desk.book("15")
    quantity.setText("5")
    desk.book("These lines are taken back.")
    assert desk.on_hand(OATS) == {("A01", "available"): 10, ("A01", "quarantined"): 5, ("A02", "available"): 20}
    desk.player.until(lambda: "5 taken back" in desk.rows()[line], "the trail")
    for _ in range(2):
        QTest.keyClick(desk.screen, Qt.Key.Key_Escape)
    assert desk.screen.trail.sheet is None


def she_moves_a_pallet_with_everything_on_it(desk: StockDesk) -> None:
    desk.find(desk.pallet)
    form = desk.form("MOVE")
    form.scope.setCurrentIndex(1)
    desk.player.simulation.scan("WH001-STO-A09", "code-128")
    desk.player.until(lambda: "goes to WH001-STO-A09" in form.effect.text(), "the place")
    desk.book("moved")
    assert desk.on_hand(BITS) == {("A09", "available"): 12}
    (stands,) = desk.query(
        "SELECT l.address FROM handling_unit u JOIN location l ON l.id = u.location_id WHERE u.sscc = %(sscc)s",
        sscc=desk.pallet,
    )
    assert stands["address"] == "WH001-STO-A09"


def she_takes_a_posting_back(desk: StockDesk) -> None:
    desk.press("UNDO")
    desk.hears("taken back")
    assert desk.on_hand(BITS) == {("A03", "available"): 12}
    desk.find(f"{OATS} A02")
    desk.press("HISTORY")
    desk.take(len(desk.rows()) - 1)
    desk.press("REVERSE")
    desk.player.until(lambda: desk.screen.corrections.form is not None, "the form")
    desk.screen.corrections.form.reason.setCurrentIndex(1)  # type: ignore[union-attr]
    desk.book("The posting is taken back.")
    assert desk.on_hand(OATS) == {("A01", "available"): 10, ("A01", "quarantined"): 5}
    QTest.keyClick(desk.screen, Qt.Key.Key_Escape)
    desk.player.until(lambda: desk.screen.trail.sheet is None, "the list of stock")


def a_colleagues_posting_appears_by_itself(desk: StockDesk) -> None:
    desk.screen.table.filter.clear()
    desk.player.until(lambda: desk.screen.table.model.query.text == "", "all stock")
    before = len(desk.rows())

    def found(unit: UnitOfWork) -> None:
        post(unit, "adjust_in", MUG, 5, "ADJUSTMENT", "A05")
        unit.changed("stock")

    desk.others(found)
    desk.player.until(lambda: desk.screen.table.model.rowCount() == before + 1, "the posting on the screen")


def she_looks_at_yesterday(desk: StockDesk) -> None:
    desk.others(lambda unit: ledger.seal(unit.session))
    QTest.keyClicks(desk.screen.as_of, f"{clock.now().astimezone() - timedelta(days=1):%Y-%m-%d %H:%M}")
    QTest.keyClick(desk.screen.as_of, Qt.Key.Key_Return)
    desk.player.until(lambda: desk.screen.table.model.rowCount() == 1, "yesterday")
    assert MUG in desk.rows()[0]
    assert "24" in desk.rows()[0]
    desk.press("ADJUST")
    desk.hears("This is the past")
    assert desk.screen.corrections.form is None
    for view in range(1, 6):
        QTest.keyClick(desk.screen, Qt.Key(int(Qt.Key.Key_1) + view), Qt.KeyboardModifier.AltModifier)
        wanted = 0 if desk.screen.views.asked.view in ("lot", "unit") else 1
        assert len(desk.rows()) == wanted
        assert not desk.screen.band.text().startswith("Internal")


def she_exports_what_she_sees(desk: StockDesk, folder: Path) -> None:
    QTest.keyClick(desk.screen, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    desk.screen.export_to(folder / "yesterday.csv")
    desk.hears("yesterday.csv is written: 1 row.")
    with (folder / "yesterday.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row for row in csv.reader(file) if MUG in row]
    desk.screen.as_of.clear()
    QTest.keyClick(desk.screen.as_of, Qt.Key.Key_Return)
    desk.player.until(lambda: desk.screen.table.model.rowCount() == 5, "now")
    desk.screen.export_to(folder / "stock.xlsx")
    desk.hears("stock.xlsx is written: 5 rows.")
    sheet = openpyxl.load_workbook(folder / "stock.xlsx").active
    assert {OATS, MUG, BITS} <= {cell for row in sheet.iter_rows(values_only=True) for cell in row}
