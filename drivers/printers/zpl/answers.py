"""What a Zebra printer answers, cut out of the stream and understood; without ports and clocks (sans-IO).

Sources: ZPL programming guide, `~HS`, `~HQ`, `~HI`, and the SGD chapter. No real printer was at hand: unverified.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from drivers.printers.printer import PrinterFault, PrinterIdentity, PrinterWarning

_ANSWER = re.compile(rb'\x02([^\x02\x03]*)\x03|"([^"\x02\r\n]*)"')
_LONGEST = 8192
_MOST_DIGITS = 10  # of a counter; Python refuses to read some thousand digits as a number
_INFORMATION = rb"([^,\r\n]*[A-Za-z][^,\r\n]*),([^,\r\n]+),(\d{1,3}),\s*\d+\s*KB[^\r\n]*"

_ERRORS = {
    0x1: PrinterFault.PAPER_OUT,
    0x2: PrinterFault.RIBBON_OUT,
    0x4: PrinterFault.HEAD_OPEN,
    0x8: PrinterFault.CUTTER,
    0x10: PrinterFault.HEAD_TOO_HOT,
    0x20: PrinterFault.HEAD_TOO_HOT,  # the motor; the same for the person in front of it
    0x40: PrinterFault.HEAD_DEFECT,
    0x80: PrinterFault.HEAD_DEFECT,
    0x10000: PrinterFault.PAUSED,
}
_PAUSE_BIT = 0x10000
_WARNINGS = {
    0x1: PrinterWarning.CALIBRATE,
    0x2: PrinterWarning.CLEAN_HEAD,
    0x4: PrinterWarning.REPLACE_HEAD,
    0x8: PrinterWarning.PAPER_LOW,
}


@dataclass(frozen=True)
class Block:
    """An answer between STX and ETX."""

    text: bytes


@dataclass(frozen=True)
class Quoted:
    """The answer to an SGD `getvar`: a value in quotation marks."""

    text: bytes


class Answers:
    """Cuts the printer's answers out of the bytes, however they are split or merged."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[Block | Quoted]:
        """Take what arrived and return the answers that are complete."""
        self._buffer = (self._buffer + data)[-_LONGEST:]
        found: list[Block | Quoted] = []
        end = 0
        for match in _ANSWER.finditer(self._buffer):
            # A quotation mark inside an unfinished block belongs to the block.
            if self._buffer.find(b"\x02", end, match.start()) >= 0:
                break
            block, quoted = match.groups()
            found.append(Block(block) if block is not None else Quoted(quoted))
            end = match.end()
        self._buffer = self._buffer[end:]
        return found

    def reset(self) -> None:
        """Forget what arrived before."""
        self._buffer = b""


@dataclass(frozen=True)
class HostStatus:
    """The three lines of `~HS` as far as they matter."""

    faults: tuple[PrinterFault, ...]
    formats_in_buffer: int
    labels_remaining: int
    receiving: bool
    label_to_take: bool


def host_status(answers: Iterable[Block | Quoted]) -> HostStatus | None:
    """Read the last complete `~HS` answer; `None` while it is not complete.

    The print mode is a digit or a letter and is not needed; other fields are refused when they are no numbers.
    """
    first = second = None
    result = None
    for answer in answers:
        if not isinstance(answer, Block):
            continue
        fields = answer.text.decode("ascii", "replace").split(",")
        match len(fields):
            case 12:
                first, second = fields, None
            case 11 if first:
                second = fields
            case 2 if first and second:
                result = _host_status(first, second) or result
                first = second = None
    return result


def _host_status(first: list[str], second: list[str]) -> HostStatus | None:
    flags = {
        PrinterFault.PAPER_OUT: first[1],
        PrinterFault.PAUSED: first[2],
        PrinterFault.BUFFER_FULL: first[5],
        PrinterFault.CONFIGURATION_LOST: first[9],
        PrinterFault.HEAD_TOO_COLD: first[10],
        PrinterFault.HEAD_TOO_HOT: first[11],
        PrinterFault.HEAD_OPEN: second[2],
        PrinterFault.RIBBON_OUT: second[3],
    }
    numbers = (first[4], second[8])
    if not all(flag in {"0", "1"} for flag in (*flags.values(), first[7], second[7])):
        return None
    if not all(number.isdigit() and len(number) <= _MOST_DIGITS for number in numbers):
        return None
    return HostStatus(
        faults=tuple(fault for fault, flag in flags.items() if flag == "1"),
        formats_in_buffer=int(numbers[0]),
        labels_remaining=int(numbers[1]),
        receiving=first[7] == "1",
        label_to_take=second[7] == "1",
    )


