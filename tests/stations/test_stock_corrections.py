"""Correcting stock from its screen, against the real ledger: each correction, its limits, and the way back."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.dialog import Level
from app.domain.errors import Refusal
from app.services import clock
from app.services.stock import Action, StockOnly, StockView
from app.stations.kit.kit import Kit
from app.stations.stock import StockScreen
from app.stations.stock.form import ActionForm
from tests.stations.stock_desk import Desk, choose, desks
from tests.support import Site, post


@pytest.fixture
def desk(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[Desk]:
    with desks(kit, warehouse, qtbot) as opened:
        yield opened


def form_for(screen: StockScreen, qtbot: QtBot, action: Action) -> ActionForm:
    screen.keys.pressed.emit(action.name)
    qtbot.waitUntil(lambda: screen.corrections.form is not None)
    form = screen.corrections.form
    assert isinstance(form, ActionForm)
    return form


def give_reason(form: ActionForm, code: str) -> None:
    form.reason.setCurrentIndex(form.reason.findData(code))


def book(screen: StockScreen, qtbot: QtBot) -> None:
    """Press the form's key and wait for the verdict."""
    screen.band.clear()
    screen.keys.pressed.emit("BOOK")
    qtbot.waitUntil(lambda: screen.band.level is not None)


def test_a_count_is_booked_as_its_difference_and_the_effect_is_shown_before(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.ADJUST)
    form.quantity.setText("8")
    form.unit.setCurrentIndex(form.unit.findText("case"))
    give_reason(form, "COUNT")
    assert form.effect.text() == "On hand 100 → 96 each"
    book(screen, qtbot)
    assert screen.band.text() == "WIDGET is adjusted by 4 each. F2 takes it back."
    assert warehouse.stock("WIDGET", "R01")[0] == 96
    assert screen.keys.commands()[2] == "UNDO"
    screen.keys.pressed.emit("UNDO")
    qtbot.waitUntil(lambda: screen.band.text() == "Your last booking is taken back.")
    assert warehouse.stock("WIDGET", "R01")[0] == 100
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("typed", "left"), [("8 case + 3 each", 99), ("8 CASE", 96), ("8 case+3", 132), ("40each", 40)]
)
def test_a_count_may_be_typed_in_several_units_at_once(
    desk: Desk, warehouse: Site, qtbot: QtBot, typed: str, left: int
) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.ADJUST)
    form.unit.setCurrentIndex(form.unit.findText("case"))
    give_reason(form, "COUNT")
    form.quantity.setText(typed)
    assert form.effect.text() == f"On hand 100 → {left} each"
    form.quantity.setText("2 pallet")
    assert form.effect.text() == "pallet is not a unit of this item."
    form.quantity.setText("0.3")
    assert form.effect.text() == "0.3 cannot be booked exactly, and nothing is rounded."


def test_a_correction_is_about_one_row_and_is_not_guessed_from_several(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "milk")
    screen.table.view.selectAll()
    for action in Action:
        screen.keys.pressed.emit(action.name)
        assert screen.band.text() == "2 rows are chosen. Choose the one that is meant."
        assert screen.corrections.form is None


@pytest.mark.parametrize(
    ("typed", "unit", "said"),
    [
        ("", "each", "How many?"),
        ("1.5", "each", "1"),
        ("1,000", "each", "1,000"),
        ("100", "each", "stays as it is"),
    ],
)
def test_what_cannot_be_booked_exactly_is_said_before_and_enter_books_nothing(
    desk: Desk, warehouse: Site, qtbot: QtBot, typed: str, unit: str, said: str
) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.ADJUST)
    give_reason(form, "COUNT")
    form.quantity.setText(typed)
    assert said in form.effect.text()
    QTest.keyClick(form.quantity, Qt.Key.Key_Return)
    assert screen.corrections.form is form
    book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R01")[0] == 100


def test_a_difference_may_be_negative_and_a_reason_is_needed(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.ADJUST)
    form.mode.setCurrentIndex(1)
    form.quantity.setText("-2")
    assert form.effect.text() == "On hand 100 → 98 each   ·   Why? Choose a reason."
    give_reason(form, "LOST")
    assert form.effect.text() == "On hand 100 → 98 each"
    book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R01")[0] == 98


def test_goods_changed_by_somebody_else_since_they_were_shown_are_not_corrected(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.ADJUST)
    form.quantity.setText("90")
    give_reason(form, "COUNT")
    warehouse.put("WIDGET", "R01", 7)
    book(screen, qtbot)
    assert screen.band.text().startswith("WIDGET in WH001-STO-R01 was changed by somebody else: 107 on hand now")
    assert warehouse.stock("WIDGET", "R01")[0] == 107


def test_goods_are_held_and_released(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.HOLD)
    form.status.setCurrentIndex(form.status.findData("blocked"))
    form.quantity.setText("30")
    give_reason(form, "QUALITY")
    assert form.effect.text() == "30 each become: Blocked. In this row 100 → 70 each"
    book(screen, qtbot)
    assert statuses(warehouse, "WIDGET") == {"available": 70, "blocked": 30}
    choose(screen, qtbot, "widget blocked")
    form = form_for(screen, qtbot, Action.HOLD)
    assert form.status.currentData() == "available"
    give_reason(form, "QUALITY")
    book(screen, qtbot)
    assert statuses(warehouse, "WIDGET") == {"available": 100}
    assert warehouse.prove() == []


