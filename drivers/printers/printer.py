"""The role of a label printer: its condition, its identity, and what became of the labels sent to it.

Languages (ZPL and others) fill these in; a printer that says nothing is UNKNOWN, never ready.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Protocol, TypeAlias

from drivers.device import DeviceState
from drivers.transports.queues import JobEnd


class PrinterFault(StrEnum):
    """What a person has to see to before the printer goes on: stable codes, which the program gives texts to."""

    PAPER_OUT = "paper_out"
    RIBBON_OUT = "ribbon_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"
    HEAD_TOO_HOT = "head_too_hot"
    HEAD_TOO_COLD = "head_too_cold"
    CUTTER = "cutter"
    HEAD_DEFECT = "head_defect"
    CONFIGURATION_LOST = "configuration_lost"
    BUFFER_FULL = "buffer_full"
    QUEUE_CLOSED = "queue_closed"  # the operating system takes no jobs for it
    OTHER = "other"  # the printer names an error that is not in this list; see `raw`


class PrinterWarning(StrEnum):
    """What should be seen to soon; the printer still prints."""

    CALIBRATE = "calibrate"
    CLEAN_HEAD = "clean_head"
    REPLACE_HEAD = "replace_head"
    PAPER_LOW = "paper_low"


@dataclass(frozen=True)
class PrinterStatus:
    """The condition of a printer at one moment.

    `formats_in_buffer` counts label formats received and not begun, `labels_remaining` the labels still to come of
    the format being printed; `None` where the printer did not say. `raw` is what it said, for support.
    """

    state: DeviceState
    faults: tuple[PrinterFault, ...] = ()
    warnings: tuple[PrinterWarning, ...] = ()
    formats_in_buffer: int | None = None
    labels_remaining: int | None = None
    receiving: bool | None = None  # in the middle of a format
    label_to_take: bool = False  # peel-off: the next one waits until this one is taken
    raw: bytes = b""
    detail: str = ""

    @property
    def ready(self) -> bool:
        """Whether a label sent now would be printed at once, as the printer itself says."""
        return self.state is DeviceState.ONLINE

    @property
    def idle(self) -> bool:
        """Whether the printer says that nothing is left to print."""
        return self.formats_in_buffer == 0 and self.labels_remaining == 0 and self.receiving is False

    @property
    def paper_out(self) -> bool:
        """No labels left on the roll, or not detected."""
        return PrinterFault.PAPER_OUT in self.faults

    @property
    def ribbon_out(self) -> bool:
        """The ribbon ended or tore."""
        return PrinterFault.RIBBON_OUT in self.faults

    @property
    def head_open(self) -> bool:
        """The print head is not latched."""
        return PrinterFault.HEAD_OPEN in self.faults

    @property
    def paused(self) -> bool:
        """Someone pressed pause, or the program did."""
        return PrinterFault.PAUSED in self.faults

    @property
    def over_temp(self) -> bool:
        """The head cools down and goes on by itself."""
        return PrinterFault.HEAD_TOO_HOT in self.faults


@dataclass(frozen=True)
class PrinterIdentity:
    """Which printer this is; `None` is what it did not say."""

    serial: str | None
    model: str | None = None
    firmware: str | None = None
    dots_per_mm: int | None = None


class Printed(Enum):
    """What is known about the labels of a job."""

    CONFIRMED = "confirmed"  # the printer's own counter says: all of them
    PARTIAL = "partial"  # the printer is idle and its counter says: fewer
    UNKNOWN = "unknown"  # it cannot be said; a person must look


@dataclass(frozen=True)
class PrintOutcome:
    """What became of a job of labels.

    `printed` is how many labels the counter went on (also while UNKNOWN, when it could be read). A label that was
    half printed when paper, ribbon or head failed is not counted and must be destroyed.
    """

    printed_state: Printed
    printed: int | None = None
    reason: str = ""

    @property
    def safe_to_resend(self) -> bool:
        """Whether the printer is idle and printed none of it, so that sending again doubles nothing."""
        return self.printed_state is Printed.PARTIAL and self.printed == 0


StatusListener: TypeAlias = Callable[[PrinterStatus], None]


class LabelPrinter(Protocol):
    """What a spooler needs of a printer; every call blocks its thread for a bounded time."""

    def open(self) -> None:
        """Attach; raises `TransportLost` or `TransportBusy`."""
        ...

    def close(self) -> None:
        """Let go; safe to call twice."""
        ...

    def identify(self) -> PrinterIdentity:
        """Ask which printer this is."""
        ...

    def status(self) -> PrinterStatus:
        """Ask for the condition; never raises for a lost connection, that is OFFLINE."""
        ...

    def label_count(self) -> int | None:
        """Ask how many labels it has printed in its life; `None` when it does not say."""
        ...

    def send(self, data: bytes) -> None:
        """Hand a job over; raises `TransportError`, whose `written` of 0 alone means that nothing went out."""
        ...

    def handed_over(self) -> JobEnd | None:
        """What the queue of the system that it stands behind says of the last job; None where it stands behind none."""
        ...

    def clear_half_a_format(self) -> None:
        """Where it waits for the rest of a job that broke off, have it forget that; raises `TransportError`."""
        ...

    def wait_until_printed(
        self, count_before: int, labels: int, timeout_s: float, on_status: StatusListener
    ) -> PrintOutcome:
        """Watch the printer until the job is over or the time is."""
        ...

    def reconcile(self, serial: str, count_before: int, labels: int) -> PrintOutcome:
        """Find out after a crash or a lost connection what became of a job."""
        ...
