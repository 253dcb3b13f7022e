"""The ledger as a whole: sealing, proving, its head, and which requests it has answered."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database.session import Row, Session

# How many moves a part of the replay holds, about: what a sort takes in a second or two.
_MOVES_A_PART = 1_000_000
_NAMES = """
    SELECT id, sku AS name FROM item WHERE id = ANY (%(ids)s)
    UNION ALL SELECT id, address FROM location WHERE id = ANY (%(ids)s)
    UNION ALL SELECT id, concat_ws(' ', nullif(lot, ''), nullif(serial, '')) FROM trace WHERE id = ANY (%(ids)s)
    UNION ALL SELECT id, sscc FROM handling_unit WHERE id = ANY (%(ids)s)
    UNION ALL SELECT id, number FROM document WHERE id = ANY (%(ids)s)
    UNION ALL SELECT id, code FROM partner WHERE id = ANY (%(ids)s)
    UNION ALL SELECT id, name FROM person WHERE id = ANY (%(ids)s)
"""


def was_done(session: Session, request: UUID) -> bool:
    """Whether this request of the person who asks was carried out, as far as the database keeps its id."""
    done: bool = session.call("was_done", request=request)
    return done


def keep_done(session: Session, request: UUID) -> None:
    """Have the database keep the id of a request with what it changed; nothing happens where it is kept already."""
    session.call("keep_done", request=request)


@dataclass(frozen=True, slots=True)
class Head:
    """A seal with what the chain holds up to it, and the ledger that it belongs to."""

    ledger: UUID
    seal: int
    sealed_at: datetime
    hash: str
    postings: int
    moves: int

    @classmethod
    def of(cls, kept: Mapping[str, object]) -> "Head":
        """The head that was kept as JSON; raises KeyError or ValueError where something is missing or wrong."""
        return cls(
            UUID(str(kept["ledger"])),
            int(str(kept["seal"])),
            datetime.fromisoformat(str(kept["sealed_at"])),
            str(kept["hash"]),
            int(str(kept["postings"])),
            int(str(kept["moves"])),
        )


def seal(session: Session) -> int:
    """Number and chain all committed postings that have no seal yet; returns how many."""
    sealed: int = session.call("seal_postings")
    return sealed


def prove(session: Session, progress: Callable[[int, int], None] | None = None) -> list[Row]:
    """Every row that breaks a rule that must always hold: `rule` and `offender`. Needs the permission `audit`.

    Takes as long as it takes: minutes for ten million moves. `progress` is told, before each group of rules, its number
    and how many there are. Ctrl+C ends the work on the server too.
    """
    session.change("SET LOCAL statement_timeout = 0")

    def tell(detail: str) -> None:
        rule, rules = map(int, detail.split("/"))
        if progress:
            progress(rule, rules)

    with session.notices("proving", tell):
        return session.rows("SELECT rule, offender FROM prove()")


def head(session: Session) -> Row:
    """The last seal (number, time, hash), the unsealed postings and the number of moves."""
    row = session.row("SELECT seal_no, sealed_at, hash, unsealed, moves FROM ledger_head()")
    return row or {"seal_no": None, "sealed_at": None, "hash": None, "unsealed": 0, "moves": 0}


def parts_to_replay(moves: int) -> int:
    """In how many parts a ledger of so many moves is replayed."""
    return 1 + moves // _MOVES_A_PART


def prove_deep(session: Session, *, part: int, parts: int) -> list[Row]:
    """Replay one of so many parts of the ledger; every row that breaks a rule. Takes as long as it takes."""
    session.change("SET LOCAL statement_timeout = 0")
    return session.rows("SELECT rule, offender FROM prove_deep(%(part)s, %(parts)s)", part=part, parts=parts)


def names(session: Session, ids: Collection[UUID]) -> dict[str, str]:
    """What people call these things, by their ids as text: items, places, lots, units, documents, partners, persons."""
    rows = session.rows(_NAMES, ids=list(ids)) if ids else []
    return {str(row["id"]): row["name"] for row in rows}


def sealed_head(session: Session) -> Head | None:
    """The last seal and what the chain holds up to it; None where nothing is sealed. Needs the permission `audit`."""
    row = session.row("SELECT ledger, seal_no AS seal, sealed_at, hash, postings, moves FROM sealed_head()")
    return Head(**row) if row else None


def check_head(session: Session, head: Head) -> tuple[str, int]:
    """Why the chain does not hold this head any more, and at which seal; ("", its seal) where it does."""
    session.change("SET LOCAL statement_timeout = 0")
    row = session.row(
        "SELECT why, seal_no FROM check_head(%(ledger)s, %(seal)s, %(hash)s, %(postings)s, %(moves)s)",
        ledger=head.ledger,
        seal=head.seal,
        hash=head.hash,
        postings=head.postings,
        moves=head.moves,
    )
    assert row is not None
    why = row["why"] or ("" if _sealed_at(session, head.seal) == head.sealed_at else "other_time")
    return why, row["seal_no"] or head.seal


def _sealed_at(session: Session, seal: int) -> datetime | None:
    row = session.row("SELECT sealed_at FROM seal WHERE no = %(seal)s", seal=seal)
    return row["sealed_at"] if row else None
