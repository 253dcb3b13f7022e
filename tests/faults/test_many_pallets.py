"""Many pallets of one delivery scanned at many docks at once: each is received once, and no line is lost."""

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import UUID

from app.domain.errors import Refusal
from app.domain.orders import AsnLine
from app.services import inbound, receiving
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from tests.support import Site

PALLETS, STATIONS = 20, 8


def announced(site: Site, lines: Sequence[AsnLine]) -> tuple[UUID, list[UUID]]:
    """A shipping notice with these lines: its id, and its pallets."""
    desk = Worker(site.desk, Changes())
    desk.run(
        lambda unit: inbound.announce(
            unit, warehouse="WH001", supplier="ACME", reference="DES-1", due=None, lines=lines
        )
    )
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT DISTINCT l.document_id AS asn, a.handling_unit_id AS unit FROM asn_line a"
            " JOIN document_line l ON l.id = a.document_line_id"
        )
    return rows[0]["asn"], sorted(row["unit"] for row in rows)


def test_twenty_pallets_at_eight_stations_are_received_once_each(warehouse: Site) -> None:
    order = warehouse.document("purchase_order", ("WIDGET", 10 * PALLETS), ("GADGET", 5 * PALLETS))
    lines = [
        AsnLine(n, sku, Decimal(qty), sscc=f"PLATE-{n // 2}", unit_kind="pallet")
        for n, (sku, qty) in enumerate([("WIDGET", 10), ("GADGET", 5)] * PALLETS)
    ]
    asn, pallets = announced(warehouse, lines)

    def clerk(number: int) -> list[str]:
        """Scans every pallet, each clerk beginning with another one; answers with what was said of each."""
        worker = Worker(warehouse.login("desk", pool_size=1), Changes())
        return [receive(worker, pallet) for pallet in (*pallets[number:], *pallets[:number])]

    def receive(worker: Worker, pallet: UUID) -> str:
        def work(unit: UnitOfWork) -> UUID:
            return receiving.receive_unit(
                unit,
                asn=asn,
                handling_unit=pallet,
                dock=warehouse.places["DOCK1"],
                statuses=("available", "available"),
            )

        try:
            worker.run(work, request_id=uuid.uuid4())
        except Refusal as refusal:
            return refusal.code
        return "received"

    with ThreadPoolExecutor(STATIONS) as clerks:
        said = [word for words in clerks.map(clerk, range(STATIONS)) for word in words]
    assert (said.count("received"), said.count("asn.unit_received")) == (PALLETS, PALLETS * (STATIONS - 1))
    assert warehouse.stock("WIDGET", "DOCK1")[0] == 10 * PALLETS
    assert warehouse.stock("GADGET", "DOCK1")[0] == 5 * PALLETS
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT qty FROM line_progress WHERE document_line_id = ANY (%(order)s)", order=order)
    assert sorted(row["qty"] for row in rows) == [5 * PALLETS, 10 * PALLETS]
    assert warehouse.prove() == []
