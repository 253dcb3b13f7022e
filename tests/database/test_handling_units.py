"""Pallets, cases and cartons: moved as a whole, put onto each other, filled into each other; also many at once."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import Session, as_json
from app.domain.errors import Refusal
from app.services.changes import Changes
from app.services.work import Worker
from tests.database.test_races import race
from tests.support import NIL, Site, post


def made(site: Site, kind: str = "pallet", place: str | None = "R01") -> UUID:
    """A new handling unit that stands in a place."""
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit(%(kind)s, %(w)s, %(place)s)",
            kind=kind,
            w=site.warehouse,
            place=site.places[place] if place else None,
        )
    assert row is not None
    found: UUID = row["id"]
    return found


def fill(site: Site, unit: UUID, sku: str, qty: object, place: str = "R01", trace: UUID | None = None) -> None:
    """Goods that are simply there, in a unit."""
    with site.desk.transaction() as session:
        post(session, site, "adjust_in", sku, "ADJUSTMENT", place, qty, trace=trace, reason="OPENING", to_units=[unit])


def nest(site: Site, unit: UUID, onto: UUID | None) -> None:
    with site.desk.transaction() as session:
        session.call("nest_unit", unit=unit, onto=onto)


def move(session: Session, site: Site, unit: UUID, place: str, **more: object) -> dict[str, Any]:
    answer: dict[str, Any] = session.call(
        "move_unit", request=more.pop("request", None) or uuid4(), unit=unit, to_location=site.places[place], **more
    )
    return answer


def place_of(site: Site, unit: UUID) -> str:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT l.name FROM handling_unit u JOIN location l ON l.id = u.location_id WHERE u.id = %(unit)s",
            unit=unit,
        )
    return row["name"] if row else ""


def parent_of(site: Site, unit: UUID) -> UUID | None:
    with site.desk.transaction() as session:
        row = session.row("SELECT parent_id FROM handling_unit WHERE id = %(unit)s", unit=unit)
    assert row is not None
    parent: UUID | None = row["parent_id"]
    return parent


def inside(site: Site, unit: UUID) -> dict[str, int]:
    """What lies directly in a unit, by SKU."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT i.sku, sum(b.on_hand) AS qty FROM stock_balance b JOIN item i ON i.id = b.item_id"
            " WHERE b.handling_unit_id = %(unit)s AND b.on_hand <> 0 GROUP BY 1",
            unit=unit,
        )
    return {row["sku"]: int(row["qty"]) for row in rows}


@pytest.fixture
def pallet(warehouse: Site) -> UUID:
    """A pallet in R01 with 5 gadgets, and on it a case of 12 widgets."""
    pallet, case = made(warehouse), made(warehouse, "case")
    fill(warehouse, pallet, "GADGET", 5)
    fill(warehouse, case, "WIDGET", 12)
    nest(warehouse, case, pallet)
    return pallet


def case_on(site: Site, pallet: UUID) -> UUID:
    with site.desk.transaction() as session:
        row = session.row("SELECT id FROM handling_unit WHERE parent_id = %(pallet)s", pallet=pallet)
    assert row is not None
    found: UUID = row["id"]
    return found


def test_a_pallet_goes_with_its_cases_and_all_their_goods_in_one_posting(warehouse: Site, pallet: UUID) -> None:
    case = case_on(warehouse, pallet)
    request = uuid4()
    with warehouse.station().transaction() as session:
        answer = move(session, warehouse, pallet, "R02", request=request)
    assert (answer["moves"], answer["units"]) == (2, 2)
    assert (place_of(warehouse, pallet), place_of(warehouse, case)) == ("R02", "R02")
    assert (warehouse.stock("WIDGET", "R02"), warehouse.stock("GADGET", "R02")) == ((12, 0), (5, 0))
    with warehouse.station().transaction() as session:
        assert move(session, warehouse, pallet, "R02", request=request)["posting"] == answer["posting"]
    assert warehouse.stock("WIDGET", "R02") == (12, 0)
    assert warehouse.prove() == []


def test_the_same_request_moves_a_pallet_once(warehouse: Site, pallet: UUID) -> None:
    request = uuid4()
    station = warehouse.station()
    postings = set()
    for _ in range(3):
        with station.transaction() as session:
            postings.add(move(session, warehouse, pallet, "R02", request=request)["posting"])
    assert len(postings) == 1
    assert warehouse.count("posting") == 3
    assert warehouse.prove() == []


