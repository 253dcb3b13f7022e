"""What was done with units themselves is taken back too: nesting, moving empty ones, retiring."""

from uuid import UUID, uuid4

import pytest

from app.dialogs.dialog import Level
from app.dialogs.handling import HANDLING
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_handling import detail, unit
from tests.support import Site, post


@pytest.fixture
def clerk(warehouse: Site) -> Conversation:
    return Conversation(warehouse.station("dock1", "OPERATOR1"), HANDLING, warehouse)


def standing(site: Site) -> dict[str, tuple[str, str]]:
    """Number → (place, what it stands on)."""
    with site.desk.transaction() as session:
        rows = session.rows(
            "SELECT u.sscc, coalesce(l.name, '') AS place, coalesce(p.sscc, '') AS onto FROM handling_unit u"
            " LEFT JOIN location l ON l.id = u.location_id LEFT JOIN handling_unit p ON p.id = u.parent_id"
        )
    return {row["sscc"]: (row["place"], row["onto"]) for row in rows}


def onto(clerk: Conversation, case: str, pallet: str) -> None:
    clerk.scan(case)
    clerk.scan(pallet)
    clerk.key("ONTO")


def test_what_was_put_onto_a_pallet_is_taken_off_again(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", GADGET=5)
    unit(warehouse, "CASE-1", "case", WIDGET=12)
    onto(clerk, "CASE-1", "PAL-1")
    assert standing(warehouse)["CASE-1"] == ("R01", "PAL-1")
    clerk.key("UNDO")
    assert clerk.said == "dialog.undone"
    assert standing(warehouse)["CASE-1"] == ("R01", "")


def test_what_was_taken_off_stands_on_its_pallet_again(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1", GADGET=5)
    unit(warehouse, "CASE-1", "case", WIDGET=12)
    onto(clerk, "CASE-1", "PAL-1")
    clerk.key("LIFT")
    clerk.key("UNDO")
    assert standing(warehouse)["CASE-1"] == ("R01", "PAL-1")
    clerk.scan("WH001-STO-R03")
    assert standing(warehouse)["CASE-1"] == ("R03", "")
    clerk.key("UNDO")
    assert standing(warehouse)["CASE-1"] == ("R01", "PAL-1")
    assert warehouse.stock("WIDGET", "R01") == (12, 0)
    assert warehouse.prove() == []


def test_an_empty_pallet_goes_back_with_the_empty_case_on_it(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "PAL-1")
    unit(warehouse, "CASE-1", "case")
    onto(clerk, "CASE-1", "PAL-1")
    clerk.key("CANCEL")
    clerk.scan("PAL-1")
    clerk.scan("WH001-STO-R04")
    assert standing(warehouse) == {"PAL-1": ("R04", ""), "CASE-1": ("R04", "PAL-1")}
    clerk.key("UNDO")
    assert standing(warehouse) == {"PAL-1": ("R01", ""), "CASE-1": ("R01", "PAL-1")}
    assert warehouse.prove() == []


def test_a_unit_that_stood_nowhere_stands_nowhere_again(warehouse: Site, clerk: Conversation) -> None:
    unit(warehouse, "CASE-1", "case", WIDGET=2)
    clerk.scan("NEW-PALLET")
    clerk.key("PALLET")
    clerk.key("CANCEL")
    onto(clerk, "CASE-1", "NEW-PALLET")
    assert standing(warehouse)["NEW-PALLET"] == ("R01", "")
    clerk.key("UNDO")
    assert standing(warehouse) == {"CASE-1": ("R01", ""), "NEW-PALLET": ("", "")}


@pytest.mark.parametrize("since", ["moved", "filled", "nested"])
def test_what_somebody_has_changed_since_is_not_undone(warehouse: Site, clerk: Conversation, since: str) -> None:
    pallet = unit(warehouse, "PAL-1")
    other = unit(warehouse, "PAL-2", place="R02")
    clerk.scan("PAL-1")
    clerk.scan("WH001-STO-R02")
    with warehouse.desk.transaction() as session:
        if since == "moved":
            session.call("move_unit", request=uuid4(), unit=pallet, to_location=warehouse.places["R05"])
        elif since == "filled":
            post(session, warehouse, "adjust_in", "WIDGET", "ADJUSTMENT", "R02", 3, reason="FOUND", to_units=[pallet])
        else:
            session.call("nest_unit", unit=other, onto=pallet)
    before = standing(warehouse)
    clerk.key("UNDO")
    assert (clerk.level, clerk.said) == (Level.ERROR, "handling_unit.changed_since")
    assert standing(warehouse) == before
    assert warehouse.prove() == []


def test_an_emptied_unit_says_so_is_retired_and_used_again(warehouse: Site, clerk: Conversation) -> None:
    pallet = unit(warehouse, "PAL-1", WIDGET=4)
    clerk.scan("PAL-1")
    assert detail(clerk, "handling.unit_state") == "in_use"
    assert "RETIRE" not in clerk.prompt.commands
    clerk.key("UNPACK")
    assert detail(clerk, "handling.unit_state") == "empty"
    clerk.key("RETIRE")
    assert (clerk.said, detail(clerk, "handling.unit_state")) == ("handling.retired", "retired")
    clerk.scan("WH001-STO-R02")
    assert (clerk.level, clerk.said) == (Level.ERROR, "handling_unit.retired")
    clerk.key("UNDO")
    assert standing(warehouse)["PAL-1"] == ("R01", "")
    clerk.key("RETIRE")
    refuses_goods(warehouse, clerk, pallet)
    clerk.key("USE_AGAIN")
    assert detail(clerk, "handling.unit_state") == "new"
    clerk.scan("WH001-STO-R02")
    assert (clerk.said, detail(clerk, "handling.unit_state")) == ("handling.done", "empty")
    assert warehouse.prove() == []


def refuses_goods(site: Site, clerk: Conversation, pallet: UUID) -> None:
    """Nothing is put into it or under it, by whatever way."""
    unit(site, "CASE-1", "case", place="R03", GADGET=1)
    clerk.key("CANCEL")
    onto(clerk, "CASE-1", "PAL-1")
    assert (clerk.level, clerk.said) == (Level.ERROR, "handling_unit.retired")
    clerk.key("CANCEL")
    clerk.key("CANCEL")
    clerk.scan("PAL-1")
    with pytest.raises(Exception, match=r"handling_unit\.retired"), site.desk.transaction() as session:
        post(session, site, "adjust_in", "WIDGET", "ADJUSTMENT", "R03", 1, reason="FOUND", to_units=[pallet])
