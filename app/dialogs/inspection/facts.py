"""What inspecting reads for a step: everything that waits, and so the lot in hand as it is now."""

from dataclasses import dataclass
from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Scanned
from app.dialogs.inspection.state import InspectionState
from app.domain.scanning import CodeKind
from app.services import quality
from app.services.quality import Inspection
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """Everything a step of inspecting may look at: the lots that wait, the oldest first."""

    waiting: tuple[Inspection, ...]

    def lot(self, identity: UUID | None) -> Inspection | None:
        """The lot with this id, as long as nobody has decided about it."""
        return next((one for one in self.waiting if one.id == identity), None)

    def meant(self, event: Scanned) -> tuple[Inspection, ...]:
        """The lots that a scanned item, lot, order, handling unit or number of an inspection may mean."""
        reading = event.reading
        ids = {found.id for found in reading.of(CodeKind.ITEM, CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT)}
        number = event.scan.raw.strip().upper()
        return tuple(
            one
            for one in self.waiting
            if one.number == number
            or (not ids and one.lot and one.lot in {reading.lot, event.scan.raw.strip()})
            or (ids & {one.item, one.document, *one.units} and reading.lot in {None, "", one.lot})
        )


def read(unit: UnitOfWork, where: Where, _state: InspectionState, _event: Event) -> InspectionFacts:
    """The lots that wait in the warehouse."""
    return InspectionFacts(quality.waiting(unit, where.warehouse))
