"""From a label printer in the settings to its driver: what can answer is asked, a queue of the system never is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from app.devices.attachments import OWN_BUSES, Buses, transport_of
from app.settings import PDF, DeviceSetting
from drivers.printers.one_way import QueuePrinter
from drivers.printers.printer import LabelPrinter
from drivers.printers.zpl.printer import ZplPrinter
from drivers.transports.queues import QueueStatus
from drivers.transports.recording import RecordingTransport
from drivers.transports.spooler import SpoolerTransport
from drivers.transports.usb_printer import UsbPrinterTransport


class PrinterTiming(Protocol):
    """How long a printer may take, in seconds; see `spooler.Timing`."""

    @property
    def answer_s(self) -> float:
        """For an answer."""
        ...

    @property
    def poll_s(self) -> float:
        """Between two looks while it prints."""
        ...

    @property
    def settle_s(self) -> float:
        """Idle before a job that is short counts as over."""
        ...


@dataclass(frozen=True, slots=True)
class AttachedPrinter:
    """How to connect to a printer anew, and the record of what was said over all its connections."""

    attach: Callable[[], LabelPrinter]
    recording: RecordingTransport


def printer_at(
    device: DeviceSetting,
    timing: PrinterTiming,
    *,
    neighbours: Iterable[DeviceSetting] = (),
    buses: Buses = OWN_BUSES,
) -> AttachedPrinter:
    """The driver of a printer, not yet open. Refuses `devices.not_supported` as `transport_of` does."""
    transport = transport_of(device, neighbours=neighbours, buses=buses)
    recording = RecordingTransport(transport)

    def attach() -> LabelPrinter:
        if device.protocol == PDF and not isinstance(transport, SpoolerTransport):
            return QueuePrinter(recording, QueueStatus)
        if isinstance(transport, SpoolerTransport):
            return QueuePrinter(recording, transport.status, job_end=transport.job_end)
        return ZplPrinter(
            recording,
            answer_s=timing.answer_s,
            poll_s=timing.poll_s,
            settle_s=timing.settle_s,
            port_status=transport.port_status if isinstance(transport, UsbPrinterTransport) else None,
        )

    return AttachedPrinter(attach, recording)
