"""Which devices a station of a type needs: rules as data, like all others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.equipment import DeviceRole
from app.domain.policies import Policy, PolicyForm, first_match


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What a rule may speak of: the station's type (`bench`, `dock`, `desk`), empty for a desk that is no station."""

    type: str = ""


@dataclass(frozen=True, slots=True)
class Equipment:
    """Which devices a station cannot do without."""

    scanner: bool = False
    scale: bool = False
    label_printer: bool = False


_DEFAULT: Mapping[str, Any] = {
    "rules": [
        {
            "name": "stations.bench",
            "when": [{"field": "type", "operator": "is", "value": "bench"}],
            "then": {"scanner": True, "scale": True, "label_printer": True},
        },
        {
            "name": "stations.dock",
            "when": [{"field": "type", "operator": "is", "value": "dock"}],
            "then": {"scanner": True, "label_printer": True},
        },
        {"name": "stations.desk", "when": [], "then": {}},
    ]
}

FORM = PolicyForm("stations", StationFacts, Equipment, _DEFAULT)


def needed(policy: Policy[Equipment], type_: str) -> tuple[DeviceRole, ...]:
    """The kinds of devices that a station of a type needs."""
    equipment, _why = first_match(policy, StationFacts(type_))
    return tuple(role for role in DeviceRole if equipment is not None and getattr(equipment, role.value))


def missing(wanted: Iterable[DeviceRole], there: Iterable[str]) -> tuple[DeviceRole, ...]:
    """The kinds of devices that are needed and of which there is none; `there` are the roles of those in use."""
    known = set(there)
    return tuple(role for role in wanted if role.value not in known)
