"""HID devices: reports, and nothing that is older than it looks."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from drivers.simulators.hid_bus import HidBus, HidGadget
from drivers.transports.hid import SCALE_PAGE, SCANNER_PAGE, HidTransport, hid_devices, one_a_device, socket_of
from drivers.transports.ports import PortMatch
from drivers.transports.transport import TransportBusy, TransportLost, TransportOther, TransportTimeout
from tests.drivers.events import PATIENCE_S

KG_1_94 = bytes([3, 4, 3, 0xFE, 0xC2, 0])
KG_2_00 = bytes([3, 4, 3, 0xFE, 0xC8, 0])
OTHER_REPORT = bytes([4, 4])


@pytest.fixture
def bus() -> HidBus:
    return HidBus()


@pytest.fixture
def gadget(bus: HidBus) -> HidGadget:
    return bus.plug(HidGadget(0x0922, 0x8003, serial="S1", usage_page=SCALE_PAGE, usage=0x20))


@pytest.fixture
def transport(bus: HidBus, gadget: HidGadget) -> Iterator[HidTransport]:
    transport = HidTransport(PortMatch(gadget.vid, gadget.pid, "S1"), usage_page=SCALE_PAGE, api=bus)
    transport.open()
    yield transport
    transport.close()


def test_each_read_is_one_report(transport: HidTransport, gadget: HidGadget) -> None:
    gadget.report(KG_1_94, OTHER_REPORT, KG_2_00)
    assert [transport.read(timeout_s=1) for _ in range(3)] == [KG_1_94, OTHER_REPORT, KG_2_00]
    assert transport.read(timeout_s=0.02) == b""


def test_what_waited_before_the_opening_is_thrown_away(bus: HidBus, gadget: HidGadget) -> None:
    gadget.report(KG_1_94, KG_1_94)
    transport = HidTransport(PortMatch(gadget.vid, gadget.pid), api=bus)
    transport.open()
    gadget.report(KG_2_00)
    assert transport.read(timeout_s=1) == KG_2_00
    transport.close()


def test_of_a_scale_that_was_not_listened_to_only_the_newest_report_of_each_number_counts(
    bus: HidBus, gadget: HidGadget
) -> None:
    transport = HidTransport(PortMatch(gadget.vid, gadget.pid), newest_only=True, api=bus)
    transport.open()
    gadget.report(KG_1_94, OTHER_REPORT, KG_2_00, OTHER_REPORT)
    assert {transport.read(timeout_s=1), transport.read(timeout_s=1)} == {KG_2_00, OTHER_REPORT}
    assert transport.read(timeout_s=0.02) == b""
    transport.close()


def test_a_scanner_loses_no_report_of_a_long_code(bus: HidBus) -> None:
    scanner = bus.plug(HidGadget(0x0C2E, 0x0B61, usage_page=SCANNER_PAGE))
    transport = HidTransport(PortMatch(scanner.vid, scanner.pid), usage_page=SCANNER_PAGE, api=bus)
    transport.open()
    parts = [bytes([2, 1]) + bytes([number]) * 62 for number in range(40)]
    scanner.report(*parts)
    assert [transport.read(timeout_s=1) for _ in parts] == parts
    transport.close()


def test_a_report_outwards_is_sent_whole(transport: HidTransport, gadget: HidGadget) -> None:
    transport.write(b"\x02\x02", timeout_s=1)
    assert gadget.written == [b"\x02\x02"]


def test_a_pulled_cable_is_never_silence(transport: HidTransport, bus: HidBus, gadget: HidGadget) -> None:
    bus.unplug(gadget)
    with pytest.raises(TransportLost):
        transport.read(timeout_s=PATIENCE_S)
    with pytest.raises(TransportTimeout) as late:
        transport.write(b"\x02\x02", timeout_s=1)
    assert late.value.written == 0
    transport.close()
    with pytest.raises(TransportLost, match="no device fits"):
        transport.open()
    bus.plug(gadget)
    transport.open()
    gadget.report(KG_1_94)
    assert transport.read(timeout_s=1) == KG_1_94


def test_a_cable_pulled_within_a_read_ends_it(transport: HidTransport, bus: HidBus, gadget: HidGadget) -> None:
    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(transport.read, timeout_s=60)
        bus.unplug(gadget)
        with pytest.raises(TransportLost):
            blocked.result(PATIENCE_S)


def test_another_piece_of_the_same_product_asks(transport: HidTransport, bus: HidBus, gadget: HidGadget) -> None:
    bus.unplug(gadget)
    bus.plug(HidGadget(gadget.vid, gadget.pid, serial="S2", usage_page=SCALE_PAGE))
    transport.close()
    with pytest.raises(TransportOther, match="S2"):
        transport.open()


def test_a_device_that_cannot_be_opened_says_both_causes(bus: HidBus, gadget: HidGadget) -> None:
    gadget.held = True
    with pytest.raises(TransportBusy, match="udev"):
        HidTransport(PortMatch(gadget.vid, gadget.pid), api=bus).open()


def test_the_collection_of_the_wanted_usage_is_chosen(bus: HidBus) -> None:
    bus.plug(HidGadget(0x0C2E, 0x0B61, serial="X", usage_page=1, usage=6))
    scanner = bus.plug(HidGadget(0x0C2E, 0x0B61, serial="X", usage_page=SCANNER_PAGE))
    transport = HidTransport(PortMatch(0x0C2E, 0x0B61), usage_page=SCANNER_PAGE, api=bus)
    transport.open()
    scanner.report(b"\x02ab")
    assert transport.read(timeout_s=1) == b"\x02ab"
    transport.close()


def test_two_devices_without_a_number_are_told_apart_by_their_socket(bus: HidBus) -> None:
    for _ in range(2):
        bus.plug(HidGadget(0x0922, 0x8003, usage_page=SCALE_PAGE))
    first, second = one_a_device(hid_devices(bus), SCALE_PAGE)
    assert {first.location, second.location} == {"1-1", "1-2"}
    transport = HidTransport(PortMatch(0x0922, 0x8003, location="1-2"), usage_page=SCALE_PAGE, api=bus)
    transport.open()
    transport.close()
    with pytest.raises(TransportLost, match="name a serial number or a location"):
        HidTransport(PortMatch(0x0922, 0x8003), usage_page=SCALE_PAGE, api=bus).open()


@pytest.mark.parametrize(
    ("path", "socket"),
    [
        (b"1-4.2:1.0", "1-4.2"),
        (rb"\\?\hid#vid_0922&pid_8003#7&1a2b3c&0&0000#{4d1e55b2-f16f-11cf-88cb-001111000030}", "7&1a2b3c&0&0000"),
        (rb"\\?\HID#VID_0C2E&PID_0B61&MI_01#8&2f&0&0000#{4d1e55b2}", "8&2f&0&0000"),
        (b"DevSrvsID:4294969862", None),
        (b"/dev/hidraw987654", None),
    ],
)
def test_the_socket_is_read_from_the_path_as_far_as_it_tells(path: bytes, socket: str | None) -> None:
    assert socket_of(path) == socket


def test_where_the_system_tells_no_usage_the_device_is_taken_as_it_is(bus: HidBus) -> None:
    bus.plug(HidGadget(0x0922, 0x8003, serial="S1"))
    assert len(one_a_device(hid_devices(bus), SCALE_PAGE)) == 1


def test_closing_from_another_thread_ends_a_blocked_read(transport: HidTransport) -> None:
    reading = threading.Event()

    def read() -> bytes:
        reading.set()
        return transport.read(timeout_s=60)

    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(read)
        assert reading.wait(PATIENCE_S)
        transport.close()
        with pytest.raises(TransportLost, match="not open"):
            blocked.result(PATIENCE_S)


def test_the_devices_of_this_machine_can_be_listed() -> None:
    assert all(info.vid >= 0 for info in hid_devices())
