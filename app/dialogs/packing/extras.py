"""The answers to what the bench asks for beside goods: read, put in, photographed; a scan or a key for each.

Several of an insert are counted by scans, or put in at once by a key. The gift note is printed again from here.
"""

from dataclasses import replace
from decimal import Decimal

from app.dialogs.dialog import Key, Scanned
from app.dialogs.grammar import amount, error, ok, warning
from app.dialogs.packing.commands import NoteExtra, PrintNote, UseOtherPrinter
from app.dialogs.packing.outcome import Out, end
from app.dialogs.packing.printing import gift_note, is_printing, note_label
from app.dialogs.packing.state import PackingState, Stage
from app.dialogs.packing.wishes import following, told
from app.domain.catalog import DEFAULT_UNIT
from app.domain.packing.extras import Answer, Due, ExtraKind
from app.domain.printing import PrintState
from app.domain.scanning import CodeKind
from app.services.packing import PackFacts, PackOrder, Parcel


def scan(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A scan while something is asked for: the very thing, or nothing."""
    one = following(order, facts, state.stage)
    if one is None:
        return end(state, facts, None)
    pieces = _pieces(one, event, order)
    if one.extra.kind is ExtraKind.PHOTO or pieces is None:
        return end(state, facts, error("packing.extra_first", scan=event.scan.raw, **told(one, order)))
    if pieces > one.left:
        return end(state, facts, error("packing.extra_too_many", wanted=one.left, **told(one, order)))
    return _noted(state, facts, order, one, _note(order, parcel, one, Answer.SCAN, pieces, scanned=event.scan.raw))


def answer(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out | None:
    """A key while something is asked for; None where it does not fit."""
    if state.stage is Stage.NOTE_AGAIN:
        return _print_again(state, key, facts, order)
    if key.command == "CANCEL" and state.stage is Stage.LAST_EXTRA:
        return end(PackingState(order=order.id, last=state.last), facts, None)
    one = following(order, facts, state.stage)
    if one is None:
        return end(state, facts, None)
    if key.command in ("REPRINT", "OTHER_PRINTER") and one.extra.kind is ExtraKind.GIFT:
        return _about_note(state, key, facts, order)
    return _by_hand(state, key, facts, order, parcel, one)


def _by_hand(
    state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel, one: Due
) -> Out | None:  # fmt: skip
    """It was done without a scan: photographed, or all of it at once by the key, where no scan is wanted as proof."""
    match key.command:
        case "ENTER" if one.extra.kind is ExtraKind.PHOTO and key.text:
            return _noted(state, facts, order, one, _note(order, parcel, one, "photo", one.left, photo=key.text))
        case "CONFIRM" if one.extra.kind is not ExtraKind.PHOTO:
            if one.extra.answer is Answer.SCAN:
                return end(state, facts, error("packing.scan_the_extra", **told(one, order)))
            return _noted(state, facts, order, one, _note(order, parcel, one, Answer.KEY, one.left))
        case _:
            return None


def _about_note(state: PackingState, key: Key, facts: PackFacts, order: PackOrder) -> Out | None:
    """The gift note came out spoilt or not at all, or its printer does not print."""
    label = order.gift_label
    if label is None:
        return None
    if key.command == "REPRINT":
        return None if is_printing(label) else end(replace(state, stage=Stage.NOTE_AGAIN), facts, None)
    other = next((one for one in facts.printers if one.id != label.printer), None)
    if other is None or label.state is not PrintState.QUEUED:
        return None
    return end(
        state, facts, ok("packing.note_other_printer", printer=other.name), UseOtherPrinter((label.job,), other.id)
    )


def _print_again(state: PackingState, key: Key, facts: PackFacts, order: PackOrder) -> Out | None:
    """Why the gift note is printed again; it comes out where it was asked for, and the one before is worthless."""
    label, asked = order.gift_label, replace(state, stage=Stage.LAST_EXTRA)
    if key.command == "CANCEL" or label is None:
        return end(asked, facts, None)
    if key.command not in facts.reasons_for("print"):
        return None
    printer = facts.printers[0].id if facts.printers else label.printer
    command = PrintNote(order.id, printer, gift_note(order), label.job, key.command)
    return end(asked, facts, warning("packing.note_again"), command)


def _pieces(one: Due, event: Scanned, order: PackOrder) -> Decimal | None:
    """How many of what is asked for a scan brings, as many as its packaging holds; None where it is something else."""
    extra = one.extra
    for found in event.reading.of(CodeKind.ITEM):
        if found.id == extra.item:
            return min(found.factor, one.left) if found.factor <= 1 else found.factor
    raw = event.scan.raw.strip().upper()
    known = note_label(order).upper() if extra.kind is ExtraKind.GIFT else extra.code
    return min(Decimal(1), one.left) if raw == known else None


def _note(
    order: PackOrder, parcel: Parcel, one: Due, how: str, pieces: Decimal, *, scanned: str = "", photo: str = ""
) -> NoteExtra:
    return NoteExtra(order.id, parcel.id, one.extra, one.sku, how, scanned, photo, pieces)


def _noted(state: PackingState, facts: PackFacts, order: PackOrder, one: Due, noted: NoteExtra) -> Out:
    """It was done: written down with the carton; what is asked for next, or the work, goes on."""
    said = told(one, order) | {"left": ""}
    code = f"packing.{one.extra.kind}_done"
    if one.extra.kind is ExtraKind.INSERT:
        name = one.extra.name or one.extra.code
        said["amount"] = amount(noted.quantity, DEFAULT_UNIT, name)
        if noted.quantity < one.left:
            code, said["left"] = "packing.insert_counted", amount(one.left - noted.quantity, DEFAULT_UNIT, name)
    return end(state, facts, ok(code, **said), noted)
