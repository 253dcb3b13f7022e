"""Goods at customers stay ours until they are used; goods of suppliers become ours when we use them."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from app.database.consignment import source
from app.domain.errors import Refusal
from app.reports.consignment_statement import write_statement
from app.services import allocation, clock, consignment, handling_units, unit_labels
from app.services.consignment import Consigned, Statement
from app.services.work import Worker
from app.texts import Texts
from tests.support import Site, post


@pytest.fixture
def place(warehouse: Site) -> UUID:
    """SHOPPER's place for goods of ours."""
    return warehouse.consign()


def bring(desk: Worker, site: Site, typed: str, **more: str) -> UUID:
    """Bring widgets from R01 to the customer."""
    return desk.run(
        lambda unit: consignment.bring(
            unit, warehouse=site.warehouse, target=site.places["CONSIGNMENT"], code="WIDGET", typed=typed, origin="R01",
            number=more.get("number", ""),
        )
    )  # fmt: skip


def goods(desk: Worker, site: Site) -> tuple[Consigned, ...]:
    return desk.run(lambda unit: consignment.goods(unit, site.warehouse))


def promised(site: Site) -> Decimal:
    """What of widgets can still be promised to somebody."""
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT available FROM available_to_promise(%(w)s, ARRAY[%(i)s]::uuid[])",
            w=site.warehouse, i=site.items["WIDGET"],
        )  # fmt: skip
    assert row is not None
    available: Decimal = row["available"]
    return available


def test_goods_at_a_customer_are_ours_and_nobody_else_can_be_promised_them(
    warehouse: Site, desk: Worker, place: UUID
) -> None:
    warehouse.put("WIDGET", "R01", 30)
    bring(desk, warehouse, "1 case")
    (there,) = goods(desk, warehouse)
    assert (there.side, there.partner, there.location, int(there.quantity)) == ("customer", "SHOPPER", place, 12)
    assert promised(warehouse) == 18
    line = warehouse.order_line("WIDGET", 25)
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
    assert row is not None
    done = desk.run(lambda unit: allocation.allocate_order(unit, row["id"]))
    assert [short.qty for short in done.short] == [7]
    assert warehouse.prove() == []


