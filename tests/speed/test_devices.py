"""A scanner's numbers: how late a scan is after its last byte, and that a flood loses and doubles none.

`STOCKHAND_FLOOD_S=60` runs the whole minute of the paper; without it three seconds.
"""

import os
import statistics
import threading
import time
from collections.abc import Callable
from typing import Protocol

import psutil
import pytest

from app.devices.attachments import Buses
from app.devices.station import StationCallbacks, StationDevices
from app.domain.equipment import DeviceState, Health
from app.domain.scanning import Scan
from app.settings import DeviceSetting, HidTransport, Role, SerialTransport, UsbIdentity
from drivers.simulators.hid_bus import HidBus, HidGadget
from drivers.simulators.lines import PtyLine
from drivers.simulators.scanner import report
from drivers.transports.hid import SCANNER_PAGE
from tests.speed.conftest import Measured

pytestmark = [
    pytest.mark.speed,
    pytest.mark.skipif(os.name != "posix", reason="a serial port is a pty here"),
]
SCANS = 300
A_SECOND = 100
FLOOD_S = float(os.environ.get("STOCKHAND_FLOOD_S", "3"))
_PATIENCE_S = 20.0


class Gun(Protocol):
    """Something that sends the last byte of a code at a known moment."""

    setting: DeviceSetting
    buses: Buses

    def send(self, code: str) -> None:
        """Send a code."""
        ...

    def close(self) -> None:
        """Take it away."""
        ...


class SerialGun:
    """A scanner at a pty."""

    def __init__(self) -> None:
        self.buses = Buses()
        self._line = PtyLine()
        self._line.plug()
        self.setting = DeviceSetting("gun", Role.SCANNER, "plain", SerialTransport(self._line.url))

    def send(self, code: str) -> None:
        """Send it with identifier and CR."""
        self._line.send(f"]C0{code}\r".encode())

    def close(self) -> None:
        """Pull the cable."""
        self._line.dispose()


class HidGun:
    """A scanner at a USB port."""

    def __init__(self) -> None:
        bus = HidBus()
        self._gadget = bus.plug(HidGadget(1, 2, serial="G", usage_page=SCANNER_PAGE))
        self.buses = Buses(hid=bus)
        self.setting = DeviceSetting("gun", Role.SCANNER, "hid_pos", HidTransport(UsbIdentity(1, 2, "G")))

    def send(self, code: str) -> None:
        """Send it as one report."""
        self._gadget.report(report(b"]C0", code.encode(), more=False))

    def close(self) -> None:
        """Pull the cable."""
        self._gadget.set_plugged(on=False)


class Listener:
    """The dialog's end of the line: when each code came."""

    def __init__(self) -> None:
        self.came: list[tuple[str, float]] = []
        self._online = threading.Event()
        self._news = threading.Condition()
        self.callbacks = StationCallbacks(self._scanned, lambda _weight: None, self._changed, lambda *_: None)

    def wait_online(self) -> None:
        """Wait until the scanner is there."""
        assert self._online.wait(_PATIENCE_S)

    def wait(self, scans: int) -> None:
        """Wait until so many codes came."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.came) >= scans, _PATIENCE_S), len(self.came)

    def _scanned(self, scan: Scan) -> None:
        with self._news:
            self.came.append((scan.raw, time.perf_counter()))
            self._news.notify_all()

    def _changed(self, state: DeviceState) -> None:
        if state.health is Health.ONLINE:
            self._online.set()


@pytest.mark.parametrize("make", [SerialGun, HidGun])
def test_from_the_last_byte_to_the_stations_callback(make: Callable[[], Gun], measured: Measured) -> None:
    gun, listener = make(), Listener()
    station = StationDevices([gun.setting], listener.callbacks, buses=gun.buses)
    station.start()
    listener.wait_online()
    sent = []
    for number in range(SCANS):
        sent.append(time.perf_counter())
        gun.send(f"{number:06}")
        listener.wait(number + 1)
    station.stop()
    gun.close()
    late = sorted((came - began) * 1000 for (_, came), began in zip(listener.came, sent, strict=True))
    measured(
        {
            "bench": f"scan to callback, {make.__name__}",
            "scans": SCANS,
            "p50_ms": round(statistics.median(late), 2),
            "p99_ms": round(late[int(SCANS * 0.99)], 2),
            "worst_ms": round(late[-1], 2),
            "load": round(psutil.getloadavg()[0], 2),
        }
    )


@pytest.mark.parametrize("make", [SerialGun, HidGun])
def test_a_hundred_scans_a_second_are_all_heard_once(make: Callable[[], Gun], measured: Measured) -> None:
    gun, listener = make(), Listener()
    station = StationDevices([gun.setting], listener.callbacks, buses=gun.buses)
    station.start()
    listener.wait_online()
    pace, began = threading.Event(), time.perf_counter()
    scans = int(FLOOD_S * A_SECOND)
    sent = []
    for number in range(scans):
        pace.wait(max(0.0, began + number / A_SECOND - time.perf_counter()))
        sent.append(time.perf_counter())
        gun.send(f"{number:06}")
    took_s = time.perf_counter() - began
    listener.wait(scans)
    station.stop()
    gun.close()
    assert [code for code, _ in listener.came] == [f"{number:06}" for number in range(scans)]
    late = sorted((came - start) * 1000 for (_, came), start in zip(listener.came, sent, strict=True))
    measured(
        {
            "bench": f"flood of scans, {make.__name__}",
            "scans": scans,
            "a_second": round(scans / took_s, 1),
            "lost": 0,
            "doubled": 0,
            "p99_ms": round(late[int(scans * 0.99)], 2),
            "load": round(psutil.getloadavg()[0], 2),
        }
    )
