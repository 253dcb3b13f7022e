"""Tables of products, places, orders and announcements: rows with a header become the same nodes that JSON gives.

Headers are found by their usual names, whatever their case. A column that nobody knows is left out with a notice,
because exports of other programs carry many. An order is all rows of one number; what its rows say about the whole
order must agree.
"""

import csv
import functools
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.connectors.files import numbers
from app.connectors.files.heading_rows import SEARCHED, heading_row, known_names, say_above
from app.connectors.files.plain_text import Unreadable
from app.connectors.files.setup_tables import (
    json_cell,
    number_columns,
    partners_as_listed,
    say_left_out,
    setup_fields,
    setup_nodes,
)
from app.domain import exchange
from app.domain.setup_kinds import SetupKind
from app.domain.values import Findings, Node, Place
from app.domain.values.findings import plain_name
from app.domain.values.long_work import Tell, silent, told

_DELIMITERS = ",;\t|"
# Values of one cell; the comma of a number that a spreadsheet rounded (4,01234E+12) does not part it.
_SEVERAL = re.compile(r"\s*(?:[;|]|,(?!\d+[eE]\+))\s*")
_PACK = re.compile(r"(?P<unit>[^=:]+)[=:](?P<factor>[^=:]+)\Z")

_LEVELS = ("min", "max", "reorder_point", "safety_stock")
_LINE_COLUMNS = (
    "line", "sku", "qty", "uom", "price", "currency", "lot", "serial", "minimum_days", "minimum_remaining_days",
)  # fmt: skip
_ASN_LINE_COLUMNS = (
    "sku", "qty", "uom", "number", "sscc", "unit_kind", "lot", "serial", "expiry", "best_before", "weight_kg",
)  # fmt: skip
_PRODUCT_COLUMNS = tuple(column.name for column in (*exchange.PRODUCTS, *exchange.PRODUCT_DETAILS))
_COLUMNS_OF_KIND: Mapping[str, frozenset[str]] = {
    "products": frozenset(_PRODUCT_COLUMNS),
    "warehouses": frozenset(column.name for column in exchange.LOCATIONS),
    "purchase_orders": frozenset(
        (
            "number",
            "supplier",
            "warehouse",
            "expected",
            "owner",
            "line",
            "sku",
            "qty",
            "uom",
            "price",
            "currency",
        )
    ),
    "orders": frozenset((*(column.name for column in exchange.ORDERS), *_LINE_COLUMNS)) - {"supplier"},
    "asns": frozenset((*(column.name for column in exchange.ASNS), *_ASN_LINE_COLUMNS)),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; every cell knows its place. `delimiter`: what stands between cells, empty for none."""

    header: tuple[Node, ...]
    rows: tuple[tuple[Node, ...], ...]
    delimiter: str = ""


Row = dict[str, Node]
_WITHOUT_VALUE = {"error": "file.cell_error", "unsaved": "file.formula_unsaved"}
"""What is wrong with cells of a spreadsheet whose value is not there, by what their node is called."""
_STRANGE_TO_KNOWN = 2
"""With more strange columns to a known one than this, a table is not taken for a list of items."""


def csv_rows(text: str, findings: Findings) -> Table:
    """A CSV file with the delimiter that its header uses; raises `Unreadable` with the line of a broken quote."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    found: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((start, row))
            start = reader.line_num + 1
    except csv.Error as problem:
        raise Unreadable("file.syntax", Place(start), reason=str(problem)) from None
    if not found:
        raise Unreadable("file.empty")
    start = heading_row([[cell.strip() for cell in row] for _, row in found[:SEARCHED]])
    (first, names), *rest = found[start:]
    names = [name.strip() for name in names]
    header = tuple(Node(name, Place(first, f"column {n}")) for n, name in enumerate(names, start=1))
    say_above(header[0], (row for _, row in found[:start]), findings)
    longest = max((len(row) for _, row in rest), default=0)
    names += [f"column {n}" for n in range(len(names) + 1, longest + 1)]
    rows = tuple(
        tuple(Node(cell.strip() or None, Place(line, name)) for cell, name in zip(row, names, strict=False))
        for line, row in rest
    )
    return Table(header, rows, delimiter)


def _delimiter(text: str) -> str:
    """What parts the cells of the headings, which may stand below a title."""
    lines = list(itertools.islice((line for line in text.splitlines() if line.strip()), SEARCHED))
    understood = {sign: max((known_names(_names(line, sign)) for line in lines), default=0) for sign in _DELIMITERS}
    best = max(understood.values(), default=0)
    fitting = [sign for sign in _DELIMITERS if understood[sign] == best]
    heading = next((line for line in lines if any(sign in line for sign in fitting)), "")
    return max(fitting, key=heading.count)


def _names(line: str, delimiter: str) -> list[str]:
    return [name.strip().strip('"') for name in line.split(delimiter)]


def table_nodes(
    table: Table, findings: Findings, meant: Mapping[str, str], *, mark: str = "", tell: Tell = silent
) -> dict[str, tuple[Node, ...]]:
    """The records of a table, by the kind that its columns tell; `meant` says what headings mean, '' for nothing.

    `mark` is what stands before decimals, '' where that is found out.
    """
    if found := setup_fields(table.header, meant):
        return {found[0].name: _setup_records(table, *found, findings, mark)}
    columns = _columns(table, meant)
    table = _with_plain_numbers(table, [column in exchange.NUMBERS for column in columns], findings, mark)
    kind = _kind(columns)
    if kind is None:
        where = table.header[0]
        headings = ", ".join(node.shown for node in table.header)
        findings.error(Node(headings, where.place), "file.unknown_columns")
        return {}
    if kind == "products":
        _refuse_strangers(table, columns, meant, findings)
    if not table.rows:
        findings.error(table.header[0], "file.no_records")
    rows = told(_rows(table, columns, kind, findings), len(table.rows), tell)
    if kind == "products":
        return {kind: tuple(_product(row, place, findings) for row, place in rows)}
    if kind == "warehouses":
        return {kind: tuple(_warehouses(rows))}
    if kind == "asns":
        return {kind: tuple(_asns(rows, findings))}
    return {kind: tuple(_orders(rows, findings))}


def _setup_records(
    table: Table, kind: SetupKind, fields: tuple[str, ...], findings: Findings, mark: str
) -> tuple[Node, ...]:
    say_left_out(table.header, fields, findings)
    table = replace(table, rows=tuple(_with_values(row, fields, findings) for row in table.rows))
    plain = _with_plain_numbers(table, [name in number_columns(kind) for name in fields], findings, mark)
    nodes = setup_nodes(kind, fields, plain.rows)
    return tuple(partners_as_listed(table.header, fields, nodes, findings)) if kind.name == "partners" else nodes


def _refuse_strangers(
    table: Table, columns: tuple[str | None, ...], meant: Mapping[str, str], findings: Findings
) -> None:
    """A table of which little is understood is something else than a list of items: nothing is guessed from it."""
    said = {plain_name(heading) for heading in meant}
    shown = [(node, column) for node, column in zip(table.header, columns, strict=True) if node.shown]
    fitting = _COLUMNS_OF_KIND["products"]
    strange = [
        node.shown for node, column in shown if column not in fitting and plain_name(node.text or "") not in said
    ]
    known = len(shown) - len(strange)
    if len(strange) > _STRANGE_TO_KNOWN * known:
        where = Node(", ".join(strange), table.header[0].place)
        findings.error(where, "file.mostly_unknown", known=known, columns=len(shown))


def _with_plain_numbers(table: Table, numeric: Sequence[bool], findings: Findings, mark: str) -> Table:
    """The table with its numbers as 1250.5, however they are written in it."""
    places = [n for n, is_number in enumerate(numeric) if is_number]
    cells = (row[n] for row in table.rows for n in places if n < len(row))
    unplain = list(numbers.marked(cells))
    if not unplain:
        return table
    mark = mark or numbers.mark_of(numbers.evidence(unplain), delimiter=table.delimiter, findings=findings)
    wanted = frozenset(places)
    rows = tuple(tuple(_plain(cell, mark) if n in wanted else cell for n, cell in enumerate(row)) for row in table.rows)
    return replace(table, rows=rows)


def _plain(cell: Node, mark: str) -> Node:
    """A number as 1250.5; anything else as it is, to be refused in its own words."""
    plain = numbers.plain_number(cell.value, mark) if isinstance(cell.value, str) else None
    return cell if plain is None else cell._replace(value=plain)


def _columns(table: Table, meant: Mapping[str, str]) -> tuple[str | None, ...]:
    said = {plain_name(heading): column or None for heading, column in meant.items()}
    headings = [plain_name(node.text or "") for node in table.header]
    return tuple(said[name] if name in said else exchange.COLUMN_OF.get(name) for name in headings)


def _kind(columns: Iterable[str | None]) -> str | None:
    known = set(columns)
    if {"sku", "qty", "asn"} <= known:
        return "asns"
    if {"sku", "qty", "number"} <= known:
        return "purchase_orders" if "supplier" in known else "orders"
    if {"warehouse", "zone"} <= known:
        return "warehouses"
    return "products" if "sku" in known else None


def _rows(table: Table, columns: tuple[str | None, ...], kind: str, findings: Findings) -> Iterator[tuple[Row, Place]]:
    used = _used_columns(table, columns, kind, findings)
    for cells in table.rows:
        row: Row = {}
        for cell, column in zip(cells, used, strict=False):
            if column is None:
                continue
            if cell.name:
                findings.error(cell, _WITHOUT_VALUE[cell.name])
            elif cell.value is not None:
                row[column] = _joined(row.get(column), cell)
        for extra in cells[len(used) :]:
            if extra.value is not None:
                findings.error(extra, "file.too_many_cells", columns=len(used))
        yield row, Place(cells[0].place.line)


def _with_values(cells: tuple[Node, ...], fields: Sequence[str], findings: Findings) -> tuple[Node, ...]:
    """The cells, empty where a spreadsheet has no value; that is said where the column is used."""
    if not any(cell.name for cell in cells):
        return cells
    for cell, field in zip(cells, fields, strict=False):
        if cell.name and field:
            findings.error(cell, _WITHOUT_VALUE[cell.name])
    return tuple(Node(None, cell.place) if cell.name else cell for cell in cells)


def _used_columns(
    table: Table, columns: tuple[str | None, ...], kind: str, findings: Findings
) -> tuple[str | None, ...]:
    """Our name of each column that this kind of record has; the others are said and left out."""
    used: list[str | None] = []
    for heading, column in zip(table.header, columns, strict=True):
        fits = column is not None and (kind not in _COLUMNS_OF_KIND or column in _COLUMNS_OF_KIND[kind])
        if fits and column in used and column != "barcode":
            findings.error(heading, "file.duplicate_key", key=heading.shown)
        if not fits and heading.shown:
            findings.notice(heading, "file.unknown_column", column=heading.shown)
        used.append(column if fits else None)
    return tuple(used)


def _joined(before: Node | None, cell: Node) -> Node:
    """Several bar code columns of one row count together."""
    if before is None:
        return cell
    earlier = before.value if isinstance(before.value, tuple) else (before,)
    return Node((*earlier, cell), before.place)


def _product(row: Row, place: Place, findings: Findings) -> Node:
    fields = {name: row[name] for name in _PRODUCT_COLUMNS if name in row}
    levels = {name: fields.pop(name) for name in _LEVELS if name in fields}
    units = {"base": fields.pop("uom")} if "uom" in fields else {}
    if alternates := fields.pop("alternates", None):
        units["alternates"] = Node(tuple(_packs(alternates, findings)), alternates.place)
    if barcodes := fields.pop("barcode", None):
        fields["barcodes"] = Node(tuple(_split(barcodes)), barcodes.place)
    if units:
        fields["uom"] = Node(dict(units), place)
    if "attributes" in fields:
        fields["attributes"] = json_cell(fields["attributes"])
    if levels:
        fields["stock_levels"] = Node(dict(levels), place)
    return Node(fields, place)


def _warehouses(rows: Iterable[tuple[Row, Place]]) -> Iterator[Node]:
    """One node a warehouse, with the bins of all rows of a zone together."""
    zones: dict[str, dict[str, Row]] = {}
    bins: dict[tuple[str, str], list[Node]] = {}
    places: dict[str, Place] = {}
    for row, place in rows:
        code, zone = (row[name].text or "" if name in row else "" for name in ("warehouse", "zone"))
        places.setdefault(code, place)
        zones.setdefault(code, {}).setdefault(zone, {}).update(row)
        if "bins" in row:
            bins.setdefault((code, zone), []).extend(_split(row["bins"]))
    for code, of_zone in zones.items():
        parts = tuple(_zone(row, bins.get((code, zone), []), places[code]) for zone, row in of_zone.items())
        yield Node({"code": Node(code, places[code]), "zones": Node(parts, places[code])}, places[code])


def _zone(row: Row, bins: list[Node], place: Place) -> Node:
    fields = {"name": row["zone"]} if "zone" in row else {}
    fields |= {name: row[column] for name, column in (("code", "zone_code"), ("kind", "kind")) if column in row}
    if bins:
        fields["bins"] = Node(tuple(bins), place)
    return Node(dict(fields), place)


def _split(node: Node) -> Iterator[Node]:
    """The values of a cell that holds several, such as bar codes separated by a semicolon."""
    if isinstance(node.value, tuple):
        for part in node.value:
            yield from _split(part)
    elif isinstance(node.value, str):
        yield from (Node(part, node.place) for part in _SEVERAL.split(node.value) if part)
    else:
        yield node


def _packs(node: Node, findings: Findings) -> Iterator[Node]:
    """Packagings written as `Case=12; Pallet=144`."""
    for part, pack in _written_packs(node.text or ""):
        if pack is None:
            findings.error(node, "catalog.packs_text", text=part)
        else:
            yield Node({"unit": Node(pack[0], node.place), "conversion": Node(pack[1], node.place)}, node.place)


@functools.lru_cache(maxsize=256)
def _written_packs(text: str) -> tuple[tuple[str, tuple[str, str] | None], ...]:
    """Each packaging as it is written, with its unit and factor; None where it is no packaging."""
    parts = [part for part in re.split(r"\s*[;|]\s*", text) if part]
    found = [(part, _PACK.match(part)) for part in parts]
    return tuple((part, (match["unit"].strip(), match["factor"].strip()) if match else None) for part, match in found)


def _orders(rows: Iterable[tuple[Row, Place]], findings: Findings) -> Iterator[Node]:
    """One node an order: its rows' common fields, and a line from each row."""
    for head, lines, place in _papers(rows, "number", _LINE_COLUMNS, findings):
        yield _order(head, [Node(dict(line), at) for line, at in lines], place)


def _asns(rows: Iterable[tuple[Row, Place]], findings: Findings) -> Iterator[Node]:
    """One node an announcement; in its table a number is that of the order that a row fills."""
    for head, lines, place in _papers(rows, "asn", _ASN_LINE_COLUMNS, findings):
        fields = {"number" if name == "asn" else name: node for name, node in head.items()}
        goods = ({"order" if name == "number" else name: node for name, node in line.items()} for line, _ in lines)
        parts = tuple(Node(dict(line), at) for line, (_, at) in zip(goods, lines, strict=True))
        yield Node({**fields, "lines": Node(parts, place)}, place)


def _papers(
    rows: Iterable[tuple[Row, Place]], key: str, of_line: tuple[str, ...], findings: Findings
) -> Iterator[tuple[Row, list[tuple[Row, Place]], Place]]:
    """Documents by the column `key`: what their rows agree on, and what each row says of its line."""
    heads: dict[str, Row] = {}
    lines: dict[str, list[tuple[Row, Place]]] = {}
    places: dict[str, Place] = {}
    for row, place in rows:
        number = (row[key].text or "") if key in row else ""
        head = heads.setdefault(number, {})
        places.setdefault(number, place)
        lines.setdefault(number, []).append(({name: row[name] for name in of_line if name in row}, place))
        for name in row.keys() - set(of_line):
            first = head.setdefault(name, row[name])
            if first.text != row[name].text:
                findings.error(row[name], "orders.rows_disagree", column=name, first=first.shown, order=number)
    for number, head in heads.items():
        yield head, lines[number], places[number]


def _order(head: Row, lines: list[Node], place: Place) -> Node:
    fields = {name: node for name, node in head.items() if not name.startswith("ship_to.")}
    address = {name.removeprefix("ship_to."): node for name, node in head.items() if name.startswith("ship_to.")}
    if address:
        fields["ship_to"] = Node(dict(address), place)
    fields["lines"] = Node(tuple(lines), place)
    return Node(dict(fields), place)
