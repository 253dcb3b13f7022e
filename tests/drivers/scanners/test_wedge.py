"""Keyboard wedges: which keys are a code, which are a person, and what was cut in two."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanners.scan import Misread, Scan, ScanAgain
from drivers.scanners.wedge import Verdict, WedgeDecoder, WedgeSettings

STX = "\x02"


class Keyboard:
    """Strikes keys at a decoder; time passes only as it is told."""

    def __init__(self, settings: WedgeSettings | None = None, *, knows_time: bool = True) -> None:
        self.decoder = WedgeDecoder(settings)
        self.knows_time = knows_time
        self.now_ms = 10_000
        self.verdicts: list[Verdict] = []

    def strike(self, keys: Iterable[str], *, gap_ms: int = 5) -> list[Verdict]:
        """Strike keys, each `gap_ms` after the one before; return their verdicts."""
        verdicts = []
        for key in keys:
            self.now_ms += gap_ms
            event_ms = self.now_ms if self.knows_time else 0
            verdicts.append(self.decoder.feed(key, event_ms, arrival_ms=self.now_ms))
        self.verdicts += verdicts
        return verdicts

    def rest(self, ms: int) -> None:
        """Let time pass."""
        self.now_ms += ms

    @property
    def outcomes(self) -> list[Scan | ScanAgain]:
        """All that came out."""
        return [verdict.outcome for verdict in self.verdicts if verdict.outcome]

    @property
    def scans(self) -> list[str]:
        """The codes among it."""
        return [outcome.text for outcome in self.outcomes if isinstance(outcome, Scan)]


def timing(**changes: object) -> Keyboard:
    return Keyboard(WedgeSettings(prefix="", **changes))  # type: ignore[arg-type] # each test gives fitting ones


# - prefix -


def test_everything_between_prefix_and_suffix_is_the_scanners() -> None:
    keyboard = Keyboard()
    verdicts = keyboard.strike(f"{STX}]C1PROD-007\r")
    assert all(verdict.swallow for verdict in verdicts)
    (scan,) = keyboard.outcomes
    assert isinstance(scan, Scan)
    assert (scan.text, scan.symbology, scan.raw) == ("PROD-007", "gs1-128", b"]C1PROD-007")
    assert verdicts[-1].retract == 0


def test_what_a_person_types_is_left_alone() -> None:
    keyboard = Keyboard()
    assert not any(verdict.swallow for verdict in keyboard.strike("hello\r", gap_ms=3))
    assert keyboard.outcomes == []


def test_a_code_without_event_times_is_read_by_arrival() -> None:
    keyboard = Keyboard(knows_time=False)
    keyboard.strike(f"{STX}R01\r")
    assert keyboard.scans == ["R01"]


def test_two_codes_in_a_row_are_two_scans_and_typing_after_them_is_free() -> None:
    keyboard = Keyboard()
    keyboard.strike(f"{STX}R01\r{STX}R02\r")
    assert keyboard.scans == ["R01", "R02"]
    assert not keyboard.strike("x")[0].swallow


@pytest.mark.parametrize("key", ["F8", "\x1d"])
def test_the_separator_of_gs1_comes_as_another_key(key: str) -> None:
    keyboard = Keyboard()
    keyboard.strike([STX, *"]C110AB", key, *"2112345", "\r"])
    assert keyboard.scans == ["10AB\x1d2112345"]


def test_a_separator_of_ones_own_can_be_configured() -> None:
    keyboard = Keyboard(WedgeSettings(prefix="F9", suffix="\t", replacements={"^": "\x1d"}))
    keyboard.strike(["F9", *"10AB^21X", "\t"])
    assert keyboard.scans == ["10AB\x1d21X"]


@pytest.mark.parametrize("cut", range(1, 13))
def test_a_code_that_was_cut_in_two_is_asked_for_again_and_its_rest_is_swallowed(cut: int) -> None:
    code = "4006381333931"
    keyboard = Keyboard()
    keyboard.strike(STX + code[:cut])
    keyboard.rest(300)
    rest = keyboard.strike(code[cut:] + "\r")
    assert all(verdict.swallow for verdict in rest)
    assert [type(outcome) for outcome in keyboard.outcomes] == [ScanAgain]
    keyboard.strike(f"{STX}R01\r")
    assert keyboard.scans == ["R01"]


def test_a_code_that_was_cut_into_three_is_asked_for_again_once() -> None:
    keyboard = Keyboard()
    keyboard.strike(f"{STX}4006")
    keyboard.rest(300)
    keyboard.strike("3813")
    keyboard.rest(300)
    keyboard.strike("33931\r")
    assert [type(outcome) for outcome in keyboard.outcomes] == [ScanAgain]
    assert all(verdict.swallow for verdict in keyboard.verdicts)


def test_only_the_suffix_late_is_a_cut_code_too() -> None:
    keyboard = Keyboard()
    keyboard.strike(f"{STX}R01")
    keyboard.rest(300)
    keyboard.strike("\r")
    assert [type(outcome) for outcome in keyboard.outcomes] == [ScanAgain]
    assert not keyboard.strike("a")[0].swallow


def test_a_code_without_end_is_reported_when_no_key_comes_any_more() -> None:
    keyboard = Keyboard()
    keyboard.strike(f"{STX}400638")
    assert keyboard.decoder.expire(arrival_ms=keyboard.now_ms + 50) is None
    lost = keyboard.decoder.expire(arrival_ms=keyboard.now_ms + 150)
    assert lost is not None
    assert (lost.reason, lost.raw) == (Misread.CUT, b"400638")
    assert keyboard.decoder.expire(arrival_ms=keyboard.now_ms + 500) is None
    keyboard.rest(5000)
    assert not keyboard.strike("a")[0].swallow


def test_a_prefix_within_a_code_means_that_the_first_one_was_lost() -> None:
    keyboard = Keyboard()
    keyboard.strike(f"{STX}4006{STX}R01\r")
    assert [type(outcome) for outcome in keyboard.outcomes] == [ScanAgain, Scan]
    assert keyboard.scans == ["R01"]


def test_event_times_count_and_not_how_busy_the_program_was() -> None:
    decoder = WedgeDecoder()
    arrivals = [1000, 1500, 1501, 1502, 1503]
    verdicts = [
        decoder.feed(key, event, arrival_ms=arrival)
        for key, event, arrival in zip(f"{STX}R01\r", [500, 505, 510, 515, 520], arrivals, strict=True)
    ]
    assert isinstance(verdicts[-1].outcome, Scan)


@pytest.mark.parametrize(
    ("keys", "reason"), [((STX, "\r"), Misread.INCOMPLETE), ((STX, "A", "\x1b", "\r"), Misread.GARBLED)]
)
def test_an_empty_or_garbled_code_is_asked_for_again(keys: tuple[str, ...], reason: Misread) -> None:
    keyboard = Keyboard()
    keyboard.strike(keys)
    (outcome,) = keyboard.outcomes
    assert isinstance(outcome, ScanAgain)
    assert outcome.reason is reason


def test_an_endless_code_is_given_up() -> None:
    keyboard = Keyboard(WedgeSettings(max_length=10))
    keyboard.strike(f"{STX}{'7' * 50}\r")
    assert [type(outcome) for outcome in keyboard.outcomes] == [ScanAgain]


# - timing -


def test_a_fast_run_is_a_code_and_its_keys_are_taken_back() -> None:
    keyboard = timing()
    verdicts = keyboard.strike("4006381333931\r")
    assert keyboard.scans == ["4006381333931"]
    assert [verdict.swallow for verdict in verdicts] == [False] * 13 + [True]
    assert verdicts[-1].retract == 13


def test_a_person_who_types_is_no_scanner() -> None:
    keyboard = timing()
    keyboard.strike("4006381333931\r", gap_ms=150)
    assert keyboard.outcomes == []
    assert not any(verdict.swallow for verdict in keyboard.verdicts)


def test_a_short_fast_word_is_no_code() -> None:
    keyboard = timing()
    keyboard.strike("abc\r")
    assert keyboard.outcomes == []


def test_without_event_times_the_timing_way_is_never_used() -> None:
    keyboard = Keyboard(WedgeSettings(prefix=""), knows_time=False)
    keyboard.strike("4006381333931\r")
    assert keyboard.outcomes == []
    assert not any(verdict.swallow for verdict in keyboard.verdicts)


def test_one_key_without_event_time_spoils_the_run() -> None:
    decoder = WedgeDecoder(WedgeSettings(prefix=""))
    times = [100, 105, 110, 0, 120, 125, 130, 135]
    verdicts = [
        decoder.feed(key, event, arrival_ms=1000 + 5 * number)
        for number, (key, event) in enumerate(zip("1234567\r", times, strict=True))
    ]
    assert not any(verdict.outcome for verdict in verdicts)


@pytest.mark.parametrize("cut", range(1, 13))
def test_half_a_code_is_never_a_scan(cut: int) -> None:
    code = "4006381333931"
    keyboard = timing(min_length=1)
    keyboard.strike(code[:cut])
    keyboard.rest(300)
    keyboard.strike(code[cut:] + "\r")
    assert keyboard.scans == []
    assert [type(outcome) for outcome in keyboard.outcomes] == [ScanAgain]


def test_what_was_typed_long_before_does_not_spoil_a_scan() -> None:
    keyboard = timing()
    keyboard.strike("abc", gap_ms=150)
    keyboard.rest(3000)
    keyboard.strike("4006381333931\r")
    assert keyboard.scans == ["4006381333931"]


def test_a_check_of_ones_own_decides_too() -> None:
    keyboard = timing(check=str.isdigit)
    keyboard.strike("hurried-word\r")
    keyboard.rest(3000)
    keyboard.strike("]E04006381333931\r")
    assert keyboard.scans == ["4006381333931"]


def test_prefix_and_suffix_must_differ() -> None:
    with pytest.raises(ValueError, match="differs"):
        WedgeSettings(prefix="\r")
    with pytest.raises(ValueError, match="differs"):
        WedgeSettings(suffix="")


codes = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="]"), min_size=6, max_size=30)


@given(codes, st.lists(st.integers(0, 100), min_size=40, max_size=40))
def test_any_code_with_short_gaps_is_read_in_both_ways(code: str, gaps: list[int]) -> None:
    for keyboard, keys in ((Keyboard(), f"{STX}{code}\r"), (timing(), f"{code}\r")):
        for key, gap in zip(keys, gaps, strict=False):
            keyboard.strike(key, gap_ms=gap)
        assert keyboard.scans == [code]


@given(codes, st.lists(st.integers(1, 400), min_size=40, max_size=40), st.sampled_from(["", STX]))
def test_with_any_gaps_a_scan_is_the_whole_code_or_none(code: str, gaps: list[int], prefix: str) -> None:
    keyboard = Keyboard(WedgeSettings(prefix=prefix, min_length=1))
    for key, gap in zip(f"{prefix}{code}\r", gaps, strict=False):
        keyboard.strike(key, gap_ms=gap)
    assert keyboard.scans in ([], [code])
