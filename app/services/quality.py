"""The quality check as use cases: what receiving asks for, looking at the pieces of a lot, deciding about it.

How much is looked at follows from rules and from what came before (`domain/quality`); nothing of it is a counter that
could be wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import quality as store
from app.database.quality import Checklist, Decided, Inspection, Part, Piece
from app.database.session import as_nouns
from app.domain.errors import Refusal
from app.domain.policies import Policy, Scope
from app.domain.quality import (
    FORM,
    Check,
    Disposition,
    InspectionFacts,
    InspectionRule,
    Level,
    Lot,
    LotVerdict,
    Method,
    Reading,
    SamplingPlan,
    Severity,
    Standing,
    Wanted,
    against,
    checked,
    plan_of_lot,
    standing_after,
    verdict_of,
    wanted,
)
from app.services import returns
from app.services.policies import decides, known
from app.services.work import UnitOfWork

__all__ = ["Checklist", "Inspection", "Part", "Piece", "QualityFacts", "SupplierRecord", "begin", "checklists",
           "decide", "dispositions", "find", "inspections", "may_send_back", "needs_reason", "pieces", "plan",
           "qualities", "record", "save_checklist", "send_back", "shares", "suppliers", "verdict",
           "waiting"]  # fmt: skip
CHANGE = "inspection"
"""The kind of change after which inspections are read again."""
REASONS = ("CONCESSION", "URGENT")
"""Why a lot is taken although it did not pass."""


@dataclass(frozen=True, slots=True)
class PastLots:
    """The lots of an item from a supplier, the earliest first."""

    partner: UUID
    item: UUID
    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class KnownLot:
    """A lot of a document line that is waiting to be looked at, or was let by: `qty` base units of it came so far."""

    line: UUID
    lot: str
    state: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """What receiving must know to say whether goods are looked at."""

    warehouse: UUID | None = None
    policies: tuple[Policy[InspectionRule], ...] = ()
    past: tuple[PastLots, ...] = ()
    known: tuple[KnownLot, ...] = ()

    def came(self, line: UUID, lot: str) -> KnownLot | None:
        """What came of a lot before, and waits or was let by."""
        return next((one for one in self.known if (one.line, one.lot) == (line, lot)), None)

    def wanted(
        self,
        facts: InspectionFacts,
        *,
        line: UUID,
        lot: str,
        item: UUID,
        categories: Sequence[UUID],
        partner: UUID | None,
    ) -> Wanted | None:
        """Whether goods of a lot are looked at; what came of the same lot before has decided it for the rest.

        `categories` are the item's, the widest first.
        """
        if not self.policies:
            return None
        where: dict[Scope, str | Sequence[str]] = {
            Scope.ITEM: str(item),
            Scope.CATEGORY: tuple(str(one) for one in reversed(categories)),
            Scope.PARTNER: str(partner or ""),
            Scope.WAREHOUSE: str(self.warehouse or ""),
        }
        lots = next((one.lots for one in self.past if (one.partner, one.item) == (partner, item)), ())
        asked = replace(facts, lots_before=len(lots), rejected_before=sum(not one.passed for one in lots))
        found = wanted(decides(FORM, self.policies, where), asked, lots, begin=_begins_with(lots))
        before = self.came(line, lot)
        if found is None or before is None:
            return found
        return Wanted(found.rule, found.severity, before.state == "skipped", found.why)


def qualities(found: Mapping[str, Any] | None, *, warehouse: UUID) -> QualityFacts:
    """What the database answered receiving (`quality_facts`); nothing where no inspection rules are made."""
    if found is None:
        return QualityFacts()
    return QualityFacts(
        warehouse=warehouse,
        policies=known(FORM, found["policies"]),
        past=as_nouns(found["past"], tuple[PastLots, ...]),
        known=as_nouns(found["known"], tuple[KnownLot, ...]),
    )


# - looking at a lot -


def inspections(unit: UnitOfWork, warehouse: UUID | None) -> tuple[Inspection, ...]:
    """Inspections of a warehouse (None: all that the person sees), those that wait first."""
    return store.inspections(unit.session, warehouse)


def waiting(unit: UnitOfWork, warehouse: UUID | None) -> tuple[Inspection, ...]:
    """The inspections that wait, the oldest first."""
    return store.inspections(unit.session, warehouse, waiting=True)


def find(unit: UnitOfWork, number: str) -> Inspection:
    """The inspection with this number. Refuses `quality.unknown`."""
    found = store.inspections(unit.session, None, number=number)
    if not found:
        raise Refusal("quality.unknown", number=number)
    return found[0]


def pieces(unit: UnitOfWork, inspection: UUID) -> tuple[Piece, ...]:
    """What was found on the pieces of an inspection, in their order."""
    return store.pieces(unit.session, inspection)


def plan(one: Inspection) -> SamplingPlan:
    """The plan of an inspection: the one that it was begun with, else what it would be begun with now."""
    if one.size is not None and one.accept is not None and one.reject is not None:
        return SamplingPlan(one.letter, one.size, one.accept, one.reject)
    return plan_of_lot(*_asked(one))


def verdict(one: Inspection) -> LotVerdict:
    """What was found so far says of the lot."""
    return verdict_of(plan(one), looked_at=one.looked_at, defective=one.defective)


def begin(unit: UnitOfWork, one: Inspection) -> None:
    """Begin to look at a lot: what comes of it from now on is a lot of its own.

    Refuses `quality.lot_changed` where more of it came, or some was taken back, meanwhile, and `quality.decided`.
    """
    store.begin(unit.session, inspection=one.id, quantity=one.qty)
    unit.changed(CHANGE, one.id)


def record(
    unit: UnitOfWork,
    *,
    inspection: UUID,
    count: int,
    defective: bool,
    readings: Sequence[Reading] = (),
    run: UUID | None = None,
) -> None:
    """Keep what was found on a piece of the lot, or on several alike.

    Refuses `quality.not_begun`, `quality.more_than_lot` and `quality.decided`.
    """
    store.record(
        unit.session,
        request=unit.request_id,
        inspection=inspection,
        run=run,
        count=count,
        defective=defective,
        readings=readings,
    )
    unit.changed(CHANGE, inspection)


def shares(one: Inspection, disposition: Disposition) -> tuple[Part, ...]:
    """What a decision about a lot does with all that is still on hold of it.

    Defective pieces are never taken into stock: they are rejected where the rest is accepted. Refuses
    `quality.decided`, and `quality.gone` where nothing is on hold any more.
    """
    if one.ended_at is not None:
        raise Refusal("quality.decided", number=one.number, person=one.ended_by, at=f"{one.ended_at:%Y-%m-%d %H:%M}")
    there = one.there or Decimal(0)
    if there <= 0:
        raise Refusal("quality.gone", number=one.number)
    bad = min(Decimal(one.defective), there) if disposition is Disposition.ACCEPT else Decimal(0)
    parts = (Part(disposition.value, there - bad), Part(Disposition.REJECT.value, bad))
    return tuple(part for part in parts if part.qty > 0)


def dispositions(one: Inspection) -> tuple[Disposition, ...]:
    """What may become of a lot: goods that came without an order have nobody to go back to."""
    return tuple(each for each in Disposition if one.paper or each is not Disposition.RETURN)


def needs_reason(one: Inspection, disposition: Disposition) -> bool:
    """Whether somebody has to answer for taking a lot: it did not pass, and nobody has sorted out its good pieces."""
    sorted_out = one.looked_at >= one.qty
    return against(verdict(one), disposition) and not sorted_out


def decide(
    unit: UnitOfWork,
    one: Inspection,
    parts: Sequence[Part],
    *,
    reason: str = "",
    note: str = "",
    run: UUID | None = None,
) -> UUID | None:
    """Decide what becomes of the goods of a lot; returns the posting, None where their status stays.

    `parts` are together all that is on hold of it. Refuses `quality.decided`, `quality.changed_meanwhile` where goods
    came or went since, `quality.against_verdict` where a lot that did not pass is taken without a reason, or by
    somebody who may not hold goods, and what the ledger refuses.
    """
    decided = Decided(tuple(parts), reason=reason, note=note)
    posting = store.decide(unit.session, request=unit.request_id, inspection=one.id, run=run, decided=decided)
    unit.changed(CHANGE, one.id)
    unit.changed("stock", one.item)
    unit.changed("discrepancy")
    return posting


def may_send_back(unit: UnitOfWork, warehouse: UUID) -> bool:
    """Whether the person may make the return by which goods go back; otherwise the office does."""
    return bool(unit.session.call("may", permission="plan_return", warehouse=warehouse))


def send_back(unit: UnitOfWork, number: str, *, warehouse: UUID) -> str:
    """Make and release the return by which goods of an inspection go back to their supplier; returns its number.

    Where it was made already, that one's. Refuses `quality.nothing_returns`, and what returns refuse.
    """
    one = find(unit, number)
    if one.return_no:
        return one.return_no
    back = sum((part.qty for part in one.parts if part.disposition == Disposition.RETURN), Decimal(0))
    if back <= 0:
        raise Refusal("quality.nothing_returns", number=one.number)
    made = returns.create(
        unit,
        warehouse=warehouse,
        direction="out",
        partner=one.partner,
        wanted={one.sku: str(back)},
        reference=one.number,
    )
    store.note_return(unit.session, inspection=one.id, document=returns.find(unit, made))
    unit.changed(CHANGE, one.id)
    return made


# - suppliers and checklists -


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """What was found of an item of a supplier: lots, pieces, base units; and how strictly the next lot is looked at."""

    partner: str
    partner_name: str
    sku: str
    name: str
    unit: str
    passed: int
    failed: int
    skipped: int
    looked_at: int
    defective: int
    accepted: Decimal
    refused: Decimal
    last_at: datetime | None
    lots: tuple[Lot, ...] = field(default=())

    @property
    def standing(self) -> Standing:
        """Where the supplier stands with the item."""
        return standing_after(self.lots, begin=_begins_with(self.lots))


def suppliers(unit: UnitOfWork, warehouse: UUID | None) -> tuple[SupplierRecord, ...]:
    """What was found of each item of each supplier, those with lots that did not pass first."""
    found: tuple[SupplierRecord, ...] = as_nouns(store.suppliers(unit.session, warehouse), tuple[SupplierRecord, ...])
    return found


def checklists(unit: UnitOfWork) -> tuple[Checklist, ...]:
    """Every list of checks, by name."""
    return store.checklists(unit.session)


def save_checklist(
    unit: UnitOfWork,
    *,
    name: str,
    checks: Sequence[Check],
    known_as: Checklist | None = None,
    archived: bool = False,
) -> None:
    """Keep a list of checks; what is being looked at keeps the one that it began with.

    Refuses `quality.list_nameless`, `quality.list_known`, `record.changed`, and what is wrong with a check.
    """
    store.save_checklist(
        unit.session,
        request=unit.request_id,
        identity=known_as.id if known_as else None,
        name=name,
        checks=checked(checks),
        archived=archived,
        version=known_as.version if known_as else 0,
    )
    unit.changed(CHANGE)


def _asked(one: Inspection) -> tuple[Method, Level, Decimal, Severity, Decimal]:
    """By what the plan of an inspection is found."""
    return Method(one.method), Level(one.level), one.aql, Severity(one.severity), one.qty


def _begins_with(lots: Sequence[Lot]) -> Severity:
    """How strictly the first lot that is still looked back to was met."""
    return lots[0].severity if lots else Severity.NORMAL