def test_a_case_that_is_moved_alone_is_taken_off_its_pallet(warehouse: Site, pallet: UUID) -> None:
    case = case_on(warehouse, pallet)
    with warehouse.station().transaction() as session:
        answer = move(session, warehouse, case, "R03")
    assert "taken_off" in answer
    assert parent_of(warehouse, case) is None
    assert (place_of(warehouse, pallet), place_of(warehouse, case)) == ("R01", "R03")
    assert warehouse.prove() == []


def test_what_is_reserved_goes_along_and_is_picked_where_the_pallet_stands(warehouse: Site, pallet: UUID) -> None:
    case = case_on(warehouse, pallet)
    line = warehouse.order_line("WIDGET", 10)
    allocate(warehouse, line, "WIDGET", "R01", case, 10)
    with warehouse.station().transaction() as session:
        move(session, warehouse, pallet, "R02")
    assert warehouse.stock("WIDGET", "R01") == (0, 0)
    assert warehouse.stock("WIDGET", "R02") == (12, 10)
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT from_location_id, qty FROM task WHERE kind = 'pick' AND state = 'open'")
    assert rows == [{"from_location_id": warehouse.places["R02"], "qty": 10}]
    assert warehouse.prove() == []


def test_goods_to_be_picked_are_not_carried_to_where_nobody_picks(warehouse: Site, pallet: UUID) -> None:
    line = warehouse.order_line("WIDGET", 10)
    allocate(warehouse, line, "WIDGET", "R01", case_on(warehouse, pallet), 10)
    with pytest.raises(Refusal, match=r"handling_unit\.to_be_picked"), warehouse.station().transaction() as session:
        move(session, warehouse, pallet, "STAGE1")
    assert warehouse.stock("WIDGET", "R01") == (12, 10)
    assert warehouse.prove() == []


def allocate(site: Site, line: UUID, sku: str, place: str, unit: UUID, qty: object, trace: UUID = NIL) -> None:
    with site.station().transaction() as session:
        session.call(
            "allocate_stock",
            warehouse=site.warehouse,
            lines=[line],
            items=[site.items[sku]],
            locations=[site.places[place]],
            traces=[trace],
            units=[unit],
            owners=[NIL],
            statuses=["available"],
            qtys=[Decimal(str(qty))],
            decisions=as_json({}),
        )


def test_every_check_of_a_posting_holds_for_a_pallet_too(warehouse: Site, pallet: UUID) -> None:
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET frozen_by = gen_random_uuid() WHERE address = 'WH001-STO-R02'")
    for place, code in (("R02", "frozen"), ("CUSTOMER", "wrong_places"), ("R01", "goes_nowhere")):
        with pytest.raises(Refusal, match=code), warehouse.station().transaction() as session:
            move(session, warehouse, pallet, place)
    with pytest.raises(Refusal, match="permission"), warehouse.station("dock1", "RECEIVER1").transaction() as session:
        move(session, warehouse, pallet, "R03")
    with pytest.raises(Refusal, match="needs_document"), warehouse.station().transaction() as session:
        move(session, warehouse, pallet, "TOTE", kind="pick")
    with pytest.raises(Refusal, match="needs_reason"), warehouse.station().transaction() as session:
        move(session, warehouse, pallet, "SCRAP", kind="scrap")
    with warehouse.station().transaction() as session:
        move(session, warehouse, pallet, "SCRAP", kind="scrap", reason="DAMAGED")
    assert place_of(warehouse, case_on(warehouse, pallet)) == "SCRAP"
    assert warehouse.prove() == []


@pytest.mark.parametrize(("place", "code"), [("R02", "frozen"), ("CUSTOMER", "wrong_places"), ("ELSEWHERE", "other")])
def test_an_empty_pallet_needs_a_fitting_place_too(warehouse: Site, place: str, code: str) -> None:
    empty = made(warehouse)
    warehouse.places["ELSEWHERE"] = warehouse.other_places["R01"]
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET frozen_by = gen_random_uuid() WHERE address = 'WH001-STO-R02'")
    with pytest.raises(Refusal, match=code), warehouse.station().transaction() as session:
        move(session, warehouse, empty, place)
    with warehouse.station().transaction() as session:
        assert move(session, warehouse, empty, "DOCK1")["posting"] is None
    assert place_of(warehouse, empty) == "DOCK1"


