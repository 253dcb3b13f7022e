"""Order batching: which orders one picker takes along on one walk, so that all walks together are short.

`model` are the nouns, `planning` finds good batches; `referees` find the best ones of few orders, slowly.
"""

from app.domain.batching.model import Batches, Cart, PickOrder
from app.domain.batching.planning import first_come, plan_batches

__all__ = ["Batches", "Cart", "PickOrder", "first_come", "plan_batches"]
