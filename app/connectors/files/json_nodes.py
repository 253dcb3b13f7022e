"""JSON as nodes, each with its path such as `product.uom.alternates[0].conversion`; numbers stay exact."""

import json
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from app.connectors.files.plain_text import Unreadable
from app.domain.values import Findings, Node, Place

MOST_DEPTH = 40
LONGEST_NUMBER = 60


class _Object(list[tuple[str, object]]):
    """The pairs of an object as they stand, so that a key that stands twice is seen."""


class _BadNumber(str):
    """A number that is none, or that nobody can mean: NaN, Infinity, hundreds of digits."""

    __slots__ = ()


def json_nodes(text: str, findings: Findings) -> Node:
    """The content of a JSON file; raises `Unreadable` with line and column where it is not JSON."""
    try:
        content = json.loads(
            text,
            object_pairs_hook=_Object,
            parse_float=exact_number,
            parse_int=exact_number,
            parse_constant=_BadNumber,
        )
    except json.JSONDecodeError as problem:
        where = Place(problem.lineno, f"column {problem.colno}")
        raise Unreadable("file.syntax", where, _line(text, problem.lineno), reason=problem.msg) from None
    except RecursionError:
        too_deep(Place())
    return _node(content, "", "", findings, 0)


def exact_number(text: str) -> Decimal | _BadNumber:
    """The number as it is written; one that is too long to be meant comes back as what it is, a bad number."""
    if len(text) > LONGEST_NUMBER:
        return _BadNumber(text)
    try:
        return Decimal(text)
    except InvalidOperation:
        return _BadNumber(text)


def too_deep(where: Place) -> NoReturn:
    """Refuses content that is nested deeper than any honest file."""
    raise Unreadable("file.too_deep", where, most=MOST_DEPTH)


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _node(content: object, path: str, name: str, findings: Findings, depth: int) -> Node:
    place = Place(0, path)
    if depth > MOST_DEPTH:
        too_deep(place)
    if isinstance(content, _Object):
        parts: dict[str, Node] = {}
        for key, value in content:
            inner = f"{path}.{key}" if path else key
            part = _node(value, inner, key, findings, depth + 1)
            if key in parts:
                findings.error(part, "file.duplicate_key", key=key)
            parts[key] = part
        return Node(parts, place, name)
    if isinstance(content, list):
        items = (_node(value, f"{path}[{n}]", "", findings, depth + 1) for n, value in enumerate(content))
        return Node(tuple(items), place, name)
    if isinstance(content, _BadNumber):
        findings.error(Node(str(content), place, name), "file.number")
        return Node(None, place, name)
    assert content is None or isinstance(content, str | bool | Decimal)
    return Node(content, place, name)
