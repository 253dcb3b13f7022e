"""Prints each label exactly once, or says that it cannot know: one thread for each printer that can be reached.

The states and their proofs are in `verdict`, what is written down in `journal`, the order of steps in `queue`.
"""

from collections.abc import Callable, Iterable
from uuid import uuid4

from app.devices.attachments import transport_of
from app.devices.spooler.journal import Journal
from app.devices.spooler.queue import OnRendered, OnState, PrinterQueue, Timing
from app.domain.equipment import DeviceRole, DeviceState, Health
from app.domain.errors import Refusal
from app.services.changes import Change
from app.services.printing import JOB
from app.services.work import Worker
from app.settings import DeviceSetting, Role
from drivers.printers.zpl.printer import ZplPrinter

__all__ = ["OnRendered", "Spooler", "Timing"]


class Spooler:
    """The label printers of this machine, from `start` to `stop`.

    Args:
        worker: whose login prints: a station with somebody signed on, or the worker's own. While nobody is signed on
            nothing is printed.
        devices: the settings of this machine; printers are known to the database by their `id`.
        on_state: hears, on the printers' threads, how each printer is.
        on_rendered: hears the bytes of each label before they leave, with its content and resolution.
        timing: how long things may take.

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
    ) -> None:
        self._changes = worker.changes
        self._on_state = on_state
        self._unsupported: list[DeviceState] = []
        self._queues: list[PrinterQueue] = []
        for device in devices:
            if device.role is Role.LABEL_PRINTER:
                self._add(device, worker, on_rendered, timing or Timing())
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to print what waits, after finding out what became of what was being printed."""
        for state in self._unsupported:
            self._on_state(state)
        for queue in self._queues:
            queue.start()
        self._unsubscribe = self._changes.subscribe(self._hear)

    def stop(self) -> None:
        """End all threads, within seconds. A label in the printer stays SENT and is settled at the next start."""
        if self._unsubscribe:
            self._unsubscribe()
        for queue in self._queues:
            queue.stop()

    def wake(self) -> None:
        """Look for labels now instead of within two seconds: one was queued, or somebody signed on."""
        for queue in self._queues:
            queue.wake()

    def _hear(self, changes: tuple[Change, ...]) -> None:
        if any(change.kind == JOB for change in changes):
            self.wake()

    def _add(self, device: DeviceSetting, worker: Worker, on_rendered: OnRendered | None, timing: Timing) -> None:
        try:
            transport_of(device)
        except Refusal:
            self._unsupported.append(DeviceState(device.id, DeviceRole.LABEL_PRINTER, Health.FAULT, "not_supported"))
            return

        def attach() -> ZplPrinter:
            return ZplPrinter(
                transport_of(device), answer_s=timing.answer_s, poll_s=timing.poll_s, settle_s=timing.settle_s
            )

        holder = f"{device.id} {uuid4().hex[:12]}"
        journal = Journal(worker, device.id, holder=holder, lease_s=timing.lease_s)
        self._queues.append(PrinterQueue(attach, journal, timing, on_state=self._on_state, on_rendered=on_rendered))
