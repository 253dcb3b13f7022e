"""What a client could claim is found out by the database: sample sizes, what speaks against a truck, weights.

The attacks are made past our program, by people who may do the work honestly.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest

from app.database import policies
from app.database.session import Database, as_json
from app.domain.errors import Refusal
from app.domain.packing import ItemWeight, learn
from app.domain.quality import AQLS, LOTS_UP_TO, Level, Method, Severity, one_step_tighter, plan_of_lot
from tests.support import Site, post

_PLANS = """
    SELECT level, severity, aql, qty, (p).plan_letter, (p).size, (p).accept, (p).reject, (p).accept_tighter
    FROM (SELECT *, stockhand.plan_of_lot(%(method)s, level, aql, severity, qty) AS p
        FROM unnest(%(levels)s::text[]) level, unnest(%(severities)s::text[]) severity, unnest(%(aqls)s::numeric[]) aql,
            unnest(%(lots)s::numeric[]) qty) x
"""
_LOTS: tuple[Decimal | int, ...] = (
    Decimal("0.5"),
    1,
    2,
    *(most + over for most in LOTS_UP_TO for over in (0, 1)),
    10**9,
)


@pytest.mark.parametrize("method", [Method.ALL, Method.SAMPLE])
def test_the_database_asks_for_the_samples_that_the_standard_asks_for(warehouse: Site, method: Method) -> None:
    asked = {"method": method.value, "levels": list(Level), "severities": list(Severity), "aqls": list(AQLS),
             "lots": [Decimal(lot) for lot in _LOTS]}  # fmt: skip
    with warehouse.superuser() as connection:
        found = connection.execute(_PLANS, asked).fetchall()
    assert len(found) == len(Level) * len(Severity) * len(AQLS) * len(_LOTS)
    for level, severity, aql, qty, *told in found:
        plan = plan_of_lot(method, Level(level), aql, Severity(severity), qty)
        tighter = plan_of_lot(method, Level(level), one_step_tighter(aql), Severity(severity), qty)
        assert told == [plan.letter, plan.size, plan.accept, plan.reject, tighter.accept], (level, severity, aql, qty)


def test_nobody_makes_a_sample_smaller_than_its_plan_or_a_bad_lot_good(warehouse: Site) -> None:
    """Of 500 pieces 50 are looked at; whoever looks at one calls it enough, and passed."""
    line, inspector = warehouse.purchase_line("WIDGET", 500), warehouse.station("bench1", "RECEIVER1")
    with inspector.transaction() as session:
        paper = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
        assert paper is not None
        posting = post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 500, line=line,
                       to_statuses=["quarantined"], document=paper["id"])  # fmt: skip
        rule = {"line_no": 1, "state": "open", "method": "sample", "level": "II", "aql": "1.0", "severity": "normal",
                "checklist": "", "why": {}}  # fmt: skip
        session.call("want_inspections", posting=posting, wanted=as_json([rule]))
        one = session.row("SELECT id FROM inspection")
    assert one is not None

    def ask(function: str, **asked: object) -> None:
        with inspector.transaction() as session:
            session.call(function, inspection=one["id"], **asked)

    with pytest.raises(Refusal, match=r"quality\.lot_changed"):
        ask("begin_inspection", quantity=1)
    ask("begin_inspection", quantity=500)
    ask("record_piece", request=uuid4(), run=None, pieces=1, defective=False, readings=as_json([]))
    decided = {"run": None, "parts": as_json([{"disposition": "accept", "qty": 500}]), "reason": "", "note": ""}
    with pytest.raises(Refusal, match=r"quality\.against_verdict"):
        ask("decide_inspection", request=uuid4(), **decided)
    assert rows(warehouse, "SELECT size, state FROM inspection") == [(50, "begun")]
    assert rows(warehouse, "SELECT status, on_hand FROM stock_balance") == [("quarantined", 500)]


def rows(site: Site, sql: LiteralString) -> list[tuple[object, ...]]:
    """What stands there, behind all walls."""
    with site.superuser() as connection:
        return connection.execute(sql).fetchall()


# - trucks -

MONDAY = datetime(2030, 5, 6, 10, tzinfo=UTC)
TRUCK = {"direction": "inbound", "vehicle": "truck", "pallets": 10}


def plan(planner: Database, site: Site, hours: int = 0, *, lasting: int = 1, **values: object) -> list[str]:
    """Plan a truck so many hours after Monday at ten, past our program; returns what it was planned against."""
    start = MONDAY + timedelta(hours=hours)
    window = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=lasting)).isoformat()}
    with planner.transaction() as session:
        made = session.call("save_appointment", request=uuid4(), warehouse=site.warehouse, id=None, version=None,
                            values=as_json({**TRUCK, **window, **values}), documents=[])  # fmt: skip
        row = session.row("SELECT overruled FROM appointment WHERE id = %(id)s", id=UUID(made["id"]))
    assert row is not None
    return list(row["overruled"])


def door(site: Site, **values: object) -> UUID:
    """The dock as a door that takes what is said."""
    place = site.places["DOCK1"]
    with site.desk.transaction() as session:
        row = session.row("SELECT version FROM dock_door WHERE location_id = %(place)s", place=place)
        session.call("save_door", request=uuid4(), location=place, version=row["version"] if row else 0,
                     values=as_json(values))  # fmt: skip
    return place


def test_what_speaks_against_a_truck_is_found_by_the_database_whatever_a_planner_says(warehouse: Site) -> None:
    planner = warehouse.login("desk_manager")
    at = door(warehouse, direction="inbound", hours="Mo-Fr 08:00-12:00, 13:00-24:00; Sa 06:00-14:00",
              vehicles=["truck"], temperatures=["ambient"], pallets_per_hour=20, lines_per_hour=100)  # fmt: skip
    with warehouse.desk.transaction() as session:
        session.call("limit_docks", warehouse=warehouse.warehouse, trucks=1, pallets=25)
        session.call("close_door", request=uuid4(), door=at, **{"from": MONDAY + timedelta(days=3),
                     "until": MONDAY + timedelta(days=3, hours=1)}, reason="Repair")  # fmt: skip
    asked: dict[str, Any] = {"door_id": str(at), "reason": "It is urgent", "overruled": []}
    assert plan(planner, warehouse, **asked) == []
    assert plan(planner, warehouse, 3, **asked, direction="outbound", vehicle="van", temperature="frozen") == [
        "direction", "vehicle", "temperature",
    ]  # fmt: skip
    assert plan(planner, warehouse, 1, lasting=2, **asked) == ["hours"]
    assert plan(planner, warehouse, 72, **asked) == ["closed"]
    assert plan(planner, warehouse, 24, **asked, pallets=21) == ["too_slow"]
    assert plan(planner, warehouse, 48, **asked, lines=101) == ["too_slow"]
    plan(planner, warehouse, 96)  # it waits without a door, and counts
    assert plan(planner, warehouse, 96, **asked, pallets=16) == ["trucks_full", "pallets_full"]


def test_who_may_not_overrule_a_door_does_not_by_saying_that_nothing_speaks_against_it(warehouse: Site) -> None:
    planner = warehouse.login("desk_manager")
    at = str(door(warehouse, vehicles=["van"]))
    with pytest.raises(Refusal, match=r"docks\.reason_missing"):
        plan(planner, warehouse, door_id=at)
    with warehouse.desk.transaction() as session:
        session.row("SELECT set_permission(%(who)s, 'override_dock', false)", who=warehouse.people["MANAGER1"])
    with pytest.raises(Refusal, match="needs_approval") as asked:
        plan(planner, warehouse, door_id=at, reason="urgent", overruled=[])
    assert (asked.value.facts["door"], asked.value.facts["from"]) == ("WH001-DOCK1", "2030-05-06 10:00")
    plan(planner, warehouse)
    with warehouse.desk.transaction() as session:
        truck = session.row("SELECT id FROM appointment")
    assert truck is not None
    with planner.transaction() as session:
        session.call("advance_appointment", request=uuid4(), id=truck["id"], version=None, state="arrived")
    for reason, code in (("", "reason_missing"), ("Sent there", "needs_approval")):
        with pytest.raises(Refusal, match=code), planner.transaction() as session:
            session.call("advance_appointment", request=uuid4(), id=truck["id"], version=None, state="at_door",
                         door=UUID(at), reason=reason)  # fmt: skip
    with pytest.raises(Refusal, match=r"docks\.hours_unreadable"):
        door(warehouse, hours="always, believe me")


# - weights -


def carton(site: Site, **goods: int) -> UUID:
    """An open carton of an order with goods in it."""
    place = site.places["STAGE1"]
    lines = site.document("order", *goods.items())
    with site.desk.transaction() as session:
        row = session.row("SELECT document_id AS order FROM document_line WHERE id = %(line)s", line=lines[0])
        assert row is not None
        parcel: UUID = session.call("open_carton", document=row["order"], location=place, carton_type="MEDIUM")
        unit = session.row("SELECT handling_unit_id AS id FROM parcel WHERE id = %(parcel)s", parcel=parcel)
        assert unit is not None
        for sku, qty in goods.items():
            post(session, site, "adjust_in", sku, "ADJUSTMENT", "STAGE1", qty, to_units=[unit["id"]], reason="FOUND")
    return parcel


def close(site: Site, parcel: UUID, kg: str, **claims: object) -> None:
    """Close a carton by psql, with what a packer would like to be true."""
    with site.station("bench1", "OPERATOR1").transaction() as session:
        session.call("close_parcel", parcel=parcel, weight_kg=Decimal(kg), device="scale", manual=False,
                     carrier="house", service="parcel", tracking=f"T{uuid4()}", printer=None, run=None,
                     labels=as_json([]), **claims)  # fmt: skip


def weight_of(site: Site, sku: str) -> ItemWeight:
    with site.desk.transaction() as session:
        row = session.row("SELECT * FROM item WHERE sku = %(sku)s", sku=sku)
    assert row is not None
    return ItemWeight(row["weight_mean_kg"], row["weight_variance"], row["weight_observations"])


@pytest.fixture
def weighed(warehouse: Site) -> Site:
    """A widget weighs half a kilogram, a gadget a quarter."""
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET weight_mean_kg = CASE sku WHEN 'WIDGET' THEN 0.5 ELSE 0.25 END")
    return warehouse


def test_a_carton_that_is_far_off_is_not_closed_because_a_packer_calls_it_right(weighed: Site) -> None:
    parcel = carton(weighed, WIDGET=2, GADGET=1)
    with pytest.raises(Refusal) as off:
        close(weighed, parcel, "9.9")
    assert (off.value.code, off.value.facts["expected"]) == ("packing.weight_not_approved", "1.55")
    with pytest.raises(Refusal, match="approval_missing"):
        close(weighed, parcel, "9.9", approval=uuid4(), reason="PADDING")
    close(weighed, parcel, "1.555")
    assert rows(weighed, "SELECT state, expected_kg, weight_override_by FROM parcel") == [
        ("closed", Decimal("1.55"), None)
    ]
    assert weight_of(weighed, "WIDGET").n == 0, "a carton of two items teaches nothing"


def test_a_wider_rule_of_the_warehouse_lets_more_pass_and_no_more_than_that(weighed: Site) -> None:
    rule = {"name": "wide", "when": [], "then": {"sigmas": "3", "floor_kg": "0.5", "relative": "0"}}
    with weighed.desk.transaction() as session:
        policies.save_rules(session, uuid4(), capability="packing", document={"rules": [rule]}, version=0,
                            scope="warehouse", scope_id=weighed.warehouse)  # fmt: skip
    parcel = carton(weighed, WIDGET=2, GADGET=1)
    with pytest.raises(Refusal, match="weight_not_approved"):
        close(weighed, parcel, "2.06")
    close(weighed, parcel, "2.04")


def test_the_database_learns_from_right_cartons_as_the_books_say(warehouse: Site) -> None:
    known = None
    for pieces, kg in ((4, "2.3"), (4, "2.304"), (5, "2.81")):
        close(warehouse, carton(warehouse, WIDGET=pieces), kg)
        piece = (Decimal(kg) - Decimal("0.3")) / pieces
        known = learn(known.mean, known.variance, known.n, piece) if known else learn(piece, Decimal(0), 0, piece)
        found = weight_of(warehouse, "WIDGET")
        assert (round(found.mean, 8), round(found.variance, 12), found.n) == (
            round(known.mean, 8), round(known.variance, 12), known.n,
        )  # fmt: skip
