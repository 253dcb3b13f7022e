"""People of an owner see that owner's goods and papers, and nothing of anybody else's; the database sees to that."""
# ruff: noqa: S608  (the attacks are put together from the catalogue)

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.database.session import Database, Row, as_json
from app.domain.errors import Fault, Refusal
from tests.database.hostile import functions
from tests.support import NIL, Site, pin_key, post


def owner(site: Site, code: str) -> UUID:
    with site.desk.transaction() as session:
        answer = session.call(
            "save_partners",
            request=uuid4(),
            rows=as_json([{"partner": {"code": code, "name": code, "kinds": ["owner"]}}]),
        )
    return UUID(answer[0]["id"])


def stock(site: Site, whose: UUID, sku: str, where: str, qty: int) -> None:
    with site.desk.transaction() as session:
        post(session, site, "adjust_in", sku, "ADJUSTMENT", where, qty, reason="OPENING",
             from_owners=[whose], to_owners=[whose])  # fmt: skip


def paper(site: Site, whose: UUID, reference: str, sku: str) -> UUID:
    with site.desk.transaction() as session:
        partner = session.row("SELECT id FROM partner WHERE code = 'SHOPPER'")
        assert partner is not None
        made: UUID = session.call(
            "create_document", kind="order", warehouse=site.warehouse, partner=partner["id"], reference=reference,
            due=None, items=[site.items[sku]], uoms=["each"], qtys=[3],
        )  # fmt: skip
        session.call("set_document_owner", document=made, owner=whose)
    return made


@pytest.fixture
def guest(warehouse: Site) -> Database:
    """A person of owner MILKMAN at bench1: a manager by group, who keeps milk here; OILMAN and we keep the rest."""
    milkman, oilman = owner(warehouse, "MILKMAN"), owner(warehouse, "OILMAN")
    for whose, sku, where, qty in (
        (milkman, "WIDGET", "R01", 5),
        (oilman, "WIDGET", "R02", 7),
        (NIL, "GADGET", "R03", 9),
    ):
        stock(warehouse, whose, sku, where, qty)
        paper(warehouse, whose, f"REF-{where}", sku)
    warehouse.seal()
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO person (badge, name) VALUES ('GUEST', 'Guest')")
        connection.execute("INSERT INTO person_group SELECT id, 'manager', NULL FROM person WHERE badge = 'GUEST'")
    with warehouse.desk.transaction() as session:
        person = session.row("SELECT person_id AS id FROM badges() WHERE badge = 'GUEST'")
        assert person is not None
        warehouse.people["GUEST"] = person["id"]
        session.call("set_owners", person=person["id"], owners=[milkman])
        session.rows("SELECT set_pin(%(p)s, 'a salt for tests', sha256(%(k)s::bytea))", p=person["id"], k=pin_key())
    return warehouse.station("bench1", "GUEST")


def test_they_see_their_stock_their_papers_their_movements_and_what_these_name(guest: Database) -> None:
    with guest.transaction() as session:
        assert [row["on_hand"] for row in session.rows("SELECT on_hand FROM stock_balance")] == [5]
        assert [row["qty"] for row in session.rows("SELECT qty FROM stock_move")] == [5]
        assert [row["reference"] for row in session.rows("SELECT reference FROM document")] == ["REF-R01"]
        assert [row["qty"] for row in session.rows("SELECT qty FROM document_line")] == [3]
        assert len(session.rows("SELECT 1 FROM posting")) == 1
        assert [row["sku"] for row in session.rows("SELECT sku FROM item")] == ["WIDGET"]
        partners = {row["code"] for row in session.rows("SELECT code FROM partner")}
    assert partners == {"MILKMAN", "SHOPPER"}


def test_the_past_and_what_is_available_tell_them_nothing_of_others_either(warehouse: Site, guest: Database) -> None:
    with guest.transaction() as session:
        past = session.rows("SELECT on_hand FROM stock_as_of(%(w)s, clock_timestamp(), 1)", w=warehouse.warehouse)
        assert [row["on_hand"] for row in past] == [5]
    for whose in (NIL, uuid4()):
        with pytest.raises(Refusal, match=r"ledger\.unknown_owner"), guest.transaction() as session:
            session.rows("SELECT * FROM available_to_promise(%(w)s, %(i)s, %(o)s)", w=warehouse.warehouse,
                         i=list(warehouse.items.values()), o=whose)  # fmt: skip


