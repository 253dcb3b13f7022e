"""Rules for one supplier, customer, category or warehouse decide there alone, and are tried before they are saved."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.domain.docks import Direction, Load
from app.domain.errors import Refusal
from app.domain.policies import Scope
from app.domain.stations import needed
from app.services import clock, policies, policy_trials, receiving
from app.services.docks import planning
from app.services.docks.planning import Draft
from app.services.policies import StoredPolicy
from app.services.policy_trials import Trial
from app.services.work import Worker
from tests.support import Site


def rules(**then: object) -> Mapping[str, Any]:
    return {"rules": [{"name": "ours", "when": [], "then": then}]}


def begun(desk: Worker, capability: str, scope: Scope, name: str) -> StoredPolicy:
    return desk.run(lambda unit: policies.begin(unit, capability=capability, scope=scope, name=name))


def saved(desk: Worker, policy: StoredPolicy, document: Mapping[str, Any]) -> None:
    desk.run(
        lambda unit: policies.save(
            unit, document, capability=policy.capability, version=policy.version, scope=policy.scope,
            scope_id=policy.scope_id,
        )
    )  # fmt: skip


def tried(desk: Worker, site: Site, policy: StoredPolicy, document: Mapping[str, Any]) -> Trial:
    return desk.run(lambda unit: policy_trials.dry_run(unit, document, policy=policy, warehouse=site.warehouse))


def test_a_suppliers_or_an_items_tolerance_holds_at_the_dock_for_its_goods_alone(warehouse: Site, desk: Worker) -> None:
    lines = warehouse.document("purchase_order", ("WIDGET", 100), ("GADGET", 10))
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=lines[0])
    assert row is not None

    def tolerated() -> list[int]:
        facts = desk.run(
            lambda unit: receiving.read_facts(
                unit, warehouse=warehouse.warehouse, documents=[row["id"]], items=[], units=[]
            )
        )
        [paper] = facts.documents
        return [int(facts.policy(paper, line).rules.rules[0].then.over_percent) for line in paper.lines]

    assert tolerated() == [5, 5]
    supplier = begun(desk, "receiving", Scope.PARTNER, "acme")
    trial = tried(desk, warehouse, supplier, rules(over_percent="20"))
    assert trial.tried == 2
    assert [(one.before, one.after) for one in trial.changes] == [({"over_percent": "5"}, {"over_percent": "20"})] * 2
    saved(desk, supplier, rules(over_percent="20"))
    assert tolerated() == [20, 20]
    saved(desk, begun(desk, "receiving", Scope.ITEM, "gadget"), rules(over_percent="50"))
    assert tolerated() == [20, 50]
    assert tried(desk, warehouse, supplier, rules(over_percent="20")).changes == ()
    with pytest.raises(Refusal, match="scope_not_asked"):
        begun(desk, "packing", Scope.ITEM, "WIDGET")


@pytest.fixture
def carton(warehouse: Site) -> UUID:
    """A carton of an order of SHOPPER that was weighed."""
    line = warehouse.order_line("WIDGET", 4)
    with warehouse.superuser() as connection:
        connection.execute("SET session_replication_role = replica")  # nobody signs on for it
        found = connection.execute(
            "WITH u AS (INSERT INTO handling_unit (sscc, kind, warehouse_id) SELECT 'CARTON-1', 'carton', id"
            " FROM warehouse WHERE code = 'WH001' RETURNING id)"
            " INSERT INTO parcel (document_id, handling_unit_id, expected_kg, weight_kg, state, closed_at)"
            " SELECT l.document_id, u.id, 2, 2.1, 'closed', now() FROM document_line l, u WHERE l.id = %s RETURNING id",
            [line],
        ).fetchone()
    assert found is not None
    made: UUID = found[0]
    return made


def test_rules_of_weighing_and_shipping_are_tried_with_cartons_and_of_stations_with_stations(
    warehouse: Site, desk: Worker, carton: UUID
) -> None:
    customer = begun(desk, "packing", Scope.PARTNER, "SHOPPER")
    [change] = tried(desk, warehouse, customer, rules(floor_kg="0.2")).changes
    assert (change.what, change.after) == ("CARTON-1", {"floor_kg": "0.2"})
    sent = begun(desk, "shipping", Scope.PARTNER, "SHOPPER")
    [change] = tried(desk, warehouse, sent, rules(carrier="house", service="express")).changes
    assert (change.before, change.after) == ({"service": "parcel"}, {"service": "express"})
    other = begun(desk, "shipping", Scope.PARTNER, "ACME")
    assert tried(desk, warehouse, other, rules(carrier="house", service="express")) == Trial(1, ())
    papers = begun(desk, "papers", Scope.COMPANY, "")
    [change] = tried(desk, warehouse, papers, rules(invoice=True)).changes
    assert (change.what, change.after) == ("CARTON-1", {"packing_list": False, "invoice": True})
    here = begun(desk, "stations", Scope.WAREHOUSE, "WH001")
    bench = Worker(warehouse.station("bench1", "OPERATOR1"), desk.changes)
    assert bench.run(policies.needed_devices)
    trial = tried(desk, warehouse, here, rules())
    assert ("bench1", True) in {(one.what, "scanner" in one.before) for one in trial.changes}
    saved(desk, here, rules())
    assert bench.run(policies.needed_devices) == ()
    assert needed(
        desk.run(lambda unit: policies.asked(policies.FORMS["stations"], [], warehouse=None)).deciding(), "bench"
    )


def test_rules_of_inspection_docks_and_waves_are_tried_with_what_is_to_come(warehouse: Site, desk: Worker) -> None:
    warehouse.document("purchase_order", ("WIDGET", 100))
    supplier = begun(desk, "quality", Scope.PARTNER, "ACME")
    [change] = tried(desk, warehouse, supplier, rules(method="all")).changes
    assert (change.quantity, change.before, change.after) == (Decimal(100), {"method": "none"}, {"method": "all"})
    assert tried(desk, warehouse, begun(desk, "quality", Scope.ITEM, "GADGET"), rules(method="all")) == Trial(1, ())

    start = clock.now() + timedelta(days=2)
    load = Load(Direction.INBOUND, pallets=10, partner="ACME")
    draft = Draft(load, start, start + timedelta(hours=1))
    truck = desk.run(lambda unit: planning.book(unit, warehouse=warehouse.warehouse, draft=draft))
    other = begun(desk, "docks", Scope.PARTNER, "SHOPPER")
    assert tried(desk, warehouse, other, rules(per_pallet="5")) == Trial(1, ())
    [change] = tried(desk, warehouse, begun(desk, "docks", Scope.PARTNER, "ACME"), rules(per_pallet="5")).changes
    assert (change.what, change.before, change.after) == (truck.number, {"per_pallet": "3"}, {"per_pallet": "5"})

    warehouse.order_line("WIDGET", 4)
    here = begun(desk, "waves", Scope.WAREHOUSE, "WH001")
    [change] = tried(desk, warehouse, here, rules(stream="single lines", mode="sort", slots=12)).changes
    assert (change.before, change.after) == ({"slots": 20}, {"slots": 12})
    asked = begun(desk, "extras", Scope.ITEM, "WIDGET")
    [change] = tried(desk, warehouse, asked, rules(extra="FLYER")).changes
    assert (change.before, change.after, change.quantity, change.why.chosen) == ("", "FLYER", Decimal(4), ("ours",))


def test_rules_of_every_kind_can_be_tried_and_the_same_rules_change_nothing(warehouse: Site, desk: Worker) -> None:
    warehouse.document("purchase_order", ("WIDGET", 100))
    warehouse.order_line("WIDGET", 4)
    for capability in policies.FORMS:
        policy = begun(desk, capability, Scope.COMPANY, "")
        assert policy.rules is not None
        assert tried(desk, warehouse, policy, policy.rules).changes == (), capability
