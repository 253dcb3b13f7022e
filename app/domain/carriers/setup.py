"""A carrier as it is set up: its services, zones, prices, surcharges, routes, numbers and file format, all as data.

The set-up is kept as one document of plain values, declared here field by field, so that the screen, the file of the
set-up as code and the check on saving are the same. What is wrong with it is refused as a whole, with each fault.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from app.domain.carriers.numbers import CHECKS, S10_DIGITS, NumberRange
from app.domain.errors import Refusal
from app.domain.partners import Address
from app.domain.values import Field, FieldKind

T = TypeVar("T")
_Rows = Mapping[str, Sequence[Mapping[str, Any]]]
KINDS = ("own", "file")
"""Who carries: we ourselves, or a carrier that is told by files."""
STANDARD = "standard"
LEVELS = (STANDARD, "express", "economy", "two_person")
"""What customers may wish."""
_MANY = Decimal(10**9)
_DAYS = (Field("valid_from", FieldKind.DATE, nullable=True), Field("valid_until", FieldKind.DATE, nullable=True))
_AREA = (
    Field("country", pattern=r"[A-Z]{2}|\*", required=True),
    Field("first", most=Decimal(12)),
    Field("last", most=Decimal(12)),
)
_FILES = ("columns", "void_columns", "pickup_columns")
_CODE = r"[a-z0-9][a-z0-9_]{0,29}"


def _number(name: str, *, required: bool = False, unit: str = "", most: Decimal = _MANY) -> Field:
    return Field(
        name, FieldKind.NUMBER, least=Decimal(0), most=most, unit=unit, required=required, nullable=not required
    )


def _whole(name: str, *, required: bool = False, unit: str = "", least: int = 0) -> Field:
    return Field(
        name, FieldKind.WHOLE, least=Decimal(least), most=_MANY * _MANY, unit=unit, required=required,
        nullable=not required,
    )  # fmt: skip


SOURCES = (
    "reference", "tracking", "order", "sscc", "account", "service", "day", "weight_kg", "weight_g", "length_cm",
    "width_cm", "height_cm", "value", "currency", "carton", "cartons", "partner", "receiver_name", "receiver_line_1",
    "receiver_line_2", "receiver_postal_code", "receiver_city", "receiver_region", "receiver_country", "receiver_phone",
    "receiver_email", "sender_name", "sender_line_1", "sender_line_2", "sender_postal_code", "sender_city",
    "sender_country", "constant", "request", "from_time", "until_time", "note",
)  # fmt: skip
"""What a column of an export may hold; `request` is the number of a pickup, or of a label that is given back."""
ANSWER_SOURCES = ("reference", "tracking", "fault", "event", "moment", "place", "nothing")
"""What a column of a carrier's answer may hold; the reference is that of the carton, or the number of the request. An
event with its moment and place is what became of a carton on its way."""
TRACK_STATES = ("in_transit", "out_for_delivery", "delivered", "exception", "returned")
ENCODINGS = ("utf-8", "utf-8-sig", "latin-1", "cp1252", "cp437", "cp850", "ascii")
SEPARATORS = (";", ",", "|", "tab")

GENERAL: tuple[Field, ...] = (
    Field("account", most=Decimal(60)),
    Field("currency", pattern="[A-Z]{3}"),
    _number("litre_kg", unit="cm³/kg"),
    Field("manifest", FieldKind.TRUTH),
    Field("numbers", FieldKind.CHOICE, choices=("range", "answer")),
    Field("sends", FieldKind.CHOICE, choices=("each", "manifest")),
    Field("folder", most=Decimal(400)),
    Field("answers", most=Decimal(400)),
    _whole("wait_minutes", unit="min"),
    Field("layout", FieldKind.CHOICE, choices=("csv", "fixed")),
    Field("separator", FieldKind.CHOICE, choices=SEPARATORS),
    Field("encoding", FieldKind.CHOICE, choices=ENCODINGS),
    Field("heading", FieldKind.TRUTH),
    Field("decimal_mark", FieldKind.CHOICE, choices=(".", ",")),
    Field("date_format", most=Decimal(30)),
    Field("file_ending", pattern=r"[a-z0-9]{1,8}"),
    Field("confirms", FieldKind.TRUTH),
    Field("number_form", most=Decimal(40), pattern=r"[A-Z0-9#@*-]*"),
    Field("answer_layout", FieldKind.CHOICE, choices=("csv", "fixed")),
    Field("answer_reference", most=Decimal(60)),
    Field("answer_tracking", most=Decimal(60)),
    Field("answer_fault", most=Decimal(60)),
    *(Field(f"answer_{name}", most=Decimal(60)) for name in ("event", "moment", "place")),
    Field("moment_format", most=Decimal(40)),
    *(Field(f"sender_{name}", most=Decimal(100)) for name in ("name", "line_1", "line_2", "postal_code", "city")),
    Field("sender_country", pattern="[A-Z]{2}"),
    Field("sender_phone", most=Decimal(40)),
    Field("sender_email", most=Decimal(100)),
)
"""What is said once of a carrier. `litre_kg`: so many cubic centimetres are charged as one kilogram. `confirms`: it
answers to pickups and to labels that are given back, too. `number_form`: how its numbers are written."""


def _columns(sources: tuple[str, ...]) -> tuple[Field, ...]:
    return (
        Field("heading", required=True, most=Decimal(60)),
        Field("source", FieldKind.CHOICE, choices=sources, required=True),
        Field("constant", most=Decimal(60)),
        _whole("width"),
        Field("align", FieldKind.CHOICE, choices=("left", "right")),
        Field("pad", pattern="[ 0]"),
        _whole("decimals"),
        Field("cut", FieldKind.TRUTH),
    )


PARTS: Mapping[str, tuple[Field, ...]] = {
    "services": (
        Field("code", pattern=_CODE, required=True),
        Field("name", required=True, most=Decimal(60)),
        Field("level", FieldKind.CHOICE, choices=LEVELS),
        _whole("days", unit="d"),
        Field("cut_off", pattern=r"([01]\d|2[0-3]):[0-5]\d"),
        _number("most_kg", unit="kg"),
        _whole("longest_mm", unit="mm"),
        Field("hazard", FieldKind.TRUTH),
        Field("weekend", FieldKind.TRUTH),
    ),
    "zones": (Field("zone", required=True, most=Decimal(20)), *_AREA),
    "prices": (
        Field("service", pattern=_CODE, required=True),
        Field("zone", required=True, most=Decimal(20)),
        _number("up_to_kg", required=True, unit="kg"),
        _number("price", required=True),
        *_DAYS,
    ),
    "surcharges": (
        Field("name", required=True, most=Decimal(60)),
        Field("kind", FieldKind.CHOICE, choices=("amount", "percent", "per_kg"), required=True),
        _number("amount", required=True),
        Field("applies", FieldKind.CHOICE, choices=("always", "longer_than", "heavier_than", "hazard", "zone"),
              required=True),
        Field("limit", most=Decimal(20)),
        Field("service", pattern=_CODE),
        *_DAYS,
    ),
    "routes": (Field("route", required=True, most=Decimal(20)), *_AREA),
    "ranges": (
        Field("prefix", most=Decimal(20), pattern="[A-Z0-9]*"),
        _whole("first", required=True, least=1),
        _whole("last", required=True, least=1),
        _whole("digits", required=True, least=1),
        Field("check", FieldKind.CHOICE, choices=tuple(CHECKS), required=True),
        Field("suffix", most=Decimal(10), pattern="[A-Z0-9]*"),
        _whole("warn_at"),
    ),
    "columns": _columns(SOURCES),
    "void_columns": _columns(SOURCES),
    "pickup_columns": _columns(SOURCES),
    "answer_columns": (
        Field("heading", required=True, most=Decimal(60)),
        Field("source", FieldKind.CHOICE, choices=ANSWER_SOURCES, required=True),
        _whole("width"),
    ),
    "events": (
        Field("word", required=True, most=Decimal(60)),
        Field("means", FieldKind.CHOICE, choices=TRACK_STATES, required=True),
    ),
}  # fmt: skip
"""The lists of a carrier's set-up, and the fields of their rows."""


