"""A pallet goes to another warehouse as a whole, with the cases on it; repacked goods keep their trail."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import Database, as_json
from app.domain.errors import Refusal
from tests.database.test_handling_units import fill, inside, nest, parent_of
from tests.database.test_races import race
from tests.support import NIL, Site, post


def unit(site: Site, kind: str) -> UUID:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit(%(kind)s, %(at)s, %(place)s)",
            kind=kind,
            at=site.warehouse,
            place=site.places["R01"],
        )
    assert row is not None
    return UUID(str(row["id"]))


@pytest.fixture
def pallet(warehouse: Site) -> tuple[UUID, UUID]:
    """A pallet without goods of its own, with a case of five widgets on it; a transfer has claimed all of them."""
    pallet, case = unit(warehouse, "pallet"), unit(warehouse, "case")
    fill(warehouse, case, "WIDGET", 5)
    nest(warehouse, case, pallet)
    claim(warehouse, case, 5)
    return pallet, case


def claim(site: Site, case: UUID, qty: int) -> None:
    with site.desk.transaction() as session:
        made = session.call(
            "create_transfer",
            warehouse=site.warehouse,
            to_warehouse=site.warehouses["WH002"],
            reference="",
            due=None,
            items=[site.items["WIDGET"]],
            uoms=["each"],
            qtys=[qty],
        )
        session.call("decide_document", document=made, decision="released", version=1)
        row = session.row("SELECT id FROM document_line WHERE document_id = %(made)s", made=made)
        assert row is not None
        session.call(
            "reserve_stock",
            warehouse=site.warehouse,
            lines=[row["id"]],
            items=[site.items["WIDGET"]],
            locations=[site.places["R01"]],
            traces=[NIL],
            units=[case],
            owners=[NIL],
            statuses=["available"],
            qtys=[qty],
        )


def go(database: Database, unit: UUID, place: UUID, kind: str, request: UUID | None = None) -> dict[str, Any]:
    with database.transaction() as session:
        answer: dict[str, Any] = session.call(
            "move_unit", request=request or uuid4(), unit=unit, to_location=place, kind=kind
        )
    return answer


def test_a_pallet_travels_with_its_cases_and_arrives_with_them(warehouse: Site, pallet: tuple[UUID, UUID]) -> None:
    top, case = pallet
    there = warehouse.station("dock1", "MANAGER-B")
    assert go(warehouse.station(), top, warehouse.places["TRANSIT"], "transfer_out")["moves"] == 1
    request = uuid4()
    first, again = (
        go(there, top, warehouse.other_places["DOCK1"], "transfer_in", request) for _ in range(2)
    )  # fmt: skip
    assert first["posting"] == again["posting"]
    with there.transaction() as session:
        units = session.rows("SELECT id, parent_id, location_id FROM handling_unit ORDER BY parent_id NULLS FIRST")
    dock = warehouse.other_places["DOCK1"]
    assert units == [
        {"id": top, "parent_id": None, "location_id": dock},
        {"id": case, "parent_id": top, "location_id": dock},
    ]
    with there.transaction() as session:
        rows = session.rows("SELECT decision FROM document WHERE kind = 'transfer'")
    assert rows == [{"decision": "closed"}]
    assert warehouse.prove() == []


def test_a_case_is_taken_off_its_pallet_when_it_goes_alone(warehouse: Site, pallet: tuple[UUID, UUID]) -> None:
    top, case = pallet
    go(warehouse.station(), case, warehouse.places["TRANSIT"], "transfer_out")
    assert parent_of(warehouse, case) is None
    assert inside(warehouse, case) == {"WIDGET": 5}
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT location_id FROM handling_unit WHERE id = %(top)s", top=top)
    assert row == {"location_id": warehouse.places["R01"]}
    assert warehouse.prove() == []


def test_a_pallet_with_goods_that_nobody_sends_stays(warehouse: Site, pallet: tuple[UUID, UUID]) -> None:
    top, _ = pallet
    fill(warehouse, top, "GADGET", 1)
    with pytest.raises(Refusal, match=r"handling_unit\.elsewhere"):
        go(warehouse.station(), top, warehouse.places["TRANSIT"], "transfer_out")
    with pytest.raises(Refusal, match=r"stock\.not_reserved"):
        go(warehouse.station(), unit(warehouse, "case"), warehouse.places["TRANSIT"], "transfer_out")
    assert warehouse.prove() == []


def test_repacked_goods_keep_the_trail_from_unit_to_unit(warehouse: Site) -> None:
    case, other = unit(warehouse, "case"), unit(warehouse, "case")
    lot = warehouse.trace("MILK", lot="A", expiry="2099-01-01")
    fill(warehouse, case, "MILK", 5, trace=lot)
    with warehouse.station().transaction() as session:
        answer = session.call("repack_goods", request=uuid4(), unit=case, into=other)
        rows = session.rows(
            "SELECT m.from_handling_unit_id AS came_from, m.to_handling_unit_id AS went_to, g.qty FROM genealogy g"
            " JOIN stock_move m ON m.id = g.consumed_move AND m.id = g.produced_move"
            " WHERE m.posting_id = %(posting)s",
            posting=answer["posting"],
        )
    assert rows == [{"came_from": case, "went_to": other, "qty": 5}]
    assert warehouse.prove() == []


def test_a_document_asked_for_twice_by_the_same_request_is_made_once(warehouse: Site) -> None:
    asked: dict[str, Any] = {
        "warehouse": warehouse.warehouse,
        "to_warehouse": warehouse.warehouses["WH002"],
        "reference": "",
        "due": None,
        "items": [warehouse.items["WIDGET"]],
        "uoms": ["each"],
        "request": uuid4(),
    }
    made = []
    for _ in range(2):
        with warehouse.desk.transaction() as session:
            made.append(session.call("create_transfer", qtys=[1], **asked))
    assert made[0] == made[1]
    for other in ({"qtys": [2]}, {"qtys": [1], "reference": "X"}):
        with pytest.raises(Refusal, match="request_reused"), warehouse.desk.transaction() as session:
            session.call("create_transfer", **{**asked, **other})
    assert warehouse.count("document") == 1
    assert warehouse.prove() == []


def test_picks_that_are_exchanged_crosswise_and_goods_that_move_meanwhile_never_lock_each_other_out(
    warehouse: Site,
) -> None:
    """Two orders want each other's bins, again and again, while free goods are carried to and fro between them."""
    lines = [warehouse.order_line("WIDGET", 5) for _ in range(2)]
    bins = ("R01", "R02")
    for place in bins:
        warehouse.put("WIDGET", place, 20)
    with warehouse.desk.transaction() as session:
        for line, place in zip(lines, bins, strict=True):
            session.call(
                "allocate_stock",
                warehouse=warehouse.warehouse,
                lines=[line],
                items=[warehouse.items["WIDGET"]],
                locations=[warehouse.places[place]],
                traces=[NIL],
                units=[NIL],
                owners=[NIL],
                statuses=["available"],
                qtys=[5],
                decisions=as_json({}),
            )
    station = warehouse.station(pool_size=4)

    def work(number: int) -> None:
        for turn in range(12):
            source, target = bins if (turn + number) % 2 else bins[::-1]
            with station.transaction() as session:
                if number < 2:
                    where = session.row(
                        "SELECT l.name FROM reservation r JOIN location l ON l.id = r.location_id"
                        " WHERE r.demand_line_id = %(line)s LIMIT 1",
                        line=lines[number],
                    )
                    assert where is not None
                    source, target = where["name"], bins[where["name"] == bins[0]]
                    session.call(
                        "swap_pick",
                        line=lines[number],
                        location=warehouse.places[source],
                        trace=NIL,
                        unit=NIL,
                        to_location=warehouse.places[target],
                        to_trace=NIL,
                        to_unit=NIL,
                        least=5,
                    )
                else:
                    post(session, warehouse, "move", "WIDGET", source, target, 1)

    assert race(work, 4) == [None] * 4
    with warehouse.superuser() as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()  # fmt: skip
    assert row == (0,)
    assert warehouse.prove() == []


