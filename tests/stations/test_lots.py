"""Lots and serial numbers on their screen: found by words and codes, and the whole way of one."""

from uuid import uuid4

from pytestqt.qtbot import QtBot

from app.stations.kit.kit import Kit
from app.stations.lots import LotsScreen
from tests.stations.desks import at_rest, columns, opened, press, take, work_of
from tests.support import Site, post


def test_a_lot_is_found_and_shows_its_way_from_its_supplier_to_whoever_got_it(
    kit: Kit, warehouse: Site, qtbot: QtBot
) -> None:
    lot, other = (warehouse.trace("MILK", lot=name, expiry="2031-02-01") for name in ("L-77", "L-78"))
    [bought] = warehouse.document("purchase_order", ("MILK", 10))
    with warehouse.station("dock1", "RECEIVER1").transaction() as session:
        post(session, warehouse, "receipt", "MILK", "SUPPLIER", "DOCK1", 10, line=bought, trace=lot)
    warehouse.put("MILK", "R01", 2, trace=other)
    with warehouse.desk.transaction() as session:
        session.call("hold_trace", request=uuid4(), warehouse=warehouse.warehouse, trace=other, status="blocked",
                     reason="QUALITY")  # fmt: skip
    asked: list[tuple[str, str]] = []
    with opened(kit, qtbot, lambda words: LotsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        screen.other_asked.connect(lambda *what: asked.append(what))
        assert columns(screen, qtbot, "sku", "lot", "best", "quantity", "state") == [
            ("MILK", "L-78", "2031-02-01", "2 each", "Blocked"),
            ("MILK", "L-77", "2031-02-01", "10 each", ""),
        ]
        screen.on_scan("L-77", "code-128", "scanner")
        qtbot.waitUntil(lambda: screen.table.model.query.text == "L-77")
        assert columns(screen, qtbot, "lot") == [("L-77",)]
        take(screen, qtbot, "L-77")
        press(screen, qtbot, "SHOW_WAY")
        at_rest(screen, qtbot)
        way = columns(screen, qtbot, "what", "quantity", "place", "who")
        assert way == [("Came from", "10 each", "WH001", "Acme"), ("Lies here", "10 each", "WH001-DOCK1", "")]
        take(screen, qtbot, "Lies here")
        press(screen, qtbot, "DOCUMENT")
        assert asked == []
        take(screen, qtbot, "Came from")
        press(screen, qtbot, "DOCUMENT")
        assert [name for name, _number in asked] == ["documents"]


def test_the_way_tells_what_is_held_and_by_what_goods_left_that_nobody_got(
    kit: Kit, warehouse: Site, qtbot: QtBot
) -> None:
    lot = warehouse.trace("MILK", lot="L-77", expiry="2031-02-01")
    warehouse.put("MILK", "R01", 9, trace=lot)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "scrap", "MILK", "R01", "SCRAP", 2, trace=lot, reason="DAMAGED")
        session.call("hold_trace", request=uuid4(), warehouse=warehouse.warehouse, trace=lot, status="blocked",
                     reason="QUALITY")  # fmt: skip
    with opened(kit, qtbot, lambda words: LotsScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        take(screen, qtbot, "L-77")
        press(screen, qtbot, "SHOW_WAY")
        at_rest(screen, qtbot)
        assert columns(screen, qtbot, "what", "quantity") == [
            ("Held: blocked (Quality in doubt)", ""),
            ("Came: Adjusted up", "9 each"),
            ("Lies here: blocked", "7 each"),
            ("Left: Scrap", "2 each"),
        ]
