"""A bench that prints: a real database, real TCP, a simulated printer, and everything that was said about them."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

from app.devices.attachments import OWN_BUSES, Buses
from app.devices.spooler import OnRendered, Pages, Spooler, Timing
from app.domain.equipment import DeviceState, Health
from app.domain.labels import LabelContent
from app.domain.printing import PrintState
from app.services import printing
from app.services.changes import Change, Changes
from app.services.printing import PrintJob
from app.services.work import UnitOfWork, Worker
from app.settings import (
    Confirmation,
    DeviceSetting,
    Flow,
    Role,
    SerialTransport,
    SpoolerTransport,
    TcpTransport,
    UsbIdentity,
    UsbTransport,
)
from drivers.simulators.printer import PrinterSimulator
from tests.support import Site

PRINTER = "bench-printer"
FAST = Timing(
    lease_s=4,
    idle_s=0.1,
    retry_s=0.1,
    give_up_s=1.0,
    silent_s=1.0,
    stuck_s=3.0,
    answer_s=0.3,
    poll_s=0.05,
    settle_s=0.3,
    queue_s=0.5,
)
_PATIENCE_S = 20.0


def printer_at(port: int, *, name: str = PRINTER, confirm: Confirmation = Confirmation.ODOMETER) -> DeviceSetting:
    """The settings of a printer on loopback."""
    return DeviceSetting(name, Role.LABEL_PRINTER, "zpl", TcpTransport("127.0.0.1", port), confirm=confirm)


def usb_printer(serial: str, *, vid: int = 0x0A5F, pid: int = 0x0166) -> DeviceSetting:
    """The settings of a USB printer."""
    return DeviceSetting(PRINTER, Role.LABEL_PRINTER, "zpl", UsbTransport(UsbIdentity(vid, pid, serial)))


def serial_printer(port: str) -> DeviceSetting:
    """The settings of a printer at a serial port, as they come from Zebra: XON/XOFF."""
    return DeviceSetting(PRINTER, Role.LABEL_PRINTER, "zpl", SerialTransport(port, flow=Flow.XON_XOFF))


def queue_printer(queue: str) -> DeviceSetting:
    """The settings of a printer behind a queue of the operating system."""
    transport = SpoolerTransport(queue)
    return DeviceSetting(PRINTER, Role.LABEL_PRINTER, "zpl", transport, confirm=Confirmation.SCAN_BACK)


def page_printer(queue: str) -> DeviceSetting:
    """The settings of a printer of pages behind a queue of the operating system."""
    return DeviceSetting(PRINTER, Role.LABEL_PRINTER, "pdf", SpoolerTransport(queue))


class Bench:
    """What the tests of the spooler do and see."""

    def __init__(self, site: Site, device: DeviceSetting) -> None:
        self.site = site
        self.device = device
        self.changes = Changes()
        self.worker = Worker(site.login("worker_1", pool_size=6), self.changes)
        self.states: list[DeviceState] = []
        self.history: list[Change] = []
        self._news = threading.Condition()
        self.changes.subscribe(self._hear)
        self.printer = self.register(device)

    @property
    def port(self) -> int:
        """The TCP port of the printer."""
        assert isinstance(self.device.transport, TcpTransport)
        return self.device.transport.port

    def register(self, device: DeviceSetting) -> UUID:
        """Make a printer known, as a manager does."""
        manager = Worker(self.site.login("desk_manager"), Changes())
        return manager.run(lambda unit: printing.register_printers(unit, [device]))[device.id]

    def queue(self, uid: str | None = None, *, copies: int = 1, printer: UUID | None = None, **fields: str) -> UUID:
        """Want a bin label printed."""
        uid = uid or f"LABEL-{uuid4().hex[:8]}"
        content = LabelContent("bin", uid, {"address": uid, "name": "R01", **fields}, copies)
        return self.worker.run(
            lambda unit: printing.queue_label(
                unit, content, printer=printer or self.printer, warehouse=self.site.warehouse
            )
        )

    def job(self, job: UUID) -> PrintJob:
        """How a job is."""

        def read(unit: UnitOfWork) -> PrintJob:
            found = [found for found in printing.doubtful_jobs(unit) if found.id == job]
            return found[0] if found else printing.look_at(unit, job)

        return self.worker.run(read)

    @contextlib.contextmanager
    def spooling(
        self,
        *,
        on_rendered: OnRendered | None = None,
        timing: Timing = FAST,
        buses: Buses = OWN_BUSES,
        pages: Pages | None = None,
    ) -> Iterator[Spooler]:
        """Print, until the end of the block."""
        spooler = Spooler(
            self.worker,
            [self.device],
            on_state=self._hear_state,
            on_rendered=on_rendered,
            timing=timing,
            buses=buses,
            pages=pages,
        )
        spooler.start()
        try:
            yield spooler
        finally:
            spooler.stop()

    def until(self, job: UUID, state: PrintState) -> PrintJob:
        """Wait until a job is in a state; fails, saying how it is instead, after twenty seconds."""
        deadline = time.monotonic() + _PATIENCE_S
        while (found := self.job(job)).state is not state:
            assert time.monotonic() < deadline, f"{found.state} ({found.detail}), not {state}"
            with self._news:
                self._news.wait(0.2)
        return found

    def until_path(self, job: UUID, path: list[str]) -> None:
        """Wait until a job went through these states, and no others."""
        deadline = time.monotonic() + _PATIENCE_S
        while (found := self.path(job)) != path:
            assert time.monotonic() < deadline, found
            with self._news:
                self._news.wait(0.1)

    def until_health(self, health: Health, reason: str = "") -> None:
        """Wait until the printer is said to be so."""
        with self._news:
            said = self._news.wait_for(
                lambda: any((state.health, state.reason) == (health, reason) for state in self.states), _PATIENCE_S
            )
        assert said, self.states

    def path(self, job: UUID) -> list[str]:
        """The states a job went through."""
        with self.site.superuser() as connection:
            rows = connection.execute(
                "SELECT state FROM print_job_history WHERE print_job_id = %s ORDER BY id", [job]
            ).fetchall()
        return [str(state) for (state,) in rows]

    def _hear(self, changes: tuple[Change, ...]) -> None:
        with self._news:
            self.history += changes
            self._news.notify_all()

    def _hear_state(self, state: DeviceState) -> None:
        with self._news:
            self.states.append(state)
            self._news.notify_all()


def just_before_the_first_byte(happens: Callable[[], None]) -> OnRendered:
    """Let something happen once, after the printer was found ready and before anything is sent."""
    left = [happens]

    def rendered(_zpl: bytes, _content: object, _dpi: int) -> None:
        if left:
            left.pop()()

    return rendered


@contextlib.contextmanager
def crashing(bench: "Bench", place: str, moment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another program that prints on the bench's printer, until it dies; `place` as in `crashing.py`."""
    url = bench.site.template.login("worker_1", bench.site.url)
    program = [sys.executable, "-m", "tests.devices.spooler.crashing", url, place, moment]
    with subprocess.Popen(program) as process:
        try:
            yield process
        finally:
            process.kill()


def looked_at_again(printer: PrinterSimulator) -> None:
    """Wait until the spooler has said so much that, would it print, some of the label's bytes were among it."""
    before_a_label = b'~HS~HQES! U1 getvar "odometer.total_label_count"'
    assert printer.wait_for_bytes(printer.received + 2 * len(before_a_label), 10)


@contextlib.contextmanager
def bench_with_printer(site: Site, **printer: object) -> Iterator[tuple[Bench, PrinterSimulator]]:
    """A bench and its printer, switched on."""
    with PrinterSimulator(**printer) as simulator:
        yield Bench(site, printer_at(simulator.port)), simulator
