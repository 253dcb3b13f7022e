"""The months of the ledger: made ahead by themselves, read-only when they are over, never in the way of a posting."""

import psycopg
import pytest

from tests.support import Site

PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'stock_move'::regclass ORDER BY 1"


def homes(site: Site) -> set[str]:
    """The partitions that hold moves."""
    with site.superuser() as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT tableoid::regclass::text FROM stock_move")}


def drop_all_months(site: Site) -> None:
    """As if nobody had made partitions for so long that no month is left."""
    with site.superuser() as connection:
        for (part,) in connection.execute(PARTITIONS).fetchall():
            if part != "stock_move_default":
                connection.execute(f"DROP TABLE {part}")


def ensure(site: Site, months: int = 3) -> int:
    with site.login("worker_1").transaction() as session:
        made: int = session.call("ensure_partitions", months=months)
    return made


def test_a_posting_finds_a_place_and_changes_stock_once_even_when_no_month_is_left(warehouse: Site) -> None:
    drop_all_months(warehouse)
    warehouse.put("WIDGET", "R01", 5)
    assert homes(warehouse) == {"stock_move_default"}
    assert warehouse.stock("WIDGET", "R01") == (5, 0)
    assert warehouse.prove() == []


def test_a_month_that_began_in_the_default_partition_stays_there_and_the_next_ones_are_made(warehouse: Site) -> None:
    drop_all_months(warehouse)
    warehouse.put("WIDGET", "R01", 5)
    assert ensure(warehouse) == 3
    assert ensure(warehouse) == 0
    warehouse.put("WIDGET", "R01", 2)
    assert homes(warehouse) == {"stock_move_default"}
    assert warehouse.stock("WIDGET", "R01") == (7, 0)
    assert warehouse.prove() == []


def test_months_far_ahead_have_the_triggers_indexes_and_walls_of_the_others(warehouse: Site) -> None:
    assert ensure(warehouse, months=14) == 11
    with warehouse.superuser() as connection:
        alike = connection.execute(
            "SELECT count(DISTINCT (c.relrowsecurity, c.relforcerowsecurity,"
            " has_table_privilege('sh_everyone', c.oid, 'SELECT'),"
            " (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname <> 'month_is_over'),"
            " (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid))) FROM pg_class c JOIN pg_inherits h"
            " ON h.inhrelid = c.oid WHERE h.inhparent = 'stock_move'::regclass"
            " AND to_char(now(), 'YYYYMM') < right(c.relname, 6)"
        ).fetchone()
    assert alike == (1,)


def test_a_month_that_is_over_takes_no_moves_any_more(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("SELECT make_partition('2020-05-01')")
        ensure(warehouse)
        with pytest.raises(psycopg.Error, match="append_only"):
            connection.execute(
                'INSERT INTO stock_move SELECT (jsonb_populate_record(NULL::stock_move, \'{"id":'
                ' "0190b6a5-0000-7000-8000-000000000001", "recorded_at": "2020-05-07T12:00Z"}\')).*'
            )
    warehouse.put("WIDGET", "R01", 5)
    assert warehouse.stock("WIDGET", "R01") == (5, 0)
