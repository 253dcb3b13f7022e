"""No noise makes a scale's parser fail, hang, or tell a weight that the bytes do not tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import BadFrame
from drivers.scales.reading import WeightReading
from tests.drivers.fuzz.judges import JUDGES
from tests.drivers.fuzz.noise import fuzzed, reports, streams
from tests.drivers.scales.vectors import HID_POS, LANGUAGES, TOLEDO_CHECKSUM, Language

seeds = st.integers(0, 2**63)


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
@fuzzed
@given(seed=seeds)
def test_noise_makes_no_weight_that_the_bytes_do_not_tell(language: Language, seed: int) -> None:
    inputs = reports if language is HID_POS else streams
    for pieces in inputs(seed, [*language.vectors, *language.refused, language.garbage]):
        check(language, pieces)


def check(language: Language, pieces: list[bytes]) -> None:
    protocol, judge = language.make(), JUDGES[language.name]
    protocol.reset()
    whole = b"".join(pieces)
    handed_out = 0
    for now, piece in enumerate(pieces):
        for frame in protocol.framer.feed(piece):
            handed_out += len(frame)
            assert stood_in(frame, whole, language), (pieces, frame)
            try:
                message = protocol.decode(frame, float(now))
            except BadFrame:
                continue
            if isinstance(message, WeightReading):
                assert message.raw == frame
                assert (message.value, message.unit, message.stable) == judge(frame), (pieces, message)
                assert message.value is not None or not (message.zero or message.stable), (pieces, message)
                assert message.zero is (message.value == 0), (pieces, message)
    assert handed_out + protocol.framer.dropped <= len(whole), pieces


def stood_in(frame: bytes, whole: bytes, language: Language) -> bool:
    """Whether a frame was sent as it is; a checksum stands behind the CR that is no part of it."""
    if language is not TOLEDO_CHECKSUM:
        return frame in whole
    return any(frame[:-1] + end + frame[-1:] in whole for end in (b"\r", b"\x8d"))


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_the_judge_reads_the_vendors_examples_too(language: Language) -> None:
    for sent, expected in language.vectors.items():
        protocol = language.make()
        protocol.reset()
        for now in (0.0, 1.0):
            for frame in protocol.framer.feed(sent):
                try:
                    protocol.decode(frame, now)
                except BadFrame:
                    assert language is HID_POS
                value, unit, stable = JUDGES[language.name](frame)
                assert (None if value is None else str(value), unit) == (expected.value, expected.unit) or (
                    value is not None and expected.value is not None and value == type(value)(expected.value)
                )
                assert stable is ("stable" in expected.flags)
