"""Label templates that the company has made or changed, with their versions."""

from dataclasses import dataclass
from datetime import datetime

from app.database.session import Session


@dataclass(frozen=True, slots=True)
class SavedTemplate:
    """One version of a template: its YAML, who saved it when and why, and whether labels are made by it now."""

    name: str
    version: int
    definition: str
    note: str
    active: bool
    saved_at: datetime
    person: str


def saved(session: Session, name: str) -> list[SavedTemplate]:
    """The saved versions of a template, or of all (''), the newest first."""
    rows = session.rows(
        "SELECT t.name, t.version, t.definition, t.note, t.active, t.saved_at, p.name AS person"
        " FROM label_template t JOIN person p ON p.id = t.person_id WHERE %(name)s IN ('', t.name)"
        " ORDER BY t.name, t.version DESC",
        name=name,
    )
    return [SavedTemplate(**row) for row in rows]


def save(session: Session, *, name: str, definition: str, note: str) -> int:
    """Keep a new version and make it the active one."""
    version: int = session.call("save_label_template", name=name, definition=definition, note=note)
    return version


def use(session: Session, *, name: str, version: int) -> None:
    """Make another version the active one; 0: the program's own."""
    session.call("use_label_template", name=name, version=version)
