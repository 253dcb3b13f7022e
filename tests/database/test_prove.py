"""The chain of seals, and that prove() finds every kind of damage: each is done on purpose, behind all walls."""
# ruff: noqa: S608  (the statements are put together from what stands in this file)

import threading
import uuid

import psycopg
import pytest

from app.database import policies
from app.database.session import as_json
from tests.database.test_posting import Order
from tests.database.test_posting import order as order  # noqa: PLC0414  (the fixture)
from tests.support import Site, post

# rule → what a superuser did to the data with all triggers off.
DAMAGE = {
    "balance_is_sum_of_moves": "UPDATE stock_balance SET on_hand = on_hand + 1 WHERE on_hand = 2",
    "balance_is_sum_of_moves ": "DELETE FROM stock_balance WHERE on_hand = 2",
    "balance_is_sum_of_moves  ": "UPDATE stock_balance SET weight_kg = 1 WHERE on_hand = 2",
    "balance_within_limits": "ALTER TABLE stock_balance DROP CONSTRAINT stock_balance_not_enough;"
    " UPDATE stock_balance SET on_hand = -1 WHERE on_hand = 2",
    "reserved_is_sum_of_reservations": "UPDATE reservation SET qty = qty - 1",
    "reserved_is_sum_of_reservations ": "UPDATE stock_balance SET reserved = 1 WHERE on_hand = 2",
    "promises_within_cover": "INSERT INTO promise (demand_line_id, warehouse_id, item_id, qty) SELECT l.id,"
    " d.warehouse_id, l.item_id, 1000 FROM document_line l JOIN document d ON d.id = l.document_id",
    "ended_document_claims_nothing": "INSERT INTO promise (demand_line_id, warehouse_id, item_id, qty) SELECT l.id,"
    " d.warehouse_id, l.item_id, 1 FROM document_line l JOIN document d ON d.id = l.document_id AND d.kind = 'order';"
    " UPDATE document SET decision = 'cancelled'",
    "move_hash": "UPDATE stock_move SET qty = qty + 1 WHERE kind = 'pick'",
    "move_hash ": "UPDATE stock_move SET effective_at = effective_at - interval '1 day' WHERE kind = 'pick'",
    "move_hash  ": "UPDATE stock_move SET to_status = 'damaged' WHERE kind = 'pick'",
    "posting_hash": "DELETE FROM stock_move WHERE kind = 'pick'",
    "posting_hash ": "UPDATE posting SET person_id = (SELECT id FROM person WHERE badge = 'OPERATOR1')",
    "posting_hash  ": "UPDATE posting SET recorded_at = recorded_at - interval '1 hour' WHERE kind = 'pick'",
    "posting_hash   ": "DELETE FROM posting WHERE kind = 'pick'",
    "move_belongs_to_its_posting": "UPDATE stock_move SET kind = 'move' WHERE kind = 'pick'",
    "move_belongs_to_its_posting ": "UPDATE stock_move SET step = NULL WHERE kind = 'pick'",
    "posting_names_what_exists": "UPDATE posting SET document_id = gen_random_uuid() WHERE kind = 'pick'",
    "posting_names_what_exists ": "UPDATE posting SET reverses = id WHERE kind = 'pick'",
    "move_stays_in_its_warehouse": "UPDATE stock_move SET to_location_id = (SELECT id FROM location WHERE"
    " address = 'WH002-DOCK1') WHERE kind = 'pick'",
    "move_stays_in_its_warehouse ": "UPDATE stock_move SET other_warehouse_id = warehouse_id WHERE kind = 'pick'",
    "reversed_within_its_quantity": "UPDATE stock_move SET reverses = gen_random_uuid() WHERE kind = 'pick'",
    "reversed_within_its_quantity ": "UPDATE stock_move SET reverses = (SELECT id FROM stock_move WHERE"
    " kind = 'adjust_in' AND qty = 1) WHERE kind = 'pick'",
    "kit_has_two_sides": "UPDATE stock_move SET kind = 'kit_consume' WHERE kind = 'pick'",
    "genealogy_joins_a_kit": "INSERT INTO genealogy SELECT a.id, b.id, 1 FROM stock_move a, stock_move b"
    " WHERE a.kind = 'pick' AND b.kind = 'pack'",
    "genealogy_joins_a_kit ": "INSERT INTO genealogy SELECT id, id, 1 FROM stock_move WHERE kind = 'pick'",
    "genealogy_follows_repacking": "DELETE FROM genealogy",
    "genealogy_follows_repacking ": "UPDATE genealogy SET qty = qty + 1",
    "held_lot_is_held": "INSERT INTO trace_hold (trace_id, warehouse_id, status, reason, person_id, request_id)"
    " SELECT trace_id, warehouse_id, 'blocked', 'QUALITY', (SELECT id FROM person LIMIT 1), gen_random_uuid()"
    " FROM stock_balance WHERE trace_id <> nil()",
    "one_posting_a_request ": "INSERT INTO request SELECT gen_random_uuid(), fingerprint, person_id,"
    " jsonb_build_object('document', gen_random_uuid()) FROM request LIMIT 1",
    "one_posting_a_request": "INSERT INTO request SELECT gen_random_uuid(), fingerprint, person_id,"
    " jsonb_build_object('posting', gen_random_uuid()) FROM request LIMIT 1",
    "one_posting_a_request  ": "DELETE FROM request WHERE answer ->> 'posting' IN (SELECT id::text FROM posting"
    " WHERE kind = 'pick')",
    "seal_knows_its_times": "UPDATE seal SET newest = newest - interval '1 s' WHERE no = 1",
    "seal_knows_its_times ": "UPDATE seal SET sealed_at = sealed_at - interval '1 day' WHERE no = 2",
    "seal_chain": "UPDATE seal SET hash = sha256('x') WHERE no = 1",
    "seal_chain ": "DELETE FROM seal WHERE no = 1",
    "seal_chain  ": "UPDATE posting SET seal_no = 1",
    "seal_chain   ": "UPDATE posting SET hash = sha256('x') WHERE kind = 'pick'",
    "sealed_within_ten_seconds": "UPDATE posting SET seal_no = NULL, recorded_at = now() - interval '11 s'",
    "sealed_within_ten_seconds ": "UPDATE posting SET seal_no = 99 WHERE kind = 'pick'",
    "serial_in_one_place": "INSERT INTO stock_balance SELECT warehouse_id, item_id, (SELECT id FROM location WHERE"
    " address = 'WH001-STO-R05'), trace_id, handling_unit_id, owner_id, status, 1 FROM stock_balance"
    " WHERE trace_id <> nil()",
    "quantity_precision": "UPDATE stock_move SET qty = 0.5 WHERE kind = 'pick'",
    "handling_unit_in_one_place": "UPDATE handling_unit SET location_id = (SELECT id FROM location WHERE"
    " address = 'WH001-DOCK1')",
    "handling_unit_in_one_place ": "INSERT INTO handling_unit (sscc, kind, warehouse_id, location_id, parent_id) SELECT"
    " 'INSIDE', 'case', warehouse_id, (SELECT id FROM location WHERE address = 'WH001-DOCK1'), id FROM handling_unit",
    "handling_unit_cycle": "INSERT INTO handling_unit (sscc, kind, warehouse_id, location_id, parent_id) SELECT"
    " 'INSIDE', 'case', warehouse_id, location_id, id FROM handling_unit;"
    " UPDATE handling_unit SET parent_id = (SELECT id FROM handling_unit WHERE sscc = 'INSIDE') WHERE sscc <> 'INSIDE'",
    "progress_is_sum_of_moves": "UPDATE line_progress SET qty = qty + 1",
    "progress_is_sum_of_moves ": "DELETE FROM line_progress",
    "inspection_is_posted_once": "UPDATE inspection_part SET qty = qty - 1",
    "inspection_is_posted_once ": "UPDATE inspection SET posting_id = NULL",
    "inspection_is_posted_once  ": "UPDATE inspection SET posting_id = (SELECT posting_id FROM inspection WHERE"
    " state = 'decided')",
    "awaited_goods_are_held": "UPDATE stock_balance SET on_hand = on_hand - 1 WHERE status = 'quarantined'",
    "sample_is_that_of_its_plan": "UPDATE inspection SET size = 3 WHERE size = 50",
    "sample_is_that_of_its_plan ": "UPDATE inspection SET aql = 0.010 WHERE size = 50",
    "sample_is_that_of_its_plan  ": "DELETE FROM inspection_piece",
}
_OF_REPACKING = "genealogy_follows_repacking"
_OF_INSPECTIONS = {"inspection_is_posted_once", "awaited_goods_are_held", "sample_is_that_of_its_plan"}


