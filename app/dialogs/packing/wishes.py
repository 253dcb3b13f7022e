"""What is to be done beside scanning goods, and when the bench asks for it: instructions, inserts, photos, gift notes.

A question comes before the stage that it is for: before and between scans, and before the carton is weighed.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from app.dialogs.dialog import Count, ExtraCard, Prompt
from app.dialogs.grammar import amount
from app.dialogs.packing.printing import is_dead, is_doubtful, is_printing, note_label, printer_name
from app.dialogs.packing.state import PackingState, Stage
from app.domain.catalog import DEFAULT_UNIT
from app.domain.packing.extras import GIFT, Answer, Due, ExtraFacts, ExtraKind, Moment, due, gift_note, shown, wanted
from app.domain.values import format_quantity
from app.services.packing import PackFacts, PackOrder
from app.services.products.looking import KEPT

BEFORE: Mapping[Stage, Stage] = {Stage.EXTRA: Stage.PACKING, Stage.LAST_EXTRA: Stage.WEIGHT}
"""The stages of questions, and what each of them comes before."""
PHOTO = "photo"
"""What a prompt waits for when a photo is to be taken."""
_QUESTIONS = {after: question for question, after in BEFORE.items()}
_MOMENTS = {Stage.PACKING: (Moment.START, Moment.GOODS), Stage.WEIGHT: (Moment.CLOSE,)}


def asked(state: PackingState, facts: PackFacts) -> PackingState:
    """The state with the question that has to be answered before it, where there is one."""
    order, stage = facts.order(state.order), BEFORE.get(state.stage, state.stage)
    if order is None or order.decision != "released" or stage not in _QUESTIONS:
        return state
    busy = state.collected.item is not None or bool(state.pending.raw) or state.measured is not None
    open_question = not busy and following(order, facts, stage) is not None
    return replace(state, stage=_QUESTIONS[stage] if open_question else stage)


def following(order: PackOrder, facts: PackFacts, stage: Stage) -> Due | None:
    """What is asked for next before a stage, or at the stage of a question; None where all of it is done."""
    return next(iter(_due(order, facts, BEFORE.get(stage, stage))), None)


def note_is_due(order: PackOrder, facts: PackFacts) -> bool:
    """Whether the gift note is wanted now and was not printed yet, or says what the customer does not say any more."""
    is_due = any(one.extra.code == GIFT for one in _due(order, facts, Stage.WEIGHT))
    return is_due and not _says_it(order)


def _says_it(order: PackOrder) -> bool:
    """Whether the note that was printed last counts: nobody gave it up, and the customer's words are the same."""
    label = order.gift_label
    return label is not None and not is_dead(label) and label.content.get("note") == order.gift_note


def told(one: Due, order: PackOrder) -> dict[str, str]:
    """What the question says of an extra."""
    extra = one.extra
    many = amount(one.left, DEFAULT_UNIT, extra.name or extra.code) if extra.kind is ExtraKind.INSERT else ""
    code = note_label(order) if extra.kind is ExtraKind.GIFT else extra.sku or extra.code
    return {"extra": extra.name or extra.code, "amount": many, "code": code, "sku": one.sku}


def ask(prompt: Prompt, one: Due, order: PackOrder, facts: PackFacts, *, last: bool) -> Prompt:
    """The prompt that asks for an extra; `last`: before the weighing, from which one may go back to packing."""
    extra = one.extra
    takes_photo = extra.kind is ExtraKind.PHOTO
    by_hand = f"_{extra.answer}" if extra.kind in (ExtraKind.INSTRUCTION, ExtraKind.INSERT) else ""
    confirmed = ("CONFIRM",) if extra.answer is Answer.KEY and not takes_photo else ()
    picture = f"{KEPT}{extra.picture}" if extra.picture else extra.sku
    asked_for = replace(
        prompt,
        instruction=f"packing.extra_{extra.kind}{by_hand}",
        facts={**prompt.facts, **told(one, order)},
        count=_counted(one),
        extra=ExtraCard(extra.name or extra.code, extra.words, picture),
        commands=("UNDO", *confirmed, *(("CANCEL",) if last else ()), "PAUSE"),
        choices=(),
        waiting=PHOTO if takes_photo else "",
    )
    return _ask_for_note(asked_for, order, facts) if extra.kind is ExtraKind.GIFT else asked_for


