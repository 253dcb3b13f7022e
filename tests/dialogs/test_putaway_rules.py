"""What bins can bear, for whom they are kept, and rules of one's own: as the person with the goods in hand sees it."""

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from app.dialogs.dialog import Level
from app.dialogs.putaway import PUTAWAY
from app.domain.policies import Decision
from app.domain.putaway import FORM
from tests.dialogs.conversation import Conversation
from tests.support import Site


@pytest.fixture
def clerk(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), PUTAWAY, warehouse)


def profile(site: Site, places: Sequence[str], **columns: object) -> None:
    """Give places of WH001 a profile of their own."""
    names = ", ".join(columns)
    with site.superuser() as connection:
        row = connection.execute(
            f"INSERT INTO location_profile (code, name, {names}) VALUES (%s, 'Made for a test',"  # noqa: S608  (columns named by the tests)
            f" {', '.join(['%s'] * len(columns))}) RETURNING id",
            [f"P{uuid.uuid4().hex[:8].upper()}", *columns.values()],
        ).fetchone()
        assert row is not None
        connection.execute(
            "UPDATE location SET profile_id = %s WHERE id = ANY (%s)", [row[0], [site.places[one] for one in places]]
        )


def item(site: Site, sku: str, **columns: object) -> None:
    with site.superuser() as connection:
        for column, value in columns.items():
            connection.execute(f"UPDATE item SET {column} = %s WHERE sku = %s", [value, sku])  # noqa: S608  (columns named by the tests)


def pieces(site: Site, sku: str, *, kg: str = "", mm: tuple[int, int, int] | None = None) -> None:
    """How heavy and how large one piece is: length, width, height."""
    length, width, height = mm or (None, None, None)
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO item_uom (item_id, uom, numerator, weight_kg, length_mm, width_mm, height_mm)"
            " VALUES (%s, 'each', 1, %s, %s, %s, %s) ON CONFLICT (item_id, uom) DO UPDATE SET"
            " weight_kg = excluded.weight_kg, length_mm = excluded.length_mm, width_mm = excluded.width_mm,"
            " height_mm = excluded.height_mm",
            [site.items[sku], Decimal(kg) if kg else None, length, width, height],
        )


def keep_for(site: Site, place: str, sku: str, maximum: int) -> None:
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO pick_face (location_id, warehouse_id, item_id, minimum, maximum) VALUES (%s, %s, %s, 0, %s)",
            [site.places[place], site.warehouse, site.items[sku], maximum],
        )


def rules(site: Site, *more: dict[str, Any], scope: str = "company", scope_id: uuid.UUID | None = None) -> None:
    """The rules as delivered, with more in front of them, for something."""
    document = {**FORM.default, "rules": [*more, *FORM.default["rules"]]}
    with site.superuser() as connection:
        connection.execute(
            "INSERT INTO policy (capability, scope, scope_id, version, rules) VALUES ('putaway', %s, %s, 9, %s)",
            [scope, scope_id or uuid.UUID(int=0), Jsonb(document)],
        )


def told(clerk: Conversation, fact: str) -> str:
    assert clerk.prompt.feedback is not None
    return clerk.prompt.feedback.facts[fact]


EVERY_BIN = [f"R{n:02}" for n in range(1, 7)]


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ({"capacity_kg": 100}, "putaway.weight"),
        ({"capacity_l": 20}, "putaway.volume"),
        ({"height_mm": 150}, "putaway.height"),
        ({"capacity_units": 20}, "putaway.has_room"),
        ({"temperature": "frozen"}, "putaway.temperature"),
    ],
)
def test_a_bin_that_cannot_bear_the_goods_is_neither_proposed_nor_accepted(
    warehouse: Site, clerk: Conversation, limit: dict[str, object], code: str
) -> None:
    pieces(warehouse, "WIDGET", kg="5", mm=(100, 100, 200))
    profile(warehouse, EVERY_BIN[:5], **limit)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R06"
    clerk.scan("WH001-STO-R01")
    assert (clerk.level, clerk.said) == (Level.ERROR, code)
    clerk.scan("WH001-STO-R06")
    assert clerk.said == "putaway.booked"
    assert warehouse.prove() == []


def test_what_lies_in_the_bin_already_counts_with_its_own_weight(warehouse: Site, clerk: Conversation) -> None:
    pieces(warehouse, "WIDGET", kg="5")
    pieces(warehouse, "GADGET", kg="30")
    profile(warehouse, ["R01"], capacity_kg=100, mixing="any")
    warehouse.put("GADGET", "R01", 3)
    warehouse.put("WIDGET", "DOCK1", 3)
    clerk.scan("WIDGET")
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.weight"


def test_dangerous_goods_go_only_where_their_class_may_lie(warehouse: Site, clerk: Conversation) -> None:
    item(warehouse, "OIL", hazard_class="3")
    profile(warehouse, ["R05"], hazard_classes=["3", "8"])
    warehouse.put("OIL", "DOCK1", 2)
    clerk.scan("OIL")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R05"
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.hazard"


def test_goods_are_shared_among_bins_where_none_has_room_for_all(warehouse: Site, clerk: Conversation) -> None:
    profile(warehouse, EVERY_BIN, capacity_units=10)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.said == "putaway.proposed_part"
    assert told(clerk, "next") == "WH001-STO-R02, WH001-STO-R03"
    for place, left in (("R01", "14"), ("R02", "4")):
        clerk.scan(f"WH001-STO-{place}")
        assert (clerk.said, told(clerk, "left")) == ("putaway.booked_part", left)
        clerk.key("NEXT")
    clerk.scan("WH001-STO-R03")
    assert clerk.said == "putaway.booked"
    assert [int(warehouse.stock("WIDGET", place)[0]) for place in EVERY_BIN] == [10, 10, 4, 0, 0, 0]
    assert warehouse.prove() == []


