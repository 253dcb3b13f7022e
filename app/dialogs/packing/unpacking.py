"""Packing taken back at the bench: a carton opened again, emptied, exchanged with another, or one of its units swapped.

Each asks why. A carton on a manifest takes a supervisor; what stands in a truck is refused by the database, in words.
"""

from dataclasses import replace
from uuid import UUID

from app.dialogs.definition import Pending, sub_request
from app.dialogs.dialog import Feedback, Key, Outcome, Result, Scanned
from app.dialogs.grammar import error, not_understood, ok, one, warning
from app.dialogs.packing.commands import Command
from app.dialogs.packing.goods import collect
from app.dialogs.packing.outcome import Out, end, refuse
from app.dialogs.packing.prompt import ORDER_ENDED
from app.dialogs.packing.state import Act, PackingState, Stage
from app.dialogs.packing.taking_back import ExchangeCartons, ReopenCarton, SwapUnit, UnpackCarton
from app.domain.receiving import Collected
from app.domain.scanning import CodeKind
from app.domain.shipping import ParcelState
from app.services.packing import PackFacts, PackOrder, Parcel
from app.services.unpacking import Piece

STAGES = frozenset(
    {
        Stage.SEALED,
        Stage.EXCHANGE,
        Stage.WHY,
        Stage.SUPERVISOR,
        Stage.RETURN_PLACE,
        Stage.SWAP_OUT,
        Stage.SWAP_IN,
        Stage.SWAP_FROM,
    }
)
"""The questions of this module."""
ENDED = frozenset({"cancelled", "closed"})
_BEGIN = {"REOPEN": Act.REOPEN, "UNPACK": Act.UNPACK, "EXCHANGE": Act.EXCHANGE, "SWAP": Act.SWAP}


def dead_label(event: Scanned, order: PackOrder) -> Feedback | None:
    """What is said of a shipping label that no carton of the order bears any more; None for any other scan."""
    for found in event.reading.of(CodeKind.PARCEL):
        if not any(parcel.id == found.id and parcel.tracking == found.label for parcel in order.parcels):
            return error("packing.label_void", label=found.label)
    return None


