"""Appointments as use cases: planned, moved, proposed, repeated; each judged by the plan as it is at that moment.

Who plans holds the docks of the warehouse first, so that what they take in an hour is counted right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from app.database import docks as store
from app.database import entry
from app.database import policies as rules
from app.database.docks import Passage, WaitingPaper
from app.database.places import zone_of
from app.domain.docks import (
    FORM,
    IMPOSSIBLE,
    Against,
    Appointment,
    Direction,
    DoorOffer,
    Effort,
    Load,
    Plan,
    Rates,
    State,
    Wish,
    again,
    against,
    days_of_series,
    effort,
    local_day,
    moment_of,
    must_be_overruled,
    propose,
)
from app.domain.errors import Refusal
from app.domain.policies import Policy, Scope
from app.services import clock
from app.services.policies import chosen
from app.services.work import UnitOfWork

__all__ = ["APPOINTMENT", "Booked", "Draft", "Passage", "Proposal", "WaitingPaper", "advance", "at_best", "book",
           "draft_of", "expected", "find_documents", "forecast", "found", "history", "look_up", "mark_no_shows",
           "move", "plan_of", "policy_for", "propose_slots", "refuse_first", "repeat", "take_back",
           "today", "waiting"]  # fmt: skip

APPOINTMENT = "appointment"
"""The kind of change after which docks are read again."""
_MARGIN = timedelta(days=1)
_HORIZON = timedelta(days=14)
MOST_REPEATED = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """An appointment as people enter it; without `ends_at` it lasts as long as its work, without a door it waits.

    `reason` is why it is planned against what speaks against it. `id` and `version` are those of one that is changed.
    """

    load: Load
    starts_at: datetime
    ends_at: datetime | None = None
    door: UUID | None = None
    plate: str = ""
    driver: str = ""
    contact: str = ""
    note: str = ""
    documents: tuple[UUID, ...] = ()
    reason: str = ""
    id: UUID | None = None
    version: int | None = None
    series: UUID | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What was planned, and what is worth a word about it though it was.

    `ends_at` is None where the same request was answered before and named no end.
    """

    id: UUID
    number: str
    version: int
    starts_at: datetime
    ends_at: datetime | None
    found: tuple[Against, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The earliest windows, a door each, and the work that they were sought for."""

    offers: tuple[DoorOffer, ...]
    effort: Effort
    plan: Plan = field(repr=False)

    @property
    def best(self) -> DoorOffer | None:
        """The earliest of all."""
        return next((one for one in self.offers if one.starts_at is not None), None)


# - looking -


def today(unit: UnitOfWork, warehouse: UUID) -> date:
    """The present day of a warehouse by its own clock."""
    return local_day(clock.now(), zone_of(unit.session, warehouse))


def plan_of(unit: UnitOfWork, *, warehouse: UUID, first: date, days: int = 1) -> Plan:
    """The docks of a warehouse for some days, with what reaches into them."""
    zone = zone_of(unit.session, warehouse)
    start, until = moment_of(first, 0, zone), moment_of(first + timedelta(days=days), 0, zone)
    return store.plan(
        unit.session,
        warehouse,
        start=start - _MARGIN,
        until=until + _MARGIN,
        first=first - _MARGIN,
        last=first + timedelta(days=days),
        zone=zone,
    )


def _plan_around(unit: UnitOfWork, warehouse: UUID, start: datetime, until: datetime) -> Plan:
    zone = zone_of(unit.session, warehouse)
    first = local_day(start, zone)
    return plan_of(unit, warehouse=warehouse, first=first, days=(local_day(until, zone) - first).days + 1)


def look_up(unit: UnitOfWork, *, warehouse: UUID, number: str) -> Appointment:
    """The appointment that is meant by its number, a plate or a document. Refuses `docks.unknown`."""
    ids = store.find(unit.session, warehouse, number)
    now = clock.now()
    found = store.appointments(unit.session, warehouse, start=now, until=now, ids=ids[:1])
    if not found:
        raise Refusal("docks.unknown", scan=number)
    return found[0]


def waiting(unit: UnitOfWork, *, warehouse: UUID, direction: Direction = Direction.INBOUND) -> tuple[WaitingPaper, ...]:
    """Documents for which no truck has an appointment.

    Of those that bring: orders to suppliers and announcements; of those that take: customers' orders, transfers to
    other warehouses, returns to suppliers.
    """
    return store.waiting(unit.session, warehouse, direction=direction)


def found(unit: UnitOfWork, *, warehouse: UUID, words: str) -> tuple[Appointment, ...]:
    """Appointments of any day by words of their number, plate, carrier, partner, driver, note or documents."""
    ids = store.search(unit.session, warehouse, words)
    now = clock.now()
    known = {one.id: one for one in store.appointments(unit.session, warehouse, start=now, until=now, ids=ids)}
    return tuple(known[identity] for identity in ids if identity in known)


def history(unit: UnitOfWork, appointment: UUID) -> tuple[Passage, ...]:
    """What became of an appointment and by whom, the latest first."""
    return store.history(unit.session, appointment)


def find_documents(unit: UnitOfWork, *, warehouse: UUID, numbers: Sequence[str]) -> tuple[UUID, ...]:
    """Open documents by number, ours or the partner's. Refuses `document.unknown`."""
    wanted = [number.strip().upper() for number in numbers if number.strip()]
    known = store.document_ids(unit.session, warehouse, wanted)
    for number in wanted:
        if number not in known:
            raise Refusal("document.unknown", number=number)
    return tuple(dict.fromkeys(known[number] for number in wanted))


def expected(unit: UnitOfWork, *, warehouse: UUID, documents: Sequence[UUID], load: Load) -> Load:
    """A load with what its documents say is to come, where people have said nothing else."""
    papers = store.waiting(unit.session, warehouse, documents) if documents else ()
    partners = {one.partner for one in papers}
    return replace(
        load,
        pallets=load.pallets or sum(one.pallets for one in papers),
        lines=load.lines or sum(one.lines for one in papers),
        pieces=load.pieces or sum((one.pieces for one in papers), Decimal(0)),
        weight_kg=load.weight_kg or sum((one.weight_kg for one in papers), Decimal(0)),
        partner=load.partner or (partners.pop() if len(partners) == 1 else ""),
    )


def policy_for(unit: UnitOfWork, *, warehouse: UUID, partner: str = "") -> Policy[Rates]:
    """The rates that hold for a partner's truck here, else for the warehouse, else for the company."""
    known = entry.partner(unit.session, partner) if partner else None
    scopes = [warehouse, *([known] if known else [])]
    stored = rules.in_force(unit.session, capability=FORM.capability, scopes=scopes)
    where = {Scope.WAREHOUSE: str(warehouse), **({Scope.PARTNER: str(known)} if known else {})}
    return chosen(FORM, stored, where)


def forecast(unit: UnitOfWork, *, warehouse: UUID, load: Load) -> Effort:
    """What a truck will take, in minutes and people."""
    return effort(load, policy_for(unit, warehouse=warehouse, partner=load.partner))


# - planning -


def book(unit: UnitOfWork, *, warehouse: UUID, draft: Draft) -> Booked:
    """Plan an appointment, or change one; what speaks against it is refused, unless a reason overrules it.

    Refuses `docks.taken` and the other words of `Problem`, `record.changed` where somebody else was faster, and
    `permission.needs_approval` of whoever may not overrule.
    """
    known = store.hold(unit.session, warehouse, request=unit.request_id)
    if known is not None:
        return Booked(UUID(known["id"]), known["number"], known["version"], draft.starts_at, draft.ends_at)
    load = expected(unit, warehouse=warehouse, documents=draft.documents, load=draft.load)
    load = replace(load, carrier=store.carrier_name(unit.session, load.carrier))
    work = forecast(unit, warehouse=warehouse, load=load)
    ends_at = draft.ends_at or draft.starts_at + timedelta(minutes=work.duration_min)
    found: tuple[Against, ...] = ()
    if draft.door is not None:
        plan = _plan_around(unit, warehouse, draft.starts_at, ends_at)
        wish = Wish(load, draft.door, draft.starts_at, ends_at, work.work_min, draft.id)
        found = against(plan, wish, now=clock.now())
        refuse_first(found, reason=draft.reason)
    partner = entry.partner(unit.session, load.partner) if load.partner else None
    answer = store.save_appointment(
        unit.session,
        request=unit.request_id,
        warehouse=warehouse,
        appointment=draft.id,
        version=draft.version,
        values=_values(draft, load, work, ends_at) | {"partner_id": partner},
        documents=draft.documents,
    )
    identity = UUID(answer["id"])
    unit.changed(APPOINTMENT, identity)
    return Booked(identity, answer["number"], answer["version"], draft.starts_at, ends_at, found)


def at_best(unit: UnitOfWork, *, warehouse: UUID, draft: Draft) -> Draft:
    """The same at the earliest good window, from `draft.starts_at` on; of its own door where it names one.

    Refuses `docks.no_slot` where there is none in two weeks.
    """
    proposal = propose_slots(
        unit, warehouse=warehouse, load=draft.load, earliest=draft.starts_at, documents=draft.documents, but=draft.id
    )
    for one in proposal.offers:
        if one.starts_at is not None and draft.door in (None, one.door.id):
            return replace(draft, door=one.door.id, starts_at=one.starts_at, ends_at=one.ends_at)
    raise Refusal("docks.no_slot")


def refuse_first(found: Sequence[Against], *, reason: str) -> None:
    """Refuse by the worst of what speaks against a window, unless it can be overruled and a reason is given."""
    for one in found:
        if one.problem in IMPOSSIBLE or (one in must_be_overruled(found) and not reason):
            raise Refusal(f"docks.{one.problem}", **one.facts)


def _values(draft: Draft, load: Load, work: Effort, ends_at: datetime) -> dict[str, object]:
    return {
        "door_id": draft.door,
        "direction": load.direction.value,
        "starts_at": draft.starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
        "vehicle": load.vehicle.value,
        "temperature": load.temperature,
        "pallets": load.pallets,
        "lines": load.lines,
        "pieces": load.pieces,
        "weight_kg": load.weight_kg,
        "carrier": load.carrier,
        "plate": draft.plate.strip().upper(),
        "driver": draft.driver,
        "contact": draft.contact,
        "note": draft.note,
        "work_min": work.work_min,
        "people": work.people,
        "early_min": work.early_min,
        "late_min": work.late_min,
        "no_show_min": work.no_show_min,
        "series": draft.series,
        "reason": draft.reason,
    }


def draft_of(one: Appointment) -> Draft:
    """An appointment as people would enter it, to be changed."""
    return Draft(
        load=one.load,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        door=one.door,
        plate=one.plate,
        driver=one.driver,
        contact=one.contact,
        note=one.note,
        documents=tuple(paper.id for paper in one.papers),
        reason=one.reason,
        id=one.id,
        version=one.version,
        series=one.series,
    )


def move(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    one: Appointment,
    door: UUID | None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
) -> Booked:
    """Put an appointment, as it was read, to another door or time. Refuses what `book` refuses."""
    moved = replace(draft_of(one), door=door, starts_at=starts_at, ends_at=ends_at, reason=reason)
    return book(unit, warehouse=warehouse, draft=moved)


def advance(
    unit: UnitOfWork,
    *,
    appointment: UUID,
    state: State,
    version: int | None = None,
    door: UUID | None = None,
    reason: str = "",
    run: UUID | None = None,
) -> str:
    """Take an appointment to its next state, at the gate in a conversation (`run`); returns its number.

    Refuses `docks.wrong_state`, `docks.already_here`, `docks.door_busy`, `docks.closed`, `docks.receipt_open`.
    """
    number = store.advance(
        unit.session,
        request=unit.request_id,
        appointment=appointment,
        version=version,
        state=state.value,
        door=door,
        reason=reason,
        run=run,
    )
    unit.changed(APPOINTMENT, appointment)
    return number


def take_back(unit: UnitOfWork, *, appointment: UUID, version: int | None = None) -> tuple[str, State]:
    """Take the last step of a truck back; returns its number and what it is again.

    Refuses `docks.nothing_to_take_back`, and `docks.door_busy` or `docks.taken` where others have its door by now.
    """
    number, state = store.retreat(unit.session, request=unit.request_id, appointment=appointment, version=version)
    unit.changed(APPOINTMENT, appointment)
    return number, State(state)


def mark_no_shows(unit: UnitOfWork, *, warehouse: UUID) -> int:
    """Say of trucks that have not come so long after their windows as the rules say that they never came; how many."""
    gone = store.mark_no_shows(unit.session, warehouse)
    for one in gone:
        unit.changed(APPOINTMENT, one)
    return len(gone)


def propose_slots(
    unit: UnitOfWork,
    *,
    warehouse: UUID,
    load: Load,
    earliest: datetime,
    latest: datetime | None = None,
    documents: Sequence[UUID] = (),
    but: UUID | None = None,
) -> Proposal:
    """For each door the earliest window that is good in every way, and why not earlier; at most two weeks ahead."""
    until = min(latest or earliest + _HORIZON, earliest + _HORIZON)
    known = expected(unit, warehouse=warehouse, documents=documents, load=load)
    work = forecast(unit, warehouse=warehouse, load=known)
    plan = _plan_around(unit, warehouse, earliest, until + timedelta(minutes=work.duration_min))
    offers = propose(
        plan,
        known,
        work_min=work.work_min,
        duration_min=work.duration_min,
        earliest=earliest,
        latest=until,
        but=but,
    )
    return Proposal(offers, work, plan)


def repeat(
    unit: UnitOfWork, *, warehouse: UUID, one: Appointment, weekdays: Sequence[int], until: date
) -> tuple[tuple[Booked, ...], tuple[tuple[date, Against], ...]]:
    """Plan an appointment again on these weekdays up to a day, at the same time and door, without its documents.

    Days against which something speaks are left out and named with it. Refuses `docks.series` where there is no day,
    or more than a hundred.
    """
    plan = _plan_around(unit, warehouse, one.starts_at, moment_of(until, 0, zone_of(unit.session, warehouse)))
    days = days_of_series(local_day(one.starts_at, plan.zone), until, weekdays)
    if not 0 < len(days) <= MOST_REPEATED or one.door is None:
        raise Refusal("docks.series", most=MOST_REPEATED)
    series = one.series or uuid5(unit.request_id, "series")
    made, left_out = list[Booked](), list[tuple[date, Against]]()
    for day, (starts_at, ends_at) in zip(days, again(one, days, plan), strict=True):
        wish = Wish(one.load, one.door, starts_at, ends_at, one.work_min)
        found = against(plan, wish, now=clock.now())
        worst = next((each for each in found if each.problem in IMPOSSIBLE or each in must_be_overruled(found)), None)
        if worst is not None:
            left_out.append((day, worst))
            continue
        draft = replace(
            draft_of(one), starts_at=starts_at, ends_at=ends_at, id=None, version=None, documents=(), reason="",
            series=series,
        )  # fmt: skip
        part = UnitOfWork(unit.session, uuid5(unit.request_id, day.isoformat()), changes=unit.changes)
        made.append(book(part, warehouse=warehouse, draft=draft))
    return tuple(made), tuple(left_out)