def test_bringing_goods_away_takes_them_from_those_who_were_promised_them(
    warehouse: Site, desk: Worker, place: UUID
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    line = warehouse.order_line("WIDGET", 8)
    with warehouse.desk.transaction() as session:
        session.call("promise_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     qtys=[Decimal(8)])  # fmt: skip
    bring(desk, warehouse, "5")
    with warehouse.desk.transaction() as session:
        left = session.row("SELECT qty FROM promise")
    assert left == {"qty": 5}
    assert warehouse.prove() == []


def test_what_the_customer_uses_is_sold_and_the_rest_may_come_home(warehouse: Site, desk: Worker, place: UUID) -> None:
    warehouse.put("WIDGET", "R01", 10)
    bring(desk, warehouse, "10")
    (there,) = goods(desk, warehouse)
    used = desk.run(lambda unit: consignment.use(unit, there, warehouse=warehouse.warehouse, quantity=Decimal(4)))
    assert warehouse.stock("WIDGET", "CONSIGNMENT") == (6, 0)
    desk.run(lambda unit: consignment.take_back(unit, used))
    (there,) = goods(desk, warehouse)
    desk.run(
        lambda unit: consignment.bring_back(
            unit, there, warehouse=warehouse.warehouse, quantity=Decimal(9), target="R02"
        )
    )
    assert (warehouse.stock("WIDGET", "CONSIGNMENT"), warehouse.stock("WIDGET", "R02")) == ((1, 0), (9, 0))
    assert warehouse.prove() == []


def test_more_than_is_free_there_is_refused_and_nothing_moves(warehouse: Site, desk: Worker, place: UUID) -> None:
    warehouse.put("WIDGET", "R01", 3)
    with pytest.raises(Refusal, match=r"consignment\.not_there"):
        bring(desk, warehouse, "4")
    bring(desk, warehouse, "3")
    (there,) = goods(desk, warehouse)
    with pytest.raises(Refusal, match=r"consignment\.not_there"):
        desk.run(lambda unit: consignment.use(unit, there, warehouse=warehouse.warehouse, quantity=Decimal(4)))
    assert warehouse.stock("WIDGET", "CONSIGNMENT") == (3, 0)


def test_a_suppliers_goods_are_ours_once_we_use_them(warehouse: Site, desk: Worker) -> None:
    supplier = warehouse.partners["ACME"]
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 10, reason="OPENING",
             from_owners=[supplier], to_owners=[supplier])  # fmt: skip
    (there,) = goods(desk, warehouse)
    assert (there.side, there.partner, int(promised(warehouse))) == ("supplier", "ACME", 0)
    desk.run(lambda unit: consignment.use(unit, there, warehouse=warehouse.warehouse, quantity=Decimal(4)))
    assert promised(warehouse) == 4
    assert [one.quantity for one in goods(desk, warehouse)] == [6]
    assert warehouse.prove() == []


def test_operators_may_not_take_goods_to_customers(warehouse: Site, place: UUID, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 3)
    with pytest.raises(Refusal, match=r"permission\.missing"):
        bring(Worker(warehouse.station("bench1", "OPERATOR1"), desk.changes), warehouse, "1")


def test_a_whole_pallet_goes_to_a_customer_and_comes_back_with_its_goods(
    warehouse: Site, desk: Worker, place: UUID
) -> None:
    with warehouse.desk.transaction() as session:
        made = session.row(
            "SELECT id FROM create_handling_unit('pallet', %(w)s, %(place)s, 'PAL-7')",
            w=warehouse.warehouse, place=warehouse.places["R01"],
        )  # fmt: skip
        assert made is not None
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 8, reason="OPENING", to_units=[made["id"]])
        session.change("UPDATE partner SET unit_label = %(name)s WHERE code = 'SHOPPER'", name="shopper_unit")

    def bring_whole(target: str) -> UUID:
        return desk.run(
            lambda unit: consignment.bring_unit(
                unit, warehouse=warehouse.warehouse, number="pal-7", target=warehouse.places[target]
            )
        )

    bring_whole("CONSIGNMENT")
    (there,) = goods(desk, warehouse)
    assert (there.unit_number, int(there.free)) == ("PAL-7", 8)
    [unit] = desk.run(
        lambda work: handling_units.read_facts(work, warehouse=warehouse.warehouse, units=[made["id"]])
    ).units
    assert unit_labels.label_of(unit, [], today=None).template == "shopper_unit"
    desk.run(lambda unit: consignment.take_back(unit, bring_whole("R02")))
    assert warehouse.stock("WIDGET", "CONSIGNMENT") == (8, 0)
    with pytest.raises(Refusal, match=r"handling_unit\.unknown"):
        desk.run(lambda unit: consignment.bring_unit(unit, warehouse=warehouse.warehouse, number="PAL-8", target=place))
    bring_whole("R02")
    line = warehouse.order_line("WIDGET", 3)
    with warehouse.desk.transaction() as session:
        session.call("reserve_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
                     locations=[warehouse.places["R02"]], traces=[UUID(int=0)], units=[made["id"]], qtys=[Decimal(3)],
                     owners=[UUID(int=0)], statuses=["available"])  # fmt: skip
    with pytest.raises(Refusal, match=r"consignment\.unit_reserved"):
        bring_whole("CONSIGNMENT")
    [unit] = desk.run(
        lambda work: handling_units.read_facts(work, warehouse=warehouse.warehouse, units=[made["id"]])
    ).units
    assert unit.label == "shopper_unit"
    assert warehouse.prove() == []


def use(desk: Worker, site: Site, typed: str, place: str) -> UUID:
    """Use so many widgets; returns the posting."""
    return desk.run(
        lambda unit: consignment.use_some(unit, warehouse=site.warehouse, code="WIDGET", typed=typed, place=place)
    )[0]


def stated(desk: Worker, site: Site, side: str, partner: str, **span: date) -> Statement:
    """The statement of yesterday, today and tomorrow."""
    today = clock.now().date()
    asked = {"since": today - timedelta(days=1), "until": today + timedelta(days=1), **span}
    return desk.run(
        lambda unit: consignment.statement(unit, warehouse=site.warehouse, partner=partner, side=side, **asked)
    )


