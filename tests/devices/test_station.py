"""Scanners and scales of a station: from its settings to the warehouse's nouns, through real ports."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TypeVar

import pytest

from app import settings
from app.devices.attachments import Buses
from app.devices.simulation import Kinds, Simulation
from app.devices.station import StationCallbacks, StationDevices
from app.domain.equipment import DeviceRole, DeviceState, Health, Weight
from app.domain.errors import Fault
from app.domain.scanning import Scan
from app.settings import (
    DeviceSetting,
    HidTransport,
    Role,
    SerialTransport,
    UsbIdentity,
    WedgeTransport,
)
from drivers.scales.protocols import SCALE_PROTOCOLS
from drivers.scanners.protocols import SCANNER_PROTOCOLS
from drivers.simulators.hid_bus import HidBus, HidGadget
from drivers.simulators.hosting import serve
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import HidScannerSimulator, SsiSimulator
from drivers.transports.hid import SCALE_PAGE, SCANNER_PAGE

T = TypeVar("T")
_PATIENCE_S = 15.0
KG = Decimal("1.250")


class Heard:
    """Everything that a station's devices said."""

    def __init__(self) -> None:
        self.scans: list[Scan] = []
        self.weights: list[Weight] = []
        self.states: list[DeviceState] = []
        self.misreads: list[tuple[str, str]] = []
        self._news = threading.Condition()
        self.callbacks = StationCallbacks(
            on_scan=lambda scan: self._take(self.scans, scan),
            on_weight=lambda weight: self._take(self.weights, weight),
            on_state=lambda state: self._take(self.states, state),
            on_misread=lambda device, reason: self._take(self.misreads, (device, reason)),
        )

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something was heard."""
        with self._news:
            assert self._news.wait_for(true, _PATIENCE_S), (self.states, self.scans, self.weights[-3:])

    def until_state(self, health: Health, reason: str = "") -> None:
        """Wait until a device is said to be so."""
        self.until(lambda: any((state.health, state.reason) == (health, reason) for state in self.states))

    def _take(self, heard: list[T], what: T) -> None:
        with self._news:
            heard.append(what)
            self._news.notify_all()


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        simulation.scale.settle_s = 0.2
        yield simulation


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def station(simulation: Simulation, heard: Heard) -> Iterator[StationDevices]:
    station = StationDevices(simulation.devices(), heard.callbacks)
    station.start()
    yield station
    station.stop()


def is_online(heard: Heard, role: DeviceRole) -> None:
    heard.until(lambda: any(state.role is role and state.health is Health.ONLINE for state in heard.states))


# - the scanner -


@pytest.mark.usefixtures("station")
def test_a_scan_arrives_with_its_symbology_and_an_id_of_its_own(simulation: Simulation, heard: Heard) -> None:
    is_online(heard, DeviceRole.SCANNER)
    simulation.scan("0104012345678918\x1d10L1", "gs1-128")
    simulation.scan("4012345678901", "ean-13")
    simulation.scan("4012345678901", "ean-13")
    heard.until(lambda: len(heard.scans) == 3)
    assert [(scan.raw, scan.symbology) for scan in heard.scans] == [
        ("0104012345678918\x1d10L1", "gs1-128"),
        ("4012345678901", "ean-13"),
        ("4012345678901", "ean-13"),
    ]
    assert len({scan.event_id for scan in heard.scans}) == 3
    assert all(scan.source == "bench-scanner" and 0 <= scan.age_s < 5 for scan in heard.scans)


@pytest.mark.usefixtures("station")
def test_a_scanner_that_is_plugged_in_again_goes_on_without_a_restart(simulation: Simulation, heard: Heard) -> None:
    is_online(heard, DeviceRole.SCANNER)
    simulation.unplug_scanner()
    heard.until_state(Health.OFFLINE, "unplugged")
    heard.states.clear()
    simulation.replug_scanner()
    is_online(heard, DeviceRole.SCANNER)
    simulation.scan("WH001-STO-R01")
    heard.until(lambda: [scan.raw for scan in heard.scans] == ["WH001-STO-R01"])


@pytest.mark.usefixtures("station")
def test_a_code_that_did_not_arrive_whole_asks_to_scan_again(simulation: Simulation, heard: Heard) -> None:
    is_online(heard, DeviceRole.SCANNER)
    simulation.scanner.garbage(b"]C0AB\x07C\r")
    heard.until(lambda: heard.misreads == [("bench-scanner", "garbled")])
    assert not heard.scans


# - the scale -


def test_a_parcel_is_weighed_in_exact_kilograms(simulation: Simulation, heard: Heard, station: StationDevices) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.put_on_scale(KG)
    weight = station.capture(10)
    assert (weight.device, weight.kg, weight.stable, weight.capturable) == ("bench-scale", KG, True, True)
    assert 0 <= weight.age_s < 5


def test_pounds_become_kilograms_exactly(simulation: Simulation, heard: Heard, station: StationDevices) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.scale.set_unit("lb")
    simulation.put_on_scale(Decimal("2.268"))
    assert station.capture(10).kg == Decimal("5.000") * Decimal("0.45359237")


def test_the_parcel_before_is_never_weighed_again(
    simulation: Simulation, heard: Heard, station: StationDevices
) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.put_on_scale(KG)
    station.capture(10)
    with pytest.raises(Fault) as fault:
        station.capture(0.5)
    assert fault.value.code == "devices.scale_zero_not_seen"
    simulation.take_off()
    heard.until(lambda: heard.weights[-1].kg == 0 and heard.weights[-1].stable)
    simulation.put_on_scale(2 * KG)
    assert station.capture(10).kg == 2 * KG


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("restless", "devices.scale_unstable"),
        ("nothing", "devices.scale_empty"),
        ("overload", "devices.scale_overload"),
        ("lift", "devices.scale_under_zero"),
    ],
)
def test_what_is_no_weight_is_never_taken_for_one(
    simulation: Simulation, heard: Heard, station: StationDevices, trouble: str, code: str
) -> None:
    is_online(heard, DeviceRole.SCALE)
    match trouble:
        case "restless":
            simulation.scale.restless(on=True)
            simulation.put_on_scale(KG)
        case "overload":
            simulation.scale.overload()
        case "lift":
            simulation.scale.lift()
    with pytest.raises(Fault) as fault:
        station.capture(1.0)
    assert fault.value.code == code
    assert fault.value.facts["device"] == "bench-scale"


@pytest.mark.usefixtures("station")
def test_an_overload_is_a_state_of_the_scale_and_no_weight(simulation: Simulation, heard: Heard) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.scale.overload()
    heard.until_state(Health.FAULT, "overload")
    heard.states.clear()
    simulation.take_off()
    is_online(heard, DeviceRole.SCALE)
    assert all(weight.kg < 1 for weight in heard.weights)


def test_a_scale_that_falls_silent_is_stale_and_gives_no_weight(
    simulation: Simulation, heard: Heard, station: StationDevices
) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.scale.silence(on=True)
    heard.until_state(Health.STALE, "silent")
    with pytest.raises(Fault) as fault:
        station.capture(0.3)
    assert fault.value.code == "devices.scale_stale"


def test_a_scale_that_is_plugged_in_again_weighs_again(
    simulation: Simulation, heard: Heard, station: StationDevices
) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.unplug_scale()
    heard.until_state(Health.OFFLINE, "unplugged")
    heard.states.clear()
    simulation.replug_scale()
    is_online(heard, DeviceRole.SCALE)
    simulation.put_on_scale(KG)
    assert station.capture(10).kg == KG


def test_who_waits_for_a_weight_is_released_when_the_station_stops(simulation: Simulation, heard: Heard) -> None:
    station = StationDevices(simulation.devices(), heard.callbacks)
    station.start()
    is_online(heard, DeviceRole.SCALE)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(station.capture, 60)
        station.stop()
        assert isinstance(waiting.exception(10), Fault)


def test_an_empty_scale_is_set_to_zero(simulation: Simulation, heard: Heard, station: StationDevices) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.put_on_scale(Decimal("0.020"))
    heard.until(lambda: bool(heard.weights) and heard.weights[-1].kg == Decimal("0.020"))
    station.zero()
    heard.until(lambda: heard.weights[-1].kg == 0)


def test_a_loaded_scale_refuses_to_be_zeroed_and_an_absent_one_is_away(
    simulation: Simulation, heard: Heard, station: StationDevices
) -> None:
    is_online(heard, DeviceRole.SCALE)
    simulation.put_on_scale(5 * KG)
    with pytest.raises(Fault) as refused:
        station.zero()
    simulation.unplug_scale()
    heard.until_state(Health.OFFLINE, "unplugged")
    with pytest.raises(Fault) as away:
        station.zero()
    assert (refused.value.code, away.value.code) == ("devices.refused", "devices.away")


# - every protocol -


@pytest.mark.parametrize("protocol", [name for name in settings.PROTOCOLS[Role.SCALE] if name != "hid_pos"])
def test_a_parcel_is_weighed_whatever_the_scale_speaks(heard: Heard, protocol: str) -> None:
    with Simulation(kinds=Kinds(scale=protocol)) as simulation:
        simulation.scale.settle_s = 0.1
        station = StationDevices(simulation.devices()[1:2], heard.callbacks)
        station.start()
        try:
            heard.until(lambda: any(weight.kg == 0 and weight.stable for weight in heard.weights))
            simulation.put_on_scale(Decimal("1.250"))
            weight = station.capture(8)
            with pytest.raises(Fault) as again:
                station.capture(0.5)
        finally:
            station.stop()
    assert (weight.kg, weight.stable) == (Decimal("1.250"), True)
    assert again.value.code == "devices.scale_zero_not_seen"


def test_settings_and_drivers_know_the_same_protocols() -> None:
    assert settings.PROTOCOLS[Role.SCALE] == SCALE_PROTOCOLS
    assert settings.PROTOCOLS[Role.SCANNER] == SCANNER_PROTOCOLS


# - settings -


def test_a_station_without_devices_is_fine_and_has_no_scale(heard: Heard) -> None:
    station = StationDevices((), heard.callbacks)
    station.start()
    with pytest.raises(Fault) as fault:
        station.capture(1)
    station.stop()
    assert fault.value.code == "devices.no_scale"
    assert not heard.states


@pytest.mark.parametrize(
    "device",
    [
        DeviceSetting("s", Role.SCALE, "unheard_of", SerialTransport("COM1")),
        DeviceSetting("s", Role.SCANNER, "plain", HidTransport(UsbIdentity(1, 2))),
        DeviceSetting("s", Role.SCALE, "sics", SerialTransport("COM1", format="9X9")),
        DeviceSetting("s", Role.SCALE, "pattern", SerialTransport("COM1"), pattern="(a+)+"),
        DeviceSetting("s", Role.SCALE, "toledo_8217", SerialTransport("COM1"), unit_default="stone"),
    ],
)
def test_what_this_version_cannot_drive_is_said_and_stops_nothing(heard: Heard, device: DeviceSetting) -> None:
    station = StationDevices((device,), heard.callbacks)
    station.start()
    station.stop()
    assert [(state.device, state.health, state.reason) for state in heard.states] == [
        ("s", Health.FAULT, "not_supported")
    ]


def test_a_keyboard_wedge_is_left_to_the_screens(heard: Heard) -> None:
    station = StationDevices((DeviceSetting("w", Role.SCANNER, "plain", WedgeTransport()),), heard.callbacks)
    station.start()
    station.stop()
    assert not heard.states


def test_a_device_that_is_not_there_is_away_and_looked_for(heard: Heard) -> None:
    station = StationDevices(
        (DeviceSetting("s", Role.SCANNER, "plain", SerialTransport(match=UsbIdentity(0xFFFF, 0xFFFF))),),
        heard.callbacks,
    )
    station.start()
    heard.until_state(Health.OFFLINE, "not_found")
    station.stop()


def test_what_was_said_can_be_given_to_support(simulation: Simulation, heard: Heard, station: StationDevices) -> None:
    is_online(heard, DeviceRole.SCANNER)
    is_online(heard, DeviceRole.SCALE)
    simulation.scan("HELLO")
    heard.until(lambda: bool(heard.scans))
    traffic = station.export_traffic()
    assert "HELLO" in traffic["bench-scanner"]
    assert "SIR" in traffic["bench-scale"]


def test_ten_fast_scans_arrive_in_order(simulation: Simulation, heard: Heard, station: StationDevices) -> None:
    is_online(heard, DeviceRole.SCANNER)
    for number in range(10):
        simulation.scan(f"CODE-{number}")
    heard.until(lambda: len(heard.scans) == 10)
    assert all(scan.raw == f"CODE-{number}" for number, scan in zip(itertools.count(), heard.scans, strict=False))
    assert station.scales == ("bench-scale",)


# - HID and SSI -


def test_a_parcel_is_weighed_by_a_scale_of_the_hid_class_too(heard: Heard) -> None:
    simulator = ScaleSimulator(protocol="hid_pos", settle_s=0.1)
    bus = HidBus()
    bus.plug(HidGadget(0x0922, 0x8003, usage_page=SCALE_PAGE, source=simulator))
    device = DeviceSetting("s", Role.SCALE, "hid_pos", HidTransport(UsbIdentity(0x0922, 0x8003)))
    station = StationDevices((device,), heard.callbacks, buses=Buses(hid=bus))
    station.start()
    try:
        heard.until(lambda: any(weight.kg == 0 and weight.stable for weight in heard.weights))
        simulator.place(KG)
        assert station.capture(8).kg == KG
    finally:
        station.stop()


def test_a_long_code_of_a_hid_scanner_arrives_whole(heard: Heard) -> None:
    simulator, bus = HidScannerSimulator(), HidBus()
    bus.plug(HidGadget(0x05E0, 0x1300, usage_page=SCANNER_PAGE, source=simulator))
    device = DeviceSetting("g", Role.SCANNER, "hid_pos", HidTransport(UsbIdentity(0x05E0, 0x1300)))
    station = StationDevices((device,), heard.callbacks, buses=Buses(hid=bus))
    station.start()
    try:
        is_online(heard, DeviceRole.SCANNER)
        simulator.scan("A" * 100)
        heard.until(lambda: len(heard.scans) == 1)
    finally:
        station.stop()
    assert (heard.scans[0].raw, heard.scans[0].symbology) == ("A" * 100, "code-128")


def test_a_code_that_an_ssi_scanner_repeats_is_one_scan(heard: Heard) -> None:
    simulator = SsiSimulator(repeat_after_s=0.2)
    with serve(simulator) as host:
        station = StationDevices((DeviceSetting("g", Role.SCANNER, "ssi", SerialTransport(host.url)),), heard.callbacks)
        station.start()
        try:
            is_online(heard, DeviceRole.SCANNER)
            simulator.deaf(1)
            simulator.scan("LOC-01")
            simulator.scan("LOC-02")
            heard.until(lambda: len(heard.scans) == 2)
        finally:
            station.stop()
    assert [scan.raw for scan in heard.scans] == ["LOC-01", "LOC-02"]
