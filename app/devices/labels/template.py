"""What a label template says: its size, its fields, and where each of them stands.

It is read from `resources/labels` or, where the company made a version of its own, from the database: a template is
data, so that a new customer's label needs no programming. It is checked when it is read: one that cannot work is named
by file and place, and never becomes a half-empty label.

    name: bin
    version: 1
    size_mm: [101.6, 50.8]
    fields:
      address: {kind: identifier, required: true}
    elements:
      - {kind: code128, at: [4, 20], width: 93, height: 22, code: "{address}"}

A text with `room` is set as large as fits that many millimetres of height, with as many lines as it takes.
`when` and `unless` name a field or a list of them: the element stands only if all of them have, or none has, a value.
`rotation` (90, 180 or 270) turns an element clockwise, a bar code with its line for people; `at` stays the top left
corner of what is printed.
A `grid` repeats its elements in cells; `#` in them is the number of the cell, counted from one. A `picture` carries its
own file as base64 (`data`), so that a template is one text. `example` of a field is what previews and test prints show.
"""

import base64
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from app.devices.labels.shape import ShapeError, is_number, shape_of
from app.domain.errors import Refusal
from app.resources import resource
from drivers.printers.label import ROTATIONS

_ELEMENT_KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # kind: what it must have, what it may have
    "text": (
        frozenset({"at", "text", "height"}),
        frozenset({"width", "lines", "room", "smallest", "bold", "align", "inverse", "rotation"}),
    ),
    "line": (frozenset({"at", "length"}), frozenset({"thickness", "vertical", "rotation"})),
    "box": (frozenset({"at", "size"}), frozenset({"thickness", "filled", "rotation"})),
    "code128": (
        frozenset({"at", "height"}),
        frozenset({"code", "gs1", "width", "module", "smallest", "readable", "rotation"}),
    ),
    "data_matrix": (frozenset({"at"}), frozenset({"code", "gs1", "module", "rotation"})),
    "qr": (frozenset({"at"}), frozenset({"code", "gs1", "module", "rotation"})),
    "picture": (frozenset({"at", "size", "data"}), frozenset({"rotation"})),
}
_NUMBERS = frozenset({"height", "width", "room", "smallest", "length", "thickness", "module", "readable"})
_MOST_LINES = 100
_CONDITIONS = frozenset({"when", "unless"})
_ALWAYS = frozenset({"kind"}) | _CONDITIONS
_SWITCHES = frozenset({"bold", "inverse", "vertical", "filled"})
_CHOICES: Mapping[str, Collection[object]] = {"align": ("left", "centre", "right"), "rotation": ROTATIONS}
_GRID_KEYS = frozenset({"kind", "at", "columns", "rows", "cell", "elements"})


PLACEHOLDER = re.compile(r"\{(?P<name>\w+)(?::(?P<form>yymmdd|capitals))?\}")
"""A field within a text, in a form of its own where one is named: `{lot}`, `{expiry:yymmdd}`."""


_GS1_PART = re.compile(r"\(\d{2,4}\)")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_MM = 1000
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"GIF8")


class BadTemplate(Exception):  # noqa: N818  (read as "bad template carton: …")
    """A template cannot work: which one (as far as it could be read), and where and why."""

    def __init__(self, template: str, why: str) -> None:
        super().__init__(f"{template}: {why}")
        self.template, self.why = template, why


class FieldKind(StrEnum):
    """What a field holds, and so how it is checked."""

    TEXT = "text"  # words for people: may be shrunk, wrapped and in the end shortened
    IDENTIFIER = "identifier"  # printable ASCII; printed whole or refused
    SSCC = "sscc"  # 18 digits with a good check digit
    GTIN = "gtin"  # 8, 12, 13 or 14 digits with a good check digit; printed as 14
    COUNT = "count"  # how many pieces or cases: one to eight digits, as application identifier 37 holds them
    DATE = "date"  # ISO 8601, as 2027-03-31


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a template."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A layout by name; `version` grows with each change, `elements` are in drawing order, in millimetres."""

    name: str
    version: int
    width_mm: float
    height_mm: float
    fields: Mapping[str, Field]
    elements: tuple[Mapping[str, Any], ...]


def template_names() -> tuple[str, ...]:
    """The names of all templates, in alphabetical order."""
    return tuple(sorted(path.stem for path in resource("labels").glob("*.yaml")))


@lru_cache(maxsize=64)
def load_template(name: str) -> Template:
    """Return the template of this name. Refuses `printing.unknown_template`."""
    return read_template(template_text(name), name)


