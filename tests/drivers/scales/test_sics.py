"""MT-SICS byte by byte: what each line means, and that no error ever becomes a weight."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import BadFrame, DeviceRefused
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading
from drivers.scales.sics import Polling, Sics


def decoded(line: bytes, protocol: Sics | None = None, now: float = 1.0) -> ScaleMessage:
    return (protocol or Sics()).decode(line, now)


def reading(line: bytes, protocol: Sics | None = None) -> WeightReading:
    message = decoded(line, protocol)
    assert isinstance(message, WeightReading)
    return message


def test_the_published_example_of_a_stable_weight() -> None:
    weight = reading(b"S S     100.00 g")
    assert weight.value == Decimal("100.00")
    assert weight.unit == "g"
    assert weight.kg == Decimal("0.10000")
    assert weight.stable
    assert weight.kind is WeightKind.NET
    assert weight.raw == b"S S     100.00 g"
    assert not (weight.zero or weight.over or weight.under or weight.motion or weight.fault or weight.not_ready)


def test_a_moving_load_is_not_stable() -> None:
    weight = reading(b"S D     114.87 kg")
    assert weight.motion
    assert not weight.stable
    assert weight.kg == Decimal("114.87")


def test_a_negative_weight_keeps_its_sign() -> None:
    assert reading(b"S S      -1.25 kg").value == Decimal("-1.25")


def test_zero_is_said_to_be_zero() -> None:
    assert reading(b"S S      0.000 kg").zero
    assert not reading(b"S S      0.002 kg").zero


@pytest.mark.parametrize(("line", "flag"), [(b"S +", "over"), (b"S -", "under"), (b"S I", "not_ready")])
def test_an_error_of_the_scale_is_never_a_weight_of_zero(line: bytes, flag: str) -> None:
    weight = reading(line)
    assert weight.value is None
    assert weight.kg is None
    assert not weight.stable
    assert not weight.zero
    assert [name for name in ("over", "under", "motion", "not_ready", "fault") if getattr(weight, name)] == [flag]


@pytest.mark.parametrize(("unit", "kg"), [("lb", "0.45359237"), ("oz", "0.028349523125"), ("g", "0.001")])
def test_units_are_converted_exactly(unit: str, kg: str) -> None:
    assert reading(f"S S          1 {unit}".encode()).kg == Decimal(kg)


@pytest.mark.parametrize("line", [b"S S       1.00 ct", b"S S       1.00", b"S S       1.00 \xb5g"])
def test_a_weight_in_an_unknown_unit_is_no_kilograms(line: bytes) -> None:
    weight = reading(line)
    assert weight.value == Decimal("1.00")
    assert weight.unit is None
    assert weight.kg is None


def test_a_missing_unit_is_the_configured_one() -> None:
    assert reading(b"S S       1.00", Sics(default_unit="lb")).unit == "lb"
    assert reading(b"S S       1.00 kg", Sics(default_unit="lb")).unit == "kg"


def test_an_impossible_configured_unit_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="unit"):
        Sics(default_unit="stone")


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\x00garbage",
        b"S S",
        b"S S       kg",
        b"S S     1.2.3 kg",
        b"S S     1,25 kg",
        b"S X     1.25 kg",
        b"1.25 kg",
        b" ",
        b"S S     - 1.25 kg",
        b"S S     0x10 kg",
        b"s s     1.25 kg",
    ],
)
def test_what_is_no_line_of_the_protocol_is_refused(line: bytes) -> None:
    with pytest.raises(BadFrame):
        decoded(line)


def test_readings_are_numbered_over_connections() -> None:
    protocol = Sics()
    first = reading(b"S S          1 kg", protocol)
    protocol.reset()
    assert reading(b"S S          1 kg", protocol).seq > first.seq


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (b"Z A", ScaleAnswer("Z", "A")),
        (b'I4 A "1234567"', ScaleAnswer("I4", "A", "1234567")),
        (b"T S      1.250 kg", ScaleAnswer("T", "S", "1.250 kg")),
        (b"TAC A", ScaleAnswer("TAC", "A")),
        (b'I0 B 0 "I0"', ScaleAnswer("I0", "B", '0 "I0')),
        (b"ES", ScaleAnswer("", "", error="syntax")),
        (b"ET", ScaleAnswer("", "", error="transmission")),
        (b"EL", ScaleAnswer("", "", error="logical")),
    ],
)
def test_answers_that_are_no_weight(line: bytes, answer: ScaleAnswer) -> None:
    assert decoded(line) == answer


# - an independent decoder as referee: columns instead of a pattern -


def by_columns(line: str) -> tuple[bool, Decimal, str]:
    """Read a weight line by its fixed columns, as the tables of the manual draw it."""
    assert line[:2] == "S "
    assert line[3] == " "
    assert line[14] == " "
    return line[2] == "S", Decimal(line[4:14].strip()), line[15:]


@given(
    st.booleans(),
    st.decimals(-99999, 99999, places=3, allow_nan=False, allow_infinity=False),
    st.sampled_from(["kg", "g", "lb", "oz"]),
)
def test_every_weight_is_read_as_an_independent_decoder_reads_it(stable: bool, value: Decimal, unit: str) -> None:
    line = f"S {'S' if stable else 'D'} {value:>10} {unit}"
    weight = reading(line.encode())
    assert (weight.stable, weight.value, weight.unit) == by_columns(line)


@given(st.binary(max_size=40))
def test_no_noise_is_ever_taken_for_a_weight_of_zero(noise: bytes) -> None:
    try:
        message = decoded(noise)
    except BadFrame:
        return
    assert not isinstance(message, WeightReading) or not message.zero or b"0" in noise


@pytest.mark.parametrize("cut", range(37))
def test_a_stream_with_garbage_before_it_gives_the_same_readings_wherever_it_is_cut(cut: int) -> None:
    stream = b"\x00\xfe9 kg\r\nS S      1.250 kg\r\nS D      1"
    protocol = Sics()
    frames = protocol.framer.feed(stream[:cut]) + protocol.framer.feed(stream[cut:])
    assert len(frames) == 2
    with pytest.raises(BadFrame):
        protocol.decode(frames[0], 1.0)
    assert reading(frames[1], protocol).value == Decimal("1.250")


# - keeping the readings coming -


def polled(protocol: Sics, times: list[float]) -> list[bytes]:
    return [protocol.poll(now) for now in times]


def test_the_scale_is_asked_once_to_repeat_and_again_when_it_falls_silent() -> None:
    protocol = Sics()
    protocol.reset()
    assert polled(protocol, [0.0, 0.1, 0.9]) == [b"SIR\r\n", b"", b""]
    protocol.decode(b"S S      1.250 kg", 0.95)
    assert polled(protocol, [1.2, 1.9, 1.96]) == [b"", b"", b"SIR\r\n"]


def test_a_scale_that_cannot_repeat_is_asked_each_time() -> None:
    protocol = Sics()
    protocol.reset()
    assert protocol.poll(0.0) == b"SIR\r\n"
    protocol.decode(b"ES", 0.01)
    assert protocol.poll(1.0) == b"SIR\r\n"
    protocol.decode(b"ES", 1.01)
    assert polled(protocol, [1.3, 1.35, 1.55]) == [b"SI\r\n", b"", b"SI\r\n"]
    protocol.reset()
    assert protocol.poll(9.0) == b"SIR\r\n"


def test_a_scale_that_is_used_on_request_is_left_alone() -> None:
    protocol = Sics(polling=Polling.ON_REQUEST)
    assert set(polled(protocol, [0.0, 5.0, 50.0])) == {b""}
    assert protocol.stale_after_s is None
    assert protocol.weigh(stable=True, timeout_s=1).request == b"S\r\n"
    assert protocol.weigh(stable=False, timeout_s=1).request == b"SI\r\n"


# - commands -


def test_while_readings_stream_a_weighing_waits_for_rest_and_sends_nothing() -> None:
    protocol = Sics()
    command = protocol.weigh(stable=True, timeout_s=1)
    assert command.request == b""
    assert command.answer(reading(b"S D      1.100 kg")) is None
    assert command.answer(ScaleAnswer("Z", "A")) is None
    stable = reading(b"S S      1.250 kg")
    assert command.answer(stable) is stable


def test_a_command_finds_its_answer_among_the_readings() -> None:
    command = Sics().zero()
    assert command.request == b"Z\r\n"
    assert command.answer(reading(b"S S      0.000 kg")) is None
    assert command.answer(ScaleAnswer("I4", "A", "1")) is None
    assert command.answer(ScaleAnswer("Z", "A")) == ScaleAnswer("Z", "A")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ScaleAnswer("Z", "I"), "not_executable"),
        (ScaleAnswer("Z", "+"), "upper_limit"),
        (ScaleAnswer("Z", "-"), "lower_limit"),
        (ScaleAnswer("", "", error="syntax"), "syntax"),
    ],
)
def test_a_refused_command_says_why(answer: ScaleAnswer, reason: str) -> None:
    with pytest.raises(DeviceRefused) as refused:
        Sics().zero().answer(answer)
    assert refused.value.reason == reason


def test_no_command_resets_the_scale_because_that_would_clear_its_tare() -> None:
    protocol = Sics()
    requests = [protocol.poll(float(second)) for second in range(20)]
    commands = [protocol.zero(), protocol.tare(), protocol.clear_tare(), protocol.identify()]
    sent = itertools.chain(requests, (command.request for command in commands))
    assert not any(b"@" in request for request in sent)