def test_weighed_goods_in_a_unit_that_two_transfers_share_travel_with_their_shares_of_the_weight(
    warehouse: Site,
) -> None:
    """Seven pieces weigh 10 kg together: each line has its part, to the last milligram."""
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET catch_weight = true WHERE sku = 'WIDGET'")
    case = unit(warehouse, "case")
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 7, reason="OPENING", to_units=[case],
             weights=[Decimal(10)])  # fmt: skip
    for qty in (3, 4):
        claim(warehouse, case, qty)
    assert go(warehouse.station(), case, warehouse.places["TRANSIT"], "transfer_out")["moves"] == 2
    with warehouse.desk.transaction() as session:
        weights = [
            row["weight_kg"] for row in session.rows("SELECT weight_kg FROM stock_move WHERE kind = 'transfer_out'")
        ]
    assert (sorted(weights), sum(weights)) == ([Decimal("4.285714"), Decimal("5.714286")], 10)
    there = warehouse.station("dock1", "MANAGER-B")
    assert go(there, case, warehouse.other_places["DOCK1"], "transfer_in")["moves"] == 2
    with there.transaction() as session:
        assert session.rows("SELECT on_hand, weight_kg FROM stock_balance WHERE on_hand > 0") == [
            {"on_hand": 7, "weight_kg": 10}
        ]
    assert warehouse.prove() == []
