"""Somebody with a trolley: what the tests of picking share."""

from datetime import date
from uuid import UUID

from app.database.session import Row
from app.services import allocation
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.support import Site

MILK = "0104012345678918"


def order(site: Site, *lines: tuple[str, object], due: date | None = None) -> str:
    """A released and allocated order; returns its number."""
    line = site.document("order", *lines)[0]
    worker = Worker(site.desk, Changes())
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT d.id, d.number FROM document d JOIN document_line l ON l.document_id = d.id WHERE l.id = %(line)s",
            line=line,
        )
    assert row is not None
    if due:
        with site.superuser() as connection:
            connection.execute("UPDATE document SET due = %s WHERE id = %s", [due, row["id"]])
    worker.run(lambda unit: allocation.allocate_order(unit, row["id"]))
    return str(row["number"])


def held(site: Site, sku: str, place: str) -> list[int]:
    """On hand and reserved."""
    return [int(qty) for qty in site.stock(sku, place)]


def tasks(site: Site, kind: str = "pick") -> list[Row]:
    with site.desk.transaction() as session:
        return session.rows(
            "SELECT l.name AS bin, t.qty, t.done_qty, t.state, t.leased_by FROM task t"
            " JOIN location l ON l.id = t.from_location_id WHERE t.kind = %(kind)s ORDER BY l.walk_position, t.id",
            kind=kind,
        )


def agree(site: Site) -> None:
    """Open picks and reservations in bins say the same, and the ledger is clean."""
    with site.desk.transaction() as session:
        wrong = session.rows(
            "SELECT * FROM (SELECT document_line_id AS line, from_location_id AS place, trace_id, qty - done_qty AS qty"
            " FROM task WHERE kind = 'pick' AND state = 'open') t"
            " FULL JOIN (SELECT r.demand_line_id AS line, r.location_id AS place, r.trace_id, r.qty FROM reservation r"
            " JOIN location l ON l.id = r.location_id AND l.kind = 'bin') r USING (line, place, trace_id)"
            " WHERE t.qty IS DISTINCT FROM r.qty"
        )
    assert wrong == []
    assert site.prove() == []


def lot(site: Site, number: str, place: str, qty: int, expiry: str = "2031-01-01") -> UUID:
    trace = site.trace("MILK", lot=number, expiry=expiry)
    site.put("MILK", place, qty, trace=trace)
    return trace


def start(picker: Conversation, number: str, tote: str = "T-1") -> None:
    """Take an order with a tote that nobody knows yet."""
    picker.scan(number)
    picker.scan(tote)
    picker.scan(tote)
    assert picker.said == "picking.tote_taken"


def draw(site: Site, *bins: tuple[str, int, int], goods: str = "") -> None:
    """Two aisles along x, five metres apart and joined at both ends; bins where they are said to stand."""
    with site.superuser() as connection:
        warehouse = connection.execute("SELECT id FROM warehouse WHERE code = 'WH001'").fetchone()
        assert warehouse is not None
        for name, kind, *ends in (
            ("A", "aisle", 0, 0, 20000, 0),
            ("B", "aisle", 0, 5000, 20000, 5000),
            ("X1", "cross", 0, 0, 0, 5000),
            ("X2", "cross", 20000, 0, 20000, 5000),
        ):
            connection.execute(
                "INSERT INTO aisle (warehouse_id, name, kind, x1_mm, y1_mm, x2_mm, y2_mm)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [warehouse[0], name, kind, *ends],
            )
        for name, x, y in (("STAGE1", 0, 0), *bins):
            connection.execute(
                "UPDATE location SET x_mm = %s, y_mm = %s WHERE name = %s AND warehouse_id = %s",
                [x, y, name, warehouse[0]],
            )
        if goods:
            connection.execute("INSERT INTO attribute_definition (name, type) VALUES ('Fragile', 'truth')")
            connection.execute("UPDATE item SET attributes = '{\"Fragile\": true}' WHERE sku = %s", [goods])
            connection.execute("UPDATE item SET weight_mean_kg = 20 WHERE sku <> %s", [goods])
