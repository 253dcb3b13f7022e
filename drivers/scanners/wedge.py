"""Keyboard wedges, the pure part: which keys come from a scanner, and which code they make.

A wedge types its codes like a keyboard. The program feeds every key here before any widget sees it, and does with the
key what the `Verdict` says. Two ways, the first to be preferred:

- *Prefix*: the scanner types a programmed key before and one after each code. All between them belongs to the
  scanner, wherever the focus is, and is swallowed.
- *Timing*, only where no prefix can be programmed: a run of keys with gaps of at most 100 ms, long enough, ended by
  the suffix. Its keys were let through while it ran; `Verdict.retract` says how many the focused widget must drop.

A code that was cut in two (a pause within it, another prefix before the suffix) ends as `ScanAgain`, never as a scan.
Times are those of the key *events*; an event time of 0 means that it is unknown: then the arrival time is taken, and
the timing way is never used. Not responsible for Qt, layouts or which widget has the focus.

Verification: the rules [S]; [M] by recorded key sequences in the tests; no real wedge was at hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from drivers.scanners.aim import split_aim
from drivers.scanners.plain import GS, is_code
from drivers.scanners.scan import Misread, Scan, ScanAgain

_UNKNOWN_TIME = 0
_MOST_SUFFIX_KEYS = 2


@dataclass(frozen=True, slots=True)
class WedgeSettings:
    """How one wedge is programmed.

    Keys are written as the character they type, or, where they type none, by their name (`F8`).

    Attributes:
        prefix: the key before each code; empty where none can be programmed, which leaves the timing way.
        suffix: the key after each code; or two, as one text of control characters (CR LF, Tab Enter).
        max_gap_ms: the longest pause within a code.
        min_length: the shortest code of the timing way.
        forget_ms: after this much quiet, keys no longer belong to a code that was cut.
        replacements: keys that stand for another character, above all for GS, which no keyboard can type.
        check: what a code of the timing way must fulfil besides, for example a check digit.
    """

    prefix: str = "\x02"
    suffix: str = "\r"
    max_gap_ms: int = 100
    min_length: int = 6
    forget_ms: int = 2000
    max_length: int = 4296
    replacements: Mapping[str, str] = field(default_factory=lambda: {"F8": GS, "\x1d": GS})
    check: Callable[[str], bool] = lambda _text: True

    def __post_init__(self) -> None:
        if not self.suffix or self.prefix == self.suffix:
            raise ValueError("a wedge needs a suffix that differs from its prefix")
        if len(self.suffix_keys) > _MOST_SUFFIX_KEYS:
            raise ValueError(f"a wedge has at most {_MOST_SUFFIX_KEYS} keys after a code")

    @property
    def suffix_keys(self) -> tuple[str, ...]:
        """The keys of the suffix: a name such as `F10` is one key, anything else a key a character."""
        return (self.suffix,) if self.suffix.isalnum() else tuple(self.suffix)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with one key.

    Attributes:
        swallow: the key belongs to the scanner and must not reach any widget.
        outcome: a code that this key completes, or the word that one was lost.
        retract: so many keys before this one were let through and belong to the code: the widget must drop them.
    """

    swallow: bool
    outcome: Scan | ScanAgain | None = None
    retract: int = 0


_PASS = Verdict(swallow=False)
_SWALLOW = Verdict(swallow=True)


