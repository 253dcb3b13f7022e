"""Stock as of any instant, as known at any other; what changed since; and the times that people write for both.

Two times: when something happened (effective), and when the ledger knew it (the last seal made until then). The answer
for two such times is the same for ever, whatever is posted, reversed or sealed later. What is not sealed yet is known
to nobody and in no answer.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.database import history, ledger
from app.database import stock as store
from app.database.history import Changes, LedgerChange, NegativeSpell, PastStock, PastStockReport, Position
from app.database.patterns import patterns
from app.domain.errors import Refusal
from app.domain.values import filter_words
from app.services.work import UnitOfWork, Worker

__all__ = [
    "Changes",
    "LedgerChange",
    "NegativeSpell",
    "Past",
    "PastStock",
    "PastStockReport",
    "Position",
    "changes_since",
    "changes_since_seal",
    "look_back",
    "make_snapshots",
    "moment_of",
    "negative_spells",
    "position_at",
    "position_of",
    "stock_as_of",
]


def moment_of(text: str, time_zone: str) -> datetime:
    """The instant that a person wrote: ISO 8601, in the site's zone unless it names its own; a date is its end.

    Refuses what is no time (`history.not_a_time`), one that the clocks of the site skipped (`history.no_such_time`),
    and a time without its offset that they show twice (`history.twice_that_day`).
    """
    zone = ZoneInfo(time_zone)
    try:
        day_only = len(text.strip()) == len("2026-01-31") and bool(date.fromisoformat(text.strip()))
        moment = datetime.fromisoformat(text.strip())
        if day_only:
            first_after = datetime.combine(moment.date() + timedelta(days=1), time(), zone)
            return first_after.astimezone(ZoneInfo("UTC")) - timedelta(microseconds=1)
        return moment.astimezone(ZoneInfo("UTC")) if moment.tzinfo else _local(moment, zone, text)
    except (ValueError, OverflowError) as error:
        raise Refusal("history.not_a_time", text=text) from error


def _local(moment: datetime, zone: ZoneInfo, text: str) -> datetime:
    first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(ZoneInfo("UTC")) for fold in (0, 1))
    if first != second:
        skipped = first.astimezone(zone).replace(tzinfo=None) != moment
        raise Refusal("history.no_such_time" if skipped else "history.twice_that_day", text=text, zone=str(zone))
    return first


def position_at(worker: Worker, moment: datetime | None) -> Position:
    """The ledger's position at a moment (None: now), in a transaction of its own; what is posted is sealed first.

    Refuses the future, and a ledger that had no seal by then (`history.nothing_sealed`, `history.not_sealed_then`).
    """
    worker.run(lambda unit: ledger.seal(unit.session))
    last = worker.run(lambda unit: history.last_position(unit.session))
    if last.seal == 0:
        raise Refusal("history.nothing_sealed")
    if moment is None:
        return last
    found = worker.run(lambda unit: history.position_at(unit.session, moment))
    if found.seal == 0:
        raise Refusal("history.not_sealed_then", moment=moment)
    return found


def position_of(worker: Worker, text: str, time_zone: str) -> Position:
    """The position that a person names: the number of a seal, or a time. 0 is the beginning.

    Refuses a seal that is not there (`history.unknown_seal`), and what `moment_of` and `position_at` refuse.
    """
    if not text.strip().isdecimal():
        return position_at(worker, moment_of(text, time_zone))
    last = position_at(worker, None)
    seal = int(text)
    if seal > last.seal:
        raise Refusal("history.unknown_seal", seal=seal)
    return worker.run(lambda unit: history.position(unit.session, seal))


@dataclass(frozen=True, slots=True)
class Past:
    """A moment that somebody looks back to, in the warehouse's zone, and what the ledger knew: all until a position."""

    at: datetime
    known: Position
    zone: ZoneInfo

    @property
    def facts(self) -> dict[str, str]:
        """For words about it."""
        sealed = f"{self.known.sealed_at.astimezone(self.zone):%Y-%m-%d %H:%M}" if self.known.sealed_at else "–"
        return {
            "moment": f"{self.at.astimezone(self.zone):%Y-%m-%d %H:%M}",
            "seal": str(self.known.seal),
            "sealed": sealed,
        }


def look_back(worker: Worker, warehouse: UUID, at: str, known_at: str) -> Past:
    """What somebody typed of the two times; `known_at` is a time or the number of a seal, empty: all that is known now.

    Refuses what `moment_of` and `position_of` refuse, and the future (`history.future`).
    """
    _, _, zone = worker.run(lambda unit: store.warehouse_name(unit.session, warehouse))
    moment = moment_of(at, zone)
    if moment > worker.run(lambda unit: history.server_time(unit.session)):
        raise Refusal("history.future", at=at)
    known = position_of(worker, known_at, zone) if known_at.strip() else position_at(worker, None)
    return Past(moment, known, ZoneInfo(zone))


def stock_as_of(
    unit: UnitOfWork, *, warehouse: UUID, position: Position, at: datetime | None = None, text: str = ""
) -> PastStockReport:
    """Stock of a warehouse as of `at` (None: when the position was sealed), as known at the position.

    `text` filters as the stock screen does. Refuses the future (`history.future`) and who may not see stock.
    """
    code, name, zone = store.warehouse_name(unit.session, warehouse)
    read_at = history.server_time(unit.session)
    instant = at or position.sealed_at or read_at
    rows = history.stock_as_of(
        unit.session, warehouse=warehouse, at=instant, seal=position.seal, patterns=patterns(filter_words(text))
    )
    return PastStockReport(code, name, zone, text, instant, position, read_at, rows)


def changes_since(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    since: Position,
    until: Position,
    before: datetime | None = None,
    limit: int | None = None,
) -> Changes:
    """What became known of a warehouse after one position up to another, and by whom.

    `before` leaves only what had happened until then: what a close would look like otherwise now.
    """
    code, name, zone = store.warehouse_name(unit.session, warehouse)
    rows = history.changes(
        unit.session, warehouse=warehouse, since=since.seal, until=until.seal, before=before, limit=limit
    )
    return Changes(code, name, zone, since, until, before, history.server_time(unit.session), rows)


def changes_since_seal(unit: UnitOfWork, *, warehouse: UUID, seal: int, most: int) -> tuple[LedgerChange, ...]:
    """The first changes, `most` of them, that became known of a warehouse after a seal, and by whom."""
    since, last = history.position(unit.session, seal), history.last_position(unit.session)
    return tuple(changes_since(unit, warehouse=warehouse, since=since, until=last, limit=most).rows)


def negative_spells(unit: UnitOfWork, warehouse: UUID) -> list[NegativeSpell]:
    """Every time for which stock was below zero where that is allowed: since when, by whom, and who settled it."""
    return history.negative_spells(unit.session, warehouse)


def make_snapshots(worker: Worker) -> int:
    """Make the snapshots of all months and weeks that are due, each in a transaction of its own; returns how many."""
    made = 0
    while worker.run(lambda unit: history.make_snapshot(unit.session)) is not None:
        made += 1
    return made
