"""Numbers and dates of goods in hand: typed, scanned as plain codes, or many serial numbers at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.dialogs.definition import Pending
from app.dialogs.dialog import Key, Scanned, Weighed
from app.dialogs.grammar import error, not_understood, plain_number, warning
from app.dialogs.receiving.booking import as_goods, book, judge
from app.dialogs.receiving.outcome import Out, shown
from app.dialogs.receiving.prompt import SERIALS, in_hand, missing
from app.dialogs.receiving.state import ReceivingState
from app.domain.errors import Refusal
from app.domain.receiving import Collected, Conflict
from app.domain.scanning import CodeKind
from app.domain.serials import MOST_CHARACTERS, checked_number, serial_numbers
from app.domain.values import format_quantity, parse_in_units, parse_quantity
from app.services.receiving import ExpectedDocument, OrderLine, ReceivingFacts

_SCALE_DECIMALS = 3
"""Grams."""


def number_of(event: Scanned) -> str:
    """What a plain code would be as a lot or serial number; nothing where it can be none."""
    return plain_number(event, MOST_CHARACTERS)


def take_plain(state: ReceivingState, facts: ReceivingFacts, line: OrderLine, number: str, event: Scanned) -> Out:
    """A plain code where a lot or serial number is asked for: the same code again says that it is meant as that."""
    if number in (state.collected.lot, state.collected.serial):
        return book(state, facts, line, state.collected, event=event)
    wanted = missing(line, state.collected)
    about = f"{wanted}/{line.id}"
    again = wanted == "lot" and state.last is not None and (state.last.line, state.last.lot) == (line.id, number)
    if again or state.pending.confirms(event, about):
        lot = wanted == "lot"
        collected = replace(state.collected, lot=number) if lot else replace(state.collected, serial=number)
        return book(replace(state, pending=Pending()), facts, line, collected, event=event)
    waiting = replace(state, pending=Pending(event.scan.raw, about))
    return shown(waiting, facts, warning(f"receiving.plain_{wanted}", scan=number, sku=line.sku))


def list_scanned(state: ReceivingState, event: Scanned, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """While many serial numbers of one item are asked for, each code is one piece of it."""
    line = document.line_for(state.collected.item.id) if state.collected.item else None
    collected = state.collected.merge(event.reading)
    if isinstance(collected, Conflict):
        told = {"field": collected.field, "held": collected.held, "scanned": collected.scanned}
        return shown(state, facts, error("receiving.conflict", **told))
    serial = event.reading.serial or number_of(event)
    if line is None or event.reading.faults or not serial:
        of_item = event.reading.of(CodeKind.ITEM) and line
        told_so = warning("receiving.serial_wanted", sku=line.sku) if of_item and line else not_understood(event)
        return shown(state, facts, told_so)
    goods = as_goods(line, collected)
    return judge(state, facts, line, goods, Decimal(1), event=event, serials=(serial,))


def typed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """An answer was typed: a quantity, a lot number, an expiry date, or kilograms."""
    line = document.line(state.last.line) if state.last else None
    try:
        if state.asking == "quantity" and state.last and line:
            quantity = parse_in_units(
                key.text, base=line.unit, units=line.packagings, decimals=line.decimals, default=state.last.factor
            )
            return judge(replace(state, asking=""), facts, line, state.last, quantity, event=key)
        if state.asking == SERIALS:
            return _listed(state, key, facts, document)
        if (collected := _filled_in(state, key.text.strip())) is not None:
            return _complete(state, facts, document, collected, key)
    except Refusal as refusal:
        told = {name: str(value) for name, value in refusal.facts.items()}
        return shown(state, facts, error(refusal.code, **told))
    except ValueError:
        return shown(state, facts, error("receiving.date_unreadable", text=key.text))
    return shown(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))


def _filled_in(state: ReceivingState, text: str) -> Collected | None:
    """The goods in hand with what was asked for; None where something else was asked."""
    match state.asking:
        case "lot":
            return replace(state.collected, lot=checked_number(text) or None)
        case "expiry":
            return replace(state.collected, expiry=_day(text))
        case "weight":
            return replace(state.collected, weight_kg=parse_quantity(text))
        case _:
            return None


def take_weight(state: ReceivingState, event: Weighed, facts: ReceivingFacts) -> Out:
    """The scale's answer: goods that are weighed are booked with it, where it is stable, fresh and above zero."""
    document, weight = in_hand(state, facts), event.weight
    if document is None or not weight.capturable or weight.kg <= 0:
        told = format_quantity(round(weight.kg, _SCALE_DECIMALS), "kg")
        return shown(state, facts, error("receiving.weight_not_usable", weight=told))
    return _complete(state, facts, document, replace(state.collected, weight_kg=weight.kg), event)


def _complete(
    state: ReceivingState, facts: ReceivingFacts, document: ExpectedDocument, collected: Collected, key: Key | Weighed
) -> Out:
    """Go on with goods whose lot, expiry or weight is known now."""
    line = document.line_for(collected.item.id) if collected.item else None
    if line is None:
        return shown(replace(state, asking="", collected=collected), facts, None)
    return book(replace(state, asking=""), facts, line, collected, event=key)


def confirm_typed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """More than ordered was typed, and is taken all the same."""
    assert state.last is not None
    line = document.line(state.last.line)
    quantity = Decimal(state.pending.about.rpartition("/")[2])
    if line is None:
        return shown(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))
    return judge(state, facts, line, state.last, quantity, event=key)


def _listed(state: ReceivingState, key: Key, facts: ReceivingFacts, document: ExpectedDocument) -> Out:
    """A list or range of serial numbers was typed: one piece of each, all or none."""
    line = document.line_for(state.collected.item.id) if state.collected.item else None
    if line is None:
        return shown(replace(state, asking=""), facts, error("dialog.not_now", command=key.command))
    serials = serial_numbers(key.text)
    goods = as_goods(line, state.collected)
    return judge(state, facts, line, goods, Decimal(len(serials)), event=key, serials=serials)


def _day(text: str) -> date:
    """A date as typed: 2026-12-31, or with points 31.12.2026. Slashes mean different days in different countries."""
    parts = text.split(".")
    if len(parts) == len(("day", "month", "year")) and len(parts[2]) == len("2026"):
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    return date.fromisoformat(text)