def test_the_bin_that_is_kept_for_the_item_comes_first_up_to_its_maximum(warehouse: Site, clerk: Conversation) -> None:
    keep_for(warehouse, "R04", "WIDGET", 30)
    keep_for(warehouse, "R01", "GADGET", 30)
    warehouse.put("WIDGET", "R03", 5)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.said == "putaway.proposed_fixed"
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.kept_for_others"
    clerk.scan("WH001-STO-R04")
    assert clerk.said == "putaway.booked"
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.said == "putaway.proposed_same_item", "the pick face would be overfull"
    assert clerk.prompt.facts["bin"] == "WH001-STO-R03"


def test_reserve_lies_near_the_pick_face(warehouse: Site, clerk: Conversation) -> None:
    keep_for(warehouse, "R05", "WIDGET", 10)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] in {"WH001-STO-R04", "WH001-STO-R06"}


def test_packaging_that_changes_after_the_proposal_leads_to_another_bin(warehouse: Site, clerk: Conversation) -> None:
    profile(warehouse, ["R01"], height_mm=300)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"
    pieces(warehouse, "WIDGET", mm=(100, 100, 400))
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.bin_taken_other"
    clerk.scan(told(clerk, "next"))
    assert clerk.said == "putaway.booked"
    assert warehouse.stock("WIDGET", "R01")[0] == 0


def test_two_people_never_fill_the_same_bin_twice(warehouse: Site, clerk: Conversation) -> None:
    profile(warehouse, ["R01"], capacity_units=30)
    warehouse.put("WIDGET", "DOCK1", 24)
    warehouse.put("GADGET", "DOCK1", 24)
    other = Conversation(warehouse.station("bench1", "OPERATOR1"), PUTAWAY, warehouse)
    clerk.scan("WIDGET")
    other.scan("GADGET")
    assert clerk.prompt.facts["bin"] == other.prompt.facts["bin"] == "WH001-STO-R01"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.scan("WH001-STO-R01"), (clerk, other)))
    assert warehouse.stock("WIDGET", "R01")[0] + warehouse.stock("GADGET", "R01")[0] == 24
    said = {clerk.said, other.said}
    assert "putaway.booked" in said
    assert said & {"putaway.bin_changed", "putaway.bin_taken_other"}
    loser = clerk if other.said == "putaway.booked" else other
    loser.scan("WH001-STO-R01")
    if loser.said == "putaway.bin_taken_other":
        loser.scan(told(loser, "next"))
    else:
        loser.scan(loser.prompt.facts["bin"])
    assert loser.said == "putaway.booked"
    assert warehouse.prove() == []


def test_the_most_particular_policy_decides_alone(warehouse: Site, clerk: Conversation) -> None:
    far = {"name": "far", "when": [{"field": "address", "operator": "is_not", "value": "WH001-STO-R06"}],
           "then": {"forbid": True}}  # fmt: skip
    farther = {"name": "middle", "when": [{"field": "address", "operator": "is_not", "value": "WH001-STO-R03"}],
               "then": {"forbid": True}}  # fmt: skip
    rules(warehouse, far, scope="warehouse", scope_id=warehouse.warehouse)
    rules(warehouse, farther, scope="item", scope_id=warehouse.items["GADGET"])
    for sku, place in (("WIDGET", "WH001-STO-R06"), ("GADGET", "WH001-STO-R03")):
        warehouse.put(sku, "DOCK1", 1)
        clerk.scan(sku)
        assert clerk.prompt.facts["bin"] == place
        clerk.key("CANCEL")
    assert clerk.prompt.why is None
    clerk.scan("GADGET")
    assert clerk.prompt.why is not None
    assert Decision.from_json(clerk.prompt.why).policy["scope"] == "item"
    clerk.scan("WH001-STO-R06")
    assert (clerk.said, told(clerk, "rule")) == ("putaway.rule", "middle")


def test_goods_lie_where_their_turnover_belongs(warehouse: Site, clerk: Conversation) -> None:
    with warehouse.superuser() as connection:
        for sku, lines, percent in (("WIDGET", 90, 0), ("GADGET", 1, 100)):
            connection.execute(
                "INSERT INTO item_turnover VALUES (%s, %s, %s, 'A', %s)",
                [warehouse.warehouse, warehouse.items[sku], lines, percent],
            )
        connection.execute(
            "INSERT INTO walk_profile SELECT %s, array_agg(4 + n * 5 / 100 ORDER BY n) FROM generate_series(0, 100) n",
            [warehouse.warehouse],
        )
    warehouse.put("WIDGET", "DOCK1", 1)
    warehouse.put("GADGET", "DOCK1", 1)
    clerk.scan("GADGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R06"
    clerk.key("CANCEL")
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"


def test_turnover_is_counted_from_the_picks(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.desk.transaction() as session:
        assert session.call("count_turnover", warehouse=warehouse.warehouse) == 1
        row = session.row("SELECT abc, percent, lines FROM item_turnover")
        cuts = session.row("SELECT cuts[1] AS first, cuts[101] AS last FROM walk_profile")
    assert row == {"abc": "C", "percent": 0, "lines": 0}
    assert cuts is not None
    assert cuts["first"] < cuts["last"]
