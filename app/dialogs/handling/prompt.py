"""What is shown of handling units: the one in hand, where it stands, what is in and on it."""

from app.dialogs.dialog import Choice, Feedback, ItemPanel, Prompt, Row
from app.dialogs.grammar import amount
from app.dialogs.handling.state import HandlingState
from app.domain.values import format_quantity
from app.services.handling_units import KINDS, Content, HandlingFacts, Unit
from app.services.unit_labels import is_sscc

COLUMNS = (
    "caption.handling_unit",
    "caption.item",
    "caption.name",
    "caption.lot",
    "caption.expiry",
    "lookup.status",
    "lookup.on_hand",
    "lookup.reserved",
)
_INSTRUCTIONS = {
    "other": "handling.choose_what",
    "goods": "handling.choose_goods",
    "quantity": "handling.ask_quantity",
    "kind": "handling.choose_kind",
    "new": "handling.choose_new",
    "hold": "handling.why_hold",
    "release": "handling.why_release",
}
IDLE = ("new", "empty", "gone")
_TAKES = {"hold": ("available",), "release": ("quarantined", "blocked")}


def show(state: HandlingState, facts: HandlingFacts, feedback: Feedback | None) -> Prompt:
    """The prompt of a state."""
    unit = facts.unit(state.unit)
    goods = facts.all_in(unit.id) if unit else ()
    return Prompt(
        instruction=_instruction(state, unit),
        facts=_told(state, facts, unit),
        item=_panel(unit) if unit else None,
        columns=COLUMNS if unit else (),
        rows=tuple(_row(one, current=one.key == state.goods) for one in goods),
        feedback=feedback,
        commands=_commands(state, facts, unit),
        choices=_choices(state, facts),
        ask=_INSTRUCTIONS["quantity"] if state.asking == "quantity" else "",
    )


def _instruction(state: HandlingState, unit: Unit | None) -> str:
    if state.asking == "kind" and not state.number:
        return _INSTRUCTIONS["new"]
    if state.asking:
        return _INSTRUCTIONS[state.asking]
    return "handling.scan_target" if unit else "handling.scan_unit"


def _told(state: HandlingState, facts: HandlingFacts, unit: Unit | None) -> dict[str, str]:
    other = facts.unit(state.other)
    goods = next((one for one in facts.goods if one.key == state.goods), None)
    told = {"number": state.number, "unit": unit.number if unit else "", "other": other.number if other else ""}
    if goods:
        told |= {"amount": amount(goods.qty, goods.uom, goods.sku), "units": ", ".join(units_of(goods))}
    return told


def units_of(goods: Content) -> tuple[str, ...]:
    """In which units a quantity of these goods may be typed, the base unit first."""
    return (goods.uom, *(one.unit for one in goods.packagings))


def to_change(unit: Unit, facts: HandlingFacts, action: str) -> tuple[Content, ...]:
    """The goods in and on a unit that `hold` or `release` would change; none where it stands nowhere."""
    if unit.location is None:
        return ()
    return tuple(one for one in facts.all_in(unit.id) if one.status in _TAKES[action])


def _commands(state: HandlingState, facts: HandlingFacts, unit: Unit | None) -> tuple[str, ...]:
    if state.asking:
        return ("CANCEL",)
    if unit is None:
        return ("UNDO", "NEW_UNIT")
    lift = ("LIFT",) if unit.parent else ()
    unpack = ("UNPACK",) if facts.directly_in(unit.id) or unit.carries else ()
    hold = ("HOLD",) if to_change(unit, facts, "hold") else ()
    release = ("RELEASE",) if to_change(unit, facts, "release") else ()
    label = ("PRINT_LABEL",) if is_sscc(unit.number) and facts.printer else ()
    retire = ("RETIRE",) if unit.state in IDLE else ("USE_AGAIN",) if unit.state == "retired" else ()
    return ("UNDO", *lift, *unpack, *hold, *release, *label, *retire, "CANCEL")


def _choices(state: HandlingState, facts: HandlingFacts) -> tuple[Choice, ...]:
    match state.asking:
        case "kind":
            return tuple(Choice(kind.upper(), f"handling.{kind}") for kind in KINDS)
        case "hold" | "release":
            return tuple(Choice(reason, f"reason.{reason}") for reason in facts.reasons)
        case "goods" if state.unit:
            return tuple(
                Choice(one.key, "handling.goods", {"amount": amount(one.qty, one.uom, one.sku), "lot": one.lot})
                for one in facts.directly_in(state.unit)
            )
        case "other":
            unit, other = facts.unit(state.unit), facts.unit(state.other)
            if unit is None or other is None:
                return ()
            told = {"unit": unit.number, "other": other.number}
            some = bool(facts.directly_in(unit.id))
            kinds = ("ONTO", *(("SPLIT",) if some else ()), *(("MERGE",) if some or unit.carries else ()), "TAKE")
            return tuple(Choice(kind, f"handling.{kind.lower()}", told) for kind in kinds)
    return ()


def _panel(unit: Unit) -> ItemPanel:
    details = (
        ("lookup.kind", unit.kind),
        ("caption.place", unit.place),
        ("lookup.stands_on", unit.parent_number),
        ("handling.carries", str(unit.carries) if unit.carries else ""),
        ("handling.unit_state", unit.state),
    )
    return ItemPanel(unit.number, "", details=tuple(pair for pair in details if pair[1]))


def _row(goods: Content, *, current: bool) -> Row:
    cells = (
        goods.unit_number,
        goods.sku,
        goods.name,
        goods.lot,
        goods.expiry.isoformat() if goods.expiry else "",
        goods.status,
        format_quantity(goods.qty, goods.uom),
        format_quantity(goods.reserved, goods.uom) if goods.reserved else "",
    )
    return Row(cells, "current" if current else "open")
