"""Carriers, their rate tables and senders, from files: written by the services that their screens use."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import uuid5

from app.database import setup as store
from app.domain.errors import Refusal
from app.domain.partners import Address
from app.domain.setup import setup_record
from app.domain.setup_kinds import SETUP_KINDS
from app.services.carriers import setting_up as carriers
from app.services.importing.stored import as_stored
from app.services.sites import senders
from app.services.work import UnitOfWork

Values = Mapping[str, Any]
_PRICES = SETUP_KINDS["carrier_prices"]
_PRICE = tuple(part.name for part in _PRICES.parts if part.name != "carrier")


def write_sender(unit: UnitOfWork, values: Values, _before: Values) -> None:
    """Who sends from a warehouse; refuses `setup.unknown_warehouse`, and an address where no post arrives."""
    known = store.found(unit.session, "warehouse", values["warehouse"])
    if known is None:
        raise Refusal("setup.unknown_warehouse", name=values["warehouse"])
    senders.save(unit, known[0], Address(**{name: values.get(name) or "" for name in Address.__slots__}))


def write_carrier(unit: UnitOfWork, values: Values, _before: Values) -> None:
    """A carrier with its whole set-up; refuses what `carriers.setting_up.save` does."""
    known = {one.code: one for one in carriers.carriers(unit)}.get(values["code"])
    name = values.get("name") or (known.name if known else values["code"])
    setup_document = as_stored(values.get("setup", {}), fraction=str)
    kind, active = values.get("kind", "own"), values.get("active", True)
    carriers.save(
        unit, carriers.StoredCarrier(values["code"], name, kind, setup_document, active, known.version if known else 0)
    )


def write_prices(unit: UnitOfWork, rows: Sequence[tuple[str, Values]]) -> None:
    """Prices of carriers by their keys: one for the same weight, zone and first day is replaced, others stay."""
    for code, of_carrier in groupby(sorted(rows, key=_carrier_of), _carrier_of):
        known = carriers.carrier(unit, code)
        prices = {_price_key(code, row): row for row in known.setup.get("prices", ())}
        prices |= {key: {name: values.get(name) for name in _PRICE} for key, values in of_carrier}
        part = UnitOfWork(unit.session, uuid5(unit.request_id, code), unit.changes)
        carriers.set_rows(part, known, "prices", list(prices.values()))


def _carrier_of(row: tuple[str, Values]) -> str:
    return str(row[1]["carrier"])


def _price_key(carrier: str, row: Values) -> str:
    return setup_record(_PRICES, {**row, "carrier": carrier, "up_to_kg": Decimal(str(row["up_to_kg"]))}).key
