"""Waves: which orders are released together, on which walks, and whether the people there are can do it in time.

`rules` are the policy: how orders of a kind are picked, by which cart, together with which others. `planning` makes
walks of the orders by it, foretells metres and minutes, and says which orders do not fit and why; `crews` are the
people of the shifts, and `people` gives the walks to them. `model` are the nouns of a plan.
"""

from app.domain.waves.crews import Begun, Crew, Load, Rota, Shift, crews_of
from app.domain.waves.model import Asked, Bin, LeftOut, Missing, Plan, PlannedWalk, Short, Waiting, Why
from app.domain.waves.planning import order_facts, plan_wave, ready_walks, waits_for_people
from app.domain.waves.rules import FORM, Manner, Mode, OrderType, WaveFacts

__all__ = [
    "FORM",
    "Asked",
    "Begun",
    "Bin",
    "Crew",
    "LeftOut",
    "Load",
    "Manner",
    "Missing",
    "Mode",
    "OrderType",
    "Plan",
    "PlannedWalk",
    "Rota",
    "Shift",
    "Short",
    "Waiting",
    "WaveFacts",
    "Why",
    "crews_of",
    "order_facts",
    "plan_wave",
    "ready_walks",
    "waits_for_people",
]
