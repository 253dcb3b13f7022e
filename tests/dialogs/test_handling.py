"""A pallet in hand, as the person with the forklift experiences it."""

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from app.database import printing
from app.devices import labels as devices_labels
from app.dialogs.dialog import Key, Level
from app.dialogs.handling import HANDLING
from app.domain.printing import PrintState
from app.services.handling_units import Content, Unit
from app.services.unit_labels import label_of
from tests.dialogs.conversation import Conversation
from tests.support import Site, post

NIL = UUID(int=0)


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


def test_a_place_scanned_after_two_units_moves_neither_until_it_is_said_which(
    warehouse: Site, clerk: Conversation
) -> None:
    unit(warehouse, "PAL-1", WIDGET=4)
    unit(warehouse, "PAL-2", GADGET=3)
    clerk.scan("PAL-1")
    clerk.scan("PAL-2")
    clerk.scan("WH001-STO-R02")
    assert (clerk.level, clerk.said) == (Level.ERROR, "handling.which_goes")
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("GADGET", "R01")) == ((4, 0), (3, 0))
    clerk.key("TAKE")
    clerk.scan("WH001-STO-R02")
    assert (warehouse.stock("WIDGET", "R01"), warehouse.stock("GADGET", "R02")) == ((4, 0), (3, 0))
    assert warehouse.prove() == []


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


def add_printer(site: Site) -> None:
    with site.desk.transaction() as session:
        printing.save_printer(session, name="zebra_1", dpi=203, confirms="odometer", serial="")


def labels(site: Site) -> list[tuple[str, str, dict[str, str]]]:
    """Number, state and fields of every label that was wanted, oldest first."""
    with site.desk.transaction() as session:
        rows = session.rows("SELECT label_uid, state, content FROM print_job ORDER BY id")
    return [(row["label_uid"], row["state"], dict(row["content"])) for row in rows]


def new_pallet(clerk: Conversation) -> str:
    clerk.key("NEW_UNIT")
    assert clerk.prompt.instruction == "handling.choose_new"
    clerk.key("PALLET")
    assert clerk.prompt.item is not None
    return clerk.prompt.item.sku


def test_a_new_pallet_gets_the_next_sscc_and_its_label_once(warehouse: Site, clerk: Conversation) -> None:
    add_printer(warehouse)
    clerk.key("NEW_UNIT")
    pressed = Key(uuid.uuid4(), "PALLET")
    clerk.handle(pressed)
    assert clerk.said == "handling.labelled"
    assert clerk.prompt.item is not None
    number = clerk.prompt.item.sku
    clerk.handle(pressed)
    [(uid, state, fields)] = labels(warehouse)
    assert (uid, state, fields["kind"]) == (number, "QUEUED", "Pallet")
    clerk.key("UNDO")
    assert (clerk.said, clerk.level) == ("dialog.undo_outside", Level.ERROR)


def test_what_is_split_off_gets_labels_that_say_what_is_in_both(warehouse: Site, clerk: Conversation) -> None:
    add_printer(warehouse)
    first, second = new_pallet(clerk), ""
    clerk.scan("WH001-STO-R01")
    clerk.key("CANCEL")
    second = new_pallet(clerk)
    clerk.scan("WH001-STO-R01")
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT id FROM handling_unit WHERE sscc = %(number)s", number=first)
        assert row is not None
        post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 9, reason="OPENING", to_units=[row["id"]])
    before = len(labels(warehouse))
    clerk.scan(first)
    clerk.key("TAKE")
    clerk.scan(second)
    clerk.key("SPLIT")
    clerk.key("ENTER", "4")
    assert clerk.said == "handling.labelled"
    told = {uid: fields["contents"].split()[0] for uid, _, fields in labels(warehouse)[before:]}
    assert told == {first: "5", second: "4"}
    clerk.key("UNDO")
    assert clerk.said == "dialog.undone"
    assert [state for _, state, _ in labels(warehouse)[before:]] == ["CANCELLED", "CANCELLED"]
    assert warehouse.prove() == []


def test_undoing_what_was_labelled_on_paper_says_which_label_to_destroy(warehouse: Site, clerk: Conversation) -> None:
    add_printer(warehouse)
    number = new_pallet(clerk)
    clerk.scan("WH001-STO-R01")
    clerk.key("PRINT_LABEL")
    print_all(warehouse)
    clerk.key("UNDO")
    assert clerk.said == "dialog.undone_label"
    assert clerk.prompt.feedback is not None
    assert clerk.prompt.feedback.facts["label"] == number
    assert [state for _, state, _ in labels(warehouse)] == ["CANCELLED", "VOIDED"]


