"""Purchase orders and orders from files."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.domain.order_desk import Hold
from app.domain.orders import OrderLine, read_orders, read_purchase_orders
from app.domain.partners import PartnerData, PartnerKind
from app.domain.values import Findings, Money, compare
from tests.domain.test_sites import codes, node

LINE = {"sku": "P1", "qty": Decimal(3)}


def order(**fields: object) -> dict[str, object]:
    return {"number": "SO-1", "customer": "Jones", "lines": [LINE], **fields}


def test_a_purchase_order() -> None:
    findings = Findings()
    line = {"sku": "P1", "qty": "2.5", "uom": "Case", "price": "1.20", "currency": "eur"}
    fields = {"reference": "PO-7", "supplier": {"code": "S1", "name": "Acme"}, "expected": "2026-12-01"}
    (found,) = read_purchase_orders([node({**fields, "warehouse": "wh001", "lines": [LINE, line]})], findings)
    assert not list(findings)
    assert (found.number, found.warehouse, found.expected) == ("PO-7", "WH001", date(2026, 12, 1))
    assert found.supplier == PartnerData(PartnerKind.SUPPLIER, "S1", "Acme")
    assert found.lines == (
        OrderLine(1, "P1", Decimal(3)),
        OrderLine(2, "P1", Decimal("2.5"), "case", Money(Decimal("1.20"), "EUR")),
    )


def test_an_order_with_address_and_cut_off() -> None:
    findings = Findings()
    address = {"name": "Ann Jones", "street": "1 High St", "zip": "10115", "city": "Berlin", "country": "de"}
    content = order(ship_to=address, service="express", cut_off="2026-11-22T17:00+01:00")
    (found,) = read_orders([node(content)], findings)
    assert not list(findings)
    assert found.ship_to.lines == ("Ann Jones", "1 High St", "10115 Berlin", "DE")
    assert found.cut_off == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert compare({found.key: found}, [found]).empty


def test_an_order_says_how_urgent_it_is_what_it_waits_for_and_which_goods_it_wants() -> None:
    findings = Findings()
    line = {**LINE, "lot": "L7", "minimum_life": Decimal(30)}
    says = {
        "priority": Decimal(7),
        "complete": "yes",
        "gift": True,
        "gift_note": "All the best,\nAnn",
        "hold": "credit",
    }
    when = {"ship_by": "2026-11-22", "delivery_date": "2026-11-24", "customer_order": "4711", "carrier": "Swift"}
    (found,) = read_orders([node(order(**says, **when, lines=[line]))], findings)
    assert not list(findings)
    assert (found.priority, found.complete_only, found.gift, found.hold) == (7, True, True, Hold.CREDIT)
    assert found.gift_note == "All the best, Ann"
    assert (found.due, found.requested) == (date(2026, 11, 22), date(2026, 11, 24))
    assert (found.reference, found.carrier) == ("4711", "swift")
    assert (found.lines[0].lot, found.lines[0].minimum_days) == ("L7", 30)
    (moment,) = read_orders([node(order(ship_by="2026-11-22T17:00+01:00", hold=False))], findings)
    assert (moment.due, moment.cut_off, moment.hold) == (None, datetime(2026, 11, 22, 16, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"number": None}, "file.missing"),
        ({"customer": None}, "file.missing"),
        ({"customer": {"name": None}}, "file.missing"),
        ({"lines": []}, "orders.no_lines"),
        ({"lines": [{"sku": "P1"}]}, "file.missing"),
        ({"lines": [{"qty": Decimal(1)}]}, "file.missing"),
        ({"lines": [{**LINE, "qty": Decimal(0)}]}, "quantity.zero"),
        ({"lines": [{**LINE, "qty": Decimal(-1)}]}, "quantity.negative"),
        ({"lines": [{**LINE, "qty": Decimal("1E+10")}]}, "quantity.absurd"),
        ({"lines": [{**LINE, "qty": "a few"}]}, "quantity.unreadable"),
        ({"lines": [{**LINE, "qty": True}]}, "quantity.unreadable"),
        ({"lines": [{**LINE, "line": Decimal(1)}, {**LINE, "line": Decimal(1)}]}, "orders.duplicate_line"),
        ({"lines": [{**LINE, "price": Decimal(1)}]}, "money.currency"),
        ({"lines": [{**LINE, "colour": "red"}]}, "file.unknown_key"),
        ({"lines": ["P1"]}, "file.not_a_section"),
        ({"cut_off": "17:00"}, "orders.moment"),
        ({"cut_off": "2026-11-22T17:00"}, "orders.moment_without_offset"),
        ({"cut_off": "0001-01-01T00:00+23:00"}, "orders.moment"),
        ({"ship_to": {"country": "Germany"}}, "orders.country"),
        ({"priority": Decimal(10)}, "orders.bad_priority"),
        ({"hold": "maybe"}, "orders.unknown_hold"),
        ({"complete_only": "perhaps"}, "file.not_a_truth"),
        ({"gift_note": "x" * 501}, "file.too_long"),
        ({"note": (node("two"),)}, "file.not_a_text"),
        ({"ship_by": "Friday"}, "orders.date"),
        ({"lines": [{**LINE, "lot": "L" * 21}]}, "file.too_long"),
        ({"lines": [{**LINE, "minimum_days": Decimal(99999)}]}, "file.too_large"),
        ({"warehouse": "WH 1"}, "sites.code"),
    ],
)
def test_a_bad_order_is_refused(fields: dict[str, object], code: str) -> None:
    findings = Findings()
    read_orders([node(order(**fields))], findings)
    assert code in codes(list(findings))
    assert findings.refused


def test_a_day_must_exist() -> None:
    findings = Findings()
    read_purchase_orders([node({**order(), "customer": None, "supplier": "A", "expected": "2026-02-30"})], findings)
    assert "orders.date" in codes(list(findings))


def test_an_order_number_may_stand_in_a_file_once() -> None:
    findings = Findings()
    read_orders([node(order()), node(order(number="so-1"))], findings)
    assert codes(list(findings)) == ["orders.duplicate_number"]
