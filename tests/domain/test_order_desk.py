"""How far an order is, how urgent, and whether its carrier has left without it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.domain.errors import Refusal
from app.domain.order_desk import (
    FORM,
    LineProgress,
    OrderFacts,
    OrderHead,
    Stage,
    address_fault,
    changed_fields,
    is_late,
    stage_of,
    urgency,
)
from app.domain.partners import Address

BERLIN = Address("Ada", "High Street 1", "", "10115", "Berlin", "", "DE")


def line(asked: int = 4, *, closed: bool = False, **done: int) -> LineProgress:
    return LineProgress(Decimal(asked), closed, **{step: Decimal(qty) for step, qty in done.items()})


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        ([line()], Stage.WAITING),
        ([line(reserved=4), line()], Stage.PARTLY_ALLOCATED),
        ([line(reserved=4), line(reserved=4)], Stage.ALLOCATED),
        ([line(picked=1, reserved=3)], Stage.PICKING),
        ([line(picked=4), line(picked=4)], Stage.PICKED),
        ([line(packed=4), line(picked=4)], Stage.PACKING),
        ([line(packed=4), line(closed=True)], Stage.PACKED),
        ([line(shipped=4), line(reserved=4)], Stage.ALLOCATED),
        ([line(shipped=4), line(closed=True)], Stage.SHIPPED),
    ],
)
def test_an_order_is_as_far_as_its_goods(lines: list[LineProgress], stage: Stage) -> None:
    assert stage_of("released", lines) is stage


def test_what_people_decided_goes_before_where_the_goods_are() -> None:
    known = [line(picked=4)]
    assert [stage_of(decision, known) for decision in ("draft", "held", "cancelled", "closed")] == [
        Stage.DRAFT,
        Stage.HELD,
        Stage.CANCELLED,
        Stage.CLOSED,
    ]
    assert stage_of("closed", [line(shipped=2)]) is Stage.SHIPPED


def test_what_is_missing_is_what_nothing_is_reserved_for() -> None:
    assert line(10, shipped=2, reserved=3, picked=1).missing == 4
    assert line(10, closed=True).missing == 0


def test_an_order_is_late_when_its_carrier_has_left_or_its_day_is_over() -> None:
    now, today = datetime(2030, 1, 7, 17, tzinfo=UTC), date(2030, 1, 7)
    assert is_late(datetime(2030, 1, 7, 16, tzinfo=UTC), None, now=now, today=today)
    assert not is_late(datetime(2030, 1, 8, 16, tzinfo=UTC), date(2030, 1, 1), now=now, today=today)
    assert is_late(None, date(2030, 1, 6), now=now, today=today)
    assert not is_late(None, today, now=now, today=today)


def test_only_what_differs_is_written_and_what_cannot_be_is_refused() -> None:
    before = OrderHead(ship_to=BERLIN)
    assert changed_fields(before, OrderHead(ship_to=BERLIN, priority=3)) == {"priority": 3}
    with pytest.raises(Refusal, match=r"orders\.bad_priority"):
        OrderHead(priority=10).checked()
    with pytest.raises(Refusal, match=r"orders\.note_too_long"):
        OrderHead(gift_note="x" * 501).checked()


def test_an_address_is_read_as_its_country_writes_them() -> None:
    assert address_fault(BERLIN) is None
    fault = address_fault(Address("Ada", "High Street 1", "", "1011", "Berlin", "", "DE"))
    assert fault is not None
    assert fault.field == "postal_code"
    nowhere = address_fault(Address())
    assert nowhere is not None
    assert nowhere.field == "country"


@pytest.mark.parametrize(
    ("service", "days", "priority"), [("EXPRESS", None, 5), ("STANDARD", -1, 4), ("STANDARD", 0, 2), ("STANDARD", 3, 0)]
)
def test_express_goes_before_what_is_overdue_and_that_before_what_leaves_today(
    service: str, days: int | None, priority: int
) -> None:
    facts = OrderFacts("SHOP", "house", service, "DE", 1, Decimal(10), days, complete_only=False)
    assert urgency(FORM.default_policy(), facts)[0] == priority
