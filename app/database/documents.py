"""Documents of any kind, as such."""

from uuid import UUID

from app.database.session import Session
from app.domain.errors import Refusal

_FIND = """
    SELECT id FROM document WHERE kind = %(kind)s AND %(number)s IN (upper(number), upper(reference))
    ORDER BY upper(number) = %(number)s DESC, id DESC LIMIT 1
"""


def find(session: Session, *, kind: str, number: str) -> UUID:
    """The document of a kind with this number, ours or the partner's; refuses `document.unknown`."""
    row = session.row(_FIND, kind=kind, number=number.upper())
    if row is None:
        raise Refusal("document.unknown", number=number)
    identity: UUID = row["id"]
    return identity