def repacked(site: Site) -> None:
    """One of the widgets came into a case, posted past the function that repacks."""
    with site.station().transaction() as session:
        case = session.row(
            "SELECT (create_handling_unit('case', %(w)s, %(p)s)).id", w=site.warehouse, p=site.places["R01"]
        )
        assert case is not None
        post(session, site, "repack", "WIDGET", "R01", "R01", 1, to_units=[case["id"]])


def looked_at(site: Site) -> None:
    """Two deliveries of 500 that are looked at: the one was found good, the other waits."""
    with site.desk.transaction() as session:
        rule = {"name": "all", "when": [], "then": {"method": "sample"}}
        policies.save(session, "quality", {"rules": [rule]})
    for decided in (True, False):
        line = site.purchase_line("WIDGET", 500)
        with site.desk.transaction() as session:
            document = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
            assert document is not None
            post(session, site, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 500, line=line,
                 to_statuses=["quarantined"], document=document["id"])  # fmt: skip
            lot = session.row("SELECT id FROM inspection WHERE state = 'open'")
            assert lot is not None
            if decided:
                session.call("begin_inspection", inspection=lot["id"], quantity=500)
                session.call("record_piece", request=uuid.uuid4(), inspection=lot["id"], run=None, pieces=50,
                             defective=False, readings=as_json([]))  # fmt: skip
                session.call("decide_inspection", request=uuid.uuid4(), inspection=lot["id"], run=None,
                             parts=as_json([{"disposition": "accept", "qty": 500}]), reason="", note="")  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_named(order: Order, damage: str) -> None:
    site = order.site
    site.put("DRILL", "R04", 1, trace=site.trace("DRILL", serial="S1"))
    order.step("pick", "R01", "TOTE", 10)
    site.seal()
    order.step("pack", "TOTE", "STAGE1", 10, to_units=[order.carton])
    if damage.strip() in _OF_INSPECTIONS:
        looked_at(site)
    if damage.strip() == _OF_REPACKING:
        repacked(site)
    assert site.prove() == []
    with site.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(DAMAGE[damage])
    found = [row for row in site.prove(seal=False) if row["rule"] == damage.strip()]
    assert found
    assert all(row["offender"] for row in found)


