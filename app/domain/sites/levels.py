"""How much of an item there should be in a place: levels, and many of them changed at once after a look.

All quantities in the item's base unit. None: no such level.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

LEVELS = ("minimum", "maximum", "reorder_point", "safety_stock")


class LevelHow(StrEnum):
    """What a bulk edit does to a level: a number instead, so many percent more or less, or none any more."""

    SET = "set"
    PERCENT = "percent"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class LevelRow:
    """The levels of an item in a warehouse, or everywhere (`warehouse` None); `version` is None where none are set."""

    item: UUID
    sku: str
    name: str
    unit: str
    decimals: int
    warehouse: UUID | None
    warehouse_code: str
    version: int | None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    reorder_point: Decimal | None = None
    safety_stock: Decimal | None = None
    on_hand: Decimal = Decimal(0)
    ordered_by: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    """Where it stands in the order in which it was read."""

    @property
    def in_order(self) -> bool:
        """Whether the levels fit together: none below zero, minimum and reorder point not above the maximum."""
        given = [value for name in LEVELS if (value := getattr(self, name)) is not None]
        if any(value < 0 for value in given):
            return False
        ceiling = self.maximum
        return ceiling is None or all(value is None or value <= ceiling for value in (self.minimum, self.reorder_point))


@dataclass(frozen=True, slots=True)
class LevelEdit:
    """What to do to one level of many items. `value`: the number, or the percentage (-10 for a tenth less)."""

    level: str
    how: LevelHow
    value: Decimal | None = None

    def of(self, row: LevelRow) -> LevelRow:
        """The row as it would be; a percentage of nothing is nothing, others are rounded up to its decimals."""
        before: Decimal | None = getattr(row, self.level)
        after: Decimal | None = None
        if self.how is LevelHow.SET:
            after = self.value
        elif self.how is LevelHow.PERCENT and before is not None and self.value is not None:
            step = Decimal(1).scaleb(-row.decimals)
            wanted = before * (100 + self.value) / 100
            after = (wanted / step).to_integral_value(ROUND_CEILING) * step
        changed: dict[str, Any] = {self.level: after}
        return replace(row, **changed)


@dataclass(frozen=True, slots=True)
class LevelChange:
    """What would become of one item's levels; `wrong` where they would not fit together any more."""

    before: LevelRow
    after: LevelRow

    @property
    def wrong(self) -> bool:
        """Whether it cannot be done to this item."""
        return not self.after.in_order

    @property
    def changed(self) -> Mapping[str, tuple[Decimal | None, Decimal | None]]:
        """Each level that changes: before and after."""
        pairs = {name: (getattr(self.before, name), getattr(self.after, name)) for name in LEVELS}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def preview(rows: Sequence[LevelRow], edits: Sequence[LevelEdit]) -> tuple[LevelChange, ...]:
    """What the edits, one after the other, would do to each row; rows that stay as they are are left out."""
    changes = []
    for row in rows:
        after = row
        for edit in edits:
            after = edit.of(after)
        if after != row:
            changes.append(LevelChange(row, after))
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class LevelInForce:
    """One level as it applies to an item in a warehouse.

    `own` is what is set for the warehouse, `everywhere` what holds wherever nothing else is set.
    """

    level: str
    own: Decimal | None
    everywhere: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """What applies: the warehouse's own, else the one for everywhere; None where neither is set."""
        return self.everywhere if self.own is None else self.own


def in_force(rows: Iterable[LevelRow]) -> tuple[LevelInForce, ...]:
    """Each level of an item, of its rows for one warehouse and for everywhere: every level is looked for by itself."""
    by_warehouse = {row.warehouse is not None: row for row in rows}
    own, everywhere = by_warehouse.get(True), by_warehouse.get(False)
    return tuple(LevelInForce(name, getattr(own, name, None), getattr(everywhere, name, None)) for name in LEVELS)


def fit_together(levels: Sequence[LevelInForce]) -> bool:
    """Whether what applies is in order, since it may come from two places: nothing above the maximum."""
    given = {one.level: one.value for one in levels}
    ceiling = given["maximum"]
    return ceiling is None or all((given[name] or 0) <= ceiling for name in ("minimum", "reorder_point"))
