"""The decisions of inspecting, pure: which lot, what a piece came to, what becomes of the goods."""

from dataclasses import replace

from app.dialogs.dialog import Event, Feedback, Key, Outcome, Scanned
from app.dialogs.grammar import amount, error, not_understood, ok, warning
from app.dialogs.inspection.commands import AddPhoto, Begin, Command, Decide, Record
from app.dialogs.inspection.facts import InspectionFacts
from app.dialogs.inspection.prompt import CHOICES, DEFECTIVE, GOOD, PHOTO, as_after, show
from app.dialogs.inspection.state import InspectionState
from app.dialogs.runner import as_key
from app.domain.errors import Refusal
from app.domain.quality import Check, Disposition, LotVerdict, Reading, measured
from app.domain.scanning import CodeKind
from app.domain.values import format_quantity
from app.services import quality
from app.services.quality import Inspection

Out = Outcome[InspectionState, Command]
_PIECES = {GOOD: True, DEFECTIVE: False}


def step(state: InspectionState, event: Event, facts: InspectionFacts) -> Out:
    """One event of inspecting."""
    lot = facts.lot(state.inspection)
    match as_key(event):
        case Key(_, "CANCEL") if state.asking:
            return _show(replace(state, asking="", offered=(), wish=None), facts, None)
        case Key() | Scanned() if state.inspection and lot is None:
            return _show(InspectionState(), facts, warning("quality.lot_is_gone"))
        case Scanned() as scanned:
            return _scan(state, scanned, facts, lot)
        case Key() as key if lot is not None:
            return _key(state, key, facts, lot)
        case Key() as key:
            return _choose(state, key, facts)
        case _:
            return _show(state, facts, None)


def _show(state: InspectionState, facts: InspectionFacts, feedback: Feedback | None, *commands: Command) -> Out:
    return Outcome(state, show(state, facts, feedback, commands), commands)


# - which lot -


def _scan(state: InspectionState, event: Scanned, facts: InspectionFacts, lot: Inspection | None) -> Out:
    if lot is not None and (check := _to_measure(state, lot)) and _is_number(event.scan.raw):
        return _measured(state, facts, lot, check, event.scan.raw)  # a gauge that types what it shows
    if state.asking:
        return _show(state, facts, error("quality.answer_first", scan=event.scan.raw))
    found = facts.meant(event)
    if not found and event.reading.of(CodeKind.ITEM, CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT):
        return _show(state, facts, error("quality.not_waiting", scan=event.reading.candidates[0].label))
    if not found:
        wanted = (CodeKind.ITEM, CodeKind.DOCUMENT, CodeKind.HANDLING_UNIT)
        return _show(state, facts, not_understood(event, *wanted))
    if len(found) > 1:
        asking = InspectionState(asking="lot", offered=tuple(one.id for one in found))
        return _show(asking, facts, warning("quality.several", count=len(found)))
    return _take(facts, found[0])


def _choose(state: InspectionState, key: Key, facts: InspectionFacts) -> Out:
    """A lot is chosen of several, or the oldest one is taken."""
    if state.asking == "lot":
        chosen = next((one for one in facts.waiting if str(one.id) == key.command and one.id in state.offered), None)
        return _take(facts, chosen) if chosen else _not_now(state, facts, key)
    if key.command == "NEXT":
        return (
            _take(facts, facts.waiting[0]) if facts.waiting else _show(state, facts, warning("quality.nothing_waits"))
        )
    return _not_now(state, facts, key)


def _take(facts: InspectionFacts, lot: Inspection) -> Out:
    """A lot is in hand: how many of its pieces are looked at is fixed from now on."""
    plan = quality.plan(lot)
    told = {"number": lot.number, "size": plan.size, "of": format_quantity(lot.qty), "accept": plan.accept,
            "place": lot.places}  # fmt: skip
    said = ok("quality.taken_all", **told) if plan.size >= lot.qty else ok("quality.taken", **told)
    if lot.people:
        said = warning("quality.taken_too", person=lot.people, **told)
    return _show(InspectionState(inspection=lot.id), facts, said, Begin(lot))


# - pieces -


def _key(state: InspectionState, key: Key, facts: InspectionFacts, lot: Inspection) -> Out:
    if key.command in CHOICES and _may_decide(state, lot) and state.asking in {"", "decision"}:
        wish = Disposition(key.command.lower())
        return _wish(state, facts, lot, wish) if wish in quality.dispositions(lot) else _not_now(state, facts, key)
    if state.asking:
        return _answer(state, key, facts, lot)
    return _command(state, key, facts, lot)


def _answer(state: InspectionState, key: Key, facts: InspectionFacts, lot: Inspection) -> Out:
    """What was asked is answered: a photo was taken, pieces were counted, a reason was chosen."""
    match state.asking, key.command:
        case "photo", "ENTER":
            return _show(replace(state, asking=""), facts, ok("quality.photo_kept"), AddPhoto(lot, key.text))
        case "pieces", "ENTER":
            return _all_good(state, key, facts, lot)
        case "reason", reason if reason in quality.REASONS and state.wish:
            return _decided(facts, lot, state.wish, reason)
        case _:
            return _not_now(state, facts, key)


