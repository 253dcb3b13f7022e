"""Purchase orders, announcements of suppliers (ASNs) and customer orders as a file brings them.

Whether their items, units and warehouse exist is known to the database only; here they are checked by themselves.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from app.domain.catalog import LONGEST_SKU, unit_name
from app.domain.codes import has_good_check_digit, look_up_key
from app.domain.errors import Refusal
from app.domain.order_desk import LONGEST_NOTE, MOST_URGENT, Hold
from app.domain.partners import Address, PartnerData, PartnerKind, read_address, read_partner
from app.domain.values import Findings, Money, Node, Place, Section, parse_quantity

LONGEST_NUMBER = 40
LONGEST_LOT = 20
MOST_DAYS = 36_500
UNIT_KINDS = ("pallet", "case", "tote", "carton")
"""What announced goods may stand on."""
_SSCC = re.compile(r"(?:00)?([0-9]{18})\Z")
_PLATE = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{2,19}\Z")
_WAREHOUSE = re.compile(r"[A-Z0-9]{1,12}\Z")


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line: `quantity` of `unit` (empty: the item's base unit) of the item with this SKU, at `price` a unit.

    A customer may want goods of one `lot` (or serial number) only, and goods that keep at least `minimum_days` after
    they leave.
    """

    number: int
    sku: str
    quantity: Decimal
    unit: str = ""
    price: Money | None = None
    lot: str = ""
    minimum_days: int | None = None
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Lines of an order are known by their number."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class PurchaseOrderData:
    """What we ordered of a supplier and expect on a day; empty warehouse: the only one there is.

    `owner` is the code of the partner whose goods they will be, empty for ours.
    """

    number: str
    supplier: PartnerData | None = None
    warehouse: str = ""
    expected: date | None = None
    owner: str = ""
    lines: tuple[OrderLine, ...] = ()
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Orders are known by their number."""
        return look_up_key(self.number)


@dataclass(frozen=True, slots=True)
class OrderData:
    """What a customer ordered: where it goes, how, and by when it must leave; what is left open, the rules decide.

    `reference` is the customer's number for it. `due`: the day it must leave, `cut_off` the moment (UTC), `requested`
    the day the customer wants the goods. `priority` 1 to 9. `hold`: why it is to stand still. `owner` is the code of
    the partner whose goods they get, empty for ours.
    """

    number: str
    customer: PartnerData | None = None
    warehouse: str = ""
    reference: str = ""
    ship_to: Address = field(default_factory=Address)
    carrier: str = ""
    service: str = ""
    due: date | None = None
    requested: date | None = None
    cut_off: datetime | None = None
    priority: int | None = None
    complete_only: bool | None = None
    gift: bool | None = None
    gift_note: str = ""
    note: str = ""
    hold: Hold | None = None
    hold_note: str = ""
    owner: str = ""
    lines: tuple[OrderLine, ...] = ()
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Orders are known by their number."""
        return look_up_key(self.number)


