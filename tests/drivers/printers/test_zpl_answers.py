"""What a Zebra printer says, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printers.printer import PrinterFault, PrinterWarning
from drivers.printers.zpl import answers
from drivers.printers.zpl.answers import Answers, Block, Quoted

READY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
BUSY = b"\x02030,1,1,1245,003,0,0,1,000,0,0,1\x03\r\n\x02000,0,1,1,1,K,6,1,00000007,1,000\x03\r\n\x021234,0\x03\r\n"
ERRORS = (
    b"\x02\r\n  PRINTER STATUS                             \r\n"
    b"   ERRORS:         1 00000000 %s\r\n   WARNINGS:       %s\r\n\x03\r\n"
)
NOTHING = b"0 00000000 00000000"


def host(data: bytes) -> answers.HostStatus | None:
    return answers.host_status(Answers().feed(data))


def errors(bits: bytes, warnings: bytes = NOTHING) -> answers.ErrorStatus | None:
    return answers.error_status(Answers().feed(ERRORS % (bits, warnings)))


def test_a_ready_printer_is_idle_and_without_faults() -> None:
    assert host(READY) == answers.HostStatus((), 0, 0, receiving=False, label_to_take=False)


def test_every_flag_of_host_status_is_read_and_the_print_mode_may_be_a_letter() -> None:
    status = host(BUSY)
    assert status
    assert set(status.faults) == {
        PrinterFault.PAPER_OUT,
        PrinterFault.PAUSED,
        PrinterFault.HEAD_OPEN,
        PrinterFault.RIBBON_OUT,
        PrinterFault.HEAD_TOO_HOT,
    }
    assert (status.formats_in_buffer, status.labels_remaining) == (3, 7)
    assert status.receiving
    assert status.label_to_take


@pytest.mark.parametrize("split", range(1, len(BUSY)))
def test_host_status_may_be_split_anywhere(split: int) -> None:
    framer = Answers()
    found = framer.feed(BUSY[:split])
    assert answers.host_status(found) is None or split > BUSY.rindex(b"\x03")
    found += framer.feed(BUSY[split:])
    assert answers.host_status(found) == host(BUSY)


def test_of_two_answers_in_one_read_the_newer_counts() -> None:
    assert host(READY + BUSY) == host(BUSY)
    assert host(BUSY + READY) == host(READY)


def test_garbage_before_an_answer_does_not_hide_it() -> None:
    assert host(b"\xff\x00,,\x03\r\n" + BUSY) == host(BUSY)


@pytest.mark.parametrize(
    "damaged",
    [READY[:-4], READY.replace(b"0,0,0,1245", b"0,x,0,1245"), READY.replace(b",000,0,0,0,000", b",?,0,0,0,000"), b""],
)
def test_a_damaged_answer_is_no_answer(damaged: bytes) -> None:
    assert host(damaged) is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    found = Answers().feed(data)
    answers.host_status(found)
    answers.error_status(found)
    answers.count(found)
    answers.serial(found)
    answers.identity(found)


@pytest.mark.parametrize(
    ("bits", "faults"),
    [
        (b"00000005", {PrinterFault.HEAD_OPEN, PrinterFault.PAPER_OUT}),
        (b"0000000B", {PrinterFault.CUTTER, PrinterFault.RIBBON_OUT, PrinterFault.PAPER_OUT}),
        (b"00000010", {PrinterFault.HEAD_TOO_HOT}),
        (b"00010000", {PrinterFault.PAUSED}),
        (b"00001000", {PrinterFault.OTHER}),
        (b"00000000", {PrinterFault.OTHER}),  # the flag says error, the bits do not say which
    ],
)
def test_error_bits_add_up(bits: bytes, faults: set[PrinterFault]) -> None:
    status = errors(bits)
    assert status
    assert set(status.faults) == faults


def test_warnings_do_not_stop_the_printer_and_no_error_is_no_fault() -> None:
    answer = (ERRORS % (b"00000000", b"1 00000000 00000009")).replace(b"1 00000000 00000000", NOTHING)
    status = answers.error_status(Answers().feed(answer))
    assert status == answers.ErrorStatus((), (PrinterWarning.CALIBRATE, PrinterWarning.PAPER_LOW))


def test_the_counter_is_a_quoted_number_and_nothing_else() -> None:
    assert answers.count([Quoted(b"001234")]) == 1234
    assert answers.count([Quoted(b"?")]) is None
    assert answers.count([Quoted(b"12 IN")]) is None
    assert answers.count([]) is None


def test_quotation_marks_inside_a_block_are_no_counter() -> None:
    framer = Answers()
    assert framer.feed(b'\x028560 "12"') == []
    assert framer.feed(b" CM\x03") == [Block(b'8560 "12" CM')]


def test_identity_and_serial_number() -> None:
    (block,) = Answers().feed(b"\x02ZT410-203dpi,V75.20.01Z,8,8176KB\x03\r\n")
    identity = answers.identity([block])
    assert identity
    assert (identity.model, identity.firmware, identity.dots_per_mm) == ("ZT410-203dpi", "V75.20.01Z", 8)
    assert answers.serial(Answers().feed(b"\x02\r\n  SERIAL NUMBER\r\n  41A06440023\r\n\x03\r\n")) == "41A06440023"
    assert answers.identity(Answers().feed(READY)) is None


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (b"1,1,00000000,00000004,0,00000000,00000000", (PrinterFault.HEAD_OPEN, PrinterFault.PAUSED)),
        (b"0,1,00000000,00000005,0,00000000,00000000", (PrinterFault.PAPER_OUT, PrinterFault.HEAD_OPEN)),
        (b"0,0,00000000,00000000,0,00000000,00000000", ()),
        (b"0,1,00000001,00000000,0,00000000,00000000", (PrinterFault.OTHER,)),
    ],
)
def test_the_system_variable_names_the_same_faults(said: bytes, faults: tuple[PrinterFault, ...]) -> None:
    status = answers.system_status([Quoted(said)])
    assert status is not None
    assert status.faults == faults


@pytest.mark.parametrize("said", [b"?", b"1000", b"0,0,0", b"0,x,00000000,00000000,0,00000000,00000000"])
def test_another_variable_is_no_system_status(said: bytes) -> None:
    assert answers.system_status([Quoted(said)]) is None
