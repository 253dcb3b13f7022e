"""A USB bus below pyusb, in process: printers can be plugged, pulled, held by somebody else, and exchanged.

    bus = UsbBus()
    with UsbPrinterSimulator(bus, serial="A1") as printer:
        transport = UsbPrinterTransport(PortMatch(printer.vid, printer.pid, "A1"), backend=bus)

pyusb itself runs above it: no code of the driver is patched. Only this process can see the bus; for another program
put the printer at a TCP port (`printer.py`).
"""

import array
import errno
import itertools
import struct
import threading
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import usb.backend
import usb.core

from drivers.simulators.zpl_machine import HostLine, ZplMachine

_LANGUAGE = 0x0409
_PACKET = 64
_BULK = 0x02
_TURN_S = 0.005
_GET_DESCRIPTOR, _STRING = 0x06, 0x03


class UsbPrinterSimulator(ZplMachine):
    """A ZPL printer with a USB port; `what` is what a `ZplMachine` takes.

    Args:
        bus: where it is plugged in by `start`.
        vid, pid: its vendor and product.
        endpoints: the addresses of bulk OUT and bulk IN; real printers differ in them.
        one_way_first: whether alternate setting 0 cannot answer and 1 can, as on many printers.
        kernel_driver: whether the system's own printer driver takes hold of it when it is plugged in.
    """

    def __init__(
        self,
        bus: "UsbBus",
        *,
        vid: int = 0x0A5F,
        pid: int = 0x0166,
        endpoints: tuple[int, int] = (0x02, 0x81),
        one_way_first: bool = False,
        kernel_driver: bool = True,
        **what: Any,  # noqa: ANN401 - as the machine declares them
    ) -> None:
        super().__init__(**what)
        self.vid = vid
        self.pid = pid
        self.endpoints = endpoints
        self.settings = ((1, endpoints[:1]), (2, endpoints)) if one_way_first else ((2, endpoints),)
        self.has_kernel_driver = kernel_driver
        self.held = False
        self.denied = False
        self.tells_port_status = True
        self.on_cut = self._cut
        self._bus = bus
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Plug it in and switch it on."""
        self._bus.plug(self)
        self._thread = threading.Thread(target=self._run, name=f"simulated USB printer {self.serial}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take it away for good."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
        self._bus.unplug(self)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # - what can happen to it, besides what happens to every printer -

    def unplug(self) -> None:
        """Pull its cable; it stays switched on and keeps its buffer."""
        self._bus.unplug(self)

    def replug(self) -> None:
        """Plug it in again, under another address of the bus."""
        self._bus.plug(self)

    def hold(self, *, on: bool = True) -> None:
        """Let another program claim it."""
        self.held = on

    def deny(self, *, on: bool = True) -> None:
        """Let this account not open it."""
        self.denied = on

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """Everything that can happen, by the word for it in a fault script."""
        return {
            **super().actions(),
            "unplug": self.unplug,
            "replug": self.replug,
            "hold": lambda word="on": self.hold(on=word == "on"),
            "deny": lambda word="on": self.deny(on=word == "on"),
        }

    # - what the bus asks -

    def strings(self) -> tuple[str, ...]:
        """Maker, product and serial number, as descriptors 1 to 3 tell them."""
        return ("Zebra Technologies", self.model, self.serial)

    def device_id(self) -> bytes:
        """What it says it is, in the words of IEEE 1284."""
        text = f"MANUFACTURER:Zebra Technologies;COMMAND SET:ZPL;MODEL:{self.model};CLASS:PRINTER;SN:{self.serial};"
        return struct.pack(">H", len(text) + 2) + text.encode()

    def port_status(self) -> bytes:
        """One byte: paper empty, selected, no error."""
        with self._changed:
            faulty = self._paper_out or self._ribbon_out or self._head_open
            return bytes([(0x20 if self._paper_out else 0) | 0x10 | (0 if faulty else 0x08)])

    def _run(self) -> None:
        while not self._stopping.wait(_TURN_S):
            self.turn(time.monotonic())

    def _cut(self, host: HostLine | None) -> None:
        """The cable is pulled, or it is switched off and on: the bus forgets it, and finds it anew when it is on."""
        self._bus.unplug(self)
        if host is None:
            self._bus.plug(self)


class _Attachment:
    """A printer at one address of the bus, from being plugged in to being pulled."""

    def __init__(self, printer: UsbPrinterSimulator, address: int) -> None:
        self.printer = printer
        self.address = address
        self.plugged = True
        self.kernel_driver = printer.has_kernel_driver
        self.setting = 0
        self.claimed_by: _Handle | None = None
        self.host = HostLine()


class _Handle:
    """One opening of a device by one program."""

    def __init__(self, attachment: _Attachment) -> None:
        self.attachment = attachment


class UsbBus(usb.backend.IBackend):  # type: ignore[misc]  # pyusb is untyped
    """The backend that pyusb asks for devices."""

    def __init__(self) -> None:
        super().__init__()
        self._addresses = itertools.count(1)
        self._attached: dict[UsbPrinterSimulator, _Attachment] = {}
        self._lock = threading.RLock()

    def plug(self, printer: UsbPrinterSimulator) -> None:
        """Make a printer appear at a new address; harmless when it is there."""
        with self._lock:
            if printer not in self._attached:
                self._attached[printer] = _Attachment(printer, next(self._addresses))

    def unplug(self, printer: UsbPrinterSimulator) -> None:
        """Make it vanish; every transfer that goes on ends with an error."""
        with self._lock:
            gone = self._attached.pop(printer, None)
            if gone is not None:
                gone.plugged = False

    # - descriptors -

    def enumerate_devices(self) -> list[_Attachment]:
        """What is plugged in."""
        with self._lock:
            return list(self._attached.values())

    def get_parent(self, _dev: _Attachment) -> None:
        """No hubs here."""
        return

    def get_device_descriptor(self, dev: _Attachment) -> SimpleNamespace:
        """Who it is."""
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=_PACKET, idVendor=dev.printer.vid, idProduct=dev.printer.pid, bcdDevice=0x0100,
            iManufacturer=1, iProduct=2, iSerialNumber=3, bNumConfigurations=1, address=dev.address, bus=1,
            port_number=1, port_numbers=(1, 4), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _dev: _Attachment, config: int) -> SimpleNamespace:
        """The only configuration."""
        if config:
            raise IndexError(config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=0, extra_descriptors=b"",
        )  # fmt: skip

    def get_interface_descriptor(self, dev: _Attachment, intf: int, alt: int, _config: int) -> SimpleNamespace:
        """The printer interface in one of its settings."""
        protocol, endpoints = dev.printer.settings[alt]
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=alt, bNumEndpoints=len(endpoints),
            bInterfaceClass=7, bInterfaceSubClass=1, bInterfaceProtocol=protocol, iInterface=0, extra_descriptors=b"",
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: _Attachment, ep: int, _intf: int, alt: int, _config: int) -> SimpleNamespace:
        """One pipe."""
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=dev.printer.settings[alt][1][ep], bmAttributes=_BULK,
            wMaxPacketSize=_PACKET, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=b"",
        )  # fmt: skip

    # - handles -

    def open_device(self, dev: _Attachment) -> _Handle:
        """Open, unless this account may not."""
        if dev.printer.denied:
            raise _error(errno.EACCES)
        return _Handle(_plugged(dev))

    def close_device(self, dev_handle: _Handle) -> None:
        """Close; what was claimed is free."""
        if dev_handle.attachment.claimed_by is dev_handle:
            dev_handle.attachment.claimed_by = None

    def get_configuration(self, dev_handle: _Handle) -> int:
        """It is always configured."""
        _there(dev_handle)
        return 1

    def set_configuration(self, dev_handle: _Handle, _config_value: int) -> None:
        """Nothing to choose from."""
        _there(dev_handle)

    def set_interface_altsetting(self, dev_handle: _Handle, _intf: int, altsetting: int) -> None:
        """Choose a setting."""
        _there(dev_handle).setting = altsetting

    def claim_interface(self, dev_handle: _Handle, intf: int) -> None:
        """Claim; refused while the kernel's driver or another program has it."""
        attachment = _there(dev_handle)
        if intf:
            raise _error(errno.ENOENT)
        taken = attachment.claimed_by not in {None, dev_handle}
        if taken or attachment.kernel_driver or attachment.printer.held:
            raise _error(errno.EBUSY)
        attachment.claimed_by = dev_handle

    def release_interface(self, dev_handle: _Handle, _intf: int) -> None:
        """Set it free."""
        _there(dev_handle).claimed_by = None

    def is_kernel_driver_active(self, dev_handle: _Handle, _intf: int) -> bool:
        """Whether the system's driver has it."""
        return _there(dev_handle).kernel_driver

    def detach_kernel_driver(self, dev_handle: _Handle, _intf: int) -> None:
        """Take it from the system's driver."""
        _there(dev_handle).kernel_driver = False

    def attach_kernel_driver(self, dev_handle: _Handle, _intf: int) -> None:
        """Give it back."""
        _there(dev_handle).kernel_driver = True

    # - transfers; times in milliseconds -

    def bulk_write(self, dev_handle: _Handle, ep: int, _intf: int, data: Any, timeout: int) -> int:  # noqa: ANN401
        """Carry bytes to the printer, as many as it takes in time."""
        attachment = self._pipe(dev_handle, ep)
        sent, deadline = 0, time.monotonic() + timeout / 1000
        payload = bytes(data)
        while sent < len(payload):
            if taken := min(attachment.printer.appetite, len(payload) - sent):
                attachment.printer.hear(attachment.host, payload[sent : sent + taken])
                sent += taken
                _plugged(attachment)
            elif time.monotonic() >= deadline:
                break
            else:
                attachment.printer.wait_for_change(_TURN_S)
                _plugged(attachment)
        if not sent:
            raise _timeout()
        return sent

    def bulk_read(self, dev_handle: _Handle, ep: int, _intf: int, buff: Any, timeout: int) -> int:  # noqa: ANN401
        """Carry what the printer says."""
        attachment = self._pipe(dev_handle, ep)
        deadline = time.monotonic() + timeout / 1000
        while not (said := attachment.printer.say(_plugged(attachment).host, time.monotonic())):
            if time.monotonic() >= deadline:
                raise _timeout()
            attachment.printer.wait_for_change(_TURN_S)
        buff[: len(said)] = array.array("B", said)
        return len(said)

    def ctrl_transfer(
        self,
        dev_handle: _Handle,
        bm_request_type: int,
        b_request: int,
        w_value: int,
        _w_index: int,
        data: Any,  # noqa: ANN401 - an array.array
        _timeout: int,
    ) -> int:
        """Answer the questions for strings, for the device id and for the port status."""
        printer = _there(dev_handle).printer
        match bm_request_type, b_request:
            case 0x80, descriptor if descriptor == _GET_DESCRIPTOR and w_value >> 8 == _STRING:
                answer = _string(printer, w_value & 0xFF)
            case 0xA1, 0:
                answer = printer.device_id()
            case 0xA1, 1 if printer.tells_port_status:
                answer = printer.port_status()
            case _:
                raise _error(errno.EPIPE)
        answer = answer[: len(data)]
        data[: len(answer)] = array.array("B", answer)
        return len(answer)

    @staticmethod
    def _pipe(handle: _Handle, ep: int) -> _Attachment:
        attachment = _there(handle)
        if attachment.claimed_by is not handle or ep not in attachment.printer.settings[attachment.setting][1]:
            raise _error(errno.EINVAL)
        return attachment


def _string(printer: UsbPrinterSimulator, index: int) -> bytes:
    content = struct.pack("<H", _LANGUAGE) if index == 0 else printer.strings()[index - 1].encode("utf-16-le")
    return bytes([len(content) + 2, _STRING]) + content


def _there(handle: _Handle) -> _Attachment:
    return _plugged(handle.attachment)


def _plugged(attachment: _Attachment) -> _Attachment:
    if not attachment.plugged:
        raise _error(errno.ENODEV)
    return attachment


def _error(number: int) -> usb.core.USBError:
    return usb.core.USBError(errno.errorcode[number], -number, number)


def _timeout() -> usb.core.USBTimeoutError:
    return usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
