"""Finding devices: what was plugged in, and what stands behind a port, on positive evidence only.

Order of evidence (DEVICES 5): the stored USB identity (`transports/ports.py`); listening; a question that changes
nothing, and only at ports that somebody named: asking an unknown device may print, move or reset something.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from drivers.device import BadFrame
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightReading
from drivers.scales.sics import Sics
from drivers.transports.ports import PortInfo, serial_ports
from drivers.transports.transport import Transport

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PortsChanged:
    """Ports that came and went since the last look."""

    added: tuple[PortInfo, ...]
    removed: tuple[PortInfo, ...]


class PortWatcher:
    """Looks at the list of serial ports every two seconds, which works on every system, and tells what changed.

    `on_change` is called in the watcher's thread; the program calls `wake()` of its devices from it.
    """

    def __init__(
        self,
        on_change: Callable[[PortsChanged], None],
        *,
        every_s: float = 2.0,
        list_ports: Callable[[], list[PortInfo]] = serial_ports,
    ) -> None:
        self._on_change = on_change
        self._every_s = every_s
        self._list_ports = list_ports
        self._known = frozenset(list_ports())
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="serial port watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch; the ports of the construction are known already."""
        self._thread.start()

    def stop(self) -> None:
        """End the watch; `on_change` is not called any more afterwards."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Compare once; usually the watcher's own thread does it."""
        found = frozenset(self._list_ports())
        added, removed = found - self._known, self._known - found
        self._known = found
        if added or removed:
            self._on_change(PortsChanged(_by_name(added), _by_name(removed)))

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self.look()
            except Exception:  # noqa: BLE001 - a defect of the listener must not end the watch
                _log.exception("looking for serial ports failed")


def _by_name(ports: Iterable[PortInfo]) -> tuple[PortInfo, ...]:
    return tuple(sorted(ports, key=lambda port: port.name))


def hear_scale(transport: Transport, *, listen_s: float = 1.5) -> WeightReading | None:
    """Listen without asking: return the first weight of a scale that sends by itself, or `None`.

    The transport must be open; raises its errors.
    """
    for message in _messages(transport, listen_s):
        if isinstance(message, WeightReading) and message.value is not None:
            return message
    return None


def ask_sics(transport: Transport, *, wait_s: float = 1.0) -> str | None:
    """Ask for the serial number in MT-SICS (`I4`, changes nothing): return it, or `None` when nobody answers so.

    Only for ports that somebody named. The transport must be open; raises its errors.
    """
    transport.write(Sics().identify().request, timeout_s=wait_s)
    for message in _messages(transport, wait_s):
        if isinstance(message, ScaleAnswer) and message.command == "I4" and message.status == "A":
            return message.text
    return None


def _messages(transport: Transport, wait_s: float) -> Iterator[ScaleMessage]:
    """Yield what is understood as MT-SICS within `wait_s` seconds."""
    protocol = Sics()
    deadline = time.monotonic() + wait_s
    while (left := deadline - time.monotonic()) > 0:
        for frame in protocol.framer.feed(transport.read(timeout_s=left)):
            try:
                yield protocol.decode(frame, time.monotonic())
            except BadFrame:
                continue
