"""The fields that files exchange, declared once: what import, export, templates and the mapping of headings go by.

A table has one column a field, named as here, or by one of the names that other programs give it. What the values must
be is said where records are read (`catalog`, `orders`, `sites`).
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.codes import to_gtin_14
from app.domain.values.findings import plain_name

_CLOSE = 0.8
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A field of tables: our name for it, the names that other programs give it, and an example for templates."""

    name: str
    synonyms: str = ""
    example: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every heading that means this field, as `plain_name` writes it."""
        return (self.name, *self.synonyms.split())


PRODUCTS = (
    Column(
        "sku",
        "artikelnummer artikel_nr item item_number item_no item_code product_code article artikel article_number"
        " stock_code code",
        "PROD-001",
    ),
    Column("name", "bezeichnung artikelbezeichnung product_name item_name title product", "Standard Widget"),
    Column("description", "long_description details beschreibung langtext"),
    Column("category", "product_category group warengruppe kategorie artikelgruppe", "Widgets"),
    Column("tracking", "tracked_by track_by", "lot"),
    Column("uom", "einheit mengeneinheit unit base_unit base_uom unit_of_measure", "each"),
    Column("alternates", "alternate_units packs packagings", "case=12; pallet=144"),
    Column("barcode", "barcodes bar_code gtin ean upc ean13 ean_13 ean_code strichcode", "4012345000016"),
    Column("min", "mindestbestand minimum min_stock minimum_stock min_level", "100"),
    Column("max", "höchstbestand maximalbestand maximum max_stock maximum_stock max_level", "500"),
    Column("reorder_point", "meldebestand bestellpunkt reorder_level reorder_at", "150"),
    Column("safety_stock", "sicherheitsbestand buffer_stock", "50"),
    Column("shelf_life_days", "shelf_life shelf_life_(days) haltbarkeit_tage mhd_tage", "365"),
    Column("weight_g", "weight_grams weight_(g) gewicht_g gewicht_(g)", "250"),
    Column("decimals", "", "0"),
    Column("precision"),
    Column("expiry_required", "", "no"),
)
"""Items, with packagings, bar codes and stock levels. `precision` is another way to say `decimals`."""

PRODUCT_DETAILS = (
    Column("hs_code", "commodity_code customs_tariff tariff_number zolltarifnummer"),
    Column("origin", "country_of_origin coo ursprungsland"),
    Column("temperature_class", "temperature"),
    Column("hazard_class", "hazard dangerous_goods_class"),
    Column("un_number"),
    Column("packing_group"),
    Column("minimum_remaining_days"),
    Column("standard_cost"),
    Column("catch_weight"),
    Column("attributes"),
)
"""What tables of items may say besides: it becomes a record of its own (`setup.PRODUCT_DETAILS`)."""

ORDERS = (
    Column("number", "reference ref order order_number order_no po po_number purchase_order", "A-1001"),
    Column("supplier", "supplier_code vendor vendor_code"),
    Column("customer", "customer_code customer_name buyer", "Blue Lamp Ltd"),
    Column("warehouse", "warehouse_code site", "WH001"),
    Column("expected", "expected_date delivery_date due_date"),
    Column("customer_order", "customer_reference customer_order_number your_reference customer_po"),
    Column("carrier", "shipping_carrier"),
    Column("service", "shipping_service"),
    Column("ship_by", "ship_by_date ship_date dispatch_by latest_ship_date due", "2026-12-01"),
    Column("requested", "requested_date wanted_on"),
    Column("cut_off", "cutoff"),
    Column("priority", "urgency", "5"),
    Column("complete_only", "complete ship_complete complete_delivery"),
    Column("gift", "is_gift"),
    Column("gift_note", "gift_message"),
    Column("note", "notes remark remarks comment order_note"),
    Column("hold", "on_hold"),
    Column("hold_note", "hold_reason"),
    Column("owner", "goods_owner"),
    Column("line", "line_number line_no", "1"),
    Column("qty", "menge quantity ordered", "12"),
    Column("minimum_days", "minimum_life minimum_shelf_life"),
    Column("price", "unit_price unit_cost"),
    Column("currency"),
    Column("ship_to.name", "ship_to_name ship_to recipient"),
    Column("ship_to.line_1", "ship_to_line_1 ship_to_street street address ship_to_address"),
    Column("ship_to.line_2", "ship_to_line_2"),
    Column("ship_to.postal_code", "ship_to_postal_code ship_to_zip postal_code postcode zip"),
    Column("ship_to.city", "ship_to_city city"),
    Column("ship_to.region", "ship_to_region ship_to_state region state"),
    Column("ship_to.country", "ship_to_country country"),
    Column("ship_to.phone", "ship_to_phone phone"),
    Column("ship_to.email", "ship_to_email email"),
)
"""Orders of customers and to suppliers, a line a row; the item and its unit are called as in products.

