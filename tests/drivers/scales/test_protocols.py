"""What every scale protocol must hold, whatever it looks like on the wire."""

from decimal import Decimal

import pytest

from drivers.device import BadFrame, DeviceRefused
from drivers.scales.protocols import SCALE_PROTOCOLS, ScaleOptions, scale_protocol
from drivers.scales.reading import Capture, CaptureRule, ScaleAnswer, ScaleMessage, WeightReading
from drivers.scales.scale import ScaleProtocol, newest_readings
from tests.drivers.scales.vectors import (
    HID_POS,
    LANGUAGES,
    NCI,
    SMA,
    TOLEDO_8217,
    TOLEDO_CHECKSUM,
    Language,
    meaning,
    sma,
)

STREAMS = [language for language in LANGUAGES if language is not HID_POS]  # HID carries whole reports
every_language = pytest.mark.parametrize("language", LANGUAGES, ids=str)
every_stream = pytest.mark.parametrize("language", STREAMS, ids=str)


def opened(language: Language) -> ScaleProtocol:
    """The protocol a second after its first message, when nothing can have been queued any more."""
    protocol = language.make()
    protocol.reset()
    heard(protocol, next(iter(language.vectors)), now=-1.0)
    return protocol


def heard(protocol: ScaleProtocol, *pieces: bytes, now: float = 0.0) -> list[ScaleMessage]:
    """What the protocol makes of bytes that come in these pieces."""
    messages = []
    for piece in pieces:
        for frame in protocol.framer.feed(piece):
            try:
                messages.append(protocol.decode(frame, now))
            except BadFrame:
                continue
    return messages


def readings(messages: list[ScaleMessage]) -> list[WeightReading]:
    return [message for message in messages if isinstance(message, WeightReading)]


@every_language
def test_each_message_means_what_the_vendor_says(language: Language) -> None:
    for sent, expected in language.vectors.items():
        found = readings(heard(opened(language), sent))
        assert [(sent, meaning(reading)) for reading in found] == [(sent, expected)]


@every_language
def test_an_error_has_no_value_and_is_never_taken(language: Language) -> None:
    for sent, expected in language.vectors.items():
        (reading,) = readings(heard(opened(language), sent))
        if expected.value is None:
            assert (reading.value, reading.kg, reading.stable, reading.zero) == (None, None, False, False)
            assert CaptureRule().judge(reading) is Capture.NO_WEIGHT


@every_language
def test_what_is_no_message_of_the_protocol_is_refused(language: Language) -> None:
    for sent in language.refused:
        assert readings(heard(opened(language), sent)) == [], sent


@every_stream
def test_a_message_may_be_cut_anywhere(language: Language) -> None:
    for sent, expected in language.vectors.items():
        for cut in range(len(sent) + 1):
            found = readings(heard(opened(language), sent[:cut], sent[cut:]))
            assert [meaning(reading) for reading in found] == [expected], (sent, cut)
        bytewise = heard(opened(language), *(sent[place : place + 1] for place in range(len(sent))))
        assert [meaning(reading) for reading in readings(bytewise)] == [expected]


@every_stream
def test_garbage_before_a_message_changes_nothing(language: Language) -> None:
    for sent, expected in language.vectors.items():
        for cut in range(len(language.garbage) + 1):
            stream = language.garbage + sent
            found = readings(heard(opened(language), stream[:cut], stream[cut:]))
            assert [meaning(reading) for reading in found] == [expected], (sent, cut)


@every_stream
def test_two_messages_in_one_read_are_two(language: Language) -> None:
    sent = list(language.vectors)
    found = readings(heard(opened(language), b"".join(sent)))
    assert [meaning(reading) for reading in found] == list(language.vectors.values())
    numbers = [reading.seq for reading in found]
    assert numbers == sorted(set(numbers))


