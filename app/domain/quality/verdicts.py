"""What a sample says of its lot, and what may become of the goods."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.quality.sampling import SamplingPlan


class LotVerdict(StrEnum):
    """What the plan says of a lot; `failed` may be known before the whole sample was looked at."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


class Disposition(StrEnum):
    """What becomes of goods that were looked at."""

    ACCEPT = "accept"
    HOLD = "hold"
    REJECT = "reject"
    RETURN = "return"
    REWORK = "rework"


STATUS: Mapping[Disposition, str] = {
    Disposition.ACCEPT: "available",
    Disposition.HOLD: "quarantined",
    Disposition.REJECT: "blocked",
    Disposition.RETURN: "blocked",
    Disposition.REWORK: "quarantined",
}
"""The status that goods have by it. Goods for rework stay on hold until they were looked at again."""


def verdict_of(plan: SamplingPlan, *, looked_at: int, defective: int) -> LotVerdict:
    """What so many pieces of the sample, of which so many are defective, say of the lot."""
    if defective >= plan.reject:
        return LotVerdict.FAILED
    return LotVerdict.PASSED if looked_at >= plan.size else LotVerdict.OPEN


def against(verdict: LotVerdict, disposition: Disposition) -> bool:
    """Whether taking a lot into stock goes against what the plan says of it: then somebody answers for it."""
    return disposition is Disposition.ACCEPT and verdict is not LotVerdict.PASSED
