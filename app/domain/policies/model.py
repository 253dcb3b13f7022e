"""What a policy and a decision consist of, as data."""

import operator as compare
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

Scalar = str | int | bool | None
"""What a fact looks like in JSON: decimals, dates, ids and enums are written as text."""

T_co = TypeVar("T_co", covariant=True)
K = TypeVar("K", bound=StrEnum)


class Answer(StrEnum):
    """What the person may do next: go on, scan the same code again to confirm, or do something else."""

    ACCEPT = "accept"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[K]):
    """What the rules say of one scan or quantity: a kind that texts are found by, the answer, and the facts."""

    kind: K
    answer: Answer
    facts: Mapping[str, object] = field(default_factory=dict)


class Scope(StrEnum):
    """What a policy is made for, the most specific first: an item's policy beats its category's, and so on."""

    ITEM = "item"
    CATEGORY = "category"
    PARTNER = "partner"
    ZONE = "zone"
    WAREHOUSE = "warehouse"
    COMPANY = "company"


class Operator(StrEnum):
    """How a condition compares a fact with its value. An unknown fact satisfies none of them but `known`: false."""

    IS = "is"
    IS_NOT = "is_not"
    BELOW = "below"
    AT_MOST = "at_most"
    ABOVE = "above"
    AT_LEAST = "at_least"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    BEGINS_WITH = "begins_with"
    KNOWN = "known"


_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.IS: compare.eq,
    Operator.IS_NOT: compare.ne,
    Operator.BELOW: compare.lt,
    Operator.AT_MOST: compare.le,
    Operator.ABOVE: compare.gt,
    Operator.AT_LEAST: compare.ge,
    Operator.ONE_OF: lambda found, values: found in values,
    Operator.NONE_OF: lambda found, values: found not in values,
    Operator.CONTAINS: lambda found, value: value.casefold() in found.casefold(),
    Operator.BEGINS_WITH: lambda found, value: found.casefold().startswith(value.casefold()),
}
ORDERING = frozenset({Operator.BELOW, Operator.AT_MOST, Operator.ABOVE, Operator.AT_LEAST})
WORDS = frozenset({Operator.CONTAINS, Operator.BEGINS_WITH})
LISTS = frozenset({Operator.ONE_OF, Operator.NONE_OF})


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a declared fact with a value, such as `zone is "Storage"`."""

    field: str
    operator: Operator
    value: Any

    def holds(self, facts: object) -> bool:
        """Whether the fact compares as the condition wants."""
        found = getattr(facts, self.field)
        if self.operator is Operator.KNOWN:
            return (found is not None) is self.value
        return found is not None and _COMPARE[self.operator](found, self.value)


@dataclass(frozen=True, slots=True)
class Rule(Generic[T_co]):
    """When all conditions hold, the parameters in `then` apply. A rule without conditions always holds.

    `name` is a code; its text stands among the captions.
    """

    name: str
    when: tuple[Condition, ...]
    then: T_co

    def holds(self, facts: object) -> bool:
        """Whether every condition holds."""
        for condition in self.when:  # noqa: SIM110  (a third faster than all(), and asked for every bin of a warehouse)
            if not condition.holds(facts):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Sift:
    """What a rule may say of a candidate in *filter, then sort*: it is out, or it belongs to the group `rank`.

    Rank 1 comes first. The first rule that ranks a candidate decides; a candidate that no rule ranks comes last.
    """

    forbid: bool = False
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Rules(Generic[T_co]):
    """The rules of a policy in their order, and the facts by which equals are sorted.

    A `-` before a sort field means largest first. `about` is the facts' dataclass that they were checked against.
    """

    about: type
    rules: tuple[Rule[T_co], ...]
    sort: tuple[str, ...] = ()


BEGINNING = datetime.min.replace(tzinfo=UTC)
"""Before every other moment: for policies that have always been in force."""


@dataclass(frozen=True, slots=True)
class Policy(Generic[T_co]):
    """The rules of one capability for one scope, from a moment on.

    `scope_id` says which item, category, … is meant; it is empty for the whole company.
    """

    capability: str
    rules: Rules[T_co]
    scope: Scope = Scope.COMPANY
    scope_id: str = ""
    version: int = 1
    valid_from: datetime = BEGINNING


@dataclass(frozen=True, slots=True)
class Considered:
    """One candidate as the policy saw it: rules passed and failed by name, and the values they looked at.

    `because` is the rule that gave the candidate its place, empty where none did.
    """

    candidate: str
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    seen: Mapping[str, Scalar] = field(default_factory=dict)
    because: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was chosen and why, as codes and facts; stored with what it decided and shown by the "why?" widget.

    `chosen` names the candidates taken, in order, and is empty where nothing was possible. `considered` lists the
    chosen, the runners-up and examples of those that failed; `left_out` counts all others by the rule that failed
    them (an empty name: they passed, further down). `policy` says which policy decided.
    """

    chosen: tuple[str, ...]
    considered: tuple[Considered, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    policy: Mapping[str, Scalar] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The decision as plain JSON values."""
        return {
            "chosen": list(self.chosen),
            "considered": [
                {
                    "candidate": one.candidate,
                    "passed": list(one.passed),
                    "failed": list(one.failed),
                    "seen": dict(one.seen),
                    "because": one.because,
                }
                for one in self.considered
            ],
            "left_out": dict(self.left_out),
            "policy": dict(self.policy),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Decision":
        """The decision that `to_json` wrote."""
        return cls(
            chosen=tuple(document["chosen"]),
            considered=tuple(
                Considered(**{**one, "passed": tuple(one["passed"]), "failed": tuple(one["failed"])})
                for one in document["considered"]
            ),
            left_out=dict(document["left_out"]),
            policy=dict(document["policy"]),
        )
