"""Items as they are stored: read back as the records that files describe them by, and written many at a time.

Whether a change is allowed is the services' question; the database still refuses what would break the ledger.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar
from uuid import UUID

from app.database.session import Row, Session, as_json, query
from app.domain.catalog import Barcode, PackUnit, ProductData, StockLevels, Tracking

T = TypeVar("T")
SLASH = " / "
"""What stands between the names of a category's path."""
MOST_ROWS = 4000
"""So many rows go into one statement."""
_CODES = (
    "SELECT k.scheme, k.value, k.target_id, coalesce(i.sku, k.value) AS owner FROM code k"
    " LEFT JOIN item i ON i.id = k.target_id"
    " WHERE k.value = ANY (%(values)s) AND k.scheme IN ('gtin', 'sku') AND k.issuer_id = nil() AND k.scope_id = nil()"
)
_BUT_FOR_ZEROS = (
    "SELECT n AS number, array_agg(i.sku ORDER BY i.sku) AS skus FROM unnest(%(numbers)s::text[]) n"
    " JOIN (SELECT sku, ltrim(sku, '0') AS short FROM item WHERE sku LIKE '0%%'"
    " UNION ALL SELECT sku, sku FROM item WHERE sku = ANY (%(numbers)s)) i ON i.short = n GROUP BY n"
)
_UNKNOWN_UNITS = (
    "SELECT u AS name FROM unnest(%(units)s::text[]) u WHERE NOT EXISTS (SELECT FROM uom WHERE code = u) ORDER BY u"
)
_UNKNOWN_CATEGORIES = (
    "SELECT n AS name FROM unnest(%(names)s::text[]) n"
    " WHERE NOT EXISTS (SELECT FROM category WHERE full_name = n OR name = n) ORDER BY n"
)
_KNOWN_UNITS = (
    "SELECT string_agg(code, ', ' ORDER BY code) AS names FROM (SELECT code FROM uom ORDER BY code LIMIT 12) u"
)
_ADD_UNITS = "INSERT INTO uom (code, name) SELECT u, initcap(u) FROM unnest(%(units)s::text[]) u ON CONFLICT DO NOTHING"
_ADD_CATEGORIES = (
    "INSERT INTO category (name) SELECT n FROM unnest(%(names)s::text[]) n"
    " WHERE NOT EXISTS (SELECT FROM category c WHERE c.name = n)"
)
_ADD_CATEGORY = (
    "INSERT INTO category (name, parent_id)"
    " SELECT %(name)s, (SELECT id FROM category WHERE full_name = %(above)s)"
    " WHERE NOT EXISTS (SELECT FROM category WHERE full_name = %(path)s)"
)
_RENAME = (
    "UPDATE item i SET sku = r.sku FROM jsonb_to_recordset(%(rows)s) AS r (id uuid, sku text)"
    " WHERE i.id = r.id AND i.sku <> r.sku"
)
_SAVE_PACKS = (
    "INSERT INTO item_uom AS u (item_id, uom, numerator, denominator, weight_kg)"
    " SELECT * FROM jsonb_to_recordset(%(rows)s)"
    " AS r (item uuid, unit text, numerator bigint, denominator bigint, weight_kg numeric)"
    " ON CONFLICT (item_id, uom) DO UPDATE SET numerator = excluded.numerator, denominator = excluded.denominator,"
    " weight_kg = excluded.weight_kg"
)
_SAVE_LEVELS = (
    "INSERT INTO item_level (item_id, minimum, maximum, reorder_point, safety_stock)"
    " SELECT * FROM jsonb_to_recordset(%(rows)s)"
    " AS r (item uuid, minimum numeric, maximum numeric, reorder_point numeric, safety_stock numeric)"
    " ON CONFLICT (item_id, warehouse_id) DO UPDATE SET minimum = excluded.minimum, maximum = excluded.maximum,"
    " reorder_point = excluded.reorder_point, safety_stock = excluded.safety_stock"
)
_DROP_CODES = (
    "DELETE FROM code k USING jsonb_to_recordset(%(rows)s) AS r (item uuid, scheme text, value text)"
    " WHERE k.target_id = r.item AND k.scheme = r.scheme AND k.value = r.value"
)
_ADD_CODES = (
    "INSERT INTO code (scheme, value, kind, target_id, uom)"
    " SELECT r.scheme, r.value, 'item', r.item, r.unit FROM jsonb_to_recordset(%(rows)s)"
    " AS r (item uuid, scheme text, value text, unit text)"
)


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item as it is, in the words of a file; `weighed` says how many parcels its weight was learned from."""

    id: UUID
    record: ProductData
    weighed: int = 0


@dataclass(frozen=True, slots=True)
class CodeOwner:
    """Whose code a value is: an item's id and SKU."""

    item: UUID
    sku: str


