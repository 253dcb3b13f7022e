"""The logistic label of a handling unit: what stands on it, and wanting it printed in the step that made it due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.domain.codes import gs1_128, has_good_check_digit
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.domain.values import format_quantity
from app.services import handling_units, printing
from app.services.handling_units import Content, Unit
from app.services.work import UnitOfWork

_TEMPLATE = "handling_unit"
_SSCC_DIGITS = 18
_MOST_COUNT = 99_999_999  # application identifier 37 holds eight digits


@dataclass(frozen=True, slots=True)
class Wanted:
    """The labels that were wanted: the units' numbers and the printer's name; empty where none could be."""

    numbers: tuple[str, ...] = ()
    printer: str = ""


def want_labels(
    unit: UnitOfWork, *, warehouse: UUID, run: UUID | None, units: Sequence[UUID], document: str = ""
) -> Wanted:
    """Put the labels of units on the print journal, as the units are now; the same request wants them once.

    The label is the one that the unit's customer wants, where there is one who wants any. Units that are known by
    another number than an SSCC carry a label of their own already; so do empty ones that were filled into others. What
    a unit bore before is worthless then, and the new label bears the number of its reprint. Without a printer nothing
    is wanted, and nothing else fails.
    """
    facts = handling_units.read_facts(unit, warehouse=warehouse, units=units)
    printer, numbers = facts.printer, []
    if printer is None:
        return Wanted()
    for one in facts.units:
        if is_sscc(one.number):
            content = label_of(one, facts.all_in(one.id), today=facts.today, document=document)
            printing.relabel(unit, content, printer=printer.id, warehouse=warehouse, run=run, instead_of={_TEMPLATE})
            numbers.append(one.number)
    return Wanted(tuple(numbers), printer.name)


def is_sscc(number: str) -> bool:
    """Whether a unit's number is one that a logistic label can carry."""
    return len(number) == _SSCC_DIGITS and number.isdigit() and has_good_check_digit(number)


def label_of(unit: Unit, goods: Sequence[Content], *, today: date | None, document: str = "") -> LabelContent:
    """What stands on the label of a unit with these goods.

    GTIN, count, lot and expiry stand there only where they hold for everything in and on it (GS1 General
    Specifications, logistic units: 02 with 37 describes a unit of one trade item).
    """
    fields = {
        "sscc": unit.number,
        "kind": unit.kind.capitalize(),
        "contents": "\n".join(_line(one) for one in goods),
        "made": today.isoformat() if today else "",
        "document": document,
    }
    if len({(one.item, one.lot_number, one.expiry) for one in goods}) == 1:
        fields |= _alike(goods)
    return LabelContent(unit.label or _TEMPLATE, unit.number, {name: value for name, value in fields.items() if value})


def _line(goods: Content) -> str:
    return f"{format_quantity(goods.qty, goods.uom)} {goods.sku} {goods.name} {goods.lot}".strip()


def _alike(goods: Sequence[Content]) -> dict[str, str]:
    first, count = goods[0], sum(one.qty for one in goods)
    told = {"lot": first.lot_number if _fits(first.lot_number) else ""}
    if first.gtin:
        told["gtin"] = first.gtin
        told["count"] = str(int(count)) if count == int(count) and count <= _MOST_COUNT else ""
        told["expiry"] = first.expiry.isoformat() if first.expiry else ""
    return told


def _fits(lot: str) -> bool:
    """Whether a bar code can hold the lot number; one that cannot stands among the words only."""
    try:
        gs1_128([("10", lot)])
    except Refusal:
        return False
    return True
