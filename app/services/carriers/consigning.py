"""A carton as carriers are told of it: what is read of it, as a consignment, and back from what a purchase keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import carriers as store
from app.database.session import Row, as_nouns
from app.domain.carriers import CarrierSetup, Consignment, CustomsLine, NumberRange, Pickup, crosses_customs
from app.domain.company import Company
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.partners import Address
from app.domain.shipping import PaperFacts, Service, called, tracking_number
from app.domain.values import format_quantity
from app.services.work import UnitOfWork

SHIPPING = "shipping"
RETURN = "return"
_STANDARD = frozenset({"", "STANDARD"})
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """A sealed carton: as carriers are told of it, what the customer ordered, and the goods as customs want them."""

    consignment: Consignment
    warehouse: UUID
    ordered: Service
    minutes_left: int | None
    goods: tuple[CustomsLine, ...]
    carrier: str
    document: UUID
    partner: UUID | None = None


def sent(unit: UnitOfWork, parcel: UUID) -> Sent:
    """A sealed carton, read; refuses `parcel.unknown`."""
    row = store.consignment_row(unit.session, parcel)
    if row is None:
        raise Refusal("parcel.unknown")
    consignment = _bought(row) or _fresh(row)
    service = "" if row["ordered_service"].upper() in _STANDARD else row["ordered_service"]
    return Sent(
        consignment,
        row["warehouse"],
        Service(row["ordered_carrier"], service),
        _minutes(row["cut_off"], row["now"]),
        tuple(_customs(one) for one in row["goods"]),
        row["carrier"],
        row["document"],
        row["partner_id"],
    )


def of_bid(bid: store.Bid) -> Consignment:
    """What a purchase keeps, as its carrier is told of it: with our reference, and the number that is its own."""
    kept = consignment_from(bid.content)
    return replace(kept, reference=bid.reference, service=bid.service, tracking=bid.tracking or number_of(bid))


def consignment_from(content: Mapping[str, Any]) -> Consignment:
    """What was kept of a carton on a manifest."""
    kept: Consignment = as_nouns(dict(content), Consignment)
    return kept


def pickup_from(content: Mapping[str, Any]) -> Pickup:
    """The truck that stands on the outbox."""
    wanted: Pickup = as_nouns(dict(content), Pickup)
    return wanted


def number_of(bid: store.Bid) -> str:
    """The tracking number that was handed out for a purchase; empty where the carrier gives it."""
    if bid.number is None:
        return ""
    if bid.range is None:
        return tracking_number(bid.number)
    said = {name: bid.range.get(name, "") for name in ("prefix", "suffix")}
    check = str(bid.range.get("check") or "none")
    return NumberRange(first=bid.number, last=bid.number, digits=int(bid.range["digits"]), check=check, **said).written(
        bid.number
    )


def label_of(consignment: Consignment, *, carrier: CarrierSetup, tracking: str, route: str) -> LabelContent:
    """The shipping label of a carton that is bought, on our own 4×6 template."""
    names = called(carrier, consignment.service)
    return LabelContent(
        SHIPPING,
        tracking,
        {
            "tracking": tracking,
            "ship_to": "\n".join(consignment.receiver.lines) or consignment.order,
            "ship_from": "\n".join(consignment.sender.lines),
            "carrier": names.carrier,
            "service": names.service,
            "routing": route,
            "weight": format_quantity(consignment.weight_kg.quantize(Decimal("0.001")), "kg"),
            "carton": str(consignment.carton),
            "order": consignment.order,
            "shipped": consignment.ready.date().isoformat(),
        },
    )


def return_label_of(consignment: Consignment, *, tracking: str) -> LabelContent:
    """The label with which a carton may come back: to whoever sent it, with the order's number to be scanned."""
    back = "\n".join(consignment.sender.lines) or consignment.order
    fields = {
        "order": consignment.order,
        "return_to": back,
        "return_from": "\n".join(consignment.receiver.lines),
        "carton": str(consignment.carton),
        "tracking": tracking,
        "shipped": consignment.ready.date().isoformat(),
    }
    return LabelContent(RETURN, f"{consignment.sscc}/return", fields)


def paper_facts(consignment: Consignment, company: Company, *, carrier: str, service: str) -> PaperFacts:
    """What rules about papers may know of a carton that a company sends."""
    to, sent_from = consignment.receiver.country, consignment.sender.country
    return PaperFacts(
        country=to,
        sent_from=sent_from,
        abroad=bool(to and sent_from) and to != sent_from,
        customs=crosses_customs(sent_from, to),
        partner=consignment.partner,
        carrier=carrier,
        service=service,
        weight_kg=consignment.weight_kg,
        value=consignment.value,
        value_sdr=company.in_sdr(consignment.value),
    )


def _bought(row: Row) -> Consignment | None:
    """The carton as its carrier was told of it, where its label is bought."""
    if not row["bought"]:
        return None
    return replace(consignment_from(row["bought"]), service=row["service"], tracking=row["tracking"])


def _fresh(row: Row) -> Consignment:
    goods = row["goods"]
    to = as_nouns(row["ship_to"], Address)
    return Consignment(
        reference="",
        sscc=row["sscc"],
        order=row["order"],
        receiver=to if to.name else replace(to, name=row["partner"]),
        sender=as_nouns(row["sender"], Address),
        ready=row["now"],
        weight_kg=Decimal(row["weight"]),
        sides_mm=(row["length_mm"], row["width_mm"], row["height_mm"]),
        level="" if row["ordered_service"].upper() in _STANDARD else row["ordered_service"].lower(),
        partner=row["partner_code"],
        value=sum((Decimal(one["value"]) for one in goods), Decimal(0)),
        currency=row["currency"],
        hazards=tuple(sorted({one["hazard"] for one in goods if one["hazard"]})),
        needed=row["due"],
        carton=row["carton"],
        cartons=row["cartons"],
    )


def _customs(one: Mapping[str, Any]) -> CustomsLine:
    line: CustomsLine = as_nouns({name: one[name] for name in CustomsLine.__slots__}, CustomsLine)
    return line


def _minutes(cut_off: datetime | None, now: datetime) -> int | None:
    """How long there is until the order's cut-off; both by the warehouse's clock."""
    return None if cut_off is None else int((cut_off - now).total_seconds() // _MINUTE_S)
