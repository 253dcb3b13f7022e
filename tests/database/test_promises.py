"""What can still be promised, and who may count on it: promises, reservations, exchanges; also many at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.database.session import Row, Session
from app.domain.errors import Refusal
from app.services.changes import Changes
from app.services.work import Worker
from tests.database.test_races import CLIENTS, race, workers
from tests.support import NIL, Site, post

TODAY = datetime.now(UTC).date()


def days(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def promise(session: Session, site: Site, line: UUID, sku: str, qty: object, **conditions: object) -> None:
    session.call(
        "promise_stock",
        warehouse=site.warehouse,
        lines=[line],
        items=[site.items[sku]],
        qtys=[Decimal(str(qty))],
        **{name: [value] for name, value in conditions.items()},
    )


def atp(site: Site, sku: str) -> Row:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT * FROM available_to_promise(%(w)s, ARRAY[%(item)s]::uuid[])",
            w=site.warehouse,
            item=site.items[sku],
        )
    assert row is not None
    return row


def promised(site: Site) -> list[int]:
    """What is promised from stock, the oldest promise first."""
    with site.desk.transaction() as session:
        return [int(row["qty"]) for row in session.rows("SELECT qty FROM promise ORDER BY id")]


def test_what_is_promised_is_not_promised_again(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    first, second = warehouse.order_line("WIDGET", 10), warehouse.order_line("WIDGET", 10)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, first, "WIDGET", 7)
        warehouse.reserve(session, second, "WIDGET", "R01", 2)
    assert atp(warehouse, "WIDGET")["available"] == 1
    with pytest.raises(Refusal, match=r"stock\.promised"), warehouse.station().transaction() as session:
        promise(session, warehouse, second, "WIDGET", 2)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, second, "WIDGET", 1)
    assert atp(warehouse, "WIDGET")["available"] == 0
    assert warehouse.prove() == []


def test_a_reservation_does_not_take_what_another_order_was_promised(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    first, second = warehouse.order_line("WIDGET", 10), warehouse.order_line("WIDGET", 10)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, first, "WIDGET", 7)
    with pytest.raises(Refusal, match=r"stock\.promised"), warehouse.station().transaction() as session:
        warehouse.reserve(session, second, "WIDGET", "R01", 4)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, second, "WIDGET", "R01", 3)
        warehouse.reserve(session, first, "WIDGET", "R01", 5)
    assert promised(warehouse) == [2], "what was reserved for the order used its promise up"
    assert warehouse.prove() == []


def test_a_promise_is_given_up_in_parts(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 10)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 4)
        promise(session, warehouse, line, "WIDGET", 3)
        assert session.call("release_promise", line=line, qty=Decimal(5)) == 5
    assert promised(warehouse) == [2]
    with warehouse.station().transaction() as session:
        assert session.call("release_promise", line=line) == 2
    assert promised(warehouse) == []


def test_a_line_is_not_promised_more_than_it_wants(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    line = warehouse.order_line("WIDGET", 10)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 4)
        promise(session, warehouse, line, "WIDGET", 6)
    with pytest.raises(Refusal, match="beyond_tolerance"), warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 1)


def test_what_is_on_its_way_is_promised_separately(warehouse: Site) -> None:
    inbound = warehouse.purchase_line("WIDGET", 20)
    line = warehouse.order_line("WIDGET", 30)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 15, inbound=inbound)
    with pytest.raises(Refusal, match=r"stock\.promised"), warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 6, inbound=inbound)
    with pytest.raises(Refusal, match=r"stock\.promised"), warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 1)
    with pytest.raises(Refusal, match=r"stock\.not_inbound"), warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 1, inbound=line)
    row = atp(warehouse, "WIDGET")
    assert (row["available"], row["inbound"], row["inbound_promised"]) == (0, 20, 15)
    assert warehouse.prove() == []


@pytest.mark.parametrize("kind", ["adjust_out", "scrap", "status"])
def test_goods_that_are_gone_are_no_longer_promised_the_newest_first(warehouse: Site, kind: str) -> None:
    warehouse.put("WIDGET", "R01", 10)
    lines = [warehouse.order_line("WIDGET", 10) for _ in range(3)]
    station = warehouse.station()
    for line, qty in zip(lines, (4, 3, 3), strict=True):
        with station.transaction() as session:
            promise(session, warehouse, line, "WIDGET", qty)
    target = {"adjust_out": "ADJUSTMENT", "scrap": "SCRAP"}.get(kind, "R01")
    more = {"to_statuses": ["blocked"]} if kind == "status" else {}
    with station.transaction() as session:
        post(session, warehouse, kind, "WIDGET", "R01", target, 5, reason="DAMAGED", **more)  # type: ignore[arg-type]
    assert promised(warehouse) == [4, 1]
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT demand_line_id AS line, qty, claim FROM claim_loss ORDER BY id")
    assert rows == [
        {"line": lines[2], "qty": 3, "claim": "promise"},
        {"line": lines[1], "qty": 2, "claim": "promise"},
    ]
    assert warehouse.prove() == []


def test_goods_that_only_move_keep_their_promises(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, warehouse.order_line("WIDGET", 10), "WIDGET", 10)
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 10)
    assert promised(warehouse) == [10]
    assert warehouse.prove() == []


def test_a_lot_or_a_shelf_life_that_was_promised_is_covered_by_such_goods(warehouse: Site) -> None:
    soon, late = (warehouse.trace("MILK", lot=lot, expiry=days(left)) for lot, left in (("A", 10), ("B", 100)))
    warehouse.put("MILK", "R01", 10, trace=soon)
    warehouse.put("MILK", "R02", 10, trace=late)
    lines = [warehouse.order_line("MILK", 20) for _ in range(3)]
    station = warehouse.station()
    with station.transaction() as session:
        promise(session, warehouse, lines[0], "MILK", 6, keeps=days(50))
    for conditions in ({"keeps": days(60)}, {"traces": late}):
        with pytest.raises(Refusal, match=r"stock\.promised"), station.transaction() as session:
            promise(session, warehouse, lines[1], "MILK", 5, **conditions)
    with station.transaction() as session:
        promise(session, warehouse, lines[1], "MILK", 4, traces=late)
        promise(session, warehouse, lines[2], "MILK", 10)
    with pytest.raises(Refusal, match=r"stock\.promised"), station.transaction() as session:
        warehouse.reserve(session, lines[2], "MILK", "R02", 1, late)
    with station.transaction() as session:
        post(session, warehouse, "scrap", "MILK", "R02", "SCRAP", 3, trace=late, reason="DAMAGED")
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT demand_line_id AS line, sum(qty) AS qty FROM promise GROUP BY 1")
    assert {row["line"]: row["qty"] for row in rows} == {lines[0]: 6, lines[1]: 1, lines[2]: 10}
    assert warehouse.prove() == []


def test_many_who_promise_reserve_and_scrap_at_once_never_break_a_promise(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 30)
    warehouse.put("WIDGET", "R02", 30)
    lines = [warehouse.order_line("WIDGET", 60) for _ in range(CLIENTS)]
    clients = workers(warehouse, "MANAGER1")

    def act(session: Session, number: int, turn: int) -> None:
        place = f"R{turn % 2 + 1:02}"
        match (number + turn) % 4:
            case 0 | 1:
                promise(session, warehouse, lines[number], "WIDGET", 3)
            case 2:
                warehouse.reserve(session, lines[number], "WIDGET", place, 2)
            case _:
                post(session, warehouse, "move" if number % 2 else "adjust_out", "WIDGET", place,
                     "STAGE1" if number % 2 else "ADJUSTMENT", 2, reason="LOST")  # fmt: skip

    def work(number: int) -> None:
        for turn in range(8):
            try:
                clients[number].run(lambda unit, turn=turn: act(unit.session, number, turn))  # type: ignore[misc]
            except Refusal:
                continue

    assert race(work) == [None] * CLIENTS
    assert sum(promised(warehouse)) > 0
    assert warehouse.prove() == []


def test_the_last_promises_go_to_exactly_as_many_as_there_are(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 20)
    lines = [warehouse.order_line("WIDGET", 10) for _ in range(CLIENTS)]
    clients = workers(warehouse)
    got = [0] * CLIENTS

    def work(number: int) -> None:
        for _ in range(5):
            try:
                clients[number].run(lambda unit: promise(unit.session, warehouse, lines[number], "WIDGET", 1))
                got[number] += 1
            except Refusal as refusal:
                assert refusal.code == "stock.promised"

    assert race(work) == [None] * CLIENTS
    assert sum(got) == 20
    assert warehouse.prove() == []


@pytest.mark.parametrize(("item_days", "customer_days"), [(30, 0), (0, 30), (10, 30)])
def test_goods_that_do_not_keep_long_enough_are_not_reserved(
    warehouse: Site, item_days: int, customer_days: int
) -> None:
    short, long = (warehouse.trace("MILK", lot=lot, expiry=days(left)) for lot, left in (("A", 29), ("B", 30)))
    warehouse.put("MILK", "R01", 5, trace=short)
    warehouse.put("MILK", "R02", 5, trace=long)
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET minimum_remaining_days = %(days)s WHERE sku = 'MILK'", days=item_days)
        session.change(
            "INSERT INTO partner_shelf_life (partner_id, minimum_days) VALUES (%(partner)s, %(days)s)",
            partner=warehouse.partners["SHOPPER"],
            days=customer_days,
        )
    line = warehouse.order_line("MILK", 10)
    with pytest.raises(Refusal, match=r"stock\.too_short_lived"), warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "MILK", "R01", 1, short)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "MILK", "R02", 1, long)
    assert warehouse.prove() == []


def swap(session: Session, site: Site, line: UUID, mine: tuple[str, UUID], other: tuple[str, UUID], qty: object,
         other_line: UUID | None = None) -> None:  # fmt: skip
    session.call(
        "swap_reservations",
        line=line,
        location=site.places[mine[0]],
        trace=mine[1],
        unit=NIL,
        to_location=site.places[other[0]],
        to_trace=other[1],
        to_unit=NIL,
        qty=Decimal(str(qty)),
        other=other_line,
    )


def held(site: Site) -> dict[UUID, dict[str, int]]:
    """What each line has reserved, by place."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT r.demand_line_id AS line, l.name, r.qty FROM reservation r JOIN location l ON l.id = r.location_id"
        )
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["line"], {})[row["name"]] = int(row["qty"])
    return found


