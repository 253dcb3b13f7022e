"""Carriers as they are set up, labels that are bought of them, and the outbox over which they are asked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, all_as, as_json, as_nouns, query
from app.domain.carriers import Pickup, PurchaseState
from app.domain.partners import Address

_CARRIERS = "SELECT code, name, kind, setup, active, version FROM carrier ORDER BY code"
_NUMBERS = """
    SELECT c.code AS carrier, r.n::int AS position, coalesce(r.row ->> 'prefix', '') AS prefix,
        (r.row ->> 'first')::bigint AS first, (r.row ->> 'last')::bigint AS last,
        coalesce((r.row ->> 'warn_at')::bigint, 0) AS warn_at,
        greatest(coalesce(u.next, 0), (r.row ->> 'first')::bigint) AS next
    FROM carrier c
    CROSS JOIN LATERAL jsonb_array_elements(coalesce(c.setup -> 'ranges', '[]')) WITH ORDINALITY r (row, n)
    LEFT JOIN carrier_number u ON u.carrier_id = c.id AND (u.prefix, u.suffix, u.digits)
        = (coalesce(r.row ->> 'prefix', ''), coalesce(r.row ->> 'suffix', ''), (r.row ->> 'digits')::int)
    WHERE c.active ORDER BY c.code, r.n
"""
_SEALED_AT = """
    SELECT s.name AS station FROM parcel k JOIN handling_unit u ON u.id = k.handling_unit_id
    JOIN print_job j ON j.label_uid = u.sscc JOIN station s ON s.id = j.station_id
    WHERE k.id = %(parcel)s ORDER BY j.id DESC LIMIT 1
"""
_HISTORY = """
    SELECT b.reference, h.at, h.state, coalesce(h.tracking, '') AS tracking, h.fault, c.name AS carrier,
        service_called(c.code, b.service) AS service,
        coalesce(n.name, '') AS person
    FROM purchase b JOIN purchase_history h ON h.purchase_id = b.id JOIN carrier c ON c.id = b.carrier_id
    LEFT JOIN person n ON n.id = h.person_id WHERE b.parcel_id = %(parcel)s ORDER BY h.at, h.id
"""
_BY_REFERENCE = """
    SELECT b.id, b.reference, b.service, b.content, b.number, b.number_range AS range, b.tracking, b.parcel_id AS parcel
    FROM purchase b JOIN carrier c ON c.id = b.carrier_id
    WHERE c.code = %(carrier)s AND b.reference = %(reference)s
"""


@dataclass(frozen=True, slots=True)
class StoredCarrier:
    """A carrier as it is kept; `setup` is the document that `domain.carriers.read_carrier` reads."""

    code: str
    name: str
    kind: str
    setup: Mapping[str, Any]
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class UsedRange:
    """A range of a carrier's numbers and how far it is used up: `next` is the first that nobody has."""

    carrier: str
    position: int
    prefix: str
    first: int
    last: int
    warn_at: int
    next: int

    @property
    def left(self) -> int:
        """How many numbers nobody has yet."""
        return max(self.last - self.next + 1, 0)


@dataclass(frozen=True, slots=True)
class Carton:
    """A sealed carton that has not left, and how the buying of its label stands; `weight_kg` gross.

    `purchase`, `buying` and what follows are of its newest label, None and empty where none was ever wanted.
    """

    id: UUID
    sscc: str
    state: str
    tracking: str
    carrier: str
    service: str
    carrier_name: str
    service_name: str
    weight_kg: Decimal | None
    carton: str
    closed_at: datetime | None
    document: UUID
    number: str
    decision: str
    partner: str
    partner_code: str
    ship_to: Address
    ordered_carrier: str
    ordered_service: str
    due: date | None
    cut_off: datetime | None
    purchase: UUID | None
    reference: str
    buying: PurchaseState | None
    price: Decimal | None
    currency: str
    arrives: date | None
    fault: str
    facts: Mapping[str, Any]
    selection: Mapping[str, Any]
    manifest: str
    label: str | None


