"""Kinds of cartons, and extras, as they are kept. They are written as all records are (`database.records`)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.database.session import Session, from_json

_ROWS = {
    "pack_extra": "SELECT (to_jsonb(x) || jsonb_build_object('extra_kind', x.kind, 'insert_sku', coalesce(i.sku, ''),"
    " 'each_kg', x.weight_kg, 'picture', coalesce(encode(x.picture, 'hex'), '')))::text AS record"
    " FROM pack_extra x LEFT JOIN item i ON i.id = x.item_id ORDER BY NOT x.active, x.kind, x.code",
    "carton_type": "SELECT to_jsonb(t)::text AS record FROM carton_type t ORDER BY NOT t.active, t.position, t.code",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One record as it is: its fields by name; not `active`: archived."""

    id: UUID
    version: int
    code: str
    active: bool
    values: dict[str, Any]


def records(session: Session, kind: str) -> tuple[Kept, ...]:
    """Every record of a kind, those in use first; numbers are exact."""
    rows = (from_json(row["record"]) for row in session.rows(_ROWS[kind]))
    return tuple(Kept(UUID(row["id"]), int(row["version"]), row["code"], row["active"], row) for row in rows)
