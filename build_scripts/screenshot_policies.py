"""The screen of rules in its states: the list, the rules of one set, a new rule, its versions."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.domain.putaway import FORM
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.policies import PoliciesScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps

_MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_OWN = {"name": "dangerous goods to the yard", "when": [{"field": "hazard", "operator": "one_of", "value": ["3", "8"]},
        {"field": "zone", "operator": "is_not", "value": "Yard"}], "then": {"forbid": True}}  # fmt: skip
_RULES = {**FORM.default, "rules": [_OWN, *FORM.default["rules"]]}
_STORED = tuple(
    {"id": UUID(int=n), "capability": "putaway", "scope": scope, "scope_id": UUID(int=n), "version": n,
     "valid_from": _MOMENT - timedelta(days=n), "rules": _RULES, "name": name}
    for n, (scope, name) in enumerate(
        (("company", ""), ("warehouse", "WH001"), ("category", "Food / Dairy / Cheese"), ("item", "PROD-007")), start=1
    )
)  # fmt: skip
_VERSIONS = tuple(
    {"version": n, "valid_from": _MOMENT - timedelta(days=9 - n), "person": "Ana Sørensen", "rules": _RULES}
    for n in (3, 2, 1)
)
_ANSWERS: Answers = {"-- The newest version of every policy": _STORED, "policy_versions": _VERSIONS}


def _on(*each: Step) -> tuple[Callable[[Kit], DeskScreen], Step]:
    return lambda kit: PoliciesScreen(kit, desk_work(_ANSWERS)), steps(*each)


POSES: Mapping[str, tuple[Callable[[Kit], DeskScreen], Step]] = {
    "policies-list": _on(row(1)),
    "policies-new": _on(row(1), give("NEW_POLICY", scope="category", name="Food / Dairy")),
    "policies-rules": _on(row(0), give("OPEN_POLICY")),
    "policies-rule": _on(row(0), give("OPEN_POLICY"), give("NEW_RULE", name="heavy goods low", value="0")),
    "policies-versions": _on(row(0), give("VERSIONS")),
}
