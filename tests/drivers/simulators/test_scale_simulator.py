"""The simulated scale itself, sans-IO, with a clock of the test's own."""

from decimal import Decimal

import pytest

from drivers.simulators.scale import ScaleSimulator
from drivers.simulators.script import ScriptError, perform


class Bench:
    """A scale and a clock."""

    def __init__(self, *, knows_repeat: bool = True) -> None:
        self.now = 100.0
        self.scale = ScaleSimulator(clock=lambda: self.now, knows_repeat=knows_repeat, settle_s=0.5)

    def ask(self, command: str) -> list[str]:
        self.scale.receive(f"{command}\r\n".encode(), self.now)
        return self.listen()

    def listen(self, after_s: float = 0.0) -> list[str]:
        self.now += after_s
        return self.scale.say(self.now).decode().splitlines()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_an_empty_scale_stands_at_zero(bench: Bench) -> None:
    assert bench.ask("S") == ["S S      0.000 kg"]


def test_a_load_needs_time_to_come_to_rest(bench: Bench) -> None:
    bench.scale.place(Decimal("1.250"))
    assert bench.ask("SI")[0].startswith("S D ")
    assert bench.ask("S") == []
    assert bench.listen(after_s=0.5) == ["S S      1.250 kg"]
    assert bench.ask("SI") == ["S S      1.250 kg"]


def test_the_display_is_rounded_to_its_step(bench: Bench) -> None:
    bench.scale.place(Decimal("1.2509"))
    assert bench.listen(after_s=1) == []
    assert bench.ask("S") == ["S S      1.250 kg"]


def test_a_command_that_waits_for_rest_in_vain_is_not_executable(bench: Bench) -> None:
    bench.scale.restless(on=True)
    assert bench.ask("S") == []
    assert bench.listen(after_s=3.1) == ["S I"]
    assert bench.ask("Z") == []
    assert bench.listen(after_s=3.1) == ["Z I"]


def test_repeated_readings_come_at_their_pace_until_another_command(bench: Bench) -> None:
    assert bench.ask("SIR") == ["S S      0.000 kg"]
    assert bench.listen(after_s=0.05) == []
    assert len(bench.listen(after_s=0.3)) == 3
    assert bench.ask("SI") == ["S S      0.000 kg"]
    assert bench.listen(after_s=1) == []


def test_a_scale_without_repetition_says_so() -> None:
    assert Bench(knows_repeat=False).ask("SIR") == ["ES"]


@pytest.mark.parametrize("command", ["s", "XYZ", "S S", "\x00"])
def test_an_unknown_command_is_a_syntax_error(bench: Bench, command: str) -> None:
    assert bench.ask(command) == ["ES"]


def test_overload_and_underload_have_no_number(bench: Bench) -> None:
    bench.scale.overload()
    assert bench.ask("SI") == ["S +"]
    bench.scale.lift()
    assert bench.ask("SI") == ["S -"]
    bench.scale.clear()
    bench.now += 1
    assert bench.ask("SI") == ["S S      0.000 kg"]


def test_zero_tare_and_clear(bench: Bench) -> None:
    bench.scale.place(Decimal("0.100"))
    bench.now += 1
    assert bench.ask("Z") == ["Z A"]
    bench.scale.place(Decimal("2.000"))
    bench.now += 1
    assert bench.ask("Z") == ["Z +"]
    assert bench.ask("T") == ["T S      2.000 kg"]
    assert bench.ask("SI") == ["S S      0.000 kg"]
    bench.scale.clear()
    bench.now += 1
    assert bench.ask("SI") == ["S S     -2.100 kg"]
    assert bench.ask("TAC") == ["TAC A"]
    assert bench.ask("SI") == ["S S     -0.100 kg"]


def test_a_reset_clears_the_tare_and_ends_the_repetition(bench: Bench) -> None:
    bench.scale.place(Decimal("2.000"))
    bench.now += 1
    bench.ask("T")
    bench.ask("SIR")
    assert bench.ask("@") == ['I4 A "SIM0001"']
    assert bench.listen(after_s=1) == []
    assert bench.ask("SI") == ["S S      2.000 kg"]


@pytest.mark.parametrize(
    ("unit", "line"),
    [("kg", "S S      1.000 kg"), ("g", "S S       1000 g"), ("lb", "S S      2.205 lb"), ("oz", "S S      35.27 oz")],
)
def test_the_unit_key_changes_the_unit(bench: Bench, unit: str, line: str) -> None:
    bench.scale.place(Decimal("1.000"))
    bench.scale.set_unit(unit)
    bench.now += 1
    assert bench.ask("SI") == [line]


def test_a_scale_that_is_off_says_nothing_and_has_forgotten_the_repetition(bench: Bench) -> None:
    bench.ask("SIR")
    bench.scale.silence(on=True)
    assert bench.ask("SI") == []
    bench.scale.silence(on=False)
    assert bench.listen(after_s=1) == []
    assert bench.ask("I4") == ['I4 A "SIM0001"']
    assert bench.ask("I2") == ['I2 A "Simulator 30 kg"']


def test_everything_that_can_happen_to_it_has_a_name(bench: Bench) -> None:
    actions = bench.scale.actions()
    lines = [
        "place 1.5",
        "clear",
        "overload",
        "clear",
        "lift",
        "unit g",
        "restless on",
        "silence on",
        "silence off",
        "tare",
        "flood on",
        "dribble on",
        "parity on",
        "cut",
        "corrupt",
        "garbage 00ff",
    ]
    for line in lines:
        perform(line, actions)
    assert {line.split()[0] for line in lines} == set(actions)
    with pytest.raises(ScriptError, match="place heavy"):
        perform("place heavy", actions)
    with pytest.raises(ScriptError, match="stone"):
        perform("unit stone", actions)


@pytest.mark.parametrize("typed", ["nan", "inf", "1e999", "abc", ""])
def test_what_is_no_weight_is_not_put_on_the_scale_and_said_so(typed: str) -> None:
    simulator = ScaleSimulator()
    with pytest.raises(ScriptError, match=r"place.* (no weight|no number|too little)"):
        perform(f"place {typed}", simulator.actions())
    assert simulator.load_kg == 0
