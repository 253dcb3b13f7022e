"""Policies: rules as data, for which items and places they are made, and which of them decides a case.

The most particular one decides alone: an item's before its category's (the nearest category first), that before a
partner's, a zone's, a warehouse's and the company's; where none is made, the rules as delivered.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from app.domain.policies import BEGINNING, Policy, PolicyForm, Scope, in_force

T = TypeVar("T")


def chosen(
    form: PolicyForm[T], stored: Sequence[Mapping[str, Any]], where: Mapping[Scope, str | Sequence[str]]
) -> Policy[T]:
    """The policy that decides a case, of those that the database named as in force now (`policies_for`)."""
    known = [
        form.read(
            one["rules"],
            scope=Scope(one["scope"]),
            scope_id=one["scope_id"],
            version=one["version"],
            valid_from=datetime.fromisoformat(one["valid_from"]),
        )
        for one in stored
    ]
    by_now = max((one.valid_from for one in known), default=BEGINNING)
    return in_force(known, where, by_now) or form.default_policy()
