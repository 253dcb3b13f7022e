"""Proof as a use case: what must always be true recomputed, the ledger replayed, the head of the chain kept, compared.

The work itself is done by the database (`database/ledger.py`); a head is kept as JSON, wherever nobody who owns the
database can reach it.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.database import ledger
from app.database.ledger import Head
from app.database.session import from_json, to_json
from app.domain.errors import Refusal
from app.services import clock
from app.services.work import UnitOfWork, Worker

_FORMAT = "stockhand-head"
_MOST_NAMED = 1_000
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NONE = str(UUID(int=0))
_REPLAY = 0.5
"""How much of a deep proof the rules are, before the ledger is replayed."""


def _always() -> None:
    """Nobody ends it."""


@dataclass(frozen=True, slots=True)
class Tail:
    """How far the ledger is sealed: its last seal (None: nothing is), and how many postings wait for the next one."""

    seal: int | None
    sealed_at: datetime | None
    hash: str | None
    unsealed: int
    moves: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that breaks a rule: the rule's name, and what the row is."""

    rule: str
    offender: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof found, when, and up to where; `deep`: the ledger was replayed from zero, too."""

    at: datetime
    deep: bool
    tail: Tail
    broken: tuple[Broken, ...]


def tail(unit: UnitOfWork) -> Tail:
    """How far the ledger is sealed now."""
    found = ledger.head(unit.session)
    return Tail(found["seal_no"], found["sealed_at"], found["hash"], found["unsealed"], found["moves"])


def prove(
    worker: Worker, *, deep: bool, tell: Callable[[float], None], wanted: Callable[[], object] = _always
) -> Proof:
    """Seal what is committed, recompute every rule, and replay the ledger where it is to be `deep`.

    `tell` hears how much of it is done (0 to 1). `wanted` ends it by raising, also in the middle of a rule. Needs the
    permission `audit`.
    """
    share = _REPLAY if deep else 1.0
    worker.run(lambda unit: ledger.seal(unit.session))

    def rules(unit: UnitOfWork) -> tuple[list[dict[str, Any]], Tail]:
        with unit.session.as_long_as(wanted):
            return ledger.prove(unit.session, lambda n, rules: tell(share * (n - 1) / rules)), tail(unit)

    def replayed(unit: UnitOfWork, part: int) -> list[dict[str, Any]]:
        with unit.session.as_long_as(wanted):
            return ledger.prove_deep(unit.session, part=part, parts=parts)

    found, now = worker.run(rules)
    parts = ledger.parts_to_replay(now.moves) if deep else 0
    for part in range(parts):
        tell(share + (1 - share) * part / parts)
        found += worker.run(functools.partial(replayed, part=part))
    broken = tuple(Broken(row["rule"], row["offender"]) for row in found)
    return Proof(clock.now(), deep, now, worker.run(lambda unit: _named(unit, broken)) if broken else ())


def _named(unit: UnitOfWork, broken: tuple[Broken, ...]) -> tuple[Broken, ...]:
    """The same rows with names in the place of ids, as far as these are known; what there is none of is left out."""
    values = {str(value) for one in broken[:_MOST_NAMED] for value in one.offender.values()}
    known = ledger.names(unit.session, [UUID(value) for value in values if _ID.fullmatch(value)])

    def words(one: Broken) -> Broken:
        there = {name: value for name, value in one.offender.items() if value != _NONE}
        return Broken(one.rule, {name: known.get(str(value), value) for name, value in there.items()})

    return tuple(map(words, broken))


# - the head, kept elsewhere -


def head(worker: Worker) -> Head:
    """The head of the chain now, everything committed sealed. Refuses `history.nothing_sealed`."""
    worker.run(lambda unit: ledger.seal(unit.session))
    found = worker.run(lambda unit: ledger.sealed_head(unit.session))
    if found is None:
        raise Refusal("history.nothing_sealed")
    return found


def as_kept(head: Head) -> dict[str, object]:
    """The head as it is kept: everything that is needed to check it, in a form of its own."""
    return {
        "format": _FORMAT,
        "version": 1,
        "ledger": str(head.ledger),
        "seal": head.seal,
        "sealed_at": head.sealed_at.isoformat(),
        "hash": head.hash,
        "postings": head.postings,
        "moves": head.moves,
    }


def as_text(head: Head) -> str:
    """The head as the text of its file."""
    return to_json(as_kept(head))


def read_head(path: Path) -> Head:
    """The head that a file keeps. Refuses `head.not_a_head` and `file.not_readable`."""
    try:
        kept = from_json(path.read_text(encoding="utf-8"))
        if kept["format"] != _FORMAT:
            raise ValueError(kept["format"])
        return Head.of(kept)
    except OSError as error:
        raise Refusal("file.not_readable", value=path.name, reason=error.strerror or "") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("head.not_a_head", file=path.name) from error


def check_head(unit: UnitOfWork, head: Head, *, wanted: Callable[[], object] = _always) -> None:
    """Refuse a head that the chain does not hold any more (`head.…`, with the first seal that differs).

    `wanted` ends it by raising.
    """
    with unit.session.as_long_as(wanted):
        why, seal = ledger.check_head(unit.session, head)
    if why:
        raise Refusal(f"head.{why}", seal=seal, head=head.seal)
