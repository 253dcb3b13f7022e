"""Templates of stations: which devices a station of a type has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.database.session import Session, as_json


@dataclass(frozen=True, slots=True)
class SavedStation:
    """A template: its name, the type of station, its devices as tables of the settings file, who saved it and when."""

    name: str
    type: str
    devices: Sequence[Mapping[str, Any]]
    saved_at: datetime
    person: str


def saved(session: Session) -> list[SavedStation]:
    """All templates, by type and name."""
    rows = session.rows(
        "SELECT t.name, t.type, t.devices, t.saved_at, p.name AS person"
        " FROM station_template t JOIN person p ON p.id = t.person_id ORDER BY t.type, t.name"
    )
    return [SavedStation(**row) for row in rows]


def save(session: Session, *, name: str, type_: str, devices: Sequence[Mapping[str, Any]], before: str) -> None:
    """Keep a template; `before` is the name that it had, empty for a new one. Refuses `devices.template_taken`."""
    session.call("save_station_template", name=name, type=type_, devices=as_json(list(devices)), before=before)


def remove(session: Session, name: str) -> None:
    """Forget a template."""
    session.call("remove_station_template", name=name)
