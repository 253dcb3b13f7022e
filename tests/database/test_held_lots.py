"""A held lot stays held: what arrives of it comes in held, what is on its way out goes no further."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import Session
from app.domain.errors import Refusal
from app.services.changes import Changes
from app.services.work import Worker
from tests.database.test_races import CLIENTS, race
from tests.database.test_traces import by_status, hold
from tests.support import Site, post


@pytest.fixture
def lot(warehouse: Site) -> UUID:
    """A lot of milk: 10 in a bin."""
    trace = warehouse.trace("MILK", lot="A", expiry="2040-01-01")
    warehouse.put("MILK", "R01", 10, trace=trace)
    return trace


def say(site: Site, trace: UUID, status: str) -> dict[str, Any]:
    with site.station().transaction() as session:
        return hold(session, site, trace, status)


def refused(site: Site, kind: str, place: str, target: str, trace: UUID, **more: Any) -> Refusal:  # noqa: ANN401
    with pytest.raises(Refusal) as caught, site.station().transaction() as session:
        post(session, site, kind, "MILK", place, target, 1, trace=trace, **more)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "source", "document"),
    [("receipt", "SUPPLIER", "purchase_order"), ("return_in", "CUSTOMER", "return"), ("adjust_in", "ADJUSTMENT", "")],
)
def test_what_arrives_of_a_held_lot_comes_in_held(
    warehouse: Site, lot: UUID, kind: str, source: str, document: str
) -> None:
    say(warehouse, lot, "blocked")
    line = warehouse.document(document, ("MILK", 5))[0] if document else None
    with warehouse.station().transaction() as session:
        reason = None if document else "FOUND"
        post(session, warehouse, kind, "MILK", source, "DOCK1", 5, trace=lot, line=line, reason=reason)
    assert by_status(warehouse) == {"blocked": 15}
    assert warehouse.prove() == []


def test_what_arrives_damaged_stays_damaged_and_after_the_release_goods_are_usable_again(
    warehouse: Site, lot: UUID
) -> None:
    say(warehouse, lot, "quarantined")
    with warehouse.station().transaction() as session:
        post(session, warehouse, "adjust_in", "MILK", "ADJUSTMENT", "DOCK1", 2, trace=lot, reason="FOUND",
             to_statuses=["damaged"])  # fmt: skip
    say(warehouse, lot, "available")
    warehouse.put("MILK", "R02", 3, trace=lot)
    assert by_status(warehouse) == {"available": 13, "damaged": 2}


def test_a_lot_is_recalled_before_any_of_it_came(warehouse: Site) -> None:
    trace = warehouse.trace("MILK", lot="B", expiry="2040-01-01")
    request = uuid4()
    for _ in range(2):
        with warehouse.station().transaction() as session:
            answer = hold(session, warehouse, trace, "blocked", request=request)
        assert (answer["posting"], answer["moves"]) == (None, 0)
    warehouse.put("MILK", "R01", 4, trace=trace)
    assert by_status(warehouse) == {"blocked": 4}
    with pytest.raises(Refusal, match=r"nothing_to_hold"):
        say(warehouse, trace, "blocked")


def test_a_transfer_of_a_held_lot_arrives_held(warehouse: Site, lot: UUID) -> None:
    with warehouse.desk.transaction() as session:
        made = session.call(
            "create_transfer",
            warehouse=warehouse.warehouse,
            to_warehouse=warehouse.warehouses["WH002"],
            reference="",
            due=None,
            items=[warehouse.items["MILK"]],
            uoms=["each"],
            qtys=[6],
        )
        session.call("decide_document", document=made, decision="released", version=1)
        row = session.row("SELECT id FROM document_line WHERE document_id = %(made)s", made=made)
        assert row is not None
        warehouse.reserve(session, row["id"], "MILK", "R01", 6, lot)
        post(session, warehouse, "transfer_out", "MILK", "R01", "TRANSIT", 4, trace=lot, line=row["id"])
        hold(session, warehouse, lot, "blocked")
    assert by_status(warehouse) == {"available": 4, "blocked": 6}
    with warehouse.desk.transaction() as session:
        session.call(
            "post_moves",
            request=uuid4(),
            kind="transfer_in",
            warehouse=warehouse.warehouses["WH002"],
            items=[warehouse.items["MILK"]],
            qtys=[4],
            from_locations=[warehouse.places["TRANSIT"]],
            to_locations=[warehouse.other_places["DOCK1"]],
            traces=[lot],
            lines=[row["id"]],
        )
    assert by_status(warehouse) == {"blocked": 10}
    assert warehouse.prove() == []


def on_its_way(site: Site, session: Session, lot: UUID) -> UUID:
    """Three of a lot, for one order: one in the bin, one in the tote, one in the staging lane."""
    line = site.order_line("MILK", 3)
    site.reserve(session, line, "MILK", "R01", 3, lot)
    post(session, site, "pick", "MILK", "R01", "TOTE", 2, trace=lot, line=line)
    post(session, site, "pack", "MILK", "TOTE", "STAGE1", 1, trace=lot, line=line)
    return line


def test_goods_of_a_held_lot_in_totes_and_cartons_go_no_further_until_it_is_released(
    warehouse: Site, lot: UUID
) -> None:
    with warehouse.station().transaction() as session:
        line = on_its_way(warehouse, session, lot)
    say(warehouse, lot, "blocked")
    for kind, place, target in (("pack", "TOTE", "STAGE1"), ("ship", "STAGE1", "CUSTOMER")):
        refusal = refused(warehouse, kind, place, target, lot, line=line)
        assert (refusal.code, refusal.facts["lot"], refusal.facts["sku"], refusal.facts["status"]) == (
            "trace.held", "A", "MILK", "blocked")  # fmt: skip
    say(warehouse, lot, "available")
    with warehouse.station().transaction() as session:
        post(session, warehouse, "pack", "MILK", "TOTE", "STAGE1", 1, trace=lot, line=line)
        post(session, warehouse, "ship", "MILK", "STAGE1", "CUSTOMER", 1, trace=lot, line=line)
    assert warehouse.prove() == []


def test_what_was_packed_of_a_held_lot_is_put_back_but_not_taken_or_reserved_again(warehouse: Site, lot: UUID) -> None:
    line = warehouse.order_line("MILK", 3)
    with warehouse.station().transaction() as session:
        warehouse.reserve(session, line, "MILK", "R01", 2, lot)
        picked = post(session, warehouse, "pick", "MILK", "R01", "TOTE", 2, trace=lot, line=line)
    say(warehouse, lot, "blocked")
    with warehouse.station().transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=picked, reason="UNDO")
    assert by_status(warehouse) == {"blocked": 10}
    assert warehouse.stock("MILK", "R01") == (10, 0)
    assert refused(warehouse, "pick", "R01", "TOTE", lot, line=line).code == "trace.held"
    with pytest.raises(Refusal, match=r"trace\.held"), warehouse.station().transaction() as session:
        warehouse.reserve(session, warehouse.order_line("MILK", 1), "MILK", "R01", 1, lot)
    with warehouse.superuser() as connection:
        losses = connection.execute("SELECT demand_line_id, qty, cause FROM claim_loss").fetchall()
    assert losses == [(line, 2, "QUALITY")]
    assert warehouse.prove() == []


def test_the_hold_of_a_lot_is_not_taken_back_as_a_movement(warehouse: Site, lot: UUID) -> None:
    held = say(warehouse, lot, "blocked")
    with pytest.raises(Refusal) as caught, warehouse.station().transaction() as session:
        session.call("reverse_posting", request=uuid4(), posting=held["posting"], reason="UNDO")
    assert (caught.value.code, caught.value.facts["lot"], caught.value.facts["status"]) == (
        "trace.held",
        "A",
        "blocked",
    )
    say(warehouse, lot, "available")
    assert by_status(warehouse) == {"available": 10}


def test_a_held_lot_is_released_as_a_whole_only(warehouse: Site, lot: UUID) -> None:
    say(warehouse, lot, "blocked")
    refusal = refused(warehouse, "status", "R01", "R01", lot, reason="QUALITY",
                      from_statuses=["blocked"], to_statuses=["available"])  # fmt: skip
    assert refusal.code == "trace.held"


def test_a_hold_in_one_warehouse_is_seen_there_only(warehouse: Site, lot: UUID) -> None:
    say(warehouse, lot, "blocked")
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT status FROM trace_hold") == [{"status": "blocked"}]
        session.call(
            "post_moves",
            request=uuid4(),
            kind="adjust_in",
            warehouse=warehouse.warehouses["WH002"],
            items=[warehouse.items["MILK"]],
            qtys=[1],
            from_locations=[warehouse.other_places["ADJUSTMENT"]],
            to_locations=[warehouse.other_places["R01"]],
            traces=[lot],
            reasons=["FOUND"],
        )
    assert by_status(warehouse) == {"blocked": 10, "available": 1}


def test_no_goods_slip_in_while_their_lot_is_held(warehouse: Site, lot: UUID) -> None:
    """Whatever comes first: after the hold, all goods of the lot are held."""
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)
    clients = [Worker(station, Changes()) for _ in range(CLIENTS)]

    def arrive(session: Session, number: int) -> None:
        post(session, warehouse, "adjust_in", "MILK", "ADJUSTMENT", f"R0{number % 6 + 1}", 1, trace=lot, reason="FOUND")

    def work(number: int) -> None:
        for turn in range(6):
            if number == 0 and turn == 3:
                clients[0].run(lambda unit: hold(unit.session, warehouse, lot, "blocked"))
            else:
                clients[number].run(lambda unit: arrive(unit.session, number))

    assert race(work) == [None] * CLIENTS
    assert by_status(warehouse) == {"blocked": 10 + 6 * CLIENTS - 1}
    assert warehouse.prove() == []


@pytest.fixture
def missing(warehouse: Site) -> UUID:
    """A lot of which 4 were taken out of R01 before anybody booked them in."""
    trace = warehouse.trace("MILK", lot="B", expiry="2040-01-01")
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE id = %s", [warehouse.places["R01"]])
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_out", "MILK", "R01", "ADJUSTMENT", 4, trace=trace, reason="LOST")
    return trace


@pytest.mark.parametrize("status", ["quarantined", "blocked", "damaged"])
def test_what_is_missing_of_a_held_lot_is_settled_by_what_arrives_held(
    warehouse: Site, missing: UUID, status: str
) -> None:
    say(warehouse, missing, status)
    assert by_status(warehouse) == {status: -4}
    assert warehouse.prove() == []
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "MILK", "ADJUSTMENT", "R01", 10, trace=missing, reason="FOUND")
        assert session.rows("SELECT 1 FROM negative_balances") == []
    assert by_status(warehouse) == {status: 6}
    assert warehouse.prove() == []


def test_what_is_still_missing_when_the_lot_is_released_is_missing_of_usable_goods(
    warehouse: Site, missing: UUID
) -> None:
    say(warehouse, missing, "quarantined")
    say(warehouse, missing, "blocked")
    say(warehouse, missing, "available")
    assert by_status(warehouse) == {"available": -4}
    assert warehouse.prove() == []


def test_a_held_lot_is_not_taken_as_usable_where_less_than_nothing_is_allowed(warehouse: Site, missing: UUID) -> None:
    say(warehouse, missing, "quarantined")
    for kind, target, more in (
        ("move", "R02", {}),
        ("scrap", "SCRAP", {"reason": "DAMAGED"}),
        ("adjust_out", "ADJUSTMENT", {"reason": "LOST"}),
    ):
        assert refused(warehouse, kind, "R01", target, missing, **more).code == "trace.held"
    assert by_status(warehouse) == {"quarantined": -4}
    assert warehouse.prove() == []