def _counted(one: Due) -> Count | None:
    """The number that matters while several of an insert are put in."""
    extra = one.extra
    several = extra.kind is ExtraKind.INSERT and extra.quantity > 1
    return Count(format_quantity(one.noted), format_quantity(extra.quantity)) if several else None


def _ask_for_note(prompt: Prompt, order: PackOrder, facts: PackFacts) -> Prompt:
    """How far the gift note's printing is: it is waited for, put in, or printed again from here."""
    label = order.gift_label
    if label is None:
        return replace(prompt, instruction="packing.extra_gift_by_hand")
    if is_printing(label):
        return replace(
            prompt,
            instruction="packing.extra_gift_prints",
            facts={**prompt.facts, "printer": printer_name(facts, label.printer)},
            waiting="print_job",
            commands=(*prompt.commands, "OTHER_PRINTER"),
        )
    doubtful = is_doubtful(label) or is_dead(label)
    asks = "packing.extra_gift_again" if doubtful else prompt.instruction
    return replace(prompt, instruction=asks, commands=(*prompt.commands, "REPRINT"))


def words_beside(order: PackOrder, facts: PackFacts, sku: str) -> str:
    """What people wrote for whoever packs: the customer's wishes, the order's note, what rules only show."""
    rules = (" ".join(part for part in (one.name, one.words) if part) for one in shown(_wants(order, facts), sku))
    return "\n".join(part for part in (order.note, *rules, order.instructions) if part)


def marks(order: PackOrder) -> tuple[str, ...]:
    """What holds for the order as a whole, as codes of captions."""
    wishes = (
        ("packing.mark_complete_only", order.complete_only),
        ("packing.mark_gift", order.gift or bool(order.gift_note)),
    )
    return tuple(code for code, holds in wishes if holds)


def _due(order: PackOrder, facts: PackFacts, stage: Stage) -> tuple[Due, ...]:
    wants, carton = _wants(order, facts), order.open_parcel
    packed = [line.sku for line in order.lines if line.packed]
    return tuple(
        one
        for moment in _MOMENTS.get(stage, ())
        for one in due(wants, order.done, parcel=carton.id if carton else None, moment=moment, packed=packed)
    )


def _wants(order: PackOrder, facts: PackFacts) -> tuple[Due, ...]:
    """Everything that rules want for the order, and the gift note that the customer wants."""
    note = (gift_note(order.gift_note),) if order.gift_note else ()
    known = {extra.code: extra for extra in facts.extras}
    if not known:
        return note
    about, wishes = _about(order, facts), facts.wishes
    goods = [
        (
            replace(about, sku=line.sku, category=line.category, hazard=line.hazard, fragile=line.fragile),
            wishes.deciding(item=line.item, categories=line.categories, partner=order.partner_id),
        )
        for line in order.lines
        if line.packed or not line.closed
    ]
    return (*wanted(known, (about, wishes.deciding(partner=order.partner_id)), goods), *note)


def _about(order: PackOrder, facts: PackFacts) -> ExtraFacts:
    return ExtraFacts(
        partner=order.partner_code,
        carrier=order.carrier,
        service=order.service,
        country=order.ship_to.country,
        value=sum((line.price * line.ordered for line in order.lines if line.price), Decimal(0)),
        pieces=sum((line.ordered for line in order.lines), Decimal(0)),
        first_order=order.first_order,
        gift=bool(order.gift_note),
        today=facts.today,
    )
