"""A template and its content become a label in millimetres; whatever cannot be printed honestly is refused.

Words are shrunk, wrapped and shortened by the drivers' typesetting. What identifies something (numbers, codes, dates)
is printed whole or not at all: half an SSCC on a carton is worse than none.
"""

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from app.devices.labels.template import PLACEHOLDER, Field, FieldKind, Template, conditions
from app.domain.codes import has_good_check_digit, to_gtin_14
from app.domain.errors import Refusal
from drivers.printers.label import (
    Align,
    Box,
    Code128,
    Content,
    DataMatrix,
    Element,
    Gs1,
    Label,
    LabelError,
    Line,
    Picture,
    QrCode,
    Text,
)
from drivers.printers.typefaces import missing_characters
from drivers.printers.typesetting import LINE_PITCH, as_it_prints, typeset

_GS1_PART = re.compile(r"\((?P<identifier>\d{2,4})\)(?P<data>.*)", re.DOTALL)
_LONGEST_IDENTIFIER = 80

Values = Mapping[str, str]


def fill(template: Template, fields: Mapping[str, str]) -> Label:
    """Lay the label out. Refuses with `printing.…` what the template cannot carry; unknown fields are not printed."""
    values = {field.name: _value(template, field, fields.get(field.name, "")) for field in template.fields.values()}
    elements = [
        drawn
        for element in template.elements
        if _stands(element, values)
        for drawn in _drawn(template, element, values)
    ]
    return Label(template.width_mm, template.height_mm, tuple(elements))


def _value(template: Template, field: Field, given: str) -> str:
    """The value of a field as it is printed. Refuses one that is missing or wrong."""
    given = str(given).strip()
    if not given:
        if field.required:
            raise Refusal("printing.field_missing", template=template.name, field=field.name)
        return ""
    value = _CHECKS[field.kind](given)
    if value is None:
        raise Refusal("printing.bad_field", template=template.name, field=field.name, value=given[:80])
    if field.required and (characters := _unreadable(value)):
        raise Refusal("printing.no_font", template=template.name, field=field.name, characters=characters)
    return value


def _unreadable(value: str) -> str:
    """The letters that cannot be drawn here, where they are most of the value: it would be question marks."""
    letters = [sign for sign in value if sign.isalpha()]
    missing = missing_characters("".join(letters))
    return missing if 2 * sum(sign in missing for sign in letters) > len(letters) else ""


def _identifier(given: str) -> str | None:
    fits = given.isascii() and given.isprintable() and len(given) <= _LONGEST_IDENTIFIER
    return given if fits else None


def _sscc(given: str) -> str | None:
    return given if len(given) == 18 and given.isascii() and has_good_check_digit(given) else None


def _gtin(given: str) -> str | None:
    return to_gtin_14(given) if given.isascii() else None


def _count(given: str) -> str | None:
    return given if re.fullmatch(r"[1-9][0-9]{0,7}", given) else None


def _date(given: str) -> str | None:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        return None


_CHECKS: Mapping[FieldKind, Callable[[str], str | None]] = {
    FieldKind.TEXT: str,
    FieldKind.IDENTIFIER: _identifier,
    FieldKind.SSCC: _sscc,
    FieldKind.GTIN: _gtin,
    FieldKind.COUNT: _count,
    FieldKind.DATE: _date,
}


def _stands(element: Mapping[str, Any], values: Values) -> bool:
    wanted, unwanted = conditions(element, "when"), conditions(element, "unless")
    return all(values[name] for name in wanted) and not any(values[name] for name in unwanted)


def _drawn(template: Template, element: Mapping[str, Any], values: Values) -> Iterator[Element]:
    x_mm, y_mm = element["at"]
    match element["kind"]:
        case "text":
            yield _text(template, element, values)
        case "line":
            yield Line(x_mm=x_mm, y_mm=y_mm, length_mm=element["length"], **_options(element, _LINE))
        case "box":
            width_mm, height_mm = element["size"]
            yield Box(x_mm=x_mm, y_mm=y_mm, width_mm=width_mm, height_mm=height_mm, **_options(element, _BOX))
        case "code128":
            yield _code128(template, element, values)
        case "data_matrix":
            content = _content(template, element, values)
            yield DataMatrix(x_mm=x_mm, y_mm=y_mm, content=content, **_options(element, _MATRIX))
        case "qr":
            content = _content(template, element, values)
            yield QrCode(x_mm=x_mm, y_mm=y_mm, content=content, **_options(element, _MATRIX))
        case "picture":
            width_mm, height_mm = element["size"]
            data = base64.b64decode(element["data"])
            yield Picture(
                x_mm=x_mm, y_mm=y_mm, width_mm=width_mm, height_mm=height_mm, data=data, **_options(element, _PICTURE)
            )


