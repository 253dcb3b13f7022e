"""Applying policies: the only evaluator of rules, in its two modes."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from app.domain.policies.model import Considered, Decision, Policy, Rule, Scalar, Scope, Sift

T = TypeVar("T")
C = TypeVar("C")

RUNNERS_UP_SHOWN = 10
FAILED_SHOWN_PER_RULE = 3


def in_force(
    policies: Iterable[Policy[T]], where: Mapping[Scope, str | Sequence[str]], at: datetime
) -> Policy[T] | None:
    """The one policy that decides a case at a moment: the most specific scope, then the latest that has begun.

    `where` names the case's item, category, … as far as they are known; several of one scope, such as a category and
    those above it, with the most specific first. One policy decides alone; rules of wider scopes are not mixed in, so
    that a policy can be read by itself. None where no policy is made for the case.
    """
    order = [(scope, one) for scope in Scope for one in _named(where.get(scope, ()))] + [(Scope.COMPANY, "")]
    fitting = [each for each in policies if each.valid_from <= at and (each.scope, each.scope_id) in order]
    return max(
        fitting,
        key=lambda each: (-order.index((each.scope, each.scope_id)), each.valid_from, each.version),
        default=None,
    )


def _named(one_or_more: str | Sequence[str]) -> Sequence[str]:
    return (one_or_more,) if isinstance(one_or_more, str) else one_or_more


def first_match(policy: Policy[T], facts: object) -> tuple[T | None, Decision]:
    """The parameters of the first rule that holds for the case, and why; None where no rule holds.

    Here the rules themselves are what is considered, up to the one that held.
    """
    _expect(policy, facts)
    considered = []
    for rule in policy.rules.rules:
        holds = rule.holds(facts)
        considered.append(_considered(rule, facts, holds=holds))
        if holds:
            return rule.then, Decision((rule.name,), tuple(considered), policy=_reference(policy))
    return None, Decision((), tuple(considered), policy=_reference(policy))


def _considered(rule: Rule[T], facts: object, *, holds: bool) -> Considered:
    return Considered(
        candidate=rule.name,
        passed=(rule.name,) if holds else (),
        failed=() if holds else (rule.name,),
        seen={condition.field: _scalar(getattr(facts, condition.field)) for condition in rule.when},
        because=rule.name if holds else "",
    )


def every_match(policy: Policy[T], facts: object) -> tuple[T, ...]:
    """The parameters of every rule that holds for the case, in the order of the rules; each of them adds something."""
    _expect(policy, facts)
    return tuple(rule.then for rule in policy.rules.rules if rule.holds(facts))


def every_match_why(policy: Policy[T], facts: object) -> Decision:
    """Which rules hold for the case, and what the others found, in the order of the rules."""
    considered = [_considered(rule, facts, holds=rule.holds(facts)) for rule in policy.rules.rules]
    chosen = tuple(one.candidate for one in considered if one.passed)
    return Decision(chosen, tuple(considered), policy=_reference(policy))


def _only_the_best(ranked: Sequence[object]) -> int:
    return min(1, len(ranked))


def filter_then_sort(
    policy: Policy[Sift],
    candidates: Sequence[C],
    name: Callable[[C], str],
    taken: Callable[[Sequence[C]], int] = _only_the_best,
) -> tuple[tuple[C, ...], Decision]:
    """All candidates that no rule forbids, best first, and why.

    `name` is what the decision calls a candidate; `taken` says how many of the ranked ones are chosen.

    Order: the rank of the first ranking rule that holds, then the policy's sort fields (unknown values last, text in
    natural order: A2 before A10), then as given.
    """
    passed: list[C] = []
    failed: list[tuple[C, str]] = []
    forbidding = _forbidding(policy)
    for candidate in candidates:
        _expect(policy, candidate)
        broken = next((rule.name for rule in forbidding if rule.holds(candidate)), None)
        if broken is None:
            passed.append(candidate)
        else:
            failed.append((candidate, broken))
    ranked = _sorted(policy, passed)
    return tuple(ranked), _explain(policy, ranked, failed, name=name, most=taken(ranked))


def broken_rules(policy: Policy[Sift], candidate: object) -> tuple[tuple[str, Mapping[str, Scalar]], ...]:
    """Every rule that forbids one candidate, with the values it saw: the filter of `filter_then_sort`, for one."""
    _expect(policy, candidate)
    return tuple(
        (rule.name, {condition.field: _scalar(getattr(candidate, condition.field)) for condition in rule.when})
        for rule in _forbidding(policy)
        if rule.holds(candidate)
    )


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that orders numbers inside text by value, so that bin A2 comes before A10."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part)


def _expect(policy: Policy[Any], facts: object) -> None:
    if not isinstance(facts, policy.rules.about):
        raise TypeError(f"policy of {policy.capability} speaks of {policy.rules.about.__name__}, got {type(facts)}")


def _forbidding(policy: Policy[Sift]) -> list[Rule[Sift]]:
    return [rule for rule in policy.rules.rules if rule.then.forbid]


def _ranking(policy: Policy[Sift]) -> list[Rule[Sift]]:
    return [rule for rule in policy.rules.rules if rule.then.rank is not None]


def _sorted(policy: Policy[Sift], candidates: Sequence[C]) -> list[C]:
    """Stable sorts from the last criterion to the first, so that each may have its own direction."""
    ranked = list(candidates)
    for sort in reversed(policy.rules.sort):
        descending = sort.startswith("-")
        ranked.sort(key=_by(sort.removeprefix("-"), unknown_is_high=not descending), reverse=descending)
    ranks = [(rule, rule.then.rank or 0) for rule in _ranking(policy)]
    last = max((rank for _, rank in ranks), default=0) + 1
    ranked.sort(key=lambda candidate: next((rank for rule, rank in ranks if rule.holds(candidate)), last))
    return ranked


def _by(name: str, *, unknown_is_high: bool) -> Callable[[object], tuple[bool, Any]]:
    def key(candidate: object) -> tuple[bool, Any]:
        value = getattr(candidate, name)
        known = value is not None
        return known is not unknown_is_high, natural_key(value) if isinstance(value, str) else value

    return key


def _explain(
    policy: Policy[Sift], ranked: Sequence[C], failed: Sequence[tuple[C, str]], *, name: Callable[[C], str], most: int
) -> Decision:
    shown = ranked[: most + RUNNERS_UP_SHOWN]
    left_out: Counter[str] = Counter()
    if len(ranked) > len(shown):
        left_out[""] = len(ranked) - len(shown)
    examples: list[C] = []
    taken: Counter[str] = Counter()
    for candidate, rule in failed:
        if taken[rule] < FAILED_SHOWN_PER_RULE:
            examples.append(candidate)
            taken[rule] += 1
        else:
            left_out[rule] += 1
    looked = _look(policy)
    return Decision(
        chosen=tuple(name(candidate) for candidate in ranked[:most]),
        considered=tuple(_consider(looked, candidate, name(candidate)) for candidate in [*shown, *examples]),
        left_out=dict(left_out),
        policy=_reference(policy),
    )


class _Look(NamedTuple):
    """What explaining a candidate looks at, the same for all of them."""

    forbidding: list[Rule[Sift]]
    ranking: list[Rule[Sift]]
    facts: list[str]


def _look(policy: Policy[Sift]) -> _Look:
    spoken_of = {condition.field for rule in policy.rules.rules for condition in rule.when}
    spoken_of |= {sort.removeprefix("-") for sort in policy.rules.sort}
    return _Look(_forbidding(policy), _ranking(policy), sorted(spoken_of))


def _consider(look: _Look, candidate: object, name: str) -> Considered:
    failed = tuple(rule.name for rule in look.forbidding if rule.holds(candidate))
    because = next((rule.name for rule in look.ranking if rule.holds(candidate)), "")
    return Considered(
        candidate=name,
        passed=tuple(rule.name for rule in look.forbidding if rule.name not in failed)
        + ((because,) if because else ()),
        failed=failed,
        seen={fact: _scalar(getattr(candidate, fact)) for fact in look.facts},
        because="" if failed else because,
    )


def _reference(policy: Policy[Any]) -> dict[str, Scalar]:
    return {
        "capability": policy.capability,
        "scope": policy.scope.value,
        "scope_id": policy.scope_id,
        "version": policy.version,
    }


def _scalar(value: object) -> Scalar:
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)
