"""What a code stands for, as the screen shows it: the record, what is there of it, and the GS1 elements it came in."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.dialogs.dialog import ItemPanel, Prompt, Row
from app.dialogs.grammar import kind_of, ok
from app.domain.codes.gs1 import Element
from app.domain.scanning import Candidate, CodeKind
from app.domain.values import format_quantity
from app.services.lookup import FoundDocument, FoundItem, FoundParcel, FoundPlace, FoundUnit, LookupFacts

STOCK = (
    "lookup.place",
    "caption.item",
    "lookup.lot",
    "caption.expiry",
    "lookup.unit",
    "lookup.status",
    "lookup.on_hand",
    "lookup.reserved",
)
ELEMENTS = ("lookup.ai", "lookup.meaning", "lookup.value")
_STEPS = {"purchase_order": ("received",), "order": ("picked", "packed", "shipped")}
_CAPTIONS = {
    "received": "caption.received",
    "picked": "caption.picked",
    "packed": "packing.packed",
    "shipped": "shipping.shipped",
}

Details = tuple[tuple[str, str], ...]


def answer(found: Candidate | None, facts: LookupFacts, elements: Sequence[Element]) -> Prompt:
    """The prompt for one record, or for a GS1 code that names none; the elements stand among the details."""
    if found is None:
        return _elements_only(elements)
    prompt = _about(found, facts)
    assert prompt.item is not None
    named = tuple((f"lookup.ai_{element.ai[:2]}", _shown(element)) for element in elements if element.ai[:2] in _NAMED)
    panel = replace(prompt.item, details=_filled((*prompt.item.details, *named)))
    told = {"label": found.label, "name": found.name, "kind": kind_of(found)}
    return replace(prompt, item=panel, facts=told, feedback=ok(f"lookup.is_{found.kind}", **told))


_NAMED = frozenset({"00", "01", "02", "10", "11", "15", "17", "21", "30", "37"})


def _shown(element: Element) -> str:
    return element.day.isoformat() if element.day else element.value


def _elements_only(elements: Sequence[Element]) -> Prompt:
    return Prompt(
        "lookup.scan_any",
        columns=ELEMENTS,
        rows=tuple(Row((f"({element.ai})", element.title, _shown(element))) for element in elements),
        feedback=ok("lookup.elements", count=len(elements)),
    )


def _filled(details: Details) -> Details:
    return tuple(pair for pair in details if pair[1])


def _about(found: Candidate, facts: LookupFacts) -> Prompt:
    match found.kind:
        case CodeKind.DOCUMENT if facts.documents:
            return _document(facts.documents[0])
        case CodeKind.ITEM if facts.items:
            panel = _item(facts.items[0], facts)
        case CodeKind.LOCATION if facts.places:
            panel = _place(facts.places[0], found)
        case CodeKind.PARCEL if facts.parcels:
            panel = _parcel(facts.parcels[0])
        case CodeKind.HANDLING_UNIT if facts.units:
            panel = _unit(facts.units[0], facts)
        case _:
            return Prompt("lookup.scan_any", item=ItemPanel(found.label, found.name))
    carton = facts.parcels[0].sscc if facts.parcels else ""
    return Prompt("lookup.scan_any", item=panel, columns=STOCK, rows=_stock(facts), evidence=carton)


def _item(item: FoundItem, facts: LookupFacts) -> ItemPanel:
    on_hand = sum((stock.on_hand for stock in facts.stock), Decimal(0))
    reserved = sum((stock.reserved for stock in facts.stock), Decimal(0))
    packagings = ", ".join(f"{one.unit} = {format_quantity(one.factor, item.unit)}" for one in item.packagings)
    details = (
        ("lookup.on_hand", format_quantity(on_hand, item.unit)),
        ("lookup.free", format_quantity(on_hand - reserved, item.unit)),
        ("lookup.to_promise", format_quantity(item.to_promise, item.unit) if item.to_promise is not None else ""),
        ("lookup.instead", ", ".join(item.substitutes)),
        ("lookup.category", item.category),
        ("lookup.packagings", packagings),
        ("lookup.weight", format_quantity(item.weight, "kg") if item.weight else ""),
    )
    return ItemPanel(item.sku, item.name, details=details)


def _place(place: FoundPlace, found: Candidate) -> ItemPanel:
    return ItemPanel(place.address, found.zone or found.name, details=(("lookup.warehouse", found.warehouse),))


def _unit(unit: FoundUnit, facts: LookupFacts) -> ItemPanel:
    """A handling unit; where it is a customer's carton, its parcel is told too."""
    details: Details = (
        ("lookup.kind", unit.kind),
        ("lookup.place", unit.place),
        ("lookup.stands_on", unit.parent),
        ("handling.unit_state", unit.state),
    )
    for parcel in facts.parcels:
        details += _parcel(parcel).details
    return ItemPanel(unit.number, "", details=details)


def _parcel(parcel: FoundParcel) -> ItemPanel:
    details = (
        ("caption.order", parcel.document),
        ("lookup.parcel_state", parcel.state.value),
        ("lookup.tracking", parcel.tracking),
        ("lookup.carrier", f"{parcel.carrier} {parcel.service}".strip()),
        ("lookup.weight", format_quantity(parcel.weight, "kg") if parcel.weight else ""),
    )
    return ItemPanel(parcel.sscc, parcel.partner, details=details)


def _stock(facts: LookupFacts) -> tuple[Row, ...]:
    return tuple(
        Row(
            (
                one.place,
                one.sku,
                " ".join(part for part in (one.lot, one.serial) if part),
                one.expiry.isoformat() if one.expiry else "",
                one.unit,
                one.status,
                format_quantity(one.on_hand, one.uom),
                format_quantity(one.reserved, one.uom),
            )
        )
        for one in facts.stock
    )


def _document(document: FoundDocument) -> Prompt:
    steps = _STEPS.get(document.kind, ())
    details = (
        ("lookup.decision", document.decision),
        ("lookup.reference", document.reference),
        ("caption.due", document.due.isoformat() if document.due else ""),
    )
    rows = tuple(
        Row(
            (
                line.sku,
                line.name,
                format_quantity(line.ordered, line.unit),
                *(format_quantity(line.progress.get(step, Decimal(0))) for step in steps),
            ),
            "done" if line.closed or (steps and line.progress.get(steps[-1], 0) >= line.ordered) else "open",
        )
        for line in document.lines
    )
    return Prompt(
        "lookup.scan_any",
        document=document.number,
        item=ItemPanel(document.number, document.partner, details=details),
        columns=("caption.item", "caption.name", "caption.ordered", *(_CAPTIONS[step] for step in steps)),
        rows=rows,
        evidence=document.number if any(line.progress.get("packed") for line in document.lines) else "",
    )
