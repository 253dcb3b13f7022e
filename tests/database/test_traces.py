"""Lots as a whole: held, recalled, released; orders that lose goods by it hear of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import Session, as_json
from app.domain.errors import Refusal
from app.services.changes import Changes
from app.services.work import Worker
from tests.database.test_handling_units import allocate, fill, made
from tests.database.test_races import CLIENTS, race
from tests.support import Site, post


def hold(session: Session, site: Site, trace: UUID, status: str, *, request: UUID | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = session.call(
        "hold_trace",
        request=request or uuid4(),
        warehouse=site.warehouse,
        trace=trace,
        status=status,
        reason="QUALITY",
    )
    return answer


def by_status(site: Site) -> dict[str, int]:
    with site.desk.transaction() as session:
        rows = session.rows("SELECT status, sum(on_hand) AS qty FROM stock_balance WHERE on_hand <> 0 GROUP BY 1")
    return {row["status"]: int(row["qty"]) for row in rows}


@pytest.fixture
def lot(warehouse: Site) -> UUID:
    """A lot of milk: 10 in a bin, 5 on a pallet at the dock."""
    trace = warehouse.trace("MILK", lot="A", expiry="2040-01-01")
    warehouse.put("MILK", "R01", 10, trace=trace)
    fill(warehouse, made(warehouse, "pallet", "DOCK1"), "MILK", 5, "DOCK1", trace)
    return trace


def test_a_lot_is_held_wherever_it_lies_in_one_posting_and_released_again(warehouse: Site, lot: UUID) -> None:
    other = warehouse.trace("MILK", lot="B", expiry="2040-01-01")
    warehouse.put("MILK", "R02", 3, trace=other)
    station = warehouse.station()
    with station.transaction() as session:
        assert hold(session, warehouse, lot, "quarantined")["moves"] == 2
    assert by_status(warehouse) == {"quarantined": 15, "available": 3}
    with station.transaction() as session:
        hold(session, warehouse, lot, "available")
    assert by_status(warehouse) == {"available": 18}
    assert warehouse.prove() == []


def test_a_recall_takes_what_is_quarantined_too_and_a_release_leaves_damaged_goods(warehouse: Site, lot: UUID) -> None:
    station = warehouse.station()
    with station.transaction() as session:
        post(session, warehouse, "status", "MILK", "R01", "R01", 2, trace=lot, reason="DAMAGED",
             to_statuses=["damaged"])  # fmt: skip
        post(session, warehouse, "status", "MILK", "R01", "R01", 3, trace=lot, reason="QUALITY",
             to_statuses=["quarantined"])  # fmt: skip
        hold(session, warehouse, lot, "blocked")
    assert by_status(warehouse) == {"blocked": 13, "damaged": 2}
    with station.transaction() as session:
        hold(session, warehouse, lot, "available")
    assert by_status(warehouse) == {"available": 13, "damaged": 2}
    assert warehouse.prove() == []


def test_orders_that_lose_held_goods_hear_of_it_and_their_picks_end(warehouse: Site, lot: UUID) -> None:
    line = warehouse.order_line("MILK", 4)
    station = warehouse.station()
    with station.transaction() as session:
        session.call(
            "allocate_stock",
            warehouse=warehouse.warehouse,
            lines=[line],
            items=[warehouse.items["MILK"]],
            locations=[warehouse.places["R01"]],
            traces=[lot],
            units=[UUID(int=0)],
            owners=[UUID(int=0)],
            statuses=["available"],
            qtys=[4],
            decisions=as_json({}),
        )
    request = uuid4()
    for _ in range(2):
        with station.transaction() as session:
            answer = hold(session, warehouse, lot, "blocked", request=request)
        assert [(one["sku"], one["qty"]) for one in answer["released"]] == [("MILK", "4.000000")]
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT state FROM task") == [{"state": "cancelled"}]
        assert session.rows("SELECT qty, claim, cause FROM claim_loss") == [
            {"qty": 4, "claim": "reservation", "cause": "QUALITY"}
        ]
    assert warehouse.count("reservation") == 0
    assert warehouse.prove() == []


def test_holding_needs_its_permission_a_reason_and_something_to_hold(warehouse: Site, lot: UUID) -> None:
    with pytest.raises(Refusal, match="permission"), warehouse.station("dock1", "OPERATOR1").transaction() as session:
        hold(session, warehouse, lot, "blocked")
    station = warehouse.station()
    with pytest.raises(Refusal, match=r"trace\.nothing_to_hold"), station.transaction() as session:
        hold(session, warehouse, lot, "available")
    with pytest.raises(Refusal, match=r"trace\.unknown"), station.transaction() as session:
        hold(session, warehouse, uuid4(), "blocked")
    with pytest.raises(Refusal, match=r"unknown_status"), station.transaction() as session:
        hold(session, warehouse, lot, "lost")
    assert by_status(warehouse) == {"available": 15}


def test_a_lot_is_held_while_it_is_moved_reserved_and_picked(warehouse: Site, lot: UUID) -> None:
    pallet = made(warehouse, "pallet", "R03")
    fill(warehouse, pallet, "MILK", 20, "R03", lot)
    lines = [warehouse.order_line("MILK", 50) for _ in range(CLIENTS)]
    station = warehouse.station("bench1", "MANAGER1", pool_size=CLIENTS)
    clients = [Worker(station, Changes()) for _ in range(CLIENTS)]

    def act(session: Session, number: int, turn: int) -> None:
        match (number + turn) % 5:
            case 0:
                hold(session, warehouse, lot, "blocked" if turn % 2 else "available")
            case 1:
                place = warehouse.places[f"R{turn % 3 + 1:02}"]
                session.call("move_unit", request=uuid4(), unit=pallet, to_location=place)
            case 2:
                warehouse.reserve(session, lines[number], "MILK", "R01", 1, lot)
            case 3:
                post(session, warehouse, "pick", "MILK", "R01", "TOTE", 1, trace=lot, line=lines[number])
            case _:
                post(session, warehouse, "move", "MILK", "R01", "R02", 1, trace=lot)

    def work(number: int) -> None:
        for turn in range(8):
            try:
                clients[number].run(lambda unit, turn=turn: act(unit.session, number, turn))  # type: ignore[misc]
            except Refusal:
                continue

    assert race(work) == [None] * CLIENTS
    assert sum(by_status(warehouse).values()) == 35
    assert warehouse.prove() == []


def test_a_reserved_case_of_a_held_lot_frees_its_order(warehouse: Site) -> None:
    case = made(warehouse, "case")
    trace = warehouse.trace("MILK", lot="C", expiry="2040-01-01")
    fill(warehouse, case, "MILK", 6, "R01", trace)
    allocate(warehouse, warehouse.order_line("MILK", 6), "MILK", "R01", case, 6, trace)
    with warehouse.station().transaction() as session:
        hold(session, warehouse, trace, "quarantined")
    assert by_status(warehouse) == {"quarantined": 6}
    assert warehouse.prove() == []
