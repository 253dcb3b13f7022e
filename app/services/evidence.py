"""What happened to a carton: every scan, weighing, label and photo of it, for whoever has to prove it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.database import evidence as store
from app.database.evidence import CartonEvidence
from app.domain.errors import Fault, Refusal
from app.domain.labels import PAGE, LabelContent
from app.services.products import looking
from app.services.work import UnitOfWork

__all__ = ["CartonEvidence", "Evidence", "drawn", "of_code"]

_DPI = 203
"""Dots an inch at which labels are drawn again: those of the usual printer."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Cartons with what is kept of them, and the photos by their hashes."""

    cartons: tuple[CartonEvidence, ...]
    photos: Mapping[str, bytes]


def drawn(found: Evidence, picture: Callable[[LabelContent, int], bytes]) -> Mapping[UUID, bytes]:
    """The labels of cartons as they were printed (PNG), by their print jobs; what cannot be drawn is left out."""
    labels = (label for carton in found.cartons for label in carton.labels)
    return {label.job: content for label in labels if (content := _picture(label.label, picture))}


def _picture(label: LabelContent, picture: Callable[[LabelContent, int], bytes]) -> bytes:
    if label.template.startswith(PAGE):
        return b""
    try:
        return picture(label, _DPI)
    except (Refusal, Fault):
        return b""


def of_code(unit: UnitOfWork, warehouse: UUID, code: str) -> Evidence:
    """What is kept of the carton with this SSCC or tracking number, or of every carton of the order of this number.

    Refuses `packing.no_such_carton`.
    """
    found = store.find(unit.session, code.strip(), warehouse)
    cartons = store.cartons(unit.session, parcel=found[0], document=found[1]) if found else ()
    if not cartons:
        raise Refusal("packing.no_such_carton", scan=code)
    shown = {one.photo for carton in cartons for one in carton.extras if one.photo}
    return Evidence(cartons, {known_by: looking.image(unit, known_by) for known_by in sorted(shown)})
