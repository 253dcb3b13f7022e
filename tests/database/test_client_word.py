"""What a client could claim is found out by the database: whether goods are looked at, samples, trucks, weights.

The attacks are made past our program, by people who may do the work honestly.
"""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from app.database import policies
from app.database.session import Database, as_json
from app.domain.errors import Fault, Refusal
from app.domain.policies import first_match
from app.domain.quality import (
    AQLS,
    FORM,
    LOTS_UP_TO,
    InspectionFacts,
    Level,
    Lot,
    Method,
    Severity,
    one_step_tighter,
    plan_of_lot,
    standing_after,
)
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
    look_at(warehouse, method="sample")
    with inspector.transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 500, line=line, to_statuses=["quarantined"])
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
    with pytest.raises(Refusal, match=r"quality\.not_by_decision"), inspector.transaction() as session:
        post(session, warehouse, "inspected", "WIDGET", "DOCK1", "DOCK1", 500, from_statuses=["quarantined"],
             to_statuses=["available"], reason="QUALITY")  # fmt: skip
    with pytest.raises(Refusal, match=r"quality\.not_by_decision"), inspector.transaction() as session:
        released = post(session, warehouse, "inspected", "WIDGET", "DOCK1", "DOCK1", 500, from_statuses=["quarantined"],
                        to_statuses=["available"], reason="QUALITY")  # fmt: skip
        session.call("reverse_lines", request=uuid4(), posting=released, lines=[1], qtys=[1])  # one piece of 500
    assert rows(warehouse, "SELECT size, state FROM inspection") == [(50, "begun")]
    assert rows(warehouse, "SELECT status, on_hand FROM stock_balance") == [("quarantined", 500)]


def rows(site: Site, sql: LiteralString) -> list[tuple[object, ...]]:
    """What stands there, behind all walls."""
    with site.superuser() as connection:
        return connection.execute(sql).fetchall()


def test_a_decision_whose_goods_were_released_is_not_forgotten_by_undo(warehouse: Site) -> None:
    """The conversation says that its step posted nothing; the goods would be usable and wait to be looked at."""
    look_at(warehouse, method="all")
    take_in(warehouse, "WIDGET", 2, status="quarantined")
    inspector = warehouse.station("bench1", "RECEIVER1")
    one = rows(warehouse, "SELECT id FROM inspection")[0][0]
    with inspector.transaction() as session:
        run = UUID(session.call("open_dialog", capability="inspection", version=1, warehouse=warehouse.warehouse,
                                state=as_json({}))["run"])  # fmt: skip
        session.call("begin_inspection", inspection=one, quantity=2)
        session.call("record_piece", request=uuid4(), inspection=one, run=run, pieces=2, defective=False,
                     readings=as_json([]))  # fmt: skip
        session.call("decide_inspection", request=uuid4(), inspection=one, run=run, reason="", note="",
                     parts=as_json([{"disposition": "accept", "qty": 2}]))  # fmt: skip
        session.call("finish_step", run=run, event=uuid4(), event_json=as_json({}), state=as_json({}),
                     prompt=as_json({}), postings=[], outside="", verdict="ok", finished=False)  # fmt: skip
    with inspector.transaction() as session:
        session.call("undo_step", run=run, request=uuid4())
    assert rows(warehouse, "SELECT state, posting_id IS NOT NULL FROM inspection") == [("decided", True)]
    assert rows(warehouse, "SELECT sum(pieces) FROM inspection_piece") == [(2,)]
    assert warehouse.prove() == []


# - whose goods they are -


