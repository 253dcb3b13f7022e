"""Rules in words, and words into rules: what screens say of conditions and effects, and read as they are typed."""

from collections.abc import Callable, Mapping
from dataclasses import fields as declared
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints

from app.domain.policies import Operator, PolicyForm
from app.texts import Texts

OPERATORS = (
    *(Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ONE_OF, Operator.NONE_OF),
    *(Operator.AT_LEAST, Operator.AT_MOST, Operator.ABOVE, Operator.BELOW, Operator.KNOWN),
)
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


def facts_of(form: PolicyForm[Any]) -> tuple[str, ...]:
    """The facts that rules of this form may speak of, in their order."""
    return tuple(each.name for each in declared(form.facts))


def when(rule: Mapping[str, Any], texts: Texts, fact: Callable[[str], str]) -> str:
    """The conditions of a rule in words; `fact` names the facts."""
    parts = [
        f"{fact(each['field'])} {operator(each['operator'], texts)} {written(each['value'], texts)}"
        for each in rule["when"]
    ]
    return f" {texts.text('captions', 'rules.and')} ".join(parts) or texts.text("captions", "rules.always")


def operator(name: str, texts: Texts) -> str:
    """A comparison in words."""
    return texts.text("captions", f"policies.operator.{name}")


def written(value: object, texts: Texts) -> str:
    """A value of a rule as people write it."""
    if isinstance(value, bool):
        return texts.text("captions", "rules.yes" if value else "rules.no")
    if isinstance(value, list | tuple):
        return ", ".join(written(each, texts) for each in value)
    return str(value)


def effect(rule: Mapping[str, Any], texts: Texts) -> str:
    """What a rule does, in words: that it rules out, which rank it gives, or what it sets."""
    then = rule["then"]
    if then.get("forbid"):
        return texts.text("captions", "rules.forbids")
    if not then:
        return "–"
    if set(then) <= {"forbid", "rank"}:
        return texts.text("captions", "rules.ranks", {"rank": str(then.get("rank", ""))})
    return ", ".join(f"{parameter(name, texts)}: {written(value, texts)}" for name, value in then.items())


def parameter(name: str, texts: Texts) -> str:
    """What a rule may set, in words."""
    return texts.text("captions", f"policies.then.{name}")


def called(name: str, texts: Texts) -> str:
    """A rule by its words, or by the name that somebody gave it."""
    return texts.text("captions", name) if texts.has("captions", name) else name


def condition(form: PolicyForm[Any], field: str, comparison: str, text: str) -> dict[str, Any]:
    """A condition as the rules' JSON has it, of what was typed; whether it fits is said when the rules are read."""
    kind = get_type_hints(form.facts)[field]
    value: Any
    if comparison == Operator.KNOWN:
        value = text.casefold() in _YES or not text
    elif comparison in (Operator.ONE_OF, Operator.NONE_OF):
        value = [_typed(kind, part.strip()) for part in text.split(",") if part.strip()]
    else:
        value = _typed(kind, text)
    return {"field": field, "operator": comparison, "value": value}


def choices(name: str, kind: Any, texts: Texts) -> tuple[tuple[str, str], ...] | None:  # noqa: ANN401  (a type form)
    """What can be chosen for a parameter of this name and type; None where it is typed."""
    plain = _plain(kind)
    if plain is bool:
        return (("", "–"), ("yes", texts.text("captions", "rules.yes")), ("no", texts.text("captions", "rules.no")))
    if isinstance(plain, type) and issubclass(plain, Enum):
        return (("", "–"), *((str(each.value), texts.word(name, str(each.value))) for each in plain))
    return None


def setting(kind: Any, text: str) -> Any:  # noqa: ANN401  (JSON of whatever type the parameter has)
    """A parameter as the rules' JSON has it, of what was typed or chosen."""
    return _typed(kind, text)


def _typed(kind: Any, text: str) -> Any:  # noqa: ANN401
    plain = _plain(kind)
    if plain is bool and text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    if plain is int and text.removeprefix("-").isdigit():
        return int(text)
    return text.replace(",", ".") if plain is Decimal else text


def _plain(kind: Any) -> Any:  # noqa: ANN401
    return next((each for each in get_args(kind) if each is not NoneType), kind)
