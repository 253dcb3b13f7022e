"""`prove --deep`: a replay from zero finds what was damaged; a head that was kept finds what was rewritten."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.database import ledger
from app.database.ledger import Head
from app.database.session import Row
from tests.database.test_posting import Order
from tests.database.test_posting import order as order  # noqa: PLC0414  (the fixture)
from tests.support import Site, post

# rule → what a superuser did to the data with all triggers off.
DAMAGE = {
    "replay_below_nothing": "UPDATE stock_move SET qty = 1000 WHERE kind = 'pick'",
    "past_below_nothing": "UPDATE stock_move SET effective_at = effective_at - interval '1 day' WHERE kind = 'pick'",
    "replay_balance": "UPDATE stock_balance SET on_hand = on_hand + 1 WHERE on_hand = 2",
    "replay_balance ": "DELETE FROM stock_balance WHERE on_hand = 2",
    "replay_balance  ": "UPDATE stock_balance SET weight_kg = 1 WHERE on_hand = 2",
    "replay_serial": "INSERT INTO stock_move SELECT"
    " (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(),"
    " 'to_location_id', (SELECT id FROM location WHERE address = 'WH001-STO-R05')))).* FROM stock_move m"
    " WHERE trace_id <> nil()",
    "replay_reservation": "UPDATE reservation SET qty = qty + 1000",
    "replay_progress": "UPDATE line_progress SET qty = qty + 1",
    "replay_progress ": "DELETE FROM line_progress",
    "replay_handling_unit": "INSERT INTO stock_move SELECT (jsonb_populate_record(m, jsonb_build_object('id',"
    " gen_random_uuid(), 'to_location_id', (SELECT id FROM location WHERE address = 'WH001-STO-R05')))).*"
    " FROM stock_move m WHERE to_handling_unit_id <> nil()",
    "snapshot_is_replayed": "UPDATE snapshot_stock SET on_hand = on_hand + 1",
    "snapshot_is_replayed ": "DELETE FROM snapshot_stock",
    "snapshot_is_replayed  ": "INSERT INTO snapshot_stock SELECT until, warehouse_id, nil(), location_id, trace_id,"
    " handling_unit_id, owner_id, status, 1, 0 FROM snapshot_stock",
}


def deep(site: Site, parts: int = 3) -> list[Row]:
    found = []
    for part in range(parts):
        with site.desk.transaction() as session:
            found += ledger.prove_deep(session, part=part, parts=parts)
    return found


def snapshot(site: Site, *, whole: bool) -> None:
    """A snapshot of everything until now, or of what changed: only weeks that are over have one by themselves."""
    changed = "stock_changed(w.id, b.until, b.seal_no, s.until - interval '1 microsecond', s.seal_no, NULL)"
    known = "stock_known_before(w.id, s.until, s.seal_no)" if whole else changed
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO snapshot (until, seal_no, adds_to) SELECT clock_timestamp(), max(no),"
            " CASE WHEN NOT %s THEN (SELECT until FROM snapshot WHERE adds_to IS NULL ORDER BY until DESC LIMIT 1) END"
            " FROM seal",
            [whole],
        )
        connection.execute(
            "INSERT INTO snapshot_stock SELECT s.until, w.id, k.* FROM (SELECT s.*, lag(until) OVER (ORDER BY until)"  # noqa: S608  (ours)
            " AS before FROM snapshot s) s LEFT JOIN snapshot b ON b.until = s.before CROSS JOIN warehouse w"
            f" CROSS JOIN LATERAL {known} k WHERE s.until = (SELECT max(until) FROM snapshot)"
        )


def live(order: Order) -> Site:
    """A site after some work, in several seals, with two whole snapshots and three of what changed."""
    site = order.site
    site.put("DRILL", "R04", 1, trace=site.trace("DRILL", serial="S1"))
    site.seal()
    snapshot(site, whole=True)
    order.step("pick", "R01", "TOTE", 10)
    site.seal()
    snapshot(site, whole=False)
    snapshot(site, whole=True)
    order.step("pack", "TOTE", "STAGE1", 10, to_units=[order.carton])
    site.seal()
    snapshot(site, whole=False)
    site.put("WIDGET", "R02", 1)
    site.seal()
    snapshot(site, whole=False)
    return site


def test_what_was_posted_properly_is_what_the_replay_gives(order: Order) -> None:
    site = live(order)
    with site.superuser() as connection:
        rows = connection.execute(
            "SELECT adds_to IS NULL, count(*) FROM snapshot JOIN snapshot_stock USING (until) GROUP BY until, 1"
            " ORDER BY until"
        ).fetchall()
    assert [row[0] for row in rows] == [True, False, True, False, False]
    assert all(row[1] >= 2 for row in rows if row[0])
    assert [row[1] for row in rows if not row[0]] == [2, 2, 1]  # from where, to where; put from outside
    assert deep(site) == deep(site, parts=1) == []
    site.put("WIDGET", "R02", 1)
    assert deep(site) == []


def test_a_pallet_of_many_goods_that_goes_about_is_in_one_place_at_every_seal(warehouse: Site) -> None:
    """What is loaded and moved between the same two seals has the same rank in the replay."""
    goods: list[tuple[str, UUID | None]] = [("WIDGET", None), ("GADGET", None), ("OIL", None)]
    goods += [("MILK", warehouse.trace("MILK", lot=f"L{n}", expiry="2099-12-31")) for n in range(9)]
    for sku, trace in goods:
        warehouse.put(sku, "R01", 50, trace=trace)
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT id FROM create_handling_unit('pallet', %(w)s, NULL)", w=warehouse.warehouse)
    assert row is not None
    pallet = row["id"]
    for turn in range(12):
        here, there = (("R01", "R02"), ("R02", "R01"))[turn % 2]
        with warehouse.desk.transaction() as session:
            for sku, trace in goods[turn % 2 :: 2] if turn else goods:
                if here == "R01":
                    post(session, warehouse, "move", sku, here, here, 1, trace=trace, to_units=[pallet])
            session.call("move_unit", request=uuid4(), unit=pallet, to_location=warehouse.places[there])
        warehouse.seal()
    assert deep(warehouse) == deep(warehouse, parts=1) == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_by_the_replay(order: Order, damage: str) -> None:
    site = live(order)
    with site.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(DAMAGE[damage])
    found = [row for row in deep(site) if row["rule"] == damage.strip()]
    assert found
    assert all(row["offender"] for row in found)


def test_every_rule_of_the_replay_is_shown_to_fire(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        row = connection.execute("SELECT prosrc FROM pg_proc WHERE proname = 'prove_deep'").fetchone()
    assert row is not None
    rules = {line.split("'")[1] for line in row[0].splitlines() if line.strip().startswith("SELECT '")}
    assert rules == {name.strip() for name in DAMAGE}


def test_stock_below_nothing_is_no_damage_where_it_was_once_allowed(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    assert deep(warehouse) == []
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address = 'WH001-STO-R01'")
        connection.execute("UPDATE location SET negative_allowed = false WHERE address = 'WH001-STO-R01'")
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE stock_move SET qty = 5, to_location_id = from_location_id,"
                           " from_location_id = to_location_id WHERE qty = 5")  # fmt: skip
    assert {row["rule"] for row in deep(warehouse)} == {"replay_balance"}


# - the head -


def head(site: Site) -> Head:
    with site.desk.transaction() as session:
        kept = ledger.sealed_head(session)
    assert kept is not None
    return kept


def check(site: Site, kept: Head) -> tuple[str, int]:
    with site.desk.transaction() as session:
        return ledger.check_head(session, kept)


def test_a_head_that_was_kept_holds_however_the_ledger_grows(warehouse: Site) -> None:
    for _ in range(3):
        warehouse.put("WIDGET", "R01", 1)
        warehouse.seal()
    kept = head(warehouse)
    assert (kept.seal, kept.postings, kept.moves) == (3, 3, 3)
    warehouse.put("WIDGET", "R01", 1)
    warehouse.seal()
    assert check(warehouse, kept) == ("", 3)


@pytest.mark.parametrize(
    ("damage", "why", "seal"),
    [
        ("UPDATE posting SET hash = sha256('x') WHERE seal_no = 2", "chain_broken", 2),
        ("DELETE FROM posting WHERE seal_no = 2", "chain_broken", 2),
        ("UPDATE seal SET previous = sha256('x') WHERE no = 3", "chain_broken", 3),
        ("DELETE FROM seal WHERE no = 1", "chain_broken", 2),
        ("DELETE FROM seal WHERE no = 3; DELETE FROM posting WHERE seal_no = 3", "seal_missing", 3),
        # rewritten so well that the chain holds together again
        ("UPDATE posting SET hash = sha256('x') WHERE seal_no = 3; UPDATE seal s SET hash = sha256(s.previous ||"
         " (SELECT uuid_send(p.id) || p.hash FROM posting p WHERE p.seal_no = 3)) WHERE no = 3", "other_hash", 3),
        ("UPDATE posting SET moves = 2 WHERE seal_no = 2", "other_count", 3),
    ],
)  # fmt: skip
def test_a_kept_head_finds_what_was_rewritten_and_where(warehouse: Site, damage: str, why: str, seal: int) -> None:
    for _ in range(3):
        warehouse.put("WIDGET", "R01", 1)
        warehouse.seal()
    kept = head(warehouse)
    with warehouse.superuser() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(damage)
    assert check(warehouse, kept) == (why, seal)


def test_a_head_of_another_ledger_is_told_apart(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 1)
    warehouse.seal()
    other = replace(head(warehouse), ledger=warehouse.warehouse)
    assert check(warehouse, other)[0] == "other_ledger"


def test_a_head_whose_time_was_changed_does_not_hold(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 1)
    warehouse.seal()
    kept = head(warehouse)
    assert check(warehouse, kept)[0] == ""
    assert check(warehouse, replace(kept, sealed_at=kept.sealed_at + timedelta(microseconds=1)))[0] == "other_time"