def test_goods_come_and_leave_as_those_of_the_owner_whom_the_paper_names(warehouse: Site) -> None:
    line, receiver = warehouse.purchase_line("WIDGET", 10), warehouse.station("dock1", "RECEIVER1")
    with warehouse.superuser() as connection:
        connection.execute("UPDATE partner SET kinds = '{supplier,owner}' WHERE code = 'ACME'")
    with pytest.raises(Refusal, match=r"document\.other_owner"), receiver.transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 1, line=line,
             to_owners=[warehouse.partners["ACME"]])  # fmt: skip
    warehouse.put("WIDGET", "R01", 5)
    wanted = warehouse.order_line("WIDGET", 5)
    with warehouse.login("desk_manager").transaction() as session:
        warehouse.reserve(session, wanted, "WIDGET", "R01", 5)
        order = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=wanted)
        assert order is not None
        session.call("decide_document", document=order["id"], decision="draft", version=2)
        with pytest.raises(Refusal, match=r"document\.has_goods"):
            session.call("set_document_owner", document=order["id"], owner=warehouse.partners["ACME"])


# - what is looked at when it comes -


def look_at(
    site: Site, *when: tuple[str, str, object], scope: str = "company", of: UUID | None = None, **then: object
) -> None:
    """From now on goods of which all this holds are looked at, when they come."""
    conditions = [{"field": field, "operator": operator, "value": value} for field, operator, value in when]
    rules = [{"name": "these", "when": conditions, "then": then}]
    with site.desk.transaction() as session:
        known = session.row(
            "SELECT max(version) AS n FROM policy WHERE capability = 'quality' AND scope = %(s)s", s=scope
        )
        policies.save_rules(session, uuid4(), capability="quality", document={"rules": rules}, scope=scope, scope_id=of,
                            version=(known["n"] if known else 0) or 0)  # fmt: skip


def take_in(site: Site, sku: str, qty: int = 10, *, status: str = "available", **more: Any) -> None:  # noqa: ANN401
    """A receiver books by psql what came on an order of their own, as they would like it to be."""
    line = site.purchase_line(sku, qty)
    with site.station("dock1", "RECEIVER1").transaction() as session:
        post(session, site, "receipt", sku, "SUPPLIER", "DOCK1", qty, line=line, to_statuses=[status], **more)


def opened(site: Site) -> list[tuple[object, ...]]:
    """The inspections that stand there."""
    return rows(site, "SELECT state, method, level, aql, severity FROM inspection ORDER BY number")


def test_whoever_receives_cannot_leave_an_inspection_out_or_ask_for_a_milder_one(warehouse: Site) -> None:
    take_in(warehouse, "WIDGET")
    assert opened(warehouse) == [], "no rule wants it"
    look_at(warehouse, ("partner", "is", "ACME"), method="sample", level="III", aql="0.65")
    with pytest.raises(Refusal, match=r"quality\.comes_on_hold") as refused:
        take_in(warehouse, "WIDGET")
    assert refused.value.facts["sku"] == "WIDGET"
    with pytest.raises(Refusal, match=r"quality\.comes_on_hold"):  # the paper of another supplier hides nothing
        take_in(warehouse, "WIDGET", document=paper_of_another(warehouse))
    take_in(warehouse, "WIDGET", status="quarantined")
    assert opened(warehouse) == [("open", "sample", "III", Decimal("0.650"), "normal")]
    take_in(warehouse, "WIDGET", status="damaged", reason="DAMAGED")
    old = warehouse.trace("MILK", lot="OLD", expiry=datetime(2020, 1, 1, tzinfo=UTC).date())
    with pytest.raises(Refusal, match=r"trace\.expired"):  # what is past its date is found out here
        take_in(warehouse, "MILK", trace=old)
    take_in(warehouse, "MILK", status="quarantined", trace=old)
    assert len(opened(warehouse)) == 1, "what cannot be used anyway is not looked at"
    look_at(warehouse, method="none", scope="item", of=warehouse.items["WIDGET"])
    take_in(warehouse, "WIDGET")
    with pytest.raises(Refusal, match=r"quality\.comes_on_hold"):
        take_in(warehouse, "GADGET")
    with pytest.raises(Fault, match="not_allowed"), warehouse.station("dock1", "RECEIVER1").transaction() as session:
        session.change("DELETE FROM inspection")
    assert warehouse.prove() == []


