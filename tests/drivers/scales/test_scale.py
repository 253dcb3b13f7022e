"""A scale at a real port: a pty, TCP or rfc2217, with a simulator that weighs and misbehaves."""

import os
from collections.abc import Iterator
from decimal import Decimal

import pytest

from drivers.device import DeviceRefused, DeviceState, DeviceTimeout, Reason, StateChanged
from drivers.scales.reading import Capture, CaptureRule, ScaleAnswer, WeightKind, WeightReading
from drivers.scales.scale import Scale, newest_readings
from drivers.scales.sics import Polling, Sics
from drivers.simulators.hosting import Hosting, serve, serve_pty, serve_rfc2217, serve_tcp
from drivers.simulators.scale import ScaleSimulator
from drivers.transports.serial_port import SerialTransport
from tests.drivers.events import PATIENCE_S, Inbox

# pyserial 3.5 opens rfc2217:// with methods that Python deprecated in 3.10.
pytestmark = pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")
HOSTS = [
    pytest.param(serve_pty, id="pty", marks=pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")),
    pytest.param(serve_tcp, id="tcp"),
    pytest.param(serve_rfc2217, id="rfc2217"),
]


@pytest.fixture
def simulator() -> ScaleSimulator:
    return ScaleSimulator(settle_s=0.15, repeat_every_s=0.02)


@pytest.fixture
def host(simulator: ScaleSimulator) -> Iterator[Hosting]:
    with serve(simulator) as hosting:
        yield hosting


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def scale(host: Hosting, inbox: Inbox) -> Iterator[Scale]:
    started = Scale("bench", SerialTransport(host.url), on_reading=inbox, on_state=inbox)
    started.start()
    inbox.state(DeviceState.ONLINE)
    yield started
    assert started.stop()


def stable(inbox: Inbox, kg: str) -> WeightReading:
    found = inbox.next(lambda event: isinstance(event, WeightReading) and event.stable and event.kg == Decimal(kg))
    assert isinstance(found, WeightReading)
    return found


@pytest.mark.parametrize("serve_at", HOSTS)
def test_goods_on_the_platform_are_weighed_over_every_kind_of_port(serve_at: object) -> None:
    assert callable(serve_at)
    simulator, inbox = ScaleSimulator(settle_s=0.1), Inbox()
    with serve_at(simulator) as host:
        scale = Scale("bench", SerialTransport(host.url), on_reading=inbox, on_state=inbox)
        scale.start()
        stable(inbox, "0")
        simulator.place(Decimal("1.250"))
        assert stable(inbox, "1.25").unit == "kg"
        host.unplug()
        assert inbox.state(DeviceState.OFFLINE).reason is Reason.LOST
        host.replug()
        scale.wake()
        stable(inbox, "1.25")
        assert scale.stop()


def test_the_display_moves_before_it_rests(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    stable(inbox, "0")
    simulator.place(Decimal("2.000"))
    moving = inbox.next(lambda event: isinstance(event, WeightReading) and event.motion)
    assert not moving.stable
    stable(inbox, "2")


def test_a_parcel_is_weighed_by_rule(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    rule = CaptureRule()

    def ready(event: object) -> bool:
        return isinstance(event, WeightReading) and rule.judge(event) is Capture.READY

    for weight in ("1.250", "0.500"):
        simulator.place(Decimal(weight))
        assert inbox.next(ready).value == Decimal(weight)
        rule.taken()
        simulator.clear()
        stable_zero = inbox.next(
            lambda event: isinstance(event, WeightReading) and rule.judge(event) is Capture.NOTHING_THERE
        )
        assert stable_zero.zero


def test_overload_and_a_lifted_platform_are_no_weight(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    simulator.overload()
    over = inbox.next(lambda event: isinstance(event, WeightReading) and event.over)
    assert over.value is None
    simulator.lift()
    under = inbox.next(lambda event: isinstance(event, WeightReading) and event.under)
    assert under.value is None


def test_less_than_nothing_is_negative(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    simulator.place(Decimal("-0.250"))
    assert stable(inbox, "-0.25").value == Decimal("-0.250")


def test_a_unit_that_is_switched_on_the_scale_is_followed(
    scale: Scale, inbox: Inbox, simulator: ScaleSimulator
) -> None:
    simulator.place(Decimal("1.000"))
    stable(inbox, "1")
    simulator.set_unit("lb")
    pounds = inbox.next(lambda event: isinstance(event, WeightReading) and event.unit == "lb")
    assert pounds.value == Decimal("2.205")
    simulator.set_unit("g")
    grams = inbox.next(lambda event: isinstance(event, WeightReading) and event.unit == "g")
    assert (grams.value, grams.kg) == (Decimal(1000), Decimal(1))


def test_a_scale_that_was_switched_off_is_stale_and_is_asked_again_when_it_is_back(
    scale: Scale, inbox: Inbox, simulator: ScaleSimulator
) -> None:
    simulator.silence(on=True)
    assert inbox.state(DeviceState.STALE).reason is Reason.SILENT
    assert scale.state is DeviceState.STALE
    simulator.place(Decimal("3.000"))
    simulator.silence(on=False)
    inbox.state(DeviceState.ONLINE)
    stable(inbox, "3")


def test_garbage_between_readings_is_passed_over(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    simulator.garbage(b"\xff\xfe\x00 99.999 kg\r\nS S  ")
    simulator.place(Decimal("1.000"))
    stable(inbox, "1")
    values = [event.value for event in inbox.all if isinstance(event, WeightReading)]
    assert Decimal("99.999") not in values


def test_a_flood_of_readings_is_condensed_to_the_newest(inbox: Inbox) -> None:
    simulator = ScaleSimulator(settle_s=0.05, repeat_every_s=0.001)
    with serve(simulator) as host:
        scale = Scale("bench", SerialTransport(host.url), on_reading=inbox, on_state=inbox)
        scale.start()
        simulator.place(Decimal("1.000"))
        readings = [stable(inbox, "1") for _ in range(20)]
        assert scale.stop()
    numbers = [reading.seq for reading in readings]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] - numbers[0] > 20


def test_a_belt_that_never_rests_gives_no_stable_weight(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    simulator.place(Decimal("1.000"))
    simulator.restless(on=True)
    with pytest.raises(DeviceTimeout):
        scale.weigh(stable=True, timeout_s=0.5).result(PATIENCE_S)
    simulator.restless(on=False)
    assert scale.weigh(stable=True).result(PATIENCE_S).value == Decimal("1.000")


# - commands -


def test_zero_tare_and_health(scale: Scale, inbox: Inbox, simulator: ScaleSimulator) -> None:
    assert scale.check_health().result(PATIENCE_S) == ScaleAnswer("I4", "A", "SIM0001")
    simulator.place(Decimal("0.100"))
    assert scale.zero().result(PATIENCE_S) == ScaleAnswer("Z", "A")
    simulator.place(Decimal("1.000"))
    stable(inbox, "1")
    assert scale.tare().result(PATIENCE_S) == ScaleAnswer("T", "S", "1.000 kg")
    simulator.place(Decimal("0.400"))
    stable(inbox, "0.4")
    assert scale.clear_tare().result(PATIENCE_S) == ScaleAnswer("TAC", "A")
    stable(inbox, "1.4")


def test_a_loaded_scale_refuses_to_be_zeroed(scale: Scale, simulator: ScaleSimulator) -> None:
    simulator.place(Decimal("5.000"))
    with pytest.raises(DeviceRefused) as refused:
        scale.zero().result(PATIENCE_S)
    assert refused.value.reason == "upper_limit"


def test_on_request_the_scale_speaks_only_when_asked(host: Hosting, inbox: Inbox, simulator: ScaleSimulator) -> None:
    protocol = Sics(polling=Polling.ON_REQUEST)
    scale = Scale("bench", SerialTransport(host.url), on_reading=inbox, on_state=inbox, protocol=protocol)
    scale.start()
    inbox.state(DeviceState.ONLINE)
    simulator.place(Decimal("1.250"))
    assert scale.weigh(stable=True).result(PATIENCE_S).value == Decimal("1.250")
    assert scale.weigh(stable=False).result(PATIENCE_S).value == Decimal("1.250")
    simulator.overload()
    assert scale.weigh(stable=True).result(PATIENCE_S).over
    simulator.silence(on=True)
    with pytest.raises(DeviceTimeout):
        scale.weigh(stable=True, timeout_s=0.1).result(PATIENCE_S)
    inbox.state(DeviceState.STALE)
    assert scale.stop()
    assert b"SIR" not in b"".join(entry.data for entry in scale.recorded())


def test_a_scale_without_repetition_is_read_all_the_same(inbox: Inbox) -> None:
    simulator = ScaleSimulator(knows_repeat=False, settle_s=0.05)
    simulator.place(Decimal("1.250"))
    with serve(simulator) as host:
        scale = Scale("bench", SerialTransport(host.url), on_reading=inbox, on_state=inbox)
        scale.start()
        first, second = stable(inbox, "1.25"), stable(inbox, "1.25")
        assert second.seq > first.seq
        assert scale.stop()


def test_the_traffic_can_be_given_to_support(scale: Scale, inbox: Inbox) -> None:
    stable(inbox, "0")
    text = scale.export_traffic()
    assert "out SIR<0D><0A>" in text
    assert "in  S S      0.000 kg<0D><0A>" in text


def test_after_the_stop_no_reading_comes(host: Hosting, inbox: Inbox, simulator: ScaleSimulator) -> None:
    scale = Scale("bench", SerialTransport(host.url), on_reading=inbox, on_state=inbox)
    scale.start()
    stable(inbox, "0")
    assert scale.stop()
    count = len(inbox.all)
    last = inbox.all[-1]
    assert isinstance(last, StateChanged)
    assert last.reason is Reason.STOPPED
    simulator.place(Decimal("1.000"))
    assert len(inbox.all) == count
    assert (scale.state, scale.reason) == (DeviceState.OFFLINE, Reason.STOPPED)


def test_of_many_readings_the_last_and_the_last_empty_platform_are_kept() -> None:
    def at(seq: int, value: str, *, at_rest: bool = True) -> WeightReading:
        number = Decimal(value)
        return WeightReading(number, "kg", at_rest, WeightKind.NET, b"", 0.0, seq, zero=number == 0)

    course: list[WeightReading | ScaleAnswer] = [
        at(1, "1"),
        at(2, "0"),
        at(3, "0", at_rest=False),
        ScaleAnswer("Z", "A"),
        at(4, "1"),
        at(5, "2"),
    ]
    assert [reading.seq for reading in newest_readings(course) if isinstance(reading, WeightReading)] == [2, 5]
    assert newest_readings([ScaleAnswer("Z", "A")]) == []
    assert newest_readings([]) == []
