"""What an import would change: records as a file wants them against records as they are.

A file says what it says: an empty field, or a packaging that it does not mention, is no wish to remove anything.
What exists and is not mentioned is listed as `unmentioned`, for people to see; nothing is deleted by an import.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeVar

from app.domain.values.quantity import format_quantity


class Keyed(Protocol):
    """A record that people know by a key: an SKU, a warehouse code, an order number."""

    @property
    def key(self) -> str:
        """The key, unique within its kind."""


Record = TypeVar("Record", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Change:
    """One field that would change, such as `stock_levels.min`; `old` is None where there was nothing."""

    field: str
    old: object
    new: object

    @property
    def told(self) -> tuple[str, str]:
        """What was and what will be, as people write it; empty for nothing."""
        return _told(self.old), _told(self.new)


def _told(value: object) -> str:
    if isinstance(value, Decimal):
        return format_quantity(value)
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Changed(Generic[Record]):
    """A record that exists and would change; `wanted` is what the file says of it."""

    wanted: Record
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference(Generic[Record]):
    """What an import would do: create `new`, change `changed`, leave `same` alone.

    `unmentioned` are keys, and parts of records (`PROD-001: alternates[case]`), that exist but the file is silent
    about; they stay.
    """

    new: tuple[Record, ...] = ()
    changed: tuple[Changed[Record], ...] = ()
    same: tuple[Record, ...] = ()
    unmentioned: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the import would change nothing."""
        return not self.new and not self.changed


def compare(existing: Mapping[str, Record], wanted: Iterable[Record]) -> Difference[Record]:
    """What would have to change so that the existing records (by key) become what the file wants."""
    new: list[Record] = []
    changed: list[Changed[Record]] = []
    same: list[Record] = []
    silent: list[str] = []
    mentioned: set[str] = set()
    for record in wanted:
        mentioned.add(record.key)
        before = existing.get(record.key)
        if before is None:
            new.append(record)
            continue
        old, target = dict(leaves(before)), dict(leaves(record))
        changes = _changes(old, target)
        if changes:
            changed.append(Changed(record, changes))
        else:
            same.append(record)
        silent.extend(f"{record.key}: {part}" for part in _parts(old) - _parts(target))
    silent.extend(key for key in existing if key not in mentioned)
    return Difference(tuple(new), tuple(changed), tuple(same), tuple(sorted(silent)))


def _changes(old: Mapping[str, object], wanted: Mapping[str, object]) -> tuple[Change, ...]:
    return tuple(
        Change(field, old.get(field), value)
        for field, value in wanted.items()
        if value not in (None, "") and old.get(field) != value
    )


def _parts(leaves: Mapping[str, object]) -> set[str]:
    """The parts of a record that stand in lists: `alternates[case]`, of `alternates[case].factor`."""
    return {field[: field.rindex("]") + 1] for field in leaves if "]" in field}


def leaves(record: Any, prefix: str = "") -> Iterator[tuple[str, object]]:  # noqa: ANN401  (any record's fields)
    """All single values of a record by dotted name; fields that do not count in comparisons are left out."""
    for field in fields(record):
        if field.compare:
            yield from _leaves_of(getattr(record, field.name), f"{prefix}{field.name}")


def _leaves_of(value: object, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple):
        for position, part in enumerate(value):
            keyed = f"{name}[{part if isinstance(part, str) else getattr(part, 'key', position)}]"
            yield from _leaves_of(part, keyed)
    elif is_dataclass(value):
        yield from leaves(value, f"{name}.")
    else:
        yield name, value
