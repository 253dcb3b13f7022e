"""Goods go to another warehouse by two legs, and both warehouses see what is theirs."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.database.session import Database
from app.domain.errors import Refusal
from tests.support import NIL, Site, post


@pytest.fixture
def line(warehouse: Site) -> UUID:
    """The line of a released transfer of 10 widgets from WH001 to WH002; 20 are in R01."""
    warehouse.put("WIDGET", "R01", 20)
    with warehouse.station().transaction() as session:
        made = session.call(
            "create_transfer",
            warehouse=warehouse.warehouse,
            to_warehouse=warehouse.warehouses["WH002"],
            reference="",
            due=None,
            items=[warehouse.items["WIDGET"]],
            uoms=["each"],
            qtys=[10],
        )
        session.call("decide_document", document=made, decision="released", version=1)
        row = session.row("SELECT id FROM document_line WHERE document_id = %(made)s", made=made)
    assert row is not None
    return UUID(str(row["id"]))


def send(site: Site, line: UUID, qty: int) -> UUID:
    with site.station().transaction() as session:
        site.reserve(session, line, "WIDGET", "R01", qty)
        return post(session, site, "transfer_out", "WIDGET", "R01", "TRANSIT", qty, line=line)


def receive(site: Site, line: UUID, qty: int, *, database: Database | None = None, source: str = "TRANSIT") -> UUID:
    with (database or there(site)).transaction() as session:
        answer = session.call(
            "post_moves",
            request=uuid4(),
            kind="transfer_in",
            warehouse=site.warehouses["WH002"],
            items=[site.items["WIDGET"]],
            qtys=[qty],
            from_locations=[site.places[source]],
            to_locations=[site.other_places["DOCK1"]],
            lines=[line],
        )
    return UUID(answer["posting"])


def there(site: Site) -> Database:
    return site.station("dock1", "MANAGER-B")


def on_the_way(site: Site, database: Database, warehouse: str) -> list[int]:
    with database.transaction() as session:
        rows = session.rows("SELECT qty FROM in_transit(%(warehouse)s)", warehouse=site.warehouses[warehouse])
    return [int(row["qty"]) for row in rows]


def arrived(site: Site) -> int:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT sum(on_hand) AS qty FROM stock_balance WHERE warehouse_id = %(other)s",
            other=site.warehouses["WH002"],
        )
    return int((row or {})["qty"] or 0)


def test_goods_leave_one_warehouse_and_arrive_in_the_other(warehouse: Site, line: UUID) -> None:
    send(warehouse, line, 10)
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("WIDGET", "TRANSIT")) == ((10, 0), (10, 10))
    assert on_the_way(warehouse, warehouse.station(), "WH001") == [10]
    assert on_the_way(warehouse, there(warehouse), "WH002") == [10]
    receive(warehouse, line, 4)
    receive(warehouse, line, 6)
    assert warehouse.stock("WIDGET", "TRANSIT") == (0, 0)
    assert arrived(warehouse) == 10
    assert on_the_way(warehouse, there(warehouse), "WH002") == []
    assert warehouse.prove() == []


def test_what_was_not_sent_is_not_received(warehouse: Site, line: UUID) -> None:
    send(warehouse, line, 4)
    with pytest.raises(Refusal, match=r"not_enough|not_reserved"):
        receive(warehouse, line, 5)
    receive(warehouse, line, 4)
    with pytest.raises(Refusal, match=r"not_enough|not_reserved"):
        receive(warehouse, line, 1)
    with pytest.raises(Refusal, match="beyond_tolerance"):
        send(warehouse, line, 7)
    assert warehouse.prove() == []


def test_what_is_on_its_way_leaves_room_to_reserve_the_rest(warehouse: Site, line: UUID) -> None:
    send(warehouse, line, 6)
    with pytest.raises(Refusal, match="beyond_tolerance"), warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 5)
    send(warehouse, line, 4)
    receive(warehouse, line, 10)
    assert (arrived(warehouse), warehouse.prove()) == (10, [])


def test_the_receiver_sees_the_transfer_and_the_move_and_nothing_else_of_the_sender(
    warehouse: Site, line: UUID
) -> None:
    send(warehouse, line, 4)
    receive(warehouse, line, 4)
    with there(warehouse).transaction() as session:
        assert [row["kind"] for row in session.rows("SELECT kind FROM stock_move")] == ["transfer_in"]
        assert len(session.rows("SELECT id FROM document_line")) == 1
        assert {row["warehouse_id"] for row in session.rows("SELECT warehouse_id FROM stock_balance")} == {
            warehouse.warehouses["WH002"]
        }
    with warehouse.superuser() as connection:
        connection.execute("UPDATE person_group SET warehouse_id = %s WHERE group_name = 'receiver'",
                           [warehouse.warehouse])  # fmt: skip
    with warehouse.station("dock1", "RECEIVER1").transaction() as session:
        assert [row["kind"] for row in session.rows("SELECT kind FROM stock_move WHERE other_warehouse_id IS NOT NULL")
                ] == ["transfer_in"]  # fmt: skip


def test_only_the_warehouse_that_it_goes_to_takes_a_transfer(warehouse: Site, line: UUID) -> None:
    send(warehouse, line, 4)
    with pytest.raises(Refusal, match=r"permission\.missing"), there(warehouse).transaction() as session:
        post(session, warehouse, "transfer_in", "WIDGET", "TRANSIT", "DOCK1", 4, line=line)
    with pytest.raises(Refusal, match=r"ledger\.no_destination"), warehouse.station().transaction() as session:
        post(session, warehouse, "transfer_in", "WIDGET", "TRANSIT", "DOCK1", 4, line=line)
    with pytest.raises(Refusal, match=r"ledger\.wrong_places"):
        receive(warehouse, line, 4, source="R01")
    with pytest.raises(Refusal, match=r"document\.wrong_kind"), warehouse.station().transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 4, line=line)
    assert warehouse.prove() == []


def test_a_transfer_goes_back_the_way_it_came(warehouse: Site, line: UUID) -> None:
    sent = send(warehouse, line, 10)
    taken = receive(warehouse, line, 10)
    with pytest.raises(Refusal, match=r"not_enough|not_reserved"), warehouse.station().transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=sent, reason="UNDO")
    with there(warehouse).transaction() as session:
        session.call("reverse_lines", request=uuid4(), posting=taken, lines=[1], qtys=[3], reason="UNDO")
    assert warehouse.stock("WIDGET", "TRANSIT") == (3, 3)
    with warehouse.station().transaction() as session:
        session.call("reverse_lines", request=uuid4(), posting=sent, lines=[1], qtys=[3], reason="UNDO")
    assert (warehouse.stock("WIDGET", "R01"), arrived(warehouse)) == ((13, 3), 7)
    assert warehouse.prove() == []


def test_a_pallet_changes_its_warehouse_with_its_goods(warehouse: Site, line: UUID) -> None:
    with warehouse.station().transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit('pallet', %(at)s, %(place)s)",
            at=warehouse.warehouse,
            place=warehouse.places["R01"],
        )
        assert row is not None
        pallet = [row["id"]]
        post(session, warehouse, "repack", "WIDGET", "R01", "R01", 5, to_units=pallet)
        session.call(
            "reserve_stock",
            warehouse=warehouse.warehouse,
            lines=[line],
            items=[warehouse.items["WIDGET"]],
            locations=[warehouse.places["R01"]],
            traces=[NIL],
            units=pallet,
            owners=[NIL],
            statuses=["available"],
            qtys=[5],
        )
        post(session, warehouse, "transfer_out", "WIDGET", "R01", "TRANSIT", 5, line=line, from_units=pallet,
             to_units=pallet)  # fmt: skip
    with there(warehouse).transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="transfer_in",
            warehouse=warehouse.warehouses["WH002"],
            items=[warehouse.items["WIDGET"]],
            qtys=[5],
            from_locations=[warehouse.places["TRANSIT"]],
            to_locations=[warehouse.other_places["DOCK1"]],
            lines=[line],
            from_units=pallet,
            to_units=pallet,
        )
        row = session.row("SELECT warehouse_id, location_id FROM handling_unit WHERE id = %(id)s", id=pallet[0])
    assert row == {"warehouse_id": warehouse.warehouses["WH002"], "location_id": warehouse.other_places["DOCK1"]}
    assert warehouse.prove() == []


def test_what_arrives_is_not_dated_back_into_the_closed_books_of_who_sent_it(warehouse: Site, line: UUID) -> None:
    send(warehouse, line, 10)
    until = datetime.now(UTC) - timedelta(hours=1)
    with warehouse.station().transaction() as session:
        session.call("close_period", warehouse=warehouse.warehouse, until=until, note="month end")
    with pytest.raises(Refusal) as caught, there(warehouse).transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="transfer_in",
            warehouse=warehouse.warehouses["WH002"],
            items=[warehouse.items["WIDGET"]],
            qtys=[1],
            from_locations=[warehouse.places["TRANSIT"]],
            to_locations=[warehouse.other_places["DOCK1"]],
            lines=[line],
            effective=until - timedelta(minutes=1),
        )
    assert caught.value.code == "ledger.period_closed"
    receive(warehouse, line, 10)
    assert warehouse.prove() == []
