"""Customers' orders that are there and come again: what their files say otherwise, and the change that follows.

A file is compared with what it said the last time, so that the same file again changes nothing, and what people changed
at the desk in between stays. What is changed is changed as at the order desk: it may be refused, benches are told,
labels die. A line that the file has no longer is cancelled.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4, uuid5

from app.database import order_desk as desk
from app.database import orders as store
from app.database.orders import KnownItem, StoredOrder
from app.database.session import Session
from app.domain.codes import look_up_key
from app.domain.errors import Refusal
from app.domain.orders import OrderData, OrderLine
from app.domain.values import Change, Changed, Difference, compare, leaves
from app.services import order_priorities
from app.services.importing.wanted import Wanted
from app.services.work import UnitOfWork

_CHANGES_SHOWN = 3
_STAYS = ("customer", "warehouse", "owner")
_STAYS_OF_LINE = ("sku", "unit", "price.currency")
_HEAD = (
    "reference", "carrier", "service", "due", "requested", "cut_off", "priority", "complete_only", "gift", "gift_note",
    "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Update:
    """A customer's order that is to change: as it is, as its file wants it, and the change as the desk makes it."""

    stored: StoredOrder
    wanted: OrderData
    asked: Wanted[OrderData]
    head: Mapping[str, Any]
    lines: tuple[Mapping[str, Any], ...]
    added: tuple[OrderLine, ...]


def said_of(record: OrderData) -> dict[str, str]:
    """What a file says of an order, field by field, as it is compared when the file comes again."""
    return {field: shown_value(value) for field, value in leaves(record) if value not in (None, "")}


def said_field(field: str) -> str:
    """A field as people say it: `line 2 quantity` for `lines[2].quantity`."""
    return field.replace("lines[", "line ").replace("]", "").replace(".", " ").replace("_", " ")


