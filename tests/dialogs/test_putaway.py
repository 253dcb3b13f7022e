"""Put-away from the dock, as the person with the goods in hand experiences it."""

import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.dialogs.dialog import Level
from app.dialogs.putaway import PUTAWAY
from app.domain.policies import Decision
from tests.dialogs.conversation import Conversation
from tests.support import Site

MILK_GTIN = "04012345678918"


@pytest.fixture
def clerk(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), PUTAWAY, warehouse)


def held(site: Site, sku: str, place: str) -> int:
    return int(site.stock(sku, place)[0])


def bins(site: Site, **columns: object) -> None:
    """Change columns of bins: `R01={"mixing": "one_item"}`."""
    with site.superuser() as connection:
        for name, values in columns.items():
            assert isinstance(values, Mapping)
            for column, value in values.items():
                connection.execute(
                    f"UPDATE location SET {column} = %s WHERE id = %s",  # noqa: S608  (columns named above)
                    [value, site.places[name]],
                )


def why(clerk: Conversation) -> Decision:
    assert clerk.prompt.why is not None
    shown: Mapping[str, Any] = clerk.prompt.why
    return Decision.from_json(shown)


def test_goods_are_sent_to_a_bin_with_its_reason_and_booked_there(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    warehouse.put("WIDGET", "R03", 5)
    clerk.scan("WIDGET")
    assert clerk.said == "putaway.proposed_same_item"
    assert clerk.prompt.instruction == "putaway.go_to_bin"
    assert clerk.prompt.facts["bin"] == "WH001-STO-R03"
    assert why(clerk).chosen == ("WH001-STO-R03",)
    clerk.scan("WH001-STO-R03")
    assert (clerk.level, clerk.said) == (Level.OK, "putaway.booked")
    assert held(warehouse, "WIDGET", "R03") == 29
    assert clerk.prompt.instruction == "putaway.nothing_at_dock"
    assert warehouse.prove() == []


def test_each_step_needs_four_round_trips_at_most(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    for scan in ("WIDGET", "WH001-STO-R02", "WH001-STO-R02"):
        clerk.scan(scan)
        assert clerk.runner.round_trips <= 4
    assert clerk.said == "putaway.booked"
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.key("NEXT")
    assert clerk.runner.round_trips <= 4
    assert clerk.said == "putaway.proposed_same_item"


def test_the_proposal_is_kept_with_its_reason(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    with warehouse.desk.transaction() as session:
        stored = session.row("SELECT capability, detail, person_id FROM decision")
    assert stored is not None
    assert stored["capability"] == "putaway"
    assert Decision.from_json(stored["detail"]) == why(clerk)
    assert stored["person_id"] == warehouse.people["RECEIVER1"]


def test_the_same_lot_comes_before_the_same_item_and_that_before_an_empty_bin(
    warehouse: Site, clerk: Conversation
) -> None:
    a, b = (warehouse.trace("MILK", lot=lot, expiry="2031-01-01") for lot in ("A", "B"))
    warehouse.put("MILK", "R02", 5, trace=b)
    warehouse.put("MILK", "R05", 5, trace=a)
    warehouse.put("MILK", "DOCK1", 10, trace=a)
    clerk.scan(f"01{MILK_GTIN}1731010110A", "gs1-128")
    assert clerk.said == "putaway.proposed_same_lot"
    clerk.scan("WH001-STO-R05")
    assert held(warehouse, "MILK", "R05") == 15
    warehouse.put("GADGET", "DOCK1", 1)
    clerk.scan("GADGET")
    assert clerk.said == "putaway.proposed_empty"
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"


def test_the_next_goods_are_those_that_wait_longest_and_may_be_skipped(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("GADGET", "DOCK2", 3)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.key("NEXT")
    assert clerk.prompt.item is not None
    assert clerk.prompt.item.sku == "GADGET"
    clerk.key("SKIP")
    assert clerk.prompt.item is not None
    assert clerk.prompt.item.sku == "WIDGET"
    clerk.scan(clerk.prompt.facts["bin"])
    assert held(warehouse, "WIDGET", "R01") == 24
    clerk.key("NEXT")
    assert clerk.said == "putaway.only_skipped"
    clerk.key("NEXT")
    assert clerk.prompt.item is not None
    assert clerk.prompt.item.sku == "GADGET"
    clerk.scan(clerk.prompt.facts["bin"])
    clerk.key("NEXT")
    assert clerk.said == "putaway.nothing_left"
    assert warehouse.prove() == []


def test_a_part_goes_to_one_bin_and_the_rest_to_another(warehouse: Site, clerk: Conversation) -> None:
    bins(warehouse, R01={"capacity_units": 10}, R02={"capacity_units": 20})
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R03"
    clerk.key("QUANTITY")
    assert clerk.prompt.ask == "putaway.ask_quantity"
    clerk.key("ENTER", "25")
    assert (clerk.level, clerk.said) == (Level.ERROR, "putaway.less_there")
    clerk.key("ENTER", "0")
    assert clerk.said == "quantity.zero"
    clerk.key("ENTER", "1.5")
    assert clerk.said == "quantity.decimals"
    clerk.key("ENTER", "10")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.booked_part"
    assert clerk.prompt.feedback is not None
    assert clerk.prompt.feedback.facts["left"] == "14"
    assert (held(warehouse, "WIDGET", "R01"), held(warehouse, "WIDGET", "DOCK1")) == (10, 14)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R02" or clerk.said == "putaway.proposed_empty"
    assert warehouse.prove() == []


def test_a_part_may_be_typed_in_cases(warehouse: Site, clerk: Conversation) -> None:
    bins(warehouse, R01={"capacity_units": 12})
    warehouse.put("WIDGET", "DOCK1", 30)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R02"
    clerk.key("QUANTITY")
    clerk.key("ENTER", "0.3 case")
    assert clerk.said == "quantity.not_exact"
    clerk.key("ENTER", "1 case")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"
    clerk.scan("WH001-STO-R01")
    assert (held(warehouse, "WIDGET", "R01"), held(warehouse, "WIDGET", "DOCK1")) == (12, 18)
    assert warehouse.prove() == []


def test_another_bin_is_confirmed_by_the_same_scan_and_by_no_other(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan("WH001-STO-R04")
    assert (clerk.level, clerk.said) == (Level.WARNING, "putaway.other_bin")
    assert clerk.prompt.instruction == "putaway.scan_bin_again"
    clerk.scan("WH001-STO-R05")
    assert clerk.said == "putaway.other_bin"
    assert held(warehouse, "WIDGET", "DOCK1") == 24
    clerk.scan("WH001-STO-R05")
    assert held(warehouse, "WIDGET", "R05") == 24


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("mixing", "one_item", "putaway.no_other_item"),
        ("capacity_units", 10, "putaway.has_room"),
        ("frozen_by", uuid.UUID(int=7), "putaway.not_frozen"),
    ],
)
def test_another_bin_is_refused_by_the_rules_of_the_proposal(
    warehouse: Site, clerk: Conversation, column: str, value: object, code: str
) -> None:
    warehouse.put("GADGET", "R04", 1)
    warehouse.put("WIDGET", "DOCK1", 24)
    bins(warehouse, R04={column: value})
    clerk.scan("WIDGET")
    for _ in range(2):
        clerk.scan("WH001-STO-R04")
        assert (clerk.level, clerk.said) == (Level.ERROR, code)
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"
    assert held(warehouse, "WIDGET", "DOCK1") == 24


def test_another_lot_is_refused_where_lots_are_kept_apart(warehouse: Site, clerk: Conversation) -> None:
    bins(warehouse, R01={"mixing": "one_trace"})
    warehouse.put("MILK", "R01", 1, trace=warehouse.trace("MILK", lot="A", expiry="2031-01-01"))
    warehouse.put("MILK", "DOCK1", 5, trace=warehouse.trace("MILK", lot="B", expiry="2031-01-01"))
    clerk.scan("MILK")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R02"
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.no_other_lot"


def test_a_bin_that_was_filled_meanwhile_leads_to_a_new_proposal(warehouse: Site, clerk: Conversation) -> None:
    bins(warehouse, R01={"mixing": "one_item"})
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R01"
    warehouse.put("GADGET", "R01", 1)
    clerk.scan("WH001-STO-R01")
    assert (clerk.level, clerk.said) == (Level.ERROR, "putaway.bin_taken_other")
    assert clerk.prompt.feedback is not None
    assert clerk.prompt.feedback.facts["next"] == clerk.prompt.facts["bin"] == "WH001-STO-R02"
    assert held(warehouse, "WIDGET", "DOCK1") == 24, "nothing was booked"
    clerk.scan("WH001-STO-R02")
    assert clerk.said == "putaway.booked"


def test_without_a_free_bin_the_goods_stay_at_the_dock(warehouse: Site, clerk: Conversation) -> None:
    bins(warehouse, **{f"R{n:02}": {"mixing": "one_item"} for n in range(1, 7)})
    for n in range(1, 7):
        warehouse.put("GADGET", f"R{n:02}", 1)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert (clerk.level, clerk.said) == (Level.WARNING, "putaway.no_bin")
    assert clerk.prompt.instruction == "putaway.leave_at_dock"
    assert why(clerk).chosen == ()
    assert "SKIP" in clerk.prompt.commands
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.no_other_item"
    clerk.key("CANCEL")
    assert clerk.prompt.instruction == "putaway.scan_goods"


def test_where_no_bin_is_empty_goods_lie_with_others_if_the_bin_allows_it(warehouse: Site, clerk: Conversation) -> None:
    bins(warehouse, **{f"R{n:02}": {"mixing": "one_item"} for n in (1, 2, 3, 5, 6)})
    for n in range(1, 7):
        warehouse.put("GADGET", f"R{n:02}", 1)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    assert clerk.said == "putaway.proposed"
    assert clerk.prompt.facts["bin"] == "WH001-STO-R04"


def test_held_goods_are_put_away_and_stay_held(warehouse: Site, clerk: Conversation) -> None:
    line = warehouse.purchase_line("WIDGET", 5)
    with warehouse.desk.transaction() as session:
        session.call(
            "post_moves",
            request=uuid.uuid4(),
            kind="receipt",
            warehouse=warehouse.warehouse,
            items=[warehouse.items["WIDGET"]],
            qtys=[5],
            from_locations=[warehouse.places["SUPPLIER"]],
            to_locations=[warehouse.places["DOCK1"]],
            to_statuses=["damaged"],
            lines=[line],
        )
    clerk.scan("WIDGET")
    assert (clerk.level, clerk.said) == (Level.WARNING, "putaway.proposed_damaged")
    clerk.scan(clerk.prompt.facts["bin"])
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT status FROM stock_balance WHERE on_hand > 0")
    assert row == {"status": "damaged"}
    assert warehouse.prove() == []


def test_several_lots_at_the_dock_are_offered_and_told_apart_by_a_scan(warehouse: Site, clerk: Conversation) -> None:
    for lot in ("A", "B"):
        warehouse.put("MILK", "DOCK1", 5, trace=warehouse.trace("MILK", lot=lot, expiry="2031-01-01"))
    clerk.scan("MILK")
    assert clerk.said == "putaway.several"
    assert [choice.facts["lot"] for choice in clerk.prompt.choices] == ["A", "B"]
    clerk.scan(f"01{MILK_GTIN}10B", "gs1-128")
    assert clerk.prompt.item is not None
    assert ("caption.lot", "B") in clerk.prompt.item.details
    clerk.key("CANCEL")
    clerk.scan("MILK")
    clerk.key(clerk.prompt.choices[0].value)
    assert clerk.prompt.item is not None
    assert ("caption.lot", "A") in clerk.prompt.item.details


def test_a_bin_name_that_two_zones_have_is_asked_for(warehouse: Site, clerk: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        for sql in (
            "INSERT INTO location (warehouse_id, parent_id, kind, name, address)"
            " VALUES (%(w)s, %(w)s, 'zone', 'BULK', 'WH001-BULK')",
            "INSERT INTO location (warehouse_id, parent_id, kind, name, address, walk_position)"
            " SELECT %(w)s, id, 'bin', 'R01', 'WH001-BULK-R01', 99 FROM location WHERE address = 'WH001-BULK'",
            "INSERT INTO location (warehouse_id, parent_id, kind, name, address)"
            " SELECT %(w)s, id, 'dock', 'R02', 'WH001-BULK-R02' FROM location WHERE address = 'WH001-BULK'",
        ):
            session.change(sql, w=warehouse.warehouse)
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan("R02")
    assert clerk.said == "putaway.other_bin", "a dock of that name is no bin, so there is only one"
    clerk.scan("R01")
    assert clerk.said == "putaway.which_bin"
    assert sorted(choice.facts["bin"] for choice in clerk.prompt.choices) == ["WH001-BULK-R01", "WH001-STO-R01"]
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.booked"
    warehouse.put("WIDGET", "DOCK1", 2)
    clerk.scan("WIDGET")
    clerk.scan("R01")
    bulk = next(choice.value for choice in clerk.prompt.choices if "BULK" in choice.facts["bin"])
    clerk.key(bulk)
    assert clerk.said == "putaway.other_bin"
    clerk.scan("R01")
    assert clerk.said == "putaway.booked"
    assert warehouse.prove() == []


def test_a_pallet_goes_into_the_bin_as_a_whole(warehouse: Site, clerk: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        pallet = session.call("register_tote", warehouse=warehouse.warehouse, number="PAL-1")
    pallet_id = uuid.UUID(pallet["id"])
    with warehouse.superuser() as connection:
        connection.execute("UPDATE handling_unit SET kind = 'pallet', location_id = NULL WHERE id = %s", [pallet_id])
    _adjust_into(warehouse, pallet_id, "WIDGET", 24)
    clerk.scan("PAL-1")
    assert clerk.prompt.item is not None
    assert ("caption.handling_unit", "PAL-1") in clerk.prompt.item.details
    clerk.scan(clerk.prompt.facts["bin"])
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT location_id FROM handling_unit WHERE id = %(id)s", id=pallet_id)
    assert row == {"location_id": warehouse.places["R01"]}
    assert warehouse.prove() == []


def test_a_mixed_pallet_is_put_away_item_by_item(warehouse: Site, clerk: Conversation) -> None:
    with warehouse.desk.transaction() as session:
        pallet = uuid.UUID(session.call("register_tote", warehouse=warehouse.warehouse, number="PAL-1")["id"])
    with warehouse.superuser() as connection:
        connection.execute("UPDATE handling_unit SET kind = 'pallet', location_id = NULL WHERE id = %s", [pallet])
    _adjust_into(warehouse, pallet, "WIDGET", 24)
    _adjust_into(warehouse, pallet, "GADGET", 1)
    clerk.scan("PAL-1")
    assert clerk.said == "putaway.mixed_unit"
    clerk.scan("GADGET")
    clerk.scan(clerk.prompt.facts["bin"])
    assert held(warehouse, "GADGET", "R01") == 1
    assert warehouse.prove() == []


def _adjust_into(site: Site, unit: uuid.UUID, sku: str, qty: int) -> None:
    with site.desk.transaction() as session:
        session.call(
            "post_moves",
            request=uuid.uuid4(),
            kind="adjust_in",
            warehouse=site.warehouse,
            items=[site.items[sku]],
            qtys=[qty],
            from_locations=[site.places["ADJUSTMENT"]],
            to_locations=[site.places["DOCK1"]],
            to_units=[unit],
            reasons=["OPENING"],
        )


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("NO-SUCH-THING", "scan.unknown_code"),
        ("DOCK1", "putaway.storage_only"),
        ("WH002-STO-R01", "putaway.other_warehouse"),
        ("DRILL", "putaway.not_at_dock"),
        ("4012345678902", "code.check_digit"),
    ],
)
def test_a_wrong_scan_changes_nothing_and_says_why(warehouse: Site, clerk: Conversation, scan: str, code: str) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan(scan)
    assert (clerk.level, clerk.said) == (Level.ERROR, code)
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.booked", "the goods stay in hand"


def test_a_bin_before_any_goods_is_too_early(warehouse: Site, clerk: Conversation) -> None:
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.goods_first"


def test_undo_brings_the_goods_back_to_the_dock_and_into_the_hand(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    clerk.scan("WH001-STO-R01")
    clerk.scan("SH-CMD-UNDO")
    assert clerk.said == "dialog.undone"
    assert (held(warehouse, "WIDGET", "DOCK1"), held(warehouse, "WIDGET", "R01")) == (24, 0)
    clerk.scan("WH001-STO-R01")
    assert held(warehouse, "WIDGET", "R01") == 24
    assert warehouse.prove() == []


def test_work_goes_on_where_it_stopped(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    again = Conversation(clerk.worker.database, PUTAWAY, warehouse)
    assert again.runner.recovered
    assert again.prompt.facts["bin"] == "WH001-STO-R01"
    assert again.prompt.why is not None
    again.scan("WH001-STO-R01")
    assert held(warehouse, "WIDGET", "R01") == 24


def test_goods_that_somebody_else_took_meanwhile_are_said_to_be_gone(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    clerk.scan("WIDGET")
    other = Conversation(warehouse.station("bench1", "OPERATOR1"), PUTAWAY, warehouse)
    other.scan("WIDGET")
    other.scan("WH001-STO-R01")
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "putaway.goods_gone"
    assert held(warehouse, "WIDGET", "R01") == 24
    assert warehouse.prove() == []


def test_two_people_with_the_same_goods_never_book_them_twice(warehouse: Site, clerk: Conversation) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    other = Conversation(warehouse.station("bench1", "OPERATOR1"), PUTAWAY, warehouse)
    for one in (clerk, other):
        one.scan("WIDGET")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: one.scan("WH001-STO-R01"), (clerk, other)))
    assert held(warehouse, "WIDGET", "R01") == 24
    assert sorted([clerk.said == "putaway.booked", other.said == "putaway.booked"]) == [False, True]
    assert warehouse.prove() == []


def test_an_auditor_may_look_but_not_put_away(warehouse: Site) -> None:
    warehouse.put("WIDGET", "DOCK1", 24)
    auditor = Conversation(warehouse.station("bench1", "AUDITOR1"), PUTAWAY, warehouse)
    auditor.scan("WIDGET")
    assert auditor.said == "permission.missing"
    assert held(warehouse, "WIDGET", "DOCK1") == 24


def test_goods_at_the_dock_are_told_apart_by_a_bare_lot_or_serial_number(warehouse: Site, clerk: Conversation) -> None:
    for serial in ("SN-1", "SN-2"):
        warehouse.put("DRILL", "DOCK1", 1, trace=warehouse.trace("DRILL", serial=serial))
    clerk.scan("DRILL")
    assert clerk.said == "putaway.several"
    clerk.scan("SN-2", "code-128")
    assert clerk.prompt.item is not None
    assert ("caption.serial", "SN-2") in clerk.prompt.item.details
    clerk.scan("SN-9", "code-128")
    assert (clerk.said, clerk.prompt.instruction) == ("scan.unknown_code", "putaway.go_to_bin")
    clerk.scan(clerk.prompt.facts["bin"])
    clerk.scan("21SN-1", "gs1-128")
    assert clerk.prompt.item is not None
    assert ("caption.serial", "SN-1") in clerk.prompt.item.details
