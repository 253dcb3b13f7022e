"""Carriers as they are set up: read, checked and saved whole; their ranges of numbers and when those end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.database import carriers as store
from app.database import records
from app.database.carriers import StoredCarrier, UsedRange
from app.domain.carriers import KINDS, CarrierSetup, read_carrier, require_one_answer, written
from app.domain.errors import Refusal
from app.domain.records import Use
from app.domain.shipping import Service, called
from app.services.work import UnitOfWork

__all__ = ["CARRIER", "StoredCarrier", "UsedRange", "carrier", "carriers", "in_use", "names", "ranges", "remove",
           "running_out", "save", "set_general", "set_rows", "uses"]  # fmt: skip

CARRIER = "carrier"
"""The kind under which carriers are published on the bus of changes."""


def carriers(unit: UnitOfWork) -> tuple[StoredCarrier, ...]:
    """Every carrier, by its code."""
    return store.carriers(unit.session)


def carrier(unit: UnitOfWork, code: str) -> StoredCarrier:
    """The carrier of this code; refuses `carriers.unknown`."""
    found = next((one for one in store.carriers(unit.session) if one.code == code), None)
    if found is None:
        raise Refusal("carriers.unknown", carrier=code)
    return found


def in_use(unit: UnitOfWork) -> tuple[CarrierSetup, ...]:
    """The carriers that labels can be bought of now, read."""
    return tuple(read(one) for one in store.carriers(unit.session) if one.active)


def names(unit: UnitOfWork) -> Callable[[str, str], Service]:
    """What carriers and their services are called, by their codes: by their set-up, else the codes in words."""
    known = {one.code: read(one) for one in store.carriers(unit.session)}
    return lambda carrier, service: called(known.get(carrier), service, code=carrier)


def read(stored: StoredCarrier) -> CarrierSetup:
    """A carrier's set-up, read; refuses `carriers.wrong_setup`."""
    return read_carrier(stored.code, stored.name, stored.kind, stored.setup)


def save(unit: UnitOfWork, carrier: StoredCarrier) -> int:
    """Save a carrier as its version was read (0: a new one); returns the new version.

    Refuses `carriers.wrong_setup` with every fault, and `record.changed` where somebody else saved meanwhile.
    """
    if carrier.kind not in KINDS:
        raise Refusal("carriers.unknown_kind", kind=carrier.kind, known=", ".join(KINDS))
    read(carrier)
    require_one_answer(carrier.code, carrier.setup)
    version = store.save(unit.session, request=unit.request_id, carrier=carrier)
    unit.changed(CARRIER)
    return version


def remove(unit: UnitOfWork, carrier: StoredCarrier) -> None:
    """Remove a carrier that nothing names; refuses others with what they are used for (`record.in_use`)."""
    records.remove(
        unit.session, request=unit.request_id, kind=CARRIER, id=_id_of(unit, carrier), version=carrier.version
    )
    unit.changed(CARRIER)


def uses(unit: UnitOfWork, carrier: StoredCarrier) -> tuple[Use, ...]:
    """What a carrier is used for."""
    return records.uses(unit.session, kind=CARRIER, id=_id_of(unit, carrier))


def _id_of(unit: UnitOfWork, carrier: StoredCarrier) -> UUID:
    found = store.carrier_id(unit.session, carrier.code)
    if found is None:
        raise Refusal("carriers.unknown", carrier=carrier.code)
    return found


def set_general(unit: UnitOfWork, carrier: StoredCarrier, values: Mapping[str, Any]) -> int:
    """Change what is said once of a carrier; fields that are not named stay, empty ones go."""
    rest = {name: value for name, value in carrier.setup.items() if name not in values}
    return save(unit, replace(carrier, setup={**rest, **written(values)}))


def set_rows(unit: UnitOfWork, carrier: StoredCarrier, part: str, rows: list[Mapping[str, Any]]) -> int:
    """Put other rows in the place of one list of a carrier's set-up (services, zones, prices, …)."""
    return save(unit, replace(carrier, setup={**carrier.setup, part: [written(row) for row in rows]}))


def ranges(unit: UnitOfWork) -> tuple[UsedRange, ...]:
    """The ranges of numbers of the carriers in use, and how far they are used up."""
    return store.ranges(unit.session)


def running_out(unit: UnitOfWork) -> tuple[UsedRange, ...]:
    """The carriers whose numbers end soon: their last range, where fewer are left in all than it warns at."""
    by_carrier: dict[str, list[UsedRange]] = {}
    for one in store.ranges(unit.session):
        by_carrier.setdefault(one.carrier, []).append(one)
    return tuple(found[-1] for found in by_carrier.values() if _ends_soon(found))


def _ends_soon(ranges: Sequence[UsedRange]) -> bool:
    return sum(one.left for one in ranges) <= max(one.warn_at for one in ranges)
