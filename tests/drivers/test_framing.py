"""Where one message ends and the next begins."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.framing import DelimitedFramer, Framer, IdleGapFramer, LineFramer

LINES = b"S S     100.00 g\r\nS D      12.34 kg\r\n"
EXPECTED = [b"S S     100.00 g", b"S D      12.34 kg"]


@pytest.mark.parametrize("cut", range(len(LINES) + 1))
def test_lines_are_whole_wherever_the_stream_is_cut(cut: int) -> None:
    framer = LineFramer()
    assert framer.feed(LINES[:cut]) + framer.feed(LINES[cut:]) == EXPECTED


def test_two_lines_in_one_read_are_two_frames() -> None:
    assert LineFramer().feed(LINES) == EXPECTED


@given(
    st.lists(st.binary(min_size=1, max_size=20).filter(lambda line: not set(line) & {10, 13}), max_size=8),
    st.lists(st.integers(0, 200), max_size=10),
)
def test_any_lines_survive_any_cuts(lines: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(line + b"\r\n" for line in lines)
    assert _fed_in_pieces(LineFramer(), stream, cuts) == lines


@given(
    st.lists(st.binary(min_size=0, max_size=20).filter(lambda body: not set(body) & {2, 3}), max_size=8),
    st.binary(max_size=20).filter(lambda noise: 2 not in noise),
    st.lists(st.integers(0, 200), max_size=10),
)
def test_any_delimited_messages_survive_noise_and_cuts(bodies: list[bytes], noise: bytes, cuts: list[int]) -> None:
    stream = noise + b"".join(b"\x02" + body + b"\x03" + noise for body in bodies)
    framer = DelimitedFramer()
    assert _fed_in_pieces(framer, stream, cuts) == bodies
    assert framer.dropped == len(noise) * (len(bodies) + 1)


def _fed_in_pieces(framer: Framer, stream: bytes, cuts: list[int]) -> list[bytes]:
    frames = []
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    for start, end in itertools.pairwise(edges):
        frames += framer.feed(stream[start:end])
    return frames


def test_a_line_that_never_ends_is_dropped_and_the_next_one_is_read() -> None:
    framer = LineFramer(max_length=8)
    assert framer.feed(b"x" * 1000) == []
    assert framer.pending
    assert framer.feed(b"yz\r\nS S\r\n") == [b"S S"]
    assert framer.dropped == 1002


def test_a_line_of_exactly_the_greatest_length_is_kept() -> None:
    assert LineFramer(max_length=4).feed(b"abcd\rabcde\ref\r") == [b"abcd", b"ef"]


def test_a_second_start_means_that_the_first_message_was_cut_off() -> None:
    framer = DelimitedFramer()
    assert framer.feed(b"\x02abc\x02def\x03") == [b"def"]
    assert framer.dropped == 3


def test_a_delimited_message_without_end_is_dropped() -> None:
    framer = DelimitedFramer(max_length=4)
    assert framer.feed(b"\x02abcdefg\x03\x02ok\x03") == [b"ok"]


def test_start_and_end_must_differ() -> None:
    with pytest.raises(ValueError, match="differs"):
        DelimitedFramer(start=3, end=3)


def test_silence_ends_a_code_without_suffix() -> None:
    framer = IdleGapFramer()
    assert framer.feed(b"0123") == []
    assert framer.feed(b"4567") == []
    assert framer.pending
    assert framer.idle() == [b"01234567"]
    assert framer.idle() == []


def test_too_long_a_code_without_suffix_is_dropped_up_to_the_next_silence() -> None:
    framer = IdleGapFramer(max_length=4)
    framer.feed(b"abcdef")
    framer.feed(b"g")
    assert framer.idle() == []
    assert framer.dropped == 7
    framer.feed(b"ok")
    assert framer.idle() == [b"ok"]


@pytest.mark.parametrize(
    ("framer", "half", "whole", "frame"),
    [
        (LineFramer(), b"S S   1", b"S S   2.0 kg\r\n", b"S S   2.0 kg"),
        (DelimitedFramer(), b"\x02 1.", b"\x02 2.0\x03", b" 2.0"),
    ],
)
def test_a_half_message_is_not_joined_to_what_a_new_connection_says(
    framer: Framer, half: bytes, whole: bytes, frame: bytes
) -> None:
    framer.feed(half)
    framer.reset()
    assert not framer.pending
    assert framer.feed(whole) == [frame]
