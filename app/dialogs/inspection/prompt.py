"""What inspecting shows: the next check, how much of the sample is done, what the lot came to, what waits."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogs.dialog import Choice, Count, Feedback, ItemPanel, Prompt, Row
from app.dialogs.inspection.commands import Command, Decide, Record
from app.dialogs.inspection.facts import InspectionFacts
from app.dialogs.inspection.state import InspectionState
from app.domain.quality import Disposition, LotVerdict
from app.domain.values import format_quantity
from app.services import quality
from app.services.quality import Inspection

PHOTO = "photo"
"""What a prompt waits for when a photo of what was found is to be taken."""
GOOD, DEFECTIVE = "GOOD", "DEFECTIVE"
CHOICES = tuple(each.value.upper() for each in Disposition)
"""The decisions as they come back from the keys."""
_QUEUE = ("caption.item", "caption.name", "caption.lot", "caption.quantity", "caption.sample", "caption.supplier",
          "caption.place")  # fmt: skip
_CHECKS = ("caption.check", "caption.limits", "caption.found")


def show(
    state: InspectionState, facts: InspectionFacts, feedback: Feedback | None, commands: Sequence[Command]
) -> Prompt:
    """The prompt of a state; `commands` are what this very step does, which the facts do not hold yet."""
    gone = {one.lot.id for one in commands if isinstance(one, Decide)}
    lot = facts.lot(state.inspection)
    if lot is None:
        return _queue(state, replace(facts, waiting=tuple(x for x in facts.waiting if x.id not in gone)), feedback)
    lot = as_after(lot, commands)
    plan, known = quality.plan(lot), quality.verdict(lot)
    deciding = state.asking == "decision" or (known is not LotVerdict.OPEN and not state.looking_on)
    check = None if deciding or len(state.readings) >= len(lot.checks) else lot.checks[len(state.readings)]
    return Prompt(
        instruction=_instruction(state, lot, deciding=deciding),
        facts=_told(lot, len(state.readings)),
        document=lot.number,
        item=_panel(lot),
        count=Count(str(lot.looked_at), str(max(plan.size, lot.looked_at)), lot.unit),
        columns=_CHECKS if lot.checks else (),
        rows=tuple(_check_row(state, lot, n) for n in range(len(lot.checks))),
        feedback=feedback,
        commands=_commands(state, lot, deciding=deciding),
        choices=_choices(state, lot, deciding=deciding, typed=bool(check and check.measured)),
        ask=_asked(state, measuring=bool(check and check.measured)),
        waiting=PHOTO if state.asking == PHOTO else "",
    )


def as_after(lot: Inspection, commands: Sequence[Command]) -> Inspection:
    """The lot with the pieces counted that this very step keeps."""
    kept = [one for one in commands if isinstance(one, Record)]
    return replace(
        lot,
        looked_at=lot.looked_at + sum(one.count for one in kept),
        defective=lot.defective + sum(one.count for one in kept if one.defective),
    )


def _queue(state: InspectionState, facts: InspectionFacts, feedback: Feedback | None) -> Prompt:
    choosing = [one for one in facts.waiting if one.id in state.offered] if state.asking == "lot" else []
    waits = bool(facts.waiting)
    return Prompt(
        instruction="quality.choose_lot" if choosing else "quality.scan_goods" if waits else "quality.all_done",
        columns=_QUEUE,
        rows=tuple(_queue_row(one) for one in facts.waiting),
        feedback=feedback,
        commands=("CANCEL",) if choosing else ("UNDO", "NEXT") if waits else ("UNDO",),
        choices=tuple(Choice(str(one.id), "quality.lot", _lot_told(one)) for one in choosing),
    )


def _lot_told(lot: Inspection) -> dict[str, str]:
    return {
        "number": lot.number,
        "sku": lot.sku,
        "lot": lot.lot or "–",
        "order": lot.document_no or "–",
        "place": lot.places,
    }


def _queue_row(lot: Inspection) -> Row:
    plan = quality.plan(lot)
    sample = f"{lot.looked_at} / {plan.size}"
    quantity = f"{format_quantity(lot.qty)} {lot.unit}"
    cells = (lot.sku, lot.name, lot.lot, quantity, sample, lot.partner_name or lot.partner, lot.places)
    return Row(cells, "current" if lot.state == "begun" else "problem" if lot.state == "held" else "open")


def _told(lot: Inspection, done: int) -> dict[str, str]:
    plan = quality.plan(lot)
    told = {"sku": lot.sku, "defective": str(lot.defective), "accept": str(plan.accept), "reject": str(plan.reject)}
    if done < len(lot.checks):
        check = lot.checks[done]
        told |= {"check": check.name, "limits": check.limits, "unit": check.unit}
    return told


def _instruction(state: InspectionState, lot: Inspection, *, deciding: bool) -> str:
    if state.asking in {"pieces", "reason", PHOTO}:
        return {"pieces": "quality.ask_pieces", "reason": "quality.ask_reason", PHOTO: "quality.take_photo"}[
            state.asking
        ]
    if deciding:
        return f"quality.{quality.verdict(lot)}"
    if len(state.readings) < len(lot.checks):
        return "quality.measure" if lot.checks[len(state.readings)].measured else "quality.check"
    return "quality.look"


def _panel(lot: Inspection) -> ItemPanel:
    details = (
        ("caption.lot", lot.lot),
        ("caption.supplier", lot.partner_name or lot.partner),
        ("caption.severity", lot.severity),
        ("caption.defective", str(lot.defective)),
        ("caption.allowed", str(quality.plan(lot).accept)),
    )
    return ItemPanel(lot.sku, lot.name, details=tuple(pair for pair in details if pair[1]))


def _check_row(state: InspectionState, lot: Inspection, number: int) -> Row:
    check = lot.checks[number]
    if number < len(state.readings):
        reading = state.readings[number]
        value = f"{reading.value} {check.unit}".strip() if reading.value is not None else ""
        mark = "✔" if reading.good else "✖"
        return Row((check.name, check.limits, f"{mark} {value}".strip()), "done" if reading.good else "problem")
    return Row((check.name, check.limits, ""), "current" if number == len(state.readings) else "open")


def _commands(state: InspectionState, lot: Inspection, *, deciding: bool) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    photo = ("PHOTO",) if lot.looked_at and lot.paper else ()
    if deciding:
        more = ("LOOK_ON",) if lot.looked_at < lot.qty else ()
        return ("UNDO", *more, *photo, "CANCEL")
    return ("UNDO", "PIECES", *photo, "DECIDE", "CANCEL")


def _choices(state: InspectionState, lot: Inspection, *, deciding: bool, typed: bool) -> tuple[Choice, ...]:
    if state.asking == "reason":
        return tuple(Choice(each, f"reason.{each}") for each in quality.REASONS)
    if state.asking in {"pieces", PHOTO}:
        return ()
    if deciding:
        return tuple(Choice(each.value.upper(), f"quality.{each}") for each in quality.dispositions(lot))
    return () if typed else (Choice(GOOD, "quality.good"), Choice(DEFECTIVE, "quality.defective"))


def _asked(state: InspectionState, *, measuring: bool) -> str:
    if state.asking == "pieces":
        return "quality.ask_pieces"
    return "quality.ask_value" if measuring and not state.asking else ""