@dataclass(frozen=True, slots=True)
class ShippingService:
    """One service: transit time in working days, by when a carton must be ready (`cut_off`), what it takes at most."""

    code: str
    name: str
    level: str = ""
    days: int | None = None
    cut_off: str = ""
    most_kg: Decimal | None = None
    longest_mm: int | None = None
    hazard: bool = False
    weekend: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """Postal codes from `first` to `last` of a country (`*`: any); both empty: all of it. `name`: zone or route."""

    name: str
    country: str
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What a service costs into a zone up to a weight in kg, from one day until another."""

    service: str
    zone: str
    up_to_kg: Decimal
    price: Decimal
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What comes on top: an amount, a percentage of the price, or an amount a charged kilogram; and when it does."""

    name: str
    kind: str
    amount: Decimal
    applies: str
    limit: str = ""
    service: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what it holds, how wide it is (characters, where the layout is fixed) and how written."""

    heading: str
    source: str
    constant: str = ""
    width: int | None = None
    align: str = ""
    pad: str = ""
    decimals: int | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class CarrierSetup:
    """A carrier's set-up, read: what GENERAL says in `general`, and its lists."""

    code: str
    name: str
    kind: str
    general: Mapping[str, Any]
    services: tuple[ShippingService, ...] = ()
    zones: tuple[Area, ...] = ()
    prices: tuple[Price, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()
    routes: tuple[Area, ...] = ()
    ranges: tuple[NumberRange, ...] = ()
    columns: tuple[Column, ...] = ()
    void_columns: tuple[Column, ...] = ()
    pickup_columns: tuple[Column, ...] = ()
    answer_columns: tuple[Column, ...] = ()
    events: tuple[tuple[str, str], ...] = ()

    def text(self, name: str, otherwise: str = "") -> str:
        """What the general part says under this name."""
        return str(self.general.get(name) or otherwise)

    @property
    def currency(self) -> str:
        """In what its prices are."""
        return self.text("currency", "EUR")

    @property
    def manifested(self) -> bool:
        """Whether its cartons leave only with a manifest."""
        return bool(self.general.get("manifest"))

    @property
    def answers_later(self) -> bool:
        """Whether its tracking numbers come in a file of the carrier's, after it was told."""
        return self.kind == "file" and self.text("numbers", "range") == "answer"

    @property
    def confirms(self) -> bool:
        """Whether it answers to pickups and to labels that are given back."""
        return bool(self.general.get("confirms") and self.text("answers"))

    def sender(self, otherwise: Address) -> Address:
        """Who sends, as the carrier knows us; `otherwise` where its set-up does not say."""
        said = {name: self.text(f"sender_{name}") for name in Address.__slots__ if name != "region"}
        return Address(**said) if said["name"] else otherwise

    def service(self, code: str) -> ShippingService | None:
        """The service of this code."""
        return next((one for one in self.services if one.code == code), None)


def read_carrier(code: str, name: str, kind: str, document: Mapping[str, Any]) -> CarrierSetup:
    """The set-up that a document says; refuses `carriers.wrong_setup` with every fault in it."""
    faults: list[str] = []
    unknown = set(document) - set(PARTS) - {field.name for field in GENERAL}
    faults += [f"{found}: ?" for found in sorted(unknown)]
    general = _row(GENERAL, document, "", faults)
    rows = {part: _rows(part, document.get(part) or (), faults) for part in PARTS}
    if not faults:
        faults += _contradictions(kind, general, rows)
    if faults:
        raise Refusal("carriers.wrong_setup", carrier=code, faults="; ".join(faults[:8]), count=len(faults))
    areas = ("zones", "zone"), ("routes", "route")
    zones, routes = (tuple(_area(row, named) for row in rows[part]) for part, named in areas)
    return CarrierSetup(
        code, name, kind, general,
        services=_made(ShippingService, rows["services"]), zones=zones,
        prices=_made(Price, rows["prices"]), surcharges=_made(Surcharge, rows["surcharges"]), routes=routes,
        ranges=_made(NumberRange, rows["ranges"]),
        **{part: _made(Column, rows[part]) for part in (*_FILES, "answer_columns")},
        events=tuple((row["word"].casefold(), row["means"]) for row in rows["events"]),
    )  # fmt: skip


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is kept: what says nothing is left out, numbers are texts."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if value is None or value is False or value in ("", ()):
            continue
        kept[name] = f"{value:f}" if isinstance(value, Decimal) else value
    return kept


def _made(kind: Callable[..., T], rows: Sequence[Mapping[str, Any]]) -> tuple[T, ...]:
    """Rows as dataclasses; what they leave open stays as the dataclass says."""
    return tuple(kind(**{name: _as_day(name, value) for name, value in row.items() if value is not None})
                 for row in rows)  # fmt: skip


def _as_day(name: str, value: Any) -> Any:  # noqa: ANN401  (any value of a row)
    return date.fromisoformat(value) if name.startswith("valid_") else value


def _area(row: Mapping[str, Any], named: str) -> Area:
    return Area(row[named], row["country"], row["first"], row["last"])


def _rows(part: str, given: Any, faults: list[str]) -> list[Mapping[str, Any]]:  # noqa: ANN401  (whatever stands there)
    if not isinstance(given, list | tuple) or not all(isinstance(row, Mapping) for row in given):
        faults.append(f"{part}: ?")
        return []
    return [_row(PARTS[part], row, f"{part} {n}: ", faults) for n, row in enumerate(given, 1)]


def _row(fields: Sequence[Field], given: Mapping[str, Any], where: str, faults: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        said = given.get(field.name)
        try:
            found[field.name] = field.read(field.written(said) if said is not None else "")
        except Refusal:
            faults.append(f"{where}{field.name} = {said if said is not None else '–'}")
    if where:
        faults += [f"{where}{name}: ?" for name in sorted(set(given) - {field.name for field in fields})]
    return found


def _contradictions(kind: str, general: Mapping[str, Any], rows: _Rows) -> list[str]:
    """What is well written and cannot be: ranges that share numbers, prices for services that there are not."""
    faults = [*_range_faults(_made(NumberRange, rows["ranges"])), *_price_faults(rows)]
    faults += [
        f"surcharges {n}: limit = {row['limit'] or '–'}"
        for n, row in enumerate(rows["surcharges"], 1)
        if row["applies"] in ("longer_than", "heavier_than") and not row["limit"].replace(".", "", 1).isdigit()
    ]
    faults += _column_faults(general, rows)
    if kind == "file" and general.get("numbers") == "answer" and general.get("sends") == "manifest":
        faults.append("numbers = answer, sends = manifest")
    return faults


def _column_faults(general: Mapping[str, Any], rows: _Rows) -> list[str]:
    """Columns without a width where the layout is fixed, and an answer that does not say what it is about."""
    fixed = [part for part in _FILES if general.get("layout") == "fixed"]
    fixed += ["answer_columns"] if general.get("answer_layout") == "fixed" else []
    faults = [f"{part} {n}: width = –" for part in fixed for n, row in enumerate(rows[part], 1) if not row["width"]]
    answered = {row["source"] for row in rows["answer_columns"]}
    if general.get("answer_layout") == "fixed" and not answered:
        faults.append("answer_columns: –")
    return faults + (["answer_columns: reference = –"] if answered and "reference" not in answered else [])


def _range_faults(ranges: Sequence[NumberRange]) -> list[str]:
    faults = []
    for n, one in enumerate(ranges, 1):
        if one.first > one.last or len(str(one.last)) > one.digits or (one.check == "s10" and one.digits != S10_DIGITS):
            faults.append(f"ranges {n}: {one.first}–{one.last} ({one.digits})")
        faults += [f"ranges {n} = ranges {m}" for m, other in enumerate(ranges[n:], n + 1) if one.overlaps(other)]
    return faults


def _price_faults(rows: _Rows) -> list[str]:
    codes = [row["code"] for row in rows["services"]]
    faults = [f"services {code} ×2" for code in sorted({code for code in codes if codes.count(code) > 1})]
    known = {"service": frozenset(codes), "zone": frozenset(row["zone"] for row in rows["zones"])}
    for n, row in enumerate(rows["prices"], 1):
        faults += [f"prices {n}: {name} = {row[name]}" for name, there in known.items() if row[name] not in there]
    return faults


def require_one_answer(code: str, document: Mapping[str, Any]) -> None:
    """Refuse a set-up that would give one carton two prices or none; asked when it is saved, not when it is used.

    Refuses `carriers.wrong_setup` with every fault: two prices of a step, a price that ends before it begins, areas
    that begin behind their end, and two of the same postal codes, of which none would be the narrower.
    """
    rows = {part: _rows(part, document.get(part) or (), []) for part in ("prices", "surcharges", "zones", "routes")}
    faults = _twice("prices", rows["prices"], ("service", "zone", "up_to_kg", "valid_from"))
    faults += [
        f"{part} {n}: {row['valid_from']}–{row['valid_until']}"
        for part in ("prices", "surcharges")
        for n, row in enumerate(rows[part], 1)
        if row["valid_from"] and row["valid_until"] and row["valid_until"] < row["valid_from"]
    ]
    faults += _area_faults(rows)
    if faults:
        raise Refusal("carriers.wrong_setup", carrier=code, faults="; ".join(faults[:8]), count=len(faults))


def _area_faults(rows: _Rows) -> list[str]:
    faults = []
    for part in ("zones", "routes"):
        for n, row in enumerate(rows[part], 1):
            first, last = ("".join(row[end].upper().split()) for end in ("first", "last"))
            if last and last[: len(first)] < first[: len(last)]:
                faults.append(f"{part} {n}: {row['first']}–{row['last']}")
        faults += _twice(part, rows[part], ("country", "first", "last"))
    return faults


def _twice(part: str, rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[str]:
    """Rows that say the same under these names, so that nobody could tell which one holds."""
    seen: dict[tuple[object, ...], int] = {}
    keys = [tuple(row[name] for name in names) for row in rows]
    return [f"{part} {seen[key]} = {part} {n}" for n, key in enumerate(keys, 1) if seen.setdefault(key, n) != n]
