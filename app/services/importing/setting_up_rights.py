"""Groups and people from set-up files: who may do what, said as a whole."""

from collections.abc import Mapping
from typing import Any

from app.services import people
from app.services.work import UnitOfWork

Values = Mapping[str, Any]


def group(unit: UnitOfWork, values: Values, before: Values) -> None:
    """What people of a group may do, exactly."""
    wanted, there = ({one["permission"]: one.get("up_to") for one in side.get("permissions", ())}
                     for side in (values, before))  # fmt: skip
    for permission in sorted(there.keys() - wanted.keys()):
        people.set_group_permission(unit, values["group"], permission, granted=False)
    for permission, up_to in sorted(wanted.items()):
        if permission not in there or there[permission] != up_to:
            people.set_group_permission(unit, values["group"], permission, granted=True, up_to=up_to)


def person(unit: UnitOfWork, values: Values, before: Values) -> None:
    """Somebody with their groups, what is granted or denied to them alone, and whether they work here."""
    saved = people.save(unit, badge=values["badge"], name=values.get("name"), language=values.get("language"))
    wanted, there = _memberships(values), _memberships(before)
    for warehouse in sorted(wanted.keys() | there.keys()):
        if wanted.get(warehouse, []) != there.get(warehouse, []):
            people.set_groups(unit, saved, wanted.get(warehouse, []), warehouse=warehouse)
    said = {one["permission"]: one for one in values.get("permissions", ())}
    for permission in sorted({one["permission"] for one in before.get("permissions", ())} - said.keys()):
        people.set_permission(unit, saved, permission, granted=None)
    for permission, one in sorted(said.items()):
        if one not in before.get("permissions", ()):
            granted = one.get("granted", True)
            people.set_permission(unit, saved, permission, granted=granted, up_to=one.get("up_to"))
    if values.get("active", True) != before.get("active", True):
        people.set_active(unit, saved, active=values.get("active", True))


def _memberships(values: Values) -> dict[str, list[str]]:
    """Groups by warehouse ('': all), of texts such as `manager` and `operator@WH001`."""
    found: dict[str, list[str]] = {}
    for text in values.get("groups", ()):
        group, _, warehouse = text.partition("@")
        found.setdefault(warehouse, []).append(group)
    return {warehouse: sorted(groups) for warehouse, groups in found.items()}
