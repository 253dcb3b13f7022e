"""Rules as data, and the only place that evaluates them.

A capability declares the facts its rules may speak of as a frozen dataclass, and the parameters a rule may set as
another. A policy is a list of rules for one capability and one scope, stored as plain JSON; here it is read, checked
against those two declarations, and applied to a case in one of two modes. Both modes return a `Decision` that says
what was considered and why, so that every choice of the program can be shown to the person it concerns.

Not here: which facts exist (each capability's own module), where policies are stored (database), what the codes read
like (texts). What must never happen whatever the policy says is a constraint of the database, not a rule.
"""

from app.domain.policies.deciding import (
    broken_rules,
    every_match,
    every_match_why,
    filter_then_sort,
    first_match,
    in_force,
    natural_key,
)
from app.domain.policies.model import (
    BEGINNING,
    Answer,
    Condition,
    Considered,
    Decision,
    Operator,
    Policy,
    Rule,
    Rules,
    Scalar,
    Scope,
    Sift,
    Verdict,
)
from app.domain.policies.reading import PolicyForm, RuleFault, parse_rules

__all__ = [
    "BEGINNING",
    "Answer",
    "Condition",
    "Considered",
    "Decision",
    "Operator",
    "Policy",
    "PolicyForm",
    "Rule",
    "RuleFault",
    "Rules",
    "Scalar",
    "Scope",
    "Sift",
    "Verdict",
    "broken_rules",
    "every_match",
    "every_match_why",
    "filter_then_sort",
    "first_match",
    "in_force",
    "natural_key",
    "parse_rules",
]