@every_stream
def test_a_message_without_an_end_is_dropped_at_its_greatest_length_and_the_next_but_one_is_read(
    language: Language,
) -> None:
    protocol = opened(language)
    sent, expected = next(iter(language.vectors.items()))
    assert heard(protocol, sent[:-2], b"7" * 5000) == []
    assert protocol.framer.dropped >= 4000
    found = readings(heard(protocol, sent, sent))
    assert expected in [meaning(reading) for reading in found]
    assert len(found) in {1, 2}


@every_language
def test_a_cut_message_and_the_next_one_never_make_a_third(language: Language) -> None:
    known = set(language.vectors.values())
    for first in language.vectors:
        for second in language.vectors:
            for cut in range(1, len(first)):
                found = {meaning(reading) for reading in readings(heard(opened(language), first[:cut], second))}
                assert found <= known or _is_second_half(second), (first, cut, second)


def _is_second_half(sent: bytes) -> bool:
    """What is also the end of a longer message: NCI's status line, and the ten-byte form of the `ST,GS` family.

    Behind the beginning of a longer message it is that message; no scale sends both forms.
    """
    return (sent.endswith(b"\x03") and sent.count(b"\n") == 1) or sent == b"   1.250kg\r\n"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language.seven_bits], ids=str)
def test_a_parity_bit_is_no_part_of_the_message(language: Language) -> None:
    for sent, expected in language.vectors.items():
        for parity in (even, odd):
            found = readings(heard(opened(language), bytes(parity(byte) for byte in sent)))
            assert [meaning(reading) for reading in found] == [expected], sent


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language.seven_bits], ids=str)
def test_a_bit_that_was_turned_over_is_seen_by_the_parity(language: Language) -> None:
    sent = bytes(even(byte) for byte in next(iter(language.vectors)))
    middle = len(sent) // 2
    turned = sent[:middle] + bytes([sent[middle] ^ 0x01]) + sent[middle + 1 :]
    assert readings(heard(opened(language), turned)) == []


def even(byte: int) -> int:
    return byte | (bin(byte).count("1") % 2) << 7


def odd(byte: int) -> int:
    return even(byte) ^ 0x80


def test_every_single_wrong_bit_is_seen_by_the_checksum() -> None:
    sent = next(iter(TOLEDO_CHECKSUM.vectors))
    for place in range(1, len(sent)):
        for bit in range(7):
            turned = sent[:place] + bytes([sent[place] ^ 1 << bit]) + sent[place + 1 :]
            assert readings(heard(opened(TOLEDO_CHECKSUM), turned)) == [], (place, bit)


@every_language
def test_of_a_flood_the_newest_reading_is_passed_on_and_nothing_piles_up(language: Language) -> None:
    protocol, messages = opened(language), []
    weights = list(language.vectors)
    for number in range(100):
        messages += heard(protocol, weights[number % len(weights)], now=number / 100)
    kept = newest_readings(messages)
    assert kept[-1] is readings(messages)[-1]
    assert len(kept) <= 2
    assert not protocol.framer.pending


@every_language
def test_a_command_that_the_protocol_does_not_have_is_refused_and_never_sent(language: Language) -> None:
    protocol = opened(language)
    for make in (protocol.zero, protocol.tare, protocol.clear_tare):
        try:
            command = make()
        except DeviceRefused as refused:
            assert refused.reason == "not_supported"
        else:
            assert command.request


def test_a_parcel_left_on_the_scale_is_not_weighed_twice_in_any_language() -> None:
    for language in LANGUAGES:
        rule, protocol = CaptureRule(), opened(language)
        weight, zero = _weight_and_zero(language)
        verdicts = []
        for number, sent in enumerate([weight, weight, zero, weight]):
            (reading,) = readings(heard(protocol, sent, now=float(number)))
            verdicts.append(rule.judge(reading))
            if verdicts[-1] is Capture.READY:
                rule.taken()
        expected = [Capture.READY, Capture.SAME_WEIGHT]
        expected += [Capture.NOTHING_THERE, Capture.READY] if zero != weight else [Capture.SAME_WEIGHT] * 2
        assert verdicts == expected, language