def _command(state: InspectionState, key: Key, facts: InspectionFacts, lot: Inspection) -> Out:
    match key.command:
        case "CANCEL":
            after = InspectionState()
        case "PHOTO" if lot.paper is None:  # pictures are kept with the paper that goods came on
            return _not_now(state, facts, key)
        case "PHOTO" | "PIECES":
            after = replace(state, asking=key.command.lower())
        case "DECIDE":
            after = replace(state, asking="decision", readings=())
        case "LOOK_ON" if _may_decide(state, lot) and lot.looked_at < lot.qty:
            after = replace(state, looking_on=True)
        case _ if not _may_decide(state, lot):
            return _looked(state, key, facts, lot)
        case _:
            return _not_now(state, facts, key)
    return _show(after, facts, None)


def _may_decide(state: InspectionState, lot: Inspection) -> bool:
    """Whether the decision is asked for now: the verdict is known, or somebody wants to decide early."""
    return state.asking == "decision" or (quality.verdict(lot) is not LotVerdict.OPEN and not state.looking_on)


def _looked(state: InspectionState, key: Key, facts: InspectionFacts, lot: Inspection) -> Out:
    """The answer to the next check of the piece in hand."""
    if key.command == "ENTER" and (check := _to_measure(state, lot)):
        return _measured(state, facts, lot, check, key.text)
    if key.command in _PIECES and not _to_measure(state, lot):
        return _note(state, facts, lot, Reading(len(state.readings) + 1, good=_PIECES[key.command]))
    return _not_now(state, facts, key)


def _measured(state: InspectionState, facts: InspectionFacts, lot: Inspection, check: Check, text: str) -> Out:
    try:
        value = measured(text)
    except Refusal as refusal:
        return _show(state, facts, error(refusal.code, **refusal.facts))
    return _note(state, facts, lot, Reading(len(state.readings) + 1, good=check.passes(value), value=value))


def _note(state: InspectionState, facts: InspectionFacts, lot: Inspection, reading: Reading) -> Out:
    """One check is answered: the next one follows, or the piece is done."""
    readings = (*state.readings, reading)
    failed = lot.checks[reading.check - 1] if lot.checks and not reading.good else None
    if len(readings) < len(lot.checks):
        said = warning("quality.check_failed", check=failed.name) if failed else None
        return _show(replace(state, readings=readings), facts, said)
    bad = [each for each in readings if not each.good]
    wants_photo = lot.paper is not None and any(lot.checks[each.check - 1].photo for each in bad if lot.checks)
    after = replace(state, readings=(), asking=PHOTO if wants_photo else "")
    said = warning("quality.piece_defective", count=lot.defective + 1) if bad else ok("quality.piece_good")
    return _recorded(after, facts, Record(lot, 1, bool(bad), readings if lot.checks else ()), said)


def _all_good(state: InspectionState, key: Key, facts: InspectionFacts, lot: Inspection) -> Out:
    """Several pieces that are all well are noted at once."""
    text = key.text.strip()
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text) <= lot.qty - lot.looked_at:
        return _show(state, facts, error("quality.pieces", text=key.text))
    said = ok("quality.pieces_good", count=int(text))
    return _recorded(replace(state, asking="", readings=()), facts, Record(lot, int(text), defective=False), said)


def _recorded(state: InspectionState, facts: InspectionFacts, record: Record, said: Feedback) -> Out:
    """A piece is kept; where the lot's verdict is known by it, that is what is said."""
    after = as_after(record.lot, (record,))
    if state.looking_on and after.looked_at >= after.qty:
        state = replace(state, looking_on=False)
    known = quality.verdict(after)
    if known is not LotVerdict.OPEN and quality.verdict(record.lot) is LotVerdict.OPEN:
        said = (ok if known is LotVerdict.PASSED else warning)(f"quality.lot_{known}", **_counted(after))
    return _show(state, facts, said, record)


def _counted(lot: Inspection) -> dict[str, object]:
    plan = quality.plan(lot)
    return {"defective": lot.defective, "looked_at": lot.looked_at, "accept": plan.accept}


# - the decision -


def _wish(state: InspectionState, facts: InspectionFacts, lot: Inspection, wish: Disposition) -> Out:
    if quality.needs_reason(lot, wish):
        return _show(replace(state, asking="reason", wish=wish), facts, warning("quality.why_taken"))
    return _decided(facts, lot, wish, "")


def _decided(facts: InspectionFacts, lot: Inspection, wish: Disposition, reason: str) -> Out:
    try:
        parts = quality.shares(lot, wish)
    except Refusal as refusal:
        return _show(InspectionState(inspection=lot.id), facts, error(refusal.code, **refusal.facts))
    told = {"amount": amount(parts[0].qty, lot.unit, lot.sku), "number": lot.number}
    if len(parts) > 1:
        said = ok("quality.decided_accept_part", bad=format_quantity(parts[1].qty), **told)
    else:
        said = ok(f"quality.decided_{parts[0].disposition}", **told)
    return _show(InspectionState(), facts, said, Decide(lot, wish, reason))


# - helpers -


def _to_measure(state: InspectionState, lot: Inspection) -> Check | None:
    """The check whose value is wanted now, if one is to be measured."""
    if state.asking or _may_decide(state, lot) or len(state.readings) >= len(lot.checks):
        return None
    check = lot.checks[len(state.readings)]
    return check if check.measured else None


def _is_number(text: str) -> bool:
    try:
        measured(text)
    except Refusal:
        return False
    return True


def _not_now(state: InspectionState, facts: InspectionFacts, key: Key) -> Out:
    return _show(state, facts, error("dialog.not_now", command=key.command))
