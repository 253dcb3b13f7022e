"""The packing list of a real order: what went into its parcels, by lot, and what was taken out again."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.orders import PackingList
from app.database.session import Session
from app.domain.partners import Address
from app.services import orders
from app.services.work import Worker
from tests.support import Site, post


def _document(session: Session, line: UUID) -> UUID:
    row = session.row("SELECT document_id FROM document_line WHERE id = %(line)s", line=line)
    assert row is not None
    identity: UUID = row["document_id"]
    return identity


def _packing_list(desk: Worker, document: UUID) -> PackingList:
    (listed,) = desk.run(lambda unit: orders.packing_lists(unit, [document]))
    return listed


def _parcel(session: Session, site: Site, document: UUID) -> dict[str, Any]:
    parcel = session.call("open_carton", document=document, location=site.places["STAGE1"], carton_type="MEDIUM")
    made = session.row(
        "SELECT u.id AS handling_unit, u.sscc FROM parcel p JOIN handling_unit u ON u.id = p.handling_unit_id"
        " WHERE p.id = %(p)s",
        p=parcel,
    )
    assert made is not None
    return made


def test_a_packing_list_says_what_was_packed_by_lot_and_forgets_what_was_taken_out(
    warehouse: Site, desk: Worker
) -> None:
    milk, widget = warehouse.document("order", ("MILK", 5), ("WIDGET", 3))
    trace = warehouse.trace("MILK", lot="L1", expiry=date(2099, 1, 31))
    warehouse.put("MILK", "R01", 10, trace=trace)
    warehouse.put("WIDGET", "R02", 10)
    with warehouse.desk.transaction() as session:
        document = _document(session, milk)
        warehouse.reserve(session, milk, "MILK", "R01", 5, trace)
        warehouse.reserve(session, widget, "WIDGET", "R02", 3)
        post(session, warehouse, "pick", "MILK", "R01", "TOTE", 5, line=milk, trace=trace)
        post(session, warehouse, "pick", "WIDGET", "R02", "TOTE", 3, line=widget)
        parcel = _parcel(session, warehouse, document)
        unit = [parcel["handling_unit"]]
        post(session, warehouse, "pack", "MILK", "TOTE", "STAGE1", 4, line=milk, trace=trace, to_units=unit)
        wrong = post(session, warehouse, "pack", "WIDGET", "TOTE", "STAGE1", 3, line=widget, to_units=unit)
    with warehouse.desk.transaction() as session:
        session.call("reverse_posting", request=UUID(int=7), posting=wrong)
    listed = _packing_list(desk, document)
    (packed,) = listed.parcels
    assert packed.sscc == parcel["sscc"]
    assert [(g.number, g.sku, g.lot, g.expiry, g.qty) for g in packed.goods] == [
        (1, "MILK", "L1", date(2099, 1, 31), Decimal(4))
    ]
    assert [(line.sku, line.ordered, line.packed, line.open) for line in listed.lines] == [
        ("MILK", Decimal(5), Decimal(4), Decimal(1)),
        ("WIDGET", Decimal(3), Decimal(0), Decimal(3)),
    ]
    assert (packed.carton, packed.tare_kg, packed.weight_kg) == ("MEDIUM", Decimal("0.30"), None)


def test_an_order_that_nobody_has_packed_has_a_list_without_parcels(warehouse: Site, desk: Worker) -> None:
    line = warehouse.order_line("WIDGET", 3)
    with warehouse.desk.transaction() as session:
        document = _document(session, line)
    listed = _packing_list(desk, document)
    assert (listed.parcels, listed.customer, listed.ship_to) == ((), "Shopper", Address())


def test_a_purchase_order_has_no_packing_list(warehouse: Site, desk: Worker) -> None:
    line = warehouse.purchase_line()
    with warehouse.desk.transaction() as session:
        document = _document(session, line)
    assert desk.run(lambda unit: orders.packing_lists(unit, [document])) == ()
