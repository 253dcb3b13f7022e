"""The fields of a record of master data, each declared once: forms, bulk edits and commands read it here.

A record declares its fields as a tuple of `Field`; what they are called stands in the texts as the caption
`field.<name>`. Values are plain: text, whole numbers, Decimal, truth, or None for nothing. What must never be is a
constraint of the database as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from app.domain.errors import Refusal

Value = str | int | bool | Decimal | None | Sequence[str] | Mapping[str, object]
_YES, _NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off"})


class FieldKind(StrEnum):
    """What a field holds; REFERENCE is the id of another record."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    `choices` are what a choice may be; several of them may be any words where none are named. `least` and `most` limit
    a number's size or a text's length; `pattern` is what a text must look like as a whole; `unit` is what a number is
    measured in. `nullable`: empty is nothing, not an empty text. `bulk`: it makes sense to give many records the same
    value.
    """

    name: str
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    pattern: str = ""
    unit: str = ""
    required: bool = False
    nullable: bool = False
    bulk: bool = True

    def read(self, text: str) -> Value:
        """The value that somebody typed; refuses `field.unreadable` and `field.missing`, naming the field."""
        text = text.strip()
        if not text:
            return self._nothing()
        value = self._read(text)
        size = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else len(text)
        if (self.least is not None and size < self.least) or (self.most is not None and size > self.most):
            raise self._refusal(text)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise self._refusal(text)
        return value

    def written(self, value: object) -> str:
        """The value as somebody would type it; what `read` gives back."""
        match value:
            case None:
                return ""
            case bool():
                return "yes" if value else "no"
            case Decimal():
                return f"{value.normalize():f}"
            case list() | tuple():
                return ", ".join(str(one) for one in value)
            case _:
                return str(value)

    def _nothing(self) -> Value:
        if self.required:
            raise Refusal("field.missing", field=self.name)
        match self.kind:
            case FieldKind.TRUTH:
                return False
            case FieldKind.CHOICES:
                return ()
            case FieldKind.TEXT | FieldKind.LONG_TEXT | FieldKind.CHOICE if not self.nullable:
                return ""
            case _:
                return None

    def _read(self, text: str) -> Value:  # noqa: PLR0911  (one line a kind)
        try:
            match self.kind:
                case FieldKind.WHOLE:
                    return int(text)
                case FieldKind.NUMBER:
                    return _finite(Decimal(text))
                case FieldKind.DATE:
                    return date.fromisoformat(text).isoformat()
                case FieldKind.TRUTH:
                    return _truth(text)
                case FieldKind.CHOICE:
                    return _one_of(text, self.choices)
                case FieldKind.CHOICES:
                    parts = tuple(part.strip() for part in text.split(",") if part.strip())
                    return tuple(_one_of(part, self.choices) for part in parts) if self.choices else parts
                case _:
                    return text
        except (ValueError, InvalidOperation) as wrong:
            raise self._refusal(text) from wrong

    def _refusal(self, text: str) -> Refusal:
        return Refusal("field.unreadable", field=self.name, value=text, kind=self.kind.value)


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def _truth(text: str) -> bool:
    if text.casefold() not in _YES | _NO:
        raise ValueError("neither yes nor no")
    return text.casefold() in _YES


def _one_of(text: str, choices: Sequence[str]) -> str:
    """The choice, whatever its case."""
    found = [each for each in choices if each.casefold() == text.casefold()]
    if not found:
        raise ValueError("none of the choices")
    return found[0]
