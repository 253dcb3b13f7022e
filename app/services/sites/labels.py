"""Labels of places, in batches, through the print journal: one job a label, so that each can be reprinted."""

from collections.abc import Sequence
from uuid import UUID

from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.sites.places import Place
from app.services import printing
from app.services.work import UnitOfWork

MOST_LABELS = 5_000
"""More than one batch may have: a roll has about a thousand, and nobody wants to stop fifty."""


def label_printers(unit: UnitOfWork) -> list[tuple[UUID, str]]:
    """The printers that can be chosen, by id and name."""
    return [(one.id, one.name) for one in printing.printers(unit) if one.active]


def print_labels(unit: UnitOfWork, places: Sequence[Place], *, printer: UUID, warehouse: UUID) -> int:
    """Want the labels of places printed, in their order; returns how many. Refuses more than 5,000 at once."""
    if len(places) > MOST_LABELS:
        raise Refusal("sites.too_many_labels", count=len(places), most=MOST_LABELS)
    batch = unit.request_id.hex[:8]
    for place in places:
        fields = {"address": place.address, "name": place.name, "zone": place.zone}
        content = LabelContent("bin", f"{place.address}/{batch}", fields)
        printing.queue_label(unit, content, printer=printer, warehouse=warehouse)
    return len(places)
