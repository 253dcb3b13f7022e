"""The simulated USB printer: `python -m drivers simulate usb-printer FILE`.

The bus lives in this process and no other program can see it, so the driver is run here too: it prints the file through
pyusb, and every look at the printer is shown while the fault script happens to it.
"""

import argparse
import itertools
import json
import sys
import threading
from pathlib import Path

from drivers.printers.printer import Printed, PrinterStatus
from drivers.printers.zpl.printer import ZplPrinter
from drivers.simulators.faults import fault_script
from drivers.simulators.printer_command import came_out
from drivers.simulators.script import ScriptError, parse_script, run_script
from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from drivers.transports.ports import PortMatch
from drivers.transports.recording import RecordingTransport
from drivers.transports.transport import TransportError
from drivers.transports.usb_printer import UsbPrinterTransport

_FINE, _REFUSED, _FAULT = 0, 1, 3


def main(arguments: list[str]) -> int:
    """Print one file on a simulated USB printer; returns the exit code of the print."""
    parser = argparse.ArgumentParser(
        prog="python -m drivers simulate usb-printer",
        description="Print a file on a simulated USB printer, inside this program: no other can see it.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--labels", type=int, default=1, help="how many labels are in the file")
    parser.add_argument("--serial", default="SIM0000001")
    parser.add_argument("--seconds-per-label", type=float, default=0.5)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to watch the printer")
    parser.add_argument("--out", type=Path, help="a folder that takes the ZPL of each label that came out")
    parser.add_argument("--script", type=Path, help="a fault script: lines of `at SECONDS ACTION`")
    parser.add_argument("--fault", metavar="NAME", help="a fault by name, or a script file")
    parser.add_argument("--traffic", action="store_true", help="show at the end what went over the bus")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    try:
        data = options.file.read_bytes()
        steps = parse_script(options.script.read_text(encoding="utf-8")) if options.script else []
        steps = fault_script("printer", options.fault) if options.fault else steps
    except (OSError, ScriptError) as error:
        sys.stderr.write(f"{error}\n")
        return _REFUSED
    bus, over, numbers = UsbBus(), threading.Event(), itertools.count(1)
    with UsbPrinterSimulator(
        bus,
        serial=options.serial,
        label_s=options.seconds_per_label,
        on_label=lambda zpl: came_out(zpl, next(numbers), options.out, lambda facts: _say(options, **facts)),
    ) as printer:
        script = threading.Thread(
            target=run_script, args=(steps, printer.actions()), kwargs={"stopped": over.wait}, daemon=True
        )
        script.start()
        usb = UsbPrinterTransport(PortMatch(printer.vid, printer.pid, options.serial), backend=bus)
        recording = RecordingTransport(usb)
        try:
            return _print(options, ZplPrinter(recording, port_status=usb.port_status), data)
        except TransportError as error:
            _say(options, printed="unknown", reason=str(error))
            return _FAULT
        finally:
            over.set()
            script.join()
            recording.close()
            if options.traffic:
                sys.stdout.write(recording.export())


def _print(options: argparse.Namespace, driver: ZplPrinter, data: bytes) -> int:
    driver.open()
    _say(options, serial=driver.identify().serial)
    before = driver.label_count()
    driver.send(data)
    if before is None:
        _say(options, printed="unverified")
        return _FINE
    outcome = driver.wait_until_printed(
        before, options.labels, options.seconds, lambda status: _say(options, **_condition(status))
    )
    _say(options, printed=outcome.printed_state.value, labels=outcome.printed, reason=outcome.reason)
    return _FINE if outcome.printed_state is Printed.CONFIRMED else _REFUSED


def _condition(status: PrinterStatus) -> dict[str, object]:
    return {"state": status.state.value, "faults": ", ".join(status.faults), "remaining": status.labels_remaining}


def _say(options: argparse.Namespace, **facts: object) -> None:
    words = ", ".join(f"{name} {value}" for name, value in facts.items() if value not in {None, ""})
    sys.stdout.write(f"{json.dumps(facts) if options.json else words}\n")
    sys.stdout.flush()
