"""Policies: rules as data, for which items and places they are made, and which of them decides a case.

The most particular one decides alone: an item's before its category's (the nearest category first), that before a
partner's, a zone's, a warehouse's and the company's; where none is made, the rules as delivered. Each save is a version
of its own; nothing that ever decided is lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from app.database import people
from app.database import policies as store
from app.domain import (
    allocation,
    docks,
    order_desk,
    packing,
    putaway,
    quality,
    receiving,
    shipping,
    stations,
    valuation,
    waves,
)
from app.domain.equipment import DeviceRole
from app.domain.errors import Refusal
from app.domain.packing import counting, extras
from app.domain.policies import BEGINNING, Policy, PolicyForm, Scope, in_force
from app.services.work import UnitOfWork

T = TypeVar("T")
POLICY = "policy"
"""The kind of change after which policies are read again."""
FORMS: Mapping[str, PolicyForm[Any]] = {
    form.capability: form
    for form in (
        putaway.FORM,
        allocation.FORM,
        receiving.FORM,
        quality.FORM,
        packing.FORM,
        shipping.FORM,
        shipping.PAPERS,
        extras.FORM,
        counting.FORM,
        valuation.FORM,
        stations.FORM,
        docks.FORM,
        waves.FORM,
        order_desk.FORM,
    )
}
"""What rules can be written for, beside the categorising of products, which has its own screen."""


SCOPES: Mapping[str, frozenset[Scope]] = {
    name: {
        "putaway": frozenset(Scope),
        "allocation": frozenset(Scope) - {Scope.ZONE},
        "quality": frozenset(Scope) - {Scope.ZONE},
        "receiving": frozenset(Scope) - {Scope.ZONE},
        "packing": frozenset({Scope.PARTNER, Scope.WAREHOUSE, Scope.COMPANY}),
        "shipping": frozenset({Scope.PARTNER, Scope.WAREHOUSE, Scope.COMPANY}),
        "papers": frozenset({Scope.PARTNER, Scope.WAREHOUSE, Scope.COMPANY}),
        "extras": frozenset(Scope) - {Scope.ZONE},
        "verification": frozenset(Scope) - {Scope.ZONE},
        "stations": frozenset({Scope.WAREHOUSE, Scope.COMPANY}),
        "docks": frozenset({Scope.PARTNER, Scope.WAREHOUSE, Scope.COMPANY}),
        "waves": frozenset({Scope.WAREHOUSE, Scope.COMPANY}),
        "order_priority": frozenset({Scope.PARTNER, Scope.WAREHOUSE, Scope.COMPANY}),
        "valuation": frozenset({Scope.ITEM, Scope.CATEGORY, Scope.WAREHOUSE, Scope.COMPANY}),
    }.get(name, frozenset({Scope.COMPANY}))
    for name in FORMS
}
"""For what rules of a capability may be made: what is asked for when they decide."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """The policies that may decide the cases of one step in a warehouse, read once."""

    form: PolicyForm[T]
    policies: tuple[Policy[T], ...] = ()
    warehouse: UUID | None = None

    def deciding(
        self, *, item: UUID | None = None, categories: Sequence[UUID] = (), partner: UUID | None = None
    ) -> Policy[T]:
        """The policy for a case; `categories` are the item's, the widest first."""
        named = {Scope.ITEM: item, Scope.PARTNER: partner, Scope.WAREHOUSE: self.warehouse}
        where: dict[Scope, str | Sequence[str]] = {scope: str(one) for scope, one in named.items() if one}
        where[Scope.CATEGORY] = tuple(str(one) for one in reversed(categories))
        return decides(self.form, self.policies, where)


def asked(form: PolicyForm[T], stored: Sequence[Mapping[str, Any]], *, warehouse: UUID | None) -> Asked[T]:
    """The policies that the database named (`policies_for`), for the cases of a step in a warehouse."""
    return Asked(form, known(form, stored), warehouse)


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """One policy as it is now: for what (`scope_id` and `name`, empty for the company), and its rules.

    `version` 0 are the rules as delivered, which nobody has saved; no `rules`: it was withdrawn.
    """

    capability: str
    scope: Scope
    scope_id: UUID | None
    name: str
    version: int
    valid_from: datetime | None
    rules: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """What a policy said from a moment on, and who wrote it."""

    version: int
    valid_from: datetime
    person: str
    rules: Mapping[str, Any] | None


def policies(unit: UnitOfWork) -> tuple[StoredPolicy, ...]:
    """Every policy in its newest version, and the rules as delivered where the company has none of its own."""
    stored = tuple(_stored(row) for row in store.listed(unit.session) if row["capability"] in FORMS)
    own = {one.capability for one in stored if one.scope is Scope.COMPANY and one.rules is not None}
    delivered = tuple(
        StoredPolicy(name, Scope.COMPANY, None, "", _version_of(stored, name), None, form.default)
        for name, form in FORMS.items()
        if name not in own
    )
    shown = [one for one in (*delivered, *stored) if one.rules is not None]
    return tuple(
        sorted(shown, key=lambda one: (list(FORMS).index(one.capability), -list(Scope).index(one.scope), one.name))
    )


def policy_for(unit: UnitOfWork, form: PolicyForm[T], *, warehouse: UUID, partner: UUID | None = None) -> Policy[T]:
    """The rules of a capability that decide now for a partner in a warehouse, or those delivered."""
    scopes = [warehouse, *([partner] if partner else [])]
    found = store.in_force(unit.session, capability=form.capability, scopes=scopes)
    return asked(form, found, warehouse=warehouse).deciding(partner=partner)


