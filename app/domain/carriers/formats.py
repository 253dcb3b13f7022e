"""The files that tell a carrier of cartons, of labels given back, and of trucks that are wanted: formats as data.

An export is CSV or columns of fixed width, in the carrier's letters. A sign that those do not have is written without
its accents; one that cannot be written at all, and a value wider than its column, are refused with words.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.domain.carriers.model import Consignment, Pickup
from app.domain.carriers.setup import CarrierSetup, Column
from app.domain.errors import Refusal
from app.domain.partners import Address

_Known = Mapping[str, str | Decimal | date]
_LINE_END = "\r\n"
_WRITTEN_OUT = {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L",
                "đ": "d", "Đ": "D", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"'}  # fmt: skip


def export_file(carrier: CarrierSetup, consignments: Iterable[Consignment]) -> bytes:
    """The file that tells the carrier of these cartons.

    Refuses `carriers.no_columns`, `carriers.too_wide` and `carriers.unwritable`.
    """
    return _file(carrier, carrier.columns, [_facts(carrier, one) for one in consignments])


def void_file(carrier: CarrierSetup, consignment: Consignment, *, request: str) -> bytes:
    """The file that gives a label back, under the number of the request; refuses as `export_file`."""
    return _file(carrier, carrier.void_columns, [{**_facts(carrier, consignment), "request": request}])


def pickup_file(carrier: CarrierSetup, pickup: Pickup) -> bytes:
    """The file that orders a truck; refuses as `export_file`."""
    known: _Known = {
        "request": pickup.number, "reference": pickup.number, "account": carrier.text("account"), "day": pickup.day,
        "from_time": pickup.from_time, "until_time": pickup.until_time, "cartons": Decimal(pickup.cartons),
        "weight_kg": pickup.weight_kg, "weight_g": pickup.weight_kg * 1000, "note": pickup.note,
        **_address("sender", pickup.sender),
    }  # fmt: skip
    return _file(carrier, carrier.pickup_columns, [known])


def export_row(carrier: CarrierSetup, consignment: Consignment) -> list[str]:
    """What stands in each column for one carton, as it will be written."""
    known = _facts(carrier, consignment)
    return [_written(column, known, carrier) for column in carrier.columns]


def _file(carrier: CarrierSetup, columns: Sequence[Column], about: Iterable[_Known]) -> bytes:
    if not columns:
        raise Refusal("carriers.no_columns", carrier=carrier.name)
    rows = [[column.heading for column in columns]] if carrier.general.get("heading") else []
    rows += [[_written(column, known, carrier) for column in columns] for known in about]
    text = _fixed(rows, columns) if carrier.text("layout", "csv") == "fixed" else _separated(rows, carrier)
    return text.encode(carrier.text("encoding", "utf-8"))


def _facts(carrier: CarrierSetup, one: Consignment) -> _Known:
    length, width, height = (Decimal(side) / 10 for side in one.sides_mm)
    return {
        "reference": one.reference, "tracking": one.tracking, "order": one.order, "sscc": one.sscc,
        "account": carrier.text("account"), "service": one.service, "day": one.ready.date(),
        "weight_kg": one.weight_kg, "weight_g": one.weight_kg * 1000, "length_cm": length, "width_cm": width,
        "height_cm": height, "value": one.value, "currency": one.currency, "carton": Decimal(one.carton),
        "cartons": Decimal(one.cartons), "partner": one.partner,
        **_address("receiver", one.receiver), **_address("sender", one.sender),
    }  # fmt: skip


def _address(whose: str, address: Address) -> Mapping[str, str]:
    return {f"{whose}_{name}": getattr(address, name) for name in Address.__slots__}


def _written(column: Column, known: _Known, carrier: CarrierSetup) -> str:
    value = known.get(column.source, "")
    match value:
        case _ if column.source == "constant":
            text = column.constant
        case Decimal():
            text = _amount(value, column, carrier)
        case date():
            text = value.strftime(carrier.text("date_format", "%Y-%m-%d"))
        case _:
            text = " ".join(str(value).split())
    text = _in_letters(text, carrier.text("encoding", "utf-8"), column)
    if column.width and len(text) > column.width:
        if not column.cut:
            raise Refusal("carriers.too_wide", column=column.heading, value=text, width=column.width)
        text = text[: column.width]
    return text


def _amount(value: Decimal, column: Column, carrier: CarrierSetup) -> str:
    if column.decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_UP)
    else:
        value = value.normalize()
    return f"{value:f}".replace(".", carrier.text("decimal_mark", "."))


def _in_letters(text: str, encoding: str, column: Column) -> str:
    """The text in the letters that the file has, without accents where it lacks them."""
    return "".join(_sign(sign, encoding, column) for sign in unicodedata.normalize("NFC", text))


def _sign(sign: str, encoding: str, column: Column) -> str:
    if _fits(sign, encoding):
        return sign
    plain = _WRITTEN_OUT.get(sign) or "".join(
        part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part)
    )
    if plain and _fits(plain, encoding):
        return plain
    raise Refusal("carriers.unwritable", column=column.heading, sign=sign, encoding=encoding)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def separator(carrier: CarrierSetup) -> str:
    """The sign between the cells of the carrier's CSV files."""
    said = carrier.text("separator", ";")
    return "\t" if said == "tab" else said


def _separated(rows: Iterable[Sequence[str]], carrier: CarrierSetup) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator(carrier), lineterminator=_LINE_END).writerows(rows)
    return out.getvalue()


def _fixed(rows: Iterable[Sequence[str]], columns: Sequence[Column]) -> str:
    return "".join(
        "".join(_padded(text, column) for text, column in zip(row, columns, strict=True)) + _LINE_END for row in rows
    )


def _padded(text: str, column: Column) -> str:
    width, pad = column.width or 0, column.pad or " "
    text = text[:width]
    return text.rjust(width, pad) if column.align == "right" else text.ljust(width, pad)
