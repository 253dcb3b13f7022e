"""Goods of others that we keep (3PL): received as theirs, reserved and picked for their orders alone."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database.picking import Elsewhere, PickKey
from app.database.receiving import ReceiptMove
from app.database.session import as_json
from app.domain.errors import Refusal
from app.domain.order_desk import OrderHead
from app.domain.partners import Address
from app.services import allocation, order_desk, order_entry, picking, receiving
from app.services.order_entry import LineWish
from app.services.work import UnitOfWork, Worker
from tests.support import NIL, Site, post

HOME = Address(name="Ann", line_1="Weg 1", postal_code="10115", city="Berlin", country="DE")


@pytest.fixture
def milkman(warehouse: Site) -> UUID:
    """A partner whose goods we keep."""
    with warehouse.desk.transaction() as session:
        answer = session.call(
            "save_partners",
            request=uuid4(),
            rows=as_json([{"partner": {"code": "MILKMAN", "name": "Milkman", "kinds": ["owner"]}}]),
        )
    return UUID(answer[0]["id"])


def paper(site: Site, kind: str, owner: UUID, sku: str, qty: int) -> tuple[UUID, UUID]:
    """A released document about goods of an owner: its id and its line's."""
    with site.desk.transaction() as session:
        partner = session.row(
            "SELECT id FROM partner WHERE code = %(code)s", code="ACME" if kind == "purchase_order" else "SHOPPER"
        )
        assert partner is not None
        made: UUID = session.call(
            "create_document", kind=kind, warehouse=site.warehouse, partner=partner["id"], reference="", due=None,
            items=[site.items[sku]], uoms=["each"], qtys=[qty],
        )  # fmt: skip
        session.call("set_document_owner", document=made, owner=owner)
        version = session.row("SELECT version FROM document WHERE id = %(made)s", made=made)
        assert version is not None
        session.call("decide_document", document=made, decision="released", version=version["version"])
        line = session.row("SELECT id FROM document_line WHERE document_id = %(made)s", made=made)
        assert line is not None
    return made, line["id"]


