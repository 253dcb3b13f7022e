"""Variants of a template: every combination of its attributes' values, of which only the missing ones are made."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.domain.codes import look_up_key
from app.domain.errors import Refusal

MOST_VARIANTS = 2000
_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class TemplateAttribute:
    """One attribute that tells variants apart, with its values in their order."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """What variants have in common; patterns name attributes in braces, and `code` and `name` of the template.

    Empty patterns join everything with hyphens, or blanks. `model` is what every variant begins with: fields and parts
    as products are saved by.
    """

    code: str
    name: str
    attributes: tuple[TemplateAttribute, ...] = ()
    sku_pattern: str = ""
    name_pattern: str = ""
    description: str = ""
    model: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None
    version: int | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """One combination of values: the number and name that it would get; `there` is the number of one that is made."""

    sku: str
    name: str
    values: Mapping[str, str]
    there: str = ""


def variants(template: Template, existing: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[Variant, ...]:
    """Every variant of a template, in the order of its attributes; `existing` are (number, values) of those made.

    Refuses what cannot be meant: attributes without values (`template.no_values`), more than 2,000 combinations
    (`template.too_many`), patterns that name nothing (`template.pattern_unknown`), and two variants with one number
    (`template.same_code`).
    """
    _check(template)
    made = {_key(values): sku for sku, values in existing}
    names = [each.name for each in template.attributes]
    found = []
    for combination in itertools.product(*(each.values for each in template.attributes)):
        values = dict(zip(names, combination, strict=True))
        number = template.sku_pattern or _joined("{code}", names, "-")
        title = template.name_pattern or _joined("{name}", names, " ")
        there = made.get(_key(values), "")
        found.append(
            Variant(
                sku=there or _filled(template, number, values, code=True),
                name=_filled(template, title, values, code=False),
                values=values,
                there=there,
            )
        )
    _refuse_same_codes(found)
    return tuple(found)


def _check(template: Template) -> None:
    for attribute in template.attributes:
        if not attribute.values:
            raise Refusal("template.no_values", attribute=attribute.name)
    if not template.attributes:
        raise Refusal("template.no_values", attribute=template.name)
    count = 1
    for attribute in template.attributes:
        count *= len(attribute.values)
    if count > MOST_VARIANTS:
        raise Refusal("template.too_many", count=count, most=MOST_VARIANTS)
    known = {"code", "name", *(attribute.name for attribute in template.attributes)}
    for pattern in (template.sku_pattern, template.name_pattern):
        for name in _NAMED.findall(pattern):
            if name not in known:
                raise Refusal("template.pattern_unknown", name=name)


def _joined(first: str, names: Iterable[str], by: str) -> str:
    return by.join([first, *(f"{{{name}}}" for name in names)])


def _filled(template: Template, pattern: str, values: Mapping[str, str], *, code: bool) -> str:
    known = {**values, "code": template.code, "name": template.name}
    text = _NAMED.sub(lambda match: known[match.group(1)], pattern)
    return "-".join(text.upper().split()) if code else " ".join(text.split())


def _key(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values.items()))


def _refuse_same_codes(found: Iterable[Variant]) -> None:
    seen: set[str] = set()
    for variant in found:
        key = look_up_key(variant.sku)
        if key in seen:
            raise Refusal("template.same_code", sku=variant.sku)
        seen.add(key)
