"""Templates of stations: what they keep of a device, and what becomes of a station by one."""

import pytest

from app.devices.station_templates import (
    WAYS,
    Difference,
    applied,
    from_tables,
    to_tables,
    way_of,
    without_place,
)
from app.settings import (
    Confirmation,
    DeviceSetting,
    Flow,
    Line,
    Role,
    SpoolerTransport,
    UsbIdentity,
    UsbTransport,
    place_of,
    transport_at,
)

SCALE = DeviceSetting(
    "scale_1", Role.SCALE, "sics", transport_at("COM7", Line(4800, "7E1", Flow.NONE)), unit_default="kg", required=True
)
PRINTER = DeviceSetting("zebra", Role.LABEL_PRINTER, "zpl", transport_at("tcp:192.0.2.40:9100"), dpi=300)
SCANNER = DeviceSetting("gun", Role.SCANNER, "plain", transport_at("keyboard"))


@pytest.mark.parametrize("place", ["COM7", "com:0403:6001:A10K", "tcp:192.0.2.40:9100", "queue:labels", "keyboard"])
def test_a_template_keeps_the_way_and_the_settings_of_a_device_but_not_its_port(place: str) -> None:
    device = DeviceSetting("one", Role.SCANNER, "plain", transport_at(place, Line(4800, "7E1", Flow.NONE)))
    [kept] = from_tables(to_tables([device]))
    assert kept == without_place(device)
    assert way_of(kept) == way_of(device)
    assert place_of(kept.transport) == WAYS[way_of(device)]


def test_the_line_of_a_serial_device_is_a_setting_of_the_template() -> None:
    [kept] = from_tables(to_tables([SCALE]))
    assert (kept.transport.baud, kept.transport.format) == (4800, "7E1")  # type: ignore[union-attr]


def test_a_station_takes_the_settings_and_keeps_its_name_its_port_and_what_the_template_does_not_know() -> None:
    here = DeviceSetting("our_scale", Role.SCALE, "nci", transport_at("COM3"))
    result = applied([without_place(SCALE)], [SCANNER, here])
    scanner, scale = result.devices
    assert scanner == SCANNER
    assert (scale.id, scale.protocol, scale.required, place_of(scale.transport)) == ("our_scale", "sics", True, "COM3")
    assert set(result.differences) == {
        Difference("our_scale", "protocol", "nci", "sics"),
        Difference("our_scale", "required", "", "True"),
        Difference("our_scale", "unit_default", "", "kg"),
        Difference("our_scale", "baud", "9600", "4800"),
        Difference("our_scale", "format", "8N1", "7E1"),
    }
    assert applied([without_place(SCALE)], result.devices).differences == ()


def test_what_is_missing_here_is_named_and_not_made_up() -> None:
    result = applied([without_place(SCALE), without_place(PRINTER)], [SCANNER])
    assert result.devices == (SCANNER,)
    assert [device.id for device in result.unplaced] == ["scale_1", "zebra"]


def test_a_printer_at_a_queue_does_not_become_one_that_counts() -> None:
    queue = DeviceSetting(
        "zebra", Role.LABEL_PRINTER, "zpl", SpoolerTransport("labels"), confirm=Confirmation.SCAN_BACK
    )
    [device] = applied([without_place(PRINTER)], [queue]).devices
    assert (device.confirm, device.dpi, device.transport) == (Confirmation.SCAN_BACK, 300, SpoolerTransport("labels"))


def test_two_printers_take_each_their_own_and_the_same_name_goes_first() -> None:
    usb = DeviceSetting("zebra", Role.LABEL_PRINTER, "zpl", UsbTransport(UsbIdentity(0x0A5F, 1)))
    other = DeviceSetting("a_first", Role.LABEL_PRINTER, "zpl", transport_at("tcp:192.0.2.9:9100"))
    second = DeviceSetting("labels_large", Role.LABEL_PRINTER, "zpl", transport_at("tcp:?:1"), dpi=600)
    result = applied([second, without_place(PRINTER)], [other, usb])
    assert {device.id: device.dpi for device in result.devices} == {"a_first": 600, "zebra": 300}
