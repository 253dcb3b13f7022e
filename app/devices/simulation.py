"""The devices of one bench as simulators, for the demo and for tests: real ports, real protocols, no hardware.

Its settings are those of a station, so that the program cannot tell it from the real thing; what a person at the
simulator panel does is done to the device, and reaches the program as bytes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from app.devices import labels
from app.domain.labels import LabelContent
from app.settings import DeviceSetting, Media, Role, SerialTransport, TcpTransport
from drivers.simulators.hosting import Hosting, serve
from drivers.simulators.languages import PATTERN
from drivers.simulators.printer import PrinterSimulator
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import ScannerSimulator

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


class Simulation:
    """A scanner, a scale and a label printer, from `start` (or `with`) to `stop`.

    Args:
        name: begins the devices' names: `bench-scanner`, `bench-scale`, `bench-printer`.
        on_printed: called with each label, on the printer's thread.
        label_s: how long the printer takes for a label.
        odometer: how many labels the printer has printed before, kept by a real one over being switched off.
        scale_protocol: what the scale speaks.
    """

    def __init__(
        self,
        name: str = "bench",
        *,
        on_printed: OnPrinted | None = None,
        label_s: float = 0.4,
        odometer: int = 1000,
        serial: str = "SIM0000001",
        scale_protocol: str = "sics",
    ) -> None:
        self.name = name
        self.scanner = ScannerSimulator()
        self.scale = ScaleSimulator(protocol=scale_protocol)
        self.printer = PrinterSimulator(label_s=label_s, odometer=odometer, serial=serial, on_label=self._came_out)
        self._on_printed = on_printed
        self._scanner_port: Hosting | None = None
        self._scale_port: Hosting | None = None
        self._rendered: OrderedDict[bytes, tuple[LabelContent, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._printed = 0

    def start(self, *, printer_port: int = 0) -> None:
        """Plug everything in; the printer listens at this TCP port of loopback (0: any)."""
        self._scanner_port = serve(self.scanner)
        self._scale_port = serve(self.scale)
        self.printer.start(printer_port)

    def stop(self) -> None:
        """Take everything away."""
        for port in (self._scanner_port, self._scale_port):
            if port is not None:
                port.close()
        self.printer.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def devices(self) -> tuple[DeviceSetting, ...]:
        """The devices as they stand in the settings of a station, at the ports where they are now."""
        return (
            DeviceSetting(f"{self.name}-scanner", Role.SCANNER, "plain", SerialTransport(self._plugged_scanner.url)),
            self._scale_setting(),
            DeviceSetting(
                f"{self.name}-printer",
                Role.LABEL_PRINTER,
                "zpl",
                TcpTransport(self.printer.host, self.printer.port),
                dpi=203,
                media=Media(101.6, 152.4),
            ),
        )

    def _scale_setting(self) -> DeviceSetting:
        protocol = self.scale.protocol
        return DeviceSetting(
            f"{self.name}-scale",
            Role.SCALE,
            protocol,
            SerialTransport(self._plugged_scale.url),
            unit_default="kg" if protocol == "toledo_8217" else "",
            pattern=PATTERN if protocol == "pattern" else "",
        )

    # - what a person does -

    def scan(self, code: str, symbology: str = "code-128") -> None:
        """Hold a code before the scanner; GS1's separator is U+001D. A `symbology` not in `AIM` is not announced."""
        self.scanner.scan(code, AIM.get(symbology, ""))

    def put_on_scale(self, kg: Decimal) -> None:
        """Put goods on the scale, in addition to what lies there."""
        self.scale.place(kg)

    def take_off(self) -> None:
        """Take everything off the scale."""
        self.scale.clear()

    def unplug_scanner(self) -> None:
        """Pull the scanner's cable."""
        self._plugged_scanner.unplug()

    def replug_scanner(self) -> None:
        """Plug it in again."""
        self._plugged_scanner.replug()

    def unplug_scale(self) -> None:
        """Pull the scale's cable."""
        self._plugged_scale.unplug()

    def replug_scale(self) -> None:
        """Plug it in again."""
        self._plugged_scale.replug()

    def paper_out(self, after: int = 0) -> None:
        """Let the roll of labels end after so many more."""
        self.printer.run_out_of_paper(after)

    def refill(self) -> None:
        """Put a new roll in."""
        self.printer.load_paper()

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

    @property
    def _plugged_scanner(self) -> Hosting:
        assert self._scanner_port is not None, "start() comes first"
        return self._scanner_port

    @property
    def _plugged_scale(self) -> Hosting:
        assert self._scale_port is not None, "start() comes first"
        return self._scale_port


def save_printed(label: PrintedLabel, folder: Path) -> None:
    """Write a label into a folder: `label-001.zpl`, and `label-001.png` where it has a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"label-{label.number:03}.zpl").write_bytes(label.zpl)
    if label.picture is not None:
        (folder / f"label-{label.number:03}.png").write_bytes(label.picture)
