"""What postings stand on, items, places and papers, does not go or change while goods are on their way to it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from app.database.session import Database, Session, as_json
from app.domain.errors import Fault, Refusal
from tests.support import Site, post


def while_under_way(
    site: Site, bring: Callable[[Session], object], change: Callable[[Session], object], *, by: Database | None = None
) -> list[str]:
    """Bring goods, and change what they stand on before that is committed; what the change was answered with."""
    waits, said = threading.Event(), []

    def meddle() -> None:
        try:
            with (by or site.login("desk")).transaction() as session:
                waits.set()
                change(session)
            said.append("done")
        except (Refusal, Fault) as stopped:
            said.append(stopped.code)

    with ThreadPoolExecutor(1, "meddler") as pool:
        with site.login("desk_manager").transaction() as session:
            bring(session)
            meddling = pool.submit(meddle)
            assert waits.wait(10)
            while not meddling.done() and not waiting(site):
                pass
        meddling.result(30)
    return said


def waiting(site: Site, how_many: int = 1) -> bool:
    """Whether so many wait for a lock."""
    with site.superuser() as connection:
        asked = "SELECT count(*) >= %s FROM pg_locks WHERE NOT granted"
        return connection.execute(asked, [how_many]).fetchone() == (True,)


def new(session: Session, site: Site, table: str) -> UUID:
    """An item or a bin that nobody has used yet."""
    row = session.row(
        "INSERT INTO item (sku, name, base_uom, decimals) VALUES ('NEW', 'New', 'kg', 3) RETURNING id"
        if table == "item"
        else "INSERT INTO location (warehouse_id, parent_id, kind, name, address) SELECT warehouse_id, parent_id, kind,"
        " 'NEW', 'WH001-STO-NEW' FROM location WHERE address = 'WH001-STO-R01' RETURNING id"
    )
    assert row is not None
    made: UUID = row["id"]
    if table == "item":
        site.items["NEW"] = made
    else:
        site.places["NEW"] = made
    return made


def found(site: Site, sku: str, place: str, qty: object) -> Callable[[Session], object]:
    return lambda session: post(session, site, "adjust_in", sku, "ADJUSTMENT", place, qty, reason="FOUND")


def test_a_bin_is_not_removed_while_its_first_goods_come(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        bin_ = new(session, warehouse, "location")
    gone = as_json([{"id": str(bin_), "version": 1}])

    def remove(session: Session) -> None:
        session.call("remove_places", request=uuid4(), warehouse=warehouse.warehouse, rows=gone)

    assert while_under_way(warehouse, found(warehouse, "WIDGET", "NEW", 1), remove) == ["record.in_use"]
    assert warehouse.stock("WIDGET", "NEW") == (1, 0)
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ("SELECT delete_record(gen_random_uuid(), 'item', %(item)s, NULL)", "record.in_use"),
        ("UPDATE item SET decimals = 0 WHERE id = %(item)s", "item.has_moves"),
        ("UPDATE item SET tracking = 'serial' WHERE id = %(item)s", "item.has_moves"),
    ],
)
def test_an_item_stays_as_it_is_while_the_first_of_it_comes(warehouse: Site, change: str, answer: str) -> None:
    with warehouse.desk.transaction() as session:
        item = new(session, warehouse, "item")
    said = while_under_way(warehouse, found(warehouse, "NEW", "R01", "0.5"), lambda s: s.change(change, item=item))
    assert said == [answer]
    assert warehouse.stock("NEW", "R01")[0] > 0
    assert warehouse.prove() == []


def test_a_paper_is_not_cancelled_while_goods_come_on_it(warehouse: Site) -> None:
    line = warehouse.purchase_line("WIDGET", 10)

    def receive(session: Session) -> None:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 4, line=line)

    def cancel(session: Session) -> None:
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
        assert row is not None
        session.call("decide_document", document=row["id"], decision="cancelled", version=2)

    assert while_under_way(warehouse, receive, cancel) == ["document.begun"]
    assert warehouse.prove() == []