def test_two_orders_exchange_their_lots_and_one_takes_free_goods(warehouse: Site) -> None:
    a, b = (warehouse.trace("MILK", lot=lot, expiry=days(50)) for lot in ("A", "B"))
    warehouse.put("MILK", "R01", 5, trace=a)
    warehouse.put("MILK", "R02", 8, trace=b)
    first, second = warehouse.order_line("MILK", 5), warehouse.order_line("MILK", 5)
    station = warehouse.station()
    with station.transaction() as session:
        warehouse.reserve(session, first, "MILK", "R01", 5, a)
        warehouse.reserve(session, second, "MILK", "R02", 5, b)
        swap(session, warehouse, first, ("R01", a), ("R02", b), 2, second)
    assert held(warehouse) == {first: {"R01": 3, "R02": 2}, second: {"R01": 2, "R02": 3}}
    with station.transaction() as session:
        swap(session, warehouse, first, ("R01", a), ("R02", b), 3)
    assert held(warehouse)[first] == {"R02": 5}
    for qty in (1, 4):
        with pytest.raises(Refusal, match=r"not_reserved|not_enough"), station.transaction() as session:
            swap(session, warehouse, second, ("R01", a), ("R02", b), qty)
    assert held(warehouse)[second] == {"R01": 2, "R02": 3}
    assert warehouse.prove() == []


