"""What carriers are told beside the buying of labels: trucks that are wanted, labels given back, manifests.

Each of them stands on the outbox until the carrier has it; where it answers late, never, or nonsense, a person sees it
here and settles it by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import carriers as store
from app.database import senders
from app.database.carriers import Request
from app.domain.carriers import Pickup
from app.domain.values import Field, FieldKind
from app.services.work import UnitOfWork

__all__ = ["NOTICE", "PICKUP", "REQUEST", "Request", "Truck", "confirmed", "note", "order_pickup", "requests", "settle",
           "tell_again", "truck_of"]  # fmt: skip

REQUEST = "carrier_request"
"""The kind under which these are published on the bus of changes."""
NOTICE = "notice"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
PICKUP: tuple[Field, ...] = (
    Field("day", FieldKind.DATE, required=True),
    Field("cartons", FieldKind.WHOLE, least=Decimal(1), most=Decimal(100_000), required=True),
    Field("weight_kg", FieldKind.NUMBER, least=Decimal(0), most=Decimal(10**6), unit="kg", nullable=True),
    Field("from_time", pattern=_CLOCK),
    Field("until_time", pattern=_CLOCK),
    Field("note", most=Decimal(200)),
)
"""What is said of a truck that is wanted; times by the warehouse's clock."""


@dataclass(frozen=True, slots=True)
class Truck:
    """A truck that somebody wants for cartons; weight in kg, times as HH:MM by the warehouse's clock, '' for any."""

    day: date
    cartons: int
    weight_kg: Decimal = Decimal(0)
    from_time: str = ""
    until_time: str = ""
    note: str = ""


def requests(unit: UnitOfWork, warehouse: UUID) -> tuple[Request, ...]:
    """What carriers were told, and what their files said that fits nothing, the newest first."""
    return store.requests(unit.session, warehouse)


def truck_of(typed: Mapping[str, str]) -> Truck:
    """The truck that somebody typed, by the fields of `PICKUP`; refuses `field.unreadable` and `field.missing`."""
    said: dict[str, Any] = {field.name: field.read(typed.get(field.name, "")) for field in PICKUP}
    day = date.fromisoformat(said.pop("day"))
    return Truck(day, **{name: value for name, value in said.items() if value not in (None, "")})


def order_pickup(unit: UnitOfWork, *, warehouse: UUID, carrier: str, truck: Truck) -> str:
    """Order a carrier's truck, once however often the request is repeated; returns the pickup's number.

    Refuses `carriers.pickup_exists`, `carriers.pickup_past`, `carriers.pickup_empty` and `carriers.pickup_times`.
    """
    sender, _ = senders.sender(unit.session, warehouse)
    wanted = Pickup(
        "", truck.day, truck.cartons, sender, truck.weight_kg, truck.from_time, truck.until_time,
        " ".join(truck.note.split()),
    )  # fmt: skip
    number = store.order_pickup(
        unit.session, request=unit.request_id, warehouse=warehouse, carrier=carrier, pickup=wanted
    )
    unit.changed(REQUEST)
    return number


def tell_again(unit: UnitOfWork, request: Request) -> None:
    """Tell the carrier at once what it could not be told, or would not hear; refuses `carriers.nothing_to_ask`."""
    store.tell_again(unit.session, request.id)
    unit.changed(REQUEST, request.id)


def settle(unit: UnitOfWork, request: Request, *, done: bool, words: str) -> None:
    """A person has it from the carrier that it is so, or is not, and says from whom.

    What a file said that fits nothing is seen to with that. Refuses `carriers.say_who`.
    """
    if request.kind == NOTICE:
        store.see_notice(unit.session, request.id)
    else:
        store.settle_errand(unit.session, request.id, done=done, words=words)
    unit.changed(REQUEST, request.id)


def confirmed(unit: UnitOfWork, *, carrier: str, reference: str, answer: str, fault: str) -> bool:
    """Take what a carrier's file says of a pickup, a manifest or a label given back; False where it is about none."""
    taken = store.take_confirmation(unit.session, carrier=carrier, reference=reference, answer=answer, fault=fault)
    if taken:
        unit.changed(REQUEST)
    return taken


def note(unit: UnitOfWork, *, carrier: str, file: str, said: Mapping[str, object]) -> None:
    """Write down what a carrier's file says that fits nothing, for people to see."""
    store.note_answer(unit.session, carrier=carrier, file=file, said=said)
    unit.changed(REQUEST)
