"""One file from its path to records and findings: which format, which records, what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.connectors.files.json_nodes import json_nodes
from app.connectors.files.plain_text import Unreadable, decoded
from app.connectors.files.spreadsheets import spreadsheet_rows
from app.connectors.files.tables import Table, csv_rows, table_nodes
from app.connectors.files.yaml_nodes import yaml_nodes
from app.domain.catalog import ProductData, read_products
from app.domain.exchange import Layout
from app.domain.orders import AsnData, OrderData, PurchaseOrderData, read_asns, read_orders, read_purchase_orders
from app.domain.setup import read_setup, without_details
from app.domain.setup_kinds import SETUP_KINDS, SetupRecord
from app.domain.sites import WarehouseData, read_warehouses
from app.domain.values import Finding, Findings, Node, Section, Severity
from app.domain.values.findings import plain_name
from app.domain.values.long_work import Tell, keeping_everything, silent, told, within

MOST_BYTES = 32 * 1024 * 1024
"""Larger files are refused: a list of a hundred thousand products is a third of it."""

_SAMPLES = 4
_SPREADSHEET = b"PK\x03\x04"
# The top-level names under which each kind of record may stand.
_KINDS: Mapping[str, str] = {
    "product": "products",
    "products": "products",
    "warehouse": "warehouses",
    "warehouses": "warehouses",
    "warehouse_setup": "warehouses",
    "purchase_order": "purchase_orders",
    "purchase_orders": "purchase_orders",
    "order": "orders",
    "orders": "orders",
    "asn": "asns",
    "asns": "asns",
    **{kind: kind for kind in SETUP_KINDS},
}
_ONE_RECORD = frozenset({"product", "warehouse", "purchase_order", "order", "asn", "company"})


@dataclass(frozen=True, slots=True)
class FileContents:
    """What one file says: its records by kind, and everything there is to say about it, in the file's order.

    Where `refused`, at least one finding is an error and nothing of the file may be applied.
    """

    name: str
    products: tuple[ProductData, ...] = ()
    warehouses: tuple[WarehouseData, ...] = ()
    purchase_orders: tuple[PurchaseOrderData, ...] = ()
    orders: tuple[OrderData, ...] = ()
    asns: tuple[AsnData, ...] = ()
    setup: tuple[SetupRecord, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file may not be applied."""
        return bool(self.errors)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What must be mended first."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What is worth saying."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.NOTICE)


def read_file(
    path: Path,
    columns: Mapping[str, str] | None = None,
    encoding: str = "",
    *,
    mark: str = "",
    tell: Tell = silent,
) -> FileContents:
    """Read a file that somebody brought; whatever is wrong with it, down to being no file, is among the findings.

    `columns` says what headings of a table mean: our field, or '' to leave the column out; others are known by name.
    `encoding` is what somebody says the letters are, `mark` what stands before decimals in a table (`.` or `,`);
    without them that is found out.
    """
    with keeping_everything():
        return _read(path, columns or {}, encoding, mark, tell)


def _read(path: Path, columns: Mapping[str, str], encoding: str, mark: str, tell: Tell) -> FileContents:
    findings = Findings()
    nodes: dict[str, tuple[Node, ...]] = {}
    tell(0)
    try:
        nodes = _nodes_by_kind(path, findings, columns, encoding, mark, within(tell, 0.1, 0.5))
    except Unreadable as unreadable:
        findings.error(Node(unreadable.value or path.name, unreadable.where), unreadable.code, **unreadable.facts)
    split = [without_details(node) for node in nodes.get("products", ())]
    goods = tuple(product for product, _ in split)
    details = tuple(said for _, said in split if said is not None)
    nodes["product_details"] = nodes.get("product_details", ()) + details
    products = read_products(told(goods, len(goods), within(tell, 0.5, 1)), findings)
    warehouses = read_warehouses(nodes.get("warehouses", ()), findings)
    purchase_orders = read_purchase_orders(nodes.get("purchase_orders", ()), findings)
    orders = read_orders(nodes.get("orders", ()), findings)
    asns = read_asns(nodes.get("asns", ()), findings)
    setup = tuple(
        record for name, kind in SETUP_KINDS.items() for record in read_setup(kind, nodes.get(name, ()), findings)
    )
    found = tuple(sorted(findings, key=lambda finding: finding.where.line))
    return FileContents(path.name, products, warehouses, purchase_orders, orders, asns, setup, found)


