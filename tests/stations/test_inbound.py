"""Expected goods and discrepancies on their screens: entered, received at the dock, written, claimed and settled."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from pytestqt.qtbot import QtBot

from app.dialogs.receiving import RECEIVING
from app.services import inbound
from app.services.inbound import ASN
from app.stations.discrepancies import DiscrepanciesScreen
from app.stations.inbound import InboundScreen
from app.stations.kit.kit import Kit
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving_photos import take as take_photo
from tests.stations.desks import asked, at_rest, book, columns, opened, press, take, work_of
from tests.support import Site

PALLET = "340123450000000017"


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[InboundScreen]:
    with opened(kit, qtbot, lambda words: InboundScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


@pytest.fixture
def found(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[DiscrepanciesScreen]:
    with opened(kit, qtbot, lambda words: DiscrepanciesScreen(words, work_of(warehouse, "desk_manager"))) as screen:
        yield screen


@pytest.fixture
def dock(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "RECEIVER1"), RECEIVING, warehouse)


def enter_order(screen: InboundScreen, qtbot: QtBot, quantity: str = "5 case") -> str:
    """Enter an order of widgets by hand; it is opened then."""
    form = asked(screen, qtbot, "NEW_PURCHASE")
    form.give("supplier", "acme")
    form.give("due", "2030-01-31")
    book(screen, qtbot)
    screen.on_scan("04012345678901", "ean-13", "scanner")
    assert screen.form is not None
    screen.form.give("quantity", quantity)
    screen.form.give("price", "2,40")
    book(screen, qtbot)
    asked(screen, qtbot, "MAKE_PURCHASE")
    said = book(screen, qtbot)
    at_rest(screen, qtbot)
    return said.split()[0]


def announce(screen: InboundScreen, qtbot: QtBot, order: str) -> None:
    """Enter an announcement by hand: widgets of an order and milk with its lot, on one pallet."""
    screen.tabs.setCurrentIndex(1)
    at_rest(screen, qtbot)
    form = asked(screen, qtbot, "NEW_ASN")
    form.give("supplier", "ACME")
    form.give("reference", "DES-1")
    book(screen, qtbot)
    for answers in (
        {"item": "WIDGET", "quantity": "60", "sscc": f"00{PALLET}", "order": order},
        {"item": "MILK", "quantity": "6", "sscc": PALLET, "lot": "L1", "expiry": "2030-06-30"},
    ):
        form = asked(screen, qtbot, "NEW_LINE")
        for name, answer in answers.items():
            form.give(name, answer)
        book(screen, qtbot)
    asked(screen, qtbot, "MAKE_ASN")
    assert book(screen, qtbot) == "DES-1 is announced: one scan of a pallet receives it."
    at_rest(screen, qtbot)


def pictures_in(path: Path) -> int:
    pages = pypdfium2.PdfDocument(path)
    return sum(one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for page in pages for one in page.get_objects())


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_an_order_and_its_announcement_are_entered_by_hand_and_received_by_one_scan(
    screen: InboundScreen, warehouse: Site, dock: Conversation, qtbot: QtBot
) -> None:
    order = enter_order(screen, qtbot)
    assert columns(screen, qtbot, "sku", "expected", "received") == [("WIDGET", "60", "0")]
    with warehouse.desk.transaction() as session:
        line = session.row("SELECT unit_price, base_qty FROM document_line")
    assert line == {"unit_price": Decimal("2.40"), "base_qty": 60}
    announce(screen, qtbot, order)
    assert columns(screen, qtbot, "sku", "order", "handling_unit", "lot") == [
        ("WIDGET", order, PALLET, ""),
        ("MILK", "", PALLET, "L1"),
    ]
    dock.scan(PALLET)
    assert dock.said == "receiving.unit_booked"
    screen.refresh()
    assert columns(screen, qtbot, "sku", "received") == [("WIDGET", "60"), ("MILK", "6")]
    press(screen, qtbot, "ARRIVALS")
    assert columns(screen, qtbot, "sku", "quantity", "person", "lot", "handling_unit") == [
        ("WIDGET", "60", "Receiver1", "", PALLET),
        ("MILK", "6", "Receiver1", "L1", PALLET),
    ]
    screen.step_back()
    screen.step_back()
    assert columns(screen, qtbot, "number", "done", "units") == [("DES-1", "2", "1 / 1")]
    take(screen, qtbot, "DES-1")
    press(screen, qtbot, "TIMELINE")
    assert ("Receipt",) in columns(screen, qtbot, "what")
    assert warehouse.prove() == []


def test_a_wrong_supplier_or_number_is_said_before_the_first_line_is_typed(
    screen: InboundScreen, warehouse: Site, qtbot: QtBot
) -> None:
    taken = enter_order(screen, qtbot)
    screen.step_back()
    for command, wrong in (
        ("NEW_PURCHASE", {"supplier": "nope"}),
        ("NEW_PURCHASE", {"supplier": "ACME", "number": taken.lower()}),
        ("NEW_ASN", {"supplier": "nope"}),
    ):
        screen.tabs.setCurrentIndex(command == "NEW_ASN")
        at_rest(screen, qtbot)
        form = asked(screen, qtbot, command)
        for name, answer in wrong.items():
            form.give(name, answer)
        assert book(screen, qtbot) in ("There is no partner nope.", f"There is an order {taken.lower()} already.")
        assert screen.form is form, "what was typed stays and can be corrected"
        press(screen, qtbot, "CANCEL")
    assert warehouse.count("document") == 1


def test_what_came_is_written_for_people_and_for_programs(
    screen: InboundScreen, warehouse: Site, dock: Conversation, qtbot: QtBot, tmp_path: Path
) -> None:
    announce(screen, qtbot, enter_order(screen, qtbot))
    dock.scan(PALLET)
    (head,) = screen.work.run(lambda unit: inbound.listed(unit, warehouse=screen.warehouse, kind=ASN))
    for ending in (".pdf", ".json", ".csv"):
        screen.write(head, tmp_path / f"receipt{ending}")
        at_rest(screen, qtbot)
    words = text_of(tmp_path / "receipt.pdf")
    assert "DES-1" in words
    assert "L1" in words
    assert "Receiver1" in words
    said = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))["receipt"]
    assert [(line["sku"], line["expected"], line["received"]) for line in said["lines"]] == [
        ("WIDGET", "60", "60"),
        ("MILK", "6", "6"),
    ]
    with (tmp_path / "receipt.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [(row["sku"], row["quantity"], row["lot"], row["handling_unit"]) for row in table] == [
        ("WIDGET", "60", "", PALLET),
        ("MILK", "6", "L1", PALLET),
    ]
    screen.write(head, tmp_path / "receipt.doc")
    at_rest(screen, qtbot)
    assert "ending" in screen.band.text()


def test_an_order_is_held_and_released_again(screen: InboundScreen, dock: Conversation, qtbot: QtBot) -> None:
    order = enter_order(screen, qtbot)
    form = asked(screen, qtbot, "DECIDE")
    assert book(screen, qtbot) == "What shall become of it?"
    form.give("decision", "held")
    assert book(screen, qtbot) == f"{order} is on hold."
    dock.scan(order)
    assert dock.said == "receiving.order_not_released"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "From whom?"),
        ({"supplier": "acme", "due": "tomorrow"}, "tomorrow"),
    ],
)
def test_a_head_that_cannot_be_is_said_in_words(
    screen: InboundScreen, qtbot: QtBot, answers: dict[str, str], said: str
) -> None:
    form = asked(screen, qtbot, "NEW_PURCHASE")
    for name, answer in answers.items():
        form.give(name, answer)
    assert said in book(screen, qtbot)


def test_discrepancies_are_claimed_printed_and_settled(
    found: DiscrepanciesScreen, warehouse: Site, dock: Conversation, qtbot: QtBot, tmp_path: Path
) -> None:
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET standard_cost = 2.5")
    warehouse.document("purchase_order", ("WIDGET", 10))
    with warehouse.desk.transaction() as session:
        row = session.row("SELECT number FROM document")
    assert row is not None
    dock.scan(row["number"])
    dock.key("DAMAGED")
    dock.key("DAMAGED")
    dock.scan("WIDGET")
    take_photo(dock)
    dock.key("DONE")
    dock.key("CLOSE_SHORT")
    found.refresh()
    assert columns(found, qtbot, "kind", "quantity", "cost", "state") == [
        ("Too little", "9 each", "22.50", "Open"),
        ("Damaged", "1 each", "2.50", "Open"),
    ]
    take(found, qtbot, "Damaged")
    form = asked(found, qtbot, "APPRAISE")
    form.give("cost", "much")
    assert "no amount of money" in book(found, qtbot)
    form.give("cost", "3.20")
    form.give("note", "wet")
    book(found, qtbot)
    take(found, qtbot, "Damaged", "Too little")
    asked(found, qtbot, "CLAIM")
    claim = book(found, qtbot).split()[0]
    assert [row[0] for row in columns(found, qtbot, "state")] == ["Claimed", "Claimed"]
    found.write(claim, tmp_path / "claim.pdf")
    at_rest(found, qtbot)
    letter = text_of(tmp_path / "claim.pdf")
    assert claim in letter
    assert "25.70" in letter
    assert "wet" in letter
    assert pictures_in(tmp_path / "claim.pdf") == 1
    take(found, qtbot, "Damaged")
    form = asked(found, qtbot, "SETTLE")
    form.give("credited", "20")
    assert book(found, qtbot) == f"{claim} is settled."
    assert [row[0] for row in columns(found, qtbot, "state")] == ["Settled", "Settled"]
    found.tabs.setCurrentIndex(1)
    assert columns(found, qtbot, "supplier", "short", "damaged", "cost", "open", "claimed", "credited") == [
        ("ACME · Acme", "1", "1", "25.70", "0.00", "0.00", "20.00")
    ]


def test_what_is_found_later_is_noted_by_hand_and_dropped(
    found: DiscrepanciesScreen, warehouse: Site, qtbot: QtBot
) -> None:
    warehouse.document("purchase_order", ("WIDGET", 10))
    form = asked(found, qtbot, "NOTE_DISCREPANCY")
    assert book(found, qtbot).startswith("A delivery is over, short")
    for name, answer in (("kind", "over"), ("number", "PO-000001"), ("item", "widget"), ("quantity", "1 case")):
        form.give(name, answer)
    assert book(found, qtbot) == "It is noted."
    assert columns(found, qtbot, "kind", "quantity") == [("Too much", "12 each")]
    take(found, qtbot, "Too much")
    asked(found, qtbot, "DROP_DISCREPANCY")
    book(found, qtbot)
    assert columns(found, qtbot, "state") == [("Dropped",)]
    press(found, qtbot, "UNDO")
    at_rest(found, qtbot)
    assert columns(found, qtbot, "state") == [("Open",)]
