"""`python -m drivers`: find devices, listen to scanners, weigh, print, and simulate devices, without the program.

Exit codes: 0 fine, 1 refused (nothing recognised, no code came, no weight could be taken, a label not confirmed, a bad
script), 2 usage, 3 the device is away. A queue can confirm nothing: what it took is fine.
"""

import argparse
import json
import queue
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from drivers import arguments, looking_commands
from drivers.device import DeviceState, StateChanged
from drivers.files import in_words, script_of
from drivers.scales.protocols import SCALE_PROTOCOLS, ScaleOptions, scale_protocol
from drivers.scales.reading import Capture, CaptureRule, WeightReading
from drivers.scales.scale import Scale, ScaleProtocol
from drivers.scanners.plain import Suffix
from drivers.scanners.protocols import SCANNER_PROTOCOLS, ScannerOptions, scanner_protocol
from drivers.scanners.scan import Scan, ScanAgain
from drivers.scanners.scanner import Scanner
from drivers.simulators import printer_command, queue_command, usb_command
from drivers.simulators.faults import fault_script
from drivers.simulators.hid_bus import HidBus, HidGadget, HidHosting, scale_gadget, scanner_gadget
from drivers.simulators.hosting import Hosting, serve, serve_pty, serve_rfc2217, serve_tcp
from drivers.simulators.languages import PATTERN
from drivers.simulators.obeying import add_scripts, obey
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import AnyScanner, scanner_simulator
from drivers.simulators.script import ScriptError, parse_script
from drivers.transports.hid import HidTransport
from drivers.transports.places import PLACES, NoPlaceError, place
from drivers.transports.ports import PortMatch
from drivers.transports.spooler import SpoolerTransport
from drivers.transports.transport import Transport
from drivers.transports.usb_printer import UsbPrinterTransport

FINE, REFUSED, USAGE, FAULT = range(4)

_HOSTS: dict[str, Callable[..., Hosting]] = {
    "auto": serve,
    "pty": serve_pty,
    "tcp": serve_tcp,
    "rfc2217": serve_rfc2217,
}
_HEARD_S = 1.0
_SIMULATED_HERE = ("scale", "scanner")
_SUFFIXES = {"cr": Suffix.CR, "crlf": Suffix.CR_LF, "lf": Suffix.LF, "tab": Suffix.TAB, "none": Suffix.NONE}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:2] == ["simulate", "printer"]:
        return printer_command.main(given[2:])
    if given[:2] == ["simulate", "usb-printer"]:
        return usb_command.main(given[2:])
    if given[:2] == ["simulate", "queue"]:
        return queue_command.main(given[2:])
    options = _parser().parse_args(given)
    try:
        code: int = options.run(options)
    except KeyboardInterrupt:
        code = FINE
    except NoPlaceError as error:
        _complain(str(error))
        code = USAGE
    except (ScriptError, ValueError) as error:
        _complain(str(error))
        code = REFUSED
    except OSError as error:
        _complain(in_words(error, "the port"))
        code = REFUSED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drivers", description=__doc__.split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    looking_commands.add_to(commands)

    listen = commands.add_parser("listen", help="show what a scanner reads")
    _add_port(listen)
    listen.add_argument("--protocol", choices=SCANNER_PROTOCOLS, default="plain", help="what the scanner speaks")
    listen.add_argument("--suffix", choices=_SUFFIXES, default="cr", help="what the scanner sends after a code")
    listen.add_argument("--aim", action="store_true", help="the scanner sends AIM identifiers; refuse codes without")
    listen.add_argument("--count", type=arguments.how_many, default=None, help="end after so many codes")
    listen.add_argument("--seconds", type=arguments.seconds, default=None, help="end after this time")
    listen.set_defaults(run=_listen)

    weigh = commands.add_parser("weigh", help="take one stable weight from a scale")
    _add_port(weigh)
    _add_protocol(weigh, SCALE_PROTOCOLS)
    weigh.add_argument("--seconds", type=arguments.seconds, default=10.0, help="give up after this time")
    weigh.add_argument("--watch", action="store_true", help="show every reading until the time is over")
    weigh.set_defaults(run=_weigh)

    simulate = commands.add_parser("simulate", help="pretend to be a device; type `help` for what can happen to it")
    simulate.add_argument(
        "device",
        type=_simulated_device,
        metavar="{scale,scanner,printer,usb-printer,queue}",
        help="what to be; printer, usb-printer and queue have a --help of their own",
    )
    _add_protocol(simulate, SCALE_PROTOCOLS + tuple(name for name in SCANNER_PROTOCOLS if name not in SCALE_PROTOCOLS))
    simulate.add_argument(
        "--at", choices=(*_HOSTS, "hid"), default="auto", help="kind of port; hid: a USB bus inside this program"
    )
    add_scripts(simulate)
    simulate.set_defaults(run=_simulate)

    for command in (listen, weigh, simulate):
        command.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("port", metavar="PORT", help=PLACES)
    parser.add_argument("--baud", type=arguments.baud, default=9600)
    parser.add_argument(
        "--format", type=arguments.line_format, default="8N1", help="data bits, parity, stop bits, as in 8N1 or 7E1"
    )


