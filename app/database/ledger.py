"""The ledger as a whole: sealing, proving, its head."""

from app.database.session import Row, Session


def seal(session: Session) -> int:
    """Number and chain all committed postings that have no seal yet; returns how many."""
    sealed: int = session.call("seal_postings")
    return sealed


def prove(session: Session) -> list[Row]:
    """Every row that breaks a rule that must always hold: `rule` and `offender`. Needs the permission `audit`."""
    return session.rows("SELECT rule, offender FROM prove()")


def head(session: Session) -> Row:
    """The last seal (number, time, hash), the unsealed postings and the number of moves."""
    row = session.row("SELECT seal_no, sealed_at, hash, unsealed, moves FROM ledger_head()")
    return row or {"seal_no": None, "sealed_at": None, "hash": None, "unsealed": 0, "moves": 0}
