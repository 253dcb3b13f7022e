"""What put-away does: keep why a bin was proposed, book goods into a bin."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.dialogs.definition import Effect, Where
from app.services import putaway
from app.services.putaway import Goods, Place
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Keep:
    """A bin was proposed, or none was found, and this is why."""

    decision: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PutAway:
    """So much of the goods (base units) lies in this bin now."""

    goods: Goods
    quantity: Decimal
    place: Place


@dataclass(frozen=True, slots=True)
class CrossDock:
    """So much of the goods (base units) is in this tote now, for the order line that waits for them."""

    goods: Goods
    quantity: Decimal
    line: UUID
    tote: UUID


Command = Keep | PutAway | CrossDock


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command of put-away."""
    match command:
        case Keep(decision):
            putaway.keep_decision(unit, warehouse=where.warehouse, decision=decision)
            return Effect()
        case PutAway(goods, quantity, place):
            posting = putaway.put_away(unit, warehouse=where.warehouse, goods=goods, quantity=quantity, place=place)
            return Effect(postings=(posting,))
        case CrossDock(goods, quantity, line, tote):
            posting = putaway.cross_dock(unit, goods=goods, line=line, quantity=quantity, tote=tote)
            return Effect(postings=(posting,))
