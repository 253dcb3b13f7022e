"""What somebody typed in the one box, asked of every kind of record."""

from app.database.session import Row, Session, query


def search(session: Session, text: str, *, most: int) -> list[Row]:
    """What fits: kind, id, label, about and code; at most `most` a kind."""
    return session.rows(query("search"), text=text, most=most)
