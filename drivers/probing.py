"""What stands behind a port, on positive evidence only: first by listening, then by a question that changes nothing.

Asking an unknown device may print, move or reset something: `ask` is only for ports that a person named. The order
of questions (DEVICES 5) is that of `PROBES`, the safest first; none of them sets a zero or a tare.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from drivers.device import BadFrame, DeviceProtocol
from drivers.printers.zpl import answers
from drivers.printers.zpl.answers import Answers
from drivers.scales.a_and_d import AAndD
from drivers.scales.nci import Nci, Variant
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightReading
from drivers.scales.sics import Sics
from drivers.scales.sma import Sma
from drivers.scales.st_gs import StGs
from drivers.scales.toledo_continuous import ToledoContinuous
from drivers.scanners.plain import PlainScanner
from drivers.scanners.scan import Scan
from drivers.transports.transport import Transport, TransportTimeout

LISTEN_S = 1.5
_MOST_BYTES = 8192
_NCI_STATUS = re.compile(rb"\nS?[0-?p-\x7f]{2,5}\r")
_ECHO_BEGINS, _ECHOED = b"\x02E\r", b"hello"


@dataclass(frozen=True, slots=True)
class Finding:
    """A device that showed what it is: by its answer, or by what it says unasked."""

    role: str
    protocol: str
    evidence: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question, and how its answer is known.

    Attributes:
        role, protocol: what is there when the answer is the right one.
        question: bytes that change nothing at any device of this protocol.
        recognise: given everything that came since, the proof in words (a serial number, a model), or `None`.
        wait_s: how long an answer may take.
        afterwards: bytes that end what the question began, whatever was answered.
    """

    role: str
    protocol: str
    question: bytes
    recognise: Callable[[bytes], str | None]
    wait_s: float = 1.0
    afterwards: bytes = b""


def listen(transport: Transport, *, seconds: float = LISTEN_S) -> Finding | None:
    """Say what talks by itself at an open port: a scale that repeats its weight, a scanner that sends identifiers.

    `None` when nothing came, or nothing that is proof, or what came fits several languages. Raises `TransportError`.
    """
    heard = b""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and len(heard) < _MOST_BYTES:
        heard += transport.read(timeout_s=left)
    return what_speaks(heard)


def what_speaks(heard: bytes) -> Finding | None:
    """Say which language bytes are, if only one explains them."""
    found = [finding for listener in LISTENERS if (finding := listener(heard))]
    return found[0] if len(found) == 1 else None


def ask(transport: Transport, probes: Sequence[Probe] | None = None) -> Finding | None:
    """Ask what is at an open port, one question after the other until one is answered rightly.

    Raises `TransportError` when the port goes away; a device that takes no bytes is passed over.
    """
    for probe in PROBES if probes is None else probes:
        while transport.read(timeout_s=0.001):  # what an earlier question brought about is no answer to this one
            pass
        try:
            transport.write(probe.question, timeout_s=probe.wait_s)
        except TransportTimeout:
            continue
        proof = _answer(transport, probe)
        if probe.afterwards:
            transport.write(probe.afterwards, timeout_s=probe.wait_s)
        if proof is not None:
            return Finding(probe.role, probe.protocol, f"answered {_shown(probe.question)}", proof)
    return None


def _answer(transport: Transport, probe: Probe) -> str | None:
    heard = b""
    deadline = time.monotonic() + probe.wait_s
    while (left := deadline - time.monotonic()) > 0 and len(heard) < _MOST_BYTES:
        heard += transport.read(timeout_s=left)
        if (proof := probe.recognise(heard)) is not None:
            return proof
    return None


def _shown(question: bytes) -> str:
    return "".join(chr(byte) if 0x20 < byte < 0x7F else "" for byte in question)


# - scales -


