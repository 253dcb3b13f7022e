"""The gate, as whoever lets trucks in and out experiences it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.dialogs.dialog import Level
from app.dialogs.gate import GATE
from app.dialogs.receiving import RECEIVING
from app.domain.docks import Appointment, Direction, Load, State
from app.services import clock
from app.services.changes import Changes
from app.services.docks import doors, planning
from app.services.docks.planning import Draft
from app.services.work import UnitOfWork, Worker
from tests.dialogs.conversation import Conversation
from tests.support import Site

SLOT = timedelta(minutes=45)


@pytest.fixture
def planner(warehouse: Site) -> Worker:
    """A manager at a desk; both docks are doors."""
    worker = Worker(warehouse.login("desk_manager"), Changes())
    for name in ("DOCK1", "DOCK2"):
        worker.run(lambda unit, name=name: doors.make_door(unit, warehouse=warehouse.warehouse, dock=name))  # type: ignore[misc]
    return worker


@pytest.fixture
def gate(warehouse: Site, planner: Worker) -> Conversation:
    assert planner
    return Conversation(warehouse.station("dock1", "RECEIVER1"), GATE, warehouse)


def expect(site: Site, planner: Worker, plate: str, *, minutes: int = 0, door: str = "DOCK1") -> UUID:
    """A truck that comes in so many minutes, with the orders that wait; returns its appointment."""

    def book(unit: UnitOfWork) -> UUID:
        papers = planning.waiting(unit, warehouse=site.warehouse)
        start = clock.now() + timedelta(minutes=minutes)
        draft = Draft(
            Load(Direction.INBOUND, carrier="Swift"), start, start + SLOT, site.places[door], plate=plate,
            documents=tuple(paper.id for paper in papers),
        )  # fmt: skip
        return planning.book(unit, warehouse=site.warehouse, draft=draft).id

    return planner.run(book)


def read(site: Site, planner: Worker, number: str) -> Appointment:
    return planner.run(lambda unit: planning.look_up(unit, warehouse=site.warehouse, number=number))


def test_a_truck_goes_through_the_gate_by_scanning_it_again_and_again(
    gate: Conversation, warehouse: Site, planner: Worker
) -> None:
    warehouse.document("purchase_order", ("WIDGET", 30))
    expect(warehouse, planner, "B XY 12")
    assert gate.prompt.instruction == "gate.scan_truck"
    gate.scan("PO-000001")
    assert (gate.said, gate.prompt.instruction, gate.prompt.document) == ("gate.found", "gate.check_in", "DA-000001")
    gate.scan("PO-000001")
    assert (gate.said, gate.prompt.instruction) == ("gate.now_arrived", "gate.choose_door")
    assert [(one.code, one.facts["door"]) for one in gate.prompt.choices] == [
        ("gate.own_door", "DOCK1"),
        ("gate.other_door", "DOCK2"),
    ]
    gate.scan("DOCK2")
    assert gate.said == "gate.now_at_door"
    assert gate.prompt.rows[0].cells == ("DA-000001", "B XY 12", "Swift", "DOCK2", "at_door")
    for said in ("gate.now_working", "gate.now_done"):
        gate.scan("DA-000001")
        assert gate.said == said
    gate.scan("DA-000001")
    assert (gate.said, gate.level) == ("docks.receipt_open", Level.ERROR)
    gate.key("LEAVE_ANYWAY")
    assert gate.prompt.instruction == "gate.why_leave"
    gate.key("COUNTED_LATER")
    assert (gate.said, gate.prompt.instruction, gate.prompt.rows) == ("gate.now_left", "gate.scan_truck", ())
    gate.scan("B-XY-12")
    assert gate.said == "docks.unknown", "it has left"


def test_receiving_offers_what_the_truck_at_the_door_brought_and_receives_it_there(
    gate: Conversation, warehouse: Site, planner: Worker
) -> None:
    warehouse.document("purchase_order", ("WIDGET", 30))
    expect(warehouse, planner, "B XY 12")
    clerk = Conversation(warehouse.station("bench1", "MANAGER1"), RECEIVING, warehouse)
    assert "TRUCK" not in clerk.prompt.commands
    for code in ("B XY 12", "B XY 12", "DOCK2"):
        gate.scan(code)
    clerk.key("TRUCK")
    (offer,) = clerk.prompt.choices
    assert (offer.facts["document"], offer.facts["truck"], offer.facts["door"]) == ("PO-000001", "Swift", "DOCK2")
    clerk.key(offer.value)
    assert (clerk.said, clerk.prompt.document) == ("receiving.order_opened", "PO-000001")
    clerk.scan("WIDGET")
    assert clerk.said == "receiving.booked"
    assert (warehouse.stock("WIDGET", "DOCK2")[0], warehouse.stock("WIDGET", "DOCK1")[0]) == (1, 0)
    one = read(warehouse, planner, "PO-000001")
    assert (one.state, one.started_at is None) == (State.WORKING, False), "its first goods say that it is in work"
    for _ in range(2):
        gate.scan("B XY 12")
    assert gate.said == "gate.now_left", "something of its order was received since it came"


def test_every_step_of_a_truck_is_taken_back_by_who_took_it_unless_others_went_on(
    gate: Conversation, warehouse: Site, planner: Worker
) -> None:
    truck = expect(warehouse, planner, "B 7")
    for code in ("B 7", "B 7", "DOCK2", "B 7", "B 7", "B 7"):
        gate.scan(code)
    assert gate.said == "gate.now_left"
    story = [(State.DONE, "DOCK2"), (State.WORKING, "DOCK2"), (State.AT_DOOR, "DOCK2"), (State.ARRIVED, "DOCK1"),
             (State.PLANNED, "DOCK1")]  # fmt: skip
    for state, door in story:
        gate.key("UNDO")
        one = read(warehouse, planner, "B7")
        assert (gate.said, one.state, one.door) == ("dialog.undone", state, warehouse.places[door])
    assert (one.arrived_at, one.at_door_at, one.started_at, one.done_at, one.left_at) == (None,) * 5
    gate.scan("B 7")
    planner.run(lambda unit: planning.advance(unit, appointment=truck, state=State.AT_DOOR))
    gate.key("UNDO")
    assert gate.said == "docks.went_on", "somebody sent it to a door meanwhile"
    planner.run(lambda unit: planning.take_back(unit, appointment=truck))
    gate.key("UNDO")
    assert read(warehouse, planner, "B7").state is State.PLANNED
    history = planner.run(lambda unit: planning.history(unit, truck))
    assert [each.taken_back_by for each in history if each.what == "at_door"] == ["Manager1", "Receiver1"]
    gate.key("NEXT_TRUCK")
    gate.scan("K 9")
    gate.key("UNPLANNED")
    gate.key("INBOUND")
    gate.key("UNDO")
    assert read(warehouse, planner, "DA-000001").state is State.PLANNED
    (gone,) = planner.run(lambda unit: planning.found(unit, warehouse=warehouse.warehouse, words="k 9"))
    assert gone.state is State.CANCELLED, "nobody had planned it"


def test_two_who_check_in_one_truck_do_it_once(gate: Conversation, warehouse: Site, planner: Worker) -> None:
    truck = expect(warehouse, planner, "M 1", minutes=120)
    gate.scan("M1")
    assert (gate.said, gate.level) == ("gate.early", Level.WARNING)
    planner.run(lambda unit: planning.advance(unit, appointment=truck, state=State.ARRIVED))
    gate.key("CHECK_IN")
    assert gate.said == "docks.already_here"
    gate.scan("M1")
    assert gate.prompt.instruction == "gate.choose_door", "it is here already, and waits for a door"
    assert gate.prompt.choices
    gate.key("CANCEL")
    gate.key("NEXT_TRUCK")
    assert gate.prompt.instruction == "gate.scan_truck"


def test_a_truck_that_nobody_planned_waits_for_a_door(gate: Conversation, warehouse: Site, planner: Worker) -> None:
    gate.key("UNPLANNED")
    assert gate.said == "dialog.not_now"
    gate.scan("k ab 77")
    assert gate.said == "docks.unknown"
    gate.key("UNPLANNED")
    assert gate.prompt.instruction == "gate.which_way"
    gate.key("INBOUND")
    assert (gate.said, gate.prompt.instruction) == ("gate.now_arrived", "gate.choose_door")
    one = read(warehouse, planner, "KAB77")
    assert (one.walk_in, one.state, one.plate) == (True, State.ARRIVED, "K AB 77")
    gate.key(gate.prompt.choices[0].value)
    assert gate.said == "gate.now_at_door"
    gate.key("WAIT_AGAIN")
    gate.key("CANCEL")
    gate.key("LEAVE_ANYWAY")
    gate.key("SENT_AWAY")
    assert gate.said == "gate.now_left"


def test_a_door_that_is_closed_or_taken_is_not_offered_and_of_several_trucks_one_is_chosen(
    gate: Conversation, warehouse: Site, planner: Worker
) -> None:
    warehouse.document("purchase_order", ("WIDGET", 30))
    first = expect(warehouse, planner, "B 1")
    expect(warehouse, planner, "B 1", minutes=60, door="DOCK2")
    now = clock.now()
    planner.run(
        lambda unit: doors.close(unit, door=warehouse.places["DOCK1"], starts_at=now, ends_at=now + SLOT, reason="Ice"),
        request_id=uuid4(),
    )
    gate.scan("B1")
    assert (gate.said, gate.prompt.choices[0].value) == ("gate.several", str(first))
    gate.key(str(first))
    gate.key("CHECK_IN")
    assert [one.facts["door"] for one in gate.prompt.choices] == ["DOCK2"]
    gate.scan("DOCK1")
    assert gate.said == "docks.unknown", "its label is no truck, and the door is not free"
