"""Goods on their way through the house and back: balances, reservations, progress, units, serials, repetitions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database.session import Database, Session
from app.domain.errors import Refusal
from tests.support import Site, post


def reverse(session: Session, posting: UUID, *, request: UUID | None = None) -> UUID:
    answer = session.call("reverse_posting", request=request or uuid4(), posting=posting, reason="UNDO")
    return UUID(answer["posting"])


def progress(site: Site, line: UUID) -> dict[str, Decimal]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT step, qty FROM line_progress WHERE document_line_id = %(line)s", line=line)
    return {row["step"]: row["qty"] for row in rows}


@dataclass
class Order:
    """An order of 10 widgets, on its way from R01 to the customer."""

    site: Site
    station: Database
    line: UUID
    carton: UUID
    postings: list[UUID]

    def step(self, kind: str, source: str, target: str, qty: object, **more: object) -> None:
        with self.station.transaction() as session:
            self.postings.append(
                post(session, self.site, kind, "WIDGET", source, target, qty, line=self.line, **more)  # type: ignore[arg-type]
            )

    def go(self) -> None:
        self.step("pick", "R01", "TOTE", 10)
        self.step("pack", "TOTE", "STAGE1", 10, to_units=[self.carton])
        self.step("ship", "STAGE1", "CUSTOMER", 10, from_units=[self.carton], to_units=[self.carton])

    def place_of_carton(self) -> UUID:
        with self.site.desk.transaction() as session:
            row = session.row("SELECT location_id FROM handling_unit WHERE id = %(unit)s", unit=self.carton)
        assert row is not None
        place: UUID = row["location_id"]
        return place


@pytest.fixture
def order(warehouse: Site) -> Order:
    warehouse.put("WIDGET", "R01", 12)
    line = warehouse.order_line("WIDGET", 10)
    station = warehouse.station()
    with station.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 10)
        unit = session.row(
            "SELECT id FROM create_handling_unit('carton', %(w)s, %(place)s)",
            w=warehouse.warehouse,
            place=warehouse.places["STAGE1"],
        )
    assert unit is not None
    return Order(warehouse, station, line, unit["id"], [])


def test_goods_keep_belonging_to_their_order_until_they_are_shipped(order: Order) -> None:
    site = order.site
    assert site.stock("WIDGET", "R01") == (12, 10)
    order.step("pick", "R01", "TOTE", 10)
    assert (site.stock("WIDGET", "R01"), site.stock("WIDGET", "TOTE")) == ((2, 0), (10, 10))
    order.step("pack", "TOTE", "STAGE1", 10, to_units=[order.carton])
    assert (site.stock("WIDGET", "TOTE"), site.stock("WIDGET", "STAGE1")) == ((0, 0), (10, 10))
    assert order.place_of_carton() == site.places["STAGE1"]
    order.step("ship", "STAGE1", "CUSTOMER", 10, from_units=[order.carton], to_units=[order.carton])
    assert site.stock("WIDGET", "STAGE1") == (0, 0)
    assert site.count("reservation") == 0
    assert progress(site, order.line) == {"picked": 10, "packed": 10, "shipped": 10}
    assert site.prove() == []


def test_the_whole_chain_goes_back_and_forth_again(order: Order) -> None:
    site = order.site
    order.go()
    for posting in reversed(order.postings):
        with order.station.transaction() as session:
            reverse(session, posting)
        assert site.prove() == []
    assert site.stock("WIDGET", "R01") == (12, 10)
    assert progress(site, order.line) == {"picked": 0, "packed": 0, "shipped": 0}
    order.go()
    assert site.stock("WIDGET", "R01") == (2, 0)
    assert site.prove() == []


def test_what_has_moved_on_cannot_be_taken_back(order: Order) -> None:
    order.go()
    with pytest.raises(Refusal, match="stock"), order.station.transaction() as session:
        reverse(session, order.postings[0])
    assert order.site.prove() == []


def test_a_posting_is_taken_back_once(warehouse: Site) -> None:
    posting = warehouse.put("WIDGET", "R01", 5)
    station = warehouse.station()
    request = uuid4()
    with station.transaction() as session:
        first = reverse(session, posting, request=request)
    with station.transaction() as session:
        assert reverse(session, posting, request=request) == first
    for again in (posting, first):
        with pytest.raises(Refusal, match="already_reversed"), station.transaction() as session:
            reverse(session, again)
    with pytest.raises(Refusal, match="unknown_posting"), station.transaction() as session:
        reverse(session, uuid4())
    assert warehouse.stock("WIDGET", "R01") == (0, 0)
    assert warehouse.prove() == []


def test_others_postings_are_taken_back_by_who_may(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.station("bench1", "OPERATOR1").transaction() as session:
        mine = post(session, warehouse, "move", "WIDGET", "R01", "R02", 5)
    with pytest.raises(Refusal, match="permission"), warehouse.station("dock1", "OPERATOR2").transaction() as session:
        reverse(session, mine)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET frozen_by = gen_random_uuid() WHERE address = 'WH001-STO-R01'")
    with pytest.raises(Refusal, match="frozen"), warehouse.station("bench1", "OPERATOR1").transaction() as session:
        reverse(session, mine)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET frozen_by = NULL")
    with warehouse.station("dock1", "MANAGER1").transaction() as session:
        reverse(session, mine)
    assert warehouse.stock("WIDGET", "R01") == (5, 0)
    assert warehouse.prove() == []


def test_progress_keeps_within_the_tolerance_and_falls_when_taken_back(warehouse: Site) -> None:
    line = warehouse.purchase_line("WIDGET", 100, tolerance="0.1")
    station = warehouse.station("dock1")
    with station.transaction() as session:
        first = post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 110, line=line)
    with pytest.raises(Refusal, match="beyond_tolerance"), station.transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=line)
    with station.transaction() as session:
        reverse(session, first)
    assert progress(warehouse, line) == {"received": 0}
    with station.transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=line)
    assert progress(warehouse, line) == {"received": 1}
    assert warehouse.prove() == []


def test_a_repeated_request_gets_the_first_answer_and_another_content_none(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 10)
    station = warehouse.station()
    request = uuid4()
    answers = set()
    for _ in range(3):
        with station.transaction() as session:
            answers.add(post(session, warehouse, "move", "WIDGET", "R01", "R02", 1, request=request))
    assert len(answers) == 1
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    for more in ({"qty": 2}, {"qty": 1, "reason": "FOUND"}, {"qty": 1, "weights": [Decimal(1)]}):
        with pytest.raises(Refusal, match="request_reused"), station.transaction() as session:
            post(session, warehouse, "move", "WIDGET", "R01", "R02", request=request, **more)
    other = warehouse.station("dock1", "OPERATOR1")
    with pytest.raises(Refusal, match="request_reused"), other.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1, request=request)
    assert warehouse.prove() == []


def test_a_serial_number_is_in_one_place_ever(warehouse: Site) -> None:
    serial = warehouse.trace("DRILL", serial="S1")
    station = warehouse.station()
    warehouse.put("DRILL", "R01", 1, trace=serial)
    with pytest.raises(Refusal, match="serial_twice"):
        warehouse.put("DRILL", "R02", 1, trace=serial)
    with station.transaction() as session:
        gone = post(session, warehouse, "scrap", "DRILL", "R01", "SCRAP", 1, trace=serial, reason="DAMAGED")
    warehouse.put("DRILL", "R02", 1, trace=serial)
    with pytest.raises(Refusal, match="serial_twice"), station.transaction() as session:
        reverse(session, gone)
    with station.transaction() as session:
        post(session, warehouse, "move", "DRILL", "R02", "R03", 1, trace=serial)
    assert warehouse.prove() == []


def test_two_of_one_serial_number_do_not_come_in_one_posting(warehouse: Site) -> None:
    serial = warehouse.trace("DRILL", serial="S1")
    with pytest.raises(Refusal, match="serial_twice"), warehouse.station().transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="adjust_in",
            warehouse=warehouse.warehouse,
            items=[warehouse.items["DRILL"]] * 2,
            qtys=[Decimal(1)] * 2,
            from_locations=[warehouse.places["ADJUSTMENT"]] * 2,
            to_locations=[warehouse.places["R01"], warehouse.places["R02"]],
            traces=[serial] * 2,
            reasons=["FOUND"] * 2,
        )


def test_where_it_is_allowed_stock_goes_below_nothing_and_the_next_receipt_settles_it(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address IN ('WH001-STO-R01')")
    with warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 3)
    assert warehouse.stock("WIDGET", "R01") == (-3, 0)
    assert warehouse.prove() == []
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = false")
    with pytest.raises(Refusal, match="not_enough"), warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 1)
    warehouse.put("WIDGET", "R01", 2)
    assert warehouse.stock("WIDGET", "R01") == (-1, 0)
    warehouse.put("WIDGET", "R01", 5)
    assert warehouse.stock("WIDGET", "R01") == (4, 0)
    assert warehouse.prove() == []


def test_a_serial_number_never_goes_below_nothing(warehouse: Site) -> None:
    serial = warehouse.trace("DRILL", serial="S1")
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address IN ('WH001-STO-R01')")
    with pytest.raises(Refusal, match="serial_not_here"), warehouse.station().transaction() as session:
        post(session, warehouse, "move", "DRILL", "R01", "R02", 1, trace=serial)


def test_goods_change_their_status_and_keep_it_on_the_way(warehouse: Site) -> None:
    lot = warehouse.trace("MILK", lot="L1", expiry=date(2030, 1, 1))
    warehouse.put("MILK", "R01", 10, trace=lot)
    station = warehouse.station()
    with station.transaction() as session:
        post(session, warehouse, "status", "MILK", "R01", "R01", 4, trace=lot, reason="QUALITY",
             to_statuses=["quarantined"])  # fmt: skip
        post(session, warehouse, "move", "MILK", "R01", "R02", 4, trace=lot, from_statuses=["quarantined"])
    with pytest.raises(Refusal, match=r"stock\.not_enough"), station.transaction() as session:
        post(session, warehouse, "move", "MILK", "R02", "R03", 4, trace=lot)
    assert warehouse.stock("MILK", "R02") == (4, 0)
    assert warehouse.prove() == []


def test_a_pallet_is_in_one_place_with_all_that_is_on_it(warehouse: Site) -> None:
    station = warehouse.station()
    with station.transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit('pallet', %(w)s, %(place)s)",
            w=warehouse.warehouse,
            place=warehouse.places["DOCK1"],
        )
    assert row is not None
    pallet = [row["id"]]
    with station.transaction() as session:
        for sku in ("WIDGET", "GADGET"):
            post(session, warehouse, "adjust_in", sku, "ADJUSTMENT", "DOCK1", 5, reason="FOUND", to_units=pallet)
    with pytest.raises(Refusal, match=r"handling_unit\.elsewhere"), station.transaction() as session:
        post(session, warehouse, "putaway", "WIDGET", "DOCK1", "R01", 5, from_units=pallet, to_units=pallet)
    with pytest.raises(Refusal, match=r"handling_unit\.elsewhere"), station.transaction() as session:
        post(session, warehouse, "adjust_in", "OIL", "ADJUSTMENT", "R02", 1, reason="FOUND", to_units=pallet)
    both = [warehouse.items["WIDGET"], warehouse.items["GADGET"]]
    with station.transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="putaway",
            warehouse=warehouse.warehouse,
            items=both,
            qtys=[Decimal(5)] * 2,
            from_locations=[warehouse.places["DOCK1"]] * 2,
            to_locations=[warehouse.places["R01"]] * 2,
            from_units=pallet * 2,
            to_units=pallet * 2,
        )
    assert warehouse.stock("GADGET", "R01") == (5, 0)
    assert warehouse.prove() == []


def test_a_line_gives_back_what_it_holds_and_never_more(order: Order) -> None:
    site = order.site
    held = {"line": order.line, "location": site.places["R01"], "trace": UUID(int=0), "unit": UUID(int=0)}
    for qty in (0, -5):
        with pytest.raises(Refusal, match="not_positive"), order.station.transaction() as session:
            session.call("release_stock", **held, qty=Decimal(qty))
    with order.station.transaction() as session:
        assert session.call("release_stock", **held, qty=Decimal(4)) == 4
    assert site.stock("WIDGET", "R01") == (12, 6)
    with order.station.transaction() as session:
        assert session.call("release_stock", **held, qty=Decimal(99)) == 6
        assert session.call("release_stock", **held) == 0
    assert site.stock("WIDGET", "R01") == (12, 0)
    assert site.prove() == []


def test_the_age_of_stock_begins_anew_after_nothing_was_left(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE stock_balance SET first_received_at = '2001-01-01'")
    warehouse.put("WIDGET", "R01", 5)
    station = warehouse.station()
    with station.transaction() as session:
        row = session.row("SELECT first_received_at AS since FROM stock_balance")
        assert row is not None
        assert row["since"].year == 2001
        post(session, warehouse, "adjust_out", "WIDGET", "R01", "ADJUSTMENT", 10, reason="LOST")
    warehouse.put("WIDGET", "R01", 5)
    with station.transaction() as session:
        row = session.row("SELECT first_received_at AS since FROM stock_balance")
    assert row is not None
    assert row["since"].year > 2001
