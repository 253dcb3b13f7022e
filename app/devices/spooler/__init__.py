"""Prints each label exactly once, or says that it cannot know: one thread for each printer that can be reached.

The states and their proofs are in `verdict`, what is written down in `journal`, the order of steps in `queue`.
"""

from collections.abc import Callable, Iterable
from uuid import uuid4

from app.devices.attachments import OWN_BUSES, Buses
from app.devices.faults import OnState
from app.devices.history import DeviceBook
from app.devices.printers import printer_at
from app.devices.spooler.journal import Journal
from app.devices.spooler.queue import OnRendered, Pages, PrinterQueue, Timing, zpl_of
from app.domain.equipment import DeviceHistory, DeviceRole, DeviceState, Health
from app.domain.errors import Refusal
from app.services import clock
from app.services.changes import Change
from app.services.printing import JOB
from app.services.work import Worker
from app.settings import PDF, DeviceSetting, Role
from drivers.transports.recording import RecordingTransport

__all__ = ["OnRendered", "Pages", "Spooler", "Timing"]


class Spooler:
    """The label printers of this machine, from `start` to `stop`.

    Args:
        worker: whose login prints: a station with somebody signed on, or the worker's own. While nobody is signed on
            nothing is printed.
        devices: the settings of this machine; printers are known to the database by their `id`.
        on_state: hears, on the printers' threads, how each printer is.
        on_rendered: hears the bytes of each label before they leave, with its content and resolution.
        timing: how long things may take.
        buses: where the printers are attached.
        pages: makes the PDF of a page; without it, pages wait.

    Jobs that moved on are published on the worker's bus as `Change("print_job", id)`.
    """

    def __init__(
        self,
        worker: Worker,
        devices: Iterable[DeviceSetting],
        *,
        on_state: OnState,
        on_rendered: OnRendered | None = None,
        timing: Timing | None = None,
        buses: Buses = OWN_BUSES,
        pages: Pages | None = None,
    ) -> None:
        self._changes = worker.changes
        self._book = DeviceBook(on_state)
        self._buses = buses
        self._devices = tuple(devices)
        self._unsupported: list[DeviceState] = []
        self._pages = pages
        self._queues: dict[str, PrinterQueue] = {}
        self._traffic: dict[str, RecordingTransport] = {}
        for device in self._devices:
            if device.role is Role.LABEL_PRINTER:
                self._add(device, worker, on_rendered, timing or Timing())
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to print what waits, after finding out what became of what was being printed."""
        for state in self._unsupported:
            self._book.tell(state)
        for queue in self._queues.values():
            queue.start()
        self._unsubscribe = self._changes.subscribe(self._hear)

    def stop(self) -> None:
        """End all threads, within seconds. A label in the printer stays SENT and is settled at the next start."""
        if self._unsubscribe:
            self._unsubscribe()
        for queue in self._queues.values():
            queue.stop()

    def wake(self) -> None:
        """Look for labels now instead of within two seconds: one was queued, or somebody signed on."""
        for queue in self._queues.values():
            queue.wake()

    def export_traffic(self) -> dict[str, str]:
        """The last 64 KB of each printer as text for support, with the station's time (UTC)."""
        return {name: recording.export(now=clock.now()) for name, recording in self._traffic.items()}

    def history(self) -> tuple[DeviceHistory, ...]:
        """What happened to each printer since the start."""
        return tuple(self._book.of(name, queue.history()) for name, queue in self._queues.items())

    def _hear(self, changes: tuple[Change, ...]) -> None:
        if any(change.kind == JOB for change in changes):
            self.wake()

    def _add(self, device: DeviceSetting, worker: Worker, on_rendered: OnRendered | None, timing: Timing) -> None:
        try:
            attached = printer_at(device, timing, neighbours=self._devices, buses=self._buses)
        except Refusal:
            self._unsupported.append(DeviceState(device.id, DeviceRole.LABEL_PRINTER, Health.FAULT, "not_supported"))
            return
        holder = f"{device.id} {uuid4().hex[:12]}"
        journal = Journal(worker, device.id, holder=holder, lease_s=timing.lease_s)
        self._traffic[device.id] = attached.recording
        self._queues[device.id] = PrinterQueue(
            attached.attach,
            journal,
            timing,
            on_state=self._book.tell,
            on_rendered=None if device.protocol == PDF else on_rendered,
            render=self._pages if device.protocol == PDF and self._pages else zpl_of,
        )
