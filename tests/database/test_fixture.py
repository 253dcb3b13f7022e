"""The furnished warehouse is what other tests take it for."""

from decimal import Decimal

from psycopg import sql

from app.database import server
from tests.support import Site, copy_of, furnish, post


def test_goods_are_received_and_the_ledger_is_proven(warehouse: Site) -> None:
    line = warehouse.purchase_line("WIDGET", 5, uom="case")
    with warehouse.station("dock1", "RECEIVER1").transaction() as session:
        post(session, warehouse, "receipt", "WIDGET", "SUPPLIER", "DOCK1", 60, line=line)
    assert warehouse.stock("WIDGET", "DOCK1") == (Decimal(60), Decimal(0))
    assert warehouse.prove() == []


def test_every_test_gets_a_warehouse_of_its_own(warehouse: Site) -> None:
    assert warehouse.count("stock_move") == 0


_TABLES = (
    "SELECT c.oid::regclass::text FROM pg_class c"
    " WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relkind IN ('r', 'S') ORDER BY 1"
)


def _content(site: Site) -> dict[str, str]:
    """A hash of every table and sequence of a copy; the count of the log of a sequence is no content."""
    with site.superuser() as connection:
        names = [name for (name,) in connection.execute(_TABLES).fetchall()]
        found = {}
        for name in names:
            query = sql.SQL(
                "SELECT md5(string_agg((to_jsonb(t) - 'log_cnt')::text, ',' ORDER BY t::text))"
                " FROM (SELECT * FROM {}) t"
            )
            row = connection.execute(query.format(sql.SQL(name))).fetchone()
            assert row is not None
            found[name] = row[0]
    return found


def test_the_next_test_finds_a_used_copy_as_if_it_were_new(embedded_server: server.Attachment) -> None:
    template = furnish(embedded_server.url)
    with copy_of(template) as site:
        new = _content(site)
        site.put("WIDGET", "R01", 7)
        site.order_line()
        with site.superuser() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM partner")
            connection.execute("UPDATE person SET name = 'Somebody'")
        used = _content(site)
        first = site.url
    with copy_of(template) as site:
        assert (site.url, _content(site)) == (first, new)
        assert used != new


def test_a_copy_with_other_definitions_is_not_used_again(embedded_server: server.Attachment) -> None:
    template = furnish(embedded_server.url)
    for change in (
        "ALTER TABLE partner ADD odd text",
        "CREATE FUNCTION odd() RETURNS int LANGUAGE sql RETURN 1",
        "GRANT INSERT ON partner TO PUBLIC",
        "DROP POLICY own_goods ON partner",
    ):
        with copy_of(template) as site, site.superuser() as connection:
            first = site.url
            connection.execute(change)
        with copy_of(template) as site:
            assert site.url != first, change
