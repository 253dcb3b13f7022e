"""Directed put-away: the system proposes the bin for goods at the dock, and says why, and why no other.

`facts` is what rules may speak of, `rules` the policy as delivered, `choosing` the proposal and the check of a bin that
a person scans instead: both by the very same rules. `slotting` ranks goods by how often they are picked.
"""

from app.domain.putaway.choosing import FailedRule, Part, Proposal, check, propose
from app.domain.putaway.facts import BinFacts, BinKind, GoodsFacts, Mixing, PutawayFacts, room
from app.domain.putaway.rules import FORM

__all__ = [
    "FORM",
    "BinFacts",
    "BinKind",
    "FailedRule",
    "GoodsFacts",
    "Mixing",
    "Part",
    "Proposal",
    "PutawayFacts",
    "check",
    "propose",
    "room",
]
