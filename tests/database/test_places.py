"""Warehouses are set up by requests: many places at once, all or nothing, never over somebody else's change."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import sites
from app.database import stock as store
from app.database.session import Database, Row, as_json
from app.domain.errors import Refusal
from app.domain.sites import WarehouseData
from tests.support import Site, post


def place(site: Site, address: str) -> Row:
    with site.desk.transaction() as session:
        row = session.row("SELECT * FROM location WHERE address = %(address)s", address=address)
    assert row is not None
    return row


def zone(site: Site) -> UUID:
    found: UUID = place(site, "WH001-STO")["id"]
    return found


def ask(by: Database, function: str, *, request: UUID | None = None, **values: object) -> Any:  # noqa: ANN401
    given = {name: as_json(value) if name in {"rows", "values"} else value for name, value in values.items()}
    with by.transaction() as session:
        return session.call(function, request=request or uuid4(), **given)


def change(by: Database, site: Site, *rows: dict[str, object], request: UUID | None = None) -> Any:  # noqa: ANN401
    return ask(by, "change_places", warehouse=site.warehouse, rows=list(rows), request=request)


def named(site: Site, address: str, **more: object) -> dict[str, object]:
    row = place(site, address)
    return {"id": row["id"], "version": row["version"], **more}


def bins(site: Site, *names: str) -> list[dict[str, object]]:
    return [{"parent": zone(site), "kind": "bin", "name": name, "walk_position": n} for n, name in enumerate(names)]


def profile(by: Database, **values: object) -> UUID:
    made = {"code": "RACK", "name": "Rack", **values}
    return UUID(ask(by, "save_record", kind="location_profile", id=None, version=None, values=made)["id"])


def test_bins_are_added_with_their_address_once_however_often_the_request_is_repeated(warehouse: Site) -> None:
    manager, request = warehouse.login("desk_manager"), uuid4()
    for _ in range(2):
        answer = ask(manager, "add_places", request=request, warehouse=warehouse.warehouse,
                     rows=bins(warehouse, "A01", "A02"))  # fmt: skip
        assert answer == {"added": 2}
    assert place(warehouse, "WH001-STO-A02")["walk_position"] == 1
    with warehouse.desk.transaction() as session:
        assert session.row("SELECT count(*) AS n FROM location WHERE name LIKE 'A0%%'") == {"n": 2}


def test_a_range_that_clashes_is_refused_whole_and_names_what_is_there(warehouse: Site) -> None:
    with pytest.raises(Refusal) as caught:
        ask(warehouse.login("desk_manager"), "add_places", warehouse=warehouse.warehouse,
            rows=bins(warehouse, "A01", "R01", "R02"))  # fmt: skip
    assert caught.value.code == "location.taken"
    assert caught.value.facts == {"count": 2, "places": "WH001-STO-R01, WH001-STO-R02"}
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT 1 FROM location WHERE name = 'A01'") == []


def test_places_stand_below_their_own_warehouse_only(warehouse: Site) -> None:
    elsewhere = place(warehouse, "WH002-STO")["id"]
    row = {"parent": elsewhere, "kind": "bin", "name": "A01"}
    with pytest.raises(Refusal, match=r"location\.wrong_parent"):
        ask(warehouse.desk, "add_places", warehouse=warehouse.warehouse, rows=[row])
    with pytest.raises(Refusal, match=r"location\.wrong_parent"):
        change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", parent=elsewhere))


def test_a_zone_stands_in_a_zone_but_never_in_itself(warehouse: Site) -> None:
    new = [{"parent": zone(warehouse), "kind": "zone", "name": "Cold", "code": "CLD"}]
    ask(warehouse.desk, "add_places", warehouse=warehouse.warehouse, rows=new)
    inner = place(warehouse, "WH001-CLD")
    assert inner["parent_id"] == zone(warehouse)
    with pytest.raises(Refusal, match=r"location\.circle"):
        change(warehouse.desk, warehouse, named(warehouse, "WH001-STO", parent=inner["id"]))
    with pytest.raises(Refusal, match=r"location\.circle"):
        change(warehouse.desk, warehouse, named(warehouse, "WH001-STO", parent=zone(warehouse)))


def test_who_was_slower_is_told_who_was_faster_and_changes_nothing(warehouse: Site) -> None:
    seen = named(warehouse, "WH001-STO-R01")
    change(warehouse.login("desk_manager"), warehouse, {**seen, "walk_position": 7})
    with pytest.raises(Refusal) as caught:
        change(warehouse.desk, warehouse, {**seen, "walk_position": 9}, named(warehouse, "WH001-STO-R02", level=3))
    assert caught.value.code == "record.changed"
    assert (caught.value.facts["record"], caught.value.facts["person"]) == ("WH001-STO-R01", "Manager1")
    assert place(warehouse, "WH001-STO-R01")["walk_position"] == 7
    assert place(warehouse, "WH001-STO-R02")["level"] == 0


def test_writing_the_same_again_makes_no_new_version_and_being_counted_neither(warehouse: Site) -> None:
    before = place(warehouse, "WH001-STO-R01")
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", walk_position=before["walk_position"]))
    with warehouse.superuser() as connection:
        connection.execute("UPDATE location SET frozen_by = gen_random_uuid() WHERE address = 'WH001-STO-R01'")
    assert place(warehouse, "WH001-STO-R01")["version"] == before["version"]


def test_a_bin_that_is_renamed_is_found_by_its_new_label_only(warehouse: Site) -> None:
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", name="X99"))
    with warehouse.desk.transaction() as session:
        codes = session.rows("SELECT value FROM code WHERE value IN ('WH001-STO-R01', 'WH001-STO-X99')")
    assert codes == [{"value": "WH001-STO-X99"}]


def test_a_profile_says_what_its_bins_take_also_when_it_changes(warehouse: Site) -> None:
    rack = profile(warehouse.desk, capacity_units="40", mixing="one_item")
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", profile=rack))
    assert (place(warehouse, "WH001-STO-R01")["capacity_units"], place(warehouse, "WH001-STO-R01")["mixing"]) == (
        40,
        "one_item",
    )
    ask(warehouse.desk, "save_record", kind="location_profile", id=rack, version=1,
        values={"capacity_units": "60", "negative_allowed": True})  # fmt: skip
    now = place(warehouse, "WH001-STO-R01")
    assert (now["capacity_units"], now["mixing"], now["negative_allowed"]) == (60, "one_item", True)
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", capacity_units=5, mixing="any"))
    assert place(warehouse, "WH001-STO-R01")["capacity_units"] == 60


def test_a_profile_that_bins_have_cannot_be_removed(warehouse: Site) -> None:
    rack = profile(warehouse.desk)
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", profile=rack))
    with pytest.raises(Refusal) as caught:
        ask(warehouse.desk, "delete_record", kind="location_profile", id=rack, version=1)
    assert (caught.value.code, caught.value.facts["where"]) == ("record.in_use", "WH001-STO-R01")
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", profile=None))
    ask(warehouse.desk, "delete_record", kind="location_profile", id=rack, version=1)


def test_two_profiles_of_one_code_are_refused_in_words(warehouse: Site) -> None:
    profile(warehouse.desk)
    with pytest.raises(Refusal, match=r"location\.profile_taken"):
        profile(warehouse.desk)


def test_an_archived_bin_takes_nothing_in_and_lets_out_what_is_there(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    change(warehouse.login("desk_manager"), warehouse, named(warehouse, "WH001-STO-R01", active=False))
    with pytest.raises(Refusal, match=r"location\.inactive"):
        warehouse.put("WIDGET", "R01", 1)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 5)
    assert warehouse.stock("WIDGET", "R02") == (5, 0)
    assert warehouse.prove() == []


def test_a_zone_is_archived_with_all_its_bins_and_comes_back_with_them(warehouse: Site) -> None:
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO", active=False))
    assert not place(warehouse, "WH001-STO-R03")["active"]
    with pytest.raises(Refusal, match=r"location\.wrong_parent"):
        ask(warehouse.desk, "add_places", warehouse=warehouse.warehouse, rows=bins(warehouse, "A01"))
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO", active=True))
    assert place(warehouse, "WH001-STO-R03")["active"]


def test_what_is_used_cannot_be_removed_and_says_by_what(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with pytest.raises(Refusal) as caught:
        ask(warehouse.desk, "remove_places", warehouse=warehouse.warehouse, rows=[named(warehouse, "WH001-STO-R01")])
    facts = caught.value.facts
    assert (facts["record"], facts["count"], facts["where"]) == ("WH001-STO-R01", 1, "WIDGET")
    with pytest.raises(Refusal) as caught:
        ask(warehouse.desk, "remove_places", warehouse=warehouse.warehouse, rows=[named(warehouse, "WH001-STO")])
    assert caught.value.facts["count"] == 6


def test_a_bin_through_which_goods_went_long_ago_is_never_removed(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "move", "WIDGET", "R01", "R02", 5)
    with warehouse.login("worker_1").transaction() as session:
        assert session.call("sweep_balances") == 1
    with pytest.raises(Refusal, match=r"record\.in_use"):
        ask(warehouse.desk, "remove_places", warehouse=warehouse.warehouse, rows=[named(warehouse, "WH001-STO-R01")])
    with warehouse.desk.transaction() as session:
        uses = session.rows("SELECT what FROM uses_of_places(%(ids)s)", ids=[warehouse.places["R01"]])
    assert uses == [{"what": "movement"}]


def test_the_history_of_places_is_told_to_those_who_work_there_only(warehouse: Site) -> None:
    change(warehouse.desk, warehouse, {**named(warehouse, "WH001-STO-R06"), "level": 3})
    place = named(warehouse, "WH001-STO-R06")["id"]
    ask = "SELECT count(*) AS told FROM record_history('location', %(id)s)"
    with warehouse.desk.transaction() as session:
        assert session.row(ask, id=place) != {"told": 0}
    with warehouse.station("bench1", "MANAGER-B").transaction() as session:
        assert session.row(ask, id=place) == {"told": 0}


def test_what_was_never_used_goes_without_a_trace_but_in_the_history(warehouse: Site) -> None:
    gone = named(warehouse, "WH001-STO-R06")
    ask(warehouse.login("desk_manager"), "remove_places", warehouse=warehouse.warehouse, rows=[gone])
    with warehouse.desk.transaction() as session:
        assert session.rows("SELECT 1 FROM code WHERE value = 'WH001-STO-R06'") == []
        history = session.rows("SELECT verb, person FROM record_history('location', %(id)s)", id=gone["id"])
    assert history[0] == {"verb": "DELETE", "person": "Manager1"}
    with pytest.raises(Refusal, match=r"record\.gone"):
        change(warehouse.desk, warehouse, {**gone, "level": 1})


def test_the_places_that_every_warehouse_has_stay(warehouse: Site) -> None:
    for kind in ("SUPPLIER", "SCRAP", "TRANSIT"):
        with pytest.raises(Refusal, match=r"location\.fixed"):
            change(warehouse.desk, warehouse, named(warehouse, f"WH001-{kind}", name="X"))


def test_nobody_sets_up_a_warehouse_that_is_not_theirs(warehouse: Site) -> None:
    for by in (warehouse.station("bench1", "MANAGER-B"), warehouse.station("dock1", "OPERATOR1")):
        with pytest.raises(Refusal, match=r"permission\.missing"):
            ask(by, "add_places", warehouse=warehouse.warehouse, rows=bins(warehouse, "A01"))
        with pytest.raises(Refusal, match=r"permission\.missing"):
            ask(by, "save_aisles", warehouse=warehouse.warehouse, rows=[])
    other = warehouse.station("bench1", "MANAGER-B")
    with pytest.raises(Refusal, match=r"ledger\.other_warehouse"):
        ask(
            other,
            "change_places",
            warehouse=warehouse.warehouses["WH002"],
            rows=[named(warehouse, "WH001-STO-R01", level=1)],
        )


def test_goods_on_consignment_stand_with_a_customer(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        shopper = session.row("SELECT id FROM partner WHERE code = 'SHOPPER'")
    assert shopper is not None
    new = {"parent": warehouse.warehouse, "kind": "consignment", "name": "SHOPPER", "partner": shopper["id"]}
    ask(warehouse.desk, "add_places", warehouse=warehouse.warehouse, rows=[new])
    there = place(warehouse, "WH001-SHOPPER")
    assert (there["kind"], there["stock_keeping"]) == ("consignment", True)


AISLE = {"name": "A", "x1_mm": 0, "y1_mm": 0, "x2_mm": 20000, "y2_mm": 0, "kind": "aisle", "direction": "forward",
         "closed": False, "position": 1}  # fmt: skip


def test_aisles_are_drawn_closed_and_removed_in_one_request(warehouse: Site) -> None:
    cross = {**AISLE, "name": "X", "kind": "cross"}
    ask(warehouse.desk, "save_aisles", warehouse=warehouse.warehouse, rows=[AISLE, cross])
    with warehouse.desk.transaction() as session:
        first, second = session.rows("SELECT * FROM aisle ORDER BY name")
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R01", aisle=second["id"]))
    ask(warehouse.desk, "save_aisles", warehouse=warehouse.warehouse, remove=[second["id"]],
        rows=[{**AISLE, "id": first["id"], "version": first["version"], "closed": True}])  # fmt: skip
    with warehouse.desk.transaction() as session:
        assert [(row["name"], row["closed"]) for row in session.rows("SELECT * FROM aisle")] == [("A", True)]
    assert place(warehouse, "WH001-STO-R01")["aisle_id"] is None
    with pytest.raises(Refusal, match=r"aisle\.name_taken"):
        ask(warehouse.desk, "save_aisles", warehouse=warehouse.warehouse, rows=[AISLE])


def test_a_bin_is_kept_for_an_item_between_a_minimum_and_a_maximum(warehouse: Site) -> None:
    row: dict[str, Any] = {
        "location": warehouse.places["R01"],
        "item": warehouse.items["WIDGET"],
        "minimum": "5",
        "maximum": "20",
    }
    ask(warehouse.desk, "save_pick_faces", warehouse=warehouse.warehouse, rows=[row])
    for wrong in ({"minimum": "20"}, {"minimum": "1.5"}, {"minimum": "-1"}):
        with pytest.raises(Refusal, match=r"level\.wrong_order"):
            ask(warehouse.desk, "save_pick_faces", warehouse=warehouse.warehouse, rows=[{**row, "version": 1, **wrong}])
    with pytest.raises(Refusal, match=r"record\.changed"):
        ask(warehouse.desk, "save_pick_faces", warehouse=warehouse.warehouse, rows=[row | {"maximum": "30"}])
    ask(warehouse.desk, "save_pick_faces", warehouse=warehouse.warehouse, rows=[row | {"maximum": None, "version": 1}])
    assert warehouse.count("pick_face") == 0


def test_levels_are_set_for_an_item_here_and_everywhere_and_taken_away(warehouse: Site) -> None:
    row: dict[str, Any] = {"item": warehouse.items["WIDGET"], "warehouse": warehouse.warehouse, "version": None,
           "minimum": "5", "maximum": "50", "reorder_point": "10", "safety_stock": "2"}  # fmt: skip
    ask(warehouse.login("desk_manager"), "save_levels", rows=[row, row | {"warehouse": None}])
    assert warehouse.count("item_level") == 2
    with pytest.raises(Refusal) as caught:
        ask(warehouse.desk, "save_levels", rows=[row])
    assert (caught.value.code, caught.value.facts["person"]) == ("record.changed", "Manager1")
    for wrong, code in (({"minimum": "60"}, "level.wrong_order"), ({"reorder_point": "60"}, "level.wrong_order"),
                        ({"minimum": "1.5"}, "quantity.not_exact"), ({"item": uuid4()}, "item.unknown")):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            ask(warehouse.desk, "save_levels", rows=[row | {"version": 1} | wrong])
        assert caught.value.code == code
    nothing = dict.fromkeys(("minimum", "maximum", "reorder_point", "safety_stock"))
    ask(warehouse.desk, "save_levels", rows=[row | {"version": 1} | nothing])
    assert warehouse.count("item_level") == 1


def test_who_works_in_one_warehouse_does_not_set_levels_that_hold_everywhere(warehouse: Site) -> None:
    row: dict[str, object] = {"item": warehouse.items["WIDGET"], "warehouse": None, "version": None, "minimum": "5"}
    with pytest.raises(Refusal, match=r"permission\.missing"):
        ask(warehouse.station("bench1", "MANAGER-B"), "save_levels", rows=[row])


def test_a_warehouse_is_renamed_by_who_read_it_last(warehouse: Site) -> None:
    facts: dict[str, Any] = {
        "warehouse": warehouse.warehouse,
        "version": 1,
        "name": "North",
        "address": "",
        "type": "DC",
    }
    ask(warehouse.desk, "save_warehouse", **facts, time_zone="Europe/Berlin")
    with pytest.raises(Refusal, match=r"record\.changed"):
        ask(warehouse.desk, "save_warehouse", **facts, time_zone="UTC")
    with pytest.raises(Refusal, match=r"sites\.unknown_time_zone"):
        ask(warehouse.desk, "save_warehouse", **(facts | {"version": 2}), time_zone="Europe/Nowhere")


def test_places_for_totes_are_made_and_drawn_but_the_first_one_stays_as_it_is(warehouse: Site) -> None:
    manager = warehouse.login("desk_manager")
    lane = {"parent": zone(warehouse), "kind": "tote", "name": "LANE1", "purpose": "lane", "x_mm": 100, "y_mm": 200}
    ask(manager, "add_places", warehouse=warehouse.warehouse, rows=[lane])
    change(manager, warehouse, named(warehouse, "WH001-STO-LANE1", x_mm=300))
    assert place(warehouse, "WH001-STO-LANE1")["x_mm"] == 300
    with pytest.raises(Refusal, match=r"location\.fixed"):
        change(manager, warehouse, named(warehouse, "WH001-TOTE", x_mm=300))


def test_a_place_that_comes_back_stands_in_one_that_is_in_use(warehouse: Site) -> None:
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO", active=False))
    for wrong in ({"active": True}, {"parent": None}, {"parent": zone(warehouse)}):
        with pytest.raises(Refusal, match=r"location\.wrong_parent"):
            change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R03", **wrong))
    change(warehouse.desk, warehouse, named(warehouse, "WH001-STO", active=True))
    with pytest.raises(Refusal) as caught:
        change(warehouse.desk, warehouse, named(warehouse, "WH001-STO-R03", name=""))
    assert (caught.value.code, caught.value.facts["field"]) == ("record.value_refused", "name")


def test_a_warehouse_goes_where_nothing_ever_happened_and_out_of_use_when_it_is_empty(
    warehouse: Site,
) -> None:
    def uses(id: UUID) -> dict[str, int]:
        with warehouse.desk.transaction() as session:
            return {row["what"]: row["count"] for row in session.rows(
                "SELECT what, count FROM record_uses('warehouse', %(id)s)", id=id)}  # fmt: skip

    def put_away(*, active: bool) -> None:
        ask(warehouse.desk, "save_warehouse", warehouse=warehouse.warehouse, version=_version(warehouse), name="Main",
            address="", type="", time_zone="Europe/Berlin", active=active)  # fmt: skip

    warehouse.put("WIDGET", "R01", 5)
    assert {"stock", "station"} <= uses(warehouse.warehouse).keys()
    with pytest.raises(Refusal) as caught:
        put_away(active=False)
    assert (caught.value.code, caught.value.facts["where"]) == ("sites.warehouse_busy", "WIDGET")
    with pytest.raises(Refusal, match=r"record\.in_use"):
        ask(warehouse.desk, "delete_record", kind="warehouse", id=warehouse.warehouse, version=_version(warehouse))
    with warehouse.desk.transaction() as session:
        post(session, warehouse, "adjust_out", "WIDGET", "R01", "ADJUSTMENT", 5, reason="DAMAGED")
    put_away(active=False)
    with warehouse.desk.transaction() as session:
        assert [code for _, code, _ in store.my_warehouses(session)] == ["WH002"]
    put_away(active=True)
    with warehouse.desk.transaction() as session:
        made = sites.add_warehouse(session, WarehouseData("WH009", "New").with_defaults(), request=uuid4())
    assert uses(made) == {}
    ask(warehouse.desk, "delete_record", kind="warehouse", id=made, version=None)
    assert warehouse.prove() == []


def _version(site: Site) -> int:
    with site.desk.transaction() as session:
        row = session.row("SELECT version FROM warehouse WHERE id = %(id)s", id=site.warehouse)
    assert row is not None
    return int(row["version"])
