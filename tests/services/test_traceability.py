"""The way of a lot: where it came from, what it went into, where it lies, to whom it went; and holding all of it."""

from decimal import Decimal

import pytest

from app.domain.errors import Refusal
from app.domain.receiving import StockStatus
from app.services import traceability
from app.services.changes import Changes
from app.services.traceability import TraceReport
from app.services.work import Worker
from tests.support import Site, post


def report(site: Site, number: str, sku: str = "") -> TraceReport:
    return Worker(site.desk, Changes()).run(
        lambda unit: traceability.trace_lot(unit, traceability.find_trace(unit, number, sku=sku).id)
    )


def ship(site: Site, lot: str, qty: int) -> None:
    """Milk of a lot is received at the dock, picked in R01, and shipped in a carton."""
    trace = site.trace("MILK", lot=lot, expiry="2040-01-01")
    line = site.order_line("MILK", qty)
    with site.station().transaction() as session:
        carton = session.row(
            "SELECT id FROM create_handling_unit('carton', %(w)s, %(place)s, %(number)s)",
            w=site.warehouse,
            place=site.places["STAGE1"],
            number=f"BOX-{lot}",
        )
        assert carton is not None
        site.reserve(session, line, "MILK", "R01", qty, trace)
        post(session, site, "pick", "MILK", "R01", "TOTE", qty, trace=trace, line=line)
        post(session, site, "pack", "MILK", "TOTE", "STAGE1", qty, trace=trace, line=line, to_units=[carton["id"]])
        post(session, site, "ship", "MILK", "STAGE1", "CUSTOMER", qty, trace=trace, line=line,
             from_units=[carton["id"]], to_units=[carton["id"]])  # fmt: skip


def test_a_recall_finds_supplier_bins_and_customers_of_a_lot(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L7", expiry="2040-01-01")
    line = warehouse.purchase_line("MILK", 20)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "receipt", "MILK", "SUPPLIER", "DOCK1", 20, trace=lot, line=line)
        post(session, warehouse, "putaway", "MILK", "DOCK1", "R01", 20, trace=lot)
    ship(warehouse, "L7", 6)
    found = report(warehouse, "L7")
    assert (found.trace.sku, found.trace.lot) == ("MILK", "L7")
    assert [(one.kind, one.partner, int(one.qty)) for one in found.came_from] == [("receipt", "Acme", 20)]
    assert [(one.kind, one.partner, int(one.qty), one.units) for one in found.went_to] == [
        ("ship", "Shopper", 6, "BOX-L7")
    ]
    assert [(one.place, int(one.qty)) for one in found.lies] == [("WH001-STO-R01", 14)]
    assert (found.made_of, found.went_into) == ((), ())


def test_what_was_taken_back_is_not_told(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L7", expiry="2040-01-01")
    posting = warehouse.put("MILK", "R01", 20, trace=lot)
    with warehouse.station().transaction() as session:
        session.call("reverse_posting", request=posting, posting=posting, reason="UNDO")
    found = report(warehouse, "L7")
    assert (found.came_from, found.went_to, found.lies) == ((), (), ())


def test_a_lot_is_followed_through_what_was_made_of_it(warehouse: Site) -> None:
    """Milk A went into milk B, which went into milk C: links as kitting and relabelling leave them."""
    moves = {}
    for name in "ABC":
        trace = warehouse.trace("MILK", lot=name, expiry="2040-01-01")
        posting = warehouse.put("MILK", "R01", 10, trace=trace)
        with warehouse.station().transaction() as session:
            out = post(session, warehouse, "scrap", "MILK", "R01", "SCRAP", 4, trace=trace, reason="DAMAGED")
        with warehouse.superuser() as connection:
            for way, each in (("in", posting), ("out", out)):
                row = connection.execute("SELECT id FROM stock_move WHERE posting_id = %s", [each]).fetchone()
                assert row is not None
                moves[name, way] = row[0]
    with warehouse.superuser() as connection:
        for source, target in (("A", "B"), ("B", "C")):
            connection.execute("INSERT INTO genealogy VALUES (%s, %s, 4)", [moves[source, "out"], moves[target, "in"]])
    found = report(warehouse, "A")
    assert [(one.lot, one.depth, int(one.qty)) for one in found.went_into] == [("B", 1, 4), ("C", 2, 4)]
    assert sorted((one.lot, int(one.qty)) for one in found.lies) == [("A", 6), ("B", 6), ("C", 6)]
    back = report(warehouse, "C")
    assert [(one.lot, one.depth) for one in back.made_of] == [("B", 1), ("A", 2)]
    assert sorted(one.lot for one in back.came_from) == ["A", "B", "C"]
    assert (back.went_into, report(warehouse, "B").made_of[0].lot) == ((), "A")


def test_a_number_that_nobody_knows_or_several_items_have_is_said(warehouse: Site) -> None:
    warehouse.trace("MILK", lot="X1", expiry="2040-01-01")
    warehouse.trace("DRILL", lot="X1", serial="S1")
    with pytest.raises(Refusal, match=r"trace\.unknown"):
        report(warehouse, "X2")
    with pytest.raises(Refusal, match=r"trace\.several"):
        report(warehouse, "X1")
    assert report(warehouse, "X1", "MILK").trace.sku == "MILK"
    assert report(warehouse, "S1").trace.sku == "DRILL"


def test_a_lot_is_held_and_the_orders_that_lose_it_are_named(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L7", expiry="2040-01-01")
    warehouse.put("MILK", "R01", 20, trace=lot)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, warehouse.order_line("MILK", 6), "MILK", "R01", 6, lot)
    held = Worker(warehouse.desk, Changes()).run(
        lambda unit: traceability.hold_trace(
            unit, warehouse=warehouse.warehouse, trace=lot, status=StockStatus.BLOCKED, reason="QUALITY"
        )
    )
    assert (held.moves, [(one.sku, one.qty) for one in held.released]) == (1, [("MILK", Decimal(6))])
    assert report(warehouse, "L7").lies[0].status == "blocked"
    assert warehouse.prove() == []
