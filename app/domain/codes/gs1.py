"""GS1 element strings: taken apart one element at a time, so that a bad element does not void the good ones.

biip knows the application identifiers and reads one element; finding where elements end, and going on after a bad
one, is done here. Three spellings of the same content end in the same elements: the string a scanner sends, the
bracketed line for people, and a Digital Link.
Sources: GS1 General Specifications (sections 3 and 7.8), GS1 Digital Link Standard (URI syntax).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from app.domain.codes.check_digits import gs1_check_digit

if TYPE_CHECKING:
    from biip.gs1_element_strings import GS1ElementString

GROUP_SEPARATOR = "\x1d"

# Lengths of AI and data together, by the first two digits (General Specifications, figure 7.8.5-2).
_PREDEFINED_LENGTHS: Mapping[str, int] = MappingProxyType(
    {
        "00": 20,
        **dict.fromkeys(("01", "02", "03"), 16),
        "04": 18,
        **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8),
        "20": 4,
        **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10),
        "41": 16,
    }
)
# Keys that may open the path of a Digital Link.
_PRIMARY_KEYS = frozenset(
    ("00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8013", "8017", "8018")
)
_DATES_OF = MappingProxyType({"11": "production", "15": "best_before", "17": "expiry"})
_MARK = re.compile(r"\(([0-9]{2,4})\)")


@dataclass(frozen=True, slots=True)
class CodeFault:
    """A part of a code that could not be read: a code for the reason, the part as it stands, and facts."""

    code: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One good element: its application identifier, GS1's short title, and the data, checked.

    `day` is set for dates (day 00 is the month's last day); `number` for measures, in the unit of the identifier
    (kilograms for 310n), and for counts.
    """

    ai: str
    title: str
    value: str
    day: date | None = None
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Elements:
    """All that a GS1 string says: the good elements in order, and what could not be read."""

    good: tuple[Element, ...] = ()
    faults: tuple[CodeFault, ...] = ()

    def value(self, *ais: str) -> str | None:
        """The data of the first of these identifiers that occurs."""
        return next((element.value for ai in ais for element in self.good if element.ai == ai), None)

    def day(self, meaning: str) -> date | None:
        """The date that means `production`, `best_before` or `expiry`."""
        return next((element.day for element in self.good if _DATES_OF.get(element.ai) == meaning), None)

    def number(self, *prefixes: str) -> Decimal | None:
        """The number of the first identifier that begins with one of these digits."""
        return next(
            (element.number for prefix in prefixes for element in self.good if element.ai.startswith(prefix)), None
        )


def read_element_string(text: str) -> Elements:
    """Elements of a string as a scanner sends it; U+001D ends an element of variable length."""
    return _collected(_split(text))


def read_hri(text: str) -> Elements:
    """Elements of the line for people, `(01)09506000134352(10)ABC`."""
    marks = list(_MARK.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return _collected((mark[1], text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True))


def read_digital_link(uri: str) -> Elements | None:
    """Elements of a GS1 Digital Link such as `https://id.gs1.org/01/09506000134352/10/ABC?17=271231`.

    None where the address has no GS1 key in its path: it is some other address then.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https"):
        return None
    path = parts.path.split("/")
    start = next((place for place, part in enumerate(path[:-1]) if part in _PRIMARY_KEYS and path[place + 1]), None)
    if start is None:
        return None
    names, values = path[start::2], path[start + 1 :: 2]
    pairs = [(ai, unquote(value)) for ai, value in zip(names, values, strict=False)]
    pairs += [(ai, value) for ai, value in parse_qsl(parts.query) if ai.isascii() and ai.isdigit()]
    return _collected((ai, data.zfill(14) if ai == "01" else data) for ai, data in pairs)


def needs_separator(ai: str) -> bool:
    """Whether an element of this identifier must be followed by a separator when another one comes after it."""
    return ai[:2] not in _PREDEFINED_LENGTHS


def element_of(ai: str, data: str) -> tuple[Element | None, CodeFault | None]:
    """One element, checked: the element, or why it cannot be used."""
    from biip import ParseError  # noqa: PLC0415  (0.1 s, with the first scan and not with the window)
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier  # noqa: PLC0415
    from biip.gs1_element_strings import GS1ElementString  # noqa: PLC0415

    try:
        known = GS1ApplicationIdentifier.extract(ai)
    except ParseError:
        known = None
    if known is None or known.ai != ai:
        return None, CodeFault("code.unknown_ai", f"({ai}){data}", {"ai": ai})
    if not data.isascii():
        return None, CodeFault("code.bad_element", f"({ai}){data}", {"ai": ai, "title": known.data_title})
    try:
        read = GS1ElementString.parse(f"{ai}{data}")
    except (ParseError, ValueError, ArithmeticError):
        code = "code.bad_date" if ai in _DATES_OF else "code.bad_element"
        return None, CodeFault(code, f"({ai}){data}", {"ai": ai, "title": known.data_title})
    if read.gtin_error or read.sscc_error or read.gln_error:
        expected = str(gs1_check_digit(data[:-1]))
        return None, CodeFault("code.check_digit", f"({ai}){data}", {"ai": ai, "expected": expected})
    return Element(ai, known.data_title, read.value, read.date, _number(ai, read)), None


def _number(ai: str, read: "GS1ElementString") -> Decimal | None:
    return Decimal(read.value) if ai in ("30", "37") else read.decimal


def _split(text: str) -> Iterator[tuple[str, str]]:
    """(AI, data) pairs, good or bad: what cannot be told apart goes up to the next separator."""
    for segment in text.split(GROUP_SEPARATOR):
        rest = segment
        while rest:
            ai = _identifier(rest)
            length = _PREDEFINED_LENGTHS.get(rest[:2], len(rest))
            yield ai, rest[len(ai) : length]
            rest = rest[length:]


def _identifier(text: str) -> str:
    from biip import ParseError  # noqa: PLC0415
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier  # noqa: PLC0415

    try:
        return GS1ApplicationIdentifier.extract(text).ai
    except ParseError:
        return text[:2]


def _collected(pairs: Iterable[tuple[str, str]]) -> Elements:
    good: dict[str, Element] = {}
    faults: list[CodeFault] = []
    for ai, data in pairs:
        element, fault = element_of(ai, data)
        if fault is not None:
            faults.append(fault)
        elif element is not None and good.setdefault(ai, element).value != element.value:
            faults.append(CodeFault("code.contradiction", f"({ai}){data}", {"ai": ai, "title": element.title}))
    return Elements(tuple(good.values()), tuple(faults))
