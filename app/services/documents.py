"""Documents of any kind, as such: what happened to one."""

from app.database import documents as store
from app.database.documents import Event
from app.services.work import UnitOfWork

__all__ = ["Event", "timeline"]


def timeline(unit: UnitOfWork, *, kind: str, number: str) -> list[Event]:
    """What was decided about a document and posted for it, the latest first. Refuses `document.unknown`."""
    return store.timeline(unit.session, store.find(unit.session, kind=kind, number=number))