def test_what_allocation_asks_and_the_rules_it_goes_by_tell_them_nothing(warehouse: Site, guest: Database) -> None:
    with warehouse.desk.transaction() as session:
        papers = session.rows("SELECT id, version FROM document WHERE kind = 'order'")
        orders = [row["id"] for row in papers]
        for row in papers:
            session.call("decide_document", document=row["id"], decision="released", version=row["version"])
        session.call("save_rules", request=uuid4(), capability="allocation", version=0, rules=as_json({"rules": []}))
        told = session.row(_FACTS, orders=orders)
        assert told is not None
        assert (told["warehouse"], len(told["lines"]), len(told["policies"])) == (warehouse.warehouse, 3, 1)
    for blind in (guest, warehouse.station("dock1", "MANAGER-B")):
        with blind.transaction() as session:
            told = session.row(_FACTS, orders=orders)
            assert told is not None
            assert (told["warehouse"], told["lines"], told["stock"]) == (None, [], [])
    with guest.transaction() as session:
        assert session.row("SELECT policies_for('allocation', '{}') AS told") == {"told": []}


_FACTS = "SELECT * FROM allocation_facts(%(orders)s::uuid[])"


def _partners(site: Site) -> list[Row]:
    with site.desk.transaction() as session:
        return session.rows("SELECT id, code FROM partner")


def test_no_table_gives_away_that_somebody_else_has_goods_here(warehouse: Site, guest: Database) -> None:
    """Whatever a table holds as text, nothing names the other owner, our own item, or papers of either."""
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET negative_allowed = true WHERE address = 'WH001-STO-R02'")
    oilman = next(row["id"] for row in _partners(warehouse) if row["code"] == "OILMAN")
    with warehouse.desk.transaction() as session:  # their goods, taken before they were there
        post(session, warehouse, "adjust_out", "WIDGET", "R02", "ADJUSTMENT", 1, reason="OPENING", from_owners=[oilman],
             to_owners=[oilman], effective=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
    assert warehouse.count("past_negative") == 1
    with warehouse.superuser() as connection:
        tables = [row[0] for row in connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'stockhand'::regnamespace AND relkind IN ('r', 'p', 'v')"
            " AND NOT relispartition AND has_table_privilege('sh_everyone', oid, 'SELECT')").fetchall()]  # fmt: skip
        others = {str(row[0]) for row in connection.execute(
            "SELECT id FROM partner WHERE code IN ('OILMAN', 'ACME') UNION SELECT id FROM item WHERE sku <> 'WIDGET'"
            " UNION SELECT id FROM document WHERE reference <> 'REF-R01'").fetchall()}  # fmt: skip
    secrets = others | {"OILMAN", "GADGET", "REF-R02", "REF-R03"}
    for table in tables:
        with guest.transaction() as session:
            for row in session.rows(f"SELECT to_jsonb(t)::text AS text FROM {table} t"):
                assert not [secret for secret in secrets if secret in row["text"]], table


_OPEN_TO_OWNERS = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'warehouse_id'
    WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND has_table_privilege('sh_everyone', c.oid, 'SELECT')
        AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive)
"""


def test_whatever_belongs_to_a_warehouse_says_what_owners_see_of_it(warehouse: Site) -> None:
    """Labels bought, cut-offs and the like are the warehouse's business; where places and stations are is no secret."""
    with warehouse.superuser() as connection:
        found = {row[0] for row in connection.execute(_OPEN_TO_OWNERS).fetchall()}
    assert found <= {"location", "station", "snapshot", "import_run"}


def test_looking_for_something_finds_theirs_and_never_that_others_have_it(warehouse: Site, guest: Database) -> None:
    def found(text: str) -> set[tuple[str, UUID]]:
        with guest.transaction() as session:
            return {(row["kind"], row["id"]) for row in session.rows("SELECT * FROM search_candidates(%(t)s)", t=text)}

    with guest.transaction() as session:
        paper = session.row("SELECT id, number FROM document") or {}
    with warehouse.desk.transaction() as session:
        numbers = {row["number"] for row in session.rows("SELECT number FROM document")}
        lot = session.call("ensure_trace", item=warehouse.items["MILK"], lot="L-OTHERS", serial="",
                           expiry=datetime(2030, 1, 1, tzinfo=UTC).date(), best_before=None)  # fmt: skip
        assert lot in {row["id"] for row in session.rows("SELECT * FROM search_candidates('L-OTH')")}
    assert found("widg") == {("item", warehouse.items["WIDGET"])}
    assert found(paper["number"]) == {("document", paper["id"])}
    assert {kind for kind, _ in found("milkman")} == {"partner"}
    for secret in {"GADGET", "gadg", "OILMAN", "ACME", "L-OTHERS", "WH001-STO", *numbers} - {paper["number"]}:
        assert found(secret) == set(), secret


