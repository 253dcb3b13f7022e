"""HID scales and scanners at a station: found, lost, found again, and never mistaken for another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from app.devices.attachments import Buses
from app.devices.station import StationDevices
from app.domain.equipment import Health
from app.settings import DeviceSetting, HidTransport, Role, UsbIdentity
from drivers.simulators.hid_bus import HidBus, HidGadget
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import HidScannerSimulator
from drivers.transports.hid import SCALE_PAGE, SCANNER_PAGE
from tests.devices.test_station import Heard

KG_1_94 = bytes.fromhex("030403FEC200")

SCALE = DeviceSetting("scale", Role.SCALE, "hid_pos", HidTransport(UsbIdentity(0x0922, 0x8003, "S1")))
SCANNER = DeviceSetting("gun", Role.SCANNER, "hid_pos", HidTransport(UsbIdentity(0x0C2E, 0x0B61, "G1")))
LONG_CODE = "0104012345678918" + "10" + "A" * 20 + "\x1d" + "21" + "B" * 20 + "\x1d" + "3103001250"


@pytest.fixture
def bus() -> HidBus:
    return HidBus()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def on_scale() -> ScaleSimulator:
    return ScaleSimulator(protocol="hid_pos", settle_s=0.1)


@pytest.fixture
def scale(bus: HidBus, on_scale: ScaleSimulator) -> HidGadget:
    return bus.plug(HidGadget(0x0922, 0x8003, serial="S1", usage_page=SCALE_PAGE, source=on_scale))


@contextmanager
def station(heard: Heard, bus: HidBus, *devices: DeviceSetting) -> Iterator[StationDevices]:
    station = StationDevices(devices, heard.callbacks, buses=Buses(hid=bus))
    station.start()
    try:
        yield station
    finally:
        station.stop()


def soon(heard: Heard, health: Health, reason: str = "") -> Callable[[], None]:
    heard.states.clear()
    return lambda: heard.until_state(health, reason)


@pytest.mark.usefixtures("scale")
def test_a_parcel_is_weighed_on_a_usb_scale(bus: HidBus, heard: Heard, on_scale: ScaleSimulator) -> None:
    with station(heard, bus, SCALE) as devices:
        heard.until_state(Health.ONLINE)
        on_scale.place(Decimal("1.250"))
        weight = devices.capture(10)
        (history,) = devices.history()
    assert weight.kg == Decimal("1.250")
    assert (history.device, history.opened, history.lost) == ("scale", 1, 0)
    assert history.messages > 0
    assert history.last_bytes


def test_a_usb_scale_is_pulled_and_plugged_in_again_without_a_restart(
    bus: HidBus, heard: Heard, scale: HidGadget
) -> None:
    with station(heard, bus, SCALE) as devices:
        heard.until_state(Health.ONLINE)
        lost = soon(heard, Health.OFFLINE, "unplugged")
        bus.unplug(scale)
        lost()
        back = soon(heard, Health.ONLINE)
        bus.plug(scale)
        back()
        (history,) = devices.history()
    assert (history.opened, history.lost, history.reconnects) == (2, 1, 1)
    assert [change.health for change in history.changes][-3:] == [Health.OFFLINE, Health.UNKNOWN, Health.ONLINE]


def test_another_usb_scale_in_its_place_is_not_weighed_with(bus: HidBus, heard: Heard, scale: HidGadget) -> None:
    with station(heard, bus, SCALE):
        heard.until_state(Health.ONLINE)
        other = HidGadget(scale.vid, scale.pid, serial="S2", usage_page=SCALE_PAGE)
        told = soon(heard, Health.FAULT, "other_device")
        bus.unplug(scale)
        bus.plug(other)
        told()
        other.report(KG_1_94)
        bus.unplug(other)
        back = soon(heard, Health.ONLINE)
        bus.plug(scale)
        back()
    assert Decimal("1.94") not in {weight.kg for weight in heard.weights}


def test_the_twin_of_the_next_bench_setting_is_no_replacement(bus: HidBus, heard: Heard, scale: HidGadget) -> None:
    twin = DeviceSetting("scale-2", Role.SCALE, "hid_pos", HidTransport(UsbIdentity(scale.vid, scale.pid, "S2")))
    bus.plug(HidGadget(scale.vid, scale.pid, serial="S2", usage_page=SCALE_PAGE, source=ScaleSimulator()))
    bus.unplug(scale)
    with station(heard, bus, SCALE, twin):
        heard.until(lambda: any(state.device == "scale" and state.reason for state in heard.states))
    assert [state.reason for state in heard.states if state.device == "scale" and state.reason] == ["not_found"]


def test_a_long_code_of_a_usb_scanner_arrives_whole(bus: HidBus, heard: Heard) -> None:
    gun = HidScannerSimulator()
    bus.plug(HidGadget(0x0C2E, 0x0B61, serial="G1", usage_page=SCANNER_PAGE, source=gun))
    with station(heard, bus, SCANNER):
        heard.until_state(Health.ONLINE)
        gun.scan(LONG_CODE, "]C1")
        gun.scan("WH001-STO-R01")
        heard.until(lambda: len(heard.scans) == 2)
    assert [(scan.raw, scan.symbology) for scan in heard.scans] == [
        (LONG_CODE, "gs1-128"),
        ("WH001-STO-R01", "code-128"),
    ]


def test_a_usb_scanner_that_is_absent_at_the_start_appears_later(bus: HidBus, heard: Heard) -> None:
    with station(heard, bus, SCANNER):
        heard.until_state(Health.OFFLINE, "not_found")
        bus.plug(HidGadget(0x0C2E, 0x0B61, serial="G1", usage_page=SCANNER_PAGE))
        heard.until_state(Health.ONLINE)
