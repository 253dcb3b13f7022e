"""Partners are saved as whole records: with addresses and contacts, once, and not over somebody else's change."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database.session import Database, Row, as_json
from app.domain.errors import Refusal
from app.texts import Texts
from tests.support import Site

ADDRESS = {"purpose": "delivery", "line_1": "Hafenstr. 1", "postal_code": "20457", "city": "Hamburg", "country": "DE",
           "first": True}  # fmt: skip


def save(
    by: Database,
    partner: dict[str, object],
    *,
    id: UUID | None = None,
    version: int | None = None,
    addresses: list[Any] | None = None,
    contacts: list[Any] | None = None,
    request: UUID | None = None,
) -> UUID:
    with by.transaction() as session:
        answer = session.call(
            "save_partners",
            request=request or uuid4(),
            rows=as_json([{"id": id, "version": version, "partner": partner, "addresses": addresses or [],
                           "contacts": contacts or []}]),
        )  # fmt: skip
    return UUID(answer[0]["id"])


def stored(site: Site, partner: UUID) -> Row:
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT p.*, (SELECT jsonb_agg(to_jsonb(a)) FROM partner_address a WHERE a.partner_id = p.id) AS addresses,"
            " (SELECT jsonb_agg(to_jsonb(c)) FROM partner_contact c WHERE c.partner_id = p.id) AS contacts"
            " FROM partner p WHERE p.id = %(id)s",
            id=partner,
        )
    assert row is not None
    return row


def test_a_partner_is_saved_whole_and_once(warehouse: Site) -> None:
    request = uuid4()
    new: dict[str, object] = {
        "code": "HANSA",
        "name": "Hansa",
        "kinds": ["customer", "owner"],
        "pack_instructions": "No peanuts",
    }
    made = {save(warehouse.login("desk_manager"), new, addresses=[ADDRESS], contacts=[{"name": "Ann"}], request=request)
            for _ in range(2)}  # fmt: skip
    row = stored(warehouse, made.pop())
    assert not made
    assert (row["kinds"], row["pack_instructions"]) == (["customer", "owner"], "No peanuts")
    assert [one["city"] for one in row["addresses"]] == ["Hamburg"]
    assert [one["name"] for one in row["contacts"]] == ["Ann"]


def test_addresses_become_exactly_what_was_saved_and_their_history_is_the_partners(warehouse: Site) -> None:
    hansa = save(warehouse.desk, {"code": "HANSA", "name": "Hansa"}, addresses=[ADDRESS, ADDRESS | {"first": False}])
    row = stored(warehouse, hansa)
    kept = row["addresses"][1] | {"city": "Altona", "first": True}
    save(warehouse.desk, {}, id=hansa, version=row["version"], addresses=[kept])
    assert [one["city"] for one in stored(warehouse, hansa)["addresses"]] == ["Altona"]
    with warehouse.desk.transaction() as session:
        history = session.rows("SELECT part, verb FROM record_history('partner', %(id)s)", id=hansa)
    assert {"part": "partner_address", "verb": "DELETE"} in history
    assert {"part": "partner", "verb": "INSERT"} in history


def test_an_address_of_another_partner_cannot_be_taken_over(warehouse: Site) -> None:
    hansa = save(warehouse.desk, {"code": "HANSA", "name": "Hansa"}, addresses=[ADDRESS])
    thief = save(warehouse.desk, {"code": "THIEF", "name": "Thief"}, addresses=stored(warehouse, hansa)["addresses"])
    assert stored(warehouse, thief)["addresses"] is None
    assert len(stored(warehouse, hansa)["addresses"]) == 1


def test_codes_of_partners_are_alike_in_large_and_small_letters(warehouse: Site) -> None:
    with pytest.raises(Refusal, match=r"partner\.code_taken"):
        save(warehouse.desk, {"code": "acme", "name": "Another"})


def test_the_second_of_two_who_save_is_told_of_the_first(warehouse: Site) -> None:
    hansa = save(warehouse.desk, {"code": "HANSA", "name": "Hansa"})
    seen = stored(warehouse, hansa)["version"]
    save(warehouse.login("desk_manager"), {"note": "pays late"}, id=hansa, version=seen)
    with pytest.raises(Refusal) as caught:
        save(warehouse.desk, {"note": "pays early"}, id=hansa, version=seen)
    assert (caught.value.code, caught.value.facts["person"]) == ("record.changed", "Manager1")


def test_a_partner_that_papers_name_is_archived_not_removed(warehouse: Site) -> None:
    warehouse.order_line()
    with warehouse.desk.transaction() as session:
        shopper = session.row("SELECT id, version FROM partner WHERE code = 'SHOPPER'")
    assert shopper is not None
    with pytest.raises(Refusal) as caught, warehouse.desk.transaction() as session:
        session.call("delete_record", request=uuid4(), kind="partner", id=shopper["id"], version=shopper["version"])
    assert (caught.value.code, caught.value.facts["count"]) == ("record.in_use", 1)
    save(warehouse.desk, {"archived": True}, id=shopper["id"], version=shopper["version"])
    assert stored(warehouse, shopper["id"])["archived"]


def test_a_partner_that_nothing_names_goes_with_its_addresses(warehouse: Site) -> None:
    hansa = save(warehouse.desk, {"code": "HANSA", "name": "Hansa"}, addresses=[ADDRESS], contacts=[{"name": "Ann"}])
    with warehouse.desk.transaction() as session:
        session.change(
            "INSERT INTO partner_shelf_life (partner_id, minimum_days) VALUES (%(partner)s, 7)", partner=hansa
        )
        session.call(
            "delete_record", request=uuid4(), kind="partner", id=hansa, version=stored(warehouse, hansa)["version"]
        )
    assert warehouse.count("partner_address") == warehouse.count("partner_contact") == 0


def test_operators_look_at_partners_and_change_none(warehouse: Site) -> None:
    with pytest.raises(Refusal, match=r"permission\.missing"):
        save(warehouse.station("bench1", "OPERATOR1"), {"code": "HANSA", "name": "Hansa"})


def test_whatever_may_keep_a_record_from_going_has_a_name_that_people_read(warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        in_the_way = connection.execute(
            "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c"
            " WHERE c.contype = 'f' AND c.confdeltype <> 'c' AND c.conparentid = 0"
            " AND c.confrelid::regclass::text IN (SELECT name FROM record_kind UNION SELECT name FROM undone_tables())"
        ).fetchall()
    texts = Texts.load()
    assert {"parcel", "shipment"} <= {name for (name,) in in_the_way}
    assert [name for (name,) in in_the_way if not texts.has("captions", f"table.{name}")] == []