@dataclass(frozen=True, slots=True)
class AsnLine:
    """Goods on their way: `quantity` of `unit` (empty: the item's base unit), of one lot or serial number.

    `sscc` is the unit they stand on (empty: loose), of the kind `unit_kind`; `order` is the number of our order that
    they fill (empty: found by its supplier and item). Weight in kg, where the goods are weighed.
    """

    number: int
    sku: str
    quantity: Decimal
    unit: str = ""
    order: str = ""
    sscc: str = ""
    unit_kind: str = ""
    lot: str = ""
    serial: str = ""
    expiry: date | None = None
    best_before: date | None = None
    weight_kg: Decimal | None = None
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Lines of an announcement are known by their number."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class AsnData:
    """What a supplier says is on its way, known by the supplier's number for it; empty warehouse: the only one."""

    number: str
    supplier: PartnerData | None = None
    warehouse: str = ""
    expected: date | None = None
    lines: tuple[AsnLine, ...] = ()
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Announcements are known by their number."""
        return look_up_key(self.number)


def read_purchase_orders(nodes: Iterable[Node], findings: Findings) -> tuple[PurchaseOrderData, ...]:
    """The purchase orders that the sections of a file describe; all that is wrong with them goes to `findings`."""
    orders: dict[str, PurchaseOrderData] = {}
    for node in nodes:
        section = Section(node, findings)
        order = PurchaseOrderData(
            number=_number(section),
            supplier=_needed_partner(section, PartnerKind.SUPPLIER),
            warehouse=_warehouse(section),
            expected=_day(section, "expected", "expected_date", "delivery_date"),
            owner=section.text("owner", longest=LONGEST_NUMBER).upper(),
            lines=_lines(section),
            where=node.place,
        )
        section.finish()
        _check_number_is_new(order.key, orders, node, findings)
        orders.setdefault(order.key, order)
    return tuple(order for order in orders.values() if order.number)


def read_orders(nodes: Iterable[Node], findings: Findings) -> tuple[OrderData, ...]:
    """The customer orders that the sections of a file describe; all that is wrong with them goes to `findings`."""
    orders: dict[str, OrderData] = {}
    for node in nodes:
        section = Section(node, findings)
        due, leaves = _leaving(section)
        order = OrderData(
            number=_number(section),
            customer=_needed_partner(section, PartnerKind.CUSTOMER),
            warehouse=_warehouse(section),
            reference=section.text("customer_order", "customer_reference", longest=LONGEST_NUMBER),
            ship_to=read_address(section, "ship_to", "address"),
            carrier=section.text("carrier", longest=60).lower(),
            service=section.text("service", longest=60),
            due=due,
            requested=_day(section, "requested", "requested_date", "expected", "delivery_date"),
            cut_off=leaves,
            priority=_priority(section),
            complete_only=section.truth("complete_only", "complete"),
            gift=section.truth("gift"),
            gift_note=_words(section, "gift_note", "gift_message"),
            note=_words(section, "note", "notes"),
            hold=_hold(section),
            hold_note=_words(section, "hold_note", "hold_reason"),
            owner=section.text("owner", longest=LONGEST_NUMBER).upper(),
            lines=_lines(section, wishes=True),
            where=node.place,
        )
        section.finish()
        _check_number_is_new(order.key, orders, node, findings)
        orders.setdefault(order.key, order)
    return tuple(order for order in orders.values() if order.number)


def read_asns(nodes: Iterable[Node], findings: Findings) -> tuple[AsnData, ...]:
    """The announcements that the sections of a file describe; all that is wrong with them goes to `findings`."""
    asns: dict[str, AsnData] = {}
    for node in nodes:
        section = Section(node, findings)
        asn = AsnData(
            number=section.required("number", "asn", "asn_number", "reference", "ref", longest=LONGEST_NUMBER),
            supplier=_needed_partner(section, PartnerKind.SUPPLIER),
            warehouse=_warehouse(section),
            expected=_day(section, "expected", "expected_date", "delivery_date"),
            lines=_asn_lines(section),
            where=node.place,
        )
        section.finish()
        _check_number_is_new(asn.key, asns, node, findings)
        asns.setdefault(asn.key, asn)
    return tuple(asn for asn in asns.values() if asn.number)


def _asn_lines(section: Section) -> tuple[AsnLine, ...]:
    """All goods, loose ones under `lines` and those of each unit under its `contents`, numbered as they stand there."""
    lines = [_asn_line(node, section.findings) for node in section.list_of("lines", "items")]
    for node in section.list_of("units", "handling_units", "pallets"):
        unit = Section(node, section.findings)
        sscc, kind = _unit_number(unit), _unit_kind(unit)
        contents = unit.list_of("contents", "lines", "items")
        if not contents:
            section.findings.error(node, "asn.empty_unit", unit=sscc)
        unit.finish()
        found = [_asn_line(each, section.findings) for each in contents]
        lines += [replace(line, sscc=sscc, unit_kind=kind) for line in found if line]
    if not lines:
        section.findings.error(section.node, "orders.no_lines")
    known = [replace(line, number=number) for number, line in enumerate(filter(None, lines), start=1)]
    _check_units(known, section.findings)
    return tuple(known)


def _asn_line(node: Node, findings: Findings) -> AsnLine | None:
    section = Section(node, findings)
    section.node_of("line", "line_number")  # numbered anew: those of a pallet often begin at 1 again
    sku = section.required("sku", "item", longest=LONGEST_SKU)
    quantity = _quantity(section)
    sscc = _unit_number(section) if section.node_of("sscc", "unit_number", "lpn") else ""
    line = AsnLine(
        number=1,
        sku=sku,
        quantity=quantity or Decimal(1),
        unit=unit_name(section.text("uom", "unit", longest=30)),
        order=section.text("order", "order_number", "purchase_order", longest=LONGEST_NUMBER),
        sscc=sscc,
        unit_kind=_unit_kind(section) if sscc else "",
        lot=section.text("lot", "lot_number", "batch", longest=20),
        serial=section.text("serial", "serial_number", longest=20),
        expiry=_day(section, "expiry", "expiry_date"),
        best_before=_day(section, "best_before", "best_before_date"),
        weight_kg=section.number("weight_kg", "weight"),
        where=node.place,
    )
    section.finish()
    return line if sku and quantity is not None else None


def unit_number(text: str) -> str:
    """The number on a pallet or case: the 18 digits of an SSCC with a right check digit, or a plate with letters.

    Nothing stays nothing. Refuses `asn.sscc`.
    """
    plain = text.replace(" ", "").upper()
    if (digits := _SSCC.match(plain)) and has_good_check_digit(digits[1]):
        return digits[1]
    if plain and not _PLATE.match(plain):
        raise Refusal("asn.sscc", unit=plain)
    return plain


def _unit_number(section: Section) -> str:
    text = section.required("sscc", "unit_number", "lpn", longest=40)
    try:
        return unit_number(text)
    except Refusal as refusal:
        node = section.node_of("sscc", "unit_number", "lpn")
        assert node is not None
        section.findings.refusal(node, refusal)
        return ""


def _unit_kind(section: Section) -> str:
    kind = section.text("kind", "unit_kind", longest=30).lower() or UNIT_KINDS[0]
    if kind not in UNIT_KINDS:
        node = section.node_of("kind", "unit_kind")
        assert node is not None
        section.findings.error(node, "asn.unit_kind", known=", ".join(UNIT_KINDS))
    return kind


def _check_units(lines: Iterable[AsnLine], findings: Findings) -> None:
    """What the lines of one unit say of it must agree."""
    kinds: dict[str, str] = {}
    for line in lines:
        if line.sscc and kinds.setdefault(line.sscc, line.unit_kind) != line.unit_kind:
            findings.error(Node(line.sscc, line.where), "asn.units_disagree", unit=line.sscc)


def _number(section: Section) -> str:
    return section.required("number", "reference", "ref", "order_number", longest=LONGEST_NUMBER)


def _check_number_is_new(
    key: str, orders: Mapping[str, PurchaseOrderData | OrderData | AsnData], node: Node, findings: Findings
) -> None:
    if key and key in orders:
        findings.error(node, "orders.duplicate_number", number=key, first=str(orders[key].where))


def _needed_partner(section: Section, kind: PartnerKind) -> PartnerData | None:
    partner = read_partner(section, kind)
    if partner is None and section.node_of(kind.value) is None:
        section.required(kind.value)
    return partner


def _warehouse(section: Section) -> str:
    code = section.text("warehouse", longest=12).upper()
    if code and not _WAREHOUSE.match(code):
        node = section.node_of("warehouse")
        assert node is not None
        section.findings.error(node, "sites.code")
        return ""
    return code


def _lines(section: Section, *, wishes: bool = False) -> tuple[OrderLine, ...]:
    """The lines of an order; `wishes`: each may say which lot is wanted, and how long the goods must keep."""
    nodes = section.list_of("lines", "items")
    if not nodes:
        section.findings.error(section.node, "orders.no_lines")
    lines: dict[int, OrderLine] = {}
    for position, node in enumerate(nodes, start=1):
        line = _line(node, position, section.findings, wishes=wishes)
        if line is None:
            continue
        if line.number in lines:
            section.findings.error(node, "orders.duplicate_line", line=line.number)
        lines.setdefault(line.number, line)
    return tuple(lines.values())


def _line(node: Node, position: int, findings: Findings, *, wishes: bool) -> OrderLine | None:
    section = Section(node, findings)
    number = section.whole_number("line", "line_number")
    sku = section.required("sku", "item", longest=LONGEST_SKU)
    quantity = _quantity(section)
    unit = unit_name(section.text("uom", "unit", longest=30))
    price = _price(section)
    lot = section.text("lot", "serial", longest=LONGEST_LOT) if wishes else ""
    days = _minimum_days(section) if wishes else None
    section.finish()
    if not sku or quantity is None:
        return None
    place = node.place
    return OrderLine(number if number is not None else position, sku, quantity, unit, price, lot, days, place)


def _minimum_days(section: Section) -> int | None:
    names = ("minimum_days", "minimum_remaining_days", "minimum_life")
    days = section.whole_number(*names)
    if days is not None and days > MOST_DAYS:
        section.findings.error(_said(section, *names), "file.too_large", key=names[0], most=MOST_DAYS)
        return None
    return days


def _leaving(section: Section) -> tuple[date | None, datetime | None]:
    """The day an order must leave, and the moment where one is said; `ship_by` may be either."""
    moment = _moment(section, "cut_off", "cutoff")
    names = ("ship_by", "ship_by_date", "due")
    node = section.node_of(*names)
    if node is None:
        return None, moment
    if moment is None and len(node.text or "") > len("2026-12-31"):
        return None, _moment(section, *names)
    return _day(section, *names), moment


def _priority(section: Section) -> int | None:
    priority = section.whole_number("priority")
    if priority is not None and priority > MOST_URGENT:
        section.findings.error(_said(section, "priority"), "orders.bad_priority", most=MOST_URGENT)
        return None
    return priority


def _hold(section: Section) -> Hold | None:
    """Why an order is to stand still: a kind of hold, or just yes, which is the customer's wish; None: it does not."""
    node = section.node_of("hold")
    given = node.value if node is not None else False
    text = str(given) if isinstance(given, bool) else section.text("hold", longest=30)
    text = text.casefold()
    if text in ("", "no", "false", "0"):
        return None
    if text in ("yes", "true", "1"):
        return Hold.CUSTOMER
    if text not in list(Hold):
        section.findings.error(_said(section, "hold"), "orders.unknown_hold", hold=text, known=", ".join(Hold))
        return None
    return Hold(text)


