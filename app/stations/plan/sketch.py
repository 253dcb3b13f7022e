"""What somebody has drawn and not yet saved: places moved, aisles made, changed and removed; each step can be undone.

Qt's undo stack keeps the steps; the sketch knows where everything stands now. Nothing is written here.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtGui import QUndoCommand, QUndoStack

from app.domain.sites.layout import snapped
from app.domain.sites.places import Aisle, Place
from app.services.sites.drawing import Drawing, Drawn

GRID_MM = 100
"""Places are laid on lines so far apart."""
_DRAWN = ("x_mm", "y_mm", "width_mm", "depth_mm")


class Sketch:
    """A plan as it was read, with what was drawn since. An aisle that is new has an id of this sketch's own."""

    def __init__(self, drawing: Drawing) -> None:
        self._read = {place.id: place for place in drawing.places}
        self._old_aisles = {aisle.id: aisle for aisle in drawing.aisles if aisle.id is not None}
        self.places = {place.id: place for place in drawing.places if place.x_mm is not None}
        """The places that stand on the plan, as they stand now."""
        self.aisles = dict(self._old_aisles)
        self.stack = QUndoStack()
        self._touched: set[UUID] = set()

    def moved(self) -> list[Place]:
        """The places that stand elsewhere since this was asked last."""
        touched, self._touched = self._touched, set()
        return [self.places[one] for one in touched if one in self.places]

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return not self.stack.isClean()

    def move(self, ids: Collection[UUID], dx_mm: float, dy_mm: float) -> None:
        """Move places together, onto the lines of the grid; they keep their distance from each other."""
        if not ids:
            return
        first = self.places[next(iter(ids))]
        x, y = first.x_mm or 0, first.y_mm or 0
        dx, dy = snapped(x + dx_mm, GRID_MM) - x, snapped(y + dy_mm, GRID_MM) - y
        if dx or dy:
            before = {one: self.places[one] for one in ids}
            after = {
                one: replace(place, x_mm=(place.x_mm or 0) + dx, y_mm=(place.y_mm or 0) + dy)
                for one, place in before.items()
            }
            self.stack.push(_Step(self.places, self._touch, before, after))

    def turn(self, ids: Collection[UUID]) -> None:
        """Turn a group of places by a quarter about its corner."""
        chosen = [self.places[one] for one in ids]
        if not chosen:
            return
        left, top = min(place.x_mm or 0 for place in chosen), min(place.y_mm or 0 for place in chosen)
        after = {
            place.id: replace(
                place,
                x_mm=left + (place.y_mm or 0) - top,
                y_mm=top + (place.x_mm or 0) - left,
                width_mm=place.depth_mm,
                depth_mm=place.width_mm,
            )
            for place in chosen
        }
        self.stack.push(_Step(self.places, self._touch, {place.id: place for place in chosen}, after))

    def add_aisle(self, aisle: Aisle) -> UUID:
        """Draw an aisle; returns the id by which it is known here."""
        made = uuid4()
        self.stack.push(_Step(self.aisles, self._touch, {made: None}, {made: aisle}))
        return made

    def change_aisle(self, identity: UUID, change: Callable[[Aisle], Aisle]) -> None:
        """Make an aisle one-way, closed, or whatever `change` makes of it."""
        before = self.aisles[identity]
        self.stack.push(_Step(self.aisles, self._touch, {identity: before}, {identity: change(before)}))

    def remove_aisle(self, identity: UUID) -> None:
        """Take an aisle off the plan."""
        self.stack.push(_Step(self.aisles, self._touch, {identity: self.aisles[identity]}, {identity: None}))

    def drawn(self) -> Drawn:
        """All that is to be saved: only what differs from what was read."""
        values: dict[UUID, Mapping[str, object]] = {}
        for identity, now in self.places.items():
            before = self._read[identity]
            if changed := {name: getattr(now, name) for name in _DRAWN if getattr(now, name) != getattr(before, name)}:
                values[identity] = changed
        aisles = tuple(one for identity, one in self.aisles.items() if self._old_aisles.get(identity) != one)
        removed = tuple(identity for identity in self._old_aisles if identity not in self.aisles)
        return Drawn(tuple(self._read.values()), values, aisles, removed)

    def _touch(self, ids: Collection[UUID]) -> None:
        self._touched |= set(ids)


class _Step(QUndoCommand):
    """Some records of a dictionary become others; None is none."""

    def __init__(
        self,
        where: dict[Any, Any],
        touch: Callable[[Collection[UUID]], object],
        before: Mapping[UUID, Any],
        after: Mapping[UUID, Any],
    ) -> None:
        super().__init__()
        self._where, self._touch, self._before, self._after = where, touch, before, after

    def redo(self) -> None:
        """Do it."""
        self._put(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._put(self._before)

    def _put(self, records: Mapping[UUID, Any]) -> None:
        self._touch(records.keys())
        for identity, record in records.items():
            if record is None:
                self._where.pop(identity, None)
            else:
                self._where[identity] = record
