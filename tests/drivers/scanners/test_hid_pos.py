"""HID scanners: a code in one report or several, whole or not at all."""

import pytest

from drivers.device import BadFrame
from drivers.scanners.hid_pos import HidPosScanner
from drivers.scanners.scan import Misread, Scan, ScannerNote
from drivers.simulators.scanner import HidScannerSimulator, report


def reports(code: str, aim_id: str = "]C0") -> list[bytes]:
    simulator = HidScannerSimulator()
    simulator.scan(code, aim_id)
    return list(iter(lambda: simulator.say(0.0), b""))


def read(scanner: HidPosScanner, frame: bytes, now: float = 1.0) -> Scan | ScannerNote:
    (whole,) = scanner.framer.feed(frame)
    return scanner.decode(whole, now)


def misread(scanner: HidPosScanner, frame: bytes, now: float = 1.0) -> str:
    with pytest.raises(BadFrame) as bad:
        read(scanner, frame, now)
    return bad.value.reason


def test_the_layout_is_that_of_the_vendors_sample() -> None:
    sent = bytes.fromhex("02 05 5D4330") + b"12345" + bytes(64 - 10)
    assert reports("12345") == [sent]
    scan = read(HidPosScanner(), sent)
    assert isinstance(scan, Scan)
    assert (scan.text, scan.symbology, scan.raw) == ("12345", "code-128", b"]C012345")


def test_a_gs1_code_is_known_by_its_identifier() -> None:
    scan = read(HidPosScanner(), reports("0104012345678918\x1d10L1", "]d2")[0])
    assert isinstance(scan, Scan)
    assert scan.is_gs1


@pytest.mark.parametrize("length", [1, 55, 56, 57, 112, 113, 300])
def test_a_long_code_is_joined_from_its_reports(length: int) -> None:
    scanner, code = HidPosScanner(), ("0123456789" * 30)[:length]
    *parts, last = reports(code)
    assert [read(scanner, part) for part in parts] == [ScannerNote("continued")] * len(parts)
    scan = read(scanner, last)
    assert isinstance(scan, Scan)
    assert scan.text == code


def test_a_continuation_that_comes_too_late_or_of_another_code_is_to_be_scanned_again() -> None:
    first, second = reports("A" * 60)
    scanner = HidPosScanner()
    read(scanner, first, now=1.0)
    assert misread(scanner, second, now=2.0) == Misread.CUT
    read(scanner, first, now=3.0)
    assert misread(scanner, reports("12345", "]E0")[0], now=3.1) == Misread.CUT
    assert isinstance(read(scanner, reports("12345")[0], now=3.2), Scan)


def test_after_the_cable_was_pulled_no_half_code_is_left() -> None:
    scanner = HidPosScanner()
    read(scanner, reports("A" * 60)[0])
    scanner.reset()
    scan = read(scanner, reports("12345")[0])
    assert isinstance(scan, Scan)
    assert scan.text == "12345"


@pytest.mark.parametrize(
    "frame",
    [
        b"\x02\x05]C0123",
        report(b"]C0", b"12345", more=False)[:-1],
        b"\x02\x39" + bytes(62),
        report(b"]C0", b"12345", more=False)[:-1] + b"\x02",
        report(b"]C0", b"12\x0045", more=False),
        report(b"]C?", b"12345", more=False),
    ],
)
def test_a_report_that_contradicts_itself_is_no_code(frame: bytes) -> None:
    assert misread(HidPosScanner(), frame) == Misread.GARBLED


def test_an_empty_report_is_no_code() -> None:
    assert misread(HidPosScanner(), b"\x02" + bytes(63)) == Misread.INCOMPLETE


def test_other_reports_are_passed_over() -> None:
    assert read(HidPosScanner(), b"\x04\x01") == ScannerNote("other_report", "04")
