"""Values of files as the database keeps them in its JSON, and the records that they name."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database import setup as store
from app.domain.errors import Refusal
from app.services.work import UnitOfWork


def as_stored(value: Any, *, fraction: Callable[[Decimal], object] = str) -> Any:  # noqa: ANN401  (what a record holds)
    """Values as JSON takes them: whole numbers as numbers; others by `fraction`, as exact texts unless told."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else fraction(value)
        case Mapping():
            return {name: as_stored(part, fraction=fraction) for name, part in value.items()}
        case list() | tuple():
            return [as_stored(part, fraction=fraction) for part in value]
    return value


def named(unit: UnitOfWork, kind: str, name: str, code: str) -> UUID:
    """The id of the record that files call so; refuses one that is not there, by `code`."""
    known = store.found(unit.session, kind, name)
    if known is None:
        raise Refusal(code, name=name)
    return known[0]
