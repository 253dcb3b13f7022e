"""HID devices in process, in place of the module `hid` of hidapi: reports queue up, cables are pulled.

    bus = HidBus()
    scale = bus.plug(HidGadget(0x0922, 0x8003, usage_page=0x8D))
    transport = HidTransport(PortMatch(0x0922, 0x8003), api=bus)
    scale.report(bytes([3, 4, 12, 0xFE, 0xFE, 1]))

Only this process can see them. A simulated device that talks (`SimulatedDevice`) may stand behind a gadget: what it
says at one moment is one report, and what the driver writes is heard by it.
"""

import errno
import threading
import time
from collections import deque
from typing import Any, Protocol

_KEPT = 64  # reports that a system keeps for a reader who does not come [K]; older ones are lost
_TURN_S = 0.002


class Source(Protocol):
    """A simulated device behind a gadget, as `hosting.SimulatedDevice`."""

    def receive(self, data: bytes, now: float) -> None:
        """Hear a report of the driver."""
        ...

    def say(self, now: float) -> bytes:
        """Return the report that is due; empty when none is."""
        ...


class HidGadget:
    """One device: who it is, and the reports that wait for a reader."""

    def __init__(
        self,
        vid: int,
        pid: int,
        *,
        serial: str = "",
        usage_page: int = 0,
        usage: int = 0,
        product: str = "Simulated HID device",
        source: Source | None = None,
    ) -> None:
        self.vid = vid
        self.pid = pid
        self.serial = serial
        self.usage_page = usage_page
        self.usage = usage
        self.product = product
        self.written: list[bytes] = []
        self.held = False
        self._source = source
        self._waiting: deque[bytes] = deque(maxlen=_KEPT)
        self._changed = threading.Condition()
        self._plugs = 0
        self._silences = 0
        self.plugged = False

    @property
    def plugs(self) -> int:
        """How often it was plugged in; a handle is good for one of them."""
        return self._plugs

    def report(self, *reports: bytes) -> None:
        """Send reports, each with its number first."""
        with self._changed:
            self._waiting.extend(reports)
            self._changed.notify_all()

    def set_plugged(self, *, on: bool) -> None:
        """Plug it in or pull it; what waited is gone."""
        with self._changed:
            self._plugs += on
            self.plugged = on
            self._waiting.clear()
            self._changed.notify_all()

    def hear(self, data: bytes) -> None:
        """Take a report of the driver."""
        self.written.append(data)
        if self._source:
            self._source.receive(data, time.monotonic())

    def wait_until_heard(self, timeout_s: float) -> bool:
        """Whether, within this time, somebody asked for more than there was: so all that was said has been taken."""
        with self._changed:
            before = self._silences
            return self._changed.wait_for(lambda: self._silences > before, timeout_s)

    def next_report(self, plug: int, timeout_s: float) -> bytes:
        """The oldest report that waits, `b""` when none comes in time; an `OSError` when it is not plugged in."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                if not self.plugged or plug != self._plugs:
                    raise OSError(errno.EIO, "read error")
                if self._source and (said := self._source.say(time.monotonic())):
                    self._waiting.append(said)
                if self._waiting:
                    return self._waiting.popleft()
                if (left := deadline - time.monotonic()) <= 0:
                    self._silences += 1
                    self._changed.notify_all()
                    return b""
                self._changed.wait(min(left, _TURN_S) if self._source else left)


class HidBus:
    """What the module `hid` offers: `enumerate` and `device`."""

    def __init__(self) -> None:
        self._gadgets: list[HidGadget] = []

    def plug(self, gadget: HidGadget) -> HidGadget:
        """Make a device appear."""
        if gadget not in self._gadgets:
            self._gadgets.append(gadget)
        gadget.set_plugged(on=True)
        return gadget

    def unplug(self, gadget: HidGadget) -> None:
        """Pull its cable."""
        gadget.set_plugged(on=False)

    def enumerate(self) -> list[dict[str, Any]]:
        """What is attached, as hidapi says it."""
        return [
            {
                "path": f"1-{number + 1}:1.0".encode(),
                "vendor_id": gadget.vid,
                "product_id": gadget.pid,
                "serial_number": gadget.serial,
                "release_number": 0x0100,
                "manufacturer_string": "Stockhand",
                "product_string": gadget.product,
                "usage_page": gadget.usage_page,
                "usage": gadget.usage,
                "interface_number": 0,
            }
            for number, gadget in enumerate(self._gadgets)
            if gadget.plugged
        ]

    def device(self) -> "_Handle":
        """A handle, not yet open."""
        return _Handle(self._gadgets)


class HidHosting:
    """A simulated device on a HID bus, until `close`: what `Hosting` is at a port."""

    def __init__(self, bus: HidBus, gadget: HidGadget) -> None:
        self._bus = bus
        self._gadget = gadget
        self.replug()

    @property
    def url(self) -> str:
        """How the settings name it."""
        return f"hid:{self._gadget.vid:04x}:{self._gadget.pid:04x}:{self._gadget.serial}"

    def unplug(self) -> None:
        """Pull the cable."""
        self._bus.unplug(self._gadget)

    def replug(self) -> None:
        """Plug it in again."""
        self._bus.plug(self._gadget)

    def close(self) -> None:
        """Take the device away."""
        self.unplug()


SCALE_IDS, SCANNER_IDS = (0x0922, 0x8003), (0x05E0, 0x1300)


def scale_gadget(source: Source, serial: str = "SIM0001") -> HidGadget:
    """A scale of the usage page 0x8D that `source` speaks for."""
    return HidGadget(*SCALE_IDS, serial=serial, usage_page=0x8D, usage=0x20, product="Simulated scale", source=source)


def scanner_gadget(source: Source, serial: str = "SIM0002") -> HidGadget:
    """A scanner of the usage page 0x8C that `source` speaks for."""
    return HidGadget(*SCANNER_IDS, serial=serial, usage_page=0x8C, usage=2, product="Simulated scanner", source=source)


class _Handle:
    """One opening of a device, with hidapi's habits: no report is an empty list, a device that went is an OSError."""

    def __init__(self, gadgets: list[HidGadget]) -> None:
        self._gadgets = gadgets
        self._gadget: HidGadget | None = None
        self._plug = 0
        self._blocking = True

    def open_path(self, path: bytes) -> None:
        """Open, unless it is gone or held by another program."""
        gadget = self._gadgets[int(path.decode().removeprefix("1-").partition(":")[0]) - 1]
        if not gadget.plugged or gadget.held:
            raise OSError("open failed")
        self._gadget, self._plug = gadget, gadget.plugs

    def close(self) -> None:
        """Let go."""
        self._gadget = None

    def set_nonblocking(self, on: int) -> int:
        """Whether a read without a timeout returns at once."""
        self._blocking = not on
        return 0

    def read(self, max_length: int, timeout_ms: int = 0) -> list[int]:
        """The next report, cut to `max_length` bytes."""
        timeout_s = timeout_ms / 1000 if timeout_ms else 3600.0 if self._blocking else 0.0
        return list(self._opened.next_report(self._plug, timeout_s)[:max_length])

    def write(self, data: bytes) -> int:
        """Send a report; -1 when the device is gone."""
        gadget = self._opened
        if not gadget.plugged or self._plug != gadget.plugs:
            return -1
        gadget.hear(bytes(data))
        return len(data)

    @property
    def _opened(self) -> HidGadget:
        if self._gadget is None:
            raise ValueError("not open")
        return self._gadget
