"""A scale that sends lines of its own kind: read by a pattern that the site writes, when no protocol fits.

The pattern is a regular expression for one whole line with named groups:

    value   the number: digits, at most one point, a sign before it (required)
    sign    a minus that stands apart from the number
    unit    the unit; without it the configured one counts
    stable  there when the load is at rest         motion  there when it moves
    net     there when a tare is set               tare    there when the line tells the tare
    over, under, fault                             there when the line tells no weight

So `(?P<stable>ST)|…` asks for a word that is there only then. A pattern has `stable` or `motion`, or none of its
weights could ever be taken. Example, for `+ 12.34 kg S` at rest and `+ 12.34 kg D` while it moves:

    (?P<sign>[+-]) {0,6}(?P<value>[0-9]{1,6}[.][0-9]{1,3}) (?P<unit>kg|g|lb) (?:(?P<stable>S)|D)

**Safe against patterns that never end.** Lines are at most 80 characters long, and a pattern is accepted only if the
number of ways in which it can be tried on such a line is bounded by a million, counted beforehand (`cost`). So
`[0-9]{1,6}` is better than `[0-9]+`, and `(a+)+` is refused. References back, looking ahead and flags are not known.

Verification: [M] against `drivers/simulators/languages.py`.
"""

import re
from decimal import Decimal

from drivers.device import BadFrame, Command
from drivers.framing import LineFramer
from drivers.scales.pieces import (
    STALE_AFTER_S,
    Asking,
    Readings,
    anything,
    checked_unit,
    known_unit,
    next_reading,
    not_supported,
    shown_by,
)
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightKind, WeightReading

LONGEST_LINE = 80
MOST_WAYS = 1_000_000
_GROUPS = {"value", "sign", "unit", "stable", "motion", "net", "tare", "over", "under", "fault"}
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?|[+-]?\.[0-9]+")


class PatternError(ValueError):
    """The pattern cannot be used; says why and what to write instead."""


class PatternScale:
    """The protocol, sans-IO.

    Args:
        pattern: see above; raises `PatternError` for one that cannot be used.
        request: what the scale must hear before it sends a line; empty where it sends by itself.
        default_unit: taken where the pattern has no unit.
    """

    stale_after_s: float | None = STALE_AFTER_S

    def __init__(self, pattern: str, *, request: bytes = b"", default_unit: str | None = None) -> None:
        self.framer = LineFramer(max_length=LONGEST_LINE)
        self._pattern = compiled(pattern)
        self._default_unit = checked_unit(default_unit)
        self._readings = Readings()
        self._asking = Asking(request)

    def reset(self) -> None:
        """Begin anew: ask at once."""
        self._asking.reset()

    def poll(self, now: float) -> bytes:
        """Ask, where the scale wants to be asked."""
        return self._asking.poll(now)

    def decode(self, frame: bytes, now: float) -> ScaleMessage:
        """Say what a line means; raises `BadFrame` for a line that the pattern does not fit."""
        found = self._pattern.fullmatch(frame.decode("latin-1")) if len(frame) <= LONGEST_LINE else None
        if found is None:
            raise BadFrame("not_the_pattern", frame)
        said = {name: text for name, text in found.groupdict().items() if text}
        kind = WeightKind.TARE if "tare" in said else WeightKind.NET if "net" in said else WeightKind.GROSS
        motion = "motion" in said
        troubles = {name: name in said for name in ("over", "under", "fault")}
        if any(troubles.values()):
            return self._readings.trouble(frame, now, kind=kind, motion=motion, **troubles)
        number = said.get("sign", "").strip(" ") + said.get("value", "").strip(" ")
        if not _NUMBER.fullmatch(number):
            raise BadFrame("not_a_number", frame)
        return self._readings.weight(
            frame,
            now,
            value=Decimal(number),
            unit=known_unit(said["unit"]) if "unit" in said else self._default_unit,
            stable="stable" in said if "stable" in self._pattern.groupindex else not motion,
            kind=kind,
            motion=motion,
        )

    # - commands -

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        return next_reading(stable=stable, timeout_s=timeout_s)

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Press the key on the scale."""
        raise not_supported()

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Press the key on the scale."""
        raise not_supported()

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Press the key on the scale."""
        raise not_supported()

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Wait for its next line."""
        return shown_by(anything, "", b"", timeout_s=2.0)


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a site's pattern; raises `PatternError` where it is wrong, lacks a group, or could take too long."""
    ways = cost(pattern)
    if ways > MOST_WAYS:
        raise PatternError("the pattern could take too long: write {0,6} instead of * and +, and repeat no repetitions")
    try:
        found = re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        raise PatternError(f"the pattern is no regular expression: {error}") from error
    unknown = found.groupindex.keys() - _GROUPS
    if unknown:
        raise PatternError(f"unknown groups {', '.join(sorted(unknown))}; known are {', '.join(sorted(_GROUPS))}")
    if "value" not in found.groupindex:
        raise PatternError("the pattern needs a group (?P<value>…)")
    if not {"stable", "motion"} & found.groupindex.keys():
        raise PatternError("the pattern needs a group (?P<stable>…) or (?P<motion>…)")
    return found


