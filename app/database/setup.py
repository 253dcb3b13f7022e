"""The set-up as files say it: read by kind, and the ids behind the codes by which files name records."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database.session import Session, as_json, from_json, query

_FOUND = {
    "category": "SELECT id, version FROM category WHERE full_name = %(name)s",
    "location_profile": "SELECT id, version FROM location_profile WHERE upper(code) = upper(%(name)s)",
    "warehouse": "SELECT id, version FROM warehouse WHERE code = upper(%(name)s)",
    "item": "SELECT i.id, i.version FROM code k JOIN item i ON i.id = k.target_id"
    " WHERE k.scheme = 'sku' AND k.value = upper(%(name)s) AND upper(i.sku) = k.value",
    "policy": "SELECT id, version FROM policy WHERE capability = %(name)s AND scope = 'company'"
    " ORDER BY version DESC LIMIT 1",
}
_ATTRIBUTE = (
    "SELECT id, version FROM attribute_definition"
    " WHERE name = %(name)s AND category_id IS NOT DISTINCT FROM %(category)s::uuid"
)
_ITEMS = (
    "SELECT k.value AS key, i.id FROM code k JOIN item i ON i.id = k.target_id"
    " WHERE k.scheme = 'sku' AND k.value = ANY (%(keys)s) AND upper(i.sku) = k.value"
)
_LEVEL_VERSIONS = (
    "SELECT item_id, warehouse_id, version FROM item_level WHERE item_id = ANY (%(items)s) AND warehouse_id IS NOT NULL"
)
_FACE = "SELECT version FROM pick_face WHERE item_id = %(item)s AND location_id = %(place)s"
_PLACE = "SELECT id, version, warehouse_id FROM location WHERE address = upper(%(address)s)"
_SAVE_REASON = (
    "INSERT INTO reason (code, step, active) VALUES (%(code)s, %(step)s, %(active)s)"
    " ON CONFLICT (code) DO UPDATE SET step = excluded.step, active = excluded.active"
)


def records(session: Session, kind: str) -> list[dict[str, Any]]:
    """Every record of a kind, in a stable order; numbers are exact."""
    return [from_json(row["record"]) for row in session.rows(_reading(kind), kind=kind)]


@functools.cache
def _reading(kind: str) -> str:
    """`queries/setup.sql` with the branch of one kind only."""
    whole = query("setup")
    begin, end = whole.index("(\n") + 2, whole.rindex("\n)")
    [branch] = [one for one in whole[begin:end].split("\n    UNION ALL\n") if f"%(kind)s = '{kind}'" in one]
    return whole[:begin] + branch + whole[end:]


def found(session: Session, kind: str, name: str) -> tuple[UUID, int] | None:
    """Id and version of the record that files call so; None where there is none."""
    row = session.row(_FOUND[kind], name=name)
    return (row["id"], row["version"]) if row else None


def items(session: Session, keys: Sequence[str]) -> dict[str, UUID]:
    """The ids of items by their SKUs in capitals; those that are not there are left out."""
    return {row["key"]: row["id"] for row in session.rows(_ITEMS, keys=list(keys))}


def describe_items(session: Session, *, request: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write fields of many items: rows {id, values}."""
    session.call("describe_items", request=request, rows=as_json(list(rows)))


def attribute(session: Session, name: str, category: UUID | None) -> tuple[UUID, int] | None:
    """Id and version of the definition of an attribute in just this category."""
    row = session.row(_ATTRIBUTE, name=name, category=category)
    return (row["id"], row["version"]) if row else None


def place(session: Session, address: str) -> tuple[UUID, int, UUID] | None:
    """Id, version and warehouse of the place with this address."""
    row = session.row(_PLACE, address=address)
    return (row["id"], row["version"], row["warehouse_id"]) if row else None


def level_versions(session: Session, items: Sequence[UUID]) -> dict[tuple[UUID, UUID], int]:
    """The versions of the levels of items, by item and warehouse."""
    rows = session.rows(_LEVEL_VERSIONS, items=list(items))
    return {(row["item_id"], row["warehouse_id"]): row["version"] for row in rows}


def face_version(session: Session, item: UUID, place: UUID) -> int | None:
    """The version of the keeping of a bin for an item."""
    row = session.row(_FACE, item=item, place=place)
    return row["version"] if row else None


def save_reason(session: Session, *, code: str, step: str, active: bool) -> None:
    """Add a reason, or change it."""
    session.change(_SAVE_REASON, code=code, step=step, active=active)


def save_rules(session: Session, *, request: UUID, capability: str, version: int, rules: dict[str, Any]) -> None:
    """Store the next version of the company's rules of a capability."""
    session.call("save_rules", request=request, capability=capability, version=version, rules=as_json(rules))