_OF_ANOTHER = """
    UPDATE document SET partner_id = (SELECT id FROM partner WHERE code = 'OTHER')
    WHERE id = (SELECT document_id FROM document_line WHERE id = %s) RETURNING id
"""


def paper_of_another(site: Site) -> UUID:
    """The purchase order of another supplier."""
    line = site.purchase_line("GADGET", 1)
    with site.superuser() as connection:
        connection.execute("INSERT INTO partner (code, name, kinds) VALUES ('OTHER', 'Other', '{supplier}')")
        row = connection.execute(_OF_ANOTHER, [line]).fetchone()
    assert row is not None
    made: UUID = row[0]
    return made


def found_good(site: Site) -> None:
    """Somebody looks at the one piece of the lot that waits, and takes it."""
    with site.station("bench1", "RECEIVER1").transaction() as session:
        one = session.row("SELECT id FROM inspection WHERE state = 'open'")
        assert one is not None
        session.call("begin_inspection", inspection=one["id"], quantity=1)
        session.call("record_piece", request=uuid4(), inspection=one["id"], run=None, pieces=1, defective=False,
                     readings=as_json([]))  # fmt: skip
        session.call("decide_inspection", request=uuid4(), inspection=one["id"], run=None, reason="", note="",
                     parts=as_json([{"disposition": "accept", "qty": 1}]))  # fmt: skip


def test_the_database_counts_the_good_lots_that_let_the_next_one_by(warehouse: Site) -> None:
    """Two good lots qualify a supplier; then one lot in two is looked at, whatever somebody says of it."""
    look_at(warehouse, method="skip_lot", qualifies_after=2, one_in=2)
    for _ in range(2):
        with pytest.raises(Refusal, match=r"quality\.comes_on_hold"):
            take_in(warehouse, "WIDGET", 1)
        take_in(warehouse, "WIDGET", 1, status="quarantined")
        found_good(warehouse)
    take_in(warehouse, "WIDGET", 1)
    assert [state for state, *_ in opened(warehouse)] == ["decided", "decided", "skipped"]
    with pytest.raises(Refusal, match=r"quality\.comes_on_hold"):
        take_in(warehouse, "WIDGET", 1)
    assert warehouse.prove() == []


_STANDING = """
    SELECT s.severity, s.in_a_row, s.skipped FROM unnest(%(lots)s::jsonb[], %(reduced)s::boolean[]) WITH ORDINALITY
        x (lots, reduced, n) CROSS JOIN LATERAL stockhand.standing_after(x.lots, x.reduced) s ORDER BY x.n
"""


def history(chance: Random) -> list[Lot]:
    """Lots that a supplier might have sent, good ones for a while and bad ones for a while."""
    lots = []
    for passing in chance.choices((0.5, 0.9, 1.0), k=chance.randint(0, 4)):
        for _ in range(chance.randint(1, 15)):
            passed = chance.random() < passing
            lots.append(Lot(chance.choice(list(Severity)), passed, chance.choice((0, 1, 2, 5)),
                            passed and chance.random() < 0.9, chance.random() < 0.1))  # fmt: skip
    return lots


def test_the_database_knows_as_well_as_the_standard_where_a_supplier_stands(warehouse: Site) -> None:
    chance = Random(20300506)  # noqa: S311  (examples, not secrets)
    cases = [(history(chance), chance.random() < 0.7) for _ in range(400)]
    asked = {
        "lots": [as_json([{**asdict(lot), "severity": lot.severity.value} for lot in lots]) for lots, _ in cases],
        "reduced": [reduced for _, reduced in cases],
    }
    with warehouse.superuser() as connection:
        found = connection.execute(_STANDING, asked).fetchall()
    seen = set()
    for (lots, reduced), told in zip(cases, found, strict=True):
        begin = lots[0].severity if lots else Severity.NORMAL
        standing = standing_after(lots, reduced_allowed=reduced, begin=begin)
        assert told == (standing.severity.value, standing.in_a_row, standing.skipped), (lots, reduced)
        seen.add(standing.severity)
    assert seen == set(Severity), "the examples lead everywhere"


