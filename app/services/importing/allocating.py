"""Goods for the orders of a file, at once: many orders a transaction, each by itself where one is refused."""

import logging
from collections.abc import Iterable, Sequence
from uuid import UUID

from app.domain.errors import Fault, Refusal
from app.services import allocation
from app.services.importing.orders import MadeOrder
from app.services.work import Worker

_log = logging.getLogger(__name__)


def allocate_imported(worker: Worker, orders: Iterable[MadeOrder]) -> None:
    """Reserve what these customers' orders want; what cannot be reserved now waits with the other orders."""
    by_warehouse: dict[UUID, list[MadeOrder]] = {}
    for order in orders:
        by_warehouse.setdefault(order.warehouse, []).append(order)
    most = allocation.MOST_ORDERS_AT_ONCE
    for there in by_warehouse.values():
        for first in range(0, len(there), most):
            _allocate(worker, there[first : first + most])


def _allocate(worker: Worker, orders: Sequence[MadeOrder]) -> None:
    documents = [order.id for order in orders]
    try:
        worker.run(lambda unit: allocation.allocate_orders(unit, documents))
    except (Refusal, Fault) as later:
        if len(orders) == 1:
            _log.warning("order %s waits for its goods: %s", orders[0].number, later)
            return
        for order in orders:
            _allocate(worker, [order])
