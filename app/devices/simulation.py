"""The devices of one bench as simulators, for the demo and for tests: real ports, real protocols, no hardware.

Its settings are those of a station, so that the program cannot tell it from the real thing; what a person at the
simulator panel does is done to the device, and reaches the program as bytes.
"""

import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from app.devices import labels
from app.devices.attachments import Buses
from app.domain.labels import LabelContent
from app.settings import (
    PDF,
    PROTOCOLS,
    Confirmation,
    DeviceSetting,
    HidTransport,
    Media,
    Role,
    SerialTransport,
    SpoolerTransport,
    TcpTransport,
    Transport,
    UsbIdentity,
    UsbTransport,
    WedgeTransport,
)
from drivers.simulators.cups import CupsPrinter
from drivers.simulators.faults import FAULTS, FaultPlayer
from drivers.simulators.hid_bus import SCALE_IDS, SCANNER_IDS, HidBus, HidHosting, scale_gadget, scanner_gadget
from drivers.simulators.hosting import Hosting, SimulatedDevice, serve, serve_tcp
from drivers.simulators.languages import PATTERN
from drivers.simulators.pages import PagePrinter
from drivers.simulators.printer import PrinterSimulator
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import AnyScanner, ScannerSimulator, WedgeSimulator, scanner_simulator
from drivers.simulators.script import Actions
from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from drivers.transports.cups import CupsSpooler

_REMEMBERED = 200

# How each symbology is announced by a scanner (ISO/IEC 15424).
AIM = {
    "code-128": "]C0",
    "gs1-128": "]C1",
    "ean-13": "]E0",
    "ean-8": "]E4",
    "itf-14": "]I1",
    "datamatrix": "]d1",
    "gs1-datamatrix": "]d2",
    "qr": "]Q1",
    "gs1-qr": "]Q3",
}


@dataclass(frozen=True, slots=True)
class PrintedLabel:
    """One label that came out: the bytes that arrived at the printer, and its picture.

    `picture` is a PNG drawn from the content that these very bytes were made of; None for bytes that came from
    elsewhere. `content` likewise.
    """

    number: int
    zpl: bytes
    content: LabelContent | None
    picture: bytes | None


OnPrinted = Callable[[PrintedLabel], None]
OnPaper = Callable[[bytes], object]

WEDGE = "wedge"
SCANNERS = (*PROTOCOLS[Role.SCANNER], WEDGE)
SCALES = PROTOCOLS[Role.SCALE]
PRINTERS = ("tcp", "usb", "queue") if os.name == "posix" else ("tcp", "usb")
"""Where a simulated printer can be: on the network, at a USB cable, behind a queue of the operating system."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which devices stand on the bench: what the scanner and the scale speak, and where the printer is."""

    scanner: str = "plain"
    scale: str = "sics"
    printer: str = "tcp"

    def __post_init__(self) -> None:
        for value, known in ((self.scanner, SCANNERS), (self.scale, SCALES), (self.printer, PRINTERS)):
            if value not in known:
                raise ValueError(f"{value!r} cannot be simulated here; {', '.join(known)} can")


class _Cable(Protocol):
    """What attaches a device: it can be pulled, plugged in again, and taken away."""

    def unplug(self) -> None: ...

    def replug(self) -> None: ...

    def close(self) -> None: ...


_AnyPrinter = PrinterSimulator | UsbPrinterSimulator | CupsPrinter


@dataclass
class _Devices:
    """The devices that stand there now."""

    kinds: Kinds
    scanner: AnyScanner | WedgeSimulator
    scale: ScaleSimulator
    printer: _AnyPrinter
    cables: dict[Role, _Cable] = field(default_factory=dict)
    urls: dict[Role, str] = field(default_factory=dict)