def test_nothing_stands_on_itself_and_nothing_too_high(warehouse: Site) -> None:
    tower = [made(warehouse) for _ in range(5)]
    for above, below in zip(tower[1:4], tower, strict=False):
        nest(warehouse, above, below)
    with pytest.raises(Refusal, match=r"handling_unit\.too_high"):
        nest(warehouse, tower[4], tower[3])
    with pytest.raises(Refusal, match=r"handling_unit\.circle"):
        nest(warehouse, tower[0], tower[2])
    with pytest.raises(Refusal, match=r"handling_unit\.circle"):
        nest(warehouse, tower[0], tower[0])
    nest(warehouse, tower[1], None)
    assert parent_of(warehouse, tower[1]) is None
    assert warehouse.prove() == []


def test_what_stands_elsewhere_or_has_left_is_not_put_onto_a_pallet(warehouse: Site, pallet: UUID) -> None:
    case = made(warehouse, "case", "R05")
    with pytest.raises(Refusal, match=r"handling_unit\.elsewhere"):
        nest(warehouse, case, pallet)
    new = made(warehouse, "case", None)
    nest(warehouse, new, pallet)
    assert place_of(warehouse, new) == "R01"
    with warehouse.station().transaction() as session:
        move(session, warehouse, pallet, "SCRAP", kind="scrap", reason="DAMAGED")
    with pytest.raises(Refusal, match=r"handling_unit\.gone"):
        nest(warehouse, case, pallet)


def repack(session: Session, unit: UUID | None, into: UUID | None, **more: object) -> dict[str, Any]:
    answer: dict[str, Any] = session.call("repack_goods", request=uuid4(), unit=unit, into=into, **more)
    return answer


def part(site: Site, sku: str, qty: object, trace: UUID | None = None) -> dict[str, object]:
    return {"items": [site.items[sku]], "traces": [trace], "owners": [None], "statuses": [None],
            "qtys": [Decimal(str(qty))]}  # fmt: skip


def test_a_part_of_a_pallet_goes_into_a_new_case_and_the_trail_names_both(warehouse: Site, pallet: UUID) -> None:
    case = made(warehouse, "case", None)
    with warehouse.station().transaction() as session:
        posting = repack(session, pallet, case, **part(warehouse, "GADGET", 2))["posting"]
    assert (inside(warehouse, pallet), inside(warehouse, case)) == ({"GADGET": 3}, {"GADGET": 2})
    assert place_of(warehouse, case) == "R01"
    with warehouse.desk.transaction() as session:
        row = session.row(
            "SELECT kind, from_handling_unit_id AS source, to_handling_unit_id AS target FROM stock_move"
            " WHERE posting_id = %(posting)s",
            posting=posting,
        )
    assert row == {"kind": "repack", "source": pallet, "target": case}
    with pytest.raises(Refusal, match="not_enough"), warehouse.station().transaction() as session:
        repack(session, pallet, case, **part(warehouse, "GADGET", 4))
    with pytest.raises(Refusal, match="not_there"), warehouse.station().transaction() as session:
        repack(session, pallet, case, **part(warehouse, "OIL", 1))
    assert warehouse.prove() == []


def test_a_pallet_is_merged_into_another_and_its_cases_come_along(warehouse: Site, pallet: UUID) -> None:
    case, other = case_on(warehouse, pallet), made(warehouse)
    fill(warehouse, other, "GADGET", 1)
    with warehouse.station().transaction() as session:
        repack(session, pallet, other)
    assert (inside(warehouse, pallet), inside(warehouse, other)) == ({}, {"GADGET": 6})
    assert parent_of(warehouse, case) == other
    assert warehouse.prove() == []


def test_a_unit_is_unpacked_and_packed_again(warehouse: Site, pallet: UUID) -> None:
    case = case_on(warehouse, pallet)
    with warehouse.station().transaction() as session:
        repack(session, case, None)
    assert inside(warehouse, case) == {}
    assert warehouse.stock("WIDGET", "R01") == (12, 0)
    with warehouse.station().transaction() as session:
        repack(session, None, case, location=warehouse.places["R01"], **part(warehouse, "WIDGET", 7))
    assert inside(warehouse, case) == {"WIDGET": 7}
    assert warehouse.prove() == []