@dataclass(frozen=True, slots=True)
class BuyingStep:
    """One state that the buying of a carton's label was in; `carrier` and `service` as they are called."""

    reference: str
    at: datetime
    state: str
    tracking: str
    fault: str
    carrier: str
    service: str
    person: str


@dataclass(frozen=True, slots=True)
class Bid:
    """A purchase as a carrier is asked for it: `number` and `range` where a number was handed out for it."""

    id: UUID
    reference: str
    service: str
    content: Mapping[str, Any]
    number: int | None
    range: Mapping[str, Any] | None
    tracking: str | None
    parcel: UUID
    printer: UUID | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What the caller holds of the outbox, by `fence`; `recover`: somebody asked before, with unknown outcome."""

    id: UUID
    kind: str
    fence: int
    recover: bool
    tries: int
    content: Mapping[str, Any]
    carrier: StoredCarrier
    subject: UUID
    warehouse: UUID
    reference: str = ""
    purchase: Bid | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a carrier was told beside the buying of a label, or what its file said that fits nothing (`notice`).

    `kind`: pickup, void, manifest, left_out (a carton off a manifest), notice. `about`: the day, the label with its
    order or manifest, the manifest, or the file.
    `state` is the outbox's; `answer` what the carrier, or whoever called it, said.
    """

    id: UUID
    kind: str
    reference: str
    carrier: str
    carrier_name: str
    state: str
    content: Mapping[str, Any]
    answer: str
    fault: str
    facts: Mapping[str, Any]
    tries: int
    answer_by: datetime | None
    at: datetime
    about: str


def carriers(session: Session) -> tuple[StoredCarrier, ...]:
    """Every carrier, by its code."""
    return all_as(session.rows(_CARRIERS), StoredCarrier)


def ranges(session: Session) -> tuple[UsedRange, ...]:
    """The ranges of numbers of the carriers in use, and how far they are used up."""
    return all_as(session.rows(_NUMBERS), UsedRange)


def save(session: Session, *, request: UUID, carrier: StoredCarrier) -> int:
    """Save a carrier as its version was read (0: a new one); returns the new version."""
    version: int = session.call(
        "save_carrier", request=request, code=carrier.code, name=carrier.name, kind=carrier.kind,
        setup=as_json(dict(carrier.setup)), active=carrier.active, version=carrier.version,
    )  # fmt: skip
    return version


def carrier_id(session: Session, code: str) -> UUID | None:
    """The id of the carrier of this code."""
    row = session.row("SELECT id FROM carrier WHERE code = %(code)s", code=code)
    return row["id"] if row else None


def cartons(session: Session, warehouse: UUID, *, parcel: UUID | None = None) -> tuple[Carton, ...]:
    """The sealed cartons of a warehouse that have not left, the oldest first; or one carton, wherever it is."""
    return all_as(session.rows(query("carriers_cartons"), warehouse=warehouse, parcel=parcel), Carton)


def sealed_at(session: Session, parcel: UUID) -> str:
    """The station of the bench that printed the newest label of a carton's contents; empty where a desk did."""
    row = session.row(_SEALED_AT, parcel=parcel)
    return str(row["station"]) if row else ""


def consignment_row(session: Session, parcel: UUID) -> Row | None:
    """What a carrier has to know of a carton."""
    return session.row(query("carriers_consignment"), parcel=parcel)


def history(session: Session, parcel: UUID) -> tuple[BuyingStep, ...]:
    """Every state that the labels of a carton were in, the oldest first."""
    return all_as(session.rows(_HISTORY, parcel=parcel), BuyingStep)


def want_label(
    session: Session, *, request: UUID, parcel: UUID, printer: UUID | None, purchase: Mapping[str, Any]
) -> UUID:
    """Want a label for a closed carton; `purchase` names carrier, service, content, decision, price and arrival."""
    made: UUID = session.call(
        "want_label", request=request, parcel=parcel, carrier=purchase["carrier"], service=purchase["service"],
        content=as_json(purchase["content"]), decision=as_json(purchase["decision"]), price=purchase["price"],
        currency=purchase["currency"], arrives=purchase["arrives"], printer=printer,
    )  # fmt: skip
    return made