def items(session: Session, keys: Collection[str] | None) -> dict[str, StoredItem]:
    """The items with these SKUs, whatever their case, by key; None: all that are not archived."""
    rows = [] if keys is not None and not keys else session.rows(query("catalog_items"), keys=keys and list(keys))
    found = (StoredItem(row["id"], _record(row), row["weight_observations"]) for row in rows)
    return {item.record.key: item for item in found}


def _record(row: Row) -> ProductData:
    return ProductData(
        sku=row["sku"],
        name=row["name"],
        description=row["description"],
        category=row["category"],
        tracking=Tracking(row["tracking"]),
        base_unit=row["base_uom"],
        decimals=row["decimals"],
        alternates=tuple(
            PackUnit(unit, Fraction(above, below), Decimal(weight) if weight else None)
            for unit, above, below, weight in row["alternates"]
        ),
        barcodes=tuple(Barcode(*code) for code in row["barcodes"]),
        stock_levels=StockLevels(row["minimum"], row["maximum"], row["reorder_point"], row["safety_stock"]),
        shelf_life_days=row["shelf_life_days"],
        expiry_required=row["expiry_required"],
        weight_g=row["weight_g"],
    )


def code_owners(session: Session, values: Collection[str]) -> dict[tuple[str, str], CodeOwner]:
    """Whose these codes of goods are, by scheme and value."""
    rows = session.rows(_CODES, values=list(values)) if values else []
    return {(row["scheme"], row["value"]): CodeOwner(row["target_id"], row["owner"]) for row in rows}


def but_for_zeros(session: Session, numbers: Collection[str]) -> dict[str, list[str]]:
    """The SKUs that are these numbers, with zeros in front or without, by what was asked."""
    rows = session.rows(_BUT_FOR_ZEROS, numbers=list(numbers)) if numbers else []
    return {row["number"]: row["skus"] for row in rows}


