"""Waves: which orders are released together, on which walks, and whether the people there are can do it in time.

`rules` are the policy: how orders of a kind are picked, by which cart, together with which others. `planning` makes
walks of the orders by it, foretells metres, minutes and people, and says which orders do not fit and why; `model` are
its nouns.
"""

from app.domain.waves.model import Asked, Bin, LeftOut, Missing, Plan, PlannedWalk, Short, Waiting, Why
from app.domain.waves.planning import order_facts, plan_wave, ready_walks
from app.domain.waves.rules import FORM, Manner, Mode, OrderType, WaveFacts

__all__ = [
    "FORM",
    "Asked",
    "Bin",
    "LeftOut",
    "Manner",
    "Missing",
    "Mode",
    "OrderType",
    "Plan",
    "PlannedWalk",
    "Short",
    "Waiting",
    "WaveFacts",
    "Why",
    "order_facts",
    "plan_wave",
    "ready_walks",
]
