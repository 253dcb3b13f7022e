"""SSI: every code acknowledged, none lost, none doubled."""

import pytest

from drivers.device import BadFrame, DeviceRefused, DeviceState
from drivers.scanners.scan import Misread, Scan, ScanAgain, ScannerMessage, ScannerNote
from drivers.scanners.scanner import Scanner
from drivers.scanners.ssi import ACK, DECODE_DATA, NAK, REPLY_REVISION, REQUEST_REVISION, RESENT, SsiScanner, packet
from drivers.simulators.hosting import serve, serve_rfc2217, serve_tcp
from drivers.simulators.scanner import SsiSimulator
from drivers.transports.serial_port import SerialTransport
from tests.drivers.events import PATIENCE_S, Inbox

ACKNOWLEDGED = bytes.fromhex("04D00400FF28")
ASK_AGAIN = bytes.fromhex("05D1040001FF25")


def decode_data(code: bytes, kind: int = 0x03, status: int = 0) -> bytes:
    return packet(DECODE_DATA, bytes([kind]) + code, source=0, status=status)


def heard(scanner: SsiScanner, *pieces: bytes, now: float = 1.0) -> list[ScannerMessage | Misread]:
    found: list[ScannerMessage | Misread] = []
    for piece in pieces:
        for frame in scanner.framer.feed(piece):
            found += [decoded(scanner, frame, now)]
    return found


def decoded(scanner: SsiScanner, frame: bytes, now: float) -> ScannerMessage | Misread:
    try:
        return scanner.decode(frame, now)
    except BadFrame as bad:
        return Misread(bad.reason)


def codes(messages: list[ScannerMessage | Misread]) -> list[str]:
    return [message.text for message in messages if isinstance(message, Scan)]


def test_the_packets_are_those_that_the_guide_prints() -> None:
    assert packet(ACK) == ACKNOWLEDGED
    assert packet(NAK, b"\x01") == ASK_AGAIN
    assert packet(REQUEST_REVISION) == bytes.fromhex("04A30400FF55")


def test_a_code_is_read_and_acknowledged_wherever_the_packet_is_cut() -> None:
    sent = decode_data(b"LOC-01-02")
    for cut in range(len(sent) + 1):
        scanner = SsiScanner()
        (scan,) = heard(scanner, sent[:cut], sent[cut:])
        assert isinstance(scan, Scan)
        assert (scan.text, scan.symbology, scan.is_gs1) == ("LOC-01-02", "code-128", False)
        assert scanner.poll(1.0) == ACKNOWLEDGED
        assert scanner.poll(1.1) == b""


@pytest.mark.parametrize(
    ("kind", "sent", "symbology"),
    [
        (0x0B, b"4012345678901", "ean-13"),
        (0x0F, b"0104012345678918\x1d10L1", "gs1-128"),
        (0x1B, b"]d20104012345678918", "gs1-datamatrix"),
        (0x1B, b"plain", "datamatrix"),
        (0x77, b"12345", ""),
    ],
)
def test_the_symbology_is_the_identifiers_or_else_the_types(kind: int, sent: bytes, symbology: str) -> None:
    (scan,) = heard(SsiScanner(), decode_data(sent, kind))
    assert isinstance(scan, Scan)
    assert scan.symbology == symbology


def test_a_suffix_within_the_packet_is_no_part_of_the_code() -> None:
    assert codes(heard(SsiScanner(), decode_data(b"LOC-01\r\n"))) == ["LOC-01"]


def test_garbage_before_a_packet_and_two_packets_in_one_read() -> None:
    stream = b"\x00\x01\xf3\x03" + decode_data(b"FIRST1") + decode_data(b"SECOND")
    assert codes(heard(SsiScanner(), stream)) == ["FIRST1", "SECOND"]


def test_a_packet_with_any_wrong_bit_gives_no_code_and_is_asked_for_again() -> None:
    sent = decode_data(b"LOC-01")
    for place in range(3, len(sent)):
        for bit in range(8):
            scanner = SsiScanner()
            spoiled = sent[:place] + bytes([sent[place] ^ 1 << bit]) + sent[place + 1 :]
            assert heard(scanner, spoiled) == [ScannerNote("asked_again")]
            assert scanner.poll(1.0) == ASK_AGAIN
            assert codes(heard(scanner, decode_data(b"LOC-01", status=RESENT))) == ["LOC-01"]


def test_a_packet_that_stops_in_the_middle_is_asked_for_again_after_a_silence() -> None:
    scanner = SsiScanner()
    assert heard(scanner, decode_data(b"LOC-01")[:6]) == []
    (part,) = scanner.framer.idle()
    assert decoded(scanner, part, 1.0) == ScannerNote("asked_again")
    assert scanner.poll(1.0) == ASK_AGAIN


