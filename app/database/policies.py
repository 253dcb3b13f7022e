"""Policies as they are stored: the JSON rules of a capability, by version."""

from collections.abc import Mapping
from typing import Any

from app.database.session import Session, as_json

_SAVE = """
    INSERT INTO policy (capability, rules, version)
    VALUES (%(capability)s, %(rules)s,
        1 + coalesce((SELECT max(version) FROM policy WHERE capability = %(capability)s AND scope = 'company'), 0))
"""


def save(session: Session, capability: str, rules: Mapping[str, Any]) -> None:
    """Store the next version of a capability's company-wide rules."""
    session.change(_SAVE, capability=capability, rules=as_json(rules))
