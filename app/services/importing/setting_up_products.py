"""What set-up files say of products beside their fields: dimensions, codes of partners, bills, substitutes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.domain.catalog.products import Bill, BillLine, Code, Product, Substitute, Unit
from app.domain.codes import look_up_key
from app.domain.errors import Refusal
from app.services import partners
from app.services.importing.stored import named
from app.services.products import looking
from app.services.work import UnitOfWork

Values = Mapping[str, Any]


def parts_of(unit: UnitOfWork, product: Product, values: Values) -> dict[str, Any]:
    """The parts of a product that a file mentions, each as a whole; refuses what they name and is not there."""
    parts: dict[str, Any] = {}
    if "dimensions" in values:
        parts["units"] = _with_dimensions(product, values["dimensions"])
    if "articles" in values:
        own = [code for code in product.codes if code.scheme != "article"]
        parts["codes"] = [*own, *(_article(unit, product, one) for one in values["articles"])]
    if "parts" in values:
        lines = tuple(_line(unit, one) for one in values["parts"])
        parts["bom"] = Bill(values.get("kit", "assembled"), lines, Decimal(values.get("makes", 1)))
    if "substitutes" in values:
        parts["substitutes"] = [_substitute(unit, one) for one in values["substitutes"]]
    return parts


def _with_dimensions(product: Product, given: Sequence[Values]) -> list[Unit]:
    """The packagings with these lengths; the base unit is among them only where it has any."""
    sizes = {one["unit"]: one for one in given}
    known = {one.unit: one for one in product.units}
    if product.base_uom in sizes:
        known.setdefault(product.base_uom, Unit(product.base_uom))
    if unknown := sizes.keys() - known.keys():
        raise Refusal("setup.unknown_unit", name=min(unknown), sku=product.sku)
    return [_sized(one, sizes.get(one.unit, {})) for one in known.values()]


def _sized(one: Unit, size: Values) -> Unit:
    said = {name: int(size[name]) if name in size else None for name in ("length_mm", "width_mm", "height_mm")}
    return replace(
        one,
        length_mm=said["length_mm"] or one.length_mm,
        width_mm=said["width_mm"] or one.width_mm,
        height_mm=said["height_mm"] or one.height_mm,
    )


def _article(unit: UnitOfWork, product: Product, one: Values) -> Code:
    issuer = partners.partner(unit, one["partner"]).id
    named = one.get("unit", "")
    return Code("article", look_up_key(one["code"]), "" if named == product.base_uom else named, issuer)


def _line(unit: UnitOfWork, one: Values) -> BillLine:
    part = looking.show(unit, named(unit, "item", one["sku"], "setup.unknown_item"))
    return BillLine(part.id, one.get("unit") or part.base_uom, Decimal(one.get("quantity", 1)))


def _substitute(unit: UnitOfWork, one: Values) -> Substitute:
    return Substitute(named(unit, "item", one["sku"], "setup.unknown_item"), both_ways=one.get("both_ways", False))
