"""More than a person may book by themselves: a supervisor is asked at the station, and it is done as it was wished."""

import uuid
from decimal import Decimal

from app.dialogs.dialog import Prompt, Result
from app.dialogs.receiving import RECEIVING
from app.services import people
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.bench import approve
from tests.dialogs.conversation import Conversation
from tests.dialogs.test_receiving import MILK_GTIN, order
from tests.support import Site


def limited(site: Site, permission: str, up_to: int) -> None:
    """The receiver may do something up to so many at a time."""
    desk = Worker(site.desk, Changes())
    desk.run(lambda unit: people.set_permission(
        unit, site.people["RECEIVER1"], permission, granted=True, up_to=Decimal(up_to)))  # fmt: skip


def at_dock(site: Site, sku: str, qty: int) -> Conversation:
    dock = Conversation(site.station("dock1", "RECEIVER1"), RECEIVING, site)
    dock.scan(order(site, (sku, qty)))
    return dock


def much(dock: Conversation, qty: int = 20) -> Prompt:
    """A lot that nobody has seen before, with its date, and how much there is of it."""
    return dock.scan(f"01{MILK_GTIN}1730123110L7\x1d37{qty}", "gs1-128")


def test_what_a_supervisor_approves_at_the_dock_is_booked_as_it_was_scanned(warehouse: Site) -> None:
    limited(warehouse, "receive", 5)
    dock = at_dock(warehouse, "MILK", 40)
    before = dock.prompt
    asked = much(dock)
    assert (dock.said, asked.waiting, asked.commands) == ("permission.needs_approval", "approval", ("CANCEL",))
    assert asked.facts["goods"] == "20 each MILK Milk · WH001-SUPPLIER → WH001-DOCK1"
    assert (asked.facts["limit"], asked.facts["asked"]) == ("5", "20")
    assert warehouse.stock("MILK", "DOCK1")[0] == 0
    assert dock.key("CANCEL").instruction == before.instruction
    assert warehouse.stock("MILK", "DOCK1")[0] == 0
    much(dock)
    approve(dock, warehouse)
    assert dock.said == "receiving.booked"
    assert warehouse.stock("MILK", "DOCK1")[0] == 20
    dock.key("UNDO")
    assert dock.said == "permission.needs_approval", "as much is taken back"
    approve(dock, warehouse)
    assert warehouse.stock("MILK", "DOCK1")[0] == 0
    assert warehouse.prove() == []


def test_an_approval_of_something_else_books_nothing_at_the_dock(warehouse: Site) -> None:
    limited(warehouse, "receive", 5)
    dock = at_dock(warehouse, "MILK", 40)
    much(dock)
    for request in (uuid.uuid4(), uuid.UUID(dock.prompt.facts["request"])):  # another one; this one, by nobody
        dock.handle(Result(uuid.uuid4(), "approval", request, "approved", {"person": "nobody"}))
        assert warehouse.stock("MILK", "DOCK1")[0] == 0
    assert (dock.said, dock.prompt.waiting) == ("permission.needs_approval", "approval")
    approve(dock, warehouse)
    assert warehouse.stock("MILK", "DOCK1")[0] == 20
    assert warehouse.prove() == []
