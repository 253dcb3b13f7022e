"""What put-away reads for a step."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.database.putaway import Meant
from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Scanned
from app.dialogs.grammar import plain_number
from app.dialogs.putaway.state import PutawayState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.scanning import CodeKind
from app.domain.serials import MOST_CHARACTERS
from app.domain.values import parse_in_units
from app.services import putaway
from app.services.putaway import PutawayFacts
from app.services.work import UnitOfWork


def read(unit: UnitOfWork, where: Where, state: PutawayState, event: Event) -> PutawayFacts:
    """The goods that are meant, and the bins to choose from."""
    return putaway.read_facts(unit, warehouse=where.warehouse, meant=meant(state, event))


def meant(state: PutawayState, event: Event) -> Meant:
    """What an event is about: other goods, other bins, or still the goods in hand."""
    match as_key(event):
        case Scanned() as scanned:
            found = _scanned(state, scanned)
        case Key() as key:
            found = _keyed(state, key)
        case _:
            found = None
    found = found or Meant(key=state.goods, qty=state.quantity)
    return replace(found, proposed=state.bin) if found.key else found


def _keyed(state: PutawayState, key: Key) -> Meant | None:
    """The goods or the bin that a key asks for; None where it asks for none."""
    match state.asking, key.command:
        case "", "NEXT":
            return Meant(next=True, skip=state.skipped)
        case "", "SKIP":
            return Meant(next=True, skip=(*state.skipped, state.goods))
        case "quantity", "ENTER":
            return Meant(key=state.goods, qty=typed(state, key.text))
        case "goods", chosen:
            return Meant(key=chosen)
        case "bin", chosen if chosen in map(str, state.offered):
            return Meant(key=state.goods, qty=state.quantity, scanned=(UUID(chosen),))
    return None


def typed(state: PutawayState, text: str) -> Decimal | None:
    """A typed quantity, None where it cannot be read: the step says why."""
    try:
        return parse_in_units(text, base="", units=state.units)
    except Refusal:
        return None


def for_order(state: PutawayState, event: Scanned) -> UUID | None:
    """The tote into which the goods in hand go for the order that waits for them; None where none was scanned."""
    units = event.reading.of(CodeKind.HANDLING_UNIT)
    if not state.goods or state.order is None or state.asking or len(units) != 1:
        return None
    return units[0].id if units[0].name == "tote" else None


def number_of(event: Scanned) -> str:
    """A lot or serial number that was scanned by itself, in a plain code or as GS1; nothing where goods are named."""
    reading = event.reading
    return "" if reading.candidates else reading.serial or reading.lot or plain_number(event, MOST_CHARACTERS)


def _scanned(state: PutawayState, event: Scanned) -> Meant | None:
    """Goods or places that were scanned; None for anything else."""
    reading = event.reading
    if places := reading.of(CodeKind.LOCATION):
        return Meant(key=state.goods, qty=state.quantity, scanned=tuple(one.id for one in places))
    items, units = reading.of(CodeKind.ITEM), reading.of(CodeKind.HANDLING_UNIT)
    if not state.goods and (number := number_of(event)):
        return Meant(number=number)
    if (not items and not units) or for_order(state, event):
        return None
    return Meant(
        items=tuple(one.id for one in items),
        units=tuple(one.id for one in units),
        lot=reading.lot or "",
        serial=reading.serial or "",
    )
