"""The scanner as the program sees it: codes, misreads and states come by callback.

Knows no bytes (the protocol does) and no ports (the transport does). Keyboard wedges have no port: `wedge.py`.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from drivers.device import DataEvent, DeviceProtocol, DeviceRefused, DeviceState, ErrorEvent, Reason, StateChanged
from drivers.history import DeviceHistory
from drivers.scanners.plain import PlainScanner
from drivers.scanners.scan import Misread, Scan, ScanAgain, ScannerMessage, ScannerNote
from drivers.scanners.ssi import SsiScanner
from drivers.transports.recording import RecordingTransport, Traffic
from drivers.transports.transport import Transport
from drivers.worker import Event, Worker


class Scanner:
    """One scanner at a port.

    The callbacks are called in the scanner's own thread, with values that may be handed to any other; after `stop()`
    has returned, none is called any more. Every code is delivered, in order.

    Args:
        name: what log lines call it.
        transport: how it is attached.
        on_scan: called with each code.
        on_state: called when the scanner's health changes.
        on_misread: called when a code came that is not whole: the operator must hear "scan again".
        protocol: how it frames its codes; a plain one with suffix CR when nothing is said.
    """

    def __init__(
        self,
        name: str,
        transport: Transport,
        *,
        on_scan: Callable[[Scan], None],
        on_state: Callable[[StateChanged], None],
        on_misread: Callable[[ScanAgain], None],
        protocol: DeviceProtocol[ScannerMessage] | None = None,
    ) -> None:
        self.name = name
        self._on_scan = on_scan
        self._on_state = on_state
        self._on_misread = on_misread
        self._recording = RecordingTransport(transport)
        self._protocol: DeviceProtocol[ScannerMessage] = protocol or PlainScanner()
        self._worker: Worker[ScannerMessage] = Worker(name, self._recording, self._protocol, self._receive)

    @property
    def state(self) -> DeviceState:
        """The health as it was last reported."""
        return self._worker.state

    @property
    def reason(self) -> Reason:
        """Why it is so."""
        return self._worker.reason

    def start(self) -> None:
        """Look for the scanner and keep listening to it."""
        self._worker.start()

    def stop(self) -> bool:
        """Let go of the scanner; returns whether its thread ended within two seconds."""
        return self._worker.stop()

    def wake(self) -> None:
        """Look for the scanner now: something was plugged in."""
        self._worker.wake()

    def check_health(self) -> "Future[ScannerNote]":
        """Ask for its revision, which changes nothing; `DeviceRefused` of a scanner that does not listen."""
        if isinstance(self._protocol, SsiScanner):
            return self._worker.submit(self._protocol.identify())
        future: Future[ScannerNote] = Future()
        future.set_exception(DeviceRefused("not_supported"))
        return future

    def history(self) -> DeviceHistory:
        """Counters since the start, and the last changes of its state."""
        return self._worker.history()

    def recorded(self) -> tuple[Traffic, ...]:
        """Return the last 64 KB of traffic."""
        return self._recording.recorded()

    def export_traffic(self, *, now: datetime | None = None) -> str:
        """Return the last 64 KB of traffic as text for support; with `now`, the aware present, by its clock."""
        return self._recording.export(now=now)

    def _receive(self, event: Event[ScannerMessage]) -> None:
        match event:
            case DataEvent(value=Scan() as scan):
                self._on_scan(scan)
            case DataEvent():
                pass  # notes end in the Future of the command that they answer
            case StateChanged():
                self._on_state(event)
            case ErrorEvent(reason=reason, raw=raw, monotonic=monotonic):
                self._on_misread(ScanAgain(Misread(reason), raw, monotonic))
