"""The answers to what the bench asks for beside goods: read, put in, photographed; a scan or a key for each."""

from app.dialogs.dialog import Key, Scanned
from app.dialogs.grammar import error, ok
from app.dialogs.packing.commands import NoteExtra
from app.dialogs.packing.outcome import Out, end
from app.dialogs.packing.state import PackingState, Stage
from app.dialogs.packing.wishes import following, note_label, told
from app.domain.packing.extras import Answer, Due, ExtraKind
from app.domain.scanning import CodeKind
from app.services.packing import PackFacts, PackOrder, Parcel


def scan(state: PackingState, event: Scanned, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out:
    """A scan while something is asked for: the very thing, or nothing."""
    one = following(order, facts, state.stage)
    if one is None:
        return end(state, facts, None)
    if one.extra.kind is not ExtraKind.PHOTO and _is_it(one, event, order):
        return _noted(state, facts, order, parcel, one, Answer.SCAN, scanned=event.scan.raw)
    return end(state, facts, error("packing.extra_first", scan=event.scan.raw, **told(one, order)))


def answer(state: PackingState, key: Key, facts: PackFacts, order: PackOrder, parcel: Parcel) -> Out | None:
    """A key while something is asked for; None where it does not fit."""
    one = following(order, facts, state.stage)
    match key.command:
        case "CANCEL" if state.stage is Stage.LAST_EXTRA:
            return end(PackingState(order=order.id, last=state.last), facts, None)
        case _ if one is None:
            return end(state, facts, None)
        case "ENTER" if one.extra.kind is ExtraKind.PHOTO and key.text:
            return _noted(state, facts, order, parcel, one, "photo", photo=key.text)
        case "CONFIRM" if one.extra.kind is not ExtraKind.PHOTO:
            if one.extra.answer is Answer.SCAN:
                return end(state, facts, error("packing.scan_the_extra", **told(one, order)))
            return _noted(state, facts, order, parcel, one, Answer.KEY)
        case _:
            return None


def _is_it(one: Due, event: Scanned, order: PackOrder) -> bool:
    extra = one.extra
    if extra.item is not None and any(found.id == extra.item for found in event.reading.of(CodeKind.ITEM)):
        return True
    raw = event.scan.raw.strip().upper()
    return raw == (note_label(order).upper() if extra.kind is ExtraKind.GIFT else extra.code)


def _noted(
    state: PackingState,
    facts: PackFacts,
    order: PackOrder,
    parcel: Parcel,
    one: Due,
    how: str,
    *,
    scanned: str = "",
    photo: str = "",
) -> Out:
    """It was done: written down with the carton; what is asked for next, or the work, goes on."""
    noted = NoteExtra(order.id, parcel.id, one.extra, one.sku, how, scanned, photo)
    return end(state, facts, ok(f"packing.{one.extra.kind}_done", **told(one, order)), noted)