def test_a_unit_that_is_labelled_anew_has_one_good_label_and_it_bears_its_number(
    warehouse: Site, clerk: Conversation
) -> None:
    add_printer(warehouse)
    number = new_pallet(clerk)
    clerk.scan("WH001-STO-R01")
    for _ in range(2):
        print_all(warehouse)
        clerk.scan(number)
        clerk.key("PRINT_LABEL")
    clerk.key("PRINT_LABEL")
    with warehouse.desk.transaction() as session:
        told = session.rows("SELECT state, reprint_no, coalesce(reason, '') AS reason FROM print_job ORDER BY id")
    assert [tuple(row.values()) for row in told] == [
        ("REPRINTED", 0, ""),
        ("REPRINTED", 1, "RELABELLED"),
        ("CANCELLED", 2, "RELABELLED"),
        ("QUEUED", 2, "RELABELLED"),
    ]


def test_a_unit_is_not_labelled_anew_while_its_label_is_in_the_printer(warehouse: Site, clerk: Conversation) -> None:
    add_printer(warehouse)
    new_pallet(clerk)
    clerk.scan("WH001-STO-R01")
    with warehouse.login("worker_1").transaction() as session:
        job = session.row("SELECT id, printer_id FROM print_job")
        assert job is not None
        fence = printing.lease(session, job["printer_id"], holder="spooler", seconds=30)
        assert fence is not None
        printing.begin_sending(session, job["id"], fence=fence, sent=b"", printer_serial=None, count_before=None)
    clerk.key("PRINT_LABEL")
    assert (clerk.said, clerk.level) == ("printing.still_printing", Level.ERROR)
    assert len(labels(warehouse)) == 1


def print_all(site: Site) -> None:
    """Take every label as far as the printer's spooler would."""
    with site.login("worker_1").transaction() as session:
        for row in session.rows("SELECT id, printer_id FROM print_job WHERE state = 'QUEUED' ORDER BY id"):
            fence = printing.lease(session, row["printer_id"], holder="spooler", seconds=30)
            assert fence is not None
            printing.begin_sending(session, row["id"], fence=fence, sent=b"", printer_serial=None, count_before=None)
            printing.advance(session, row["id"], PrintState.CONFIRMED, fence=fence)


def test_without_a_printer_nothing_is_printed_and_nothing_fails(warehouse: Site, clerk: Conversation) -> None:
    assert new_pallet(clerk)
    assert clerk.said == "handling.known"
    assert "PRINT_LABEL" not in clerk.prompt.commands
    assert labels(warehouse) == []


def test_a_pallet_of_one_lot_says_so_in_bars(warehouse: Site) -> None:
    goods = Content(
        key="", root=NIL, unit=NIL, unit_number="", item=NIL, sku="MILK", name="Milk", uom="each", decimals=0,
        trace=NIL, lot="L1", lot_number="L1", gtin="04012345678918", expiry=date(2027, 3, 31), owner=NIL,
        status="available", qty=Decimal(48), reserved=Decimal(0), packagings=(),
    )  # fmt: skip
    pallet = Unit(NIL, "306141411234567891", "pallet", None, "", "", None, "", 0, "new")
    content = label_of(pallet, [goods, goods], today=date(2026, 11, 23), document="PO-1")
    assert content.fields["count"] == "96"
    assert (content.fields["gtin"], content.fields["lot"], content.fields["expiry"]) == (
        "04012345678918",
        "L1",
        "2027-03-31",
    )
    assert devices_labels.render(content, 203)
    mixed = label_of(pallet, [goods, replace(goods, lot_number="L2")], today=None)
    assert not {"gtin", "count", "lot", "expiry"} & mixed.fields.keys()
    strange = label_of(pallet, [replace(goods, lot_number="Ä 1")], today=None)
    assert "lot" not in strange.fields
    assert devices_labels.render(strange, 203)


def test_a_manager_holds_a_whole_pallet_by_scan_and_releases_it(warehouse: Site) -> None:
    manager = Conversation(warehouse.station("dock1", "MANAGER1"), HANDLING, warehouse)
    unit(warehouse, "PAL-1", WIDGET=4, GADGET=2)
    manager.scan("PAL-1")
    manager.scan("SH-CMD-HOLD")
    assert manager.prompt.instruction == "handling.why_hold"
    manager.scan("SH-CMD-QUALITY")
    assert {row.cells[5] for row in manager.prompt.rows} == {"quarantined"}
    assert "HOLD" not in manager.prompt.commands
    manager.key("RELEASE")
    manager.key("QUALITY")
    assert {row.cells[5] for row in manager.prompt.rows} == {"available"}
    manager.key("UNDO")
    assert warehouse.prove() == []


def test_an_operator_may_not_hold(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", WIDGET=4)
    clerk.scan("PAL-1")
    clerk.key("HOLD")
    clerk.key("QUALITY")
    assert clerk.level is Level.ERROR
    assert {row.cells[5] for row in clerk.prompt.rows} == {"available"}
