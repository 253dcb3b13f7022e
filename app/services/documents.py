"""Documents of any kind, as such: which there are, what happened to one, and what people decide about it."""

from collections.abc import Sequence
from uuid import UUID

from app.database import documents as store
from app.database.documents import Event, Listed, Standing
from app.services.work import UnitOfWork

__all__ = ["DECISIONS", "KINDS", "Event", "Listed", "Standing", "decide", "decide_on", "page", "standing", "timeline"]
KINDS = ("purchase_order", "asn", "receipt", "order", "wave", "shipment", "transfer", "count", "adjustment", "return",
         "kit_order", "requisition", "batch")  # fmt: skip
DECISIONS = ("draft", "released", "held", "cancelled", "closed")
NEWEST = (("made", True),)
"""The order of a list of documents where nobody wants another one."""


def page(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    words: Sequence[str] = (),
    ended: bool = True,
    order: Sequence[tuple[str, bool]] = (),
    after: Listed | None = None,
    most: int = 200,
) -> list[Listed]:
    """A page of the documents of a warehouse, the newest first or in `order`; with `ended` also what is over."""
    return store.page(
        unit.session,
        warehouse=warehouse,
        words=words,
        ended=ended,
        order=order or NEWEST,
        after=after,
        most=most,
    )


def timeline(unit: UnitOfWork, *, kind: str, number: str) -> list[Event]:
    """What was decided about a document and posted for it, the latest first. Refuses `document.unknown`."""
    return store.timeline(unit.session, store.find(unit.session, kind=kind, number=number))


def standing(unit: UnitOfWork, *, kind: str, number: str) -> Standing:
    """How a document stands, and what can be decided about it. Refuses `document.unknown`."""
    return store.standing(unit.session, store.find(unit.session, kind=kind, number=number))


def decide_on(unit: UnitOfWork, document: Standing, *, decision: str, reason: str = "") -> None:
    """Release, hold, cancel or close a document, or make it a draft again; what ends claims nothing any more.

    Refuses `document.changed` where somebody else was faster, `document.wrong_decision`, `document.begun` and
    `transfers.still_on_the_way`.
    """
    store.decide(unit.session, document, decision=decision, reason=reason)
    unit.changed("document", document.id)
    for changed in ("stock", "task", "claim"):
        unit.changed(changed)


def decide(unit: UnitOfWork, *, kind: str, number: str, decision: str, reason: str = "") -> None:
    """The same about a document as it is now. Refuses `document.unknown`, too."""
    decide_on(unit, standing(unit, kind=kind, number=number), decision=decision, reason=reason)
