"""No noise makes the parsers of printers' answers, names and files fail, or tell what the bytes do not say."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from drivers.files import FileError
from drivers.printers.printer import PrinterFault
from drivers.printers.zpl import answers
from drivers.printers.zpl.answers import Answers, Block, HostStatus, Quoted
from drivers.printers.zpl.files import as_zpl
from drivers.transports.usb_printer import parse_device_id
from tests.drivers.fuzz.noise import fuzzed, streams
from tests.drivers.printers.test_zpl_answers import BUSY, ERRORS, NOTHING, READY

seeds = st.integers(0, 2**63)

SAID = [
    READY,
    BUSY,
    ERRORS % (b"1 00000000 00000005", NOTHING),
    ERRORS % (NOTHING, b"1 00000000 00000008"),
    ERRORS % (b"1 00000001 00010000", NOTHING),
    b'"1,1,00000000,00000004,0,00000000,00000000"',
    b'"1012"\r\n',
    b'"?"',
    b'"' + b"9" * 5000 + b'"',
    b"\x02ZT411-203dpi,V92.21.18Z,8,262144KB\x03\r\n",
    b"\x02\r\n SERIAL NUMBER\r\n 99J204501234\r\n\x03\r\n",
]
GROUP_1 = {
    "paper_out": 0x1,
    "ribbon_out": 0x2,
    "head_open": 0x4,
    "cutter": 0x8,
    "head_too_hot": 0x30,
    "head_defect": 0xC0,
    "paused": 0x10000,
}


def judged_host(frames: Sequence[bytes]) -> Iterator[tuple[set[str], int, int]]:
    """Faults, formats and labels of every triple of lines that could be a `~HS` answer, read by columns."""
    lines = [frame.decode("latin-1").split(",") for frame in frames]
    for a, first in enumerate(lines):
        for b, second in enumerate(lines[a + 1 :], a + 1):
            third = any(len(line) == 2 for line in lines[b + 1 :])
            if (len(first), len(second), third) != (12, 11, True):
                continue
            if not (first[4].isdecimal() and second[8].isdecimal()):
                continue
            columns = {"paper_out": first[1], "paused": first[2], "head_open": second[2], "ribbon_out": second[3]}
            yield {name for name, flag in columns.items() if flag == "1"}, int(first[4][:10]), int(second[8][:10])


def believed(status: HostStatus) -> tuple[set[str], int, int]:
    judged = {"paper_out", "paused", "head_open", "ribbon_out"}
    return {fault.value for fault in status.faults} & judged, status.formats_in_buffer, status.labels_remaining


def judged_errors(text: str) -> int:
    """The bits of group 1 behind the word ERRORS; a flag or a bit of another group makes it not zero."""
    flag, other, first = text[text.index("ERRORS:") + 7 :].split()[:3]
    return int(first[:8], 16) | (1 << 40 if flag != "0" or int(other, 16) else 0)


@fuzzed
@given(seed=seeds)
def test_a_printer_is_believed_only_what_stands_in_its_answers(seed: int) -> None:
    for pieces in streams(seed, SAID):
        whole, cutter = b"".join(pieces), Answers()
        found = [answer for piece in pieces for answer in cutter.feed(piece)]
        for answer in found:
            begin, end = (b"\x02", b"\x03") if isinstance(answer, Block) else (b'"', b'"')
            assert begin + answer.text + end in whole, (pieces, answer)
        blocks = [answer.text for answer in found if isinstance(answer, Block)]
        quoted = [answer.text for answer in found if isinstance(answer, Quoted)]
        if status := answers.host_status(found):
            assert believed(status) in list(judged_host(blocks)), (pieces, status)
        if errors := answers.error_status(found):
            bits = judged_errors([text for text in blocks if b"PRINTER STATUS" in text][-1].decode("latin-1"))
            told = {fault.value for fault in errors.faults}
            assert told - {PrinterFault.OTHER.value} == {name for name, bit in GROUP_1.items() if bits & bit}, pieces
            assert bool(told) is bool(bits), (pieces, errors)
        if (count := answers.count(found)) is not None:
            assert str(count) == quoted[-1].decode().lstrip("0").rjust(1, "0")
        answers.system_status(found)
        answers.identity(found)
        if serial := answers.serial(found):
            assert serial.encode("ascii") in whole


@fuzzed
@given(seed=seeds)
def test_a_printers_name_holds_only_what_it_said(seed: int) -> None:
    names = [b"\x00\x2eMFG:Zebra;CMD:ZPL;MDL:ZT411;SN:A1;CLS:PRINTER;", b"\x00\x10MANUFACTURER:Z;"]
    for pieces in streams(seed, names):
        whole = b"".join(pieces)
        for key, value in parse_device_id(whole).items():
            assert value.encode("latin-1", "ignore") in whole, (whole, key, value)


@fuzzed
@given(seed=seeds)
def test_a_file_passes_for_zpl_only_when_every_label_begins_and_ends(seed: int) -> None:
    files = [b"^XA^FO1,1^FDone^FS^PQ2^XZ", b"^xa^gb9,9,9^fs^xz\n", b"~JA", b"^XA^JUS^XZ", b"^XA^PQ99999999^FDx^XZ"]
    for pieces in streams(seed, files):
        whole = b"".join(pieces)
        try:
            found = as_zpl(whole, "file")
        except FileError:
            continue
        threes = (whole[place : place + 3].upper() for place in range(len(whole)))
        signs = [three for three in threes if three in {b"^XA", b"^XZ"}]
        assert signs == [b"^XA", b"^XZ"] * (len(signs) // 2), whole
        assert 0 <= found.labels <= 100_000_000 * len(signs)
