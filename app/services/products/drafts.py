"""What somebody typed of a product, with numbers and names of other things, made into what can be saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import products as store
from app.database.products import ItemChange
from app.domain.catalog.files import unit_name
from app.domain.catalog.products import Bill, BillLine, Code, Substitute, Unit
from app.domain.codes import look_up_key, to_gtin_14
from app.domain.errors import Refusal
from app.domain.values import parse_factor
from app.services.work import UnitOfWork

_GTIN_LENGTHS = (8, 12, 13, 14)
_SIZES = ("length_mm", "width_mm", "height_mm")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A product as it was typed; None for a part that was not touched.

    `values` are fields as they are saved. Rows of the parts: units {unit, factor, weight_kg, length_mm, …}, codes
    {code, unit, issuer}, bill {sku, unit, quantity}, substitutes {sku, both_ways, note}; `issuer` is a partner's code.
    """

    id: UUID | None = None
    version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    units: tuple[Row, ...] | None = None
    codes: tuple[Row, ...] | None = None
    bill_kind: str = ""
    bill: tuple[Row, ...] | None = None
    substitutes: tuple[Row, ...] | None = None


def resolved(unit: UnitOfWork, draft: Draft) -> ItemChange:
    """What to save; refuses numbers and partners that are not there, codes with a wrong check digit, odd factors."""
    values = dict(draft.values)
    if draft.units is not None:
        values["units"] = tuple(_unit(row) for row in draft.units)
    if draft.codes is not None:
        issuers = {look_up_key(code): identity for identity, code, _name in store.partners(unit.session)}
        values["codes"] = tuple(_code(row, issuers) for row in draft.codes)
    if draft.bill is not None:
        values["bom"] = _bill(unit, draft.bill_kind, draft.bill) if draft.bill else None
    if draft.substitutes is not None:
        values["substitutes"] = tuple(
            Substitute(_item(unit, row["sku"]), both_ways=bool(row["both_ways"]), note=row["note"] or "")
            for row in draft.substitutes
        )
    return ItemChange(values, draft.id, draft.version)


def _unit(row: Row) -> Unit:
    factor = parse_factor(str(row["factor"]))
    sizes = {name: row[name] for name in _SIZES}
    return Unit(unit_name(row["unit"]), factor.numerator, factor.denominator, row["weight_kg"], **sizes)


def _code(row: Row, issuers: Mapping[str, UUID]) -> Code:
    value, pack = look_up_key(str(row["code"])), unit_name(row["unit"] or "")
    if row["issuer"]:
        issuer = issuers.get(look_up_key(row["issuer"]))
        if issuer is None:
            raise Refusal("record.unknown_reference", field="issuer", value=row["issuer"])
        return Code("article", value, pack, issuer)
    return Code(*told_apart(value), pack)


def told_apart(value: str) -> tuple[str, str]:
    """Scheme and value of a code of ours: digits of a GTIN's length are one, and their check digit must be good."""
    digits = value.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in _GTIN_LENGTHS):
        return "sku", value
    gtin = to_gtin_14(digits)
    if gtin is None:
        raise Refusal("code.wrong_check_digit", barcode=digits)
    return "gtin", gtin


def _bill(unit: UnitOfWork, kind: str, rows: Iterable[Row]) -> Bill:
    lines = []
    for row in rows:
        item = _item(unit, row["sku"])
        base = store.product(unit.session, item)
        assert base is not None
        lines.append(BillLine(item, unit_name(row["unit"] or base.base_uom), Decimal(str(row["quantity"] or 0))))
    return Bill(kind, tuple(lines))


def _item(unit: UnitOfWork, sku: str) -> UUID:
    found = store.find_product(unit.session, sku)
    if found is None:
        raise Refusal("item.unknown", sku=sku)
    return found
