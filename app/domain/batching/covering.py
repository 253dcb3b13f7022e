"""Of many batches that were measured, those which together hold every order once and are shortest."""

from collections.abc import Mapping, Sequence

import numpy as np


def best_of(lengths: Mapping[frozenset[int], float], orders: Sequence[int]) -> list[frozenset[int]]:
    """The shortest choice of batches with each order in exactly one of them; `lengths` must allow one at least.

    Set partitioning as an integer program: Gademann and van de Velde, IIE Transactions 37 (1), 2005, 63-75; solved by
    HiGHS.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  (scipy is heavy: loaded on first use)
    from scipy.sparse import coo_matrix  # noqa: PLC0415

    row_of = {order: row for row, order in enumerate(orders)}
    batches = [batch for batch in lengths if batch]
    rows = [row_of[order] for batch in batches for order in batch]
    columns = [column for column, batch in enumerate(batches) for _ in batch]
    cover = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(orders), len(batches)))
    found = milp(
        np.array([lengths[batch] for batch in batches]),
        constraints=LinearConstraint(cover.tocsr(), 1, 1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(batches)),
        options={"mip_rel_gap": 0},
    )
    return [batch for batch, taken in zip(batches, found.x, strict=True) if taken > 0.5]