def versions(unit: UnitOfWork, policy: StoredPolicy) -> tuple[PolicyVersion, ...]:
    """Everything that a policy ever said, the newest first."""
    rows = store.versions(
        unit.session, capability=policy.capability, scope=policy.scope.value, scope_id=policy.scope_id
    )
    return tuple(PolicyVersion(row["version"], row["valid_from"], row["person"], row["rules"]) for row in rows)


def begin(unit: UnitOfWork, *, capability: str, scope: Scope, name: str) -> StoredPolicy:
    """The policy of a capability for something, by its code or name; with the rules that decide there until now.

    Refuses `policies.unknown_subject` where there is no such item, category, partner, zone or warehouse, and
    `policies.scope_not_asked` where such a policy would never be asked.
    """
    if scope not in SCOPES[capability]:
        raise Refusal("policies.scope_not_asked", scope=scope.value)
    subject = None if scope is Scope.COMPANY else store.find_subject(unit.session, scope.value, name)
    if scope is not Scope.COMPANY and subject is None:
        raise Refusal("policies.unknown_subject", scope=scope.value, name=name)
    known = {(one.capability, one.scope, one.scope_id): one for one in map(_stored, store.listed(unit.session))}
    there = known.get((capability, scope, subject))
    if there is not None and there.rules is not None:
        return there
    wider = known.get((capability, Scope.COMPANY, None))
    rules = wider.rules if wider and wider.rules is not None else FORMS[capability].default
    version = there.version if there else 0
    return StoredPolicy(capability, scope, subject, name if subject else "", version, None, rules)


def save(
    unit: UnitOfWork,
    document: Mapping[str, Any],
    *,
    capability: str,
    version: int,
    scope: Scope = Scope.COMPANY,
    scope_id: UUID | None = None,
) -> int:
    """Save rules as the next version of a policy; returns its number.

    Refuses rules with faults (`policies.invalid_rules`, with all of them) and `record.changed` where somebody saved
    since `version` was read.
    """
    FORMS[capability].read(document)
    if scope not in SCOPES[capability]:
        raise Refusal("policies.scope_not_asked", scope=scope.value)
    saved = store.save_rules(
        unit.session,
        unit.request_id,
        capability=capability,
        document=document,
        version=version,
        scope=scope.value,
        scope_id=scope_id,
    )
    unit.changed(POLICY)
    return saved


def withdraw(unit: UnitOfWork, policy: StoredPolicy) -> int:
    """Let a policy decide no more: the next wider one does, at last the rules as delivered. Its versions stay."""
    saved = store.save_rules(
        unit.session,
        unit.request_id,
        capability=policy.capability,
        document=None,
        version=policy.version,
        scope=policy.scope.value,
        scope_id=policy.scope_id,
    )
    unit.changed(POLICY)
    return saved


def chosen(
    form: PolicyForm[T], stored: Sequence[Mapping[str, Any]], where: Mapping[Scope, str | Sequence[str]]
) -> Policy[T]:
    """The policy that decides a case, of those that the database named as in force now (`policies_for`)."""
    return decides(form, known(form, stored), where)


def known(form: PolicyForm[T], stored: Sequence[Mapping[str, Any]]) -> tuple[Policy[T], ...]:
    """The policies that the database named, read; for many cases that they decide."""
    return tuple(
        form.read(
            one["rules"],
            scope=Scope(one["scope"]),
            scope_id=one["scope_id"],
            version=one["version"],
            valid_from=datetime.fromisoformat(one["valid_from"]),
        )
        for one in stored
    )


def decides(
    form: PolicyForm[T], policies: Sequence[Policy[T]], where: Mapping[Scope, str | Sequence[str]]
) -> Policy[T]:
    """The most particular of these policies for a case, or the rules as delivered."""
    by_now = max((one.valid_from for one in policies), default=BEGINNING)
    return in_force(policies, where, by_now) or form.default_policy()


def instead(
    stored: Sequence[Mapping[str, Any]], document: Mapping[str, Any], *, scope: Scope, scope_id: UUID | None
) -> list[Mapping[str, Any]]:
    """The policies in force as they would be with these rules for something, saved now."""
    about = str(scope_id or "")
    others = [one for one in stored if (one["scope"], one["scope_id"]) != (scope.value, about)]
    trial = {
        "scope": scope.value,
        "scope_id": about,
        "version": 0,
        "valid_from": BEGINNING.isoformat(),
        "rules": document,
    }
    return [*others, trial]


def delivered() -> Mapping[str, Mapping[str, Any]]:
    """The rules that a new database begins with, by capability."""
    begun = (receiving.FORM, putaway.FORM, allocation.FORM, packing.FORM, shipping.FORM, stations.FORM)
    return {form.capability: form.default for form in begun}


def needed_devices(unit: UnitOfWork) -> tuple[DeviceRole, ...]:
    """The kinds of devices that this station needs, by its type and the policy `stations`; none at a desk."""
    type_, warehouse, stored = people.station_type(unit.session)
    return stations.needed(asked(stations.FORM, stored, warehouse=warehouse).deciding(), type_)


def _stored(row: Mapping[str, Any]) -> StoredPolicy:
    scope = Scope(row["scope"])
    subject = None if scope is Scope.COMPANY else row["scope_id"]
    return StoredPolicy(row["capability"], scope, subject, row["name"], row["version"], row["valid_from"], row["rules"])


def _version_of(stored: Sequence[StoredPolicy], capability: str) -> int:
    """The last version of the company's policy, which may be withdrawn."""
    return next((one.version for one in stored if (one.capability, one.scope) == (capability, Scope.COMPANY)), 0)