def test_a_code_that_is_spoiled_three_times_is_to_be_scanned_again() -> None:
    scanner = SsiScanner()
    spoiled = decode_data(b"LOC-01")[:-1] + b"\x00"
    assert heard(scanner, spoiled, spoiled, spoiled)[-1] is Misread.GARBLED
    assert codes(heard(scanner, decode_data(b"LOC-01"))) == ["LOC-01"]


def test_a_code_that_is_repeated_because_the_acknowledgement_was_lost_is_one_scan() -> None:
    scanner = SsiScanner()
    again = decode_data(b"LOC-01", status=RESENT)
    assert codes(heard(scanner, decode_data(b"LOC-01"))) == ["LOC-01"]
    scanner.poll(1.0)
    assert heard(scanner, again, now=1.5) == [ScannerNote("repeated")]
    assert scanner.poll(1.5) == ACKNOWLEDGED
    scanner.reset()  # the cable was pulled and put back meanwhile
    assert heard(scanner, again, now=2.0) == [ScannerNote("repeated")]


def test_the_same_code_scanned_twice_is_two_scans() -> None:
    scanner = SsiScanner()
    assert codes(heard(scanner, decode_data(b"LOC-01"), decode_data(b"LOC-01"))) == ["LOC-01", "LOC-01"]


def test_a_repetition_of_a_code_whose_first_sending_never_arrived_is_a_scan() -> None:
    scanner = SsiScanner()
    heard(scanner, decode_data(b"LOC-01"), now=1.0)
    assert codes(heard(scanner, decode_data(b"LOC-02", status=RESENT), now=1.5)) == ["LOC-02"]
    assert codes(heard(scanner, decode_data(b"LOC-02", status=RESENT), now=9.0)) == ["LOC-02"]


def test_codes_that_are_none_are_to_be_scanned_again() -> None:
    assert heard(SsiScanner(), decode_data(b"")) == [Misread.INCOMPLETE]
    assert heard(SsiScanner(), decode_data(b"AB\x00C")) == [Misread.GARBLED]
    assert heard(SsiScanner(), decode_data(b"a long code", status=0x02)) == [Misread.CUT]


def test_a_scanner_that_refuses_a_command_says_so() -> None:
    command = SsiScanner().enable()
    (refused,) = heard(SsiScanner(), packet(NAK, b"\x02", source=0))
    assert isinstance(refused, ScannerNote)
    with pytest.raises(DeviceRefused, match="nak_02"):
        command.answer(refused)
    (revision,) = heard(SsiScanner(), packet(REPLY_REVISION, b"REV", source=0))
    assert SsiScanner().identify().answer(revision) == ScannerNote("revision", "REV")  # type: ignore[arg-type]


@pytest.mark.parametrize("serve_at", [serve, serve_tcp, serve_rfc2217])
def test_every_code_arrives_once_although_packets_and_acknowledgements_are_lost(serve_at: object) -> None:
    assert callable(serve_at)
    inbox = Inbox()
    simulator = SsiSimulator(repeat_after_s=0.2, on_acknowledged=inbox)
    with serve_at(simulator) as host:
        scanner = Scanner(
            "ssi",
            SerialTransport(host.url),
            on_scan=inbox,
            on_state=inbox,
            on_misread=inbox,
            protocol=SsiScanner(),
        )
        scanner.start()
        inbox.state(DeviceState.ONLINE)
        assert scanner.check_health().result(PATIENCE_S).text == "SIM SSI 1.0"
        simulator.deaf(1)
        simulator.scan("LOC-01")
        assert inbox.next_of(Scan).text == "LOC-01"
        inbox.next(lambda event: event == "]C0LOC-01")
        simulator.spoil(2)
        simulator.scan("LOC-02")
        assert inbox.next_of(Scan).text == "LOC-02"
        simulator.scan("0104012345678918\x1d10L1", "]C1")
        assert inbox.next_of(Scan).is_gs1
        inbox.next(lambda event: event == "]C10104012345678918\x1d10L1")
        assert scanner.stop()
    scans = [event.text for event in inbox.all if isinstance(event, Scan)]
    assert scans == ["LOC-01", "LOC-02", "0104012345678918\x1d10L1"]
    assert simulator.failed == 0


def test_a_code_that_never_arrives_whole_is_said_to_be_lost() -> None:
    simulator, inbox = SsiSimulator(repeat_after_s=0.2), Inbox()
    with serve(simulator) as host:
        scanner = Scanner(
            "ssi", SerialTransport(host.url), on_scan=inbox, on_state=inbox, on_misread=inbox, protocol=SsiScanner()
        )
        scanner.start()
        inbox.state(DeviceState.ONLINE)
        simulator.spoil(3)
        simulator.scan("LOC-01")
        assert inbox.next_of(ScanAgain).reason is Misread.GARBLED
        simulator.scan("LOC-02")
        assert inbox.next_of(Scan).text == "LOC-02"
        assert scanner.stop()
