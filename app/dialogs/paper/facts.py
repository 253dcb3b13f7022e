"""What entering a list reads: the walk with its picks, and the totes that were scanned."""

from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.paper.commands import Command, TakeList
from app.dialogs.paper.state import PaperState
from app.dialogs.picking.commands import GiveUp, NewTote
from app.dialogs.picking.facts import REASONS
from app.dialogs.runner import as_key
from app.domain.scanning import CodeKind
from app.services import picking
from app.services.picking import PickingFacts
from app.services.work import UnitOfWork


def at_once(state: PaperState, event: Event) -> Command | None:
    """The command that an event gives whatever the facts are; None where they decide."""
    if state.walk is None:
        found = event.reading.of(CodeKind.DOCUMENT) if isinstance(event, Scanned) else ()
        return TakeList(found[0].id) if len(found) == 1 else None
    key = as_key(event)
    if isinstance(key, Key) and state.asking == "short" and state.short and key.command in REASONS:
        return GiveUp(state.short_of or state.walk, state.short, key.command)
    if state.new_tote and state.pending.confirms(event, "tote"):
        return NewTote(state.walk, state.new_tote, state.slot)
    return None


def read(unit: UnitOfWork, where: Where, state: PaperState, event: Event) -> PickingFacts:
    """The list in hand with its lines, in the order in which they stand on the paper."""
    if at_once(state, event) is not None:
        return PickingFacts()
    walk = event.about if isinstance(event, Result) and event.kind == "taken" else state.walk
    totes = [state.tote] if state.tote else []
    if isinstance(event, Scanned):
        totes += [one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)]
    if isinstance(event, Result) and "tote" in event.facts:
        totes.append(UUID(event.facts["tote"]))
    return picking.read_facts(unit, warehouse=where.warehouse, document=walk, places=(), scanned=(), totes=totes)