def owners_of(site: Site, sku: str) -> dict[UUID, tuple[int, int]]:
    """On hand and reserved of an item by owner."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT owner_id, sum(on_hand) AS there, sum(reserved) AS held FROM stock_balance"
            " WHERE item_id = %(item)s AND on_hand <> 0 GROUP BY 1",
            item=site.items[sku],
        )
    return {row["owner_id"]: (int(row["there"]), int(row["held"])) for row in rows}


def theirs(site: Site, owner: UUID, where: str, qty: int) -> None:
    """Widgets of an owner that lie there."""
    with site.desk.transaction() as session:
        post(session, site, "adjust_in", "WIDGET", "ADJUSTMENT", where, qty, reason="OPENING",
             from_owners=[owner], to_owners=[owner])  # fmt: skip


def test_what_comes_for_an_owner_is_theirs_from_the_dock_on(warehouse: Site, milkman: UUID, desk: Worker) -> None:
    document, line = paper(warehouse, "purchase_order", milkman, "WIDGET", 8)
    move = ReceiptMove(
        document, line, warehouse.items["WIDGET"], Decimal(8), warehouse.places["SUPPLIER"],
        warehouse.places["DOCK1"], "available",
    )  # fmt: skip
    desk.run(lambda unit: receiving.receive(unit, warehouse=warehouse.warehouse, move=move))
    assert owners_of(warehouse, "WIDGET") == {milkman: (8, 0)}
    assert warehouse.prove() == []


def test_an_order_gets_goods_of_its_owner_only(warehouse: Site, milkman: UUID, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 5)
    theirs(warehouse, milkman, "R02", 7)
    document, _ = paper(warehouse, "order", milkman, "WIDGET", 6)
    ours, _ = paper(warehouse, "order", NIL, "WIDGET", 6)
    assert desk.run(lambda unit: allocation.allocate_order(unit, document)).short == ()
    assert [line.qty for line in desk.run(lambda unit: allocation.allocate_order(unit, ours)).short] == [1]
    assert owners_of(warehouse, "WIDGET") == {NIL: (5, 5), milkman: (7, 6)}
    assert warehouse.prove() == []


def test_an_order_by_hand_and_its_copy_get_goods_of_the_owner_that_is_named(
    warehouse: Site, milkman: UUID, desk: Worker
) -> None:
    warehouse.put("WIDGET", "R01", 5)
    theirs(warehouse, milkman, "R02", 7)

    def order(owner: str) -> Callable[[UnitOfWork], str]:
        def make(unit: UnitOfWork) -> str:
            buyer = order_entry.customer(unit, "SHOPPER")
            wished = [LineWish("WIDGET", "3")]
            return order_entry.create(
                unit, warehouse=warehouse.warehouse, customer=buyer, head=OrderHead(ship_to=HOME), lines=wished,
                release=True, owner=owner,
            )  # fmt: skip

        return make

    with pytest.raises(Refusal, match=r"importing\.unknown_owner"):
        desk.run(order("SHOPPER"))
    number = desk.run(order("milkman"))
    copied = desk.run(lambda unit: order_entry.copy(unit, number))
    desk.run(lambda unit: order_desk.release(unit, copied))
    assert owners_of(warehouse, "WIDGET") == {NIL: (5, 0), milkman: (7, 6)}
    assert desk.run(lambda unit: order_entry.look_into(unit, copied)).owner_name == "Milkman"


def test_nobody_reserves_an_owners_goods_for_somebody_elses_order(warehouse: Site, milkman: UUID) -> None:
    theirs(warehouse, milkman, "R02", 7)
    line = warehouse.order_line("WIDGET", 2)
    with pytest.raises(Refusal, match=r"stock\.other_owner"), warehouse.desk.transaction() as session:
        session.call(
            "reserve_stock", warehouse=warehouse.warehouse, lines=[line], items=[warehouse.items["WIDGET"]],
            locations=[warehouse.places["R02"]], traces=[NIL], units=[NIL], owners=[milkman], statuses=["available"],
            qtys=[Decimal(2)],
        )  # fmt: skip


def test_waiting_orders_of_several_owners_each_get_their_own(warehouse: Site, milkman: UUID, desk: Worker) -> None:
    warehouse.put("WIDGET", "R01", 2)
    theirs(warehouse, milkman, "R02", 3)
    for owner in (milkman, NIL):
        paper(warehouse, "order", owner, "WIDGET", 9)
    desk.run(lambda unit: allocation.allocate_waiting(unit, warehouse.warehouse))
    assert owners_of(warehouse, "WIDGET") == {NIL: (2, 2), milkman: (3, 3)}


def test_an_owners_goods_are_picked_and_may_be_taken_from_another_bin_of_theirs(
    warehouse: Site, milkman: UUID, desk: Worker
) -> None:
    theirs(warehouse, milkman, "R02", 3)
    document, line = paper(warehouse, "order", milkman, "WIDGET", 3)
    desk.run(lambda unit: allocation.allocate_order(unit, document))
    theirs(warehouse, milkman, "R03", 3)
    warehouse.put("WIDGET", "R04", 3)
    station = Worker(warehouse.station("bench1", "OPERATOR1"), desk.changes)
    taken = station.run(lambda unit: picking.take_order(unit, warehouse=warehouse.warehouse, document=document))
    assert taken == document
    tote = station.run(lambda unit: picking.register_tote(unit, warehouse=warehouse.warehouse))[0]
    key = PickKey(line, warehouse.places["R02"], NIL, NIL)

    def elsewhere(place: str) -> Elsewhere:
        return Elsewhere(warehouse.places[place], NIL, NIL)

    with pytest.raises(Refusal):
        station.run(lambda unit: picking.swap(unit, key=key, to=elsewhere("R04")))
    assert station.run(lambda unit: picking.swap(unit, key=key, to=elsewhere("R03"))) == 3
    station.run(
        lambda unit: picking.pick(
            unit,
            document=document,
            picks=[(PickKey(line, warehouse.places["R03"], NIL, NIL), Decimal(3))],
            tote=tote,
        )
    )
    assert warehouse.stock("WIDGET", "TOTE") == (3, 3)
    assert owners_of(warehouse, "WIDGET") == {NIL: (3, 0), milkman: (6, 3)}
    assert warehouse.prove() == []
