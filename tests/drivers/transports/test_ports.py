"""Which port is the device that is meant."""

import pytest

from drivers.transports.ports import PortInfo, PortMatch, find_port, serial_ports
from drivers.transports.transport import TransportLost, TransportOther

SCALE = PortInfo("COM7", "USB Serial", "USB VID:PID=0403:6001", vid=0x0403, pid=0x6001, serial="A10K")
TWIN = PortInfo("COM8", "USB Serial", "USB VID:PID=0403:6001", vid=0x0403, pid=0x6001, serial="A10L")
BUILT_IN = PortInfo("COM1", "Communications Port", "ACPI")


def test_a_device_is_found_by_its_serial_number_in_any_socket() -> None:
    assert find_port(PortMatch(0x0403, 0x6001, "A10L"), [BUILT_IN, SCALE, TWIN]) == "COM8"


def test_of_two_equal_devices_none_is_guessed() -> None:
    with pytest.raises(TransportLost, match="2 devices fit"):
        find_port(PortMatch(0x0403, 0x6001), [SCALE, TWIN])


def test_a_device_that_is_not_there_is_not_found() -> None:
    with pytest.raises(TransportLost, match="no device fits"):
        find_port(PortMatch(serial="A10K"), [BUILT_IN, TWIN])


def test_another_piece_of_the_same_product_is_named_and_not_taken() -> None:
    with pytest.raises(TransportOther, match="usb:0403:6001:A10L is plugged in instead"):
        find_port(PortMatch(0x0403, 0x6001, "A10K"), [BUILT_IN, TWIN])


def test_the_neighbouring_device_of_this_machine_is_no_replacement() -> None:
    with pytest.raises(TransportLost) as lost:
        find_port(PortMatch(0x0403, 0x6001, "A10K", not_serials=frozenset({"A10L"})), [BUILT_IN, TWIN])
    assert type(lost.value) is TransportLost


def test_adapters_without_a_serial_number_are_told_apart_by_their_socket() -> None:
    left = PortInfo("COM3", "CH340", "", vid=0x1A86, pid=0x7523, location="1-1.2")
    right = PortInfo("COM4", "CH340", "", vid=0x1A86, pid=0x7523, location="1-1.3")
    assert find_port(PortMatch(0x1A86, 0x7523, location="1-1.3"), [left, right]) == "COM4"
    assert left.identity == "usb:1a86:7523:@1-1.2"


def test_a_match_for_everything_is_refused() -> None:
    with pytest.raises(ValueError, match="must name"):
        PortMatch()


def test_the_identity_does_not_depend_on_the_socket() -> None:
    assert SCALE.identity == "usb:0403:6001:A10K"
    assert BUILT_IN.identity == "COM1"
    assert str(PortMatch(0x0403, serial="A10K")) == "usb:0403:*:A10K"


def test_the_ports_of_this_machine_can_be_listed() -> None:
    ports = serial_ports()
    assert [port.name for port in ports] == sorted(port.name for port in ports)
