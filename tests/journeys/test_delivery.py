"""A delivery at the dock: a waiting order takes its share, the pick face is filled, the rest is reserve."""

import uuid

from app.database.session import as_json
from app.dialogs.packing import PACKING
from app.dialogs.putaway import PUTAWAY
from app.dialogs.replenishment import REPLENISHMENT
from app.services import replenishment
from app.services.changes import Changes
from app.services.work import Worker
from tests.dialogs.conversation import Conversation
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site


def test_a_delivery_is_shared_by_a_waiting_order_the_pick_face_and_reserve(warehouse: Site) -> None:  # noqa: F811  (the fixture)
    keep_a_pick_face(warehouse, "R01", "WIDGET", minimum=10, maximum=30)
    warehouse.order_line("WIDGET", 5)
    with warehouse.desk.transaction() as session:
        session.call("register_tote", warehouse=warehouse.warehouse, number="TOTE-1")
    warehouse.put("WIDGET", "DOCK1", 100)
    share_out(warehouse)
    pack(warehouse)
    empty_the_pick_face(warehouse)
    refill(warehouse)
    assert lies(warehouse) == {"DOCK1": 0, "R01": 30, "R02": 40}
    assert warehouse.prove() == []


def keep_a_pick_face(site: Site, place: str, sku: str, *, minimum: int, maximum: int) -> None:
    with site.desk.transaction() as session:
        session.call(
            "save_pick_faces",
            request=uuid.uuid4(),
            warehouse=site.warehouse,
            rows=as_json([{"location": str(site.places[place]), "item": str(site.items[sku]), "minimum": minimum,
                         "maximum": maximum}]),
        )  # fmt: skip


def share_out(site: Site) -> None:
    """The clerk at the dock: five for the order, thirty for the pick face, the rest into the nearest empty bin."""
    clerk = Conversation(site.station("dock1", "RECEIVER1"), PUTAWAY, site)
    clerk.scan("WIDGET")
    assert clerk.prompt.instruction == "putaway.go_to_order"
    clerk.scan("TOTE-1")
    assert clerk.said == "putaway.crossed_part"
    clerk.key("NEXT")
    clerk.key("QUANTITY")
    clerk.key("ENTER", "30")
    assert (clerk.said, clerk.prompt.facts["bin"]) == ("putaway.proposed_fixed", "WH001-STO-R01")
    clerk.scan("WH001-STO-R01")
    clerk.key("NEXT")
    assert clerk.prompt.facts["bin"] == "WH001-STO-R02"
    clerk.scan("WH001-STO-R02")
    assert lies(site) == {"DOCK1": 0, "R01": 30, "R02": 65}


def pack(site: Site) -> None:
    """The tote of the order reaches the bench as if its goods had been picked."""
    packer = Conversation(site.station("bench1", "OPERATOR1"), PACKING, site)
    packer.scan("TOTE-1")
    packer.scan("WIDGET")
    assert packer.prompt.item is not None
    assert packer.prompt.item.sku == "WIDGET"


def empty_the_pick_face(site: Site) -> None:
    """Twenty-five pieces leave the pick face."""
    with site.desk.transaction() as session:
        session.call(
            "post_moves",
            request=uuid.uuid4(),
            kind="adjust_out",
            warehouse=site.warehouse,
            items=[site.items["WIDGET"]],
            qtys=[25],
            from_locations=[site.places["R01"]],
            to_locations=[site.places["ADJUSTMENT"]],
            reasons=["LOST"],
        )


def refill(site: Site) -> None:
    """The worker asks for a refill, and a person brings it."""
    worker = Worker(site.login("worker_1"), Changes())
    assert worker.run(lambda unit: replenishment.plan(unit, warehouse=site.warehouse)) == 1
    carrier = Conversation(site.station("bench1", "OPERATOR2"), REPLENISHMENT, site)
    carrier.key("NEXT")
    for scan in ("WH001-STO-R02", "WIDGET", "WH001-STO-R01"):
        carrier.scan(scan)
    assert carrier.said == "replenishment.booked"


def lies(site: Site) -> dict[str, int]:
    return {place: int(site.stock("WIDGET", place)[0]) for place in ("DOCK1", "R01", "R02")}
