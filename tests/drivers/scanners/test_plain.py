"""Codes of plain serial scanners, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import BadFrame
from drivers.scanners.plain import PlainScanner, Suffix
from drivers.scanners.scan import Misread, Scan

GS1 = "0109506000134352\x1710AB12".replace("\x17", "\x1d")


def codes(protocol: PlainScanner, data: bytes, *, cut: int | None = None) -> list[Scan]:
    pieces = [data] if cut is None else [data[:cut], data[cut:]]
    frames = [frame for piece in pieces for frame in protocol.framer.feed(piece)] + protocol.framer.idle()
    return [protocol.decode(frame, 7.0) for frame in frames]


@pytest.mark.parametrize("suffix", list(Suffix))
def test_a_code_is_read_whatever_the_suffix(suffix: Suffix) -> None:
    (scan,) = codes(PlainScanner(suffix=suffix), b"]C1" + GS1.encode() + suffix.value)
    assert scan.text == GS1
    assert scan.raw == b"]C1" + GS1.encode()
    assert (scan.symbology, scan.is_gs1, scan.monotonic) == ("gs1-128", True, 7.0)


@pytest.mark.parametrize("cut", range(30))
def test_a_code_is_whole_wherever_the_stream_is_cut(cut: int) -> None:
    (scan,) = codes(PlainScanner(), b"]C1" + GS1.encode() + b"\r\n", cut=cut)
    assert scan.text == GS1


def test_two_codes_in_one_read_are_two_scans() -> None:
    assert [scan.text for scan in codes(PlainScanner(), b"4006381333931\r]C0BIN-R01\r")] == ["4006381333931", "BIN-R01"]


def test_with_a_prefix_everything_outside_of_it_is_noise() -> None:
    protocol = PlainScanner(stx_prefix=True)
    assert [scan.text for scan in codes(protocol, b"noise\r\x02R01\rmore noise\x02R02\r")] == ["R01", "R02"]


def test_a_code_without_identifier_tells_no_symbology() -> None:
    (scan,) = codes(PlainScanner(), b"4006381333931\r")
    assert (scan.aim_id, scan.symbology, scan.is_gs1) == (None, "", False)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"381333931", Misread.INCOMPLETE),
        (b"]E0", Misread.INCOMPLETE),
        (b"]C0AB\x00CD", Misread.GARBLED),
        (b"]C0AB\x1bCD", Misread.GARBLED),
        (b"]C0\x80\x81\xff", Misread.GARBLED),
    ],
)
def test_what_lost_its_beginning_or_is_noise_is_asked_for_again(frame: bytes, reason: Misread) -> None:
    with pytest.raises(BadFrame) as bad:
        PlainScanner(aim_required=True).decode(frame, 0.0)
    assert (bad.value.reason, bad.value.raw) == (reason, frame)


@pytest.mark.parametrize(("raw", "text"), [("Größe".encode(), "Größe"), ("Größe".encode("latin-1"), "Größe")])
def test_letters_beyond_ascii_are_read_in_both_usual_encodings(raw: bytes, text: str) -> None:
    assert PlainScanner().decode(raw, 0.0).text == text


def test_iso_15434_envelopes_are_codes() -> None:
    envelope = b"[)>\x1e06\x1d1P123\x1dQ5\x1e\x04"
    assert PlainScanner().decode(envelope, 0.0).text == envelope.decode()


def test_a_prefix_without_suffix_cannot_be_configured() -> None:
    with pytest.raises(ValueError, match="suffix"):
        PlainScanner(suffix=Suffix.NONE, stx_prefix=True)


def test_an_endless_code_is_dropped() -> None:
    protocol = PlainScanner()
    assert codes(protocol, b"7" * 10_000 + b"\rR01\r")[0].text == "R01"


def test_a_scanner_is_never_asked_and_never_stale() -> None:
    protocol = PlainScanner()
    protocol.reset()
    assert protocol.poll(1.0) == b""
    assert protocol.stale_after_s is None


printable = st.characters(categories=["L", "N", "P", "S"])


@given(st.lists(st.text(printable, min_size=1, max_size=30), max_size=5), st.sampled_from(["]C0", "]Q1", "]d1"]))
def test_any_printable_codes_arrive_as_they_were_sent(texts: list[str], identifier: str) -> None:
    stream = b"".join(f"{identifier}{text}\r".encode() for text in texts)
    assert [scan.text for scan in codes(PlainScanner(aim_required=True), stream)] == texts


@given(st.binary(max_size=60))
def test_no_noise_breaks_the_protocol(noise: bytes) -> None:
    try:
        scans = codes(PlainScanner(), noise + b"\r")
    except BadFrame:
        return
    assert all(scan.text for scan in scans)