class _Mode(Enum):
    IDLE = "idle"
    CAPTURING = "capturing"  # between prefix and suffix
    DISCARDING = "discarding"  # the rest of a code that was cut


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a key was struck; `event_ms` is 0 where the system does not tell."""

    event_ms: int
    arrival_ms: int

    def since(self, earlier: "_Moment") -> int:
        """Return the pause in milliseconds, by event times where both are known."""
        if _UNKNOWN_TIME in {self.event_ms, earlier.event_ms}:
            return self.arrival_ms - earlier.arrival_ms
        return self.event_ms - earlier.event_ms


class WedgeDecoder:
    """Turns the keys of one keyboard queue into codes. Not thread-safe: it lives where the keys arrive."""

    def __init__(self, settings: WedgeSettings | None = None) -> None:
        self._settings = settings or WedgeSettings()
        self._mode = _Mode.IDLE
        self._keys: list[str] = []
        self._last: _Moment | None = None
        self._timed = True  # every key of the run came with an event time
        self._tainted = False  # an unfinished run came shortly before this one

    def feed(self, key: str, event_ms: int, *, arrival_ms: int) -> Verdict:
        """Judge one key.

        Args:
            key: the character typed, or the key's name where it types none.
            event_ms: the event's own time in milliseconds; 0 where it is unknown.
            arrival_ms: the monotonic time at which the program got it, in milliseconds.
        """
        moment = _Moment(event_ms, arrival_ms)
        gap = moment.since(self._last) if self._last else self._settings.forget_ms + 1
        self._last = moment
        if self._settings.prefix:
            return self._by_prefix(key, gap, arrival_ms)
        return self._by_timing(key, gap, moment)

    def expire(self, *, arrival_ms: int) -> ScanAgain | None:
        """Say what time it is while no key comes; returns the word that a code was begun and never ended.

        To be called some 100 ms after a key was swallowed, if no other came meanwhile.
        """
        if self._mode is not _Mode.CAPTURING or self._last is None:
            return None
        if arrival_ms - self._last.arrival_ms <= self._settings.max_gap_ms:
            return None
        return self._cut(arrival_ms)

    # - prefix -

    def _by_prefix(self, key: str, gap: int, arrival_ms: int) -> Verdict:
        settings = self._settings
        if key == settings.prefix:
            lost = self._again(Misread.CUT, arrival_ms) if self._mode is _Mode.CAPTURING else None
            self._mode, self._keys = _Mode.CAPTURING, []
            return Verdict(swallow=True, outcome=lost)
        match self._mode:
            case _Mode.IDLE:
                return _PASS
            case _Mode.DISCARDING:
                return self._discard(key, gap)
            case _Mode.CAPTURING:
                return self._capture(key, gap, arrival_ms)

    def _capture(self, key: str, gap: int, arrival_ms: int) -> Verdict:
        settings = self._settings
        if gap > settings.max_gap_ms or len(self._keys) >= settings.max_length:
            lost = self._cut(arrival_ms)
            if key == settings.suffix_keys[-1]:
                self._mode = _Mode.IDLE
            return Verdict(swallow=True, outcome=lost)
        if not self._ends_with(key):
            self._keys.append(key)
            return _SWALLOW
        self._drop_suffix()
        outcome = self._finish(arrival_ms)
        self._mode = _Mode.IDLE
        return Verdict(swallow=True, outcome=outcome)

    def _discard(self, key: str, gap: int) -> Verdict:
        if gap > self._settings.forget_ms:
            self._mode = _Mode.IDLE
            return _PASS
        if key == self._settings.suffix_keys[-1]:
            self._mode = _Mode.IDLE
        return _SWALLOW

    def _ends_with(self, key: str) -> bool:
        """Whether this key completes the suffix behind what was typed before it."""
        *before, last = self._settings.suffix_keys
        return key == last and self._keys[len(self._keys) - len(before) :] == before

    def _drop_suffix(self) -> None:
        """Take the suffix's first key off the code; its last one was never part of it."""
        del self._keys[len(self._keys) - len(self._settings.suffix_keys) + 1 :]

    def _cut(self, arrival_ms: int) -> ScanAgain:
        lost = self._again(Misread.CUT, arrival_ms)
        self._mode, self._keys = _Mode.DISCARDING, []
        return lost

    # - timing -

    def _by_timing(self, key: str, gap: int, moment: _Moment) -> Verdict:
        if gap > self._settings.max_gap_ms:
            self._begin_run(gap)
        self._timed = self._timed and moment.event_ms != _UNKNOWN_TIME
        if not self._ends_with(key):
            self._keys.append(key)
            return _PASS
        self._drop_suffix()
        verdict = self._end_run(moment.arrival_ms)
        self._keys, self._timed, self._tainted = [], True, False
        return verdict

    def _begin_run(self, gap: int) -> None:
        """A pause: what was typed before it is not part of what comes now, but may be the half of it."""
        unfinished = bool(self._keys) or self._tainted
        self._tainted = unfinished and gap <= self._settings.forget_ms
        self._keys, self._timed = [], True

    def _end_run(self, arrival_ms: int) -> Verdict:
        settings = self._settings
        text = self._text()
        _, code = split_aim(text)
        is_run = self._timed and settings.min_length <= len(self._keys) <= settings.max_length
        if not is_run or not settings.check(code):
            return _PASS
        outcome = self._again(Misread.CUT, arrival_ms) if self._tainted else self._finish(arrival_ms)
        return Verdict(swallow=True, outcome=outcome, retract=len(self._keys))

    # - both -

    def _text(self) -> str:
        return "".join(self._settings.replacements.get(key, key) for key in self._keys)

    def _finish(self, arrival_ms: int) -> Scan | ScanAgain:
        text = self._text()
        aim_id, code = split_aim(text)
        if not code:
            return self._again(Misread.INCOMPLETE, arrival_ms)
        if not is_code(code) or self._has_unknown_key():
            return self._again(Misread.GARBLED, arrival_ms)
        return Scan(text.encode(), code, aim_id, arrival_ms / 1000)

    def _has_unknown_key(self) -> bool:
        """Whether a key that types nothing stands in the code, such as a dead key: its name must not become text."""
        return any(len(key) > 1 and key not in self._settings.replacements for key in self._keys)

    def _again(self, reason: Misread, arrival_ms: int) -> ScanAgain:
        return ScanAgain(reason, self._text().encode(), arrival_ms / 1000)
