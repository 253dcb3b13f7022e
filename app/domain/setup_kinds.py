"""The set-up of a company as files write it: what kinds of records there are beside items, warehouses and orders.

Each kind is declared once: its fields with their types, and which of them tell one record from another. Records name
each other as people do, by codes and addresses, never by ids, so that a file means the same in every database. How they
are stored is the services' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.domain.values import Place


class Kind(StrEnum):
    """What a field holds.

    RECORDS are lists of sections with fields of their own, FREE whatever stands there, NAMED a section whose names are
    not known before, such as attributes. A PICTURE is its bytes in base64: trees have it, tables do not, since a cell
    of a spreadsheet is too small for one.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    WHOLE = "whole"
    TRUTH = "truth"
    TEXTS = "texts"
    RECORDS = "records"
    FREE = "free"
    DAY = "day"
    PICTURE = "picture"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a record: its name in files, what it holds, and the fields of the sections in it.

    `default` is what a truth is where nothing is said; `ordered`: the order of its texts means something; `form` is the
    regular expression that a text must fit, and `written` says to people how; `longest` is in letters.
    """

    name: str
    kind: Kind = Kind.TEXT
    of: tuple["Part", ...] = ()
    required: bool = False
    default: bool | None = None
    ordered: bool = False
    form: str = ""
    written: str = ""
    longest: int = 200


@dataclass(frozen=True, slots=True)
class SetupKind:
    """One kind of records: `key` are the fields that tell them apart, none where there is but one record.

    `early`: items and places may need them. `may_lack` are fields of the key that a table need not have. `within` is
    the kind whose records hold these as a list, so that a whole set-up says them once.
    """

    name: str
    key: tuple[str, ...]
    parts: tuple[Part, ...]
    early: bool = False
    may_lack: tuple[str, ...] = ()
    within: str = ""


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SetupRecord:
    """One record as a file or the database says it; what is empty is left out of `values`."""

    kind: str
    key: str
    values: Values
    where: Place = field(default=Place(), compare=False)


def _texts(*names: str) -> tuple[Part, ...]:
    return tuple(Part(name) for name in names)


def _numbers(*names: str) -> tuple[Part, ...]:
    return tuple(Part(name, Kind.NUMBER) for name in names)


def _one_of(name: str, *known: str) -> Part:
    return Part(name, form="|".join(known), written=" / ".join(known))


_EMAIL = Part("email", form=r"[^@\s]+@[^@\s]+", written="ana@example.com")
_ADDRESS = (
    _one_of("purpose", "delivery", "billing", "pickup", "returns", "office"),
    *_texts("name", "line_1", "line_2", "district", "postal_code", "city", "region", "country", "phone"),
    _EMAIL,
    Part("first", Kind.TRUTH, default=False),
)
_RIGHT = (Part("permission", required=True), Part("up_to", Kind.NUMBER))
_WORD = (*_RIGHT, Part("granted", Kind.TRUTH, default=True))


_FORMS = (
    Part("hs_code", form="[0-9]{6,12}", written="940540"),
    Part("origin", form="[A-Z]{2}", written="DE"),
    _one_of("temperature_class", "ambient", "cool", "chilled", "frozen", "deep_frozen"),
    Part("hazard_class", form=r"1(\.[1-6])?|2\.[1-3]|3|4\.[1-3]|5\.[12]|6\.[12]|7|8|9", written="3 / 4.1"),
    Part("un_number", form="[0-9]{4}", written="1263"),
    _one_of("packing_group", "I", "II", "III"),
)
_SENDER = (
    *(Part(name, longest=100) for name in ("name", "line_1", "line_2")), Part("postal_code", longest=20),
    *(Part(name, longest=100) for name in ("city", "region")), Part("country"), Part("phone", longest=40),
    replace(_EMAIL, longest=100),
)  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week as files write them."""


def _weekday() -> Part:
    return replace(_one_of("weekday", *WEEKDAYS), required=True)


def _clock(name: str) -> Part:
    return Part(name, required=True, form="([01][0-9]|2[0-3]):[0-5][0-9]", written="16:30")


_STATION_TYPE = _one_of("type", "bench", "dock", "desk")
_LEVELS = _numbers("minimum", "maximum", "reorder_point", "safety_stock")
_TIME = r"([01]?\d|2[0-4]):[0-5]\d"


def _day(name: str) -> Part:
    return Part(name, Kind.DAY, form=r"\d{4}-\d\d-\d\d", written="2027-01-31")


