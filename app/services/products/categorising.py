"""Putting products into categories by rules: first what would change and why, then the change."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.database import products as store
from app.database.products import ItemChange
from app.domain.catalog.categorising import FORM, Move, moves
from app.domain.catalog.products import Saved
from app.services.products import writing
from app.services.work import UnitOfWork


def rules(unit: UnitOfWork) -> tuple[int, Mapping[str, Any]]:
    """The rules as they are written, and their version (0: none were saved yet)."""
    return store.rules_as_written(unit.session)


def dry_run(
    unit: UnitOfWork,
    document: Mapping[str, Any] | None = None,
    *,
    items: Sequence[UUID] | None = None,
    also_by_hand: bool = False,
) -> tuple[Move, ...]:
    """What the saved rules, or these, would change; what people chose stays unless `also_by_hand`. Nothing is changed.

    Refuses rules that cannot be read (`policies.invalid_rules`) or name a category that is not there.
    """
    policy = store.rules(unit.session) if document is None else FORM.read(document)
    known = {each.full_name: each.id for each in store.categories(unit.session) if not each.archived}
    return moves(policy, store.to_categorise(unit.session, items), known, also_by_hand=also_by_hand)


def save_rules(unit: UnitOfWork, document: Mapping[str, Any], *, version: int) -> int:
    """Save rules in the place of the version that was read; refuses `record.changed` when somebody was faster."""
    dry_run(unit, document, items=())
    saved = store.save_rules(unit.session, unit.request_id, document, version=version)
    unit.changed("policy")
    return saved


def apply(unit: UnitOfWork, chosen: Sequence[Move]) -> tuple[Saved, ...]:
    """Put products where a dry run said, all or none; the rule is remembered on each."""
    ids = {each.full_name: each.id for each in store.categories(unit.session)}
    changes = [
        ItemChange({"category_id": ids[move.new], "category_rule": move.rule}, move.id, move.version) for move in chosen
    ]
    return writing.save(unit, changes)
