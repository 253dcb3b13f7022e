"""The way of a lot: where it came from, what it went into, where it lies, to whom it went; and holding all of it."""

from decimal import Decimal
from uuid import uuid4

import pytest

from app.domain.errors import Refusal
from app.domain.receiving import StockStatus
from app.services import stock, traceability
from app.services.changes import Changes
from app.services.stock import Action, StockQuery, StockView
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


def test_the_way_from_unit_to_unit_is_told(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L7", expiry="2040-01-01")
    with warehouse.station().transaction() as session:
        box, bag = (
            session.row(
                "SELECT id FROM create_handling_unit('carton', %(w)s, %(place)s, %(number)s)",
                w=warehouse.warehouse,
                place=warehouse.places["R01"],
                number=number,
            )
            for number in ("BOX", "BAG")
        )
        assert box is not None
        assert bag is not None
        post(session, warehouse, "adjust_in", "MILK", "ADJUSTMENT", "R01", 6, trace=lot, to_units=[box["id"]],
             reason="OPENING")  # fmt: skip
        session.call("repack_goods", request=uuid4(), unit=box["id"], into=bag["id"])
        session.call("repack_goods", request=uuid4(), unit=bag["id"], into=None)
    found = report(warehouse, "L7").repacked
    assert [(one.from_unit, one.to_unit, int(one.qty)) for one in found] == [("BOX", "BAG", 6), ("BAG", "", 6)]
    assert all(one.person for one in found)


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


def test_a_kit_leads_forwards_to_its_customer_and_backwards_to_the_supplier(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="RAW", expiry="2040-01-01")
    made = warehouse.trace("MILK", lot="KIT", expiry="2040-01-01")
    line = warehouse.purchase_line("MILK", 20)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "receipt", "MILK", "SUPPLIER", "DOCK1", 20, trace=lot, line=line)
        post(session, warehouse, "putaway", "MILK", "DOCK1", "R02", 20, trace=lot)
        session.call(
            "post_kit",
            request=uuid4(),
            warehouse=warehouse.warehouse,
            items=[warehouse.items["MILK"]] * 2,
            qtys=[Decimal(12), Decimal(6)],
            locations=[warehouse.places["R02"], warehouse.places["R01"]],
            produced=[False, True],
            traces=[lot, made],
        )
    ship(warehouse, "KIT", 4)
    found = report(warehouse, "RAW")
    assert [(one.lot, one.depth, int(one.qty)) for one in found.went_into] == [("KIT", 1, 12)]
    assert ("KIT", "ship", "Shopper", 4) in [(one.lot, one.kind, one.partner, int(one.qty)) for one in found.went_to]
    assert sorted((one.lot, one.place, int(one.qty)) for one in found.lies) == [
        ("KIT", "WH001-STO-R01", 2),
        ("RAW", "WH001-STO-R02", 8),
    ]
    back = report(warehouse, "KIT")
    assert [(one.lot, one.depth) for one in back.made_of] == [("RAW", 1)]
    assert ("RAW", "receipt", "Acme", 20) in [(one.lot, one.kind, one.partner, int(one.qty)) for one in back.came_from]
    assert warehouse.prove() == []


def test_a_recall_says_who_holds_the_lot_and_where_its_goods_are_on_their_way(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L7", expiry="2040-01-01")
    warehouse.put("MILK", "R01", 9, trace=lot)
    line = warehouse.order_line("MILK", 2)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "MILK", "R01", 2, lot)
        post(session, warehouse, "pick", "MILK", "R01", "TOTE", 2, trace=lot, line=line)
    Worker(warehouse.desk, Changes()).run(
        lambda unit: traceability.hold_trace(
            unit, warehouse=warehouse.warehouse, trace=lot, status=StockStatus.BLOCKED, reason="QUALITY"
        )
    )
    found = report(warehouse, "L7")
    assert [(one.warehouse, one.status, one.reason, one.person) for one in found.holds] == [
        ("WH001", "blocked", "QUALITY", "Admin")
    ]
    assert sorted((one.place.rpartition("-")[2], one.status, int(one.qty)) for one in found.lies) == [
        ("R01", "blocked", 7),
        ("TOTE", "available", 2),
    ]


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


def test_whoever_holds_a_lot_is_told_what_the_hold_has_not_reached(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L7", expiry="2040-01-01")
    desk = Worker(warehouse.desk, Changes())

    def hold(status: str) -> traceability.Beyond | None:
        wanted = StockQuery(warehouse.warehouse, StockView.LOT, words=("l7",))
        (row,) = desk.run(lambda unit: stock.stock_page(unit, wanted)).rows
        wish = stock.Wish(
            uuid4(), warehouse.warehouse, Action.HOLD, row, row.on_hand, "QUALITY", status, whole_lot=True
        )
        return desk.run(lambda unit: stock.book(unit, wish)).beyond

    warehouse.put("MILK", "R01", 9, trace=lot)
    assert hold("blocked") is None
    assert hold("available") is None
    ship(warehouse, "L7", 4)
    line = warehouse.order_line("MILK", 2)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "MILK", "R01", 2, lot)
        post(session, warehouse, "pick", "MILK", "R01", "TOTE", 2, line=line, trace=lot)
    assert hold("blocked") == traceability.Beyond(moving=Decimal(2), left=Decimal(4), used=Decimal(0))
    assert hold("available") is None


def test_a_customers_shelf_life_is_set_for_everything_or_one_item_and_taken_back(warehouse: Site) -> None:
    def wish(days: int | None, sku: str = "") -> None:
        Worker(warehouse.desk, Changes()).run(lambda unit: traceability.set_shelf_life(unit, "SHOPPER", days, sku=sku))

    def asked() -> int:
        line = warehouse.order_line("MILK", 1)
        with warehouse.desk.transaction() as session:
            row = session.row("SELECT keeps_until(%(line)s) - (now() AT TIME ZONE 'UTC')::date AS days", line=line)
        assert row is not None
        return int(row["days"])

    before = asked()
    wish(10)
    assert asked() == 10
    wish(30, "MILK")
    assert asked() == 30
    wish(None, "MILK")
    wish(None)
    assert asked() == before
    with pytest.raises(Refusal, match=r"shelf_life\.unknown"):
        wish(5, "NOTHING")
    with pytest.raises(Refusal, match=r"shelf_life\.out_of_range"):
        wish(-1)