def _add_protocol(parser: argparse.ArgumentParser, protocols: Sequence[str]) -> None:
    parser.add_argument("--protocol", choices=protocols, help="what it speaks (sics, or plain for a scanner)")
    parser.add_argument("--unit", help="unit of a scale that sends none")
    parser.add_argument("--checksum", action="store_true", help="a Toledo continuous scale sends a checksum")
    parser.add_argument("--pattern", default=PATTERN, help="the regular expression of a `pattern` scale")
    parser.add_argument("--request", default="", help="what an st_gs or pattern scale must hear to send a line")


def _protocol(options: argparse.Namespace) -> ScaleProtocol:
    return scale_protocol(
        options.protocol or ("hid_pos" if options.port.startswith("hid:") else "sics"),
        ScaleOptions(options.unit, options.checksum, options.pattern, options.request.encode("latin-1", "replace")),
    )


def _transport(options: argparse.Namespace) -> Transport:
    transport = place(options.port, baud=options.baud, form=options.format)
    if isinstance(transport, SpoolerTransport | UsbPrinterTransport):
        raise NoPlaceError(f"{options.port} is a printer: it neither scans nor weighs")
    return transport


# - listen and weigh -


def _events(inbox: "queue.SimpleQueue[Any]", seconds: float | None) -> Iterable[Any]:
    """Yield what the device's thread puts into the inbox, until the time is over."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            return
        try:
            yield inbox.get(timeout=left)
        except queue.Empty:
            return


def _listen(options: argparse.Namespace) -> int:
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    protocol = scanner_protocol(
        options.protocol, ScannerOptions(suffix=_SUFFIXES[options.suffix], aim_required=options.aim)
    )
    scanner = Scanner(
        "scanner", _transport(options), on_scan=inbox.put, on_state=inbox.put, on_misread=inbox.put, protocol=protocol
    )
    scanner.start()
    seen = 0
    try:
        for event in _events(inbox, options.seconds):
            _show(options, event)
            seen += isinstance(event, Scan)
            if options.count and seen >= options.count:
                return FINE
        return _verdict(scanner.state, fine=seen > 0)
    finally:
        scanner.stop()


def _weigh(options: argparse.Namespace) -> int:
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    scale = Scale("scale", _transport(options), on_reading=inbox.put, on_state=inbox.put, protocol=_protocol(options))
    rule = CaptureRule()
    capture: Capture | None = None
    why = ""
    scale.start()
    try:
        for event in _events(inbox, options.seconds):
            if isinstance(event, WeightReading):
                capture = rule.judge(event)
                why = _trouble(event) or capture.value
            if options.watch or isinstance(event, StateChanged):
                _show(options, event)
            if capture is Capture.READY and not options.watch:
                _show(options, event)
                return FINE
        if capture is not None and capture is not Capture.READY:
            _complain(f"no weight could be taken: {why}")
        return _verdict(scale.state, fine=capture is Capture.READY)
    finally:
        scale.stop()


def _verdict(state: DeviceState, *, fine: bool) -> int:
    if state is not DeviceState.ONLINE:
        _complain(f"the device is {state.value}" if state is not DeviceState.UNKNOWN else "nothing was heard in time")
        return FAULT
    return FINE if fine else REFUSED


def _show(options: argparse.Namespace, event: object) -> None:
    match event:
        case Scan():
            facts = {"scan": event.text, "symbology": event.symbology, "gs1": event.is_gs1}
            _say(options, facts, f"{event.symbology or '?'}\t{event.text!r}")
        case ScanAgain():
            _say(options, {"scan_again": event.reason}, f"scan again: {event.reason}")
        case WeightReading():
            shown = "no weight" if event.value is None else f"{event.value} {event.unit or '?'}"
            how = _trouble(event) or ("stable" if event.stable else "not stable")
            _say(options, _reading_facts(event), f"{shown}\t{how}")
        case StateChanged():
            _say(options, {"state": event.state.value, "reason": event.reason}, f"{event.state.value}: {event.reason}")


def _trouble(reading: WeightReading) -> str:
    """What the scale itself says is wrong, in words; nothing when it says nothing."""
    said = {
        "overload": reading.over,
        "under zero": reading.under,
        "fault": reading.fault,
        "not ready": reading.not_ready,
    }
    return ", ".join(word for word, holds in said.items() if holds)


def _reading_facts(reading: WeightReading) -> dict[str, Any]:
    names = ("stable", "zero", "over", "under", "motion", "not_ready", "fault")
    return {
        "value": None if reading.value is None else str(reading.value),
        "unit": reading.unit,
        "kg": None if reading.kg is None else str(reading.kg),
        "kind": reading.kind.value,
        **{name: getattr(reading, name) for name in names},
    }


# - simulate -


def _simulate(options: argparse.Namespace) -> int:
    if options.script:  # a bad script is told before anything is plugged in
        parse_script(script_of(options.script))
    if options.fault:
        fault_script(options.device, options.fault)
    device = _simulated(options)
    host = _on_hid_bus(options, device) if options.at == "hid" else _HOSTS[options.at](device)
    try:
        _say(options, {"device": options.device, "port": host.url}, host.url)
        if isinstance(host, _WatchedHid):
            host.watch()
        obey(options, options.device, {**device.actions(), "unplug": host.unplug, "replug": host.replug})
    finally:
        host.close()
    return FINE


def _simulated_device(word: str) -> str:
    if word not in _SIMULATED_HERE:
        others = "printer, usb-printer and queue, which stand right behind `simulate`"
        raise argparse.ArgumentTypeError(f"there is no device {word!r}; there are scale, scanner, {others}")
    return word


def _simulated(options: argparse.Namespace) -> ScaleSimulator | AnyScanner:
    on_hid = options.at == "hid"
    if options.device == "scale":
        protocol = options.protocol or ("hid_pos" if on_hid else "sics")
        if on_hid and protocol != "hid_pos":
            raise ValueError(f"a HID scale speaks hid_pos, not {protocol}")
        return ScaleSimulator(protocol=protocol, checksum=options.checksum)
    protocol = options.protocol or ("hid_pos" if on_hid else "plain")
    known = ("hid_pos",) if on_hid else SCANNER_PROTOCOLS
    if protocol not in known:
        raise ValueError(f"a scanner speaks {', '.join(known)} there, not {protocol}")
    return scanner_simulator(protocol)


def _on_hid_bus(options: argparse.Namespace, device: ScaleSimulator | AnyScanner) -> "_WatchedHid":
    """The device on a HID bus that only this process sees: so the driver runs here too, and all it says is shown."""
    scale = isinstance(device, ScaleSimulator)
    return _WatchedHid(scale_gadget(device) if scale else scanner_gadget(device), partial(_show, options), scale=scale)


class _WatchedHid(HidHosting):
    """A HID device together with the driver that hears it; of weights that are alike only the first is shown."""

    def __init__(self, gadget: HidGadget, show: Callable[[object], None], *, scale: bool) -> None:
        bus = HidBus()
        super().__init__(bus, gadget)
        self._gadget_on_bus, self._show, self._shown = gadget, show, ""
        match = PortMatch(gadget.vid, gadget.pid, gadget.serial)
        wire = HidTransport(match, usage_page=gadget.usage_page, newest_only=scale, api=bus)
        self._driver: Scale | Scanner
        if scale:
            protocol = scale_protocol("hid_pos", ScaleOptions())
            self._driver = Scale("scale", wire, on_reading=self._heard, on_state=self._changed, protocol=protocol)
        else:
            known = scanner_protocol("hid_pos", ScannerOptions())
            self._driver = Scanner(
                "scanner", wire, on_scan=self._show, on_state=self._show, on_misread=self._show, protocol=known
            )

    def watch(self) -> None:
        """Start the driver, and wait until it listens: what is said before that would be lost."""
        self._driver.start()
        self._gadget_on_bus.wait_until_heard(_HEARD_S)

    def _heard(self, reading: WeightReading) -> None:
        said = f"{reading.value} {reading.unit} {reading.stable} {_trouble(reading)}"
        if said != self._shown:
            self._shown = said
            self._show(reading)

    def _changed(self, change: StateChanged) -> None:
        self._shown = ""  # a scale that is back says its weight again
        self._show(change)

    def close(self) -> None:
        """Let the driver hear all that was said, end it, then take the device away."""
        self._gadget_on_bus.wait_until_heard(_HEARD_S)
        self._driver.stop()
        super().close()


def _say(options: argparse.Namespace, facts: Mapping[str, Any], text: str) -> None:
    sys.stdout.write(f"{json.dumps(facts) if options.json else text}\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
