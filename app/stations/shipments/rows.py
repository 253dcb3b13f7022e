"""The rows of the shipping desk: cartons with their labels, rates, what waits for a manifest, and manifests."""

from collections.abc import Mapping
from typing import Any

from app.domain.carriers import PurchaseState
from app.domain.partners import Address
from app.domain.shipping import Service
from app.domain.values import format_quantity
from app.services.carriers.buying import BuyingStep, Carton
from app.services.shipping.ending import LeftOver
from app.services.shipping.manifests import ListedCarton, Shipment, WaitingCartons
from app.stations.kit.countdown import cut_off_time
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

CARTONS = (
    Column("order", "shipments.order", 150, identifier=True),
    Column("carton", "shipping.carton", 180, identifier=True, shown=False),
    Column("to", "shipping.ship_to", 210),
    Column("weight", "shipping.weight", 90, numeric=True),
    Column("carrier", "shipping.carrier", 150),
    Column("label", "shipments.label", 180),
    Column("price", "shipments.price", 100, numeric=True),
    Column("arrives", "shipments.arrives", 105, identifier=True),
    Column("tracking", "shipping.tracking", 160, identifier=True),
    Column("manifest", "shipments.manifest", 110, identifier=True),
    Column("cut_off", "shipments.cut_off", 130, identifier=True),
)
RATES = (
    Column("carrier", "shipping.carrier", 150),
    Column("service", "shipping.service", 150),
    Column("price", "shipments.price", 120, numeric=True),
    Column("arrives", "shipments.arrives", 120, identifier=True),
    Column("charged", "shipments.charged", 120, numeric=True),
    Column("zone", "shipments.zone", 90),
    Column("why", "shipments.why", 420),
)
WAITING = (
    Column("carrier", "shipping.carrier", 220),
    Column("service", "shipping.service", 180),
    Column("cartons", "shipments.cartons", 110, numeric=True),
    Column("weight", "shipping.weight", 140, numeric=True),
    Column("cut_off", "shipments.cut_off", 180, identifier=True),
)
MANIFESTS = (
    Column("number", "shipments.manifest", 140, identifier=True),
    Column("carrier", "shipping.carrier", 170),
    Column("service", "shipping.service", 120),
    Column("truck", "shipments.truck", 130, identifier=True),
    Column("state", "shipments.state", 170),
    Column("loaded", "shipments.loaded", 110, identifier=True),
    Column("weight", "shipping.weight", 110, numeric=True),
    Column("closed", "shipments.closed", 150, identifier=True),
    Column("signed", "shipments.signed_by", 170),
)
LISTED = (
    Column("tracking", "shipping.tracking", 190, identifier=True),
    Column("carton", "shipping.carton", 190, identifier=True),
    Column("order", "shipments.order", 160, identifier=True),
    Column("to", "shipping.ship_to", 260),
    Column("weight", "shipping.weight", 100, numeric=True),
    Column("state", "shipments.state", 160),
    Column("loaded_by", "shipments.loaded_by", 160),
)
LEFT = (
    Column("order", "shipments.order", 160, identifier=True),
    Column("tracking", "shipping.tracking", 170, identifier=True),
    Column("carton", "shipping.carton", 180, identifier=True),
    Column("to", "shipping.ship_to", 240),
    Column("carrier", "shipping.carrier", 160),
    Column("why", "shipments.why_left", 190),
    Column("manifest", "shipments.manifest", 120, identifier=True),
    Column("cut_off", "shipments.cut_off", 140, identifier=True),
)
TRAIL = (
    Column("when", "desk.when", 180, identifier=True),
    Column("reference", "shipments.reference", 150, identifier=True),
    Column("state", "shipments.label", 160),
    Column("carrier", "shipping.carrier", 130),
    Column("service", "shipping.service", 130),
    Column("tracking", "shipping.tracking", 180, identifier=True),
    Column("fault", "shipments.why", 360),
    Column("person", "stock.person", 160),
)
_TINTS: Mapping[PurchaseState, str] = {
    PurchaseState.BOUGHT: "good",
    PurchaseState.REFUSED: "bad",
    PurchaseState.UNKNOWN: "caution",
    PurchaseState.VOIDED: "muted",
}


