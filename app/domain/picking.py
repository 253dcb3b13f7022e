"""Picking: the order of the walk, and what a scan at the bin means for the task.

Thin so far: bins are walked in their walk position; shortest routes, batches, clusters and zones come with their
issue. What follows a short or another lot is done by the service, together with `schema/55_tasks.sql`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.policies import Answer, Verdict, natural_key


@dataclass(frozen=True, slots=True)
class Pick:
    """One task: `quantity` base units of an item from a bin. `lot` is the reserved one, None where any will do."""

    id: str
    sku: str
    address: str
    zone: str
    quantity: Decimal
    lot: str | None = None
    expiry: date | None = None
    walk_position: int | None = None


class PickVerdict(StrEnum):
    """What a scan at the bin means for the task."""

    MATCH = "match"
    OTHER_BIN_SAME_ZONE = "other_bin_same_zone"
    WRONG_BIN = "wrong_bin"
    WRONG_ITEM = "wrong_item"
    OTHER_LOT = "other_lot"
    EXPIRED = "expired"


def in_walking_order(picks: Iterable[Pick]) -> tuple[Pick, ...]:
    """The picks as they are walked: by walk position, then by address as people count (A2 before A10)."""
    return tuple(sorted(picks, key=lambda pick: (_way(pick), pick.sku, pick.lot or "", pick.id)))


def match_bin(pick: Pick, *, address: str, zone: str, holds_item: bool) -> Verdict[PickVerdict]:
    """Whether the scanned bin is the task's; another one of its zone will do if it holds the item, on a second scan."""
    facts = {"wanted": pick.address, "scanned": address, "sku": pick.sku}
    if address == pick.address:
        return Verdict(PickVerdict.MATCH, Answer.ACCEPT, facts)
    if zone == pick.zone and holds_item:
        return Verdict(PickVerdict.OTHER_BIN_SAME_ZONE, Answer.CONFIRM, facts)
    return Verdict(PickVerdict.WRONG_BIN, Answer.REFUSE, facts)


def match_goods(
    pick: Pick, *, sku: str, today: date, lot: str | None = None, expiry: date | None = None
) -> Verdict[PickVerdict]:
    """Whether the scanned goods are the task's.

    Another lot of the item swaps the reservation on a second scan. Goods may still be picked on the day they expire;
    where the code holds no expiry, that of the task's own lot counts. A code without a lot is taken as the task's.
    """
    if sku != pick.sku:
        return Verdict(PickVerdict.WRONG_ITEM, Answer.REFUSE, {"wanted": pick.sku, "scanned": sku})
    other_lot = lot is not None and pick.lot is not None and lot != pick.lot
    expires = expiry if expiry is not None or other_lot else pick.expiry
    facts: dict[str, object] = {"sku": sku, "wanted": pick.lot or "", "scanned": lot or "", "expiry": expires}
    if expires is not None and expires < today:
        return Verdict(PickVerdict.EXPIRED, Answer.REFUSE, facts)
    if other_lot:
        return Verdict(PickVerdict.OTHER_LOT, Answer.CONFIRM, facts)
    return Verdict(PickVerdict.MATCH, Answer.ACCEPT, facts)


def _way(pick: Pick) -> tuple[bool, int, tuple[tuple[int, int, str], ...]]:
    unknown = pick.walk_position is None
    return unknown, pick.walk_position or 0, natural_key(pick.address)