_DAYS = (_day("valid_from"), _day("valid_until"))
_CHECK = (
    Part("name", required=True), Part("measured", Kind.TRUTH, default=False), Part("unit"),
    *_numbers("nominal", "lower", "upper"), Part("photo", Kind.TRUTH, default=False),
)  # fmt: skip
SETUP_KINDS: Mapping[str, SetupKind] = {
    kind.name: kind
    for kind in (
        SetupKind("company", (), (
            Part("name"), Part("gs1_prefix", form="[0-9]{4,12}", written="4012345"),
            Part("currency", form="[A-Z]{3}", written="EUR"), *_numbers("sdr_rate"), _day("sdr_rate_on"))),
        SetupKind("reasons", ("code",), (
            Part("code", form="[A-Z_]{2,30}", written="WATER_DAMAGE"), Part("step"), Part("active", Kind.TRUTH))),
        SetupKind("categories", ("path",), (Part("path", Kind.LONG_TEXT), Part("position", Kind.WHOLE),
                                            Part("defaults", Kind.NAMED)), early=True),
        SetupKind("attributes", ("category", "name"), (
            Part("category", Kind.LONG_TEXT), *_texts("name", "type", "unit"),
            Part("choices", Kind.TEXTS, ordered=True), Part("required", Kind.TRUTH),
            *_numbers("minimum", "maximum"), Part("position", Kind.WHOLE)), early=True),
        SetupKind("profiles", ("code",), (
            *_texts("code", "name", "bin_type"), *_numbers("capacity_units", "capacity_kg", "capacity_l"),
            Part("height_mm", Kind.WHOLE), *_texts("mixing", "temperature"), Part("hazard_classes", Kind.TEXTS),
            Part("negative_allowed", Kind.TRUTH)), early=True),
        SetupKind("partners", ("code",), (
            *_texts("code", "name"), Part("kinds", Kind.TEXTS), Part("language"), Part("note", Kind.LONG_TEXT),
            Part("pack_instructions", Kind.LONG_TEXT), *_texts("carton_label", "unit_label", "packing_slip"),
            *_texts("order_carrier", "order_service"), Part("complete_only", Kind.TRUTH),
            Part("addresses", Kind.RECORDS, _ADDRESS),
            Part("contacts", Kind.RECORDS, (
                Part("name", required=True), *_texts("role", "phone"), _EMAIL, Part("language")))), early=True),
        SetupKind("product_details", ("sku",), (
            Part("sku"), *_FORMS,
            Part("minimum_remaining_days", Kind.WHOLE), Part("standard_cost", Kind.NUMBER),
            Part("catch_weight", Kind.TRUTH), Part("attributes", Kind.NAMED),
            Part("dimensions", Kind.RECORDS, (Part("unit", required=True), *(
                Part(name, Kind.WHOLE) for name in ("length_mm", "width_mm", "height_mm")))),
            Part("articles", Kind.RECORDS, (Part("partner", required=True), Part("code", required=True), Part("unit"))),
            Part("kit"), Part("makes", Kind.NUMBER),
            Part("parts", Kind.RECORDS, (Part("sku", required=True), Part("quantity", Kind.NUMBER), Part("unit")),
                 ordered=True),
            Part("substitutes", Kind.RECORDS, (
                Part("sku", required=True), Part("both_ways", Kind.TRUTH, default=False)), ordered=True))),
        SetupKind("places", ("place",), (
            *_texts("place", "profile"), Part("capacity_units", Kind.NUMBER), Part("mixing"),
            Part("negative_allowed", Kind.TRUTH))),
        SetupKind("levels", ("sku", "warehouse"), (
            Part("sku", required=True), Part("warehouse", required=True), *_LEVELS)),
        SetupKind("pick_faces", ("place", "sku"), (
            Part("place", required=True), Part("sku", required=True), *_numbers("minimum", "maximum"))),
        SetupKind("shelf_life", ("partner", "sku"), (
            Part("partner", required=True), Part("sku"), Part("days", Kind.WHOLE))),
        SetupKind("senders", ("warehouse",), (
            Part("warehouse"), *_SENDER)),
        SetupKind("carriers", ("code",), (
            Part("code", form="[a-z][a-z0-9_]{0,29}", written="swift_parcels"), Part("name", longest=60), Part("kind"),
            Part("active", Kind.TRUTH), Part("setup", Kind.NAMED))),
        SetupKind("carrier_prices", ("carrier", "service", "zone", "up_to_kg", "valid_from"), (
            *(Part(name, required=True) for name in ("carrier", "service", "zone")), *_numbers("up_to_kg", "price"),
            *_DAYS), may_lack=("valid_from",), within="carriers"),
        SetupKind("carton_types", ("code",), (
            *_texts("code", "name"), *(Part(name, Kind.WHOLE) for name in (
                "length_mm", "width_mm", "height_mm", "outer_length_mm", "outer_width_mm", "outer_height_mm")),
            *_numbers("tare_kg", "limit_kg"), Part("fill_percent", Kind.WHOLE), Part("cost", Kind.NUMBER),
            Part("services", Kind.TEXTS), Part("owners", Kind.TEXTS), Part("position", Kind.WHOLE),
            Part("active", Kind.TRUTH, default=True))),
        SetupKind("pack_extras", ("code",), (
            Part("code"), _one_of("kind", "instruction", "insert", "photo"), *_texts("name", "words"),
            _one_of("moment", "start", "goods", "close"), _one_of("answer", "shown", "key", "scan"), Part("sku"),
            *_numbers("quantity", "weight_kg"), Part("from_stock", Kind.TRUTH, default=False),
            Part("picture", Kind.PICTURE), Part("active", Kind.TRUTH, default=True))),
        SetupKind("carts", ("number",), (
            Part("number"), Part("warehouse", required=True), Part("name"), Part("slots", Kind.WHOLE, required=True),
            *_numbers("litres", "kg"), Part("active", Kind.TRUTH, default=True))),
        SetupKind("cut_offs", ("warehouse", "carrier", "service", "weekday", "leaves"), (
            Part("warehouse"), Part("carrier", longest=60), Part("service", longest=60), _weekday(), _clock("leaves"),
            Part("lead_minutes", Kind.WHOLE), Part("transit_days", Kind.WHOLE))),
        SetupKind("closed_days", ("warehouse", "day"), (
            Part("warehouse", required=True), replace(_day("day"), required=True), Part("name", longest=80))),
        SetupKind("pick_shifts", ("warehouse", "zone", "shift", "weekday", "day", "from"), (
            Part("warehouse", required=True), *_texts("zone", "shift"), _one_of("weekday", *WEEKDAYS), _day("day"),
            _clock("from"), _clock("until"), Part("people", Kind.WHOLE, required=True))),
        SetupKind("checklists", ("name",), (Part("name"), Part("checks", Kind.RECORDS, _CHECK, ordered=True))),
        SetupKind("dock_doors", ("place",), (
            Part("place"), _one_of("direction", "inbound", "outbound"), Part("hours", Kind.LONG_TEXT),
            Part("vehicles", Kind.TEXTS), Part("temperatures", Kind.TEXTS), Part("pallets_per_hour", Kind.WHOLE),
            Part("lines_per_hour", Kind.WHOLE), Part("active", Kind.TRUTH))),
        SetupKind("dock_limits", ("warehouse",), (
            Part("warehouse"), Part("trucks_per_hour", Kind.WHOLE), Part("pallets_per_hour", Kind.WHOLE))),
        SetupKind("dock_shifts", ("warehouse", "day", "from", "name"), (
            Part("warehouse", required=True), _day("day"), Part("from", form=_TIME, written="06:00", required=True),
            Part("until", form=_TIME, written="14:00", required=True), Part("people", Kind.WHOLE), Part("name"),
            Part("names", Kind.LONG_TEXT)), may_lack=("name",)),
        SetupKind("policies", ("capability", "scope", "name"), (
            Part("capability", required=True),
            _one_of("scope", "company", "warehouse", "zone", "partner", "category", "item"),
            Part("name", Kind.LONG_TEXT), Part("rules", Kind.NAMED))),
        SetupKind("label_templates", ("name",), (Part("name"), Part("definition", Kind.LONG_TEXT))),
        SetupKind("station_templates", ("name",), (
            Part("name", longest=60), _STATION_TYPE, Part("devices", Kind.FREE))),
        SetupKind("printers", ("name",), (
            Part("name"), _one_of("dpi", "203", "300", "600"),
            _one_of("confirms", "odometer", "scan_back", "none"), Part("serial"),
            _one_of("kind", "labels", "pages"))),
        SetupKind("stations", ("name",), (
            Part("name"), _STATION_TYPE, Part("warehouse"), Part("active", Kind.TRUTH), Part("page_printer"))),
        SetupKind("groups", ("group",), (Part("group"), Part("permissions", Kind.RECORDS, _RIGHT))),
        SetupKind("people", ("badge",), (
            *_texts("badge", "name", "language"), Part("active", Kind.TRUTH), Part("groups", Kind.TEXTS),
            Part("permissions", Kind.RECORDS, _WORD))),
    )
}  # fmt: skip
"""Every kind by name, in the order in which records are made."""
PRODUCT_DETAILS = frozenset(part.name for part in SETUP_KINDS["product_details"].parts) - {"sku"}
"""What products of a file may say beside what is common to all: it becomes a record of its own."""
PRODUCT_FIELDS = (
    *(part.name for part in _FORMS),
    "minimum_remaining_days",
    "standard_cost",
    "catch_weight",
    "attributes",
)
"""Those of them that are fields of the product itself, and not packagings, codes or parts of it."""


def setup_columns(kind: SetupKind) -> tuple[str, ...]:
    """The headings of a table of these records."""
    return tuple(
        name
        for part in kind.parts
        if part.kind is not Kind.PICTURE
        for name in ([f"{part.name}.{inner.name}" for inner in part.of] if part.of else [part.name])
    )