class Simulation:
    """A scanner, a scale and a label printer, from `start` (or `with`) to `stop`; exchanged by `use` meanwhile.

    Args:
        name: begins the devices' names: `bench-scanner`, `bench-scale`, `bench-printer`.
        on_printed: called with each label, on the printer's thread.
        on_paper: called with each paper (PDF) of a printer of pages, on its thread; without it none stands there.
        label_s: how long the printer takes for a label.
        odometer: how many labels the printer has printed before, kept by a real one over being switched off.
        kinds: which devices stand there first.
        types: presses keys, for a scanner that types.
    """

    def __init__(
        self,
        name: str = "bench",
        *,
        on_printed: OnPrinted | None = None,
        on_paper: OnPaper | None = None,
        label_s: float = 0.4,
        odometer: int = 1000,
        serial: str = "SIM0000001",
        kinds: Kinds | None = None,
        types: Callable[[str], object] = lambda _keys: None,
    ) -> None:
        self.name = name
        self.types = types
        self._label_s, self._odometer, self._serial = label_s, odometer, serial
        self._on_printed = on_printed
        self._pages = PagePrinter(on_paper=on_paper) if on_paper else None
        self._pages_at: Hosting | None = None
        self._usb, self._hid = UsbBus(), HidBus()
        self._queues: list[Path] = []
        self._now = self._made(kinds or Kinds())
        self._players: dict[Role, FaultPlayer] = {}
        self._rendered: OrderedDict[bytes, tuple[LabelContent, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._printed = 0

    @property
    def kinds(self) -> Kinds:
        """Which devices stand there now."""
        return self._now.kinds

    @property
    def scanner(self) -> ScannerSimulator:
        """The scanner that sends plain lines."""
        assert isinstance(self._now.scanner, ScannerSimulator), "the scanner is another one"
        return self._now.scanner

    @property
    def scale(self) -> ScaleSimulator:
        """The scale."""
        return self._now.scale

    @property
    def printer(self) -> PrinterSimulator:
        """The printer on the network."""
        assert isinstance(self._now.printer, PrinterSimulator), "the printer is elsewhere"
        return self._now.printer

    @property
    def buses(self) -> Buses:
        """Where the devices are attached that are at no port."""
        queue = self._now.printer
        spooler = CupsSpooler(queue.path) if isinstance(queue, CupsPrinter) else None
        return Buses(usb=self._usb, hid=self._hid, spooler=spooler)

    def start(self, *, printer_port: int = 0) -> None:
        """Plug everything in; a network printer listens at this TCP port of loopback (0: any)."""
        now = self._now
        self._plug(Role.SCANNER, now.kinds.scanner, now.scanner)
        self._plug(Role.SCALE, now.kinds.scale, now.scale)
        if isinstance(now.printer, PrinterSimulator):
            now.printer.start(printer_port)
        else:
            now.printer.start()
        if self._pages is not None:
            self._pages_at = serve_tcp(self._pages)

    def stop(self) -> None:
        """Take everything away."""
        for role in Role:
            self._take_away(role)
        if self._pages_at is not None:
            self._pages_at.close()
            self._pages_at = None

    def use(self, kinds: Kinds) -> None:
        """Put other devices on the bench; their settings are `devices()` then, and their buses `buses`.

        What stays the same is not touched. What lay on the scale lies on the new one; a new printer has printed nothing
        yet of what waits.
        """
        before, now = self.kinds, self._now
        now.kinds = kinds
        if kinds.scanner != before.scanner:
            self._take_away(Role.SCANNER)
            now.scanner = self._new_scanner(kinds.scanner)
            self._plug(Role.SCANNER, kinds.scanner, now.scanner)
        if kinds.scale != before.scale:
            self._take_away(Role.SCALE)
            load = now.scale.load_kg
            now.scale = ScaleSimulator(protocol=kinds.scale)
            now.scale.place(load)
            self._plug(Role.SCALE, kinds.scale, now.scale)
        if kinds.printer != before.printer:
            self._take_away(Role.LABEL_PRINTER)
            if not isinstance(now.printer, CupsPrinter):
                self._odometer = now.printer.odometer
            now.printer = self._new_printer(kinds.printer)
            now.printer.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def devices(self) -> tuple[DeviceSetting, ...]:
        """The devices as they stand in the settings of a station, at the ports where they are now."""
        devices = (self._scanner_setting(), self._scale_setting(), self._printer_setting())
        return (*devices, self._pages_setting(self._pages_at)) if self._pages_at else devices

    def _made(self, kinds: Kinds) -> _Devices:
        return _Devices(
            kinds,
            self._new_scanner(kinds.scanner),
            ScaleSimulator(protocol=kinds.scale),
            self._new_printer(kinds.printer),
        )

    def _new_scanner(self, kind: str) -> AnyScanner | WedgeSimulator:
        return WedgeSimulator(self._press) if kind == WEDGE else scanner_simulator(kind)

    def _press(self, keys: str) -> None:
        self.types(keys)

    def _take_away(self, role: Role) -> None:
        """Remove one device with its cable, and whatever fault it plays."""
        self.calm(role)
        if role is Role.LABEL_PRINTER:
            self._now.printer.stop()
            while self._queues:
                shutil.rmtree(self._queues.pop(), ignore_errors=True)
        elif role in self._now.cables:
            self._now.cables.pop(role).close()
            self._now.urls.pop(role, None)

    def _new_printer(self, kind: str) -> _AnyPrinter:
        if kind == "queue":
            self._queues.append(Path(tempfile.mkdtemp(prefix="stockhand-queue-")))
            return CupsPrinter(self._queues[-1], on_label=self._came_out)
        known: dict[str, Any] = {"label_s": self._label_s, "odometer": self._odometer, "serial": self._serial}
        if kind == "usb":
            return UsbPrinterSimulator(self._usb, on_label=self._came_out, **known)
        return PrinterSimulator(on_label=self._came_out, **known)

    def _plug(self, role: Role, protocol: str, device: ScaleSimulator | AnyScanner | WedgeSimulator) -> None:
        if isinstance(device, WedgeSimulator):
            self._now.cables[role] = device
            device.replug()
        elif protocol == "hid_pos":
            gadget = scale_gadget(device) if role is Role.SCALE else scanner_gadget(device)
            self._now.cables[role] = HidHosting(self._hid, gadget)
        else:
            self._serve(role, device)

    def _serve(self, role: Role, device: SimulatedDevice) -> None:
        host = serve(device)
        self._now.cables[role], self._now.urls[role] = host, host.url

    def _scanner_setting(self) -> DeviceSetting:
        kind = self.kinds.scanner
        protocol = "plain" if kind == WEDGE else kind
        return DeviceSetting(f"{self.name}-scanner", Role.SCANNER, protocol, self._transport(Role.SCANNER, kind))

    def _scale_setting(self) -> DeviceSetting:
        protocol = self.kinds.scale
        return DeviceSetting(
            f"{self.name}-scale",
            Role.SCALE,
            protocol,
            self._transport(Role.SCALE, protocol),
            unit_default="kg" if protocol == "toledo_8217" else "",
            pattern=PATTERN if protocol == "pattern" else "",
        )

    def _transport(self, role: Role, kind: str) -> Transport:
        if kind == WEDGE:
            return WedgeTransport()
        if kind == "hid_pos":
            return HidTransport(UsbIdentity(*(SCALE_IDS if role is Role.SCALE else SCANNER_IDS)))
        assert role in self._now.urls, "start() comes first"
        return SerialTransport(self._now.urls[role])

    def _printer_setting(self) -> DeviceSetting:
        printer = self._now.printer
        confirm = Confirmation.ODOMETER
        transport: Transport
        if isinstance(printer, CupsPrinter):
            transport, confirm = SpoolerTransport(printer.queue), Confirmation.SCAN_BACK
        elif isinstance(printer, UsbPrinterSimulator):
            transport = UsbTransport(UsbIdentity(printer.vid, printer.pid, printer.serial))
        else:
            transport = TcpTransport(printer.host, printer.port)
        return DeviceSetting(
            f"{self.name}-printer",
            Role.LABEL_PRINTER,
            "zpl",
            transport,
            dpi=203,
            media=Media(101.6, 152.4),
            confirm=confirm,
        )

    def _pages_setting(self, host: Hosting) -> DeviceSetting:
        at = urlsplit(host.url)
        assert at.hostname is not None
        assert at.port is not None
        return DeviceSetting(
            f"{self.name}-pages", Role.LABEL_PRINTER, PDF, TcpTransport(at.hostname, at.port), confirm=Confirmation.NONE
        )

    # - what a person does -

    def scan(self, code: str, symbology: str = "code-128") -> None:
        """Hold a code before the scanner; GS1's separator is U+001D. A `symbology` not in `AIM` is not announced."""
        self._now.scanner.scan(code, AIM.get(symbology, ""))

    def put_on_scale(self, kg: Decimal) -> None:
        """Put goods on the scale, in addition to what lies there."""
        self._now.scale.place(kg)

    def take_off(self) -> None:
        """Take everything off the scale."""
        self._now.scale.clear()

    def unplug_scanner(self) -> None:
        """Pull the scanner's cable."""
        self._now.cables[Role.SCANNER].unplug()

    def replug_scanner(self) -> None:
        """Plug it in again."""
        self._now.cables[Role.SCANNER].replug()

    def unplug_scale(self) -> None:
        """Pull the scale's cable."""
        self._now.cables[Role.SCALE].unplug()

    def replug_scale(self) -> None:
        """Plug it in again."""
        self._now.cables[Role.SCALE].replug()

    def paper_out(self, after: int = 0) -> None:
        """Let the roll of labels end after so many more; a queue only hears of it, and at once."""
        if isinstance(self._now.printer, CupsPrinter):
            self._now.printer.actions()["says"]("media-empty-error")
        else:
            self._now.printer.run_out_of_paper(after)

    def refill(self) -> None:
        """Put a new roll in."""
        if isinstance(self._now.printer, CupsPrinter):
            self._now.printer.actions()["says"]()
        else:
            self._now.printer.load_paper()

    # - what goes wrong -

    def faults(self, role: Role) -> tuple[str, ...]:
        """The faults that this device can be made to have, by name."""
        return tuple(FAULTS[self._kind(role)])

    def play(self, role: Role, fault: str, *, on_step: Callable[[str], object] = lambda _line: None) -> None:
        """Begin a fault; the one before at this device ends. `on_step` hears what happens, an empty line at its end."""
        self.calm(role)
        player = FaultPlayer(self._kind(role), self._actions(role), on_step=on_step)
        self._players[role] = player
        player.play(fault)

    def calm(self, role: Role) -> None:
        """Break off the fault that is played on this device, where it stands."""
        if role in self._players:
            self._players.pop(role).stop()

    def _kind(self, role: Role) -> str:
        if role is Role.LABEL_PRINTER:
            return "queue" if self.kinds.printer == "queue" else "printer"
        return role.value

    def _actions(self, role: Role) -> Actions:
        if role is Role.LABEL_PRINTER:
            return self._now.printer.actions()
        device: ScaleSimulator | AnyScanner | WedgeSimulator = (
            self._now.scale if role is Role.SCALE else self._now.scanner
        )
        cable = self._now.cables[role]
        plugs: Mapping[str, Callable[..., None]] = {"unplug": cable.unplug, "replug": cable.replug}
        return {**device.actions(), **plugs}

    # - what comes out -

    def remember(self, zpl: bytes, content: LabelContent, dpi: int) -> None:
        """Know what these bytes show; to be given to the spooler as `on_rendered`, so that labels have pictures."""
        with self._lock:
            self._rendered[zpl.strip()] = (content, dpi)
            while len(self._rendered) > _REMEMBERED:
                self._rendered.popitem(last=False)

    def _came_out(self, zpl: bytes) -> None:
        with self._lock:
            known = self._rendered.get(zpl.strip())
            self._printed += 1
            number = self._printed
        if self._on_printed:
            content, dpi = known or (None, 203)
            drawn = labels.picture(content, dpi) if content else None
            self._on_printed(PrintedLabel(number, zpl, content, drawn))


def fault_names() -> tuple[str, ...]:
    """Every ready-made fault, as `scale:in_motion`; `printer` stands for one at a cable or on the network."""
    return tuple(f"{kind}:{name}" for kind, known in FAULTS.items() if kind != "queue" for name in known)


def is_fault(role: Role, name: str) -> bool:
    """Whether a device can be made to have this fault: one that is ready-made, or a script file that can be read."""
    kinds = ("printer", "queue") if role is Role.LABEL_PRINTER else (role.value,)
    return any(name in FAULTS[kind] for kind in kinds) or Path(name).is_file()


def save_printed(label: PrintedLabel, folder: Path) -> None:
    """Write a label into a folder: `label-001.zpl`, and `label-001.png` where it has a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"label-{label.number:03}.zpl").write_bytes(label.zpl)
    if label.picture is not None:
        (folder / f"label-{label.number:03}.png").write_bytes(label.picture)


def save_paper(pdf: bytes, folder: Path) -> Path:
    """Write a paper into a folder as `paper-001.pdf`, or the next number that is free; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("paper-*.pdf"))) + 1
    file = folder / f"paper-{number:03}.pdf"
    file.write_bytes(pdf)
    return file
