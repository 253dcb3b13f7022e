"""Which port is the device that is meant."""

import pytest

from drivers.transports.ports import PortInfo, PortMatch, find_port, serial_ports

SCALE = PortInfo("COM7", "USB Serial", "USB VID:PID=0403:6001", vid=0x0403, pid=0x6001, serial="A10K")
TWIN = PortInfo("COM8", "USB Serial", "USB VID:PID=0403:6001", vid=0x0403, pid=0x6001, serial="A10L")
BUILT_IN = PortInfo("COM1", "Communications Port", "ACPI")


def test_a_device_is_found_by_its_serial_number_in_any_socket() -> None:
    assert find_port(PortMatch(0x0403, 0x6001, "A10L"), [BUILT_IN, SCALE, TWIN]) == "COM8"


def test_of_two_equal_devices_none_is_guessed() -> None:
    assert find_port(PortMatch(0x0403, 0x6001), [SCALE, TWIN]) is None


def test_a_device_that_is_not_there_is_not_found() -> None:
    assert find_port(PortMatch(serial="A10K"), [BUILT_IN, TWIN]) is None


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
