"""Values of files as the database keeps them in its JSON."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any


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
