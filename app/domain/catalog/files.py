"""Items as a file describes them: what they are, their packagings, bar codes and stock levels.

`read_products` turns the content of a file into `ProductData` and says everything that is wrong with it. What is in
the database already, and what may still be changed there (a base unit with stock, for example), is not known here.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from app.domain.codes import BADGE_PREFIX, COMMAND_PREFIX, look_up_key, to_gtin_14
from app.domain.errors import Refusal
from app.domain.values import MAX_DECIMALS, Findings, Node, Place, Section, parse_factor

DEFAULT_UNIT = "each"
LONGEST_SKU = 60
LIGHTEST_G = Decimal("0.000001")


class Tracking(StrEnum):
    """What tells two pieces of an item apart."""

    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"
    LOT_AND_SERIAL = "lot+serial"


@dataclass(frozen=True, slots=True)
class PackUnit:
    """A packaging of an item: `factor` base units, exactly; `weight_g` is its gross weight."""

    unit: str
    factor: Fraction
    weight_g: Decimal | None = None

    @property
    def key(self) -> str:
        """Packagings of an item are known by their unit."""
        return self.unit


@dataclass(frozen=True, slots=True)
class Barcode:
    """A code on the goods: `scheme` is `gtin` (14 digits) or `sku` (any other, in capitals); `unit` is what it names.

    An empty unit means the base unit.
    """

    scheme: str
    value: str
    unit: str = ""

    @property
    def key(self) -> str:
        """Bar codes are known by their value."""
        return self.value


@dataclass(frozen=True, slots=True)
class StockLevels:
    """Levels in base units that reordering looks at; None where nothing is said."""

    min: Decimal | None = None
    max: Decimal | None = None
    reorder_point: Decimal | None = None
    safety_stock: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProductData:
    """One item as a file describes it; empty and None mean that the file says nothing about it.

    `decimals` is its precision: how many places after the point a quantity in the base unit may have.
    `shelf_life_days` counts from production; `expiry_required` asks for an expiry date at receiving; `weight_g` is
    grams a base unit.
    """

    sku: str
    name: str = ""
    description: str = ""
    category: str = ""
    tracking: Tracking | None = None
    base_unit: str = ""
    decimals: int | None = None
    alternates: tuple[PackUnit, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    stock_levels: StockLevels = StockLevels()
    shelf_life_days: int | None = None
    expiry_required: bool | None = None
    weight_g: Decimal | None = None
    where: Place = field(default=Place(), compare=False)

    @property
    def key(self) -> str:
        """Items are known by their SKU, whatever its case."""
        return look_up_key(self.sku)

    def with_defaults(self) -> "ProductData":
        """The item as it is created: untracked and in whole pieces where the file says nothing else."""
        return replace(
            self,
            name=self.name or self.sku,
            tracking=self.tracking or Tracking.NONE,
            base_unit=self.base_unit or DEFAULT_UNIT,
            decimals=self.decimals or 0,
            expiry_required=bool(self.expiry_required),
        )


@functools.lru_cache(maxsize=1024)
def unit_name(text: str) -> str:
    """A unit as it is kept: small letters, so that `Each`, `EACH` and `each` are one unit. Any word may be a unit."""
    return " ".join(text.casefold().split())


def read_products(nodes: Iterable[Node], findings: Findings) -> tuple[ProductData, ...]:
    """The items that the sections of a file describe; all that is wrong with them goes to `findings`."""
    products = []
    first_of: dict[str, Place] = {}
    owners: dict[tuple[str, str], str] = {}
    for node in nodes:
        product = _product(node, findings)
        if product is None:
            continue
        if product.key in first_of:
            findings.error(node, "catalog.duplicate_sku", sku=product.sku, first=str(first_of[product.key]))
        first_of.setdefault(product.key, node.place)
        _check_owners(product, owners, node, findings)
        products.append(product)
    return tuple(products)


def _check_owners(product: ProductData, owners: dict[tuple[str, str], str], node: Node, findings: Findings) -> None:
    """No code may name two items, or two packagings of one item; an SKU is a code like any other."""
    for barcode in (Barcode("sku", product.key), *product.barcodes):
        owner = f"{product.sku} ({barcode.unit})" if barcode.unit else product.sku
        first = owners.setdefault((barcode.scheme, barcode.value), owner)
        if look_up_key(first) != look_up_key(owner):
            findings.error(node, "catalog.duplicate_barcode", barcode=barcode.value, first=first, second=owner)


def _product(node: Node, findings: Findings) -> ProductData | None:
    section = Section(node, findings)
    sku = section.required("sku", "item", "item_number", longest=LONGEST_SKU)
    base_unit, alternates, pack_codes = _units(section)
    product = ProductData(
        sku=sku,
        name=section.text("name"),
        description=section.text("description", longest=4000),
        category=section.text("category", longest=400),
        tracking=_tracking(section),
        base_unit=base_unit,
        decimals=_decimals(section),
        alternates=alternates,
        barcodes=_barcodes(section, {base_unit, *(pack.unit for pack in alternates)}) + pack_codes,
        stock_levels=_levels(section),
        shelf_life_days=section.whole_number("shelf_life_days", least=1),
        expiry_required=section.truth("expiry_required"),
        weight_g=section.number("weight_g", least=LIGHTEST_G),
        where=node.place,
    )
    section.finish()
    if sku and look_up_key(sku).startswith((BADGE_PREFIX, COMMAND_PREFIX)):
        findings.error(node, "catalog.reserved_code", barcode=sku)
    return product if sku else None


def _tracking(section: Section) -> Tracking | None:
    node = section.node_of("tracking")
    if node is None:
        return None
    word = (node.text or "").casefold().replace(" ", "").replace("_", "+").replace("and", "+").replace("&", "+")
    word = {"serial+lot": "lot+serial", "batch": "lot"}.get(word, word)
    if word in list(Tracking):
        return Tracking(word)
    section.findings.error(node, "catalog.unknown_tracking", known=", ".join(Tracking))
    return None


def _decimals(section: Section) -> int | None:
    """The precision, written as places after the point (3) or as the smallest step (0.001)."""
    decimals = section.whole_number("decimals")
    node = section.node_of("decimals", "precision")
    step = section.number("precision", least=None)
    if decimals is None and step is not None:
        decimals = next((places for places in range(MAX_DECIMALS + 1) if step.scaleb(places) == 1), MAX_DECIMALS + 1)
    if decimals is not None and decimals > MAX_DECIMALS:
        assert node is not None
        section.findings.error(node, "catalog.precision", most=MAX_DECIMALS)
        return None
    return decimals


def _units(section: Section) -> tuple[str, tuple[PackUnit, ...], tuple[Barcode, ...]]:
    """Base unit, packagings, and the bar codes that stand with a packaging."""
    node = section.node_of("uom", "unit", "base_unit")
    if node is None:
        return "", (), ()
    if not isinstance(node.value, dict):
        return unit_name(section.text("uom", "unit", "base_unit", longest=30)), (), ()
    units = Section(node, section.findings)
    base = unit_name(units.required("base", longest=30))
    packs: list[PackUnit] = []
    codes: list[Barcode] = []
    for part in units.list_of("alternates"):
        pack, barcode = _pack(part, section.findings)
        codes += barcode
        if pack is None:
            continue
        if pack.unit in {base, *(other.unit for other in packs)}:
            section.findings.error(part, "catalog.duplicate_unit", unit=pack.unit)
        packs.append(pack)
    units.finish()
    return base, tuple(packs), tuple(codes)


def _pack(node: Node, findings: Findings) -> tuple[PackUnit | None, list[Barcode]]:
    section = Section(node, findings)
    unit = unit_name(section.required("unit", longest=30))
    factor = _factor(section)
    weight = section.number("weight_g", least=LIGHTEST_G)
    codes = [
        barcode
        for code in section.list_of("barcode", "barcodes", "gtin")
        if (barcode := _barcode(code, unit, findings)) is not None
    ]
    section.finish()
    return (PackUnit(unit, factor, weight) if unit and factor else None), codes


def _factor(section: Section) -> Fraction | None:
    node = section.node_of("conversion", "factor")
    if node is None:
        section.required("conversion")
        return None
    try:
        return parse_factor(_plain_digits(node))
    except Refusal as refusal:
        section.findings.refusal(node, refusal)
        return None


def _plain_digits(node: Node) -> str:
    """A number without exponent, where writing it out stays short."""
    if isinstance(node.value, Decimal) and node.value.is_finite() and abs(node.value.adjusted()) < 30:
        return f"{node.value:f}"
    return node.text or ""


def _barcodes(section: Section, units: set[str]) -> tuple[Barcode, ...]:
    found = []
    for node in section.list_of("barcodes", "barcode", "gtin", "ean", "upc"):
        code, unit = node, ""
        if isinstance(node.value, dict):
            part = Section(node, section.findings)
            unit = unit_name(part.text("unit", longest=30))
            part.required("code", "value")
            code = part.node_of("code", "value") or node
            part.finish()
            if code is node:
                continue
            if unit and unit not in units:
                section.findings.error(node, "catalog.barcode_of_unknown_unit", unit=unit)
        barcode = _barcode(code, unit, section.findings)
        if barcode is not None and barcode in found:
            section.findings.error(node, "catalog.barcode_twice", barcode=barcode.value)
        if barcode is not None:
            found.append(barcode)
    return tuple(found)


def _barcode(node: Node, unit: str, findings: Findings) -> Barcode | None:
    """One bar code; digits of a GTIN's length must have a good check digit.

    A spreadsheet keeps 012345678905 as the number 12345678905: where leading zeros make a good GTIN of 7, 9, 10 or
    11 digits they are put back, and the person is told.
    """
    text = look_up_key(node.text or "")
    text = text.replace(" ", "") if text.replace(" ", "").isdigit() else text
    if isinstance(node.value, Decimal) and node.value == node.value.to_integral_value() and node.value.adjusted() < 30:
        text = f"{node.value:f}".split(".")[0]
    if not text or len(text) > 80 or not text.isprintable():
        findings.error(node, "catalog.barcode_unreadable")
    elif "E+" in text:
        findings.error(node, "catalog.barcode_rounded")
    elif text.startswith((BADGE_PREFIX, COMMAND_PREFIX)):
        findings.error(node, "catalog.reserved_code", barcode=text)
    elif not (text.isascii() and text.isdigit()):
        return Barcode("sku", text, unit)
    elif gtin := to_gtin_14(text):
        return Barcode("gtin", gtin, unit)
    elif len(text) in (8, 12, 13, 14):
        findings.error(node, "catalog.check_digit", barcode=text)
    elif 7 <= len(text) <= 11 and (gtin := to_gtin_14(text.zfill(14))):
        findings.notice(node, "catalog.leading_zeros", barcode=text, restored=gtin.lstrip("0").zfill(12))
        return Barcode("gtin", gtin, unit)
    elif isinstance(node.value, Decimal):
        findings.error(node, "catalog.check_digit", barcode=text)
    else:
        return Barcode("sku", text, unit)
    return None


def _levels(section: Section) -> StockLevels:
    part = section.section("stock_levels", "levels")
    if part is None:
        return StockLevels()
    levels = StockLevels(
        min=part.number("min", "minimum"),
        max=part.number("max", "maximum"),
        reorder_point=part.number("reorder_point"),
        safety_stock=part.number("safety_stock"),
    )
    part.finish()
    _check_levels(levels, part)
    return levels


def _check_levels(levels: StockLevels, part: Section) -> None:
    if levels.min is not None and levels.max is not None and levels.min > levels.max:
        part.findings.error(part.node, "catalog.min_above_max", min=str(levels.min), max=str(levels.max))
    if levels.reorder_point is None:
        return
    if levels.max is not None and levels.reorder_point > levels.max:
        part.findings.notice(
            part.node, "catalog.reorder_above_max", reorder_point=str(levels.reorder_point), max=str(levels.max)
        )
    if levels.safety_stock is not None and levels.reorder_point < levels.safety_stock:
        part.findings.notice(
            part.node,
            "catalog.reorder_below_safety",
            reorder_point=str(levels.reorder_point),
            safety_stock=str(levels.safety_stock),
        )
