"""Labels bought of carriers: what each would cost, wanting one, giving it back, and what became of it.

Nobody is called here: a wanted label stands on the outbox, and the worker asks its carrier (`app/worker/outbox.py`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from app.database import carriers as store
from app.database import printing
from app.database.carriers import BuyingStep, Carton
from app.database.unpacking import find_carton
from app.domain.carriers import NotOffered, Selection, named
from app.domain.errors import Refusal
from app.domain.shipping import FORM, Service, called, select_carrier
from app.services.carriers import setting_up
from app.services.carriers.consigning import sent
from app.services.changes import PURCHASE
from app.services.policies import policy_for
from app.services.printing import JOB
from app.services.wall_clock import on_the_wall
from app.services.work import UnitOfWork

__all__ = ["PURCHASE", "BuyingStep", "Carton", "Wish", "ask_again", "buy", "carton", "cartons", "compare", "history",
           "of_parcel", "plan", "reasons", "void"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A label that is wanted: for this carton, from this carrier, because of this comparison.

    `called`: its carrier and service as people call them.
    """

    parcel: UUID
    purchase: Mapping[str, Any]
    called: Service

    @property
    def carrier(self) -> str:
        """Whose label it will be."""
        return str(self.purchase["carrier"])

    @property
    def service(self) -> str:
        """Which of the carrier's services."""
        return str(self.purchase["service"])


def cartons(unit: UnitOfWork, warehouse: UUID) -> tuple[Carton, ...]:
    """The sealed cartons that have not left, the oldest first."""
    return on_the_wall(unit, warehouse, store.cartons(unit.session, warehouse))


def carton(unit: UnitOfWork, warehouse: UUID, code: str) -> Carton:
    """The sealed carton of this SSCC, tracking number or order with one such carton; refuses `parcel.unknown`.

    One that has left is found by SSCC and tracking number, too: its papers, and why it cannot be changed any more.
    """
    wanted = code.strip().upper()
    every = store.cartons(unit.session, warehouse)
    found = [one for one in every if wanted in (one.sscc, one.tracking.upper(), f"00{one.sscc}")]
    found = found or [one for one in every if one.number.upper() == wanted]
    if len(found) == 1:
        return found[0]
    gone = None if found else find_carton(unit.session, warehouse, code.strip())
    if gone is None:
        raise Refusal("parcel.unknown")
    return of_parcel(unit, warehouse, gone)


def of_parcel(unit: UnitOfWork, warehouse: UUID, parcel: UUID) -> Carton:
    """One carton of a warehouse, also where it has left; refuses `parcel.unknown`."""
    found = store.cartons(unit.session, warehouse, parcel=parcel)
    if not found:
        raise Refusal("parcel.unknown")
    return found[0]


def compare(unit: UnitOfWork, parcel: UUID) -> Selection:
    """What every service in use would cost for a carton, and which one the rules choose."""
    about = sent(unit, parcel)
    return select_carrier(
        about.consignment,
        setting_up.in_use(unit),
        policy_for(unit, FORM, warehouse=about.warehouse, partner=about.partner),
        ordered=about.ordered,
        minutes_left=about.minutes_left,
    )


def plan(unit: UnitOfWork, parcel: UUID, *, carrier: str = "", service: str = "") -> Wish:
    """The label of a carton by the rules, or of the carrier and service that a person names.

    Refuses why the named service does not take it, or `carriers.nobody_takes_it` with the reasons of all.
    """
    about = sent(unit, parcel)
    setups = setting_up.in_use(unit)
    if carrier:
        selection = named(setups, about.consignment, carrier=carrier, service=service, rule="carriers.by_hand")
    else:
        selection = compare(unit, parcel)
    if selection.chosen is None:
        offer = selection.rejected[0].offer if selection.rejected and carrier else None
        if isinstance(offer, NotOffered):
            raise Refusal(offer.code, **{"carrier": carrier, "service": service, **offer.facts})
        raise Refusal("carriers.nobody_takes_it", order=about.consignment.order, count=len(selection.rejected))
    rate = selection.chosen
    theirs = next(one for one in setups if one.code == rate.carrier)
    told = replace(about.consignment, service=rate.service, sender=theirs.sender(about.consignment.sender))
    return Wish(
        parcel,
        {
            "carrier": rate.carrier,
            "service": rate.service,
            "content": asdict(told),
            "decision": selection.to_json(),
            "price": rate.price,
            "currency": rate.currency,
            "arrives": rate.arrives,
        },
        called(theirs, rate.service),
    )


def buy(unit: UnitOfWork, wish: Wish, *, printer: UUID | None = None) -> UUID:
    """Want a label, once however often the request is repeated; returns the purchase. It prints when it is bought.

    Refuses `carriers.label_exists` while another label of the carton may be good, and `carriers.numbers_used_up`.
    """
    made = store.want_label(
        unit.session, request=unit.request_id, parcel=wish.parcel, printer=printer, purchase=wish.purchase
    )
    _tell(unit, made, wish.parcel)
    return made


def ask_again(unit: UnitOfWork, purchase: UUID, parcel: UUID) -> None:
    """Ask the carrier at once what became of a label, or for it."""
    store.ask_again(unit.session, purchase)
    _tell(unit, purchase, parcel)


def void(unit: UnitOfWork, purchase: UUID, parcel: UUID, *, reason: str) -> None:
    """A label is worth nothing any more: its paper is refused at the truck, and the carton may get another one.

    Refuses `carriers.on_manifest`, `carriers.still_asking`, `printing.still_printing`.
    """
    store.void(unit.session, request=unit.request_id, purchase=purchase, reason=reason)
    _tell(unit, purchase, parcel)
    unit.changed(JOB)


def history(unit: UnitOfWork, parcel: UUID) -> tuple[BuyingStep, ...]:
    """Every state that the labels of a carton were in."""
    return store.history(unit.session, parcel)


def reasons(unit: UnitOfWork) -> list[str]:
    """Why a label may be given back."""
    return printing.print_reasons(unit.session)


def _tell(unit: UnitOfWork, purchase: UUID, parcel: UUID) -> None:
    unit.changed(PURCHASE, purchase)
    unit.changed("parcel", parcel)