def shown_value(value: object) -> str:
    """A value of a file as people read it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "–" if value in (None, "") else str(value)


def compared(
    wanted: Sequence[Wanted[OrderData]],
    resolved: Sequence[OrderData],
    there: Iterable[StoredOrder],
) -> tuple[Difference[OrderData], tuple[Update, ...]]:
    """What is new, and what changes; a change of what cannot change is an error of its order."""
    existing = {one.record.key: one for one in there}
    asked = {each.record.key: each for each in wanted}
    new, changed, same, updates = [], [], [], []
    for record in resolved:
        known = existing.get(record.key)
        if known is None:
            new.append(record)
            continue
        record = replace(record, number=known.record.number)  # noqa: PLW2901  (in the same letters)
        changes = _changes(known, record)
        if not changes:
            same.append(record)
            continue
        changed.append(Changed(record, changes))
        _refuse_what_stays(asked[record.key], changes)
        updates.append(_update(known, record, asked[record.key], changes))
    return Difference(tuple(new), tuple(changed), tuple(same)), tuple(updates)


def _changes(known: StoredOrder, record: OrderData) -> tuple[Change, ...]:
    """Where the file differs both from what it said before and from the order as it is."""
    (found,) = compare({record.key: known.record}, [record]).changed or (Changed(record, ()),)
    new = (one for one in found.changes if not one.field.endswith("].number"))
    changes = [one for one in new if known.said.get(one.field) != shown_value(one.new)]
    changes += [one for one in _emptied(known, record) if known.said]
    dropped = (line for line in known.record.lines if _dropped(known, record, line.number))
    return (*changes, *(Change(f"lines[{line.number}].quantity", line.quantity, Decimal(0)) for line in dropped))


def _emptied(known: StoredOrder, record: OrderData) -> list[Change]:
    """Parts of an address that the file had and has no longer, where it still has an address."""
    says = said_of(record)
    if not any(field.startswith("ship_to.") for field in says):
        return []
    was = dict(leaves(known.record))
    return [
        Change(field, was[field], "")
        for field in known.said
        if field.startswith("ship_to.") and field not in says and was.get(field)
    ]


def _dropped(known: StoredOrder, record: OrderData, number: int) -> bool:
    was_said = any(field.startswith(f"lines[{number}].") for field in known.said)
    return was_said and number not in known.ended and all(line.number != number for line in record.lines)


def _refuse_what_stays(asked: Wanted[OrderData], changes: Sequence[Change]) -> None:
    stays = [one for one in changes if _stays(one)]
    if not stays:
        return
    told = [f"{said_field(one.field)}: {shown_value(one.old)} → {shown_value(one.new)}" for one in stays]
    words = "; ".join(told[:_CHANGES_SHOWN]) + ("; …" if len(told) > _CHANGES_SHOWN else "")
    asked.error("importing.order_stays", asked.record.number, order=asked.record.number, changes=words)


def _stays(change: Change) -> bool:
    """Whether a field of an order that is there cannot change: whose it is, and what goods a line is about."""
    head, _, part = change.field.partition("].")
    if part:
        return part in _STAYS_OF_LINE and change.old is not None
    return head.partition(".")[0] in _STAYS


def _update(
    known: StoredOrder,
    record: OrderData,
    asked: Wanted[OrderData],
    changes: Sequence[Change],
) -> Update:
    fields = {one.field for one in changes}
    head: dict[str, Any] = {name: getattr(record, name) for name in _HEAD if name in fields}
    if any(field.startswith("ship_to.") for field in fields):
        head["ship_to"] = asdict(record.ship_to)
    there = {line.number for line in known.record.lines}
    parts = {field.removeprefix("lines[").partition("]")[0] for field in fields if field.startswith("lines[")}
    wanted = {line.number: line for line in record.lines}
    lines = [_line_change(wanted.get(int(n)), int(n), fields) for n in sorted(parts, key=int) if int(n) in there]
    added = tuple(line for line in record.lines if line.number not in there)
    return Update(known, record, asked, head, tuple(lines), added)


def _line_change(line: OrderLine | None, number: int, fields: Iterable[str]) -> dict[str, Any]:
    """A change of a line as the database takes it; a line that the file has no longer is cancelled."""
    if line is None:
        return {"line": number, "cancelled": True}
    values = {"quantity": str(line.quantity), "lot": line.lot, "minimum_days": line.minimum_days}
    names = {"quantity": "qty"}
    asked = {names.get(name, name): value for name, value in values.items() if f"lines[{number}].{name}" in fields}
    if line.price and any(field.startswith(f"lines[{number}].price") for field in fields):
        asked["price"] = str(line.price.amount)
    return {"line": number, **asked}


def try_out(session: Session, updates: Iterable[Update], items: Mapping[str, KnownItem]) -> None:
    """Try each change and take it back: what the database would refuse is said of its order, in its words.

    A change with goods that come in the same import is tried when it is made.
    """
    for update in updates:
        added = [items.get(look_up_key(line.sku)) for line in update.added]
        if update.asked.findings.refused or any(item is None or item.id is None for item in added):
            continue
        session.savepoint("step")
        try:
            _change(session, uuid4(), update, items)
        except Refusal as refusal:
            update.asked.error(refusal.code, update.wanted.number, where=update.wanted.where, **refusal.facts)
        finally:
            session.rollback_to_savepoint("step")
            session.release_savepoint("step")


def apply(unit: UnitOfWork, update: Update, items: Mapping[str, KnownItem]) -> None:
    """Change one order as its file wants it, and keep what the file says now; benches that have it in hand are told."""
    stored, wanted = update.stored, update.wanted
    request = uuid5(unit.request_id, wanted.key)
    _change(unit.session, request, update, items)
    if wanted.hold is not None and wanted.hold is not stored.record.hold:
        again = uuid5(request, "hold")
        desk.place_hold(unit.session, stored.id, request=again, kind=wanted.hold.value, note=wanted.hold_note)
    store.keep_said(unit.session, stored.id, said_of(wanted))
    order_priorities.give(unit, stored.warehouse, [stored.id])
    unit.changed("order", stored.id)
    unit.changed("document", stored.id)
    for kind in ("stock", "task", "claim"):
        unit.changed(kind)


def _change(session: Session, request: UUID, update: Update, items: Mapping[str, KnownItem]) -> None:
    """The change as the order desk makes it; with nothing but a hold there is none."""
    added = [_added(line, items[look_up_key(line.sku)]) for line in update.added]
    if not (update.head or update.lines or added):
        return
    desk.change(
        session,
        update.stored.id,
        request=request,
        version=None,
        head=update.head,
        lines=[*update.lines, *added],
        keep_labels=False,
        reason=update.asked.file,
    )


def _added(line: OrderLine, item: KnownItem) -> dict[str, Any]:
    return {
        "number": line.number,
        "item": str(item.id),
        "uom": line.unit or item.base_unit,
        "qty": str(line.quantity),
        "price": str(line.price.amount) if line.price else None,
        "lot": line.lot,
        "minimum_days": line.minimum_days,
    }
