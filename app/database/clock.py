"""The server's clock, which counts for every record."""

from datetime import datetime

from app.database.session import Session


def server_time(session: Session) -> datetime:
    """What time it is on the server now."""
    row = session.row("SELECT clock_timestamp() AS at")
    assert row is not None
    at: datetime = row["at"]
    return at
