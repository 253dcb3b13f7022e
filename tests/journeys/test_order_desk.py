"""An order from the telephone to its end: by hand, held, released, changed, short, with other goods, and cancelled."""

import uuid
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import pytest

from app.dialogs.dialog import Level, Result
from app.dialogs.picking import PICKING
from app.domain.errors import Refusal
from app.domain.order_desk import Hold, Trouble
from app.domain.partners import Address
from app.services import order_board, order_desk, order_entry
from app.services.changes import Changes
from app.services.order_desk import ORDER, LineChange
from app.services.order_entry import LineWish
from app.services.work import UnitOfWork, Worker
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import agree, held
from tests.fixtures_database import warehouse as warehouse  # noqa: PLC0414  (the fixture)
from tests.support import Site

T = TypeVar("T")
HOME = Address("Ada", "High Street 1", "", "10115", "Berlin", "", "DE")


def test_an_order_taken_by_telephone_goes_through_everything_that_may_happen_to_it(warehouse: Site) -> None:
    fill(warehouse)
    manager = Worker(warehouse.login("desk_manager"), Changes())

    def desk(work: Callable[[UnitOfWork], T]) -> T:
        return manager.run(work)

    def make(unit: UnitOfWork) -> str:
        known = order_entry.customer(unit, "shopp")
        lines = [LineWish("widget", "8"), LineWish("oil", "2")]
        return order_entry.create(unit, warehouse=warehouse.warehouse, customer=known, head=known.head, lines=lines)

    number = desk(make)
    with pytest.raises(Refusal, match=r"address\.field_missing"):
        desk(lambda unit: order_desk.release(unit, number))
    desk(lambda unit: order_desk.hold(unit, number, kind=Hold.ADDRESS, note="calls back"))
    seen = desk(lambda unit: order_entry.look_into(unit, number))
    head = seen.head.__class__(ship_to=HOME, carrier=seen.head.carrier, service=seen.head.service)
    desk(lambda unit: order_desk.change(unit, number, head=head, reason="called back"))
    with pytest.raises(Refusal, match=r"orders\.on_hold"):
        desk(lambda unit: order_desk.release(unit, number))
    desk(lambda unit: order_desk.lift(unit, number))
    assert desk(lambda unit: order_desk.release(unit, number)).short == ()

    picker = Conversation(warehouse.station("bench1", "OPERATOR1"), PICKING, warehouse)
    picker.scan(number)
    picker.key("NEW_TOTE")
    picker.scan("WH001-STO-R01")
    for _ in range(5):
        picker.scan("WIDGET")
    desk(lambda unit: order_desk.change(unit, number, lines=[LineChange(2, "1")], reason="less oil"))
    order = seen.row.id
    hear(picker, order)
    assert (picker.level, picker.said) == (Level.WARNING, "picking.order_changed")
    picker.scan("WH001-STO-R01")
    picker.key("SHORT")
    picker.key("SHORT")
    assert picker.said == "picking.short_instead", "what could go in its place is named"
    assert troubles(manager, warehouse) == [(Trouble.SHORT, number), (Trouble.COUNT, "WH001-STO-R01")]
    desk(lambda unit: order_desk.substitute(unit, number, 1, "GADGET"))
    assert troubles(manager, warehouse) == [(Trouble.COUNT, "WH001-STO-R01")]
    desk(lambda unit: order_desk.end_count(unit, location=warehouse.places["R01"], item=warehouse.items["WIDGET"]))
    assert troubles(manager, warehouse) == []
    hear(picker, order)
    picker.scan("WH001-STO-R03")
    for _ in range(3):
        picker.scan("GADGET")
    assert held(warehouse, "GADGET", "TOTE") == [3, 3]

    ended = desk(lambda unit: order_desk.cancel(unit, number, reason="CUSTOMER_WISH"))
    assert sorted((one.sku, int(one.qty)) for one in ended.back) == [("GADGET", 3), ("WIDGET", 5)]
    assert len(ended.hands) == 1, "the picker who has it in hand"
    picker.scan("WH001-STO-R02")
    assert picker.level is Level.ERROR
    assert held(warehouse, "OIL", "R02") == [3, 0], "what nobody picked is free"
    whole = [one.what for one in desk(lambda unit: order_entry.look_into(unit, number)).changes]
    assert whole == ["cancelled", "changed", "changed", "lifted", "changed", "held"]
    assert troubles(manager, warehouse) == [(Trouble.PUT_BACK, number)] * 2
    agree(warehouse)


def fill(warehouse: Site) -> None:
    """Goods in three bins; gadgets may take the place of widgets."""
    for sku, place, qty in (("WIDGET", "R01", 10), ("OIL", "R02", 3), ("GADGET", "R03", 9)):
        warehouse.put(sku, place, qty)
    with warehouse.superuser() as connection:
        connection.execute(
            "INSERT INTO stockhand.item_substitute (item_id, substitute_id, position) VALUES (%s, %s, 1)",
            [warehouse.items["WIDGET"], warehouse.items["GADGET"]],
        )


def hear(picker: Conversation, order: UUID) -> None:
    """The picker hears that the desk did something to the order in hand."""
    assert picker.runner.about == order
    picker.handle(Result(uuid.uuid4(), ORDER, order, "changed", {}))


def troubles(manager: Worker, site: Site) -> list[tuple[Trouble, str]]:
    """What somebody should do something about."""
    found = manager.run(lambda unit: order_board.troubles(unit, site.warehouse))
    return [(one.kind, one.number) for one in found]
