"""What inspecting does: begin to look at a lot, keep what was found on a piece, decide about the lot."""

from dataclasses import dataclass

from app.dialogs.definition import Effect, Where, sub_request
from app.domain.quality import Disposition, Reading
from app.services import quality, receiving
from app.services.quality import Inspection
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Begin:
    """Somebody begins to look at a lot: its sample is fixed."""

    lot: Inspection


@dataclass(frozen=True, slots=True)
class Record:
    """A piece was looked at, or several that are alike."""

    lot: Inspection
    count: int
    defective: bool
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class AddPhoto:
    """A picture that was just kept shows what was found."""

    lot: Inspection
    sha256: str


@dataclass(frozen=True, slots=True)
class Decide:
    """What becomes of a lot; a `reason` where it did not pass and is taken all the same."""

    lot: Inspection
    disposition: Disposition
    reason: str = ""


Command = Begin | Record | AddPhoto | Decide
QUALITY = "QUALITY"
"""The reason that photos of an inspection are kept with."""


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command of inspecting."""
    match command:
        case Begin(lot):
            quality.begin(unit, lot)
            return Effect(document=lot.document)
        case Record(lot, count, defective, readings):
            quality.record(unit, inspection=lot.id, count=count, defective=defective, readings=readings, run=where.run)
            return Effect(document=lot.document)
        case AddPhoto(lot, sha256):
            assert lot.paper is not None
            receiving.add_photo(unit, document=lot.paper, line=lot.line, run=where.run, reason=QUALITY, sha256=sha256)
            return Effect(document=lot.document)
        case Decide(lot, disposition, reason):
            return _decide(unit, where, lot, disposition, reason)


def _decide(unit: UnitOfWork, where: Where, lot: Inspection, disposition: Disposition, reason: str) -> Effect:
    parts = quality.shares(lot, disposition)
    posting = quality.decide(unit, lot, parts, reason=reason, run=where.run)
    made = ""
    if disposition is Disposition.RETURN and quality.may_send_back(unit, where.warehouse):
        part = UnitOfWork(unit.session, sub_request(unit.request_id, "return"), changes=unit.changes)
        quality.send_back(part, lot.number, warehouse=where.warehouse)
        made = "return_made"
    return Effect(postings=(posting,) if posting else (), document=lot.document, outside=made)
