"""Labels for what was looked up: goods whose own code does not scan, and pallets whose label is gone."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.dialogs.definition import Effect, Where
from app.dialogs.dialog import Choice, Feedback, Key, Outcome, Prompt, Result
from app.dialogs.grammar import error, ok, warning
from app.dialogs.lookup.answer import answer
from app.dialogs.lookup.state import LookupState
from app.domain.label_batches import MOST_LABELS
from app.domain.scanning import CodeKind
from app.services import goods_labels
from app.services.goods_labels import LabelledGoods
from app.services.lookup import LookupFacts
from app.services.unit_labels import want_labels
from app.services.work import UnitOfWork

LABELS = "LABELS"
LABELLED = "labelled"
EVIDENCE = "CARTON_EVIDENCE"
"""The screen itself writes what is kept of a carton: nothing is asked of the dialog."""
_MOST_OFFERED = 12


@dataclass(frozen=True, slots=True)
class LabelGoods:
    """So many labels of goods that lie somewhere."""

    goods: LabelledGoods
    count: int


@dataclass(frozen=True, slots=True)
class LabelUnit:
    """A new label of a pallet or case, with what stands on it now; the old one is worthless."""

    unit: UUID


Command = LabelGoods | LabelUnit
Out = Outcome[LookupState, Command]


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Put labels on the journal of this station's printer."""
    match command:
        case LabelGoods(goods, count):
            printer = goods_labels.want(unit, [(goods, count)], warehouse=where.warehouse, run=where.run)
            about = goods.item
        case LabelUnit(about):
            wanted = want_labels(unit, warehouse=where.warehouse, run=where.run, units=[about])
            printer, count = wanted.printer, len(wanted.numbers)
    said = {"count": str(count), "printer": printer}
    return Effect(result=Result(unit.request_id, LABELLED, about, "done", said))


def goods_of(facts: LookupFacts) -> tuple[LabelledGoods, ...]:
    """The goods of an item that can have labels of their own: its lots and pieces as they lie here, else the item."""
    if not facts.items:
        return ()
    item = facts.items[0]
    found = dict.fromkeys(
        LabelledGoods(item.id, item.unit, one.lot, one.expiry, None, one.serial, _held(one.status))
        for one in facts.stock
        if one.sku == item.sku and one.on_hand > 0
    )
    return tuple(found) or (LabelledGoods(item.id, item.unit),)


def _held(status: str) -> str:
    return "" if status == "available" else status.upper()


def can_have_labels(state: LookupState) -> bool:
    """Whether labels can be printed for what was looked up."""
    return state.about is not None and state.about.kind in (CodeKind.ITEM, CodeKind.HANDLING_UNIT)


def press(state: LookupState, key: Key, facts: LookupFacts) -> Out | None:
    """A key about labels; None where it is about something else."""
    known, about = goods_of(facts), state.about if can_have_labels(state) else None
    match state.asking, key.command:
        case "", "LABELS" if about and about.kind is CodeKind.HANDLING_UNIT:
            return _shown(state, facts, None, LabelUnit(about.id))
        case "", "LABELS" if about and known:
            one_kind = len(known) == 1
            return _shown(replace(state, asking="labels" if one_kind else "which", goods=0), facts, None)
        case "which", choice if choice.isdigit() and int(choice) < len(known):
            return _shown(replace(state, asking="labels", goods=int(choice)), facts, None)
        case "labels", "ENTER" if state.goods < len(known):
            return _many(state, key.text.strip(), facts, known[state.goods])
        case (("which" | "labels"), "CANCEL"):
            return _shown(replace(state, asking=""), facts, None)
    return None


def _many(state: LookupState, text: str, facts: LookupFacts, goods: LabelledGoods) -> Out:
    """So many labels of these goods, as typed."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_LABELS):
        return _shown(state, facts, error("receiving.label_count", text=text))
    return _shown(replace(state, asking=""), facts, None, LabelGoods(goods, int(text)))


def heard(state: LookupState, result: Result, facts: LookupFacts) -> Out:
    """Where the labels print, or why there are none."""
    told = result.facts
    if not told["printer"]:
        return _shown(state, facts, warning("lookup.no_printer"))
    if told["count"] == "0":
        return _shown(state, facts, warning("lookup.own_label"))
    return _shown(state, facts, ok("lookup.labelled", **told))


def _shown(state: LookupState, facts: LookupFacts, feedback: Feedback | None, *commands: Command) -> Out:
    return Outcome(state, prompt(state, facts, feedback), commands)


def prompt(state: LookupState, facts: LookupFacts, feedback: Feedback | None) -> Prompt:
    """What was looked up, with its labels' key, or the question about them."""
    shown = replace(answer(state.about, facts, ()), feedback=feedback) if state.about else Prompt("lookup.scan_any")
    told = {"sku": state.about.label if state.about else ""}
    match state.asking:
        case "which":
            choices = tuple(_choice(n, one) for n, one in enumerate(goods_of(facts)[:_MOST_OFFERED]))
            return replace(shown, instruction="lookup.which_goods", facts=told, choices=choices, commands=("CANCEL",))
        case "labels":
            ask = "receiving.ask_labels"
            return replace(shown, instruction=ask, ask=ask, facts=told, commands=("CANCEL",))
    return replace(shown, commands=keys(state, shown))


def keys(state: LookupState, shown: Prompt) -> tuple[str, ...]:
    """What can be had of what was looked up."""
    return (*((LABELS,) if can_have_labels(state) else ()), *((EVIDENCE,) if shown.evidence else ()))


def _choice(number: int, goods: LabelledGoods) -> Choice:
    told = {"lot": " · ".join(part for part in (goods.lot, goods.serial) if part) or "–",
            "expiry": goods.expiry.isoformat() if goods.expiry else "–",
            "status": goods.status.lower() or "available"}  # fmt: skip
    return Choice(str(number), "lookup.goods", told)