def of_ended_order(facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A carton of an order that ended was scanned: its goods go to the return place."""
    news = order.news
    asking = PackingState(
        order=order.id, stage=Stage.RETURN_PLACE, parcel=parcel.id, act=Act.UNPACK, reason=ORDER_ENDED
    )
    return end(asking, facts, warning("packing.unpack_ended", document=order.number, person=news.person))


def begin(  # noqa: PLR0911  (one a way)
    state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel
) -> Out | None:
    """A key that begins to take packing back; None where it does not fit the carton."""
    act = _BEGIN.get(key.command, Act.NONE)
    asking = PackingState(order=order.id, parcel=parcel.id, act=act, last=state.last)
    match act:
        case Act.REOPEN if parcel.state is ParcelState.CLOSED and not parcel.manifest:
            return _reopen(facts, order, parcel, "", None)
        case Act.UNPACK if order.decision in ENDED and parcel.contents:
            return of_ended_order(facts, order, parcel)
        case Act.UNPACK if parcel.contents:
            return end(replace(asking, stage=Stage.WHY), facts, None)
        case Act.REOPEN if parcel.sealed:
            return end(replace(asking, stage=Stage.WHY), facts, None)
        case Act.EXCHANGE if parcel.sealed:
            return end(replace(asking, stage=Stage.EXCHANGE), facts, None)
        case Act.SWAP if not parcel.sealed and parcel.contents:
            return end(replace(asking, stage=Stage.SWAP_OUT), facts, None)
        case _:
            return None


def answer(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out | None:
    """A key at one of the questions; None where it does not fit."""
    if key.command == "CANCEL":
        return end(_back(state, order, parcel), facts, None)
    match state.stage, key.command:
        case Stage.SEALED, _:
            return begin(state, key, facts, order, parcel)
        case Stage.WHY, reason if reason in facts.reasons_for("unpack"):
            return _because(replace(state, reason=reason), key, facts, order, parcel)
        case Stage.RETURN_PLACE, "CONFIRM" if facts.return_place:
            return _do(state, facts, order, parcel, facts.return_place.id)
        case _:
            return None


def _back(state: PackingState, order: PackOrder, parcel: Parcel) -> PackingState:
    """Where the carton was before somebody wanted to take packing back."""
    if parcel.state is ParcelState.CLOSED:
        return PackingState(order=order.id, stage=Stage.LABELS, parcel=parcel.id)
    goes_on = order.open_parcel is not None and order.decision == "released"
    return PackingState(order=order.id if goes_on else None, last=state.last)


def _because(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """The reason is known: do it, or ask on: what goes in instead, or a supervisor."""
    if state.act is Act.SWAP:
        return end(replace(state, stage=Stage.SWAP_IN), facts, None)
    if parcel.manifest and not facts.may_reverse:
        asking = replace(state, stage=Stage.SUPERVISOR, approval=sub_request(key.event_id, "approval"))
        return end(asking, facts, warning("packing.on_manifest", carton=parcel.sscc, manifest=parcel.manifest))
    return _do(state, facts, order, parcel)


def approved(state: PackingState, event: Result, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """The supervisor's answer to this very request; any other is not for us."""
    if event.kind != "approval" or event.about != state.approval:
        return end(state, facts, None)
    if event.state != "approved":
        return end(replace(state, stage=Stage.SEALED, approval=None), facts, error("packing.not_approved"))
    return _do(state, facts, order, parcel)


def _do(
    state: PackingState,
    facts: PackFacts,
    order: PackOrder,
    parcel: Parcel,
    place: UUID | None = None,
) -> Out:
    match state.act:
        case Act.UNPACK:
            where = place or (facts.return_place.id if facts.return_place else None)
            command: Command = UnpackCarton(parcel.id, state.reason, where, state.approval)
            return end(PackingState(), facts, None, command)
        case Act.EXCHANGE if state.other:
            command = ExchangeCartons(parcel.id, state.other, state.reason, state.approval)
            return end(PackingState(), facts, warning("packing.exchanged", carton=parcel.sscc), command)
        case _:
            return _reopen(facts, order, parcel, state.reason, state.approval)


def _reopen(facts: PackFacts, order: PackOrder, parcel: Parcel, reason: str, approval: UUID | None) -> Out:
    opened = warning("packing.reopened", carton=parcel.sscc)
    return end(PackingState(order=order.id), facts, opened, ReopenCarton(parcel.id, reason, approval))


def emptied(event: Result) -> Feedback:
    """Where everything of a carton went."""
    told = event.facts
    if not told["aside"]:
        return ok("packing.unpacked", carton=told["carton"], goods=told["back"])
    if not told["back"]:
        return ok("packing.unpacked_to", carton=told["carton"], goods=told["aside"], place=told["place"])
    return warning("packing.unpacked_apart", **told)


def scan(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A scan at one of the questions that a scan answers."""
    match state.stage:
        case Stage.EXCHANGE:
            return _other_carton(state, event, facts, parcel)
        case Stage.RETURN_PLACE:
            return _place(state, event, facts, order, parcel)
        case Stage.SWAP_OUT:
            return _goes_out(state, event, facts, order, parcel)
        case Stage.SWAP_IN:
            return _comes_in(state, event, facts, order, parcel)
        case Stage.SWAP_FROM:
            return _from_bin(state, event, facts, order, parcel)
        case _:
            return refuse(state, facts, error("packing.answer_first", scan=event.scan.raw))


def _other_carton(state: PackingState, event: Scanned, facts: PackFacts, parcel: Parcel) -> Out:
    found = event.reading.of(CodeKind.PARCEL, CodeKind.HANDLING_UNIT)
    if event.reading.faults or not found:
        return end(state, facts, not_understood(event, CodeKind.PARCEL, CodeKind.HANDLING_UNIT))
    ids = {one.id for one in found}
    known = ((order, one) for order in facts.orders for one in order.parcels)
    theirs, other = next(((order, one) for order, one in known if ids & {one.id, one.unit}), (None, None))
    if theirs is None or other is None:
        return end(state, facts, error("packing.nothing_in_it", scan=found[0].label))
    if other.id == parcel.id:
        return end(state, facts, error("unpacking.same_carton"))
    noted = replace(state, stage=Stage.WHY, other=other.id)
    if other.manifest and not parcel.manifest:  # a supervisor is asked about the one on the manifest
        noted = replace(noted, order=theirs.id, parcel=other.id, other=parcel.id)
    return end(noted, facts, ok("packing.other_noted", carton=other.sscc))


def _place(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    place = one(event, CodeKind.LOCATION)
    if event.reading.faults or place is None:
        return end(state, facts, not_understood(event, CodeKind.LOCATION))
    return _do(state, facts, order, parcel, place.id)


def _goes_out(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    collected = _collect(state, state.out, event, facts, order, parcel)
    if isinstance(collected, Outcome):
        return collected
    assert collected.item is not None
    if not any(held.item == collected.item.id for held in parcel.contents):
        return end(replace(state, out=Collected()), facts, error("packing.not_in_carton", sku=collected.item.label))
    return end(replace(state, stage=Stage.WHY, out=collected), facts, ok("packing.swap_out", sku=collected.item.label))


def _comes_in(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    collected = _collect(state, state.collected, event, facts, order, parcel)
    if isinstance(collected, Outcome):
        return collected
    out = state.out
    assert collected.item is not None
    assert out.item is not None
    if collected.item.id != out.item.id:
        told = {"sku": out.item.label, "other": collected.item.label}
        return refuse(state, facts, error("unpacking.other_item", **told))
    if out.serial and collected.serial == out.serial:
        return refuse(state, facts, error("unpacking.same_piece", sku=out.item.label, serial=out.serial))
    return end(replace(state, stage=Stage.SWAP_FROM, collected=collected), facts, ok("packing.swap_in"))


def _collect(
    state: PackingState, held: Collected, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel
) -> Collected | Out:
    """What is known of the goods after one more code, once it is enough to tell them apart; else the next question.

    `held` is what was collected before: of the goods that come out, or of those that go in.
    """
    goes_out = state.stage is Stage.SWAP_OUT
    collected = collect(held, event, order, parcel.contents if goes_out else ())
    if isinstance(collected, Feedback):
        return refuse(replace(state, out=Collected()) if goes_out else state, facts, collected)
    kept = replace(state, out=collected) if goes_out else replace(state, collected=collected)
    if collected.item is None:
        return end(kept, facts, ok("packing.scan_goods_too"))
    tracking = next((line.tracking for line in order.lines if line.item == collected.item.id), "none")
    if "serial" in tracking and not collected.serial:
        return end(kept, facts, warning("packing.serial_wanted", sku=collected.item.label, candidates=""))
    if tracking == "lot" and not collected.lot:
        return end(kept, facts, warning("packing.lot_needed", sku=collected.item.label))
    return collected


def _from_bin(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    place = one(event, CodeKind.LOCATION)
    if event.reading.faults or place is None:
        return end(state, facts, not_understood(event, CodeKind.LOCATION))
    if facts.return_place is None:
        return end(state, facts, error("unpacking.no_return_place", place=""))
    out, instead = state.out, state.collected
    assert out.item is not None
    quantity = out.base_quantity or out.item.factor
    command = SwapUnit(
        parcel.id,
        out.item.id,
        out.item.label,
        Piece(out.item.label, out.lot or "", out.serial or "", quantity),
        Piece(out.item.label, instead.lot or "", instead.serial or "", quantity),
        place.id,
        facts.return_place.id,
        state.reason,
    )
    told = ok("packing.swapped", sku=out.item.label, place=facts.return_place.address)
    return end(PackingState(order=order.id, last=state.last, pending=Pending()), facts, told, command)