def _weight_and_zero(language: Language) -> tuple[bytes, bytes]:
    weight = next(
        sent
        for sent, said in language.vectors.items()
        if "stable" in said.flags and said.unit and not said.value.startswith(("-", "0"))  # type: ignore[union-attr]
    )
    return weight, next((sent for sent, said in language.vectors.items() if "zero" in said.flags), weight)


def test_a_tare_that_is_told_is_neither_a_parcel_nor_an_empty_platform() -> None:
    rule, protocol = CaptureRule(), opened(SMA)
    rule.taken()
    (empty_tare,) = readings(heard(protocol, sma(" ", "T", "0.000", "kg")))
    assert rule.judge(empty_tare) is Capture.NO_WEIGHT
    (parcel,) = readings(heard(protocol, sma(" ", "G", "1.250", "kg")))
    assert rule.judge(parcel) is Capture.SAME_WEIGHT


# - commands that are known by their effect -


def test_zeroing_is_done_when_the_display_stands_at_zero() -> None:
    command, protocol = TOLEDO_8217.make().zero(), opened(TOLEDO_8217)
    assert command.request == b"Z"
    (moving,) = heard(protocol, b"\x02?A\r", now=0.1)
    (zero,) = heard(protocol, b"\x0200.000\r", now=0.3)
    assert command.answer(moving) is None
    assert command.answer(zero) == ScaleAnswer("Z", "A")


def test_zeroing_is_refused_when_the_display_stands_still_elsewhere() -> None:
    command, protocol = TOLEDO_8217.make().zero(), opened(TOLEDO_8217)
    (first,) = heard(protocol, b"\x0201.250\r", now=0.1)
    (later,) = heard(protocol, b"\x0201.250\r", now=1.7)
    assert command.answer(first) is None
    with pytest.raises(DeviceRefused, match="not_executable"):
        command.answer(later)


def test_an_answer_that_is_an_error_ends_the_command() -> None:
    (unknown,) = heard(opened(NCI), b"\n?\r\x03")
    with pytest.raises(DeviceRefused, match="syntax"):
        NCI.make().zero().answer(unknown)


def test_an_sma_scale_proves_itself_by_its_level() -> None:
    command, protocol = SMA.make().identify(), opened(SMA)
    answers = heard(protocol, b"\nSMA:2/1.0\r\nMFG:Fairbanks \r")
    assert answers == [ScaleAnswer("SMA", "A", "2/1.0"), ScaleAnswer("MFG", "A", "Fairbanks")]
    assert command.answer(answers[1]) is None
    assert command.answer(answers[0]) == answers[0]


def test_what_was_queued_before_an_hid_scale_was_opened_is_passed_over() -> None:
    protocol = HID_POS.make()
    protocol.reset()
    report = bytes.fromhex("030403FEC200")
    assert heard(protocol, report, now=5.0) == []
    assert heard(protocol, report, now=5.05) == []
    (reading,) = readings(heard(protocol, report, now=5.2))
    assert reading.value == Decimal("1.94")
    protocol.reset()
    assert heard(protocol, report, now=6.0) == []


# - by name -


def test_every_protocol_is_found_by_its_name() -> None:
    pattern = ScaleOptions(pattern="(?P<value>[0-9]{1,5})(?P<stable>S)")
    made = {name: type(scale_protocol(name, pattern)).__name__ for name in SCALE_PROTOCOLS}
    assert len(made) == 10
    assert made["sma"] == "Sma"


def test_an_unknown_protocol_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="known are sics, toledo_8217"):
        scale_protocol("modbus")
    with pytest.raises(ValueError, match="unit"):
        scale_protocol("toledo_8217", ScaleOptions(default_unit="stone"))
