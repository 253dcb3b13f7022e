"""The best batches of few orders, from all that the cart takes: what `bench batch` and the tests measure against."""

from collections.abc import Iterator, Sequence

from app.domain.batching.covering import best_of
from app.domain.batching.model import Cart, PickOrder, Walks
from app.domain.walking import Lengths


def by_set_partitioning(orders: Sequence[PickOrder], cart: Cart, lengths: Lengths) -> float:
    """The length of all walks of the best batches, in mm: no set of orders is left out."""
    walks = Walks(orders, lengths)
    for batch in _all_sets(orders, cart, frozenset(), 0):
        walks.mm(batch)
    return sum(walks.mm(batch) for batch in best_of(walks.known, range(len(orders))))


def _all_sets(orders: Sequence[PickOrder], cart: Cart, begun: frozenset[int], first: int) -> Iterator[frozenset[int]]:
    for n in range(first, len(orders)):
        batch = begun | {n}
        if cart.takes(orders[m] for m in batch):
            yield batch
            yield from _all_sets(orders, cart, batch, n + 1)
