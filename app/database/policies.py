"""Policies as they are stored: the JSON rules of a capability, for something, by version."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, as_json, query

NOBODY = UUID(int=0)
_SAVE = """
    INSERT INTO policy (capability, rules, version)
    VALUES (%(capability)s, %(rules)s,
        1 + coalesce((SELECT max(version) FROM policy WHERE capability = %(capability)s AND scope = 'company'), 0))
"""
_SUBJECTS: Mapping[str, str] = {
    "item": "SELECT id FROM item WHERE upper(sku) = upper(%(name)s)",
    "category": "SELECT id FROM category WHERE lower(full_name) = lower(%(name)s) AND NOT archived",
    "partner": "SELECT id FROM partner WHERE upper(code) = upper(%(name)s)",
    "zone": "SELECT id FROM location WHERE kind = 'zone' AND upper(address) = upper(%(name)s)",
    "warehouse": "SELECT id FROM warehouse WHERE upper(code) = upper(%(name)s)",
}
_TO_VALUE = """
    SELECT i.id, i.sku, coalesce(c.full_name, '') AS category, coalesce(c.path, '{}') AS categories,
        coalesce(r.abc, '') AS abc, i.tracking, i.standard_cost
    FROM item i LEFT JOIN category c ON c.id = i.category_id
    LEFT JOIN item_turnover r ON r.warehouse_id = %(warehouse)s AND r.item_id = i.id
    WHERE NOT i.archived AND NOT i.bundle AND (%(sku)s = '' OR upper(i.sku) = upper(%(sku)s))
    ORDER BY i.sku LIMIT %(most)s
"""
_MOST_VALUED = 5_000


def save(session: Session, capability: str, rules: Mapping[str, Any]) -> None:
    """Store the next version of a capability's company-wide rules."""
    session.change(_SAVE, capability=capability, rules=as_json(rules))


def listed(session: Session) -> list[Row]:
    """The newest version of every policy, with the name of what it is made for and who wrote it."""
    return session.rows(query("policies"))


def versions(session: Session, *, capability: str, scope: str, scope_id: UUID | None) -> list[Row]:
    """Every version of one policy, the newest first, with who wrote it and when."""
    return session.rows(
        "SELECT * FROM policy_versions(%(capability)s, %(scope)s, %(scope_id)s)",
        capability=capability,
        scope=scope,
        scope_id=scope_id or NOBODY,
    )


def find_subject(session: Session, scope: str, name: str) -> UUID | None:
    """The item, category, partner, zone or warehouse of this code or name; None where there is none."""
    row = session.row(_SUBJECTS[scope], name=name)
    return row["id"] if row else None


def save_rules(
    session: Session,
    request: UUID,
    *,
    capability: str,
    document: Mapping[str, Any] | None,
    version: int,
    scope: str,
    scope_id: UUID | None,
) -> int:
    """Save the next version of a policy in the place of the one that was read (0: the first); None withdraws it."""
    answer = session.call(
        "save_rules",
        request=request,
        capability=capability,
        version=version,
        rules=as_json(document),
        scope=scope,
        scope_id=scope_id or NOBODY,
    )
    return int(answer["version"])


def in_force(session: Session, *, capability: str, scopes: Sequence[UUID]) -> list[dict[str, Any]]:
    """The policies of a capability that may decide about these things, one each."""
    found: list[dict[str, Any]] = session.call("policies_for", capability=capability, scopes=list(scopes))
    return found


def items_to_value(session: Session, *, warehouse: UUID, sku: str = "") -> list[Row]:
    """The items of the catalogue as valuation rules see them, or the one of an SKU."""
    return session.rows(_TO_VALUE, warehouse=warehouse, sku=sku, most=_MOST_VALUED)


def lines_to_come(session: Session, *, warehouse: UUID, most: int) -> list[Row]:
    """Lines of purchase orders of which goods are still to come."""
    return session.rows(query("policies_lines"), warehouse=warehouse, most=most)


def weighed_parcels(session: Session, *, warehouse: UUID, most: int) -> list[Row]:
    """Cartons that were weighed, the newest first."""
    return session.rows(query("policies_parcels"), warehouse=warehouse, most=most)


def orders_to_pack(session: Session, *, warehouse: UUID, most: int) -> list[Row]:
    """Customers' orders that are still to be packed, the newest first, with their goods."""
    return session.rows(query("policies_orders"), warehouse=warehouse, most=most)