def with_moves(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Which of these items have ever been moved."""
    found = session.rows(
        "SELECT i FROM unnest(%(ids)s::uuid[]) i WHERE EXISTS (SELECT FROM stock_move m WHERE m.item_id = i)",
        ids=list(ids),
    )
    return {row["i"] for row in found}


def add_words(session: Session, records: Iterable[ProductData]) -> None:
    """Make the units and categories known that items are about to use."""
    units, categories = set(), set()
    for record in records:
        units |= {record.base_unit, *(pack.unit for pack in record.alternates)}
        categories.add(record.category)
    session.change(_ADD_UNITS, units=sorted(units))
    session.change(_ADD_CATEGORIES, names=sorted(name for name in categories - {""} if SLASH not in name))
    for path in sorted({above for name in categories if SLASH in name for above in _and_above(name)}):
        above, _, name = path.rpartition(SLASH)
        session.change(_ADD_CATEGORY, path=path, above=above, name=name)


def unknown_units(session: Session, units: Iterable[str]) -> list[str]:
    """Those of the units that no item was counted in yet."""
    return [row["name"] for row in session.rows(_UNKNOWN_UNITS, units=sorted(units))]


def unknown_categories(session: Session, names: Iterable[str]) -> list[str]:
    """Those of the categories, by name or path, that are not there yet."""
    return [row["name"] for row in session.rows(_UNKNOWN_CATEGORIES, names=sorted(names))]


def known_units(session: Session) -> str:
    """The first dozen of the units, for people."""
    row = session.row(_KNOWN_UNITS)
    return str(row["names"]) if row else ""


def _and_above(path: str) -> Iterator[str]:
    """A category's path, and the paths of all above it."""
    names = path.split(SLASH)
    return (SLASH.join(names[:depth]) for depth in range(1, len(names) + 1))


def add_items(
    session: Session, records: Sequence[ProductData], details: Mapping[str, Mapping[str, object]]
) -> dict[str, UUID]:
    """Add items with the further fields in `details`, without packagings, codes and levels; returns ids by key."""
    rows = as_json([{**_columns(record), **details.get(record.key, {})} for record in records])
    ids = {row["sku"]: row["id"] for row in session.rows(query("catalog_add_items"), rows=rows)}
    return {record.key: ids[record.sku] for record in records}


def change_items(session: Session, changed: Sequence[StoredItem]) -> None:
    """Make items as their records say; packagings, codes and levels stay."""
    for part in parts([{"id": item.id, **_columns(item.record)} for item in changed]):
        session.change(query("catalog_change_items"), rows=as_json(part))


def rename_items(session: Session, renamed: Sequence[StoredItem]) -> None:
    """Write SKUs in another case; the database makes the codes of their own anew."""
    session.change(_RENAME, rows=as_json([{"id": item.id, "sku": item.record.sku} for item in renamed]))


def _columns(record: ProductData) -> dict[str, object]:
    return {
        "sku": record.sku,
        "name": record.name,
        "description": record.description,
        "category": record.category,
        "tracking": record.tracking,
        "expiry_required": bool(record.expiry_required),
        "base_uom": record.base_unit,
        "decimals": record.decimals,
        "weight_kg": _kg(record.weight_g),
        "shelf_life_days": record.shelf_life_days,
    }


def save_packs(session: Session, packs: Iterable[tuple[UUID, PackUnit]]) -> None:
    """Add packagings of items, or change them."""
    rows = [
        {
            "item": item,
            "unit": pack.unit,
            "numerator": pack.factor.numerator,
            "denominator": pack.factor.denominator,
            "weight_kg": _kg(pack.weight_g),
        }
        for item, pack in packs
    ]
    for part in parts(rows):
        session.change(_SAVE_PACKS, rows=as_json(part))


def save_levels(session: Session, levels: Iterable[tuple[UUID, StockLevels]]) -> None:
    """Set the levels of items that hold in every warehouse."""
    rows = [
        {
            "item": item,
            "minimum": level.min,
            "maximum": level.max,
            "reorder_point": level.reorder_point,
            "safety_stock": level.safety_stock,
        }
        for item, level in levels
        if level != StockLevels()
    ]
    for part in parts(rows):
        session.change(_SAVE_LEVELS, rows=as_json(part))


def drop_codes(session: Session, codes: Iterable[tuple[UUID, Barcode]]) -> None:
    """Take bar codes away, since they are about to name another packaging."""
    rows = [{"item": item, "scheme": code.scheme, "value": code.value} for item, code in codes]
    if rows:
        session.change(_DROP_CODES, rows=as_json(rows))


def add_codes(session: Session, codes: Iterable[tuple[UUID, Barcode]]) -> None:
    """Add bar codes; refuses `code.taken` where somebody else was faster."""
    rows = [{"item": item, "scheme": code.scheme, "value": code.value, "unit": code.unit} for item, code in codes]
    for part in parts(rows):
        session.change(_ADD_CODES, rows=as_json(part))


def parts(rows: Sequence[T], most: int = MOST_ROWS) -> Iterator[Sequence[T]]:
    """Rows a few thousand at a time: no statement may run for longer than the server lets it."""
    for start in range(0, len(rows), most):
        yield rows[start : start + most]


def _kg(grams: Decimal | None) -> Decimal | None:
    """Grams in kilograms, exactly: a shift of the point."""
    return None if grams is None else grams.scaleb(-3)