@dataclass(frozen=True)
class ErrorStatus:
    """The answer to `~HQES`."""

    faults: tuple[PrinterFault, ...]
    warnings: tuple[PrinterWarning, ...]


def error_status(answers: Iterable[Block | Quoted]) -> ErrorStatus | None:
    """Read the last `~HQES` answer; `None` while there is none."""
    for answer in reversed(list(answers)):
        if isinstance(answer, Block) and b"PRINTER STATUS" in answer.text:
            errors = _flags(rb"ERRORS:", answer.text)
            warnings = _flags(rb"WARNINGS:", answer.text)
            if errors is None or warnings is None:
                return None
            return ErrorStatus(_faults(errors), tuple(w for bit, w in _WARNINGS.items() if warnings & bit))
    return None


def system_status(answers: Iterable[Block | Quoted]) -> ErrorStatus | None:
    """Read the last answer to the SGD question `zpl.system_status`; `None` while there is none.

    Seven fields: pause, error flag, error groups 2 and 1, warning flag, warning groups 2 and 1 [S].
    """
    for answer in reversed(list(answers)):
        fields = answer.text.split(b",") if isinstance(answer, Quoted) else []
        if len(fields) == 7 and all(re.fullmatch(rb"[0-9A-Fa-f]{1,8}", field) for field in fields):
            pause, flag, second_group, first_group, _, _, warned = (int(field, 16) for field in fields)
            errors = first_group | (1 << 32 if flag or second_group else 0) | (_PAUSE_BIT if pause else 0)
            return ErrorStatus(_faults(errors), tuple(w for bit, w in _WARNINGS.items() if warned & bit))
    return None


def _flags(name: bytes, text: bytes) -> int | None:
    """The bits of the first group, with bit 32 as the sign that some bit of any group is set."""
    match = re.search(name + rb"\s*([01])\s+([0-9A-Fa-f]{8})\s+([0-9A-Fa-f]{8})", text)
    if match is None:
        return None
    flag, second_group, first_group = match.groups()
    return int(first_group, 16) | (1 << 32 if flag == b"1" or int(second_group, 16) else 0)


def _faults(errors: int) -> tuple[PrinterFault, ...]:
    named = tuple(dict.fromkeys(fault for bit, fault in _ERRORS.items() if errors & bit))
    unnamed = errors & 0xFFFFFFFF & ~sum(_ERRORS)
    return (*named, PrinterFault.OTHER) if unnamed or (errors and not named) else named


def count(answers: Iterable[Block | Quoted]) -> int | None:
    """Read a counter; `None` while there is no answer or the printer does not know ("?")."""
    values = [answer.text for answer in answers if isinstance(answer, Quoted)]
    return int(values[-1]) if values and values[-1].isdigit() and len(values[-1]) <= _MOST_DIGITS else None


def said_unknown(answers: Iterable[Block | Quoted]) -> bool:
    """Whether the printer answered an SGD question with its word for "I do not know that"."""
    return any(isinstance(answer, Quoted) and answer.text == b"?" for answer in answers)


def serial(answers: Iterable[Block | Quoted]) -> str | None:
    """Read the answer to `~HQSN`: a heading, then the serial number on a line of its own; a garbled one is none."""
    for answer in answers:
        if isinstance(answer, Block) and b"SERIAL NUMBER" in answer.text:
            lines = [line.strip() for line in answer.text.partition(b"SERIAL NUMBER")[2].splitlines()]
            found = next((line for line in lines if line), None)
            text = found.decode("ascii", "replace") if found else ""
            return text if text.isascii() and text.isprintable() and text else None
    return None


def identity(answers: Iterable[Block | Quoted]) -> PrinterIdentity | None:
    """Read the answer to `~HI`: model, firmware, dots per mm, memory, options; the serial number is not in it."""
    for answer in answers:
        match = re.fullmatch(_INFORMATION, answer.text.strip()) if isinstance(answer, Block) else None
        if match:
            model, firmware, dots = (part.decode("ascii", "replace") for part in match.groups())
            return PrinterIdentity(serial=None, model=model, firmware=firmware, dots_per_mm=int(dots))
    return None
