"""Scales of every protocol at a real port, with a simulator that weighs and misbehaves: the faults of DEVICES 4."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from drivers.device import DeviceOffline, DeviceRefused, DeviceState, Reason
from drivers.scales.protocols import SCALE_PROTOCOLS, ScaleOptions, scale_protocol
from drivers.scales.reading import Capture, CaptureRule, ScaleAnswer, WeightKind, WeightReading
from drivers.scales.scale import Scale
from drivers.simulators.hosting import Hosting, serve, serve_pty, serve_rfc2217, serve_tcp
from drivers.simulators.languages import PATTERN
from drivers.simulators.scale import ScaleSimulator
from drivers.transports.serial_port import SerialTransport
from tests.drivers.events import PATIENCE_S, Inbox

OPTIONS = ScaleOptions(default_unit="kg", pattern=PATTERN)
HOSTS = [
    pytest.param(serve_pty, id="pty", marks=pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")),
    pytest.param(serve_tcp, id="tcp"),
    pytest.param(serve_rfc2217, id="rfc2217"),
]
TELLS_NEGATIVE = ("sics", "nci", "sma", "toledo_continuous", "a_and_d", "st_gs", "pattern")
TELLS_NET = ("nci", "sma", "toledo_continuous", "st_gs", "pattern")
every_protocol = pytest.mark.parametrize("protocol", SCALE_PROTOCOLS)


class Bench:
    """A scale, its driver and what the driver said."""

    def __init__(self, simulator: ScaleSimulator, host: Hosting, scale: Scale, inbox: Inbox) -> None:
        self.simulator = simulator
        self.host = host
        self.scale = scale
        self.inbox = inbox

    def reading(self, wanted: Callable[[WeightReading], bool]) -> WeightReading:
        found = self.inbox.next(lambda event: isinstance(event, WeightReading) and wanted(event))
        assert isinstance(found, WeightReading)
        return found

    def stable(self, kg: str) -> WeightReading:
        return self.reading(lambda reading: reading.stable and reading.kg == Decimal(kg))


@contextmanager
def at_bench(
    protocol: str, serve_at: Callable[[ScaleSimulator], Hosting] = serve, *, checksum: bool = False
) -> Iterator[Bench]:
    simulator = ScaleSimulator(protocol=protocol, settle_s=0.05, repeat_every_s=0.05, checksum=checksum)
    options = ScaleOptions(default_unit="kg", pattern=PATTERN, checksum=checksum)
    inbox = Inbox()
    with serve_at(simulator) as host:
        scale = Scale(
            "bench",
            SerialTransport(host.url),
            on_reading=inbox,
            on_state=inbox,
            protocol=scale_protocol(protocol, options),
        )
        scale.start()
        try:
            yield Bench(simulator, host, scale, inbox)
        finally:
            assert scale.stop()


@every_protocol
@pytest.mark.parametrize("serve_at", HOSTS)
def test_goods_are_weighed_in_every_language_over_every_kind_of_port(
    protocol: str, serve_at: Callable[[ScaleSimulator], Hosting]
) -> None:
    with at_bench(protocol, serve_at) as bench:
        bench.stable("0")
        bench.simulator.place(Decimal("1.250"))
        assert bench.stable("1.25").unit == "kg"


@every_protocol
def test_a_cable_that_is_pulled_and_put_back_is_noticed(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.stable("0")
        bench.host.unplug()
        assert bench.inbox.state(DeviceState.OFFLINE).reason is Reason.LOST
        with pytest.raises((DeviceOffline, DeviceRefused)):
            bench.scale.zero().result(PATIENCE_S)
        bench.simulator.place(Decimal("2.000"))
        bench.host.replug()
        bench.scale.wake()
        bench.stable("2")


@every_protocol
def test_a_scale_that_falls_silent_is_stale_and_its_last_weight_is_gone(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("1.250"))
        bench.stable("1.25")
        bench.simulator.silence(on=True)
        assert bench.inbox.state(DeviceState.STALE).reason is Reason.SILENT
        rule = CaptureRule()
        last = bench.inbox.all[-2]
        rule.request(at=last.monotonic)
        assert rule.judge(last) is Capture.TOO_OLD


@every_protocol
def test_overload_under_zero_and_motion_are_no_weight(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.stable("0")
        bench.simulator.overload()
        assert bench.reading(lambda reading: reading.over).value is None
        bench.simulator.lift()
        assert bench.reading(lambda reading: reading.under).value is None
        bench.simulator.clear()
        bench.stable("0")
        bench.simulator.restless(on=True)
        moving = bench.reading(lambda reading: not reading.stable)
        assert not moving.stable


@pytest.mark.parametrize("protocol", TELLS_NEGATIVE)
def test_less_than_nothing_is_negative(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("-0.250"))
        assert bench.stable("-0.25").value == Decimal("-0.250")


@pytest.mark.parametrize("protocol", ["toledo_8217", "nci_ecr", "hid_pos"])
def test_less_than_nothing_is_under_zero_where_the_language_has_no_minus(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("-0.250"))
        assert bench.reading(lambda reading: reading.under).value is None


@pytest.mark.parametrize("protocol", [name for name in SCALE_PROTOCOLS if name != "toledo_8217"])
def test_a_unit_that_is_switched_on_the_scale_is_followed(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("1.000"))
        bench.stable("1")
        bench.simulator.set_unit("g")
        grams = bench.reading(lambda reading: reading.unit == "g")
        assert (grams.value, grams.kg) == (Decimal(1000), Decimal(1))


@pytest.mark.parametrize("protocol", TELLS_NET)
def test_a_weight_is_net_while_a_tare_is_set(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("0.500"))
        assert bench.stable("0.5").kind is WeightKind.GROSS
        bench.simulator.tare()
        bench.simulator.place(Decimal("1.250"))
        assert bench.stable("1.25").kind is WeightKind.NET


@every_protocol
def test_a_message_that_is_cut_or_spoiled_gives_no_weight_that_was_never_there(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("1.000"))
        bench.stable("1")
        bench.simulator.cut()
        bench.stable("1")
        bench.stable("1")
        bench.simulator.garbage(b"\xff\x00\x81 99.999 \x15")
        bench.stable("1")
        kilograms = {event.kg for event in bench.inbox.all if isinstance(event, WeightReading) and event.stable}
        assert kilograms <= {Decimal(1), Decimal(0)}


def test_a_spoiled_digit_is_seen_by_the_checksum() -> None:
    with at_bench("toledo_continuous", checksum=True) as bench:
        bench.simulator.place(Decimal("1.000"))
        bench.stable("1")
        for _ in range(5):
            bench.simulator.corrupt()
            bench.stable("1")
            bench.stable("1")
        values = {event.kg for event in bench.inbox.all if isinstance(event, WeightReading) and event.stable}
        assert values <= {Decimal(1), Decimal(0)}


@pytest.mark.parametrize("protocol", ["toledo_8217", "nci", "sma", "toledo_continuous", "a_and_d"])
def test_a_7e1_scale_that_is_read_as_8n1_is_understood(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.parity(on=True)
        bench.simulator.place(Decimal("1.250"))
        bench.stable("1.25")


@pytest.mark.parametrize("protocol", [name for name in SCALE_PROTOCOLS if name != "hid_pos"])
def test_a_line_that_brings_one_byte_at_a_time_is_slow_and_right(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.stable("0")
        bench.simulator.place(Decimal("1.250"))
        bench.stable("1.25")
        bench.simulator.dribble(on=True)
        bench.stable("1.25")


@pytest.mark.parametrize("protocol", [name for name in SCALE_PROTOCOLS if name != "hid_pos"])
def test_of_a_hundred_readings_a_second_the_newest_wins(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.flood(on=True)
        bench.simulator.place(Decimal("1.250"))
        numbers = [bench.stable("1.25").seq for _ in range(20)]
        assert numbers == sorted(set(numbers))
        bench.simulator.clear()
        bench.stable("0")


@pytest.mark.parametrize("protocol", ["toledo_8217", "nci", "sma", "toledo_continuous", "a_and_d", "hid_pos"])
def test_an_empty_platform_is_zeroed_and_a_loaded_one_is_not(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("0.100"))
        bench.stable("0.1")
        assert bench.scale.zero().result(PATIENCE_S).status == "A"
        bench.stable("0")
        bench.simulator.place(Decimal("5.000"))
        bench.stable("5")
        with pytest.raises(DeviceRefused, match="not_executable"):
            bench.scale.zero().result(PATIENCE_S)


@pytest.mark.parametrize("protocol", ["sma", "toledo_continuous", "toledo_8217"])
def test_a_tare_is_taken_and_forgotten(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.simulator.place(Decimal("0.500"))
        bench.stable("0.5")
        assert bench.scale.tare().result(PATIENCE_S) == ScaleAnswer("T", "A")
        bench.simulator.place(Decimal("1.000"))
        bench.stable("1")
        assert bench.scale.clear_tare().result(PATIENCE_S) == ScaleAnswer("C", "A")
        bench.stable("1.5")


@every_protocol
def test_a_scale_shows_that_it_is_there(protocol: str) -> None:
    with at_bench(protocol) as bench:
        bench.inbox.state(DeviceState.ONLINE)
        assert bench.scale.check_health().result(PATIENCE_S).status == "A"


def test_a_scale_that_is_not_there_at_the_start_appears_later() -> None:
    with at_bench("sma") as bench:
        bench.stable("0")
        bench.host.unplug()
        late = Inbox()
        scale = Scale(
            "late", SerialTransport(bench.host.url), on_reading=late, on_state=late, protocol=scale_protocol("sma")
        )
        scale.start()
        assert late.state(DeviceState.OFFLINE).reason is Reason.NOT_FOUND
        bench.scale.stop()
        bench.host.replug()
        scale.wake()
        late.state(DeviceState.ONLINE)
        assert scale.stop()