def put_suppliers_goods(site: Site) -> None:
    """Ten widgets of ACME's lie in R01, worth 2.50 each by the books."""
    supplier = site.partners["ACME"]
    with site.desk.transaction() as session:
        post(session, site, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 10, reason="OPENING",
             from_owners=[supplier], to_owners=[supplier])  # fmt: skip
        session.change("UPDATE item SET standard_cost = %(cost)s WHERE sku = 'WIDGET'", cost=Decimal("2.5"))


def test_a_statement_says_what_was_used_when_and_at_whose_price(
    warehouse: Site, desk: Worker, place: UUID, tmp_path: Path
) -> None:
    warehouse.put("WIDGET", "R02", 9)
    put_suppliers_goods(warehouse)
    use(desk, warehouse, "4", "R01")
    posting = use(desk, warehouse, "2", "R01")
    desk.run(lambda unit: consignment.take_back(unit, posting))
    found = stated(desk, warehouse, "supplier", "acme")
    assert {one.priced_by for one in found.lines} == {"standard"}
    assert [(int(one.quantity), str(one.worth)) for one in found.lines] == [(4, "10.00"), (2, "5.00"), (-2, "-5.00")]
    assert found.total == 10
    line = warehouse.purchase_line("WIDGET", 5)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE document_line SET unit_price = 3.1 WHERE id = %s", [line])
    use(desk, warehouse, "1", "R01")
    assert stated(desk, warehouse, "supplier", "ACME").lines[-1].worth == Decimal("3.10")
    path = tmp_path / "acme.csv"
    write_statement(path, found, Texts.load(), printed_at=clock.now())
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [(row["quantity"], row["worth"]) for row in rows] == [("4", "10.00"), ("2", "5.00"), ("-2", "-5.00")]
    write_statement(tmp_path / "acme.pdf", found, Texts.load(), printed_at=clock.now())
    text = pypdfium2.PdfDocument(tmp_path / "acme.pdf")[0].get_textpage().get_text_range()
    assert "Used consignment goods" in text
    assert "10.00 EUR" in text


def test_a_customers_statement_has_no_prices_and_a_wrong_one_is_refused(
    warehouse: Site, desk: Worker, place: UUID
) -> None:
    warehouse.put("WIDGET", "R02", 9)
    desk.run(
        lambda unit: consignment.bring(
            unit, warehouse=warehouse.warehouse, target=place, code="WIDGET", typed="3", origin="R02"
        )
    )
    use(desk, warehouse, "2", "WH001-CONSIGNMENT")
    [sold] = stated(desk, warehouse, "customer", "SHOPPER").lines
    assert (int(sold.quantity), sold.price) == (2, None)
    assert stated(desk, warehouse, "customer", "SHOPPER").total == 0
    assert stated(desk, warehouse, "supplier", "SHOPPER").lines == ()
    with pytest.raises(Refusal, match=r"partner\.unknown"):
        stated(desk, warehouse, "supplier", "NOBODY")
    with pytest.raises(Refusal, match="wrong_span"):
        stated(desk, warehouse, "supplier", "ACME", until=date(2000, 1, 1))


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati"])  # at any moment one of them has another day
def test_goods_go_to_a_customer_until_their_last_day_in_the_warehouse_is_over(
    warehouse: Site, desk: Worker, place: UUID, zone: str
) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = %s", [zone])
    today = clock.today(ZoneInfo(zone))
    for lot, expiry in (("OVER", today - timedelta(days=1)), ("LAST", today)):
        warehouse.put("MILK", "R01", 5, trace=warehouse.trace("MILK", lot=lot, expiry=expiry.isoformat()))
    with warehouse.desk.transaction() as session:
        there = source(session, place=warehouse.places["R01"], item=warehouse.items["MILK"], number="")
    assert [row["free"] for row in there] == [5]


def test_the_last_month_is_that_of_the_warehouse(
    warehouse: Site, desk: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE warehouse SET time_zone = 'Europe/Berlin'")
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    today = desk.run(lambda unit: consignment.today(unit, warehouse.warehouse))
    assert consignment.last_month(today) == (date(2026, 12, 1), date(2026, 12, 31))
