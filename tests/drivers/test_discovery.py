"""What is attached, and what comes and goes."""

import pytest

from drivers.discovery import Attached, Kind, PortsChanged, PortWatcher, attached
from drivers.simulators.hid_bus import HidBus, HidGadget
from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from tests.drivers.events import Inbox

SCALE = Attached(Kind.SERIAL, "COM7", "usb:0403:6001:A10K", "USB Serial", vid=0x0403, pid=0x6001, serial="A10K")
BUILT_IN = Attached(Kind.SERIAL, "COM1", "COM1", "Communications Port")


def found(usb: UsbBus, hid: HidBus) -> dict[str, tuple[str, str]]:
    return {one.identity: (one.role, one.protocol) for one in attached(usb=usb, hid=hid) if one.kind is not Kind.SERIAL}


def test_usb_class_and_usage_page_say_what_a_device_is() -> None:
    usb, hid = UsbBus(), HidBus()
    hid.plug(HidGadget(0x0922, 0x8003, serial="S1", usage_page=0x8D))
    hid.plug(HidGadget(0x0C2E, 0x0B61, serial="G1", usage_page=0x8C))
    hid.plug(HidGadget(0x046D, 0xC31C, serial="K1", usage_page=1, usage=6, product="Keyboard"))
    with UsbPrinterSimulator(usb, serial="A1"):
        assert found(usb, hid) == {
            "usb:0922:8003:S1": ("scale", "hid_pos"),
            "usb:0c2e:0b61:G1": ("scanner", "hid_pos"),
            "usb:0a5f:0166:A1": ("label_printer", ""),
        }


def test_where_the_system_tells_no_usage_only_known_products_are_scales() -> None:
    hid = HidBus()
    hid.plug(HidGadget(0x0922, 0x8003, serial="S1"))
    hid.plug(HidGadget(0x1234, 0x5678, serial="X1"))
    assert found(UsbBus(), hid) == {"usb:0922:8003:S1": ("scale", "hid_pos")}


def test_a_printer_that_may_not_be_opened_is_listed_and_says_so() -> None:
    usb = UsbBus()
    with UsbPrinterSimulator(usb, serial="A1") as printer:
        printer.deny()
        (one,) = [one for one in attached(usb=usb, hid=HidBus()) if one.kind is Kind.USB_PRINTER]
    assert "may not open" in one.evidence
    assert one.identity == "usb:0a5f:0166:@1-1.4"


def test_a_port_that_comes_and_goes_is_told_once() -> None:
    ports = [BUILT_IN]
    inbox = Inbox()
    watcher = PortWatcher(inbox, list_ports=lambda: list(ports))
    watcher.look()
    ports.append(SCALE)
    watcher.look()
    watcher.look()
    ports.remove(SCALE)
    watcher.look()
    assert inbox.all == [PortsChanged((SCALE,), ()), PortsChanged((), (SCALE,))]
    watcher.stop()


def test_the_watcher_goes_on_after_a_defect_of_its_listener(caplog: pytest.LogCaptureFixture) -> None:
    ports = [BUILT_IN]
    inbox = Inbox()

    def listener(change: PortsChanged) -> None:
        inbox(change)
        raise RuntimeError("a defect of the listener")

    watcher = PortWatcher(listener, every_s=0.01, list_ports=lambda: list(ports))
    watcher.start()
    ports.append(SCALE)
    assert inbox.next() == PortsChanged((SCALE,), ())
    ports.remove(SCALE)
    assert inbox.next() == PortsChanged((), (SCALE,))
    watcher.stop()
    assert "a defect of the listener" in caplog.text
