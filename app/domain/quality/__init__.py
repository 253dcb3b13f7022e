"""Quality check of goods that come in: which are looked at, how many pieces of them, and what that says of the lot.

`rules` is what inspection policies may say, `sampling` the plans of ISO 2859-1, `switching` how strictly a supplier's
next lot is looked at, `checklists` what is looked at on a piece, `verdicts` what the sample says.
"""

from app.domain.quality.checklists import Check, Reading, checked, measured
from app.domain.quality.rules import (
    FORM,
    InspectionFacts,
    InspectionRule,
    Method,
    Wanted,
    plan_of_lot,
    wanted,
)
from app.domain.quality.sampling import (
    AQLS,
    LETTERS,
    LOTS_UP_TO,
    Level,
    SamplingPlan,
    Severity,
    code_letter,
    one_step_tighter,
    plan_for,
    plan_of,
)
from app.domain.quality.switching import Lot, Standing, skips_next, standing_after
from app.domain.quality.verdicts import STATUS, Disposition, LotVerdict, against, verdict_of

__all__ = [
    "AQLS",
    "FORM",
    "LETTERS",
    "LOTS_UP_TO",
    "STATUS",
    "Check",
    "Disposition",
    "InspectionFacts",
    "InspectionRule",
    "Level",
    "Lot",
    "LotVerdict",
    "Method",
    "Reading",
    "SamplingPlan",
    "Severity",
    "Standing",
    "Wanted",
    "against",
    "checked",
    "code_letter",
    "measured",
    "one_step_tighter",
    "plan_for",
    "plan_of",
    "plan_of_lot",
    "skips_next",
    "standing_after",
    "verdict_of",
    "wanted",
]
