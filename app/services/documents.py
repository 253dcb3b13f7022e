"""Documents of any kind, as such: what happened to one, and what people decide about it."""

from app.database import documents as store
from app.database.documents import Event
from app.services.work import UnitOfWork

__all__ = ["DECISIONS", "KINDS", "Event", "decide", "timeline"]
KINDS = ("purchase_order", "asn", "receipt", "order", "wave", "shipment", "transfer", "count", "adjustment", "return",
         "kit_order", "requisition")  # fmt: skip
DECISIONS = ("draft", "released", "held", "cancelled", "closed")


def timeline(unit: UnitOfWork, *, kind: str, number: str) -> list[Event]:
    """What was decided about a document and posted for it, the latest first. Refuses `document.unknown`."""
    return store.timeline(unit.session, store.find(unit.session, kind=kind, number=number))


def decide(unit: UnitOfWork, *, kind: str, number: str, decision: str, reason: str = "") -> None:
    """Release, hold, cancel or close a document, or make it a draft again; what ends claims nothing any more.

    Refuses `document.unknown`, `document.wrong_decision`, `document.begun` and `transfers.still_on_the_way`.
    """
    document = store.find(unit.session, kind=kind, number=number)
    store.decide(unit.session, document, decision=decision, reason=reason)
    unit.changed("document", document)
    for changed in ("stock", "task", "claim"):
        unit.changed(changed)
