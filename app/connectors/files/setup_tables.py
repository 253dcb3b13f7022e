"""Tables of set-up records: a column a field, a row a record; further sections of a record in rows below it.

The headings are the fields' own names, as templates and exports have them: `place,sku,minimum,maximum`, or what lists
of companies call them (`domain/table_kinds.py`). A field of a section is `addresses.city`; several texts of a cell
stand behind semicolons; what has no form is JSON.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.domain import table_kinds
from app.domain.partners import country_code
from app.domain.setup_kinds import SETUP_KINDS, Kind, SetupKind
from app.domain.values import Findings, Node
from app.domain.values.findings import plain_name

_NUMBERS = (Kind.NUMBER, Kind.WHOLE)


def setup_fields(header: Sequence[Node], meant: Mapping[str, str]) -> tuple[SetupKind, tuple[str, ...]] | None:
    """The kind of set-up records of a table and the field below each heading, '' for none; None for other tables.

    `meant` is what somebody said of the headings; without it they are the fields' names, or usual names of lists.
    """
    names = [node.text or "" for node in header]
    said = {plain_name(heading): meaning for heading, meaning in meant.items()}
    if kind := table_kinds.kind_said(said.values()):
        means = [table_kinds.parted(said.get(plain_name(name), "")) for name in names]
        return SETUP_KINDS[kind], tuple(field if of == kind else "" for of, field in means)
    if any(said.values()):
        return None
    if exact := table_kinds.template_of(names):
        return exact, tuple(names)
    if not (known := table_kinds.kind_of(names)):
        return None
    by_name = table_kinds.meanings(known.name, names)
    return known, tuple(table_kinds.parted(by_name[name])[1] for name in names)


def say_left_out(header: Sequence[Node], fields: Sequence[str], findings: Findings) -> None:
    """Names the columns that are not used."""
    for heading, field in zip(header, fields, strict=True):
        if heading.shown and not field:
            findings.notice(heading, "file.unknown_column", column=heading.shown)


def partners_as_listed(
    header: Sequence[Node], fields: Sequence[str], nodes: Iterable[Node], findings: Findings
) -> Iterator[Node]:
    """Partners of a list: what they are by the heading above their codes, kinds and countries in our words."""
    heading = header[list(fields).index("code")] if "code" in fields else header[0]
    listed = table_kinds.partners_named_by(heading.shown)
    if "kinds" not in fields and not listed:
        findings.notice(heading, "file.partners_of_no_kind")
    for node in nodes:
        assert isinstance(node.value, dict)
        parts = dict(node.value)
        kinds = parts["kinds"].value if "kinds" in parts else ()
        if isinstance(kinds, tuple) and kinds:
            told = (one._replace(value=table_kinds.kind_of_partner(one.text or "")) for one in kinds)
            parts["kinds"] = parts["kinds"]._replace(value=tuple(told))
        elif listed and "kinds" not in fields:
            parts["kinds"] = Node((Node(listed, node.place),), node.place)
        if "addresses" in parts and isinstance(parts["addresses"].value, tuple):
            addresses = tuple(map(_with_country_code, parts["addresses"].value))
            parts["addresses"] = parts["addresses"]._replace(value=addresses)
        yield node._replace(value=parts)


def _with_country_code(address: Node) -> Node:
    """The address with its country as two letters where it was written out."""
    parts = address.value if isinstance(address.value, dict) else {}
    written = parts.get("country")
    if written is None or not (code := country_code(written.text or "")):
        return address
    return address._replace(value={**parts, "country": written._replace(value=code)})


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
