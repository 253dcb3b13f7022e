"""How pickers walk a block by rule: S-shape, largest gap, combined. What a planned walk is measured against.

Source: Roodbergen and de Koster, International Journal of Production Research 39 (9), 2001, 1865–1883. The walk starts
and ends in front of the same aisle, at the front cross aisle. Lengths in mm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Block:
    """Parallel aisles of one length; `picks`: by the place of an aisle on the front, how deep in it the bins are."""

    aisle_mm: float
    depot_mm: float
    picks: Mapping[float, Sequence[float]]

    @property
    def front_mm(self) -> float:
        """What is walked along the cross aisles, whichever rule is kept."""
        left, right = min(self.picks), max(self.picks)
        return abs(self.depot_mm - left) + (right - left) + abs(right - self.depot_mm)


def s_shape(block: Block) -> float:
    """Each aisle with a pick is walked through; in the last of an odd number one turns round at the farthest pick."""
    aisles = sorted(block.picks)
    through, odd = divmod(len(aisles), 2)
    last = 2 * max(block.picks[aisles[-1]]) if odd else 0.0
    return block.front_mm + 2 * through * block.aisle_mm + last


def largest_gap(block: Block) -> float:
    """The first and last aisle are walked through, the others from both ends, up to their largest gap."""
    aisles = sorted(block.picks)
    if len(aisles) == 1:
        return block.front_mm + 2 * max(block.picks[aisles[0]])
    inner = 0.0
    for aisle in aisles[1:-1]:
        depths = sorted((0.0, *block.picks[aisle], block.aisle_mm))
        inner += 2 * (block.aisle_mm - max(deep - before for before, deep in pairwise(depths)))
    return block.front_mm + 2 * block.aisle_mm + inner


def combined(block: Block) -> float:
    """Each aisle is walked through, or left where it was entered, whichever is best with those that follow."""
    front, back = 0.0, float("inf")
    for aisle in sorted(block.picks):
        depths = block.picks[aisle]
        front, back = (
            min(front + 2 * max(depths), back + block.aisle_mm),
            min(front + block.aisle_mm, back + 2 * (block.aisle_mm - min(depths))),
        )
    return block.front_mm + front
