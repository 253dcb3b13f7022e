"""Templates of stations as the company keeps them; what a device's table may say, `app.devices` knows."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.database import station_templates as store
from app.database.station_templates import SavedStation
from app.services.work import UnitOfWork

__all__ = ["CHANGE", "SavedStation", "remove", "save", "saved"]
CHANGE = "station_template"
"""The kind under which changed templates are published."""


def saved(unit: UnitOfWork) -> list[SavedStation]:
    """All templates, by type and name."""
    return store.saved(unit.session)


def save(unit: UnitOfWork, *, name: str, type_: str, devices: Sequence[Mapping[str, Any]], before: str = "") -> None:
    """Keep a template; `before` is the name that it had, empty for a new one. Needs the permission `set_up`.

    Refuses `devices.template_taken`.
    """
    store.save(unit.session, name=name, type_=type_, devices=devices, before=before)
    unit.changed(CHANGE)


def remove(unit: UnitOfWork, name: str) -> None:
    """Forget a template; stations that it was applied to keep their devices. Needs the permission `set_up`."""
    store.remove(unit.session, name)
    unit.changed(CHANGE)
