"""Lists on paper: printed, walked by nobody at a screen, entered afterwards line by line or all at once."""

import pytest

from app.dialogs.dialog import Level
from app.dialogs.paper import PAPER
from app.services import waves
from tests.dialogs.conversation import Conversation
from tests.dialogs.picker import agree, held, order
from tests.dialogs.walks import decision, walk
from tests.support import Site


@pytest.fixture
def clerk(warehouse: Site) -> Conversation:
    """Somebody who enters what others picked by paper."""
    return Conversation(warehouse.station("dock1", "OPERATOR2"), PAPER, warehouse)


def print_it(picker: Conversation, site: Site, number: str) -> str:
    """Print a walk; returns its number."""
    return picker.worker.run(lambda unit: waves.print_list(unit, site.warehouse, number)).number


def test_a_printed_walk_is_on_no_screen_and_is_entered_as_it_was_picked(
    warehouse: Site, picker: Conversation, clerk: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R03", 10)
    one, other = order(warehouse, ("WIDGET", 2), ("GADGET", 3)), order(warehouse, ("WIDGET", 4))
    number = walk(warehouse, one, other)
    clerk.scan(number)
    assert clerk.said == "waves.not_on_paper"
    assert print_it(picker, warehouse, number) == number
    picker.scan(number)
    assert picker.said == "waves.on_paper"
    picker.key("NEXT")
    assert picker.said == "picking.nothing_waits"
    clerk.scan(number)
    assert (clerk.said, clerk.prompt.instruction) == ("paper.list_taken", "picking.put_tote")
    for tote in ("T-1", "T-2"):
        clerk.scan(tote)
        clerk.scan(tote)
    assert clerk.prompt.instruction == "paper.confirm_line"
    clerk.scan("MILK")
    assert (clerk.level, clerk.said) == (Level.ERROR, "paper.no_scan")
    clerk.scan("WH001-STO-R03")
    assert (clerk.said, clerk.prompt.item and clerk.prompt.item.sku) == ("paper.line_found", "GADGET")
    clerk.scan("WIDGET")
    assert (clerk.said, clerk.prompt.item and clerk.prompt.item.sku) == ("paper.line_found", "WIDGET")
    clerk.key("CONFIRM")
    clerk.key("UNDO")
    clerk.key("CONFIRM")
    assert held(warehouse, "WIDGET", "TOTE") == [2, 2]
    clerk.key("QUANTITY")
    clerk.key("ENTER", "9")
    assert clerk.said == "picking.too_many"
    clerk.key("ENTER", "3")
    assert clerk.prompt.instruction == "picking.why_short"
    clerk.key("SHORT")
    assert clerk.said == "paper.short"
    clerk.key("CONFIRM_ALL")
    assert (clerk.level, clerk.said) == (Level.DONE, "paper.list_entered")
    assert held(warehouse, "WIDGET", "TOTE") == [5, 5]
    assert held(warehouse, "GADGET", "TOTE") == [3, 3]
    assert decision(warehouse, number) == "closed"
    clerk.scan(number)
    assert clerk.said == "waves.list_entered"
    agree(warehouse)


def test_all_as_printed_is_one_booking_of_an_order_and_is_taken_back_as_one(
    warehouse: Site, clerk: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    warehouse.put("GADGET", "R03", 10)
    manager = Conversation(warehouse.login("desk_manager"), PAPER, warehouse)
    number = print_it(manager, warehouse, order(warehouse, ("WIDGET", 2), ("GADGET", 3)))
    clerk.scan(number)
    clerk.key("NEW_TOTE")
    clerk.key("CONFIRM_ALL")
    assert (clerk.level, clerk.said) == (Level.DONE, "paper.list_entered")
    with warehouse.superuser() as connection:
        assert connection.execute("SELECT moves FROM posting WHERE kind = 'pick'").fetchall() == [(2,)]
    clerk.key("UNDO")
    assert clerk.prompt.instruction == "paper.confirm_line"
    assert (held(warehouse, "WIDGET", "TOTE"), held(warehouse, "GADGET", "TOTE")) == ([0, 0], [0, 0])
    clerk.key("CONFIRM_ALL")
    assert (held(warehouse, "WIDGET", "TOTE"), held(warehouse, "GADGET", "TOTE")) == ([2, 2], [3, 3])
    agree(warehouse)


def test_a_list_that_is_given_up_is_at_the_screens_again(
    warehouse: Site, picker: Conversation, clerk: Conversation
) -> None:
    warehouse.put("WIDGET", "R01", 10)
    manager = Conversation(warehouse.login("desk_manager"), PAPER, warehouse)
    single = order(warehouse, ("WIDGET", 2))
    number = print_it(manager, warehouse, single)
    clerk.scan(number)
    clerk.key("NEW_TOTE")
    manager.scan(number)
    assert manager.said == "picking.leased"
    clerk.key("PAUSE")
    assert clerk.said == "paper.put_aside"
    manager.worker.run(lambda unit: waves.give_list_up(unit, warehouse.warehouse, number))
    clerk.scan(number)
    assert clerk.said == "waves.not_on_paper"
    picker.key("NEXT")
    assert picker.prompt.document == number
    assert picker.prompt.instruction == "picking.go_to_bin"
    agree(warehouse)
