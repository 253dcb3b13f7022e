"""What people decide about labels: want, reprint, take back, void, give away, confirm."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.services import printing
from app.services.changes import Change, Changes
from app.services.work import UnitOfWork, Worker
from app.settings import Confirmation, DeviceSetting, Role, SerialTransport, TcpTransport
from tests.support import Site

PRINTER = DeviceSetting("bench-printer", Role.LABEL_PRINTER, "zpl", TcpTransport("127.0.0.1", 9100))
OTHER = DeviceSetting("other-printer", Role.LABEL_PRINTER, "zpl", TcpTransport("127.0.0.1", 9101), dpi=300)
SCANNER = DeviceSetting("scanner", Role.SCANNER, "plain", SerialTransport("COM1"))
CONTENT = LabelContent("carton", "306141411234567891", {"order": "SO-1", "ship_to": "Zoë\n{x} \\ '"})


class Desk:
    """A packer at a bench with two printers that nobody reaches."""

    def __init__(self, site: Site) -> None:
        self.site = site
        manager = Worker(site.login("desk_manager"), Changes())
        self.printers = manager.run(lambda unit: printing.register_printers(unit, [PRINTER, SCANNER, OTHER]))
        self.changes = Changes()
        self.heard: list[Change] = []
        self.changes.subscribe(self.heard.extend)
        self.worker = Worker(site.station("bench1", "OPERATOR1"), self.changes)
        self.printer = self.printers["bench-printer"]

    def queue(self, content: LabelContent = CONTENT, request: UUID | None = None) -> UUID:
        return self.worker.run(
            lambda unit: printing.queue_label(unit, content, printer=self.printer, warehouse=self.site.warehouse),
            request_id=request,
        )

    def do(self, work: Callable[[UnitOfWork], object]) -> None:
        self.worker.run(work)

    def state(self, job: UUID) -> PrintState:
        with self.site.superuser() as connection:
            row = connection.execute("SELECT state FROM print_job WHERE id = %s", [job]).fetchone()
        assert row is not None
        return PrintState(row[0])

    def be(self, job: UUID, state: PrintState) -> None:
        """Let the spooler have brought a job into a state."""
        with self.site.superuser() as connection:
            connection.execute("UPDATE print_job SET state = %s WHERE id = %s", [state, job])


@pytest.fixture
def desk(warehouse: Site) -> Desk:
    return Desk(warehouse)


def refused(desk: Desk, work: Callable[[UnitOfWork], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        desk.do(work)
    return refusal.value.code


def test_a_wanted_label_waits_with_its_content_whole(desk: Desk) -> None:
    job = desk.queue()
    found = desk.worker.run(lambda unit: printing.look_at(unit, job))
    assert (found.content, found.state, found.printer) == (CONTENT, PrintState.QUEUED, "bench-printer")
    assert desk.heard == [Change("print_job", job)]


def test_the_same_request_wants_the_same_label_once_and_another_label_besides(desk: Desk) -> None:
    request = uuid4()
    first = desk.queue(request=request)
    assert desk.queue(request=request) == first
    assert desk.queue(LabelContent("shipping", "T1", {}), request=request) != first


def test_a_label_is_wanted_with_its_cause_or_not_at_all(desk: Desk) -> None:
    def work(unit: UnitOfWork) -> None:
        printing.queue_label(unit, CONTENT, printer=desk.printer, warehouse=desk.site.warehouse)
        raise Refusal("stock.not_enough")

    assert refused(desk, work) == "stock.not_enough"
    with desk.site.superuser() as connection:
        assert connection.execute("SELECT count(*) FROM print_job").fetchone() == (0,)


def test_who_may_not_print_is_refused_by_the_database(desk: Desk) -> None:
    auditor = Worker(desk.site.login("desk_auditor"), Changes())
    with pytest.raises(Refusal) as refusal:
        auditor.run(
            lambda unit: printing.queue_label(unit, CONTENT, printer=desk.printer, warehouse=desk.site.warehouse)
        )
    assert refusal.value.code == "permission.missing"


@pytest.mark.parametrize("state", [PrintState.CONFIRMED, PrintState.PARTIAL, PrintState.UNKNOWN, PrintState.UNVERIFIED])
def test_a_reprint_replaces_the_first_label_and_counts(desk: Desk, state: PrintState) -> None:
    first = desk.queue()
    desk.be(first, state)
    request = uuid4()
    again = desk.worker.run(lambda unit: printing.reprint(unit, first, reason="UNREADABLE"), request_id=request)
    assert desk.worker.run(lambda unit: printing.reprint(unit, first, reason="UNREADABLE"), request_id=request) == again
    found = desk.worker.run(lambda unit: printing.look_at(unit, again))
    assert desk.state(first) is PrintState.REPRINTED
    assert (found.reprint_no, found.reprint_of, found.reason, found.content) == (1, first, "UNREADABLE", CONTENT)


@pytest.mark.parametrize("state", [PrintState.QUEUED, PrintState.SENDING, PrintState.SENT])
def test_a_label_on_its_way_is_not_reprinted(desk: Desk, state: PrintState) -> None:
    first = desk.queue()
    desk.be(first, state)
    assert refused(desk, lambda unit: printing.reprint(unit, first, reason="LABEL_LOST")) == "printing.still_printing"
    assert desk.state(first) is state


def test_a_reprint_without_a_reason_is_refused(desk: Desk) -> None:
    first = desk.queue()
    desk.be(first, PrintState.CONFIRMED)
    assert refused(desk, lambda unit: printing.reprint(unit, first, reason="")) == "printing.reprint_needs_reason"


@pytest.mark.parametrize("state", [PrintState.REPRINTED, PrintState.VOIDED, PrintState.CANCELLED])
def test_a_label_that_is_worthless_is_not_reprinted(desk: Desk, state: PrintState) -> None:
    first = desk.queue()
    desk.be(first, state)
    assert refused(desk, lambda unit: printing.reprint(unit, first, reason="LABEL_LOST")) == "printing.label_replaced"


def test_a_waiting_label_can_be_taken_back_twice_and_then_no_more_changed(desk: Desk) -> None:
    job = desk.queue()
    desk.do(lambda unit: printing.cancel(unit, job))
    desk.do(lambda unit: printing.cancel(unit, job))
    assert desk.state(job) is PrintState.CANCELLED
    assert refused(desk, lambda unit: printing.void(unit, job, reason="LABEL_LOST")) == "printing.wrong_state"


def test_a_label_on_its_way_cannot_be_taken_back(desk: Desk) -> None:
    job = desk.queue()
    desk.be(job, PrintState.SENT)
    assert refused(desk, lambda unit: printing.cancel(unit, job)) == "printing.wrong_state"


def test_a_printed_label_can_be_voided(desk: Desk) -> None:
    job = desk.queue()
    desk.be(job, PrintState.CONFIRMED)
    desk.do(lambda unit: printing.void(unit, job, reason="DAMAGED"))
    assert desk.state(job) is PrintState.VOIDED


def test_only_a_waiting_label_is_given_to_the_other_printer(desk: Desk) -> None:
    job = desk.queue()
    desk.do(lambda unit: printing.redirect(unit, job, printer=desk.printers["other-printer"]))
    assert desk.worker.run(lambda unit: printing.look_at(unit, job)).printer == "other-printer"
    desk.be(job, PrintState.SENDING)
    assert refused(desk, lambda unit: printing.redirect(unit, job, printer=desk.printer)) == "printing.wrong_state"


@pytest.mark.parametrize("state", [PrintState.UNKNOWN, PrintState.UNVERIFIED, PrintState.PARTIAL])
def test_the_scan_of_a_doubtful_label_confirms_it(desk: Desk, state: PrintState) -> None:
    job = desk.queue()
    desk.be(job, state)
    assert [found.id for found in desk.worker.run(printing.doubtful_jobs)] == [job]
    desk.do(lambda unit: printing.confirm_by_scan(unit, CONTENT.uid))
    assert desk.state(job) is PrintState.CONFIRMED
    assert desk.worker.run(printing.doubtful_jobs) == []


@pytest.mark.parametrize("state", [PrintState.CONFIRMED, PrintState.SENT, PrintState.SENDING])
def test_a_scan_leaves_a_label_alone_that_the_printer_answers_for(desk: Desk, state: PrintState) -> None:
    job = desk.queue()
    desk.be(job, state)
    desk.do(lambda unit: printing.confirm_by_scan(unit, CONTENT.uid))
    assert desk.state(job) is state


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (PrintState.VOIDED, "printing.label_replaced"),
        (PrintState.CANCELLED, "printing.label_replaced"),
        (PrintState.QUEUED, "printing.not_printed_yet"),
    ],
)
def test_the_scan_of_a_worthless_label_is_refused(desk: Desk, state: PrintState, code: str) -> None:
    desk.be(desk.queue(), state)
    assert refused(desk, lambda unit: printing.confirm_by_scan(unit, CONTENT.uid)) == code


def test_the_scan_of_a_label_that_nobody_wanted_is_refused(desk: Desk) -> None:
    assert refused(desk, lambda unit: printing.confirm_by_scan(unit, "NEVER")) == "printing.unknown_label"


def test_one_scan_does_not_confirm_several_copies_but_a_person_may(desk: Desk) -> None:
    job = desk.queue(LabelContent("bin", "B1", {}, copies=3))
    desk.be(job, PrintState.UNKNOWN)
    assert refused(desk, lambda unit: printing.confirm_by_scan(unit, "B1")) == "printing.count_copies"
    desk.do(lambda unit: printing.confirm(unit, job))
    assert desk.state(job) is PrintState.CONFIRMED


def test_nobody_confirms_a_label_that_is_being_printed(desk: Desk) -> None:
    job = desk.queue()
    desk.be(job, PrintState.SENDING)
    assert refused(desk, lambda unit: printing.confirm(unit, job)) == "printing.still_printing"


def test_printers_are_known_by_their_names_in_the_settings(desk: Desk) -> None:
    found = desk.worker.run(printing.printers)
    assert [(printer.name, printer.dpi, printer.confirms) for printer in found] == [
        ("bench-printer", 203, "odometer"),
        ("other-printer", 300, "odometer"),
    ]
    assert refused(desk, lambda unit: printing.printer_named(unit, "third")) == "printing.unknown_printer"


def test_registering_again_changes_only_what_changed(desk: Desk) -> None:
    manager = Worker(desk.site.login("desk_manager"), Changes())
    changed = DeviceSetting(
        "bench-printer", Role.LABEL_PRINTER, "zpl", PRINTER.transport, confirm=Confirmation.SCAN_BACK
    )
    assert manager.run(lambda unit: printing.register_printers(unit, [changed, OTHER]))["bench-printer"] == desk.printer
    with desk.site.superuser() as connection:
        verbs = connection.execute("SELECT verb FROM audit WHERE table_name = 'printer' ORDER BY id").fetchall()
    assert verbs == [("INSERT",), ("INSERT",), ("UPDATE",)]


def test_each_bench_has_the_printer_on_the_network_that_it_brought_first(desk: Desk) -> None:
    for name in ("bench1", "dock1"):
        desk.site.station(name)
    manager = Worker(desk.site.login("desk_manager"), Changes())
    manager.run(lambda unit: printing.register_printers(unit, [OTHER], station="dock1"))
    manager.run(lambda unit: printing.register_printers(unit, [PRINTER, OTHER], station="bench1"))
    found = manager.run(printing.printers)
    assert [(printer.name, printer.station) for printer in found] == [
        ("bench-printer", "bench1"),
        ("other-printer", "dock1"),
    ]


def test_a_job_that_does_not_exist_is_refused(desk: Desk) -> None:
    assert refused(desk, lambda unit: printing.cancel(unit, uuid4())) == "printing.unknown_job"
