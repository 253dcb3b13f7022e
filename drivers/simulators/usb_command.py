"""The simulated USB printer: `python -m drivers simulate usb-printer FILE`.

The bus lives in this process and no other program can see it, so the driver is run here too: it prints the file through
pyusb, and every change of the printer is shown while the fault script happens to it.
"""

import argparse
import itertools
import json
import sys
import threading
from pathlib import Path

from drivers import arguments
from drivers.files import FileError, script_of
from drivers.printers.printer import Printed, PrinterStatus
from drivers.printers.zpl.files import ZplFile, read_zpl
from drivers.printers.zpl.printer import ZplPrinter
from drivers.simulators.faults import fault_script
from drivers.simulators.printer_command import came_out, refused
from drivers.simulators.script import ScriptError, parse_script, run_script
from drivers.simulators.usb_bus import UsbBus, UsbPrinterSimulator
from drivers.transports.ports import PortMatch
from drivers.transports.recording import RecordingTransport
from drivers.transports.transport import TransportError
from drivers.transports.usb_printer import UsbPrinterTransport

_FINE, _REFUSED, _FAULT = 0, 1, 3


def main(words: list[str]) -> int:
    """Print one file on a simulated USB printer; returns the exit code of the print."""
    parser = argparse.ArgumentParser(
        prog="python -m drivers simulate usb-printer",
        description="Print a file on a simulated USB printer, inside this program: no other can see it.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--labels", type=arguments.how_many, help="how many labels are in the file (else counted)")
    parser.add_argument("--serial", default="SIM0000001")
    parser.add_argument("--seconds-per-label", type=arguments.pause_s, default=0.5)
    parser.add_argument("--seconds", type=arguments.seconds, default=10.0, help="how long to watch the printer")
    parser.add_argument("--out", type=Path, help="a folder that takes the ZPL of each label that came out")
    parser.add_argument("--script", type=Path, help="a fault script: lines of `at SECONDS ACTION`")
    parser.add_argument("--fault", metavar="NAME", help="a fault by name, or a script file")
    parser.add_argument("--traffic", action="store_true", help="show at the end what went over the bus")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(words)
    try:
        file = read_zpl(options.file)
        steps = parse_script(script_of(options.script)) if options.script else []
        steps = fault_script("printer", options.fault) if options.fault else steps
    except (FileError, ScriptError) as error:
        return refused(error)
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
            return _print(options, ZplPrinter(recording, port_status=usb.port_status), file)
        except TransportError as error:
            _say(options, printed="unknown", reason=str(error))
            return _FAULT
        finally:
            over.set()
            script.join()
            recording.close()
            if options.traffic:
                sys.stdout.write(recording.export())


def _print(options: argparse.Namespace, driver: ZplPrinter, file: ZplFile) -> int:
    driver.open()
    _say(options, serial=driver.identify().serial)
    before = driver.label_count()
    driver.send(file.data)
    if before is None:
        _say(options, printed="unverified")
        return _FINE
    seen: list[dict[str, object]] = [{}]

    def look(status: PrinterStatus) -> None:
        if (facts := _condition(status)) != seen[-1]:
            seen.append(facts)
            _say(options, **facts)

    outcome = driver.wait_until_printed(before, options.labels or file.labels, options.seconds, look)
    _say(options, printed=outcome.printed_state.value, labels=outcome.printed, reason=outcome.reason)
    return _FINE if outcome.printed_state is Printed.CONFIRMED else _REFUSED


def _condition(status: PrinterStatus) -> dict[str, object]:
    return {"state": status.state.value, "faults": ", ".join(status.faults), "remaining": status.labels_remaining}


def _say(options: argparse.Namespace, **facts: object) -> None:
    words = ", ".join(f"{name} {value}" for name, value in facts.items() if value not in {None, ""})
    sys.stdout.write(f"{json.dumps(facts) if options.json else words}\n")
    sys.stdout.flush()