def test_an_order_does_not_get_goods_by_exchange_that_are_too_old_for_it(warehouse: Site) -> None:
    a, b = (warehouse.trace("MILK", lot=lot, expiry=days(left)) for lot, left in (("A", 50), ("B", 5)))
    warehouse.put("MILK", "R01", 5, trace=a)
    warehouse.put("MILK", "R02", 5, trace=b)
    first, second = warehouse.order_line("MILK", 5), warehouse.order_line("MILK", 5)
    station = warehouse.station()
    with station.transaction() as session:
        warehouse.reserve(session, first, "MILK", "R01", 5, a)
        warehouse.reserve(session, second, "MILK", "R02", 5, b)
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET minimum_remaining_days = 20 WHERE sku = 'MILK'")
    with pytest.raises(Refusal, match=r"too_short_lived"), station.transaction() as session:
        swap(session, warehouse, first, ("R01", a), ("R02", b), 2, second)
    assert held(warehouse) == {first: {"R01": 5}, second: {"R02": 5}}


def test_many_exchanges_at_once_neither_lose_nor_lock(warehouse: Site) -> None:
    traces = [warehouse.trace("MILK", lot=lot, expiry=days(50)) for lot in "AB"]
    lines = [warehouse.order_line("MILK", 50) for _ in range(2)]
    for place, trace, line in zip(("R01", "R02"), traces, lines, strict=True):
        warehouse.put("MILK", place, 50, trace=trace)
        with warehouse.station().transaction() as session:
            warehouse.reserve(session, line, "MILK", place, 50, trace)
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)
    keys = [("R01", traces[0]), ("R02", traces[1])]

    def work(number: int) -> None:
        mine = number % 2
        for _ in range(5):
            Worker(station, Changes()).run(
                lambda unit: swap(unit.session, warehouse, lines[mine], keys[mine], keys[1 - mine], 1, lines[1 - mine])
            )

    assert race(work) == [None] * CLIENTS
    assert held(warehouse) == {lines[0]: {"R01": 10, "R02": 40}, lines[1]: {"R01": 40, "R02": 10}}
    assert warehouse.prove() == []


