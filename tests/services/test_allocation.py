"""Orders get their goods: first expired first out, never twice, and with a pick for each reservation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.database.session import Row
from app.domain.errors import Refusal
from app.services import allocation
from app.services.allocation import Allocated
from app.services.changes import Changes
from app.services.work import Worker
from tests.support import Site


def order(site: Site, *lines: tuple[str, object]) -> UUID:
    """A released order; returns its id."""
    line = site.document("order", *lines)[0]
    with site.desk.transaction() as session:
        row = session.row("SELECT document_id FROM document_line WHERE id = %(line)s", line=line)
    assert row is not None
    found: UUID = row["document_id"]
    return found


def allocate(site: Site, document: UUID) -> Allocated:
    return Worker(site.desk, Changes()).run(lambda unit: allocation.allocate_order(unit, document))


def held(site: Site, sku: str, place: str) -> list[int]:
    """On hand and reserved."""
    return [int(qty) for qty in site.stock(sku, place)]


def picks(site: Site) -> list[Row]:
    with site.desk.transaction() as session:
        return session.rows(
            "SELECT l.name AS bin, coalesce(x.lot, '') AS lot, t.qty, t.state, t.decision_id FROM task t"
            " JOIN location l ON l.id = t.from_location_id LEFT JOIN trace x ON x.id = t.trace_id"
            " WHERE t.kind = 'pick' ORDER BY l.walk_position"
        )


def test_what_expires_first_is_reserved_first(warehouse: Site) -> None:
    for lot, expiry, place in (("LATE", "2031-01-01", "R01"), ("SOON", "2030-01-01", "R02")):
        warehouse.put("MILK", place, 5, trace=warehouse.trace("MILK", lot=lot, expiry=expiry))
    done = allocate(warehouse, order(warehouse, ("MILK", 7)))
    assert done.short == ()
    assert [(row["bin"], row["lot"], int(row["qty"])) for row in picks(warehouse)] == [
        ("R01", "LATE", 2),
        ("R02", "SOON", 5),
    ]
    assert held(warehouse, "MILK", "R01") == [5, 2]
    assert warehouse.prove() == []


def test_what_came_on_an_earlier_day_of_the_warehouse_goes_first(warehouse: Site) -> None:
    for place in ("R01", "R02"):
        warehouse.put("WIDGET", place, 5)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = 'Europe/Berlin'")
        for place, came in (("R01", "2026-03-01 23:30Z"), ("R02", "2026-03-01 22:30Z")):  # on 2 March, on 1 March
            connection.execute(
                "UPDATE stock_balance SET first_received_at = %s WHERE location_id = %s",
                [came, warehouse.places[place]],
            )
    allocate(warehouse, order(warehouse, ("WIDGET", 2)))
    assert [row["bin"] for row in picks(warehouse)] == ["R02"]


def test_each_pick_knows_why_its_bin_was_chosen(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    allocate(warehouse, order(warehouse, ("WIDGET", 2)))
    with warehouse.desk.transaction() as session:
        stored = session.row("SELECT detail FROM decision JOIN task ON task.decision_id = decision.id")
    assert stored is not None
    assert stored["detail"]["chosen"] == ["WH001-STO-R01"]


def test_what_is_missing_is_short_and_the_rest_is_reserved(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    done = allocate(warehouse, order(warehouse, ("WIDGET", 8), ("GADGET", 1)))
    assert [(line.sku, int(line.qty)) for line in done.short] == [("WIDGET", 3), ("GADGET", 1)]
    assert held(warehouse, "WIDGET", "R01") == [5, 5]


def test_two_lines_of_one_item_share_what_there_is(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    done = allocate(warehouse, order(warehouse, ("WIDGET", 4), ("WIDGET", 4)))
    assert [line.qty for line in done.short] == [3]
    assert held(warehouse, "WIDGET", "R01") == [5, 5]


@pytest.mark.parametrize("place", ["DOCK1", "STAGE1"])
def test_goods_that_are_not_in_a_bin_are_not_reserved(warehouse: Site, place: str) -> None:
    warehouse.put("WIDGET", place, 5)
    assert allocate(warehouse, order(warehouse, ("WIDGET", 1))).short[0].qty == 1


def test_expired_goods_are_not_reserved(warehouse: Site) -> None:
    warehouse.put("MILK", "R01", 5, trace=warehouse.trace("MILK", lot="OLD", expiry="2020-01-01"))
    done = allocate(warehouse, order(warehouse, ("MILK", 1)))
    assert done.short[0].qty == 1
    with warehouse.desk.transaction() as session:
        stored = session.row("SELECT detail FROM decision")
    assert stored is not None
    assert stored["detail"]["considered"][0]["failed"] == ["allocation.enough_shelf_life"]


def test_goods_that_are_to_be_counted_are_not_reserved(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.desk.transaction() as session:
        count = session.call("raise_count", location=warehouse.places["R01"], item=warehouse.items["WIDGET"])
        again = session.call("raise_count", location=warehouse.places["R01"], item=warehouse.items["WIDGET"])
    assert count == again
    assert allocate(warehouse, order(warehouse, ("WIDGET", 1))).short[0].qty == 1


def test_allocating_twice_reserves_once(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 50)
    document = order(warehouse, ("WIDGET", 8))
    allocate(warehouse, document)
    assert allocate(warehouse, document) == Allocated((), ())
    assert held(warehouse, "WIDGET", "R01") == [50, 8]


def test_waiting_orders_get_goods_when_they_come(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 3)
    first, second = order(warehouse, ("WIDGET", 5)), order(warehouse, ("WIDGET", 5))
    allocate(warehouse, first)
    allocate(warehouse, second)
    decided = warehouse.count("decision")
    worker = Worker(warehouse.login("worker_1"), Changes())
    assert worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse)).reserved == ()
    assert warehouse.count("decision") == decided
    warehouse.put("WIDGET", "R02", 4)
    done = worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse))
    assert sorted(one.qty for one in done.reserved) == [2, 2]
    assert [line.qty for line in done.short] == [3]
    assert warehouse.prove() == []


def test_an_order_that_is_not_released_wants_nothing(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 3)
    document = order(warehouse, ("WIDGET", 2))
    with warehouse.desk.transaction() as session:
        session.call("decide_document", document=document, decision="held", version=2)
    assert allocate(warehouse, document) == Allocated((), ())


def test_a_cancelled_order_gives_its_goods_back(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 3)
    document = order(warehouse, ("WIDGET", 2))
    allocate(warehouse, document)
    Worker(warehouse.desk, Changes()).run(lambda unit: allocation.release_order(unit, document))
    assert held(warehouse, "WIDGET", "R01") == [3, 0]
    assert [row["state"] for row in picks(warehouse)] == ["cancelled"]
    allocate(warehouse, document)
    assert [(row["state"], row["qty"]) for row in picks(warehouse)] == [("open", 2)]
    assert warehouse.prove() == []


def test_an_auditor_may_not_allocate(warehouse: Site) -> None:
    document = order(warehouse, ("WIDGET", 2))
    worker = Worker(warehouse.login("desk_auditor"), Changes())
    with pytest.raises(Refusal, match=r"permission\.missing"):
        worker.run(lambda unit: allocation.allocate_order(unit, document))


def test_many_at_once_never_promise_the_same_piece_twice(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    documents = [order(warehouse, ("WIDGET", 3)) for _ in range(6)]
    worker = Worker(warehouse.login("desk", pool_size=6), Changes())

    def run(document: UUID) -> Allocated:
        return worker.run(lambda unit: allocation.allocate_order(unit, document))

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(run, documents))
    assert sum((one.qty for part in done for one in part.reserved), Decimal(0)) == 10
    assert held(warehouse, "WIDGET", "R01") == [10, 10]
    assert warehouse.prove() == []


def test_lots_that_do_not_keep_long_enough_for_the_customer_are_passed_over(warehouse: Site) -> None:
    today = datetime.now(UTC).date()
    for lot, left, place in (("SHORT", 20, "R01"), ("LONG", 40, "R02")):
        trace = warehouse.trace("MILK", lot=lot, expiry=(today + timedelta(days=left)).isoformat())
        warehouse.put("MILK", place, 5, trace=trace)
    with warehouse.desk.transaction() as session:
        session.change(
            "INSERT INTO partner_shelf_life (partner_id, minimum_days) VALUES (%(partner)s, 30)",
            partner=warehouse.partners["SHOPPER"],
        )
    done = allocate(warehouse, order(warehouse, ("MILK", 7)))
    assert [(row["lot"], int(row["qty"])) for row in picks(warehouse)] == [("LONG", 5)]
    assert [one.qty for one in done.short] == [2]
    assert warehouse.prove() == []


def test_what_another_order_was_promised_is_left_to_it(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 8)
    with warehouse.station().transaction() as session:
        session.call(
            "promise_stock",
            warehouse=warehouse.warehouse,
            lines=[line],
            items=[warehouse.items["WIDGET"]],
            qtys=[Decimal(6)],
        )
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
    assert row is not None
    done = allocate(warehouse, order(warehouse, ("WIDGET", 7)))
    assert [one.qty for one in done.reserved] == [4]
    assert [one.qty for one in done.short] == [3]
    assert [one.qty for one in allocate(warehouse, row["id"]).reserved] == [6]
    assert warehouse.count("promise") == 0
    assert warehouse.prove() == []


def test_orders_that_nothing_can_be_done_for_do_not_stand_before_others(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(warehouse.desk, Changes())
    monkeypatch.setattr(allocation, "MOST_ORDERS_AT_ONCE", 1)
    warehouse.order_line("GADGET", 1)
    wanted = warehouse.order_line("WIDGET", 2)
    warehouse.put("WIDGET", "R01", 5)
    done = worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse))
    assert [(one.line, int(one.qty)) for one in done.reserved] == [(wanted, 2)]
    assert worker.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse)).short == ()
