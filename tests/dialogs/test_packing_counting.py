"""A quantity typed at the bench, where the rules allow it: judged like so many scans, and taken back like one."""

from decimal import Decimal

import pytest

from app.database import policies
from app.dialogs.packing import PACKING
from tests.dialogs.bench import TARE, Bench, count, put_on_scale
from tests.dialogs.conversation import Conversation


@pytest.fixture
def trusting(bench: Bench) -> Bench:
    """A bench at which a rule lets widgets and milk be typed."""
    rule = {
        "name": "the many ones",
        "when": [{"field": "sku", "operator": "one_of", "value": ["WIDGET", "MILK"]}],
        "then": {"typed": True},
    }
    with bench.site.desk.transaction() as session:
        policies.save(session, "verification", {"rules": [rule]})
    return bench


@pytest.fixture
def packer(trusting: Bench) -> Conversation:
    return Conversation(trusting.site.station("bench1", "OPERATOR1"), PACKING, trusting.site)


def test_the_rest_is_typed_after_one_was_scanned_and_comes_out_again_as_one(
    trusting: Bench, packer: Conversation
) -> None:
    _, tote = trusting.picked(("WIDGET", 40), ("GADGET", 2))
    packer.scan(tote)
    assert "QUANTITY" not in packer.prompt.commands, "one is scanned first"
    packer.scan("GADGET")
    assert "QUANTITY" not in packer.prompt.commands, "no rule lets gadgets be typed"
    packer.scan("WIDGET")
    asked = packer.key("QUANTITY")
    assert (asked.instruction, asked.ask) == ("packing.at_quantity", "packing.ask_quantity")
    for wrong, code in (("40", "packing.typed_too_many"), ("1.5", "quantity.decimals"), ("many", "quantity.unreadable"),
                        ("-3", "quantity.negative"), ("0", "quantity.zero")):  # fmt: skip
        assert packer.key("ENTER", wrong).ask == "packing.ask_quantity"
        assert packer.said == code
    packer.key("ENTER", "39")
    assert (packer.said, count(packer)) == ("packing.packed", ("41", "42"))
    packer.key("UNDO")
    assert count(packer) == ("2", "42")
    packer.key("QUANTITY")
    packer.key("CANCEL")
    packer.key("QUANTITY")
    packer.key("ENTER", "39")
    packer.scan("GADGET")
    assert packer.prompt.instruction == "packing.all_packed"
    packer.key("CLOSE_BOX")
    put_on_scale(packer, TARE + 40 * Decimal("0.5") + 2 * Decimal("1.25"))
    assert packer.said == "packing.carton_closed"
    assert trusting.site.prove() == []


def test_what_is_typed_is_of_the_lot_that_was_scanned(trusting: Bench, packer: Conversation) -> None:
    _, (line,) = trusting.order(("MILK", 5))
    number, tote = trusting.tote()
    trusting.pick(tote, line, "MILK", 3, lot="LOT1")
    trusting.pick(tote, line, "MILK", 2, lot="LOT2")
    packer.scan(number)
    packer.scan("MILK")
    packer.scan("LOT1")
    assert packer.said == "packing.packed"
    packer.key("QUANTITY")
    packer.key("ENTER", "3")
    assert packer.said == "packing.typed_too_many", "two of this lot are left, and two of another"
    packer.key("ENTER", "2")
    assert (packer.said, count(packer)) == ("packing.packed", ("3", "5"))
    assert trusting.site.prove() == []