The lot that a customer wants is called as in announcements.
"""

ASNS = (
    Column("asn", "asn_number asn_no despatch_advice", "DESADV-77"),
    Column("supplier", "supplier_code vendor vendor_code", "NORTH"),
    Column("warehouse", "warehouse_code site", "WH001"),
    Column("expected", "expected_date delivery_date due_date", "2026-12-01"),
    Column("order", "", "PO-1001"),
    Column("sscc", "unit_number lpn pallet handling_unit", "340123450000000017"),
    Column("unit_kind", "", "pallet"),
    Column("qty", "quantity shipped shipped_quantity", "480"),
    Column("lot", "lot_number batch batch_number", "L2611"),
    Column("serial", "serial_number"),
    Column("expiry", "expiry_date use_by"),
    Column("best_before", "best_before_date"),
    Column("weight_kg", "net_weight"),
)
"""What suppliers announce, a line a row; `number` is our order, the item and its unit are called as in products."""

LOCATIONS = (
    Column("warehouse", "warehouse_code site", "WH001"),
    Column("zone", "zone_name area", "Storage"),
    Column("zone_code", "", "STO"),
    Column("kind", "zone_kind type purpose", "bin"),
    Column("bins", "bin location bin_name place", "A01-Z99"),
)
"""Places of warehouses, a zone or a bin a row; a range of bins is one cell."""

KINDS: Mapping[str, tuple[Column, ...]] = {
    "products": PRODUCTS,
    "orders": ORDERS,
    "asns": (*ASNS, Column("sku", "", "PROD-001"), Column("uom", "", "Case")),
    "locations": LOCATIONS,
}
NUMBERS = frozenset((
    "min", "max", "reorder_point", "safety_stock", "shelf_life_days", "weight_g", "precision", "minimum_remaining_days",
    "standard_cost", "qty", "price", "weight_kg", "minimum_days",
))  # fmt: skip
"""The fields that hold numbers, which people write in the way of their country."""
COLUMN_OF: Mapping[str, str] = {
    heading: column.name
    for column in (*ASNS, *LOCATIONS, *ORDERS, *PRODUCT_DETAILS, *PRODUCTS)
    for heading in column.names
}
"""Our name for each heading that we know."""


FIELDS = tuple(dict.fromkeys(COLUMN_OF.values()))
"""Our name for every field that a column may mean."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings of a table as they stand in the file, and the first values below each; empty for other files.

    `letters` is the encoding that was found out, as people call it; empty where the file leaves no doubt.
    """

    headings: tuple[str, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is written, as somebody said: its encoding and the mark before decimals; empty: found out."""

    letters: str = ""
    mark: str = ""


def is_known(heading: str) -> bool:
    """Whether a heading says by its name what it means."""
    return plain_name(heading) in COLUMN_OF


def shape_of(headings: Iterable[str]) -> str:
    """What files of one shape have in common: their headings, in any order, however they are written and encoded."""
    return "|".join(sorted(plain_name(_NOT_ASCII.sub("?", heading)) for heading in headings if heading.strip()))


def guessed(headings: Iterable[str], samples: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """What each heading probably means: our field, or nothing where none is near; no field is guessed twice.

    `samples` are the first values below each: a column of good bar codes needs no name.
    """
    waiting = [heading for heading in headings if heading.strip()]
    found = {heading: COLUMN_OF[plain_name(heading)] for heading in waiting if plain_name(heading) in COLUMN_OF}
    for heading, values in zip(waiting, samples, strict=False):
        if heading not in found and "barcode" not in found.values() and values and all(map(to_gtin_14, values)):
            found[heading] = "barcode"
    for heading in waiting:
        if heading not in found:
            near = difflib.get_close_matches(plain_name(heading), COLUMN_OF, n=1, cutoff=_CLOSE)
            meant = COLUMN_OF[near[0]] if near else ""
            found[heading] = "" if meant in found.values() else meant
    return {heading: found[heading] for heading in waiting}
