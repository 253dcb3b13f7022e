"""What stands behind a port, on positive evidence only."""

from dataclasses import replace
from decimal import Decimal

import pytest

from drivers.printers.zpl.printer import ZplPrinter
from drivers.probing import PROBES, Finding, Probe, ask, listen, what_speaks
from drivers.simulators.hosting import serve
from drivers.simulators.printer import PrinterSimulator
from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.scanner import ScannerSimulator
from drivers.transports.serial_port import SerialTransport
from drivers.transports.tcp import TcpTransport

# pyserial 3.5 opens rfc2217://, the port of these tests on Windows, with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")


def test_a_scale_that_is_asked_gives_its_serial_number() -> None:
    with serve(ScaleSimulator(serial="B123")) as host:
        transport = SerialTransport(host.url)
        transport.open()
        finding = ask(transport)
        transport.close()
    assert finding is not None
    assert (finding.role, finding.protocol, finding.serial) == ("scale", "sics", "B123")


def test_a_printer_that_is_asked_gives_its_model_and_prints_nothing() -> None:
    with PrinterSimulator() as printer:
        transport = TcpTransport(printer.host, printer.port)
        transport.open()
        finding = ask(transport)
        assert finding == Finding("label_printer", "zpl", "answered ~HI", printer.model)
        assert ZplPrinter(transport).label_count() == 1000
        transport.close()


def test_a_scanner_that_reads_what_looks_like_a_weight_is_no_scale() -> None:
    simulator = ScannerSimulator()
    with serve(simulator) as host:
        transport = SerialTransport(host.url)
        transport.open()
        simulator.scan("S S      1.000 kg 99")
        simulator.scan("S S      1.000 kg 99")
        assert listen(transport, seconds=0.2) == Finding("scanner", "plain", "read a code-128 code")
        assert ask(transport) is None
        transport.close()


def test_a_scale_that_speaks_by_itself_is_heard_and_not_asked() -> None:
    simulator = ScaleSimulator(settle_s=0)
    simulator.place(Decimal("1.250"))
    with serve(simulator) as host:
        transport = SerialTransport(host.url)
        transport.open()
        assert listen(transport, seconds=0.1) is None
        transport.write(b"SIR\r\n", timeout_s=1)
        finding = listen(transport, seconds=0.6)
        transport.close()
    assert finding is not None
    assert (finding.role, finding.protocol) == ("scale", "sics")


@pytest.mark.parametrize(("protocol", "proof"), [("sma", "2/1.0"), ("nci", ""), ("nci_ecr", "OPOS")])
def test_scales_of_other_languages_are_known_by_their_own_answers(protocol: str, proof: str) -> None:
    with serve(ScaleSimulator(protocol=protocol)) as host:
        transport = SerialTransport(host.url)
        transport.open()
        finding = ask(transport, quick_probes())
        transport.close()
    assert finding is not None
    assert (finding.protocol, finding.serial) == (protocol, proof)


class Echo:
    """An 8217 in its confidence test, as far as the question goes; `heard` is everything that was said to it."""

    def __init__(self) -> None:
        self.heard = b""
        self._out = b""

    def receive(self, data: bytes, now: float) -> None:
        self.heard += data
        if data.startswith(b"E"):
            self._out = b"\x02E\r" + data[1:]

    def say(self, now: float) -> bytes:
        said, self._out = self._out, b""
        return said


def test_the_echo_of_an_8217_is_its_proof_and_is_ended_afterwards() -> None:
    device = Echo()
    with serve(device) as host:
        transport = SerialTransport(host.url)
        transport.open()
        finding = ask(transport, [probe for probe in quick_probes() if probe.protocol == "toledo_8217"])
        transport.write(b"!", timeout_s=1)
        while not device.heard.endswith(b"!"):
            transport.read(timeout_s=0.02)
        transport.close()
    assert finding == Finding("scale", "toledo_8217", "answered Ehello")
    assert device.heard == b"EhelloF!"


@pytest.mark.parametrize("protocol", ["toledo_continuous", "st_gs"])
def test_scales_that_repeat_their_weight_are_known_without_a_question(protocol: str) -> None:
    simulator = ScaleSimulator(protocol=protocol, settle_s=0)
    simulator.place(Decimal("1.250"))
    with serve(simulator) as host:
        transport = SerialTransport(host.url)
        transport.open()
        finding = listen(transport, seconds=1.0)
        transport.close()
    assert finding is not None
    assert finding.protocol == protocol


def quick_probes() -> list[Probe]:
    return [replace(probe, wait_s=0.3) for probe in PROBES]


@pytest.mark.parametrize("heard", [b"", b"hello\r\n", b"S S      1.000 kg\r\n", b"4012345678901\r", b"\x00\xff" * 50])
def test_what_is_no_proof_is_no_device(heard: bytes) -> None:
    assert what_speaks(heard) is None


def test_no_question_can_set_a_zero_or_a_tare_or_print() -> None:
    forbidden = (b"Z", b"T", b"C", b"ZI", b"TI", b"@", b"^XA")
    assert not [probe for probe in PROBES if probe.question.strip() in forbidden]
