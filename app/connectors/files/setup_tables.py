"""Tables of set-up records: a column a field, a row a record; further sections of a record in rows below it.

The headings are the fields' own names, as templates and exports have them: `place,sku,minimum,maximum`. A field of a
section is `addresses.city`; several texts of a cell stand behind semicolons; what has no form is JSON.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.domain.setup import SETUP_KINDS, Kind, SetupKind, setup_columns
from app.domain.values import Node

_NUMBERS = (Kind.NUMBER, Kind.WHOLE)


def setup_kind_of(headings: Sequence[str]) -> SetupKind | None:
    """The kind of records whose fields these headings are, all of them and the key among them."""
    named = {heading for heading in headings if heading}
    fitting = (
        kind
        for kind in SETUP_KINDS.values()
        if named <= set(setup_columns(kind)) and set(kind.key) - set(kind.may_lack) <= named
    )
    return next(fitting, None) if len(named) > 1 else None


def number_columns(kind: SetupKind) -> frozenset[str]:
    """The headings below which numbers stand."""
    of_sections = (f"{part.name}.{one.name}" for part in kind.parts for one in part.of if one.kind in _NUMBERS)
    return frozenset((*(part.name for part in kind.parts if part.kind in _NUMBERS), *of_sections))


def setup_nodes(kind: SetupKind, headings: Sequence[str], rows: Iterable[Sequence[Node]]) -> tuple[Node, ...]:
    """One node a record, of all rows with its key."""
    found: dict[tuple[str | None, ...], dict[str, Node]] = {}
    sections: dict[tuple[str | None, ...], dict[str, list[Node]]] = {}
    for cells in rows:
        row = {heading: cell for heading, cell in zip(headings, cells, strict=False) if cell.value is not None}
        key = tuple(row[name].text if name in row else None for name in kind.key)
        fields = found.setdefault(key, {})
        for part in kind.parts:
            if part.of:
                inner = {name: row[f"{part.name}.{name}"] for name in (one.name for one in part.of)
                         if f"{part.name}.{name}" in row}  # fmt: skip
                if inner:
                    place = next(iter(inner.values())).place
                    sections.setdefault(key, {}).setdefault(part.name, []).append(Node(dict(inner), place))
            elif part.name in row:
                fields.setdefault(part.name, _cell(part.kind, row[part.name]))
    return tuple(_record(fields, sections.get(key, {})) for key, fields in found.items())


def _record(fields: dict[str, Node], sections: Mapping[str, list[Node]]) -> Node:
    place = next(iter(fields.values())).place
    return Node({**fields, **{name: Node(tuple(nodes), place) for name, nodes in sections.items()}}, place)


def _cell(kind: Kind, cell: Node) -> Node:
    if kind is Kind.TEXTS:
        return Node(tuple(Node(text, cell.place) for text in _split(cell.text or "")), cell.place, cell.name)
    return json_cell(cell) if kind in (Kind.FREE, Kind.NAMED) else cell


def json_cell(cell: Node) -> Node:
    """What stands as JSON in a cell; the cell itself where it is none."""
    try:
        return _free(json.loads(cell.text or "", parse_float=Decimal, parse_int=Decimal), cell)
    except json.JSONDecodeError:
        return cell


def _free(value: Any, cell: Node) -> Node:  # noqa: ANN401  (JSON)
    if isinstance(value, dict):
        return Node({name: _free(part, cell) for name, part in value.items()}, cell.place)
    if isinstance(value, list):
        return Node(tuple(_free(part, cell) for part in value), cell.place)
    return Node(value, cell.place)


def _split(text: str) -> Iterator[str]:
    return filter(None, (part.strip() for part in text.split(";")))