_CONDITIONS: dict[str, list[tuple[str, object]]] = {
    "sku": [("is", "WIDGET"), ("is_not", "WIDGET"), ("one_of", ["GADGET", "OIL"]), ("none_of", ["GADGET"]),
            ("contains", "dge"), ("begins_with", "wid"), ("known", True), ("known", False)],
    "quantity": [("is", "12.50"), ("is_not", "12.5"), ("below", "12.5"), ("at_most", "12.5"), ("above", 12),
                 ("at_least", "12.500"), ("one_of", ["1", "12.5"]), ("none_of", ["12.5"])],
    "rejected_before": [("is", 2), ("at_least", 3), ("one_of", [1, 2])],
}  # fmt: skip


_FIRST_MATCH = """
    SELECT m.rule ->> 'name', m.considered FROM unnest(%(rules)s::jsonb[]) WITH ORDINALITY r (rules, n),
        unnest(%(facts)s::jsonb[]) WITH ORDINALITY f (facts, n), stockhand.first_match(r.rules, f.facts) m
    ORDER BY r.n, f.n
"""


def test_the_database_reads_a_rule_as_the_program_does(warehouse: Site) -> None:
    cases = [InspectionFacts(sku, "Tools", "ACME", "none", "", Decimal(qty), 5, 2)
             for sku, qty in (("WIDGET", "12.5"), ("GADGET", "12.25"), ("OIL", "12.500001"))]  # fmt: skip
    ours = {"field": "partner", "operator": "is", "value": "ACME"}
    documents = [
        [{"name": "this", "when": [{"field": field, "operator": operator, "value": value}, ours]}, {"name": "rest"}]
        for field, conditions in _CONDITIONS.items() for operator, value in conditions
    ]  # fmt: skip
    with warehouse.superuser() as connection:
        found = connection.execute(_FIRST_MATCH, {
            "rules": [as_json(rules) for rules in documents],
            "facts": [Jsonb({**asdict(facts), "quantity": float(facts.quantity)}) for facts in cases],
        }).fetchall()  # fmt: skip
    pairs = [(rules, facts) for rules in documents for facts in cases]
    for (rules, facts), (chosen, considered) in zip(pairs, found, strict=True):
        _, why = first_match(FORM.read({"rules": rules}), facts)
        said = why.to_json()["considered"]
        for one in said:
            one["seen"] = {name: str(value) for name, value in one["seen"].items()}
        assert ((chosen,), considered) == (why.chosen, said), (rules, facts)
    assert {chosen for chosen, _ in found} == {"this", "rest"}


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


# - how far an order is -


def test_nobody_closes_an_order_as_if_it_had_left_because_it_is_picked(warehouse: Site) -> None:
    line = warehouse.order_line("WIDGET", 2)
    warehouse.put("WIDGET", "R01", 2)
    with warehouse.desk.transaction() as session:
        warehouse.reserve(session, line, "WIDGET", "R01", 2)
        post(session, warehouse, "pick", "WIDGET", "R01", "TOTE", 2, line=line)
    shipper = warehouse.login("desk_operator")
    asked: dict[str, Any] = {"permission": "ship", "short": False, "reason": ""}
    with shipper.transaction() as session:
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
        assert row is not None
        assert session.call("close_lines", document=row["id"], step="shipped", **asked) == 1
    for step in ("picked", "packed", None):
        with pytest.raises(Refusal, match=r"document\.wrong_kind"), shipper.transaction() as session:
            session.call("close_lines", document=row["id"], step=step, **asked)
    assert rows(warehouse, "SELECT decision FROM document WHERE kind = 'order'") == [("released",)]