def test_goods_are_not_filled_into_a_unit_that_stands_elsewhere(warehouse: Site, pallet: UUID) -> None:
    with pytest.raises(Refusal, match=r"handling_unit\.elsewhere"), warehouse.station().transaction() as session:
        repack(session, pallet, made(warehouse, "case", "R04"))


def test_reserved_goods_go_into_the_new_unit_only_as_far_as_free_ones_do_not_suffice(
    warehouse: Site, pallet: UUID
) -> None:
    case, new = case_on(warehouse, pallet), made(warehouse, "case", None)
    line = warehouse.order_line("WIDGET", 10)
    allocate(warehouse, line, "WIDGET", "R01", case, 10)
    with warehouse.station().transaction() as session:
        repack(session, case, new, **part(warehouse, "WIDGET", 5))
    with warehouse.desk.transaction() as session:
        rows = session.rows("SELECT handling_unit_id AS unit, qty FROM reservation ORDER BY qty")
        tasks = session.rows("SELECT handling_unit_id AS unit, qty FROM task WHERE state = 'open' ORDER BY qty")
    assert rows == tasks == [{"unit": new, "qty": 3}, {"unit": case, "qty": 7}]
    assert warehouse.prove() == []


def test_two_that_nest_crosswise_never_close_a_circle(warehouse: Site) -> None:
    pairs = [(made(warehouse), made(warehouse)) for _ in range(4)]
    station = warehouse.station("bench1", "MANAGER1", pool_size=8)
    clients = [Worker(station, Changes()) for _ in range(8)]

    def work(number: int) -> None:
        a, b = pairs[number // 2]
        unit, onto = (a, b) if number % 2 else (b, a)
        clients[number].run(lambda work: work.session.call("nest_unit", unit=unit, onto=onto))

    answers = race(work)
    assert sum(answer is None for answer in answers) == len(pairs)
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"handling_unit.circle"}
    assert warehouse.prove() == []


def test_a_pallet_is_moved_nested_filled_and_emptied_by_many_at_once(warehouse: Site, pallet: UUID) -> None:
    case = case_on(warehouse, pallet)
    other = made(warehouse, place="R02")
    stations = [
        warehouse.station("bench1", "MANAGER1", pool_size=8),
        warehouse.station("dock1", "OPERATOR1", pool_size=8),
    ]
    clients = [Worker(stations[number % 2], Changes()) for number in range(8)]

    def act(session: Session, turn: int) -> None:
        match turn % 7:
            case 0 | 1:
                move(session, warehouse, pallet, f"R{turn % 3 + 1:02}")
            case 2:
                move(session, warehouse, case, f"R{turn % 3 + 1:02}")
            case 3:
                session.call("nest_unit", unit=case, onto=pallet)
            case 4:
                repack(session, pallet, case, **part(warehouse, "GADGET", 1))
            case 5:
                repack(session, case, None)
            case _:
                session.call("nest_unit", unit=case, onto=other)

    def work(number: int) -> None:
        for turn in range(number, number + 8):
            try:
                clients[number].run(lambda work, turn=turn: act(work.session, turn))  # type: ignore[misc]
            except Refusal:
                continue

    assert race(work) == [None] * 8
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT sum(on_hand) AS qty FROM stock_balance")
    assert row == {"qty": 17}
    assert warehouse.prove() == []


def test_a_pallet_that_is_shipped_takes_only_what_belongs_to_the_order(warehouse: Site) -> None:
    carton = made(warehouse, "carton", "STAGE1")
    warehouse.put("WIDGET", "R01", 5)
    line = warehouse.order_line("WIDGET", 5)
    station = warehouse.station()
    with station.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 5)
        post(session, warehouse, "pick", "WIDGET", "R01", "TOTE", 5, line=line)
        post(session, warehouse, "pack", "WIDGET", "TOTE", "STAGE1", 5, line=line, to_units=[carton])
    with station.transaction() as session:
        move(session, warehouse, carton, "CUSTOMER", kind="ship")
    assert warehouse.count("reservation") == 0
    assert place_of(warehouse, carton) == "CUSTOMER"
    assert warehouse.prove() == []