def understood(protocol: DeviceProtocol[ScaleMessage], heard: bytes) -> Iterable[ScaleMessage | None]:
    """Yield what a protocol makes of bytes, `None` for what it does not understand."""
    for frame in protocol.framer.feed(heard):
        try:
            yield protocol.decode(frame, 0.0)
        except BadFrame:
            yield None


def hears_scale(name: str, make: Callable[[], DeviceProtocol[ScaleMessage]]) -> Callable[[bytes], Finding | None]:
    """A listener for a scale that repeats its weight: two readings at least, and nothing that is none after the first.

    One reading may be chance, and the first piece may be the end of a message.
    """

    def listener(heard: bytes) -> Finding | None:
        messages = list(understood(make(), heard))[1:]
        readings = [message for message in messages if isinstance(message, WeightReading)]
        if len(readings) < 2 or len(readings) != len(messages):
            return None
        return Finding("scale", name, f"heard {len(readings)} weights")

    return listener


def _sma_level(heard: bytes) -> str | None:
    for message in understood(Sma(), heard):
        if isinstance(message, ScaleAnswer) and message.command == "SMA":
            return message.text
    return None


def _nci_status(begins: bytes) -> Callable[[bytes], str | None]:
    """A status alone: LF, status bytes, CR, ETX; in the ECR variant an `S` stands before the status bytes."""

    def recognise(heard: bytes) -> str | None:
        readings = [message for message in understood(Nci(), heard) if isinstance(message, WeightReading)]
        proved = [reading for reading in readings if _NCI_STATUS.fullmatch(reading.raw)]
        return "" if proved and proved[0].raw.startswith(b"\nS") == (begins == b"\nS") else None

    return recognise


def _nci_ecr_name(heard: bytes) -> str | None:
    for message in understood(Nci(variant=Variant.ECR), heard):
        if isinstance(message, ScaleAnswer) and message.command == "ENQ":
            return message.text
    return None


def _echo(heard: bytes) -> str | None:
    """The confidence test of the 8217: STX E CR, then the very bytes that were sent."""
    said = bytes(byte & 0x7F for byte in heard)
    return "" if _ECHO_BEGINS in said and _ECHOED in said.partition(_ECHO_BEGINS)[2] else None


def _sics_serial(heard: bytes) -> str | None:
    for message in understood(Sics(), heard):
        if isinstance(message, ScaleAnswer) and message.command == "I4" and message.status == "A":
            return message.text
    return None


# - scanners -


def _hears_scanner(heard: bytes) -> Finding | None:
    scanner = PlainScanner(aim_required=True)
    codes = []
    for frame in scanner.framer.feed(heard):
        try:
            codes.append(scanner.decode(frame, 0.0))
        except BadFrame:
            return None
    known: list[Scan] = [code for code in codes if code.symbology]
    return Finding("scanner", "plain", f"read a {known[0].symbology} code") if known and known == codes else None


# - printers -


def _zpl_model(heard: bytes) -> str | None:
    found = answers.identity(Answers().feed(heard))
    return found.model if found else None


LISTENERS: tuple[Callable[[bytes], Finding | None], ...] = (
    hears_scale("sics", Sics),
    hears_scale("toledo_continuous", ToledoContinuous),
    hears_scale("a_and_d", AAndD),
    hears_scale("st_gs", StGs),
    _hears_scanner,
)
PROBES: tuple[Probe, ...] = (
    Probe("scale", "sma", Sma().identify().request, _sma_level),
    Probe("scale", "sics", Sics().identify().request, _sics_serial),
    Probe("scale", "nci", b"S\r", _nci_status(b"\n")),
    Probe("scale", "nci_ecr", b"S\r", _nci_status(b"\nS")),
    Probe("scale", "nci_ecr", b"\x05\r", _nci_ecr_name),
    Probe("scale", "toledo_8217", b"E" + _ECHOED, _echo, afterwards=b"F"),
    Probe("label_printer", "zpl", b"~HI", _zpl_model),
)
