"""The life of a product: what each state permits, and changes that happen by themselves on their day."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import products as store
from app.domain.catalog.products import Product, State
from app.domain.errors import Refusal
from tests.support import Site, post


def change(site: Site, sku: str, state: State, *, reason: str = "test", on: date | None = None) -> None:
    with site.station().transaction() as session:
        zone, today = store.today_of(session, site.warehouse)
        store.change_state(
            session, uuid4(), [(site.items[sku], None)], state=state, on=on or today, zone=zone, reason=reason
        )


def product(site: Site, sku: str) -> Product:
    with site.station().transaction() as session:
        found = store.product(session, site.items[sku])
    assert found is not None
    return found


def said(work: object) -> str:
    with pytest.raises(Refusal) as caught:
        work()  # type: ignore[operator]
    return caught.value.code


def receive(site: Site, line: UUID) -> None:
    with site.station("dock1", "RECEIVER1").transaction() as session:
        post(session, site, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=line)


@pytest.mark.parametrize(
    ("state", "purchase", "sale", "receipt"),
    [
        (State.INTRODUCTION, "", "item.no_sale", ""),
        (State.ACTIVE, "", "", ""),
        (State.PHASE_OUT, "item.no_purchase", "item.sold_out", ""),
        (State.DISCONTINUED, "item.no_purchase", "item.no_sale", "item.discontinued"),
        (State.BLOCKED, "item.no_purchase", "item.no_sale", "item.blocked"),
    ],
)
def test_each_state_permits_what_the_manual_says(
    warehouse: Site, state: State, purchase: str, sale: str, receipt: str
) -> None:
    ordered = warehouse.purchase_line("WIDGET", 10)
    change(warehouse, "WIDGET", state)
    for code, work in (
        (purchase, lambda: warehouse.purchase_line("WIDGET", 1)),
        (sale, lambda: warehouse.order_line("WIDGET", 100)),
        (receipt, lambda: receive(warehouse, ordered)),
    ):
        if code:
            assert said(work) == code
        else:
            work()
    assert warehouse.prove() == []


def test_what_is_phased_out_is_sold_until_nothing_is_left(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    change(warehouse, "WIDGET", State.PHASE_OUT)
    warehouse.order_line("WIDGET", 3)
    with pytest.raises(Refusal) as caught:
        warehouse.order_line("WIDGET", 3)
    assert (caught.value.code, caught.value.facts["left"]) == ("item.sold_out", "2")
    warehouse.order_line("WIDGET", 2)


def test_what_is_blocked_stays_but_can_be_moved_and_scrapped(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    change(warehouse, "WIDGET", State.BLOCKED)
    with warehouse.station().transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 2)
        post(session, warehouse, "scrap", "WIDGET", "R02", "SCRAP", 1, reason="DAMAGED")
    assert warehouse.stock("WIDGET", "R02") == (Decimal(1), 0)
    assert warehouse.prove() == []


def test_going_back_and_blocking_need_a_reason(warehouse: Site) -> None:
    assert said(lambda: change(warehouse, "WIDGET", State.BLOCKED, reason="")) == "item.reason_missing"
    change(warehouse, "WIDGET", State.DISCONTINUED, reason="")
    assert said(lambda: change(warehouse, "WIDGET", State.ACTIVE, reason="")) == "item.reason_missing"
    change(warehouse, "WIDGET", State.ACTIVE, reason="Wanted again")
    assert [each.to_state for each in product(warehouse, "WIDGET").transitions] == ["active", "discontinued"]


def carry_out(site: Site) -> int:
    with site.login("worker_1").transaction() as session:
        return len(store.carry_out_due(session))


def test_a_planned_change_happens_by_itself_on_its_day_and_not_before(warehouse: Site) -> None:
    with warehouse.station().transaction() as session:
        today = store.today_of(session, warehouse.warehouse)[1]
    change(warehouse, "WIDGET", State.PHASE_OUT, on=today + timedelta(days=1))
    assert carry_out(warehouse) == 0
    assert product(warehouse, "WIDGET").state == "active"
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item_transition SET on_date = on_date - 1")
    assert carry_out(warehouse) == 1
    assert carry_out(warehouse) == 0
    widget = product(warehouse, "WIDGET")
    assert (widget.state, widget.transitions[0].from_state) == ("phase_out", "active")


def test_the_day_begins_where_the_warehouse_stands(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT (now() AT TIME ZONE 'Pacific/Kiritimati')::date AS there, now()::date AS here")
        assert row is not None
        store.change_state(
            session,
            uuid4(),
            [(warehouse.items["WIDGET"], None)],
            state=State.PHASE_OUT,
            on=row["there"],
            zone="Pacific/Kiritimati",
            reason="",
        )
        store.change_state(
            session,
            uuid4(),
            [(warehouse.items["GADGET"], None)],
            state=State.PHASE_OUT,
            on=row["there"],
            zone="Pacific/Pago_Pago",
            reason="",
        )
    assert (product(warehouse, "WIDGET").state, product(warehouse, "GADGET").state) == ("phase_out", "active")


def test_what_stands_in_the_way_of_one_change_is_said_and_holds_up_no_other(warehouse: Site) -> None:
    with warehouse.station().transaction() as session:
        today = store.today_of(session, warehouse.warehouse)[1]
    for sku in ("WIDGET", "GADGET"):
        change(warehouse, sku, State.INTRODUCTION)
        change(warehouse, sku, State.ACTIVE, on=today + timedelta(days=1))
    with warehouse.station().transaction() as session:
        lamps = store.save_record(session, uuid4(), "category", {"name": "Lamps"}, record=None, version=None).id
        power = {"name": "Power", "type": "number", "required": True, "category_id": lamps}
        store.save_record(session, uuid4(), "attribute_definition", power, record=None, version=None)
        store.save_items(session, uuid4(), [store.ItemChange({"category_id": lamps}, warehouse.items["WIDGET"])])
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item_transition SET on_date = on_date - 1 WHERE done_at IS NULL")
    assert carry_out(warehouse) == 1
    widget = product(warehouse, "WIDGET")
    assert (widget.state, widget.transitions[0].trouble) == ("introduction", "attribute.required")
    assert product(warehouse, "GADGET").state == "active"


def test_a_planned_change_is_taken_back(warehouse: Site) -> None:
    with warehouse.station().transaction() as session:
        today = store.today_of(session, warehouse.warehouse)[1]
    change(warehouse, "WIDGET", State.BLOCKED, on=today + timedelta(days=3))
    planned = product(warehouse, "WIDGET").transitions[0]
    with warehouse.station().transaction() as session:
        store.cancel_state_change(session, planned.id)
    assert product(warehouse, "WIDGET").transitions == ()