def cost(pattern: str) -> int:
    """In how many ways, at most, the pattern can be tried on one line.

    A sequence multiplies the ways of its parts, alternatives add them, a repetition adds those of each count it
    allows. Raises `PatternError` for what is not counted: references back, looking ahead and behind, flags.
    """
    if len(pattern) > 500:
        raise PatternError("the pattern is too long")
    counter = _Counter(pattern)
    ways = counter.alternatives(depth=0)
    if counter.rest:
        raise PatternError(f"the pattern has a ) too many before {counter.rest!r}")
    return ways


class _Counter:
    """Reads a pattern from left to right and counts its ways; larger counts than anybody needs are cut off."""

    _ENOUGH = MOST_WAYS + 1
    _REPEAT = re.compile(r"(?:([*+?])|\{(?=[0-9,])([0-9]*)(?:(,)([0-9]*))?\})([?+]?)")
    _GROUP = re.compile(r"\((?:\?:|\?P<[A-Za-z_]\w*>)?(?!\?)")
    _CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def alternatives(self, *, depth: int) -> int:
        """Count `a|b|…` up to the end of the group."""
        if depth > 20:
            raise PatternError("the pattern has groups within groups without end")
        ways = self._sequence(depth)
        while self.rest.startswith("|"):
            self.rest = self.rest[1:]
            ways += self._sequence(depth)
        return min(ways, self._ENOUGH)

    def _sequence(self, depth: int) -> int:
        ways = 1
        while self.rest and self.rest[0] not in "|)":
            ways = min(ways * self._repeated(self._item(depth)), self._ENOUGH)
        return ways

    def _item(self, depth: int) -> int:
        """Count one character, class or group."""
        match self.rest[0]:
            case "(":
                return self._group(depth)
            case "[":
                self._take(self._CLASS, "a [ without ]")
                return 1
            case "\\":
                if len(self.rest) < 2 or self.rest[1] in "0123456789":
                    raise PatternError("the pattern refers back (\\1), which is not known here")
                self.rest = self.rest[2:]
                return 1
        self.rest = self.rest[1:]
        return 1

    def _group(self, depth: int) -> int:
        self._take(self._GROUP, "a kind of group that is not known here")
        ways = self.alternatives(depth=depth + 1)
        if not self.rest.startswith(")"):
            raise PatternError("the pattern has a ( without )")
        self.rest = self.rest[1:]
        return ways

    def _repeated(self, ways: int) -> int:
        """Multiply by the repetition that follows, if one does."""
        while found := self._REPEAT.match(self.rest):
            self.rest = self.rest[found.end() :]
            least, most = self._bounds(found)
            ways = self._sum_of_powers(ways, least, most)
        return ways

    def _bounds(self, found: re.Match[str]) -> tuple[int, int]:
        if found[1]:
            return {"*": (0, LONGEST_LINE), "+": (1, LONGEST_LINE), "?": (0, 1)}[found[1]]
        least = min(int(found[2] or 0), LONGEST_LINE)
        if not found[3]:
            return least, least
        return least, min(int(found[4] or LONGEST_LINE), LONGEST_LINE)

    def _sum_of_powers(self, ways: int, least: int, most: int) -> int:
        total = 0
        for count in range(least, most + 1):
            total += ways**count if ways > 1 else 1
            if total > self._ENOUGH:
                return self._ENOUGH
        return max(total, 1)

    def _take(self, kind: re.Pattern[str], otherwise: str) -> None:
        found = kind.match(self.rest)
        if not found:
            raise PatternError(f"the pattern has {otherwise}: {self.rest[:20]!r}")
        self.rest = self.rest[found.end() :]