def template_text(name: str) -> str:
    """The text of a template that comes with the program, comments and all. Refuses `printing.unknown_template`."""
    if name not in template_names():
        raise Refusal("printing.unknown_template", template=name)
    return resource("labels", f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def read_template(text: str, name: str = "") -> Template:
    """Read a template from its YAML; it must bear this name, where one is given. Raises `BadTemplate`."""
    try:
        raw = shape_of(text)
        name = name or raw["name"]
        width, height = raw["size_mm"]
        placed = tuple(_placed(raw["elements"], raw["lines"]))
        cells = max((one["columns"] * one["rows"] for one in raw["elements"] if one["kind"] == "grid"), default=0)
        fields = {field.name: field for field in _fields(raw["fields"], cells)}
        elements = tuple(element for _, element in placed)
        template = Template(raw["name"], raw["version"], float(width), float(height), fields, elements)
    except (ShapeError, ValueError) as error:
        raise BadTemplate(name, str(error)) from error
    if template.name != name:
        raise BadTemplate(name, f"calls itself {template.name}")
    if not _NAME.fullmatch(name):
        raise BadTemplate(name, "a name is at most 40 small letters, digits and _")
    for line, element in placed:
        _check(element, template, line)
    return template


def _placed(elements: list[dict[str, Any]], lines: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The elements with the lines in which they stand, each grid replaced by what stands in its cells."""
    for line, element in zip(lines, elements, strict=True):
        for one in _cells(element) if element["kind"] == "grid" else (element,):
            yield line, one


def _fields(raw: Mapping[str, dict[str, Any]], cells: int) -> Iterator[Field]:
    for name, facts in raw.items():
        if "#" not in name:
            yield _field(name, **(facts or {}))
            continue
        for cell in range(1, cells + 1):
            yield _field(name.replace("#", str(cell)), **_numbered_all(facts or {}, cell))


def _field(name: str, *, kind: str = "text", required: bool = False, example: str = "") -> Field:
    if kind not in set(FieldKind):
        raise ValueError(f"field {name}: there is no kind {kind}, but {', '.join(FieldKind)}")
    return Field(name, FieldKind(kind), required, str(example))


def _cells(grid: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if unknown := grid.keys() - _GRID_KEYS:
        raise ValueError(f"a grid has no {', '.join(sorted(unknown))}")
    (left, top), (width, height) = grid["at"], grid["cell"]
    for number in range(grid["columns"] * grid["rows"]):
        row, column = divmod(number, grid["columns"])
        for element in grid["elements"]:
            x, y = element["at"]
            numbered = {key: _numbered(value, number + 1) for key, value in element.items()}
            yield {**numbered, "at": [left + column * width + x, top + row * height + y]}


def _numbered_all(facts: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {key: _numbered(value, number) for key, value in facts.items()}


def _numbered(value: object, number: int) -> object:
    return value.replace("#", str(number)) if isinstance(value, str) else value


def _check(element: Mapping[str, Any], template: Template, line: int) -> None:
    """Raise `BadTemplate` for an element that is unknown, incomplete, or speaks of a field that nobody declared."""

    def bad(why: str) -> BadTemplate:
        return BadTemplate(template.name, f"line {line}, {element['kind']}: {why}")

    if element["kind"] not in _ELEMENT_KEYS:
        raise bad("unknown kind")
    must, may = _ELEMENT_KEYS[element["kind"]]
    if (missing := must - element.keys()) or (unknown := element.keys() - must - may - _ALWAYS):
        raise bad(f"lacks {_listed(missing)}" if missing else f"does not know {_listed(unknown)}")
    for key, value in element.items():
        if not _fits(key, value):
            raise bad(f"{key} cannot be {str(value)[:60]!r}")
    if element["at"][0] >= template.width_mm or element["at"][1] >= template.height_mm:
        raise bad("it stands outside the label")
    if {"code", "gs1"} & may and len({"code", "gs1"} & element.keys()) != 1:
        raise bad("needs either code or gs1")
    if strange := [text for text in texts(element) if "{" in PLACEHOLDER.sub("", text)]:
        raise bad(f"{_listed(strange)} has a placeholder that nobody can fill in")
    if unknown := _fields_of(element) - template.fields.keys():
        raise bad(f"{_listed(unknown)} is not among the fields")


def _fields_of(element: Mapping[str, Any]) -> set[str]:
    """The fields that an element shows or depends on."""
    return {*placeholders(element), *conditions(element, "when"), *conditions(element, "unless")}


def conditions(element: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The fields named by `when` or `unless`: one, or a list of them."""
    named = element.get(key, ())
    return (named,) if isinstance(named, str) else tuple(named)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _fits(key: str, value: object) -> bool:
    """Whether a value is of the kind that its key asks for."""
    if key in _NUMBERS:
        return _is_length(value) and value != 0
    if key in _SWITCHES:
        return isinstance(value, bool)
    if key in _CHOICES:
        return value in _CHOICES[key]
    return _RULES.get(key, _is_words)(value)


def _is_words(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _MOST_LINES


def _is_size(value: object) -> bool:
    return isinstance(value, list) and _is_pair(value) and 0 not in value


def _are_gs1_parts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) and _GS1_PART.match(part) for part in value)


def _is_condition(value: object) -> bool:
    return isinstance(value, str) or _are_names(value)


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_length, value))


def _are_names(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


def _is_length(value: object) -> bool:
    return is_number(value) and 0 <= value <= _LONGEST_MM  # type: ignore[operator]


def _is_picture(text: object) -> bool:
    if not isinstance(text, str):
        return False
    try:
        return base64.b64decode(text, validate=False)[:4] in _PICTURES
    except ValueError:
        return False


_RULES: Mapping[str, Callable[[object], bool]] = {
    "at": _is_pair,
    "size": _is_size,
    "lines": _is_count,
    "gs1": _are_gs1_parts,
    "when": _is_condition,
    "unless": _is_condition,
    "data": _is_picture,
}


def texts(element: Mapping[str, Any]) -> tuple[str, ...]:
    """What an element shows, before its fields are filled in."""
    return (element.get("text", ""), element.get("code", ""), *element.get("gs1", ()))


def placeholders(element: Mapping[str, Any]) -> Iterator[str]:
    """The names of the fields that an element shows."""
    for value in texts(element):
        yield from (match["name"] for match in PLACEHOLDER.finditer(value))