# Names in templates → names in the drivers' label model.
_TEXT = {
    "width": "width_mm",
    "lines": "lines",
    "smallest": "smallest_mm",
    "bold": "bold",
    "inverse": "inverse",
    "rotation": "rotation",
}
_LINE = {"thickness": "thickness_mm", "vertical": "vertical", "rotation": "rotation"}
_BOX = {"thickness": "thickness_mm", "filled": "filled", "rotation": "rotation"}
_BARS = {
    "width": "width_mm",
    "module": "module_mm",
    "smallest": "smallest_module_mm",
    "readable": "readable_mm",
    "rotation": "rotation",
}
_MATRIX = {"module": "module_mm", "rotation": "rotation"}
_PICTURE = {"rotation": "rotation"}


def _options(element: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {theirs: element[ours] for ours, theirs in names.items() if ours in element}


def _text(template: Template, element: Mapping[str, Any], values: Values) -> Text:
    x_mm, y_mm = element["at"]
    text = Text(
        x_mm=x_mm,
        y_mm=y_mm,
        text=_filled(element["text"], values),
        height_mm=element["height"],
        align=Align(element.get("align", "left")),
        **_options(element, _TEXT),
    )
    if "room" in element:
        text = _fitted(text, element["room"])
    shown = {template.fields[match["name"]].kind for match in PLACEHOLDER.finditer(element["text"])}
    if shown - {FieldKind.TEXT}:
        _refuse_cut(template, text)
    return text


def _fitted(text: Text, room_mm: float) -> Text:
    """The text in the largest font in which all of it fits into width and height, else in the smallest."""
    height_mm = text.height_mm
    while True:
        lines = max(1, int(room_mm / (height_mm * LINE_PITCH)))
        tried = replace(text, height_mm=height_mm, lines=lines, smallest_mm=height_mm)
        if height_mm <= text.smallest_mm or _is_whole(tried):
            return tried
        height_mm = max(height_mm * 0.94, text.smallest_mm)


def _is_whole(text: Text) -> bool:
    """Whether every character is printed, or the question mark in its place: nothing was shortened."""
    printed = "".join(line.text for line in typeset(text))
    wanted = " ".join(as_it_prints(line) for line in text.text.splitlines())
    return "".join(printed.split()) == "".join(wanted.split())


def _refuse_cut(template: Template, text: Text) -> None:
    """Refuse an identifier that does not fit whole even in the smallest font."""
    if not _is_whole(text):
        raise Refusal("printing.too_long", template=template.name, value=text.text)


def _code128(template: Template, element: Mapping[str, Any], values: Values) -> Code128:
    """The bars; the line for people, in a font of `readable` mm, must be whole."""
    x_mm, y_mm = element["at"]
    content = _content(template, element, values)
    code = Code128(x_mm=x_mm, y_mm=y_mm, content=content, height_mm=element["height"], **_options(element, _BARS))
    if code.readable:
        _refuse_cut(template, code.readable)
    return code


def _content(template: Template, element: Mapping[str, Any], values: Values) -> Content:
    """The data of a code: a plain text, or those GS1 elements whose fields have a value."""
    if "code" in element:
        return _filled(element["code"], values)
    elements = []
    for part in element["gs1"]:
        if any(not values[match["name"]] for match in PLACEHOLDER.finditer(part)):
            continue
        found = _GS1_PART.fullmatch(_filled(part, values))
        assert found, f"{template.name}: {part} is not written as (AI)data"
        elements.append((found["identifier"], found["data"]))
    try:
        return Gs1(tuple(elements))
    except LabelError as error:
        raise Refusal("printing.cannot_encode", template=template.name, label=str(elements), why=str(error)) from error


def _filled(text: str, values: Values) -> str:
    return PLACEHOLDER.sub(lambda match: _FORMS[match["form"]](values[match["name"]]), text)


def _gs1_date(iso: str) -> str:
    """YYMMDD, as application identifiers 11 to 17 hold dates."""
    return date.fromisoformat(iso).strftime("%y%m%d")


_FORMS: Mapping[str | None, Callable[[str], str]] = {None: str, "yymmdd": _gs1_date, "capitals": str.upper}
