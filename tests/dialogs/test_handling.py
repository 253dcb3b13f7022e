"""A pallet in hand, as the person with the forklift experiences it."""

import uuid
from uuid import UUID

import pytest

from app.dialogs.dialog import Level
from app.dialogs.handling import HANDLING
from tests.dialogs.conversation import Conversation
from tests.support import Site, post


@pytest.fixture
def clerk(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "OPERATOR1"), HANDLING, warehouse)


def unit(site: Site, number: str, kind: str = "pallet", place: str = "R01", **goods: int) -> UUID:
    """A unit with this number in a place, with goods by SKU."""
    with site.desk.transaction() as session:
        row = session.row(
            "SELECT id FROM create_handling_unit(%(kind)s, %(w)s, %(place)s, %(number)s)",
            kind=kind,
            w=site.warehouse,
            place=site.places[place],
            number=number,
        )
        assert row is not None
        for sku, qty in goods.items():
            post(session, site, "adjust_in", sku, "ADJUSTMENT", place, qty, reason="OPENING", to_units=[row["id"]])
    made: UUID = row["id"]
    return made


def shown(clerk: Conversation) -> list[tuple[str, str, str]]:
    """Unit, item and quantity of each row."""
    return [(row.cells[0], row.cells[1], row.cells[6]) for row in clerk.prompt.rows]


def detail(clerk: Conversation, caption: str) -> str:
    assert clerk.prompt.item is not None
    return dict(clerk.prompt.item.details).get(caption, "")


def test_a_pallet_with_a_case_on_it_is_brought_to_another_bin(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", GADGET=5)
    unit(warehouse, "CASE-1", "case", WIDGET=12)
    clerk.scan("CASE-1")
    clerk.scan("PAL-1")
    assert [choice.value for choice in clerk.prompt.choices] == ["ONTO", "SPLIT", "MERGE", "TAKE"]
    clerk.key("ONTO")
    assert (clerk.level, detail(clerk, "lookup.stands_on")) == (Level.OK, "PAL-1")
    clerk.scan("PAL-1")
    clerk.key("TAKE")
    assert shown(clerk) == [("PAL-1", "GADGET", "5 each"), ("CASE-1", "WIDGET", "12 each")]
    clerk.scan("WH001-STO-R04")
    assert (clerk.said, detail(clerk, "caption.place")) == ("handling.done", "WH001-STO-R04")
    assert clerk.runner.round_trips <= 5
    assert warehouse.stock("WIDGET", "R04") == (12, 0)
    clerk.scan("CASE-1")
    clerk.key("TAKE")
    clerk.key("LIFT")
    assert detail(clerk, "lookup.stands_on") == ""
    assert warehouse.prove() == []


def test_a_part_goes_into_a_new_carton_typed_in_any_unit(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", WIDGET=40)
    clerk.scan("NEW-BOX")
    assert (clerk.level, clerk.said) == (Level.WARNING, "handling.unknown_unit")
    clerk.key("CARTON")
    assert clerk.said == "handling.known"
    clerk.key("CANCEL")
    clerk.scan("PAL-1")
    clerk.scan("NEW-BOX")
    clerk.key("SPLIT")
    assert clerk.prompt.ask == "handling.ask_quantity"
    for typed, code in (
        ("4 case", "handling.less_there"),
        ("0.3 case", "quantity.not_exact"),
        ("1 barrel", "quantity.other_unit"),
        ("1.5", "quantity.decimals"),
        ("", "quantity.unreadable"),
    ):
        clerk.key("ENTER", typed)
        assert (clerk.level, clerk.said) == (Level.ERROR, code), typed
    clerk.key("ENTER", "2 case + 3 each")
    assert shown(clerk) == [("PAL-1", "WIDGET", "13 each")]
    clerk.scan("NEW-BOX")
    clerk.key("TAKE")
    assert shown(clerk) == [("NEW-BOX", "WIDGET", "27 each")]
    assert detail(clerk, "caption.place") == "WH001-STO-R01"
    assert warehouse.prove() == []


def test_a_pallet_is_merged_and_unpacked(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", WIDGET=4, GADGET=1)
    unit(warehouse, "PAL-2", WIDGET=6)
    clerk.scan("PAL-1")
    clerk.scan("PAL-2")
    clerk.key("MERGE")
    assert shown(clerk) == [("PAL-2", "GADGET", "1 each"), ("PAL-2", "WIDGET", "10 each")]
    clerk.key("UNPACK")
    assert shown(clerk) == []
    assert warehouse.stock("WIDGET", "R01") == (10, 0)
    assert warehouse.prove() == []


def test_the_last_move_is_undone(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", WIDGET=4)
    clerk.scan("PAL-1")
    clerk.scan("WH001-STO-R02")
    clerk.key("UNDO")
    assert clerk.said == "dialog.undone"
    assert warehouse.stock("WIDGET", "R01") == (4, 0)
    assert warehouse.prove() == []


def test_one_of_several_goods_is_chosen_for_the_other_unit(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", WIDGET=4, GADGET=3)
    unit(warehouse, "PAL-2")
    clerk.scan("PAL-1")
    clerk.scan("PAL-2")
    clerk.key("SPLIT")
    assert [choice.facts["amount"] for choice in clerk.prompt.choices] == ["3 × GADGET", "4 × WIDGET"]
    clerk.key(clerk.prompt.choices[0].value)
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "handling.answer_first"
    clerk.key("ENTER", "2")
    assert shown(clerk) == [("PAL-1", "GADGET", "1 each"), ("PAL-1", "WIDGET", "4 each")]
    assert warehouse.prove() == []


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("WH002-STO-R01", "handling.other_warehouse"),
        ("WIDGET", "scan.wrong_kind"),
        ("NO-SUCH-THING", "scan.unknown_code"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_unit_stays_in_hand(
    warehouse: Site, clerk: Conversation, scan: str, code: str
) -> None:
    unit(warehouse, "PAL-1", WIDGET=4)
    clerk.scan("PAL-1")
    clerk.scan(scan)
    assert (clerk.level, clerk.said) == (Level.ERROR, code)
    assert clerk.prompt.item is not None
    assert clerk.prompt.item.sku == "PAL-1"
    assert warehouse.stock("WIDGET", "R01") == (4, 0)


def test_without_a_unit_in_hand_a_place_says_little(clerk: Conversation) -> None:
    clerk.scan("WH001-STO-R01")
    assert clerk.said == "handling.unit_first"
    clerk.key("UNPACK")
    assert clerk.said == "dialog.not_now"


def test_a_unit_of_another_warehouse_is_not_taken_in_hand(warehouse: Site) -> None:
    with warehouse.desk.transaction() as session:
        session.row(
            "SELECT id FROM create_handling_unit('pallet', %(w)s, %(place)s, 'FAR-1')",
            w=warehouse.warehouses["WH002"],
            place=warehouse.other_places["R01"],
        )
    clerk = Conversation(warehouse.station("dock1", "OPERATOR1"), HANDLING, warehouse)
    clerk.scan("FAR-1")
    assert clerk.said == "handling.other_warehouse"


def test_work_goes_on_where_it_stopped(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", WIDGET=4)
    clerk.scan("PAL-1")
    again = Conversation(warehouse.station("dock1", "OPERATOR1"), HANDLING, warehouse)
    assert again.prompt.item is not None
    assert again.prompt.item.sku == "PAL-1"
    again.key("CANCEL")
    assert again.prompt.instruction == "handling.scan_unit"
    assert again.prompt.item is None
    assert uuid.UUID(str(again.runner.run))