def carton_record(one: Carton, texts: Texts) -> Record:
    """A sealed carton: where it goes, with whom, and how the buying of its label stands."""
    state = one.buying
    waits = one.state == "closed" and state is PurchaseState.BOUGHT
    said = "to_verify" if waits else state.value if state else "none"
    if state is PurchaseState.WANTED and one.fault:
        said = "waits"
    cells = (
        one.number,
        one.sscc,
        goes_to(one.ship_to, one.partner),
        format_quantity(one.weight_kg, "kg") if one.weight_kg is not None else "",
        sent_with(one.carrier_name, one.service_name),
        texts.text("captions", f"shipments.label_{said}"),
        f"{one.price:.2f} {one.currency}" if one.price is not None else "",
        one.arrives.isoformat() if one.arrives else "",
        one.tracking,
        one.manifest,
        cut_off_time(one.cut_off),
    )
    tint = _TINTS.get(state) if state else "caution"
    return Record(one.id, cells, made_of=one, tints=((5, tint),) if tint else ())


def rate_record(n: int, one: Mapping[str, Any], names: Service, texts: Texts, *, chosen: bool) -> Record:
    """What a service would cost, and why it was taken or not; `one` is a part of a stored selection."""
    cells = (
        names.carrier,
        names.service,
        f"{one['price']} {one['currency']}" if one.get("price") else "",
        one.get("arrives", ""),
        f"{one['billed_kg']} kg" if one.get("billed_kg") else "",
        one.get("zone", ""),
        texts.said(one["code"], one["facts"]),
    )
    return Record(n, cells, made_of=one, tints=((6, "good"),) if chosen else ())


def waiting_record(one: WaitingCartons) -> Record:
    """Cartons of one service that stand on no manifest."""
    cells = (
        one.carrier_name,
        one.service_name,
        str(one.cartons),
        format_quantity(one.weight_kg, "kg"),
        cut_off_time(one.cut_off),
    )
    return Record((one.carrier, one.service), cells, made_of=one)


def state_of(one: Shipment) -> str:
    """How far a shipment is, as a code."""
    if one.signed_at:
        return "signed"
    if one.departed_at:
        return "departed"
    return "loading" if one.loaded else "closed"


def manifest_record(one: Shipment, texts: Texts) -> Record:
    """A manifest: whose, how far its loading is, who signed."""
    state = state_of(one)
    words = texts.text("captions", f"shipments.is_{state}")
    if one.told in ("FAILED", "UNKNOWN"):
        words, state = texts.text("captions", "shipments.not_told"), "not_told"
    cells = (
        one.number,
        one.carrier_name,
        one.service_name,
        one.truck,
        words,
        f"{one.loaded} / {one.cartons}",
        format_quantity(one.weight_kg, "kg"),
        f"{one.created_at.astimezone():%Y-%m-%d %H:%M}",
        one.signed_by,
    )
    tint = {"signed": "good", "departed": "caution", "not_told": "bad"}.get(state)
    return Record(one.number, cells, made_of=one, tints=((4, tint),) if tint else ())


def listed_record(one: ListedCarton, texts: Texts) -> Record:
    """A carton of a manifest: in the truck, missing, or taken off."""
    state = "left_out" if one.left_out_at else "missing" if one.missing else "loaded"
    cells = (
        one.tracking,
        one.sscc,
        one.number,
        goes_to(one.ship_to, one.partner),
        format_quantity(one.weight_kg, "kg") if one.weight_kg is not None else "",
        texts.text("captions", f"shipments.carton_{state}"),
        one.loaded_by,
    )
    tint = {"loaded": "good", "missing": "caution", "left_out": "muted"}[state]
    return Record(one.id, cells, made_of=one, tints=((5, tint),))


def left_record(one: LeftOver, texts: Texts) -> Record:
    """A carton that is still here at the end of the day, and why."""
    carton = one.carton
    cells = (
        carton.number,
        carton.tracking,
        carton.sscc,
        goes_to(carton.ship_to, carton.partner),
        sent_with(carton.carrier_name, carton.service_name),
        texts.text("captions", f"shipments.left_{one.why}"),
        carton.manifest,
        cut_off_time(carton.cut_off),
    )
    return Record(carton.id, cells, made_of=carton, tints=((5, "bad" if one.why == "stopped" else "caution"),))


def goes_to(address: Address, partner: str) -> str:
    """Name and town of who gets a carton."""
    town = " ".join(part for part in (address.country, address.postal_code, address.city) if part)
    return ", ".join(part for part in (address.name or partner, town) if part)


def sent_with(carrier: str, service: str) -> str:
    """Carrier and service as people read them."""
    return " · ".join(part for part in (carrier, service) if part)


def step_record(n: int, one: BuyingStep, texts: Texts) -> Record:
    """One state that a label was in."""
    cells = (
        f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}",
        one.reference,
        texts.text("captions", f"shipments.label_{one.state}"),
        one.carrier,
        one.service,
        one.tracking,
        texts.said(one.fault) if texts.has("choices", f"reason.{one.fault}") else "",
        one.person,
    )
    return Record(n, cells, made_of=one)
