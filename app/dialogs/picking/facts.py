"""What picking reads for a step, and which steps need to read nothing before they act.

An order that is taken, a swap that is agreed to, a short that got its reason: there the database judges by itself under
its locks, and the step reads afterwards. So they too stay within their few round trips.
"""

from uuid import UUID

from app.dialogs.definition import Where
from app.dialogs.dialog import Event, Key, Result, Scanned
from app.dialogs.picking.commands import NOBODY, Command, GiveUp, NewTote, PickElsewhere, Take
from app.dialogs.picking.state import PickingState
from app.dialogs.runner import as_key
from app.domain.scanning import CodeKind
from app.services import picking
from app.services.picking import PickingFacts
from app.services.work import UnitOfWork

CART = "cart"
"""The kind of handling unit that walks are taken with."""
REASONS = ("SHORT", "BIN_EMPTY", "DAMAGED")


def at_once(state: PickingState, event: Event) -> Command | None:
    """The command that an event gives whatever the facts are; None where they decide."""
    if state.document is None:
        return _take(event)
    key = as_key(event)
    if isinstance(key, Key):
        if state.asking == "short" and state.short and key.command in REASONS:
            return GiveUp(state.short_of or state.document, state.short, key.command)
        if not state.asking and key.command == "NEW_TOTE" and (state.slot or not state.clustered):
            return NewTote(state.document, None, state.slot)
    if state.swap and state.pending.confirms(event, "swap") and (state.tote or not state.swap.quantity):
        return PickElsewhere(state.document, state.swap, state.tote)
    if state.new_tote and state.pending.confirms(event, "tote"):
        return NewTote(state.document, state.new_tote, state.slot)
    return None


def _take(event: Event) -> Command | None:
    """NEXT, an order, a walk, a cart or a tote: each takes something in hand."""
    key = as_key(event)
    if isinstance(key, Key):
        return Take() if key.command == "NEXT" else None
    if not isinstance(event, Scanned) or event.reading.faults:
        return None
    documents, totes = (event.reading.of(kind) for kind in (CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT))
    if len(documents) == 1:
        return Take(document=documents[0].id)
    if len(totes) == 1 and totes[0].name == CART:
        return Take(cart=totes[0].id)
    return Take(tote=totes[0].id) if len(totes) == 1 and not documents else None


def read(unit: UnitOfWork, where: Where, state: PickingState, event: Event) -> PickingFacts:
    """The order in hand with its picks, and what was scanned."""
    if at_once(state, event) is not None:
        return PickingFacts()
    scanned: list[UUID] = []
    totes = [state.tote] if state.tote else []
    places = [state.bin] if state.bin else []
    document = state.document
    if isinstance(event, Scanned):
        scanned = [one.id for one in event.reading.of(CodeKind.LOCATION)]
        totes += [one.id for one in event.reading.of(CodeKind.HANDLING_UNIT)]
    if isinstance(event, Result):
        totes += [UUID(event.facts["tote"])] if "tote" in event.facts else []
        places += [event.about] if event.kind == "bin_swapped" else []
        document = event.about if event.kind == "taken" and event.about != NOBODY else document
    return picking.read_facts(
        unit, warehouse=where.warehouse, document=document, places=places, scanned=scanned, totes=totes
    )
