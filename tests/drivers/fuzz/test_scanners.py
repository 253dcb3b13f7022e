"""No noise makes a scanner's parser fail, hang, or deliver a code that the bytes do not hold."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import BadFrame, DeviceProtocol
from drivers.scales.pattern import LONGEST_LINE, PatternError, compiled
from drivers.scanners.calibration import SHEET, analyse
from drivers.scanners.hid_pos import HidPosScanner
from drivers.scanners.plain import PlainScanner, Suffix
from drivers.scanners.scan import Misread, Scan, ScanAgain, ScannerMessage
from drivers.scanners.ssi import DECODE_DATA, REPLY_REVISION, RESENT, SsiScanner, packet
from drivers.scanners.wedge import WedgeDecoder, WedgeSettings
from drivers.simulators.scanner import report
from tests.drivers.fuzz.noise import BATCH, fuzzed, reports, streams

seeds = st.integers(0, 2**63)
CODES = [
    b"LOC-01-02",
    b"0104012345678918\x1d10L1",
    b"4012345678901",
    "Gr\u00fc\u00dfe".encode(),
    b"\xfc\xdf",
    b"A" * 120,
]


def scans(protocol: DeviceProtocol[ScannerMessage], pieces: list[bytes]) -> list[Scan]:
    found = []
    for now, piece in enumerate(pieces):
        frames = protocol.framer.feed(piece)
        if now == len(pieces) - 1:
            frames += protocol.framer.idle()
        for frame in frames:
            try:
                message = protocol.decode(frame, now / 100)
            except BadFrame as bad:
                assert bad.reason in set(Misread)
                continue
            if isinstance(message, Scan):
                found.append(message)
        protocol.poll(now / 100)
    return found


def in_bytes(text: str) -> set[bytes]:
    """The ways in which a text can have stood on the wire."""
    return {text.encode(), text.encode("latin-1", "ignore")}


@pytest.mark.parametrize("suffix", Suffix)
@fuzzed
@given(seed=seeds)
def test_a_plain_scanner_delivers_only_what_stands_between_two_ends(suffix: Suffix, seed: int) -> None:
    messages = [b"]C0" + code + suffix.value for code in CODES]
    for pieces in streams(seed, messages):
        whole = b"".join(pieces)
        for scan in scans(PlainScanner(suffix=suffix), pieces):
            assert scan.raw in whole
            assert any(scan.raw.endswith(sent) for sent in in_bytes(scan.text)), (pieces, scan)
            assert not set(suffix.value) & set(scan.raw)


@fuzzed
@given(seed=seeds)
def test_an_ssi_scanner_delivers_only_packets_whose_checksum_is_right(seed: int) -> None:
    messages = [
        packet(DECODE_DATA, b"\x03" + code, source=0, status=status) for code in CODES for status in (0, RESENT)
    ]
    messages.append(packet(REPLY_REVISION, b"REV", source=0))
    for pieces in streams(seed, messages):
        whole = b"".join(pieces)
        for scan in scans(SsiScanner(), pieces):
            raw = scan.raw
            assert raw in whole
            assert (sum(raw[:-2]) + raw[-2] * 256 + raw[-1]) % 65536 == 0
            assert (raw[0] + 2, raw[1], raw[2]) == (len(raw), 0xF3, 0)
            assert any(sent in raw for sent in in_bytes(scan.text)), (pieces, scan)


@fuzzed
@given(seed=seeds)
def test_a_hid_scanner_delivers_only_what_whole_reports_hold(seed: int) -> None:
    messages = [report(b"]C0", code[:56], more=more) for code in CODES for more in (False, True)]
    for pieces in reports(seed, messages):
        held = b"".join(piece[5 : 5 + piece[1]] for piece in pieces if len(piece) == 64 and piece[0] == 2)
        for scan in scans(HidPosScanner(), pieces):
            assert any(sent.rstrip(b"\r\n\t") in held for sent in in_bytes(scan.text)), (pieces, scan)


KEYS = ["\x02", "\r", "\t", "F8", "\x1d", "]", "C", "0", "A", "b", "7", "-", "\x00", "\u00e9"]


@pytest.mark.parametrize("prefix", ["\x02", ""])
@fuzzed
@given(seed=seeds)
def test_a_wedge_delivers_only_keys_that_came_one_after_the_other(prefix: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    for _ in range(BATCH):
        decoder, now, struck = WedgeDecoder(WedgeSettings(prefix=prefix)), 1, ""
        for _ in range(40):
            key = chance.choice(KEYS)
            now += chance.choice([5, 5, 5, 5, 5, 5, 150, 3000])
            struck += {"F8": "\x1d"}.get(key, key)
            event = now if chance.random() < 0.95 else 0
            outcome = decoder.feed(key, event, arrival_ms=now).outcome
            assert outcome is None or isinstance(outcome, Scan | ScanAgain)
            if isinstance(outcome, Scan):
                begin = prefix or ""
                assert f"{begin}{outcome.raw.decode()}\r" in struck, (struck, outcome)


@fuzzed
@given(seed=seeds)
def test_whatever_was_scanned_the_calibration_says_something(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    for _ in range(BATCH // 10):
        heard = {
            code.name: [key for key in code.text if chance.random() < 0.98]
            + chance.choices(KEYS, k=chance.randint(0, 3))
            for code in SHEET
            if chance.random() < 0.95
        }
        found = analyse(heard, typing=chance.random() < 0.8)
        assert found.usable or found.findings


ATOMS = [
    "a",
    "[ab]",
    "[^a]",
    "\\d",
    ".",
    "(?:a|a)",
    "(a?)",
    "(a*)",
    "(?:a*b*)",
    "(?P<value>\\d)",
    "(",
    ")",
    "[",
    "|",
    "\\1",
]
REPEATS = ["", "", "", "*", "+", "?", "{2}", "{0,8}", "{,5}", "{3,}", "{}", "{999}", "*?", "++"]


@fuzzed
@given(seed=seeds)
def test_no_pattern_that_is_accepted_takes_long(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - noise, not a secret
    lines = ["a" * LONGEST_LINE, "ab" * (LONGEST_LINE // 2), "1" * LONGEST_LINE + "x"]
    for _ in range(BATCH):
        parts = (chance.choice(ATOMS) + chance.choice(REPEATS) for _ in range(chance.randint(1, 7)))
        text = f"(?P<stable>S)?{''.join(parts)}(?P<value>Q)"
        try:
            accepted = compiled(text)
        except PatternError:
            continue
        for line in lines:
            began = time.process_time()
            accepted.fullmatch(line)
            assert time.process_time() - began < 1.0, text
