"""What is there, as files take it: the same fields that an import reads, so that an export can be brought again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.database import catalog, sites
from app.domain import exchange
from app.domain.catalog import ProductData
from app.domain.setup_examples import EXAMPLES
from app.domain.setup_kinds import SETUP_KINDS, Kind, Part, setup_columns
from app.domain.sites import WarehouseData, ZoneData, ranges
from app.services.importing import setting_up
from app.services.importing.stored import as_stored
from app.services.work import UnitOfWork

Values = Mapping[str, Any]
_LEVELS = ("min", "max", "reorder_point", "safety_stock")


@dataclass(frozen=True, slots=True)
class Export:
    """Records of one kind: as rows of a table with `columns`, and as records of JSON or YAML, in a stable order."""

    kind: str
    columns: tuple[str, ...]
    rows: tuple[Values, ...]
    records: tuple[Values, ...]


EXPORTED = ("products", "locations", *SETUP_KINDS)
"""What can be written to any kind of file; `locations` are the places of all warehouses, a zone a row."""


def export(unit: UnitOfWork, kind: str) -> Export:
    """All records of a kind of `EXPORTED`; what is archived stays out. `locations` and `warehouses` are one."""
    if kind in SETUP_KINDS:
        return setup_export(kind, [record.values for record in setting_up.there(unit.session, kind).values()])
    if kind == "products":
        items = sorted(catalog.items(unit.session, None).values(), key=lambda item: item.record.sku)
        return products_export([item.record for item in items])
    return warehouses_export([here.record for here in sites.warehouses(unit.session, None).values()])


def template(kind: str) -> Export:
    """A file to fill in: the headings of a kind, and one row that shows how."""
    if kind in SETUP_KINDS:
        return setup_export(kind, [EXAMPLES[kind]])
    columns = exchange.KINDS["locations" if kind == "warehouses" else kind]
    row = {column.name: column.example for column in columns if column.example}
    return Export(kind, tuple(column.name for column in columns if column.name != "precision"), (row,), (row,))


def setup_export(kind: str, records: Sequence[Values]) -> Export:
    """Records of the set-up: as they are, and as rows, one for each section that a record holds."""
    parts = SETUP_KINDS[kind].parts
    rows = tuple(row for record in records for row in _setup_rows(parts, SETUP_KINDS[kind].key, record))
    return Export(kind, setup_columns(SETUP_KINDS[kind]), rows, tuple(records))


def _setup_rows(parts: Sequence[Part], key: Sequence[str], record: Values) -> Iterator[Values]:
    height = max([1, *(len(record.get(part.name, ())) for part in parts if part.of)])
    for n in range(height):
        row = {name: record.get(name) for name in key}
        for part in parts:
            value = record.get(part.name)
            if part.of and value and n < len(value):
                row |= {f"{part.name}.{name}": inner for name, inner in value[n].items()}
            elif not part.of and n == 0 and value is not None:
                row[part.name] = _setup_cell(part.kind, value)
        yield row


def _setup_cell(kind: Kind, value: Any) -> Any:  # noqa: ANN401  (what the part holds)
    if kind is Kind.TEXTS:
        return "; ".join(value)
    return (
        json.dumps(as_stored(value, fraction=float), ensure_ascii=False) if kind in (Kind.FREE, Kind.NAMED) else value
    )


def products_export(records: list[ProductData]) -> Export:
    """Items as rows and as records."""
    columns = tuple(column.name for column in exchange.PRODUCTS if column.name != "precision")
    return Export("products", columns, tuple(map(_product_row, records)), tuple(map(_product_record, records)))


def _product_row(item: ProductData) -> Values:
    levels = item.stock_levels
    return {
        "sku": item.sku,
        "name": item.name,
        "description": item.description,
        "category": item.category,
        "tracking": item.tracking,
        "uom": item.base_unit,
        "alternates": "; ".join(f"{pack.unit}={factor_text(pack.factor)}" for pack in item.alternates),
        "barcode": "; ".join(code.value for code in item.barcodes),
        "min": levels.min,
        "max": levels.max,
        "reorder_point": levels.reorder_point,
        "safety_stock": levels.safety_stock,
        "shelf_life_days": item.shelf_life_days,
        "weight_g": item.weight_g,
        "decimals": item.decimals,
        "expiry_required": item.expiry_required,
    }


def _product_record(item: ProductData) -> Values:
    row = dict(_product_row(item))
    for name in ("alternates", "barcode", *_LEVELS):
        row.pop(name)
    levels = item.stock_levels
    packs = [
        _said({"unit": pack.unit, "conversion": factor_text(pack.factor), "weight_g": pack.weight_g})
        for pack in item.alternates
    ]
    row |= {
        "tracking": str(item.tracking),
        "uom": _said({"base": item.base_unit, "alternates": packs}),
        "barcodes": [_said({"code": code.value, "unit": code.unit}) for code in item.barcodes],
        "stock_levels": _said({name: getattr(levels, name) for name in _LEVELS}),
    }
    return _said(row)


def factor_text(factor: Fraction) -> str:
    """A factor as files write it: `12`, or `1/3` where it is no whole number."""
    return str(factor)


def _said(values: Values) -> dict[str, Any]:
    """Only the fields that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def warehouses_export(records: list[WarehouseData]) -> Export:
    """Warehouses as records with their zones, and as rows, a zone a row with its bins as ranges."""
    columns = tuple(column.name for column in exchange.LOCATIONS)
    rows = tuple(
        {"warehouse": record.code, "zone": zone.name, "zone_code": zone.code, "kind": str(zone.kind)}
        | {"bins": "; ".join(ranges(zone.bins))}
        for record in records
        for zone in record.zones
    )
    return Export("warehouses", columns, rows, tuple(map(_warehouse_record, records)))


def _warehouse_record(record: WarehouseData) -> Values:
    values = {name: getattr(record, name) for name in ("code", "name", "address", "type", "time_zone")}
    return _said(values | {"zones": [_zone_record(zone) for zone in record.zones]})


def _zone_record(zone: ZoneData) -> Values:
    return _said({"code": zone.code, "name": zone.name, "kind": str(zone.kind), "bins": list(ranges(zone.bins))})
