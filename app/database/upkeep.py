"""What keeps the database fit: partitions ahead of time, empty balances swept away. Sealing is the ledger's."""

from uuid import UUID

from app.database.session import Session


def ensure_partitions(session: Session) -> int:
    """Make the ledger's partitions for this month and the next three; returns how many were missing."""
    # A backup holds every table for reading: better tried again later than everybody's postings queueing behind us.
    session.change("SET LOCAL lock_timeout = '1s'")
    made: int = session.call("ensure_partitions")
    return made


def sweep_balances(session: Session, *, most: int) -> int:
    """Delete up to `most` balances that came to nothing; returns how many."""
    swept: int = session.call("sweep_balances", most=most)
    return swept


def sweep_record_requests(session: Session, *, most: int) -> int:
    """Forget up to `most` requests that wrote records a month ago; returns how many."""
    swept: int = session.call("sweep_record_requests", most=most)
    return swept


def forget_strangers(session: Session) -> None:
    """Let badges that nobody has be tried again: their failures are counted together, and would add up for ever."""
    session.call("forget_strangers")


def warehouses(session: Session) -> list[UUID]:
    """The warehouses that the person behind this transaction works in."""
    return [row["id"] for row in session.rows("SELECT unnest(my_warehouses()) AS id")]
