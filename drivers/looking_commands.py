"""The commands of `python -m drivers` that look and print: `list`, `probe`, `print`.

`list` opens no device for more than its name. `probe` opens and asks only the ports that it is given. `print` sends a
file once, and says what is known of it afterwards.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from drivers import arguments
from drivers.discovery import Attached, attached
from drivers.files import content_of
from drivers.printers.one_way import QueuePrinter
from drivers.printers.printer import LabelPrinter, Printed, PrinterStatus, PrintOutcome
from drivers.printers.zpl.files import MOST_BYTES, ZplFile, read_zpl
from drivers.printers.zpl.printer import ZplPrinter
from drivers.probing import Finding, ask, listen
from drivers.transports.places import PLACES, place
from drivers.transports.spooler import SpoolerTransport, system_spooler
from drivers.transports.transport import Transport, TransportError
from drivers.transports.usb_printer import UsbPrinterTransport

_FINE, _REFUSED, _FAULT = 0, 1, 3


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers have no public type
    """Declare the commands."""
    listing = commands.add_parser("list", help="list what is attached: serial ports, USB printers, HID, queues")
    listing.set_defaults(run=_list)

    probe = commands.add_parser("probe", help="say what stands behind the named ports, on positive evidence only")
    probe.add_argument("port", nargs="+", metavar="PORT", help=PLACES)
    probe.add_argument("--only-listen", action="store_true", help="ask nothing: hear what the device says by itself")
    probe.add_argument("--seconds", type=arguments.seconds, default=1.5, help="how long to listen before asking")
    probe.add_argument("--baud", type=arguments.baud, default=9600)
    probe.add_argument(
        "--format", type=arguments.line_format, default="8N1", help="data bits, parity, stop bits, as in 8N1 or 7E1"
    )
    probe.set_defaults(run=_probe)

    printing = commands.add_parser("print", help="send a file of ZPL to a printer, once")
    printing.add_argument("file", type=Path, metavar="FILE")
    printing.add_argument("--to", required=True, metavar="PRINTER", help=PLACES)
    printing.add_argument(
        "--labels", type=arguments.how_many, help="how many labels are to be confirmed (else counted in the file)"
    )
    printing.add_argument("--as-is", action="store_true", help="send the file whatever it is, such as commands alone")
    printing.add_argument(
        "--seconds", type=arguments.seconds, default=30.0, help="how long to watch the printer afterwards"
    )
    printing.add_argument("--xon-xoff", action="store_true", help="software flow control at a serial port")
    printing.add_argument("--baud", type=arguments.baud, default=9600)
    printing.add_argument(
        "--format", type=arguments.line_format, default="8N1", help="data bits, parity, stop bits, as in 8N1 or 7E1"
    )
    printing.set_defaults(run=_print)

    for command in (listing, probe, printing):
        command.add_argument("--json", action="store_true", help="one JSON object a line")


# - list -


def _list(options: argparse.Namespace) -> int:
    for found in attached():
        _say(options, _facts(found), _line(found))
    try:
        queues = system_spooler().queues()
    except TransportError:
        queues = []
    for queue in queues:
        _say(options, {"kind": "queue", "port": f"queue:{queue}", "role": ""}, f"queue\tqueue:{queue}\t\t")
    return _FINE


def _facts(found: Attached) -> dict[str, Any]:
    return {
        "kind": found.kind.value,
        "port": found.name,
        "identity": found.identity,
        "description": found.description,
        "role": found.role,
        "protocol": found.protocol,
        "evidence": found.evidence,
    }


def _line(found: Attached) -> str:
    what = f"{found.role} ({found.evidence})" if found.role else ""
    identity = found.identity if found.identity != found.name else ""
    return "\t".join((found.kind.value, found.name, identity, found.description, what)).rstrip()


# - probe -


def _probe(options: argparse.Namespace) -> int:
    transports = [_askable(options, port) for port in options.port]  # a wrong word is told before anything is asked
    codes = [_probe_one(options, *named) for named in zip(options.port, transports, strict=True)]
    return _FINE if _FINE in codes else max(codes)


def _askable(options: argparse.Namespace, port: str) -> Transport:
    transport = place(port, baud=options.baud, form=options.format)
    if isinstance(transport, SpoolerTransport):
        raise ValueError(f"{port} is a queue: a question would be printed")
    return transport


def _probe_one(options: argparse.Namespace, port: str, transport: Transport) -> int:
    try:
        transport.open()
        finding = listen(transport, seconds=options.seconds)
        if finding is None and not options.only_listen:
            finding = ask(transport)
    except TransportError as error:
        _say(options, {"port": port, "error": str(error)}, f"{port}\taway: {error}")
        return _FAULT
    finally:
        transport.close()
    if finding is None:
        _say(options, {"port": port, "role": None}, f"{port}\tnothing that is known")
        return _REFUSED
    _say(options, {"port": port, **_finding(finding)}, f"{port}\t" + "\t".join(_finding(finding).values()))
    return _FINE


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "role": finding.role,
        "protocol": finding.protocol,
        "evidence": finding.evidence,
        "serial": finding.serial,
    }


# - print -


def _print(options: argparse.Namespace) -> int:
    transport = place(options.to, baud=options.baud, form=options.format, xonxoff=options.xon_xoff)
    file = _file(options)
    printer: LabelPrinter
    match transport:
        case SpoolerTransport():
            printer = QueuePrinter(transport, transport.status)
        case UsbPrinterTransport():
            printer = ZplPrinter(transport, port_status=transport.port_status)
        case _:
            printer = ZplPrinter(transport)
    try:
        printer.open()
    except TransportError as error:
        _say(options, {"printed": "nothing", "error": str(error)}, f"{error}; nothing was sent")
        return _FAULT
    try:
        return _sent(options, printer, file)
    except TransportError as error:
        known = "nothing was sent" if error.written == 0 else "look whether a label came out"
        _say(options, {"printed": "unknown", "error": str(error)}, f"{error}; {known}")
        return _FAULT
    finally:
        printer.close()


def _file(options: argparse.Namespace) -> ZplFile:
    """What is to be sent; how many labels it prints is what the person says, where they say it."""
    if options.as_is:
        return ZplFile(content_of(options.file, most=MOST_BYTES), options.labels or 0)
    file = read_zpl(options.file)
    return replace(file, labels=options.labels or file.labels)


def _sent(options: argparse.Namespace, printer: LabelPrinter, file: ZplFile) -> int:
    status = printer.status()
    _say(options, _condition(status), _condition_line(status))
    if status.faults:
        return _REFUSED
    before = printer.label_count()
    printer.send(file.data)
    if not file.labels:
        _say(options, {"printed": "unverified"}, "sent; no label of it can be counted")
        return _FINE
    if before is None:
        words = "sent; this printer cannot say what it printed: look at the label"
        _say(options, {"printed": "unverified"}, words)
        # A queue can never confirm, so that is no failure; of a printer that can, silence is.
        return _FINE if isinstance(printer, QueuePrinter) else _REFUSED
    outcome = printer.wait_until_printed(before, file.labels, options.seconds, lambda _status: None)
    facts = {"printed": outcome.printed_state.value, "labels": outcome.printed, "reason": outcome.reason}
    _say(options, facts, _outcome_line(outcome, file.labels))
    return _FINE if outcome.printed_state is Printed.CONFIRMED else _REFUSED


def _outcome_line(outcome: PrintOutcome, wanted: int) -> str:
    if outcome.printed is None:
        counted = f"nobody counted how many of {wanted} labels came out"
    elif outcome.printed > wanted:
        counted = f"{outcome.printed} labels instead of {wanted}"
    else:
        counted = f"{outcome.printed} of {wanted} labels"
    return "; ".join(filter(None, (f"{outcome.printed_state.value}: {counted}", outcome.reason)))


def _condition(status: PrinterStatus) -> dict[str, Any]:
    return {"state": status.state.value, "faults": list(status.faults), "warnings": list(status.warnings)}


def _condition_line(status: PrinterStatus) -> str:
    return ", ".join((status.state.value, *status.faults, *status.warnings))


def _say(options: argparse.Namespace, facts: Mapping[str, Any], text: str) -> None:
    sys.stdout.write(f"{json.dumps(facts) if options.json else text}\n")
    sys.stdout.flush()