def layout(path: Path, encoding: str = "") -> Layout:
    """What a table looks like, before anything in it is judged; nothing where it is no table or cannot be read."""
    findings = Findings()
    try:
        table = _table(path.suffix.lower(), _bytes_of(path), findings, encoding)
    except Unreadable:
        return Layout()
    if table is None:
        return Layout()
    shown = [(n, node.text) for n, node in enumerate(table.header) if node.text]
    rows = table.rows[:_SAMPLES]
    samples = tuple(tuple(row[n].shown for row in rows if n < len(row) and row[n].shown) for n, _ in shown)
    letters = next((str(said.facts["encoding"]) for said in findings if said.code == "file.encoding"), "")
    return Layout(tuple(text for _, text in shown), samples, letters)


def headings(path: Path, encoding: str = "") -> tuple[str, ...]:
    """The headings of a table, as they stand in the file; none where it is no table or cannot be read."""
    return layout(path, encoding).headings


def _table(suffix: str, data: bytes, findings: Findings, encoding: str) -> Table | None:
    if data.startswith(_SPREADSHEET) or suffix == ".xlsx":
        return spreadsheet_rows(data, findings)
    return csv_rows(decoded(data, findings, encoding), findings) if suffix in (".csv", ".tsv", ".txt") else None


def _nodes_by_kind(
    path: Path, findings: Findings, columns: Mapping[str, str], encoding: str, mark: str, tell: Tell
) -> dict[str, tuple[Node, ...]]:
    """The sections of a file, one a record, by kind of record."""
    data = _bytes_of(path)
    suffix = path.suffix.lower()
    table = _table(suffix, data, findings, encoding)
    if table is not None:
        return table_nodes(table, findings, columns, mark=mark, tell=tell)
    text = decoded(data, findings, encoding)
    root = _reader(suffix, text)(text, findings)
    nodes = _sorted_by_kind(root, findings)
    if not any(nodes.values()) and not findings.refused:
        findings.error(root, "file.no_records")
    return nodes


def _reader(suffix: str, text: str) -> Callable[[str, Findings], Node]:
    if suffix in (".yaml", ".yml"):
        return yaml_nodes
    if suffix == ".json" or text.lstrip()[:1] in ("{", "["):
        return json_nodes
    raise Unreadable("file.unknown_format", suffix=suffix)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable("file.too_big", most_mb=MOST_BYTES // 2**20)
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unreadable("file.not_found") from None
    except (OSError, ValueError) as problem:
        raise Unreadable("file.not_readable", reason=getattr(problem, "strerror", None) or str(problem)) from None
    if not data.strip():
        raise Unreadable("file.empty")
    return data


def _sorted_by_kind(root: Node, findings: Findings) -> dict[str, tuple[Node, ...]]:
    """The records of a JSON or YAML file: under the name of their kind, or bare and told apart by their fields."""
    if isinstance(root.value, tuple):
        kinds = [_kind_of(node) or "products" for node in root.value]
        return {kind: tuple(n for n, k in zip(root.value, kinds, strict=True) if k == kind) for kind in set(kinds)}
    if kind := _kind_of(root):
        return {kind: (root,)}
    section = Section(root, findings)
    nodes: dict[str, tuple[Node, ...]] = {}
    for name, kind in _KINDS.items():
        node = section.node_of(name)
        if node is not None:
            nodes[kind] = nodes.get(kind, ()) + _records(node, several=name not in _ONE_RECORD)
    section.finish()
    return nodes


def _kind_of(node: Node) -> str | None:
    """The kind of a record by the fields that only this kind has; None where no such field is there."""
    fields = {plain_name(name) for name in node.value} if isinstance(node.value, dict) else set()
    if "units" in fields:
        return "asns"
    if "lines" in fields:
        return "purchase_orders" if "supplier" in fields else "orders"
    if "zones" in fields:
        return "warehouses"
    return "products" if "sku" in fields else None


def _records(node: Node, *, several: bool) -> tuple[Node, ...]:
    """The records of a list or of a section of named records, or the one record itself."""
    if isinstance(node.value, tuple):
        return node.value
    return tuple(node.value.values()) if several and isinstance(node.value, dict) else (node,)
