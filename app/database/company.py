"""The company that owns the database."""

from app.database.session import Session


def save(session: Session, *, name: str, gs1_prefix: str) -> None:
    """Set name and GS1 company prefix (4 to 12 digits)."""
    session.change("UPDATE company SET name = %(name)s, gs1_prefix = %(prefix)s", name=name, prefix=gs1_prefix)


def name(session: Session) -> str:
    """What the company is called; empty where nobody has said it."""
    row = session.row("SELECT name FROM company")
    return str(row["name"]) if row else ""