def arrive(site: Site, inbound: UUID, qty: int, status: str = "available") -> UUID:
    with site.station().transaction() as session:
        return post(session, site, "receipt", "WIDGET", "SUPPLIER", "DOCK1", qty, line=inbound, to_statuses=[status])


def by_cover(site: Site) -> dict[str, int]:
    """What is promised, from stock and of what is on its way."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT CASE WHEN inbound_line_id IS NULL THEN 'stock' ELSE 'inbound' END AS cover, sum(qty) AS qty"
            " FROM promise GROUP BY 1"
        )
    return {row["cover"]: int(row["qty"]) for row in rows}


def test_goods_that_were_promised_on_their_way_are_promised_from_stock_when_they_came(warehouse: Site) -> None:
    inbound = warehouse.purchase_line("WIDGET", 20)
    first, second = warehouse.order_line("WIDGET", 8), warehouse.order_line("WIDGET", 8)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, first, "WIDGET", 8, inbound=inbound)
        promise(session, warehouse, second, "WIDGET", 7, inbound=inbound)
    arrive(warehouse, inbound, 10)
    assert by_cover(warehouse) == {"stock": 10, "inbound": 5}
    with pytest.raises(Refusal, match=r"stock\.promised"), warehouse.station().transaction() as session:
        warehouse.reserve(session, warehouse.order_line("WIDGET", 1), "WIDGET", "DOCK1", 1)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, first, "WIDGET", "DOCK1", 8)
    assert by_cover(warehouse) == {"stock": 2, "inbound": 5}
    arrive(warehouse, inbound, 10)
    assert by_cover(warehouse) == {"stock": 7}
    assert warehouse.prove() == []


def test_what_came_damaged_keeps_no_promise_and_its_order_hears_of_it(warehouse: Site) -> None:
    inbound = warehouse.purchase_line("WIDGET", 10)
    line = warehouse.order_line("WIDGET", 10)
    with warehouse.station().transaction() as session:
        promise(session, warehouse, line, "WIDGET", 10, inbound=inbound)
    arrive(warehouse, inbound, 3, "damaged")
    assert by_cover(warehouse) == {"inbound": 7}
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT qty, claim FROM claim_loss") == [{"qty": 3, "claim": "promise"}]
    assert warehouse.prove() == []
