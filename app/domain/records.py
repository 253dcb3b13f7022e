"""What every record of master data has, whatever it is about: a history, and what it is used for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Use:
    """What a record is used for: a code such as `stock`, how often, and the first of them by name."""

    what: str
    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One row of a record's trail. `part` is the table that it was written to, `verb` INSERT, UPDATE or DELETE."""

    id: UUID
    at: datetime
    person: str
    station: str
    part: str
    verb: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