def test_every_rule_of_prove_is_shown_to_fire(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT prosrc FROM pg_proc WHERE proname = 'prove'").fetchone()
    assert row is not None
    rules = {line.split("'")[1] for line in row[0].splitlines() if line.strip().startswith("SELECT '")}
    assert rules == {name.strip() for name in DAMAGE}


def test_seals_count_on_and_each_hashes_the_one_before(warehouse: Site) -> None:
    heads = []
    for _ in range(3):
        warehouse.put("WIDGET", "R01", 1)
        warehouse.put("WIDGET", "R01", 1)
        assert warehouse.seal() == 2
        assert warehouse.seal() == 0
        with warehouse.desk.transaction() as session:
            heads.append(session.row("SELECT * FROM ledger_head()"))
    assert [head["seal_no"] for head in heads if head] == [1, 2, 3]
    with warehouse.superuser() as connection:
        chain = connection.execute("SELECT previous, hash FROM seal ORDER BY no").fetchall()
    assert [bytes(row[0]) for row in chain] == [b"", *(bytes(row[1]) for row in chain[:-1])]
    assert warehouse.prove() == []


def test_an_open_posting_waits_for_the_next_seal(warehouse: Site) -> None:
    station = warehouse.station()
    with station.transaction() as session:
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 1, reason="FOUND")
        warehouse.put("GADGET", "R01", 1)
        assert warehouse.seal() == 1
    assert warehouse.seal() == 1
    assert warehouse.prove() == []


def test_two_sealers_take_turns(warehouse: Site) -> None:
    sealed: list[int] = []
    begin = threading.Barrier(4)

    def seal() -> None:
        begin.wait(10)
        sealed.extend(warehouse.seal() for _ in range(20))

    threads = [threading.Thread(target=seal, name=f"sealer-{n}") for n in range(3)]
    for thread in threads:
        thread.start()
    begin.wait(10)
    for _ in range(20):
        warehouse.put("WIDGET", "R01", 1)
    for thread in threads:
        thread.join(30)
    assert sum(sealed) + warehouse.seal() == 20
    assert warehouse.prove() == []


def test_moves_and_seals_are_never_changed_not_even_by_the_owner(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 1)
    warehouse.seal()
    with warehouse.superuser() as connection:
        partitions = [row[0] for row in connection.execute("SELECT inhrelid::regclass::text FROM pg_inherits "
                      "WHERE inhparent = 'stock_move'::regclass").fetchall()]  # fmt: skip
        assert len(partitions) >= 4
        for table in ("stock_move", "seal", "posting", "audit", *partitions):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                with pytest.raises(psycopg.Error, match="append_only"):
                    connection.execute(statement)
        for statement in (
            "UPDATE stock_move SET qty = 2",
            "UPDATE posting SET person_id = nil()",
            "UPDATE seal SET no = 7",
        ):
            with pytest.raises(psycopg.Error, match="append_only"):
                connection.execute(statement)


def test_a_move_that_is_slipped_into_a_partition_changes_the_balance_and_is_found(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 1)
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT tableoid::regclass::text FROM stock_move").fetchone()
        assert row is not None
        connection.execute(
            f"INSERT INTO {row[0]} SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid()))).*"
            f" FROM {row[0]} m"
        )
    assert warehouse.stock("WIDGET", "R01") == (2, 0)
    assert {row["rule"] for row in warehouse.prove()} == {"posting_hash"}