def test_of_a_unit_that_they_share_they_hear_their_own_goods_only(warehouse: Site, guest: Database) -> None:
    owners = {row["code"]: row["id"] for row in _partners(warehouse)}
    with warehouse.desk.transaction() as session:
        row = session.row(
            "SELECT (create_handling_unit('pallet', %(w)s, %(l)s)).id", w=warehouse.warehouse, l=warehouse.places["R04"]
        )
        unit = (row or {})["id"]
        for code, qty in (("MILKMAN", 3), ("OILMAN", 11)):
            post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R04", qty, reason="OPENING", to_units=[unit],
                 from_owners=[owners[code]], to_owners=[owners[code]])  # fmt: skip
    for who, load in ((guest, 3), (warehouse.desk, 14)):
        with who.transaction() as session:
            loads = session.rows("SELECT load FROM unit_loads(%(w)s, %(u)s)", w=warehouse.warehouse, u=[unit])
        assert [row["load"] for row in loads] == [load]


def test_a_manager_who_is_bound_to_an_owner_may_do_nothing_any_more(warehouse: Site, guest: Database) -> None:
    with guest.transaction() as session:
        assert session.rows("SELECT * FROM my_permissions()") == [{"my_permissions": "see_stock"}]
    before = {
        table: warehouse.count(table) for table in ("posting", "document", "location", "partner", "print_job", "audit")
    }
    harmless = {
        "my_owners",
        "my_warehouses",
        "actor",
        "nil",
        "new_id",
        "this_station",
        "require_actor",
        "seal_postings",
    }
    for one in functions(warehouse):
        if one.name in harmless or not one.definer:
            continue
        try:
            with guest.transaction() as session:
                session.rows(one.call.replace("%", "%%"))
        except (Refusal, Fault):
            continue
    assert {table: warehouse.count(table) for table in before} == before
    assert warehouse.prove() == []


def test_they_cannot_unbind_themselves_nor_bind_others(warehouse: Site, guest: Database) -> None:
    for person in (warehouse.people["GUEST"], warehouse.people["OPERATOR1"]):
        with pytest.raises(Refusal), guest.transaction() as session:
            session.call("set_owners", person=person, owners=[])
    with guest.transaction() as session:
        with pytest.raises(Fault, match=r"database\.not_allowed"):
            session.change("DELETE FROM person_owner")
        session.rollback()


def test_set_free_they_are_our_people_again(warehouse: Site, guest: Database) -> None:
    with warehouse.desk.transaction() as session:
        session.call("set_owners", person=warehouse.people["GUEST"], owners=[])
    with guest.transaction() as session:
        assert len(session.rows("SELECT 1 FROM stock_balance")) == 3


def test_nobody_is_bound_to_who_is_no_owner_and_nobody_binds_themselves(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        acme = session.row("SELECT id FROM partner WHERE code = 'ACME'")
    assert acme is not None
    for person, owners in (("OPERATOR1", [acme["id"]]), ("ADMIN", [])):
        with pytest.raises(Refusal) as caught, warehouse.desk.transaction() as session:
            session.call("set_owners", person=warehouse.people[person], owners=owners)
        assert caught.value.code in {"ledger.unknown_owner", "person.not_oneself"}


def test_they_see_themselves_and_whom_their_goods_and_papers_name(warehouse: Site, guest: Database) -> None:
    with warehouse.desk.transaction() as session:
        everybody = {row["id"]: row["badge"] for row in session.rows("SELECT person_id AS id, badge FROM badges()")}
    with guest.transaction() as session:
        seen = {everybody[row["id"]] for row in session.rows("SELECT id FROM person")}
        (move,) = session.rows("SELECT w.id FROM posting p JOIN person w ON w.id = p.person_id")
    assert seen == {"GUEST", "ADMIN"} < set(everybody.values())
    assert everybody[move["id"]] == "ADMIN"


def test_they_begin_no_work(warehouse: Site, guest: Database) -> None:
    with pytest.raises(Refusal, match=r"dialog\.not_for_owners"), guest.transaction() as session:
        session.call("open_dialog", capability="receiving", version=1, warehouse=warehouse.warehouse, state=as_json({}))
    assert warehouse.count("dialog_run") == 0


def test_who_belongs_to_no_owner_pays_nothing_for_the_walls_between_owners(warehouse: Site) -> None:
    """A rule is planned with every statement that names its table: none may bring the movements of all months along."""
    with warehouse.superuser() as connection:
        tables = [row[0] for row in connection.execute(
            "SELECT DISTINCT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relnamespace = 'stockhand'::regnamespace AND c.relname <> 'stock_move'"
            " AND has_any_column_privilege('sh_everyone', c.oid, 'SELECT')").fetchall()]  # fmt: skip
    assert {"item", "posting", "trace", "partner", "person", "handling_unit"} <= set(tables)
    with warehouse.desk.transaction() as session:
        plans = {
            table: "\n".join(row["QUERY PLAN"] for row in session.rows(f"EXPLAIN SELECT 1 FROM {table}"))
            for table in tables
        }
    assert [table for table, plan in plans.items() if "stock_move" in plan] == []
