"""When a supplier's lots are looked at more strictly, or less: the switching rules of ISO 2859-1:1999, section 9.3.

And skip-lot: a supplier whose lots were accepted one after the other is looked at now and then only (after the idea of
ISO 2859-3, but with a fixed turn instead of a drawn one, so that everybody can see why a lot was skipped).

Everything follows from the lots in their order: what is kept is what happened, never a counter. Only first looks
count; a lot that comes again after rework says nothing about the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.quality.sampling import Severity

_OF_THE_LAST = 5
_TWO_REJECTED = 2
_SCORE_FOR_REDUCED = 30
_STOPPED_AFTER = 5
_LOW_ACCEPTANCE = 1


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot that came before: looked at under `severity` with `accept` as its acceptance number, and `passed` or not.

    `passed_tighter`: it would have passed with the AQL one step lower, too. `skipped`: nobody looked at it.
    """

    severity: Severity = Severity.NORMAL
    passed: bool = True
    accept: int = 0
    passed_tighter: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a supplier stands with an item: how strictly the next lot is looked at, and what led there.

    `score` is the switching score of normal inspection (reduced from 30 on); `in_a_row` counts lots that passed one
    after the other, `recent` the last verdicts under this severity. `stopped`: five lots did not pass under tightened
    inspection; the standard wants no more lots taken until the supplier has mended something. `skipped` lots in a row
    went by since one was looked at.
    """

    severity: Severity = Severity.NORMAL
    score: int = 0
    in_a_row: int = 0
    recent: tuple[bool, ...] = ()
    stopped: bool = False
    skipped: int = 0
    accepted: int = 0
    rejected: int = 0


def standing_after(lots: Iterable[Lot], *, reduced_allowed: bool = True, begin: Severity = Severity.NORMAL) -> Standing:
    """Where a supplier stands after these lots, the earliest first, of which the first met the severity `begin`.

    `reduced_allowed`: whether less may be looked at at all; the standard leaves that to whoever is responsible.
    """
    standing = Standing(severity=begin if reduced_allowed or begin is not Severity.REDUCED else Severity.NORMAL)
    for lot in lots:
        standing = _after(standing, lot, reduced_allowed=reduced_allowed)
    return standing


def skips_next(standing: Standing, *, qualifies_after: int, one_in: int) -> bool:
    """Whether the next lot goes by: enough lots passed in a row, and it is not the turn of one to be looked at."""
    return standing.in_a_row >= qualifies_after and standing.skipped < one_in - 1


def _after(now: Standing, lot: Lot, *, reduced_allowed: bool) -> Standing:
    if lot.skipped:
        return replace(now, skipped=now.skipped + 1)
    counted = replace(
        now,
        skipped=0,
        in_a_row=now.in_a_row + 1 if lot.passed else 0,
        recent=(*now.recent, lot.passed),
        accepted=now.accepted + lot.passed,
        rejected=now.rejected + (not lot.passed),
    )
    match now.severity:
        case Severity.NORMAL:
            return _after_normal(counted, lot, reduced_allowed=reduced_allowed)
        case Severity.TIGHTENED:
            return _after_tightened(counted)
        case Severity.REDUCED:
            return counted if lot.passed else _switched(counted, Severity.NORMAL)


def _after_normal(now: Standing, lot: Lot, *, reduced_allowed: bool) -> Standing:
    """Two of five lots or fewer that do not pass: tightened. A score of 30: reduced."""
    if now.recent[-_OF_THE_LAST:].count(False) >= _TWO_REJECTED:
        return _switched(now, Severity.TIGHTENED)
    scored = replace(now, score=_score(now.score, lot))
    if reduced_allowed and scored.score >= _SCORE_FOR_REDUCED:
        return _switched(scored, Severity.REDUCED)
    return scored


def _score(score: int, lot: Lot) -> int:
    """9.3.3.2 for single sampling: 3 more for a lot that would have passed one AQL tighter too, 2 more at 0 and 1."""
    if lot.accept <= _LOW_ACCEPTANCE:
        return score + 2 if lot.passed else 0
    return score + 3 if lot.passed_tighter else 0


def _after_tightened(now: Standing) -> Standing:
    """Five lots in a row that pass: normal again. Five in all that do not: stopped."""
    if len(now.recent) >= _OF_THE_LAST and all(now.recent[-_OF_THE_LAST:]):
        return _switched(replace(now, stopped=False), Severity.NORMAL)
    return replace(now, stopped=now.recent.count(False) >= _STOPPED_AFTER)


def _switched(now: Standing, severity: Severity) -> Standing:
    return replace(now, severity=severity, score=0, recent=())
