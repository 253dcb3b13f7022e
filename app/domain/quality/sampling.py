"""Sampling plans by attributes: how many pieces of a lot are looked at, and how many defective ones are too many.

The plans are those of ISO 2859-1:1999 (acceptance sampling by attributes, indexed by AQL, single sampling), whose
tables go back to the public-domain MIL-STD-105D and 105E (table I, tables II-A to II-C) and ANSI/ASQ Z1.4. The edition
matters for one table: *reduced* inspection follows ISO 2859-1:1999 (table 2-C), where the rejection number is always
one more than the acceptance number; MIL-STD-105E leaves a gap there (such as accept 2, reject 5), in which a lot passes
but reduced inspection ends. Normal and tightened plans are the same in all of these.

The tables are written down by what they are made of. Sample sizes and AQLs both grow by the same steps (five to a
power of ten), so one letter further with one AQL lower means the same expected number of defectives: all cells of a
diagonal hold the same acceptance number, or the same arrow. A table is its sequence of diagonals.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.errors import Refusal


class Level(StrEnum):
    """How much is looked at for a size of lot: II unless said otherwise; S-1 to S-4 where looking destroys or costs."""

    I = "I"  # noqa: E741  (the standard's own name)
    II = "II"
    III = "III"
    S1 = "S-1"
    S2 = "S-2"
    S3 = "S-3"
    S4 = "S-4"


class Severity(StrEnum):
    """How strict a supplier's lots are looked at now; `switching` says when that changes."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"


LETTERS = "ABCDEFGHJKLMNPQR"
"""The code letters of sample sizes, without I and O. S stands behind them, for tightened inspection alone."""
_DECADES = ("0.010 0.015 0.025 0.040 0.065", "0.10 0.15 0.25 0.40 0.65", "1.0 1.5 2.5 4.0 6.5", "10 15 25 40 65",
            "100 150 250 400 650", "1000")  # fmt: skip
AQLS: tuple[Decimal, ...] = tuple(Decimal(aql) for decade in _DECADES for aql in decade.split())
"""Acceptance quality limits: the worst tolerable average, defective pieces in a hundred.

Those above 10 count defects in a hundred pieces; a piece may have several.
"""
LOTS_UP_TO = (8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000)
"""The greatest lot of each class of sizes; the last class has larger ones."""
_LETTERS_OF = {  # a letter for each size of lot in `LOTS_UP_TO`, and for larger ones
    Level.S1: "AAAABBBBCCCCDDD",
    Level.S2: "AAABBBCCCDDDEEE",
    Level.S3: "AABBCCDDEEFFGGH",
    Level.S4: "AABCCDEEFGGHJJK",
    Level.I: "AABCCDEFGHJKLMN",
    Level.II: "ABCDEFGHJKLMNPQ",
    Level.III: "BCDEFGHJKLMNPQR",
}
_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1_250, 2_000, 3_150)
_UP, _DOWN = -1, -2
"""Arrows: the first plan above, or below, is used instead, with its own sample size."""


@dataclass(frozen=True, slots=True)
class _Table:
    """One master table, for the first so many `letters`.

    `first` is where its diagonals begin, as letter plus AQL (both counted from 0), with the acceptance number 0. Below
    it arrows point down, behind its end up. `few` follow the diagonals for the letters up to E only, where AQLs are so
    high that they count defects. Samples are `smaller` by so many steps than the letter says.
    """

    first: int
    diagonals: tuple[int, ...]
    few: tuple[int, ...]
    letters: int = len(LETTERS)
    smaller: int = 0

    def cell(self, row: int, column: int) -> int:
        """What stands in a cell: an acceptance number, or an arrow."""
        if row < self.smaller and column >= _COUNTING:
            return _NORMAL.cell(0, column)  # their samples of two pieces cannot shrink by as many steps
        numbers = self.diagonals + (self.few if row < _FEW else ())
        place = row + column - self.first
        if place < 0:
            return _DOWN
        return numbers[place] if place < len(numbers) else _UP

    def size(self, row: int) -> int:
        """How many pieces are looked at."""
        return _SIZES[max(0, row - self.smaller)]

    def follow(self, row: int, column: int) -> int:
        """The row of the plan that a cell stands for."""
        way = self.cell(row, column)
        if way >= 0:
            return row
        up, down = range(row - 1, -1, -1), range(row + 1, self.letters)
        rows = (*up, *down) if way == _UP else (*down, *up)
        found: int = next(each for each in rows if self.cell(each, column) >= 0)
        return found


_FEW = LETTERS.index("E") + 1
_COUNTING = AQLS.index(Decimal(25))
_NORMAL = _Table(14, (0, _UP, _DOWN, 1, 2, 3, 5, 7, 10, 14, 21), (30, 44))
_TABLES = {
    Severity.NORMAL: _NORMAL,
    Severity.TIGHTENED: _Table(15, (0, _DOWN, _DOWN, 1, 2, 3, 5, 8, 12, 18), (27, 41), letters=len(LETTERS) + 1),
    Severity.REDUCED: _Table(14, (0, _UP, _DOWN, _DOWN, 1, 2, 3, 5, 6, 8, 10), (14, 21), smaller=2),
}


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Look at `size` pieces of a lot; up to `accept` defective ones it is accepted, from `reject` on it is not.

    `letter` is the code letter of the plan that is used, which an arrow may have led to; empty where the whole lot is
    looked at.
    """

    letter: str
    size: int
    accept: int
    reject: int


def code_letter(lot: int, level: Level) -> str:
    """The code letter for a lot of so many pieces; lots of one piece are looked at as those of two."""
    place = next((n for n, most in enumerate(LOTS_UP_TO) if lot <= most), len(LOTS_UP_TO))
    return _LETTERS_OF[level][place]


def plan_of(letter: str, aql: Decimal, severity: Severity) -> SamplingPlan:
    """The single sampling plan in a cell of the master tables, arrows followed.

    Refuses `quality.unknown_aql`. Where the arrows lead out of the table, the nearest plan the other way is the one.
    """
    table, column = _TABLES[severity], _column(aql)
    row = table.follow(LETTERS.index(letter), column)
    accept = table.cell(row, column)
    return SamplingPlan((LETTERS + "S")[row], table.size(row), accept, accept + 1)


def plan_for(lot: int, *, level: Level, aql: Decimal, severity: Severity = Severity.NORMAL) -> SamplingPlan:
    """The plan for a lot of so many pieces; where the sample were the lot or more, the whole lot is looked at."""
    plan = plan_of(code_letter(lot, level), aql, severity)
    return SamplingPlan("", lot, plan.accept, plan.reject) if plan.size >= lot else plan


def one_step_tighter(aql: Decimal) -> Decimal:
    """The next lower AQL; the lowest stays."""
    return AQLS[max(0, _column(aql) - 1)]


def whole(lot: int) -> SamplingPlan:
    """Every piece is looked at, and none may be defective."""
    return SamplingPlan("", lot, 0, 1)


def _column(aql: Decimal) -> int:
    try:
        return AQLS.index(aql)
    except ValueError:
        raise Refusal("quality.unknown_aql", aql=aql, known=", ".join(map(str, AQLS))) from None
