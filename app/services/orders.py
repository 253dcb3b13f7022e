"""Customer orders as use cases: what the list in a parcel says."""

from collections.abc import Collection
from uuid import UUID

from app.database import orders as store
from app.database.orders import PackingList
from app.services.work import UnitOfWork


def packing_lists(unit: UnitOfWork, documents: Collection[UUID]) -> tuple[PackingList, ...]:
    """The packing lists of these orders, in the order asked for; `reports.packing_list` prints them."""
    return tuple(store.packing_lists(unit.session, documents))
