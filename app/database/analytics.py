"""Figures over what happened: read only."""

from app.database.session import Row, Session, query


def day(session: Session) -> Row:
    """Base units received, put away, picked, packed and shipped; labels confirmed; parcels. Since the beginning."""
    row = session.row(query("analytics_day"))
    assert row is not None
    return row