def _words(section: Section, *names: str) -> str:
    """Words for people, on one line however they were broken."""
    node = section.node_of(*names)
    if node is None:
        return ""
    words = " ".join((node.text or "").split())
    if node.text is None:
        section.findings.error(node, "file.not_a_text", key=names[0])
    elif len(words) > LONGEST_NOTE:
        section.findings.error(node, "file.too_long", key=names[0], longest=LONGEST_NOTE)
        return ""
    return words


def _said(section: Section, *names: str) -> Node:
    """The field by one of these names, of which is known that it is there."""
    node = section.node_of(*names)
    assert node is not None
    return node


def _quantity(section: Section) -> Decimal | None:
    node = section.node_of("qty", "quantity")
    if node is None:
        section.required("qty")
        return None
    plain = node.text or ""
    if isinstance(node.value, Decimal) and node.value.is_finite() and abs(node.value.adjusted()) < 30:
        plain = f"{node.value:f}"
    try:
        return parse_quantity(plain)
    except Refusal as refusal:
        section.findings.refusal(node, refusal)
        return None


def _price(section: Section) -> Money | None:
    amount = section.number("price", "unit_price", "unit_cost")
    currency = section.text("currency", longest=3)
    node = section.node_of("price", "unit_price", "unit_cost")
    if amount is None or node is None:
        return None
    try:
        return Money(amount, currency.upper())
    except Refusal as refusal:
        section.findings.refusal(node, refusal)
        return None


def _day(section: Section, *names: str) -> date | None:
    text = section.text(*names)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        node = section.node_of(*names)
        assert node is not None
        section.findings.error(node, "orders.date")
        return None


def _moment(section: Section, *names: str) -> datetime | None:
    """A moment with its offset from UTC; without one nobody knows when it is."""
    node = section.node_of(*names)
    if node is None:
        return None
    try:
        moment = datetime.fromisoformat(section.text(*names))
        if moment.utcoffset() is None:
            section.findings.error(node, "orders.moment_without_offset")
            return None
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        section.findings.error(node, "orders.moment")
        return None