def test_goods_are_moved_to_the_bin_that_is_scanned(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    form = form_for(screen, qtbot, Action.MOVE)
    form.quantity.setText("25")
    screen.on_scan("NOWHERE", "code-128", "scanner")
    qtbot.waitUntil(lambda: form.effect.text() == "NOWHERE is not a place of this warehouse.")
    screen.on_scan("WH001-STO-R02", "code-128", "scanner")
    qtbot.waitUntil(lambda: form.effect.text().startswith("25 each from WH001-STO-R01 to WH001-STO-R02"))
    book(screen, qtbot)
    assert warehouse.stock("WIDGET", "R02")[0] == 25
    assert warehouse.prove() == []


def test_goods_are_scrapped_with_a_reason(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "L1")
    form = form_for(screen, qtbot, Action.SCRAP)
    give_reason(form, "EXPIRED")
    book(screen, qtbot)
    assert warehouse.stock("MILK", "R03")[0] == 0


def test_what_a_person_may_not_do_is_grey_with_its_reason_and_refused_by_the_database(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    screen = desk("desk_auditor")
    choose(screen, qtbot, "widget")
    greyed = {button.key: button.toolTip() for button in screen.keys.buttons() if button.greyed}
    assert list(greyed) == ["F7", "F8", "F9", "F10"]
    assert greyed["F7"] == "Your badge does not allow: Adjust stock. Ask your supervisor."
    screen.keys.pressed.emit("ADJUST")
    assert screen.corrections.form is None
    assert screen.band.text() == greyed["F7"]
    row = screen.views.row()
    assert row is not None
    form = ActionForm(
        *(screen._kit, Action.ADJUST, row, warehouse.warehouse),
        screen._wiring.choices(row.item, Action.ADJUST),
        lambda code: screen._wiring.place(code, warehouse.warehouse),
    )
    qtbot.addWidget(form)
    form.quantity.setText("1")
    give_reason(form, "COUNT")
    with pytest.raises(Refusal, match="permission"):
        screen._wiring.book(form.wish())


def test_stock_is_put_together_by_item_and_opens_into_its_places(desk: Desk, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    with qtbot.waitSignal(screen.views.settled):
        QTest.keyClick(screen.table.filter, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    rows = [screen.table.model.record(n).cells[:3] for n in range(screen.table.model.rowCount())]
    assert rows == [("MILK", "Milk", "50"), ("WIDGET", "Widget", "100")]
    assert [button.key for button in screen.keys.buttons() if button.greyed] == ["F7", "F8", "F9", "F10"]
    with qtbot.waitSignal(screen.views.settled):
        screen.views.opened.emit(screen.table.model.record(0).made_of)
    assert screen.views.asked.view is StockView.LOCATION
    assert screen.table.filter.text() == '"MILK"'


def test_what_is_past_its_date_is_found_and_said(desk: Desk, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    with qtbot.waitSignal(screen.views.settled):
        screen.only.setCurrentIndex(screen.only.findData(StockOnly.EXPIRED))
    record = screen.table.model.record(0)
    assert screen.table.model.rowCount() == 1
    assert "2020-01-31 expired" in record.cells
    assert "bad" in dict(record.tints).values()


def test_stock_below_zero_is_listed_and_flagged(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address = 'WH001-STO-R02'")
    screen = desk("desk_manager")
    warehouse.put("WIDGET", "R02", 1)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_out", "WIDGET", "R02", "ADJUSTMENT", 4, reason="LOST")
    with qtbot.waitSignal(screen.views.settled):
        screen.only.setCurrentIndex(screen.only.findData(StockOnly.NEGATIVE))
    assert [screen.table.model.record(n).cells[8] for n in range(screen.table.model.rowCount())] == ["▼ -3 negative"]


def test_a_movement_leads_to_its_posting_and_is_taken_back_with_its_trail(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    screen.keys.pressed.emit("HISTORY")
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)
    screen.table.view.selectRow(0)
    screen.keys.pressed.emit("REVERSE")
    qtbot.waitUntil(lambda: screen.corrections.form is not None)
    screen.corrections.form.reason.setCurrentIndex(1)  # type: ignore[union-attr]
    book(screen, qtbot)
    assert screen.band.text() == "The posting is taken back."
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 2)
    assert [screen.table.model.record(n).cells[-1] for n in range(2)] == ["Takes back", "Taken back"]
    screen.table.view.selectRow(1)
    warehouse.seal()
    screen.keys.pressed.emit("POSTING")
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)
    assert "Hash" in screen.trail.sheet.facts.text()  # type: ignore[union-attr]
    assert screen.trail.back()
    assert screen.trail.back()
    assert not screen.trail.back()
    assert warehouse.stock("WIDGET", "R01")[0] == 0
    assert warehouse.prove() == []


def test_a_movement_of_a_document_leads_to_the_document(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    line = warehouse.purchase_line("GADGET", 5)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "receipt", "GADGET", "SUPPLIER", "DOCK1", 3, line=line)
    screen = desk("desk_manager")
    choose(screen, qtbot, "gadget")
    screen.keys.pressed.emit("HISTORY")
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)
    screen.table.view.selectRow(0)
    screen.keys.pressed.emit("DOCUMENT")
    qtbot.waitUntil(lambda: "asked" in [column.name for column in screen.table.model.columns])
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)
    assert screen.table.model.record(0).cells == ("1", "GADGET", "Gadget", "5", "each", "received 3", "open")
    screen.keys.pressed.emit("HISTORY")
    qtbot.waitUntil(lambda: "kind" in [column.name for column in screen.table.model.columns])
    qtbot.waitUntil(lambda: screen.table.model.rowCount() == 1)


def statuses(site: Site, sku: str) -> dict[str, Decimal]:
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT status, sum(on_hand) AS qty FROM stock_balance WHERE item_id = %(item)s AND on_hand <> 0"
            " GROUP BY 1",
            item=site.items[sku],
        )
    return {row["status"]: row["qty"] for row in rows}


def test_a_lot_is_held_from_its_row_wherever_it_lies(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.put("MILK", "R05", 7, trace=warehouse.trace("MILK", lot="L2", expiry=date(2090, 1, 31)))
    screen = desk("desk_manager")
    screen.show_view(StockView.LOT)
    choose(screen, qtbot, "L2")
    form = form_for(screen, qtbot, Action.HOLD)
    assert form.status.currentData() == "quarantined"
    form.status.setCurrentIndex(form.status.findData("blocked"))
    give_reason(form, "QUALITY")
    assert form.title.text() == "Hold: MILK, lot or serial L2, wherever it lies in this warehouse"
    book(screen, qtbot)
    assert statuses(warehouse, "MILK") == {"available": 40, "blocked": 17}
    assert screen.band.level is Level.OK


def test_a_lot_that_has_partly_left_is_held_with_a_word_of_what_is_not_reached(
    desk: Desk, warehouse: Site, qtbot: QtBot
) -> None:
    lot = warehouse.trace("MILK", lot="L2", expiry=date(2090, 1, 31))
    line = warehouse.order_line("MILK", 3)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "MILK", "R04", 3, lot)
        post(session, warehouse, "pick", "MILK", "R04", "TOTE", 3, line=line, trace=lot)
    screen = desk("desk_manager")
    choose(screen, qtbot, "L2 R04")
    form = form_for(screen, qtbot, Action.HOLD)
    form.scope.setCurrentIndex(1)
    give_reason(form, "QUALITY")
    book(screen, qtbot)
    assert screen.band.level is Level.WARNING
    assert "Not reached: 3 still available" in screen.band.text()


def test_what_expires_within_so_many_days_is_shown(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    soon = clock.now().date() + timedelta(days=50)
    warehouse.put("MILK", "R05", 7, trace=warehouse.trace("MILK", lot="L5", expiry=soon))
    screen = desk("desk_manager")
    with qtbot.waitSignal(screen.views.settled):
        screen.only.setCurrentIndex(screen.only.findData(StockOnly.EXPIRING))
    assert screen.within.isVisible()
    qtbot.waitUntil(lambda: not screen.table.model.reading and screen.table.model.rowCount() == 0)
    screen.within.setValue(60)
    screen.within.editingFinished.emit()
    qtbot.waitUntil(lambda: not screen.table.model.reading and screen.table.model.rowCount() == 1)


def test_the_item_in_hand_leads_to_its_claims(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    screen = desk("desk_manager")
    choose(screen, qtbot, "widget")
    with qtbot.waitSignal(screen.other_asked) as asked:
        screen.keys.pressed.emit("CLAIMS")
    assert asked.args == ["claims", "WIDGET"]


def test_goods_that_are_weighed_ask_for_their_weight(desk: Desk, warehouse: Site, qtbot: QtBot) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true WHERE sku = 'GADGET'")
    with warehouse.desk.transaction() as session:
        post(
            *(session, warehouse, "adjust_in", "GADGET", "ADJUSTMENT", "R02", 3),
            weights=[Decimal("7.5")],
            reason="OPENING",
        )
    screen = desk("desk_manager")
    choose(screen, qtbot, "GADGET")
    form = form_for(screen, qtbot, Action.SCRAP)
    form.reason.setCurrentIndex(1)
    assert form.wish().weight_kg == Decimal("7.5")
    form.quantity.setText("1")
    assert form.wish().weight_kg is None, "nobody has weighed it: it leaves with its share"
    form.weight.setText("2.4")
    assert form.effect.text().endswith("weight 2.4 kg")
    screen.keys.pressed.emit("BOOK")
    qtbot.waitUntil(lambda: warehouse.stock("GADGET", "R02") == (2, 0))
    assert warehouse.prove() == []
