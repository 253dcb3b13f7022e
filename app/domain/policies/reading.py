"""Reading policies from JSON: every rule is checked against the capability's declarations before it may decide."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from app.domain.errors import Refusal
from app.domain.policies.model import BEGINNING, LISTS, ORDERING, WORDS, Condition, Operator, Policy, Rule, Rules, Scope

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RuleFault:
    """One thing wrong with a policy's JSON: where, which kind of fault (a code), and what stood there."""

    path: str
    code: str
    found: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PolicyForm(Generic[T]):
    """The form that every policy of a capability takes: the facts it may speak of, and what its rules may set.

    `default` is the JSON of the company's policy until somebody writes another.
    """

    capability: str
    facts: type
    then: type[T]
    default: Mapping[str, Any]

    def read(
        self,
        document: object,
        *,
        scope: Scope = Scope.COMPANY,
        scope_id: str = "",
        version: int = 1,
        valid_from: datetime = BEGINNING,
    ) -> Policy[T]:
        """The policy of one stored row; refuses with all faults (`policies.invalid_rules`)."""
        rules = parse_rules(document, self.facts, self.then)
        return Policy(self.capability, rules, scope, scope_id, version, valid_from)

    def default_policy(self) -> Policy[T]:
        """The company's policy as delivered."""
        return _as_delivered(self)


@cache
def _as_delivered(form: PolicyForm[T]) -> Policy[T]:
    return form.read(form.default)


@cache
def _types_of(kind: type) -> Mapping[str, Any]:
    """What the fields of a dataclass are declared as."""
    return get_type_hints(kind)


def parse_rules(document: object, facts: type, then: type[T]) -> Rules[T]:
    """The rules of `{"rules": [{"name", "when": [{"field", "operator", "value"}], "then": {…}}], "sort": […]}`.

    Every field, operator, value and parameter is checked against the two declared dataclasses. Decimals are written
    as text or whole numbers, never as binary fractions; dates in ISO form.

    Raises:
        Refusal: `policies.invalid_rules` with *all* faults, as `RuleFault`s in the fact `faults`.
    """
    reader = _Reader(facts, then)
    rules = reader.document(document)
    if reader.faults:
        first = reader.faults[0]
        raise Refusal(
            "policies.invalid_rules",
            count=len(reader.faults),
            path=first.path,
            problem=first.code,
            found=first.found,
            faults=tuple(reader.faults),
        )
    return rules


class _WrongValueError(Exception):
    """A JSON value is not of the declared type."""