def claim(session: Session, *, seconds: int) -> Errand | None:
    """The next errand that is due, the caller's for so many seconds."""
    found = session.call("claim_outbox", seconds=seconds)
    return as_nouns(found, Errand) if found else None


def settle(
    session: Session, errand: Errand, state: str, *, answer: Mapping[str, Any] | None = None, fault: str = "",
    facts: Mapping[str, object] | None = None, seconds: int = 60, answer_by: datetime | None = None,
) -> None:  # fmt: skip
    """Store what came of an errand; the states are those of `settle_outbox`. Refuses whose time was over."""
    session.call(
        "settle_outbox", outbox=errand.id, fence=errand.fence, state=state, answer=as_json(dict(answer or {})),
        fault=fault, facts=as_json(dict(facts or {})), seconds=seconds, answer_by=answer_by,
    )  # fmt: skip


def bid(session: Session, *, carrier: str, reference: str) -> Bid | None:
    """The purchase that a carrier knows by this reference."""
    row = session.row(_BY_REFERENCE, carrier=carrier, reference=reference)
    return as_nouns(row, Bid) if row else None


def take_answer(
    session: Session, *, carrier: str, reference: str, tracking: str, fault: str, label: Mapping[str, str]
) -> Mapping[str, Any]:
    """Store what a carrier's file says of a carton; returns the purchase and its parcel."""
    answer: Mapping[str, Any] = session.call(
        "take_answer", carrier=carrier, reference=reference, tracking=tracking, fault=fault, label=as_json(dict(label))
    )
    return answer


def miss_answers(session: Session) -> int:
    """Give up waiting for answers that are overdue; returns how many."""
    missed: int = session.call("miss_answers")
    return missed


def ask_again(session: Session, purchase: UUID) -> None:
    """Ask the carrier again at once."""
    session.call("ask_again", purchase=purchase)


def void(session: Session, *, request: UUID, purchase: UUID, reason: str) -> None:
    """Make a label worthless."""
    session.call("void_label", request=request, purchase=purchase, reason=reason)


def requests(session: Session, warehouse: UUID, *, days: int = 14) -> tuple[Request, ...]:
    """What carriers were told of a warehouse, and what their files said that fits nothing, the newest first."""
    return all_as(session.rows(query("carriers_errands"), warehouse=warehouse, days=days), Request)


def order_pickup(
    session: Session, *, request: UUID, warehouse: UUID, carrier: str, pickup: Pickup
) -> str:  # fmt: skip
    """Order a truck; returns the pickup's number."""
    number: str = session.call(
        "order_pickup", request=request, warehouse=warehouse, carrier=carrier, day=pickup.day, cartons=pickup.cartons,
        weight=pickup.weight_kg, **{"from": pickup.from_time}, until=pickup.until_time, note=pickup.note,
        sender=as_json(asdict(pickup.sender)),
    )  # fmt: skip
    return number


def take_confirmation(session: Session, *, carrier: str, reference: str, answer: str, fault: str) -> bool:
    """Store what a carrier's file says of a pickup, a manifest or a label given back; False where it is about none."""
    taken: bool = session.call("take_confirmation", carrier=carrier, reference=reference, answer=answer, fault=fault)
    return taken


def note_answer(session: Session, *, carrier: str, file: str, said: Mapping[str, Any]) -> None:
    """Write down what a carrier's file says that fits nothing; `said`: line, reference, tracking, fault, facts."""
    told = {**said, "facts": as_json(dict(said["facts"]))}
    session.call("note_answer", carrier=carrier, file=file, **told)


def tell_again(session: Session, errand: UUID) -> None:
    """Tell the carrier at once what it could not be told."""
    session.call("tell_again", errand=errand)


def settle_errand(session: Session, errand: UUID, *, done: bool, words: str) -> None:
    """A person has it from the carrier that it is so, or is not."""
    session.call("settle_errand", errand=errand, done=done, words=words)


def see_notice(session: Session, notice: UUID) -> None:
    """Somebody has seen to what a carrier's file said."""
    session.call("see_notice", notice=notice)
