"""Who sends from a warehouse: its name and address in the parts that carriers and customs want."""

from dataclasses import asdict
from uuid import UUID

from app.database.session import Session, as_json, as_nouns
from app.domain.partners import Address

_SAID = """
    SELECT sender_of(%(warehouse)s) AS sender,
        EXISTS (SELECT FROM warehouse_sender WHERE warehouse_id = %(warehouse)s) AS own
"""


def sender(session: Session, warehouse: UUID) -> tuple[Address, bool]:
    """Who sends from a warehouse, and whether it was said in parts; else it is made of the warehouse's own lines."""
    row = session.row(_SAID, warehouse=warehouse)
    assert row is not None
    return as_nouns(row["sender"] or {}, Address), bool(row["own"])


def save_sender(session: Session, warehouse: UUID, sender: Address) -> None:
    """Say who sends from a warehouse; an address without a name takes it back."""
    session.call("save_sender", warehouse=warehouse, sender=as_json(asdict(sender)))
