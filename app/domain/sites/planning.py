"""Many new places at once, from a range that somebody typed: how many, which, and what is in the way."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from app.domain.errors import Refusal
from app.domain.sites.bins import MOST_BINS, compressed, expand

_BETWEEN = re.compile(r"[\n;,]+")


@dataclass(frozen=True, slots=True)
class RangePlan:
    """The names that a text stands for, in order, and those of them that are there already or stand twice."""

    names: tuple[str, ...]
    clashes: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether all of them can be added."""
        return bool(self.names) and not self.clashes

    @property
    def in_short(self) -> str:
        """The names as short as people write them: `A-01-1–A-01-4, …`."""
        return compressed(self.names)


def plan_range(text: str, taken: Collection[str]) -> RangePlan:
    """The names behind ranges such as `A01-Z99` or `A-01-1..A-20-4`, several with commas between.

    `taken` are the names that the zone has already. Refuses as `expand` does, and more than 100,000 altogether.
    """
    names: dict[str, None] = {}
    clashes: dict[str, None] = {}
    for entry in (part.strip() for part in _BETWEEN.split(text)):
        if not entry:
            continue
        for name in expand(entry):
            if name in names or name in taken:
                clashes[name] = None
            names[name] = None
        if len(names) > MOST_BINS:
            raise Refusal("sites.too_many_bins", text=text[:40], count=len(names), most=MOST_BINS)
    return RangePlan(tuple(names), tuple(clashes))