class _Reader(Generic[T]):
    """Walks through a policy's JSON once and collects every fault on the way."""

    def __init__(self, facts: type, then: type[T]) -> None:
        self.facts = facts
        self.then = then
        self.fact_types = _types_of(facts)
        sets: type = then
        self.then_types = _types_of(sets)
        self.faults: list[RuleFault] = []

    def fault(self, path: str, code: str, found: object = "") -> None:
        """Note a fault and go on reading, so that one look at the list is enough to repair the policy."""
        self.faults.append(RuleFault(path, code, str(found)))

    def an_object(self, value: object, path: str, known: Iterable[str]) -> dict[str, Any]:
        """The value as an object with only known keys; an empty one where it is none."""
        if not isinstance(value, dict):
            self.fault(path, "not_an_object", value)
            return {}
        for key in sorted(set(value) - set(known), key=str):
            self.fault(f"{path}.{key}", "unknown_key", key)
        return value

    def a_list(self, value: object, path: str) -> list[Any]:
        """The value as a list; an empty one where it is none."""
        if isinstance(value, list | tuple):
            return [*value]
        self.fault(path, "not_a_list", value)
        return []

    def document(self, value: object) -> Rules[T]:
        content = self.an_object(value, "policy", ("rules", "sort"))
        rules = [
            self.rule(rule, f"rules[{n}]") for n, rule in enumerate(self.a_list(content.get("rules", []), "rules"))
        ]
        for name, count in Counter(rule.name for rule in rules if rule).items():
            if count > 1:
                self.fault("rules", "name_twice", name)
        sort = self.a_list(content.get("sort", []), "sort")
        for n, name in enumerate(sort):
            if not isinstance(name, str) or name.removeprefix("-") not in self.fact_types:
                self.fault(f"sort[{n}]", "unknown_field", name)
        return Rules(self.facts, tuple(rule for rule in rules if rule), tuple(str(name) for name in sort))

    def rule(self, value: object, path: str) -> Rule[T] | None:
        content = self.an_object(value, path, ("name", "when", "then"))
        name = content.get("name")
        if not isinstance(name, str) or not name:
            self.fault(f"{path}.name", "missing", name)
        conditions = [
            self.condition(condition, f"{path}.when[{n}]")
            for n, condition in enumerate(self.a_list(content.get("when", []), f"{path}.when"))
        ]
        then = self.parameters(content.get("then", {}), f"{path}.then")
        if then is None or None in conditions:
            return None
        return Rule(str(name), tuple(condition for condition in conditions if condition), then)

    def condition(self, value: object, path: str) -> Condition | None:
        content = self.an_object(value, path, ("field", "operator", "value"))
        name, wanted, against = content.get("field"), content.get("operator"), content.get("value")
        if not isinstance(name, str) or name not in self.fact_types:
            self.fault(f"{path}.field", "unknown_field", name)
            return None
        if wanted not in [*Operator]:
            self.fault(f"{path}.operator", "unknown_operator", wanted)
            return None
        operator, declared = Operator(str(wanted)), _without_none(self.fact_types[name])
        if (operator in ORDERING and declared not in (int, Decimal, date)) or (
            operator in WORDS and declared is not str
        ):
            self.fault(f"{path}.operator", "operator_does_not_fit", wanted)
            return None
        try:
            return Condition(name, operator, _operand(against, operator, declared))
        except _WrongValueError:
            self.fault(f"{path}.value", "wrong_value", against)
            return None

    def parameters(self, value: object, path: str) -> T | None:
        before = len(self.faults)
        content = self.an_object(value, path, self.then_types)
        given: dict[str, Any] = {}
        for declared in fields(self.then):  # type: ignore[arg-type]  # `then` is a dataclass, which type[T] cannot say
            name = declared.name
            if name in content:
                try:
                    given[name] = _typed(content[name], self.then_types[name])
                except _WrongValueError:
                    self.fault(f"{path}.{name}", "wrong_value", content[name])
            elif declared.default is MISSING and declared.default_factory is MISSING:
                self.fault(f"{path}.{name}", "missing")
        if len(self.faults) > before:
            return None
        try:
            return self.then(**given)
        except ValueError as reason:
            self.fault(path, "wrong_value", reason)
            return None


def _without_none(declared: Any) -> Any:  # noqa: ANN401  (a type form, which Python 3.11 cannot name)
    if get_origin(declared) in (Union, UnionType):
        return next(kind for kind in get_args(declared) if kind is not NoneType)
    return declared


def _operand(value: object, operator: Operator, declared: Any) -> Any:  # noqa: ANN401  (values of any declared type)
    if operator is Operator.KNOWN:
        return _typed(value, bool)
    if operator in LISTS:
        if not isinstance(value, list | tuple) or not value:
            raise _WrongValueError
        return tuple(_typed(one, declared) for one in value)
    return _typed(value, declared)


def _typed(value: object, declared: Any) -> Any:  # noqa: ANN401  (values of any declared type)
    """The JSON value as the declared type; refuses what is not exactly of its form."""
    wanted = _without_none(declared)
    if value is None and wanted is not declared:
        return None
    if wanted in (bool, str, int) and type(value) is wanted:
        return value
    readable = (str, int) if wanted is Decimal else (str,)
    if wanted in (bool, str, int) or type(value) not in readable:
        raise _WrongValueError
    return _read_text(str(value), wanted)


def _read_text(text: str, wanted: Any) -> Any:  # noqa: ANN401  (values of any declared type)
    try:
        if wanted is date:
            return date.fromisoformat(text)
        if wanted is Decimal:
            return _finite(Decimal(text))
        if issubclass(wanted, Enum | UUID):
            return wanted(text)
    except (ValueError, InvalidOperation) as reason:
        raise _WrongValueError from reason
    raise TypeError(f"rules cannot hold values of {wanted}")


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("not a finite number")
    return value
